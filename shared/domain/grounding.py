"""Grounding: which sentence of a body stands on which citation, and whether the cited section says what it says.

A sentence is grounded when it stands in the section word for word, or when enough of its telling words stand together
there (the stated overlap), none of its names is foreign to the section and nothing is turned into its opposite. English
text; lexical by design: it asks whether the words are there, so that its answer can be explained and repeated.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from shared.contracts import Citation, Finding, SupportedClaim
from shared.domain.citations import CitationMark, shortened
from shared.domain.contradiction import LEAST_LIKENESS, contradicts
from shared.domain.foreign import added_clause, foreign_materials, foreign_names, misquoted
from shared.domain.sources import CitedSection
from shared.domain.statements import Statement, signature_of, statements_of
from shared.domain.support import HeldTo, Span, overlap_of, paraphrase, quotation
from shared.domain.words import CALENDAR, roots_of, telling_roots, words_of

LEAST_OVERLAP = 0.4
"""Share of a sentence's telling words that must stand together in the cited section."""
SPEAKS_OF = 0.5
"""From this overlap on, a sentence without a citation of its own speaks of the section that its paragraph cites."""
_LEAST_UNCITED = 0.75
"""From this overlap on, a sentence that stands under no citation may not contradict what the message cites."""
_LEAST_ABOVE = 0.3
"""Overlap from which on a sentence above a citation may name nothing that its section does not."""
_ELSEWHERE = 0.85
"""Overlap with another document from which on a sentence that has less than ``_HERE`` with its own is that one's."""
_HERE = 0.7
_LEAST_TOLD = 4
"""Telling words from which on a sentence may be known as another document's."""
_OURS = re.compile(r"our\b", re.IGNORECASE)
_OTHER_WORDS = "is not what"
MOST_FINDINGS = 10


class Grounded(NamedTuple):
    """The statements that their sections support, and what is wrong with the others."""

    claims: tuple[SupportedClaim, ...]
    findings: tuple[Finding, ...]
    passing: frozenset[Statement] = frozenset()
    """Statements above a citation that do not speak of what its section says."""


class _Judgement(NamedTuple):
    """Why a statement may not be told, the span that supports it, and whether it speaks of its section."""

    problem: str
    span: Span | None
    speaks: bool = True


def ground(
    body: str,
    resolved: Sequence[tuple[CitationMark, Citation | str]],
    section_of: Callable[[Citation], CitedSection],
    own_names: Iterable[str],
    library: Sequence[tuple[CitedSection, frozenset[str]]] = (),
) -> Grounded:
    """Hold every statement of ``body`` to the sections of its citations, given as resolved in order.

    Statements of a citation that did not resolve are passed over: that has its finding. Where a sentence above it tells
    what the section says, one that ends in the citation may be a remark on it. A sentence under no citation may not
    contradict what the message cites. ``own_names`` are texts whose words need no source, such as the brand's name;
    ``library`` are the sections of all documents with the roots of their words, to tell where else a sentence is from.
    A sentence word for word from a section that the paragraph cites later is a claim too. At most ``MOST_FINDINGS``
    findings, all with check ``citation``.
    """
    outcomes = [outcome for _, outcome in resolved]
    sections = {outcome: section_of(outcome) for outcome in outcomes if isinstance(outcome, Citation)}
    names = roots_of(" ".join((*own_names, signature_of(body)))) | CALENDAR
    claims: list[SupportedClaim] = []
    findings: list[Finding] = []
    statements = statements_of(body)
    judged: dict[Statement, _Judgement] = {}
    for statement, following in zip(statements, [*statements[1:], Statement("", ())], strict=False):
        cited = [outcomes[number] for number in (*statement.citations, *statement.below)] or outcomes
        if not any(isinstance(outcome, str) for outcome in cited):
            held = [sections[outcome] for outcome in cited if isinstance(outcome, Citation)]
            judged[statement] = _judge(statement, HeldTo(held, names, following.text, library))
    told = {number for statement, one in judged.items() if one.span for number in statement.below}
    for statement, (problem, span, _) in judged.items():
        if problem.startswith(_OTHER_WORDS) and not told.isdisjoint(statement.citations):
            continue
        if problem:
            findings.append(Finding(check="citation", detail=f"'{shortened(statement.text, 80)}' {problem}"))
        elif span and (statement.citations or span.exact):
            claims.append(_claim(statement.text, span))
    passing = frozenset(statement for statement, one in judged.items() if statement.below and not one.speaks)
    return Grounded(tuple(claims), tuple(findings[:MOST_FINDINGS]), passing)


def _judge(statement: Statement, held_to: HeldTo) -> _Judgement:
    """Hold ``statement`` to its sections.

    One that only stands above a citation is judged where it speaks of what the section says, and is a claim where it
    quotes it. A statement that tells nothing needs no support.
    """
    telling = telling_roots(statement.text) - held_to.names
    if not telling or not held_to.sections:
        return _Judgement("", None)
    exact = quotation(words_of(statement.text), held_to.sections)
    span = exact or paraphrase(telling, held_to.sections)
    if span is None:
        return _Judgement(f"{_OTHER_WORDS} {_where(held_to)} says: it says nothing", None)
    speaks = bool(statement.citations) or (bool(statement.below) and span.overlap >= SPEAKS_OF)
    least = LEAST_LIKENESS if speaks else _LEAST_UNCITED
    problem = (
        _unlike(statement.text, telling, span, held_to) if speaks else _names_more(statement, span, held_to)
    ) or contradicts(statement.text, span if speaks or span.overlap >= least else None, held_to, least)
    return _Judgement(problem, span if (speaks or exact) and not problem else None, speaks)


def _names_more(statement: Statement, span: Span, held_to: HeldTo) -> str:
    """The names that a sentence above a citation, or one about the brand itself, adds to what is told."""
    about = span.overlap >= _LEAST_ABOVE if statement.below else _OURS.match(statement.text)
    foreign = foreign_names(statement.text, held_to.sections, held_to.names) if about else []
    return f"names {', '.join(foreign)}, which {_where(held_to)} does not" if foreign else ""


def _where(held_to: HeldTo) -> str:
    return shortened(" or ".join(section.label for section in held_to.sections), 120)


def _unlike(text: str, telling: frozenset[str], span: Span, held_to: HeldTo) -> str:
    """What ``text`` says that its sections do not; empty when they do."""
    where, sections, names = _where(held_to), held_to.sections, held_to.names
    if words := misquoted(text, sections):
        return f"quotes '{shortened(words, 80)}' in a way that {where} does not"
    if foreign := foreign_names(text, sections, names) or foreign_materials(text, sections, names):
        return f"names {', '.join(foreign)}, which {where} does not"
    if span.overlap < _HERE and len(telling) >= _LEAST_TOLD and (other := _elsewhere(telling, held_to)):
        return f"{_OTHER_WORDS} {where} says: {other} says it"
    if span.overlap < LEAST_OVERLAP:
        return f"{_OTHER_WORDS} {where} says (overlap {span.overlap:.2f}, at least {LEAST_OVERLAP} is needed)"
    if added := added_clause(text, sections, names):
        return f"adds '{shortened(added, 80)}', which {where} does not say"
    return ""


def _elsewhere(telling: frozenset[str], held_to: HeldTo) -> str:
    """The section of another document that says it, if one does."""
    cited = {section.citation.document_id for section in held_to.sections}
    span = paraphrase(
        telling,
        [
            section
            for section, roots in held_to.library
            if section.citation.document_id not in cited and overlap_of(telling, roots) >= _ELSEWHERE
        ],
    )
    return f"{span.citation.title}, {span.citation.section}" if span and span.overlap >= _ELSEWHERE else ""


def _claim(statement: str, span: Span) -> SupportedClaim:
    citation = span.citation
    quote = span.paragraph.text[span.start : span.end]
    return SupportedClaim(
        statement=statement,
        document_id=citation.document_id,
        version=citation.version,
        title=citation.title,
        section=citation.section,
        paragraph_index=span.paragraph.index,
        start=span.start,
        end=span.start + len(quote.rstrip()),
        quote=quote.rstrip(),
        exact=span.exact,
        overlap=round(span.overlap, 3),
    )
