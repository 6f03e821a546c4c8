"""Production's replay engine, driven by hand: the registered orchestrators over JSON history, replayed after each step.

Plays the part of the Durable extension: it schedules the actions an orchestrator returns, keeps the history, carries
out retries with their timers, and starts the orchestrator over from the beginning for every new event.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

CALL_ACTIVITY_WITH_RETRY, CALL_SUB_ORCHESTRATOR, CREATE_TIMER, WAIT_FOR_EVENT = 1, 2, 5, 6
SCHEMA_V3 = 2
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class NonDeterminism(AssertionError):
    """The orchestrator asked for something else when it was replayed."""


@dataclass
class Instance:
    """One orchestration: its history, and the actions scheduled so far."""

    name: str
    instance_id: str
    history: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    pending: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    attempts: dict[int, int] = field(default_factory=dict)
    next_id: int = 0
    statuses: list[Any] = field(default_factory=list)


class ReplayHost:
    """Runs orchestrations to their end. ``pick`` chooses which pending action finishes next."""

    def __init__(
        self,
        orchestrators: dict[str, Callable[[str], str]],
        activities: dict[str, Callable[[Any], Any]],
        pick: Callable[[int], int] = lambda _: 0,
        events: dict[str, Callable[[], Any]] | None = None,
    ) -> None:
        self._orchestrators = orchestrators
        self._activities = activities
        self._pick = pick
        self._events = events or {}
        self.replays = 0
        self.largest_payload = 0
        self.histories: dict[str, int] = {}
        """Instance id -> events in its history, for the orchestrations that have ended."""
        self._clock = START

    def run(self, name: str, instance_id: str, given: Any = None) -> tuple[Any, list[Any]]:
        """The output of one orchestration, and every custom status it showed. Raises what the orchestrator raises."""
        instance = Instance(name, instance_id)
        self._begin_episode(instance)
        instance.history.append(self._event(0, Name=name, Input=json.dumps(given), Version="1"))
        while True:
            state = self._replay(instance, given)
            if state["isDone"]:
                self.histories[instance_id] = len(instance.history)
                return state.get("output"), instance.statuses
            self._schedule(instance, state)
            self._finish_one(instance)

    def _replay(self, instance: Instance, given: Any) -> dict[str, Any]:
        self.replays += 1
        body = {
            "history": instance.history,
            "instanceId": instance.instance_id,
            "isReplaying": self.replays > 1,
            "parentInstanceId": None,
            "input": json.dumps(given),
            "upperSchemaVersion": SCHEMA_V3,
        }
        state: dict[str, Any] = json.loads(self._orchestrators[instance.name](json.dumps(body)))
        if "customStatus" in state and (not instance.statuses or instance.statuses[-1] != state["customStatus"]):
            instance.statuses.append(state["customStatus"])
            self._carried(state["customStatus"])
        return state

    def _schedule(self, instance: Instance, state: dict[str, Any]) -> None:
        actions = [flat for batch in state["actions"] for action in batch for flat in _flatten(action)]
        if [_identity(known) for known in instance.actions] != [_identity(a) for a in actions[: len(instance.actions)]]:
            raise NonDeterminism(f"{instance.name} replayed differently")
        for action in actions[len(instance.actions) :]:
            self._schedule_one(instance, action)
        instance.actions = actions

    def _schedule_one(self, instance: Instance, action: dict[str, Any]) -> None:
        if action["actionType"] == WAIT_FOR_EVENT:
            instance.pending.append((-1, action))
            return
        identity = instance.next_id
        instance.next_id += 1
        if action["actionType"] == CREATE_TIMER:
            instance.history.append(self._event(10, EventId=identity, FireAt=action["fireAt"]))
        else:
            kind = 7 if action["actionType"] == CALL_SUB_ORCHESTRATOR else 4
            instance.history.append(self._event(kind, EventId=identity, Name=action["functionName"]))
            self._carried(action.get("input"))
        instance.pending.append((identity, action))

    def _finish_one(self, instance: Instance) -> None:
        ready = [index for index, (_, action) in enumerate(instance.pending) if self._is_ready(action)]
        if not ready:
            ready = [i for i, (_, action) in enumerate(instance.pending) if action["actionType"] == CREATE_TIMER]
        identity, action = instance.pending.pop(ready[self._pick(len(ready))])
        outcome = self._perform(instance, identity, action)
        self._begin_episode(instance)
        instance.history.append(outcome)

    def _is_ready(self, action: dict[str, Any]) -> bool:
        if action["actionType"] == WAIT_FOR_EVENT:
            return action["externalEventName"] in self._events
        return action["actionType"] != CREATE_TIMER or bool(action.get("isRetry", False))

    def _perform(self, instance: Instance, identity: int, action: dict[str, Any]) -> dict[str, Any]:
        match action["actionType"]:
            case 2:
                return self._sub_orchestration(identity, action)
            case 5:
                return self._timer(instance, identity, action)
            case 6:
                data = self._events[action["externalEventName"]]()
                return self._event(15, Name=action["externalEventName"], Input=json.dumps(json.dumps(data)))
            case _:
                return self._activity(instance, identity, action)

    def _sub_orchestration(self, identity: int, action: dict[str, Any]) -> dict[str, Any]:
        try:
            output, _ = self.run(action["functionName"], action["instanceId"], json.loads(action["input"]))
        except NonDeterminism:
            raise
        except Exception as fault:  # noqa: BLE001 - the extension tells the parent text, whatever was raised
            return self._event(9, TaskScheduledId=identity, Reason="Sub-orchestration failed", Details=str(fault)[:100])
        self._carried(output)
        return self._event(8, TaskScheduledId=identity, Result=json.dumps(output))

    def _timer(self, instance: Instance, identity: int, action: dict[str, Any]) -> dict[str, Any]:
        if "retryOf" in action:
            original = action["retryOf"]
            if action["attempt"] < original["retryOptions"]["maxNumberOfAttempts"]:
                again = instance.next_id
                instance.next_id += 1
                instance.attempts[again] = action["attempt"] + 1
                instance.pending.append((again, original))
        return self._event(11, TimerId=identity, FireAt=action["fireAt"])

    def _activity(self, instance: Instance, identity: int, action: dict[str, Any]) -> dict[str, Any]:
        try:
            result = self._activities[action["functionName"]](json.loads(action["input"]))
        except Exception as fault:  # noqa: BLE001 - the extension tells the orchestrator text, whatever was raised
            if action["actionType"] == CALL_ACTIVITY_WITH_RETRY:
                attempt = instance.attempts.get(identity, 1)
                timer = {
                    "actionType": CREATE_TIMER,
                    "fireAt": self._clock.isoformat(),
                    "isRetry": True,
                    "retryOf": action,
                    "attempt": attempt,
                }
                instance.pending.append((instance.next_id, timer))
                instance.next_id += 1
            return self._event(6, TaskScheduledId=identity, Reason="Activity failed", Details=str(fault))
        self._carried(result)
        return self._event(5, TaskScheduledId=identity, Result=json.dumps(result))

    def _carried(self, payload: Any) -> None:
        """Note the size of what travels, in bytes."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        self.largest_payload = max(self.largest_payload, len(text.encode()))

    def _begin_episode(self, instance: Instance) -> None:
        for event in instance.history:
            event["IsPlayed"] = True
        self._clock += timedelta(seconds=1)
        instance.history.append(self._event(12))

    def _event(self, kind: int, **details: Any) -> dict[str, Any]:
        return {"EventType": kind, "EventId": -1, "IsPlayed": False, "Timestamp": self._clock.isoformat(), **details}


def _flatten(action: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "compoundActions" in action:
        for child in action["compoundActions"]:
            yield from _flatten(child)
    else:
        yield action


def _identity(action: dict[str, Any]) -> Any:
    return action["actionType"], action.get("functionName"), action.get("input"), action.get("externalEventName")
