"""Observed engagement as rows: what a file may say, which row of a customer counts, and what arms make of it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.engagement import (
    DUPLICATE,
    ROWS,
    UNKNOWN,
    Reactions,
    SortedRows,
    Window,
    latest_rows,
    observe,
    read_rows,
    received_with,
    rows_parquet,
    sort_rows,
)
from shared.domain.erasure import parquet_without
from shared.errors import InputError
from shared.experiment_contracts import EngagementFile

STARTED = datetime(2026, 4, 7, 9, tzinfo=UTC)
NOW = datetime(2026, 4, 21, 9, tzinfo=UTC)
CUSTOMERS = ("a", "b", "c", "007", "7", "null", "a,b", "x\ny")


def assigned(ids: pa.Array):
    return np.asarray(pc.is_in(ids, value_set=pa.array(CUSTOMERS)))


def sort(text: str | bytes, *, now: datetime = NOW) -> SortedRows:
    data = text.encode() if isinstance(text, str) else text
    return sort_rows(data, Window(STARTED, now), assigned=assigned)


def one(column: str, value: str, name: str = "") -> dict | str:
    """The one row of a file in which ``column`` says ``value``, or why it is left out."""
    said = {"customer_id": "a", "opened": "no", "clicked": "no", "converted": "no", column: value}
    header = ",".join(name if name and key == column else key for key in said)
    rows = sort(f"{header}\n{','.join(said.values())}\n")
    return rows.counted.to_pylist()[0] if len(rows.counted) else rows.left_out["reason"].item()


def reasons(rows: SortedRows) -> list[tuple[int, str]]:
    return list(rows.left_out.itertuples(index=False, name=None))


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["yes", "Y", "TRUE", " t ", "1", "3", "007", "12.0", "99999999999999999999"])
@pytest.mark.parametrize("column", ["opened", "clicked", "converted"])
def test_words_and_counts_that_mean_yes(column, value):
    """Yes is a word in any case, between blanks, or a count above 0 of any length."""
    assert one(column, value)[column] is True


@pytest.mark.parametrize("value", ["no", "N", "False", " f", "0", "000", "0.0", "", "  "])
@pytest.mark.parametrize("column", ["opened", "clicked", "converted"])
def test_words_and_counts_that_mean_no(column, value):
    """No is a word in any case, 0, or nothing at all."""
    assert one(column, value)[column] is False


@pytest.mark.parametrize("value", ["maybe", "-1", "+1", "0.5", "1e3", "yes!", "да", "nan", "null", "1,", "²"])
@pytest.mark.parametrize("column", ["opened", "clicked", "converted", "machine_open"])
def test_what_is_neither_is_rejected(column, value):
    """Nothing else is guessed at, and the reason never repeats it."""
    reason = one(column, value.replace(",", "."))
    assert reason.startswith(f"{column} is none of yes, no, a whole count")
    assert value not in reason


@pytest.mark.parametrize("value", ["machine", "Bot", " PROXY "])
def test_an_open_by_a_machine_is_no_open(value):
    """Mail that a machine opened is counted as such and not as opened."""
    row = one("opened", value)
    assert (row["opened"], row["machine_opened"]) == (False, True)
    assert one("clicked", value) == "clicked is none of yes, no, a whole count"


@pytest.mark.parametrize(
    ("opened", "machine_open", "expected"),
    [
        ("yes", "yes", (False, True)),
        ("yes", "no", (True, False)),
        ("no", "yes", (False, True)),
        ("bot", "no", (False, True)),
        ("no", "", (False, False)),
    ],
)
def test_machine_opens_in_a_column_of_their_own(opened, machine_open, expected):
    """What the column machine_open claims is no open of a person; clicks and conversions stand."""
    (row,) = sort(
        f"customer_id,opened,clicked,converted,Machine-Open\na,{opened},yes,yes,{machine_open}\n"
    ).counted.to_pylist()
    assert (row["opened"], row["machine_opened"]) == expected
    assert row["clicked"]
    assert row["converted"]


@pytest.mark.parametrize(
    ("value", "amount"),
    [("", 0.0), ("12", 12.0), (" 12.50 ", 12.5), ("-3", -3.0), ("1e9", 1e9), ("+.5", 0.5), ("-0", 0.0)],
)
def test_revenue_is_a_plain_number(value, amount):
    """Plain decimal or scientific notation; nothing is 0, and what was paid back counts below it."""
    assert one("revenue", value)["revenue"] == amount


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("£12", "revenue is not a number"),
        ("1 000", "revenue is not a number"),
        ("nan", "revenue is not a number"),
        ("inf", "revenue is not a number"),
        ("0x10", "revenue is not a number"),
        ("1000000001", "revenue is beyond 1,000,000,000"),
        ("-1e10", "revenue is beyond 1,000,000,000"),
        ("1e999", "revenue is beyond 1,000,000,000"),
    ],
)
def test_revenue_that_cannot_be_is_rejected(value, reason):
    """Currency signs, grouping and what is no finite amount are not guessed at."""
    assert one("revenue", value) == reason


def test_revenue_nobody_speaks_of_is_not_nought():
    """Without the column no revenue is known."""
    assert one("clicked", "yes")["revenue"] is None


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-04-08T10:00:00Z", (8, 10, 0, 0)),
        ("2026-04-08t10:00z", (8, 10, 0, 0)),
        ("2026-04-08 10:00:01.250", (8, 10, 1, 250_000)),
        ("2026-04-08T10:00:00.123456789Z", (8, 10, 0, 123_456)),
        ("2026-04-08T10:00:00+02:00", (8, 8, 0, 0)),
        ("2026-04-08T10:00:00-0530", (8, 15, 30, 0)),
        ("2026-04-08T10:00:00+14", (7, 20, 0, 0)),
        ("2026-04-07T09:00:00Z", (7, 9, 0, 0)),
        ("2026-04-21T09:00:00Z", (21, 9, 0, 0)),
    ],
)
def test_times_in_iso_8601(value, moment):
    """A date and time with an offset, with Z, or with neither, which is UTC; from the run's start up to now."""
    day, hour, *rest = moment
    at = one("at", value)["at"]
    got = (at.day, at.hour, at.minute if rest[0] == 30 else at.second, at.microsecond)
    assert got == (day, hour, rest[0], rest[1])


@pytest.mark.parametrize(
    "value",
    [
        "2026-04-08",
        "08/04/2026 10:00",
        "2026-02-30T10:00:00Z",
        "2026-04-08T24:30:00Z",
        "2026-04-08T10:61:00Z",
        "2026-04-08T10:00:00+15:00",
        "2026-04-08T10:00:00+02:99",
        "2026-W15-3T10:00",
        "20260408T100000Z",
        "1775642400",
        "yesterday",
        "2026-04-08T10:00:00 CET",
    ],
)
def test_what_is_no_time_is_rejected(value):
    """Other forms, dates alone and days that are in no calendar."""
    assert one("at", value) == "at is not a date and time in ISO 8601"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2026-04-07T08:59:59Z", "at is before the run's start"),
        ("1600-01-01T00:00:00Z", "at is before the run's start"),
        ("2026-04-21T09:00:01Z", "at is in the future"),
        ("9999-12-31T23:59:59Z", "at is in the future"),
    ],
)
def test_times_at_which_nothing_can_have_happened(value, reason):
    """Nobody reacted before the run began, or will have tomorrow."""
    assert one("at", value) == reason


@pytest.mark.parametrize("long", ["9" * 100_000, "2026-04-08T10:00:00." + "1" * 100_000, "-" * 100_000, "yes" * 30_000])
@pytest.mark.parametrize("column", ["opened", "revenue", "at"])
def test_a_value_of_any_length_is_read_at_once(column, long):
    """A hundred thousand characters are a value like any other."""
    assert one(column, long)


# --- files ------------------------------------------------------------------------------------------------------------


def test_names_may_be_spelled_in_any_way_and_other_columns_are_not_loaded():
    """Case, blanks and hyphens do not matter; a byte order mark, CR LF and quotes neither."""
    text = '\ufeff"Customer ID", Opened ,CLICKED,Converted,E-Mail\r\n"007",1,0,0,a@brand.example\r\n"x\ny",1,0,0,""\r\n'
    rows = sort(text)
    assert rows.counted.column_names == ROWS.names
    assert rows.counted["customer_id"].to_pylist() == ["007", "x\ny"]


def test_ids_are_opaque_text():
    """``007``, ``7`` and ``null`` are three customers, and blanks make another one, whom nobody knows."""
    rows = sort("customer_id,opened,clicked,converted\n007,1,0,0\n7,1,0,0\nnull,1,0,0\n 7,1,0,0\nA,1,0,0\n,1,0,0\n")
    assert rows.counted["customer_id"].to_pylist() == ["007", "7", "null"]
    assert reasons(rows) == [(5, UNKNOWN), (6, UNKNOWN), (7, "customer_id is empty")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n\n", "first line is blank"),
        (b"a,yes,no,no\n", "has no column customer_id, opened, clicked, converted"),
        (b"customer_id,opened,converted\na,1,1\n", "has no column clicked"),
        (b"customer_id;opened;clicked;converted\n", "has no column"),
        (b"customer_id,opened,Opened,clicked,converted\n", "has more than one column opened"),
        (b"customer_id,opened,clicked,converted,at,AT\n", "has more than one column at"),
        (b"customer_id,opened,clicked,converted\n\r\n\n", "holds no row below its header"),
        (b"PAR1\x00", "is a Parquet file"),
        (b"PK\x03\x04", "is a zip archive"),
        ("customer_id,opened".encode("utf-16"), "is UTF-16"),
        (b"customer_id,opened,clicked,converted,\xff\n", "header is not UTF-8"),
        (b"\x00\x01\x02\x03", "binary"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(data, words):
    """One line says what is wrong with it, and repeats nothing that may be a customer's."""
    with pytest.raises(InputError, match=r"^the engagement file") as refused:
        sort(data)
    assert words in str(refused.value)


def test_rows_that_cannot_be_read_are_rejected_one_by_one():
    """A blank line, a stray quote, foreign bytes and torn rows take no other row with them."""
    lines = [b"a,1,0,0", b"", b'"b,1,0,0', b"c,\xff,0,0", b"c,1", b"c,1,0,0,0", b"7,1,0,0", b"", b""]
    rows = sort(b"\n".join([b"customer_id,opened,clicked,converted", *lines]))
    assert rows.counted["customer_id"].to_pylist() == ["a", "7"]
    assert reasons(rows) == [
        (3, "blank line"),
        (4, "a quote is not closed"),
        (5, "the row is not UTF-8 text"),
        (6, "the row has too few fields"),
        (7, "the row has too many fields"),
    ]
    assert rows.rows == 7
    assert sum(rows.reject_reasons.values()) == 5


def test_the_latest_row_of_a_customer_counts_where_they_say_when():
    """Of equal times the first, and a row without a time gives way to any that has one."""
    rows = sort(
        "customer_id,opened,clicked,converted,at\n"
        "a,1,0,0,\n"
        "a,1,1,0,2026-04-09T10:00:00+02:00\n"
        "a,1,0,1,2026-04-09T08:00:00Z\n"
        "a,0,0,0,2026-04-08T23:00:00Z\n"
        "b,1,0,0,\n"
        "b,0,0,0,\n"
    )
    assert [(row["customer_id"], row["clicked"], row["opened"]) for row in rows.counted.to_pylist()] == [
        ("a", True, True),
        ("b", False, True),
    ]
    assert reasons(rows) == [(2, DUPLICATE), (4, DUPLICATE), (5, DUPLICATE), (7, DUPLICATE)]
    assert (rows.duplicates, rows.unknown) == (4, 0)


def test_the_first_row_of_a_customer_counts_where_they_do_not():
    """A row that is rejected is no customer's first."""
    rows = sort("customer_id,opened,clicked,converted\na,?,1,1\na,1,0,0\na,0,1,1\nz,1,1,1\nz,1,1,1\n")
    assert rows.counted.select(["opened", "clicked"]).to_pylist() == [{"opened": True, "clicked": False}]
    assert (rows.duplicates, rows.unknown, sum(rows.reject_reasons.values())) == (1, 2, 1)


FIELD = st.sampled_from(
    ["yes", "no", "2", "machine", "?", "", '"', "a", "\u00e9", "2026-04-09T10:00Z", "1e2", ",", "\n"]
)
LINE = st.one_of(
    st.tuples(st.sampled_from([*CUSTOMERS, "z", ""]), FIELD, FIELD, FIELD, FIELD, FIELD).map(
        lambda fields: ",".join(f'"{field}"' if set(field) & set(',\n"') - {'"'} else field for field in fields)
    ),
    st.lists(FIELD, max_size=9).map("".join),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(LINE, min_size=1, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_row_is_in_exactly_one_place(lines, end):
    """Whatever a file holds, its rows add up, each left out at most once, and no customer counts twice."""
    header = "customer_id,opened,clicked,converted,at,revenue"
    rows = sort(end.join([header, *lines, "c,1,0,0,,", ""]))
    rejected = sum(rows.reject_reasons.values())
    assert rows.rows == len(rows.counted) + rows.duplicates + rows.unknown + rejected
    numbers = rows.left_out["row_number"].tolist()
    assert len(set(numbers)) == len(numbers)
    assert all(2 <= number <= rows.rows + 1 for number in numbers)
    ids = rows.counted["customer_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert set(ids) <= set(CUSTOMERS)


# --- several files ----------------------------------------------------------------------------------------------------


def rows_of(text: str) -> pa.Table:
    return sort(f"customer_id,opened,clicked,converted,revenue\n{text}").counted


def test_a_later_file_replaces_a_customers_row_as_a_whole():
    """Whoever is not in the later file keeps the earlier row; nothing of a replaced row is left."""
    latest = latest_rows([rows_of("a,1,1,1,9\nb,1,0,0,1\n"), rows_of("a,1,0,0,\nc,0,0,0,\n")])
    standing = {row["customer_id"]: row for row in latest.rows.to_pylist()}
    assert latest.superseded == 1
    assert set(standing) == {"a", "b", "c"}
    assert (standing["a"]["clicked"], standing["a"]["revenue"]) == (False, 0.0)
    assert standing["b"]["opened"]


def test_rows_travel_as_parquet_with_what_is_known_of_their_file():
    """Types, absent values and the file's record survive, also an erasure."""
    rows = sort("customer_id,opened,clicked,converted,at\na,1,0,0,2026-04-09T10:00Z\nb,bot,1,0,\n").counted
    received = a_file(rows=2, counted=2)
    data = rows_parquet(rows, received)
    assert read_rows(data).equals(rows)
    assert received_with(data) == received
    left = parquet_without(data, "a")
    assert read_rows(left.data).to_pylist() == rows.slice(1).to_pylist()
    assert received_with(left.data) == received


def a_file(**counts) -> EngagementFile:
    fields = {"rows": 0, "counted": 0, "duplicates": 0, "unknown": 0, "rejected": 0, "reject_reasons": {}, **counts}
    return EngagementFile(run_id="r1", analysis=1, sha256="0" * 64, received_at=NOW, received_by="Jo", **fields)


def test_what_was_observed_adds_up_over_files_and_erasures():
    """Rows are the sum of all counts; what was erased since is of nobody whom the run knows."""
    first, second = rows_of("a,1,1,1,9\nb,bot,0,0,1\n7,1,0,0,\n"), rows_of("a,1,0,0,\n")
    files = [
        a_file(rows=7, counted=3, duplicates=1, unknown=1, rejected=2, reject_reasons={"x": 2}),
        a_file(rows=3, counted=1, rejected=2, reject_reasons={"x": 1, "w": 1}),
    ]
    present = [first.filter(pc.not_equal(first["customer_id"], "7")), second]
    latest = latest_rows(present)
    seen = observe(files, [len(part) for part in present], latest, held_out=1)
    assert (seen.files, seen.rows, seen.counted, seen.superseded) == (2, 10, 2, 1)
    assert (seen.duplicates, seen.unknown, seen.rejected) == (1, 2, 4)
    assert seen.reject_reasons == {"w": 1, "x": 3}
    assert seen.rows == seen.counted + seen.superseded + seen.duplicates + seen.unknown + seen.rejected
    assert (seen.machine_opens, seen.held_out, seen.first_at, seen.last_at) == (1, 1, None, None)


def test_the_first_and_the_last_time_are_of_the_rows_that_count():
    """Times are in UTC, whatever offset they were written with."""
    rows = sort("customer_id,opened,clicked,converted,at\na,1,0,0,2026-04-09T10:00+02:00\nb,1,0,0,2026-04-12T10:00Z\n")
    seen = observe([a_file(rows=2, counted=2)], [2], latest_rows([rows.counted]), held_out=0)
    assert seen.first_at == datetime(2026, 4, 9, 8, tzinfo=UTC)
    assert seen.last_at - seen.first_at == timedelta(days=3, hours=2)


# --- arms -------------------------------------------------------------------------------------------------------------


def test_customers_nobody_speaks_of_did_nothing():
    """Every assigned customer has an outcome, those held out too, in the order of the assignments."""
    people = pd.DataFrame({"customer_id": ["b", "q", "a"], "segment": "s", "arm": ["control", "control", "holdout"]})
    reactions = Reactions(rows_of("a,1,1,1,9\nb,bot,0,0,1.5\n"))
    outcomes = reactions.outcomes(people)
    assert outcomes["converted"].tolist() == [False, False, True]
    assert outcomes["machine_opened"].tolist() == [True, False, False]
    assert outcomes["revenue"].tolist() == [1.5, 0.0, 9.0]
    assert outcomes["arm"].tolist() == people["arm"].tolist()
    assert reactions.known(people.loc[people["arm"] == "holdout", "customer_id"]) == 1


def test_there_is_no_revenue_where_no_file_has_any():
    """A column of noughts would say that nobody bought anything."""
    rows = sort("customer_id,opened,clicked,converted\na,1,1,1\n").counted
    people = pd.DataFrame({"customer_id": ["a"], "segment": "s", "arm": "control"})
    assert "revenue" not in Reactions(rows).outcomes(people)


def test_revenue_of_one_file_stands_beside_files_without_it():
    """Who has a row without revenue earned nothing that is known."""
    rows = latest_rows([rows_of("a,1,1,1,9\n"), sort("customer_id,opened,clicked,converted\nb,1,1,1\n").counted]).rows
    people = pd.DataFrame({"customer_id": ["a", "b"], "segment": "s", "arm": "control"})
    assert Reactions(rows).outcomes(people)["revenue"].tolist() == [9.0, 0.0]
