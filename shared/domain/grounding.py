"""Grounding: which sentence of a body stands on which citation, and whether the cited section says what it says.

A sentence is grounded when it stands in the section word for word, or when enough of its telling words stand together
there (the stated overlap), none of its names is foreign to the section and nothing is turned into its opposite. English
text; lexical by design: it asks whether the words are there, so that its answer can be explained and repeated.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from shared.contracts import Citation, Claim, Finding, SupportedClaim
from shared.domain.citations import (
    CitationMark,
    comparable,
    extract_citations,
    one_line,
    shortened,
    without_citations,
)
from shared.domain.limits import widens
from shared.domain.markdown import Paragraph, sentence_spans, sentences
from shared.domain.negation import affirms_denied, denials_in, denies_otherwise, turned_words
from shared.domain.sources import CitedSection
from shared.domain.words import MATERIALS, Word, carries_fact, roots_of, words_of

LEAST_OVERLAP = 0.4
"""Share of a sentence's telling words that must stand together in the cited section."""
SPEAKS_OF = 0.5
"""From this overlap on, a sentence without a citation of its own speaks of the section that its paragraph cites."""
_QUOTED = re.compile(r"“[^“”]{1,400}”|(?<!\w)\"[^\"]{1,400}\"(?!\w)")
_LEAST_QUOTED = 4
"""Words in quotation marks from which on they count as somebody's."""
_OTHER_WORDS = "is not what"
LEAST_LIKENESS = 0.65
"""Overlap from which on a denial in one of the two texts is held against the other."""
_LEAST_BY_CHANCE = 0.75
"""The same of a sentence that stands under no citation."""
_FOREIGN = 0.25
"""Overlap up to which a clause tells something else than its section."""
_NEXT_CLAUSE = re.compile(r", and |; ")
_OF_A_THING = re.compile(r"(?:every|each|all|our|the|an?|it|they|its|their)\b", re.IGNORECASE)
_OF_SOMEBODY = re.compile(r"\b(?:you|your|yours|we|us|i|me)\b", re.IGNORECASE)
_LEAST_ABOVE = 0.3
"""Overlap from which on a sentence above a citation may name nothing that its section does not."""
_OURS = re.compile(r"our\b", re.IGNORECASE)
_NEARLY_ALIKE = 0.85
_ALIKE = 0.99
_SHORT = 6
_FIGURE_WEIGHT = 3
WINDOW = 3
"""Sentences in a row that may support one sentence."""
MOST_FINDINGS = 10

_STRONG_MARK = re.compile(r"[;:—–()]")
_CLAUSE_END = re.compile(
    r"[;:—–()]|,? (?:so|because|although|though|whereas|while|which) |, and (?=it|they|we|you|that|this|there)\b"
)
_LEAST_OF_CLAUSE = 3
"""Telling words from which on a clause is held to its source by itself."""

_MARKER = "\ue000{}\ue001"
_MARKED = re.compile("\ue000([0-9]+)\ue001")
_AFTER_STOP = re.compile("([.!?…][\"'”’)]*)\\s*+((?:\ue000[0-9]+\ue001\\s*+)+)")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_SHORT_LINE = 8
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*•–]|\d{1,3}[.)])[ \t]")
_WRAPPED = 50
"""Characters of a line from which on its break is taken for a wrapped line's."""
_CALENDAR = roots_of(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur "
    "thurs fri sat sun spring summer autumn winter christmas easter thanksgiving"
)
_SHORTEST_LIKENESS = 5
"""Letters that two roots must share from their start to count as one word."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the body, without its citations, and the numbers (from 0) of the citations it stands on.

    ``below`` are those of the sentence further on in its paragraph under which it stands, where it has none itself.
    """

    text: str
    citations: tuple[int, ...]
    below: tuple[int, ...] = ()


class Span(NamedTuple):
    """Where the support stands: ``paragraph.text[start:end]``."""

    citation: Citation
    paragraph: Paragraph
    start: int
    end: int
    exact: bool
    overlap: float


class Grounded(NamedTuple):
    """The statements that their sections support, and what is wrong with the others."""

    claims: tuple[SupportedClaim, ...]
    findings: tuple[Finding, ...]


# --- statements -------------------------------------------------------------------------------------------------------


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


# --- support ----------------------------------------------------------------------------------------------------------


def ground(
    body: str,
    resolved: Sequence[tuple[CitationMark, Citation | str]],
    section_of: Callable[[Citation], CitedSection],
    own_names: Iterable[str],
) -> Grounded:
    """Hold every statement of ``body`` to the sections of its citations, given as resolved in order.

    Statements of a citation that did not resolve are passed over: that has its finding. Where a sentence above it tells
    what the section says, one that ends in the citation may be a remark on it. ``own_names`` are texts whose
    words need no source, such as the brand's name. A sentence word for word from a section that the paragraph cites
    later is a claim too. At most ``MOST_FINDINGS`` findings, all with check ``citation``.
    """
    outcomes = [outcome for _, outcome in resolved]
    sections = {outcome: section_of(outcome) for outcome in outcomes if isinstance(outcome, Citation)}
    names = roots_of(" ".join((*own_names, _signature(body)))) | _CALENDAR
    claims: list[SupportedClaim] = []
    findings: list[Finding] = []
    statements = statements_of(body)
    judged: dict[Statement, tuple[str, Span | None]] = {}
    for statement, following in zip(statements, [*statements[1:], Statement("", ())], strict=True):
        cited = [outcomes[number] for number in (*statement.citations, *statement.below)] or outcomes
        if not any(isinstance(outcome, str) for outcome in cited):
            held_to = [sections[outcome] for outcome in cited if isinstance(outcome, Citation)]
            judged[statement] = _judge(statement, following.text, held_to, names)
    told = {number for statement, (_, span) in judged.items() if span for number in statement.below}
    for statement, (problem, span) in judged.items():
        if problem.startswith(_OTHER_WORDS) and not told.isdisjoint(statement.citations):
            continue
        if problem:
            findings.append(Finding(check="citation", detail=f"'{shortened(statement.text, 80)}' {problem}"))
        elif span and (statement.citations or span.exact):
            claims.append(_claim(statement.text, span))
    return Grounded(tuple(claims), tuple(findings[:MOST_FINDINGS]))


def _signature(body: str) -> str:
    """The short last lines of ``body`` that end no sentence: who it is from."""
    last = body.rstrip().rpartition("\n\n")[2].split("\n")
    short = (line for line in last if len(line.split()) <= _SHORT_LINE and not extract_citations(line))
    return " ".join(line for line in short if not _SENTENCE_END.search(line.rstrip()))


def check_drafted(
    claims: Sequence[Claim],
    body: str,
    resolved: Sequence[tuple[CitationMark, Citation | str]],
    section_of: Callable[[Citation], CitedSection],
) -> tuple[Finding, ...]:
    """What is wrong with the claims that a writer made for ``body``; at most ``MOST_FINDINGS``.

    A claim's statement stands in the body, citations and white space aside, its citation is one of the body's, and its
    quote stands in the cited section word for word.
    """
    prose = _squeezed(without_citations(body))
    cited = {comparable(mark.text): outcome for mark, outcome in resolved}
    findings = (
        Finding(check="citation", detail=f"claim {number}: {problem}")
        for number, claim in enumerate(claims, start=1)
        for problem in _drafting_problems(claim, prose, cited, section_of)
    )
    return tuple(islice(findings, MOST_FINDINGS))


def _drafting_problems(
    claim: Claim, prose: str, cited: Mapping[str, Citation | str], section_of: Callable[[Citation], CitedSection]
) -> Iterator[str]:
    statement = _squeezed(without_citations(claim.statement))
    if not statement or statement not in prose:
        yield "its statement does not stand in the body"
    marks = extract_citations(claim.citation)
    outcome = cited.get(comparable(marks[0].text)) if len(marks) == 1 else None
    if outcome is None:
        yield "its citation does not stand in the body"
    quote = words_of(claim.quote)
    if not quote:
        yield "it quotes nothing of its source"
    elif isinstance(outcome, Citation) and not _quotation(quote, [section_of(outcome)]):
        yield f"its quote does not stand in {outcome.title}, {outcome.section}"


def _squeezed(text: str) -> str:
    """``comparable`` without any white space: a citation taken out may leave a space before a full stop."""
    return "".join(comparable(text).split())


def _judge(
    statement: Statement, following: str, sections: Sequence[CitedSection], names: frozenset[str]
) -> tuple[str, Span | None]:
    """Why the sections do not support ``statement``, before the sentence ``following`` it, and the span that does.

    One that only stands above a citation is judged where it speaks of what the section says, and is a claim where it
    quotes it. A statement that tells nothing needs no support.
    """
    words = words_of(statement.text)
    telling = frozenset(word.root for word in words if carries_fact(word)) - names
    if not telling or not sections:
        return "", None
    exact = _quotation(words, sections)
    span = exact or _paraphrase(telling, sections)
    if span is None:
        return f"{_OTHER_WORDS} {_where(sections)} says: it says nothing", None
    speaks = bool(statement.citations) or (bool(statement.below) and span.overlap >= SPEAKS_OF)
    problem = _unlike(statement.text, span, sections, names) if speaks else ""
    if not problem and (foreign := _foreign_facts(statement, span, sections, names)):
        problem = f"names {', '.join(foreign)}, which {_where(sections)} does not"
    least = LEAST_LIKENESS if speaks else _LEAST_BY_CHANCE
    whole = span if speaks or span.overlap >= least else None
    problem = problem or _contradicts(statement.text, following, whole, sections, names, least)
    return problem, span if (speaks or exact) and not problem else None


def _foreign_facts(
    statement: Statement, span: Span, sections: Sequence[CitedSection], names: frozenset[str]
) -> list[str]:
    """Names that a sentence above a citation, or one about the brand itself, adds to what is told."""
    if statement.citations:
        return []
    about = _OURS.match(statement.text) if not statement.below else span.overlap >= _LEAST_ABOVE
    return _foreign_names(statement.text, sections, names) if about else []


def _where(sections: Sequence[CitedSection]) -> str:
    return shortened(" or ".join(section.label for section in sections), 120)


def _unlike(text: str, span: Span, sections: Sequence[CitedSection], names: frozenset[str]) -> str:
    """What ``text`` says that its sections do not; empty when they do."""
    where = _where(sections)
    if words := _misquoted(text, sections):
        return f"quotes '{shortened(words, 80)}' in a way that {where} does not"
    if foreign := _foreign_names(text, sections, names) or _foreign_materials(text, sections, names):
        return f"names {', '.join(foreign)}, which {where} does not"
    if span.overlap < LEAST_OVERLAP:
        return f"{_OTHER_WORDS} {where} says (overlap {span.overlap:.2f}, at least {LEAST_OVERLAP} is needed)"
    if added := _added(text, sections, names):
        return f"adds '{shortened(added, 80)}', which {where} does not say"
    return ""


def _added(text: str, sections: Iterable[CitedSection], names: frozenset[str]) -> str:
    """A clause after the first that tells of a thing, not of the reader, in words that the sections do not have."""
    told = _told_in(sections)
    for clause in _NEXT_CLAUSE.split(text)[1:]:
        telling = frozenset(word.root for word in words_of(clause) if carries_fact(word)) - names
        of_a_thing = _OF_A_THING.match(clause) and not _OF_SOMEBODY.search(clause) and not denials_in(clause)
        if of_a_thing and len(telling) >= _LEAST_OF_CLAUSE and _overlap(telling, told) <= _FOREIGN:
            return clause
    return ""


def _contradicts(
    text: str,
    following: str,
    whole: Span | None,
    sections: Sequence[CitedSection],
    names: frozenset[str],
    least: float,
) -> str:
    """How ``text`` or a clause of it says the contrary of its section, or more than it; empty when it does not.

    ``whole`` is what all of ``text`` stands on, if anything; a clause is held to what it stands on by itself, where
    their overlap is at ``least`` so much.
    """
    if text.rstrip().endswith("?"):
        return ""
    for clause in dict.fromkeys((text, *_clauses(text))):
        telling = frozenset(word.root for word in words_of(clause) if carries_fact(word)) - names
        span = whole if clause is text else telling and _paraphrase(telling, sections)
        if not span or (clause is not text and span.overlap < least):
            continue
        if problem := _turned_round(clause, telling, span) or _unlimited(clause, following, span):
            return problem
    return ""


def _clauses(text: str) -> list[str]:
    """The clauses of ``text``, at strong marks and at all, that tell enough to be held to a source by themselves."""
    parts = [part.strip() for marks in (_STRONG_MARK, _CLAUSE_END) for part in marks.split(text)]
    return [part for part in parts if sum(map(carries_fact, words_of(part))) >= _LEAST_OF_CLAUSE]


def _turned_round(text: str, telling: frozenset[str], span: Span) -> str:
    where = f"{span.citation.title}, {span.citation.section}"
    topic = roots_of(where)
    around = _sentences_around(span)
    turned = turned_words(text, around, topic, span.paragraph.text) if span.overlap >= LEAST_LIKENESS else ()
    if turned:
        return f"turns round what {where} says ({', '.join(turned)})"
    denied = affirms_denied(text, span.paragraph.text) or _denies_what_is_said(telling, text, span.paragraph.text)
    return f"turns round what {where} says" if denied else ""


def _unlimited(text: str, following: str, span: Span) -> str:
    widened = widens(text, _sentences_around(span), span.paragraph.text, following)
    return f"says '{widened}' where {span.citation.title}, {span.citation.section} sets a limit" if widened else ""


def _misquoted(text: str, sections: Iterable[CitedSection]) -> str:
    """Words in quotation marks that no section has so, or has from somebody else; empty where there are none."""
    quotations = [match for match in _QUOTED.finditer(text) if len(words_of(match[0])) >= _LEAST_QUOTED]
    ends = [0, *(match.end() for match in quotations)]
    starts = [*(match.start() for match in quotations), len(text)]
    for number, match in enumerate(quotations):
        span = _quotation(words_of(match[0]), sections)
        beside = _names_in(f"{text[ends[number] : match.start()]} . {text[match.end() : starts[number + 1]]}")
        if span is None or (beside and not beside & roots_of(f"{_sentences_around(span)} {span.citation.title}")):
            return match[0]
    return ""


def _names_in(text: str) -> frozenset[str]:
    """Roots of the capitalised words that do not open a sentence."""
    words = [word for word in words_of(text) if text[word.start].isupper() and carries_fact(word)]
    return frozenset(word.root for word in words if word.start and not _opens(text, word)) - _CALENDAR


def _denies_what_is_said(telling: frozenset[str], text: str, paragraph: str) -> bool:
    """Whether the sentences of ``paragraph`` that are nearly the same words have a negation more or fewer.

    A long statement may tell one of its parts in words that need none, so it is compared only with its very words.
    """
    best, stated = max((_alike(telling, paragraph[start:end]), paragraph[start:end]) for start, end in _runs(paragraph))
    odd = (denials_in(text) - denials_in(stated)) % 2 == 1
    return odd and best >= (_NEARLY_ALIKE if len(telling) <= _SHORT else _ALIKE) and denies_otherwise(text, stated, paragraph)


def _alike(telling: frozenset[str], stated: str) -> float:
    """Jaccard's index of the telling words."""
    told = frozenset(word.root for word in words_of(stated) if carries_fact(word))
    return len(telling & told) / len(telling | told)


def _quotation(words: Sequence[Word], sections: Iterable[CitedSection]) -> Span | None:
    """Where the words stand one after the other in a paragraph."""
    wanted = [word.folded for word in words]
    for section, paragraph in _paragraphs(sections):
        stated = words_of(paragraph.text)
        folded = [word.folded for word in stated]
        for first in range(len(folded) - len(wanted) + 1):
            if folded[first : first + len(wanted)] == wanted:
                start, end = stated[first].start, stated[first + len(wanted) - 1].end
                return Span(section.citation, paragraph, start, end, exact=True, overlap=1.0)
    return None


def _paraphrase(telling: frozenset[str], sections: Sequence[CitedSection]) -> Span | None:
    """The few sentences in a row of one paragraph that hold most of the roots ``telling``; the shortest such run.

    None where the sections hold no sentence.
    """
    return max(_runs_of(telling, sections), key=lambda span: (span.overlap, span.start - span.end), default=None)


def _runs_of(telling: frozenset[str], sections: Iterable[CitedSection]) -> Iterator[Span]:
    for section, paragraph in _paragraphs(sections):
        named = roots_of(f"{section.citation.title} {section.citation.section}")
        for start, end in _runs(paragraph.text):
            overlap = _overlap(telling, named | roots_of(paragraph.text[start:end]))
            yield Span(section.citation, paragraph, start, end, exact=False, overlap=overlap)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where one to ``WINDOW`` sentences in a row start and end."""
    spans = [*sentence_spans(text)]
    for size in range(1, WINDOW + 1):
        for first in range(len(spans) - size + 1):
            yield spans[first][0], spans[first + size - 1][1]


def _overlap(telling: Iterable[str], stated: frozenset[str]) -> float:
    """Share of ``telling`` that is among ``stated`` or begins like one of them; a figure counts as several words."""
    weights = {one: _FIGURE_WEIGHT if one[0].isdigit() else 1 for one in telling}
    return sum(weight for one, weight in weights.items() if _holds(stated, one)) / sum(weights.values())


def _holds(stated: frozenset[str], wanted: str) -> bool:
    if wanted in stated:
        return True
    start = wanted[:_SHORTEST_LIKENESS]
    return len(start) == _SHORTEST_LIKENESS and start.isalpha() and any(one.startswith(start) for one in stated)


def _paragraphs(sections: Iterable[CitedSection]) -> Iterator[tuple[CitedSection, Paragraph]]:
    return ((section, paragraph) for section in sections for paragraph in section.paragraphs)


def _sentences_around(span: Span) -> str:
    """The whole sentences of the paragraph that the span touches."""
    text = span.paragraph.text
    touched = [(start, end) for start, end in sentence_spans(text) if start < span.end and end > span.start]
    return text[touched[0][0] : touched[-1][1]]


def _foreign_names(text: str, sections: Iterable[CitedSection], own: frozenset[str]) -> list[str]:
    """Words that are capitalised within the sentence and stand in none of the sections, nor in their titles.

    Words in capitals throughout are codes and abbreviations rather than names.
    """
    words = [word for word in words_of(text) if word.folded[0].isalpha()]
    capitalised = [word for word in words[1:] if text[word.start].isupper() and carries_fact(word)]
    if 2 * len(capitalised) > len(words):
        return []
    known = own | _told_in(sections)
    written = ((text[word.start : word.end], word) for word in capitalised if word.root not in known)
    return list(dict.fromkeys(name for name, word in written if not name.isupper() and not _opens(text, word)))


def _foreign_materials(text: str, sections: Iterable[CitedSection], own: frozenset[str]) -> list[str]:
    """What something is said to be made of, and no section says."""
    known = own | _told_in(sections)
    return [word.folded for word in words_of(text) if word.folded in MATERIALS and word.root not in known]


def _told_in(sections: Iterable[CitedSection]) -> frozenset[str]:
    """The roots of everything that the sections say, their titles included."""
    told = [text for section, paragraph in _paragraphs(sections) for text in (*section.citation_texts, paragraph.text)]
    return frozenset().union(*map(roots_of, told))


def _opens(text: str, word: Word) -> bool:
    """Whether a colon or a quotation mark stands before the word, after which any word may have a capital."""
    return text[: word.start].rstrip()[-1:] in {":", '"', "“", "‘", "(", "!", "?", ".", "…"}


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
