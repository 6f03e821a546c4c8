"""Approval over HTTP: editing, deciding and denying on the local host, from the first request to the sealed run."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local.cli import main
from local.host import LocalHost
from local.server import serve
from local.summary import print_summary
from shared.contracts import ResultDocument
from shared.run_folder import CONTENT
from tests.app_fixture import ROOT, clear_caches
from tests.integration.test_local_host import LIST, Api

pytestmark = pytest.mark.integration
EDITED = "A few words about your kitchen"
LAWYER = {"x-ms-client-principal-name": "lawyer@brand.example"}
Scenario = Callable[[Api], Awaitable[None]]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a scenario against the app, served to an editor over a temporary folder with a small library."""

    async def serving(host: LocalHost, scenario: Scenario) -> None:
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        server = asyncio.create_task(serve(host, 0, address.set_result, caller="editor@brand.example"))
        async with aiohttp.ClientSession() as session:
            await scenario(Api(session, await address, tmp_path, host))
        server.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await server

    def run(scenario: Scenario) -> None:
        monkeypatch.delenv("DATA_STORAGE", raising=False)
        settings = {
            "DATA_DIRECTORY": str(tmp_path),
            "BLOB_TRIGGER_SOURCE": "LogsAndContainerScan",
            "WEBSITE_AUTH_ENABLED": "true",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        clear_caches()
        with LocalHost(settings) as host:
            for path in sorted((ROOT / "samples" / "content").iterdir()):
                host.services.blobs.create(CONTENT, path.name, path.read_bytes())
            asyncio.run(serving(host, scenario))

    yield run
    clear_caches()


async def shown(api: Api, run_id: str) -> list[dict[str, Any]]:
    _, body, _ = await api.call("GET", f"runs/{run_id}/variants")
    return body["variants"]


def passed(variants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [variant for variant in variants if variant["verdict"]["status"] == "pass"]


async def edit(api: Api, run_id: str, variant: dict[str, Any], **changes: Any) -> tuple[int, Any]:
    fields = ("content_hash", "subject", "preheader", "body", "call_to_action")
    body = {**{name: variant[name] for name in fields}, **changes}
    status, reply, _ = await api.call("PUT", f"runs/{run_id}/variants/{variant['variant_id']}", json=body)
    return status, reply


async def decide(api: Api, run_id: str, variants: list[dict[str, Any]], decision: str = "approve", **options: Any):
    asked = [{**{name: one[name] for name in ("variant_id", "content_hash")}, "decision": decision} for one in variants]
    status, reply, _ = await api.call("POST", f"runs/{run_id}/approval", json={"decisions": asked}, **options)
    return status, reply


def test_edited_text_is_approved_by_another_and_sent(served):
    """An edit voids the approval, its author cannot approve it, and all that follows goes by the new text."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=ask&approval=required")
        await api.wait_for("ask", {"awaiting_approval"})
        first, *others = passed(await shown(api, "ask"))
        assert (await decide(api, "ask", [first], headers=LAWYER))[0] == 200
        status, edited = await edit(api, "ask", first, subject=EDITED)
        assert (status, edited["revision"], edited["authors"]) == (200, 1, ["editor@brand.example"])
        assert (edited["verdict"]["status"], edited["decision"]) == ("pass", None)
        assert await edit(api, "ask", first, subject=EDITED) == (200, edited)
        refusals = [
            (await decide(api, "ask", [edited]), (403, "own_edit")),
            (await decide(api, "ask", [first], headers=LAWYER), (409, "variant_changed")),
            (await edit(api, "ask", first, subject="Other words"), (409, "variant_changed")),
            (await edit(api, "ask", {**first, "variant_id": "no-such"}), (404, "not_found")),
            (await edit(api, "ask", {**first, "variant_id": "No Such"}), (404, "not_found")),
            (await edit(api, "ask", edited, subject=""), (400, "invalid_input")),
            (await edit(api, "ask", edited, subject="x" * 1001), (400, "invalid_input")),
            (await edit(api, "ask", edited, colour="red"), (400, "invalid_input")),
            (await edit(api, "ask", edited, body="x" * 300_000), (413, "too_large")),
        ]
        for (status, problem), expected in refusals:
            assert (status, problem["code"]) == expected
        _, blocked = await edit(api, "ask", others[0], subject="A note about {something}")
        assert blocked["verdict"]["status"] == "block"
        status, problem = await decide(api, "ask", [blocked], headers=LAWYER)
        assert (status, problem["code"]) == (409, "variant_blocked")
        _, table, _ = await api.call("GET", "runs/ask/audit.csv")
        assert len(table.decode().splitlines()) == 1 + 12 + 2
        for _ in range(2):
            assert (await decide(api, "ask", [edited], headers=LAWYER))[0] == 200
        assert (await decide(api, "ask", others[1:], "reject"))[0] == 200
        run = await api.wait_for("ask")
        assert run["result"]["variants"]["approved"] == 1
        status, problem = await edit(api, "ask", edited, subject="Too late")
        assert (status, problem["code"]) == (409, "gate_closed")
        _, page, _ = await api.call("GET", "runs/ask/report.html")
        assert EDITED in page.decode()
        assert first["subject"] not in page.decode()
        _, assignments, _ = await api.call("GET", "runs/ask/assignments.csv")
        assert edited["variant_id"] in assignments.decode()
        _, table, _ = await api.call("GET", "runs/ask/audit.csv")
        assert len(table.decode().splitlines()) == 1 + 12 + 2
        assert b'"event":"variant_edited"' in (api.folder / "audit" / "ask.jsonl").read_bytes()
        assert main(["verify", "ask", "--out", str(api.folder)]) == 0

    served(scenario)


def test_run_in_which_nothing_is_approved_in_time_sends_control_and_says_so(served, capsys):
    """At the deadline everything is denied, everybody gets the control message, and result and summary say why."""

    async def scenario(api: Api) -> None:
        (api.folder / "customers").mkdir(exist_ok=True)
        (api.folder / "customers" / "mine.csv").write_bytes(LIST)
        approval = {"mode": "required", "timeout_hours": 0.0005}
        config = {"experiment_config": {"experiment": {"approval": approval}}}
        await api.call("POST", "runs", json={"customers": "mine.csv", "run_id": "late", "config": config})
        run = await api.wait_for("late")
        assert run["state"] == "completed_with_errors"
        variants = await shown(api, "late")
        late, stopped = len(passed(variants)), len(variants) - len(passed(variants))
        told = f"{late} not decided in time" + (f", {stopped} blocked" if stopped else "")
        warning = f"no message was approved ({told}), so every customer gets the control message"
        assert run["result"]["warnings"][0] == warning
        _, assignments, _ = await api.call("GET", "runs/late/assignments.csv")
        assert {line.split(",")[2] for line in assignments.decode().splitlines()[1:]} == {'"control"'}
        _, page, _ = await api.call("GET", "runs/late/report.html")
        assert f"No message was approved ({told})" in page.decode()
        print_summary(ResultDocument.model_validate(run["result"]), api.folder)
        assert "no message was approved" in capsys.readouterr().out

    served(scenario)


def test_no_decision_is_missed_while_the_run_counts(served):
    """Many people who decide in the same moment end the wait, whatever the run was doing then."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=many&approval=required")
        await api.wait_for("many", {"awaiting_approval"})
        variants = passed(await shown(api, "many"))
        replies = await asyncio.gather(*(decide(api, "many", [one]) for one in variants))
        assert {status for status, _ in replies} == {200}
        assert (await api.wait_for("many"))["result"]["variants"]["approved"] == len(variants)

    served(scenario)


def test_run_that_is_still_written_or_waits_for_nobody_is_not_edited(served):
    """Before the run waits, and where it never does, an edit is refused with the reason."""

    async def scenario(api: Api) -> None:
        await api.post_list(query="?run_id=own")
        text = {"content_hash": "0" * 64, "subject": "a", "body": "b"}
        status, problem, _ = await api.call("PUT", "runs/own/variants/any", json=text)
        assert (status, problem["code"]) == (409, "not_editable")
        await api.wait_for("own")
        status, problem, _ = await api.call("PUT", "runs/own/variants/any", json=text)
        assert (status, problem["code"]) == (409, "gate_closed")
        status, problem, _ = await api.call("PUT", "runs/none/variants/any", json=text)
        assert (status, problem["code"]) == (404, "not_found")

    served(scenario)
