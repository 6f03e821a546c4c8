"""A matplotlib figure as a ReportLab drawing: vectors stay vectors and text stays text in the PDF's embedded font."""

from typing import Any

from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform
from reportlab.graphics import shapes
from reportlab.lib.colors import Color

from shared.rendering.pdf_fonts import BOLD, SANS, drawn

_POINTS_PER_INCH = 72
_HATCH_TILE = 72.0


def drawing(figure: Figure) -> shapes.Drawing:
    """The figure at its own size in points."""
    figure.set_dpi(_POINTS_PER_INCH)
    width, height = (_POINTS_PER_INCH * float(inches) for inches in figure.get_size_inches())
    renderer = _DrawingRenderer(width, height)
    figure.draw(renderer)
    return renderer.drawing


class _DrawingRenderer(RendererBase):
    """Turns matplotlib's drawing calls into shapes; one pixel is one point, y points up."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.drawing = shapes.Drawing(width, height, initialFontName=SANS)

    def flipy(self) -> bool:
        return False

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.drawing.width, self.drawing.height

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803 (its name)
    ) -> None:
        shape = _shape(path, transform)
        shape.fillColor = None if rgbFace is None else _colour(rgbFace, gc.get_alpha())
        if gc.get_linewidth() > 0:
            shape.strokeColor = _colour(gc.get_rgb(), gc.get_alpha())
        shape.strokeWidth = gc.get_linewidth()
        self.drawing.add(shape)
        if gc.get_hatch():
            self._hatch(gc, path, transform)

    def draw_text(  # noqa: PLR0917 (the base class's signature)
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,  # noqa: ARG002 (names are never mathematics here)
        mtext: Any = None,  # noqa: ARG002 (placed already)
    ) -> None:
        font = BOLD if prop.get_weight() == "bold" else SANS
        text = shapes.String(0, 0, drawn(s), fontName=font, fontSize=prop.get_size_in_points())
        text.fillColor = _colour(gc.get_rgb(), gc.get_alpha())
        group = shapes.Group(text)
        group.translate(x, y)
        group.rotate(angle)
        self.drawing.add(group)

    def _hatch(self, gc: GraphicsContextBase, path: Path, transform: Transform) -> None:
        clip = _shape(path, transform)
        clip.isClipPath = 1
        clip.strokeColor = clip.fillColor = None
        group = shapes.Group(clip)
        box = path.get_extents(transform)
        tile = gc.get_hatch_path()
        for column in range(int(box.width // _HATCH_TILE) + 1):
            for row in range(int(box.height // _HATCH_TILE) + 1):
                corner = (box.x0 + column * _HATCH_TILE, box.y0 + row * _HATCH_TILE)
                lines = _shape(tile, Affine2D().scale(_HATCH_TILE).translate(*corner))
                lines.strokeColor, lines.strokeWidth = _colour(gc.get_rgb(), None), 0.6
                lines.fillColor = None
                group.add(lines)
        self.drawing.add(group)


def _shape(path: Path, transform: Transform) -> shapes.Path:
    shape = shapes.Path(fillColor=None, strokeColor=None)
    for points, code in path.iter_segments(transform, curves=True, simplify=False):
        here = [float(value) for value in points]
        if code == Path.MOVETO:
            shape.moveTo(*here)
        elif code == Path.LINETO:
            shape.lineTo(*here)
        elif code == Path.CURVE3:
            shape.curveTo(*_cubic(shape.points[-2:], here))
        elif code == Path.CURVE4:
            shape.curveTo(*here)
        elif code == Path.CLOSEPOLY:
            shape.closePath()
    return shape


def _cubic(start: list[float], quadratic: list[float]) -> list[float]:
    """The cubic Bezier curve that equals a quadratic one: its controls lie two thirds of the way to the control."""
    (x0, y0), (xc, yc, x1, y1) = start, quadratic
    return [x0 + 2 / 3 * (xc - x0), y0 + 2 / 3 * (yc - y0), x1 + 2 / 3 * (xc - x1), y1 + 2 / 3 * (yc - y1), x1, y1]


def _colour(rgb: Any, alpha: float | None) -> Color:
    red, green, blue, *opacity = (float(part) for part in rgb)
    return Color(red, green, blue, alpha if alpha is not None else (opacity or [1.0])[0])
