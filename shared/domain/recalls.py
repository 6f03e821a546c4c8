"""Withdrawn content: which messages may not be approved any more, because a document that they cite may not be used.

Pure functions over what the run kept. A document is withdrawn when somebody recalled it, or when it has lapsed since
the run started.
"""

import hashlib
from collections.abc import Mapping
from datetime import date

from shared.contracts import Approval, ApprovalDecision, ContentDocument, Digest, LeftOut, Recall, Variant, Verdict
from shared.domain.citations import shortened
from shared.domain.eligibility import lapse

_SHOWN_ID = 80
_RECALLED = "recall: "
_LAPSED = "content: "


def recall_digest(document_id: str) -> Digest:
    """What stands for a document's id where a name or a key is needed: its SHA-256 in hex."""
    return hashlib.sha256(document_id.encode()).hexdigest()


def recall_reason(recall: Recall) -> str:
    """Why a library leaves the document out."""
    reason = shortened(recall.reason, 500)
    return f"{_RECALLED}withdrawn on {recall.recalled_at.date()}" + (f": {reason}" if reason else "")


def is_recall(item: LeftOut) -> bool:
    """Whether a recall is why the document was left out."""
    return item.reason.startswith(_RECALLED)


def cites(variant: Variant, document_id: str) -> bool:
    """Whether the message cites any version of the document."""
    return any(citation.document_id == document_id for citation in variant.citations)


def withdrawal(
    variant: Variant, library: Mapping[str, ContentDocument], recalls: Mapping[str, Recall], day: date
) -> str:
    """Why the message may not be approved on ``day``; empty when every document it cites may still be used.

    ``library`` holds the run's documents by id. The words name the document, never what was given as the reason of a
    recall, because they are entered in the audit.
    """
    for document_id in dict.fromkeys(citation.document_id for citation in variant.citations):
        name = shortened(document_id, _SHOWN_ID)
        if document_id in recalls:
            return f"{_RECALLED}document {name} was withdrawn on {recalls[document_id].recalled_at.date()}"
        if document_id not in library:
            return f"{_LAPSED}document {name} is not in the run's library"
        if lapsed := lapse(library[document_id], day):
            return f"{_LAPSED}document {name}: {lapsed}"
    return ""


def is_withdrawn(approval: Approval) -> bool:
    """Whether the gate blocked the message for a document that was recalled or lapsed, all its checks being passed."""
    return approval.status == "blocked" and _reason(approval).startswith((_RECALLED, _LAPSED))


def _reason(approval: Approval) -> str:
    return approval.decided_by.removeprefix("policy: ")


def recall_state(approval: Approval | None, verdict: Verdict | None, decision: ApprovalDecision | None) -> str:
    """How a message that cites a recalled document stands, as ``RecalledVariant.state`` words it.

    ``approval`` is None until the run's approval gate has closed.
    """
    if approval is not None:
        return _closed_state(approval)
    if verdict is not None and verdict.status == "block":
        return "was blocked"
    if decision is not None and decision.decision == "reject":
        return "was rejected"
    return "blocked now"


def _closed_state(approval: Approval) -> str:
    if approval.status == "blocked":
        return "blocked now" if _reason(approval).startswith(_RECALLED) else "was blocked"
    return "approved, in use" if approval.status == "approved" else "was rejected"
