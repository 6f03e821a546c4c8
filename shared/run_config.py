"""What a run is configured by: the validated form of the files in ``config/``.

Pure models. ``shared.config`` reads the files; a run keeps its own snapshot of the result in its manifest.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Tone = Literal["urgent", "informational", "friendly"]
TONES: tuple[Tone, ...] = ("urgent", "informational", "friendly")
SafetyCategory = Literal["hate", "violence", "self_harm", "sexual"]
CATEGORIES: tuple[SafetyCategory, ...] = ("hate", "violence", "self_harm", "sexual")
Severity = Literal[0, 2, 4, 6]
Feature = Literal["purchase_frequency", "avg_order_value", "last_engagement_days"]
RateMetric = Literal["open_rate", "click_rate", "conversion_rate"]
Metric = Literal[RateMetric, "revenue_per_customer"]
HistoryColumn = Literal["historical_open_rate", "historical_click_rate"]
TestType = Literal["z-test", "t-test", "chi-square"]
Correction = Literal["holm", "benjamini-hochberg", "none"]
Looks = Literal["once", "any"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]


class Frozen(BaseModel):
    """Base of all models: immutable, closed to unknown fields, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=False)


# --- azure_config.yaml ------------------------------------------------------------------------------------------------


Provider = Literal["embedded", "azure"]


def _none_if_empty(value: object) -> object:
    """An app setting that is not given arrives as an empty text."""
    return None if value == "" else value


class Providers(Frozen):
    """Which implementation stands behind each port."""

    search: Provider = "embedded"
    generation: Provider = "embedded"
    safety: Provider = "embedded"


class ModelPrices(Frozen):
    """US dollars per million tokens; a price of 0 means that the calls cost nothing.

    Input that the service had cached costs ``cached_input``; empty, as much as any other.
    """

    input: float = Field(default=0, ge=0, le=100_000)
    cached_input: Annotated[float | None, Field(ge=0, le=100_000), BeforeValidator(_none_if_empty)] = None
    output: float = Field(default=0, ge=0, le=100_000)
    embedding: float = Field(default=0, ge=0, le=100_000)


class AzureOpenAIConfig(Frozen):
    """The chat model and how it is reached.

    Kind ``azure`` is a resource's endpoint with an API version, ``v1`` the same without one, ``compatible`` the base
    URL of any server that speaks OpenAI's protocol. ``temperature`` and ``top_p`` are left out of a request where they
    are empty, because reasoning models refuse them.
    """

    kind: Literal["azure", "v1", "compatible"] = "azure"
    endpoint: str = ""
    api_version: str = "2025-11-01-preview"
    deployment_name: ShortText = "gpt-4"
    structured_output: bool = True
    max_tokens: int = Field(default=1000, ge=1, le=32_000)
    temperature: Annotated[float | None, Field(ge=0.0, le=2.0), BeforeValidator(_none_if_empty)] = 0.7
    top_p: Annotated[float | None, Field(gt=0.0, le=1.0), BeforeValidator(_none_if_empty)] = 0.9
    embedding_deployment: str = Field(default="", max_length=200, description="empty: search by words alone")
    embedding_dimensions: int = Field(default=1536, ge=2, le=4096)
    prices_usd_per_million_tokens: ModelPrices = ModelPrices()


class AzureSearchConfig(Frozen):
    endpoint: str = ""
    api_version: str = "2026-04-01"
    index_name: str = Field(default="approved-content", pattern=r"^[a-z0-9](?:[a-z0-9-]{0,126}[a-z0-9])$")
    semantic_configuration: str = Field(default="default", max_length=200, description="empty: no semantic ranking")


class AzureContentSafetyConfig(Frozen):
    endpoint: str = ""
    api_version: str = "2023-10-01"
    blocklists: tuple[ShortText, ...] = Field(default=(), description="names; a match blocks whatever the severity")


class AuthenticationConfig(Frozen):
    method: Literal["managed_identity", "api_key", "azure_cli"] = "managed_identity"


class ServiceLimits(Frozen):
    """How long and how often the services are asked. The worst case of one call is ``worst_case_seconds``."""

    connect_seconds: float = Field(default=5, gt=0, le=60)
    attempt_seconds: float = Field(default=60, gt=0, le=600, description="one try, from request to the whole answer")
    attempts: int = Field(default=3, ge=1, le=6)
    longest_wait_seconds: float = Field(
        default=20, gt=0, le=120, description="between tries; a service that asks for more is given up"
    )
    concurrent_calls: int = Field(default=16, ge=1, le=256, description="at once, of one process")
    max_cost_usd: Annotated[float | None, Field(ge=0), BeforeValidator(_none_if_empty)] = Field(
        default=None, description="hard limit of one run; empty: none"
    )

    @property
    def worst_case_seconds(self) -> float:
        """The longest one call can take: every try to its end and the longest wait between them."""
        return self.attempts * self.attempt_seconds + (self.attempts - 1) * self.longest_wait_seconds


class ReuseConfig(Frozen):
    """Whether an answer stored by one run may answer the same question of another."""

    across_runs: bool = True


class AzureConfig(Frozen):
    """``azure_config.yaml``: the services, and which of them a run uses."""

    providers: Providers = Providers()
    azure_openai: AzureOpenAIConfig = AzureOpenAIConfig()
    azure_search: AzureSearchConfig = AzureSearchConfig()
    azure_content_safety: AzureContentSafetyConfig = AzureContentSafetyConfig()
    authentication: AuthenticationConfig = AuthenticationConfig()
    limits: ServiceLimits = ServiceLimits()
    reuse: ReuseConfig = ReuseConfig()

    @property
    def structured(self) -> bool:
        """Whether the model answers with JSON of a given schema, and not in the prompt's text format."""
        return self.providers.generation == "azure" and self.azure_openai.structured_output

    def deployment(self) -> dict[str, Any]:
        """What the process was set up with: all but the few values that a run may choose for itself."""
        sections = self.model_dump(mode="json", exclude={"reuse": True, "limits": {"max_cost_usd"}})
        for name in ("max_tokens", "temperature", "top_p"):
            del sections["azure_openai"][name]
        return sections


# --- safety_thresholds.yaml -------------------------------------------------------------------------------------------


class SeverityLevels(Frozen):
    """The four levels of Azure AI Content Safety; their values are the service's and cannot be changed."""

    safe: Literal[0] = 0
    low: Literal[2] = 2
    medium: Literal[4] = 4
    high: Literal[6] = 6


class AuditLogging(Frozen):
    """The audit cannot be switched off. ``log_file`` is taken from older files and not used."""

    enabled: Literal[True] = True
    log_file: str = Field(default="", max_length=200)
    format: Literal["csv"] = "csv"


class SafetyPolicy(Frozen):
    """A text is blocked when the severity of any category is above ``threshold``."""

    threshold: Literal[0, 2, 4] = 4
    categories: tuple[SafetyCategory, ...] = CATEGORIES
    severity_levels: SeverityLevels = SeverityLevels()
    audit_logging: AuditLogging = AuditLogging()

    @model_validator(mode="after")
    def _all_four(self) -> Self:
        if sorted(self.categories) != sorted(CATEGORIES):
            raise ValueError(f"categories must be exactly {', '.join(CATEGORIES)}")
        return self


class SafetyConfig(Frozen):
    safety_policy: SafetyPolicy = SafetyPolicy()


# --- experiment_config.yaml -------------------------------------------------------------------------------------------


class ExperimentDesign(Frozen):
    num_treatment_arms: Literal[3] = 3
    control_arm: Literal[True] = True
    assignment_strategy: Literal["stratified_random"] = "stratified_random"
    a_a_test: bool = Field(default=False, description="every arm gets the control message")


class SampleAllocation(Frozen):
    control_percent: float = Field(default=25, gt=0, lt=100)
    treatment_percent: float = Field(default=75, gt=0, lt=100)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(self.control_percent + self.treatment_percent - 100) > 1e-9:
            raise ValueError("control_percent and treatment_percent must add up to 100")
        return self


class MetricsConfig(Frozen):
    primary: RateMetric = "click_rate"
    secondary: tuple[Metric, ...] = ("open_rate", "conversion_rate")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len({self.primary, *self.secondary}) != 1 + len(self.secondary):
            raise ValueError("primary and secondary metrics must all be different")
        return self


class StatisticalTesting(Frozen):
    alpha: float = Field(default=0.05, gt=0.0, lt=0.5)
    test_type: TestType = "z-test"
    correction: Correction = "holm"
    looks: Looks = Field(default="any", description="how often observed outcomes may be looked at before the verdict")
    covariates: bool = Field(default=True, description="reduce variance by the customers' earlier rates, where known")


class HoldoutConfig(Frozen):
    """Customers whom no run writes to. The same ``salt`` holds the same customers out of every run and list."""

    percent: float = Field(default=0, ge=0, le=50)
    salt: ShortText = "global-holdout"


class NextRun(Frozen):
    """What is proposed for the next run, and what a message costs to send."""

    control_floor_percent: float = Field(default=10, ge=1, le=90)
    cost_per_message_usd: float = Field(default=0, ge=0, le=1000)


class SimulationConfig(Frozen):
    """The engagement model: rates are per customer mailed; uplift is relative, drawn from N(mean, std)."""

    use_historical_data: bool = False
    baseline_open_rate: Probability = 0.25
    baseline_click_rate: Probability = 0.05
    baseline_conversion_rate: Probability = 0.01
    expected_uplift: float = Field(default=0.10, ge=-1.0, le=10.0)
    uplift_std: float = Field(default=0.05, ge=0.0, le=5.0)

    @model_validator(mode="after")
    def _funnel(self) -> Self:
        if not self.baseline_conversion_rate <= self.baseline_click_rate <= self.baseline_open_rate:
            raise ValueError(
                "baseline rates must narrow: baseline_conversion_rate <= baseline_click_rate <= baseline_open_rate"
            )
        return self


class ApprovalConfig(Frozen):
    """Without a ``mode`` there is no approval policy, and nothing is approved."""

    mode: Literal["auto", "required"] | None = None
    timeout_hours: float = Field(default=72, gt=0, le=24 * 30)


class ExperimentSettings(Frozen):
    name: ShortText = "personalization_poc_v1"
    description: str = Field(default="", max_length=2000)
    seed: str | None = Field(default=None, min_length=1, max_length=100, description="default: the run id")
    design: ExperimentDesign = ExperimentDesign()
    sample_allocation: SampleAllocation = SampleAllocation()
    holdout: HoldoutConfig = HoldoutConfig()
    metrics: MetricsConfig = MetricsConfig()
    statistical_testing: StatisticalTesting = StatisticalTesting()
    simulation: SimulationConfig = SimulationConfig()
    next_run: NextRun = NextRun()
    approval: ApprovalConfig = ApprovalConfig()


class ExperimentConfig(Frozen):
    experiment: ExperimentSettings = ExperimentSettings()


# --- segmentation.yaml ------------------------------------------------------------------------------------------------


class Bounds(Frozen):
    """A half-open or closed interval on one feature; every bound given must hold."""

    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.above is None and self.at_least is None and self.below is None and self.at_most is None:
            raise ValueError("needs at least one of above, at_least, below, at_most")
        return self


class SegmentRule(Frozen):
    segment: ShortText
    when: dict[Feature, Bounds] = Field(min_length=1)


class KMeansSettings(Frozen):
    """``clusters: null`` chooses 3 to 5 by mean silhouette on a sample."""

    clusters: int | None = Field(default=None, ge=2, le=12)
    sample_size: int = Field(default=20_000, ge=100, le=1_000_000)


MAX_GZIP_BYTES = 1024**3
"""The most that ``max_gzip_bytes`` can allow."""


class PartitionSettings(Frozen):
    target_bytes: int = Field(default=4 * 1024 * 1024, ge=1024, le=1024**3)
    count: int | None = Field(default=None, ge=1, le=10_000, description="exact number, if the file allows")
    max_gzip_bytes: int = Field(
        default=128 * 1024 * 1024,
        ge=1024 * 1024,
        le=MAX_GZIP_BYTES,
        description="text in a gzip archive, read as one part",
    )


class SegmentationConfig(Frozen):
    """``segmentation.yaml``: the first rule that holds names the segment; ``otherwise`` names the rest."""

    method: Literal["rules", "kmeans"] = "rules"
    rules: tuple[SegmentRule, ...] = Field(min_length=1)
    otherwise: ShortText = "Standard"
    kmeans: KMeansSettings = KMeansSettings()
    engagement_half_life_days: float = Field(default=90, gt=0, le=3650)
    partitions: PartitionSettings = PartitionSettings()


# --- brand.yaml -------------------------------------------------------------------------------------------------------


UNSUBSCRIBE_FIELD = "unsubscribe_url"
UNSUBSCRIBE_MARK = "{{unsubscribe_url}}"
"""The merge field that every footer holds and no message may: the sender's link to unsubscribe."""

Phrase = Annotated[str, Field(min_length=1, max_length=100, pattern=r"[^\W_]")]
Domain = Annotated[
    str, Field(max_length=200, pattern=r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$")
]
MergeFieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class ControlMessage(Frozen):
    """The generic baseline every control customer gets, the same in every segment."""

    subject: Annotated[str, Field(min_length=1, max_length=60)]
    preheader: Annotated[str, Field(max_length=150)] = ""
    body: Annotated[str, Field(min_length=1, max_length=5000)]
    call_to_action: ShortText


class MessageLimits(Frozen):
    """Lengths in characters (lines) and words (body), citations included in the upper and not in the lower bound."""

    subject_max_characters: int = Field(default=60, ge=10, le=200)
    preheader_max_characters: int = Field(default=150, ge=10, le=300)
    call_to_action_max_characters: int = Field(default=100, ge=10, le=200)
    body_min_words: int = Field(default=150, ge=1, le=2000)
    body_max_words: int = Field(default=200, ge=1, le=2000)
    citations_min: int = Field(default=2, ge=1, le=10)
    citations_max: int = Field(default=3, ge=1, le=10)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.body_min_words > self.body_max_words or self.citations_min > self.citations_max:
            raise ValueError("a minimum is above its maximum")
        return self


class RetrievalSettings(Frozen):
    top_k: int = Field(default=5, ge=3, le=5)
    snippet_max_words: int = Field(default=200, ge=20, le=200)
    region: str = Field(default="", max_length=100, description="use only content of this region or of none")


class BrandRules(Frozen):
    """What the words of a message must keep to; an empty list asks for nothing, and allows no link.

    ``capital_words_max`` counts words of four capital letters and more that are neither codes nor ``acronyms``.
    """

    banned_phrases: tuple[Phrase, ...] = Field(default=(), max_length=100)
    required_phrases: tuple[Phrase, ...] = Field(default=(), max_length=20)
    reading_grade_max: float | None = Field(default=14, ge=1, le=30)
    exclamation_marks_max: int = Field(default=2, ge=0, le=50)
    capital_words_max: int = Field(default=2, ge=0, le=50)
    acronyms: tuple[ShortText, ...] = Field(default=(), max_length=100)
    allowed_link_domains: tuple[Domain, ...] = Field(default=(), max_length=50)


class MergeField(Frozen):
    """A name that the sender fills in for each customer, written ``{{name}}``.

    A value that is missing, has more than ``longest`` characters or holds markup or a link is replaced by ``fallback``.
    ``worst_cases`` are further values with which every message is screened.
    """

    fallback: ShortText
    longest: int = Field(default=40, ge=1, le=200)
    worst_cases: tuple[ShortText, ...] = Field(default=(), max_length=10)

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if len(self.fallback) > self.longest:
            raise ValueError("fallback is longer than longest")
        return self


class BrandConfig(Frozen):
    """``brand.yaml``: who writes, what every message must keep to, and what the control arm is sent.

    ``footer`` stands below every message that is sent; no model writes it.
    """

    name: ShortText
    signature: ShortText
    limits: MessageLimits = MessageLimits()
    rules: BrandRules = BrandRules()
    merge_fields: dict[MergeFieldName, MergeField] = Field(default={}, max_length=20)
    footer: Annotated[str, Field(max_length=2000)] = f"Unsubscribe: {UNSUBSCRIBE_MARK}"
    retrieval: RetrievalSettings = RetrievalSettings()
    control_message: ControlMessage

    @field_validator("footer")
    @classmethod
    def _unsubscribing(cls, footer: str) -> str:
        if UNSUBSCRIBE_MARK not in footer:
            raise ValueError(f"it must hold {UNSUBSCRIBE_MARK}, where the sender puts the link to unsubscribe")
        return footer

    @field_validator("merge_fields")
    @classmethod
    def _own(cls, fields: dict[str, MergeField]) -> dict[str, MergeField]:
        if UNSUBSCRIBE_FIELD in fields:
            raise ValueError(f"{UNSUBSCRIBE_FIELD} is the footer's alone")
        return fields


# --- privacy.yaml -----------------------------------------------------------------------------------------------------


def plain_name(name: str) -> str:
    """A column's name without what people vary in writing it: case, blanks, quotes, hyphens for underscores."""
    return name.strip(' "\t').lower().replace(" ", "_").replace("-", "_")


class PrivacyConfig(Frozen):
    """``privacy.yaml``: which columns of a customer list say who may be written to, and in which words.

    Only a granted value in ``consent_column`` lets a row pass; only a blank or a denied value in
    ``unsubscribed_column`` does. Names are found in any spelling; values are compared without case and outer blanks.
    """

    consent_column: ShortText = "consent"
    unsubscribed_column: ShortText = "unsubscribed"
    consent_required: bool = Field(default=False, description="refuse a list without the consent column")
    granted: tuple[ShortText, ...] = Field(
        default=("yes", "y", "true", "t", "1", "granted", "opted_in", "opted in", "opt-in", "subscribed"), min_length=1
    )
    denied: tuple[ShortText, ...] = ("no", "n", "false", "f", "0")

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if plain_name(self.consent_column) == plain_name(self.unsubscribed_column):
            raise ValueError("consent_column and unsubscribed_column must be two different columns")
        if {value.strip().lower() for value in self.granted} & {value.strip().lower() for value in self.denied}:
            raise ValueError("granted and denied have a value in common")
        if any(not value.strip() for value in (*self.granted, *self.denied)):
            raise ValueError("granted and denied must not hold a blank value")
        return self


# --- all of it --------------------------------------------------------------------------------------------------------


class RunConfig(Frozen):
    """The whole of ``config/`` as one value: what a run snapshots and digests."""

    azure_config: AzureConfig
    safety_thresholds: SafetyConfig
    experiment_config: ExperimentConfig
    segmentation: SegmentationConfig
    brand: BrandConfig
    privacy: PrivacyConfig = PrivacyConfig()
    prompts: dict[Tone, str]

    @model_validator(mode="after")
    def _one_prompt_per_tone(self) -> Self:
        missing = [tone for tone in TONES if not self.prompts.get(tone, "").strip()]
        if missing:
            raise ValueError(f"prompts: no text for {', '.join(missing)}")
        return self
