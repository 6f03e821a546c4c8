"""The statistics against independent libraries over random tables.

The libraries are statsmodels, scipy and tea-tasting. Agreement means 1e-9 relative wherever both define a figure; where
a library takes the difference of near equals, its own rounding is allowed for and named. tea-tasting's definitions are
the product's for the interval of a relative effect: of proportions without its continuity correction and with unequal
variances, of means with the normal distribution. Its CUPED takes the slope over all customers and the product's within
the arms; the two are one where the arms' covariates have one mean, and are compared there.
"""

import gc
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from shared.domain.stats.covariate import adjusted_difference
from shared.domain.stats.families import benjamini_hochberg, holm
from shared.domain.stats.intervals import difference_interval, lift_interval, quantile
from shared.domain.stats.lift import compare, compare_means
from shared.domain.stats.significance import (
    chi_square_test,
    difference_of,
    exact_test,
    stratified_test,
    t_test,
    z_test,
)
from shared.domain.stats.stratified import heterogeneity, odds_ratio
from tests.unit.random_tables import ALPHA, Z, acting, cells, covaried, moments, pairs, seeded, strata

contingency = pytest.importorskip("statsmodels.stats.contingency_tables")
multitest = pytest.importorskip("statsmodels.stats.multitest")
proportion = pytest.importorskip("statsmodels.stats.proportion")

ROUNDING = 1e-12
p_values = st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.01, 0.04, 1e-300])), min_size=1, max_size=20)


def close(value, near_0=ROUNDING):
    return pytest.approx(value, rel=1e-9, abs=near_0)


def stacked(tables):
    return contingency.StratifiedTable(
        [np.array([[a, n1 - a], [c, n0 - c]], dtype=float) for a, n1, c, n0 in map(cells, tables)]
    )


# --- one table --------------------------------------------------------------------------------------------------------


@seeded(600)
@given(pairs().filter(acting))
def test_z_and_chi_square_are_statsmodels(table):
    """The z-test and Pearson's chi-square equal statsmodels', statistic and p-value."""
    a, n1, c, n0 = cells(table)
    z, chi_square = z_test(table), chi_square_test(table)
    assert (z.statistic, z.p_value) == close(proportion.proportions_ztest([a, c], [n1, n0]))
    assert (chi_square.statistic, chi_square.p_value) == close(proportion.proportions_chisquare([a, c], [n1, n0])[:2])


@seeded(300)
@given(pairs(largest=60).filter(acting))
def test_fishers_test_is_scipys(table):
    """The exact test's p-value equals scipy's on small tables."""
    a, n1, c, n0 = cells(table)
    expected = stats.fisher_exact([[a, n1 - a], [c, n0 - c]]).pvalue
    assert exact_test([table]).p_value == pytest.approx(expected, rel=1e-9)


@seeded(200)
@given(pairs(largest=400).filter(acting))
def test_the_t_test_from_counts_is_scipys(table):
    """Welch's test from counts equals scipy's on means and standard deviations of the zeros and ones."""
    a, n1, c, n0 = cells(table)
    assume(min(n1, n0) > 1 and (0 < a < n1 or 0 < c < n0))
    spread = [math.sqrt(x * (n - x) / (n * (n - 1))) for x, n in ((a, n1), (c, n0))]
    expected = stats.ttest_ind_from_stats(a / n1, spread[0], n1, c / n0, spread[1], n0, equal_var=False)
    found = t_test(table)
    assert (found.statistic, found.p_value) == close((expected.statistic, expected.pvalue))


@seeded(600)
@given(pairs())
def test_newcombes_interval_is_statsmodels(table):
    """The interval of the difference is Newcombe's, zero and full cells included."""
    expected = proportion.confint_proportions_2indep(*cells(table), method="newcomb", compare="diff")
    found = difference_interval(difference_of(table), [table], [1.0], Z)
    assert found == close(expected)


@seeded(600)
@given(pairs().filter(acting))
def test_the_lifts_interval_is_statsmodels(table):
    """The interval of the lift is statsmodels' of the ratio by the log; None exactly where that is undefined."""
    a, n1, c, n0 = cells(table)
    found = lift_interval([table], quantile(ALPHA))
    assert (found is None) == (a == 0 or c == 0)
    if found:
        low, high = proportion.confint_proportions_2indep(a, n1, c, n0, method="log", compare="ratio")
        assert [1 + bound / 100 for bound in found] == close([low, high])


@seeded(300)
@given(moments(), moments())
def test_means_are_scipys_welch(treatment, control):
    """Welch's test and interval from the sums equal scipy's from means and standard deviations."""
    found = compare_means([(treatment, control)], alpha=ALPHA)
    assume(found.test.p_value is not None)
    sides = [(one.rate, math.sqrt(one.variance), one.n) for one in (treatment, control)]
    expected = stats.ttest_ind_from_stats(*sides[0], *sides[1], equal_var=False)
    assert (found.test.statistic, found.test.p_value) == close((expected.statistic, expected.pvalue))


# --- families ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen_garbage():
    """Each call of statsmodels collects all garbage; what is there already need not be looked through each time."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("frozen_garbage")
@seeded(300)
@given(p_values)
def test_adjusted_p_values_are_statsmodels(family):
    """Holm's and Benjamini and Hochberg's adjustments equal statsmodels', ties and tiny p-values included."""
    assert holm(family) == close(list(multitest.multipletests(family, method="holm")[1]), near_0=1e-300)
    assert benjamini_hochberg(family) == close(list(multitest.multipletests(family, method="fdr_bh")[1]), near_0=1e-300)


# --- several tables ---------------------------------------------------------------------------------------------------


@seeded(500)
@given(strata())
def test_ratios_over_strata_are_statsmodels(tables):
    """Mantel and Haenszel's risk and odds ratios and their test equal statsmodels'."""
    a, n1, c, n0 = (sum(column) for column in zip(*map(cells, tables), strict=True))
    assume(0 < a < n1 and 0 < c < n0 and odds_ratio(tables))
    expected = stacked(tables)
    found = compare(tables, alpha=ALPHA, test_type="z-test")
    assert 1 + found.lift_percent / 100 == close(expected.riskratio_pooled)
    assert odds_ratio(tables) == close(expected.oddsratio_pooled)
    test = stratified_test(tables)
    null = expected.test_null_odds(correction=False)
    assert (test.statistic**2, test.p_value) == close((null.statistic, null.pvalue))


@seeded(500)
@given(strata())
def test_heterogeneity_is_statsmodels(tables):
    """Breslow and Day's test with Tarone's correction equals statsmodels', and lies below the uncorrected statistic.

    Near a common ratio of 1 statsmodels' root of the quadratic loses digits, so those tables are left to the exact
    solution of the next test; so are strata in which nobody or everybody acts, where statsmodels divides 0 by 0.
    """
    assume(all(map(acting, tables)))
    found = heterogeneity(tables)
    assume(found.p_value is not None and abs(math.log(found.odds_ratio)) > 0.05)
    expected, uncorrected = (stacked(tables).test_equal_odds(adjust=adjust) for adjust in (True, False))
    assume(expected.statistic < 1e3)  # beyond, both p-values are 0 but for rounding
    assert found.statistic == close(expected.statistic, near_0=1e-9)
    assert found.p_value == close(expected.pvalue, near_0=1e-9)
    assert found.statistic <= uncorrected.statistic * (1 + 1e-9) + 1e-9


# --- tea-tasting ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tea():
    return pytest.importorskip("tea_tasting")


def aggregated(tea, sample):
    """A proportion or the sums of a mean, as tea-tasting takes them."""
    variance = {"x": sample.variance} if hasattr(sample, "variance") else {}
    return tea.aggr.Aggregates(sample.n, {"x": sample.rate}, variance)


@seeded(300)
@given(table=pairs())
def test_the_lifts_interval_is_tea_tastings(tea, table):
    """The lift and its interval equal tea-tasting's relative effect, and the z-test's p-value its proportion's."""
    a, n1, c, n0 = cells(table)
    assume(0 < a < n1 and 0 < c < n0)
    arms = aggregated(tea, table.control), aggregated(tea, table.treatment)
    lift = tea.Proportion("x", method="norm", correction=False, equal_var=False).analyze_aggregates(*arms)
    test = tea.Proportion("x", method="norm", correction=False, equal_var=True).analyze_aggregates(*arms)
    found = compare([table], alpha=ALPHA, test_type="z-test")
    expected = [lift.rel_effect_size, lift.rel_effect_size_ci_lower, lift.rel_effect_size_ci_upper]
    assert [figure / 100 for figure in (found.lift_percent, *found.lift_ci_percent)] == close(expected)
    assert z_test(table).p_value == close(test.pvalue)


@seeded(200)
@given(treatment=moments(), control=moments())
def test_the_lift_of_means_is_tea_tastings(tea, treatment, control):
    """Of means, the difference's interval and p-value equal tea-tasting's by t, and the lift's interval by normal."""
    assume(treatment.variance and control.variance)
    arms = aggregated(tea, control), aggregated(tea, treatment)
    welch, normal = (tea.Mean("x", equal_var=False, use_t=use_t).analyze_aggregates(*arms) for use_t in (True, False))
    found = compare_means([(treatment, control)], alpha=ALPHA)
    assert found.abs_ci == close((welch.effect_size_ci_lower, welch.effect_size_ci_upper))
    assert found.test.p_value == close(welch.pvalue)
    lift = [normal.rel_effect_size, normal.rel_effect_size_ci_lower, normal.rel_effect_size_ci_upper]
    assume(abs(normal.rel_effect_size_ci_upper) < 1e6)
    assert [figure / 100 for figure in (found.lift_percent, *found.lift_ci_percent)] == close(lift)


def spread(sums, first, second, product):
    return float((product - first * second / sums.n) / (sums.n - 1))


def with_covariate(tea, sums):
    return tea.aggr.Aggregates(
        sums.n,
        {"y": float(sums.y / sums.n), "x": float(sums.x / sums.n)},
        {"y": spread(sums, sums.y, sums.y, sums.yy), "x": spread(sums, sums.x, sums.x, sums.xx)},
        {("x", "y"): spread(sums, sums.x, sums.y, sums.xy)},
    )


@seeded(200)
@given(treatment=covaried(mean=40), control=covaried(mean=40))
def test_the_adjusted_difference_is_tea_tastings(tea, treatment, control):
    """CUPED's difference, interval and p-value equal tea-tasting's where both arms' covariates have one mean."""
    found = adjusted_difference(treatment, control, alpha=ALPHA)
    assume(found.p_value is not None)
    metric = tea.Mean("y", "x", equal_var=False, use_t=True)
    expected = metric.analyze_aggregates(with_covariate(tea, control), with_covariate(tea, treatment))
    assert found.abs_diff == close(expected.effect_size)
    assert found.abs_ci == close((expected.effect_size_ci_lower, expected.effect_size_ci_upper))
    assert found.p_value == close(expected.pvalue)
