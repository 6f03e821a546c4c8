"""The dashboard: one page and its assets, out of ``web/``. Holds no data: the page asks the other routes for it."""

import asyncio
import hashlib
from pathlib import Path

import azure.functions as func

from shared.errors import NotFound
from shared.ports import OrchestrationClient

from .http import Environment

WEB = Path(__file__).resolve().parents[1] / "web"
PAGE = "dashboard.html"
SCRIPTS = ("state", "words", "elements", "api", "experiment", "messages", "dashboard")
ASSETS = {
    "dashboard.css": "text/css",
    "icon.svg": "image/svg+xml",
    **{f"{script}.js": "text/javascript" for script in SCRIPTS},
}
"""Name -> media type. Only these are served; a name from outside is compared, never made into a path."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def dashboard(req: func.HttpRequest, _client: OrchestrationClient, _env: Environment) -> func.HttpResponse:
    """The page."""
    return await _reply(req, PAGE, "text/html")


async def asset(req: func.HttpRequest, _client: OrchestrationClient, _env: Environment) -> func.HttpResponse:
    """One of the page's assets."""
    name = req.route_params.get("asset", "")
    if name not in ASSETS:
        raise NotFound(f"the dashboard has no file of that name; it has {', '.join(ASSETS)}")
    return await _reply(req, name, ASSETS[name])


async def _reply(req: func.HttpRequest, name: str, media_type: str) -> func.HttpResponse:
    """The file with its ETag, or 304 when the caller has this version."""
    data = await asyncio.to_thread((WEB / name).read_bytes)
    etag = f'"{hashlib.sha256(data).hexdigest()}"'
    headers = {**HEADERS, "ETag": etag}
    if _has(req, etag):
        return func.HttpResponse(status_code=304, mimetype=media_type, headers=headers)
    return func.HttpResponse(data, mimetype=media_type, headers=headers)


def _has(req: func.HttpRequest, etag: str) -> bool:
    """Whether ``If-None-Match`` names this version; proxies that compress make a tag weak (RFC 9110, 13.1.2)."""
    tags = (req.headers.get("if-none-match") or "").split(",")
    return any(tag.strip().removeprefix("W/") in {etag, "*"} for tag in tags)
