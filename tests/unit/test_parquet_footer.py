"""Parquet footers read by themselves: what they say is what pyarrow says, and no bytes do harm."""

import base64
import io
import random
import struct
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.list_files import check_list_file
from shared.domain.parquet_footer import read_footer
from shared.errors import InputError
from shared.run_config import PrivacyConfig
from tests.customer_lists import HEADER
from tests.list_formats import parquet

MIXED = pa.table(
    {
        "id": ["a", "b", "c"] * 40,
        "number": pa.array([1.5, None, 3] * 40),
        "nested": [{"tags": ["x"], "flag": True}] * 120,
    }
)


def footer_of(data):
    length = struct.unpack("<I", data[-8:-4])[0]
    return data[-8 - length : -8]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"use_dictionary": False, "compression": "zstd", "write_statistics": False},
        {"data_page_version": "2.0", "write_page_index": True, "sorting_columns": [pq.SortingColumn(0)]},
        {"version": "1.0", "row_group_size": 1},
    ],
)
def test_footer_says_what_pyarrow_reads_in_it(options):
    """Rows, paths, offsets and sizes of every chunk agree, whatever else a writer puts into a footer."""
    data = parquet(MIXED, **{"row_group_size": 50, **options})
    found, known = read_footer(footer_of(data)), pq.read_metadata(io.BytesIO(data))
    assert (found.rows, len(found.groups)) == (known.num_rows, known.num_row_groups)
    for index, group in enumerate(found.groups):
        assert group.rows == known.row_group(index).num_rows
        for place, chunk in enumerate(group.chunks):
            column = known.row_group(index).column(place)
            assert chunk.path.decode() == column.path_in_schema
            assert (chunk.packed, chunk.unpacked) == (column.total_compressed_size, column.total_uncompressed_size)
            assert chunk.offset == (column.dictionary_page_offset or column.data_page_offset)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_footer_or_a_value_error(data):
    """Nothing but ValueError comes out of bytes that are no footer."""
    with suppress(ValueError):
        assert read_footer(data).rows is not None


@pytest.mark.parametrize("seed", range(5))
def test_changed_footers_are_read_or_refused(seed):
    """The same of footers with some bytes changed."""
    rng, data = random.Random(seed), footer_of(parquet(MIXED, row_group_size=30))
    for _ in range(300):
        wrong = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            wrong[rng.randrange(len(wrong))] = rng.randrange(256)
        with suppress(ValueError):
            assert len(read_footer(bytes(wrong)).groups) <= len(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x1c" * 100_000,
        b"\x19" * 100_000,
        b"\x1b\x01\xcc" * 40_000,
        b"\x19\xfc" + b"\xff\xff\xff\xff\x0f" + b"\x00" * 100,
        b"\x49\xfc" + b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x18" + b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x16" + b"\xff" * 100_000,
        b"\x06" * 100_000,
        b"\x19\xf8\xff\xff\xff\x07" + b"\x00" * 100_000,
    ],
)
def test_hostile_lengths_and_depths_are_refused(data):
    """Structures in one another without end, lists and numbers that claim more than there is: refused, not followed."""
    with pytest.raises(ValueError, match=r"footer|deep|number|list|type"):
        read_footer(data)


class Keys(pe.KmsClient):
    """Wraps keys with nothing."""

    def __init__(self, config):
        super().__init__()

    def wrap_key(self, key_bytes, master_key_identifier):
        return base64.b64encode(key_bytes)

    def unwrap_key(self, wrapped_key, master_key_identifier):
        return base64.b64decode(wrapped_key)


@pytest.mark.parametrize("plaintext_footer", [True, False])
@pytest.mark.parametrize("column", ["customer_id", "notes"])
def test_encrypted_columns_are_refused(plaintext_footer, column):
    """A file with one encrypted column is refused in one line, whether its footer is encrypted too or not."""
    names = [*HEADER.decode().split(","), "notes"]
    table = pa.table([["1", "2"]] * len(names), names=names)
    config = pe.EncryptionConfiguration(
        footer_key="footer", column_keys={"column": [column]}, plaintext_footer=plaintext_footer
    )
    factory = pe.CryptoFactory(Keys)
    properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), config)
    data = parquet(table, encryption_properties=properties)
    with pytest.raises(InputError, match="encrypted"):
        check_list_file(io.BytesIO(data), PrivacyConfig())
