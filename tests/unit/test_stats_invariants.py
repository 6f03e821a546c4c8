"""What must hold of any table: symmetry, scale, order, bounds, and an answer or a reason for whatever is counted."""

import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from shared.domain.counts import analyse_counts
from shared.domain.stats.covariate import Covaried, adjusted_difference
from shared.domain.stats.lift import compare, compare_means
from shared.domain.stats.posterior import beliefs
from shared.domain.stats.samples import Moments, Pair, Proportion
from shared.domain.stats.sequential import look_at_means, look_at_rates
from shared.domain.stats.significance import chi_square_test, exact_test, score, t_test, z_test
from shared.domain.stats.stratified import heterogeneity, odds_ratio
from shared.errors import InputError
from tests.unit.random_tables import ALPHA, acting, cells, covaried, moments, pair, pairs, seeded, strata

SCALE = math.log(1.1)
EDGES = [0, 1, 2, 5, 1000, 10**14]
SLACK = 1 + 1e-9


def compared(tables, alpha=ALPHA):
    return compare(tables, alpha=alpha, test_type="z-test")


def times(table, factor):
    return pair(*(factor * cell for cell in cells(table)))


# --- symmetry and scale -----------------------------------------------------------------------------------------------


@seeded(300)
@given(pairs().filter(acting))
def test_swapping_the_arms_mirrors_everything(table):
    """With treatment and control exchanged, difference, interval and z change sign to the bit, the ratio turns over."""
    there, back = compared([table]), compared([Pair(table.control, table.treatment)])
    assert back.abs_diff == -there.abs_diff
    assert back.abs_ci == (-there.abs_ci[1], -there.abs_ci[0])
    assert z_test(Pair(table.control, table.treatment)).statistic == -z_test(table).statistic
    assert back.test.p_value == pytest.approx(there.test.p_value, rel=1e-9)
    if there.lift_ci_percent:
        low, high = (1 + bound / 100 for bound in there.lift_ci_percent)
        assert [1 + bound / 100 for bound in back.lift_ci_percent] == pytest.approx([1 / high, 1 / low], rel=1e-9)


@seeded(300)
@given(pairs().filter(acting), st.integers(1, 20), st.integers(1, 20))
def test_a_stratum_cut_in_proportion_is_the_stratum(table, one, other):
    """Cut in two parts of the same rates, a stratum has the same difference, lift, odds ratio and lift interval."""
    whole, parts = [times(table, one + other)], [times(table, one), times(table, other)]
    there, cut = compared(whole), compared(parts)
    assert cut.abs_diff == pytest.approx(there.abs_diff, rel=1e-9, abs=1e-15)
    assert score(parts)[0] == pytest.approx(score(whole)[0], rel=1e-9, abs=1e-9)
    assert (odds_ratio(parts) is None) == (odds_ratio(whole) is None)
    if odds_ratio(whole):
        assert odds_ratio(parts) == pytest.approx(odds_ratio(whole), rel=1e-9)
    if there.lift_ci_percent:
        assert cut.lift_percent == pytest.approx(there.lift_percent, rel=1e-9, abs=1e-9)
        assert cut.lift_ci_percent == pytest.approx(there.lift_ci_percent, rel=1e-9, abs=1e-9)


@seeded(300)
@given(pairs().filter(acting), st.integers(2, 1000))
def test_more_of_the_same_changes_certainty_alone(table, factor):
    """With all counts multiplied, rates and lift stay to the bit, and z grows by the root."""
    once, often = compared([table]), compared([times(table, factor)])
    assert (often.treatment_rate, often.control_rate, often.lift_percent) == (
        once.treatment_rate,
        once.control_rate,
        once.lift_percent,
    )
    assert z_test(times(table, factor)).statistic == pytest.approx(
        math.sqrt(factor) * z_test(table).statistic, rel=1e-12
    )


# --- order ------------------------------------------------------------------------------------------------------------


@seeded(300)
@given(strata(largest=400), st.randoms(use_true_random=False))
def test_the_order_of_strata_changes_no_bit(tables, random):
    """Strata in any order give the same comparison, exact test, heterogeneity and always-valid figures, to the bit."""
    shuffled = random.sample(tables, len(tables))
    for figure in (
        compared,
        exact_test,
        heterogeneity,
        lambda these: look_at_rates(these, alpha=ALPHA, scale=SCALE),
    ):
        assert figure(shuffled) == figure(tables)


@seeded(60)
@given(st.lists(st.tuples(pairs(largest=400), pairs(largest=400)), min_size=2, max_size=4), st.randoms())
def test_the_order_of_arms_and_strata_changes_no_bit(tables, random):
    """A whole analysis has the same figures for the same arms and segments, however they are listed."""
    names = ("control", "one", "two", "three")
    listed = {
        f"segment {place}": dict(
            zip(names, ({"n": n, "visit": x, "spend": amounts(x)} for x, n in arms(table)), strict=True)
        )
        for place, table in enumerate(tables)
    }
    shuffled = {
        name: dict(random.sample(list(listed[name].items()), len(names)))
        for name in random.sample([*listed], len(listed))
    }
    there, again = (analyse_counts({"strata": document}) for document in (listed, shuffled))
    for part, key in (
        ("comparisons", ("arm", "metric")),
        ("segments", ("segment", "metric")),
        ("beliefs", ("metric",)),
    ):
        assert by(again[part], key) == by(there[part], key)
    assert by(again["srm"]["segments"], ["segment"]) == by(there["srm"]["segments"], ["segment"])
    assert (again["srm"]["statistic"], again["srm"]["p_value"]) == (there["srm"]["statistic"], there["srm"]["p_value"])


def arms(two):
    return [(one.successes, one.n) for table in two for one in table]


def amounts(buyers):
    return {"sum": 12.37 * buyers, "sum_squares": 12.37**2 * buyers * 1.7}


def by(rows, key):
    """Rows by what names them; the order of the arms within one is no part of it."""
    return {
        tuple(row[name] for name in key): {**row, "arms": sorted(row.get("arms", []), key=lambda arm: arm["arm"])}
        for row in rows
    }


# --- bounds -----------------------------------------------------------------------------------------------------------


@seeded(500)
@given(st.lists(pairs(), min_size=1, max_size=4))
def test_figures_lie_within_their_bounds(tables):
    """Every p-value is from 0 to 1, rates and differences are possible, and every interval holds its estimate."""
    found = compared(tables)
    assert 0 <= found.treatment_rate <= 1
    assert 0 <= found.control_rate <= 1
    assert -1 <= found.abs_ci[0] <= found.abs_diff <= found.abs_ci[1] <= 1
    if found.lift_ci_percent:
        low, high = (1 + bound / 100 for bound in found.lift_ci_percent)
        assert low / SLACK <= 1 + found.lift_percent / 100 <= high * SLACK
    tests = [found.test, exact_test(tables), *(test(one) for one in filter(acting, tables) for test in EACH)]
    assert all(0 <= test.p_value <= 1 for test in tests if test.p_value is not None)
    shape = heterogeneity(tables)
    assert shape.p_value is None or (0 <= shape.p_value <= 1 and shape.statistic >= 0)


EACH = (z_test, t_test, chi_square_test)


@seeded(500)
@given(st.lists(pairs(), min_size=1, max_size=4))
def test_looking_always_costs(tables):
    """An always-valid p-value is never below the planned test's, and its intervals hold the planned test's."""
    fixed, always = compared(tables), look_at_rates(tables, alpha=ALPHA, scale=SCALE)
    assume(always.p_value is not None)
    assert always.p_value * SLACK >= fixed.test.p_value
    holds(always.abs_ci, fixed.abs_ci)
    if fixed.lift_ci_percent:
        holds(always.lift_ci_percent, fixed.lift_ci_percent)


@seeded(300)
@given(moments(), moments())
def test_looking_always_costs_for_means_too(treatment, control):
    """The same holds for means, from two customers in each arm on."""
    fixed = compare_means([(treatment, control)], alpha=ALPHA)
    always = look_at_means([(treatment, control)], alpha=ALPHA, scale=SCALE)
    assume(always.p_value is not None)
    assert always.p_value * SLACK >= fixed.test.p_value
    holds(always.abs_ci, fixed.abs_ci)
    if always.lift_ci_percent:
        holds(always.lift_ci_percent, fixed.lift_ci_percent)


def holds(outer, inner):
    assert outer[0] <= inner[0] + 1e-9 * abs(inner[0])
    assert outer[1] >= inner[1] - 1e-9 * abs(inner[1])


# --- odds and adjustment ----------------------------------------------------------------------------------------------

proportions = st.integers(0, 10**6).flatmap(lambda n: st.integers(0, n).map(lambda successes: Proportion(successes, n)))


@seeded(200)
@given(st.lists(proportions, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_beliefs_are_chances_in_any_order(samples, random):
    """Chances to be best add up to 1, losses are possible, and the order of the arms changes no bit."""
    places = random.sample(range(len(samples)), len(samples))
    found, shuffled = (beliefs(these, alpha=ALPHA) for these in (samples, [samples[place] for place in places]))
    assert [found[place] for place in places] == shuffled
    assert math.fsum(belief.probability_best for belief in found) == pytest.approx(1, abs=1e-12)
    for belief in found:
        assert 0 <= belief.interval[0] < belief.interval[1] <= 1
        assert 0 <= belief.expected_loss <= 1


@pytest.mark.parametrize(
    "counts",
    [
        [(0, 0), (0, 0), (0, 0)],
        [(1, 20), (2, 20), (3, 20), (0, 20)],
        [(50, 1_000), (60, 1_000)],
        [(0, 400), (1, 500), (0, 60)],
        [(5_000, 100_000), (5_100, 100_000), (5_050, 50_000)],
        [(999, 1_000), (90, 90), (3, 3)],
    ],
)
def test_beliefs_agree_with_simulation(counts):
    """Chances to be best and expected losses are those of a million seeded draws from the posteriors."""
    draws = np.random.default_rng(4).beta(
        [1 + a for a, _ in counts], [1 + n - a for a, n in counts], (10**6, len(counts))
    )
    best = np.bincount(draws.argmax(axis=1), minlength=len(counts)) / len(draws)
    losses = (draws.max(axis=1, keepdims=True) - draws).mean(axis=0)
    found = beliefs([Proportion(*one) for one in counts], alpha=ALPHA)
    assert [one.probability_best for one in found] == pytest.approx(best, abs=0.002)
    assert [one.expected_loss for one in found] == pytest.approx(losses, rel=0.02, abs=1e-6)
    quantiles = np.quantile(draws, [ALPHA / 2, 1 - ALPHA / 2], axis=0).T
    assert np.array([one.interval for one in found]) == pytest.approx(quantiles, rel=0.02, abs=1e-4)


@seeded(200)
@given(covaried(), covaried())
def test_what_is_unrelated_adjusts_nothing(treatment, control):
    """A covariate that has nothing to do with the outcome leaves difference, interval and p-value as they were."""
    apart = [sums._replace(xy=sums.x * sums.y / sums.n) for sums in (treatment, control)]
    found = adjusted_difference(*apart, alpha=ALPHA)
    assume(found.p_value is not None)
    plain = compare_means([tuple(Moments(sums.n, float(sums.y), float(sums.yy)) for sums in apart)], alpha=ALPHA)
    assert found.abs_diff == pytest.approx(plain.abs_diff, abs=1e-12)
    assert found.abs_ci == pytest.approx(plain.abs_ci, rel=1e-9)
    assert found.p_value == pytest.approx(plain.test.p_value, rel=1e-9)
    assert found.variance_reduction == pytest.approx(0, abs=1e-12)


@seeded(200)
@given(covaried(), covaried(), st.integers(-50, 50), st.integers(1, 9))
def test_the_covariates_unit_does_not_matter(treatment, control, shift, factor):
    """Moved or measured in another unit, a covariate adjusts just the same."""
    moved = [
        sums._replace(
            x=factor * sums.x + shift * sums.n,
            xx=factor**2 * sums.xx + 2 * factor * shift * sums.x + shift**2 * sums.n,
            xy=factor * sums.xy + shift * sums.y,
        )
        for sums in (treatment, control)
    ]
    there, again = adjusted_difference(treatment, control, alpha=ALPHA), adjusted_difference(*moved, alpha=ALPHA)
    assert again == there


# --- an answer or a reason --------------------------------------------------------------------------------------------

counted = st.sampled_from(EDGES).flatmap(
    lambda n: st.sampled_from(sorted({0, min(1, n), n // 2, max(n - 1, 0), n})).map(lambda a: (a, n))
)


@seeded(400)
@given(
    st.lists(st.lists(st.one_of(st.none(), counted), min_size=3, max_size=3), min_size=1, max_size=3),
    st.sampled_from(["z-test", "t-test", "chi-square"]),
    st.sampled_from(["once", "any"]),
)
def test_whatever_is_counted_has_an_answer_or_a_reason(segments, test_type, looks):
    """Nobody, everybody, one customer, missing arms, a thousand billion: never an error, NaN or infinity."""
    names = ("control", "one", "two")
    document = {
        f"segment {place}": {name: of_arm(*cell) for name, cell in zip(names, arms, strict=True) if cell is not None}
        for place, arms in enumerate(segments)
    }
    there = set(itertools.chain(*document.values()))
    assume("control" in there and len(there) > 1)
    found = analyse_counts({"strata": document, "test_type": test_type, "looks": looks})
    json.dumps(found, allow_nan=False)
    for comparison in found["comparisons"]:
        explained(comparison, ("control_rate", "lift_percent", "lift_ci_percent", "abs_diff", "abs_ci", "p_value"))
        explained(comparison["sequential"], ("p_value", "abs_ci"))
        explained(comparison["stratified"], ("abs_diff", "lift_percent", "odds_ratio", "p_value", "heterogeneity_p"))
        explained(comparison["adjusted"], ("abs_diff", "abs_ci", "p_value", "variance_reduction"))
    explained(found["srm"], ("p_value",))
    assert all(segment["verdict"] for segment in found["segments"])
    assert all(belief["arms"] or belief["reason"] for belief in found["beliefs"])


def of_arm(a, n):
    """An arm's counts and sums: outcomes, with half of those who have it known for a covariate of 1, and amounts."""
    known = {"sum": n // 2, "sum_squares": n // 2, "sum_products": a // 2}
    return {"n": n, "visit": {"count": a, "covariate": known}, "spend": {"sum": 3.0 * a, "sum_squares": 9.0 * a}}


def explained(figures, names):
    """Whether there is a reason beside whatever is None."""
    if figures is not None and any(figures[name] is None for name in names):
        assert figures["reason"], figures


amount = st.sampled_from([0.0, 1.0, -1.0, 1e-300, 1e-170, 1e-12, 1e45])


@st.composite
def extreme_moments(draw):
    """``n`` values, all of one amount but for one of another, as far as their sums are accepted."""
    n = draw(st.sampled_from([1, 2, 5, 10**6]))
    low, high = draw(amount), draw(amount)
    try:
        return Moments(n, (n - 1) * low + high, (n - 1) * low**2 + high**2)
    except InputError:
        return reject()


@seeded(300)
@given(extreme_moments(), extreme_moments())
def test_extreme_means_have_an_answer_or_a_reason(treatment, control):
    """Amounts near the ends of the number range never make an error, NaN or infinity of a mean's figures."""
    found = compare_means([(treatment, control)], alpha=ALPHA)
    look = look_at_means([(treatment, control)], alpha=ALPHA, scale=SCALE)
    numbers = [found.abs_diff, *(found.abs_ci or ()), *(found.lift_ci_percent or ()), found.test.p_value, look.p_value]
    numbers += [*(look.abs_ci or ()), *(look.lift_ci_percent or ())]
    assert all(math.isfinite(number) for number in numbers if number is not None)
    assert found.reasons or None not in (found.abs_diff, found.abs_ci, found.lift_ci_percent, found.test.p_value)
    assert look.reason or None not in (look.p_value, look.abs_ci)


@pytest.mark.parametrize("xy", [Fraction(10**6), Fraction(-(10**6)), Fraction(10) ** 300])
def test_covariates_that_no_customers_have_are_named(xy):
    """Products beyond what both spreads allow give no adjusted figure, and the reason says that they contradict."""
    sums = Covaried(100, *map(Fraction, (50, 50, 40, 40)), xy)
    found = adjusted_difference(sums, sums, alpha=ALPHA)
    assert found.p_value is None
    assert "contradict" in found.reason
