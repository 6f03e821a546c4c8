"""The local engine's backend: what it changes of the one it is built on."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from durabletask.internal import orchestrator_service_pb2 as protocol
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend
from google.protobuf.timestamp_pb2 import Timestamp

from local import engine
from local.engine import LoopbackBackend

COMPLETED = protocol.OrchestratorAction(
    id=9,
    completeOrchestration=protocol.CompleteOrchestrationAction(
        orchestrationStatus=protocol.ORCHESTRATION_STATUS_COMPLETED
    ),
)


class Stream:
    """A worker's open stream of work."""

    def is_active(self) -> bool:
        return True


def start(backend: LoopbackBackend, instance_id: str) -> None:
    backend.StartInstance(protocol.CreateInstanceRequest(instanceId=instance_id, name="steps"), None)


def step(backend: LoopbackBackend, *actions: protocol.OrchestratorAction) -> str:
    """Take the next piece of work as a worker would, answer it with ``actions`` and give its instance's id."""
    item = next(backend.GetWorkItems(protocol.GetWorkItemsRequest(), Stream()))
    instance_id = item.orchestratorRequest.instanceId
    answer = protocol.OrchestratorResponse(
        instanceId=instance_id, completionToken=item.completionToken, actions=actions
    )
    backend.CompleteOrchestratorTask(answer, None)
    return str(instance_id)


def shown(backend: LoopbackBackend, instance_id: str) -> protocol.GetInstanceResponse:
    return backend.GetInstance(protocol.GetInstanceRequest(instanceId=instance_id), None)


def a_timer(after: timedelta) -> protocol.OrchestratorAction:
    moment = Timestamp()
    moment.FromDatetime(datetime.now(UTC) + after)
    return protocol.OrchestratorAction(id=1, createTimer=protocol.CreateTimerAction(fireAt=moment))


def a_part(instance_id: str) -> protocol.OrchestratorAction:
    part = protocol.CreateSubOrchestrationAction(instanceId=instance_id, name="part")
    return protocol.OrchestratorAction(id=2, createSubOrchestration=part)


def test_a_parent_waits_for_its_children_without_a_limit(monkeypatch):
    """No timeout means none: a child that takes longer than half a minute is still delivered."""
    waits = []
    monkeypatch.setattr(
        InMemoryOrchestrationBackend, "_wait_for_state", lambda _self, _id, _predicate, timeout: waits.append(timeout)
    )
    LoopbackBackend()._wait_for_state("child", lambda _: True, None)
    LoopbackBackend()._wait_for_state("child", lambda _: True, 2.5)
    assert waits == [threading.TIMEOUT_MAX, 2.5]


def test_an_ended_run_shows_its_status_and_keeps_nothing_else():
    """After the end of a run its parts are gone, and of itself only what its status shows is left."""
    backend = LoopbackBackend()
    start(backend, "run")
    step(backend, a_part("run:s:one"))
    assert step(backend, COMPLETED) == "run:s:one"
    assert shown(backend, "run:s:one").exists
    assert step(backend, COMPLETED) == "run"
    assert not shown(backend, "run:s:one").exists
    assert shown(backend, "run").orchestrationState.orchestrationStatus == protocol.ORCHESTRATION_STATUS_COMPLETED
    assert not backend._instances["run"].history


def test_a_part_that_ends_after_its_run_is_forgotten_too():
    """Whatever was still under way when its run ended goes with its own end."""
    backend = LoopbackBackend()
    start(backend, "run")
    step(backend, a_part("run:s:late"), COMPLETED)
    assert shown(backend, "run:s:late").exists
    step(backend, COMPLETED)
    assert not shown(backend, "run:s:late").exists


def test_timers_end_with_their_run():
    """A timer that was set for days ahead is no thread any more once its run is over."""
    backend, before = LoopbackBackend(), threading.active_count()
    start(backend, "run")
    step(backend, a_timer(timedelta(days=3)))
    (timer,) = backend._timers["run"]
    assert timer.is_alive()
    backend.RaiseEvent(protocol.RaiseEventRequest(instanceId="run", name="decided"), None)
    step(backend, COMPLETED)
    timer.join(timeout=10)
    assert threading.active_count() == before


def test_timers_wake_their_run():
    """A timer whose moment has come gives its run work."""
    backend = LoopbackBackend()
    start(backend, "run")
    step(backend, a_timer(timedelta()))
    item = next(backend.GetWorkItems(protocol.GetWorkItemsRequest(), Stream()))
    assert [event.WhichOneof("eventType") for event in item.orchestratorRequest.newEvents][-1] == "timerFired"


@pytest.mark.parametrize("runs", [2, 3, 7])
def test_so_many_ended_runs_are_remembered(monkeypatch, runs):
    """The runs that ended last are known; how earlier ones stand is told from their files."""
    monkeypatch.setattr(engine, "_REMEMBERED_RUNS", 2)
    backend = LoopbackBackend()
    for number in range(runs):
        start(backend, f"run-{number}")
        step(backend, COMPLETED)
    known = [number for number in range(runs) if shown(backend, f"run-{number}").exists]
    assert known == [runs - 2, runs - 1]
