"""The audit: a hash chain of entries, its verification, the verdicts' CSV, and the check of a sealed run.

Pure functions over values and bytes. It reads and writes no blob, and nothing it is given makes it raise anything but
``InputError``; the two ``verify`` functions never raise.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared.contracts import AuditEntry, Digest, Revision, Seal, Verdict
from shared.domain.amendments import Amended, read_amendments
from shared.domain.digests import canonical_json, digest
from shared.errors import InputError

GENESIS = "0" * 64
SEAL_NAME = "seal.json"
RUN_CLOSED = "run_closed"
"""The event of a finished chain's last entry."""
SAFETY_DECISION = "safety_decision"
"""The event of an entry that holds what ``verdict_entry_data`` gives."""
COLUMNS = ("timestamp", "variant_id", "segment", "status", "hate", "violence", "self_harm", "sexual", "block_reason")
_SEVERITIES = ("hate_severity", "violence_severity", "self_harm_severity", "sexual_severity")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ChainReport(NamedTuple):
    """What ``verify_chain`` found."""

    intact: bool
    entries: int
    """How many entries hold, counted from the start."""
    head: str | None
    """The hash of the last entry that holds; None when not even the first does."""
    problem: str
    """Why the chain is broken; empty when it is intact."""
    line: int | None
    """The line, counted from 1, at which it breaks."""


class _Broken(Exception):
    """The line at hand does not continue the chain."""


def append_entry(
    tail: AuditEntry | None,
    key: str,
    event: str,
    data: Mapping[str, Any],
    timestamp: datetime,
    *,
    origin: Digest = GENESIS,
) -> AuditEntry:
    """The entry that follows ``tail``, or ``origin`` where that is None, because the chain is empty.

    ``timestamp`` needs a time zone and is kept in UTC. A chain that goes on from another has that one's head as its
    ``origin``.

    ``hash`` is the SHA-256 of the canonical JSON of all other fields. InputError when ``data`` is not plain JSON.
    """
    try:
        unhashed = AuditEntry(
            sequence=0 if tail is None else tail.sequence + 1,
            key=key,
            timestamp=_utc(timestamp),
            event=event,
            data=json.loads(canonical_json(dict(data))),
            previous=origin if tail is None else tail.hash,
            hash=GENESIS,
        )
        return unhashed.model_copy(update={"hash": _hash(unhashed.model_dump(mode="json"))})
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"audit entry for event {event!r}: its key or data is not plain JSON") from error


def serialize(entry: AuditEntry) -> bytes:
    """The entry as one line of canonical JSON in UTF-8, with its line end."""
    return f"{canonical_json(entry.model_dump(mode='json'))}\n".encode()


def parse_chain(data: bytes, *, origin: Digest = GENESIS) -> list[AuditEntry]:
    """All entries of an intact chain, in order; no bytes at all are a chain without entries.

    Raises InputError saying at which line and why the chain is broken.
    """
    entries: list[AuditEntry] = []
    broken = _follow(data, entries, origin) if data else None
    if broken is not None:
        raise InputError(f"audit chain, line {len(entries) + 1}: {broken}")
    return entries


def verify_chain(
    data: bytes,
    *,
    head: str | None = None,
    length: int | None = None,
    origin: Digest = GENESIS,
    finished: bool = False,
) -> ChainReport:
    """Whether ``data`` is an unbroken chain from ``origin``, and ends in ``head`` after ``length`` entries where given.

    A ``finished`` one ends with the entry that closes its run. Without any of the three a chain cut at a line end
    cannot be told from a whole one. Never raises.
    """
    return _check_chain(data, [], head=head, length=length, origin=origin, finished=finished)


def _check_chain(
    data: bytes,
    entries: list[AuditEntry],
    *,
    head: str | None,
    length: int | None = None,
    origin: Digest = GENESIS,
    finished: bool = False,
) -> ChainReport:
    """``verify_chain``, adding to ``entries`` all that hold."""
    problem = _follow(data, entries, origin) if data else "the chain is empty"
    count, last = len(entries), entries[-1].hash if entries else None
    line: int | None = count + 1
    if problem is None and length is not None and count != length:
        problem, line = _length_problem(count, length), min(count, length) + 1
    if problem is None and head is not None and last != head:
        problem, line = "the last entry is not the one the chain was sealed with: rewritten or truncated", count
    if problem is None and finished and (unfinished := _unfinished(entries)):
        problem, line = unfinished
    return ChainReport(problem is None, count, last, problem or "", None if problem is None else line)


def _unfinished(entries: list[AuditEntry]) -> tuple[str, int] | None:
    """Why a chain that holds is not that of a finished run, and at which line."""
    closed = next((line for line, entry in enumerate(entries, start=1) if entry.event == RUN_CLOSED), None)
    if closed is None:
        return f"no {RUN_CLOSED} entry at the end: the chain was cut off, or its run has not ended", len(entries) + 1
    if closed < len(entries):
        return f"entries were added after {RUN_CLOSED}", closed + 1
    return None


def verdict_entry_data(verdict: Verdict) -> dict[str, Any]:
    """What the chain records of a verdict: ids, decision, severities and the hash of the text, never the text."""
    return {
        "variant_id": verdict.variant_id,
        "segment_id": verdict.segment_id,
        "segment": verdict.segment,
        "content_hash": verdict.content_hash,
        "status": verdict.status,
        "hate_severity": verdict.hate_severity,
        "violence_severity": verdict.violence_severity,
        "self_harm_severity": verdict.self_harm_severity,
        "sexual_severity": verdict.sexual_severity,
        "blocked_by": list(verdict.blocked_by),
        "block_reason": verdict.block_reason,
        "provider": verdict.provider,
        "checked_at": _timestamp(verdict.checked_at),
    }


def edit_entry_data(revision: Revision) -> dict[str, Any]:
    """What the chain records of an edit: who, which text became which by its hash, and the verdict on the new one."""
    return {
        "revision": revision.revision,
        "based_on": revision.based_on,
        "edited_by": revision.edited_by,
        "edited_at": _timestamp(revision.edited_at),
        **verdict_entry_data(revision.verdict),
    }


def generate_audit_report(verdicts: Iterable[Verdict]) -> bytes:
    """The verdicts as CSV (RFC 4180 quoting, LF line ends, UTF-8), ordered by variant id; a missing severity is empty.

    Several verdicts on one variant, as on one that was edited, keep their order.

    A segment or reason that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    ordered = sorted(verdicts, key=lambda verdict: verdict.variant_id)
    return b"".join(map(_csv_line, (COLUMNS, *map(_row, ordered))))


def closing_data(status: str, files: Mapping[str, str]) -> dict[str, Any]:
    """What the chain's last entry holds: how the run ended, and one digest over every file's name and digest.

    So the chain's head, kept elsewhere, vouches for every file, whatever becomes of the seal.
    """
    return {"status": status, "files_digest": digest(dict(files))}


def verify_seal(
    seal: Seal,
    chain: bytes,
    digests_of_files: Mapping[str, str],
    *,
    head: str | None = None,
    amendments: bytes = b"",
    amendments_head: str | None = None,
    withheld: frozenset[str] = frozenset(),
) -> list[str]:
    """Every way in which a run is not as it was sealed and amended, in words; an empty list when it is. Never raises.

    ``digests_of_files`` maps each file's name, as in ``seal.files``, to its SHA-256 in hex; the seal itself is not
    among the sealed files. ``amendments`` is the chain that goes on from the sealed head. ``head`` and
    ``amendments_head`` are the heads of both as kept elsewhere. A file in ``withheld`` may be absent.
    """
    entries: list[AuditEntry] = []
    report = _check_chain(chain, entries, head=seal.audit_head, length=seal.audit_length)
    problems = [] if report.intact else [f"audit chain, line {report.line}: {report.problem}"]
    if head is not None and head != seal.audit_head:
        problems.append("audit chain: sealed with another head than the one kept elsewhere: rewritten or truncated")
    if report.intact and entries[-1].data.get("files_digest") != digest(seal.files):
        problems.append("seal.json: its list of files is not the one that the audit chain closed with")
    amended = amendments_of(seal, amendments)
    problems += _amendments_problems(seal, amendments, amendments_head) + amended.problems
    names = sorted({*seal.files, *digests_of_files} - {SEAL_NAME})
    absent = withheld if amended.purged is None else frozenset(names)
    return problems + [
        problem for name in names if (problem := _file_problem(seal, amended, digests_of_files, name, absent))
    ]


def amendments_of(seal: Seal, amendments: bytes) -> Amended:
    """What happened to the run's files after the seal, as far as the chain of amendments holds."""
    entries: list[AuditEntry] = []
    if amendments:
        _follow(amendments, entries, seal.audit_head)
    return read_amendments(entries, seal.files)


def _amendments_problems(seal: Seal, amendments: bytes, head: str | None) -> list[str]:
    if not amendments:
        lost = head is not None and head != seal.audit_head
        return ["amendments: missing, though they have a head"] if lost else []
    report = verify_chain(amendments, head=head, origin=seal.audit_head)
    return [] if report.intact else [f"amendments, line {report.line}: {report.problem}"]


def _file_problem(seal: Seal, amended: Amended, found: Mapping[str, str], name: str, absent: frozenset[str]) -> str:
    if name not in found:
        return "" if name in absent else f"{name}: missing"
    if name not in seal.files:
        return f"{name}: not among the sealed files"
    *earlier, current = [seal.files[name], *amended.digests(name)]
    if found[name] == current:
        return ""
    if found[name] in earlier:
        return f"{name}: rows were to be erased from it, and were not; erase them again"
    return f"{name}: changed since it was sealed"


def verify_table(table: bytes, chain: bytes) -> str:
    """What is wrong with the CSV beside a chain that holds, as far as its decisions vouch for the rows; else empty.

    Every row must say, byte for byte, what an entry with a verdict says, and no safety decision's row may be absent. A
    chain whose decisions do not name the segment, as those of version 0.1 do not, cannot vouch for its table.
    """
    judged = [entry for entry in parse_chain(chain) if {"variant_id", "checked_at"} <= entry.data.keys()]
    if not all("segment" in entry.data for entry in judged):
        return ""
    allowed = {_decision_line(entry.data): str(entry.data["variant_id"]) for entry in judged}
    needed = {_decision_line(entry.data) for entry in judged if entry.event == SAFETY_DECISION}
    lines = _table_lines(table)
    if lines is None or lines[:1] != [_csv_line(COLUMNS)]:
        return "not the table that is written beside a chain"
    rows = lines[1:]
    for number, row in enumerate(rows, start=1):
        if row not in allowed:
            return f"row {number} is not what the chain's decisions say"
    variants = [allowed[row] for row in rows]
    if variants != sorted(variants) or len(rows) != len(set(rows)):
        return "its rows were reordered or repeated"
    missing = min((allowed[row] for row in needed - set(rows)), default="")
    return f"a row of variant {missing} is missing" if missing else ""


def _table_lines(table: bytes) -> list[bytes] | None:
    """The table's records, each in the one form it is written in; None where the bytes are not in that form."""
    try:
        text = table.decode()
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    lines = [_csv_line(tuple(record)) for record in records]
    return lines if b"".join(lines) == table else None


def _decision_line(data: Mapping[str, Any]) -> bytes:
    """The row of a recorded decision."""
    fields = ("checked_at", "variant_id", "segment", "status", *_SEVERITIES, "block_reason")
    row = {name: data.get(name) for name in fields}
    row |= {name: _plain_text(str(row[name])) for name in ("segment", "block_reason")}
    return _csv_line(tuple(row.values()))


def _hash(fields: Mapping[str, Any]) -> str:
    """What the ``hash`` of an entry with these fields, as plain JSON data, must be."""
    hashed = {name: value for name, value in fields.items() if name != "hash"}
    return hashlib.sha256(canonical_json(hashed).encode()).hexdigest()


def _follow(data: bytes, entries: list[AuditEntry], origin: Digest) -> str | None:
    """Add to ``entries`` all that hold; why the line after them does not, or None when all lines hold."""
    lines = data.split(b"\n")
    torn = lines.pop()
    keys: set[str] = set()
    try:
        for line in lines:
            entry = _entry(line)
            _check_place(entry, lines, len(entries), keys)
            _check_link(entry, entries[-1].hash if entries else origin)
            keys.add(entry.key)
            entries.append(entry)
    except _Broken as broken:
        return str(broken)
    return "the last line is torn: it has no line end" if torn else None


def _entry(line: bytes) -> AuditEntry:
    """The entry a line holds, in the one form that is allowed, with the hash it must have."""
    try:
        entry = AuditEntry.model_validate_json(line)
        fields = entry.model_dump(mode="json")
        canonical = canonical_json(fields).encode()
    except ValidationError as error:
        no_json = error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid"
        problem = "not an audit entry: a field is missing, unknown or of the wrong form"
        raise _Broken("not a line of JSON in UTF-8" if no_json else problem) from error
    except (ValueError, RecursionError) as error:
        raise _Broken("not a line of JSON in UTF-8") from error
    if canonical != line:
        raise _Broken("not canonical JSON: the line was rewritten")
    if _hash(fields) != entry.hash:
        raise _Broken("the entry was changed: its hash does not match its content")
    return entry


def _check_place(entry: AuditEntry, lines: list[bytes], before: int, keys: set[str]) -> None:
    if entry.sequence != before:
        raise _Broken(_order_problem(entry.sequence, lines, before))
    if entry.key in keys:
        raise _Broken("its key is already in the chain: the entry was recorded twice")


def _check_link(entry: AuditEntry, previous: Digest) -> None:
    if entry.previous != previous:
        raise _Broken("does not follow from the line before: that one, or this one, was replaced")


def _order_problem(found: int, lines: list[bytes], number: int) -> str:
    if found < number:
        return f"entry {found} stands where entry {number} must: inserted, repeated or reordered"
    if number in _sequences(lines[number + 1 :]):
        return f"entry {found} stands where entry {number} must, which comes later: reordered or inserted"
    return f"entries {number} to {found - 1} were dropped"


def _sequences(lines: list[bytes]) -> Iterator[int]:
    for line in lines:
        try:
            yield _entry(line).sequence
        except _Broken:
            return


def _length_problem(count: int, length: int) -> str:
    if count < length:
        return f"truncated: {count} of {length} entries are left"
    return f"{count - length} entries were added after the {length} that were sealed"


def _csv_line(fields: tuple[str | int | None, ...]) -> bytes:
    text = io.StringIO(newline="")
    # The writer quotes a lone CR only when the line end has one, so it is given CRLF, which is then taken off.
    csv.writer(text, lineterminator="\r\n").writerow(fields)
    line = text.getvalue().removesuffix("\r\n") + "\n"
    return line.encode("utf-8", "backslashreplace")


def _row(verdict: Verdict) -> tuple[str | int | None, ...]:
    return (
        _timestamp(verdict.checked_at),
        verdict.variant_id,
        _plain_text(verdict.segment),
        verdict.status,
        verdict.hate_severity,
        verdict.violence_severity,
        verdict.self_harm_severity,
        verdict.sexual_severity,
        _plain_text(verdict.block_reason),
    )


def _plain_text(value: str) -> str:
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value


def _timestamp(moment: datetime) -> str:
    return _utc(moment).replace(tzinfo=None).isoformat() + "Z"


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InputError("a timestamp of the audit needs a time zone")
    return moment.astimezone(UTC)
