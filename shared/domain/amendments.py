"""What the amendments say happened to a run after its seal: rows erased, files purged, observed engagement analysed.

Pure functions over entries whose chain holds. What an entry says is only believed as far as it fits the seal.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts import AuditEntry, Count, Digest
from shared.domain.report_words import counted

FILE_ERASED = "file_erased"
RUN_PURGED = "run_purged"
ENGAGEMENT_ANALYSED = "engagement_analysed"


class _Recorded(BaseModel):
    model_config = ConfigDict(strict=True)


class FileErased(_Recorded):
    """Rows left a file: it had the digest ``was`` and has ``sha256`` from then on."""

    file: Annotated[str, Field(min_length=1)]
    sha256: Digest
    was: Digest
    rows: Count


class RunPurged(_Recorded):
    """The run's files were deleted; ``files`` is how many."""

    files: Count


class EngagementAnalysed(_Recorded):
    """An analysis of observed engagement was added: from the rows in ``file``, as they were, and those before."""

    analysis: Annotated[int, Field(ge=1)]
    file: Annotated[str, Field(min_length=1)]
    received_digest: Digest
    rows_digest: Digest
    experiment_digest: Digest
    plan_digest: Digest


class Amended(NamedTuple):
    """What became of the files, by the amendments."""

    erasures: dict[str, list[FileErased]]
    """File -> its erasures after the seal, in the order of their entries."""
    purged: int | None
    """How many files were deleted; None when the run was not purged."""
    analyses: dict[str, EngagementAnalysed]
    """File -> the analysis that was made when it came in, in the order of their entries."""
    problems: list[str]
    """Entries that contradict the seal or one another."""

    def digests(self, name: str) -> list[Digest]:
        """The digests that a file was given after the seal, oldest first."""
        return [erased.sha256 for erased in self.erasures.get(name, [])]

    def rows(self, name: str) -> int:
        """How many rows the file lacks: of the last erasure, the one that it started from, and so on.

        An erasure that no later one started from was not carried out when it was entered.
        """
        rows, wanted = 0, self.digests(name)[-1:]
        for erased in reversed(self.erasures.get(name, [])):
            if [erased.sha256] == wanted:
                rows, wanted = rows + erased.rows, [erased.was]
        return rows


def read_amendments(entries: Iterable[AuditEntry], sealed: Mapping[str, Digest]) -> Amended:
    """Follow the entries in order; ``sealed`` maps each file's name to its digest in the seal.

    An erasure is entered before it is carried out, so a later one may start from any digest that the file has had.
    """
    amended = Amended({}, None, {}, [])
    for line, entry in enumerate(entries, start=1):
        try:
            amended = _follow(amended, entry, sealed)
        except ValidationError:
            amended.problems.append(f"amendments, line {line}: not what an entry of {entry.event} holds")
        except ValueError as fault:
            amended.problems.append(f"amendments, line {line}: {fault}")
    return amended


def engagement_problems(amended: Amended, found: Mapping[str, str]) -> list[str]:
    """Every file of observed engagement that is not as it was analysed and amended.

    ``found`` maps the full names of files to digests: of the rows' bytes, and of the JSON that an experiment holds.
    """
    if amended.purged is not None:
        return []
    told: dict[str, str] = {}
    for rows, analysed in amended.analyses.items():
        told[rows] = _rows_problem(found.get(rows), [analysed.rows_digest, *amended.digests(rows)])
        experiment = f"{rows.rpartition('/')[0]}/experiment.json"
        told[experiment] = _problem(found.get(experiment), analysed.experiment_digest)
    return [f"{name}: {problem}" for name, problem in told.items() if problem]


def _rows_problem(found: str | None, digests: list[Digest]) -> str:
    *earlier, current = digests
    if found != current and found in earlier:
        return "rows were to be erased from it, and were not; erase them again"
    return _problem(found, current)


def _problem(found: str | None, expected: Digest) -> str:
    if found is None:
        return "missing"
    return "" if found == expected else "changed since it was analysed"


def amendment_notes(amended: Amended) -> list[str]:
    """What a reader should know of the files that are not as they were sealed, and rightly so."""
    notes = [f"{name}: amended, {counted(amended.rows(name), 'row')} erased" for name in sorted(amended.erasures)]
    if amended.analyses:
        notes.append(f"observed engagement: {counted(len(amended.analyses), 'analysis', 'analyses')}, not in the seal")
    return notes if amended.purged is None else [*notes, f"purged: {counted(amended.purged, 'file')} deleted"]


def _follow(amended: Amended, entry: AuditEntry, sealed: Mapping[str, Digest]) -> Amended:
    if entry.event == RUN_PURGED:
        return amended._replace(purged=(amended.purged or 0) + RunPurged.model_validate(entry.data).files)
    if entry.event == ENGAGEMENT_ANALYSED:
        _analyse(amended, EngagementAnalysed.model_validate(entry.data))
    if entry.event == FILE_ERASED:
        _erase(amended, FileErased.model_validate(entry.data), sealed)
    return amended


def _erase(amended: Amended, erased: FileErased, sealed: Mapping[str, Digest]) -> None:
    name = erased.file
    first = sealed.get(name) or (amended.analyses[name].rows_digest if name in amended.analyses else None)
    if first and erased.was not in (first, *amended.digests(name)):
        raise ValueError(f"{name} never had the digest that rows were erased from")
    amended.erasures.setdefault(name, []).append(erased)


def _analyse(amended: Amended, analysed: EngagementAnalysed) -> None:
    if analysed.analysis != len(amended.analyses) + 1 or analysed.file in amended.analyses:
        raise ValueError(f"analysis {analysed.analysis} does not follow those before it")
    amended.analyses[analysed.file] = analysed
