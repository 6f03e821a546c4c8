"""Two arms compared within strata: the odds ratio that the strata share, whether they share one, and Simpson's guard.

The difference and the ratio of rates over strata are ``shared.domain.stats.lift.compare``'s.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import chdtrc

from shared.domain.stats.samples import Pair
from shared.domain.stats.significance import cells_of


@dataclass(frozen=True)
class Heterogeneity:
    """Whether one odds ratio fits all strata; without a p-value, ``reason`` says why."""

    odds_ratio: float | None
    statistic: float | None = None
    p_value: float | None = None
    reason: str = ""


def heterogeneity(strata: Sequence[Pair]) -> Heterogeneity:
    """Breslow and Day's test (1980) of a common odds ratio, with Tarone's correction (1985); K - 1 degrees of freedom.

    Each stratum's successes of the treatment arm are held against those expected under the Mantel-Haenszel odds ratio.
    Strata where nobody or everybody acts, or an arm is empty, say nothing of it and are not counted among the K.
    """
    informative = [pair for pair in strata if _is_informative(pair)]
    ratio = odds_ratio(informative)
    if ratio is None:
        return Heterogeneity(None, reason="the odds ratio is undefined: too few customers act, or too few do not")
    if ratio == 0 or len(informative) < 2:
        return Heterogeneity(ratio, reason="fewer than two segments tell anything of the odds ratio")
    fitted = [_fit(pair, ratio) for pair in informative]
    squares = math.fsum(excess**2 / variance for excess, variance in fitted)
    total = math.fsum(excess for excess, _ in fitted)
    statistic = max(squares - total**2 / math.fsum(variance for _, variance in fitted), 0.0)
    return Heterogeneity(ratio, statistic, float(chdtrc(len(fitted) - 1, statistic)))


def odds_ratio(strata: Sequence[Pair]) -> float | None:
    """Mantel and Haenszel's odds ratio (1959): the sum of a d / n over the sum of b c / n; None where that is 0."""
    cells = [cells_of(pair) for pair in strata]
    concordant = math.fsum(a * (n0 - c) / (n1 + n0) for (a, n1), (c, n0) in cells)
    discordant = math.fsum((n1 - a) * c / (n1 + n0) for (a, n1), (c, n0) in cells)
    return concordant / discordant if discordant else None


def pooled_difference(strata: Sequence[Pair]) -> float | None:
    """The difference of rates of all strata thrown together; None where an arm has no customers."""
    cells = [cells_of(pair) for pair in strata]
    a, n1 = sum(a for (a, _), _ in cells), sum(n1 for (_, n1), _ in cells)
    c, n0 = sum(c for _, (c, _) in cells), sum(n0 for _, (_, n0) in cells)
    return (a * n0 - c * n1) / (n1 * n0) if n1 and n0 else None


def _is_informative(pair: Pair) -> bool:
    (a, n1), (c, n0) = cells_of(pair)
    return bool(n1 and n0 and 0 < a + c < n1 + n0)


def _fit(pair: Pair, ratio: float) -> tuple[float, float]:
    """The successes of the treatment arm above those of a table with these margins and odds ratio; their variance.

    Each cell is fitted by itself, and the excess read off the smallest, which loses the fewest digits.
    """
    (a, n1), (c, n0) = cells_of(pair)
    acted, rest = a + c, n1 + n0 - a - c
    cells = [
        (_cell(ratio, n1, n0, acted), a, 1),
        (_cell(1 / ratio, n0, n1, acted), c, -1),
        (_cell(1 / ratio, n1, n0, rest), n1 - a, -1),
        (_cell(ratio, n0, n1, rest), n0 - c, 1),
    ]
    fitted, observed, sign = min(cells)
    return sign * (observed - fitted), 1 / math.fsum(1 / cell for cell, _, _ in cells)


def _cell(ratio: float, own: int, other: int, acted: int) -> float:
    """The one cell of a table with odds ratio r: of ``acted`` customers those among ``own``, not among ``other``.

    It solves (1 - r) x^2 + (other - acted + r (own + acted)) x - r acted own = 0; the discriminant is written as a sum
    of what is not negative.
    """
    linear = other - acted + ratio * (own + acted)
    middle = 2 * ratio * (own * other + acted * (own + other - acted))
    root = math.sqrt((other - acted) ** 2 + middle + (ratio * (own - acted)) ** 2)
    return 2 * ratio * acted * own / (linear + root) if linear > 0 else (root - linear) / (2 * (1 - ratio))
