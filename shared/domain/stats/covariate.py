"""A difference adjusted by what was known of the customers before (CUPED; Deng, Xu, Kohavi and Walker, 2013).

A covariate that no message can have changed tells part of why customers differ. Taking that part out leaves the
difference of the arms unbiased, and makes its interval narrower.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from scipy.special import stdtr, stdtrit

from shared.domain.stats.means import degrees_of_freedom
from shared.domain.stats.samples import Interval

TOO_UNIFORM = "the covariate, or the outcome, does not vary"
NOTHING = Fraction(0)
NEGLIGIBLE = Fraction(1, 10**12)
TOLERANCE = Fraction(1001, 1000)
CONTRADICTORY = "the sums of outcome and covariate contradict each other: no customers have them all"


class Covaried(NamedTuple):
    """Sums over one arm's ``n`` customers: of the outcome y and its square, the covariate x, its square, and x y."""

    n: int
    y: Fraction
    yy: Fraction
    x: Fraction
    xx: Fraction
    xy: Fraction

    def plus(self, other: "Covaried") -> "Covaried":
        return Covaried(
            self.n + other.n,
            self.y + other.y,
            self.yy + other.yy,
            self.x + other.x,
            self.xx + other.xx,
            self.xy + other.xy,
        )


@dataclass(frozen=True)
class Adjusted:
    """The adjusted difference; None with a reason. ``variance_reduction`` is the share of the variance taken out."""

    abs_diff: float | None = None
    abs_ci: Interval | None = None
    p_value: float | None = None
    variance_reduction: float | None = None
    reason: str = ""


class _Spread(NamedTuple):
    """Sums of squared deviations, and of products of deviations, from an arm's own means."""

    yy: Fraction
    xx: Fraction
    xy: Fraction


def adjusted_difference(treatment: Covaried, control: Covaried, *, alpha: float) -> Adjusted:
    """Mean of treatment minus mean of control, each less theta times its covariate's mean.

    Theta is the slope of y on x within the arms, both together. The interval and p-value are Welch's on y - theta x.
    """
    if treatment.n < 2 or control.n < 2:
        return Adjusted(reason="an arm has fewer than two customers")
    arms = (treatment, control)
    spreads = [_spread(arm) for arm in arms]
    if any(spread.xy**2 > spread.xx * spread.yy * TOLERANCE for spread in spreads):
        return Adjusted(reason=CONTRADICTORY)
    variation = spreads[0].xx + spreads[1].xx
    if not variation or not spreads[0].yy + spreads[1].yy:
        return Adjusted(reason=TOO_UNIFORM)
    theta = (spreads[0].xy + spreads[1].xy) / variation
    before = [float(spread.yy / (arm.n * (arm.n - 1))) for arm, spread in zip(arms, spreads, strict=True)]
    errors = [
        float(max(spread.yy - 2 * theta * spread.xy + theta**2 * spread.xx, NOTHING) / (arm.n * (arm.n - 1)))
        for arm, spread in zip(arms, spreads, strict=True)
    ]
    if not sum(errors) > 0:
        return Adjusted(reason=TOO_UNIFORM)
    means = [(arm.y - theta * arm.x) / arm.n for arm in arms]
    return _welch(float(means[0] - means[1]), errors, (treatment.n, control.n), 1 - sum(errors) / sum(before), alpha)


def _spread(arm: Covaried) -> _Spread:
    """What only rounding of the sums can have left counts as none."""
    yy, xx = arm.yy - arm.y**2 / arm.n, arm.xx - arm.x**2 / arm.n
    yy, xx = (yy if yy > NEGLIGIBLE * arm.yy else NOTHING), (xx if xx > NEGLIGIBLE * arm.xx else NOTHING)
    return _Spread(yy, xx, arm.xy - arm.x * arm.y / arm.n if yy and xx else NOTHING)


def _welch(difference: float, errors: list[float], sizes: tuple[int, int], reduction: float, alpha: float) -> Adjusted:
    df = degrees_of_freedom([(errors[0], sizes[0] - 1), (errors[1], sizes[1] - 1)])
    error = math.sqrt(sum(errors))
    half = float(stdtrit(df, 1 - alpha / 2)) * error
    p_value = 2 * float(stdtr(df, -abs(difference / error)))
    return Adjusted(difference, (difference - half, difference + half), p_value, max(reduction, 0.0))
