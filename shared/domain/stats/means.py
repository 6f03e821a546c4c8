"""Two arms' means of a continuous metric, in one stratum or over several, with what is uncertain about each."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from shared.domain.stats.samples import Moments


class Means(NamedTuple):
    """The two means, their squared standard errors and the degrees of freedom of the difference.

    Errors and ``df`` are None where an arm of a stratum has fewer than two values; ``df`` also where nothing varies.
    """

    treatment: float
    control: float
    treatment_error: float | None
    control_error: float | None
    df: float | None

    @property
    def error(self) -> float:
        """The standard error of the difference; ``df`` must be known."""
        return math.sqrt((self.treatment_error or 0.0) + (self.control_error or 0.0))

    @property
    def log_variance(self) -> float:
        """Of the logarithm of the ratio, by the delta method; both means must be positive and ``df`` known."""
        treatment, control = self.treatment_error or 0.0, self.control_error or 0.0
        return treatment / self.treatment / self.treatment + control / self.control / self.control


def standardised_means(strata: Sequence[tuple[Moments, Moments]]) -> Means | None:
    """The means of (treatment, control), combined over ``strata`` with weights n1 * n0 / (n1 + n0); None without any.

    Strata where either arm is empty say nothing and are left out.
    """
    usable = [(treatment, control) for treatment, control in strata if treatment.n and control.n]
    if not usable:
        return None
    raw = [treatment.n * control.n / (treatment.n + control.n) for treatment, control in usable]
    total = math.fsum(raw)
    weights = [weight / total for weight in raw]
    arms = [[treatment for treatment, _ in usable], [control for _, control in usable]]
    means = [math.fsum(w * arm.total / arm.n for w, arm in zip(weights, samples, strict=True)) for samples in arms]
    errors = [_errors(samples, weights) for samples in arms]
    if errors[0] is None or errors[1] is None:
        return Means(means[0], means[1], None, None, None)
    totals = [math.fsum(error for error, _ in of_arm) for of_arm in (errors[0], errors[1])]
    df = degrees_of_freedom([*errors[0], *errors[1]]) if sum(totals) > 0 else None
    return Means(means[0], means[1], totals[0], totals[1], df)


def _errors(samples: Sequence[Moments], weights: Sequence[float]) -> list[tuple[float, int]] | None:
    """Each stratum's part of the squared error of one arm's mean, with its degrees of freedom."""
    variances = [sample.variance for sample in samples]
    if None in variances:
        return None
    parts = zip(samples, variances, weights, strict=True)
    return [(weight**2 * (variance or 0.0) / sample.n, sample.n - 1) for sample, variance, weight in parts]


def degrees_of_freedom(parts: Sequence[tuple[float, int]]) -> float:
    """Of a sum of estimates, given each one's squared error, not all 0, and own degrees of freedom.

    Satterthwaite's (1946); of two means these are Welch's (1947).
    """
    total = math.fsum(error for error, _ in parts)
    return 1 / math.fsum((error / total) ** 2 / df for error, df in parts)
