"""What orchestrating a run costs, by its number of partitions: history, messages, and the orchestrators' own seconds.

The app's orchestrators run in production's replay engine, which starts them over from the beginning for every event.
Activities answer at once, with figures as long as those of the longest list, so nothing but orchestration is measured.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
RUN_ID = "r" * 64
CUSTOMERS_PER_PARTITION = 80_000
"""About as many as there are in 4 MiB of the sample list."""
SEGMENTS = tuple(f"segment-{number:02d}-with-a-rather-long-name" for number in range(12))
PER_SEGMENT = 3


class Orchestrated(NamedTuple):
    """One run: seconds, replays, events in all histories and in the longest, and the largest message in bytes."""

    seconds: float
    replays: int
    events: int
    longest_history: int
    largest_message: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partitions", type=int, nargs="+", default=[1, 10, 100, 1_000, 10_000])
    options = parser.parse_args()
    heads = ("seconds", "replays", "events", "per 1,000 customers", "longest history", "largest message")
    print(f"{'partitions':>12} {'customers':>13} " + " ".join(f"{head:>19}" for head in heads))
    for partitions in options.partitions:
        found, customers = orchestrate(partitions), partitions * CUSTOMERS_PER_PARTITION
        cells = (
            f"{found.seconds:.1f}",
            f"{found.replays:,}",
            f"{found.events:,}",
            f"{1000 * found.events / customers:.3f}",
            f"{found.longest_history:,}",
            f"{found.largest_message:,} B",
        )
        print(f"{partitions:>12,} {customers:>13,} " + " ".join(f"{cell:>19}" for cell in cells), flush=True)


def orchestrate(partitions: int) -> Orchestrated:
    """One run of so many partitions, from its start to its end."""
    import function_app
    from local.app_index import index
    from tests.integration.replay_host import ReplayHost

    functions = index(function_app.app)
    answers = _answers(partitions)
    activities = {name: _answering(answers.get(name, {})) for name in functions.activities}
    host = ReplayHost(functions.orchestrators, activities)
    started = time.perf_counter()
    output, _ = host.run("personalise_customers", RUN_ID)
    seconds = time.perf_counter() - started
    if output["status"] != "completed":
        raise SystemExit(f"the run ended as {output['status']}")
    events = host.histories.values()
    return Orchestrated(seconds, host.replays, sum(events), max(events), host.largest_payload)


def _answers(partitions: int) -> dict[str, dict[str, Any]]:
    """What each activity answers, as far as an orchestrator reads it."""
    rows = partitions * CUSTOMERS_PER_PARTITION
    customers = {"read": rows, "accepted": rows, "rejected": 0, "suppressed": 0}
    of_range = {**customers, "read": 20 * CUSTOMERS_PER_PARTITION, "accepted": 20 * CUSTOMERS_PER_PARTITION}
    return {
        "plan_run": {
            "partitions": partitions,
            "rows": rows,
            "fit": True,
            "approval": "auto",
            "approval_timeout_hours": 72.0,
        },
        "index_content": {"documents": 10_000},
        "sum_statistics": of_range,
        "segment_partition": of_range,
        "merge_segments": {"customers": customers, "segment_ids": SEGMENTS},
        "check_safety": {"status": "pass"},
        "close_approvals": {"approved": PER_SEGMENT * len(SEGMENTS), "not_approved": 0},
        "assign_partition": {"assigned": CUSTOMERS_PER_PARTITION},
        "sum_outcomes": {"assigned": 20 * CUSTOMERS_PER_PARTITION},
        "close_run": {"run_id": RUN_ID, "status": "completed"},
    }


def _answering(value: dict[str, Any]) -> Any:
    return lambda _request: {"ok": True, "value": value}


if __name__ == "__main__":
    main()
