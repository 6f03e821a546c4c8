"""The cost limit holds for any number of writers, and nothing that may have been billed is forgotten."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.budget import BUDGET, Budget
from shared.errors import BlobChanged, Conflict, CostLimitReached, ServiceUnavailable
from shared.run_folder import RUNS
from tests.fakes import MemoryBlobs

LEDGER = (RUNS, f"run/{BUDGET}")


class LockedBlobs(MemoryBlobs):
    """Memory blobs whose append is atomic between threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def append(self, container: str, name: str, data: bytes, *, at: int) -> int:
        with self._lock:
            return super().append(container, name, data, at=at)


def lines(blobs: MemoryBlobs) -> list[dict]:
    return [json.loads(line) for line in blobs.data.get(LEDGER, b"").splitlines()]


def most_at_any_time(blobs: MemoryBlobs) -> int:
    """The highest sum of settled costs and open reservations that any prefix of the ledger shows, in nano-dollars."""
    spent = highest = 0
    for entry in lines(blobs):
        spent += entry["nano_usd"] - entry["replaces"]
        highest = max(highest, spent)
    return highest


def test_without_a_limit_nothing_is_written_and_nothing_refused():
    """A run that may cost what it likes keeps no ledger."""
    blobs = MemoryBlobs()
    budget = Budget(blobs, "run", None)
    budget.settle(budget.reserve("a", 1e9), 1e9)
    assert (budget.spent(), blobs.data) == (0, {})


def test_a_limit_can_be_reached_exactly():
    """Three reservations of a tenth fit into three tenths, and not a nano-dollar more."""
    budget = Budget(MemoryBlobs(), "run", 0.1 + 0.2)
    for key in "abc":
        budget.reserve(key, 0.1)
    with pytest.raises(CostLimitReached, match=r"the run's cost limit of \$0\.3 leaves no room for another call"):
        budget.reserve("d", 1e-9)
    assert budget.spent() == 0.3


def test_settling_gives_back_what_was_not_used():
    """After a cheap answer there is room again."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    reservation = budget.reserve("a", 1.0)
    with pytest.raises(CostLimitReached):
        budget.reserve("b", 0.5)
    budget.settle(reservation, 0.25)
    budget.reserve("b", 0.75)
    assert budget.spent() == 1.0


def test_a_call_whose_bill_never_came_stays_spent():
    """A process that dies after sending leaves its reservation behind; the same question asked again needs its own."""
    blobs = MemoryBlobs()
    Budget(blobs, "run", 1.0).reserve("a", 0.4)
    successor = Budget(blobs, "run", 1.0)
    successor.settle(successor.reserve("a", 0.4), 0.1)
    assert successor.spent() == 0.5
    assert Budget(blobs, "run", 1.0).spent() == 0.5


def test_each_answer_settles_its_own_reservation():
    """Of two reservations of one question, the one whose call was answered is replaced by its bill."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    dear, cheap = budget.reserve("a", 0.6), budget.reserve("a", 0.2)
    budget.settle(dear, 0.05)
    assert budget.spent() == 0.25
    budget.settle(cheap, 0.05)
    assert budget.spent() == 0.1


def test_a_bill_above_its_reservation_is_recorded_and_stops_what_follows():
    """What was paid was paid; no further call fits."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    budget.settle(budget.reserve("a", 0.5), 1.5)
    assert budget.spent() == 1.5
    with pytest.raises(CostLimitReached):
        budget.reserve("b", 1e-9)


def test_a_bill_for_what_should_have_been_free_is_added():
    """Nothing that was paid is left out."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    budget.settle(budget.reserve("a", 0), 0.25)
    assert budget.spent() == 0.25


def test_what_costs_nothing_needs_no_room_and_no_entry():
    """Free calls go on when the limit is reached, even one of 0, and the ledger does not grow."""
    blobs = MemoryBlobs()
    budget = Budget(blobs, "run", 0)
    budget.settle(budget.reserve("a", 0), 0)
    assert blobs.data == {}
    with pytest.raises(CostLimitReached, match=r"\$0 leaves"):
        budget.reserve("b", 1e-9)


def test_a_free_answer_releases_a_reservation_that_another_process_made():
    """Settling looks at the ledger, not at what this process remembers."""
    blobs = MemoryBlobs()
    reservation = Budget(blobs, "run", 1.0).reserve("a", 1.0)
    other = Budget(blobs, "run", 1.0)
    other.settle(reservation, 0)
    assert other.spent() == 0


def test_a_refusal_sees_what_others_have_given_back():
    """A budget that remembers a full ledger reads it again before it refuses."""
    blobs = MemoryBlobs()
    first, second = Budget(blobs, "run", 1.0), Budget(blobs, "run", 1.0)
    second.settle(first.reserve("a", 1.0), 0.1)
    first.reserve("b", 0.9)
    assert first.spent() == 1.0


def test_a_call_waits_for_room_that_may_come_back():
    """Patience lasts until the reservation in the way is settled, and no longer than there is hope."""
    blobs = LockedBlobs()
    first, second = Budget(blobs, "run", 1.0), Budget(blobs, "run", 1.0)
    reservation = first.reserve("a", 0.9)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(second.reserve, "b", 0.5, 60)
        first.settle(reservation, 0.3)
        waiting.result(timeout=30)
    with pytest.raises(CostLimitReached):
        second.reserve("c", 0.8, 60)
    assert first.spent() == 0.8


def test_runs_do_not_share_a_ledger():
    """Each run has its own limit."""
    blobs = MemoryBlobs()
    Budget(blobs, "run", 1.0).reserve("a", 1.0)
    Budget(blobs, "other", 1.0).reserve("a", 1.0)


def test_fractions_of_a_nano_dollar_are_rounded_up():
    """A thousand calls of a third of a nano-dollar are not free."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    for number in range(1000):
        budget.settle(budget.reserve(str(number), 0), 1e-9 / 3)
    assert budget.spent() == 1e-6


def test_a_very_high_limit_is_no_fault():
    """Any finite limit can be set."""
    Budget(MemoryBlobs(), "run", 1e300).reserve("a", 1e6 + 0.1)


def test_a_ledger_that_cannot_be_read_lets_nothing_through():
    """Whoever changed it, no call is made on the strength of it."""
    blobs = MemoryBlobs()
    blobs.data[LEDGER] = b'{"event":"forgiven","key":"a","nano_usd":5}\n'
    with pytest.raises(Conflict, match="not an entry of a cost ledger"):
        Budget(blobs, "run", 1.0).reserve("a", 0.1)


def test_a_store_that_refuses_without_a_rival_is_given_up():
    """A lost race shows in the ledger; refusals with nothing to show end after a bounded number of tries."""
    blobs = MemoryBlobs()
    tries = []

    def refuse() -> None:
        tries.append(1)
        raise BlobChanged("changed")

    blobs.before_append = refuse
    with pytest.raises(ServiceUnavailable, match="cannot be appended to"):
        Budget(blobs, "run", 1.0).reserve("a", 0.1)
    assert len(tries) < 100


def test_a_rival_who_takes_the_last_of_it_first_is_seen():
    """The reservation that was decided before the rival's went in is decided again."""
    blobs = MemoryBlobs()
    rival = Budget(blobs, "run", 1.0)

    def overtake() -> None:
        blobs.before_append = lambda: None
        rival.reserve("rival", 0.6)

    blobs.before_append = overtake
    with pytest.raises(CostLimitReached):
        Budget(blobs, "run", 1.0).reserve("late", 0.6)
    assert [entry["key"] for entry in lines(blobs)] == ["rival"]


ACTIONS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 400), st.floats(0, 1), st.booleans()), min_size=1, max_size=12
)


@settings(max_examples=25, deadline=None)
@given(work=st.lists(ACTIONS, min_size=2, max_size=6), limit=st.integers(0, 1500), is_shared=st.booleans())
def test_no_interleaving_of_writers_exceeds_the_limit(work, limit, is_shared):
    """Threads with a budget of their own or one for all, crashes included: no prefix of the ledger is above the limit.

    In the end everybody reads the same sum.
    """
    blobs = LockedBlobs()
    one_for_all = Budget(blobs, "run", limit / 1000)

    def write(actions: list[tuple[str, int, float, bool]]) -> None:
        budget = one_for_all if is_shared else Budget(blobs, "run", limit / 1000)
        for key, most, used, is_killed in actions:
            try:
                reservation = budget.reserve(key, most / 1000)
            except CostLimitReached:
                continue
            if not is_killed:
                budget.settle(reservation, used * most / 1000)

    with ThreadPoolExecutor(len(work)) as pool:
        list(pool.map(write, work))
    assert most_at_any_time(blobs) <= limit * 10**6
    assert Budget(blobs, "run", 1.0).spent() == one_for_all.spent()
    assert limit or not lines(blobs)


@pytest.mark.parametrize("writers", [16, 128])
def test_every_one_of_many_writers_gets_its_turn(writers):
    """All of them at once, each with a budget of its own, reserve exactly the limit; the next one is refused."""
    blobs = LockedBlobs()
    barrier = threading.Barrier(writers)

    def write(number: int) -> None:
        budget = Budget(blobs, "run", 0.01 * writers)
        barrier.wait()
        budget.reserve(str(number), 0.01)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    last = Budget(blobs, "run", 0.01 * writers)
    assert last.spent() == pytest.approx(0.01 * writers, abs=1e-12)
    with pytest.raises(CostLimitReached):
        last.reserve("more", 1e-9)


def test_the_ledger_lives_in_a_folder_of_files_too(tmp_path):
    """The same on a disk: what one process wrote, the next one counts."""
    store = DirectoryBlobStore(tmp_path)
    reservation = Budget(store, "run", 1.0).reserve("a", 0.75)
    following = Budget(DirectoryBlobStore(tmp_path), "run", 1.0)
    assert following.spent() == 0.75
    following.settle(reservation, 0.5)
    following.reserve("b", 0.5)
    with pytest.raises(CostLimitReached):
        Budget(store, "run", 1.0).reserve("c", 0.25)
