"""Always-valid inference: p-values and intervals that hold however often, and whenever, somebody looks.

The mixture sequential probability ratio test (Robbins, 1970; Johari, Koomen, Pekelis and Walsh, 2022), in its normal
form on the score of two arms: with z the test statistic, W the information on the effect, and the effect mixed over a
normal distribution of mean 0 and standard deviation ``scale``, the likelihood ratio is

    exp(z^2 r / (2 (1 + r))) / sqrt(1 + r),    r = scale^2 W.

For rates the effect is the log odds ratio, for which W is the hypergeometric variance of the treatment arm's successes
(of all strata together). It grows both as customers come in and as the customers there are react, so either may be
peeked at. The normal form needs some outcomes: with fewer than five expected in a cell there is no answer yet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from shared.domain.stats.intervals import difference_interval, lift_interval, log_interval, mantel_haenszel_weights
from shared.domain.stats.means import standardised_means
from shared.domain.stats.samples import Interval, Moments, Pair
from shared.domain.stats.significance import SMALLEST_EXPECTED, difference_of, score, smallest_expected

TOO_EARLY = "too few outcomes so far to be looked at"


@dataclass(frozen=True)
class AlwaysValid:
    """An always-valid p-value and intervals that cover at all looks together; None with a reason."""

    p_value: float | None = None
    lift_ci_percent: Interval | None = None
    abs_ci: Interval | None = None
    reason: str = ""


def look_at_rates(strata: Sequence[Pair], *, alpha: float, scale: float) -> AlwaysValid:
    """What may be said now of two arms' rates, in one stratum or over several; ``scale`` is of the log odds ratio."""
    usable = [pair for pair in strata if pair.treatment.n and pair.control.n]
    if not usable or smallest_expected(usable) < SMALLEST_EXPECTED:
        return AlwaysValid(reason=TOO_EARLY)
    excess, information = score(usable)
    ratio = scale**2 * information
    weights = mantel_haenszel_weights(usable)
    difference = math.fsum(weight * difference_of(pair) for pair, weight in zip(usable, weights, strict=True))
    reach = _reach(ratio, alpha)
    return AlwaysValid(
        p_value=_p_value(excess / math.sqrt(information), ratio),
        lift_ci_percent=lift_interval(usable, reach),
        abs_ci=difference_interval(difference, usable, weights, reach),
    )


def look_at_means(strata: Sequence[tuple[Moments, Moments]], *, alpha: float, scale: float) -> AlwaysValid:
    """The same for two arms' means, ``scale`` being of the relative effect; control's mean must be positive.

    Welch's t stands for the z that has the same tail, and the reach is turned into t's likewise: with few customers the
    variances themselves are uncertain.
    """
    means = standardised_means(strata)
    if means is None or means.df is None:
        return AlwaysValid(reason=TOO_EARLY)
    if means.control <= 0:
        return AlwaysValid(reason="no relative effect: control's value is not above 0")
    error = means.error
    ratio = (scale * means.control / error) ** 2 if error else 0.0
    if not ratio:
        return AlwaysValid(reason=TOO_EARLY)
    difference = means.treatment - means.control
    z = float(ndtri(stdtr(means.df, -abs(difference) / error)))
    reach = -float(stdtrit(means.df, ndtr(-_reach(ratio, alpha))))
    if not math.isfinite(reach):
        return AlwaysValid(reason=TOO_EARLY)
    lift_ci = None
    if means.treatment > 0:
        log_ratio = math.log(means.treatment) - math.log(means.control)
        lift_ci = log_interval(log_ratio, means.log_variance, reach)
    return AlwaysValid(
        p_value=_p_value(z, ratio),
        lift_ci_percent=lift_ci,
        abs_ci=(difference - reach * error, difference + reach * error),
    )


def planned_scale(baseline: float, n_control: int, n_treatment: int, *, alpha: float) -> float | None:
    """The scale that makes the interval narrowest once all customers are in, at the ``baseline`` rate.

    It is the plan's alone, so outcomes cannot have chosen it. None where the rate is 0 or 1 or an arm is empty.
    """
    information = baseline * (1 - baseline) * n_control * n_treatment / max(n_control + n_treatment, 1)
    return math.sqrt(_planned_ratio(alpha) / information) if information > 0 else None


def planned_reach(*, alpha: float, tests: int) -> float:
    """How many standard errors a difference must reach once all customers are in, as one of ``tests`` of a family."""
    return _reach(_planned_ratio(alpha), alpha / tests)


def scale_for(lift: float) -> float:
    """The scale for relative lifts of about the size of ``lift``, where no plan says more; it must be above 0."""
    return math.log1p(lift)


def _planned_ratio(alpha: float) -> float:
    """The r at which ``_reach`` is least, to first order (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, 2021)."""
    return -2 * math.log(alpha) + math.log1p(-2 * math.log(alpha))


def _p_value(z: float, ratio: float) -> float:
    """One over the mixture's likelihood ratio."""
    return min(1.0, math.sqrt(1 + ratio) * math.exp(-z * z * ratio / (2 * (1 + ratio))))


def _reach(ratio: float, alpha: float) -> float:
    """The z at which the p-value is ``alpha``: how many standard errors an interval reaches."""
    return math.sqrt((1 + ratio) / ratio * (math.log1p(ratio) - 2 * math.log(alpha)))
