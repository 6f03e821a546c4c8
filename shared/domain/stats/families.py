"""Families of tests: adjusting the p-values of what was planned together."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's (1979) step-down adjustment, in the given order.

    The family is all of ``p_values``: a planned test that could not be made counts as p = 1 and stays None, so
    that what happened to be testable does not make the rest look better.
    """
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    defined = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    for rank, (p, index) in enumerate(defined):
        largest = max(largest, min(1.0, p * (len(p_values) - rank)))
        adjusted[index] = largest
    return adjusted
