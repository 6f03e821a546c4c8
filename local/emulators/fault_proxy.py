"""A wire to Blob Storage that fails by script: a loopback proxy in front of Azurite, or of any server of its API.

Faults go by the operation's name: ``put_blob``, ``create_append_blob``, ``append_block``, ``put_block``,
``put_block_list``, ``get_blob``, ``get_blob_properties``, ``get_block_list``, ``list_blobs``, ``list_containers``,
``create_container``, ``delete_blob``, or ``any``. What it passes on it does not change, so that signatures stay valid.
"""

import io
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.emulators.wire import Call, Fault, FaultyServer, Handler, drip, hang, reset

_CONNECTION_HEADERS = ("Connection", "Host", "Keep-Alive", "Transfer-Encoding")
_ADDED_BY_THE_CLIENT = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_ERROR_CODES = {403: "AuthorizationFailure", 429: "TooManyRequests", 500: "InternalError", 503: "ServerBusy"}
_NAMES = {
    ("DELETE", "", ""): "delete_blob",
    ("GET", "", ""): "get_blob",
    ("GET", "", "blocklist"): "get_block_list",
    ("GET", "", "list"): "list_containers",
    ("GET", "container", "list"): "list_blobs",
    ("HEAD", "", ""): "get_blob_properties",
    ("PUT", "", ""): "put_blob",
    ("PUT", "", "appendblock"): "append_block",
    ("PUT", "", "block"): "put_block",
    ("PUT", "", "blocklist"): "put_block_list",
    ("PUT", "container", ""): "create_container",
}
ANY = "any"
"""The operation that every request is, whatever else."""


class FaultProxy(FaultyServer):
    """Passes requests on to the server at ``target`` (``http://host:port``), except where ``faults`` say otherwise.

    The faults: ``status`` (``status``, ``retry_after``), ``hang`` and ``reset`` as in ``wire``; ``lost_answer`` (the
    request is carried out, then, after ``seconds``, the connection is reset); ``slow_body`` (the right answer, one byte
    every ``seconds``); ``broken_body`` (half of the right answer, then a reset); ``wrong_answer`` (200 and a page that
    is not the service's). A fault's ``match`` is looked for in the request's path and query.
    """

    def __init__(self, target: str, *, port: int = 0) -> None:
        super().__init__(port=port)
        self._target = target.rstrip("/")

    def routes(self) -> Iterable[tuple[str, str, Handler]]:
        """Everything but the wire's own addresses."""
        return [("*", "/{path:(?!_emulator/).*}", self._handle)]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        name = _operation_name(request)
        headers = {key.lower(): value for key, value in request.headers.items()}
        self.calls.append(Call(name, request.method, request.path, dict(request.query), headers, None, {}))
        fault = self.faults.take(name, request.raw_path) or self.faults.take(ANY, request.raw_path)
        return await self._outcome(request, fault)

    async def _outcome(self, request: web.Request, fault: Fault | None) -> web.StreamResponse:
        body = await request.read()
        if fault is not None and fault.kind in _INSTEAD:
            return await _INSTEAD[fault.kind](request, fault)
        answer = await self._pass_on(request, body)
        if fault is not None:
            return await _AFTERWARDS[fault.kind](request, fault, answer)
        return answer

    async def _pass_on(self, request: web.Request, body: bytes) -> web.Response:
        """What the server behind answers, with its headers, whole."""
        address = URL(f"{self._target}{request.raw_path}", encoded=True)
        headers = _without_the_connections(CIMultiDict(request.headers))
        async with (
            aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=_ADDED_BY_THE_CLIENT) as session,
            session.request(
                request.method, address, data=io.BytesIO(body), headers=headers, allow_redirects=False
            ) as answer,
        ):
            content = await answer.read()
            kept = _without_the_connections(CIMultiDict(answer.headers))
            return web.Response(status=answer.status, reason=answer.reason, headers=kept, body=content)


def target_of(connection_string: str) -> str:
    """The address of the server that a connection string's ``BlobEndpoint`` names, without the account."""
    settings = dict(part.split("=", 1) for part in connection_string.split(";") if part)
    endpoint = urlsplit(settings["BlobEndpoint"])
    return f"{endpoint.scheme}://{endpoint.netloc}"


def _operation_name(request: web.Request) -> str:
    if request.headers.get("x-ms-blob-type") == "AppendBlob":
        return "create_append_blob"
    key = (request.method, request.query.get("restype", ""), request.query.get("comp", ""))
    return _NAMES.get(key, "other")


def _without_the_connections(headers: CIMultiDict[str]) -> CIMultiDict[str]:
    """The headers that belong to the message, not to the connection it came by."""
    for name in _CONNECTION_HEADERS:
        headers.popall(name, None)
    return headers


# --- faults -----------------------------------------------------------------------------------------------------------


async def _status(_request: web.Request, fault: Fault) -> web.StreamResponse:
    headers = {"x-ms-error-code": _ERROR_CODES.get(fault.status, "Error")}
    if fault.retry_after is not None:
        headers["Retry-After"] = f"{fault.retry_after:g}"
    return web.Response(status=fault.status, headers=headers)


async def _wrong_answer(_request: web.Request, _fault: Fault) -> web.StreamResponse:
    return web.Response(text="<html>not the storage service</html>", content_type="text/html")


async def _lost_answer(request: web.Request, fault: Fault, _answer: web.Response) -> web.StreamResponse:
    return await hang(request, fault)


async def _slow_body(request: web.Request, fault: Fault, answer: web.Response) -> web.StreamResponse:
    response, body = await _begun(request, answer)
    await drip(response, body, fault.seconds)
    return response


async def _broken_body(request: web.Request, fault: Fault, answer: web.Response) -> web.StreamResponse:
    response, body = await _begun(request, answer)
    await response.write(body[: len(body) // 2])
    return await reset(request, fault)


async def _begun(request: web.Request, answer: web.Response) -> tuple[web.StreamResponse, bytes]:
    """An answer of which the head is sent, and the body that is to follow."""
    body = bytes(answer.body) if isinstance(answer.body, bytes | bytearray) else b""
    headers = CIMultiDict(answer.headers)
    if request.method != "HEAD":  # whose answer tells the length of a body that it has not
        headers["Content-Length"] = str(len(body))
    response = web.StreamResponse(status=answer.status, headers=headers)
    await response.prepare(request)
    return response, body


_INSTEAD: dict[str, Callable[[web.Request, Fault], Awaitable[web.StreamResponse]]] = {
    "status": _status,
    "hang": hang,
    "reset": reset,
    "wrong_answer": _wrong_answer,
}
_AFTERWARDS: dict[str, Callable[[web.Request, Fault, web.Response], Awaitable[web.StreamResponse]]] = {
    "lost_answer": _lost_answer,
    "slow_body": _slow_body,
    "broken_body": _broken_body,
}
