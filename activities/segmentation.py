"""Segmentation: validates and segments the list partition by partition, and sums the segments up exactly."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from shared.blob_file import BlobFile
from shared.contracts import (
    ClusterModel,
    FitSummary,
    Manifest,
    PartitionPlan,
    PartitionRange,
    PartitionRef,
    PartitionStatistics,
    PartitionSummary,
    RunRef,
    SegmentsDocument,
    SegmentsSummary,
    partition_ranges,
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
    statistics_sum,
)

from .planning import blob_chunks

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from shared.domain.customers import ParsedPartition
    from shared.domain.frames import Ints
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
    return _summary(statistics)


def sum_statistics(request: PartitionRange, services: Services) -> PartitionSummary:
    """Add up the statistics of a range of partitions, so that no step has to read those of all."""
    run = RunFolder(services.blobs, request.run_id)
    return _summary(_range_statistics(run, run.manifest(), request))


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


def read_customers(
    run: RunFolder, partitions: Iterable[int], columns: Sequence[str] | None = None
) -> "Iterator[pd.DataFrame]":
    """The accepted customers of each partition, in row order, without those that ``merge_segments`` took out."""
    import numpy as np

    from shared.domain.frames import from_parquet, listed_rows

    taken_out = [listed_rows(run.read_bytes(name)) for name in (CROSS_PARTITION_REJECTS, SUPPRESSED_ELSEWHERE)]
    dropped = np.concatenate(taken_out)
    wanted = None if columns is None else [*columns, *(["row_number"] if len(dropped) else [])]
    for partition in partitions:
        customers = from_parquet(run.open(customers_part(partition)), wanted)
        if len(dropped):
            customers = customers[~np.isin(customers["row_number"], dropped)].reset_index(drop=True)
        yield customers


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


def _partition_rows(
    services: Services, manifest: Manifest, plan: PartitionPlan, partition: int, names: Sequence[str] | None = None
) -> "PartitionRows":
    from shared.domain.list_files import read_partition

    customers = BlobFile(services.blobs, manifest.customers)
    return read_partition(customers, plan, partition, manifest.config.privacy, names)


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


def _summary(statistics: PartitionStatistics) -> PartitionSummary:
    return PartitionSummary(
        read=statistics.read,
        accepted=statistics.accepted,
        rejected=statistics.rejected,
        suppressed=statistics.suppressed,
    )


def _range_statistics(run: RunFolder, manifest: Manifest, which: PartitionRange) -> PartitionStatistics:
    from shared.domain.segmentation import merge_statistics

    input_digest = digest("statistics", _list_and_rules(manifest), manifest.config.segmentation.partitions, which)
    return run.once(
        statistics_sum(which.first, which.end),
        PartitionStatistics,
        input_digest,
        lambda: merge_statistics(
            (run.read(statistics_part(index), PartitionStatistics) for index in range(which.first, which.end)),
            input_digest=input_digest,
        ),
    )


def _merge(
    run: RunFolder, services: Services, manifest: Manifest, plan: PartitionPlan, input_digest: str
) -> SegmentsDocument:
    from shared.domain.customers import repeated_rows
    from shared.domain.explanations import cluster_explanations, rule_explanations
    from shared.domain.frames import repeats_csv, suppressed_csv
    from shared.domain.segmentation import generate_segment_summary, merge_statistics, without, without_suppressed

    config = manifest.config.segmentation
    sums = [_range_statistics(run, manifest, which) for which in partition_ranges(run.run_id, len(plan.partitions))]
    statistics = merge_statistics(sums, input_digest=input_digest)
    repeated = repeated_rows(partial(_columns, run, plan), statistics.accepted)
    suppressed = _suppressed_rows(run, plan, _refused_keys(services, manifest, plan, statistics), repeated)
    run.keep(CROSS_PARTITION_REJECTS, repeats_csv(repeated))
    run.keep(SUPPRESSED_ELSEWHERE, suppressed_csv(suppressed))
    for rows in _whole_rows(run, plan, repeated):
        statistics = without(statistics, rows, half_life=config.engagement_half_life_days)
    for rows in _whole_rows(run, plan, suppressed):
        statistics = without_suppressed(statistics, rows, half_life=config.engagement_half_life_days)
    if statistics.accepted == 0:
        raise InputError(f"customers: none of the {statistics.read:,} rows can be used; {_commonest(statistics)}")
    clustered = config.method == "kmeans"
    return generate_segment_summary(
        statistics,
        method=config.method,
        explanations=cluster_explanations(run.read(CLUSTERS, ClusterModel)) if clustered else rule_explanations(config),
    )


def _commonest(statistics: PartitionStatistics) -> str:
    reasons = [*statistics.reasons.items(), *statistics.suppression_reasons.items()]
    reason, rows = max(reasons, key=lambda item: item[1])
    return f"{rows:,} because: {reason}"


def _suppressed_rows(run: RunFolder, plan: PartitionPlan, refused: "Keys", repeated: "Ints") -> "Ints":
    """The numbers of the accepted rows whose customer another row speaks against, ascending."""
    import numpy as np

    from shared.domain.customers import suppressed_elsewhere

    found = [np.array([], dtype=np.int64)]
    for part in _columns(run, plan, ["key", "row_number"]) if len(refused) else ():
        chosen = suppressed_elsewhere(part["key"].to_numpy(), [refused])
        found.append(part["row_number"].to_numpy()[chosen])
    return np.setdiff1d(np.concatenate(found), repeated)


def _refused_keys(
    services: Services, manifest: Manifest, plan: PartitionPlan, statistics: PartitionStatistics
) -> "Keys":
    """The keys of those who may not be written to by their own rows; the list is read again, for no file says it."""
    import numpy as np

    from shared.domain.customers import refused_keys
    from shared.domain.suppression import NO_CONSENT, UNSUBSCRIBED

    found = [np.array([], dtype=np.uint64)]
    anybody = {NO_CONSENT, UNSUBSCRIBED} & statistics.suppression_reasons.keys()
    for index in range(len(plan.partitions)) if anybody else ():
        rows = _partition_rows(services, manifest, plan, index, ["customer_id"])
        found.append(refused_keys(rows, manifest.seed, manifest.config.privacy))
    return np.unique(np.concatenate(found))


def _columns(run: RunFolder, plan: PartitionPlan, columns: Sequence[str]) -> "Iterator[pd.DataFrame]":
    """Columns of all customers as they were segmented, partition by partition."""
    from shared.domain.frames import from_parquet

    for index in range(len(plan.partitions)):
        yield from_parquet(run.open(customers_part(index)), columns)


def _whole_rows(run: RunFolder, plan: PartitionPlan, numbers: "Ints") -> "Iterator[pd.DataFrame]":
    """The customers in the rows of these ``numbers``, ascending, from each partition that has any."""
    import numpy as np

    from shared.domain.frames import from_parquet

    first_rows = [part.first_row for part in plan.partitions]
    for index in np.unique(np.searchsorted(first_rows, numbers, side="right") - 1):
        customers = from_parquet(run.read_bytes(customers_part(int(index))))
        yield customers[np.isin(customers["row_number"], numbers)]
