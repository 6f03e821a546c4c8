"""The blob store on one machine: a folder whose sub-folders are containers and whose files are blobs.

A person sees each blob at ``root/container/name``. It must not follow symbolic links, touch a file
outside its root, or leave a half-written file under a blob's name.
"""

import contextlib
import errno
import functools
import hashlib
import itertools
import os
import stat
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from shared.adapters.blob_names import checked_container, checked_name, checked_prefix, is_blob_name
from shared.contracts import BlobRef
from shared.errors import (
    DISK_FULL,
    BlobChanged,
    BlobExists,
    BlobNotFound,
    InputError,
    OrchestratorError,
    ServiceUnavailable,
    StorageFull,
)

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_DRAFTS = ".tmp"
_DRAFT_PREFIX = "draft-"
_STALE_SECONDS = 3600
_CHUNK_BYTES = 1024 * 1024
_KNOWN_ETAGS = 16_384
_MOUNT_POINT = 0xA0000003
"""The tag of a junction, in Windows's own words IO_REPARSE_TAG_MOUNT_POINT."""


# --- the store --------------------------------------------------------------------------------------------------------


class _Signature(NamedTuple):
    """What changes whenever a file's content does, and costs no reading."""

    modified_ns: int
    size: int
    inode: int


class DirectoryBlobStore:
    """A ``BlobStore`` in the folder ``root``, safe for several threads and processes at once.

    An ETag is the SHA-256 of the content in hex, so equal bytes have equal ETags; it is remembered per file signature
    (modification time, size, inode), for so many files. A blob is written to ``root/.tmp``, flushed to the disk, then
    linked or renamed into place: after a crash it is whole or absent, and of two versions it is one. ``replace``,
    ``append`` and ``delete`` hold one lock between processes (``flock``; on Windows ``msvcrt.locking``, which gives up
    after ten seconds). The root's file system must have hard links. A name cannot be both a blob and a folder of
    blobs: writing one where the other is raises ``InputError``.

    Hidden files, symbolic links and files with names no blob can have are not blobs. A file somebody is still writing
    into raises ``BlobChanged`` and is left out of listings.
    """

    def __init__(self, root: Path) -> None:
        """Makes the folder if need be; removes what a crashed process left in ``.tmp`` over an hour ago."""
        with _faults("open the blob store's folder"):
            root.mkdir(parents=True, exist_ok=True)
            self._root = Path(os.path.realpath(root))
            self._drafts = self._root / _DRAFTS
            self._known: OrderedDict[str, tuple[_Signature, str]] = OrderedDict()
            self._sweep()

    def stat(self, container: str, name: str) -> BlobRef:
        path = self._path(container, name)
        with _faults("read", container, name, missing=BlobNotFound):
            signature = _regular_file(path)
            etag = self._known_etag(path, signature)
            if etag is None:
                with _opened(path) as file:
                    signature, etag = self._version(path, file)
        return BlobRef(container=container, name=name, etag=etag, size=signature.size)

    def read(self, container: str, name: str) -> bytes:
        path = self._path(container, name)
        with _faults("read", container, name, missing=BlobNotFound), _opened(path) as file:
            return file.read()

    def read_range(self, ref: BlobRef, offset: int, length: int) -> bytes:
        if offset < 0 or length < 0:
            raise InputError("range: offset and length must be 0 or more")
        path = self._path(ref.container, ref.name)
        with _faults("read", ref.container, ref.name, missing=BlobNotFound), _opened(path) as file:
            self._require_version(ref, path, file)
            data = _slice(file, offset, length)
            self._require_version(ref, path, file)  # bytes that changed under the read are nobody's version
            return data

    def create(self, container: str, name: str, data: bytes) -> BlobRef:
        return self.create_from(container, name, iter((data,)))

    def create_from(self, container: str, name: str, chunks: Iterator[bytes]) -> BlobRef:
        path = self._path(container, name)
        with _faults("create", container, name), self._draft() as draft:
            etag = _fill(draft, chunks)
            signature = _link_new(Path(draft.name), path, BlobExists(f"{container}/{name} already exists"))
        return self._remembered(container, name, path, signature, etag)

    def replace(self, ref: BlobRef, data: bytes) -> BlobRef:
        return self.replace_from(ref, iter((data,)))

    def replace_from(self, ref: BlobRef, chunks: Iterator[bytes]) -> BlobRef:
        if ref.etag is None:
            raise InputError("replace: the reference must hold the ETag of the version to overwrite")
        path = self._path(ref.container, ref.name)
        with _faults("replace", ref.container, ref.name), self._draft() as draft:
            etag = _fill(draft, chunks)
            with self._lock(), _faults("replace", ref.container, ref.name, missing=BlobChanged):
                with _opened(path) as current:
                    self._require_version(ref, path, current)
                signature = _put_in_place(Path(draft.name), path)
        return self._remembered(ref.container, ref.name, path, signature, etag)

    def append(self, container: str, name: str, data: bytes, *, at: int) -> int:
        """See the port. An empty blob counts as one that is not there yet; no data only checks the length."""
        if at < 0:
            raise InputError("append: the position must be 0 or more")
        path = self._path(container, name)
        changed = BlobChanged(f"{container}/{name} is not {at} bytes long")
        with _faults("append to", container, name), self._lock():
            if _length(path) != at:
                raise changed
            if data:
                self._extend(path, data, changed)
        return at + len(data)

    def delete(self, container: str, name: str) -> None:
        path = self._path(container, name)
        with _faults("delete", container, name), self._lock():
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                _regular_file(path)
                path.unlink()
            self._known.pop(str(path), None)

    def list(self, container: str, prefix: str = "") -> Iterator[BlobRef]:
        """See the port; names in the order of their UTF-8 bytes. A first listing reads every file for its ETag."""
        folder = checked_prefix(prefix).rpartition("/")[0]
        start = self._path(container, folder) if folder else self._container_path(container)
        return self._listed(container, _names_below(start, f"{folder}/" if folder else "", prefix))

    def folders(self, container: str) -> Iterator[str]:
        return _folders_with_blobs(self._container_path(container))

    def check(self) -> None:
        """Raise if the folder cannot be written. Leaves nothing behind."""
        with _faults("write to the blob store's folder"), self._draft():
            pass

    def keep_hidden(self, name: str, data: bytes) -> bytes:
        """What the hidden file ``name`` of the root holds: as it is there, else ``data``, for its owner alone.

        Such a file is no blob. Of several writers at once all get what the first one wrote.
        """
        path = self._root / name
        with _faults(f"keep {name}"):
            if not path.exists():
                with self._draft() as draft, contextlib.suppress(BlobExists):
                    Path(draft.name).chmod(0o600)
                    _fill(draft, (data,))
                    _link_new(Path(draft.name), path, BlobExists(f"{name} already exists"))
            return path.read_bytes()

    def _container_path(self, container: str) -> Path:
        return self._below_root(checked_container(container))

    def _path(self, container: str, name: str) -> Path:
        return self._below_root(checked_container(container), *checked_name(name).split("/"))

    def _below_root(self, *parts: str) -> Path:
        """The path of ``parts``, none of which is a link."""
        path = os.fspath(self._root)
        for part in parts:
            path = os.path.join(path, part)  # noqa: PTH118 (every blob's path is made here, and a Path a part is slow)
            if _is_link(path):
                raise InputError("blob name: leads through a symbolic link, which the store does not follow")
        return Path(path)

    def _listed(self, container: str, names: Iterator[str]) -> Iterator[BlobRef]:
        for name in names:
            with contextlib.suppress(BlobNotFound, BlobChanged):  # gone since, or not whole yet: neither is a blob now
                yield self.stat(container, name)

    # --- versions

    def _known_etag(self, path: Path, signature: _Signature) -> str | None:
        seen, etag = self._known.get(str(path), (None, None))
        return etag if seen == signature else None

    def _version(self, path: Path, file: BufferedReader) -> tuple[_Signature, str]:
        signature = _signature(os.fstat(file.fileno()))
        etag = self._known_etag(path, signature)
        if etag is None:
            file.seek(0)
            etag = hashlib.file_digest(file, "sha256").hexdigest()
            if _signature(os.fstat(file.fileno())) != signature:
                raise BlobChanged(f"{path.name} is being written")
            self._remember(path, signature, etag)
        return signature, etag

    def _require_version(self, ref: BlobRef, path: Path, file: BufferedReader) -> None:
        if ref.etag is not None and self._version(path, file)[1] != ref.etag:
            raise BlobChanged(f"{ref.container}/{ref.name} is no longer the version asked for")

    def _remember(self, path: Path, signature: _Signature, etag: str) -> None:
        self._known[str(path)] = (signature, etag)
        while len(self._known) > _KNOWN_ETAGS:
            self._known.popitem(last=False)

    def _remembered(self, container: str, name: str, path: Path, signature: _Signature, etag: str) -> BlobRef:
        self._remember(path, signature, etag)
        return BlobRef(container=container, name=name, etag=etag, size=signature.size)

    # --- drafts and the lock

    @contextlib.contextmanager
    def _draft(self) -> Iterator[BufferedWriter]:
        """A new hidden file, gone when the block ends unless it was renamed."""
        self._drafts.mkdir(exist_ok=True)
        path = self._drafts / f"{_DRAFT_PREFIX}{uuid4().hex}"
        try:
            with path.open("xb") as file:
                yield file
        finally:
            path.unlink(missing_ok=True)

    def _extend(self, path: Path, data: bytes, changed: BlobChanged) -> None:
        with self._draft() as draft:
            if not path.is_file():
                _fill(draft, (data,))
                _link_new(Path(draft.name), path, changed)
            else:
                with _opened(path) as current:
                    _fill(draft, itertools.chain(_chunks(current), (data,)))
                _put_in_place(Path(draft.name), path)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self._drafts.mkdir(exist_ok=True)
        with (self._drafts / "lock").open("ab") as file:
            _acquire(file.fileno())
            try:
                yield
            finally:
                _release(file.fileno())

    def _sweep(self) -> None:
        with self._draft() as draft:
            now = os.fstat(draft.fileno()).st_mtime  # the disk's own clock, the one its files are stamped by
        for path in self._drafts.glob(f"{_DRAFT_PREFIX}*"):
            with contextlib.suppress(OSError):  # another process sweeps too; what cannot go now can go next time
                if now - path.lstat().st_mtime > _STALE_SECONDS:
                    path.unlink()


# --- files ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _faults(
    operation: str, container: str = "", name: str = "", *, missing: type[OrchestratorError] | None = None
) -> Iterator[None]:
    """Tells the system's errors as the project's; ``missing`` is what the absence of the blob means here."""
    blob = f" {container}/{name}" if name else ""
    try:
        yield
    except OSError as error:
        if missing is not None and isinstance(error, FileNotFoundError | NotADirectoryError):
            raise missing(f"no blob{blob}") from error
        if error.errno == errno.ENAMETOOLONG:
            raise InputError(f"blob name: too long for this file system ({len(name)} characters)") from error
        if error.errno in DISK_FULL:
            raise StorageFull(f"the disk is full: cannot {operation}{blob}") from error
        raise ServiceUnavailable(f"cannot {operation}{blob}: {error.strerror or type(error).__name__}") from error


def _signature(status: os.stat_result) -> _Signature:
    return _Signature(status.st_mtime_ns, status.st_size, status.st_ino)


def _is_link(path: str) -> bool:
    """Whether a symbolic link, or on Windows a junction, lies at ``path``."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _MOUNT_POINT


def _regular_file(path: Path) -> _Signature:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return _signature(status)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    _regular_file(path)  # opening a pipe would wait for its writer
    with open(path, "rb", opener=_open_no_link) as file:
        yield file


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _chunks(file: BufferedReader) -> Iterator[bytes]:
    return iter(functools.partial(file.read, _CHUNK_BYTES), b"")


def _slice(file: BufferedReader, offset: int, length: int) -> bytes:
    size = os.fstat(file.fileno()).st_size
    if offset >= size:
        return b""
    file.seek(offset)
    return file.read(min(length, size - offset))


def _length(path: Path) -> int:
    try:
        return _regular_file(path).size
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _fill(draft: BufferedWriter, chunks: Iterable[bytes]) -> str:
    """Write the chunks to the disk and close the file; gives the content's ETag."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        draft.write(chunk)
    draft.flush()
    os.fsync(draft.fileno())
    draft.close()  # Windows renames and links closed files only
    return digest.hexdigest()


def _link_new(draft: Path, path: Path, conflict: OrchestratorError) -> _Signature:
    """Give the draft its name if nothing has it yet, else raise ``conflict``."""
    signature = _regular_file(draft)
    _make_folder(path)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        if path.is_dir():
            raise InputError("blob name: is a folder of blobs already") from None
        raise conflict from None
    _sync_folder(path.parent)
    return signature


def _put_in_place(draft: Path, path: Path) -> _Signature:
    """Rename over ``path``, stamped later than what stood there, so that no path has one signature twice."""
    earliest = path.lstat().st_mtime_ns + 1
    if draft.lstat().st_mtime_ns < earliest:
        os.utime(draft, ns=(earliest, earliest))
    signature = _regular_file(draft)
    draft.replace(path)
    _sync_folder(path.parent)
    return signature


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError("blob name: the part before one of its slashes is a blob already") from None


def _entries(folder: Path) -> Sequence["os.DirEntry[str]"]:
    with _faults(f"list {folder.name}"):
        try:
            with os.scandir(folder) as entries:
                return tuple(entries)
        except (FileNotFoundError, NotADirectoryError):
            return ()


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    return entry.is_dir(follow_symlinks=False)


def _names_below(folder: Path, stem: str, prefix: str) -> Iterator[str]:
    """Names of the blobs in ``folder`` that start with ``prefix``, in byte order; ``stem`` is the folder's own name."""
    for entry in sorted(_entries(folder), key=_rank):
        name = f"{stem}{entry.name}"
        if not is_blob_name(name):
            continue
        below = f"{name}/"
        if not _is_folder(entry):
            if entry.is_file(follow_symlinks=False) and name.startswith(prefix):
                yield name
        elif below.startswith(prefix) or prefix.startswith(below):
            yield from _names_below(folder / entry.name, below, prefix)


def _rank(entry: "os.DirEntry[str]") -> bytes:
    """Orders a folder among its neighbours as the names below it are ordered: its slash counts."""
    return os.fsencode(entry.name) + (b"/" if _is_folder(entry) else b"")


def _folders_with_blobs(start: Path) -> Iterator[str]:
    for entry in sorted(_entries(start), key=lambda entry: os.fsencode(entry.name)):
        below = f"{entry.name}/"
        if _is_folder(entry) and next(_names_below(start / entry.name, below, below), None) is not None:
            yield entry.name


if sys.platform == "win32":

    def _acquire(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _release(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _sync_folder(folder: Path) -> None:
        """Windows has no such call; its journal keeps the order of the changes."""

else:

    def _acquire(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _release(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _sync_folder(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
