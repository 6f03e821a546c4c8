"""The benchmarks of the statistics: a short calibration keeps every promise, and both measure what they say."""

import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks import analysis
from benchmarks.calibration.__main__ import QUICK_ALLOWS, TASKS, measured
from benchmarks.calibration.table import (
    ALLOWED,
    COVERAGE,
    OUTSIDE,
    Row,
    below,
    each,
    holds,
    lines,
    share,
    two_arms,
)
from shared.domain.stats.significance import z_test

PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"


def row(found, bounds, trials=10_000):
    return Row("part", "what", "at", bounds, found, math.sqrt(found * (1 - found) / trials), trials)


@pytest.fixture(scope="module")
def short():
    """The rows of the short calibration: few experiments, the same ones in every run."""
    return measured(quick=True, workers=1)


def test_a_short_calibration_keeps_every_promise(short):
    """Every promised figure is within its bounds, as far as so few experiments can tell."""
    assert [row for row in short if not row.kept(QUICK_ALLOWS)] == []


def test_every_promise_is_in_the_table(short):
    """False alarms, families, coverage, power, sizes, looks, odds and whole runs have rows, all of them figures."""
    assert len({row.part for row in short}) == 8
    assert sum(row.promised for row in short) >= 60
    assert all(math.isfinite(row.found) and row.trials >= 10 for row in short)
    table = list(lines(short, QUICK_ALLOWS))
    assert len([line for line in table if line.startswith("| ")]) == len(short) + 8
    assert {line.count("|") for line in table if line.startswith("| ")} == {8}


def test_every_family_of_intervals_shows_what_few_customers_do(short):
    """Beside what is promised of an interval stands a row for fewer customers, of which nothing is."""
    coverage = [row for row in short if row.part.startswith("Coverage")]
    promised = {row.what for row in coverage if row.promised}
    assert promised == {row.what for row in coverage if row.bounds == OUTSIDE}


def test_the_published_table_has_the_same_rows(short):
    """The statistics page shows every row that is measured, with what it should be, and no other."""
    published = [
        line.split(" | ")[:3] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.count(" | ") == 6
    ]
    assert [cells for cells in published if cells[0] != "| quantity"] == [
        [f"| {row.what}", row.at, row.should_be] for row in short
    ]


def test_no_two_tasks_draw_the_same_numbers():
    """Every task has a name of its own, from which its random numbers are seeded."""
    assert len({name for name, _, _ in TASKS}) == len(TASKS)


@pytest.mark.parametrize(
    ("found", "bounds", "kept", "should_be"),
    [
        (0.95, COVERAGE, True, "94% to 96%"),
        (0.9399, COVERAGE, False, "94% to 96%"),
        (0.9601, COVERAGE, False, "94% to 96%"),
        (0.051, (0.0, 0.05), True, "at most 5%"),
        (0.06, (0.0, 0.05), False, "at most 5%"),
        (0.949, (0.95, 1.0), True, "at least 95%"),
        (0.94, (0.95, 1.0), False, "at least 95%"),
        (0.0, (0.0, 0.0), True, "0%"),
        (0.0001, (0.0, 0.0), False, "0%"),
        (0.5, OUTSIDE, True, OUTSIDE),
    ],
)
def test_a_promise_is_kept_within_its_bounds(found, bounds, kept, should_be):
    """Two bounds are kept strictly; a bound of one side may be missed by two standard errors, certainty by none."""
    assert row(found, bounds).kept() == kept
    assert row(found, bounds).should_be == should_be


def test_few_experiments_may_be_off_by_more():
    """What is off by no more standard errors than are allowed counts as kept."""
    assert not row(0.93, COVERAGE, trials=500).kept()
    assert row(0.93, COVERAGE, trials=500).kept(ALLOWED)
    assert row(0.0, (0.0005, 0.0015), trials=1_000).kept(ALLOWED)
    assert not row(0.8, COVERAGE, trials=500).kept(QUICK_ALLOWS)


def test_a_broken_promise_shows():
    """The table says of a figure out of bounds that it is not ok, and nothing of one without."""
    table = "\n".join(lines([row(0.8, COVERAGE), row(0.95, COVERAGE), row(0.8, OUTSIDE)]))
    assert [table.count(words) for words in ("**not ok** |", "| ok |", "|  |")] == [1, 1, 1]


def test_a_share_leaves_out_what_is_undefined():
    """Experiments without a figure count neither as hit nor as miss, and not among the experiments."""
    found = share("part", "what", "at", COVERAGE, np.array([1.0, 0.0, np.nan, 1.0, 1.0]))
    assert (found.found, found.trials) == (0.75, 4)
    assert found.error == pytest.approx(math.sqrt(0.75 * 0.25 / 4))


def test_equal_tables_are_asked_once_and_answered_each():
    """What is measured on each table is what the product's function gives, however often the table was drawn."""
    draws, asked = np.array([[3, 5], [1, 2], [3, 5], [9, 4]]), []

    def measure(a, c):
        asked.append((a, c))
        return z_test(two_arms(a, 10, c, 12)).statistic, float(a)

    statistics, firsts = each(draws, measure)
    assert statistics.tolist() == [z_test(two_arms(int(a), 10, int(c), 12)).statistic for a, c in draws]
    assert firsts.tolist() == [3, 1, 3, 9]
    assert len(asked) == 3


def test_what_counts_as_a_hit():
    """An interval holds its ends; none is undefined; a test that cannot be made finds nothing."""
    assert holds((0.0, 1.0), 1.0) == 1
    assert holds((0.0, 1.0), 1.1) == 0
    assert math.isnan(holds(None, 1.0))
    assert [below(p) for p in (0.04, 0.05, None)] == [1, 0, 0]


def test_both_sides_of_the_timed_comparison_count_the_same():
    """The timed analysis and numpy's aggregation come to the same counts, and one that does not is stopped."""
    outcomes = analysis.drawn(5_000)
    document, aggregates = analysis.analysed(outcomes, analysis.planned(outcomes)), analysis.aggregated(outcomes)
    analysis.check(document, aggregates)
    assert sum(arm.sample_size for arm in document.arms) == 5_000
    assert len(document.lift_analysis) == 9
    with pytest.raises(SystemExit, match="do not count the same"):
        analysis.check(document, analysis.aggregated(outcomes._replace(opened=~outcomes.opened)))
