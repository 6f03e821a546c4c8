"""The app's HTTP routes on a loopback port, the watch on uploaded lists, and interrupted runs taken up again."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from local.app_index import HttpFunction
from local.host import LocalHost
from shared.contracts import PIPELINE, BlobRef
from shared.errors import OrchestratorError, ServiceUnavailable
from shared.run_folder import FAILURE, MANIFEST, RUNS, SEAL, RunFolder

LARGEST_BODY = 256 * 1024 * 1024
CALLER_HEADER = "x-ms-client-principal-name"
WATCH_SECONDS = 1.0
DAY_SECONDS = 24 * 60 * 60
_LOG = logging.getLogger("personalization.local")


async def serve(host: LocalHost, port: int, ready: Callable[[str], None], *, caller: str = "") -> None:
    """Serve until cancelled. ``ready`` gets the base address; port 0 takes a free one. ``OSError`` if it is taken.

    A request that does not say who it comes from comes from ``caller``.
    """
    timers: asyncio.Task[None] | None = None
    runner = web.AppRunner(_web_app(host, caller), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        bound = runner.addresses[0][1]
        await resume_interrupted(host)
        timers = asyncio.create_task(fire_timers(host))
        ready(f"http://127.0.0.1:{bound}")
        await watch_uploads(host)
    finally:
        if timers:
            timers.cancel()
        await runner.cleanup()


async def resume_interrupted(host: LocalHost) -> None:
    """Go on with every run that has a manifest and has not ended: the engine's memory ended with its process."""
    for run_id in host.services.blobs.folders(RUNS):
        folder = RunFolder(host.services.blobs, run_id)
        if folder.exists(MANIFEST) and not (folder.exists(SEAL) or folder.exists(FAILURE)):
            try:
                folder.manifest()
            except OrchestratorError as fault:
                _LOG.warning("run %s does not go on: %s", run_id, fault)
                continue
            await host.client.start_new(PIPELINE, run_id)


async def fire_timers(host: LocalHost) -> None:
    """Let every timer function work once a day, whatever the hour of its schedule: all of them are housekeeping."""
    while True:
        await asyncio.sleep(DAY_SECONDS)
        for function in host.functions.timers:
            await host.timer_fired(function)


async def watch_uploads(host: LocalHost) -> None:
    """Deliver each new version of a blob below the watched containers once it has stopped growing."""
    delivered: set[tuple[str, str | None]] = set()
    before: set[tuple[str, str | None]] = set()
    while True:
        now: set[tuple[str, str | None]] = set()
        for function in host.functions.blobs:
            container = function.path.partition("/")[0]
            for ref in await asyncio.to_thread(_listing, host, container):
                version = (ref.name, ref.etag)
                now.add(version)
                if version in before and version not in delivered:
                    try:
                        await host.upload_arrived(function, ref)
                    except ServiceUnavailable:
                        continue  # delivered again at the next look
                    delivered.add(version)
        before = now
        await asyncio.sleep(WATCH_SECONDS)


def _listing(host: LocalHost, container: str) -> list[BlobRef]:
    """What lies in a container now; a file that vanishes while it is read is looked at the next time."""
    try:
        return list(host.services.blobs.list(container))
    except ServiceUnavailable:
        return []


def _web_app(host: LocalHost, caller: str) -> web.Application:
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_problems])
    for function in host.functions.http:
        for method in function.methods:
            app.router.add_route(method, f"/api/{function.route}", _handler(host, function, caller))
    return app


def _handler(host: LocalHost, function: HttpFunction, caller: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    named = {CALLER_HEADER: caller} if caller else {}

    async def handle(request: web.Request) -> web.Response:
        reply = await host.request(
            function,
            request.method,
            url=str(request.url),
            headers={**named, **{name.lower(): value for name, value in request.headers.items()}},
            params=dict(request.query),
            route_params=dict(request.match_info),
            body=await request.read(),
        )
        headers = {**reply.headers, "Content-Type": _content_type(reply.mimetype)}
        return web.Response(status=reply.status_code, body=reply.get_body(), headers=headers)

    return handle


def _content_type(mimetype: str) -> str:
    return f"{mimetype}; charset=utf-8" if mimetype.startswith("text/") else mimetype


@web.middleware
async def _problems(request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]) -> Any:
    """Faults of the server itself (no such route, body too large) as problem documents, like the app's own."""
    try:
        return await handler(request)
    except web.HTTPException as fault:
        body = {"type": "about:blank", "title": fault.reason, "status": fault.status, "detail": fault.reason}
        return web.Response(status=fault.status, text=json.dumps(body), content_type="application/problem+json")
