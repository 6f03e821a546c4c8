"""Random samples for property-based tests: tables of two arms, strata of them, and sums of means, of all sizes."""

from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

from shared.domain.stats.covariate import Covaried
from shared.domain.stats.intervals import quantile
from shared.domain.stats.samples import Moments, Pair, Proportion

ALPHA = 0.05
Z = quantile(ALPHA)
SIZES = (4, 40, 400, 20_000)


def seeded(examples):
    """The same examples in every run and on every machine."""
    return settings(derandomize=True, database=None, deadline=None, max_examples=examples)


def pair(a, n1, c, n0):
    return Pair(Proportion(a, n1), Proportion(c, n0))


def cells(table):
    return (table.treatment.successes, table.treatment.n, table.control.successes, table.control.n)


def acting(table):
    """Whether somebody acts, and somebody does not."""
    a, n1, c, n0 = cells(table)
    return 0 < a + c < n1 + n0


@st.composite
def pairs(draw, largest=SIZES[-1]):
    """Two arms with customers; small tables are as frequent as large ones, rare outcomes as frequent as common ones."""
    most = draw(st.sampled_from([size for size in SIZES if size <= largest] + [largest]))
    sizes = [draw(st.integers(1, most)) for _ in range(2)]
    a, c = (draw(st.one_of(st.integers(0, n), st.integers(0, min(n, 20)))) for n in sizes)
    return pair(a, sizes[0], c, sizes[1])


def strata(largest=SIZES[-1]):
    return st.lists(pairs(largest), min_size=2, max_size=6)


@st.composite
def moments(draw):
    """The sums of a few whole amounts, many of them 0."""
    values = draw(st.lists(st.one_of(st.just(0), st.integers(0, 500)), min_size=2, max_size=30))
    return Moments(len(values), float(sum(values)), float(sum(value * value for value in values)))


@st.composite
def covaried(draw, mean=None):
    """The sums of a few customers' outcomes, 0 or 1, and covariates; with a given mean, the last covariate makes it."""
    rows = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 100)), min_size=3, max_size=40))
    if mean is not None:
        total = mean * (len(rows) + 1)
        rows.append((draw(st.integers(0, 1)), total - sum(x for _, x in rows)))
    y, yy, x, xx, xy = (
        sum(part) for part in zip(*((one, one, other, other * other, one * other) for one, other in rows), strict=True)
    )
    return Covaried(len(rows), *map(Fraction, (y, yy, x, xx, xy)))
