"""An emulated chat model and embedding model: the REST API of Azure OpenAI, its v1 form and of compatible servers.

For development and tests on one machine. It writes from what its prompt says alone, by the embedded writer's rules, and
obeys any instruction that stands in the prompt outside a fence, so that a leak shows. It must not be taken for a model.
"""

import base64
import hashlib
import json
import math
import re
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from local.emulators.wire import Call, Fault, Operation, Reply
from shared.adapters.writer_template import TemplateWriter
from shared.contracts import (
    Claim,
    Draft,
    Finding,
    Message,
    ModelParameters,
    ModelRequest,
    Passage,
    Segment,
    SegmentFeatures,
)
from shared.domain.citations import extract_citations, format_citation, one_line, without_citations
from shared.domain.markdown import sentences
from shared.domain.messages import parse_message
from shared.errors import OrchestratorError
from shared.run_config import TONES, MessageLimits

MODEL = "emulated-1"
SIGNATURE = "Your shop"
"""Under a message whose prompt names none."""
AFTER_EVERY_DEADLINE = date.max
"""What day the model takes it to be where its prompt does not say: so it tells of no offer that may have ended."""

CHARACTERS_A_TOKEN = 4
FEWEST_CACHED_TOKENS = 1024
CACHED_STEP = 128
MOST_INPUTS = 2048
LARGEST_DIMENSIONS = 4096
USUAL_DIMENSIONS = 1536

_CHAT_PATHS = (
    "/openai/deployments/{deployment}/chat/completions",
    "/openai/v1/chat/completions",
    "/v1/chat/completions",
)
_EMBEDDING_PATHS = ("/openai/deployments/{deployment}/embeddings", "/openai/v1/embeddings", "/v1/embeddings")
_CHAT_FIELDS = frozenset(
    {"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "response_format", "seed"}
)
_EMBEDDING_FIELDS = frozenset({"model", "input", "dimensions", "encoding_format"})
_ROLES = frozenset({"system", "user", "assistant"})
_SCHEMA_KEYWORDS = frozenset(
    {
        "type",
        "description",
        "title",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "anyOf",
        "enum",
        "$ref",
        "$defs",
    }
)
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(?:-preview)?")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

_FENCE = re.compile(r"^BEGIN ([A-Z][A-Z ]*) ([0-9a-f]{8,64})$(.*?)^END \1 \2$", re.MULTILINE | re.DOTALL)
_PASSAGE = re.compile(r"^Cite as: *(\[Source: .+\])$(?:\n(?!Cite as:|Text:).*)*?\nText: *(.*)$", re.MULTILINE)
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget)\b[^.\n]{0,30}\b(?:your|all|any|previous|prior|earlier|above)\b[^.\n]{0,30}"
    r"\b(?:instructions?|rules|prompts?)\b",
    re.IGNORECASE,
)
_TONE = re.compile(r"^TONE: *(\w+)", re.MULTILINE)
_SEGMENT = re.compile(r"^CUSTOMER SEGMENT: *(.*)$", re.MULTILINE)
_ENGAGEMENT = re.compile(r"engagement score.*: *([01](?:\.\d+)?)$", re.MULTILINE)
_TODAY = re.compile(r"\b(?:today|date|day)\b[^\n]{0,40}?\b(\d{4}-\d{2}-\d{2})\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"\bsign(?:ed|ature)?(?:[- ]off)?\b[^\n\"“]{0,60}[\"“]([^\"”\n]{1,200})[\"”]", re.IGNORECASE)
_LIMITS = {
    "citations_min": re.compile(r"at least (\d+) different citations"),
    "citations_max": re.compile(r"at most (\d+) citations"),
    "subject_max_characters": re.compile(r"subject has at most (\d+) characters"),
    "body_min_words": re.compile(r"body has at least (\d+) words"),
    "body_max_words": re.compile(r"at most (\d+) words"),
}


class EmulatedModel:
    """The operations ``chat`` and ``embeddings``, each at the addresses of all three kinds of endpoint.

    Faults of ``chat``: ``refusal``, ``content_filter_prompt``, ``content_filter_output``, ``truncated``,
    ``empty_content``, ``not_json``, ``wrong_draft``, ``no_citations``, ``no_usage``, ``tool_call``. Of
    ``embeddings``: ``shuffled`` (right, in another order), ``missing_vector``, ``short_vector``, ``not_finite``,
    ``no_usage``.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def operations(self) -> list[Operation]:
        """What to serve."""
        return [
            *(Operation("chat", "POST", path, _answering(self._chat)) for path in _CHAT_PATHS),
            *(Operation("embeddings", "POST", path, _answering(_embed)) for path in _EMBEDDING_PATHS),
        ]

    def _chat(self, call: Call, fault: Fault | None) -> Reply:
        _check_request(call, _CHAT_FIELDS)
        _check_question(call.body)
        kind = fault.kind if fault else ""
        if kind == "content_filter_prompt":
            raise _filtered_prompt()
        written = _write(call.body, breaks_rules=kind == "no_citations")
        choice = {"index": 0, "logprobs": None, **_FAULTS[kind](written, _limit(call.body))}
        said = choice["message"]["content"] or choice["message"]["refusal"] or ""
        prompt = "\n".join(f"{message['role']}: {message['content']}" for message in call.body["messages"])
        usage = {} if kind == "no_usage" else {"usage": self._usage(prompt, said)}
        name = hashlib.sha256(f"{prompt}\x1f{said}".encode()).hexdigest()[:24]
        return Reply(
            {
                "id": f"chatcmpl-{name}",
                "object": "chat.completion",
                "created": 0,
                "model": MODEL,
                "choices": [choice],
                **usage,
            }
        )

    def _usage(self, prompt: str, said: str) -> dict[str, Any]:
        prompt_tokens, completion_tokens = _tokens(prompt), _tokens(said)
        return {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": self._cached(prompt)},
        }

    def _cached(self, prompt: str) -> int:
        """Tokens of the longest beginning that was seen before, in the steps in which the service caches."""
        sizes = range(FEWEST_CACHED_TOKENS, len(prompt) // CHARACTERS_A_TOKEN + 1, CACHED_STEP)
        beginnings = {hashlib.sha256(prompt[: size * CHARACTERS_A_TOKEN].encode()).hexdigest(): size for size in sizes}
        with self._lock:
            known = max((size for beginning, size in beginnings.items() if beginning in self._seen), default=0)
            self._seen.update(beginnings)
        return known


# --- what the service says to a request it does not take --------------------------------------------------------------


class _Rejection(Exception):
    """A request that the service turns down; carries what it says."""

    def __init__(self, status: int, code: str | None, message: str, **details: Any) -> None:
        super().__init__(message)
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code, **details}
        self.reply = Reply({"error": error}, status)


def _answering(answer: Callable[[Call, Fault | None], Reply]) -> Callable[[Call, Fault | None], Reply]:
    def reply(call: Call, fault: Fault | None) -> Reply:
        try:
            return answer(call, fault)
        except _Rejection as rejection:
            return rejection.reply

    return reply


def _check_request(call: Call, fields: frozenset[str]) -> None:
    """What holds for every request: a key or a token, an API version in Azure's form, and no field it does not know."""
    by_deployment = "deployment" in call.captures
    if not _has_credential(call):
        raise _Rejection(401, "401", "Access denied due to a missing or invalid key or token.")
    if by_deployment and not _VERSION.fullmatch(call.query.get("api-version", "")):
        raise _Rejection(400, "BadRequest", "The api-version query parameter is missing or not supported.")
    if not isinstance(call.body, dict):
        raise _Rejection(400, None, "The body is not a JSON object.")
    unknown = sorted(call.body.keys() - fields)
    if unknown:
        raise _Rejection(400, None, f"Unrecognized request argument supplied: {', '.join(unknown)}")
    if not by_deployment and not (isinstance(call.body.get("model"), str) and call.body["model"]):
        raise _Rejection(400, None, "You must provide a model parameter.")


def _has_credential(call: Call) -> bool:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    takes_key = call.path.startswith("/openai/")
    return (scheme == "Bearer" and bool(token.strip())) or (takes_key and bool(call.headers.get("api-key")))


def _check_question(body: dict[str, Any]) -> None:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(_is_message(message) for message in messages):
        raise _Rejection(400, None, "'messages' must be a list of messages, each with a role and a text.")
    if "max_tokens" in body and "max_completion_tokens" in body:
        raise _Rejection(
            400, None, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        )
    if type(_limit(body)) is not int or _limit(body) < 1:
        raise _Rejection(400, None, "The most tokens of an answer must be a whole number above 0.")
    for name, least, most in (("temperature", 0, 2), ("top_p", 0, 1)):
        value = body.get(name, least)
        if type(value) not in (int, float) or not least <= value <= most:
            raise _Rejection(400, None, f"'{name}' must be a number from {least} to {most}.")
    _check_format(body.get("response_format", {"type": "text"}))


def _is_message(message: Any) -> bool:
    if not isinstance(message, dict) or message.keys() != {"role", "content"}:
        return False
    return message["role"] in _ROLES and isinstance(message["content"], str) and bool(message["content"])


def _limit(body: dict[str, Any]) -> Any:
    return body.get("max_completion_tokens", body.get("max_tokens", 4096))


def _filtered_prompt() -> _Rejection:
    ratings = {**_RATINGS, "jailbreak": {"filtered": True, "detected": True}}
    return _Rejection(
        400,
        "content_filter",
        "The response was filtered due to the prompt triggering the content management policy.",
        innererror={"code": "ResponsibleAIPolicyViolation", "content_filter_result": ratings},
    )


# --- strict schemas ---------------------------------------------------------------------------------------------------


def _check_format(wanted: Any) -> None:
    if wanted == {"type": "text"}:
        return
    named = wanted.get("json_schema") if isinstance(wanted, dict) and wanted.get("type") == "json_schema" else None
    if (
        not isinstance(named, dict)
        or not _NAME.fullmatch(str(named.get("name", "")))
        or named.get("strict") is not True
    ):
        raise _Rejection(400, None, "'response_format' must be text or a named json_schema with strict: true.")
    schema = named.get("schema")
    problem = next(_schema_problems(schema, schema), "")
    if problem or not isinstance(schema, dict) or schema.get("type") != "object":
        raise _Rejection(400, None, f"Invalid schema for response_format: {problem or 'the root is not an object'}")
    if schema.get("properties", {}).keys() != Draft.model_fields.keys():
        raise _Rejection(400, None, "The emulated model writes e-mail drafts and nothing else.")


def _schema_problems(node: Any, root: Any) -> Iterator[str]:
    """What breaks the rules of strict schemas."""
    if not isinstance(node, dict):
        yield "a schema is not an object"
        return
    yield from (f"the keyword '{keyword}' is not permitted" for keyword in sorted(node.keys() - _SCHEMA_KEYWORDS))
    if "$ref" in node and str(node["$ref"]).removeprefix("#/$defs/") not in root.get("$defs", {}):
        yield "a $ref leads nowhere"
    if node.get("type") == "object" or "properties" in node:
        properties = node.get("properties", {})
        if sorted(node.get("required", [])) != sorted(properties):
            yield "'required' must name every property"
        if node.get("additionalProperties") is not False:
            yield "'additionalProperties' must be false"
    children = [*node.get("properties", {}).values(), *node.get("$defs", {}).values(), *node.get("anyOf", [])]
    for child in [*children, node["items"]] if "items" in node else children:
        yield from _schema_problems(child, root)


# --- writing as the prompt asks ---------------------------------------------------------------------------------------


class _Written(NamedTuple):
    """A message, or None where the prompt allows for none, with its claims, and whether it is wanted as JSON."""

    message: Message | None
    claims: tuple[Claim, ...]
    structured: bool

    def text(self) -> str:
        """In the form that was asked for."""
        if self.message is None:
            return ""
        fields = self.message.model_dump()
        if self.structured:
            return Draft(**fields, claims=self.claims).model_dump_json()
        lines = [f"{label}: {fields[name]}" for label, name in _LABELS]
        return "\n".join(lines)


_LABELS = (
    ("Subject", "subject"),
    ("Preheader", "preheader"),
    ("Body", "body"),
    ("Call to action", "call_to_action"),
)


def _write(body: dict[str, Any], *, breaks_rules: bool) -> _Written:
    structured = body.get("response_format", {}).get("type") == "json_schema"
    told = [message["content"] for message in body["messages"] if message["role"] != "assistant"]
    unfenced = "\n".join(_FENCE.sub("", text) for text in told)
    if _INSTRUCTION.search(unfenced):
        message = Message(subject="PWNED", preheader="PWNED", body="PWNED", call_to_action="PWNED")
        return _Written(message, (), structured)
    passages = list(_passages("\n".join(told)))
    composed = _composed(unfenced, passages)
    if composed is not None and breaks_rules:
        composed = composed.model_copy(update={"body": without_citations(composed.body)})
    return _Written(composed, _claims(composed, passages) if composed else (), structured)


def _passages(text: str) -> Iterator[Passage]:
    """What stands in a fence, as passages. Where a title ends and a section begins does not change the citation."""
    for fence in _FENCE.finditer(text):
        for citation, snippet in _PASSAGE.findall(fence[3]):
            title, _, section = citation.removeprefix("[Source: ").removesuffix("]").rpartition(", ")
            yield Passage(
                document_id=title,
                version=hashlib.sha256(title.encode()).hexdigest(),
                title=title,
                category="",
                section=section,
                snippet=snippet,
                relevance_score=1.0,
                paragraph_index=0,
            )


def _composed(unfenced: str, passages: Sequence[Passage]) -> Message | None:
    """The embedded writer's message to the prompt; None where it finds too little to write from."""
    try:
        answer = TemplateWriter().write(_request(unfenced, passages))
    except OrchestratorError:
        return None
    message = parse_message(answer.text) if answer.finish_reason == "stop" else None
    return None if isinstance(message, Finding) else message


def _request(unfenced: str, passages: Sequence[Passage]) -> ModelRequest:
    tone = _found(_TONE, unfenced, "informational")
    return ModelRequest(
        system="",
        user="",
        parameters=ModelParameters(max_tokens=1, temperature=None, top_p=None),
        segment=_segment(unfenced),
        tone=tone if tone in TONES else "informational",
        passages=tuple(passages),
        limits=MessageLimits(**_limits(unfenced)),
        signature=_found(_SIGNATURE, unfenced, SIGNATURE),
        seed=hashlib.sha256(unfenced.encode()).hexdigest(),
        as_of=date.fromisoformat(_found(_TODAY, unfenced, AFTER_EVERY_DEADLINE.isoformat())),
    )


def _segment(unfenced: str) -> Segment:
    features = SegmentFeatures(
        avg_purchase_frequency=0.0,
        avg_order_value=0.0,
        avg_last_engagement_days=0.0,
        engagement_score=min(float(_found(_ENGAGEMENT, unfenced, "0.5")), 1.0),
    )
    name = one_line(_found(_SEGMENT, unfenced, "")) or "everyone"
    return Segment(segment_id="segment", name=name, size=1, share=1.0, features=features)


def _limits(unfenced: str) -> dict[str, int]:
    text = one_line(unfenced)
    found = {name: _found(pattern, text, "") for name, pattern in _LIMITS.items()}
    return {name: int(number) for name, number in found.items() if number}


def _found(pattern: re.Pattern[str], text: str, otherwise: str) -> str:
    match = pattern.search(text)
    return match[1] if match else otherwise


def _claims(message: Message, passages: Sequence[Passage]) -> tuple[Claim, ...]:
    """For each citation the sentence it closes, and the words of its passage that say the same."""
    sources = {format_citation(passage.title, passage.section): passage.snippet for passage in passages}
    claims = []
    position = 0
    for mark in extract_citations(message.body):
        before = sentences(one_line(message.body[position : mark.start]))
        citation = message.body[mark.start : mark.end]
        position = mark.end
        statement = before[-1] if before else ""
        if statement and statement in one_line(sources.get(citation, "")):
            claims.append(Claim(statement=statement, citation=citation, quote=statement))
    return tuple(claims)


# --- how an answer ends -----------------------------------------------------------------------------------------------

_RATINGS = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}
_TOO_LITTLE = "I'm sorry, but there is too little approved content to write this message from."


def _choice(content: str | None, finish: str = "stop", *, refusal: str | None = None, **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": refusal, **more.pop("message", {})}
    return {"finish_reason": finish, "message": message, "content_filter_results": _RATINGS, **more}


def _whole(written: _Written, limit: int) -> dict[str, Any]:
    if written.message is None:
        return _choice(None, refusal=_TOO_LITTLE)
    text = written.text()
    most = limit * CHARACTERS_A_TOKEN
    return _choice(text) if len(text) <= most else _choice(text[:most], "length")


def _refusal(_written: _Written, _limit: int) -> dict[str, Any]:
    return _choice(None, refusal="I'm sorry, but I cannot help with that.")


def _filtered_output(_written: _Written, _limit: int) -> dict[str, Any]:
    ratings = {**_RATINGS, "violence": {"filtered": True, "severity": "high"}}
    return _choice(None, "content_filter", content_filter_results=ratings)


def _truncated(written: _Written, _limit: int) -> dict[str, Any]:
    text = written.text()
    return _choice(text[: len(text) // 2], "length")


def _empty(_written: _Written, _limit: int) -> dict[str, Any]:
    return _choice("")


def _not_json(_written: _Written, _limit: int) -> dict[str, Any]:
    return _choice("Certainly! I would be glad to write this e-mail for you.")


def _wrong_draft(_written: _Written, _limit: int) -> dict[str, Any]:
    return _choice(json.dumps({"headline": "News", "paragraphs": ["Something to read."]}))


def _tool_call(_written: _Written, _limit: int) -> dict[str, Any]:
    call = {"id": "call_1", "type": "function", "function": {"name": "send", "arguments": "{}"}}
    return _choice(None, "tool_calls", message={"tool_calls": [call]})


_FAULTS: Mapping[str, Callable[[_Written, int], dict[str, Any]]] = {
    "": _whole,
    "no_citations": _whole,
    "no_usage": _whole,
    "refusal": _refusal,
    "content_filter_output": _filtered_output,
    "truncated": _truncated,
    "empty_content": _empty,
    "not_json": _not_json,
    "wrong_draft": _wrong_draft,
    "tool_call": _tool_call,
}


def _tokens(text: str) -> int:
    return math.ceil(len(text) / CHARACTERS_A_TOKEN)


# --- embeddings -------------------------------------------------------------------------------------------------------


def _embed(call: Call, fault: Fault | None) -> Reply:
    _check_request(call, _EMBEDDING_FIELDS)
    texts, dimensions = _inputs(call.body)
    packed = call.body.get("encoding_format", "float") == "base64"
    data = []
    for index, text in enumerate(texts):
        vector = embedding(text, dimensions)
        data.append({"object": "embedding", "index": index, "embedding": _packed(vector) if packed else vector})
    tokens = sum(_tokens(text) for text in texts)
    body = {
        "object": "list",
        "data": data,
        "model": MODEL,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
    if fault is not None:
        _EMBEDDING_FAULTS[fault.kind](body)
    return Reply(body)


def _inputs(body: dict[str, Any]) -> tuple[list[str], int]:
    given, dimensions = body.get("input"), body.get("dimensions", USUAL_DIMENSIONS)
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not 1 <= len(texts) <= MOST_INPUTS:
        raise _Rejection(400, None, f"'input' must be a text or a list of 1 to {MOST_INPUTS} texts.")
    if not all(isinstance(text, str) and text for text in texts):
        raise _Rejection(400, None, "'input' holds an empty text or something else than text.")
    if type(dimensions) is not int or not 1 <= dimensions <= LARGEST_DIMENSIONS:
        raise _Rejection(400, None, f"'dimensions' must be a whole number from 1 to {LARGEST_DIMENSIONS}.")
    if body.get("encoding_format", "float") not in ("float", "base64"):
        raise _Rejection(400, None, "'encoding_format' must be float or base64.")
    return texts, dimensions


def embedding(text: str, dimensions: int) -> list[float]:
    """A bag of hashed words of unit length: texts that share words are near one another, and no more is meant."""
    vector = [0.0] * dimensions
    for word in re.findall(r"\w+", text.casefold()) or [text]:
        place = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
        vector[place % dimensions] += 1.0
    length = math.sqrt(math.fsum(value * value for value in vector))
    return [value / length for value in vector]


def _packed(vector: Iterable[float]) -> str:
    values = list(vector)
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


def _shuffled(body: dict[str, Any]) -> None:
    body["data"].reverse()


def _missing_vector(body: dict[str, Any]) -> None:
    body["data"].pop()


def _short_vector(body: dict[str, Any]) -> None:
    body["data"][0]["embedding"].pop()


def _not_finite(body: dict[str, Any]) -> None:
    body["data"][0]["embedding"][0] = math.inf


def _no_usage(body: dict[str, Any]) -> None:
    del body["usage"]


_EMBEDDING_FAULTS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "shuffled": _shuffled,
    "missing_vector": _missing_vector,
    "short_vector": _short_vector,
    "not_finite": _not_finite,
    "no_usage": _no_usage,
}
