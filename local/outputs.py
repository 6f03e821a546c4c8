"""Copies a run out of a blob store into a folder of this machine, where a person can look at it."""

import contextlib
from pathlib import Path

from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.errors import BlobExists
from shared.ports import BlobStore
from shared.run_folder import AUDIT, RUNS, amendments_chain, audit_chain, audit_csv


def copy_run(blobs: BlobStore, run_id: str, folder: Path) -> None:
    """Put the run's files and its audit below ``folder`` as ``python -m local`` leaves them; what is newer wins."""
    target = DirectoryBlobStore(folder)
    audit = (audit_chain(run_id), audit_csv(run_id), amendments_chain(run_id))
    of_audit = (ref for name in audit for ref in blobs.list(AUDIT, name) if ref.name == name)
    found = [*blobs.list(RUNS, f"{run_id}/"), *of_audit]
    for ref in found:
        data = blobs.read(ref.container, ref.name)
        with contextlib.suppress(BlobExists):
            target.create(ref.container, ref.name, data)
            continue
        target.replace(target.stat(ref.container, ref.name), data)
