"""Exact sums of floats: the same total whatever the order, grouping or number of partitions.

A float64 is an integer mantissa times a power of two, so a sum of floats is one too. Totals are kept as that integer
and rounded once, when somebody asks for a float. Nothing here knows what is being summed.
"""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shared.contracts import ExactTotal

Floats = npt.NDArray[np.float64]

_MANTISSA_BITS = 53
_HALF_BITS = 32
_LOW_HALF = np.int64((1 << _HALF_BITS) - 1)


def exact_total(values: Floats) -> ExactTotal:
    """The sum of finite float64 ``values`` (any shape, up to 2**31 of them); ValueError for NaN or an infinity."""
    flat = np.ascontiguousarray(values, dtype=np.float64).ravel()
    if not np.isfinite(flat).all():
        raise ValueError("an exact total needs finite values")
    if flat.size == 0:
        return ExactTotal()
    fractions, exponents = np.frexp(flat)
    mantissas = np.ldexp(fractions, _MANTISSA_BITS).astype(np.int64)
    lowest = int(exponents.min())
    by_exponent = _integer_sums(mantissas, exponents - lowest)
    return _canonical(sum(part << shift for shift, part in enumerate(by_exponent)), lowest - _MANTISSA_BITS)


def add(a: ExactTotal, b: ExactTotal) -> ExactTotal:
    """``a + b``, exactly."""
    (first, second), exponent = _aligned(a, b)
    return _canonical(first + second, exponent)


def subtract(a: ExactTotal, b: ExactTotal) -> ExactTotal:
    """``a - b``, exactly."""
    (first, second), exponent = _aligned(a, b)
    return _canonical(first - second, exponent)


def to_float(total: ExactTotal) -> float:
    """The float64 nearest to ``total`` (ties to even); OverflowError above 1.8e308, where only a mean can be told."""
    return mean(total, 1)


def mean(total: ExactTotal, count: int) -> float:
    """``total / count``, divided exactly and rounded once; ValueError when ``count`` is below 1."""
    if count < 1:
        raise ValueError("a mean needs at least one value")
    mantissa, exponent = _integer(total)
    return float(Fraction(mantissa, count) * Fraction(2) ** exponent)


def _integer_sums(mantissas: npt.NDArray[np.int64], groups: npt.NDArray[np.integer]) -> list[int]:
    """Exact sums of ``mantissas`` per group; in halves of 32 bits, because int64 would overflow past 2**10 values."""
    size = int(groups.max()) + 1
    high, low = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    np.add.at(high, groups, mantissas >> _HALF_BITS)
    np.add.at(low, groups, mantissas & _LOW_HALF)
    return [(int(upper) << _HALF_BITS) + int(lower) for upper, lower in zip(high, low, strict=True)]


def _canonical(mantissa: int, exponent: int) -> ExactTotal:
    """One part with an odd mantissa, or none for zero: equal totals are equal models and equal JSON."""
    if mantissa == 0:
        return ExactTotal()
    zeros = (mantissa & -mantissa).bit_length() - 1
    return ExactTotal(parts={str(exponent + zeros): str(mantissa >> zeros)})


def _integer(total: ExactTotal) -> tuple[int, int]:
    """``total`` as one mantissa and one exponent."""
    parts = [(int(exponent), int(mantissa)) for exponent, mantissa in total.parts.items()]
    lowest = min((exponent for exponent, _ in parts), default=0)
    return sum(mantissa << (exponent - lowest) for exponent, mantissa in parts), lowest


def _aligned(a: ExactTotal, b: ExactTotal) -> tuple[tuple[int, int], int]:
    """The mantissas of both totals at the lower of their exponents, and that exponent."""
    (first, first_exponent), (second, second_exponent) = _integer(a), _integer(b)
    exponent = min(first_exponent, second_exponent)
    return (first << (first_exponent - exponent), second << (second_exponent - exponent)), exponent
