"""Rows of the table: what was measured, what it should be, and whether it is."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shared.domain.stats.samples import Pair, Proportion

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bounds = tuple[float, float]
Task = tuple[str, int, Callable[[int, np.random.Generator], list["Row"]]]
"""A name, from which its random numbers are seeded; how many experiments; and what simulates and measures them."""

ERROR_RATE: Bounds = (0.04, 0.06)
COVERAGE: Bounds = (0.94, 0.96)
ALLOWED = 2
"""Standard errors that a figure may lie beyond a bound of one side, such as at most 5%, which may be met exactly."""
OUTSIDE = "outside what is promised"
BESIDE = "for comparison"


@dataclass(frozen=True)
class Row:
    """A share that was found in ``trials`` experiments, and the bounds that it should keep.

    ``at`` states sizes and rates. Bounds that begin at 0 or end at 1 have one side only, and two that are equal are a
    certainty; of what has words in place of bounds nothing is promised. ``error`` is the Monte Carlo standard error.
    """

    part: str
    what: str
    at: str
    bounds: Bounds | str
    found: float
    error: float
    trials: int

    @property
    def promised(self) -> bool:
        return not isinstance(self.bounds, str)

    def kept(self, allowed: float = 0) -> bool:
        """Whether the figure is within its bounds, give or take ``allowed`` standard errors."""
        if isinstance(self.bounds, str):
            return True
        low, high = self.bounds
        if low == high:
            return self.found == low
        beyond = max(allowed, 0 if low > 0 and high < 1 else ALLOWED)
        return low - beyond * self._error_at(low) <= self.found <= high + beyond * self._error_at(high)

    def _error_at(self, bound: float) -> float:
        """The standard error, which where the share is ``bound`` is not 0 because none was found in a few trials."""
        return max(self.error, math.sqrt(bound * (1 - bound) / self.trials))

    @property
    def should_be(self) -> str:
        if isinstance(self.bounds, str):
            return self.bounds
        low, high = (f"{100 * bound:.4g}%" for bound in self.bounds)
        if low == high:
            return low
        if self.bounds[0] <= 0:
            return f"at most {high}"
        return f"at least {low}" if self.bounds[1] >= 1 else f"{low} to {high}"


def share(part: str, what: str, at: str, bounds: Bounds | str, hits: Floats) -> Row:
    """A row from what each experiment came to: 1, 0, or NaN where the figure is undefined and the experiment left out.

    Values between 0 and 1 are averaged. The standard error is that of the mean: of zeros and ones, sqrt(p (1-p) / N).
    """
    defined = hits[~np.isnan(hits)]
    if not len(defined):
        return Row(part, what, at, bounds, float("nan"), 0.0, 1)
    return Row(
        part, what, at, bounds, float(defined.mean()), float(defined.std() / np.sqrt(len(defined))), len(defined)
    )


def lines(rows: Sequence[Row], allowed: float = 0) -> Iterator[str]:
    """The table in Markdown, a part after the other."""
    for part in dict.fromkeys(row.part for row in rows):
        yield from (
            f"**{part}**",
            "",
            "| quantity | at | should be | found | ± | N | |",
            "|---|---|---|---:|---:|---:|---|",
        )
        yield from (_line(row, allowed) for row in rows if row.part == part)
        yield ""


def _line(row: Row, allowed: float) -> str:
    verdict = "" if not row.promised else "ok" if row.kept(allowed) else "**not ok**"
    figures = [f"{100 * row.found:.2f}%", f"{100 * row.error:.2f}%", f"{row.trials:,}"]
    return "| " + " | ".join([row.what, row.at, row.should_be, *figures, verdict]) + " |"


# --- measuring --------------------------------------------------------------------------------------------------------


def each(draws: Ints, measure: Callable[..., Sequence[float]]) -> Floats:
    """What ``measure`` gives for each row of ``draws``, transposed: one array per figure. Equal rows are asked once."""
    tables, places = np.unique(draws, axis=0, return_inverse=True)
    found = np.array([measure(*row) for row in tables.tolist()], dtype=np.float64)
    return np.asarray(found[places.ravel()].T, dtype=np.float64)


def two_arms(a: int, n1: int, c: int, n0: int) -> Pair:
    """``a`` of ``n1`` treated customers who act, and ``c`` of ``n0`` in control."""
    return Pair(Proportion(a, n1), Proportion(c, n0))


def holds(interval: Bounds | None, truth: float) -> float:
    """1 or 0: whether the interval has the truth in it; NaN where there is none."""
    return float("nan") if interval is None else float(interval[0] <= truth <= interval[1])


def below(p_value: float | None, alpha: float = 0.05) -> float:
    """1 or 0: whether a test finds something; one that cannot be made finds nothing."""
    return float(p_value is not None and p_value < alpha)
