"""The report as a PDF: A4, page numbers, the run's id and, where it applies, the simulated mark on every page.

The same model gives the same bytes. Only layout lives here; every word comes from the model.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Paragraph, Spacer
from reportlab.platypus import Table as Grid
from reportlab.platypus.flowables import CondPageBreak

from shared.domain.report_model import (
    BarChart,
    Block,
    Bullets,
    Column,
    Fact,
    IntervalChart,
    MessageCard,
    ReportModel,
    Section,
    SourceCard,
    StackedChart,
    Table,
    Text,
)
from shared.rendering import plots
from shared.rendering.pdf_drawing import drawing
from shared.rendering.pdf_fonts import BOLD, BOX, OBLIQUE, SANS, lacks, markup, register

INK, MUTED, RULE, TINT = HexColor("#1F2430"), HexColor("#5B6472"), HexColor("#C9CED6"), HexColor("#F5F6F8")
NAVY, WARNING, PASSED = HexColor("#1B3A57"), HexColor("#A63E00"), HexColor("#00664B")
_SIDE, _TOP, _BOTTOM = 18 * mm, 24 * mm, 20 * mm
_WIDTH = A4[0] - 2 * _SIDE
_HEIGHT = A4[1] - _TOP - _BOTTOM
_FONT = ("FONTNAME", (0, 0), (-1, -1), SANS)
_KEPT_ROWS = 12
_CELL_CHARACTERS = 500
_CELL_LINES = 20


def _style(name: str, size: float, **others: Any) -> ParagraphStyle:
    settings = {
        "fontName": SANS,
        "textColor": INK,
        "leading": size * 1.42,
        "splitLongWords": 1,
        "bulletFontName": SANS,
        **others,
    }
    return ParagraphStyle(name, fontSize=size, **settings)


_BODY = _style("body", 9.2, spaceAfter=6)
_TITLE = _style("title", 22, fontName=BOLD, textColor=NAVY, leading=28)
_SUBTITLE = _style("subtitle", 11.5, textColor=MUTED, spaceAfter=4)
_FINDING = _style("finding", 13, fontName=BOLD, leading=18.5, spaceBefore=10, spaceAfter=6)
_SECTION = _style("section", 15, fontName=BOLD, textColor=NAVY, spaceBefore=16, spaceAfter=5)
_CAPTION = _style("caption", 9, fontName=BOLD, spaceBefore=10, spaceAfter=4)
_NOTE = _style("note", 8, textColor=MUTED, spaceBefore=3)
_CELL = _style("cell", 8.2, leading=11)
_NUMBER = _style("number", 8.2, leading=11, alignment=TA_RIGHT)
_HEAD = _style("head", 8, fontName=BOLD, leading=10.5, textColor=MUTED)
_HEAD_NUMBER = _style("head number", 8, fontName=BOLD, leading=10.5, textColor=MUTED, alignment=TA_RIGHT)
_CARD_HEAD = _style("card head", 10, fontName=BOLD)
_STATUS = {
    "approved": _style("approved", 8.6, fontName=BOLD, textColor=PASSED, alignment=TA_RIGHT),
    "stopped": _style("stopped", 8.6, fontName=BOLD, textColor=WARNING, alignment=TA_RIGHT),
    "control": _style("control", 8.6, fontName=BOLD, textColor=MUTED, alignment=TA_RIGHT),
}
_SUBJECT = _style("subject", 9.6, fontName=BOLD)
_PREHEADER = _style("preheader", 8.6, fontName=OBLIQUE, textColor=MUTED)
_COPY = _style("copy", 8.8)
_FINE = _style("fine", 8, textColor=MUTED)
_FAULT = _style("fault", 8.4, textColor=WARNING)
_FIGURE = _style("figure", 17, fontName=BOLD, textColor=NAVY, leading=22)


def render_pdf(report: ReportModel) -> bytes:
    """The PDF's bytes."""
    register()
    sink = io.BytesIO()
    document = BaseDocTemplate(
        sink,
        pagesize=A4,
        invariant=1,
        title=f"{report.title}: {report.subtitle}",
        author=report.brand,
        subject=report.mark or "Observed engagement",
        lang="en-GB",
        pageTemplates=[PageTemplate(frames=[_frame()])],
    )
    document.build(_story(report), canvasmaker=_numbered_canvas(report))
    return sink.getvalue()


def _frame() -> Frame:
    return Frame(_SIDE, _BOTTOM, _WIDTH, _HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def _numbered_canvas(report: ReportModel) -> type[Canvas]:
    """A canvas that holds back its pages until their number is known, then draws the margins on each."""

    class NumberedCanvas(Canvas):  # type: ignore[misc]  # the library has no types
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "initialFontName": SANS})
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 (the library's name)
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                _margins(self, report, number, len(self._pages))
                Canvas.showPage(self)
            Canvas.save(self)

    return NumberedCanvas


def _margins(canvas: Canvas, report: ReportModel, number: int, total: int) -> None:
    left, right, top = _SIDE, A4[0] - _SIDE, A4[1] - 14 * mm
    canvas.setFont(SANS, 8)
    canvas.setFillColor(MUTED)
    canvas.drawString(left, top, report.title)
    canvas.drawString(left, 11 * mm, f"Run {report.run_id}")
    canvas.drawRightString(right, 11 * mm, f"Page {number} of {total}")
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(left, top - 2.2 * mm, right, top - 2.2 * mm)
    canvas.line(left, 15 * mm, right, 15 * mm)
    canvas.setFillColor(WARNING)
    canvas.drawRightString(right, top, report.mark)


# --- the story --------------------------------------------------------------------------------------------------------


def _story(report: ReportModel) -> list[Flowable]:
    story = _cover(report)
    for section in report.sections:
        story += _section(section)
    if lacks(report.model_dump_json()):
        note = f"{BOX} stands for a character that this document's fonts lack; the HTML report shows it."
        story.append(Paragraph(note, _NOTE))
    return story


def _cover(report: ReportModel) -> list[Flowable]:
    headline = report.headline
    about = f"Run {report.run_id}, started {report.created}"
    return [
        Paragraph(markup(report.brand), _SUBTITLE),
        Paragraph(markup(report.title), _TITLE),
        Paragraph(markup(report.subtitle), _SUBTITLE),
        Paragraph(markup(about), _FINE),
        *([Spacer(0, 4 * mm), _mark_box(report.mark)] if report.mark else []),
        Paragraph(markup(headline.finding), _FINDING),
        *(Paragraph(markup(text), _BODY) for text in (headline.tested, headline.certainty, headline.next_step)),
        Spacer(0, 3 * mm),
        _key_figures(report),
    ]


def _mark_box(mark: str) -> Grid:
    style = [
        _FONT,
        ("BOX", (0, 0), (-1, -1), 0.8, WARNING),
        ("LEFTPADDING", (0, 0), (-1, -1), 8),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    ]
    return Grid([[Paragraph(markup(mark), _style("box", 9, textColor=WARNING))]], colWidths=[_WIDTH], style=style)


def _key_figures(report: ReportModel) -> Grid:
    figures = report.key_figures
    rows = [
        [Paragraph(markup(item.label), _FINE) for item in figures],
        [Paragraph(markup(item.value), _FIGURE) for item in figures],
        [Paragraph(markup(item.note), _FINE) for item in figures],
    ]
    style = [
        _FONT,
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, -1), TINT),
        ("LINEABOVE", (0, 0), (-1, 0), 1, NAVY),
        ("LEFTPADDING", (0, 0), (-1, -1), 7),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -2), 0),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 7),
    ]
    return Grid(rows, colWidths=[_WIDTH / len(figures)] * len(figures), style=style)


def _section(section: Section) -> list[Flowable]:
    first, *others = section.blocks
    opening = [
        Paragraph(markup(section.title), _SECTION),
        _Bookmark(section.section_id, section.title),
        *_block(first),
    ]
    return [
        CondPageBreak(60 * mm),
        KeepTogether(opening),
        *(flowable for block in others for flowable in _block(block)),
    ]


class _Bookmark(Flowable):  # type: ignore[misc]  # the library has no types
    """An entry of the PDF's outline; takes no room."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self._key, self._title = key, title

    def wrap(self, *_: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        self.canv.bookmarkPage(self._key)
        self.canv.addOutlineEntry(self._title, self._key, level=0)


def _block(block: Block) -> list[Flowable]:
    renderers: dict[type, Callable[[Any], list[Flowable]]] = {
        Text: _text,
        Bullets: _bullets,
        Table: _table,
        BarChart: _chart,
        StackedChart: _chart,
        IntervalChart: _chart,
        MessageCard: _message,
        SourceCard: _source,
    }
    return renderers[type(block)](block)


def _text(block: Text) -> list[Flowable]:
    return [Paragraph(markup(block.text), _BODY)]


def _bullets(block: Bullets) -> list[Flowable]:
    style = _style("bullet", 9.2, leftIndent=11, bulletIndent=1, spaceAfter=3)
    return [Paragraph(markup(item), style, bulletText="•") for item in block.items]


def _chart(chart: BarChart | StackedChart | IntervalChart) -> list[Flowable]:
    picture = drawing(plots.draw(chart))
    scale = min(_WIDTH / picture.width, _HEIGHT / picture.height)
    picture.scale(scale, scale)
    picture.width, picture.height = picture.width * scale, picture.height * scale
    return [KeepTogether([Spacer(0, 4 * mm), picture, Spacer(0, 2 * mm)])]


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(table: Table) -> list[Flowable]:
    whole = sum(column.width for column in table.columns)
    widths = [_WIDTH * column.width / whole for column in table.columns]
    head = [_cell(column.name, column, heading=True) for column in table.columns]
    rows = [[_cell(text, column) for text, column in zip(row, table.columns, strict=True)] for row in table.rows]
    grid = Grid(
        [head, *rows],
        colWidths=widths,
        repeatRows=1,
        splitInRow=1,
        style=[
            _FONT,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            *_kept_together([head, *rows], widths),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, MUTED),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ],
    )
    caption = Paragraph(markup(table.caption), _CAPTION)
    notes = [Paragraph(markup(note), _NOTE) for note in table.notes]
    if len(rows) <= _KEPT_ROWS:
        return [KeepTogether([caption, grid, *notes[:3]]), *notes[3:], Spacer(0, 3 * mm)]
    return [CondPageBreak(45 * mm), caption, grid, *notes, Spacer(0, 3 * mm)]


def _kept_together(rows: Sequence[Sequence[Paragraph]], widths: Sequence[float]) -> list[tuple[Any, ...]]:
    """The head with the first two rows, and the last three rows, unless they are too tall to share a page."""
    heights = [max(cell.wrap(width - 6, _HEIGHT)[1] for cell, width in zip(row, widths, strict=True)) for row in rows]
    end = len(rows) - 1
    spans = [(0, min(2, end)), (max(1, end - 2), end)] if end else []
    return [
        ("NOSPLIT", (0, first), (-1, last)) for first, last in spans if sum(heights[first : last + 1]) < _HEIGHT / 2
    ]


def _cell(text: str, column: Column, *, heading: bool = False) -> Paragraph:
    shown = _shortened(text)
    if heading:
        return Paragraph(markup(shown), _HEAD_NUMBER if column.numeric else _HEAD)
    return Paragraph(markup(shown), _NUMBER if column.numeric else _CELL)


def _shortened(text: str) -> str:
    lines = text.split("\n")
    cut = "\n".join(lines[:_CELL_LINES])[:_CELL_CHARACTERS].rstrip()
    return text if len(lines) <= _CELL_LINES and len(text) <= _CELL_CHARACTERS else cut + "…"


# --- cards ------------------------------------------------------------------------------------------------------------


def _message(card: MessageCard) -> list[Flowable]:
    head = Grid(
        [[Paragraph(markup(card.heading), _CARD_HEAD), Paragraph(markup(card.status_text), _STATUS[card.status])]],
        colWidths=[_WIDTH * 0.62, _WIDTH * 0.38 - 16],
        style=[("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0), *_TIGHT],
    )
    colour = {"approved": PASSED, "stopped": WARNING, "control": MUTED}[card.status]
    sources = [_link(f"#source-{item.number}", f"[{item.number}]") + f" {markup(item.label)}" for item in card.sources]
    rows: list[Flowable] = [
        head,
        *_optional(card.subject, _SUBJECT),
        *_optional(card.preheader, _PREHEADER),
        *(Paragraph(markup(part), _COPY) for part in card.body.split("\n") if part.strip()),
        *_optional(card.call_to_action, _SUBJECT, "Call to action: "),
        *(Paragraph(markup(part), _FINE) for part in card.footer.split("\n") if part.strip()),
        *([Paragraph("Sources: " + "; ".join(sources), _FINE)] if sources else []),
        *(Paragraph(markup(finding), _FAULT) for finding in card.findings),
        *(Paragraph(markup(notice), _FINE) for notice in card.notices),
        *_facts(card.facts),
    ]
    return _card(rows, colour)


def _optional(text: str, style: ParagraphStyle, label: str = "") -> list[Flowable]:
    return [Paragraph(markup(label + text), style)] if text else []


def _facts(facts: Sequence[Fact]) -> list[Flowable]:
    return [Paragraph(markup("; ".join(f"{fact.label}: {fact.value}" for fact in facts)), _FINE)] if facts else []


def _source(card: SourceCard) -> list[Flowable]:
    title = f'<a name="source-{card.number}"/>[{card.number}] {markup(card.title)}, {markup(card.section)}'
    rows: list[Flowable] = [
        Paragraph(title, _SUBJECT),
        *(Paragraph(markup(part), _COPY) for part in card.passage.split("\n") if part.strip()),
        *_facts(card.facts),
        *([Paragraph(_link(card.url, card.url), _FINE)] if card.url else []),
    ]
    return _card(rows, NAVY)


def _link(target: str, text: str) -> str:
    return f'<a href={quoteattr(target)} color="#1B3A57">{markup(text)}</a>'


_TIGHT = [
    _FONT,
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def _card(rows: Sequence[Flowable], colour: HexColor) -> list[Flowable]:
    """A column of paragraphs beside a coloured rule; one row each, so that a card may go on over a page's end."""
    style = [
        _FONT,
        ("LINEBEFORE", (0, 0), (0, -1), 2, colour),
        ("LEFTPADDING", (0, 0), (-1, -1), 10),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    grid = Grid([[row] for row in rows], colWidths=[_WIDTH], style=style, splitInRow=1)
    return [KeepTogether([grid, Spacer(0, 5 * mm)])]
