"""Times of day, and deadlines told from the day of reading: ``5pm``, ``noon``, ``ends tomorrow``, ``3 days left``.

A plain ``today`` that closes nothing is no value.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from shared.domain.value_calendar import RELATIVE
from shared.domain.value_context import Taken
from shared.domain.value_text import SPELLED, Value, numbers
from shared.domain.value_units import in_base

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
_CLOCK_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HOURS = {word: number for number, word in enumerate(_CLOCK_HOURS, start=1)}
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
                rf"this|the|your|our)\b|before (?:the offer|the sale)\b|away\b))"
            ),
        ),
        (
            "count",
            (
                r"\b(?:end(?:s|ing)?|expir(?:es?|ing)|clos(?:es?|ing)|finish(?:es|ing)?|over|gone|"
                r"disappears?|stops?|runs? out)\s+"
                rf"(?:in|within)\s+(?:just |only |about |the next |less than )?{_COUNT}"
            ),
        ),
        (
            "count",
            (
                rf"(?<!'ll )(?<!’ll )(?<!will )(?<!can )(?<!to )"
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
        ("today", r"\b(?:last|final) (?:day|chance|call)\b[^.!?]{0,40}?(?:today|tonight)\b"),
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
        ("month", rf"\b{_CLOSING}{_LINK}(?:this month|the month)\b(?! (?:turns|begins|starts))|\bthis month only\b"),
        ("next week", rf"\b{_CLOSING}{_LINK}next week\b"),
        ("next month", rf"\b{_CLOSING}{_LINK}next month\b"),
    )
)


def find_relative(text: str, taken: Taken) -> Iterator[Value]:
    """Deadlines told from the day of reading: ``ends tonight``, ``3 days left``, ``this weekend only``."""
    for name, pattern in _RELATIVE:
        for match in pattern.finditer(text):
            amount = name
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
