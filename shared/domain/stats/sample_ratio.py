"""The sample ratio: whether the arms have the sizes they were planned to have."""

import math
from collections.abc import Mapping, Sequence

from scipy.special import chdtrc

from shared.experiment_contracts import SampleRatio, SegmentRatio

SRM_ALPHA = 0.001
WITHHOLDING = "verdicts are withheld"


def sample_ratio(observed: Mapping[str, Mapping[str, int]], planned: Mapping[str, Mapping[str, float]]) -> SampleRatio:
    """Chi-square test of arm sizes against the plan; a mismatch (p < 0.001) means that verdicts are withheld.

    ``observed`` is stratum -> arm -> customers, ``planned`` stratum -> arm -> weight, in any unit. The statistic is
    over arms, observed and expected being summed over the strata that have several arms. Each such stratum is tested
    too: p < 0.001 withholds its own verdict and, as shifts between strata can cancel in the sum, p < 0.001 over their
    number (Bonferroni) withholds all.
    """
    strata = [name for name, arms in planned.items() if sum(weight > 0 for weight in arms.values()) > 1]
    sizes = {name: observed.get(name, {}) for name in strata}
    expected = {name: _expected_sizes(sizes[name], planned[name]) for name in strata}
    unplanned = [
        name for name, arms in observed.items() if any(n and not planned[name].get(arm) for arm, n in arms.items())
    ]
    if unplanned:
        reason = f"{unplanned[0]} has customers in an arm that was planned without: {WITHHOLDING}"
        return SampleRatio(statistic=None, p_value=None, mismatch=True, reason=reason)
    statistic, p_value = _chi_square(_sum_by_arm(sizes), _sum_by_arm(expected))
    if p_value is None:
        return SampleRatio(statistic=None, p_value=None, mismatch=False, reason="there are no two arms with customers")
    segments = tuple(_of_segment(name, sizes[name], expected[name]) for name in strata)
    off = [one.segment for one in segments if one.p_value is not None and one.p_value < SRM_ALPHA / len(segments)]
    mismatch = p_value < SRM_ALPHA or bool(off)
    return SampleRatio(
        statistic=statistic, p_value=p_value, mismatch=mismatch, reason=_ratio_reason(p_value, off), segments=segments
    )


def _of_segment(name: str, observed: Mapping[str, int], expected: Mapping[str, float]) -> SegmentRatio:
    statistic, p_value = _chi_square(observed, expected)
    mismatch = p_value is not None and p_value < SRM_ALPHA
    return SegmentRatio(segment=name, statistic=statistic, p_value=p_value, mismatch=mismatch)


def _ratio_reason(p_value: float, off: Sequence[str]) -> str:
    if p_value < SRM_ALPHA:
        return f"the arms' sizes are not the planned ones (p = {p_value:.2g}): {WITHHOLDING}"
    if off:
        return f"the arms' sizes in {', '.join(off)} are not the planned ones: {WITHHOLDING}"
    return ""


def _expected_sizes(observed: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    total, weight = sum(observed.values()), math.fsum(weights.values())
    return {arm: total * share / weight if weight else 0.0 for arm, share in weights.items()}


def _sum_by_arm(strata: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    sizes: dict[str, list[float]] = {}
    for arms in strata.values():
        for arm, size in arms.items():
            sizes.setdefault(arm, []).append(size)
    return {arm: math.fsum(parts) for arm, parts in sizes.items()}


def _chi_square(observed: Mapping[str, float], expected: Mapping[str, float]) -> tuple[float | None, float | None]:
    arms = [arm for arm, size in expected.items() if size > 0]
    if len(arms) < 2:
        return None, None
    statistic = math.fsum((observed.get(arm, 0) - expected[arm]) ** 2 / expected[arm] for arm in arms)
    return statistic, float(chdtrc(len(arms) - 1, statistic))
