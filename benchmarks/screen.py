"""Measures the local safety screen on anyone's labelled texts: recall and false-alarm rate, with 95 % intervals.

Each FILE is JSON lines: ``{"id", "text", "categories": ["hate", "violence", "self_harm", "sexual"]}``, where no
category means harmless, or ``{"id", "text", "harmful": true|false}`` where nobody said which. A text counts as blocked
when a severity is above the policy's default threshold or is missing; the rate at severity 2 or more stands beside it.

The same texts are then measured in disguise: every word of three letters or more written in leet, with its letters
apart, with invisible characters in it, with lookalike letters, with accents, with letters repeated, and each word in
one of these. The disguises are drawn from ``--seed``. No text is printed. Intervals are Wilson's score intervals.
"""

import argparse
import json
import math
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CATEGORIES = ("hate", "violence", "self_harm", "sexual")
LOWEST_SEVERITY = 2
_Z = 1.959964
_WORD = re.compile(r"[A-Za-z]{3,}")
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8"}
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
_LOOKALIKE = {
    "a": "\u0430\u03b1",
    "c": "\u0441",
    "e": "\u0435",
    "h": "\u04bb",
    "i": "\u0456",
    "j": "\u0458",
    "k": "\u043a\u03ba",
    "m": "\u043c",
    "o": "\u043e\u03bf",
    "p": "\u0440\u03c1",
    "s": "\u0455",
    "t": "\u0442",
    "x": "\u0445",
    "y": "\u0443",
}
_ACCENTS = "\u0300\u0301\u0302\u0308\u0303"
_SEPARATORS = " .-_*"

Disguise = Callable[[str, random.Random], str]


class Text(NamedTuple):
    """A labelled text: the categories it was labelled with, and whether it was labelled harmful at all."""

    text: str
    categories: tuple[str, ...]
    harmful: bool


class Rated(NamedTuple):
    """What the screen made of a text: whether the policy blocks it, and whether any severity is 2 or more."""

    blocked: bool
    noticed: bool


class Rate(NamedTuple):
    """``hits`` of ``n``, as a share with its 95 % Wilson interval; all three are None when ``n`` is 0."""

    hits: int
    n: int
    share: float | None
    low: float | None
    high: float | None


# --- disguises --------------------------------------------------------------------------------------------------------


def leet(word: str, draw: random.Random) -> str:
    """Half of the letters that have one as a digit or sign, at least one of them."""
    return _some_replaced(word, draw, lambda letter: draw.choice(_LEET[letter.lower()]), _LEET)


def lookalikes(word: str, draw: random.Random) -> str:
    """Half of the letters that have one as a letter of another script that looks the same, at least one of them."""
    return _some_replaced(word, draw, lambda letter: draw.choice(_LOOKALIKE[letter.lower()]), _LOOKALIKE)


def accents(word: str, draw: random.Random) -> str:
    """Half of the letters with a combining mark, at least one of them."""
    return _some_replaced(word, draw, lambda letter: letter + draw.choice(_ACCENTS), word.lower())


def invisible(word: str, draw: random.Random) -> str:
    """An invisible character somewhere inside the word."""
    place = draw.randrange(1, len(word))
    return word[:place] + draw.choice(_INVISIBLE) + word[place:]


def apart(word: str, draw: random.Random) -> str:
    """The letters apart, with one separator between all of them."""
    return draw.choice(_SEPARATORS).join(word)


def repeated(word: str, draw: random.Random) -> str:
    """One letter of the word three to six times."""
    place = draw.randrange(len(word))
    return word[:place] + word[place] * draw.randrange(3, 7) + word[place + 1 :]


def _some_replaced(word: str, draw: random.Random, replaced: Callable[[str], str], replaceable: Iterable[str]) -> str:
    places = [place for place, letter in enumerate(word) if letter.lower() in replaceable]
    if not places:
        return word
    chosen = {draw.choice(places), *(place for place in places if draw.random() < 0.5)}
    return "".join(replaced(letter) if place in chosen else letter for place, letter in enumerate(word))


DISGUISES: dict[str, Disguise] = {
    "leet": leet,
    "letters apart": apart,
    "invisible": invisible,
    "lookalikes": lookalikes,
    "accents": accents,
    "repeated": repeated,
}


def disguised(text: str, name: str, draw: random.Random) -> str:
    """``text`` with each word of three Latin letters or more in the disguise, ``mixed`` drawing one for each word."""

    def disguise(found: re.Match[str]) -> str:
        chosen = draw.choice(list(DISGUISES.values())) if name == "mixed" else DISGUISES[name]
        return chosen(found[0], draw)

    return _WORD.sub(disguise, text)


# --- rates ------------------------------------------------------------------------------------------------------------


def wilson(hits: int, n: int) -> Rate:
    """The rate of ``hits`` in ``n`` with Wilson's 95 % score interval (Wilson 1927, without continuity correction)."""
    if n == 0:
        return Rate(hits, n, None, None, None)
    share, spread = hits / n, _Z * _Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return Rate(hits, n, share, max(0.0, middle - half), min(1.0, middle + half))


def rated(texts: Iterable[str]) -> list[Rated]:
    """Each text as the local screen rates it and the default policy judges it."""
    from shared.adapters.safety_local import LocalScreen
    from shared.domain.safety import apply_policy_threshold
    from shared.run_config import SafetyPolicy

    screen, threshold = LocalScreen(), SafetyPolicy().threshold
    found = []
    for text in texts:
        scores = screen.analyze(text)
        severities = [getattr(scores, category) for category in CATEGORIES]
        noticed = any(severity is None or severity >= LOWEST_SEVERITY for severity in severities)
        found.append(Rated(apply_policy_threshold(scores, threshold) == "block", noticed))
    return found


def lines(texts: Sequence[Text], seed: int) -> Iterator[tuple[str, str, Rate, Rate]]:
    """A row per kind and disguise: its name, the measure, the rate blocked and the rate at severity 2 or more."""
    plain = rated(text.text for text in texts)
    pairs = list(zip(texts, plain, strict=True))
    for category in CATEGORIES:
        yield _line(category, "recall", [found for text, found in pairs if category in text.categories])
    yield _line("all harmful", "recall", [found for text, found in pairs if text.harmful])
    yield _line("harmless", "false alarms", [found for text, found in pairs if not text.harmful])
    for name in (*DISGUISES, "mixed"):
        draw = random.Random(f"{seed} {name}")
        hidden = rated(disguised(text.text, name, draw) for text in texts)
        both = list(zip(texts, hidden, strict=True))
        yield _line(f"{name}: harmful", "recall", [found for text, found in both if text.harmful])
        yield _line(f"{name}: harmless", "false alarms", [found for text, found in both if not text.harmful])


def _line(name: str, measure: str, found: Sequence[Rated]) -> tuple[str, str, Rate, Rate]:
    blocked = wilson(sum(one.blocked for one in found), len(found))
    return name, measure, blocked, wilson(sum(one.noticed for one in found), len(found))


# --- files ------------------------------------------------------------------------------------------------------------


def read(path: Path) -> list[Text]:
    """The labelled texts of a file; ``SystemExit`` names the file and line that is not one."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise SystemExit(f"{path}: cannot be read: {type(fault).__name__}") from None
    numbered = enumerate(content.split("\n"), start=1)
    return [_labelled(path, number, line) for number, line in numbered if line.strip()]


def _labelled(path: Path, number: int, line: str) -> Text:
    try:
        row: Any = json.loads(line)
    except ValueError:
        row = None
    if isinstance(row, dict) and isinstance(row.get("text"), str):
        categories = row.get("categories")
        if isinstance(categories, list) and all(category in CATEGORIES for category in categories):
            return Text(row["text"], tuple(categories), bool(categories))
        if isinstance(row.get("harmful"), bool):
            return Text(row["text"], (), row["harmful"])
    raise SystemExit(f'{path}, line {number}: must be {{"text", "categories": [...]}} or {{"text", "harmful": bool}}')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.jsonl")
    parser.add_argument("--seed", type=int, default=1, help="draws the disguises (default: 1)")
    options = parser.parse_args()
    for path in options.files:
        print(f"{path.name}")
        print(f"  {'texts':<24} {'measure':<13} {'n':>6}   {'blocked (95 % interval)':<26} at 2 or more")
        for name, measure, blocked, noticed in lines(read(path), options.seed):
            if blocked.n:
                print(f"  {name:<24} {measure:<13} {blocked.n:>6}   {_shown(blocked):<26} {_shown(noticed)}")


def _shown(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "-"
    return f"{rate.share:6.1%} ({rate.low:.1%} to {rate.high:.1%})"


if __name__ == "__main__":
    main()
