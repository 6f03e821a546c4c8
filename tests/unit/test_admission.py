"""The limit on runs under way: who is refused, who is not, what is counted, and that nothing is kept of a refusal."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import azure.functions as func
import pytest
from azure.durable_functions import OrchestrationRuntimeStatus
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.generate_customers import generate
from shared import bootstrap
from shared.errors import ServiceUnavailable
from shared.run_folder import UPLOADS
from tests.app_fixture import App, clear_caches
from triggers.admission import LONGEST_PAGE, RETRY_SECONDS, count_under_way
from triggers.blob import customers_uploaded
from triggers.http import Environment, create_run, respond
from triggers.openapi import describe_api

FIRST = datetime(2026, 4, 7, 9, 0, tzinfo=UTC)
LIST = generate(30, seed=5).encode()
RUNNING = OrchestrationRuntimeStatus.Running


class Instance(NamedTuple):
    """What the engine says of one instance."""

    instance_id: str
    created_time: datetime = FIRST
    custom_status: Any = None
    runtime_status: OrchestrationRuntimeStatus = RUNNING


class Engine:
    """A durable client that lists at most a page, by id, both ends of the time included, and starts what it is told."""

    def __init__(self, instances=()) -> None:
        self.instances = {one.instance_id: one for one in instances}
        self.asked = 0

    async def get_status_by(self, created_time_from=None, created_time_to=None, runtime_status=()):
        self.asked += 1
        found = [
            one
            for one in sorted(self.instances.values())
            if one.runtime_status in runtime_status
            and (created_time_from is None or one.created_time >= created_time_from)
            and (created_time_to is None or one.created_time <= created_time_to)
        ]
        return found[:LONGEST_PAGE]

    async def get_status(self, instance_id):
        return self.instances.get(instance_id)

    async def start_new(self, name, instance_id, client_input=None):
        self.instances[instance_id] = Instance(instance_id)
        return instance_id


class SilentEngine(Engine):
    """A durable client whose engine does not answer."""

    async def get_status_by(self, *_args, **_named):
        raise OSError("connection refused")


def status(state):
    return {"state": state, "done": 0, "total": 0}


@pytest.fixture
def limited(app: App, monkeypatch: pytest.MonkeyPatch) -> App:
    """The app with a library and a list, and room for two runs."""
    monkeypatch.setenv("MAX_UNFINISHED_RUNS", "2")
    clear_caches()
    app.fill()
    return app


def environment() -> Environment:
    return Environment(bootstrap.services, bootstrap.base_config, bootstrap.settings)


def post(engine, *, body=LIST, kind="text/csv", **query) -> func.HttpResponse:
    """The reply to ``POST /api/runs``."""
    request = func.HttpRequest("POST", "/api/runs", headers={"content-type": kind}, params=query, body=body)
    return asyncio.run(respond(create_run, request, engine, environment()))


def post_json(engine, **request) -> func.HttpResponse:
    return post(engine, body=json.dumps(request).encode(), kind="application/json")


def full(*further) -> Engine:
    return Engine([Instance("one"), Instance("two"), *further])


def code(reply):
    return reply.status_code, json.loads(reply.get_body()).get("code")


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


@pytest.mark.parametrize("start", [post, lambda engine: post_json(engine, customers="list.csv")])
def test_start_beyond_the_limit_is_refused_and_leaves_nothing(limited, start):
    """The problem names the limit and how many are under way, says when to come again, and no file is written."""
    before, engine = everything(limited.folder), full()
    reply = start(engine)
    problem = json.loads(reply.get_body())
    assert (reply.status_code, problem["code"]) == (429, "too_many_runs")
    assert reply.headers["Retry-After"] == str(RETRY_SECONDS)
    assert "2 runs are under way" in problem["detail"]
    assert "MAX_UNFINISHED_RUNS allows 2" in problem["detail"]
    assert everything(limited.folder) == before
    assert set(engine.instances) == {"one", "two"}


def test_start_below_the_limit_costs_one_question(limited):
    """With room left a run starts, and the engine is asked once what is under way."""
    engine = Engine([Instance("one")])
    assert post(engine, run_id="two").status_code == 202
    assert engine.asked == 1
    assert code(post(engine, run_id="three")) == (429, "too_many_runs")


def test_runs_that_wait_for_people_and_parts_of_runs_take_no_room(limited):
    """Only runs that work are counted: neither those that wait for approval nor a run's own sub-orchestrations."""
    engine = Engine(
        [
            Instance("one", custom_status=status("personalising")),
            *(Instance(f"one:s:{number}") for number in range(5)),
            *(Instance(f"waits-{number}", custom_status=status("awaiting_approval")) for number in range(5)),
            Instance("over", runtime_status=OrchestrationRuntimeStatus.Completed),
        ]
    )
    assert asyncio.run(count_under_way(engine)) == 1
    assert post(engine).status_code == 202


def test_repeated_start_of_a_run_keeps_its_conflict(limited):
    """When there is no room, a run that is under way or was started otherwise is still told as such."""
    engine = Engine()
    post(engine, run_id="one")
    post_json(engine, run_id="two", customers="list.csv")
    assert code(post(engine, run_id="one")) == (409, "run_exists")
    assert code(post_json(engine, run_id="two", customers="list.csv")) == (409, "run_exists")
    assert code(post(engine, body=LIST + b"more,30,Leeds,Gold,1,2,3,0.1,0.1\n", run_id="one")) == (409, "run_differs")


def test_run_without_an_id_is_known_by_its_list(limited):
    """A start that leaves the id to the app is a repeated one where the derived run is under way."""
    engine = Engine()
    first = json.loads(post_json(engine, customers="list.csv").get_body())["run_id"]
    engine.instances["other"] = Instance("other")
    assert code(post_json(engine, customers="list.csv")) == (409, "run_exists")
    assert first in engine.instances


def test_interrupted_run_counts_as_one_when_it_is_started_again(limited):
    """A run that the engine has lost is refused while there is no room, and goes on once there is."""
    engine = Engine()
    post(engine, run_id="lost")
    engine.instances = dict(full().instances)
    assert code(post(engine, run_id="lost")) == (429, "too_many_runs")
    del engine.instances["two"]
    assert post(engine, run_id="lost").status_code == 202


def test_wrong_request_is_told_what_is_wrong_before_the_limit(limited):
    """What could never start is a bad request, full or not."""
    assert code(post(full(), body=b"a,b\n1,2\n")) == (400, "invalid_input")
    assert code(post_json(full(), customers=5)) == (400, "invalid_input")


def test_upload_is_never_lost_to_the_limit(limited):
    """An event of a new list starts its run though there is no room: nobody is there to be told to come again."""
    engine = full()
    blob = func.blob.InputStream(data=b"", name=f"{UPLOADS}/list.csv")
    asyncio.run(customers_uploaded(blob, engine, environment()))
    assert len(engine.instances) == 3


def test_silent_engine_is_a_service_that_is_down(limited):
    """Where the engine does not say what is under way, nothing is started and nothing of its fault is shown."""
    with pytest.raises(ServiceUnavailable, match="did not say"):
        asyncio.run(count_under_way(SilentEngine()))
    before = everything(limited.folder)
    assert code(post(SilentEngine())) == (503, "service_unavailable")
    assert everything(limited.folder) == before


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=900, unique=True))
def test_every_run_is_counted_however_many_pages_they_fill(moments):
    """The client gives one page of a hundred; runs beyond it are found by the times at which they were created."""
    runs = [Instance(f"run-{moment}", FIRST + timedelta(seconds=moment)) for moment in moments]
    parts = [Instance(f"run-{moment}:s:1", FIRST + timedelta(seconds=moment)) for moment in moments[::2]]
    assert asyncio.run(count_under_way(Engine([*runs, *parts]))) == len(runs)


def test_a_page_created_all_at_once_is_not_asked_for_again_and_again():
    """A moment that fills more than a page cannot be halved: the count ends, and is at least a page."""
    engine = Engine([Instance(f"run-{number:04}") for number in range(500)])
    assert asyncio.run(count_under_way(engine)) == LONGEST_PAGE
    assert engine.asked <= 5


def test_contract_says_when_to_come_again():
    """The description of the API lists the refusal and its header."""
    refusal = describe_api()["paths"]["/api/runs"]["post"]["responses"]["429"]
    assert refusal["headers"]["Retry-After"]["schema"] == {"type": "integer"}
    assert "application/problem+json" in refusal["content"]
