"""The cost limit of a run: what a call may cost is set aside before it is sent, and settled when its bill is known.

The ledger is an append blob in the run's folder. Whether there is room is decided against the ledger at exactly the
length at which the reservation is appended, so that writers in any number of processes cannot exceed the limit
together. Amounts in it are whole nano-dollars, because sums of fractions drift.
"""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError

from shared.contracts import BlobRef, Count, Key
from shared.errors import BlobChanged, BlobNotFound, Conflict, CostLimitReached, ServiceUnavailable
from shared.ports import BlobStore
from shared.run_config import Frozen
from shared.run_folder import RUNS

BUDGET = "costs.jsonl"
_NANOS = 10**9
_FRUITLESS_ATTEMPTS = 20
_LOOK_AGAIN_SECONDS = 0.2
_WHOLE = 2**31


class LedgerEntry(Frozen):
    """One line of the ledger, in US dollars times 1e-9."""

    event: Literal["reserved", "settled"]
    key: Key
    nano_usd: Count
    replaces: Count = Field(default=0, description="the amount of the reservation that a settlement takes the place of")


class Reservation(NamedTuple):
    """What was set aside for one call, in US dollars times 1e-9."""

    key: str
    nano_usd: int


class Budget:
    """What one run may spend, and has spent. Safe to share between threads; without a limit it does nothing.

    A reservation that is never settled stays spent in full: the service may have billed the call all the same.
    """

    def __init__(self, blobs: BlobStore, run_id: str, limit_usd: float | None) -> None:
        self._blobs = blobs
        self._blob = BlobRef(container=RUNS, name=f"{run_id}/{BUDGET}")
        self._limit = None if limit_usd is None else _nanos(limit_usd, math.floor)
        self._ledger = _Ledger()
        self._lock = threading.Lock()

    def reserve(self, key: str, most_usd: float, patience_seconds: float = 0.0) -> Reservation:
        """Set aside what the call ``key`` can cost at most; ``CostLimitReached`` when there is not that much left.

        While only what others have set aside is in the way, and may come back, it waits up to ``patience_seconds``. A
        key may be reserved again: each reservation counts until it is settled. What costs nothing needs no room.
        """
        amount = _nanos(most_usd, math.ceil)
        deadline = time.monotonic() + patience_seconds
        while amount:
            try:
                self._record(LedgerEntry(event="reserved", key=key, nano_usd=amount))
                break
            except CostLimitReached:
                if not self._may_fit_later(amount) or time.monotonic() >= deadline:
                    raise
            time.sleep(_LOOK_AGAIN_SECONDS)
        return Reservation(key, amount)

    def settle(self, reservation: Reservation, actual_usd: float) -> None:
        """Put what the call did cost in the place of its reservation, even if it is more than that."""
        amount = _nanos(actual_usd, math.ceil)
        if amount or reservation.nano_usd:
            key, replaces = reservation
            self._record(LedgerEntry(event="settled", key=key, nano_usd=amount, replaces=replaces))

    def spent(self) -> float:
        """US dollars that are gone: costs that are settled, and reservations that are not. 0 without a limit."""
        if self._limit is None:
            return 0.0
        with self._lock:
            self._catch_up()
            return self._ledger.spent / _NANOS

    def _may_fit_later(self, amount: int) -> bool:
        """Whether there would be room if every open reservation were settled at nothing."""
        with self._lock:
            return self._limit is not None and self._ledger.settled + amount <= self._limit

    def _record(self, entry: LedgerEntry) -> None:
        """Append ``entry``; a reservation only while there is room.

        A race is lost only to a writer whose own entry went in, so however many there are, all of them get on: only a
        loss that no new entry explains counts as an attempt.
        """
        if self._limit is None:
            return
        fruitless = 0
        with self._lock:
            while fruitless < _FRUITLESS_ATTEMPTS:
                fits = entry.event == "settled" or self._ledger.spent + entry.nano_usd <= self._limit
                if fits and self._appended(entry):
                    return
                is_news = self._catch_up()
                if not (fits or is_news):
                    raise CostLimitReached(
                        f"the run's cost limit of {_in_words(self._limit)} leaves no room for another call"
                    )
                fruitless += not is_news
        raise ServiceUnavailable(f"cost ledger {self._blob.name}: it cannot be appended to")

    def _appended(self, entry: LedgerEntry) -> bool:
        """Whether the entry went in; not so when there is more in the ledger than is known here."""
        line = entry.model_dump_json().encode() + b"\n"
        try:
            self._blobs.append(self._blob.container, self._blob.name, line, at=self._ledger.length)
        except BlobChanged:
            return False
        self._ledger.take(line)
        return True

    def _catch_up(self) -> bool:
        """Read what others have written since; whether there was anything."""
        try:
            news = self._blobs.read_range(self._blob, self._ledger.length, _WHOLE)
        except BlobNotFound:
            return False
        try:
            self._ledger.take(news)
        except ValidationError:
            raise Conflict(f"{self._blob.name} holds what is not an entry of a cost ledger") from None
        return bool(news)


class _Ledger:
    """What the first ``length`` bytes of a ledger say."""

    def __init__(self) -> None:
        self.length = 0
        self.settled = 0
        self._open: Counter[Reservation] = Counter()

    @property
    def spent(self) -> int:
        """What is settled and what is set aside."""
        return self.settled + sum(one.nano_usd * number for one, number in self._open.items())

    def take(self, lines: bytes) -> None:
        """Go on with the bytes that follow, whole lines."""
        for entry in [LedgerEntry.model_validate_json(line) for line in lines.splitlines()]:
            if entry.event == "reserved":
                self._open[Reservation(entry.key, entry.nano_usd)] += 1
            else:
                self.settled += entry.nano_usd
                self._close(Reservation(entry.key, entry.replaces))
        self.length += len(lines)

    def _close(self, reservation: Reservation) -> None:
        if self._open[reservation] <= 1:
            del self._open[reservation]
        else:
            self._open[reservation] -= 1


def _nanos(dollars: float, rounded: Callable[[float], int]) -> int:
    """Whole nano-dollars; the last bits' noise is dropped first, which would round 0.1 + 0.2 up to more than 0.3."""
    whole = int(dollars)
    return whole * _NANOS + rounded(round((dollars - whole) * _NANOS, 3))


def _in_words(nanos: int) -> str:
    """Dollars without trailing zeros: ``$5``, ``$0.25``."""
    return f"${nanos // _NANOS:,}.{nanos % _NANOS:09d}".rstrip("0").rstrip(".")
