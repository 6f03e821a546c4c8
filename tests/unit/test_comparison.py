"""Two runs side by side: what differs is told, what does not is not."""

import hashlib
import random
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from shared.contracts import (
    BlobRef,
    Citation,
    ContentDocument,
    ContentLibrary,
    CustomerCounts,
    Estimate,
    Finding,
    LatencySummary,
    Manifest,
    Message,
    MetricsDocument,
    Passage,
    RetrievalDocument,
    Segment,
    SegmentFeatures,
    SegmentsDocument,
    ServiceCall,
    Variant,
    VariantCounts,
    Verdict,
)
from shared.domain.comparison import LONGEST_DIFF, compare_runs
from shared.domain.comparison_model import RunSide
from shared.domain.digests import digest, message_hash
from shared.run_config import TONES, RunConfig

CREATED = datetime(2026, 4, 7, 9, 30, tzinfo=UTC)
WORDS = ("points", "parcel", "spring", "Leeds", "Ünïcode", "優良顧客", "👩‍👩‍👧", "cotton", "عميل", "returns")


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def config(**changes):
    """A whole configuration, with the sections named in ``changes`` replaced."""
    sections = {
        "azure_config": {},
        "safety_thresholds": {},
        "experiment_config": {},
        "segmentation": {"rules": [{"segment": "Loyal", "when": {"purchase_frequency": {"above": 6}}}]},
        "brand": {
            "name": "Harbour",
            "signature": "The Harbour team",
            "control_message": {"subject": "News", "body": "Hello.", "call_to_action": "See"},
        },
        "prompts": dict.fromkeys(TONES, "Write one e-mail.\nKeep it short.\nCite twice."),
    }
    return RunConfig.model_validate(sections | changes)


def manifest(run_id, settings, **changes):
    fields = {
        "run_id": run_id,
        "created_at": CREATED,
        "customers": BlobRef(container="runs", name=f"{run_id}/input/list.csv", etag=sha("list"), size=900),
        "content": BlobRef(container="runs", name=f"{run_id}/input/content/", etag=sha(run_id)),
        "config": settings,
        "config_digest": digest(settings),
        "seed": run_id,
        "as_of": date(2026, 4, 7),
        "approval": "auto",
        "versions": {"app": "0.1.0"},
        "request_digest": sha(run_id),
    }
    return Manifest(**fields | changes)


def variant(rng, segment_id, tone, **changes):
    """A message of a few seeded sentences; ``changes`` replace fields of it."""
    body = "\n\n".join(
        " ".join(f"{' '.join(rng.choices(WORDS, k=5))}." for _ in range(3)) + f" [Source: Terms, Part {part}]"
        for part in (1, 2)
    )
    fields = {
        "variant_id": f"{segment_id}-{tone}",
        "segment_id": segment_id,
        "segment": segment_id.title(),
        "tone": tone,
        "subject": f"For you: {rng.choice(WORDS)}",
        "preheader": "",
        "body": body,
        "call_to_action": "See more",
        "citations": tuple(citation(part) for part in (1, 2)),
        "findings": (),
        "provider": "azure",
        "model": "gpt-4",
        "generated_at": CREATED,
        "tokens_used": rng.randint(100, 900),
        "cost_usd": 0.25,
        "input_digest": sha("variant"),
        "calls": (ServiceCall(service="generation", outcome="ok", milliseconds=800.5),),
    } | changes
    text = {name: fields[name] for name in ("subject", "preheader", "body", "call_to_action")}
    return Variant(**fields, content_hash=message_hash(Message(**text)))


def citation(part, version="terms"):
    return Citation(
        document_id="DOC-1", version=sha(version), title="Terms", section=f"Part {part}", paragraph_index=part
    )


def verdict(item, **changes):
    severities = dict.fromkeys(("hate_severity", "violence_severity", "self_harm_severity", "sexual_severity"), 0)
    fields = {
        "input_digest": sha("verdict"),
        "variant_id": item.variant_id,
        "segment_id": item.segment_id,
        "segment": item.segment,
        "content_hash": item.content_hash,
        "status": "block" if item.findings else "pass",
        "block_reason": "; ".join(finding.detail for finding in item.findings),
        "blocked_by": tuple(finding.check for finding in item.findings),
        "provider": "azure",
        "checked_at": CREATED,
        "calls": (ServiceCall(service="safety", outcome="ok", milliseconds=99.25),),
    }
    return Verdict(**fields | severities | changes)


def metrics(cost=1.5, services=None):
    p = {"calls": 6, "errors": 0, "error_rate": 0.0, "attempts": 7, "p50_ms": 800.0, "p95_ms": 1200.0, "p99_ms": 1300.0}
    return MetricsDocument(
        input_digest=sha("metrics"),
        seconds={"personalising": 2.0},
        customers=CustomerCounts(read=10, accepted=10, rejected=0),
        variants=VariantCounts(generated=6, approved=6, blocked=0),
        pass_rate=1.0,
        blocked_by={},
        block_reasons={},
        tokens=1000,
        prompt_tokens=700,
        cached_tokens=100,
        completion_tokens=300,
        cost_usd=cost,
        estimate=Estimate(
            segments=2, calls={}, prompt_tokens=1, completion_tokens=1, minutes=1, cost_usd=2, max_cost_usd=None
        ),
        answers_reused=0,
        services={"generation": LatencySummary(**p)} if services is None else services,
    )


def passage(position, version="terms", score=1.0):
    return Passage(
        document_id=f"DOC-{position}",
        version=sha(version),
        title="Terms",
        category="Promotion",
        section=f"Part {position}",
        snippet="Members earn double points.",
        relevance_score=score,
        paragraph_index=position,
    )


def retrieval(segment_id, **changes):
    fields = {
        "input_digest": sha(segment_id),
        "segment_id": segment_id,
        "provider": "azure",
        "query": "loyal customers",
        "results": (passage(1), passage(2)),
    }
    return RetrievalDocument(**fields | changes)


def segments(ids=("loyal", "standard"), size=5, digest_of="segments"):
    features = SegmentFeatures(
        avg_purchase_frequency=4, avg_order_value=90, avg_last_engagement_days=20, engagement_score=0.5
    )
    return SegmentsDocument(
        input_digest=sha(digest_of),
        method="rules",
        customers=CustomerCounts(read=10, accepted=10, rejected=0),
        reject_reasons={},
        formula_like_ids=0,
        segments=tuple(
            Segment(segment_id=item, name=item.title(), size=size, share=0.5, features=features) for item in ids
        ),
    )


def document(position, content="Members earn double points.", **changes):
    fields = {
        "document_id": f"DOC-{position}",
        "title": "Terms",
        "category": "Promotion",
        "content": content,
        "approval_date": date(2026, 1, 1),
        "version": sha(content),
    }
    return ContentDocument(**fields | changes)


def library(*documents, digest_of="content"):
    return ContentLibrary(
        input_digest=sha(digest_of), as_of=date(2026, 4, 7), documents=documents or (document(1),), left_out=()
    )


def side(run_id="one", seed=7, settings=None, change=None, **changes):
    """A run of two segments; ``change`` maps (segment id, tone) to fields of that variant that are replaced."""
    rng = random.Random(seed)
    variants = tuple(
        variant(rng, segment_id, tone, **(change or {}).get((segment_id, tone), {}))
        for segment_id in ("loyal", "standard")
        for tone in TONES
    )
    fields = {
        "manifest": manifest(run_id, settings or config()),
        "variants": variants,
        "verdicts": tuple(map(verdict, variants)),
        "metrics": metrics(),
        "retrievals": (retrieval("loyal"), retrieval("standard")),
        "segments": segments(digest_of=run_id),
        "library": library(digest_of=run_id),
    }
    return RunSide(**fields | changes)


def only(comparison, segment_id, tone):
    """The comparison of one message."""
    (found,) = [item for item in comparison.variants if (item.segment_id, item.tone) == (segment_id, tone)]
    return found


def words_removed_and_added(field):
    """The lines of a diff that only one run has, without its head."""
    lines = [line for line in field.diff[2:] if line[0] in "+-"]
    return [line[1:] for line in lines if line[0] == "-"], [line[1:] for line in lines if line[0] == "+"]


# --- no difference ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_runs_of_the_same_kind_do_not_differ(seed):
    """Two runs that were given the same and wrote the same show no difference, whatever their ids and places are."""
    comparison = compare_runs(side("one", seed), side("two", seed))
    assert comparison.same
    assert "no difference" in comparison.summary
    assert "Both runs cost the same" in comparison.summary
    assert comparison.configuration == ()
    assert [item.differs for item in comparison.inputs] == [False, False, False]
    assert not any(item.changed for item in comparison.variants)
    assert not any(item.text or item.findings_appeared or item.severities for item in comparison.variants)
    assert {figure.change for figure in comparison.totals.values()} == {0}


def test_cost_and_time_alone_are_no_difference():
    """A run that reused every answer is the same run at another price, and the summary says both."""
    reused = side("two", metrics=metrics(cost=0.0), change={("loyal", "urgent"): {"calls": (), "cost_usd": 0.0}})
    comparison = compare_runs(side("one"), reused)
    assert comparison.same
    assert "no difference" in comparison.summary
    assert "The second run cost $1.50 less" in comparison.summary


def test_a_message_made_without_a_call_has_no_time():
    """Where no service was called there is no time, and a reason instead."""
    first = side(change={("loyal", "urgent"): {"calls": ()}})
    silent = RunSide.model_validate(
        {**dict(first), "verdicts": tuple(item.model_copy(update={"calls": ()}) for item in first.verdicts)}
    )
    told = only(compare_runs(silent, side("two")), "loyal", "urgent")
    assert told.first.milliseconds is None
    assert told.first.reason == "no service was called for it"
    assert told.second.milliseconds == 899.75


def test_output_is_plain_json_and_always_the_same():
    """The comparison is plain JSON, byte for byte the same, also when the documents come in another order."""
    first, second = side("one", 1), side("two", 2)
    shuffled = RunSide.model_validate(
        {**dict(second), "variants": second.variants[::-1], "verdicts": second.verdicts[::-1]}
    )
    text = compare_runs(first, second).model_dump_json()
    assert text == compare_runs(first, shuffled).model_dump_json()


@pytest.mark.parametrize("seed", range(10))
def test_exchanged_runs_give_the_mirror_image(seed):
    """What appears in one direction disappears in the other, and changes have the other sign."""
    there = compare_runs(side("one", seed), side("two", seed + 1))
    back = compare_runs(side("two", seed + 1), side("one", seed))
    for one, other in zip(there.variants, back.variants, strict=True):
        assert (one.first, one.second) == (other.second, other.first)
        for field, mirrored in zip(one.text, other.text, strict=True):
            assert words_removed_and_added(field) == words_removed_and_added(mirrored)[::-1]
    assert all(there.totals[name].change == -(back.totals[name].change) for name in there.totals)


# --- settings ---------------------------------------------------------------------------------------------------------


def test_a_changed_prompt_is_shown_line_by_line():
    """Of a prompt that changed in one line, that line is shown in both wordings."""
    prompts = dict.fromkeys(TONES, "Write one e-mail.\nKeep it short.\nCite twice.")
    changed = config(prompts=prompts | {"urgent": "Write one e-mail.\nKeep it very short.\nCite twice."})
    comparison = compare_runs(side("one"), side("two", settings=changed))
    (change,) = comparison.configuration
    assert change.key == "prompts.urgent"
    assert change.diff == (
        "--- first",
        "+++ second",
        "@@ -1,3 +1,3 @@",
        " Write one e-mail.",
        "-Keep it short.",
        "+Keep it very short.",
        " Cite twice.",
    )
    assert "1 setting differs: prompts.urgent" in comparison.summary
    assert not comparison.same


def test_a_changed_model_is_told_in_settings_and_messages():
    """Another deployment shows as a setting, and as the model of every message it wrote."""
    changed = config(azure_config={"azure_openai": {"deployment_name": "gpt-5"}})
    loyal = {("loyal", tone): {"model": "gpt-5"} for tone in TONES}
    comparison = compare_runs(side("one"), side("two", settings=changed, change=loyal))
    (change,) = comparison.configuration
    assert (change.key, change.first, change.second) == (
        "azure_config.azure_openai.deployment_name",
        "gpt-4",
        "gpt-5",
    )
    assert change.diff == ()
    told = only(comparison, "loyal", "friendly")
    assert (told.first.model, told.second.model) == ("gpt-4", "gpt-5")
    assert told.changed
    assert not told.text_changed
    assert not only(comparison, "standard", "friendly").changed


def test_long_values_are_shortened_and_diffed():
    """Two long texts that differ at their end are shortened, and their difference is shown all the same."""
    texts = ["x" * 500 + end for end in "ab"]
    one, two = (config(experiment_config={"experiment": {"description": text}}) for text in texts)
    (change,) = compare_runs(side("one", settings=one), side("two", settings=two)).configuration
    assert change.first == change.second == "x" * 200 + "… (301 more characters)"
    assert words_removed_and_added(change) == ([texts[0]], [texts[1]])


def test_a_changed_list_is_diffed_item_by_item():
    """A rule put in front of another shows as one new line."""
    rules = [
        {"segment": name, "when": {"purchase_frequency": {"above": at}}} for name, at in (("New", 9), ("Loyal", 6))
    ]
    (change,) = compare_runs(side("one"), side("two", settings=config(segmentation={"rules": rules}))).configuration
    removed, added = words_removed_and_added(change)
    assert change.key == "segmentation.rules"
    assert removed == []
    assert [line.count("New") for line in added] == [1]


def test_versions_and_approval_count_as_settings():
    """Another version of the program, and another approval mode, are told; the run's own seed is not."""
    other = manifest("two", config(), versions={"app": "0.2.0", "python": "3.11"}, approval="required")
    keys = [change.key for change in compare_runs(side("one"), side("two", manifest=other)).configuration]
    assert keys == ["approval", "versions.app", "versions.python"]


# --- inputs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        ({"etag": sha("a"), "size": 9}, {"etag": sha("b"), "size": 9}, True),
        ({"etag": "0x1", "size": 9}, {"etag": "0x2", "size": 8}, True),
        ({"etag": "0x1", "size": 9}, {"etag": "0x2", "size": 9}, None),
        ({"etag": "0x1", "size": 9}, {"etag": "0x1", "size": 9}, None),
        ({"etag": None}, {"etag": sha("a")}, None),
        ({"etag": "0x1", "name": "list.csv"}, {"etag": "0x1", "name": "list.csv"}, False),
        ({"etag": "0x1", "name": "list.csv"}, {"etag": "0x2", "name": "list.csv"}, True),
    ],
)
def test_customer_lists_are_told_apart_by_what_their_marks_prove(first, second, differs):
    """Digests decide; opaque marks of two blobs do not, and then a reason is given."""
    sides = [
        side(run_id, manifest=manifest(run_id, config(), customers=BlobRef(**{"container": "c", "name": run_id} | ref)))
        for run_id, ref in (("one", first), ("two", second))
    ]
    comparison = compare_runs(*sides)
    customers = comparison.inputs[0]
    assert customers.differs is differs
    assert bool(customers.reason) == (differs is None)
    assert ("It cannot be told whether the customer list is the same" in comparison.summary) == (differs is None)


def test_a_changed_library_names_its_documents():
    """Documents that came, went, changed their text or are valid for longer are named, each with what changed."""
    first = library(document(1), document(2), document(3))
    second = library(document(1, "Members earn triple points."), document(3, expiry_date=date(2027, 1, 1)), document(4))
    content = compare_runs(side("one", library=first), side("two", library=second)).inputs[1]
    assert content.differs
    assert content.details == (
        "DOC-1 has another text",
        "DOC-2 is only in the first run",
        "DOC-3 has another expiry date",
        "DOC-4 is only in the second run",
    )


def test_changed_segments_are_told_with_their_sizes():
    """A segment of another size, and one that only one run has, are told."""
    second = segments(("loyal", "lapsed"), size=7)
    comparison = compare_runs(side("one"), side("two", segments=second))
    assert comparison.inputs[2].details == (
        "lapsed is only in the second run",
        "loyal has 5 customers in the first run, 7 in the second",
        "standard is only in the first run",
    )
    assert "The segments are not the same" in comparison.summary


def test_what_is_not_at_hand_is_unknown_and_not_the_same():
    """Without the library and the segments nothing is claimed about them."""
    comparison = compare_runs(side("one", library=None, segments=None), side("two"))
    assert [item.differs for item in comparison.inputs] == [False, None, None]
    assert "cannot be told whether the content library and the segments are the same" in comparison.summary


def test_passages_are_compared_without_their_scores():
    """Other scores are no difference; another version of a document, another order and a failed search are."""
    scored = retrieval("loyal", results=(passage(1, score=9.0), passage(2)))
    turned = retrieval("loyal", results=(passage(2), passage(1)))
    newer = retrieval("loyal", results=(passage(1, version="new"), passage(2)))
    failed = retrieval("loyal", results=(), error="search: the service answered 503")
    found = [
        compare_runs(side("one"), side("two", retrievals=(item, retrieval("standard")))).retrievals[0]
        for item in (scored, turned, newer, failed)
    ]
    assert [item.changed for item in found] == [False, True, True, True]
    assert found[1].order_changed
    assert found[2].appeared == found[2].disappeared == ("DOC-1: Terms, Part 1",)
    assert found[3].errors == ("", "search: the service answered 503")


# --- messages ---------------------------------------------------------------------------------------------------------


def test_a_message_that_one_run_lacks_has_nothing_to_compare():
    """It is listed with the side that has it; whether its text changed is undefined."""
    whole = side("two")
    comparison = compare_runs(side("one", variants=side("one").variants[1:]), whole)
    told = only(comparison, "loyal", "urgent")
    assert (told.where, told.first, told.text_changed, told.status_changed) == ("only_second", None, None, None)
    assert told.second.tokens == whole.variants[0].tokens_used
    assert "None of 5 messages differ; 1 message exists only in the second run" in comparison.summary
    assert only(compare_runs(whole, side("one", variants=())), "loyal", "urgent").where == "only_first"


def test_a_message_that_became_blocked_says_why():
    """Its finding appears, its citation to nowhere is gone, its status changes, and the summary counts it."""
    finding = Finding(check="citation", detail="[Source: Terms, Part 9] is no section of the library")
    blocked = {("loyal", "urgent"): {"findings": (finding,), "citations": (citation(1),)}}
    comparison = compare_runs(side("one"), side("two", change=blocked))
    told = only(comparison, "loyal", "urgent")
    assert told.status_changed
    assert (told.first.status, told.second.status) == ("pass", "block")
    assert told.findings_appeared == (finding,)
    assert told.citations_disappeared == (citation(2),)
    assert told.second.block_reason == finding.detail
    assert "1 passed only in the first run" in comparison.summary
    assert comparison.totals["variants.passed"].change == -1
    assert comparison.totals["variants.blocked"].second == 1


def test_changed_severities_are_told_missing_ones_too():
    """A severity that rose and one that the checker no longer vouches for are both changes."""
    second = side("two")
    worse = second.verdicts[0].model_copy(update={"hate_severity": 4, "sexual_severity": None})
    told = only(
        compare_runs(side("one"), side("two", verdicts=(worse, *second.verdicts[1:]))), "loyal", "urgent"
    ).severities
    assert [(item.category, item.first, item.second) for item in told] == [("hate", 0, 4), ("sexual", 0, None)]


def test_a_verdict_on_another_text_is_none():
    """A message whose verdict was given on another text is not screened, neither passed nor blocked."""
    first = side("one")
    stray = first.verdicts[0].model_copy(update={"content_hash": sha("another text")})
    comparison = compare_runs(side("one", verdicts=(stray, *first.verdicts[1:])), side("two"))
    told = only(comparison, "loyal", "urgent")
    assert told.first.status is None
    assert told.first.reason == "there is no verdict on this text"
    assert told.status_changed
    assert comparison.totals["variants.passed"].first == 5


def test_a_body_is_diffed_by_sentence():
    """Of a long paragraph only the sentence that changed is shown, with one neighbour on each side."""
    bodies = [" ".join(f"Sentence {n} stands here." for n in range(9)).replace(" 4 ", f" {mark} ") for mark in "XY"]
    one, two = ({("loyal", "urgent"): {"body": body}} for body in bodies)
    (field,) = only(compare_runs(side("one", change=one), side("two", change=two)), "loyal", "urgent").text
    assert field.field == "body"
    assert field.diff[3:] == (
        " Sentence 3 stands here.",
        "-Sentence X stands here.",
        "+Sentence Y stands here.",
        " Sentence 5 stands here.",
    )


@pytest.mark.parametrize(
    ("first", "second", "look_alike"),
    [
        ("Caf\u00e9.", "Cafe\u0301.", True),
        ("One. Two.", "One.  Two.", True),
        ("One. Two.", "One.\nTwo.", True),
        ("One.\r\nTwo.", "One.\nTwo.", True),
        ("a\u200bb", "ab", True),
        ("", " ", True),
        ("", "\n", True),
        ("優良顧客。会員。", "優良顧客。特典。", False),
        ("Pay £5.", "Pay £6.", False),
        ("a\u2028b", "a b\u202e", True),
    ],
)
def test_every_difference_of_text_has_a_diff(first, second, look_alike):
    """However small or invisible a difference is, the diff is not empty, and it is said when it cannot be seen."""
    one, two = ({("loyal", "urgent"): {"body": body}} for body in (first, second))
    told = only(compare_runs(side("one", change=one), side("two", change=two)), "loyal", "urgent")
    assert told.text_changed
    assert any(words_removed_and_added(told.text[0]))
    assert told.text[0].look_alike is look_alike


@pytest.mark.parametrize("seed", range(20))
def test_a_diff_turns_the_first_text_into_the_second(seed):
    """Applied to the first body's sentences, the changes give the second's, whatever was inserted or removed."""
    rng = random.Random(seed)
    before = [f"{' '.join(rng.choices(WORDS, k=3))} {n}." for n in range(12)]
    after = [line for line in before if rng.random() > 0.2]
    after.insert(rng.randrange(len(after) + 1), "One more 👩‍👩‍👧 sentence.")
    one, two = ({("loyal", "urgent"): {"body": "\n".join(lines)}} for lines in (before, after))
    (field,) = only(compare_runs(side("one", change=one), side("two", change=two)), "loyal", "urgent").text
    removed, added = words_removed_and_added(field)
    assert sorted([*before, *added]) == sorted([*after, *removed])


def test_texts_beyond_the_limit_are_not_compared_line_by_line():
    """An absurdly long text is said to differ, without a diff, and why."""
    bodies = ["x\n" * (LONGEST_DIFF + 5), "y\n" * 3]
    one, two = ({("loyal", "urgent"): {"body": body}} for body in bodies)
    (field,) = only(compare_runs(side("one", change=one), side("two", change=two)), "loyal", "urgent").text
    assert field.diff == ()
    assert field.note.startswith("not compared line by line")


def test_two_messages_of_one_kind_are_refused():
    """A run has one message per segment and tone; two of a kind are no run."""
    first = side()
    with pytest.raises(ValidationError, match="more than one variant of loyal, urgent"):
        RunSide.model_validate({**dict(first), "variants": (*first.variants, first.variants[0])})


# --- totals and summary -----------------------------------------------------------------------------------------------


def test_totals_stand_side_by_side():
    """Counts by the verdicts, tokens, cost and latency per service, with the change of each."""
    slower = LatencySummary(calls=3, errors=1, error_rate=1 / 3, attempts=5, p50_ms=900.0, p95_ms=1500.0, p99_ms=1500.0)
    second = side("two", metrics=metrics(cost=1.09, services={"generation": slower, "search": slower}))
    totals = compare_runs(side("one"), second).totals
    assert totals["services.generation.p95_ms"].change == 300.0
    assert totals["services.generation.attempts"].change == -2
    assert totals["cost_usd"].change == -0.41
    assert totals["tokens.cached"].first == 100
    assert totals["services.search.p50_ms"].first is None
    assert totals["services.search.p50_ms"].reason == "a run made no search call"
    assert list(totals)[:4] == ["variants.generated", "variants.passed", "variants.blocked", "pass_rate"]


def test_without_metrics_cost_is_undefined_with_a_reason():
    """A run without metrics has no cost to compare; nothing is taken for zero."""
    comparison = compare_runs(side("one"), side("two", metrics=None))
    cost = comparison.totals["cost_usd"]
    assert (cost.first, cost.second, cost.change) == (1.5, None, None)
    assert cost.reason == "there are no metrics of the second run"
    assert "The costs cannot be compared: there are no metrics of the second run" in comparison.summary


def test_runs_without_messages_compare():
    """Where no run has a message, rates are undefined and nothing fails."""
    empty = {"variants": (), "verdicts": (), "retrievals": (), "metrics": None}
    comparison = compare_runs(side("one", **empty), side("two", **empty))
    assert comparison.variants == ()
    assert comparison.totals["pass_rate"].change is None
    assert comparison.totals["pass_rate"].reason == "a run has no messages"


def test_summary_tells_the_whole_in_one_paragraph():
    """Settings, messages, verdicts and cost are told in words, in this order."""
    finding = Finding(check="urgency", detail="no deadline in the sources")
    first = side("one", change={("loyal", "urgent"): {"findings": (finding,)}})
    second = side(
        "two",
        settings=config(azure_config={"azure_openai": {"deployment_name": "gpt-5"}}),
        change={("standard", "friendly"): {"subject": "Another subject"}},
        metrics=metrics(cost=1.09),
    )
    assert compare_runs(first, second).summary == (
        "1 setting differs: azure_config.azure_openai.deployment_name. 1 of 6 messages differs. "
        "1 passed only in the second run. The second run cost $0.41 less."
    )
