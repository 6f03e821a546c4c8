"""How the report writes figures and foreign text: one form each, the same in every rendering. Pure functions."""

import re
from collections.abc import Iterable, Sequence

NOTHING = "–"
_LARGEST_IN_FULL = 1e12
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def plain(text: str, limit: int = 300) -> str:
    """``text`` on one line, without control characters, at most ``limit`` characters and an ellipsis."""
    line = " ".join(_CONTROLS.sub(" ", text).split())
    return line if len(line) <= limit else line[:limit].rstrip() + "…"


def copy_text(text: str, limit: int = 8000) -> str:
    """A message's text with its line breaks, without control characters; beyond ``limit`` it only counts the rest."""
    lines = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\t", " "))
    if len(lines) <= limit:
        return lines.strip()
    return f"{lines[:limit].rstrip()}… ({number(len(lines) - limit)} more characters)"


def number(value: int) -> str:
    """A count: ``4,000,000``."""
    return f"{value:,}"


def counted(value: int, one: str, many: str | None = None) -> str:
    """A count with its noun: ``1 segment``, ``12 segments``."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def decimal(value: float | None, digits: int = 1) -> str:
    """A plain number with thousands separators, from 1e12 as a power of ten, or a dash."""
    return NOTHING if value is None else _minus(_grouped(value, digits))


def percent(share: float | None, digits: int = 2) -> str:
    """A share between 0 and 1 as a percentage, or a dash."""
    return NOTHING if share is None else f"{100 * share:.{digits}f}%"


def signed_percent(value: float | None, digits: int = 1) -> str:
    """A relative change that is already in percent, with its sign, or a dash."""
    return NOTHING if value is None else _minus(f"{_grouped(value, digits, '+')}%")


def signed_points(difference: float | None) -> str:
    """A difference of two shares in percentage points, with its sign, or a dash."""
    return NOTHING if difference is None else _minus(f"{100 * difference:+.2f}")


def signed_decimal(value: float | None, digits: int = 2) -> str:
    """A difference of amounts with its sign, or a dash."""
    return NOTHING if value is None else _minus(_grouped(value, digits, "+"))


def percent_range(interval: tuple[float, float] | None) -> str:
    """An interval of relative changes in percent, or a dash."""
    return NOTHING if interval is None else f"{signed_percent(interval[0])} to {signed_percent(interval[1])}"


def with_interval(estimate: str, interval: str) -> str:
    """A table's cell: the estimate, and on a second line its interval where there is one."""
    return estimate if interval == NOTHING else f"{estimate}\n({interval})"


def p_value(value: float | None) -> str:
    """Three decimals, never a bare zero."""
    if value is None:
        return NOTHING
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def p_heading(correction: str, looks: str = "once") -> str:
    """What the heading of a column of p-values says; with ``looks`` any, of those that hold at all looks."""
    name = "p" if correction == "none" else "adjusted p"
    return f"Always-valid {name}" if looks == "any" else sentence(name) if name != "p" else name


def p_statement(value: float) -> str:
    """A p-value inside a sentence: ``p = 0.012`` or ``p < 0.001``."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def money(dollars: float) -> str:
    """US dollars; amounts under a cent keep two significant digits."""
    if 0 < dollars < 0.01:
        return f"${dollars:.2g}" if dollars >= 0.0001 else "under $0.0001"
    return f"${_grouped(dollars, 2)}"


def duration(seconds: float) -> str:
    """Wall-clock time: ``0.42 s``, ``12.0 s``, ``3 min 05 s``, ``2 h 10 min``."""
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def milliseconds(value: float | None) -> str:
    """A latency, or a dash."""
    return NOTHING if value is None else f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def readable(name: str) -> str:
    """An identifier as words: ``self_harm`` becomes ``self harm``."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """``text`` beginning with a capital letter."""
    return text[:1].upper() + text[1:]


def distinct(items: Iterable[str]) -> tuple[str, ...]:
    """``items`` without repetitions and empty ones, in order."""
    return tuple(dict.fromkeys(item for item in items if item))


def _grouped(value: float, digits: int, sign: str = "") -> str:
    return f"{value:{sign},.{digits}f}" if abs(value) < _LARGEST_IN_FULL else f"{value:{sign}.3g}"


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")
