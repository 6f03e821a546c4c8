"""The customers of a list: the rules of each column and row, duplicates, and the list as a whole."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.contracts import Partition
from shared.domain.customers import (
    DUPLICATE,
    formula_like,
    load_customer_data,
    parse_partition,
    repeated_rows,
)
from shared.domain.randomness import customer_keys
from shared.errors import InputError
from shared.run_config import PartitionSettings
from tests.customer_lists import (
    FULL_HEADER,
    HEADER,
    merged,
    messy_list,
    only,
    parse,
    plan,
    reader,
    reasons,
    rows,
    stray_list,
)

REAL_CUSTOMERS = Path(__file__).parents[2].parent / "shared" / "data" / "customers_real.csv"


# --- rows and numbers -------------------------------------------------------------------------------------------------


def test_list_that_changed_is_noticed():
    """Bytes that hold another number of records than planned are refused."""
    with pytest.raises(InputError, match="has changed"):
        parse_partition(
            b"a,1,2,3\n", HEADER.decode().split(","), Partition(offset=0, length=8, first_row=2, rows=2), "seed"
        )


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


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("place", [b'"Leeds, UK"', b'"Leeds"'])
def test_open_quote_above_a_correct_one_costs_one_row(count, place):
    """A stray quote that a later quote seems to close gives up its line alone, even if the fields would add up."""
    customers = [b"c%d,5,100,10,,Leeds,,," % i for i in range(1000)]
    customers[8] = b'c8,5,100,10,,"Leeds,,,'
    customers[500] = b"c500,5,100,10,,%s,,," % place
    found, rejects = merged(parse(rows(*customers, header=FULL_HEADER), PartitionSettings(count=count)))
    assert rejects.to_dict("records") == [{"row_number": 10, "reason": "a quote is not closed"}]
    assert found["row_number"].tolist() == [*range(2, 10), *range(11, 1002)]
    assert found["customer_id"].tolist() == [f"c{i}" for i in range(1000) if i != 8]


def test_record_of_several_lines_is_well_formed_or_read_line_by_line():
    """A quoted line end needs the header's number of fields and closing quotes at the ends of fields."""
    parsed = only(b'"a\nb",1,2,3', b'"c\nd",1,2', b'"e\nf"g,1,2,3', b"h,1,2,3")
    assert parsed.customers["customer_id"].tolist() == ["a\nb", 'f"g', "h"]
    assert parsed.customers["row_number"].tolist() == [2, 6, 7]
    assert reasons(parsed) == {
        3: "a quote is not closed",
        4: "the row has too few fields",
        5: "a quote is not closed",
    }


def test_open_quote_after_a_quoted_line_end_costs_its_lines():
    """A record that spans lines before its open quote is given up line by line."""
    parsed = only(b'"a\nb",1,"2,3', b"c,1,2,3")
    assert reasons(parsed) == {2: "a quote is not closed", 3: "a quote is not closed"}
    assert parsed.customers["row_number"].tolist() == [4]


def test_last_line_needs_no_line_end():
    """The last customer counts, with or without a line end."""
    assert len(parse(HEADER + b"\na,1,2,3\nb,1,2,3")[0].customers) == 2


def test_list_of_bad_rows_gives_no_customer_and_all_reasons():
    """A list without a single valid row is read to its end."""
    parsed = only(b"", b"\xff", b"a", b"b,x,y,z")
    assert parsed.customers.empty
    assert list(reasons(parsed)) == [2, 3, 4, 5]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("make", [messy_list, stray_list])
@pytest.mark.parametrize("seed", range(4))
def test_partitions_change_nothing(seed, make, end):
    """Customers, rejects, row numbers and keys are the same for 1, 2 and 7 partitions, and every row is counted."""
    data = make(seed, 300, end)
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
    """Rows are found by key and judged by id, in file order."""
    frames = [
        pd.DataFrame({"key": keys, "customer_id": ids, "row_number": numbers})
        for keys, ids, numbers in (
            (np.array([5, 6], dtype=np.uint64), ["a", "b"], [2, 3]),
            (np.array([7], dtype=np.uint64), ["c"], [4]),
            (np.array([6, 5], dtype=np.uint64), ["other", "a"], [5, 6]),
        )
    ]
    assert repeated_rows(reader(frames), 5).tolist() == [6]


def test_duplicates_are_found_in_any_number_of_rounds(monkeypatch):
    """However few keys may be held at a time, the same rows repeat an earlier one."""
    rng = np.random.default_rng(3)
    ids = [f"c{number}" for number in rng.integers(0, 400, 1000)]
    whole = pd.DataFrame({"customer_id": ids, "row_number": range(2, 1002), "key": customer_keys(ids, "seed")})
    frames = [whole.iloc[start : start + 90] for start in range(0, 1000, 90)]
    expected = whole["row_number"][whole["customer_id"].duplicated()].tolist()
    for at_once in (7, 100, 999, 10_000):
        monkeypatch.setattr("shared.domain.customers.KEYS_AT_ONCE", at_once)
        assert repeated_rows(reader(frames), len(whole)).tolist() == expected


def test_no_partition_has_no_duplicates():
    """Nothing in, nothing out."""
    assert repeated_rows(reader([]), 0).tolist() == []


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
