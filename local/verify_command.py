"""``verify``: is the record intact? Reads files only; needs no engine, no configuration and no service."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from shared.contracts import Seal
from shared.domain.audit import verify_chain, verify_seal
from shared.errors import InputError
from shared.run_folder import AUDIT, RUNS, SEAL, audit_chain, audit_csv


def verify(target: str, out: Path, head: str | None = None) -> tuple[list[str], str]:
    """Problems found and a summary line. ``target`` is a chain's path, or a run id below ``out``.

    A chain is checked by itself and against ``head``, one kept elsewhere; with the run beside it, the sealed head and
    length and every file's digest are checked too. A run asked for by its id must be there whole.
    """
    by_path = target.endswith(".jsonl")
    chain_path = Path(target) if by_path else out / AUDIT / audit_chain(target)
    run_folder = chain_path.resolve().parent.parent / RUNS / chain_path.stem
    if not by_path and run_folder.is_dir() and not chain_path.is_file():
        return [f"{chain_path.name}: the audit chain is missing"], "broken: there is no chain to check"
    chain = _read(chain_path)
    report = verify_chain(chain, head=head)
    problems = [] if report.intact else [f"{chain_path.name}, line {report.line}: {report.problem}"]
    if run_folder.is_dir():
        sealed, seal_problems = _check_seal(run_folder, chain)
        problems += [problem for problem in seal_problems if not problem.startswith("audit chain") or not problems]
        return problems, f"{_state(problems)}: {report.entries} entries in the chain, {sealed} sealed files"
    if not by_path:
        problems.append(f"{RUNS}/{chain_path.stem}: the run's files are missing")
    return problems, f"{_state(problems)}: {report.entries} entries in the chain; there is no run beside it to check"


def _state(problems: list[str]) -> str:
    return "broken" if problems else "intact"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or 'cannot be read'}") from None


def _check_seal(run_folder: Path, chain: bytes) -> tuple[int, list[str]]:
    try:
        seal = Seal.model_validate_json((run_folder / SEAL).read_bytes())
    except FileNotFoundError:
        return 0, [f"{SEAL} is missing: the run has not ended, or its seal was removed"]
    except (OSError, ValidationError):
        return 0, [f"{SEAL} cannot be read as a seal"]
    another = [f"{SEAL} is the seal of another run"] if seal.run_id != run_folder.name else []
    return len(seal.files), another + verify_seal(seal, chain, _digests(run_folder))


def _digests(run_folder: Path) -> dict[str, str]:
    """SHA-256 of every file of the run but the seal, and of the audit's CSV, by the names the seal uses."""
    files = {path.relative_to(run_folder).as_posix(): path for path in sorted(run_folder.rglob("*")) if path.is_file()}
    files.pop(SEAL, None)
    csv = run_folder.parents[1] / AUDIT / audit_csv(run_folder.name)
    if csv.is_file():
        files[f"{AUDIT}/{csv.name}"] = csv
    return {name: _sha256(path) for name, path in files.items()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
