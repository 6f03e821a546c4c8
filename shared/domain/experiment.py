"""The experiment: the plan before any outcome exists, and the analysis of counts against that plan.

Sees sizes and counts per segment and arm, never a customer's outcome. Comparisons are fixed by the plan: every
treatment arm on every metric is one family of tests, and every segment's treatment arms on the primary metric are
another, whatever the results look like.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.contracts import Segment, SegmentsDocument
from shared.domain import report_words as words
from shared.domain.assignment import CONTROL, TREATMENT_ARMS, ArmShare, arm_shares, cut_arms
from shared.domain.exact import to_float
from shared.domain.holdout import HOLDOUT, global_holdout
from shared.domain.outcomes import OUTCOME_OF
from shared.domain.randomness import Keys
from shared.domain.ranking import Ranking
from shared.domain.stats.families import holm
from shared.domain.stats.lift import Comparison, compare, compare_means
from shared.domain.stats.power import detectable_lift, sample_size_per_arm
from shared.domain.stats.sample_ratio import sample_ratio
from shared.domain.stats.samples import Moments, Pair, Proportion, Sample
from shared.domain.stats.significance import smallest_p_value
from shared.domain.verdicts import (
    WITHHELD,
    Finding,
    SegmentFinding,
    conclusion,
    segment_verdict,
)
from shared.errors import InputError
from shared.experiment_contracts import (
    ArmCounts,
    ArmResult,
    EngagementSource,
    ExperimentDocument,
    LiftAnalysis,
    PlanDocument,
    PowerNote,
    SampleRatio,
    SegmentPlan,
    SegmentResult,
)
from shared.run_config import Correction, ExperimentSettings, HistoryColumn, Metric, RateMetric, TestType, Tone

HISTORY_OF: dict[RateMetric, HistoryColumn] = {
    "open_rate": "historical_open_rate",
    "click_rate": "historical_click_rate",
    "conversion_rate": "historical_click_rate",
}
"""What is known of a customer before the run that goes with each metric."""
NO_KEYS = Ranking(0, 0, {})
NOBODY = Proportion(0, 0)
NOTHING = Moments(0, 0.0, 0.0)


# --- the plan ---------------------------------------------------------------------------------------------------------


def planned_shares(
    segments: SegmentsDocument, approved: Mapping[str, Mapping[Tone, str]], config: ExperimentSettings
) -> dict[str, list[ArmShare]]:
    """segment_id -> its arms and their shares; ``approved`` as for ``design_experiment``."""
    return {
        segment.segment_id: arm_shares(
            approved.get(segment.segment_id, {}), config.sample_allocation, a_a_test=config.design.a_a_test
        )
        for segment in segments.segments
    }


def design_experiment(
    segments: SegmentsDocument,
    approved: Mapping[str, Mapping[Tone, str]],
    keys_by_segment: Mapping[str, Keys | Ranking],
    config: ExperimentSettings,
    *,
    seed: str,
    experiment_id: str,
    input_digest: str,
) -> PlanDocument:
    """The whole experiment, fixed before any outcome exists.

    ``approved`` maps segment_id to tone to the id of its approved variant (no entry: none approved);
    ``keys_by_segment`` maps segment_id to the keys of its customers in any order, where nobody is held out, or to their
    ranking. Raises ``InputError`` if a segment has not as many keys and held out as customers.
    """
    shares, covariates = planned_shares(segments, approved, config), _covariates(segments, config)
    plans = tuple(
        _plan_segment(
            segment,
            shares[segment.segment_id],
            keys_by_segment.get(segment.segment_id, NO_KEYS),
            {*covariates.values()},
        )
        for segment in segments.segments
    )
    return PlanDocument(
        input_digest=input_digest,
        experiment_id=experiment_id,
        name=config.name,
        seed=seed,
        engagement_source=_source(segments, config),
        a_a_test=config.design.a_a_test,
        primary=config.metrics.primary,
        secondary=config.metrics.secondary,
        test_type=config.statistical_testing.test_type,
        correction=config.statistical_testing.correction,
        alpha=config.statistical_testing.alpha,
        covariates=covariates,
        holdout=global_holdout(config.holdout),
        simulation=_simulation(config),
        segments=plans,
        power=_power_notes(plans, config),
    )


def _simulation(config: ExperimentSettings) -> dict[str, float]:
    """The engagement model's numbers; in an A/A test there is no uplift to draw."""
    model: dict[str, float] = config.simulation.model_dump(exclude={"use_historical_data"})
    return {**model, "expected_uplift": 0.0, "uplift_std": 0.0} if config.design.a_a_test else model


def _covariates(segments: SegmentsDocument, config: ExperimentSettings) -> dict[Metric, HistoryColumn]:
    """Metric -> the rate known before that goes with it, for the metrics of the experiment where anybody has that."""
    if not config.statistical_testing.covariates:
        return {}
    metrics = (config.metrics.primary, *config.metrics.secondary)
    return {
        metric: HISTORY_OF[metric]
        for metric in metrics
        if metric != "revenue_per_customer"
        and any(_average(segment, HISTORY_OF[metric]) is not None for segment in segments.segments)
    }


def _average(segment: Segment, column: HistoryColumn) -> float | None:
    average: float | None = getattr(segment.features, f"avg_{column}")
    return average


def _source(segments: SegmentsDocument, config: ExperimentSettings) -> EngagementSource:
    """Historical rates count as the source only if somebody has one; whoever has none keeps the baseline."""
    features = [segment.features for segment in segments.segments]
    rates = [rate for item in features for rate in (item.avg_historical_open_rate, item.avg_historical_click_rate)]
    known = any(rate is not None for rate in rates)
    return "historical" if config.simulation.use_historical_data and known else "simulated"


def _plan_segment(
    segment: Segment, shares: Sequence[ArmShare], keys: Keys | Ranking, columns: Iterable[HistoryColumn]
) -> SegmentPlan:
    size, held_out = (keys.size, keys.held_out) if isinstance(keys, Ranking) else (len(keys), 0)
    if size + held_out != segment.size:
        raise InputError(f"segment {segment.segment_id} has {segment.size} customers but {size + held_out} keys")
    averages = {column: _average(segment, column) for column in sorted(columns)}
    return SegmentPlan(
        segment_id=segment.segment_id,
        segment=segment.name,
        size=size,
        held_out=held_out,
        arms=cut_arms(keys, shares),
        typical={column: average for column, average in averages.items() if average is not None},
    )


def _power_notes(plans: Sequence[SegmentPlan], config: ExperimentSettings) -> tuple[PowerNote, ...]:
    """One note per metric, for the treatment arm with the fewest customers; none where no arm is treated."""
    sizes = [_compared_sizes(plans, arm) for arm in _treatments(plans)]
    if not sizes:
        return ()
    metrics = (config.metrics.primary, *config.metrics.secondary)
    rates = [metric for metric in metrics if metric != "revenue_per_customer"]
    testing = config.statistical_testing
    tests = len(sizes) * len(metrics) if testing.correction == "holm" else 1
    return tuple(_power_note(metric, *min(sizes), config, tests) for metric in rates)


def _compared_sizes(plans: Iterable[SegmentPlan], arm: str) -> tuple[int, int]:
    """Customers of ``arm``, and of control in the segments that have that arm."""
    sizes = [{planned.arm: planned.size for planned in plan.arms} for plan in plans]
    shared = [arms for arms in sizes if arms.get(arm)]
    return sum(arms[arm] for arms in shared), sum(arms[CONTROL] for arms in shared)


def _power_note(
    metric: RateMetric, treatment_size: int, control_size: int, config: ExperimentSettings, tests: int
) -> PowerNote:
    """``tests`` is the family's size: the first step of Holm's procedure tests at alpha over that many."""
    alpha = config.statistical_testing.alpha / tests
    baseline = getattr(config.simulation, f"baseline_{metric}")
    uplift = config.simulation.expected_uplift
    lift = detectable_lift(baseline, control_size, treatment_size, alpha)
    figures = PowerNote(
        metric=metric,
        baseline_rate=baseline,
        treatment_size=treatment_size,
        control_size=control_size,
        detectable_lift_percent=None if lift is None else 100 * lift,
        expected_lift_percent=100 * uplift,
        size_needed_per_arm=sample_size_per_arm(baseline, uplift, alpha),
        note="",
    )
    return figures.model_copy(update={"note": _power_words(figures, tests)})


def _power_words(figures: PowerNote, tests: int) -> str:
    treated, control = figures.treatment_size, figures.control_size
    sizes = f"{treated:,} customers per arm"
    if treated != control:
        sizes = f"{treated:,} treated and {control:,} control customers"
    metric = words.readable(figures.metric)
    can = f"cannot reliably detect any lift in {metric}"
    if figures.detectable_lift_percent is not None:
        can = f"can detect a lift in {metric} of about {_about(figures.detectable_lift_percent)}% or more"
    would = f"no number of customers would show the expected lift of {figures.expected_lift_percent:.3g}%"
    if figures.size_needed_per_arm is not None:
        needed = _about(figures.size_needed_per_arm)
        would = f"the expected {figures.expected_lift_percent:.3g}% lift would need about {needed} customers per arm"
    corrected = f" and a Holm correction for {tests} tests" if tests > 1 else ""
    return f"With {sizes} this test {can}; {would} (at 80% power{corrected})."


def _about(value: float) -> str:
    """Two significant digits, in full, with thousands separated."""
    digits = max(0, 1 - math.floor(math.log10(value))) if value else 0
    return f"{float(f'{value:.2g}'):,.{digits}f}"


def _treatments(plans: Iterable[SegmentPlan]) -> tuple[str, ...]:
    """The treatment arms that any segment has, in their order."""
    planned = {arm.arm for plan in plans for arm in plan.arms}
    return tuple(arm for arm in TREATMENT_ARMS.values() if arm in planned)


# --- the analysis -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Study:
    """What is compared with what: the planned family of tests, and samples by stratum, arm and metric.

    ``metrics`` has the primary one first. In each stratum ``shares`` are what the arms were to get, in any unit, and
    ``planned`` what they were given: the same but for whole customers.
    """

    control: str
    treatments: tuple[str, ...]
    metrics: tuple[str, ...]
    alpha: float
    test_type: TestType
    correction: Correction
    shares: Mapping[str, Mapping[str, float]]
    planned: Mapping[str, Mapping[str, float]]
    samples: Mapping[str, Mapping[str, Mapping[str, Sample]]]
    sizes: Mapping[str, Mapping[str, int]]


def analyse(
    plan: PlanDocument,
    strata: Mapping[str, Mapping[str, ArmCounts]],
    *,
    plan_digest: str,
    input_digest: str,
    engagement_source: EngagementSource | None = None,
) -> ExperimentDocument:
    """The experiment's results from counts per segment_id and arm; a planned arm without counts has no customers.

    ``engagement_source`` replaces the plan's where the counts come from elsewhere, as observed ones do. Raises
    ``InputError`` if the counts name a segment or arm that was not planned, or count more outcomes than customers.
    """
    counts = _complete(plan, strata)
    study = _study_of(plan, counts)
    srm = sample_ratio(study.sizes, study.planned)
    source = engagement_source or plan.engagement_source
    findings = calculate_lift_and_significance(study, srm)
    primary = [finding for finding in findings if finding.metric == plan.primary]
    by_segment = segment_findings(study, plan.primary, srm)
    return ExperimentDocument(
        input_digest=input_digest,
        experiment_id=plan.experiment_id,
        engagement_source=source,
        plan_digest=plan_digest,
        alpha=plan.alpha,
        srm=srm,
        arms=calculate_metrics(counts),
        lift_analysis=tuple(_lift_analysis(finding) for finding in findings),
        segment_breakdown=tuple(_segment_result(segment, by_segment[segment.segment_id]) for segment in plan.segments),
        strata=counts,
        conclusion=conclusion(primary, srm, source, plan.correction, plan.alpha),
    )


def calculate_metrics(strata: Mapping[str, Mapping[str, ArmCounts]]) -> tuple[ArmResult, ...]:
    """Rates per customer assigned, of each arm pooled over all segments that have it; control first."""
    by_arm = {
        arm: [arms[arm] for arms in strata.values() if arm in arms] for arm in (CONTROL, *TREATMENT_ARMS.values())
    }
    return tuple(_arm_result(arm, counts) for arm, counts in by_arm.items() if counts)


def calculate_lift_and_significance(study: Study, srm: SampleRatio) -> tuple[Finding, ...]:
    """Every treatment arm against control on every metric, primary first, adjusted as one family.

    An arm is compared with the control customers of those segments only that have the arm. Where its share relative to
    control is the same in all of them they are pooled; where it differs they are stratified (see ``compare``).
    """
    everywhere = tuple(study.sizes)
    family = [(arm, metric, everywhere) for metric in study.metrics for arm in study.treatments]
    return _findings(study, family, srm)


def segment_findings(study: Study, metric: str, srm: SampleRatio) -> dict[str, SegmentFinding]:
    """The best arm of every stratum on one metric: one significantly better than control.

    All planned pairs of stratum and treatment arm are one family, so that alpha holds for naming any arm of any
    stratum: with Holm's correction, no more than alpha of the experiments without any effect name one.
    """
    family = [(arm, metric, (name,)) for name in study.sizes for arm in _arms_of(study, name)]
    findings = _findings(study, family, srm)
    by_stratum: dict[str, list[Finding]] = {name: [] for name in study.sizes}
    for (_, _, (name,)), finding in zip(family, findings, strict=True):
        by_stratum[name].append(finding)
    return {
        name: segment_verdict(
            of_stratum, srm, study.correction, too_few=bool(of_stratum) and _too_few(study, name, len(family))
        )
        for name, of_stratum in by_stratum.items()
    }


def _arms_of(study: Study, stratum: str) -> list[str]:
    return [arm for arm in study.treatments if arm in study.shares[stratum]]


def _complete(plan: PlanDocument, strata: Mapping[str, Mapping[str, ArmCounts]]) -> dict[str, dict[str, ArmCounts]]:
    """Counts for every planned arm, in the plan's order."""
    planned = {
        (segment.segment_id, arm) for segment in plan.segments for arm in (*(arm.arm for arm in segment.arms), HOLDOUT)
    }
    unplanned = [
        (segment_id, arm) for segment_id, arms in strata.items() for arm in arms if (segment_id, arm) not in planned
    ]
    if unplanned:
        raise InputError(f"counts for {len(unplanned)} segments' arms that are not in the experiment's plan")
    return {
        segment.segment_id: {
            arm.arm: strata.get(segment.segment_id, {}).get(arm.arm, ArmCounts()) for arm in segment.arms
        }
        for segment in plan.segments
    }


def _study_of(plan: PlanDocument, counts: Mapping[str, Mapping[str, ArmCounts]]) -> Study:
    metrics = (plan.primary, *plan.secondary)
    return Study(
        control=CONTROL,
        treatments=_treatments(plan.segments),
        metrics=metrics,
        alpha=plan.alpha,
        test_type=plan.test_type,
        correction=plan.correction,
        shares={segment.segment_id: {arm.arm: arm.share for arm in segment.arms} for segment in plan.segments},
        planned={segment.segment_id: {arm.arm: arm.size for arm in segment.arms} for segment in plan.segments},
        samples={
            segment_id: {arm: _samples(of_arm, metrics) for arm, of_arm in arms.items()}
            for segment_id, arms in counts.items()
        },
        sizes={segment_id: {arm: of_arm.n for arm, of_arm in arms.items()} for segment_id, arms in counts.items()},
    )


def _samples(counts: ArmCounts, metrics: Sequence[Metric]) -> dict[str, Sample]:
    return {metric: _sample(counts, metric) for metric in metrics}


def _sample(counts: ArmCounts, metric: Metric) -> Sample:
    if metric != "revenue_per_customer":
        return _proportion(counts, metric)
    sums = counts.revenue
    return Moments(counts.n, to_float(sums.total), to_float(sums.squares)) if sums else NOTHING


def _proportion(counts: ArmCounts, metric: RateMetric) -> Proportion:
    return Proportion(getattr(counts, OUTCOME_OF[metric]), counts.n)


def _arm_result(arm: str, counts: Sequence[ArmCounts]) -> ArmResult:
    pooled = {metric: sum((_proportion(part, metric) for part in counts), NOBODY) for metric in OUTCOME_OF}
    return ArmResult(
        arm_name=arm,
        sample_size=sum(part.n for part in counts),
        open_rate=pooled["open_rate"].rate,
        click_rate=pooled["click_rate"].rate,
        conversion_rate=pooled["conversion_rate"].rate,
    )


# --- findings ---------------------------------------------------------------------------------------------------------


def _findings(
    study: Study, family: Sequence[tuple[str, str, tuple[str, ...]]], srm: SampleRatio
) -> tuple[Finding, ...]:
    """The comparisons of one family of (arm, metric, strata), each over those of the strata that have the arm."""
    comparisons = [_compare_arm(study, arm, metric, strata) for arm, metric, strata in family]
    p_values = [comparison.test.p_value for comparison in comparisons]
    adjusted = holm(p_values) if study.correction == "holm" else p_values
    return tuple(
        Finding(
            arm=arm,
            metric=metric,
            comparison=comparison,
            p_adjusted=p,
            significant=p is not None and p < study.alpha and not srm.mismatch,
            reason="; ".join(comparison.reasons + ((WITHHELD,) if srm.mismatch else ())),
        )
        for (arm, metric, _), comparison, p in zip(family, comparisons, adjusted, strict=True)
    )


def _compare_arm(study: Study, arm: str, metric: str, strata: Sequence[str]) -> Comparison:
    shared = [name for name in strata if study.sizes[name].get(arm) and study.sizes[name].get(study.control)]
    samples = [(study.samples[name][arm][metric], study.samples[name][study.control][metric]) for name in shared]
    rates = [Pair(t, c) for t, c in samples if isinstance(t, Proportion) and isinstance(c, Proportion)]
    means = [(t, c) for t, c in samples if isinstance(t, Moments) and isinstance(c, Moments)]
    stratified = bool(rates) and not _one_ratio(study, arm, shared)
    if means:
        treated, controls = sum((t for t, _ in means), NOTHING), sum((c for _, c in means), NOTHING)
        comparison = compare_means(treated, controls, alpha=study.alpha)
    else:
        pairs = rates if stratified else [_pool(rates)]
        comparison = compare(pairs, alpha=study.alpha, test_type=study.test_type)
    return replace(comparison, reasons=comparison.reasons + _scope(shared, strata, stratified=stratified))


def _pool(pairs: Sequence[Pair]) -> Pair:
    return Pair(sum((pair.treatment for pair in pairs), NOBODY), sum((pair.control for pair in pairs), NOBODY))


def _one_ratio(study: Study, arm: str, strata: Sequence[str]) -> bool:
    """Whether the arm's share relative to control is the same in all ``strata``, so that pooling cannot confound."""
    ratios = [study.shares[name][arm] / study.shares[name][study.control] for name in strata]
    return not ratios or math.isclose(min(ratios), max(ratios), rel_tol=1e-9)


def _scope(shared: Sequence[str], strata: Sequence[str], *, stratified: bool) -> tuple[str, ...]:
    """What a comparison covers and how, where that is not simply everybody pooled."""
    restricted = f"compared over the {len(shared)} of {len(strata)} segments that have this arm"
    standardised = "rates are standardised over segments, as the arm's share differs between them"
    return tuple(
        note for note, applies in ((restricted, 0 < len(shared) < len(strata)), (standardised, stratified)) if applies
    )


def _too_few(study: Study, stratum: str, tests: int) -> bool:
    """Whether not even the clearest outcome of any arm, alone among ``tests`` of a family, would be significant."""
    sizes = study.sizes[stratum]
    family = tests if study.correction == "holm" else 1
    clearest = [smallest_p_value(sizes.get(arm, 0), sizes.get(study.control, 0)) for arm in study.treatments]
    return min(clearest) * family >= study.alpha


# --- the results in the document's words ------------------------------------------------------------------------------


def _lift_analysis(finding: Finding) -> LiftAnalysis:
    return LiftAnalysis.model_validate({"treatment_arm": finding.arm, **figures_of(finding)})


def figures_of(finding: Finding) -> dict[str, Any]:
    """All of a comparison but its arm, as plain JSON data: the fields of ``LiftAnalysis`` by name."""
    comparison = finding.comparison
    return {
        "metric": finding.metric,
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
        "reason": finding.reason,
    }


def _segment_result(segment: SegmentPlan, found: SegmentFinding) -> SegmentResult:
    return SegmentResult(
        segment=segment.segment,
        segment_id=segment.segment_id,
        best_performing_arm=found.best.arm if found.best else None,
        lift_percent=found.best.comparison.lift_percent if found.best else None,
        p_adjusted=found.best.p_adjusted if found.best else None,
        verdict=found.verdict,
    )
