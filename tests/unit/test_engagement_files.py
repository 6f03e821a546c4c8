"""Observed engagement of an ended run: what is kept and recorded, whatever crashes, races or is erased."""

import asyncio
import dataclasses
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import azure.functions as func
import pytest

from shared import bootstrap
from shared.contracts import Ending
from shared.domain.engagement import DUPLICATE, UNKNOWN, read_rows
from shared.domain.frames import from_parquet
from shared.engagement_folder import ANALYSIS_REPORTS, MOST_ANALYSES, RECEIVED, REJECTED, ROWS, EngagementFolder
from shared.errors import Conflict, InputError, NotFound
from shared.experiment_contracts import ExperimentDocument
from shared.run_folder import (
    ENGAGEMENT,
    EXPERIMENT,
    RUNS,
    RunFolder,
    assignments_part,
)
from tests.app_fixture import RecordingClient
from tests.ended_run import HEADER, EndedRun
from tests.waiting_run import RUN, WaitingRun
from triggers import engagement, http
from triggers.engagement import list_analyses, load_engagement
from triggers.retention import purge_runs
from triggers.runs import RunPurged

FILES = {ROWS, REJECTED, RECEIVED, EXPERIMENT, *ANALYSIS_REPORTS.values()}


@pytest.fixture(autouse=True)
def _plain_reports(monkeypatch):
    """Reports that say which analysis they are of and take no time to draw."""

    def render(documents) -> Iterator[tuple[str, bytes]]:
        for kind in ANALYSIS_REPORTS:
            yield kind, f"{kind} {documents.experiment.analysis} {documents.experiment.conclusion}".encode()

    monkeypatch.setattr(engagement, "render_report", render)


@pytest.fixture
def run() -> EndedRun:
    return EndedRun()


def converted_in(run: EndedRun, arm: str) -> list[str]:
    """A line for every customer, in which the whole of one arm converts."""
    return [f"{name},1,{hit},{hit}" for name, its in run.arms().items() for hit in [int(its == arm)]]


def kept(run: EndedRun) -> dict[str, bytes]:
    """Everything that is kept of observed engagement, and the amendments' events."""
    return {name: data for (container, name), data in run.blobs.data.items() if container == ENGAGEMENT}


# --- what a file leads to ---------------------------------------------------------------------------------------------


def test_a_file_leads_to_an_analysis_beside_the_runs_own(run):
    """The observed figures are marked as such, the sealed folder is untouched, and everything is there."""
    sealed = {key: data for key, data in run.blobs.data.items() if key[0] == RUNS}
    added = run.post(*converted_in(run, "treatment_2"))
    assert (added.first, added.reply.analysis) == (True, 1)
    assert {key: data for key, data in run.blobs.data.items() if key[0] == RUNS} == sealed
    assert set(kept(run)) == {f"{RUN}/0001/{name}" for name in FILES}
    experiment = run.observed.experiment(1)
    assert (experiment.analysis, experiment.engagement_source) == (1, "observed")
    assert experiment.observation == added.reply.observation
    assert run.folder.read(EXPERIMENT, ExperimentDocument).engagement_source == "simulated"
    (winner,) = [arm for arm in experiment.arms if arm.arm_name == "treatment_2"]
    assert winner.conversion_rate == 1.0
    assert added.reply.conclusion == experiment.conclusion
    assert "in observed engagement" in experiment.conclusion.lower()


def test_customers_a_file_does_not_name_count_in_their_arms(run):
    """Every arm has all of its customers, however few the file is about."""
    name, arm = next(iter(run.arms().items()))
    run.post(f"{name},1,1,0")
    sizes = {result.arm_name: result.sample_size for result in run.observed.experiment(1).arms}
    assert sizes == {each: list(run.arms().values()).count(each) for each in sizes}
    clicks = {
        result.arm_name: (result.click_rate or 0) * result.sample_size for result in run.observed.experiment(1).arms
    }
    assert {each: round(count) for each, count in clicks.items()} == {each: int(each == arm) for each in sizes}


def test_customers_held_out_count_like_an_arm():
    """What they did unasked is observed too, and is what the treated are held against."""
    run = EndedRun(holdout_percent=30)
    held_out = [name for name, arm in run.arms().items() if arm == "holdout"]
    assert 0 < len(held_out) < 60
    seen = run.post(*converted_in(run, "holdout")).reply.observation
    assert (seen.counted, seen.held_out, seen.unknown) == (60, len(held_out), 0)
    experiment = run.observed.experiment(1)
    counts = [arms["holdout"] for arms in experiment.strata.values() if "holdout" in arms]
    assert sum(count.converted for count in counts) == len(held_out)
    assert experiment.holdout.comparison.control_rate == 1.0
    assert experiment.holdout.comparison.treatment_rate == 0.0


def test_revenue_machine_opens_and_what_was_known_before_are_counted(run):
    """Each arm has its revenue and its machine opens, and the rates of the list stand beside the outcomes."""
    lines = [f"{name},{'bot' if arm == 'control' else 'yes'},0,0,2.5" for name, arm in run.arms().items()]
    run.post(*lines, header=f"{HEADER},revenue")
    experiment = run.observed.experiment(1)
    shown = {arm.arm_name: arm for arm in experiment.arms}
    assert {name: arm.revenue_per_customer for name, arm in shown.items()} == dict.fromkeys(shown, 2.5)
    assert (shown["control"].open_rate, shown["treatment_1"].open_rate) == (0.0, 1.0)
    assert shown["control"].machine_opened == shown["control"].sample_size
    own = run.folder.read(EXPERIMENT, ExperimentDocument)
    assert covariate_totals(experiment) == covariate_totals(own) != {}


def covariate_totals(experiment: ExperimentDocument) -> dict[tuple[str, str, str], int]:
    """Segment, arm and metric -> the sum of what was known before."""
    return {
        (segment, arm, metric): sums.total
        for segment, arms in experiment.strata.items()
        for arm, counts in arms.items()
        for metric, sums in counts.covariates.items()
    }


def test_every_row_is_accounted_for_without_saying_whose_it_is(run):
    """Unknown, repeated and rejected rows are listed by number and reason; no id stands beside the customers' rows."""
    name = next(iter(run.arms()))
    seen = run.post(f"{name},1,1,0", "stranger@brand.example,1,1,1", f"{name},0,0,0", f"{name},?,0,0").reply.observation
    assert (seen.rows, seen.counted, seen.unknown, seen.duplicates, seen.rejected) == (4, 1, 1, 1, 1)
    rejected = run.observed.read(1, REJECTED).decode().splitlines()[1:]
    assert rejected[:2] == [f'3,"{UNKNOWN}"', f'4,"{DUPLICATE}"']
    said = {file: data for file, data in kept(run).items() if not file.endswith(ROWS)}
    assert not [file for file, data in said.items() if name.encode() in data or b"stranger" in data]
    assert b"stranger" not in run.observed.read(1, ROWS)


def test_late_data_makes_another_analysis_and_keeps_the_first(run):
    """A later row of a customer replaces the earlier one; the earlier analysis stays as it was."""
    name, other = list(run.arms())[:2]
    run.post(f"{name},1,1,1", f"{other},1,0,0")
    first = kept(run)
    seen = run.post(f"{name},0,0,0").reply.observation
    assert (seen.files, seen.rows, seen.counted, seen.superseded) == (2, 3, 2, 1)
    assert {file: kept(run)[file] for file in first} == first
    arms = run.observed.experiment(2).strata.values()
    counts = [count for strata in arms for count in strata.values()]
    assert (sum(count.opened for count in counts), sum(count.converted for count in counts)) == (1, 0)
    listed = list_analyses(RUN, run.blobs).analyses
    assert [(one.analysis, one.engagement_source) for one in listed] == [
        (0, "simulated"),
        (1, "observed"),
        (2, "observed"),
    ]
    assert [one.received_at for one in listed] == [None, run.services.now(), run.services.now()]


def test_the_same_bytes_again_are_the_same_analysis(run):
    """Nothing is written, whoever posts, and also after another file came in between."""
    lines = converted_in(run, "control")
    first = run.post(*lines)
    run.post(*lines[:3])
    before = dict(run.blobs.data)
    again = run.post(*lines, who="somebody else")
    assert (again.first, again.reply) == (False, first.reply)
    assert run.blobs.data == before


def test_the_amendments_record_each_analysis(run):
    """After the sealed head stand number, file and digests, by which it can be told from any other."""
    run.post(*converted_in(run, "control"))
    run.post(*converted_in(run, "treatment_1"))
    events = run.amendments()
    assert [(event, data["analysis"]) for event, data in events] == [
        ("engagement_analysed", 1),
        ("engagement_analysed", 2),
    ]
    _, data = events[1]
    assert data["rows_digest"] == run.blobs.stat(ENGAGEMENT, f"{RUN}/0002/{ROWS}").etag
    assert data["received_digest"] == run.observed.received(2).sha256
    assert data["plan_digest"] == run.observed.experiment(2).plan_digest


def test_a_file_of_which_no_row_counts_changes_nothing(run):
    """Another run's customers are no observation that nobody did anything."""
    before = dict(run.blobs.data)
    with pytest.raises(InputError, match="none of the 3 rows can be used; 2 because: not customers"):
        run.post("p,1,1,1", "q,1,1,1", "r,?,1,1")
    assert run.blobs.data == before


def test_the_number_of_analyses_is_bounded(run, monkeypatch):
    """Past the last number a file is refused."""
    monkeypatch.setattr(EngagementFolder, "claimed", lambda _: MOST_ANALYSES)
    monkeypatch.setattr(engagement, "_known", lambda *_: None)
    with pytest.raises(Conflict, match="that is the limit"):
        run.post(*converted_in(run, "control"))


def test_only_runs_that_ended_well_take_engagement(run):
    """A run under way, a cancelled one and none at all are refused with their state."""
    waiting = WaitingRun("required")
    ask = [HEADER, "a,1,1,1", ""]

    def post(run_id, services):
        return asyncio.run(load_engagement(run_id, "\n".join(ask).encode(), "Jo", services, RecordingClient()))

    with pytest.raises(Conflict, match="is queued"):
        post(RUN, waiting.services)
    waiting.folder.end(Ending(run_id=RUN, outcome="cancelled", decided_at=waiting.services.now()))
    with pytest.raises(Conflict, match="is cancelled"):
        post(RUN, waiting.services)
    with pytest.raises(NotFound, match="there is no run other"):
        post("other", run.services)


def test_the_event_of_a_file_names_nobody(run, caplog):
    """It holds counts."""
    caplog.set_level(logging.INFO, logger="personalization")
    lines = converted_in(run, "control")
    run.post(*lines)
    run.post(*lines)
    (event,) = [json.loads(record.message) for record in caplog.records if "engagement_received" in record.message]
    expected = {"run_id": RUN, "analysis": 1, "rows": 60, "counted": 60, "duplicates": 0, "unknown": 0, "rejected": 0}
    assert event["data"] == expected
    assert not [name for name in run.arms() if name in caplog.text]


# --- crashes and races ------------------------------------------------------------------------------------------------


class Crash(Exception):
    """The process ended."""


def writes_of_a_post() -> list[str]:
    """What one post writes, in order."""
    run, names = EndedRun(), []
    run.at_write(lambda _, name: names.append(name))
    run.post(*converted_in(run, "control"))
    return names


WRITES = ["rows", "rejected", "received", "experiment", "amendments", "html", "pdf", "ipynb"]


def test_the_rows_are_written_first_and_the_last_report_last():
    """The rows claim the number; until the last file is there the analysis is not shown."""
    assert [next(mark for mark in WRITES if mark in name) for name in writes_of_a_post()] == WRITES


def interrupted(at: int) -> EndedRun:
    """A run whose first post crashed before its write number ``at``."""
    run = EndedRun()

    def act(number: int, _name: str) -> None:
        if number == at:
            raise Crash

    run.at_write(act)
    with pytest.raises(Crash):
        run.post(*converted_in(run, "treatment_2"))
    return run


@pytest.mark.parametrize("at", range(1, len(WRITES) + 1))
def test_a_post_that_crashed_is_finished_by_the_same_post(at):
    """Wherever it stopped, it is not shown half done, and in the end everything is as if it had not stopped."""
    run, whole = interrupted(at), EndedRun()
    whole.post(*converted_in(whole, "treatment_2"))
    assert run.observed.newest() == 0
    assert [one.analysis for one in list_analyses(RUN, run.blobs).analyses] == [0]
    run.post(*converted_in(run, "treatment_2"))
    assert kept(run) == kept(whole)
    assert run.amendments() == whole.amendments()


@pytest.mark.parametrize("at", range(2, len(WRITES) + 1))
def test_the_next_file_finishes_what_the_one_before_left(at):
    """Analyses are complete in order, so none is missing and none lacks its record."""
    run = interrupted(at)
    assert run.post(*converted_in(run, "control")).reply.analysis == 2
    assert (run.observed.is_complete(1), run.observed.newest()) == (True, 2)
    assert [data["analysis"] for _, data in run.amendments()] == [1, 2]


def test_two_files_at_once_get_two_numbers(run):
    """Whoever claims a number second takes the next, and its analysis knows both files."""
    lines, rival = converted_in(run, "control"), converted_in(run, "treatment_1")
    done = []

    def act(number: int, _name: str) -> None:
        if number == 1 and not done:
            done.append(True)
            assert run.post(*rival).reply.analysis == 1

    run.at_write(act)
    reply = run.post(*lines).reply
    assert (reply.analysis, reply.observation.files) == (2, 2)
    assert [data["analysis"] for _, data in run.amendments()] == [1, 2]


def test_one_file_twice_at_once_is_one_analysis(run):
    """Of two posts of the same bytes one is the first, and both get the same reply."""
    lines, replies = converted_in(run, "control"), []

    def act(_number: int, _name: str) -> None:
        if not replies:
            replies.append(None)
            replies.append(run.post(*lines))

    run.at_write(act)
    replies.append(run.post(*lines))
    assert [(reply.first, reply.reply.analysis) for reply in replies[1:]] == [(True, 1), (False, 1)]
    assert len(run.amendments()) == 1


# --- erasure and purge ------------------------------------------------------------------------------------------------


def test_an_erased_customers_rows_leave_every_file(run):
    """They are recorded first, files already analysed still verify, and other rows stay."""
    gone, other = list(run.arms())[:2]
    run.post(f"{gone},1,1,1", f"{other},1,0,0")
    run.post(f"{gone},1,0,0", f"{other},1,0,1")
    report = run.erase(gone)
    files = [f"{ENGAGEMENT}/{RUN}/{number:04d}/{ROWS}" for number in (1, 2)]
    assert {name: report.files[name] for name in files} == dict.fromkeys(files, 1)
    for number in (1, 2):
        assert read_rows(run.observed.read(number, ROWS))["customer_id"].to_pylist() == [other]
    erased = [data for event, data in run.amendments() if event == "file_erased"]
    assert [data["file"] for data in erased[-2:]] == files
    assert run.erase(gone).rows == 0
    assert not [name for name, data in kept(run).items() if gone.encode() in data]


def test_an_erased_customer_does_not_come_back(run):
    """A later file's row of them is of nobody the run knows, and the counts still add up."""
    gone, other = list(run.arms())[:2]
    run.post(f"{gone},1,1,1", f"{other},1,0,0")
    run.erase(gone)
    seen = run.post(f"{gone},1,1,1", f"{other},1,1,0").reply.observation
    assert (seen.rows, seen.counted, seen.superseded, seen.unknown) == (4, 1, 1, 2)
    assert read_rows(run.observed.read(2, ROWS))["customer_id"].to_pylist() == [other]
    arms = [count for strata in run.observed.experiment(2).strata.values() for count in strata.values()]
    assert sum(count.n for count in arms) == len(run.arms()) == 59


def test_the_list_of_the_erased_counts_where_the_run_still_has_the_row(run):
    """An erasure that was interrupted before it reached the run keeps the customer out all the same."""
    gone, other = list(run.arms())[:2]
    part = run.folder.read_bytes(assignments_part(0))
    run.erase(gone)
    run.blobs.data[RUNS, f"{RUN}/{assignments_part(0)}"] = part
    assert run.post(f"{gone},1,1,1", f"{other},1,0,0").reply.observation.unknown == 1
    assert gone in set(from_parquet(part)["customer_id"])


def test_an_erasure_while_a_file_comes_in_holds(run):
    """Whoever is erased between the look at the list and the write of the rows leaves them again."""
    gone, other = list(run.arms())[:2]
    erased = []

    def act(_number: int, name: str) -> None:
        if name.endswith(ROWS) and not erased:
            erased.append(True)
            run.erase(gone)

    run.at_write(act)
    seen = run.post(f"{gone},1,1,1", f"{other},1,0,0").reply.observation
    assert (seen.counted, seen.unknown) == (1, 1)
    assert read_rows(run.observed.read(1, ROWS))["customer_id"].to_pylist() == [other]
    assert not [name for name, data in kept(run).items() if gone.encode() in data]


def test_an_analysis_that_crashed_goes_on_behind_an_erasure():
    """What was claimed before the erasure is analysed without the customer."""
    run = interrupted(2)
    gone = next(iter(run.arms()))
    run.erase(gone)
    run.post(*converted_in(run, "treatment_2"))
    assert gone not in read_rows(run.observed.read(1, ROWS))["customer_id"].to_pylist()
    assert run.observed.experiment(1).observation.counted == 59
    assert [event for event, _ in run.amendments()][-1] == "engagement_analysed"


def purge(run: EndedRun):
    later = run.services.now() + timedelta(days=90)
    services = dataclasses.replace(run.services, now=lambda: later)
    return asyncio.run(purge_runs(30, services, RecordingClient()))


def test_a_purge_takes_the_observed_engagement_too(run):
    """Nothing of it is left, an interrupted purge is finished, and nothing comes in any more."""
    run.post(*converted_in(run, "control"))
    assert purge(run).runs == (RUN,)
    assert kept(run) == {}
    run.blobs.create(ENGAGEMENT, f"{RUN}/0001/{ROWS}", b"left")
    assert purge(run).files == 1
    assert kept(run) == {}
    with pytest.raises(RunPurged):
        run.post("a,1,1,1")


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def ended(app, run):
    """The app over a folder in which the run has ended."""
    for (container, name), data in run.blobs.data.items():
        app.blobs.create(container, name, data)
    app.run = run
    return app


def ask(handler, method="GET", body=b"", *, run_id=RUN, kind="text/csv", **params):
    route = {"run_id": run_id, "kind": params.pop("report", "html")}
    request = func.HttpRequest(
        method, "/", headers={"content-type": kind}, params=params, route_params=route, body=body
    )
    environment = http.Environment(bootstrap.services, bootstrap.base_config, bootstrap.settings)
    reply = asyncio.run(http.respond(handler, request, RecordingClient(), environment))
    return reply.status_code, reply.get_body(), reply.headers


def a_csv(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines, ""]).encode()


def test_a_file_over_http_is_created_once(ended):
    """201 with where the experiment is, then 200 with the same reply."""
    body = a_csv(*converted_in(ended.run, "treatment_3"))
    status, created, headers = ask(http.add_engagement, "POST", body)
    assert (status, headers["Location"]) == (201, f"/api/runs/{RUN}/experiment?analysis=1")
    assert json.loads(created)["links"]["report_pdf"] == f"/api/runs/{RUN}/report.pdf?analysis=1"
    status, again, headers = ask(http.add_engagement, "POST", body, kind="Text/CSV; charset=utf-8")
    assert (status, again, headers["Location"]) == (200, created, f"/api/runs/{RUN}/experiment?analysis=1")
    assert EngagementFolder(ended.blobs, RUN).received(1).received_by == "function key"


def test_experiment_and_report_are_the_newest_unless_asked_for(ended):
    """0 is the run's own; each analysis keeps its address."""
    assert json.loads(ask(http.get_experiment)[1])["engagement_source"] == "simulated"
    for arm in ("treatment_1", "treatment_2"):
        ask(http.add_engagement, "POST", a_csv(*converted_in(ended.run, arm)))
    sources = [json.loads(ask(http.get_experiment, analysis=str(number))[1]) for number in range(3)]
    assert [one["engagement_source"] for one in sources] == ["simulated", "observed", "observed"]
    assert json.loads(ask(http.get_experiment)[1]) == sources[2]
    assert ask(http.get_report)[1] == f"html 2 {sources[2]['conclusion']}".encode()
    _, report, headers = ask(http.get_report, report="ipynb", analysis="01")
    assert report.startswith(b"ipynb 1 ")
    assert f'filename="{RUN}-analysis-1.ipynb"' in headers["Content-Disposition"]
    own = RunFolder(ended.blobs, RUN).read_bytes("report/report.pdf")
    assert ask(http.get_report, report="pdf", analysis="0")[1] == own
    listed = json.loads(ask(http.get_analyses)[1])["analyses"]
    assert [one["observation"] and one["observation"]["files"] for one in listed] == [None, 1, 2]


@pytest.mark.parametrize(
    ("analysis", "status", "code"),
    [("1", 404, "not_found"), ("9999", 404, "not_found"), ("x", 400, "invalid_input"), ("-1", 400, "invalid_input")],
)
@pytest.mark.parametrize("handler", [http.get_experiment, http.get_report])
def test_an_analysis_that_is_not_there_is_refused(ended, handler, analysis, status, code):
    """A number nobody made is not found; what is no number is bad input."""
    got, body, _ = ask(handler, analysis=analysis)
    assert (got, json.loads(body)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"body": b""}, 400, "invalid_input"),
        ({"body": b"a,b\n1,2\n"}, 400, "invalid_input"),
        ({"body": a_csv("stranger,1,1,1")}, 400, "invalid_input"),
        ({"body": b"x" * (1024 * 1024 + 1)}, 413, "too_large"),
        ({"body": b"{}", "kind": "application/json"}, 415, "unsupported_media_type"),
        ({"body": a_csv("a,1,1,1"), "run_id": "none"}, 404, "not_found"),
        ({"body": a_csv("a,1,1,1"), "run_id": "no/run"}, 404, "not_found"),
    ],
)
def test_what_cannot_be_loaded_is_refused_and_nothing_kept(ended, monkeypatch, options, status, code):
    """Each refusal is a problem document that repeats nothing of the body."""
    monkeypatch.setenv("MAX_UPLOAD_MB", "1")
    bootstrap.settings.cache_clear()
    got, body, _ = ask(http.add_engagement, "POST", **options)
    assert (got, json.loads(body)["code"]) == (status, code)
    assert b"stranger" not in body
    assert list(ended.blobs.list(ENGAGEMENT)) == []


def test_a_run_links_to_where_engagement_goes(ended):
    """One link, and no analysis in the run's own status."""
    _, body, _ = ask(http.get_run)
    assert json.loads(body)["links"]["engagement"] == f"/api/runs/{RUN}/engagement"


def test_analyses_of_a_run_without_an_experiment_are_refused(app):
    """There is no such run; the list says so like every other route."""
    status, body, _ = ask(http.get_analyses, run_id="none")
    assert (status, json.loads(body)["code"]) == (404, "not_found")
