"""The blob store through the real SDK, over a wire that fails, to Azurite: what is written once stays written once."""

import re
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from local.emulators import azurite as program
from local.emulators.fault_proxy import FaultProxy, target_of
from local.emulators.wire import FOREVER
from shared.adapters.blobs_azure import AzureBlobStore, blob_service
from shared.adapters.service_calls import within
from shared.errors import BlobChanged, BlobExists, ConfigError, InputError, OrchestratorError, ServiceUnavailable
from shared.run_config import ServiceLimits
from tests.integration import azurite as emulator

pytestmark = pytest.mark.integration
azurite = emulator.azurite

LIMITS = ServiceLimits(attempts=3, attempt_seconds=0.8, connect_seconds=0.8, longest_wait_seconds=0.05)
PAUSE = 0.5
"""Seconds beyond the worst case that a busy machine may take to notice."""
BIG = bytes(range(256)) * 20_000
PAGE = Path(__file__).parents[2] / "docs" / "failures.md"
OLD = {"folder/old": b"old", "log": b"first\n"}


class Wired(NamedTuple):
    """One container of a test: over the wire that fails, and directly."""

    proxy: FaultProxy
    store: AzureBlobStore
    direct: AzureBlobStore
    container: str

    def contents(self):
        return {ref.name: self.direct.read(self.container, ref.name) for ref in self.direct.list(self.container)}


@pytest.fixture(scope="module")
def proxy(azurite):
    with FaultProxy(target_of(azurite)) as running:
        yield running


@pytest.fixture(scope="module")
def direct(azurite):
    with blob_service(connection_string=azurite) as service:
        yield AzureBlobStore(service)


@pytest.fixture(scope="module")
def store(proxy):
    port = int(proxy.url.rpartition(":")[2])
    with blob_service(connection_string=emulator.connection_string_to(port), limits=LIMITS) as service:
        yield AzureBlobStore(service)


@pytest.fixture
def wired(proxy, store, direct):
    container = f"t-{uuid4().hex}"
    direct.ensure_containers([container])
    direct.create(container, "folder/old", b"old")
    direct.append(container, "log", b"first\n", at=0)
    yield Wired(proxy, store, direct, container)
    proxy.faults.clear()


# --- every call of the port, and every fault


@dataclass(frozen=True)
class Step:
    """One call of the port, the request in it that fails, and what the container holds afterwards."""

    name: str
    request: str
    call: Callable[[AzureBlobStore, str], Any]
    after: dict[str, bytes]
    gives: Any = None
    again: type[OrchestratorError] | None = None
    """What the same call meets when it is made once more."""

    def __str__(self):
        return f"{self.name}-{self.request}"

    def make(self, wired):
        return self.call(wired.store, wired.container)


def replace(store, container):
    return store.replace(store.stat(container, "folder/old"), b"new").size


def stream(store, container):
    return store.create_from(container, "new", iter([BIG])).size


def read_range(store, container):
    return store.read_range(store.stat(container, "log"), 2, 3)


def append(store, container):
    return store.append(container, "log", b"second\n", at=6)


def begin(store, container):
    return store.append(container, "new", b"entry\n", at=0)


READ = Step("read", "get_blob", lambda store, container: store.read(container, "log"), OLD, b"first\n")
LIST = Step("list", "list_blobs", lambda store, container: [ref.name for ref in store.list(container)], OLD, [*OLD])
CREATED, STREAMED = {**OLD, "new": b"data"}, {**OLD, "new": BIG}
APPENDED, BEGUN = {**OLD, "log": b"first\nsecond\n"}, {**OLD, "new": b"entry\n"}
READS = [
    Step("stat", "get_blob_properties", lambda store, container: store.stat(container, "log").size, OLD, 6),
    READ,
    Step("read_range", "get_blob", read_range, OLD, b"rst"),
    LIST,
    Step("folders", "list_blobs", lambda store, container: [*store.folders(container)], OLD, ["folder"]),
    Step("check", "list_containers", lambda store, _: store.check(), OLD),
]
CREATE = Step(
    "create", "put_blob", lambda store, container: store.create(container, "new", b"data").size, CREATED, 4, BlobExists
)
COMMIT = Step("create_from", "put_block_list", stream, STREAMED, len(BIG), BlobExists)
APPEND = Step("append", "append_block", append, APPENDED, 13, BlobChanged)
DELETE = Step(
    "delete", "delete_blob", lambda store, container: store.delete(container, "folder/old"), {"log": b"first\n"}
)
WRITES = [
    CREATE,
    Step("create_from", "put_block", stream, STREAMED, len(BIG)),
    COMMIT,
    Step("replace", "put_blob", replace, {**OLD, "folder/old": b"new"}, 3),
    APPEND,
    Step("begin", "create_append_blob", begin, BEGUN, 6),
    Step("begin", "append_block", begin, BEGUN, 6, BlobChanged),
    DELETE,
]
FAULTS = {
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503, "retry_after": 0.05},
    "429": {"kind": "status", "status": 429},
    "reset": {"kind": "reset"},
    "wrong answer": {"kind": "wrong_answer"},
    "lost answer": {"kind": "lost_answer", "seconds": 0},
    "broken body": {"kind": "broken_body"},
    "hang": {"kind": "hang", "seconds": 0.9},
    "late answer": {"kind": "lost_answer", "seconds": 0.9},
    "slow body": {"kind": "slow_body", "seconds": 0.3},
}
SLOW = ["hang", "late answer", "slow body"]
QUICK = [name for name in FAULTS if name not in SLOW]
LASTING = ["500", "503", "429", "reset", "wrong answer"]


def pairs(steps, faults):
    return [pytest.param(step, fault, id=f"{step}-{fault}") for step in steps for fault in faults]


OUTCOMES = {
    **dict.fromkeys(LASTING, "given up, 3"),
    "hang": "given up, 3",
    **dict.fromkeys(("lost answer", "late answer"), "at most once"),
    **dict.fromkeys(("slow body", "broken body"), "given up"),
}
"""What the docs say of each fault when it lasts."""


def test_the_docs_say_what_is_tested_here():
    """The table of Blob Storage has a row for every fault, with its outcome when it passes and when it lasts."""
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(name, "not noticed", OUTCOMES[name]) for name in FAULTS]


PASSING = [*pairs([*READS, *WRITES], QUICK), *pairs([READ, LIST, CREATE, COMMIT, APPEND, DELETE], SLOW)]


@pytest.mark.parametrize(("step", "fault"), PASSING)
def test_a_fault_that_passes_is_not_noticed(wired, step, fault):
    """The call does what it does without it, once."""
    wired.proxy.faults.add(step.request, **FAULTS[fault])
    assert step.make(wired) == step.gives
    wired.proxy.faults.clear()
    assert wired.contents() == step.after


@pytest.mark.parametrize(("step", "fault"), [*pairs([*READS, *WRITES], LASTING), *pairs([READ, APPEND], ["hang"])])
def test_a_fault_that_lasts_is_an_outage_in_time(wired, step, fault):
    """After the tries that the limits allow, within their worst case, and nothing of the call remains."""
    before = wired.proxy.count(step.request)
    wired.proxy.faults.add(step.request, times=FOREVER, **FAULTS[fault])
    with pytest.raises(ServiceUnavailable):
        within(LIMITS.worst_case_seconds + PAUSE, lambda: step.make(wired))
    assert wired.proxy.count(step.request) - before == LIMITS.attempts
    wired.proxy.faults.clear()
    left = wired.contents()
    assert left.pop("new", b"") == b""  # an append blob may have been begun
    assert left == OLD


@pytest.mark.parametrize(("step", "fault"), pairs([READ, LIST], ["slow body", "broken body"]))
def test_an_answer_that_never_comes_whole_is_an_outage_in_time(wired, step, fault):
    """A body that drips holds a call no longer than the limits say."""
    wired.proxy.faults.add(step.request, times=FOREVER, **FAULTS[fault])
    with pytest.raises(ServiceUnavailable):
        within(LIMITS.worst_case_seconds + PAUSE, lambda: step.make(wired))


# --- writes whose answers are lost


@pytest.mark.parametrize("step", WRITES, ids=str)
def test_a_write_whose_answers_are_all_lost_is_made_at_most_once(wired, step):
    """The caller hears of an outage; made again, the call finds what it wrote, or writes what it did not."""
    wired.proxy.faults.add(step.request, times=FOREVER, **FAULTS["lost answer"])
    with pytest.raises(ServiceUnavailable):
        step.make(wired)
    wired.proxy.faults.clear()
    if step.again:
        assert wired.contents() == step.after
        with pytest.raises(step.again):
            step.make(wired)
    else:
        step.make(wired)
    assert wired.contents() == step.after


@pytest.mark.parametrize(
    ("request_name", "refused", "call"),
    [
        ("put_blob", BlobExists, lambda w: w.store.create(w.container, "log", b"mine")),
        ("put_block_list", BlobExists, lambda w: w.store.create_from(w.container, "folder/old", iter([b"mine"]))),
        ("append_block", BlobChanged, lambda w: w.store.append(w.container, "log", b"mine", at=3)),
        ("append_block", BlobChanged, lambda w: w.store.append(w.container, "log", b"mine", at=0)),
    ],
)
def test_a_refusal_whose_answer_was_lost_is_still_a_refusal(wired, request_name, refused, call):
    """What others wrote is not taken for one's own."""
    before = wired.proxy.count(request_name)
    wired.proxy.faults.add(request_name, **FAULTS["lost answer"])
    with pytest.raises(refused):
        call(wired)
    assert wired.proxy.count(request_name) - before == 2
    assert wired.contents() == OLD


def test_a_version_that_others_replaced_is_not_replaced_again(wired):
    """The refusal's answer was lost, and the second one counts."""
    ref = wired.direct.stat(wired.container, "folder/old")
    wired.direct.replace(ref, b"theirs")
    wired.proxy.faults.add("put_blob", **FAULTS["lost answer"])
    with pytest.raises(BlobChanged):
        wired.store.replace(ref, b"mine")
    assert wired.contents() == {**OLD, "folder/old": b"theirs"}


def test_the_container_of_a_first_write_is_made_whatever_is_lost(wired):
    """The container's answer and the blob's, one after the other."""
    fresh = wired._replace(container=f"t-{uuid4().hex}")
    for request in ("create_container", "put_blob"):
        fresh.proxy.faults.add(request, match=fresh.container, **FAULTS["lost answer"])
    fresh.store.create(fresh.container, "a", b"data")
    assert fresh.contents() == {"a": b"data"}


# --- waits, sizes and names


def test_the_wait_that_is_asked_for_is_kept(wired):
    """Not less, and the blob is read in the end."""
    wired.proxy.faults.add("get_blob", "status", status=503, retry_after=0.05, times=2)
    start = time.monotonic()
    assert READ.make(wired) == READ.gives
    assert time.monotonic() - start >= 0.1


def test_a_service_that_asks_for_too_much_patience_is_given_up(wired):
    """One request, told by status and code."""
    before = wired.proxy.count("get_blob")
    wired.proxy.faults.add("get_blob", "status", status=503, retry_after=30, times=FOREVER)
    message = rf"^cannot read {wired.container}/log: status 503, code ServerBusy$"
    with pytest.raises(ServiceUnavailable, match=message):
        READ.make(wired)
    assert wired.proxy.count("get_blob") - before == 1


def test_a_large_blob_survives_a_download_that_breaks(wired):
    """All of its bytes, in order."""
    wired.direct.create(wired.container, "big", BIG)
    wired.proxy.faults.add("get_blob", "broken_body", times=2)
    assert wired.store.read(wired.container, "big") == BIG


def test_what_the_proxy_passes_on_keeps_its_signature(wired):
    """Names that need escaping, and a body of every byte value."""
    name = "a b/c+d=e&f#g?h%20 ü.bin"
    wired.store.create(wired.container, name, bytes(range(256)))
    assert wired.store.read(wired.container, name) == bytes(range(256))
    assert wired.store.stat(wired.container, name).size == 256
    assert name in [ref.name for ref in wired.store.list(wired.container)]


def test_a_fault_can_befall_any_request(wired):
    """Whatever its name."""
    wired.proxy.faults.add("any", "status", status=403, times=2)
    for call in (READ.make, CREATE.make):
        with pytest.raises(ServiceUnavailable, match="status 403, code AuthorizationFailure"):
            call(wired)


# --- Azurite itself


def test_blobs_in_a_folder_are_there_at_the_next_start(tmp_path):
    """With their ETags, for what was begun to go on."""
    emulator.require()
    with kept_in(tmp_path / "blobs") as store:
        ref = store.create("runs", "a", b"kept")
        store.append("runs", "log", b"1", at=0)
    with kept_in(tmp_path / "blobs") as store:
        assert store.stat("runs", "a") == ref
        assert store.append("runs", "log", b"2", at=1) == 2


@contextmanager
def kept_in(folder):
    with (
        emulator.running(folder=folder) as connection_string,
        blob_service(connection_string=connection_string) as service,
    ):
        yield AzureBlobStore(service)


def test_azurite_that_is_not_installed_says_what_to_do(monkeypatch, tmp_path):
    """By the commands that install it."""
    monkeypatch.setattr(program, "PROGRAM", tmp_path / "missing.js")
    with pytest.raises(ConfigError, match="run npm ci"), program.running():
        pass
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match=r"Node\.js 20"), program.running():
        pass


def test_azurite_on_a_port_that_is_taken_says_so(azurite):
    """Instead of giving the address of whoever listens there."""
    taken = int(target_of(azurite).rpartition(":")[2])
    with pytest.raises(InputError, match=f"^port {taken}: "), program.running(taken):
        pass
    with pytest.raises(InputError, match="must be 0 to 65535"), program.running(65536):
        pass
