"""The customer list as a file: its format, its columns, how it is cut, and the rows of one partition.

A list is a binary file that can seek, and what its first bytes say it is, whatever it is called: CSV, a gzip archive of
CSV, or Parquet. What a row means is not decided here, and is the same for all of them.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.contracts import ListFormat, Partition, PartitionPlan
from shared.domain import gzip_lists
from shared.domain.csv_fields import Fields, read_fields
from shared.domain.csv_records import (
    COLUMNS,
    CUSTOMER_LIST,
    HEADER_BYTES,
    Ints,
    ListFile,
    check_list,
    cut_partitions,
    partition_records,
    read_header,
)
from shared.domain.parquet_lists import ENCRYPTED_MAGIC, MAGIC, ParquetList
from shared.domain.suppression import consent_columns
from shared.run_config import PartitionSettings, PrivacyConfig

CONSENT, OPTED_OUT = "consent?", "unsubscribed?"
"""What the columns that say who may be written to are called once they are read, whatever the list calls them."""

_CHUNK_BYTES = 4 * 1024 * 1024
_MAGIC: dict[bytes, ListFormat] = {MAGIC: "parquet", ENCRYPTED_MAGIC: "parquet", gzip_lists.MAGIC: "gzip"}


class PartitionRows(NamedTuple):
    """The rows of a partition as they are read: the number of each, and the fields of those that have them."""

    numbers: Ints
    fields: Fields


def list_format(file: ListFile) -> ListFormat:
    """What the list's first bytes say it is; CSV where they say nothing else."""
    file.seek(0)
    head = file.read(len(MAGIC))
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "csv")


def read_columns(file: ListFile) -> tuple[str, ...]:
    """The names of the columns, in file order, of what is a customer list as far as its beginning or footer tells.

    Raises:
        InputError: it is none.
    """
    if list_format(file) == "parquet":
        return ParquetList(file).columns
    head = _first_bytes(file)
    check_list(head)
    return read_header(head)


def check_list_file(file: ListFile, privacy: PrivacyConfig) -> None:
    """Refuse what cannot be read as a customer list, as far as its beginning or footer tells.

    Raises:
        InputError: as ``read_columns``, or a column of consent is missing or there twice; of a Parquet file also a
            column of the wrong type, row groups that are too large, or no row.
    """
    if list_format(file) == "parquet":
        parquet = ParquetList(file)
        parquet.check(_wanted(parquet.columns, privacy))
    else:
        consent_columns(read_columns(file), privacy)


def plan_list(
    file: ListFile, settings: PartitionSettings, privacy: PrivacyConfig, *, input_digest: str
) -> PartitionPlan:
    """How the list is cut: CSV at the ends of records, Parquet between row groups, an archive not at all.

    Raises:
        InputError: the list cannot be read, or has no row.
    """
    kind = list_format(file)
    if kind == "parquet":
        parquet = ParquetList(file)
        columns, partitions = parquet.columns, parquet.partitions(_wanted(parquet.columns, privacy), settings)
    elif kind == "gzip":
        whole = PartitionSettings(count=1)
        columns, partitions = cut_partitions(gzip_lists.unpacked(file, settings.max_gzip_bytes), 0, whole)
    else:
        columns, partitions = cut_partitions(_chunks(file), file.seek(0, 2), settings)
    return PartitionPlan(input_digest=input_digest, format=kind, columns=columns, partitions=partitions)


def read_partition(
    file: ListFile, plan: PartitionPlan, index: int, privacy: PrivacyConfig, names: Sequence[str] | None = None
) -> PartitionRows:
    """The rows of one partition, and of their fields the columns ``names`` and those of consent (see ``csv_rows``).

    Raises:
        InputError: it does not hold as many rows as were planned, or a column of consent is there twice.
    """
    partition = plan.partitions[index]
    if plan.format == "parquet":
        parquet = ParquetList(file)
        fields = parquet.read(partition, _wanted(parquet.columns, privacy, names))
        return PartitionRows(partition.first_row + fields.records, fields)
    if plan.format == "gzip":
        data = gzip_lists.unpacked_range(file, partition.offset, partition.length)
    else:
        file.seek(partition.offset)
        data = file.read(partition.length)
    return csv_rows(data, plan.columns, partition, privacy, names)


def csv_rows(
    data: bytes,
    columns: Sequence[str],
    partition: Partition,
    privacy: PrivacyConfig,
    names: Sequence[str] | None = None,
) -> PartitionRows:
    """The rows in the bytes of a partition of CSV with these ``columns``, and of their fields those wanted.

    These are the columns ``names``, by default all of the schema, and those of consent, which are called ``CONSENT``
    and ``OPTED_OUT`` then.

    Raises:
        InputError: ``data`` does not hold as many records as were planned, or a column of consent is there twice.
    """
    records = partition_records(data, partition, len(columns))
    wanted = _wanted(columns, privacy, names)
    return PartitionRows(
        records.rows, read_fields(data, records, width=len(columns), wanted=wanted, what=CUSTOMER_LIST)
    )


def _wanted(columns: Sequence[str], privacy: PrivacyConfig, names: Sequence[str] | None = None) -> dict[str, int]:
    """The columns to load, name -> place: ``names``, or all of the schema, and those of consent."""
    consent = zip((CONSENT, OPTED_OUT), consent_columns(columns, privacy), strict=True)
    places = {name: columns.index(name) for name in names or COLUMNS if name in columns}
    return places | {name: place for name, place in consent if place is not None}


def _first_bytes(file: ListFile) -> bytes:
    """The first ``HEADER_BYTES`` of the list's text, or all of it."""
    if list_format(file) == "gzip":
        return gzip_lists.unpacked_range(file, 0, HEADER_BYTES)
    file.seek(0)
    return file.read(HEADER_BYTES)


def _chunks(file: ListFile) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk
