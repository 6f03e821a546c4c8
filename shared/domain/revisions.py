"""Revisions and decisions: which edit of a variant stands, which decision is on it, and what follows at the gate.

Pure functions. They read no file; whoever calls them gives what lies in the run's folder.
"""

import re
from collections import Counter
from collections.abc import Iterable

from shared.contracts import Approval, ApprovalDecision, ApprovalMode, ApprovalsDocument, Variant, Verdict
from shared.domain.callers import is_among

NO_POLICY = "no approval policy"
_PLACE = re.compile(r"revisions/([a-z0-9-]+)/([0-9]{3})\.json")
_DENIALS = {
    "rejected": "rejected",
    "timed_out": "not decided in time",
    "blocked": "blocked",
    "denied": "denied because there is no approval policy",
}


def standing_revisions(names: Iterable[str], closed: ApprovalsDocument | None) -> dict[str, int]:
    """Variant id -> the number of its last revision that counts; variants without one are left out.

    ``names`` are of the form ``revisions/{variant_id}/{number}.json``; any other is none of a revision. Once the gate
    has ``closed`` no later revision counts than the one it closed on, whatever else was written in that moment.
    """
    last = {approval.variant_id: approval.revision for approval in closed.approvals} if closed else None
    found: dict[str, int] = {}
    for name in names:
        place = _PLACE.fullmatch(name)
        if place is None:
            continue
        variant_id, number = place[1], int(place[2])
        if last is None or number <= last.get(variant_id, 0):
            found[variant_id] = max(number, found.get(variant_id, 0))
    return found


def decision_on(variant: Variant, made: Iterable[ApprovalDecision]) -> ApprovalDecision | None:
    """The decision that holds for the text as it stands: the one on this revision, or a rejection of the same text.

    So an edit voids an approval even where a later one brings the text back, and a text that was rejected stays so.
    """
    on_text = [one for one in made if one.content_hash == variant.content_hash]
    own = (one for one in on_text if one.revision == variant.revision)
    return next(own, None) or next((one for one in on_text if one.decision == "reject"), None)


def standing(
    variant: Variant,
    verdict: Verdict,
    made: Iterable[ApprovalDecision],
    mode: ApprovalMode | None,
    lapsed: str = "",
) -> Approval:
    """How a variant stands when the gate closes; ``lapsed`` says why a document it cites may not be used any more.

    Only a text that passed every check is approved: by policy where that is automatic, by somebody who did not edit it
    otherwise. What nobody decided in time is denied, and so is everything where there is no policy.
    """
    blocked = lapsed if is_passed(variant, verdict) else "a check failed"
    status, decided_by = ("blocked", f"policy: {blocked}") if blocked else _decided(variant, made, mode)
    fields = variant.model_dump(include={"variant_id", "revision", "content_hash"})
    return Approval.model_validate({**fields, "status": status, "decided_by": decided_by})


def _decided(variant: Variant, made: Iterable[ApprovalDecision], mode: ApprovalMode | None) -> tuple[str, str]:
    """Status of a text that nothing blocks, and who or what decided it."""
    decision = decision_on(variant, made)
    if decision and decision.decision == "reject":
        return "rejected", decision.decided_by
    if mode is None:
        return "denied", NO_POLICY
    if decision and not is_among(decision.decided_by, variant.authors):
        return "approved", decision.decided_by
    return ("approved", "policy: every check passed") if mode == "auto" else ("timed_out", "nobody in time")


def is_passed(variant: Variant, verdict: Verdict) -> bool:
    """Whether ``verdict`` passes exactly the text that ``variant`` holds."""
    return verdict.status == "pass" and verdict.content_hash == variant.content_hash


def denial(approvals: Iterable[Approval]) -> str:
    """In words, that no variant was approved and what became of them; empty where one was."""
    counts = Counter[str](approval.status for approval in approvals)
    if counts["approved"]:
        return ""
    told = ", ".join(f"{counts[status]} {words}" for status, words in _DENIALS.items() if counts[status])
    return f"no message was approved ({told or 'there was none'}), so every customer gets the control message"
