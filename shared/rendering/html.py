"""The report as one HTML file: no scripts, no requests, readable on a phone, on paper and to a screen reader."""

from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from shared.domain.report_model import Chart, ReportModel
from shared.rendering import plots

_TEMPLATE = files("shared.rendering").joinpath("report.html.j2").read_text(encoding="utf-8")


def render_html(report: ReportModel) -> bytes:
    """The page's bytes, UTF-8. Every text of the model is escaped; only the charts' SVG is markup."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    drawn = _Pictures()
    page = environment.from_string(_TEMPLATE).render(
        report=report, picture=drawn.picture, alternative=plots.alternative
    )
    return (page.rstrip() + "\n").encode()


class _Pictures:
    """Numbers the page's pictures, so that their element ids never clash."""

    def __init__(self) -> None:
        self._count = 0

    def picture(self, chart: Chart) -> Markup:
        self._count += 1
        element = plots.svg(plots.draw(chart), f"chart{self._count}")
        return Markup(element.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 (ours)
