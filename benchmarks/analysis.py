"""Times the analysis of a million customers from arrays, beside numpy's own aggregation of the same arrays.

Ours: from each customer's arm, segment and three outcomes to the whole analysis, every test, interval and verdict.
numpy's: the customers of each arm and segment, and of each metric how many of them, by ``bincount`` alone. Both are run
in turns in one process, and the ratio of each turn is taken, as machines are noisy. Exit status 1 when the median ratio
is above the bound.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from shared.domain.analysis import analyse  # noqa: E402 - the project's root has to be on the path first
from shared.domain.assignment import CONTROL, TREATMENT_ARMS  # noqa: E402
from shared.domain.outcomes import tabulate  # noqa: E402
from shared.experiment_contracts import Arm, ArmCounts, ExperimentDocument, PlanDocument, SegmentPlan  # noqa: E402
from shared.run_config import TONES  # noqa: E402

BOUND = 3.0
DIGEST = "0" * 64
ARMS = (CONTROL, *TREATMENT_ARMS.values())
SEGMENTS = 4
SIMULATION = {
    "baseline_open_rate": 0.25,
    "baseline_click_rate": 0.05,
    "baseline_conversion_rate": 0.01,
    "expected_uplift": 0.1,
    "uplift_std": 0.05,
}


class Outcomes(NamedTuple):
    """One entry per customer: the place of their segment and arm, and what they did."""

    cells: npt.NDArray[np.int64]
    opened: npt.NDArray[np.bool_]
    clicked: npt.NDArray[np.bool_]
    converted: npt.NDArray[np.bool_]


def main() -> None:
    """Print the median seconds of both and of their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=31, metavar="N")
    options = parser.parse_args()
    outcomes = drawn(options.customers)
    plan = planned(outcomes)
    check(analysed(outcomes, plan), aggregated(outcomes))
    turns = [
        (_seconds(lambda: analysed(outcomes, plan)), _seconds(lambda: aggregated(outcomes)))
        for _ in range(options.rounds)
    ]
    ours, theirs = (statistics.median(seconds) for seconds in zip(*turns, strict=True))
    ratio = statistics.median(our / their for our, their in turns)
    print(f"{options.customers:,} customers, {len(ARMS)} arms, {SEGMENTS} segments, 3 metrics; {options.rounds} rounds")
    print(f"  the whole analysis        {1000 * ours:8.2f} ms")
    print(f"  numpy's aggregation alone {1000 * theirs:8.2f} ms")
    print(f"  ratio                     {ratio:8.2f}    (at most {BOUND:g}: {'kept' if ratio <= BOUND else 'MISSED'})")
    sys.exit(0 if ratio <= BOUND else 1)


def analysed(outcomes: Outcomes, plan: PlanDocument) -> ExperimentDocument:
    """Ours: counted in one pass, and all of the inference on the counts."""
    table = tabulate(outcomes.cells, SEGMENTS * len(ARMS), *outcomes[1:]).tolist()
    counts = {
        segment.segment_id: {arm: _arm_counts(table[len(ARMS) * place + number]) for number, arm in enumerate(ARMS)}
        for place, segment in enumerate(plan.segments)
    }
    return analyse(plan, counts, plan_digest=DIGEST, input_digest=DIGEST)


def aggregated(outcomes: Outcomes) -> list[npt.NDArray[np.number]]:
    """numpy's: customers by segment and arm, and those among them who opened, clicked and converted."""
    count = SEGMENTS * len(ARMS)
    metrics = [np.bincount(outcomes.cells, weights=metric, minlength=count) for metric in outcomes[1:]]
    return [np.bincount(outcomes.cells, minlength=count), *metrics]


def check(document: ExperimentDocument, aggregates: list[npt.NDArray[np.number]]) -> None:
    """Stop unless both counted the same."""
    counted = [
        (arm.n, arm.opened, arm.clicked, arm.converted) for arms in document.strata.values() for arm in arms.values()
    ]
    if counted != [tuple(int(part) for part in cell) for cell in zip(*aggregates, strict=True)]:
        raise SystemExit("the analysis and numpy do not count the same")


def _arm_counts(cell: list[int]) -> ArmCounts:
    n, opened, clicked, converted = cell
    return ArmCounts(n=n, opened=opened, clicked=clicked, converted=converted)


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


# --- the data ---------------------------------------------------------------------------------------------------------


def drawn(customers: int) -> Outcomes:
    """Outcomes with an uplift of 10% in the first treatment arm, seeded."""
    rng = np.random.default_rng(1)
    cells = rng.integers(0, SEGMENTS * len(ARMS), customers)
    chance = 0.25 * np.where(cells % len(ARMS) == 1, 1.1, 1.0)
    opened = rng.random(customers) < chance
    clicked = opened & (rng.random(customers) < 0.2)
    return Outcomes(cells, opened, clicked, clicked & (rng.random(customers) < 0.2))


def planned(outcomes: Outcomes) -> PlanDocument:
    """The plan that these outcomes are of."""
    sizes = np.bincount(outcomes.cells, minlength=SEGMENTS * len(ARMS)).reshape(SEGMENTS, len(ARMS)).tolist()
    return PlanDocument(
        input_digest=DIGEST,
        experiment_id="benchmark",
        name="benchmark",
        seed="benchmark",
        engagement_source="observed",
        primary="click_rate",
        secondary=("open_rate", "conversion_rate"),
        test_type="z-test",
        correction="holm",
        alpha=0.05,
        simulation=SIMULATION,
        segments=tuple(_segment(place, of_arms) for place, of_arms in enumerate(sizes)),
        power=(),
    )


def _segment(place: int, sizes: list[int]) -> SegmentPlan:
    tones = (None, *TONES)
    arms = tuple(
        Arm(arm=arm, variant_id=arm, tone=tone, share=1 / len(ARMS), size=size, upper_key=0)
        for arm, tone, size in zip(ARMS, tones, sizes, strict=True)
    )
    return SegmentPlan(segment_id=f"segment-{place}", segment=f"Segment {place}", size=sum(sizes), arms=arms)


if __name__ == "__main__":
    main()
