"""Many runs in one host, in a row and at once: what the process holds after each, and whether that grows.

The app's own HTTP functions start the runs, decide on what waits for approval and read the results. After a warm-up
that has every pool at its size and every cache filled, each run is followed by a look at the process: resident memory,
threads, open files, entries in the folder for temporary files and drafts in the blob store. Of each shape of run there
is one result, whatever ran before it or beside it. Reads ``/proc`` and asks glibc, so it needs Linux.
"""

import argparse
import asyncio
import ctypes
import gc
import hashlib
import json
import os
import platform
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from local.host import LocalHost, host_settings  # noqa: E402 - this file is started as a script
from samples.generate_customers import generate  # noqa: E402
from shared.run_folder import CONTENT, UPLOADS  # noqa: E402
from triggers.runs import ENDED  # noqa: E402

SHAPES = 8
"""Lists, and seeds of their experiments; the runs of the first shape wait for a person's decisions."""
WARM_RUNS = 16
"""Runs in a row before the first look, after twice as many at once as there are shapes."""
GROWTH_KB = 100
"""Resident memory may grow by this much per run, beside twice the standard error of the trend."""
LOOK_SECONDS = 0.05
JSON = {"content-type": "application/json"}


class Held(NamedTuple):
    """What the process holds when nothing is under way: memory in KB, the others counted.

    A pool of threads counts once: it grows to its size when it is busy, and stays so.
    """

    memory: int
    threads: int
    files: int
    temporary: int
    drafts: int


class Trend(NamedTuple):
    """The least-squares slope per run of a series, and its standard error; one run's value may hang on the last's."""

    slope: float
    error: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--customers", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = str(Path(folder, "temporary"))
        Path(tempfile.tempdir).mkdir()
        data = Path(folder, "data")
        with host_settings(data, ROOT / "config") as settings, LocalHost(settings) as host:
            fill(host, options.customers)
            failures = asyncio.run(_soak(host, data, options.runs, options.at_once))
    for failure in failures:
        print(f"FAILED: {failure}")
    raise SystemExit(1 if failures else 0)


async def _soak(host: LocalHost, data: Path, runs: int, at_once: int) -> list[str]:
    """Warm up, run in a row, run at once; what was found wrong."""
    warm = await run_at_once(host, "warm", 2 * max(SHAPES, at_once))
    results = dict(enumerate(warm[:SHAPES]))
    for number in range(WARM_RUNS):
        await one_run(host, f"warmer-{number}", number % SHAPES)
    held, different = [look(data)], []
    for number in range(runs):
        result = await one_run(host, f"row-{number}", number % SHAPES)
        held.append(look(data))
        if result != results[number % SHAPES]:
            different.append(f"row-{number}")
    beside = await run_at_once(host, "beside", at_once)
    different += [f"beside-{number}" for number, one in enumerate(beside) if one != results[number % SHAPES]]
    after = look(data)
    _print_table(held, after, at_once)
    wrong = [f"another result than the same run alone: {', '.join(different)}"] if different else []
    return wrong + faults(held, after)


def fill(host: LocalHost, customers: int) -> None:
    """Put a list for each shape, and the sample library, in place."""
    for shape in range(SHAPES):
        listing = generate(customers + shape, seed=shape, bad_rows=4).encode("utf-8", "surrogateescape")
        host.services.blobs.create(UPLOADS, f"list-{shape}.csv", listing)
    for path in sorted((ROOT / "samples" / "content").iterdir()):
        host.services.blobs.create(CONTENT, path.name, path.read_bytes())


async def run_at_once(host: LocalHost, name: str, count: int) -> list[str]:
    """The results of ``count`` runs, the shapes by turns, all started together."""
    return await asyncio.gather(*(one_run(host, f"{name}-{number}", number % SHAPES) for number in range(count)))


async def one_run(host: LocalHost, run_id: str, shape: int) -> str:
    """Start a run, see it to its end and give its result's digest; everything that hangs on its id is left out."""
    request = {
        "customers": f"list-{shape}.csv",
        "run_id": run_id,
        "approval": "auto" if shape else "required",
        "config": {"experiment_config": {"experiment": {"seed": f"shape-{shape}"}}},
    }
    await _call(host, "create_run", "POST", body=request)
    while (state := (await _call(host, "get_run", run_id=run_id))["state"]) not in ENDED:
        if state == "awaiting_approval":
            await _approve(host, run_id)
        await asyncio.sleep(LOOK_SECONDS)
    if state in {"failed", "cancelled"}:
        raise SystemExit(f"{run_id} ended as {state}")
    await _let_go(host, run_id)
    return await _result(host, run_id)


async def _let_go(host: LocalHost, run_id: str) -> None:
    """Wait until the engine has ended the run too: the files tell its end a moment earlier."""
    while True:
        status = await host.client.get_status(run_id)
        if status is None or status.runtime_status.name != "Running":
            return
        await asyncio.sleep(LOOK_SECONDS)


async def _approve(host: LocalHost, run_id: str) -> None:
    variants = (await _call(host, "get_variants", run_id=run_id))["variants"]
    wanted = [
        {"variant_id": one["variant_id"], "content_hash": one["content_hash"], "decision": "approve"}
        for one in variants
        if one["verdict"]["status"] == "pass" and not one["decision"]
    ]
    if wanted:
        await _call(host, "decide", "POST", run_id=run_id, body={"decisions": wanted})


async def _result(host: LocalHost, run_id: str) -> str:
    """The digest of the counts, the messages, who gets which, and the figures of the experiment."""
    result = (await _call(host, "get_run", run_id=run_id))["result"]
    variants = (await _call(host, "get_variants", run_id=run_id))["variants"]
    experiment = await _call(host, "get_experiment", run_id=run_id)
    assignments = await _reply(host, "get_assignments", run_id=run_id)
    for kind in ("html", "pdf"):
        await _reply(host, "get_report", run_id=run_id, kind=kind)
    told = [
        [result[name] for name in ("status", "customers", "segments", "variants")],
        [[one[name] for name in ("variant_id", "content_hash")] for one in variants],
        [experiment[name] for name in ("srm", "arms", "lift_analysis", "segment_breakdown", "strata")],
        hashlib.sha256(assignments).hexdigest(),
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


async def _call(host: LocalHost, function: str, method: str = "GET", *, body: Any = None, **route: str) -> Any:
    return json.loads(await _reply(host, function, method, body=body, **route))


async def _reply(host: LocalHost, function: str, method: str = "GET", *, body: Any = None, **route: str) -> bytes:
    data = json.dumps(body).encode() if body is not None else b""
    reply = await host.request(function, method, headers=JSON, route_params=route, body=data)
    if reply.status_code >= 400:
        raise SystemExit(f"{function} answered {reply.status_code}: {reply.get_body().decode()}")
    return bytes(reply.get_body())


# --- what the process holds -------------------------------------------------------------------------------------------


def look(data: Path) -> Held:
    """What the process holds now, garbage collected and what the allocator keeps for later given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Held(
        memory=pages * os.sysconf("SC_PAGE_SIZE") // 1024,
        threads=len({one.name.rpartition("_")[0] or one.name for one in threading.enumerate()}),
        files=len(list(Path("/proc/self/fd").iterdir())),
        temporary=len(list(Path(tempfile.gettempdir()).iterdir())),
        drafts=len(list((data / ".tmp").glob("draft-*"))),
    )


def trend(values: Sequence[float]) -> Trend:
    """The slope per step through ``values``, at least four of them.

    Memory moves in steps that stay, so that neighbours tell less than so many independent values would: the error is
    that of independent ones times sqrt((1 + r) / (1 - r)), r the residuals' correlation with their neighbours.
    """
    import numpy as np

    steps, series = np.arange(len(values)), np.asarray(values, dtype=float)
    (slope, start), covariance = np.polyfit(steps, series, 1, cov=True)
    residuals = series - (start + slope * steps)
    around = float(residuals @ residuals)
    kinship = max(0.0, float(residuals[1:] @ residuals[:-1]) / around) if around > 0 else 0.0
    return Trend(float(slope), float(np.sqrt(covariance[0][0] * (1 + kinship) / (1 - kinship))))


def faults(held: Sequence[Held], after: Held) -> list[str]:
    """What grew: memory beyond its trend's noise, anything else that there is more of in the end."""
    memory = trend([one.memory for one in held])
    found = []
    if memory.slope - 2 * memory.error > GROWTH_KB:
        found.append(f"memory grows by {memory.slope:,.0f} KB per run; {GROWTH_KB} are allowed")
    for name in Held._fields[1:]:
        first, last = getattr(held[0], name), max(getattr(held[-1], name), getattr(after, name))
        if last > first:
            found.append(f"{name}: {first} at first, {last} in the end")
    return found


def _print_table(held: Sequence[Held], after: Held, at_once: int) -> None:
    print(f"Python {platform.python_version()}, {len(held) - 1} runs in a row, then {at_once} at once")
    print(f"{'':>12} {'first':>10} {'last':>10} {'highest':>10} {'per run':>16} {f'after {at_once}':>10}")
    for name in Held._fields:
        values = [getattr(one, name) for one in held]
        slope = trend(values)
        cells = f"{values[0]:>10,} {values[-1]:>10,} {max(values):>10,} {f'{slope.slope:+.2f} ± {slope.error:.2f}':>16}"
        print(f"{f'{name} KB' if name == 'memory' else name:>12} {cells} {getattr(after, name):>10,}")


if __name__ == "__main__":
    main()
