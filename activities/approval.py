"""Approval: nothing is sent that code blocked, and, where approval is required, nothing that nobody approved."""

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import (
    Approval,
    ApprovalDecision,
    ApprovalProgress,
    ApprovalsDocument,
    ApprovalSummary,
    Manifest,
    RunRef,
    Verdict,
)
from shared.domain.digests import digest
from shared.ports import Services
from shared.recalls import withdrawn_variants
from shared.run_folder import APPROVALS, RunFolder, decision_file


def count_decisions(request: RunRef, services: Services) -> ApprovalProgress:
    """How many variants that passed every check have a decision, and how many wait for one.

    One that cites a withdrawn document is decided: nobody can approve it.
    """
    run = RunFolder(services.blobs, request.run_id)
    withdrawn = withdrawn_variants(run.variants(), run, run.manifest(), services)
    passed = [verdict for verdict in run.verdicts() if verdict.status == "pass"]
    decided = sum(
        verdict.variant_id in withdrawn or run.exists(decision_file(verdict.variant_id)) for verdict in passed
    )
    return ApprovalProgress(waiting=len(passed) - decided, decided=decided)


def close_approvals(request: RunRef, services: Services) -> ApprovalSummary:
    """Write ``approvals.json``: the standing of every variant. What nobody decided in time is denied."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    verdicts = run.verdicts()
    input_digest = digest("approvals", manifest.approval, *[verdict.content_hash for verdict in verdicts])

    def build() -> ApprovalsDocument:
        withdrawn = withdrawn_variants(run.variants(), run, manifest, services)
        approvals = tuple(
            _standing(verdict, manifest, run, withdrawn.get(verdict.variant_id, "")) for verdict in verdicts
        )
        return ApprovalsDocument(input_digest=input_digest, mode=manifest.approval, approvals=approvals)

    closed = run.once(APPROVALS, ApprovalsDocument, input_digest, build)
    trail = AuditTrail(services.blobs, request.run_id, services.now)
    trail.record(
        AuditRecord(f"approval:{approval.variant_id}", "approval_decision", approval.model_dump(mode="json"))
        for approval in closed.approvals
    )
    approved = sum(approval.status == "approved" for approval in closed.approvals)
    return ApprovalSummary(approved=approved, not_approved=len(closed.approvals) - approved)


def _standing(verdict: Verdict, manifest: Manifest, run: RunFolder, withdrawn: str) -> Approval:
    def standing(status: str, decided_by: str) -> Approval:
        return Approval.model_validate(
            {
                "variant_id": verdict.variant_id,
                "content_hash": verdict.content_hash,
                "status": status,
                "decided_by": decided_by,
            }
        )

    if verdict.status == "block":
        return standing("blocked", "policy: a check failed")
    if withdrawn:
        return standing("blocked", withdrawn)
    decision = run.find(decision_file(verdict.variant_id), ApprovalDecision)
    if decision and decision.content_hash == verdict.content_hash:
        return standing("approved" if decision.decision == "approve" else "rejected", decision.decided_by)
    if manifest.approval == "auto":
        return standing("approved", "policy: every check passed")
    return standing("timed_out", "nobody in time")
