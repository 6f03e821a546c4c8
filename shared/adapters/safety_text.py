"""Reading through disguise: from a text as written to the plain words a reader sees in it.

Undoes HTML character references, compatibility forms and accents, invisible characters, letters of other scripts that
look Latin, digits and signs written for letters, letters spaced out or repeated, masked letters, and words run
together. It knows a vocabulary only as words to recognise; what they mean is not decided here.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

END = "."
QUOTE = '"'
_INVISIBLE = {"Cc", "Cf", "Mn", "Me", "Co", "Cs", "Cn"}
_KEPT_CONTROLS = "\t\n\r\v\f"
# Letters of other scripts, as code points (they look the same in print as the Latin letter they stand for here).
_LOOKALIKES = {
    "a": (0x430, 0x410, 0x3B1, 0x391, 0x251),
    "b": (0x432, 0x412, 0x3B2, 0x392, 0x44C),
    "c": (0x441, 0x421, 0x3F2, 0x1D04),
    "d": (0x501, 0x500),
    "e": (0x435, 0x415, 0x3B5, 0x395, 0x454, 0x404),
    "f": (0x3DD, 0x192),
    "g": (0x261, 0x581),
    "h": (0x43D, 0x41D, 0x4BB, 0x397, 0x570),
    "i": (0x456, 0x406, 0x3B9, 0x399, 0x131, 0x269),
    "j": (0x458, 0x408),
    "k": (0x43A, 0x41A, 0x3BA, 0x39A),
    "l": (0x4CF, 0x4C0, 0x2C60),
    "m": (0x43C, 0x41C, 0x39C),
    "n": (0x3B7, 0x39D, 0x578),
    "o": (0x43E, 0x41E, 0x3BF, 0x39F, 0x585, 0x3C3, 0xF8, 0xD8),
    "p": (0x440, 0x420, 0x3C1, 0x3A1),
    "q": (0x51B, 0x51A),
    "r": (0x433,),
    "s": (0x455, 0x405),
    "t": (0x442, 0x422, 0x3C4, 0x3A4),
    "u": (0x3C5, 0x57D, 0x446),
    "v": (0x3BD, 0x475, 0x474),
    "w": (0x51D, 0x51C, 0x3C9, 0x448),
    "x": (0x445, 0x425, 0x3C7, 0x3A7),
    "y": (0x443, 0x423, 0x3A5, 0x3B3),
    "z": (0x396, 0x3B6),
    "'": (0x2018, 0x2019, 0x2BC, 0x60, 0xB4, 0x2032),
    QUOTE: (0x201C, 0x201D, 0x201E, 0xAB, 0xBB, 0x2039, 0x203A),
}
_BOXED_ALPHABETS = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
_TABLE = {code: plain for plain, codes in _LOOKALIKES.items() for code in codes} | {
    first + index: chr(97 + index) for first in _BOXED_ALPHABETS for index in range(26)
}
_HASHTAG = re.compile(r"#(\w{4,100})")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPACER = r"[ .\-_*/|,~+]{1,3}"
# Each letter looks ahead for itself: one look at the end of a long run would make a failed match quadratic.
_LONE = r"[a-z0-9@$!](?![a-z0-9@$!])"
_SPACED = re.compile(rf"(?<![^\s\"'(]){_LONE}(?:{_SPACER}{_LONE}){{2,}}")
_SPELLED = re.compile(rf"(?<![^\s\"'(]){_LONE}(?:[.\-_*~+|]{{1,2}}{_LONE}){{2,}}")
_SEPARATED = re.compile(r"(?<![a-z0-9])[a-z0-9]{1,12}(?:[.\-_*~+][a-z0-9]{1,12}){1,8}(?![a-z0-9])")
_ACRONYM = re.compile(r"(?<![a-z0-9.])(?:[a-z]\.){2,4}(?![a-z0-9])")
_NOT_LETTERS = re.compile(r"[^a-z0-9@$!]+")
_PIECE = re.compile(
    r"(?P<word>(?:(?<!\S)!(?=[^\W_]))?(?:[^\W_]|[@$*])+(?:['!|](?:[^\W_]|[@$*])+)*)|(?P<end>[.!?\u2026]+|\n[^\S\n]*\n)|(?P<quote>\")"
)
_CLAUSE = re.compile(r"[,;:](?=\s)|(?<=\s)[\u2013\u2014-]+(?=\s)|\u2014")
_PLAIN = re.compile(r"[^\W_]+")
_LEET = str.maketrans("034@5$7!8|", "oeaasstibl")
_RUN = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")
_MOST_APOSTROPHES = 3
_LONGEST_WORD = 40
_LONGEST_PART = 14
_FOREIGN = 3
"""What a letter of no known word costs, in words, where letters that stand apart are read as words."""
_SHORTEST_SWAPPED = 4
_SHORT_PARTS = frozenset(
    [
        "i",
        "a",
        "u",
        "r",
        "am",
        "an",
        "as",
        "at",
        "be",
        "by",
        "do",
        "go",
        "he",
        "if",
        "in",
        "is",
        "it",
        "me",
        "my",
        "no",
        "of",
        "on",
        "or",
        "so",
        "to",
        "up",
        "us",
        "we",
    ]
)
_CONTRACTIONS = {"'re": "are", "'ve": "have", "'ll": "will", "'m": "am", "'d": "would"}
_NEGATED = {"ca": "can", "wo": "will", "ai": "are", "sha": "shall"}
_WITH_IS = frozenset(["he", "she", "it", "that", "there", "who", "what", "here", "how", "this"])
_SHORT_FORMS = {
    "aint": "are not",
    "arent": "are not",
    "cannot": "can not",
    "cant": "can not",
    "couldnt": "could not",
    "didnt": "did not",
    "doesnt": "does not",
    "dont": "do not",
    "gonna": "going to",
    "gotta": "have to",
    "havent": "have not",
    "im": "i am",
    "ima": "i am going to",
    "imma": "i am going to",
    "isnt": "is not",
    "ive": "i have",
    "let's": "let us",
    "lets": "let us",
    "r": "are",
    "shouldnt": "should not",
    "theyre": "they are",
    "u": "you",
    "ur": "your",
    "wanna": "want to",
    "wasnt": "was not",
    "wont": "will not",
    "wouldnt": "would not",
    "ya": "you",
    "yall": "you all",
    "youre": "you are",
}


@dataclass(frozen=True)
class Vocabulary:
    """The words to recognise, all lower-case ASCII."""

    words: frozenset[str]
    """Every word that is known."""
    stems: frozenset[str]
    """Beginnings of words, four letters or more: a word that starts with one is read as it."""
    strong: frozenset[str]
    """Words nobody writes by accident: the ones looked for where a gap or a hyphen may be a disguise."""
    masked: tuple[str, ...]
    """Words that are often written with asterisks, the likeliest first."""
    squeezed: Mapping[str, str]
    """Each word with doubled letters, by its form without them."""

    def known(self, word: str) -> str | None:
        """The word, or the stem it begins with, if it is in the vocabulary."""
        if word in self.words:
            return word
        ends = range(min(len(word), _LONGEST_PART), 3, -1)
        return next((word[:end] for end in ends if word[:end] in self.stems), None)


def squeezed(words: Iterable[str]) -> dict[str, str]:
    """The words with doubled letters, by what is left when no letter is repeated; the first of equals in order."""
    return {_DOUBLE.sub(r"\1", word): word for word in sorted(words, reverse=True) if _DOUBLE.search(word)}


def visible(text: str) -> str:
    """``text`` in compatibility form, without accents and invisible characters, lookalikes as Latin letters.

    Case is kept. Marks go before normalising, because ordering a long run of them takes quadratic time.
    """
    unescaped = html.unescape(text) if "&" in text else text
    return _stripped(unicodedata.normalize("NFKD", _stripped(unescaped))).translate(_TABLE)


def foreign_share(text: str) -> float | None:
    """The share of letters in a ``visible`` text that are not Latin, 0 to 1; None when it has no letter or digit."""
    counts = Counter(text)
    letters = {character: counts[character] for character in counts if character.isalnum()}
    foreign = sum(counts[character] for character in letters if not character.isascii())
    return foreign / sum(letters.values()) if letters else None


def clauses(seen: str) -> str:
    """``seen`` with every clause a sentence of its own: cut at commas, colons, semicolons and dashes between words."""
    return _CLAUSE.sub(". ", seen)


def words(text: str, vocabulary: Vocabulary) -> list[str]:
    """The words of a ``visible`` text, lower-case, with ``END`` after sentences and paragraphs and ``QUOTE`` marks.

    Takes time in proportion to the text.
    """
    spread = _HASHTAG.sub(lambda tag: _HUMP.sub(" ", tag[1]), text)
    folded = spread.casefold()
    spelled = _SPELLED.sub(lambda run: _NOT_LETTERS.sub("", run[0]), folded)
    joined = _SPACED.sub(lambda run: _respelled(run[0], vocabulary), spelled)
    undotted = _ACRONYM.sub(lambda run: run[0].replace(".", ""), joined)
    whole = _SEPARATED.sub(lambda run: _rejoined(run[0], vocabulary), undotted)
    return _paired(list(_read(whole, vocabulary)), vocabulary)


def _stripped(text: str) -> str:
    unseen = (c for c in set(text) if unicodedata.category(c) in _INVISIBLE and c not in _KEPT_CONTROLS)
    return text.translate(dict.fromkeys(map(ord, unseen)))


def _respelled(run: str, vocabulary: Vocabulary) -> str:
    """Spaced-out letters as words, if they spell some; otherwise as they were."""
    letters = _NOT_LETTERS.sub("", run)
    parts = _parts(letters.translate(_LEET).replace("1", "i"), vocabulary, _FOREIGN)
    return " ".join(parts) if parts and max(map(len, parts)) > 2 else run


def _rejoined(run: str, vocabulary: Vocabulary) -> str:
    letters = _NOT_LETTERS.sub("", run)
    return next((word for word in _spellings(letters, vocabulary) if word in vocabulary.strong), run)


def _read(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    seen: dict[str, list[str]] = {}
    for piece in _PIECE.finditer(text):
        if piece.lastgroup == "word":
            word = piece[0]
            if word not in seen:
                seen[word] = _recognised(word, vocabulary)
            yield from seen[word]
        else:
            yield QUOTE if piece.lastgroup == "quote" else END


def _recognised(word: str, vocabulary: Vocabulary) -> list[str]:
    """The plain words that ``word`` stands for; itself, without signs, where it is not known."""
    if word in _SHORT_FORMS:
        return _SHORT_FORMS[word].split()
    if known := vocabulary.known(word):
        return [known]
    if "'" in word:
        return _uncontracted(_RUN.sub(r"\1", word), vocabulary)
    if known := next(filter(None, map(vocabulary.known, _spellings(word, vocabulary))), None) or _unmasked(
        word, vocabulary
    ):
        return [known]
    if len(word) >= _SHORTEST_SWAPPED and (swapped := _unswapped(word, vocabulary)):
        return [swapped]
    run_together = _parts(word, vocabulary) if len(word) <= _LONGEST_WORD else []
    return run_together if len(run_together) > 2 else _PLAIN.findall(word)


def _uncontracted(word: str, vocabulary: Vocabulary) -> list[str]:
    if (short := word.translate(_LEET)) in _SHORT_FORMS:
        return _SHORT_FORMS[short].split()
    base, ending = word[: word.rindex("'")], word[word.rindex("'") :]
    if word.count("'") > _MOST_APOSTROPHES:
        return [part for piece in _PLAIN.findall(word) for part in _recognised(piece, vocabulary)]
    if ending == "'t" and base.endswith("n"):
        stem = base[:-1]
        return [_NEGATED.get(stem, stem), "not"]
    if ending in _CONTRACTIONS:
        return [*_recognised(base, vocabulary), _CONTRACTIONS[ending]]
    if ending == "'s":
        return [base, "is"] if base in _WITH_IS else _recognised(base, vocabulary)
    return [part for piece in _PLAIN.findall(word) for part in _recognised(piece, vocabulary)]


def _spellings(word: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Ways to read a word with digits or signs for letters, or with letters repeated."""
    bare = word.replace("*", "")
    plain = bare.translate(_LEET) if any(map(str.isalpha, bare)) else bare
    for one in ("i", "l") if "1" in plain else ("",):
        spelled = plain.replace("1", one) if one else plain
        yield spelled
        if _RUN.search(spelled):
            yield _RUN.sub(r"\1\1", spelled)
            yield _RUN.sub(r"\1", spelled)
            yield vocabulary.squeezed.get(_DOUBLE.sub(r"\1", spelled), spelled)


def _unswapped(word: str, vocabulary: Vocabulary) -> str | None:
    """The strong word that ``word`` is with two neighbouring letters in each other's place."""
    if len(word) > _LONGEST_PART:
        return None
    swaps = (word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in range(len(word) - 1))
    return next((swap for swap in swaps if swap in vocabulary.strong), None)


def _unmasked(word: str, vocabulary: Vocabulary) -> str | None:
    if "*" not in word or not word[0].isalpha():
        return None
    return next((strong for strong in vocabulary.masked if _fits(word, strong)), None)


def _fits(masked: str, word: str) -> bool:
    return len(masked) == len(word) and all(a in ("*", b) for a, b in zip(masked, word, strict=True))


def _parts(letters: str, vocabulary: Vocabulary, foreign: int | None = None) -> list[str]:
    """``letters`` cut into the fewest known words, or nothing where it cannot be.

    With ``foreign``, letters of no known word may stand between the words, and each costs as much as so many words.
    """
    best: dict[int, tuple[int, int]] = {0: (0, 0)}
    reached = 0
    for start in range(len(letters)):
        if start > reached:
            return []
        for end in range(start + 1, min(start + _LONGEST_PART, len(letters)) + 1) if start in best else ():
            known = _is_part(letters[start:end], vocabulary)
            if known or (foreign and end == start + 1):
                step = (best[start][0] + (1 if known else foreign or 0), start)
                best[end] = min(best.get(end, step), step)
                reached = max(reached, end)
    cuts, end = [], len(letters)
    while end and end in best:
        cuts.append(letters[best[end][1] : end])
        end = best[end][1]
    return [] if end else [word for cut in reversed(cuts) for word in _SHORT_FORMS.get(cut, cut).split()]


def _is_part(part: str, vocabulary: Vocabulary) -> bool:
    if len(part) <= 2:
        return part in _SHORT_PARTS
    return part in vocabulary.words or part.removesuffix("s") in vocabulary.stems


def _paired(tokens: list[str], vocabulary: Vocabulary) -> list[str]:
    """``tokens`` with two neighbours joined where only together they are a strong word."""
    joined: list[str] = []
    for token in tokens:
        pair = joined[-1] + token if joined else ""
        if (pair in vocabulary.strong or pair.removesuffix("s") in vocabulary.strong) and not (
            joined[-1] in vocabulary.words and token in vocabulary.words
        ):
            joined[-1] = pair
        else:
            joined.append(token)
    return joined
