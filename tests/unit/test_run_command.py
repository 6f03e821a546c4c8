"""The run command's dealings with what other hosts and the store do meanwhile."""

import asyncio
import hashlib
import json

import azure.functions as func
import pytest

from local import run_command
from local.inputs import LocalFile
from local.run_command import RunEnded, _follow, _take_in
from shared.run_folder import MANIFEST, RUNS
from tests.fakes import MemoryBlobs
from triggers.runs import IdTaken

RUN = "r1"
LIST = b"customer_id,purchase_frequency,avg_order_value,last_engagement_days\na,1,2,3\n"


@pytest.fixture
def wanted(tmp_path):
    """Two inputs of a run, by name."""
    found: dict[str, LocalFile] = {}
    for name in ("first.csv", "second.csv"):
        data = LIST + name.encode() + b",1,2,3\n"
        (tmp_path / name).write_bytes(data)
        found[f"{RUN}/input/{name}"] = LocalFile(tmp_path / name, name, hashlib.sha256(data).hexdigest())
    return found


def held(blobs):
    return {name: data for (container, name), data in blobs.data.items() if container == RUNS}


def test_inputs_that_another_host_takes_in_meanwhile_are_left_alone(wanted):
    """Two hosts with the same inputs write each file once, whoever comes first, and remove nothing."""
    blobs, rival = MemoryBlobs(), MemoryBlobs()
    _take_in(rival, RUN, wanted)
    create, deleted = blobs.create, []

    def overtaken(container, name, data):
        blobs.data.update(rival.data)
        return create(container, name, data)

    blobs.create = overtaken
    blobs.delete = lambda container, name: deleted.append(name)
    _take_in(blobs, RUN, wanted)
    assert (held(blobs), deleted) == (held(rival), [])


def test_inputs_that_another_host_takes_in_otherwise_are_told(wanted):
    """A file that appears with other content under the run's id is another run's."""
    blobs = MemoryBlobs()
    create = blobs.create

    def overtaken(container, name, data):
        blobs.data[container, name] = b"something else"
        return create(container, name, data)

    blobs.create = overtaken
    with pytest.raises(IdTaken, match="give another run_id"):
        _take_in(blobs, RUN, wanted)


def test_inputs_left_half_taken_in_are_completed(wanted):
    """What is missing is added, what is wrong is replaced, and what nobody asked for goes."""
    blobs, whole = MemoryBlobs(), MemoryBlobs()
    _take_in(whole, RUN, wanted)
    first, _ = sorted(wanted)
    blobs.data = {(RUNS, first): b"something else", (RUNS, f"{RUN}/input/third.csv"): LIST}
    _take_in(blobs, RUN, wanted)
    assert held(blobs) == held(whole)


def test_a_run_that_has_begun_keeps_its_inputs(wanted):
    """Other inputs under its id are refused, and nothing of it is touched."""
    blobs = MemoryBlobs()
    blobs.data = {(RUNS, f"{RUN}/{MANIFEST}"): b"{}", (RUNS, f"{RUN}/input/first.csv"): LIST}
    before = dict(blobs.data)
    with pytest.raises(IdTaken):
        _take_in(blobs, RUN, wanted)
    assert blobs.data == before


class Host:
    """A host whose app answers in the given order, the last answer for ever."""

    def __init__(self, *answers):
        self.answers = list(answers)

    async def request(self, _function, **_options):
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return func.HttpResponse(json.dumps(body), status_code=status)


class Progress:
    def update(self, state, **_fields):
        """Nobody watches."""


DOWN = (503, {"detail": "cannot read blob: no answer"})
CANCELLED = (200, {"state": "cancelled", "progress": {}, "counts": {}, "result": None})


def follow(*answers):
    asyncio.run(_follow(Host(*answers), RUN, Progress()))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(run_command, "POLL_SECONDS", 0)


def test_a_store_that_is_away_for_a_moment_is_asked_again():
    """A status that cannot be had says nothing about the run, which is followed to its end."""
    with pytest.raises(RunEnded, match="was cancelled"):
        follow(DOWN, DOWN, CANCELLED)


def test_a_store_that_stays_away_is_given_up(monkeypatch):
    """After a while the command ends with what the store's fault is, and what to do."""
    monkeypatch.setattr(run_command, "OUTAGE_SECONDS", 0)
    with pytest.raises(RunEnded, match="run r1: cannot read blob: no answer; the same command goes on"):
        follow(DOWN)


def test_a_run_that_is_gone_is_not_waited_for():
    """Any other answer than the run's status ends the command with that answer's words."""
    with pytest.raises(RunEnded, match="there is no run r1"):
        follow((404, {"detail": "there is no run r1"}))
