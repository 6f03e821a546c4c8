"""The experiment's plan, fixed before any outcome exists: arms, tests, and what the sizes at hand can see.

Sees sizes and keys, never an outcome. The analysis of counts against the plan is ``shared.domain.analysis``.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from shared.contracts import Segment, SegmentsDocument
from shared.domain import report_words as words
from shared.domain.assignment import CONTROL, TREATMENT_ARMS, arm_shares, cut_arms
from shared.domain.randomness import Keys
from shared.domain.stats.power import detectable_lift, sample_size_per_arm
from shared.errors import InputError
from shared.experiment_contracts import EngagementSource, PlanDocument, PowerNote, SegmentPlan
from shared.run_config import ExperimentSettings, RateMetric, Tone


def design_experiment(
    segments: SegmentsDocument,
    approved: Mapping[str, Mapping[Tone, str]],
    keys_by_segment: Mapping[str, Keys],
    config: ExperimentSettings,
    *,
    seed: str,
    experiment_id: str,
    input_digest: str,
) -> PlanDocument:
    """The whole experiment, fixed before any outcome exists.

    ``approved`` maps segment_id to tone to the id of its approved variant (no entry: none approved);
    ``keys_by_segment`` maps segment_id to its customers' keys in any order. Raises ``InputError`` if a segment has not
    as many keys as customers.
    """
    plans = tuple(
        _plan_segment(segment, approved.get(segment.segment_id, {}), keys_by_segment.get(segment.segment_id), config)
        for segment in segments.segments
    )
    return PlanDocument(
        input_digest=input_digest,
        experiment_id=experiment_id,
        name=config.name,
        seed=seed,
        engagement_source=_source(segments, config),
        primary=config.metrics.primary,
        secondary=config.metrics.secondary,
        test_type=config.statistical_testing.test_type,
        correction=config.statistical_testing.correction,
        alpha=config.statistical_testing.alpha,
        simulation=config.simulation.model_dump(exclude={"use_historical_data"}),
        segments=plans,
        power=_power_notes(plans, config),
    )


def _source(segments: SegmentsDocument, config: ExperimentSettings) -> EngagementSource:
    """Historical rates count as the source only if somebody has one; whoever has none keeps the baseline."""
    features = [segment.features for segment in segments.segments]
    rates = [rate for item in features for rate in (item.avg_historical_open_rate, item.avg_historical_click_rate)]
    known = any(rate is not None for rate in rates)
    return "historical" if config.simulation.use_historical_data and known else "simulated"


def _plan_segment(
    segment: Segment, approved: Mapping[Tone, str], keys: Keys | None, config: ExperimentSettings
) -> SegmentPlan:
    if keys is None or len(keys) != segment.size:
        found = 0 if keys is None else len(keys)
        raise InputError(f"segment {segment.segment_id} has {segment.size} customers but {found} keys")
    return SegmentPlan(
        segment_id=segment.segment_id,
        segment=segment.name,
        size=segment.size,
        arms=cut_arms(keys, arm_shares(approved, config.sample_allocation)),
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
