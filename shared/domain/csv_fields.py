"""The fields of CSV records as texts and numbers; which record they are of is never lost.

Knows which records are there (``csv_records``) and which columns are wanted; columns that are not are never loaded.
What a column means is not decided here.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from shared.domain.csv_records import Bools, Ints, Records
from shared.errors import InputError

Floats = npt.NDArray[np.float64]

_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"


class Fields(NamedTuple):
    """Columns of texts, and the indices of the records that they are of.

    ``faults``: indices of records that cannot be read, for each reason; only the first that a record has counts. Of a
    record that is not UTF-8 the fields are there all the same, with a question mark for each byte beyond ASCII.
    """

    table: pa.Table
    records: Ints
    faults: tuple[tuple[str, Ints], ...]


def read_fields(data: bytes, records: Records, *, width: int, wanted: Mapping[str, int], what: str) -> Fields:
    """The columns ``wanted`` (name -> place in the header) of ``records``, whose bytes are ``data``.

    ``width`` is how many fields a record has.

    Raises:
        InputError: ``what`` holds rows that the CSV parser reads in another way than ``records`` says.
    """
    undecodable = _undecodable(data, records)
    data = _ascii_only(data, records, undecodable)
    whole = ~(records.blank | records.broken)
    kept = np.flatnonzero(whole)
    if len(kept) < len(records.rows) or len(data) > _end(records):
        bytes_kept = np.repeat(whole, records.ends - records.starts)
        data = np.frombuffer(data, dtype=np.uint8)[: len(bytes_kept)][bytes_kept].tobytes()
    table, too_few, too_many = _parse_csv(data, width, wanted)
    parsed = np.delete(kept, np.concatenate([too_few, too_many]))
    if len(parsed) != table.num_rows:
        raise InputError(f"{what} holds rows that the CSV parser reads in another way than planned")
    faults = (
        ("blank line", np.flatnonzero(records.blank)),
        ("a quote is not closed", np.flatnonzero(records.broken)),
        ("the row is not UTF-8 text", undecodable),
        ("the row has too few fields", kept[too_few]),
        ("the row has too many fields", kept[too_many]),
    )
    return Fields(table, parsed, faults)


def _end(records: Records) -> int:
    return int(records.ends[-1]) if len(records.ends) else 0


def _undecodable(data: bytes, records: Records) -> Ints:
    """The records that are not UTF-8."""
    if data.isascii():
        return np.array([], dtype=np.int64)
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


def _ascii_only(data: bytes, records: Records, undecodable: Ints) -> bytes:
    """The same bytes with a question mark for each beyond ASCII in the records that are not UTF-8."""
    if len(undecodable) == 0:
        return data
    wrong = np.zeros(len(records.rows), dtype=np.bool_)
    wrong[undecodable] = True
    text = np.frombuffer(data, dtype=np.uint8)[: _end(records)].copy()
    text[np.repeat(wrong, records.ends - records.starts) & (text >= 0x80)] = ord("?")
    return text.tobytes()


def _parse_csv(data: bytes, width: int, wanted: Mapping[str, int]) -> tuple[pa.Table, Ints, Ints]:
    """The wanted columns as text; the indices of records with too few and too many fields."""
    invalid: list[tuple[int, bool]] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        invalid.append((row.number - 2, row.actual_columns < row.expected_columns))
        return "skip"

    # Own names, because the text's may repeat; a header row, because a byte order mark in the first field is not one.
    header = ",".join(f"{index}" for index in range(width)).encode() + b"\n"
    places = [f"{place}" for place in dict.fromkeys(wanted.values())]
    content = header + data + b"\n"[: not data.endswith((b"\n", b"\r")) and len(data)]
    table = arrow_csv.read_csv(
        pa.BufferReader(content),
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(content)),
        parse_options=arrow_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(places, pa.string()),
            include_columns=places,
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    indices = np.array([index for index, _ in invalid], dtype=np.int64)
    few = np.array([few for _, few in invalid], dtype=np.bool_)
    named = pa.table({name: table[f"{place}"] for name, place in wanted.items()})
    return named.combine_chunks(), indices[few], indices[~few]


def column(table: pa.Table, name: str) -> pa.Array:
    """One column's texts; empty texts if the table does not have it."""
    if name not in table.column_names:
        return pa.repeat("", table.num_rows)
    texts = table[name]
    return texts.chunk(0) if texts.num_chunks else pa.array([], pa.string())


# --- numbers ----------------------------------------------------------------------------------------------------------


class Numbers(NamedTuple):
    """Parsed texts: NaN where there is no number, which is because the text is empty or malformed."""

    floats: Floats
    empty: Bools
    malformed: Bools


def parse_numbers(texts: pa.Array) -> Numbers:
    """Plain decimal or scientific notation, surrounding blanks ignored; infinite where float64 does not reach.

    An array of float64 has its numbers already: null and NaN are as empty as a text without characters.
    """
    if pa.types.is_float64(texts.type):
        values = _values(texts)
        return Numbers(values, np.isnan(values), np.zeros(len(values), dtype=np.bool_))
    return _all_finite(texts) or _one_by_one(texts)


def _all_finite(texts: pa.Array) -> Numbers | None:
    """The numbers if all that is written is finite, which Arrow reads by the same notation; None if any is not."""
    empty = pc.equal(pc.binary_length(texts), 0)
    try:
        numbers = pc.cast(pc.if_else(empty, None, texts), pa.float64())
    except pa.ArrowInvalid:
        return None
    if not pc.all(pc.is_finite(numbers), min_count=0).as_py():
        return None
    return Numbers(_values(numbers), np.asarray(empty, dtype=np.bool_), np.zeros(len(texts), dtype=np.bool_))


def _one_by_one(texts: pa.Array) -> Numbers:
    """Blanks, what is no number, and the names that Arrow has for what is not finite, told apart."""
    trimmed = pc.ascii_trim_whitespace(texts)
    empty = np.asarray(pc.equal(pc.binary_length(trimmed), 0), dtype=np.bool_)
    written = pc.match_substring_regex(trimmed, _NUMBER)
    numbers = pc.cast(pc.if_else(written, trimmed, None), pa.float64())
    return Numbers(_values(numbers), empty, ~np.asarray(written, dtype=np.bool_) & ~empty)


def _values(numbers: pa.Array) -> Floats:
    return np.asarray(numbers.to_numpy(zero_copy_only=False) + 0.0, dtype=np.float64)  # no negative zero
