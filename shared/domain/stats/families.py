"""Families of tests: adjusting the p-values of what was planned together.

The family is everything that was planned: a test that could not be made counts as p = 1 and stays None, so that what
happened to be testable does not make the rest look better.
"""

from collections.abc import Sequence

from shared.run_config import Correction


def adjust(p_values: Sequence[float | None], correction: Correction) -> list[float | None]:
    """The p-values adjusted as one family, in the given order."""
    if correction == "holm":
        return holm(p_values)
    if correction == "benjamini-hochberg":
        return benjamini_hochberg(p_values)
    return list(p_values)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's (1979) step-down adjustment: the chance of any false finding stays below alpha."""
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, index) in enumerate(_ranked(p_values)):
        largest = max(largest, min(1.0, p * (len(p_values) - rank)))
        adjusted[index] = largest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini and Hochberg's (1995) step-up adjustment: of what is found, alpha is false on average."""
    adjusted: list[float | None] = [None] * len(p_values)
    smallest = 1.0
    ranked = list(enumerate(_ranked(p_values), start=1))
    for rank, (p, index) in reversed(ranked):
        smallest = min(smallest, p * len(p_values) / rank)
        adjusted[index] = smallest
    return adjusted


def _ranked(p_values: Sequence[float | None]) -> list[tuple[float, int]]:
    """The defined p-values with their places, smallest first."""
    return sorted((p, index) for index, p in enumerate(p_values) if p is not None)
