"""The OpenAPI 3.1 description, made from the routes and the contracts, so that it cannot drift from them."""

from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.contracts import (
    DecisionsReply,
    DecisionsRequest,
    EditRequest,
    ErasureReport,
    ErasureRequest,
    HealthReport,
    RecallList,
    RecallReport,
    RecallRequest,
    RunAccepted,
    RunList,
    RunRequest,
    RunStatus,
    VariantList,
    VariantView,
)
from shared.experiment_contracts import AnalysisList, EngagementReply, ExperimentDocument

from .requests import LIST_TYPES


class Route(NamedTuple):
    """One route: its function's name, method and path, a sentence, the body it takes and the model it gives.

    ``takes`` is the media type of a body that is no model's, ``query`` the schema of each parameter in the query,
    ``refusals`` what a status says with which a caller should try again later.
    """

    name: str
    method: str
    path: str
    summary: str
    success: int = 200
    body: type[BaseModel] | None = None
    reply: type[BaseModel] | None = None
    media_type: str = "application/json"
    takes: str = "application/json"
    query: dict[str, dict[str, Any]] = {}
    refusals: dict[int, str] = {}


_OF_ANALYSIS = {"analysis": {"type": "integer", "minimum": 0, "maximum": 9999}}

ROUTES = (
    Route(
        "create_run",
        "post",
        "runs",
        "Start a run from JSON or a customer list as the body",
        202,
        RunRequest,
        RunAccepted,
        refusals={429: "as many runs are under way as may be"},
    ),
    Route("list_runs", "get", "runs", "List the runs", reply=RunList),
    Route("get_run", "get", "runs/{run_id}", "How one run stands", reply=RunStatus),
    Route(
        "get_variants",
        "get",
        "runs/{run_id}/variants",
        "Variants with citations, verdicts and approval",
        reply=VariantList,
    ),
    Route(
        "edit_variant",
        "put",
        "runs/{run_id}/variants/{variant_id}",
        "Edit a variant: its text is checked and screened anew",
        200,
        EditRequest,
        VariantView,
    ),
    Route(
        "decide", "post", "runs/{run_id}/approval", "Approve or reject variants", 200, DecisionsRequest, DecisionsReply
    ),
    Route(
        "get_report",
        "get",
        "runs/{run_id}/report.{kind}",
        "The report as html, pdf or ipynb, of the newest analysis or of the one asked for",
        media_type="*/*",
        query=_OF_ANALYSIS,
    ),
    Route(
        "get_experiment",
        "get",
        "runs/{run_id}/experiment",
        "The experiment, by the newest analysis or the one asked for",
        reply=ExperimentDocument,
        query=_OF_ANALYSIS,
    ),
    Route(
        "add_engagement",
        "post",
        "runs/{run_id}/engagement",
        "Load observed engagement from a CSV body and analyse the run by it",
        201,
        reply=EngagementReply,
        takes="text/csv",
    ),
    Route("get_analyses", "get", "runs/{run_id}/analyses", "Every analysis of a run", reply=AnalysisList),
    Route("get_assignments", "get", "runs/{run_id}/assignments.csv", "Who gets which message", media_type="text/csv"),
    Route("get_audit", "get", "runs/{run_id}/audit.csv", "Every safety decision", media_type="text/csv"),
    Route(
        "get_evidence",
        "get",
        "runs/{run_id}/evidence.zip",
        "Everything to check the run with",
        media_type="application/zip",
    ),
    Route("cancel", "post", "runs/{run_id}/cancel", "Stop a run cleanly", reply=RunAccepted),
    Route("erase", "post", "erasures", "Erase one customer", 200, ErasureRequest, ErasureReport),
    Route("recall", "post", "recalls", "Withdraw a document", 201, RecallRequest, RecallReport),
    Route("list_recalls", "get", "recalls", "The recalls; of one document, what cites it", reply=RecallList),
    Route("health", "get", "health", "Readiness of each dependency", reply=HealthReport),
    Route("openapi", "get", "openapi.json", "This description"),
)

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
}

_PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def describe_api() -> dict[str, Any]:
    """The whole description as plain JSON data."""
    models = [model for route in ROUTES for model in (route.body, route.reply) if model]
    _, definitions = models_json_schema(
        [(model, "serialization") for model in dict.fromkeys(models)], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(f"/api/{route.path}", {})[route.method] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Customer Personalization Orchestrator", "version": "1"},
        "paths": paths,
        "components": {"schemas": {**definitions["$defs"], "Problem": _PROBLEM}},
    }


def _operation(route: Route) -> dict[str, Any]:
    names = [part.split("{")[1].split("}")[0] for part in route.path.split("/") if "{" in part]
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "responses": {
            str(route.success): {
                "description": "done",
                "content": {route.media_type: {"schema": _schema(route.reply)}},
            },
            **{str(status): _refusal(description) for status, description in route.refusals.items()},
            "default": {"description": "a problem document", "content": _PROBLEM_CONTENT},
        },
    }
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in route.query.items()]
    if parameters:
        operation["parameters"] = parameters
    if route.takes != "application/json":
        operation["requestBody"] = {"required": True, "content": {route.takes: {"schema": {"type": "string"}}}}
    if route.body:
        content: dict[str, Any] = {"application/json": {"schema": _schema(route.body)}}
        if route.name == "create_run":
            content |= {kind: {"schema": {"type": "string", "format": "binary"}} for kind in LIST_TYPES}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _refusal(description: str) -> dict[str, Any]:
    later = {"description": "seconds to wait before the next try", "schema": {"type": "integer"}}
    return {"description": description, "headers": {"Retry-After": later}, "content": _PROBLEM_CONTENT}


def _schema(model: type[BaseModel] | None) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{model.__name__}"} if model else {}
