"""Writes a synthetic customer list as CSV: the same arguments give the same bytes, at five hundred rows or ten million.

No row describes a real person. The module knows nothing of the pipeline: it draws customers and formats them, chunk by
chunk, so memory does not grow with the list.

    python samples/generate_customers.py --rows 500 --seed 7 --bad 6 --out samples/customers.csv
"""

import argparse
import io
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

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
BAD_KINDS = ("missing value", "text in a number", "negative", "infinite", "duplicate id", "invalid UTF-8")

_CHUNK_ROWS = 131_072
_FIRST_ID = 100_001
_CUSTOMERS, _PLACES_OF_BAD_ROWS = 0, 1  # the generators' streams: each may change without moving the other
_TIERS = np.array(["Bronze", "Silver", "Gold"])
_LOCATIONS = np.array(
    ["London", "Manchester", "Bristol", "Edinburgh", "Leeds", "Cardiff", "Belfast", "Norwich", "Falmouth", "Inverness"]
)
_LOCATION_SHARES = np.array([0.24, 0.13, 0.12, 0.11, 0.10, 0.08, 0.07, 0.06, 0.05, 0.04])

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def generate(rows: int, seed: int, bad_rows: int = 0) -> str:
    """The whole list as text: a header and ``rows`` records, ``bad_rows`` of them unusable, the kinds taking turns.

    A byte that is not UTF-8 stands in the text as a lone surrogate; ``.encode("utf-8", "surrogateescape")`` gives
    exactly what ``write`` writes. ``ValueError`` if a count is negative or more than half of the rows would be bad.
    """
    return b"".join(_chunks(rows, seed, bad_rows)).decode("utf-8", "surrogateescape")


def write(path: Path, rows: int, seed: int, bad_rows: int = 0) -> None:
    """Stream the list that ``generate`` describes to ``path``, replacing what is there."""
    chunks = _chunks(rows, seed, bad_rows)
    with path.open("wb") as file:
        file.writelines(chunks)


def _chunks(rows: int, seed: int, bad_rows: int) -> Iterator[bytes]:
    if min(rows, seed, bad_rows) < 0:
        raise ValueError(f"rows, seed and bad_rows must not be negative, got {rows}, {seed} and {bad_rows}")
    if bad_rows > rows // 2:
        raise ValueError(f"bad_rows must be at most half of rows ({rows // 2}), got {bad_rows}")
    return _stream(rows, seed, bad_rows)


def _stream(rows: int, seed: int, bad_rows: int) -> Iterator[bytes]:
    yield ",".join(COLUMNS).encode() + b"\n"
    spoiled = _bad_rows_by_chunk(rows, seed, bad_rows)
    for index, start in enumerate(range(0, rows, _CHUNK_ROWS)):
        records = _records(start, min(_CHUNK_ROWS, rows - start), np.random.default_rng([seed, _CUSTOMERS, index]))
        yield _spoil(records, start, spoiled[index]) if index in spoiled else records


# --- customers --------------------------------------------------------------------------------------------------------


def _records(start: int, rows: int, rng: np.random.Generator) -> bytes:
    """``rows`` good records, the first of them customer number ``start`` of the list."""
    sink = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    csv.write_csv(_customers(start, rows, rng), sink, options)
    return sink.getvalue()


def _customers(start: int, rows: int, rng: np.random.Generator) -> pa.Table:
    """Customers whose habits hang together: loyal ones buy more often, spend more, come back sooner and read more."""
    loyalty = rng.standard_normal(rows)
    frequency = _lognormal(rng, loyalty, median=5.2, spread=0.9, pull=0.5)
    order_value = _lognormal(rng, loyalty, median=138.0, spread=0.68, pull=0.45).clip(8.0, 4_000.0)
    recency = _recency(rng, loyalty)
    open_rate = _open_rate(rng, loyalty, recency)
    click_rate = open_rate * rng.uniform(0.08, 0.42, rows)
    return pa.table(
        [
            _ids(start, rows),
            rng.normal(46.0, 15.0, rows).clip(18, 90).astype(np.int64),
            pa.array(_LOCATIONS).take(pa.array(_pick(rng, _LOCATION_SHARES, rows))),
            pa.array(_TIERS).take(pa.array(_tiers(rng, frequency * order_value))),
            frequency.clip(1, 60).astype(np.int64),
            _decimals(order_value, places=2),
            recency,
            _decimals(open_rate, places=3),
            _decimals(click_rate, places=3),
        ],
        names=list(COLUMNS),
    )


def _lognormal(rng: np.random.Generator, loyalty: Floats, *, median: float, spread: float, pull: float) -> Floats:
    """Lognormal values of which loyalty explains the share ``pull ** 2`` of the variance of the logarithm."""
    own = rng.standard_normal(len(loyalty)) * np.sqrt(1.0 - pull**2)
    return np.asarray(median * np.exp(spread * (pull * loyalty + own)))


def _recency(rng: np.random.Generator, loyalty: Floats) -> Integers:
    """Whole days since the last engagement, 0 to 730: a mixture of active, drifting and lapsed customers."""
    place = rng.random(len(loyalty)) - 0.07 * loyalty
    waiting = rng.standard_exponential(len(loyalty))
    days = np.where(place < 0.50, 13.0 * waiting, np.where(place < 0.78, 20.0 + 35.0 * waiting, 75.0 + 110.0 * waiting))
    return days.clip(0, 730).astype(np.int64)


def _open_rate(rng: np.random.Generator, loyalty: Floats, recency: Integers) -> Floats:
    """Shares of past e-mails opened, 0 to 1: higher for the loyal, fading with silence."""
    logit = -1.15 + 0.35 * loyalty - 0.004 * recency.clip(max=300) + 0.55 * rng.standard_normal(len(loyalty))
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


def _tiers(rng: np.random.Generator, yearly_spend: Floats) -> Integers:
    """0, 1 or 2 by yearly spend, blurred because a tier follows last year's spend rather than this year's."""
    last_year = yearly_spend * np.exp(0.25 * rng.standard_normal(len(yearly_spend)))
    return np.searchsorted([700.0, 1_900.0], last_year).astype(np.int64)


def _pick(rng: np.random.Generator, shares: Floats, rows: int) -> Integers:
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(rows)).astype(np.int64)


def _ids(start: int, rows: int) -> npt.NDArray[np.str_]:
    numbers = np.arange(_FIRST_ID + start, _FIRST_ID + start + rows)
    return np.char.add("HP-", numbers.astype(np.str_))


def _decimals(values: Floats, *, places: int) -> pa.Array:
    """Non-negative values as decimals with exactly ``places`` digits after the point."""
    words = np.zeros((len(values), 2), dtype="<i8")  # a decimal128 is its scaled integer, low word first
    words[:, 0] = np.rint(values * 10**places)
    return pa.Array.from_buffers(pa.decimal128(12, places), len(values), [None, pa.py_buffer(words)])


# --- bad rows ---------------------------------------------------------------------------------------------------------


def _bad_rows_by_chunk(rows: int, seed: int, bad_rows: int) -> dict[int, list[tuple[int, str, int]]]:
    """Chunk -> (row, kind, row whose id a duplicate repeats). One bad row falls into each equal stretch of the list.

    A stretch's first row is always good, so what a duplicate repeats is a customer that stands and comes earlier.
    """
    if not bad_rows:
        return {}
    stretch = rows // bad_rows
    offsets = np.random.default_rng([seed, _PLACES_OF_BAD_ROWS]).integers(1, stretch, bad_rows)
    places = [
        (turn * stretch + int(offset), BAD_KINDS[turn % len(BAD_KINDS)], turn // 2 * stretch)
        for turn, offset in enumerate(offsets)
    ]
    return {index: list(group) for index, group in groupby(places, key=lambda place: place[0] // _CHUNK_ROWS)}


def _spoil(records: bytes, start: int, places: list[tuple[int, str, int]]) -> bytes:
    lines = records.split(b"\n")
    for row, kind, original in places:
        lines[row - start] = _spoiled_line(lines[row - start], kind, original)
    return b"\n".join(lines)


def _spoiled_line(line: bytes, kind: str, original: int) -> bytes:
    fields = dict(zip(COLUMNS, line.split(b","), strict=True))
    match kind:
        case "missing value":
            fields["avg_order_value"] = b""
        case "text in a number":
            fields["purchase_frequency"] = b"often"
        case "negative":
            fields["last_engagement_days"] = b"-3"
        case "infinite":
            fields["avg_order_value"] = b"inf"
        case "duplicate id":
            fields["customer_id"] = f"HP-{_FIRST_ID + original}".encode()
        case "invalid UTF-8":
            fields["customer_id"] += b"\xff"
    return b",".join(fields.values())


# --- command line -----------------------------------------------------------------------------------------------------


def main() -> None:
    """Write the list the command line asks for."""
    parser = argparse.ArgumentParser(description="Write a synthetic customer list.")
    parser.add_argument("--rows", type=int, default=500, help="data rows, the bad ones included (default: 500)")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same list (default: 7)")
    parser.add_argument("--bad", type=int, default=0, help="how many of the rows are unusable (default: 0)")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    arguments = parser.parse_args()
    try:
        write(arguments.out, arguments.rows, arguments.seed, arguments.bad)
    except (ValueError, OSError) as fault:
        parser.error(str(fault))


if __name__ == "__main__":
    main()
