"""The values of a text (prices, percentages, dates, quantities, codes, condition words...) and when two are the same.

Equality is of meaning, not of spelling: ``£1,299.00`` is ``1299 pounds``, ``half price`` is ``50% off``. What a value
is about, and whether a source states it, is decided in ``offers``.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from shared.domain import value_units as units
from shared.domain.value_amounts import find_numbers
from shared.domain.value_calendar import RELATIVE, readings, weekday_of
from shared.domain.value_codes import find_codes
from shared.domain.value_conditions import find_conditions
from shared.domain.value_context import CONTAINERS, ONE_WAY, ROUND_TRIP, Taken
from shared.domain.value_dates import find_dates
from shared.domain.value_phrases import find_phrases
from shared.domain.value_text import Amount, DateReading, Value, read, stem
from shared.domain.value_times import find_relative, find_times

__all__ = ["Value", "find_values", "same_value"]

REMEMBERED_TEXTS = 2048
"""Texts whose values are remembered: every message is held to the same passages."""
LONGEST_REMEMBERED = 4000
"""Characters; a longer text is read anew each time, so that what is remembered stays small."""

_AND = re.compile(r"\s+(?:and\s+)?")
_NEARLY = Decimal("0.5")
"""Percentage points: ``a third off`` may be printed as 33%."""


def find_values(text: str) -> list[Value]:
    """Every value of plain ``text``, in order, none overlapping another; citations must have been taken out before.

    Small numbers in words that count nothing, idioms (``feel free``), a plain ``today``, addresses and merge fields are
    no values. The time it takes grows with the length of the text and no faster.
    """
    return list(_remembered(text) if len(text) <= LONGEST_REMEMBERED else _found(text))


def _found(text: str) -> tuple[Value, ...]:
    reading = read(text)
    taken = Taken(len(reading.text))
    finders = (
        find_dates,
        find_relative,
        find_times,
        find_phrases,
        find_conditions,
        find_numbers,
        find_codes,
    )
    found = [value for finder in finders for value in finder(reading.text, taken)]
    in_order = [reading.value(value) for value in sorted(found, key=lambda value: value.start)]
    apart = [value for value, earlier in zip(in_order, [None, *in_order], strict=False) if not _inside(value, earlier)]
    return tuple(_joined(apart, text))


_remembered = lru_cache(maxsize=REMEMBERED_TEXTS)(_found)


def _joined(values: Sequence[Value], text: str) -> Iterator[Value]:
    """``eighteen pounds fifty pence`` as one sum."""
    whole: Value | None = None
    for value in values:
        if whole and _is_rest(whole, value, text[whole.end : value.start]):
            amount = Decimal(str(whole.amount)) + Decimal(str(value.amount))
            whole = replace(whole, amount=amount, text=text[whole.start : value.end], end=value.end)
            continue
        if whole:
            yield whole
        whole = value
    if whole:
        yield whole


def _is_rest(whole: Value, part: Value, between: str) -> bool:
    are_sums = whole.kind == part.kind == "money" and whole.unit == part.unit
    if not (are_sums and isinstance(whole.amount, Decimal) and isinstance(part.amount, Decimal)):
        return False
    return whole.amount % 1 == 0 and part.amount < 1 and _AND.fullmatch(between) is not None


def _inside(value: Value, earlier: Value | None) -> bool:
    """Whether both come from one sign that stands for several, such as a bracketed number."""
    return earlier is not None and value.start < earlier.end


def same_value(claimed: Value, stated: Value) -> bool:
    """Whether ``stated`` says what ``claimed`` says.

    A copy may say less (a date without its year, ``20% off`` as ``up to 20% off``) but not more: a limit that is stated
    (``up to``, ``from``, ``per month``) has to stay. Dates told from the day of reading equal nothing by themselves.
    """
    return claimed.kind == stated.kind and _SAME[claimed.kind](claimed, stated)


# --- amounts ----------------------------------------------------------------------------------------------------------


def _same_money(claimed: Value, stated: Value) -> bool:
    return (
        units.same_currency(claimed.unit, stated.unit)
        and _amounts_agree(claimed, stated, claimed.amount, stated.amount)
        and _roles_agree(claimed, stated)
        and _periods_agree(claimed, stated)
    )


def _same_percent(claimed: Value, stated: Value) -> bool:
    if claimed.amount == stated.amount == Decimal(100):
        return True
    return _amounts_agree(claimed, stated, claimed.amount, stated.amount) and _roles_agree(claimed, stated)


def _same_quantity(claimed: Value, stated: Value) -> bool:
    (mine, base), (theirs, other) = (_converted(value) for value in (claimed, stated))
    return base == other and _periods_agree(claimed, stated) and _amounts_agree(claimed, stated, mine, theirs)


def _same_number(claimed: Value, stated: Value) -> bool:
    ordinals = {claimed.unit, stated.unit} & {"ordinal"}
    if ordinals and claimed.unit != stated.unit:
        return False
    return _amounts_agree(claimed, stated, claimed.amount, stated.amount)


def _same_multiple(claimed: Value, stated: Value) -> bool:
    return (claimed.unit, claimed.amount) == (stated.unit, stated.amount)


def _same_word(claimed: Value, stated: Value) -> bool:
    return (claimed.amount, claimed.unit) == (stated.amount, stated.unit)


def _same_time(claimed: Value, stated: Value) -> bool:
    return not set(_tuple(claimed.amount)).isdisjoint(_tuple(stated.amount))


def _tuple(amount: Amount) -> tuple[object, ...]:
    return amount if isinstance(amount, tuple) else (amount,)


def _converted(value: Value) -> tuple[Amount, str]:
    if isinstance(value.amount, Decimal):
        return units.in_base(value.amount, value.unit)
    ends = [units.in_base(end, value.unit) for end in value.amount if isinstance(end, Decimal)]
    return (ends[0][0], ends[1][0]), ends[0][1]


def _amounts_agree(claimed: Value, stated: Value, mine: Amount, theirs: Amount) -> bool:
    """Amounts with their limits; a stated range also stands for ``from`` its lower and ``up to`` its upper end."""
    if isinstance(theirs, tuple) and isinstance(mine, tuple):
        return mine == theirs
    if isinstance(theirs, tuple):
        end = {"up_to": theirs[1], "from": theirs[0], "at_least": theirs[0]}.get(claimed.qualifier)
        return mine == end
    return _equal(mine, theirs, claimed) and _limits_agree(claimed, stated)


def _equal(mine: Amount, theirs: Amount, claimed: Value) -> bool:
    if mine == theirs:
        return True
    parts = claimed.kind == "percent" and isinstance(mine, Decimal) and isinstance(theirs, Decimal)
    return bool(parts and {mine % 1, theirs % 1} - {Decimal(0)} and abs(mine - theirs) < _NEARLY)  # type: ignore[operator]


_LOWER = frozenset({"from", "at_least", "over"})


def _limits_agree(claimed: Value, stated: Value) -> bool:
    mine, theirs = claimed.qualifier, stated.qualifier
    if mine == theirs or (mine in _LOWER and theirs in _LOWER):
        return True
    if "up_to" in {mine, theirs} and {mine, theirs} & _LOWER:
        return False
    if theirs == "up_to":
        return False
    if theirs == "from":
        return claimed.kind == "quantity"
    if mine in {"over", "at_least"} and not theirs:
        return claimed.role == "threshold" or (claimed.kind == "quantity" and units.is_time(claimed.unit))
    return True


_CONTRARY = frozenset(
    frozenset(pair) for pair in (("off", "threshold"), ("off", "price"), ("off", "fee"), ("off", "worth"))
)
"""Parts that a sum cannot play at once; others are told in too many ways to hold a copy to them."""
_SAYS_LESS = ("worth", "off")
"""A claimed and a stated role: points with which one saves a sum are worth it."""


def _roles_agree(claimed: Value, stated: Value) -> bool:
    return (claimed.role, stated.role) == _SAYS_LESS or frozenset((claimed.role, stated.role)) not in _CONTRARY


_PARTIES = frozenset(map(stem, ("person", "couple", "adult", "child", "family", "pair", "group", "room")))
_CONTAINERS = frozenset(map(stem, CONTAINERS.split("|")))
_LEGS = frozenset({ONE_WAY, ROUND_TRIP})
_PERIODS = frozenset({"day", "week", "fortnight", "month", "quarter", "year", "night", "hour"})


def _periods_agree(claimed: Value, stated: Value) -> bool:
    """``£5 a month`` is neither ``£5 a year`` nor ``£5``."""
    return (
        stated.per not in _PERIODS or claimed.per == stated.per if not claimed.per else _periods_meet(claimed, stated)
    )


def _periods_meet(claimed: Value, stated: Value) -> bool:
    if claimed.per in _PERIODS:
        return claimed.per == stated.per
    if {claimed.per, stated.per} <= _PARTIES or {claimed.per, stated.per} <= _LEGS:
        return claimed.per == stated.per
    if stated.per and len({claimed.per, stated.per} & _CONTAINERS) == 1:
        return claimed.per == stated.per
    return stated.per not in _PERIODS


# --- dates ------------------------------------------------------------------------------------------------------------


def _same_date(claimed: Value, stated: Value) -> bool:
    if RELATIVE in {claimed.unit, stated.unit}:
        return False
    pairs = [(mine, theirs) for mine in readings(claimed) for theirs in readings(stated)]
    is_start_as_end = (claimed.role, stated.role) == ("end", "start")
    return not is_start_as_end and any(_says_no_more(claimed, stated, *pair) for pair in pairs)


def _says_no_more(claimed: Value, stated: Value, mine: DateReading, theirs: DateReading) -> bool:
    """Each part that is claimed is stated; a weekday is the date's own. A weekday alone is stated as one."""
    if mine == (None, None, None):
        return claimed.unit == stated.unit
    if any(part is not None and part != other for part, other in zip(mine, theirs, strict=True)):
        return False
    if not claimed.unit:
        return True
    year, month, day = mine[0] or theirs[0], mine[1] or theirs[1], mine[2] or theirs[2]
    if year and month and day:
        try:
            return weekday_of(date(year, month, day)) == claimed.unit
        except ValueError:
            return False
    return not stated.unit or claimed.unit == stated.unit


_SAME: dict[str, Callable[[Value, Value], bool]] = {
    "money": _same_money,
    "percent": _same_percent,
    "date": _same_date,
    "time": _same_time,
    "quantity": _same_quantity,
    "multiple": _same_multiple,
    "number": _same_number,
    "code": _same_word,
    "condition": _same_word,
}
