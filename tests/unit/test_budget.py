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
    reserved: dict[str, list[int]] = {}
    for entry in lines(blobs):
        waiting = reserved.setdefault(entry["key"], [])
        if entry["event"] == "reserved":
            waiting.append(entry["nano_usd"])
        elif waiting:
            waiting.remove(released := min(waiting))
            spent -= released
        spent += entry["nano_usd"]
        highest = max(highest, spent)
    return highest


def test_without_a_limit_nothing_is_written_and_nothing_refused():
    """A run that may cost what it likes keeps no ledger."""
    blobs = MemoryBlobs()
    budget = Budget(blobs, "run", None)
    budget.reserve("a", 1e9)
    budget.settle("a", 1e9)
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
    budget.reserve("a", 1.0)
    with pytest.raises(CostLimitReached):
        budget.reserve("b", 0.5)
    budget.settle("a", 0.25)
    budget.reserve("b", 0.75)
    assert budget.spent() == 1.0


def test_a_call_whose_bill_never_came_stays_spent():
    """A process that dies after sending leaves its reservation behind; the same question asked again needs its own."""
    blobs = MemoryBlobs()
    Budget(blobs, "run", 1.0).reserve("a", 0.4)
    successor = Budget(blobs, "run", 1.0)
    successor.reserve("a", 0.4)
    successor.settle("a", 0.1)
    assert successor.spent() == 0.5
    assert Budget(blobs, "run", 1.0).spent() == 0.5


def test_of_unequal_reservations_the_smaller_is_settled():
    """What stays open is the dearer one, whichever of the two calls was answered."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    budget.reserve("a", 0.6)
    budget.reserve("a", 0.2)
    budget.settle("a", 0.05)
    assert budget.spent() == 0.65


def test_a_bill_above_its_reservation_is_recorded_and_stops_what_follows():
    """What was paid was paid; no further call fits."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    budget.reserve("a", 0.5)
    budget.settle("a", 1.5)
    assert budget.spent() == 1.5
    with pytest.raises(CostLimitReached):
        budget.reserve("b", 1e-9)


def test_a_bill_without_a_reservation_is_added():
    """Nothing that was paid is left out."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    budget.settle("a", 0.25)
    assert budget.spent() == 0.25


def test_what_costs_nothing_needs_no_room_and_no_entry():
    """Free calls go on when the limit is reached, even one of 0, and the ledger does not grow."""
    blobs = MemoryBlobs()
    budget = Budget(blobs, "run", 0)
    budget.reserve("a", 0)
    budget.settle("a", 0)
    assert blobs.data == {}
    with pytest.raises(CostLimitReached, match=r"\$0 leaves"):
        budget.reserve("b", 1e-9)


def test_a_free_answer_releases_a_reservation_that_another_process_made():
    """Settling looks at the ledger, not at what this process remembers."""
    blobs = MemoryBlobs()
    Budget(blobs, "run", 1.0).reserve("a", 1.0)
    other = Budget(blobs, "run", 1.0)
    other.settle("a", 0)
    assert other.spent() == 0


def test_a_refusal_sees_what_others_have_given_back():
    """A budget that remembers a full ledger reads it again before it refuses."""
    blobs = MemoryBlobs()
    first, second = Budget(blobs, "run", 1.0), Budget(blobs, "run", 1.0)
    first.reserve("a", 1.0)
    second.settle("a", 0.1)
    first.reserve("b", 0.9)
    assert first.spent() == 1.0


def test_runs_do_not_share_a_ledger():
    """Each run has its own limit."""
    blobs = MemoryBlobs()
    Budget(blobs, "run", 1.0).reserve("a", 1.0)
    Budget(blobs, "other", 1.0).reserve("a", 1.0)


def test_fractions_of_a_nano_dollar_are_rounded_up():
    """A thousand calls of a third of a nano-dollar are not free."""
    budget = Budget(MemoryBlobs(), "run", 1.0)
    for number in range(1000):
        budget.settle(str(number), 1e-9 / 3)
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
                budget.reserve(key, most / 1000)
            except CostLimitReached:
                continue
            if not is_killed:
                budget.settle(key, used * most / 1000)

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
    Budget(store, "run", 1.0).reserve("a", 0.75)
    following = Budget(DirectoryBlobStore(tmp_path), "run", 1.0)
    assert following.spent() == 0.75
    following.settle("a", 0.5)
    following.reserve("b", 0.5)
    with pytest.raises(CostLimitReached):
        Budget(store, "run", 1.0).reserve("c", 0.25)
