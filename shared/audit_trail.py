"""Appends to a run's audit chain: once per key, in order, whoever races.

What happens to a run after its seal goes into a second chain, which goes on from the sealed head: the amendments. The
chain's form and its checks are ``shared.domain.audit``; this is the append against a blob store.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from shared.contracts import AuditEntry, AuditSummary, Digest, Revision, Seal
from shared.domain.audit import GENESIS, RUN_CLOSED, append_entry, edit_entry_data, parse_chain, serialize
from shared.errors import BlobChanged, BlobNotFound, Conflict, ServiceUnavailable
from shared.ports import BlobStore
from shared.run_folder import AUDIT, amendments_chain, audit_chain

_ATTEMPTS = 20


class AuditRecord(NamedTuple):
    """Something to record; ``key`` is unique in a chain, so that recording it again adds nothing."""

    key: str
    event: str
    data: dict[str, Any]


def edit_record(revision: Revision) -> AuditRecord:
    """The record of one edit."""
    key = f"edit:{revision.variant.variant_id}:{revision.revision}"
    return AuditRecord(key, "variant_edited", edit_entry_data(revision))


class AuditTrail:
    """The chain of one run; with ``sealed``, the chain of its amendments."""

    def __init__(
        self, blobs: BlobStore, run_id: str, now: Callable[[], datetime], *, sealed: Seal | None = None
    ) -> None:
        self._blobs = blobs
        self._name = amendments_chain(run_id) if sealed else audit_chain(run_id)
        self._origin: Digest = sealed.audit_head if sealed else GENESIS
        self._now = now

    def read(self) -> bytes:
        """The chain as it lies in the store; empty before the first entry."""
        try:
            return self._blobs.read(AUDIT, self._name)
        except BlobNotFound:
            return b""

    def record(self, records: Iterable[AuditRecord]) -> AuditSummary:
        """Append those of ``records`` whose keys are not in the chain yet, all in one write.

        A writer that lost a race reads the chain again and goes on behind the winner's entries. ``Conflict`` where
        something new would come after the run's closing entry, which is what the seal vouches for.
        """
        wanted = list(records)
        for _ in range(_ATTEMPTS):
            present = self.read()
            entries = parse_chain(present, origin=self._origin)
            added = self._continue(entries, wanted)
            try:
                if added:
                    self._blobs.append(AUDIT, self._name, b"".join(map(serialize, added)), at=len(present))
            except BlobChanged:
                continue
            chain = [*entries, *added]
            return AuditSummary(entries=len(chain), head=chain[-1].hash if chain else self._origin)
        raise ServiceUnavailable(f"audit chain {self._name}: other writers kept changing it")

    def _continue(self, entries: list[AuditEntry], records: list[AuditRecord]) -> list[AuditEntry]:
        known = {entry.key for entry in entries}
        tail = entries[-1] if entries else None
        added = []
        for record in records:
            if record.key not in known:
                if tail is not None and tail.event == RUN_CLOSED:
                    raise Conflict(f"audit chain {self._name}: the run has been closed, nothing may follow")
                tail = append_entry(tail, record.key, record.event, record.data, self._now(), origin=self._origin)
                added.append(tail)
        return added
