"""What a text denies, and which words a restatement of it turns into their opposite.

Pure functions on English text. They look at the word that a negation falls on, not at its meaning: a denial told in
other words ("never costs", "is free") is no contradiction; the same word without its denial is.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from shared.domain.words import CALENDAR, Word, carries_fact, is_grammar, roots_of, telling_roots, words_of

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
    r"\bwithout\b(?=\s*[,.;:)])|\bif (?:(?:there|it|they|you|that|this) (?:is|are|do|does) )?not\b(?=\s*(?:[,.;:)]|$))",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:away|far) from\b|(?<=\w )\bout of (?=(?:the|direct|reach|sight|your|its|any)\b)", re.IGNORECASE
)
_LEFT_OUT_OF = re.compile(r"\b(?:left|leaves?|leaving|ruled|rules) out\b|\bpasses? over\b", re.IGNORECASE)
_NONE_OF = re.compile(r":\s*(?=(?:none|no|not included)\b)(?:none|no|not included)\b", re.IGNORECASE)
_NAMED_EXCEPTION = re.compile(r"\b(exceptions?)\s*[:—–-]\s*", re.IGNORECASE)
_RATHER_THAN = re.compile(r"\b(?:rather than|instead of|in place of|can skip(?= the\b))\b", re.IGNORECASE)
_UP_TO_YOU = re.compile(r"\b(?:is|are) up to you\b", re.IGNORECASE)
_FREE_OF = re.compile(r"\b([a-z]{3,20})-free\b|\bfree (?:from|of) (?!charge\b)([a-z]{3,20})\b", re.IGNORECASE)
_ALL_BUT = re.compile(r"\b((?:any|every|all)(?:thing|one)?(?: \w{1,20})?) but\b", re.IGNORECASE)
_ADVICE = re.compile(r"\b(?:avoid|skip|don['’]?t|do not|never|not)\b", re.IGNORECASE)
_HARM = re.compile(
    r"\b(?:scratch|dull|damage|harm|ruin|fade|stain|shrink|crack|warp|break|spoil|weaken|void|burn|rust|melt)(?:e?s|ing)?\b",
    re.IGNORECASE,
)
_CLAUSE_BREAK = re.compile(
    r",?\s(?:and|or|so)\s(?=(?:it|they|you|we|there|this|that|is|are|does|do|will|can|cannot|has|have|no|not|never|none|"
    r"nothing|only)\b|\w+n['’]t\b)|,\s(?:and|but)\s(?=(?:the|an?|our|its|their|each|every)\b)"
    r"|,\s(?=(?:which|who|where|when|it|they|you|we|if|nor|not|since|with)\b)",
    re.IGNORECASE,
)
"""Where a clause ends within a part: before a subject, a verb or a negation of its own; not between items of a list."""
_LEAST_ALIKE = 0.4
"""Likeness of two clauses from which on one may turn round a word of the other."""
_MOST_CLAUSES = 200
"""Clauses of a statement that are looked at: more than a body may have words."""
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
_GRANTS = re.compile(r"%|\b(?:off|discount|sav(?:es?|ings?)|free|half price)\b", re.IGNORECASE)
_NOT_PART = re.compile(
    r"\W*(.{3,60}?) (?:is|are) not (?:part of|included|covered|in (?:it|the (?:offer|sale|event|promotion)))\b",
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


def denials_in(text: str) -> int:
    """How many negations stand in ``text``."""
    return sum(map(_negates, words_of(_plain(text))))


def turned_words(statement: str, source: str, topic: frozenset[str] = frozenset(), beside: str = "") -> tuple[str, ...]:
    """Roots that ``statement`` affirms and ``source`` denies, or the reverse, and opposites put for one another.

    Clause by clause: of the clauses of ``source`` and of the text ``beside`` it that have the word, the one most like
    the statement's decides. That there are no more of what it is about, the roots of its ``topic``, denies nothing of
    it. Empty when nothing is turned round.
    """
    if _UNLESS.search(source) and _ONLY_IF.search(statement):
        return ()
    stated = list(dict.fromkeys((*_clauses_of(source), *_clauses_of(beside))))
    turned = {
        word for clause in islice(_clauses_of(statement), _MOST_CLAUSES) for word in _turned_in(clause, stated, topic)
    }
    return tuple(sorted({*turned, *_opposites(statement, source)}))


def _turned_in(clause: "_Clause", stated: Sequence["_Clause"], topic: frozenset[str]) -> Iterator[str]:
    """The words of a statement's ``clause`` whose polarity the most similar clause of its source has the other way."""
    for word in clause.denied | clause.affirmed:
        opposed = [one for one in stated if word in clause.opposed(one)]
        nearest = max(opposed, key=lambda one: clause.likeness(one, word), default=clause)
        agrees = any(word in clause.shared(one) and one.is_told_in(clause, word) for one in stated)
        lacks = word in topic and word in nearest.lacking | clause.lacking
        advises = clause.advises and nearest.harms and word not in nearest.harms
        if opposed and not (agrees or lacks or advises) and clause.likeness(nearest, word) >= _LEAST_ALIKE:
            yield word


class _Clause(NamedTuple):
    """A clause by its telling roots: its own, those of the clause before, what it denies, and what it affirms.

    Those of a clause with a negation that falls on another word are neither.
    """

    told: frozenset[str]
    before: frozenset[str]
    denied: frozenset[str]
    lacking: frozenset[str]
    affirmed: frozenset[str]
    harms: frozenset[str]
    advises: bool

    def opposed(self, other: "_Clause") -> frozenset[str]:
        """The words that one affirms and the other denies."""
        return (self.denied & other.affirmed) | (self.affirmed & other.denied)

    def shared(self, other: "_Clause") -> frozenset[str]:
        """The words that both affirm or both deny."""
        return (self.denied & other.denied) | (self.affirmed & other.affirmed)

    def is_told_in(self, other: "_Clause", word: str) -> bool:
        """Whether at least half of what this one tells beside ``word`` is told in the other."""
        return 2 * len((self.told - {word}) & other.told) >= len(self.told - {word})

    def likeness(self, other: "_Clause", word: str) -> float:
        """Jaccard's index of what both tell beside ``word``, from 0 to 1.

        It is 1 where the other one tells all of this one and more, or nothing else at all and stands first. One that
        tells nothing else leans on the clause before it.
        """
        mine, theirs = self.told - {word}, other.told - {word}
        if (mine and mine < theirs) or not (theirs or other.before):
            return 1.0
        if not theirs:
            both = len(self.before & other.before) / len(self.before | other.before)
            return max(len(mine & other.before) / max(len(mine), 1), both)
        return len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0


def _clauses_of(text: str) -> Iterator[_Clause]:
    parts = _PART_END.split(_LIST_AFTER.sub(r"\1", _plain(text)))
    before = frozenset[str]()
    for clause in (clause for part in parts for clause in _CLAUSE_BREAK.split(part)):
        words = words_of(clause)
        negates = any(map(_negates, words))
        told = frozenset(word.root for word in words if _is_deniable(word) and not _negates(word))
        lacking = frozenset(words[index].root for index in _lacking(words))
        denied = frozenset(words[index].root for index in _denied(words)) | lacking
        plain = frozenset() if negates else frozenset(root for root in told if root.isalpha())
        harms = roots_of(" ".join(_HARM.findall(clause)))
        if told:
            yield _Clause(told, before, denied, lacking, plain, harms, _ADVICE.search(clause) is not None)
            before = told


def denies_otherwise(statement: str, source: str, beside: str) -> bool:
    """Whether ``statement`` denies what ``source`` tells and the text ``beside`` it does not deny, or the reverse.

    A denial that falls on no word that can be named counts too, outside a condition.
    """
    mine, theirs = _denied_in(statement), _denied_in(source)
    if not (mine or theirs):
        return not any(word.folded == "if" for word in words_of(f"{statement} {source}"))
    told, known = roots_of(statement), roots_of(source)
    return bool((mine - theirs - _denied_in(beside)) & known or (theirs - mine) & told)


def _denied_in(text: str) -> frozenset[str]:
    """The roots of what a negation of ``text`` falls on, and of the things that there are none of."""
    parts = map(words_of, _PART_END.split(_LIST_AFTER.sub(r"\1", _plain(text))))
    return frozenset(words[index].root for words in parts for index in (*_denied(words), *_lacking(words)))


def _plain(text: str) -> str:
    """``text`` without what only looks like a denial, with ``except`` for any exception and ``no`` for ``free of``."""
    text = _FREE_OF.sub(lambda match: f"no {match[1] or match[2]}", text)
    text = _LEFT_OUT_OF.sub("excluded", _NONE_OF.sub(" none", _NAMED_EXCEPTION.sub(r"\1 ", text)))
    text = _AWAY.sub("not ", _RATHER_THAN.sub(", not", _UP_TO_YOU.sub("is not included", text)))
    return _APART_FROM.sub("except", _ALL_BUT.sub(r"\1 except", _NO_DENIAL.sub(" ", text)))


def _negates(word: Word) -> bool:
    return word.folded in _NEGATIONS or word.folded.endswith("n't")


def _denied(words: Sequence[Word]) -> Iterator[int]:
    """Indices of the words of a clause that its negations fall on. A condition denies nothing.

    An exception denies none of the words that stand before it too: ``tickets, except for Saver tickets``.
    """
    if any(word.folded == "if" for word in words):
        return
    first = {word.root: index for index, word in reversed([*enumerate(words)])}
    for index, word in enumerate(words):
        if word.folded in _BEFORE_VERB or word.folded.endswith("n't"):
            restricts = any(one.folded in {"that", "which", "who"} for one in words[max(0, index - 2) : index])
            yield from () if restricts else _next(words, index)
        elif word.folded in _BEFORE_NOUN and _is_verbal(words, index):
            yield from _next(words, index + 1)
        elif word.folded in _APART:
            following = range(index + 1, min(index + 1 + _REACH_APART, len(words)))
            telling = [number for number in following if _is_deniable(words[number])][:_LEFT_OUT]
            yield from [
                number for number in telling if words[number].root not in CALENDAR and first[words[number].root] > index
            ]


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
    parts = [part for part in _CLAUSE_END.split(statement) if not denials_in(part)]
    granted = roots_of(" ".join(part for part in parts if _GRANTS.search(part)))
    affirmed = any(_affirms(roots_of(part), source) for part in parts if _AFFIRMS.search(part))
    return affirmed or any(left_out <= granted for left_out in _left_out(source))


def _left_out(source: str) -> Iterator[frozenset[str]]:
    """The roots of what is ``not part of it``, one set for each clause that says so of two words or more."""
    for clause in re.split(r"[.;:!?]\s|,\s(?:and|but|while)\s", source):
        if (match := _NOT_PART.match(clause)) and len(things := telling_roots(match[1]) - _GENERIC) > 1:
            yield things


def _affirms(said: frozenset[str], source: str) -> bool:
    for clause in _clauses_of(source):
        telling = frozenset(root for root in clause.told if root.isalpha()) - _GENERIC
        shared = telling & said
        if not clause.affirmed and len(shared) >= _LEAST_SHARED and len(shared) >= _MOST_OF * len(telling):
            return True
    return False
