"""``verify``: is the record intact? Reads files only; needs no engine, no configuration and no service."""

import hashlib
import json
from pathlib import Path

from shared.domain.digests import digest
from shared.domain.evidence import NOTHING_KEPT, Checked, Kept, RunRecord, state, verify_lone_chain, verify_run
from shared.engagement_folder import ROWS
from shared.errors import InputError
from shared.evidence.pack import SHIPPED, shipped_file
from shared.evidence.verify import INDEX, BadPack, Names, Pack, open_pack, read_index, sealed_files, strangers
from shared.run_folder import AUDIT, ENGAGEMENT, EXPERIMENT, RUNS, SEAL, amendments_chain, audit_chain, audit_csv


def verify(target: str, out: Path, kept: Kept = NOTHING_KEPT) -> Checked:
    """Check ``target``: an evidence pack, a chain's path, or a run id below ``out``; and against what was ``kept``.

    With the run beside it a chain is held against the seal, and every file against its digest; alone, against the CSV
    beside it. A run asked for by its id must be there whole.
    """
    if _is_pack(target, out):
        return _verify_pack(Path(target), kept)
    by_path = target.endswith(".jsonl")
    chain_path = _chain_path(Path(target)) if by_path else out / AUDIT / audit_chain(target)
    run_folder = chain_path.resolve().parent.parent / RUNS / chain_path.stem
    if not by_path and run_folder.is_dir() and not chain_path.is_file():
        return Checked([f"{chain_path.name}: the audit chain is missing"], [], "broken: there is no chain to check")
    chain = _read(chain_path)
    if run_folder.is_dir():
        return verify_run(_record(run_folder, chain), kept)
    checked = verify_lone_chain(chain_path.name, chain, _found(chain_path.with_suffix(".csv")), kept)
    if by_path:
        return checked
    problems = [*checked.problems, f"{RUNS}/{chain_path.stem}: the run's files are missing"]
    return checked._replace(problems=problems, summary=f"{state(problems)}: {checked.summary.partition(': ')[2]}")


def _is_pack(target: str, out: Path) -> bool:
    return (target.endswith(".zip") and not (out / RUNS / target).is_dir()) or (Path(target) / INDEX).is_file()


def _chain_path(path: Path) -> Path:
    """A run's chain; of its amendments too, since they are checked with the run."""
    main = path.parent.parent / path.name
    return main if path.parent.name == "amendments" and main.is_file() else path


def _record(run_folder: Path, chain: bytes) -> RunRecord:
    audit = run_folder.parents[1] / AUDIT
    return RunRecord(
        run_id=run_folder.name,
        chain=chain,
        seal=_found(run_folder / SEAL),
        amendments=_found(audit / amendments_chain(run_folder.name)) or b"",
        digests=_digests(run_folder),
        observed=_observed(run_folder.parents[1], run_folder.name),
    )


def _observed(out: Path, run_id: str) -> dict[str, str] | None:
    """What is kept of the run's observed engagement, by full name: rows by their bytes, analyses by what they say."""
    folder = out / ENGAGEMENT / run_id
    if not folder.is_dir():
        return None
    rows = {path.relative_to(out).as_posix(): _sha256(path) for path in sorted(folder.glob(f"*/{ROWS}"))}
    said = {path.relative_to(out).as_posix(): _said(path) for path in sorted(folder.glob(f"*/{EXPERIMENT}"))}
    return rows | said


def _said(path: Path) -> str:
    """The digest of a JSON document; what is none has no digest."""
    try:
        return digest(json.loads(_read(path)))
    except ValueError:
        return ""


def _digests(run_folder: Path) -> dict[str, str]:
    """SHA-256 of every file of the run but the seal, and of the audit's CSV, by the names the seal uses."""
    files = {path.relative_to(run_folder).as_posix(): path for path in sorted(run_folder.rglob("*")) if path.is_file()}
    files.pop(SEAL, None)
    csv = run_folder.parents[1] / AUDIT / audit_csv(run_folder.name)
    sealed_csv = f"{AUDIT}/{csv.name}"
    if sealed_csv in files:
        files[f"{RUNS}/{run_folder.name}/{sealed_csv}"] = files.pop(sealed_csv)
    if csv.is_file():
        files[sealed_csv] = csv
    return {name: _sha256(path) for name, path in files.items()}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or 'cannot be read'}") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or 'cannot be read'}") from None


def _found(path: Path) -> bytes | None:
    return _read(path) if path.is_file() else None


# --- packs ------------------------------------------------------------------------------------------------------------


def _verify_pack(path: Path, kept: Kept) -> Checked:
    """Only the opening of the pack is shared with the verifier inside it; the checks are this app's own."""
    try:
        with open_pack(path) as pack:
            index = read_index(pack)
            names = Names.of(index.run_id)
            checked = verify_run(_packed_record(pack, names, index.run_id, index.withheld), kept)
            foreign = [f"{name}: does not belong to the pack" for name in strangers(pack, names)]
            problems = [*foreign, *checked.problems]
            notes = [*checked.notes, *_foreign_code(pack)]
    except BadPack as fault:
        raise InputError(f"{path}: {fault}") from None
    return Checked(problems, notes, f"{state(problems)}: {checked.summary.partition(': ')[2]}")


def _packed_record(pack: Pack, names: Names, run_id: str, withheld: frozenset[str]) -> RunRecord:
    return RunRecord(
        run_id=run_id,
        chain=pack.read(names.chain),
        seal=pack.read(names.folder + SEAL) or None,
        amendments=pack.read(names.amendments),
        digests=sealed_files(pack, names),
        withheld=withheld,
    )


def _foreign_code(pack: Pack) -> list[str]:
    """A pack of another version holds another verifier; so does one that somebody tampered with."""
    others = [name for name in SHIPPED if pack.read(name) != shipped_file(name)]
    return [f"{name}: not the one that this version ships; do not run what you do not trust" for name in others]
