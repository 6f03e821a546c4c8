"""The experiment's plan, fixed before any outcome exists: arms, tests, and what the sizes at hand can see.

Sees sizes and keys, never an outcome. The analysis of counts against the plan is ``shared.domain.analysis``.
"""

from collections.abc import Mapping

from shared.contracts import Segment, SegmentsDocument
from shared.domain.assignment import arm_shares, cut_arms
from shared.domain.power_notes import power_notes
from shared.domain.randomness import Keys
from shared.errors import InputError
from shared.experiment_contracts import EngagementSource, PlanDocument, SegmentPlan
from shared.run_config import ExperimentSettings, Tone


def design_experiment(
    segments: SegmentsDocument,
    approved: Mapping[str, Mapping[Tone, str]],
    keys_by_segment: Mapping[str, Keys],
    config: ExperimentSettings,
    *,
    seed: str,
    experiment_id: str,
    input_digest: str,
) -> PlanDocument:
    """The whole experiment, fixed before any outcome exists.

    ``approved`` maps segment_id to tone to the id of its approved variant (no entry: none approved);
    ``keys_by_segment`` maps segment_id to its customers' keys in any order. Raises ``InputError`` if a segment has not
    as many keys as customers.
    """
    plans = tuple(
        _plan_segment(segment, approved.get(segment.segment_id, {}), keys_by_segment.get(segment.segment_id), config)
        for segment in segments.segments
    )
    return PlanDocument(
        input_digest=input_digest,
        experiment_id=experiment_id,
        name=config.name,
        seed=seed,
        engagement_source=_source(segments, config),
        primary=config.metrics.primary,
        secondary=config.metrics.secondary,
        test_type=config.statistical_testing.test_type,
        correction=config.statistical_testing.correction,
        alpha=config.statistical_testing.alpha,
        looks=config.statistical_testing.looks,
        simulation=config.simulation.model_dump(exclude={"use_historical_data"}),
        segments=plans,
        control_floor=config.next_run.control_floor_percent / 100,
        cost_per_message_usd=config.next_run.cost_per_message_usd,
        power=power_notes(plans, config),
    )


def _source(segments: SegmentsDocument, config: ExperimentSettings) -> EngagementSource:
    """Historical rates count as the source only if somebody has one; whoever has none keeps the baseline."""
    features = [segment.features for segment in segments.segments]
    rates = [rate for item in features for rate in (item.avg_historical_open_rate, item.avg_historical_click_rate)]
    known = any(rate is not None for rate in rates)
    return "historical" if config.simulation.use_historical_data and known else "simulated"


def _plan_segment(
    segment: Segment, approved: Mapping[Tone, str], keys: Keys | None, config: ExperimentSettings
) -> SegmentPlan:
    if keys is None or len(keys) != segment.size:
        found = 0 if keys is None else len(keys)
        raise InputError(f"segment {segment.segment_id} has {segment.size} customers but {found} keys")
    return SegmentPlan(
        segment_id=segment.segment_id,
        segment=segment.name,
        size=segment.size,
        arms=cut_arms(keys, arm_shares(approved, config.sample_allocation)),
    )
