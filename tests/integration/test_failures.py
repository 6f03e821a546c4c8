"""The table in docs/failures.md, cell by cell: what becomes of a message when a service misbehaves."""

import re
import shutil
from pathlib import Path

import pytest

from local.emulators.services import emulated_services
from local.emulators.settings import Emulation
from local.emulators.wire import FOREVER
from shared.contracts import IndexDocument
from shared.domain.safety import message_of, screened_texts
from shared.run_folder import INDEX, RunFolder
from tests.emulated_app import RUN, EmulatedApp, write_config

pytestmark = pytest.mark.integration

PAGE = Path(__file__).parents[2] / "docs" / "failures.md"
OPERATIONS = {
    "generation": "chat",
    "embeddings": "embeddings",
    "search": "search_documents_search",
    "index": "search_documents_index",
    "safety": "safety",
}
FAULTS = {
    "429, then well": {"kind": "status", "status": 429, "retry_after": 0.2},
    "429 for good": {"kind": "status", "status": 429, "times": FOREVER},
    "429, wait beyond the limit": {"kind": "status", "status": 429, "retry_after": 3600, "times": FOREVER},
    "500, then well": {"kind": "status", "status": 500},
    "500 for good": {"kind": "status", "status": 500, "times": FOREVER},
    "503, then well": {"kind": "status", "status": 503, "retry_after": 0.2},
    "503 for good": {"kind": "status", "status": 503, "times": FOREVER},
    "401": {"kind": "status", "status": 401, "times": FOREVER},
    "403": {"kind": "status", "status": 403, "times": FOREVER},
    "reset, then well": {"kind": "reset"},
    "reset for good": {"kind": "reset", "times": FOREVER},
    "no answer": {"kind": "hang", "seconds": 30, "times": FOREVER},
    "slow body": {"kind": "slow_body", "seconds": 0.3, "times": FOREVER},
    "invalid JSON": {"kind": "invalid_json", "times": FOREVER},
    "wrong schema": {"kind": "wrong_schema", "times": FOREVER},
    "refusal": {"kind": "refusal", "times": FOREVER},
    "content filter on the prompt": {"kind": "content_filter_prompt", "times": FOREVER},
    "content filter on the answer": {"kind": "content_filter_output", "times": FOREVER},
    "truncated answer": {"kind": "truncated"},
    "truncated for good": {"kind": "truncated", "times": FOREVER},
    "answer that is no JSON": {"kind": "not_json"},
    "answer of another shape": {"kind": "wrong_draft"},
    "answer without citations": {"kind": "no_citations"},
    "no citations for good": {"kind": "no_citations", "times": FOREVER},
    "answer without usage": {"kind": "no_usage", "times": FOREVER},
    "some documents fail, then well": {"kind": "partial_207"},
    "some documents fail for good": {"kind": "partial_207", "times": FOREVER},
    "partial semantic ranking": {"kind": "partial_semantic", "times": FOREVER},
    "no reranker scores": {"kind": "no_reranker", "times": FOREVER},
    "unknown document": {"kind": "stale_hit", "times": FOREVER},
    "shuffled answer": {"kind": "shuffled", "times": FOREVER},
    "category missing": {"kind": "missing_category", "times": FOREVER},
    "category repeated": {"kind": "repeated_category", "times": FOREVER},
    "unknown category": {"kind": "extra_category", "times": FOREVER},
    "severity null": {"kind": "null_severity", "times": FOREVER},
    "severity of no known level": {"kind": "unknown_severity", "times": FOREVER},
    "severity as text": {"kind": "severity_text", "times": FOREVER},
    "no categories": {"kind": "no_categories", "times": FOREVER},
}


def services_table():
    """The page's section on services and faults."""
    return PAGE.read_text(encoding="utf-8").partition("## Services and faults")[2].partition("\n## ")[0]


def cells():
    """Every cell of the table that is not a dash: (fault, service, outcome, requests)."""
    lines = [line for line in services_table().splitlines() if line.startswith("| ")]
    services = [cell.strip() for cell in lines[0].split("|")[2:-1]]
    for line in lines[1:]:
        fault, *outcomes = (cell.strip() for cell in line.split("|")[1:-1])
        for service, outcome in zip(services, outcomes, strict=True):
            if outcome != "-":
                word, _, requests = outcome.partition(", ")
                cell = (fault.strip("`"), service, word, int(requests))
                yield pytest.param(cell, id=f"{service}: {cell[0]}")


def test_every_fault_has_a_row():
    """The table has a row for every fault that is tested, and no other."""
    rows = re.findall(r"^\| `([^`]+)` \|", services_table(), re.MULTILINE)
    assert sorted(rows) == sorted(FAULTS)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A server, a configuration, and one run's folder at each stage: planned, indexed, retrieved, written."""
    folder = tmp_path_factory.mktemp("failures")
    config = write_config(folder / "config")
    stages = {}
    with emulated_services(Emulation(port=0)) as server, pytest.MonkeyPatch.context() as patch:
        app = EmulatedApp(folder / "planned", config, server, patch)
        segment_id = app.prepare()
        steps = (
            ("indexed", "index_content", {}),
            ("retrieved", "retrieve_for_segment", {"segment_id": segment_id}),
            ("written", "generate_variant", {"segment_id": segment_id, "tone": "friendly"}),
        )
        before = "planned"
        for stage, activity, request in steps:
            shutil.copytree(folder / before, folder / stage)
            EmulatedApp(folder / stage, config, server, patch).step(activity, **request)
            before = stage
        stages = {stage: folder / stage for stage in ("planned", "indexed", "retrieved", "written")}
        yield server, config, stages, segment_id


STAGE = {
    "index": "planned",
    "search": "indexed",
    "embeddings": "indexed",
    "generation": "retrieved",
    "safety": "written",
}
STEPS = ("index_content", "retrieve_for_segment", "generate_variant", "check_safety")


def carry_on(app, segment_id):
    """All steps from the index to the verdict; those done before are not done again."""
    app.step("index_content")
    app.step("retrieve_for_segment", segment_id=segment_id)
    app.step("generate_variant", segment_id=segment_id, tone="friendly")
    app.step("check_safety", segment_id=segment_id, tone="friendly")


@pytest.mark.parametrize("cell", list(cells()))
def test_outcome(cell, prepared, tmp_path, monkeypatch):
    """The message fares as the table says, in so many requests; nothing unscreened passes, nothing is asked twice."""
    fault, service, outcome, requests = cell
    server, config, stages, segment_id = prepared
    shutil.copytree(stages[STAGE[service]], tmp_path / "data")
    app = EmulatedApp(tmp_path / "data", config, server, monkeypatch)
    if service == "index":
        app.forget_index()
    operation = OPERATIONS[service]
    before, calls_before = server.count(operation), len(server.calls)
    details = dict(FAULTS[fault])
    server.faults.add(operation, details.pop("kind"), **details)
    try:
        carry_on(app, segment_id)
        asked = server.count(operation) - before
        carry_on(app, segment_id)
        asked_in_all = server.count(operation) - before
    finally:
        server.faults.clear()
        app.fill_index()
    variant_id = f"{segment_id}-friendly"
    variant, verdict = app.variant(variant_id), app.verdict(variant_id)
    assert outcome_of(app, segment_id, variant, verdict) == outcome, verdict.block_reason
    assert (asked, asked_in_all) == (requests, requests)
    if verdict.status == "pass":
        rated = [call.body["text"] for call in server.calls if call.operation == "safety"]
        brand = RunFolder(app.blobs, RUN).manifest().config.brand
        assert set(screened_texts(message_of(variant), brand)) <= set(rated)
        assert len(variant.citations) >= 2
        assert verdict.provider == "azure_content_safety"
    assert len(server.calls) > calls_before


def outcome_of(app, segment_id, variant, verdict):
    """The table's word for what became of the message."""
    if verdict.status == "block":
        return "blocked"
    if variant.repaired:
        return "repaired"
    index = RunFolder(app.blobs, RUN).read(INDEX, IndexDocument)
    noted = app.retrieval(segment_id).notices or index.error or (index.outcome and index.outcome.failed)
    return "noted" if noted else "passes"
