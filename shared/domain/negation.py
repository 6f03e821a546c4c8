"""What a text denies, and which words a restatement of it turns into their opposite.

Pure functions on English text. They look at the word that a negation falls on, not at its meaning: a denial told in
other words ("never costs", "is free") is no contradiction; the same word without its denial is.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.domain.words import Word, carries_fact, roots_of, words_of

_BEFORE_VERB = frozenset({"not", "never", "cannot", "hardly", "nor", "neither"})
_AFTER_VERB = frozenset({"nothing", "none", "nobody"})
_BEFORE_NOUN = frozenset({"no", "without"})
_APART_FROM = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|excluding|excludes?|other than|apart from|with the exception of)\b"
    r"([^.;:!?()]{0,200})",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely|simply)\b|\bno (?:later|earlier|sooner|more|less|fewer|doubt|wonder|matter|end)\b|"
    r"\b(?:whether|if) or not\b|\bwhy not\b|\bnot to mention\b|\bnever mind\b|\bno\. ?\d",
    re.IGNORECASE,
)
_REACH = 4
"""Words after a negation within which the word stands that it falls on."""


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
    """The roots that a text affirms and those that a negation in it falls on."""

    affirmed: frozenset[str]
    denied: frozenset[str]


def denial_of(text: str) -> Denial:
    """What ``text`` affirms and what it denies, by the roots of its telling words."""
    plain = _NO_DENIAL.sub(lambda match: " " * len(match[0]), text)
    words = words_of(plain)
    denied = {*_denied(words), *_left_out(plain, words)}
    affirmed = {word.root for index, word in enumerate(words) if carries_fact(word) and index not in denied}
    return Denial(frozenset(affirmed), frozenset(words[index].root for index in denied))


def turned_words(statement: str, source: str) -> tuple[str, ...]:
    """Roots that ``statement`` affirms and ``source`` denies, or the reverse, and opposites put for one another.

    ``source`` should be the few sentences that the statement restates. Empty when nothing is turned round.
    """
    said, stated = denial_of(statement), denial_of(source)
    affirmed = (said.affirmed & stated.denied) - stated.affirmed - said.denied
    denied = (said.denied & stated.affirmed) - stated.denied - said.affirmed
    return tuple(sorted({*affirmed, *denied, *_opposites(statement, source)}))


def _denied(words: Sequence[Word]) -> Iterator[int]:
    """Indices of the words that negations fall on."""
    for index, word in enumerate(words):
        if word.folded in _BEFORE_VERB or word.folded.endswith("n't"):
            yield from _next_telling(words, index)
        elif word.folded in _AFTER_VERB:
            yield from (*_next_telling(words, index), *_last_telling(words, index))
        elif word.folded in _BEFORE_NOUN:
            longer = index + 1 < len(words) and words[index + 1].folded in {"longer", "need", "way"}
            yield from _next_telling(words, index) if longer else _noun(words, index)


def _next_telling(words: Sequence[Word], index: int) -> Iterator[int]:
    following = range(index + 1, min(index + 1 + _REACH, len(words)))
    yield from [number for number in following if carries_fact(words[number])][:1]


def _last_telling(words: Sequence[Word], index: int) -> Iterator[int]:
    before = range(index - 1, max(index - 1 - _REACH, -1), -1)
    yield from [number for number in before if carries_fact(words[number])][:1]


def _noun(words: Sequence[Word], index: int) -> Iterator[int]:
    """The last of up to three telling words right after a ``no``: what there is none of."""
    end = index + 1
    while end < min(index + 4, len(words)) and carries_fact(words[end]):
        end += 1
    if end > index + 1:
        yield end - 1
    else:
        yield from _next_telling(words, index)


def _left_out(text: str, words: Sequence[Word]) -> Iterator[int]:
    """Indices of the words after an ``except``: what the sentence does not hold for."""
    spans = [match.span(1) for match in _APART_FROM.finditer(text)]
    for index, word in enumerate(words):
        if carries_fact(word) and any(start <= word.start < end for start, end in spans):
            yield index


def _opposites(statement: str, source: str) -> Iterator[str]:
    """Roots of ``statement`` whose opposite alone stands in ``source``, and not in the statement."""
    said, stated = (roots_of(text) for text in (statement, source))
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            if said & one and not said & other and stated & other and not stated & one:
                yield from said & one
