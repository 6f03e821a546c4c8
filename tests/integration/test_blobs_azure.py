"""The blob store in Azure Blob Storage, through the real SDK: against Azurite, and through a wire that fails."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from azure.core import MatchConditions
from azure.storage.blob import BlobServiceClient

from shared.adapters.blobs_azure import AzureBlobStore, blob_service
from shared.adapters.service_calls import within
from shared.contracts import BlobRef
from shared.errors import BlobChanged, BlobExists, ConfigError, ServiceUnavailable, TooLarge
from shared.run_config import ServiceLimits
from tests.blob_contract import BlobContract
from tests.integration import azurite as emulator

pytestmark = pytest.mark.integration
azurite = emulator.azurite


@pytest.fixture(scope="module")
def service(azurite):
    with blob_service(connection_string=azurite) as client:
        yield client


@pytest.fixture(scope="module")
def store(service):
    return AzureBlobStore(service)


class TestContract(BlobContract):
    """Azure Blob Storage keeps to what every blob store must do."""

    @pytest.fixture
    def store(self, service):
        return AzureBlobStore(service)


# --- a wire that fails


class Wire(ThreadingHTTPServer):
    """Stands between the SDK and Azurite. ``faults`` are spent on the requests that ``matches`` picks, in order.

    ``lose`` passes the request on and drops the answer; ``drop`` drops the request; a number is the answer's status.
    """

    def __init__(self, target):
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = target
        self.faults = []
        self.matches = lambda method, query: method == "PUT"
        self.before_fault = lambda: None
        self.seen = []

    @property
    def connection_string(self):
        return emulator.connection_string_to(self.server_address[1])

    def next_fault(self, method, path):
        self.seen.append((method, path))
        if not (self.faults and self.matches(method, urlsplit(path).query)):
            return None
        self.before_fault()
        return self.faults.pop(0)


class Handler(BaseHTTPRequestHandler):
    """Passes a request on, unless the wire has a fault for it."""

    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.next_fault(self.command, self.path)
        if isinstance(fault, int):
            self.answer(fault, [("Content-Type", "text/html")], b"<html>not the storage service</html>")
        elif fault == "drop":
            self.close_connection = True
        else:
            self.forward(body, lose=fault == "lose")

    def forward(self, body, *, lose):
        connection = http.client.HTTPConnection(self.server.target, timeout=30)
        try:
            connection.request(self.command, self.path, body, dict(self.headers))
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if lose:
            self.close_connection = True
        else:
            self.answer(response.status, response.getheaders(), content)

    def answer(self, status, headers, content):
        length = str(len(content))
        self.send_response(status)
        for name, value in headers:
            if name.lower() == "content-length":
                length = value  # of a HEAD's answer: what a GET's would be
            elif name.lower() not in {"transfer-encoding", "connection", "keep-alive"}:
                self.send_header(name, value)
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        """The test's output is pytest's."""


for method in ("GET", "PUT", "HEAD", "DELETE"):
    setattr(Handler, f"do_{method}", Handler.pass_on)


@pytest.fixture
def wire(azurite):
    target = urlsplit(dict(part.split("=", 1) for part in azurite.split(";") if part)["BlobEndpoint"]).netloc
    with Wire(target) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def wired(wire):
    with blob_service(connection_string=wire.connection_string) as client:
        yield AzureBlobStore(client)


@pytest.fixture
def container(store):
    name = f"t-{uuid4().hex}"
    store.ensure_containers([name])
    return name


BIG = b"0123456789" * 500_000


@pytest.mark.parametrize("data", [b"", b"small", BIG], ids=["empty", "small", "big"])
def test_a_create_whose_answer_was_lost_is_done(wire, wired, store, container, data):
    """The SDK's second try meets the first one's blob, and that is success."""
    wire.faults = ["lose"]
    wire.matches = lambda method, query: method == "PUT" and "comp=block&" not in f"{query}&"
    assert wired.create(container, "a", data) == store.stat(container, "a")
    assert wire.faults == []
    assert store.read(container, "a") == data


def test_a_replace_whose_answer_was_lost_is_done(wire, wired, store, container):
    """The version that is there is ours."""
    ref = store.create(container, "a", b"one")
    wire.faults = ["lose"]
    assert wired.replace(ref, b"two") == store.stat(container, "a")
    assert wire.faults == []
    assert store.read(container, "a") == b"two"


def test_an_append_whose_answer_was_lost_is_done_once(wire, wired, store, container):
    """The entry is there, once, at its place."""
    store.append(container, "a", b"one\n", at=0)
    wire.faults = ["lose"]
    assert wired.append(container, "a", b"two\n", at=4) == 8
    wire.faults = ["lose", "lose"]  # the empty blob's and the first entry's
    assert wired.append(container, "b", b"one\n", at=0) == 4
    assert wire.faults == []
    assert store.read(container, "a") == b"one\ntwo\n"
    assert store.read(container, "b") == b"one\n"


@pytest.mark.parametrize("data", [b"mine", BIG], ids=["small", "big"])
def test_a_repeated_create_that_another_one_overtook_is_refused(wire, wired, store, container, data):
    """A repeat is no excuse: somebody else's blob is somebody else's."""
    wire.faults = ["drop"]
    wire.matches = lambda method, query: method == "PUT" and "comp=block&" not in f"{query}&"
    wire.before_fault = lambda: store.create_from(container, "a", iter([b"theirs"]))
    with pytest.raises(BlobExists):
        wired.create(container, "a", data)
    assert wire.faults == []
    assert store.read(container, "a") == b"theirs"


def test_a_repeated_append_that_another_one_overtook_is_refused(wire, wired, store, container):
    """The chain holds the other's entry, and ours has to be made anew."""
    store.append(container, "a", b"0", at=0)
    wire.faults = ["drop"]
    wire.before_fault = lambda: store.append(container, "a", b"theirs", at=1)
    with pytest.raises(BlobChanged):
        wired.append(container, "a", b"mine", at=1)
    assert store.read(container, "a") == b"0theirs"


def test_a_fault_of_the_service_is_tried_three_times(wire, wired, container):
    """Then it is an outage, told by status only."""
    wire.faults = [503] * 10
    with pytest.raises(ServiceUnavailable, match=rf"^cannot create {container}/a: status 503, code unknown$") as caught:
        wired.create(container, "a", b"x")
    assert len(wire.seen) == ServiceLimits().attempts
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_passing_fault_is_not_noticed(wire, wired, store, container):
    """One bad answer and one lost request are within the SDK's own tries."""
    wire.faults = [500, "drop"]
    assert wired.create(container, "a", b"x") == store.stat(container, "a")


def test_what_is_not_the_storage_service_is_an_outage(wire, wired, container):
    """A 404 or a 409 from something else on the way is neither an empty container nor a missing or existing blob."""
    wire.matches = lambda *_: True
    for status in (404, 409, 401, 403):
        for operation in (
            lambda: list(wired.list(container)),
            lambda: list(wired.folders(container)),
            lambda: wired.stat(container, "a"),
            lambda: wired.read(container, "a"),
            lambda: wired.create(container, "a", b"x"),
            lambda: wired.append(container, "a", b"x", at=0),
            lambda: wired.delete(container, "a"),
            wired.check,
        ):
            wire.faults = [status]
            with pytest.raises(ServiceUnavailable, match=f"status {status}"):
                operation()


# --- states a crash leaves


def test_an_append_blob_that_a_crash_left_empty_takes_its_first_entry(service, store, container):
    """Between an append blob's making and its first entry there is a moment; it does no harm."""
    service.get_blob_client(container, "a").create_append_blob(match_condition=MatchConditions.IfMissing)
    assert store.append(container, "a", b"first", at=0) == 5


def test_blocks_that_a_crash_left_behind_do_no_harm(service, store, container):
    """Staged and never committed is not there, and a later stream does not mix with it."""
    service.get_blob_client(container, "a").stage_block("0" * 40, b"left behind")
    assert list(store.list(container)) == []
    assert store.create_from(container, "a", iter([b"whole"])) == store.stat(container, "a")
    assert store.read(container, "a") == b"whole"


def test_a_stream_to_the_name_of_an_append_blob_is_refused(store, container):
    """Whatever kind of blob is there, the name is taken."""
    store.append(container, "a", b"x", at=0)
    with pytest.raises(BlobExists):
        store.create_from(container, "a", iter([b"y"]))


# --- the service itself


def test_containers_are_made_once(service, store):
    """Those that exist stay as they are."""
    store.ensure_containers(["made-first"])
    store.create("made-first", "a", b"x")
    store.ensure_containers(["made-first", "made-second"])
    assert store.read("made-first", "a") == b"x"
    assert "made-second" in {found.name for found in service.list_containers()}


def test_what_others_put_there_under_other_names_is_not_listed(service, store, container):
    """A blob whose name the store would refuse is not one it lists."""
    for name in (".hidden", "a//b", "end.", "folder/.hidden", "good"):
        service.get_blob_client(container, name).upload_blob(b"x")
    assert [ref.name for ref in store.list(container)] == ["good"]


def test_replacing_by_too_much_is_refused(store, container):
    """What one request cannot hold is told before anything is sent."""
    with pytest.raises(TooLarge, match="67108865 bytes"):
        store.replace(BlobRef(container=container, name="a", etag="0"), bytes(64 * 1024 * 1024 + 1))


def test_a_wrong_key_is_an_outage_that_tells_no_secret(azurite):
    """Status and code are told; the account, its address, its key and the headers are not."""
    wrong = "d3Jvbmc="
    port = urlsplit(azurite.split("BlobEndpoint=")[1]).port
    with (
        blob_service(connection_string=emulator.connection_string_to(port, wrong)) as client,
        pytest.raises(ServiceUnavailable, match="status 403, code AuthorizationFailure") as caught,
    ):
        AzureBlobStore(client).create("runs", "a", b"x")
    assert not any(secret in str(caught.value) for secret in (wrong, "127.0.0.1", emulator.ACCOUNT, "http"))


def test_a_stopped_service_is_an_outage_within_seconds():
    """Three refused connections and the waits between them, and that is all: at most eight seconds a call."""
    emulator.require()
    with emulator.running() as connection_string, blob_service(connection_string=connection_string) as client:
        store = AzureBlobStore(client)
        ref = store.create("runs", "a", b"x")
    told = r"^cannot read runs/a: no answer \(ServiceRequestError\)$"
    with (
        blob_service(connection_string=connection_string) as client,
        pytest.raises(ServiceUnavailable, match=told),
    ):
        within(15, lambda: AzureBlobStore(client).read_range(ref, 0, 1))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"connection_string": "nonsense"},
        {"connection_string": "AccountName=a;AccountKey=c2VjcmV0", "account_url": "https://a.example"},
        {"account_url": "https://"},
    ],
    ids=["nothing", "malformed", "both", "no host"],
)
def test_settings_that_name_no_account_are_refused(settings):
    """What is wrong is told, without the string, which may hold a key."""
    with pytest.raises(ConfigError, match=r"^blob storage: ") as caught:
        blob_service(**settings)
    assert "c2VjcmV0" not in str(caught.value)


def test_an_account_url_and_a_key_make_a_client(azurite):
    """The other way to name an account."""
    endpoint = azurite.split("BlobEndpoint=")[1].rstrip(";")
    with blob_service(account_url=endpoint, credential=emulator.KEY) as client:
        assert isinstance(client, BlobServiceClient)
        AzureBlobStore(client).check()
