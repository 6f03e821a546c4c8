"""Recalls: a withdrawn document blocks what nobody approved yet, and every message that cites it is listed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.approval import close_approvals, count_decisions
from local.recall_command import recall as recall_command
from local.recall_command import render
from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import (
    ApprovalDecision,
    ApprovalsDocument,
    DecisionRequest,
    RecallRequest,
    RunRef,
    Seal,
)
from shared.domain.audit import RUN_CLOSED, parse_chain, verify_chain
from shared.domain.content import build_library, parse_content
from shared.domain.recalls import recall_digest
from shared.errors import Conflict, InputError, NotFound
from shared.ports import Services
from shared.recalls import find_recall, recall_document, recall_reasons, recalled, survey
from shared.run_config import AzureConfig
from shared.run_folder import (
    APPROVALS,
    AUDIT,
    CONTENT,
    LIBRARY,
    MANIFEST,
    RECALLS,
    RUNS,
    SEAL,
    RunFolder,
    amendments_chain,
    decision_file,
    variant_file,
    verdict_file,
)
from tests.fakes import MemoryBlobs
from tests.report_fixture import documents
from triggers.decisions import record_decisions

NOW = datetime(2026, 4, 7, 12, tzinfo=UTC)
RUN = documents()


@dataclass
class World:
    """A store with one run that came as far as its verdicts, and the services over it at a time that can be moved."""

    blobs: MemoryBlobs
    now: datetime = NOW

    @property
    def services(self) -> Services:
        nobody: Any = None
        return Services(self.blobs, nobody, nobody, nobody, AzureConfig(), lambda: self.now)

    def recall(self, document_id: str, reason: str = ""):
        request = RecallRequest(document_id=document_id, reason=reason)
        return recall_document(request, "Jo", self.blobs, lambda: self.now)

    def run(self, run_id: str = "r1") -> RunFolder:
        return RunFolder(self.blobs, run_id)

    def close_gate(self) -> ApprovalsDocument:
        close_approvals(RunRef(run_id="r1"), self.services)
        return self.run().read(APPROVALS, ApprovalsDocument)

    def events(self, name: str = "r1.jsonl", origin: str = "0" * 64):
        return parse_chain(self.blobs.read(AUDIT, name), origin=origin)


def a_world(approval: str = "auto", **changes: object) -> World:
    blobs = MemoryBlobs()
    add_run(blobs, "r1", approval=approval, **changes)
    return World(blobs)


def add_run(blobs: MemoryBlobs, run_id: str, **changes: object) -> None:
    run = RunFolder(blobs, run_id)
    run.create(MANIFEST, RUN.manifest.model_copy(update={"run_id": run_id, **changes}))
    run.create(LIBRARY, RUN.library)
    for variant in RUN.variants:
        run.create(variant_file(variant.variant_id), variant)
    for verdict in RUN.verdicts:
        run.create(verdict_file(verdict.variant_id), verdict)


def citing(document_id: str) -> list[str]:
    """Ids of the variants that cite the document, ordered."""
    return sorted(
        variant.variant_id
        for variant in RUN.variants
        if document_id in {citation.document_id for citation in variant.citations}
    )


def passed(variant_ids: list[str]) -> list[str]:
    ok = {verdict.variant_id for verdict in RUN.verdicts if verdict.status == "pass"}
    return [name for name in variant_ids if name in ok]


CITED = max((document.document_id for document in RUN.library.documents), key=lambda name: len(citing(name)))


def test_recall_lists_every_message_that_cites_the_document():
    """Every variant of every run that cites it is listed, and no other."""
    world = a_world()
    add_run(world.blobs, "r2")
    report = world.recall(CITED).report
    assert [(item.run_id, item.variant_id) for item in report.variants] == [
        (run_id, name) for run_id in ("r1", "r2") for name in citing(CITED)
    ]
    assert report.known
    assert report.problems == ()


def test_recalled_again_the_first_reason_stands():
    """A second recall changes nothing, says so, and gives the same list."""
    world = a_world()
    first = world.recall(CITED, "wrong price")
    world.now += timedelta(days=1)
    again = world.recall(CITED, "another reason")
    assert (first.first, again.first) == (True, False)
    assert again.report == first.report
    assert find_recall(CITED, world.blobs).reason == "wrong price"
    assert len(world.events()) == len(citing(CITED))


def test_gate_blocks_what_cites_a_recalled_document_where_approval_is_automatic():
    """No policy approves what was recalled; everything else is decided as before."""
    world = a_world()
    world.recall(CITED)
    standing = {approval.variant_id: approval for approval in world.close_gate().approvals}
    for name in passed(citing(CITED)):
        assert standing[name].status == "blocked"
        assert standing[name].decided_by.startswith("policy: recall: ")
        assert CITED in standing[name].decided_by
    others = passed([name for name in standing if name not in citing(CITED)])
    assert others
    assert {standing[name].status for name in others} == {"approved"}


def test_gate_blocks_what_a_person_approved_before_the_recall():
    """An approval that was given before the gate closed does not outlive the recall."""
    world = a_world("required")
    name = passed(citing(CITED))[0]
    decide(world, name, "approve")
    world.recall(CITED)
    [standing] = [approval for approval in world.close_gate().approvals if approval.variant_id == name]
    assert standing.status == "blocked"


def decide(world: World, variant_id: str, decision: str) -> None:
    verdict = next(verdict for verdict in RUN.verdicts if verdict.variant_id == variant_id)
    asked = DecisionRequest(variant_id=variant_id, content_hash=verdict.content_hash, decision=decision)
    record_decisions("r1", (asked,), "Jo", world.services)


def test_nobody_can_approve_what_was_recalled():
    """An approval is refused with the document's name and kept nowhere; a rejection is taken."""
    world = a_world("required")
    name, other, *_ = passed(citing(CITED))
    world.recall(CITED)
    with pytest.raises(Conflict, match=CITED):
        decide(world, name, "approve")
    assert not world.run().exists(decision_file(name, 0))
    decide(world, other, "reject")
    assert world.run().read(decision_file(other, 0), ApprovalDecision).decision == "reject"


def test_nobody_is_waited_for_who_could_not_approve():
    """A run whose messages all cite recalled documents waits for no decision."""
    world = a_world("required")
    before = count_decisions(RunRef(run_id="r1"), world.services)
    for document in RUN.library.documents:
        world.recall(document.document_id)
    after = count_decisions(RunRef(run_id="r1"), world.services)
    assert (before.waiting, after.waiting, after.decided) == (before.waiting, 0, before.waiting)


@pytest.mark.parametrize(("days", "status"), [(0, "approved"), (1, "blocked")])
def test_a_document_that_expires_before_the_gate_closes_is_not_approved(days, status):
    """A document may be cited on its last day, and no message that cites it is approved after that."""
    [document, *_] = [item for item in RUN.library.documents if item.expiry_date and passed(citing(item.document_id))]
    world = a_world()
    world.now = datetime.combine(document.expiry_date + timedelta(days=days), datetime.min.time(), UTC)
    standing = {approval.variant_id: approval for approval in world.close_gate().approvals}
    name = passed(citing(document.document_id))[0]
    assert standing[name].status == status
    assert ("expired" in standing[name].decided_by) == (status == "blocked")


def test_a_replay_stands_on_the_recorded_runs_day():
    """A run made again from its record does not differ because a document has expired since."""
    world = a_world(replay_of="r0")
    world.now = NOW + timedelta(days=3000)
    assert "approved" in {approval.status for approval in world.close_gate().approvals}


def test_states_say_what_the_recall_changed():
    """Before the gate closes: blocked now, was blocked, was rejected; afterwards what was approved is in use."""
    world = a_world("required")
    rejected, approved, *_ = passed(citing(CITED))
    decide(world, rejected, "reject")
    decide(world, approved, "approve")
    states = {item.variant_id: item.state for item in world.recall(CITED).report.variants}
    assert (states[rejected], states[approved]) == ("was rejected", "blocked now")
    failed = set(citing(CITED)) - set(passed(citing(CITED)))
    assert {states[name] for name in failed} <= {"was blocked"}
    world.close_gate()
    states = {item.variant_id: item.state for item in survey(find_recall(CITED, world.blobs), world.blobs).variants}
    assert (states[rejected], states[approved]) == ("blocked now", "blocked now")

    late = a_world()
    late.close_gate()
    states = {item.variant_id: item.state for item in late.recall(CITED).report.variants}
    assert {states[name] for name in passed(citing(CITED))} == {"approved, in use"}


def test_recall_is_in_the_audit_of_a_run_under_way_without_its_text():
    """The chain names document, message and standing, and holds neither the reason nor any text of the document."""
    world = a_world()
    world.recall(CITED, "the price was wrong")
    entries = world.events()
    assert [entry.event for entry in entries] == ["document_recalled"] * len(citing(CITED))
    assert entries[0].key == f"recall:{recall_digest(CITED)}:{citing(CITED)[0]}"
    text = world.blobs.read(AUDIT, "r1.jsonl").decode()
    document = next(item for item in RUN.library.documents if item.document_id == CITED)
    assert "price was wrong" not in text
    assert document.content.split("\n\n")[1][:30] not in text


def sealed(world: World) -> Seal:
    trail = AuditTrail(world.blobs, "r1", lambda: NOW)
    closed = trail.record([AuditRecord("closed", RUN_CLOSED, {"status": "completed"})])
    seal = Seal(run_id="r1", sealed_at=NOW, audit_head=closed.head, audit_length=closed.entries, files={})
    world.run().create(SEAL, seal)
    return seal


def test_recall_after_the_seal_goes_into_the_amendments():
    """A sealed chain stays as it is; the recall goes on from its head."""
    world = a_world()
    seal = sealed(world)
    world.recall(CITED)
    world.recall(CITED)
    assert [entry.event for entry in world.events()] == [RUN_CLOSED]
    amendments = world.blobs.read(AUDIT, amendments_chain("r1"))
    report = verify_chain(amendments, length=len(citing(CITED)), origin=seal.audit_head)
    assert report.intact, report.problem


def test_recall_does_not_write_behind_the_closing_entry():
    """A run that is being sealed keeps its last entry; the report asks to recall again, and then it is recorded."""
    world = a_world()
    AuditTrail(world.blobs, "r1", lambda: NOW).record([AuditRecord("closed", RUN_CLOSED, {})])
    [problem] = world.recall(CITED).report.problems
    assert "recall again" in problem.reason
    assert [entry.event for entry in world.events()] == [RUN_CLOSED]
    sealed(world)
    assert world.recall(CITED).report.problems == ()


def test_a_run_that_cannot_be_read_hides_no_other():
    """A damaged run is named with the reason, and the others are listed."""
    world = a_world()
    world.blobs.create(RUNS, "damaged/variants/x.json", b"{")
    report = world.recall(CITED).report
    assert [problem.run_id for problem in report.problems] == ["damaged"]
    assert len(report.variants) == len(citing(CITED))


def test_an_unknown_document_is_recorded_and_said_to_be_unknown():
    """A slip of the pen shows, and a document that is uploaded under the id later is left out all the same."""
    world = a_world()
    report = world.recall("no such/doc").report
    assert (report.known, report.variants) == (False, ())
    assert list(recalled(world.blobs)) == ["no such/doc"]
    assert "No content document and no run knows this id" in render(report)


def test_a_document_of_the_content_library_is_known_before_any_run():
    """An id in the uploaded content counts as known."""
    blobs = MemoryBlobs()
    blobs.create(CONTENT, "a/new.md", b"---\napproval_date: 2026-01-01\n---\n\nA gift for you.\n")
    request = RecallRequest(document_id="new")
    assert recall_document(request, "Jo", blobs, lambda: NOW).report.known


def test_a_damaged_recall_stops_the_gate():
    """What a recall says is unknown when its file cannot be read, so nothing is approved past it."""
    world = a_world()
    world.blobs.create(RECALLS, f"{'0' * 64}.json", b"{}")
    with pytest.raises(Conflict, match="recalls/0000"):
        world.close_gate()


def test_a_document_that_was_not_recalled_has_no_recall():
    """Asking for it says so."""
    with pytest.raises(NotFound):
        find_recall("x", MemoryBlobs())


def test_new_runs_leave_a_recalled_document_out_with_the_reason():
    """The library of a new run says of the document that it was recalled, and why."""
    world = a_world()
    world.recall("one", "wrong price")
    reasons = recall_reasons(world.blobs, RUN.manifest)
    source = b'{"document_id": "%s", "title": "T", "content": "A gift.", "approval_date": "2026-01-01"}'
    parsed = {f"{name}.json": parse_content(name + ".json", source % name.encode()) for name in ("one", "two")}
    library = build_library(parsed, date(2026, 4, 7), "0" * 64, recalled=reasons)
    assert [document.document_id for document in library.documents] == ["two"]
    [left_out] = library.left_out
    assert left_out.document_id == "one"
    assert left_out.reason == "recall: withdrawn on 2026-04-07: wrong price"


def test_a_replay_leaves_out_what_the_recorded_run_left_out():
    """A recall between a run and its replay does not change what the replay asks; its gate blocks instead."""
    world = a_world()
    world.recall("one")
    reasons = recall_reasons(world.blobs, RUN.manifest)
    recorded = RUN.library.model_copy(
        update={
            "left_out": (RUN.library.left_out[0].model_copy(update={"document_id": "one", "reason": reasons["one"]}),)
        }
    )
    world.run("r0").create(LIBRARY, recorded)
    world.recall("two")
    replay = RUN.manifest.model_copy(update={"replay_of": "r0"})
    assert recall_reasons(world.blobs, replay) == reasons


def test_the_command_needs_a_data_folder(tmp_path):
    """A recall in a folder that is not there would protect nothing, so it is refused."""
    with pytest.raises(InputError, match="no such data folder"):
        recall_command("x", "", tmp_path / "none")


@pytest.mark.parametrize("document_id", ["", "a\nb", "x" * 201])
def test_what_cannot_be_a_documents_id_is_refused(tmp_path, document_id):
    """An id of no or too many characters, or with a line break, is refused in one line."""
    with pytest.raises(InputError, match="document_id"):
        recall_command(document_id, "", tmp_path)


def test_the_table_shows_every_message():
    """One line for each message, with its run and how it stands."""
    report = a_world().recall(CITED, "wrong price").report
    lines = render(report).splitlines()
    assert lines[0] == f"{CITED}: recalled on 2026-04-07 (Jo): wrong price"
    assert [line.split()[:2] for line in lines[3:]] == [["r1", name] for name in citing(CITED)]
