"""Reporting: sums up what the run did, writes the report three ways, and closes and seals the run."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

from shared.answers import NOT_ASKED
from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import (
    ApprovalsDocument,
    AuditSummary,
    BlobRef,
    CloseRequest,
    CloseSummary,
    ContentLibrary,
    CustomerCounts,
    Ending,
    FinalState,
    IndexDocument,
    Manifest,
    MetricsDocument,
    MetricsSummary,
    ReportFiles,
    ResultDocument,
    RunRef,
    Seal,
    SegmentsDocument,
    SegmentSize,
    ServiceCall,
    ServiceName,
    StepTimes,
    TrackingDocument,
    VariantCounts,
    Verdict,
)
from shared.domain.audit import RUN_CLOSED, closing_data, parse_chain
from shared.domain.digests import digest
from shared.domain.recalls import is_withdrawn
from shared.domain.report_words import counted
from shared.domain.revisions import denial
from shared.domain.seals import signed_payload
from shared.errors import BlobExists, Conflict, CostLimitReached, RunCancelled
from shared.experiment_contracts import ExperimentDocument
from shared.ports import BlobStore, SealSigner, Services
from shared.recalls import withdrawn_variants
from shared.run_folder import (
    APPROVALS,
    AUDIT,
    EXPERIMENT,
    FAILURE,
    INDEX,
    LIBRARY,
    METRICS,
    REPORTS,
    RESULT,
    RUNS,
    SEAL,
    SEGMENTS,
    TRACKING,
    RunFolder,
    audit_chain,
    audit_csv,
    encode,
)
from shared.run_report import render_report, report_documents
from shared.telemetry import summarise_latency

from .planning import blob_chunks

Found = TypeVar("Found")
NOTHING_READ = CustomerCounts(read=0, accepted=0, rejected=0)


def summarise_run(request: StepTimes, services: Services) -> MetricsSummary:
    """Write ``metrics.json``: times, counts, rates, cost and latency up to the report."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    input_digest = digest("metrics", manifest.request_digest)
    metrics = run.once(
        METRICS, MetricsDocument, input_digest, lambda: _measure(run, manifest, request.seconds, input_digest)
    )
    return MetricsSummary(cost_usd=metrics.cost_usd, tokens=metrics.tokens)


def write_report(request: RunRef, services: Services) -> ReportFiles:
    """Render the report as HTML, PDF and notebook, and enter their digests in the audit."""
    run = RunFolder(services.blobs, request.run_id)
    documents = report_documents(run, run.read(EXPERIMENT, ExperimentDocument), _audit_summary(services, run.run_id))
    for kind, rendered in render_report(documents):
        run.keep(REPORTS[kind], rendered)
    digests = {kind: hashlib.sha256(run.read_bytes(name)).hexdigest() for kind, name in REPORTS.items()}
    AuditTrail(services.blobs, request.run_id, services.now).record([AuditRecord("report", "report_written", digests)])
    return _report_files(run)


def close_run(request: CloseRequest, services: Services) -> CloseSummary:
    """End the run: ``result.json`` and the seal, or ``failure.json``, after which the same id may be tried again."""
    run = RunFolder(services.blobs, request.run_id)
    if run.exists(SEAL):
        return CloseSummary(run_id=run.run_id, status=run.read(RESULT, ResultDocument).status)
    manifest = run.manifest()
    if request.failure:
        _replace(services, run, FAILURE, _failed_result(run, manifest, request))
        if not run.exists(SEAL):
            return CloseSummary(run_id=run.run_id, status="failed", error=request.failure)
        _discard_failure(services, run)
        return CloseSummary(run_id=run.run_id, status=run.read(RESULT, ResultDocument).status)
    if run.end(Ending(run_id=run.run_id, outcome="closed", decided_at=services.now())).outcome == "cancelled":
        raise RunCancelled(f"run {run.run_id} was cancelled")
    result = run.find(RESULT, ResultDocument) or _result(
        run, request, withdrawn_variants(run.variants(), run, manifest, services)
    )
    run.keep(RESULT, encode(result))
    _discard_failure(services, run)
    _seal(run, services, result.status)
    _discard_failure(services, run)
    return CloseSummary(run_id=run.run_id, status=result.status)


def _measure(run: RunFolder, manifest: Manifest, seconds: dict[str, float], input_digest: str) -> MetricsDocument:
    from shared.domain.estimate import estimate_run

    variants, verdicts = run.variants(), run.verdicts()
    calls = [call for call in run.calls() if call.outcome not in NOT_ASKED]
    blocked = [verdict for verdict in verdicts if verdict.status == "block"]
    return MetricsDocument(
        input_digest=input_digest,
        seconds=seconds,
        customers=_customer_counts(run),
        variants=_variant_counts(run),
        pass_rate=(len(verdicts) - len(blocked)) / len(verdicts) if verdicts else None,
        blocked_by=dict(sorted(Counter(check for verdict in blocked for check in verdict.blocked_by).items())),
        block_reasons=dict(sorted(Counter(verdict.block_reason for verdict in blocked).items())),
        tokens=sum(call.prompt_tokens + call.completion_tokens for call in calls),
        prompt_tokens=sum(call.prompt_tokens for call in calls),
        cached_tokens=sum(call.cached_tokens for call in calls),
        completion_tokens=sum(call.completion_tokens for call in calls),
        cost_usd=sum(call.cost_usd for call in calls),
        estimate=estimate_run(manifest.config),
        answers_reused=sum(variant.answers_reused for variant in variants),
        services={name: summarise_latency(list(group)) for name, group in _by_service(calls).items()},
    )


def _by_service(calls: list[ServiceCall]) -> dict[ServiceName, list[ServiceCall]]:
    groups: dict[ServiceName, list[ServiceCall]] = {"search": [], "generation": [], "safety": []}
    for call in calls:
        groups.setdefault(call.service, []).append(call)
    return groups


def _result(run: RunFolder, request: CloseRequest, withdrawn: Mapping[str, str]) -> ResultDocument:
    """The outcome of a run that came to its end."""
    segments = run.read(SEGMENTS, SegmentsDocument)
    experiment = run.read(EXPERIMENT, ExperimentDocument)
    verdicts = run.verdicts()
    return ResultDocument(
        run_id=run.run_id,
        status=_status(segments, verdicts, experiment),
        customers=segments.customers,
        segments=tuple(SegmentSize(segment=s.name, size=s.size) for s in segments.segments),
        variants=_variant_counts(run),
        cost_usd=run.read(METRICS, MetricsDocument).cost_usd,
        experiment=experiment.model_dump(mode="json"),
        report=_report_files(run),
        audit=audit_chain(run.run_id),
        seconds=request.seconds,
        warnings=_warnings(run, segments, experiment, withdrawn),
    )


def _failed_result(run: RunFolder, manifest: Manifest, request: CloseRequest) -> ResultDocument:
    """What is known of a run that failed: a file that cannot be read may be why, so none is relied on."""
    segments = _if_readable(lambda: run.find(SEGMENTS, SegmentsDocument))
    experiment = _if_readable(lambda: run.find(EXPERIMENT, ExperimentDocument))
    variants = _if_readable(run.variants) or []
    return ResultDocument(
        run_id=manifest.run_id,
        status="failed",
        customers=segments.customers if segments else NOTHING_READ,
        segments=tuple(SegmentSize(segment=s.name, size=s.size) for s in segments.segments) if segments else (),
        variants=_if_readable(lambda: _variant_counts(run)) or VariantCounts(generated=0, approved=0, blocked=0),
        cost_usd=sum(variant.cost_usd for variant in variants),
        experiment=experiment.model_dump(mode="json") if experiment else None,
        report=None,
        audit=None,
        seconds=request.seconds,
        error=request.failure,
    )


def _if_readable(read: Callable[[], Found]) -> Found | None:
    """What ``read`` gives, or None when a file of the run is damaged."""
    try:
        return read()
    except Conflict:
        return None


def _status(segments: SegmentsDocument, verdicts: list[Verdict], experiment: ExperimentDocument) -> FinalState:
    """With errors: rows were rejected, a service did not answer for a variant, or a segment has nothing to send."""
    unanswered = any(
        "service" in verdict.blocked_by or any(call.outcome != "ok" for call in verdict.calls) for verdict in verdicts
    )
    errors = segments.customers.rejected or unanswered or _untreated(experiment)
    return "completed_with_errors" if errors else "completed"


def _untreated(experiment: ExperimentDocument) -> list[str]:
    """Ids of the segments in which every customer gets the control message."""
    return [segment for segment, arms in experiment.strata.items() if set(arms) == {"control"}]


def _warnings(
    run: RunFolder, segments: SegmentsDocument, experiment: ExperimentDocument, withdrawn: Mapping[str, str]
) -> tuple[str, ...]:
    """What a person should know before using the results; ``withdrawn`` are the variants not to be approved today."""
    library = run.read(LIBRARY, ContentLibrary)
    index = run.read(INDEX, IndexDocument)
    unindexed = len(index.outcome.failed) if index.outcome else 0
    stopped = sum(call.outcome == CostLimitReached.code for call in run.calls())
    withheld = sum(bool(variant.notices) for variant in run.variants())
    untreated = _untreated(experiment)
    approvals = run.read(APPROVALS, ApprovalsDocument).approvals
    stopped_at_gate = sum(is_withdrawn(approval) for approval in approvals)
    in_use = sum(approval.status == "approved" and approval.variant_id in withdrawn for approval in approvals)
    denied = denial(approvals)
    tracking = run.find(TRACKING, TrackingDocument)
    notes = {
        denied: denied,
        f"{counted(segments.customers.rejected, 'row')} rejected; rejects/ says where and why": (
            segments.customers.rejected
        ),
        f"{counted(segments.formula_like_ids, 'customer id')} shaped like a spreadsheet formula; "
        "import the assignments as text": segments.formula_like_ids,
        f"{counted(len(library.left_out), 'content document')} left out; content.json says why": library.left_out,
        f"{counted(stopped_at_gate, 'message')} blocked: a cited document was recalled or has expired; "
        "approvals.json says which": stopped_at_gate,
        f"{counted(in_use, 'approved message')} citing a document that was recalled or has expired since": in_use,
        "no content document may be used today, so no variant could be written": not library.documents,
        f"{counted(len(untreated), 'segment')} without an approved variant; "
        "the customers there get the control message": untreated and not denied,
        f"{counted(stopped, 'call')} not made: the run's cost limit was reached": stopped,
        f"{counted(len(library.notices), 'content document')} with text that reads like an instruction to a model; "
        "it is not quoted": library.notices,
        f"{counted(withheld, 'message')} written without something that reads like an instruction to a model; "
        "its notices say what": withheld,
        f"{counted(unindexed, 'document')} not in the search index; index.json says why": unindexed,
        "the search index could not be brought up to date; index.json says why": index.error,
        "the run could not be tracked; tracking.json says why": tracking and tracking.error,
    }
    return tuple(note for note, applies in notes.items() if applies)


def _variant_counts(run: RunFolder) -> VariantCounts:
    closed = run.find(APPROVALS, ApprovalsDocument)
    approvals = closed.approvals if closed else ()
    return VariantCounts(
        generated=sum(bool(variant.body) for variant in run.variants()),
        approved=sum(approval.status == "approved" for approval in approvals),
        blocked=sum(verdict.status == "block" for verdict in run.verdicts()),
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
    """The failure of an earlier try, or of another host, is not part of a run that succeeded."""
    services.blobs.delete(RUNS, run.path(FAILURE))


def _seal(run: RunFolder, services: Services, status: FinalState) -> None:
    """Anchor every file in the chain, then both in the seal. With the seal, written last, the run is over."""
    digests = _file_digests(run, services.blobs)
    closing = AuditRecord("closed", RUN_CLOSED, closing_data(status, digests))
    closed = AuditTrail(services.blobs, run.run_id, services.now).record([closing])
    seal = Seal(
        run_id=run.run_id,
        sealed_at=services.now(),
        audit_head=closed.head,
        audit_length=closed.entries,
        files=digests,
    )
    run.keep(SEAL, encode(_signed(seal, services.signer) if services.signer else seal))


def _signed(seal: Seal, signer: SealSigner) -> Seal:
    named = seal.model_copy(update={"public_key": signer.public_key})
    return named.model_copy(update={"signature": signer.sign(signed_payload(named))})


def _file_digests(run: RunFolder, blobs: BlobStore) -> dict[str, str]:
    """Name below the run's folder -> SHA-256, of every file but the seal, and of the audit's CSV."""
    files = {ref.name.removeprefix(run.path("")): ref for ref in blobs.list(RUNS, run.path(""))}
    for unsealed in (SEAL, FAILURE):
        files.pop(unsealed, None)
    csv = blobs.stat(AUDIT, audit_csv(run.run_id))
    files[f"{AUDIT}/{csv.name}"] = csv
    return {name: _sha256(blobs, ref) for name, ref in files.items()}


def _sha256(blobs: BlobStore, ref: BlobRef) -> str:
    total = hashlib.sha256()
    for chunk in blob_chunks(blobs, ref):
        total.update(chunk)
    return total.hexdigest()
