"""Who may not be written to: by the columns of the customer list, by suppression lists, by erasure.

Decides by row, before anything else is asked of it; what cannot be read as a permission is none. Reads no file: lists
come as chunks of bytes, or as functions that say which ids they name.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from shared.errors import InputError
from shared.run_config import PrivacyConfig, plain_name

Bools = npt.NDArray[np.bool_]
IdMatcher = Callable[[pa.Array], Bools]
"""Which of the given ids, an array of strings, are on some list."""

NO_CONSENT = "no consent"
UNSUBSCRIBED = "unsubscribed"
LISTED = "on a suppression list"
ERASED = "erased"
ANOTHER_ROW = "another row of the same customer_id has no consent or is unsubscribed"

ID_COLUMN = "customer_id"
_BLOCK_BYTES = 4 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_SEPARATORS = ',;\t|"'
_NO_TEXT = (b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0")


def _nobody(ids: pa.Array) -> Bools:
    return np.zeros(len(ids), dtype=np.bool_)


class Suppression(NamedTuple):
    """What decides who is left out; by default the columns alone, in their default names and words."""

    privacy: PrivacyConfig = PrivacyConfig()
    listed: IdMatcher = _nobody
    erased: IdMatcher = _nobody


class ConsentColumns(NamedTuple):
    """Where the header has the two columns, counted from 0; None where it does not have one."""

    consent: int | None
    unsubscribed: int | None


def consent_columns(columns: Sequence[str], privacy: PrivacyConfig) -> ConsentColumns:
    """The columns of a header that say who may be written to, found in any spelling of their names.

    Raises:
        InputError: a column is there twice, or consent is required and has no column.
    """
    found = ConsentColumns(_place(columns, privacy.consent_column), _place(columns, privacy.unsubscribed_column))
    if privacy.consent_required and found.consent is None:
        raise InputError(
            f"the customer list has no column {privacy.consent_column}, and privacy.yaml requires one: "
            "without it nobody's consent is known"
        )
    return found


def _place(columns: Sequence[str], name: str) -> int | None:
    places = [index for index, column in enumerate(columns) if plain_name(column) == plain_name(name)]
    if len(places) > 1:
        raise InputError(f"the customer list has more than one column {name}")
    return places[0] if places else None


def refused(texts: pa.Array, privacy: PrivacyConfig) -> Bools:
    """Which values of the consent column grant nothing."""
    return ~_among(texts, privacy.granted)


def unsubscribed(texts: pa.Array, privacy: PrivacyConfig) -> Bools:
    """Which values of the unsubscribed column do not clearly say no."""
    return ~_among(texts, ("", *privacy.denied))


def _among(texts: pa.Array, words: Sequence[str]) -> Bools:
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    known = pa.array([word.strip().lower() for word in words], pa.string())
    return np.asarray(pc.is_in(plain, value_set=known), dtype=np.bool_)


# --- suppression lists ------------------------------------------------------------------------------------------------


def listed_ids(ids: pa.Array, chunks: Iterable[bytes], name: str) -> Bools:
    """Which of ``ids`` the suppression list ``name``, given in ``chunks`` of any length, holds exactly as written.

    Raises:
        InputError: as ``read_ids``.
    """
    found = np.zeros(len(ids), dtype=np.bool_)
    for block in read_ids(chunks, name):
        found |= np.asarray(pc.is_in(ids, value_set=block), dtype=np.bool_)
    return found


def read_ids(chunks: Iterable[bytes], name: str) -> Iterator[pa.Array]:
    """The ids of a suppression list, a block of it at a time: CSV with a customer_id column, or one id a line.

    Raises:
        InputError: the list is in neither form. Nothing is skipped, because a line that is not understood may be
            somebody who must not be written to.
    """
    rest = iter(chunks)
    head = _first_bytes(rest)
    if head.startswith(_NO_TEXT):
        raise InputError(f"suppression list {name}: must be CSV or plain text in UTF-8")
    if not head.strip():
        return
    text = chain([head.removeprefix(_BOM)], rest)
    line = re.split(rb"[\r\n]", head.removeprefix(_BOM).lstrip(b"\r\n"), maxsplit=1)[0]
    plain = not _has_header(line, name)
    try:
        for batch in _batches(text, plain=plain):
            ids = batch.column(ID_COLUMN)
            if plain and pc.any(pc.match_substring_regex(ids, f"[{_SEPARATORS}]")).as_py():
                raise InputError(
                    f"suppression list {name}: a line holds a separator or a quote; "
                    f"a list of more than ids needs a header with the column {ID_COLUMN}"
                )
            yield ids
    except pa.ArrowInvalid:
        raise InputError(
            f"suppression list {name}: a row is not UTF-8 text, or has another number of fields than the header"
        ) from None


def _first_bytes(chunks: Iterator[bytes]) -> bytes:
    """Chunks up to the end of the first line that is not blank."""
    head = b""
    while not re.search(rb"[^\r\n][\r\n]", head) and len(head) < _BLOCK_BYTES:
        chunk = next(chunks, b"")
        if not chunk:
            break
        head += chunk
    return head


def _has_header(line: bytes, name: str) -> bool:
    """Whether the first line names the column of ids; one that names it otherwise is refused, not taken for an id."""
    text = line.decode("utf-8", "replace")
    columns = next(csv.reader([text]), [])
    if columns.count(ID_COLUMN) == 1:
        return True
    if ID_COLUMN in {plain_name(part) for part in re.split(f"[{re.escape(_SEPARATORS)}]", text)}:
        raise InputError(
            f"suppression list {name}: its header must be comma-separated and hold {ID_COLUMN} once, spelled like this"
        )
    return False


def _batches(chunks: Iterator[bytes], *, plain: bool) -> Iterator[pa.RecordBatch]:
    parse = (
        arrow_csv.ParseOptions(delimiter="\x1f", quote_char=False)
        if plain
        else arrow_csv.ParseOptions(newlines_in_values=True)
    )
    return iter(
        arrow_csv.open_csv(
            io.BufferedReader(_Stream(chunks)),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=_BLOCK_BYTES, column_names=[ID_COLUMN] if plain else None
            ),
            parse_options=parse,
            convert_options=arrow_csv.ConvertOptions(
                column_types={ID_COLUMN: pa.string()}, include_columns=[ID_COLUMN], strings_can_be_null=False
            ),
        )
    )


class _Stream(io.RawIOBase):
    """Chunks of bytes as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the only buffer it is ever given
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        taken = min(len(buffer), len(self._left))
        buffer[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken
