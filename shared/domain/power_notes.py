"""What the planned sizes can see, told before any outcome exists: also that they are too small for what is expected."""

import math
from collections.abc import Iterable, Sequence

from shared.domain import report_words as words
from shared.domain.assignment import CONTROL, TREATMENT_ARMS
from shared.domain.stats.power import detectable_lift, power_at, sample_size_per_arm
from shared.domain.stats.sequential import planned_reach
from shared.experiment_contracts import PowerNote, SegmentPlan
from shared.run_config import Correction, ExperimentSettings, RateMetric

WANTED = 0.8
_CORRECTIONS: dict[Correction, str] = {"holm": "Holm", "benjamini-hochberg": "Benjamini-Hochberg", "none": ""}


def power_notes(plans: Sequence[SegmentPlan], config: ExperimentSettings) -> tuple[PowerNote, ...]:
    """One note per rate, for the treatment arm with the fewest customers; none where no arm is treated.

    Of revenue nothing can be said before: its spread is not known.
    """
    sizes = [_compared_sizes(plans, arm) for arm in treatments(plans)]
    if not sizes:
        return ()
    metrics = (config.metrics.primary, *config.metrics.secondary)
    tests = len(sizes) * len(metrics) if config.statistical_testing.correction != "none" else 1
    rates = [metric for metric in metrics if metric != "revenue_per_customer"]
    return tuple(_power_note(metric, *min(sizes), config, tests) for metric in rates)


def treatments(plans: Iterable[SegmentPlan]) -> tuple[str, ...]:
    """The treatment arms that any segment has, in their order."""
    planned = {arm.arm for plan in plans for arm in plan.arms}
    return tuple(arm for arm in TREATMENT_ARMS.values() if arm in planned)


def _compared_sizes(plans: Iterable[SegmentPlan], arm: str) -> tuple[int, int]:
    """Customers of ``arm``, and of control in the segments that have that arm."""
    sizes = [{planned.arm: planned.size for planned in plan.arms} for plan in plans]
    shared = [arms for arms in sizes if arms.get(arm)]
    return sum(arms[arm] for arms in shared), sum(arms[CONTROL] for arms in shared)


def _power_note(
    metric: RateMetric, treatment_size: int, control_size: int, config: ExperimentSettings, tests: int
) -> PowerNote:
    """``tests`` is the family's size: the first step of either correction tests at alpha over that many."""
    alpha = config.statistical_testing.alpha / tests
    baseline = getattr(config.simulation, f"baseline_{metric}")
    uplift = config.simulation.expected_uplift
    lift = detectable_lift(baseline, control_size, treatment_size, alpha)
    reach = planned_reach(alpha=config.statistical_testing.alpha, tests=tests)
    always = detectable_lift(baseline, control_size, treatment_size, alpha, reach=reach)
    figures = PowerNote(
        metric=metric,
        baseline_rate=baseline,
        treatment_size=treatment_size,
        control_size=control_size,
        tests=tests,
        detectable_lift_percent=None if lift is None else 100 * lift,
        detectable_lift_any_look_percent=None if always is None else 100 * always,
        expected_lift_percent=100 * uplift,
        power_at_expected_lift=power_at(baseline, uplift, control_size, treatment_size, alpha),
        size_needed_per_arm=sample_size_per_arm(baseline, uplift, alpha),
        note="",
    )
    return figures.model_copy(update={"note": _power_words(figures, config.statistical_testing.correction)})


def _power_words(figures: PowerNote, correction: Correction) -> str:
    treated, control = figures.treatment_size, figures.control_size
    sizes = f"{treated:,} customers per arm"
    if treated != control:
        sizes = f"{treated:,} treated and {control:,} control customers"
    can = f"cannot reliably detect any lift in {words.readable(figures.metric)}"
    if figures.detectable_lift_percent is not None:
        lift = _about(figures.detectable_lift_percent)
        can = f"can detect a lift in {words.readable(figures.metric)} of about {lift}% or more"
    corrected = f" and a {_CORRECTIONS[correction]} correction for {figures.tests} tests" if figures.tests > 1 else ""
    return f"With {sizes} this test {can} (at 80% power{corrected}). {_expectation(figures)}"


def _expectation(figures: PowerNote) -> str:
    if not figures.expected_lift_percent:
        return "No lift is expected, so none can be missed."
    lift = f"the expected {_about(figures.expected_lift_percent)}% lift"
    if figures.size_needed_per_arm is None:
        return f"No number of customers would show {lift}."
    power = figures.power_at_expected_lift or 0.0
    if power >= WANTED:
        return f"It is large enough for {lift}, which it would find in {100 * power:.0f} of 100 such tests."
    needed = _about(figures.size_needed_per_arm)
    found = "fewer than 1" if power < 0.01 else f"{100 * power:.0f}"
    return (
        f"It is too small for {lift}: that would be found in {found} of 100 such tests, and needs about {needed} "
        "customers per arm."
    )


def _about(value: float) -> str:
    """Two significant digits, in full, with thousands separated."""
    digits = max(0, 1 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{float(f'{value:.2g}'):,.{digits}f}"
