"""Erases one customer: from the rows of every run that has ended and from the uploads, and from all runs to come.

Counts, results, the audit chain and the seal stay as they are. What changes in a run after its seal is recorded in
its amendments before it changes, so that an erasure that was interrupted shows, and doing it again finishes it.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from shared.audit_trail import AuditRecord, AuditTrail
from shared.blob_file import BlobFile
from shared.contracts import BlobRef, ErasureReport, Manifest, Seal
from shared.domain.digests import digest
from shared.engagement_folder import ROWS, EngagementFolder
from shared.erased_list import enter_erased
from shared.errors import BlobExists, InputError, NotReady, OrchestratorError
from shared.ports import BlobStore, OrchestrationClient, Services
from shared.run_folder import ENGAGEMENT, ERASURES, EXPORTS, MANIFEST, RUNS, SEAL, UPLOADS, RunFolder
from shared.telemetry import log_structured

from .runs import ENDED, INPUT_FILES, view_run

ROWS_BELOW = ("customers/", "assignments/", EXPORTS)
"""The folders of a run whose parts hold a row per customer. What else comes to hold one belongs here."""
_CHUNK_BYTES = 4 * 1024 * 1024
_Record = Callable[[str, str, int], None]


class _Rewrite(NamedTuple):
    """A file without the customer's rows: how many those are, and what is left, as often as it is asked for."""

    rows: int
    chunks: Callable[[], Iterator[bytes]]


async def erase_customer(customer_id: str, services: Services, client: OrchestrationClient) -> ErasureReport:
    """Erase everywhere but in runs that have not ended, which are named; done again, it erases what is left.

    Raises ``NotReady`` where the app has no key to leave the customer out of later runs by.
    """
    key = services.pseudonym_key
    if key is None:
        raise NotReady("app setting PSEUDONYM_KEY is missing: without it nobody can be erased from runs to come")
    await asyncio.to_thread(enter_erased, services.blobs, customer_id, key)
    erasing = _Erasing(customer_id, services)
    for run_id in list(services.blobs.folders(RUNS)):
        if await _has_ended(run_id, services, client, erasing):
            await asyncio.to_thread(erasing.erase_from_run, run_id)
    await asyncio.to_thread(erasing.erase_from_uploads)
    report = erasing.report()
    from shared.domain.pseudonyms import pseudonym

    counts = {"rows": report.rows, "files": len(report.files), "pending": len(report.pending)}
    log_structured("customer_erased", {"customer": pseudonym(customer_id, key), **counts})
    return report


def erase_engagement(customer_id: str, run_id: str, services: Services) -> None:
    """Erase from what was observed of the run's customers, and from nothing else."""
    _Erasing(customer_id, services).erase_from_engagement(run_id)


def made_by_erasure(blobs: BlobStore, name: str) -> bool:
    """Whether the upload ``name``, as it is now, is what an erasure left of an earlier one: no new list to run."""
    marks = {ref.name.rpartition("/")[2] for ref in blobs.list(ERASURES, _marks_of(name))}
    return bool(marks) and _sha256(_range(blobs, blobs.stat(UPLOADS, name))) in marks


async def _has_ended(run_id: str, services: Services, client: OrchestrationClient, erasing: "_Erasing") -> bool:
    """Whether the run, or what was put there for one that never began, can be changed; if not, that is noted."""
    if not RunFolder(services.blobs, run_id).exists(MANIFEST):
        return True
    try:
        view = await view_run(run_id, services, client)
    except OrchestratorError:
        erasing.unreadable.append(f"{RUNS}/{run_id}/{MANIFEST}")
        return False
    if view.progress.state in ENDED:
        return True
    erasing.wait_for(view.manifest)
    return False


class _Erasing:
    """The erasure of one customer: what was done, and what could not be."""

    def __init__(self, customer_id: str, services: Services) -> None:
        self._customer_id = customer_id
        self._services = services
        self._blobs = services.blobs
        self._rows: Counter[str] = Counter()
        self._pending: list[str] = []
        self._in_use: set[str] = set()
        self.unreadable: list[str] = []

    def wait_for(self, manifest: Manifest) -> None:
        """Leave a run that has not ended, and the upload it reads, until it has."""
        self._pending.append(manifest.run_id)
        if manifest.customers.container == UPLOADS:
            self._in_use.add(manifest.customers.name)

    def erase_from_run(self, run_id: str) -> None:
        """Rewrite every file of the run that holds rows of the customer, each recorded first."""
        folder, trail = RunFolder(self._blobs, run_id), self._trail(run_id)
        for ref in list(self._blobs.list(RUNS, folder.path(""))):
            name = ref.name.removeprefix(folder.path(""))
            if name in INPUT_FILES.values() or name.startswith(ROWS_BELOW):
                self._erase_from(ref, partial(_amend, trail, name))
        self.erase_from_engagement(run_id)

    def erase_from_engagement(self, run_id: str) -> None:
        """The same for what was observed of the run's customers."""
        trail = self._trail(run_id)
        for ref in EngagementFolder(self._blobs, run_id).blobs():
            if ref.name.endswith(f"/{ROWS}"):
                self._erase_from(ref, partial(_amend, trail, f"{ENGAGEMENT}/{ref.name}"))

    def erase_from_uploads(self) -> None:
        """Rewrite every upload that no unfinished run reads; each is marked first, for it must not start a run."""
        for ref in list(self._blobs.list(UPLOADS)):
            if ref.name not in self._in_use:
                self._erase_from(ref, partial(self._mark, ref.name))

    def report(self) -> ErasureReport:
        return ErasureReport(
            rows=sum(self._rows.values()),
            files=dict(self._rows),
            pending=tuple(self._pending),
            unreadable=tuple(self.unreadable),
        )

    def _trail(self, run_id: str) -> AuditTrail:
        seal = RunFolder(self._blobs, run_id).find(SEAL, Seal)
        return AuditTrail(self._blobs, run_id, self._services.now, sealed=seal)

    def _erase_from(self, ref: BlobRef, record: _Record) -> None:
        where = f"{ref.container}/{ref.name}"
        try:
            rewrite = self._rewrite(ref)
            new = _sha256(rewrite.chunks()) if rewrite.rows else ""
        except InputError:
            self.unreadable.append(where)
            return
        if rewrite.rows:
            record(new, _sha256(_range(self._blobs, ref)), rewrite.rows)
            self._blobs.replace_from(ref, rewrite.chunks())
            self._rows[where] = rewrite.rows

    def _rewrite(self, ref: BlobRef) -> _Rewrite:
        name = ref.name.partition("/")[2]
        if ref.container == UPLOADS or (ref.container == RUNS and name in INPUT_FILES.values()):
            return self._rewrite_list(ref)
        if ref.name.endswith(".parquet"):
            from shared.domain.erasure import parquet_without

            left = parquet_without(b"".join(_range(self._blobs, ref)), self._customer_id)
            return _Rewrite(left.rows, lambda: iter((left.data,)))
        from shared.domain.erasure import export_without

        exported = export_without(b"".join(_range(self._blobs, ref)), self._customer_id)
        return _Rewrite(exported.rows, lambda: iter((exported.data,)))

    def _rewrite_list(self, ref: BlobRef) -> _Rewrite:
        """A customer list; what is not of the customer stays in its format."""
        from shared.domain.erasure import list_without

        left = list_without(BlobFile(self._blobs, ref), self._customer_id)
        return _Rewrite(left.rows, left.chunks)

    def _mark(self, name: str, new: str, _was: str, _rows: int) -> None:
        with suppress(BlobExists):
            self._blobs.create(ERASURES, f"{_marks_of(name)}{new}", b"")


def _amend(trail: AuditTrail, name: str, new: str, was: str, rows: int) -> None:
    data = {"file": name, "sha256": new, "was": was, "rows": rows}
    trail.record([AuditRecord(f"erased:{name}:{new}", "file_erased", data)])


def _marks_of(name: str) -> str:
    return f"uploads/{digest(name)}/"


def _range(blobs: BlobStore, ref: BlobRef) -> Iterator[bytes]:
    """The blob's bytes, a bounded number at a time."""
    for offset in range(0, ref.size or 0, _CHUNK_BYTES):
        yield blobs.read_range(ref, offset, _CHUNK_BYTES)


def _sha256(chunks: Iterator[bytes]) -> str:
    total = hashlib.sha256()
    for chunk in chunks:
        total.update(chunk)
    return total.hexdigest()
