"""Why a segment's customers are in it: the rule that fired, or the features that set a cluster apart.

Words figures that are there already, from the configuration's rules or a fitted model; looks at no customer.
"""

import math

from shared.contracts import ClusterModel
from shared.domain import report_words as words
from shared.run_config import Bounds, Feature, SegmentationConfig, SegmentRule

NOTABLE = 0.25
"""Standard deviations that a cluster's centre must be off the mean before a feature says anything about it."""

_FEATURES: dict[Feature, str] = {
    "purchase_frequency": "purchase frequency",
    "avg_order_value": "average order value",
    "last_engagement_days": "days since last engagement",
}
_NO_RULE = "no rule held"
_NOT_THE_FIRST = "; no earlier rule held"
_LARGEST_LOG = 709.0


def conditions(rule: SegmentRule) -> str:
    """What must hold for the rule to fire: ``purchase frequency at least 12 and average order value above 50``."""
    return words.listed([f"{_FEATURES[feature]} {_within(bounds)}" for feature, bounds in rule.when.items()])


def rule_explanations(config: SegmentationConfig) -> dict[str, str]:
    """Segment name -> the rule that puts customers there or, where several do, each of them."""
    found: dict[str, list[str]] = {}
    for place, rule in enumerate(config.rules):
        found.setdefault(rule.segment, []).append(conditions(rule) + (_NOT_THE_FIRST if place else ""))
    found.setdefault(config.otherwise, []).append(_NO_RULE)
    return {segment: "; or: ".join(reasons) for segment, reasons in found.items()}


def cluster_explanations(model: ClusterModel) -> dict[str, str]:
    """Segment name -> how far its centre is off the mean of all customers, farthest feature first, and typical values.

    Distances are in standard deviations of the logarithms, in which the clusters were found; a typical value is the
    centre, or the mean of all, brought back from its logarithm.
    """
    return {name: _apart(model, centre) for name, centre in zip(model.names, model.centres, strict=True)}


def _apart(model: ClusterModel, centre: tuple[float, ...]) -> str:
    farthest = sorted(range(len(centre)), key=lambda place: -abs(centre[place]))
    notable = [_off_the_mean(model, place, centre[place]) for place in farthest if abs(centre[place]) >= NOTABLE]
    if not notable:
        return f"within {NOTABLE:g} standard deviations of all customers' mean in every feature"
    return f"in standard deviations off all customers' mean, on logarithms: {words.listed(notable)}"


def _off_the_mean(model: ClusterModel, place: int, distance: float) -> str:
    mean, scale = model.means[place], model.scales[place]
    typical, overall = (_value(log) for log in (mean + scale * distance, mean))
    side = "above" if distance > 0 else "below"
    return f"{_name(model.features[place])} {abs(distance):.1f} {side} (typically {typical} against {overall})"


def _name(feature: str) -> str:
    return {str(known): name for known, name in _FEATURES.items()}.get(feature, words.readable(feature))


def _value(log: float) -> str:
    """What ``ln(1 + x)`` was taken of, as a figure; where a centre lies below all customers x could be negative."""
    return words.decimal(max(0.0, math.expm1(min(log, _LARGEST_LOG))))


def _within(bounds: Bounds) -> str:
    parts = (
        ("above", bounds.above),
        ("at least", bounds.at_least),
        ("below", bounds.below),
        ("at most", bounds.at_most),
    )
    return words.listed([f"{name} {value:,.15g}" for name, value in parts if value is not None])
