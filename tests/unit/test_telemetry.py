"""Events are structured, and hold no message of a fault and no customer's id."""

import json
import logging

from shared.telemetry import fault_place, log_structured, summarise_latency


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
    summary = summarise_latency([float(ms) for ms in range(100, 0, -1)], errors=2)
    assert (summary.p50_ms, summary.p95_ms, summary.p99_ms, summary.errors) == (50, 95, 99, 2)
    assert summarise_latency([], errors=0).p50_ms is None
    assert summarise_latency([7.0], errors=0).p99_ms == 7.0
