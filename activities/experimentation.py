"""Experimentation: fixes the plan, assigns and simulates partition by partition, and analyses the counts."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import (
    AnalysisSummary,
    ApprovalsDocument,
    AssignmentSummary,
    ExperimentPlanSummary,
    PartitionPlan,
    PartitionRange,
    PartitionRef,
    RunRef,
    SegmentsDocument,
    partition_ranges,
)
from shared.domain.digests import digest
from shared.experiment_contracts import ExperimentDocument, Holdout, PartitionOutcomes, PlanDocument
from shared.ports import Services
from shared.run_config import Tone
from shared.run_folder import (
    APPROVALS,
    EXPERIMENT,
    PARTITIONS,
    PLAN,
    SEGMENTS,
    RunFolder,
    assignments_part,
    export_file,
    outcomes_part,
    outcomes_sum,
)

from .segmentation import read_customers

if TYPE_CHECKING:
    from shared.domain.ranking import KeyPart


def plan_experiment(request: RunRef, services: Services) -> ExperimentPlanSummary:
    """Write ``plan.json`` and enter its digest in the audit, before any outcome exists."""
    from shared.domain.assignment import rank_customers
    from shared.domain.experiment import design_experiment, planned_shares
    from shared.domain.holdout import global_holdout

    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    segments = run.read(SEGMENTS, SegmentsDocument)
    approved = _approved_variants(run)
    settings = manifest.config.experiment_config.experiment
    input_digest = digest("plan", segments.input_digest, approved, settings, manifest.seed)

    def build() -> PlanDocument:
        parts = partial(_key_parts, run, segments, global_holdout(settings.holdout))
        sizes = {segment.segment_id: segment.size for segment in segments.segments}
        return design_experiment(
            segments,
            approved,
            rank_customers(parts, sizes, planned_shares(segments, approved, settings)),
            settings,
            seed=manifest.seed,
            experiment_id=manifest.run_id,
            input_digest=input_digest,
        )

    plan = run.once(PLAN, PlanDocument, input_digest, build)
    record = AuditRecord("plan", "experiment_planned", {"plan_digest": digest(plan)})
    AuditTrail(services.blobs, request.run_id, services.now).record([record])
    return ExperimentPlanSummary(
        arms=len({arm.arm for segment in plan.segments for arm in segment.arms}),
        customers=sum(segment.size for segment in plan.segments),
    )


def assign_partition(request: PartitionRef, services: Services) -> AssignmentSummary:
    """Assign one partition's customers, export them by arm and draw their engagement; the counts are written last."""
    from shared.domain.assignment import assign_customers_to_arms
    from shared.domain.frames import exports_by_arm, to_parquet
    from shared.domain.outcomes import count_outcomes
    from shared.domain.simulation import simulate_engagement

    run = RunFolder(services.blobs, request.run_id)
    run.manifest()
    plan = run.read(PLAN, PlanDocument)
    input_digest = digest("outcomes", digest(plan), request.partition)

    def build() -> PartitionOutcomes:
        (customers,) = read_customers(run, [request.partition])
        assignments = assign_customers_to_arms(customers, plan)
        run.keep(assignments_part(request.partition), to_parquet(assignments, input_digest))
        for arm, data in exports_by_arm(assignments).items():
            run.keep(export_file(arm, request.partition), data)
        assigned = customers.assign(arm=assignments["arm"])
        known_before = sorted({*plan.covariates.values()})
        outcomes = assigned[["segment", "arm", *known_before]].join(simulate_engagement(assigned, plan))
        return PartitionOutcomes(input_digest=input_digest, strata=count_outcomes(outcomes, plan))

    outcomes = run.once(outcomes_part(request.partition), PartitionOutcomes, input_digest, build)
    return _summary(outcomes)


def sum_outcomes(request: PartitionRange, services: Services) -> AssignmentSummary:
    """Add up the outcomes of a range of partitions, so that no step has to read those of all."""
    run = RunFolder(services.blobs, request.run_id)
    run.manifest()
    return _summary(_range_outcomes(run, digest(run.read(PLAN, PlanDocument)), request))


def analyse_experiment(request: RunRef, services: Services) -> AnalysisSummary:
    """Write ``experiment.json`` from the partitions' counts, and enter its digest in the audit."""
    from shared.domain.analysis import analyse
    from shared.domain.outcomes import merge_counts

    run = RunFolder(services.blobs, request.run_id)
    run.manifest()
    plan = run.read(PLAN, PlanDocument)
    partitions = len(run.read(PARTITIONS, PartitionPlan).partitions)
    plan_digest = digest(plan)
    input_digest = digest("experiment", plan_digest)

    def build() -> ExperimentDocument:
        parts = (_range_outcomes(run, plan_digest, which).strata for which in partition_ranges(run.run_id, partitions))
        cost = sum(call.cost_usd for call in run.calls())
        return analyse(plan, merge_counts(parts), plan_digest=plan_digest, input_digest=input_digest, cost_usd=cost)

    experiment = run.once(EXPERIMENT, ExperimentDocument, input_digest, build)
    record = AuditRecord("experiment", "experiment_analysed", {"experiment_digest": digest(experiment)})
    AuditTrail(services.blobs, request.run_id, services.now).record([record])
    return AnalysisSummary(
        comparisons=len(experiment.lift_analysis),
        significant=sum(row.significant for row in experiment.lift_analysis),
    )


def _summary(outcomes: PartitionOutcomes) -> AssignmentSummary:
    from shared.domain.holdout import HOLDOUT

    counts = [(arm, found.n) for arms in outcomes.strata.values() for arm, found in arms.items()]
    return AssignmentSummary(assigned=sum(n for arm, n in counts if arm != HOLDOUT))


def _range_outcomes(run: RunFolder, plan_digest: str, which: PartitionRange) -> PartitionOutcomes:
    from shared.domain.outcomes import merge_counts

    input_digest = digest("outcomes", plan_digest, which)
    parts = (run.read(outcomes_part(index), PartitionOutcomes).strata for index in range(which.first, which.end))
    return run.once(
        outcomes_sum(which.first, which.end),
        PartitionOutcomes,
        input_digest,
        lambda: PartitionOutcomes(input_digest=input_digest, strata=merge_counts(parts)),
    )


def _approved_variants(run: RunFolder) -> dict[str, dict[Tone, str]]:
    """segment_id -> tone -> id of the variant whose very text was approved."""
    closed = run.read(APPROVALS, ApprovalsDocument)
    approvals = {(one.variant_id, one.content_hash) for one in closed.approvals if one.status == "approved"}
    approved: dict[str, dict[Tone, str]] = {}
    for variant in run.variants():
        if (variant.variant_id, variant.content_hash) in approvals:
            approved.setdefault(variant.segment_id, {})[variant.tone] = variant.variant_id
    return approved


def _key_parts(run: RunFolder, segments: SegmentsDocument, holdout: Holdout | None) -> "Iterator[KeyPart]":
    """The keys of all customers but those held out, by partition and segment."""
    import numpy as np

    from shared.domain.categories import rows_by_name
    from shared.domain.holdout import held_out
    from shared.domain.ranking import KeyPart

    ids = {segment.name: segment.segment_id for segment in segments.segments}
    columns = ["segment", "key", *(["customer_id"] if holdout else [])]
    for frame in read_customers(run, range(len(run.read(PARTITIONS, PartitionPlan).partitions)), columns):
        keys = frame["key"].to_numpy(dtype=np.uint64)
        kept = ~held_out(frame["customer_id"], holdout) if holdout else np.ones(len(frame), dtype=np.bool_)
        for name, rows in rows_by_name(frame["segment"]).items():
            mailed = rows[kept[rows]]
            yield KeyPart(ids[name], keys[mailed], held_out=len(rows) - len(mailed))
