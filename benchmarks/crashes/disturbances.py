"""What befalls a run beside kills: repeated deliveries, two hosts, a storage that stops, a disk that fills."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple, Self

from benchmarks.crashes.kills import Services, Undisturbed
from benchmarks.crashes.runs import RUN_ID, DataFolder, Ended, ended
from benchmarks.crashes.shapes import Inputs
from local.emulators import azurite
from local.emulators.child import free_port
from local.outputs import copy_run
from shared.adapters.blobs_azure import AzureBlobStore, blob_service
from shared.errors import ConfigError
from shared.run_config import ServiceLimits
from shared.run_folder import AUDIT, RUNS

EMBEDDED = Services(None)
DISK_SHARES = (0.01, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 0.97)
"""How large the disk is, of what the files of an undisturbed run take."""
PAGE_BYTES = 4096
ROOM_BYTES = 1 << 28
FULL = "the disk is full"
LOOK_SECONDS = 0.02
OUTAGES = (2.0, None)
"""Seconds that the storage is gone; None: until the run has failed."""


class Outcome(NamedTuple):
    """What came of one kind of disturbance; ``skipped`` says why it could not be tried here."""

    what: str
    runs: int
    broken: tuple[str, ...]
    skipped: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether nothing was broken."""
        return not self.broken

    @property
    def found(self) -> str:
        """What was found, in words."""
        return "; ".join(self.broken) or self.skipped or "as undisturbed"


# --- repeated deliveries ----------------------------------------------------------------------------------------------


def redelivered(references: Sequence[Undisturbed], folder: Path, seed: int) -> Outcome:
    """Every activity delivered twice at once, an earlier one again behind each, and all of them after the end."""
    broken = []
    for number, reference in enumerate(references):
        name = reference.data.inputs.shape.name
        data = DataFolder(reference.data.inputs, folder / f"{number}", EMBEDDED.environment)
        found = _problems(data, reference, data.finish("--redeliver", f"{seed}:{name}"))
        repeated = [note for note in data.noted() if "repeated" in note]
        found += [f"{note['repeated']}: {note['fault']}" for note in repeated if "fault" in note]
        found += [] if repeated else ["nothing was delivered again"]
        broken += [f"{name}: {problem}" for problem in found]
    return Outcome("every activity delivered again and again", len(references), tuple(broken))


# --- two hosts --------------------------------------------------------------------------------------------------------


def two_hosts(reference: Undisturbed, folder: Path, seed: int, rounds: int = 6) -> Outcome:
    """Two hosts with engines of their own start one run in one folder: at once, and one while the other works."""
    random, broken = Random(f"{seed}:two hosts"), []
    for number in range(rounds):
        data = DataFolder(reference.data.inputs, folder / f"{number}", EMBEDDED.environment)
        first = data.start()
        time.sleep(number % 2 * random.uniform(0, reference.seconds))
        for host in (ended(data.start()), ended(first)):
            broken += [f"round {number}: {problem}" for problem in _problems(data, reference, host)]
    return Outcome("two hosts race for one run", rounds, tuple(broken))


# --- the storage stops ------------------------------------------------------------------------------------------------


def storage_stops(inputs: Inputs, folder: Path, seed: int, outages: Sequence[float | None] = OUTAGES) -> Outcome:
    """The storage stops in the middle of a run for so many seconds, or until the run has failed, and starts again."""
    what, random = "the storage stops and starts", Random(f"{seed}:storage")
    try:
        azurite.require()
    except ConfigError as fault:
        return Outcome(what, 0, (), f"skipped: {fault}")
    with Storage(folder / "azurite") as storage:
        first = DataFolder(inputs, folder / "undisturbed", EMBEDDED.environment)
        done = first.finish("--storage", storage.address)
        storage.copy_out(first)
        reference = Undisturbed(first, done.seconds)
        broken = _problems(first, reference, done)
        for number, outage in enumerate(outages):
            storage.forget()
            data = DataFolder(inputs, folder / f"{number}", EMBEDDED.environment)
            done = _through_outage(data, storage, random.randrange(1, len(first.asked())), outage)
            storage.copy_out(data)
            broken += [f"outage {number}: {problem}" for problem in _problems(data, reference, done)]
    return Outcome(what, len(outages), tuple(broken))


class Storage:
    """Azurite with its blobs in a folder, which can be stopped and started; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port(0)
        self.address = azurite.connection_string_to(self._port)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return once it listens."""
        self._running = ExitStack()
        self._running.enter_context(azurite.running(self._port, folder=self._folder))

    def stop(self) -> None:
        """Return once it does not answer any more; what was written stays."""
        self._running.close()

    def copy_out(self, data: DataFolder) -> None:
        """Put the run's files where those of a data folder lie."""
        copy_run(self._blobs(), RUN_ID, data.out)

    def forget(self) -> None:
        """Leave nothing of the run but its inputs, whose versions are part of what it is."""
        blobs = self._blobs()
        for ref in [*blobs.list(RUNS, f"{RUN_ID}/"), *blobs.list(AUDIT)]:
            if not ref.name.startswith(f"{RUN_ID}/input/"):
                blobs.delete(ref.container, ref.name)

    def _blobs(self) -> AzureBlobStore:
        return AzureBlobStore(blob_service(connection_string=self.address, limits=ServiceLimits()))


def _through_outage(data: DataFolder, storage: Storage, questions: int, outage: float | None) -> Ended:
    """How the run ended that met an outage behind so many questions: by itself, or started again after it failed."""
    host = data.start("--storage", storage.address)
    while len(data.asked()) < questions and host.poll() is None:
        time.sleep(LOOK_SECONDS)
    storage.stop()
    if outage is not None:
        time.sleep(outage)
        storage.start()
        return ended(host)
    failed = ended(host)
    storage.start()
    if not _failed_clearly(failed, "the same command"):
        return failed
    return data.finish("--storage", storage.address)


# --- the disk fills ---------------------------------------------------------------------------------------------------


def disk_fills(reference: Undisturbed, folder: Path, shares: Sequence[float] = DISK_SHARES) -> Outcome:
    """The disk is smaller than the run; a run that failed for that goes on when there is room."""
    what = "the disk fills"
    with small_disk(folder / "probe", PAGE_BYTES) as refused:
        if refused:
            return Outcome(what, 0, (), f"skipped: {refused}")
    needed = sum(-(-size // PAGE_BYTES) * PAGE_BYTES for size in reference.data.sizes())
    broken = [
        f"{share:.0%} of the room: {problem}"
        for share in shares
        for problem in _filled(reference, folder / f"{share:.2f}", int(share * needed))
    ]
    return Outcome(what, len(shares), tuple(broken))


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[str]:
    """A file system in memory of ``size`` bytes at ``folder``; the reason where none can be had here."""
    folder.mkdir(parents=True)
    refused = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield refused
    finally:
        if not refused:
            subprocess.run([shutil.which("umount") or "umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> str:
    """Why the system does not mount that; empty when it did."""
    program = shutil.which("mount")
    if program is None:
        return "there is no mount command"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"mounting is not permitted ({done.stderr.strip()})"


def _filled(reference: Undisturbed, folder: Path, size: int) -> Iterator[str]:
    """What is wrong with a run on a disk of ``size`` bytes."""
    data = DataFolder(reference.data.inputs, folder / "log", EMBEDDED.environment)
    data.out = folder / "disk"
    with small_disk(data.out, size):
        failed = data.finish()
        if not _failed_clearly(failed, FULL):
            yield f"exit status {failed.status}: {failed.said}"
        yield from (f"{name} is left half written" for name in data.corrupt(reference.data))
        _mount("-o", f"remount,size={ROOM_BYTES}", str(data.out))
        yield from _problems(data, reference, data.finish())


# --- what must hold ---------------------------------------------------------------------------------------------------


def _problems(data: DataFolder, reference: Undisturbed, done: Ended) -> list[str]:
    """What is not as it is after an undisturbed run."""
    if done.status:
        return [f"exit status {done.status}: {done.said}"]
    wrong = [f"{name} differs" for name in data.differences(reference.data)]
    wrong += [f"{name} was left behind" for name in data.strangers()]
    wrong += [] if data.is_verified() else ["the record does not hold"]
    return wrong if data.conserves_rows() else [*wrong, "rows were lost"]


def _failed_clearly(failed: Ended, words: str) -> bool:
    """Whether the process said in one line, with ``words``, why it failed."""
    errors = [line for line in failed.said.splitlines() if line.startswith("error: ")]
    return failed.status == 1 and len(errors) == 1 and words in errors[0] and "Traceback" not in failed.said
