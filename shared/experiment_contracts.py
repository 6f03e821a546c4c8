"""The experiment's contracts: its plan, what is counted of its outcomes, and what an analysis says.

Frozen pydantic models, plain JSON, no behaviour beyond validation. Everything here is counts and figures; a customer
is in none of it. What is undefined is None, with a reason beside it.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.contracts import Count, Digest, ExactTotal, Key, RunId, Slug
from shared.run_config import Correction, Frozen, HistoryColumn, Looks, Metric, Probability, RateMetric, TestType, Tone

EngagementSource = Literal["simulated", "historical", "observed"]
Bounds = tuple[float, float]
"""The lower and upper end of an interval."""


# --- the plan ---------------------------------------------------------------------------------------------------------


class Arm(Frozen):
    """One arm within one segment: its customers are those whose key is at or below ``upper_key`` and above the last."""

    arm: str = Field(description="control, treatment_1, treatment_2 or treatment_3")
    variant_id: str = Field(description="'control' for the control message")
    tone: Tone | None
    share: Probability
    size: Count
    upper_key: Annotated[int, Field(ge=0, lt=2**64)]


class SegmentPlan(Frozen):
    """One segment: ``size`` customers divided between its arms, and ``held_out`` more who are in none."""

    segment_id: Slug
    segment: str
    size: Count
    held_out: Count = 0
    arms: tuple[Arm, ...]
    typical: dict[HistoryColumn, Probability] = Field(
        default={}, description="what stands in for a customer's own rate where the list has none: the segment's mean"
    )


class Holdout(Frozen):
    """The customers whom no run writes to: ``percent`` of all, by a hash of ``salt`` and customer id."""

    percent: float
    salt: str


class PowerNote(Frozen):
    """What the experiment can see of one metric, for its smallest arm; sizes are customers, lifts at 80% power.

    ``tests`` is the number of tests that the correction is for; ``power_at_expected_lift`` is at the planned sizes.
    """

    metric: RateMetric
    baseline_rate: Probability
    treatment_size: Count
    control_size: Count
    tests: Annotated[int, Field(ge=1)] = 1
    detectable_lift_percent: float | None
    detectable_lift_any_look_percent: float | None = Field(
        default=None, description="the same where the always-valid test decides"
    )
    expected_lift_percent: float
    power_at_expected_lift: Probability | None = None
    size_needed_per_arm: Count | None
    note: str


class PlanDocument(Frozen):
    """``plan.json``: the experiment, fixed before any outcome exists."""

    input_digest: Digest
    experiment_id: RunId
    name: str
    seed: str
    engagement_source: EngagementSource
    a_a_test: bool = Field(default=False, description="every arm gets the control message: no difference is real")
    primary: RateMetric
    secondary: tuple[Metric, ...]
    test_type: TestType
    correction: Correction
    alpha: float
    looks: Looks = Field(
        default="once", description="any: observed outcomes may be looked at whenever, and only always-valid p count"
    )
    covariates: dict[Metric, HistoryColumn] = Field(
        default={}, description="metric -> what was known before the run and is used to reduce its variance"
    )
    holdout: Holdout | None = None
    simulation: dict[str, float]
    segments: tuple[SegmentPlan, ...]
    power: tuple[PowerNote, ...]
    control_floor: Probability = Field(default=0.1, description="the least share that is proposed for control")
    cost_per_message_usd: float = 0.0


# --- what is counted --------------------------------------------------------------------------------------------------


class RevenueSums(Frozen):
    """Exact sums of one arm's revenue per customer and of its squares."""

    total: ExactTotal = ExactTotal()
    squares: ExactTotal = ExactTotal()


class CovariateSums(Frozen):
    """Sums over one arm's customers of a rate known before the run, in whole basis points (hundredths of a percent).

    ``products`` is its sum over those customers alone who had the outcome.
    """

    total: Count = 0
    squares: Count = 0
    products: Count = 0


class ArmCounts(Frozen):
    """Customers of one arm and how many of them opened, clicked and converted.

    ``machine_opened`` are those whose mail was opened by a machine only; they do not count as opened. ``revenue`` is
    None where nobody recorded any.
    """

    n: Count = 0
    opened: Count = 0
    clicked: Count = 0
    converted: Count = 0
    machine_opened: Count = 0
    revenue: RevenueSums | None = None
    covariates: dict[Metric, CovariateSums] = {}


class PartitionOutcomes(Frozen):
    """``outcomes/part-*.json`` and, of a range, ``sums/outcomes-*.json``: segment_id -> arm -> counts."""

    input_digest: Digest
    strata: dict[str, dict[str, ArmCounts]]


# --- what an analysis says --------------------------------------------------------------------------------------------


class SegmentRatio(Frozen):
    """One segment's arm sizes against the plan; p below 0.001 withholds the segment's verdict."""

    segment: str
    statistic: float | None
    p_value: Probability | None
    mismatch: bool


class SampleRatio(Frozen):
    """Chi-square test of the arms' sizes against their planned shares; p below 0.001 withholds all verdicts."""

    statistic: float | None
    p_value: Probability | None
    mismatch: bool
    reason: str = ""
    segments: tuple[SegmentRatio, ...] = ()


class ArmResult(Frozen):
    """Rates are per customer assigned to the arm; None when the arm is empty."""

    arm_name: str
    sample_size: Count
    open_rate: Probability | None
    click_rate: Probability | None
    conversion_rate: Probability | None
    machine_opened: Count = 0
    revenue_per_customer: float | None = None
    revenue_ci: Bounds | None = None


class Sequential(Frozen):
    """Always valid: however often and whenever one looks, p is at or below alpha in no more than alpha of all cases.

    The intervals hold at all looks together. ``p_adjusted`` is over the same family as the fixed test's.
    """

    p_value: Probability | None
    p_adjusted: Probability | None
    significant: bool
    lift_ci_percent: Bounds | None
    abs_ci: Bounds | None
    reason: str = ""


class Stratified(Frozen):
    """The comparison within segments, combined by Mantel and Haenszel's weights.

    ``heterogeneity_p`` is Breslow and Day's test, with Tarone's correction, that the odds ratio is one and the same in
    all segments. ``reversed``: all segments together point one way and the segments themselves the other (Simpson).
    """

    segments: Count
    abs_diff: float | None
    abs_ci: Bounds | None
    lift_percent: float | None
    lift_ci_percent: Bounds | None
    odds_ratio: float | None
    p_value: Probability | None
    heterogeneity_statistic: float | None
    heterogeneity_p: Probability | None
    reversed: bool
    reason: str = ""


class CovariateAdjusted(Frozen):
    """The difference adjusted by what was known before (CUPED); beside the planned test, never in place of it."""

    covariate: str
    abs_diff: float | None
    abs_ci: Bounds | None
    p_value: Probability | None
    variance_reduction: Probability | None
    reason: str = ""


class LiftAnalysis(Frozen):
    """One treatment arm against control on one metric; what is undefined is None with ``reason`` saying why.

    ``significant`` is the verdict's: by the planned test or, where the plan allows any number of looks at observed
    outcomes, by the always-valid one. A comparison that was not ``planned`` is never significant.
    """

    treatment_arm: str
    metric: Metric
    treatment_size: Count = 0
    control_size: Count = 0
    control_rate: float | None
    treatment_rate: float | None
    lift_percent: float | None
    lift_ci_percent: Bounds | None
    abs_diff: float | None
    abs_ci: Bounds | None
    test: str
    statistic: float | None
    p_value: Probability | None
    p_adjusted: Probability | None
    significant: bool
    planned: bool = True
    reason: str = ""
    sequential: Sequential | None = None
    stratified: Stratified | None = None
    adjusted: CovariateAdjusted | None = None


class ArmBelief(Frozen):
    """What the outcomes say of one arm's rate, from a uniform prior: no test, but odds to act on.

    ``expected_loss`` is how much of the rate is lost on average by choosing this arm, where another may be better.
    """

    arm: str
    n: Count
    rate: Probability
    interval: Bounds
    probability_best: Probability
    expected_loss: Probability


class SegmentResult(Frozen):
    """The segment's best arm on the primary metric, or None where no arm is clearly best.

    Sizes, lift and interval are the best arm's; ``next_shares`` are proposed for the next run.
    """

    segment: str
    segment_id: Slug
    best_performing_arm: str | None
    treatment_size: Count | None = None
    control_size: Count | None = None
    lift_percent: float | None
    lift_ci_percent: Bounds | None = None
    p_adjusted: Probability | None
    verdict: str
    beliefs: tuple[ArmBelief, ...] = ()
    next_shares: dict[str, Probability] = {}


class HoldoutResult(Frozen):
    """All customers in arms against those held out, on conversions: what writing to anybody at all is worth."""

    held_out: Count
    comparison: LiftAnalysis | None
    reason: str = ""


class ConversionCost(Frozen):
    """What one more conversion cost: the arm's part of the run's cost over the conversions it brought.

    ``cost_ci_usd`` comes from the interval of the difference; its upper end is None where there may be none at all.
    """

    arm: str
    treatment_size: Count
    cost_usd: float
    incremental_conversions: float | None
    incremental_ci: Bounds | None
    cost_per_conversion_usd: float | None
    cost_ci_usd: tuple[float, float | None] | None
    reason: str = ""


class Observation(Frozen):
    """What was loaded of observed engagement, file by file added up: every row is in exactly one of the counts.

    ``machine_opens`` and ``held_out`` are among the counted: mail that only a machine opened, and customers of the
    holdout. ``first_at`` and ``last_at`` are None where no row said when.
    """

    files: Count
    rows: Count
    counted: Count
    superseded: Count = Field(description="rows that a later file has replaced")
    duplicates: Count = Field(description="rows that repeat a customer of the same file")
    unknown: Count = Field(description="rows of ids that this run did not assign")
    rejected: Count
    reject_reasons: dict[str, Count]
    customers: Count = Field(description="customers with a row that counts; all others count as without any reaction")
    machine_opens: Count
    held_out: Count
    first_at: datetime | None
    last_at: datetime | None


class ExperimentDocument(Frozen):
    """``experiment.json``: the document's output schema, with intervals, adjustments and where the figures are from.

    ``analysis`` 0 is the run's own; those of observed engagement count from 1, and none replaces another.
    """

    input_digest: Digest
    experiment_id: RunId
    analysis: Count = 0
    engagement_source: EngagementSource
    a_a_test: bool = False
    plan_digest: Digest
    alpha: float
    looks: Looks = "once"
    srm: SampleRatio
    arms: tuple[ArmResult, ...]
    lift_analysis: tuple[LiftAnalysis, ...]
    segment_breakdown: tuple[SegmentResult, ...]
    beliefs: tuple[ArmBelief, ...] = ()
    beliefs_reason: str = ""
    next_shares: dict[str, Probability] = {}
    conversion_costs: tuple[ConversionCost, ...] = ()
    holdout: HoldoutResult | None = None
    observation: Observation | None = None
    strata: dict[str, dict[str, ArmCounts]]
    methods: dict[str, str] = Field(default={}, description="figure -> the method that it is by")
    conclusion: str


# --- observed engagement ----------------------------------------------------------------------------------------------


class EngagementFile(Frozen):
    """``received.json``: one file of observed engagement as it came in, and what became of its rows then.

    Every row is in exactly one of ``counted``, ``duplicates``, ``unknown`` and ``rejected``.
    """

    run_id: RunId
    analysis: Annotated[int, Field(ge=1)] = Field(description="the file's number: which analysis is the first with it")
    sha256: Digest = Field(description="of the CSV as it was received; it is not kept")
    received_at: datetime
    received_by: Key
    rows: Count
    counted: Count
    duplicates: Count
    unknown: Count
    rejected: Count
    reject_reasons: dict[str, Count]


class EngagementReply(Frozen):
    """The reply to a file of observed engagement: the analysis that it led to, and what was loaded up to it."""

    run_id: RunId
    analysis: Count
    observation: Observation
    conclusion: str
    links: dict[str, str]


class Analysis(Frozen):
    """One analysis of a run; number 0 is the run's own, for which nothing was received."""

    analysis: Count
    engagement_source: EngagementSource
    received_at: datetime | None
    observation: Observation | None


class AnalysisList(Frozen):
    """All analyses of a run, the run's own first."""

    run_id: RunId
    analyses: tuple[Analysis, ...]
