"""``run``: takes the files in, starts the run through the app's own HTTP function, and follows it to its end."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import azure.functions as func
from pydantic import TypeAdapter, ValidationError

from local.emulators.settings import Emulation
from local.host import LocalHost, host_settings
from local.inputs import LocalFile, content_files, customer_list, has_content, suppression_lists, take_in
from local.outputs import copy_run
from local.progress import RunProgress
from local.summary import print_estimate
from shared.contracts import Estimate, ResultDocument, RunId, RunRequest
from shared.domain.digests import digest, slug
from shared.erased_list import find_erased
from shared.errors import BlobExists, InputError, ServiceUnavailable, StorageFull
from shared.ports import BlobStore
from shared.run_folder import MANIFEST, RUNS, SUPPRESSION, RunFolder
from triggers.runs import INPUT_CONTENT, INPUT_FILES, INPUT_SUPPRESSION, IdTaken, refuse_purged

POLL_SECONDS = 0.2
OUTAGE_SECONDS = 60.0
"""How long the store may not say how a run stands before the command gives up on it."""
NO_SERVICE = {
    **dict.fromkeys(("GENERATION_PROVIDER", "SEARCH_PROVIDER", "SAFETY_PROVIDER"), "embedded"),
    "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "",
}
"""App settings of a host that is to reach no service."""


class RunEnded(Exception):
    """The run ended without a result document; the message says what can be done."""


class RunOptions(NamedTuple):
    """What the command line says; with ``emulation`` every service is a loopback server."""

    customers: Path
    content: Path
    config: Path
    out: Path
    run_id: str | None
    emulation: Emulation | None = None
    suppress: tuple[Path, ...] = ()


class ReplayOptions(NamedTuple):
    """What the command line says of a replay."""

    replay_of: str
    config: Path
    out: Path
    run_id: str | None
    emulation: Emulation | None = None


async def run(options: RunOptions) -> ResultDocument:
    """The result of the run. A run that is complete is not done again; one that is not goes on."""
    _check_run_id(options.run_id)
    (customers, kind), content = customer_list(options.customers), content_files(options.content)
    suppress = suppression_lists(options.suppress)
    with host_settings(options.out, options.config, options.emulation) as settings, LocalHost(settings) as host:
        run_id = options.run_id or _derive_run_id(customers, content, suppress, host)
        request = RunRequest(
            customers=f"{RUNS}/{run_id}/{INPUT_FILES[kind]}", content=f"{RUNS}/{run_id}/{INPUT_CONTENT}", run_id=run_id
        )
        wanted = {f"{run_id}/{INPUT_FILES[kind]}": customers}
        wanted |= {f"{run_id}/{INPUT_CONTENT}{file.name}": file for file in content}
        wanted |= {f"{run_id}/{INPUT_SUPPRESSION}{file.name}": file for file in suppress}
        _take_in(host.services.blobs, run_id, wanted)
        return await _carry_out(host, request, options.out, options.emulation)


async def replay(options: ReplayOptions) -> ResultDocument:
    """The result of a run made again from recorded answers alone. No service is called."""
    _check_run_id(options.run_id)
    chosen = host_settings(options.out, options.config, options.emulation)
    with chosen as settings, LocalHost({**settings, **NO_SERVICE}) as host:
        request = RunRequest(replay_of=options.replay_of, run_id=options.run_id)
        return await _carry_out(host, request, options.out, options.emulation)


async def _carry_out(host: LocalHost, request: RunRequest, out: Path, emulation: Emulation | None) -> ResultDocument:
    """Start the run and follow it; what the emulated storage holds of it is copied out in the end."""
    run_id = await _start(host, request)
    try:
        with RunProgress() as progress:
            return await _follow(host, run_id, progress)
    finally:
        if emulation:
            copy_run(host.services.blobs, run_id, out)


def _check_run_id(run_id: str | None) -> None:
    try:
        TypeAdapter(RunId | None).validate_python(run_id)
    except ValidationError:
        allowed = "1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first and last"
        raise InputError(f"--run-id: must be {allowed}") from None


def _take_in(blobs: BlobStore, run_id: str, wanted: dict[str, LocalFile]) -> None:
    """Make the run's inputs those wanted. A run that has begun keeps its own: others are refused, unwritten.

    What is right is left alone, whoever wrote it: another host may be starting the same run at this moment.
    """
    folder = RunFolder(blobs, run_id)
    refuse_purged(folder)
    begun = folder.exists(MANIFEST)
    present = {ref.name: ref for ref in blobs.list(RUNS, f"{run_id}/input/")}
    right = {name for name in present.keys() & wanted.keys() if has_content(blobs, present[name], wanted[name])}
    if begun and not right == present.keys() == wanted.keys():
        raise IdTaken(run_id)
    for name in present.keys() - right:
        blobs.delete(RUNS, name)
    for name in sorted(wanted.keys() - right):
        _take_in_one(blobs, run_id, name, wanted[name])


def _take_in_one(blobs: BlobStore, run_id: str, name: str, file: LocalFile) -> None:
    try:
        take_in(blobs, file, RUNS, name)
    except BlobExists:
        if not has_content(blobs, blobs.stat(RUNS, name), file):
            raise IdTaken(run_id) from None


def _derive_run_id(
    customers: LocalFile, content: tuple[LocalFile, ...], suppress: tuple[LocalFile, ...], host: LocalHost
) -> str:
    """The same list, library and configuration make the same run, as long as the same people are left out."""
    files = [[(file.name, file.sha256) for file in group] for group in (content, suppress)]
    standing = [(ref.name, ref.etag) for ref in host.services.blobs.list(SUPPRESSION)]
    identity = digest(customers.sha256, files, host.config, standing, find_erased(host.services))
    return f"{slug(customers.path.stem, limit=40)}-{identity[:12]}"


async def _start(host: LocalHost, request: RunRequest) -> str:
    """Start the run, say what it may take at most where that costs anything, and give its id."""
    headers = {"content-type": "application/json"}
    body = request.model_dump_json(exclude_defaults=True).encode()
    reply = await host.request("create_run", "POST", headers=headers, body=body)
    answer = _body(reply)
    if reply.status_code == StorageFull.status:
        raise StorageFull(answer["detail"])
    if reply.status_code >= 400 and answer["code"] != "run_exists":
        raise InputError(answer["detail"])
    estimate = answer.get("estimate")
    if estimate and estimate["cost_usd"]:
        print_estimate(Estimate.model_validate(estimate))
    return str(reply.headers["Location"].rpartition("/")[2])


async def _follow(host: LocalHost, run_id: str, progress: RunProgress) -> ResultDocument:
    while True:
        status = await _status(host, run_id)
        progress.update(status["state"], **status["progress"], counts=status["counts"])
        if status["result"]:
            return ResultDocument.model_validate(status["result"])
        if status["state"] == "cancelled":
            raise RunEnded(f"run {run_id} was cancelled; give another --run-id")
        if status["state"] == "failed":
            raise RunEnded(f"run {run_id} failed: {status['error']['message']}; the same command tries again")
        await asyncio.sleep(POLL_SECONDS)


async def _status(host: LocalHost, run_id: str) -> Any:
    """How the run stands. A store that does not answer is asked again for a while, as the run itself does."""
    patience = time.monotonic() + OUTAGE_SECONDS
    while True:
        reply = await host.request("get_run", route_params={"run_id": run_id})
        if reply.status_code < 400:
            return _body(reply)
        if reply.status_code != ServiceUnavailable.status or time.monotonic() > patience:
            raise RunEnded(f"run {run_id}: {_body(reply)['detail']}; the same command goes on")
        await asyncio.sleep(POLL_SECONDS)


def _body(reply: func.HttpResponse) -> Any:
    return json.loads(reply.get_body())
