"""The report as data: sections made of a few kinds of blocks, each already worded. Renderers only set type.

Nothing here computes; ``shared.domain.report`` fills these models and the renderers read them.
"""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts import (
    ApprovalsDocument,
    AuditSummary,
    ContentLibrary,
    IndexDocument,
    Manifest,
    MetricsDocument,
    RetrievalDocument,
    SegmentsDocument,
    Variant,
    Verdict,
)
from shared.experiment_contracts import ExperimentDocument, PlanDocument
from shared.run_config import Frozen


class RunDocuments(Frozen):
    """Everything a report is made from: the documents of one run, up to its metrics.

    ``index`` is None where there was no search index to bring up to date.
    """

    manifest: Manifest
    segments: SegmentsDocument
    library: ContentLibrary
    retrievals: tuple[RetrievalDocument, ...]
    variants: tuple[Variant, ...]
    verdicts: tuple[Verdict, ...]
    approvals: ApprovalsDocument
    plan: PlanDocument
    experiment: ExperimentDocument
    metrics: MetricsDocument
    audit: AuditSummary
    index: IndexDocument | None = None


# --- blocks -----------------------------------------------------------------------------------------------------------


class Text(Frozen):
    """A paragraph."""

    kind: Literal["text"] = "text"
    text: str


class Bullets(Frozen):
    """A list of short statements."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[str, ...]


class Column(Frozen):
    """A table's column; ``width`` is relative to the other columns' where the page has a fixed width."""

    name: str
    numeric: bool = False
    width: float = 1.0


class Table(Frozen):
    """A table whose first column names its rows; ``notes`` explain its undefined cells."""

    kind: Literal["table"] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


class Bar(Frozen):
    label: str
    value: float = Field(ge=0)
    text: str


class BarChart(Frozen):
    """Horizontal bars, in the order given from the top."""

    kind: Literal["bars"] = "bars"
    title: str
    axis: str
    mark: str = ""
    bars: tuple[Bar, ...] = Field(min_length=1)


class Series(Frozen):
    """One part of every stacked bar: a count per label of its chart."""

    name: str
    values: tuple[int, ...]


class StackedChart(Frozen):
    """Horizontal bars cut into the same series, from safest to worst."""

    kind: Literal["stacked"] = "stacked"
    title: str
    axis: str
    mark: str = ""
    labels: tuple[str, ...]
    series: tuple[Series, ...]


class Estimate(Frozen):
    """A value with its interval, in the axis' unit; ``strong`` where it is statistically significant."""

    label: str
    value: float
    low: float
    high: float
    text: str
    strong: bool = False


class Panel(Frozen):
    title: str
    estimates: tuple[Estimate, ...] = Field(min_length=1)


class IntervalChart(Frozen):
    """Estimates with intervals, one panel per metric; panels share an axis where there is a ``reference`` line."""

    kind: Literal["intervals"] = "intervals"
    title: str
    axis: str
    mark: str = ""
    reference: float | None = None
    panels: tuple[Panel, ...] = Field(min_length=1)


class Fact(Frozen):
    label: str
    value: str


class SourceLink(Frozen):
    """A citation: the number and name of its entry among the report's sources."""

    number: int
    label: str


class MessageCard(Frozen):
    """One message as its readers would get it, with where its claims come from and what was decided about it.

    ``findings`` speak against it, ``notices`` do not.
    """

    kind: Literal["message"] = "message"
    heading: str
    status: Literal["approved", "stopped", "control"]
    status_text: str
    subject: str
    preheader: str
    body: str
    call_to_action: str
    footer: str = ""
    sources: tuple[SourceLink, ...]
    findings: tuple[str, ...]
    notices: tuple[str, ...] = ()
    facts: tuple[Fact, ...]


class SourceCard(Frozen):
    """One cited passage of the content library."""

    kind: Literal["source"] = "source"
    number: int
    title: str
    section: str
    passage: str
    facts: tuple[Fact, ...]
    url: str


Chart = BarChart | StackedChart | IntervalChart
Block = Annotated[
    Text | Bullets | Table | BarChart | StackedChart | IntervalChart | MessageCard | SourceCard,
    Field(discriminator="kind"),
]


# --- the whole --------------------------------------------------------------------------------------------------------


class Section(Frozen):
    """``mark`` is set where the section shows engagement that nobody was observed to have."""

    section_id: str
    title: str
    mark: str = ""
    blocks: tuple[Block, ...] = Field(min_length=1)


class KeyFigure(Frozen):
    label: str
    value: str
    note: str


class Headline(Frozen):
    """The summary: the finding in one sentence, then what was tested and on whom, how sure it is, what to do next."""

    finding: str
    tested: str
    certainty: str
    next_step: str


class ReportModel(Frozen):
    """Everything the renderings show. ``simulated`` is true unless every engagement figure was observed."""

    title: str
    subtitle: str
    run_id: str
    created: str
    brand: str
    simulated: bool
    mark: str
    headline: Headline
    key_figures: tuple[KeyFigure, ...]
    sections: tuple[Section, ...]
