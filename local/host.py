"""The local host: starts the engine, indexes the app, and calls its functions as the Functions host would."""

import base64
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import azure.functions as func
from azure.functions.blob import InputStream

from local.app_index import AppIndex, BlobFunction, HttpFunction, TimerFunction, index
from local.emulators.settings import Emulation
from local.engine import Concurrency, Engine, EngineClient
from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.config import KEY_BYTES
from shared.contracts import BlobRef
from shared.ports import Services
from shared.run_config import RunConfig

KEY_FILE = ".pseudonym-key"
WORKING_ACTIVITIES = max(2, min(4, os.cpu_count() or 2))
WAITING_ACTIVITIES = frozenset({"retrieve_for_segment", "generate_variant", "check_safety"})


@contextmanager
def host_settings(
    data_directory: Path, config_directory: Path, emulation: Emulation | None = None
) -> Iterator[dict[str, str]]:
    """The app settings of a local host: blobs in ``data_directory``, or in the emulated services' storage."""
    common = {
        "BLOB_TRIGGER_SOURCE": "LogsAndContainerScan",
        "CONFIG_DIRECTORY": str(config_directory.resolve()),
        "PSEUDONYM_KEY": os.environ.get("PSEUDONYM_KEY") or _kept_key(data_directory),
    }
    if emulation is None:
        yield {**common, "DATA_DIRECTORY": str(data_directory.resolve())}
        return
    from local.emulators.profile import emulated_environment

    with emulated_environment(data_directory / "azurite", emulation) as settings:
        yield {**common, **settings}


def _kept_key(folder: Path) -> str:
    """The key of this folder's pseudonyms, made once: whoever loses it cannot tell any more who was erased."""
    drawn = base64.b64encode(secrets.token_bytes(KEY_BYTES))
    return DirectoryBlobStore(folder).keep_hidden(KEY_FILE, drawn).decode("ascii")


class LocalHost:
    """The app on this machine, with ``settings`` on top of the environment. A context manager; one per process.

    Raises ``ConfigError`` on entry when the configuration is wrong.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        os.environ.update(settings)

    def __enter__(self) -> Self:
        import function_app
        from shared import bootstrap

        self.config: RunConfig = bootstrap.base_config()
        self.services: Services = bootstrap.services()
        self.functions: AppIndex = index(function_app.app)
        self._engine = Engine(self.functions.orchestrators, self.functions.activities, _concurrency(self.config))
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


def _concurrency(config: RunConfig) -> Concurrency:
    """Enough activities for the calls of outside services that the configuration allows, beside a few that compute.

    Twice as many as there may be calls: while one half waits for the services, the other reads and writes its files.
    """
    azure = config.azure_config
    if "azure" not in azure.providers.model_dump().values():
        return Concurrency(WORKING_ACTIVITIES, 0, frozenset())
    return Concurrency(WORKING_ACTIVITIES, 2 * azure.limits.concurrent_calls, WAITING_ACTIVITIES)
