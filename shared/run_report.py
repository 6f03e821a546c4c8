"""A run's report: gathers the documents that it is made from, and renders it three ways. Writes nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from shared.contracts import (
    ApprovalsDocument,
    AuditSummary,
    ContentLibrary,
    IndexDocument,
    MetricsDocument,
    RetrievalDocument,
    SegmentsDocument,
)
from shared.domain.report_model import RunDocuments
from shared.experiment_contracts import ExperimentDocument, PlanDocument
from shared.run_folder import APPROVALS, INDEX, LIBRARY, METRICS, PLAN, SEGMENTS, RunFolder

_DRAWING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="report")
"""All charts are drawn on one thread: matplotlib keeps the fonts of every thread that drew open and in memory."""


def report_documents(run: RunFolder, experiment: ExperimentDocument, audit: AuditSummary) -> RunDocuments:
    """What the report on ``experiment``, one analysis of the run, is made from."""
    return RunDocuments(
        manifest=run.manifest(),
        segments=run.read(SEGMENTS, SegmentsDocument),
        library=run.read(LIBRARY, ContentLibrary),
        index=run.read(INDEX, IndexDocument),
        retrievals=tuple(run.read(name, RetrievalDocument) for name in run.names("retrieval/")),
        variants=tuple(run.variants()),
        verdicts=tuple(run.verdicts()),
        approvals=run.read(APPROVALS, ApprovalsDocument),
        plan=run.read(PLAN, PlanDocument),
        experiment=experiment,
        metrics=run.read(METRICS, MetricsDocument),
        audit=audit,
    )


def render_report(documents: RunDocuments) -> Iterator[tuple[str, bytes]]:
    """The report's kinds, as ``REPORTS`` names them, each with its bytes."""
    from shared.domain.report import build_report
    from shared.rendering.html import render_html
    from shared.rendering.notebook import render_notebook
    from shared.rendering.pdf import render_pdf

    model = build_report(documents)
    yield "html", _DRAWING.submit(render_html, model).result()
    yield "pdf", _DRAWING.submit(render_pdf, model).result()
    yield "ipynb", _DRAWING.submit(render_notebook, documents).result()
