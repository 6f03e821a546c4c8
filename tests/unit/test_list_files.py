"""Customer lists in every format: the same rows make the same customers, and what cannot be read is one clear line."""

import io
import math
import random
import struct
import zlib
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.blob_file import BlobFile
from shared.domain import parquet_lists
from shared.domain.customers import load_customer_data
from shared.domain.gzip_lists import unpacked
from shared.domain.list_files import check_list_file, list_format, plan_list, read_columns, read_partition
from shared.errors import BlobChanged, InputError
from shared.run_config import PartitionSettings, PrivacyConfig
from tests.customer_lists import DIGEST, HEADER, merged, messy_list, reasons, rows
from tests.fakes import MemoryBlobs
from tests.list_formats import (
    NAMES,
    PRIVACY,
    as_csv,
    as_gzip,
    as_parquet,
    converted,
    parquet,
    parsed,
    parts,
    planned,
)

REQUIRED = HEADER.decode().split(",")
REAL_CUSTOMERS = Path(__file__).parents[2].parent / "shared" / "data" / "customers_real.csv"
SMALL = rows(b"007,1,2,3", b"1e5,1,2,3", b"null,1,2,3", b'" x ",1,2,3')


def table(**columns):
    """Three good customers, with other columns for those given."""
    fixed = {"customer_id": ["a", "b", "c"], **{name: [1, 2, 3] for name in REQUIRED[1:]}}
    return pa.table(fixed | columns)


def only(data, privacy=PRIVACY):
    [part] = parsed(data, privacy=privacy)
    return part


def refusal(data, privacy=PRIVACY):
    """The one line by which a list is refused before a run of it begins, and by its plan in the same words."""
    with pytest.raises(InputError) as caught:
        check_list_file(io.BytesIO(data), privacy)
    with pytest.raises(InputError) as again:
        planned(data, privacy=privacy)
    assert str(caught.value) == str(again.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- one list, three formats ------------------------------------------------------------------------------------------

IDS = st.one_of(
    st.sampled_from(
        ["007", "7", "1e5", "100000", "null", "NaN", " x ", "x", "", "  ", "\ufeffa", 'say "hi"', "a\r\nb"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
TEXTS = st.one_of(st.sampled_from(["", "UK", "a,b", '"', "\n", "x" * 201]), st.text(max_size=4).filter(str.isprintable))
CONSENT = st.sampled_from(["yes", "yes", "Yes ", "no", ""])
RATES = st.sampled_from(["", "", "0.1", "1", "1.5", "x"])
NUMBERS = st.sampled_from(
    ["1"] * 9 + ["", "0", "1", "2.5", " 3e2 ", "+4", "-1", "1e999", "nan", "1,5", "１", "0x1", "007", "."]
)
LINES = st.lists(
    st.tuples(IDS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, TEXTS, TEXTS, RATES, RATES, CONSENT, TEXTS),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(LINES, st.integers(1, 5), st.integers(1, 50), st.integers(1, 4), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_list_means_the_same_in_every_format(lines, count, group_rows, members, end):
    """However it is written and cut, a list has the same customers, rejects and suppressed rows."""
    names = (*NAMES, "consent", "beyond")
    text = as_csv(names, lines, end)
    for data in (as_gzip(text, members), as_parquet(names, lines, group_rows)):
        assert_same(parsed(data, parts(count)), parsed(text))


def assert_same(found, expected):
    for one, other in zip(merged(found), merged(expected), strict=True):
        pd.testing.assert_frame_equal(one, other)
    left_out, as_expected = (
        pd.concat([part.suppressed for part in both], ignore_index=True) for both in (found, expected)
    )
    pd.testing.assert_frame_equal(left_out, as_expected)
    keys, known = ({key for part in both for key in part.refused_keys.tolist()} for both in (found, expected))
    assert keys == known


def test_ids_that_look_alike_stay_apart_in_every_format():
    """Numbers, nulls and blanks in ids are text, wherever they are written."""
    for data in (SMALL, as_gzip(SMALL), converted(SMALL)):
        assert only(data).customers["customer_id"].tolist() == ["007", "1e5", "null", " x "]


def test_bytes_that_are_no_text_reject_the_row_in_every_format():
    """A row with a text that is not UTF-8 has the same reason everywhere, and its neighbours are untouched."""
    data = rows(b"a,1,2,3,\xff", "é,1,2,3,ü".encode(), b"\xc3,1,2,3,x", header=HEADER + b",tier")
    lines = [line.split(b",") for line in data.splitlines()[1:]]
    columns = [pa.array(column, pa.binary()) for column in zip(*lines, strict=True)]
    binary = pa.Table.from_arrays(columns, names=[*REQUIRED, "tier"])
    for written in (
        parquet(binary),
        parquet(binary.cast(pa.schema([(n, pa.large_binary()) for n in binary.column_names]))),
    ):
        assert reasons(only(written)) == {2: "the row is not UTF-8 text", 4: "the row is not UTF-8 text"}
        assert_same([only(written)], [only(data)])


def test_stored_text_that_is_not_utf8_is_rejected_too():
    """A column that calls itself text is not believed."""
    ids = pa.array([b"a", b"\xff\xfe", b"c"], pa.binary())
    wrong = pa.Array.from_buffers(pa.string(), 3, ids.buffers())
    assert reasons(only(parquet(table(customer_id=wrong)))) == {3: "the row is not UTF-8 text"}


@pytest.mark.parametrize("seed", range(3))
def test_archive_of_a_messy_list_is_that_list(seed):
    """Blank lines, stray bytes and repeated ids have the same outcome packed as plain."""
    data = messy_list(seed, 300, b"\r\n")
    assert_same(parsed(as_gzip(data, 3)), parsed(data, parts(4)))


# --- gzip -------------------------------------------------------------------------------------------------------------


def test_archive_is_one_partition_of_its_text():
    """However many parts are asked for, an archive is one; offsets are those of the text."""
    plan = planned(as_gzip(SMALL), PartitionSettings(target_bytes=1024, count=3))
    [part] = plan.partitions
    assert (plan.format, part.offset, part.rows, part.first_row) == ("gzip", len(HEADER) + 1, 4, 2)


PACKED = as_gzip(SMALL * 50)


@pytest.mark.parametrize(
    "data",
    [
        PACKED[:-1],
        PACKED[:-8],
        PACKED[:30],
        PACKED[:2],
        PACKED + b"x",
        PACKED + PACKED[:-3],
        PACKED[:40] + b"\x00\x01\x02" + PACKED[43:],
        PACKED[:-8] + bytes(4) + PACKED[-4:],
    ],
)
def test_damaged_archive_is_refused(data):
    """Cut short, changed, with a wrong checksum or with something behind it: one clear line."""
    with pytest.raises(InputError, match="gzip archive that is damaged"):
        planned(data)


def test_archive_of_something_else_is_refused_by_what_it_is():
    """What is in an archive must be CSV."""
    for inner, message in [(b"PK\x03\x04", "zip"), (converted(SMALL), "Parquet"), (PACKED, "gzip"), (b"", "is empty")]:
        assert message in refusal(as_gzip(inner) if inner else as_gzip(b" ")[:0] + zlib_empty())


def zlib_empty():
    """An archive of nothing."""
    packer = zlib.compressobj(wbits=31)
    return packer.flush()


def test_archive_that_unpacks_beyond_the_limit_is_refused_early():
    """A small archive of very much text is given up at the limit, which the message names, and not unpacked whole."""
    packer = zlib.compressobj(wbits=31)
    bomb = packer.compress(SMALL) + b"".join(packer.compress(bytes(1024**2)) for _ in range(64)) + packer.flush()
    limits = PartitionSettings(max_gzip_bytes=2 * 1024**2)
    with pytest.raises(InputError, match=r"more than 2 MiB of text.*plain CSV or as Parquet"):
        plan_list(io.BytesIO(bomb), limits, PRIVACY, input_digest=DIGEST)
    taken = []
    with pytest.raises(InputError):
        taken.extend(len(chunk) for chunk in unpacked(io.BytesIO(bomb), 2 * 1024**2))
    assert sum(taken) <= 2 * 1024**2


# --- the types of a Parquet list --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ids", "texts"),
    [
        (pa.array(["007", "1e5", " x "]), ["007", "1e5", " x "]),
        (pa.array(["007", "1e5", " x "], pa.large_string()), ["007", "1e5", " x "]),
        (pa.array(["007", "1e5", " x "], pa.string_view()), ["007", "1e5", " x "]),
        (pa.array(["007", "1e5", "007x"]).dictionary_encode(), ["007", "1e5", "007x"]),
        (pa.array([b"007", "é".encode(), b"x"], pa.binary()), ["007", "é", "x"]),
        (pa.array([b"007", b"abc", b"x12"], pa.binary(3)), ["007", "abc", "x12"]),
        (pa.array([7, -7, 2**63 - 1], pa.int64()), ["7", "-7", "9223372036854775807"]),
        (pa.array([7, 8, 2**64 - 1], pa.uint64()), ["7", "8", "18446744073709551615"]),
        (pa.array([7, 8, 9], pa.int8()).dictionary_encode(), ["7", "8", "9"]),
        (pa.array([Decimal(7), Decimal(-8), Decimal(10**30)], pa.decimal128(38, 0)), ["7", "-8", "1" + "0" * 30]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_ids_of_every_exact_type_are_their_text(ids, texts):
    """Text in any form as it is, whole numbers as their digits."""
    assert only(parquet(table(customer_id=ids))).customers["customer_id"].tolist() == texts


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()])
def test_float_ids_are_refused(kind):
    """An id that went through a float may have lost digits."""
    ids = pa.array(np.array([1, 2, 3]).astype(kind.to_pandas_dtype()), kind)
    assert "customer_id is of type" in refusal(parquet(table(customer_id=ids)))


def test_null_ids_are_empty():
    """A null is what an empty field of a CSV is."""
    assert reasons(only(parquet(table(customer_id=pa.array(["a", None, ""]))))) == {
        3: "customer_id is empty",
        4: "customer_id is empty",
    }


@pytest.mark.parametrize(
    ("values", "floats"),
    [
        (pa.array([1, 2, 3], pa.int8()), [1, 2, 3]),
        (pa.array([1, 2**63, 2**64 - 1], pa.uint64()), [1, 2.0**63, 2.0**64]),
        (pa.array([0.5, -0.0, 3.0], pa.float32()), [0.5, 0, 3]),
        (pa.array(np.array([0.5, 1, 2], np.float16)), [0.5, 1, 2]),
        (pa.array([Decimal("0.10"), Decimal("77183.60"), Decimal("0.00")], pa.decimal128(20, 2)), [0.1, 77183.6, 0]),
        (pa.array([Decimal("0.1"), Decimal("1e20"), Decimal(2)], pa.decimal256(60, 10)), [0.1, 1e20, 2]),
        (pa.array([" 1 ", "2.50", "3e2"]), [1, 2.5, 300]),
        (pa.array([1.5, 1.5, 2.0]).dictionary_encode(), [1.5, 1.5, 2]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_numbers_of_every_type_are_the_nearest_float(values, floats):
    """Whole, floating and decimal numbers, and text by the rules of CSV."""
    found = only(parquet(table(avg_order_value=values))).customers["avg_order_value"]
    assert found.tolist() == floats
    assert not np.signbit(found).any()


def test_numbers_that_are_none_have_the_reasons_of_a_csv():
    """Null and NaN are missing, infinity is too large, minus infinity negative."""
    values = pa.array([None, math.nan, math.inf, -math.inf, -1.0], pa.float64())
    data = pa.table({"customer_id": list("abcde"), **dict.fromkeys(REQUIRED[1:], values), "age": values})
    text = rows(
        b"a,,,,",
        b"b,,,,",
        b"c,1e999,1e999,1e999,1e999",
        b"d,-1e999,-1,-1,-1",
        b"e,-1,-1,-1,-1",
        header=HEADER + b",age",
    )
    assert reasons(only(parquet(data))) == reasons(only(text))
    ages = table(age=pa.array([math.inf, 1.5, math.nan]))
    assert reasons(only(parquet(ages))) == dict.fromkeys((2, 3), "age is not a whole number from 0 to 150")


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("customer_id", pa.array([True, False, None]), "bool"),
        ("customer_id", pa.array([Decimal("1.5")] * 3), "decimal128"),
        ("customer_id", pa.array([[1], [2], [3]]), "list"),
        ("tier", pa.array([1.5, 2, 3]), "double"),
        ("avg_order_value", pa.array([True, False, None]), "bool"),
        ("last_engagement_days", pa.array([1, 2, 3], pa.timestamp("us")), "timestamp"),
        ("last_engagement_days", pa.array([1, 2, 3], pa.date32()), "date32"),
        ("last_engagement_days", pa.array([1, 2, 3], pa.duration("s")), "duration"),
        ("location", pa.array([{"secret": 1}] * 3), "struct"),
        ("age", pa.array([[("secret", 1)]] * 3, pa.map_(pa.string(), pa.int64())), "map"),
        ("consent", pa.array([1.0, 0.0, None]), "double"),
        ("Unsubscribed", pa.array([1, 2, 3], pa.date64()), "date32"),
    ],
)
def test_other_types_are_refused_by_name_and_type(name, values, kind):
    """A column that cannot say what it must is named with its type, before a run begins."""
    message = refusal(parquet(table(**{name: values})))
    assert f"column {name} is of type {kind}" in message or f"column {name} is of type" in message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("granted", "left"),
    [
        (pa.array([True, False, None]), ["a"]),
        (pa.array([1, 0, 2]), ["a"]),
        (pa.array(["Yes", "no", ""]).dictionary_encode(), ["a"]),
    ],
)
def test_consent_may_be_a_truth_value(granted, left):
    """True and false, one and nought and the words of the configuration; anything else grants nothing."""
    assert only(parquet(table(Consent=granted))).customers["customer_id"].tolist() == left
    opposite = only(parquet(table(unsubscribed=pa.array([False, True, None]))))
    assert opposite.customers["customer_id"].tolist() == ["a", "c"]


def test_columns_of_a_parquet_list_are_checked_by_name():
    """A column that is missing, respelled or repeated is named as in a CSV; consent may be required."""
    assert "no column avg_order_value" in refusal(parquet(table().drop_columns(["avg_order_value"])))
    assert "in another spelling" in refusal(parquet(table().rename_columns(["Customer ID", *REQUIRED[1:]])))
    repeated = pa.Table.from_arrays([*table().columns, pa.array([1, 2, 3])], names=[*REQUIRED, "customer_id"])
    assert "more than one column customer_id" in refusal(parquet(repeated))
    assert "no column consent" in refusal(parquet(table()), PrivacyConfig(consent_required=True))


def test_columns_beyond_the_schema_are_not_loaded():
    """Others may be of any type, be called alike or be damaged: they are not looked at."""
    spare = {"tier.old": [{"x": [1]}] * 3, "Customer_ID": [1, 2, 3], "": [None] * 3, "notes": ["~~~~~~~~"] * 3}
    data = parquet(table(**spare), compression="none", use_dictionary=False)
    broken = data.replace(b"~~~~~~~~", b"\xff" * 8)
    assert only(broken).customers["customer_id"].tolist() == ["a", "b", "c"]


# --- partitions of row groups -----------------------------------------------------------------------------------------


def many(size, group_rows, **options):
    lines = [(f"c{number}", "1", "2", "3") for number in range(size)]
    return as_parquet(REQUIRED, lines, group_rows, **options)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), st.integers(1, 60), st.integers(1, 30))
def test_partitions_are_whole_row_groups_that_hold_every_row_once(size, group_rows, count):
    """As many as asked for, if there are as many row groups; in order, without a gap."""
    plan = planned(many(size, group_rows), parts(count))
    groups = -(-size // group_rows)
    assert len(plan.partitions) == min(count, groups)
    row, group = 2, 0
    for part in plan.partitions:
        assert (part.first_row, part.offset) == (row, group)
        assert part.rows > 0
        row, group = row + part.rows, group + part.length
    assert (row, group) == (size + 2, groups)


def test_partitions_have_about_the_bytes_asked_for():
    """Each is the shortest run of row groups of at least so many bytes; one row group may be many times larger."""
    data = many(4000, 100)
    fewer, more = (planned(data, PartitionSettings(target_bytes=size)) for size in (64 * 1024, 4096))
    assert 1 < len(fewer.partitions) < len(more.partitions) <= 40
    assert max(part.rows for part in more.partitions) < min(part.rows for part in fewer.partitions[:-1])


def test_row_groups_without_rows_belong_to_a_neighbour():
    """A writer may leave empty row groups behind."""
    sink, whole = io.BytesIO(), table()
    with pq.ParquetWriter(sink, whole.schema) as writer:
        for rows_ in (0, 2, 0, 0, 1, 0):
            writer.write_table(whole.slice(0, rows_))
    for count in (1, 2, 6):
        plan = planned(sink.getvalue(), parts(count))
        assert sum(part.rows for part in plan.partitions) == 3
        assert all(part.rows for part in plan.partitions)
        assert sum(part.length for part in plan.partitions) == pq.ParquetFile(sink).num_row_groups


def test_no_partition_is_larger_than_a_row_group_may_be(monkeypatch):
    """Whatever size is asked for, rows in one partition stay within the bound; one row group beyond it is refused."""
    monkeypatch.setattr(parquet_lists, "MAX_GROUP_ROWS", 250)
    plan = planned(many(1000, 100), PartitionSettings())
    assert [part.rows for part in plan.partitions] == [200] * 5
    assert "at most 250 rows" in refusal(many(1000, 300))


def test_row_group_of_too_many_bytes_is_refused(monkeypatch):
    """Bytes count unpacked, and only those of the columns that are wanted."""
    monkeypatch.setattr(parquet_lists, "MAX_GROUP_BYTES", 40_000)
    notes = pa.array([f"{number}" * 1000 for number in range(3)])
    assert len(only(parquet(table(notes=notes))).customers) == 3
    assert "write the file in row groups of at most" in refusal(
        parquet(table(location=[f"{n}" * 20_000 for n in range(3)]))
    )


def test_text_that_a_dictionary_stands_for_is_bounded(monkeypatch):
    """A long text repeated a thousand times takes little in the file; it is not spelled out beyond the bound."""
    ids = [f"c{number}" for number in range(1000)]
    data = pa.table({"customer_id": ids, **dict.fromkeys(REQUIRED[1:], [1] * 1000), "tier": ["x" * 10_000] * 1000})
    monkeypatch.setattr(parquet_lists, "MAX_GROUP_BYTES", 1_000_000)
    with pytest.raises(InputError, match="column tier holds over"):
        parsed(parquet(data))


# --- ranged reads -----------------------------------------------------------------------------------------------------


class CountingBlobs(MemoryBlobs):
    """Counts the bytes that are read."""

    taken = 0

    def read_range(self, ref, offset, length):
        data = super().read_range(ref, offset, length)
        self.taken += len(data)
        return data


def stored(data):
    blobs = CountingBlobs()
    return blobs, blobs.create("customers", "list", data)


def test_plan_of_a_parquet_list_reads_its_footer_alone():
    """Of a long list planning reads the end; of a partition segmenting reads the wanted columns."""
    rng = random.Random(4)
    lines = [(f"c{number}", "1", "2", "3", rng.randbytes(200).hex()) for number in range(5000)]
    data = as_parquet((*REQUIRED, "notes"), lines, 1000)
    blobs, ref = stored(data)
    file = BlobFile(blobs, ref)
    plan = plan_list(file, parts(5), PRIVACY, input_digest=DIGEST)
    assert blobs.taken < len(data) / 10
    assert len(plan.partitions) == 5
    read = blobs.taken
    read_partition(file, plan, 2, PRIVACY)
    assert blobs.taken - read < len(data) / 10


def test_blob_that_changes_while_it_is_read_is_said_to_have_changed():
    """What the store says comes through pyarrow and gzip as it is."""
    for data in (many(10, 2), PACKED, SMALL):
        blobs, ref = stored(data)
        file = BlobFile(blobs, ref)
        assert list_format(file) in {"parquet", "gzip", "csv"}
        blobs.data["customers", "list"] = data + b"x"
        with pytest.raises(BlobChanged):
            read_columns(file)


@given(st.binary(max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(-1, 50)), max_size=6))
def test_blob_reads_like_any_file(data, steps):
    """Seeking and reading give what an ordinary file in memory gives."""
    blobs, ref = stored(data)
    file, other = BlobFile(blobs, ref), io.BytesIO(data)
    for position, size in steps:
        assert file.seek(position) == other.seek(position) == file.tell()
        assert file.read(size) == other.read(size)
    assert file.seek(0, io.SEEK_END) == len(data)
    assert file.seek(-len(data), io.SEEK_CUR) == 0
    with pytest.raises(ValueError, match="before its start"):
        file.seek(-1)


# --- files that are wrong ---------------------------------------------------------------------------------------------


def test_parquet_file_that_is_cut_short_is_refused():
    """Wherever it ends, and with something behind it, it is one clear line."""
    data = many(50, 10)
    for end in (4, 8, 12, 100, len(data) // 2, len(data) - 9, len(data) - 1):
        assert refusal(data[:end]) == parquet_lists.DAMAGED
    assert refusal(data + b"x") == parquet_lists.DAMAGED


def test_encrypted_parquet_is_refused_by_name():
    """A file with an encrypted footer says so at both ends."""
    assert "encrypted" in refusal(b"PARE" + bytes(40) + b"\x20\x00\x00\x00PARE")


def test_lengths_that_cannot_be_are_refused(monkeypatch):
    """A footer that claims more than the file, or more than may be read, is not read."""
    data = many(50, 10)
    for length in (0, 1, len(data), 2**31, 2**32 - 1):
        assert refusal(data[:-8] + struct.pack("<I", length) + b"PAR1") == parquet_lists.DAMAGED
    monkeypatch.setattr(parquet_lists, "MAX_FOOTER_BYTES", 100)
    assert "fewer row groups" in refusal(data)


def test_parquet_list_without_rows_is_no_list():
    """A footer without a row is refused like a header without one."""
    assert "no customer" in refusal(as_parquet(REQUIRED, []))


@pytest.mark.parametrize("seed", range(8))
def test_damaged_bytes_are_one_clear_line_or_harmless(seed):
    """Bytes changed anywhere, most of them in the footer, give an InputError or as many rows as were planned."""
    data, rng = many(60, 20), random.Random(seed)
    footer = len(data) - 8 - struct.unpack("<I", data[-8:-4])[0]
    for _ in range(60):
        wrong = bytearray(data)
        for _ in range(rng.randint(1, 3)):
            wrong[rng.randrange(4 if rng.random() < 0.3 else footer, len(data) - 8)] = rng.randrange(256)
        with suppress(InputError):
            found = parsed(bytes(wrong), parts(3))
            assert sum(len(part.customers) + len(part.rejects) + len(part.suppressed) for part in found) > 0


def test_file_in_any_format_is_loaded_whole(tmp_path):
    """load_customer_data takes what a run takes."""
    frames = []
    for name, data in [("a.csv", SMALL), ("b.csv", as_gzip(SMALL)), ("c", converted(SMALL, group_rows=1))]:
        (tmp_path / name).write_bytes(data)
        frames.append(load_customer_data(str(tmp_path / name)))
    assert frames[0]["customer_id"].tolist() == ["007", "1e5", "null", " x "]
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])


@pytest.mark.skipif(not REAL_CUSTOMERS.exists(), reason="the real customer list is not here")
def test_real_list_is_the_same_in_every_format():
    """All real customers are the same ones from an archive, from Parquet text, and from Parquet with types."""
    data = REAL_CUSTOMERS.read_bytes()
    typed = parquet(
        pa.Table.from_pandas(pd.read_csv(io.BytesIO(data), dtype={"customer_id": "str"})), row_group_size=500
    )
    expected = parsed(data)
    for other in (as_gzip(data), converted(data, group_rows=700), typed):
        assert_same(parsed(other, parts(5)), expected)
