"""The approval gate as those see it who decide or edit: open, closing, or closed, and on what."""

import time

from shared.contracts import ApprovalsDocument
from shared.errors import GateClosed, ServiceUnavailable
from shared.run_folder import APPROVALS, GATE, RunFolder

LONGEST_CLOSING_SECONDS = 10.0
LOOK_SECONDS = 0.1


def refuse_closed(folder: RunFolder) -> None:
    """``GateClosed`` once nothing more counts."""
    if folder.exists(GATE) or folder.exists(APPROVALS):
        raise GateClosed(f"run {folder.run_id}: the approval gate is closed")


def closed_gate(folder: RunFolder) -> ApprovalsDocument | None:
    """What the gate closed on, None while it is open: whatever was kept before this was asked then counts.

    Where it is just closing, this waits for what it closes on; ``ServiceUnavailable`` when that does not come.
    """
    if not folder.exists(GATE):
        return None
    patience = time.monotonic() + LONGEST_CLOSING_SECONDS
    while (closed := folder.find(APPROVALS, ApprovalsDocument)) is None:
        if time.monotonic() >= patience:
            raise ServiceUnavailable(
                f"run {folder.run_id}: the approval gate is closing; read the variants again to see what counted"
            )
        time.sleep(LOOK_SECONDS)
    return closed
