"""Where a statement is supported: the exact words of a section, or the few sentences that hold most of its words.

Lexical by design: it asks whether the words are there, so that its answer can be explained and repeated.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from shared.contracts import Citation
from shared.domain.markdown import Paragraph, sentence_spans
from shared.domain.sources import CitedSection
from shared.domain.words import Word, roots_of, telling_roots, words_of

WINDOW = 3
"""Sentences in a row that may support one sentence."""
_FIGURE_WEIGHT = 3
_SHORTEST_LIKENESS = 5
"""Letters that two roots must share from their start to count as one word."""


class HeldTo(NamedTuple):
    """What a statement is held to.

    ``names`` are roots of words that need no source, ``following`` the sentence after the statement, and ``library``
    the sections of all documents with the roots of their words.
    """

    sections: Sequence[CitedSection]
    names: frozenset[str]
    following: str = ""
    library: Sequence[tuple[CitedSection, frozenset[str]]] = ()


class Span(NamedTuple):
    """Where the support stands: ``paragraph.text[start:end]``."""

    citation: Citation
    paragraph: Paragraph
    start: int
    end: int
    exact: bool
    overlap: float


def quotation(words: Sequence[Word], sections: Iterable[CitedSection]) -> Span | None:
    """Where the words stand one after the other in a paragraph."""
    wanted = [word.folded for word in words]
    for section, paragraph in paragraphs_of(sections):
        stated = words_of(paragraph.text)
        folded = [word.folded for word in stated]
        for first in range(len(folded) - len(wanted) + 1):
            if folded[first : first + len(wanted)] == wanted:
                start, end = stated[first].start, stated[first + len(wanted) - 1].end
                return Span(section.citation, paragraph, start, end, exact=True, overlap=1.0)
    return None


def paraphrase(telling: frozenset[str], sections: Sequence[CitedSection]) -> Span | None:
    """The few sentences in a row of one paragraph that hold most of the roots ``telling``; the shortest such run.

    None where the sections hold no sentence.
    """
    return max(_runs_of(telling, sections), key=lambda span: (span.overlap, span.start - span.end), default=None)


def _runs_of(telling: frozenset[str], sections: Iterable[CitedSection]) -> Iterator[Span]:
    for section, paragraph in paragraphs_of(sections):
        named = roots_of(f"{section.citation.title} {section.citation.section}")
        for start, end in runs(paragraph.text):
            overlap = overlap_of(telling, named | roots_of(paragraph.text[start:end]))
            yield Span(section.citation, paragraph, start, end, exact=False, overlap=overlap)


def runs(text: str) -> Iterator[tuple[int, int]]:
    """Where one to ``WINDOW`` sentences in a row start and end."""
    spans = [*sentence_spans(text)]
    for size in range(1, WINDOW + 1):
        for first in range(len(spans) - size + 1):
            yield spans[first][0], spans[first + size - 1][1]


def overlap_of(telling: Iterable[str], stated: frozenset[str]) -> float:
    """Share of ``telling`` that is among ``stated`` or begins like one of them; a figure counts as several words."""
    weights = {one: _FIGURE_WEIGHT if one[0].isdigit() else 1 for one in telling}
    return sum(weight for one, weight in weights.items() if _holds(stated, one)) / sum(weights.values())


def _holds(stated: frozenset[str], wanted: str) -> bool:
    if wanted in stated:
        return True
    start = wanted[:_SHORTEST_LIKENESS]
    return len(start) == _SHORTEST_LIKENESS and start.isalpha() and any(one.startswith(start) for one in stated)


def paragraphs_of(sections: Iterable[CitedSection]) -> Iterator[tuple[CitedSection, Paragraph]]:
    return ((section, paragraph) for section in sections for paragraph in section.paragraphs)


def sentences_around(span: Span) -> str:
    """The whole sentences of the paragraph that the span touches."""
    text = span.paragraph.text
    touched = [(start, end) for start, end in sentence_spans(text) if start < span.end and end > span.start]
    return text[touched[0][0] : touched[-1][1]]


def told_in(sections: Iterable[CitedSection]) -> frozenset[str]:
    """The roots of everything that the sections say, their titles included."""
    return frozenset[str]().union(*(section.roots for section in sections))


def likeness(telling: frozenset[str], stated: str) -> float:
    """Jaccard's index of the telling words."""
    told = telling_roots(stated)
    return len(telling & told) / len(telling | told)
