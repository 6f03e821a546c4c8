"""What comes in over HTTP, validated. A refusal names the field, the shape of its value and what is allowed."""

import hashlib
import io
import re
from typing import NamedTuple, NoReturn, TypeVar

import azure.functions as func
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.contracts import EditRequest, RunId, RunRequest, Slug
from shared.errors import BlobNotFound, InputError, NotFound, TooLarge
from shared.ports import BlobStore
from shared.run_folder import MANIFEST, RUNS, RunFolder

from .runs import INPUT_FILES, IdTaken, derive_run_id, refuse_purged

CSV = "text/csv"
LIST_TYPES = (CSV, "application/gzip", "application/vnd.apache.parquet", "application/octet-stream")
"""Media types that a customer list may come as; which format it has, its first bytes say."""
PAGE = 50
LARGEST_PAGE = 200
LARGEST_EDIT = 256 * 1024
_Model = TypeVar("_Model", bound=BaseModel)
_RUN_ID = TypeAdapter(RunId)
_VARIANT_ID = TypeAdapter(Slug)
_WHOLE = re.compile(r"[0-9]{1,3}")
_ANALYSIS = re.compile(r"[0-9]{1,4}")


class UnsupportedMediaType(InputError):
    """The body is of a type that the route does not take."""

    code = "unsupported_media_type"
    status = 415


def media_type(req: func.HttpRequest) -> str:
    """The body's media type, in lower case and without parameters."""
    return (req.headers.get("content-type") or "").partition(";")[0].strip().lower()


def run_id_of(req: func.HttpRequest) -> str:
    """The run id in the path; what cannot be one is no run."""
    try:
        return _RUN_ID.validate_python(req.route_params.get("run_id"))
    except ValidationError:
        raise NotFound("there is no run of that id") from None


def variant_id_of(req: func.HttpRequest) -> str:
    """The variant id in the path; what cannot be one is no variant."""
    try:
        return _VARIANT_ID.validate_python(req.route_params.get("variant_id"))
    except ValidationError:
        raise NotFound("there is no variant of that id") from None


def page_size(req: func.HttpRequest) -> int:
    """``limit`` in the query."""
    text = req.params.get("limit", str(PAGE))
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= LARGEST_PAGE:
        raise InputError(f"limit: must be a whole number from 1 to {LARGEST_PAGE}")
    return int(text)


def arm_of(req: func.HttpRequest) -> str | None:
    """``arm`` in the query, if it is there: one of the arms that there can be, or those held out."""
    from shared.domain.assignment import CONTROL, TREATMENT_ARMS
    from shared.domain.holdout import HOLDOUT

    arm: str | None = req.params.get("arm")
    allowed = (CONTROL, *TREATMENT_ARMS.values(), HOLDOUT)
    if arm is not None and arm not in allowed:
        raise InputError(f"arm: must be one of {', '.join(allowed)}")
    return arm


def parse_body(req: func.HttpRequest, model: type[_Model]) -> _Model:
    """The JSON body as ``model``."""
    try:
        return model.model_validate_json(req.get_body())
    except ValidationError as fault:
        _refuse(fault, model)


def parse_edit(req: func.HttpRequest) -> EditRequest:
    """The JSON body as an edit; ``TooLarge`` for what no message can be."""
    if len(req.get_body()) > LARGEST_EDIT:
        raise TooLarge(f"the body is larger than {LARGEST_EDIT // 1024} KB; no message is that long")
    return parse_body(req, EditRequest)


class PostedList(NamedTuple):
    """A list in the body of a request, checked and not kept yet, and the start of the run that it asks for."""

    request: RunRequest
    run_id: str
    file: str
    body: bytes


def parse_list(req: func.HttpRequest, limit_mb: int) -> PostedList:
    """The body, a list in any format, as the input of a run of its own."""
    from shared.domain.list_files import list_format, read_columns

    body = req.get_body()
    if len(body) > limit_mb * 1024 * 1024:
        raise TooLarge(f"the body is larger than {limit_mb} MB; upload the file to the customers container instead")
    read_columns(io.BytesIO(body))
    run_id = req.params.get("run_id") or derive_run_id("upload", "customers", hashlib.sha256(body).hexdigest())
    file = INPUT_FILES[list_format(io.BytesIO(body))]
    query = {"customers": f"{RUNS}/{run_id}/{file}", "run_id": run_id, "approval": req.params.get("approval")}
    try:
        return PostedList(RunRequest.model_validate(query), run_id, file, body)
    except ValidationError as fault:
        _refuse(fault, RunRequest)


def engagement_csv(req: func.HttpRequest, limit_mb: int) -> bytes:
    """The CSV body."""
    if media_type(req) != CSV:
        raise UnsupportedMediaType(f"content-type must be {CSV}")
    body = req.get_body()
    if len(body) > limit_mb * 1024 * 1024:
        raise TooLarge(f"the body is larger than {limit_mb} MB; post the rows in several files")
    return body


def analysis_of(req: func.HttpRequest) -> int | None:
    """``analysis`` in the query; None where it is not given."""
    text = req.params.get("analysis")
    if text is not None and not _ANALYSIS.fullmatch(text):
        raise InputError("analysis: must be a whole number from 0 to 9999")
    return None if text is None else int(text)


def keep_list(posted: PostedList, blobs: BlobStore) -> None:
    """Store the list, unless a run has the id: then it must be that run's own. An input without a run is replaced."""
    run_id, body = posted.run_id, posted.body
    name = f"{run_id}/{posted.file}"
    try:
        present = blobs.read(RUNS, name)
    except BlobNotFound:
        present = None
    if present == body:
        return
    refuse_purged(RunFolder(blobs, run_id))
    if RunFolder(blobs, run_id).exists(MANIFEST):
        raise IdTaken(run_id, "with another list")
    for stored in (f"{run_id}/{file}" for file in INPUT_FILES.values()):
        if stored != name or present is not None:
            blobs.delete(RUNS, stored)
    blobs.create(RUNS, name, body)


def _refuse(fault: ValidationError, model: type[BaseModel]) -> NoReturn:
    problem = fault.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in problem["loc"]) or "body"
    if problem["type"] == "extra_forbidden" and len(problem["loc"]) == 1:
        raise InputError(f"{field}: is not a known field; allowed: {', '.join(model.model_fields)}") from None
    value = problem["input"]
    size = f" of length {len(value)}" if isinstance(value, (str, bytes, list, dict)) else ""
    raise InputError(f"{field}: {problem['msg']} (found: {type(value).__name__}{size})") from None
