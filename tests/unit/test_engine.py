"""The local engine's backend: what it changes of the one it is built on."""

import threading

from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend

from local.engine import LoopbackBackend


def test_a_parent_waits_for_its_children_without_a_limit(monkeypatch):
    """No timeout means none: a child that takes longer than half a minute is still delivered."""
    waits = []
    monkeypatch.setattr(
        InMemoryOrchestrationBackend, "_wait_for_state", lambda _self, _id, _predicate, timeout: waits.append(timeout)
    )
    LoopbackBackend()._wait_for_state("child", lambda _: True, None)
    LoopbackBackend()._wait_for_state("child", lambda _: True, 2.5)
    assert waits == [threading.TIMEOUT_MAX, 2.5]
