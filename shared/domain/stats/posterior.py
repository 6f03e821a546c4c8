"""Odds to act on: each arm's rate from a uniform prior, its chance to be the best, and what choosing it may lose.

Posteriors are beta distributions (Bayes, 1763). Chances are integrals over all of them together, computed by Simpson's
rule on a grid as fine as the narrowest; no random numbers, so the same counts always give the same odds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import betainc, betaincinv

from shared.domain.randomness import Floats
from shared.domain.stats.samples import Interval, Proportion

_STEPS = np.concatenate([np.linspace(-9.0, 9.0, 37), np.arange(10.0, 34.0)])
"""Standard deviations from the mean: further up than down, for the rate of a rare outcome is skewed like a gamma."""


class Belief(NamedTuple):
    """One arm's rate after the outcomes: mean, central interval, chance to be the highest, expected loss as a rate."""

    rate: float
    interval: Interval
    probability_best: float
    expected_loss: float


def beliefs(samples: Sequence[Proportion], *, alpha: float) -> list[Belief]:
    """One belief for each of ``samples``, in order; the intervals hold 1 - ``alpha`` of each posterior.

    The expected loss of an arm is the mean of the highest rate of all less its own. Chances add up to 1.
    """
    places = sorted(range(len(samples)), key=lambda place: (samples[place].successes, samples[place].n))
    found = _ranked_beliefs([samples[place] for place in places], alpha)
    return [belief for _, belief in sorted(zip(places, found, strict=True))]


def _ranked_beliefs(samples: Sequence[Proportion], alpha: float) -> list[Belief]:
    """The same of samples in one order, so that the order in which they are given changes no bit."""
    a = np.array([1.0 + sample.successes for sample in samples])
    b = np.array([1.0 + sample.n - sample.successes for sample in samples])
    means = a / (a + b)
    lows, highs = betaincinv(a, b, alpha / 2), betaincinv(a, b, 1 - alpha / 2)
    best, highest = _best_of(a, b, means)
    losses = np.clip(highest - means, 0.0, 1.0)
    return [
        Belief(float(mean), (float(low), float(high)), float(chance), float(loss))
        for mean, low, high, chance, loss in zip(means, lows, highs, best, losses, strict=True)
    ]


def _best_of(a: Floats, b: Floats, means: Floats) -> tuple[Floats, float]:
    """Each arm's chance to be the highest, and the mean of the highest.

    P(i is highest) is the integral of the others' distribution functions over the i-th distribution; the mean of the
    highest is what is left of 1 by the integral of their product.
    """
    grid = _grid(a, b, means)
    below = betainc(a[:, None], b[:, None], grid)
    product = below.prod(axis=0)
    others = [np.delete(below, index, axis=0).prod(axis=0) for index in range(len(a))]
    chances = np.array([_stieltjes(rest, own) for rest, own in zip(others, below, strict=True)])
    chances = np.maximum(chances, 0.0)  # what the extrapolation leaves of nothing
    return chances / chances.sum(), float(grid[0]) + _simpson(1.0 - product, grid)


def _grid(a: Floats, b: Floats, means: Floats) -> Floats:
    """Points from the lowest to the highest rate that any arm may have, dense around each arm, with all midpoints."""
    spread = np.sqrt(means * (1 - means) / (a + b + 1))
    coarse = np.unique(np.clip(means[:, None] + spread[:, None] * _STEPS, 0.0, 1.0))
    fine = np.empty(2 * len(coarse) - 1)
    fine[::2], fine[1::2] = coarse, (coarse[1:] + coarse[:-1]) / 2
    return fine


def _simpson(values: Floats, grid: Floats) -> float:
    """The integral of ``values`` over ``grid``, whose every second point is a midpoint."""
    widths = grid[2::2] - grid[:-2:2]
    return float(((values[:-2:2] + 4 * values[1:-1:2] + values[2::2]) * widths).sum() / 6)


def _stieltjes(values: Floats, distribution: Floats) -> float:
    """The integral of ``values`` over a distribution function, to Simpson's order by Richardson's extrapolation."""
    fine = float(((values[1:] + values[:-1]) * np.diff(distribution)).sum() / 2)
    coarse = float(((values[2::2] + values[:-2:2]) * np.diff(distribution[::2])).sum() / 2)
    return (4 * fine - coarse) / 3
