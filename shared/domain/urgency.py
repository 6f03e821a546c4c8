"""Urgency: whether a message that presses its reader has a reason to, in a section that it cites.

Pure functions on English text. Pressure needs a deadline that is still to come or a stock figure; scarcity needs the
figure, or its own words in the source. A deadline that has passed is never told.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from shared.contracts import Finding
from shared.domain.citations import comparable, shortened
from shared.domain.deadlines import deadlines, evidence_in, is_past, states_stock, stock_counts
from shared.domain.markdown import sentences
from shared.domain.sources import CitedSection
from shared.domain.value_calendar import possible_days
from shared.domain.values import find_values
from shared.run_config import Tone

MOST_FINDINGS = 5

_HASTE = re.compile(
    r"\b(?:(?<!in a )hurry|last (?:chance|call|hours)|final (?:chance|call|days?|hours?|reminder|notice)|"
    r"act (?:now|fast|quickly|today|immediately)|(?:ends?|ending|closes?|closing|expires?|expiring|over) "
    r"(?:very )?(?:soon|shortly|today|tonight|tomorrow)|today only|tonight only|only today|(?:one|1) day only|"
    r"now or never|(?:before|until) (?:it['’]?s|it is|they['’]re|they are) (?:too late|gone|over)|"
    r"time is (?:running out|short)|running out of time|clock is ticking|countdown|limited[ -]time|time[ -]limited|"
    r"for a short time|\d+ (?:hours?|minutes?) (?:left|only|to go)|only \d+ (?:hours?|minutes?|days?)|urgent(?:ly)?|"
    r"deadline is (?:near|close|approaching)|not? (?:much )?time (?:left|to lose)|don['’]?t delay|without delay)\b",
    re.IGNORECASE,
)
_SCARCITY = re.compile(
    r"\b(?:while (?:stocks?|supplies|they|it) lasts?|(?:selling|going|flying) (?:out )?(?:fast|quickly)|"
    r"(?:almost|nearly) (?:gone|sold out)|(?:nearly|almost) out of stock|last (?:few|ones|pieces?|remaining)|"
    r"(?<!that )(?<!this )(?<!the )last one|"
    r"(?:just|only) a (?:few|handful) (?:are |is )?(?:left|remain)|few (?:left|remain(?:ing)?)|"
    r"limited (?:stock|supply|supplies|availability|number|numbers|quantity|quantities|places|spaces|seats|spots)|"
    r"in short supply|(?<!you are )(?<!you['’]re )running (?:low|out)|(?:stocks?|supplies) (?:are|is) (?:low|limited)|"
    r"(?:won['’]t|will not) last(?: long)?|once they(?:['’]re| are) gone|sell(?:s|ing)? out (?:soon|fast))\b",
    re.IGNORECASE,
)
_MILD = re.compile(
    r"\b(?:don['’]?t (?:miss|wait)|do not (?:miss|wait)|(?<!if you )miss(?:ing)? out|act now|rush (?:to|in|over))\b",
    re.IGNORECASE,
)
_EASED = re.compile(
    r"\b(?:no|not|never|without|isn['’]t|is not)(?: (?:need|reason) to| in a| a| an| any| such)? ?$", re.IGNORECASE
)
"""What stands right before a press that presses nobody."""


_BARE_LENGTH = re.compile(
    r"\d+ (?:hours?|minutes?|days?)(?= only$)|(?<=^only )\d+ (?:hours?|minutes?|days?)$", re.IGNORECASE
)


class Urgency(NamedTuple):
    """What is wrong with a message's urgency, and why an urgent tone is lowered where nothing allows it."""

    findings: tuple[Finding, ...]
    tone_lowered: str


def check_urgency(fields: Mapping[str, str], tone: Tone, cited: Sequence[CitedSection], as_of: date) -> Urgency:
    """Hold the pressure in ``fields`` (name -> text without citations) to the evidence in the sections ``cited``.

    Without evidence, a message of the urgent tone that presses nobody passes, and its tone counts as lowered. Findings
    have check ``urgency``, at most ``MOST_FINDINGS``.
    """
    texts = [paragraph.text for section in cited for paragraph in section.paragraphs]
    evidence = any(evidence_in(text, as_of) for text in texts)
    stock = any(states_stock(text) for text in texts)
    findings = [*_past(fields, as_of)]
    for name, text in fields.items():
        if not stock:
            findings += _unfounded(name, _presses(_SCARCITY, text), texts, "no cited passage gives a stock figure")
        findings += _miscounted(name, text, texts)
        findings += _misdated(name, text, texts, as_of)
        haste = [press for press in _presses(_HASTE, text) if not _is_told_length(press, texts)]
        if not (evidence or stock):
            findings += _unfounded(name, haste, [], _NO_EVIDENCE.format(as_of))
        else:
            findings += _on_another_day(name, haste, texts, as_of)
    if tone != "urgent" or evidence or stock:
        return Urgency(tuple(findings[:MOST_FINDINGS]), "")
    if not findings:
        for name, text in fields.items():
            findings += _unfounded(name, _presses(_MILD, text), texts, _NO_EVIDENCE.format(as_of))
    lowered = "" if findings else _NO_EVIDENCE.format(as_of)
    return Urgency(tuple(findings[:MOST_FINDINGS]), lowered)


_NO_EVIDENCE = "no cited passage gives a deadline on {} or later, or a stock figure"


def _presses(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match[0] for match in pattern.finditer(text) if not _EASED.search(text[: match.start()][-40:])]


def _unfounded(name: str, presses: Iterable[str], texts: Sequence[str], why: str) -> list[Finding]:
    """One finding per press that none of ``texts`` holds in the same words."""
    told = " ".join(map(comparable, texts))
    return [_finding(f"{name} says '{press}', but {why}") for press in presses if comparable(press) not in told]


def _is_told_length(press: str, texts: Sequence[str]) -> bool:
    """Whether ``15 minutes only`` is how long something takes or is kept, as a text says."""
    length = _BARE_LENGTH.search(press)
    return length is not None and any(comparable(length[0]) in comparable(text) for text in texts)


def _miscounted(name: str, text: str, texts: Sequence[str]) -> list[Finding]:
    """The counts of pieces left that no cited passage gives."""
    left = stock_counts(text)
    if not left:
        return []
    counted = (value.amount for told in texts for value in find_values(told) if value.kind == "number")
    stated = {str(amount) for amount in counted}.union(*map(stock_counts, texts))
    return [
        _finding(f"{name} says that {count} are left, but no cited passage does") for count in sorted(left - stated)
    ]


def _misdated(name: str, text: str, texts: Sequence[str], as_of: date) -> list[Finding]:
    """The deadlines on days that no cited passage names."""
    told = {readings for sentence in sentences(text) for readings in deadlines(sentence, as_of)}
    if not told:
        return []
    dates = (value for passage in texts for value in find_values(passage) if value.kind == "date")
    named = {day for date_named in dates for day in possible_days(date_named, as_of)}
    return [
        _finding(f"{name} gives {min(readings)} as a deadline, but no cited passage names that day")
        for readings in sorted(told)
        if named.isdisjoint(readings)
    ]


def _on_another_day(name: str, presses: Iterable[str], texts: Sequence[str], as_of: date) -> list[Finding]:
    """The presses of ``today`` or ``tomorrow`` on which no deadline falls."""
    told = (sentence for text in texts for sentence in sentences(text))
    days = {day for sentence in told for readings in deadlines(sentence, as_of) for day in readings}
    wanted = {"today": as_of, "tonight": as_of, "tomorrow": as_of + timedelta(days=1)}
    return [
        _finding(f"{name} says '{press}', but no cited deadline is on {day}")
        for press in presses
        for word, day in wanted.items()
        if word in press.casefold() and day not in days and not press.casefold().startswith("act")
    ]


def _past(fields: Mapping[str, str], as_of: date) -> list[Finding]:
    return [
        _finding(f"{name} tells of a deadline before {as_of}: '{shortened(sentence, 100)}'")
        for name, text in fields.items()
        for line in text.split("\n")
        for sentence in sentences(line)
        if is_past(sentence, as_of)
    ]


def _finding(detail: str) -> Finding:
    return Finding(check="urgency", detail=detail)
