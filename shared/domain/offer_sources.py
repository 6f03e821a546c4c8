"""What cited passages state: their values and condition words, each read once and found again by what it is.

Holds what is stated; whether a message may say it is decided in ``offers``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from shared.domain.offer_words import Occurrence, Place, occurrences, sentence_spans, stems, thing_stated
from shared.domain.value_conditions import stated_spans
from shared.domain.value_text import Amount, Value, numbers, read
from shared.domain.values import find_values

_FROM_A_SUM = frozenset({"at_least", "over"})
_CLAUSE = re.compile(r"[.;:!?]\s|\n|,\s(?:and|but|while)\s|\sbut\s|\swhile\s")
_CHARGED = re.compile(
    r"\bcosts? extra\b|(?<!no )(?<!without )(?<!any )\bextra (?:cost|charge|fee)\b|\bcharged? (?:separately|extra)\b"
    r"|\bat (?:an )?(?:additional|extra)\b"
    r"|\b(?:is|are) (?:not|never) (?:free|included|complimentary)\b|\bfor an (?:additional|extra)\b",
    re.IGNORECASE,
)
_PRICED = re.compile(
    r"(?:^|[.;:!?]\s|\n)(?:An? |The |Each |Every )?([^.;:!?,\n]{1,60}?) costs? (?:an extra |a flat )?[£$€]\d",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<![^\W_])[A-Z0-9-]{3,40}(?![^\W_])")


@dataclass(frozen=True)
class CitedPassage:
    """A section that the message cites: its name, its document, and its paragraphs as plain text."""

    citation: str
    document_id: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A condition word that is stated: its sentence, itself, what it is said of as stems, and what follows it."""

    place: Place
    start: int
    sentence: str
    word: str
    thing: frozenset[str]
    following: str


class Sources:
    """Passages as one body of sources; a section's name is one of its texts.

    ``wording`` names them in a finding; ``plural`` says whether that is a plural.
    """

    def __init__(self, passages: tuple[CitedPassage, ...], wording: str, *, plural: bool) -> None:
        self._wording = wording
        self._plural = plural
        self._names = tuple(map(_name, passages))
        found = (text for name, passage in zip(self._names, passages, strict=True) for text in (name, *passage.texts))
        self.texts = tuple(dict.fromkeys(read(text).text for text in found if text.strip()))
        self._said: dict[tuple[str, str], tuple[Said, ...]] = {}

    def says(self, plural: str = "say", singular: str = "says") -> str:
        """``the cited passages say`` or ``the passage it cites says``."""
        return f"{self._wording} {plural if self._plural else singular}"

    def holds(self, words: str) -> bool:
        """Whether a passage has these very words of two or more, whatever their case."""
        wanted = " ".join(words.casefold().split())
        return " " in wanted and any(wanted in " ".join(text.casefold().split()) for text in self.texts)

    @property
    def silent(self) -> str:
        """The words for a value that none of them states."""
        return "which no cited passage says" if self._plural else f"which {self._wording} does not say"

    @cached_property
    def stated(self) -> tuple[Occurrence, ...]:
        """Every value, in order."""
        return tuple(found for place, text in enumerate(self.texts) for found in occurrences(text, place))

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """The numbers that measure nothing, small ones in words among them."""
        return frozenset(amount for text in self.texts for amount in _bare_numbers(text))

    @cached_property
    def charged(self) -> frozenset[str]:
        """The stems of what is said to cost extra, and not elsewhere to be free."""
        clauses = [clause for text in self.texts for clause in _CLAUSE.split(text)]
        paid = frozenset[str]().union(*(stems(clause) for clause in clauses if _CHARGED.search(clause)))
        return paid.difference(*(stems(clause) for clause in clauses if not _CHARGED.search(clause)))

    @cached_property
    def priced(self) -> frozenset[str]:
        """The stems by which what has a price differs from what is free: ``mailed`` of a mailed return."""
        free = [
            (found.thing or stems(found.sentence), self.thresholds(found.place, found.start))
            for found in self.said("free")
        ]
        granted = frozenset[str]().union(*(words for words, _ in free))
        things = (stems(match[1]) for text in self.texts for match in _PRICED.finditer(text))
        kin = ((thing, [limits for words, limits in free if words & thing]) for thing in things)
        return frozenset[str]().union(*(thing for thing, limits in kin if limits and not any(limits))) - granted

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The words in capitals, digits among them."""
        return frozenset(word for text in self.texts for word in _CAPITALS.findall(text))

    @cached_property
    def name_stems(self) -> frozenset[str]:
        """The stems of the passages' names."""
        return frozenset(stem for name in self._names for stem in stems(name))

    @cached_property
    def _by_kind(self) -> dict[str, list[Occurrence]]:
        by_kind: dict[str, list[Occurrence]] = {}
        for found in self.stated:
            by_kind.setdefault(found.value.kind, []).append(found)
        return by_kind

    def of_kind(self, kind: str) -> list[Occurrence]:
        """Every value of ``kind``, in order."""
        return self._by_kind.get(kind, [])

    def amounts(self, kind: str) -> list[Amount]:
        """The amounts of every value of ``kind``, in order."""
        return [found.value.amount for found in self.of_kind(kind)]

    @cached_property
    def _grants(self) -> dict[Place, list[tuple[int, Value]]]:
        """By sentence, where something is granted and from which sums, in order."""
        by_place: dict[Place, list[tuple[int, Value]]] = {}
        for found in self.stated:
            value = found.value
            if _is_threshold(value) or value.role == "off" or value.kind == "percent" or value.amount == "free":
                by_place.setdefault(found.place, []).append((value.start, value))
        return by_place

    def thresholds(self, place: Place, position: int) -> list[Value]:
        """The sums from which what is granted at ``position`` is granted: those next to it in its sentence."""
        parts = self._grants.get(place, [])
        before = [value for start, value in parts if start < position][-1:]
        after = [value for start, value in parts if start > position][:1]
        return [value for value in (*before, *after) if _is_threshold(value)]

    def said(self, family: str, unit: str = "") -> tuple[Said, ...]:
        """Where a condition of ``family`` is stated, and of what."""
        if (family, unit) not in self._said:
            found = (said for place, text in enumerate(self.texts) for said in _said(text, place, family, unit))
            self._said[family, unit] = tuple(dict.fromkeys(found))
        return self._said[family, unit]


def _is_threshold(value: Value) -> bool:
    return value.role == "threshold" or (value.kind == "money" and value.qualifier in _FROM_A_SUM)


def _said(text: str, place: int, family: str, unit: str) -> Iterator[Said]:
    spans = sorted(stated_spans(text, family, unit))
    position = 0
    for number, (start, end) in enumerate(sentence_spans(text)):
        while position < len(spans) and spans[position][0] < end:
            first, last = spans[position]
            thing, following = thing_stated(text, first, last), text[last : last + 80]
            yield Said((place, number), first, text[start:end], text[first:last].lower(), thing, following)
            position += 1


def _name(passage: CitedPassage) -> str:
    """The section's name without the brackets of a citation and without the number of a paragraph."""
    name = re.sub(r"^\[?Sources?:\s*|\]$", "", passage.citation.strip(), flags=re.IGNORECASE)
    return re.sub(r",?\s*Paragraph \d{1,6}$", "", name, flags=re.IGNORECASE)


def _bare_numbers(text: str) -> Iterator[Decimal]:
    measured = [value for value in find_values(text) if value.kind not in {"number", "condition"}]
    position = 0
    for number in numbers(text):
        while position < len(measured) and measured[position].end <= number.start:
            position += 1
        if position == len(measured) or number.end <= measured[position].start:
            yield number.amount
