"""A blob as a file to read from: ranged reads wherever a library wants a file. Never holds more than one read."""

import io

from shared.contracts import BlobRef
from shared.ports import BlobStore


class BlobFile(io.RawIOBase):
    """One version of a blob, read-only, that can seek. Every read is one ranged read of the store.

    ``BlobChanged`` if the blob is replaced meanwhile. Put an ``io.BufferedReader`` before it where reads are small.
    """

    def __init__(self, blobs: BlobStore, ref: BlobRef) -> None:
        super().__init__()
        self._blobs = blobs
        self._ref = ref
        self._size = ref.size or 0
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("a file has no position before its start")
        self._position = start + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        left = max(self._size - self._position, 0)
        length = left if size is None or size < 0 else min(size, left)
        data = self._blobs.read_range(self._ref, self._position, length) if length else b""
        self._position += len(data)
        return data

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the only buffer it is ever given
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
