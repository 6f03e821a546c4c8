"""Which days a date can mean, and whether a deadline told from the day of reading falls on one of them.

Knows no clock: the day of reading is an argument.
"""

import calendar
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from shared.domain.value_text import DateReading, Value

RELATIVE = "relative"
"""The unit of a date that is told from the day of reading."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(name.casefold() for name in calendar.month_name[1:])
LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of each month, leap years aside."""


def possible_days(value: Value, as_of: date) -> frozenset[date]:
    """The days that a date may mean, read on ``as_of``: those of its year, or of this year and the next.

    Empty for a date that names no day (a weekday, a month), and for one told from the day of reading.
    """
    days = set()
    for year, month, day in _parts(value):
        for possible in (year,) if year else (as_of.year, as_of.year + 1):
            if month and day and _in_calendar(possible, month, day):
                days.add(date(possible, month, day))
    return frozenset(days)


def last_days(value: Value) -> frozenset[date]:
    """The last day of each reading that has a year; a month's is its last."""
    days = set()
    for year, month, day in _parts(value):
        if year and month:
            last = day or LAST_DAYS[month - 1]
            if _in_calendar(year, month, last):
                days.add(date(year, month, last))
    return frozenset(days)


def readings(value: Value) -> list[DateReading]:
    """The readings of a date, none for one told from the day of reading."""
    return list(_parts(value))


def _parts(value: Value) -> Iterator[DateReading]:
    if isinstance(value.amount, tuple):
        yield from (part for part in value.amount if isinstance(part, tuple) and len(part) == 3)


def _in_calendar(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def relative_holds(value: Value, day: date, as_of: date) -> bool:
    """Whether a deadline on ``day`` is what ``value``, told from ``as_of``, says."""
    ahead = (day - as_of).days
    test = _HOLDS.get(str(value.amount))
    if test is None:
        return Decimal(str(value.amount).removeprefix("in ").removesuffix(" days")) == ahead
    return ahead >= 0 and test(ahead, (day - as_of).days + as_of.weekday(), _months_between(as_of, day))


_HOLDS: dict[str, Callable[[int, int, int], bool]] = {
    "today": lambda ahead, _week, _months: ahead == 0,
    "hours": lambda ahead, _week, _months: ahead <= 1,
    "tomorrow": lambda ahead, _week, _months: ahead == 1,
    "weekend": lambda _ahead, week, _months: week in {5, 6},
    "week": lambda _ahead, week, _months: week <= 6,
    "next week": lambda _ahead, week, _months: 7 <= week <= 13,
    "month": lambda _ahead, _week, months: months == 0,
    "next month": lambda _ahead, _week, months: months == 1,
}
"""For each word: days ahead, days since this week's Monday, and months ahead."""


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def weekday_of(day: date) -> str:
    """The weekday's name in small letters."""
    return WEEKDAYS[day.weekday()]
