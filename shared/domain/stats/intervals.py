"""Intervals of a difference and of a ratio of two rates, over one stratum or several.

Each takes ``z``, how many standard errors it reaches: ``quantile(alpha)`` for one look, more for any number of looks.
"""

import math
from collections.abc import Sequence

from scipy.special import ndtri

from shared.domain.stats.samples import Interval, Pair, Proportion
from shared.domain.stats.significance import cells_of

LARGEST_LOG = 700.0


def quantile(alpha: float) -> float:
    """How many standard errors a two-sided normal interval reaches that covers 1 - ``alpha``."""
    return -float(ndtri(alpha / 2))


def log_interval(log_ratio: float, log_variance: float, z: float) -> Interval | None:
    """The interval of a ratio, normal on the log scale, as lift in percent; None if beyond all numbers."""
    half = z * math.sqrt(log_variance)
    if not abs(log_ratio) + half < LARGEST_LOG:
        return None
    return 100 * math.expm1(log_ratio - half), 100 * math.expm1(log_ratio + half)


def lift_interval(strata: Sequence[Pair], z: float) -> Interval | None:
    """Interval of the relative lift in percent, by the log of the ratio of rates (Katz et al., 1978).

    None if a rate is 0 or both are 1. Over several strata, of the Mantel-Haenszel ratio with Greenland and Robins'
    (1985) variance, which for one stratum is Katz's 1/a - 1/n1 + 1/c - 1/n0.
    """
    ratio = log_ratio(strata)
    return None if ratio is None else log_interval(*ratio, z)


def log_ratio(strata: Sequence[Pair]) -> tuple[float, float] | None:
    """The logarithm of the ratio of rates and its variance; see ``lift_interval``."""
    cells = [cells_of(pair) for pair in strata]
    treated = math.fsum(a * n0 / (n1 + n0) for (a, n1), (_, n0) in cells)
    controls = math.fsum(c * n1 / (n1 + n0) for (_, n1), (c, n0) in cells)
    numerator = math.fsum(((a + c) * n1 * n0 - a * c * (n1 + n0)) / (n1 + n0) ** 2 for (a, n1), (c, n0) in cells)
    if not treated or not controls or not numerator:
        return None
    return math.log(treated / controls), numerator / (treated * controls)


def difference_interval(difference: float, strata: Sequence[Pair], weights: Sequence[float], z: float) -> Interval:
    """Interval of the difference of two rates: Newcombe's hybrid score interval (1998, method 10).

    Over several strata, of the weighted sum of differences, recovering each rate's variance from its score interval
    (Zou and Donner, 2008).
    """
    below, above = [], []
    for pair, weight in zip(strata, weights, strict=True):
        treatment_down, treatment_up = _score_reach(pair.treatment, z)
        control_down, control_up = _score_reach(pair.control, z)
        below.append(weight**2 * (treatment_down**2 + control_up**2))
        above.append(weight**2 * (treatment_up**2 + control_down**2))
    return max(difference - math.sqrt(math.fsum(below)), -1.0), min(difference + math.sqrt(math.fsum(above)), 1.0)


def score_interval(sample: Proportion, z: float) -> Interval:
    """Wilson's score interval (1927) of one rate; the sample must have customers."""
    down, up = _score_reach(sample, z)
    rate = sample.successes / sample.n
    return max(rate - down, 0.0), min(rate + up, 1.0)


def mantel_haenszel_weights(strata: Sequence[Pair]) -> list[float]:
    """n1 * n0 / (n1 + n0) of each stratum, made to add up to 1 (Mantel and Haenszel, 1959)."""
    raw = [pair.treatment.n * pair.control.n / (pair.treatment.n + pair.control.n) for pair in strata]
    total = math.fsum(raw)
    return [weight / total for weight in raw]


def _score_reach(sample: Proportion, z: float) -> Interval:
    """How far Wilson's score interval (1927) reaches below and above the rate; no difference of near equals in it."""
    p, n = sample.successes / sample.n, sample.n
    shift = z * z / n * (0.5 - p) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return half - shift, half + shift
