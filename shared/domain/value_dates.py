"""Dates, times of day and words such as ``ends tomorrow``, found in a text that was read; and which days they can be.

Knows no clock: what depends on the day it is takes that day as an argument. A plain ``today`` or a weekday that closes
nothing is no value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from shared.domain.value_amounts import Taken
from shared.domain.value_text import SPELLED, Amount, DateReading, Value, numbers
from shared.domain.value_units import in_base

RELATIVE = "relative"
"""The unit of a date that is told from the day of reading."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST_DAY = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CENTURY = 2000

# --- dates as they are written ----------------------------------------------------------------------------------------

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)(?![^\W_])\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)(?![^\W_])\.?"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
_DAY = r"(?:(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?!\d)|" + "|".join(_ORDINALS[::-1]).replace("-", "[ -]") + ")"
_YEAR = r"(?:(?:19|20)\d\d(?!\d)|'\d\d(?!\d))"
_TO = r"\s?(?:-|/|to|until|till|through|and|or)\s?(?:the )?"
_START = r"(?<![^\W_])(?<![\d£$€][.,])(?<![£$€])"
_PATTERNS = tuple(
    (shape, re.compile(pattern, re.IGNORECASE))
    for shape, pattern in (
        ("numeric", rf"{_START}(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?![\d])"),
        (
            "ambiguous",
            (
                rf"{_START}(?P<first>\d\d?)(?P<sign>[-/.])(?P<second>\d\d?)(?P=sign)(?P<year>(?:19|20)\d\d|"
                rf"\d\d)(?!\d)(?![.,/]\d)"
            ),
        ),
        (
            "ambiguous",
            (
                rf"(?:(?<=\bon )|(?<=\buntil )|(?<=\btill )|(?<=\bby )|(?<=\bbefore )|(?<=\bends )|"
                rf"(?<=\bfrom )|(?<=\bto ))(?P<first>\d\d?)/(?P<second>\d\d?)(?P<year>)(?![\d/.,%])"
            ),
        ),
        (
            "month end",
            (
                rf"\b(?:the )?(?P<edge>end|last day|close|start|beginning|"
                rf"first day) of (?P<month>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?"
            ),
        ),
        (
            "day first",
            rf"{_START}(?:(?P<weekday>{_WEEKDAY}),?\s+(?:the\s+)?)?(?:(?P<low>{_DAY}){_TO}(?:(?P<weekday2>{_WEEKDAY}),?\s+)?)?(?P<day>{_DAY})(?:\s+day)?"
            rf"(?:\s+of|-)?\s*(?P<month>{_MONTH})(?:,?[\s-]+(?P<year>{_YEAR}))?",
        ),
        (
            "month first",
            rf"{_START}(?:(?P<weekday>{_WEEKDAY}),?\s+)?(?P<month>{_MONTH})[\s-]+(?:the\s+)?(?:(?P<low>{_DAY}){_TO})?(?P<day>{_DAY})"
            rf"(?![\d:%]|[.,]\d|\s?[ap]\.?m\b|\s?(?:%|percent|per cent|off|days|hours))(?:,?\s+(?P<year>{_YEAR}))?",
        ),
        ("month", rf"{_START}(?P<month>{_MONTH}),?\s+(?:of\s+)?(?P<year>{_YEAR})"),
        (
            "bare month",
            (
                rf"\b(?:in|until|till|by|before|throughout|during|this|all|through|early|late|mid|of|from|"
                rf"since|last|next|ends?|-)[\s-](?P<month>{_MONTH})"
            ),
        ),
    )
)
_FIXED_DAYS = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
    "new year's day": (1, 1),
    "valentine's day": (2, 14),
    "halloween": (10, 31),
}
_FIXED = re.compile(rf"\b({'|'.join(_FIXED_DAYS)})\b", re.IGNORECASE)
_CLOSES = (
    r"(?:end(?:s|ing)?|until|till|til|by|before|clos(?:es?|ing)|expir(?:es?|y|ing)|finish(?:es|ing)?|"
    r"deadline|runs? out|"
    r"no later than|stops?|over|last (?:day|chance|orders?)|final (?:day|orders?)|gone|valid|runs?|lasts?|good)"
)
_NAMED_DAY = re.compile(
    rf"\b{_CLOSES}(?:\s+(?:on|at|by|until|till|through|to|this|next|coming|is|the|for|midnight|noon|"
    rf"from|end|of|late)){{0,5}}\s+"
    rf"(?P<day>(?:{'|'.join(WEEKDAYS)}|{'|'.join(_FIXED_DAYS)}))(?![^\W_])"
    rf"|\b(?P<only>{'|'.join(WEEKDAYS)}) only\b|\b(?:this|next|coming|only (?:on|"
    rf"until)) (?P<this>{'|'.join(WEEKDAYS)})(?![^\W_])",
    re.IGNORECASE,
)
_END_BEFORE = re.compile(
    rf"\b{_CLOSES}(?:\W+(?!from\b|on from\b)\w+){{0,3}}\W*$|(?:\bto|\bthrough|-)\s*$|\bup to(?: and including)?\s*$",
    re.IGNORECASE,
)
_START_BEFORE = re.compile(
    r"\b(?:from|start(?:s|ing)?|begin(?:s|ning)?|opens?|opening|launch(?:es|ing|ed)?|since|after|"
    r"as of|available|effective)(?:\W+\w+){0,2}\W*$",
    re.IGNORECASE,
)
_END_AFTER = re.compile(
    r"\W*(?:at \w+ )?(?:is (?:the|your|our) (?:very )?(?:last|final|closing)|deadline|is when (?:it|"
    r"this) ends|cut-?off)\b",
    re.IGNORECASE,
)
_AROUND = 48


def find_dates(text: str, taken: Taken) -> Iterator[Value]:
    """The dates of ``text``: in figures or words, in part (``in November``), and named days that close something."""
    found = []
    for shape, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if shape == "bare month" and not _is_month_alone(match):
                continue
            start = match.start("month") if shape == "bare month" else match.start()
            readings = _readings(shape, match)
            if readings and taken.take(start, match.end()):
                found.extend(_dated(text, match, start, readings))
    found.extend(_named_days(text, taken))
    yield from _with_years(text, sorted(found, key=lambda value: (value.start, value.role != "start")))


def _is_month_alone(match: re.Match[str]) -> bool:
    word = match["month"].rstrip(".")
    return word.lower() in MONTHS and (word[0].isupper() and word[1:].islower())


def _readings(shape: str, match: re.Match[str]) -> tuple[DateReading, ...]:
    groups = match.groupdict()
    year = _year_number(groups.get("year"))
    if shape == "ambiguous":
        first, second = int(match["first"]), int(match["second"])
        candidates: list[DateReading] = [(year, second, first), (year, first, second)]
        if len(match["year"]) == 2 and match["sign"] == "-":
            candidates.append((_CENTURY + first, second, int(match["year"])))
        return tuple(dict.fromkeys(reading for reading in candidates if _exists(reading)))
    if shape == "numeric":
        reading = (year, int(match["month"]), int(match["day"]))
        return (reading,) if _exists(reading) else ()
    month = _month_number(match["month"])
    if month == 5 and match["month"][0] == "m" and shape not in {"day first", "month"}:
        return ()
    if (
        month == 3
        and match["month"].lower() == "march"
        and match["month"][0] == "m"
        and shape not in {"day first", "month"}
    ):
        return ()
    if shape == "month end":
        last = match["edge"].lower() in {"end", "last day", "close"}
        return ((year, month, _LAST_DAY[month - 1] if last else 1),)
    day = _day_number(groups.get("day"))
    reading = (year, month, day)
    return (reading,) if day is None or _exists(reading) else ()


def _dated(text: str, match: re.Match[str], start: int, readings: tuple[DateReading, ...]) -> Iterator[Value]:
    groups = match.groupdict()
    weekday = _weekday_name(groups.get("weekday2") or groups.get("weekday"))
    role = _role(text, start, match.end())
    if low := groups.get("low"):
        year, month, _ = readings[0]
        weekday, later = _weekday_name(groups.get("weekday")), _weekday_name(groups.get("weekday2"))
        second = (
            match.start("weekday2")
            if later
            else min(match.start("day"), *(at for at in [match.start("month")] if at > match.end("low")))
        )
        yield Value(
            "date", ((year, month, _day_number(low)),), weekday, "", low, match.start(), match.end("low"), "start"
        )
        yield Value("date", readings, later, "", text[second : match.end()], second, match.end(), "end")
        return
    yield Value("date", readings, weekday, "", text[start : match.end()], start, match.end(), role)


def _with_years(text: str, found: Sequence[Value]) -> Iterator[Value]:
    """``30 November to 4 December 2026``: the first date has the year of the second."""
    for value, following in zip(found, [*found[1:], None], strict=False):
        reading = value.amount[0]
        if following and isinstance(reading, tuple) and reading[0] is None and value.unit != RELATIVE:
            later = following.amount[0]
            gap = text[value.end : following.start]
            if (
                isinstance(later, tuple)
                and later[0]
                and re.fullmatch(r"\s?(?:-|to|until|till|through|and)?\s?(?:the )?", gap, re.IGNORECASE)
            ):
                readings = tuple((later[0], month, day) for _, month, day in value.amount)  # type: ignore[misc,union-attr]
                yield replace(value, amount=readings)
                continue
        yield value


def _named_days(text: str, taken: Taken) -> Iterator[Value]:
    for match in _NAMED_DAY.finditer(text):
        group = next(name for name in ("day", "only", "this") if match[name])
        word = match[group].lower()
        if taken.take(match.start(group), match.end(group)):
            month, day = _FIXED_DAYS.get(word, (None, None))
            unit = word if month is None else ""
            yield Value(
                "date", ((None, month, day),), unit, "", match[group], match.start(group), match.end(group), "end"
            )
    for match in _FIXED.finditer(text):
        if match[0].lower() != "christmas" and taken.take(match.start(), match.end()):
            yield Value("date", ((None, *_FIXED_DAYS[match[0].lower()]),), "", "", match[0], match.start(), match.end())


def _role(text: str, start: int, end: int) -> str:
    before = re.split(r"[.;!?]\s", text[max(0, start - _AROUND) : start])[-1]
    after = text[end : end + _AROUND]
    if _END_AFTER.match(after):
        return "end"
    ends, starts = _END_BEFORE.search(before), _START_BEFORE.search(before)
    if ends and starts:
        return "end" if ends.start() > starts.start() else "start"
    return "end" if ends else "start" if starts else ""


def _year_number(text: str | None) -> int | None:
    digits = (text or "").removeprefix("'")
    return None if not digits else int(digits) + (_CENTURY if len(digits) == 2 else 0)


def _month_number(text: str) -> int:
    return next(number for number, name in enumerate(MONTHS, start=1) if name.startswith(text.lower().rstrip(".")[:3]))


def _day_number(text: str | None) -> int | None:
    if not text:
        return None
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else _ORDINALS.index(text.lower().replace(" ", "-")) + 1


def _weekday_name(text: str | None) -> str:
    return next((name for name in WEEKDAYS if text and name.startswith(text.lower().rstrip(".")[:3])), "")


def _exists(reading: DateReading) -> bool:
    _, month, day = reading
    return bool(month and day and 1 <= month <= 12 and 1 <= day <= _LONGEST_MONTH[month - 1])


# --- times of day -----------------------------------------------------------------------------------------------------

_TIME = re.compile(
    r"(?<![^\W_])(?<!\d[.,:])(?:"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m(?![^\W_])\.?"
    r"|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?::[0-5]\d)?(?![\d:])"
    r"|(?P<hour_h>[01]?\d|2[0-3])[.h](?P<minute_h>[0-5]\d)\s?(?:h|hrs|hours|uhr|o'clock)(?![^\W_])"
    r"|(?P<clock>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s?o'clock"
    r"(?:\s(?:in the )?(?P<part>morning|afternoon|evening|night))?"
    r"|(?P<word>noon|midday|midnight)(?![^\W_])"
    r")",
    re.IGNORECASE,
)
_HOURS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
}
_BARE_HOUR = re.compile(
    r"(?<![^\W_])(?<!\d[.,:])(\d{1,2})(?:[:.]([0-5]\d))?\s?(?:-|to|until|till|and)\s?$", re.IGNORECASE
)
_NOON, _DAY_MINUTES = 12 * 60, 24 * 60


def find_times(text: str, taken: Taken) -> Iterator[Value]:
    """The times of day in ``text``, each with every reading in minutes from midnight: ``5pm``, ``17:00``, ``noon``."""
    for match in _TIME.finditer(text):
        readings = _minutes(match)
        if not readings or not taken.take(match.start(), match.end()):
            continue
        opening = _BARE_HOUR.search(text, max(0, match.start() - 16), match.start()) if match["half"] else None
        if (
            opening
            and 1 <= int(opening[1]) <= 12
            and taken.take(opening.start(1), opening.end(2) if opening[2] else opening.end(1))
        ):
            first = int(opening[1]) % 12 * 60 + int(opening[2] or 0)
            end = opening.end(2) if opening[2] else opening.end(1)
            yield Value("time", (first, first + _NOON), "", "", text[opening.start(1) : end], opening.start(1), end)
        yield Value("time", readings, "", "", match[0], match.start(), match.end())


def _minutes(match: re.Match[str]) -> tuple[int, ...]:
    if match["word"]:
        return (_NOON,) if match["word"].lower() != "midnight" else (0, _DAY_MINUTES - 1)
    if match["clock"]:
        hour = _HOURS.get(match["clock"].lower()) or int(match["clock"])
        halves = {"morning": (0,), "afternoon": (_NOON,), "evening": (_NOON,), "night": (_NOON,)}.get(
            (match["part"] or "").lower(), (0, _NOON)
        )
        return tuple(hour % 12 * 60 + half for half in halves) if 1 <= hour <= 12 else ()
    if match["half"]:
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if not 1 <= hour <= 12:
            return ()
        found = hour % 12 * 60 + minute + (_NOON if match["half"].lower() == "p" else 0)
    else:
        hour, minute = int(match["hour24"] or match["hour_h"]), int(match["minute24"] or match["minute_h"])
        found = hour * 60 + minute
    return (found, 0) if found == _DAY_MINUTES - 1 else (found,)


# --- told from the day of reading -------------------------------------------------------------------------------------

_CLOSING = (
    r"(?:end(?:s|ing)?|expir(?:es?|ing)|clos(?:es?|ing)|finish(?:es|ing)?|until|till|til|"
    r"(?<!pop )(?<!drop )(?<!stop )(?<!come )by|before|"
    r"(?:is|are) over|gone|only|last chance|last (?:day|orders?|call)|final (?:day|call|orders?|"
    r"hours?)|deadline|disappears?|stops|runs? out)"
)
_LINK = (
    r"(?:\W+(?:is|are|for|at|on|the|midnight|noon|end|close|of|late|later|it's|that's|-|you|must|"
    r"to|order|ordering|act|shop|buy)){0,6}\W+"
)
_SPAN_UNIT = r"(?:minutes?|hours?|hrs?|days?|nights?|weeks?|months?)"
_COUNT = rf"(?:(?P<number>\d{{1,4}}|{SPELLED}|a|an)[ -](?P<unit>{_SPAN_UNIT}))"
_RELATIVE = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "count",
            (
                rf"(?<!when )(?<!once )(?<![^\W_]){_COUNT}(?=\s+(?:left|remain(?:s|ing)?|to go|until (?:it|"
                rf"this|the|your|our)\b|before (?:it|this|the offer|the sale|we)\b|away\b))"
            ),
        ),
        (
            "count",
            rf"\b(?:end(?:s|ing)?|expir(?:es?|ing)|clos(?:es?|ing)|finish(?:es|ing)?|over|gone|"
            rf"disappears?|stops?|runs? out)\s+"
            rf"(?:in|within)\s+(?:just |only |about |the next |less than )?{_COUNT}",
        ),
        (
            "count",
            (
                rf"(?<!in the )(?<!over the )(?<!for the )(?<!during the )(?<!of the )(?<!within the )\b(?:last|"
                rf"final)\s+{_COUNT}"
            ),
        ),
        (
            "today",
            (
                rf"\b{_CLOSING}{_LINK}(?:today|tonight)\b|\b(?:today|tonight)(?:'s)?(?: is)? (?:only|"
                rf"(?:the|your|our) (?:very )?(?:last|final)\b|(?:last|final)\b)"
            ),
        ),
        (
            "today",
            (
                r"\b(?:today|tonight)\s+(?:at midnight|the (?:offer|sale|event) ends)|\b(?:by|until|till|"
                r"before)(?:\W+the)?\W+end of (?:the )?day\b"
            ),
        ),
        (
            "hours",
            (
                r"\b(?:last|final) (?:few )?hours\b|\bhours (?:left|remaining)\b|\bwithin hours\b|"
                r"\bin (?:a few|a matter of) hours\b"
            ),
        ),
        (
            "tomorrow",
            (
                rf"\b{_CLOSING}{_LINK}tomorrow\b|\btomorrow(?:'s)?(?: is)? (?:only|(?:the|your|"
                rf"our) (?:very )?(?:last|final)\b)|\b(?:deliver\w*|arriv\w+|get it|yours|receive it|"
                rf"with you|there)\s+(?:by )?tomorrow\b"
            ),
        ),
        (
            "weekend",
            rf"\b{_CLOSING}{_LINK}(?:this|the) weekend\b|\bthis weekend(?:'s)? (?:only|is (?:the|your) last)\b",
        ),
        ("week", rf"\b{_CLOSING}{_LINK}(?:this week|the week)\b|\bthis week only\b"),
        ("month", rf"\b{_CLOSING}{_LINK}(?:this month|the month)\b|\bthis month only\b"),
        ("next week", rf"\b{_CLOSING}{_LINK}next week\b"),
        ("next month", rf"\b{_CLOSING}{_LINK}next month\b"),
    )
)


def find_relative(text: str, taken: Taken) -> Iterator[Value]:
    """Deadlines told from the day of reading: ``ends tonight``, ``3 days left``, ``this weekend only``."""
    for name, pattern in _RELATIVE:
        for match in pattern.finditer(text):
            amount: tuple[DateReading, ...] | str = name
            if name == "count":
                days = _days_ahead(match)
                if days is None:
                    continue
                amount = f"in {days} days"
            if taken.take(match.start(), match.end()):
                yield Value("date", amount, RELATIVE, "", match[0], match.start(), match.end(), "end")


def _days_ahead(match: re.Match[str]) -> Decimal | None:
    """The days that are left; months do not convert and are left to the plain quantity."""
    number = match["number"]
    count = Decimal(1) if number.lower() in {"a", "an"} else next(numbers(number)).amount
    unit = match["unit"].lower().rstrip("s").replace("night", "day")
    amount, base = in_base(count, {"hr": "hour"}.get(unit, unit))
    return (amount / _DAY_MINUTES).normalize() if base == "minute" else None


# --- which days they can be -------------------------------------------------------------------------------------------


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
            last = day or _LAST_DAY[month - 1]
            if _in_calendar(year, month, last):
                days.add(date(year, month, last))
    return frozenset(days)


def readings(value: Value) -> list[DateReading]:
    """The readings of a date, none for one told from the day of reading."""
    return list(_parts(value))


def ordinal(number: Amount) -> str:
    """``first`` for 1, up to ``thirty-first``; for anything else the number in digits."""
    known = isinstance(number, Decimal) and number % 1 == 0 and 1 <= number <= len(_ORDINALS)
    return _ORDINALS[int(number) - 1] if known and isinstance(number, Decimal) else str(number)


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
    monday = as_of - timedelta(days=as_of.weekday())
    match value.amount:
        case "today":
            return ahead == 0
        case "hours":
            return 0 <= ahead <= 1
        case "tomorrow":
            return ahead == 1
        case "weekend":
            return 0 <= ahead and 5 <= (day - monday).days <= 6
        case "week":
            return 0 <= ahead and (day - monday).days <= 6
        case "next week":
            return 7 <= (day - monday).days <= 13
        case "month":
            return 0 <= ahead and (day.year, day.month) == (as_of.year, as_of.month)
        case "next month":
            return (day.year, day.month) == (as_of.year + as_of.month // 12, as_of.month % 12 + 1)
        case str() as counted:
            return Decimal(counted.removeprefix("in ").removesuffix(" days")) == ahead
    return False


def weekday_of(day: date) -> str:
    """The weekday's name in small letters."""
    return WEEKDAYS[day.weekday()]
