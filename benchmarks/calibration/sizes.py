"""The sample ratio: how often sizes as planned raise an alarm, and how often a real mismatch does."""

from functools import partial

import numpy as np

from benchmarks.calibration.table import OUTSIDE, Bounds, Row, Task, each, share
from shared.domain.assignment import arm_shares, cut_arms
from shared.domain.stats.sample_ratio import sample_ratio
from shared.run_config import SampleAllocation

PART = "Sample ratio at 0.1%"
SEGMENTS = (400, 800, 2_000, 5_000, 10_000, 20_000)
SHARES = (0.1, 0.3, 0.3, 0.3)
ARMS = ("control", "treatment_1", "treatment_2", "treatment_3")


def false_alarms(
    trials: int, rng: np.random.Generator, *, customers: int, control: float, bounds: Bounds | str
) -> list[Row]:
    """Arms that are drawn with their planned shares, in one segment."""
    shares = (control, *((1 - control) / 3,) * 3)
    planned = {"all": dict(zip(ARMS, shares, strict=True))}

    def measure(*sizes: int) -> tuple[float, ...]:
        return (float(sample_ratio({"all": dict(zip(ARMS, sizes, strict=True))}, planned).mismatch),)

    (found,) = each(rng.multinomial(customers, shares, trials), measure)
    return [
        share(
            PART, "false alarms of one test", f"{customers:,} customers in 4 arms, {control:.0%} control", bounds, found
        )
    ]


def false_alarms_anywhere(trials: int, rng: np.random.Generator) -> list[Row]:
    """The rule that withholds all verdicts: the sums over segments, or any segment at 0.1% over their number."""
    names = [f"segment_{place}" for place in range(len(SEGMENTS))]
    planned = {name: dict(zip(ARMS, SHARES, strict=True)) for name in names}
    draws = np.stack([rng.multinomial(customers, SHARES, trials) for customers in SEGMENTS], axis=1)
    found = np.empty(trials)
    for place, sizes in enumerate(draws.tolist()):
        observed = {
            name: dict(zip(ARMS, of_segment, strict=True)) for name, of_segment in zip(names, sizes, strict=True)
        }
        found[place] = sample_ratio(observed, planned).mismatch
    return [
        share(PART, "all verdicts are withheld, wrongly", "6 segments of 400 to 20,000 in 4 arms", (0.0, 0.002), found)
    ]


def our_own_assignment(trials: int, rng: np.random.Generator) -> list[Row]:
    """Segments of any size, cut into arms by the product."""
    shares = arm_shares({"urgent": "a", "informational": "b", "friendly": "c"}, SampleAllocation())
    found = np.empty(trials)
    for place in range(trials):
        arms = cut_arms(rng.integers(0, 2**64, rng.integers(1, 5_000), dtype=np.uint64), shares)
        sizes = {"all": {arm.arm: arm.size for arm in arms}}
        found[place] = sample_ratio(sizes, {"all": {arm.arm: arm.share for arm in arms}}).mismatch
    return [share(PART, "alarms on our own assignment, against its shares", "1 to 5,000 customers", (0.0, 0.0), found)]


def real_mismatch(trials: int, rng: np.random.Generator) -> list[Row]:
    """Two arms planned alike, of which one gets 52%."""
    customers = 20_000

    def measure(a: int) -> tuple[float, ...]:
        return (float(sample_ratio({"all": {"a": a, "b": customers - a}}, {"all": {"a": 1, "b": 1}}).mismatch),)

    (found,) = each(rng.binomial(customers, 0.52, (trials, 1)), measure)
    return [share(PART, "a real 52:48 is found", f"{customers:,} customers", (0.95, 1.0), found)]


TASKS: list[Task] = [
    ("srm", 200_000, partial(false_alarms, customers=10_000, control=0.1, bounds=(0.0005, 0.0015))),
    ("srm small", 200_000, partial(false_alarms, customers=1_000, control=0.1, bounds=(0.0005, 0.0015))),
    ("srm tiny", 200_000, partial(false_alarms, customers=20, control=0.01, bounds=OUTSIDE)),
    ("srm anywhere", 40_000, false_alarms_anywhere),
    ("srm assignment", 2_000, our_own_assignment),
    ("srm real", 40_000, real_mismatch),
]
