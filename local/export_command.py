"""``export``: a run's evidence pack as a file. Needs no engine, no configuration and no service."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.contracts import RunId
from shared.errors import InputError
from shared.evidence.pack import write_pack
from shared.run_folder import RUNS


def export(run_id: str, out: Path, to: Path | None, *, with_customers: bool) -> Path:
    """Write the pack, whole or not at all, and give its path; ``InputError`` or ``Conflict`` where there is no run."""
    _check_run(run_id, out)
    target = to or Path(f"{run_id}-evidence.zip")
    draft = target.with_name(f"{target.name}.part")
    try:
        with draft.open("wb") as file:
            write_pack(DirectoryBlobStore(out), run_id, file, with_customers=with_customers)
        draft.replace(target)
    except OSError as fault:
        raise InputError(f"{target}: {fault.strerror or 'cannot be written'}") from None
    finally:
        draft.unlink(missing_ok=True)
    return target


def _check_run(run_id: str, out: Path) -> None:
    try:
        TypeAdapter(RunId).validate_python(run_id)
    except ValidationError:
        raise InputError(f"run {run_id!r}: not a run id") from None
    if not (out / RUNS / run_id).is_dir():
        raise InputError(f"run {run_id}: there is no such run in {out}")
