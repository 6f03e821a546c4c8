"""What the triggers do with runs: start one, say how it stands, stop it. Everything durable is in the run's folder."""

import asyncio
import sys
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from importlib.metadata import version
from typing import Any, NamedTuple

from shared.blob_file import BlobFile
from shared.config import apply_overrides
from shared.contracts import (
    PIPELINE,
    ApprovalMode,
    BlobRef,
    Ending,
    Failure,
    ListFormat,
    Manifest,
    Progress,
    ResultDocument,
    RunRequest,
    State,
)
from shared.domain.digests import digest, slug
from shared.erased_list import find_erased
from shared.errors import BlobExists, BlobNotFound, Conflict, InputError, NotFound, ServiceUnavailable
from shared.ports import BlobStore, OrchestrationClient, Services
from shared.run_config import PrivacyConfig, RunConfig
from shared.run_folder import (
    CONTENT,
    FAILURE,
    MANIFEST,
    RESULT,
    RUNS,
    SEAL,
    SUPPRESSION,
    UPLOADS,
    RunFolder,
    library_version,
)
from shared.telemetry import log_structured

INPUT_FILES: dict[ListFormat, str] = {
    "csv": "input/customers.csv",
    "gzip": "input/customers.csv.gz",
    "parquet": "input/customers.parquet",
}
INPUT_CONTENT = "input/content/"
INPUT_SUPPRESSION = "input/suppression/"
START_GRACE = timedelta(seconds=3)
"""How old a manifest must be before a run that the engine does not know counts as interrupted, not as starting."""
START_POLL_SECONDS = 0.2
_LIVE = {"Pending", "Running", "ContinuedAsNew", "Suspended"}
ENDED = {"completed", "completed_with_errors", "failed", "cancelled"}


class IdTaken(Conflict):
    """A run of that id was started from other inputs."""

    code = "run_differs"

    def __init__(self, run_id: str, reason: str = "with other customers, content or configuration") -> None:
        super().__init__(f"run {run_id} was started {reason}; give another run_id")
        self.run_id = run_id


class AlreadyStarted(IdTaken):
    """A run of that id is under way or done."""

    code = "run_exists"

    def __init__(self, run_id: str, state: State) -> None:
        super().__init__(run_id, f"before and is {state}")


class RunPurged(NotFound):
    """The run ended long ago and its files are gone."""

    code = "run_purged"
    status = 410

    def __init__(self, run_id: str) -> None:
        super().__init__(f"run {run_id} was purged; only its audit is kept, and its id cannot be used again")


class RunView(NamedTuple):
    """How a run stands: from its files where it ended, from the engine while it lives."""

    run_id: str
    progress: Progress
    manifest: Manifest
    result: ResultDocument | None
    error: Failure | None = None


class _Files(NamedTuple):
    """What the run's folder says of it."""

    manifest: Manifest
    result: ResultDocument | None
    failure: ResultDocument | None
    cancelled: bool


def derive_run_id(container: str, name: str, etag: str) -> str:
    """The id of the run that one version of a blob starts: readable, and the same for every delivery of the event."""
    stem = slug(name.rsplit("/", 1)[-1].rsplit(".", 1)[0], limit=40)
    return f"{stem}-{digest(container, name, etag)[:12]}"


async def start_run(
    request: RunRequest, services: Services, config: Callable[[], RunConfig], client: OrchestrationClient
) -> Manifest:
    """Start the run that ``request`` describes and give its manifest.

    Refuses with ``InputError`` what is no customer list, an empty library or a wrong configuration, and with
    ``IdTaken`` an id of another run, or ``AlreadyStarted`` of this one under way or done. One that was interrupted or
    failed goes on.
    """
    manifest = await asyncio.to_thread(describe_run, request, services, config())
    folder = RunFolder(services.blobs, manifest.run_id)
    await asyncio.to_thread(refuse_purged, folder)
    try:
        await asyncio.to_thread(folder.create, MANIFEST, manifest)
    except BlobExists:
        await _check_resumable(folder, manifest, services, client)
        log_structured("run_resumed", {"run_id": manifest.run_id})
        await _start(manifest.run_id, client, mine=False)
    else:
        log_structured("run_started", {"run_id": manifest.run_id})
        await _start(manifest.run_id, client, mine=True)
    return manifest


async def view_run(run_id: str, services: Services, client: OrchestrationClient) -> RunView:
    """How the run stands; ``NotFound`` when there is none of that id."""
    folder = RunFolder(services.blobs, run_id)
    files = await asyncio.to_thread(_read_files, folder)
    if files.result is not None:
        return RunView(run_id, Progress(state=files.result.status), files.manifest, files.result)
    if files.cancelled:
        return RunView(run_id, Progress(state="cancelled"), files.manifest, None)
    status = await client.get_status(run_id)
    runtime = status.runtime_status.name if status else None
    if runtime in _LIVE:
        return RunView(run_id, _progress(status.custom_status), files.manifest, None)
    if runtime == "Completed":  # between the last look at the files and the look at the engine, it ended
        files = await asyncio.to_thread(_read_files, folder)
    ended = files.result or files.failure
    if ended is not None:
        return RunView(run_id, Progress(state=ended.status), files.manifest, ended, ended.error)
    if not runtime:
        return RunView(run_id, Progress(state="queued"), files.manifest, None)
    return RunView(run_id, Progress(state="failed"), files.manifest, None, _engine_failure(status))


async def cancel_run(run_id: str, services: Services, client: OrchestrationClient) -> None:
    """Stop a run: no further step of it begins. ``Conflict`` when it is over."""
    view = await view_run(run_id, services, client)
    if view.progress.state in {"completed", "completed_with_errors", "failed"}:
        raise Conflict(f"run {run_id} is already {view.progress.state}")
    wanted = Ending(run_id=run_id, outcome="cancelled", decided_at=services.now())
    ending = await asyncio.to_thread(RunFolder(services.blobs, run_id).end, wanted)
    if ending.outcome != "cancelled":
        raise Conflict(f"run {run_id} is being closed; it is too late to cancel it")
    if await client.get_status(run_id):
        await client.terminate(run_id, "cancelled on request")
    log_structured("run_cancelled", {"run_id": run_id})


def refuse_purged(folder: RunFolder) -> None:
    """``RunPurged`` where a seal is all that is left of a run, or soon will be."""
    if folder.exists(SEAL) and not folder.exists(MANIFEST):
        raise RunPurged(folder.run_id)


def _read_files(folder: RunFolder) -> _Files:
    try:
        manifest = folder.read(MANIFEST, Manifest)
    except BlobNotFound:
        refuse_purged(folder)
        raise NotFound(f"there is no run {folder.run_id}") from None
    return _Files(
        manifest,
        folder.read(RESULT, ResultDocument) if folder.exists(SEAL) else None,
        folder.find(FAILURE, ResultDocument),
        folder.cancelled(),
    )


def request_digest(
    customers: BlobRef,
    content: Mapping[str, Any],
    suppression: tuple[BlobRef, ...],
    config_digest: str,
    approval: ApprovalMode | None,
) -> str:
    """What makes two starts of one id the same run. Who was erased meanwhile does not: a run keeps to its start."""
    lists = [(ref.container, ref.name, ref.etag) for ref in suppression]
    inputs = (customers.container, customers.name, customers.etag, content, lists)
    return digest("request", *inputs, config_digest, approval)


def describe_run(request: RunRequest, services: Services, base: RunConfig) -> Manifest:
    """The manifest of the run that ``request`` asks for, not written yet; refuses what ``start_run`` does."""
    if request.replay_of is not None:
        return _describe_replay(request.replay_of, request.run_id, services)
    customers = _find_customers(request, services, base.privacy)
    run_id = request.run_id or derive_run_id(customers.container, customers.name, customers.etag or "")
    content = _find_content(request, services)
    config = apply_overrides(base, request.config)
    approval = request.approval or config.experiment_config.experiment.approval.mode
    suppression = find_suppression(services.blobs, run_id)
    now = services.now()
    return Manifest(
        run_id=run_id,
        created_at=now,
        as_of=now.date(),
        customers=customers,
        content=content,
        suppression=suppression,
        erased=find_erased(services),
        config=config,
        config_digest=digest(config),
        seed=config.experiment_config.experiment.seed or run_id,
        approval=approval,
        versions=_versions(),
        request_digest=request_digest(customers, content.model_dump(), suppression, digest(config), approval),
    )


def _describe_replay(replay_of: str, run_id: str | None, services: Services) -> Manifest:
    """A run over the same inputs, day and configuration, which takes every answer from the record of ``replay_of``."""
    original = _completed(replay_of, services)
    run_id = run_id or derive_run_id("replay", replay_of, original.request_digest)
    if run_id == replay_of:
        raise InputError("run_id: a replay needs an id of its own")
    _check_unchanged(original, services)
    return original.model_copy(
        update={
            "run_id": run_id,
            "created_at": services.now(),
            "replay_of": replay_of,
            "versions": _versions(),
            "request_digest": digest("replay", replay_of, original.request_digest),
        }
    )


def _completed(run_id: str, services: Services) -> Manifest:
    """The manifest of a run that has ended whole; ``NotFound`` or ``Conflict`` for any other."""
    files = _read_files(RunFolder(services.blobs, run_id))
    if files.result is None:
        raise Conflict(f"run {run_id} is not complete; only a complete run can be replayed")
    return files.manifest


def _check_unchanged(original: Manifest, services: Services) -> None:
    customers, content = original.customers, original.content
    try:
        present = services.blobs.stat(customers.container, customers.name).etag
    except BlobNotFound:
        present = None
    library = library_version(services.blobs.list(content.container, content.name))
    suppression = find_suppression(services.blobs, original.run_id)
    now = (present, library, suppression, find_erased(services))
    if now != (customers.etag, content.etag, original.suppression, original.erased):
        raise Conflict(
            f"run {original.run_id} cannot be replayed: its customer list, its content or who is left out was changed"
        )


def find_suppression(blobs: BlobStore, run_id: str) -> tuple[BlobRef, ...]:
    """The suppression lists of a run: all that lie in their container, and those put among its own inputs."""
    own = blobs.list(RUNS, f"{run_id}/{INPUT_SUPPRESSION}")
    return (*blobs.list(SUPPRESSION), *own)


def _find_customers(request: RunRequest, services: Services, privacy: PrivacyConfig) -> BlobRef:
    from shared.domain.list_files import check_list_file

    container, name = _place(request.customers, request.run_id, INPUT_FILES.values(), UPLOADS)
    try:
        ref = services.blobs.stat(container, name)
    except BlobNotFound:
        raise InputError(f"customers: there is no blob of that name in the {UPLOADS} container") from None
    check_list_file(BlobFile(services.blobs, ref), privacy)
    return ref


def _find_content(request: RunRequest, services: Services) -> BlobRef:
    """The library as a prefix, its ETag covering every document beneath it."""
    container, prefix = _place(request.content, request.run_id, (INPUT_CONTENT,), CONTENT)
    library = library_version(services.blobs.list(container, prefix))
    if library is None:
        raise InputError(f"content: the library is empty; put approved documents into the {CONTENT} container")
    return BlobRef(container=container, name=prefix, etag=library)


def _place(asked: str, run_id: str | None, own: Collection[str], container: str) -> tuple[str, str]:
    """Container and name of an input: one of ``own`` in the run's folder, or a name, with or without ``container``."""
    if run_id and asked in {f"{RUNS}/{run_id}/{name}" for name in own}:
        return RUNS, asked.removeprefix(f"{RUNS}/")
    return container, asked.removeprefix(f"{container}/")


def _engine_failure(status: Any) -> Failure:
    """Why the engine says the run failed; its own words are never shown, because they may quote anything."""
    output = status.output if isinstance(status.output, dict) else {}
    if output.get("error"):
        return Failure.model_validate(output["error"])
    return Failure(code="engine_failed", message="the durable engine ended the run; its log has the cause")


async def _check_resumable(
    folder: RunFolder, manifest: Manifest, services: Services, client: OrchestrationClient
) -> None:
    """Let a run go on that was interrupted or failed, if it is asked for with the same inputs."""
    files = await asyncio.to_thread(_read_files, folder)
    if files.manifest.request_digest != manifest.request_digest:
        raise IdTaken(manifest.run_id)
    if files.result is not None:
        raise AlreadyStarted(manifest.run_id, files.result.status)
    if files.cancelled:
        raise AlreadyStarted(manifest.run_id, "cancelled")
    await _refuse_live(manifest.run_id, client)
    while services.now() - files.manifest.created_at < START_GRACE:
        await asyncio.sleep(START_POLL_SECONDS)
        await _refuse_live(manifest.run_id, client)


async def live_state(run_id: str, client: OrchestrationClient) -> State | None:
    """The state of a run that the engine has and has not ended; None for any other."""
    status = await client.get_status(run_id)
    live = status and status.runtime_status.name in _LIVE
    return _progress(status.custom_status).state if live else None


async def _refuse_live(run_id: str, client: OrchestrationClient) -> None:
    state = await live_state(run_id, client)
    if state:
        raise AlreadyStarted(run_id, state)


async def _start(run_id: str, client: OrchestrationClient, *, mine: bool) -> None:
    """Start the orchestration. The engine refuses an id that lives; that somebody was first is fine for ``mine``."""
    try:
        await client.start_new(PIPELINE, run_id, None)
    except Exception as fault:
        state = await live_state(run_id, client)
        if not state:
            raise ServiceUnavailable("the durable engine did not take the run; try again") from fault
        if not mine:
            raise AlreadyStarted(run_id, state) from fault


def _progress(custom_status: Any) -> Progress:
    return Progress.model_validate(custom_status) if custom_status else Progress(state="queued")


def _versions() -> dict[str, str]:
    packages = ("azure-functions", "azure-functions-durable", "numpy", "pandas", "pyarrow", "scipy", "scikit-learn")
    python = ".".join(map(str, sys.version_info[:3]))
    return {"python": python, **{package: version(package) for package in packages}}
