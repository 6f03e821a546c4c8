"""Counting: every planned arm, every kind of sum, exact whatever the order and the partitions."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.exact import to_float
from shared.domain.outcomes import count_outcomes, merge_counts, tabulate
from shared.errors import InputError
from shared.experiment_contracts import Arm, ArmCounts, CovariateSums, PlanDocument, RevenueSums, SegmentPlan

OPENS, CLICKS = "historical_open_rate", "historical_click_rate"


def segment(name, arms, **more):
    planned = [Arm(arm=arm, variant_id=arm, tone=None, share=1 / len(arms), size=1, upper_key=1) for arm in arms]
    return SegmentPlan(segment_id=name[0].lower(), segment=name, size=len(arms), arms=tuple(planned), **more)


def plan_of(*segments, **more):
    return PlanDocument(
        input_digest="0" * 64,
        experiment_id="run-1",
        name="test",
        seed="seed",
        engagement_source="simulated",
        primary="click_rate",
        secondary=("open_rate",),
        test_type="z-test",
        correction="holm",
        alpha=0.05,
        simulation={},
        segments=segments,
        power=(),
        **more,
    )


PLAN = plan_of(segment("A", ["control", "treatment_1"]), segment("B", ["control"]))
FULL_PLAN = plan_of(
    segment("A", ["control", "treatment_1"], held_out=3, typical={OPENS: 0.31, CLICKS: 0.07}),
    segment("B", ["control", "treatment_2"], typical={CLICKS: 0.5}),
    segment('C "c", ü', ["control"]),
    covariates={"open_rate": OPENS, "click_rate": CLICKS, "conversion_rate": CLICKS},
)


def rows(*items, **columns):
    """Rows of segment, arm and the three outcomes."""
    names = ("segment", "arm", "opened", "clicked", "converted")
    frame = pd.DataFrame(items, columns=names).astype(dict.fromkeys(names[2:], bool))
    return frame.assign(**columns)


def drawn(size, seed):
    """Rows of all the full plan's arms with everything that can be counted, wild revenues included."""
    rng = np.random.default_rng(seed)
    arms = [(one.segment, arm.arm) for one in FULL_PLAN.segments for arm in one.arms] + [("A", "holdout")]
    chosen = [arms[place] for place in rng.integers(0, len(arms), size)]
    frame = pd.DataFrame(chosen, columns=["segment", "arm"])
    for name in ("opened", "clicked", "converted", "machine_opened"):
        frame[name] = rng.random(size) < 0.4
    revenue = rng.choice([0.0, 0.1, -19.99, 1e9, 1e-300, 3.3], size) * rng.random(size)
    rates = {name: np.where(rng.random(size) < 0.3, np.nan, rng.random(size)) for name in (OPENS, CLICKS)}
    return frame.assign(revenue=revenue, **rates)


def as_json(strata):
    return {name: {arm: counts.model_dump_json() for arm, counts in arms.items()} for name, arms in strata.items()}


# --- from arrays ------------------------------------------------------------------------------------------------------


@given(st.integers(1, 9), st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_cells_are_tabulated_as_counting_one_by_one_would(cell_count, size, seed):
    """One count of combinations gives customers and each outcome of every cell, empty cells included."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, cell_count, size)
    happened = rng.random((3, size)) < 0.5
    table = tabulate(cells, cell_count, *happened)
    ones = np.vstack([np.ones(size, dtype=bool), happened])
    assert table.tolist() == [[int(one[cells == cell].sum()) for one in ones] for cell in range(cell_count)]


# --- from rows --------------------------------------------------------------------------------------------------------


def test_counting_covers_every_planned_arm():
    """Counts are by segment id and arm; planned arms without customers count zero."""
    frame = rows(("A", "control", 1, 0, 0), ("A", "treatment_1", 1, 1, 0), ("A", "treatment_1", 0, 0, 0))
    assert count_outcomes(frame, PLAN) == {
        "a": {"control": ArmCounts(n=1, opened=1), "treatment_1": ArmCounts(n=2, opened=1, clicked=1)},
        "b": {"control": ArmCounts()},
    }


def test_outcomes_need_not_narrow():
    """Observed rows may have a click without an open and a conversion without either; each counts by itself."""
    frame = rows(("A", "control", 0, 1, 0), ("A", "control", 0, 0, 1), ("A", "control", 1, 0, 1))
    assert count_outcomes(frame, PLAN)["a"]["control"] == ArmCounts(n=3, opened=1, clicked=1, converted=2)


@pytest.mark.parametrize("column", ["segment", "arm"])
@pytest.mark.parametrize("value", ["elsewhere", None, "holdout"])
def test_counting_refuses_what_was_not_planned(column, value):
    """A row outside the plan is an error, not a silent loss; so is one held out where the plan holds nobody out."""
    frame = rows(("A", "control", 1, 0, 0), ("A", "control", 1, 0, 0))
    with pytest.raises(InputError, match="1 pairs of segment and arm are not in the plan"):
        count_outcomes(frame.assign(**{column: value}), PLAN)


def test_customers_held_out_count_as_an_arm_of_their_own():
    """Where a segment has some, and only there."""
    frame = rows(("A", "holdout", 0, 0, 1), ("A", "control", 1, 0, 0))
    counted = count_outcomes(frame, plan_of(segment("A", ["control"], held_out=1), segment("B", ["control"])))
    assert counted == {
        "a": {"control": ArmCounts(n=1, opened=1), "holdout": ArmCounts(n=1, converted=1)},
        "b": {"control": ArmCounts()},
    }


def test_machine_opens_are_counted_beside_the_opens():
    """What only a machine opened is no open."""
    frame = rows(("A", "control", 0, 0, 0), ("A", "control", 1, 0, 0), machine_opened=[True, False])
    assert count_outcomes(frame, PLAN)["a"]["control"] == ArmCounts(n=2, opened=1, machine_opened=1)


def test_revenue_is_summed_exactly_where_it_was_recorded():
    """A cent beside a thousand millions is kept; an arm without customers has none, and no column is no revenue."""
    values = [1e9, 0.1, -1e9, 0.0]
    frame = rows(*[("A", "control", 1, 1, 1)] * 4, revenue=values)
    counted = count_outcomes(frame, PLAN)
    sums = counted["a"]["control"].revenue
    assert to_float(sums.total) == 0.1
    assert to_float(sums.squares) == float(sum(Fraction(value * value) for value in values))
    assert counted["b"]["control"].revenue == RevenueSums()
    assert count_outcomes(frame.drop(columns="revenue"), PLAN)["a"]["control"].revenue is None


def test_covariates_are_whole_basis_points():
    """Totals, squares and each metric's products with its own outcome; the typical rate stands in for unknown ones."""
    plan = plan_of(
        segment("A", ["control"], typical={CLICKS: 0.02}),
        segment("B", ["control"]),
        covariates={"click_rate": CLICKS, "conversion_rate": CLICKS},
    )
    frame = rows(
        ("A", "control", 1, 1, 1),
        ("A", "control", 1, 1, 0),
        ("A", "control", 0, 0, 0),
        ("B", "control", 1, 1, 1),
        historical_click_rate=[0.10004, np.nan, 1.0, np.nan],
    )
    counted = count_outcomes(frame, plan)
    squares = 1000**2 + 200**2 + 10_000**2
    assert counted["a"]["control"].covariates == {
        "click_rate": CovariateSums(total=11_200, squares=squares, products=1200),
        "conversion_rate": CovariateSums(total=11_200, squares=squares, products=1000),
    }
    assert counted["b"]["control"].covariates == {}
    assert count_outcomes(frame.drop(columns=CLICKS), plan)["a"]["control"].covariates == {}


# --- order and partitions ---------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 120), st.integers(0, 2**32 - 1), st.lists(st.integers(0, 120), max_size=6))
def test_any_order_and_any_cuts_give_the_same_counts_to_the_byte(size, seed, cuts):
    """Shuffled rows, cut anywhere, counted part by part and added up are the counts of the whole, byte for byte."""
    frame = drawn(size, seed)
    shuffled = frame.sample(frac=1, random_state=seed % 1000)
    bounds = [0, *sorted(min(cut, size) for cut in cuts), size]
    parts = [shuffled.iloc[start:end] for start, end in pairwise(bounds)]
    merged = merge_counts(count_outcomes(part, FULL_PLAN) for part in parts)
    assert as_json(merged) == as_json(count_outcomes(frame, FULL_PLAN))


def test_parts_with_and_without_revenue_add_up():
    """Where only one part recorded revenue, that part's is the sum; nothing at all merges to nothing."""
    frame = rows(("A", "control", 1, 1, 1))
    counts = [count_outcomes(frame, PLAN), count_outcomes(frame.assign(revenue=2.5), PLAN)]
    assert to_float(merge_counts(counts)["a"]["control"].revenue.total) == 2.5
    assert merge_counts(counts[::-1]) == merge_counts(counts)
    assert merge_counts([]) == {}
