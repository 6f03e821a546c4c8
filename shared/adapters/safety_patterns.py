"""A small language for patterns over words, compiled to regular expressions over one character per word.

Each known word belongs to classes; words with the same classes share a character, so a pattern of any vocabulary is a
short expression with bounded repetition, and a search takes time in proportion to the number of words.

A pattern is elements separated by spaces:
    kill            this word                       a|b|CLASS   one word of these
    CLASS           a word of a class               a|CLASS?    the same, or nothing
    ..3             up to three words of one sentence, none of which negates
    __3             the same, negations included
    ~~3             the same, ends of sentences included too
    !a|CLASS        the next word is none of these  <!a|CLASS   the word before is none of these
    ( x y | z )     one of these sequences          ( ... )?    the same, or nothing
    ^               the start of a sentence or quotation
    $               what follows is no further noun: the end, or a small function word
    {NAME}          a named part of a pattern
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from shared.adapters.safety_text import END, QUOTE, Vocabulary, squeezed
from shared.run_config import SafetyCategory, Severity

UNKNOWN = "x"
_FIRST_CODE = 0xE000
_NAME = re.compile(r"\{(\w+)\}")
_GAP = re.compile(r"(\.\.|__|~~)(\d+)")


class Rule(NamedTuple):
    """A pattern that shows ``severity`` in ``category``."""

    category: SafetyCategory
    severity: Severity
    pattern: str
    firm: bool = False
    """Whether denial and comment around it do not soften it."""
    unless: str = ""
    """A class; a word of it near by voids the rule."""


@dataclass(frozen=True)
class Coder:
    """Words to characters and patterns to expressions, over one lexicon."""

    vocabulary: Vocabulary
    codes: Mapping[str, str]
    """Word or stem -> its character."""
    members: Mapping[str, str]
    """Class, or word, -> the characters of its words."""
    parts: Mapping[str, str]
    """Named parts of patterns."""

    def encode(self, tokens: Iterable[str]) -> str:
        """One character per token; words that are not known are ``UNKNOWN``."""
        return "".join(token if token in (END, QUOTE) else self.codes.get(token, UNKNOWN) for token in tokens)

    def needs(self, pattern: str) -> tuple[frozenset[str], ...]:
        """Sets of characters of each of which a text must hold one, or ``pattern`` is not in it: a quick first look."""
        alternatives, _ = self._alternatives(iter(self._spelled_out(pattern).split()))
        return _common(alternatives)

    def compile(self, pattern: str) -> re.Pattern[str]:
        """The expression of ``pattern``. KeyError for a class or part that does not exist."""
        return re.compile("".join(map(self._element, self._spelled_out(pattern).split())))

    def _spelled_out(self, pattern: str) -> str:
        while _NAME.search(pattern):
            pattern = _NAME.sub(lambda name: f"( {self.parts[name[1]]} )", pattern)
        return pattern

    def _alternatives(self, elements: Iterator[str]) -> tuple[list[list[frozenset[str]]], str]:
        """What each alternative needs, up to the end of the group, and the element that ends it."""
        found: list[list[frozenset[str]]] = [[]]
        for element in elements:
            if element in (")", ")?"):
                return found, element
            if element == "|":
                found.append([])
            elif element == "(":
                inner, end = self._alternatives(elements)
                found[-1] += _common(inner) if end == ")" else ()
            elif element[0].isalnum() and not element.endswith("?"):
                found[-1].append(frozenset(code for name in element.split("|") for code in self.members[name]))
        return found, ""

    def _element(self, element: str) -> str:
        if element in ("|", ")", ")?"):
            return element
        if element == "(":
            return "(?:"
        if element == "^":
            return f"(?<![^{END}{QUOTE}])"
        if element == "$":
            return f"(?=[{END}{QUOTE}{self.members['FUNC']}]|\\Z)"
        if gap := _GAP.fullmatch(element):
            barred = {"..": END + self.members["NEG"], "__": END, "~~": "\n"}[gap[1]]
            return f"[^{barred}]{{0,{gap[2]}}}?"
        return self._one_word(element)

    def _one_word(self, element: str) -> str:
        if element.startswith("<!"):
            return f"(?<!{self._class(element[2:])})"
        if element.startswith("!"):
            return f"(?!{self._class(element[1:])})"
        return self._class(element.removesuffix("?")) + ("?" if element.endswith("?") else "")

    def _class(self, names: str) -> str:
        return f"[{''.join(sorted({code for name in names.split('|') for code in self.members[name]}))}]"


def _common(alternatives: list[list[frozenset[str]]]) -> tuple[frozenset[str], ...]:
    """What a text must hold for any of ``alternatives``: the narrowest need of each, together; none if one has none."""
    if len(alternatives) == 1:
        return tuple(alternatives[0])
    if not all(alternatives):
        return ()
    return (frozenset().union(*(min(needs, key=len) for needs in alternatives)),)


def coder(
    classes: Mapping[str, str],
    parts: Mapping[str, str],
    patterns: Iterable[str],
    strong: Iterable[str],
    masked: Iterable[str],
) -> Coder:
    """The coder of a lexicon: its classes, the words its patterns name themselves, and which words are strong."""
    named = [(word, tag) for name, entries in classes.items() for word, tag in _entries(name, entries)]
    named += [(word, word) for word in _literals([*patterns, *parts.values()])]
    tags: dict[str, set[str]] = {}
    for word, tag in named:
        tags.setdefault(word.removesuffix("*"), set()).add(tag)
    stems = frozenset(word[:-1] for word, _ in named if word.endswith("*"))
    plain = {word: frozenset().union(*(tags[part] for part in _beginnings(word, stems))) for word in tags}
    vocabulary = Vocabulary(
        words=frozenset(plain),
        stems=stems,
        strong=frozenset(word for word in plain if not plain[word].isdisjoint(strong)),
        masked=tuple(masked),
        squeezed=squeezed(plain),
    )
    return _coded(plain, vocabulary, parts)


def _coded(tags: Mapping[str, frozenset[str]], vocabulary: Vocabulary, parts: Mapping[str, str]) -> Coder:
    kinds = sorted({tuple(sorted(names)) for names in tags.values()})
    code_of = {kind: chr(_FIRST_CODE + index) for index, kind in enumerate(kinds)}
    members: dict[str, str] = {}
    for kind, code in code_of.items():
        for name in kind:
            members[name] = members.get(name, "") + code
    codes = {word: code_of[tuple(sorted(named))] for word, named in tags.items()}
    return Coder(vocabulary, codes, members, parts)


def _beginnings(word: str, stems: frozenset[str]) -> set[str]:
    """The word, and the stems it begins with: it belongs to their classes too."""
    return {word, *(word[:end] for end in range(len(word)) if word[:end] in stems)}


def _entries(name: str, entries: str) -> Iterable[tuple[str, str]]:
    return (form for entry in entries.split() for form in _forms(name, entry))


def _forms(name: str, entry: str) -> Iterable[tuple[str, str]]:
    """The words of an entry with their class: ``noun~`` adds plurals (NAME_S), ``verb+`` its forms (_S, _ED, _ING)."""
    word = entry.rstrip("~+")
    yield word, name
    if entry.endswith(("~", "+")):
        yield from ((form, f"{name}_S") for form in _with_s(word))
    if entry.endswith("+"):
        stems = {word, word + word[-1], word.removesuffix("e")}
        yield from ((f"{stem}ing", f"{name}_ING") for stem in stems)
        yield from ((f"{stem}ed", f"{name}_ED") for stem in stems)


def _with_s(word: str) -> set[str]:
    plural = {f"{word}s", f"{word}es"}
    return {*plural, f"{word[:-1]}ies"} if word.endswith("y") else plural


def _literals(patterns: Iterable[str]) -> set[str]:
    """The words that patterns name themselves, rather than through a class."""
    names = (name for pattern in patterns for element in pattern.split() for name in element.strip("<!?").split("|"))
    return {name for name in names if name.isascii() and name.isalpha() and name.islower()}
