"""The local host: the app's own HTTP functions behind real sockets, the watch on uploads, cancelling and going on."""

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pyarrow as pa
import pytest

from local.host import LocalHost
from local.server import serve
from samples.generate_customers import generate
from shared import bootstrap
from shared.run_folder import CONTENT, UPLOADS
from tests.app_fixture import ROOT, clear_caches
from tests.customer_lists import HEADER
from tests.list_formats import as_gzip, converted, parquet
from triggers.http import Environment
from triggers.timer import purge_history

pytestmark = pytest.mark.integration
LIST = generate(60, seed=3, bad_rows=0).encode()
ENDED = {"completed", "completed_with_errors", "failed", "cancelled"}
Scenario = Callable[["Api"], Awaitable[None]]


class Api:
    """A client of one served app."""

    def __init__(self, session: aiohttp.ClientSession, base: str, folder: Path, host: LocalHost) -> None:
        self._session = session
        self._base = base
        self.folder = folder
        self.host = host

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any, dict[str, str]]:
        async with self._session.request(method, f"{self._base}/api/{path}", **options) as reply:
            body = await reply.read()
            kind = reply.headers["Content-Type"]
            return reply.status, json.loads(body) if "json" in kind else body, dict(reply.headers)

    async def post_list(self, data: bytes = LIST, query: str = "") -> tuple[int, Any, dict[str, str]]:
        return await self.call("POST", f"runs{query}", data=data, headers={"Content-Type": "text/csv"})

    async def wait_for(self, run_id: str, states: set[str] = ENDED) -> Any:
        for _ in range(600):
            _, run, _ = await self.call("GET", f"runs/{run_id}")
            if run["state"] in states:
                return run
            await asyncio.sleep(0.05)
        raise AssertionError(f"the run stayed {run['state']}")


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a scenario against the app, served on a free port over a temporary folder with a small library."""

    @contextlib.asynccontextmanager
    async def serving(host: LocalHost, folder: Path) -> AsyncIterator[Api]:
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        server = asyncio.create_task(serve(host, 0, address.set_result))
        async with aiohttp.ClientSession() as session:
            yield Api(session, await address, folder, host)
        server.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await server

    def run(scenario: Scenario, *, library: bool = True) -> None:
        monkeypatch.delenv("DATA_STORAGE", raising=False)
        monkeypatch.setenv("BLOB_TRIGGER_SOURCE", "LogsAndContainerScan")
        monkeypatch.setenv("DATA_DIRECTORY", str(tmp_path))
        clear_caches()

        async def main() -> None:
            with LocalHost({"DATA_DIRECTORY": str(tmp_path)}) as host:
                if library and not (tmp_path / CONTENT).exists():
                    for path in sorted((ROOT / "samples" / "content").iterdir()):
                        host.services.blobs.create(CONTENT, path.name, path.read_bytes())
                async with serving(host, tmp_path) as api:
                    await scenario(api)

        asyncio.run(main())

    yield run
    clear_caches()


def test_list_in_the_body_becomes_a_report(served):
    """A CSV body starts a run, and everything the run made can be read over HTTP."""

    async def scenario(api: Api) -> None:
        status, _, headers = await api.post_list(query="?run_id=first")
        assert (status, headers["Location"]) == (202, "/api/runs/first")
        assert "Retry-After" in headers
        run = await api.wait_for("first")
        assert run["state"] == "completed"
        assert run["result"]["customers"] == {"read": 60, "accepted": 60, "rejected": 0, "suppressed": 0}
        _, variants, _ = await api.call("GET", "runs/first/variants")
        assert all(v["verdict"]["status"] == "pass" and v["approval"] and v["citations"] for v in variants["variants"])
        for name, start in [("report.html", b"<!"), ("report.pdf", b"%PDF"), ("assignments.csv", b'"customer_id"')]:
            status, body, _ = await api.call("GET", f"runs/first/{name}")
            assert status == 200
            assert body[:2].lower() == start[:2].lower()
        _, notebook, _ = await api.call("GET", "runs/first/report.ipynb")
        assert notebook["nbformat"] == 4
        _, audit, _ = await api.call("GET", "runs/first/audit.csv")
        assert audit.decode().splitlines()[0].startswith("timestamp,variant_id,segment,status")
        _, experiment, _ = await api.call("GET", "runs/first/experiment")
        assert experiment["engagement_source"] == "simulated"
        _, assignments, _ = await api.call("GET", "runs/first/assignments.csv")
        assert len(assignments.decode().splitlines()) == 61

    served(scenario)


@pytest.mark.parametrize(
    ("write", "kind", "name"),
    [
        (as_gzip, "application/gzip", "input/customers.csv.gz"),
        (converted, "application/vnd.apache.parquet", "input/customers.parquet"),
    ],
)
def test_list_of_any_format_may_be_the_body(served, write, kind, name):
    """An archive or a Parquet file starts the same run as its CSV, is kept by its name, and can be replayed."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=csv")
        headers = {"Content-Type": kind}
        status, _, _ = await api.call("POST", "runs?run_id=other", data=write(LIST), headers=headers)
        assert status == 202
        runs = [await api.wait_for(run_id) for run_id in ("csv", "other")]
        assert runs[0]["result"]["segments"] == runs[1]["result"]["segments"]
        assert runs[1]["result"]["customers"] == {"read": 60, "accepted": 60, "rejected": 0, "suppressed": 0}
        assert (api.folder / "runs" / "other" / name).read_bytes() == write(LIST)
        status, _, _ = await api.call("POST", "runs", json={"replay_of": "other", "run_id": "again"})
        assert status == 202
        again = await api.wait_for("again")
        assert again["result"]["segments"] == runs[1]["result"]["segments"]
        _, pack, _ = await api.call("GET", "runs/again/evidence.zip")
        assert pack[:2] == b"PK"
        _, problem, _ = await api.call("POST", "runs", data=write(LIST)[:-3], headers=headers)
        assert (problem["code"], "damaged" in problem["detail"]) == ("invalid_input", True)

    served(scenario)


def test_input_that_is_replaced_before_its_run_leaves_no_other_format(served):
    """A list that was refused after it was kept does not stay beside the one that takes its place."""

    async def scenario(api: Api) -> None:
        wrong = parquet(pa.table({name: [1.5] for name in HEADER.decode().split(",")}))
        headers = {"Content-Type": "application/octet-stream"}
        status, problem, _ = await api.call("POST", "runs?run_id=one", data=wrong, headers=headers)
        assert (status, "customer_id is of type double" in problem["detail"]) == (400, True)
        status, _, _ = await api.post_list(query="?run_id=one")
        assert status == 202
        assert [path.name for path in (api.folder / "runs" / "one" / "input").iterdir()] == ["customers.csv"]

    served(scenario)


def test_second_start_of_an_id_is_refused_with_the_first_ones_address(served):
    """While a run lives and after it has ended, its id cannot be started again."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=once")
        for _ in range(2):
            status, problem, headers = await api.post_list(query="?run_id=once")
            assert (status, problem["code"]) == (409, "run_exists")
            assert headers["Location"] == "/api/runs/once"
            assert headers["Content-Type"].startswith("application/problem+json")
            await api.wait_for("once")
        status, problem, headers = await api.post_list(LIST + b"another,1,2,3\n", "?run_id=once")
        assert (status, problem["code"], headers["Location"]) == (409, "run_differs", "/api/runs/once")

    served(scenario)


def test_start_beyond_the_limit_is_told_to_come_again(served, monkeypatch):
    """With room for one run a second start is refused, unwritten; an upload is not, nor a start after the end."""
    monkeypatch.setenv("MAX_UNFINISHED_RUNS", "1")

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=first")
        status, problem, headers = await api.post_list(query="?run_id=second")
        assert (status, problem["code"]) == (429, "too_many_runs")
        assert int(headers["Retry-After"]) > 0
        assert not (api.folder / "runs" / "second").exists()
        status, problem, _ = await api.post_list(query="?run_id=first")
        assert (status, problem["code"]) == (409, "run_exists")
        (uploads,) = api.host.functions.blobs
        await api.host.upload_arrived(uploads, api.host.services.blobs.create(UPLOADS, "dropped.csv", LIST))
        _, listing, _ = await api.call("GET", "runs")
        names = [run["run_id"] for run in listing["runs"]]
        assert len(names) == 2
        for name in names:
            await api.wait_for(name)
            await ended_by_the_engine(api.host, name)
        status, _, _ = await api.post_list(query="?run_id=second&approval=required")
        assert status == 202
        await api.wait_for("second", {"awaiting_approval"})
        status, _, _ = await api.post_list(query="?run_id=third")
        assert status == 202

    served(scenario)


def test_simultaneous_starts_of_one_id_start_one_run(served):
    """Of several starts at the same moment exactly one is accepted."""

    async def scenario(api: Api) -> None:
        replies = await asyncio.gather(*(api.post_list(query="?run_id=race") for _ in range(5)))
        assert sorted(status for status, _, _ in replies) == [202, 409, 409, 409, 409]
        assert (await api.wait_for("race"))["state"] == "completed"

    served(scenario)


def test_dropped_file_starts_one_run_and_again_none(served):
    """A list dropped into the watched folder starts a run; the same one dropped again starts nothing."""

    async def scenario(api: Api) -> None:
        folder = api.folder / "customers"
        folder.mkdir(exist_ok=True)
        (folder / "spring.csv").write_bytes(LIST)
        for _ in range(100):
            _, listing, _ = await api.call("GET", "runs")
            if listing["runs"]:
                break
            await asyncio.sleep(0.1)
        [run] = listing["runs"]
        assert run["run_id"].startswith("spring-")
        await api.wait_for(run["run_id"])
        (folder / "spring.csv").unlink()
        await asyncio.sleep(1.2)
        (folder / "spring.csv").write_bytes(LIST)
        (folder / "notes.csv").write_bytes(b"not,a,list\n")
        await asyncio.sleep(2.5)
        _, listing, _ = await api.call("GET", "runs")
        assert len(listing["runs"]) == 1

    served(scenario)


def test_approval_required_waits_for_a_person(served):
    """Only approved variants are assigned; a decision binds the text it names and is made once."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=ask&approval=required")
        await api.wait_for("ask", {"awaiting_approval"})
        _, shown, _ = await api.call("GET", "runs/ask/variants")
        variants = shown["variants"]
        wrong = {**decision(variants[0], "approve"), "content_hash": "0" * 64}
        status, _, _ = await decide(api, [wrong])
        assert status == 409
        status, _, _ = await decide(api, [decision(variants[0], "reject")])
        assert status == 200
        status, _, _ = await decide(api, [decision(variants[0], "approve")])
        assert status == 409
        _, shown, _ = await api.call("GET", "runs/ask/variants")
        assert [v["decision"] and v["decision"]["decision"] for v in shown["variants"][:2]] == ["reject", None]
        await decide(api, [decision(variant, "approve") for variant in variants[1:]])
        run = await api.wait_for("ask")
        assert run["result"]["variants"]["approved"] == len(variants) - 1
        _, assignments, _ = await api.call("GET", "runs/ask/assignments.csv")
        assert variants[0]["variant_id"] not in assignments.decode()
        status, _, _ = await decide(api, [decision(variants[1], "reject")])
        assert status == 409

    served(scenario)


def decision(variant: dict[str, Any], verdict: str) -> dict[str, Any]:
    return {"variant_id": variant["variant_id"], "content_hash": variant["content_hash"], "decision": verdict}


async def decide(api: Api, decisions: list[dict[str, Any]]) -> tuple[int, Any, dict[str, str]]:
    return await api.call("POST", "runs/ask/approval", json={"decisions": decisions})


def test_decisions_that_contradict_are_refused_whole(served):
    """Of a request that cannot hold in full nothing is kept, and a variant is decided once in it."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=ask&approval=required")
        await api.wait_for("ask", {"awaiting_approval"})
        _, shown, _ = await api.call("GET", "runs/ask/variants")
        first, second, *_ = shown["variants"]
        await decide(api, [decision(first, "reject")])
        status, _, _ = await decide(api, [decision(second, "approve"), decision(first, "approve")])
        assert status == 409
        status, _, _ = await decide(api, [decision(second, "approve"), decision(second, "approve")])
        assert status == 400
        _, shown, _ = await api.call("GET", "runs/ask/variants")
        assert [bool(variant["decision"]) for variant in shown["variants"][:2]] == [True, False]
        assert shown["variants"][0]["decision"]["decided_by"] == "function key"

    served(scenario)


def test_refused_start_writes_nothing_into_the_run_that_has_the_id(served):
    """A run that was started by JSON keeps its folder when a list is posted under its id."""

    async def scenario(api: Api) -> None:
        (api.folder / "customers").mkdir(exist_ok=True)
        (api.folder / "customers" / "mine.csv").write_bytes(LIST)
        await api.call("POST", "runs", json={"customers": "mine.csv", "run_id": "json"})
        await api.wait_for("json")
        status, problem, _ = await api.post_list(query="?run_id=json")
        assert (status, problem["code"]) == (409, "run_differs")
        assert not (api.folder / "runs" / "json" / "input").exists()

    served(scenario)


def test_id_of_a_start_that_was_refused_is_free(served):
    """A list refused for an empty library may be posted again, corrected, under the same id."""

    async def scenario(api: Api) -> None:
        status, _, _ = await api.post_list(query="?run_id=again")
        assert status == 400
        for path in (ROOT / "samples" / "content").iterdir():
            api.host.services.blobs.create(CONTENT, path.name, path.read_bytes())
        status, _, _ = await api.post_list(LIST + b"one-more,1,2,3\n", "?run_id=again")
        assert status == 202

    served(scenario, library=False)


def test_run_whose_manifest_is_damaged_does_not_hide_the_others(served):
    """The list shows it as failed, with the reason, beside the runs that can be read."""

    async def scenario(api: Api) -> None:
        api.host.services.blobs.create("runs", "broken/manifest.json", b"{}")
        await api.post_list(query="?run_id=fine")
        _, listing, _ = await api.call("GET", "runs")
        assert {run["run_id"]: bool(run["error"]) for run in listing["runs"]} == {"broken": True, "fine": False}

    served(scenario)


def test_cancelled_run_stays_cancelled(served):
    """Cancelling stops a run; again is no fault; its id cannot be started again and its files stop growing."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=stop&approval=required")
        await api.wait_for("stop", {"awaiting_approval"})
        for _ in range(2):
            status, body, _ = await api.call("POST", "runs/stop/cancel")
            assert (status, body["state"]) == (200, "cancelled")
        assert (await api.wait_for("stop"))["state"] == "cancelled"
        status, _, _ = await api.post_list(query="?run_id=stop&approval=required")
        assert status == 409
        status, problem, _ = await api.call("GET", "runs/stop/report.pdf")
        assert status == 409
        assert "cancelled" in problem["detail"]

    served(scenario)


def test_interrupted_run_goes_on_when_the_host_starts_again(served):
    """A run that was under way when the host stopped is taken up by the next host and ends sealed."""

    async def interrupted(api: Api) -> None:
        await api.post_list(query="?run_id=resume&approval=required")
        await api.wait_for("resume", {"awaiting_approval"})

    async def resumed(api: Api) -> None:
        await api.wait_for("resume", {"awaiting_approval"})
        _, shown, _ = await api.call("GET", "runs/resume/variants")
        decisions = [decision(variant, "approve") for variant in shown["variants"]]
        await api.call("POST", "runs/resume/approval", json={"decisions": decisions})
        assert (await api.wait_for("resume"))["state"] == "completed"

    served(interrupted)
    served(resumed)


async def ended_by_the_engine(host: LocalHost, run_id: str) -> None:
    """The files tell the end of a run a moment before the engine does."""
    for _ in range(600):
        if (await host.client.get_status(run_id)).runtime_status.name != "Running":
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the engine did not end the run")


def test_purging_forgets_the_history_of_ended_runs_and_keeps_their_files(served):
    """After the timer has fired the engine knows nothing of an old run, whose state is still told from its files."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=old")
        await api.wait_for("old")
        host = api.host
        await ended_by_the_engine(host, "old")
        clock = dataclasses.replace(bootstrap.services(), now=lambda: datetime.now(UTC) + timedelta(days=60))
        environment = Environment(lambda: clock, bootstrap.base_config, bootstrap.settings)
        await purge_history(None, host.client, environment)
        assert await host.client.get_status("old") is None
        assert (await api.wait_for("old"))["state"] == "completed"
        for timer in host.functions.timers:
            await host.timer_fired(timer)

    served(scenario)


@pytest.mark.parametrize(
    ("path", "options", "status", "words"),
    [
        ("runs", {"json": {"customers": "none.csv"}}, 400, "customers"),
        ("runs", {"json": {"customers": 5}}, 400, "customers"),
        ("runs", {"json": {"customers": "a.csv", "colour": 1}}, 400, "colour"),
        ("runs", {"json": {"customers": "../host.json"}}, 400, "blob name"),
        ("runs", {"json": {"customers": "runs/x/input/customers.csv"}}, 400, "customers"),
        ("runs", {"data": b"{", "headers": {"Content-Type": "application/json"}}, 400, "JSON"),
        ("runs", {"data": b"<a/>", "headers": {"Content-Type": "text/xml"}}, 415, "content-type"),
        ("runs", {"data": b"", "headers": {"Content-Type": "text/csv"}}, 400, "empty"),
        ("runs", {"data": b"a,b\n1,2\n", "headers": {"Content-Type": "text/csv"}}, 400, "customer_id"),
        ("runs", {"data": b"\xff\xfea\x00", "headers": {"Content-Type": "text/csv"}}, 400, "UTF-8"),
        ("runs?run_id=../x", {"data": LIST, "headers": {"Content-Type": "text/csv"}}, 400, "run_id"),
        ("runs?approval=perhaps", {"data": LIST, "headers": {"Content-Type": "text/csv"}}, 400, "approval"),
        ("runs?limit=0100" + "9" * 5000, {"method": "GET"}, 400, "limit"),
        ("runs/none/approval", {"json": {"decisions": []}}, 404, "none"),
        ("runs/none/cancel", {}, 404, "none"),
        ("nothing", {}, 404, "Not Found"),
    ],
)
def test_bad_request_gets_a_problem_document(served, path, options, status, words):
    """Each kind of bad request is answered with a problem that says what is wrong, and starts nothing."""

    async def scenario(api: Api) -> None:
        found, problem, headers = await api.call(**{"method": "POST", "path": path, **options})
        assert found == status
        assert headers["Content-Type"].startswith("application/problem+json")
        assert problem["status"] == status
        assert words in problem["detail"]
        _, listing, _ = await api.call("GET", "runs")
        assert listing["runs"] == []

    served(scenario)


def test_empty_library_is_refused_before_anything_is_spent(served):
    """Without a content document no run can start, and the problem says what to do."""

    async def scenario(api: Api) -> None:
        status, problem, _ = await api.post_list()
        assert (status, problem["code"]) == (400, "invalid_input")
        assert "library is empty" in problem["detail"]

    served(scenario, library=False)


def test_health_and_contract_are_served(served):
    """Health names each dependency; the OpenAPI description lists every route that is registered."""

    async def scenario(api: Api) -> None:
        status, health, _ = await api.call("GET", "health")
        assert (status, health["status"]) == (200, "ok")
        assert set(health["dependencies"]) == {"configuration", "blob_store"}
        _, description, _ = await api.call("GET", "openapi.json")
        assert description["openapi"].startswith("3.1")

    served(scenario)


def test_configuration_is_overridden_for_one_run_only(served):
    """``config`` in the request changes that run's snapshot and nobody else's."""

    async def scenario(api: Api) -> None:
        (api.folder / "customers").mkdir(exist_ok=True)
        (api.folder / "customers" / "mine.csv").write_bytes(LIST)
        override = {"experiment_config": {"experiment": {"sample_allocation": SPLIT}}}
        request = {"customers": "mine.csv", "run_id": "half", "config": override}
        status, _, _ = await api.call("POST", "runs", json=request)
        assert status == 202
        await api.wait_for("half")
        _, experiment, _ = await api.call("GET", "runs/half/experiment")
        control = sum(arms["control"]["n"] for arms in experiment["strata"].values())
        assert abs(control - 30) <= len(experiment["strata"])
        assert bootstrap.base_config().experiment_config.experiment.sample_allocation.control_percent == 25

    served(scenario)


SPLIT = {"control_percent": 50, "treatment_percent": 50}
