"""The contracts: what every activity takes and gives, what every file of a run holds, and the public result.

Frozen pydantic models, plain JSON, no behaviour beyond validation. Activity inputs and outputs carry ids, counts and
references only; customers and message bodies stay in blobs.
"""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import Field, model_validator

from shared.run_config import Frozen, MessageLimits, Probability, RunConfig, SafetyCategory, Severity, Tone

PIPELINE = "personalise_customers"
"""The orchestration that is a run: its instance id is the run id."""
APPROVAL_EVENT = "approval"
"""The external event that says: somebody decided; look again."""

RunId = Annotated[str, Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
Key = Annotated[str, Field(pattern=r"^[^\x00-\x1f]+$", max_length=200)]

AnswerT = TypeVar("AnswerT")

State = Literal[
    "queued",
    "planning",
    "segmenting",
    "personalising",
    "awaiting_approval",
    "experimenting",
    "reporting",
    "completed",
    "completed_with_errors",
    "failed",
    "cancelled",
]
FinalState = Literal["completed", "completed_with_errors", "failed", "cancelled"]
Check = Literal["format", "citation", "offer", "urgency", "brand", "safety", "service"]
ApprovalMode = Literal["auto", "required"]


# --- blobs and the run's identity -------------------------------------------------------------------------------------


class BlobRef(Frozen):
    """One blob; with an ETag, one version of it."""

    container: str
    name: str
    etag: str | None = None
    size: Count | None = None


class RunRequest(Frozen):
    """The body of ``POST /api/runs``.

    ``customers`` names a blob of the ``customers`` container; ``content`` a prefix in the ``content`` container
    (default: all of it); ``config`` overrides parts of the configuration, file by file. ``replay_of`` names a run
    whose configuration and recorded answers are used, so that no service is called.
    """

    customers: Annotated[str, Field(max_length=1024)] = ""
    content: Annotated[str, Field(max_length=1024)] = ""
    config: dict[str, Any] = {}
    run_id: RunId | None = None
    approval: ApprovalMode | None = None
    replay_of: RunId | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.replay_of is None and not self.customers:
            raise ValueError("customers is missing: name a blob of the customers container")
        if self.replay_of is not None and (self.customers or self.content or self.config or self.approval):
            raise ValueError("a replay takes customers, content, config and approval from the run it replays")
        return self


class Manifest(Frozen):
    """``manifest.json``: everything that decides a run's result. Written once, before the run starts."""

    run_id: RunId
    created_at: datetime
    customers: BlobRef
    content: BlobRef = Field(description="the container and name prefix of the content library")
    suppression: tuple[BlobRef, ...] = Field(default=(), description="the suppression lists, each in its version")
    erased: BlobRef | None = Field(default=None, description="the list of erased customers, as long as it was")
    config: RunConfig
    config_digest: Digest
    seed: str
    as_of: date = Field(description="the run's day, on which content must be valid")
    approval: ApprovalMode | None = Field(description="None where nobody said who approves: then nothing is approved")
    replay_of: RunId | None = Field(default=None, description="the run whose recorded answers are all that is used")
    versions: dict[str, str]
    request_digest: Digest


class Failure(Frozen):
    """A systemic fault, in words that are safe to show: why a run ended early."""

    code: str
    message: str


# --- planning and customers -------------------------------------------------------------------------------------------


ListFormat = Literal["csv", "gzip", "parquet"]
"""Of a customer list: CSV as it is, CSV in a gzip archive, or Parquet."""


class Partition(Frozen):
    """Consecutive rows of the list, whole; the header counts as row 1, also where a format has none.

    It begins at ``offset`` and is ``length`` long: in bytes of CSV text, which an archive is unpacked for, or in row
    groups of a Parquet file, counted from 0.
    """

    offset: Count
    length: Count
    first_row: Annotated[int, Field(ge=1)]
    rows: Count


class PartitionPlan(Frozen):
    """``partitions.json``: how the customer list is cut. ``columns`` are their names, in file order."""

    input_digest: Digest
    format: ListFormat = "csv"
    columns: tuple[str, ...]
    partitions: tuple[Partition, ...]


class ExactTotal(Frozen):
    """A sum without rounding error: the total of ``mantissa * 2**exponent`` over the pairs, as decimal text."""

    parts: dict[str, str] = Field(default={}, description="exponent -> integer mantissa")


class FeatureTotals(Frozen):
    """Sufficient statistics of one segment: customers, and per feature how many had it and the exact total."""

    customers: Count = 0
    counts: dict[str, Count] = {}
    totals: dict[str, ExactTotal] = {}


class PartitionStatistics(Frozen):
    """``statistics/part-*.json``: what one partition adds to the segments' summaries, by segment name.

    ``sums/statistics-*.json``: what a range of them adds.
    """

    input_digest: Digest
    read: Count
    accepted: Count
    rejected: Count
    suppressed: Count = 0
    reasons: dict[str, Count] = Field(description="rejection reason -> rows")
    suppression_reasons: dict[str, Count] = Field(default={}, description="suppression reason -> rows")
    formula_like_ids: Count = Field(default=0, description="accepted ids a spreadsheet would run as a formula")
    segments: dict[str, FeatureTotals]


class ClusterModel(Frozen):
    """``clusters.json``: a fitted k-means, in the scaled log feature space, with the name of each cluster."""

    input_digest: Digest
    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    centres: tuple[tuple[float, ...], ...]
    names: tuple[str, ...]
    silhouette: float | None
    silhouette_by_k: dict[str, float]
    sample_size: Count


class SegmentFeatures(Frozen):
    """Means over a segment's customers; None where no customer had the column."""

    avg_purchase_frequency: float
    avg_order_value: float
    avg_last_engagement_days: float
    engagement_score: Probability = Field(description="mean of 0.5 ** (last_engagement_days / half-life)")
    avg_age: float | None = None
    avg_historical_open_rate: Probability | None = None
    avg_historical_click_rate: Probability | None = None


class Segment(Frozen):
    """One segment of a run; ``share`` is of the accepted customers."""

    segment_id: Slug
    name: str
    size: Annotated[int, Field(ge=1)]
    share: Probability
    features: SegmentFeatures
    confidence: Probability | None = Field(default=None, description="mean confidence; k-means only")
    explanation: str = Field(default="", description="the rule that fired, or what sets the cluster apart")


class CustomerCounts(Frozen):
    """Rows of the list: those read are accepted, rejected or suppressed, each once."""

    read: Count
    accepted: Count
    rejected: Count
    suppressed: Count = 0


class SegmentsDocument(Frozen):
    """``segments.json``."""

    input_digest: Digest
    method: Literal["rules", "kmeans"]
    customers: CustomerCounts
    reject_reasons: dict[str, Count]
    suppression_reasons: dict[str, Count] = {}
    formula_like_ids: Count = Field(description="accepted ids a spreadsheet would run as a formula")
    segments: tuple[Segment, ...]


# --- content and retrieval --------------------------------------------------------------------------------------------


class ContentDocument(Frozen):
    """An approved document: the index schema, its lifecycle, and ``version``, the hash of title and content."""

    document_id: Annotated[str, Field(min_length=1, max_length=200)]
    title: Annotated[str, Field(min_length=1, max_length=300)]
    category: str
    content: Annotated[str, Field(min_length=1)]
    audience: str = ""
    keywords: tuple[str, ...] = ()
    approval_date: date
    source_url: str = ""
    effective_date: date | None = None
    expiry_date: date | None = None
    region: str = ""
    channel: str = ""
    version: Digest


class LeftOut(Frozen):
    """A document, or a part of a file, that the run does not use, and why."""

    source: str = Field(description="blob name, with line or position where one file holds several documents")
    document_id: str | None
    title: str = Field(default="", description="where the document could be read")
    reason: str


class ContentLibrary(Frozen):
    """``content.json``: the documents a run may cite, as they were when it started."""

    input_digest: Digest
    as_of: date
    documents: tuple[ContentDocument, ...]
    left_out: tuple[LeftOut, ...]
    notices: tuple[str, ...] = Field(default=(), description="what a reader should know of the documents")


class Passage(Frozen):
    """A retrieved excerpt: at most 200 words, whole sentences, from one paragraph of one version of a document."""

    document_id: str
    version: Digest
    title: str
    category: str
    section: str = Field(description="the heading that stands for the paragraph, or 'Paragraph N' counted from 1")
    snippet: str
    relevance_score: float = Field(ge=0.0)
    paragraph_index: Count


ServiceName = Literal["search", "embeddings", "generation", "safety"]


class ServiceCall(Frozen):
    """One call of a service, its retries included: how long it took, how it ended, what it used."""

    service: ServiceName
    outcome: str = Field(description="'ok', or the code of the fault")
    milliseconds: float = Field(ge=0)
    attempts: Count = Field(default=1, description="requests on the wire; 0 where nothing was sent")
    prompt_tokens: Count = 0
    cached_tokens: Count = Field(default=0, description="the part of prompt_tokens that the service had cached")
    completion_tokens: Count = 0
    cost_usd: float = Field(default=0.0, ge=0.0)


class SearchQuery(Frozen):
    """Words to look for, those that count more, and how many documents are wanted."""

    text: str
    boosts: dict[str, float] = Field(default={}, description="term -> factor above 1")
    audiences: tuple[str, ...] = Field(default=(), description="audiences that fit, best first; not required")
    region: str = Field(default="", description="documents of this region or of none; empty: any")
    as_of: date | None = Field(default=None, description="the day on which the documents must be valid")
    top_k: int = Field(default=5, ge=1, le=50)


class SearchHit(Frozen):
    document_id: str
    score: float = Field(ge=0.0)


class SearchAnswer(Frozen):
    """What an index found; ``notice`` says what a reader should know, for example that ranking was partial."""

    provider: str
    hits: tuple[SearchHit, ...]
    notice: str = ""


class IndexOutcome(Frozen):
    """What bringing an index up to date did: documents by what became of them; ``failed`` maps id to reason."""

    uploaded: Count
    unchanged: Count
    removed: Count
    failed: dict[str, str] = {}


class IndexDocument(Frozen):
    """``index.json``: how the search index was brought up to date with the library; ``error`` when it was not."""

    input_digest: Digest
    provider: str
    outcome: IndexOutcome | None
    error: str = ""
    calls: tuple[ServiceCall, ...] = ()


class RetrievalDocument(Frozen):
    """``retrieval/{segment}.json``."""

    input_digest: Digest
    segment_id: Slug
    provider: str
    query: str
    results: tuple[Passage, ...]
    error: str = Field(default="", description="why there are no results, when the search failed")
    notices: tuple[str, ...] = Field(default=(), description="what a reader should know of these results")
    calls: tuple[ServiceCall, ...] = ()


# --- generation -------------------------------------------------------------------------------------------------------


class Message(Frozen):
    """An e-mail's copy. ``body`` holds its citations inline as ``[Source: Title, Section]``."""

    subject: str
    preheader: str = ""
    body: str
    call_to_action: str = ""


class Citation(Frozen):
    """A citation that resolved to a passage of the library."""

    document_id: str
    version: Digest
    title: str
    section: str
    paragraph_index: Count


class Finding(Frozen):
    """One reason why a variant may not be sent."""

    check: Check
    detail: str


class Claim(Frozen):
    """A statement of the body, the citation it stands on, and the words of the source that support it."""

    statement: str
    citation: str = Field(description="as it stands in the body: [Source: Title, Section]")
    quote: str


class SupportedClaim(Frozen):
    """A statement of the body, and the span of one version of a document that supports it.

    ``quote`` is ``text[start:end]`` of the paragraph as plain text. ``overlap`` is the share of the statement's telling
    words that the span holds; 1 for an exact quotation.
    """

    statement: str
    document_id: str
    version: Digest
    title: str
    section: str
    paragraph_index: Count
    start: Count
    end: Count
    quote: str
    exact: bool = Field(description="whether the statement stands word for word in the span")
    overlap: Probability


class Draft(Frozen):
    """What a model answers in structured form."""

    subject: str
    preheader: str
    body: str
    call_to_action: str
    claims: tuple[Claim, ...]


class ModelParameters(Frozen):
    """How a model is asked; None leaves a parameter out of the request."""

    max_tokens: int
    temperature: float | None
    top_p: float | None


class EarlierDraft(Frozen):
    """A first answer that broke rules, and which: what the one repair attempt starts from."""

    text: str
    findings: tuple[Finding, ...]


class ModelRequest(Frozen):
    """What a chat model is asked: the prompt, and the material it was built from (used by the embedded writer)."""

    system: str
    user: str
    parameters: ModelParameters
    earlier: EarlierDraft | None = None
    segment: Segment
    tone: Tone
    passages: tuple[Passage, ...]
    limits: MessageLimits
    signature: str
    seed: str
    as_of: date = Field(description="the run's day: what ended before it is not told")


class ModelAnswer(Frozen):
    """What came back. ``text`` is a ``Draft`` as JSON, or text in the prompt's output format.

    With a ``finish_reason`` other than ``stop``, ``text`` is what there is of it, and ``detail`` says why in words
    that are safe to show.
    """

    provider: str
    model: str
    text: str
    format: Literal["json", "text"] = "text"
    finish_reason: Literal["stop", "length", "refusal", "content_filter"]
    detail: str = ""
    prompt_tokens: Count = 0
    cached_tokens: Count = 0
    completion_tokens: Count = 0


class StoredAnswer(Frozen, Generic[AnswerT]):
    """``answers/{service}-{key}.json``: what a service answered to one question, kept before it is used.

    ``calls`` are those that this run made for it; none when the answer came from another run.
    """

    key: Digest
    stored_at: datetime
    answer: AnswerT
    calls: tuple[ServiceCall, ...]


class Variant(Frozen):
    """``variants/{variant_id}.json``: one generated message, or the reason why there is none; or a revision of it."""

    input_digest: Digest
    variant_id: Slug
    segment_id: Slug
    segment: str
    tone: Tone
    subject: str
    preheader: str
    body: str
    call_to_action: str
    content_hash: Digest = Field(description="of subject, preheader, body and call to action: what an approval binds")
    citations: tuple[Citation, ...]
    claims: tuple[SupportedClaim, ...] = ()
    findings: tuple[Finding, ...] = Field(description="failed checks; any finding blocks the variant")
    notices: tuple[str, ...] = Field(default=(), description="what a reader should know; does not block")
    tone_lowered: str = Field(default="", description="why an urgent message is written without urgency, when it is")
    repaired: bool = Field(default=False, description="whether this is the second draft")
    revision: Count = Field(default=0, description="how often a person edited it")
    authors: tuple[Key, ...] = Field(default=(), description="who edited it, the first one first; none may approve it")
    answers_reused: Count = Field(default=0, description="answers of an earlier run that were used again")
    provider: str
    model: str
    generated_at: datetime
    tokens_used: Count = Field(description="by the answers it was made from, whoever paid for them")
    cost_usd: float = Field(ge=0.0, description="what this run paid; an answer from the store costs nothing")
    calls: tuple[ServiceCall, ...] = ()


# --- safety, audit, approval ------------------------------------------------------------------------------------------


class SafetyScores(Frozen):
    """Severities by category; None where the checker did not vouch for one, which blocks."""

    provider: str
    hate: Severity | None
    violence: Severity | None
    self_harm: Severity | None
    sexual: Severity | None
    blocklist_matches: tuple[str, ...] = Field(default=(), description="names of the lists that matched; each blocks")
    error: str = Field(default="", description="why a severity is missing, when one is")


class Verdict(Frozen):
    """``verdicts/{variant_id}.json``: the decision on exactly the text with ``content_hash``."""

    input_digest: Digest
    variant_id: Slug
    segment_id: Slug
    segment: str
    content_hash: Digest
    status: Literal["pass", "block"]
    hate_severity: Severity | None
    violence_severity: Severity | None
    self_harm_severity: Severity | None
    sexual_severity: Severity | None
    block_reason: str
    blocked_by: tuple[
        SafetyCategory | Literal["format", "citation", "offer", "urgency", "brand", "safety", "service"], ...
    ]
    provider: str
    checked_at: datetime
    calls: tuple[ServiceCall, ...] = ()


class Revision(Frozen):
    """``revisions/{variant_id}/{revision}.json``: a person's edit of a variant, checked and screened before it is kept.

    One file holds text and verdict, so neither is ever there without the other.
    """

    revision: Annotated[int, Field(ge=1)]
    based_on: Digest = Field(description="content hash of the text that was edited")
    edited_by: Key
    edited_at: datetime
    variant: Variant
    verdict: Verdict


class AuditEntry(Frozen):
    """One line of ``audit/{run_id}.jsonl``; ``hash`` covers every other field, ``previous`` is the line before."""

    sequence: Count
    key: Key = Field(description="what this entry records; unique in a chain, so that a redelivery adds nothing")
    timestamp: datetime
    event: str
    data: dict[str, Any]
    previous: Digest
    hash: Digest


class ApprovalDecision(Frozen):
    """``approvals/{variant_id}/{revision}.json``: a person's decision on exactly the text with ``content_hash``."""

    variant_id: Slug
    revision: Count = 0
    content_hash: Digest
    decision: Literal["approve", "reject"]
    decided_by: Key
    decided_at: datetime
    note: str = Field(default="", max_length=1000)


class Approval(Frozen):
    """How one variant stands: only ``approved`` ones are assigned to customers."""

    variant_id: Slug
    revision: Count = 0
    content_hash: Digest
    status: Literal["approved", "rejected", "blocked", "timed_out", "denied"]
    decided_by: str


class Gate(Frozen):
    """``gate.json``: from here on no decision and no edit counts any more."""

    closed_at: datetime


class ApprovalsDocument(Frozen):
    """``approvals.json``: the state of every variant when the approval gate closed, and which revision that was."""

    input_digest: Digest
    mode: ApprovalMode | None
    approvals: tuple[Approval, ...]


# --- recalls ----------------------------------------------------------------------------------------------------------


class RecallRequest(Frozen):
    """The body of ``POST /api/recalls``."""

    document_id: Key
    reason: str = Field(default="", max_length=500)


class Recall(RecallRequest):
    """``recalls/{digest}.json``: a document that no message may cite any more, from ``recalled_at`` on."""

    recalled_by: Key
    recalled_at: datetime


class RecalledVariant(Frozen):
    """A message that cites a recalled document, and what that means for it."""

    run_id: str
    variant_id: Slug
    tone: Tone
    segment: str
    state: Literal["blocked now", "approved, in use", "was blocked", "was rejected"] = Field(
        description="blocked now: by the recall, since nobody had approved it yet; was: before the recall"
    )


class RecallProblem(Frozen):
    """A run of which not everything could be read or recorded, and why."""

    run_id: str
    reason: str


class RecallReport(Frozen):
    """A recall and every message that cites the document, by run and variant."""

    recall: Recall
    known: bool = Field(description="whether the content library or any run has a document of that id")
    variants: tuple[RecalledVariant, ...]
    problems: tuple[RecallProblem, ...]


class RecallList(Frozen):
    """Every recall, ordered by document id."""

    recalls: tuple[Recall, ...]


# --- metrics, report and result ---------------------------------------------------------------------------------------


class Estimate(Frozen):
    """Before a run, at most: calls by service, tokens, minutes at the configured concurrency, US dollars."""

    segments: Count
    calls: dict[ServiceName, Count]
    prompt_tokens: Count
    completion_tokens: Count
    minutes: float
    cost_usd: float
    max_cost_usd: float | None


class VariantCounts(Frozen):
    generated: Count
    approved: Count
    blocked: Count


class LatencySummary(Frozen):
    """The calls of one service in this run: milliseconds per call, retries included, and how many failed."""

    calls: Count
    errors: Count
    error_rate: Probability | None
    attempts: Count
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class MetricsDocument(Frozen):
    """``metrics.json``: what the run did and what it cost, up to the report."""

    input_digest: Digest
    seconds: dict[str, float] = Field(description="step -> wall-clock seconds")
    customers: CustomerCounts
    variants: VariantCounts
    pass_rate: Probability | None
    blocked_by: dict[str, Count] = Field(description="check or category -> variants it blocked")
    block_reasons: dict[str, Count]
    tokens: Count
    prompt_tokens: Count
    cached_tokens: Count
    completion_tokens: Count
    cost_usd: float
    estimate: Estimate
    answers_reused: Count = Field(description="answers of an earlier run, used again")
    services: dict[str, LatencySummary]


class TrackedRun(Frozen):
    """What a tracking server is told of one run: figures, settings and the run's own reports; nothing of a customer.

    ``key`` tells the run from another of the same id. Names are words joined by slashes.
    """

    run_id: RunId
    key: Digest
    started_at: datetime
    note: str = Field(description="what must be known of the figures before they are read")
    parameters: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]
    files: dict[str, bytes] = Field(description="file name -> content")


class TrackingDocument(Frozen):
    """``tracking.json``: where the run was tracked; ``error`` where it was not."""

    input_digest: Digest
    tracker: str
    tracking_id: str | None = Field(description="the run's id on the tracking server")
    error: str = ""


class DecisionRequest(Frozen):
    """One decision in the body of ``POST /api/runs/{id}/approval``."""

    variant_id: Slug
    content_hash: Digest
    decision: Literal["approve", "reject"]
    note: str = Field(default="", max_length=1000)


class DecisionsRequest(Frozen):
    """The body of ``POST /api/runs/{id}/approval``."""

    decisions: Annotated[tuple[DecisionRequest, ...], Field(min_length=1, max_length=500)]


class DecisionsReply(Frozen):
    """The decisions that were recorded."""

    run_id: RunId
    recorded: tuple[Slug, ...]


class EditRequest(Frozen):
    """The body of ``PUT /api/runs/{id}/variants/{variant_id}``: the whole text, and the hash of the one it replaces."""

    content_hash: Digest
    subject: Annotated[str, Field(max_length=1000)]
    preheader: Annotated[str, Field(max_length=1000)] = ""
    body: Annotated[str, Field(max_length=20_000)]
    call_to_action: Annotated[str, Field(max_length=1000)] = ""


class SegmentSize(Frozen):
    segment: str
    size: Count


class ReportFiles(Frozen):
    """Where the reports are: blob names in the runs container."""

    html: str
    pdf: str
    ipynb: str


class ResultDocument(Frozen):
    """What ``run --json`` prints: ``result.json`` of a run that ended, ``failure.json`` of the last try that did not.

    ``experiment``, ``report`` and ``audit`` are None where the run ended before they existed.
    """

    run_id: RunId
    status: FinalState
    customers: CustomerCounts
    segments: tuple[SegmentSize, ...]
    variants: VariantCounts
    cost_usd: float
    experiment: dict[str, Any] | None
    report: ReportFiles | None
    audit: str | None = Field(description="blob name of the audit chain, in the audit container")
    seconds: dict[str, float]
    warnings: tuple[str, ...] = ()
    error: Failure | None = None


class StepProgress(Frozen):
    """How far the present step is; 0 of 0 where a step has no parts."""

    done: Count
    total: Count


class RunSummary(Frozen):
    """One run as lists show it. ``counts`` grow as the run goes on; ``links`` lead to everything about it."""

    run_id: RunId
    state: State
    created_at: datetime | None = Field(description="None where the run's manifest cannot be read")
    progress: StepProgress
    counts: dict[str, Count]
    cost_usd: float | None
    error: Failure | None
    links: dict[str, str]


class RunStatus(RunSummary):
    """One run, with its result document once it has ended."""

    result: ResultDocument | None


class RunList(Frozen):
    """A page of runs, ordered by id; ``next`` is the address of the following page."""

    runs: tuple[RunSummary, ...]
    next: str | None


class RunAccepted(Frozen):
    """The reply to a start or a cancellation; ``estimate`` is what a started run may take at most."""

    run_id: RunId
    state: State
    links: dict[str, str]
    estimate: Estimate | None = None


class VariantView(Variant):
    """A variant with what was decided about it so far: by the screen, by a person, and when the gate closed."""

    verdict: Verdict | None
    decision: ApprovalDecision | None
    approval: Approval | None


class VariantList(Frozen):
    """The variants of one run, ordered by id."""

    run_id: RunId
    variants: tuple[VariantView, ...]


class ErasureRequest(Frozen):
    """The body of ``POST /api/erasures``: whom to erase, exactly as the lists write the id."""

    customer_id: Annotated[str, Field(min_length=1, max_length=200)]


class ErasureReport(Frozen):
    """What an erasure did. ``pending`` are runs that have not ended: erase again when they have."""

    rows: Count
    files: dict[str, Count] = Field(description="container/name -> rows that were taken out of it")
    pending: tuple[RunId, ...]
    unreadable: tuple[str, ...] = Field(description="what may hold the customer and could not be read as a list")


class PurgeReport(Frozen):
    """The runs that were purged, and how many files went."""

    runs: tuple[RunId, ...]
    files: Count


class HealthReport(Frozen):
    """``ok`` when every dependency is; each says ``ok`` or what is wrong with it."""

    status: Literal["ok", "unavailable"]
    dependencies: dict[str, str]


class Seal(Frozen):
    """``seal.json``: written last, once. Anchors the audit chain and every file of the run."""

    run_id: RunId
    sealed_at: datetime
    audit_head: Digest
    audit_length: Count
    files: dict[str, Digest] = Field(description="name below the run's folder, or audit/{run_id}.csv -> sha256")
    public_key: str | None = Field(default=None, description="Ed25519, base64 of 32 bytes; None where nobody signed")
    signature: str | None = Field(
        default=None, description="base64 of 64 bytes, over the canonical JSON of all other fields"
    )


# --- activity inputs and outputs --------------------------------------------------------------------------------------

PARTITIONS_PER_RANGE = 20


class RunRef(Frozen):
    run_id: RunId


class PartitionRef(Frozen):
    run_id: RunId
    partition: Count


class PartitionRange(Frozen):
    """The partitions from ``first`` up to, but not including, ``end``: what one sub-orchestration works through."""

    run_id: RunId
    first: Count
    end: Count


class PartitionWork(Frozen):
    """A range of partitions, the activity that each goes through, and the one that then adds up their results."""

    activity: str
    then: str
    partitions: PartitionRange


def partition_ranges(run_id: str, partitions: int) -> list[PartitionRange]:
    """All partitions of a run in ranges of ``PARTITIONS_PER_RANGE``, in order."""
    starts = range(0, partitions, PARTITIONS_PER_RANGE)
    return [
        PartitionRange(run_id=run_id, first=start, end=min(start + PARTITIONS_PER_RANGE, partitions))
        for start in starts
    ]


class SegmentRef(Frozen):
    run_id: RunId
    segment_id: Slug


class VariantRef(Frozen):
    run_id: RunId
    segment_id: Slug
    tone: Tone


class StepTimes(Frozen):
    """What the orchestration measured on its own clock: step -> seconds."""

    run_id: RunId
    seconds: dict[str, float]


class CloseRequest(Frozen):
    run_id: RunId
    seconds: dict[str, float]
    failure: Failure | None = None


class PlanSummary(Frozen):
    partitions: Count
    rows: Count
    fit: bool = Field(description="whether a clustering has to be fitted first")
    approval: ApprovalMode | None
    approval_timeout_hours: float


class ContentSummary(Frozen):
    documents: Count
    left_out: Count


class FitSummary(Frozen):
    clusters: Count


class PartitionSummary(Frozen):
    read: Count
    accepted: Count
    rejected: Count
    suppressed: Count


class SegmentsSummary(Frozen):
    customers: CustomerCounts
    segment_ids: tuple[Slug, ...]


class RetrievalSummary(Frozen):
    segment_id: Slug
    passages: Count


class VariantSummary(Frozen):
    variant_id: Slug
    findings: Count
    cost_usd: float


class VerdictSummary(Frozen):
    variant_id: Slug
    status: Literal["pass", "block"]


class AuditSummary(Frozen):
    entries: Count
    head: Digest


class ApprovalProgress(Frozen):
    waiting: Count = Field(description="variants that passed every check and have no decision yet")
    decided: Count


class ApprovalSummary(Frozen):
    approved: Count
    not_approved: Count


class ExperimentPlanSummary(Frozen):
    arms: Count
    customers: Count


class AssignmentSummary(Frozen):
    assigned: Count


class MetricsSummary(Frozen):
    cost_usd: float
    tokens: Count


class TrackingSummary(Frozen):
    tracked: bool


class AnalysisSummary(Frozen):
    comparisons: Count
    significant: Count


class CloseSummary(Frozen):
    run_id: RunId
    status: FinalState
    error: Failure | None = None


class Ending(Frozen):
    """``ending.json``: how the run ends, decided once. Cancelled, no step begins; closed, it cannot be cancelled."""

    run_id: RunId
    outcome: Literal["closed", "cancelled"]
    decided_at: datetime


class Progress(Frozen):
    """The orchestration's custom status: where the run is, and how far."""

    state: State
    done: Count = 0
    total: Count = 0
    counts: dict[str, Count] = {}
