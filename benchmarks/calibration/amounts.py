"""Simulated revenue: most customers buy nothing, and what the others spend is skewed."""

import math
from collections.abc import Iterator

import numpy as np

from shared.domain.stats.samples import Moments

BUYERS = 0.05
LOG_MEAN, LOG_SPREAD = 3.5, 1.0
MEAN_SPENT = math.exp(LOG_MEAN + LOG_SPREAD**2 / 2)


def drawn_moments(
    rng: np.random.Generator, trials: int, n: int, *, buyers: float = BUYERS, factor: float = 1.0
) -> Iterator[Moments]:
    """The sums of ``n`` customers' revenue, once for each trial; ``factor`` multiplies what each buyer spends."""
    bought = rng.binomial(n, buyers, trials)
    spent = factor * rng.lognormal(LOG_MEAN, LOG_SPREAD, int(bought.sum()))
    ends = np.cumsum(bought)
    totals = np.diff(np.concatenate([[0.0], np.cumsum(spent)])[np.concatenate([[0], ends])])
    squares = np.diff(np.concatenate([[0.0], np.cumsum(spent**2)])[np.concatenate([[0], ends])])
    return (Moments(n, total, square) for total, square in zip(totals.tolist(), squares.tolist(), strict=True))
