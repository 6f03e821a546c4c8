"""The audit chain, its verification, the verdicts' CSV and the check of a sealed run."""

import csv
import hashlib
import io
import json
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts import Seal, Verdict
from shared.domain.amendments import amendment_notes
from shared.domain.audit import (
    amendments_of,
    append_entry,
    closing_data,
    generate_audit_report,
    parse_chain,
    serialize,
    verdict_entry_data,
    verify_chain,
    verify_seal,
    verify_table,
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


# --- any change of a chain's file -------------------------------------------------------------------------------------

FILES = {"a.json": "3" * 64, "b.json": "4" * 64}
WHOLE = as_bytes(closed_chain(FILES))
SEALED = seal_of(closed_chain(FILES), FILES)


@st.composite
def tampered(draw):
    """The file after one change: a byte, a deletion, an insertion, a swap or repetition of lines, a cut anywhere."""
    kind = draw(st.sampled_from(["byte", "delete", "insert", "swap", "repeat", "cut"]))
    at = draw(st.integers(0, len(WHOLE) - 1))
    line, other = draw(st.integers(0, 6)), draw(st.integers(0, 6))
    all_lines = WHOLE.splitlines(keepends=True)
    match kind:
        case "byte":
            return WHOLE[:at] + bytes([WHOLE[at] ^ draw(st.integers(1, 255))]) + WHOLE[at + 1 :]
        case "delete":
            return WHOLE[:at] + WHOLE[at + draw(st.integers(1, 400)) :]
        case "insert":
            return WHOLE[:at] + draw(st.binary(min_size=1, max_size=40)) + WHOLE[at:]
        case "swap":
            all_lines[line], all_lines[other] = all_lines[other], all_lines[line]
        case "repeat":
            all_lines.insert(line, all_lines[other])
        case "cut":
            return WHOLE[:at]
    return b"".join(all_lines)


@settings(max_examples=600, deadline=None)
@given(tampered())
def test_any_change_of_a_finished_chain_is_found(data):
    """Whatever is done to the file, it is found from the file alone, and beside the seal."""
    same = data == WHOLE  # a line swapped with itself
    assert verify_chain(data, finished=True).intact is same
    assert (verify_seal(SEALED, data, FILES) == []) is same


@pytest.mark.parametrize("left", range(7))
def test_truncation_at_a_line_end_shows_in_the_file_alone(left):
    """A finished chain ends with the entry that closes its run; one that was cut there does not."""
    cut = b"".join(WHOLE.splitlines(keepends=True)[:left])
    report = verify_chain(cut, finished=True)
    assert not report.intact
    assert left == 0 or "cut off" in report.problem
    assert report.line == left + 1


def test_nothing_may_follow_the_closing_entry():
    """An entry that was forged onto the end of a finished chain shows, though its hash is right."""
    entries = closed_chain(FILES)
    forged = [*entries, append_entry(entries[-1], "closed again", "run_closed", {}, NOW)]
    report = verify_chain(as_bytes(forged), finished=True)
    assert (report.intact, report.line) == (False, 8)


# --- the table beside a chain -----------------------------------------------------------------------------------------


def table_and_chain():
    verdicts = [verdict("var-1", segment='=New, "keen"\n'), verdict("var-2", status="block", sexual_severity=None)]
    tail, data = None, b""
    for item in verdicts:
        tail = append_entry(tail, f"verdict:{item.variant_id}", "safety_decision", verdict_entry_data(item), NOW)
        data += serialize(tail)
    return generate_audit_report(verdicts), data


def test_the_table_beside_a_chain_is_held_against_its_decisions():
    """The table as it was written is in order, and no single byte of it can change unseen."""
    table, data = table_and_chain()
    assert verify_table(table, data) == ""
    for at in range(len(table)):
        for flip in (1, 32, 128):
            assert verify_table(table[:at] + bytes([table[at] ^ flip]) + table[at + 1 :], data), at
        assert verify_table(table[:at], data), at
        assert verify_table(table[:at] + b"\n" + table[at:], data), at


def test_rows_of_the_table_cannot_be_moved_repeated_or_dropped():
    """The order and the number of rows are vouched for too."""
    table, data = table_and_chain()
    records = list(csv.reader(io.StringIO(table.decode(), newline="")))

    def written(rows):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().encode()

    assert verify_table(written(records), data) == ""
    for rows in ([records[0], records[2], records[1]], [*records, records[2]], records[:2], records[:1], []):
        assert verify_table(written(rows), data)


def test_a_row_of_a_verdict_on_an_edited_text_may_stand_beside_the_first():
    """An entry of another event that holds a verdict vouches for a row too, and only for that one."""
    first, later = verdict("var-1"), verdict("var-1", status="block", checked_at=NOW + timedelta(hours=1))
    entries = [append_entry(None, "a", "safety_decision", verdict_entry_data(first), NOW)]
    entries.append(append_entry(entries[0], "b", "variant_edited", {"revision": 1, **verdict_entry_data(later)}, NOW))
    assert verify_table(generate_audit_report([first, later]), as_bytes(entries)) == ""
    assert verify_table(generate_audit_report([first]), as_bytes(entries)) == ""
    assert verify_table(generate_audit_report([later]), as_bytes(entries))
    assert verify_table(generate_audit_report([first, later]), as_bytes(entries[:1]))


def test_an_older_chain_does_not_vouch_for_its_table():
    """A chain whose decisions do not name the segment says nothing of the table, right or wrong."""
    data = {name: value for name, value in verdict_entry_data(verdict()).items() if name != "segment"}
    assert verify_table(b"anything", serialize(append_entry(None, "k", "safety_decision", data, NOW))) == ""


# --- amendments -------------------------------------------------------------------------------------------------------

OLD, NEW, NEWER = "3" * 64, "5" * 64, "6" * 64


def amended(*records):
    """A chain of amendments with these (event, data)."""
    tail, data = None, b""
    for number, (event, fields) in enumerate(records):
        tail = append_entry(tail, f"k{number}", event, fields, NOW, origin=SEALED.audit_head)
        data += serialize(tail)
    return data


def erased(was, now, rows=1, file="a.json"):
    return "file_erased", {"file": file, "sha256": now, "was": was, "rows": rows}


def problems(found, amendments, **kept):
    return verify_seal(SEALED, WHOLE, {**FILES, **found}, amendments=amendments, **kept)


def test_a_file_that_rows_were_erased_from_counts_as_intact():
    """The digest that the amendments say last is the one that holds, and they say how many rows left."""
    amendments = amended(erased(OLD, NEW), erased(NEW, NEWER, rows=2))
    assert problems({"a.json": NEWER}, amendments) == []
    notes = amendment_notes(amendments_of(SEALED, amendments))
    assert notes == ["a.json: amended, 3 rows erased"]


@pytest.mark.parametrize("found", [OLD, NEW])
def test_an_erasure_that_was_not_carried_out_is_told(found):
    """A file that still has an earlier digest after the entry of an erasure has kept what was to leave it."""
    [problem] = problems({"a.json": found}, amended(erased(OLD, NEW), erased(NEW, NEWER)))
    assert problem == "a.json: rows were to be erased from it, and were not; erase them again"


def test_an_erasure_after_one_that_crashed_starts_from_the_old_digest():
    """An entry whose erasure never came about stands in nobody's way, and its rows are not counted as gone."""
    amendments = amended(erased(OLD, NEW, rows=5), erased(OLD, NEWER, rows=1))
    assert problems({"a.json": NEWER}, amendments) == []
    assert amendment_notes(amendments_of(SEALED, amendments)) == ["a.json: amended, 1 row erased"]


def test_amendments_excuse_only_what_they_say():
    """A digest that nobody recorded, another file, and an erasure from a version that never was are problems."""
    assert problems({"a.json": "9" * 64}, amended(erased(OLD, NEW)))
    assert problems({"a.json": NEW}, amended(erased(OLD, NEW, file="b.json")))
    assert problems({"a.json": NEW}, amended(erased("9" * 64, NEW)))
    assert problems({"a.json": NEW}, b"")


def test_a_purged_run_may_lack_its_files():
    """After a purge what is missing was deleted rightly; what is left must still be as it was sealed."""
    purged = amended(("run_purged", {"files": 2}))
    assert verify_seal(SEALED, WHOLE, {}, amendments=purged) == []
    assert verify_seal(SEALED, WHOLE, {"a.json": NEW}, amendments=purged) == ["a.json: changed since it was sealed"]
    assert amendment_notes(amendments_of(SEALED, purged)) == ["purged: 2 files deleted"]


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("file_erased", {}),
        ("file_erased", {"file": "", "sha256": NEW, "was": OLD, "rows": 1}),
        ("file_erased", {"file": "a.json", "sha256": "x", "was": OLD, "rows": 1}),
        ("file_erased", {"file": "a.json", "sha256": NEW, "was": OLD, "rows": -1}),
        ("file_erased", {"file": 1, "sha256": NEW, "was": OLD, "rows": 1}),
        ("run_purged", {}),
        ("run_purged", {"files": "many"}),
    ],
)
def test_amendments_of_the_wrong_form_are_problems(event, data):
    """An entry that does not hold what its event must is named with its line and excuses nothing."""
    found = problems({}, amended(("document_recalled", {}), (event, data)))
    assert [problem.partition(":")[0] for problem in found] == ["amendments, line 2"]


def test_amendments_must_follow_the_sealed_head():
    """A chain of amendments of another run, or a changed one, is broken."""
    other = serialize(append_entry(None, "k", "document_recalled", {}, NOW, origin="7" * 64))
    assert problems({}, other) == [
        "amendments, line 1: does not follow from the line before: that one, or this one, was replaced"
    ]
    good = amended(("document_recalled", {"n": 1}))
    assert problems({}, good) == []
    for at in range(len(good)):
        assert problems({}, good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]), at


def test_cut_off_amendments_show_against_a_head_kept_elsewhere():
    """Amendments have no closing entry, so only their head tells that the last of them is gone, or all are."""
    whole = amended(("document_recalled", {"n": 1}), ("document_recalled", {"n": 2}))
    head = parse_chain(whole, origin=SEALED.audit_head)[-1].hash
    cut = whole.splitlines(keepends=True)[0]
    assert problems({}, whole, amendments_head=head) == []
    assert problems({}, cut) == []
    for short in (cut, b""):
        assert problems({}, short, amendments_head=head)


def test_a_withheld_file_may_be_absent_and_not_changed():
    """What was left out of a pack is no problem; what is there must fit all the same."""
    assert verify_seal(SEALED, WHOLE, {"b.json": "4" * 64}, withheld=frozenset({"a.json"})) == []
    assert verify_seal(SEALED, WHOLE, {**FILES, "a.json": NEW}, withheld=frozenset({"a.json"}))
