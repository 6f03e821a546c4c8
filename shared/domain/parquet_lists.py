"""A customer list in Parquet: its footer, partitions of whole row groups, and the wanted columns of one of these.

Reads from a file that can seek: of the footer all, of the rest only the wanted columns' chunks. What the footer says is
checked before it is acted upon, because it decides what is read and how much memory that takes. What pyarrow cannot
read is told in one place, ``_readable``.
"""

import io
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.contracts import Partition
from shared.domain.csv_fields import Fields
from shared.domain.csv_records import COLUMNS, Ints, ListFile, check_columns
from shared.domain.parquet_footer import Chunk, RowGroup, read_footer
from shared.errors import InputError
from shared.run_config import PartitionSettings

MAGIC = b"PAR1"
ENCRYPTED_MAGIC = b"PARE"
MAX_FOOTER_BYTES = 8 * 1024 * 1024
MAX_GROUP_ROWS = 1024 * 1024
"""As many as common writers put into a row group unless they are told otherwise."""
MAX_GROUP_BYTES = 512 * 1024 * 1024
"""Of the wanted columns in one row group, unpacked; a field counts ``FIELD_BYTES`` at least."""
FIELD_BYTES = 8
DAMAGED = "the customer list is a Parquet file that cannot be read: it is damaged, cut short or encrypted"
NO_ROW = "the customer list holds no customer: no row group of the Parquet file has a row"
NOT_TEXT = "the row is not UTF-8 text"

_TAIL_BYTES = 8
_MAX_LISTED = 100_000
_BATCH_ROWS = 65_536
_BUFFER_BYTES = 1024 * 1024
_ID = "customer_id"
_TEXT_COLUMNS = (_ID, "location", "tier")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class _Group(NamedTuple):
    """A row group: its rows, and the bytes that its wanted columns take in memory, about."""

    rows: int
    size: int


class ParquetList:
    """The customer list in a Parquet ``file``; ``wanted`` are the columns to load, name -> place, as ``read`` says.

    Raises:
        InputError: the file is damaged, encrypted, or lacks or repeats a column.
    """

    def __init__(self, file: ListFile) -> None:
        self._file = file
        self._end, data = _footer_bytes(file)
        with _readable():
            self._footer = read_footer(data)
            self._schema = _opened(file).schema_arrow
        self.columns: tuple[str, ...] = tuple(self._schema.names)
        check_columns(self.columns)

    def check(self, wanted: Mapping[str, int]) -> None:
        """Refuse a list whose ``wanted`` columns or row groups cannot be read.

        Raises:
            InputError: a column's type is not one that says what the column must, a row group is too large, or there
                is no row.
        """
        self._groups(wanted)

    def partitions(self, wanted: Mapping[str, int], settings: PartitionSettings) -> tuple[Partition, ...]:
        """Runs of whole row groups: each the shortest of at least ``settings.target_bytes``, or ``settings.count``.

        Bytes are those of the ``wanted`` columns, unpacked. Raises as ``check``.
        """
        groups = self._groups(wanted)
        starts = _starts(groups, settings) if settings.count is None else _even_starts(groups, settings.count)
        rows = [0, *accumulate(group.rows for group in groups)]
        return tuple(
            Partition(offset=start, length=end - start, first_row=2 + rows[start], rows=rows[end] - rows[start])
            for start, end in pairwise([*starts, len(groups)])
        )

    def read(self, partition: Partition, wanted: Mapping[str, int]) -> Fields:
        """The ``wanted`` columns (name -> place in the file) of one partition, as CSV fields would give them.

        Texts, whole numbers and truth values as texts; other numbers as float64, null where there is none.

        Raises:
            InputError: the row groups do not hold what was planned.
        """
        groups = list(range(partition.offset, partition.offset + partition.length))
        names = {name: self.columns[place] for name, place in wanted.items()}
        with _readable():
            chosen = list(dict.fromkeys(names.values()))
            repeating = [name for name in chosen if name != _ID]  # ids hardly repeat, and a dictionary of them is slow
            table = _opened(self._file, repeating).read_row_groups(groups, chosen, use_threads=False)
            if table.num_rows != partition.rows:
                raise InputError(DAMAGED)
            found = {name: _plain(name, table.column(written)) for name, written in names.items()}
            undecodable, texts = _decoded(found)
        return Fields(pa.table(texts), np.arange(partition.rows), ((NOT_TEXT, undecodable),))

    def rows_of(self, customer_id: str) -> int:
        """How many rows are of the customer. Raises as ``read``, but for what is wrong with other columns."""
        wanted = {_ID: self.columns.index(_ID)}
        found = (self.read(part, wanted).table[_ID] for part in self.partitions(wanted, PartitionSettings()))
        return sum(pc.sum(pc.equal(ids, customer_id), min_count=0).as_py() for ids in found)

    def without(self, customer_id: str) -> Iterator[bytes]:
        """The file, every column of it, without the rows of the customer; the same bytes each time.

        Raises:
            InputError: the file is damaged, or has a column that pyarrow cannot read or write.
        """
        sink = _Drain()
        with _readable():
            source = pq.ParquetFile(self._file, pre_buffer=False, buffer_size=_BUFFER_BYTES)
            with pq.ParquetWriter(sink, source.schema_arrow) as writer:
                for batch in source.iter_batches(_BATCH_ROWS, use_threads=False):
                    ids = _plain(_ID, pa.chunked_array([batch.column(_ID)]))
                    _, texts = _decoded({_ID: ids})
                    writer.write_batch(batch.filter(pc.not_equal(texts[_ID], customer_id)))
                    yield sink.drained()
            yield sink.drained()

    def _groups(self, wanted: Mapping[str, int]) -> list[_Group]:
        """What the footer says of each row group, checked."""
        for name, place in wanted.items():
            _check_type(name, self._schema.field(place))
        names = {self.columns[place].encode() for place in wanted.values()}
        groups = [self._group(group, names) for group in self._footer.groups]
        if sum(group.rows for group in groups) != self._footer.rows:
            raise InputError(DAMAGED)
        if self._footer.rows == 0:
            raise InputError(NO_ROW)
        return groups

    def _group(self, stored: RowGroup, names: AbstractSet[bytes]) -> _Group:
        """One row group; pyarrow takes a column whose name begins with another's and a dot for a part of that one."""
        chunks = [chunk for chunk in stored.chunks if names & {chunk.path, chunk.path.partition(b".")[0]}]
        group = _Group(stored.rows, sum(self._size(chunk, stored.rows) for chunk in chunks if stored.rows))
        if group.rows < 0 or len(chunks) < len(names):
            raise InputError(DAMAGED)
        if group.rows > MAX_GROUP_ROWS or group.size > MAX_GROUP_BYTES:
            raise InputError(
                f"the customer list has a row group of {group.rows:,} rows and {group.size // 1024**2:,} MiB; write "
                f"the file in row groups of at most {MAX_GROUP_ROWS:,} rows and {MAX_GROUP_BYTES // 1024**2} MiB"
            )
        return group

    def _size(self, chunk: Chunk, rows: int) -> int:
        """The bytes of a column's chunk in memory, which must lie before the footer in the file."""
        _, start, packed, unpacked = chunk
        if start < len(MAGIC) or packed < 0 or unpacked < 0 or start + packed > self._end:
            raise InputError(DAMAGED)
        return max(packed, unpacked, rows * FIELD_BYTES)


class _Drain(io.RawIOBase):
    """A file to write to, whose bytes are taken out as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._written: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        self._position += len(self._written[-1])
        return len(self._written[-1])

    def drained(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._written)
        self._written.clear()
        return taken


# --- the file ---------------------------------------------------------------------------------------------------------


@contextmanager
def _readable() -> Iterator[None]:
    """Tells every way in which pyarrow refuses a file as the project's; what its errors say may quote the file."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, IndexError, OverflowError):
        raise InputError(DAMAGED) from None


def _opened(file: ListFile, read_dictionary: Sequence[str] | None = None) -> pq.ParquetFile:
    return pq.ParquetFile(
        file, read_dictionary=read_dictionary, pre_buffer=True, thrift_container_size_limit=_MAX_LISTED
    )


def _footer_bytes(file: ListFile) -> tuple[int, bytes]:
    """Where the footer begins, and the footer."""
    size = file.seek(0, 2)
    file.seek(max(size - _TAIL_BYTES, 0))
    tail = file.read(_TAIL_BYTES)
    if tail.endswith(ENCRYPTED_MAGIC):
        raise InputError("the customer list is an encrypted Parquet file; write it without encryption")
    length = int.from_bytes(tail[:4], "little")
    start = size - _TAIL_BYTES - length
    if not tail.endswith(MAGIC) or start < len(MAGIC):
        raise InputError(DAMAGED)
    if length > MAX_FOOTER_BYTES:
        raise InputError(
            f"the customer list's footer has more than {MAX_FOOTER_BYTES // 1024**2} MiB; write the Parquet file in "
            "fewer row groups, or with fewer columns"
        )
    file.seek(start)
    return start, file.read(length)


# --- partitions -------------------------------------------------------------------------------------------------------


def _starts(groups: Sequence[_Group], settings: PartitionSettings) -> list[int]:
    """The first row group of each partition. No partition of several is larger than one row group may be."""
    starts, rows, size = [0], 0, 0
    for index, group in enumerate(groups):
        too_large = rows + group.rows > MAX_GROUP_ROWS or size + group.size > MAX_GROUP_BYTES
        if rows and group.rows and (size >= settings.target_bytes or too_large):
            starts.append(index)
            rows = size = 0
        rows, size = rows + group.rows, size + group.size
    return starts


def _even_starts(groups: Sequence[_Group], count: int) -> list[int]:
    """The same for ``count`` partitions as equal in bytes as row groups allow, or as many as have rows."""
    filled = [index for index, group in enumerate(groups) if group.rows]
    before = [0, *accumulate(groups[index].size for index in filled)]
    wanted = min(count, len(filled))
    places = [0]
    for number in range(1, wanted):
        even = bisect_left(before, before[-1] * number / wanted)
        places.append(min(max(even, places[-1] + 1), len(filled) - (wanted - number)))
    return [0, *(filled[place] for place in places[1:])]


# --- types ------------------------------------------------------------------------------------------------------------


def _check_type(name: str, field: pa.Field) -> None:
    """Refuse a column of a type that cannot say what the schema's ``name`` must."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if name == _ID and pa.types.is_floating(kind):
        raise InputError(
            f"the customer list's column customer_id is of type {kind}, in which long numbers lose digits; "
            "it must be text or whole numbers"
        )
    allowed = "text or whole numbers" if name in _TEXT_COLUMNS else "numbers or text"
    good = _is_text(kind) or _is_whole(kind)
    if name not in _TEXT_COLUMNS:
        good = good or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if name not in COLUMNS:
        allowed = "truth values, text or whole numbers"
        good = _is_text(kind) or _is_whole(kind) or pa.types.is_boolean(kind)
    if not good:
        raise InputError(f"the customer list's column {field.name} is of type {_shown(kind)}; it must be {allowed}")


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    tests = (types.is_string, types.is_large_string, types.is_string_view, types.is_binary, types.is_large_binary)
    return any(test(kind) for test in (*tests, types.is_binary_view, types.is_fixed_size_binary, types.is_null))


def _is_whole(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0))


def _shown(kind: pa.DataType) -> str:
    """The name of a type; of a nested one without what is in it."""
    return re.split(r"[<\[]", str(kind), maxsplit=1)[0] if pa.types.is_nested(kind) else str(kind)


# --- values -----------------------------------------------------------------------------------------------------------


def _plain(name: str, column: pa.ChunkedArray) -> pa.Array:
    """Floats as float64, all else as the bytes of its text, where null is no bytes."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_dictionary(column.type):
        column = _spelled_out(name, column)
    if pa.types.is_floating(kind):
        return _joined(pc.cast(column, pa.float64()), pa.float64())
    if not _is_text(kind):
        column = pc.cast(column, pa.string())
    return _joined(pc.cast(column, pa.binary()).fill_null(b""), pa.binary())


def _spelled_out(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values themselves; a dictionary can stand for far more bytes than the file has."""
    kind = column.type.value_type
    if _is_text(kind):
        sizes = (pc.sum(pc.binary_length(chunk.dictionary).take(chunk.indices)).as_py() for chunk in column.chunks)
        if sum(size or 0 for size in sizes) > MAX_GROUP_BYTES:
            raise InputError(
                f"the customer list's column {name} holds over {MAX_GROUP_BYTES // 1024**2} MiB of text in one part; "
                "write the Parquet file in smaller row groups"
            )
    return pa.chunked_array([chunk.dictionary_decode() for chunk in column.chunks], kind)


def _joined(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], kind)


def _decoded(columns: Mapping[str, pa.Array]) -> tuple[Ints, dict[str, pa.Array]]:
    """The rows with a text that is not UTF-8, and the columns as texts, in those rows with ``?`` beyond ASCII."""
    written = {name: values for name, values in columns.items() if not pa.types.is_floating(values.type)}
    wrong = sorted({row for values in written.values() for row in _not_utf8(values)})
    if wrong:
        written = {name: _ascii_only(values, wrong) for name, values in written.items()}
    texts = {name: pc.cast(values, pa.string()) for name, values in written.items()}
    return np.array(wrong, dtype=np.int64), {**columns, **texts}


def _not_utf8(values: pa.Array) -> Iterator[int]:
    try:
        pc.cast(values, pa.string())
    except pa.ArrowInvalid:
        for row, value in enumerate(values.to_pylist()):
            try:
                value.decode()
            except UnicodeDecodeError:
                yield row


def _ascii_only(values: pa.Array, rows: Sequence[int]) -> pa.Array:
    chosen = np.zeros(len(values), dtype=np.bool_)
    chosen[rows] = True
    plain = [_BEYOND_ASCII.sub(b"?", values[row].as_py()) for row in rows]
    return pc.replace_with_mask(values, pa.array(chosen), pa.array(plain, pa.binary()))
