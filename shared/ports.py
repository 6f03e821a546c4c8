"""The ports: what the activities need from the outside, as Protocols. Adapters implement them; tests fake them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from shared.contracts import (
    BlobRef,
    ContentDocument,
    IndexOutcome,
    ModelAnswer,
    ModelRequest,
    SafetyScores,
    SearchAnswer,
    SearchQuery,
    TrackedRun,
)
from shared.run_config import AzureConfig


class BlobStore(Protocol):
    """Named byte sequences in containers. Every write is conditional; nothing is ever overwritten blindly.

    Raises ``BlobNotFound``, ``BlobExists``, ``BlobChanged`` and, when the store itself fails, ``ServiceUnavailable``,
    or ``StorageFull`` when it has no room left.
    Names use forward slashes. An ETag changes whenever the content does.
    """

    def stat(self, container: str, name: str) -> BlobRef:
        """The blob's reference with its ETag and size in bytes."""
        ...

    def read(self, container: str, name: str) -> bytes:
        """All of it."""
        ...

    def read_range(self, ref: BlobRef, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset``; fewer at the end. ``BlobChanged`` if ``ref`` has another ETag."""
        ...

    def create(self, container: str, name: str, data: bytes) -> BlobRef:
        """Write a blob that must not exist yet (If-None-Match: *)."""
        ...

    def create_from(self, container: str, name: str, chunks: Iterator[bytes]) -> BlobRef:
        """Like ``create``, streaming; the blob appears whole or not at all."""
        ...

    def replace(self, ref: BlobRef, data: bytes) -> BlobRef:
        """Overwrite the version with ``ref.etag`` (If-Match)."""
        ...

    def replace_from(self, ref: BlobRef, chunks: Iterator[bytes]) -> BlobRef:
        """Like ``replace``, streaming; until the last chunk is there, the old version is."""
        ...

    def append(self, container: str, name: str, data: bytes, *, at: int) -> int:
        """Append when the blob is exactly ``at`` bytes long (0: it must not exist yet). Returns the new length."""
        ...

    def delete(self, container: str, name: str) -> None:
        """Remove the blob; no error if it is not there."""
        ...

    def list(self, container: str, prefix: str = "") -> Iterator[BlobRef]:
        """References under ``prefix``, ordered by name; nothing for a container that does not exist."""
        ...

    def folders(self, container: str) -> Iterator[str]:
        """The first path segments that have blobs beneath them, ordered."""
        ...

    def check(self) -> None:
        """Raise if the store cannot be reached."""
        ...


class SearchIndex(Protocol):
    """Search over a run's approved documents. A question that cannot be answered raises; see ``shared.errors``."""

    provider: str

    def synchronise(self, documents: Sequence[ContentDocument], *, remove_others: bool) -> IndexOutcome:
        """Make every one of ``documents`` findable; with ``remove_others``, nothing else stays in the index."""
        ...

    def search(self, documents: Sequence[ContentDocument], query: SearchQuery) -> SearchAnswer:
        """The best documents for ``query`` among ``documents``, best first, at most ``query.top_k``."""
        ...


class Embeddings(NamedTuple):
    """One vector per text, in the order of the texts, and the tokens that were billed."""

    vectors: list[list[float]]
    prompt_tokens: int


class Embedder(Protocol):
    """Turns texts into vectors of one dimension, for search by meaning."""

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """One call for all of ``texts``."""
        ...


class ChatModel(Protocol):
    """Writes one message. A refusal, a filtered or a truncated answer is an answer; only an outage raises."""

    provider: str

    def write(self, request: ModelRequest) -> ModelAnswer:
        """One question, one answer."""
        ...


class SafetyChecker(Protocol):
    """Rates a text in the four categories at severities 0, 2, 4 and 6. What it cannot rate it returns as None."""

    provider: str

    def analyze(self, text: str) -> SafetyScores:
        """One text, four severities."""
        ...


class SealSigner(Protocol):
    """Signs seals with one key."""

    @property
    def public_key(self) -> str:
        """The Ed25519 public key, as base64 of its 32 bytes."""
        ...

    def sign(self, payload: bytes) -> str:
        """The Ed25519 signature of ``payload``, as base64 of its 64 bytes."""
        ...


class RunTracker(Protocol):
    """Tells a tracking server of runs. A server that cannot be told raises; see ``shared.errors``."""

    provider: str

    def track(self, record: TrackedRun) -> str:
        """The run's id on the server. A run that was tracked before is found again and not told twice."""
        ...


class OrchestrationStatus(Protocol):
    """What the durable engine says of an instance; falsy when there is none."""

    @property
    def instance_id(self) -> str:
        """The run's id; a part of a run has the run's id, a colon and what it is."""
        ...

    @property
    def created_time(self) -> datetime:
        """When the instance was created."""
        ...

    @property
    def runtime_status(self) -> Any:
        """An enum whose ``name`` is Pending, Running, Suspended, Completed, Failed, Terminated or Canceled."""
        ...

    @property
    def custom_status(self) -> Any:
        """The custom status as plain JSON data."""
        ...

    @property
    def last_updated_time(self) -> datetime | None:
        """When the instance last moved."""
        ...

    def __bool__(self) -> bool: ...


class OrchestrationClient(Protocol):
    """The part of the Durable Functions client that the triggers use."""

    async def start_new(
        self, orchestration_function_name: str, instance_id: str | None = None, client_input: Any | None = None
    ) -> str: ...

    async def get_status(self, instance_id: str) -> Any: ...

    async def get_status_by(
        self,
        created_time_from: datetime | None = None,
        created_time_to: datetime | None = None,
        runtime_status: list[Any] | None = None,
    ) -> Any:
        """The statuses of the instances that were created then and stand so, as many as one page holds."""
        ...

    async def raise_event(self, instance_id: str, event_name: str, event_data: Any | None = None) -> None: ...

    async def terminate(self, instance_id: str, reason: str) -> None: ...

    async def purge_instance_history_by(
        self, created_time_from: datetime, created_time_to: datetime, runtime_status: list[Any]
    ) -> Any: ...


@dataclass(frozen=True)
class Services:
    """Everything an activity may touch. Built once per process by ``shared.bootstrap``; tests build their own.

    ``azure`` is what the clients were built from: a run that was started with something else is not served by them.
    ``pseudonym_key`` is what customers are named under where their ids must not stand; None where the app has none.
    Without a ``signer`` seals are not signed, without a ``tracker`` runs are not tracked.
    """

    blobs: BlobStore
    search: SearchIndex
    model: ChatModel
    safety: SafetyChecker
    azure: AzureConfig
    now: Callable[[], datetime]
    pseudonym_key: bytes | None = field(default=None, repr=False)
    signer: SealSigner | None = None
    tracker: RunTracker | None = None
