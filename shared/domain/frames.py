"""Rows as bytes and back: Parquet for the run's own parts, CSV for what people take away. Deterministic, no I/O.

Arrow's own threads are not used: partitions are worked on side by side already.
"""

import io
from collections.abc import Iterable, Sequence
from io import RawIOBase

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from shared.domain.categories import rows_by_name
from shared.domain.customers import DUPLICATE
from shared.domain.holdout import HOLDOUT

Ints = npt.NDArray[np.int64]

_DIGEST = b"input_digest"
_NEARLY_UNIQUE = {"row_number": "DELTA_BINARY_PACKED", "customer_id": "DELTA_BYTE_ARRAY", "key": "PLAIN"}
"""The encodings of columns whose values hardly repeat, so that a dictionary of them would be work for nothing."""
ASSIGNMENT_COLUMNS = ("customer_id", "segment", "arm", "variant_id")


def to_parquet(frame: pd.DataFrame, input_digest: str) -> bytes:
    """The frame's columns, without its index, as Parquet that carries the digest of what it was made from."""
    table = _table(frame).replace_schema_metadata({_DIGEST: input_digest.encode()})
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


def from_parquet(data: bytes | RawIOBase, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A frame of the given columns, all by default. Of a file, only their bytes are read."""
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    table = pq.read_table(source, columns=list(columns) if columns else None, use_threads=False)
    return table.to_pandas(use_threads=False)


def rejects_csv(rejects: pd.DataFrame) -> bytes:
    """``row_number,reason`` lines with a header: where each rejected row stands in the list, and why. No values."""
    return _csv(rejects[["row_number", "reason"]], header=True)


def repeats_csv(rows: Ints) -> bytes:
    """The rows of these numbers as ``rejects_csv`` tells them, each because it repeats another's id."""
    return rejects_csv(pd.DataFrame({"row_number": rows, "reason": pd.Series([DUPLICATE] * len(rows), dtype="str")}))


def suppressed_csv(rows: Ints) -> bytes:
    """``row_number`` lines with a header. No values, and no id of anybody."""
    return _csv(pd.DataFrame({"row_number": rows}), header=True)


def listed_rows(data: bytes) -> Ints:
    """The row numbers in a file that ``rejects_csv`` or ``suppressed_csv`` wrote."""
    return np.asarray(pd.read_csv(io.BytesIO(data))["row_number"], dtype=np.int64)


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
    pyarrow.csv.write_csv(_table(frame), sink, options)
    return sink.getvalue()


def _table(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
