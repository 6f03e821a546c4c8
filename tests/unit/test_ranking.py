"""Ranks without gathering: the same cuts as sorting everything, whatever the keys, their order and their parts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.assignment import LAST_KEY, ArmShare, cut_arms, rank_customers
from shared.domain.randomness import customer_keys
from shared.domain.ranking import Cut, KeyPart, Ranking, rank_keys

ANY_KEY = st.integers(0, LAST_KEY)
NEAR_KEY = st.integers(2**63, 2**63 + 20)
"""Keys of one bin, most of them equal to another."""
EDGE_KEY = st.sampled_from([0, 1, 2**48 - 1, 2**48, 2**63, LAST_KEY - 1, LAST_KEY])
KEYS = st.lists(ANY_KEY | NEAR_KEY | EDGE_KEY, max_size=60) | st.lists(NEAR_KEY, max_size=60)
SHARES = st.lists(st.integers(0, 100), min_size=1, max_size=5).filter(any)


def as_keys(values):
    return np.array(values, dtype=np.uint64)


def parts_of(keys, cuts, segment_id="a"):
    return [KeyPart(segment_id, part) for part in np.split(keys, sorted(min(cut, len(keys)) for cut in cuts))]


def sorted_cut(keys, rank):
    """What a ranking must say, from sorting."""
    key = np.sort(keys)[rank - 1]
    return Cut(int(key), int((keys <= key).sum()))


def sorted_arms(keys, shares):
    """Name, size and upper key of each arm, from sorting all keys: largest remainders, equal keys to the lower arm."""
    quotas = [share.share * len(keys) for share in shares]
    sizes = [int(quota) for quota in quotas]
    for place in sorted(range(len(shares)), key=lambda at: sizes[at] - quotas[at])[: len(keys) - sum(sizes)]:
        sizes[place] += 1
    arms, done = [], 0
    for share, end in zip(shares, np.cumsum(sizes).tolist(), strict=True):
        cut = Cut(0, 0) if end == 0 else Cut(LAST_KEY, end) if end == len(keys) else sorted_cut(keys, end)
        arms.append((share.arm, cut.at_or_below - done, cut.key))
        done = cut.at_or_below
    return arms


@settings(max_examples=300)
@given(KEYS, st.lists(st.integers(0, 60), max_size=5), st.sets(st.integers(-2, 70), max_size=6))
def test_ranks_are_those_of_sorting(values, cuts, ranks):
    """Key and count at every inner rank are those of the sorted keys, however the keys are cut into parts."""
    keys = as_keys(values)
    ranking = rank_keys(lambda: parts_of(keys, cuts), {"a": len(keys)}, lambda _, size: ranks)["a"]
    inner = [rank for rank in ranks if 0 < rank < len(keys)]
    assert ranking == Ranking(len(keys), 0, {rank: sorted_cut(keys, rank) for rank in sorted(inner)})


@settings(max_examples=300)
@given(KEYS, st.lists(st.integers(0, 60), max_size=5), SHARES)
def test_arms_are_those_of_sorting(values, cuts, weights):
    """Cutting partition by partition gives the arms that sorting the gathered keys gives."""
    keys = as_keys(values)
    shares = [ArmShare(f"arm_{at}", "v", None, weight / sum(weights)) for at, weight in enumerate(weights)]
    ranking = rank_customers(lambda: parts_of(keys, cuts), {"a": len(keys)}, {"a": shares})["a"]
    arms = cut_arms(ranking, shares)
    assert [(arm.arm, arm.size, arm.upper_key) for arm in arms] == sorted_arms(keys, shares)
    assert cut_arms(keys, shares) == arms


@pytest.mark.parametrize("size", [1, 2, 65_535, 65_536, 200_000])
def test_ranks_of_many_hashed_keys(size):
    """At any size, from a bin per key to several keys per bin."""
    keys = customer_keys([str(number) for number in range(size)], "seed")
    ranks = [1, 2, size // 4, size // 2, size - 1]
    found = rank_keys(lambda: parts_of(keys, [size // 3]), {"a": size}, lambda _id, _size: ranks)["a"].cuts
    assert found == {rank: sorted_cut(keys, rank) for rank in {*ranks} if 0 < rank < size}


def test_segments_are_ranked_apart_and_those_held_out_are_counted():
    """Parts of several segments come in any order; held-out customers are counted and have no rank."""
    parts = [KeyPart("a", as_keys([9, 1]), 2), KeyPart("b", as_keys([5])), KeyPart("a", as_keys([4]), 1)]
    found = rank_keys(lambda: parts, {"a": 6, "b": 1, "c": 3}, lambda _, size: [2])
    assert found == {"a": Ranking(3, 3, {2: Cut(4, 2)}), "b": Ranking(1, 0, {}), "c": Ranking(0, 0, {})}


def test_the_list_is_read_once_more_only_for_a_cut():
    """Where every customer is in one arm, or none is left, one pass is enough."""
    passes = []

    def parts():
        passes.append("pass")
        return [KeyPart("a", as_keys([3, 4]))]

    rank_keys(parts, {"a": 2}, lambda _, size: [0, size])
    assert len(passes) == 1
    rank_keys(parts, {"a": 2}, lambda _, size: [1, size])
    assert len(passes) == 3
