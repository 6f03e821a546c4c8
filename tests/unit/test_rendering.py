"""The three renderings: complete, safe with hostile text, and the same bytes for the same run."""

import base64
import io
import json
import os
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from pypdf import PdfReader

from shared.domain.report import build_report
from shared.domain.report_model import Column, MessageCard, ReportModel, RunDocuments, Table
from shared.rendering import pdf_fonts, plots
from shared.rendering.html import render_html
from shared.rendering.notebook import render_notebook
from shared.rendering.notebook_cells import size_per_arm
from shared.rendering.pdf import render_pdf
from tests.report_fixture import HOSTILE_NAMES, documents, write_run

VOID = {"meta", "br", "link", "img", "input", "hr"}
CASES = {
    "ordinary": {},
    "twelve segments, four million customers": {"segments": 12, "customers": 4_000_000},
    "one segment, observed": {"segments": 1, "source": "observed"},
    "hostile names": {"segments": 6, "names": HOSTILE_NAMES},
    "all blocked": {"approved": False},
    "no customers": {"customers": 0},
    "too few customers": {"customers": 40},
    "mismatch": {"mismatch": True},
    "clusters, people approve": {"method": "kmeans", "approval": "required"},
}


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES.keys())
def report(request: pytest.FixtureRequest) -> ReportModel:
    return build_report(documents(**request.param))


@pytest.fixture(scope="module")
def page(report: ReportModel) -> "Page":
    return Page(render_html(report).decode())


class Page(HTMLParser):
    """What a page is made of; fails on elements that are not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


def charts(report: ReportModel) -> list:
    kinds = {"bars", "stacked", "intervals"}
    return [block for section in report.sections for block in section.blocks if block.kind in kinds]


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


# --- charts -----------------------------------------------------------------------------------------------------------


def test_a_chart_is_the_same_svg_on_any_thread() -> None:
    """Charts drawn at once do not mix, and are byte for byte what one thread draws."""
    wanted = charts(build_report(documents())) * 4
    alone = [plots.svg(plots.draw(chart), "x") for chart in wanted]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda chart: plots.svg(plots.draw(chart), "x"), wanted)) == alone


def test_charts_are_well_formed_and_marked(report: ReportModel) -> None:
    """Every chart is an SVG of its own; those of engagement carry the report's mark."""
    for chart in charts(report):
        element = plots.svg(plots.draw(chart), "x")
        assert ET.fromstring(element).tag.endswith("svg")  # noqa: S314 (our own drawing)
        assert chart.mark in element
        assert chart.title in plots.alternative(chart)


def test_a_name_the_chart_font_lacks_becomes_its_row_in_the_table() -> None:
    """Names in other scripts are numbered, Latin ones shortened, and a dollar sign is no formula."""
    names = ("優良顧客", "عملاء", "🎁 gifts", "a $x^2$ b", "very " * 30)
    bars = charts(build_report(documents(segments=5, names=names)))[2]
    element = plots.svg(plots.draw(bars), "x")
    assert all(label in element for label in ("Segment 1", "Segment 2", "Segment 3", "a $x^2$ b", "very very"))
    assert "…" in element


# --- HTML -------------------------------------------------------------------------------------------------------------


def test_html_is_closed_unambiguous_and_self_contained(page: Page) -> None:
    """Elements nest, ids are unique, links inside lead somewhere, and nothing is fetched or run."""
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    inside = {link[1:] for link in page.values("href") if link.startswith("#")}
    assert inside <= set(ids)
    assert not {"script", "iframe", "object", "img", "link", "form"} & {tag for tag, _ in page.tags}
    assert not page.values("src")
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert all(link.startswith(("#", "https://")) for link in page.values("href"))


def test_html_tables_and_pictures_are_accessible(page: Page) -> None:
    """Each table has a caption and scoped headers, each picture words, the page a language and one main heading."""
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption")
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in page.tags if tag == "th")
    assert all(attributes.get("aria-label") for tag, attributes in page.tags if tag == "figure")
    assert tags.count("h1") == 1
    assert page.tags[0] == ("html", {"lang": "en-GB"})


def test_html_shows_every_cell_of_every_table(report: ReportModel, page: Page) -> None:
    """Nothing of the model is lost, and hostile text arrives as text."""
    text = "".join(page.text)
    tables = [block for section in report.sections for block in section.blocks if isinstance(block, Table)]
    assert all(cell in text for table in tables for row in table.rows for cell in row)
    assert report.headline.finding in text


def test_html_says_simulated_first_and_in_every_printed_margin() -> None:
    """The mark is a strip on the screen, a margin on paper and a line above the figures; observed runs have none."""
    page = render_html(build_report(documents())).decode()
    mark = "Simulated engagement: not observed behaviour"
    assert f'<div class="strip" role="note">{mark}</div>' in page
    assert f'@top-right {{ content: "{mark}"' in page
    assert mark not in render_html(build_report(documents(source="observed"))).decode()


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_pdf_numbers_identifies_and_marks_every_page(report: ReportModel) -> None:
    """Page x of y, the run's id and the mark stand on each page, and no page is empty."""
    texts = pages(render_pdf(report))
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert f"Run {report.run_id}" in text
        assert report.mark in text
        assert len(text) > 150


def test_pdf_has_its_fonts_inside_and_an_outline() -> None:
    """A reader needs no fonts of their own for Latin text, and can jump to each section."""
    report = build_report(documents())
    reader = PdfReader(io.BytesIO(render_pdf(report)))
    fonts = {
        font["/BaseFont"]: font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("FontFile2" in str(font["/FontDescriptor"]) for font in fonts.values())
    assert [entry.title for entry in reader.outline] == [section.title for section in report.sections]


def test_pdf_fonts_are_made_known_once_however_many_threads_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that render first at the same moment wait for one of them, so that no text is set in a wrong font."""
    register_font, registered, everyone = pdf_fonts.pdfmetrics.registerFont, [], threading.Barrier(4)

    def noted(font: Any) -> None:
        registered.append(font.fontName)
        register_font(font)

    def begin(_number: int) -> None:
        everyone.wait()
        pdf_fonts.register()

    monkeypatch.setattr(pdf_fonts.pdfmetrics, "registerFont", noted)
    pdf_fonts._register_once.cache_clear()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(begin, range(4)))
    assert len(registered) == len(set(registered)) == 6


def test_pdf_keeps_markup_in_names_as_text() -> None:
    """Angle brackets and ampersands are shown, not interpreted."""
    text = "\n".join(pages(render_pdf(build_report(documents(segments=6, names=HOSTILE_NAMES)))))
    assert "<b>Bold</b> & <script>" in text
    assert "stands for a character" in text


def test_pdf_takes_text_of_any_length_and_shape() -> None:
    """Endless words, endless paragraphs and empty messages are laid out without an error."""
    run = documents(segments=1)
    shapes = ("x" * 30_000, "long words and lines\n" * 3000, "")
    variants = tuple(
        variant.model_copy(update={"body": body, "subject": body, "preheader": body, "call_to_action": body})
        for variant, body in zip(run.variants, shapes, strict=True)
    )
    assert pages(render_pdf(build_report(run.model_copy(update={"variants": variants}))))


@pytest.mark.parametrize("text", ["9" * 5000, "w\n" * 2000, "\u6771" * 3000, "\u0627" * 900 + " W" * 900])
@pytest.mark.parametrize("rows", [1, 3, 13])
def test_pdf_takes_tables_of_any_text(text: str, rows: int) -> None:
    """A row taller than its page's rest is split or cut short; laying it out never fails."""
    report = build_report(documents(approved=False))
    wide = [Column(name="Name", width=3.0), *(Column(name="Figure", numeric=True, width=0.4) for _ in range(6))]
    made = Table(caption="Awkward", columns=tuple(wide), rows=((text,) * 7,) * rows)
    section = report.sections[0].model_copy(update={"blocks": (made,)})
    assert render_pdf(report.model_copy(update={"sections": (section,)})).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("two\nlines", "two<br/>lines"),
        ("£5 é ł Ж Ω", "£5 é ł Ж Ω"),
        ("優良", '<font name="STSong-Light">優良</font>'),
        ("顧客の", '<font name="HeiseiMin-W3">顧客の</font>'),
        ("고객", '<font name="HYSMyeongJo-Medium">고객</font>'),
        ("\U0001f468\u200d\U0001f469 ok", "□□ ok"),
        ("שלום abc", "םולש abc"),
        ("سلام", "\ufee1\ufe8e\ufee0\ufeb3"),
    ],
)
def test_pdf_text_finds_a_font_or_a_box(text: str, expected: str) -> None:
    """Every sign is escaped, sent to a font that has it, put in visual order or replaced by a box."""
    assert pdf_fonts.markup(text) == expected


def test_notices_of_a_message_are_on_its_page() -> None:
    """HTML and PDF show them beside what speaks against the message."""
    report = build_report(documents())
    notice = "Note: the segment is called like an instruction to a model"
    assert f'<li dir="auto">{notice}</li>' in render_html(report).decode()
    assert notice in "\n".join(pages(render_pdf(report)))


def test_the_footer_of_a_message_is_on_its_page() -> None:
    """HTML and PDF show it below each message, the control message included."""
    report = build_report(documents())
    cards = sum(isinstance(block, MessageCard) for section in report.sections for block in section.blocks)
    assert render_html(report).decode().count("Unsubscribe: {{unsubscribe_url}}") == cards > 1
    assert "\n".join(pages(render_pdf(report))).count("Unsubscribe: {{unsubscribe_url}}") == cards


# --- notebook ---------------------------------------------------------------------------------------------------------


def cell_outputs(notebook: nbformat.NotebookNode) -> list[dict[str, str]]:
    data = [output["data"] for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    kinds = ("text/plain", "text/html", "image/png")
    return [{kind: found[kind].strip() for kind in kinds if kind in found} for found in data]


def test_notebook_is_valid_and_opens_rendered() -> None:
    """It validates, needs no run to be read, and shows tables as HTML and text and plots as PNG."""
    notebook = nbformat.reads(render_notebook(documents()).decode(), as_version=4)
    nbformat.validate(notebook)
    outputs = cell_outputs(notebook)
    assert sum("text/html" in output for output in outputs) == 10
    pictures = [base64.b64decode(output["image/png"]) for output in outputs if "image/png" in output]
    assert len(pictures) == 2
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert all(output["text/plain"] for output in outputs)


def test_notebook_tables_escape_names_and_keep_their_figures() -> None:
    """Segment names never become markup, and the lift shown is the experiment's."""
    run = documents(segments=6, names=HOSTILE_NAMES)
    tables = "".join(
        output.get("text/html", "") for output in cell_outputs(nbformat.reads(render_notebook(run).decode(), 4))
    )
    assert "<script>" not in tables
    assert "&lt;script&gt;" in tables
    assert f"{run.experiment.lift_analysis[0].lift_percent:,.4g}" in tables


def test_notebook_has_cost_and_latency_with_their_estimate() -> None:
    """Tokens by kind stand beside the estimate, and each service has its row."""
    run = documents()
    shown = [output["text/plain"] for output in cell_outputs(nbformat.reads(render_notebook(run).decode(), 4))]
    costs = next(text for text in shown if text.startswith("Seconds by step"))
    services = next(text for text in shown if text.startswith("Calls, errors"))
    assert f"{run.metrics.estimate.prompt_tokens:,}" in costs
    assert "input tokens from the service's cache" in costs
    assert [line.split()[0] for line in services.splitlines()[2:]] == ["generation", "safety", "search"]


@pytest.mark.parametrize("case", ["hostile names", "no customers"])
def test_notebook_cells_run_on_the_runs_own_files_and_show_the_same(case: str, tmp_path: Path) -> None:
    """Run top to bottom in a fresh interpreter beside the run's files, every cell ends in its embedded output."""
    run = documents(**CASES[case])
    shown = run_cells(run, tmp_path)
    embedded = cell_outputs(nbformat.reads(render_notebook(run).decode(), as_version=4))
    assert [output["text/plain"] for output in embedded] == [text for text, _ in shown]
    assert [output.get("text/html", output.get("image/png")) for output in embedded] == [rich for _, rich in shown]


RUNNER = """
import ast, base64, json, sys
scope, shown = {}, []
for source in json.load(sys.stdin):
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), scope)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), scope)
        picture = getattr(value, "_repr_png_", None)
        shown.append((repr(value), base64.b64encode(picture()).decode() if picture else value._repr_html_()))
json.dump(shown, sys.stdout)
"""


def test_the_notebook_of_observed_engagement_reads_its_own_analysis(tmp_path: Path) -> None:
    """Beside its experiment it shows what was observed, and never the run's own simulated figures."""
    own = documents(segments=2)
    observed = documents(segments=2, uplift=-0.5, source="observed").experiment.model_copy(update={"analysis": 2})
    run = own.model_copy(update={"experiment": observed})
    folder = tmp_path / "engagement" / own.manifest.run_id / "0002"
    folder.mkdir(parents=True)
    write_run(tmp_path / "runs" / own.manifest.run_id, own)
    (folder / "experiment.json").write_text(observed.model_dump_json(), encoding="utf-8")
    embedded = cell_outputs(nbformat.reads(render_notebook(run).decode(), as_version=4))
    assert [output["text/plain"] for output in embedded] == [text for text, _ in run_cells_in(folder, run)]


def run_cells(run: RunDocuments, folder: Path) -> list[list[str]]:
    """What the code cells show when a plain interpreter runs them where the notebook lies."""
    write_run(folder, run)
    return run_cells_in(folder / "report", run)


def run_cells_in(folder: Path, run: RunDocuments) -> list[list[str]]:
    notebook = json.loads(render_notebook(run))
    sources = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    environment = {name: value for name, value in os.environ.items() if name not in {"RUN_FOLDER", "PYTHONPATH"}}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps(sources),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    shown: list[list[str]] = json.loads(done.stdout)
    return shown


@pytest.mark.integration
def test_notebook_runs_in_a_jupyter_kernel(tmp_path: Path) -> None:
    """The real kernel runs the notebook top to bottom and arrives at the embedded figures."""
    pytest.importorskip("ipykernel")
    run = documents()
    write_run(tmp_path, run)
    path = tmp_path / "report" / "report.ipynb"
    path.write_bytes(render_notebook(run))
    script = "from nbclient.cli import main; main()"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, "--inplace", "--timeout=120", str(path)],
        check=True,
        capture_output=True,
        timeout=240,
    )
    executed = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    assert cell_outputs(executed) == cell_outputs(nbformat.reads(render_notebook(run).decode(), as_version=4))


def test_next_tests_size_matches_a_published_example() -> None:
    """Fleiss, Levin and Paik (2003), 4.2: 0.60 against 0.70 at alpha 0.05 and 80% power needs 356 in each group."""
    assert size_per_arm(0.6, 1 / 6, 0.05) == pytest.approx(356, abs=1)
    assert size_per_arm(0.05, 0.0, 0.05) is None
    assert size_per_arm(0.6, 1.0, 0.05) is None


# --- all of them ------------------------------------------------------------------------------------------------------


def test_the_same_run_gives_the_same_bytes() -> None:
    """Nothing of the moment, the process or the order of earlier work enters a file."""
    run = documents(segments=2)
    made = [(render_html(build_report(run)), render_pdf(build_report(run)), render_notebook(run))]
    other = documents(segments=1)
    render_html(build_report(other)), render_pdf(build_report(other)), render_notebook(other)
    made.append((render_html(build_report(run)), render_pdf(build_report(run)), render_notebook(run)))
    assert made[0] == made[1]


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    """Two interpreters with different string hashing write identical files."""
    script = (
        "import hashlib; from tests.report_fixture import documents; from shared.domain.report import build_report; "
        "from shared.rendering import html, notebook, pdf; run = documents(segments=1); report = build_report(run); "
        "files = (html.render_html(report), pdf.render_pdf(report), notebook.render_notebook(run)); "
        "print([hashlib.sha256(data).hexdigest() for data in files])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
