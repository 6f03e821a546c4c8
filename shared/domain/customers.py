"""The customers of a list: from a partition of whole records to validated rows, and the ids that repeat.

Every row is accounted for: it becomes a customer or a reject with a constant reason. Ids are opaque text and numbers
are never guessed. Columns beyond the schema are not loaded. Where records end is not decided here. Nothing holds more
than one partition, except ``load_customer_data``, which is for callers who want the whole list.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from shared.contracts import Partition
from shared.domain.csv_records import (
    COLUMNS,
    HEADER_BYTES,
    Bools,
    Ints,
    Records,
    cut_partitions,
    partition_records,
)
from shared.domain.randomness import Keys, customer_keys
from shared.errors import InputError
from shared.run_config import PartitionSettings

Floats = npt.NDArray[np.float64]

AMOUNTS = ("purchase_frequency", "avg_order_value", "last_engagement_days")
RATES = ("historical_open_rate", "historical_click_rate")
TEXTS = ("location", "tier")
NUMBER_COLUMNS = (*AMOUNTS, "age", *RATES)
"""The number columns of a customer frame, in its order; all float64, NaN where the list has no value."""

MAX_TEXT_CHARACTERS = 200
MAX_AGE = 150
DUPLICATE = "customer_id repeats an earlier row"

_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


# --- from a partition to customers ------------------------------------------------------------------------------------


class ParsedPartition(NamedTuple):
    """What a partition holds, in row order.

    ``customers``: row_number int64, customer_id str, key uint64, then ``NUMBER_COLUMNS`` as float64 (NaN: no value).
    ``rejects``: row_number int64, reason str. Together they are all rows of the partition.
    """

    customers: pd.DataFrame
    rejects: pd.DataFrame


def parse_partition(data: bytes, columns: Sequence[str], partition: Partition, seed: str) -> ParsedPartition:
    """Read and validate the bytes of ``partition``; ``columns`` are the header's and ``seed`` gives the keys.

    Of rows with one customer_id the first valid one is the customer.

    Raises:
        InputError: ``data`` does not hold as many records as were planned.
    """
    records = partition_records(data, partition, len(columns))
    rejections = _Rejections(records.rows)
    rejections.add(np.flatnonzero(records.blank), "blank line")
    rejections.add(np.flatnonzero(records.broken), "a quote is not closed")
    rejections.add(_undecodable(data, records), "the row is not UTF-8 text")
    fields = _read_fields(data, records, columns, rejections)
    customers = _validated(fields, rejections, seed)
    return ParsedPartition(customers, rejections.frame())


class _Rejections:
    """The first rule that each record fails; records are meant by their index."""

    def __init__(self, rows: Ints) -> None:
        self._rows = rows
        self._reasons = [""]
        self._codes = np.zeros(len(rows), dtype=np.int16)

    def add(self, records: Ints, reason: str) -> None:
        """Reject ``records`` unless they already are."""
        self._codes[records[self._codes[records] == 0]] = len(self._reasons)
        self._reasons.append(reason)

    @property
    def accepted(self) -> Bools:
        accepted: Bools = self._codes == 0
        return accepted

    def frame(self) -> pd.DataFrame:
        reasons = pd.Series(np.array(self._reasons, dtype=object)[self._codes[~self.accepted]], dtype="str")
        return pd.DataFrame({"row_number": self._rows[~self.accepted], "reason": reasons})


class _Fields(NamedTuple):
    """The texts of the records that have the right number of fields, and which records these are."""

    table: pa.Table
    records: Ints
    rows: Ints


def _undecodable(data: bytes, records: Records) -> Ints:
    """The records that are not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        beyond_ascii = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) >= 0x80)
        suspects = np.unique(np.searchsorted(records.ends, beyond_ascii, side="right"))
        wrong = [int(i) for i in suspects if not _is_text(data[records.starts[i] : records.ends[i]])]
        return np.array(wrong, dtype=np.int64)
    return np.array([], dtype=np.int64)


def _is_text(record: bytes) -> bool:
    try:
        record.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read_fields(data: bytes, records: Records, columns: Sequence[str], rejections: _Rejections) -> _Fields:
    """Parse the records not rejected so far; reject those with too few or too many fields."""
    kept = np.flatnonzero(rejections.accepted)
    if len(kept) < len(records.rows):
        bytes_kept = np.repeat(rejections.accepted, records.ends - records.starts)
        data = np.frombuffer(data, dtype=np.uint8)[bytes_kept].tobytes()
    table, too_few, too_many = _parse_csv(data, columns)
    rejections.add(kept[too_few], "the row has too few fields")
    rejections.add(kept[too_many], "the row has too many fields")
    parsed = np.flatnonzero(rejections.accepted)
    if len(parsed) != table.num_rows:
        raise InputError("the customer list holds rows that the CSV parser reads in another way than planned")
    return _Fields(table, parsed, records.rows[parsed])


def _parse_csv(data: bytes, columns: Sequence[str]) -> tuple[pa.Table, Ints, Ints]:
    """The schema's columns as text, and the indices of records with too few and with too many fields."""
    invalid: list[tuple[int, bool]] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        invalid.append((row.number - 2, row.actual_columns < row.expected_columns))
        return "skip"

    # Own names, because the list's may repeat; a header row, because a byte order mark in the first id is not one.
    header = ",".join(f"{index}" for index in range(len(columns))).encode() + b"\n"
    wanted = {name: f"{columns.index(name)}" for name in COLUMNS if name in columns}
    content = header + data + b"\n"[: not data.endswith((b"\n", b"\r")) and len(data)]
    table = arrow_csv.read_csv(
        pa.BufferReader(content),
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(content)),
        parse_options=arrow_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(wanted.values(), pa.string()),
            include_columns=list(wanted.values()),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    indices = np.array([index for index, _ in invalid], dtype=np.int64)
    few = np.array([few for _, few in invalid], dtype=np.bool_)
    return table.rename_columns(list(wanted)).combine_chunks(), indices[few], indices[~few]


# --- rules of the schema ----------------------------------------------------------------------------------------------


def _validated(fields: _Fields, rejections: _Rejections, seed: str) -> pd.DataFrame:
    """The customers among ``fields``; the rules are applied in the schema's order."""
    _check_ids(fields, rejections)
    numbers = {name: _amount(fields, name, rejections) for name in AMOUNTS}
    numbers["age"] = _age(fields, rejections)
    numbers |= {name: _rate(fields, name, rejections) for name in RATES}
    for name in TEXTS:
        _check_text(fields, name, rejections)
    accepted = rejections.accepted[fields.records]
    customers = pd.DataFrame(
        {
            "row_number": fields.rows[accepted],
            "customer_id": _column(fields, "customer_id").filter(pa.array(accepted)).to_pandas(),
            **{name: values[accepted] for name, values in numbers.items()},
        }
    )
    customers.insert(2, "key", customer_keys(customers["customer_id"], seed))
    repeated = _repeated(customers)
    rejections.add(fields.records[accepted][repeated], DUPLICATE)
    return customers[~repeated].reset_index(drop=True)


def _column(fields: _Fields, name: str) -> pa.Array:
    """One column's texts; empty texts if the list does not have it."""
    if name not in fields.table.column_names:
        return pa.repeat("", fields.table.num_rows)
    column = fields.table[name]
    return column.chunk(0) if column.num_chunks else pa.array([], pa.string())


def _check_ids(fields: _Fields, rejections: _Rejections) -> None:
    ids = _column(fields, "customer_id")
    blank = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(ids)), 0)
    _reject(fields, rejections, blank, "customer_id is empty")
    _check_text(fields, "customer_id", rejections)
    _reject(fields, rejections, pc.match_substring(ids, "\0"), "customer_id holds a NUL character")


def _check_text(fields: _Fields, name: str, rejections: _Rejections) -> None:
    long = pc.greater(pc.utf8_length(_column(fields, name)), MAX_TEXT_CHARACTERS)
    _reject(fields, rejections, long, f"{name} is longer than {MAX_TEXT_CHARACTERS} characters")


def _reject(fields: _Fields, rejections: _Rejections, failing: Bools | pa.Array, reason: str) -> None:
    rejections.add(fields.records[np.asarray(failing, dtype=np.bool_)], reason)


class _Numbers(NamedTuple):
    """Parsed texts: NaN where there is no number, which is because the text is empty or malformed."""

    floats: Floats
    empty: Bools
    malformed: Bools


def _amount(fields: _Fields, name: str, rejections: _Rejections) -> Floats:
    numbers = _parse_numbers(_column(fields, name))
    _reject(fields, rejections, numbers.empty, f"{name} is missing")
    _reject(fields, rejections, numbers.malformed, f"{name} is not a number")
    _reject(fields, rejections, numbers.floats < 0, f"{name} is negative")
    _reject(fields, rejections, np.isinf(numbers.floats), f"{name} is too large")
    return numbers.floats


def _age(fields: _Fields, rejections: _Rejections) -> Floats:
    numbers = _parse_numbers(_column(fields, "age"))
    _reject(fields, rejections, numbers.malformed, "age is not a number")
    wrong = (numbers.floats < 0) | (numbers.floats > MAX_AGE) | (np.floor(numbers.floats) != numbers.floats)
    _reject(fields, rejections, wrong & ~np.isnan(numbers.floats), f"age is not a whole number from 0 to {MAX_AGE}")
    return numbers.floats


def _rate(fields: _Fields, name: str, rejections: _Rejections) -> Floats:
    numbers = _parse_numbers(_column(fields, name))
    _reject(fields, rejections, numbers.malformed, f"{name} is not a number")
    _reject(fields, rejections, (numbers.floats < 0) | (numbers.floats > 1), f"{name} is not from 0 to 1")
    return numbers.floats


def _parse_numbers(texts: pa.Array) -> _Numbers:
    """Plain decimal or scientific notation, surrounding blanks ignored; infinite where float64 does not reach."""
    trimmed = pc.ascii_trim_whitespace(texts)
    empty = np.asarray(pc.equal(pc.binary_length(trimmed), 0), dtype=np.bool_)
    if empty.all():
        return _Numbers(np.full(len(texts), np.nan), empty, np.zeros(len(texts), dtype=np.bool_))
    written = pc.match_substring_regex(trimmed, _NUMBER)
    numbers = pc.cast(pc.if_else(written, trimmed, None), pa.float64())
    values = numbers.to_numpy(zero_copy_only=False) + 0.0  # no negative zero
    return _Numbers(values, empty, ~np.asarray(written, dtype=np.bool_) & ~empty)


# --- duplicates -------------------------------------------------------------------------------------------------------


def _repeated(customers: pd.DataFrame) -> Bools:
    """Which rows have the customer_id of an earlier row."""
    suspects = np.flatnonzero(customers["key"].duplicated(keep=False))
    repeated = np.zeros(len(customers), dtype=np.bool_)
    repeated[suspects[customers["customer_id"].iloc[suspects].duplicated()]] = True
    return repeated


def duplicate_candidates(partitions: Sequence[tuple[Keys, Ints]]) -> list[Ints]:
    """Row numbers, per partition, of the customers whose key occurs more than once in the list.

    Takes each partition's keys and row numbers, in file order. Equal ids have equal keys, so all duplicates across
    partitions, and the rows they repeat, are among these; ``confirm_duplicates`` compares their ids.
    """
    keys = np.sort(np.concatenate([np.array([], dtype=np.uint64), *(keys for keys, _ in partitions)]))
    shared = np.unique(keys[1:][keys[1:] == keys[:-1]])
    return [rows[np.isin(keys, shared)] for keys, rows in partitions]


def confirm_duplicates(candidates: Sequence[pd.DataFrame]) -> list[Ints]:
    """Row numbers, per partition, of the candidates that repeat the customer_id of an earlier row of the list.

    Takes row_number and customer_id of each partition's candidates, in file order.
    """
    ids = pd.concat([pd.Series(dtype="str"), *(frame["customer_id"] for frame in candidates)], ignore_index=True)
    repeated = ids.duplicated().to_numpy()
    ends = np.cumsum([len(frame) for frame in candidates])
    parts = np.split(repeated, ends[:-1]) if candidates else []
    return [frame["row_number"].to_numpy()[part] for frame, part in zip(candidates, parts, strict=True)]


# --- the whole list at once -------------------------------------------------------------------------------------------


def load_customer_data(filepath: str, *, seed: str = "") -> pd.DataFrame:
    """The valid customers of a CSV file, as ``ParsedPartition.customers``, by the same rules as a run.

    Raises:
        InputError: the file cannot be read or is no customer list; bad rows are left out.
    """
    path = Path(filepath)
    try:
        columns, partitions = cut_partitions(_chunks_of(path), path.stat().st_size, PartitionSettings())
        parsed = [parse_partition(_bytes_of(path, part), columns, part, seed).customers for part in partitions]
    except OSError as error:
        raise InputError(f"the customer list cannot be read: {error.strerror}") from error
    customers = pd.concat(parsed, ignore_index=True)
    return customers[~_repeated(customers)].reset_index(drop=True)


def _chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(HEADER_BYTES):
            yield chunk


def _bytes_of(path: Path, partition: Partition) -> bytes:
    with path.open("rb") as file:
        file.seek(partition.offset)
        return file.read(partition.length)


def formula_like(ids: pd.Series) -> int:
    """How many ids a spreadsheet would run as a formula: they start with = + - @, a tab or a carriage return."""
    return int(ids.str.startswith(_FORMULA_STARTS).sum())
