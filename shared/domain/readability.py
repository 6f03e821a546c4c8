"""Readability: the school grade that an English text asks of its readers. Judges lengths, not sense."""

import re
import unicodedata

from shared.domain.markdown import sentences

FEWEST_WORDS = 60
"""A shorter text has no grade: one long sentence would decide it."""
FEWEST_FUNCTION_WORDS = 0.2
"""Share of the words; below it a text is not taken for English prose."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_ENDING = re.compile(r"(?<=[^aeiouy])(?:e|es|ed)$")
_SOUNDED_ENDING = re.compile(r"(?:[^aeiouy]le|[sxz]es|[cs]hes|[cg]es|[td]ed|[^aeiouy]les)$")
_FUNCTION_WORDS = frozenset(
    [
        *("a", "about", "after", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "do"),
        *("each", "every", "for", "from", "has", "have", "here", "if", "in", "into", "is", "it", "its", "may", "more"),
        *("no", "not", "of", "on", "one", "only", "or", "our", "out", "so", "that", "the", "their", "them", "then"),
        *("there", "these", "they", "this", "to", "up", "us", "was", "we", "what", "when", "which", "who", "will"),
        *("with", "would", "you", "your"),
    ]
)


def reading_grade(text: str) -> float | None:
    """The Flesch-Kincaid grade level of ``text``, in US school years; None where the formula does not apply.

    0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid, Fishburne, Rogers and Chissom 1975, Research
    Branch Report 8-75, Naval Technical Training). A line's end ends a sentence too; numbers are no words. Made for
    English: a text of fewer than ``FEWEST_WORDS`` words, in another script, or with few of the commonest English words
    has no grade.
    """
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS or not _is_english(words):
        return None
    ends = sum(len([one for one in sentences(line) if _WORD.search(one)]) for line in text.splitlines())
    syllables = sum(map(count_syllables, words))
    return 0.39 * len(words) / max(ends, 1) + 11.8 * syllables / len(words) - 15.59


def count_syllables(word: str) -> int:
    """Syllables of an English word by rule: its groups of vowels, without a silent ``e``, ``es`` or ``ed``; at least 1.

    Right for most words and wrong by one for some, which evens out over a text.
    """
    plain = word.lower().partition("'")[0].partition("’")[0]
    groups = len(_VOWELS.findall(plain))
    is_silent = _SILENT_ENDING.search(plain) and not _SOUNDED_ENDING.search(plain)
    return max(groups - bool(is_silent), 1)


def _is_english(words: list[str]) -> bool:
    latin = sum(
        all(unicodedata.name(sign, "").startswith("LATIN") for sign in word if sign.isalpha()) for word in words
    )
    common = sum(word.lower() in _FUNCTION_WORDS for word in words)
    return latin > 0.9 * len(words) and common >= FEWEST_FUNCTION_WORDS * len(words)
