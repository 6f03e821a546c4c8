"""The statistics: tests, intervals, adjustment and power, as pure functions of counts and sums.

Never sees a customer. What is undefined is None with a reason; tails are computed as tails, so a small p-value stays
exact down to the smallest float instead of becoming 0.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from shared.contracts import SampleRatio
from shared.domain.randomness import Floats
from shared.errors import InputError

TestType = Literal["z-test", "t-test", "chi-square"]
Interval = tuple[float, float]

SMALLEST_EXPECTED = 5
SRM_ALPHA = 0.001
WITHHOLDING = "verdicts are withheld"
TOO_UNIFORM = "a t-test needs two customers in each arm and some variation among them"
MOST_CUSTOMERS = 10**15
LARGEST_SQUARES = 1e100
LARGEST_LOG = 700.0
EXACT_REACH = 1000  # outcomes either side of the likeliest; with fewer than 5 expected, those beyond have probability 0


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


@dataclass(frozen=True)
class Test:
    """A two-sided test. An exact test has a p-value and no statistic; without a p-value, ``reason`` says why."""

    __test__ = False  # the name is the field's; not something for pytest to collect

    name: str
    statistic: float | None = None
    p_value: float | None = None
    reason: str = ""


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


# --- lift -------------------------------------------------------------------------------------------------------------


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
    weights = _weights(usable)
    treatment_rate = _weighted([pair.treatment for pair in usable], weights)
    control_rate = _weighted([pair.control for pair in usable], weights)
    difference = math.fsum(weight * _difference(pair) for pair, weight in zip(usable, weights, strict=True))
    lift_ci = _lift_interval(usable, alpha)
    test = calculate_statistical_significance(usable, test_type=test_type)
    return Comparison(
        control_rate=control_rate,
        treatment_rate=treatment_rate,
        lift_percent=calculate_lift(treatment_rate, control_rate),
        lift_ci_percent=lift_ci,
        abs_diff=difference,
        abs_ci=_difference_interval(difference, usable, weights, alpha),
        test=test,
        reasons=_reasons(treatment_rate, control_rate, lift_ci, test),
    )


def compare_means(treatment: Moments, control: Moments, *, alpha: float) -> Comparison:
    """Compare two arms on a continuous metric by Welch's t-test; intervals cover 1 - ``alpha``.

    Variances may differ (Welch, 1947). The interval of the difference is Welch's; that of the lift is the delta
    method's on the logarithm of the ratio of means, and needs two positive means.
    """
    mean1, mean0 = treatment.rate, control.rate
    if mean1 is None or mean0 is None:
        return NOTHING_TO_COMPARE
    test, abs_ci, lift_ci = Test("Welch's t-test", reason=TOO_UNIFORM), None, None
    if treatment.variance is not None and control.variance is not None and treatment.variance + control.variance > 0:
        error1, error0 = treatment.variance / treatment.n, control.variance / control.n
        test, abs_ci = _welch(mean1 - mean0, (error1, treatment.n - 1), (error0, control.n - 1), alpha)
        if mean1 > 0 and mean0 > 0:
            log_variance = error1 / mean1 / mean1 + error0 / mean0 / mean0
            lift_ci = _log_interval(math.log(mean1) - math.log(mean0), log_variance, alpha)
    return Comparison(
        control_rate=mean0,
        treatment_rate=mean1,
        lift_percent=calculate_lift(mean1, mean0) if mean0 > 0 else None,
        lift_ci_percent=lift_ci,
        abs_diff=mean1 - mean0,
        abs_ci=abs_ci,
        test=test,
        reasons=_reasons(mean1, mean0, lift_ci, test),
    )


def _welch(
    difference: float, treatment: tuple[float, int], control: tuple[float, int], alpha: float
) -> tuple[Test, Interval]:
    """Test and interval of a difference of means, given each mean's squared error and degrees of freedom."""
    (error1, df1), (error0, df0) = treatment, control
    share = error1 / (error1 + error0)
    df = 1 / (share**2 / df1 + (1 - share) ** 2 / df0)
    error = math.sqrt(error1 + error0)
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


def _weights(strata: Sequence[Pair]) -> list[float]:
    """Mantel-Haenszel weights, adding up to 1."""
    raw = [pair.treatment.n * pair.control.n / (pair.treatment.n + pair.control.n) for pair in strata]
    return [weight / math.fsum(raw) for weight in raw]


def _weighted(samples: Sequence[Proportion], weights: Sequence[float]) -> float:
    rate = math.fsum(w * sample.successes / sample.n for sample, w in zip(samples, weights, strict=True))
    return min(rate, 1.0)


# --- intervals --------------------------------------------------------------------------------------------------------


def _quantile(alpha: float) -> float:
    return -float(ndtri(alpha / 2))


def _log_interval(log_ratio: float, log_variance: float, alpha: float) -> Interval | None:
    """The interval of a ratio, normal on the log scale, as lift in percent; None if beyond all numbers."""
    half = _quantile(alpha) * math.sqrt(log_variance)
    if not abs(log_ratio) + half < LARGEST_LOG:
        return None
    return 100 * math.expm1(log_ratio - half), 100 * math.expm1(log_ratio + half)


def _lift_interval(strata: Sequence[Pair], alpha: float) -> Interval | None:
    """Interval of the relative lift in percent, by the log of the ratio of rates (Katz et al., 1978).

    None if a rate is 0 or both are 1. Over several strata, of the Mantel-Haenszel ratio with Greenland and Robins'
    (1985) variance, which for one stratum is Katz's 1/a - 1/n1 + 1/c - 1/n0.
    """
    cells = [_cells(pair) for pair in strata]
    treated = math.fsum(a * n0 / (n1 + n0) for (a, n1), (_, n0) in cells)
    controls = math.fsum(c * n1 / (n1 + n0) for (_, n1), (c, n0) in cells)
    numerator = math.fsum(((a + c) * n1 * n0 - a * c * (n1 + n0)) / (n1 + n0) ** 2 for (a, n1), (c, n0) in cells)
    if not treated or not controls or not numerator:
        return None
    return _log_interval(math.log(treated / controls), numerator / (treated * controls), alpha)


def _difference_interval(difference: float, strata: Sequence[Pair], weights: Sequence[float], alpha: float) -> Interval:
    """Interval of the difference of two rates: Newcombe's hybrid score interval (1998, method 10).

    Over several strata, of the weighted sum of differences, recovering each rate's variance from its score interval
    (Zou and Donner, 2008).
    """
    z = _quantile(alpha)
    below = above = 0.0
    for pair, weight in zip(strata, weights, strict=True):
        treatment_down, treatment_up = _score_reach(pair.treatment, z)
        control_down, control_up = _score_reach(pair.control, z)
        below += weight**2 * (treatment_down**2 + control_up**2)
        above += weight**2 * (treatment_up**2 + control_down**2)
    return max(difference - math.sqrt(below), -1.0), min(difference + math.sqrt(above), 1.0)


def _score_reach(sample: Proportion, z: float) -> Interval:
    """How far Wilson's score interval (1927) reaches below and above the rate; no difference of near equals in it."""
    p, n = sample.successes / sample.n, sample.n
    shift = z * z / n * (0.5 - p) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return half - shift, half + shift


def _difference(pair: Pair) -> float:
    """Treatment rate minus control rate, exact until the last rounding."""
    (a, n1), (c, n0) = _cells(pair)
    return (a * n0 - c * n1) / (n1 * n0)


def _cells(pair: Pair) -> tuple[tuple[int, int], tuple[int, int]]:
    return (pair.treatment.successes, pair.treatment.n), (pair.control.successes, pair.control.n)


# --- tests ------------------------------------------------------------------------------------------------------------


def calculate_statistical_significance(strata: Sequence[Pair], *, test_type: TestType) -> Test:
    """The two-sided test of equal rates, in one stratum or over several; both arms of each must have customers.

    One stratum: ``test_type``. Several: Cochran-Mantel-Haenszel. Where the smallest expected cell is below 5 (over
    strata: Mantel and Fleiss' criterion, 1980, which for one is the same): Fisher's exact test, given each stratum.
    """
    happened = sum(pair.treatment.successes + pair.control.successes for pair in strata)
    if happened == 0:
        return Test(test_type, reason="no test: the metric is 0 in both arms")
    if happened == sum(pair.treatment.n + pair.control.n for pair in strata):
        return Test(test_type, reason="no test: the metric is 100% in both arms")
    if _smallest_expected(strata) < SMALLEST_EXPECTED:
        return exact_test(strata)
    if len(strata) > 1:
        return stratified_test(strata)
    return TESTS[test_type](strata[0])


def z_test(pair: Pair) -> Test:
    """Two proportions with pooled variance, no continuity correction: z = (p1 - p0) / sqrt(p (1-p) (1/n1 + 1/n0))."""
    z = math.copysign(math.sqrt(_squared_z(pair)), _difference(pair))
    return Test("z-test", z, _two_sided(z))


def chi_square_test(pair: Pair) -> Test:
    """Pearson's test on the 2 x 2 table, one degree of freedom, no continuity correction; it equals z squared."""
    chi_square = _squared_z(pair)
    return Test("chi-square", chi_square, _two_sided(math.sqrt(chi_square)))


def t_test(pair: Pair) -> Test:
    """Student's test, equal variances, on the customers' zeros and ones: what raw data would give, from the counts.

    A group's squared deviations add up to a (n - a) / n. Without variation within either arm t is infinite, and the
    z-test stands in.
    """
    (a, n1), (c, n0) = _cells(pair)
    squares = Fraction(a * (n1 - a), n1) + Fraction(c * (n0 - c), n0)
    if not squares:
        z = z_test(pair)
        return Test("z-test, as the t-test needs variation within an arm", z.statistic, z.p_value)
    df = n1 + n0 - 2
    squared_t = Fraction((a * n0 - c * n1) ** 2 * df, n1 * n0 * (n1 + n0)) / squares
    t = math.copysign(math.sqrt(squared_t), _difference(pair))
    return Test("t-test", t, 2 * float(stdtr(df, -abs(t))))


TESTS: dict[TestType, Callable[[Pair], Test]] = {
    "z-test": z_test,
    "chi-square": chi_square_test,
    "t-test": t_test,
}


def stratified_test(strata: Sequence[Pair]) -> Test:
    """Cochran (1954) and Mantel-Haenszel (1959) over strata, no continuity correction, as a signed z.

    Observed minus expected successes of the treatment arm, over the root of their hypergeometric variance.
    """
    cells = [_cells(pair) for pair in strata]
    excess = math.fsum((a * n0 - c * n1) / (n1 + n0) for (a, n1), (c, n0) in cells)
    variance = math.fsum(
        n1 * n0 * (a + c) * (n1 + n0 - a - c) / ((n1 + n0) ** 2 * (n1 + n0 - 1)) for (a, n1), (c, n0) in cells
    )
    z = excess / math.sqrt(variance)
    return Test("Cochran-Mantel-Haenszel", z, _two_sided(z))


def exact_test(strata: Sequence[Pair]) -> Test:
    """Fisher's exact test, conditional on the margins of every stratum: two-sided by the likelihood of outcomes.

    The p-value is the probability of all outcomes no likelier than the observed one, which for one stratum is Fisher's
    (1935). Meant for fewer than 5 expected in a cell; see ``EXACT_REACH``.
    """
    lowest, probabilities = 0, np.ones(1)
    for pair in strata:
        first, of_stratum = _hypergeometric(pair)
        lowest, probabilities = lowest + first, np.convolve(probabilities, of_stratum)
    position = sum(pair.treatment.successes for pair in strata) - lowest
    observed = probabilities[position] if 0 <= position < len(probabilities) else 0.0
    # a relative margin, so that outcomes equally likely but for rounding count as such
    p_value = float(probabilities[probabilities <= observed * (1 + 1e-9)].sum())
    return Test("Fisher's exact", None, min(p_value, 1.0))


def _hypergeometric(pair: Pair) -> tuple[int, Floats]:
    """The lowest number of treatment successes considered, and the probabilities from there up.

    Built from the likeliest outcome outwards by ratios of neighbours: exact at any size, where log-gammas are not.
    """
    (a, n1), (c, n0) = _cells(pair)
    happened = a + c
    mode = (n1 + 1) * (happened + 1) // (n1 + n0 + 2)
    low = max(0, happened - n0, mode - EXACT_REACH)
    high = min(happened, n1, mode + EXACT_REACH)
    up = [(happened - x) * (n1 - x) / ((x + 1) * (n0 - happened + x + 1)) for x in range(mode, high)]
    down = [x * (n0 - happened + x) / ((happened - x + 1) * (n1 - x + 1)) for x in range(mode, low, -1)]
    relative = np.concatenate([np.cumprod(down)[::-1], [1.0], np.cumprod(up)])
    return low, relative / relative.sum()


def _smallest_expected(strata: Sequence[Pair]) -> float:
    """Mantel and Fleiss: how far the expected successes of the treatment arm are from what they must be between."""
    cells = [_cells(pair) for pair in strata]
    from_least = math.fsum(min(n1 * (a + c), n0 * (n1 + n0 - a - c)) / (n1 + n0) for (a, n1), (c, n0) in cells)
    from_most = math.fsum(min(n0 * (a + c), n1 * (n1 + n0 - a - c)) / (n1 + n0) for (a, n1), (c, n0) in cells)
    return min(from_least, from_most)


def smallest_p_value(n_treatment: int, n_control: int) -> float:
    """The exact test's p-value were all of one arm and none of the other to act: what no outcome can go below."""
    if not n_treatment or not n_control:
        return 1.0
    if min(n_treatment, n_control) > 1000:
        return 0.0  # below the smallest float
    outcomes = math.comb(n_treatment + n_control, n_treatment)
    return float(Fraction(2 if n_treatment == n_control else 1, outcomes))


def _squared_z(pair: Pair) -> float:
    (a, n1), (c, n0) = _cells(pair)
    total, happened = n1 + n0, a + c
    return (a * n0 - c * n1) ** 2 * total / (happened * (total - happened) * n1 * n0)


def _two_sided(z: float) -> float:
    return 2 * float(ndtr(-abs(z)))


# --- families of tests and sample ratios ------------------------------------------------------------------------------


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's (1979) step-down adjustment, in the given order.

    The family is all of ``p_values``: a planned test that could not be made counts as p = 1 and stays None, so
    that what happened to be testable does not make the rest look better.
    """
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    defined = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    for rank, (p, index) in enumerate(defined):
        largest = max(largest, min(1.0, p * (len(p_values) - rank)))
        adjusted[index] = largest
    return adjusted


def sample_ratio(observed: Mapping[str, Mapping[str, int]], planned: Mapping[str, Mapping[str, float]]) -> SampleRatio:
    """Chi-square test of arm sizes against the plan; a mismatch (p < 0.001) means that verdicts are withheld.

    ``observed`` is stratum -> arm -> customers, ``planned`` stratum -> arm -> weight, in any unit. The statistic is
    over arms, observed and expected being summed over the strata that have several arms; since shifts between strata
    can cancel there, each stratum is tested too, at 0.001 over their number (Bonferroni).
    """
    strata = [name for name, arms in planned.items() if sum(weight > 0 for weight in arms.values()) > 1]
    sizes = {name: observed.get(name, {}) for name in strata}
    expected = {name: _expected_sizes(sizes[name], planned[name]) for name in strata}
    unplanned = [
        name for name, arms in observed.items() if any(n and not planned[name].get(arm) for arm, n in arms.items())
    ]
    if unplanned:
        reason = f"{unplanned[0]} has customers in an arm that was planned without: {WITHHOLDING}"
        return SampleRatio(statistic=None, p_value=None, mismatch=True, reason=reason)
    statistic, p_value = _chi_square(_sum_by_arm(sizes), _sum_by_arm(expected))
    if p_value is None:
        return SampleRatio(statistic=None, p_value=None, mismatch=False, reason="there are no two arms with customers")
    tested = {name: _chi_square(sizes[name], expected[name])[1] for name in strata}
    off = [name for name, p in tested.items() if p is not None and p < SRM_ALPHA / len(tested)]
    mismatch = p_value < SRM_ALPHA or bool(off)
    return SampleRatio(statistic=statistic, p_value=p_value, mismatch=mismatch, reason=_ratio_reason(p_value, off))


def _ratio_reason(p_value: float, off: Sequence[str]) -> str:
    if p_value < SRM_ALPHA:
        return f"the arms' sizes are not the planned ones (p = {p_value:.2g}): {WITHHOLDING}"
    if off:
        return f"the arms' sizes in {', '.join(off)} are not the planned ones: {WITHHOLDING}"
    return ""


def _expected_sizes(observed: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    total, weight = sum(observed.values()), math.fsum(weights.values())
    return {arm: total * share / weight if weight else 0.0 for arm, share in weights.items()}


def _sum_by_arm(strata: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for arms in strata.values():
        for arm, size in arms.items():
            totals[arm] = totals.get(arm, 0) + size
    return totals


def _chi_square(observed: Mapping[str, float], expected: Mapping[str, float]) -> tuple[float | None, float | None]:
    arms = [arm for arm, size in expected.items() if size > 0]
    if len(arms) < 2:
        return None, None
    statistic = math.fsum((observed.get(arm, 0) - expected[arm]) ** 2 / expected[arm] for arm in arms)
    return statistic, float(chdtrc(len(arms) - 1, statistic))


# --- power ------------------------------------------------------------------------------------------------------------


def detectable_lift(
    baseline: float, n_control: int, n_treatment: int, alpha: float, power: float = 0.8
) -> float | None:
    """The smallest relative lift (0.1 is 10%) that a two-sided test of two proportions finds with ``power``.

    Normal approximation (Fleiss, Levin and Paik, 2003, chapter 4): the difference d for which
    d = z_alpha/2 sqrt(p (1-p) (1/n1 + 1/n0)) + z_power sqrt(p1 (1-p1)/n1 + p0 (1-p0)/n0), p1 = p0 + d, p pooled.
    None if the baseline is 0 or 1, an arm is empty, or not even a rate of 100% would be found.
    """
    if not 0 < baseline < 1 or not n_control or not n_treatment:
        return None

    def shortfall(difference: float) -> float:
        treated = min(baseline + difference, 1.0)
        pooled = (n_treatment * treated + n_control * baseline) / (n_treatment + n_control)
        null_error = math.sqrt(pooled * (1 - pooled) * (1 / n_treatment + 1 / n_control))
        error = math.sqrt(treated * (1 - treated) / n_treatment + baseline * (1 - baseline) / n_control)
        return _quantile(alpha) * null_error + float(ndtri(power)) * error - difference

    if shortfall(1 - baseline) > 0:
        return None
    return _bisect(shortfall, 0.0, 1 - baseline) / baseline


def sample_size_per_arm(baseline: float, lift: float, alpha: float, power: float = 0.8) -> int | None:
    """Customers per arm, in two arms of one size, for a two-sided test to find a relative ``lift`` with ``power``.

    The same approximation solved for n: ((z_alpha/2 sqrt(2 p (1-p)) + z_power sqrt(p1 (1-p1) + p0 (1-p0))) / d) ** 2,
    rounded up. None if there is no difference to find or a rate would not be between 0 and 1.
    """
    treated = baseline * (1 + lift)
    if not 0 < baseline < 1 or not 0 <= treated <= 1 or treated == baseline:
        return None
    pooled = (treated + baseline) / 2
    null_error = _quantile(alpha) * math.sqrt(2 * pooled * (1 - pooled))
    error = float(ndtri(power)) * math.sqrt(treated * (1 - treated) + baseline * (1 - baseline))
    return math.ceil(((null_error + error) / (treated - baseline)) ** 2)


def _bisect(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where ``falling`` turns from positive to negative, to the last bit worth having."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return high
