"""Power against theory: what the plan says that it can see, against how often it is seen."""

from functools import partial

import numpy as np

from benchmarks.calibration.table import Bounds, Floats, Row, Task, below, each, share, two_arms
from shared.domain.stats.power import detectable_lift, power_at, sample_size_per_arm
from shared.domain.stats.sequential import look_at_rates, planned_reach, planned_scale
from shared.domain.stats.significance import calculate_statistical_significance

PART = "Power against theory"
ALPHA = 0.05
NEAR = 0.01


def _found(
    trials: int, rng: np.random.Generator, sizes: tuple[int, int], rates: tuple[float, float], alpha: float
) -> Floats:
    """1 or 0 for each experiment: whether the test finds the difference."""

    def measure(a: int, c: int) -> tuple[float, ...]:
        pair = two_arms(a, sizes[0], c, sizes[1])
        return (below(calculate_statistical_significance([pair], test_type="z-test").p_value, alpha),)

    (found,) = each(np.column_stack([rng.binomial(n, p, trials) for n, p in zip(sizes, rates, strict=True)]), measure)
    return np.asarray(found)


def planned_power(trials: int, rng: np.random.Generator, *, rate: float, n: int, alpha: float) -> list[Row]:
    """The power that the plan prints for a lift of 10%."""
    theory = power_at(rate, 0.1, n, n, alpha) or 0.0
    found = _found(trials, rng, (n, n), (1.1 * rate, rate), alpha)
    level = "5%" if alpha == ALPHA else "5% / 9"
    at = f"{rate:g} and +10%, {n:,} each, tested at {level}"
    return [share(PART, "power", at, (theory - NEAR, theory + NEAR), found)]


def needed_size(trials: int, rng: np.random.Generator, *, rate: float, lift: float) -> list[Row]:
    """How often a lift is found by as many customers as the plan says that it needs for 80%."""
    n = sample_size_per_arm(rate, lift, ALPHA) or 0
    found = _found(trials, rng, (n, n), ((1 + lift) * rate, rate), ALPHA)
    return [
        share(PART, "found at the size needed for 80%", f"{rate:g} and {lift:+.0%}, {n:,} each", (0.79, 0.81), found)
    ]


def seen_at_any_look(trials: int, rng: np.random.Generator, *, rate: float, n: int) -> list[Row]:
    """How often the always-valid test, at the last look, finds the lift that the plan says it finds in 80%."""
    reach = planned_reach(alpha=ALPHA, tests=1)
    scale = planned_scale(rate, n, n, alpha=ALPHA) or 1.0
    lift = detectable_lift(rate, n, n, ALPHA, reach=reach) or 0.0

    def measure(a: int, c: int) -> tuple[float, ...]:
        return (below(look_at_rates([two_arms(a, n, c, n)], alpha=ALPHA, scale=scale).p_value),)

    draws = np.column_stack([rng.binomial(n, (1 + lift) * rate, trials), rng.binomial(n, rate, trials)])
    (found,) = each(draws, measure)
    bounds: Bounds = (0.78, 0.83)
    at = f"{rate:g} and {lift:+.1%}, {n:,} each"
    return [share(PART, "found at the last look where any number of looks is allowed, 80% planned", at, bounds, found)]


TASKS: list[Task] = [
    *(
        (f"power {rate} {n} {alpha}", 40_000, partial(planned_power, rate=rate, n=n, alpha=alpha))
        for rate, n, alpha in (
            (0.05, 5_000, ALPHA),
            (0.05, 31_000, ALPHA),
            (0.25, 2_000, ALPHA),
            (0.05, 50_000, ALPHA / 9),
        )
    ),
    *(
        (f"size {rate} {lift}", 40_000, partial(needed_size, rate=rate, lift=lift))
        for rate, lift in ((0.05, 0.1), (0.25, -0.1), (0.01, 0.3))
    ),
    *(
        (f"any look {rate}", 20_000, partial(seen_at_any_look, rate=rate, n=n))
        for rate, n in ((0.05, 40_000), (0.25, 5_000))
    ),
]
