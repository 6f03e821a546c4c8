"""The engagement model: who would open, click and convert, were the expected uplift real.

Every figure made here is simulated and must be shown as such. Each draw is a pure function of the customer's key and
the draw's purpose, so outcomes do not depend on row order, partition or worker. Draws nothing about assignment.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtri

from shared.domain.assignment import CONTROL
from shared.domain.randomness import Floats, Keys, uniforms
from shared.errors import InputError
from shared.experiment_contracts import ArmCounts, PlanDocument

Strata = Mapping[str, Mapping[str, ArmCounts]]
OUTCOMES = ("opened", "clicked", "converted")


def simulate_engagement(assigned: pd.DataFrame, plan: PlanDocument) -> pd.DataFrame:
    """Boolean columns opened, clicked, converted for every row of ``assigned``, on its index.

    ``assigned`` has key (uint64), arm, historical_open_rate and historical_click_rate (NaN: unknown). A treated
    customer's relative uplift u is drawn from N(expected_uplift, uplift_std); in control u = 0. Then

        P(open) = open * (1 + u), kept within 0 and 1;  P(click | open) = click / open;
        P(conversion | click) = baseline_conversion_rate / baseline_click_rate,

    where open and click are the baseline rates or, if the plan's source is historical, the customer's own rates as far
    as known (see ``_base_rates``). So P(click) = click * (1 + u), clicks happen among opens and conversions among
    clicks only.
    """
    model = plan.simulation
    keys = assigned["key"].to_numpy(dtype=np.uint64)
    open_rate, click_rate = _base_rates(assigned, plan)
    uplift = np.where((assigned["arm"] == CONTROL).to_numpy(), 0.0, _uplifts(keys, plan))
    conversion_given_click = _ratio(
        np.array([model["baseline_conversion_rate"]]), np.array([model["baseline_click_rate"]])
    )
    opened = uniforms(keys, "open") < np.clip(open_rate * (1 + uplift), 0.0, 1.0)
    clicked = opened & (uniforms(keys, "click") < _ratio(click_rate, open_rate))
    converted = clicked & (uniforms(keys, "conversion") < conversion_given_click)
    return pd.DataFrame({"opened": opened, "clicked": clicked, "converted": converted}, index=assigned.index)


def count_outcomes(outcomes: pd.DataFrame, plan: PlanDocument) -> dict[str, dict[str, ArmCounts]]:
    """segment_id -> arm -> counts, for every planned arm, of rows with segment (a name), arm and the three outcomes.

    Raises ``InputError`` if a row's segment or arm is not in the plan.
    """
    groups = outcomes.groupby(["segment", "arm"], sort=False, dropna=False)
    sums = groups[list(OUTCOMES)].sum()
    table = sums.assign(n=groups.size()).astype("int64").to_dict(orient="index")
    counted = {
        segment.segment_id: {
            arm.arm: ArmCounts.model_validate(table.pop((segment.segment, arm.arm), {})) for arm in segment.arms
        }
        for segment in plan.segments
    }
    if table:
        raise InputError(f"{len(table)} pairs of segment and arm are not in the plan: use the plan these were made for")
    return counted


def merge_counts(parts: Iterable[Strata]) -> dict[str, dict[str, ArmCounts]]:
    """The sum of partitions' counts, in the order in which segments and arms first appear."""
    merged: dict[str, dict[str, ArmCounts]] = {}
    for part in parts:
        for segment_id, arms in part.items():
            into = merged.setdefault(segment_id, {})
            for arm, counts in arms.items():
                into[arm] = _add(into.get(arm, ArmCounts()), counts)
    return merged


def _base_rates(assigned: pd.DataFrame, plan: PlanDocument) -> tuple[Floats, Floats]:
    """Open and click rate per customer before any uplift; nobody clicks more often than they open.

    With history a customer of whom only the open rate is known clicks on the baseline's share of opens, and one of whom
    only the click rate is known opens at the baseline rate, or as often as they click if that is more.
    """
    baseline_open = np.full(len(assigned), plan.simulation["baseline_open_rate"])
    baseline_click = np.full(len(assigned), plan.simulation["baseline_click_rate"])
    if plan.engagement_source != "historical":
        return baseline_open, np.minimum(baseline_click, baseline_open)
    own_open = assigned["historical_open_rate"].to_numpy(dtype=np.float64)
    own_click = assigned["historical_click_rate"].to_numpy(dtype=np.float64)
    open_rate = np.where(np.isnan(own_open), np.fmax(baseline_open, own_click), own_open)
    click_of_open = np.where(np.isnan(own_open), baseline_click, own_open * _ratio(baseline_click, baseline_open))
    click_rate = np.where(np.isnan(own_click), click_of_open, own_click)
    return open_rate, np.minimum(click_rate, open_rate)


def _uplifts(keys: Keys, plan: PlanDocument) -> Floats:
    """Normal draws by inversion; the uniform draw 0 counts as half a step, for its normal is infinite."""
    normals = ndtri(np.maximum(uniforms(keys, "uplift"), 2.0**-54))
    return np.asarray(plan.simulation["expected_uplift"] + plan.simulation["uplift_std"] * normals, dtype=np.float64)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """``part / whole`` and 0 where the whole is 0: nothing follows from what never happens."""
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def _add(left: ArmCounts, right: ArmCounts) -> ArmCounts:
    return ArmCounts(
        n=left.n + right.n,
        opened=left.opened + right.opened,
        clicked=left.clicked + right.clicked,
        converted=left.converted + right.converted,
    )
