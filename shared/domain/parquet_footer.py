"""What a Parquet file's footer says of its row groups, read from the footer's bytes alone.

The footer is a structure of Thrift's compact protocol, as the Parquet format defines it. pyarrow parses it as well, but
ends the process where single entries cannot be (encrypted columns among them), so what it is asked is checked here
first. Time and memory are proportional to the bytes, whatever lengths they claim. What a file must be is not decided
here.
"""

from collections.abc import Iterator
from typing import NamedTuple

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_DEPTH = 16
_FILE_ROWS, _ROW_GROUPS = 3, 4
_CHUNKS, _GROUP_ROWS = 1, 3
_META, _CRYPTO, _ENCRYPTED_META = 3, 8, 9
_PATH, _UNPACKED, _PACKED, _DATA_PAGE, _DICTIONARY_PAGE = 3, 6, 7, 9, 11


class Chunk(NamedTuple):
    """A column's part of a row group: its path in the schema, where it starts, its bytes as stored and unpacked.

    The parts of a path are joined by dots.
    """

    path: bytes
    offset: int
    packed: int
    unpacked: int


class RowGroup(NamedTuple):
    """A row group as the footer describes it."""

    rows: int
    chunks: tuple[Chunk, ...]


class Footer(NamedTuple):
    """The rows of the file, and its row groups."""

    rows: int
    groups: tuple[RowGroup, ...]


def read_footer(data: bytes) -> Footer:
    """The footer in ``data``, without the length and the magic behind it.

    Raises:
        ValueError: it is none, or says too little of a row group; of a column that is encrypted it says nothing.
    """
    try:
        return _footer(_Compact(data))
    except (IndexError, KeyError):
        raise ValueError("the footer ends too early, or lacks an entry") from None


def _footer(source: "_Compact") -> Footer:
    found: dict[int, int] = {}
    groups: tuple[RowGroup, ...] = ()
    for field, kind in source.fields():
        if field == _ROW_GROUPS and kind == _LIST:
            groups = tuple(_row_group(source) for _ in range(source.length_of(_STRUCT)))
        else:
            source.take(field, kind, found)
    return Footer(found[_FILE_ROWS], groups)


def _row_group(source: "_Compact") -> RowGroup:
    found: dict[int, int] = {}
    chunks: tuple[Chunk, ...] = ()
    for field, kind in source.fields():
        if field == _CHUNKS and kind == _LIST:
            chunks = tuple(_chunk(source) for _ in range(source.length_of(_STRUCT)))
        else:
            source.take(field, kind, found)
    return RowGroup(found[_GROUP_ROWS], chunks)


def _chunk(source: "_Compact") -> Chunk:
    chunk = None
    for field, kind in source.fields():
        if field in {_CRYPTO, _ENCRYPTED_META}:
            raise ValueError("a column is encrypted")
        if field == _META and kind == _STRUCT:
            chunk = _meta(source)
        else:
            source.skip(kind)
    if chunk is None:
        raise ValueError("a column's chunk is not described")
    return chunk


def _meta(source: "_Compact") -> Chunk:
    found: dict[int, int] = {}
    path = b""
    for field, kind in source.fields():
        if field == _PATH and kind == _LIST:
            path = b".".join(source.binary() for _ in range(source.length_of(_BINARY)))
        else:
            source.take(field, kind, found)
    start = found[_DATA_PAGE]
    dictionary = found.get(_DICTIONARY_PAGE, 0)
    return Chunk(path, dictionary if 0 < dictionary < start else start, found[_PACKED], found[_UNPACKED])


class _Compact:
    """A reader of the compact protocol. ``IndexError`` at the end of the bytes, ``ValueError`` for what cannot be."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """Number and type of each field of a structure; each value must be taken or skipped before the next."""
        field = 0
        while header := self._byte():
            step, kind = header >> 4, header & 15
            field = field + step if step else self._signed()
            yield field, kind

    def take(self, field: int, kind: int, into: dict[int, int]) -> None:
        """Keep a whole number, skip anything else."""
        if kind in {_I16, _I32, _I64}:
            into[field] = self._signed()
        else:
            self.skip(kind)

    def length_of(self, kind: int) -> int:
        """How many elements of ``kind`` the list has that begins here."""
        length, found = self._list()
        if found != kind and length:
            raise ValueError("a list is not of what it must be")
        return length

    def binary(self) -> bytes:
        length = self._varint()
        self._forward(length)
        return self._data[self._at - length : self._at]

    def skip(self, kind: int, depth: int = 0) -> None:
        """Pass a value of ``kind`` by."""
        if depth > _DEPTH:
            raise ValueError("nested too deeply")
        if kind in {_I16, _I32, _I64}:
            self._varint()
        elif kind == _BINARY:
            self.binary()
        elif kind == _STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        elif kind in {_LIST, _SET, _MAP}:
            for inner in self._elements(kind):
                self.skip(inner, depth + 1)
        elif kind in {_BYTE, _DOUBLE}:
            self._forward(8 if kind == _DOUBLE else 1)
        elif kind not in {_TRUE, _FALSE}:
            raise ValueError("no such type")

    def _elements(self, kind: int) -> Iterator[int]:
        """The type of each element; a truth value is a byte here."""
        if kind == _MAP:
            length = self._varint()
            both = self._byte() if length else 0
            inner = [both >> 4, both & 15]
        else:
            length, found = self._list()
            inner = [found]
        for _ in range(length):
            yield from (_BYTE if one in {_TRUE, _FALSE} else one for one in inner)

    def _list(self) -> tuple[int, int]:
        header = self._byte()
        return header >> 4 if header >> 4 < 15 else self._varint(), header & 15

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _forward(self, length: int) -> None:
        self._at += length
        if self._at > len(self._data):
            raise IndexError

    def _signed(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)

    def _varint(self) -> int:
        number = shift = 0
        while (byte := self._byte()) & 0x80:
            number |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise ValueError("a number is too long")
        return number | byte << shift
