"""Runs over lists of which some may not be written to: the same counts and people however the list is cut."""

import asyncio

import numpy as np
import pytest

from activities.segmentation import read_customers
from shared import bootstrap
from shared.contracts import Manifest, RunRequest, SegmentsDocument
from shared.domain.frames import from_parquet
from shared.errors import BlobChanged, ConfigError, InputError, NotReady
from shared.run_folder import MANIFEST, RUNS, SEGMENTS, SUPPRESSION, UPLOADS, RunFolder
from tests.app_fixture import App, RecordingClient
from tests.customer_lists import HEADER
from triggers.runs import INPUT_SUPPRESSION, IdTaken, start_run

SIZE = 400


@pytest.fixture
def app(tmp_path, monkeypatch):
    app = App(tmp_path, monkeypatch)
    app.fill()
    app.blobs.create(UPLOADS, "consent.csv", consent_list())
    return app


def consent_list():
    """Seeded rows with few ids, so that many repeat, some of them bad, some without consent."""
    rng = np.random.default_rng(5)
    likely = [0.85, 0.05, 0.05, 0.05]
    numbers = rng.choice([b"1", b"2", b"x", b""], size=SIZE, p=likely)
    words = rng.choice([b"yes", b"no", b""], size=SIZE, p=[0.8, 0.1, 0.1])
    ids = rng.integers(SIZE, size=SIZE)
    lines = [b"c%d,%s,20.5,3,%s" % row for row in zip(ids, numbers, words, strict=True)]
    return b"\n".join([HEADER + b",consent", *lines, b""])


def start(run_id, **request):
    wanted = RunRequest(customers="consent.csv", run_id=run_id, **request)
    return asyncio.run(start_run(wanted, bootstrap.services(), bootstrap.base_config, RecordingClient()))


def segment(app, run_id, method="rules", partitions=1):
    """Start a run and bring it to its segments; the partitions there were, and the document."""
    rules = {"method": method, "partitions": {"count": partitions}}
    start(run_id, config={"segmentation": rules, "experiment_config": {"experiment": {"seed": "one"}}})
    return carry_on(app, run_id)


def carry_on(app, run_id):
    plan = app.activities["plan_run"]({"run_id": run_id})["value"]
    if plan["fit"]:
        app.activities["fit_segments"]({"run_id": run_id})
    for index in range(plan["partitions"]):
        answer = app.activities["segment_partition"]({"run_id": run_id, "partition": index})
        assert answer["ok"], answer
    answer = app.activities["merge_segments"]({"run_id": run_id})
    if not answer["ok"]:
        raise InputError(answer["error"]["message"])
    return plan["partitions"], RunFolder(app.blobs, run_id).read(SEGMENTS, SegmentsDocument)


def ids_of(app, run_id, partitions):
    folder = RunFolder(app.blobs, run_id)
    frames = read_customers(folder, range(partitions), ["customer_id"])
    return [name for frame in frames for name in frame["customer_id"]]


@pytest.mark.parametrize("method", ["rules", "kmeans"])
def test_partitions_change_neither_counts_nor_people(app, method):
    """One partition or many: read is accepted, rejected and suppressed, and the same people are left."""
    app.blobs.create(SUPPRESSION, "standing.csv", b"c1\nc2\nc3\n")
    found = [segment(app, f"cut-{count}", method, count) for count in (1, 3, 7)]
    documents = [document.model_copy(update={"input_digest": "0" * 64}) for _, document in found]
    assert documents[0] == documents[1] == documents[2]
    counts = documents[0].customers
    assert counts.read == SIZE == counts.accepted + counts.rejected + counts.suppressed
    assert counts.suppressed == sum(documents[0].suppression_reasons.values())
    people = [ids_of(app, f"cut-{count}", partitions) for count, (partitions, _) in zip((1, 3, 7), found, strict=True)]
    assert people[0] == people[1] == people[2]
    assert len(people[0]) == len(set(people[0])) == counts.accepted


def test_nobody_without_consent_is_left(app):
    """Whoever has one row without consent, or stands on a list, is in no segment; everybody else with a good row is."""
    app.blobs.create(SUPPRESSION, "standing.csv", b"customer_id\nc1\nc2\n")
    partitions, _ = segment(app, "many", partitions=6)
    rows = [line.split(b",") for line in consent_list().splitlines()[1:]]
    against = {row[0].decode() for row in rows if row[4] != b"yes"} | {"c1", "c2"}
    good = {row[0].decode() for row in rows if row[1] in {b"1", b"2"}}
    assert set(ids_of(app, "many", partitions)) == good - against


def test_no_file_of_a_run_names_those_left_out_at_once(app):
    """Of rows that are suppressed by themselves nothing is written down but how many there were."""
    segment(app, "one")
    rows = [line.split(b",") for line in consent_list().splitlines()[1:]]
    only_against = {row[0] for row in rows} - {row[0] for row in rows if row[4] == b"yes"}
    kept = from_parquet(app.files("one")["customers/part-00000.parquet"])
    assert not set(kept["customer_id"]) & {name.decode() for name in only_against}
    assert "consent" not in kept
    assert app.files("one")["suppressed/rows.csv"].startswith(b'"row_number"\n')


def test_lists_are_pinned_and_make_another_run(app):
    """A run names the versions of its lists; with others the same id is another run, and one that began stops."""
    app.blobs.create(SUPPRESSION, "standing.csv", b"c1\n")
    app.blobs.create(RUNS, f"pinned/{INPUT_SUPPRESSION}own.csv", b"c2\n")
    manifest = start("pinned")
    assert [ref.name for ref in manifest.suppression] == ["standing.csv", "pinned/input/suppression/own.csv"]
    app.blobs.replace(app.blobs.stat(SUPPRESSION, "standing.csv"), b"c1\nc9\n")
    with pytest.raises(IdTaken):
        start("pinned")
    app.activities["plan_run"]({"run_id": "pinned"})
    answer = app.activities["segment_partition"]({"run_id": "pinned", "partition": 0})
    assert answer["error"]["code"] == BlobChanged.code
    assert RunFolder(app.blobs, "pinned").read(MANIFEST, Manifest) == manifest


def test_run_without_anybody_to_write_to_says_why(app):
    """When all are left out the run ends with the commonest reason, and names nobody."""
    app.blobs.create(UPLOADS, "nobody.csv", HEADER + b",consent\na,1,2,3,no\n")
    wanted = RunRequest(customers="nobody.csv", run_id="nobody")
    asyncio.run(start_run(wanted, bootstrap.services(), bootstrap.base_config, RecordingClient()))
    with pytest.raises(InputError, match="none of the 1 rows can be used; 1 because: no consent"):
        carry_on(app, "nobody")


def test_run_cannot_choose_who_may_be_written_to(app):
    """A request that names another column of consent is refused."""
    with pytest.raises(ConfigError, match="privacy"):
        start("mine", config={"privacy": {"consent_column": "x"}})


@pytest.mark.parametrize("key", ["short", "!" * 44, "QUFB", "a" * 43])
def test_weak_key_stops_the_start_by_name(app, monkeypatch, key):
    """A key of pseudonyms that is no base64 of 32 bytes is named as a setting, and not shown."""
    monkeypatch.setenv("PSEUDONYM_KEY", key)
    with pytest.raises(NotReady, match="PSEUDONYM_KEY") as refusal:
        App(app.folder, monkeypatch)
    assert key not in str(refusal.value)
