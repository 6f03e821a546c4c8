"""Samples as sufficient statistics: all that a test needs of an arm, and what one arm adds to another."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from shared.errors import InputError

Interval = tuple[float, float]

MOST_CUSTOMERS = 10**15
LARGEST_SQUARES = 1e100


@dataclass(frozen=True)
class Proportion:
    """``successes`` among ``n`` customers."""

    successes: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.n <= MOST_CUSTOMERS:
            raise InputError("not a count within a group: 0 <= count <= n <= 1e15 must hold")

    @property
    def rate(self) -> float | None:
        return self.successes / self.n if self.n else None

    def __add__(self, other: "Proportion") -> "Proportion":
        return Proportion(self.successes + other.successes, self.n + other.n)


@dataclass(frozen=True)
class Moments:
    """``n`` values of a continuous metric by their sum and their sum of squares."""

    n: int
    total: float
    squares: float

    def __post_init__(self) -> None:
        if not 0 <= self.n <= MOST_CUSTOMERS:
            raise InputError("n must be from 0 to 1e15")
        if not math.isfinite(self.total) or not 0 <= self.squares <= LARGEST_SQUARES:
            raise InputError("sum must be a finite number, and sum_squares one from 0 to 1e100")
        if self._spread() < -1e-9 * Fraction(self.squares) or (not self.n and (self.total or self.squares)):
            raise InputError("sum and sum_squares contradict each other: no n values have both")

    def _spread(self) -> Fraction:
        """Sum of squared deviations from the mean, before rounding."""
        return Fraction(self.squares) - (Fraction(self.total) ** 2 / self.n if self.n else 0)

    @property
    def rate(self) -> float | None:
        return self.total / self.n if self.n else None

    @property
    def variance(self) -> float | None:
        """With n - 1; None below two values. What only rounding of the two sums can have left counts as none."""
        if self.n < 2:
            return None
        spread = float(self._spread())
        return spread / (self.n - 1) if spread > 1e-12 * self.squares else 0.0

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.n + other.n, self.total + other.total, self.squares + other.squares)


Sample = Proportion | Moments


class Pair(NamedTuple):
    """A treatment arm and the control it is compared with, within one stratum or pooled over several."""

    treatment: Proportion
    control: Proportion
