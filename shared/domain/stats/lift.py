"""One arm against control: lift, difference, their intervals and the test. What is undefined is None with a reason."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy.special import stdtr, stdtrit

from shared.domain.stats.intervals import (
    difference_interval,
    lift_interval,
    log_interval,
    mantel_haenszel_weights,
    quantile,
)
from shared.domain.stats.means import standardised_means
from shared.domain.stats.samples import Interval, Moments, Pair, Proportion
from shared.domain.stats.significance import Test, calculate_statistical_significance, difference_of
from shared.run_config import TestType

TOO_UNIFORM = "a t-test needs two customers in each arm and some variation among them"


@dataclass(frozen=True)
class Comparison:
    """One treatment arm against control on one metric. Rates are means per customer; what is None has a reason."""

    control_rate: float | None
    treatment_rate: float | None
    lift_percent: float | None
    lift_ci_percent: Interval | None
    abs_diff: float | None
    abs_ci: Interval | None
    test: Test
    reasons: tuple[str, ...] = ()


NOTHING_TO_COMPARE = Comparison(
    None, None, None, None, None, None, Test("none"), ("nothing to compare: the arm or its control has no customers",)
)


def calculate_lift(treatment_metric: float, control_metric: float) -> float | None:
    """Relative lift in percent, (treatment - control) / control * 100; None for a zero or undefined control.

    Computed on the numbers as they print, so that 0.30 over 0.25 is 20 and not 19.999999999999996.
    """
    if not math.isfinite(treatment_metric) or not math.isfinite(control_metric) or control_metric == 0:
        return None
    treatment, control = Fraction(repr(float(treatment_metric))), Fraction(repr(float(control_metric)))
    try:
        return float((treatment - control) * 100 / control)
    except OverflowError:
        return None


def compare(strata: Sequence[Pair], *, alpha: float, test_type: TestType) -> Comparison:
    """Compare two arms on a yes/no metric, in one stratum or over several; intervals cover 1 - ``alpha``.

    Several strata are compared within each and combined with Mantel-Haenszel weights n1 * n0 / (n1 + n0) (Mantel and
    Haenszel, 1959), so that arms with different shares in different strata are not confounded by the strata's own
    rates: the rates given are then standardised to these weights, and rates, lift and difference agree. With one
    stratum this is the plain comparison. Strata where either arm is empty say nothing and are left out.
    """
    usable = [pair for pair in strata if pair.treatment.n and pair.control.n]
    if not usable:
        return NOTHING_TO_COMPARE
    weights = mantel_haenszel_weights(usable)
    treatment_rate = _weighted([pair.treatment for pair in usable], weights)
    control_rate = _weighted([pair.control for pair in usable], weights)
    difference = math.fsum(weight * difference_of(pair) for pair, weight in zip(usable, weights, strict=True))
    lift_ci = lift_interval(usable, quantile(alpha))
    test = calculate_statistical_significance(usable, test_type=test_type)
    return Comparison(
        control_rate=control_rate,
        treatment_rate=treatment_rate,
        lift_percent=calculate_lift(treatment_rate, control_rate),
        lift_ci_percent=lift_ci,
        abs_diff=difference,
        abs_ci=difference_interval(difference, usable, weights, quantile(alpha)),
        test=test,
        reasons=_reasons(treatment_rate, control_rate, lift_ci, test),
    )


def compare_means(strata: Sequence[tuple[Moments, Moments]], *, alpha: float) -> Comparison:
    """Compare two arms on a continuous metric by Welch's t-test; intervals cover 1 - ``alpha``.

    ``strata`` are pairs of treatment and control: one, or several to be combined as ``compare`` does. Variances may
    differ (Welch, 1947). The interval of the difference is Welch's; that of the lift is the delta method's on the
    logarithm of the ratio of means, and needs two positive means.
    """
    means = standardised_means(strata)
    if means is None:
        return NOTHING_TO_COMPARE
    test, abs_ci, lift_ci = Test("Welch's t-test", reason=TOO_UNIFORM), None, None
    difference = means.treatment - means.control
    if means.df is not None and means.error > 0:
        test, abs_ci = _welch(difference, means.error, means.df, alpha)
        if means.treatment > 0 and means.control > 0:
            log_ratio = math.log(means.treatment) - math.log(means.control)
            lift_ci = log_interval(log_ratio, means.log_variance, quantile(alpha))
    return Comparison(
        control_rate=means.control,
        treatment_rate=means.treatment,
        lift_percent=calculate_lift(means.treatment, means.control) if means.control > 0 else None,
        lift_ci_percent=lift_ci,
        abs_diff=difference,
        abs_ci=abs_ci,
        test=test,
        reasons=_reasons(means.treatment, means.control, lift_ci, test),
    )


def mean_interval(sample: Moments, alpha: float) -> Interval | None:
    """Student's interval of one mean (1908); None below two values."""
    if sample.rate is None or sample.variance is None:
        return None
    half = float(stdtrit(sample.n - 1, 1 - alpha / 2)) * math.sqrt(sample.variance / sample.n)
    return sample.rate - half, sample.rate + half


def _welch(difference: float, error: float, df: float, alpha: float) -> tuple[Test, Interval]:
    """Test and interval of a difference of means, given its standard error and degrees of freedom."""
    t = difference / error
    half = float(stdtrit(df, 1 - alpha / 2)) * error
    return Test("Welch's t-test", t, 2 * float(stdtr(df, -abs(t)))), (difference - half, difference + half)


def _reasons(treatment_rate: float, control_rate: float, lift_ci: Interval | None, test: Test) -> tuple[str, ...]:
    """Why lift, its interval or the p-value is undefined, as far as they are."""
    reasons = [test.reason] if test.reason else []
    if control_rate <= 0:
        return (f"lift is undefined: control's value is {_zero_or_less(control_rate)}", *reasons)
    if treatment_rate <= 0:
        return (f"the lift's interval is undefined: the arm's value is {_zero_or_less(treatment_rate)}", *reasons)
    if lift_ci is None and not reasons:
        return ("the lift's interval is undefined: the values vary too little or too much",)
    return tuple(reasons)


def _zero_or_less(value: float) -> str:
    return "0" if value == 0 else "negative"


def _weighted(samples: Sequence[Proportion], weights: Sequence[float]) -> float:
    rate = math.fsum(w * sample.successes / sample.n for sample, w in zip(samples, weights, strict=True))
    return min(rate, 1.0)
