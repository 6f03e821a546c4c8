"""Who gets which message: stratified, balanced and deterministic.

Within a segment the customers are ranked by their random key and the ranking is cut at exact sizes; the cuts alone
travel in the plan, so any worker can assign any customer. Draws no randomness of its own and knows no outcomes.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from shared.domain.randomness import Keys
from shared.errors import InputError
from shared.experiment_contracts import Arm, PlanDocument, SegmentPlan
from shared.run_config import TONES, SampleAllocation, Tone

CONTROL = "control"
TREATMENT_ARMS: dict[Tone, str] = {tone: f"treatment_{number}" for number, tone in enumerate(TONES, start=1)}
LAST_KEY = 2**64 - 1


class ArmShare(NamedTuple):
    """The planned share, from 0 to 1, of a segment's customers that one arm gets."""

    arm: str
    variant_id: str
    tone: Tone | None
    share: float


def arm_shares(approved: Mapping[Tone, str], allocation: SampleAllocation) -> list[ArmShare]:
    """The arms of one segment, control first; the shares add up to 1.

    ``approved`` maps a tone to its approved variant's id. A tone always has the same arm (treatment_1 is urgent,
    treatment_2 informational, treatment_3 friendly), so an arm means the same in every segment. The treatment share is
    split equally over the approved variants; without any, every customer gets the control message.
    """
    if not approved:
        return [ArmShare(CONTROL, CONTROL, None, 1.0)]
    each = allocation.treatment_percent / 100 / len(approved)
    treatments = [ArmShare(TREATMENT_ARMS[tone], approved[tone], tone, each) for tone in TONES if tone in approved]
    return [ArmShare(CONTROL, CONTROL, None, allocation.control_percent / 100), *treatments]


def cut_arms(keys: Keys, shares: Sequence[ArmShare]) -> tuple[Arm, ...]:
    """Cut one segment's customers, ranked by ``keys`` (uint64, any order), into ``shares``.

    Sizes follow the method of largest remainders: each is less than one customer off ``share * n`` and together they
    are exactly ``n``. An arm holds the keys above the ``upper_key`` of the arm before it (the first arm: all keys) up
    to and including its own; the last arm with customers reaches to 2**64 - 1. An arm of size 0 repeats the
    ``upper_key`` before it (0 for the first arm) and is passed over when customers are looked up. Should equal keys lie
    across a cut they stay together in the lower arm, and the sizes say so.
    """
    ends = np.cumsum(_largest_remainder_sizes(len(keys), [share.share for share in shares])).tolist()
    upper_keys = _upper_keys(keys, ends)
    at_or_below = [
        int(np.count_nonzero(keys <= np.uint64(key))) if end else 0 for key, end in zip(upper_keys, ends, strict=True)
    ]
    sizes = np.diff(at_or_below, prepend=0).tolist()
    return tuple(
        Arm(arm=share.arm, variant_id=share.variant_id, tone=share.tone, share=share.share, size=size, upper_key=key)
        for share, size, key in zip(shares, sizes, upper_keys, strict=True)
    )


def assign_customers_to_arms(customers: pd.DataFrame, plan: PlanDocument) -> pd.DataFrame:
    """The arm and variant of every customer: columns customer_id, segment, arm, variant_id, in the rows' own order.

    ``customers`` has customer_id, segment (a name) and key (uint64) and may be any part of the list: a customer's arm
    depends on the plan and the customer's own key only. Raises ``InputError`` for a segment the plan has no arm for.
    """
    arms = np.empty(len(customers), dtype=object)
    variants = np.empty(len(customers), dtype=object)
    plans = {segment.segment: segment for segment in plan.segments}
    for name, rows in customers.groupby("segment", sort=False, dropna=False).indices.items():
        keys = customers["key"].to_numpy(dtype=np.uint64)[rows]
        arms[rows], variants[rows] = _look_up(keys, plans.get(name))
    columns = {"customer_id": customers["customer_id"], "segment": customers["segment"]}
    return pd.DataFrame({**columns, "arm": arms, "variant_id": variants}, index=customers.index)


def _largest_remainder_sizes(total: int, shares: Sequence[float]) -> list[int]:
    """Whole sizes adding up to ``total``; what rounding down leaves goes to the largest remainders, then the first."""
    quotas = [share * total for share in shares]
    sizes = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(shares)), key=lambda index: sizes[index] - quotas[index])
    for index in by_remainder[: total - sum(sizes)]:
        sizes[index] += 1
    return sizes


def _upper_keys(keys: Keys, ends: Sequence[int]) -> list[int]:
    """The key at each rank in ``ends`` (counted from 1; 0 for rank 0), and the last key there is at the last rank."""
    ranks = [end - 1 for end in ends if end]
    ranked = np.partition(keys, sorted(set(ranks))) if ranks else keys
    return [LAST_KEY if end == len(keys) and end else int(ranked[end - 1]) if end else 0 for end in ends]


def _look_up(keys: Keys, segment: SegmentPlan | None) -> tuple[list[str], list[str]]:
    arms = [arm for arm in segment.arms if arm.size] if segment else []
    if not arms:
        raise InputError("the plan has no arm for a customer's segment: plan the experiment again for this list")
    cuts = np.array([arm.upper_key for arm in arms], dtype=np.uint64)
    positions = np.searchsorted(cuts, keys, side="left").tolist()
    return [arms[position].arm for position in positions], [arms[position].variant_id for position in positions]
