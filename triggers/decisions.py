"""People's decisions on variants: each holds for exactly the text it names, is made once and is in the audit."""

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import ApprovalDecision, DecisionRequest, Verdict
from shared.errors import BlobExists, Conflict, NotFound
from shared.ports import Services
from shared.run_folder import APPROVALS, RunFolder, decision_file, verdict_file


def record_decisions(run_id: str, decisions: tuple[DecisionRequest, ...], who: str, services: Services) -> None:
    """Keep each decision and enter it in the audit; all are checked before the first is kept."""
    folder = RunFolder(services.blobs, run_id)
    if folder.exists(APPROVALS):
        raise Conflict(f"run {run_id}: the approval gate is closed")
    for decision in decisions:
        _check_decision(folder, decision)
    made = [
        ApprovalDecision(**decision.model_dump(), decided_by=who, decided_at=services.now()) for decision in decisions
    ]
    for decided in made:
        _keep_decision(folder, decided)
    AuditTrail(services.blobs, run_id, services.now).record(
        AuditRecord(
            f"decision:{decided.variant_id}",
            "human_decision",
            decided.model_dump(mode="json", include={"variant_id", "content_hash", "decision", "decided_by"}),
        )
        for decided in made
    )


def _check_decision(folder: RunFolder, decision: DecisionRequest) -> None:
    verdict = folder.find(verdict_file(decision.variant_id), Verdict)
    if verdict is None:
        raise NotFound(f"variant {decision.variant_id} does not exist or is not screened yet")
    if verdict.status != "pass":
        raise Conflict(f"variant {decision.variant_id} is blocked; nobody can approve it")
    if verdict.content_hash != decision.content_hash:
        raise Conflict(f"variant {decision.variant_id}: content_hash is of another text than the one screened")


def _keep_decision(folder: RunFolder, decided: ApprovalDecision) -> None:
    try:
        folder.create(decision_file(decided.variant_id), decided)
    except BlobExists:
        present = folder.read(decision_file(decided.variant_id), ApprovalDecision)
        if present.decision != decided.decision:
            raise Conflict(f"variant {decided.variant_id} was decided before: {present.decision}") from None
