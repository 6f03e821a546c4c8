"""Columns that hold few names for many rows: made from codes, and taken apart into the rows of each name.

Nothing is done per row but in whole arrays; what the names mean is not known here.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Rows = npt.NDArray[np.intp]


def named(names: Sequence[str], codes: npt.NDArray[np.integer]) -> pd.Categorical:
    """``names[code]`` for every code; a name may stand in ``names`` more than once."""
    distinct = list(dict.fromkeys(names))
    places = np.array([distinct.index(name) for name in names], dtype=np.intp)
    return pd.Categorical.from_codes(places[codes], pd.Index(distinct, dtype="str"))


def rows_by_name(column: pd.Series) -> dict[str, Rows]:
    """The places of the rows that have each name, ascending, for the names that occur; a missing name has none."""
    categories = column.astype("category").cat
    codes = categories.codes.to_numpy()
    counts = np.bincount(codes + 1, minlength=len(categories.categories) + 1)
    _, *places = np.split(np.argsort(codes, kind="stable"), np.cumsum(counts)[:-1])
    return {str(name): rows for name, rows in zip(categories.categories, places, strict=True) if len(rows)}
