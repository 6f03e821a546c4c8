"""The customer list as bytes: its header, where its records end, and partitions of whole records.

Knows the names of the columns and the CSV rules of quotes and line ends; what a record says is not read here. Holds no
more than a block of the list, or the one partition it is given.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from math import isqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shared.contracts import Partition, PartitionPlan
from shared.errors import InputError
from shared.run_config import PartitionSettings

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

REQUIRED_COLUMNS = ("customer_id", "purchase_frequency", "avg_order_value", "last_engagement_days")
COLUMNS = (
    "customer_id",
    "age",
    "location",
    "tier",
    "purchase_frequency",
    "avg_order_value",
    "last_engagement_days",
    "historical_open_rate",
    "historical_click_rate",
)
HEADER_BYTES = 1024 * 1024
MAX_RECORD_BYTES = 16 * 1024 * 1024
NO_CUSTOMER = "the customer list holds no customer: there is nothing below its header"

_BOM = b"\xef\xbb\xbf"
_LF, _CR, _QUOTE, _COMMA = b'\n\r",'
_FOREIGN_FILES = {
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an Excel 97 workbook",
}
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


# --- the header -------------------------------------------------------------------------------------------------------


def read_header(head: bytes) -> tuple[str, ...]:
    """The column names, in file order, from the file's first bytes: all of it, or the first ``HEADER_BYTES``.

    Raises:
        InputError: the file is empty, no comma-separated UTF-8 text, or its header lacks or repeats a column.
    """
    return _column_names(_header_record(head))


def check_list(head: bytes) -> None:
    """Refuse what is no customer list, as far as its first bytes tell (all of it, or the first ``HEADER_BYTES``).

    Raises:
        InputError: as ``read_header``, or the whole file is there and holds no record.
    """
    read_header(head)
    below = head.removeprefix(_BOM)[len(_header_record(head)) :]
    if len(head) < HEADER_BYTES and not below.strip():
        raise InputError(NO_CUSTOMER)


def _header_record(head: bytes) -> bytes:
    """The bytes of the first record, its line end included, without the byte order mark."""
    head = head[:HEADER_BYTES]
    _reject_foreign_formats(head)
    text = head.removeprefix(_BOM)
    if not text:
        raise InputError("the customer list is empty")
    _, ends, _ = _final_line_ends(text) if len(head) < HEADER_BYTES else _line_ends(text, last=False)
    if len(ends) == 0:
        raise InputError("the customer list has no end of its header line within the first MiB")
    return text[: int(ends[0])]


def _reject_foreign_formats(head: bytes) -> None:
    for magic, name in _FOREIGN_FILES.items():
        if head.startswith(magic):
            raise InputError(f"the customer list is {name}; it must be CSV text in UTF-8")
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or b"\x00" in head[:64]:
        raise InputError("the customer list is UTF-16 or UTF-32 text, or binary; it must be CSV text in UTF-8")


def _column_names(record: bytes) -> tuple[str, ...]:
    try:
        line = record.decode("utf-8").rstrip("\r\n")
        names = tuple(next(csv.reader([line]), ()))
    except UnicodeDecodeError:
        raise InputError("the customer list's header is not UTF-8 text; save the file as CSV in UTF-8") from None
    except csv.Error:
        raise InputError("the customer list's header is not a line of comma-separated names") from None
    if not line.strip():
        raise InputError("the customer list's first line is blank; it must hold the column names")
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        raise InputError(f"the customer list has no column {', '.join(missing)}{_spelling_hint(line, names, missing)}")
    repeated = [name for name in COLUMNS if names.count(name) > 1]
    if repeated:
        raise InputError(f"the customer list has more than one column {', '.join(repeated)}")
    return names


def _spelling_hint(line: str, names: Sequence[str], missing: Sequence[str]) -> str:
    """Why the columns may be missing, without repeating the line: a file without a header holds customers there."""
    for delimiter, word in _OTHER_DELIMITERS.items():
        if set(REQUIRED_COLUMNS) <= {_plain_name(name) for name in line.split(delimiter)}:
            return f"; its columns are separated by {word}, and must be by commas"
    respelled = sorted(set(missing) & {_plain_name(name) for name in names})
    if respelled:
        return f"; {', '.join(respelled)} is there in another spelling, and names must match exactly"
    return "; the first line must hold the column names"


def _plain_name(name: str) -> str:
    return name.strip(' "\t').lower().replace(" ", "_").replace("-", "_")


# --- where records end ------------------------------------------------------------------------------------------------


class Records(NamedTuple):
    """Consecutive records: row (the header is row 1), first byte, byte after the line end, and two flaws."""

    rows: Ints
    starts: Ints
    ends: Ints
    blank: Bools
    broken: Bools
    """Whether the record opens a quote that is never closed."""


_QUOTED, _CLOSED, _PLAIN = range(3)
_STATES = 3
_NONE = -1
_AFTER_SEPARATOR, _AFTER_QUOTE, _AFTER_OTHER, _NO_QUOTE = range(4)
_NEXT_STATE = np.array(
    [
        [_CLOSED, _QUOTED, _QUOTED],  # a quote after a separator opens a field, unless it closes one
        [_CLOSED, _QUOTED, _PLAIN],  # a quote after a quote: two inside a field stand for one
        [_CLOSED, _PLAIN, _PLAIN],  # a quote after anything else is literal, unless it closes a field
        [_QUOTED, _CLOSED, _PLAIN],  # no quote: nothing changes
    ],
    dtype=np.uint8,
).ravel()


def _read_records(blocks: Iterable[bytes], *, row: int, position: int) -> Iterator[Records]:
    """The records of a text that comes in ``blocks`` and starts at ``row`` and byte ``position``.

    Raises:
        InputError: a record is longer than ``MAX_RECORD_BYTES``.
    """
    pending = b""
    for block in blocks:
        text = pending + block
        content_ends, ends, _ = _line_ends(text, last=False)
        consumed = int(ends[-1]) if len(ends) else 0
        yield _records(row, position, content_ends, ends, broken=_NONE)
        row, position, pending = row + len(ends), position + consumed, text[consumed:]
        _reject_endless(len(pending), row)
    content_ends, ends, broken = _final_line_ends(pending)
    yield _records(row, position, content_ends, ends, broken)


def _records(row: int, position: int, content_ends: Ints, ends: Ints, broken: int) -> Records:
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends))[:-1]
    rows = np.arange(row, row + len(ends))
    for too_long in rows[ends - starts > MAX_RECORD_BYTES][:1]:
        _reject_endless(MAX_RECORD_BYTES + 1, int(too_long))
    return Records(rows, starts + position, ends + position, content_ends == starts, np.arange(len(ends)) == broken)


def _reject_endless(length: int, row: int) -> None:
    if length > MAX_RECORD_BYTES:
        raise InputError(
            f"the customer list has a record of more than {MAX_RECORD_BYTES // 1024**2} MiB at row {row}; "
            "a quote near it may not be closed"
        )


def _final_line_ends(text: bytes) -> tuple[Ints, Ints, int]:
    """Like ``_line_ends`` at the end of the list, where the last record may have no line end or an open quote.

    An open quote would swallow all rows after it; only the line it stands on is given up. The third value is the
    index of that record. No second quote can be open: after the first, quotes come in pairs.
    """
    content_ends, ends, opening = _line_ends(text, last=True)
    done = int(ends[-1]) if len(ends) else 0
    if done == len(text):
        return content_ends, ends, _NONE
    stop = len(text) if opening == _NONE else _end_of_line(text, opening)
    more_content_ends, more_ends, _ = _final_line_ends(text[stop:])
    return (
        np.concatenate((content_ends, [stop], more_content_ends + stop)),
        np.concatenate((ends, [stop], more_ends + stop)),
        _NONE if opening == _NONE else len(ends),
    )


def _end_of_line(text: bytes, position: int) -> int:
    """The byte after the first line end at or after ``position``, whatever quotes say."""
    _, last_bytes = _raw_line_ends(np.frombuffer(text, dtype=np.uint8), last=True)
    following = last_bytes[last_bytes >= position]
    return int(following[0]) + 1 if len(following) else len(text)


def _line_ends(text: bytes, *, last: bool) -> tuple[Ints, Ints, int]:
    """Of each line end outside quotes, its first byte and the byte after it; and the quote still open at the end.

    ``text`` starts at a record. Quotes count where the CSV parser counts them: in a field that starts with one.
    """
    codes = np.frombuffer(text, dtype=np.uint8)
    first_bytes, last_bytes = _raw_line_ends(codes, last=last)
    opening = _NONE
    if b'"' in text:
        outside, opening = _outside_quotes(codes, last_bytes)
        first_bytes, last_bytes = first_bytes[outside], last_bytes[outside]
    return first_bytes, last_bytes + 1, opening


def _raw_line_ends(codes: Bytes, *, last: bool) -> tuple[Ints, Ints]:
    """First and last byte of every LF, CR LF and CR; a CR at the end of a block waits for what follows it."""
    feeds, returns = codes == _LF, codes == _CR
    if not returns.any():
        positions = np.flatnonzero(feeds)
        return positions, positions
    lone_returns = returns & ~np.append(feeds[1:], not last)
    positions = np.flatnonzero(feeds | lone_returns)
    pairs = feeds[positions] & np.append(np.False_, returns)[positions]
    return positions - pairs, positions


def _outside_quotes(codes: Bytes, positions: Ints) -> tuple[Bools, int]:
    """Which of ``positions`` are outside quoted fields, and the offset of the quote open at the end, if one is."""
    quotes = np.flatnonzero(codes == _QUOTE)
    before = np.where(quotes == 0, _LF, codes[quotes - 1])
    kinds = np.full(len(quotes), _AFTER_OTHER, dtype=np.uint8)
    kinds[(before == _COMMA) | (before == _LF) | (before == _CR)] = _AFTER_SEPARATOR
    kinds[before == _QUOTE] = _AFTER_QUOTE
    states = _states_after(kinds)
    openings = quotes[(states == _QUOTED) & (kinds == _AFTER_SEPARATOR)]
    state_at = np.append(np.uint8(_PLAIN), states)[np.searchsorted(quotes, positions)]
    return state_at != _QUOTED, int(openings[-1]) if states[-1] == _QUOTED else _NONE


def _states_after(kinds: Bytes) -> Bytes:
    """The state after each quote, starting in plain text.

    A sequential automaton, run side by side on about sqrt(n) rows of sqrt(n) quotes: first from every possible state,
    which tells the state each row starts in, then from that one.
    """
    width = isqrt(len(kinds)) + 1
    rows = -(-len(kinds) // width)
    padded = np.full(rows * width, _NO_QUOTE, dtype=np.uint8)
    padded[: len(kinds)] = kinds
    steps = np.ascontiguousarray(padded.reshape(rows, width).T) * np.uint8(_STATES)
    outcomes = np.repeat(np.arange(_STATES, dtype=np.uint8)[:, None], rows, axis=1)
    for step in steps:
        outcomes = _NEXT_STATE[step + outcomes]
    current = _row_starts(outcomes)
    states = np.empty_like(steps)
    for index, step in enumerate(steps):
        current = _NEXT_STATE[step + current]
        states[index] = current
    return states.T.ravel()[: len(kinds)]


def _row_starts(outcomes: Bytes) -> Bytes:
    """The state each row starts in, given for each start state (first axis) and row the state it ends in."""
    starts, state = np.empty(outcomes.shape[1], dtype=np.uint8), _PLAIN
    for row in range(outcomes.shape[1]):
        starts[row] = state
        state = int(outcomes[state, row])
    return starts


# --- cutting the list into partitions ---------------------------------------------------------------------------------


def plan_partitions(
    chunks: Iterable[bytes], *, size: int, settings: PartitionSettings, input_digest: str
) -> PartitionPlan:
    """Cut a customer list of ``size`` bytes, given in ``chunks`` of any length, at the ends of records.

    ``settings.count`` asks for that many partitions, as equal in bytes as records allow (fewer only if there are
    fewer records); without it, each is the shortest of at least ``settings.target_bytes``. Blank lines at the end of
    the list belong to no partition; others count as records.

    Raises:
        InputError: a bad header (see ``read_header``), no record, or one longer than ``MAX_RECORD_BYTES``.
    """
    columns, partitions = cut_partitions(chunks, size, settings)
    return PartitionPlan(input_digest=input_digest, columns=columns, partitions=partitions)


def cut_partitions(
    chunks: Iterable[bytes], size: int, settings: PartitionSettings
) -> tuple[tuple[str, ...], tuple[Partition, ...]]:
    """The columns and the partitions of ``plan_partitions``, with its errors."""
    blocks = _blocks(chunks)
    head = next(blocks, b"")
    record = _header_record(head)
    columns = _column_names(record)
    start = len(record) + (len(_BOM) if head.startswith(_BOM) else 0)
    cutter = _Cutter(start, size, settings)
    for records in _read_records(chain([head[start:]], blocks), row=2, position=start):
        cutter.add(records)
    return columns, cutter.partitions()


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of ``HEADER_BYTES``, so that the size of the chunks decides nothing."""
    buffer = bytearray()
    for chunk in chunks:
        for offset in range(0, len(chunk), HEADER_BYTES):
            buffer += chunk[offset : offset + HEADER_BYTES]
            if len(buffer) >= HEADER_BYTES:
                yield bytes(buffer[:HEADER_BYTES])
                del buffer[:HEADER_BYTES]
    if buffer:
        yield bytes(buffer)


class _Cut(NamedTuple):
    """A record that starts a partition."""

    offset: int
    row: int


class _Cutter:
    """Chooses the records that start partitions while they stream by; keeps only cuts and the last few candidates.

    Any record that is not blank, except the first, is a candidate.
    """

    def __init__(self, start: int, size: int, settings: PartitionSettings) -> None:
        self._first = _Cut(start, row=2)
        self._end = self._first
        self._settings = settings
        self._size = size
        self._cuts: list[_Cut] = []
        self._tail: list[_Cut] = []
        self._records = 0

    def add(self, records: Records) -> None:
        filled = np.flatnonzero(~records.blank)
        if len(filled) == 0:
            return
        last = int(filled[-1])
        self._end = _Cut(int(records.ends[last]), int(records.rows[last]) + 1)
        candidates = filled[1:] if self._records == 0 else filled
        self._records += len(filled)
        self._choose(records.starts[candidates], records.rows[candidates])

    def partitions(self) -> tuple[Partition, ...]:
        """The partitions of all records added; InputError if there was none."""
        if self._records == 0:
            raise InputError(NO_CUSTOMER)
        bounds = [self._first, *self._final_cuts(), self._end]
        return tuple(
            Partition(offset=cut.offset, length=end.offset - cut.offset, first_row=cut.row, rows=end.row - cut.row)
            for cut, end in pairwise(bounds)
        )

    def _choose(self, starts: Ints, rows: Ints) -> None:
        position = 0
        while (goal := self._next_goal()) is not None:
            position = max(position, int(np.searchsorted(starts, goal)))
            if position >= len(starts):
                break
            self._cuts.append(_Cut(int(starts[position]), int(rows[position])))
            position += 1
        if self._settings.count is not None:
            kept = slice(-self._settings.count, None)
            recent = map(_Cut, starts[kept].tolist(), rows[kept].tolist())
            self._tail = [*self._tail, *recent][kept]

    def _next_goal(self) -> int | None:
        """The offset at or past which the next partition starts; None when there are enough."""
        count, done = self._settings.count, len(self._cuts)
        if count is None:
            return (self._cuts[-1] if self._cuts else self._first).offset + self._settings.target_bytes
        body = max(self._size - self._first.offset, 0)
        return self._first.offset + body * (done + 1) // count if done + 1 < count else None

    def _final_cuts(self) -> list[_Cut]:
        """The cuts; for a given count, moved forward where the records left after them would be too few."""
        if self._settings.count is None:
            return self._cuts
        wanted = min(self._settings.count, self._records) - 1
        latest = self._tail[len(self._tail) - wanted :]
        return [*map(min, self._cuts, latest), *latest[len(self._cuts) :]]


def partition_records(data: bytes, partition: Partition) -> Records:
    """The records in the bytes of ``partition``; their bytes count from its start.

    Raises:
        InputError: ``data`` does not hold as many records as were planned.
    """
    blocks = (data[offset : offset + HEADER_BYTES] for offset in range(0, len(data), HEADER_BYTES))
    found = list(_read_records(blocks, row=partition.first_row, position=0))
    records = Records(*(np.concatenate(values) for values in zip(*found, strict=True)))
    if len(records.rows) != partition.rows:
        raise InputError(f"the customer list has changed since it was planned, at row {partition.first_row} or below")
    return records
