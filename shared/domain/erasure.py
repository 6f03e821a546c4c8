"""Rows of one customer taken out of the files that hold them; every other byte, or row, stays as it is.

Works on bytes, and on lists as files that can seek. Which files those are, and what is recorded of the change, is not
decided here.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.contracts import Partition
from shared.domain.csv_records import (
    NO_CUSTOMER,
    ListFile,
    Records,
    body_records,
    cut_partitions,
    partition_records,
)
from shared.domain.gzip_lists import packed, unpacked
from shared.domain.list_files import list_format, read_columns
from shared.domain.parquet_lists import ParquetList
from shared.errors import InputError
from shared.run_config import MAX_GZIP_BYTES, PartitionSettings

_CHUNK_BYTES = 4 * 1024 * 1024


class Rewritten(NamedTuple):
    """What is left, and how many rows are not."""

    data: bytes
    rows: int


def records_without(data: bytes, partition: Partition, columns: Sequence[str], customer_id: str) -> Rewritten:
    """The bytes of ``partition`` of a customer list without the records of ``customer_id``.

    A record that is no row of the list, because its quotes or its fields are wrong, goes where any of its fields is
    the id.

    Raises:
        InputError: ``data`` does not hold as many records as were planned.
    """
    return _without(data, partition_records(data, partition, len(columns)), columns, customer_id)


class RewrittenList(NamedTuple):
    """What is left of a list, as often as it is asked for and the same each time, and how many rows are not."""

    rows: int
    chunks: Callable[[], Iterator[bytes]]


def list_without(file: ListFile, customer_id: str) -> RewrittenList:
    """A customer list in any format without the rows of ``customer_id``, in the same format.

    CSV is read a partition at a time; its header and what follows the last record stay. An archive is held unpacked.
    Of Parquet every column and every value of the other rows stays, in row groups as they are read.

    Raises:
        InputError: the file is no customer list, or cannot be read whole.
    """
    kind = list_format(file)
    if kind == "parquet":
        parquet = ParquetList(file)
        return RewrittenList(parquet.rows_of(customer_id), lambda: parquet.without(customer_id))
    if kind == "gzip":
        text = io.BytesIO(b"".join(unpacked(file, MAX_GZIP_BYTES)))
        left = _csv_list_without(text, customer_id)
        return RewrittenList(left.rows, lambda: packed(left.chunks()))
    return _csv_list_without(file, customer_id)


def _csv_list_without(file: ListFile, customer_id: str) -> RewrittenList:
    read_columns(file)
    size = file.seek(0, 2)
    try:
        columns, partitions = cut_partitions(_range(file, 0, size), size, PartitionSettings())
    except InputError as fault:
        if str(fault) != NO_CUSTOMER:
            raise
        return RewrittenList(0, lambda: _range(file, 0, size))

    def parts() -> Iterator[Rewritten]:
        for part in partitions:
            file.seek(part.offset)
            yield records_without(file.read(part.length), part, columns, customer_id)

    def chunks() -> Iterator[bytes]:
        yield from _range(file, 0, partitions[0].offset)
        yield from (part.data for part in parts())
        yield from _range(file, partitions[-1].offset + partitions[-1].length, size)

    return RewrittenList(sum(part.rows for part in parts()), chunks)


def _range(file: ListFile, start: int, end: int) -> Iterator[bytes]:
    """The file's bytes from ``start`` to ``end``, a bounded number at a time."""
    for offset in range(start, end, _CHUNK_BYTES):
        file.seek(offset)
        yield file.read(min(_CHUNK_BYTES, end - offset))


def export_without(data: bytes, customer_id: str) -> Rewritten:
    """A CSV that a run exported, without the rows of ``customer_id``; its header is its first line.

    Raises:
        InputError: the first line does not name a column customer_id.
    """
    head, end, body = data.partition(b"\n")
    columns = _fields(head.decode("utf-8", "replace"))
    if "customer_id" not in columns:
        raise InputError("an exported file's first line must name the column customer_id")
    left = _without(body, body_records(body, len(columns)), columns, customer_id)
    return Rewritten(head + end + left.data, left.rows)


def _without(data: bytes, records: Records, columns: Sequence[str], customer_id: str) -> Rewritten:
    place = columns.index("customer_id")
    gone = [
        index
        for index in _holding(data, records, customer_id)
        if _is_of(data[records.starts[index] : records.ends[index]], len(columns), place, customer_id)
    ]
    if not gone:
        return Rewritten(data, 0)
    kept = np.ones(len(records.rows), dtype=np.bool_)
    kept[gone] = False
    left = np.frombuffer(data, dtype=np.uint8)[np.repeat(kept, records.ends - records.starts)]
    return Rewritten(left.tobytes(), len(gone))


def parquet_without(data: bytes, customer_id: str) -> Rewritten:
    """A part of a run without the rows of ``customer_id``; the part's metadata stays with it."""
    ids = pq.read_table(io.BytesIO(data), columns=["customer_id"])["customer_id"]
    chosen = pc.equal(ids, pa.scalar(customer_id, ids.type))
    rows = pc.sum(chosen, min_count=0).as_py()
    if not rows:
        return Rewritten(data, 0)
    sink = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(data)).filter(pc.invert(chosen)), sink, compression="zstd")
    return Rewritten(sink.getvalue(), rows)


def _holding(data: bytes, records: Records, customer_id: str) -> list[int]:
    """The records in which the id's text occurs at all, as it is or as a quoted field spells it."""
    spellings = {customer_id.encode(), customer_id.replace('"', '""').encode()}
    return sorted({index for text in spellings for index in _occurrences(data, records, text)})


def _occurrences(data: bytes, records: Records, text: bytes) -> Iterator[int]:
    position = data.find(text)
    while position >= 0:
        index = int(np.searchsorted(records.ends, position, side="right"))
        yield index
        position = data.find(text, int(records.ends[index]))


def _is_of(record: bytes, fields: int, place: int, customer_id: str) -> bool:
    text = record.decode("utf-8", "replace")
    found = _fields(text)
    if len(found) == fields:
        return found[place] == customer_id
    return customer_id in found or customer_id in re.split(r'[",\r\n]', text)


def _fields(record: str) -> list[str]:
    """The record's fields; none where it cannot be read as one."""
    try:
        return next(csv.reader(io.StringIO(record, newline="")), [])
    except csv.Error:
        return []
