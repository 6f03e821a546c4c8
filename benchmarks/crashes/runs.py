"""Starts processes of a run, kills them, and says how the files they leave differ from those of another run."""

import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.crashes.process import is_answer
from benchmarks.crashes.shapes import ROOT, Inputs
from local.cli import main as local
from shared.run_folder import (
    ANSWERS,
    APPROVALS,
    AUDIT,
    ENDING,
    EXPERIMENT,
    FAILURE,
    MANIFEST,
    PARTITIONS,
    RESULT,
    RUNS,
    SEAL,
    SEGMENTS,
    audit_chain,
)

RUN_ID = "crash"
LONGEST_SECONDS = 600
CONTAINERS = tuple(f"{container}/" for container in (RUNS, AUDIT, ANSWERS))
DRAFTS = ".tmp"
EXPECTED_BESIDE = {".pseudonym-key", f"{DRAFTS}/lock"}
"""What a data folder holds beside its containers."""
STEPS = {
    SEAL: "after the end",
    ENDING: "closing",
    EXPERIMENT: "reporting",
    APPROVALS: "experimenting",
    SEGMENTS: "personalising",
    PARTITIONS: "segmenting",
    MANIFEST: "planning",
}
"""The last of these files that there is -> the step that was under way."""
STARTING = "starting"


class Ended(NamedTuple):
    """A process that came to its end: its exit status, what it said on stderr, and its seconds."""

    status: int
    said: str
    seconds: float


class DataFolder:
    """A fresh data folder of one run of ``inputs``, the log of what was asked for it, and its processes."""

    def __init__(self, inputs: Inputs, folder: Path, environment: Mapping[str, str]) -> None:
        self.inputs = inputs
        self.out = folder / "out"
        self.log = folder / "log.jsonl"
        self._environment = environment
        folder.mkdir(parents=True)
        self.log.touch()

    def start(self, *wrapper: str) -> subprocess.Popen[str]:
        """A process of the run, at the head of a group of its own; ``wrapper`` are options of ``process``."""
        run = ["run", *self.inputs.arguments, "--run-id", RUN_ID, "--out", str(self.out), "--json"]
        command = [sys.executable, "-m", "benchmarks.crashes.process", "--log", str(self.log), *wrapper, *run]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DATA_")}
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**kept, **self._environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def finish(self, *wrapper: str) -> Ended:
        """Start a process and wait for its end."""
        return ended(self.start(*wrapper))

    def noted(self) -> list[dict[str, Any]]:
        """What the log holds so far."""
        return [json.loads(line) for line in self.log.read_bytes().splitlines()]

    def asked(self) -> list[str]:
        """The files of all answers that were asked for so far, in order."""
        return [note["asked"] for note in self.noted() if "asked" in note]

    def stored_answers(self) -> set[str]:
        """The files of the answers that lie in the run's folder."""
        return {name for name in _names(self.out / RUNS) if is_answer(name)}

    def files(self) -> dict[str, str]:
        """SHA-256 of every file of the run, of its audit and of the answers that it shares, by name."""
        return {
            name: hashlib.sha256((self.out / name).read_bytes()).hexdigest()
            for name in _names(self.out)
            if name.startswith(CONTAINERS)
        }

    def sizes(self) -> list[int]:
        """The bytes of every file of the data folder."""
        return [(self.out / name).stat().st_size for name in _names(self.out)]

    def drafts(self) -> int:
        """Files that killed processes left half written, out of every container."""
        return sum(name.startswith(f"{DRAFTS}/draft-") for name in _names(self.out))

    def strangers(self) -> list[str]:
        """Files that nobody expects in a data folder."""
        known = (*CONTAINERS, f"{DRAFTS}/draft-")
        return [name for name in _names(self.out) if not name.startswith(known) and name not in EXPECTED_BESIDE]

    def step(self) -> str:
        """The step that the run's files say was under way."""
        run = self.out / RUNS / RUN_ID
        return next((step for name, step in STEPS.items() if (run / name).is_file()), STARTING)

    def corrupt(self, other: "DataFolder") -> list[str]:
        """Files of a run under way that are neither those of the ended run in ``other`` nor, the chain, its beginning.

        A run that failed may hold its failure too.
        """
        chain, failure = f"{AUDIT}/{audit_chain(RUN_ID)}", f"{RUNS}/{RUN_ID}/{FAILURE}"
        mine, theirs = self.files(), other.files()
        wrong = [name for name in mine if name not in {chain, failure} and mine[name] != theirs.get(name)]
        begun = (self.out / chain).read_bytes() if chain in mine else b""
        return wrong if (other.out / chain).read_bytes().startswith(begun) else [*wrong, chain]

    def is_verified(self) -> bool:
        """Whether the command ``verify`` finds the record of the run intact."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return local(["verify", RUN_ID, "--out", str(self.out)]) == 0

    def conserves_rows(self) -> bool:
        """Whether every row of the list is accepted, rejected or suppressed, and all of them were read."""
        counts = json.loads((self.out / RUNS / RUN_ID / RESULT).read_bytes())["customers"]
        kept = counts["accepted"] + counts["rejected"] + counts["suppressed"]
        return bool(counts["read"] == kept == self.inputs.shape.rows)

    def differences(self, other: "DataFolder") -> list[str]:
        """The names of all files that are not the same in both folders, or in one of them only."""
        mine, theirs = self.files(), other.files()
        return sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))


def ended(process: subprocess.Popen[str]) -> Ended:
    """The end of a process that was started, which is killed where it takes too long."""
    started = time.monotonic()
    try:
        said = process.communicate(timeout=LONGEST_SECONDS)[1]
    except subprocess.TimeoutExpired:
        said = f"no end within {LONGEST_SECONDS} seconds"
    finally:
        kill(process)
    return Ended(process.returncode, said, time.monotonic() - started)


def killed_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Let the process live so long, then kill its whole group; False when it ended by itself before."""
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=seconds)
    finally:
        kill(process)
    return process.returncode == -signal.SIGKILL


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the process and all that it started in its group, unless it has ended."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _names(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())
