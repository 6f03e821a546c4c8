"""The evidence pack: made the same every time, and checked alike by the app and by the verifier inside it."""

import ast
import base64
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from local.cli import main
from local.verify_command import verify
from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.adapters.signing import Ed25519Signer
from shared.audit_trail import AuditRecord, AuditTrail
from shared.bootstrap import build_signer
from shared.config import load_settings
from shared.contracts import Seal
from shared.domain.amendments import engagement_problems
from shared.domain.audit import (
    RUN_CLOSED,
    SAFETY_DECISION,
    amendments_of,
    closing_data,
    generate_audit_report,
    verdict_entry_data,
)
from shared.domain.evidence import Kept
from shared.domain.seals import signature_problem, signed_payload
from shared.errors import ConfigError, Conflict, InputError
from shared.evidence import verify as standalone
from shared.evidence.pack import write_pack
from shared.ports import BlobStore
from shared.run_folder import AUDIT, RUNS, SEAL, RunFolder, audit_csv
from tests.fakes import MemoryBlobs
from tests.report_fixture import documents, sha

NOW = datetime(2026, 3, 1, 12, 0, 5, 120000, tzinfo=UTC)
SEED = bytes(range(32))
SIGNER = Ed25519Signer(SEED)
FILES = {
    "manifest.json": b'{"run_id": "r1"}\n',
    "variants/a.json": b'{"body": "Hello"}\n',
    "customers/part-00000.parquet": b"PAR1 C-0001",
    "assignments/part-00000.parquet": b"PAR1 C-0001 a",
    "rejects/part-00000.csv": b"row,reason\n",
    "exports/control/part-00000.csv": b"customer_id,arm\nC-0001,control\n",
    "input/customers.csv": b"customer_id\nC-0001\n",
    "input/content/a.md": b"# Gifts\n",
}
PERSONAL = [
    "assignments/part-00000.parquet",
    "customers/part-00000.parquet",
    "exports/control/part-00000.csv",
    "input/customers.csv",
]


def seal_run(blobs: BlobStore, run_id: str = "r1", *, signed: bool = True, files: dict[str, bytes] = FILES) -> Seal:
    """A sealed run with two decisions, as the app leaves one."""
    verdicts = [item.model_copy(update={"checked_at": NOW}) for item in documents().verdicts[:2]]
    blobs.create(AUDIT, audit_csv(run_id), generate_audit_report(verdicts))
    for name, data in files.items():
        blobs.create(RUNS, f"{run_id}/{name}", data)
    digests = {name: digest_of(data) for name, data in files.items()}
    digests[f"audit/{run_id}.csv"] = digest_of(blobs.read(AUDIT, audit_csv(run_id)))
    closed = AuditTrail(blobs, run_id, lambda: NOW).record(
        [
            *(
                AuditRecord(f"verdict:{item.variant_id}", SAFETY_DECISION, verdict_entry_data(item))
                for item in verdicts
            ),
            AuditRecord("closed", RUN_CLOSED, closing_data("completed", digests)),
        ]
    )
    seal = Seal(run_id=run_id, sealed_at=NOW, audit_head=closed.head, audit_length=closed.entries, files=digests)
    if signed:
        named = seal.model_copy(update={"public_key": SIGNER.public_key})
        seal = named.model_copy(update={"signature": SIGNER.sign(signed_payload(named))})
    RunFolder(blobs, run_id).create(SEAL, seal)
    return seal


def digest_of(data: bytes) -> str:
    return sha(data.decode())


def a_pack(*, signed: bool = True, with_customers: bool = False) -> bytes:
    blobs = MemoryBlobs()
    seal_run(blobs, signed=signed)
    return packed(blobs, with_customers=with_customers)


def packed(blobs: BlobStore, **options: bool) -> bytes:
    target = io.BytesIO()
    write_pack(blobs, "r1", target, **options)
    return target.getvalue()


def members(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def both(path: Path, **kept: str) -> tuple[set[str], set[str]]:
    """What the app and the standalone verifier find wrong with the pack at ``path``."""
    with standalone.open_pack(path) as pack:
        alone = standalone.verify_pack(pack, standalone.Kept(**kept)).problems
    return set(verify(str(path), Path("out"), Kept(**kept)).problems), set(alone)


def of_files(problems: set[str]) -> set[str]:
    """The problems of files, which both verifiers word alike."""
    return {problem for problem in problems if not problem.startswith(("audit chain", "r1.jsonl", "amendments"))}


@pytest.fixture
def pack_at(tmp_path):
    """Writes a pack's bytes to a file and gives its path."""

    def write(data: bytes) -> Path:
        path = tmp_path / "pack.zip"
        path.write_bytes(data)
        return path

    return write


# --- what a pack holds ------------------------------------------------------------------------------------------------


def test_a_pack_is_the_same_every_time():
    """The same files make the same bytes, whatever the hour."""
    assert a_pack() == a_pack()


def test_a_pack_withholds_what_is_about_single_customers():
    """Files about customers stay out and are named; approved content, the record and the verifier are in."""
    files = members(a_pack())
    assert json.loads(files["pack.json"])["withheld"] == [*PERSONAL, "rejects/part-00000.csv"]
    assert not any("C-0001" in data.decode() for data in files.values())
    assert {"runs/r1/input/content/a.md", "runs/r1/seal.json", "audit/r1.jsonl", "audit/r1.csv"} <= files.keys()
    assert files["verify.py"] == Path(standalone.__file__).read_bytes()


def test_a_pack_holds_the_customers_where_that_is_asked_for(pack_at):
    """With customers nothing is withheld, and the whole is intact."""
    pack = a_pack(with_customers=True)
    assert json.loads(members(pack)["pack.json"])["withheld"] == []
    assert members(pack)["runs/r1/input/customers.csv"] == FILES["input/customers.csv"]
    assert both(pack_at(pack)) == (set(), set())


def test_a_run_without_a_seal_cannot_be_exported():
    """A run that failed or is under way has no record to vouch for."""
    with pytest.raises(Conflict, match="no seal"):
        write_pack(MemoryBlobs(), "r1", io.BytesIO())


# --- checking one -----------------------------------------------------------------------------------------------------


def test_a_pack_as_it_was_exported_is_intact(pack_at):
    """Both verifiers accept it, against its head and its key too, and say what was withheld."""
    path = pack_at(a_pack())
    head = json.loads(members(path.read_bytes())["runs/r1/seal.json"])["audit_head"]
    assert both(path, head=head, public_key=SIGNER.public_key) == (set(), set())
    checked = verify(str(path), Path("out"))
    assert checked.summary.startswith("intact")
    assert f"{PERSONAL[0]}: withheld, not checked" in checked.notes
    assert f"signed by {SIGNER.public_key}" in checked.notes


def test_the_verifier_in_a_pack_runs_by_itself(tmp_path, pack_at):
    """Unpacked anywhere, it checks its own folder with nothing but Python, and finds a file that was changed."""
    with zipfile.ZipFile(pack_at(a_pack())) as archive:
        archive.extractall(tmp_path / "unpacked")
    script = tmp_path / "unpacked" / "verify.py"

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert (run().returncode, run(tmp_path / "pack.zip").returncode) == (0, 0)
    assert run().stdout.splitlines()[-1] == "intact"
    (tmp_path / "unpacked/runs/r1/variants/a.json").write_bytes(b"{}")
    broken = run()
    assert (broken.returncode, broken.stderr) == (1, "broken: variants/a.json: changed since it was sealed\n")
    nothing = run(tmp_path / "none.zip")
    assert (nothing.returncode, len(nothing.stderr.splitlines())) == (2, 1)


def test_the_verifier_needs_the_standard_library_alone():
    """It imports nothing that a plain Python does not have."""
    tree = ast.parse(Path(standalone.__file__).read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def change(name, old, new):
    def apply(files):
        assert old in files[name]
        return {**files, name: files[name].replace(old, new, 1)}

    return apply


def drop(name):
    return lambda files: {key: data for key, data in files.items() if key != name}


def cut_line(number):
    def apply(files):
        lines = files["audit/r1.jsonl"].splitlines(keepends=True)
        del lines[number]
        return {**files, "audit/r1.jsonl": b"".join(lines)}

    return apply


def withhold(name):
    def apply(files):
        index = json.loads(files["pack.json"])
        index["withheld"].append(name)
        return {**drop(f"runs/r1/{name}")(files), "pack.json": json.dumps(index).encode()}

    return apply


def seal_field(field, value):
    def apply(files):
        seal = json.loads(files["runs/r1/seal.json"])
        return {**files, "runs/r1/seal.json": json.dumps({**seal, field: value}).encode()}

    return apply


TAMPERED = {
    "a file changed": change("runs/r1/variants/a.json", b"Hello", b"Hullo"),
    "a file dropped": drop("runs/r1/variants/a.json"),
    "a file added": lambda files: {**files, "runs/r1/variants/b.json": b"{}"},
    "a namesake of the table": lambda files: {**files, "runs/r1/audit/r1.csv": b"{}"},
    "a stranger": lambda files: {**files, "extra.txt": b""},
    "the table changed": change("audit/r1.csv", b"pass", b"Pass"),
    "the table dropped": drop("audit/r1.csv"),
    "the chain changed": change("audit/r1.jsonl", b'"pass"', b'"Pass"'),
    "the chain dropped": drop("audit/r1.jsonl"),
    "the chain's first line dropped": cut_line(0),
    "the chain's last line dropped": cut_line(-1),
    "the seal dropped": drop("runs/r1/seal.json"),
    "the seal no seal": lambda files: {**files, "runs/r1/seal.json": b"[]"},
    "a field of the seal unknown": seal_field("more", 1),
    "the seal dated anew": seal_field("sealed_at", "2026-03-02T12:00:05Z"),
    "the seal's date in another form": seal_field("sealed_at", "2026-03-01T12:00:05.12Z"),
    "the seal's list changed": seal_field("files", {}),
    "the seal of another run": seal_field("run_id", "r2"),
    "the seal's length no number": seal_field("audit_length", True),
    "the seal's length changed": seal_field("audit_length", 2),
    "the signature dropped": seal_field("signature", None),
    "the key dropped": seal_field("public_key", None),
    "the signature malformed": seal_field("signature", "!"),
    "the key malformed": seal_field("public_key", "AAAA"),
    "another key": seal_field("public_key", Ed25519Signer(bytes(32)).public_key),
    "a message withheld": withhold("variants/a.json"),
    "content withheld": withhold("input/content/a.md"),
    "what was never sealed withheld": withhold("customers/part-00001.parquet"),
    "amendments of another run": lambda files: {**files, "audit/amendments/r1.jsonl": files["audit/r1.jsonl"]},
    "amendments torn": lambda files: {**files, "audit/amendments/r1.jsonl": b"{"},
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_both_verifiers_find_every_tampering(pack_at, tamper):
    """The app and the verifier in the pack both find it, and agree on every file."""
    ours, alone = both(pack_at(zipped(tamper(members(a_pack())))))
    assert ours
    assert alone
    assert of_files(ours) == of_files(alone)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_byte_of_a_signed_record_changes_unseen(tmp_path_factory, data):
    """Any byte of any file of the record, flipped, is found by both verifiers."""
    files = members(a_pack())
    name = data.draw(st.sampled_from(sorted(name for name in files if name.startswith(("runs/", "audit/")))))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    flipped = files[name][at] ^ data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("pack") / "pack.zip"
    path.write_bytes(zipped({**files, name: files[name][:at] + bytes([flipped]) + files[name][at + 1 :]}))
    ours, alone = both(path, public_key=SIGNER.public_key)
    if name == "runs/r1/seal.json" and not (ours or alone):
        before, after = (json.loads(member) for member in (files[name], members(path.read_bytes())[name]))
        assert before == after  # white space between the fields
    else:
        assert ours
        assert alone


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_damage_to_the_zip_itself_is_a_traceback(tmp_path_factory, data):
    """Bytes of the file changed or cut off give a verdict or one clear line, the same from both verifiers."""
    pack = a_pack()
    at = data.draw(st.integers(0, len(pack) - 1))
    damaged = pack[:at] + data.draw(st.sampled_from([b"", bytes([pack[at] ^ 255]) + pack[at + 1 :]]))
    path = tmp_path_factory.mktemp("pack") / "pack.zip"
    path.write_bytes(damaged)
    assert app_verdict(path) == standalone_verdict(path)


def app_verdict(path: Path) -> str:
    try:
        return "broken" if verify(str(path), Path("out")).problems else "intact"
    except InputError as fault:
        return str(fault).removeprefix(f"{path}: ")


def standalone_verdict(path: Path) -> str:
    try:
        with standalone.open_pack(path) as pack:
            return "broken" if standalone.verify_pack(pack, standalone.Kept()).problems else "intact"
    except standalone.BadPack as fault:
        return str(fault)


@pytest.mark.parametrize(
    ("events", "intact"),
    [
        ([("file_erased", {"rows": 2})], True),
        ([("file_erased", {"rows": 2}), ("document_recalled", {})], True),
        ([("run_purged", {"files": 1})], False),
        ([("file_erased", {"rows": 2, "was": "0" * 64})], False),
        ([("file_erased", {"rows": 2, "sha256": "0" * 64})], False),
        ([("file_erased", {"rows": -1})], False),
        ([("file_erased", {"rows": True})], False),
        ([("run_purged", {})], False),
    ],
)
def test_both_verifiers_read_the_amendments_alike(pack_at, events, intact):
    """A file that rows were erased from is in order where an entry says so, and only there."""
    blobs = MemoryBlobs()
    seal, name = seal_run(blobs), "variants/a.json"
    blobs.data[RUNS, f"r1/{name}"] = b"{}"
    whole = {"file": name, "was": seal.files[name], "sha256": digest_of(b"{}")}
    records = [
        AuditRecord(f"k{number}", event, {**whole, **data} if event == "file_erased" else data)
        for number, (event, data) in enumerate(events)
    ]
    AuditTrail(blobs, "r1", lambda: NOW, sealed=seal).record(records)
    ours, alone = both(pack_at(packed(blobs)))
    assert ours == alone
    assert (ours == set()) is intact


ROWS = "engagement/r1/0001/rows.parquet"
ANALYSED = {
    "analysis": 1,
    "file": ROWS,
    **{f"{what}_digest": "1" * 64 for what in ("received", "rows", "experiment", "plan")},
}
EXPERIMENT = "engagement/r1/0001/experiment.json"
LATER = {"analysis": 2, "file": "engagement/r1/0002/rows.parquet"}
ERASED = {"file": ROWS, "was": "1" * 64, "sha256": "2" * 64, "rows": 1}


@pytest.mark.parametrize(
    ("entries", "problems"),
    [
        ([ANALYSED], []),
        ([ANALYSED, {**ANALYSED, **LATER}], []),
        ([ANALYSED, ERASED, {**ERASED, "was": "2" * 64, "sha256": "3" * 64}], []),
        ([ERASED, ANALYSED], []),
        ([{**ANALYSED, **LATER}], ["amendments, line 1: analysis 2 does not follow those before it"]),
        ([ANALYSED, ANALYSED], ["amendments, line 2: analysis 1 does not follow those before it"]),
        ([ANALYSED, {**ERASED, "was": "3" * 64}], [f"amendments, line 2: {ROWS} never had the digest that rows were "]),
        ([{**ANALYSED, "analysis": 0}], ["amendments, line 1: not what an entry of engagement_analysed holds"]),
        ([{**ANALYSED, "analysis": True}], ["amendments, line 1: not what an entry of engagement_analysed holds"]),
        ([{**ANALYSED, "rows_digest": "1"}], ["amendments, line 1: not what an entry of engagement_analysed holds"]),
        ([{**ANALYSED, "file": ""}], ["amendments, line 1: not what an entry of engagement_analysed holds"]),
    ],
)
def test_both_verifiers_follow_the_analyses_of_observed_engagement(pack_at, entries, problems):
    """Analyses count from 1 without a gap, each with its digests, and an erasure starts from what was analysed."""
    blobs = MemoryBlobs()
    seal = seal_run(blobs)
    records = [
        AuditRecord(f"k{number}", "file_erased" if "was" in data else "engagement_analysed", data)
        for number, data in enumerate(entries)
    ]
    AuditTrail(blobs, "r1", lambda: NOW, sealed=seal).record(records)
    path = pack_at(packed(blobs))
    ours, alone = both(path)
    assert ours == alone
    assert len(ours) == len(problems)
    assert all(found.startswith(expected) for found, expected in zip(sorted(ours), problems, strict=True))
    if not problems:
        count = sum("analysis" in data for data in entries)
        assert any(note.startswith(f"observed engagement: {count} anal") for note in verify(str(path), Path()).notes)


@pytest.mark.parametrize(
    ("entries", "found", "problems"),
    [
        ([ANALYSED], {}, []),
        ([ANALYSED], {ROWS: None}, [f"{ROWS}: missing"]),
        ([ANALYSED], {ROWS: "2" * 64}, [f"{ROWS}: changed since it was analysed"]),
        ([ANALYSED], {EXPERIMENT: "2" * 64}, [f"{EXPERIMENT}: changed since it was analysed"]),
        ([ANALYSED, ERASED], {ROWS: "2" * 64}, []),
        ([ANALYSED, ERASED], {}, [f"{ROWS}: rows were to be erased from it, and were not; erase them again"]),
        ([ANALYSED, ERASED], {ROWS: "3" * 64}, [f"{ROWS}: changed since it was analysed"]),
        ([ANALYSED, {"files": 9}], {ROWS: None, EXPERIMENT: None}, []),
    ],
)
def test_observed_engagement_is_held_against_the_amendments(entries, found, problems):
    """Rows and analyses are as they were recorded, but for rows erased since; after a purge nothing need be there."""
    blobs = MemoryBlobs()
    seal = seal_run(blobs)
    events = {"was": "file_erased", "files": "run_purged", "analysis": "engagement_analysed"}
    records = [
        AuditRecord(f"k{number}", next(event for field, event in events.items() if field in data), data)
        for number, data in enumerate(entries)
    ]
    trail = AuditTrail(blobs, "r1", lambda: NOW, sealed=seal)
    trail.record(records)
    there = {ROWS: "1" * 64, EXPERIMENT: "1" * 64} | found
    held = {name: digest for name, digest in there.items() if digest}
    assert engagement_problems(amendments_of(seal, trail.read()), held) == problems


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pack.json", b'{"format": 1, "run_id": "r1", "withheld": []}')
        archive.writestr("audit/r1.jsonl", b"0" * (100 * 1024 * 1024))
    return target.getvalue()


def doubled():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("pack.json", b'{"format": 1, "run_id": "r1", "withheld": []}')
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("pack.json", b'{"format": 1, "run_id": "r2", "withheld": []}')
    return target.getvalue()


def encrypted():
    return zipped({"pack.json": b"{}"}).replace(b"\x14\x00\x00\x00\x08", b"\x14\x00\x01\x00\x08")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"", "not a zip file"),
        (lambda: b"not a zip", "not a zip file"),
        (lambda: a_pack()[:-30], "not a zip file"),
        (lambda: zipped({}), "holds 0 files"),
        (lambda: zipped({"a": b""}), "no evidence pack"),
        (lambda: zipped({"pack.json": b"[" * 100_000}), "no evidence pack"),
        (lambda: zipped({"pack.json": b'{"format": 2, "run_id": "r1", "withheld": []}'}), "format 1"),
        (lambda: zipped({"pack.json": b'{"format": 1, "run_id": 1, "withheld": []}'}), "format 1"),
        (lambda: zipped({"pack.json": b'{"format": 1, "run_id": "r1", "withheld": [1]}'}), "format 1"),
        (bomb, "far more than a pack of its size"),
        (doubled, "two files of one name"),
        (encrypted, "encrypted"),
    ],
)
def test_what_is_no_pack_is_refused_in_one_line(pack_at, capsys, make, words):
    """Bad zips, bombs and zips that are something else cost one clear line and exit status 2."""
    path = pack_at(make())
    assert main(["verify", str(path)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert words in line
    with pytest.raises(standalone.BadPack, match=words), standalone.open_pack(path) as pack:
        standalone.verify_pack(pack, standalone.Kept())


def test_a_verifier_that_is_not_ours_is_pointed_out(pack_at):
    """Whoever changed verify.py in a pack is not found by running it, so the app says that it differs."""
    path = pack_at(zipped({**members(a_pack()), "verify.py": b"print('intact')\n"}))
    assert any("verify.py" in note for note in verify(str(path), Path("out")).notes)


# --- signatures -------------------------------------------------------------------------------------------------------


def test_the_published_signature_verifies():
    """The first test vector of RFC 8032 (section 7.1) holds, and no other message does."""
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b"
    )
    assert standalone.ed25519_verifies(key, b"", signature)
    assert not standalone.ed25519_verifies(key, b"x", signature)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.binary(min_size=32, max_size=32),
    message=st.binary(max_size=80),
    at=st.integers(0, 95),
    bit=st.integers(0, 7),
)
def test_the_standalone_signature_check_agrees_with_the_library(seed, message, at, bit):
    """What the library signed verifies, and a flipped bit of key or signature does not."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    both_parts = bytearray(private.public_key().public_bytes_raw() + private.sign(message))
    assert standalone.ed25519_verifies(bytes(both_parts[:32]), message, bytes(both_parts[32:]))
    both_parts[at] ^= 1 << bit
    assert not standalone.ed25519_verifies(bytes(both_parts[:32]), message, bytes(both_parts[32:]))


def test_a_demanded_key_must_have_signed(pack_at):
    """Without a signature, or with another key's, a pack is broken once a key is demanded; unsigned it is fine."""
    other = Ed25519Signer(bytes(32)).public_key
    path = pack_at(a_pack())
    for problems in both(path, public_key=other):
        assert any("another key" in problem for problem in problems)
    path = pack_at(a_pack(signed=False))
    assert both(path) == (set(), set())
    for problems in both(path, public_key=SIGNER.public_key):
        assert any("not signed" in problem for problem in problems)


def test_a_signature_covers_every_field_of_the_seal():
    """Changing any field makes the signature fail."""
    seal = seal_run(MemoryBlobs())
    assert signature_problem(seal, SIGNER.public_key) == ""
    changes = {
        "run_id": "r2",
        "sealed_at": NOW.replace(year=2027),
        "audit_head": "1" * 64,
        "audit_length": 1,
        "files": {},
    }
    for field, value in changes.items():
        assert signature_problem(seal.model_copy(update={field: value})), field


@pytest.mark.parametrize("value", ["x", "AAAA", base64.b64encode(bytes(31)).decode(), "é" * 44])
def test_a_malformed_signing_key_stops_the_start_by_name(value):
    """The setting is named with what is allowed, and its value is not shown."""
    with pytest.raises(ConfigError, match="SEAL_SIGNING_KEY") as refused:
        load_settings({"SEAL_SIGNING_KEY": value})
    assert "32 bytes" in str(refused.value)
    assert value == "x" or value not in str(refused.value)


def test_the_signing_key_is_optional():
    """Without the setting nobody signs; with it the key's own public key is named."""
    assert build_signer(load_settings({})) is None
    signer = build_signer(load_settings({"SEAL_SIGNING_KEY": base64.b64encode(SEED).decode()}))
    assert signer.public_key == SIGNER.public_key


# --- the command line -------------------------------------------------------------------------------------------------


def test_export_and_verify_by_command(tmp_path, capsys, monkeypatch):
    """``export`` writes the pack and prints its path, ``verify`` accepts it, the run and the amendments' chain."""
    monkeypatch.chdir(tmp_path)
    seal = seal_run(DirectoryBlobStore(tmp_path / "out"))
    assert main(["export", "r1", "--to", "r1.zip"]) == 0
    assert capsys.readouterr().out == "r1.zip\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["r1.zip"]
    trail = AuditTrail(DirectoryBlobStore(tmp_path / "out"), "r1", lambda: NOW, sealed=seal)
    head = trail.record([AuditRecord("k", "document_recalled", {})]).head
    assert main(["export", "r1"]) == 0
    for target in ("r1.zip", "r1-evidence.zip", "r1", "out/audit/r1.jsonl", "out/audit/amendments/r1.jsonl"):
        assert main(["verify", target, "--public-key", SIGNER.public_key]) == 0, target
    assert main(["verify", "r1-evidence.zip", "--amendments-head", head]) == 0
    assert main(["verify", "r1.zip", "--amendments-head", head]) == 1


@pytest.mark.parametrize("run_id", ["none", "../r1", ""])
def test_what_cannot_be_exported_is_refused_in_one_line(tmp_path, capsys, run_id):
    """An unknown run or an id that is none leaves no file behind."""
    assert main(["export", run_id, "--out", str(tmp_path / "out"), "--to", str(tmp_path / "p.zip")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_chain_without_its_run_is_checked_with_the_table_beside_it(tmp_path):
    """Moved away with its CSV, a chain vouches for it; cut at a line end it is broken by itself."""
    seal_run(DirectoryBlobStore(tmp_path / "out"))
    chain, table = tmp_path / "r1.jsonl", tmp_path / "r1.csv"
    chain.write_bytes((tmp_path / "out/audit/r1.jsonl").read_bytes())
    table.write_bytes((tmp_path / "out/audit/r1.csv").read_bytes())
    assert verify(str(chain), tmp_path).problems == []
    table.write_bytes(table.read_bytes().replace(b"pass", b"Pass", 1))
    assert "CSV" in verify(str(chain), tmp_path).problems[0]
    chain.write_bytes(b"".join(chain.read_bytes().splitlines(keepends=True)[:-1]))
    assert "cut off" in verify(str(chain), tmp_path).problems[0]


def test_an_older_seal_without_a_signature_field_still_verifies(tmp_path):
    """A seal that was written before seals could be signed is read as an unsigned one."""
    blobs = DirectoryBlobStore(tmp_path)
    seal_run(blobs, signed=False)
    ref = blobs.stat(RUNS, "r1/seal.json")
    older = {name: value for name, value in json.loads(blobs.read(RUNS, "r1/seal.json")).items() if value is not None}
    blobs.replace(ref, json.dumps(older).encode())
    assert verify("r1", tmp_path).problems == []
