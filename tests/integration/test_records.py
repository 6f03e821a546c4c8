"""Recalls and evidence packs through the app's own HTTP functions and the command line, on runs of the local host."""

import asyncio
import base64
import json
from typing import Any

import pytest

from local.cli import main
from local.host import LocalHost
from shared.adapters.signing import Ed25519Signer
from tests.app_fixture import App, clear_caches
from triggers.openapi import describe_api

pytestmark = pytest.mark.integration
ENDED = {"completed", "completed_with_errors", "failed"}


class Api:
    """The app's functions on a started host."""

    def __init__(self, host: LocalHost) -> None:
        self.host = host

    async def call(self, function: str, method: str = "GET", body: Any = None, **options: Any) -> tuple[int, Any]:
        data = json.dumps(body).encode() if body is not None else b""
        headers = {"content-type": "application/json"}
        reply = await self.host.request(function, method, headers=headers, body=data, **options)
        return reply.status_code, json.loads(reply.get_body())

    async def start(self, run_id: str, **request: Any) -> None:
        status, _ = await self.call("create_run", "POST", {"customers": "list.csv", "run_id": run_id, **request})
        assert status == 202

    async def wait_for(self, run_id: str, states: set[str]) -> Any:
        for _ in range(1200):
            _, run = await self.call("get_run", route_params={"run_id": run_id})
            if run["state"] in states:
                return run
            await asyncio.sleep(0.05)
        raise AssertionError(f"the run stayed {run['state']}")

    async def variants(self, run_id: str) -> list[Any]:
        _, shown = await self.call("get_variants", route_params={"run_id": run_id})
        return shown["variants"]


def serving(app: App, scenario: Any) -> None:
    """Run ``scenario`` against the app over its filled data folder."""
    app.fill(rows=120)

    async def run() -> None:
        with LocalHost({"DATA_DIRECTORY": str(app.folder)}) as host:
            await scenario(Api(host))

    asyncio.run(run())


def cited(variants: list[Any]) -> str:
    return str(variants[0]["citations"][0]["document_id"])


def ids(variants: list[Any], document_id: str) -> list[str]:
    return [
        variant["variant_id"]
        for variant in variants
        if document_id in {citation["document_id"] for citation in variant["citations"]}
    ]


def test_recall_of_a_run_that_awaits_approval(app, capsys):
    """What cites the document cannot be approved and is not sent; the run says so, and verifies."""

    async def scenario(api: Api) -> None:
        await api.start("ask", approval="required")
        await api.wait_for("ask", {"awaiting_approval"})
        variants = await api.variants("ask")
        document_id = cited(variants)
        stopped = ids(variants, document_id)
        status, report = await api.call("recall", "POST", {"document_id": document_id, "reason": "wrong price"})
        assert status == 201
        assert [item["variant_id"] for item in report["variants"]] == stopped
        assert {item["state"] for item in report["variants"]} == {"blocked now"}
        again, same = await api.call("recall", "POST", {"document_id": document_id, "reason": "another"})
        assert (again, same) == (200, report)
        status, problem = await decide(api, variants[:1])
        assert (status, problem["code"]) == (409, "content_lapsed")
        assert document_id in problem["detail"]
        status, _ = await decide(api, [variant for variant in variants if variant["variant_id"] not in stopped])
        assert status == 200
        run = await api.wait_for("ask", ENDED)
        assert any("recalled" in warning for warning in run["result"]["warnings"])
        standing = {item["variant_id"]: item["approval"]["status"] for item in await api.variants("ask")}
        assert {name for name, status in standing.items() if status == "blocked"} == set(stopped)
        assert b"wrong price" not in (app.folder / "audit" / "ask.jsonl").read_bytes()
        assert "document_recalled" in (app.folder / "audit" / "ask.jsonl").read_text()

    serving(app, scenario)
    assert main(["verify", "ask", "--out", str(app.folder)]) == 0


async def decide(api: Api, variants: list[Any], run_id: str = "ask") -> tuple[int, Any]:
    decisions = [
        {"variant_id": variant["variant_id"], "content_hash": variant["content_hash"], "decision": "approve"}
        for variant in variants
    ]
    return await api.call("decide", "POST", {"decisions": decisions}, route_params={"run_id": run_id})


def test_recall_after_a_run_has_ended(app, capsys):
    """Its messages are in use and listed so, its record stays intact, and a new run leaves the document out."""

    async def scenario(api: Api) -> None:
        await api.start("first")
        await api.wait_for("first", ENDED)
        variants = await api.variants("first")
        document_id = cited(variants)
        assert main(["recall", document_id, "--out", str(app.folder), "--json"]) == 0
        report = json.loads(capsys.readouterr().out)
        assert [item["variant_id"] for item in report["variants"]] == ids(variants, document_id)
        assert {item["state"] for item in report["variants"]} == {"approved, in use"}
        status, listing = await api.call("list_recalls")
        assert (status, [item["document_id"] for item in listing["recalls"]]) == (200, [document_id])
        status, one = await api.call("list_recalls", params={"document_id": document_id})
        assert (status, one) == (200, report)
        assert (await api.call("list_recalls", params={"document_id": "other"}))[0] == 404
        await api.start("second")
        run = await api.wait_for("second", ENDED)
        assert any("left out" in warning for warning in run["result"]["warnings"])
        assert ids(await api.variants("second"), document_id) == []

    serving(app, scenario)
    for run_id in ("first", "second"):
        assert main(["verify", run_id, "--out", str(app.folder)]) == 0


def test_a_bad_recall_is_refused(app):
    """A body without a document id, or with one that cannot be, is a problem document and recalls nothing."""

    async def scenario(api: Api) -> None:
        for body in ({}, {"document_id": ""}, {"document_id": "a\nb"}, {"document_id": "a", "why": "b"}):
            status, problem = await api.call("recall", "POST", body)
            assert (status, problem["code"]) == (400, "invalid_input")
        assert (await api.call("list_recalls"))[1] == {"recalls": []}

    serving(app, scenario)
    assert "/api/recalls" in describe_api()["paths"]


def test_evidence_of_a_run_over_http(app, monkeypatch, tmp_path, capsys):
    """The pack is served once the run is sealed, signed with the app's key, and holds after a recall too."""
    monkeypatch.setenv("SEAL_SIGNING_KEY", base64.b64encode(bytes(32)).decode())
    clear_caches()
    pack = tmp_path / "pack.zip"

    async def scenario(api: Api) -> None:
        await api.start("first", approval="required")
        await api.wait_for("first", {"awaiting_approval"})
        status, problem = await api.call("get_evidence", route_params={"run_id": "first"})
        assert (status, problem["code"]) == (409, "conflict")
        await decide(api, await api.variants("first"), run_id="first")
        run = await api.wait_for("first", ENDED)
        assert run["links"]["evidence"] == "/api/runs/first/evidence.zip"
        await api.call("recall", "POST", {"document_id": cited(await api.variants("first"))})
        reply = await api.host.request("get_evidence", route_params={"run_id": "first"})
        assert (reply.status_code, reply.mimetype) == (200, "application/zip")
        assert "first-evidence.zip" in reply.headers["Content-Disposition"]
        pack.write_bytes(reply.get_body())
        assert (await api.call("get_evidence", route_params={"run_id": "none"}))[0] == 404

    serving(app, scenario)
    assert main(["export", "first", "--out", str(app.folder), "--to", str(tmp_path / "same.zip")]) == 0
    assert (tmp_path / "same.zip").read_bytes() == pack.read_bytes()
    key = Ed25519Signer(bytes(32)).public_key
    for target in (str(pack), "first"):
        capsys.readouterr()
        assert main(["verify", target, "--out", str(app.folder), "--public-key", key]) == 0
        shown = capsys.readouterr().out
        assert f"signed by {key}" in shown
        assert "amendment" in shown
