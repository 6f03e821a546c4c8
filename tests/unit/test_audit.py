"""The audit chain, its verification, the verdicts' CSV and the check of a sealed run."""

import csv
import hashlib
import io
import json
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.contracts import Seal, Verdict
from shared.domain.audit import (
    append_entry,
    closing_data,
    generate_audit_report,
    parse_chain,
    serialize,
    verdict_entry_data,
    verify_chain,
    verify_seal,
)
from shared.errors import InputError

NOW = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


def chain(length=6):
    entries, tail = [], None
    for number in range(length):
        tail = append_entry(tail, f"verdict/{number}", "verdict", {"n": number, "name": "é"}, NOW)
        entries.append(tail)
    return entries


def as_bytes(entries):
    return b"".join(map(serialize, entries))


def lines(length=6):
    return as_bytes(chain(length)).splitlines(keepends=True)


def verdict(variant_id="at-risk-urgent", **changes):
    fields = {
        "input_digest": "1" * 64,
        "variant_id": variant_id,
        "segment_id": "at-risk",
        "segment": "At-Risk",
        "content_hash": "2" * 64,
        "status": "pass",
        "hate_severity": 0,
        "violence_severity": 0,
        "self_harm_severity": 0,
        "sexual_severity": 0,
        "block_reason": "",
        "blocked_by": (),
        "provider": "fake",
        "checked_at": NOW,
    }
    return Verdict(**{**fields, **changes})


def test_a_chain_verifies_and_parses_back():
    """What was appended and serialized is intact, and parses to the same entries."""
    entries = chain()
    report = verify_chain(as_bytes(entries), head=entries[-1].hash, length=6)
    assert report == (True, 6, entries[-1].hash, "", None)
    assert parse_chain(as_bytes(entries)) == entries


def test_the_first_entry_hangs_on_nothing():
    """Sequence starts at 0 and the first predecessor is all zeros."""
    first, second = chain(2)
    assert (first.sequence, first.previous) == (0, "0" * 64)
    assert (second.sequence, second.previous) == (1, first.hash)


def test_the_hash_can_be_recomputed_by_anyone():
    """The hash is the SHA-256 of the line's canonical JSON without the hash itself."""
    line = json.loads(lines(1)[0])
    claimed = line.pop("hash")
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == claimed


def test_a_timestamp_is_kept_in_utc():
    """The same instant in another zone gives the same bytes."""
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))
    assert serialize(append_entry(None, "k", "e", {}, elsewhere)) == serialize(append_entry(None, "k", "e", {}, NOW))


@pytest.mark.parametrize(
    "data", [{"x": float("nan")}, {"x": float("inf")}, {"x": object()}, {"x": {1, 2}}, {"x": "\ud800"}, {"x": b""}]
)
def test_data_that_is_not_json_is_refused(data):
    """Only plain JSON can be recorded."""
    with pytest.raises(InputError):
        append_entry(None, "k", "e", data, NOW)


def test_a_timestamp_without_zone_is_refused():
    """A naive time could mean any instant."""
    with pytest.raises(InputError):
        append_entry(None, "k", "e", {}, NOW.replace(tzinfo=None))


def test_data_is_copied_into_the_entry():
    """Changing what was recorded afterwards does not change the record."""
    data = {"list": [1]}
    entry = append_entry(None, "k", "e", data, NOW)
    data["list"].append(2)
    assert entry.data == {"list": [1]}


def change(all_lines):
    return [*all_lines[:2], all_lines[2].replace(b'"n":2', b'"n":9'), *all_lines[3:]]


def replace_consistently(all_lines):
    entries = parse_chain(b"".join(all_lines))
    forged = append_entry(entries[1], "verdict/2", "verdict", {"n": 9}, NOW)
    return [*all_lines[:2], serialize(forged), *all_lines[3:]]


def repeat_a_key(all_lines):
    entries = parse_chain(b"".join(all_lines[:3]))
    return [*all_lines[:3], serialize(append_entry(entries[2], "verdict/1", "verdict", {}, NOW))]


@pytest.mark.parametrize(
    ("break_it", "line", "word"),
    [
        (change, 3, "changed"),
        (replace_consistently, 4, "replaced"),
        (lambda x: x[:2] + x[3:], 3, "dropped"),
        (lambda x: x[1:], 1, "dropped"),
        (lambda x: [x[0], x[2], x[1], *x[3:]], 2, "reordered"),
        (lambda x: [*x[:3], x[1], *x[3:]], 4, "repeated"),
        (lambda x: [*x[:-1], x[-1].rstrip(b"\n")], 6, "torn"),
        (lambda x: [*x[:-1], x[-1][:40]], 6, "torn"),
        (lambda x: [*x, b"\n"], 7, "JSON"),
        (lambda x: [*x, b"{}\n"], 7, "field"),
        (lambda x: [*x, b"[]\n"], 7, "field"),
        (lambda x: [*x, b"\xff\xfe\n"], 7, "JSON"),
        (lambda x: [x[0].replace(b'{"data"', b'{ "data"'), *x[1:]], 1, "canonical"),
        (lambda x: [x[0].replace(b"\n", b"\r\n"), *x[1:]], 1, "canonical"),
        (lambda x: [x[0].replace(b'"event":', b'"event":"other","event":'), *x[1:]], 1, "canonical"),
        (lambda x: [x[0].replace("é".encode(), b"\\u00e9"), *x[1:]], 1, "canonical"),
        (repeat_a_key, 4, "key"),
        (lambda _: [b"[" * 100_000 + b"\n"], 1, "JSON"),
        (lambda _: [b'{"sequence":' + b"9" * 5000 + b"}\n"], 1, "JSON"),
    ],
)
def test_a_break_is_found_where_it_is(break_it, line, word):
    """Every kind of tampering is reported with the line it shows at, and the entries before it still count."""
    data = b"".join(break_it(lines()))
    report = verify_chain(data)
    assert not report.intact
    assert word in report.problem
    assert (report.line, report.entries) == (line, line - 1)
    with pytest.raises(InputError, match=f"line {line}"):
        parse_chain(data)


def test_truncation_shows_against_the_sealed_length_and_head():
    """A chain cut at a line end looks whole by itself, and not beside its length or head."""
    entries = chain()
    cut = as_bytes(entries[:4])
    assert verify_chain(cut).intact
    assert verify_chain(cut, length=6).problem == "truncated: 4 of 6 entries are left"
    assert verify_chain(cut, length=6).line == 5
    assert not verify_chain(cut, head=entries[-1].hash).intact


def test_an_addition_shows_against_the_sealed_length():
    """Entries appended after the seal are told apart."""
    report = verify_chain(as_bytes(chain(6)), length=4)
    assert (report.intact, report.line) == (False, 5)


def test_a_rewritten_chain_shows_against_the_sealed_head():
    """A chain rebuilt from scratch with consistent hashes still has another head."""
    tail, data = None, b""
    for number in range(6):
        tail = append_entry(tail, f"verdict/{number}", "verdict", {"n": -number}, NOW)
        data += serialize(tail)
    assert verify_chain(data).intact
    assert not verify_chain(data, head=chain()[-1].hash, length=6).intact


def test_nothing_is_not_a_chain():
    """An empty file is reported as broken, while a run's first append starts from no entries."""
    assert verify_chain(b"") == (False, 0, None, "the chain is empty", 1)
    assert parse_chain(b"") == []


def test_no_bytes_make_verification_raise():
    """Any single-byte change of a chain is found, and random bytes are only ever reported."""
    draw = random.Random(7)
    whole = as_bytes(chain(3))
    for _ in range(1500):
        data = bytearray(whole)
        data[draw.randrange(len(data))] ^= draw.randrange(1, 256)
        assert not verify_chain(bytes(data)).intact
        assert not verify_chain(draw.randbytes(draw.randrange(1, 60)) + b"\n").intact


@pytest.mark.parametrize("field", ["timestamp", "sequence", "data", "previous", "hash", "key", "event"])
@pytest.mark.parametrize("value", [None, 1, -1, 1e308, "", "x", [], {}, True, [[]], "\ud800", {"a": "\ud800"}])
def test_hostile_fields_are_reported(field, value):
    """A well-formed line of JSON with an absurd field is a broken line, not a fault."""
    line = {**json.loads(lines(1)[0]), field: value}
    assert not verify_chain(json.dumps(line).encode() + b"\n").intact


def test_the_csv_has_the_documented_columns():
    """The table is the document's, one row per verdict, ordered by variant, a missing severity empty."""
    rows = generate_audit_report(
        [
            verdict("var-2", status="block", hate_severity=6, block_reason="Hate severity above threshold"),
            verdict("var-1", segment='New, "keen"', sexual_severity=None, checked_at=NOW.replace(microsecond=5)),
        ]
    )
    assert rows.decode() == (
        "timestamp,variant_id,segment,status,hate,violence,self_harm,sexual,block_reason\n"
        '2026-03-01T12:00:05.000005Z,var-1,"New, ""keen""",pass,0,0,0,,\n'
        "2026-03-01T12:00:05Z,var-2,At-Risk,block,6,0,0,0,Hate severity above threshold\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r", " ="])
def test_the_csv_runs_nothing_in_a_spreadsheet(start):
    """A segment or reason that begins like a formula is made text."""
    data = generate_audit_report([verdict(segment=f"{start}HYPERLINK(1)", block_reason=f"{start}1")])
    row = next(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert row["segment"] == f"'{start}HYPERLINK(1)"
    assert row["block_reason"] == f"'{start}1"


def test_the_csv_survives_line_breaks_in_names():
    """A segment with line breaks and quotes is still one row of nine fields."""
    data = generate_audit_report([verdict(segment='a\nb"c\r\nd')])
    records = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert [len(record) for record in records] == [9, 9]
    assert records[1][2] == 'a\nb"c\r\nd'


def test_a_verdicts_entry_is_json_and_has_no_text():
    """What the chain records of a verdict can be chained, and binds the text by its hash alone."""
    data = verdict_entry_data(verdict(status="block", hate_severity=6, blocked_by=("hate",)))
    entry = append_entry(None, "verdict/at-risk-urgent", "verdict", data, NOW)
    assert entry.data["content_hash"] == "2" * 64
    assert (entry.data["status"], entry.data["hate_severity"], entry.data["blocked_by"]) == ("block", 6, ["hate"])


def closed_chain(files):
    """A chain that ends as a run's does: with one digest over all files."""
    entries = chain()
    return [*entries, append_entry(entries[-1], "closed", "run_closed", closing_data("completed", files), NOW)]


def seal_of(entries, files):
    return Seal(run_id="run-1", sealed_at=NOW, audit_head=entries[-1].hash, audit_length=len(entries), files=files)


def test_a_run_as_it_was_sealed_has_no_problems():
    """Matching chain and files, with or without the seal itself in the listing, are in order."""
    files = {"a.json": "3" * 64}
    entries = closed_chain(files)
    seal = seal_of(entries, files)
    assert verify_seal(seal, as_bytes(entries), files) == []
    assert verify_seal(seal, as_bytes(entries), {**files, "seal.json": "4" * 64}) == []


def test_a_seal_rewritten_to_fit_changed_files_is_told_by_the_chain():
    """Whoever changes a file and its digest in the seal contradicts the chain, and a head kept elsewhere."""
    entries = closed_chain({"a.json": "3" * 64})
    forged = {"a.json": "9" * 64}
    [problem] = verify_seal(seal_of(entries, forged), as_bytes(entries), forged)
    assert problem.startswith("seal.json")


def test_every_difference_from_the_seal_is_told():
    """A cut chain, a missing, a changed and an extra file are four problems, each with its name."""
    seal = seal_of(chain(), {"a.json": "3" * 64, "b.json": "4" * 64})
    problems = verify_seal(seal, as_bytes(chain()[:3]), {"b.json": "5" * 64, "c.json": "6" * 64})
    assert problems == [
        "audit chain, line 4: truncated: 3 of 6 entries are left",
        "a.json: missing",
        "b.json: changed since it was sealed",
        "c.json: not among the sealed files",
    ]
