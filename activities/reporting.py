"""Reporting: sums up what the run did, writes the report three ways, and closes and seals the run."""

import hashlib
from collections import Counter

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import (
    ApprovalsDocument,
    AuditSummary,
    BlobRef,
    CloseRequest,
    CloseSummary,
    ContentLibrary,
    CustomerCounts,
    ExperimentDocument,
    FinalState,
    LatencySummary,
    Manifest,
    MetricsDocument,
    MetricsSummary,
    PlanDocument,
    ReportFiles,
    ResultDocument,
    RetrievalDocument,
    RunRef,
    Seal,
    SegmentsDocument,
    SegmentSize,
    StepTimes,
    Variant,
    VariantCounts,
    Verdict,
)
from shared.domain.audit import closing_data, parse_chain
from shared.domain.digests import digest
from shared.domain.report_words import counted
from shared.errors import BlobExists
from shared.ports import BlobStore, Services
from shared.run_folder import (
    APPROVALS,
    AUDIT,
    EXPERIMENT,
    FAILURE,
    LIBRARY,
    METRICS,
    PLAN,
    REPORTS,
    RESULT,
    RUNS,
    SEAL,
    SEGMENTS,
    RunFolder,
    audit_chain,
    audit_csv,
    encode,
)
from shared.telemetry import summarise_latency

from .planning import blob_chunks

NOTHING_READ = CustomerCounts(read=0, accepted=0, rejected=0)


def summarise_run(request: StepTimes, services: Services) -> MetricsSummary:
    """Write ``metrics.json``: times, counts, rates, cost and latency up to the report."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    input_digest = digest("metrics", manifest.request_digest)
    metrics = run.once(METRICS, MetricsDocument, input_digest, lambda: _measure(run, request.seconds, input_digest))
    return MetricsSummary(cost_usd=metrics.cost_usd, tokens=metrics.tokens)


def write_report(request: RunRef, services: Services) -> ReportFiles:
    """Render the report as HTML, PDF and notebook, and enter their digests in the audit."""
    from shared.domain.report import build_report
    from shared.domain.report_model import RunDocuments
    from shared.rendering.html import render_html
    from shared.rendering.notebook import render_notebook
    from shared.rendering.pdf import render_pdf

    run = RunFolder(services.blobs, request.run_id)
    documents = RunDocuments(
        manifest=run.manifest(),
        segments=run.read(SEGMENTS, SegmentsDocument),
        library=run.read(LIBRARY, ContentLibrary),
        retrievals=tuple(run.read(name, RetrievalDocument) for name in run.names("retrieval/")),
        variants=tuple(run.variants()),
        verdicts=tuple(run.verdicts()),
        approvals=run.read(APPROVALS, ApprovalsDocument),
        plan=run.read(PLAN, PlanDocument),
        experiment=run.read(EXPERIMENT, ExperimentDocument),
        metrics=run.read(METRICS, MetricsDocument),
        audit=_audit_summary(services, request.run_id),
    )
    model = build_report(documents)
    run.keep(REPORTS["html"], render_html(model))
    run.keep(REPORTS["pdf"], render_pdf(model))
    run.keep(REPORTS["ipynb"], render_notebook(documents))
    digests = {kind: hashlib.sha256(run.read_bytes(name)).hexdigest() for kind, name in REPORTS.items()}
    AuditTrail(services.blobs, request.run_id, services.now).record([AuditRecord("report", "report_written", digests)])
    return _report_files(run)


def close_run(request: CloseRequest, services: Services) -> CloseSummary:
    """End the run: ``result.json`` and the seal, or ``failure.json``, after which the same id may be tried again."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    result = run.find(RESULT, ResultDocument) or _result(run, manifest, request)
    if request.failure:
        _replace(services, run, FAILURE, result)
        return CloseSummary(run_id=run.run_id, status="failed", error=request.failure)
    run.keep(RESULT, encode(result))
    _discard_failure(services, run)
    _seal(run, services, result.status)
    return CloseSummary(run_id=run.run_id, status=result.status)


def _measure(run: RunFolder, seconds: dict[str, float], input_digest: str) -> MetricsDocument:
    variants, verdicts = run.variants(), run.verdicts()
    counts = _variant_counts(run, verdicts)
    blocked = [verdict for verdict in verdicts if verdict.status == "block"]
    return MetricsDocument(
        input_digest=input_digest,
        seconds=seconds,
        customers=_customer_counts(run),
        variants=counts,
        pass_rate=(len(verdicts) - len(blocked)) / len(verdicts) if verdicts else None,
        blocked_by=dict(sorted(Counter(check for verdict in blocked for check in verdict.blocked_by).items())),
        block_reasons=dict(sorted(Counter(verdict.block_reason for verdict in blocked).items())),
        tokens=sum(variant.tokens_used for variant in variants),
        cost_usd=sum(variant.cost_usd for variant in variants),
        services=_latencies(run, variants, verdicts),
    )


def _latencies(run: RunFolder, variants: list[Variant], verdicts: list[Verdict]) -> dict[str, LatencySummary]:
    retrievals = [run.read(name, RetrievalDocument) for name in run.names("retrieval/")]
    calls = {
        "retrieval": [document.service_ms for document in retrievals],
        "generation": [variant.service_ms for variant in variants],
        "safety": [verdict.service_ms for verdict in verdicts],
    }
    return {
        name: summarise_latency([ms for ms in taken if ms is not None], errors=taken.count(None))
        for name, taken in calls.items()
    }


def _result(run: RunFolder, manifest: Manifest, request: CloseRequest) -> ResultDocument:
    """The outcome from what is there; what the run did not come to make is None or empty."""
    segments = run.find(SEGMENTS, SegmentsDocument)
    experiment = run.find(EXPERIMENT, ExperimentDocument)
    verdicts = run.verdicts()
    metrics = run.find(METRICS, MetricsDocument)
    warnings = _warnings(run, segments, experiment)
    return ResultDocument(
        run_id=manifest.run_id,
        status="failed" if request.failure else _status(segments, verdicts, experiment),
        customers=segments.customers if segments else NOTHING_READ,
        segments=tuple(SegmentSize(segment=s.name, size=s.size) for s in segments.segments) if segments else (),
        variants=_variant_counts(run, verdicts),
        cost_usd=metrics.cost_usd if metrics else sum(variant.cost_usd for variant in run.variants()),
        experiment=experiment.model_dump(mode="json") if experiment else None,
        report=None if request.failure else _report_files(run),
        audit=audit_chain(manifest.run_id) if verdicts else None,
        seconds=request.seconds,
        warnings=warnings,
        error=request.failure,
    )


def _status(
    segments: SegmentsDocument | None, verdicts: list[Verdict], experiment: ExperimentDocument | None
) -> FinalState:
    """With errors: rows were rejected, a service did not answer for a variant, or a segment has nothing to send."""
    rejected = segments is not None and segments.customers.rejected > 0
    unanswered = any("service" in verdict.blocked_by or verdict.service_ms is None for verdict in verdicts)
    return "completed_with_errors" if rejected or unanswered or _untreated(experiment) else "completed"


def _untreated(experiment: ExperimentDocument | None) -> list[str]:
    """Ids of the segments in which every customer gets the control message."""
    return [segment for segment, arms in experiment.strata.items() if set(arms) == {"control"}] if experiment else []


def _warnings(
    run: RunFolder, segments: SegmentsDocument | None, experiment: ExperimentDocument | None
) -> tuple[str, ...]:
    """What a person should know before using the results."""
    library = run.find(LIBRARY, ContentLibrary)
    notes = []
    if segments and segments.customers.rejected:
        notes.append(f"{counted(segments.customers.rejected, 'row')} rejected; rejects/ says where and why")
    if segments and segments.formula_like_ids:
        ids = counted(segments.formula_like_ids, "customer id")
        notes.append(f"{ids} shaped like a spreadsheet formula; import the assignments as text")
    if library and library.left_out:
        notes.append(f"{counted(len(library.left_out), 'content document')} left out; content.json says why")
    if library and not library.documents:
        notes.append("no content document may be used today, so no variant could be written")
    untreated = _untreated(experiment)
    if untreated:
        notes.append(
            f"{counted(len(untreated), 'segment')} without an approved variant: the control message goes out there"
        )
    return tuple(notes)


def _variant_counts(run: RunFolder, verdicts: list[Verdict]) -> VariantCounts:
    closed = run.find(APPROVALS, ApprovalsDocument)
    approvals = closed.approvals if closed else ()
    return VariantCounts(
        generated=len(verdicts),
        approved=sum(approval.status == "approved" for approval in approvals),
        blocked=sum(verdict.status == "block" for verdict in verdicts),
    )


def _customer_counts(run: RunFolder) -> CustomerCounts:
    return run.read(SEGMENTS, SegmentsDocument).customers


def _report_files(run: RunFolder) -> ReportFiles:
    return ReportFiles.model_validate({kind: run.path(name) for kind, name in REPORTS.items()})


def _audit_summary(services: Services, run_id: str) -> AuditSummary:
    entries = parse_chain(AuditTrail(services.blobs, run_id, services.now).read())
    return AuditSummary(entries=len(entries), head=entries[-1].hash)


def _replace(services: Services, run: RunFolder, name: str, result: ResultDocument) -> None:
    """Write a file that may be there from an earlier try."""
    try:
        services.blobs.create(RUNS, run.path(name), encode(result))
    except BlobExists:
        services.blobs.replace(services.blobs.stat(RUNS, run.path(name)), encode(result))


def _discard_failure(services: Services, run: RunFolder) -> None:
    """An earlier try's failure is not part of a run that succeeded."""
    services.blobs.delete(RUNS, run.path(FAILURE))


def _seal(run: RunFolder, services: Services, status: FinalState) -> None:
    """Anchor every file in the chain, then both in the seal. With the seal, written last, the run is over."""
    digests = _file_digests(run, services.blobs)
    closing = AuditRecord("closed", "run_closed", closing_data(status, digests))
    closed = AuditTrail(services.blobs, run.run_id, services.now).record([closing])
    seal = Seal(
        run_id=run.run_id,
        sealed_at=services.now(),
        audit_head=closed.head,
        audit_length=closed.entries,
        files=digests,
    )
    run.keep(SEAL, encode(seal))


def _file_digests(run: RunFolder, blobs: BlobStore) -> dict[str, str]:
    """Name below the run's folder -> SHA-256, of every file but the seal, and of the audit's CSV."""
    files = {ref.name.removeprefix(run.path("")): ref for ref in blobs.list(RUNS, run.path(""))}
    files.pop(SEAL, None)
    csv = blobs.stat(AUDIT, audit_csv(run.run_id))
    files[f"{AUDIT}/{csv.name}"] = csv
    return {name: _sha256(blobs, ref) for name, ref in files.items()}


def _sha256(blobs: BlobStore, ref: BlobRef) -> str:
    total = hashlib.sha256()
    for chunk in blob_chunks(blobs, ref):
        total.update(chunk)
    return total.hexdigest()
