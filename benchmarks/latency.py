"""Times whole runs whose services all take a stated time to answer: how much of the waiting is done side by side.

Two runs against emulated AI services in a process of their own, with blobs in files: it is the waiting for the
services that is measured; ``--azurite`` adds what the storage emulator costs on this machine. One run has few segments,
so it can be no faster than its longest chain of calls, each of which waits for the one before. The other has many, so
it can be no faster than its calls divided by how many are let through at once. Calls are counted from what the runs
recorded, retries and all; none is assumed. Exit status 1 when a run takes longer than its bound allows.
"""

import argparse
import csv
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CHAIN_BOUND = 1.5
LIMIT_BOUND = 1.3
GRID = {"purchase_frequency": 5, "avg_order_value": 4, "last_engagement_days": 3}
"""Parts that each feature is cut into; their product is the number of segments of the wide run."""
RUN_ID = "latency"
Customers = list[dict[str, float]]


class Settings(NamedTuple):
    """What the command line says: where to work, rows of the list, seconds of each call, and where blobs lie."""

    folder: Path
    rows: int
    latency: float
    azurite: bool


class Ran(NamedTuple):
    """A run that ended: its result document, the requests that its segments made, and its limit of calls at once.

    ``requests`` counts by service, retries included; ``longest_chain`` those that waited for one another.
    """

    result: dict[str, Any]
    requests: dict[str, int]
    longest_chain: int
    concurrent_calls: int

    @property
    def personalising(self) -> float:
        """Wall-clock seconds from the first passage to the last verdict."""
        return float(self.result["seconds"]["personalising"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=1.0, metavar="SECONDS", help="of every call (default: 1)")
    parser.add_argument("--customers", type=int, default=6000, metavar="N", help="rows of the list (default: 6000)")
    parser.add_argument("--azurite", action="store_true", help="blobs in Azurite: the emulated profile as a whole")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), options.customers, options.latency, options.azurite)
        kept = [_narrow(settings), _wide(settings)]
    sys.exit(0 if all(kept) else 1)


def _narrow(settings: Settings) -> bool:
    """The segments of ``config/`` as it is."""
    folder, latency = settings.folder, settings.latency
    ran = _run(folder / "narrow", ROOT / "config", settings)
    longest = ran.longest_chain * latency
    _print_head(ran, latency)
    print(f"  longest chain of calls     {longest:8.2f} s  ({ran.longest_chain} requests that wait for one another)")
    print(f"  one call after the other   {sum(ran.requests.values()) * latency:8.2f} s")
    return _print_ratio(ran, longest, CHAIN_BOUND)


def _wide(settings: Settings) -> bool:
    """One segment per cell of the grid."""
    folder, latency = settings.folder, settings.latency
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    (config / "segmentation.yaml").write_text(
        yaml.safe_dump(_segmentation(_customers(folder / "list.csv", settings.rows)))
    )
    ran = _run(folder / "wide", config, settings)
    wanted = math.prod(GRID.values())
    if len(ran.result["segments"]) != wanted:
        raise SystemExit(f"the list fills {len(ran.result['segments'])} of {wanted} segments: give more --customers")
    requests = sum(ran.requests.values())
    least = requests * latency / ran.concurrent_calls
    _print_head(ran, latency)
    print(f"  calls x latency / limit    {least:8.2f} s  ({requests} requests, {ran.concurrent_calls} at once)")
    return _print_ratio(ran, least, LIMIT_BOUND)


def _print_head(ran: Ran, latency: float) -> None:
    requests = ", ".join(f"{count} {name}" for name, count in ran.requests.items())
    print(f"{len(ran.result['segments'])} segments, {latency:g} s per call: {requests}")
    print(f"  whole run                  {sum(ran.result['seconds'].values()):8.2f} s")
    print(f"  personalising              {ran.personalising:8.2f} s")


def _print_ratio(ran: Ran, least: float, bound: float) -> bool:
    ratio = ran.personalising / least
    kept = ratio <= bound
    print(f"  ratio                      {ratio:8.2f}    (at most {bound:g}: {'kept' if kept else 'MISSED'})\n")
    return kept


# --- running ----------------------------------------------------------------------------------------------------------


def _run(out: Path, config: Path, settings: Settings) -> Ran:
    """One run in a data folder of its own, so that no answer of another is used again."""
    out.mkdir()
    customers = out / "customers.csv"
    _customers(customers, settings.rows)
    arguments = ["run", str(customers), "--config", str(config), "--out", str(out), "--run-id", RUN_ID, "--json"]
    with _services(settings) as (options, environment):
        done = subprocess.run(
            [sys.executable, "-m", "local", *arguments, *options],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"the measured run ended with status {done.returncode}")
    run = out / "runs" / RUN_ID
    return Ran(
        result=json.loads(done.stdout),
        requests=_requests(run),
        longest_chain=max(_chains(run)),
        concurrent_calls=_read(run / "manifest.json")["config"]["azure_config"]["limits"]["concurrent_calls"],
    )


@contextmanager
def _services(settings: Settings) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Options and environment of a run against the emulated services, for as long as these run."""
    from local.emulators.child import ServerProcess, free_port
    from local.emulators.profile import service_settings

    latency = f"{settings.latency:g}"
    if settings.azurite:
        yield ["--profile", "emulated", "--emulator-latency", latency, "--emulator-port", "0"], {}
        return
    port = free_port(0)
    command = [sys.executable, "-m", "local", "emulate", "--port", str(port), "--latency", latency]
    with ServerProcess("the emulated services", command, port, {"PYTHONPATH": str(ROOT)}) as services:
        services.wait_until_it_listens()
        yield [], service_settings(f"http://127.0.0.1:{port}")


def _requests(run: Path) -> dict[str, int]:
    """All that the metrics count, without those that brought the index up to date before the first segment."""
    requests = {name: service["attempts"] for name, service in _read(run / "metrics.json")["services"].items()}
    for call in _read(run / "index.json")["calls"]:
        requests[call["service"]] -= call["attempts"]
    return requests


def _chains(run: Path) -> Iterator[int]:
    """Of each message the requests that waited for one another: for its segment's passages, its text, its verdict."""
    for path in sorted((run / "variants").glob("*.json")):
        variant = _read(path)
        retrieval = _read(run / "retrieval" / f"{variant['segment_id']}.json")
        verdict = _read(run / "verdicts" / path.name)
        yield sum(call["attempts"] for document in (retrieval, variant, verdict) for call in document["calls"])


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


# --- the list and its segments ----------------------------------------------------------------------------------------


def _customers(path: Path, rows: int) -> Customers:
    """The features of a generated list that is written to ``path``."""
    from samples.generate_customers import write

    write(path, rows=rows, seed=1, bad_rows=0)
    with path.open(newline="") as file:
        return [{feature: float(row[feature]) for feature in GRID} for row in csv.DictReader(file)]


def _segmentation(customers: Customers) -> dict[str, Any]:
    """Rules that share the customers out evenly, on one feature within the other."""
    rules = [{"segment": f"Group {number:02d}", "when": when} for number, when in enumerate(_cells(customers, [*GRID]))]
    return {"method": "rules", "rules": rules, "otherwise": "Everyone else"}


def _cells(customers: Customers, features: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The conditions of every cell: the first feature cut at its quantiles, each part by the next feature and so on."""
    if not features:
        yield {}
        return
    feature, *others = features
    values = sorted(customer[feature] for customer in customers)
    cuts = [values[len(values) * part // GRID[feature]] for part in range(1, GRID[feature])]
    for low, high in zip([None, *cuts], [*cuts, None], strict=True):
        inside = [one for one in customers if _holds(one[feature], low, high)]
        bounds = {name: value for name, value in (("at_least", low), ("below", high)) if value is not None}
        for cell in _cells(inside, others) if inside else ():
            yield {feature: bounds, **cell}


def _holds(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value < high)


if __name__ == "__main__":
    main()
