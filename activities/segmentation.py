"""Segmentation: validates and segments the list partition by partition, and sums the segments up exactly."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from shared.contracts import (
    ClusterModel,
    FitSummary,
    Manifest,
    PartitionPlan,
    PartitionRef,
    PartitionStatistics,
    PartitionSummary,
    RunRef,
    SegmentsDocument,
    SegmentsSummary,
)
from shared.domain.digests import digest
from shared.errors import InputError
from shared.ports import Services
from shared.run_folder import (
    CLUSTERS,
    CROSS_PARTITION_REJECTS,
    PARTITIONS,
    SEGMENTS,
    RunFolder,
    customers_part,
    rejects_part,
    statistics_part,
)

if TYPE_CHECKING:
    import pandas as pd

    from shared.domain.customers import ParsedPartition


def fit_segments(request: RunRef, services: Services) -> FitSummary:
    """Fit k-means on a seeded sample of the whole list, as ``clusters.json``."""
    from shared.domain.clustering import fit_candidates, fit_clusters, merge_candidates

    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    settings = manifest.config.segmentation.kmeans
    partitions = run.read(PARTITIONS, PartitionPlan)
    input_digest = digest("clusters", _list_and_rules(manifest))

    def build() -> ClusterModel:
        indexes = range(len(partitions.partitions))
        parsed = (_parse(services, manifest, partitions, index).customers for index in indexes)
        sample = merge_candidates([fit_candidates(customers, settings) for customers in parsed], settings)
        return fit_clusters(sample, settings, manifest.seed, input_digest)

    model = run.once(CLUSTERS, ClusterModel, input_digest, build)
    return FitSummary(clusters=len(model.centres))


def segment_partition(request: PartitionRef, services: Services) -> PartitionSummary:
    """Validate and segment one partition: its customers, its rejects and, as its mark of completion, its statistics."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    plan = run.read(PARTITIONS, PartitionPlan)
    input_digest = digest(
        "statistics", plan.input_digest, manifest.config.segmentation, manifest.seed, request.partition
    )
    statistics = run.once(
        statistics_part(request.partition),
        PartitionStatistics,
        input_digest,
        lambda: _segment(run, services, manifest, request.partition, input_digest),
    )
    return PartitionSummary(read=statistics.read, accepted=statistics.accepted, rejected=statistics.rejected)


def merge_segments(request: RunRef, services: Services) -> SegmentsSummary:
    """Write ``segments.json`` from all partitions, after taking out ids that an earlier partition already has.

    Raises ``InputError`` when no row of the list was accepted.
    """
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    plan = run.read(PARTITIONS, PartitionPlan)
    input_digest = digest("segments", _list_and_rules(manifest))
    segments = run.once(
        SEGMENTS, SegmentsDocument, input_digest, lambda: _merge(run, manifest, len(plan.partitions), input_digest)
    )
    return SegmentsSummary(
        customers=segments.customers, segment_ids=tuple(segment.segment_id for segment in segments.segments)
    )


def read_customers(run: RunFolder, partition: int, columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """The accepted customers of one partition, in row order, without those that repeat an earlier partition's id."""
    from shared.domain.frames import from_parquet, rejected_rows

    wanted = None if columns is None else [*columns, "row_number"]
    customers = from_parquet(run.read_bytes(customers_part(partition)), wanted)
    dropped = rejected_rows(run.read_bytes(CROSS_PARTITION_REJECTS))
    return customers[~customers["row_number"].isin(dropped)].reset_index(drop=True)


def _list_and_rules(manifest: Manifest) -> str:
    """What decides the segments. How the list is cut into partitions does not."""
    rules = manifest.config.segmentation.model_dump(mode="json", exclude={"partitions"})
    return digest(manifest.customers, rules, manifest.seed)


def _segment(
    run: RunFolder, services: Services, manifest: Manifest, partition: int, input_digest: str
) -> PartitionStatistics:
    from shared.domain.frames import rejects_csv, to_parquet
    from shared.domain.segmentation import partition_statistics, segment_customers

    config = manifest.config.segmentation
    parsed = _parse(services, manifest, run.read(PARTITIONS, PartitionPlan), partition)
    model = run.read(CLUSTERS, ClusterModel) if config.method == "kmeans" else None
    segmented = segment_customers(parsed.customers, config.method, config=config, model=model)
    run.keep(customers_part(partition), to_parquet(segmented, input_digest))
    run.keep(rejects_part(partition), rejects_csv(parsed.rejects))
    return partition_statistics(
        segmented,
        read=len(parsed.customers) + len(parsed.rejects),
        rejects=parsed.rejects,
        input_digest=input_digest,
        half_life=config.engagement_half_life_days,
    )


def _parse(services: Services, manifest: Manifest, plan: PartitionPlan, partition: int) -> "ParsedPartition":
    from shared.domain.customers import parse_partition

    part = plan.partitions[partition]
    data = services.blobs.read_range(manifest.customers, part.offset, part.length)
    return parse_partition(data, plan.columns, part, manifest.seed)


def _merge(run: RunFolder, manifest: Manifest, partitions: int, input_digest: str) -> SegmentsDocument:
    from shared.domain.customers import formula_like
    from shared.domain.segmentation import generate_segment_summary, merge_statistics, without

    config = manifest.config.segmentation
    repeated = _cross_partition_duplicates(run, partitions)
    parts = (run.read(statistics_part(index), PartitionStatistics) for index in range(partitions))
    statistics = without(
        merge_statistics(parts, input_digest=input_digest), repeated, half_life=config.engagement_half_life_days
    )
    if statistics.accepted == 0:
        raise InputError(f"customers: none of the {statistics.read:,} rows can be used; {_commonest(statistics)}")
    ids = (read_customers(run, index, ["customer_id"])["customer_id"] for index in range(partitions))
    return generate_segment_summary(statistics, method=config.method, formula_like_ids=sum(map(formula_like, ids)))


def _commonest(statistics: PartitionStatistics) -> str:
    reason, rows = max(statistics.reasons.items(), key=lambda item: item[1])
    return f"{rows:,} because: {reason}"


def _cross_partition_duplicates(run: RunFolder, partitions: int) -> "pd.DataFrame":
    """The rows whose id an earlier partition has; they are written to the rejects and given back whole."""
    import pandas as pd

    from shared.domain.customers import DUPLICATE, confirm_duplicates, duplicate_candidates
    from shared.domain.frames import from_parquet, rejects_csv

    keyed = [_columns(run, index, ["key", "row_number"]) for index in range(partitions)]
    candidates = duplicate_candidates([(part["key"].to_numpy(), part["row_number"].to_numpy()) for part in keyed])
    suspects = list(_rows(run, candidates))
    repeated = [rows for part in confirm_duplicates(suspects) for rows in part]
    rejects = pd.DataFrame({"row_number": pd.Series(repeated, dtype="int64"), "reason": DUPLICATE})
    run.keep(CROSS_PARTITION_REJECTS, rejects_csv(rejects))
    whole = [from_parquet(run.read_bytes(customers_part(index))) for index, rows in enumerate(candidates) if len(rows)]
    return pd.concat(whole)[lambda frame: frame["row_number"].isin(set(repeated))] if whole else rejects


def _rows(run: RunFolder, candidates: "Sequence[object]") -> "Iterator[pd.DataFrame]":
    for index, rows in enumerate(candidates):
        part = _columns(run, index, ["row_number", "customer_id"])
        yield part[part["row_number"].isin(rows)]


def _columns(run: RunFolder, partition: int, columns: Sequence[str]) -> "pd.DataFrame":
    from shared.domain.frames import from_parquet

    return from_parquet(run.read_bytes(customers_part(partition)), columns)
