"""The local host: starts the engine, indexes the app, and calls its functions as the Functions host would."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import azure.functions as func
from azure.functions.blob import InputStream

from local.app_index import AppIndex, BlobFunction, HttpFunction, TimerFunction, index
from local.engine import Engine, EngineClient
from shared.contracts import BlobRef
from shared.ports import Services
from shared.run_config import RunConfig

CONCURRENT_ACTIVITIES = 4


class LocalHost:
    """The app on this machine, with ``data_directory`` for its blobs. A context manager; one per process.

    Raises ``ConfigError`` on entry when the configuration is wrong.
    """

    def __init__(self, data_directory: Path, config_directory: Path | None = None) -> None:
        os.environ["DATA_DIRECTORY"] = str(data_directory.resolve())
        os.environ["BLOB_TRIGGER_SOURCE"] = "LogsAndContainerScan"
        if config_directory:
            os.environ["CONFIG_DIRECTORY"] = str(config_directory.resolve())

    def __enter__(self) -> Self:
        import function_app
        from shared import bootstrap

        self.config: RunConfig = bootstrap.base_config()
        self.services: Services = bootstrap.services()
        self.functions: AppIndex = index(function_app.app)
        self._engine = Engine(self.functions.orchestrators, self.functions.activities, CONCURRENT_ACTIVITIES)
        self.client: EngineClient = self._engine.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.stop()

    async def request(
        self,
        function: HttpFunction | str,
        method: str = "GET",
        *,
        url: str = "",
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        route_params: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> func.HttpResponse:
        """The reply of an HTTP function to one request."""
        if isinstance(function, str):
            function = next(known for known in self.functions.http if known.name == function)
        request = func.HttpRequest(method, url, headers=headers, params=params, route_params=route_params, body=body)
        reply: func.HttpResponse = await function.call(req=request, client=self.client)
        return reply

    async def timer_fired(self, function: TimerFunction) -> None:
        """Let a timer function do its work now."""
        await function.call(timer=None, client=self.client)

    async def upload_arrived(self, function: BlobFunction, ref: BlobRef) -> None:
        """Deliver the event of a new blob to a blob function. The blob's bytes stay where they are."""
        stream = InputStream(data=b"", name=f"{ref.container}/{ref.name}", length=ref.size)
        await function.call(blob=stream, client=self.client)
