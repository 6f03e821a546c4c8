"""Stand-ins behind the ports, in memory, and a question to ask them."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date

from shared.contracts import BlobRef, ModelParameters, ModelRequest, Segment, SegmentFeatures
from shared.errors import BlobChanged, BlobExists, BlobNotFound
from shared.run_config import MessageLimits


class MemoryBlobs:
    """A blob store in a dictionary, with every condition of the port. ``before_append`` lets a rival in."""

    def __init__(self) -> None:
        self.data: dict[tuple[str, str], bytes] = {}
        self.before_append: Callable[[], None] = lambda: None

    def stat(self, container: str, name: str) -> BlobRef:
        data = self.read(container, name)
        return BlobRef(container=container, name=name, etag=hashlib.sha256(data).hexdigest(), size=len(data))

    def read(self, container: str, name: str) -> bytes:
        try:
            return self.data[container, name]
        except KeyError:
            raise BlobNotFound(f"{container}/{name}: there is no such blob") from None

    def read_range(self, ref: BlobRef, offset: int, length: int) -> bytes:
        if ref.etag and self.stat(ref.container, ref.name).etag != ref.etag:
            raise BlobChanged(f"{ref.name} changed")
        return self.read(ref.container, ref.name)[offset : offset + length]

    def create(self, container: str, name: str, data: bytes) -> BlobRef:
        if (container, name) in self.data:
            raise BlobExists(f"{container}/{name}: exists")
        self.data[container, name] = data
        return self.stat(container, name)

    def create_from(self, container: str, name: str, chunks: Iterator[bytes]) -> BlobRef:
        return self.create(container, name, b"".join(chunks))

    def replace(self, ref: BlobRef, data: bytes) -> BlobRef:
        if self.stat(ref.container, ref.name).etag != ref.etag:
            raise BlobChanged(f"{ref.name} changed")
        self.data[ref.container, ref.name] = data
        return self.stat(ref.container, ref.name)

    def replace_from(self, ref: BlobRef, chunks: Iterator[bytes]) -> BlobRef:
        return self.replace(ref, b"".join(chunks))

    def append(self, container: str, name: str, data: bytes, *, at: int) -> int:
        self.before_append()
        present = self.data.get((container, name), b"")
        if len(present) != at:
            raise BlobChanged(f"{name} changed")
        self.data[container, name] = present + data
        return at + len(data)

    def delete(self, container: str, name: str) -> None:
        self.data.pop((container, name), None)

    def list(self, container: str, prefix: str = "") -> Iterator[BlobRef]:
        names = sorted(name for held, name in self.data if held == container and name.startswith(prefix))
        return (self.stat(container, name) for name in names)

    def folders(self, container: str) -> Iterator[str]:
        return iter(sorted({name.split("/")[0] for held, name in self.data if held == container and "/" in name}))

    def check(self) -> None:
        return


def a_model_request(system: str = "Write.", user: str = "For them.", **changes: object) -> ModelRequest:
    """A question to a model, about one segment without passages."""
    features = SegmentFeatures(
        avg_purchase_frequency=3.0, avg_order_value=50.0, avg_last_engagement_days=9.0, engagement_score=0.5
    )
    fixed = {
        "parameters": ModelParameters(max_tokens=1000, temperature=None, top_p=None),
        "segment": Segment(segment_id="s", name="S", size=9, share=1.0, features=features),
        "tone": "friendly",
        "passages": (),
        "limits": MessageLimits(),
        "signature": "Us",
        "seed": "seed",
        "as_of": date(2026, 4, 7),
    }
    return ModelRequest(system=system, user=user, **{**fixed, **changes})
