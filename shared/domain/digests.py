"""Names for contents: one canonical JSON form, one digest, one slug, and names told apart by numbers."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from pydantic_core import to_jsonable_python

from shared.contracts import Message

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> str:
    """The one text form of plain JSON: sorted keys, no spaces, UTF-8 as it is; NaN and Infinity raise ValueError."""
    return _CANONICAL.encode(value)


def digest(*values: Any) -> str:
    """SHA-256, in hex, of the canonical JSON of ``values``; models, dates and tuples count as their JSON form."""
    return hashlib.sha256(canonical_json(to_jsonable_python(values)).encode()).hexdigest()


def message_hash(message: Message) -> str:
    """The content hash an approval binds: of subject, preheader, body and call to action."""
    return digest(message)


def slug(text: str, *, limit: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens; a text without any becomes a short hash, so no two texts must clash."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:limit].strip("-")
    return words or hashlib.sha256(text.encode()).hexdigest()[:12]


def unique_names(names: Sequence[str], *, separator: str) -> tuple[str, ...]:
    """``names`` with a number from 2 after those that came before."""
    taken: dict[str, None] = {}
    for name in names:
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}{separator}{number}", number + 1
        taken[unique] = None
    return tuple(taken)
