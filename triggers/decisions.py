"""People's decisions on variants: each holds for exactly the text it names, is made once and is in the audit."""

from typing import NamedTuple

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import ApprovalDecision, DecisionRequest, Manifest, Variant
from shared.domain.callers import FUNCTION_KEY, is_among
from shared.domain.revisions import decision_on, is_passed
from shared.errors import (
    AlreadyDecided,
    BlobExists,
    ContentLapsed,
    GateClosed,
    InputError,
    NoApprovalPolicy,
    NotFound,
    OwnEdit,
    VariantBlocked,
    VariantChanged,
)
from shared.ports import Services
from shared.recalls import withdrawn_variants
from shared.run_folder import RunFolder, decision_file

from .gate import closed_gate, refuse_closed


class _Checked(NamedTuple):
    """A decision that may be made, on the variant as it stands; ``present`` is the same one, made before."""

    asked: DecisionRequest
    variant: Variant
    present: ApprovalDecision | None


def record_decisions(run_id: str, decisions: tuple[DecisionRequest, ...], who: str, services: Services) -> None:
    """Keep the decisions and enter each in the audit. All are checked before the first is kept.

    Raises ``NotFound``, ``OwnEdit`` or a ``Conflict`` where one cannot hold, also when the gate closed in the same
    moment without it.
    """
    folder = RunFolder(services.blobs, run_id)
    refuse_closed(folder)
    if len({decision.variant_id for decision in decisions}) < len(decisions):
        raise InputError("decisions: a variant stands in them twice")
    manifest = folder.manifest()
    checked = [_check(folder, decision, who, manifest, services) for decision in decisions]
    trail = AuditTrail(services.blobs, run_id, services.now)
    kept = [one.present or _keep_decision(folder, one, who, services) for one in checked]
    trail.record(
        AuditRecord(
            f"decision:{decided.variant_id}:{decided.revision}",
            "human_decision",
            decided.model_dump(
                mode="json", include={"variant_id", "revision", "content_hash", "decision", "decided_by"}
            ),
        )
        for decided in kept
    )
    _refuse_late(folder, kept, trail)


def _check(folder: RunFolder, decision: DecisionRequest, who: str, manifest: Manifest, services: Services) -> _Checked:
    variant, verdict = folder.variant(decision.variant_id), folder.verdict(decision.variant_id)
    if variant is None or verdict is None:
        raise NotFound(f"variant {decision.variant_id} does not exist or is not screened yet")
    if variant.content_hash != decision.content_hash:
        raise VariantChanged(
            f"variant {decision.variant_id}: content_hash is of another text than the one that stands; read it again"
        )
    if not is_passed(variant, verdict):
        raise VariantBlocked(f"variant {decision.variant_id} is blocked; nobody can approve it")
    present = decision_on(variant, folder.decisions(variant.variant_id))
    _refuse_change(decision, present)
    if decision.decision == "approve" and present is None:
        _refuse_approval(folder, variant, who, manifest, services)
    return _Checked(decision, variant, present)


def _refuse_approval(folder: RunFolder, variant: Variant, who: str, manifest: Manifest, services: Services) -> None:
    """What keeps this caller from approving, today, a text that passed every check."""
    name = variant.variant_id
    if manifest.approval is None:
        raise NoApprovalPolicy(f"run {folder.run_id} has no approval policy, so nothing in it can be approved")
    if is_among(who, variant.authors):
        raise OwnEdit(f"variant {name}: {_own_edit(who)}")
    withdrawn = withdrawn_variants([variant], folder, manifest, services)
    if withdrawn:
        raise ContentLapsed(f"variant {name} cannot be approved any more: {withdrawn[name]}")


def _own_edit(who: str) -> str:
    if is_among(who, [FUNCTION_KEY]):
        return (
            "it was edited with a function key, and whoever decides with one may be its author; "
            "somebody who is signed in must approve it"
        )
    return "you edited this text, so somebody else must approve it"


def _keep_decision(folder: RunFolder, checked: _Checked, who: str, services: Services) -> ApprovalDecision:
    """The decision that holds: this one, or the same one made in the same moment."""
    decision = checked.asked
    decided = ApprovalDecision(
        **decision.model_dump(), revision=checked.variant.revision, decided_by=who, decided_at=services.now()
    )
    name = decision_file(decided.variant_id, decided.revision)
    try:
        folder.create(name, decided)
    except BlobExists:
        present = folder.read(name, ApprovalDecision)
        _refuse_change(decision, present)
        return present
    return decided


def _refuse_change(decision: DecisionRequest, present: ApprovalDecision | None) -> None:
    if present and present.decision != decision.decision:
        raise AlreadyDecided(f"variant {decision.variant_id} was decided before: {present.decision}")


def _refuse_late(folder: RunFolder, kept: list[ApprovalDecision], trail: AuditTrail) -> None:
    """Tell those whose decisions came as the gate closed, and the audit too, that they did not count."""
    closed = closed_gate(folder)
    if closed is None:
        return
    standing = {(approval.variant_id, approval.revision): approval for approval in closed.approvals}
    late = [
        decided
        for decided in kept
        if decided.decision == "approve"
        and getattr(standing.get((decided.variant_id, decided.revision)), "status", "") != "approved"
    ]
    if late:
        trail.record(
            AuditRecord(
                f"late:{decided.variant_id}:{decided.revision}",
                "decision_too_late",
                decided.model_dump(mode="json", include={"variant_id", "revision"}),
            )
            for decided in late
        )
        names = ", ".join(decided.variant_id for decided in late)
        raise GateClosed(f"run {folder.run_id}: the approval gate closed before this decision on {names}")
