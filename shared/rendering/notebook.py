"""The report as a Jupyter notebook: opens with its outputs in place, and runs again on the run's own files.

The cells' code is ``shared.rendering.notebook_cells``, pasted; the outputs come from calling that same code here, on
documents instead of files. Nothing is executed as text and no kernel is started.
"""

import base64
import inspect
import json
from collections.abc import Callable, Sequence
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

import pandas as pd

from shared.domain.holdout import HOLDOUT
from shared.domain.report_experiment import MARKS
from shared.domain.report_model import RunDocuments
from shared.rendering import notebook_cells as cells
from shared.rendering.notebook_cells import Json, Picture, Shown
from shared.run_config import Frozen

_PARSING = Lock()
"""``inspect`` parses the source of a class, which Python 3.11 cannot do in two threads at once."""
_SETUP = """\
import html
import io
import json
import math
import os
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pandas as pd
import pyarrow.dataset
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Json = dict[str, Any]
METRICS = ("open_rate", "click_rate", "conversion_rate")"""
_RUNS_OWN = """\
RUN = Path(os.environ.get("RUN_FOLDER", ".."))  # this notebook lies in the run's report folder
EXPERIMENT = RUN / "experiment.json\""""
_OBSERVED = """\
RUN = Path(os.environ.get("RUN_FOLDER", "../../../runs/{run_id}"))
EXPERIMENT = Path("experiment.json")  # the analysis of what was observed, beside this notebook"""
_LOAD = """\
segments = read_json(RUN / "segments.json")
plan = read_json(RUN / "plan.json")
experiment = read_json(EXPERIMENT)
metrics = read_json(RUN / "metrics.json")
variants = read_folder(RUN / "variants")
verdicts = read_folder(RUN / "verdicts")"""


class _Loaded(NamedTuple):
    """What the notebook's loading cells hold, under the same names."""

    segments: Json
    plan: Json
    experiment: Json
    metrics: Json
    variants: list[Json]
    verdicts: list[Json]
    assigned: pd.DataFrame


class _Step(NamedTuple):
    """A code cell: the functions it defines, the line that shows something, and that same line run here."""

    functions: Sequence[Callable[..., Any]]
    line: str
    shown: Callable[[_Loaded], Shown | Picture]


_STEPS: tuple[str | _Step, ...] = (
    "## Customers\n\nEvery row of the list is accepted, rejected, or suppressed: it may not be written to.",
    _Step(
        (cells.funnel_table,),
        'Shown(funnel_table(segments), "From the list to the experiment")',
        lambda run: Shown(cells.funnel_table(run.segments), "From the list to the experiment"),
    ),
    "## Segments\n\nEverybody who was accepted, by segment. Shares are of accepted customers.",
    _Step(
        (cells.segments_table,),
        'Shown(segments_table(segments), "Segments")',
        lambda run: Shown(cells.segments_table(run.segments), "Segments"),
    ),
    _Step(
        (cells.segments_plot,),
        'Picture(segments_plot(segments), "Customers by segment")',
        lambda run: Picture(cells.segments_plot(run.segments), "Customers by segment"),
    ),
    "## Assignments\n\nCounted from the assignment files themselves, one row per segment and arm.",
    _Step(
        (cells.count_assignments,),
        'assigned = count_assignments(RUN / "assignments")\nShown(assigned, "Customers by segment and arm")',
        lambda run: Shown(run.assigned, "Customers by segment and arm"),
    ),
    "## Results\n\nRates are per assigned customer. Lift is (treatment - control) / control, in percent.",
    _Step(
        (cells.arms_table,),
        'Shown(arms_table(experiment), f"Rates by arm. {mark(experiment)}")',
        lambda run: Shown(cells.arms_table(run.experiment), f"Rates by arm. {cells.mark(run.experiment)}"),
    ),
    _Step(
        (cells.lift_table,),
        'Shown(lift_table(experiment), f"Lift over control. {mark(experiment)}")',
        lambda run: Shown(cells.lift_table(run.experiment), f"Lift over control. {cells.mark(run.experiment)}"),
    ),
    _Step(
        (cells.lift_plot,),
        'Picture(lift_plot(experiment), "Lift over control, with intervals")',
        lambda run: Picture(cells.lift_plot(run.experiment), "Lift over control, with intervals"),
    ),
    "## Messages and safety\n\nEvery message, what it was rated and why it was stopped.",
    _Step(
        (cells.verdicts_table,),
        'Shown(verdicts_table(variants, verdicts), "Verdicts")',
        lambda run: Shown(cells.verdicts_table(run.variants, run.verdicts), "Verdicts"),
    ),
    "## Cost and speed",
    _Step(
        (cells.costs_table,),
        'Shown(costs_table(metrics), "Seconds by step, tokens and cost")',
        lambda run: Shown(cells.costs_table(run.metrics), "Seconds by step, tokens and cost"),
    ),
    _Step(
        (cells.services_table,),
        'Shown(services_table(metrics), "Calls, errors and latency by service")',
        lambda run: Shown(cells.services_table(run.metrics), "Calls, errors and latency by service"),
    ),
    "## Your own cut\n\nChange the list of segment ids and run again: a hint for the next test, never a finding.",
    _Step(
        (cells.cut,),
        'chosen = list(experiment["strata"])\nShown(cut(experiment, chosen), f"Chosen segments. {mark(experiment)}")',
        lambda run: Shown(
            cells.cut(run.experiment, list(run.experiment["strata"])),
            f"Chosen segments. {cells.mark(run.experiment)}",
        ),
    ),
    (
        "## The next test\n\nCustomers each arm needs for lifts worth having and for the lift the plan expected, at "
        "80% power and the plan's alpha, divided by the number of comparisons where these are adjusted."
    ),
    _Step(
        (cells.first_step_alpha, cells.size_per_arm, cells.next_test),
        'Shown(next_test(plan), "Customers per arm")',
        lambda run: Shown(cells.next_test(run.plan), "Customers per arm"),
    ),
)


def render_notebook(documents: RunDocuments) -> bytes:
    """The notebook's bytes, nbformat 4.5: the same documents always give the same bytes."""
    run = _loaded(documents)
    made = [
        _markdown_cell(_introduction(documents)),
        _code_cell(f"{_SETUP}\n{_places(documents)}"),
        _code_cell(_source((cells.Shown, cells.Picture, cells.mark))),
        _code_cell(f"{_source((cells.read_json, cells.read_folder))}\n\n\n{_LOAD}"),
        *(_markdown_cell(step) if isinstance(step, str) else _step_cell(step, run) for step in _STEPS),
    ]
    notebook = {"cells": _numbered(made), "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
}


def _introduction(documents: RunDocuments) -> str:
    mark = MARKS[documents.experiment.engagement_source]
    warning = f"**{mark}.**\n\n" if mark else ""
    return (
        f"# Personalised e-mail experiment\n\nRun `{documents.manifest.run_id}`\n\n{warning}"
        f"{_where(documents)} It needs pandas, matplotlib and pyarrow."
    )


def _places(documents: RunDocuments) -> str:
    """Where the cells find the run's files and the experiment's."""
    return _OBSERVED.format(run_id=documents.manifest.run_id) if documents.experiment.analysis else _RUNS_OWN


def _where(documents: RunDocuments) -> str:
    number = documents.experiment.analysis
    if number:
        return (
            f"The outputs below are those of analysis {number}, by observed engagement. To run the notebook again, "
            "keep it beside that analysis' `experiment.json`, and set `RUN_FOLDER` to the run's folder if that lies "
            "elsewhere."
        )
    return (
        "The outputs below are the run's own. To run the notebook again, keep it in the run's `report` folder, or set "
        "`RUN_FOLDER` to the run's folder."
    )


def _loaded(documents: RunDocuments) -> _Loaded:
    variants = sorted(documents.variants, key=lambda item: f"{item.variant_id}.json")
    verdicts = sorted(documents.verdicts, key=lambda item: f"{item.variant_id}.json")
    return _Loaded(
        segments=_as_read(documents.segments),
        plan=_as_read(documents.plan),
        experiment=_as_read(documents.experiment),
        metrics=_as_read(documents.metrics),
        variants=[_as_read(item) for item in variants],
        verdicts=[_as_read(item) for item in verdicts],
        assigned=_assigned(documents),
    )


def _as_read(document: Frozen) -> Json:
    plain: Json = json.loads(document.model_dump_json())
    return plain


def _assigned(documents: RunDocuments) -> pd.DataFrame:
    names = {segment.segment_id: segment.segment for segment in documents.plan.segments}
    counts = {
        (names[segment_id], arm): found.n
        for segment_id, arms in documents.experiment.strata.items()
        for arm, found in arms.items()
        if found.n and arm != HOLDOUT
    }
    counts |= {(one.segment, HOLDOUT): one.held_out for one in documents.plan.segments if one.held_out}
    return pd.DataFrame([(*key, counts[key]) for key in sorted(counts)], columns=["segment", "arm", "customers"])


# --- cells ------------------------------------------------------------------------------------------------------------


def _source(parts: Sequence[Callable[..., Any]]) -> str:
    return "\n\n\n".join(map(_source_of, parts))


@cache
def _source_of(part: Callable[..., Any]) -> str:
    with _PARSING:
        return inspect.getsource(part).rstrip()


def _markdown_cell(text: str) -> Json:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code_cell(source: str, *outputs: Json) -> Json:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def _step_cell(step: _Step, run: _Loaded) -> Json:
    return _code_cell(f"{_source(step.functions)}\n\n\n{step.line}", _output(step.shown(run)))


def _output(shown: Shown | Picture) -> Json:
    data = {"text/plain": repr(shown)}
    if isinstance(shown, Picture):
        data["image/png"] = base64.b64encode(shown._repr_png_()).decode()
    else:
        data["text/html"] = shown._repr_html_()
    return {"output_type": "execute_result", "data": data, "metadata": {}}


def _numbered(made: Sequence[Json]) -> list[Json]:
    """The cells with ids and execution counts that follow from their place, so that the bytes never vary."""
    numbered, count = [], 0
    for position, cell in enumerate(made):
        identified = {**cell, "id": f"cell-{position:02d}"}
        if cell["cell_type"] == "code":
            count += 1
            identified["execution_count"] = count
            identified["outputs"] = [{**output, "execution_count": count} for output in cell["outputs"]]
        numbered.append(identified)
    return numbered
