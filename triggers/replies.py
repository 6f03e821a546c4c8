"""What goes out over HTTP: JSON, files and RFC 9457 problem documents, with the same headers everywhere."""

import json

import azure.functions as func

from shared.contracts import Failure, RunSummary, StepProgress
from shared.errors import OrchestratorError
from shared.run_config import Frozen
from shared.run_folder import REPORTS

from .runs import RunView

JSON = "application/json"


def json_reply(body: Frozen, status: int = 200, headers: dict[str, str] | None = None) -> func.HttpResponse:
    """A contract as JSON."""
    return func.HttpResponse(body.model_dump_json(), status_code=status, mimetype=JSON, headers=_safe(headers))


def file_reply(data: bytes, media_type: str, *, filename: str = "", inline: bool = False) -> func.HttpResponse:
    disposition = {"Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{filename}"'}
    return func.HttpResponse(data, mimetype=media_type, headers=_safe(disposition if filename else None))


def problem(fault: OrchestratorError, headers: dict[str, str] | None = None) -> func.HttpResponse:
    """The problem document of a fault."""
    body = {
        "type": f"urn:personalization:problem:{fault.code}",
        "title": (type(fault).__doc__ or "").partition("\n")[0].rstrip("."),
        "status": fault.status,
        "detail": str(fault),
        "code": fault.code,
    }
    return func.HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status_code=fault.status,
        mimetype="application/problem+json",
        headers=_safe(headers),
    )


def run_summary(view: RunView) -> RunSummary:
    """One run as lists show it."""
    result = view.result
    return RunSummary(
        run_id=view.run_id,
        state=view.progress.state,
        created_at=view.manifest.created_at,
        progress=StepProgress(done=view.progress.done, total=view.progress.total),
        counts=result.customers.model_dump() | result.variants.model_dump() if result else view.progress.counts,
        cost_usd=result.cost_usd if result else None,
        error=view.error or (result.error if result else None),
        links=run_links(view.run_id),
    )


def unreadable_run(run_id: str, fault: OrchestratorError) -> RunSummary:
    """A run whose files cannot be read, as lists show it."""
    return RunSummary(
        run_id=run_id,
        state="failed",
        created_at=None,
        progress=StepProgress(done=0, total=0),
        counts={},
        cost_usd=None,
        error=Failure(code=fault.code, message=str(fault)),
        links=run_links(run_id),
    )


def analysis_links(run_id: str, analysis: int) -> dict[str, str]:
    """Where everything about one analysis of a run is."""
    base = f"/api/runs/{run_id}"
    return {
        "run": base,
        "analyses": f"{base}/analyses",
        "experiment": f"{base}/experiment?analysis={analysis}",
        **{f"report_{kind}": f"{base}/report.{kind}?analysis={analysis}" for kind in REPORTS},
    }


def run_links(run_id: str) -> dict[str, str]:
    """Where everything about a run is."""
    base = f"/api/runs/{run_id}"
    return {
        "self": base,
        "variants": f"{base}/variants",
        "approval": f"{base}/approval",
        "cancel": f"{base}/cancel",
        "experiment": f"{base}/experiment",
        "engagement": f"{base}/engagement",
        "assignments": f"{base}/assignments.csv",
        "audit": f"{base}/audit.csv",
        "evidence": f"{base}/evidence.zip",
        **{f"report_{kind}": f"{base}/report.{kind}" for kind in REPORTS},
    }


def _safe(headers: dict[str, str] | None) -> dict[str, str]:
    return {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", **(headers or {})}
