"""Values said in set phrases: ``half price``, ``buy one get one free``, ``double points``, ``half an hour``."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.domain import value_units as units
from shared.domain.value_context import Taken, qualifier_of, text_before
from shared.domain.value_text import Amount, Kind, Value

_FREE_ONE = r"(?:one|1|the (?:second|2nd|other)(?: one)?|another|the (?:third|3rd|fourth|4th)(?: one)?|two|2)"
_COUNT = r"(one|two|three|four|five|1|2|3|4|5)"
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SHARES = {"half": "50", "third": "33.3333", "quarter": "25", "fifth": "20", "tenth": "10", "two thirds": "66.6667"}
_SHARES |= {"two-thirds": "66.6667", "three quarters": "75", "three-quarters": "75"}
_SHARE = "(half|(?:two|three)[ -](?:thirds|quarters)|(?:an?|one)[ -](?:third|quarter|fifth|tenth))"
_TIMES = {"double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "twice": 2, "2-fold": 2, "twofold": 2, "tenfold": 10}
_TIMES |= {"triple": 3, "tripled": 3, "triples": 3, "treble": 3, "thrice": 3, "threefold": 3}
_TIMES |= {"quadruple": 4, "quadrupled": 4, "fourfold": 4, "fivefold": 5}
_MULTIPLIED = (
    r"(?= (?:the|your|our|pine|loyalty|reward|bonus|club)? ?(?:\w+ )?(?:points?|rewards?|value|"
    r"discounts?|savings?|miles|"
    r"stamps|entries|money|price|rate|credit|cashback|strength|time|size|amount|off)\b)"
)


@dataclass(frozen=True, slots=True)
class _Phrase:
    pattern: re.Pattern[str]
    kind: Kind
    measure: Callable[[re.Match[str]], tuple[Amount, str]]
    role: str = ""


def _deal(match: re.Match[str]) -> tuple[Amount, str]:
    """``3 for 2`` and ``buy two, get one free`` alike: how many one gets, and how many one pays for."""
    first, second = (_COUNTS.get(text, 0) or int(text) for text in (match[1].lower(), match[2].lower()))
    return (Decimal(first), Decimal(second)), "for"


def _bought_deal(match: re.Match[str]) -> tuple[Amount, str]:
    paid = _count(match[1])
    free = re.sub(r"^(?:the|another).*$", "1", match[2].lower())
    return (Decimal(paid + _count(free)), Decimal(paid)) if "half" not in match[0].lower() else (
        Decimal(paid),
        Decimal("0.5"),
    ), "for"


def _count(word: str) -> int:
    return _COUNTS.get(word.lower()) or int(word)


def _phrase(
    pattern: str, kind: Kind, measure: Callable[[re.Match[str]], tuple[Amount, str]], role: str = ""
) -> _Phrase:
    return _Phrase(re.compile(pattern, re.IGNORECASE), kind, measure, role)


_PHRASES = (
    _phrase(r"\bbogof\b", "multiple", lambda _: ((Decimal(2), Decimal(1)), "for")),
    _phrase(
        rf"\bbuy {_COUNT}(?: \w+){{0,2}}?,? (?:and )?(?:you )?(?:get|receive|"
        rf"have) ({_FREE_ONE})(?: \w+)? (?:free|half[ -]price|at half price|on us)\b",
        "multiple",
        _bought_deal,
    ),
    _phrase(
        rf"(?<![\w£$€.,-]){_COUNT}(?: (?!euros?|pounds?|dollars?|pence|cents?)\w+)?[ -]for[ -]"
        rf"(?:the price of[ -])?{_COUNT}(?![\w%£$€]|[.,]\d)",
        "multiple",
        _deal,
    ),
    _phrase(
        r"\bhalf[ -]price\b|\bhalf (?:of )?(?:the|its|their|our|your) (?:\w+ )?price\b",
        "percent",
        lambda _: (Decimal(50), ""),
        "off",
    ),
    _phrase(
        rf"(?<!-)\b{_SHARE}(?= (?:off|less|cheaper)\b)",
        "percent",
        lambda match: (Decimal(_SHARES[re.sub(r"^(?:an?|one)[ -]", "", match[1].lower())]), ""),
        "off",
    ),
    _phrase(
        rf"\b(?:(?:double|doubled|doubling|triple|tripled|treble|quadruple|quadrupled){_MULTIPLIED}|"
        rf"twice(?= (?:as|the|your|our)\b)"
        r"|(?:two|three|four|five|ten)fold\b|(?:points|rewards|savings?) (?:are )?(?P<after>doubled|tripled))",
        "multiple",
        lambda match: (Decimal(_TIMES[(match["after"] or match[0]).lower()]), "times"),
    ),
    _phrase(
        r"\b(once|twice)(?= (?:a|per|each|every) (?:day|week|month|year|quarter)\b)",
        "quantity",
        lambda match: (Decimal(1 + (match[1].lower() == "twice")), "time"),
    ),
    _phrase(r"\ba fiver\b", "money", lambda _: (Decimal(5), "GBP")),
    _phrase(r"\ba tenner\b", "money", lambda _: (Decimal(10), "GBP")),
    _phrase(
        r"\b(?:every|each|per|a|an) (?:pound|euro|dollar)(?= (?:you |that you )?(?:spent|spend)\b)",
        "money",
        lambda match: (Decimal(1), units.currency(match[0].split()[-1])[0]),
    ),
    _phrase(
        r"\b(?:an? )?(half|quarter)(?:[ -]of)?[ -](?:an? )?(hour|year|day|litre|liter|kilo|pint|mile|metre|meter)\b",
        "quantity",
        lambda match: (Decimal("0.5" if match[1].lower() == "half" else "0.25"), units.unit_of_word(match[2])),
    ),
    _phrase(
        r"\b(?:an?|one)[ -](?:full |whole |extra |further |entire |\w+ing )?(day|week|fortnight|month|"
        r"year|decade|hour|minute|night|weekend|working day|litre|liter|kilo|metre|meter|mile|point)"
        r"(?![^\W_])(?:[ -]long\b)?",
        "quantity",
        lambda match: (Decimal(1), units.unit_of_word(match[1])),
    ),
)


def find_phrases(text: str, taken: Taken) -> Iterator[Value]:
    """Values said in set phrases: ``half price``, ``buy one get one free``, ``double points``, ``half an hour``."""
    for phrase in _PHRASES:
        for match in phrase.pattern.finditer(text):
            if taken.take(match.start(), match.end()):
                amount, unit = phrase.measure(match)
                qualifier, _ = qualifier_of(text_before(text, match.start()), "")
                yield Value(phrase.kind, amount, unit, qualifier, match[0], match.start(), match.end(), phrase.role)
