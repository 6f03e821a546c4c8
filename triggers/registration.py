"""Binds plain functions to the app: one call per trigger, orchestrator and activity, all the wiring in one place."""

from collections.abc import Awaitable, Callable
from typing import Any, get_type_hints

import azure.durable_functions as df
import azure.functions as func

from shared.errors import OrchestratorError
from shared.ports import OrchestrationClient, Services
from shared.run_config import Frozen
from shared.run_folder import UPLOADS
from shared.telemetry import fault_place, log_structured

from .http import Environment, Handler, respond

ActivityBody = Callable[[Any, Services], Frozen]
Trigger = Callable[[Any, OrchestrationClient, Environment], Awaitable[None]]


class ActivityFault(Exception):
    """An activity failed in a way that trying again may mend. Names the activity and the kind of fault, no data."""


class Registration:
    """Registers functions with ``app``; ``environment`` gives them what they work with."""

    def __init__(self, app: df.DFApp, environment: Environment) -> None:
        self._app = app
        self._environment = environment

    def http(self, method: str, route: str, handler: Handler, *, anonymous: bool = False) -> None:
        """An HTTP route under ``/api``, its function named after the handler."""

        async def endpoint(req: func.HttpRequest, client: Any) -> func.HttpResponse:
            return await respond(handler, req, client, self._environment)

        endpoint.__name__ = handler.__name__
        level = func.AuthLevel.ANONYMOUS if anonymous else func.AuthLevel.FUNCTION
        bound = self._app.durable_client_input(client_name="client")(endpoint)
        self._app.route(route=route, methods=[method], auth_level=level)(bound)

    def blob(self, handler: Trigger) -> None:
        """Uploads to the customers container."""

        async def uploaded(blob: func.InputStream, client: Any) -> None:
            await handler(blob, client, self._environment)

        uploaded.__name__ = handler.__name__
        bound = self._app.durable_client_input(client_name="client")(uploaded)
        source = func.BlobSource(self._environment.settings().blob_trigger_source)
        self._app.blob_trigger(arg_name="blob", path=f"{UPLOADS}/{{name}}", connection="DATA_STORAGE", source=source)(
            bound
        )

    def timer(self, schedule: str, handler: Trigger) -> None:
        """A schedule in NCRONTAB form."""

        async def tick(timer: func.TimerRequest, client: Any) -> None:
            await handler(timer, client, self._environment)

        tick.__name__ = handler.__name__
        bound = self._app.durable_client_input(client_name="client")(tick)
        self._app.timer_trigger(schedule=schedule, arg_name="timer", run_on_startup=False)(bound)

    def orchestrator(self, generator: Callable[[Any], Any]) -> None:
        """An orchestration, named after its generator."""
        self._app.orchestration_trigger(context_name="context")(generator)

    def activity(self, body: ActivityBody) -> None:
        """An activity, named after its function."""

        def run(request: dict[str, Any]) -> dict[str, Any]:
            return answer(body, request, self._environment.services)

        run.__name__ = body.__name__
        self._app.activity_trigger(input_name="request")(run)


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
