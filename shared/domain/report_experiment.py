"""The report's account of the experiment: the headline, the arms, lift with intervals, segments, checks and power.

It words what the analysis found and never recomputes it; only the arms' own intervals are worked out here.
"""

import math
import re
from collections.abc import Mapping, Sequence
from statistics import NormalDist

from shared.domain import report_statistics as statistics
from shared.domain import report_words as words
from shared.domain.report_model import (
    Block,
    Column,
    Estimate,
    Headline,
    IntervalChart,
    Panel,
    RunDocuments,
    Section,
    Table,
    Text,
)
from shared.experiment_contracts import (
    ArmResult,
    ExperimentDocument,
    LiftAnalysis,
    PlanDocument,
    PowerNote,
    SampleRatio,
    SegmentResult,
)
from shared.run_config import Metric

CONTROL = "control"
MARKS = {
    "simulated": "Simulated engagement: not observed behaviour",
    "historical": "Engagement modelled on historical rates: not observed behaviour",
    "observed": "",
}
_FROM_ASSUMPTIONS = {
    "simulated": "Engagement was simulated from the assumptions listed under Method",
    "historical": "Engagement was modelled on the customers' historical rates",
}
_SEGMENTS_ADJUSTED = {
    "holm": "adjusted over all segments' arms by Holm's method",
    "benjamini-hochberg": "adjusted over all segments' arms by Benjamini and Hochberg's method",
    "none": "not adjusted",
}
_LIFT_AXIS = "lift, percent (diamonds: significant; arrows: the interval goes on)"
_CORRECTIONS = {
    "holm": "adjusted for the number of comparisons by Holm's method",
    "benjamini-hochberg": "adjusted for the number of comparisons by Benjamini and Hochberg's method",
    "none": "not adjusted",
}
_A_A_TEST = "A/A test: every arm has the same message"


def mark_of(experiment: ExperimentDocument) -> str:
    """What every figure of engagement has to carry: that it was not observed, and that no difference is real."""
    marks = (MARKS[experiment.engagement_source], _A_A_TEST if experiment.a_a_test else "")
    return "; ".join(mark for mark in marks if mark)


def metrics_of(plan: PlanDocument) -> tuple[Metric, ...]:
    """The metrics in order of importance."""
    return (plan.primary, *plan.secondary)


def confidence(alpha: float) -> str:
    """The intervals' level: ``95%`` for an alpha of 0.05."""
    return f"{round(100 * (1 - alpha), 6):g}%"


def arm_labels(plan: PlanDocument) -> dict[str, str]:
    """Arm name to reader's name, with the tone where the arm has the same one in every segment; control comes first."""
    tones: dict[str, set[str]] = {CONTROL: set()}
    for arm in (arm for segment in plan.segments for arm in segment.arms):
        tones.setdefault(arm.arm, set()).update([arm.tone] if arm.tone else [])
    return {
        arm: words.sentence(words.readable(arm)) + (f" ({min(found)})" if len(found) == 1 else "")
        for arm, found in sorted(tones.items(), key=lambda item: (item[0] != CONTROL, item[0]))
    }


def treatment_label(lift: LiftAnalysis, plan: PlanDocument) -> str:
    """The reader's name of the arm that ``lift`` compares with control."""
    return arm_labels(plan).get(lift.treatment_arm, lift.treatment_arm)


def wilson_interval(rate: float, n: int, alpha: float) -> tuple[float, float]:
    """Wilson's score interval of a proportion ``rate`` among ``n`` > 0 (Wilson, 1927), as shares between 0 and 1."""
    z = NormalDist().inv_cdf(1 - alpha / 2)
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


# --- headline ---------------------------------------------------------------------------------------------------------


def headline(documents: RunDocuments) -> Headline:
    """The summary in four sentences or so; says "inconclusive" where that is what the experiment was."""
    finding, certainty, next_step = _a_a_outcome(documents) if documents.experiment.a_a_test else _outcome(documents)
    caveat = _FROM_ASSUMPTIONS.get(documents.experiment.engagement_source)
    if caveat and documents.experiment.lift_analysis:
        certainty = (
            f"{certainty} {caveat}, so the figures rehearse the analysis; they are no evidence of how "
            f"customers respond."
        ).strip()
    return Headline(finding=finding, tested=_tested(documents), certainty=certainty, next_step=next_step)


def _a_a_outcome(documents: RunDocuments) -> tuple[str, str, str]:
    """Of a test in which every arm has the same message, so that nothing should differ."""
    experiment = documents.experiment
    alarms = [lift for lift in experiment.lift_analysis if lift.significant]
    level = f"{100 * experiment.alpha:.3g} of 100 such tests"
    if experiment.srm.mismatch:
        return (
            "A/A test failed: customers were not divided between the arms as planned.",
            "Every arm has the same message, and their sizes are off.",
            "Next: find the fault in assignment or counting before any test with it is believed.",
        )
    if alarms:
        return (
            f"A/A test: {words.counted(len(alarms), 'difference')} where there can be none.",
            f"Every arm has the same message. By chance, about {level} find something.",
            "Next: repeat the test with another seed; if it happens again, look for a fault in assignment or counting.",
        )
    return (
        "A/A test passed: no arm differs from control, as it should be.",
        f"Every arm has the same message. By chance, about {level} would have found something.",
        "Next: switch a_a_test off and test the approved messages.",
    )


def best_lift(documents: RunDocuments) -> LiftAnalysis | None:
    """The treatment furthest above control on the primary metric, a significantly better one if there is any."""
    return max(
        (lift for lift in _primary(documents) if lift.abs_diff is not None),
        key=lambda lift: (is_better(lift), lift.abs_diff),
        default=None,
    )


def is_better(lift: LiftAnalysis) -> bool:
    """Whether the treatment is significantly above control."""
    return lift.significant and (lift.abs_diff or 0.0) > 0


def estimate_note(documents: RunDocuments, lift: LiftAnalysis) -> str:
    """What stands behind an estimate: its interval and its customers."""
    looked = lift.sequential if documents.experiment.looks == "any" else None
    interval = words.percent_range(looked.lift_ci_percent if looked else lift.lift_ci_percent)
    sizes = statistics.sizes_text(lift.treatment_size, lift.control_size)
    return sizes if interval == words.NOTHING else f"{interval}; {sizes}"


def significant_losses(documents: RunDocuments) -> list[LiftAnalysis]:
    """The treatments significantly below control on the primary metric, the furthest below first."""
    losses = [lift for lift in _primary(documents) if lift.significant and (lift.abs_diff or 0.0) < 0]
    return sorted(losses, key=lambda lift: lift.abs_diff or 0.0)


def lift_size(lift: LiftAnalysis) -> str:
    """The lift with its sign; where the control rate is zero and lift undefined, the difference in points."""
    if lift.lift_percent is not None:
        return words.signed_percent(lift.lift_percent)
    return f"{words.signed_points(lift.abs_diff)} points"


def _primary(documents: RunDocuments) -> list[LiftAnalysis]:
    return [lift for lift in documents.experiment.lift_analysis if lift.metric == documents.plan.primary]


def _tested(documents: RunDocuments) -> str:
    counts, experiment = documents.metrics.variants, documents.experiment
    assigned = sum(arm.sample_size for arm in experiment.arms)
    segments = words.counted(len(documents.plan.segments), "segment")
    approved = f"{words.number(counts.approved)} of {words.counted(counts.generated, 'generated variant')}"
    treatments = len([arm for arm in experiment.arms if arm.arm_name != CONTROL])
    if experiment.a_a_test:
        return (
            f"{words.counted(assigned, 'customer')} in {segments} were divided at random between "
            f"{words.counted(treatments + 1, 'arm')} that all have the control message, judged by "
            f"{words.readable(documents.plan.primary)}."
        )
    if not treatments:
        return (
            f"{words.counted(assigned, 'customer')} in {segments} were assigned to the control message only; "
            f"{approved} passed every check and were approved."
        )
    return (
        f"{words.counted(assigned, 'customer')} in {segments} were divided at random between the control message and "
        f"{words.counted(treatments, 'personalised treatment')}, judged by {words.readable(documents.plan.primary)}; "
        f"{approved} passed every check and were approved."
    )


def _outcome(documents: RunDocuments) -> tuple[str, str, str]:
    experiment, best = documents.experiment, best_lift(documents)
    if not experiment.lift_analysis:
        return _nothing_tested(documents)
    if experiment.srm.mismatch:
        return (
            "No verdict: customers were not divided between the arms as planned.",
            "The sample-ratio check failed, so no lift in this report can be trusted.",
            "Next: find the fault in assignment or counting, then analyse again.",
        )
    if best is None:
        return _undefined(documents)
    if is_better(best):
        return _better(documents, best)
    losses = significant_losses(documents)
    return _worse(documents, losses) if losses else _inconclusive(documents, best)


def _nothing_tested(documents: RunDocuments) -> tuple[str, str, str]:
    reasons = sorted(documents.metrics.blocked_by.items(), key=lambda item: (-item[1], item[0]))
    why = f" Most were stopped by the {words.readable(reasons[0][0])} check." if reasons else ""
    return (
        "Nothing was tested: no personalised message was approved.",
        f"There is no lift to report.{why}",
        "Next: see why each variant was stopped under Messages, correct the content or the prompts, and run again.",
    )


def _undefined(documents: RunDocuments) -> tuple[str, str, str]:
    reasons = words.distinct(lift.reason for lift in _primary(documents))
    why = f": {words.plain(words.listed(reasons))}." if reasons else "."
    return (
        f"No comparison is possible on {words.readable(documents.plan.primary)}.",
        f"The difference from control is undefined{why}",
        f"Next: {_larger_test(documents)}.",
    )


def _better(documents: RunDocuments, best: LiftAnalysis) -> tuple[str, str, str]:
    arm = treatment_label(best, documents.plan)
    metric = words.readable(best.metric)
    losses = significant_losses(documents)
    worse = f" Significantly worse: {_sized(documents, losses)}." if losses else ""
    finding = f"{_place(documents)}{arm} raised the {metric} by {lift_size(best)[1:]} over the control message.{worse}"
    observed = "Next: send this arm's messages more widely, keep a control group, and watch whether the lift lasts."
    return finding, _interval_sentence(documents, best), _send_or(documents, observed)


def _worse(documents: RunDocuments, losses: Sequence[LiftAnalysis]) -> tuple[str, str, str]:
    metric = words.readable(losses[0].metric)
    said = f"no treatment beat control on {metric}; significantly worse: {_sized(documents, losses)}."
    finding = words.sentence(_place(documents, start=False) + said)
    these = "this treatment" if len(losses) == 1 else "these treatments"
    observed = f"Next: keep the control message; do not send {these}."
    worst = f"{treatment_label(losses[0], documents.plan)}: " if len(losses) > 1 else ""
    return finding, worst + _interval_sentence(documents, losses[0]), _send_or(documents, observed)


def _sized(documents: RunDocuments, lifts: Sequence[LiftAnalysis]) -> str:
    return words.listed([f"{treatment_label(lift, documents.plan)} ({lift_size(lift)})" for lift in lifts])


def _inconclusive(documents: RunDocuments, best: LiftAnalysis) -> tuple[str, str, str]:
    metric = words.readable(best.metric)
    finding = (
        f"Inconclusive: {_place(documents, start=False)}no treatment's {metric} differs from the control's by more "
        f"than chance explains."
    )
    arm = treatment_label(best, documents.plan)
    detectable = next((note.detectable_lift_percent for note in _power(documents)), None)
    sees = f" A test of this size reliably shows lifts from about {detectable:,.0f}%." if detectable is not None else ""
    estimate = f"{lift_size(best)}{_interval_clause(documents, best)}"
    certainty = f"The largest estimate, {arm}, is {estimate}.{sees}"
    return finding, certainty, _send_or(documents, f"Next: {_larger_test(documents)}, or keep the control message.")


def _place(documents: RunDocuments, *, start: bool = True) -> str:
    place = {"simulated": "in simulated engagement, ", "historical": "in modelled engagement, "}.get(
        documents.experiment.engagement_source, ""
    )
    return words.sentence(place) if start else place


def _interval_clause(documents: RunDocuments, lift: LiftAnalysis) -> str:
    looked = lift.sequential if documents.experiment.looks == "any" else None
    always, p_adjusted = ("always-valid ", looked.p_adjusted) if looked else ("", lift.p_adjusted)
    level = f"{confidence(documents.experiment.alpha)} {always}interval"
    interval = words.percent_range(looked.lift_ci_percent if looked else lift.lift_ci_percent)
    p_name = always + ("" if documents.plan.correction == "none" else "adjusted ")
    parts = (
        "" if interval == words.NOTHING else f"{level} for this comparison alone: {interval}",
        "" if p_adjusted is None else f"{p_name}{words.p_statement(p_adjusted)}",
        f"{statistics.sizes_text(lift.treatment_size, lift.control_size)} customers",
    )
    said = "; ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _interval_sentence(documents: RunDocuments, lift: LiftAnalysis) -> str:
    return (
        f"The estimate is {lift_size(lift)}{_interval_clause(documents, lift)}; p-values are "
        f"{_CORRECTIONS[documents.plan.correction]}."
    )


def _send_or(documents: RunDocuments, observed: str) -> str:
    if documents.experiment.engagement_source == "observed":
        return observed
    return (
        f"Next: send the approved messages to real customers, {_needed(documents)}, then load the observed opens, "
        f"clicks and conversions to replace these figures."
    )


def _larger_test(documents: RunDocuments) -> str:
    return f"repeat the test, {_needed(documents)}"


def _needed(documents: RunDocuments) -> str:
    sizes = [note.size_needed_per_arm for note in _power(documents) if note.size_needed_per_arm is not None]
    if not sizes:
        return "with more customers per arm"
    beyond = max(sizes) * len(documents.experiment.arms) > documents.segments.customers.accepted
    return f"at least {words.number(max(sizes))} per arm{' (more than this list holds)' if beyond else ''}"


def _power(documents: RunDocuments) -> list[PowerNote]:
    return [note for note in documents.plan.power if note.metric == documents.plan.primary]


# --- section ----------------------------------------------------------------------------------------------------------


def experiment_section(documents: RunDocuments) -> Section:
    """Arms, lift, segments, sample-ratio check and power, every engagement figure under its mark."""
    experiment, plan = documents.experiment, documents.plan
    mark, labels, level = mark_of(experiment), arm_labels(plan), confidence(experiment.alpha)
    blocks: list[Block] = [
        Text(text=_named(words.copy_text(experiment.conclusion, 2000), plan) or "The analysis drew no conclusion."),
        *statistics.observation_blocks(experiment, labels),
        _arms_table(experiment, plan),
        *_arms_chart(experiment, plan, mark),
        *_lift_blocks(experiment, plan, mark),
        *statistics.looks_blocks(experiment, plan, labels, level),
        *_segment_table(experiment, plan),
        *statistics.belief_blocks(experiment, plan, labels, level),
        *statistics.stratified_blocks(experiment, plan, labels, level),
        *statistics.adjusted_blocks(experiment, labels, level),
        *statistics.holdout_blocks(experiment.holdout, level),
        *statistics.cost_blocks(experiment.conversion_costs, labels, level),
        Text(text=_sample_ratio(experiment.srm, plan)),
        *_power_table(plan),
        *_strata_table(experiment, plan),
    ]
    return Section(section_id="experiment", title="Experiment", mark=mark, blocks=tuple(blocks))


def _rate(arm: ArmResult, metric: Metric) -> float | None:
    rates: dict[Metric, float | None] = {
        "open_rate": arm.open_rate,
        "click_rate": arm.click_rate,
        "conversion_rate": arm.conversion_rate,
        "revenue_per_customer": arm.revenue_per_customer,
    }
    return rates[metric]


def _arms_table(experiment: ExperimentDocument, plan: PlanDocument) -> Table:
    labels, metrics = arm_labels(plan), metrics_of(plan)
    rows = [
        (
            labels.get(arm.arm_name, arm.arm_name),
            words.number(arm.sample_size),
            *(_rate_text(arm, metric, experiment.alpha) for metric in metrics),
        )
        for arm in experiment.arms
    ]
    empty = [labels.get(arm.arm_name, arm.arm_name) for arm in experiment.arms if not arm.sample_size]
    notes = (f"No customers, so no rates: {words.listed(empty)}.",) if empty else ()
    return Table(
        caption=f"Rates per assigned customer, with {confidence(experiment.alpha)} intervals",
        columns=(
            Column(name="Arm", width=2.05),
            Column(name="Customers", numeric=True, width=1.15),
            *(Column(name=words.sentence(words.readable(metric)), numeric=True, width=2.15) for metric in metrics),
        ),
        rows=tuple(rows),
        notes=(*notes, *_partial_arms(plan, labels)),
    )


def _partial_arms(plan: PlanDocument, labels: Mapping[str, str]) -> tuple[str, ...]:
    where = {
        arm: sum(any(offered.arm == arm for offered in segment.arms) for segment in plan.segments) for arm in labels
    }
    return tuple(
        f"{labels[arm]} ran in {count} of {words.counted(len(plan.segments), 'segment')}; its rates cover only those."
        for arm, count in where.items()
        if 0 < count < len(plan.segments)
    )


def _rate_text(arm: ArmResult, metric: Metric, alpha: float) -> str:
    rate = _rate(arm, metric)
    if rate is None or not arm.sample_size:
        return words.NOTHING
    if metric == statistics.REVENUE:
        low, high = arm.revenue_ci or (rate, rate)
        return f"{words.decimal(rate, 2)} ({words.decimal(low, 2)} to {words.decimal(high, 2)})"
    low, high = wilson_interval(rate, arm.sample_size, alpha)
    return f"{words.percent(rate)} ({100 * low:.2f} to {100 * high:.2f})"


def _arms_chart(experiment: ExperimentDocument, plan: PlanDocument, mark: str) -> Sequence[Block]:
    labels = arm_labels(plan)
    panels = []
    for metric in (metric for metric in metrics_of(plan) if metric != statistics.REVENUE):
        estimates = [
            _rate_estimate(labels.get(arm.arm_name, arm.arm_name), rate, arm.sample_size, experiment.alpha)
            for arm in experiment.arms
            if arm.sample_size and (rate := _rate(arm, metric)) is not None
        ]
        if estimates:
            panels.append(Panel(title=_panel_title(metric), estimates=tuple(estimates)))
    if not panels:
        return [Text(text="The arms' rates are not drawn: no arm has customers.")]
    title = f"Rates by arm, with {confidence(experiment.alpha)} intervals"
    return [IntervalChart(title=title, axis="percent of assigned customers", mark=mark, panels=tuple(panels))]


def _panel_title(metric: Metric) -> str:
    """Short, for panels are narrow."""
    return "Revenue" if metric == statistics.REVENUE else words.sentence(words.readable(metric))


def _rate_estimate(label: str, rate: float, n: int, alpha: float) -> Estimate:
    low, high = wilson_interval(rate, n, alpha)
    return Estimate(label=label, value=100 * rate, low=100 * low, high=100 * high, text=words.percent(rate))


def _lift_blocks(experiment: ExperimentDocument, plan: PlanDocument, mark: str) -> Sequence[Block]:
    if not experiment.lift_analysis:
        return [Text(text="There is no lift to show or draw: no treatment was compared with the control.")]
    return [_lift_table(experiment, plan), *_forest_chart(experiment, plan, mark)]


def _ordered(experiment: ExperimentDocument, plan: PlanDocument) -> list[LiftAnalysis]:
    order = {metric: position for position, metric in enumerate(metrics_of(plan))}
    return sorted(experiment.lift_analysis, key=lambda lift: (order.get(lift.metric, 9), lift.treatment_arm))


def _lift_table(experiment: ExperimentDocument, plan: PlanDocument) -> Table:
    labels = arm_labels(plan)
    lifts = _ordered(experiment, plan)
    level = confidence(experiment.alpha)
    return Table(
        caption=(
            f"Lift over control; p-values {_CORRECTIONS[plan.correction]}, each interval is for one comparison alone "
            "and not adjusted"
        ),
        columns=(
            Column(name="Metric, arm and customers", width=1.3),
            Column(name="Control", numeric=True, width=0.48),
            Column(name="Treatment", numeric=True, width=0.6),
            Column(name=f"Difference, points ({level} interval)", numeric=True, width=0.9),
            Column(name=f"Lift ({level} interval)", numeric=True, width=1.04),
            Column(name=words.p_heading(plan.correction), numeric=True, width=0.54),
            Column(name="Result", width=0.66),
        ),
        rows=tuple(_lift_row(lift, labels, withheld=experiment.srm.mismatch) for lift in lifts),
        notes=_lift_notes(lifts, plan),
    )


def _lift_row(lift: LiftAnalysis, labels: Mapping[str, str], *, withheld: bool) -> tuple[str, ...]:
    return (
        statistics.named(lift, labels),
        statistics.value_text(lift.metric, lift.control_rate),
        statistics.value_text(lift.metric, lift.treatment_rate),
        statistics.difference_text(lift.metric, lift.abs_diff, lift.abs_ci),
        words.with_interval(words.signed_percent(lift.lift_percent), words.percent_range(lift.lift_ci_percent)),
        words.p_value(lift.p_adjusted),
        "Withheld" if withheld else _result(lift),
    )


def _result(lift: LiftAnalysis) -> str:
    if not lift.planned:
        return "Not planned"
    if lift.p_adjusted is None:
        return "Not defined"
    if not lift.significant:
        return "Inconclusive"
    return "Higher" if (lift.abs_diff or 0.0) > 0 else "Lower"


def _lift_notes(lifts: Sequence[LiftAnalysis], plan: PlanDocument) -> tuple[str, ...]:
    """What each reason applies to, once per arm, however many metrics share it."""
    metrics: dict[tuple[str, str], list[str]] = {}
    for lift in lifts:
        if lift.reason:
            metrics.setdefault((lift.treatment_arm, lift.reason), []).append(words.readable(lift.metric))
    return tuple(
        f"{_named(arm, plan)}, {words.listed(affected)}: {_named(words.plain(reason), plan)}."
        for (arm, reason), affected in metrics.items()
    )


def _named(text: str, plan: PlanDocument) -> str:
    """``text`` with the arms under their readers' names."""
    labels = arm_labels(plan)
    return re.sub(r"\btreatment_\d+\b", lambda arm: labels.get(arm.group(), arm.group()), text)


def _forest_chart(experiment: ExperimentDocument, plan: PlanDocument, mark: str) -> Sequence[Block]:
    labels, panels = arm_labels(plan), []
    for metric in metrics_of(plan):
        estimates = [
            _lift_estimate(labels.get(lift.treatment_arm, lift.treatment_arm), lift, withheld=experiment.srm.mismatch)
            for lift in _ordered(experiment, plan)
            if lift.metric == metric and lift.lift_percent is not None and lift.lift_ci_percent is not None
        ]
        if estimates:
            panels.append(Panel(title=_panel_title(metric), estimates=tuple(estimates)))
    if not panels:
        return [Text(text="Lift is not drawn: no comparison has a defined lift with an interval.")]
    title = f"Lift over control, with {confidence(experiment.alpha)} intervals for each comparison alone"
    return [IntervalChart(title=title, axis=_LIFT_AXIS, mark=mark, reference=0.0, panels=tuple(panels))]


def _lift_estimate(label: str, lift: LiftAnalysis, *, withheld: bool) -> Estimate:
    value = lift.lift_percent or 0.0
    low, high = lift.lift_ci_percent or (value, value)
    strong = lift.significant and not withheld
    return Estimate(label=label, value=value, low=low, high=high, text=words.signed_percent(value), strong=strong)


def _segment_table(experiment: ExperimentDocument, plan: PlanDocument) -> Sequence[Block]:
    if not experiment.segment_breakdown:
        return []
    labels = arm_labels(plan)
    rows = [
        (
            words.plain(result.segment, 120),
            _best_arm(result, labels),
            words.with_interval(words.signed_percent(result.lift_percent), words.percent_range(result.lift_ci_percent)),
            words.p_value(result.p_adjusted),
            words.sentence(_named(words.plain(result.verdict), plan)),
        )
        for result in experiment.segment_breakdown
    ]
    return [
        Table(
            caption=(
                f"Best arm by segment, on {words.readable(plan.primary)}; p-values "
                f"{_SEGMENTS_ADJUSTED[plan.correction]}"
            ),
            columns=(
                Column(name="Segment", width=1.6),
                Column(name="Best arm", width=2.0),
                Column(name=f"Lift ({confidence(experiment.alpha)} interval)", numeric=True, width=1.3),
                Column(name=words.p_heading(plan.correction, experiment.looks), numeric=True, width=0.9),
                Column(name="Verdict", width=2.0),
            ),
            rows=tuple(rows),
        )
    ]


def _best_arm(result: SegmentResult, labels: Mapping[str, str]) -> str:
    best = result.best_performing_arm
    if best is None:
        return "None clearly best"
    sizes = statistics.sizes_text(result.treatment_size or 0, result.control_size or 0)
    return f"{labels.get(best, best)}\n{sizes} customers"


def _sample_ratio(srm: SampleRatio, plan: PlanDocument) -> str:
    why = words.plain(srm.reason)
    if srm.p_value is None:
        return f"Sample ratio: not tested{f' ({why})' if why else ''}."
    if srm.mismatch:
        return (
            f"Sample ratio: the arms' sizes do not match the plan ({words.p_statement(srm.p_value)}), so every verdict "
            f"is withheld.{f' {why}' if why else ''}"
        )
    off = [one for one in srm.segments if one.mismatch]
    if off:
        readable = {segment.segment_id: segment.segment for segment in plan.segments}
        names = words.listed([words.plain(readable.get(one.segment, one.segment), 120) for one in off])
        return (
            f"Sample ratio: all arms together match the plan ({words.p_statement(srm.p_value)}), but not those of "
            f"{names}, where the verdict is withheld."
        )
    return f"Sample ratio: the arms' sizes match the plan ({words.p_statement(srm.p_value)})."


def _power_table(plan: PlanDocument) -> Sequence[Block]:
    if not plan.power:
        return []
    return [
        Table(
            caption="What the experiment can see, at 80% power, worked out before any outcome",
            columns=(
                Column(name="Metric", width=1.5),
                Column(name="Baseline", numeric=True),
                Column(name="Control size", numeric=True, width=1.1),
                Column(name="Treatment size", numeric=True, width=1.2),
                Column(name="Detectable lift", numeric=True, width=1.2),
                Column(name="Expected lift", numeric=True, width=1.1),
                Column(name="Chance to find it", numeric=True, width=1.1),
                Column(name="Needed per arm", numeric=True, width=1.2),
            ),
            rows=tuple(_power_row(note) for note in plan.power),
            notes=words.distinct(words.plain(note.note) for note in plan.power),
        )
    ]


def _power_row(note: PowerNote) -> tuple[str, ...]:
    needed = note.size_needed_per_arm
    return (
        words.sentence(words.readable(note.metric)),
        words.percent(note.baseline_rate),
        words.number(note.control_size),
        words.number(note.treatment_size),
        words.signed_percent(note.detectable_lift_percent),
        words.signed_percent(note.expected_lift_percent),
        words.percent(note.power_at_expected_lift, 1),
        words.NOTHING if needed is None else words.number(needed),
    )


def _strata_table(experiment: ExperimentDocument, plan: PlanDocument) -> Sequence[Block]:
    labels = arm_labels(plan)
    names = {segment.segment_id: words.plain(segment.segment, 120) for segment in plan.segments}
    rows = [
        (
            f"{names.get(segment_id, segment_id)}: {labels.get(arm, words.sentence(arm))}",
            *(words.number(value) for value in (counts.n, counts.opened, counts.clicked, counts.converted)),
        )
        for segment_id, arms in sorted(experiment.strata.items())
        for arm, counts in sorted(arms.items(), key=lambda item: (item[0] != CONTROL, item[0]))
    ]
    if not rows:
        return []
    headings = ("Customers", "Opened", "Clicked", "Converted")
    columns = (Column(name="Segment and arm", width=3.0), *(Column(name=name, numeric=True) for name in headings))
    return [Table(caption="Counts by segment and arm", columns=columns, rows=tuple(rows))]
