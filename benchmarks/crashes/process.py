"""One process of a disturbed run: the command line itself, under clocks that stand still.

Every byte of two runs can be equal only where no clock goes: the services' clock says one moment before the run's
manifest stands and another from then on, the engine's says one moment, and no call of a service takes any time. What is
asked of the services is written to a log, by the name of the file that the answer will lie in. With ``--redeliver``
every activity is delivered more than once; with ``--storage`` the blobs lie in that storage account. Nothing else of
the command line is touched.
"""

import argparse
import json
import os
import runpy
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from local import engine, host, run_command
from local.app_index import AppIndex
from shared import bootstrap, telemetry
from shared.errors import BlobNotFound
from shared.run_folder import ANSWERS, INDEX, MANIFEST

START = datetime(2026, 4, 7, 9, 0, tzinfo=UTC)
AFTER_THE_START = START + timedelta(minutes=1)
"""Later than the start by more than the patience with a run whose start may still be under way."""
Activity = Callable[[Any], dict[str, Any]]


class Clock:
    """The services' clock: it stands at the start of the run, and a minute later once the run has a manifest."""

    def __init__(self) -> None:
        self.moment = START

    def now(self, _zone: Any = None) -> datetime:
        return self.moment


class Log:
    """A file of one JSON object a line, each written whole, whoever else writes and whenever the process dies."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(self, **fields: Any) -> None:
        os.write(self._descriptor, json.dumps(fields).encode() + b"\n")


class WatchedBlobs:
    """A blob store that sets the clock by the manifest and knows which answer a thread last looked for in vain."""

    def __init__(self, blobs: Any, clock: Clock) -> None:
        self._blobs = blobs
        self._clock = clock
        self._thread = threading.local()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    @property
    def missed(self) -> str:
        """The name of the answer's file that this thread looked for last and did not find."""
        return str(self._thread.missed)

    def read(self, container: str, name: str) -> Any:
        try:
            return self._blobs.read(container, name)
        except BlobNotFound:
            if container != ANSWERS and is_answer(name):
                self._thread.missed = name
            raise

    def create(self, container: str, name: str, data: bytes) -> Any:
        try:
            return self._blobs.create(container, name, data)
        finally:
            if name.endswith(f"/{MANIFEST}"):
                self._clock.moment = AFTER_THE_START


class WatchedService:
    """A service that writes down what it is asked: the file that the answer is to lie in."""

    def __init__(self, service: Any, log: Log, blobs: Callable[[], WatchedBlobs]) -> None:
        self._service = service
        self._log = log
        self._blobs = blobs

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._service, name)
        return partial(self._ask, attribute) if callable(attribute) else attribute

    def _ask(self, question: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        self._log.note(asked=self._blobs().missed)
        return question(*arguments, **options)


class Redelivery:
    """Delivers every activity twice at once, an earlier one after each, and after the last one all of them again."""

    def __init__(self, seed: str, log: Log) -> None:
        self._random = Random(seed)
        self._log = log
        self._lock = threading.Lock()
        self._delivered: list[tuple[Activity, str, Any]] = []

    def over(self, functions: AppIndex) -> AppIndex:
        """The app's functions with the activities delivered so."""
        again: dict[str, Activity] = {}
        for name, body in functions.activities.items():
            again[name] = partial(self._deliver, body, name)
        return functions._replace(activities=again)

    def _deliver(self, body: Activity, name: str, request: Any) -> dict[str, Any]:
        delivery = (body, name, request)
        with ThreadPoolExecutor(1) as beside:
            twin = beside.submit(self._repeat, *delivery)
            answer = body(request)
            twin.result()
        for late in self._late(delivery):
            self._repeat(*late)
        return answer

    def _late(self, delivery: tuple[Activity, str, Any]) -> list[tuple[Activity, str, Any]]:
        """Which earlier deliveries arrive again behind this one."""
        with self._lock:
            self._delivered.append(delivery)
            ended = delivery[1] == "close_run"
            return self._random.sample(self._delivered, len(self._delivered) if ended else 1)

    def _repeat(self, body: Activity, name: str, request: Any) -> None:
        """A delivery whose answer nobody waits for; that it is refused or fails is written down."""
        try:
            answer = body(request)
        except Exception as fault:  # noqa: BLE001 - whatever a repeated delivery raises is what is looked for
            self._log.note(repeated=name, fault=str(fault))
            return
        refused = {} if answer["ok"] else {"fault": answer["error"]["message"]}
        self._log.note(repeated=name, **refused)


def is_answer(name: str) -> bool:
    """Whether a blob of a run holds what a service answered."""
    return "/answers/" in name or name.endswith(f"/{INDEX}")


@contextmanager
def watched(log: Log, *, redeliver: str = "", storage: str = "") -> Iterator[None]:
    """Let every run of this process be as the module says, until left."""
    clock, stores = Clock(), list[WatchedBlobs]()

    def blobs(build: Callable[..., Any], *arguments: Any) -> Any:
        stores.append(WatchedBlobs(build(*arguments), clock))
        return stores[-1]

    def service(build: Callable[..., Any], *arguments: Any) -> Any:
        return WatchedService(build(*arguments), log, lambda: stores[-1])

    with ExitStack() as replaced:
        for target, name, value in (
            (bootstrap, "datetime", clock),
            (engine.EngineContext, "current_utc_datetime", START),
            (telemetry, "time", SimpleNamespace(perf_counter=lambda: 0.0)),
        ):
            replaced.enter_context(patch.object(target, name, value))
        wrap = partial(_wrap, replaced)
        wrap(bootstrap, "build_blob_store", blobs)
        for builder in ("build_model", "build_search_index", "build_safety_checker"):
            wrap(bootstrap, builder, service)
        if redeliver:
            wrap(host, "index", partial(_redelivered, Redelivery(redeliver, log)))
        if storage:
            wrap(run_command, "host_settings", partial(_in_storage, storage))
        yield


def _wrap(stack: ExitStack, target: Any, name: str, wrapper: Callable[..., Any]) -> None:
    """Let ``wrapper`` be called in the place of a function, with this function before its arguments."""
    stack.enter_context(patch.object(target, name, partial(wrapper, getattr(target, name))))


def _redelivered(redelivery: Redelivery, index: Callable[[Any], AppIndex], app: Any) -> AppIndex:
    return redelivery.over(index(app))


@contextmanager
def _in_storage(storage: str, host_settings: Any, *arguments: Any) -> Iterator[dict[str, str]]:
    with host_settings(*arguments) as settings:
        yield {**settings, "DATA_DIRECTORY": "", "DATA_STORAGE": storage}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crashes.process", description=__doc__)
    parser.add_argument("--log", type=Path, required=True, metavar="FILE")
    parser.add_argument("--redeliver", default="", metavar="SEED")
    parser.add_argument("--storage", default="", metavar="CONNECTION_STRING")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="of python -m local")
    options = parser.parse_args()
    with watched(Log(options.log), redeliver=options.redeliver, storage=options.storage):
        sys.argv = ["local", *options.arguments]
        runpy.run_module("local", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
