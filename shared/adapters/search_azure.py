"""Azure AI Search: approved documents as entries of one index, found by words, by meaning and by semantic ranking.

Closed-world: a result counts only as one of the documents that were asked about, in the version that was asked about.
An entry's key is a digest of everything that is indexed of its document, so a changed document is another entry, and
runs with different libraries share an index without disturbing one another. Must not decide what a passage is, nor let
a service's text, a document's or a query's into an error.

Text from outside never becomes query or filter syntax: operators are taken out of the words that are searched for, and
values in filters are quoted, in a form that cannot hold the delimiter.
"""

import base64
import json
import math
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from azure.core.credentials import AzureKeyCredential, TokenCredential
from azure.core.exceptions import HttpResponseError
from azure.search.documents import IndexDocumentsBatch, SearchClient
from azure.search.documents.indexes import SearchIndexClient
from azure.search.documents.indexes.models import (
    HnswAlgorithmConfiguration,
    LexicalAnalyzerName,
    SearchableField,
    SearchField,
    SearchFieldDataType,
    SearchIndex,
    SemanticConfiguration,
    SemanticField,
    SemanticPrioritizedFields,
    SemanticSearch,
    SimpleField,
    VectorSearch,
    VectorSearchProfile,
)
from azure.search.documents.models import IndexingResult, VectorizedQuery

from shared.adapters.service_calls import BACKOFF_SECONDS, ServiceGate, azure_client_options, explain_azure_fault
from shared.contracts import ContentDocument, IndexOutcome, SearchAnswer, SearchHit, SearchQuery
from shared.domain.digests import digest
from shared.domain.eligibility import (
    folded_audiences,
    folded_regions,
    is_for_audiences,
    is_in_place,
    wanted_audiences,
)
from shared.errors import OrchestratorError, ServiceRefused, ServiceUnavailable
from shared.ports import Embedder
from shared.run_config import AzureSearchConfig, ServiceLimits
from shared.telemetry import metered

PROVIDER = "azure_ai_search"
ANALYZER = LexicalAnalyzerName.EN_MICROSOFT
"""Reduces English words to their dictionary form, so that ``bought`` finds ``buy``, which cutting off endings does not;
words of other languages stay as they are written."""

BATCH_ACTIONS = 1000
BATCH_BYTES = 10_000_000
"""Below what the service takes in one request: 1,000 actions and 16 MB."""
KEYS_AT_ONCE = 1000
"""The most results that the service gives on one page."""
MAX_WORDS = 400
"""Of a query, with the repetitions that boosts become; the service looks up no more than 1,024."""
EMBEDDED_BYTES = 8000
"""Of a document's title and content, as UTF-8. A token is a byte at least, so the models' 8,191 are not exceeded."""
EMBEDDED_AT_ONCE = 32
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.1, 5.0
"""How long to wait before looking again for what was uploaded: the first time, and at most."""

_TRY_DOCUMENT_AGAIN = frozenset({409, 422, 429, 503})
"""What can become of a document in a batch that passes: a conflict of versions, an index or a service that is busy."""
_OPERATORS = re.compile(r"""[+|"()*~\\/{}\[\]^:!?&<>=]|(?<!\w)-""")
_REASON = re.compile(r"[A-Za-z]{1,40}")
_VECTOR_FIELD, _VECTOR_PROFILE, _VECTOR_ALGORITHM = "content_vector", "by-meaning", "hnsw"
_SELECTED = ["key", "document_id", "version"]

Item = TypeVar("Item")
Entry = dict[str, Any]


class _IndexMissing(ServiceRefused):
    """There is no index of the configured name."""


class AzureSearch:
    """``ports.SearchIndex`` on Azure AI Search. Safe to call from several threads.

    With an ``embedder`` of so many ``dimensions``, documents and queries also meet by meaning; ``embedding_price`` is
    in US dollars per million tokens. Raises ``ServiceUnavailable`` when the service does not answer within the gate's
    limits, ``ServiceRefused`` when it says no or what cannot be understood.
    """

    provider = PROVIDER

    def __init__(
        self,
        config: AzureSearchConfig,
        credential: AzureKeyCredential | TokenCredential,
        gate: ServiceGate,
        *,
        embedder: Embedder | None,
        dimensions: int,
        embedding_price: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._config = config
        self._credential = credential
        self._gate = gate
        self._embedder = embedder
        self._dimensions = dimensions
        self._embedding_price = embedding_price
        self._sleep = sleep
        self._client = SearchClient(config.endpoint, config.index_name, credential, **self._client_options())

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def synchronise(self, documents: Sequence[ContentDocument], *, remove_others: bool) -> IndexOutcome:
        """Make every one of ``documents`` findable; with ``remove_others``, nothing else stays in the index.

        An index that is missing is created. One that is there is brought to this definition only with
        ``remove_others``: a run's role may write documents, not definitions. ``failed`` holds the documents that the
        service did not take, or did not let go of. Returns when all that was uploaded can be found;
        ``ServiceUnavailable`` when that takes longer than a call may.
        """
        wanted = {self._key(document): document for document in documents}
        held = self._all_held() if remove_others else self._held_of(wanted)
        missing = {key: document for key, document in wanted.items() if key not in held}
        not_uploaded = self._upload(missing)
        others = {key: document_id for key, document_id in held.items() if key not in wanted}
        not_removed = self._remove(others)
        self._wait_until_found(missing.keys() - not_uploaded.keys())
        failed = [(missing[key].document_id, reason) for key, reason in not_uploaded.items()]
        failed += [(others[key], f"an entry was not removed: {reason}") for key, reason in not_removed.items()]
        return IndexOutcome(
            uploaded=len(missing) - len(not_uploaded),
            unchanged=len(wanted) - len(missing),
            removed=len(others) - len(not_removed),
            failed=_joined_by_id(failed),
        )

    def search(self, documents: Sequence[ContentDocument], query: SearchQuery) -> SearchAnswer:
        """The best of ``documents`` for ``query``, best first, ties by document id, at most ``query.top_k``.

        Only those are found that are valid on the query's day, for its region or none, and for its audiences or
        everybody. Scores are the semantic ranker's (0 to 4) where every result has one, else the search score.
        """
        keys = {self._key(document): document for document in documents}
        fitting = {key: document for key, document in keys.items() if _fits(document, query)}
        text = _plain(query.text)
        if not fitting or not text:
            notice = "the query holds no words" if fitting else "no document fits the query's day, region and audiences"
            return SearchAnswer(provider=self.provider, hits=(), notice=notice)
        ask = partial(self._results, text, _filter(keys, query), query, self._vector_queries(text, query.top_k))
        results, reason = self._gate.ask("search", ask, _explain)
        return self._answer(results, fitting, reason, query.top_k)

    # --- what is in the index -----------------------------------------------------------------------------------------

    def _all_held(self) -> dict[str, str]:
        self._define()
        return self._held()

    def _held_of(self, wanted: Iterable[str]) -> dict[str, str]:
        """Those of the keys that are in the index; an index that is missing is created, and holds none."""
        held: dict[str, str] = {}
        try:
            for keys in _chunks(wanted, KEYS_AT_ONCE):
                held |= self._held(_among("key", keys))
        except _IndexMissing:
            self._define()
            return {}
        return held

    def _held(self, condition: str = "") -> dict[str, str]:
        """Key -> document id of the entries that meet ``condition``.

        Page by page, each from the last key of the one before: the service skips no further than 100,000 results.
        """
        held: dict[str, str] = {}
        following = ""
        while True:
            conditions = " and ".join(part for part in (condition, following) if part)
            page = self._gate.ask("reading the search index's keys", partial(self._key_page, conditions), _explain)
            if len(page) < KEYS_AT_ONCE or page.keys() <= held.keys():
                return held | page
            held |= page
            following = f"key gt {_quoted(list(page)[-1])}"

    def _key_page(self, conditions: str) -> dict[str, str]:
        found = self._client.search(
            search_text="*",
            filter=conditions or None,
            select=["key", "document_id"],
            order_by=["key asc"],
            top=KEYS_AT_ONCE,
        )
        return {_text_of(entry, "key"): _text_of(entry, "document_id") for entry in found}

    def _wait_until_found(self, keys: Iterable[str]) -> None:
        missing = set(keys)
        if not missing:
            return

        def look() -> None:
            for wait in _patience(self._gate.limits):
                self._sleep(wait)
                for some in list(_chunks(sorted(missing), KEYS_AT_ONCE)):
                    missing.difference_update(self._key_page(_among("key", some)))
                if not missing:
                    return
            raise ServiceUnavailable("search index: what was uploaded cannot be found yet; try again later")

        self._gate.ask("finding what was uploaded to the search index", look, _explain)

    # --- bringing it up to date ---------------------------------------------------------------------------------------

    def _upload(self, missing: Mapping[str, ContentDocument]) -> dict[str, str]:
        """Key -> reason of those that the service did not take."""
        failed: dict[str, str] = {}
        for batch in _batches(self._entries(missing)):
            failed |= self._send(batch, IndexDocumentsBatch.add_merge_or_upload_actions)
        return failed

    def _remove(self, others: Iterable[str]) -> dict[str, str]:
        failed: dict[str, str] = {}
        for batch in _batches({"key": key} for key in others):
            failed |= self._send(batch, IndexDocumentsBatch.add_delete_actions)
        return failed

    def _send(
        self, batch: Sequence[Entry], add: Callable[[IndexDocumentsBatch, list[Entry]], object]
    ) -> dict[str, str]:
        """Send a batch, and again what of it may succeed yet: as often as limits allow and within their worst case."""
        limits = self._gate.limits

        def send() -> dict[str, int | None]:
            waiting = {entry["key"]: entry for entry in batch}
            failing: dict[str, int | None] = {}
            for attempt in range(limits.attempts):
                if attempt:
                    self._sleep(min(BACKOFF_SECONDS * 2**attempt, limits.longest_wait_seconds))
                actions = IndexDocumentsBatch()
                add(actions, list(waiting.values()))
                statuses = _failing(waiting, self._client.index_documents(actions))
                failing = {key: status for key, status in failing.items() if key not in waiting} | statuses
                waiting = {key: waiting[key] for key, status in statuses.items() if status in _TRY_DOCUMENT_AGAIN}
                if not waiting:
                    break
            return failing

        statuses = self._gate.ask("writing to the search index", send, _explain)
        return {key: _in_words(status) for key, status in statuses.items()}

    def _entries(self, documents: Mapping[str, ContentDocument]) -> Iterator[Entry]:
        for some in _chunks(documents.items(), EMBEDDED_AT_ONCE):
            entries = [_entry(key, document) for key, document in some]
            if self._embedder is not None:
                vectors = self._vectors([f"{document.title}\n\n{document.content}" for _, document in some])
                for entry, vector in zip(entries, vectors, strict=True):
                    entry[_VECTOR_FIELD] = vector
            yield from entries

    def _key(self, document: ContentDocument) -> str:
        """A digest of what is indexed of ``document``; ``version`` stands for its title and content."""
        indexed = document.model_dump(mode="json", exclude={"title", "content"})
        hashed = bytes.fromhex(digest(indexed, self._dimensions if self._embedder else None))[:16]
        # The service takes no key that starts with an underscore, which base64 can.
        return "d" + base64.urlsafe_b64encode(hashed).decode().rstrip("=")

    def _define(self) -> None:
        def put() -> None:
            with SearchIndexClient(self._config.endpoint, self._credential, **self._client_options()) as client:
                defined = client.create_or_update_index(self._definition())
            if defined.name != self._config.index_name:
                raise ServiceRefused("search index: the service did not confirm its definition")

        self._gate.ask("creating or updating the search index", put, _explain_definition)

    def _definition(self) -> SearchIndex:
        vector_search = VectorSearch(
            algorithms=[HnswAlgorithmConfiguration(name=_VECTOR_ALGORITHM)],
            profiles=[
                VectorSearchProfile(name=_VECTOR_PROFILE, algorithm_configuration_name=_VECTOR_ALGORITHM),
            ],
        )
        return SearchIndex(
            name=self._config.index_name,
            fields=[*_fields(), *([_vector_field(self._dimensions)] if self._embedder else [])],
            semantic_search=_semantic_search(self._config.semantic_configuration),
            vector_search=vector_search if self._embedder else None,
        )

    def _client_options(self) -> dict[str, Any]:
        return {**azure_client_options(self._gate.limits), "api_version": self._config.api_version}

    # --- searching ----------------------------------------------------------------------------------------------------

    def _results(
        self, text: str, conditions: str, query: SearchQuery, vector_queries: list[VectorizedQuery]
    ) -> tuple[list[Entry], str]:
        """The results as they came, and why their semantic ranking is partial, if the service says so."""
        reasons: list[object] = []

        def note(_response: object, answer: Any, _headers: object) -> Any:
            reasons.append(answer.semantic_partial_response_reason)
            return answer

        found = self._client.search(
            search_text=_boosted(text, query.boosts),
            filter=conditions,
            select=_SELECTED,
            top=query.top_k,
            vector_queries=list(vector_queries) or None,
            cls=note,
            **self._semantic(text),
        )
        return list(found), _reason(reasons)

    def _semantic(self, text: str) -> dict[str, Any]:
        """Parameters of semantic ranking, which reads the query without the repetitions that stand for boosts."""
        if not self._config.semantic_configuration:
            return {}
        return {
            "query_type": "semantic",
            "semantic_configuration_name": self._config.semantic_configuration,
            "semantic_error_mode": "partial",
            "semantic_query": text,
        }

    def _vector_queries(self, text: str, wanted: int) -> list[VectorizedQuery]:
        if self._embedder is None:
            return []
        [vector] = self._vectors([text])
        return [VectorizedQuery(vector=vector, k_nearest_neighbors=wanted, fields=_VECTOR_FIELD)]

    def _vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per text; a metered call of its own."""
        if self._embedder is None:
            return []
        with metered("embeddings") as meter:
            found = self._embedder.embed([_clipped(text) for text in texts])
            meter.prompt_tokens += found.prompt_tokens
            meter.cost_usd += found.prompt_tokens * self._embedding_price / 1_000_000
            if len(found.vectors) != len(texts) or any(len(one) != self._dimensions for one in found.vectors):
                raise ServiceRefused(f"embeddings: the answer is not one vector of {self._dimensions} numbers per text")
        return found.vectors

    def _answer(
        self, results: Sequence[Entry], fitting: Mapping[str, ContentDocument], reason: str, top: int
    ) -> SearchAnswer:
        scores, rerankers = _scores(results, fitting)
        is_semantic = bool(self._config.semantic_configuration)
        is_partial = is_semantic and None in rerankers.values()
        decisive = rerankers if is_semantic and not is_partial else scores
        ranked = sorted(decisive.items(), key=lambda item: (-(item[1] or 0.0), item[0]))
        left_out = len(results) - len(scores)
        notices = [
            f"semantic ranking was partial ({reason or 'no reason given'})" if is_partial else "",
            f"{left_out} results were left out: not documents that were asked about" if left_out else "",
            "" if results else "no document that fits is in the index and shares a word with the query",
        ]
        return SearchAnswer(
            provider=self.provider,
            hits=tuple(SearchHit(document_id=one, score=score or 0.0) for one, score in ranked[:top]),
            notice="; ".join(filter(None, notices)),
        )


# --- the index's definition -------------------------------------------------------------------------------------------


def _fields() -> list[SearchField]:
    """Only short fields are filterable: the service takes no filterable text above 32 kB."""
    text, instant = SearchFieldDataType.STRING, SearchFieldDataType.DATE_TIME_OFFSET
    texts = f"Collection({text.value})"
    return [
        SimpleField(name="key", type=text, key=True, filterable=True, sortable=True),
        SimpleField(name="document_id", type=text, filterable=True),
        SimpleField(name="version", type=text, filterable=True),
        SearchableField(name="title", analyzer_name=ANALYZER),
        SearchableField(name="content", analyzer_name=ANALYZER),
        SearchableField(name="keywords", collection=True, analyzer_name=ANALYZER),
        SearchableField(name="category", filterable=True, analyzer_name=ANALYZER),
        SearchableField(name="audience", analyzer_name=ANALYZER),
        SimpleField(name="audiences", type=texts, filterable=True),
        SimpleField(name="region", type=text, filterable=True),
        SimpleField(name="regions", type=texts, filterable=True),
        SimpleField(name="channel", type=text, filterable=True),
        SimpleField(name="source_url", type=text),
        SimpleField(name="approval_date", type=instant, filterable=True),
        SimpleField(name="effective_date", type=instant, filterable=True),
        SimpleField(name="expiry_date", type=instant, filterable=True),
    ]


def _vector_field(dimensions: int) -> SearchField:
    return SearchField(
        name=_VECTOR_FIELD,
        type=f"Collection({SearchFieldDataType.SINGLE.value})",
        searchable=True,
        hidden=True,
        vector_search_dimensions=dimensions,
        vector_search_profile_name=_VECTOR_PROFILE,
    )


def _semantic_search(name: str) -> SemanticSearch | None:
    if not name:
        return None
    prioritized = SemanticPrioritizedFields(
        title_field=SemanticField(field_name="title"),
        content_fields=[SemanticField(field_name="content")],
        keywords_fields=[SemanticField(field_name="keywords")],
    )
    return SemanticSearch(configurations=[SemanticConfiguration(name=name, prioritized_fields=prioritized)])


def _entry(key: str, document: ContentDocument) -> Entry:
    return {
        **document.model_dump(mode="json"),
        "key": key,
        "audiences": list(folded_audiences(document.audience)),
        "regions": list(folded_regions(document.region)),
        "approval_date": _instant(document.approval_date),
        "effective_date": _instant(document.effective_date) if document.effective_date else None,
        "expiry_date": _instant(document.expiry_date) if document.expiry_date else None,
    }


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The entries in batches that the service takes; sizes are of the JSON that is sent."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        length = len(json.dumps(entry))
        if batch and (len(batch) == BATCH_ACTIONS or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def _failing(sent: Mapping[str, Entry], results: Iterable[IndexingResult]) -> dict[str, int | None]:
    """Key -> status of each entry that did not succeed; None where the service does not say what became of it."""
    by_key = {result.key: result for result in results}
    outcomes = {key: by_key.get(key) for key in sent}
    return {
        key: result.status_code if result is not None and isinstance(result.status_code, int) else None
        for key, result in outcomes.items()
        if result is None or result.succeeded is not True
    }


def _in_words(status: int | None) -> str:
    return "the service did not say what became of it" if status is None else f"the service answered {status}"


def _joined_by_id(failed: Iterable[tuple[str, str]]) -> dict[str, str]:
    reasons: dict[str, list[str]] = {}
    for document_id, reason in failed:
        reasons.setdefault(document_id, []).append(reason)
    return {document_id: "; ".join(reasons[document_id]) for document_id in sorted(reasons)}


def _patience(limits: ServiceLimits) -> Iterator[float]:
    """The waits between looks: none, then ever longer ones, half of the worst case in all; the looks take time too."""
    wait, left = 0.0, limits.worst_case_seconds / 2
    while wait <= left:
        yield wait
        left -= wait
        wait = min(max(2 * wait, FIRST_LOOK_SECONDS), LONGEST_LOOK_SECONDS)


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk


# --- filters and words ------------------------------------------------------------------------------------------------


def _fits(document: ContentDocument, query: SearchQuery) -> bool:
    return is_in_place(document, query) and is_for_audiences(document, query.audiences)


def _filter(keys: Iterable[str], query: SearchQuery) -> str:
    """Exactly these entries, as far as they are valid on the query's day, for its region and for its audiences."""
    conditions = [_among("key", keys)]
    if query.as_of is not None:
        day = _instant(query.as_of)
        conditions.append(f"approval_date le {day}")
        conditions.append(f"(effective_date eq null or effective_date le {day})")
        conditions.append(f"(expiry_date eq null or expiry_date ge {day})")
    regions = folded_regions(query.region)
    if regions:
        conditions.append(f"(not regions/any() or regions/any(r: {_among('r', regions)}))")
    audiences = wanted_audiences(query.audiences)
    if audiences:
        conditions.append(f"audiences/any(a: {_among('a', audiences)})")
    return " and ".join(conditions)


def _among(variable: str, values: Iterable[str]) -> str:
    """OData for: ``variable`` is one of ``values``, none of which holds a bar, as keys and folded names never do."""
    return f"search.in({variable}, {_quoted('|'.join(values))}, '|')"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _plain(text: str) -> str:
    """The words of a query as plain words, at most ``MAX_WORDS``: none is an operator of the service's query syntax."""
    readable = text.encode(errors="replace").decode()
    words = [word for word in _OPERATORS.sub(" ", readable).split() if any(map(str.isalnum, word))]
    return " ".join(words[:MAX_WORDS])


def _boosted(text: str, boosts: Mapping[str, float]) -> str:
    """``text`` with each boosted word repeated, as often as its factor says: a word given twice counts twice.

    Semantic ranking takes no boosts in the query's syntax, and would be misled by the repetitions; see ``_semantic``.
    """
    factors = {
        word.casefold(): min(round(factor), MAX_WORDS)
        for term, factor in boosts.items()
        for word in _plain(term).split()
    }
    words = text.split()
    again = [word for word in words for _ in range(factors.get(word.casefold(), 1) - 1)]
    return " ".join([*words, *again][:MAX_WORDS])


def _clipped(text: str) -> str:
    return text.encode()[:EMBEDDED_BYTES].decode(errors="ignore")


# --- results ----------------------------------------------------------------------------------------------------------


def _scores(
    results: Iterable[Entry], fitting: Mapping[str, ContentDocument]
) -> tuple[dict[str, float], dict[str, float | None]]:
    """Document id -> search score, and -> the semantic ranker's, None without one, of the results that fit."""
    scores: dict[str, float] = {}
    rerankers: dict[str, float | None] = {}
    for result in results:
        key, document_id, version = (_text_of(result, name) for name in _SELECTED)
        score, reranker = _score(result["@search.score"]), result["@search.reranker_score"]
        known = fitting.get(key)
        if known is None or (known.document_id, known.version) != (document_id, version) or document_id in scores:
            continue
        scores[document_id] = score
        rerankers[document_id] = None if reranker is None else _score(reranker)
    return scores, rerankers


def _score(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ServiceRefused("search: a result has a score that is no number from 0")
    return float(value)


def _text_of(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        raise ServiceRefused(f"search: a result has no {name}")
    return value


def _reason(reasons: Iterable[object]) -> str:
    """The first reason that is a plain code."""
    codes = (getattr(reason, "value", reason) for reason in reasons)
    return next((code for code in codes if isinstance(code, str) and _REASON.fullmatch(code)), "")


# --- faults -----------------------------------------------------------------------------------------------------------


def _explain(what: str, fault: Exception) -> OrchestratorError:
    if isinstance(fault, HttpResponseError) and fault.status_code == 404:
        return _IndexMissing(f"{what}: there is no such index; python -m local index CONTENT creates it")
    return explain_azure_fault(what, fault)


def _explain_definition(what: str, fault: Exception) -> OrchestratorError:
    if isinstance(fault, HttpResponseError) and fault.status_code == 400:
        return ServiceRefused(
            f"{what}: the service answered 400; fields of an index that is there cannot change, nor the number of "
            "dimensions: give azure_search.index_name a new name"
        )
    return explain_azure_fault(what, fault)
