"""Exact totals: what they equal, that order and grouping never show, and what happens at float64's limits."""

import math
from fractions import Fraction

import numpy as np
import pytest

from shared.contracts import ExactTotal
from shared.domain.exact import add, exact_total, mean, subtract, to_float


@pytest.fixture
def values():
    rng = np.random.default_rng(11)
    return rng.lognormal(0, 20, 5_000) * rng.choice([-1.0, 1.0], 5_000)


def test_total_is_the_correctly_rounded_sum(values):
    """The float of a total is the one math.fsum gives, which rounds once."""
    assert to_float(exact_total(values)) == math.fsum(values)


def test_any_grouping_and_order_gives_the_same_json(values):
    """However the values are cut and ordered, the merged total is the same to the byte."""
    rng = np.random.default_rng(12)
    whole = exact_total(values)
    for pieces in (2, 7, 40):
        total = ExactTotal()
        for piece in np.array_split(rng.permutation(values), pieces):
            total = add(total, exact_total(piece))
        assert total.model_dump_json() == whole.model_dump_json()


def test_subtracting_takes_back_what_was_added(values):
    """Removing some values leaves exactly the total of the others."""
    assert subtract(exact_total(values), exact_total(values[:700])) == exact_total(values[700:])


def test_equal_sums_of_different_values_are_equal_totals():
    """The form is canonical: 0.5 + 0.25 + 0.25 and 1 are one total, and zero has no parts."""
    assert exact_total(np.array([0.5, 0.25, 0.25])) == exact_total(np.array([1.0]))
    assert exact_total(np.array([1e308, -1e308, 0.0])) == ExactTotal()


def test_total_beyond_float64_still_has_a_mean():
    """A thousand times 1e308 is no float, but its mean is 1e308."""
    total = exact_total(np.full(1000, 1e308))
    assert mean(total, 1000) == 1e308
    with pytest.raises(OverflowError):
        to_float(total)


def test_smallest_and_greatest_floats_do_not_lose_each_other():
    """Nothing is absorbed: the least subnormal survives beside 1e308."""
    total = exact_total(np.array([1e308, 5e-324]))
    assert subtract(total, exact_total(np.array([1e308]))) == exact_total(np.array([5e-324]))


def test_mean_divides_before_it_rounds():
    """The mean is the float nearest to the exact quotient."""
    values = np.array([0.1, 0.2, 0.3])
    assert mean(exact_total(values), 3) == float(sum(map(Fraction, values.tolist())) / 3)


def test_parts_are_read_by_their_definition():
    """A total written with several parts counts as their sum."""
    assert to_float(ExactTotal(parts={"0": "1", "-1": "3"})) == 2.5


def test_many_large_mantissas_do_not_overflow():
    """Full 53-bit mantissas of one exponent add up exactly, far past what an int64 holds."""
    value = np.nextafter(2.0, 0)
    assert to_float(exact_total(np.full(100_000, value))) == float(Fraction(value) * 100_000)


def test_no_values_make_an_empty_total():
    """Nothing adds up to zero."""
    assert exact_total(np.array([])) == ExactTotal()
    assert to_float(ExactTotal()) == 0.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_has_no_total(value):
    """NaN and infinities are refused rather than passed on."""
    with pytest.raises(ValueError, match="finite"):
        exact_total(np.array([1.0, value]))


def test_mean_of_nothing_is_refused():
    """There is no mean of no values."""
    with pytest.raises(ValueError, match="at least one"):
        mean(ExactTotal(), 0)
