"""Dates as they are written, whole or in part, and named days that close something.

A plain weekday or ``March`` in passing is no value. Which days a date can mean is told in ``value_calendar``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from shared.domain.value_calendar import LAST_DAYS, MONTHS, WEEKDAYS, readings
from shared.domain.value_context import Taken
from shared.domain.value_text import DateReading, Value

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)(?![^\W_])\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)(?![^\W_])\.?"
_CENTURY = 2000
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
)
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
                r"(?:(?<=\bon )|(?<=\buntil )|(?<=\btill )|(?<=\bby )|(?<=\bbefore )|(?<=\bends )|"
                r"(?<=\bfrom )|(?<=\bto ))(?P<first>\d\d?)/(?P<second>\d\d?)(?P<year>)(?![\d/.,%])"
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
            (
                rf"{_START}(?:(?P<weekday>{_WEEKDAY}),?\s+(?:the\s+)?)?"
                rf"(?:(?P<low>{_DAY}){_TO}(?:(?P<weekday2>{_WEEKDAY}),?\s+)?)?(?P<day>{_DAY})(?:\s+day)?"
                rf"(?:\s+of|-)?\s*(?P<month>{_MONTH})(?:,?[\s-]+(?P<year>{_YEAR}))?"
            ),
        ),
        (
            "month first",
            (
                rf"{_START}(?:(?P<weekday>{_WEEKDAY}),?\s+)?(?P<month>{_MONTH})[\s-]+(?:the\s+)?"
                rf"(?:(?P<low>{_DAY}){_TO})?(?P<day>{_DAY})"
                r"(?![\d:%]|[.,]\d|\s?[ap]\.?m\b|\s?(?:%|percent|per cent|off|days|hours))"
                rf"(?:,?\s+(?P<year>{_YEAR}))?"
            ),
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
_DATE_ENDS = re.compile(r"\s*(?:[.,;:!?)]|$|\n|\d{4}|(?:at|and|to|until|in|from|or)\b)")
"""What follows a day in ``may`` or ``march``; elsewhere these are verbs."""
_UP_TO = re.compile(r"\b(?:by|before|until|till|after|from)\W+$", re.IGNORECASE)
"""A feast named after one of these is a date; elsewhere it is a season."""
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
    rf"\b(?<!stocks )(?<!supplies ){_CLOSES}(?:\W+(?!from\b|on from\b)\w+){{0,3}}\W*$|(?:\bto|\bthrough|-)\s*$|"
    rf"\bup to(?: and including)?\s*$",
    re.IGNORECASE,
)
_START_BEFORE = re.compile(
    r"\b(?:from|start(?:s|ing)?|begin(?:s|ning)?|opens?|opening|launch(?:es|ing|ed)?|since|after|"
    r"as of|available|effective)(?:\W+\w+){0,4}\W*$",
    re.IGNORECASE,
)
_END_AFTER = re.compile(
    r"\W*(?:at \w+ )?(?:is (?:the|your|our) (?:very )?(?:last|final|closing)|deadline|is when (?:it|"
    r"this) ends|cut-?off)\b",
    re.IGNORECASE,
)
_RANGE_GAP = re.compile(r"\s?(?:-|to|until|till|through|and)?\s?(?:the )?", re.IGNORECASE)
_AROUND = 48


def find_dates(text: str, taken: Taken) -> Iterator[Value]:
    """The dates of ``text``: in figures or words, in part (``in November``), and named days that close something."""
    found: list[Value] = []
    for shape, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if shape == "bare month" and not _is_month_alone(match):
                continue
            start = match.start("month") if shape == "bare month" else match.start()
            possible = _readings(shape, match)
            if possible and taken.take(start, match.end()):
                found.extend(_dated(text, match, start, possible))
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
        numeric = (year, int(match["month"]), int(match["day"]))
        return (numeric,) if _exists(numeric) else ()
    month = _month_number(match["month"])
    if match["month"] in {"may", "march"} and shape == "day first" and not _DATE_ENDS.match(match.string, match.end()):
        return ()
    in_words = not any(sign.isdigit() for sign in groups.get("day") or "1")
    if match["month"] in {"may", "march"} and (in_words or shape not in {"day first", "month"}):
        return ()
    if shape == "month end":
        last = match["edge"].lower() in {"end", "last day", "close"}
        return ((year, month, LAST_DAYS[month - 1] if last else 1),)
    day = _day_number(groups.get("day"))
    reading = (year, month, day)
    return (reading,) if day is None or _exists(reading) else ()


def _dated(text: str, match: re.Match[str], start: int, possible: tuple[DateReading, ...]) -> Iterator[Value]:
    weekday, later = (_weekday_name(match.groupdict().get(name)) for name in ("weekday", "weekday2"))
    if low := match.groupdict().get("low"):
        year, month, _ = possible[0]
        first = ((year, month, _day_number(low)),)
        second = match.start("weekday2") if later else min(match.start("day"), _month_start(match))
        yield Value("date", first, weekday, "", text[start : match.end("low")], start, match.end("low"), "start")
        yield Value("date", possible, later, "", text[second : match.end()], second, match.end(), "end")
    else:
        role = _role(text, start, match.end())
        yield Value("date", possible, weekday, "", text[start : match.end()], start, match.end(), role)


def _month_start(match: re.Match[str]) -> int:
    """Where the month stands, if it stands after the range's first day."""
    return match.start("month") if match.start("month") > match.end("low") else match.end()


def ordinal_word(number: Decimal) -> str:
    """``first`` for 1, up to ``thirty-first``; "" for any other number."""
    return _ORDINALS[int(number) - 1] if number % 1 == 0 and 1 <= number <= len(_ORDINALS) else ""


def _with_years(text: str, found: Sequence[Value]) -> Iterator[Value]:
    """``30 November to 4 December 2026``: the first date has the year of the second."""
    for value, following in pairwise([*found, None]):
        if value is not None:
            yield _in_year_of(text, value, following) if following else value


def _in_year_of(text: str, value: Value, following: Value) -> Value:
    (first, *_), (later, *_) = readings(value), readings(following)
    gap = text[value.end : following.start]
    if first[0] or not later[0] or not _RANGE_GAP.fullmatch(gap):
        return value
    return replace(value, amount=tuple(_before(month, day, later) for _, month, day in readings(value)))


def _before(month: int | None, day: int | None, later: DateReading) -> DateReading:
    """The day in the year of ``later``, or in the year before where it would come after it: December until April."""
    year, last_month, last_day = later
    after = (month or 0, day or 0) > (last_month or 12, last_day or 31)
    return (year - 1 if year and after else year, month, day)


def _named_days(text: str, taken: Taken) -> Iterator[Value]:
    for match in _NAMED_DAY.finditer(text):
        group = next(name for name in ("day", "only", "this") if match[name])
        word = match[group].lower()
        if word in _FIXED_DAYS and not _UP_TO.search(text[max(0, match.start(group) - 20) : match.start(group)]):
            continue
        if taken.take(match.start(group), match.end(group)):
            month, day = _FIXED_DAYS.get(word, (None, None))
            unit = word if month is None else ""
            yield Value(
                "date", ((None, month, day),), unit, "", match[group], match.start(group), match.end(group), "end"
            )
    for match in _FIXED.finditer(text):
        named = _UP_TO.search(text[max(0, match.start() - 20) : match.start()])
        if named and match[0].lower() != "christmas" and taken.take(match.start(), match.end()):
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
