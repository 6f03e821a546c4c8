"""Fitting k-means: a seeded sample of the list, the number of clusters, the clusters and their names.

Who belongs to which cluster is ``shared.domain.segmentation``; only this module needs scikit-learn.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from shared.contracts import ClusterModel
from shared.domain.customers import AMOUNTS
from shared.domain.digests import unique_names
from shared.domain.explanations import NOTABLE
from shared.domain.randomness import uniforms
from shared.domain.segmentation import Floats, Ints, log_features
from shared.errors import InputError
from shared.run_config import KMeansSettings

SILHOUETTE_SAMPLE = 5_000
CLUSTER_COUNTS = (3, 4, 5)

_SAMPLE_COLUMNS = ["row_number", "customer_id", "key", *AMOUNTS]
_SCALED_DECIMALS = 4
_NO_SPREAD = 1e-9
_WORDS = {
    "last_engagement_days": ("Lapsed", "Recent"),
    "purchase_frequency": ("Frequent", "Occasional"),
    "avg_order_value": ("High Spenders", "Low Spenders"),
}


# --- fitting clusters -------------------------------------------------------------------------------------------------


def fit_candidates(customers: pd.DataFrame, settings: KMeansSettings) -> pd.DataFrame:
    """The customers of one partition that may be in the run's fitting sample: at most ``sample_size`` of them."""
    return _smallest(customers[_SAMPLE_COLUMNS], settings.sample_size, "kmeans-sample")


def merge_candidates(candidates: Iterable[pd.DataFrame], settings: KMeansSettings) -> pd.DataFrame:
    """The fitting sample out of all partitions' candidates, given in file order: the same however the list was cut.

    A random sample without replacement: the ``sample_size`` customers with the smallest draws under their keys.
    """
    merged = pd.concat(list(candidates), ignore_index=True)
    return _smallest(merged[~merged["customer_id"].duplicated()], settings.sample_size, "kmeans-sample")


def _smallest(customers: pd.DataFrame, size: int, stream: str) -> pd.DataFrame:
    """The ``size`` rows with the smallest draws of ``stream``, in the draws' order."""
    draws = uniforms(customers["key"].to_numpy(), stream)
    order = np.lexsort((customers["row_number"].to_numpy(), draws))[:size]
    return customers.iloc[order].reset_index(drop=True)


def fit_clusters(df: pd.DataFrame, settings: KMeansSettings, seed: str, input_digest: str) -> ClusterModel:
    """K-means (k-means++, ten starts) on ``df``'s three amounts, as logs, standardised by mean and standard deviation.

    ``df`` is the sample of ``merge_candidates``. The number of clusters is ``settings.clusters``, else the one of 3,
    4 and 5 with the greatest mean silhouette (Rousseeuw, 1987) on at most 5,000 of them; never more than there are
    distinct customers. Clusters are ordered by their centres; a feature that is constant (to 1e-9) has scale 1.

    Raises:
        InputError: ``df`` is empty.
    """
    if df.empty:
        raise InputError("no customer was accepted, so there is nothing to find clusters in")
    logs = np.column_stack(log_features(df, AMOUNTS))
    means, scales = logs.mean(axis=0), _scales(logs)
    # The grid keeps apart what k-means can tell apart: nearer points are one point to it.
    points = np.round((logs - means) / scales, _SCALED_DECIMALS)
    best, by_k = _best_fit(points, _cluster_counts(points, settings), _random_state(seed), df)
    centres = best.centres[np.lexsort(best.centres.T)]
    return ClusterModel(
        input_digest=input_digest,
        features=AMOUNTS,
        means=tuple(means.tolist()),
        scales=tuple(scales.tolist()),
        centres=tuple(tuple(centre) for centre in centres.tolist()),
        names=cluster_names(centres),
        silhouette=best.silhouette,
        silhouette_by_k=by_k,
        sample_size=len(df),
    )


class _Fit(NamedTuple):
    centres: Floats
    silhouette: float | None


def _scales(logs: Floats) -> Floats:
    spread = logs.std(axis=0)
    return np.where(spread < _NO_SPREAD, 1.0, spread)


def _cluster_counts(points: Floats, settings: KMeansSettings) -> list[int]:
    """The numbers of clusters to try."""
    distinct = len(np.unique(points, axis=0))
    wanted = CLUSTER_COUNTS if settings.clusters is None else (settings.clusters,)
    return sorted({min(count, distinct) for count in wanted})


def _best_fit(
    points: Floats, counts: Sequence[int], random_state: int, df: pd.DataFrame
) -> tuple[_Fit, dict[str, float]]:
    """The fit with the greatest silhouette, of the fewest clusters where that is equal or undefined."""
    rows = df.reset_index(drop=True).reset_index(names="position")
    judged = _smallest(rows, SILHOUETTE_SAMPLE, "silhouette-sample")["position"].to_numpy()
    fits = {count: _fit(points, count, random_state, judged) for count in counts}
    defined = {count: fit.silhouette for count, fit in fits.items() if fit.silhouette is not None}
    best = max(defined, key=lambda count: (defined[count], -count)) if defined else counts[0]
    return fits[best], {str(count): silhouette for count, silhouette in defined.items()}


def _fit(points: Floats, count: int, random_state: int, judged: Ints) -> _Fit:
    # One thread: with more, the order in which they add up decides the last bits.
    with threadpool_limits(limits=1):
        fitted = KMeans(n_clusters=count, n_init=10, random_state=random_state).fit(points)
        return _Fit(fitted.cluster_centers_, _silhouette(points[judged], fitted.labels_[judged]))


def _silhouette(points: Floats, labels: Ints) -> float | None:
    """The mean silhouette, in -1 to 1; None where it is undefined: one cluster, or each point its own."""
    if not 1 < len(np.unique(labels)) < len(points):
        return None
    with config_context(working_memory=64):
        return float(silhouette_score(points, labels))


def _random_state(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(f"kmeans {seed}".encode()).digest()[:4], "big")


# --- naming clusters --------------------------------------------------------------------------------------------------


def cluster_names(centres: Floats) -> tuple[str, ...]:
    """A unique name for each standardised centre (rows; columns as ``AMOUNTS``), such as "Frequent High Spenders".

    A name tells the two features in which the centre is farthest from the mean, as far as they are by a quarter of a
    standard deviation; clusters that would share a name are told apart by all three, and at last by a number.
    """
    short = [_describe(centre, 2) for centre in centres]
    full = [
        _describe(centre, 3) if short.count(name) > 1 else name for centre, name in zip(centres, short, strict=True)
    ]
    return unique_names(full, separator=" ")


def _describe(centre: Floats, features: int) -> str:
    farthest = np.argsort(-np.abs(centre), kind="stable")[:features]
    values = {AMOUNTS[i]: float(centre[i]) for i in farthest if abs(centre[i]) >= NOTABLE}
    words = [high if values[feature] > 0 else low for feature, (high, low) in _WORDS.items() if feature in values]
    if not words:
        return "Average Customers"
    return " ".join(words if "avg_order_value" in values else [*words, "Customers"])
