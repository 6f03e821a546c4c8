"""Kills runs of several shapes at random moments, completes them, and compares every byte with undisturbed runs.

Then it lets the other disturbances befall a run: repeated deliveries, two hosts, a storage that stops, a disk that
fills. All moments are drawn from one seed. Exit status 1 when a promise is broken.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.crashes import disturbances
from benchmarks.crashes.disturbances import EMBEDDED, Outcome
from benchmarks.crashes.kills import KilledShape, killed_shape, undisturbed
from benchmarks.crashes.shapes import SHAPES, prepared
from benchmarks.crashes.table import kill_lines, outcome_lines

SEED = 20_261_124


def main() -> None:
    names = [shape.name for shape in SHAPES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crashes", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="runs to kill, each at least once")
    parser.add_argument("--shapes", nargs="+", choices=names, default=names, metavar="SHAPE", help=", ".join(names))
    parser.add_argument("--seed", type=int, default=SEED, metavar="N")
    parser.add_argument("--kills-only", action="store_true", help="leave the other disturbances out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shapes = list(_killed(Path(folder), options.kills, options.shapes, options.seed))
        outcomes = [] if options.kills_only else list(_disturbed(Path(folder), options.seed))
    print("\n".join([*kill_lines(shapes), "", *outcome_lines(outcomes)]))
    kept = [*(shape.is_kept for shape in shapes), *(outcome.is_kept for outcome in outcomes)]
    sys.exit(0 if all(kept) else 1)


def _killed(folder: Path, kills: int, names: list[str], seed: int) -> Iterator[KilledShape]:
    for number, name in enumerate(names):
        shape = next(shape for shape in SHAPES if shape.name == name)
        share = kills // len(names) + (number < kills % len(names))
        yield killed_shape(shape, folder / f"kills-{number}", seed, share, tell=_tell)


def _disturbed(folder: Path, seed: int) -> Iterator[Outcome]:
    references = [
        undisturbed(prepared(shape, folder / f"inputs-{number}", seed), folder / f"undisturbed-{number}", EMBEDDED)
        for number, shape in enumerate(SHAPES)
        if not shape.services
    ]
    small = references[0]
    scenes: list[Callable[[], Outcome]] = [
        lambda: disturbances.redelivered(references, folder / "redelivered", seed),
        lambda: disturbances.two_hosts(small, folder / "hosts", seed),
        lambda: disturbances.storage_stops(small.data.inputs, folder / "storage", seed),
        lambda: disturbances.disk_fills(small, folder / "disk"),
    ]
    for scene in scenes:
        outcome = scene()
        _tell(f"{outcome.what}: {outcome.found}")
        yield outcome


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
