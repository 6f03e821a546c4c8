"""The approval gate as those see it who decide or edit: open, closing, or closed, and on what."""

from shared.contracts import ApprovalsDocument
from shared.errors import GateClosed, ServiceUnavailable
from shared.run_folder import APPROVALS, GATE, RunFolder


def refuse_closed(folder: RunFolder) -> None:
    """``GateClosed`` once nothing more counts."""
    if folder.exists(GATE) or folder.exists(APPROVALS):
        raise GateClosed(f"run {folder.run_id}: the approval gate is closed")


def closed_gate(folder: RunFolder) -> ApprovalsDocument | None:
    """What the gate closed on, None while it is open: whatever was kept before this was asked then counts.

    ``ServiceUnavailable`` in the moments between: what was kept may count or not.
    """
    if not folder.exists(GATE):
        return None
    closed = folder.find(APPROVALS, ApprovalsDocument)
    if closed is None:
        raise ServiceUnavailable(
            f"run {folder.run_id}: the approval gate is closing; read the variants again to see what counted"
        )
    return closed
