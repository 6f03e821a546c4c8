"""Measures the checks of a message's text on a table of messages: how many bad ones they block, how many honest ones.

DIR holds ``content.jsonl`` (approved documents), ``bad.jsonl`` (messages as ``python -m local check`` takes them, each
with ``expect``, the checks of which one must be among the reasons) and ``honest.jsonl``. No text is printed. Intervals
are Wilson's score intervals, at 95 %.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.screen import wilson  # noqa: E402 - the project's root has to be on the path first
from local.tools import check  # noqa: E402


def lines(table: Path, as_of: date) -> Iterator[str]:
    """The rates of one table, a line each."""
    reasons = {name: _reasons(table, f"{name}.jsonl", as_of) for name in ("bad", "honest")}
    expected = {row["id"]: set(row["expect"]) for row in _rows(table / "bad.jsonl")}
    right = [one for one, given in reasons["bad"].items() if given & expected[one]]
    blocked = [one for one, given in reasons["bad"].items() if given]
    alarms = Counter(check for given in reasons["honest"].values() for check in given)
    stopped = sum(bool(given) for given in reasons["honest"].values())
    yield _line("bad, blocked", len(blocked), len(expected))
    yield _line("bad, blocked for the reason expected", len(right), len(expected))
    for name in sorted({first for checks in expected.values() for first in checks}):
        asked = [one for one, checks in expected.items() if name in checks]
        yield _line(f"  of those that {name} may block", sum(one in right for one in asked), len(asked))
    yield _line("honest, blocked", stopped, len(reasons["honest"]))
    yield from (f"  by {name}: {count}" for name, count in sorted(alarms.items()))


def _reasons(table: Path, name: str, as_of: date) -> Mapping[str, set[str]]:
    verdicts = check(table / name, table / "content.jsonl", as_of)
    return {verdict["id"]: {reason["check"] for reason in verdict["reasons"]} for verdict in verdicts}


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _line(what: str, hits: int, of: int) -> str:
    rate = wilson(hits, of)
    if rate.share is None or rate.low is None or rate.high is None:
        return f"{what:<40} none"
    return f"{what:<40} {hits:>4} of {of:<4} {rate.share:6.1%} ({rate.low:.1%} to {rate.high:.1%})"


def main() -> None:
    """Print the rates of each table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("tables", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 23), metavar="DATE")
    options = parser.parse_args()
    for table in options.tables:
        print(f"{table.name}, as of {options.as_of}")
        for line in lines(table, options.as_of):
            print(f"  {line}")


if __name__ == "__main__":
    main()
