"""One customer list in every format: as CSV, in gzip archives and as Parquet."""

import csv
import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq

from shared.domain.customers import parse_rows
from shared.domain.list_files import plan_list, read_partition
from shared.run_config import PartitionSettings, PrivacyConfig
from tests.customer_lists import DIGEST, FULL_HEADER, ONE

NAMES = tuple(FULL_HEADER.decode().split(","))
PRIVACY = PrivacyConfig()


def as_csv(names, lines, end="\n"):
    """Every field in quotes, so that any text is one."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([names, *lines])
    return text.getvalue().encode()


def as_gzip(data, members=1):
    """An archive of ``members`` members, cut anywhere."""
    size = len(data) // members + 1
    return b"".join(gzip.compress(data[at : at + size], mtime=0) for at in range(0, len(data), size))


def as_parquet(names, lines, group_rows=None, **options):
    """The same with every field as text."""
    columns = zip(*lines, strict=True) if lines else [()] * len(names)
    table = pa.Table.from_arrays([pa.array(column, pa.string()) for column in columns], names=list(names))
    return parquet(table, row_group_size=group_rows, **options)


def parquet(table, **options):
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def converted(data, **options):
    """A list of text as Parquet, read by the standard library's parser."""
    names, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return as_parquet(names, lines, **options)


def planned(data, settings=ONE, privacy=PRIVACY):
    return plan_list(io.BytesIO(data), settings, privacy, input_digest=DIGEST)


def parsed(data, settings=ONE, privacy=PRIVACY):
    """The parsed partitions of a list in any format."""
    plan = planned(data, settings, privacy)
    file = io.BytesIO(data)
    return [parse_rows(read_partition(file, plan, index, privacy), "seed") for index in range(len(plan.partitions))]


def parts(count):
    return PartitionSettings(count=count)
