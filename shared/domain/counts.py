"""An experiment run elsewhere, analysed from its counts alone: plain JSON data in, plain JSON data out.

Reads and checks the counts; what they show is the experiment's own analysis, the same as a run's.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictInt, ValidationError

from shared.domain.assignment import CONTROL
from shared.domain.experiment import Study, calculate_lift_and_significance, figures_of, segment_findings
from shared.domain.stats.sample_ratio import sample_ratio
from shared.domain.stats.samples import MOST_CUSTOMERS, Moments, Proportion, Sample
from shared.domain.verdicts import SegmentFinding
from shared.errors import InputError
from shared.experiment_contracts import SampleRatio
from shared.run_config import Correction, Frozen, TestType


class Sums(Frozen):
    """A continuous metric of one arm."""

    sum: float
    sum_squares: Annotated[float, Field(ge=0)]


class CountsDocument(Frozen):
    """An experiment run elsewhere: stratum -> arm -> ``n`` and, per metric, a count of customers or its sums.

    The first metric is the primary one. ``shares`` are the arms' planned shares in any unit; equal unless given.
    """

    control: str = CONTROL
    alpha: Annotated[float, Field(gt=0.0, lt=0.5)] = 0.05
    test_type: TestType = "z-test"
    correction: Correction = "holm"
    shares: dict[str, Annotated[float, Field(ge=1e-6, le=1e6)]] = {}
    strata: Annotated[dict[str, dict[str, dict[str, StrictInt | Sums]]], Field(min_length=1)]


def analyse_counts(document: Any) -> dict[str, Any]:
    """The same analysis of counts alone: ``document`` and the result are plain JSON data.

    Gives srm, comparisons (every treatment arm on every metric, one family) and segments (the best arm of every
    stratum on every metric, where all strata's arms on one metric are a family). Raises ``InputError`` naming what is
    missing or contradictory.
    """
    counts = _parse_counts(document)
    study = _study_from(counts)
    srm = _sample_ratio(study, equal_shares=not counts.shares)
    by_metric = {metric: segment_findings(study, metric, srm) for metric in study.metrics}
    findings = calculate_lift_and_significance(study, srm)
    return {
        "srm": srm.model_dump(mode="json"),
        "comparisons": [{"arm": finding.arm, **figures_of(finding)} for finding in findings],
        "segments": [
            _segment_json(name, metric, by_metric[metric][name]) for name in study.sizes for metric in study.metrics
        ],
        "control": study.control,
        "alpha": study.alpha,
        "test_type": study.test_type,
        "correction": study.correction,
    }


def _sample_ratio(study: Study, *, equal_shares: bool) -> SampleRatio:
    srm = sample_ratio(study.sizes, study.planned)
    if not (srm.mismatch and equal_shares):
        return srm
    return srm.model_copy(update={"reason": f"{srm.reason}; against equal shares, as no shares were given"})


def _study_from(document: CountsDocument) -> Study:
    arms = list(dict.fromkeys(arm for stratum in document.strata.values() for arm in stratum))
    if document.control not in arms or len(arms) < 2:
        raise InputError("strata: the control arm and at least one other arm must be there")
    shares = {name: {arm: _share(document, arm) for arm in stratum} for name, stratum in document.strata.items()}
    return Study(
        control=document.control,
        treatments=tuple(arm for arm in arms if arm != document.control),
        metrics=_metrics_of(document),
        alpha=document.alpha,
        test_type=document.test_type,
        correction=document.correction,
        shares=shares,
        planned=shares,
        samples={
            name: {arm: _samples_of(cell) for arm, cell in stratum.items()} for name, stratum in document.strata.items()
        },
        sizes={name: {arm: _size(cell) for arm, cell in stratum.items()} for name, stratum in document.strata.items()},
    )


def _parse_counts(data: Any) -> CountsDocument:
    try:
        return CountsDocument.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(f"{where}: {first['msg']}") from None


def _share(document: CountsDocument, arm: str) -> float:
    if document.shares and arm not in document.shares:
        raise InputError(f"shares: no share for arm {arm}")
    return document.shares.get(arm, 1.0)


def _size(cell: Mapping[str, int | Sums]) -> int:
    n = cell.get("n")
    if not isinstance(n, int) or not 0 <= n <= MOST_CUSTOMERS:
        raise InputError("strata: every arm needs n, a whole number of customers from 0 to 1e15")
    return n


def _samples_of(cell: Mapping[str, int | Sums]) -> dict[str, Sample]:
    n = _size(cell)
    return {
        metric: Moments(n, value.sum, value.sum_squares) if isinstance(value, Sums) else Proportion(value, n)
        for metric, value in cell.items()
        if metric != "n"
    }


def _metrics_of(document: CountsDocument) -> tuple[str, ...]:
    """The metrics, in order; every arm must have all of them, each in one form."""
    cells = [cell for stratum in document.strata.values() for cell in stratum.values()]
    forms = [{metric: isinstance(value, Sums) for metric, value in cell.items() if metric != "n"} for cell in cells]
    if not forms[0] or any(form != forms[0] for form in forms):
        raise InputError("strata: every arm needs the same metrics, each as a count everywhere or as sums everywhere")
    return tuple(forms[0])


def _segment_json(stratum: str, metric: str, found: SegmentFinding) -> dict[str, Any]:
    return {
        "segment": stratum,
        "metric": metric,
        "best_arm": found.best.arm if found.best else None,
        "verdict": found.verdict,
        "lift_percent": found.best.comparison.lift_percent if found.best else None,
        "p_adjusted": found.best.p_adjusted if found.best else None,
    }
