"""Observed engagement: from the bytes of a CSV to one row for each customer, and from rows to the outcomes of arms.

Every row of a file is accounted for: it counts, repeats a customer, names nobody whom the run assigned, or is rejected
for a constant reason. Nothing is guessed, ids are opaque text, and columns beyond those named here are not loaded.
"""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.domain.csv_fields import Fields, Floats, column, parse_numbers, read_fields
from shared.domain.csv_records import Bools, Ints, Records, read_text
from shared.domain.suppression import IdMatcher
from shared.errors import InputError
from shared.experiment_contracts import EngagementFile, Observation
from shared.run_config import plain_name

FILE = "the engagement file"
REQUIRED = ("customer_id", "opened", "clicked", "converted")
OPTIONAL = ("revenue", "at", "machine_open")
YES = ("yes", "y", "true", "t")
NO = ("no", "n", "false", "f", "")
MACHINE = ("machine", "bot", "proxy")
MOST_REVENUE = 1e9

UNKNOWN = "not a customer that this run assigned"
DUPLICATE = "repeats a customer of this file"

ROWS = pa.schema(
    [
        pa.field("customer_id", pa.string(), nullable=False),
        pa.field("opened", pa.bool_(), nullable=False),
        pa.field("machine_opened", pa.bool_(), nullable=False),
        pa.field("clicked", pa.bool_(), nullable=False),
        pa.field("converted", pa.bool_(), nullable=False),
        pa.field("revenue", pa.float64()),
        pa.field("at", pa.timestamp("us", tz="UTC")),
    ]
)
"""The rows of a file that count: revenue is null where the file has no such column, ``at`` where the row says none."""

_COUNT = r"^[0-9]+(?:\.0+)?$"
_SOME = r"^0*[1-9]"
_TIME = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$"
)
_LONG_AGO = -(2**62)
_RECEIVED = "received"


class Window(NamedTuple):
    """When engagement with a run can have happened: from its start up to now."""

    started: datetime
    now: datetime


class SortedRows(NamedTuple):
    """What a file holds: ``counted`` has the columns of ``ROWS`` and one row for each customer, in the file's order.

    ``left_out``: row_number int64, reason str of all other rows. ``unknown`` and ``duplicates`` count those of them
    that are not rejected.
    """

    counted: pa.Table
    left_out: pd.DataFrame
    unknown: int
    duplicates: int

    @property
    def rows(self) -> int:
        return len(self.counted) + len(self.left_out)

    @property
    def reject_reasons(self) -> dict[str, int]:
        """Reason -> rows that were rejected for it, ordered by reason."""
        reasons = self.left_out["reason"]
        rejected = reasons[~reasons.isin([UNKNOWN, DUPLICATE])]
        return {str(reason): int(count) for reason, count in rejected.value_counts().sort_index().items()}


# --- one file ---------------------------------------------------------------------------------------------------------


def sort_rows(data: bytes, window: Window, *, assigned: IdMatcher) -> SortedRows:
    """Read the CSV ``data``; ``assigned`` says which ids are of customers whom the run assigned.

    Of rows that name one customer the latest counts where they say when, of several at one time, or at no time, the
    first.

    Raises:
        InputError: it is no CSV text in UTF-8, lacks or repeats a column, or has no row.
    """
    text = read_text(data, FILE)
    places = _places(text.names)
    if not len(text.records.rows):
        raise InputError(f"{FILE} holds no row below its header")
    fields = read_fields(text.body, text.records, width=len(text.names), wanted=places, what=FILE)
    outcomes = _Outcomes(text.records, fields)
    rows = _typed(fields.table, window, outcomes)
    outcomes.leave_out(~assigned(column(fields.table, "customer_id")), UNKNOWN)
    outcomes.leave_out(_repeated(rows, outcomes.standing), DUPLICATE)
    return SortedRows(
        counted=rows.filter(pa.array(outcomes.standing)),
        left_out=outcomes.left_out(),
        unknown=outcomes.count(UNKNOWN),
        duplicates=outcomes.count(DUPLICATE),
    )


def _places(names: tuple[str, ...]) -> dict[str, int]:
    """Where the header has the columns that are read, in whatever spelling."""
    plain = [plain_name(name) for name in names]
    missing = [name for name in REQUIRED if name not in plain]
    if missing:
        raise InputError(
            f"{FILE} has no column {', '.join(missing)}; its first line must hold the column names, between commas"
        )
    repeated = [name for name in (*REQUIRED, *OPTIONAL) if plain.count(name) > 1]
    if repeated:
        raise InputError(f"{FILE} has more than one column {', '.join(repeated)}")
    return {name: plain.index(name) for name in (*REQUIRED, *OPTIONAL) if name in plain}


class _Outcomes:
    """The first reason for which each record is left out."""

    def __init__(self, records: Records, fields: Fields) -> None:
        self._rows = records.rows
        self._codes = np.zeros(len(records.rows), dtype=np.int16)
        self._reasons = [""]
        self._parsed = fields.records
        for reason, faulty in fields.faults:
            self._set(faulty, reason)

    def leave_out(self, failing: Bools, reason: str) -> None:
        """Leave out the parsed records that are ``failing``, unless they already are."""
        self._set(self._parsed[failing], reason)

    @property
    def standing(self) -> Bools:
        """Which of the parsed records are not left out."""
        standing: Bools = self._codes[self._parsed] == 0
        return standing

    def count(self, reason: str) -> int:
        return int(np.count_nonzero(self._codes == self._reasons.index(reason)))

    def left_out(self) -> pd.DataFrame:
        chosen = self._codes != 0
        reasons = pd.Series(np.array(self._reasons, dtype=object)[self._codes[chosen]], dtype="str")
        return pd.DataFrame({"row_number": self._rows[chosen], "reason": reasons})

    def _set(self, records: Ints, reason: str) -> None:
        self._codes[records[self._codes[records] == 0]] = len(self._reasons)
        self._reasons.append(reason)


def _typed(table: pa.Table, window: Window, outcomes: _Outcomes) -> pa.Table:
    """All parsed records as rows; what those say that are left out means nothing."""
    ids = column(table, "customer_id")
    outcomes.leave_out(_bools(pc.equal(pc.binary_length(ids), 0)), "customer_id is empty")
    opened, machine = _opens(table, outcomes)
    typed = {
        "customer_id": ids,
        "opened": opened & ~machine,
        "machine_opened": machine,
        "clicked": _said(table, "clicked", outcomes),
        "converted": _said(table, "converted", outcomes),
        "revenue": _revenue(table, outcomes),
        "at": _times(table, window, outcomes),
    }
    return pa.table({name: pa.array(values, ROWS.field(name).type) for name, values in typed.items()}, schema=ROWS)


def _opens(table: pa.Table, outcomes: _Outcomes) -> tuple[Bools, Bools]:
    """Whether the mail was opened at all, and whether by a machine alone."""
    opened, by_machine = _plain(table, "opened"), _said(table, "machine_open", outcomes)
    named = _bools(pc.is_in(opened, value_set=pa.array(MACHINE)))
    yes, no = _yes_and_no(opened)
    outcomes.leave_out(~(yes | no | named), f"opened is none of yes, no, a whole count, {', '.join(MACHINE)}")
    return yes | named | by_machine, named | by_machine


def _said(table: pa.Table, name: str, outcomes: _Outcomes) -> Bools:
    """Where the column says yes; nowhere if the file does not have it."""
    yes, no = _yes_and_no(_plain(table, name))
    outcomes.leave_out(~(yes | no), f"{name} is none of yes, no, a whole count")
    return yes


def _plain(table: pa.Table, name: str) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(column(table, name)))


def _yes_and_no(texts: pa.Array) -> tuple[Bools, Bools]:
    count, some = (_bools(pc.match_substring_regex(texts, pattern)) for pattern in (_COUNT, _SOME))
    yes, no = (_bools(pc.is_in(texts, value_set=pa.array(words))) for words in (YES, NO))
    return yes | (count & some), no | (count & ~some)


def _revenue(table: pa.Table, outcomes: _Outcomes) -> pa.Array:
    if "revenue" not in table.column_names:
        return pa.nulls(table.num_rows, pa.float64())
    numbers = parse_numbers(column(table, "revenue"))
    amounts: Floats = np.where(numbers.empty, 0.0, numbers.floats)
    outcomes.leave_out(numbers.malformed, "revenue is not a number")
    outcomes.leave_out(np.abs(amounts) > MOST_REVENUE, f"revenue is beyond {MOST_REVENUE:,.0f}")
    return pa.array(amounts)


def _times(table: pa.Table, window: Window, outcomes: _Outcomes) -> pa.Array:
    """The moments, in UTC; a time without an offset is UTC, and a blank says nothing."""
    texts = pc.utf8_upper(pc.utf8_trim_whitespace(column(table, "at")))
    said = ~_bools(pc.equal(pc.binary_length(texts), 0))
    if not said.any():
        return pa.nulls(table.num_rows, ROWS.field("at").type)
    moments = _moments(texts)
    outcomes.leave_out(said & moments.isna(), "at is not a date and time in ISO 8601")
    outcomes.leave_out(np.asarray(moments < window.started), "at is before the run's start")
    outcomes.leave_out(np.asarray(moments > window.now), "at is in the future")
    return pa.Array.from_pandas(moments, type=ROWS.field("at").type)


def _moments(texts: pa.Array) -> pd.DatetimeIndex:
    """The times that are written in ISO 8601 with a date and at least hours and minutes; NaT for anything else."""
    written = pc.match_substring_regex(texts, _TIME)
    known = pc.if_else(written, texts, None).to_pandas()
    return pd.DatetimeIndex(pd.to_datetime(known, format="ISO8601", utc=True, errors="coerce")).as_unit("us")


def _repeated(rows: pa.Table, standing: Bools) -> Bools:
    """Which of the ``standing`` rows another of the same customer outdoes."""
    places = np.flatnonzero(standing)
    moments = pc.fill_null(pc.cast(rows["at"], pa.int64()), _LONG_AGO).to_numpy()[places]
    latest_first = places[np.argsort(-moments, kind="stable")]
    repeated = np.zeros(rows.num_rows, dtype=np.bool_)
    repeated[latest_first] = rows["customer_id"].take(pa.array(latest_first)).to_pandas().duplicated().to_numpy()
    return repeated


def _bools(values: pa.Array) -> Bools:
    return np.asarray(values, dtype=np.bool_)


# --- rows as bytes ----------------------------------------------------------------------------------------------------


def rows_parquet(rows: pa.Table, received: EngagementFile) -> bytes:
    """The rows that counted, as Parquet that carries what is known of their file."""
    sink = io.BytesIO()
    described = rows.replace_schema_metadata({_RECEIVED: received.model_dump_json()})
    pq.write_table(described, sink, compression="zstd")
    return sink.getvalue()


def read_rows(data: bytes) -> pa.Table:
    """The rows of ``rows_parquet``, or those that an erasure left of them."""
    return pq.read_table(io.BytesIO(data)).cast(ROWS)


def received_with(data: bytes) -> EngagementFile:
    """What ``rows_parquet`` was told of the file."""
    return EngagementFile.model_validate_json(pq.read_schema(io.BytesIO(data)).metadata[_RECEIVED.encode()])


# --- several files ----------------------------------------------------------------------------------------------------


class Latest(NamedTuple):
    """The rows that stand after several files, one for each customer, and how many earlier ones they replaced."""

    rows: pa.Table
    superseded: int


def latest_rows(files: Iterable[pa.Table]) -> Latest:
    """``files`` in the order of their arrival: a customer's row in a later one replaces the earlier one as a whole."""
    latest, superseded = ROWS.empty_table(), 0
    for rows in files:
        replaced = pc.is_in(latest["customer_id"], value_set=rows["customer_id"])
        kept = latest.filter(pc.invert(replaced))
        superseded += latest.num_rows - kept.num_rows
        latest = pa.concat_tables([kept, rows])
    return Latest(latest.combine_chunks(), superseded)


class Reactions:
    """The rows that stand, looked up by customer."""

    def __init__(self, rows: pa.Table) -> None:
        self._index = pd.Index(rows["customer_id"].to_pandas())
        self._flags = {name: rows[name].to_numpy() for name in ("opened", "clicked", "converted", "machine_opened")}
        earned = rows["revenue"]
        self._revenue = pc.fill_null(earned, 0.0).to_numpy() if earned.null_count < len(earned) else None

    def outcomes(self, assigned: pd.DataFrame) -> pd.DataFrame:
        """``assigned`` with opened, clicked, converted and machine_opened, and revenue where anybody recorded any.

        ``assigned`` has customer_id. Whoever has no row did nothing of it.
        """
        found = _Found(self._index.get_indexer(pd.Index(assigned["customer_id"])))
        flags = {name: found.pick(values, nothing=False) for name, values in self._flags.items()}
        if self._revenue is not None:
            return assigned.assign(**flags, revenue=found.pick(self._revenue, nothing=0.0))
        return assigned.assign(**flags)

    def known(self, customer_ids: pd.Series) -> int:
        """How many of the customers have a row."""
        return int(np.count_nonzero(self._index.get_indexer(pd.Index(customer_ids)) >= 0))


class _Found:
    """Places in an index, below 0 where there is none."""

    def __init__(self, places: npt.NDArray[np.intp]) -> None:
        self._places = places

    def pick(self, values: npt.NDArray[Any], *, nothing: Any) -> npt.NDArray[Any]:
        """The values at the places, and ``nothing`` for those without one."""
        picked = np.full(len(self._places), nothing, dtype=values.dtype)
        picked[self._places >= 0] = values[self._places[self._places >= 0]]
        return picked


def observe(files: Iterable[EngagementFile], present: Iterable[int], latest: Latest, held_out: int) -> Observation:
    """What came of all files' rows. ``present`` is how many rows each of them still has.

    A row that was counted on arrival and is not there any more was erased; like one that came later, it is of nobody
    whom the run knows.
    """
    received = list(files)
    erased = sum(file.counted for file in received) - sum(present)
    reasons: dict[str, int] = {}
    for reason, count in (item for file in received for item in file.reject_reasons.items()):
        reasons[reason] = reasons.get(reason, 0) + count
    return Observation(
        files=len(received),
        rows=sum(file.rows for file in received),
        counted=latest.rows.num_rows,
        superseded=latest.superseded,
        duplicates=sum(file.duplicates for file in received),
        unknown=sum(file.unknown for file in received) + erased,
        rejected=sum(file.rejected for file in received),
        reject_reasons=dict(sorted(reasons.items())),
        customers=latest.rows.num_rows,
        machine_opens=pc.sum(latest.rows["machine_opened"], min_count=0).as_py(),
        held_out=held_out,
        first_at=pc.min(latest.rows["at"]).as_py(),
        last_at=pc.max(latest.rows["at"]).as_py(),
    )
