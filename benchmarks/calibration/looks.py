"""Looking every day: the always-valid figures under thirty daily looks, and what naive peeking would do instead.

Outcomes come in two ways: customers who arrive every day and react at once, and customers who were all written to on
one day and react with exponential delays, of two days on average.
"""

from functools import partial
from typing import Literal

import numpy as np

from benchmarks.calibration.amounts import BUYERS, LOG_MEAN, LOG_SPREAD
from benchmarks.calibration.table import BESIDE, Bounds, Row, Task, below, share, two_arms
from shared.domain.stats.samples import Moments
from shared.domain.stats.sequential import look_at_means, look_at_rates, planned_scale
from shared.domain.stats.significance import calculate_statistical_significance

PART = "Thirty daily looks"
ALPHA = 0.05
DAYS = 30
DELAY = 2.0
AT_MOST: Bounds = (0.0, ALPHA)
AT_LEAST: Bounds = (1 - ALPHA, 1.0)
Way = Literal["arriving", "reacting"]


def days_of(
    rng: np.random.Generator, way: Way, trials: int, n: int, rate: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Successes by experiment and day, added up; and by day, the customers there are and the rate to be expected."""
    day = np.arange(1, DAYS + 1)
    if way == "arriving":
        per_day = n // DAYS
        return rng.binomial(per_day, rate, (trials, DAYS)).cumsum(axis=1), per_day * day, np.full(DAYS, rate)
    reacted = -np.expm1(-day / DELAY)
    parts = np.append(np.diff(reacted, prepend=0.0), 1 - reacted[-1])
    reactions = rng.multinomial(rng.binomial(n, rate, trials), parts / parts.sum())
    return reactions[:, :DAYS].cumsum(axis=1), np.full(DAYS, n), rate * reacted


def scale_of(rate: float, n: int) -> float:
    """The mixture's width as a plan for ``n`` customers an arm at ``rate`` has it."""
    return planned_scale(rate, n, n, alpha=ALPHA) or 1.0


def rates(
    trials: int,
    rng: np.random.Generator,
    *,
    way: Way,
    rate: float,
    n: int,
    lift: float,
    planned_for: float | None = None,
) -> list[Row]:
    """False alarms where there is no lift; else the intervals' coverage at all looks together, and the power.

    ``planned_for`` is the rate that the plan took for granted, where that was wrong.
    """
    scale = scale_of(planned_for or rate, n)
    treated, sizes, expected1 = days_of(rng, way, trials, n, (1 + lift) * rate)
    controls, _, expected0 = days_of(rng, way, trials, n, rate)
    wrongly = f", planned for {planned_for:g}" if planned_for else ""
    at = f"{rate:g}{f' and {lift:+.0%}' if lift else ''}, {n:,} an arm, {way}{wrongly}"
    looked = [
        _looked(*both, sizes.tolist(), (expected1 - expected0).tolist(), lift=100 * lift, scale=scale)
        for both in zip(treated.tolist(), controls.tolist(), strict=True)
    ]
    always, difference, ratio, peeked, planned = np.array(looked).T
    if lift:
        return [
            share(PART, "always-valid interval of the difference holds at all looks", at, AT_LEAST, difference),
            share(PART, "always-valid interval of the lift holds at all looks", at, AT_LEAST, ratio),
            share(PART, "found by looking, always-valid", at, BESIDE, always),
            share(PART, "found by the planned test at the end", at, BESIDE, planned),
        ]
    return [
        share(PART, "false alarms, always-valid", at, AT_MOST, always),
        share(PART, "false alarms, were the z-test looked at daily", at, BESIDE, peeked),
    ]


def _looked(
    treated: list[int], controls: list[int], sizes: list[int], differences: list[float], *, lift: float, scale: float
) -> tuple[float, ...]:
    """One experiment: whether any look finds something, both intervals hold, the z-test does at any look, and last."""
    found = [0.0]
    peeked = [0.0]
    holding, holding_lift = [True], [True]
    for a, c, n, difference in zip(treated, controls, sizes, differences, strict=True):
        pair = two_arms(a, n, c, n)
        look = look_at_rates([pair], alpha=ALPHA, scale=scale)
        found.append(below(look.p_value))
        holding.append(_within(look.abs_ci, difference))
        holding_lift.append(_within(look.lift_ci_percent, lift))
        peeked.append(below(calculate_statistical_significance([pair], test_type="z-test").p_value))
    return max(found), all(holding), all(holding_lift), max(peeked), peeked[-1]


def _within(interval: Bounds | None, truth: float) -> bool:
    return interval is None or interval[0] <= truth <= interval[1]


def means(trials: int, rng: np.random.Generator, *, per_day: int) -> list[Row]:
    """Revenue per customer of those who arrive every day, without an effect."""
    found, scale = np.empty(trials), scale_of(BUYERS, DAYS * per_day)
    for place in range(trials):
        treated, controls = (_revenue_by_day(rng, per_day) for _ in range(2))
        looks = [look_at_means([(t, c)], alpha=ALPHA, scale=scale) for t, c in zip(treated, controls, strict=True)]
        found[place] = any(below(look.p_value) for look in looks)
    return [
        share(
            PART,
            "false alarms in revenue, always-valid",
            f"skewed, 5% buy, {DAYS * per_day:,} an arm, arriving",
            AT_MOST,
            found,
        )
    ]


def _revenue_by_day(rng: np.random.Generator, per_day: int) -> list[Moments]:
    bought = rng.binomial(per_day, BUYERS, DAYS)
    spent = rng.lognormal(LOG_MEAN, LOG_SPREAD, int(bought.sum()))
    ends = np.cumsum(bought)
    totals, squares = (np.append(0.0, np.cumsum(part))[ends] for part in (spent, spent**2))
    return [
        Moments(per_day * day, total, square)
        for day, total, square in zip(range(1, DAYS + 1), totals.tolist(), squares.tolist(), strict=True)
    ]


def few_means(trials: int, rng: np.random.Generator) -> list[Row]:
    """Amounts that all customers spend and that vary little, two customers a day: the hardest case for a first look."""
    found, scale = np.empty(trials), scale_of(BUYERS, 2 * DAYS)
    days = np.arange(1, DAYS + 1)
    for place in range(trials):
        amounts = rng.normal(50.0, 5.0, (2, DAYS, 2))
        totals, squares = amounts.sum(axis=2).cumsum(axis=1), (amounts**2).sum(axis=2).cumsum(axis=1)
        arms = [
            [Moments(int(2 * day), total, square) for day, total, square in zip(days, *sums, strict=True)]
            for sums in zip(totals.tolist(), squares.tolist(), strict=True)
        ]
        looks = [look_at_means([pair], alpha=ALPHA, scale=scale) for pair in zip(*arms, strict=True)]
        found[place] = any(below(look.p_value) for look in looks)
    return [share(PART, "false alarms in revenue, always-valid", "all buy, 60 an arm, arriving", AT_MOST, found)]


TASKS: list[Task] = [
    *(
        (f"looks {way} {rate} {lift}", 10_000, partial(rates, way=way, rate=rate, n=n, lift=lift))
        for way in ("arriving", "reacting")
        for rate, n in ((0.05, 30_000), (0.01, 60_000))
        for lift in (0.0, 0.1)
    ),
    *(
        (
            f"looks planned for {planned}",
            10_000,
            partial(rates, way="reacting", rate=0.05, n=30_000, lift=0.0, planned_for=planned),
        )
        for planned in (0.005, 0.4)
    ),
    ("looks at few customers", 10_000, partial(rates, way="arriving", rate=0.2, n=600, lift=0.0)),
    ("looks at revenue", 10_000, partial(means, per_day=500)),
    ("looks at few amounts", 5_000, few_means),
]
