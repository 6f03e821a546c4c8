"""Takes a person's files into the data folder: the customer list and the content library."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from shared.contracts import BlobRef, ListFormat
from shared.errors import InputError
from shared.ports import BlobStore

CHUNK_BYTES = 4 * 1024 * 1024
CONTENT_SUFFIXES = {".json", ".jsonl", ".ndjson", ".md", ".markdown"}


class LocalFile(NamedTuple):
    """A file to take in: where it lies, its name in the library, and the SHA-256 of its bytes."""

    path: Path
    name: str
    sha256: str


def customer_list(path: Path) -> tuple[LocalFile, ListFormat]:
    """The list at ``path`` and its format; ``InputError`` when there is no such readable file or it is no list."""
    from shared.domain.list_files import list_format, read_columns

    with _opened(path) as file:
        read_columns(file)
        kind = list_format(file)
    return LocalFile(path, path.name, _sha256(path)), kind


def content_files(path: Path) -> tuple[LocalFile, ...]:
    """The documents' files at ``path``, a file or a folder, ordered by name; ``InputError`` when there are none."""
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if _is_content(file, path))
        names = [file.relative_to(path).as_posix() for file in found]
    else:
        _opened(path).close()
        found, names = [path], [path.name]
    if not found:
        raise InputError(f"{path}: the content library is empty; it needs .md, .json or .jsonl files")
    return tuple(LocalFile(file, name, _sha256(file)) for file, name in zip(found, names, strict=True))


def suppression_lists(paths: Sequence[Path]) -> tuple[LocalFile, ...]:
    """The lists of ids at ``paths``, named by their place; ``InputError`` when one is not there or is no such list."""
    from shared.domain.suppression import read_ids

    for path in paths:
        for _ in read_ids(_chunks(path), str(path)):
            pass
    return tuple(LocalFile(path, f"{index:02d}-{path.name}", _sha256(path)) for index, path in enumerate(paths, 1))


def _is_content(file: Path, folder: Path) -> bool:
    """Whether a file of the library's folder holds documents; hidden ones, such as an editor's, do not."""
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.is_file() and not hidden and file.suffix.lower() in CONTENT_SUFFIXES


def take_in(blobs: BlobStore, file: LocalFile, container: str, name: str) -> None:
    """Copy the file into the store; ``BlobExists`` when something lies there under that name."""
    blobs.create_from(container, name, _chunks(file.path))


def has_content(blobs: BlobStore, ref: BlobRef, file: LocalFile) -> bool:
    """Whether a blob holds the bytes of ``file``; where its ETag is not their SHA-256, they are read and compared."""
    return ref.etag == file.sha256 or (ref.size == file.path.stat().st_size and _blob_sha256(blobs, ref) == file.sha256)


def _blob_sha256(blobs: BlobStore, ref: BlobRef) -> str:
    total = hashlib.sha256()
    for offset in range(0, ref.size or 0, CHUNK_BYTES):
        total.update(blobs.read_range(ref, offset, CHUNK_BYTES))
    return total.hexdigest()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or 'cannot be read'}") from None


def _chunks(path: Path) -> Iterator[bytes]:
    with _opened(path) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _sha256(path: Path) -> str:
    total = hashlib.sha256()
    for chunk in _chunks(path):
        total.update(chunk)
    return total.hexdigest()
