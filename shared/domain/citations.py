"""Citations: finding ``[Source: Title, Section]`` in a body, and holding each one to a document that exists.

Also the one way text is made plain (visible characters, one line) before it is compared or shown. Decides nothing about
the truth of a sentence, and never repairs a citation: what does not resolve is a finding.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.contracts import Citation, Finding
from shared.run_config import MessageLimits

LONGEST_CITATION = 1000
"""Characters; an opening bracket that is not closed within them counts as never closed."""

_OPENING = re.compile(r"[\[［【〔][\s*_]{0,8}sources?\b|[(（{][\s*_]{0,8}sources?[\s*_]{0,8}[:：]", re.IGNORECASE)
_PREFIX = "[Source: "
_CLOSERS = {"[": "]", "［": "］", "【": "】", "〔": "〕", "(": ")", "（": "）", "{": "}"}
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_PARAGRAPH = re.compile(r"paragraph ([1-9][0-9]{0,5})")
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
_SAME_SIGN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"})


@dataclass(frozen=True, slots=True)
class CitationMark:
    """One citation as written: ``body[start:end]``; ``problem`` says why it is malformed, empty when it is not."""

    text: str
    start: int
    end: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CitableDocument:
    """What of a document can be cited: its sections, and how many paragraphs it has (for ``Paragraph N``).

    ``sections`` maps a heading, or ``Paragraph N``, to the index of its first paragraph, counted from 0. With
    ``paragraphs`` above 0, ``Paragraph 1`` to ``Paragraph {paragraphs}`` can be cited even if ``sections`` omits them.
    ``lapse`` says why the document may not be used; empty when it may.
    """

    document_id: str
    version: str
    title: str
    sections: Mapping[str, int]
    paragraphs: int = 0
    lapse: str = ""


# --- plain text -------------------------------------------------------------------------------------------------------


def visible_text(text: str) -> str:
    """``text`` without control, zero-width, direction and other invisible characters; line feeds and tabs stay."""
    unseen = {character for character in set(text) if character not in "\n\t" and _unseen(character)}
    return "".join(character for character in text if character not in unseen) if unseen else text


def one_line(text: str) -> str:
    """``visible_text`` with every run of white space, line breaks included, made a single space; trimmed."""
    spaced = " ".join(text.split())
    visible = visible_text(spaced)
    return spaced if visible == spaced else " ".join(visible.split())


def shortened(text: str, most: int) -> str:
    """``one_line`` of ``text``, cut to ``most`` characters, the last of them an ellipsis, where it is longer."""
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def comparable(text: str) -> str:
    """The form in which titles and sections compare: NFKC, case folded, like signs alike, white space joined."""
    folded = unicodedata.normalize("NFKC", text).translate(_SAME_SIGN).casefold()
    return one_line(unicodedata.normalize("NFKC", folded))


def _unseen(character: str) -> bool:
    is_selector = "\U000e0100" <= character <= "\U000e01ef"
    return is_selector or character in _UNSEEN_LETTERS or unicodedata.category(character) in _UNSEEN_CATEGORIES


# --- finding ----------------------------------------------------------------------------------------------------------


def format_citation(title: str, section: str) -> str:
    """The citation of a section, as it must stand in a body."""
    return f"{_PREFIX}{one_line(title)}, {one_line(section)}]"


def can_be_cited(title: str) -> bool:
    """Whether a citation of a document of that title reads as one citation, whole and well-formed."""
    citation = format_citation(title, "Paragraph 1")
    return [(mark.start, mark.end, mark.problem) for mark in extract_citations(citation)] == [(0, len(citation), "")]


def extract_citations(body: str) -> list[CitationMark]:
    """Every citation of ``body``, in order. Well-formed is exactly ``[Source: Title, Section]``.

    Title and section may hold commas and balanced square brackets. Whatever else opens like a citation (other case,
    other brackets, no section, never closed) is returned with its problem, so that no claim of a source goes unseen.
    """
    marks = []
    position = 0
    while opening := _OPENING.search(body, position):
        mark = _mark(body, opening)
        marks.append(mark)
        position = mark.end
    return marks


def without_citations(body: str) -> str:
    """``body`` with every citation, well-formed or not, replaced by a space."""
    pieces = []
    position = 0
    for mark in extract_citations(body):
        pieces.append(body[position : mark.start])
        position = mark.end
    return " ".join([*pieces, body[position:]])


def _mark(body: str, opening: re.Match[str]) -> CitationMark:
    start = opening.start()
    end = _closing(body, start)
    if end is None:
        return CitationMark(opening.group(), start, opening.end(), "is never closed")
    whole = body[start:end]
    if not whole.startswith(_PREFIX):
        return CitationMark(whole, start, end, "is not written [Source: Title, Section]")
    inner = whole[len(_PREFIX) : -1]
    title, comma, section = inner.partition(",")
    if not (comma and title.strip() and section.strip()):
        return CitationMark(inner, start, end, "names no section")
    return CitationMark(inner, start, end)


def _closing(body: str, start: int) -> int | None:
    """Where the bracket at ``start`` ends; None if a blank line, another citation or the limit comes first."""
    opener, closer = body[start], _CLOSERS[body[start]]
    blank = _BLANK_LINE.search(body, start, start + LONGEST_CITATION)
    depth = 0
    for position in range(start, min(len(body), start + LONGEST_CITATION, blank.start() if blank else len(body))):
        character = body[position]
        if character == opener:
            if position > start and _OPENING.match(body, position):
                return None
            depth += 1
        elif character == closer:
            depth -= 1
            if depth == 0:
                return position + 1
    return None


# --- resolving --------------------------------------------------------------------------------------------------------


def resolve_marks(body: str, known: Iterable[CitableDocument]) -> list[tuple[CitationMark, Citation | str]]:
    """Every citation of ``body`` with the section it stands for, or with the reason why it stands for none.

    Titles and sections compare after NFKC, case folding and joining of white space; the longest title that fits wins.
    Two documents may share a title; a document that may not be used is looked at only where no other fits.
    """
    documents = list(known)
    usable = _by_title(document for document in documents if not document.lapse)
    lapsed = _by_title(document for document in documents if document.lapse)
    return [(mark, mark.problem or _resolve(mark.text, usable, lapsed)) for mark in extract_citations(body)]


def resolve_citations(
    body: str, known: Mapping[str, CitableDocument], limits: MessageLimits
) -> tuple[tuple[Citation, ...], tuple[Finding, ...]]:
    """Hold every citation of ``body`` to the documents in ``known``, and their number to ``limits``.

    ``known`` is keyed by document id; only its values are read. Returns the distinct citations in order of first use,
    and one ``citation`` finding per citation that is malformed, names no known section, names a document that may not
    be used, or fits several documents. Fewer than ``citations_min`` distinct citations, or more than ``citations_max``
    in all, is a finding too.
    """
    return judge_marks(resolve_marks(body, known.values()), limits)


def judge_marks(
    marks: Sequence[tuple[CitationMark, Citation | str]], limits: MessageLimits
) -> tuple[tuple[Citation, ...], tuple[Finding, ...]]:
    """The distinct citations among resolved ``marks`` and what is wrong with them, as in ``resolve_citations``."""
    resolved: dict[tuple[str, str], Citation] = {}
    distinct: set[tuple[str, str]] = set()
    findings = []
    for number, (mark, outcome) in enumerate(marks, start=1):
        if isinstance(outcome, str):
            findings.append(_finding(f"citation {number} ({shortened(mark.text, 80)}) {outcome}"))
            distinct.add(("", comparable(mark.text)))
        else:
            key = (outcome.document_id, comparable(outcome.section))
            resolved.setdefault(key, outcome)
            distinct.add(key)
    findings.extend(_count_findings(len(distinct), len(marks), limits))
    return tuple(resolved.values()), tuple(findings)


def _by_title(documents: Iterable[CitableDocument]) -> dict[str, list[CitableDocument]]:
    by_title: dict[str, list[CitableDocument]] = {}
    for document in documents:
        by_title.setdefault(comparable(document.title), []).append(document)
    return by_title


def _resolve(
    text: str, usable: Mapping[str, list[CitableDocument]], lapsed: Mapping[str, list[CitableDocument]]
) -> Citation | str:
    """The citation, or why there is none."""
    problem = ""
    for title, section in _splits(comparable(text)):
        documents = usable.get(title, [])
        fits = [citation for document in documents if (citation := _in_document(document, section))]
        if len(fits) > 1:
            return "fits several documents of that title"
        if fits:
            return fits[0]
        if documents:
            problem = "names no section of that document"
        elif title in lapsed:
            problem = problem or f"names a document that may not be used: {lapsed[title][0].lapse}"
    return problem or "names no known document"


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to read ``text`` as title and section, the longest title first."""
    commas = [position for position, character in enumerate(text) if character == ","]
    for position in reversed(commas):
        yield text[:position].rstrip(), text[position + 1 :].lstrip()


def _in_document(document: CitableDocument, section: str) -> Citation | None:
    for name, paragraph_index in document.sections.items():
        if comparable(name) == section:
            return _citation(document, one_line(name), paragraph_index)
    numbered = _PARAGRAPH.fullmatch(section)
    if numbered and int(numbered[1]) <= document.paragraphs:
        return _citation(document, f"Paragraph {numbered[1]}", int(numbered[1]) - 1)
    return None


def _citation(document: CitableDocument, section: str, paragraph_index: int) -> Citation:
    return Citation(
        document_id=document.document_id,
        version=document.version,
        title=document.title,
        section=section,
        paragraph_index=paragraph_index,
    )


def _count_findings(distinct: int, total: int, limits: MessageLimits) -> list[Finding]:
    findings = []
    if distinct < limits.citations_min:
        findings.append(_finding(f"{distinct} distinct citations, at least {limits.citations_min} are needed"))
    if total > limits.citations_max:
        findings.append(_finding(f"{total} citations, at most {limits.citations_max} are allowed"))
    return findings


def _finding(detail: str) -> Finding:
    return Finding(check="citation", detail=detail)
