"""A run is told to a tracking server in figures alone, once, and a server that fails costs the tracking only."""

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from activities.experimentation import analyse_experiment, assign_partition, plan_experiment
from activities.reporting import close_run, summarise_run, write_report
from activities.tracking import track_run
from shared.contracts import (
    CloseRequest,
    Ending,
    PartitionRef,
    ResultDocument,
    RunRef,
    Seal,
    StepTimes,
    TrackingDocument,
)
from shared.domain.tracking import describe_run
from shared.errors import Conflict, RunCancelled, ServiceUnavailable
from shared.run_config import TONES
from shared.run_folder import RESULT, RUNS, SEAL, TRACKING, RunFolder
from tests.fakes import MemoryBlobs
from tests.report_fixture import documents
from tests.waiting_run import RUN, WaitingRun

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
WAYS = {
    "plain": {},
    "no customers": {"customers": 0},
    "nothing approved": {"approved": False},
    "observed": {"source": "observed"},
    "mismatch": {"mismatch": True},
    "clusters": {"method": "kmeans", "segments": 12},
}


def record_of(run, files=None):
    return describe_run(
        run.manifest,
        segments=run.segments,
        plan=run.plan,
        experiment=run.experiment,
        metrics=run.metrics,
        files=files or {},
    )


# --- what is told


@pytest.mark.parametrize("way", WAYS)
def test_names_are_words_joined_by_slashes_and_none_begins_another(way):
    """A server may keep names as folders and files, so none is a folder of another, and all are short."""
    record = record_of(documents(**WAYS[way]))
    for names in (set(record.metrics), set(record.parameters), set(record.tags)):
        folders = {name[: place.start()] for name in names for place in re.finditer("/", name)}
        assert not folders & names
        assert all(NAME.fullmatch(name) and len(name) <= 250 for name in names)
    assert all(len(value) <= 500 for value in record.parameters.values())


def test_figures_are_those_of_the_documents():
    """Counts, cost, times, latencies and every arm's rates and lifts stand under their names."""
    run = documents()
    told = record_of(run).metrics
    assert told["customers/suppressed"] == run.metrics.customers.suppressed == 12
    assert told["variants/approved"] == run.metrics.variants.approved
    assert told["pass_rate"] == run.metrics.pass_rate
    assert told["cost_usd"] == run.metrics.cost_usd
    assert told["tokens/all"] == run.metrics.tokens
    assert told["seconds/experimenting"] == 75.0
    assert told["service/generation/p95_ms"] == 1904.5
    for arm in run.experiment.arms:
        assert told[f"arm/{arm.arm_name}/n"] == arm.sample_size
        assert told[f"arm/{arm.arm_name}/click_rate/rate"] == arm.click_rate
    for row in run.experiment.lift_analysis:
        at = f"arm/{row.treatment_arm}/{row.metric}"
        assert told[f"{at}/lift_percent"] == row.lift_percent
        assert (told[f"{at}/lift_percent_low"], told[f"{at}/lift_percent_high"]) == row.lift_ci_percent
        assert told[f"{at}/p_adjusted"] == row.p_adjusted


def test_what_is_undefined_is_left_out():
    """A rate of nobody, a lift without an interval and a latency without a call are no figures."""
    run = documents(customers=40)
    nobody = run.experiment.arms[0].model_copy(update={"sample_size": 0, "click_rate": None})
    [undefined] = [row for row in run.experiment.lift_analysis if row.lift_percent is None]
    emptied = run.experiment.model_copy(update={"arms": (nobody, *run.experiment.arms[1:])})
    told = record_of(run.model_copy(update={"experiment": emptied})).metrics
    assert told["arm/control/n"] == 0
    assert "arm/control/click_rate/rate" not in told
    assert "service/safety/p50_ms" not in told
    assert not [name for name in told if f"{undefined.treatment_arm}/{undefined.metric}/lift" in name]
    assert not [name for name in record_of(documents(customers=0)).metrics if "lift" in name]


def test_settings_that_decide_the_result_are_told():
    """Digests, seed, tests, shares, providers and versions are parameters; the model's name only where one writes."""
    run = documents()
    told = record_of(run).parameters
    assert told["config_digest"] == run.manifest.config_digest
    assert (told["seed"], told["alpha"], told["test"]) == (run.manifest.seed, "0.05", "z-test")
    assert (told["control_percent"], told["provider/generation"]) == ("25", "embedded")
    assert told["version/scipy"] == "1.17.1"
    assert {"model", "replay_of"}.isdisjoint(told)
    assert {f"prompt/{tone}" for tone in TONES} <= set(told)


def test_no_text_of_a_message_a_prompt_or_a_list_is_told():
    """Neither the prompts nor the messages, the names of files or segments, nor an address are among the values."""
    run = documents()
    record = record_of(run)
    told = json.dumps([record.parameters, record.tags, record.note, sorted(record.metrics)])
    config = run.manifest.config
    secrets = [
        *config.prompts.values(),
        *(variant.body for variant in run.variants),
        *(segment.name for segment in run.segments.segments),
        run.manifest.customers.name,
        config.brand.name,
    ]
    assert not [text for text in secrets if json.dumps(text)[1:-1] in told]


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("simulated", "Simulated engagement: not observed behaviour"),
        ("historical", "Engagement modelled on historical rates: not observed behaviour"),
        ("observed", ""),
    ],
)
def test_source_of_the_figures_is_told(source, note):
    """Whether anybody was observed stands in a tag and, where nobody was, in the note at the top."""
    record = record_of(documents(source=source, mismatch=True))
    assert (record.tags["engagement_source"], record.note) == (source, note)
    assert record.tags["sample_ratio_mismatch"] == "true"


def test_runs_of_one_id_are_told_apart():
    """The key is the manifest's: the same for a run that goes on, another for one that was started elsewhere."""
    run = documents()
    elsewhere = run.model_copy(update={"manifest": run.manifest.model_copy(update={"seed": "another"})})
    assert record_of(run).key == record_of(documents()).key
    assert record_of(run).key != record_of(elsewhere).key


# --- the activity


class Tracker:
    """Notes what it is told, or fails as it is told to."""

    provider = "somewhere"

    def __init__(self, fault=None):
        self.fault = fault
        self.told = []

    def track(self, record):
        self.told.append(record)
        if self.fault:
            raise self.fault
        return f"run-{len(self.told)}"


@pytest.fixture(scope="module")
def reported():
    """A run whose report is written, and its services."""
    waiting = WaitingRun("auto")
    waiting.close()
    request, services = RunRef(run_id=RUN), waiting.services
    plan_experiment(request, services)
    assign_partition(PartitionRef(run_id=RUN, partition=0), services)
    analyse_experiment(request, services)
    summarise_run(StepTimes(run_id=RUN, seconds={"planning": 1.5}), services)
    write_report(request, services)
    return request, services


@pytest.fixture
def run(reported):
    """That run, to be tracked with a tracker of the test's own: (request, services with it, folder)."""
    request, services = reported
    blobs = MemoryBlobs()
    blobs.data.update(services.blobs.data)

    def tracked_by(tracker):
        return request, dataclasses.replace(services, blobs=blobs, tracker=tracker), RunFolder(blobs, request.run_id)

    return tracked_by


def test_nothing_happens_without_a_tracker(run):
    """No file is read, and none is written."""
    request, services, folder = run(None)
    services.blobs.data.clear()
    assert track_run(request, services).tracked is False
    assert not list(folder.names())


def test_run_is_tracked_with_its_reports(run):
    """The server is told of the run, with the reports and the two documents of figures as they lie in its folder."""
    tracker = Tracker()
    request, services, folder = run(tracker)
    assert track_run(request, services).tracked is True
    [record] = tracker.told
    names = ["report/report.html", "report/report.pdf", "report/report.ipynb", "experiment.json", "metrics.json"]
    assert record.files == {name.split("/")[-1]: folder.read_bytes(name) for name in names}
    assert record.metrics["seconds/planning"] == 1.5
    kept = folder.read(TRACKING, TrackingDocument)
    assert (kept.tracker, kept.tracking_id, kept.error) == ("somewhere", "run-1", "")


def test_redelivery_asks_no_server(run):
    """What is tracked stays so: the file is there."""
    tracker = Tracker()
    request, services, folder = run(tracker)
    track_run(request, services)
    before = folder.read_bytes(TRACKING)
    assert track_run(request, services).tracked is True
    assert len(tracker.told) == 1
    assert folder.read_bytes(TRACKING) == before


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (ServiceUnavailable("tracking: the server answered 500"), r"tracking: the server answered 500"),
        (ValueError("body of C-0001"), r"ValueError at tests/unit/test_tracking\.py:\d+"),
    ],
)
def test_failure_costs_the_tracking_only(run, caplog, fault, told):
    """The file and an event say why, in words that are safe, the run closes as ever, and its result warns."""
    request, services, folder = run(Tracker(fault))
    caplog.set_level("INFO", logger="personalization")
    assert track_run(request, services).tracked is False
    kept = folder.read(TRACKING, TrackingDocument)
    assert kept.tracking_id is None
    assert re.fullmatch(told, kept.error)
    [event] = [json.loads(line.message) for line in caplog.records if "tracking_failed" in line.message]
    assert event["data"] == {"run_id": request.run_id, "fault": kept.error}
    assert track_run(request, services).tracked is False
    closed = close_run(CloseRequest(run_id=request.run_id, seconds={}), services)
    assert closed.status == "completed"
    assert "the run could not be tracked; tracking.json says why" in folder.read(RESULT, ResultDocument).warnings


def test_tracking_is_sealed_like_any_file(run):
    """The seal has the digest of ``tracking.json``, and a run that was tracked has no warning of it."""
    request, services, folder = run(Tracker())
    track_run(request, services)
    close_run(CloseRequest(run_id=request.run_id, seconds={}), services)
    assert TRACKING in folder.read(SEAL, Seal).files
    assert not [text for text in folder.read(RESULT, ResultDocument).warnings if "tracked" in text]


def test_cancelled_run_is_not_tracked(run):
    """No step of a run that was stopped begins, this one neither."""
    tracker = Tracker()
    request, services, folder = run(tracker)
    folder.end(Ending(run_id=request.run_id, outcome="cancelled", decided_at=services.now()))
    with pytest.raises(RunCancelled):
        track_run(request, services)
    assert not tracker.told


def test_file_of_another_run_is_a_conflict(run):
    """Two runs of one id are found out."""
    request, services, folder = run(Tracker())
    other = TrackingDocument(input_digest="0" * 64, tracker="somewhere", tracking_id="x")
    services.blobs.create(RUNS, folder.path(TRACKING), other.model_dump_json().encode())
    with pytest.raises(Conflict):
        track_run(request, services)


# --- the library


def test_library_does_not_load_while_nothing_is_tracked():
    """Neither the map nor services with a tracker load it; only the first run that is tracked does."""
    code = (
        "import os, sys, tempfile\n"
        "os.environ |= {'DATA_DIRECTORY': tempfile.mkdtemp(), 'MLFLOW_TRACKING_URI': 'https://mlflow.example'}\n"
        "import function_app\nfrom shared import bootstrap\n"
        "assert bootstrap.services().tracker is not None\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'mlflow'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
