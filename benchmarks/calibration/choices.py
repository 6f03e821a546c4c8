"""The odds to act on: whether an arm that is told 75% is the best in 75% of cases, and the shares for the next run."""

import math
from functools import partial

import numpy as np

from benchmarks.calibration.table import Row, Task, share
from shared.domain.allocation import propose_shares
from shared.domain.stats.posterior import beliefs
from shared.domain.stats.samples import Proportion
from shared.experiment_contracts import ArmBelief

PART = "Odds and the next run's shares"
ARMS = ("control", "treatment_1", "treatment_2", "treatment_3")
TOLD = ((0.05, 0.15), (0.45, 0.55), (0.70, 0.80), (0.90, 0.98))
FLOOR = 0.1


def odds(trials: int, rng: np.random.Generator, *, customers: int) -> list[Row]:
    """Four arms whose rates are drawn from the prior: chances told against how often they are true, and the shares."""
    truths = rng.random((trials, len(ARMS)))
    counts = rng.binomial(customers, truths)
    told, best, kept = (np.empty((trials, len(ARMS))) for _ in range(3))
    for place, (truth, of_arms) in enumerate(zip(truths, counts.tolist(), strict=True)):
        found = beliefs([Proportion(a, customers) for a in of_arms], alpha=0.05)
        told[place] = [belief.probability_best for belief in found]
        best[place] = truth == truth.max()
        shares = propose_shares(
            [ArmBelief(arm=arm, n=customers, **belief._asdict()) for arm, belief in zip(ARMS, found, strict=True)],
            ARMS[0],
            FLOOR,
        )
        kept[place] = math.isclose(sum(shares.values()), 1, rel_tol=1e-12) and shares[ARMS[0]] >= FLOOR
    at = f"4 arms of {customers}, rates from the prior"
    return [
        *(
            share(
                PART,
                f"is the best, of arms told {low:.0%} to {high:.0%}",
                at,
                (low, high),
                best[(told >= low) & (told < high)],
            )
            for low, high in TOLD
        ),
        share(PART, f"shares add up to 1, and control keeps its {FLOOR:.0%}", at, (1.0, 1.0), kept[:, 0]),
    ]


TASKS: list[Task] = [("odds", 15_000, partial(odds, customers=50))]
