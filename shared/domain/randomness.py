"""Counter-based randomness: every draw is a pure function of (seed, customer, stream), whatever the order or worker."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]


def customer_keys(customer_ids: Sequence[str] | pd.Series, seed: str) -> Keys:
    """One uint64 per customer id, in order: SipHash-2-4 of the id's UTF-8 bytes under a key derived from ``seed``.

    Equal ids give equal keys; without the seed the keys cannot be foreseen (Aumasson and Bernstein, 2012).
    """
    hash_key = hashlib.sha256(seed.encode()).hexdigest()[:16]
    ids = np.asarray(customer_ids, dtype=object)
    return np.asarray(pd.util.hash_array(ids, hash_key=hash_key, categorize=False), dtype=np.uint64)


def uniforms(keys: Keys, stream: str) -> Floats:
    """One float64 in [0, 1) per key; streams with different names are independent of each other.

    The finaliser of SplitMix64 (Steele, Lea and Flood, 2014) over the key offset by the stream's hash.
    """
    offset = np.uint64(int.from_bytes(hashlib.sha256(stream.encode()).digest()[:8], "big"))
    z = keys + offset  # uint64 arithmetic wraps, as the generator wants
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
