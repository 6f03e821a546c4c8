"""Phrases: whether a text says something, however it is spelled. Knows words and spacing, not what they mean."""

import re
import unicodedata
from functools import lru_cache

from shared.domain.citations import comparable
from shared.domain.disguises import compatible, undisguised, without_digits

SHORTEST_PULLED_APART = 8
"""Letters of a phrase that is found with its words joined or pulled apart: shorter ones turn up by accident."""

_PAUSE = re.compile(r"[.!?;:,…](?=[\"')\]]{0,2}(?: (?!\d)|$))")
_PART = re.compile(r"[^\W_]+|[%#$£€&+@\x00]")
_WITHIN_A_WORD = re.compile(r"(?<=[^\W\d_])[.\-_*~·'‐‑–—/|+]{1,3}(?=[^\W\d_])")
_SINGLE_LETTERS = re.compile(r"(?<!\S)[^\W_](?: [^\W_](?!\S)){2,}")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def says(text: str, phrase: str) -> bool:
    """Whether ``phrase`` stands in ``text`` as whole words without a pause, in any case, spelling or disguise.

    Sees through look-alike letters, marks, invisible signs, hyphens, letters that are spaced out or repeated, and
    digits for letters; with ``SHORTEST_PULLED_APART`` letters also through words that are joined or pulled apart.
    """
    pattern = _pattern(phrase)
    return any(pattern.search(view) for view in _views(text))


def states(text: str, phrase: str) -> bool:
    """Whether ``phrase`` stands in ``text`` plainly, as whole words: case and white space may differ, nothing else."""
    wanted, plain = (comparable(compatible(one)) for one in (phrase, text))
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain) is not None


@lru_cache(maxsize=512)
def _pattern(phrase: str) -> re.Pattern[str]:
    words = _words(undisguised(phrase))
    letters = words.replace(" ", "")
    pulled_apart = len(letters) >= SHORTEST_PULLED_APART
    inner = " ?".join(map(re.escape, letters)) if pulled_apart else re.escape(words)
    before = "" if _is_unspaced(letters[0]) else r"(?<!\S)"
    after = "" if _is_unspaced(letters[-1]) else r"(?!\S)"
    return re.compile(before + inner + after)


def _is_unspaced(letter: str) -> bool:
    """Whether a letter is of a script that puts no spaces between words."""
    return unicodedata.name(letter, "").startswith(_WITHOUT_SPACES)


@lru_cache(maxsize=32)
def _views(text: str) -> tuple[str, ...]:
    """The ways in which ``text`` can be read: its words, single spaces between them and ``.`` where one pauses."""
    plain = undisguised(text)
    spelled = dict.fromkeys((plain, without_digits(plain), without_digits(plain, one="l")))
    unstretched = dict.fromkeys(_STRETCHED.sub(kept, form) for form in spelled for kept in (r"\g<0>", r"\1\1", r"\1"))
    whole = [_words(view) for form in unstretched for view in (form, _WITHIN_A_WORD.sub("", form))]
    return tuple(dict.fromkeys([*whole, *(_SINGLE_LETTERS.sub(_closed_up, view) for view in whole)]))


def _words(plain: str) -> str:
    return " ".join(_PART.findall(_PAUSE.sub(" \x00 ", plain))).replace("\x00", ".")


def _closed_up(letters: re.Match[str]) -> str:
    return letters[0].replace(" ", "")
