"""Who gets which message: stratified, balanced and deterministic.

Within a segment the customers are ranked by their random key and the ranking is cut at exact sizes; the cuts alone
travel in the plan, so any worker can assign any customer. Who is held out is in no arm. Draws no randomness of its own
and knows no outcomes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import pandas as pd

from shared.domain.categories import named, rows_by_name
from shared.domain.holdout import HOLDOUT, NO_VARIANT, held_out
from shared.domain.randomness import Keys
from shared.domain.ranking import Cut, KeyPart, Ranking, rank_keys
from shared.errors import InputError
from shared.experiment_contracts import Arm, PlanDocument
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


def arm_shares(approved: Mapping[Tone, str], allocation: SampleAllocation, *, a_a_test: bool = False) -> list[ArmShare]:
    """The arms of one segment, control first; the shares add up to 1.

    ``approved`` maps a tone to its approved variant's id. A tone always has the same arm (treatment_1 is urgent,
    treatment_2 informational, treatment_3 friendly), so an arm means the same in every segment. The treatment share is
    split equally over the approved variants; without any, every customer gets the control message. In an A/A test every
    arm is there and gets the control message, whatever is approved.
    """
    if not (approved or a_a_test):
        return [ArmShare(CONTROL, CONTROL, None, 1.0)]
    tones = [tone for tone in TONES if a_a_test or tone in approved]
    each = allocation.treatment_percent / 100 / len(tones)
    treatments = [
        ArmShare(TREATMENT_ARMS[tone], CONTROL, None, each)
        if a_a_test
        else ArmShare(TREATMENT_ARMS[tone], approved[tone], tone, each)
        for tone in tones
    ]
    return [ArmShare(CONTROL, CONTROL, None, allocation.control_percent / 100), *treatments]


def rank_customers(
    parts: Callable[[], Iterable[KeyPart]], sizes: Mapping[str, int], shares: Mapping[str, Sequence[ArmShare]]
) -> dict[str, Ranking]:
    """segment_id -> what ``cut_arms`` needs of its customers, for the segments in ``shares``.

    ``parts`` gives the customers partition by partition, once or twice; ``sizes`` are those of the segments, customers
    who are held out included.
    """
    return rank_keys(parts, sizes, lambda segment_id, size: _ends(size, shares[segment_id]))


def cut_arms(customers: Keys | Ranking, shares: Sequence[ArmShare]) -> tuple[Arm, ...]:
    """Cut one segment's customers, given as keys (uint64, any order) or ranked for these ``shares``, into arms.

    Sizes follow the method of largest remainders: each is less than one customer off ``share * n`` and together they
    are exactly ``n``. An arm holds the keys above the ``upper_key`` of the arm before it (the first arm: all keys) up
    to and including its own; the last arm with customers reaches to 2**64 - 1. An arm of size 0 repeats the
    ``upper_key`` before it (0 for the first arm) and is passed over when customers are looked up. Should equal keys lie
    across a cut they stay together in the lower arm, and the sizes say so.
    """
    ranking = customers if isinstance(customers, Ranking) else _ranked(customers, shares)
    cuts = [_cut(ranking, end) for end in _ends(ranking.size, shares)]
    sizes = np.diff([cut.at_or_below for cut in cuts], prepend=0).tolist()
    return tuple(
        Arm(
            arm=share.arm, variant_id=share.variant_id, tone=share.tone, share=share.share, size=size, upper_key=cut.key
        )
        for share, size, cut in zip(shares, sizes, cuts, strict=True)
    )


def assign_customers_to_arms(customers: pd.DataFrame, plan: PlanDocument) -> pd.DataFrame:
    """The arm and variant of every customer: columns customer_id, segment, arm, variant_id, in the rows' own order.

    ``customers`` has customer_id, segment (a name) and key (uint64) and may be any part of the list: a customer's arm
    depends on the plan and the customer's own key only. Who is held out has "holdout" for an arm and "none" for a
    variant. Raises ``InputError`` for a segment the plan has no arm for.
    """
    keys = customers["key"].to_numpy(dtype=np.uint64)
    mailed = ~held_out(customers["customer_id"], plan.holdout)
    plans = {segment.segment: segment for segment in plan.segments}
    messages = [(HOLDOUT, NO_VARIANT)]
    choices = np.zeros(len(customers), dtype=np.intp)
    for name, places in rows_by_name(customers["segment"]).items():
        rows = places[mailed[places]]
        arms = [arm for arm in plans[name].arms if arm.size] if name in plans else []
        if arms:
            cuts = np.array([arm.upper_key for arm in arms], dtype=np.uint64)
            choices[rows] = len(messages) + np.searchsorted(cuts, keys[rows], side="left")
            messages += [(arm.arm, arm.variant_id) for arm in arms]
    if mailed[choices == 0].any():
        raise InputError("the plan has no arm for a customer's segment: plan the experiment again for this list")
    arm_names, variant_ids = zip(*messages, strict=True)
    columns = {"customer_id": customers["customer_id"], "segment": customers["segment"]}
    chosen = {"arm": named(arm_names, choices), "variant_id": named(variant_ids, choices)}
    return pd.DataFrame({**columns, **chosen}, index=customers.index)


def _ends(size: int, shares: Sequence[ArmShare]) -> list[int]:
    """The rank of each arm's last customer, from 1; that of the arm before it where the arm is empty."""
    return list(accumulate(_largest_remainder_sizes(size, [share.share for share in shares])))


def _largest_remainder_sizes(total: int, shares: Sequence[float]) -> list[int]:
    """Whole sizes adding up to ``total``; what rounding down leaves goes to the largest remainders, then the first."""
    quotas = [share * total for share in shares]
    sizes = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(shares)), key=lambda index: sizes[index] - quotas[index])
    for index in by_remainder[: total - sum(sizes)]:
        sizes[index] += 1
    return sizes


def _ranked(keys: Keys, shares: Sequence[ArmShare]) -> Ranking:
    """All of one segment's keys, ranked where the shares cut them."""
    return rank_customers(lambda: [KeyPart("all", keys)], {"all": len(keys)}, {"all": shares})["all"]


def _cut(ranking: Ranking, end: int) -> Cut:
    """The cut after the customer at rank ``end``: below all keys at 0, above all keys at the last."""
    if end == 0:
        return Cut(0, 0)
    return Cut(LAST_KEY, end) if end == ranking.size else ranking.cuts[end]
