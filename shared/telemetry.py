"""Structured events: one JSON object a line, constant names, no customer data, no message text, no secrets.

Customer ids do not appear at all; exceptions only as their type and the place in our code that raised them.
"""

import json
import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

from shared.contracts import LatencySummary
from shared.errors import OrchestratorError

_ROOT = Path(__file__).resolve().parents[1]
_LOGGER = logging.getLogger("personalization")
Event = Literal[
    "activity_completed",
    "activity_failed",
    "activity_refused",
    "blob_ignored",
    "history_purged",
    "request_failed",
    "request_refused",
    "run_cancelled",
    "run_resumed",
    "run_started",
    "service_failed",
]
Result = TypeVar("Result")


def log_structured(event: Event, data: dict[str, Any]) -> None:
    """Write one event as JSON, failures as errors; the host stamps the time."""
    level = logging.ERROR if event.endswith("_failed") else logging.INFO
    _LOGGER.log(level, "%s", json.dumps({"event": event, "data": data}, sort_keys=True, default=str))


def fault_place(fault: BaseException) -> str:
    """Where in our code ``fault`` came from, as ``Type at file:line``; its message is left out: it may quote data."""
    frames = [
        Path(frame.filename).relative_to(_ROOT).as_posix() + f":{frame.lineno}"
        for frame in traceback.extract_tb(fault.__traceback__)
        if Path(frame.filename).is_relative_to(_ROOT) and "site-packages" not in frame.filename
    ]
    return f"{type(fault).__name__} at {frames[-1]}" if frames else type(fault).__name__


def service_fault(service: Literal["search", "model", "safety"], fault: Exception) -> str:
    """Log that a service failed one item of a run; what may be told of it: our own words, else type and place."""
    told = str(fault) if isinstance(fault, OrchestratorError) else fault_place(fault)
    log_structured("service_failed", {"service": service, "fault": told})
    return told


def timed(call: Callable[[], Result]) -> tuple[Result, float]:
    """The result of ``call`` and the milliseconds it took."""
    started = time.perf_counter()
    result = call()
    return result, round((time.perf_counter() - started) * 1000, 3)


def summarise_latency(milliseconds: list[float], errors: int) -> LatencySummary:
    """Counts and percentiles (nearest rank) of one service's calls; percentiles are None without a call."""
    ranked = sorted(milliseconds)

    def percentile(share: float) -> float | None:
        return ranked[max(0, -(-int(share * len(ranked)) // 100) - 1)] if ranked else None

    return LatencySummary(
        calls=len(ranked), errors=errors, p50_ms=percentile(50), p95_ms=percentile(95), p99_ms=percentile(99)
    )
