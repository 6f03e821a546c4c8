"""What a statement names or quotes that its sections do not: names, materials, speech, and clauses of its own."""

import re
from collections.abc import Iterable

from shared.domain.negation import denials_in
from shared.domain.sources import CitedSection
from shared.domain.support import overlap_of, quotation, sentences_around, told_in
from shared.domain.words import (
    CALENDAR,
    LEAST_OF_CLAUSE,
    MATERIALS,
    Word,
    carries_fact,
    roots_of,
    telling_roots,
    words_of,
)

_QUOTED = re.compile(r"“[^“”]{1,400}”|(?<!\w)\"[^\"]{1,400}\"(?!\w)")
_LEAST_QUOTED = 4
"""Words in quotation marks from which on they count as somebody's."""
_FOREIGN = 0.25
"""Overlap up to which a clause tells something else than its section."""
_NEXT_CLAUSE = re.compile(r", and |; ")
_OF_A_THING = re.compile(r"(?:every|each|all|our|the|an?|it|they|its|their)\b", re.IGNORECASE)
_OF_SOMEBODY = re.compile(r"\b(?:you|your|yours|we|us|i|me)\b", re.IGNORECASE)


def misquoted(text: str, sections: Iterable[CitedSection]) -> str:
    """Words in quotation marks that no section has so, or has from somebody else; empty where there are none."""
    spoken = (match for match in _QUOTED.finditer(text) if match[0][-2:-1] != "?")
    quotations = [match for match in spoken if len(words_of(match[0])) >= _LEAST_QUOTED]
    ends = [0, *(match.end() for match in quotations)]
    starts = [*(match.start() for match in quotations), len(text)]
    for number, match in enumerate(quotations):
        span = quotation(words_of(match[0]), sections)
        beside = _names_in(f"{text[ends[number] : match.start()]} . {text[match.end() : starts[number + 1]]}")
        if span is None or (beside and not beside & roots_of(f"{sentences_around(span)} {span.citation.title}")):
            return match[0]
    return ""


def _names_in(text: str) -> frozenset[str]:
    """Roots of the capitalised words that do not open a sentence."""
    words = [word for word in words_of(text) if text[word.start].isupper() and carries_fact(word)]
    return frozenset(word.root for word in words if word.start and not _opens(text, word)) - CALENDAR


def foreign_names(text: str, sections: Iterable[CitedSection], own: frozenset[str]) -> list[str]:
    """Words that are capitalised within the sentence and stand in none of the sections, nor in their titles.

    Words in capitals throughout are codes and abbreviations rather than names.
    """
    words = [word for word in words_of(text) if word.folded[0].isalpha()]
    capitalised = [word for word in words[1:] if text[word.start].isupper() and carries_fact(word)]
    if 2 * len(capitalised) > len(words):
        return []
    known = own | told_in(sections)
    written = ((text[word.start : word.end], word) for word in capitalised if word.root not in known)
    return list(dict.fromkeys(name for name, word in written if not name.isupper() and not _opens(text, word)))


def foreign_materials(text: str, sections: Iterable[CitedSection], own: frozenset[str]) -> list[str]:
    """What something is said to be made of, and no section says."""
    known = own | told_in(sections)
    return [word.folded for word in words_of(text) if word.folded in MATERIALS and word.root not in known]


def added_clause(text: str, sections: Iterable[CitedSection], names: frozenset[str]) -> str:
    """A clause after the first that tells of a thing, not of the reader, in words that the sections do not have."""
    told = told_in(sections)
    for clause in _NEXT_CLAUSE.split(text)[1:]:
        telling = telling_roots(clause) - names
        of_a_thing = _OF_A_THING.match(clause) and not _OF_SOMEBODY.search(clause) and not denials_in(clause)
        if of_a_thing and len(telling) >= LEAST_OF_CLAUSE and overlap_of(telling, told) <= _FOREIGN:
            return clause
    return ""


def _opens(text: str, word: Word) -> bool:
    """Whether a colon or a quotation mark stands before the word, after which any word may have a capital."""
    return text[: word.start].rstrip()[-1:] in {":", '"', "“", "‘", "(", "!", "?", ".", "…"}
