"""Azure AI Search, emulated: indexes in memory behind the REST API that the SDK's clients speak.

Words are ranked by BM25, vectors by cosine, both together by reciprocal rank fusion; "semantic" ranking is the share of
the query's words that a document holds, on the service's scale of 0 to 4. Good enough to develop and test against, not
to judge relevance by. Indexing: a request larger than the service's limits is refused whole, a document that does not
fit the index's definition by itself.

Faults of its own. ``search_documents_index``: ``partial_207`` (documents fail with the fault's ``status``, 503 unless
it is one that a document can have: those that hold ``match``, or every other one). ``search_documents_search``:
``partial_semantic`` and ``no_reranker`` (no semantic scores, with and without the reason), ``some_reranked`` (every
other result has one), ``stale_hit`` (a document that nobody uploaded comes first), ``shuffled`` (worst first),
``bare_results`` (without the fields that were asked for), and ``text_scores``, ``negative_scores``, ``nan_scores`` and
``null_scores``.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from local.emulators.odata import FilterError, compile_filter
from local.emulators.wire import Call, Fault, Operation, Reply

Document = dict[str, Any]
LARGEST_BATCH = 1000
LARGEST_BATCH_BYTES = 16 * 1024 * 1024
LARGEST_PAGE = 1000
LARGEST_SKIP = 100_000
LONGEST_FILTERABLE_BYTES = 32_766
RERANKED = 50
FUSION_CONSTANT = 60
SATURATION, LENGTH_NORMALISATION = 1.2, 0.75
_DOCUMENT_STATUSES = {400, 404, 409, 422, 429, 503}
_KEY = re.compile(r"(?!_)[A-Za-z0-9_\-=]{1,1024}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_WORD = re.compile(r"\w+")
_BAD_SCORES = {"text_scores": "high", "negative_scores": -1.0, "nan_scores": math.nan, "null_scores": None}
_SEARCH_PARAMETERS = {
    "search", "filter", "queryType", "searchMode", "searchFields", "select", "top", "skip", "count", "orderby",
    "semanticConfiguration", "semanticQuery", "semanticErrorHandling", "semanticMaxWaitInMilliseconds", "captions",
    "answers", "vectorQueries", "vectorFilterMode", "sessionId", "scoringStatistics", "minimumCoverage",
}  # fmt: skip


class _Refused(Exception):
    """The request is not one the service takes; becomes the reply."""

    def __init__(self, message: str, status: int = 400, code: str = "InvalidRequestParameter") -> None:
        super().__init__(message)
        self.reply = Reply({"error": {"code": code, "message": message}}, status)


class EmulatedSearch:
    """The service. ``key``: the only key taken (empty: any, or a bearer token). Safe to call from several threads.

    ``delay_visibility``: what is uploaded or deleted shows after so many further searches. ``page_size``: results of
    one answer at most, the rest by continuation.
    """

    def __init__(self, *, key: str = "", delay_visibility: int = 0, page_size: int = LARGEST_PAGE) -> None:
        self.key = key
        self.delay_visibility = delay_visibility
        self.page_size = page_size
        self._indexes: dict[str, _Index] = {}
        self._lock = Lock()

    def operations(self) -> list[Operation]:
        """The routes, as the wire's server takes them."""
        index, documents = "/indexes('{name}')", "/indexes('{name}')/docs"
        return [
            Operation("search_index_get", "GET", index, self._guarded(self._get_index)),
            Operation("search_index_put", "PUT", index, self._guarded(self._put_index)),
            Operation("search_index_delete", "DELETE", index, self._guarded(self._delete_index)),
            Operation("search_documents_count", "GET", f"{documents}/$count", self._guarded(self._count)),
            Operation("search_documents_index", "POST", f"{documents}/search.index", self._guarded(self._upload)),
            Operation(
                "search_documents_search", "POST", f"{documents}/search.post.search", self._guarded(self._search)
            ),
        ]

    def documents(self, index: str) -> list[Document]:
        """What the index holds, findable yet or not, ordered by key."""
        with self._lock:
            held = self._indexes[index].stored if index in self._indexes else {}
            return [dict(held[key]) for key in sorted(held)]

    def definition(self, index: str) -> Document | None:
        """The index's definition as it was last put; None when there is no such index."""
        with self._lock:
            return self._indexes[index].schema.definition if index in self._indexes else None

    def _guarded(self, answer: Callable[[Call, Fault | None], Reply]) -> Callable[[Call, Fault | None], Reply]:
        def guarded(call: Call, fault: Fault | None) -> Reply:
            try:
                self._admit(call)
                with self._lock:
                    return answer(call, fault)
            except _Refused as refusal:
                return refusal.reply

        return guarded

    def _admit(self, call: Call) -> None:
        if not call.query.get("api-version"):
            raise _Refused("the api-version query parameter is missing", code="MissingApiVersionParameter")
        key = call.headers.get("api-key", "")
        is_known = key == self.key if self.key else bool(key or call.headers.get("authorization"))
        if not is_known:
            raise _Refused("access denied", 403, "Forbidden")

    def _index(self, call: Call) -> "_Index":
        try:
            return self._indexes[call.captures["name"]]
        except KeyError:
            raise _Refused("no index of that name was found", 404, "ResourceNotFound") from None

    def _get_index(self, call: Call, _fault: Fault | None) -> Reply:
        return Reply(self._index(call).schema.definition)

    def _put_index(self, call: Call, _fault: Fault | None) -> Reply:
        name, schema = call.captures["name"], _Schema(call.body)
        if call.body.get("name") != name:
            raise _Refused("the name in the body is not the one in the address")
        existing = self._indexes.get(name)
        if existing is None:
            self._indexes[name] = _Index(schema)
            return Reply(schema.definition, 201)
        existing.schema.refuse_changes(schema)
        existing.schema = schema
        return Reply(schema.definition)

    def _delete_index(self, call: Call, _fault: Fault | None) -> Reply:
        self._index(call)
        del self._indexes[call.captures["name"]]
        return Reply(None, 204)

    def _count(self, call: Call, _fault: Fault | None) -> Reply:
        return Reply(len(self._index(call).visible))

    def _upload(self, call: Call, fault: Fault | None) -> Reply:
        index, actions = self._index(call), _actions(call.body)
        failing = _failing(actions, fault)
        results = [
            index.apply(action, self.delay_visibility, failing.get(position)) for position, action in enumerate(actions)
        ]
        all_well = all(result["status"] for result in results)
        return Reply({"value": results}, 200 if all_well else 207)

    def _search(self, call: Call, fault: Fault | None) -> Reply:
        index = self._index(call)
        index.let_time_pass()
        return _Search(index, call.body, fault, self.page_size).reply()


# --- the definition of an index ---------------------------------------------------------------------------------------


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "Edm.String": _is_text,
    "Edm.DateTimeOffset": lambda value: _is_text(value) and _INSTANT.fullmatch(value) is not None,
    "Edm.Boolean": lambda value: isinstance(value, bool),
    "Edm.Int32": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Edm.Int64": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Edm.Double": _is_number,
    "Collection(Edm.String)": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    "Collection(Edm.Single)": lambda value: isinstance(value, list) and all(map(_is_number, value)),
}
_FIXED = ("type", "key", "searchable", "filterable", "sortable", "facetable", "analyzer", "dimensions")
"""What cannot change of a field once it is there; an index must be built anew for it."""


class _Schema:
    """An index's definition, checked."""

    def __init__(self, definition: Any) -> None:
        if not isinstance(definition, dict) or not isinstance(definition.get("fields"), list):
            raise _Refused("an index needs fields")
        self.definition = definition
        self.fields: dict[str, Document] = {one.get("name", ""): one for one in definition["fields"]}
        keys = [name for name, one in self.fields.items() if one.get("key")]
        if len(self.fields) != len(definition["fields"]) or len(keys) != 1:
            raise _Refused("field names must be distinct and exactly one field the key")
        self.key = keys[0]
        self.semantic = self._semantic_configurations()
        for name, one in self.fields.items():
            self._check_field(name, one)

    def names(self, attribute: str) -> list[str]:
        """The fields with an attribute, ``filterable`` for one."""
        return [name for name, one in self.fields.items() if one.get(attribute)]

    def problem(self, document: Document) -> str:
        """Why the index cannot take the document; empty when it can."""
        for name, value in document.items():
            if name not in self.fields:
                return "the document has a field that the index does not have"
            if value is not None and not self._fits(self.fields[name], value):
                return f"{name}: the value is not of the field's type"
        key = document.get(self.key)
        return "" if isinstance(key, str) and _KEY.fullmatch(key) else "the key is missing or holds other characters"

    def refuse_changes(self, new: "_Schema") -> None:
        """Refuse a new definition that an index with documents cannot be brought to."""
        for name, one in self.fields.items():
            changed = name not in new.fields or any(new.fields[name].get(key) != one.get(key) for key in _FIXED)
            if changed:
                raise _Refused(
                    f"existing field '{name}' cannot be changed or removed", 400, "CannotChangeExistingField"
                )

    def _fits(self, described: Document, value: Any) -> bool:
        if not _TYPES[described["type"]](value):
            return False
        if described.get("dimensions"):
            return bool(len(value) == described["dimensions"])
        is_limited = bool(described.get("filterable")) and isinstance(value, str)
        return not is_limited or len(value.encode()) <= LONGEST_FILTERABLE_BYTES

    def _check_field(self, name: str, described: Document) -> None:
        kind = described.get("type")
        if not re.fullmatch(r"[A-Za-z]\w*", name) or kind not in _TYPES:
            raise _Refused(f"field '{name}': the name or the type is not allowed")
        if name == self.key and kind != "Edm.String":
            raise _Refused("the key must be a text")
        if kind == "Collection(Edm.Single)":
            profiles = (self.definition.get("vectorSearch") or {}).get("profiles") or []
            known = {profile["name"] for profile in profiles}
            if not described.get("dimensions") or described.get("vectorSearchProfile") not in known:
                raise _Refused(f"field '{name}': a vector needs dimensions and a known profile")

    def _semantic_configurations(self) -> dict[str, list[str]]:
        """Name -> the fields that are read, the title first."""
        found = {}
        for one in (self.definition.get("semantic") or {}).get("configurations") or []:
            fields = one["prioritizedFields"]
            parts = [fields.get("titleField")]
            parts += [*(fields.get("prioritizedContentFields") or []), *(fields.get("prioritizedKeywordsFields") or [])]
            found[one["name"]] = [part["fieldName"] for part in parts if part]
            if not set(found[one["name"]]) <= set(self.fields):
                raise _Refused("a semantic configuration names a field that the index does not have")
        return found


# --- what an index holds ----------------------------------------------------------------------------------------------


@dataclass
class _Index:
    """Documents by key: ``stored`` is what was accepted, ``visible`` what searches see already."""

    schema: _Schema
    stored: dict[str, Document] = field(default_factory=dict)
    visible: dict[str, Document] = field(default_factory=dict)
    pending: list[tuple[int, str]] = field(default_factory=list)

    def apply(self, action: Document, delay: int, failure: int | None) -> Document:
        """Do one action of a batch; the result as the service words it."""
        given = {name: value for name, value in action.items() if name != "@search.action"}
        key, kind = given.get(self.schema.key), action.get("@search.action", "upload")
        status, problem = self._outcome(kind, given, failure)
        if status < 300 and isinstance(key, str):
            self._store(kind, key, given)
            self.pending.append((delay, key))
            self._show()
        return {"key": key, "status": status < 300, "errorMessage": problem or None, "statusCode": status}

    def let_time_pass(self) -> None:
        """A search arrives: what was waiting for one more shows from the next on."""
        self._show()
        self.pending = [(left - 1, key) for left, key in self.pending]

    def _outcome(self, kind: str, given: Document, failure: int | None) -> tuple[int, str]:
        if failure is not None:
            return failure, "by script"
        problem = self.schema.problem({self.schema.key: given.get(self.schema.key)} if kind == "delete" else given)
        if problem:
            return 400, problem
        if kind == "merge" and given[self.schema.key] not in self.stored:
            return 404, "there is no such document to merge with"
        return 201 if kind != "delete" and given[self.schema.key] not in self.stored else 200, ""

    def _store(self, kind: str, key: str, given: Document) -> None:
        if kind == "delete":
            self.stored.pop(key, None)
        elif kind == "upload":
            self.stored[key] = given
        else:
            self.stored[key] = {**self.stored.get(key, {}), **given}

    def _show(self) -> None:
        for left, key in self.pending:
            if left <= 0:
                self.visible.pop(key, None)
                if key in self.stored:
                    self.visible[key] = self.stored[key]
        self.pending = [(left, key) for left, key in self.pending if left > 0]


def _actions(body: Any) -> list[Document]:
    actions = body.get("value") if isinstance(body, dict) else None
    if not isinstance(actions, list) or not actions or not all(isinstance(action, dict) for action in actions):
        raise _Refused("a batch needs a list of actions")
    if len(actions) > LARGEST_BATCH:
        raise _Refused(f"a batch holds more than {LARGEST_BATCH} actions")
    if len(json.dumps(body)) > LARGEST_BATCH_BYTES:
        raise _Refused("the batch is too large", 413, "RequestEntityTooLarge")
    if any(action.get("@search.action") not in {"upload", "merge", "mergeOrUpload", "delete"} for action in actions):
        raise _Refused("an action is not one of upload, merge, mergeOrUpload and delete")
    return actions


def _failing(actions: Sequence[Document], fault: Fault | None) -> dict[int, int]:
    """Position in the batch -> status, for the documents that the fault makes fail."""
    if fault is None or fault.kind != "partial_207":
        return {}
    status = fault.status if fault.status in _DOCUMENT_STATUSES else 503
    if fault.match:
        return {
            at: status for at, action in enumerate(actions) if fault.match in json.dumps(action, ensure_ascii=False)
        }
    return dict.fromkeys(range(0, len(actions), 2), status)


# --- searches ---------------------------------------------------------------------------------------------------------


@dataclass
class _Found:
    """A document that a search found, with its scores."""

    document: Document
    score: Any
    reranker: Any = None


class _Search:
    """One search of one index."""

    def __init__(self, index: _Index, body: Any, fault: Fault | None, page_size: int) -> None:
        self._schema = index.schema
        self._documents = index.visible
        self._body: Document = body if isinstance(body, dict) else {}
        self._fault = fault.kind if fault else ""
        self._page_size = page_size
        self._is_semantic = self._body.get("queryType") == "semantic"
        self._check()

    def reply(self) -> Reply:
        """The whole answer, or its first page."""
        found = self._ranked(self._filtered())
        total = len(found)
        if self._is_semantic and self._fault not in {"partial_semantic", "no_reranker"}:
            found = self._reranked(found)
        found = self._with_fault(found)
        skip, top = self._body.get("skip") or 0, self._body.get("top")
        wanted = found[skip:] if top is None else found[skip : skip + top]
        size = min(self._page_size, LARGEST_PAGE if top is not None else 50)
        answer = {"value": [self._shown(one) for one in wanted[:size]], **self._continuation(skip, size, len(wanted))}
        if self._body.get("count"):
            answer["@odata.count"] = total
        if self._is_semantic and self._fault == "partial_semantic":
            answer["@search.semanticPartialResponseReason"] = "capacityOverloaded"
            answer["@search.semanticPartialResponseType"] = "baseResults"
            return Reply(answer, 206)
        return Reply(answer)

    def _check(self) -> None:
        body = self._body
        if set(body) - _SEARCH_PARAMETERS:
            raise _Refused("the search has a parameter that is not known")
        skip, top = body.get("skip") or 0, body.get("top")
        if not 0 <= skip <= LARGEST_SKIP or (top is not None and top < 0):
            raise _Refused("skip or top is out of range", code="ParameterValueOutOfRange")
        if set(_names(body.get("select"))) - set(self._schema.names("retrievable")):
            raise _Refused("select names a field that cannot be retrieved")
        if self._is_semantic and body.get("semanticConfiguration") not in self._schema.semantic:
            raise _Refused("the index has no such semantic configuration")
        if self._is_semantic and not str(body.get("search") or "").strip():
            raise _Refused("a semantic query needs search text")
        if not self._is_semantic and (body.get("semanticQuery") or body.get("semanticConfiguration")):
            raise _Refused("semantic parameters need queryType semantic")

    def _filtered(self) -> list[Document]:
        ordered = [self._documents[key] for key in sorted(self._documents)]
        if not self._body.get("filter"):
            return ordered
        try:
            test = compile_filter(self._body["filter"], self._schema.names("filterable"))
            return [document for document in ordered if test(document)]
        except FilterError as problem:
            raise _Refused(f"invalid $filter: {problem}", code="InvalidFilter") from None

    def _ranked(self, documents: list[Document]) -> list[_Found]:
        if self._body.get("orderby"):
            return [_Found(one, 1.0) for one in self._ordered(documents)]
        rankings = [self._by_vector(documents, query) for query in self._body.get("vectorQueries") or []]
        text = self._body.get("search")
        if text not in {None, "", "*"} or not rankings:
            rankings.append(self._by_words(documents, text or "*"))
        return _fused(rankings, self._schema.key) if len(rankings) > 1 else rankings[0]

    def _ordered(self, documents: list[Document]) -> list[Document]:
        for clause in reversed(_names(self._body["orderby"])):
            name, _, direction = clause.partition(" ")
            if name not in self._schema.names("sortable") or direction not in {"", "asc", "desc"}:
                raise _Refused("orderby names a field that cannot be sorted by")
            documents = sorted(documents, key=lambda one: str(one.get(name) or ""), reverse=direction == "desc")
        return documents

    def _by_words(self, documents: list[Document], text: str) -> list[_Found]:
        if text == "*":
            return [_Found(document, 1.0) for document in documents]
        searchable = [
            name for name in self._schema.names("searchable") if "dimensions" not in self._schema.fields[name]
        ]
        scores = _bm25([_terms(_read(document, searchable)) for document in documents], _terms(text))
        found = [_Found(document, score) for document, score in zip(documents, scores, strict=True) if score > 0]
        return sorted(found, key=lambda one: -one.score)

    def _by_vector(self, documents: list[Document], query: Any) -> list[_Found]:
        name, vector = query.get("fields"), query.get("vector")
        described = self._schema.fields.get(name, {})
        if query.get("kind") != "vector" or not isinstance(vector, list) or described.get("dimensions") != len(vector):
            raise _Refused("a vector query does not fit the field that it names")
        near = [_Found(one, 1 / (2 - _cosine(vector, one[name]))) for one in documents if one.get(name)]
        return sorted(near, key=lambda one: -one.score)[: query.get("k") or 50]

    def _reranked(self, found: list[_Found]) -> list[_Found]:
        fields = self._schema.semantic[self._body["semanticConfiguration"]]
        words = set(_terms(self._body.get("semanticQuery") or self._body["search"]))
        for one in found[:RERANKED]:
            whole, title = set(_terms(_read(one.document, fields))), set(_terms(_read(one.document, fields[:1])))
            shares = [len(words & held) / max(1, len(words)) for held in (whole, title)]
            one.reranker = round(4 * (0.8 * shares[0] + 0.2 * shares[1]), 4)
        return sorted(found[:RERANKED], key=lambda one: -one.reranker) + found[RERANKED:]

    def _with_fault(self, found: list[_Found]) -> list[_Found]:
        if self._fault == "stale_hit":
            unknown = {name: "gone" for name, one in self._schema.fields.items() if one["type"] == "Edm.String"}
            return [_Found(unknown, 99.0, 4.0 if self._is_semantic else None), *found]
        if self._fault in _BAD_SCORES:
            return [_Found(one.document, _BAD_SCORES[self._fault], one.reranker) for one in found]
        if self._fault == "some_reranked":
            return [_Found(one.document, one.score, one.reranker if at % 2 else None) for at, one in enumerate(found)]
        if self._fault == "bare_results":
            return [_Found({}, one.score, one.reranker) for one in found]
        return found[::-1] if self._fault == "shuffled" else found

    def _shown(self, one: _Found) -> Document:
        select = _names(self._body.get("select")) or self._schema.names("retrievable")
        shown: Document = {"@search.score": one.score, **{name: one.document.get(name) for name in select}}
        if one.reranker is not None:
            shown["@search.rerankerScore"] = one.reranker
            if str(self._body.get("captions") or "").startswith("extractive"):
                fields = self._schema.semantic[self._body["semanticConfiguration"]]
                shown["@search.captions"] = [{"text": _read(one.document, fields)[:200], "highlights": ""}]
        return shown

    def _continuation(self, skip: int, size: int, wanted: int) -> Document:
        """How to ask for the rest, where the answer holds only a part of what was wanted."""
        if wanted <= size:
            return {}
        following = {**self._body, "skip": skip + size}
        if "top" in self._body:
            following["top"] = self._body["top"] - size
        return {"@search.nextPageParameters": following, "@odata.nextLink": "https://search/docs/search.post.search"}


def _names(value: Any) -> list[str]:
    """Names separated by commas."""
    return [name.strip() for name in (value or "").split(",") if name.strip()]


def _read(document: Mapping[str, Any], fields: Iterable[str]) -> str:
    values = [document.get(name) or "" for name in fields]
    return "\n".join("\n".join(value) if isinstance(value, list) else str(value) for value in values)


def _terms(text: str) -> list[str]:
    """Words without accents and case, and without the commonest endings."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    words = _WORD.findall("".join(sign for sign in decomposed if not unicodedata.combining(sign)))
    return [re.sub(r"(?<=\w{3})(?:ing|ed|es|s)$", "", word) for word in words]


def _bm25(texts: Sequence[Sequence[str]], query: Sequence[str]) -> list[float]:
    """BM25 (Robertson et al., 2004) of each text, a word that stands twice in the query counting twice."""
    counts = [Counter(text) for text in texts]
    mean = sum(map(len, texts)) / max(1, len(texts)) or 1.0
    scores = [0.0] * len(texts)
    for term, weight in Counter(query).items():
        holding = sum(term in count for count in counts)
        rarity = weight * math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        for at, (text, count) in enumerate(zip(texts, counts, strict=True)):
            norm = SATURATION * (1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * len(text) / mean)
            scores[at] += rarity * count[term] * (SATURATION + 1) / (count[term] + norm)
    return scores


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


def _fused(rankings: Sequence[Sequence[_Found]], key: str) -> list[_Found]:
    """Reciprocal rank fusion (Cormack et al., 2009): a document's score is the sum of 1 / (60 + its rank)."""
    scores: dict[str, float] = {}
    documents: dict[str, Document] = {}
    for ranking in rankings:
        for rank, one in enumerate(ranking, start=1):
            name = one.document[key]
            documents[name] = one.document
            scores[name] = scores.get(name, 0.0) + 1 / (FUSION_CONSTANT + rank)
    best = sorted(scores, key=lambda name: (-scores[name], name))
    return [_Found(documents[name], scores[name]) for name in best]
