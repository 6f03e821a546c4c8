"""One customer erased from a finished run, from uploads and from runs to come; old runs purged."""

import asyncio
import io
import json
import logging
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import bootstrap
from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import Ending, ResultDocument, RunRequest, Seal
from shared.domain.audit import parse_chain, verify_chain
from shared.domain.csv_records import plan_partitions
from shared.domain.erasure import export_without, list_without, parquet_without, records_without
from shared.domain.frames import exports_by_arm, from_parquet
from shared.domain.list_files import list_format
from shared.domain.pseudonyms import pseudonym
from shared.errors import InputError, NotReady
from shared.run_config import PartitionSettings
from shared.run_folder import (
    AUDIT,
    ERASURES,
    MANIFEST,
    RESULT,
    RUNS,
    SEAL,
    UPLOADS,
    RunFolder,
    amendments_chain,
    audit_chain,
    encode,
)
from tests.app_fixture import App, RecordingClient
from tests.customer_lists import HEADER
from tests.list_formats import as_gzip, converted, parquet, parsed
from triggers.blob import customers_uploaded
from triggers.erasures import erase_customer
from triggers.http import Environment
from triggers.retention import purge_runs
from triggers.runs import RunPurged, start_run, view_run

KEY_TEXT = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
LIST = b"\n".join([HEADER, b"007,1,200,3", b'"7",1,200,3', b"a,1,200,3", b'"a,b",9,250,3', b"a,2,2,2", b""])


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("PSEUDONYM_KEY", KEY_TEXT)
    app = App(tmp_path, monkeypatch)
    app.fill()
    app.payloads = []
    app.blobs.create(UPLOADS, "small.csv", LIST)
    return app


def services():
    return bootstrap.services()


def carry_out(app, run_id, customers="small.csv"):
    """A run as far as its assignments, then sealed; what is written about it in between does not matter here."""
    _start(run_id, customers)
    plan = _activity(app, "plan_run", run_id=run_id)
    for partition in range(plan["partitions"]):
        _activity(app, "segment_partition", run_id=run_id, partition=partition)
    merged = _activity(app, "merge_segments", run_id=run_id)
    chain = AuditTrail(app.blobs, run_id, services().now).record([AuditRecord("closed", "run_closed", {})])
    folder = RunFolder(app.blobs, run_id)
    result = ResultDocument.model_validate(
        {
            "run_id": run_id,
            "status": "completed",
            "customers": merged["customers"],
            "segments": [],
            "variants": {"generated": 0, "approved": 0, "blocked": 0},
            "cost_usd": 0,
            "experiment": None,
            "report": None,
            "audit": audit_chain(run_id),
            "seconds": {},
        }
    )
    folder.keep(RESULT, encode(result))
    seal = Seal(run_id=run_id, sealed_at=services().now(), audit_head=chain.head, audit_length=chain.entries, files={})
    folder.keep(SEAL, encode(seal))
    return merged["customers"]


def _start(run_id, customers):
    wanted = RunRequest(customers=customers, run_id=run_id)
    asyncio.run(start_run(wanted, services(), bootstrap.base_config, RecordingClient()))


def _activity(app, name, **request):
    answer = app.activities[name](request)
    app.payloads.append(json.dumps([request, answer]))
    assert answer["ok"], answer
    return answer["value"]


def erase(customer_id):
    return asyncio.run(erase_customer(customer_id, services(), RecordingClient()))


def everything(app):
    """Every blob's bytes, by container and name."""
    paths = (path for path in app.folder.rglob("*") if path.is_file() and ".tmp" not in path.parts)
    return {path.relative_to(app.folder).as_posix(): path.read_bytes() for path in paths}


# --- rows out of files ------------------------------------------------------------------------------------------------


def without(data, customer_id, count=1):
    plan = plan_partitions([data], size=len(data), settings=PartitionSettings(count=count), input_digest="0" * 64)
    left = [
        records_without(data[part.offset : part.offset + part.length], part, plan.columns, customer_id)
        for part in plan.partitions
    ]
    return b"".join(part.data for part in left), sum(part.rows for part in left)


@pytest.mark.parametrize(
    ("customer_id", "lines"),
    [
        ("7", [b'"7",1,200,3']),
        ("007", [b"007,1,200,3"]),
        ("a", [b"a,1,200,3", b"a,2,2,2"]),
        ("a,b", [b'"a,b",9,250,3']),
        ("200", []),
        ("nobody", []),
    ],
)
def test_exactly_the_customers_records_go(customer_id, lines):
    """An id is matched as the list means it, quotes and all; other bytes stay, whatever numbers they hold."""
    below = LIST.partition(b"\n")[2]
    expected = below
    for line in lines:
        expected = expected.replace(line + b"\n", b"")
    assert without(LIST, customer_id, count=3) == (expected, len(lines))


def test_records_that_are_no_rows_go_where_a_field_is_the_id():
    """A torn row, a stray quote or foreign bytes do not keep a customer in the file."""
    lines = [b"gone,1", b'"gone,1,2,3', b"gone,1,2,3,4", b"gone,\xff,2,3", b"kept,1,2,3", b"gone-not,1"]
    data = b"\n".join([HEADER, *lines, b""])
    assert without(data, "gone") == (b"kept,1,2,3\ngone-not,1\n", 4)


def test_quotes_inside_an_id_are_understood():
    """An id with quotes is found as CSV writes it."""
    data = HEADER + b'\n"say ""hi""",1,2,3\nsay,1,2,3\n'
    assert without(data, 'say "hi"') == (b"say,1,2,3\n", 1)


IDS = st.text(st.sampled_from('a7",\n é'), min_size=1, max_size=4)


@settings(deadline=None)
@given(st.lists(IDS, min_size=1, max_size=12), IDS, st.integers(1, 4))
def test_erasing_is_leaving_out(ids, gone, count):
    """What is left is the list as it would be had the customer never been in it."""
    lines = {name: b'"%s",1,2,3\r\n' % name.replace('"', '""').encode() for name in {*ids, gone}}
    data = HEADER + b"\n" + b"".join(lines[name] for name in ids)
    expected = b"".join(lines[name] for name in ids if name != gone)
    assert without(data, gone, count) == (expected, ids.count(gone))


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from('a7",\r\n é='), min_size=1, max_size=4), min_size=1, max_size=12))
def test_erasing_from_an_export_is_leaving_out(ids):
    """What is left of an arm's file is the file as it would be without the customer, to the byte."""
    rows = pd.DataFrame({"customer_id": ids, "segment": 'A, "b"', "arm": "control", "variant_id": "v"})
    whole = exports_by_arm(rows)["control"]
    kept = rows[rows["customer_id"] != ids[0]]
    expected = exports_by_arm(kept)["control"] if len(kept) else whole.partition(b"\n")[0] + b"\n"
    assert export_without(whole, ids[0]) == (expected, ids.count(ids[0]))


@pytest.mark.parametrize("data", [b"", b"\xff\n", b'"c-1","A"\n', b'"' + b"x" * 200_000 + b'\n"c-1"\n'])
def test_what_is_no_export_is_refused(data):
    """A file without the header it was written with is not searched."""
    with pytest.raises(InputError, match="first line must name the column customer_id"):
        export_without(data, "c-1")


# --- runs and uploads -------------------------------------------------------------------------------------------------


def test_erasure_takes_the_rows_and_leaves_counts_chain_and_seal(app):
    """Nothing that names the customer is left, and nothing else is changed, but for the record of what was."""
    carry_out(app, "done")
    before = everything(app)
    report = erase("a")
    after = everything(app)
    assert report.files == {"runs/done/customers/part-00000.parquet": 1, "customers/small.csv": 2}
    changed = {name for name in before if after[name] != before[name]}
    assert changed == set(report.files)
    assert from_parquet(after["runs/done/customers/part-00000.parquet"])["customer_id"].tolist() == ["007", "7", "a,b"]
    assert after["customers/small.csv"] == LIST.replace(b"a,1,200,3\n", b"").replace(b"a,2,2,2\n", b"")


def test_erasure_is_recorded_in_the_amendments_without_a_trace_of_who(app):
    """The amendments go on from the sealed head, name file, digests and rows, and hold no id nor pseudonym of it."""
    carry_out(app, "done", customers="list.csv")
    gone = from_parquet(app.files("done", "customers/")["customers/part-00000.parquet"])["customer_id"][0]
    erase(gone)
    seal = RunFolder(app.blobs, "done").read(SEAL, Seal)
    chain = app.blobs.read(AUDIT, audit_chain("done"))
    assert verify_chain(chain, head=seal.audit_head, length=seal.audit_length).intact
    amendments = app.blobs.read(AUDIT, amendments_chain("done"))
    assert verify_chain(amendments, origin=seal.audit_head).intact
    (entry,) = parse_chain(amendments, origin=seal.audit_head)
    assert entry.event == "file_erased"
    assert entry.data.keys() == {"file", "sha256", "was", "rows"}
    present = app.blobs.stat(RUNS, f"done/{entry.data['file']}")
    assert (entry.data["sha256"], entry.data["rows"]) == (present.etag, 1)
    for trace in (gone, pseudonym(gone, services().pseudonym_key)):
        assert trace.encode() not in amendments


def test_erasing_again_erases_nothing(app):
    """Done twice, the second time finds nothing and writes nothing."""
    carry_out(app, "done")
    erase("a")
    before = everything(app)
    assert (erase("a").rows, everything(app)) == (0, before)


def test_erasure_that_was_interrupted_is_finished_by_the_next(app, monkeypatch):
    """A crash after the record leaves the file as it was; again, the file follows and the record stands once."""
    carry_out(app, "done")

    def crash(*_):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(app.blobs, "replace_from", crash)
        with pytest.raises(OSError):  # noqa: PT011 - any fault of the machine
            erase("a")
    assert erase("a").rows == 3
    seal = RunFolder(app.blobs, "done").read(SEAL, Seal)
    assert len(parse_chain(app.blobs.read(AUDIT, amendments_chain("done")), origin=seal.audit_head)) == 1


def test_run_that_has_not_ended_is_pending_and_untouched(app):
    """Neither a file of it nor the upload it reads is changed; after its end the same erasure does both."""
    _start("waiting", "small.csv")
    before = everything(app)
    report = erase("a")
    assert (report.rows, report.pending) == (0, ("waiting",))
    assert {name: data for name, data in everything(app).items() if not name.startswith(ERASURES)} == before
    ending = Ending(run_id="waiting", outcome="cancelled", decided_at=services().now())
    RunFolder(app.blobs, "waiting").end(ending)
    assert erase("a").files == {"customers/small.csv": 2}


def test_later_runs_suppress_the_erased(app):
    """A new run of a list that still has the customer leaves them out, and counts it."""
    erase("7")
    app.blobs.create(UPLOADS, "again.csv", LIST)
    counts = carry_out(app, "later", customers="again.csv")
    assert counts == {"read": 5, "accepted": 3, "rejected": 1, "suppressed": 1}
    assert b'"erased":1' in app.files("later")["segments.json"].replace(b" ", b"").replace(b"\n", b"")


def test_nobody_is_erased_and_no_run_starts_without_the_right_key(app, monkeypatch, tmp_path):
    """Without a key there is no erasure; with a lost one no run, because the erased would be written to again."""
    erase("7")
    for key, problem in (("", "is missing"), (KEY_TEXT.replace("QU", "QV"), "is not the key")):
        monkeypatch.setenv("PSEUDONYM_KEY", key)
        App(app.folder, monkeypatch)
        with pytest.raises(NotReady, match=problem):
            _start("later", "list.csv")
    monkeypatch.setenv("PSEUDONYM_KEY", "")
    App(tmp_path / "empty", monkeypatch)
    with pytest.raises(NotReady, match="PSEUDONYM_KEY is missing"):
        erase("7")


def test_what_an_erasure_leaves_of_an_upload_starts_no_run(app):
    """The store's event for the rewritten list is ignored; one for a list that somebody uploads is not."""
    erase("a")
    started = RecordingClient()
    environment = Environment(bootstrap.services, bootstrap.base_config, bootstrap.settings)
    for name in ("small.csv", "list.csv"):
        blob = SimpleNamespace(name=f"{UPLOADS}/{name}")
        asyncio.run(customers_uploaded(blob, started, environment))
    assert [run_id.rpartition("-")[0] for run_id in started.started] == ["list"]


def test_no_event_document_or_payload_names_a_customer(app, caplog):
    """Neither logs, nor what goes to the task hub, nor the report of an erasure hold an id: only a pseudonym."""
    caplog.set_level(logging.INFO, logger="personalization")
    carry_out(app, "done", customers="list.csv")
    parts = app.files("done", "customers/").values()
    ids = {name for part in parts for name in from_parquet(part)["customer_id"]}
    gone = min(ids)
    report = erase(gone)
    folder = RunFolder(app.blobs, "done")
    told = [
        *app.payloads,
        caplog.text,
        report.model_dump_json(),
        *(app.files("done")[name].decode() for name in (MANIFEST, SEAL)),
    ]
    told += [folder.read(RESULT, ResultDocument).model_dump_json()]
    assert not [name for name in ids for text in told if name in text]
    assert pseudonym(gone, services().pseudonym_key) in caplog.text


# --- retention --------------------------------------------------------------------------------------------------------


def purge(days, later=0):
    present = services()
    then = present.now() + timedelta(days=later)
    moved = type(present)(**{**vars(present), "now": lambda: then})
    return asyncio.run(purge_runs(days, moved, RecordingClient()))


def test_purging_leaves_chain_seal_and_amendments(app):
    """The files and the list of an old run go, what proves it stays and says so, and again there is nothing to do."""
    carry_out(app, "old")
    chain = app.blobs.read(AUDIT, audit_chain("old"))
    report = purge(30, later=31)
    assert (report.runs, report.files > 0) == (("old",), True)
    assert set(app.files("old")) == {SEAL}
    assert app.blobs.read(AUDIT, audit_chain("old")) == chain
    seal = RunFolder(app.blobs, "old").read(SEAL, Seal)
    (entry,) = parse_chain(app.blobs.read(AUDIT, amendments_chain("old")), origin=seal.audit_head)
    assert (entry.event, entry.data) == ("run_purged", {"files": report.files})
    assert [ref.name for ref in app.blobs.list(UPLOADS)] == ["list.csv"]
    assert purge(30, later=31).files == 0


def test_young_runs_and_lists_in_use_are_kept(app):
    """A run is kept until its days are over, and an upload as long as a run that is kept was made from it."""
    carry_out(app, "old")
    assert purge(30, later=29).runs == ()
    _start("waiting", "small.csv")
    assert purge(30, later=31).runs == ("old",)
    assert app.blobs.read(UPLOADS, "small.csv") == LIST
    assert RunFolder(app.blobs, "waiting").exists(MANIFEST)


def test_purge_that_was_interrupted_is_finished_by_the_next(app, monkeypatch):
    """Whatever was left of the run goes, and the record stands once."""
    carry_out(app, "old")
    real = app.blobs.delete

    def crash(container, name):
        real(container, name)
        if name.startswith("old/"):
            raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(app.blobs, "delete", crash)
        with pytest.raises(OSError):  # noqa: PT011 - any fault of the machine
            purge(30, later=31)
    assert purge(30, later=31).files > 0
    assert set(app.files("old")) == {SEAL}


def test_purged_run_is_told_as_such_and_its_id_is_not_used_again(app):
    """Asking for it or starting it says that it is gone; the list of runs leaves it out."""
    carry_out(app, "old")
    purge(30, later=31)
    with pytest.raises(RunPurged, match="was purged"):
        asyncio.run(view_run("old", services(), RecordingClient()))
    with pytest.raises(RunPurged):
        _start("old", "list.csv")
    assert RunPurged.status == 410


def test_erasure_reaches_around_purged_runs(app):
    """A purged run holds nobody any more, and is no obstacle."""
    carry_out(app, "old")
    purge(30, later=31)
    assert erase("a") == erase("a")


def test_parquet_part_keeps_what_it_was_made_from(app):
    """The digest that a part carries is still there when a row is not."""
    carry_out(app, "done")
    part = app.files("done", "customers/")["customers/part-00000.parquet"]
    left = parquet_without(part, "7")
    assert left.rows == 1
    assert parquet_without(left.data, "7") == (left.data, 0)
    metadata = [pq.read_schema(io.BytesIO(data)).metadata for data in (part, left.data)]
    assert metadata[0] == metadata[1]


# --- lists in every format --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "write"),
    [("some.csv", bytes), ("some.csv.gz", as_gzip), ("some.parquet", partial(converted, group_rows=2))],
)
def test_customer_is_erased_from_lists_of_every_format(app, name, write):
    """The upload keeps its format and everybody else, starts no run, and a second erasure finds nothing."""
    app.blobs.create(UPLOADS, name, write(LIST))
    carry_out(app, "done", name)
    report = erase("a")
    assert report.files[f"customers/{name}"] == 2
    assert not report.unreadable
    left = app.blobs.read(UPLOADS, name)
    assert list_format(io.BytesIO(left)) == list_format(io.BytesIO(write(LIST)))
    kept = pd.concat([part.customers["customer_id"] for part in parsed(left)])
    assert kept.tolist() == ["007", "7", "a,b"]
    client = RecordingClient()
    event = SimpleNamespace(name=f"customers/{name}")
    asyncio.run(customers_uploaded(event, client, Environment(services, bootstrap.settings, bootstrap.base_config)))
    assert client.started == []
    assert f"customers/{name}" not in erase("a").files
    assert app.blobs.read(UPLOADS, name) == left


def test_parquet_list_keeps_every_other_column_and_value():
    """What a run never loads stays as it was, of any type, and the same bytes come each time."""
    spare = pa.table(
        {
            "customer_id": pa.array([7, 8, None, 7]),
            **{name: pa.array([1.5, 2, 3, 4], pa.float32()) for name in HEADER.decode().split(",")[1:]},
            "tags": [["a"], [], None, ["b", "c"]],
            "joined": pa.array([1, 2, None, 4], pa.timestamp("ns")),
            "kind": pa.array(["x", "y", "x", None]).dictionary_encode(),
            "tier.old": [{"level": 1}, None, {"level": 3}, {"level": 4}],
        }
    ).replace_schema_metadata({"source": "crm"})
    written = parquet(spare, row_group_size=3)
    left = list_without(io.BytesIO(written), "7")
    assert left.rows == 2
    data = b"".join(left.chunks())
    assert data == b"".join(left.chunks())
    found = pq.read_table(io.BytesIO(data))
    assert found.equals(pq.read_table(io.BytesIO(written)).take([1, 2]), check_metadata=True)


def test_damaged_list_is_reported_unreadable(app):
    """A file that cannot be read whole is named, and left as it is."""
    names = [*HEADER.decode().split(","), "note"]
    more = pa.table([["never read by a run"]] * len(names), names=names).set_column(0, "customer_id", [["a"]])
    wrong = {
        "note.parquet": overwritten(parquet(more), column=4),
        "cut.gz": as_gzip(LIST)[:-3],
        "cut.parquet": converted(LIST)[:-3],
        "pages.parquet": overwritten(converted(LIST)),
    }
    for name, data in wrong.items():
        app.blobs.create(UPLOADS, name, data)
    assert set(erase("a").unreadable) == {f"customers/{name}" for name in wrong}
    assert all(app.blobs.read(UPLOADS, name) == data for name, data in wrong.items())


def overwritten(data, column=0):
    """A Parquet file in which a column's first page says nothing."""
    start = pq.read_metadata(io.BytesIO(data)).row_group(0).column(column).dictionary_page_offset
    return data[:start] + b"\xff" * 20 + data[start + 20 :]
