"""Whole experiments: generated customers, the product's own plan, assignment, simulated engagement, counts, analysis.

The list stays and the seed changes from run to run, as if the same customers were dealt out anew each time.
"""

import numpy as np
import pandas as pd

from benchmarks.calibration.table import COVERAGE, Bounds, Row, Task, holds, share
from shared.contracts import CustomerCounts, Segment, SegmentFeatures, SegmentsDocument
from shared.domain.analysis import analyse
from shared.domain.assignment import assign_customers_to_arms
from shared.domain.experiment import design_experiment
from shared.domain.outcomes import count_outcomes
from shared.domain.randomness import customer_keys
from shared.domain.simulation import simulate_engagement
from shared.experiment_contracts import ExperimentDocument
from shared.run_config import ExperimentSettings, Tone

PART = "Whole experiments, from a list to its results"
SIZES = {"lapsed": 2_000, "new": 3_000, "regular": 4_000, "loyal": 7_000}
APPROVED: dict[Tone, str] = {"urgent": "a", "informational": "b", "friendly": "c"}
UPLIFT = 0.1
AT_MOST: Bounds = (0.0, 0.05)
DIGEST = "0" * 64
AT = f"{sum(SIZES.values()):,} customers in {len(SIZES)} segments, 4 arms, 3 metrics"


def a_a(trials: int, rng: np.random.Generator) -> list[Row]:
    """A/A tests: nothing may be found, in no more than 5% of them."""
    customers = _customers(rng)
    found = [_run(customers, place, a_a_test=True) for place in range(trials)]
    significant = np.array([float(any(lift.significant for lift in one.lift_analysis)) for one in found])
    named = np.array([float(any(segment.best_performing_arm for segment in one.segment_breakdown)) for one in found])
    alarmed = np.array([float(one.srm.mismatch) for one in found])
    return [
        share(PART, "A/A: any comparison is significant", AT, AT_MOST, significant),
        share(PART, "A/A: any segment has a best arm", AT, AT_MOST, named),
        share(PART, "A/A: sizes raise an alarm", AT, (0.0, 0.0), alarmed),
    ]


def planted(trials: int, rng: np.random.Generator) -> list[Row]:
    """An uplift of 10%: how many of the nine intervals of each run have it, with and without adjustment."""
    customers = _customers(rng)
    found = [_run(customers, place, a_a_test=False) for place in range(trials)]
    lifts = [[holds(lift.lift_ci_percent, 100 * UPLIFT) for lift in one.lift_analysis] for one in found]
    clicks = UPLIFT * customers["historical_click_rate"].mean()
    adjusted = [
        [
            holds(lift.adjusted.abs_ci, clicks)
            for lift in one.lift_analysis
            if lift.metric == "click_rate" and lift.adjusted
        ]
        for one in found
    ]
    at = f"{AT}, {UPLIFT:+.0%} planted"
    return [
        share(PART, "intervals of the lift that hold it", at, COVERAGE, np.array(lifts).mean(axis=1)),
        share(PART, "adjusted intervals of the difference that hold it", at, COVERAGE, np.array(adjusted).mean(axis=1)),
    ]


def _customers(rng: np.random.Generator) -> pd.DataFrame:
    """A list whose customers open in 25% and click in 5% of cases on average, each by their own rates."""
    names = np.repeat([*SIZES], [*SIZES.values()])
    opens = rng.beta(5, 15, len(names))
    return pd.DataFrame(
        {
            "customer_id": [f"C{number:06d}" for number in range(len(names))],
            "segment": names,
            "historical_open_rate": opens,
            "historical_click_rate": opens * rng.beta(4, 16, len(names)),
        }
    )


def _run(customers: pd.DataFrame, number: int, *, a_a_test: bool) -> ExperimentDocument:
    seed = f"run-{number}"
    listed = customers.assign(key=customer_keys(customers["customer_id"], seed))
    plan = design_experiment(
        _segments(customers),
        dict.fromkeys(SIZES, APPROVED),
        {name: listed.loc[listed["segment"] == name, "key"].to_numpy() for name in SIZES},
        _settings(a_a_test=a_a_test),
        seed=seed,
        experiment_id=seed,
        input_digest=DIGEST,
    )
    assigned = listed.assign(arm=assign_customers_to_arms(listed, plan)["arm"])
    counts = count_outcomes(assigned.join(simulate_engagement(assigned, plan)), plan)
    return analyse(plan, counts, plan_digest=DIGEST, input_digest=DIGEST)


def _settings(*, a_a_test: bool) -> ExperimentSettings:
    return ExperimentSettings.model_validate(
        {
            "design": {"a_a_test": a_a_test},
            "simulation": {"use_historical_data": True, "expected_uplift": UPLIFT},
        }
    )


def _segments(customers: pd.DataFrame) -> SegmentsDocument:
    total = len(customers)
    return SegmentsDocument(
        input_digest=DIGEST,
        method="rules",
        customers=CustomerCounts(read=total, accepted=total, rejected=0),
        reject_reasons={},
        formula_like_ids=0,
        segments=tuple(
            Segment(segment_id=name, name=name, size=len(rows), share=len(rows) / total, features=_features(rows))
            for name, rows in customers.groupby("segment", sort=False)
        ),
    )


def _features(rows: pd.DataFrame) -> SegmentFeatures:
    return SegmentFeatures(
        avg_purchase_frequency=1,
        avg_order_value=1,
        avg_last_engagement_days=1,
        engagement_score=0.5,
        avg_historical_open_rate=float(rows["historical_open_rate"].mean()),
        avg_historical_click_rate=float(rows["historical_click_rate"].mean()),
    )


TASKS: list[Task] = [
    ("planted runs", 1_000, planted),
    ("A/A runs", 1_000, a_a),
]
