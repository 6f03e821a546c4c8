"""The engagement model: its rates, its funnel and its independence of order."""

import numpy as np
import pandas as pd
import pytest

from shared.domain.randomness import customer_keys
from shared.domain.simulation import simulate_engagement
from shared.experiment_contracts import Arm, PlanDocument, SegmentPlan
from shared.run_config import SimulationConfig

DIGEST = "0" * 64


def plan_of(source="simulated", **simulation):
    arms = [
        Arm(arm=name, variant_id=name, tone=None, share=0.5, size=1, upper_key=key)
        for name, key in (("control", 1), ("treatment_1", 2**64 - 1))
    ]
    return PlanDocument(
        input_digest=DIGEST,
        experiment_id="run-1",
        name="test",
        seed="seed",
        engagement_source=source,
        primary="click_rate",
        secondary=("open_rate", "conversion_rate"),
        test_type="z-test",
        correction="holm",
        alpha=0.05,
        simulation=SimulationConfig(**simulation).model_dump(exclude={"use_historical_data"}),
        segments=(
            SegmentPlan(segment_id="a", segment="A", size=2, arms=arms),
            SegmentPlan(segment_id="b", segment="B", size=2, arms=arms[:1]),
        ),
        power=(),
    )


def customers(size, arm="treatment_1", open_rate=np.nan, click_rate=np.nan):
    return pd.DataFrame(
        {
            "key": customer_keys([f"c{i}" for i in range(size)], "seed"),
            "segment": "A",
            "arm": arm,
            "historical_open_rate": np.full(size, open_rate),
            "historical_click_rate": np.full(size, click_rate),
        }
    )


def rates(frame, plan):
    return simulate_engagement(frame, plan).mean()


def assert_near(rate, expected, size):
    assert abs(rate - expected) < 4 * np.sqrt(expected * (1 - expected) / size)


def test_control_keeps_the_baseline():
    """Without treatment the simulated rates are the configured ones, per customer."""
    found = rates(customers(200_000, "control"), plan_of())
    for outcome, expected in (("opened", 0.25), ("clicked", 0.05), ("converted", 0.01)):
        assert_near(found[outcome], expected, 200_000)


def test_treatment_lifts_every_rate_by_the_expected_uplift():
    """A mean uplift of 40% gives 40% more opens, clicks and conversions."""
    found = rates(customers(200_000), plan_of(expected_uplift=0.4))
    for outcome, expected in (("opened", 0.35), ("clicked", 0.07), ("converted", 0.014)):
        assert_near(found[outcome], expected, 200_000)


def test_negative_uplift_is_not_clamped():
    """A message may do harm: a negative uplift lowers the rates."""
    assert_near(rates(customers(100_000), plan_of(expected_uplift=-0.5, uplift_std=0.0))["opened"], 0.125, 100_000)


def test_the_funnel_narrows_for_every_customer():
    """Nobody clicks without opening or converts without clicking."""
    found = simulate_engagement(customers(20_000), plan_of(expected_uplift=3.0))
    assert not (found["clicked"] & ~found["opened"]).any()
    assert not (found["converted"] & ~found["clicked"]).any()


def test_order_and_partition_do_not_matter():
    """A customer's outcomes depend on the customer, not on who else is in the frame."""
    frame = customers(2_000)
    whole = simulate_engagement(frame, plan_of())
    shuffled = frame.sample(frac=1, random_state=3)
    parts = pd.concat([simulate_engagement(shuffled.iloc[start::7], plan_of()) for start in range(7)])
    pd.testing.assert_frame_equal(parts.sort_index(), whole)


def test_a_customers_draws_do_not_depend_on_the_arm():
    """In an A/A simulation the arm makes no difference to anybody."""
    plan = plan_of(expected_uplift=0.0, uplift_std=0.0)
    pd.testing.assert_frame_equal(
        simulate_engagement(customers(1_000), plan), simulate_engagement(customers(1_000, "control"), plan)
    )


@pytest.mark.parametrize(
    ("baselines", "never"),
    [
        ((0.0, 0.0, 0.0), ["opened", "clicked", "converted"]),
        ((0.5, 0.0, 0.0), ["clicked", "converted"]),
        ((0.5, 0.4, 0.0), ["converted"]),
    ],
)
def test_zero_baselines_stay_zero(baselines, never):
    """What never happens at baseline never happens, and nothing is divided by zero."""
    open_rate, click_rate, conversion_rate = baselines
    plan = plan_of(
        baseline_open_rate=open_rate, baseline_click_rate=click_rate, baseline_conversion_rate=conversion_rate
    )
    found = rates(customers(2_000), plan)
    assert all((found[outcome] == 0) == (outcome in never) for outcome in found.index)


def test_rates_above_one_are_kept_at_one():
    """An uplift beyond certainty makes everybody open."""
    assert rates(customers(500), plan_of(expected_uplift=10.0, uplift_std=0.0))["opened"] == 1.0


def test_historical_rates_replace_the_baseline_where_known():
    """A known rate is the customer's own; an unknown one is the baseline; clicks never exceed opens."""
    plan = plan_of("historical", expected_uplift=0.0, uplift_std=0.0)
    own = rates(customers(50_000, "control", 0.6, 0.3), plan)
    assert_near(own["opened"], 0.6, 50_000)
    assert_near(own["clicked"], 0.3, 50_000)
    unknown = rates(customers(50_000, "control"), plan)
    assert_near(unknown["opened"], 0.25, 50_000)
    capped = simulate_engagement(customers(2_000, "control", 0.1, 0.9), plan)
    assert (capped["opened"] == capped["clicked"]).all()
    assert not rates(customers(500, "control", 0.0), plan).any()


@pytest.mark.parametrize(
    ("open_rate", "click_rate", "opened", "clicked"),
    [(0.5, np.nan, 0.5, 0.1), (0.02, np.nan, 0.02, 0.004), (np.nan, 0.1, 0.25, 0.1), (np.nan, 0.6, 0.6, 0.6)],
)
def test_one_known_rate_implies_the_other(open_rate, click_rate, opened, clicked):
    """An open rate alone brings the baseline's clicks per open; a click rate alone at least as many opens."""
    found = rates(customers(200_000, "control", open_rate, click_rate), plan_of("historical"))
    assert_near(found["opened"], opened, 200_000)
    assert_near(found["clicked"], clicked, 200_000)


def test_simulated_source_ignores_history():
    """Historical rates count only where the plan says so."""
    pd.testing.assert_frame_equal(
        simulate_engagement(customers(500, open_rate=1.0, click_rate=1.0), plan_of()),
        simulate_engagement(customers(500), plan_of()),
    )


def test_whoever_is_held_out_does_nothing():
    """Nobody reacts to mail that was not sent, and those who are mailed react as if there were no holdout."""
    plan = plan_of(expected_uplift=1.0)
    mailed, mixed = customers(4_000), customers(4_000)
    mixed.loc[::2, "arm"] = "holdout"
    found = simulate_engagement(mixed, plan)
    assert not found.iloc[::2].any(axis=None)
    pd.testing.assert_frame_equal(found.iloc[1::2], simulate_engagement(mailed, plan).iloc[1::2])
