"""What stands around a value: its limit (``up to``), its part (a discount, a threshold, a price) and what it is for.

Looks a few words to either side, within the clause, and names what is clear; the rest is "".
"""

import re

from shared.domain.value_text import Kind, stem

_AROUND = 56
"""Signs before and after a value that are looked at."""


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


# --- limits, parts and periods ----------------------------------------------------------------------------------------

_FILL = (
    r"(?:\s+(?:an?|the|your|our|just|only|about|around|roughly|extra|additional|another|further|"
    r"huge|massive|full))*\s*$"
)
_QUALIFIERS = (
    ("", r"\b(?:down|reduced|drops?|dropped|cut|fell|lowered|discounted|marked down|up|rises?|rose) from"),
    (
        "up_to",
        (
            r"\b(?:up ?to|(?:a )?(?:ceiling|cap) of|capped at|as (?:much|many|far|long|high|large) as|at (?:the )?most|"
            r"max(?:imum)?(?: (?!spend|order)\w+)?(?: of| is)?|"
            r"(?:no|not|n't) exceed(?:ing)?|(?:no|not) (?:more|"
            r"longer) than|never (?:\w+ ){0,2}more than|under|less than|fewer than|below)"
        ),
    ),
    ("at_least", r"\b(?:at least|min(?:imum)?(?: \w+)?(?: (?:of|is))?|(?:no|not) (?:less|fewer) than)"),
    (
        "over",
        (
            r"\b(?:over|more than|above|exceed(?:s|ing)?|upwards of|in excess of|greater than|(?:basket|order|total|"
            r"spend(?:ing)?|you) pass(?:es)?)"
        ),
    ),
    (
        "from",
        (
            r"\b(?:(?<!made )(?<!woven )(?<!knitted )(?<!spun )(?<!cut )(?<!built )(?<!sewn )(?<!away )from|"
            r"start(?:s|ing)? (?:at|from)|as (?:low|little|few) as|begin(?:s|ning)? (?:at|from))"
        ),
    ),
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
_ORDER = r"\b(?:orders?|spend(?:s|ing)?|spent|baskets?|purchases?|checkout|minimum|totals?|(?<!the )shop)\b"
_ORDERS = re.compile(_ORDER + _ROLE_FILL, re.IGNORECASE)
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
        ("threshold", _ORDER),
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
            r"(?! (?:your|the|our) (?:refund|deposit|bill)\b)"
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
_PRICE_BEFORE = re.compile(r"\b(?:for|at|from|is|are)\s+$", re.IGNORECASE)
_RATE_AFTER = re.compile(r"\s+(?:for )?(?:every|each|per)\b", re.IGNORECASE)
_FREE_BEFORE = re.compile(r"\b(?:free|deliver\w*|shipping|postage)\b[^.!?]*$", re.IGNORECASE)
_NEVER = re.compile(r"(?!)")
_FREE_FROM = {
    "over": _FREE_BEFORE,
    "at_least": _FREE_BEFORE,
    "from": re.compile(r"\bfree\b[^.!?]*$", re.IGNORECASE),
}
"""By qualifier, what before a sum makes it one from which something is free."""
_PERIODS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "annual": "year",
    "annually": "year",
    "yearly": "year",
    "pcm": "month",
}
ONE_WAY, ROUND_TRIP = "one way", "round trip"
PERIOD = "day|week|fortnight|month|quarter|year|annum|night|hour"
CONTAINERS = "box|bag|pack|packet|set|bottle|case|crate|pair|roll|tin|jar|tray|bundle"
_PER_AFTER = re.compile(
    rf"\s?(?:/\s?|(?:per|an?|each|every|in any|for (?:an?|one|the|each|every)) )(?:full |whole |entire )?"
    rf"(?P<period>{PERIOD}|mo|yr)(?![^\W_])"
    rf"|\s(?:each|one)[ -](?P<way>way)\b|\s(?:for )?(?:an? |the |each |per )?(?P<trip>round[ -]?trip|return trip)\b"
    rf"|\s?(?:/\s?|per |for (?:each|every) )(?P<thing>[a-z]{{1,20}})(?: (?:per|an?|"
    rf"each) (?P<times>{PERIOD})\b)?|\san? (?P<container>{CONTAINERS})\b"
    rf"|[\s-](?:\w+ )?(?P<adverb>daily|weekly|monthly|annually|yearly|pcm)\b",
    re.IGNORECASE,
)
_SHORT_PERIODS = {"annum": "year", "mo": "month", "yr": "year"}
_PER_BEFORE = re.compile(
    r"\b(daily|weekly|monthly|annual|yearly)\b"
    r"(?! (?:lessons?|class(?:es)?|meetings?|sessions?|visits?|tours?)\b)[^.,;!?]*$",
    re.IGNORECASE,
)


def text_before(text: str, start: int) -> str:
    """What stands right before ``start``."""
    return text[max(0, start - _AROUND) : start]


def clause_before(text: str, start: int) -> str:
    """What stands before ``start`` in its clause."""
    before = text_before(text, start)
    ends = [match.end() for match in _CLAUSE_END.finditer(before)]
    return before[ends[-1] :] if ends else before


def clause_after(text: str, end: int) -> str:
    """What stands after ``end`` in its clause."""
    after = text[end : end + _AROUND]
    match = _CLAUSE_END.search(after)
    return after[: match.start()] if match else after


def qualifier_of(before: str, after: str) -> tuple[str, int]:
    """The qualifier of a value between ``before`` and ``after``, and how far it reaches into ``after``."""
    for name, pattern in _RIGHT_QUALIFIERS:
        if match := pattern.match(after):
            return name, match.end()
    for name, pattern in _LEFT_QUALIFIERS:
        if pattern.search(before):
            return name, 0
    return "", 0


def is_threshold(before: str) -> bool:
    """Whether ``before`` speaks of an order or of spending: ``orders of``, ``spend at least``."""
    return _ORDERS.search(before) is not None


def role_of(before: str, after: str, qualifier: str, kind: Kind) -> str:
    """What a sum or a share does between ``before`` and ``after``; "" if that is not clear."""
    for role, pattern in _RIGHT_ROLES:
        if pattern.match(after):
            return role
    if kind == "money" and _FREE_FROM.get(qualifier, _NEVER).search(before):
        return "threshold"
    for role, pattern in _LEFT_ROLES:
        if pattern.search(before) and not (kind == "percent" and role == "price"):
            return role
    priced = kind == "money" and _PRICE_BEFORE.search(before) and not _RATE_AFTER.match(after)
    return "price" if priced else ""


def period_of(before: str, after: str) -> str:
    """What a price is for: a period, or a thing as its stem; "" if nothing is said."""
    if match := _PER_AFTER.match(after):
        if thing := match["thing"] or match["container"]:
            return (match["times"] or stem(thing)).lower()
        if match["way"] or match["trip"]:
            return ONE_WAY if match["way"] else ROUND_TRIP
        word = (match["period"] or match["adverb"]).lower()
        return _SHORT_PERIODS.get(word, _PERIODS.get(word, word))
    adjective = _PER_BEFORE.search(before)
    return _PERIODS[adjective[1].lower()] if adjective else ""
