"""The engagement model: who would open, click and convert, were the expected uplift real.

Every figure made here is simulated and must be shown as such. Each draw is a pure function of the customer's key and
the draw's purpose, so outcomes do not depend on row order, partition or worker. Draws nothing about assignment.
"""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from shared.domain.assignment import CONTROL
from shared.domain.holdout import HOLDOUT
from shared.domain.randomness import Floats, Keys, uniforms
from shared.experiment_contracts import PlanDocument


def simulate_engagement(assigned: pd.DataFrame, plan: PlanDocument) -> pd.DataFrame:
    """Boolean columns opened, clicked, converted for every row of ``assigned``, on its index.

    ``assigned`` has key (uint64), arm, historical_open_rate and historical_click_rate (NaN: unknown). A treated
    customer's relative uplift u is drawn from N(expected_uplift, uplift_std); in control u = 0. Then

        P(open) = open * (1 + u), kept within 0 and 1;  P(click | open) = click / open;
        P(conversion | click) = baseline_conversion_rate / baseline_click_rate,

    where open and click are the baseline rates or, if the plan's source is historical, the customer's own rates as far
    as known (see ``_base_rates``). So P(click) = click * (1 + u), clicks happen among opens and conversions among
    clicks only. Whoever is held out is sent nothing, and does nothing.
    """
    model = plan.simulation
    keys = assigned["key"].to_numpy(dtype=np.uint64)
    open_rate, click_rate = _base_rates(assigned, plan)
    uplift = np.where((assigned["arm"] == CONTROL).to_numpy(), 0.0, _uplifts(keys, plan))
    conversion_given_click = _ratio(
        np.array([model["baseline_conversion_rate"]]), np.array([model["baseline_click_rate"]])
    )
    mailed = (assigned["arm"] != HOLDOUT).to_numpy(dtype=np.bool_)
    opened = mailed & (uniforms(keys, "open") < np.clip(open_rate * (1 + uplift), 0.0, 1.0))
    clicked = opened & (uniforms(keys, "click") < _ratio(click_rate, open_rate))
    converted = clicked & (uniforms(keys, "conversion") < conversion_given_click)
    return pd.DataFrame({"opened": opened, "clicked": clicked, "converted": converted}, index=assigned.index)


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
