"""The keys at given ranks among customers who come partition by partition: exact, and without gathering them.

Radix selection in two passes: the first counts keys by their leading bits, the second gathers only those that share
these bits with a wanted rank. Beside one part at a time it holds a histogram per segment, of no more than 2**16 bins
and fewer than 2 bins per customer, and about two keys per wanted rank or, from 2**16 customers on, 2**-16 of them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shared.domain.randomness import Keys

MOST_BITS = 16


class KeyPart(NamedTuple):
    """Some of one segment's customers: their keys, in any order, and how many more are held out."""

    segment_id: str
    keys: Keys
    held_out: int = 0


class Cut(NamedTuple):
    """A key, and how many of the segment's keys are at or below it: more than its rank where keys are equal."""

    key: int
    at_or_below: int


class Ranking(NamedTuple):
    """One segment: its keys, how many are held out, and the cut at each wanted rank, from 1 for the least key."""

    size: int
    held_out: int
    cuts: Mapping[int, Cut]


def rank_keys(
    parts: Callable[[], Iterable[KeyPart]],
    at_most: Mapping[str, int],
    wanted: Callable[[str, int], Iterable[int]],
) -> dict[str, Ranking]:
    """The ranking of every segment in ``at_most``, which says how many customers it has at most.

    ``parts`` gives all parts, the same ones whenever it is called: once or twice, as needed. ``wanted`` names the
    ranks for a segment_id and its number of keys; rank 0 and ranks from the last on need no key and have no cut.
    """
    selections = {segment_id: _Selection(size) for segment_id, size in at_most.items()}
    for part in parts():
        selections[part.segment_id].count(part)
    for segment_id, selection in selections.items():
        selection.choose(wanted(segment_id, selection.size))
    if any(selection.ranks for selection in selections.values()):
        for part in parts():
            selections[part.segment_id].gather(part.keys)
    return {segment_id: selection.ranking() for segment_id, selection in selections.items()}


class _Selection:
    """One segment's keys, by their leading bits, and those of them that are near a wanted rank."""

    def __init__(self, at_most: int) -> None:
        bits = max(1, min(MOST_BITS, at_most.bit_length()))
        self._shift = np.uint64(64 - bits)
        self._counts = np.zeros(2**bits, dtype=np.int64)
        self._held_out = 0
        self._bin_of: dict[int, int] = {}
        self._near: list[Keys] = []

    @property
    def size(self) -> int:
        return int(self._counts.sum())

    @property
    def ranks(self) -> list[int]:
        return list(self._bin_of)

    def count(self, part: KeyPart) -> None:
        self._counts += np.bincount(self._bins(part.keys), minlength=len(self._counts))
        self._held_out += part.held_out

    def choose(self, ranks: Iterable[int]) -> None:
        inner = sorted({rank for rank in ranks if 0 < rank < self.size})
        bins = np.searchsorted(np.cumsum(self._counts), inner, side="left").tolist()
        self._bin_of = dict(zip(inner, bins, strict=True))

    def gather(self, keys: Keys) -> None:
        if self._bin_of:
            near = np.zeros(len(self._counts), dtype=np.bool_)
            near[list(self._bin_of.values())] = True
            self._near.append(keys[near[self._bins(keys)]])

    def ranking(self) -> Ranking:
        near = np.sort(np.concatenate(self._near)) if self._near else np.empty(0, dtype=np.uint64)
        bins = self._bins(near)
        cuts = {rank: self._cut(rank, near[bins == found]) for rank, found in self._bin_of.items()}
        return Ranking(self.size, self._held_out, cuts)

    def _cut(self, rank: int, inside: Keys) -> Cut:
        """The cut at ``rank``, given the keys of its bin in ascending order."""
        below = int(self._counts[: self._bin_of[rank]].sum())
        key = inside[rank - below - 1]
        return Cut(int(key), below + int(np.searchsorted(inside, key, side="right")))

    def _bins(self, keys: Keys) -> npt.NDArray[np.intp]:
        return (keys >> self._shift).astype(np.intp)
