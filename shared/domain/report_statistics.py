"""The report's second look at the experiment: what was loaded, within segments, looking often, odds, and costs.

It words what the analysis found and never recomputes it. Every figure stands beside its n and its interval.
"""

from collections.abc import Mapping, Sequence

from shared.domain import report_words as words
from shared.domain.report_model import Block, Column, Table, Text
from shared.experiment_contracts import (
    ArmBelief,
    ConversionCost,
    ExperimentDocument,
    HoldoutResult,
    LiftAnalysis,
    Observation,
    PlanDocument,
    Sequential,
    Stratified,
)
from shared.run_config import Metric

Labels = Mapping[str, str]
REVENUE: Metric = "revenue_per_customer"


# --- figures of one metric --------------------------------------------------------------------------------------------


def value_text(metric: Metric, value: float | None) -> str:
    """A rate as a percentage, revenue as a plain amount."""
    return words.decimal(value, 2) if metric == REVENUE else words.percent(value)


def difference_text(metric: Metric, difference: float | None, interval: tuple[float, float] | None) -> str:
    """A difference with its interval: in percentage points, revenue as an amount."""
    signed = words.signed_decimal if metric == REVENUE else words.signed_points
    reach = words.NOTHING if interval is None else f"{signed(interval[0])} to {signed(interval[1])}"
    return words.with_interval(signed(difference), reach)


def sizes_text(treatment: int, control: int) -> str:
    """How many customers stand behind a comparison."""
    return f"{words.number(treatment)} against {words.number(control)}"


# --- what was loaded --------------------------------------------------------------------------------------------------


def observation_blocks(experiment: ExperimentDocument, labels: Labels) -> Sequence[Block]:
    """What became of every row that was loaded, and what machines opened; nothing where nothing was loaded."""
    seen = experiment.observation
    if seen is None:
        return []
    outcomes = {
        "Counted": seen.counted,
        "Replaced by a later file": seen.superseded,
        "A customer of the same file again": seen.duplicates,
        "Not a customer of this run": seen.unknown,
        **{f"Rejected: {reason}": rows for reason, rows in sorted(seen.reject_reasons.items())},
    }
    rows = [(name, words.number(count)) for name, count in outcomes.items()]
    table = Table(
        caption=f"Rows of observed engagement, from {words.counted(seen.files, 'file')}",
        columns=(Column(name="What became of them", width=3), Column(name="Rows", numeric=True)),
        rows=(*rows, ("All rows", words.number(seen.rows))),
        notes=_observed_notes(seen, experiment, labels),
    )
    return [table]


def _observed_notes(seen: Observation, experiment: ExperimentDocument, labels: Labels) -> tuple[str, ...]:
    machines = [
        f"{labels[arm.arm_name]} {words.number(arm.machine_opened)} of {words.number(arm.sample_size)}"
        for arm in experiment.arms
        if arm.machine_opened
    ]
    when = f", from {seen.first_at:%Y-%m-%d} to {seen.last_at:%Y-%m-%d}" if seen.first_at and seen.last_at else ""
    return (
        f"{words.counted(seen.customers, 'customer')} had a row{when}; all others count as without any reaction.",
        *((f"Opened by a machine only, and not counted as opened: {words.listed(machines)}.",) if machines else ()),
    )


# --- looking often ----------------------------------------------------------------------------------------------------


def looks_blocks(experiment: ExperimentDocument, plan: PlanDocument, labels: Labels, level: str) -> Sequence[Block]:
    """The always-valid figures where they decide: observed outcomes that may be looked at at any time."""
    looked = [(lift, lift.sequential) for lift in experiment.lift_analysis if lift.sequential and lift.planned]
    if experiment.looks != "any" or not looked:
        return []
    return [
        Table(
            caption=(
                "However often one looks: p-values and intervals that hold at all looks together. These decide; those "
                "above hold for one look"
            ),
            columns=(
                Column(name="Metric and arm", width=1.6),
                Column(name=f"Difference ({level} at all looks)", numeric=True, width=1.3),
                Column(name=f"Lift ({level} at all looks)", numeric=True, width=1.3),
                Column(name="p at all looks", numeric=True, width=0.8),
                Column(name=words.p_heading(plan.correction), numeric=True, width=0.8),
            ),
            rows=tuple(_look_row(lift, look, labels) for lift, look in looked),
            notes=words.distinct(f"{words.sentence(look.reason)}." for _, look in looked if look.reason),
        )
    ]


def _look_row(lift: LiftAnalysis, look: Sequential, labels: Labels) -> tuple[str, ...]:
    return (
        named(lift, labels),
        difference_text(lift.metric, lift.abs_diff, look.abs_ci),
        words.with_interval(words.signed_percent(lift.lift_percent), words.percent_range(look.lift_ci_percent)),
        words.p_value(look.p_value),
        words.p_value(look.p_adjusted),
    )


def named(lift: LiftAnalysis, labels: Labels) -> str:
    """Metric, arm and the customers behind a comparison, a line each."""
    sizes = sizes_text(lift.treatment_size, lift.control_size)
    arm = labels.get(lift.treatment_arm, words.sentence(lift.treatment_arm))
    return f"{words.sentence(words.readable(lift.metric))}\n{arm}\n{sizes}"


# --- within segments --------------------------------------------------------------------------------------------------


def stratified_blocks(
    experiment: ExperimentDocument, plan: PlanDocument, labels: Labels, level: str
) -> Sequence[Block]:
    """The primary metric within segments, and whether the segments agree; nothing where there is one segment.

    Of the other metrics only what all segments together would turn round.
    """
    found = [(lift, lift.stratified) for lift in experiment.lift_analysis if lift.stratified]
    rows = [(lift, within) for lift, within in found if lift.metric == plan.primary or within.reversed]
    if not rows:
        return []
    return [
        Table(
            caption="Within segments, put together by Mantel and Haenszel's weights",
            columns=(
                Column(name="Metric and arm", width=1.6),
                Column(name="Segments", numeric=True, width=0.7),
                Column(name=f"Difference, points ({level} interval)", numeric=True, width=1.3),
                Column(name=f"Lift ({level} interval)", numeric=True, width=1.3),
                Column(name="p that segments agree", numeric=True, width=0.9),
            ),
            rows=tuple(_stratified_row(lift, within, labels) for lift, within in rows),
            notes=(
                "A small p in the last column says that the effect is not the same in all segments (Breslow and Day).",
                *(
                    f"{labels[lift.treatment_arm]}, {words.readable(lift.metric)}: all segments together point "
                    "the other way than the segments do (Simpson's paradox); the segments count."
                    for lift, within in rows
                    if within.reversed
                ),
            ),
        )
    ]


def _stratified_row(lift: LiftAnalysis, within: Stratified, labels: Labels) -> tuple[str, ...]:
    return (
        named(lift, labels),
        words.number(within.segments),
        difference_text(lift.metric, within.abs_diff, within.abs_ci),
        words.with_interval(words.signed_percent(within.lift_percent), words.percent_range(within.lift_ci_percent)),
        words.p_value(within.heterogeneity_p),
    )


# --- adjusted by what was known before --------------------------------------------------------------------------------


def adjusted_blocks(experiment: ExperimentDocument, labels: Labels, level: str) -> Sequence[Block]:
    """The differences adjusted by the customers' earlier rates (CUPED), where there are any."""
    rows = [(lift, lift.adjusted) for lift in experiment.lift_analysis if lift.adjusted]
    if not rows:
        return []
    return [
        Table(
            caption="Adjusted by what was known of the customers before (CUPED); beside the tests, not in their place",
            columns=(
                Column(name="Metric and arm", width=1.6),
                Column(name="Known before", width=1.1),
                Column(name=f"Difference, points ({level} interval)", numeric=True, width=1.4),
                Column(name="p", numeric=True, width=0.6),
                Column(name="Variance taken out", numeric=True, width=0.8),
            ),
            rows=tuple(
                (
                    named(lift, labels),
                    words.sentence(words.readable(known.covariate)),
                    difference_text(lift.metric, known.abs_diff, known.abs_ci),
                    words.p_value(known.p_value),
                    words.percent(known.variance_reduction, 1),
                )
                for lift, known in rows
            ),
            notes=words.distinct(f"{words.sentence(known.reason)}." for _, known in rows if known.reason),
        )
    ]


# --- odds and the next run --------------------------------------------------------------------------------------------


def belief_blocks(experiment: ExperimentDocument, plan: PlanDocument, labels: Labels, level: str) -> Sequence[Block]:
    """Each arm's chance to be the best, what choosing it may lose, and the shares proposed for the next run."""
    if not experiment.beliefs:
        return []
    metric = words.readable(plan.primary)
    overall = Table(
        caption=f"Odds to act on, on {metric}, from a uniform prior; no test, and no verdict",
        columns=(
            Column(name="Arm", width=2),
            Column(name="Customers", numeric=True),
            Column(name=f"Rate ({level} credible)", numeric=True, width=1.8),
            Column(name="Chance to be best", numeric=True),
            Column(name="Expected loss, points", numeric=True),
            Column(name="Proposed next share", numeric=True),
        ),
        rows=tuple(_belief_row(belief, experiment.next_shares, labels) for belief in experiment.beliefs),
        notes=(f"Control keeps at least {words.percent(plan.control_floor, 0)}, to compare with.",)
        if experiment.next_shares
        else (),
    )
    return [overall, *_next_by_segment(experiment, labels)]


def _belief_row(belief: ArmBelief, shares: Mapping[str, float], labels: Labels) -> tuple[str, ...]:
    low, high = belief.interval
    return (
        labels.get(belief.arm, belief.arm),
        words.number(belief.n),
        f"{words.percent(belief.rate)} ({100 * low:.2f} to {100 * high:.2f})",
        words.percent(belief.probability_best, 1),
        f"{100 * belief.expected_loss:.3f}",
        words.percent(shares.get(belief.arm), 1),
    )


def _next_by_segment(experiment: ExperimentDocument, labels: Labels) -> Sequence[Block]:
    proposed = [segment for segment in experiment.segment_breakdown if segment.next_shares]
    if len(proposed) < 2:
        return []
    arms = [arm for arm in labels if any(arm in segment.next_shares for segment in proposed)]
    return [
        Table(
            caption="Shares proposed for the next run, by segment: each arm's chance to be best there",
            columns=(
                Column(name="Segment", width=2),
                Column(name="Customers", numeric=True),
                *(Column(name=labels[arm], numeric=True, width=1.2) for arm in arms),
            ),
            rows=tuple(
                (
                    words.plain(segment.segment, 120),
                    words.number(sum(belief.n for belief in segment.beliefs)),
                    *(words.percent(segment.next_shares.get(arm), 1) for arm in arms),
                )
                for segment in proposed
            ),
        )
    ]


# --- the holdout and the costs ----------------------------------------------------------------------------------------


def holdout_blocks(holdout: HoldoutResult | None, level: str) -> Sequence[Block]:
    """What writing to anybody at all was worth, against the customers whom no run writes to."""
    if holdout is None:
        return []
    held = f"{words.counted(holdout.held_out, 'customer')} held out of all mail"
    lift = holdout.comparison
    if lift is None:
        return [Text(text=f"{words.sentence(held)}: {words.plain(holdout.reason)}.")]
    difference = difference_text(lift.metric, lift.abs_diff, lift.abs_ci)
    reason = f" {words.sentence(words.plain(lift.reason))}." if lift.reason else ""
    return [
        Text(
            text=f"{words.sentence(held)}. All arms together against them, on conversions "
            f"({sizes_text(lift.treatment_size, lift.control_size)} customers): {difference} points, {level} interval."
            f"{reason}"
        )
    ]


def cost_blocks(costs: Sequence[ConversionCost], labels: Labels, level: str) -> Sequence[Block]:
    """What one more conversion cost, by arm."""
    if not costs:
        return []
    return [
        Table(
            caption="Cost of one more conversion: an arm's part of the run's cost over what it brought beyond control",
            columns=(
                Column(name="Arm", width=1.7),
                Column(name="Customers", numeric=True),
                Column(name="Cost", numeric=True, width=0.8),
                Column(name=f"More conversions ({level} interval)", numeric=True, width=1.6),
                Column(name=f"Cost of one ({level} interval)", numeric=True, width=1.8),
            ),
            rows=tuple(_cost_row(cost, labels) for cost in costs),
            notes=tuple(
                f"{labels.get(cost.arm, words.sentence(cost.arm))}: {words.plain(cost.reason)}."
                for cost in costs
                if cost.reason
            ),
        )
    ]


def _cost_row(cost: ConversionCost, labels: Labels) -> tuple[str, ...]:
    more, single = words.NOTHING, words.NOTHING
    if cost.incremental_ci is not None:
        low, high = cost.incremental_ci
        reach = f"{words.signed_decimal(low, 0)} to {words.signed_decimal(high, 0)}"
        more = words.with_interval(words.signed_decimal(cost.incremental_conversions, 0), reach)
    if cost.cost_per_conversion_usd is not None and cost.cost_ci_usd is not None:
        low, end = cost.cost_ci_usd
        reach = f"{words.money(low)} to {words.money(end)}" if end is not None else f"{words.money(low)} and more"
        single = words.with_interval(words.money(cost.cost_per_conversion_usd), reach)
    arm = labels.get(cost.arm, words.sentence(cost.arm))
    return (arm, words.number(cost.treatment_size), words.money(cost.cost_usd), more, single)
