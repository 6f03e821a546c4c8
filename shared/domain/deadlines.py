"""Facts that make a message urgent: the deadlines and stock figures a sentence states, and whether they still hold.

Pure functions on plain English sentences; the day they are asked for is given, never looked up. A date is read in every
way in which it can be meant.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from shared.domain.markdown import sentences
from shared.domain.words import root as in_digits

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTH_STARTS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = (
    rf"(?P<day_first>\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}\b\.?(?:,? \d{{4}}\b)?)"
    rf"|(?P<month_first>\b{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?)"
    r"|(?P<iso>\b\d{4}-\d{2}-\d{2}\b)|(?P<numeric>\b\d{1,2}(?P<sign>[./])\d{1,2}(?P=sign)(?:\d{4}|\d{2})\b)"
)
_HOUR = r"midnight|noon|close of business|\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m\.?)?"
_DAY_NAME = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_TO_DATE = rf"(?:,? (?:on|at|by|in|is|the|of|the end of|{_HOUR}|{_DAY_NAME}))*,? (?:{_DATE})"
_OFFER = (
    r"(?:offer|sale|code|voucher|event|discount|saving|promotion|price|order|booking|reservation|"
    r"application|registration|enrolment|ballot)s?"
)
_ASKED = (
    r"(?:order(?:s|ed|ing)?|book(?:ed|ing|ings)?|use|used|valid|redeem(?:ed|able)?|appl(?:y|ied|ications?)|claim(?:ed)?|"
    r"register(?:ed)?|sign up|subscribe|reserve|buy|purchase[sd]?|join|reply|enter|enrol)"
)
_DEADLINE_FACTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:until|till|through|ends?|ending|expires?|expiring|last day|closing date|no later than){_TO_DATE}",
        rf"\bdeadline(?: for(?: \w+){{1,4}}?)?{_TO_DATE}",
        rf"\b{_OFFER}(?: for(?: \w+){{1,4}}?)? (?:will )?closes?{_TO_DATE}",
        rf"\bfrom .{{4,40}}? (?:to|through|until){_TO_DATE}",
        rf"\b(?:valid|runs?|lasts?|open|available)(?: from .{{1,30}}?)? (?:to|through){_TO_DATE}",
        rf"\b{_ASKED}\b.{{0,40}}?\b(?:by|before|through){_TO_DATE}",
        rf"(?:{_DATE}),? (?:is|will be) (?:the|our|your) (?:deadline|last day|final day|closing date)\b",
    )
)
_STARTS_THEN = re.compile(
    r"\b(?:closed|not|never|nobody|cannot|\w+n['’]t)\b[^,;]{0,60}\b(?:until|till)\b", re.IGNORECASE
)
_NO_GOODS = (
    r"(?:met(?:er|re)s?|miles?|k?m|yards?|feet|steps?|pages?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|"
    r"people|makers?|weavers?|families|members)"
)
_GOODS = rf"\d[\d,]*(?: (?!{_NO_GOODS}\b)[^\W\d_][\w-]*){{0,5}}"
_STOCK_FACT = re.compile(
    rf"\bonly {_GOODS} (?:are |is )?(?:still )?(?:left|in stock|available)\b|(?<![\w.,£$€]){_GOODS} "
    rf"(?:are |is |remain )?(?:still )?(?:left|in stock|remaining)\b|(?<![\w.,£$€]){_GOODS} remain[.!]?$"
    rf"|\bcounted (?:only )?{_GOODS}|(?<![\w.,£$€]){_GOODS} in (?:our|the) (?:\w+ )?(?:warehouse|stockroom)\b",
    re.IGNORECASE,
)
_COUNT_IN_WORDS = re.compile(
    r"\b(?:an? )?(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|fifteen|twenty|thirty|forty|"
    r"fifty)\b",
    re.IGNORECASE,
)
_LEANS_ON_CONTEXT = re.compile(
    r"(?:it|its|they|their|them|this|that|these|those|he|she|however|but|and|or|so|also|then|therefore|instead|"
    r"otherwise|such|both|neither|for example|in addition|as a result|if so|if not)\b",
    re.IGNORECASE,
)


def leans_on_context(sentence: str) -> bool:
    """Whether the sentence opens with a word that points to the one before it."""
    return _LEANS_ON_CONTEXT.match(sentence) is not None


def stock_counts(text: str) -> frozenset[str]:
    """The numbers of pieces that ``text`` says are left, in digits without separators."""
    found = (match[0] for match in _STOCK_FACT.finditer(_COUNT_IN_WORDS.sub(lambda match: in_digits(match[1]), text)))
    return frozenset(number.replace(",", "") for words in found for number in re.findall(r"\d[\d,]*", words)[:1])


def states_stock(sentence: str) -> bool:
    """Whether the sentence says how many pieces are left."""
    return bool(stock_counts(sentence))


def is_ahead(sentence: str, as_of: date) -> bool:
    """Whether the sentence tells of something that ends on ``as_of`` or later, however its date is read."""
    return any(min(readings) >= as_of for readings in deadlines(sentence, as_of))


def is_past(sentence: str, as_of: date) -> bool:
    """Whether the sentence tells of something that ended before ``as_of``, however its date is read."""
    return any(max(readings) < as_of for readings in deadlines(sentence, as_of))


def past_sentences(stated: Sequence[str], as_of: date) -> frozenset[int]:
    """The indices of sentences whose deadline lies before ``as_of``, and of those that lean on one."""
    past: set[int] = set()
    for index, sentence in enumerate(stated):
        if (index - 1 in past and leans_on_context(sentence)) or is_past(sentence, as_of):
            past.add(index)
    return frozenset(past)


def evidence_in(text: str, as_of: date) -> str:
    """The first sentence of ``text`` with a deadline on ``as_of`` or later or a stock figure; empty where none has."""
    stated = sentences(text)
    past = past_sentences(stated, as_of)
    holds = (
        sentence
        for index, sentence in enumerate(stated)
        if index not in past and (is_ahead(sentence, as_of) or states_stock(sentence))
    )
    return next(holds, "")


def deadlines(sentence: str, as_of: date) -> list[tuple[date, ...]]:
    """The days on which something ends, each in the ways in which it can be read.

    A date without a year is the one nearest to ``as_of``.
    """
    if _STARTS_THEN.search(sentence):
        return []
    matches = (match for fact in _DEADLINE_FACTS for match in fact.finditer(sentence))
    return [readings for match in matches if (readings := _readings(match, as_of))]


def _readings(match: re.Match[str], as_of: date) -> tuple[date, ...]:
    """The dates that a match of ``_DATE`` may mean: one written in digits may begin with the day or the month."""
    if match["iso"]:
        year, month, day = map(int, match["iso"].split("-"))
        return _real_dates((year, month, day))
    if match["numeric"]:
        first, second, year = map(int, re.split(r"[./]", match["numeric"]))
        year += 2000 if year < 100 else 0
        american = [] if "." in match["numeric"] else [(year, first, second)]
        return _real_dates((year, second, first), *american)
    words = (match["day_first"] or match["month_first"]).casefold()
    day, *years = map(int, re.findall(r"\d+", words))
    month = 1 + next(
        _MONTH_STARTS.index(name[:3]) for name in re.findall(r"[a-z]+", words) if name[:3] in _MONTH_STARTS
    )
    return _real_dates((years[0], month, day)) if years else _nearest(month, day, as_of)


def _nearest(month: int, day: int, as_of: date) -> tuple[date, ...]:
    years = (as_of.year - 1, as_of.year, as_of.year + 1)
    candidates = _real_dates(*((year, month, day) for year in years))
    return (min(candidates, key=lambda one: abs((one - as_of).days)),) if candidates else ()


def _real_dates(*candidates: tuple[int, int, int]) -> tuple[date, ...]:
    found = []
    for year, month, day in candidates:
        if 1 <= year <= date.max.year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            found.append(date(year, month, day))
    return tuple(found)
