"""Binds plain functions to the app: one call per trigger, orchestrator and activity, all the wiring in one place.

A function is named ``module:name`` and loads when it is first called. Must import nothing that loads the app's models,
its configuration or a library for data: whatever stands at the top here, every cold start waits for.
"""

from collections.abc import Callable, Generator
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import azure.durable_functions as df
import azure.functions as func

from shared.environment import blob_trigger_source

if TYPE_CHECKING:
    from .http import Environment


class Registration:
    """Registers functions with ``app``; what they work with is built when one of them first needs it."""

    def __init__(self, app: df.DFApp) -> None:
        self._app = app

    def http(self, method: str, route: str, reference: str, *, anonymous: bool = False) -> None:
        """An HTTP route under ``/api``, its function named after the handler."""

        async def endpoint(req: func.HttpRequest, client: Any) -> func.HttpResponse:
            from .http import respond

            return await respond(resolve_name(reference), req, client, _environment())

        level = func.AuthLevel.ANONYMOUS if anonymous else func.AuthLevel.FUNCTION
        bound = self._app.durable_client_input(client_name="client")(_named(reference, endpoint))
        self._app.route(route=route, methods=[method], auth_level=level)(bound)

    def blob(self, path: str, reference: str) -> None:
        """Uploads to a container, as ``container/{name}``."""

        async def uploaded(blob: func.InputStream, client: Any) -> None:
            await resolve_name(reference)(blob, client, _environment())

        bound = self._app.durable_client_input(client_name="client")(_named(reference, uploaded))
        source = func.BlobSource(blob_trigger_source() or _environment().settings().blob_trigger_source)
        self._app.blob_trigger(arg_name="blob", path=path, connection="DATA_STORAGE", source=source)(bound)

    def timer(self, schedule: str, reference: str) -> None:
        """A schedule in NCRONTAB form."""

        async def tick(timer: func.TimerRequest, client: Any) -> None:
            await resolve_name(reference)(timer, client, _environment())

        bound = self._app.durable_client_input(client_name="client")(_named(reference, tick))
        self._app.timer_trigger(schedule=schedule, arg_name="timer", run_on_startup=False)(bound)

    def orchestrator(self, reference: str) -> None:
        """An orchestration, named after its generator."""

        def steps(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
            return (yield from resolve_name(reference)(context))

        self._app.orchestration_trigger(context_name="context")(_named(reference, steps))

    def activity(self, reference: str) -> None:
        """An activity, named after its function."""

        def run(request: dict[str, Any]) -> dict[str, Any]:
            from .envelopes import answer

            return answer(resolve_name(reference), request, _environment().services)

        self._app.activity_trigger(input_name="request")(_named(reference, run))


def _named(reference: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` under the name of the one that it stands for, by which the host knows it."""
    function.__name__ = reference.rpartition(":")[2]
    return function


def _environment() -> "Environment":
    from shared import bootstrap

    from .http import Environment

    return Environment(bootstrap.services, bootstrap.base_config, bootstrap.settings)
