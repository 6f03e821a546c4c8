"""What one more conversion cost, by what the run's services cost and what the arms brought beyond control."""

from collections.abc import Sequence

from shared.experiment_contracts import ConversionCost, LiftAnalysis

NOT_SHOWN = "the interval of the difference reaches 0, so there may have been no more conversions at all"


def conversion_costs(lifts: Sequence[LiftAnalysis], cost_usd: float) -> tuple[ConversionCost, ...]:
    """For each treatment arm, by its comparison on conversions: its part of ``cost_usd`` over what it brought.

    The cost is divided over the treated customers; sending costs as much in control and cancels out. The interval is
    that of the difference, turned over: cost over its upper end, to cost over its lower end where that is above 0.
    """
    rows = [lift for lift in lifts if lift.metric == "conversion_rate"]
    treated = sum(lift.treatment_size for lift in rows)
    return tuple(_cost(lift, cost_usd * lift.treatment_size / treated if treated else 0.0) for lift in rows)


def programme_cost(lift: LiftAnalysis, cost_usd: float) -> ConversionCost:
    """The same for all that was mailed against the holdout, at the whole of ``cost_usd``."""
    return _cost(lift, cost_usd)


def _cost(lift: LiftAnalysis, cost_usd: float) -> ConversionCost:
    figures = {"arm": lift.treatment_arm, "treatment_size": lift.treatment_size, "cost_usd": cost_usd}
    if lift.abs_diff is None or lift.abs_ci is None:
        return ConversionCost.model_validate({**figures, **_NOTHING, "reason": lift.reason})
    low, high = (bound * lift.treatment_size for bound in lift.abs_ci)
    more = lift.abs_diff * lift.treatment_size
    figures |= {"incremental_conversions": more, "incremental_ci": (low, high)}
    if more <= 0:
        reason = "no more conversions than control had"
        return ConversionCost.model_validate(
            {**figures, "cost_per_conversion_usd": None, "cost_ci_usd": None, "reason": reason}
        )
    interval = (cost_usd / high, cost_usd / low if low > 0 else None)
    return ConversionCost.model_validate(
        {
            **figures,
            "cost_per_conversion_usd": cost_usd / more,
            "cost_ci_usd": interval,
            "reason": "" if low > 0 else NOT_SHOWN,
        }
    )


_NOTHING = {
    "incremental_conversions": None,
    "incremental_ci": None,
    "cost_per_conversion_usd": None,
    "cost_ci_usd": None,
}
