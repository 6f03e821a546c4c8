"""The blob store in Azure Blob Storage.

Every write is conditional on the service's side. It must not let the SDK's own errors out, because their texts hold
URLs and headers; must not retry on top of the SDK; and must not take a refusal for a conflict when it is the echo of
a first try that succeeded and whose answer was lost.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential, TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobBlock, BlobClient, BlobPrefix, BlobProperties, BlobServiceClient

from shared.adapters.blob_names import checked_container, checked_name, checked_prefix, is_blob_name
from shared.adapters.service_calls import pooled_transport
from shared.adapters.storage_retry import LONGEST_SILENCE_SECONDS, PatientStorageRetry
from shared.contracts import BlobRef
from shared.errors import (
    BlobChanged,
    BlobExists,
    BlobNotFound,
    ConfigError,
    InputError,
    OrchestratorError,
    ServiceUnavailable,
    TooLarge,
)
from shared.run_config import ServiceLimits

Credential = TokenCredential | AzureNamedKeyCredential | AzureSasCredential | str

_DEFAULT_LIMITS = ServiceLimits()
CONNECTIONS = 64
"""Kept open at once; more than a host has activities under way."""

_BLOCK_BYTES = 4 * 1024 * 1024
_PUT_BYTES = 64 * 1024 * 1024  # more than this the SDK would stage under ids that two writers share
_MISSING = {"BlobNotFound", "ContainerNotFound", "ResourceNotFound"}
_TAKEN = {"BlobAlreadyExists", "InvalidBlobType", "InvalidBlockList"}  # the last: a commit drops all others' blocks
_PRECONDITION_FAILED = 412
_RANGE_NOT_SATISFIABLE = 416

_RetryHook = Callable[..., None]
_Ids = list[str]  # inside the store, list is the port's method


def blob_service(
    *,
    connection_string: str = "",
    account_url: str = "",
    credential: Credential | None = None,
    limits: ServiceLimits = _DEFAULT_LIMITS,
) -> BlobServiceClient:
    """The client of one storage account, from a connection string or from its URL and a credential.

    A request is tried at most ``limits.attempts`` times. A try has ``connect_seconds`` to connect, ``attempt_seconds``
    from the request to the last byte of its answer, and ends at a silence of 20 seconds or of ``attempt_seconds``, if
    that is less. Between tries it waits 1 to 3, then 3 to 5 seconds and so on, doubling, or what the service asks for;
    no wait is longer than ``longest_wait_seconds``, and a service that asks for more is given up at once. So with the
    default limits a request fails within 8 seconds where nothing listens, within 83 where nothing answers, and within
    ``limits.worst_case_seconds`` (220) whatever happens. Tried again are 408, 429, 500, 502, 503, 504 and faults of
    the transport, an answer that breaks off or drips among them; a redirection is not followed. A port call is as many
    requests, one after another, as its bytes need, and ends with the first that fails. Fetching a token has the
    credential's own limits. Raises ``ConfigError`` for settings that name no account.
    """
    if bool(connection_string) == bool(account_url):
        raise ConfigError("blob storage: give either a connection string or an account URL")
    settings: dict[str, Any] = {
        "retry_policy": PatientStorageRetry(limits),
        "transport": pooled_transport(
            min(limits.connect_seconds, limits.attempt_seconds),
            min(limits.attempt_seconds, LONGEST_SILENCE_SECONDS),
            CONNECTIONS,
        ),
        "permit_redirects": False,
    }
    try:
        if connection_string:
            return BlobServiceClient.from_connection_string(connection_string, **settings)
        return BlobServiceClient(account_url, credential=credential, **settings)
    except ValueError:
        cause = "the connection string or account URL is malformed, or a token would go over http"
        raise ConfigError(f"blob storage: {cause}") from None


class AzureBlobStore:
    """A ``BlobStore`` in the account behind ``service``; names keep to the rules of ``blobs_directory``.

    ETags are the service's, without quotes. A container that is missing when something is first written to it is
    created. ``create`` takes one request up to 4 MiB; more, and whatever is streamed, is staged in blocks of 4 MiB
    (at most 50,000) under ids of this write alone and committed at once, so that a blob appears whole. ``replace``
    takes at most 64 MiB. ``append`` uses append blobs (at most 50,000 appends); a blob written otherwise is replaced.

    A write refused after the SDK sent it more than once may have been refused because of its own first try. Then, and
    only then, it is compared with what is there - the bytes, or the ids of the committed blocks - and counts as done
    where they are its own.
    """

    def __init__(self, service: BlobServiceClient) -> None:
        self._service = service

    def ensure_containers(self, names: Iterable[str]) -> None:
        """Create those that do not exist yet."""
        for name in names:
            with _faults("create container", checked_container(name)), _already("ContainerAlreadyExists"):
                self._service.create_container(name)

    def stat(self, container: str, name: str) -> BlobRef:
        client = self._client(container, name)
        with _faults("read", container, name):
            properties = client.get_blob_properties()
        return BlobRef(container=container, name=name, etag=_bare(properties.etag), size=properties.size)

    def read(self, container: str, name: str) -> bytes:
        client = self._client(container, name)
        with _faults("read", container, name):
            return _download(client)

    def read_range(self, ref: BlobRef, offset: int, length: int) -> bytes:
        if offset < 0 or length < 0:
            raise InputError("range: offset and length must be 0 or more")
        client = self._client(ref.container, ref.name)
        with _faults("read", ref.container, ref.name):
            if length == 0:
                return self._nothing_of(ref)
            try:
                return _download(client, offset, length, **_if_unchanged(ref))
            except HttpResponseError as error:
                if error.status_code not in {_PRECONDITION_FAILED, _RANGE_NOT_SATISFIABLE}:
                    raise
            return self._nothing_of(ref)

    def create(self, container: str, name: str, data: bytes) -> BlobRef:
        if len(data) > _BLOCK_BYTES:
            return self.create_from(container, name, iter((data,)))
        client = self._client(container, name)
        with _faults("create", container, name, refused=BlobExists):
            return self._put(client, data, match_condition=MatchConditions.IfMissing)

    def create_from(self, container: str, name: str, chunks: Iterator[bytes]) -> BlobRef:
        client = self._client(container, name)
        with _faults("create", container, name, refused=BlobExists):
            return self._stage(client, _blocks(chunks), match_condition=MatchConditions.IfMissing)

    def replace(self, ref: BlobRef, data: bytes) -> BlobRef:
        if ref.etag is None:
            raise InputError("replace: the reference must hold the ETag of the version to overwrite")
        if len(data) > _PUT_BYTES:
            raise TooLarge(f"replace: {len(data)} bytes; at most {_PUT_BYTES} can be replaced in one request")
        client = self._client(ref.container, ref.name)
        with _faults("replace", ref.container, ref.name, missing=BlobChanged):
            return self._put(client, data, **_if_unchanged(ref))

    def replace_from(self, ref: BlobRef, chunks: Iterator[bytes]) -> BlobRef:
        if ref.etag is None:
            raise InputError("replace: the reference must hold the ETag of the version to overwrite")
        client = self._client(ref.container, ref.name)
        with _faults("replace", ref.container, ref.name, missing=BlobChanged):
            return self._stage(client, _blocks(chunks), **_if_unchanged(ref))

    def append(self, container: str, name: str, data: bytes, *, at: int) -> int:
        """See the port. An empty blob counts as one that is not there yet; no data only checks the length."""
        if at < 0:
            raise InputError("append: the position must be 0 or more")
        client = self._client(container, name)
        with _faults("append to", container, name, missing=BlobChanged):
            if not data:
                self._require_length(container, name, at)
            else:
                self._extend(client, data, at)
        return at + len(data)

    def delete(self, container: str, name: str) -> None:
        client = self._client(container, name)
        with contextlib.suppress(BlobNotFound), _faults("delete", container, name):
            client.delete_blob(delete_snapshots="include")

    def list(self, container: str, prefix: str = "") -> Iterator[BlobRef]:
        """See the port; names in the order of their UTF-8 bytes. Holds all references at once to be sure of it."""
        client = self._service.get_container_client(checked_container(container))
        start = checked_prefix(prefix)
        with contextlib.suppress(BlobNotFound), _faults("list", container):
            found = [_listed(container, blob) for blob in client.list_blobs(start) if is_blob_name(blob.name)]
            return iter(sorted(found, key=lambda ref: ref.name.encode()))
        return iter(())

    def folders(self, container: str) -> Iterator[str]:
        client = self._service.get_container_client(checked_container(container))
        with contextlib.suppress(BlobNotFound), _faults("list", container):
            found = [item.name.rstrip("/") for item in client.walk_blobs() if isinstance(item, BlobPrefix)]
            return iter(sorted(filter(is_blob_name, found), key=str.encode))
        return iter(())

    def check(self) -> None:
        """Ask the account for its first container."""
        with _faults("reach blob storage"):
            next(self._service.list_containers(results_per_page=1).by_page(), None)

    def _client(self, container: str, name: str) -> BlobClient:
        return self._service.get_blob_client(checked_container(container), checked_name(name))

    def _nothing_of(self, ref: BlobRef) -> bytes:
        """No bytes of a blob that is there and the version asked for; else the error that tells which it is not."""
        if ref.etag not in {None, self.stat(ref.container, ref.name).etag}:
            raise BlobChanged(f"{ref.container}/{ref.name} is no longer the version asked for")
        return b""

    def _require_length(self, container: str, name: str, length: int) -> None:
        try:
            size = self.stat(container, name).size
        except BlobNotFound:
            size = 0
        if size != length:
            raise BlobChanged(f"{container}/{name} is not {length} bytes long")

    # --- writing

    def _in_container(self, container: str, send: Callable[[], Any]) -> Any:
        """Send; if the container is not there yet, create it and send again."""
        try:
            return send()
        except ResourceNotFoundError as error:
            if _code(error) != "ContainerNotFound":
                raise
        self.ensure_containers([container])
        return send()

    def _put(self, client: BlobClient, data: bytes, **condition: Any) -> BlobRef:
        def send(hook: _RetryHook) -> Any:
            upload = partial(client.upload_blob, data, length=len(data), overwrite=True, retry_hook=hook, **condition)
            return self._in_container(client.container_name, upload)

        def is_own() -> bool:
            current = client.download_blob()
            return current.size == len(data) and current.readall() == data

        return self._reference(client, _send_knowing_own(send, is_own), len(data))

    def _stage(self, client: BlobClient, blocks: Iterator[bytes], **condition: Any) -> BlobRef:
        mark, size = uuid4().hex, 0
        ids: _Ids = []
        for block in blocks:
            ids.append(f"{mark}{len(ids):08d}")
            self._in_container(client.container_name, partial(client.stage_block, ids[-1], block, length=len(block)))
            size += len(block)

        def send(hook: _RetryHook) -> Any:
            listed = [BlobBlock(block_id) for block_id in ids]
            commit = partial(client.commit_block_list, listed, **condition)
            return self._in_container(client.container_name, partial(commit, retry_hook=hook))

        def is_own() -> bool:
            return [block.id for block in client.get_block_list("committed")[0]] == ids

        return self._reference(client, _send_knowing_own(send, is_own), size)

    def _reference(self, client: BlobClient, answer: Any, size: int) -> BlobRef:
        """The reference to what was written: from the answer or, where that was lost, by asking again."""
        container, name = client.container_name, client.blob_name
        if answer is None:
            return self.stat(container, name)
        return BlobRef(container=container, name=name, etag=_bare(answer["etag"]), size=size)

    def _extend(self, client: BlobClient, data: bytes, at: int) -> None:
        def send(hook: _RetryHook) -> Any:
            return client.append_block(data, length=len(data), appendpos_condition=at, retry_hook=hook)

        def is_own() -> bool:
            return _download(client, at, len(data)) == data

        if at == 0:  # a crash may have left it empty
            with _already("BlobAlreadyExists"):
                begin = partial(client.create_append_blob, match_condition=MatchConditions.IfMissing)
                self._in_container(client.container_name, begin)
        try:
            _send_knowing_own(send, is_own)
        except ResourceExistsError as error:
            if _code(error) != "InvalidBlobType":
                raise
            self._extend_block_blob(client, data, at)

    def _extend_block_blob(self, client: BlobClient, data: bytes, at: int) -> None:
        current = self.stat(client.container_name, client.blob_name)
        if current.size != at:
            raise BlobChanged(f"{current.container}/{current.name} is not {at} bytes long")
        self.replace(current, self.read_range(current, 0, at) + data)


# --- the SDK's ways ---------------------------------------------------------------------------------------------------


def _send_knowing_own(send: Callable[[_RetryHook], Any], is_own: Callable[[], bool]) -> Any:
    """Send; None instead of a refusal where the request had been repeated and what is there is this very write."""
    repeats = 0

    def hook(**_: Any) -> None:
        nonlocal repeats
        repeats += 1

    try:
        return send(hook)
    except HttpResponseError as error:
        if not (repeats and _is_refusal(error) and is_own()):
            raise
    return None


def _download(client: BlobClient, offset: int | None = None, length: int | None = None, **condition: Any) -> bytes:
    content: bytes = client.download_blob(offset, length, **condition).readall()
    return content


def _blocks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of 4 MiB, the last one shorter."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= _BLOCK_BYTES:
            yield bytes(waiting[:_BLOCK_BYTES])
            del waiting[:_BLOCK_BYTES]
    if waiting:
        yield bytes(waiting)


def _listed(container: str, blob: BlobProperties) -> BlobRef:
    return BlobRef(container=container, name=blob.name, etag=_bare(blob.etag), size=blob.size)


def _bare(etag: str) -> str:
    return etag.strip('"')


def _if_unchanged(ref: BlobRef) -> dict[str, Any]:
    return {} if ref.etag is None else {"etag": f'"{ref.etag}"', "match_condition": MatchConditions.IfNotModified}


# --- the SDK's errors -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _faults(
    operation: str,
    container: str = "",
    name: str = "",
    *,
    missing: type[OrchestratorError] = BlobNotFound,
    refused: type[OrchestratorError] = BlobChanged,
) -> Iterator[None]:
    """Tells the SDK's errors as the project's, without their texts and without the chain that would show them."""
    blob = "/".join(filter(None, (container, name)))
    try:
        yield
    except AzureError as error:
        if _code(error) in _MISSING:
            raise missing(f"no blob {blob}") from None
        if isinstance(error, HttpResponseError) and _is_refusal(error):
            raise refused(f"cannot {operation} {blob}: it exists or has changed ({_code(error)})") from None
        raise ServiceUnavailable(f"cannot {operation} {blob}: {_cause(error)}".replace(" :", ":")) from None


@contextlib.contextmanager
def _already(code: str) -> Iterator[None]:
    try:
        yield
    except HttpResponseError as error:
        if _code(error) != code:
            raise


def _is_refusal(error: HttpResponseError) -> bool:
    """Whether the request's condition, or a blob that another writer put there first, was in the way."""
    return error.status_code == _PRECONDITION_FAILED or _code(error) in _TAKEN


def _code(error: AzureError) -> str:
    """The service's error code, if there is one: a word. What else sits on the way may answer anything."""
    code = getattr(error, "error_code", None) or ""
    word = re.fullmatch(r"[A-Za-z0-9]{1,64}", str(getattr(code, "value", code)))
    return word.group() if word else "unknown"


def _cause(error: AzureError) -> str:
    if isinstance(error, HttpResponseError) and error.status_code:
        return f"status {error.status_code}, code {_code(error)}"
    return f"no answer ({type(error).__name__})"
