"""The approval gate: what an edit and a decision do, what is refused and how, and what stands when it closes."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.experimentation import _approved_variants
from shared.contracts import ContentLibrary, Manifest, Revision, SafetyScores
from shared.domain.callers import FUNCTION_KEY
from shared.errors import (
    AlreadyDecided,
    Conflict,
    ContentLapsed,
    GateClosed,
    InputError,
    NoApprovalPolicy,
    NotEditable,
    NotFound,
    OwnEdit,
    ServiceUnavailable,
    VariantBlocked,
    VariantChanged,
)
from shared.run_folder import AUDIT, LIBRARY, MANIFEST, RUNS, audit_csv, encode, revision_file
from tests.waiting_run import RUN, STARTED, WaitingRun
from triggers import gate

PLAIN, OTHER = "A note about your kitchen", "Some words about your kitchen"
BLOCKED = "A note about {something}"
ANN, BOB, JO = "ann", "bob", "jo"


@pytest.fixture
def run() -> WaitingRun:
    return WaitingRun()


# --- edits ------------------------------------------------------------------------------------------------------------


def test_edit_becomes_a_revision_beside_the_text_as_it_was_written(run):
    """The edited text stands with a verdict of its own, and the generated one stays as it was."""
    before = run.variant()
    after = run.edit(ANN, subject=PLAIN)
    assert (after.subject, after.body, after.revision, after.authors) == (PLAIN, before.body, 1, (ANN,))
    assert run.folder.generated()[0] == before
    assert run.folder.verdicts()[0].content_hash == after.content_hash != before.content_hash
    [entry] = run.audited("variant_edited")
    assert (entry["edited_by"], entry["based_on"], entry["content_hash"]) == (
        ANN,
        before.content_hash,
        after.content_hash,
    )


def test_same_edit_again_gives_the_same_revision(run):
    """A repeated request, and the text as it stands, change nothing and are recorded once."""
    before = run.variant()
    first = run.edit(ANN, subject=PLAIN)
    assert run.edit(ANN, before, subject=PLAIN) == first
    assert run.edit(BOB, first) == first
    assert len(run.audited("variant_edited")) == 1


def test_edit_of_a_text_that_was_edited_meanwhile_is_refused(run):
    """Whoever did not see the last revision does not overwrite it, even with the same words."""
    before = run.variant()
    run.edit(ANN, subject=PLAIN)
    with pytest.raises(VariantChanged, match="another text"):
        run.edit(BOB, before, subject=OTHER)
    with pytest.raises(VariantChanged, match="another text"):
        run.edit(BOB, before, subject=PLAIN)


def test_of_two_edits_in_one_moment_the_first_stands(run):
    """The later one is told, and neither text is lost or mixed."""
    before = run.variant()
    run.before_create("001.json", lambda: run.edit(ANN, before, subject=PLAIN))
    with pytest.raises(VariantChanged, match="same moment"):
        run.edit(BOB, before, subject=OTHER)
    assert (run.variant().subject, run.variant().authors) == (PLAIN, (ANN,))


def test_edit_is_held_to_every_check(run):
    """An edit that breaks a rule is kept as blocked, with the reason, whoever made it."""
    after = run.edit(ANN, subject=BLOCKED)
    [verdict, *_] = run.folder.verdicts()
    assert (verdict.status, verdict.blocked_by) == ("block", ("format",))
    assert "subject" in after.findings[0].detail
    invented = run.edit(ANN, body=f"{after.body} Pans sing [Source: No Such Guide, Songs].", subject=PLAIN)
    assert "citation" in {finding.check for finding in invented.findings}


def test_blocked_variant_is_mended_by_an_edit(run):
    """A text that passes its checks again can be approved."""
    blocked = run.edit(ANN, subject=BLOCKED)
    with pytest.raises(VariantBlocked):
        run.decide(JO)
    mended = run.edit(ANN, blocked, subject=PLAIN)
    run.decide(JO)
    assert run.close()[mended.variant_id] == ("approved", JO)


def test_edited_text_is_made_plain(run):
    """Single lines are single, and invisible characters are gone before anything is checked or hashed."""
    after = run.edit(ANN, subject="  A note\nabout \u200byour   kitchen ", call_to_action="Read\u2060 it\n")
    assert (after.subject, after.call_to_action) == (PLAIN, "Read it")


@pytest.mark.parametrize("field", ["subject", "body"])
def test_edit_without_text_is_no_message(run, field):
    """An empty subject or body is bad input and no revision."""
    with pytest.raises(InputError, match=field):
        run.edit(ANN, **{field: " \u200b\n"})
    assert run.variant().revision == 0


def test_unknown_variant_is_neither_edited_nor_decided(run):
    """A variant that the run does not have is not found."""
    stranger = run.variant().model_copy(update={"variant_id": "no-such"})
    with pytest.raises(NotFound, match="no-such"):
        run.decide(JO, stranger)
    with pytest.raises(NotFound, match="no-such"):
        run.edit(ANN, stranger, subject=PLAIN)


def test_edit_that_nobody_could_screen_is_not_kept_and_may_be_tried_again(run):
    """A checker that is down costs an error, not a blocked revision."""
    working = run.services

    class Down:
        provider = working.safety.provider

        def analyze(self, text: str) -> SafetyScores:
            raise ServiceUnavailable("the checker did not answer")

    run.services = dataclasses.replace(working, safety=Down())
    with pytest.raises(ServiceUnavailable, match="not kept"):
        run.edit(ANN, subject=PLAIN)
    assert run.variant().revision == 0
    run.services = working
    assert run.edit(ANN, subject=PLAIN).revision == 1


def test_text_that_comes_back_is_not_paid_for_twice(run):
    """A text that was screened before keeps its calls where they were counted first."""
    first = run.variant()
    run.edit(ANN, subject=PLAIN)
    again = run.edit(BOB, subject=first.subject)
    assert (again.revision, again.content_hash) == (2, first.content_hash)
    assert run.folder.verdicts()[0].calls == ()


@pytest.mark.parametrize("mode", ["auto", None])
def test_run_that_waits_for_nobody_is_not_edited(mode):
    """Only a run in which people approve can be edited."""
    with pytest.raises(NotEditable):
        WaitingRun(mode).edit(ANN, subject=PLAIN)


# --- decisions --------------------------------------------------------------------------------------------------------


def test_edit_voids_an_approval(run):
    """What was approved before the edit is undecided after it, and may be approved anew by another."""
    before = run.variant()
    run.decide(JO)
    edited = run.edit(ANN, before, subject=PLAIN)
    assert run.count().decided == 0
    with pytest.raises(VariantChanged):
        run.decide(JO, before)
    run.decide(JO, edited)
    assert run.close()[edited.variant_id] == ("approved", JO)


def test_approval_does_not_come_back_with_the_text(run):
    """An approval that an edit voided stays void where a later edit restores the words."""
    before = run.variant()
    run.decide(JO)
    run.edit(ANN, subject=PLAIN)
    restored = run.edit(BOB, subject=before.subject)
    assert restored.content_hash == before.content_hash
    assert run.close()[before.variant_id] == ("timed_out", "nobody in time")


def test_rejection_stays_with_its_text(run):
    """A rejected text cannot be approved by way of editing it there and back."""
    before = run.variant()
    run.decide(JO, decision="reject")
    run.edit(ANN, subject=PLAIN)
    run.edit(ANN, subject=before.subject)
    with pytest.raises(AlreadyDecided, match="reject"):
        run.decide(BOB)
    assert run.close()[before.variant_id] == ("rejected", JO)


@pytest.mark.parametrize("editors", [(ANN,), (ANN, BOB), (BOB, ANN)])
def test_no_author_of_a_text_approves_it(run, editors):
    """Everybody in a text's lineage is kept from approving it, not only the last one."""
    for number, who in enumerate(editors):
        run.edit(who, subject=f"{PLAIN}{number * '.'}")
    with pytest.raises(OwnEdit, match="somebody else"):
        run.decide(ANN)
    run.decide(ANN, decision="reject")


def test_holder_of_a_key_may_be_the_author(run):
    """Without names, an edited text can be approved by no key, and the problem says why."""
    run.edit(FUNCTION_KEY, subject=PLAIN)
    with pytest.raises(OwnEdit, match=r"function key.*signed in"):
        run.decide(FUNCTION_KEY)
    run.decide("jo@brand.example (1)")


def test_approving_twice_is_harmless(run):
    """The first decision stands with its name and time, and the audit has it once."""
    run.decide(JO)
    name = run.variant().variant_id
    [first] = run.folder.decisions(name)
    run.later(hours=1)
    run.decide(BOB)
    run.decide(JO)
    assert run.folder.decisions(name) == [first]
    assert len(run.audited("human_decision")) == 1


@pytest.mark.parametrize(("first", "second"), [("approve", "reject"), ("reject", "approve")])
def test_decision_is_made_once(run, first, second):
    """The opposite of what was decided is refused."""
    run.decide(JO, decision=first)
    with pytest.raises(AlreadyDecided, match=first):
        run.decide(JO, decision=second)


def test_decision_on_another_text_is_refused(run):
    """A hash that is not the text's binds nothing."""
    with pytest.raises(VariantChanged):
        run.decide(JO, content_hash="0" * 64)


def expire_cited(run: WaitingRun) -> None:
    """Let the first variant's sources expire at the end of the day on which the run was started."""
    library = run.folder.read(LIBRARY, ContentLibrary)
    cited = {citation.document_id for citation in run.variant().citations}
    documents = tuple(
        one.model_copy(update={"expiry_date": STARTED.date()}) if one.document_id in cited else one
        for one in library.documents
    )
    changed = library.model_copy(update={"documents": documents})
    run.blobs.data[RUNS, run.folder.path(LIBRARY)] = encode(changed)
    manifest = run.folder.read(MANIFEST, Manifest)  # another version of the run, whose library nobody has read yet
    moved = manifest.model_copy(update={"created_at": manifest.created_at + timedelta(seconds=1)})
    run.blobs.data[RUNS, run.folder.path(MANIFEST)] = encode(moved)


def test_text_whose_source_expires_is_approved_until_then_and_not_after(run):
    """A document that lapses while the run waits takes the approval with it."""
    expire_cited(run)
    name = run.variant().variant_id
    run.later(days=1)
    with pytest.raises(ContentLapsed, match="expir"):
        run.decide(JO)
    run.later(hours=1)
    run.decide(JO)
    run.later(days=1)
    run.decide(JO)
    assert run.close()[name][0] == "blocked"
    assert "expired" in run.close()[name][1]


def test_nobody_is_waited_for_where_nobody_can_approve(run):
    """A variant whose source has lapsed does not hold the run up, and can be rejected."""
    expire_cited(run)
    waiting = run.count().waiting
    run.later(days=1)
    assert run.count().waiting < waiting
    run.decide(JO, decision="reject")


def test_without_a_policy_nothing_is_approved():
    """Where nobody said who approves, an approval is refused and every variant that passed is denied."""
    run = WaitingRun(None)
    with pytest.raises(NoApprovalPolicy):
        run.decide(JO)
    run.decide(JO, decision="reject")
    first, *others = [one for one in run.close().values() if one[0] != "blocked"]
    assert first == ("rejected", JO)
    assert set(others) == {("denied", "no approval policy")}


# --- the gate closes --------------------------------------------------------------------------------------------------


def test_closed_gate_takes_nothing_more(run):
    """Decisions and edits are refused, and a run that goes on behind the gate waits for nobody."""
    run.close()
    with pytest.raises(GateClosed):
        run.decide(JO)
    with pytest.raises(GateClosed):
        run.edit(ANN, subject=PLAIN)
    assert run.count().waiting == 0


def test_edit_that_comes_as_the_gate_closes_does_not_count_and_is_told_so(run):
    """What is sent is what the gate closed on, whatever was written in that moment."""
    before = run.variant()
    run.decide(JO)
    run.before_create("001.json", run.close)
    with pytest.raises(GateClosed, match="closed before this edit"):
        run.edit(ANN, subject=PLAIN)
    assert run.variant() == before
    assert len(run.audited("edit_too_late")) == 1
    assert run.audited("variant_edited") == []


def test_whoever_meets_the_gate_half_closed_is_told_to_look_again(run, monkeypatch):
    """Nobody is told that an edit counts, or does not, before that is settled."""
    monkeypatch.setattr(gate, "LONGEST_CLOSING_SECONDS", 0)
    run.before_create("001.json", lambda: run.blobs.data.update({(RUNS, run.folder.path("gate.json")): b"{}"}))
    with pytest.raises(ServiceUnavailable, match="closing"):
        run.edit(ANN, subject=PLAIN)


def test_decision_that_the_closing_gate_counts_is_confirmed(run):
    """Whoever decides as the gate closes on that very decision is not told that it came too late."""
    name = run.variant().variant_id
    run.after_create(f"{name}/000.json", run.close)
    run.decide(JO)
    assert run.close()[name] == ("approved", JO)


def test_closing_again_changes_nothing(run):
    """A gate that a crash left half closed, or that is closed twice, gives one standing, one record and one CSV."""
    run.edit(ANN, subject=PLAIN)
    run.decide(JO)
    first = run.close()
    before = dict(run.blobs.data)
    assert run.close() == first
    assert run.blobs.data == before


def test_edit_that_a_crash_left_out_of_the_audit_is_entered_when_the_gate_closes(run):
    """No text is used whose edit is not in the chain."""
    revision = run.edit(ANN, subject=PLAIN)
    chain = (AUDIT, f"{RUN}.jsonl")
    lines = run.blobs.data[chain].splitlines(keepends=True)
    run.blobs.data[chain] = b"".join(lines[:-1])
    run.close()
    assert [entry["content_hash"] for entry in run.audited("variant_edited")] == [revision.content_hash]


def test_csv_has_a_row_for_each_revision(run):
    """The verdicts on the text as written and on each edit stand one below the other."""
    name = run.variant().variant_id
    run.edit(ANN, subject=BLOCKED)
    run.edit(ANN, subject=PLAIN)
    run.close()
    rows = run.blobs.read(AUDIT, audit_csv(RUN)).decode().splitlines()
    assert [row.split(",")[3] for row in rows if row.split(",")[1] == name] == ["pass", "block", "pass"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 1), st.sampled_from([PLAIN, OTHER, BLOCKED, ""]), st.integers(0, 3)),
        st.tuples(st.just("approve"), st.integers(0, 1), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("reject"), st.integers(0, 1), st.integers(0, 5), st.integers(0, 3)),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, closes_at=st.integers(0, 12))
def test_no_sequence_of_edits_and_decisions_sends_a_text_that_nobody_else_approved(steps, closes_at):
    """Whatever people do in whatever order, an approved variant is sent with exactly the text that was approved."""
    run, people = WaitingRun(), (ANN, BOB, JO, FUNCTION_KEY)
    texts = {position: [run.variant(position)] for position in (0, 1)}
    for number, (kind, position, choice, who) in enumerate(steps):
        if number == closes_at:
            run.close()
        try:
            if kind == "edit":
                subject = choice or texts[position][0].subject
                texts[position].append(run.edit(people[who], run.variant(position), subject=subject))
            else:
                seen = texts[position]
                run.decide(people[who], seen[choice % len(seen)], decision=kind)
        except (Conflict, OwnEdit):
            continue
    standing = run.close()
    stray = texts[0][-1].model_copy(update={"revision": 900, "subject": "Late"})
    verdict = run.folder.verdicts()[0]
    late = Revision(
        revision=900,
        based_on=stray.content_hash,
        edited_by=ANN,
        edited_at=STARTED,
        variant=stray,
        verdict=verdict,
    )
    run.folder.create(revision_file(stray.variant_id, 900), late)
    sent = {name for tones in _approved_variants(run.folder).values() for name in tones.values()}
    assert sent == {name for name, (status, _) in standing.items() if status == "approved"}
    for variant in run.folder.variants():
        if variant.variant_id in sent:
            made = run.folder.decisions(variant.variant_id)
            [approval] = [one for one in made if one.revision == variant.revision]
            assert (approval.decision, approval.content_hash) == ("approve", variant.content_hash)
            assert approval.decided_by == standing[variant.variant_id][1]
            assert approval.decided_by not in variant.authors
            assert not variant.findings
