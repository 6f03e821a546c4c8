"""Runs on an MLflow tracking server, or in a folder of its form: one MLflow run for each of ours.

Only the library's client is used, never its global run or address. It loads with the first run that is tracked, and is
told where it would do otherwise by itself: it sends no usage data to its makers, follows no redirection, checks
certificates and prints nothing. Who we are to the server, its own variables say (``MLFLOW_TRACKING_TOKEN`` and such).
"""

import logging
import math
import os
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from requests import HTTPError, RequestException

from shared.adapters.service_calls import ServiceGate, status_fault
from shared.contracts import TrackedRun
from shared.errors import OrchestratorError, ServiceRefused, ServiceUnavailable
from shared.run_config import ServiceLimits

_WHAT = "tracking: mlflow"
_FINISHED = "FINISHED"
_NOTE = "mlflow.note.content"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,255}")
_LIBRARY = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_HTTP_REDIRECTS": "false",
    "MLFLOW_TRACKING_INSECURE_TLS": "false",
    "MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ALLOW_FILE_STORE": "true",
}
"""What is set for the library, which takes it from nowhere but the environment. A server's Retry-After is not obeyed,
because the library would wait for however long it says."""
_TALKATIVE = ("mlflow", "urllib3.connectionpool")
"""Loggers that write down what a server answered, and the address of each request that is tried again."""

Step = Callable[[], Any]


class MlflowTracker:
    """Tracks runs in the experiment ``experiment`` at ``uri``, an address of a server or ``file:///PATH``.

    One run is tracked within the worst case of one call, whatever it takes; what is still to do then is left.
    """

    provider = "mlflow"

    def __init__(self, uri: str, experiment: str, gate: ServiceGate) -> None:
        self._uri = uri
        self._experiment = experiment
        self._gate = gate

    def track(self, record: TrackedRun) -> str:
        """The id of the MLflow run. One that was begun before is brought to its end; one that ended is left alone."""
        deadline = time.monotonic() + self._gate.limits.worst_case_seconds
        return self._gate.ask(_WHAT, lambda: self._track(record, deadline), _explain)

    def _track(self, record: TrackedRun, deadline: float) -> str:
        client = _client(self._uri, self._gate.limits)
        run = self._run(client, record, deadline)
        tracking_id = str(run.info.run_id)
        if not _ID.fullmatch(tracking_id):
            raise ServiceRefused(f"{_WHAT}: the answer is not of the expected form (no run id)")
        if run.info.status != _FINISHED:
            self._check_artifacts(run.info.artifact_uri)
            with TemporaryDirectory() as folder:
                for step in _steps(client, tracking_id, record, Path(folder)):
                    _keep_to(deadline)
                    step()
        return tracking_id

    def _run(self, client: Any, record: TrackedRun, deadline: float) -> Any:
        """The MLflow run of ``record``: as it is there, an ended one first, else made."""
        experiment_id = self._experiment_id(client)
        condition = f"tags.run_id = '{record.run_id}' and tags.run_key = '{record.key}'"
        found = client.search_runs([experiment_id], condition)
        if found:
            return min(found, key=lambda run: run.info.status != _FINISHED)
        _keep_to(deadline)
        tags = {**record.tags, "run_id": record.run_id, "run_key": record.key}
        if record.note:
            tags[_NOTE] = record.note
        started = int(record.started_at.timestamp() * 1000)
        return client.create_run(experiment_id, start_time=started, tags=tags, run_name=record.run_id)

    def _experiment_id(self, client: Any) -> str:
        from mlflow.exceptions import MlflowException

        known = client.get_experiment_by_name(self._experiment)
        if known is None:
            try:
                return str(client.create_experiment(self._experiment))
            except MlflowException as fault:
                if fault.error_code != "RESOURCE_ALREADY_EXISTS":
                    raise
                known = client.get_experiment_by_name(self._experiment)
        if known.lifecycle_stage != "active":
            raise ServiceRefused(f"{_WHAT}: the experiment was deleted; restore it, or set MLFLOW_EXPERIMENT_NAME")
        return str(known.experiment_id)

    def _check_artifacts(self, place: str) -> None:
        """The server says where files go: to itself, or they go nowhere; not to other hosts or folders of ours."""
        server, parts = urlsplit(self._uri), urlsplit(place)
        through_server = parts.scheme == "mlflow-artifacts" and parts.netloc in {"", server.netloc}
        if not through_server and (parts.scheme, parts.netloc) != (server.scheme, server.netloc):
            raise ServiceRefused(f"{_WHAT}: the server does not take files itself; start it with --serve-artifacts")


def _keep_to(deadline: float) -> None:
    """Nothing is begun for a caller who has given up waiting."""
    if time.monotonic() > deadline:
        raise TimeoutError


def _client(uri: str, limits: ServiceLimits) -> Any:
    """The library's client, which keeps to ``limits``."""
    os.environ.update(
        _LIBRARY,
        MLFLOW_HTTP_REQUEST_TIMEOUT=str(math.ceil(limits.attempt_seconds)),
        MLFLOW_HTTP_REQUEST_MAX_RETRIES=str(limits.attempts - 1),
        MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR="1",
    )
    from mlflow import MlflowClient

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return MlflowClient(tracking_uri=uri)


def _steps(client: Any, tracking_id: str, record: TrackedRun, folder: Path) -> Iterator[Step]:
    """What is sent for one run, a request or two at a time; its end comes last."""
    from mlflow.entities import Metric, Param

    moment = int(record.started_at.timestamp() * 1000)
    yield partial(
        client.log_batch,
        tracking_id,
        params=[Param(name, value) for name, value in sorted(record.parameters.items())],
        metrics=[Metric(name, value, moment, 0) for name, value in sorted(record.metrics.items())],
        synchronous=True,
    )
    for name, content in sorted(record.files.items()):
        path = folder / name
        path.write_bytes(content)
        yield partial(client.log_artifact, tracking_id, str(path))
    yield partial(client.set_terminated, tracking_id, _FINISHED)


def _explain(what: str, fault: Exception) -> OrchestratorError:
    """The library's faults hold addresses and what a server answered: of them only kind, status and code are told."""
    from mlflow.exceptions import MlflowException, RestException

    chain = (fault, fault.__cause__, fault.__context__)
    cause = next((one for one in chain if isinstance(one, RequestException)), None)
    if isinstance(cause, HTTPError) and cause.response is not None:
        return status_fault(what, cause.response.status_code, None)
    if cause is not None:
        return ServiceUnavailable(f"{what}: the server gave no answer that can be used ({type(cause).__name__})")
    told: Any = fault  # the library's methods have no types
    if isinstance(fault, RestException) and "error_code" not in told.json:
        return ServiceRefused(f"{what}: something that is not MLflow refused; check the address and the app's access")
    if isinstance(fault, MlflowException):
        return status_fault(what, told.get_http_status_code(), told.error_code)
    if isinstance(fault, OSError):
        return ServiceUnavailable(f"{what}: the folder cannot be read or written ({type(fault).__name__})")
    return ServiceRefused(f"{what}: the answer is not of the expected form ({type(fault).__name__})")
