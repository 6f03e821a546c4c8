"""The registered app over a temporary data folder, with a small seeded list and library in it."""

import asyncio
from pathlib import Path
from typing import Any

import function_app
from local.app_index import index
from samples.generate_customers import generate
from shared import bootstrap
from shared.contracts import RunRequest
from shared.run_folder import CONTENT, UPLOADS
from triggers.runs import start_run

ROOT = Path(__file__).parents[1]
CUSTOMERS = 240


class RecordingClient:
    """A durable client that notes what is started and knows of nothing that runs."""

    def __init__(self) -> None:
        self.started: list[str] = []

    async def start_new(self, name: str, instance_id: str, client_input: Any = None) -> str:
        self.started.append(instance_id)
        return instance_id

    async def get_status_by(self, *_: Any) -> list[Any]:
        return []

    async def get_status(self, instance_id: str) -> None:
        return None


class App:
    """One data folder and the functions that work on it."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        monkeypatch.setenv("DATA_DIRECTORY", str(folder))
        monkeypatch.setenv("CONFIG_DIRECTORY", str(ROOT / "config"))
        monkeypatch.setenv("AZURE_FUNCTIONS_DURABLE_STRICT_TYPING", "1")
        for name in ("DATA_STORAGE", "DATA_STORAGE__blobServiceUri"):
            monkeypatch.delenv(name, raising=False)
        clear_caches()
        self.folder = folder
        self.blobs = bootstrap.services().blobs
        functions = index(function_app.app)
        self.orchestrators, self.activities = functions.orchestrators, functions.activities

    def fill(self, rows: int = CUSTOMERS) -> None:
        """Put a customer list and the sample library in place."""
        listing = generate(rows, seed=11, bad_rows=4).encode("utf-8", "surrogateescape")
        self.blobs.create(UPLOADS, "list.csv", listing)
        for path in sorted((ROOT / "samples" / "content").iterdir()):
            self.blobs.create(CONTENT, path.name, path.read_bytes())

    def start(self, run_id: str, **request: Any) -> str:
        """Write the manifest of a run as a trigger would; the engine's part is left to the test."""
        wanted = RunRequest(customers="list.csv", run_id=run_id, **request)
        started = start_run(wanted, bootstrap.services(), bootstrap.base_config, RecordingClient())
        return asyncio.run(started).run_id

    def files(self, run_id: str, prefix: str = "") -> dict[str, bytes]:
        """The run's files below ``prefix``, by name."""
        base = self.folder / "runs" / run_id
        found = {path.relative_to(base).as_posix(): path for path in base.rglob("*") if path.is_file()}
        return {name: path.read_bytes() for name, path in sorted(found.items()) if name.startswith(prefix)}


def clear_caches() -> None:
    """Let the next call build settings, configuration and services anew."""
    for built in (bootstrap.settings, bootstrap.base_config, bootstrap.services):
        built.cache_clear()
