"""What the services answered: asked once, kept before it is used, used again whenever the same is asked.

The one way from an activity to a service. It meters every call, holds the run to its cost limit, and turns whatever
goes wrong into a fault of that one item. An answer lies in the run's folder as soon as it is there: what a crash can
make a run pay twice is the time between the last byte of an answer and the end of the write that keeps it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from shared.budget import Budget, Reservation
from shared.contracts import (
    ContentDocument,
    IndexOutcome,
    Manifest,
    ModelAnswer,
    ModelRequest,
    SafetyScores,
    SearchAnswer,
    SearchQuery,
    ServiceCall,
    ServiceName,
    StoredAnswer,
)
from shared.domain.costs import call_cost, most_embedding_cost, most_request_cost
from shared.domain.digests import digest
from shared.errors import AnswerNotRecorded, BlobExists, BlobNotFound, ConfigError, Conflict, CostLimitReached
from shared.ports import Services
from shared.run_config import AzureConfig, ModelPrices, Provider
from shared.run_folder import ANSWERS, RUNS, RunFolder, answer_file, encode
from shared.telemetry import CallMeter, metered, recorded_calls, service_fault

NOT_ASKED = frozenset({CostLimitReached.code, AnswerNotRecorded.code})
"""Outcomes of a call that was not made."""

Answer = TypeVar("Answer", ModelAnswer, SearchAnswer, SafetyScores)
Result = TypeVar("Result")


class Asked(NamedTuple, Generic[Result]):
    """What came of a question: the answer, or None and the fault in words that are safe to show."""

    answer: Result | None
    calls: tuple[ServiceCall, ...]
    fault: str = ""
    reused: bool = False


class Answers:
    """The services as one run may use them. Raises ``ConfigError`` for a run that was started with other services."""

    def __init__(self, services: Services, manifest: Manifest) -> None:
        self._services = services
        self._manifest = manifest
        self._azure = manifest.config.azure_config
        self._run = RunFolder(services.blobs, manifest.run_id)
        self._budget = Budget(services.blobs, manifest.run_id, self._azure.limits.max_cost_usd)
        if manifest.replay_of is None and self._azure.deployment() != services.azure.deployment():
            raise ConfigError(
                f"run {manifest.run_id} was started with other services than the app is set up with now; "
                "put the settings back, or start a new run"
            )

    def provider(self, service: ServiceName) -> str:
        """The name of what stands behind ``service``; in a replay, which asks none, that of the configuration."""
        if self._manifest.replay_of is not None:
            return str(getattr(self._azure.providers, service))
        services = self._services
        names = {"search": services.search.provider, "safety": services.safety.provider}
        return names.get(service, services.model.provider)

    def write(self, request: ModelRequest) -> Asked[ModelAnswer]:
        """A message from the model."""
        prices = _prices(self._azure, self._azure.providers.generation)

        def call(meter: CallMeter) -> ModelAnswer:
            answer = self._services.model.write(request)
            meter.prompt_tokens, meter.cached_tokens = answer.prompt_tokens, answer.cached_tokens
            meter.completion_tokens = answer.completion_tokens
            meter.cost_usd = call_cost(prices, answer.prompt_tokens, answer.cached_tokens, answer.completion_tokens)
            return answer

        question = _model_question(request, self._azure)
        return self._ask("generation", question, ModelAnswer, call, most_request_cost(prices, request))

    def find(self, documents: Sequence[ContentDocument], query: SearchQuery) -> Asked[SearchAnswer]:
        """The documents that fit."""
        library = [document.model_dump(mode="json", exclude={"content"}) for document in documents]
        return self._ask(
            "search",
            {"query": query, "documents": library},
            SearchAnswer,
            lambda _: self._services.search.search(documents, query),
            self._most_for_vectors([query.text]),
        )

    def rate(self, text: str) -> Asked[SafetyScores]:
        """The severities of a text. An answer that does not vouch for it is not kept: it may be asked again."""
        return self._ask(
            "safety",
            {"text": text},
            SafetyScores,
            lambda _: self._services.safety.analyze(text),
        )

    def synchronise(self, documents: Sequence[ContentDocument]) -> Asked[IndexOutcome]:
        """The search index brought up to date with the run's library; a replay needs none."""
        if self._manifest.replay_of is not None:
            return Asked(IndexOutcome(uploaded=0, unchanged=len(documents), removed=0), ())
        asked, reservation = self._call(
            "search",
            digest("index", [document.version for document in documents]),
            lambda _: self._services.search.synchronise(documents, remove_others=False),
            self._most_for_vectors([one.title + one.content for one in documents]),
        )
        self._settle(reservation, asked.calls)
        return asked

    def _most_for_vectors(self, texts: Sequence[str]) -> float:
        """US dollars that the vectors of ``texts`` cost at most; 0 where the search uses none."""
        azure = self._azure
        if not azure.azure_openai.embedding_deployment:
            return 0.0
        prices = _prices(azure, azure.providers.search)
        return sum(most_embedding_cost(prices, text) for text in texts)

    def _identity(self, service: ServiceName) -> Any:
        """What decides how a service answers, beside the question."""
        azure = self._azure
        provider = getattr(azure.providers, service)
        if provider == "embedded":
            return provider
        if service == "search":
            return [provider, azure.azure_search, azure.azure_openai.embedding_deployment]
        if service == "safety":
            return [provider, azure.azure_content_safety]
        model = azure.azure_openai
        return [provider, model.kind, model.endpoint, model.api_version, model.deployment_name, model.structured_output]

    def _ask(
        self,
        service: ServiceName,
        question: dict[str, Any],
        kind: type[Answer],
        call: Callable[[CallMeter], Answer],
        most_usd: float = 0.0,
    ) -> Asked[Answer]:
        key = digest("answer", service, self._identity(service), question)
        stored = self._stored(service, key, kind)
        if stored is not None:
            self._share(service, stored)
            return Asked(stored.answer, stored.calls, reused=not stored.calls)
        asked, reservation = self._call(service, key, call, most_usd)
        if asked.answer is not None and _is_final(asked.answer):
            asked = asked._replace(answer=self._keep(service, key, kind, asked.answer, asked.calls).answer)
        self._settle(reservation, asked.calls)
        return asked

    def _call(
        self, service: ServiceName, key: str, call: Callable[[CallMeter], Result], most_usd: float
    ) -> tuple[Asked[Result], Reservation | None]:
        """The service's own answer, metered, and what was set aside for it, which is to be settled.

        Whatever goes wrong with the call costs this item only; a ledger that cannot be kept fails the step. A call that
        fails keeps its reservation: it may be billed all the same.
        """
        with recorded_calls() as calls:
            try:
                reservation = self._admitted(service, key, most_usd)
            except (AnswerNotRecorded, CostLimitReached) as fault:
                return Asked(None, tuple(calls), service_fault(service, fault)), None
            try:
                with metered(service) as meter:
                    answer = call(meter)
            except Exception as fault:  # noqa: BLE001 - whatever went wrong, it costs this item only
                return Asked(None, tuple(calls), service_fault(service, fault)), None
        return Asked(answer, tuple(calls)), reservation

    def _settle(self, reservation: Reservation | None, calls: tuple[ServiceCall, ...]) -> None:
        if reservation is not None:
            self._budget.settle(reservation, sum(one.cost_usd for one in calls))

    def _admitted(self, service: ServiceName, key: str, most_usd: float) -> Reservation:
        """Room for one call, which may be made; one that may not be is recorded with its reason and no tries."""
        try:
            return self._reserve(service, key, most_usd)
        except (AnswerNotRecorded, CostLimitReached):
            with metered(service):
                raise

    def _reserve(self, service: ServiceName, key: str, most_usd: float) -> Reservation:
        """Room in the budget; a full one is waited for as long as one of the calls in its way may take."""
        if self._manifest.replay_of is not None:
            raise AnswerNotRecorded(f"{service}: run {self._manifest.replay_of} has no answer to this question")
        return self._budget.reserve(key, most_usd, self._azure.limits.attempt_seconds)

    def _stored(self, service: ServiceName, key: str, kind: type[Answer]) -> StoredAnswer[Answer] | None:
        """The answer that this run has, or takes over from the run it replays or, if it may, from any other."""
        mine = self._read(RUNS, self._run.path(answer_file(service, key)), kind)
        if mine is not None:
            return mine
        origin = self._origin(service, key)
        theirs = self._read(*origin, kind) if origin else None
        return self._keep(service, key, kind, theirs.answer, ()) if theirs else None

    def _origin(self, service: ServiceName, key: str) -> tuple[str, str] | None:
        """Container and name of the blob where an answer of another run may lie."""
        if self._manifest.replay_of is not None:
            return RUNS, f"{self._manifest.replay_of}/{answer_file(service, key)}"
        return (ANSWERS, _shared_name(service, key)) if self._is_shared(service) else None

    def _is_shared(self, service: ServiceName) -> bool:
        """Only what a model wrote is used across runs: an index and a safety policy may change between two of them."""
        return service == "generation" and self._azure.providers.generation == "azure" and self._azure.reuse.across_runs

    def _read(self, container: str, name: str, kind: type[Answer]) -> StoredAnswer[Answer] | None:
        try:
            data = self._services.blobs.read(container, name)
        except BlobNotFound:
            return None
        try:
            return StoredAnswer[kind].model_validate_json(data)  # type: ignore[valid-type]
        except ValidationError as fault:
            raise Conflict(f"{name} does not hold a valid answer") from fault

    def _keep(
        self, service: ServiceName, key: str, kind: type[Answer], answer: Answer, calls: tuple[ServiceCall, ...]
    ) -> StoredAnswer[Answer]:
        """Store an answer in the run's folder and, where other runs may use it, for them; the one that is there."""
        stored = StoredAnswer[kind](  # type: ignore[valid-type]
            key=key, stored_at=self._services.now(), answer=answer, calls=calls
        )
        name = self._run.path(answer_file(service, key))
        try:
            self._services.blobs.create(RUNS, name, encode(stored))
        except BlobExists:
            return self._read(RUNS, name, kind) or stored  # another worker asked the same at the same time
        self._share(service, stored)
        return stored

    def _share(self, service: ServiceName, stored: StoredAnswer[Answer]) -> None:
        """Give other runs an answer that this run paid for, unless they have it, whichever process asked for it."""
        finished = getattr(stored.answer, "finish_reason", "") == "stop"
        if not (stored.calls and finished and self._is_shared(service)):
            return
        try:
            self._services.blobs.create(ANSWERS, _shared_name(service, stored.key), encode(stored))
        except BlobExists:
            return  # another run asked the same at the same time, or this one before it was interrupted


def _prices(azure: AzureConfig, provider: Provider) -> ModelPrices:
    """What tokens cost; those of an embedded service cost nothing."""
    return azure.azure_openai.prices_usd_per_million_tokens if provider == "azure" else ModelPrices()


def _shared_name(service: ServiceName, key: str) -> str:
    return f"{service}/{key}.json"


def _is_final(answer: ModelAnswer | SearchAnswer | SafetyScores) -> bool:
    """Whether an answer settles the question; a checker that could not rate a text may be asked again."""
    return not (isinstance(answer, SafetyScores) and answer.error)


def _model_question(request: ModelRequest, azure: AzureConfig) -> dict[str, Any]:
    """What the model's answer depends on: all that is sent and, with the embedded writer, all that it reads."""
    if azure.providers.generation == "embedded":
        return {"request": request}
    return {"request": request.model_dump(mode="json", include={"system", "user", "parameters", "earlier"})}
