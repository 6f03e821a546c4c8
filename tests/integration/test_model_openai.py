"""The chat model and the embeddings through the real SDK: right answers, wrong ones and none, over all three kinds."""

import json
import logging
import math
import re
import time
import traceback
from datetime import date
from email.utils import formatdate

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from local.emulators.chat import MODEL, EmulatedModel
from local.emulators.wire import FOREVER, EmulatorServer, Operation, Reply
from shared.adapters.identity import COGNITIVE_SERVICES_SCOPE
from shared.adapters.model_openai import (
    LARGEST_BATCH,
    LONGEST_TEXT_BYTES,
    OpenAIEmbedder,
    OpenAIModel,
    openai_client,
)
from shared.adapters.service_calls import ServiceGate
from shared.contracts import (
    Draft,
    EarlierDraft,
    Finding,
    ModelParameters,
    ModelRequest,
    Passage,
    Segment,
    SegmentFeatures,
)
from shared.domain.messages import parse_message
from shared.domain.prompts import fence_passages
from shared.errors import ConfigError, ServiceRefused, ServiceUnavailable
from shared.run_config import AzureOpenAIConfig, MessageLimits, ServiceLimits
from shared.telemetry import metered, recorded_calls

pytestmark = pytest.mark.integration

KEY = "k3y-that-must-not-be-told"
TOKEN = "t0ken-that-must-not-be-told"
SECRET_TEXT = "w0rds-of-a-prompt"
KINDS = ("azure", "v1", "compatible")
LIMITS = ServiceLimits(attempts=3, attempt_seconds=2, connect_seconds=1, longest_wait_seconds=0.3)
QUICK = ServiceLimits(attempts=2, attempt_seconds=0.3, connect_seconds=0.3, longest_wait_seconds=0.1)
SYSTEM = "You write one e-mail from approved content. " + "What always holds stands here. " * 160
TEXTS = {
    "Drover Bell Tent": (
        "The Drover is a bell tent of heavy cotton canvas. Four adults sleep in it in comfort. It stands on a single "
        "steel pole, and the floor is sewn to the walls."
    ),
    "Easy Returns, Home and Abroad": (
        "Anything unused can come back within sixty days. The label is in the box. A refund reaches the card it was "
        "paid from."
    ),
    "Repair Service": (
        "Our workshop mends what we sell. Seams, zips and handles are mended by hand. Most repairs are back with their "
        "owners within three weeks."
    ),
}
PASSAGES = tuple(
    Passage(
        document_id=f"doc-{number}",
        version="0" * 64,
        title=title,
        category="Product",
        section="Details",
        snippet=snippet,
        relevance_score=1.0,
        paragraph_index=0,
    )
    for number, (title, snippet) in enumerate(TEXTS.items())
)
SEGMENT = Segment(
    segment_id="standard",
    name="Standard",
    size=100,
    share=1.0,
    features=SegmentFeatures(
        avg_purchase_frequency=4, avg_order_value=80, avg_last_engagement_days=30, engagement_score=0.6
    ),
)


def a_request(name="Standard", tone="informational", earlier=None, temperature=0.7):
    return ModelRequest(
        system=SYSTEM,
        user=f"TONE: {tone}\nCUSTOMER SEGMENT: {name}\n{fence_passages(PASSAGES)}",
        parameters=ModelParameters(max_tokens=1000, temperature=temperature, top_p=0.9),
        earlier=earlier,
        segment=SEGMENT,
        tone=tone,
        passages=PASSAGES,
        limits=MessageLimits(),
        signature="Us",
        seed="seed",
        as_of=date(2026, 9, 1),
    )


@pytest.fixture
def server():
    with EmulatorServer(EmulatedModel().operations()) as running:
        yield running


def a_config(url, kind="azure", **settings):
    endpoint = f"{url}/v1" if kind == "compatible" else url
    return AzureOpenAIConfig(
        kind=kind, endpoint=endpoint, embedding_deployment="embed", embedding_dimensions=16, **settings
    )


def a_model(url, kind="azure", limits=LIMITS, key=KEY, credential=None, **settings):
    config = a_config(url, kind, **settings)
    return OpenAIModel(openai_client(config, limits, api_key=key, credential=credential), config, ServiceGate(limits))


def an_embedder(url, kind="azure", limits=LIMITS):
    config = a_config(url, kind)
    return OpenAIEmbedder(openai_client(config, limits, api_key=KEY), config, ServiceGate(limits))


def answering(reply, path="/v1/chat/completions"):
    """A server that gives this one reply to everything; a list is gone through, its last kept."""
    replies = list(reply) if isinstance(reply, list) else [reply]

    def answer(_call, _fault):
        return replies.pop(0) if len(replies) > 1 else replies[0]

    return EmulatorServer([Operation("chat", "POST", path, answer)])


def a_body(**changes):
    """A chat completion as it should be, with some top-level fields changed; None removes one."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Subject: A"}}
    usage = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}
    body = {"id": "1", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage, **changes}
    return {name: value for name, value in body.items() if value is not None}


def a_choice(**changes):
    message = {"role": "assistant", "content": "Subject: A", **changes.pop("message", {})}
    return {"index": 0, "finish_reason": "stop", "message": message, **changes}


class Credential:
    """Gives one token for one scope."""

    def get_token(self, *scopes, **_options):
        assert scopes == (COGNITIVE_SERVICES_SCOPE,)
        return AccessToken(TOKEN, int(time.time()) + 3600)


# --- what is asked, and the answer as it should be --------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("structured", [True, False])
def test_a_message_comes_back_in_the_form_that_was_asked_for(server, kind, structured):
    """A draft as JSON with its claims, or the text format, with the tokens that were counted."""
    model = a_model(server.url, kind, structured_output=structured)
    answer = model.write(a_request())
    assert (answer.finish_reason, answer.detail, answer.model) == ("stop", "", MODEL)
    assert answer.provider == ("openai_compatible" if kind == "compatible" else "azure_openai") == model.provider
    assert answer.prompt_tokens > 1024
    assert answer.completion_tokens > 100
    if structured:
        draft = Draft.model_validate_json(answer.text)
        assert answer.format == "json"
        assert 2 <= len(draft.claims) <= 3
        assert all(claim.statement in draft.body and claim.citation in draft.body for claim in draft.claims)
    else:
        assert answer.format == "text"
        assert parse_message(answer.text).body.count("[Source: ") >= 2


@pytest.mark.parametrize(
    ("kind", "path", "limit"),
    [
        ("azure", "/openai/deployments/writer%2Fone/chat/completions", "max_completion_tokens"),
        ("v1", "/openai/v1/chat/completions", "max_completion_tokens"),
        ("compatible", "/v1/chat/completions", "max_tokens"),
    ],
)
def test_each_kind_is_asked_at_its_address(server, kind, path, limit):
    """With the deployment's name, the parameters that were given and a strict schema."""
    a_model(server.url, kind, deployment_name="writer/one").write(a_request(temperature=None))
    [call] = server.calls
    assert call.path == path.replace("%2F", "/")
    assert dict(call.query) == ({"api-version": "2025-11-01-preview"} if kind == "azure" else {})
    assert call.body["model"] == "writer/one"
    assert call.body.keys() == {"model", "messages", limit, "top_p", "response_format"}
    assert (call.body[limit], call.body["top_p"]) == (1000, 0.9)
    schema = call.body["response_format"]["json_schema"]
    assert (schema["name"], schema["strict"]) == ("email_draft", True)


def test_text_is_asked_for_without_a_schema(server):
    """A deployment without structured output is not told of one."""
    a_model(server.url, structured_output=False).write(a_request())
    assert "response_format" not in server.calls[0].body


def test_the_fixed_part_comes_first_and_is_cached(server):
    """The system text is the first message, the same for every segment, and is not paid in full again."""
    model = a_model(server.url)
    answers = [model.write(a_request(name)) for name in ("Standard", "At-Risk", "New Customer")]
    first = [call.body["messages"][0] for call in server.calls]
    assert first == [{"role": "system", "content": SYSTEM}] * 3
    assert [call.body["messages"][1]["role"] for call in server.calls] == ["user"] * 3
    assert [answer.cached_tokens for answer in answers] == [0, 1152, 1152]
    assert all(answer.cached_tokens <= answer.prompt_tokens for answer in answers)


def test_a_repair_shows_the_first_draft_and_what_was_wrong(server):
    """After the question come the model's own words and the findings; the second answer keeps the rules."""
    server.faults.add("chat", "no_citations")
    model = a_model(server.url, structured_output=False)
    first = model.write(a_request())
    assert "[Source" not in first.text
    finding = Finding(check="citation", detail="0 distinct citations, at least 2 are needed")
    second = model.write(a_request(earlier=EarlierDraft(text=first.text, findings=(finding,))))
    assert second.text.count("[Source: ") >= 2
    question = server.calls[1].body["messages"]
    assert [message["role"] for message in question] == ["system", "user", "assistant", "user"]
    assert question[2]["content"] == first.text
    assert finding.detail in question[3]["content"]


# --- what a model does instead of writing -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fault", "reason", "detail"),
    [
        ("refusal", "refusal", "the model declined to write this message"),
        ("content_filter_prompt", "content_filter", "prompt: jailbreak"),
        ("content_filter_output", "content_filter", "answer: violence"),
        ("truncated", "length", "cut off at 1000 tokens"),
    ],
)
def test_what_is_not_a_message_is_an_answer_with_its_reason(server, kind, fault, reason, detail):
    """One request, and words that are safe to show."""
    server.faults.add("chat", fault, times=FOREVER)
    answer = a_model(server.url, kind).write(a_request())
    assert (answer.finish_reason, answer.detail) == (reason, detail)
    assert server.count("chat") == 1
    assert bool(answer.text) == (fault == "truncated")


def test_an_answer_longer_than_allowed_is_cut_off(server):
    """The limit is the service's to keep."""
    request = a_request().model_copy(update={"parameters": ModelParameters(max_tokens=20, temperature=1, top_p=1)})
    answer = a_model(server.url).write(request)
    assert (answer.finish_reason, len(answer.text), answer.completion_tokens) == ("length", 80, 20)


@pytest.mark.parametrize("fault", ["empty_content", "tool_call", "no_usage", "wrong_schema", "invalid_json"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_is_not_understood_is_refused(server, kind, fault):
    """Once, with the field that is wrong and none of its text; only a compatible server may leave out its count."""
    server.faults.add("chat", fault, times=FOREVER)
    model = a_model(server.url, kind)
    if (kind, fault) == ("compatible", "no_usage"):
        answer = model.write(a_request())
        assert (answer.finish_reason, answer.prompt_tokens, answer.completion_tokens) == ("stop", 0, 0)
    else:
        with pytest.raises(ServiceRefused, match=r"^generation: the answer is not "):
            model.write(a_request())
    assert server.count("chat") == 1


@pytest.mark.parametrize("fault", ["not_json", "wrong_draft"])
def test_what_a_draft_holds_is_left_to_its_reader(server, fault):
    """The text comes back as it is, marked as JSON."""
    server.faults.add("chat", fault)
    answer = a_model(server.url).write(a_request())
    assert (answer.finish_reason, answer.format) == ("stop", "json")
    assert "e-mail" in answer.text or "headline" in answer.text


USAGE = {"prompt_tokens": 10, "completion_tokens": 2}
MALFORMED = {
    "a list": [],
    "a text": "words",
    "nothing": None,
    "no choices": a_body(choices=[]),
    "two choices": a_body(choices=[a_choice(), a_choice()]),
    "choices as an object": a_body(choices={"0": a_choice()}),
    "a choice as a text": a_body(choices=["stop"]),
    "no message": a_body(choices=[{"index": 0, "finish_reason": "stop"}]),
    "a message as a text": a_body(choices=[{"index": 0, "finish_reason": "stop", "message": "hello"}]),
    "no finish reason": a_body(choices=[a_choice(finish_reason=None)]),
    "an unknown finish reason": a_body(choices=[a_choice(finish_reason=SECRET_TEXT)]),
    "a function call": a_body(choices=[a_choice(message={"function_call": {"name": "send"}})]),
    "content in parts": a_body(choices=[a_choice(message={"content": [{"type": "text", "text": "hello"}]})]),
    "content as a number": a_body(choices=[a_choice(message={"content": 5})]),
    "blank content": a_body(choices=[a_choice(message={"content": " \n"})]),
    "no content": a_body(choices=[a_choice(message={"content": None})]),
    "half a character": a_body(choices=[a_choice(message={"content": f"{SECRET_TEXT} \ud83e"})]),
    "a refusal as an object": a_body(choices=[a_choice(message={"refusal": {"text": "no"}})]),
    "no model": a_body(model=None),
    "a model as a number": a_body(model=4),
    "an empty model": a_body(model=" "),
    "usage as a number": a_body(usage=12),
    "usage without a count": a_body(usage={"prompt_tokens": 10}),
    "a count as a text": a_body(usage={**USAGE, "prompt_tokens": "10"}),
    "a count as a fraction": a_body(usage={**USAGE, "completion_tokens": 2.5}),
    "a count as a truth": a_body(usage={**USAGE, "completion_tokens": True}),
    "a negative count": a_body(usage={**USAGE, "completion_tokens": -2}),
    "details as a list": a_body(usage={**USAGE, "prompt_tokens_details": [1]}),
    "more cached than asked": a_body(usage={**USAGE, "prompt_tokens_details": {"cached_tokens": 11}}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_every_field_of_an_answer_is_checked(name):
    """Whatever the SDK makes of it, an answer of another form is refused in words of ours."""
    with answering(Reply(MALFORMED[name])) as server, pytest.raises(ServiceRefused) as told:
        a_model(server.url, "compatible").write(a_request())
    assert str(told.value).startswith("generation: the answer is not ")
    assert SECRET_TEXT not in str(told.value)


@pytest.mark.parametrize(
    ("choice", "reason", "detail"),
    [
        ({"content_filter_results": {"sexual": {"filtered": True}}}, "content_filter", "answer: sexual"),
        ({"finish_reason": "content_filter"}, "content_filter", "answer: the service named no category"),
        (
            {"content_filter_results": {SECRET_TEXT: {"filtered": True}, "hate": {"filtered": True}}},
            "content_filter",
            "answer: another category, hate",
        ),
        ({"content_filter_results": {"hate": {"filtered": False}}}, "stop", ""),
        ({"content_filter_results": ["hate"]}, "stop", ""),
        ({"message": {"refusal": SECRET_TEXT}}, "refusal", "the model declined to write this message"),
        ({"message": {"refusal": ""}}, "stop", ""),
        ({"finish_reason": "length", "message": {"content": None}}, "length", "cut off at 1000 tokens"),
    ],
)
def test_how_an_answer_ended_is_told_without_its_text(choice, reason, detail):
    """A filter that stopped a category counts even where the answer says that it ended well."""
    with answering(Reply(a_body(choices=[a_choice(**choice)]))) as server:
        answer = a_model(server.url, "compatible").write(a_request())
    assert (answer.finish_reason, answer.detail) == (reason, detail)


@pytest.mark.parametrize(
    "error",
    [
        {},
        {"innererror": None},
        {"innererror": "text"},
        {"innererror": {"content_filter_result": [1]}},
        {"innererror": {"content_filter_result": {"hate": True}}},
    ],
)
def test_a_filtered_prompt_without_its_categories_is_still_one(error):
    """The reason is the code alone; a bad request with any other code is a fault."""
    body = {"error": {"code": "content_filter", "message": SECRET_TEXT, **error}}
    with answering([Reply(body, 400), Reply({"error": {"code": "other", "message": SECRET_TEXT}}, 400)]) as server:
        model = a_model(server.url, "compatible", deployment_name="d" * 150)
        answer = model.write(a_request())
        assert (answer.finish_reason, answer.detail) == ("content_filter", "prompt: the service named no category")
        assert len(answer.model) == 100
        with pytest.raises(ServiceRefused, match=r"^generation: the service answered 400 other$"):
            model.write(a_request())


def test_a_name_of_a_model_is_one_short_line():
    """It goes into reports, so it holds no line break and at most 100 characters."""
    with answering(Reply(a_body(model="gpt\n\x1b[31m" + "x" * 200))) as server:
        answer = a_model(server.url, "compatible").write(a_request())
    assert answer.model.startswith("gpt [31mxxx")
    assert len(answer.model) == 100


# --- the wire ---------------------------------------------------------------------------------------------------------


def attempts_of(call):
    """What ``call`` raised or gave, and the attempts that the meter counted."""
    with recorded_calls() as calls:
        try:
            with metered("generation"):
                outcome = call()
        except (ServiceRefused, ServiceUnavailable) as fault:
            outcome = fault
    return outcome, calls[0].attempts


@pytest.mark.parametrize("kind", KINDS)
def test_a_wait_that_is_asked_for_is_kept(server, kind):
    """429 with Retry-After: the next try comes no sooner, it succeeds, and both tries are counted."""
    server.faults.add("chat", "status", status=429, retry_after=0.25)
    started = time.monotonic()
    answer, attempts = attempts_of(lambda: a_model(server.url, kind).write(a_request()))
    assert time.monotonic() - started >= 0.25
    assert (answer.finish_reason, attempts, server.count("chat")) == ("stop", 2, 2)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_fault_that_may_pass_is_tried_again(server, status):
    """Until the tries are spent; then the service counts as unavailable."""
    server.faults.add("chat", "status", status=status, times=FOREVER)
    outcome, attempts = attempts_of(lambda: a_model(server.url).write(a_request()))
    assert isinstance(outcome, ServiceUnavailable)
    assert str(outcome).startswith(f"generation: the service answered {status}")
    assert attempts == server.count("chat") == LIMITS.attempts


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 501])
def test_a_fault_that_will_not_pass_is_not_tried_again(server, status):
    """One request, and a refusal with the status."""
    server.faults.add("chat", "status", status=status, times=FOREVER)
    outcome, attempts = attempts_of(lambda: a_model(server.url).write(a_request()))
    assert isinstance(outcome, ServiceRefused)
    assert str(outcome).startswith(f"generation: the service answered {status}")
    assert attempts == server.count("chat") == 1


HOUR = 3600


@pytest.mark.parametrize(
    ("headers", "requests"),
    [
        ({"Retry-After": "1"}, 1),
        ({"Retry-After": "1e9"}, 1),
        ({"Retry-After": "inf"}, 1),
        ({"retry-after-ms": "900", "Retry-After": "0"}, 1),
        ({"Retry-After": formatdate(HOUR, usegmt=True), "Date": formatdate(0, usegmt=True)}, 1),
        ({"Retry-After": formatdate(0, usegmt=True), "Date": formatdate(HOUR, usegmt=True)}, 2),
        ({"Retry-After": formatdate(HOUR, usegmt=True), "Date": formatdate(HOUR, usegmt=True)}, 2),
        ({"Retry-After": "soon"}, 2),
        ({"Retry-After": "nan"}, 2),
        ({"Retry-After": "-5"}, 2),
        ({"Retry-After": "Thu, 99 Foo 0000"}, 2),
        ({"retry-after-ms": "20", "Retry-After": "60"}, 2),
        ({"x-should-retry": "false"}, 2),
    ],
)
def test_a_service_that_asks_for_too_long_a_wait_is_given_up(headers, requests):
    """At once, in whatever form it asks; a wait that cannot be read is none."""
    with answering(Reply({"error": {"code": "TooManyRequests"}}, 429, headers)) as server:
        with pytest.raises(ServiceUnavailable, match=r"429 TooManyRequests$"):
            a_model(server.url, "compatible", QUICK).write(a_request())
        assert server.count("chat") == requests


def test_a_service_does_not_decide_what_is_tried_again():
    """A refusal that asks to be asked again is not."""
    with answering(Reply({"error": {"code": "no"}}, 403, {"x-should-retry": "true", "Retry-After": "0.1"})) as server:
        with pytest.raises(ServiceRefused):
            a_model(server.url, "compatible").write(a_request())
        assert server.count("chat") == 1


@pytest.mark.parametrize("fault", ["reset", "hang"])
def test_a_broken_connection_is_tried_again(server, fault):
    """Once mended, the answer is as good as any; broken for ever, the service is unavailable."""
    limits = ServiceLimits(attempts=2, attempt_seconds=0.5, connect_seconds=0.5, longest_wait_seconds=1)
    server.faults.add("chat", fault, seconds=2)
    answer, attempts = attempts_of(lambda: a_model(server.url, limits=limits).write(a_request()))
    assert (answer.finish_reason, attempts) == ("stop", 2)
    server.faults.add("chat", fault, seconds=2, times=FOREVER)
    outcome, attempts = attempts_of(lambda: a_model(server.url, limits=limits).write(a_request()))
    assert isinstance(outcome, ServiceUnavailable)
    assert attempts == 2


def test_nobody_there_is_an_outage():
    """A port at which nothing listens."""
    with EmulatorServer([]) as server:
        url = server.url
    with pytest.raises(ServiceUnavailable, match=r"^generation: the service could not be reached$"):
        a_model(url, limits=ServiceLimits(attempts=1, attempt_seconds=0.5)).write(a_request())


def test_an_answer_that_drips_in_is_cut_off(server):
    """Each byte comes in time, the whole does not: the call ends at the stated worst case."""
    server.faults.add("chat", "slow_body", seconds=0.05, times=FOREVER)
    started = time.monotonic()
    with pytest.raises(ServiceUnavailable, match=r"no whole answer within 0\.7 seconds"):
        a_model(server.url, limits=QUICK).write(a_request())
    assert 0.6 < time.monotonic() - started < 2


def test_nothing_is_sent_for_a_call_that_was_given_up(server):
    """A thread that the gate left behind does not try again for an answer that nobody waits for."""
    limits = ServiceLimits(attempts=2, attempt_seconds=0.1, connect_seconds=0.1, longest_wait_seconds=0.1)
    server.faults.add("chat", "reset", times=FOREVER)
    with pytest.raises(ServiceUnavailable, match="no whole answer"):
        a_model(server.url, limits=limits).write(a_request())
    time.sleep(0.8)
    assert server.count("chat") == 1


def test_a_redirection_is_not_followed():
    """The key and the prompt stay with the service they were meant for."""
    elsewhere = Operation("elsewhere", "POST", "/elsewhere", lambda _call, _fault: Reply(a_body()))
    with EmulatorServer([elsewhere]) as other:
        moved = Reply({}, 307, {"Location": f"{other.url}/elsewhere"})
        with answering(moved) as server, pytest.raises(ServiceRefused, match=r"the service answered 307$"):
            a_model(server.url, "compatible").write(a_request())
        assert other.calls == []


# --- who asks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "header", "value"),
    [
        ("azure", "api-key", KEY),
        ("v1", "authorization", f"Bearer {KEY}"),
        ("compatible", "authorization", f"Bearer {KEY}"),
    ],
)
def test_a_key_goes_where_the_kind_expects_it(server, kind, header, value):
    """And nowhere else."""
    a_model(server.url, kind).write(a_request())
    [call] = server.calls
    assert {name: text for name, text in call.headers.items() if KEY in text} == {header: value}
    assert KEY not in json.dumps([call.path, dict(call.query), call.body])


@pytest.mark.parametrize("kind", ["azure", "v1"])
def test_a_token_is_fetched_for_the_services_scope(server, kind):
    """A managed identity or the CLI's login is asked, and its token goes as a bearer token."""
    a_model(server.url, kind, key="", credential=Credential()).write(a_request())
    [call] = server.calls
    assert call.headers["authorization"] == f"Bearer {TOKEN}"
    assert "api-key" not in call.headers


def test_a_compatible_server_gets_no_token(server):
    """It may be anybody's; without a key it is given a word that is none."""
    a_model(server.url, "compatible", key="", credential=Credential()).write(a_request())
    assert server.calls[0].headers["authorization"] == "Bearer no-key"


@pytest.mark.parametrize("kind", ["azure", "v1"])
@pytest.mark.parametrize(("key", "credential"), [("", None), (KEY, Credential())])
def test_azure_takes_one_way_to_prove_who_asks(kind, key, credential):
    """None is not enough, and two are one too many."""
    with pytest.raises(ConfigError, match="a key or a credential"):
        openai_client(a_config("http://127.0.0.1:9", kind), LIMITS, api_key=key, credential=credential)


@pytest.mark.parametrize("kind", ["azure", "v1"])
def test_no_token_is_no_call(server, kind):
    """What the identity says of it stays untold."""

    class Locked:
        def get_token(self, *_scopes, **_options):
            raise ClientAuthenticationError(f"no login for {SECRET_TEXT}")

    outcome, attempts = attempts_of(lambda: a_model(server.url, kind, key="", credential=Locked()).write(a_request()))
    assert isinstance(outcome, ServiceRefused)
    assert str(outcome) == "generation: access token: no access token could be had (ClientAuthenticationError)"
    assert (attempts, server.calls) == (0, [])


ENVIRONMENT = {
    "OPENAI_API_KEY": "leaked-key",
    "OPENAI_ADMIN_KEY": "leaked-admin",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/leaked",
    "OPENAI_ORG_ID": "leaked-organisation",
    "OPENAI_PROJECT_ID": "leaked-project",
    "OPENAI_WEBHOOK_SECRET": "leaked-hook",
    "OPENAI_API_VERSION": "1999-01-01-leaked",
    "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer leaked-custom\napi-key: leaked-custom\nx-leaked: leaked",
    "AZURE_OPENAI_API_KEY": "leaked-azure",
    "AZURE_OPENAI_AD_TOKEN": "leaked-token",
    "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9/leaked",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("with_key", [True, False])
def test_the_environment_changes_nothing(server, monkeypatch, kind, with_key):
    """The SDK's variables neither add to a request nor send it, or its key, elsewhere."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    model = a_model(server.url, kind, key=KEY if with_key else "", credential=None if with_key else Credential())
    assert model.write(a_request()).finish_reason == "stop"
    [call] = server.calls
    assert "leaked" not in str((call.path, dict(call.query), dict(call.headers)))
    secret = KEY if with_key else "no-key" if kind == "compatible" else TOKEN
    assert [text.endswith(secret) for name, text in call.headers.items() if name in ("authorization", "api-key")] == [
        True
    ]


def told_of(fault):
    """All that a traceback with its causes would show."""
    return "".join(traceback.format_exception(fault)) + repr(fault) + str(vars(fault))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_secret_is_shown(kind, caplog):
    """Neither a repr, nor a log at its most talkative, nor an error holds a key, a prompt or a service's words."""
    caplog.set_level(logging.DEBUG)
    words = {"error": {"code": "no", "message": f"key {KEY} is wrong, so is {SECRET_TEXT}"}}
    path = r"/{rest:.*}"
    with answering([Reply(a_body()), Reply(words, 401)], path) as server:
        model = a_model(server.url, kind)
        request = a_request(name=SECRET_TEXT)
        model.write(request)
        with pytest.raises(ServiceRefused) as refused:
            model.write(request)
        server.faults.add("chat", "reset", times=FOREVER)
        with pytest.raises(ServiceUnavailable) as unavailable:
            model.write(request)
        embedder = an_embedder(server.url, kind)
        server.faults.clear()
        with pytest.raises(ServiceRefused):
            embedder.embed([SECRET_TEXT])
    shown = [repr(model), str(model), repr(vars(model)), repr(embedder), repr(vars(embedder)), caplog.text]
    shown += [told_of(refused.value), told_of(unavailable.value)]
    shown += [str(vars(record)) for record in caplog.records]
    assert caplog.records
    assert not [text for text in shown if KEY in text or SECRET_TEXT in text]


# --- embeddings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_each_text_has_its_vector(server, kind):
    """In the order of the texts, of the asked length, with the tokens that were billed."""
    texts = ["canvas bell tent", "returns and refunds", "bell tent of canvas"]
    vectors, tokens = an_embedder(server.url, kind).embed(texts)
    assert [len(vector) for vector in vectors] == [16] * 3
    assert math.dist(vectors[0], vectors[2]) < math.dist(vectors[0], vectors[1])
    assert tokens == sum(math.ceil(len(text) / 4) for text in texts)
    [call] = server.calls
    assert call.body == {"model": "embed", "input": texts, "dimensions": 16, "encoding_format": "float"}


def test_the_order_of_an_answer_does_not_matter(server):
    """Each vector says which text it is of."""
    texts = ["one tent", "two kettles", "three lamps"]
    right = an_embedder(server.url).embed(texts)
    server.faults.add("embeddings", "shuffled")
    assert an_embedder(server.url).embed(texts) == right


def test_nothing_is_asked_for_no_text(server):
    """No text, no vector, no request."""
    assert an_embedder(server.url).embed([]) == ([], 0)
    assert server.calls == []


def test_many_texts_go_in_batches(server):
    """No request holds more texts, or more bytes, than a service takes; tokens add up."""
    texts = [f"text {number}" for number in range(LARGEST_BATCH + 5)]
    vectors, tokens = an_embedder(server.url).embed(texts)
    assert [len(call.body["input"]) for call in server.calls] == [LARGEST_BATCH, 5]
    assert vectors == [an_embedder(server.url).embed([text]).vectors[0] for text in texts[:2]] + vectors[2:]
    assert (len(vectors), tokens) == (len(texts), sum(math.ceil(len(text) / 4) for text in texts))


def test_long_texts_are_cut_between_characters(server):
    """To the stated number of bytes, and a request is cut short where its texts would be too much together."""
    an_embedder(server.url).embed(["é" * LONGEST_TEXT_BYTES + "!", "a" + "🪑" * LONGEST_TEXT_BYTES] * 25)
    assert sum(len(call.body["input"]) for call in server.calls) == 50
    sent = [text for call in server.calls for text in call.body["input"]]
    assert {len(text.encode()) for text in sent} == {LONGEST_TEXT_BYTES, LONGEST_TEXT_BYTES - 3}
    assert {re.sub(r"(.)\1+", r"\1", text) for text in sent} == {"é", "a🪑"}
    assert [len(call.body["input"]) for call in server.calls] == [37, 13]


@pytest.mark.parametrize("fault", ["missing_vector", "short_vector", "not_finite", "no_usage", "wrong_schema"])
def test_vectors_that_are_not_right_are_refused(server, fault):
    """One request, no vector."""
    server.faults.add("embeddings", fault, times=FOREVER)
    with pytest.raises(ServiceRefused, match=r"^embeddings: the answer is not of the expected form"):
        an_embedder(server.url).embed(["one", "two"])
    assert server.count("embeddings") == 1


ENTRY = {"object": "embedding", "index": 0, "embedding": [0.25] * 16}


@pytest.mark.parametrize(
    "data",
    [
        [ENTRY, ENTRY],
        [{**ENTRY, "index": 1}],
        [{**ENTRY, "index": "0"}],
        [{**ENTRY, "embedding": "AAAA"}],
        [{**ENTRY, "embedding": [0.25] * 15 + [None]}],
        [{**ENTRY, "embedding": [0.25] * 15 + [True]}],
        [{**ENTRY, "embedding": [0.25] * 15 + [math.nan]}],
        [[0.25] * 16],
        [],
        {"0": ENTRY},
    ],
)
def test_every_vector_is_checked(data):
    """One for each text, numbered, of finite numbers."""
    reply = Reply({"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1}})
    with answering(reply, "/v1/embeddings") as server, pytest.raises(ServiceRefused, match=r"^embeddings: "):
        an_embedder(server.url, "compatible").embed(["one"])


def test_embeddings_are_tried_again_like_the_rest(server):
    """429 twice, then vectors; three attempts on the meter of the call."""
    server.faults.add("embeddings", "status", status=429, times=2)
    with recorded_calls() as calls, metered("embeddings"):
        an_embedder(server.url).embed(["one"])
    assert (calls[0].attempts, server.count("embeddings")) == (3, 3)
