"""A small run that has ended and was sealed, in memory, and what comes in afterwards."""

import asyncio
import dataclasses
from collections.abc import Callable
from functools import cache
from typing import Any

from activities.experimentation import analyse_experiment, assign_partition, plan_experiment
from activities.reporting import close_run, summarise_run, write_report
from shared.contracts import CloseRequest, ErasureReport, Manifest, PartitionRef, RunRef, Seal, StepTimes
from shared.domain.audit import parse_chain
from shared.domain.frames import from_parquet
from shared.engagement_folder import EngagementFolder
from shared.ports import Services
from shared.run_folder import AUDIT, MANIFEST, RUNS, SEAL, RunFolder, amendments_chain, assignments_part, encode
from tests.app_fixture import RecordingClient
from tests.fakes import MemoryBlobs
from tests.waiting_run import RUN, STARTED, WaitingRun
from triggers.engagement import Added, load_engagement
from triggers.erasures import erase_customer

HEADER = "customer_id,opened,clicked,converted"
KEY = b"K" * 32


@cache
def _sealed(holdout_percent: float) -> Services:
    """Every step of a run up to its seal, once."""
    waiting = WaitingRun("auto")
    waiting.close()
    _hold_out(waiting, holdout_percent)
    run, services = RunRef(run_id=RUN), waiting.services
    plan_experiment(run, services)
    assign_partition(PartitionRef(run_id=RUN, partition=0), services)
    analyse_experiment(run, services)
    summarise_run(StepTimes(run_id=RUN, seconds={}), services)
    write_report(run, services)
    close_run(CloseRequest(run_id=RUN, seconds={}), services)
    return services


def _hold_out(waiting: WaitingRun, percent: float) -> None:
    """Have the run configured as if it had been started so."""
    manifest = waiting.folder.read(MANIFEST, Manifest).model_dump(mode="json")
    manifest["config"]["experiment_config"]["experiment"]["holdout"]["percent"] = percent
    waiting.blobs.data[RUNS, waiting.folder.path(MANIFEST)] = encode(Manifest.model_validate(manifest))


class EndedRun:
    """A sealed run of its own, ``days`` after its start."""

    def __init__(self, days: int = 7, holdout_percent: float = 0) -> None:
        sealed = _sealed(holdout_percent)
        self.blobs = MemoryBlobs()
        self.blobs.data.update(sealed.blobs.data)
        moment = STARTED.replace(day=STARTED.day + days)
        self.services = dataclasses.replace(sealed, blobs=self.blobs, now=lambda: moment, pseudonym_key=KEY)
        self.folder = RunFolder(self.blobs, RUN)
        self.observed = EngagementFolder(self.blobs, RUN)

    def arms(self) -> dict[str, str]:
        """Customer id -> arm, in the list's order."""
        part = from_parquet(self.folder.read_bytes(assignments_part(0)))
        return dict(zip(part["customer_id"], part["arm"], strict=True))

    def post(self, *lines: str, header: str = HEADER, who: str = "Jo") -> Added:
        """Load a CSV of ``lines``."""
        data = "\n".join([header, *lines, ""]).encode()
        return asyncio.run(load_engagement(RUN, data, who, self.services, RecordingClient()))

    def erase(self, customer_id: str) -> ErasureReport:
        return asyncio.run(erase_customer(customer_id, self.services, RecordingClient()))

    def amendments(self) -> list[tuple[str, dict[str, Any]]]:
        """Event and data of each amendment, in order."""
        origin = self.folder.read(SEAL, Seal).audit_head
        data = self.blobs.data.get((AUDIT, amendments_chain(RUN)), b"")
        return [(entry.event, entry.data) for entry in parse_chain(data, origin=origin)]

    def at_write(self, act: Callable[[int, str], None]) -> None:
        """Call ``act`` with the number and the name of each write just before it is made."""
        writes = 0
        originals = {name: getattr(self.blobs, name) for name in ("create", "append", "replace_from")}

        def wrapped(write: Callable[..., Any]) -> Callable[..., Any]:
            def first_act(*arguments: Any, **options: Any) -> Any:
                nonlocal writes
                writes += 1
                act(writes, getattr(arguments[0], "name", None) or str(arguments[1]))
                return write(*arguments, **options)

            return first_act

        for name, write in originals.items():
            setattr(self.blobs, name, wrapped(write))
