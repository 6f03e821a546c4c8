"""Short forms of the crash benchmark: whatever befalls a run, it ends in the very files of an undisturbed one."""

from random import Random

import pytest

from benchmarks.crashes.disturbances import EMBEDDED, disk_fills, redelivered, storage_stops, two_hosts
from benchmarks.crashes.kills import disturbed, undisturbed
from benchmarks.crashes.shapes import Shape, prepared

pytestmark = pytest.mark.e2e

SEED = 11
SEGMENTATION = {
    "rules": [{"segment": "Recent", "when": {"last_engagement_days": {"below": 60}}}],
    "partitions": {"count": 3},
}
SHAPE = Shape("short", rows=90, bad_rows=6, changes={"segmentation": SEGMENTATION}, suppress=True)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """A run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("crashes")
    return undisturbed(prepared(SHAPE, folder / "inputs", SEED), folder / "undisturbed", EMBEDDED)


def kept(outcome):
    """Nothing was broken by a disturbance; skips where it could not be tried."""
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    assert outcome.found == "as undisturbed"


@pytest.mark.parametrize("number", range(2))
def test_killed_at_random_it_completes_as_if_nothing_had_been(reference, tmp_path, number):
    """Every byte is the same, no stored answer is asked for again, the record holds and no row is lost."""
    killed = disturbed(reference, tmp_path, EMBEDDED, Random(f"{SEED}:{number}"))
    assert killed.is_kept, killed.line


def test_repeated_deliveries_change_nothing(reference, tmp_path):
    """Every activity twice at once, earlier ones behind later ones, and all of them after the end."""
    kept(redelivered([reference], tmp_path, SEED))


def test_two_hosts_make_one_run(reference, tmp_path):
    """Started at the same moment in one folder, both end well, in the same files."""
    kept(two_hosts(reference, tmp_path, SEED, rounds=1))


def test_a_storage_that_stops_for_a_moment_is_ridden_out(reference, tmp_path):
    """Azurite stopped and started in the middle of a run costs time and nothing else."""
    kept(storage_stops(reference.data.inputs, tmp_path, SEED, outages=(1.0,)))


def test_a_full_disk_is_told_in_one_line_and_goes_on_with_room(reference, tmp_path):
    """From the first file or from the middle: one clear line, nothing half written, and the same files in the end."""
    kept(disk_fills(reference, tmp_path, shares=(0.02, 0.6)))
