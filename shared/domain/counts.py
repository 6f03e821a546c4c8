"""An experiment run elsewhere, analysed from its counts alone: plain JSON data in, plain JSON data out.

Reads and checks the counts; what they show is the experiment's own analysis, the same as a run's.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field, StrictInt, ValidationError

from shared.domain.allocation import propose_shares
from shared.domain.analysis import figures_of
from shared.domain.assignment import CONTROL
from shared.domain.stats.covariate import Covaried
from shared.domain.stats.sample_ratio import sample_ratio
from shared.domain.stats.samples import MOST_CUSTOMERS, Moments, Proportion, Sample
from shared.domain.stats.sequential import scale_for
from shared.domain.study import METHODS, Study, arm_beliefs, calculate_lift_and_significance, segment_findings
from shared.domain.verdicts import SegmentFinding, Terms
from shared.errors import InputError
from shared.experiment_contracts import SampleRatio
from shared.run_config import Correction, Frozen, Looks, TestType

COVARIATE = "covariate"


class CovariateOf(Frozen):
    """What was known of an arm's customers before: its sum, its squares' sum, and the sum of its products with y."""

    sum: float
    sum_squares: Annotated[float, Field(ge=0)]
    sum_products: float


class Sums(Frozen):
    """A continuous metric of one arm."""

    sum: float
    sum_squares: Annotated[float, Field(ge=0)]
    covariate: CovariateOf | None = None


class Counted(Frozen):
    """A yes/no metric of one arm, where something was known of its customers before."""

    count: StrictInt
    covariate: CovariateOf


Cell = dict[str, StrictInt | Counted | Sums]


class CountsDocument(Frozen):
    """An experiment run elsewhere: stratum -> arm -> ``n`` and, per metric, a count of customers or its sums.

    The first metric is the primary one. ``shares`` are the arms' planned shares in any unit; equal unless given.
    ``expected_lift_percent`` is about the lift that the always-valid tests are sharpest for.
    """

    control: str = CONTROL
    alpha: Annotated[float, Field(gt=0.0, lt=0.5)] = 0.05
    test_type: TestType = "z-test"
    correction: Correction = "holm"
    looks: Looks = "once"
    shares: dict[str, Annotated[float, Field(ge=1e-6, le=1e6)]] = {}
    expected_lift_percent: Annotated[float, Field(ge=0.1, le=1000)] = 50
    control_floor: Annotated[float, Field(ge=0.01, le=0.9)] = 0.1
    strata: Annotated[dict[str, dict[str, Cell]], Field(min_length=1)]


def analyse_counts(document: Any) -> dict[str, Any]:
    """The analysis of counts alone: ``document`` and the result are plain JSON data.

    Gives srm, comparisons (every treatment arm on every metric, one family), segments (the best arm of every stratum
    on every metric, where all strata's arms on one metric are a family), beliefs by metric and shares for the next
    run. Raises ``InputError`` naming what is missing or contradictory.
    """
    counts = _parse_counts(document)
    study = _study_from(counts)
    srm = _sample_ratio(study, equal_shares=not counts.shares)
    by_metric = {metric: segment_findings(study, metric, srm) for metric in study.metrics}
    findings = calculate_lift_and_significance(study, srm)
    believed = {metric: arm_beliefs(study, metric, tuple(study.sizes)) for metric in study.metrics}
    primary, _ = believed[study.metrics[0]]
    return {
        "srm": srm.model_dump(mode="json"),
        "comparisons": [{"arm": finding.arm, **figures_of(finding)} for finding in findings],
        "segments": [
            _segment_json(name, metric, by_metric[metric][name]) for name in study.sizes for metric in study.metrics
        ],
        "beliefs": [
            {
                "metric": metric,
                "arms": [belief.model_dump(mode="json") for belief in found],
                "reason": reason,
            }
            for metric, (found, reason) in believed.items()
        ],
        "next_shares": {} if srm.mismatch else propose_shares(primary, study.control, counts.control_floor),
        "control": study.control,
        "alpha": study.terms.alpha,
        "test_type": study.test_type,
        "correction": study.terms.correction,
        "looks": study.terms.looks,
        "methods": METHODS,
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
    metrics = _metrics_of(document)
    return Study(
        control=document.control,
        treatments=tuple(arm for arm in arms if arm != document.control),
        metrics=metrics,
        test_type=document.test_type,
        terms=Terms("observed", document.correction, document.looks, document.alpha),
        shares=shares,
        planned=shares,
        samples={
            name: {arm: _samples_of(cell) for arm, cell in stratum.items()} for name, stratum in document.strata.items()
        },
        sizes={name: {arm: _size(cell) for arm, cell in stratum.items()} for name, stratum in document.strata.items()},
        scale=scale_for(document.expected_lift_percent / 100),
        covaried={
            name: {arm: _covaried_of(cell) for arm, cell in stratum.items()}
            for name, stratum in document.strata.items()
        },
        covariates=dict.fromkeys(metrics, COVARIATE),
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


def _size(cell: Cell) -> int:
    n = cell.get("n")
    if not isinstance(n, int) or not 0 <= n <= MOST_CUSTOMERS:
        raise InputError("strata: every arm needs n, a whole number of customers from 0 to 1e15")
    return n


def _samples_of(cell: Cell) -> dict[str, Sample | None]:
    n = _size(cell)
    return {metric: _sample(n, value) for metric, value in cell.items() if metric != "n"}


def _sample(n: int, value: int | Counted | Sums) -> Sample:
    if isinstance(value, Sums):
        return Moments(n, value.sum, value.sum_squares)
    return Proportion(value.count if isinstance(value, Counted) else value, n)


def _covaried_of(cell: Cell) -> dict[str, Covaried]:
    """By metric, of those that have a covariate. Raises ``InputError`` for sums that no customers have."""
    found = {}
    for metric, value in cell.items():
        if isinstance(value, int) or value.covariate is None:
            continue
        known = value.covariate
        y, yy = (value.sum, value.sum_squares) if isinstance(value, Sums) else (value.count, value.count)
        Moments(_size(cell), known.sum, known.sum_squares)
        sums = [Fraction(number) for number in (y, yy, known.sum, known.sum_squares, known.sum_products)]
        found[metric] = Covaried(_size(cell), *sums)
    return found


def _metrics_of(document: CountsDocument) -> tuple[str, ...]:
    """The metrics, in order; every arm must have all of them, each in one form."""
    cells = [cell for stratum in document.strata.values() for cell in stratum.values()]
    forms = [{metric: _form(value) for metric, value in cell.items() if metric != "n"} for cell in cells]
    if not forms[0] or any(form != forms[0] for form in forms):
        raise InputError("strata: every arm needs the same metrics, each as a count everywhere or as sums everywhere")
    return tuple(forms[0])


def _form(value: int | Counted | Sums) -> tuple[bool, bool]:
    """Whether a metric is given as sums, and whether with a covariate."""
    return isinstance(value, Sums), not isinstance(value, int) and value.covariate is not None


def _segment_json(stratum: str, metric: str, found: SegmentFinding) -> Mapping[str, Any]:
    best = found.best
    return {
        "segment": stratum,
        "metric": metric,
        "best_arm": best.arm if best else None,
        "verdict": found.verdict,
        "treatment_size": best.treatment_size if best else None,
        "control_size": best.control_size if best else None,
        "lift_percent": best.comparison.lift_percent if best else None,
        "lift_ci_percent": list(best.deciding_lift_ci) if best and best.deciding_lift_ci else None,
        "p_adjusted": best.deciding_p if best else None,
    }
