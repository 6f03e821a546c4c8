"""The customer list as bytes: headers, record boundaries and partitions."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from shared.domain import csv_records
from shared.domain.csv_records import HEADER_BYTES, partition_records, read_header
from shared.errors import InputError
from shared.run_config import PartitionSettings
from tests.customer_lists import FULL_HEADER, HEADER, merged, messy_list, noise, only, parse, plan, rows, slow_records

# --- the header -------------------------------------------------------------------------------------------------------


def test_header_gives_the_columns_in_file_order():
    """Names come as they are written, columns beyond the schema included."""
    head = b'avg_order_value,"customer_id",x,purchase_frequency,last_engagement_days\r\nrest'
    assert read_header(head) == ("avg_order_value", "customer_id", "x", "purchase_frequency", "last_engagement_days")


def test_byte_order_mark_is_no_part_of_the_first_name():
    """A UTF-8 list saved by Excel reads like any other, even with a quoted first name."""
    assert read_header(b"\xef\xbb\xbf" + HEADER)[0] == "customer_id"
    assert read_header(b'\xef\xbb\xbf"customer_id"' + HEADER[len("customer_id") :])[0] == "customer_id"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n" + HEADER, "first line is blank"),
        ((HEADER + b"\n").decode().encode("utf-16"), "UTF-16"),
        ((HEADER + b"\n").decode().encode("utf-16-le"), "UTF-16"),
        ((HEADER + b"\n").decode().encode("utf-16-be"), "UTF-16"),
        ((HEADER + b"\n").decode().encode("utf-32"), "UTF-16 or UTF-32"),
        (HEADER + b",caf\xe9\n", "not UTF-8"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"customer_id,age\n", "no column purchase_frequency, avg_order_value, last_engagement_days"),
        (HEADER.replace(b",", b";"), "semicolons"),
        (HEADER.replace(b",", b"\t"), "tabs"),
        (HEADER.title(), "customer_id, last_engagement_days, purchase_frequency is there in another spelling"),
        (HEADER.replace(b"customer_id", b"Customer ID"), "customer_id is there in another spelling"),
        (HEADER + b",tier,tier\n", "more than one column tier"),
        (HEADER + b"," + b"x" * HEADER_BYTES, "first MiB"),
        (HEADER + b',"' + b"x" * 200_000 + b'"\n', "not a line of comma-separated names"),
    ],
)
def test_bad_header_is_one_clear_line(head, message):
    """Each fault of a header is told apart, in one line."""
    with pytest.raises(InputError, match=message) as caught:
        read_header(head)
    assert "\n" not in str(caught.value)


def test_missing_header_is_not_repeated_in_the_error():
    """A list without a header has a customer in its first line, who stays out of the message."""
    with pytest.raises(InputError) as caught:
        read_header(b"jane@example.com,3,4,5\n")
    assert "jane" not in str(caught.value)


def test_columns_that_are_not_read_may_repeat():
    """Two unnamed columns at the end, as spreadsheets leave them, harm nobody."""
    assert only(b"a,1,2,3,,", header=HEADER + b",,").customers["customer_id"].tolist() == ["a"]


# --- planning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [HEADER, HEADER + b"\n", HEADER + b"\r\n\r\n\r\n"])
def test_list_without_customers_is_refused(data):
    """A header alone, with or without blank lines below it, is no customer list."""
    with pytest.raises(InputError, match="no customer"):
        plan(data)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_partitions_tile_the_list_and_count_its_rows(end, bom):
    """Whatever the line end, partitions are adjacent, start below the header and number the rows from 2."""
    data = bom + rows(*(b"c%d,1,2,3" % i for i in range(50)), end=end)
    parts = plan(data, PartitionSettings(count=4)).partitions
    assert (parts[0].offset, parts[0].first_row) == (len(bom + HEADER + end), 2)
    for part, following in pairwise(parts):
        assert part.offset + part.length == following.offset
        assert part.first_row + part.rows == following.first_row
    assert parts[-1].offset + parts[-1].length == len(data)
    assert sum(part.rows for part in parts) == 50


def test_count_gives_equal_partitions():
    """Partitions of a given count differ by no more than a record from their fair share."""
    data = rows(*(b"c%04d,1,2,3" % i for i in range(1000)))
    lengths = [part.length for part in plan(data, PartitionSettings(count=7)).partitions]
    assert len(lengths) == 7
    assert max(lengths) - min(lengths) <= 2 * len(b"c0000,1,2,3\n")


@pytest.mark.parametrize("huge", [0, 3, 9])
@pytest.mark.parametrize("count", [2, 5, 10])
def test_count_holds_beside_a_huge_record(huge, count):
    """One record larger than all others together does not cost a partition, wherever it stands."""
    lines = [b'"%s",1,2,3' % (b"x" * 5000 if i == huge else b"c%d" % i) for i in range(10)]
    parts = plan(rows(*lines), PartitionSettings(count=count)).partitions
    assert len(parts) == count
    assert min(part.rows for part in parts) >= 1


def test_more_partitions_than_records_are_not_made():
    """Three customers make three partitions at most."""
    parts = plan(rows(b"a,1,2,3", b"b,1,2,3", b"c,1,2,3"), PartitionSettings(count=8)).partitions
    assert [part.rows for part in parts] == [1, 1, 1]


def test_target_cuts_at_the_first_record_end_past_it():
    """Without a count, each partition but the last has the target's size or just above."""
    line = b"c0000,1,2,3\n"
    data = rows(*(b"c%04d,1,2,3" % i for i in range(1000)))
    parts = plan(data, PartitionSettings(target_bytes=1024)).partitions
    assert {part.length for part in parts[:-1]} == {-(-1024 // len(line)) * len(line)}


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_size_of_the_chunks_decides_nothing(step):
    """The same plan comes of chunks of any size."""
    data = messy_list(1, 200, b"\r\n")
    settings = PartitionSettings(count=5)
    assert plan(data, settings, step) == plan(data, settings)


def test_block_boundaries_decide_nothing(monkeypatch):
    """The same customers come however the blocks fall, also within quotes and between CR and LF."""
    data = messy_list(2, 60, b"\r\n")
    expected, _ = merged(parse(data))
    for block in range(len(FULL_HEADER) + 2, len(FULL_HEADER) + 60):
        monkeypatch.setattr(csv_records, "HEADER_BYTES", block)
        found, _ = merged(parse(data, PartitionSettings(count=3)))
        pd.testing.assert_frame_equal(found, expected)


def test_line_without_end_is_refused():
    """A line of more than 16 MiB is an error that says where to look, whatever quotes stand before it."""
    data = rows(b"a,1,2,3", b'"b,1,2,3') + b"c,1,2,3" * (17 * 1024 * 1024 // 7)
    with pytest.raises(InputError, match=r"line of more than 16 MiB at row 4"):
        plan(data)


# --- quotes that are not closed ---------------------------------------------------------------------------------------


def test_open_quote_above_more_than_the_largest_record_costs_one_row():
    """A stray quote with 17 MiB below it and no other quote is one record; every line below is one too."""
    lines = 17 * 1024 * 1024 // 8
    data = rows(b"a,1,2,3", b'"b,1,2,3') + b"c,1,2,3\n" * lines
    parts = plan(data, PartitionSettings(count=2)).partitions
    assert sum(part.rows for part in parts) == lines + 2
    found = [partition_records(data[part.offset : part.offset + part.length], part, 4) for part in parts]
    assert np.concatenate([records.rows[records.broken] for records in found]).tolist() == [3]


@pytest.mark.parametrize(("length", "rows_planned"), [(16 * 1024 * 1024, 2), (16 * 1024 * 1024 + 1, 3)])
def test_quoted_field_may_span_lines_up_to_the_largest_record(length, rows_planned):
    """A record of several lines is whole up to 16 MiB, its line end included."""
    long = b'"a\n%s",1,2,3\n' % (b"x" * (length - len(b'"a\n",1,2,3\n')))
    assert plan(HEADER + b"\n" + long + b"b,1,2,3\n").partitions[0].rows == rows_planned


def test_header_may_span_lines():
    """A column name with a line end in it is no open quote, whatever the number of columns."""
    assert read_header(HEADER + b',"open\nrate"\na,1,2,3,4\n')[-1] == "open\nrate"


def records_found(data, settings, blocks, monkeypatch):
    """Start, end and brokenness of all records, as partitions of the list give them."""
    monkeypatch.setattr(csv_records, "HEADER_BYTES", len(HEADER) + 1 + blocks)
    parts = plan(data, settings).partitions
    monkeypatch.setattr(csv_records, "HEADER_BYTES", blocks)
    found = []
    for part in parts:
        records = partition_records(data[part.offset : part.offset + part.length], part, 4)
        assert records.rows.tolist() == list(range(part.first_row, part.first_row + part.rows))
        starts, ends = records.starts + part.offset, records.ends + part.offset
        found += zip(starts.tolist(), ends.tolist(), records.broken.tolist(), strict=True)
    return found


@pytest.mark.parametrize("seed", range(300))
def test_records_are_those_of_a_reader_byte_by_byte(seed, monkeypatch):
    """Wherever quotes, separators and line ends fall, and however the list is cut, each record is the rule's."""
    rng = np.random.default_rng(seed)
    limit = int(rng.choice([25, 60, 1000]))
    monkeypatch.setattr(csv_records, "MAX_RECORD_BYTES", limit)
    start = len(HEADER) + 1
    body = b"z" + noise(rng, int(rng.integers(1, 120)))
    expected = slow_records(body, 4, limit)
    for count in (1, 2, 7):
        settings, blocks = PartitionSettings(count=count), int(rng.integers(1, 40))
        if expected is None:
            with pytest.raises(InputError, match="line of more than"):
                records_found(HEADER + b"\n" + body, settings, blocks, monkeypatch)
            continue
        found = records_found(HEADER + b"\n" + body, settings, blocks, monkeypatch)
        whole = [(first + start, end + start, broken) for first, end, broken in expected]
        assert found == whole[: len(found)]
        assert all(not body[first:end].strip(b"\r\n") for first, end, _ in expected[len(found) :])


def test_blank_lines_at_the_end_are_not_rows():
    """Any number of blank lines after the last customer is left out of the plan."""
    assert plan(rows(b"a,1,2,3", b"", b"b,1,2,3", b"", b"", b"")).partitions[0].rows == 3
