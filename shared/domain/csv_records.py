"""The customer list as bytes: its header, where its records end, and partitions of whole records.

Knows the names of the columns and the CSV rules of quotes and line ends, which hold for any CSV text; what a record
says is not read here. Holds no more than a block of the list and the longest record, or the one partition or text it is
given.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from math import isqrt
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from shared.contracts import Partition, PartitionPlan
from shared.errors import InputError
from shared.run_config import PartitionSettings, plain_name

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


class ListFile(Protocol):
    """A customer list as a binary file that can seek: one that is open, one in memory or a blob."""

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...


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
CUSTOMER_LIST = "the customer list"
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


def _header_record(head: bytes, what: str = CUSTOMER_LIST) -> bytes:
    """The bytes of the first record of ``what``, its line end included, without the byte order mark."""
    head = head[:HEADER_BYTES]
    _reject_foreign_formats(head, what)
    text = head.removeprefix(_BOM)
    if not text:
        raise InputError(f"{what} is empty")
    last = len(head) < HEADER_BYTES
    _, ends = _line_ends(text, last=last)
    lines = _QuotedLines(text, ends, last=last)
    end = lines.record_end(0, fields=None) if 0 in lines.left_open[:1] else 0
    if len(ends) == 0 or end is None:
        raise InputError(f"{what} has no end of its header line within the first MiB")
    return text[: int(ends[end])]


def _reject_foreign_formats(head: bytes, what: str) -> None:
    allowed = (
        "CSV text in UTF-8, as it is or in one gzip archive, or Parquet by itself"
        if what == CUSTOMER_LIST
        else "CSV text in UTF-8"
    )
    for magic, name in _FOREIGN_FILES.items():
        if head.startswith(magic):
            raise InputError(f"{what} is {name}; it must be {allowed}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or b"\x00" in head[:64]:
        raise InputError(f"{what} is UTF-16 or UTF-32 text, or binary; it must be {allowed}")


def _names(record: bytes, what: str) -> tuple[str, ...]:
    """The names in a header, as written."""
    try:
        line = record.decode("utf-8").rstrip("\r\n")
        names = tuple(next(csv.reader([line]), ()))
    except UnicodeDecodeError:
        raise InputError(f"{what}'s header is not UTF-8 text; save the file as CSV in UTF-8") from None
    except csv.Error:
        raise InputError(f"{what}'s header is not a line of comma-separated names") from None
    if not line.strip():
        raise InputError(f"{what}'s first line is blank; it must hold the column names")
    return names


def _column_names(record: bytes) -> tuple[str, ...]:
    names = _names(record, CUSTOMER_LIST)
    check_columns(names, record.decode("utf-8").rstrip("\r\n"))
    return names


def check_columns(names: Sequence[str], line: str | None = None) -> None:
    """Refuse a list whose columns are ``names``; ``line`` is the header as written, where it is text.

    Raises:
        InputError: a required column is missing, or one of the schema's is there twice.
    """
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        hint = _spelling_hint(line, names, missing)
        raise InputError(f"the customer list has no column {', '.join(missing)}{hint}")
    repeated = [name for name in COLUMNS if names.count(name) > 1]
    if repeated:
        raise InputError(f"the customer list has more than one column {', '.join(repeated)}")


def _spelling_hint(line: str | None, names: Sequence[str], missing: Sequence[str]) -> str:
    """Why the columns may be missing, without repeating the line: a file without a header holds customers there."""
    for delimiter, word in _OTHER_DELIMITERS.items():
        if set(REQUIRED_COLUMNS) <= {plain_name(name) for name in (line or "").split(delimiter)}:
            return f"; its columns are separated by {word}, and must be by commas"
    respelled = sorted(set(missing) & {plain_name(name) for name in names})
    if respelled:
        return f"; {', '.join(respelled)} is there in another spelling, and names must match exactly"
    return "" if line is None else "; the first line must hold the column names"


# --- where records end ------------------------------------------------------------------------------------------------


class Records(NamedTuple):
    """Consecutive records: row (the header is row 1), first byte, byte after the line end, and two flaws."""

    rows: Ints
    starts: Ints
    ends: Ints
    blank: Bools
    broken: Bools
    """Whether the record is a line given up because it opens a quote that is not closed as it should be."""


_QUOTED, _CLOSED, _PLAIN = range(3)
_STATES = 3
_AFTER_SEPARATOR, _AFTER_QUOTE, _AFTER_OTHER, _NO_QUOTE, _OPENS, _CLOSES, _LITERAL = range(7)
_NEXT_STATE = np.array(
    [
        [_CLOSED, _QUOTED, _QUOTED],  # a quote after a separator opens a field, unless it closes one
        [_CLOSED, _QUOTED, _PLAIN],  # a quote after a quote: two inside a field stand for one
        [_CLOSED, _PLAIN, _PLAIN],  # a quote after anything else is literal, unless it closes a field
        [_QUOTED, _CLOSED, _PLAIN],  # no quote: nothing changes
        [_QUOTED, _QUOTED, _QUOTED],  # the first quote of a line whose start is known: the past says nothing
        [_CLOSED, _CLOSED, _CLOSED],
        [_PLAIN, _PLAIN, _PLAIN],
    ],
    dtype=np.uint8,
).ravel()


def _read_records(
    blocks: Iterable[bytes], *, fields: int, row: int, position: int, what: str = CUSTOMER_LIST
) -> Iterator[Records]:
    """The records of a text that comes in ``blocks`` and starts at ``row`` and byte ``position``.

    A line is a record, unless it leaves a quote open; then the record goes on to the line that ends outside quotes.
    But one stray quote would swallow good rows up to the next quote. So a record of several lines must be well formed:
    it has as many ``fields`` as the header, text never follows a closing quote, and it ends, within
    ``MAX_RECORD_BYTES``. Otherwise only its first line is given up, and the next record starts on the next line.

    Raises:
        InputError: a line is longer than ``MAX_RECORD_BYTES``.
    """
    pending = b""
    for block in chain(blocks, [None]):
        text = pending + (block or b"")
        content_ends, ends, broken = _record_ends(text, fields, last=block is None)
        yield _records(row, position, content_ends, ends, broken, what=what)
        consumed = int(ends[-1]) if len(ends) else 0
        row, position, pending = row + len(ends), position + consumed, text[consumed:]
        _reject_endless(len(pending), row, what)


def _records(row: int, position: int, content_ends: Ints, ends: Ints, broken: Bools, *, what: str) -> Records:
    starts = _starts(ends)
    rows = np.arange(row, row + len(ends))
    for too_long in rows[ends - starts > MAX_RECORD_BYTES][:1]:
        _reject_endless(MAX_RECORD_BYTES + 1, int(too_long), what)
    return Records(rows, starts + position, ends + position, content_ends == starts, broken)


def _starts(ends: Ints) -> Ints:
    return np.concatenate((np.zeros(1, dtype=np.int64), ends))[:-1]


def _reject_endless(length: int, row: int, what: str) -> None:
    if length > MAX_RECORD_BYTES:
        raise InputError(f"{what} has a line of more than {MAX_RECORD_BYTES // 1024**2} MiB at row {row}")


def _record_ends(text: bytes, fields: int, *, last: bool) -> tuple[Ints, Ints, Bools]:
    """Of each record: the first byte of its line end, the byte after it, and whether it is a line given up.

    ``text`` starts at a record and, if ``last``, ends with the list. Otherwise records it may not hold whole are left.
    """
    content_ends, ends = _line_ends(text, last=last)
    kept, broken = np.ones(len(ends), dtype=np.bool_), np.zeros(len(ends), dtype=np.bool_)
    lines = _QuotedLines(text, ends, last=last)
    done = 0
    for first in lines.left_open:
        if first < done:
            continue
        end = lines.record_end(first, fields)
        if end is None:
            kept[first:] = False
            break
        broken[first] = end == first
        kept[first:end] = False
        done = end + 1
    return content_ends[kept], ends[kept], broken[kept]


def _line_ends(text: bytes, *, last: bool) -> tuple[Ints, Ints]:
    """Of each line, whatever quotes say: the first byte of its end, and the byte after it.

    A CR at the end of a block waits for what follows it; the last line of the list needs no end.
    """
    codes = np.frombuffer(text, dtype=np.uint8)
    first_bytes, last_bytes = _line_end_bytes(codes, last=last)
    ends = last_bytes + 1
    if last and len(text) > (int(ends[-1]) if len(ends) else 0):
        return np.append(first_bytes, len(text)), np.append(ends, len(text))
    return first_bytes, ends


def _line_end_bytes(codes: Bytes, *, last: bool) -> tuple[Ints, Ints]:
    """First and last byte of every LF, CR LF and CR."""
    feeds, returns = codes == _LF, codes == _CR
    if not returns.any():
        positions = np.flatnonzero(feeds)
        return positions, positions
    lone_returns = returns & ~np.append(feeds[1:], not last)
    positions = np.flatnonzero(feeds | lone_returns)
    pairs = feeds[positions] & np.append(np.False_, returns)[positions]
    return positions - pairs, positions


# --- what quotes say --------------------------------------------------------------------------------------------------


class _Reading(NamedTuple):
    """What lines with quotes are, read from inside or from outside a quoted field; lists, to walk along them."""

    open: list[bool]
    """Whether the line ends inside a quoted field."""
    commas: list[int]
    """The commas outside quoted fields."""
    misquoted: list[bool]
    """Whether text follows a closing quote."""


class _QuotedLines:
    """The lines of a text that hold quotes: which of them leave one open, and where the records of these end.

    Quotes count where the CSV parser counts them: in a field that starts with one. ``left_open`` are the numbers of
    the lines that, as the first of a record, leave a quote open. The rest is only worked out if there are any.
    """

    def __init__(self, text: bytes, ends: Ints, *, last: bool) -> None:
        self._last = last
        self._length = len(text)
        self._ends = ends
        self.left_open: list[int] = []
        if len(ends) and b'"' in text:
            self._find(np.frombuffer(text, dtype=np.uint8)[: ends[-1]])

    def record_end(self, first: int, fields: int | None) -> int | None:
        """The last line of the record that starts on line ``first``, one of ``left_open``.

        ``first`` itself if the record is not well formed (``fields`` None: of any number), None if the text does not
        tell yet.
        """
        index = self._index[first]
        commas, misquoted = self._outside.commas[index], self._outside.misquoted[index]
        for following in range(index + 1, len(self._numbers)):
            if misquoted or (fields is not None and commas >= fields):
                return first
            commas += self._inside.commas[following]
            misquoted = self._inside.misquoted[following]
            if not self._inside.open[following]:
                end = self._numbers[following]
                good = (
                    not misquoted and fields in (None, commas + 1) and not self._too_long(first, self._line_ends[end])
                )
                return end if good else first
        return first if self._last or self._too_long(first, self._length) else None

    def _too_long(self, first: int, end: int) -> bool:
        start = self._line_ends[first - 1] if first else 0
        return end - start > MAX_RECORD_BYTES

    def _find(self, codes: Bytes) -> None:
        quotes = np.flatnonzero(codes == _QUOTE)
        bounds = np.append(0, np.searchsorted(quotes, self._ends))
        numbers = np.flatnonzero(bounds[1:] > bounds[:-1])
        if len(numbers) == 0:
            return
        firsts = bounds[numbers]
        kinds = _kinds(codes, quotes)
        opening = kinds[firsts] == _AFTER_SEPARATOR
        states = _states_from(kinds, firsts, np.where(opening, _OPENS, _LITERAL))
        left_open = states[bounds[numbers + 1] - 1] == _QUOTED
        self.left_open = numbers[left_open].tolist()
        if self.left_open:
            inside = _states_from(kinds, firsts, np.full(len(firsts), _CLOSES))
            self._numbers, self._line_ends = numbers.tolist(), self._ends.tolist()
            self._index = dict(zip(self.left_open, np.flatnonzero(left_open).tolist(), strict=True))
            self._outside, self._inside = self._readings(codes, quotes, bounds, numbers, (states, inside))

    def _readings(
        self, codes: Bytes, quotes: Ints, bounds: Ints, numbers: Ints, both: tuple[Bytes, Bytes]
    ) -> tuple[_Reading, _Reading]:
        """The lines ``numbers`` from outside and from inside, given the states after each quote of them for both."""
        firsts, lasts = bounds[numbers], bounds[numbers + 1] - 1
        commas = np.flatnonzero(codes == _COMMA)
        passed = np.searchsorted(commas, quotes)
        following = np.append(passed[1:], 0)
        following[lasts] = np.searchsorted(commas, self._ends[numbers])
        leading = passed[firsts] - np.searchsorted(commas, _starts(self._ends)[numbers])
        next_codes = np.append(codes, np.uint8(_LF))[quotes + 1]
        text_follows = ~np.isin(next_codes, (_LF, _CR, _QUOTE, _COMMA))
        outside, inside = (
            _Reading(
                open=(states[lasts] == _QUOTED).tolist(),
                commas=(np.add.reduceat((following - passed) * (states != _QUOTED), firsts) + before).tolist(),
                misquoted=np.logical_or.reduceat(text_follows & (states == _CLOSED), firsts).tolist(),
            )
            for states, before in zip(both, (leading, 0), strict=True)
        )
        return outside, inside


def _kinds(codes: Bytes, quotes: Ints) -> Bytes:
    """What stands before each quote."""
    before = np.where(quotes == 0, _LF, codes[quotes - 1])
    kinds = np.full(len(quotes), _AFTER_OTHER, dtype=np.uint8)
    kinds[(before == _COMMA) | (before == _LF) | (before == _CR)] = _AFTER_SEPARATOR
    kinds[before == _QUOTE] = _AFTER_QUOTE
    return kinds


def _states_from(kinds: Bytes, firsts: Ints, first_kinds: Ints) -> Bytes:
    """The state after each quote, where ``first_kinds`` say what the first quotes of lines are."""
    kinds = kinds.copy()
    kinds[firsts] = first_kinds
    return _states_after(kinds)


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
        InputError: a bad header (see ``read_header``), no record, or a line longer than ``MAX_RECORD_BYTES``.
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
    for records in _read_records(chain([head[start:]], blocks), fields=len(columns), row=2, position=start):
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


def partition_records(data: bytes, partition: Partition, fields: int) -> Records:
    """The records in the bytes of ``partition`` of a list with ``fields`` columns; their bytes count from its start.

    Raises:
        InputError: ``data`` does not hold as many records as were planned.
    """
    records = body_records(data, fields, first_row=partition.first_row)
    if len(records.rows) != partition.rows:
        raise InputError(f"the customer list has changed since it was planned, at row {partition.first_row} or below")
    return records


def body_records(data: bytes, fields: int, *, first_row: int = 2, what: str = CUSTOMER_LIST) -> Records:
    """All records in ``data``, which begins with ``first_row`` of a file with ``fields`` columns, blank ones too.

    Raises:
        InputError: a line of ``what`` is longer than ``MAX_RECORD_BYTES``.
    """
    blocks = (data[offset : offset + HEADER_BYTES] for offset in range(0, len(data), HEADER_BYTES))
    found = list(_read_records(blocks, fields=fields, row=first_row, position=0, what=what))
    return Records(*(np.concatenate(values) for values in zip(*found, strict=True)))


# --- any CSV text -----------------------------------------------------------------------------------------------------


class CsvText(NamedTuple):
    """A CSV text taken apart: the names in its header, as written, and the bytes and records below it."""

    names: tuple[str, ...]
    body: bytes
    records: Records


def read_text(data: bytes, what: str) -> CsvText:
    """A whole CSV text, which errors call ``what``; blank lines at its end are no records.

    Raises:
        InputError: it is empty, no comma-separated UTF-8 text, or has a line longer than ``MAX_RECORD_BYTES``.
    """
    header = _header_record(data, what)
    names = _names(header, what)
    body = data.removeprefix(_BOM)[len(header) :]
    records = body_records(body, len(names), what=what)
    return CsvText(names, body, _without_blank_end(records))


def _without_blank_end(records: Records) -> Records:
    filled = np.flatnonzero(~records.blank)
    end = int(filled[-1]) + 1 if len(filled) else 0
    rows, starts, ends, blank, broken = records
    return Records(rows[:end], starts[:end], ends[:end], blank[:end], broken[:end])
