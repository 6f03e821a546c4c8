"""A customer list in a gzip archive: its text as a stream that ends at a bound, and text packed again."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader, BytesIO

from shared.domain.csv_records import ListFile
from shared.errors import InputError

MAGIC = b"\x1f\x8b"
DAMAGED = "the customer list is a gzip archive that is damaged or cut short, or has something else behind it"

_READ_BYTES = 1024 * 1024
_MIB = 1024 * 1024


def unpacked(file: ListFile, limit: int) -> Iterator[bytes]:
    """The text in the archive ``file``, of one member or of several, a bounded number of bytes at a time.

    Raises:
        InputError: there are more than ``limit`` bytes, packed or unpacked, or the archive is damaged.
    """
    _refuse_beyond(limit, file.seek(0, 2))
    total = 0
    for chunk in _text(file):
        total += len(chunk)
        _refuse_beyond(limit, total)
        yield chunk


def unpacked_range(file: ListFile, offset: int, length: int) -> bytes:
    """``length`` bytes of the text from ``offset``; fewer where it ends before.

    Raises:
        InputError: the archive is damaged.
    """
    kept, position = BytesIO(), 0
    for chunk in _text(file):
        kept.write(chunk[max(offset - position, 0) : offset + length - position])
        position += len(chunk)
        if position >= offset + length:
            break
    return kept.getvalue()


def _text(file: ListFile) -> Iterator[bytes]:
    file.seek(0)
    source = BufferedReader(file, _READ_BYTES)  # type: ignore[type-var]  # every file with readinto will do
    archive = gzip.GzipFile(fileobj=source)
    try:
        while chunk := archive.read(_READ_BYTES):
            yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(DAMAGED) from None
    finally:
        source.detach()


def packed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The text ``chunks`` as an archive of one member; the same text makes the same bytes."""
    packer = zlib.compressobj(wbits=31)
    yield from filter(None, map(packer.compress, chunks))
    yield packer.flush()


def _refuse_beyond(limit: int, size: int) -> None:
    if size > limit:
        raise InputError(
            f"the customer list is a gzip archive of more than {limit // _MIB:,} MiB of text, which are one part; "
            "send it as plain CSV or as Parquet, which are read in parts"
        )
