"""The statistics against results in print, to the digits printed, and against what their formulas say another way."""

import math
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, special, stats

from shared.domain.allocation import propose_shares
from shared.domain.conversion_costs import conversion_costs, programme_cost
from shared.domain.counts import analyse_counts
from shared.domain.stats.covariate import Covaried, adjusted_difference
from shared.domain.stats.families import benjamini_hochberg, holm
from shared.domain.stats.intervals import difference_interval, score_interval
from shared.domain.stats.lift import compare
from shared.domain.stats.posterior import beliefs
from shared.domain.stats.samples import Moments, Proportion
from shared.domain.stats.sequential import look_at_means, look_at_rates, planned_reach, planned_scale
from shared.domain.stats.significance import difference_of, exact_test, score, stratified_test
from shared.domain.stats.stratified import heterogeneity, odds_ratio, pooled_difference
from shared.experiment_contracts import ArmBelief, LiftAnalysis
from tests.unit.random_tables import ALPHA, Z, pair

MIGRAINE = [pair(16, 27, 5, 25), pair(12, 28, 7, 26)]
"""Better under active treatment and placebo, women and men (the CMH example of the PROC FREQ manual)."""
OESOPHAGUS = [
    pair(1, 1, 9, 115),
    pair(4, 9, 26, 190),
    pair(25, 46, 29, 167),
    pair(42, 76, 27, 166),
    pair(19, 55, 18, 106),
    pair(5, 13, 0, 31),
]
"""High alcohol consumption among cases and controls, by age (Breslow and Day, 1980, Ille-et-Vilaine)."""
KIDNEY_STONES = [pair(81, 87, 234, 270), pair(192, 263, 55, 80)]
"""Open surgery and percutaneous, small stones and large (Charig et al., 1986)."""
BERKELEY = [
    pair(512, 825, 89, 108),
    pair(353, 560, 17, 25),
    pair(120, 325, 202, 593),
    pair(138, 417, 131, 375),
    pair(53, 191, 94, 393),
    pair(22, 373, 24, 341),
]
"""Men and women admitted, by department (Bickel, Hammel and O'Connell, 1975)."""


def rounded(value, digits):
    return pytest.approx(value, abs=0.51 * 10**-digits)


# --- intervals and tests ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
    ],
)
def test_newcombes_own_examples(table, low, high):
    """The interval of the difference is that of Newcombe's table (1998, method 10)."""
    found = difference_interval(difference_of(pair(*table)), [pair(*table)], [1.0], Z)
    assert found == (rounded(low, 4), rounded(high, 4))


def test_one_rates_interval_is_wilsons():
    """81 of 263 and 15 of 148 give the score intervals of Newcombe's one-sample table (1998)."""
    assert score_interval(Proportion(81, 263), Z) == (rounded(0.2553, 4), rounded(0.3662, 4))
    assert score_interval(Proportion(15, 148), Z) == (rounded(0.0624, 4), rounded(0.1605, 4))


def test_the_lady_tasting_tea():
    """Three of four cups told apart in Fisher's experiment (1935) have p = 0.486, four of four p = 0.029."""
    assert exact_test([pair(3, 4, 1, 4)]).p_value == rounded(0.486, 3)
    assert exact_test([pair(4, 4, 0, 4)]).p_value == rounded(0.029, 3)


def test_benjamini_and_hochbergs_own_example():
    """Of their fifteen p-values (1995) their procedure finds four at 5%, where Holm's finds three."""
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p_values += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert sum(p < ALPHA for p in benjamini_hochberg(p_values)) == 4
    assert sum(p < ALPHA for p in holm(p_values)) == 3


# --- strata -----------------------------------------------------------------------------------------------------------


def test_the_migraine_trial():
    """Test, odds ratio, relative risk with its interval, and heterogeneity are those that are printed for it."""
    found, test, shape = (
        compare(MIGRAINE, alpha=ALPHA, test_type="z-test"),
        stratified_test(MIGRAINE),
        heterogeneity(MIGRAINE),
    )
    assert (test.statistic**2, test.p_value) == (rounded(8.3052, 4), rounded(0.0040, 4))
    assert shape.odds_ratio == rounded(3.3132, 4)
    assert 1 + found.lift_percent / 100 == rounded(2.1636, 4)
    assert [1 + bound / 100 for bound in found.lift_ci_percent] == [rounded(1.2336, 4), rounded(3.7948, 4)]
    assert (shape.statistic, shape.p_value) == (rounded(1.4929, 2), rounded(0.2218, 3))


def test_the_oesophageal_cancer_study():
    """The common odds ratio is 5.158 as printed, and the odds ratios of the ages are as alike as printed: p = 0.10."""
    shape = heterogeneity(OESOPHAGUS)
    assert odds_ratio(OESOPHAGUS) == rounded(5.158, 3)
    assert shape.statistic == rounded(9.3, 1)
    assert shape.p_value == rounded(0.10, 2)


def test_kidney_stones_are_simpsons_paradox():
    """Open surgery does better on small stones and on large ones, and worse on all thrown together."""
    assert [round(100 * one.treatment.rate) for one in KIDNEY_STONES] == [93, 73]
    assert [round(100 * one.control.rate) for one in KIDNEY_STONES] == [87, 69]
    assert pooled_difference(KIDNEY_STONES) == rounded(0.780 - 0.826, 3)
    assert compare(KIDNEY_STONES, alpha=ALPHA, test_type="z-test").abs_diff > 0
    document = {
        f"stones {place}": {
            "percutaneous": {"n": one.control.n, "success": one.control.successes},
            "open": {"n": one.treatment.n, "success": one.treatment.successes},
        }
        for place, one in enumerate(KIDNEY_STONES)
    }
    found = analyse_counts({"control": "percutaneous", "strata": document})["comparisons"][0]
    assert found["stratified"]["abs_diff"] > 0
    assert found["stratified"]["p_value"] > ALPHA


def test_a_paradox_that_could_be_taken_for_a_finding_is_said():
    """Twenty times the kidney stones are significant both ways, and the segments' own direction is what is reported."""
    document = {
        f"stones {place}": {
            "old": {"n": 20 * one.control.n, "success": 20 * one.control.successes},
            "new": {"n": 20 * one.treatment.n, "success": 20 * one.treatment.successes},
        }
        for place, one in enumerate(KIDNEY_STONES)
    }
    found = analyse_counts({"control": "old", "strata": document})["comparisons"][0]
    assert found["stratified"]["reversed"]
    assert found["abs_diff"] > 0
    assert "Simpson" in found["reason"]


def test_admissions_to_berkeley():
    """All departments together favour men; within them they do not, and departments differ, as is printed."""
    assert pooled_difference(BERKELEY) == rounded(0.1416, 4)
    test, shape = stratified_test(BERKELEY), heterogeneity(BERKELEY)
    assert odds_ratio(BERKELEY) == rounded(0.9047, 4)
    assert (test.statistic**2, test.p_value) == (rounded(1.5246, 4), rounded(0.2169, 4))
    assert (shape.statistic, shape.p_value) == (rounded(18.83, 2), rounded(0.0021, 4))


def exact_heterogeneity(strata):
    """Breslow and Day's statistic with Tarone's correction, in sixty digits."""
    getcontext().prec = 60
    cells = [tuple(map(Decimal, (t.successes, t.n, c.successes, c.n))) for t, c in strata]
    ratio = sum(a * (n0 - c) / (n1 + n0) for a, n1, c, n0 in cells) / sum(
        (n1 - a) * c / (n1 + n0) for a, n1, c, n0 in cells
    )
    squares = excess = information = Decimal(0)
    for a, n1, c, n0 in cells:
        happened = a + c
        linear = n0 - happened + ratio * (n1 + happened)
        root = (linear**2 + 4 * (1 - ratio) * ratio * happened * n1).sqrt()
        x = 2 * ratio * happened * n1 / (linear + root)
        variance = 1 / (1 / x + 1 / (n1 - x) + 1 / (happened - x) + 1 / (n0 - happened + x))
        squares, excess, information = squares + (a - x) ** 2 / variance, excess + a - x, information + variance
    return float(squares - excess**2 / information)


@pytest.mark.parametrize(
    "strata",
    [
        OESOPHAGUS,
        [pair(30, 100, 30, 100), pair(20, 100, 20, 100), pair(41, 100, 40, 100)],
        [pair(10**6 - 1, 10**6, 1, 10**6), pair(5, 10, 0, 10), pair(3, 10, 1, 10)],
        [pair(10**12 - 1, 10**12, 1, 10**12), pair(5, 10, 0, 10), pair(0, 10, 0, 9), pair(3, 10, 1, 10)],
        [pair(10**9 - 1, 10**9, 1, 10**9), pair(10**9 - 5, 10**9, 3, 10**9)],
    ],
)
def test_heterogeneity_is_exact_at_any_odds_ratio(strata):
    """At a common ratio of about 1 and at a trillion no digit is lost to a difference of near equals."""
    assert heterogeneity(strata).statistic == pytest.approx(
        exact_heterogeneity([one for one in strata if one.treatment.successes + one.control.successes]), rel=1e-9
    )


@pytest.mark.parametrize(
    ("strata", "reason"),
    [
        ([pair(0, 10, 0, 10), pair(5, 10, 0, 10)], "undefined"),
        ([pair(5, 10, 3, 10), pair(0, 10, 0, 10)], "fewer than two"),
        ([pair(0, 10, 3, 10), pair(0, 10, 2, 10)], "fewer than two"),
        ([], "undefined"),
    ],
)
def test_heterogeneity_without_a_ratio_has_a_reason(strata, reason):
    """Nobody, everybody or one stratum alone have no heterogeneity, and it is said why."""
    found = heterogeneity(strata)
    assert found.p_value is None
    assert reason in found.reason


# --- looking often ----------------------------------------------------------------------------------------------------


def test_the_always_valid_p_value_is_the_mixtures():
    """One over the likelihood ratio, integrated over the normal mixture, is the p-value that is given."""
    strata, scale = [pair(60, 1_000, 90, 1_000), pair(20, 500, 40, 600)], math.log(1.1)
    excess, information = score(strata)
    ratio, _ = integrate.quad(
        lambda effect: math.exp(effect * excess - effect**2 * information / 2) * stats.norm.pdf(effect, 0, scale), -2, 2
    )
    assert look_at_rates(strata, alpha=ALPHA, scale=scale).p_value == pytest.approx(1 / ratio, rel=1e-9)


def test_the_always_valid_interval_ends_where_the_p_value_is_alpha():
    """Of means, a control that lies at the interval's end has p = alpha, as test and interval are one."""
    treatment, control = Moments(5_000, 50_000.0, 900_000.0), Moments(5_000, 49_000.0, 880_000.0)
    low, _ = look_at_means([(treatment, control)], alpha=ALPHA, scale=0.1).abs_ci
    shifted = Moments(5_000, 50_000.0 - 5_000 * low, 900_000.0 - 2 * low * 50_000 + 5_000 * low**2)
    assert look_at_means([(shifted, control)], alpha=ALPHA, scale=0.1).p_value == pytest.approx(ALPHA, rel=1e-6)


@pytest.mark.parametrize(
    ("strata", "reason"),
    [([], "too few"), ([pair(0, 1_000, 4, 1_000)], "too few"), ([pair(5, 5, 0, 0)], "too few")],
)
def test_too_early_to_look_is_said(strata, reason):
    """With fewer than five expected in a cell there is no always-valid figure, and the reason says so."""
    found = look_at_rates(strata, alpha=ALPHA, scale=0.1)
    assert (found.p_value, found.abs_ci, found.lift_ci_percent) == (None, None, None)
    assert reason in found.reason


def test_means_without_variation_or_baseline_are_not_looked_at():
    """One customer, no variation and a control at or below 0 give a reason in place of figures."""
    some = Moments(10, 20.0, 60.0)
    for treatment, control, reason in (
        (Moments(1, 2.0, 4.0), some, "too few"),
        (Moments(10, 10.0, 10.0), Moments(10, 10.0, 10.0), "too few"),
        (some, Moments(10, 0.0, 4.0), "not above 0"),
    ):
        found = look_at_means([(treatment, control)], alpha=ALPHA, scale=0.1)
        assert found.p_value is None
        assert reason in found.reason


def test_the_planned_reach_is_that_of_the_last_look():
    """What the plan says a difference must reach is what the interval reaches once everybody is in."""
    strata, scale = [pair(500, 10_000, 500, 10_000)], planned_scale(0.05, 10_000, 10_000, alpha=ALPHA)
    expected = difference_interval(0.0, strata, [1.0], planned_reach(alpha=ALPHA, tests=1))
    assert look_at_rates(strata, alpha=ALPHA, scale=scale).abs_ci == pytest.approx(expected, rel=1e-4)
    assert planned_scale(0.0, 10, 10, alpha=ALPHA) is None
    assert planned_scale(0.5, 10, 0, alpha=ALPHA) is None


def test_the_planned_scale_makes_the_last_look_about_as_sharp_as_any():
    """No mixture of another width has an interval at the planned sizes that is narrower by more than a hundredth."""
    strata, best = [pair(500, 10_000, 500, 10_000)], planned_scale(0.05, 10_000, 10_000, alpha=ALPHA)
    _, planned = look_at_rates(strata, alpha=ALPHA, scale=best).abs_ci
    for factor in (0.2, 0.5, 0.8, 1.2, 2.0, 5.0):
        assert look_at_rates(strata, alpha=ALPHA, scale=factor * best).abs_ci[1] > 0.99 * planned


# --- odds -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [((80, 300), (60, 220)), ((3, 10), (1, 12)), ((400, 10_000), (450, 10_000))])
def test_the_chance_to_be_best_of_two_is_the_closed_form(counts):
    """For two arms the integral has a closed form, a sum over the successes of one, and it is met."""
    (s1, n1), (s0, n0) = counts
    i = np.arange(s1 + 1)
    a0, b0, b1 = 1 + s0, 1 + n0 - s0, 1 + n1 - s1
    terms = special.betaln(a0 + i, b1 + b0) - np.log(b1 + i) - special.betaln(1 + i, b1) - special.betaln(a0, b0)
    found, _ = beliefs([Proportion(s1, n1), Proportion(s0, n0)], alpha=ALPHA)
    assert found.probability_best == pytest.approx(float(np.exp(terms).sum()), abs=2e-5)


def belief(arm, chance):
    return ArmBelief(arm=arm, n=1, rate=0.1, interval=(0.0, 1.0), probability_best=chance, expected_loss=0.0)


@pytest.mark.parametrize("chances", [(0.0, 0.7, 0.3), (0.5, 0.25, 0.25), (1.0, 0.0, 0.0), (0.02, 0.98, 0.0)])
@pytest.mark.parametrize("floor", [0.0, 0.1, 0.57])
def test_proposed_shares_are_the_chances_above_the_floor(chances, floor):
    """Shares add up to 1, control keeps its floor, and the others keep their proportions."""
    arms = ("control", "one", "two")
    shares = propose_shares([belief(*one) for one in zip(arms, chances, strict=True)], "control", floor)
    assert math.fsum(shares.values()) == 1
    assert shares["control"] >= floor
    assert shares["control"] == pytest.approx(max(chances[0], floor), abs=1e-4)
    assert shares["one"] * chances[2] == pytest.approx(shares["two"] * chances[1], abs=1e-4)


def test_nothing_is_proposed_for_one_arm_or_without_control():
    """There is nothing to divide between fewer than two arms, nor without a control to keep."""
    assert propose_shares([], "control", 0.1) == {}
    assert propose_shares([belief("control", 1.0)], "control", 0.1) == {}
    assert propose_shares([belief("one", 0.5), belief("two", 0.5)], "control", 0.1) == {}


# --- adjustment -------------------------------------------------------------------------------------------------------


def test_the_adjusted_difference_is_the_regressions():
    """CUPED with one slope is the coefficient of the arm in a regression of the outcome on arm and covariate."""
    rng = np.random.default_rng(5)
    arm = np.repeat([1.0, 0.0], [600, 500])
    x = rng.integers(0, 100, 1_100).astype(float)
    y = (rng.random(1_100) < 0.1 + 0.005 * x + 0.05 * arm).astype(float)
    design = np.column_stack([np.ones_like(x), arm, x])
    coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
    sums = [covaried(y[arm == side], x[arm == side]) for side in (1.0, 0.0)]
    found = adjusted_difference(*sums, alpha=ALPHA)
    assert found.abs_diff == pytest.approx(coefficients[1], rel=1e-9)
    within = [values - np.where(arm == 1, values[arm == 1].mean(), values[arm == 0].mean()) for values in (x, y)]
    assert found.variance_reduction == pytest.approx(np.corrcoef(*within)[0, 1] ** 2, abs=0.01)


def covaried(y, x):
    return Covaried(len(y), *(Fraction(float(part.sum())) for part in (y, y * y, x, x * x, x * y)))


@pytest.mark.parametrize(
    ("sums", "reason"),
    [
        (Covaried(1, *map(Fraction, (1, 1, 3, 9, 3))), "fewer than two"),
        (Covaried(9, *map(Fraction, (4, 4, 27, 81, 12))), "does not vary"),
        (Covaried(9, *map(Fraction, (0, 0, 20, 81, 0))), "does not vary"),
        (Covaried(2, *map(Fraction, (1, 1, 1, 1, 1))), "does not vary"),
    ],
)
def test_nothing_to_adjust_by_has_a_reason(sums, reason):
    """One customer, an outcome or covariate that is always the same, or that tells all, gives a reason."""
    found = adjusted_difference(sums, sums, alpha=ALPHA)
    assert (found.abs_diff, found.p_value, found.variance_reduction) == (None, None, None)
    assert reason in found.reason


# --- cost -------------------------------------------------------------------------------------------------------------


def lift(abs_diff, abs_ci, n=1_000, arm="treatment_1"):
    return LiftAnalysis(
        treatment_arm=arm,
        metric="conversion_rate",
        treatment_size=n,
        control_size=n,
        control_rate=0.01,
        treatment_rate=0.02,
        lift_percent=None,
        lift_ci_percent=None,
        abs_diff=abs_diff,
        abs_ci=abs_ci,
        test="z-test",
        statistic=None,
        p_value=None,
        p_adjusted=None,
        significant=False,
        reason="no customers" if abs_diff is None else "",
    )


def test_the_cost_of_a_conversion_is_the_cost_over_what_was_brought():
    """A thousand customers with a difference of 1% (0.5% to 2%) for 20 dollars are 2 dollars each (1 to 4)."""
    (found,) = conversion_costs([lift(0.01, (0.005, 0.02))], 20.0)
    assert found.incremental_conversions == pytest.approx(10)
    assert found.cost_per_conversion_usd == pytest.approx(2)
    assert found.cost_ci_usd == pytest.approx((1, 4))
    assert programme_cost(lift(0.01, (0.005, 0.02)), 20.0).cost_per_conversion_usd == pytest.approx(2)


def test_the_cost_is_divided_over_the_treated():
    """Arms bear the cost by their customers; together they bear all of it."""
    found = conversion_costs([lift(0.01, (0.0, 0.02), 3_000), lift(0.01, (0.0, 0.02), 1_000, "treatment_2")], 20.0)
    assert [one.cost_usd for one in found] == [15.0, 5.0]


@pytest.mark.parametrize(
    ("figures", "cost", "upper", "reason"),
    [
        ((0.01, (-0.01, 0.03)), True, None, "reaches 0"),
        ((0.0, (-0.01, 0.01)), False, None, "no more conversions"),
        ((-0.01, (-0.03, 0.01)), False, None, "no more conversions"),
        ((None, None), False, None, "no customers"),
    ],
)
def test_a_cost_that_may_be_endless_has_a_reason(figures, cost, upper, reason):
    """Where there may be no more conversions the upper end is open; where there are none there is no cost for one."""
    (found,) = conversion_costs([lift(*figures)], 20.0)
    assert (found.cost_per_conversion_usd is not None) == cost
    assert found.cost_ci_usd is None or found.cost_ci_usd[1] is upper
    assert reason in found.reason
