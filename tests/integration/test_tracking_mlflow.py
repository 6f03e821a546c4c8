"""MLflow's own client against a folder and against a server on this machine: right answers, wrong ones and none."""

import logging
import os
import threading
from uuid import uuid4

import pytest

from local.emulators.wire import FOREVER, EmulatorServer, Operation, Reply
from shared.adapters.service_calls import ServiceGate
from shared.adapters.tracking_mlflow import MlflowTracker
from shared.domain.tracking import describe_run
from shared.errors import ServiceRefused, ServiceUnavailable
from shared.run_config import ServiceLimits
from tests.report_fixture import documents

pytestmark = pytest.mark.integration

API = "/api/2.0/mlflow"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
PATIENT = ServiceLimits(attempts=2, attempt_seconds=5, connect_seconds=5)
FILES = {"experiment.json": b'{"alpha": 0.05}', "metrics.json": b'{"tokens": 7}'}


@pytest.fixture(autouse=True)
def _own_environment():
    """What the adapter sets for the library is gone after each test."""
    before = dict(os.environ)
    yield
    for name in set(os.environ) - set(before):
        del os.environ[name]


@pytest.fixture(scope="module", autouse=True)
def _library():
    """The library is loaded once, so that no test's seconds go by for it."""
    import mlflow  # noqa: F401


def a_record(**changes):
    run = documents()
    return describe_run(
        run.manifest.model_copy(update=changes),
        segments=run.segments,
        plan=run.plan,
        experiment=run.experiment,
        metrics=run.metrics,
        files=FILES,
    )


def tracker(uri, limits=PATIENT, experiment="spring campaigns"):
    return MlflowTracker(uri, experiment, ServiceGate(limits))


# --- a folder, kept by the library itself


def read_back(folder, experiment="spring campaigns"):
    """Every run of an experiment, as the library reads it."""
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=folder)
    return client, client.search_runs([client.get_experiment_by_name(experiment).experiment_id])


@pytest.fixture
def folder(tmp_path):
    return (tmp_path / "ml runs").as_uri().replace("%20", " ")


def test_run_is_kept_whole(folder):
    """Parameters, metrics, tags, note and files come back as they were told, from a run that has ended."""
    record = a_record()
    tracking_id = tracker(folder).track(record)
    client, [run] = read_back(folder)
    assert (run.info.run_id, run.info.run_name, run.info.status) == (tracking_id, record.run_id, "FINISHED")
    assert run.info.start_time == int(record.started_at.timestamp() * 1000)
    assert run.data.params == record.parameters
    assert run.data.metrics == record.metrics
    assert record.tags.items() <= run.data.tags.items()
    assert (run.data.tags["run_id"], run.data.tags["mlflow.note.content"]) == (record.run_id, record.note)
    assert sorted(file.path for file in client.list_artifacts(tracking_id)) == sorted(FILES)


def test_run_is_told_once(folder):
    """A second time the run is found by its id and key, and is not made again."""
    assert tracker(folder).track(a_record()) == tracker(folder).track(a_record())
    _, runs = read_back(folder)
    assert len(runs) == 1


def test_another_run_of_the_same_id_is_another(folder):
    """A run that was started elsewhere under the same id is not taken for this one."""
    assert tracker(folder).track(a_record()) != tracker(folder).track(a_record(seed="another"))
    _, runs = read_back(folder)
    assert len(runs) == 2


def test_run_that_was_broken_off_is_brought_to_its_end(folder):
    """What an earlier try began is gone on with, in the same run."""
    from mlflow import MlflowClient

    record = a_record()
    tracking_id = tracker(folder).track(record)
    client = MlflowClient(tracking_uri=folder)
    client.set_terminated(tracking_id, "RUNNING")
    assert tracker(folder).track(record) == tracking_id
    _, [run] = read_back(folder)
    assert run.info.status == "FINISHED"
    assert run.data.metrics == record.metrics


def test_deleted_experiment_is_named(folder):
    """It has to be restored, or another one be given: nothing is tracked into the bin."""
    tracker(folder).track(a_record())
    client, [run] = read_back(folder)
    client.delete_experiment(run.info.experiment_id)
    with pytest.raises(ServiceRefused, match="the experiment was deleted; restore it, or set MLFLOW_EXPERIMENT_NAME"):
        tracker(folder).track(a_record())


def test_folder_that_cannot_be_written_is_unavailable(tmp_path):
    """A file where the folder should be is told without its path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceUnavailable) as caught:
        tracker(f"file://{tmp_path}/file/mlruns").track(a_record())
    assert str(tmp_path) not in str(caught.value)


# --- a server


class Server:
    """As much of a tracking server as one run needs."""

    def __init__(self):
        self.experiments, self.runs, self.files = {}, {}, {}
        self.artifacts = "mlflow-artifacts:/1"

    def operations(self):
        return [
            Operation("version", "GET", "/version", lambda *_: Reply(None, 404)),
            Operation("experiment", "GET", f"{API}/experiments/get-by-name", self.experiment),
            Operation("new experiment", "POST", f"{API}/experiments/create", self.new_experiment),
            Operation("search", "POST", f"{API}/runs/search", self.search),
            Operation("new run", "POST", f"{API}/runs/create", self.new_run),
            Operation("run", "GET", f"{API}/runs/get", lambda call, _: Reply({"run": self.runs[call.query["run_id"]]})),
            Operation("batch", "POST", f"{API}/runs/log-batch", self.batch),
            Operation("end", "POST", f"{API}/runs/update", self.end),
            Operation("file", "PUT", ARTIFACTS + "/{path:.+}", self.file),
        ]

    def experiment(self, call, fault):
        if fault:
            return Reply({"error_code": fault.kind, "message": "by script"}, fault.status)
        name = call.query["experiment_name"]
        if name not in self.experiments:
            return Reply({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": f"no {name}"}, 404)
        number = self.experiments[name]
        return Reply({"experiment": {"experiment_id": number, "name": name, "lifecycle_stage": "active"}})

    def new_experiment(self, call, fault):
        taken = call.body["name"] in self.experiments
        self.experiments.setdefault(call.body["name"], "1")
        if taken or fault:
            return Reply({"error_code": "RESOURCE_ALREADY_EXISTS", "message": "exists"}, 400)
        return Reply({"experiment_id": "1"})

    def search(self, call, _fault):
        wanted = [part.split(" = ") for part in call.body["filter"].split(" and ")]
        found = [
            run
            for run in self.runs.values()
            if all({"key": k.removeprefix("tags."), "value": v.strip("'")} in run["data"]["tags"] for k, v in wanted)
        ]
        return Reply({"runs": found})

    def new_run(self, call, _fault):
        run_id = uuid4().hex
        info = {"run_id": run_id, "experiment_id": "1", "status": "RUNNING", "lifecycle_stage": "active"}
        info["artifact_uri"] = f"{self.artifacts}/{run_id}/artifacts"
        self.runs[run_id] = {"info": info, "data": {"tags": call.body["tags"]}}
        return Reply({"run": self.runs[run_id]})

    def batch(self, call, _fault):
        data = self.runs[call.body["run_id"]]["data"]
        data["params"], data["metrics"] = call.body["params"], call.body["metrics"]
        return Reply({})

    def end(self, call, _fault):
        self.runs[call.body["run_id"]]["info"]["status"] = call.body["status"]
        return Reply({"run_info": self.runs[call.body["run_id"]]["info"]})

    def file(self, call, _fault):
        self.files[call.captures["path"]] = call.body
        return Reply({})

    @property
    def only_run(self):
        [run] = self.runs.values()
        return run


@pytest.fixture
def mlflow_server():
    return Server()


@pytest.fixture
def wire(mlflow_server):
    with EmulatorServer(mlflow_server.operations()) as running:
        yield running


def test_server_is_told_of_a_run(wire, mlflow_server):
    """Everything arrives over the wire, the files through the server itself, and the run is ended last."""
    record = a_record()
    tracking_id = tracker(wire.url).track(record)
    data = mlflow_server.only_run["data"]
    assert {one["key"]: one["value"] for one in data["params"]} == record.parameters
    assert {one["key"]: one["value"] for one in data["metrics"]} == record.metrics
    assert mlflow_server.only_run["info"]["status"] == "FINISHED"
    assert set(mlflow_server.files) == {f"1/{tracking_id}/artifacts/{name}" for name in FILES}
    assert wire.calls[-1].operation == "end"


def test_nobody_else_is_called_and_nothing_is_printed(wire, capfd, monkeypatch):
    """The library's word to its makers is switched off, and its lines on the console too."""
    for name in ("CI", "PYTEST_CURRENT_TEST"):
        monkeypatch.delenv(name, raising=False)
    tracker(wire.url).track(a_record())
    from mlflow.environment_variables import MLFLOW_DISABLE_TELEMETRY
    from mlflow.telemetry.utils import is_telemetry_disabled

    assert is_telemetry_disabled()
    assert MLFLOW_DISABLE_TELEMETRY.get() is True
    assert capfd.readouterr().out == ""


def test_token_goes_to_the_server(wire, monkeypatch):
    """Who the app is, the library's own variable says."""
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t0ken")
    tracker(wire.url).track(a_record())
    assert {call.headers.get("authorization") for call in wire.calls} == {"Bearer t0ken"}


def test_redelivered_run_is_found(wire, mlflow_server):
    """A run that has ended is found by its tags; nothing is sent again."""
    first = tracker(wire.url).track(a_record())
    sent = wire.count("batch")
    assert tracker(wire.url).track(a_record()) == first
    assert (len(mlflow_server.runs), wire.count("batch")) == (1, sent)


def test_experiment_that_another_made_meanwhile_is_used(wire, mlflow_server):
    """Two first runs at once share the one experiment."""
    wire.faults.add("new experiment", "taken")
    tracker(wire.url).track(a_record())
    assert mlflow_server.only_run["info"]["status"] == "FINISHED"


@pytest.mark.parametrize("operation", ["experiment", "search", "batch", "file", "end"])
def test_fault_that_passes_costs_another_try(wire, mlflow_server, operation):
    """A server that falters once is asked again, whatever it was asked."""
    wire.faults.add(operation, "status", status=503)
    tracker(wire.url).track(a_record())
    assert mlflow_server.only_run["info"]["status"] == "FINISHED"
    assert sorted(mlflow_server.files.values(), key=str) == [{"alpha": 0.05}, {"tokens": 7}]


@pytest.mark.parametrize("operation", ["experiment", "search", "new run", "batch", "file", "end"])
def test_server_that_is_down_is_unavailable(wire, operation, caplog):
    """After the configured tries it is given up; neither the fault nor a log tells what the server is and wrote."""
    wire.faults.add(operation, "status", status=500, times=FOREVER)
    with pytest.raises(ServiceUnavailable) as caught:
        tracker(wire.url).track(a_record())
    assert wire.count(operation) == PATIENT.attempts
    assert "by script" not in str(caught.value)
    assert wire.url not in str(caught.value)
    assert not [line for line in caplog.records if line.name.startswith(("mlflow", "urllib3"))]


def test_refusal_in_the_servers_words_is_told_by_its_code(wire):
    """What MLflow itself refuses has a code, and is asked once."""
    wire.faults.add("experiment", "PERMISSION_DENIED", status=403)
    with pytest.raises(ServiceRefused, match="the service answered 403 PERMISSION_DENIED"):
        tracker(wire.url).track(a_record())
    assert wire.count("experiment") == 1


@pytest.mark.parametrize(("status", "operation"), [(401, "experiment"), (403, "new run"), (400, "batch")])
def test_refusal_of_somebody_in_between_is_told(wire, status, operation):
    """A gateway refuses in words of its own, which are not repeated."""
    wire.faults.add(operation, "status", status=status, times=FOREVER)
    with pytest.raises(ServiceRefused, match="something that is not MLflow refused"):
        tracker(wire.url).track(a_record())
    assert wire.count(operation) == 1


def test_refused_file_is_told(wire):
    """A server that takes figures and no files has not tracked the run."""
    wire.faults.add("file", "status", status=403, times=FOREVER)
    with pytest.raises(ServiceRefused, match="the service answered 403"):
        tracker(wire.url).track(a_record())
    assert wire.count("end") == 0


@pytest.mark.parametrize("kind", ["reset", "invalid_json", "wrong_schema"])
@pytest.mark.parametrize("operation", ["experiment", "new run"])
def test_answer_that_is_none_is_told_as_such(wire, operation, kind, caplog):
    """A broken connection and an answer of another form are faults of ours by name, and nothing of them is logged."""
    wire.faults.add(operation, kind, times=FOREVER)
    caplog.set_level(logging.DEBUG, logger="mlflow")
    with pytest.raises((ServiceUnavailable, ServiceRefused)) as caught:
        tracker(wire.url).track(a_record())
    assert str(caught.value).startswith("tracking: mlflow: ")
    assert "choices" not in caplog.text


def test_slow_server_is_given_up(wire, mlflow_server):
    """One that drips its answers is left at the worst case, and nothing is begun behind the back of who gave up."""
    before = set(threading.enumerate())
    wire.faults.add("search", "slow_body", seconds=0.15, times=FOREVER)
    with pytest.raises(ServiceUnavailable, match="no whole answer within 1 seconds"):
        tracker(wire.url, ServiceLimits(attempts=1, attempt_seconds=1)).track(a_record())
    for left in set(threading.enumerate()) - before:
        if not left.name.startswith("asyncio"):  # the server's own, which stay
            left.join(10)
    assert not mlflow_server.runs


def test_silent_server_is_given_up(wire):
    """One that does not answer at all is left after the tries."""
    wire.faults.add("experiment", "hang", seconds=3, times=FOREVER)
    with pytest.raises(ServiceUnavailable):
        tracker(wire.url, ServiceLimits(attempts=1, attempt_seconds=1)).track(a_record())


def test_refused_connection_is_unavailable():
    """Nobody listens there."""
    with EmulatorServer([]) as gone:
        url = gone.url
    with pytest.raises(ServiceUnavailable, match="the server gave no answer that can be used"):
        tracker(url).track(a_record())


@pytest.mark.parametrize("place", ["file:///tmp/elsewhere", "s3://bucket", "mlflow-artifacts://other.example/1", ""])
def test_files_go_to_the_server_or_nowhere(wire, mlflow_server, place):
    """A server cannot send the reports into a folder of this machine or to another host."""
    mlflow_server.artifacts = place
    with pytest.raises(ServiceRefused, match="the server does not take files itself; start it with --serve-artifacts"):
        tracker(wire.url).track(a_record())
    assert wire.count("batch") == 0


def test_redirection_is_not_followed(wire):
    """The address that a server names instead is never asked."""
    with EmulatorServer(Server().operations()) as elsewhere:
        location = {"Location": f"{elsewhere.url}{API}/experiments/get-by-name"}
        operation = Operation(
            "experiment", "GET", f"{API}/experiments/get-by-name", lambda *_: Reply({}, 302, location)
        )
        with EmulatorServer([operation]) as redirecting, pytest.raises((ServiceRefused, ServiceUnavailable)):
            tracker(redirecting.url).track(a_record())
        assert not elsewhere.calls
