"""The statements of a body: its sentences, and which of its citations each stands on.

Pure functions on text; whether a citation resolves and says so is not decided here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shared.domain.citations import extract_citations, one_line
from shared.domain.markdown import sentences
from shared.domain.words import carries_fact, words_of

_MARKER = "\ue000{}\ue001"
_MARKED = re.compile("\ue000([0-9]+)\ue001")
_AFTER_STOP = re.compile("([.!?…][\"'”’)]*)\\s*+((?:\ue000[0-9]+\ue001\\s*+)+)")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_SHORT_LINE = 8
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*•–]|\d{1,3}[.)])[ \t]")
_WRAPPED = 50
"""Characters of a line from which on its break is taken for a wrapped line's."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the body, without its citations, and the numbers (from 0) of the citations it stands on.

    ``below`` are those of the sentence further on in its paragraph under which it stands, where it has none itself.
    """

    text: str
    citations: tuple[int, ...]
    below: tuple[int, ...] = ()


def statements_of(body: str) -> list[Statement]:
    """The sentences of ``body`` in order, each with the citations in it or right after it.

    A sentence with citations in several places is one statement up to each of them; what follows the last belongs to
    it. Greeting and signature lines are statements too.
    """
    found: list[Statement] = []
    for paragraph in re.split(r"\n[ \t]*\n", _with_markers(body)):
        stated = [*_lines_of(paragraph)]
        if found and stated and stated[0].citations and not _has_words(stated[0].text):
            found[-1] = replace(found[-1], citations=(*found[-1].citations, *stated[0].citations))
        below: tuple[int, ...] = ()
        for index in range(len(stated) - 1, -1, -1):
            below = stated[index].citations or below
            stated[index] = replace(stated[index], below=() if stated[index].citations else below)
        found.extend(statement for statement in stated if _has_words(statement.text))
    return found


def _with_markers(body: str) -> str:
    """``body`` with each citation replaced by its number between two private signs."""
    pieces, position = [], 0
    for number, mark in enumerate(extract_citations(body)):
        pieces += [_MARKED.sub("", body[position : mark.start]), _MARKER.format(number)]
        position = mark.end
    return "".join([*pieces, _MARKED.sub("", body[position:])])


def _lines_of(paragraph: str) -> Iterator[Statement]:
    """The statements of one paragraph; a line break that is no wrapped line's ends a sentence too."""
    lines: list[str] = []
    before = ""
    for line in paragraph.split("\n"):
        if len(before) >= _WRAPPED and not _LIST_ITEM.match(line):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
        before = line
    for line in lines:
        for sentence in sentences(_markers_first(line)):
            yield from _pieces(sentence)


def _markers_first(block: str) -> str:
    """Citations after a full stop moved before it: they belong to the sentence that ends there."""
    return _AFTER_STOP.sub(r" \2\1 ", block)


def _pieces(sentence: str) -> list[Statement]:
    """One statement up to each group of citations that has something told before it."""
    parts = _MARKED.split(sentence)
    pieces: list[Statement] = []
    text, numbers = parts[0], []
    for number, following in zip(parts[1::2], parts[2::2], strict=True):
        numbers.append(int(number))
        if _tells(text) and _tells(following) and following is not parts[-1]:
            pieces.append(Statement(_tidy(text), tuple(numbers)))
            text, numbers = following, []
        else:
            text = f"{text.rstrip()}{following}"
    return [*pieces, Statement(_tidy(text), tuple(numbers))] if text.strip() or numbers else pieces


def _tidy(text: str) -> str:
    """One line, without the space that a citation taken out leaves before a full stop."""
    return re.sub(r" +(?=[.,;:!?…])", "", one_line(text))


def _has_words(text: str) -> bool:
    return bool(words_of(text))


def _tells(text: str) -> bool:
    return any(map(carries_fact, words_of(text)))


def signature_of(body: str) -> str:
    """The short last lines of ``body`` that end no sentence: who it is from."""
    last = body.rstrip().rpartition("\n\n")[2].split("\n")
    short = (line for line in last if len(line.split()) <= _SHORT_LINE and not extract_citations(line))
    return " ".join(line for line in short if not _SENTENCE_END.search(line.rstrip()))
