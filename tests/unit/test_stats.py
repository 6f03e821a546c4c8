"""The statistics against statsmodels and scipy, and where they are undefined."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from shared.domain.stats.families import holm
from shared.domain.stats.lift import calculate_lift, compare, compare_means
from shared.domain.stats.power import detectable_lift, sample_size_per_arm
from shared.domain.stats.sample_ratio import sample_ratio
from shared.domain.stats.samples import Moments, Pair, Proportion
from shared.domain.stats.significance import (
    calculate_statistical_significance,
    chi_square_test,
    exact_test,
    smallest_p_value,
    stratified_test,
    t_test,
    z_test,
)
from shared.errors import InputError

ORACLE = Path(__file__).parents[2].parent / "shared" / "data" / "hillstrom_counts.json"
TABLES = [(30, 200, 22, 210), (5, 100, 20, 100), (900, 1000, 850, 990), (1, 40, 39, 45), (250, 1000, 250, 1000)]


def pair(a, n1, c, n0):
    return Pair(Proportion(a, n1), Proportion(c, n0))


def plain(a, n1, c, n0, test_type="z-test"):
    return compare([pair(a, n1, c, n0)], alpha=0.05, test_type=test_type)


def close(value):
    return pytest.approx(value, rel=1e-9)


def test_a_real_experiment_matches_the_published_oracle():
    """Rates, lifts, intervals, p-values, Holm and the sample ratio equal statsmodels' figures to nine digits."""
    if not ORACLE.exists():
        pytest.skip("hillstrom_counts.json is not on this machine")
    oracle = json.loads(ORACLE.read_text())
    arms, control = oracle["arms"], oracle["arms"]["No E-Mail"]
    p_values, adjusted = [], []
    for name, metrics in oracle["comparisons"].items():
        arm = arms[name.removesuffix(" vs No E-Mail")]
        for metric, expected in metrics.items():
            found = plain(arm[metric], arm["n"], control[metric], control["n"])
            assert found.treatment_rate == close(expected["rate_treatment"])
            assert found.control_rate == close(expected["rate_control"])
            assert found.abs_diff == close(expected["abs_diff"])
            assert found.lift_percent == close(expected["relative_lift_percent"])
            assert found.test.statistic == close(expected["statsmodels_proportions_ztest_pooled"]["z"])
            assert found.test.p_value == close(expected["statsmodels_proportions_ztest_pooled"]["p"])
            assert found.lift_ci_percent == close([100 * bound for bound in expected["lift_ci95_log_ratio"]])
            assert found.abs_ci == close(expected["abs_ci95_newcombe"])
            p_values.append(found.test.p_value)
            adjusted.append(expected["p_holm_over_these_4"])
    assert holm(p_values) == close(adjusted)
    srm = sample_ratio({"all": {name: arm["n"] for name, arm in arms.items()}}, {"all": dict.fromkeys(arms, 1)})
    assert (srm.statistic, srm.p_value) == close((oracle["srm"]["chi2"], oracle["srm"]["p"]))


@pytest.mark.parametrize(("treatment", "control", "lift"), [(0.30, 0.25, 20.0), (0.055, 0.05, 10.0), (0.1, 0.2, -50.0)])
def test_lift_is_exact_as_printed(treatment, control, lift):
    """Round figures give round lifts, without binary fractions showing."""
    assert calculate_lift(treatment, control) == lift


@pytest.mark.parametrize("rates", [(0.1, 0.0), (0.0, 0.0), (math.nan, 0.1), (math.inf, 0.1), (1e300, 5e-324)])
def test_undefined_lift_is_none(rates):
    """A zero, missing or absurd baseline gives no lift rather than an infinite one."""
    assert calculate_lift(*rates) is None


@pytest.mark.parametrize("table", TABLES)
def test_z_and_chi_square_agree_with_scipy(table):
    """Chi-square without correction is scipy's, and z is its signed root with the same p-value."""
    a, n1, c, n0 = table
    expected = stats.chi2_contingency([[a, n1 - a], [c, n0 - c]], correction=False)
    chi_square, z = chi_square_test(pair(*table)), z_test(pair(*table))
    assert (chi_square.statistic, chi_square.p_value) == close((expected.statistic, expected.pvalue))
    assert z.statistic**2 == close(chi_square.statistic)
    assert z.p_value == chi_square.p_value
    assert (z.statistic > 0) == (a * n0 > c * n1)


@pytest.mark.parametrize("table", TABLES)
def test_t_test_from_counts_is_the_t_test_of_the_raw_data(table):
    """Counts alone give what scipy gives on the customers' zeros and ones."""
    a, n1, c, n0 = table
    expected = stats.ttest_ind(np.repeat([1, 0], [a, n1 - a]), np.repeat([1, 0], [c, n0 - c]), equal_var=False)
    found = t_test(pair(*table))
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert found.p_value == close(expected.pvalue)


def test_t_test_without_variation_says_what_stands_in():
    """All against nobody has an infinite t; the z-test answers, and the name says so."""
    found = plain(100, 100, 0, 100, "t-test").test
    assert found.name.startswith("z-test")
    assert found.p_value == close(2 * stats.norm.sf(math.sqrt(200)))


@pytest.mark.parametrize("table", [(3, 10, 1, 12), (0, 5, 3, 5), (4, 50, 0, 51), (998, 1000, 999, 999), (1, 1, 0, 1)])
@pytest.mark.parametrize("test_type", ["z-test", "t-test", "chi-square"])
def test_small_cells_use_fishers_exact_test(table, test_type):
    """With fewer than five expected in a cell the test is Fisher's, whatever was configured, and is named so."""
    a, n1, c, n0 = table
    found = plain(*table, test_type).test
    assert found.name == "Fisher's exact"
    assert found.statistic is None
    assert found.p_value == close(stats.fisher_exact([[a, n1 - a], [c, n0 - c]]).pvalue)


def test_the_configured_test_is_used_where_five_are_expected():
    """At exactly five expected the approximation is good enough."""
    assert plain(10, 100, 0, 100).test.name == "z-test"
    assert plain(9, 100, 0, 100).test.name == "Fisher's exact"


def test_exact_test_over_strata_is_the_convolution():
    """The stratified exact p-value is the probability of every combination no likelier than the observed one."""
    tables = [(2, 6, 0, 9), (1, 7, 1, 5)]
    spaces = [stats.hypergeom(n1 + n0, a + c, n1) for a, n1, c, n0 in tables]
    chances = np.zeros(15)
    for x in range(7):
        for y in range(8):
            chances[x + y] += spaces[0].pmf(x) * spaces[1].pmf(y)
    expected = chances[chances <= chances[3] * (1 + 1e-9)].sum()
    assert exact_test([pair(*table) for table in tables]).p_value == close(expected)


def test_stratified_comparison_matches_statsmodels():
    """Over strata the ratio, its interval and the test are Mantel and Haenszel's."""
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    strata = [(40, 400, 20, 300), (90, 200, 70, 300), (10, 900, 12, 300)]
    stacked = tables.StratifiedTable([np.array([[a, n1 - a], [c, n0 - c]]) for a, n1, c, n0 in strata])
    found = compare([pair(*table) for table in strata], alpha=0.05, test_type="z-test")
    assert 1 + found.lift_percent / 100 == close(stacked.riskratio_pooled)
    assert found.treatment_rate / found.control_rate == close(stacked.riskratio_pooled)
    assert found.abs_diff == pytest.approx(found.treatment_rate - found.control_rate)
    expected = stacked.test_null_odds(correction=False)
    assert (found.test.statistic**2, found.test.p_value) == close((expected.statistic, expected.pvalue))
    assert found.lift_ci_percent[0] < found.lift_percent < found.lift_ci_percent[1]
    assert found.abs_ci[0] < found.abs_diff < found.abs_ci[1]


def test_stratifying_removes_what_pooling_would_make_up():
    """Equal rates within every stratum give no lift, though the pooled rates differ because the shares do."""
    strata = [pair(450, 900, 50, 100), pair(5, 100, 45, 900)]
    found = compare(strata, alpha=0.05, test_type="z-test")
    assert found.lift_percent == pytest.approx(0.0, abs=1e-9)
    assert found.test.p_value == pytest.approx(1.0)
    assert z_test(pair(455, 1000, 95, 1000)).p_value < 1e-50


@pytest.mark.parametrize("table", [*TABLES, (0, 50, 0, 60), (3, 3, 0, 5), (7, 1000, 0, 1000)])
def test_intervals_match_statsmodels(table):
    """Newcombe's and the log-ratio interval are statsmodels', zero cells included where they are defined."""
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    found = plain(*table)
    assert found.abs_ci == pytest.approx(
        proportion.confint_proportions_2indep(*table, method="newcomb", compare="diff"), rel=1e-9, abs=1e-12
    )
    if found.lift_ci_percent:
        low, high = proportion.confint_proportions_2indep(*table, method="log", compare="ratio")
        assert found.lift_ci_percent == pytest.approx((100 * (low - 1), 100 * (high - 1)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "lift", "has_interval", "has_p", "reason"),
    [
        ((5, 100, 0, 100), None, False, True, "control's value is 0"),
        ((0, 100, 5, 100), -100.0, False, True, "the arm's value is 0"),
        ((0, 100, 0, 100), None, False, False, "the metric is 0 in both arms"),
        ((100, 100, 90, 90), 0.0, False, False, "100% in both arms"),
        ((0, 0, 5, 100), None, False, False, "no customers"),
        ((5, 100, 0, 0), None, False, False, "no customers"),
    ],
)
def test_the_undefined_has_a_reason(table, lift, has_interval, has_p, reason):
    """Zero cells, zero baselines and empty arms give None and say why."""
    found = plain(*table)
    assert found.lift_percent == lift
    assert (found.lift_ci_percent is not None) == has_interval
    assert (found.test.p_value is not None) == has_p
    assert reason in "; ".join(found.reasons)


def test_huge_counts_stay_exact():
    """At a trillion customers nothing overflows or rounds away."""
    n = 10**12
    found = plain(n // 20 + 10**6, n, n // 20, n)
    assert found.test.statistic == close(10**6 / math.sqrt(2 * n * (0.05 + 5e-7) * (0.95 - 5e-7)))
    assert found.abs_diff == close(1e-6)
    assert found.abs_ci[0] < found.abs_diff < found.abs_ci[1]
    assert exact_test([pair(3, n, 0, n)]).p_value == pytest.approx(0.25, rel=1e-6)
    for run in (t_test, chi_square_test):
        assert run(pair(n // 2, n, n // 2 + 1, n)).p_value == pytest.approx(1.0, abs=1e-3)


def test_tails_never_vanish():
    """A z just below 37 still has a positive p-value, in every test."""
    table = (3_770, 10_000, 1_000, 10_000)
    assert 36 < z_test(pair(*table)).statistic < 47
    table = (2_900, 10_000, 1_000, 10_000)
    for run in (z_test, chi_square_test, t_test):
        assert 0 < run(pair(*table)).p_value < 1e-200
    assert 33 < z_test(pair(*table)).statistic < 37
    assert 0 < stratified_test([pair(*table)]).p_value < 1e-200


@pytest.mark.parametrize("counts", [(-1, 5), (6, 5), (0, -1), (0, 10**16)])
def test_impossible_counts_are_refused(counts):
    """More successes than customers, negative or absurd counts are input errors."""
    with pytest.raises(InputError):
        Proportion(*counts)


def test_means_match_welch():
    """A continuous metric from sums equals scipy's Welch test and interval on the raw values."""
    draw = np.random.default_rng(1)
    treated, control = draw.gamma(2.0, 30.0, 400), draw.gamma(2.0, 25.0, 300)
    found = compare_means(
        [tuple(Moments(len(x), float(x.sum()), float((x * x).sum())) for x in (treated, control))], alpha=0.05
    )
    expected = stats.ttest_ind(treated, control, equal_var=False)
    assert (found.test.statistic, found.test.p_value) == close((expected.statistic, expected.pvalue))
    assert found.abs_ci == close(tuple(expected.confidence_interval(0.95)))
    assert found.lift_percent == close(100 * (treated.mean() / control.mean() - 1))
    assert found.lift_ci_percent[0] < found.lift_percent < found.lift_ci_percent[1]


@pytest.mark.parametrize(
    ("treatment", "control", "reason"),
    [
        (Moments(1, 5.0, 25.0), Moments(1, 4.0, 16.0), "two customers"),
        (Moments(10, 1.0, 0.1), Moments(10, 2.0, 0.4), "variation"),
        (Moments(0, 0.0, 0.0), Moments(10, 2.0, 3.0), "no customers"),
        (Moments(10, 2.0, 3.0), Moments(10, 0.0, 0.0), "control's value is 0"),
        (Moments(10, 2.0, 3.0), Moments(10, -2.0, 3.0), "control's value is negative"),
        (Moments(10, -2.0, 3.0), Moments(10, 2.0, 3.0), "the arm's value is negative"),
    ],
)
def test_undefined_means_have_a_reason(treatment, control, reason):
    """Means without variation, customers or a positive baseline give None where they must, and say why."""
    found = compare_means([(treatment, control)], alpha=0.05)
    assert reason in "; ".join(found.reasons)
    assert found.lift_ci_percent is None


def test_extreme_means_do_not_overflow():
    """Means near the ends of the number range give an answer or None."""
    for scale in (1e-150, 1e-20, 1e45):
        found = compare_means(
            [(Moments(10, 3 * scale, 5 * scale * scale), Moments(10, scale, scale * scale))], alpha=0.05
        )
        assert found.test.p_value is None or 0 < found.test.p_value <= 1


def test_an_interval_beyond_all_numbers_is_none():
    """Without variation inside the strata, or with far too much, the lift has no interval, and the reason says so."""
    certain = compare([pair(1, 1, 1, 1), pair(50, 50, 1, 1), pair(0, 5, 0, 5)], alpha=0.05, test_type="z-test")
    wild = compare_means([(Moments(10, 1e-40, 1.0), Moments(10, 1e-40, 1.0))], alpha=0.05)
    for found in (certain, wild):
        assert found.lift_ci_percent is None
        assert "vary too little or too much" in found.reasons[0]


@pytest.mark.parametrize(
    "sums", [(-1, 0.0, 0.0), (2, 10.0, 1.0), (0, 1.0, 1.0), (5, 1.0, -1.0), (5, math.inf, 1.0), (5, 1.0, 1e200)]
)
def test_contradictory_sums_are_refused(sums):
    """Sums that no values have are input errors."""
    with pytest.raises(InputError):
        Moments(*sums)


def test_holm_matches_statsmodels():
    """The adjustment is statsmodels', in the given order, ties included."""
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p_values = [0.04, 0.001, 0.04, 0.9, 0.012, 1e-300]
    assert holm(p_values) == close(list(multitest.multipletests(p_values, method="holm")[1]))


def test_holm_counts_the_tests_that_could_not_be_made():
    """The family is what was planned: an undefined test weighs on the others and stays undefined."""
    assert holm([0.01, None, 0.03]) == [pytest.approx(0.03), None, pytest.approx(0.06)]
    assert holm([]) == []


def test_sample_ratio_mismatch_is_found():
    """Sizes far from the plan are a mismatch; sizes as planned are none."""
    planned = {"a": {"control": 1, "treatment_1": 3}}
    assert sample_ratio({"a": {"control": 250, "treatment_1": 750}}, planned).p_value == 1.0
    bad = sample_ratio({"a": {"control": 350, "treatment_1": 650}}, planned)
    assert bad.mismatch
    assert (bad.statistic, bad.p_value) == close(tuple(stats.chisquare([350, 650], [250, 750])))
    assert "withheld" in bad.reason


def test_sample_ratio_sums_over_strata():
    """Observed and expected sizes are summed by arm over the strata with several arms."""
    planned = {"a": {"x": 1, "y": 1}, "b": {"x": 1, "y": 3}, "c": {"x": 1}}
    found = sample_ratio({"a": {"x": 110, "y": 90}, "b": {"x": 105, "y": 295}, "c": {"x": 1000}}, planned)
    assert (found.statistic, found.p_value) == close(tuple(stats.chisquare([215, 385], [200, 400])))
    assert not found.mismatch


def test_shifts_that_cancel_between_strata_are_found():
    """An arm too large in one stratum and too small in another is a mismatch, though the totals fit."""
    planned = {"a": {"x": 1, "y": 1}, "b": {"x": 1, "y": 1}}
    found = sample_ratio({"a": {"x": 700, "y": 300}, "b": {"x": 300, "y": 700}}, planned)
    assert found.p_value == 1.0
    assert found.mismatch
    assert "a, b" in found.reason


def test_sample_ratio_without_two_arms_is_undefined():
    """One arm or nobody has no ratio; customers in an arm planned without any are a mismatch."""
    assert sample_ratio({"a": {"control": 9}}, {"a": {"control": 9}}).p_value is None
    assert sample_ratio({"a": {"x": 0, "y": 0}}, {"a": {"x": 1, "y": 1}}).p_value is None
    found = sample_ratio({"a": {"x": 5, "y": 1}}, {"a": {"x": 5, "y": 0}})
    assert found.mismatch
    assert found.p_value is None


def test_sample_size_and_detectable_lift_are_inverse():
    """The size needed for a lift detects that lift, and about statsmodels' size is needed."""
    power = pytest.importorskip("statsmodels.stats.proportion")
    size = sample_size_per_arm(0.05, 0.10, 0.05)
    assert detectable_lift(0.05, size, size, 0.05) == pytest.approx(0.10, rel=1e-4)
    assert size == pytest.approx(power.samplesize_proportions_2indep_onetail(0.005, 0.05, 0.8, alpha=0.05), rel=0.01)
    assert sample_size_per_arm(0.05, -0.10, 0.05) < size
    assert detectable_lift(0.05, 10**12, 10**12, 0.05) == pytest.approx(1.73e-5, rel=0.05)


@pytest.mark.parametrize("baseline", [0.0, 1.0])
def test_power_is_undefined_at_the_ends(baseline):
    """Without a baseline between 0 and 1 there is no relative lift to plan for."""
    assert detectable_lift(baseline, 100, 100, 0.05) is None
    assert sample_size_per_arm(baseline, 0.1, 0.05) is None


def test_power_is_undefined_where_nothing_can_be_found():
    """No customers, too few customers, no lift or an impossible rate give None."""
    assert detectable_lift(0.05, 0, 100, 0.05) is None
    assert detectable_lift(0.5, 2, 2, 0.05) is None
    assert sample_size_per_arm(0.05, 0.0, 0.05) is None
    assert sample_size_per_arm(0.5, 1.5, 0.05) is None


def test_the_z_test_keeps_its_error_rate():
    """Among two thousand A/A comparisons about one in twenty is significant at 5%."""
    draw = np.random.default_rng(7)
    counts = draw.binomial(2_000, 0.05, size=(2_000, 2)).tolist()
    p_values = [z_test(pair(a, 2_000, c, 2_000)).p_value for a, c in counts]
    assert 0.035 < np.mean(np.array(p_values) < 0.05) < 0.065


def test_the_clearest_outcome_bounds_the_p_value():
    """No outcome of two small arms is below the p-value of all against nobody."""
    for n1, n0 in ((3, 3), (2, 5), (4, 4)):
        assert smallest_p_value(n1, n0) == close(exact_test([pair(n1, n1, 0, n0)]).p_value)
    assert smallest_p_value(0, 5) == 1.0
    assert smallest_p_value(10**9, 10**9) == 0.0


def test_significance_is_tested_over_the_strata_given():
    """One stratum is tested as configured, several by Cochran, Mantel and Haenszel."""
    strata = [pair(30, 200, 22, 210), pair(60, 300, 40, 310)]
    assert calculate_statistical_significance(strata[:1], test_type="chi-square").name == "chi-square"
    assert calculate_statistical_significance(strata, test_type="chi-square").name == "Cochran-Mantel-Haenszel"
