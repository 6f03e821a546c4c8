"""Checks the record of a run: the audit chain, the seal, what was amended since, and the digest of every file.

This file needs Python 3.11 and nothing else: no installation, no network, no other file of the project. It only reads.

    python verify.py                     the pack that this file was unpacked with
    python verify.py PACK.zip            a pack as it is, or a folder that one was unpacked into
    python verify.py PACK.zip --head HASH --public-key KEY

Exit status 0: intact. 1: broken, with one line for each problem. 2: not a pack that can be read.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

GENESIS = "0" * 64
PERSONAL = ("customers/", "rejects/", "assignments/", "exports/", "input/")
NOT_PERSONAL = "input/content/"
SHOWN_WITHHELD = 20
INDEX, SEAL = "pack.json", "seal.json"
PLAIN = {INDEX, "README.txt", "verify.py"}
FORMAT = 1
FEWEST_NAMES, MOST_NAMES = 1, 200_000
MOST_BYTES = 16 * 1024**3
UNSUSPICIOUS_BYTES = 64 * 1024**2
MOST_EXPANSION = 200
MOST_RECORD_BYTES = 256 * 1024**2
CHUNK = 1024 * 1024

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z\Z")
_KEY = re.compile(r"[^\x00-\x1f]{1,200}\Z")
_ENTRY_FIELDS = {"sequence", "key", "timestamp", "event", "data", "previous", "hash"}
_SEAL_FIELDS = {"run_id", "sealed_at", "audit_head", "audit_length", "files"}
_SIGNATURE_FIELDS = {"public_key", "signature"}


class BadPack(Exception):
    """What was given cannot be read as a pack; the message is one line."""


class Broken(Exception):
    """The record contradicts itself at the place that the message names."""


# --- opening a pack ---------------------------------------------------------------------------------------------------


class Pack(ABC):
    """The files of a pack by name, wherever they lie."""

    names: frozenset[str]

    @abstractmethod
    def open(self, name: str) -> IO[bytes]:
        """The file's bytes, as a stream."""

    def read(self, name: str) -> bytes:
        """A file of the record itself, whole; nothing where there is none, or where it is damaged."""
        data = bytearray()
        try:
            for chunk in self._chunks(name) if name in self.names else ():
                data += chunk
                if len(data) > MOST_RECORD_BYTES:
                    raise BadPack(f"{name} is larger than any record: more than {MOST_RECORD_BYTES} bytes")
        except Broken:
            return b""
        return bytes(data)

    def digest(self, name: str) -> str:
        """The file's SHA-256, in hex; nothing where it is damaged."""
        total = hashlib.sha256()
        try:
            for chunk in self._chunks(name):
                total.update(chunk)
        except Broken:
            return ""
        return total.hexdigest()

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self.open(name) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as fault:
            raise Broken(f"{name} is damaged ({type(fault).__name__})") from None


class ZippedPack(Pack):
    """A pack as it was exported. What would unpack to far more than it is, is refused before anything is unpacked."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        infos = [info for info in archive.infolist() if info.file_size or not info.is_dir()]
        self._archive = archive
        self.names = frozenset(info.filename for info in infos)
        whole = sum(info.file_size for info in infos)
        if not FEWEST_NAMES <= len(infos) <= MOST_NAMES:
            raise BadPack(f"holds {len(infos)} files; a pack has {FEWEST_NAMES} to {MOST_NAMES}")
        if len(self.names) < len(infos):
            raise BadPack("holds two files of one name")
        if any(info.flag_bits & 1 for info in infos):
            raise BadPack("is encrypted; a pack is not")
        if whole > MOST_BYTES or (whole > UNSUSPICIOUS_BYTES and whole > MOST_EXPANSION * size):
            raise BadPack(f"would unpack to {whole} bytes, far more than a pack of its size")

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(name)


class UnpackedPack(Pack):
    """A folder that a pack was unpacked into; of what else lies there only the run's own folder counts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        below = [*(folder / "runs").rglob("*"), *(folder / "audit").rglob("*"), *(folder / name for name in PLAIN)]
        self.names = frozenset(path.relative_to(folder).as_posix() for path in below if path.is_file())

    def open(self, name: str) -> IO[bytes]:
        return (self._folder / name).open("rb")


@contextmanager
def open_pack(path: Path) -> Iterator[Pack]:
    """The pack at ``path``, a file or a folder; ``BadPack`` says why it is none."""
    if path.is_dir():
        yield UnpackedPack(path)
        return
    try:
        archive = zipfile.ZipFile(path)
        size = path.stat().st_size
    except OSError as fault:
        raise BadPack(fault.strerror or "cannot be read") from None
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError):
        raise BadPack("is not a zip file, or is damaged") from None
    with archive:
        yield ZippedPack(archive, size)


class Index(NamedTuple):
    """What ``pack.json`` says: whose pack it is, and which sealed files were left out."""

    run_id: str
    withheld: frozenset[str]


def read_index(pack: Pack) -> Index:
    """The pack's own description; ``BadPack`` where it has none."""
    try:
        index = _object(pack.read(INDEX))
    except Broken:
        raise BadPack(f"is no evidence pack: it has no readable {INDEX}") from None
    run_id, withheld = index.get("run_id"), index.get("withheld")
    named = isinstance(run_id, str) and isinstance(withheld, list) and all(isinstance(name, str) for name in withheld)
    if not named or index.get("format") != FORMAT or set(index) != {"format", "run_id", "withheld"}:
        raise BadPack(f"is no evidence pack of format {FORMAT}: {INDEX} does not say what it must")
    return Index(str(run_id), frozenset(withheld or ()))


class Names(NamedTuple):
    """Where a pack keeps what of one run."""

    chain: str
    table: str
    amendments: str
    folder: str

    @classmethod
    def of(cls, run_id: str) -> "Names":
        return cls(
            f"audit/{run_id}.jsonl", f"audit/{run_id}.csv", f"audit/amendments/{run_id}.jsonl", f"runs/{run_id}/"
        )


def sealed_files(pack: Pack, names: Names) -> dict[str, str]:
    """The SHA-256 of every file that a seal covers, by the name it has there."""
    inside = {name: name.removeprefix(names.folder) for name in pack.names if name.startswith(names.folder)}
    inside.pop(names.folder + SEAL, None)
    inside = {name: name if sealed == names.table else sealed for name, sealed in inside.items()}
    if names.table in pack.names:
        inside[names.table] = names.table
    return {sealed: pack.digest(name) for name, sealed in sorted(inside.items())}


def strangers(pack: Pack, names: Names) -> list[str]:
    """Files that no pack of this run has."""
    own = {*PLAIN, names.chain, names.table, names.amendments}
    return sorted(name for name in pack.names - own if not name.startswith(names.folder))


# --- the chain --------------------------------------------------------------------------------------------------------


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise Broken("not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise Broken("not a JSON object")
    return value


def follow_chain(data: bytes, origin: str) -> list[dict[str, Any]]:
    """The entries of an unbroken chain from ``origin``; ``Broken`` says at which line it breaks and why."""
    lines = data.split(b"\n")
    torn = lines.pop()
    entries: list[dict[str, Any]] = []
    keys: set[str] = set()
    previous = origin
    for number, line in enumerate(lines, start=1):
        try:
            entry = _entry(line)
            _check_link(entry, number - 1, previous, keys)
        except Broken as fault:
            raise Broken(f"line {number}: {fault}") from None
        previous = entry["hash"]
        entries.append(entry)
    if torn:
        raise Broken(f"line {len(entries) + 1}: the last line is torn")
    return entries


def _entry(line: bytes) -> dict[str, Any]:
    entry = _object(line)
    _check_fields(entry)
    try:
        written = canonical(entry).encode()
    except (ValueError, RecursionError):
        raise Broken("not plain JSON") from None
    if written != line:
        raise Broken("not canonical JSON: the line was rewritten")
    hashed = canonical({name: value for name, value in entry.items() if name != "hash"})
    if hashlib.sha256(hashed.encode()).hexdigest() != entry["hash"]:
        raise Broken("the entry was changed: its hash does not match its content")
    return entry


def _check_fields(entry: dict[str, Any]) -> None:
    if set(entry) != _ENTRY_FIELDS:
        raise Broken("not an audit entry: a field is missing or unknown")
    whole = type(entry["sequence"]) is int and entry["sequence"] >= 0
    texts = _matches(_KEY, entry["key"]) and _matches(_TIMESTAMP, entry["timestamp"]) and type(entry["event"]) is str
    digests = _matches(_DIGEST, entry["previous"]) and _matches(_DIGEST, entry["hash"])
    if not (whole and texts and digests and isinstance(entry["data"], dict)):
        raise Broken("not an audit entry: a field is of the wrong form")


def _matches(form: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and form.match(value) is not None


def _check_link(entry: dict[str, Any], number: int, previous: str, keys: set[str]) -> None:
    if entry["sequence"] != number:
        raise Broken(f"entry {entry['sequence']} stands where entry {number} must: dropped, inserted or reordered")
    if entry["key"] in keys:
        raise Broken("its key is already in the chain: the entry was recorded twice")
    if entry["previous"] != previous:
        raise Broken("does not follow from the line before: that one, or this one, was replaced")
    keys.add(entry["key"])


# --- the seal ---------------------------------------------------------------------------------------------------------


def read_seal(data: bytes) -> dict[str, Any]:
    """The seal; ``Broken`` where it is none."""
    if not data:
        raise Broken("seal.json is missing: the run has not ended, or its seal was removed")
    try:
        seal = _object(data)
    except Broken:
        raise Broken("seal.json cannot be read as a seal") from None
    files, length = seal.get("files"), seal.get("audit_length")
    known = _SEAL_FIELDS <= set(seal) <= _SEAL_FIELDS | _SIGNATURE_FIELDS
    formed = _matches(_DIGEST, seal.get("audit_head")) and type(length) is int and length >= 0
    dated = isinstance(seal.get("run_id"), str) and _matches(_TIMESTAMP, seal.get("sealed_at"))
    signed = all(seal.get(name) is None or isinstance(seal[name], str) for name in _SIGNATURE_FIELDS)
    listed = isinstance(files, dict) and all(_matches(_DIGEST, value) for value in files.values())
    if not (known and formed and dated and signed and listed):
        raise Broken("seal.json cannot be read as a seal")
    return seal


def signature_problem(seal: dict[str, Any], demanded: str | None) -> str:
    """Why the seal's signature does not hold; empty when it does, or when nobody signed and nobody demands it."""
    key, signature = seal.get("public_key"), seal.get("signature")
    if key is None and signature is None:
        return "seal.json: not signed, though a signature is demanded" if demanded else ""
    if key is None or signature is None:
        return "seal.json: half of its signature is missing"
    if demanded and key != demanded:
        return "seal.json: signed with another key than the one demanded"
    payload = canonical({name: value for name, value in seal.items() if name != "signature"}).encode()
    raw_key, raw_signature = _decoded(key, 32), _decoded(signature, 64)
    holds = raw_key and raw_signature and ed25519_verifies(raw_key, payload, raw_signature)
    return "" if holds else "seal.json: its signature does not hold"


def _decoded(text: str, count: int) -> bytes:
    """The bytes that ``text`` is the one base64 form of, where they are ``count``; else none."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return data if len(data) == count and base64.b64encode(data).decode() == text else b""


# Ed25519 as RFC 8032 (5.1) has it, on extended coordinates (X, Y, Z, T) of the curve -x^2 + y^2 = 1 + d x^2 y^2. It
# only verifies, so nothing here is secret and nothing needs constant time.

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _add(a: _Point, b: _Point) -> _Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    g, h = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    x, y, z, t = f - e, h - g, h + g, f + e
    return x * y % _P, z * t % _P, y * z % _P, x * t % _P


def _multiply(factor: int, point: _Point) -> _Point:
    result: _Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = _add(result, point)
        point = _add(point, point)
        factor >>= 1
    return result


def _x_of(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _point(data: bytes) -> _Point | None:
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    x = _x_of(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _compressed(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) is that of ``message`` under the public ``key`` (32 bytes)."""
    public, scalar = _point(key), int.from_bytes(signature[32:], "little")
    if public is None or scalar >= _ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _ORDER
    minus_public = (_P - public[0], public[1], 1, _P - public[3])
    return _compressed(_add(_multiply(scalar, _BASE), _multiply(challenge, minus_public))) == signature[:32]


# --- amendments and files ---------------------------------------------------------------------------------------------


class Amended:
    """What the amendments say became of the files after the seal."""

    def __init__(self, sealed: dict[str, str]) -> None:
        self._sealed = sealed
        self.erasures: dict[str, list[dict[str, Any]]] = {}
        self.purged: int | None = None
        self.analyses: dict[str, str] = {}

    def follow(self, entry: dict[str, Any]) -> None:
        """Take one entry in; ``Broken`` where it does not fit the seal and those before."""
        data = entry["data"]
        if entry["event"] == "run_purged":
            self.purged = (self.purged or 0) + _count(data.get("files"), "run_purged")
        if entry["event"] == "engagement_analysed":
            self._analyse(data)
        if entry["event"] == "file_erased":
            self._erase(data)

    def digests(self, name: str) -> list[str]:
        """The digests that a file was given after the seal, oldest first."""
        return [erased["sha256"] for erased in self.erasures.get(name, [])]

    def rows(self, name: str) -> int:
        """How many rows the file lacks: of the last erasure, the one that it started from, and so on."""
        rows, wanted = 0, self.digests(name)[-1:]
        for erased in reversed(self.erasures.get(name, [])):
            if [erased["sha256"]] == wanted:
                rows, wanted = rows + erased["rows"], [erased["was"]]
        return rows

    def _erase(self, data: dict[str, Any]) -> None:
        name = data.get("file")
        formed = _matches(_DIGEST, data.get("sha256")) and _matches(_DIGEST, data.get("was"))
        if not (isinstance(name, str) and name and formed):
            raise Broken("not what an entry of file_erased holds")
        _count(data.get("rows"), "file_erased")
        first = self._sealed.get(name) or self.analyses.get(name)
        if first and data["was"] not in (first, *self.digests(name)):
            raise Broken(f"{name} never had the digest that rows were erased from")
        self.erasures.setdefault(name, []).append(data)

    def _analyse(self, data: dict[str, Any]) -> None:
        number, name = _count(data.get("analysis"), "engagement_analysed"), data.get("file")
        digests = (data.get(f"{what}_digest") for what in ("received", "rows", "experiment", "plan"))
        if not (isinstance(name, str) and name and number and all(_matches(_DIGEST, digest) for digest in digests)):
            raise Broken("not what an entry of engagement_analysed holds")
        if number != len(self.analyses) + 1 or name in self.analyses:
            raise Broken(f"analysis {number} does not follow those before it")
        self.analyses[name] = data["rows_digest"]


def _count(value: Any, event: str) -> int:
    if type(value) is not int or value < 0:
        raise Broken(f"not what an entry of {event} holds")
    return value


def file_problems(seal: dict[str, Any], amended: Amended, found: dict[str, str], absent: Iterable[str]) -> list[str]:
    """Every file that is not as it was sealed and amended."""
    allowed = set(seal["files"]) if amended.purged is not None else set(absent)
    names = sorted({*seal["files"], *found})
    return [problem for name in names if (problem := _file_problem(seal["files"], amended, found, name, allowed))]


def _file_problem(sealed: dict[str, str], amended: Amended, found: dict[str, str], name: str, absent: set[str]) -> str:
    if name not in found:
        return "" if name in absent else f"{name}: missing"
    if name not in sealed:
        return f"{name}: not among the sealed files"
    *earlier, current = [sealed[name], *amended.digests(name)]
    if found[name] == current:
        return ""
    if found[name] in earlier:
        return f"{name}: rows were to be erased from it, and were not; erase them again"
    return f"{name}: changed since it was sealed"


# --- the whole --------------------------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """What the reader kept elsewhere, and holds the pack against."""

    head: str | None = None
    amendments_head: str | None = None
    public_key: str | None = None


class Result(NamedTuple):
    """Problems, one line each, and what a reader should know besides."""

    problems: list[str]
    notes: list[str]


def verify_pack(pack: Pack, kept: Kept) -> Result:
    """Everything that is wrong with the pack; ``BadPack`` where it is none."""
    index = read_index(pack)
    names = Names.of(index.run_id)
    problems = [f"{name}: does not belong to the pack" for name in strangers(pack, names)]
    try:
        seal = read_seal(pack.read(names.folder + SEAL))
    except Broken as fault:
        return Result([*problems, str(fault)], [])
    problems += _chain_problems(pack.read(names.chain), seal, kept.head)
    if seal["run_id"] != index.run_id:
        problems.append("seal.json is the seal of another run")
    problems += filter(None, [signature_problem(seal, kept.public_key)])
    amended, wrong = _amended(pack.read(names.amendments), seal, kept.amendments_head)
    odd = {name for name in index.withheld if name not in seal["files"] or not _is_personal(name)}
    problems += [*wrong, *(f"pack.json: {name} may not be withheld" for name in sorted(odd))]
    found = sealed_files(pack, names)
    problems += file_problems(seal, amended, found, index.withheld - odd)
    return Result(problems, _notes(seal, amended, sorted(index.withheld - found.keys())))


def _is_personal(name: str) -> bool:
    return name.startswith(PERSONAL) and not name.startswith(NOT_PERSONAL)


def _chain_problems(data: bytes, seal: dict[str, Any], head: str | None) -> list[str]:
    try:
        entries = follow_chain(data, GENESIS)
    except Broken as fault:
        return [f"audit chain, {fault}"]
    last = entries[-1]["hash"] if entries else GENESIS
    if len(entries) != seal["audit_length"] or not entries:
        return [f"audit chain: {len(entries)} entries, where {seal['audit_length']} were sealed: cut off or added to"]
    if last != seal["audit_head"] or (head and last != head):
        return ["audit chain: its last entry is not the one it was sealed with: rewritten"]
    listed = hashlib.sha256(canonical([seal["files"]]).encode()).hexdigest()
    if entries[-1]["data"].get("files_digest") != listed:
        return ["seal.json: its list of files is not the one that the audit chain closed with"]
    return []


def _amended(data: bytes, seal: dict[str, Any], head: str | None) -> tuple[Amended, list[str]]:
    amended, problems = Amended(seal["files"]), []
    try:
        entries = follow_chain(data, seal["audit_head"])
    except Broken as fault:
        return amended, [f"amendments, {fault}"]
    for line, entry in enumerate(entries, start=1):
        try:
            amended.follow(entry)
        except Broken as fault:
            problems.append(f"amendments, line {line}: {fault}")
    if head and (entries[-1]["hash"] if entries else seal["audit_head"]) != head:
        problems.append("amendments: the last entry is not the one that was kept elsewhere: rewritten or truncated")
    return amended, problems


def _notes(seal: dict[str, Any], amended: Amended, absent: list[str]) -> list[str]:
    return [
        f"head of the chain: {seal['audit_head']}",
        f"signed by {seal['public_key']}" if seal.get("public_key") else "not signed",
        *(f"{name}: amended, rows erased: {amended.rows(name)}" for name in sorted(amended.erasures)),
        *([f"observed engagement: analyses: {len(amended.analyses)}, not in the seal"] if amended.analyses else []),
        *([] if amended.purged is None else [f"purged: files deleted: {amended.purged}"]),
        *_withheld_notes(absent),
    ]


def _withheld_notes(names: list[str]) -> list[str]:
    """Which files were left out of a pack, the first of them by name."""
    more = len(names) - SHOWN_WITHHELD
    notes = [f"{name}: withheld, not checked" for name in names[:SHOWN_WITHHELD]]
    return [*notes, f"and {more} files more that are withheld; {INDEX} names them"] if more > 0 else notes


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the record of a run; reads only.")
    parser.add_argument("pack", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--head", metavar="HASH", help="the chain's head as kept elsewhere")
    parser.add_argument("--amendments-head", metavar="HASH", help="the head of the amendments as kept elsewhere")
    parser.add_argument("--public-key", metavar="KEY", help="the key that the seal must be signed with")
    options = parser.parse_args()
    try:
        with open_pack(options.pack) as pack:
            result = verify_pack(pack, Kept(options.head, options.amendments_head, options.public_key))
    except BadPack as fault:
        sys.stderr.write(f"error: {options.pack}: {fault}\n")
        return 2
    for problem in result.problems:
        sys.stderr.write(f"broken: {problem}\n")
    for note in [*result.notes, "broken" if result.problems else "intact"]:
        sys.stdout.write(f"{note}\n")
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main())
