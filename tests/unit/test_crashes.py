"""The crash benchmark's own eyes: it sees what a killed run left wrong, and nothing in one that is right."""

import pytest

from benchmarks.crashes.kills import Disturbed, KilledShape, Moment
from benchmarks.crashes.process import Clock, Log, Redelivery, WatchedBlobs, WatchedService
from benchmarks.crashes.runs import RUN_ID, DataFolder
from benchmarks.crashes.shapes import SMALL, Inputs
from benchmarks.crashes.table import kill_lines
from local.app_index import AppIndex
from shared.errors import BlobNotFound
from tests.fakes import MemoryBlobs

CHAIN = f"audit/{RUN_ID}.jsonl"
RIGHT = {f"runs/{RUN_ID}/manifest.json": "{}", f"runs/{RUN_ID}/report/report.html": "<p>", CHAIN: "one\ntwo\n"}
FINE = Disturbed(
    moments=(Moment("planning", ("a", "b"), frozenset({"a"}), ()),),
    problem="",
    differences=(),
    asked_again=(),
    corrupt=(),
    strangers=(),
    drafts=1,
    chain_intact=True,
    rows_conserved=True,
    seconds=2.0,
)


def folder(path, files):
    data = DataFolder(Inputs(SMALL, ()), path, {})
    for name, text in {**files, ".tmp/lock": "", ".pseudonym-key": "k"}.items():
        (data.out / name).parent.mkdir(parents=True, exist_ok=True)
        (data.out / name).write_text(text)
    return data


def test_files_that_changed_are_missing_or_were_added_are_differences(tmp_path):
    """Each is named once; drafts and the store's own files are none."""
    changed = {**RIGHT, f"runs/{RUN_ID}/manifest.json": "[]", "runs/x.json": "", ".tmp/draft-1": "", ".odd": ""}
    del changed[CHAIN]
    one, other = folder(tmp_path / "1", RIGHT), folder(tmp_path / "2", changed)
    assert other.differences(one) == [CHAIN, f"runs/{RUN_ID}/manifest.json", "runs/x.json"]
    assert (other.drafts(), other.strangers()) == (1, [".odd"])
    assert one.differences(folder(tmp_path / "3", RIGHT)) == []


@pytest.mark.parametrize(
    ("files", "corrupt"),
    [
        ({}, []),
        ({CHAIN: "one\n", f"runs/{RUN_ID}/failure.json": "{"}, []),
        ({CHAIN: "one\nthree\n"}, [CHAIN]),
        ({f"runs/{RUN_ID}/report/report.html": "<"}, [f"runs/{RUN_ID}/report/report.html"]),
    ],
    ids=["nothing yet", "a beginning", "another chain", "half a file"],
)
def test_a_run_under_way_holds_whole_files_and_the_beginning_of_its_chain(tmp_path, files, corrupt):
    """Anything else was left broken."""
    assert folder(tmp_path / "2", files).corrupt(folder(tmp_path / "1", RIGHT)) == corrupt


def test_what_is_asked_is_noted_by_the_file_that_was_looked_for(tmp_path):
    """A question is named by its answer's file, before it is asked; what is found is not asked."""
    log, blobs = Log(tmp_path / "log"), WatchedBlobs(MemoryBlobs(), Clock())

    class Model:
        def write(self, question):
            return question.upper()

    model = WatchedService(Model(), log, lambda: blobs)
    for name in (f"{RUN_ID}/answers/generation-1.json", f"{RUN_ID}/segments.json"):
        with pytest.raises(BlobNotFound):
            blobs.read("runs", name)
    assert model.write("hello") == "HELLO"
    assert (tmp_path / "log").read_text() == f'{{"asked": "{RUN_ID}/answers/generation-1.json"}}\n'


def test_the_clock_moves_once_with_the_manifest():
    """The run's start and everything after it have one moment each, in every process of the run."""
    clock = Clock()
    blobs, start = WatchedBlobs(MemoryBlobs(), clock), clock.now()
    blobs.create("runs", f"{RUN_ID}/input/customers.csv", b"")
    assert clock.now() == start
    blobs.create("runs", f"{RUN_ID}/manifest.json", b"{}")
    later = clock.now()
    assert later > start
    blobs.create("runs", f"{RUN_ID}/plan.json", b"{}")
    assert clock.now() == later


def test_every_activity_is_delivered_again(tmp_path):
    """Twice at once, one of the earlier ones behind it, and all of them after the last; a refusal is noted."""
    log, delivered = Log(tmp_path / "log"), []

    def activity(name):
        def run(request):
            delivered.append(name)
            return {"ok": name != "merge_segments", "error": {"message": "no"}}

        return run

    names = ("plan_run", "merge_segments", "close_run")
    index = AppIndex({}, {name: activity(name) for name in names}, (), (), ())
    redelivering = Redelivery("seed", log).over(index)
    for name in names:
        redelivering.activities[name]({})
    assert len(delivered) == 3 + 3 + (2 + 3)
    assert set(delivered[-3:]) == set(names)
    assert '"fault": "no"' in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    "changes",
    [
        {"problem": "exit status 1"},
        {"differences": ("runs/x",)},
        {"asked_again": ("a",)},
        {"corrupt": ("runs/x",)},
        {"strangers": (".odd",)},
        {"chain_intact": False},
        {"rows_conserved": False},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_each_broken_promise_counts(changes):
    """A run that keeps all promises but one does not count as kept, and its line says so."""
    broken = FINE._replace(**changes)
    assert (FINE.is_kept, FINE.line) == (True, "killed while planning: identical")
    assert not broken.is_kept
    assert "identical" not in broken.line
    assert not KilledShape("small", 1.0, (FINE, broken)).is_kept


def test_the_table_counts_runs_kills_and_what_was_in_flight():
    """A question without a stored answer at the moment of a kill is in flight, and may be asked once more."""
    row = next(line for line in kill_lines([KilledShape("small", 1.5, (FINE, FINE))]) if line.startswith("| small"))
    assert row == "| small | 2 | 2 | 2 | 0 | 2 | 2 | 2 | 2 | 1.5 | 2.0 |"
