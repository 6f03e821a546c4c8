"""Structured events: one JSON object a line, constant names, no customer data, no message text, no secrets.

Customer ids appear as pseudonyms only; exceptions only as their type and the place in our code that raised them.
"""

import json
import logging
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from shared.contracts import LatencySummary, ServiceCall, ServiceName
from shared.errors import OrchestratorError

_ROOT = Path(__file__).resolve().parents[1]
_LOGGER = logging.getLogger("personalization")
Event = Literal[
    "activity_completed",
    "activity_failed",
    "activity_refused",
    "blob_ignored",
    "customer_erased",
    "document_recalled",
    "engagement_received",
    "history_purged",
    "instruction_found",
    "request_failed",
    "request_refused",
    "run_cancelled",
    "run_resumed",
    "run_started",
    "runs_purged",
    "service_called",
    "service_failed",
    "tracking_failed",
]


@dataclass
class CallMeter:
    """What one call of a service has used so far; an adapter adds to it what it learns."""

    attempts: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


_METER: ContextVar[CallMeter | None] = ContextVar("_METER", default=None)
_CALLS: ContextVar[list[ServiceCall] | None] = ContextVar("_CALLS", default=None)


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


def told_fault(fault: Exception) -> str:
    """What may be told of ``fault``: our own words, else type and place."""
    return str(fault) if isinstance(fault, OrchestratorError) else fault_place(fault)


def service_fault(service: ServiceName, fault: Exception) -> str:
    """Log that a service failed one item of a run; what may be told of it."""
    told = told_fault(fault)
    log_structured("service_failed", {"service": service, "fault": told})
    return told


@contextmanager
def recorded_calls() -> Iterator[list[ServiceCall]]:
    """Collect every call that is metered below, failed ones too, in the order in which they ended."""
    calls: list[ServiceCall] = []
    before = _CALLS.set(calls)
    try:
        yield calls
    finally:
        _CALLS.reset(before)


@contextmanager
def metered(service: ServiceName) -> Iterator[CallMeter]:
    """Time a call of ``service``, retries included, and record and log it, whether it succeeds or raises."""
    meter, outcome, started = CallMeter(), "ok", time.perf_counter()
    before = _METER.set(meter)
    try:
        yield meter
    except Exception as fault:
        outcome = fault.code if isinstance(fault, OrchestratorError) else type(fault).__name__
        raise
    finally:
        _METER.reset(before)
        milliseconds = round((time.perf_counter() - started) * 1000, 3)
        _record(ServiceCall(service=service, outcome=outcome, milliseconds=milliseconds, **asdict(meter)))


def count_attempt() -> None:
    """A request goes out on the wire on behalf of the call that is being metered, if one is."""
    meter = _METER.get()
    if meter is not None:
        meter.attempts += 1


def _record(call: ServiceCall) -> None:
    calls = _CALLS.get()
    if calls is not None:
        calls.append(call)
    log_structured("service_called", call.model_dump(mode="json"))


def summarise_latency(calls: Sequence[ServiceCall]) -> LatencySummary:
    """Counts and percentiles (nearest rank) of one service's calls, failed ones too; None without a call."""
    ranked = sorted(call.milliseconds for call in calls)
    errors = sum(call.outcome != "ok" for call in calls)

    def percentile(share: int) -> float | None:
        return ranked[-(-share * len(ranked) // 100) - 1] if ranked else None

    return LatencySummary(
        calls=len(calls),
        errors=errors,
        error_rate=errors / len(calls) if calls else None,
        attempts=sum(call.attempts for call in calls),
        p50_ms=percentile(50),
        p95_ms=percentile(95),
        p99_ms=percentile(99),
    )
