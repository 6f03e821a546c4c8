"""The files of one run: where each lies, and the rule that each is written once and never changed.

``RunFolder.once`` is how an activity stays idempotent: what is there, written from the same input, is the result.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from shared.blob_file import BlobFile
from shared.contracts import (
    ApprovalDecision,
    ApprovalsDocument,
    BlobRef,
    Digest,
    Ending,
    IndexDocument,
    Manifest,
    RetrievalDocument,
    Revision,
    ServiceCall,
    Variant,
    Verdict,
)
from shared.domain.digests import digest
from shared.domain.revisions import standing_revisions
from shared.errors import BlobExists, BlobNotFound, Conflict, RunCancelled
from shared.ports import BlobStore
from shared.run_config import Frozen

RUNS = "runs"
AUDIT = "audit"
UPLOADS = "customers"
CONTENT = "content"
ANSWERS = "answers"
SUPPRESSION = "suppression"
ERASURES = "erasures"
RECALLS = "recalls"
ENGAGEMENT = "engagement"

MANIFEST = "manifest.json"
ENDING = "ending.json"
PARTITIONS = "partitions.json"
CLUSTERS = "clusters.json"
SEGMENTS = "segments.json"
LIBRARY = "content.json"
INDEX = "index.json"
GATE = "gate.json"
APPROVALS = "approvals.json"
PLAN = "plan.json"
EXPERIMENT = "experiment.json"
METRICS = "metrics.json"
TRACKING = "tracking.json"
RESULT = "result.json"
FAILURE = "failure.json"
SEAL = "seal.json"
CROSS_PARTITION_REJECTS = "rejects/part-duplicates.csv"
SUPPRESSED_ELSEWHERE = "suppressed/rows.csv"
EXPORTS = "exports/"
REPORTS = {"html": "report/report.html", "pdf": "report/report.pdf", "ipynb": "report/report.ipynb"}

Document = TypeVar("Document", bound=Frozen)

REMEMBERED = 8
"""Documents of a store that are remembered, the last ones used."""
_LASTING = frozenset({SEGMENTS, LIBRARY})
"""What every step of a run reads, and nobody writes again while the run's manifest stands."""


def customers_part(partition: int) -> str:
    return f"customers/part-{partition:05d}.parquet"


def rejects_part(partition: int) -> str:
    return f"rejects/part-{partition:05d}.csv"


def statistics_part(partition: int) -> str:
    return f"statistics/part-{partition:05d}.json"


def statistics_sum(first: int, end: int) -> str:
    return f"sums/statistics-{first:05d}-{end:05d}.json"


def assignments_part(partition: int) -> str:
    return f"assignments/part-{partition:05d}.parquet"


def export_file(arm: str, partition: int) -> str:
    return f"{EXPORTS}{arm}/part-{partition:05d}.csv"


def outcomes_part(partition: int) -> str:
    return f"outcomes/part-{partition:05d}.json"


def outcomes_sum(first: int, end: int) -> str:
    return f"sums/outcomes-{first:05d}-{end:05d}.json"


def retrieval_file(segment_id: str) -> str:
    return f"retrieval/{segment_id}.json"


def variant_file(variant_id: str) -> str:
    return f"variants/{variant_id}.json"


def verdict_file(variant_id: str) -> str:
    return f"verdicts/{variant_id}.json"


def answer_file(service: str, key: str) -> str:
    return f"answers/{service}-{key}.json"


def revision_file(variant_id: str, revision: int) -> str:
    return f"revisions/{variant_id}/{revision:03d}.json"


def decision_file(variant_id: str, revision: int) -> str:
    return f"approvals/{variant_id}/{revision:03d}.json"


def audit_chain(run_id: str) -> str:
    return f"{run_id}.jsonl"


def amendments_chain(run_id: str) -> str:
    """In a folder of its own: a run id may hold dots, but no slash."""
    return f"amendments/{run_id}.jsonl"


def audit_csv(run_id: str) -> str:
    return f"{run_id}.csv"


def recall_blob(recall_digest: Digest) -> str:
    """In the recalls container; a document's id may hold what no name can."""
    return f"{recall_digest}.json"


def library_version(documents: Iterable[BlobRef]) -> str | None:
    """One ETag over all files of a content library, as listed; None when there are none."""
    versions = [(ref.name, ref.etag) for ref in documents]
    return digest(versions) if versions else None


def encode(document: Frozen) -> bytes:
    """The bytes a document is stored as: indented JSON, so that a person can read it."""
    return (document.model_dump_json(indent=1) + "\n").encode()


class Judged(NamedTuple):
    """A variant and the verdict on exactly its text."""

    variant: Variant
    verdict: Verdict


def _as_they_stand(generated: Iterable[Variant], revised: Mapping[str, Revision]) -> list[Variant]:
    return [revised[one.variant_id].variant if one.variant_id in revised else one for one in generated]


def _verdicts_as_they_stand(first: Iterable[Verdict], revised: Mapping[str, Revision]) -> list[Verdict]:
    return [revised[one.variant_id].verdict if one.variant_id in revised else one for one in first]


class _Memory:
    """The last documents that were read from each store, by name and by the version of their run's manifest."""

    def __init__(self) -> None:
        self._stores: WeakKeyDictionary[BlobStore, OrderedDict[tuple[str, str], Frozen]] = WeakKeyDictionary()
        self._lock = Lock()

    def recall(self, store: BlobStore, name: str, version: str) -> Frozen | None:
        with self._lock:
            known = self._stores.get(store, OrderedDict())
            if (name, version) in known:
                known.move_to_end((name, version))
            return known.get((name, version))

    def keep(self, store: BlobStore, name: str, version: str, document: Frozen) -> None:
        with self._lock:
            known = self._stores.setdefault(store, OrderedDict())
            known[name, version] = document
            while len(known) > REMEMBERED:
                known.popitem(last=False)


_MEMORY = _Memory()


class RunFolder:
    """The blobs below ``runs/{run_id}/``."""

    def __init__(self, blobs: BlobStore, run_id: str) -> None:
        self._blobs = blobs
        self._version: str | None = None
        self.run_id = run_id

    def path(self, name: str) -> str:
        """The blob's full name in the runs container."""
        return f"{self.run_id}/{name}"

    def read_bytes(self, name: str) -> bytes:
        """A file's bytes; ``BlobNotFound`` when it is not there yet."""
        return self._blobs.read(RUNS, self.path(name))

    def open(self, name: str) -> BlobFile:
        """A file to seek and read parts of; ``BlobNotFound`` when it is not there yet."""
        return BlobFile(self._blobs, self._blobs.stat(RUNS, self.path(name)))

    def read(self, name: str, kind: type[Document]) -> Document:
        """A file as the document it holds; ``Conflict`` when it does not hold one."""
        if name in _LASTING and self._version:
            return self._remembered(name, kind, self._version)
        return self._load(name, kind)

    def _remembered(self, name: str, kind: type[Document], version: str) -> Document:
        known = _MEMORY.recall(self._blobs, self.path(name), version)
        if isinstance(known, kind):
            return known
        document = self._load(name, kind)
        _MEMORY.keep(self._blobs, self.path(name), version, document)
        return document

    def _load(self, name: str, kind: type[Document]) -> Document:
        try:
            return kind.model_validate_json(self.read_bytes(name))
        except ValidationError as fault:
            raise Conflict(f"{self.path(name)} does not hold a valid {kind.__name__}") from fault

    def find(self, name: str, kind: type[Document]) -> Document | None:
        """Like ``read``, or None when there is no such file."""
        try:
            return self.read(name, kind)
        except BlobNotFound:
            return None

    def exists(self, name: str) -> bool:
        try:
            self._blobs.stat(RUNS, self.path(name))
        except BlobNotFound:
            return False
        return True

    def create(self, name: str, document: Frozen) -> None:
        """Write a document that must not exist yet; ``BlobExists`` when it does."""
        self._blobs.create(RUNS, self.path(name), encode(document))

    def keep(self, name: str, data: bytes) -> None:
        """Write a file unless it is there: for bytes that the same input always makes the same."""
        try:
            self._blobs.create(RUNS, self.path(name), data)
        except BlobExists:
            return

    def once(self, name: str, kind: type[Document], input_digest: str, build: Callable[[], Document]) -> Document:
        """The document ``name``: as it is there, else built and written. Two racing writers get the same one.

        Raises ``Conflict`` when the file was made from another input, which means two different runs share an id.
        """
        present = self.find(name, kind)
        if present is None:
            built = build()
            try:
                self.create(name, built)
            except BlobExists:
                present = self.read(name, kind)
            else:
                return built
        if getattr(present, "input_digest", None) != input_digest:
            raise Conflict(f"{self.path(name)} was written from a different input")
        return present

    def names(self, prefix: str = "") -> Iterator[str]:
        """File names below the run's folder, ordered."""
        start = len(self.run_id) + 1
        return (blob.name[start:] for blob in self._blobs.list(RUNS, self.path(prefix)))

    def manifest(self) -> Manifest:
        """The manifest of a run that may go on; ``RunCancelled`` when it was stopped."""
        if self.cancelled():
            raise RunCancelled(f"run {self.run_id} was cancelled")
        self._version = self._blobs.stat(RUNS, self.path(MANIFEST)).etag
        return self._remembered(MANIFEST, Manifest, self._version) if self._version else self._load(MANIFEST, Manifest)

    def cancelled(self) -> bool:
        """Whether somebody stopped the run."""
        ending = self.find(ENDING, Ending)
        return ending is not None and ending.outcome == "cancelled"

    def end(self, ending: Ending) -> Ending:
        """Decide how the run ends, unless that is decided; the ending that holds."""
        self.keep(ENDING, encode(ending))
        return self.read(ENDING, Ending)

    def variants(self) -> list[Variant]:
        """All variants of the run as they stand, ordered by id: each in its last revision that counts."""
        return _as_they_stand(self.generated(), self._standing())

    def verdicts(self) -> list[Verdict]:
        """The verdicts on the texts as they stand, ordered by variant id."""
        return _verdicts_as_they_stand(self.first_verdicts(), self._standing())

    def judged(self) -> list[Judged]:
        """Every variant that has a verdict, with it, ordered by id: all as they stood at one moment."""
        revised = self._standing()
        verdicts = {one.variant_id: one for one in _verdicts_as_they_stand(self.first_verdicts(), revised)}
        variants = _as_they_stand(self.generated(), revised)
        return [Judged(one, verdicts[one.variant_id]) for one in variants if one.variant_id in verdicts]

    def generated(self) -> list[Variant]:
        """All variants as they were written, ordered by id."""
        return [self.read(name, Variant) for name in self.names("variants/")]

    def first_verdicts(self) -> list[Verdict]:
        """The verdicts on the variants as they were written, ordered by variant id."""
        return [self.read(name, Verdict) for name in self.names("verdicts/")]

    def revisions(self, variant_id: str = "") -> list[Revision]:
        """Every edit that counts, of all variants or of one, ordered by variant id and then from first to last."""
        wanted = self._standing_numbers(variant_id)
        return [
            self.read(revision_file(name, number), Revision)
            for name, last in sorted(wanted.items())
            for number in range(1, last + 1)
        ]

    def all_verdicts(self) -> list[Verdict]:
        """Every verdict that counts: on the texts as they were written, and on each edit, in order."""
        return [*self.first_verdicts(), *(revision.verdict for revision in self.revisions())]

    def calls(self) -> list[ServiceCall]:
        """Every call of a service that this run has made so far or was not allowed to make."""
        index = self.find(INDEX, IndexDocument)
        documents: list[IndexDocument | RetrievalDocument | Variant | Verdict] = [
            *([index] if index else []),
            *(self.read(name, RetrievalDocument) for name in self.names("retrieval/")),
            *self.generated(),
            *self.all_verdicts(),
        ]
        return [call for document in documents for call in document.calls]

    def variant(self, variant_id: str) -> Variant | None:
        """One variant as it stands; None when there is none of that id."""
        revision = self.revision(variant_id)
        return revision.variant if revision else self.find(variant_file(variant_id), Variant)

    def verdict(self, variant_id: str) -> Verdict | None:
        """The verdict on one variant as it stands; None when there is none yet."""
        revision = self.revision(variant_id)
        return revision.verdict if revision else self.find(verdict_file(variant_id), Verdict)

    def revision(self, variant_id: str) -> Revision | None:
        """The last edit of a variant that counts; None where it stands as it was written."""
        number = self._standing_numbers(variant_id).get(variant_id)
        return self.read(revision_file(variant_id, number), Revision) if number else None

    def decisions(self, variant_id: str) -> list[ApprovalDecision]:
        """What people decided on a variant, ordered by revision."""
        return [self.read(name, ApprovalDecision) for name in self.names(f"approvals/{variant_id}/")]

    def _standing(self) -> dict[str, Revision]:
        """Variant id -> its last revision that counts."""
        return {
            variant_id: self.read(revision_file(variant_id, number), Revision)
            for variant_id, number in self._standing_numbers().items()
        }

    def _standing_numbers(self, variant_id: str = "") -> dict[str, int]:
        """Variant id -> the number of its last revision that counts, for all variants or for one."""
        names = list(self.names(f"revisions/{variant_id}/" if variant_id else "revisions/"))
        return standing_revisions(names, self.find(APPROVALS, ApprovalsDocument)) if names else {}
