"""The registered app set up for Azure against emulated services, with limits that make a worst case short."""

import shutil
import urllib.request
from pathlib import Path
from typing import Any

import yaml

import function_app
from local.app_index import index
from local.emulators.profile import KEY, service_settings
from local.emulators.wire import EmulatorServer
from shared import bootstrap
from shared.contracts import ContentLibrary, RetrievalDocument, Variant, Verdict
from shared.run_folder import LIBRARY, RunFolder, retrieval_file, variant_file, verdict_file
from tests.app_fixture import ROOT, App, clear_caches

ATTEMPTS = 3
LIMITS = {"connect_seconds": 1, "attempt_seconds": 1, "attempts": ATTEMPTS, "longest_wait_seconds": 0.5}
RUN = "r1"


def write_config(folder: Path, **azure: dict[str, Any]) -> Path:
    """A copy of the shipped configuration with sections of ``azure_config.yaml`` changed; its path."""
    shutil.copytree(ROOT / "config", folder)
    path = folder / "azure_config.yaml"
    config = yaml.safe_load(path.read_text())
    for section, values in {"limits": LIMITS, **azure}.items():
        config[section] = {**config.get(section, {}), **values}
    path.write_text(yaml.safe_dump(config))
    return folder


class EmulatedApp(App):
    """The app over ``folder``, its AI services at ``server``; ``config`` is a configuration folder."""

    def __init__(self, folder: Path, config: Path, server: EmulatorServer, monkeypatch) -> None:
        for name, value in service_settings(server.url).items():
            monkeypatch.setenv(name, value)
        super().__init__(folder, monkeypatch)
        monkeypatch.setenv("CONFIG_DIRECTORY", str(config))
        clear_caches()
        self.blobs = bootstrap.services().blobs
        self.activities = index(function_app.app).activities
        self.server = server

    def step(self, activity: str, **request: Any) -> dict[str, Any]:
        """The value of one activity of the run; its envelope must say ok."""
        answer = self.activities[activity]({"run_id": RUN, **request})
        assert answer["ok"], answer
        return answer["value"]

    def forget_index(self) -> None:
        """Let the search service have no index."""
        name = bootstrap.base_config().azure_config.azure_search.index_name
        address = f"{self.server.url}/indexes('{name}')?api-version=2026-04-01"
        urllib.request.urlopen(urllib.request.Request(address, method="DELETE", headers={"api-key": KEY})).close()  # noqa: S310 - a loopback address

    def fill_index(self) -> None:
        """Let the search service hold the run's whole library."""
        library = RunFolder(self.blobs, RUN).read(LIBRARY, ContentLibrary)
        assert not bootstrap.services().search.synchronise(library.documents, remove_others=False).failed

    def prepare(self, rows: int = 60) -> str:
        """Carry a run up to its segments; the id of the first one."""
        self.fill(rows)
        self.start(RUN)
        partitions = self.step("plan_run")["partitions"]
        for partition in range(partitions):
            self.step("segment_partition", partition=partition)
        return self.step("merge_segments")["segment_ids"][0]

    def retrieval(self, segment_id: str) -> RetrievalDocument:
        return RunFolder(self.blobs, RUN).read(retrieval_file(segment_id), RetrievalDocument)

    def variant(self, variant_id: str) -> Variant:
        return RunFolder(self.blobs, RUN).read(variant_file(variant_id), Variant)

    def verdict(self, variant_id: str) -> Verdict:
        return RunFolder(self.blobs, RUN).read(verdict_file(variant_id), Verdict)
