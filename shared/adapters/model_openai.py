"""The chat model and the embeddings over OpenAI's SDK: Azure OpenAI, its v1 form, or any server of that protocol.

Asks one question and reads the answer field by field, since the SDK builds its objects without checking them. Decides
nothing about the message in an answer, and keeps no text of a prompt, an answer or a service's error in a fault.
"""

import json
import math
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from email.utils import mktime_tz, parsedate_tz
from functools import partial
from typing import Any, Literal, TypeVar

import httpx2
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.identity import get_bearer_token_provider
from openai import APIConnectionError, APIStatusError, APITimeoutError, AzureOpenAI, BadRequestError, OpenAI
from pydantic import BaseModel

from shared.adapters.identity import COGNITIVE_SERVICES_SCOPE
from shared.adapters.service_calls import BACKOFF_SECONDS, TRY_AGAIN, ServiceGate, explain_azure_fault, status_fault
from shared.contracts import Draft, ModelAnswer, ModelRequest
from shared.domain.citations import shortened
from shared.domain.prompts import repair_text
from shared.errors import ConfigError, OrchestratorError, ServiceRefused, ServiceUnavailable
from shared.ports import Embeddings
from shared.run_config import AzureOpenAIConfig, ServiceLimits
from shared.telemetry import count_attempt

CHAT = "generation"
EMBEDDINGS = "embeddings"
NO_KEY = "no-key"
"""What a server that asks for no key is given: the SDK sends no request without one."""

LARGEST_BATCH = 100
LONGEST_TEXT_BYTES = 8_000
"""UTF-8; a token is at least one byte, and an embedding model takes 8,191 tokens. What is beyond is not embedded."""
LARGEST_BATCH_BYTES = 300_000
"""The tokens that one request may hold, all texts together, by the same bound."""

_LONGEST_MODEL_NAME = 100
_FILTERS = frozenset(
    {
        "hate",
        "violence",
        "self_harm",
        "sexual",
        "jailbreak",
        "indirect_attack",
        "profanity",
        "protected_material_text",
        "protected_material_code",
        "custom_blocklists",
    }
)
_SCHEMA_KEYWORDS = frozenset({"type", "description", "items", "properties", "$ref", "$defs", "enum", "anyOf"})

_GIVEN_UP: ContextVar[threading.Event | None] = ContextVar("_GIVEN_UP", default=None)

Secret = str | Callable[[], str]
Result = TypeVar("Result")


# --- the client -------------------------------------------------------------------------------------------------------


def openai_client(
    config: AzureOpenAIConfig, limits: ServiceLimits, *, api_key: str = "", credential: TokenCredential | None = None
) -> OpenAI:
    """The SDK's client for ``config.kind``, with our timeouts and retries and nothing from the environment.

    Azure takes exactly one of a key and a credential, else ``ConfigError``. A ``compatible`` server takes a key or
    none: a credential's token is Azure's alone and does not go there. No proxy and no redirect is followed.
    """
    secret = _secret(config, api_key, credential)
    retries, timeout, wire = limits.attempts - 1, _timeout(limits), _wire(limits)
    client: OpenAI
    if config.kind == "azure":
        client = AzureOpenAI(
            azure_endpoint=config.endpoint,
            api_version=config.api_version,
            api_key=secret if isinstance(secret, str) else None,
            azure_ad_token_provider=None if isinstance(secret, str) else secret,
            max_retries=retries,
            timeout=timeout,
            http_client=wire,
        )
    else:
        address = config.endpoint if config.kind == "compatible" else f"{config.endpoint.rstrip('/')}/openai/v1/"
        client = OpenAI(base_url=address, api_key=secret, max_retries=retries, timeout=timeout, http_client=wire)
    weakref.finalize(client, wire.close)  # the SDK closes only an HTTP client of its own making
    return _without_environment(client)


def _secret(config: AzureOpenAIConfig, api_key: str, credential: TokenCredential | None) -> Secret:
    if config.kind == "compatible":
        return api_key or NO_KEY
    if bool(api_key) == (credential is not None):
        raise ConfigError("azure_openai: needs a key or a credential for tokens, and not both")
    return api_key if credential is None else get_bearer_token_provider(credential, COGNITIVE_SERVICES_SCOPE)


def _without_environment(client: OpenAI) -> OpenAI:
    """``client`` without what the SDK took from variables such as OPENAI_ORG_ID and OPENAI_CUSTOM_HEADERS."""
    client.organization = client.project = client.admin_api_key = client.webhook_secret = None
    client._custom_headers = {}  # noqa: SLF001 - OPENAI_CUSTOM_HEADERS may hold credentials; there is no other way
    return client


def _timeout(limits: ServiceLimits) -> httpx2.Timeout:
    return httpx2.Timeout(limits.attempt_seconds, connect=limits.connect_seconds)


def _wire(limits: ServiceLimits) -> httpx2.Client:
    """The HTTP client below the SDK's: counts requests and says which answers may be asked for again."""

    def count(_request: httpx2.Request) -> None:
        given_up = _GIVEN_UP.get()
        if given_up is not None and given_up.is_set():
            raise ServiceUnavailable("nobody waits for this answer any more")
        count_attempt()

    def direct(response: httpx2.Response) -> None:
        _direct_retry(response, limits.longest_wait_seconds)

    return httpx2.Client(
        timeout=_timeout(limits),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=limits.concurrent_calls),
        follow_redirects=False,
        trust_env=False,
        event_hooks={"request": [count], "response": [direct]},
    )


def _direct_retry(response: httpx2.Response, longest_wait: float) -> None:
    """Tell the SDK, in the headers it obeys, whether and when to try again: our statuses, within the longest wait."""
    asked = _wait_asked_for(response.headers)
    again = response.status_code in TRY_AGAIN and asked <= longest_wait
    retries = int(response.request.headers.get("x-stainless-retry-count", "0"))
    wait = asked or min(BACKOFF_SECONDS * 2**retries, longest_wait)
    response.headers["x-should-retry"] = "true" if again else "false"
    response.headers["retry-after-ms"] = f"{wait * 1000:.3f}" if again else "0"


def _wait_asked_for(headers: httpx2.Headers) -> float:
    """Seconds; 0 where the service asks for no wait, or for one that cannot be read.

    A date (RFC 9110, 10.2.3) counts from the answer's own ``Date``, whatever this machine's clock says; without one
    there is no telling how long the wait is.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        return 0.0 if math.isnan(seconds) else max(seconds, 0.0)
    until, now = _moment(headers.get("retry-after")), _moment(headers.get("date"))
    if until is None:
        return 0.0
    return math.inf if now is None else max(until - now, 0.0)


def _moment(value: str | None) -> float | None:
    """Seconds since the epoch; None for what is not a date."""
    try:
        parts = parsedate_tz(value) if value else None
        return None if parts is None else float(mktime_tz(parts))
    except (ValueError, OverflowError):
        return None


def _asked(gate: ServiceGate, what: str, call: Callable[[], Result]) -> Result:
    """The result of ``call``. Once the gate has given it up, its thread sends no further request."""
    given_up = threading.Event()
    before = _GIVEN_UP.set(given_up)
    try:
        return gate.ask(what, call, explain_openai_fault)
    finally:
        given_up.set()
        _GIVEN_UP.reset(before)


def explain_openai_fault(what: str, fault: Exception) -> OrchestratorError:
    """A fault of OpenAI's SDK, or of the token it asked for, in our words: the status and code, or only its kind."""
    if isinstance(fault, AzureError):
        return explain_azure_fault(f"{what}: access token", fault)
    if isinstance(fault, APIStatusError):
        return status_fault(what, fault.status_code, fault.code)
    if isinstance(fault, APITimeoutError):
        return ServiceUnavailable(f"{what}: no answer in time")
    if isinstance(fault, APIConnectionError):
        return ServiceUnavailable(f"{what}: the service could not be reached")
    if isinstance(fault, json.JSONDecodeError | UnicodeDecodeError):
        return ServiceRefused(f"{what}: the answer is not valid JSON")
    return ServiceRefused(f"{what}: the call failed ({type(fault).__name__})")


# --- reading answers --------------------------------------------------------------------------------------------------


def _malformed(what: str, why: str) -> ServiceRefused:
    return ServiceRefused(f"{what}: the answer is not of the expected form: {why}")


def _taken(what: str, holder: Any, name: str, kind: type) -> Any:
    """The field ``name``, which must be there and of exactly that type."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if type(value) is not kind:
        raise _malformed(what, f"{name} is missing or not of type {kind.__name__}")
    return value


def _optional(what: str, holder: dict[str, Any], name: str, kind: type) -> Any:
    """The field ``name``, None where it is missing or null."""
    return None if holder.get(name) is None else _taken(what, holder, name, kind)


def _count(what: str, holder: Any, name: str) -> int:
    value: int = _taken(what, holder, name, int)
    if value < 0:
        raise _malformed(what, f"{name} is negative")
    return value


def _usage(what: str, body: dict[str, Any], config: AzureOpenAIConfig) -> dict[str, Any]:
    """What the service counted. Azure always counts; tokens of a compatible server that does not are taken as none."""
    nothing = {"prompt_tokens": 0, "completion_tokens": 0}
    may_be_absent = config.kind == "compatible" and body.get("usage") is None
    usage: dict[str, Any] = nothing if may_be_absent else _taken(what, body, "usage", dict)
    return usage


def _filtered(ratings: Any) -> list[str]:
    """The categories a content filter stopped, by the names that are known; others are not repeated."""
    stopped = [
        name
        for name, rating in (ratings.items() if isinstance(ratings, dict) else ())
        if isinstance(rating, dict) and rating.get("filtered") is True
    ]
    return sorted({name if name in _FILTERS else "another category" for name in stopped})


def _named(categories: Sequence[str]) -> str:
    return ", ".join(categories) or "the service named no category"


# --- the chat model ---------------------------------------------------------------------------------------------------


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of ``model`` in the strict subset: every property required, no others, few keywords.

    https://learn.microsoft.com/azure/ai-foundry/openai/how-to/structured-outputs lists what is supported.
    """
    return _strict(model.model_json_schema())


def _strict(node: dict[str, Any]) -> dict[str, Any]:
    kept = {keyword: value for keyword, value in node.items() if keyword in _SCHEMA_KEYWORDS}
    for keyword in kept.keys() & {"properties", "$defs"}:
        kept[keyword] = {name: _strict(part) for name, part in kept[keyword].items()}
    if "items" in kept:
        kept["items"] = _strict(kept["items"])
    if "anyOf" in kept:
        kept["anyOf"] = [_strict(choice) for choice in kept["anyOf"]]
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


class OpenAIModel:
    """``ChatModel`` over chat completions: one deployment, one message an answer."""

    def __init__(self, client: OpenAI, config: AzureOpenAIConfig, gate: ServiceGate) -> None:
        self.provider = "openai_compatible" if config.kind == "compatible" else "azure_openai"
        self._completions = client.chat.completions.with_raw_response  # here, because the SDK imports it when asked
        self._config = config
        self._gate = gate
        self._format: Literal["json", "text"] = "json" if config.structured_output else "text"

    def write(self, request: ModelRequest) -> ModelAnswer:
        """One question, one answer.

        ``ServiceUnavailable`` when the tries are spent or the worst case is reached, ``ServiceRefused`` when the
        service says no or its answer cannot be understood.
        """
        return _asked(self._gate, CHAT, lambda: self._write(request))

    def _write(self, request: ModelRequest) -> ModelAnswer:
        try:
            response = self._completions.create(**self._question(request))
        except BadRequestError as fault:
            if fault.code != "content_filter":
                raise
            return self._stopped(fault.body)
        return self._answer(json.loads(response.content), request)

    def _question(self, request: ModelRequest) -> dict[str, Any]:
        parameters = request.parameters
        limit = "max_tokens" if self._config.kind == "compatible" else "max_completion_tokens"
        question = {
            "model": self._config.deployment_name,
            "messages": _messages(request),
            limit: parameters.max_tokens,
            "temperature": parameters.temperature,
            "top_p": parameters.top_p,
            "response_format": _DRAFT_FORMAT if self._config.structured_output else None,
        }
        return {name: value for name, value in question.items() if value is not None}

    def _stopped(self, error: Any) -> ModelAnswer:
        """What stands for an answer where the service's filter stopped the prompt."""
        inner = error.get("innererror") if isinstance(error, dict) else None
        ratings = inner.get("content_filter_result") if isinstance(inner, dict) else None
        return ModelAnswer(
            provider=self.provider,
            model=shortened(self._config.deployment_name, _LONGEST_MODEL_NAME),
            text="",
            format=self._format,
            finish_reason="content_filter",
            detail=f"prompt: {_named(_filtered(ratings))}",
        )

    def _answer(self, body: Any, request: ModelRequest) -> ModelAnswer:
        choices = _taken(CHAT, body, "choices", list)
        if len(choices) != 1:
            raise _malformed(CHAT, f"{len(choices)} choices, 1 was asked for")
        message = _taken(CHAT, choices[0], "message", dict)
        reason, detail = _ending(choices[0], message, request)
        usage = _usage(CHAT, body, self._config)
        details = _optional(CHAT, usage, "prompt_tokens_details", dict) or {}
        prompt_tokens = _count(CHAT, usage, "prompt_tokens")
        cached_tokens = 0 if details.get("cached_tokens") is None else _count(CHAT, details, "cached_tokens")
        if cached_tokens > prompt_tokens:
            raise _malformed(CHAT, "cached_tokens is above prompt_tokens")
        return ModelAnswer(
            provider=self.provider,
            model=_model_name(body),
            text=_content(message, reason),
            format=self._format,
            finish_reason=reason,
            detail=detail,
            prompt_tokens=prompt_tokens,
            cached_tokens=cached_tokens,
            completion_tokens=_count(CHAT, usage, "completion_tokens"),
        )


_DRAFT_FORMAT = {
    "type": "json_schema",
    "json_schema": {"name": "email_draft", "strict": True, "schema": strict_schema(Draft)},
}
FinishReason = Literal["stop", "length", "refusal", "content_filter"]


def _messages(request: ModelRequest) -> list[dict[str, str]]:
    """The fixed part first, so that the service can cache it; then the question and, to mend it, the first answer."""
    messages = [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]
    if request.earlier is not None:
        messages.append({"role": "assistant", "content": request.earlier.text})
        messages.append({"role": "user", "content": repair_text(request.earlier.findings)})
    return messages


def _ending(choice: dict[str, Any], message: dict[str, Any], request: ModelRequest) -> tuple[FinishReason, str]:
    """How the answer ended, and why in words that are safe to show."""
    finish = _taken(CHAT, choice, "finish_reason", str)
    filtered = _filtered(choice.get("content_filter_results"))
    if message.get("tool_calls") or message.get("function_call"):
        raise _malformed(CHAT, "it calls a tool, and none was offered")
    if finish == "content_filter" or filtered:
        return "content_filter", f"answer: {_named(filtered)}"
    if _optional(CHAT, message, "refusal", str):
        return "refusal", "the model declined to write this message"
    if finish == "stop":
        return "stop", ""
    if finish == "length":
        return "length", f"cut off at {request.parameters.max_tokens} tokens"
    raise _malformed(CHAT, "it ended for a reason that is not known")


def _content(message: dict[str, Any], reason: FinishReason) -> str:
    text: str = _optional(CHAT, message, "content", str) or ""
    if reason == "stop" and not text.strip():
        raise _malformed(CHAT, "it is empty")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _malformed(CHAT, "it holds half a character")
    return text


def _model_name(body: dict[str, Any]) -> str:
    name = shortened(_taken(CHAT, body, "model", str), _LONGEST_MODEL_NAME)
    if not name:
        raise _malformed(CHAT, "model is empty")
    return name


# --- embeddings -------------------------------------------------------------------------------------------------------


class OpenAIEmbedder:
    """``Embedder`` over one embedding deployment: vectors of ``config.embedding_dimensions`` finite numbers."""

    def __init__(self, client: OpenAI, config: AzureOpenAIConfig, gate: ServiceGate) -> None:
        self._client = client
        self._config = config
        self._gate = gate

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """The vectors of ``texts``, in their order, and the tokens billed for all of them.

        One request for at most ``LARGEST_BATCH`` texts; a text is cut to ``LONGEST_TEXT_BYTES``. Raises as
        ``OpenAIModel.write`` does; an empty text is refused by the service.
        """
        vectors: list[list[float]] = []
        tokens = 0
        for batch in _batches(texts):
            some = _asked(self._gate, EMBEDDINGS, partial(self._embed, batch))
            vectors.extend(some.vectors)
            tokens += some.prompt_tokens
        return Embeddings(vectors, tokens)

    def _embed(self, batch: list[str]) -> Embeddings:
        response = self._client.embeddings.with_raw_response.create(
            model=self._config.embedding_deployment,
            input=batch,
            dimensions=self._config.embedding_dimensions,
            encoding_format="float",
        )
        body = json.loads(response.content)
        vectors = _vectors(_taken(EMBEDDINGS, body, "data", list), len(batch), self._config.embedding_dimensions)
        return Embeddings(vectors, _count(EMBEDDINGS, _usage(EMBEDDINGS, body, self._config), "prompt_tokens"))


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    held = 0
    for text in texts:
        data = text.encode(errors="ignore")[:LONGEST_TEXT_BYTES]
        if batch and (len(batch) == LARGEST_BATCH or held + len(data) > LARGEST_BATCH_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(data.decode(errors="ignore"))
        held += len(data)
    if batch:
        yield batch


def _vectors(data: list[Any], texts: int, dimensions: int) -> list[list[float]]:
    """One vector a text, in the order of their ``index``, whatever the order in the answer."""
    by_index = {_count(EMBEDDINGS, entry, "index"): _vector(entry, dimensions) for entry in data}
    if len(data) != texts or by_index.keys() != set(range(texts)):
        raise _malformed(EMBEDDINGS, f"{len(data)} vectors for {texts} texts, or not one each")
    return [by_index[index] for index in range(texts)]


def _vector(entry: Any, dimensions: int) -> list[float]:
    vector = _taken(EMBEDDINGS, entry, "embedding", list)
    if len(vector) != dimensions:
        raise _malformed(EMBEDDINGS, f"a vector of {len(vector)} dimensions, {dimensions} were asked for")
    if not all(type(number) in (int, float) and math.isfinite(number) for number in vector):
        raise _malformed(EMBEDDINGS, "a vector holds what is not a finite number")
    return [float(number) for number in vector]
