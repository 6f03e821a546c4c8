"""Kills: a run is killed without warning at random moments, started again until it completes, and compared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.crashes.runs import DataFolder, Ended, killed_after
from benchmarks.crashes.shapes import Inputs, Shape, prepared
from local.emulators.profile import service_settings
from local.emulators.services import emulated_services
from local.emulators.settings import Emulation
from local.emulators.wire import EmulatorServer

TIMES = (1, 2, 3)
SHARES = (0.7, 0.2, 0.1)
"""How many of the runs are killed so many times."""
QUESTIONS = ("chat", "search_documents_search", "safety")
"""The emulator's operations of which each question of a run, or the look at what the index holds, takes one."""


class Lost(Exception):
    """A run that nobody disturbed did not complete, so there is nothing to compare with."""


class Undisturbed(NamedTuple):
    """A run that nobody disturbed: what the others are held against."""

    data: DataFolder
    seconds: float


class Moment(NamedTuple):
    """What there was when a process was killed."""

    step: str
    asked: tuple[str, ...]
    stored: frozenset[str]
    corrupt: tuple[str, ...]

    @property
    def in_flight(self) -> int:
        """Questions that were asked and whose answers were not stored, so that they have to be asked once more."""
        return len({*self.asked} - self.stored)


class Disturbed(NamedTuple):
    """A run that was killed, and what came of it."""

    moments: tuple[Moment, ...]
    problem: str
    differences: tuple[str, ...]
    """Files that are not those of the undisturbed run."""
    asked_again: tuple[str, ...]
    """Files of answers that were stored when the process was killed, and were asked for all the same."""
    corrupt: tuple[str, ...]
    """Files that a kill left neither whole nor absent."""
    strangers: tuple[str, ...]
    drafts: int
    chain_intact: bool
    rows_conserved: bool
    seconds: float

    @property
    def is_kept(self) -> bool:
        """Whether everything that is promised of a killed run holds."""
        bad = self.problem or self.differences or self.asked_again or self.corrupt or self.strangers
        return not bad and self.chain_intact and self.rows_conserved

    @property
    def line(self) -> str:
        """One line on what was found."""
        killed = ", ".join(moment.step for moment in self.moments)
        wrong = {
            self.problem: self.problem,
            f"differs in {', '.join(self.differences)}": self.differences,
            f"asked again for {', '.join(self.asked_again)}": self.asked_again,
            f"left broken {', '.join(self.corrupt)}": self.corrupt,
            f"left behind {', '.join(self.strangers)}": self.strangers,
            "chain broken": not self.chain_intact,
            "rows lost": not self.rows_conserved,
        }
        return f"killed while {killed}: " + ("; ".join(text for text, found in wrong.items() if found) or "identical")


class KilledShape(NamedTuple):
    """All killed runs of one shape, and how long an undisturbed one took."""

    name: str
    seconds: float
    runs: tuple[Disturbed, ...]

    @property
    def is_kept(self) -> bool:
        """Whether every run keeps what is promised."""
        return all(run.is_kept for run in self.runs)


def killed_shape(shape: Shape, folder: Path, seed: int, runs: int, tell: Callable[[str], None]) -> KilledShape:
    """Kill so many runs of ``shape``, each at moments of its own, and tell of each in a line.

    Where services are emulated, a first run brings their index up to date, so that every later one finds it so.
    """
    inputs = prepared(shape, folder / "inputs", seed)
    with services_of(shape) as services:
        if services:
            undisturbed(inputs, folder / "first", services)
        reference = undisturbed(inputs, folder / "undisturbed", services)
        killed = []
        for number in range(runs):
            random = Random(f"{seed}:{shape.name}:{number}")
            killed.append(disturbed(reference, folder / f"{number}", services, random))
            tell(f"{shape.name} {number + 1}/{runs}, {killed[-1].line}")
    return KilledShape(shape.name, reference.seconds, tuple(killed))


class Services:
    """Where the AI services of a run are: embedded, or a server that counts what it is asked."""

    def __init__(self, server: EmulatorServer | None) -> None:
        self._server = server
        self.environment = service_settings(server.url) if server else {}

    def __bool__(self) -> bool:
        return self._server is not None

    def questions(self) -> int:
        """Requests with a question that have arrived so far."""
        return sum(self._server.count(operation) for operation in QUESTIONS) if self._server else 0


@contextmanager
def services_of(shape: Shape) -> Iterator[Services]:
    """The services that the shape asks for, for as long as they are needed."""
    if not shape.services:
        yield Services(None)
        return
    with emulated_services(Emulation(port=0)) as server:
        yield Services(server)


def undisturbed(inputs: Inputs, folder: Path, services: Services, *wrapper: str) -> Undisturbed:
    """Run ``inputs`` to the end; ``Lost`` when that does not succeed."""
    data = DataFolder(inputs, folder, services.environment)
    done = data.finish(*wrapper)
    if done.status or not data.is_verified() or not data.conserves_rows():
        raise Lost(f"{inputs.shape.name}: the undisturbed run ended with status {done.status}: {done.said}")
    return Undisturbed(data, done.seconds)


def disturbed(reference: Undisturbed, folder: Path, services: Services, random: Random) -> Disturbed:
    """One run, killed at least once at moments drawn from ``random``, and brought to its end."""
    wanted, moments, attempts = random.choices(TIMES, SHARES)[0], list[Moment](), count()
    while not moments:
        before = services.questions()
        data = DataFolder(reference.data.inputs, folder / f"{next(attempts)}", services.environment)
        moments = list(_kills(data, reference, wanted, random))
    judged = _judged(data, reference, moments, data.finish())
    requests, questions = services.questions() - before, len(data.asked())
    if services and requests > questions:
        return judged._replace(problem=f"{requests} requests for {questions} questions")
    return judged


def _kills(data: DataFolder, reference: Undisturbed, wanted: int, random: Random) -> Iterator[Moment]:
    """Kill one process after the other, until one ends before its moment comes."""
    for _ in range(wanted):
        if not killed_after(data.start(), random.uniform(0, reference.seconds)):
            return
        stored, corrupt = frozenset(data.stored_answers()), tuple(data.corrupt(reference.data))
        yield Moment(data.step(), tuple(data.asked()), stored, corrupt)


def _judged(data: DataFolder, reference: Undisturbed, moments: list[Moment], done: Ended) -> Disturbed:
    asked, complete = data.asked(), done.status == 0
    again = [name for moment in moments for name in asked[len(moment.asked) :] if name in moment.stored]
    return Disturbed(
        moments=tuple(moments),
        problem="" if complete else f"exit status {done.status}: {done.said}",
        differences=tuple(data.differences(reference.data)),
        asked_again=tuple(again),
        corrupt=tuple(name for moment in moments for name in moment.corrupt),
        strangers=tuple(data.strangers()),
        drafts=data.drafts(),
        chain_intact=data.is_verified(),
        rows_conserved=complete and data.conserves_rows(),
        seconds=done.seconds,
    )
