"""Times whole runs at several sizes: seconds per step, customers per second and peak memory of the process.

Where the row-by-row reference pipeline is given (``--reference SCRIPT``, a script that takes a CSV and prints its stage
seconds as JSON), it is run on the same file right after, and the ratio is the figure to read: machines are noisy.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
STEPS = ("planning", "segmenting", "personalising", "experimenting", "reporting")
REFERENCE = ROOT.parent / "shared" / "peers" / "seed_reference.py"


class Measured(NamedTuple):
    """One whole process: its wall-clock seconds, its peak resident memory in MB, and what it printed."""

    seconds: float
    peak_mb: float
    output: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--reference", type=Path, default=REFERENCE if REFERENCE.exists() else None)
    options = parser.parse_args()
    heads = [*STEPS, "whole", "rows/s", "peak MB", "reference s", "ratio"]
    print(f"{'customers':>12} " + " ".join(f"{head:>13}" for head in heads))
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{size:>12,} " + " ".join(f"{cell:>13}" for cell in _row(Path(folder), size, options.reference)))


def _row(folder: Path, size: int, reference: Path | None) -> list[str]:
    from samples.generate_customers import write

    customers = folder / "customers.csv"
    write(customers, rows=size, seed=1, bad_rows=0)
    ours = _measure(["-m", "local", "run", str(customers), "--json", "--out", str(folder / "out")])
    steps = json.loads(ours.output)["seconds"]
    cells = [f"{steps.get(step, 0.0):.2f}" for step in STEPS]
    cells += [f"{ours.seconds:.2f}", f"{size / ours.seconds:,.0f}", f"{ours.peak_mb:,.0f}"]
    if reference is None:
        return [*cells, "-", "-"]
    theirs = _measure([str(reference), str(customers)])
    return [*cells, f"{theirs.seconds:.2f}", f"{ours.seconds / theirs.seconds:.2f}"]


def _measure(arguments: list[str]) -> Measured:
    """Run one Python process to its end; its peak memory is read from the kernel's account of it."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the measured process ended with status {os.waitstatus_to_exitcode(status)}")
    return Measured(time.perf_counter() - started, _megabytes(usage), output)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


if __name__ == "__main__":
    main()
