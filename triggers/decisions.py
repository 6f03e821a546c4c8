"""People's decisions on variants: each holds for exactly the text it names, is made once and is in the audit."""

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import Approval, ApprovalDecision, ApprovalsDocument, DecisionRequest, Verdict
from shared.errors import BlobExists, Conflict, InputError, NotFound
from shared.ports import Services
from shared.recalls import refuse_withdrawn
from shared.run_folder import APPROVALS, RunFolder, decision_file, verdict_file


def record_decisions(run_id: str, decisions: tuple[DecisionRequest, ...], who: str, services: Services) -> None:
    """Keep the decisions and enter each in the audit. All are checked before the first is kept.

    Raises ``Conflict`` where one cannot hold, also when the gate closed in the same moment without it.
    """
    folder = RunFolder(services.blobs, run_id)
    if folder.exists(APPROVALS):
        raise Conflict(f"run {run_id}: the approval gate is closed")
    if len({decision.variant_id for decision in decisions}) < len(decisions):
        raise InputError("decisions: a variant stands in them twice")
    for decision in decisions:
        _check_decision(folder, decision)
    refuse_withdrawn(folder, [asked.variant_id for asked in decisions if asked.decision == "approve"], services)
    trail = AuditTrail(services.blobs, run_id, services.now)
    kept = [_keep_decision(folder, decision, who, services) for decision in decisions]
    trail.record(
        AuditRecord(
            f"decision:{decided.variant_id}",
            "human_decision",
            decided.model_dump(mode="json", include={"variant_id", "content_hash", "decision", "decided_by"}),
        )
        for decided in kept
    )
    _refuse_late(folder, kept, trail)


def _check_decision(folder: RunFolder, decision: DecisionRequest) -> None:
    verdict = folder.find(verdict_file(decision.variant_id), Verdict)
    if verdict is None:
        raise NotFound(f"variant {decision.variant_id} does not exist or is not screened yet")
    if verdict.status != "pass":
        raise Conflict(f"variant {decision.variant_id} is blocked; nobody can approve it")
    if verdict.content_hash != decision.content_hash:
        raise Conflict(f"variant {decision.variant_id}: content_hash is of another text than the one screened")
    _refuse_change(decision, folder.find(decision_file(decision.variant_id), ApprovalDecision))


def _keep_decision(folder: RunFolder, decision: DecisionRequest, who: str, services: Services) -> ApprovalDecision:
    """The decision that holds: this one, or the same one made before."""
    decided = ApprovalDecision(**decision.model_dump(), decided_by=who, decided_at=services.now())
    try:
        folder.create(decision_file(decided.variant_id), decided)
    except BlobExists:
        present = folder.read(decision_file(decided.variant_id), ApprovalDecision)
        _refuse_change(decision, present)
        return present
    return decided


def _refuse_change(decision: DecisionRequest, present: ApprovalDecision | None) -> None:
    if present and present.decision != decision.decision:
        raise Conflict(f"variant {decision.variant_id} was decided before: {present.decision}")


def _refuse_late(folder: RunFolder, kept: list[ApprovalDecision], trail: AuditTrail) -> None:
    """Tell those whose approvals came as the gate closed, and the audit too, that they did not count."""
    closed = folder.find(APPROVALS, ApprovalsDocument)
    standing = {approval.variant_id: approval for approval in closed.approvals} if closed else {}
    late = [decided.variant_id for decided in kept if _ignored(decided, standing.get(decided.variant_id))]
    if late:
        trail.record(AuditRecord(f"late:{name}", "decision_too_late", {"variant_id": name}) for name in late)
        raise Conflict(f"run {folder.run_id}: the approval gate closed before this decision on {', '.join(late)}")


def _ignored(decided: ApprovalDecision, approval: Approval | None) -> bool:
    return decided.decision == "approve" and approval is not None and approval.status != "approved"
