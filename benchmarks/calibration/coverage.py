"""How often each 95% interval that is printed has the truth in it, at planted effects."""

from fractions import Fraction
from functools import partial

import numpy as np

from benchmarks.calibration.amounts import BUYERS, MEAN_SPENT, drawn_moments
from benchmarks.calibration.false_alarms import SEGMENT_RATES, SEGMENT_SIZES
from benchmarks.calibration.table import COVERAGE, OUTSIDE, Bounds, Row, Task, each, holds, share, two_arms
from shared.domain.conversion_costs import conversion_costs
from shared.domain.stats.covariate import Covaried, adjusted_difference
from shared.domain.stats.intervals import mantel_haenszel_weights, quantile, score_interval
from shared.domain.stats.lift import Comparison, compare, compare_means, mean_interval
from shared.domain.stats.posterior import beliefs
from shared.domain.stats.samples import Moments, Proportion
from shared.experiment_contracts import LiftAnalysis

PART = "Coverage of the 95% intervals"
ALPHA = 0.05
COST = 100.0


def rates(
    trials: int, rng: np.random.Generator, *, p1: float, p0: float, n1: int, n0: int, bounds: Bounds | str
) -> list[Row]:
    """Newcombe's interval of the difference, and that of the lift by the log of the ratio."""

    def measure(a: int, c: int) -> tuple[float, ...]:
        found = compare([two_arms(a, n1, c, n0)], alpha=ALPHA, test_type="z-test")
        return holds(found.abs_ci, p1 - p0), holds(found.lift_ci_percent, 100 * (p1 / p0 - 1))

    draws = np.column_stack([rng.binomial(n1, p1, trials), rng.binomial(n0, p0, trials)])
    difference, lift = each(draws, measure)
    at = f"{p1:g} of {n1:,} against {p0:g} of {n0:,}"
    return [
        share(PART, "difference of rates (Newcombe)", at, bounds, difference),
        share(PART, "lift of rates (log ratio)", at, bounds, lift),
    ]


def over_segments(trials: int, rng: np.random.Generator, *, part: int, bounds: Bounds | str) -> list[Row]:
    """The stratified difference and lift where rates and shares differ between segments and the lift is 10% in each."""
    sizes = [(n1 // part, n0 // part) for n1, n0 in SEGMENT_SIZES]
    draws = np.hstack(
        [rng.binomial(n, [1.1 * rate, rate], (trials, 2)) for rate, n in zip(SEGMENT_RATES, sizes, strict=True)]
    )
    weights = mantel_haenszel_weights([two_arms(0, n1, 0, n0) for n1, n0 in sizes])
    truth = sum(weight * 0.1 * rate for weight, rate in zip(weights, SEGMENT_RATES, strict=True))

    def measure(*cells: int) -> tuple[float, ...]:
        pairs = [two_arms(cells[2 * place], n1, cells[2 * place + 1], n0) for place, (n1, n0) in enumerate(sizes)]
        found = compare(pairs, alpha=ALPHA, test_type="z-test")
        return holds(found.abs_ci, truth), holds(found.lift_ci_percent, 10.0)

    difference, lift = each(draws, measure)
    totals = [n1 + n0 for n1, n0 in sizes]
    at = f"4 segments of {min(totals):,} to {max(totals):,}, rates 0.02 to 0.25, unequal shares, +10% in each"
    return [
        share(PART, "stratified difference (Zou-Donner)", at, bounds, difference),
        share(PART, "stratified lift (Greenland-Robins)", at, bounds, lift),
    ]


def means(trials: int, rng: np.random.Generator, *, n: int, bounds: Bounds | str) -> list[Row]:
    """Welch's interval and the delta method's, of revenue that is 10% higher."""
    pairs = zip(drawn_moments(rng, trials, n, factor=1.1), drawn_moments(rng, trials, n), strict=True)
    difference, lift = np.array([_means_covered(t, c) for t, c in pairs]).T
    at = f"skewed revenue of {n:,} each, 5% buy, +10%"
    return [
        share(PART, "difference of means (Welch)", at, bounds, difference),
        share(PART, "lift of means (delta method on the log)", at, bounds, lift),
    ]


def _means_covered(treatment: Moments, control: Moments) -> tuple[float, ...]:
    found = compare_means([(treatment, control)], alpha=ALPHA)
    return holds(found.abs_ci, 0.1 * BUYERS * MEAN_SPENT), holds(found.lift_ci_percent, 10.0)


def one_mean(trials: int, rng: np.random.Generator, *, n: int, bounds: Bounds | str) -> list[Row]:
    """Student's interval of one arm's revenue, where no other arm's skewness takes part of its own away."""
    truth = BUYERS * MEAN_SPENT
    covered = np.array([holds(mean_interval(sample, ALPHA), truth) for sample in drawn_moments(rng, trials, n)])
    return [share(PART, "one arm's mean (Student)", f"skewed revenue of {n:,}, 5% buy", bounds, covered)]


def adjusted(trials: int, rng: np.random.Generator, *, n: int, bounds: Bounds | str) -> list[Row]:
    """CUPED's interval, of clicks that depend on an earlier rate and are one percentage point more frequent."""
    covered = np.empty(trials)
    for place in range(trials):
        treatment, control = (_covaried(rng, n, added) for added in (0.01, 0.0))
        covered[place] = holds(adjusted_difference(treatment, control, alpha=ALPHA).abs_ci, 0.01)
    at = f"{n:,} each, chances 0 to 0.4 by an earlier rate, +0.01"
    return [share(PART, "difference adjusted by what was known (CUPED)", at, bounds, covered)]


def _covaried(rng: np.random.Generator, n: int, added: float) -> Covaried:
    """Customers whose chance to act is twice their earlier rate, a beta of mean 0.05 in whole basis points."""
    x = np.minimum(
        np.rint(
            rng.beta(
                1,
                19,
                n,
            )
            * 10_000
        ),
        2_000,
    ).astype(np.int64)
    y = rng.random(n) < added + 2 * x / 10_000
    sums = (int(y.sum()), int(y.sum()), int(x.sum()), int((x * x).sum()), int(x[y].sum()))
    return Covaried(n, *map(Fraction, sums))


def one_rate(trials: int, rng: np.random.Generator, *, rate: float, n: int, bounds: Bounds | str) -> list[Row]:
    """The intervals of one arm's rate: Wilson's, and the posterior's from a uniform prior."""

    def measure(a: int) -> tuple[float, ...]:
        sample = Proportion(a, n)
        return holds(score_interval(sample, quantile(ALPHA)), rate), holds(
            beliefs([sample], alpha=ALPHA)[0].interval, rate
        )

    wilson, posterior = each(rng.binomial(n, rate, (trials, 1)), measure)
    at = f"{rate:g} of {n:,}"
    return [
        share(PART, "one arm's rate (Wilson)", at, bounds, wilson),
        share(PART, "one arm's rate (posterior)", at, bounds, posterior),
    ]


def rate_from_the_prior(trials: int, rng: np.random.Generator) -> list[Row]:
    """The posterior's interval where the rate is drawn from the prior: exact at any size, ten customers here."""
    drawn = rng.random(trials)
    counts = rng.binomial(10, drawn)
    intervals = [beliefs([Proportion(a, 10)], alpha=ALPHA)[0].interval for a in range(11)]
    covered = np.array([holds(intervals[a], rate) for a, rate in zip(counts.tolist(), drawn.tolist(), strict=True)])
    return [share(PART, "one arm's rate (posterior)", "10 customers, rate from the prior", COVERAGE, covered)]


def cost_of_a_conversion(
    trials: int, rng: np.random.Generator, *, p1: float, p0: float, n: int, bounds: Bounds | str
) -> list[Row]:
    """The interval of the cost of one more conversion, where one is printed; it may have no upper end."""
    truth = COST / (n * (p1 - p0))

    def measure(a: int, c: int) -> tuple[float, ...]:
        (found,) = conversion_costs(
            [_conversions(compare([two_arms(a, n, c, n)], alpha=ALPHA, test_type="z-test"), n)], COST
        )
        if found.cost_ci_usd is None:
            return (float("nan"),)
        low, high = found.cost_ci_usd
        return (holds((low, float("inf") if high is None else high), truth),)

    draws = np.column_stack([rng.binomial(n, p1, trials), rng.binomial(n, p0, trials)])
    (covered,) = each(draws, measure)
    at = f"{p1:g} against {p0:g}, {n:,} each"
    return [share(PART, "cost of one more conversion", at, bounds, covered)]


def _conversions(found: Comparison, n: int) -> LiftAnalysis:
    """A comparison on conversions, as the costs are computed from."""
    return LiftAnalysis(
        treatment_arm="treatment_1",
        metric="conversion_rate",
        treatment_size=n,
        control_size=n,
        control_rate=found.control_rate,
        treatment_rate=found.treatment_rate,
        lift_percent=found.lift_percent,
        lift_ci_percent=found.lift_ci_percent,
        abs_diff=found.abs_diff,
        abs_ci=found.abs_ci,
        test=found.test.name,
        statistic=None,
        p_value=None,
        p_adjusted=None,
        significant=False,
    )


def holdout(trials: int, rng: np.random.Generator, *, n: int, bounds: Bounds | str) -> list[Row]:
    """Everybody who is written to against the 5% who are not, within three segments."""
    chances = ((0.010, 0.008), (0.030, 0.025), (0.060, 0.050))
    sizes = [(n * 19 // 20, n // 20)] * 3
    draws = np.hstack([rng.binomial(sizes[0], both, (trials, 2)) for both in chances])
    weights = mantel_haenszel_weights([two_arms(0, n1, 0, n0) for n1, n0 in sizes])
    truth = sum(weight * (p1 - p0) for weight, (p1, p0) in zip(weights, chances, strict=True))

    def measure(*cells: int) -> tuple[float, ...]:
        pairs = [two_arms(cells[2 * place], n1, cells[2 * place + 1], n0) for place, (n1, n0) in enumerate(sizes)]
        return (holds(compare(pairs, alpha=ALPHA, test_type="z-test").abs_ci, truth),)

    (covered,) = each(draws, measure)
    at = f"3 segments of {n:,}, 5% held out, rates 0.008 to 0.06"
    return [share(PART, "difference to the holdout", at, bounds, covered)]


TASKS: list[Task] = [
    *(
        (f"rates {p1} {n1}", 40_000, partial(rates, p1=p1, p0=p0, n1=n1, n0=n0, bounds=bounds))
        for p1, p0, n1, n0, bounds in (
            (0.055, 0.05, 2_000, 2_000, COVERAGE),
            (0.30, 0.25, 500, 1_500, COVERAGE),
            (0.012, 0.01, 20_000, 5_000, COVERAGE),
            (0.055, 0.05, 60, 60, OUTSIDE),
        )
    ),
    ("over segments", 40_000, partial(over_segments, part=1, bounds=COVERAGE)),
    ("over small segments", 20_000, partial(over_segments, part=20, bounds=OUTSIDE)),
    ("means", 40_000, partial(means, n=5_000, bounds=COVERAGE)),
    ("means of few", 20_000, partial(means, n=200, bounds=OUTSIDE)),
    *(
        (f"one mean {n}", 40_000, partial(one_mean, n=n, bounds=bounds))
        for n, bounds in ((20_000, COVERAGE), (5_000, OUTSIDE), (200, OUTSIDE))
    ),
    ("adjusted", 20_000, partial(adjusted, n=2_000, bounds=COVERAGE)),
    ("adjusted few", 20_000, partial(adjusted, n=40, bounds=OUTSIDE)),
    *(
        (f"one rate {rate} {n}", 40_000, partial(one_rate, rate=rate, n=n, bounds=bounds))
        for rate, n, bounds in ((0.05, 2_000, COVERAGE), (0.25, 500, COVERAGE), (0.05, 40, OUTSIDE))
    ),
    ("rate from the prior", 40_000, rate_from_the_prior),
    ("cost", 40_000, partial(cost_of_a_conversion, p1=0.015, p0=0.01, n=20_000, bounds=COVERAGE)),
    ("cost few", 40_000, partial(cost_of_a_conversion, p1=0.011, p0=0.01, n=2_000, bounds=OUTSIDE)),
    ("holdout", 40_000, partial(holdout, n=40_000, bounds=COVERAGE)),
    ("holdout few", 20_000, partial(holdout, n=1_000, bounds=OUTSIDE)),
]
