"""The report's model: what it says in ordinary and awkward runs."""

import pytest

from shared.contracts import Approval, IndexDocument, IndexOutcome
from shared.domain import report_words as words
from shared.domain.analysis import analyse
from shared.domain.report import build_report
from shared.domain.report_experiment import arm_labels, best_lift, confidence, wilson_interval
from shared.domain.report_messages import standings
from shared.domain.report_model import (
    BarChart,
    IntervalChart,
    MessageCard,
    ReportModel,
    RunDocuments,
    SourceCard,
    StackedChart,
    Table,
)
from shared.experiment_contracts import Holdout
from tests.report_fixture import HOSTILE_NAMES, documents, sha

UNDEFINED = dict.fromkeys(
    ("lift_percent", "lift_ci_percent", "abs_diff", "abs_ci", "statistic", "p_value", "p_adjusted"), None
)


def blocks(report: ReportModel, kind: type) -> list:
    return [block for section in report.sections for block in section.blocks if isinstance(block, kind)]


def table(report: ReportModel, caption: str) -> Table:
    return next(block for block in blocks(report, Table) if block.caption.startswith(caption))


def with_lifts(run: RunDocuments, **changes: object) -> RunDocuments:
    lifts = tuple(item.model_copy(update=changes) for item in run.experiment.lift_analysis)
    return run.model_copy(update={"experiment": run.experiment.model_copy(update={"lift_analysis": lifts})})


def texts(report: ReportModel) -> str:
    return report.model_dump_json()


def test_same_documents_give_the_same_model() -> None:
    """Nothing but the documents decides the report."""
    assert build_report(documents()) == build_report(documents())


def test_every_table_row_has_a_cell_for_every_column() -> None:
    """Tables are rectangular, whatever is missing."""
    for run in (documents(), documents(method="kmeans"), documents(approved=False), documents(customers=0)):
        for found in blocks(build_report(run), Table):
            assert {len(row) for row in found.rows} <= {len(found.columns)}


@pytest.mark.parametrize("source", ["simulated", "historical"])
def test_engagement_nobody_had_is_marked_everywhere(source: str) -> None:
    """The mark stands on the report, the experiment and each of its charts; the summary says what it means."""
    report = build_report(documents(source=source))
    assert report.simulated
    assert "not observed behaviour" in report.mark
    assert next(section for section in report.sections if section.section_id == "experiment").mark == report.mark
    assert all(chart.mark == report.mark for chart in blocks(report, IntervalChart))
    assert "no evidence of how customers respond" in report.headline.certainty
    assert "real customers" in report.headline.next_step


def test_observed_engagement_carries_no_mark() -> None:
    """What people did is not called simulated."""
    report = build_report(documents(source="observed"))
    assert not report.simulated
    assert not report.mark
    assert "simulated engagement" not in texts(report).lower()


def test_a_significant_lift_is_the_headline_with_its_interval() -> None:
    """The finding names arm, size and metric; the certainty its interval and adjusted p-value."""
    run = documents(customers=400_000, source="observed")
    report = build_report(run)
    best = max(
        (item for item in run.experiment.lift_analysis if item.metric == "click_rate"),
        key=lambda item: item.lift_percent,
    )
    assert f"raised the click rate by {best.lift_percent:.1f}%" in report.headline.finding
    assert words.percent_range(best.lift_ci_percent) in report.headline.certainty
    assert "p < 0.001" in report.headline.certainty
    assert words.signed_percent(best.lift_percent) == report.key_figures[0].value


def test_no_clear_difference_is_called_inconclusive() -> None:
    """Chance is not dressed up as a finding."""
    report = build_report(documents(uplift=0.0, source="observed"))
    assert report.headline.finding.startswith("Inconclusive")
    assert "per arm" in report.headline.next_step
    assert report.key_figures[0].value == "Unclear"


def test_a_harmful_treatment_is_said_to_be_one() -> None:
    """A significant fall is a fall, and the advice is to keep the control."""
    report = build_report(documents(customers=400_000, uplift=-0.3, source="observed"))
    assert report.headline.finding.startswith("No treatment beat control on click rate; significantly worse: ")
    assert all(label in report.headline.finding for label in ("Treatment 1", "Treatment 2", "Treatment 3"))
    assert "keep the control" in report.headline.next_step
    assert report.key_figures[0].label == "Lift in click rate"
    assert report.key_figures[0].value.startswith("\N{MINUS SIGN}")


def test_a_significant_loser_never_stands_before_a_better_arm() -> None:
    """One significant loss among undecided arms is named as such, and is not what did best."""
    run = documents(uplift=0.0, source="observed")
    harmed = {"abs_diff": -0.02, "lift_percent": -40.0, "p_adjusted": 0.001, "significant": True}
    better = {"abs_diff": 0.001, "lift_percent": 2.0, "p_adjusted": 0.8, "significant": False}
    run = with_lifts(run, **better)
    lifts = tuple(
        item.model_copy(update=harmed) if item.treatment_arm == "treatment_3" else item
        for item in run.experiment.lift_analysis
    )
    run = run.model_copy(update={"experiment": run.experiment.model_copy(update={"lift_analysis": lifts})})
    report = build_report(run)
    assert best_lift(run).treatment_arm != "treatment_3"
    assert report.headline.finding == (
        "No treatment beat control on click rate; significantly worse: Treatment 3 (friendly) (\N{MINUS SIGN}40.0%)."
    )
    assert report.key_figures[0].label == "Lift in click rate"
    assert "significantly worse" in report.key_figures[0].note


def test_intervals_are_said_to_be_unadjusted() -> None:
    """Caption, headline and method tell that an interval is for one comparison alone."""
    report = build_report(documents(customers=400_000, source="observed"))
    assert "each interval is for one comparison alone and not adjusted" in table(report, "Lift over control").caption
    assert "95% interval for this comparison alone: " in report.headline.certainty
    assert "Every interval is for one comparison alone, at 95%, and not adjusted" in texts(report)


def test_p_values_are_called_adjusted_only_if_they_are() -> None:
    """Without correction the columns say p."""
    run = documents()
    for correction, name in (("holm", "Adjusted p"), ("none", "p")):
        plan = run.plan.model_copy(update={"correction": correction})
        report = build_report(run.model_copy(update={"plan": plan}))
        for caption in ("Lift over control", "Best arm by segment"):
            found = [column.name for column in table(report, caption).columns if column.name in {"p", "Adjusted p"}]
            assert found == [name]


def test_the_method_says_how_customers_without_history_were_drawn() -> None:
    """Historical rates are claimed for those who have them only."""
    assert "where known and from the baseline rates for everyone else" in texts(
        build_report(documents(source="historical"))
    )
    assert "baseline rates for everyone else" not in texts(build_report(documents()))


def test_ids_that_look_like_formulas_come_with_advice_and_no_false_promise() -> None:
    """Assignments hold ids as they are, so the report says how to open them."""
    (note,) = table(build_report(documents()), "From the list").notes
    assert note.endswith("would run as a formula in a spreadsheet: import the assignments as text.")


def test_huge_figures_are_powers_of_ten() -> None:
    """From a million millions up a figure is three digits and an exponent; below it is written in full."""
    assert words.decimal(1e308, 2) == "1e+308"
    assert words.decimal(999_999_999_999.0) == "999,999,999,999.0"
    assert words.decimal(-2.5e15) == "\N{MINUS SIGN}2.5e+15"
    assert words.money(1e300) == "$1e+300"
    assert words.signed_percent(1e200) == "+1e+200%"


def test_sample_ratio_mismatch_withholds_every_verdict() -> None:
    """No lift is headlined, listed as a result or drawn as significant."""
    report = build_report(documents(customers=400_000, mismatch=True))
    assert report.headline.finding.startswith("No verdict")
    assert report.key_figures[0].value == "Withheld"
    assert {row[-1] for row in table(report, "Lift over control").rows} == {"Withheld"}
    lift_chart = next(chart for chart in blocks(report, IntervalChart) if chart.reference == 0.0)
    assert not any(item.strong for panel in lift_chart.panels for item in panel.estimates)


def test_without_approved_messages_nothing_was_tested() -> None:
    """The report says so, draws no lift and still shows every stopped message with its reason."""
    report = build_report(documents(approved=False))
    assert report.headline.finding.startswith("Nothing was tested")
    assert all(chart.reference is None for chart in blocks(report, IntervalChart))
    cards = [card for card in blocks(report, MessageCard) if card.status == "stopped"]
    assert len(cards) == 12
    assert all("no cited source gives a deadline" in card.findings[0] for card in cards)


def test_a_run_without_customers_has_a_report() -> None:
    """Charts with nothing to draw are left out, and the text says why."""
    report = build_report(documents(customers=0))
    assert not blocks(report, BarChart) + blocks(report, IntervalChart) + blocks(report, StackedChart)
    for reason in ("no customer was accepted", "no arm has customers", "no message was screened"):
        assert reason in texts(report)


def test_undefined_lift_is_a_dash_with_its_reason() -> None:
    """What cannot be computed is neither zero nor silent."""
    run = documents(customers=40)
    found = table(build_report(run), "Lift over control")
    undefined = [item for item in run.experiment.lift_analysis if item.lift_percent is None]
    assert undefined
    assert sum(row[4] == words.NOTHING for row in found.rows) == len(undefined)
    assert all(any(item.reason in note for note in found.notes) for item in undefined)


def test_all_lift_undefined_is_no_comparison() -> None:
    """The headline does not pick a best arm where there is none."""
    run = documents()
    report = build_report(with_lifts(run, **UNDEFINED, significant=False, reason="control is empty"))
    assert report.headline.finding == "No comparison is possible on click rate."
    assert "control is empty" in report.headline.certainty
    assert report.key_figures[0].value == "None"


def test_a_clear_effect_over_a_control_without_events_is_told_in_points() -> None:
    """Lift over zero is undefined, the difference is not: the finding stands and is worded as one."""
    report = build_report(
        with_lifts(
            documents(source="observed"),
            control_rate=0.0,
            lift_percent=None,
            lift_ci_percent=None,
            abs_diff=0.0125,
            p_adjusted=0.001,
            significant=True,
            reason="lift over a zero control rate is undefined",
        )
    )
    assert "raised the click rate by 1.25 points" in report.headline.finding
    assert "adjusted p = 0.001" in report.headline.certainty


def test_one_reason_is_told_once_per_arm_and_under_the_readers_name() -> None:
    """A note that holds for all metrics of an arm is one line, and no raw arm name is left."""
    run = with_lifts(documents(), reason="compared over the 3 of 4 segments that have this arm")
    notes = table(build_report(run), "Lift over control").notes
    assert len(notes) == 3
    assert notes[0].startswith("Treatment 1 (urgent), click rate, open rate and conversion rate: compared over")


def test_the_analysis_is_quoted_under_the_arms_readable_names() -> None:
    """Conclusion and verdicts never show an identifier."""
    run = documents()
    breakdown = tuple(
        item.model_copy(update={"verdict": "treatment_2 beats control"}) for item in run.experiment.segment_breakdown
    )
    said = {"conclusion": "In simulated engagement, treatment_2 beat control.", "segment_breakdown": breakdown}
    report = build_report(run.model_copy(update={"experiment": run.experiment.model_copy(update=said)}))
    assert "Treatment 2 (informational) beat control" in report.sections[0].blocks[0].text
    assert "treatment_2" not in texts(report)


def test_the_funnel_adds_up() -> None:
    """Read is accepted, rejected and suppressed; assigned is personalised and control."""
    steps = {row[0]: int(row[1].replace(",", "")) for row in table(build_report(documents()), "From the list").rows}
    assert steps["Read from the customer list"] == (
        steps["Accepted"] + steps["Rejected"] + steps["Suppressed: may not be written to"]
    )
    assert table(build_report(documents()), "Rows suppressed").rows == (("No consent", "12"),)
    assert (
        steps["Assigned to an arm"] == steps["Assigned a personalised message"] + steps["Assigned the control message"]
    )


def test_every_citation_leads_to_a_source_with_its_passage() -> None:
    """Numbers under the messages are those of the source list, and each source shows the retrieved text."""
    run = documents()
    report = build_report(run)
    sources = {card.number: card for card in blocks(report, SourceCard)}
    snippets = {passage.snippet for retrieval in run.retrievals for passage in retrieval.results}
    used = {link.number for card in blocks(report, MessageCard) for link in card.sources}
    assert used == set(sources)
    assert all(card.passage in snippets for card in sources.values())


def test_a_verdict_or_approval_of_other_text_does_not_count() -> None:
    """Only decisions on exactly this text stand; the rest leaves the message unapproved."""
    run = documents()
    first = run.variants[0]
    other = sha("other text")
    verdicts = tuple(
        item.model_copy(update={"content_hash": other}) if item.variant_id == first.variant_id else item
        for item in run.verdicts
    )
    approvals = tuple(
        Approval(variant_id=item.variant_id, content_hash=other, status="approved", decided_by="policy")
        if item.variant_id == first.variant_id
        else item
        for item in run.approvals.approvals
    )
    changed = run.model_copy(
        update={"verdicts": verdicts, "approvals": run.approvals.model_copy(update={"approvals": approvals})}
    )
    standing = next(item for item in standings(changed) if item.variant.variant_id == first.variant_id)
    assert standing.verdict is None
    assert standing.approval is None
    card = next(
        card
        for card in blocks(build_report(changed), MessageCard)
        if card.facts and card.facts[0].value == first.variant_id
    )
    assert card.status == "stopped"
    assert "Safety: no verdict is recorded for this text." in card.findings


def test_control_characters_and_unsafe_links_do_not_reach_the_model() -> None:
    """Names lose NUL, escape and direction signs; only web addresses become links."""
    report = build_report(documents(segments=6, names=HOSTILE_NAMES))
    assert not set("\x00\x1b\u202e") & set("".join(card.heading for card in blocks(report, MessageCard)))
    assert "javascript:" not in texts(report)


def test_long_lists_are_cut_and_say_so() -> None:
    """A library with many unused entries does not make an endless report."""
    run = documents()
    many = run.library.left_out * 200
    report = build_report(run.model_copy(update={"library": run.library.model_copy(update={"left_out": many})}))
    unused = table(report, "Content the run did not use")
    assert len(unused.rows) == 50
    assert unused.notes == ("350 more in content.json.",)


def test_what_was_used_stands_beside_what_was_estimated() -> None:
    """Calls by service, tokens by kind and the cost, each with its estimate where there is one."""
    run = documents()
    metrics, estimate = run.metrics, run.metrics.estimate
    rows = {row[0]: row[1:] for row in table(build_report(run), "What was used").rows}
    assert rows["Calls, generation"] == (words.number(12), words.number(24))
    assert rows["Input tokens"] == (words.number(metrics.prompt_tokens), words.number(estimate.prompt_tokens))
    assert rows["Input tokens from the service's cache"] == (words.number(metrics.cached_tokens), words.NOTHING)
    assert rows["Output tokens"] == (words.number(metrics.completion_tokens), words.number(estimate.completion_tokens))
    assert rows["Answers used again"] == ("4", words.NOTHING)
    assert rows["Cost"] == (words.money(metrics.cost_usd), words.money(estimate.cost_usd))


@pytest.mark.parametrize(
    ("limit", "said"), [(None, "No cost limit was set."), (2.5, "The run's cost limit was $2.50.")]
)
def test_the_cost_limit_is_told(limit: float | None, said: str) -> None:
    """A reader sees whether the run was held to a limit, and to which."""
    run = documents()
    estimate = run.metrics.estimate.model_copy(update={"max_cost_usd": limit})
    metrics = run.metrics.model_copy(update={"estimate": estimate})
    assert said in texts(build_report(run.model_copy(update={"metrics": metrics})))


def test_every_service_has_its_errors_and_tries() -> None:
    """Calls, errors, their rate and the requests sent; what was never called has dashes, not zeros."""
    rows = {row[0]: row[1:] for row in table(build_report(documents()), "Service calls").rows}
    assert rows["Generation"][:4] == ("12", "1", "8.3%", "15")
    assert rows["Safety"] == ("0", "0", words.NOTHING, "0", words.NOTHING, words.NOTHING, words.NOTHING)


def test_a_second_draft_and_a_reused_answer_are_told_with_their_message() -> None:
    """Each message says whether it was repaired and whether its answer came from an earlier run."""
    report = build_report(documents())
    facts = {
        card.heading.rpartition(", ")[2]: {fact.label: fact.value for fact in card.facts}
        for card in blocks(report, MessageCard)[1:4]
    }
    assert "Draft" not in facts["urgent"]
    assert facts["informational"]["Draft"] == "the second, after a repair"
    assert facts["friendly"]["Cost"].endswith(", 1 answer used again")
    assert "4 messages are second drafts" in texts(report)


def test_a_message_nobody_wrote_names_no_model() -> None:
    """Where the service failed there is a provider and no more."""
    run = documents(approved=False)
    variants = tuple(item.model_copy(update={"provider": "azure", "model": ""}) for item in run.variants)
    report = build_report(run.model_copy(update={"variants": variants}))
    written = {fact.value for card in blocks(report, MessageCard) for fact in card.facts if fact.label == "Written by"}
    assert written == {"azure"}
    assert "()" not in texts(report)


def test_notices_stand_with_their_message_and_are_no_findings() -> None:
    """What a reader should know does not look like a reason to stop."""
    cards = [card for card in blocks(build_report(documents()), MessageCard) if card.heading.endswith("friendly")]
    assert all(card.notices == ("Note: the segment is called like an instruction to a model",) for card in cards)
    assert all(card.status == "approved" for card in cards)
    assert not any(card.findings for card in cards)


def test_a_lowered_tone_is_told_with_its_reason() -> None:
    """Who reads an urgent message without urgency reads why."""
    run = documents()
    lowered = tuple(one.model_copy(update={"tone_lowered": "no deadline is cited"}) for one in run.variants)
    cards = blocks(build_report(run.model_copy(update={"variants": lowered})), MessageCard)
    assert "Note: written without urgency: no deadline is cited" in {note for card in cards for note in card.notices}


def test_every_message_ends_with_the_brands_footer() -> None:
    """The control message too: what the report shows is what is sent."""
    run = documents()
    cards = blocks(build_report(run), MessageCard)
    assert {card.footer for card in cards} == {run.manifest.config.brand.footer}
    assert any(card.status == "control" for card in cards)


def test_notices_on_content_index_and_searches_are_listed_with_the_sources() -> None:
    """Odd documents, documents not indexed, partial and failed searches: each with its place."""
    run = documents()
    index = IndexDocument(
        input_digest=sha("index"),
        provider="azure",
        outcome=IndexOutcome(uploaded=4, unchanged=0, removed=0, failed={"DOC-002": "the service answered 422"}),
    )
    failed = run.retrievals[0].model_copy(update={"results": (), "error": "search: the service answered 503"})
    changed = run.model_copy(update={"index": index, "retrievals": (failed, *run.retrievals[1:])})
    assert table(build_report(changed), "What to know").rows == (
        ("Content", "DOC-003: holds text that reads like an instruction to a model; it is not quoted"),
        ("Search index", "DOC-002 is not in the index: the service answered 422"),
        ("Search for High-Value Recent", "No passages: search: the service answered 503"),
        ("Search for New Customer", "Ranked in part by words alone: the semantic ranker did not answer"),
    )


def test_an_index_that_was_not_brought_up_to_date_is_told() -> None:
    """The whole index failing is one line with its reason."""
    index = IndexDocument(input_digest=sha("index"), provider="azure", outcome=None, error="search: no answer in time")
    rows = table(build_report(documents().model_copy(update={"index": index})), "What to know").rows
    assert ("Search index", "Not brought up to date: search: no answer in time") in rows


def test_a_run_without_notices_lists_none() -> None:
    """There is no empty table."""
    run = documents()
    quiet = run.model_copy(
        update={
            "library": run.library.model_copy(update={"notices": ()}),
            "retrievals": tuple(item.model_copy(update={"notices": ()}) for item in run.retrievals),
        }
    )
    assert not [found for found in blocks(build_report(quiet), Table) if found.caption.startswith("What to know")]


def test_a_replay_names_the_run_it_replays() -> None:
    """Its identity says where its answers come from."""
    run = documents()
    manifest = run.manifest.model_copy(update={"replay_of": "winter-2026"})
    rows = table(build_report(run.model_copy(update={"manifest": manifest})), "What identifies this run").rows
    assert ("Replay of", "winter-2026") in rows


def test_arms_are_named_with_their_tone_and_control_comes_first() -> None:
    """A reader never has to look up what treatment_1 was."""
    assert list(arm_labels(documents().plan).values()) == [
        "Control",
        "Treatment 1 (urgent)",
        "Treatment 2 (informational)",
        "Treatment 3 (friendly)",
    ]


def test_wilson_interval_matches_published_values() -> None:
    """Newcombe (1998), table I: 81/263, 15/148, 0/20 and 1/29 at 95%."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, n), bounds in published.items():
        assert wilson_interval(hits / n, n, 0.05) == pytest.approx(bounds, abs=5e-5)


def test_the_level_of_the_intervals_follows_alpha() -> None:
    """Alpha 0.05 is 95%, without rounding noise."""
    assert [confidence(alpha) for alpha in (0.05, 0.1, 0.001)] == ["95%", "90%", "99.9%"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.number(4_000_000), "4,000,000"),
        (words.percent(None), "–"),
        (words.percent(0.05123), "5.12%"),
        (words.signed_percent(-3.25), "−3.2%"),
        (words.percent_range((-1.0, 2.5)), "−1.0% to +2.5%"),
        (words.p_value(0.0), "<0.001"),
        (words.p_value(0.0412), "0.041"),
        (words.money(0.0), "$0.00"),
        (words.money(0.00213), "$0.0021"),
        (words.money(0.00001), "under $0.0001"),
        (words.money(1234.5), "$1,234.50"),
        (words.duration(0.4), "0.40 s"),
        (words.duration(59.99), "1 min 00 s"),
        (words.duration(3599.9), "1 h 00 min"),
        (words.duration(7800), "2 h 10 min"),
        (words.listed(["a", "b", "c"]), "a, b and c"),
        (words.counted(1, "entry", "entries"), "1 entry"),
        (words.plain("a\x00\n b\u202e" + "c" * 300, 6), "a b cc…"),
        (words.copy_text("line\r\nnext\x07", 100), "line\nnext"),
    ],
)
def test_figures_are_written_one_way(written: str, expected: str) -> None:
    """Counts, rates, p-values, money and time each have one form."""
    assert written == expected


def test_customers_held_out_are_in_the_funnel_and_in_no_arm() -> None:
    """Accepted is assigned and held out; a plan without a holdout has no such line."""
    run = documents()
    first, *rest = run.plan.segments
    held = (first.model_copy(update={"held_out": 40}), *rest)
    planned = {"segments": held, "holdout": Holdout(percent=5, salt="s")}
    accepted = run.segments.customers.accepted + 40
    counts = run.segments.customers.model_copy(update={"accepted": accepted, "read": run.segments.customers.read + 40})
    run = run.model_copy(
        update={
            "plan": run.plan.model_copy(update=planned),
            "segments": run.segments.model_copy(update={"customers": counts}),
        }
    )
    steps = {row[0]: int(row[1].replace(",", "")) for row in table(build_report(run), "From the list").rows}
    assert steps["Held out: no run writes to them"] == 40
    assert steps["Accepted"] == steps["Assigned to an arm"] + 40
    assert "Held out" not in texts(build_report(documents()))


def test_in_an_a_a_test_nobody_is_said_to_get_a_personalised_message() -> None:
    """Every arm gets the control message, and the funnel says so."""
    run = documents()
    same = run.model_copy(update={"plan": run.plan.model_copy(update={"a_a_test": True})})
    steps = {row[0]: int(row[1].replace(",", "")) for row in table(build_report(same), "From the list").rows}
    assert steps["Assigned a personalised message"] == 0
    assert steps["Assigned the control message"] == steps["Assigned to an arm"] > 0


def test_segments_say_why_their_customers_are_in_them() -> None:
    """The table of segments has each one's explanation; without any it has no such column."""
    run = documents()
    explained = tuple(item.model_copy(update={"explanation": "no rule held"}) for item in run.segments.segments)
    found = table(
        build_report(run.model_copy(update={"segments": run.segments.model_copy(update={"segments": explained})})),
        "Segments",
    )
    assert (found.columns[-1].name, {row[-1] for row in found.rows}) == ("Why", {"No rule held"})
    assert "Why" not in [column.name for column in table(build_report(run), "Segments").columns]


def test_an_a_a_test_is_marked_and_read_as_one() -> None:
    """Every face of it says that all arms have one message, and a difference is an alarm, not a success."""
    for uplift, finding in ((0.0, "A/A test passed"), (0.9, "A/A test: 3 differences where there can be none")):
        run = documents(customers=8_000, uplift=uplift)
        plan = run.plan.model_copy(update={"a_a_test": True, "secondary": ()})
        experiment = analyse(plan, run.experiment.strata, plan_digest="0" * 64, input_digest="0" * 64)
        report = build_report(run.model_copy(update={"plan": plan, "experiment": experiment}))
        assert report.headline.finding.startswith(finding)
        assert "all have the control message" in report.headline.tested
        assert report.mark.endswith("A/A test: every arm has the same message")
