"""What the amendments say happened to a run's files after its seal: rows erased, files purged.

Pure functions over entries whose chain holds. What an entry says is only believed as far as it fits the seal.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from shared.contracts import AuditEntry, Count, Digest
from shared.domain.report_words import counted

FILE_ERASED = "file_erased"
RUN_PURGED = "run_purged"


class FileErased(BaseModel):
    """Rows left a file: it had the digest ``was`` and has ``sha256`` from then on."""

    file: Annotated[str, Field(min_length=1)]
    sha256: Digest
    was: Digest
    rows: Count


class RunPurged(BaseModel):
    """The run's files were deleted; ``files`` is how many."""

    files: Count


class Amended(NamedTuple):
    """What became of the files, by the amendments."""

    digests: dict[str, list[Digest]]
    """File -> the digests it was given after the seal, oldest first."""
    rows: dict[str, int]
    """File -> rows erased from it."""
    purged: int | None
    """How many files were deleted; None when the run was not purged."""
    problems: list[str]
    """Entries that contradict the seal or one another."""


def read_amendments(entries: Iterable[AuditEntry], sealed: Mapping[str, Digest]) -> Amended:
    """Follow the entries in order; ``sealed`` maps each file's name to its digest in the seal.

    An erasure is entered before it is carried out, so a later one may start from any digest that the file has had.
    """
    amended = Amended({}, {}, None, [])
    for line, entry in enumerate(entries, start=1):
        try:
            amended = _follow(amended, entry, sealed)
        except ValidationError:
            amended.problems.append(f"amendments, line {line}: not what an entry of {entry.event} holds")
        except ValueError as fault:
            amended.problems.append(f"amendments, line {line}: {fault}")
    return amended


def amendment_notes(amended: Amended) -> list[str]:
    """What a reader should know of the files that are not as they were sealed, and rightly so."""
    notes = [f"{name}: amended, {counted(rows, 'row')} erased" for name, rows in sorted(amended.rows.items())]
    return notes if amended.purged is None else [*notes, f"purged: {counted(amended.purged, 'file')} deleted"]


def _follow(amended: Amended, entry: AuditEntry, sealed: Mapping[str, Digest]) -> Amended:
    if entry.event == RUN_PURGED:
        return amended._replace(purged=(amended.purged or 0) + RunPurged.model_validate(entry.data).files)
    if entry.event == FILE_ERASED:
        _erase(amended, FileErased.model_validate(entry.data), sealed)
    return amended


def _erase(amended: Amended, erased: FileErased, sealed: Mapping[str, Digest]) -> None:
    history = amended.digests.setdefault(erased.file, [])
    if erased.file in sealed and erased.was not in (sealed[erased.file], *history):
        raise ValueError(f"{erased.file} never had the digest that rows were erased from")
    history.append(erased.sha256)
    amended.rows[erased.file] = amended.rows.get(erased.file, 0) + erased.rows
