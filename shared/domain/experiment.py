"""The experiment's plan, fixed before any outcome exists: arms, tests, and what the sizes at hand can see.

Sees sizes and keys, never an outcome. The analysis of counts against the plan is ``shared.domain.analysis``.
"""

from collections.abc import Iterable, Mapping, Sequence

from shared.contracts import Segment, SegmentsDocument
from shared.domain.assignment import ArmShare, arm_shares, cut_arms
from shared.domain.holdout import global_holdout
from shared.domain.power_notes import power_notes
from shared.domain.randomness import Keys
from shared.domain.ranking import Ranking
from shared.errors import InputError
from shared.experiment_contracts import EngagementSource, PlanDocument, SegmentPlan
from shared.run_config import ExperimentSettings, HistoryColumn, Metric, RateMetric, Tone

HISTORY_OF: dict[RateMetric, HistoryColumn] = {
    "open_rate": "historical_open_rate",
    "click_rate": "historical_click_rate",
    "conversion_rate": "historical_click_rate",
}
"""What is known of a customer before the run that goes with each metric."""
NO_KEYS = Ranking(0, 0, {})


def planned_shares(
    segments: SegmentsDocument, approved: Mapping[str, Mapping[Tone, str]], config: ExperimentSettings
) -> dict[str, list[ArmShare]]:
    """segment_id -> its arms and their shares; ``approved`` as for ``design_experiment``."""
    return {
        segment.segment_id: arm_shares(
            approved.get(segment.segment_id, {}), config.sample_allocation, a_a_test=config.design.a_a_test
        )
        for segment in segments.segments
    }


def design_experiment(
    segments: SegmentsDocument,
    approved: Mapping[str, Mapping[Tone, str]],
    keys_by_segment: Mapping[str, Keys | Ranking],
    config: ExperimentSettings,
    *,
    seed: str,
    experiment_id: str,
    input_digest: str,
) -> PlanDocument:
    """The whole experiment, fixed before any outcome exists.

    ``approved`` maps segment_id to tone to the id of its approved variant (no entry: none approved);
    ``keys_by_segment`` maps segment_id to the keys of its customers in any order, where nobody is held out, or to their
    ranking. Raises ``InputError`` if a segment has not as many keys and held out as customers.
    """
    shares, covariates = planned_shares(segments, approved, config), _covariates(segments, config)
    plans = tuple(
        _plan_segment(
            segment,
            shares[segment.segment_id],
            keys_by_segment.get(segment.segment_id, NO_KEYS),
            {*covariates.values()},
        )
        for segment in segments.segments
    )
    return PlanDocument(
        input_digest=input_digest,
        experiment_id=experiment_id,
        name=config.name,
        seed=seed,
        engagement_source=_source(segments, config),
        a_a_test=config.design.a_a_test,
        primary=config.metrics.primary,
        secondary=config.metrics.secondary,
        test_type=config.statistical_testing.test_type,
        correction=config.statistical_testing.correction,
        alpha=config.statistical_testing.alpha,
        looks=config.statistical_testing.looks,
        covariates=covariates,
        holdout=global_holdout(config.holdout),
        simulation=_simulation(config),
        segments=plans,
        control_floor=config.next_run.control_floor_percent / 100,
        cost_per_message_usd=config.next_run.cost_per_message_usd,
        power=power_notes(plans, config),
    )


def _simulation(config: ExperimentSettings) -> dict[str, float]:
    """The engagement model's numbers; in an A/A test there is no uplift to draw."""
    model: dict[str, float] = config.simulation.model_dump(exclude={"use_historical_data"})
    return {**model, "expected_uplift": 0.0, "uplift_std": 0.0} if config.design.a_a_test else model


def _covariates(segments: SegmentsDocument, config: ExperimentSettings) -> dict[Metric, HistoryColumn]:
    """Metric -> the rate known before that goes with it, for the metrics of the experiment where anybody has that."""
    if not config.statistical_testing.covariates:
        return {}
    metrics = (config.metrics.primary, *config.metrics.secondary)
    return {
        metric: HISTORY_OF[metric]
        for metric in metrics
        if metric != "revenue_per_customer"
        and any(_average(segment, HISTORY_OF[metric]) is not None for segment in segments.segments)
    }


def _average(segment: Segment, column: HistoryColumn) -> float | None:
    average: float | None = getattr(segment.features, f"avg_{column}")
    return average


def _source(segments: SegmentsDocument, config: ExperimentSettings) -> EngagementSource:
    """Historical rates count as the source only if somebody has one; whoever has none keeps the baseline."""
    features = [segment.features for segment in segments.segments]
    rates = [rate for item in features for rate in (item.avg_historical_open_rate, item.avg_historical_click_rate)]
    known = any(rate is not None for rate in rates)
    return "historical" if config.simulation.use_historical_data and known else "simulated"


def _plan_segment(
    segment: Segment, shares: Sequence[ArmShare], keys: Keys | Ranking, columns: Iterable[HistoryColumn]
) -> SegmentPlan:
    size, held_out = (keys.size, keys.held_out) if isinstance(keys, Ranking) else (len(keys), 0)
    if size + held_out != segment.size:
        raise InputError(f"segment {segment.segment_id} has {segment.size} customers but {size + held_out} keys")
    averages = {column: _average(segment, column) for column in sorted(columns)}
    return SegmentPlan(
        segment_id=segment.segment_id,
        segment=segment.name,
        size=size,
        held_out=held_out,
        arms=cut_arms(keys, shares),
        typical={column: average for column, average in averages.items() if average is not None},
    )
