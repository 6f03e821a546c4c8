"""Assignment: exact sizes, nobody dropped, the same for any order and any partitions."""

import numpy as np
import pandas as pd
import pytest

from shared.domain.assignment import LAST_KEY, ArmShare, arm_shares, assign_customers_to_arms, cut_arms
from shared.domain.randomness import customer_keys
from shared.errors import InputError
from shared.experiment_contracts import PlanDocument, SegmentPlan
from shared.run_config import SampleAllocation

ALL_TONES = {"friendly": "v-friendly", "urgent": "v-urgent", "informational": "v-informational"}
DIGEST = "0" * 64


def shares_of(*numbers):
    names = ["control", "treatment_1", "treatment_2", "treatment_3"]
    return [ArmShare(name, name, None, share) for name, share in zip(names, numbers, strict=False)]


def customers(sizes, seed="seed"):
    ids = [f"c{number}" for number in range(sum(sizes.values()))]
    frame = pd.DataFrame({"customer_id": ids, "segment": np.repeat(list(sizes), list(sizes.values()))})
    return frame.assign(key=customer_keys(frame["customer_id"], seed))


def plan_of(frame, approved, allocation=None):
    segments = []
    for number, name in enumerate(frame["segment"].unique()):
        keys = frame.loc[frame["segment"] == name, "key"].to_numpy()
        arms = cut_arms(keys, arm_shares(approved.get(name, {}), allocation or SampleAllocation()))
        segments.append(SegmentPlan(segment_id=f"s{number}", segment=name, size=len(keys), arms=arms))
    return PlanDocument(
        input_digest=DIGEST,
        experiment_id="run-1",
        name="test",
        seed="seed",
        engagement_source="simulated",
        primary="click_rate",
        secondary=(),
        test_type="z-test",
        correction="holm",
        alpha=0.05,
        simulation={},
        segments=tuple(segments),
        power=(),
    )


def test_an_arm_is_named_by_its_tone_whatever_else_is_approved():
    """A tone has the same arm in every segment, also where other tones have no approved variant."""
    shares = arm_shares({"friendly": "v3", "urgent": "v1"}, SampleAllocation())
    assert [(share.arm, share.variant_id, share.tone) for share in shares] == [
        ("control", "control", None),
        ("treatment_1", "v1", "urgent"),
        ("treatment_3", "v3", "friendly"),
    ]
    assert [share.share for share in shares] == [0.25, 0.375, 0.375]


def test_the_default_shares_are_a_quarter_each():
    """Three approved variants and control share the customers equally."""
    assert [share.share for share in arm_shares(ALL_TONES, SampleAllocation())] == [0.25] * 4


def test_without_approved_variants_everybody_gets_control():
    """A segment none of whose variants may be sent is one control arm."""
    assert arm_shares({}, SampleAllocation()) == [("control", "control", None, 1.0)]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 97, 1000, 1003])
@pytest.mark.parametrize(
    "shares", [(1.0,), (0.25, 0.25, 0.25, 0.25), (1 / 3, 1 / 3, 1 / 3), (0.001, 0.999), (0.9, 0.1)]
)
def test_sizes_are_exact(size, shares):
    """Every arm is less than one customer off its share, and together they are all customers."""
    arms = cut_arms(customer_keys([f"c{i}" for i in range(size)], "s"), shares_of(*shares))
    assert sum(arm.size for arm in arms) == size
    assert all(abs(arm.size - arm.share * size) < 1 for arm in arms)
    if size:
        assert arms[-1].upper_key == LAST_KEY


@pytest.mark.parametrize("shares", [(0.001, 0.999), (0.999, 0.001), (0.5, 0.0005, 0.4995), (0.0005, 0.0005, 0.999)])
def test_an_empty_arm_gets_nobody(shares):
    """Arms of size 0 stay in the plan wherever they stand, and no customer falls into them."""
    frame = customers({"A": 10})
    arms = cut_arms(frame["key"].to_numpy(), shares_of(*shares))
    plan = plan_of(frame, {}).model_copy(
        update={"segments": (SegmentPlan(segment_id="a", segment="A", size=10, arms=arms),)}
    )
    counts = assign_customers_to_arms(frame, plan)["arm"].value_counts()
    assert {arm.arm: counts.get(arm.arm, 0) for arm in arms} == {arm.arm: arm.size for arm in arms}
    assert any(arm.size == 0 for arm in arms)


def test_the_highest_and_lowest_keys_have_an_arm():
    """Keys at both ends of the range are assigned."""
    keys = np.array([0, 1, LAST_KEY - 1, LAST_KEY], dtype=np.uint64)
    frame = pd.DataFrame({"customer_id": list("abcd"), "segment": "A", "key": keys})
    assigned = assign_customers_to_arms(frame, plan_of(frame, {"A": ALL_TONES}))
    assert list(assigned["arm"]) == ["control", "treatment_1", "treatment_2", "treatment_3"]


def test_equal_keys_across_a_cut_stay_together_and_the_sizes_say_so():
    """A collision of keys moves customers to the lower arm, and the planned size is what assignment will do."""
    frame = pd.DataFrame({"customer_id": list("abcd"), "segment": "A", "key": np.array([5, 5, 5, 9], dtype=np.uint64)})
    plan = plan_of(frame, {"A": {"urgent": "v"}}, SampleAllocation(control_percent=50, treatment_percent=50))
    assert [arm.size for arm in plan.segments[0].arms] == [3, 1]
    assert list(assign_customers_to_arms(frame, plan)["arm"]) == ["control"] * 3 + ["treatment_1"]


def test_assignment_fills_the_planned_sizes_and_keeps_the_row_order():
    """The planned sizes come out exactly, with each segment's own variants."""
    frame = customers({"A": 1001, "B": 10, 'Ünï, "x"': 333})
    plan = plan_of(frame, {"A": ALL_TONES, 'Ünï, "x"': {"informational": "v2"}})
    assigned = assign_customers_to_arms(frame, plan)
    assert list(assigned.columns) == ["customer_id", "segment", "arm", "variant_id"]
    assert assigned["customer_id"].tolist() == frame["customer_id"].tolist()
    counts = assigned.groupby(["segment", "arm"]).size().to_dict()
    assert counts == {(s.segment, arm.arm): arm.size for s in plan.segments for arm in s.arms if arm.size}
    assert set(assigned.loc[assigned["segment"] == "B", "variant_id"]) == {"control"}


def test_order_and_partitions_do_not_matter():
    """Shuffled rows and seven partitions give every customer the same arm as the whole list does."""
    frame = customers({"A": 500, "B": 301})
    plan = plan_of(frame, {"A": ALL_TONES, "B": {"urgent": "v"}})
    whole = assign_customers_to_arms(frame, plan).set_index("customer_id")
    shuffled = frame.sample(frac=1, random_state=1)
    assert plan_of(shuffled.sort_values("segment"), {"A": ALL_TONES, "B": {"urgent": "v"}}) == plan
    parts = [assign_customers_to_arms(shuffled.iloc[start::7], plan) for start in range(7)]
    pd.testing.assert_frame_equal(pd.concat(parts).set_index("customer_id").loc[whole.index], whole)


def test_the_seed_decides():
    """Another seed draws another assignment."""
    first, second = customers({"A": 400}, "one"), customers({"A": 400}, "two")
    arms = [assign_customers_to_arms(frame, plan_of(frame, {"A": ALL_TONES}))["arm"] for frame in (first, second)]
    assert 50 < (arms[0] == arms[1]).sum() < 150


def test_arms_are_balanced_on_what_was_known_before():
    """A covariate has about the same mean in every arm, as chance would have it."""
    frame = customers({"A": 20_000})
    age = np.arange(len(frame)) % 60
    arms = assign_customers_to_arms(frame, plan_of(frame, {"A": ALL_TONES}))["arm"]
    means = pd.Series(age).groupby(arms.to_numpy()).mean()
    assert (means - age.mean()).abs().max() < 4 * age.std() / np.sqrt(5000)


def test_a_segment_without_a_plan_is_an_error():
    """A customer of a segment that was not planned is refused, not dropped."""
    frame = customers({"A": 20})
    with pytest.raises(InputError, match="no arm"):
        assign_customers_to_arms(frame.assign(segment="Z"), plan_of(frame, {}))


def test_an_empty_partition_gives_an_empty_frame():
    """No rows in, no rows out, with the same columns."""
    frame = customers({"A": 20})
    assert assign_customers_to_arms(frame.iloc[:0], plan_of(frame, {})).shape == (0, 4)
