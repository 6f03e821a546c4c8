"""Callers: the one text that stands for whoever asked for something, and whether two of them are the same.

Pure functions. Who a request comes from is found out by the triggers.
"""

from collections.abc import Iterable

FUNCTION_KEY = "function key"
"""Whoever holds a key: the platform vouches for nobody, and does not tell the app which key it was."""
LONGEST = 200
_LONGEST_ID = 80


def caller(name: str, identifier: str) -> str:
    """``name (identifier)``, or the one that there is; ``FUNCTION_KEY`` where neither is.

    At most ``LONGEST`` printable characters. Round brackets stand around the identifier only, so that no name can pass
    for another's.
    """
    name, identifier = _plain(name, LONGEST - _LONGEST_ID - 3), _plain(identifier, _LONGEST_ID)
    if name and identifier and name != identifier:
        return f"{name} ({identifier})"
    return name or identifier or FUNCTION_KEY


def is_among(who: str, callers: Iterable[str]) -> bool:
    """Whether ``who`` is one of ``callers``: by identifier where there is one, whatever the name is by now."""
    return _identifier(who) in {_identifier(other) for other in callers}


def _identifier(who: str) -> str:
    head, bracket, tail = who.rpartition("(")
    return (tail.removesuffix(")") if bracket and head else who).casefold()


def _plain(text: str, longest: int) -> str:
    kept = "".join(
        " " if sign in "()" or sign.isspace() else sign for sign in text if sign.isprintable() or sign.isspace()
    )
    return " ".join(kept.split())[:longest].strip()
