"""Simulated revenue: most customers buy nothing, and what the others spend is skewed."""

import math
from collections.abc import Iterator

import numpy as np

from shared.domain.stats.samples import Moments

BUYERS = 0.05
LOG_MEAN, LOG_SPREAD = 3.5, 1.0
AT_ONCE = 1_000
MEAN_SPENT = math.exp(LOG_MEAN + LOG_SPREAD**2 / 2)


def drawn_moments(
    rng: np.random.Generator, trials: int, n: int, *, buyers: float = BUYERS, factor: float = 1.0
) -> Iterator[Moments]:
    """The sums of ``n`` customers' revenue, once for each trial; ``factor`` multiplies what each buyer spends."""
    for start in range(0, trials, AT_ONCE):
        bought = rng.binomial(n, buyers, min(AT_ONCE, trials - start))
        spent = factor * rng.lognormal(LOG_MEAN, LOG_SPREAD, int(bought.sum()))
        ends = np.append(0, np.cumsum(bought))
        totals, squares = (np.diff(np.append(0.0, np.cumsum(part))[ends]) for part in (spent, spent**2))
        yield from (Moments(n, total, square) for total, square in zip(totals.tolist(), squares.tolist(), strict=True))
