"""Counting outcomes: from one row per customer to exact counts per segment and arm, and the sum of partitions' counts.

All counts are whole numbers and all sums exact, so neither the order of the rows nor how they are cut changes a bit of
them. Where the outcomes come from is not known here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.domain import exact
from shared.domain.holdout import HOLDOUT
from shared.errors import InputError
from shared.experiment_contracts import ArmCounts, CovariateSums, PlanDocument, RevenueSums
from shared.run_config import HistoryColumn, Metric, RateMetric

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Strata = Mapping[str, Mapping[str, ArmCounts]]

OUTCOMES = ("opened", "clicked", "converted")
OUTCOME_OF: dict[RateMetric, str] = {"open_rate": "opened", "click_rate": "clicked", "conversion_rate": "converted"}
BASIS_POINTS = 10_000

_COMBINATIONS = 2 ** len(OUTCOMES)
_COUNTED = np.array([[1, *((code >> bit) & 1 for bit in range(len(OUTCOMES)))] for code in range(_COMBINATIONS)])
"""What one customer with each combination of outcomes adds to a row of ``tabulate``."""


class _Cell(NamedTuple):
    """One arm of one segment, and what stands in for a history that a customer of the segment does not have."""

    segment_id: str
    segment: str
    arm: str
    typical: Mapping[HistoryColumn, float]


def tabulate(cells: Ints, cell_count: int, opened: Bools, clicked: Bools, converted: Bools) -> Ints:
    """Customers, opens, clicks and conversions of each cell: int64, ``cell_count`` rows, four columns.

    ``cells`` holds each customer's cell, from 0 to ``cell_count`` - 1. All is counted at once, by cell and by the
    combination of the three outcomes.
    """
    combination = opened.view(np.uint8) | clicked.view(np.uint8) << 1 | converted.view(np.uint8) << 2
    codes = cells * _COMBINATIONS
    codes += combination
    counts = np.bincount(codes, minlength=cell_count * _COMBINATIONS)
    return np.asarray(counts.reshape(cell_count, _COMBINATIONS) @ _COUNTED, dtype=np.int64)


def count_outcomes(outcomes: pd.DataFrame, plan: PlanDocument) -> dict[str, dict[str, ArmCounts]]:
    """segment_id -> arm -> counts, for every planned arm and, where customers of a segment are held out, for those.

    ``outcomes`` has one row per customer: segment (a name), arm, and opened, clicked, converted (bool). It may have
    machine_opened (bool), revenue (finite float64; without it revenue is None) and the columns of ``plan.covariates``
    (float64, 0 to 1; NaN: unknown). A covariate is summed up in those segments for which the plan has a typical rate:
    it stands in where a customer's own is unknown. In all others nobody has one, and it is left out.

    Raises ``InputError`` if a row's segment or arm is not in the plan.
    """
    planned = _planned_cells(plan)
    cells = _cells_of(outcomes, planned)
    happened = {name: outcomes[name].to_numpy(dtype=np.bool_) for name in OUTCOMES}
    tallies = tabulate(cells, len(planned), *happened.values()).tolist()
    machine = _machine_opens(outcomes, cells, len(planned))
    revenue = _revenue_sums(outcomes, cells, len(planned))
    covariates = _covariates(outcomes, plan, planned, cells, happened)
    counted: dict[str, dict[str, ArmCounts]] = {segment.segment_id: {} for segment in plan.segments}
    for place, cell in enumerate(planned):
        n, opened, clicked, converted = tallies[place]
        counted[cell.segment_id][cell.arm] = ArmCounts(
            n=n,
            opened=opened,
            clicked=clicked,
            converted=converted,
            machine_opened=machine[place],
            revenue=revenue[place],
            covariates=covariates[place],
        )
    return counted


def merge_counts(parts: Iterable[Strata]) -> dict[str, dict[str, ArmCounts]]:
    """The sum of partitions' counts, in the order in which segments and arms first appear."""
    merged: dict[str, dict[str, ArmCounts]] = {}
    for part in parts:
        for segment_id, arms in part.items():
            into = merged.setdefault(segment_id, {})
            for arm, counts in arms.items():
                into[arm] = _add(into[arm], counts) if arm in into else counts
    return merged


# --- which cell a row falls into --------------------------------------------------------------------------------------


def _planned_cells(plan: PlanDocument) -> list[_Cell]:
    return [
        _Cell(segment.segment_id, segment.segment, arm, segment.typical)
        for segment in plan.segments
        for arm in (*(arm.arm for arm in segment.arms), *([HOLDOUT] if segment.held_out else []))
    ]


def _cells_of(outcomes: pd.DataFrame, planned: Sequence[_Cell]) -> Ints:
    """The place in ``planned`` of each row's segment and arm."""
    places = {(cell.segment, cell.arm): place for place, cell in enumerate(planned)}
    segments, segment_names = pd.factorize(outcomes["segment"], use_na_sentinel=False)
    arms, arm_names = pd.factorize(outcomes["arm"], use_na_sentinel=False)
    table = np.array([places.get((name, arm), -1) for name in segment_names for arm in arm_names], dtype=np.int64)
    pairs = segments * len(arm_names) + arms
    cells = table[pairs]
    if (cells < 0).any():
        unplanned = len(np.unique(pairs[cells < 0]))
        raise InputError(f"{unplanned} pairs of segment and arm are not in the plan: use the plan these were made for")
    return np.asarray(cells, dtype=np.int64)


# --- what is summed up beside the outcomes ----------------------------------------------------------------------------


def _machine_opens(outcomes: pd.DataFrame, cells: Ints, cell_count: int) -> list[int]:
    if "machine_opened" not in outcomes:
        return [0] * cell_count
    machine = outcomes["machine_opened"].to_numpy(dtype=np.bool_)
    return [int(count) for count in np.bincount(cells[machine], minlength=cell_count)]


def _revenue_sums(outcomes: pd.DataFrame, cells: Ints, cell_count: int) -> list[RevenueSums | None]:
    """Each cell's revenue; most customers have none, and only the others are looked at."""
    if "revenue" not in outcomes:
        return [None] * cell_count
    revenue = outcomes["revenue"].to_numpy(dtype=np.float64)
    some = np.flatnonzero(revenue)
    by_cell = some[np.argsort(cells[some], kind="stable")]
    ends = np.cumsum(np.bincount(cells[some], minlength=cell_count))
    return [
        RevenueSums(total=exact.exact_total(values), squares=exact.exact_total(np.square(values)))
        for values in np.split(revenue[by_cell], ends[:-1])
    ]


def _covariates(
    outcomes: pd.DataFrame,
    plan: PlanDocument,
    planned: Sequence[_Cell],
    cells: Ints,
    happened: Mapping[str, Bools],
) -> list[dict[Metric, CovariateSums]]:
    """Each cell's sums for the planned metrics whose column is there and whose segment has a typical rate."""
    found: list[dict[Metric, CovariateSums]] = [{} for _ in planned]
    count = len(planned)
    points = {
        column: _basis_points(outcomes[column].to_numpy(dtype=np.float64), column, planned, cells)
        for column in sorted({*plan.covariates.values()} & {*outcomes.columns})
    }
    totals = {column: _sum_by_cell(cells, values, count) for column, values in points.items()}
    squares = {column: _sum_by_cell(cells, values * values, count) for column, values in points.items()}
    for metric, column in plan.covariates.items():
        if metric == "revenue_per_customer" or column not in points:
            continue
        had = happened[OUTCOME_OF[metric]]
        products = _sum_by_cell(cells[had], points[column][had], count)
        for place, cell in enumerate(planned):
            if column in cell.typical:
                found[place][metric] = CovariateSums(
                    total=totals[column][place], squares=squares[column][place], products=products[place]
                )
    return found


def _basis_points(rates: Floats, column: HistoryColumn, planned: Sequence[_Cell], cells: Ints) -> Ints:
    """Each customer's rate in whole basis points, their segment's typical one where it is unknown."""
    typical = np.array([cell.typical.get(column, 0.0) for cell in planned])
    filled = np.where(np.isnan(rates), typical[cells], rates)
    return np.asarray(np.rint(filled * BASIS_POINTS), dtype=np.int64)


def _sum_by_cell(cells: Ints, values: Ints, cell_count: int) -> list[int]:
    """Exact up to 2**63, which no rate's squares reach below 9e10 customers."""
    sums = np.zeros(cell_count, dtype=np.int64)
    np.add.at(sums, cells, values)
    return [int(value) for value in sums]


# --- adding up --------------------------------------------------------------------------------------------------------


def _add(left: ArmCounts, right: ArmCounts) -> ArmCounts:
    return ArmCounts(
        n=left.n + right.n,
        opened=left.opened + right.opened,
        clicked=left.clicked + right.clicked,
        converted=left.converted + right.converted,
        machine_opened=left.machine_opened + right.machine_opened,
        revenue=_added_revenue(left.revenue, right.revenue),
        covariates={
            metric: _added_covariate(left.covariates.get(metric), right.covariates.get(metric))
            for metric in {**left.covariates, **right.covariates}
        },
    )


def _added_revenue(left: RevenueSums | None, right: RevenueSums | None) -> RevenueSums | None:
    if left is None or right is None:
        return left or right
    return RevenueSums(total=exact.add(left.total, right.total), squares=exact.add(left.squares, right.squares))


def _added_covariate(left: CovariateSums | None, right: CovariateSums | None) -> CovariateSums:
    nothing = CovariateSums()
    one, other = left or nothing, right or nothing
    return CovariateSums(
        total=one.total + other.total,
        squares=one.squares + other.squares,
        products=one.products + other.products,
    )
