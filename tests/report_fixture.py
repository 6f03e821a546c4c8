"""Synthetic documents of a finished run, seeded: what a report is made from, in ordinary and in awkward shapes."""

import hashlib
import math
import random
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shared.contracts import (
    Approval,
    ApprovalsDocument,
    AuditSummary,
    BlobRef,
    Citation,
    ContentDocument,
    ContentLibrary,
    CustomerCounts,
    Estimate,
    Finding,
    LatencySummary,
    LeftOut,
    Manifest,
    Message,
    MetricsDocument,
    Passage,
    RetrievalDocument,
    Segment,
    SegmentFeatures,
    SegmentsDocument,
    ServiceCall,
    Variant,
    VariantCounts,
    Verdict,
)
from shared.domain.analysis import analyse
from shared.domain.digests import digest, message_hash
from shared.domain.estimate import estimate_run
from shared.domain.report_model import RunDocuments
from shared.experiment_contracts import (
    Arm,
    ArmCounts,
    ExperimentDocument,
    PlanDocument,
    PowerNote,
    SegmentPlan,
)
from shared.run_config import (
    TONES,
    AzureConfig,
    BrandConfig,
    ControlMessage,
    ExperimentConfig,
    Metric,
    RunConfig,
    SafetyConfig,
    SegmentationConfig,
)

RUN_ID = "spring-2026.04"
CREATED = datetime(2026, 4, 7, 9, 30, tzinfo=UTC)
METRICS: tuple[Metric, ...] = ("click_rate", "open_rate", "conversion_rate")
_NAMES = (
    "High-Value Recent",
    "At-Risk",
    "New Customer",
    "Standard",
    "Weekend browsers",
    "Gift buyers",
    "Lapsed Gold",
    "Frequent small baskets",
    "Big-ticket occasional",
    "Sale seekers",
    "Loyal Silver",
    "Recently returned",
)
HOSTILE_NAMES = (
    "<b>Bold</b> & <script>alert(1)</script>",
    "優良顧客（東京・大阪）",
    "عملاء مميزون",
    "🎁 Gift \U0001f468\u200d\U0001f469\u200d\U0001f467 buyers $x^2$ {{7*7}}",
    "Długa_nazwa_" + "bez_przerw_" * 16,
    '=HYPERLINK("http://x")\x00\x1b[31m\u202etxt',
)
_SENTENCES = (
    "Members earn double points on every order placed before the end of the month.",
    "Delivery is free on orders above £40, and returns stay free for sixty days.",
    "The new spring collection was designed in our Leeds studio from recycled cotton.",
    "Each piece carries a two-year guarantee that covers seams, zips and dye.",
    "You can choose a delivery slot when you check out, including evenings.",
    "Your points are added the day after we send your parcel.",
    "Our advisers answer within one working day, from Monday to Saturday.",
    "Gift wrapping is done by hand and costs nothing on the first three parcels.",
)


def sha(text: str) -> str:
    """A digest that stands for one of a run."""
    return hashlib.sha256(text.encode()).hexdigest()


def config(brand: str = "Harbour & Finch") -> RunConfig:
    """A whole configuration with the defaults and three rules."""
    return RunConfig(
        azure_config=AzureConfig(),
        safety_thresholds=SafetyConfig(),
        experiment_config=ExperimentConfig(),
        segmentation=SegmentationConfig.model_validate(
            {
                "rules": [
                    {
                        "segment": "High-Value Recent",
                        "when": {"avg_order_value": {"above": 200}, "last_engagement_days": {"below": 30}},
                    },
                    {
                        "segment": "At-Risk",
                        "when": {"purchase_frequency": {"above": 6}, "last_engagement_days": {"above": 30}},
                    },
                    {"segment": "New Customer", "when": {"purchase_frequency": {"below": 3}}},
                ]
            }
        ),
        brand=BrandConfig(
            name=brand,
            signature=f"The {brand} team",
            control_message=ControlMessage(
                subject="News from our spring collection",
                preheader="See what is new this month",
                body="Hello,\n\nOur spring collection is here. Have a look at what is new in the shop this month.\n\n"
                f"The {brand} team",
                call_to_action="See the collection",
            ),
        ),
        prompts=dict.fromkeys(TONES, "{segment_name}\n{segment_features}\n{retrieved_snippets}\n{tone}"),
    )


def documents(
    *,
    seed: int = 7,
    segments: int = 4,
    customers: int = 4334,
    names: tuple[str, ...] = _NAMES,
    uplift: float = 0.25,
    source: str = "simulated",
    approved: bool = True,
    mismatch: bool = False,
    method: str = "rules",
    approval: str = "auto",
) -> RunDocuments:
    """One run's documents; every figure follows from the arguments.

    ``uplift`` is the treatments' relative effect, ``approved=False`` blocks every variant, ``mismatch`` reports a
    sample-ratio mismatch.
    """
    rng = random.Random(seed)
    segment_list = _segments(rng, names[:segments], customers, method)
    library = _library(rng, hostile=names is HOSTILE_NAMES)
    retrievals = tuple(_retrieval(rng, segment, library) for segment in segment_list)
    variants = tuple(
        _variant(rng, segment, tone, retrieval, approved=approved)
        for segment, retrieval in zip(segment_list, retrievals, strict=True)
        for tone in TONES
    )
    verdicts = tuple(_verdict(rng, variant) for variant in variants)
    approvals = tuple(_approval(variant, approval) for variant in variants)
    passed = {item.variant_id for item in approvals if item.status == "approved"}
    plan = _plan(segment_list, [variant for variant in variants if variant.variant_id in passed], source)
    experiment = _experiment(rng, plan, uplift, mismatch=mismatch)
    counts = CustomerCounts(
        read=customers + 49 if customers else 0,
        accepted=customers,
        rejected=37 if customers else 0,
        suppressed=12 if customers else 0,
    )
    blocked = [variant for variant in variants if variant.findings]
    return RunDocuments(
        manifest=_manifest(),
        segments=SegmentsDocument(
            input_digest=sha("segments"),
            method=method,
            customers=counts,
            reject_reasons={"last_engagement_days is negative": 21, "customer_id is empty": 16} if customers else {},
            suppression_reasons={"no consent": 12} if customers else {},
            formula_like_ids=2 if customers else 0,
            segments=tuple(segment_list),
        ),
        library=library,
        retrievals=retrievals,
        variants=variants,
        verdicts=verdicts,
        approvals=ApprovalsDocument(input_digest=sha("approvals"), mode=approval, approvals=approvals),
        plan=plan,
        experiment=experiment,
        metrics=_metrics(counts, variants, blocked, len(passed)),
        audit=AuditSummary(entries=3 + 2 * len(variants), head=sha("audit")),
    )


def write_run(folder: Path, run: RunDocuments) -> None:
    """The run's files as they lie below ``runs/{run_id}/``, assignments included."""
    files = {
        "manifest.json": run.manifest,
        "segments.json": run.segments,
        "content.json": run.library,
        "approvals.json": run.approvals,
        "plan.json": run.plan,
        "experiment.json": run.experiment,
        "metrics.json": run.metrics,
        **{f"variants/{item.variant_id}.json": item for item in run.variants},
        **{f"verdicts/{item.variant_id}.json": item for item in run.verdicts},
        **{f"retrieval/{item.segment_id}.json": item for item in run.retrievals},
    }
    for name, document in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document.model_dump_json(indent=1) + "\n", encoding="utf-8")
    _write_assignments(folder / "assignments", run)
    (folder / "report").mkdir(exist_ok=True)


def _write_assignments(folder: Path, run: RunDocuments) -> None:
    """Two parts with the columns of an assignment file, segments as the dictionary column a category becomes."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "customer_id": f"{segment.segment_id}-{arm.arm}-{index}",
            "segment": segment.segment,
            "arm": arm.arm,
            "variant_id": arm.variant_id,
        }
        for segment in run.plan.segments
        for arm in segment.arms
        for index in range(arm.size)
    ]
    text, names = pa.string(), pa.dictionary(pa.int32(), pa.string())
    columns = pa.schema([("customer_id", text), ("segment", names), ("arm", text), ("variant_id", text)])
    for part in range(2):
        pq.write_table(pa.Table.from_pylist(rows[part::2], schema=columns), folder / f"part-{part:05d}.parquet")


def _segments(rng: random.Random, names: tuple[str, ...], customers: int, method: str) -> list[Segment]:
    if not customers:
        return []
    weights = [rng.uniform(0.5, 3) for _ in names]
    sizes = [max(1, int(customers * weight / sum(weights))) for weight in weights]
    sizes[0] += customers - sum(sizes)
    return [
        Segment(
            segment_id=f"segment-{position}",
            name=name,
            size=size,
            share=size / customers,
            features=SegmentFeatures(
                avg_purchase_frequency=rng.uniform(1, 14),
                avg_order_value=rng.uniform(20, 420),
                avg_last_engagement_days=rng.uniform(3, 200),
                engagement_score=rng.uniform(0.1, 0.9),
                avg_age=rng.uniform(25, 60) if position else None,
                avg_historical_open_rate=0.21 if position == 1 else None,
            ),
            confidence=rng.uniform(0.6, 0.95) if method == "kmeans" else None,
        )
        for position, (name, size) in enumerate(zip(names, sizes, strict=True))
    ]


def _library(rng: random.Random, *, hostile: bool) -> ContentLibrary:
    titles = ["Spring loyalty terms", "Delivery and returns", "Collection guide", "Guarantee", "Gift services"]
    if hostile:
        titles[:3] = ["Terms <i>& conditions</i>", "会員特典のご案内 " * 12, "שירות מתנות"]
    return ContentLibrary(
        input_digest=sha("content"),
        as_of=date(2026, 4, 7),
        documents=tuple(
            ContentDocument(
                document_id=f"DOC-{position:03d}",
                title=title.strip(),
                category="Promotion",
                content=f"# Overview\n\n{' '.join(rng.sample(_SENTENCES, 4))}",
                approval_date=date(2026, 2, 1 + position),
                expiry_date=date(2026, 12, 31) if position % 2 else None,
                source_url="javascript:alert(1)" if hostile and position == 0 else f"https://shop.example/d/{position}",
                version=sha(title),
            )
            for position, title in enumerate(titles)
        ),
        left_out=(
            LeftOut(source="content/old-offers.jsonl, line 3", document_id="DOC-900", reason="expired on 2026-01-31"),
            LeftOut(source="content/notes.txt", document_id=None, reason="not a JSON document"),
        ),
        notices=("DOC-003: holds text that reads like an instruction to a model; it is not quoted",),
    )


def _retrieval(rng: random.Random, segment: Segment, library: ContentLibrary) -> RetrievalDocument:
    return RetrievalDocument(
        input_digest=sha(segment.segment_id),
        segment_id=segment.segment_id,
        provider="embedded: SQLite FTS5",
        query="loyal customers, delivery and returns",
        results=tuple(
            Passage(
                document_id=document.document_id,
                version=document.version,
                title=document.title,
                category=document.category,
                section="Overview",
                snippet=document.content.split("\n\n")[1],
                relevance_score=rng.uniform(1, 9),
                paragraph_index=1,
            )
            for document in rng.sample(list(library.documents), 3)
        ),
        notices=("ranked in part by words alone: the semantic ranker did not answer",)
        if segment.segment_id == "segment-2"
        else (),
        calls=(ServiceCall(service="search", outcome="ok", milliseconds=3.4),),
    )


def _variant(
    rng: random.Random, segment: Segment, tone: str, retrieval: RetrievalDocument, *, approved: bool
) -> Variant:
    cited = retrieval.results[:2]
    name = segment.name.replace("\x00", "")
    lines = [rng.sample(_SENTENCES, 4) for _ in range(3)]
    body = "\n\n".join(
        [
            "Hello,",
            *(
                f"{' '.join(line)} [Source: {passage.title}, {passage.section}]"
                for line, passage in zip(lines, (*cited, cited[0]), strict=True)
            ),
            "The Harbour & Finch team",
        ]
    )
    message = Message(
        subject=f"For {name}: double points this month",
        preheader="Free delivery, free returns and a two-year guarantee",
        body=body,
        call_to_action="See your points",
    )
    stopped = not approved or (segment.segment_id == "segment-1" and tone == "urgent")
    finding = Finding(check="urgency", detail="no cited source gives a deadline for 'this month'")
    return Variant(
        input_digest=sha(f"{segment.segment_id}{tone}"),
        variant_id=f"{segment.segment_id}-{tone}",
        segment_id=segment.segment_id,
        segment=segment.name,
        tone=tone,
        **message.model_dump(),
        content_hash=message_hash(message),
        citations=tuple(
            Citation(
                document_id=passage.document_id,
                version=passage.version,
                title=passage.title,
                section=passage.section,
                paragraph_index=passage.paragraph_index,
            )
            for passage in cited
        ),
        findings=(finding,) if stopped else (),
        provider="embedded: templates",
        model="templates-1",
        notices=("the segment is called like an instruction to a model",) if tone == "friendly" else (),
        repaired=tone == "informational",
        answers_reused=1 if tone == "friendly" else 0,
        generated_at=CREATED,
        tokens_used=rng.randint(400, 900),
        cost_usd=round(rng.uniform(0.001, 0.02), 6),
    )


def _verdict(rng: random.Random, variant: Variant) -> Verdict:
    reason = "; ".join(f"{item.check}: {item.detail}" for item in variant.findings)
    return Verdict(
        input_digest=sha(variant.variant_id),
        variant_id=variant.variant_id,
        segment_id=variant.segment_id,
        segment=variant.segment,
        content_hash=variant.content_hash,
        status="block" if variant.findings else "pass",
        hate_severity=0,
        violence_severity=rng.choice((0, 0, 0, 2)),
        self_harm_severity=0,
        sexual_severity=None if variant.findings else 0,
        block_reason=reason,
        blocked_by=tuple(item.check for item in variant.findings),
        provider="embedded: local screen",
        checked_at=CREATED,
    )


def _approval(variant: Variant, mode: str) -> Approval:
    status = "blocked" if variant.findings else "approved"
    return Approval(
        variant_id=variant.variant_id,
        content_hash=variant.content_hash,
        status=status,
        decided_by="" if variant.findings else "policy" if mode == "auto" else "Ada & Sons <ada@shop.example>",
    )


def _plan(segments: list[Segment], approved: list[Variant], source: str) -> PlanDocument:
    return PlanDocument(
        input_digest=sha("plan"),
        experiment_id=RUN_ID,
        name="spring_loyalty_v1",
        seed=RUN_ID,
        engagement_source=source,
        primary="click_rate",
        secondary=("open_rate", "conversion_rate"),
        test_type="z-test",
        correction="holm",
        alpha=0.05,
        simulation={"baseline_click_rate": 0.05, "expected_uplift": 0.1},
        segments=tuple(_segment_plan(segment, approved) for segment in segments),
        power=_power(segments) if approved else (),
    )


def _power(segments: list[Segment]) -> tuple[PowerNote, ...]:
    arm = sum(segment.size for segment in segments) // 4
    if not arm:
        return ()
    return tuple(
        PowerNote(
            metric=metric,
            baseline_rate=baseline,
            treatment_size=arm,
            control_size=arm,
            detectable_lift_percent=round(280 * math.sqrt(2 * (1 - baseline) / (baseline * arm)), 1),
            expected_lift_percent=10.0,
            size_needed_per_arm=int(2 * (2.8**2) * (1 - baseline) / (baseline * 0.01)),
            note="The expected lift is below what this size can show." if metric == "click_rate" else "",
        )
        for metric, baseline in (("click_rate", 0.05), ("open_rate", 0.25), ("conversion_rate", 0.01))
    )


def _segment_plan(segment: Segment, approved: list[Variant]) -> SegmentPlan:
    mine = [variant for variant in approved if variant.segment_id == segment.segment_id]
    size, rest = divmod(segment.size, 1 + len(mine))
    share = 1 / (1 + len(mine))
    arms = [Arm(arm="control", variant_id="control", tone=None, share=share, size=size + rest, upper_key=1)]
    arms += [
        Arm(
            arm=f"treatment_{1 + TONES.index(variant.tone)}",
            variant_id=variant.variant_id,
            tone=variant.tone,
            share=share,
            size=size,
            upper_key=2 + position,
        )
        for position, variant in enumerate(mine)
    ]
    return SegmentPlan(segment_id=segment.segment_id, segment=segment.name, size=segment.size, arms=tuple(arms))


def _experiment(rng: random.Random, plan: PlanDocument, uplift: float, *, mismatch: bool) -> ExperimentDocument:
    strata = {
        segment.segment_id: {arm.arm: _outcomes(rng, arm, uplift) for arm in segment.arms} for segment in plan.segments
    }
    if mismatch:
        for arms in strata.values():
            sizes = arms["control"].model_dump(include={"n", "opened", "clicked", "converted"})
            arms["control"] = ArmCounts(**{name: count // 2 for name, count in sizes.items()})
    return analyse(plan, strata, plan_digest=digest(plan), input_digest=sha("experiment"), cost_usd=1.5)


def _outcomes(rng: random.Random, arm: Arm, uplift: float) -> ArmCounts:
    lift = 1.0 if arm.arm == "control" else 1 + uplift
    opened = _binomial(rng, arm.size, 0.25 * lift)
    clicked = _binomial(rng, opened, 0.2)
    return ArmCounts(n=arm.size, opened=opened, clicked=clicked, converted=_binomial(rng, clicked, 0.2))


def _binomial(rng: random.Random, n: int, p: float) -> int:
    draw = rng.gauss(n * p, math.sqrt(n * p * (1 - p)))
    return min(n, max(0, round(draw)))


def _manifest() -> Manifest:
    settings = config()
    return Manifest(
        run_id=RUN_ID,
        created_at=CREATED,
        customers=BlobRef(container="customers", name="spring/customers.csv", etag="0x8D", size=812_345),
        content=BlobRef(container="content", name="approved/"),
        config=settings,
        config_digest=digest(settings),
        seed=RUN_ID,
        approval="auto",
        as_of=CREATED.date(),
        versions={"app": "0.1.0", "python": "3.11.2", "numpy": "2.4.6", "scipy": "1.17.1"},
        request_digest=sha("request"),
    )


def _metrics(
    counts: CustomerCounts, variants: tuple[Variant, ...], blocked: list[Variant], approved: int
) -> MetricsDocument:
    tokens = sum(variant.tokens_used for variant in variants)
    return MetricsDocument(
        input_digest=sha("metrics"),
        seconds={"planning": 0.21, "segmenting": 1.93, "personalising": 4.4, "experimenting": 75.0},
        customers=counts,
        variants=VariantCounts(generated=len(variants), approved=approved, blocked=len(blocked)),
        pass_rate=1 - len(blocked) / len(variants) if variants else None,
        blocked_by={"urgency": len(blocked)} if blocked else {},
        block_reasons={"urgency: no cited source gives a deadline for 'this month'": len(blocked)} if blocked else {},
        tokens=tokens,
        prompt_tokens=tokens - 4 * tokens // 10,
        cached_tokens=tokens // 5,
        completion_tokens=4 * tokens // 10,
        cost_usd=sum(variant.cost_usd for variant in variants),
        estimate=_estimate(),
        answers_reused=sum(variant.answers_reused for variant in variants),
        services={
            "generation": _latency(len(variants), errors=1, attempts=len(variants) + 3, p50=812.0, p95=1904.5),
            "search": _latency(4, errors=0, attempts=4, p50=3.4, p95=6.1),
            "safety": _latency(0, errors=0, attempts=0, p50=None, p95=None),
        },
    )


def _estimate() -> Estimate:
    prices = {"input": 2.5, "cached_input": 1.25, "output": 10.0}
    azure = {"providers": {"generation": "azure"}, "azure_openai": {"prices_usd_per_million_tokens": prices}}
    return estimate_run(config().model_copy(update={"azure_config": AzureConfig.model_validate(azure)}))


def _latency(calls: int, *, errors: int, attempts: int, p50: float | None, p95: float | None) -> LatencySummary:
    rate = min(errors, calls) / calls if calls else None
    return LatencySummary(
        calls=calls,
        errors=min(errors, calls),
        error_rate=rate,
        attempts=attempts if calls else 0,
        p50_ms=p50 if calls else None,
        p95_ms=p95 if calls else None,
        p99_ms=p95 if calls else None,
    )
