"""A run's files are written once, and the audit is appended once per key."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import BlobRef, ContentLibrary
from shared.domain.audit import verify_chain
from shared.errors import BlobChanged, Conflict, ServiceUnavailable
from shared.run_folder import AUDIT, LIBRARY, MANIFEST, REMEMBERED, RunFolder
from tests.fakes import MemoryBlobs
from tests.report_fixture import documents

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def a_library(mark: str = "a") -> ContentLibrary:
    return ContentLibrary(input_digest=mark * 64, as_of=NOW.date(), documents=(), left_out=())


def test_built_document_is_kept_and_not_built_again():
    """The second call with the same input gives the first one's document without building anything."""
    folder = RunFolder(MemoryBlobs(), "r1")
    built: list[str] = []

    def build() -> ContentLibrary:
        built.append("once")
        return a_library()

    first = folder.once(LIBRARY, ContentLibrary, "a" * 64, build)
    assert folder.once(LIBRARY, ContentLibrary, "a" * 64, build) == first
    assert built == ["once"]


def test_document_of_another_input_is_a_conflict():
    """Two runs that share an id by mistake do not mix their results."""
    folder = RunFolder(MemoryBlobs(), "r1")
    folder.once(LIBRARY, ContentLibrary, "a" * 64, a_library)
    with pytest.raises(Conflict, match="different input"):
        folder.once(LIBRARY, ContentLibrary, "b" * 64, lambda: a_library("b"))


def test_writer_that_loses_the_race_takes_the_winners_document():
    """When another worker writes first, its document is the result of both."""
    blobs = MemoryBlobs()
    folder = RunFolder(blobs, "r1")

    def overtaken() -> ContentLibrary:
        RunFolder(blobs, "r1").create(LIBRARY, a_library())
        return a_library()

    assert folder.once(LIBRARY, ContentLibrary, "a" * 64, overtaken) == a_library()


def test_file_that_is_no_document_is_a_conflict_not_a_traceback():
    """A damaged file is named."""
    blobs = MemoryBlobs()
    blobs.create("runs", "r1/content.json", b"{")
    with pytest.raises(Conflict, match=r"r1/content\.json"):
        RunFolder(blobs, "r1").read(LIBRARY, ContentLibrary)


def record(key: str) -> AuditRecord:
    return AuditRecord(key, "tested", {"n": 1})


def test_recording_again_adds_nothing():
    """A redelivered activity leaves the chain as it was."""
    trail = AuditTrail(MemoryBlobs(), "r1", lambda: NOW)
    first = trail.record([record("a"), record("b")])
    assert trail.record([record("a"), record("b")]) == first
    assert verify_chain(trail.read(), head=first.head, length=2).intact


def test_two_writers_both_get_their_entries_in():
    """A writer that is overtaken goes on behind the other's entry, and the chain stays whole."""
    blobs = MemoryBlobs()
    rival = AuditTrail(blobs, "r1", lambda: NOW)

    def overtake() -> None:
        blobs.before_append = lambda: None
        rival.record([record("rival")])

    blobs.before_append = overtake
    summary = AuditTrail(blobs, "r1", lambda: NOW).record([record("mine")])
    assert summary.entries == 2
    assert verify_chain(blobs.read(AUDIT, "r1.jsonl")).intact


def test_writer_that_is_always_overtaken_gives_up_with_a_fault_that_can_be_retried():
    """Endless contention ends in a transient fault, not in a loop."""
    blobs = MemoryBlobs()

    def overtaken(*_, **__) -> int:
        raise BlobChanged("changed")

    blobs.append = overtaken
    with pytest.raises(ServiceUnavailable):
        AuditTrail(blobs, "r1", lambda: NOW).record([record("a")])


class CountingBlobs(MemoryBlobs):
    """Memory blobs that count what is read, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: Counter[str] = Counter()

    def read(self, container: str, name: str) -> bytes:
        self.reads[name] += 1
        return super().read(container, name)

    def stat(self, container: str, name: str) -> BlobRef:
        ref = super().stat(container, name)
        self.reads[name] -= 1
        return ref


def test_what_every_step_reads_is_loaded_once_while_the_manifest_stands():
    """The library is read once however many steps ask; of a run that was made anew under the id, it is read again."""
    blobs = CountingBlobs()
    manifest = documents().manifest.model_copy(update={"run_id": "r1"})
    RunFolder(blobs, "r1").create(MANIFEST, manifest)
    RunFolder(blobs, "r1").create(LIBRARY, a_library())
    for _ in range(3):
        step = RunFolder(blobs, "r1")
        assert step.manifest() == manifest
        assert step.read(LIBRARY, ContentLibrary) == a_library()
    assert (blobs.reads["r1/manifest.json"], blobs.reads["r1/content.json"]) == (1, 1)
    blobs.data.clear()
    RunFolder(blobs, "r1").create(MANIFEST, manifest.model_copy(update={"created_at": NOW}))
    RunFolder(blobs, "r1").create(LIBRARY, a_library("b"))
    anew = RunFolder(blobs, "r1")
    assert anew.manifest().created_at == NOW
    assert anew.read(LIBRARY, ContentLibrary) == a_library("b")


def test_a_store_remembers_no_more_than_it_should():
    """Many runs in one process do not fill its memory: the first one's manifest is read again."""
    blobs = CountingBlobs()
    manifest = documents().manifest
    for number in range(REMEMBERED + 1):
        RunFolder(blobs, f"r{number}").create(MANIFEST, manifest)
        RunFolder(blobs, f"r{number}").manifest()
    RunFolder(blobs, "r0").manifest()
    assert blobs.reads["r0/manifest.json"] == 2
