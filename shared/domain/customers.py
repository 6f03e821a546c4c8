"""The customers of a list: from a partition of whole records to validated rows, and the ids that repeat.

Every row is accounted for: it is suppressed, whatever else it says, or becomes a customer or a reject, each for a
constant reason. Ids are opaque text and numbers are never guessed. Columns beyond the schema are not loaded, but for
those that say who may be written to, and these are not kept. Where rows end, and in what format they are written, is
not decided here. Nothing holds more than one partition, except ``load_customer_data``, which is for callers who want
the whole list.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared.contracts import Partition
from shared.domain.csv_fields import Floats, column, parse_numbers
from shared.domain.csv_records import Bools, Ints
from shared.domain.digests import digest
from shared.domain.list_files import CONSENT, OPTED_OUT, PartitionRows, csv_rows, plan_list, read_partition
from shared.domain.randomness import Keys, customer_keys
from shared.domain.suppression import (
    ERASED,
    LISTED,
    NO_CONSENT,
    UNSUBSCRIBED,
    Suppression,
    refused,
    unsubscribed,
)
from shared.errors import InputError
from shared.run_config import PartitionSettings, PrivacyConfig

AMOUNTS = ("purchase_frequency", "avg_order_value", "last_engagement_days")
RATES = ("historical_open_rate", "historical_click_rate")
TEXTS = ("location", "tier")
NUMBER_COLUMNS = (*AMOUNTS, "age", *RATES)
"""The number columns of a customer frame, in its order; all float64, NaN where the list has no value."""

KEYS_AT_ONCE = 4_000_000
MAX_TEXT_CHARACTERS = 200
MAX_AGE = 150
DUPLICATE = "customer_id repeats an earlier row"

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


# --- from a partition to customers ------------------------------------------------------------------------------------


class ParsedPartition(NamedTuple):
    """What a partition holds, in row order.

    ``customers``: row_number int64, customer_id str, key uint64, then ``NUMBER_COLUMNS`` as float64 (NaN: no value).
    ``rejects`` and ``suppressed``: row_number int64, reason str. Together they are all rows of the partition.
    """

    customers: pd.DataFrame
    rejects: pd.DataFrame
    suppressed: pd.DataFrame
    refused_keys: Keys
    """Of the suppressed rows that name a customer and say that this one may not be written to."""


_COLUMNS_ALONE = Suppression()


def parse_partition(
    data: bytes, columns: Sequence[str], partition: Partition, seed: str, suppression: Suppression = _COLUMNS_ALONE
) -> ParsedPartition:
    """``parse_rows`` of a partition of CSV: its bytes, and the header's ``columns``.

    Raises:
        InputError: ``data`` does not hold as many records as were planned, or a column of consent is there twice.
    """
    return parse_rows(csv_rows(data, columns, partition, suppression.privacy), seed, suppression)


def parse_rows(rows: PartitionRows, seed: str, suppression: Suppression = _COLUMNS_ALONE) -> ParsedPartition:
    """Validate the rows of a partition; ``seed`` gives the keys.

    A row that ``suppression`` leaves out is suppressed whatever else is wrong with it, as long as its fields can be
    told apart. Of the other rows with one customer_id the first valid one is the customer; whether a row of the list
    elsewhere speaks against them is for ``suppressed_elsewhere``.
    """
    fields, outcomes = _sorted_out(rows, suppression)
    customers = _validated(fields, outcomes, seed)
    return ParsedPartition(
        customers, outcomes.rejects(), outcomes.suppressed(), _refused_keys(fields, seed, suppression.privacy)
    )


def refused_keys(rows: PartitionRows, seed: str, privacy: PrivacyConfig) -> Keys:
    """``ParsedPartition.refused_keys`` without the rest of the work."""
    fields, _ = _sorted_out(rows, Suppression(privacy))
    return _refused_keys(fields, seed, privacy)


def _sorted_out(rows: PartitionRows, suppression: Suppression) -> "tuple[_Fields, _Outcomes]":
    """The fields of every row that has them, and what is known before any rule of the schema is applied."""
    read, outcomes = rows.fields, _Outcomes(rows.numbers)
    for reason, faulty in read.faults:
        outcomes.reject(faulty, reason)
    fields = _Fields(read.table, read.records, rows.numbers[read.records])
    for reason, left_out in _left_out(fields, suppression):
        outcomes.suppress(fields.records[left_out], reason)
    return fields, outcomes


class _Outcomes:
    """The first rule that each record fails, where suppressions go before rejections; records go by their index."""

    def __init__(self, rows: Ints) -> None:
        self._rows = rows
        self._reasons = [""]
        self._codes = np.zeros(len(rows), dtype=np.int16)
        self._suppressed = np.zeros(len(rows), dtype=np.bool_)

    def reject(self, records: Ints, reason: str) -> None:
        """Reject ``records`` unless they already have an outcome."""
        self._set(records[self._codes[records] == 0], reason)

    def suppress(self, records: Ints, reason: str) -> None:
        """Suppress ``records`` unless they already are."""
        new = records[~self._suppressed[records]]
        self._suppressed[new] = True
        self._set(new, reason)

    def _set(self, records: Ints, reason: str) -> None:
        self._codes[records] = len(self._reasons)
        self._reasons.append(reason)

    @property
    def accepted(self) -> Bools:
        accepted: Bools = self._codes == 0
        return accepted

    def rejects(self) -> pd.DataFrame:
        return self._frame(~self.accepted & ~self._suppressed)

    def suppressed(self) -> pd.DataFrame:
        return self._frame(self._suppressed)

    def _frame(self, chosen: Bools) -> pd.DataFrame:
        reasons = pd.Series(np.array(self._reasons, dtype=object)[self._codes[chosen]], dtype="str")
        return pd.DataFrame({"row_number": self._rows[chosen], "reason": reasons})


class _Fields(NamedTuple):
    """The texts of the records that have the right number of fields, and which records these are."""

    table: pa.Table
    records: Ints
    rows: Ints


# --- who may not be written to ----------------------------------------------------------------------------------------


def _left_out(fields: _Fields, suppression: Suppression) -> Iterator[tuple[str, Bools]]:
    """The rows to suppress, reason by reason."""
    names, privacy = fields.table.column_names, suppression.privacy
    if CONSENT in names:
        yield NO_CONSENT, refused(_column(fields, CONSENT), privacy)
    if OPTED_OUT in names:
        yield UNSUBSCRIBED, unsubscribed(_column(fields, OPTED_OUT), privacy)
    ids = _column(fields, "customer_id")
    yield LISTED, suppression.listed(ids)
    yield ERASED, suppression.erased(ids)


def _refused_keys(fields: _Fields, seed: str, privacy: PrivacyConfig) -> Keys:
    """The keys of the ids whose rows say themselves that they may not be written to."""
    speaking = [rows for _, rows in _left_out(fields, Suppression(privacy))]
    said = np.logical_or.reduce(speaking)
    ids = _column(fields, "customer_id").filter(pa.array(said)).to_pandas()
    return np.unique(customer_keys(ids, seed))


def suppressed_elsewhere(keys: Keys, refused: Sequence[Keys]) -> Bools:
    """Which customers, by ``keys``, have a row in the list that says they may not be written to.

    ``refused`` are ``ParsedPartition.refused_keys``. Keys have 64 bits: of two different ids with one key, which a
    list of a million has with a chance of 1 in 30 million, one may be left out for the other's sake.
    """
    found: Bools = np.isin(keys, np.concatenate([np.array([], dtype=np.uint64), *refused]))
    return found


# --- rules of the schema ----------------------------------------------------------------------------------------------


def _validated(fields: _Fields, outcomes: _Outcomes, seed: str) -> pd.DataFrame:
    """The customers among ``fields``; the rules are applied in the schema's order."""
    _check_ids(fields, outcomes)
    numbers = {name: _amount(fields, name, outcomes) for name in AMOUNTS}
    numbers["age"] = _age(fields, outcomes)
    numbers |= {name: _rate(fields, name, outcomes) for name in RATES}
    for name in TEXTS:
        _check_text(fields, name, outcomes)
    accepted = outcomes.accepted[fields.records]
    customers = pd.DataFrame(
        {
            "row_number": fields.rows[accepted],
            "customer_id": _column(fields, "customer_id").filter(pa.array(accepted)).to_pandas(),
            **{name: values[accepted] for name, values in numbers.items()},
        }
    )
    customers.insert(2, "key", customer_keys(customers["customer_id"], seed))
    repeated = _repeated(customers)
    outcomes.reject(fields.records[accepted][repeated], DUPLICATE)
    return customers[~repeated].reset_index(drop=True)


def _column(fields: _Fields, name: str) -> pa.Array:
    return column(fields.table, name)


def _check_ids(fields: _Fields, outcomes: _Outcomes) -> None:
    ids = _column(fields, "customer_id")
    blank = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(ids)), 0)
    _reject(fields, outcomes, blank, "customer_id is empty")
    _check_text(fields, "customer_id", outcomes)
    _reject(fields, outcomes, pc.match_substring(ids, "\0"), "customer_id holds a NUL character")


def _check_text(fields: _Fields, name: str, outcomes: _Outcomes) -> None:
    long = pc.greater(pc.utf8_length(_column(fields, name)), MAX_TEXT_CHARACTERS)
    _reject(fields, outcomes, long, f"{name} is longer than {MAX_TEXT_CHARACTERS} characters")


def _reject(fields: _Fields, outcomes: _Outcomes, failing: Bools | pa.Array, reason: str) -> None:
    outcomes.reject(fields.records[np.asarray(failing, dtype=np.bool_)], reason)


def _amount(fields: _Fields, name: str, outcomes: _Outcomes) -> Floats:
    numbers = parse_numbers(_column(fields, name))
    _reject(fields, outcomes, numbers.empty, f"{name} is missing")
    _reject(fields, outcomes, numbers.malformed, f"{name} is not a number")
    _reject(fields, outcomes, numbers.floats < 0, f"{name} is negative")
    _reject(fields, outcomes, np.isinf(numbers.floats), f"{name} is too large")
    return numbers.floats


def _age(fields: _Fields, outcomes: _Outcomes) -> Floats:
    numbers = parse_numbers(_column(fields, "age"))
    _reject(fields, outcomes, numbers.malformed, "age is not a number")
    wrong = (numbers.floats < 0) | (numbers.floats > MAX_AGE) | (np.floor(numbers.floats) != numbers.floats)
    _reject(fields, outcomes, wrong & ~np.isnan(numbers.floats), f"age is not a whole number from 0 to {MAX_AGE}")
    return numbers.floats


def _rate(fields: _Fields, name: str, outcomes: _Outcomes) -> Floats:
    numbers = parse_numbers(_column(fields, name))
    _reject(fields, outcomes, numbers.malformed, f"{name} is not a number")
    _reject(fields, outcomes, (numbers.floats < 0) | (numbers.floats > 1), f"{name} is not from 0 to 1")
    return numbers.floats


# --- duplicates -------------------------------------------------------------------------------------------------------


def _repeated(customers: pd.DataFrame) -> Bools:
    """Which rows have the customer_id of an earlier row."""
    suspects = np.flatnonzero(customers["key"].duplicated(keep=False))
    repeated = np.zeros(len(customers), dtype=np.bool_)
    repeated[suspects[customers["customer_id"].iloc[suspects].duplicated()]] = True
    return repeated


def repeated_rows(read: Callable[[Sequence[str]], Iterable[pd.DataFrame]], customers: int) -> Ints:
    """The numbers of the rows that repeat the customer_id of an earlier row of the list, ascending.

    ``read`` gives the columns it is asked for of all ``customers``, partition by partition in file order, the same ones
    whenever it is called. Equal ids have equal keys, so only the ids of customers who share a key are compared. Holds
    about ``KEYS_AT_ONCE`` keys at a time, in as many rounds as that takes.
    """
    found = [np.array([], dtype=np.int64)]
    rounds = max(1, -(-customers // KEYS_AT_ONCE))
    for index in range(rounds):
        shared = _shared(_slice(part["key"].to_numpy(), index, rounds) for part in read(["key"]))
        if len(shared):
            parts = (part[np.isin(part["key"], shared)] for part in read(["key", "customer_id", "row_number"]))
            suspects = pd.concat(list(parts))
            found.append(suspects["row_number"][suspects["customer_id"].duplicated()].to_numpy(dtype=np.int64))
    return np.sort(np.concatenate(found))


def _slice(keys: Keys, index: int, slices: int) -> Keys:
    """Those in the ``index``-th of equal ``slices`` of all that a key can be."""
    return keys if slices == 1 else keys[keys // np.uint64(2**64 // slices + 1) == index]


def _shared(parts: Iterable[Keys]) -> Keys:
    """The keys that occur more than once."""
    keys = np.concatenate([np.array([], dtype=np.uint64), *parts])
    keys.sort()
    return np.unique(keys[1:][keys[1:] == keys[:-1]])


# --- the whole list at once -------------------------------------------------------------------------------------------


def load_customer_data(filepath: str, *, seed: str = "") -> pd.DataFrame:
    """The valid customers of a list in any format, as ``ParsedPartition.customers``, by the same rules as a run.

    Raises:
        InputError: the file cannot be read or is no customer list; bad rows are left out.
    """
    privacy = PrivacyConfig()
    try:
        with Path(filepath).open("rb") as file:
            plan = plan_list(file, PartitionSettings(), privacy, input_digest=digest(filepath))
            parsed = [
                parse_rows(read_partition(file, plan, index, privacy), seed) for index in range(len(plan.partitions))
            ]
    except OSError as error:
        raise InputError(f"the customer list cannot be read: {error.strerror}") from error
    customers = pd.concat([part.customers for part in parsed], ignore_index=True)
    refused = suppressed_elsewhere(customers["key"].to_numpy(), [part.refused_keys for part in parsed])
    return customers[~_repeated(customers) & ~refused].reset_index(drop=True)


def formula_like(ids: pd.Series) -> int:
    """How many ids a spreadsheet would run as a formula: they start with = + - @, a tab or a carriage return."""
    return int(ids.str.startswith(_FORMULA_STARTS).sum())
