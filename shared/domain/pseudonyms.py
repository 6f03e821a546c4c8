"""Names for customers that only the holder of a key can match: in events, and on the list of the erased.

Nothing here keeps an id or an unkeyed hash of one, and nothing made for one purpose matches what is made for another.
"""

import hmac
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shared.domain.randomness import Keys, customer_keys

Bools = npt.NDArray[np.bool_]

_SHORT_BITS = 32
_SHORT, _LINE = 8, 8 + 64 + 1


def pseudonym(customer_id: str, key: bytes) -> str:
    """What stands for a customer in an event: 16 hex digits of the HMAC-SHA-256 of the id's UTF-8 bytes."""
    return _mac(key, "event", customer_id)[:16]


def key_id(key: bytes) -> str:
    """16 hex digits that tell one key from another and nothing about it."""
    return _mac(key, "key", "")[:16]


def erased_entry(customer_id: str, key: bytes) -> bytes:
    """The customer's line on the list of the erased: 8 hex digits that sort ids out fast, then the HMAC-SHA-256."""
    short = int(_short_hashes([customer_id], key)[0])
    return f"{short:0{_SHORT}x}{_mac(key, 'erased', customer_id)}\n".encode()


def erased(customer_ids: Sequence[str], entries: bytes, key: bytes) -> Bools:
    """Which ids are on the list ``entries``, lines of ``erased_entry`` under the same key.

    Every id costs one SipHash, in C; an HMAC costs more, and is made only of ids whose 32 bits of it are on the list.
    """
    lines = [entries[start : start + _LINE] for start in range(0, len(entries) - _LINE + 1, _LINE)]
    found = np.zeros(len(customer_ids), dtype=np.bool_)
    if not lines or not len(customer_ids):
        return found
    listed = np.array([int(line[:_SHORT], 16) for line in lines], dtype=np.uint64)
    macs = {line[_SHORT:-1].decode("ascii") for line in lines}
    for index in np.flatnonzero(np.isin(_short_hashes(customer_ids, key), listed)).tolist():
        found[index] = _mac(key, "erased", customer_ids[index]) in macs
    return found


def _short_hashes(customer_ids: Sequence[str], key: bytes) -> Keys:
    return customer_keys(customer_ids, _mac(key, "short", "")) >> np.uint64(64 - _SHORT_BITS)


def _mac(key: bytes, purpose: str, text: str) -> str:
    return hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256").hex()
