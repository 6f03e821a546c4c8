"""Money, percentages, quantities, multiples, codes and bare numbers, found where they stand in a text that was read.

Finds and names; what is equal to what is decided in ``values``. Whatever a number's surroundings, it is looked at once.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from shared.domain import value_units as units
from shared.domain.value_text import Amount, Kind, Number, Value, numbers, stem

_AROUND = 56
"""Signs before and after a number that are looked at."""


class Taken:
    """Which signs of a text already belong to a value, so that no two values overlap."""

    def __init__(self, length: int) -> None:
        self._signs = bytearray(length)

    def take(self, start: int, end: int) -> bool:
        """Whether ``start:end`` was free; from now on it is not."""
        if end <= start or any(self._signs[start:end]):
            return False
        self._signs[start:end] = b"\x01" * (end - start)
        return True


# --- set phrases ------------------------------------------------------------------------------------------------------

_FREE_ONE = r"(?:one|1|the (?:second|2nd|other)(?: one)?|another|the (?:third|3rd|fourth|4th)(?: one)?|two|2)"
_COUNT = r"(one|two|three|four|five|1|2|3|4|5)"
_COUNTS = {word: number for number, word in enumerate("one two three four five".split(), start=1)}
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
        rf"(?<![\w£$€.,]){_COUNT}(?: \w+)?[ -]for[ -](?:the price of[ -])?{_COUNT}(?![\w%£$€]|[.,]\d)",
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
                qualifier, _ = _qualifier(_before(text, match.start()), "")
                yield Value(phrase.kind, amount, unit, qualifier, match[0], match.start(), match.end(), phrase.role)


# --- what stands before and after a number ----------------------------------------------------------------------------

_FILL = (
    r"(?:\s+(?:an?|the|your|our|just|only|about|around|roughly|extra|additional|another|further|"
    r"huge|massive|full))*\s*$"
)
_QUALIFIERS = (
    ("", r"\b(?:down|reduced|drops?|dropped|cut|fell|lowered|discounted|marked down|up|rises?|rose) from"),
    (
        "up_to",
        (
            r"\b(?:up ?to|as (?:much|many) as|at (?:the )?most|max(?:imum)?(?: of)?|(?:no|not) (?:more|"
            r"longer) than|under|less than|fewer than|below|never more than)"
        ),
    ),
    ("at_least", r"\b(?:at least|min(?:imum)?(?: \w+)?(?: (?:of|is))?|(?:no|not) (?:less|fewer) than)"),
    ("over", r"\b(?:over|more than|above|exceed(?:s|ing)?|upwards of|in excess of|greater than|pass(?:es)?)"),
    ("from", r"\b(?:from|start(?:s|ing)? (?:at|from)|as (?:low|little|few) as|begin(?:s|ning)? (?:at|from))"),
)
_LEFT_QUALIFIERS = tuple((name, re.compile(cue + _FILL, re.IGNORECASE)) for name, cue in _QUALIFIERS)
_RIGHT_QUALIFIERS = (
    (
        "at_least",
        re.compile(
            r"\s?\+|\s+(?:\w+ )?(?:or (?:more|over|above)|and (?:over|above|up|more)|minimum|upwards)\b", re.IGNORECASE
        ),
    ),
    ("up_to", re.compile(r"\s+(?:\w+ )?(?:or (?:less|under|fewer)|and under|max(?:imum)?|at most)\b", re.IGNORECASE)),
)
_CLAUSE_END = re.compile(r"[;:!?()\n]|[.,](?!\d)|\s-\s")
_ROLE_FILL = (
    r"(?:\W+(?:of|an?|the|up|to|as|much|just|only|over|above|at|least|about|around|from|more|than|"
    r"extra|another|is|are|be|now|by|you|"
    r"your|that|which|further|full|whopping|worth|total\w*|minimum|reach\w*|pass\w*|exceed\w*|comes?|for|in|on))*\W*$"
)
_LEFT_ROLES = tuple(
    (role, re.compile(cue + _ROLE_FILL, re.IGNORECASE))
    for role, cue in (
        (
            "off",
            (
                r"\b(?:sav(?:es?|ings?)|knock(?:s|ed|ing)?(?: off)?|discounts?|reductions?|reduced by|"
                r"cut by|discounted by|drop of)"
            ),
        ),
        ("threshold", r"\b(?:orders?|spend(?:s|ing)?|spent|baskets?|purchases?|checkout|minimum|totals?|shop)\b"),
        ("worth", r"\b(?:worth|valued at|(?<!best )value of)"),
        (
            "was",
            (
                r"\b(?:was|were|rrp|previously|usually|normally|originally|formerly|instead of|(?:down|"
                r"reduced|drops?|dropped|discounted) from)"
            ),
        ),
        ("fee", r"\b(?:delivery|shipping|postage|fees?|charges?|surcharge|deposit)(?: costs?| charges?| is)?"),
        (
            "price",
            r"\b(?:costs?|costing|priced|prices?|pay|paying|buy|buys|sell(?:s|ing)?|becomes|yours for|only|just|now)",
        ),
    )
)
_RIGHT_ROLES = (
    (
        "off",
        re.compile(
            r"\W*(?:(?!for\b|or\b|and\b|to\b|on\b|in\b|when\b|with\b)[\w-]+\W){0,1}off\b"
            r"|\W*(?:(?!for\b|or\b|and\b|to\b|on\b|in\b|when\b|with\b)[\w-]+\W){0,3}(?:discount|"
            r"savings?|reduction|price (?:cut|drop))\b"
            r"|\W*(?:less|cheaper|lower)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "back",
        re.compile(
            r"\W*(?:in )?(?:(?!welcome|come)\w+ )?(?:back|cash ?back|credit|vouchers?|gift cards?|"
            r"gift vouchers?|refund)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "threshold",
        re.compile(
            r"\W*(?:(?:or more|or over|and (?:over|above|up))\W*$|(?:minimum|min)\b|(?:spend|basket|orders?)\b)",
            re.IGNORECASE,
        ),
    ),
    ("worth", re.compile(r"\W*(?:value|worth)\b", re.IGNORECASE)),
    ("more", re.compile(r"\W*(?:more|extra|bigger|larger|longer|faster|smaller|lighter)\b", re.IGNORECASE)),
    ("fee", re.compile(r"\W*(?:\w+ )?(?:delivery|shipping|postage|fee|charge|surcharge|deposit)\b", re.IGNORECASE)),
)
_PRICE_BEFORE = re.compile(r"\b(?:for|at|from)\s+$", re.IGNORECASE)
_RATE_AFTER = re.compile(r"\s+(?:for )?(?:every|each|per)\b", re.IGNORECASE)
_FREE_BEFORE = re.compile(r"\b(?:free|deliver\w*|shipping|postage)\b[^.!?]*$", re.IGNORECASE)
_PERIODS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "annual": "year",
    "annually": "year",
    "yearly": "year",
    "pcm": "month",
}
_PERIOD = "day|week|fortnight|month|quarter|year|annum|night|hour"
_PER_AFTER = re.compile(
    rf"\s?(?:/\s?|(?:per|an?|each|every|in any) )({_PERIOD}|mo|yr)(?![^\W_])|\s?(?:/\s?|"
    rf"per )([a-z]{{1,20}})|[\s-](\w+ )?(daily|weekly|monthly|annually|yearly|pcm)\b",
    re.IGNORECASE,
)
_PER_BEFORE = re.compile(r"\b(daily|weekly|monthly|annual|yearly)\b[^.,;!?]*$", re.IGNORECASE)


def _before(text: str, start: int) -> str:
    return text[max(0, start - _AROUND) : start]


def _clause_before(text: str, start: int) -> str:
    before = _before(text, start)
    ends = [match.end() for match in _CLAUSE_END.finditer(before)]
    return before[ends[-1] :] if ends else before


def _clause_after(text: str, end: int) -> str:
    after = text[end : end + _AROUND]
    match = _CLAUSE_END.search(after)
    return after[: match.start()] if match else after


def _qualifier(before: str, after: str) -> tuple[str, int]:
    """The qualifier, and how far it reaches to the right."""
    for name, pattern in _RIGHT_QUALIFIERS:
        if match := pattern.match(after):
            return name, match.end()
    for name, pattern in _LEFT_QUALIFIERS:
        if pattern.search(before):
            return name, 0
    return "", 0


def _role(before: str, after: str, qualifier: str, kind: Kind) -> str:
    for role, pattern in _RIGHT_ROLES:
        if pattern.match(after):
            return role
    if kind == "money" and qualifier in {"over", "at_least"} and _FREE_BEFORE.search(before):
        return "threshold"
    for role, pattern in _LEFT_ROLES:
        if pattern.search(before) and not (kind == "percent" and role == "price"):
            return role
    priced = kind == "money" and _PRICE_BEFORE.search(before) and not _RATE_AFTER.match(after)
    return "price" if priced else ""


def _period(before: str, after: str) -> str:
    match = _PER_AFTER.match(after)
    if match and not match[2]:
        word = (match[1] or match[4]).lower()
        return {"annum": "year", "mo": "month", "yr": "year"}.get(word, _PERIODS.get(word, word))
    if match:
        return stem(match[2])
    adjective = _PER_BEFORE.search(before)
    return _PERIODS[adjective[1].lower()] if adjective else ""


# --- numbers ----------------------------------------------------------------------------------------------------------

_PERCENT = re.compile(r"[\s-]?(?:%|(?:percent|per cent|per-cent|pct|pc)(?![^\W_]))", re.IGNORECASE)
_POINTS_MARK = re.compile(r"[\s-]?percentage[\s-]points?\b", re.IGNORECASE)
_TIMES_OF = re.compile(
    r"(?:\s?x(?![^\W_])(?!\s?\d)|-fold\b|\s+times(?=\s+(?:the|your|our|as|more|faster|\w+\s+points)\b))", re.IGNORECASE
)
_FREQUENCY = re.compile(rf"\s+times(?=\s+(?:an?|per|each|every|in an?)\s+({_PERIOD})\b)", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?![^\W_])", re.IGNORECASE)
_RANGE_GAP = re.compile(
    r"\s?(?:%|percent|per cent|[£$€]|p|k)?\s?(?:-|to)\s?(?:[£$€¥]|(?:GBP|EUR|USD) ?)?", re.IGNORECASE
)
_BETWEEN_GAP = re.compile(r"\s?(?:%|percent|per cent)?\s?and\s?[£$€¥]?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+[£$€¥]?$", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:up|rises?|rose|raised|grew|went|goes|increased?) from [£$€¥]?$", re.IGNORECASE)
_LIST_NOUN = re.compile(
    r"[ -](?:[a-z]+[ -]){0,2}?(?:ways?|reasons?|things?|tips?|ideas?|notes?|thoughts?|facts?|"
    r"questions?|highlights?|steps|takeaways?|"
    r"pointers|minute read)\b",
    re.IGNORECASE,
)
_IDLE_MINUTES = re.compile(
    r"[ -]minutes?(?:[ -]read\b| to (?:read|spare|look|browse|skim)\b| of your\b|\?)|\s?(?:mins?|seconds?)[ -]read\b",
    re.IGNORECASE,
)
_IDLE_TAKE = re.compile(r"\b(?:take|got|have|spare|grab|give us)\s+$", re.IGNORECASE)
_FIGURE_OF_SPEECH = re.compile(r" (?:times over|thanks|and one|miles away)\b", re.IGNORECASE)
_LETTERS_BEFORE = re.compile(r"[A-Z]{2,}-$")
_WORD = re.compile(r"[ -]([A-Za-z][a-z'-]*|[A-Z]{2,8}\b)")
_STOP = re.compile(
    r"(?:of|in|on|at|to|for|from|with|and|or|by|is|are|was|were|the|a|an|that|which|who|off|out|left|"
    r"per|when|as|than|its|it|we|you|each)$",
    re.IGNORECASE,
)
_IRREGULAR_PLURALS = frozenset({"people", "men", "women", "children", "feet", "pieces", "mice", "staff"})
_LARGEST_SMALL = 12


def find_numbers(text: str, taken: Taken) -> Iterator[Value]:
    """Every number of ``text`` that is not taken, as what it is: money, percent, multiple, quantity or bare number."""
    found = list(numbers(text))
    shared = _shared_units(text, found)
    for number, low in _ranges(text, found):
        value = _classify(text, number, low)
        unit = shared.get(number.start)
        if unit and not low and (value is None or value.kind == "number"):
            value = _made(text, unit.kind, number.amount, unit.unit, number.start, number.end)
        if value and taken.take(value.start, value.end):
            yield value


_LIST_GAP = re.compile(r",\s|,?\s(?:and|or)\s")


def _shared_units(text: str, found: Sequence[Number]) -> dict[int, Value]:
    """For each number of a list such as ``two, four or eight weeks``, by its start, the value that ends the list."""
    shared: dict[int, Value] = {}
    last: Value | None = None
    for number, following in pairwise([*found[::-1], None]):
        if number is None:
            continue
        value = _classify(text, number, None)
        own = value if value and value.kind in {"percent", "quantity"} else None
        last = own or last
        if last and not own:
            shared[number.start] = last
        if following is None or not _LIST_GAP.fullmatch(text, following.end, number.start):
            last = None
    return shared


def _ranges(text: str, found: Sequence[Number]) -> Iterator[tuple[Number, Number | None]]:
    """Each number, with the lower end of its range where it is the upper one; lower ends do not come by themselves."""
    low: Number | None = None
    for number, following in pairwise([*found, None]):
        if number is None:
            continue
        if following and low is None and _is_range(text, number, following):
            low = number
            continue
        yield number, low
        low = None


def _is_range(text: str, low: Number, high: Number) -> bool:
    gap, before = text[low.end : high.start], text[max(0, low.start - 24) : low.start]
    if low.amount >= high.amount or len(gap) > 16:
        return False
    if _BETWEEN_GAP.fullmatch(gap):
        return _BETWEEN.search(before) is not None
    return _RANGE_GAP.fullmatch(gap) is not None and not _CHANGE.search(before)


def _classify(text: str, number: Number, low: Number | None) -> Value | None:
    start, end = low.start if low else number.start, number.end
    if _LETTERS_BEFORE.search(text[max(0, start - 24) : start]):
        return None
    for read_as in (_money, _percent, _multiple, _quantity):
        if value := read_as(text, start, end, number, low):
            return value
    return _bare(text, start, end, number, low)


def _amount(number: Number, low: Number | None, factor: Decimal = Decimal(1)) -> Amount:
    return (low.amount * factor, number.amount * factor) if low else number.amount * factor


def _made(text: str, kind: Kind, amount: Amount, unit: str, start: int, end: int) -> Value:
    before, after = _clause_before(text, start), _clause_after(text, end)
    qualifier, reach = _qualifier(before, after)
    per = _period(before, after) if kind == "money" else ""
    role = ""
    if kind in {"money", "percent"}:
        role = (
            "threshold" if reach and _LEFT_ROLES[1][1].search(before) else _role(before, after[reach:], qualifier, kind)
        )
    return Value(kind, amount, unit, qualifier, text[start:end], start, end, role, per)


def _money(text: str, start: int, end: int, number: Number, low: Number | None) -> Value | None:
    factor = Decimal(1)
    if scale := units.MAGNITUDE.match(text, end):
        factor = units.magnitude(scale[1] or scale[2])
    after_scale = scale.end() if scale else end
    inner = units.MONEY_BEFORE.search(text[max(0, number.start - 8) : number.start]) if low else None
    before = units.MONEY_BEFORE.search(text[max(0, start - 8) : start]) or inner
    after = units.MONEY_AFTER.match(text, after_scale) or (None if before else units.MONEY_AFTER.match(text, end))
    if before:
        unit, worth = units.currency(before[2] or before[3], before[1] or "")
        start = start - (len(before[0]) if before is not inner else 0)
        end = after_scale
        if after and units.same_currency(units.currency(next(filter(None, after.groups())))[0], unit):
            end = after.end()
    elif after and not (after[4] and not number.in_digits):
        unit, worth = units.currency(next(filter(None, after.groups())))
        end = after.end()
        factor = factor if after.start() == after_scale else Decimal(1)
    else:
        return None
    return _made(text, "money", _as_money(text, _amount(number, low, factor * worth), number), unit, start, end)


def _as_money(text: str, amount: Amount, number: Number) -> Amount:
    """``1.299`` is a sum without pence: no price has three decimals."""
    grouped = re.fullmatch(r"\d{1,3}\.\d{3}", text[number.start : number.end])
    return amount * 1000 if grouped and isinstance(amount, Decimal) else amount


def _percent(text: str, start: int, end: int, number: Number, low: Number | None) -> Value | None:
    if _POINTS_MARK.match(text, end):
        return None
    mark = _PERCENT.match(text, end)
    return _made(text, "percent", _amount(number, low), "", start, mark.end()) if mark else None


def _multiple(text: str, start: int, end: int, number: Number, low: Number | None) -> Value | None:
    if frequency := _FREQUENCY.match(text, end):
        value = _made(text, "quantity", _amount(number, low), "time", start, frequency.end())
        return Value(
            value.kind, value.amount, "time", value.qualifier, value.text, start, value.end, per=frequency[1].lower()
        )
    mark = _TIMES_OF.match(text, end)
    return _made(text, "multiple", _amount(number, low), "times", start, mark.end()) if mark else None


def _quantity(text: str, start: int, end: int, number: Number, low: Number | None) -> Value | None:
    sign = units.UNIT_SIGN.match(text, end) if number.in_digits else None
    word = units.UNIT_WORD.match(text, end)
    match = word or sign
    if match is None:
        return None
    unit = units.unit_of_word(match[1]) if word else units.unit_of_sign(match[1])
    if units.is_time(unit) and (
        _IDLE_MINUTES.match(text, end) or (unit == "minute" and _IDLE_TAKE.search(_before(text, start)))
    ):
        return None
    return _made(text, "quantity", _amount(number, low), unit, start, match.end())


def _bare(text: str, start: int, end: int, number: Number, low: Number | None) -> Value | None:
    small = number.amount <= _LARGEST_SMALL
    if (ordinal := _ORDINAL.match(text, end)) and number.in_digits:
        return _made(text, "number", _amount(number, low), "ordinal", start, ordinal.end())
    if number.in_digits and end < len(text) and (text[end].isalpha() or re.match(r"-[A-Z]{2}", text[end : end + 3])):
        return (
            None
            if not (scale := units.MAGNITUDE.match(text, end))
            else _made(
                text, "number", _amount(number, low, units.magnitude(scale[1] or scale[2])), "", start, scale.end()
            )
        )
    if number.amount <= 20 and _LIST_NOUN.match(text, end):
        return None
    if not number.in_digits and _FIGURE_OF_SPEECH.match(text, end):
        return None
    noun = _counted_noun(text, end)
    if not number.in_digits and small and not noun:
        return None
    if scale := units.MAGNITUDE.match(text, end):
        return _made(
            text, "number", _amount(number, low, units.magnitude(scale[1] or scale[2])), noun, start, scale.end()
        )
    return _made(text, "number", _amount(number, low), noun, start, end)


def _counted_noun(text: str, end: int) -> str:
    """The stem of the plural among the next words, as ``sampl`` after ``three free samples``; "" if there is none."""
    for _ in range(4):
        match = _WORD.match(text, end)
        if match is None or _STOP.match(match[1]):
            return ""
        word, end = match[1].lower(), match.end()
        if word in _IRREGULAR_PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is"))):
            return stem(word)
    return ""


# --- ordinals in words, and codes -------------------------------------------------------------------------------------

_ACRONYMS = frozenset(
    "VIP UK USA US EU FAQ FAQS RSVP LED USB DIY PDF SMS NHS BBC TV CEO OK AND THE NOW YOU YOUR OUR ALL NEW BUY GET SALE OFF FREE CODE "
    "ONLY THIS HERE TODAY APP PIN QR GPS HD AM PM GMT BST UTC WIFI VAT APR RRP ID ETA PS BOGOF".split()
)
_CODE_CUE = re.compile(
    r"\b(?i:codes?|vouchers?|coupons?|promo|quot(?:e|ing)|enter(?:ing)?|us(?:e|ing)|appl(?:y|ying)|"
    r"type|with|add)\b[ :]{1,2}"
    r"(?:(?i:the|your|our|promo|discount|offer|voucher|coupon|code|"
    r"word)[ :]{1,2}){0,3}[\"'(*]?([A-Z][A-Z0-9]{2,30})(?![^\W_])"
)
_QUOTED_CODE = re.compile(r"\b(?:code|voucher|coupon)\b[ :]{1,2}(?:is )?[\"']([A-Za-z0-9-]{3,30})[\"']", re.IGNORECASE)
_CHECKOUT_CODE = re.compile(
    r"\bcode[ :]{1,2}(?:is )?([A-Za-z0-9-]{3,30})(?= (?:at|in|when|on) (?:the |your )?(?:checkout|"
    r"check-out|basket|till|you)\b)",
    re.IGNORECASE,
)
_MIXED = re.compile(
    r"(?<![^\W_])(?:[A-Z]{2,20}-\d[A-Z0-9]{0,20}|\d{1,20}-[A-Z]{2,20}|"
    r"(?=[A-Za-z]{0,40}\d)(?=\d{0,40}[A-Za-z])[A-Za-z0-9]{2,60})(?![^\W_])"
)


def find_codes(text: str, taken: Taken) -> Iterator[Value]:
    """Codes: words in capitals or quotes after ``code``, ``use``, ``quote``..., and words that mix letters and digits."""
    for pattern, group in ((_MIXED, 0), (_CODE_CUE, 1), (_QUOTED_CODE, 1), (_CHECKOUT_CODE, 1)):
        for match in pattern.finditer(text):
            code = match[group]
            if code.upper() not in _ACRONYMS and taken.take(match.start(group), match.end(group)):
                yield Value("code", code.upper(), "", "", code, match.start(group), match.end(group))
