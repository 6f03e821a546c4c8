"""Makes the evidence pack of a run: one zip file, the same bytes for the same files, checked by the verifier in it."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from shared.contracts import BlobRef, Seal
from shared.domain.evidence import is_personal
from shared.errors import BlobNotFound, Conflict
from shared.ports import BlobStore
from shared.run_folder import AUDIT, RUNS, SEAL, RunFolder, amendments_chain, audit_chain, audit_csv

FORMAT = 1
SHIPPED = ("README.txt", "verify.py")
CHUNK_BYTES = 4 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
_COMPRESSION = 6
_HERE = Path(__file__).parent


class _Contents(NamedTuple):
    """The blobs that a pack holds, by their names in it, and the sealed files that it does not hold."""

    blobs: dict[str, BlobRef]
    withheld: tuple[str, ...]


def shipped_file(name: str) -> bytes:
    """A file that every pack holds as it is here: the verifier and its instructions."""
    return (_HERE / name).read_bytes()


def write_pack(blobs: BlobStore, run_id: str, target: IO[bytes], *, with_customers: bool = False) -> None:
    """Write the pack of a sealed run to ``target``, a file or buffer that can seek.

    Files about single customers stay out of it unless ``with_customers``; ``pack.json`` names them. ``Conflict`` when
    the run is not sealed.
    """
    seal = RunFolder(blobs, run_id).find(SEAL, Seal)
    if seal is None:
        raise Conflict(f"run {run_id} has no seal: only a run that has ended well can be exported")
    contents = _contents(blobs, run_id, seal, with_customers=with_customers)
    index = {"format": FORMAT, "run_id": run_id, "withheld": list(contents.withheld)}
    own = {name: shipped_file(name) for name in SHIPPED}
    own["pack.json"] = f"{json.dumps(index, indent=1)}\n".encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
        for name in sorted([*own, *contents.blobs]):
            ref = contents.blobs.get(name)
            _add(archive, name, _chunks(blobs, ref) if ref else iter((own[name],)))


def _contents(blobs: BlobStore, run_id: str, seal: Seal, *, with_customers: bool) -> _Contents:
    folder = f"{run_id}/"
    files = {ref.name.removeprefix(folder): ref for ref in blobs.list(RUNS, folder)}
    kept = {name: ref for name, ref in files.items() if with_customers or not is_personal(name)}
    audit = [_find(blobs, name) for name in (audit_chain(run_id), audit_csv(run_id), amendments_chain(run_id))]
    held = {f"{RUNS}/{ref.name}": ref for ref in kept.values()} | {f"{AUDIT}/{ref.name}": ref for ref in audit if ref}
    withheld = sorted(name for name in files.keys() & seal.files.keys() if name not in kept)
    return _Contents(held, tuple(withheld))


def _find(blobs: BlobStore, name: str) -> BlobRef | None:
    try:
        return blobs.stat(AUDIT, name)
    except BlobNotFound:
        return None


def _chunks(blobs: BlobStore, ref: BlobRef) -> Iterator[bytes]:
    for offset in range(0, ref.size or 0, CHUNK_BYTES):
        yield blobs.read_range(ref, offset, CHUNK_BYTES)


def _add(archive: zipfile.ZipFile, name: str, chunks: Iterator[bytes]) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    with archive.open(info, "w", force_zip64=True) as entry:
        for chunk in chunks:
            entry.write(chunk)
