"""What an activity answers with: its value in an envelope, or the fault that trying again cannot mend."""

from collections.abc import Callable
from typing import Any, get_type_hints

from shared.errors import OrchestratorError
from shared.ports import Services
from shared.run_config import Frozen
from shared.telemetry import fault_place, log_structured

ActivityBody = Callable[[Any, Services], Frozen]


class ActivityFault(Exception):
    """An activity failed in a way that trying again may mend. Names the activity and the kind of fault, no data."""


def answer(body: ActivityBody, request: dict[str, Any], services: Callable[[], Services]) -> dict[str, Any]:
    """The activity's value in its envelope, or the fault that trying again cannot mend.

    Anything else is raised without its message, because what is raised is kept in the task hub.
    """
    contract = get_type_hints(body)["request"]
    try:
        value = body(contract.model_validate(request), services())
    except OrchestratorError as fault:
        if fault.transient:
            log_structured("activity_failed", {"activity": body.__name__, "code": fault.code})
            raise ActivityFault(f"{body.__name__}: {fault.code}") from None
        log_structured("activity_refused", {"activity": body.__name__, "code": fault.code})
        return {"ok": False, "error": {"code": fault.code, "message": str(fault)}}
    except Exception as fault:  # noqa: BLE001 - whatever it was, the engine may try again and only its place is told
        place = fault_place(fault)
        log_structured("activity_failed", {"activity": body.__name__, "fault": place})
        raise ActivityFault(f"{body.__name__}: {place}") from None
    log_structured("activity_completed", {"activity": body.__name__, "run_id": request["run_id"]})
    return {"ok": True, "value": value.model_dump(mode="json")}
