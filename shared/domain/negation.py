"""What a text denies, and which words a restatement of it turns into their opposite.

Pure functions on English text. They look at the word that a negation falls on, not at its meaning: a denial told in
other words ("never costs", "is free") is no contradiction; the same word without its denial is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from shared.domain.words import CALENDAR, Word, carries_fact, is_grammar, roots_of, words_of

_BEFORE_VERB = frozenset({"not", "cannot", "nor", "neither", "avoid", "avoids", "lacks"})
_SOMEWHERE = frozenset(
    {
        *("never", "hardly", "nothing", "none", "nobody", "unless", "unable", "stop", "stops", "prevent", "prevents"),
        *("lacking", "lack", "missing", "exception", "exceptions", "exempted", "barred", "invalid"),
        *("excluded", "excepted", "exempt", "ineligible", "unavailable"),
    }
)
"""Words that deny their clause without one word of it to point at."""
_BEFORE_NOUN = frozenset({"no", "without"})
_APART = frozenset({"except", "excepting", "excluding", "excludes", "exclude"})
_NEGATIONS = _BEFORE_VERB | _SOMEWHERE | _BEFORE_NOUN | _APART
_APART_FROM = re.compile(r"\b(?:(?:other|aside) than|apart from|aside from|with the exception of)\b", re.IGNORECASE)
_LIST_AFTER = re.compile(
    r"(\b(?:except(?:ing)?|excluding|excludes?)\b[^,.;:!?()]{0,200}),[^.;:!?()—–]*",
    re.IGNORECASE,
)
"""An exception with a list: what follows its first item is left out of the account."""
_PART_END = re.compile(
    r"[;!?()—–]|:(?!\d)|(?<!\b[ap]\.m)\.(?=\s+(?-i:[A-Z])|\s*$)|\s-\s|"
    r"\b(?:but|while|although|though|whereas|even (?:if|when|though))\b",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely|simply)\b|\bno (?:later|earlier|sooner|more|less|fewer|doubt|wonder|matter|end)\b|"
    r"\b(?:at |for )?(?:no|without) (?:any )?(?:extra |additional |further )?(?:cost|charge|fee)s?\b|"
    r"\bneed(?:n['’]t| not)\b|\b(?:whether|if) or not\b|\bwhy not\b|\bnot to mention\b|\bnever mind\b|"
    r"\bdon['’]t worry\b|\bno-(?=\w)|\bwithout (?:it|them|one|that|this|these|those)\b|\b(?:does not|doesn['’]t|"
    r"do not|don['’]t|no) matter\b|\bsay no to\b|\bno\. ?\d|"
    r"\bwithout\b(?=\s*[,.;:)])",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:away|far) from\b|(?<=\w )\bout of (?=(?:the|direct|reach|sight|your|its|any)\b)", re.IGNORECASE
)
_LEFT_OUT_OF = re.compile(r"\b(?:left|leaves?|leaving|ruled|rules) out\b|\bpasses? over\b", re.IGNORECASE)
_NONE_OF = re.compile(r":\s*(?=(?:none|no|not included)\b)(?:none|no|not included)\b", re.IGNORECASE)
_NAMED_EXCEPTION = re.compile(r"\b(exceptions?)\s*[:—–-]\s*", re.IGNORECASE)
_UP_TO_YOU = re.compile(r"\b(?:is|are) up to you\b", re.IGNORECASE)
_FREE_OF = re.compile(r"\b([a-z]{3,20})-free\b|\bfree (?:from|of) (?!charge\b)([a-z]{3,20})\b", re.IGNORECASE)
_ALL_BUT = re.compile(r"\b((?:any|every|all)(?:thing|one)?(?: \w{1,20})?) but\b", re.IGNORECASE)
_ADVICE = re.compile(r"\b(?:avoid|skip|don['’]?t|do not|never|not)\b", re.IGNORECASE)
_HARM = re.compile(
    r"\b(?:scratch|dull|damage|harm|ruin|fade|stain|shrink|crack|warp|break|spoil|weaken|void|burn|rust|melt)(?:e?s|ing)?\b",
    re.IGNORECASE,
)
_UNLESS = re.compile(r"\bunless\b", re.IGNORECASE)
_ONLY_IF = re.compile(r"\bonly (?:if|when|where)\b", re.IGNORECASE)
_REACH = 4
"""Words after a negation within which the word stands that it falls on."""
_AFFIRMS = re.compile(
    r"\b(?:includ(?:es?|ed|ing)|cover(?:s|ed)?|appl(?:y|ies)|eligible|accept(?:s|ed)?|available|valid|qualif(?:y|ies)|"
    r"count|allowed|permitted|can be|(?:may|can) (?:come|enter|join|travel|ride|stay)|welcome)\b(?! for (?:\d|"
    r"up to|an?\b|one\b|t\w+ |f\w+ |s\w+ (?:day|week|month|year)))",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[;:!?()—–]|,?\s(?:and|but|while) (?=it\b|they\b|that\b|this\b|we\b|you\b)|\.(?=\s+[A-Z]|\s*$)"
)
_LEAST_SHARED = 3
_MOST_OF = 0.65
_REACH_APART = 12
_LEFT_OUT = 4
"""Telling words after an ``except`` that it leaves out, among so many words."""
_GENERIC = roots_of(
    "part offer deal sale promotion programme program service rule item include cover apply eligible accept available "
    "valid qualify count allowed permitted admit admitted welcome come enter"
)
"""What any offer is made of, and that it holds: tells nothing of for what."""
_NEITHER = roots_of("price pay cost worry")
"""What costs nothing is told in so many ways that a negation by it says little."""


_OPPOSITES = tuple(
    (roots_of(one), roots_of(other))
    for one, other in (
        ("include contain", "exclude except omit"),
        ("before", "after"),
        ("more over above", "less fewer under below"),
        ("minimum least", "maximum most"),
        ("increase rise raise", "decrease fall lower reduce"),
        ("open", "closed"),
        ("start begin", "end expire"),
        ("allowed permitted accepted", "forbidden prohibited refused banned"),
        ("always", "sometimes occasionally"),
        ("indoors", "outdoors"),
        ("indoor", "outdoor"),
        ("weekday", "weekend"),
        ("hot", "cold"),
        ("safe", "unsafe"),
    )
)


class Denial(NamedTuple):
    """What a text says of its telling words, by their roots.

    ``affirmed`` stand in no sentence part with a negation, ``denied`` are what a negation falls on, ``lacking`` the
    things that there are none of, and ``allowed`` stand between two commas without one: a list shares its negation with
    its verb, a clause does not.
    """

    affirmed: frozenset[str]
    denied: frozenset[str]
    lacking: frozenset[str]
    allowed: frozenset[str]


def denial_of(text: str) -> Denial:
    """What ``text`` affirms and denies; numbers and prices are told in too many ways to be among it."""
    parts = _PART_END.split(_LIST_AFTER.sub(r"\1", _plain(text)))
    return Denial(
        affirmed=_undenied(parts),
        denied=frozenset(words[index].root for words in map(words_of, parts) for index in _denied(words)),
        lacking=frozenset(words[index].root for words in map(words_of, parts) for index in _lacking(words)),
        allowed=_undenied(clause for part in parts for clause in part.split(",")),
    )


def _undenied(parts: Iterable[str]) -> frozenset[str]:
    """The telling roots of those parts that have no negation."""
    plain = (words for words in map(words_of, parts) if not any(map(_negates, words)))
    return frozenset(word.root for words in plain for word in words if _is_deniable(word) and word.root.isalpha())


def denials_in(text: str) -> int:
    """How many negations stand in ``text``."""
    return sum(map(_negates, words_of(_plain(text))))


def turned_words(statement: str, source: str, topic: frozenset[str] = frozenset(), beside: str = "") -> tuple[str, ...]:
    """Roots that ``statement`` affirms and ``source`` denies, or the reverse, and opposites put for one another.

    ``source`` should be the few sentences that the statement restates, ``beside`` what stands around them: what is
    denied there too may be denied. That there are no more of what it is about, the roots of its ``topic``, denies
    nothing of it. Empty when nothing is turned round.
    """
    said, stated = denial_of(statement), denial_of(source)
    said_denied, stated_denied = (one.denied | (one.lacking - topic) for one in (said, stated))
    affirmed = (said.affirmed & stated_denied) - stated.allowed - said_denied
    denied = (said_denied & stated.affirmed) - stated_denied - said.allowed - denial_of(beside).denied
    denied = frozenset(word for word in denied if _is_told_of(roots_of(statement), source, word))
    if (harm := _HARM.findall(source)) and _ADVICE.search(statement):
        denied &= roots_of(" ".join(harm))
    told = roots_of(statement)
    if _UNLESS.search(source) and _ONLY_IF.search(statement):
        affirmed = frozenset()
    affirmed = frozenset(word for word in affirmed if _is_about(told, source, word))
    return tuple(sorted({*affirmed, *denied, *_opposites(statement, source)}))


def denies_otherwise(statement: str, source: str, beside: str) -> bool:
    """Whether ``statement`` denies what ``source`` tells and the text ``beside`` it does not deny, or the reverse.

    A denial that falls on no word that can be named counts too, outside a condition.
    """
    said, stated = denial_of(statement), denial_of(source)
    mine, theirs = said.denied | said.lacking, stated.denied | stated.lacking
    if not (mine or theirs):
        return not any(word.folded == "if" for word in words_of(f"{statement} {source}"))
    around = denial_of(beside)
    told, known = roots_of(statement), roots_of(source)
    return bool((mine - theirs - around.denied - around.lacking) & known or (theirs - mine) & told)


def _is_about(told: frozenset[str], source: str, word: str) -> bool:
    """Whether a part of ``source`` that denies ``word`` is mostly about words that are ``told``."""
    parts = _PART_END.split(_LIST_AFTER.sub(r"\1", _plain(source)))
    for words in map(words_of, (clause for part in parts for clause in part.split(","))):
        others = {one.root for one in words if _is_deniable(one) and one.root.isalpha() and not _negates(one)} - {word}
        denied = {words[index].root for index in (*_denied(words), *_lacking(words))}
        if word in denied and 3 * len(others & told) >= 2 * len(others):
            return True
    return False


def _is_told_of(told: frozenset[str], source: str, word: str) -> bool:
    """Whether a clause of ``source`` that affirms ``word`` says anything else of what is ``told``, or nothing else."""
    parts = _PART_END.split(_plain(source))
    for words in map(words_of, (clause for part in parts for clause in part.split(","))):
        roots = {one.root for one in words if _is_deniable(one) and one.root.isalpha()}
        if word in roots and not any(map(_negates, words)) and (roots == {word} or (roots - {word}) & told):
            return True
    return False


def _plain(text: str) -> str:
    """``text`` without what only looks like a denial, with ``except`` for any exception and ``no`` for ``free of``."""
    text = _FREE_OF.sub(lambda match: f"no {match[1] or match[2]}", text)
    text = _LEFT_OUT_OF.sub("excluded", _NONE_OF.sub(" none", _NAMED_EXCEPTION.sub(r"\1 ", text)))
    text = _AWAY.sub("not ", _UP_TO_YOU.sub("is not included", text))
    return _APART_FROM.sub("except", _ALL_BUT.sub(r"\1 except", _NO_DENIAL.sub(" ", text)))


def _negates(word: Word) -> bool:
    return word.folded in _NEGATIONS or word.folded.endswith("n't")


def _denied(words: Sequence[Word]) -> Iterator[int]:
    """Indices of the words of a clause that its negations fall on. A condition denies nothing."""
    if any(word.folded == "if" for word in words):
        return
    for index, word in enumerate(words):
        if word.folded in _BEFORE_VERB or word.folded.endswith("n't"):
            restricts = any(one.folded in {"that", "which", "who"} for one in words[max(0, index - 2) : index])
            yield from () if restricts else _next(words, index)
        elif word.folded in _BEFORE_NOUN and _is_verbal(words, index):
            yield from _next(words, index + 1)
        elif word.folded in _APART:
            following = range(index + 1, min(index + 1 + _REACH_APART, len(words)))
            telling = [number for number in following if _is_deniable(words[number])]
            yield from [number for number in telling if words[number].root not in CALENDAR][:_LEFT_OUT]


def _lacking(words: Sequence[Word]) -> Iterator[int]:
    """Indices of the words of a clause that there is none of: after ``no``."""
    for index, word in enumerate(words):
        if word.folded == "no" and not _is_verbal(words, index):
            yield from _noun(words, index)


def _is_verbal(words: Sequence[Word], index: int) -> bool:
    return index + 1 < len(words) and words[index + 1].folded in {"longer", "need", "way"}


def _next(words: Sequence[Word], index: int) -> Iterator[int]:
    """The first telling word after ``index`` that a denial can be told by."""
    following = range(index + 1, min(index + 1 + _REACH, len(words)))
    yield from [number for number in following if _is_deniable(words[number])][:1]


def _is_deniable(word: Word) -> bool:
    return carries_fact(word) and word.root not in _NEITHER


def _noun(words: Sequence[Word], index: int) -> Iterator[int]:
    """The last of up to three words in a row after a ``no``: what there is none of."""
    end = index + 1
    while end < min(index + 4, len(words)) and not is_grammar(words[end]):
        end += 1
    yield from [end - 1] if end > index + 1 and _is_deniable(words[end - 1]) else _next(words, index)


def _plain_denials(text: str) -> int:
    """Negations that are not themselves the opposite of a word."""
    opposites = frozenset().union(*(one | other for one, other in _OPPOSITES))
    return sum(_negates(word) and word.root not in opposites for word in words_of(_plain(text)))


def _opposites(statement: str, source: str) -> Iterator[str]:
    """Roots of ``statement`` whose opposite alone stands in ``source``, where neither denies more than the other."""
    if (_plain_denials(statement) - _plain_denials(source)) % 2:
        return
    said, stated = (roots_of(text) for text in (statement, source))
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            if said & one and not said & other and stated & other and not stated & one:
                yield from said & one


def affirms_denied(statement: str, source: str) -> bool:
    """Whether a part of ``statement`` says that something holds, of most of what one part of ``source`` denies.

    So a list of what is not included cannot be told as one of what is, whatever the verb.
    """
    said = [part for part in _CLAUSE_END.split(statement) if _AFFIRMS.search(part) and not denials_in(part)]
    return any(_affirms(roots_of(part), source) for part in said)


def _affirms(said: frozenset[str], source: str) -> bool:
    for part in _PART_END.split(_plain(source)):
        words = words_of(part)
        telling = {word.root for word in words if _is_deniable(word) and word.root.isalpha()} - _GENERIC
        shared = telling & said
        if any(map(_negates, words)) and len(shared) >= _LEAST_SHARED and len(shared) >= _MOST_OF * len(telling):
            return True
    return False
