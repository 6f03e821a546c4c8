"""The offer lock: every price, date, quantity, code and condition word of a message stands in a passage that it cites.

What is not stated there, stated of something else, stated with a limit that the copy drops, or over by the run's day is
a finding that names it. Reads the message's words and the passages' and nothing else; whether a claim is a fair reading
of its source beyond its values is not decided here.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice

from shared.contracts import Finding
from shared.domain import value_calendar as calendar
from shared.domain.citations import shortened
from shared.domain.offer_conditions import (
    LONGEST_SHOWN,
    QUALIFIER_WORDS,
    Copy,
    condition_problem,
    dropped_group,
    missing_threshold,
    shown,
)
from shared.domain.offer_forms import stated_otherwise
from shared.domain.offer_sources import CitedPassage, Sources
from shared.domain.offer_words import Occurrence, belongs_to_another, occurrences, same_dimension, stems
from shared.domain.value_amounts import LARGEST_SMALL
from shared.domain.value_text import read
from shared.domain.value_units import AGE, is_time
from shared.domain.values import Value, find_values, same_value
from shared.domain.words import roots_of

__all__ = ["CitedPassage", "check_offers"]

MOST_FINDINGS = 20
"""Findings on one message."""
MOST_VALUES = 200
"""Values of one text that are checked; a text with more is not vouched for."""

_BOUND = frozenset({"money", "percent"})
"""Kinds of which one is taken for another: what they are of is told beside them."""
_ANYWHERE = frozenset({"date", "time", "quantity", "number", "multiple", "code"})
"""Kinds that any cited passage may state."""
_PERIOD_WORDS = {
    "year": ("year", "annual"),
    "month": ("month",),
    "week": ("week",),
    "day": ("day", "daily"),
    "night": ("night",),
    "hour": ("hour",),
}
_LEFT = re.compile(r"(?: [\w'’-]+){0,4} (?:left|remain(?:ing|s)?|in stock)\b", re.IGNORECASE)
_DUE = re.compile(
    r"\b(?:ends?|ending|clos(?:e|es|ing)|expir(?:e|es|ing)|until|till|last (?:day|chance|date|call|orders?|"
    r"entry|few)|final|only|left|over|deadline|order|book|register|"
    r"repl(?:y|ies)|claim|redeem|hurry|sale|offers?|deals?|prices?|deliver(?:ed|y|s)?|arriv(?:e|es|ing)|ship(?:s|ped)?|starts?)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?!an? )\S+ ", re.IGNORECASE)
_NEAR = 40
"""Signs around a length of time in which a word makes it a deadline."""
_SIGN_OFF = re.compile(r"(?:[^\s,]+\s+){0,4}[^\s,]+,")
"""A line such as ``Until Sunday,``."""
_TAKEN_OFF = re.compile(
    r"\b(?:takes? (?:it|that|this|them) off|(?:it|that|this|which) "
    r"(?:is|comes|goes|gets) (?:taken |deducted )?off|deduct(?:ed)?)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"^\W*over in\s+", re.IGNORECASE)
_PUT_OFF = re.compile(r"\b(?:leave|leaving|put|putting|wait|waiting)\b[^.!?]{0,20}\buntil\W*$", re.IGNORECASE)
_REACHED = re.compile(r"\b(?:reach(?:ed|es)?|by|at|towards?) (?:the )?$", re.IGNORECASE)
_ROLE_WORDS = {
    "off": " off",
    "threshold": " as a minimum",
    "price": " as a price",
    "worth": " as a worth",
    "back": " back",
}


def check_offers(
    fields: Mapping[str, str],
    body_statements: Sequence[tuple[str, CitedPassage | None]],
    cited: Sequence[CitedPassage],
    *,
    as_of: date,
    exempt: Collection[str] = (),
) -> tuple[Finding, ...]:
    """One ``offer`` finding for each value of the message that its cited passages do not support, at most 20.

    ``fields`` maps a field's name to its text without citations; every value in it must be stated in one of ``cited``.
    ``body_statements`` are sentences of the body with the passage each cites itself, None if it cites none; the values
    of a sentence that cites a passage must stand in that passage. ``exempt`` holds texts such as the brand's name and
    signature, whose words claim nothing. Dates told from the day of reading are read on ``as_of``.
    """
    plain = {name: _without_exempt(read(text).text, exempt) for name, text in fields.items()}
    message = "\n".join([*plain.values(), *(text for text, _ in body_statements)])
    paid = [value for value in find_values(message) if value.kind == "money"]
    sums, periods = frozenset(value.amount for value in paid), frozenset(value.per for value in paid if value.per)
    roots = roots_of(message)
    everything = Sources(tuple(cited), "the cited passages", plural=True)
    own = {
        passage: Sources((passage,), "the passage it cites", plural=False) for _, passage in body_statements if passage
    }
    found: dict[tuple[str, str], str] = {}
    for sentence, passage in body_statements:
        copy = Copy(
            "body", _without_exempt(read(sentence).text, exempt), passage is not None, sums, periods, roots, as_of
        )
        for value, detail in _check(copy, own[passage] if passage else everything, everything):
            found.setdefault(("body", value), detail)
    for name, text in plain.items():
        for value, detail in _check(
            Copy(name, text, cites=False, sums=sums, periods=periods, roots=roots, as_of=as_of), everything, everything
        ):
            found.setdefault((name, value), detail)
    order = {name: position for position, name in enumerate(plain)}
    details = sorted(found.items(), key=lambda entry: order.get(entry[0][0], len(order)))
    return tuple(Finding(check="offer", detail=detail) for _, detail in details[:MOST_FINDINGS])


def _without_exempt(text: str, exempt: Collection[str]) -> str:
    for words in sorted(filter(str.strip, exempt), key=len, reverse=True):
        text = re.sub(
            rf"(?<![^\W_]){re.escape(words)}(?![^\W_])", lambda match: " " * len(match[0]), text, flags=re.IGNORECASE
        )
    return text


# --- one text ---------------------------------------------------------------------------------------------------------


def _check(copy: Copy, own: Sources, cited: Sources) -> Iterator[tuple[str, str]]:
    """The values of one text that are not supported, each with what is wrong.

    Sums and shares must stand in its ``own`` passage, because they are easily taken for one another; the others in any
    that the message has ``cited``.
    """
    claims = list(islice(occurrences(copy.text), MOST_VALUES + 1))
    if len(claims) > MOST_VALUES:
        yield "", f"{copy.field} holds more than {MOST_VALUES} values, which is more than can be checked"
    for claim in claims[:MOST_VALUES]:
        problem = _problem(copy, claim, own)
        if problem and claim.value.kind in _ANYWHERE:
            problem = _problem(copy, claim, cited) and problem
        if problem:
            said = (
                problem
                if problem.startswith(copy.field)
                else f"{copy.field} says '{shown(claim.value.text)}', {problem}"
            )
            yield shortened(claim.value.text, LONGEST_SHOWN).casefold(), said


def _problem(copy: Copy, claim: Occurrence, sources: Sources) -> str:
    """What is wrong with a claimed value, or ""."""
    value = claim.value
    if value.kind == "condition":
        return condition_problem(copy, claim, sources)
    if value.kind == "date":
        return _date_problem(copy, claim, sources)
    if _is_small_talk(claim, sources, cites=copy.cites):
        return ""
    return _stated_problem(copy, claim, sources) or _limit_problem(copy, claim, sources)


# --- amounts and codes ------------------------------------------------------------------------------------------------


def _stated_problem(copy: Copy, claim: Occurrence, sources: Sources) -> str:
    kin = [found for found in sources.of_kind(claim.value.kind) if same_dimension(found.value, claim.value)]
    equal = [found for found in kin if same_value(claim.value, found.value)]
    ways = (_says_period, partial(_per_as_told, copy), _is_taken_off)
    equal = equal or [found for found in kin if any(way(claim, found) for way in ways)]
    if not equal:
        return "" if stated_otherwise(claim.value, sources) else _unstated(claim, kin, sources)
    others = [found for found in kin if found not in equal and _may_be_confused(claim.value, found.value)]
    if copy.cites and claim.value.kind in _BOUND and belongs_to_another(claim, equal, others):
        return f"which {sources.says('state', 'states')} of something else"
    return dropped_group(copy, equal, sources) if claim.value.kind in _BOUND else ""


def _says_period(claim: Occurrence, found: Occurrence) -> bool:
    """``A year of membership is £15`` for ``£15 a year``."""
    per, alone = claim.value.per or found.value.per, found if claim.value.per else claim
    if per not in _PERIOD_WORDS or (claim.value.per and found.value.per):
        return False
    named = any(word in alone.sentence.lower() for word in _PERIOD_WORDS[per])
    return named and same_value(replace(claim.value, per=found.value.per), found.value)


def _per_as_told(copy: Copy, claim: Occurrence, found: Occurrence) -> bool:
    """``£17 for two`` for ``£17 a month``, where the message names another sum a month."""
    named = not claim.value.per and found.value.per in copy.periods
    return named and same_value(replace(claim.value, per=found.value.per), found.value)


def _is_taken_off(claim: Occurrence, found: Occurrence) -> bool:
    """``The £15 comes off the price`` for ``costs £15, and we take it off the price``."""
    taken = claim.value.role == "off" and found.value.role != "off" and _TAKEN_OFF.search(found.sentence) is not None
    return taken and same_value(replace(claim.value, role=found.value.role), found.value)


def _may_be_confused(claimed: Value, stated: Value) -> bool:
    differs = (claimed.amount, claimed.unit) != (stated.amount, stated.unit)
    return differs and not (claimed.role and stated.role and claimed.role != stated.role)


def _unstated(claim: Occurrence, kin: Sequence[Occurrence], sources: Sources) -> str:
    near = max(
        kin,
        key=lambda found: (
            found.value.amount == claim.value.amount,
            found.value.unit == claim.value.unit,
            found.value.role == claim.value.role,
            len(found.around & claim.around),
        ),
        default=None,
    )
    if near is None:
        return sources.silent
    return f"{sources.says()} '{shown(_described(near.value, claim.value))}'"


def _described(stated: Value, claimed: Value) -> str:
    """The stated value as written; with its limit and part where only these differ."""
    if stated.amount != claimed.amount:
        return stated.text
    role = _ROLE_WORDS.get(stated.role, "") if stated.role != claimed.role else ""
    per = f" a {stated.per}" if stated.per != claimed.per and stated.per else ""
    limit = QUALIFIER_WORDS.get(stated.qualifier, "") if stated.qualifier != claimed.qualifier else ""
    return f"{limit}{stated.text}{per}{role}"


def _is_small_talk(claim: Occurrence, sources: Sources, *, cites: bool) -> bool:
    """A small number in words, or ``a day``, claims nothing unless the source counts the same thing differently."""
    value = claim.value
    if any(sign.isdigit() for sign in value.text) or value.unit == AGE:
        return False
    if value.kind == "quantity" and isinstance(value.amount, Decimal):
        measures = _COUNTED.match(value.text) is not None and not is_time(value.unit)
        told = measures and any(found.value.unit == value.unit for found in sources.of_kind("quantity"))
        place = claim.sentence.find(value.text)
        near = claim.sentence[max(0, place - _NEAR) : place + len(value.text) + _NEAR]
        in_passing = not cites and not told and not _DUE.search(near)
        return ((value.amount <= 1 and not told) or in_passing) and "-" not in value.text and not value.qualifier
    if value.kind == "time":
        return not _DUE.search(claim.sentence)
    if value.kind != "number" or not isinstance(value.amount, Decimal) or value.amount > LARGEST_SMALL:
        return False
    if _LEFT.match(claim.sentence[claim.sentence.find(value.text) + len(value.text) :]):
        return False
    counted = [found.value.amount for found in sources.of_kind(value.kind) if found.value.unit == value.unit]
    return value.amount == 1 or not counted or value.amount in counted


# --- limits that a copy must not drop ---------------------------------------------------------------------------------


def _limit_problem(copy: Copy, claim: Occurrence, sources: Sources) -> str:
    """A discount that the source grants only above a sum which the message nowhere names."""
    value = claim.value
    if value.role != "off" and value.kind != "percent":
        return ""
    granted = [
        found
        for found in sources.of_kind(value.kind)
        if same_value(value, found.value) and (found.value.role == "off" or value.kind == "percent")
    ]
    limits = [sources.thresholds(found.place, found.value.start) for found in granted]
    return missing_threshold(copy, limits, sources)


# --- dates ------------------------------------------------------------------------------------------------------------


def _date_problem(copy: Copy, claim: Occurrence, sources: Sources) -> str:
    value = claim.value
    stated = sources.of_kind(value.kind)
    if _PUT_OFF.search(copy.text[: value.start]):
        return ""
    if value.unit == calendar.RELATIVE or (
        value.unit and all(reading == (None, None, None) for reading in calendar.readings(value))
    ):
        return _relative_problem(copy, value, stated, sources)
    if _is_season(value) and not _tells_deadline(copy.text, value):
        return ""
    if problem := _stated_problem(copy, claim, sources):
        return problem
    equal = [found.value for found in stated if same_value(value, found.value)]
    return _weekday_problem(value, equal, copy.as_of) or _expired_problem(value, equal, copy.as_of)


def _relative_problem(copy: Copy, value: Value, stated: Sequence[Occurrence], sources: Sources) -> str:
    in_passing = not _tells_deadline(copy.text, value) or _SIGN_OFF.fullmatch(copy.text.strip()) is not None
    told = any(same_value(value, found.value) for found in stated) or sources.holds(value.text)
    if in_passing or told or _says_length(value, sources):
        return ""
    ends = [found.value for found in stated if found.value.role != "start"]
    days = {day for end in ends for day in calendar.possible_days(end, copy.as_of)}
    next_day = value.amount == "tomorrow" and "deliver" in stems(value.text) and sources.said("next_day")
    if next_day or any(_is_the_day(value, day, copy.as_of) for day in days):
        return ""
    return "but no cited date is that day" + (f"; {sources.says()} '{shown(ends[0].text)}'" if ends else "")


def _is_the_day(value: Value, day: date, as_of: date) -> bool:
    """Whether a day told from the reader's, or a weekday of the next seven days, is ``day``."""
    if value.unit == calendar.RELATIVE:
        return calendar.relative_holds(value, day, as_of)
    return calendar.weekday_of(day) == value.unit and timedelta(0) <= day - as_of < timedelta(days=7)


def _says_length(value: Value, sources: Sources) -> bool:
    """``over in 55 minutes`` where the source says that it takes as long."""
    lengths = [found for found in find_values(_LENGTH.sub("", value.text)) if found.kind == "quantity"]
    return any(same_value(length, found.value) for length in lengths for found in sources.of_kind("quantity"))


def _is_season(value: Value) -> bool:
    """A month alone."""
    return all(month and not year and not day for year, month, day in calendar.readings(value))


def _tells_deadline(text: str, value: Value) -> bool:
    """Whether the day is one on which something ends, comes or has to be done, and not just a day in passing."""
    before, after = text[max(0, value.start - 40) : value.start], text[value.end : value.end + 20]
    if _PUT_OFF.search(before):
        return False
    told = _REACHED.search(before) is None and _DUE.search(value.text) is not None
    return told or _DUE.search(f"{before} | {after}") is not None


def _weekday_problem(value: Value, equal: Sequence[Value], as_of: date) -> str:
    """A weekday that the date has neither this year nor next, where nobody says which year."""
    if not value.unit or any(reading[0] for found in (value, *equal) for reading in calendar.readings(found)):
        return ""
    if value.unit in {found.unit for found in equal}:
        return ""
    days = calendar.possible_days(value, as_of)
    return "" if value.unit in {calendar.weekday_of(day) for day in days} else "which is no such weekday"


def _expired_problem(value: Value, equal: Sequence[Value], as_of: date) -> str:
    if value.role != "end" and not (not value.role and any(found.role == "end" for found in equal)):
        return ""
    own = calendar.last_days(value)
    days = own or {day for found in equal for day in calendar.last_days(found)}
    if not days or max(days) >= as_of:
        return ""
    last = max(days)
    return f"but the offer ended on {last.day} {calendar.MONTHS[last.month - 1].capitalize()} {last.year}"
