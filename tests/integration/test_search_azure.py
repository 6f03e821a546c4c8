"""Azure AI Search through the real SDK, against an emulated service: what is indexed and found, and what faults do."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError
from azure.search.documents import SearchClient
from azure.search.documents.indexes import SearchIndexClient
from azure.search.documents.models import VectorizedQuery

from local.emulators.search import EmulatedSearch
from local.emulators.wire import FOREVER, EmulatorServer
from local.index_command import index, summary
from shared.adapters import search_azure
from shared.adapters.search_azure import AzureSearch
from shared.adapters.service_calls import ServiceGate
from shared.contracts import ContentDocument, IndexOutcome, SearchQuery
from shared.domain.digests import digest
from shared.errors import InputError, ServiceRefused, ServiceUnavailable
from shared.ports import Embeddings
from shared.run_config import AzureSearchConfig, ServiceLimits
from shared.telemetry import metered, recorded_calls

pytestmark = pytest.mark.integration

KEY = "f00dfeed-not-a-real-key"
LIMITS = ServiceLimits(
    connect_seconds=0.5, attempt_seconds=0.3, attempts=3, longest_wait_seconds=0.2, concurrent_calls=4
)
TODAY = date(2024, 6, 1)
INDEX, SEARCH, PUT = "search_documents_index", "search_documents_search", "search_index_put"


def document(document_id, title="Gifts", content="A gift for you.", **fields):
    return ContentDocument(
        document_id=document_id,
        title=title,
        category=fields.pop("category", "help"),
        content=content,
        approval_date=fields.pop("approval_date", date(2024, 1, 1)),
        version=digest(title, content),
        **fields,
    )


LIBRARY = (
    document("returns", "Returning a gift", "You can send a gift back within 30 days."),
    document("cards", "Gift cards", "Gift cards never expire.", keywords=("voucher",), audience="Loyal"),
    document("sizes", "Size guide", "Measure your chest and waist."),
)


class Meanings:
    """Embeds by counting: a text about wool and a text about sheep are neighbours without a common word."""

    def __init__(self):
        self.texts = []

    def embed(self, texts):
        self.texts.append(list(texts))
        topics = (("wool", "sheep", "knit"), ("gift", "present"), ("size", "chest"))
        vectors = [[0.01 + sum(text.lower().count(word) for word in topic) for topic in topics] for text in texts]
        return Embeddings(vectors, 10 * len(texts))


class Bench:
    """An emulated service and the adapters under test, each closed at the end."""

    def __init__(self, **options):
        self.service = EmulatedSearch(key=KEY, **options)
        self.server = EmulatorServer(self.service.operations())
        self.waits = []
        self.adapters = []

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *fault):
        for adapter in self.adapters:
            adapter.close()
        self.server.__exit__(*fault)

    def adapter(self, *, embedder=None, limits=LIMITS, key=KEY, sleep=None, **config):
        config = AzureSearchConfig(endpoint=self.server.url, **config)
        made = AzureSearch(
            config,
            AzureKeyCredential(key),
            ServiceGate(limits),
            embedder=embedder,
            dimensions=3,
            embedding_price=2.0,
            sleep=sleep or self.waits.append,
        )
        self.adapters.append(made)
        return made

    def bodies(self, operation):
        return [call.body for call in self.server.calls if call.operation == operation]

    def ids(self, index="approved-content"):
        return sorted(entry["document_id"] for entry in self.service.documents(index))


@pytest.fixture
def bench():
    with Bench() as made:
        yield made


@pytest.fixture
def ready(bench):
    """A bench whose index holds the library; the record of requests starts after that."""
    bench.adapter().synchronise(LIBRARY, remove_others=False)
    bench.server.calls.clear()
    return bench


def found(answer):
    return [hit.document_id for hit in answer.hits]


# --- bringing the index up to date ------------------------------------------------------------------------------------


def test_a_missing_index_is_created_and_filled(bench):
    """The first run creates the index with every field of a document and uploads all of them."""
    outcome = bench.adapter().synchronise(LIBRARY, remove_others=False)
    assert outcome == IndexOutcome(uploaded=3, unchanged=0, removed=0)
    assert bench.ids() == ["cards", "returns", "sizes"]
    fields = {field["name"]: field for field in bench.service.definition("approved-content")["fields"]}
    assert set(ContentDocument.model_fields) | {"key", "audiences", "regions"} == set(fields)
    assert fields["content"]["analyzer"] == "en.microsoft"
    assert not fields["content"]["filterable"]


def test_what_is_there_is_not_uploaded_again_and_the_definition_left_alone(ready):
    """A second run reads keys only: it needs no right to definitions, and writes nothing."""
    outcome = ready.adapter().synchronise(LIBRARY, remove_others=False)
    assert outcome == IndexOutcome(uploaded=0, unchanged=3, removed=0)
    assert [call.operation for call in ready.server.calls] == [SEARCH]
    assert ready.bodies(SEARCH)[0]["select"] == "key,document_id"


def test_a_changed_document_is_another_entry(ready):
    """New text or a new expiry adds an entry, and both libraries go on finding their own."""
    changed = document("returns", "Returning a gift", "You can send a gift back within 60 days.")
    expiring = LIBRARY[1].model_copy(update={"expiry_date": date(2024, 5, 31)})
    adapter = ready.adapter()
    outcome = adapter.synchronise((changed, expiring, LIBRARY[2]), remove_others=False)
    assert (outcome.uploaded, outcome.unchanged) == (2, 1)
    assert ready.ids() == ["cards", "cards", "returns", "returns", "sizes"]
    query = SearchQuery(text="gift", as_of=TODAY)
    assert found(adapter.search((changed, expiring, LIBRARY[2]), query)) == ["returns"]
    assert set(found(adapter.search(LIBRARY, query))) == {"cards", "returns"}


def test_others_are_removed_only_when_asked(ready):
    """The command leaves exactly the given library in the index and brings the definition up to date."""
    adapter = ready.adapter()
    assert adapter.synchronise(LIBRARY[:1], remove_others=False).removed == 0
    outcome = adapter.synchronise(LIBRARY[:1], remove_others=True)
    assert outcome == IndexOutcome(uploaded=0, unchanged=1, removed=2)
    assert ready.ids() == ["returns"]
    assert ready.server.count(PUT) == 1


def test_many_documents_go_in_batches_and_are_read_in_pages(bench, monkeypatch):
    """Limits on actions, bytes and results hold at every step, and nothing is lost between pages."""
    monkeypatch.setattr(search_azure, "BATCH_ACTIONS", 10)
    monkeypatch.setattr(search_azure, "KEYS_AT_ONCE", 7)
    bench.service.page_size = 3
    documents = tuple(document(f"d{number:03}") for number in range(45))
    adapter = bench.adapter()
    assert adapter.synchronise(documents, remove_others=True).uploaded == 45
    assert [len(body["value"]) for body in bench.bodies(INDEX)] == [10, 10, 10, 10, 5]
    assert adapter.synchronise(documents, remove_others=False).unchanged == 45
    assert adapter.synchronise(documents[:2], remove_others=True).removed == 43
    assert bench.ids() == ["d000", "d001"]


def test_a_batch_is_no_larger_than_the_service_takes(bench, monkeypatch):
    """Long documents go in several requests, one too long for the bound in one of its own."""
    monkeypatch.setattr(search_azure, "BATCH_BYTES", 5_000)
    documents = [document(f"d{number}", content="word " * length) for number, length in enumerate((100, 700, 2000, 5))]
    assert bench.adapter().synchronise(documents, remove_others=False).uploaded == 4
    assert [len(body["value"]) for body in bench.bodies(INDEX)] == [2, 1, 1]


def test_nothing_to_index_is_nothing_to_do(bench):
    """An empty library asks nothing of the service."""
    assert bench.adapter().synchronise((), remove_others=False) == IndexOutcome(uploaded=0, unchanged=0, removed=0)
    assert bench.server.calls == []


def test_a_document_that_fails_for_a_moment_is_sent_again_alone(bench):
    """Of a batch that was taken in part, only what may pass yet goes again, after a wait."""
    bench.server.faults.add(INDEX, "partial_207", status=503, times=1)
    outcome = bench.adapter().synchronise(LIBRARY, remove_others=False)
    assert outcome == IndexOutcome(uploaded=3, unchanged=0, removed=0)
    assert [len(body["value"]) for body in bench.bodies(INDEX)] == [3, 2]
    assert bench.waits[0] > 0


@pytest.mark.parametrize(("status", "requests"), [(503, 3), (422, 3), (429, 3), (409, 3), (400, 1), (404, 1)])
def test_a_document_that_fails_for_good_is_reported_and_costs_no_other(bench, status, requests):
    """It is tried as often as limits say where that can help; its id and status are told, never the service's text."""
    bench.server.faults.add(INDEX, "partial_207", status=status, times=FOREVER, match='"document_id": "cards"')
    outcome = bench.adapter().synchronise(LIBRARY, remove_others=False)
    assert outcome.failed == {"cards": f"the service answered {status}"}
    assert outcome.uploaded == 2
    assert bench.ids() == ["returns", "sizes"]
    assert bench.server.count(INDEX) == requests


def test_a_document_that_the_index_does_not_fit_is_reported(ready, monkeypatch):
    """A field that the index does not have fails the document, not the run."""
    whole = search_azure._entry
    monkeypatch.setattr(
        search_azure, "_entry", lambda key, one: {**whole(key, one), **({"odd": 1} if one.document_id == "x" else {})}
    )
    outcome = ready.adapter().synchronise((document("x"), document("y")), remove_others=False)
    assert outcome.failed == {"x": "the service answered 400"}
    assert outcome.uploaded == 1


def test_an_entry_that_cannot_be_removed_is_reported(ready):
    """What the service does not let go of is told with the document it stood for."""
    ready.server.faults.add(INDEX, "partial_207", status=400, times=FOREVER)
    outcome = ready.adapter().synchronise(LIBRARY[:2], remove_others=True)
    assert outcome.removed == 0
    assert outcome.failed == {"sizes": "an entry was not removed: the service answered 400"}


def test_what_was_uploaded_is_waited_for():
    """Indexing takes a moment: the call returns when searches find everything."""
    with Bench(delay_visibility=4) as bench:
        adapter = bench.adapter(limits=LIMITS.model_copy(update={"attempt_seconds": 5}))
        adapter.synchronise(LIBRARY, remove_others=False)
        assert bench.waits == [0.0, 0.1, 0.2, 0.4, 0.8]
        assert set(found(adapter.search(LIBRARY, SearchQuery(text="gift")))) == {"cards", "returns"}


def test_what_is_never_found_is_given_up():
    """The wait ends within the limits, as a fault that may pass."""
    with Bench(delay_visibility=10_000) as bench, pytest.raises(ServiceUnavailable, match="cannot be found yet"):
        bench.adapter().synchronise(LIBRARY, remove_others=False)
    assert sum(bench.waits) <= LIMITS.worst_case_seconds / 2


def test_a_definition_that_an_index_cannot_be_brought_to_is_explained(bench):
    """Other dimensions need another index, and the message says so."""
    bench.adapter(embedder=Meanings()).synchronise(LIBRARY, remove_others=True)
    with pytest.raises(ServiceRefused, match="index_name"):
        bench.adapter().synchronise(LIBRARY, remove_others=True)


def test_a_definition_that_is_not_confirmed_is_refused(bench):
    """An answer that is no index definition does not count as one."""
    bench.server.faults.add(PUT, "wrong_schema")
    with pytest.raises(ServiceRefused, match="did not confirm"):
        bench.adapter().synchronise(LIBRARY, remove_others=True)


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_indexes_a_folder_and_says_what_became_of_it(bench, tmp_path):
    """Usable documents are uploaded, others named with their reason, and the counts come last."""
    (tmp_path / "a.md").write_text("---\ntitle: Gifts\napproval_date: 2024-01-01\n---\n\nA gift for you.\n")
    (tmp_path / "b.md").write_text("---\ntitle: Later\napproval_date: 2024-09-01\n---\n\nNot approved yet.\n")
    bench.adapter().synchronise(LIBRARY, remove_others=False)
    indexed = index(tmp_path, bench.adapter(), TODAY)
    assert indexed.outcome == IndexOutcome(uploaded=1, unchanged=0, removed=3)
    lines = list(summary(indexed))
    assert lines[0].startswith("left out: b: approval_date")
    assert lines[-1] == "azure_ai_search: 1 uploaded, 0 unchanged, 3 removed, 0 failed"
    assert bench.ids() == ["a"]


def test_the_command_names_each_document_that_failed(bench, tmp_path):
    """A document that the service does not take is in the summary by id and reason."""
    (tmp_path / "a.md").write_text("---\ntitle: Gifts\napproval_date: 2024-01-01\n---\n\nA gift for you.\n")
    bench.server.faults.add(INDEX, "partial_207", status=400, times=FOREVER)
    indexed = index(tmp_path, bench.adapter(), TODAY)
    assert indexed.outcome.failed == {"a": "the service answered 400"}
    assert "failed: a: the service answered 400" in list(summary(indexed))


def test_the_command_does_not_empty_an_index_by_mistake(ready, tmp_path):
    """Where no document may be used, nothing is removed."""
    (tmp_path / "a.md").write_text("---\ntitle: Later\napproval_date: 2024-09-01\n---\n\nNot approved yet.\n")
    with pytest.raises(InputError, match="left as it was"):
        index(tmp_path, ready.adapter(), TODAY)
    assert ready.server.calls == []


# --- searching --------------------------------------------------------------------------------------------------------


def test_a_search_asks_for_semantic_ranking_of_the_runs_documents(ready):
    """Boosts repeat words for retrieval only, and the ranker reads the query as it is."""
    answer = ready.adapter().search(LIBRARY, SearchQuery(text="gift cards", boosts={"cards": 2.0}, top_k=2))
    assert found(answer) == ["cards", "returns"]
    assert all(0 <= hit.score <= 4 for hit in answer.hits)
    assert (answer.provider, answer.notice) == ("azure_ai_search", "")
    [body] = ready.bodies(SEARCH)
    assert body["search"] == "gift cards cards"
    assert body["semanticQuery"] == "gift cards"
    assert (body["queryType"], body["semanticErrorHandling"], body["top"]) == ("semantic", "partial", 2)
    assert "vectorQueries" not in body


def test_without_a_semantic_configuration_words_alone_rank(bench):
    """An empty setting switches semantic ranking off in the index and in the queries."""
    adapter = bench.adapter(semantic_configuration="")
    adapter.synchronise(LIBRARY, remove_others=False)
    answer = adapter.search(LIBRARY, SearchQuery(text="gift cards"))
    assert found(answer) == ["cards", "returns"]
    assert answer.notice == ""
    assert not [name for name in bench.bodies(SEARCH)[-1] if name.startswith("semantic")]


def test_with_an_embedder_documents_are_found_by_meaning(bench):
    """Words and vectors are asked for together, and only what is uploaded is embedded."""
    wool = document("wool", "Washing wool", "Hand wash woollen things.")
    meanings = Meanings()
    adapter = bench.adapter(embedder=meanings)
    adapter.synchronise((*LIBRARY, wool), remove_others=False)
    adapter.synchronise((*LIBRARY, wool, document("new")), remove_others=False)
    assert [len(texts) for texts in meanings.texts] == [4, 1]
    answer = adapter.search((*LIBRARY, wool), SearchQuery(text="from sheep", top_k=1))
    assert found(answer) == ["wool"]
    [query] = bench.bodies(SEARCH)[-1]["vectorQueries"]
    assert (query["kind"], query["k"], query["fields"], len(query["vector"])) == ("vector", 1, "content_vector", 3)


def test_embeddings_are_metered_inside_the_search(bench):
    """Tokens and cost of vectors are their own call, beside the search's requests on the wire."""
    adapter = bench.adapter(embedder=Meanings())
    adapter.synchronise(LIBRARY, remove_others=False)
    with recorded_calls() as calls, metered("search"):
        adapter.search(LIBRARY, SearchQuery(text="gift"))
    assert [(call.service, call.prompt_tokens, call.attempts) for call in calls] == [
        ("embeddings", 10, 0),
        ("search", 0, 1),
    ]
    assert calls[0].cost_usd == pytest.approx(10 * 2.0 / 1_000_000)


def test_an_embedder_behind_the_same_gate_is_not_waited_for_forever(bench):
    """With one call at a time, vectors are fetched before the search's own call, not within it."""
    gate = ServiceGate(LIMITS.model_copy(update={"concurrent_calls": 1}))

    class Gated(Meanings):
        def embed(self, texts):
            return gate.ask("embeddings", lambda: Meanings().embed(texts), lambda _what, fault: fault)

    config = AzureSearchConfig(endpoint=bench.server.url)
    adapter = AzureSearch(config, AzureKeyCredential(KEY), gate, embedder=Gated(), dimensions=3, embedding_price=0.0)
    bench.adapters.append(adapter)
    assert adapter.synchronise(LIBRARY, remove_others=True).uploaded == 3
    assert found(adapter.search(LIBRARY, SearchQuery(text="gift cards", top_k=1))) == ["cards"]


@pytest.mark.parametrize("vectors", [[], [[1.0, 2.0]], [[1.0, 2.0, 3.0]] * 2])
def test_vectors_that_do_not_fit_are_refused(ready, vectors):
    """Too few, too many or too short: nothing is searched with a vector that is not the text's."""

    class Broken:
        def embed(self, texts):
            return Embeddings(vectors, 1)

    with pytest.raises(ServiceRefused, match="one vector of 3 numbers"):
        ready.adapter(embedder=Broken()).search(LIBRARY, SearchQuery(text="gift"))
    assert ready.server.count(SEARCH) == 0


def test_long_documents_are_embedded_by_their_start(bench):
    """A text is cut to what a model takes, never within a character."""
    meanings = Meanings()
    bench.adapter(embedder=meanings).synchronise([document("long", content="ö" * 9_000)], remove_others=False)
    [[text]] = meanings.texts
    assert len(text.encode()) <= search_azure.EMBEDDED_BYTES
    assert text.endswith("öö")


def test_only_what_fits_day_region_and_audience_is_found(bench):
    """The lifecycle, the region and the audiences are filtered by the service, in folded form."""
    documents = [
        document("plain"),
        document("not-approved", approval_date=date(2024, 6, 2)),
        document("not-yet", effective_date=date(2024, 6, 2)),
        document("last-day", expiry_date=TODAY, effective_date=TODAY),
        document("expired", expiry_date=date(2024, 5, 31)),
        document("here", region="UK, Ireland"),
        document("elsewhere", region="US"),
        document("loyal", audience="loyal customers; High Value"),
        document("everyone", audience="All Customers"),
        document("others", audience="At-Risk"),
    ]
    adapter = bench.adapter()
    adapter.synchronise(documents, remove_others=False)
    query = SearchQuery(text="gift", as_of=TODAY, region="ireland", audiences=("High-Value", "All"), top_k=50)
    assert set(found(adapter.search(documents, query))) == {"plain", "last-day", "here", "loyal", "everyone"}
    conditions = bench.bodies(SEARCH)[-1]["filter"]
    assert "approval_date le 2024-06-01T00:00:00Z" in conditions
    assert "expiry_date eq null or expiry_date ge 2024-06-01T00:00:00Z" in conditions
    assert len(found(adapter.search(documents, SearchQuery(text="gift", top_k=50)))) == len(documents)


def test_the_filter_alone_keeps_out_what_does_not_fit(bench):
    """The service gives nothing else back even to a client that trusts it: the conditions are right by themselves."""
    documents = [document("fits"), document("expired", expiry_date=date(2024, 5, 31)), document("us", region="US")]
    adapter = bench.adapter()
    adapter.synchronise(documents, remove_others=False)
    adapter.search(documents, SearchQuery(text="gift", as_of=TODAY, region="EU"))
    with SearchClient(bench.server.url, "approved-content", AzureKeyCredential(KEY)) as client:
        results = list(client.search("*", filter=bench.bodies(SEARCH)[-1]["filter"], select=["document_id"]))
    assert [result["document_id"] for result in results] == ["fits"]


def test_where_nothing_fits_the_answer_says_so_without_asking(ready):
    """No document for the region, or no word to look for, is an answer with its reason."""
    adapter = ready.adapter()
    documents = [document("us", region="US")]
    assert "no document fits" in adapter.search(documents, SearchQuery(text="gift", region="EU")).notice
    assert "no document fits" in adapter.search((), SearchQuery(text="gift")).notice
    assert "no words" in adapter.search(LIBRARY, SearchQuery(text=' "-" (*) ')).notice
    assert ready.server.calls == []


def test_where_no_word_matches_the_answer_says_so(ready):
    """Nothing found is not nothing said."""
    answer = ready.adapter().search(LIBRARY, SearchQuery(text="submarine"))
    assert answer.hits == ()
    assert "shares a word" in answer.notice


HOSTILE = [
    "O'Brien",
    "'' or 1 eq 1 or ''",
    "a|b,c;d",
    "x' or document_id ne '",
    "search.in(key, '*')",
    '{"json": [1]}',
    "退货\u2028\u202e🎁",
    "%27%20or%20true",
    "null",
    "all",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_values_never_filter_syntax(bench, name):
    """Ids, regions and audiences with quotes, delimiters and any script find exactly their own documents."""
    own = document(name, region=name, audience=name)
    documents = [own, document("other", region="Elsewhere", audience="Somebody Else")]
    adapter = bench.adapter()
    assert adapter.synchronise(documents, remove_others=False).failed == {}
    query = SearchQuery(text="gift", region=name, audiences=(name,), as_of=TODAY)
    assert found(adapter.search(documents, query)) == [name]
    assert adapter.synchronise(documents, remove_others=True).unchanged == 2


@pytest.mark.parametrize(
    "text",
    [
        "gift -cards",
        '"gift',
        "gift* ~2",
        "title:gift^9 && (",
        "gift | sizes)",
        "gift\\",
        "gift " * 5_000,
        "gift \u0000\u2028",
    ],
)
def test_words_are_never_query_syntax(ready, text):
    """Operators, quotes and endless queries are words to look for, or nothing."""
    assert "returns" in found(ready.adapter().search(LIBRARY, SearchQuery(text=text, boosts={text[:60]: 1e9})))
    [body] = ready.bodies(SEARCH)
    assert not set(body["search"]) & set('"*()~^:|\\')
    assert len(body["search"].split()) <= search_azure.MAX_WORDS


def test_many_threads_ask_at_once(ready):
    """Answers do not mix."""
    adapter = ready.adapter()
    queries = [SearchQuery(text=text) for text in ("gift cards", "chest size", "send back")] * 6
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda query: adapter.search(LIBRARY, query), queries))
    assert together == [adapter.search(LIBRARY, query) for query in queries]


# --- answers that are not what they should be -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("partial_semantic", "capacityOverloaded"),
        ("no_reranker", "no reason given"),
        ("some_reranked", "no reason given"),
    ],
)
def test_without_the_rankers_scores_the_search_score_ranks_and_the_answer_says_so(ready, kind, reason):
    """Partial semantic results are results, ranked alike throughout, with a notice."""
    ready.server.faults.add(SEARCH, kind)
    answer = ready.adapter().search(LIBRARY, SearchQuery(text="gift cards"))
    assert found(answer) == ["cards", "returns"]
    assert answer.notice == f"semantic ranking was partial ({reason})"


def test_a_result_that_was_not_asked_about_is_left_out(ready):
    """A stale or unknown entry never becomes a hit, even as the service's best."""
    ready.server.faults.add(SEARCH, "stale_hit")
    answer = ready.adapter().search(LIBRARY, SearchQuery(text="gift cards"))
    assert found(answer) == ["cards", "returns"]
    assert "1 results were left out" in answer.notice


def test_results_in_another_order_are_put_right(ready):
    """The scores decide, not the order of the answer."""
    adapter = ready.adapter()
    expected = adapter.search(LIBRARY, SearchQuery(text="gift cards"))
    ready.server.faults.add(SEARCH, "shuffled")
    assert adapter.search(LIBRARY, SearchQuery(text="gift cards")) == expected


@pytest.mark.parametrize("kind", ["text_scores", "negative_scores", "nan_scores", "null_scores", "bare_results"])
def test_results_that_are_malformed_are_refused(ready, kind):
    """Without its fields or a score from 0 on, a result is no result, and neither are those beside it."""
    ready.server.faults.add(SEARCH, kind)
    with pytest.raises(ServiceRefused):
        ready.adapter().search(LIBRARY, SearchQuery(text="gift"))
    assert ready.server.count(SEARCH) == 1


def test_a_missing_index_is_named_as_such(bench):
    """The message says what creates it."""
    with pytest.raises(ServiceRefused, match="python -m local index"):
        bench.adapter().search(LIBRARY, SearchQuery(text="gift"))


# --- a wire that fails ------------------------------------------------------------------------------------------------

LASTING = [
    ("status", {"status": 429}, ServiceUnavailable, "429", 3),
    ("status", {"status": 429, "retry_after": 30}, ServiceUnavailable, "429", 1),
    ("status", {"status": 500}, ServiceUnavailable, "500", 3),
    ("status", {"status": 503}, ServiceUnavailable, "503", 3),
    ("status", {"status": 403}, ServiceRefused, "403", 1),
    ("status", {"status": 400}, ServiceRefused, "400", 1),
    ("hang", {"seconds": 1}, ServiceUnavailable, "could not be reached", 3),
    ("reset", {}, ServiceUnavailable, "could not be reached", 3),
    ("invalid_json", {}, ServiceRefused, "not valid JSON", 1),
    ("wrong_schema", {}, ServiceRefused, "not of the expected form", 1),
]
CALLS = [
    (SEARCH, lambda adapter: adapter.search(LIBRARY, SearchQuery(text="gift"))),
    (INDEX, lambda adapter: adapter.synchronise((document("new"),), remove_others=False)),
]


@pytest.mark.parametrize(("operation", "call"), CALLS, ids=["search", "index"])
@pytest.mark.parametrize("lasting", LASTING, ids=lambda lasting: f"{lasting[0]}-{lasting[1]}")
def test_a_fault_that_lasts_ends_in_our_own_error(ready, operation, call, lasting):
    """Each fault has one outcome and a known number of requests; a longer wait than limits allow is not waited for."""
    kind, details, fault, told, requests = lasting
    ready.server.faults.add(operation, kind, times=FOREVER, **details)
    with pytest.raises(fault, match=told) as raised:
        call(ready.adapter())
    assert raised.value.transient is (fault is ServiceUnavailable)
    assert ready.server.count(operation) == requests
    assert str(raised.value).count(ready.server.url) == 0


@pytest.mark.parametrize(("operation", "call"), CALLS, ids=["search", "index"])
@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("status", {"status": 429, "retry_after": 0.1}),
        ("status", {"status": 503}),
        ("reset", {}),
        ("hang", {"seconds": 1}),
    ],
)
def test_a_fault_that_passes_is_not_seen(ready, operation, call, kind, details):
    """One more request, and everything is as it should be."""
    adapter = ready.adapter()
    expected = found(adapter.search(LIBRARY, SearchQuery(text="gift")))
    ready.server.calls.clear()
    ready.server.faults.add(operation, kind, **details)
    result = call(adapter)
    assert (result.uploaded == 1) if operation == INDEX else (found(result) == expected)
    assert ready.server.count(operation) == 2


@pytest.mark.parametrize(("operation", "call"), CALLS, ids=["search", "index"])
def test_an_answer_that_drips_in_is_cut_off(ready, operation, call):
    """Bytes that keep coming do not hold a call beyond its worst case."""
    limits = LIMITS.model_copy(update={"attempts": 1})
    ready.server.faults.add(operation, "slow_body", seconds=0.1, times=FOREVER)
    with pytest.raises(ServiceUnavailable, match="no whole answer within"):
        call(ready.adapter(limits=limits))
    assert ready.server.count(operation) == 1


@pytest.mark.parametrize("kind", ["invalid_json", "wrong_schema"])
def test_an_answer_that_cannot_be_read_never_makes_a_document_uploaded(ready, kind):
    """Where the service's word is not understood, the call fails; asked again, it finishes the work."""
    ready.server.faults.add(INDEX, kind)
    adapter = ready.adapter()
    with pytest.raises(ServiceRefused):
        adapter.synchronise((document("new"),), remove_others=False)
    assert adapter.synchronise((document("new"),), remove_others=False).uploaded == 1


def test_a_wrong_key_is_refused_and_never_shown(bench, caplog):
    """The key is in no error, no log line and no repr."""
    caplog.set_level(logging.DEBUG)
    wrong = "wrong-key-that-nobody-must-see"
    adapter = bench.adapter(key=wrong)
    with pytest.raises(ServiceRefused, match="403") as raised:
        adapter.synchronise(LIBRARY, remove_others=True)
    with pytest.raises(ServiceRefused):
        adapter.search(LIBRARY, SearchQuery(text="gift"))
    told = caplog.text + str(raised.value) + repr(raised.value) + repr(adapter) + repr(vars(adapter))
    assert wrong not in told


# --- the emulated service itself --------------------------------------------------------------------------------------


def status_of(call):
    with pytest.raises(HttpResponseError) as raised:
        call()
    return raised.value.status_code


def test_the_emulated_service_refuses_what_the_service_refuses(ready):
    """Bad filters, unknown fields, configurations and vectors that do not fit are 400; a wrong key is 403."""
    key = AzureKeyCredential(KEY)
    with SearchClient(ready.server.url, "approved-content", key) as client:
        for wrong in (
            {"filter": "title eq 'not filterable'"},
            {"filter": "key eq 'open"},
            {"select": ["unknown"]},
            {"order_by": ["title asc"]},
            {"skip": 100_001},
            {"query_type": "semantic", "semantic_configuration_name": "unknown"},
            {"semantic_query": "gift"},
            {"vector_queries": [VectorizedQuery(vector=[1.0], k_nearest_neighbors=1, fields="content_vector")]},
        ):
            assert status_of(lambda wrong=wrong: list(client.search("gift", **wrong))) == 400
        assert status_of(lambda: client.upload_documents([{"key": "a"}] * 1001)) == 400
    with SearchClient(ready.server.url, "approved-content", AzureKeyCredential("another")) as client:
        assert status_of(client.get_document_count) == 403


@pytest.mark.parametrize(
    "entry",
    [
        {"key": "_leading-underscore"},
        {"key": "with space"},
        {"key": "a", "unknown": 1},
        {"key": "a", "approval_date": "2024-01-01"},
        {"key": "a", "keywords": "no list"},
        {"key": "a", "region": "x" * 40_000},
        {"title": "without a key"},
    ],
)
def test_the_emulated_service_fails_documents_one_by_one(ready, entry):
    """What does not fit the definition is 400 in a 207; the document beside it is taken."""
    with SearchClient(ready.server.url, "approved-content", AzureKeyCredential(KEY)) as client:
        results = client.upload_documents([entry, {"key": "fine"}])
    assert [(result.succeeded, result.status_code) for result in results] == [(False, 400), (True, 201)]


def test_the_emulated_service_counts_pages_captions_and_deletes(ready):
    """The other routes and parameters that the SDK knows answer as the service does."""
    key = AzureKeyCredential(KEY)
    ready.service.page_size = 2
    with SearchClient(ready.server.url, "approved-content", key) as client:
        assert client.get_document_count() == 3
        results = client.search("*", include_total_count=True, order_by=["key desc"], top=3)
        assert results.get_count() == 3
        keys = [result["key"] for result in results]
        assert keys == sorted(keys, reverse=True)
        assert len(keys) == 3
        [best, *_] = client.search(
            "gift cards", query_type="semantic", semantic_configuration_name="default", query_caption="extractive"
        )
        assert "Gift cards" in best["@search.captions"][0].text
    with SearchIndexClient(ready.server.url, key) as client:
        assert client.get_index("approved-content").name == "approved-content"
        client.delete_index("approved-content")
        assert status_of(lambda: client.get_index("approved-content")) == 404


def test_vectors_for_an_index_without_them_fail_by_document(ready):
    """Embeddings that are switched on later need the index's definition brought up to date: the command does that."""
    adapter = ready.adapter(embedder=Meanings())
    outcome = adapter.synchronise(LIBRARY, remove_others=False)
    assert set(outcome.failed) == {"cards", "returns", "sizes"}
    with pytest.raises(ServiceRefused, match="400"):
        adapter.search(LIBRARY, SearchQuery(text="gift"))
    assert adapter.synchronise(LIBRARY, remove_others=True) == IndexOutcome(uploaded=3, unchanged=0, removed=3)
    assert found(adapter.search(LIBRARY, SearchQuery(text="gift cards", top_k=1))) == ["cards"]
