"""Segments: rules or clusters that name them, exact statistics that travel, and the summary of a run's segments.

Works on customer frames (see ``ParsedPartition.customers``) and on statistics merged from any number of partitions;
the number of partitions changes nothing. Reads no file and draws no random number that the seed does not decide.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.contracts import (
    ClusterModel,
    CustomerCounts,
    ExactTotal,
    FeatureTotals,
    PartitionStatistics,
    Segment,
    SegmentFeatures,
    SegmentsDocument,
)
from shared.domain import exact
from shared.domain.categories import Rows, named, rows_by_name
from shared.domain.customers import DUPLICATE, NUMBER_COLUMNS, formula_like
from shared.domain.digests import slug, unique_names
from shared.domain.suppression import ANOTHER_ROW
from shared.errors import ConfigError
from shared.run_config import Bounds, SegmentationConfig

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]

STATISTICS = (*NUMBER_COLUMNS, "engagement", "confidence")
"""The features whose counts and exact totals a segment keeps."""

_NOTHING = FeatureTotals(counts=dict.fromkeys(STATISTICS, 0), totals=dict.fromkeys(STATISTICS, ExactTotal()))


# --- who belongs where ------------------------------------------------------------------------------------------------


def segment_customers(
    df: pd.DataFrame, method: str = "rules", *, config: SegmentationConfig, model: ClusterModel | None = None
) -> pd.DataFrame:
    """``df`` with two more columns: ``segment`` (category) and ``confidence`` (0 to 1; NaN: rules, which are certain).

    ``rules``: the first rule of ``config`` that holds names the segment. ``kmeans``: the nearest centre of ``model``
    does, with confidence (d2 - d1) / (d2 + d1) for the distances d1, d2 to the nearest and second nearest centre: 0
    half-way between two clusters, 1 at a centre, and 1 where there is only one cluster.

    Raises:
        ConfigError: ``method`` is neither, or ``kmeans`` has no model.
    """
    if method == "rules":
        names, codes = _by_rules(df, config)
        return _with_segments(df, names, codes, np.full(len(df), np.nan))
    if method == "kmeans":
        if model is None:
            raise ConfigError("segmentation by kmeans needs a fitted model; fit one before the customers are segmented")
        codes, confidence = _by_nearest_centre(df, model)
        return _with_segments(df, model.names, codes, confidence)
    raise ConfigError("Unknown segmentation method: use 'rules' or 'kmeans'")


def _with_segments(df: pd.DataFrame, names: Sequence[str], codes: Ints, confidence: Floats) -> pd.DataFrame:
    return df.assign(segment=named(names, codes), confidence=confidence)


def _by_rules(df: pd.DataFrame, config: SegmentationConfig) -> tuple[tuple[str, ...], Ints]:
    conditions = [
        np.logical_and.reduce([_within(df[feature].to_numpy(), bounds) for feature, bounds in rule.when.items()])
        for rule in config.rules
    ]
    codes = np.select(conditions, list(range(len(conditions))), default=len(conditions))
    return (*(rule.segment for rule in config.rules), config.otherwise), codes


def _within(values: Floats, bounds: Bounds) -> Bools:
    holds = np.ones(len(values), dtype=np.bool_)
    if bounds.above is not None:
        holds &= values > bounds.above
    if bounds.at_least is not None:
        holds &= values >= bounds.at_least
    if bounds.below is not None:
        holds &= values < bounds.below
    if bounds.at_most is not None:
        holds &= values <= bounds.at_most
    return holds


def _by_nearest_centre(df: pd.DataFrame, model: ClusterModel) -> tuple[Ints, Floats]:
    logs = log_features(df, model.features)
    scaled = [(log - mean) / scale for log, mean, scale in zip(logs, model.means, model.scales, strict=True)]
    distances = np.stack([_distances(scaled, centre) for centre in model.centres])
    nearest = distances.argmin(axis=0)
    if len(model.centres) == 1:
        return nearest, np.ones(len(df))
    first, second = np.partition(distances, 1, axis=0)[:2]
    return nearest, (second - first) / (second + first)


def _distances(points: Sequence[Floats], centre: Sequence[float]) -> Floats:
    """Euclidean; feature by feature, because matrix products round differently with the number of rows."""
    squares = np.zeros(len(points[0]))
    for values, middle in zip(points, centre, strict=True):
        squares += np.square(values - middle)
    return np.sqrt(squares)


def log_features(df: pd.DataFrame, features: Sequence[str]) -> list[Floats]:
    """ln(1 + x) of each feature, which tames amounts of any size."""
    return [np.log1p(np.ascontiguousarray(df[feature].to_numpy(dtype=np.float64))) for feature in features]


# --- statistics -------------------------------------------------------------------------------------------------------


def partition_statistics(
    df: pd.DataFrame, *, rejects: pd.DataFrame, suppressed: pd.DataFrame, input_digest: str, half_life: float
) -> PartitionStatistics:
    """The exact statistics of one partition: ``df`` from ``segment_customers``, and the other rows found beside it.

    ``half_life`` is in days. Features without a value are not counted.
    """
    return PartitionStatistics(
        input_digest=input_digest,
        read=len(df) + len(rejects) + len(suppressed),
        accepted=len(df),
        rejected=len(rejects),
        suppressed=len(suppressed),
        reasons=_reason_counts(rejects),
        suppression_reasons=_reason_counts(suppressed),
        formula_like_ids=formula_like(df["customer_id"]),
        segments=_segment_totals(df, half_life),
    )


def _reason_counts(rows: pd.DataFrame) -> dict[str, int]:
    reasons = rows["reason"].value_counts()
    return {str(reason): int(reasons[reason]) for reason in sorted(reasons.index)}


def merge_statistics(items: Iterable[PartitionStatistics], *, input_digest: str) -> PartitionStatistics:
    """The sum of all partitions' statistics, under the digest of what it was made from."""
    total = PartitionStatistics(input_digest=input_digest, read=0, accepted=0, rejected=0, reasons={}, segments={})
    for item in items:
        total = PartitionStatistics(
            input_digest=input_digest,
            read=total.read + item.read,
            accepted=total.accepted + item.accepted,
            rejected=total.rejected + item.rejected,
            suppressed=total.suppressed + item.suppressed,
            reasons=_added_counts(total.reasons, item.reasons),
            suppression_reasons=_added_counts(total.suppression_reasons, item.suppression_reasons),
            formula_like_ids=total.formula_like_ids + item.formula_like_ids,
            segments=_by_name(total.segments, item.segments, _added),
        )
    return total


def without(stats: PartitionStatistics, removed: pd.DataFrame, *, half_life: float) -> PartitionStatistics:
    """``stats`` after the accepted rows ``removed`` turned out to repeat a customer_id of an earlier partition.

    ``removed`` has the columns of ``segment_customers``; its rows become rejects.
    """
    if removed.empty:
        return stats
    changes = {
        "accepted": stats.accepted - len(removed),
        "rejected": stats.rejected + len(removed),
        "formula_like_ids": stats.formula_like_ids - formula_like(removed["customer_id"]),
        "reasons": _added_counts(stats.reasons, {DUPLICATE: len(removed)}),
        "segments": _by_name(stats.segments, _segment_totals(removed, half_life), _subtracted),
    }
    return stats.model_copy(update=changes)


def without_suppressed(stats: PartitionStatistics, removed: pd.DataFrame, *, half_life: float) -> PartitionStatistics:
    """``stats`` after the accepted rows ``removed`` turned out to be of customers whom another row suppresses.

    ``removed`` has the columns of ``segment_customers``; its rows become suppressed ones.
    """
    if removed.empty:
        return stats
    changes = {
        "accepted": stats.accepted - len(removed),
        "suppressed": stats.suppressed + len(removed),
        "formula_like_ids": stats.formula_like_ids - formula_like(removed["customer_id"]),
        "suppression_reasons": _added_counts(stats.suppression_reasons, {ANOTHER_ROW: len(removed)}),
        "segments": _by_name(stats.segments, _segment_totals(removed, half_life), _subtracted),
    }
    return stats.model_copy(update=changes)


def engagement_scores(last_engagement_days: Floats, half_life: float) -> Floats:
    """0.5 ** (days / half-life): 1 for a customer engaged today, halving with every ``half_life`` days since."""
    with np.errstate(over="ignore"):  # more half-lives than a float can tell leave a score of 0
        return np.exp2(-np.ascontiguousarray(last_engagement_days, dtype=np.float64) / half_life)


def _segment_totals(df: pd.DataFrame, half_life: float) -> dict[str, FeatureTotals]:
    columns = {name: df[name].to_numpy() for name in (*NUMBER_COLUMNS, "confidence")}
    columns["engagement"] = engagement_scores(columns["last_engagement_days"], half_life)
    by_segment = rows_by_name(df["segment"])
    return {name: _feature_totals(columns, by_segment[name]) for name in sorted(by_segment)}


def _feature_totals(columns: Mapping[str, Floats], rows: Rows) -> FeatureTotals:
    present = {name: _without_gaps(columns[name][rows]) for name in STATISTICS}
    return FeatureTotals(
        customers=len(rows),
        counts={name: len(column) for name, column in present.items()},
        totals={name: exact.exact_total(column) for name, column in present.items()},
    )


def _without_gaps(values: Floats) -> Floats:
    missing = np.isnan(values)
    return values[~missing] if missing.any() else values


def _added_counts(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    return {name: a.get(name, 0) + b.get(name, 0) for name in sorted({*a, *b})}


def _by_name(
    a: Mapping[str, FeatureTotals],
    b: Mapping[str, FeatureTotals],
    combine: Callable[[FeatureTotals, FeatureTotals], FeatureTotals],
) -> dict[str, FeatureTotals]:
    """Both combined name by name; segments that end up without customers are left out."""
    combined = {name: combine(a.get(name, _NOTHING), b.get(name, _NOTHING)) for name in sorted({*a, *b})}
    return {name: totals for name, totals in combined.items() if totals.customers > 0}


def _added(a: FeatureTotals, b: FeatureTotals) -> FeatureTotals:
    return FeatureTotals(
        customers=a.customers + b.customers,
        counts={name: a.counts[name] + b.counts[name] for name in STATISTICS},
        totals={name: exact.add(a.totals[name], b.totals[name]) for name in STATISTICS},
    )


def _subtracted(a: FeatureTotals, b: FeatureTotals) -> FeatureTotals:
    return FeatureTotals(
        customers=a.customers - b.customers,
        counts={name: a.counts[name] - b.counts[name] for name in STATISTICS},
        totals={name: exact.subtract(a.totals[name], b.totals[name]) for name in STATISTICS},
    )


# --- the summary ------------------------------------------------------------------------------------------------------


def generate_segment_summary(
    stats: PartitionStatistics,
    *,
    method: Literal["rules", "kmeans"],
    explanations: Mapping[str, str] | None = None,
) -> SegmentsDocument:
    """``segments.json`` from the statistics of all partitions: the largest segment first, equal ones by name.

    ``explanations`` maps a segment's name to why its customers are in it.
    """
    ordered = sorted(stats.segments.items(), key=lambda item: (-item[1].customers, item[0]))
    slugs = unique_names([slug(name) for name, _ in ordered], separator="-")
    return SegmentsDocument(
        input_digest=stats.input_digest,
        method=method,
        customers=CustomerCounts(
            read=stats.read, accepted=stats.accepted, rejected=stats.rejected, suppressed=stats.suppressed
        ),
        reject_reasons=stats.reasons,
        suppression_reasons=stats.suppression_reasons,
        formula_like_ids=stats.formula_like_ids,
        segments=tuple(
            _segment(segment_id, name, totals, stats.accepted, (explanations or {}).get(name, ""))
            for segment_id, (name, totals) in zip(slugs, ordered, strict=True)
        ),
    )


def _segment(segment_id: str, name: str, totals: FeatureTotals, accepted: int, explanation: str) -> Segment:
    return Segment(
        segment_id=segment_id,
        name=name,
        size=totals.customers,
        share=totals.customers / accepted,
        features=SegmentFeatures(
            avg_purchase_frequency=exact.mean(totals.totals["purchase_frequency"], totals.customers),
            avg_order_value=exact.mean(totals.totals["avg_order_value"], totals.customers),
            avg_last_engagement_days=exact.mean(totals.totals["last_engagement_days"], totals.customers),
            engagement_score=exact.mean(totals.totals["engagement"], totals.customers),
            avg_age=_optional_mean(totals, "age"),
            avg_historical_open_rate=_optional_mean(totals, "historical_open_rate"),
            avg_historical_click_rate=_optional_mean(totals, "historical_click_rate"),
        ),
        confidence=_optional_mean(totals, "confidence"),
        explanation=explanation,
    )


def _optional_mean(totals: FeatureTotals, feature: str) -> float | None:
    """The mean over the customers that have ``feature``; None if none has."""
    count = totals.counts[feature]
    return exact.mean(totals.totals[feature], count) if count else None
