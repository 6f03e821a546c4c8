"""The report of a run: from its documents to one model that HTML, PDF and notebook all show.

Pure. It words figures and leaves out nothing that went wrong; it reads no files and computes no inference.
"""

from collections.abc import Mapping, Sequence

from shared.contracts import MetricsDocument, Segment, SegmentsDocument, Variant
from shared.domain import report_words as words
from shared.domain.explanations import conditions
from shared.domain.report_experiment import (
    CONTROL,
    best_lift,
    confidence,
    estimate_note,
    experiment_section,
    headline,
    is_better,
    lift_size,
    mark_of,
    significant_losses,
    treatment_label,
)
from shared.domain.report_messages import messages_section, safety_section, sources_section
from shared.domain.report_model import (
    Bar,
    BarChart,
    Block,
    Bullets,
    Column,
    KeyFigure,
    ReportModel,
    RunDocuments,
    Section,
    Table,
    Text,
)
from shared.domain.revisions import NO_POLICY
from shared.experiment_contracts import PlanDocument

_DRAWN_SEGMENTS = 25
_HISTORY_IN_PART = (
    "A customer of whom only the open rate is known clicks on the baseline's share of opens; one of whom only the "
    "click rate is known opens at the baseline rate, or as often as they click if that is more. Conversions follow "
    "the baseline's share of clicks."
)
_TRIES = "Tries are requests that were sent; a call is timed with all of its tries. Embedded services send none."


def build_report(documents: RunDocuments) -> ReportModel:
    """The report's model: the same documents always give the same model."""
    manifest = documents.manifest
    source = documents.experiment.engagement_source
    return ReportModel(
        title="Personalised e-mail experiment",
        subtitle=words.plain(documents.plan.name),
        run_id=manifest.run_id,
        created=f"{manifest.created_at.day} {manifest.created_at:%B %Y, %H:%M %Z}".strip(),
        brand=words.plain(manifest.config.brand.name),
        simulated=source != "observed",
        mark=mark_of(documents.experiment),
        headline=headline(documents),
        key_figures=_key_figures(documents),
        sections=(
            experiment_section(documents),
            _customers_section(documents),
            messages_section(documents),
            safety_section(documents),
            sources_section(documents),
            _cost_section(documents),
            _method_section(documents),
            _identity_section(documents),
        ),
    )


def _key_figures(documents: RunDocuments) -> tuple[KeyFigure, ...]:
    metrics = documents.metrics
    tokens, expected = words.counted(metrics.tokens, "token"), words.money(metrics.estimate.cost_usd)
    return (
        _lift_figure(documents),
        KeyFigure(
            label="Customers assigned",
            value=words.number(_assigned(documents)),
            note=f"of {words.number(documents.segments.customers.read)} read",
        ),
        KeyFigure(
            label="Messages approved",
            value=f"{words.number(metrics.variants.approved)} of {words.number(metrics.variants.generated)}",
            note="no pass rate"
            if metrics.pass_rate is None
            else f"{words.percent(metrics.pass_rate, 1)} passed checks",
        ),
        KeyFigure(label="Cost", value=words.money(metrics.cost_usd), note=f"{tokens}; at most {expected} estimated"),
    )


def _lift_figure(documents: RunDocuments) -> KeyFigure:
    metric, best = words.readable(documents.plan.primary), best_lift(documents)
    if documents.experiment.srm.mismatch:
        return KeyFigure(label=f"Lift in {metric}", value="Withheld", note="sample ratio mismatch")
    if best is None:
        return KeyFigure(label=f"Lift in {metric}", value="None", note="nothing to compare")
    source = {"simulated": ", simulated", "historical": ", modelled", "observed": ""}[
        documents.experiment.engagement_source
    ]
    if is_better(best):
        note = f"{estimate_note(documents, best)}; {treatment_label(best, documents.plan)}; significant{source}"
        return KeyFigure(label=f"Best lift in {metric}", value=lift_size(best), note=note)
    losses = significant_losses(documents)
    if losses:
        more = f" (furthest below of {len(losses)})" if len(losses) > 1 else ""
        arm = treatment_label(losses[0], documents.plan)
        note = f"{estimate_note(documents, losses[0])}; {arm}; significantly worse{more}{source}"
        return KeyFigure(label=f"Lift in {metric}", value=lift_size(losses[0]), note=note)
    note = f"largest estimate {lift_size(best)} ({estimate_note(documents, best)}){source}"
    return KeyFigure(label=f"Lift in {metric}", value="Unclear", note=note)


def _assigned(documents: RunDocuments) -> int:
    return sum(arm.sample_size for arm in documents.experiment.arms)


def _held_out(documents: RunDocuments) -> int:
    return sum(segment.held_out for segment in documents.plan.segments)


# --- customers and segments -------------------------------------------------------------------------------------------


def _customers_section(documents: RunDocuments) -> Section:
    segments = documents.segments
    blocks: tuple[Block, ...] = (
        _funnel(documents),
        *_reasons("Rows suppressed, by reason", segments.suppression_reasons),
        *_reasons("Rows rejected, by reason", segments.reject_reasons),
        *_segment_blocks(segments),
    )
    return Section(section_id="customers", title="Customers and segments", blocks=blocks)


def _funnel(documents: RunDocuments) -> Table:
    counts, assigned = documents.segments.customers, _assigned(documents)
    treatments = (
        [] if documents.plan.a_a_test else [arm for arm in documents.experiment.arms if arm.arm_name != CONTROL]
    )
    treated = sum(arm.sample_size for arm in treatments)
    steps = (
        ("Read from the customer list", counts.read),
        ("Suppressed: may not be written to", counts.suppressed),
        ("Rejected", counts.rejected),
        ("Accepted", counts.accepted),
        *([("Held out: no run writes to them", _held_out(documents))] if documents.plan.holdout else []),
        ("Assigned to an arm", assigned),
        ("Assigned a personalised message", treated),
        ("Assigned the control message", assigned - treated),
    )
    rows = tuple(
        (name, words.number(value), words.percent(value / counts.read if counts.read else None, 1))
        for name, value in steps
    )
    ids = documents.segments.formula_like_ids
    risky = (
        f"{words.counted(ids, 'accepted id')} would run as a formula in a spreadsheet: import the assignments as text.",
    )
    return Table(
        caption="From the list to the experiment",
        columns=(
            Column(name="Step", width=3.0),
            Column(name="Customers", numeric=True),
            Column(name="Share of list", numeric=True),
        ),
        rows=rows,
        notes=risky if ids else (),
    )


def _reasons(caption: str, counts: Mapping[str, int]) -> list[Table]:
    if not counts:
        return []
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = tuple((words.sentence(words.plain(words.readable(why), 240)), words.number(count)) for why, count in ordered)
    more = len(rows) - 30
    return [
        Table(
            caption=caption,
            columns=(Column(name="Reason", width=4.0), Column(name="Rows", numeric=True)),
            rows=rows[:30],
            notes=(f"{words.number(more)} further reasons in segments.json.",) if more > 0 else (),
        )
    ]


def _segment_blocks(segments: SegmentsDocument) -> list[Block]:
    if not segments.segments:
        return [Text(text="There are no segments to show: no customer was accepted.")]
    bars = tuple(
        Bar(label=words.plain(item.name, 120), value=item.size, text=words.number(item.size))
        for item in segments.segments[:_DRAWN_SEGMENTS]
    )
    some = f"Customers in the first {_DRAWN_SEGMENTS} segments"
    return [
        BarChart(
            title="Customers by segment" if len(bars) == len(segments.segments) else some, axis="customers", bars=bars
        ),
        _sizes_table(segments.segments),
        _behaviour_table(segments.segments),
    ]


def _sizes_table(segments: Sequence[Segment]) -> Table:
    clustered = any(item.confidence is not None for item in segments)
    explained = any(item.explanation for item in segments)
    rows = tuple(
        (
            words.plain(item.name, 120),
            words.number(item.size),
            words.percent(item.share, 1),
            words.decimal(item.features.engagement_score, 2),
            *([words.decimal(item.confidence, 2)] if clustered else []),
            *([words.sentence(words.plain(item.explanation, 600)) or words.NOTHING] if explained else []),
        )
        for item in segments
    )
    return Table(
        caption="Segments",
        columns=(
            Column(name="Segment", width=2.4),
            Column(name="Customers", numeric=True, width=1.3),
            Column(name="Share", numeric=True),
            Column(name="Engagement score", numeric=True, width=1.5),
            *([Column(name="Confidence", numeric=True, width=1.4)] if clustered else []),
            *([Column(name="Why", width=4.0)] if explained else []),
        ),
        rows=rows,
    )


def _behaviour_table(segments: Sequence[Segment]) -> Table:
    optional = [
        (name, cells)
        for name, cells in (
            ("Age", [words.decimal(item.features.avg_age) for item in segments]),
            ("Past open rate", [words.percent(item.features.avg_historical_open_rate, 1) for item in segments]),
            ("Past click rate", [words.percent(item.features.avg_historical_click_rate, 1) for item in segments]),
        )
        if any(cell != words.NOTHING for cell in cells)
    ]
    rows = tuple(
        (
            words.plain(item.name, 120),
            words.decimal(item.features.avg_purchase_frequency),
            words.decimal(item.features.avg_order_value, 2),
            words.decimal(item.features.avg_last_engagement_days),
            *(cells[position] for _, cells in optional),
        )
        for position, item in enumerate(segments)
    )
    missing = any(words.NOTHING in row for row in rows)
    return Table(
        caption="Segment averages",
        columns=(
            Column(name="Segment", width=2.2),
            Column(name="Purchase frequency", numeric=True, width=1.1),
            Column(name="Order value", numeric=True, width=1.1),
            Column(name="Days since engaged", numeric=True, width=1.1),
            *(Column(name=name, numeric=True) for name, _ in optional),
        ),
        rows=rows,
        notes=("A dash: no customer of the segment has the figure.",) if missing else (),
    )


# --- cost and speed ---------------------------------------------------------------------------------------------------


def _cost_section(documents: RunDocuments) -> Section:
    metrics = documents.metrics
    approved = metrics.variants.approved
    each = f", {words.money(metrics.cost_usd / approved)} per approved message" if approved else ""
    tokens, total = words.counted(metrics.tokens, "token"), words.duration(sum(metrics.seconds.values()))
    blocks: tuple[Block, ...] = (
        Text(
            text=(
                f"The services cost {words.money(metrics.cost_usd)} for {tokens}{each}. "
                f"{_limit_and_reuse(metrics)}The steps up to this report took {total}."
            )
        ),
        _usage_table(metrics),
        *_services_table(metrics),
        *_seconds_table(metrics.seconds),
    )
    return Section(section_id="cost", title="Cost and speed", blocks=blocks)


def _seconds_table(seconds: dict[str, float]) -> list[Table]:
    if not seconds:
        return []
    rows = tuple(
        (words.sentence(words.plain(words.readable(step), 80)), words.duration(value))
        for step, value in seconds.items()
    )
    columns = (Column(name="Step", width=3.0), Column(name="Time", numeric=True))
    return [Table(caption="Wall-clock time by step", columns=columns, rows=rows)]


def _limit_and_reuse(metrics: MetricsDocument) -> str:
    limit, reused = metrics.estimate.max_cost_usd, metrics.answers_reused
    said = "No cost limit was set. " if limit is None else f"The run's cost limit was {words.money(limit)}. "
    again = f"{words.counted(reused, 'answer')} of an earlier run {'was' if reused == 1 else 'were'} used again. "
    return said + (again if reused else "")


def _usage_table(metrics: MetricsDocument) -> Table:
    estimate = metrics.estimate
    made = {name: item.calls for name, item in metrics.services.items()}
    expected = {str(name): calls for name, calls in estimate.calls.items()}
    calls = (
        (f"Calls, {words.plain(words.readable(name), 80)}", *(words.number(of.get(name, 0)) for of in (made, expected)))
        for name in sorted({*made, *expected})
    )
    rows = (
        *calls,
        ("Input tokens", words.number(metrics.prompt_tokens), words.number(estimate.prompt_tokens)),
        ("Input tokens from the service's cache", words.number(metrics.cached_tokens), words.NOTHING),
        ("Output tokens", words.number(metrics.completion_tokens), words.number(estimate.completion_tokens)),
        ("Answers used again", words.number(metrics.answers_reused), words.NOTHING),
        ("Cost", words.money(metrics.cost_usd), words.money(estimate.cost_usd)),
    )
    return Table(
        caption="What was used, against the estimate made before the run",
        columns=(
            Column(name="Item", width=2.4),
            Column(name="This run", numeric=True),
            Column(name="Estimated at most", numeric=True),
        ),
        rows=rows,
        notes=(
            "A dash: not estimated, because it only makes a run cheaper.",
            "Not estimated either: bringing a search index up to date, because that depends on what is in it.",
        ),
    )


def _services_table(metrics: MetricsDocument) -> list[Table]:
    services = sorted(metrics.services.items())
    if not services:
        return []
    rows = tuple(
        (
            words.sentence(words.plain(words.readable(name), 80)),
            words.number(item.calls),
            words.number(item.errors),
            words.percent(item.error_rate, 1),
            words.number(item.attempts),
            *(words.milliseconds(value) for value in (item.p50_ms, item.p95_ms, item.p99_ms)),
        )
        for name, item in services
    )
    counts, times = ("Calls", "Errors", "Error rate", "Tries"), ("Median, ms", "95th, ms", "99th, ms")
    columns = (
        Column(name="Service", width=1.7),
        *(Column(name=name, numeric=True) for name in counts),
        *(Column(name=name, numeric=True, width=1.2) for name in times),
    )
    missing = any(words.NOTHING in row for row in rows)
    notes = (_TRIES, *(["A dash: no call was made."] if missing else []))
    return [Table(caption="Service calls, their errors and their latency", columns=columns, rows=rows, notes=notes)]


# --- method and identity ----------------------------------------------------------------------------------------------


def _method_section(documents: RunDocuments) -> Section:
    items = (
        *_segmentation_method(documents),
        *_message_method(documents),
        *_experiment_method(documents),
        *_engagement_method(documents),
    )
    return Section(section_id="method", title="Method and assumptions", blocks=(Bullets(items=items),))


def _segmentation_method(documents: RunDocuments) -> list[str]:
    settings = documents.manifest.config.segmentation
    score = (
        f"The engagement score is the mean of 0.5 to the power of (days since engagement / "
        f"{settings.engagement_half_life_days:g})."
    )
    if documents.segments.method == "kmeans":
        return ["Segments were found by k-means clustering of the customers' scaled log features.", score]
    rules = [f"{words.plain(rule.segment, 120)}: {conditions(rule)}." for rule in settings.rules[:20]]
    rest = f"{words.plain(settings.otherwise, 120)}: everyone else."
    return ["Segments follow rules; the first that holds decides.", *rules, rest, score]


def _message_method(documents: RunDocuments) -> list[str]:
    limits = documents.manifest.config.brand.limits
    search = words.distinct(words.plain(item.provider, 80) for item in documents.retrievals)
    writers = words.distinct(_writer(item) for item in documents.variants if item.model)
    screens = words.distinct(words.plain(item.provider, 80) for item in documents.verdicts)
    return [
        (
            f"Each segment's passages were retrieved from approved content{_by(search)}; each message was written "
            f"from them{_by(writers)}."
        ),
        (
            f"A message keeps to {limits.subject_max_characters} characters of subject, {limits.body_min_words} to "
            f"{limits.body_max_words} words and {limits.citations_min} to {limits.citations_max} citations; every "
            "citation must resolve to a passage, and every offer and deadline to a cited source."
        ),
        *_repairs(documents.variants),
        f"The whole message (subject, preheader, body, call to action, footer) was screened{_by(screens)}.",
    ]


def _writer(variant: Variant) -> str:
    return words.plain(f"{variant.provider} ({variant.model})", 120)


def _repairs(variants: Sequence[Variant]) -> list[str]:
    repaired = sum(variant.repaired for variant in variants)
    if not repaired:
        return []
    shown = f"{words.counted(repaired, 'message')} {'is such a second draft' if repaired == 1 else 'are second drafts'}"
    return [f"A draft that broke rules was sent back to its writer once, with what was found; {shown}."]


def _by(names: Sequence[str]) -> str:
    return f" by {words.listed(names)}" if names else ""


def _experiment_method(documents: RunDocuments) -> list[str]:
    plan = documents.plan
    secondary = words.listed([words.readable(metric) for metric in plan.secondary]) or "none"
    correction = {"holm": "Holm's correction", "none": "no correction"}[plan.correction]
    return [
        (
            f"Customers were assigned at random within each segment, from seed {words.plain(plan.seed, 100)}; the "
            "control message is the same in every segment."
        ),
        (
            f"The plan was written before any outcome: primary metric {words.readable(plan.primary)}, "
            f"secondary {secondary}, {plan.test_type}, {correction} across comparisons, alpha {plan.alpha:g}."
        ),
        "Rates are per assigned customer. Lift is (treatment rate - control rate) / control rate.",
        "The arms' own intervals are Wilson's.",
        (
            f"Every interval is for one comparison alone, at {confidence(plan.alpha)}, and not adjusted for the number "
            "of comparisons; what is significant is decided by the p-values."
        ),
        *_families(plan),
        "A sample-ratio p-value below 0.001 withholds every verdict.",
    ]


def _families(plan: PlanDocument) -> list[str]:
    if plan.correction == "none":
        return []
    return [
        (
            "Every treatment on every metric is one family of comparisons; all segments' treatments on "
            f"{words.readable(plan.primary)} are another, by which each segment's best arm is named."
        )
    ]


def _engagement_method(documents: RunDocuments) -> list[str]:
    source, simulation = documents.experiment.engagement_source, documents.plan.simulation
    if source == "observed":
        return ["Opens, clicks and conversions were observed and loaded into the run."]
    assumptions = words.listed([f"{words.readable(name)} {value:g}" for name, value in sorted(simulation.items())])
    given = f" Assumptions: {assumptions}." if assumptions else ""
    drawn = f"Opens, clicks and conversions were {_drawn_from(documents)}; nobody was sent anything.{given}"
    return [drawn, *([_HISTORY_IN_PART] if source == "historical" else [])]


def _drawn_from(documents: RunDocuments) -> str:
    if documents.experiment.engagement_source == "historical":
        return "drawn from the customers' historical rates where known and from the baseline rates for everyone else"
    if documents.manifest.config.experiment_config.experiment.simulation.use_historical_data:
        return "drawn from assumed rates, as no accepted customer has a historical rate"
    return "drawn from assumed rates"


def _identity_section(documents: RunDocuments) -> Section:
    manifest, audit = documents.manifest, documents.audit
    versions = words.listed([f"{name} {version}" for name, version in sorted(manifest.versions.items())])
    facts = (
        ("Run", manifest.run_id),
        ("Created", manifest.created_at.isoformat()),
        ("Customers", f"{manifest.customers.container}/{manifest.customers.name}"),
        ("Content", f"{manifest.content.container}/{manifest.content.name}"),
        ("Approval", manifest.approval or NO_POLICY),
        ("Seed", manifest.seed),
        *([("Replay of", manifest.replay_of)] if manifest.replay_of else []),
        ("Configuration digest", manifest.config_digest),
        ("Request digest", manifest.request_digest),
        ("Plan digest", documents.experiment.plan_digest),
        ("Audit entries", words.number(audit.entries)),
        ("Audit head", audit.head),
        ("Versions", versions or words.NOTHING),
    )
    table = Table(
        caption="What identifies this run",
        columns=(Column(name="Item"), Column(name="Value", width=3.6)),
        rows=tuple((name, words.plain(value, 600)) for name, value in facts),
    )
    note = f"The audit chain can be checked against these figures with: python -m local verify {manifest.run_id}"
    return Section(section_id="identity", title="Run identity and proof", blocks=(table, Text(text=note)))
