"""The list of erased customers: later runs leave them out, and nobody without the key can tell who they are.

It only grows; a run uses it as long as it was at the run's start. It lies under the id of its key, because under
another key nobody on it would be found again.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.contracts import BlobRef
from shared.errors import BlobChanged, BlobNotFound, NotReady, ServiceUnavailable
from shared.ports import BlobStore, Services
from shared.run_folder import ERASURES

if TYPE_CHECKING:
    from shared.domain.pseudonyms import Bools

_FOLDER = "customers/"
_ATTEMPTS = 20


def find_erased(services: Services) -> BlobRef | None:
    """The list as long as it is now; None where nobody was erased.

    Raises ``NotReady`` where the app does not have the key under which somebody was.
    """
    lists = list(services.blobs.list(ERASURES, _FOLDER))
    for ref in lists:
        erasure_key(services, ref)
    return lists[0].model_copy(update={"etag": None}) if lists else None


def erasure_key(services: Services, ref: BlobRef) -> bytes:
    """The key that the list ``ref`` was written under; ``NotReady`` where the app has none or another."""
    key = services.pseudonym_key
    if key is None:
        raise NotReady("app setting PSEUDONYM_KEY is missing: without it erased customers cannot be left out of runs")
    if ref.name != _name(key):
        raise NotReady(
            "app setting PSEUDONYM_KEY is not the key that customers were erased under: "
            "with another one they cannot be left out of runs"
        )
    return key


def erased_now(ids: Sequence[str], services: Services) -> "Bools":
    """Which of ``ids`` are of customers who have been erased by now. ``NotReady`` as ``find_erased``."""
    import numpy as np

    from shared.domain.pseudonyms import erased

    ref = find_erased(services)
    if ref is None:
        return np.zeros(len(ids), dtype=np.bool_)
    entries = _read(services.blobs, ref.name)
    return erased(ids, entries, erasure_key(services, ref))


def enter_erased(blobs: BlobStore, customer_id: str, key: bytes) -> None:
    """Put a customer on the list, once."""
    from shared.domain.pseudonyms import erased, erased_entry

    name = _name(key)
    for _ in range(_ATTEMPTS):
        present = _read(blobs, name)
        if erased([customer_id], present, key)[0]:
            return
        try:
            blobs.append(ERASURES, name, erased_entry(customer_id, key), at=len(present))
        except BlobChanged:
            continue
        return
    raise ServiceUnavailable("the list of erased customers: other writers kept changing it")


def _read(blobs: BlobStore, name: str) -> bytes:
    try:
        return blobs.read(ERASURES, name)
    except BlobNotFound:
        return b""


def _name(key: bytes) -> str:
    from shared.domain.pseudonyms import key_id

    return f"{_FOLDER}{key_id(key)}.txt"
