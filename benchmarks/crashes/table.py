"""Prints what was found: a table of the kills by shape, and one of the other disturbances."""

from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.crashes.disturbances import Outcome
from benchmarks.crashes.kills import KilledShape
from benchmarks.crashes.runs import STARTING, STEPS

KILL_HEADS = (
    "shape",
    "runs",
    "kills",
    "identical",
    "asked again",
    "in flight",
    "chains intact",
    "rows conserved",
    "drafts",
    "seconds undisturbed",
    "seconds to go on",
)


def kill_lines(shapes: Sequence[KilledShape]) -> Iterator[str]:
    """A table in Markdown, a row to a shape, and what the kills interrupted."""
    yield from _table(KILL_HEADS, [_kill_row(shape) for shape in shapes])
    steps = Counter(moment.step for shape in shapes for run in shape.runs for moment in run.moments)
    order = [STARTING, *reversed(STEPS.values())]
    yield ""
    yield "Killed while " + ", ".join(f"{step}: {steps[step]}" for step in order)


def outcome_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A table in Markdown, a row to a disturbance."""
    if outcomes:
        rows = [[outcome.what, f"{outcome.runs}", outcome.found] for outcome in outcomes]
        yield from _table(("disturbance", "runs", "found"), rows)


def _kill_row(shape: KilledShape) -> list[str]:
    runs, moments = shape.runs, [moment for run in shape.runs for moment in run.moments]
    return [
        shape.name,
        f"{len(runs)}",
        f"{len(moments)}",
        f"{sum(not run.differences for run in runs)}",
        f"{sum(len(run.asked_again) for run in runs)}",
        f"{sum(moment.in_flight for moment in moments)}",
        f"{sum(run.chain_intact for run in runs)}",
        f"{sum(run.rows_conserved for run in runs)}",
        f"{sum(run.drafts for run in runs)}",
        f"{shape.seconds:.1f}",
        f"{sum(run.seconds for run in runs) / len(runs):.1f}" if runs else "-",
    ]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(cells)} |"
