"""An analysis of counts as tables for a person: what was found, by how much, and how sure that is."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.domain import report_words as words
from shared.domain.report_statistics import sizes_text

Json = dict[str, Any]
_WIDE_ENOUGH = 400


def print_analysis(found: Json) -> None:
    """``found`` as ``analyze`` gives it, on stdout."""
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=_width())
    console.print(Text(_sample_ratio(found["srm"])))
    console.print(_comparisons(found))
    console.print(_segments(found))
    for table in _odds(found):
        console.print(table)
    for note in _notes(found):
        console.print(Text(note), soft_wrap=True)


def _width() -> int | None:
    """The terminal's own; where there is none, wide enough for a row to be a line."""
    return None if sys.stdout.isatty() else _WIDE_ENOUGH


def _sample_ratio(srm: Json) -> str:
    if srm["p_value"] is None:
        return f"Sample ratio: not tested ({srm['reason']})"
    if srm["mismatch"]:
        return f"Sample ratio MISMATCH, p = {srm['p_value']:.2g}: {srm['reason']}"
    off = [segment["segment"] for segment in srm["segments"] if segment["mismatch"]]
    but = f"; not in {', '.join(off)}, where the verdict is withheld" if off else ""
    return f"Sample ratio: as planned (p = {srm['p_value']:.2g}){but}"


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Names to the left, figures (columns that begin with #) to the right; nothing in a cell is markup."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(Text(column.removeprefix("#")), justify="right" if column.startswith("#") else "left")
    for row in rows:
        table.add_row(*(Text(words.plain(cell)) for cell in row))
    return table


def _comparisons(found: Json) -> Table:
    level = _level(found)
    columns = ("Metric", "Arm", "#n", "#Control", "#Arm", f"#Difference ({level})", f"#Lift ({level})")
    decided = ("#p", f"#{words.p_heading(found['correction'])}", "#p at all looks", "Result")
    rows = [
        (
            row["metric"],
            row["arm"],
            sizes_text(row["treatment_size"], row["control_size"]),
            _value(row["control_rate"]),
            _value(row["treatment_rate"]),
            _with_range(_value(row["abs_diff"], "+"), row["abs_ci"], lambda bound: _value(bound, "+")),
            _with_range(_percent(row["lift_percent"]), row["lift_ci_percent"], _percent),
            _p(row["p_value"]),
            _p(row["p_adjusted"]),
            _p(row["sequential"]["p_adjusted"]),
            _result(row),
        )
        for row in found["comparisons"]
    ]
    return _table(f"Against {found['control']}, by {found['test_type']}", (*columns, *decided), rows)


def _segments(found: Json) -> Table:
    columns = ("Segment", "Metric", "Best arm", "#n", f"#Lift ({_level(found)})", "#p", "Verdict")
    rows = [
        (
            row["segment"],
            row["metric"],
            row["best_arm"] or "none",
            words.NOTHING if row["best_arm"] is None else sizes_text(row["treatment_size"], row["control_size"]),
            _with_range(_percent(row["lift_percent"]), row["lift_ci_percent"], _percent),
            _p(row["p_adjusted"]),
            row["verdict"],
        )
        for row in found["segments"]
    ]
    return _table("By segment", columns, rows)


def _odds(found: Json) -> Iterator[Table]:
    columns = ("Arm", "#n", f"#Rate ({_level(found)})", "#Chance to be best", "#Expected loss", "#Next share")
    for position, odds in enumerate(found["beliefs"]):
        shares = found["next_shares"] if position == 0 else {}
        rows = [
            (
                arm["arm"],
                words.number(arm["n"]),
                _with_range(_value(arm["rate"]), arm["interval"], _value),
                words.percent(arm["probability_best"], 1),
                f"{arm['expected_loss']:.2g}",
                words.percent(shares.get(arm["arm"]), 1),
            )
            for arm in odds["arms"]
        ]
        if rows:
            yield _table(f"Odds on {odds['metric']}, from a uniform prior", columns, rows)


def _notes(found: Json) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for row in found["comparisons"]:
        for reason in (row["reason"], (row["stratified"] or {}).get("reason"), row["sequential"]["reason"]):
            if reason:
                reasons.setdefault(reason, []).append(f"{row['arm']} on {row['metric']}")
    for reason, where in reasons.items():
        yield f"{', '.join(where)}: {reason}"


def _level(found: Json) -> str:
    return f"{round(100 * (1 - found['alpha']), 6):g}%"


def _value(value: float | None, sign: str = "") -> str:
    return words.NOTHING if value is None else f"{value:{sign}.4g}"


def _percent(value: float | None) -> str:
    return words.signed_percent(value)


def _with_range(estimate: str, interval: Sequence[float] | None, text: Any) -> str:
    return estimate if interval is None else f"{estimate} ({text(interval[0])} to {text(interval[1])})"


def _p(value: float | None) -> str:
    return words.NOTHING if value is None else f"{value:.3g}"


def _result(row: Json) -> str:
    if not row["significant"]:
        return "undefined" if row["p_adjusted"] is None else "inconclusive"
    return "higher" if (row["abs_diff"] or 0.0) > 0 else "lower"
