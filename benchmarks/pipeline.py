"""Times whole runs at several sizes: seconds per step, customers per second and peak memory of the process.

Beside each run, on the same file and right after it, stand two others: a row-by-row reference pipeline where one is
given (``--reference SCRIPT``, which takes a CSV and prints its stage seconds as JSON), and the floor, pyarrow reading
the CSV and writing Parquet. Machines are noisy: the ratios are the figures to read, each the median of its rounds.
Exit status 1 when a promise is not kept.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
REFERENCE = ROOT.parent / "shared" / "peers" / "seed_reference.py"
STEPS = ("planning", "segmenting", "personalising", "experimenting", "reporting")
CUSTOMER_STEPS = ("planning", "segmenting", "experimenting")
"""All that is done with customers; the other steps write the copy and the report, which no customer makes longer."""
MILLION = 1_000_000
MOST_OF_REFERENCE, MOST_STEPS_OF_REFERENCE, MOST_STEPS_OF_FLOOR, MOST_PEAK_MB = 1 / 5, 1 / 15, 6.0, 600.0
MOST_STEPS_GROWTH, MOST_PEAK_GROWTH = 11.0, 1.25
"""From a million customers to ten."""

FLOOR = """
import json, sys, time
import pyarrow.csv, pyarrow.parquet
started = time.perf_counter()
pyarrow.parquet.write_table(pyarrow.csv.read_csv(sys.argv[1]), sys.argv[2])
print(json.dumps({"seconds": time.perf_counter() - started}))
"""


class Measured(NamedTuple):
    """One whole process: its wall-clock seconds, its peak resident memory in MB, and what it printed."""

    seconds: float
    peak_mb: float
    output: str


class Reference(NamedTuple):
    """The reference's seconds: of its whole process, and of its stages as it told them."""

    whole: float
    stages: float


class Round(NamedTuple):
    """A run, and the seconds of what stands beside it."""

    steps: dict[str, float]
    whole: float
    peak_mb: float
    floor: float
    reference: Reference | None

    @property
    def customer_steps(self) -> float:
        """Seconds of all that is done with customers."""
        return sum(self.steps[step] for step in CUSTOMER_STEPS)


class Size(NamedTuple):
    """The rounds of one size."""

    customers: int
    rounds: Sequence[Round]

    def median(self, figure: Callable[[Round], float]) -> float:
        """The median of a figure over the rounds."""
        return statistics.median(map(figure, self.rounds))

    def of_floor(self) -> float:
        """The customer steps over the floor."""
        return self.median(lambda one: one.customer_steps / one.floor)

    def of_reference(self) -> tuple[float, float] | None:
        """The whole process over the reference's, and the customer steps over its stages; None without one."""
        wholes = [one.whole / one.reference.whole for one in self.rounds if one.reference]
        steps = [one.customer_steps / one.reference.stages for one in self.rounds if one.reference]
        return (statistics.median(wholes), statistics.median(steps)) if wholes else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, MILLION, 10 * MILLION])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each size")
    parser.add_argument("--reference", type=Path, default=REFERENCE if REFERENCE.exists() else None)
    parser.add_argument("--reference-up-to", type=int, default=MILLION, help="the largest size the reference is run on")
    options = parser.parse_args()
    print(_machine())
    heads = [*STEPS, "customer steps", "whole", "customers/s", "peak MB", "reference", "whole/ref", "steps/ref"]
    print(f"{'customers':>12} " + " ".join(f"{head:>14}" for head in [*heads, "floor", "steps/floor"]))
    sizes = []
    for customers in options.sizes:
        reference = options.reference if customers <= options.reference_up_to else None
        sizes.append(_size(customers, options.rounds, reference))
        print(f"{customers:>12,} " + " ".join(f"{cell:>14}" for cell in _cells(sizes[-1])), flush=True)
    promises = _promises({size.customers: size for size in sizes})
    for told, found, most in promises:
        print(f"{'kept' if found <= most else 'BROKEN':>6}: {told}: {found:.3g}, at most {most:.3g}")
    return 1 if any(found > most for _, found, most in promises) else 0


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "pyarrow"))
    return f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {packages}"


def _size(customers: int, rounds: int, reference: Path | None) -> Size:
    from samples.generate_customers import write

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        write(path, rows=customers, seed=1, bad_rows=0)
        return Size(customers, [_round(Path(folder), path, number, reference) for number in range(rounds)])


def _round(folder: Path, customers: Path, number: int, reference: Path | None) -> Round:
    ours = measure(["-m", "local", "run", str(customers), "--json", "--out", str(folder / f"out-{number}")])
    result = json.loads(ours.output)
    read, accepted = (result["customers"][name] for name in ("read", "accepted"))
    if read != accepted:
        raise SystemExit(f"{read} rows were read, but {accepted} accepted, of a list without a bad row")
    floor = measure(["-c", FLOOR, str(customers), str(folder / "floor.parquet")])
    theirs = measure([str(reference), str(customers)]) if reference else None
    beside = Reference(theirs.seconds, json.loads(theirs.output)["total"]) if theirs else None
    steps = {step: result["seconds"][step] for step in STEPS}
    return Round(steps, ours.seconds, ours.peak_mb, json.loads(floor.output)["seconds"], beside)


def _cells(size: Size) -> list[str]:
    whole, ratios = size.median(lambda one: one.whole), size.of_reference()
    reference = statistics.median([one.reference.whole for one in size.rounds if one.reference] or [0.0])
    return [
        *(f"{statistics.median(one.steps[step] for one in size.rounds):.2f}" for step in STEPS),
        f"{size.median(_steps):.2f}",
        f"{whole:.2f}",
        f"{size.customers / whole:,.0f}",
        f"{size.median(_peak):,.0f}",
        *([f"{reference:.2f}", f"{ratios[0]:.3f}", f"{ratios[1]:.3f}"] if ratios else ["-"] * 3),
        f"{size.median(lambda one: one.floor):.2f}",
        f"{size.of_floor():.2f}",
    ]


def _steps(one: Round) -> float:
    return one.customer_steps


def _peak(one: Round) -> float:
    return one.peak_mb


def _promises(sizes: dict[int, Size]) -> list[tuple[str, float, float]]:
    """What is promised of the sizes that were measured: in words, what was found, and at most."""
    million, ten = sizes.get(MILLION), sizes.get(10 * MILLION)
    promises = []
    if million:
        ratios = million.of_reference()
        if ratios:
            promises += [
                ("a million customers, the whole process over the reference", ratios[0], MOST_OF_REFERENCE),
                ("the customer steps over the reference", ratios[1], MOST_STEPS_OF_REFERENCE),
            ]
        promises += [
            ("the customer steps over the floor", million.of_floor(), MOST_STEPS_OF_FLOOR),
            ("peak memory in MB", million.median(_peak), MOST_PEAK_MB),
        ]
    if million and ten:
        steps, peaks = ([size.median(figure) for size in (ten, million)] for figure in (_steps, _peak))
        growth, memory = steps[0] / steps[1], peaks[0] / peaks[1]
        promises += [
            ("ten million customers, the customer steps over those of a million", growth, MOST_STEPS_GROWTH),
            ("peak memory over that of a million", memory, MOST_PEAK_GROWTH),
        ]
    return promises


def measure(arguments: list[str]) -> Measured:
    """Run one Python process to its end; its peak memory is read from the kernel's account of it."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        command = [sys.executable, *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=told, text=True)
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            told.seek(0)
            sys.stderr.write(told.read().decode())
            raise SystemExit(f"the measured process ended with status {os.waitstatus_to_exitcode(status)}")
    return Measured(time.perf_counter() - started, _megabytes(usage), output)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


if __name__ == "__main__":
    sys.exit(main())
