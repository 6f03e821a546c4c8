"""The report's charts as matplotlib figures, and a figure as SVG. Same chart, same bytes, on any thread.

Drawn through figure objects; never through pyplot, whose state is shared by the whole process. Charts say nothing that
the tables beside them do not say too.
"""

import functools
import io
import re
import unicodedata
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from shared.domain.report_model import BarChart, Chart, Estimate, IntervalChart, Panel, StackedChart

mpl.rcParams["svg.hashsalt"] = "personalisation-report"  # element ids from the drawing, not from a random seed
mpl.rcParams["svg.fonttype"] = "none"  # text stays text: it can be read aloud, searched and enlarged

# Okabe and Ito's palette: told apart with any kind of colour vision.
BLUE, ORANGE, GREEN, VERMILION, SKY, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#8C8C8C"
INK, RULE = "#222222", "#D0D0D0"
_SEVERITY_STYLE = {
    "safe (0)": (GREEN, ""),
    "low (2)": (SKY, "//"),
    "medium (4)": (ORANGE, "\\\\"),
    "high (6)": (VERMILION, "xx"),
    "not rated": (GREY, ".."),
}
_WIDTH = 7.0
_ROW = 0.3
_PANEL_ROW = 0.36
_LABEL_WIDTH = 1.85
_FURTHEST = 300.0
_ON_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
_LABEL_FONT = FontProperties(family="DejaVu Sans", size=8)


def draw(chart: Chart) -> Figure:
    """The chart as a figure of ``_WIDTH`` inches whose height follows from its rows."""
    if isinstance(chart, BarChart):
        return _bars(chart)
    if isinstance(chart, StackedChart):
        return _stacked(chart)
    return _intervals(chart)


def svg(figure: Figure, prefix: str) -> str:
    """The figure as an SVG element without prologue; ``prefix`` keeps its ids apart from other figures' on a page."""
    sink = io.StringIO()
    figure.set_canvas(FigureCanvasSVG(figure))
    figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None})
    text = sink.getvalue()
    element = text[text.index("<svg") :].strip()
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    return re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", element)


def alternative(chart: Chart) -> str:
    """What the chart shows, in words: its text alternative."""
    shown = {"bars": "bar chart", "stacked": "stacked bar chart", "intervals": "points with intervals"}[chart.kind]
    return ". ".join(
        part for part in (chart.title, f"{shown}; the table beside it has the figures", chart.mark) if part
    )


# --- the three kinds --------------------------------------------------------------------------------------------------


def _bars(chart: BarChart) -> Figure:
    figure, (axes,) = _figure(len(chart.bars), chart)
    labels = _labels([bar.label for bar in chart.bars], "Segment")
    positions = range(len(chart.bars))
    axes.barh(positions, [bar.value for bar in chart.bars], height=0.62, color=BLUE)
    top = max(bar.value for bar in chart.bars) or 1
    for position, bar in enumerate(chart.bars):
        axes.text(bar.value + top * 0.012, position, bar.text, va="center", fontsize=8, color=INK)
    axes.set_xlim(0, top * 1.15)
    _rows(axes, labels)
    return figure


def _stacked(chart: StackedChart) -> Figure:
    figure, (axes,) = _figure(len(chart.labels), chart, legend=True)
    before = [0] * len(chart.labels)
    for series in chart.series:
        colour, hatch = _SEVERITY_STYLE.get(series.name, (BLUE, ""))
        axes.barh(
            range(len(chart.labels)),
            series.values,
            left=before,
            height=0.62,
            label=series.name,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.6,
        )
        before = [start + value for start, value in zip(before, series.values, strict=True)]
    axes.set_xlim(0, max(*before, 1) * 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _rows(axes, chart.labels)
    figure.legend(loc="upper right", ncols=5, frameon=False, fontsize=8, bbox_to_anchor=(0.99, _below_title(figure)))
    return figure


def _intervals(chart: IntervalChart) -> Figure:
    names = list(dict.fromkeys(item.label for panel in chart.panels for item in panel.estimates))
    figure, panels = _figure(len(names), chart, panels=len(chart.panels))
    shared = _span([item for panel in chart.panels for item in panel.estimates], chart.reference)
    for axes, panel in zip(panels, chart.panels, strict=True):
        low, high = _span(panel.estimates, None) if chart.reference is None else shared
        _rows(axes, _labels(names, "Arm") if axes is panels[0] else [""] * len(names))
        _panel(axes, panel, names, (low, high))
        if chart.reference is not None:
            axes.axvline(chart.reference, color=INK, linewidth=0.8)
    return figure


def _panel(axes: Axes, panel: Panel, names: Sequence[str], limits: tuple[float, float]) -> None:
    axes.set_xlim(*limits)
    axes.set_ylim(len(names) - 0.5, -0.8)
    axes.set_title(panel.title, loc="left", fontsize=8.5, color=INK, fontweight="bold", pad=3)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    for item in panel.estimates:
        _estimate(axes, names.index(item.label), item, limits)


def _estimate(axes: Axes, position: int, item: Estimate, limits: tuple[float, float]) -> None:
    low, high = limits
    colour = VERMILION if item.strong else BLUE
    axes.plot([max(item.low, low), min(item.high, high)], [position, position], color=colour, linewidth=1.6)
    if low <= item.value <= high:
        axes.plot([item.value], [position], marker="D" if item.strong else "o", markersize=5, color=colour)
    for beyond, edge, arrow in ((item.low < low, low, "<"), (item.high > high, high, ">")):
        if beyond:
            axes.plot([edge], [position], marker=arrow, markersize=5, color=colour, clip_on=False)
    middle, reach = (low + high) / 2, 0.38 * (high - low)
    place = min(max(item.value, middle - reach), middle + reach)
    axes.text(place, position - 0.18, item.text, ha="center", va="bottom", fontsize=7.5, color=INK, bbox=_ON_WHITE)


def _span(estimates: Sequence[Estimate], reference: float | None) -> tuple[float, float]:
    """Axis limits that hold every interval, except what lies beyond ``_FURTHEST``, which is drawn as an arrow."""
    points = [point for item in estimates for point in (item.low, item.high)] + (
        [reference] if reference is not None else []
    )
    low, high = max(min(points), -_FURTHEST), min(max(points), _FURTHEST)
    room = (high - low) * 0.06 or 1.0
    return low - room, high + room


# --- layout -----------------------------------------------------------------------------------------------------------


def _figure(rows: int, chart: Chart, *, legend: bool = False, panels: int = 0) -> tuple[Figure, list[Axes]]:
    """A figure with one axes per panel, placed in inches, so that text never depends on how much there is to draw."""
    top = 0.34 + (0.18 if chart.mark else 0) + (0.26 if legend else 0) + (0.26 if panels else 0)
    height = rows * (_PANEL_ROW if panels else _ROW) + 0.12
    total = top + height + 0.55
    figure = Figure(figsize=(_WIDTH, total), facecolor="white")
    figure.text(0, 1 - 0.06 / total, chart.title, va="top", fontsize=10, fontweight="bold", color=INK)
    if chart.mark:
        figure.text(0, 1 - 0.26 / total, chart.mark, va="top", fontsize=8, color=VERMILION)
    count, left, gap = max(panels, 1), _LABEL_WIDTH + 0.12, 0.2
    width = (_WIDTH - left - 0.1 - gap * (count - 1)) / count
    all_axes = [
        figure.add_axes(((left + panel * (width + gap)) / _WIDTH, 0.55 / total, width / _WIDTH, height / total))
        for panel in range(count)
    ]
    figure.text((left + (_WIDTH - left) / 2) / _WIDTH, 0.1 / total, chart.axis, ha="center", fontsize=8, color=INK)
    return figure, all_axes


def _below_title(figure: Figure) -> float:
    return 1 - 0.24 / float(figure.get_size_inches()[1])


def _rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels=list(labels), fontsize=8, parse_math=False)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="x", labelsize=8, colors=INK, length=0)
    axes.tick_params(axis="y", length=0, colors=INK)
    axes.xaxis.set_major_formatter("{x:,.10g}")
    axes.grid(visible=True, axis="x", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(RULE)


def _labels(names: Sequence[str], noun: str) -> list[str]:
    """Names short enough to stand beside a bar; one the font cannot draw becomes its row's number in the table."""
    return [
        _shortened(name) if _drawable(name) else f"{noun} {position}" for position, name in enumerate(names, start=1)
    ]


def _shortened(name: str) -> str:
    if _inches(name) <= _LABEL_WIDTH:
        return name
    while _inches(name + "…") > _LABEL_WIDTH:
        name = name[:-1].rstrip()
    return name + "…"


def _inches(name: str) -> float:
    width, _, _ = text_to_path.get_text_width_height_descent(name, _LABEL_FONT, ismath=False)
    return float(width) / 72


def _drawable(name: str) -> bool:
    left_to_right = all(unicodedata.bidirectional(sign) not in {"R", "AL", "AN"} for sign in name)
    return left_to_right and all(ord(sign) in _font_characters() for sign in name)


@functools.cache
def _font_characters() -> frozenset[int]:
    return frozenset(FT2Font(font_manager.findfont("DejaVu Sans")).get_charmap())
