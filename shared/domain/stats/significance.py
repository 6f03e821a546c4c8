"""Tests of equal rates: z, chi-square, Welch's t from counts, Cochran-Mantel-Haenszel and Fisher's exact test.

Tails are computed as tails, so a small p-value stays exact down to the smallest float instead of becoming 0.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.special import ndtr, stdtr

from shared.domain.randomness import Floats
from shared.domain.stats.samples import Pair
from shared.run_config import TestType

SMALLEST_EXPECTED = 5
EXACT_REACH = 1000  # outcomes either side of the likeliest; with fewer than 5 expected, those beyond have probability 0


@dataclass(frozen=True)
class Test:
    """A two-sided test. An exact test has a p-value and no statistic; without a p-value, ``reason`` says why."""

    __test__ = False  # the name is the field's; not something for pytest to collect

    name: str
    statistic: float | None = None
    p_value: float | None = None
    reason: str = ""


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
    if smallest_expected(strata) < SMALLEST_EXPECTED:
        return exact_test(strata)
    if len(strata) > 1:
        return stratified_test(strata)
    return TESTS[test_type](strata[0])


def z_test(pair: Pair) -> Test:
    """Two proportions with pooled variance, no continuity correction: z = (p1 - p0) / sqrt(p (1-p) (1/n1 + 1/n0))."""
    z = math.copysign(math.sqrt(_squared_z(pair)), difference_of(pair))
    return Test("z-test", z, _two_sided(z))


def chi_square_test(pair: Pair) -> Test:
    """Pearson's test on the 2 x 2 table, one degree of freedom, no continuity correction; it equals z squared."""
    chi_square = _squared_z(pair)
    return Test("chi-square", chi_square, _two_sided(math.sqrt(chi_square)))


def t_test(pair: Pair) -> Test:
    """Welch's test (1947) on the customers' zeros and ones: what raw data would give, from the counts.

    An arm's squared standard error is a (n - a) / (n^2 (n - 1)). Without variation within either arm, or with one
    customer in one, t is infinite or undefined, and the z-test stands in.
    """
    (a, n1), (c, n0) = cells_of(pair)
    if min(n1, n0) < 2 or not (a * (n1 - a) or c * (n0 - c)):
        z = z_test(pair)
        return Test("z-test, as the t-test needs variation within an arm", z.statistic, z.p_value)
    error1, error0 = (Fraction(x * (n - x), n * n * (n - 1)) for x, n in ((a, n1), (c, n0)))
    error = error1 + error0
    df = float(error**2 / (error1**2 / (n1 - 1) + error0**2 / (n0 - 1)))
    t = math.copysign(math.sqrt(Fraction(a * n0 - c * n1, n1 * n0) ** 2 / error), difference_of(pair))
    return Test("Welch's t-test", t, 2 * float(stdtr(df, -abs(t))))


TESTS: dict[TestType, Callable[[Pair], Test]] = {
    "z-test": z_test,
    "chi-square": chi_square_test,
    "t-test": t_test,
}


def stratified_test(strata: Sequence[Pair]) -> Test:
    """Cochran (1954) and Mantel-Haenszel (1959) over strata, no continuity correction, as a signed z.

    Observed minus expected successes of the treatment arm, over the root of their hypergeometric variance.
    """
    excess, variance = score(strata)
    z = excess / math.sqrt(variance)
    return Test("Cochran-Mantel-Haenszel", z, _two_sided(z))


def score(strata: Sequence[Pair]) -> tuple[float, float]:
    """Observed minus expected successes of the treatment arm, given each stratum's margins, and their variance."""
    cells = [cells_of(pair) for pair in strata]
    excess = math.fsum((a * n0 - c * n1) / (n1 + n0) for (a, n1), (c, n0) in cells)
    variance = math.fsum(
        n1 * n0 * (a + c) * (n1 + n0 - a - c) / ((n1 + n0) ** 2 * (n1 + n0 - 1)) for (a, n1), (c, n0) in cells
    )
    return excess, variance


def exact_test(strata: Sequence[Pair]) -> Test:
    """Fisher's exact test, conditional on the margins of every stratum: two-sided by the likelihood of outcomes.

    The p-value is the probability of all outcomes no likelier than the observed one, which for one stratum is Fisher's
    (1935). Meant for fewer than 5 expected in a cell; see ``EXACT_REACH``.
    """
    lowest, probabilities = 0, np.ones(1)
    for pair in sorted(strata, key=cells_of):  # so that their order changes no bit of the product
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
    (a, n1), (c, n0) = cells_of(pair)
    happened = a + c
    mode = (n1 + 1) * (happened + 1) // (n1 + n0 + 2)
    low = max(0, happened - n0, mode - EXACT_REACH)
    high = min(happened, n1, mode + EXACT_REACH)
    up = [(happened - x) * (n1 - x) / ((x + 1) * (n0 - happened + x + 1)) for x in range(mode, high)]
    down = [x * (n0 - happened + x) / ((happened - x + 1) * (n1 - x + 1)) for x in range(mode, low, -1)]
    relative = np.concatenate([np.cumprod(down)[::-1], [1.0], np.cumprod(up)])
    return low, relative / relative.sum()


def smallest_expected(strata: Sequence[Pair]) -> float:
    """Mantel and Fleiss: how far the expected successes of the treatment arm are from what they must be between."""
    cells = [cells_of(pair) for pair in strata]
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
    (a, n1), (c, n0) = cells_of(pair)
    total, happened = n1 + n0, a + c
    return (a * n0 - c * n1) ** 2 * total / (happened * (total - happened) * n1 * n0)


def _two_sided(z: float) -> float:
    return 2 * float(ndtr(-abs(z)))


def difference_of(pair: Pair) -> float:
    """Treatment rate minus control rate, exact until the last rounding."""
    (a, n1), (c, n0) = cells_of(pair)
    return (a * n0 - c * n1) / (n1 * n0)


def cells_of(pair: Pair) -> tuple[tuple[int, int], tuple[int, int]]:
    return (pair.treatment.successes, pair.treatment.n), (pair.control.successes, pair.control.n)
