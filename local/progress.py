"""Shows how a run goes, on stderr: a bar on a terminal, else one plain line per step."""

import sys
import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

STEPS = {
    "queued": "Waiting",
    "planning": "Reading the list",
    "segmenting": "Segmenting customers",
    "personalising": "Writing and screening",
    "awaiting_approval": "Waiting for approval",
    "experimenting": "Running the experiment",
    "reporting": "Writing the report",
}
SHOWN_COUNTS = ("accepted", "rejected", "suppressed", "segments", "passed")


class RunProgress:
    """Follows one run: feed it each status; use as a context manager."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._state = ""
        self._started = time.monotonic()
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[counts]}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: Any = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish_step()
        self._bars.stop()

    def update(self, state: str, done: int, total: int, counts: dict[str, int]) -> None:
        """Show one status of the run."""
        if state not in STEPS:
            return
        if state != self._state:
            self._begin_step(state)
        shown = ", ".join(
            f"{value:,} {name}"
            for name, value in counts.items()
            if name in {"accepted", "rejected", "suppressed", "passed"}
        )
        self._bars.update(self._task, completed=done, total=max(total, 1), counts=shown)

    def _begin_step(self, state: str) -> None:
        self._finish_step()
        self._state = state
        self._task = self._bars.add_task(STEPS[state], total=1, counts="")
        if self._bars.disable:
            print(f"[{time.monotonic() - self._started:6.1f} s] {STEPS[state]}", file=sys.stderr, flush=True)

    def _finish_step(self) -> None:
        if self._task is not None:
            task = self._bars.tasks[self._task]
            self._bars.update(self._task, completed=task.total)
            self._bars.stop_task(self._task)
