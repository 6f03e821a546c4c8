"""Simulates experiments by the thousand, analyses them with the product's own functions, and prints what they keep.

Each row says what a figure should be, what was found, and the Monte Carlo standard error of that. All is drawn from one
seed, so the table is the same in every run. Exit status 1 when a promise is not kept.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from zlib import crc32

import numpy as np
import scipy

from benchmarks.calibration import choices, coverage, false_alarms, looks, power, runs, sizes
from benchmarks.calibration.table import Row, Task, lines

SEED = 20_261_123
QUICK = 40
FEWEST = 100
QUICK_ALLOWS = 4
"""Standard errors that so few experiments may be off."""
TASKS: list[Task] = [
    *false_alarms.TASKS,
    *coverage.TASKS,
    *power.TASKS,
    *sizes.TASKS,
    *looks.TASKS,
    *choices.TASKS,
    *runs.TASKS,
]


def measured(*, quick: bool, workers: int) -> list[Row]:
    """All rows of the table; ``quick`` draws a fortieth of the experiments."""
    scaled = [(name, max(trials // QUICK, FEWEST) if quick else trials, task) for name, trials, task in TASKS]
    return [row for rows in _results(scaled, workers) for row in rows]


def _results(tasks: Sequence[Task], workers: int) -> Iterator[list[Row]]:
    if workers == 1:
        yield from map(_measure, tasks)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_measure, tasks)


def _measure(task: Task) -> list[Row]:
    name, trials, simulate = task
    return simulate(trials, np.random.default_rng([SEED, crc32(name.encode())]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fortieth of the experiments")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="default: one per core")
    options = parser.parse_args()
    started = time.perf_counter()
    allowed = QUICK_ALLOWS if options.quick else 0
    rows = measured(quick=options.quick, workers=options.workers)
    print("\n".join(lines(rows, allowed)))
    print(f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}; seed {SEED}")
    print(f"{len(rows)} rows in {time.perf_counter() - started:.0f} s with {options.workers} processes")
    sys.exit(0 if all(row.kept(allowed) for row in rows) else 1)


if __name__ == "__main__":
    main()
