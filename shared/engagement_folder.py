"""The files of observed engagement: a numbered folder for each file that came in and the analysis that it led to.

Each is written once, beside the run's own folder, which is sealed. The rows come first and claim the number; the last
of the reports comes last, and only then is the analysis shown.
"""

from typing import TypeVar

from pydantic import ValidationError

from shared.contracts import BlobRef
from shared.errors import BlobExists, BlobNotFound, Conflict
from shared.experiment_contracts import EngagementFile, ExperimentDocument
from shared.ports import BlobStore
from shared.run_config import Frozen
from shared.run_folder import ENGAGEMENT, EXPERIMENT, REPORTS, encode

ROWS = "rows.parquet"
REJECTED = "rejected.csv"
RECEIVED = "received.json"
ANALYSIS_REPORTS = {kind: name.rpartition("/")[2] for kind, name in REPORTS.items()}
MOST_ANALYSES = 9999
_LAST = ANALYSIS_REPORTS["ipynb"]

Document = TypeVar("Document", bound=Frozen)


def analysis_file(run_id: str, number: int, name: str) -> str:
    """The full name, in its container, of a file of one analysis."""
    return f"{run_id}/{number:04d}/{name}"


class EngagementFolder:
    """The blobs below ``engagement/{run_id}/``; analyses count from 1."""

    def __init__(self, blobs: BlobStore, run_id: str) -> None:
        self._blobs = blobs
        self.run_id = run_id

    def path(self, number: int, name: str) -> str:
        """The blob's full name in its container."""
        return analysis_file(self.run_id, number, name)

    def blobs(self) -> list[BlobRef]:
        """Everything that is there."""
        return list(self._blobs.list(ENGAGEMENT, f"{self.run_id}/"))

    def claimed(self) -> int:
        """How many files came in; their numbers are 1 to this."""
        return max(self._with(ROWS), default=0)

    def newest(self) -> int:
        """The last analysis that is complete; 0 where there is none."""
        return max(self._with(_LAST), default=0)

    def is_complete(self, number: int) -> bool:
        """Whether nothing of the analysis is left to write."""
        return self.exists(number, _LAST)

    def exists(self, number: int, name: str) -> bool:
        try:
            self._blobs.stat(ENGAGEMENT, self.path(number, name))
        except BlobNotFound:
            return False
        return True

    def read(self, number: int, name: str) -> bytes:
        """A file's bytes; ``BlobNotFound`` when it is not there."""
        return self._blobs.read(ENGAGEMENT, self.path(number, name))

    def claim(self, number: int, rows: bytes) -> None:
        """Write the rows under a number that nobody has; ``BlobExists`` where somebody has it."""
        self._blobs.create(ENGAGEMENT, self.path(number, ROWS), rows)

    def keep(self, number: int, name: str, data: bytes) -> None:
        """Write a file unless it is there."""
        try:
            self._blobs.create(ENGAGEMENT, self.path(number, name), data)
        except BlobExists:
            return

    def received(self, number: int) -> EngagementFile:
        """What came in under the number, from ``received.json`` or, where that is not written yet, from the rows."""
        from shared.domain.engagement import received_with

        if self.exists(number, RECEIVED):
            return self._load(number, RECEIVED, EngagementFile)
        return received_with(self.read(number, ROWS))

    def experiment(self, number: int) -> ExperimentDocument:
        """The analysis; ``BlobNotFound`` until it is made."""
        return self._load(number, EXPERIMENT, ExperimentDocument)

    def keep_document(self, number: int, name: str, document: Frozen) -> None:
        """``keep`` a document."""
        self.keep(number, name, encode(document))

    def _with(self, name: str) -> list[int]:
        """The numbers that have a file ``name``."""
        parts = (ref.name.removeprefix(f"{self.run_id}/").split("/") for ref in self.blobs())
        return [int(number) for number, *rest in parts if rest == [name]]

    def _load(self, number: int, name: str, kind: type[Document]) -> Document:
        try:
            return kind.model_validate_json(self.read(number, name))
        except ValidationError:
            raise Conflict(f"{ENGAGEMENT}/{self.path(number, name)} does not hold a valid {kind.__name__}") from None
