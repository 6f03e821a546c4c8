"""Segmentation: validates and segments the list partition by partition, and sums the segments up exactly."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from shared.blob_file import BlobFile
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
from shared.erased_list import erasure_key
from shared.errors import InputError
from shared.ports import Services
from shared.run_folder import (
    CLUSTERS,
    CROSS_PARTITION_REJECTS,
    PARTITIONS,
    SEGMENTS,
    SUPPRESSED_ELSEWHERE,
    RunFolder,
    customers_part,
    rejects_part,
    statistics_part,
)

from .planning import blob_chunks

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from shared.domain.customers import ParsedPartition
    from shared.domain.list_files import PartitionRows
    from shared.domain.randomness import Keys
    from shared.domain.suppression import Bools, Suppression


def fit_segments(request: RunRef, services: Services) -> FitSummary:
    """Fit k-means on a seeded sample of those on the list who may be written to, as ``clusters.json``."""
    from shared.domain.clustering import fit_candidates, fit_clusters, merge_candidates
    from shared.domain.customers import suppressed_elsewhere

    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    settings = manifest.config.segmentation.kmeans
    partitions = run.read(PARTITIONS, PartitionPlan)
    input_digest = digest("clusters", _list_and_rules(manifest))

    def build() -> ClusterModel:
        candidates, refused = [], []
        for index in range(len(partitions.partitions)):
            parsed = _parse(services, manifest, partitions, index)
            candidates.append(fit_candidates(parsed.customers, settings))
            refused.append(parsed.refused_keys)
        sample = merge_candidates(candidates, settings)
        allowed = ~suppressed_elsewhere(sample["key"].to_numpy(), refused)
        return fit_clusters(sample[allowed].reset_index(drop=True), settings, manifest.seed, input_digest)

    model = run.once(CLUSTERS, ClusterModel, input_digest, build)
    return FitSummary(clusters=len(model.centres))


def segment_partition(request: PartitionRef, services: Services) -> PartitionSummary:
    """Validate and segment one partition: its customers, its rejects and, as its mark of completion, its statistics.

    Rows of those who may not be written to are left out before anything else, and stand in no file.
    """
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    plan = run.read(PARTITIONS, PartitionPlan)
    input_digest = digest(
        "statistics",
        plan.input_digest,
        manifest.config.segmentation,
        manifest.seed,
        _left_out_by(manifest),
        request.partition,
    )
    statistics = run.once(
        statistics_part(request.partition),
        PartitionStatistics,
        input_digest,
        lambda: _segment(run, services, manifest, request.partition, input_digest),
    )
    return PartitionSummary(
        read=statistics.read,
        accepted=statistics.accepted,
        rejected=statistics.rejected,
        suppressed=statistics.suppressed,
    )


def merge_segments(request: RunRef, services: Services) -> SegmentsSummary:
    """Write ``segments.json`` from all partitions, after taking out ids that an earlier partition already has.

    A customer whom any row of the list speaks against is taken out too, whichever partition has that row.

    Raises ``InputError`` when no row of the list was accepted.
    """
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    plan = run.read(PARTITIONS, PartitionPlan)
    input_digest = digest("segments", _list_and_rules(manifest))
    segments = run.once(
        SEGMENTS, SegmentsDocument, input_digest, lambda: _merge(run, services, manifest, plan, input_digest)
    )
    return SegmentsSummary(
        customers=segments.customers, segment_ids=tuple(segment.segment_id for segment in segments.segments)
    )


def read_customers(run: RunFolder, partition: int, columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """The accepted customers of one partition, in row order, without those that ``merge_segments`` took out."""
    from shared.domain.frames import from_parquet, listed_rows

    wanted = None if columns is None else [*columns, "row_number"]
    customers = from_parquet(run.read_bytes(customers_part(partition)), wanted)
    dropped = listed_rows(run.read_bytes(CROSS_PARTITION_REJECTS)) | listed_rows(run.read_bytes(SUPPRESSED_ELSEWHERE))
    return customers[~customers["row_number"].isin(dropped)].reset_index(drop=True)


def _list_and_rules(manifest: Manifest) -> str:
    """What decides the segments. How the list is cut into partitions does not."""
    rules = manifest.config.segmentation.model_dump(mode="json", exclude={"partitions"})
    return digest(manifest.customers, rules, manifest.seed, _left_out_by(manifest))


def _left_out_by(manifest: Manifest) -> str:
    """What decides who may not be written to."""
    return digest(manifest.config.privacy, manifest.suppression, manifest.erased)


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
        rejects=parsed.rejects,
        suppressed=parsed.suppressed,
        input_digest=input_digest,
        half_life=config.engagement_half_life_days,
    )


def _parse(services: Services, manifest: Manifest, plan: PartitionPlan, partition: int) -> "ParsedPartition":
    from shared.domain.customers import parse_rows

    rows = _partition_rows(services, manifest, plan, partition)
    return parse_rows(rows, manifest.seed, _suppression(services, manifest))


def _partition_rows(services: Services, manifest: Manifest, plan: PartitionPlan, partition: int) -> "PartitionRows":
    from shared.domain.list_files import read_partition

    return read_partition(BlobFile(services.blobs, manifest.customers), plan, partition, manifest.config.privacy)


def _suppression(services: Services, manifest: Manifest) -> "Suppression":
    """Who is left out: by the columns' word, by the run's suppression lists, by erasure, all as at its start."""
    from shared.domain.suppression import Suppression

    return Suppression(
        manifest.config.privacy,
        listed=lambda ids: _listed(services, manifest, ids),
        erased=lambda ids: _erased(services, manifest, ids),
    )


def _listed(services: Services, manifest: Manifest, ids: "pa.Array") -> "Bools":
    """Which ids are on a suppression list; no more of a list is held than a block."""
    import numpy as np

    from shared.domain.suppression import listed_ids

    found = np.zeros(len(ids), dtype=np.bool_)
    for ref in manifest.suppression:
        found |= listed_ids(ids, blob_chunks(services.blobs, ref), ref.name)
    return found


def _erased(services: Services, manifest: Manifest, ids: "pa.Array") -> "Bools":
    import numpy as np

    from shared.domain.pseudonyms import erased

    if manifest.erased is None:
        return np.zeros(len(ids), dtype=np.bool_)
    entries = b"".join(blob_chunks(services.blobs, manifest.erased))
    return erased(ids.to_numpy(zero_copy_only=False), entries, erasure_key(services, manifest.erased))


def _merge(
    run: RunFolder, services: Services, manifest: Manifest, plan: PartitionPlan, input_digest: str
) -> SegmentsDocument:
    from shared.domain.customers import formula_like
    from shared.domain.explanations import cluster_explanations, rule_explanations
    from shared.domain.segmentation import generate_segment_summary, merge_statistics, without, without_suppressed

    config, partitions = manifest.config.segmentation, len(plan.partitions)
    half_life = config.engagement_half_life_days
    repeated = _cross_partition_duplicates(run, partitions)
    refused = _suppressed_elsewhere(run, services, manifest, plan, set(repeated["row_number"]))
    parts = (run.read(statistics_part(index), PartitionStatistics) for index in range(partitions))
    statistics = without(merge_statistics(parts, input_digest=input_digest), repeated, half_life=half_life)
    statistics = without_suppressed(statistics, refused, half_life=half_life)
    if statistics.accepted == 0:
        raise InputError(f"customers: none of the {statistics.read:,} rows can be used; {_commonest(statistics)}")
    ids = (read_customers(run, index, ["customer_id"])["customer_id"] for index in range(partitions))
    clustered = config.method == "kmeans"
    return generate_segment_summary(
        statistics,
        method=config.method,
        formula_like_ids=sum(map(formula_like, ids)),
        explanations=cluster_explanations(run.read(CLUSTERS, ClusterModel)) if clustered else rule_explanations(config),
    )


def _commonest(statistics: PartitionStatistics) -> str:
    reasons = [*statistics.reasons.items(), *statistics.suppression_reasons.items()]
    reason, rows = max(reasons, key=lambda item: item[1])
    return f"{rows:,} because: {reason}"


def _suppressed_elsewhere(
    run: RunFolder, services: Services, manifest: Manifest, plan: PartitionPlan, repeated: set[int]
) -> "pd.DataFrame":
    """The accepted rows whose customer another row speaks against, whole; their numbers are written down."""
    import pandas as pd

    from shared.domain.customers import suppressed_elsewhere
    from shared.domain.frames import from_parquet, suppressed_csv

    refused = _refused_keys(run, services, manifest, plan)
    found = [pd.DataFrame({"row_number": pd.Series(dtype="int64")})]
    for index in range(len(plan.partitions)) if refused else ():
        chosen = suppressed_elsewhere(_columns(run, index, ["key"])["key"].to_numpy(), refused)
        if chosen.any():
            whole = from_parquet(run.read_bytes(customers_part(index)))[chosen]
            found.append(whole[~whole["row_number"].isin(repeated)])
    rows = pd.concat(found[1:] or found, ignore_index=True)
    run.keep(SUPPRESSED_ELSEWHERE, suppressed_csv(rows))
    return rows


def _refused_keys(run: RunFolder, services: Services, manifest: Manifest, plan: PartitionPlan) -> "list[Keys]":
    """The keys of those who may not be written to by their own rows; the list is read again, for no file says it."""
    from shared.domain.customers import refused_keys
    from shared.domain.suppression import NO_CONSENT, UNSUBSCRIBED

    keys = []
    for index in range(len(plan.partitions)):
        if {NO_CONSENT, UNSUBSCRIBED} & run.read(
            statistics_part(index), PartitionStatistics
        ).suppression_reasons.keys():
            rows = _partition_rows(services, manifest, plan, index)
            keys.append(refused_keys(rows, manifest.seed, manifest.config.privacy))
    return keys


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
