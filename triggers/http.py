"""The HTTP routes: each parses its request, calls one thing and replies. Faults become problem documents."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import azure.functions as func

from shared.config import AppSettings
from shared.contracts import (
    APPROVAL_EVENT,
    Approval,
    ApprovalsDocument,
    DecisionsReply,
    DecisionsRequest,
    ErasureRequest,
    HealthReport,
    RecallList,
    RecallRequest,
    RunAccepted,
    RunList,
    RunRequest,
    RunStatus,
    RunSummary,
    Variant,
    VariantList,
    VariantView,
    Verdict,
)
from shared.domain.audit import generate_audit_report
from shared.domain.estimate import estimate_run
from shared.domain.revisions import decision_on
from shared.engagement_folder import EngagementFolder
from shared.errors import BlobNotFound, Conflict, GateClosed, NotEditable, NotFound, OrchestratorError
from shared.evidence.pack import write_pack
from shared.ports import OrchestrationClient, Services
from shared.recalls import find_recall, recall_document, recalled, survey
from shared.run_config import RunConfig
from shared.run_folder import APPROVALS, AUDIT, EXPERIMENT, GATE, MANIFEST, REPORTS, RUNS, RunFolder, audit_csv
from shared.telemetry import fault_place, log_structured

from .admission import RETRY_SECONDS, TooManyRuns, refuse_when_full
from .decisions import record_decisions
from .edits import edit_variant as keep_edit
from .engagement import list_analyses, load_engagement
from .erasures import erase_customer
from .identity import caller_of
from .openapi import describe_api
from .replies import JSON, file_reply, json_reply, problem, run_links, run_summary, unreadable_run
from .requests import (
    CSV,
    LIST_TYPES,
    UnsupportedMediaType,
    analysis_of,
    arm_of,
    engagement_csv,
    keep_list,
    media_type,
    page_size,
    parse_body,
    parse_edit,
    parse_list,
    run_id_of,
    variant_id_of,
)
from .runs import ENDED, IdTaken, RunView, cancel_run, start_run, view_run

ZIP = "application/zip"
MEDIA_TYPES = {"html": "text/html", "pdf": "application/pdf", "ipynb": "application/x-ipynb+json"}
RETRY_AFTER = {"Retry-After": "2"}


@dataclass(frozen=True)
class Environment:
    """What the triggers work with; each part is built when it is first asked for."""

    services: Callable[[], Services]
    config: Callable[[], RunConfig]
    settings: Callable[[], AppSettings]


Handler = Callable[[func.HttpRequest, OrchestrationClient, Environment], Awaitable[func.HttpResponse]]


async def respond(
    handler: Handler, req: func.HttpRequest, client: OrchestrationClient, environment: Environment
) -> func.HttpResponse:
    """The handler's reply, or the problem document of its fault. No input leads to a bare 500."""
    try:
        return await handler(req, client, environment)
    except IdTaken as fault:
        return problem(fault, headers={"Location": f"/api/runs/{fault.run_id}"})
    except OrchestratorError as fault:
        log_structured("request_refused", {"method": req.method, "code": fault.code})
        later = {"Retry-After": str(RETRY_SECONDS)} if isinstance(fault, TooManyRuns) else None
        return problem(fault, headers=later)
    except Exception as fault:  # noqa: BLE001 - the last line of defence: it says where, never what
        log_structured("request_failed", {"method": req.method, "fault": fault_place(fault)})
        return problem(OrchestratorError("the request met a fault of the app; its log names the place"))


async def create_run(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Start a run from JSON, or from a list as the body with ``run_id`` and ``approval`` in the query."""
    settings, services, kind = env.settings(), env.services(), media_type(req)
    if kind != JSON and kind not in LIST_TYPES:
        raise UnsupportedMediaType(f"content-type must be one of {', '.join((JSON, *LIST_TYPES))}")
    posted = None if kind == JSON else await asyncio.to_thread(parse_list, req, settings.max_upload_mb)
    request = posted.request if posted else parse_body(req, RunRequest)
    await refuse_when_full(request, settings.max_unfinished_runs, services, env.config, client)
    if posted:
        await asyncio.to_thread(keep_list, posted, services.blobs)
    manifest = await start_run(request, services, env.config, client)
    run_id = manifest.run_id
    estimate = None if manifest.replay_of else await asyncio.to_thread(estimate_run, manifest.config)
    body = RunAccepted(run_id=run_id, state="queued", links=run_links(run_id), estimate=estimate)
    return json_reply(body, status=202, headers={"Location": f"/api/runs/{run_id}", **RETRY_AFTER})


async def list_runs(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Runs by id, ``limit`` at a time; ``after`` gives the id to go on behind."""
    limit, after, blobs = page_size(req), req.params.get("after", ""), env.services().blobs
    names = await asyncio.to_thread(lambda: [name for name in blobs.folders(RUNS) if name > after])
    runs: list[RunSummary] = []
    for name in names:
        if len(runs) == limit:
            following = f"/api/runs?limit={limit}&after={runs[-1].run_id}"
            return json_reply(RunList(runs=tuple(runs), next=following))
        if await asyncio.to_thread(RunFolder(blobs, name).exists, MANIFEST):
            runs.append(await _listed(name, client, env))
    return json_reply(RunList(runs=tuple(runs), next=None))


async def _listed(run_id: str, client: OrchestrationClient, env: Environment) -> RunSummary:
    """One run as the list shows it; one whose files cannot be read does not hide the others."""
    try:
        return run_summary(await view_run(run_id, env.services(), client))
    except OrchestratorError as fault:
        return unreadable_run(run_id, fault)


async def get_run(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """One run: state, progress, counts, cost, links; the result document once it has ended."""
    view = await view_run(run_id_of(req), env.services(), client)
    headers = {} if view.progress.state in ENDED else RETRY_AFTER
    return json_reply(RunStatus(**dict(run_summary(view)), result=view.result), headers=headers)


async def cancel(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Stop a run cleanly; again is no fault."""
    run_id = run_id_of(req)
    await cancel_run(run_id, env.services(), client)
    return json_reply(RunAccepted(run_id=run_id, state="cancelled", links=run_links(run_id)))


async def get_variants(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """The variants so far, each with its citations, verdict and approval."""
    view = await view_run(run_id_of(req), env.services(), client)
    return json_reply(await asyncio.to_thread(_variants, RunFolder(env.services().blobs, view.run_id)))


async def get_report(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """The report as html, pdf or ipynb."""
    run_id, kind = run_id_of(req), req.route_params.get("kind", "")
    if kind not in REPORTS:
        raise NotFound(f"there is no report of that kind; there are {', '.join(REPORTS)}")
    number, data = await _of_analysis(req, REPORTS[kind], client, env)
    name = f"{run_id}-analysis-{number}.{kind}" if number else f"{run_id}.{kind}"
    return file_reply(data, MEDIA_TYPES[kind], filename=name, inline=kind != "ipynb")


async def get_experiment(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """The experiment document."""
    _, data = await _of_analysis(req, EXPERIMENT, client, env)
    return file_reply(data, JSON)


async def add_engagement(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Load observed engagement and analyse the run by it; a file that was loaded before is told its analysis."""
    run_id, data = run_id_of(req), engagement_csv(req, env.settings().max_upload_mb)
    who = caller_of(req, trusted=env.settings().website_auth_enabled)
    added = await load_engagement(run_id, data, who, env.services(), client)
    headers = {"Location": added.reply.links["experiment"]}
    return json_reply(added.reply, status=201 if added.first else 200, headers=headers)


async def get_analyses(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Every analysis of the run: its own, and one for each file of observed engagement."""
    run_id = run_id_of(req)
    await _read(RUNS, f"{run_id}/{EXPERIMENT}", run_id, client, env)
    return json_reply(await asyncio.to_thread(list_analyses, run_id, env.services().blobs))


async def get_assignments(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Who gets which message, as CSV: customer_id, segment, arm, variant_id, in the list's order; or one arm's."""
    run_id, arm = run_id_of(req), arm_of(req)
    await _read(RUNS, f"{run_id}/{EXPERIMENT}", run_id, client, env)
    data = await asyncio.to_thread(_assignments, RunFolder(env.services().blobs, run_id), arm)
    return file_reply(data, CSV, filename=f"{run_id}-{arm or 'assignments'}.csv")


async def get_audit(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Every safety decision, as CSV: those so far, where the run waits for people."""
    run_id = run_id_of(req)
    view = await view_run(run_id, env.services(), client)
    folder = RunFolder(env.services().blobs, run_id)
    if view.progress.state == "awaiting_approval" and not await asyncio.to_thread(folder.exists, GATE):
        data = await asyncio.to_thread(lambda: generate_audit_report(folder.all_verdicts()))
    else:
        data = await _read(AUDIT, audit_csv(run_id), run_id, client, env)
    return file_reply(data, CSV, filename=f"{run_id}-audit.csv")


async def get_evidence(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Everything to check a run with, as a zip file; files about single customers are withheld."""
    run_id = run_id_of(req)
    await view_run(run_id, env.services(), client)
    data = await asyncio.to_thread(_pack, run_id, env.services())
    return file_reply(data, ZIP, filename=f"{run_id}-evidence.zip")


async def decide(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Approve or reject variants."""
    run_id = run_id_of(req)
    view = await view_run(run_id, env.services(), client)
    if view.progress.state in ENDED:
        raise Conflict(f"run {run_id} is {view.progress.state}; there is nothing left to decide")
    decisions = parse_body(req, DecisionsRequest).decisions
    who = caller_of(req, trusted=env.settings().website_auth_enabled)
    try:
        await asyncio.to_thread(record_decisions, run_id, decisions, who, env.services())
    finally:
        await _look_again(run_id, client, {"decisions": len(decisions)})
    recorded = tuple(decision.variant_id for decision in decisions)
    return json_reply(DecisionsReply(run_id=run_id, recorded=recorded))


async def erase(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Erase one customer from every run that has ended, from the uploads and from runs to come."""
    wanted = parse_body(req, ErasureRequest)
    return json_reply(await erase_customer(wanted.customer_id, env.services(), client))


async def recall(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Withdraw a document; runs that wait for decisions on what cites it look again."""
    request = parse_body(req, RecallRequest)
    who = caller_of(req, trusted=env.settings().website_auth_enabled)
    services = env.services()
    done = await asyncio.to_thread(recall_document, request, who, services.blobs, services.now)
    log_structured("document_recalled", {"variants": len(done.report.variants)})
    for run_id in {variant.run_id for variant in done.report.variants if variant.state == "blocked now"}:
        await _look_again(run_id, client, {"recalls": 1})
    return json_reply(done.report, status=201 if done.first else 200)


async def list_recalls(req: func.HttpRequest, _client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Every recall; with ``document_id`` in the query that one, and every message that cites the document."""
    blobs, document_id = env.services().blobs, req.params.get("document_id")
    if document_id is None:
        found = await asyncio.to_thread(recalled, blobs)
        return json_reply(RecallList(recalls=tuple(found.values())))
    one = await asyncio.to_thread(find_recall, document_id, blobs)
    return json_reply(await asyncio.to_thread(survey, one, blobs))


async def edit_variant(req: func.HttpRequest, client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Replace a variant's text while the run waits for decisions; it is checked and screened anew."""
    run_id, variant_id, edit = run_id_of(req), variant_id_of(req), parse_edit(req)
    _refuse_unless_waiting(await view_run(run_id, env.services(), client))
    who = caller_of(req, trusted=env.settings().website_auth_enabled)
    try:
        await asyncio.to_thread(keep_edit, run_id, variant_id, edit, who, env.services())
    finally:
        await _look_again(run_id, client, {"edits": 1})
    return json_reply(await asyncio.to_thread(_variant, RunFolder(env.services().blobs, run_id), variant_id))


def _refuse_unless_waiting(view: RunView) -> None:
    """``Conflict`` unless messages can be edited now: all are written, and the run waits for people."""
    state = view.progress.state
    if state in {*ENDED, "experimenting", "reporting"}:
        raise GateClosed(f"run {view.run_id} is {state}; there is nothing left to edit")
    if view.manifest.approval == "required" and state != "awaiting_approval":
        raise NotEditable(f"run {view.run_id} is {state}: its messages are still being written")


async def _look_again(run_id: str, client: OrchestrationClient, event: dict[str, int]) -> None:
    """Whatever was kept counts, so the run looks at its files again."""
    if await client.get_status(run_id):
        await client.raise_event(run_id, APPROVAL_EVENT, event)


async def health(_req: func.HttpRequest, _client: OrchestrationClient, env: Environment) -> func.HttpResponse:
    """Whether configuration and blob store are ready, each by itself; 503 when one is not."""

    def reach_blobs() -> None:
        env.services().blobs.check()

    checks: dict[str, Callable[[], Any]] = {"configuration": env.config, "blob_store": reach_blobs}
    found = {name: await asyncio.to_thread(_readiness, check) for name, check in checks.items()}
    ready = all(state == "ok" for state in found.values())
    report = HealthReport(status="ok" if ready else "unavailable", dependencies=found)
    return json_reply(report, status=200 if ready else 503)


async def openapi(_req: func.HttpRequest, _client: OrchestrationClient, _env: Environment) -> func.HttpResponse:
    """The contract of this API."""
    return file_reply(json.dumps(describe_api()).encode(), JSON)


async def _of_analysis(
    req: func.HttpRequest, name: str, client: OrchestrationClient, env: Environment
) -> tuple[int, bytes]:
    """A file of the analysis that the query asks for, the newest by default, and that one's number."""
    run_id, asked = run_id_of(req), analysis_of(req)
    observed = EngagementFolder(env.services().blobs, run_id)
    newest = await asyncio.to_thread(observed.newest)
    number = newest if asked is None else asked
    if number == 0:
        return 0, await _read(RUNS, f"{run_id}/{name}", run_id, client, env)
    if number > newest:
        await view_run(run_id, env.services(), client)
        raise NotFound(f"run {run_id} has no analysis {number}; the newest is {newest}")
    return number, await asyncio.to_thread(observed.read, number, name.rpartition("/")[2])


async def _read(container: str, name: str, run_id: str, client: OrchestrationClient, env: Environment) -> bytes:
    """A file of the run; when it is not there, what the run's state has to do with it."""
    try:
        return await asyncio.to_thread(env.services().blobs.read, container, name)
    except BlobNotFound:
        view = await view_run(run_id, env.services(), client)
        raise Conflict(f"run {run_id} has not made this; it is {view.progress.state}") from None


def _variants(folder: RunFolder) -> VariantList:
    verdicts = {verdict.variant_id: verdict for verdict in folder.verdicts()}
    approvals = _approvals(folder)
    variants = tuple(_view(folder, one, verdicts.get(one.variant_id), approvals) for one in folder.variants())
    return VariantList(run_id=folder.run_id, variants=variants)


def _variant(folder: RunFolder, variant_id: str) -> VariantView:
    variant = folder.variant(variant_id)
    if variant is None:
        raise NotFound(f"variant {variant_id} does not exist")
    return _view(folder, variant, folder.verdict(variant_id), _approvals(folder))


def _view(folder: RunFolder, variant: Variant, verdict: Verdict | None, approvals: dict[str, Approval]) -> VariantView:
    """The variant as it stands, with the decision on this very text, if there is one."""
    decision = decision_on(variant, folder.decisions(variant.variant_id))
    return VariantView(**dict(variant), verdict=verdict, decision=decision, approval=approvals.get(variant.variant_id))


def _approvals(folder: RunFolder) -> dict[str, Approval]:
    closed = folder.find(APPROVALS, ApprovalsDocument)
    return {approval.variant_id: approval for approval in closed.approvals} if closed else {}


def _pack(run_id: str, services: Services) -> bytes:
    target = io.BytesIO()
    write_pack(services.blobs, run_id, target)
    return target.getvalue()


def _assignments(folder: RunFolder, arm: str | None) -> bytes:
    from shared.domain.frames import assignments_csv

    return assignments_csv((folder.read_bytes(name) for name in folder.names("assignments/")), arm)


def _readiness(check: Callable[[], Any]) -> str:
    try:
        check()
    except OrchestratorError as fault:
        return f"{fault.code}: {fault}"
    return "ok"
