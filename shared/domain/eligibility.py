"""Which documents a search may find at all: those valid on its day, for its region, for its audiences.

Pure functions, the same for every search index. Audiences and regions are compared in one folded form, and a document
may name several of each, separated by commas, semicolons, bars or slashes.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from shared.contracts import ContentDocument, SearchQuery
from shared.domain.retrieval import ANY_AUDIENCE

_SEPARATOR = re.compile(r"[,;|/]")
_ANYONE = frozenset({"", "all", "any", "anyone", "everyone", "everybody", "general", "all customer"})
EVERYBODY = ANY_AUDIENCE.casefold()
"""The folded form of every name for no audience in particular."""


def folded_audience(name: str) -> str:
    """One form for ``High-Value`` and ``high value``, for ``New Customer`` and ``new customers``.

    It holds letters, digits and single spaces only; ``EVERYBODY`` when the name says nobody in particular.
    """
    words = re.findall(r"[^\W_]+", name.casefold())
    plain = " ".join([*words[:-1], words[-1].removesuffix("s")] if words else [])
    return EVERYBODY if plain in _ANYONE else plain


def folded_audiences(audience: str) -> tuple[str, ...]:
    """The audiences a document is for, folded, in order; never empty."""
    return tuple(sorted({folded_audience(part) for part in _SEPARATOR.split(audience)}))


def folded_regions(region: str) -> tuple[str, ...]:
    """The regions that ``region`` names, folded, in order; empty for any region. None holds a separator."""
    parts = _SEPARATOR.split(unicodedata.normalize("NFKC", region).casefold())
    return tuple(sorted({" ".join(part.split()) for part in parts} - {""}))


def wanted_audiences(audiences: Sequence[str]) -> tuple[str, ...]:
    """What a document may be for to be for one of ``audiences``, folded, in order; empty for any audience.

    A name that holds several, as a segment's can, stands for each of them.
    """
    parts = {part for audience in audiences for part in folded_audiences(audience)}
    return tuple(sorted({EVERYBODY, *parts})) if audiences else ()


def lapse(document: ContentDocument, day: date) -> str:
    """Why the document may not be used on ``day``: not approved or in effect yet, or expired; empty when it may."""
    if document.approval_date > day:
        return f"approval_date: {document.approval_date} is after {day}, so it is not approved yet"
    if document.effective_date is not None and document.effective_date > day:
        return f"effective_date: {document.effective_date} is after {day}, so it is not in effect yet"
    if document.expiry_date is not None and document.expiry_date < day:
        return f"expiry_date: {document.expiry_date} is before {day}, so it has expired"
    return ""


def is_for_region(document: ContentDocument, region: str) -> bool:
    """Whether the document is for one of the regions, or for none in particular; any will do where none is named."""
    wanted, own = folded_regions(region), folded_regions(document.region)
    return not wanted or not own or not set(wanted).isdisjoint(own)


def is_for_audiences(document: ContentDocument, audiences: Sequence[str]) -> bool:
    """Whether the document is for one of ``audiences`` or for everybody; any will do where none is named."""
    wanted = wanted_audiences(audiences)
    return not wanted or not set(wanted).isdisjoint(folded_audiences(document.audience))


def is_in_place(document: ContentDocument, query: SearchQuery) -> bool:
    """Whether ``query`` may find the document on its day and in its region, whoever the document is for."""
    on_its_day = query.as_of is None or not lapse(document, query.as_of)
    return on_its_day and is_for_region(document, query.region)
