"""What a cold start pays for this app: the import of ``function_app`` beside that of the Functions libraries alone.

Each import is timed in a fresh process, the two by turns, so that whatever else the machine does meets both alike. The
compiled files of both are there before the first one. Below stands what the first request and the first run load then.
"""

import argparse
import platform
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 1.3
FLOOR = "import azure.functions, azure.durable_functions"
APP = "import function_app"
REQUEST = f"{APP}; import triggers.http, shared.bootstrap"
RUN = f"{REQUEST}; import orchestrator, activities.segmentation, shared.domain.segmentation"
_TIMED = "import sys, time; began = time.perf_counter(); {code}; print(time.perf_counter() - began, len(sys.modules))"


class Import(NamedTuple):
    """One import in a fresh process: its seconds, and how many modules the process had loaded after it."""

    seconds: float
    modules: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=25)
    options = parser.parse_args()
    cases = {"the libraries": FLOOR, "function_app": APP, "the first request": REQUEST, "the first run": RUN}
    for code in cases.values():
        _measure(code)
    measured: dict[str, list[Import]] = {name: [] for name in cases}
    for _ in range(options.pairs):
        for name, code in cases.items():
            measured[name].append(_measure(code))
    print(f"Python {platform.python_version()}, azure-functions {version('azure-functions')}, ", end="")
    print(f"azure-functions-durable {version('azure-functions-durable')}, {options.pairs} of each")
    print(f"{'imports of':>18} {'median ms':>10} {'modules':>8} {'ratio':>6}")
    for name, imports in measured.items():
        median = statistics.median(one.seconds for one in imports)
        print(f"{name:>18} {median * 1000:>10.0f} {imports[0].modules:>8} {_ratio(imports, measured):>6.2f}")
    if _ratio(measured["function_app"], measured) > LIMIT:
        raise SystemExit(f"importing function_app takes more than {LIMIT} times as long as the libraries alone")


def _ratio(imports: list[Import], measured: dict[str, list[Import]]) -> float:
    """The median, over the turns, of an import's time by that of the libraries in the same turn."""
    pairs = zip(imports, measured["the libraries"], strict=True)
    return statistics.median(one.seconds / floor.seconds for one, floor in pairs)


def _measure(code: str) -> Import:
    command = [sys.executable, "-c", _TIMED.format(code=code)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, modules = done.stdout.split()
    return Import(float(seconds), int(modules))


if __name__ == "__main__":
    main()
