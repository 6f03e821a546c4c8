"""``verify``: is the record intact? Reads files only; needs no engine, no configuration and no service."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from shared.contracts import Seal
from shared.domain.audit import verify_chain, verify_seal
from shared.errors import InputError
from shared.run_folder import AUDIT, RUNS, SEAL, audit_chain


def verify(target: str, out: Path) -> tuple[list[str], str]:
    """Problems found and a summary line. ``target`` is a chain's path, or a run id below ``out``.

    With the run's seal beside it the sealed head and length and every file's digest are checked too.
    """
    chain_path = Path(target) if target.endswith(".jsonl") else out / AUDIT / audit_chain(target)
    try:
        chain = chain_path.read_bytes()
    except OSError as fault:
        raise InputError(f"{chain_path}: {fault.strerror or 'cannot be read'}") from None
    run_folder = chain_path.resolve().parents[1] / RUNS / chain_path.stem
    report = verify_chain(chain)
    problems = [] if report.intact else [f"{chain_path.name}, line {report.line}: {report.problem}"]
    if not run_folder.is_dir():
        return problems, f"{report.entries} entries in the chain; there is no run beside it to check"
    sealed, seal_problems = _check_seal(run_folder, chain)
    state = "intact" if not (problems or seal_problems) else "broken"
    return problems + seal_problems, f"{state}: {report.entries} entries in the chain, {sealed} sealed files"


def _check_seal(run_folder: Path, chain: bytes) -> tuple[int, list[str]]:
    try:
        seal = Seal.model_validate_json((run_folder / SEAL).read_bytes())
    except FileNotFoundError:
        return 0, [f"{SEAL} is missing: the run has not ended, or its seal was removed"]
    except (OSError, ValidationError):
        return 0, [f"{SEAL} cannot be read as a seal"]
    return len(seal.files), verify_seal(seal, chain, _digests(run_folder))


def _digests(run_folder: Path) -> dict[str, str]:
    """SHA-256 of every file of the run but the seal, and of the audit's CSV, by the names the seal uses."""
    files = {path.relative_to(run_folder).as_posix(): path for path in sorted(run_folder.rglob("*")) if path.is_file()}
    files.pop(SEAL, None)
    csv = run_folder.parents[1] / AUDIT / f"{run_folder.name}.csv"
    if csv.is_file():
        files[f"{AUDIT}/{csv.name}"] = csv
    return {name: _sha256(path) for name, path in files.items()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
