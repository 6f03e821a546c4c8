"""The wire of the emulators: one HTTP server on a loopback port, faults by script, and a record of every request.

An emulated service is a set of ``Operation``. The server applies the faults that any service can have (a status, a slow
or broken answer) and hands those that are a service's own (a refusal, a missing category) to its operation. Over HTTP,
``POST /_emulator/faults`` adds faults, ``DELETE`` forgets them, and ``GET /_emulator/calls`` counts the requests.
"""

import asyncio
import json
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from aiohttp import web

FOREVER = -1
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LARGEST_BODY = 64 * 1024 * 1024
_STATUS_CODES = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "ResourceNotFound",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}


class Call(NamedTuple):
    """One request as it arrived; ``body`` is its JSON, None where there is none, header names are lower case."""

    operation: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    captures: Mapping[str, str]


class Reply(NamedTuple):
    """What an operation answers."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = {}


@dataclass
class Fault:
    """What goes wrong, and how many times. ``kind`` is one of the wire's, or one that the operation knows.

    The wire's: ``status`` (``status``, ``retry_after`` seconds), ``slow_body`` (one byte every ``seconds``), ``hang``
    (no answer for ``seconds``), ``reset``, ``invalid_json``, ``wrong_schema``.
    """

    kind: str
    times: int = 1
    status: int = 500
    retry_after: float | None = None
    seconds: float = 0.2
    match: str = field(default="", metadata={"meaning": "only requests whose body holds this text"})


@dataclass(frozen=True)
class Operation:
    """One route of a service. ``path`` is an aiohttp route; ``answer`` gets the call and a fault of its own kinds."""

    name: str
    method: str
    path: str
    answer: Callable[[Call, Fault | None], Reply]


class FaultScript:
    """Which faults happen to which operation, in the order in which they were added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[str, Fault]] = []

    def add(self, operation: str, kind: str, **details: Any) -> None:
        """Let ``kind`` happen to the next requests of ``operation``; ``times=FOREVER`` to all of them."""
        with self._lock:
            self._faults.append((operation, Fault(kind, **details)))

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._faults.clear()

    def take(self, operation: str, text: str) -> Fault | None:
        """The fault that happens to this request, counted down."""
        with self._lock:
            for position, (name, fault) in enumerate(self._faults):
                if name == operation and fault.match in text:
                    fault.times -= 1
                    if fault.times == 0:
                        del self._faults[position]
                    return fault
        return None


class FaultyServer(ABC):
    """Serves routes on a free loopback port, in a thread of its own, and lets ``faults`` befall them.

    A context manager. What the routes are, and what a fault does to one, is said by the servers derived from it.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.faults = FaultScript()
        self.calls: list[Call] = []
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """The base address, without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    def count(self, operation: str) -> int:
        """How many requests of that operation arrived so far."""
        return sum(call.operation == operation for call in list(self.calls))

    @abstractmethod
    def routes(self) -> Iterable[tuple[str, str, Handler]]:
        """Method (``*`` for any), aiohttp route and handler of everything that is served."""

    async def _start(self) -> None:
        app = web.Application(client_max_size=LARGEST_BODY)
        for method, path, handler in self.routes():
            app.router.add_route(method, path, handler)
        app.router.add_post("/_emulator/faults", self._add_faults)
        app.router.add_delete("/_emulator/faults", self._clear_faults)
        app.router.add_get("/_emulator/calls", self._count_calls)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def _add_faults(self, request: web.Request) -> web.Response:
        for entry in await request.json():
            self.faults.add(entry.pop("operation"), entry.pop("kind"), **entry)
        return web.json_response({})

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self.faults.clear()
        return web.json_response({})

    async def _count_calls(self, _request: web.Request) -> web.Response:
        return web.json_response(Counter(call.operation for call in self.calls))


class EmulatorServer(FaultyServer):
    """Serves the operations of emulated services, each answer ``latency`` seconds after its request."""

    def __init__(self, operations: Iterable[Operation], *, latency: float = 0.0, port: int = 0) -> None:
        super().__init__(port=port)
        self.latency = latency
        self._operations = list(operations)

    def routes(self) -> Iterable[tuple[str, str, Handler]]:
        """Those of the operations."""
        return [(operation.method, operation.path, self._handler(operation)) for operation in self._operations]

    def _handler(self, operation: Operation) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            text = await request.text()
            try:
                body = json.loads(text) if text else None
            except ValueError:
                return _response(json.dumps({"error": {"code": "BadRequest", "message": "not JSON"}}), 400)
            call = Call(
                operation.name,
                request.method,
                request.path,
                dict(request.query),
                {name.lower(): value for name, value in request.headers.items()},
                body,
                dict(request.match_info),
            )
            self.calls.append(call)
            return await self._reply(request, operation, call, self.faults.take(operation.name, text))

        return handle

    async def _reply(
        self, request: web.Request, operation: Operation, call: Call, fault: Fault | None
    ) -> web.StreamResponse:
        """What the operation answers or the fault makes of it, ``latency`` seconds after the request."""
        if fault and fault.kind in _WIRE_FAULTS:
            await asyncio.sleep(self.latency)
            return await _WIRE_FAULTS[fault.kind](request, fault)
        slow = fault is not None and fault.kind == "slow_body"
        answering = asyncio.to_thread(operation.answer, call, None if slow else fault)
        reply, _ = await asyncio.gather(answering, asyncio.sleep(self.latency))
        text = json.dumps(reply.body) if reply.body is not None else ""
        if fault and slow:
            return await _drip(request, text.encode(), reply.status, fault.seconds)
        return _response(text, reply.status, reply.headers)


def _response(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(text=text, status=status, headers=headers or {}, content_type="application/json")


async def _status(_request: web.Request, fault: Fault) -> web.StreamResponse:
    code = _STATUS_CODES.get(fault.status, "Error")
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return _response(json.dumps({"error": {"code": code, "message": "by script"}}), fault.status, headers)


async def hang(request: web.Request, fault: Fault) -> web.StreamResponse:
    """No answer for the fault's seconds, then a connection that breaks."""
    await asyncio.sleep(fault.seconds)
    return await reset(request, fault)


async def reset(request: web.Request, _fault: Fault) -> web.StreamResponse:
    """A connection that breaks."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _invalid_json(_request: web.Request, _fault: Fault) -> web.StreamResponse:
    return _response('{"choices": [')


async def _wrong_schema(_request: web.Request, _fault: Fault) -> web.StreamResponse:
    return _response(json.dumps({"unexpected": True}))


async def _drip(request: web.Request, body: bytes, status: int, seconds: float) -> web.StreamResponse:
    """The right answer, one byte at a time."""
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    response = web.StreamResponse(status=status, headers=headers)
    await response.prepare(request)
    await drip(response, body, seconds)
    return response


async def drip(response: web.StreamResponse, body: bytes, seconds: float) -> None:
    """Send ``body`` one byte every ``seconds``, after the head of ``response``."""
    for position in range(len(body)):
        await response.write(body[position : position + 1])
        await asyncio.sleep(seconds)


_WIRE_FAULTS: dict[str, Callable[[web.Request, Fault], Awaitable[web.StreamResponse]]] = {
    "status": _status,
    "hang": hang,
    "reset": reset,
    "invalid_json": _invalid_json,
    "wrong_schema": _wrong_schema,
}
