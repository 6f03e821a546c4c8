"""Whether a statement says the contrary of the section that it restates, or more than it.

Whole sentences and single clauses are held to the sentences that hold most of their words.
"""

import re

from shared.domain.limits import widens
from shared.domain.negation import affirms_denied, denials_in, denies_otherwise, turned_words
from shared.domain.support import HeldTo, Span, likeness, paraphrase, runs, sentences_around
from shared.domain.words import LEAST_OF_CLAUSE, carries_fact, roots_of, telling_roots, words_of

LEAST_LIKENESS = 0.65
"""Overlap from which on a denial in one of the two texts is held against the other."""
_NEARLY_ALIKE = 0.85
_ALIKE = 0.99
_SHORT = 6
_OBLIGED = re.compile(r"\b(?:need(?:n['’]t| not)|without \w+ing)\b", re.IGNORECASE)
"""What need not be done is done without, in one denial or none."""
_STRONG_MARK = re.compile(r"[;—–()]|:(?!\d)")
_CLAUSE_END = re.compile(
    r"[;—–()]|:(?!\d)|,? (?:so|because|although|though|whereas|while|which) |, and (?=it|they|we|you|that|this|there)\b"
)


def contradicts(text: str, whole: Span | None, held_to: HeldTo, least: float) -> str:
    """How ``text`` or a clause of it says the contrary of its section, or more than it; empty when it does not.

    ``whole`` is what all of ``text`` stands on, if anything; a clause is held to what it stands on by itself, where
    their overlap is at ``least`` so much.
    """
    if text.rstrip().endswith("?") or (whole and _is_whole_sentence(whole)):
        return ""
    for clause in dict.fromkeys((text, *_clauses(text))):
        telling = telling_roots(clause) - held_to.names
        span = whole if clause is text else telling and paraphrase(telling, held_to.sections)
        if not span or (clause is not text and span.overlap < least):
            continue
        if problem := _turned_round(clause, telling, span) or _unlimited(clause, held_to.following, span):
            return problem
    return ""


def _is_whole_sentence(span: Span) -> bool:
    """Whether the span is a quotation that leaves out nothing of the sentences it is from."""
    return span.exact and len(words_of(sentences_around(span))) == len(
        words_of(span.paragraph.text[span.start : span.end])
    )


def _clauses(text: str) -> list[str]:
    """The clauses of ``text``, at strong marks and at all, that tell enough to be held to a source by themselves."""
    parts = [part.strip() for marks in (_STRONG_MARK, _CLAUSE_END) for part in marks.split(text)]
    return [part for part in parts if sum(map(carries_fact, words_of(part))) >= LEAST_OF_CLAUSE]


def _turned_round(text: str, telling: frozenset[str], span: Span) -> str:
    where = f"{span.citation.title}, {span.citation.section}"
    topic = roots_of(where)
    around = sentences_around(span)
    close = span.overlap >= LEAST_LIKENESS and len(telling) >= LEAST_OF_CLAUSE
    turned = turned_words(text, around, topic, span.paragraph.text) if close else ()
    if turned:
        return f"turns round what {where} says ({', '.join(turned)})"
    denied = affirms_denied(text, span.paragraph.text) or _denies_what_is_said(telling, text, span.paragraph.text)
    return f"turns round what {where} says" if denied else ""


def _unlimited(text: str, following: str, span: Span) -> str:
    widened = widens(text, sentences_around(span), span.paragraph.text, following)
    return f"says '{widened}' where {span.citation.title}, {span.citation.section} sets a limit" if widened else ""


def _denies_what_is_said(telling: frozenset[str], text: str, paragraph: str) -> bool:
    """Whether the sentences of ``paragraph`` that are nearly the same words have a negation more or fewer.

    A long statement may tell one of its parts in words that need none, so it is compared only with its very words.
    """
    best, stated = max(
        (likeness(telling, paragraph[start:end]), paragraph[start:end]) for start, end in runs(paragraph)
    )
    odd = (denials_in(text) - denials_in(stated)) % 2 == 1 and not _OBLIGED.search(f"{text} {stated}")
    return (
        odd
        and best >= (_NEARLY_ALIKE if len(telling) <= _SHORT else _ALIKE)
        and denies_otherwise(text, stated, paragraph)
    )
