"""Events are structured, and hold no message of a fault and no customer's id."""

import json
import logging

import pytest

from shared.contracts import ServiceCall
from shared.errors import ServiceRefused
from shared.telemetry import (
    count_attempt,
    fault_place,
    log_structured,
    metered,
    recorded_calls,
    summarise_latency,
)


def test_event_is_one_json_object(caplog):
    """An event is a line of JSON with a constant name and its data; a failure is an error."""
    with caplog.at_level(logging.INFO, logger="personalization"):
        log_structured("run_started", {"run_id": "r1"})
        log_structured("activity_failed", {"activity": "x"})
    assert json.loads(caplog.messages[0]) == {"event": "run_started", "data": {"run_id": "r1"}}
    assert [entry.levelname for entry in caplog.records] == ["INFO", "ERROR"]


def test_fault_is_told_by_type_and_place_without_its_words():
    """What an exception says may quote data; only its type and our line are told."""
    try:
        json.loads('{"email": secret}')
    except ValueError as fault:
        place = fault_place(fault)
    assert place.startswith("JSONDecodeError at tests/unit/test_telemetry.py:")
    assert "secret" not in place


def test_latency_percentiles_are_nearest_rank():
    """Of 1 to 100 ms the percentiles are the 50th, 95th and 99th value; without a call they are unknown."""
    calls = [a_call(float(ms), "ok" if ms > 2 else "service_unavailable") for ms in range(100, 0, -1)]
    summary = summarise_latency(calls)
    assert (summary.p50_ms, summary.p95_ms, summary.p99_ms) == (50, 95, 99)
    assert (summary.calls, summary.errors, summary.error_rate, summary.attempts) == (100, 2, 0.02, 200)
    none = summarise_latency([])
    assert (none.p50_ms, none.error_rate) == (None, None)
    assert summarise_latency([a_call(7.0)]).p99_ms == 7.0


def a_call(milliseconds, outcome="ok"):
    return ServiceCall(service="search", outcome=outcome, milliseconds=milliseconds, attempts=2)


def test_calls_are_recorded_whether_they_succeed_or_not():
    """A call is recorded with what it used, its tries and how it ended; one inside another apart from it."""
    with recorded_calls() as calls:
        with metered("search") as outer:
            count_attempt()
            with metered("embeddings") as inner:
                count_attempt()
                count_attempt()
                inner.prompt_tokens = 7
            outer.cost_usd = 0.5
        with pytest.raises(ServiceRefused), metered("generation"):
            raise ServiceRefused("no")
    told = [(call.service, call.outcome, call.attempts, call.prompt_tokens, call.cost_usd) for call in calls]
    assert told == [
        ("embeddings", "ok", 2, 7, 0.0),
        ("search", "ok", 1, 0, 0.5),
        ("generation", "service_refused", 0, 0, 0.0),
    ]


def test_a_call_that_nobody_records_is_logged_all_the_same(caplog):
    """The event holds the call's figures and nothing of what was asked or answered."""
    with caplog.at_level(logging.INFO, logger="personalization"), metered("safety"):
        pass
    event = json.loads(caplog.messages[-1])
    assert event["event"] == "service_called"
    assert event["data"].keys() == ServiceCall.model_fields.keys()
