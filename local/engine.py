"""The durable engine in-process: Microsoft's durabletask with its in-memory backend, on a loopback socket.

The orchestrators and activities are those that ``function_app`` registers. ``EngineContext`` gives an orchestrator the
context it has in production; ``EngineClient`` gives a trigger the client it has there.
"""

import asyncio
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent import futures
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import azure.durable_functions as df
import grpc
from durabletask import task
from durabletask.client import OrchestrationQuery, OrchestrationState, OrchestrationStatus, TaskHubGrpcClient
from durabletask.internal import helpers as events
from durabletask.internal import orchestrator_service_pb2 as protocol
from durabletask.internal import orchestrator_service_pb2_grpc as service
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance
from durabletask.worker import ConcurrencyOptions, TaskHubGrpcWorker

_HISTORY_EVENTS = 1_000_000
_REMEMBERED_RUNS = 1000
_MAX_MESSAGE_BYTES = 64 * 1024 * 1024
_STREAMS = 32
_SILENT = logging.getLogger("personalization.engine")
_SILENT.setLevel(logging.CRITICAL)  # the engine tells every step; what matters is in the run's status


class LoopbackBackend(InMemoryOrchestrationBackend):
    """The in-memory backend, on a free loopback port, that forgets what nobody can ask for any more.

    Its own ``start`` would listen on every address, and what it keeps of each run would never go.
    """

    def __init__(self) -> None:
        super().__init__(max_history_size=_HISTORY_EVENTS)
        self._timers: dict[str, list[threading.Timer]] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def start(self) -> str:
        self._logger = _SILENT
        self._shutdown_event.clear()
        self._server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=_STREAMS),
            options=[("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)],
        )
        service.add_TaskHubSidecarServiceServicer_to_server(self, self._server)
        self._port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()
        return f"127.0.0.1:{self._port}"

    def CompleteOrchestratorTask(  # noqa: N802 - the service's own name
        self, request: protocol.OrchestratorResponse, context: grpc.ServicerContext
    ) -> protocol.CompleteTaskResponse:
        """Take a step's outcome; of an instance that has ended with it, only what its status shows is kept."""
        answer = super().CompleteOrchestratorTask(request, context)
        with self._lock:
            instance = self._instances.get(request.instanceId)
            if instance and self._is_terminal_status(instance.status):
                self._forget_work(instance)
        return answer

    def _forget_work(self, ended: OrchestrationInstance) -> None:
        """Nothing replays an ended instance; nor does anybody ask for the parts of a run that has ended."""
        ended.history.clear()
        for timer in self._timers.pop(ended.instance_id, ()):
            timer.cancel()
        run_id = ended.instance_id.partition(":")[0]
        run = self._instances.get(run_id)
        if run and not self._is_terminal_status(run.status):
            return
        for part in [one for one in self._instances.values() if one.instance_id.startswith(f"{run_id}:")]:
            if self._is_terminal_status(part.status):
                del self._instances[part.instance_id]
        if run is ended:
            self._remember(run_id)

    def _remember(self, run_id: str) -> None:
        """The last runs that ended stay known; how earlier ones stand is told from their files."""
        self._ended[run_id] = None
        self._ended.move_to_end(run_id)
        while len(self._ended) > _REMEMBERED_RUNS:
            oldest, _ = self._ended.popitem(last=False)
            run = self._instances.get(oldest)
            if run and self._is_terminal_status(run.status):
                del self._instances[oldest]

    def _process_create_timer_action(
        self, instance: OrchestrationInstance, action: protocol.OrchestratorAction
    ) -> None:
        """A timer that ends with its instance; the backend's own would sleep on until its time, days after."""
        fire_at = action.createTimer.fireAt.ToDatetime(tzinfo=UTC)
        instance.history.append(events.new_timer_created_event(action.id, fire_at))
        seconds = max(0.0, (fire_at - datetime.now(UTC)).total_seconds())
        timer = threading.Timer(seconds, self._fire_timer, (instance.instance_id, action.id, fire_at))
        timer.daemon = True
        self._timers.setdefault(instance.instance_id, []).append(timer)
        timer.start()

    def _fire_timer(self, instance_id: str, timer_id: int, fire_at: datetime) -> None:
        with self._lock:
            instance = self._instances.get(instance_id)
            if instance and not self._is_terminal_status(instance.status):
                instance.pending_events.append(events.new_timer_fired_event(timer_id, fire_at))
                instance.last_updated_at = datetime.now(UTC)
                self._enqueue_orchestration(instance_id)

    def _wait_for_state(self, instance_id: str, predicate: Callable[..., bool], timeout: float | None) -> Any:
        """A parent waits as long as its children take; the backend's own "no timeout" ends after 30 seconds."""
        return super()._wait_for_state(instance_id, predicate, timeout or threading.TIMEOUT_MAX)


class EngineContext:
    """What an orchestrator sees: the Durable Functions context, over durabletask's."""

    def __init__(self, context: task.OrchestrationContext, given: Any) -> None:
        self._context = context
        self._given = given

    @property
    def instance_id(self) -> str:
        return str(self._context.instance_id)

    @property
    def is_replaying(self) -> bool:
        return bool(self._context.is_replaying)

    @property
    def current_utc_datetime(self) -> datetime:
        moment: datetime = self._context.current_utc_datetime
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def get_input(self) -> Any:
        return self._given

    def call_activity(self, name: str, input_: Any = None) -> task.Task[Any]:
        return self._context.call_activity(name, input=input_)

    def call_activity_with_retry(self, name: str, retry_options: df.RetryOptions, input_: Any = None) -> task.Task[Any]:
        policy = task.RetryPolicy(
            first_retry_interval=timedelta(milliseconds=retry_options.first_retry_interval_in_milliseconds),
            max_number_of_attempts=retry_options.max_number_of_attempts,
        )
        return self._context.call_activity(name, input=input_, retry_policy=policy)

    def call_sub_orchestrator(self, name: str, input_: Any = None, instance_id: str | None = None) -> task.Task[Any]:
        return self._context.call_sub_orchestrator(name, input=input_, instance_id=instance_id)

    def task_all(self, tasks: list[task.Task[Any]]) -> task.Task[Any]:
        return task.when_all(tasks)

    def task_any(self, tasks: list[task.Task[Any]]) -> task.Task[Any]:
        return task.when_any(tasks)

    def create_timer(self, fire_at: datetime) -> task.Task[Any]:
        return self._context.create_timer(fire_at)

    def wait_for_external_event(self, name: str) -> task.Task[Any]:
        return self._context.wait_for_external_event(name)

    def set_custom_status(self, status: Any) -> None:
        self._context.set_custom_status(status)


class EngineStatus(NamedTuple):
    """An instance's status, as the Durable Functions client gives it."""

    instance_id: str
    runtime_status: df.OrchestrationRuntimeStatus
    custom_status: Any
    output: Any
    created_time: datetime
    last_updated_time: datetime


class PurgeResult(NamedTuple):
    instances_deleted: int


class EngineClient:
    """The part of the Durable Functions client that the triggers use, over durabletask's."""

    def __init__(self, client: TaskHubGrpcClient) -> None:
        self._client = client

    async def start_new(
        self, orchestration_function_name: str, instance_id: str | None = None, client_input: Any | None = None
    ) -> str:
        """Start an instance; one that has ended is replaced, one that lives raises."""
        if instance_id:
            await asyncio.to_thread(self._client.purge_orchestration, instance_id)
        started = await asyncio.to_thread(
            self._client.schedule_new_orchestration,
            orchestration_function_name,
            input=client_input,
            instance_id=instance_id,
        )
        return str(started)

    async def get_status(self, instance_id: str) -> EngineStatus | None:
        state = await asyncio.to_thread(self._client.get_orchestration_state, instance_id)
        return _status(state) if state else None

    async def get_status_by(
        self,
        created_time_from: datetime | None = None,
        created_time_to: datetime | None = None,
        runtime_status: list[Any] | None = None,
    ) -> list[EngineStatus]:
        """Every instance that was created then and stands so, without inputs and outputs; there are no pages."""
        query = OrchestrationQuery(created_time_from, created_time_to, _statuses(runtime_status or []))
        states = await asyncio.to_thread(self._client.get_all_orchestration_states, query)
        return [_status(state) for state in states]

    async def raise_event(self, instance_id: str, event_name: str, event_data: Any | None = None) -> None:
        await asyncio.to_thread(self._client.raise_orchestration_event, instance_id, event_name, data=event_data)

    async def terminate(self, instance_id: str, reason: str) -> None:
        await asyncio.to_thread(self._client.terminate_orchestration, instance_id, output=reason)

    async def purge_instance_history_by(
        self, created_time_from: datetime, created_time_to: datetime, runtime_status: list[Any]
    ) -> PurgeResult:
        wanted = _statuses(runtime_status)
        result = await asyncio.to_thread(
            self._client.purge_orchestrations_by, created_time_from, created_time_to, wanted
        )
        return PurgeResult(result.deleted_instance_count)


class Concurrency(NamedTuple):
    """How many activities are under way at once, and how many of them may compute rather than wait for a service."""

    working: int
    waiting: int
    waits_for_services: frozenset[str]

    @property
    def total(self) -> int:
        """Both together."""
        return self.working + self.waiting


class Engine:
    """The backend, its worker and a client: up between ``start`` and ``stop``."""

    def __init__(
        self,
        orchestrators: Mapping[str, Any],
        activities: Mapping[str, Callable[[Any], Any]],
        concurrency: Concurrency,
    ) -> None:
        self._orchestrators = orchestrators
        self._activities = activities
        self._concurrency = concurrency
        self._working = threading.BoundedSemaphore(concurrency.working)

    def start(self) -> EngineClient:
        """Listen, register everything and begin to work."""
        self._backend = LoopbackBackend()
        address = self._backend.start()
        self._worker = TaskHubGrpcWorker(
            host_address=address,
            concurrency_options=ConcurrencyOptions(
                maximum_concurrent_activity_work_items=self._concurrency.total,
                maximum_thread_pool_workers=self._concurrency.total + 4,
            ),
            emit_trace_spans=False,
            logger=_SILENT,
        )
        for name, handle in self._orchestrators.items():
            self._worker.add_orchestrator(_named(name, _orchestrator(handle.orchestrator_function)))
        for name, body in self._activities.items():
            held = None if name in self._concurrency.waits_for_services else self._working
            self._worker.add_activity(_named(name, _activity(body, held)))
        self._worker.start()
        self._client = TaskHubGrpcClient(host_address=address, emit_trace_spans=False, logger=_SILENT)
        return EngineClient(self._client)

    def stop(self) -> None:
        """Stop working; what was under way is dropped and can go on from the run's files."""
        self._client.close()
        self._worker.stop()
        self._backend.stop()


_SNAKE = {"ContinuedAsNew": "CONTINUED_AS_NEW"}
_RUNTIME = {
    OrchestrationStatus.RUNNING: df.OrchestrationRuntimeStatus.Running,
    OrchestrationStatus.COMPLETED: df.OrchestrationRuntimeStatus.Completed,
    OrchestrationStatus.FAILED: df.OrchestrationRuntimeStatus.Failed,
    OrchestrationStatus.TERMINATED: df.OrchestrationRuntimeStatus.Terminated,
    OrchestrationStatus.CONTINUED_AS_NEW: df.OrchestrationRuntimeStatus.ContinuedAsNew,
    OrchestrationStatus.PENDING: df.OrchestrationRuntimeStatus.Pending,
    OrchestrationStatus.SUSPENDED: df.OrchestrationRuntimeStatus.Suspended,
}


def _statuses(durable: list[Any]) -> list[OrchestrationStatus]:
    return [OrchestrationStatus[_SNAKE.get(status.name, status.name.upper())] for status in durable]


def _status(state: OrchestrationState) -> EngineStatus:
    return EngineStatus(
        instance_id=state.instance_id,
        runtime_status=_RUNTIME[state.runtime_status],
        custom_status=json.loads(state.serialized_custom_status) if state.serialized_custom_status else None,
        output=json.loads(state.serialized_output) if state.serialized_output else None,
        created_time=state.created_at,
        last_updated_time=state.last_updated_at,
    )


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = name
    return function


def _orchestrator(generator: Callable[[Any], Any]) -> Callable[..., Any]:
    def run(context: task.OrchestrationContext, given: Any) -> Any:
        return generator(EngineContext(context, given))

    return run


def _activity(body: Callable[[Any], Any], held: threading.BoundedSemaphore | None) -> Callable[..., Any]:
    """The activity; one that works rather than waits does so only while it holds a place."""

    def run(_context: task.ActivityContext, given: Any) -> Any:
        with held or nullcontext():
            return body(given)

    return run
