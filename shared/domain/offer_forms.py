"""Figures that a source states in another form than the copy: a year, an hour, an age, one side of a range."""

import re
from collections.abc import Iterator
from decimal import Decimal

from shared.domain import value_calendar as calendar
from shared.domain.offer_sources import Sources
from shared.domain.value_dates import ordinal_word
from shared.domain.value_text import Value, stem
from shared.domain.value_units import AGE

_NOON = 720
"""In minutes of the day."""


def stated_otherwise(value: Value, sources: Sources) -> bool:
    """Whether ``sources`` state a number or measure as something else: a day, a measure or one side of it.

    A code may stand there as a word in capitals.
    """
    if value.unit == "ordinal" and isinstance(value.amount, Decimal):
        return _is_day_or_ordinal(value.amount, sources)
    if value.kind == "number" and _is_age(value, sources):
        return True
    if value.kind == "number":
        return _is_limited_measure(value, sources) if value.qualifier else _is_number(value, sources)
    if value.unit == AGE:
        years = {found.value.amount for found in sources.of_kind("quantity") if found.value.unit in {AGE, "year"}}
        return {*_sides(value)} <= {*years, *sources.numbers}
    if value.kind == "quantity":
        return _is_measure(value, sources)
    return value.kind == "code" and value.text in sources.capitals


def _is_age(value: Value, sources: Sources) -> bool:
    """``seniors of 65 and over`` for ``65 and over``, ``youth from 6 to 17`` for ``ages 6 to 17``."""
    return any(found.value.unit == AGE and found.value.amount == value.amount for found in sources.of_kind("quantity"))


def _sides(value: Value) -> tuple[object, ...]:
    return value.amount if isinstance(value.amount, tuple) else (value.amount,)


def _is_day_or_ordinal(amount: Decimal, sources: Sources) -> bool:
    word = ordinal_word(amount)
    named = bool(word) and any(re.search(rf"\b{word}\b", text, re.IGNORECASE) for text in sources.texts)
    return named or any(amount == day for *_, day in _dates(sources))


def _is_number(value: Value, sources: Sources) -> bool:
    minutes = {60 * value.amount, 60 * value.amount + _NOON} if isinstance(value.amount, Decimal) else set()
    return (
        value.amount in sources.numbers
        or value.amount in sources.amounts("quantity")
        or any(value.amount in (year, day) for year, _, day in _dates(sources))
        or any(isinstance(time, tuple) and not minutes.isdisjoint(time) for time in sources.amounts("time"))
    )


def _is_limited_measure(value: Value, sources: Sources) -> bool:
    """``up to 52`` for ``up to 52 hours``."""
    return not value.unit and any(
        (found.value.amount, found.value.qualifier) == (value.amount, value.qualifier)
        for found in sources.of_kind("quantity")
    )


def _is_measure(value: Value, sources: Sources) -> bool:
    alike = {found.value.amount for found in sources.of_kind("quantity") if found.value.unit == value.unit}
    if isinstance(value.amount, tuple):
        return {*value.amount} <= {*alike, *sources.numbers}
    counted = [found.value for found in sources.of_kind("number")]
    bare = sources.numbers - {found.amount for found in counted if found.unit}
    side = bool(alike) and value.amount in bare
    return side or any(found.unit == stem(value.unit) and found.amount == value.amount for found in counted)


def _dates(sources: Sources) -> Iterator[tuple[int | None, int | None, int | None]]:
    return (reading for found in sources.of_kind("date") for reading in calendar.readings(found.value))
