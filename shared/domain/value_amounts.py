"""Money, percentages, quantities, multiples and bare numbers, found where they stand in a text that was read.

Finds and names; what is equal to what is decided in ``values``. Whatever a number's surroundings, it is looked at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from shared.domain import value_units as units
from shared.domain.value_context import (
    PERIOD,
    Taken,
    clause_after,
    clause_before,
    is_threshold,
    period_of,
    qualifier_of,
    role_of,
    text_before,
)
from shared.domain.value_text import Amount, Kind, Number, Value, numbers, stem

_PERCENT = re.compile(r"[\s-]?(?:%|(?:percent|per cent|per-cent|pct|pc)(?![^\W_]))", re.IGNORECASE)
_POINTS_MARK = re.compile(r"[\s-]?percentage[\s-]points?\b", re.IGNORECASE)
_TIMES_OF = re.compile(
    r"(?:\s?x(?![^\W_])(?!\s?\d)|-fold\b|\s+times(?=\s+(?:the|your|our|as|more|faster|\w+\s+points)\b))", re.IGNORECASE
)
_FREQUENCY = re.compile(rf"\s+times(?=\s+(?:an?|per|each|every|in an?)\s+({PERIOD})\b)", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?![^\W_])", re.IGNORECASE)
_RANGE_GAP = re.compile(
    r"\s?(?:%|percent|per cent|[£$€]|p|k)?\s?(?:-|to)\s?(?:[£$€¥]|(?:GBP|EUR|USD) ?)?", re.IGNORECASE
)
_BETWEEN_GAP = re.compile(r"\s?(?:%|percent|per cent)?\s?and\s?[£$€¥]?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+[£$€¥]?$", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:up|rises?|rose|raised|grew|went|goes|increased?) from [£$€¥]?$", re.IGNORECASE)
_LIST_NOUN = re.compile(
    r"[ -](?:[a-z]+[ -]){0,2}?(?:ways?|reasons?|things?|tips?|ideas?|notes?|thoughts?|facts?|"
    r"questions?|highlights?|steps|takeaways?|"
    r"pointers|minute read)\b",
    re.IGNORECASE,
)
_IDLE_READ = re.compile(r"[ -]read\b| to (?:read|spare|look|browse|skim)\b| of your (?:time|day)\b|\?", re.IGNORECASE)
_IDLE_TAKE = re.compile(r"\b(?:take|got|have|spare|grab|give us)\s+$", re.IGNORECASE)
_FIGURE_OF_SPEECH = re.compile(r" (?:times over|thanks|and one|miles away)\b", re.IGNORECASE)
_WEIGHS = re.compile(
    r"\b(?:weigh(?:s|ing|ed|t)?|heav(?:y|ier)|light(?:er)?|lifts?|carr(?:y|ies)|loads?|kilos?|kg|ounces?|bags?)\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(?:costs?|pay|price[ds]?|save[sd]?|saving|spend|worth|fee|just|only)(?: (?:of|at|is|are|just|only))?\s*$",
    re.IGNORECASE,
)
_OFF = re.compile(r"\s*(?:off|each|discount|cheaper|less|per (?!cent))\b", re.IGNORECASE)
_AGED = re.compile(r"\b(?:age[ds]?|ages? of|age groups?)\s+(?:from\s+|between\s+|over\s+|under\s+)?$", re.IGNORECASE)
_YEARS_OLD = re.compile(r"[ -]years?(?:[ -]olds?|(?= (?:and|or) (?:over|up|above|older)\b)| of age)\b", re.IGNORECASE)
_LETTERS_BEFORE = re.compile(r"[A-Z]{2,}-$")
_WORD = re.compile(r"[ -]([A-Za-z][a-z'-]*|[A-Z]{2,8}\b)")
_STOP = re.compile(
    r"(?:of|in|on|at|to|for|from|with|and|or|by|is|are|was|were|the|a|an|that|which|who|off|out|left|"
    r"per|when|as|than|its|it|we|you|each)$",
    re.IGNORECASE,
)
_IRREGULAR_PLURALS = frozenset({"people", "men", "women", "children", "feet", "pieces", "mice", "staff"})
LARGEST_SMALL = 100
"""Up to here a number in words that measures nothing may be a manner of speaking."""
_LONGEST_LIST = 20
_GROUPED = re.compile(r"\d{1,3}\.\d{3}")
_GLUED = re.compile(r"[^\W\d_]|-[A-Z]{2}")
_LIST_GAP = re.compile(r",\s|,?\s(?:and|or)\s")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A number where it stands; with ``low``, the upper end of a range."""

    text: str
    number: Number
    low: Number | None = None

    @property
    def start(self) -> int:
        return self.low.start if self.low else self.number.start

    @property
    def end(self) -> int:
        return self.number.end

    def amount(self, factor: Decimal = Decimal(1)) -> Amount:
        return (self.low.amount * factor, self.number.amount * factor) if self.low else self.number.amount * factor

    def value(self, kind: Kind, unit: str, end: int, amount: Amount | None = None) -> Value:
        """The number as a value up to ``end``, with its limit."""
        before, after = clause_before(self.text, self.start), clause_after(self.text, end)
        qualifier, _ = qualifier_of(before, after)
        found = self.amount() if amount is None else amount
        return Value(kind, found, unit, qualifier, self.text[self.start : end], self.start, end)


def find_numbers(text: str, taken: Taken) -> Iterator[Value]:
    """Every number of ``text`` that is not taken, as what it is: money, percent, multiple, quantity or bare number."""
    found = list(numbers(text))
    alone = {number.start: _classify(_Spot(text, number)) for number in found}
    shared = _shared_units(text, found, alone)
    for spot in _spots(text, found):
        value = _classify(spot) if spot.low else alone[spot.start]
        last = shared.get(spot.start)
        if last and (value is None or value.kind == "number"):
            value = spot.value(last.kind, last.unit, spot.end)
        if value and taken.take(value.start, value.end):
            yield value


def _shared_units(text: str, found: Sequence[Number], alone: Mapping[int, Value | None]) -> dict[int, Value]:
    """For each number of a list such as ``two, four or eight weeks``, by its start, the value that ends the list."""
    shared: dict[int, Value] = {}
    last: Value | None = None
    for number, earlier in pairwise([*found[::-1], None]):
        if number is None:
            continue
        value = alone[number.start]
        own = value if value and value.kind in {"percent", "quantity"} else None
        last = own or last
        if last and not own:
            shared[number.start] = last
        if earlier is None or not _LIST_GAP.fullmatch(text, earlier.end, number.start):
            last = None
    return shared


def _spots(text: str, found: Sequence[Number]) -> Iterator[_Spot]:
    """Each number, with the lower end of its range where it is the upper one; lower ends do not come by themselves."""
    low: Number | None = None
    for number, following in pairwise([*found, None]):
        if number is None:
            continue
        if following and low is None and _is_range(text, number, following):
            low = number
            continue
        yield _Spot(text, number, low)
        low = None


def _is_range(text: str, low: Number, high: Number) -> bool:
    gap, before = text[low.end : high.start], text[max(0, low.start - 24) : low.start]
    if low.amount >= high.amount or len(gap) > 16:
        return False
    if _BETWEEN_GAP.fullmatch(gap):
        return _BETWEEN.search(before) is not None
    return _RANGE_GAP.fullmatch(gap) is not None and not _CHANGE.search(before)


def _classify(spot: _Spot) -> Value | None:
    if _is_idle_time(spot) or _LETTERS_BEFORE.search(text_before(spot.text, spot.start)):
        return None
    for read_as in (_money, _percent, _multiple, _quantity):
        if value := read_as(spot):
            return value
    return None if _is_idle(spot) else _bare(spot)


def _money(spot: _Spot) -> Value | None:
    factor, after_scale = _scale(spot)
    before, start = _sign_before(spot)
    after = units.MONEY_AFTER.match(spot.text, after_scale)
    if not before and not after:
        factor, after_scale, after = Decimal(1), spot.end, units.MONEY_AFTER.match(spot.text, spot.end)
    if after and not before and _is_weight(spot, after):
        return None
    named = units.currency(next(filter(None, after.groups()))) if after else None
    if before:
        unit, worth = units.currency(before[2] or before[3], before[1] or "")
        end = after.end() if after and named and units.same_currency(named[0], unit) else after_scale
    elif after and named and not (after[4] and not spot.number.in_digits):
        (unit, worth), end = named, after.end()
    else:
        return None
    plain = replace(spot.value("money", unit, end, _as_money(spot, factor * worth)), start=start)
    return _with_role(replace(plain, text=spot.text[start:end]), spot.text)


def _is_weight(spot: _Spot, named: re.Match[str]) -> bool:
    """Whether the ``pounds`` after a number weigh something: beside words of weight, or where money is in dollars."""
    if not named[0].strip(" -").lower().startswith("pound"):
        return False
    before, after = clause_before(spot.text, spot.start), clause_after(spot.text, named.end())
    if _PAID.search(before) or _OFF.match(after):
        return False
    return _WEIGHS.search(before + after) is not None or ("$" in spot.text and "£" not in spot.text)


def _scale(spot: _Spot) -> tuple[Decimal, int]:
    """What a ``k`` or ``million`` multiplies by, and where it ends."""
    scale = units.MAGNITUDE.match(spot.text, spot.end)
    return (units.magnitude(scale[1] or scale[2]), scale.end()) if scale else (Decimal(1), spot.end)


def _sign_before(spot: _Spot) -> tuple[re.Match[str] | None, int]:
    """The currency before a sum or before the upper end of a range, and where the sum starts."""
    before = units.MONEY_BEFORE.search(spot.text[max(0, spot.start - 8) : spot.start])
    if before or not spot.low:
        return before, spot.start - (len(before[0]) if before else 0)
    upper = spot.number.start
    return units.MONEY_BEFORE.search(spot.text[max(0, upper - 8) : upper]), spot.start


def _as_money(spot: _Spot, factor: Decimal) -> Amount:
    """``1.299`` is a sum without pence: no price has three decimals."""
    grouped = not spot.low and _GROUPED.fullmatch(spot.text, spot.start, spot.end)
    return spot.amount(factor * 1000 if grouped else factor)


def _with_role(value: Value, text: str) -> Value:
    before, after = clause_before(text, value.start), clause_after(text, value.end)
    qualifier, reach = qualifier_of(before, after)
    role = "threshold" if reach and is_threshold(before) else role_of(before, after[reach:], qualifier, value.kind)
    per = period_of(before, after) if value.kind == "money" else ""
    return replace(value, qualifier=qualifier, role=role, per=per)


def _percent(spot: _Spot) -> Value | None:
    mark = None if _POINTS_MARK.match(spot.text, spot.end) else _PERCENT.match(spot.text, spot.end)
    return _with_role(spot.value("percent", "", mark.end()), spot.text) if mark else None


def _multiple(spot: _Spot) -> Value | None:
    if frequency := _FREQUENCY.match(spot.text, spot.end):
        return replace(spot.value("quantity", "time", frequency.end()), per=frequency[1].lower())
    mark = _TIMES_OF.match(spot.text, spot.end)
    return spot.value("multiple", "times", mark.end()) if mark else None


def _quantity(spot: _Spot) -> Value | None:
    old = _YEARS_OLD.match(spot.text, spot.end)
    if old or (_AGED.search(text_before(spot.text, spot.start)) and not units.UNIT_WORD.match(spot.text, spot.end)):
        return spot.value("quantity", units.AGE, old.end() if old else spot.end)
    sign = units.UNIT_SIGN.match(spot.text, spot.end) if spot.number.in_digits else None
    word = units.UNIT_WORD.match(spot.text, spot.end)
    if word:
        return spot.value("quantity", units.unit_of_word(word[1]), word.end())
    return spot.value("quantity", units.unit_of_sign(sign[1]), sign.end()) if sign else None


def _is_idle_time(spot: _Spot) -> bool:
    """Whether this is time that a reader is asked for: ``got two minutes?``, ``a five-minute read``."""
    word = units.UNIT_WORD.match(spot.text, spot.end)
    if not word or units.unit_of_word(word[1]) not in {"minute", "second"}:
        return False
    return bool(_IDLE_READ.match(spot.text, word.end()) or _IDLE_TAKE.search(text_before(spot.text, spot.start)))


def _is_idle(spot: _Spot) -> bool:
    """Whether the number counts nothing of the offer: ``5 simple tips``, ``a hundred thanks``, part of a code."""
    if spot.number.in_digits:
        glued = _GLUED.match(spot.text, spot.end) and not units.MAGNITUDE.match(spot.text, spot.end)
        if glued and not _ORDINAL.match(spot.text, spot.end):
            return True
    elif _FIGURE_OF_SPEECH.match(spot.text, spot.end):
        return True
    return spot.number.amount <= _LONGEST_LIST and _LIST_NOUN.match(spot.text, spot.end) is not None


def _bare(spot: _Spot) -> Value | None:
    ordinal = _ORDINAL.match(spot.text, spot.end) if spot.number.in_digits else None
    if ordinal:
        return spot.value("number", "ordinal", ordinal.end())
    factor, end = _scale(spot)
    noun = _one_noun(spot.text, end) if spot.number.amount == 1 else _counted_noun(spot.text, end)
    if not spot.number.in_digits and spot.number.amount <= LARGEST_SMALL and not noun:
        return None
    return spot.value("number", noun, end, spot.amount(factor))


def _one_noun(text: str, end: int) -> str:
    """The stem of the next word, as ``tree`` after ``one tree``; "" where no thing follows."""
    match = _WORD.match(text, end)
    return stem(match[1]) if match and not _STOP.match(match[1]) else ""


def _counted_noun(text: str, end: int) -> str:
    """The stem of the plural among the next words, as ``sampl`` after ``three free samples``; "" if there is none."""
    for _ in range(4):
        match = _WORD.match(text, end)
        if match is None or _STOP.match(match[1]):
            return ""
        word, end = match[1].lower(), match.end()
        if word in _IRREGULAR_PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is"))):
            return stem(word)
    return ""
