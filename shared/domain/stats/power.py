"""Power: what a test of two proportions can see, and how many customers it would need."""

import math
from collections.abc import Callable

from scipy.special import ndtr, ndtri

from shared.domain.stats.intervals import quantile


def detectable_lift(
    baseline: float, n_control: int, n_treatment: int, alpha: float, *, power: float = 0.8, reach: float | None = None
) -> float | None:
    """The smallest relative lift (0.1 is 10%) that a two-sided test of two proportions finds with ``power``.

    Normal approximation (Fleiss, Levin and Paik, 2003, chapter 4): the difference d for which
    d = z_alpha/2 sqrt(p (1-p) (1/n1 + 1/n0)) + z_power sqrt(p1 (1-p1)/n1 + p0 (1-p0)/n0), p1 = p0 + d, p pooled.
    None if the baseline is 0 or 1, an arm is empty, or not even a rate of 100% would be found. ``reach`` stands in for
    z_alpha/2 where another test decides.
    """
    if not 0 < baseline < 1 or not n_control or not n_treatment:
        return None

    threshold = quantile(alpha) if reach is None else reach

    def shortfall(difference: float) -> float:
        treated = min(baseline + difference, 1.0)
        pooled = (n_treatment * treated + n_control * baseline) / (n_treatment + n_control)
        null_error = math.sqrt(pooled * (1 - pooled) * (1 / n_treatment + 1 / n_control))
        error = math.sqrt(treated * (1 - treated) / n_treatment + baseline * (1 - baseline) / n_control)
        return threshold * null_error + float(ndtri(power)) * error - difference

    if shortfall(1 - baseline) > 0:
        return None
    return _bisect(shortfall, 0.0, 1 - baseline) / baseline


def power_at(baseline: float, lift: float, n_control: int, n_treatment: int, alpha: float) -> float | None:
    """The chance that a two-sided test of two proportions finds a relative ``lift``, on either side of 0.

    The same approximation solved for the power. None where a rate would not be between 0 and 1 or an arm is empty.
    """
    treated = baseline * (1 + lift)
    if not 0 < baseline < 1 or not 0 < treated < 1 or not n_control or not n_treatment:
        return None
    pooled = (n_treatment * treated + n_control * baseline) / (n_treatment + n_control)
    reach = quantile(alpha) * math.sqrt(pooled * (1 - pooled) * (1 / n_treatment + 1 / n_control))
    error = math.sqrt(treated * (1 - treated) / n_treatment + baseline * (1 - baseline) / n_control)
    difference = treated - baseline
    return float(ndtr((difference - reach) / error) + ndtr((-difference - reach) / error))


def sample_size_per_arm(baseline: float, lift: float, alpha: float, power: float = 0.8) -> int | None:
    """Customers per arm, in two arms of one size, for a two-sided test to find a relative ``lift`` with ``power``.

    The same approximation solved for n: ((z_alpha/2 sqrt(2 p (1-p)) + z_power sqrt(p1 (1-p1) + p0 (1-p0))) / d) ** 2,
    rounded up. None if there is no difference to find or a rate would not be between 0 and 1.
    """
    treated = baseline * (1 + lift)
    if not 0 < baseline < 1 or not 0 <= treated <= 1 or treated == baseline:
        return None
    pooled = (treated + baseline) / 2
    null_error = quantile(alpha) * math.sqrt(2 * pooled * (1 - pooled))
    error = float(ndtri(power)) * math.sqrt(treated * (1 - treated) + baseline * (1 - baseline))
    return math.ceil(((null_error + error) / (treated - baseline)) ** 2)


def _bisect(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where ``falling`` turns from positive to negative, to the last bit worth having."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return high
