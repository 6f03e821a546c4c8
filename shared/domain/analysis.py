"""The analysis: counts by segment and arm, held against the plan, as the experiment's results.

Sees counts, never a customer. What is compared with what is the plan's; see ``shared.domain.study``.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from shared.domain.allocation import propose_shares
from shared.domain.assignment import CONTROL, TREATMENT_ARMS
from shared.domain.conversion_costs import conversion_costs, programme_cost
from shared.domain.exact import add, to_float
from shared.domain.holdout import HOLDOUT
from shared.domain.outcomes import OUTCOME_OF, Strata
from shared.domain.power_notes import treatments
from shared.domain.stats.covariate import Covaried
from shared.domain.stats.lift import compare, mean_interval
from shared.domain.stats.sample_ratio import sample_ratio
from shared.domain.stats.samples import Moments, Pair, Proportion, Sample
from shared.domain.study import (
    METHODS,
    NOBODY,
    Study,
    arm_beliefs,
    calculate_lift_and_significance,
    segment_findings,
)
from shared.domain.verdicts import Finding, SegmentFinding, Terms, conclusion
from shared.errors import InputError
from shared.experiment_contracts import (
    ArmCounts,
    ArmResult,
    ConversionCost,
    EngagementSource,
    ExperimentDocument,
    HoldoutResult,
    LiftAnalysis,
    Observation,
    PlanDocument,
    SegmentPlan,
    SegmentResult,
)
from shared.run_config import Metric, RateMetric

REVENUE: Metric = "revenue_per_customer"
EVERYBODY = "all arms"


def analyse(
    plan: PlanDocument,
    strata: Strata,
    *,
    plan_digest: str,
    input_digest: str,
    engagement_source: EngagementSource | None = None,
    analysis: int = 0,
    observation: Observation | None = None,
    cost_usd: float = 0.0,
) -> ExperimentDocument:
    """The experiment's results from counts per segment_id and arm; a planned arm without counts has no customers.

    ``engagement_source`` replaces the plan's where the counts come from elsewhere, as observed ones do; ``cost_usd``
    is what the run's services cost. Raises ``InputError`` if the counts name a segment or arm that was not planned, or
    count more outcomes than customers.
    """
    counts = _complete(plan, strata)
    source = engagement_source or plan.engagement_source
    study = _study_of(plan, counts, source)
    srm = sample_ratio(study.sizes, study.planned)
    findings = calculate_lift_and_significance(study, srm)
    lifts = tuple(_lift_analysis(finding) for finding in findings)
    believed, why_not = arm_beliefs(study, plan.primary, tuple(study.sizes))
    by_segment = segment_findings(study, plan.primary, srm)
    holdout = _holdout(plan, counts, study)
    return ExperimentDocument(
        input_digest=input_digest,
        experiment_id=plan.experiment_id,
        analysis=analysis,
        engagement_source=source,
        a_a_test=plan.a_a_test,
        plan_digest=plan_digest,
        alpha=plan.alpha,
        looks=study.terms.looks,
        srm=srm,
        arms=calculate_metrics(counts, alpha=plan.alpha),
        lift_analysis=lifts,
        segment_breakdown=tuple(
            _segment_result(plan, segment, study, by_segment[segment.segment_id], mismatch=srm.mismatch)
            for segment in plan.segments
        ),
        beliefs=believed,
        beliefs_reason=why_not,
        next_shares={} if srm.mismatch or plan.a_a_test else propose_shares(believed, CONTROL, plan.control_floor),
        conversion_costs=conversion_costs(lifts, cost_usd) + _programme_cost(plan, holdout, cost_usd),
        holdout=holdout,
        observation=observation,
        strata=counts,
        methods=METHODS,
        conclusion=conclusion([one for one in findings if one.metric == plan.primary], srm, study.terms),
    )


def calculate_metrics(strata: Strata, *, alpha: float = 0.05) -> tuple[ArmResult, ...]:
    """Rates per customer assigned, of each arm pooled over all segments that have it; control first.

    The interval of revenue covers 1 - ``alpha``.
    """
    by_arm = {
        arm: [arms[arm] for arms in strata.values() if arm in arms] for arm in (CONTROL, *TREATMENT_ARMS.values())
    }
    return tuple(_arm_result(arm, counts, alpha) for arm, counts in by_arm.items() if counts)


# --- from the plan and the counts to a study --------------------------------------------------------------------------


def _complete(plan: PlanDocument, strata: Strata) -> dict[str, dict[str, ArmCounts]]:
    """Counts for every planned arm, in the plan's order."""
    arms = {segment.segment_id: _arms_of(segment) for segment in plan.segments}
    unplanned = sum(
        arm not in arms.get(segment_id, ()) for segment_id, of_segment in strata.items() for arm in of_segment
    )
    if unplanned:
        raise InputError(f"counts for {unplanned} segments' arms that are not in the experiment's plan")
    return {
        segment_id: {arm: strata.get(segment_id, {}).get(arm, ArmCounts()) for arm in names}
        for segment_id, names in arms.items()
    }


def _arms_of(segment: SegmentPlan) -> tuple[str, ...]:
    return (*(arm.arm for arm in segment.arms), *((HOLDOUT,) if segment.held_out else ()))


def _study_of(plan: PlanDocument, counts: Strata, source: EngagementSource) -> Study:
    metrics = (plan.primary, *plan.secondary)
    recorded = any(arm.revenue is not None for arms in counts.values() for arm in arms.values())
    unplanned = (REVENUE,) if recorded and REVENUE not in metrics else ()
    everything = (*metrics, *unplanned)
    in_arms = {
        segment_id: {arm: of_arm for arm, of_arm in arms.items() if arm != HOLDOUT}
        for segment_id, arms in counts.items()
    }
    return Study(
        control=CONTROL,
        treatments=treatments(plan.segments),
        metrics=metrics,
        test_type=plan.test_type,
        terms=Terms(
            source=source,
            correction=plan.correction,
            looks=plan.looks if source == "observed" else "once",
            alpha=plan.alpha,
            a_a_test=plan.a_a_test,
        ),
        shares={segment.segment_id: {arm.arm: arm.share for arm in segment.arms} for segment in plan.segments},
        planned={segment.segment_id: {arm.arm: arm.size for arm in segment.arms} for segment in plan.segments},
        samples={
            segment_id: {
                arm: {metric: _sample(of_arm, metric) for metric in everything} for arm, of_arm in arms.items()
            }
            for segment_id, arms in in_arms.items()
        },
        sizes={segment_id: {arm: of_arm.n for arm, of_arm in arms.items()} for segment_id, arms in in_arms.items()},
        baselines=_baselines(plan),
        unplanned=unplanned,
        covaried={
            segment_id: {arm: _covaried(of_arm) for arm, of_arm in arms.items()} for segment_id, arms in in_arms.items()
        },
        covariates={metric: str(column) for metric, column in plan.covariates.items()},
    )


def _baselines(plan: PlanDocument) -> dict[str, float]:
    """The rates that the plan was made for; revenue is as rare as conversions."""
    rates: dict[str, float] = {metric: plan.simulation.get(f"baseline_{metric}", 0.0) for metric in OUTCOME_OF}
    return rates | {REVENUE: rates["conversion_rate"]}


def _samples(counts: ArmCounts, metrics: Sequence[Metric]) -> dict[str, Sample | None]:
    return {metric: _sample(counts, metric) for metric in metrics}


def _sample(counts: ArmCounts, metric: Metric) -> Sample | None:
    if metric != "revenue_per_customer":
        return _proportion(counts, metric)
    sums = counts.revenue
    return Moments(counts.n, to_float(sums.total), to_float(sums.squares)) if sums else None


def _proportion(counts: ArmCounts, metric: RateMetric) -> Proportion:
    return Proportion(getattr(counts, OUTCOME_OF[metric]), counts.n)


def _covaried(counts: ArmCounts) -> dict[str, Covaried]:
    """Of a rate, whose outcomes are zeros and ones and so their own squares."""
    return {
        metric: Covaried(
            counts.n,
            *map(Fraction, (y := getattr(counts, OUTCOME_OF[metric]), y, sums.total, sums.squares, sums.products)),
        )
        for metric, sums in counts.covariates.items()
        if metric != "revenue_per_customer"
    }


# --- from findings to results -----------------------------------------------------------------------------------------


def _arm_result(arm: str, counts: Sequence[ArmCounts], alpha: float) -> ArmResult:
    revenue = _revenue(counts)
    pooled = {metric: sum((_proportion(part, metric) for part in counts), NOBODY) for metric in OUTCOME_OF}
    return ArmResult(
        arm_name=arm,
        sample_size=sum(part.n for part in counts),
        open_rate=pooled["open_rate"].rate,
        click_rate=pooled["click_rate"].rate,
        conversion_rate=pooled["conversion_rate"].rate,
        machine_opened=sum(part.machine_opened for part in counts),
        revenue_per_customer=revenue.rate if revenue else None,
        revenue_ci=mean_interval(revenue, alpha) if revenue else None,
    )


def _revenue(counts: Sequence[ArmCounts]) -> Moments | None:
    """Of an arm over all segments, exactly summed; None where nobody recorded any."""
    sums = [part.revenue for part in counts if part.revenue]
    if not sums:
        return None
    total, squares = (reduce(add, parts) for parts in ([one.total for one in sums], [one.squares for one in sums]))
    return Moments(sum(part.n for part in counts), to_float(total), to_float(squares))


def _lift_analysis(finding: Finding) -> LiftAnalysis:
    return LiftAnalysis.model_validate({"treatment_arm": finding.arm, **figures_of(finding)})


def figures_of(finding: Finding) -> dict[str, Any]:
    """All of a comparison but its arm, as plain JSON data: the fields of ``LiftAnalysis`` by name."""
    comparison = finding.comparison
    parts = {"sequential": finding.sequential, "stratified": finding.stratified, "adjusted": finding.adjusted}
    return {
        "metric": finding.metric,
        "treatment_size": finding.treatment_size,
        "control_size": finding.control_size,
        "control_rate": comparison.control_rate,
        "treatment_rate": comparison.treatment_rate,
        "lift_percent": comparison.lift_percent,
        "lift_ci_percent": comparison.lift_ci_percent and list(comparison.lift_ci_percent),
        "abs_diff": comparison.abs_diff,
        "abs_ci": comparison.abs_ci and list(comparison.abs_ci),
        "test": comparison.test.name,
        "statistic": comparison.test.statistic,
        "p_value": comparison.test.p_value,
        "p_adjusted": finding.p_adjusted,
        "significant": finding.significant,
        "planned": finding.planned,
        "reason": finding.reason,
        **{name: part.model_dump(mode="json") if part else None for name, part in parts.items()},
    }


def _segment_result(
    plan: PlanDocument, segment: SegmentPlan, study: Study, found: SegmentFinding, *, mismatch: bool
) -> SegmentResult:
    best = found.best
    believed, _ = arm_beliefs(study, plan.primary, (segment.segment_id,))
    proposed = {} if mismatch or plan.a_a_test else propose_shares(believed, CONTROL, plan.control_floor)
    return SegmentResult(
        segment=segment.segment,
        segment_id=segment.segment_id,
        best_performing_arm=best.arm if best else None,
        treatment_size=best.treatment_size if best else None,
        control_size=best.control_size if best else None,
        lift_percent=best.comparison.lift_percent if best else None,
        lift_ci_percent=best.deciding_lift_ci if best else None,
        p_adjusted=best.deciding_p if best else None,
        verdict=found.verdict,
        beliefs=believed,
        next_shares=proposed,
    )


# --- the holdout ------------------------------------------------------------------------------------------------------


def _holdout(plan: PlanDocument, counts: Strata, study: Study) -> HoldoutResult | None:
    """Everybody in an arm against those held out, within segments, on conversions: they alone need no mail."""
    if plan.holdout is None:
        return None
    held_out = sum(segment.held_out for segment in plan.segments)
    if study.terms.source != "observed":
        return HoldoutResult(
            held_out=held_out, comparison=None, reason="nothing is simulated for customers who get no mail"
        )
    pairs = [
        Pair(
            sum((_proportion(of_arm, "conversion_rate") for arm, of_arm in arms.items() if arm != HOLDOUT), NOBODY),
            _proportion(arms[HOLDOUT], "conversion_rate"),
        )
        for arms in counts.values()
        if HOLDOUT in arms
    ]
    return HoldoutResult(held_out=held_out, comparison=_programme_lift(pairs, study))


def _programme_lift(pairs: Sequence[Pair], study: Study) -> LiftAnalysis:
    comparison = compare(pairs, alpha=study.terms.alpha, test_type=study.test_type)
    return LiftAnalysis(
        treatment_arm=EVERYBODY,
        metric="conversion_rate",
        treatment_size=sum(pair.treatment.n for pair in pairs),
        control_size=sum(pair.control.n for pair in pairs),
        control_rate=comparison.control_rate,
        treatment_rate=comparison.treatment_rate,
        lift_percent=comparison.lift_percent,
        lift_ci_percent=comparison.lift_ci_percent,
        abs_diff=comparison.abs_diff,
        abs_ci=comparison.abs_ci,
        test=comparison.test.name,
        statistic=comparison.test.statistic,
        p_value=comparison.test.p_value,
        p_adjusted=None,
        significant=False,
        planned=False,
        reason="; ".join(
            ("a figure beside the planned tests, not adjusted and without a verdict", *comparison.reasons)
        ),
    )


def _programme_cost(plan: PlanDocument, holdout: HoldoutResult | None, cost_usd: float) -> tuple[ConversionCost, ...]:
    if holdout is None or holdout.comparison is None:
        return ()
    messages = sum(segment.size for segment in plan.segments)
    return (programme_cost(holdout.comparison, cost_usd + messages * plan.cost_per_message_usd),)
