"""``recall``: withdraws a document in a data folder. Needs no engine, no configuration and no service."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.contracts import RecallReport, RecallRequest
from shared.domain.citations import shortened
from shared.errors import InputError
from shared.recalls import recall_document

WHO = "command line"


def recall(document_id: str, reason: str, out: Path) -> RecallReport:
    """Recall the document and give what cites it; ``InputError`` where there is no such data folder."""
    if not out.is_dir():
        raise InputError(f"{out}: there is no such data folder; name the one that holds the runs with --out")
    try:
        request = RecallRequest(document_id=document_id, reason=reason)
    except ValidationError as fault:
        problem = fault.errors(include_url=False)[0]
        raise InputError(f"{problem['loc'][0]}: {problem['msg']}") from None
    return recall_document(request, WHO, DirectoryBlobStore(out), lambda: datetime.now(UTC)).report


def render(report: RecallReport) -> str:
    """The report for a person: what was recalled, a table of the messages that cite it, and what could not be read."""
    return "\n".join(_lines(report))


def _lines(report: RecallReport) -> Iterator[str]:
    name, day = shortened(report.recall.document_id, 80), report.recall.recalled_at.date()
    reason = shortened(report.recall.reason, 200)
    yield f"{name}: recalled on {day} ({shortened(report.recall.recalled_by, 80)})" + (f": {reason}" if reason else "")
    if not report.known:
        yield "No content document and no run knows this id. The recall is recorded all the same; check the spelling."
    elif not report.variants:
        yield "No message cites it."
    else:
        yield ""
        yield from _table(report)
    for problem in report.problems:
        yield f"run {problem.run_id}: {problem.reason}"


def _table(report: RecallReport) -> Iterator[str]:
    heads = ("RUN", "VARIANT", "TONE", "SEGMENT", "STATE")
    rows = [(v.run_id, v.variant_id, v.tone, shortened(v.segment, 40), v.state) for v in report.variants]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        yield _padded(row, widths)


def _padded(cells: Iterable[str], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
