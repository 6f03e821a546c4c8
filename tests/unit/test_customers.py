"""The customer list: headers, record boundaries, partitions, the rules of each column, and duplicates."""

import csv
import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.contracts import Partition
from shared.domain import customers
from shared.domain.customers import (
    DUPLICATE,
    HEADER_BYTES,
    confirm_duplicates,
    duplicate_candidates,
    formula_like,
    load_customer_data,
    parse_partition,
    plan_partitions,
    read_header,
)
from shared.domain.randomness import customer_keys
from shared.errors import InputError
from shared.run_config import PartitionSettings

REAL_CUSTOMERS = Path(__file__).parents[2].parent / "shared" / "data" / "customers_real.csv"
HEADER = b"customer_id,purchase_frequency,avg_order_value,last_engagement_days"
FULL_HEADER = HEADER + b",age,location,tier,historical_open_rate,historical_click_rate"
DIGEST = "0" * 64
ONE = PartitionSettings(count=1)


def plan(data, settings=ONE, step=1 << 20):
    chunks = (data[offset : offset + step] for offset in range(0, len(data), step))
    return plan_partitions(chunks, size=len(data), settings=settings, input_digest=DIGEST)


def parse(data, settings=ONE, step=1 << 20):
    """The parsed partitions of a whole list."""
    planned = plan(data, settings, step)
    return [
        parse_partition(data[part.offset : part.offset + part.length], planned.columns, part, "seed")
        for part in planned.partitions
    ]


def rows(*lines, header=HEADER, end=b"\n"):
    return end.join([header, *lines]) + end


def only(*lines, header=HEADER, end=b"\n"):
    """The one partition of a list with these lines."""
    return parse(rows(*lines, header=header, end=end))[0]


def reasons(parsed):
    return dict(zip(parsed.rejects["row_number"].tolist(), parsed.rejects["reason"].tolist(), strict=True))


def merged(parsed):
    """All customers and rejects of a list, duplicates across partitions moved from the one to the other."""
    candidates = duplicate_candidates(
        [(part.customers["key"].to_numpy(), part.customers["row_number"].to_numpy()) for part in parsed]
    )
    wanted = [
        part.customers.loc[part.customers["row_number"].isin(found), ["row_number", "customer_id"]]
        for part, found in zip(parsed, candidates, strict=True)
    ]
    repeated = np.concatenate(confirm_duplicates(wanted))
    everyone = pd.concat([part.customers for part in parsed], ignore_index=True)
    rejects = pd.concat(
        [*(part.rejects for part in parsed), pd.DataFrame({"row_number": repeated, "reason": DUPLICATE})]
    )
    kept = everyone[~everyone["row_number"].isin(repeated)].reset_index(drop=True)
    return kept, rejects.sort_values("row_number", ignore_index=True)


def messy_list(seed, size, end):
    """A seeded list with quoted separators and line ends, bad rows, blank lines, repeated ids and bad bytes."""
    rng = np.random.default_rng(seed)
    places = [b"UK", b'"Paris, France"', b'"a' + end + b'b"', b'"say ""hi"""', b'5" pipe', b"\xff", b"\xc3\xa9", b""]
    numbers = [b"1", b"2.50", b" 3e2 ", b"1e308", b"-1", b"nan", b"", b"9e999", b"1,5"]
    likely = [0.3, 0.3, 0.2, 0.1, 0.02, 0.02, 0.02, 0.02, 0.02]
    lines = []
    for _ in range(size):
        number = rng.choice(numbers, size=3, p=likely)
        place = places[rng.integers(len(places))]
        lines.append(b"%d,%s,%s,%s,,%s,,," % (rng.integers(size), *number, place))
        if rng.random() < 0.03:
            lines.append(b"")
    return rows(*lines, header=FULL_HEADER, end=end)


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
        monkeypatch.setattr(customers, "HEADER_BYTES", block)
        found, _ = merged(parse(data, PartitionSettings(count=3)))
        pd.testing.assert_frame_equal(found, expected)


def test_record_without_end_is_refused():
    """A quote that swallows more than 16 MiB is an error that says where to look."""
    data = rows(b"a,1,2,3", b'"b,1,2,3') + b"c,1,2,3\n" * (17 * 1024 * 1024 // 8)
    with pytest.raises(InputError, match=r"16 MiB at row 3.*quote"):
        plan(data)


def test_blank_lines_at_the_end_are_not_rows():
    """Any number of blank lines after the last customer is left out of the plan."""
    assert plan(rows(b"a,1,2,3", b"", b"b,1,2,3", b"", b"", b"")).partitions[0].rows == 3


def test_list_that_changed_is_noticed():
    """Bytes that hold another number of records than planned are refused."""
    with pytest.raises(InputError, match="has changed"):
        parse_partition(
            b"a,1,2,3\n", HEADER.decode().split(","), Partition(offset=0, length=8, first_row=2, rows=2), "seed"
        )


# --- rows and numbers -------------------------------------------------------------------------------------------------


def test_customer_frame_has_all_columns_whatever_the_list_has():
    """Optional columns the list lacks are there, without values; types never depend on the data."""
    frame = only(b"a,1,2,3").customers
    assert frame.dtypes.astype(str).to_dict() == {
        "row_number": "int64",
        "customer_id": "str",
        "key": "uint64",
        "purchase_frequency": "float64",
        "avg_order_value": "float64",
        "last_engagement_days": "float64",
        "age": "float64",
        "historical_open_rate": "float64",
        "historical_click_rate": "float64",
    }
    assert frame[["age", "historical_open_rate", "historical_click_rate"]].isna().all(axis=None)
    assert only(b"bad").customers.dtypes.equals(frame.dtypes)


def test_ids_are_kept_as_given():
    """Ids that a number parser or a null detector would change are customers of their own."""
    ids = [
        "007",
        "7",
        "null",
        "NA",
        "NaN",
        "1e5",
        "100000",
        " x ",
        "x",
        "X",
        "é",
        "e\u0301",
        "True",
        "a\nb",
        'say "hi"',
    ]
    text = io.StringIO()
    csv.writer(text).writerows([name, 1, 2, 3] for name in ids)
    parsed = parse(HEADER + b"\n" + text.getvalue().encode())[0]
    assert parsed.customers["customer_id"].tolist() == ids
    assert parsed.customers["key"].tolist() == customer_keys(ids, "seed").tolist()


def test_byte_order_mark_within_the_list_belongs_to_the_id():
    """The first id of any partition keeps its bytes."""
    parsed = parse(rows(b"a,1,2,3", b"\xef\xbb\xbfb,1,2,3"), PartitionSettings(count=2))
    assert parsed[1].customers["customer_id"].tolist() == ["\ufeffb"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5.0),
        ("+5", 5.0),
        (" 2.50\t", 2.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1E3", 1000.0),
        ("1.5e-3", 0.0015),
        ("1e308", 1e308),
        ("0", 0.0),
        ("77183.6", 77183.6),
        ("0" * 500 + "7", 7.0),
    ],
)
def test_number_is_read_as_written(text, value):
    """Plain decimal and scientific notation, outliers included, blanks around it ignored."""
    assert only(b'a,1,"%s",3' % text.encode()).customers["avg_order_value"].tolist() == [value]


def test_negative_zero_is_zero():
    """-0 is no negative number, and no other zero than 0."""
    assert not np.signbit(only(b"a,1,-0,3").customers["avg_order_value"]).any()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "avg_order_value is missing"),
        ("  ", "avg_order_value is missing"),
        *((text, "avg_order_value is not a number") for text in ("nan", "NaN", "inf", "-Infinity", "null", "12abc")),
        *(
            (text, "avg_order_value is not a number")
            for text in ("0x1F", "1_000", "1,000", "1 000", "£5", "５", "1e", ".")
        ),
        ("9e999", "avg_order_value is too large"),
        ("-0.01", "avg_order_value is negative"),
        ("-9e999", "avg_order_value is negative"),
    ],
)
def test_bad_number_rejects_its_row_alone(text, reason):
    """What is no number of 0 or more is a reject that names column and rule, never the value."""
    parsed = only(b"a,1,2,3", b'b,1,"%s",3' % text.encode(), b"c,1,2,3")

    assert reasons(parsed) == {3: reason}
    assert parsed.customers["customer_id"].tolist() == ["a", "c"]


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (b"-1,,,,", "age is not a whole number from 0 to 150"),
        (b"151,,,,", "age is not a whole number from 0 to 150"),
        (b"30.5,,,,", "age is not a whole number from 0 to 150"),
        (b"9e999,,,,", "age is not a whole number from 0 to 150"),
        (b"thirty,,,,", "age is not a number"),
        (b",,,1.01,", "historical_open_rate is not from 0 to 1"),
        (b",,,,-0.5", "historical_click_rate is not from 0 to 1"),
        (b",,,25%,", "historical_open_rate is not a number"),
        (b"," + b"x" * 201 + b",,,", "location is longer than 200 characters"),
        (b",," + b"x" * 201 + b",,", "tier is longer than 200 characters"),
        (b",\xff,,,", "the row is not UTF-8 text"),
    ],
)
def test_bad_optional_value_rejects_its_row(extra, reason):
    """An optional column may be empty, but not wrong."""
    parsed = only(b"a,1,2,3," + extra, b"b,1,2,3,,,,,", header=FULL_HEADER)
    assert reasons(parsed) == {2: reason}


def test_good_optional_values_are_kept():
    """Ages and rates arrive as numbers; an empty one is no value."""
    frame = only(b"a,1,2,3,42.0,UK,Gold,0,1", b"b,1,2,3,,,,0.25,", header=FULL_HEADER).customers
    assert frame["age"].iloc[0] == 42
    assert frame["historical_open_rate"].tolist() == [0, 0.25]
    assert frame["historical_click_rate"].isna().tolist() == [False, True]
    assert not {"location", "tier"} & set(frame.columns)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b",1,2,3", "customer_id is empty"),
        (b'"  ",1,2,3', "customer_id is empty"),
        (b"x" * 201 + b",1,2,3", "customer_id is longer than 200 characters"),
        (b"a\x00b,1,2,3", "customer_id holds a NUL character"),
        (b"a\xe9,1,2,3", "the row is not UTF-8 text"),
        (b"a,1,2", "the row has too few fields"),
        (b"a", "the row has too few fields"),
        (b"a,1,2,3,4", "the row has too many fields"),
        (b"\xff,1,2", "the row is not UTF-8 text"),
        (b"", "blank line"),
        (b",nan,-1,", "customer_id is empty"),
        (b"a,nan,-1,", "purchase_frequency is not a number"),
    ],
)
def test_bad_row_is_rejected_for_the_first_rule_it_fails(line, reason):
    """A row fails for one reason, the first in a fixed order, and the rows around it keep their numbers."""
    parsed = only(b"first,1,2,3", line, b"last,1,2,3")
    assert reasons(parsed) == {3: reason}
    assert parsed.customers["row_number"].tolist() == [2, 4]


def test_long_id_of_wide_characters_is_counted_in_characters():
    """200 characters are allowed, however many bytes they take."""
    assert len(only("é".encode() * 200 + b",1,2,3").customers) == 1


def test_quotes_count_only_where_a_field_starts_with_one():
    """A quote within a field is text; a quoted field holds separators, line ends and doubled quotes."""
    parsed = only(b'5" pipe,1,2,3', b'"a,b\r\nc""d",1,2,3', b'x"y"",1,2,3', b'"q"tail,1,2,3')
    assert parsed.customers["customer_id"].tolist() == ['5" pipe', 'a,b\r\nc"d', 'x"y""', "qtail"]
    assert parsed.customers["row_number"].tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_open_quote_costs_one_row(count):
    """A quote that is never closed rejects the line it stands on, and swallows no customer below."""
    data = rows(b"a,1,2,3", b'"b,1,2,3', b"c,1,2,3", b"d,1,2,3", b'e,"",2,3')
    found, rejects = merged(parse(data, PartitionSettings(count=count)))
    assert found["customer_id"].tolist() == ["a", "c", "d"]
    assert rejects["reason"].tolist() == ["a quote is not closed", "purchase_frequency is missing"]
    assert rejects["row_number"].tolist() == [3, 6]


def test_open_quote_after_a_quoted_line_end_costs_its_record():
    """A record that spans lines before its open quote is given up to the end of the quote's line."""
    parsed = only(b'"a\nb",1,"2,3', b"c,1,2,3")
    assert reasons(parsed) == {2: "a quote is not closed"}
    assert parsed.customers["row_number"].tolist() == [3]


def test_last_line_needs_no_line_end():
    """The last customer counts, with or without a line end."""
    assert len(parse(HEADER + b"\na,1,2,3\nb,1,2,3")[0].customers) == 2


def test_list_of_bad_rows_gives_no_customer_and_all_reasons():
    """A list without a single valid row is read to its end."""
    parsed = only(b"", b"\xff", b"a", b"b,x,y,z")
    assert parsed.customers.empty
    assert list(reasons(parsed)) == [2, 3, 4, 5]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("seed", range(4))
def test_partitions_change_nothing(seed, end):
    """Customers, rejects, row numbers and keys are the same for 1, 2 and 7 partitions, and every row is counted."""
    data = messy_list(seed, 300, end)
    whole = parse(data)
    expected_customers, expected_rejects = merged(whole)
    assert len(expected_customers) > 50
    assert len(expected_customers) + len(expected_rejects) == plan(data).partitions[0].rows
    for count in (2, 7):
        found, rejects = merged(parse(data, PartitionSettings(count=count)))
        pd.testing.assert_frame_equal(found, expected_customers)
        pd.testing.assert_frame_equal(rejects, expected_rejects)


# --- duplicates -------------------------------------------------------------------------------------------------------


def test_first_valid_row_of_an_id_is_the_customer():
    """Later rows with its id are rejects; a row that is bad for itself does not count as the first."""
    parsed = only(b"a,x,2,3", b"a,1,2,3", b"b,1,2,3", b"a,9,9,9")
    assert parsed.customers["row_number"].tolist() == [3, 4]
    assert reasons(parsed) == {2: "purchase_frequency is not a number", 5: DUPLICATE}


def test_rows_that_only_share_a_key_are_no_duplicates():
    """Candidates are found by key and judged by id, in file order."""
    keys = [np.array([5, 6], dtype=np.uint64), np.array([7], dtype=np.uint64), np.array([6, 5], dtype=np.uint64)]
    numbers = [np.array([2, 3]), np.array([4]), np.array([5, 6])]
    candidates = duplicate_candidates(list(zip(keys, numbers, strict=True)))
    assert [found.tolist() for found in candidates] == [[2, 3], [], [5, 6]]
    frames = [
        pd.DataFrame({"row_number": [2, 3], "customer_id": ["a", "b"]}),
        pd.DataFrame({"row_number": pd.Series(dtype="int64"), "customer_id": pd.Series(dtype="str")}),
        pd.DataFrame({"row_number": [5, 6], "customer_id": ["other", "a"]}),
    ]
    assert [found.tolist() for found in confirm_duplicates(frames)] == [[], [], [6]]


def test_no_partition_has_no_duplicates():
    """Nothing in, nothing out."""
    assert duplicate_candidates([]) == []
    assert confirm_duplicates([]) == []


# --- the whole list ---------------------------------------------------------------------------------------------------


def test_whole_list_reads_like_its_partitions(tmp_path):
    """load_customer_data gives the accepted rows of the same code path."""
    data = messy_list(9, 200, b"\n")
    (tmp_path / "customers.csv").write_bytes(data)
    expected, _ = merged(parse(data))
    found = load_customer_data(str(tmp_path / "customers.csv"), seed="seed")
    pd.testing.assert_frame_equal(found, expected)


def test_missing_file_is_an_input_error(tmp_path):
    """A path that leads nowhere is told without a traceback."""
    with pytest.raises(InputError, match="cannot be read"):
        load_customer_data(str(tmp_path / "none.csv"))


def test_formulas_are_counted():
    """Ids that a spreadsheet would run are counted; others with such a sign inside are not."""
    ids = pd.Series(["=1+1", "+44", "-5", "@x", "\tx", "\rx", "a=b", "C-1"], dtype="str")
    assert formula_like(ids) == 6
    assert formula_like(pd.Series(dtype="str")) == 0


@pytest.mark.skipif(not REAL_CUSTOMERS.exists(), reason="the real customer list is not here")
def test_real_list_is_accepted_whole():
    """All real customers are valid, the one with a single order of 77,184 among them."""
    frame = load_customer_data(str(REAL_CUSTOMERS))
    assert len(frame) == 4334
    assert frame["avg_order_value"].iloc[0] == 77183.6
