"""Shares for the next run: Thompson sampling with a floor for control. Proposes; whoever starts a run decides."""

from collections.abc import Mapping, Sequence

from shared.experiment_contracts import ArmBelief

_PARTS = 10_000


def propose_shares(beliefs: Sequence[ArmBelief], control: str, floor: float) -> dict[str, float]:
    """The share of customers for each arm: its chance to be best (Thompson, 1933); control keeps at least ``floor``.

    ``floor`` is from 0 to 1. What control is lifted by is taken from the others in proportion. Shares are whole
    ten-thousandths and add up to 1. Nothing is proposed without control and another arm to compare it with.
    """
    chances = {belief.arm: belief.probability_best for belief in beliefs}
    if control not in chances or len(chances) < 2:
        return {}
    rest = 1 - chances[control]
    kept = max(chances[control], floor) if rest > 0 else 1.0
    scale = (1 - kept) / rest if rest > 0 else 0.0
    return _whole_parts({arm: kept if arm == control else chance * scale for arm, chance in chances.items()})


def _whole_parts(shares: Mapping[str, float]) -> dict[str, float]:
    """``shares`` in ten-thousandths, what rounding down leaves going to the largest remainders."""
    parts = {arm: int(share * _PARTS) for arm, share in shares.items()}
    by_remainder = sorted(shares, key=lambda arm: parts[arm] - shares[arm] * _PARTS)
    for arm in by_remainder[: _PARTS - sum(parts.values())]:
        parts[arm] += 1
    return {arm: part / _PARTS for arm, part in parts.items()}
