"""Which limits of a source a restatement of it drops: who is meant, how much of it, how often, on which days.

Pure functions on English text. A limit counts as told where the restatement names it, in whatever words it has for it.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from shared.domain.negation import denials_in
from shared.domain.value_text import SPELLED
from shared.domain.words import carries_fact, roots_of, telling_roots, words_of

_OF_ALL = re.compile(
    r"\b(?:all|every|each)(?: single)?(?: one)?(?: of)?(?: (?:our|the|your|these|those))? ([a-z]+)", re.IGNORECASE
)
_OF_SOME = re.compile(
    r"\b(?:most|some|many|several|selected|certain|nearly all|almost all)(?: (?:of )?(?:our|the|your))? ([a-z]+)",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\b(?:everything|everyone|everybody|anything|anyone|anybody|always|whatever)\b", re.IGNORECASE
)
_EXCEPTION = re.compile(
    r"\b(?:except(?:ing|ions?)?|excluding|excluded|other than|apart from|aside from|unless)\b", re.IGNORECASE
)
_EVERYBODY = re.compile(
    r"\b(?:everyone|everybody|anyone|anybody|"
    r"(?:all|every|each|any)(?: of)?(?: our)? (?:customer|shopper|guest|visitor)s?)\b",
    re.IGNORECASE,
)
_OLD_TOO = re.compile(
    r"\bnew (?:and|or|as well as) (?:existing|present|current|old|loyal|returning|long-standing)\b"
    r"|\bold (?:and|or) new\b"
    r"|\bwhether you(?:['’]re| are) (?:\w+ )?new or\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\b(?:new|first-time|existing|returning|registered)(?: \w+)? "
    r"(?:customers?|members?|subscribers?|guests?|clients?)\b"
    r"|\b(?:members|subscribers|cardholders|students|pensioners|seniors|teachers|nurses)\b",
    re.IGNORECASE,
)
_JOINING = roots_of("join sign subscribe")
_TIER = re.compile(r"\b(?:silver|gold|platinum|bronze|diamond|premium|premier|elite|vip)\b", re.IGNORECASE)
_ALL_MEMBERS = re.compile(r"\b(?:all|every|each|any)(?: \w+){0,3} members?\b", re.IGNORECASE)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_AMOUNT = r"[£$€]?\d[\d.,]*(?: ?[a-z]{1,2})?"
_PERIOD = r"[a-z]+ (?:minutes?|hours?|days?|nights?|weeks?|months?|years?|people|times)"
_AT_WILL = (
    (
        re.compile(r"\bwithout (?:any )?notice\b|\bat no notice\b", re.IGNORECASE),
        re.compile(rf"\b(?:\d{{1,3}}|{SPELLED}|an?) (?:hour|day|week|month)s?['’]?s? notice\b", re.IGNORECASE),
    ),
    (
        re.compile(
            r"\bwhatever (?:\w+ ){1,4}you (?:like|want|choose|buy)\b|\bany \w+ you like\b"
            r"|\bwhatever (?:happens|the (?:cause|reason|damage|weather))|\bno matter what\b|\bcome what may\b",
            re.IGNORECASE,
        ),
        re.compile(
            r"\b(?:does not|doesn['’]t|is not|are not) (?:apply|valid|included|work|cover|covered)\b|\bexcept\b",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(
            r"\b(?:whenever|(?:at )?any ?time|as (?:much|many|long|often) as you|any number of|"
            r"as (?:much|many|often)(?: \w+){0,4} as (?:you|they) (?:like|want|wish|please|choose)|time and again|"
            r"of any (?:size|length|age|value|amount)|"
            r"(?:whatever|regardless of) (?:the|its|your) (?:size|length|age|value|amount)|"
            r"(?:however|no matter how) (?:small|little|large|long|old|often))\b",
            re.IGNORECASE,
        ),
        re.compile(
            r"\b(?:within|up to|until|no later than|at least|at most|under|over|minimum(?: of)?)\b"
            rf"(?: {SPELLED}\b|[^.;,]{{0,30}}?(?:{_AMOUNT}|\b{_PERIOD}))"
            rf"|{_AMOUNT}(?: an? \w+)? (?:or more|or over|and over|and above|minimum)\b"
            r"|\b(?:once (?:per|for|each|only|a|in)|only once|(?:used?|works?|valid|redeemed) once|single use)\b",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(
            r"\b(?:every|any) (?:single )?day(?: of the (?:week|year))?\b|\ball week\b|\bseven days\b|\bweek round\b",
            re.IGNORECASE,
        ),
        re.compile(
            rf"\b{_WEEKDAY} (?:to|through|until|and|-|–) {_WEEKDAY}|\b(?:on|at) (?:weekdays|weekends)\b|\bmidweek\b"
            rf"|\b(?:on|only on|every) {_WEEKDAY}\b",
            re.IGNORECASE,
        ),
    ),
)
"""What sets no limit, and the limits that it drops."""
_CLAUSE_END = re.compile(r"[,;:!?()—–]|\.(?=\s|$)|\s(?:and|or|but)\s(?!more\b|over\b|above\b)")
_PHRASE_OPENS = r"(?:^|[,.;:]\s|\b(?:and|or|the|our|for|on|of|all|with|from|to|your)\s)"
_MOST_LOOKED_AT = 20
"""Clauses, claims of all and kinds of a thing in one text."""


def widens(statement: str, source: str, paragraph: str, following: str = "") -> str:
    """The words with which ``statement`` says of all what ``source`` says within a limit; empty where it does not.

    So ``all repairs`` for ``most repairs``, ``everyone`` for new members, ``whenever`` for ``within 14 days``, ``any
    day`` for Monday to Thursday. ``source`` is the part of its ``paragraph`` that the statement restates; an exception
    may stand in the sentence ``following`` it.
    """
    rules = (_of_all, _everything, _everybody)
    widened = (rule(statement, source, following) for rule in rules)
    return (
        next(filter(None, widened), "")
        or _at_will(statement, paragraph, following)
        or _of_every_kind(statement, paragraph)
    )


def _of_all(statement: str, source: str, following: str) -> str:
    for universal in islice(_OF_ALL.finditer(statement), _MOST_LOOKED_AT):
        thing = roots_of(universal[1])
        if thing & roots_of(" ".join(_OF_SOME.findall(source))):
            return universal[0]
        excepted, told = _exceptions_to(thing, source), f"{statement} {following}"
        if excepted and not _has_exception(told) and not excepted & roots_of(told):
            return universal[0]
    return ""


def _of_every_kind(statement: str, paragraph: str) -> str:
    for universal in islice(_OF_ALL.finditer(statement), _MOST_LOOKED_AT):
        kinds = _kinds_of(roots_of(universal[1]), paragraph)
        if len(kinds) > 1 and not kinds & roots_of(statement):
            return universal[0]
    return ""


def _kinds_of(thing: frozenset[str], source: str) -> frozenset[str]:
    """The roots of what stands right before each mention of ``thing``; nothing where one stands alone."""
    kinds: set[str] = set()
    words = words_of(source)
    for before, word in pairwise(words):
        if word.root not in thing:
            continue
        opens = re.search(_PHRASE_OPENS + r"$", source[: before.start], re.IGNORECASE)
        if not opens or not carries_fact(before) or before.folded[0].isdigit() or len(kinds) > _MOST_LOOKED_AT:
            return frozenset()
        kinds.add(before.root)
    return frozenset(kinds)


def _exceptions_to(thing: frozenset[str], source: str) -> frozenset[str]:
    """The roots of what a sentence about all of ``thing`` leaves out."""
    for sentence in re.split(r"(?<=[.!?])\s", source):
        universal = any(thing & roots_of(match[1]) for match in _OF_ALL.finditer(sentence))
        if universal and (exception := _EXCEPTION.search(sentence)):
            return telling_roots(sentence[exception.end() :])
    return frozenset()


def _has_exception(text: str) -> bool:
    return _EXCEPTION.search(text) is not None or denials_in(text) > 0


def _everything(statement: str, source: str, following: str) -> str:
    found = _EVERYTHING.search(statement)
    if not found or not _EXCEPTION.search(source) or _has_exception(f"{statement} {following}"):
        return ""
    return "" if any(sign.isdigit() for sign in statement) else found[0]


def _everybody(statement: str, source: str, following: str) -> str:
    all_members = _ALL_MEMBERS.search(statement)
    if all_members and _TIER.search(source) and not _TIER.search(f"{statement} {following}"):
        return all_members[0]
    found = _EVERYBODY.search(statement) or _OLD_TOO.search(statement)
    if not found or _EVERYBODY.search(source) or _OLD_TOO.search(source):
        return ""
    telling = telling_roots(statement)
    meant = (own for own in _clauses(source) if len(telling & telling_roots(own)) > 1)
    groups = frozenset(root for own in meant for match in _GROUP.finditer(own) for root in roots_of(match[0]))
    told = roots_of(f"{statement} {following}")
    named = found.re is _EVERYBODY and (groups | _JOINING) & told
    return found[0] if groups and not named else ""


def _at_will(statement: str, source: str, following: str) -> str:
    told = roots_of(f"{statement} {following}")
    for at_large, limit in _AT_WILL:
        about = frozenset[str]()
        for clause in _clauses(statement):
            found = at_large.search(clause)
            rest = at_large.sub(" ", clause)
            about = telling_roots(rest) or about
            if found and not denials_in(rest) and _is_bounded(about, told, source, at_large, limit):
                return found[0]
    return ""


def _is_bounded(
    about: frozenset[str], told: frozenset[str], source: str, at_large: re.Pattern[str], limit: re.Pattern[str]
) -> bool:
    """Whether ``source`` limits what a clause is ``about``, never says so at large, and the limit is not ``told``.

    A clause that is ``about`` nothing is held to every limit.
    """
    clauses = [clause for clause in _clauses(source) if not about or about & telling_roots(clause)]
    bounds = [bound[0] for clause in clauses if (bound := limit.search(clause))]
    return not any(map(at_large.search, clauses)) and any(not _figures(bound) & told for bound in bounds)


def _clauses(text: str) -> Iterator[str]:
    return islice((clause for clause in _CLAUSE_END.split(text) if clause.strip()), _MOST_LOOKED_AT)


def _figures(bound: str) -> frozenset[str]:
    """What of a limit must be named for it to be told: its numbers, its days, or that it is once."""
    words = [word for word in words_of(bound) if carries_fact(word) or word.folded == "once"]
    counted = frozenset(word.root for word in words if word.root[0].isdigit() or word.folded == "once")
    return counted or frozenset(word.root for word in words)
