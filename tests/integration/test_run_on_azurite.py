"""A whole run with its blobs in Azure Blob Storage (Azurite), started by the blob trigger's own function."""

import asyncio
import hashlib
import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from azure.functions.blob import InputStream

import function_app
from local.app_index import index
from samples.generate_customers import generate
from shared import bootstrap
from shared.contracts import ResultDocument, Seal
from shared.domain.audit import verify_seal
from shared.run_folder import AUDIT, CONTENT, RUNS, UPLOADS
from tests.app_fixture import ROOT, RecordingClient, clear_caches
from tests.integration.azurite import azurite  # noqa: F401 - a fixture
from tests.integration.replay_host import ReplayHost

pytestmark = pytest.mark.integration


@pytest.fixture
def blobs(azurite, monkeypatch):  # noqa: F811 - the fixture above
    """The app's blob store, in Azurite, with a customer list and the sample library in it."""
    monkeypatch.setenv("DATA_STORAGE", azurite)
    monkeypatch.delenv("DATA_DIRECTORY", raising=False)
    monkeypatch.setenv("AZURE_FUNCTIONS_DURABLE_STRICT_TYPING", "1")
    clear_caches()
    store = bootstrap.services().blobs
    if not list(store.list(UPLOADS)):
        store.create(UPLOADS, "spring.csv", generate(60, seed=2, bad_rows=0).encode())
        for path in sorted((ROOT / "samples" / "content").iterdir()):
            store.create(CONTENT, path.name, path.read_bytes())
    yield store
    clear_caches()


def test_uploaded_list_becomes_a_sealed_run(blobs):
    """The upload's event starts one run; delivered again it starts none; the run ends sealed and every file matches."""
    functions = index(function_app.app)
    client = RecordingClient()
    event = InputStream(data=b"", name="customers/spring.csv")
    asyncio.run(functions.blobs[0].call(blob=event, client=client))
    [run_id] = client.started
    output, _ = ReplayHost(functions.orchestrators, functions.activities).run("personalise_customers", run_id)
    assert output["status"] == "completed"
    asyncio.run(functions.blobs[0].call(blob=event, client=client))
    assert client.started == [run_id]
    result = ResultDocument.model_validate_json(blobs.read(RUNS, f"{run_id}/result.json"))
    assert result.customers.accepted == 60
    assert seal_problems(blobs, run_id) == []


def test_parquet_list_is_read_by_ranges(blobs, monkeypatch):
    """Of a list with much that a run does not need, planning and segmenting read less than the list has bytes."""
    listing = pd.read_csv(io.BytesIO(generate(3000, seed=2, bad_rows=0).encode()), dtype={"customer_id": "str"})
    notes = np.random.default_rng(1).bytes(900 * len(listing)).hex()
    listing["notes"] = [notes[1800 * row : 1800 * (row + 1)] for row in range(len(listing))]
    sink = io.BytesIO()
    listing.to_parquet(sink, row_group_size=500, index=False)
    ref = blobs.create(UPLOADS, "wide.parquet", sink.getvalue())
    taken, read_range = [], type(blobs).read_range

    def counting(store, of, offset, length):
        data = read_range(store, of, offset, length)
        taken.append(len(data) if of.name == ref.name else 0)
        return data

    monkeypatch.setattr(type(blobs), "read_range", counting)
    functions = index(function_app.app)
    client = RecordingClient()
    asyncio.run(functions.blobs[0].call(blob=InputStream(data=b"", name="customers/wide.parquet"), client=client))
    [run_id] = client.started
    steps = functions.activities
    plan = steps["plan_run"]({"run_id": run_id})["value"]
    assert sum(taken) < ref.size / 10
    parts = [steps["segment_partition"]({"run_id": run_id, "partition": at}) for at in range(plan["partitions"])]
    assert sum(part["value"]["accepted"] for part in parts) == 3000
    assert sum(taken) < ref.size / 2


def seal_problems(blobs: Any, run_id: str) -> list[str]:
    def digest(container: str, name: str) -> str:
        return hashlib.sha256(blobs.read(container, name)).hexdigest()

    seal = Seal.model_validate(json.loads(blobs.read(RUNS, f"{run_id}/seal.json")))
    names = [ref.name for ref in blobs.list(RUNS, f"{run_id}/") if not ref.name.endswith("/seal.json")]
    found = {name.removeprefix(f"{run_id}/"): digest(RUNS, name) for name in names}
    found[f"{AUDIT}/{run_id}.csv"] = digest(AUDIT, f"{run_id}.csv")
    return verify_seal(seal, blobs.read(AUDIT, f"{run_id}.jsonl"), found)
