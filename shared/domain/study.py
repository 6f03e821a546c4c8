"""An experiment as its statistics see it: samples by stratum, arm and metric, and the planned families of tests.

Comparisons are fixed by the study: every treatment arm on every metric is one family, and every stratum's treatment
arms on one metric are another, whatever the results look like. Knows neither plans nor files.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from shared.domain.stats.covariate import Covaried, adjusted_difference
from shared.domain.stats.families import adjust
from shared.domain.stats.lift import Comparison, compare, compare_means
from shared.domain.stats.posterior import beliefs
from shared.domain.stats.samples import Moments, Pair, Proportion, Sample
from shared.domain.stats.sequential import AlwaysValid, look_at_means, look_at_rates, planned_scale
from shared.domain.stats.significance import Test, smallest_p_value
from shared.domain.stats.stratified import heterogeneity, pooled_difference
from shared.domain.verdicts import WITHHELD, Finding, SegmentFinding, Terms, segment_verdict
from shared.experiment_contracts import ArmBelief, CovariateAdjusted, SampleRatio, Sequential, Stratified
from shared.run_config import TestType

NOBODY = Proportion(0, 0)
NOT_RECORDED = Comparison(None, None, None, None, None, None, Test("none"), ("nobody recorded this metric",))
SHARES_DIFFER = "the arms' shares differ between segments"
REVERSED = "rates are standardised over segments, because all segments together point the other way (Simpson's paradox)"

METHODS = {
    "lift_ci_percent": "normal on the log of the ratio of rates (Katz et al., 1978); of means, by the delta method",
    "abs_ci": "Newcombe's hybrid score interval (1998, method 10); of means, Welch's (1947)",
    "stratified": "Mantel-Haenszel weights (1959); ratio by Greenland and Robins (1985), difference by Zou and Donner "
    "(2008); heterogeneity by Breslow and Day (1980) with Tarone's correction (1985)",
    "sequential": "mixture sequential probability ratio test, normal mixture (Robbins, 1970; Johari et al., 2022)",
    "adjusted": "CUPED (Deng et al., 2013), one slope within arms, Welch's interval",
    "beliefs": "beta posteriors from uniform priors; chances by integration",
    "next_shares": "each arm's chance to be best (Thompson, 1933), with a floor for control",
    "srm": "chi-square of arm sizes; p below 0.001 withholds the verdict",
}
"""Which method each figure is by."""


@dataclass(frozen=True)
class Study:
    """What is compared with what: the planned family of tests, and samples by stratum, arm and metric.

    ``metrics`` has the primary one first; ``unplanned`` ones are compared too, and never significant. In each stratum
    ``shares`` are what the arms were to get, in any unit, and ``planned`` what they were given: the same but for whole
    customers. A sample is None where nobody recorded the metric. ``covaried`` has the samples that have a covariate,
    and ``covariates`` its name by metric. Always-valid tests are tuned to the planned sizes at the ``baselines``, the
    rates by metric that the plan was made for; where there is none, to effects of about ``scale`` in the log ratio.
    """

    control: str
    treatments: tuple[str, ...]
    metrics: tuple[str, ...]
    test_type: TestType
    terms: Terms
    shares: Mapping[str, Mapping[str, float]]
    planned: Mapping[str, Mapping[str, float]]
    samples: Mapping[str, Mapping[str, Mapping[str, Sample | None]]]
    sizes: Mapping[str, Mapping[str, int]]
    scale: float = math.log(1.5)
    baselines: Mapping[str, float] = field(default_factory=dict)
    unplanned: tuple[str, ...] = ()
    covaried: Mapping[str, Mapping[str, Mapping[str, Covaried]]] = field(default_factory=dict)
    covariates: Mapping[str, str] = field(default_factory=dict)


class _Task(NamedTuple):
    """One comparison of a family: an arm against control on a metric, over some strata."""

    arm: str
    metric: str
    strata: tuple[str, ...]


class _Compared(NamedTuple):
    """What one comparison found, before its family is adjusted."""

    comparison: Comparison
    look: AlwaysValid
    stratified: Stratified | None


# --- findings ---------------------------------------------------------------------------------------------------------


def calculate_lift_and_significance(study: Study, srm: SampleRatio) -> tuple[Finding, ...]:
    """Every treatment arm against control on every metric, primary first, adjusted as one family.

    An arm is compared with the control customers of those segments only that have the arm. Where its share relative to
    control is the same in all of them they are pooled; where it differs they are stratified (see ``compare``). What was
    not planned comes last, outside the family.
    """
    everywhere = tuple(study.sizes)
    family = [_Task(arm, metric, everywhere) for metric in study.metrics for arm in study.treatments]
    extra = [_Task(arm, metric, everywhere) for metric in study.unplanned for arm in study.treatments]
    planned = tuple(_with_covariate(study, finding) for finding in _findings(study, family, srm))
    return planned + tuple(_unplanned(finding) for finding in _findings(study, extra, srm))


def segment_findings(study: Study, metric: str, srm: SampleRatio) -> dict[str, SegmentFinding]:
    """The best arm of every stratum on one metric: one significantly better than control.

    All planned pairs of stratum and treatment arm are one family, so that alpha holds for naming any arm of any
    stratum: with Holm's correction, no more than alpha of the experiments without any effect name one.
    """
    family = [_Task(arm, metric, (name,)) for name in study.sizes for arm in _arms_of(study, name)]
    by_stratum: dict[str, list[Finding]] = {name: [] for name in study.sizes}
    for task, finding in zip(family, _findings(study, family, srm), strict=True):
        by_stratum[task.strata[0]].append(finding)
    return {
        name: segment_verdict(
            of_stratum,
            study.terms.p_name,
            withheld=_is_withheld(srm, (name,)),
            too_few=bool(of_stratum) and _too_few(study, name, len(family)),
        )
        for name, of_stratum in by_stratum.items()
    }


def _arms_of(study: Study, stratum: str) -> list[str]:
    return [arm for arm in study.treatments if arm in study.shares[stratum]]


def _is_withheld(srm: SampleRatio, strata: Sequence[str]) -> bool:
    """Whether sizes that are not the planned ones keep a comparison over ``strata`` from being significant."""
    off = {segment.segment for segment in srm.segments if segment.mismatch}
    return srm.mismatch or (len(strata) == 1 and strata[0] in off)


def _findings(study: Study, family: Sequence[_Task], srm: SampleRatio) -> tuple[Finding, ...]:
    """The comparisons of one family, each over those of its strata that have the arm."""
    compared = [_compare(study, task) for task in family]
    correction = study.terms.correction
    adjusted = adjust([one.comparison.test.p_value for one in compared], correction)
    looked = adjust([one.look.p_value for one in compared], correction)
    return tuple(
        _finding(study, task, one, p, p_always, withheld=_is_withheld(srm, task.strata))
        for task, one, p, p_always in zip(family, compared, adjusted, looked, strict=True)
    )


def _finding(
    study: Study, task: _Task, compared: _Compared, p: float | None, p_always: float | None, *, withheld: bool
) -> Finding:
    terms = study.terms
    shared = _shared_strata(study, task)
    fixed = p is not None and p < terms.alpha and not withheld
    always = p_always is not None and p_always < terms.alpha and not withheld
    look = compared.look
    return Finding(
        arm=task.arm,
        metric=task.metric,
        treatment_size=sum(study.sizes[name][task.arm] for name in shared),
        control_size=sum(study.sizes[name][study.control] for name in shared),
        comparison=compared.comparison,
        p_adjusted=p,
        significant=always if terms.looks == "any" else fixed,
        reason="; ".join(compared.comparison.reasons + ((WITHHELD,) if withheld else ())),
        sequential=Sequential(
            p_value=look.p_value,
            p_adjusted=p_always,
            significant=always,
            lift_ci_percent=look.lift_ci_percent,
            abs_ci=look.abs_ci,
            reason=look.reason,
        ),
        decided_by=terms.looks,
        stratified=compared.stratified,
    )


def _unplanned(finding: Finding) -> Finding:
    reason = "; ".join(filter(None, ("not planned, so no verdict and no adjustment", finding.reason)))
    sequential = finding.sequential.model_copy(update={"p_adjusted": None, "significant": False})
    return replace(finding, planned=False, significant=False, p_adjusted=None, sequential=sequential, reason=reason)


# --- one comparison ---------------------------------------------------------------------------------------------------


def _shared_strata(study: Study, task: _Task) -> list[str]:
    return [name for name in task.strata if study.sizes[name].get(task.arm) and study.sizes[name].get(study.control)]


def _compare(study: Study, task: _Task) -> _Compared:
    shared = _shared_strata(study, task)
    samples = [
        (study.samples[name][task.arm][task.metric], study.samples[name][study.control][task.metric]) for name in shared
    ]
    if any(sample is None for pair in samples for sample in pair):
        return _Compared(NOT_RECORDED, AlwaysValid(reason=NOT_RECORDED.reasons[0]), None)
    means = [(t, c) for t, c in samples if isinstance(t, Moments) and isinstance(c, Moments)]
    one_ratio = _one_ratio(study, task.arm, shared)
    scale = _scale(study, task, shared)
    if means:
        compared = _compare_means(study, means, one_ratio=one_ratio, scale=scale)
    else:
        pairs = [Pair(t, c) for t, c in samples if isinstance(t, Proportion) and isinstance(c, Proportion)]
        compared = _compare_rates(study, pairs, one_ratio=one_ratio, scale=scale)
    scope = _scope(shared, task.strata) + _standardised(compared.stratified, one_ratio=one_ratio)
    comparison = compared.comparison
    return compared._replace(comparison=replace(comparison, reasons=comparison.reasons + scope))


def _scale(study: Study, task: _Task, shared: Sequence[str]) -> float:
    """How wide the always-valid test mixes, by what was planned alone."""
    treated, controls = (
        round(math.fsum(study.planned[name][arm] for name in shared)) for arm in (task.arm, study.control)
    )
    baseline = study.baselines.get(task.metric, 0.0)
    return planned_scale(baseline, controls, treated, alpha=study.terms.alpha) or study.scale


def _compare_means(
    study: Study, means: Sequence[tuple[Moments, Moments]], *, one_ratio: bool, scale: float
) -> _Compared:
    """Pooled where the shares allow it; else within strata."""
    alpha = study.terms.alpha
    used = [(_added(t for t, _ in means), _added(c for _, c in means))] if one_ratio else means
    look = look_at_means(used, alpha=alpha, scale=scale)
    return _Compared(compare_means(used, alpha=alpha), look, None)


def _added(samples: Iterable[Moments]) -> Moments:
    """All samples together; their order changes no bit."""
    parts = list(samples)
    total, squares = (math.fsum(numbers) for numbers in ([one.total for one in parts], [one.squares for one in parts]))
    return Moments(sum(one.n for one in parts), total, squares)


def _compare_rates(study: Study, pairs: Sequence[Pair], *, one_ratio: bool, scale: float) -> _Compared:
    """Pooled where the shares allow it and the segments do not contradict it; else within strata."""
    alpha = study.terms.alpha
    pooled = _pool(pairs)
    strata = [pair for pair in pairs if pair.treatment.n and pair.control.n]
    within = compare(strata, alpha=alpha, test_type=study.test_type) if len(strata) > 1 else None
    stratified = _stratified(strata, within, compare_pooled=pooled, alpha=alpha) if within else None
    apart = within is not None and (not one_ratio or (stratified is not None and stratified.reversed))
    used = strata if apart else [pooled]
    comparison = within if within and apart else compare([pooled], alpha=alpha, test_type=study.test_type)
    return _Compared(comparison, look_at_rates(used, alpha=alpha, scale=scale), stratified)


def _stratified(strata: Sequence[Pair], within: Comparison, *, compare_pooled: Pair, alpha: float) -> Stratified:
    shape = heterogeneity(strata)
    return Stratified(
        segments=len(strata),
        abs_diff=within.abs_diff,
        abs_ci=within.abs_ci,
        lift_percent=within.lift_percent,
        lift_ci_percent=within.lift_ci_percent,
        odds_ratio=shape.odds_ratio,
        p_value=within.test.p_value,
        heterogeneity_statistic=shape.statistic,
        heterogeneity_p=shape.p_value,
        reversed=_is_reversed(compare_pooled, within, alpha),
        reason="; ".join(filter(None, (*within.reasons, shape.reason))),
    )


def _is_reversed(pooled: Pair, within: Comparison, alpha: float) -> bool:
    """Whether pooling would turn the sign of a difference that could be taken for one, on either side."""
    crude = pooled_difference([pooled])
    if crude is None or within.abs_diff is None or not crude * within.abs_diff < 0:
        return False
    outside = within.test.p_value is not None and within.test.p_value < alpha
    interval = compare([pooled], alpha=alpha, test_type="z-test").abs_ci
    return outside or (interval is not None and not interval[0] <= 0 <= interval[1])


def _pool(pairs: Sequence[Pair]) -> Pair:
    return Pair(sum((pair.treatment for pair in pairs), NOBODY), sum((pair.control for pair in pairs), NOBODY))


def _one_ratio(study: Study, arm: str, strata: Sequence[str]) -> bool:
    """Whether the arm's share relative to control is the same in all ``strata``, so that pooling cannot confound."""
    ratios = [study.shares[name][arm] / study.shares[name][study.control] for name in strata]
    return not ratios or math.isclose(min(ratios), max(ratios), rel_tol=1e-9)


def _scope(shared: Sequence[str], strata: Sequence[str]) -> tuple[str, ...]:
    if 0 < len(shared) < len(strata):
        return (f"compared over the {len(shared)} of {len(strata)} segments that have this arm",)
    return ()


def _standardised(stratified: Stratified | None, *, one_ratio: bool) -> tuple[str, ...]:
    if not one_ratio:
        return ("rates are standardised over segments, as the arm's share differs between them",)
    return (REVERSED,) if stratified and stratified.reversed else ()


def _too_few(study: Study, stratum: str, tests: int) -> bool:
    """Whether not even the clearest outcome of any arm, alone among ``tests`` of a family, would be significant."""
    sizes = study.sizes[stratum]
    family = 1 if study.terms.correction == "none" else tests
    clearest = [smallest_p_value(sizes.get(arm, 0), sizes.get(study.control, 0)) for arm in study.treatments]
    return min(clearest) * family >= study.terms.alpha


# --- beside the planned tests -----------------------------------------------------------------------------------------


def _with_covariate(study: Study, finding: Finding) -> Finding:
    """``finding`` with the difference adjusted by the metric's covariate, where every stratum compared has one."""
    name = study.covariates.get(finding.metric)
    shared = _shared_strata(study, _Task(finding.arm, finding.metric, tuple(study.sizes)))
    held = [study.covaried.get(stratum, {}) for stratum in shared]
    if name is None or not held:
        return finding
    if any(finding.metric not in arms.get(arm, {}) for arms in held for arm in (finding.arm, study.control)):
        return finding
    if not _one_ratio(study, finding.arm, shared):
        return replace(finding, adjusted=_not_adjusted(name, SHARES_DIFFER))
    treated = _sum_covaried([arms[finding.arm][finding.metric] for arms in held])
    controls = _sum_covaried([arms[study.control][finding.metric] for arms in held])
    found = adjusted_difference(treated, controls, alpha=study.terms.alpha)
    return replace(
        finding,
        adjusted=CovariateAdjusted(
            covariate=name,
            abs_diff=found.abs_diff,
            abs_ci=found.abs_ci,
            p_value=found.p_value,
            variance_reduction=found.variance_reduction,
            reason=found.reason,
        ),
    )


def _not_adjusted(covariate: str, reason: str) -> CovariateAdjusted:
    return CovariateAdjusted(
        covariate=covariate, abs_diff=None, abs_ci=None, p_value=None, variance_reduction=None, reason=reason
    )


def _sum_covaried(parts: Sequence[Covaried]) -> Covaried:
    total = parts[0]
    for part in parts[1:]:
        total = total.plus(part)
    return total


def arm_beliefs(study: Study, metric: str, strata: Sequence[str]) -> tuple[tuple[ArmBelief, ...], str]:
    """What ``strata`` together say of each arm's rate, control first; none, with the reason, where they cannot.

    Pooled, which is sound only if the arms have the same shares in all of them.
    """
    arms = [arm for arm in (study.control, *study.treatments) if any(study.sizes[name].get(arm) for name in strata)]
    if any(study.control not in study.shares[name] for name in strata) or any(
        not study.sizes[name].get(arm) for name in strata for arm in arms
    ):
        return (), "not every segment has every arm; see the segments"
    if not all(_one_ratio(study, arm, strata) for arm in arms):
        return (), SHARES_DIFFER
    pooled = [_pooled_rate(study, metric, arm, strata) for arm in arms]
    samples = [sample for sample in pooled if sample is not None]
    if len(samples) < len(arms) or len(arms) < 2:
        return (), "there are no two arms with rates to compare"
    found = beliefs(samples, alpha=study.terms.alpha)
    return tuple(
        ArmBelief(arm=arm, n=sample.n, **belief._asdict())
        for arm, sample, belief in zip(arms, samples, found, strict=True)
    ), ""


def _pooled_rate(study: Study, metric: str, arm: str, strata: Sequence[str]) -> Proportion | None:
    total = NOBODY
    for name in strata:
        sample = study.samples[name][arm][metric]
        if not isinstance(sample, Proportion):
            return None
        total += sample
    return total
