"""Approval: nothing is sent that code blocked, and, where approval is required, nothing that nobody approved."""

from shared.audit_trail import AuditRecord, AuditTrail, edit_record
from shared.contracts import ApprovalProgress, ApprovalsDocument, ApprovalSummary, Gate, Manifest, RunRef, Variant
from shared.domain.audit import generate_audit_report
from shared.domain.digests import digest
from shared.domain.revisions import decision_on, is_passed, standing
from shared.errors import BlobExists
from shared.ports import Services
from shared.recalls import withdrawn_variants
from shared.run_folder import APPROVALS, AUDIT, GATE, RunFolder, audit_csv, encode


def count_decisions(request: RunRef, services: Services) -> ApprovalProgress:
    """How many variants that passed every check have a decision, and how many wait for one.

    One that cites a withdrawn document waits for nobody, because nobody can approve it; and no one waits any more once
    the gate has closed, as it has in a run that goes on behind it.
    """
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    passed = [variant for variant, verdict in run.judged() if is_passed(variant, verdict)]
    if run.exists(GATE):
        return ApprovalProgress(waiting=0, decided=len(passed))
    withdrawn = withdrawn_variants(passed, run, manifest, services)
    decided = sum(one.variant_id in withdrawn or _is_decided(one, run) for one in passed)
    return ApprovalProgress(waiting=len(passed) - decided, decided=decided)


def close_approvals(request: RunRef, services: Services) -> ApprovalSummary:
    """Close the gate and write ``approvals.json``: the standing of every variant, as it then is, and the audit's CSV.

    What nobody decided in time is denied. The gate is closed first, so that whoever decides or edits in that moment
    can tell whether it counted.
    """
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    run.keep(GATE, encode(Gate(closed_at=services.now())))
    input_digest = digest("approvals", manifest.approval, *[verdict.content_hash for verdict in run.first_verdicts()])
    closed = run.once(APPROVALS, ApprovalsDocument, input_digest, lambda: _close(run, manifest, services, input_digest))
    AuditTrail(services.blobs, request.run_id, services.now).record(
        [
            *map(edit_record, run.revisions()),
            *(
                AuditRecord(f"approval:{approval.variant_id}", "approval_decision", approval.model_dump(mode="json"))
                for approval in closed.approvals
            ),
        ]
    )
    _keep_csv(run, services)
    approved = sum(approval.status == "approved" for approval in closed.approvals)
    return ApprovalSummary(approved=approved, not_approved=len(closed.approvals) - approved)


def _close(run: RunFolder, manifest: Manifest, services: Services, input_digest: str) -> ApprovalsDocument:
    judged = run.judged()
    withdrawn = withdrawn_variants([one.variant for one in judged], run, manifest, services)
    approvals = tuple(
        standing(
            variant,
            verdict,
            run.decisions(variant.variant_id),
            manifest.approval,
            withdrawn.get(variant.variant_id, ""),
        )
        for variant, verdict in judged
    )
    return ApprovalsDocument(input_digest=input_digest, mode=manifest.approval, approvals=approvals)


def _is_decided(variant: Variant, run: RunFolder) -> bool:
    return decision_on(variant, run.decisions(variant.variant_id)) is not None


def _keep_csv(run: RunFolder, services: Services) -> None:
    try:
        services.blobs.create(AUDIT, audit_csv(run.run_id), generate_audit_report(run.all_verdicts()))
    except BlobExists:
        return  # the same verdicts always make the same file
