"""Rows as bytes and back: Parquet for the run's own parts, CSV for what people take away. Deterministic, no I/O."""

import io
from collections.abc import Iterable, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from shared.domain.categories import rows_by_name
from shared.domain.holdout import HOLDOUT

_DIGEST = b"input_digest"
_NEARLY_UNIQUE = {"row_number": "DELTA_BINARY_PACKED", "customer_id": "DELTA_BYTE_ARRAY", "key": "PLAIN"}
"""The encodings of columns whose values hardly repeat, so that a dictionary of them would be work for nothing."""
ASSIGNMENT_COLUMNS = ("customer_id", "segment", "arm", "variant_id")


def to_parquet(frame: pd.DataFrame, input_digest: str) -> bytes:
    """The frame's columns, without its index, as Parquet that carries the digest of what it was made from."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata({_DIGEST: input_digest.encode()})
    sink = io.BytesIO()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        write_statistics=False,
        use_dictionary=[name for name in table.column_names if name not in _NEARLY_UNIQUE],
        column_encoding={name: _NEARLY_UNIQUE[name] for name in table.column_names if name in _NEARLY_UNIQUE},
    )
    return sink.getvalue()


def from_parquet(data: bytes, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A frame of the given columns, all by default."""
    table = pq.read_table(io.BytesIO(data), columns=list(columns) if columns else None)
    return table.to_pandas()


def rejects_csv(rejects: pd.DataFrame) -> bytes:
    """``row_number,reason`` lines with a header: where each rejected row stands in the list, and why. No values."""
    return _csv(rejects[["row_number", "reason"]], header=True)


def suppressed_csv(rows: pd.DataFrame) -> bytes:
    """``row_number`` lines with a header. No values, and no id of anybody."""
    return _csv(rows[["row_number"]], header=True)


def listed_rows(data: bytes) -> set[int]:
    """The row numbers in a file that ``rejects_csv`` or ``suppressed_csv`` wrote."""
    return set(pd.read_csv(io.BytesIO(data))["row_number"].astype("int64"))


def assignments_csv(parts: Iterable[bytes], arm: str | None = None) -> bytes:
    """The assignments to ``arm``, or to all arms, as one CSV in the list's order.

    Ids are exactly as given and every text is quoted. Who is held out is in no arm, and listed only by that name.
    """
    frames = (from_parquet(part, ASSIGNMENT_COLUMNS) for part in parts)
    chosen = (frame[frame["arm"] == arm if arm else frame["arm"] != HOLDOUT] for frame in frames)
    return b"".join(_csv(frame.astype("str"), header=index == 0) for index, frame in enumerate(chosen))


def exports_by_arm(assignments: pd.DataFrame) -> dict[str, bytes]:
    """Arm -> its customers as a CSV of their own, in the form of ``assignments_csv``; who is held out is in none."""
    columns = assignments[list(ASSIGNMENT_COLUMNS)]
    by_arm = rows_by_name(assignments["arm"])
    return {arm: _csv(columns.take(rows), header=True) for arm, rows in sorted(by_arm.items()) if arm != HOLDOUT}


def _csv(frame: pd.DataFrame, *, header: bool) -> bytes:
    sink = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=header, quoting_style="needed")
    pyarrow.csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), sink, options)
    return sink.getvalue()
