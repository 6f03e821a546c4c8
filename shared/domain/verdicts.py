"""What comparisons came to, in words: the verdict on a segment and the experiment's conclusion.

Words what the analysis found and never computes a figure. Losses are told as plainly as wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain import report_words as words
from shared.domain.stats.lift import Comparison
from shared.experiment_contracts import EngagementSource, SampleRatio
from shared.run_config import Correction

WITHHELD = "withheld: sample ratio mismatch"
SOURCES: dict[EngagementSource, str] = {
    "simulated": "in simulated engagement (nobody was mailed; the uplift is an assumption)",
    "historical": "in engagement simulated from historical rates (nobody was mailed; the uplift is an assumption)",
    "observed": "in observed engagement",
}
P_NAMES: dict[Correction, str] = {"holm": "adjusted p", "benjamini-hochberg": "adjusted p", "none": "p"}


@dataclass(frozen=True)
class Finding:
    """One comparison of the family, adjusted; ``reason`` says what is undefined, withheld or restricted."""

    arm: str
    metric: str
    comparison: Comparison
    p_adjusted: float | None
    significant: bool
    reason: str

    @property
    def difference(self) -> float:
        return self.comparison.abs_diff or 0.0

    @property
    def better(self) -> bool:
        return self.significant and self.difference > 0

    @property
    def worse(self) -> bool:
        return self.significant and self.difference < 0


@dataclass(frozen=True)
class SegmentFinding:
    """The arm that does best in one segment on one metric, with its figures; None where none clearly does."""

    best: Finding | None
    verdict: str


def leading(findings: Sequence[Finding]) -> Finding:
    """The first of those furthest above control; there must be one."""
    return max(findings, key=lambda finding: finding.difference)


# --- one segment ------------------------------------------------------------------------------------------------------


def segment_verdict(
    findings: Sequence[Finding], srm: SampleRatio, correction: Correction, *, too_few: bool
) -> SegmentFinding:
    """The verdict on one segment, given its comparisons; ``too_few``: no outcome at all could have been significant."""
    winners = [finding for finding in findings if finding.better]
    if winners:
        best = leading(winners)
        return SegmentFinding(
            best, _winning_words(best, len(winners)) + _losing_words(findings, "; worse than control")
        )
    return SegmentFinding(None, _no_winner_words(findings, srm, correction, too_few=too_few))


def _winning_words(best: Finding, winners: int) -> str:
    others = winners - 1
    rest = f"; {others} more {'does' if others == 1 else 'do'} too, and arms are not tested against each other"
    return f"{best.arm} beats control" + (rest if others else "")


def _losing_words(findings: Sequence[Finding], opening: str) -> str:
    """All significant losers after ``opening``; nothing where there are none."""
    losers = [finding.arm for finding in findings if finding.worse]
    return f"{opening}: {', '.join(losers)}" if losers else ""


def _no_winner_words(findings: Sequence[Finding], srm: SampleRatio, correction: Correction, *, too_few: bool) -> str:
    if not findings:
        return "no treatment arm"
    if srm.mismatch:
        return WITHHELD
    worse = _losing_words(findings, "no arm beats control; worse than control")
    return worse or ("too few customers" if too_few else f"no clear winner: {_undecided_words(findings, correction)}")


def _undecided_words(findings: Sequence[Finding], correction: Correction) -> str:
    tested = [finding for finding in findings if finding.p_adjusted is not None]
    if not tested:
        return findings[0].reason
    leader = leading(tested)
    if leader.difference <= 0:
        return "no arm did better than control"
    return f"{leader.arm} leads, {P_NAMES[correction]} = {leader.p_adjusted:.2g}"


# --- the experiment ---------------------------------------------------------------------------------------------------


def conclusion(
    primary: Sequence[Finding], srm: SampleRatio, source: EngagementSource, correction: Correction, alpha: float
) -> str:
    """One sentence on the primary metric's comparisons; that nothing could be shown is an answer too."""
    if not primary:
        return "No treatment arm was planned, so nothing was compared: every customer got the control message."
    if srm.mismatch:
        return f"No verdict, {SOURCES[source]}: {srm.reason}."
    metric = words.readable(primary[0].metric)
    worse = _losing_words(primary, "; significantly worse than control")
    winners = [finding for finding in primary if finding.better]
    if winners:
        best = leading(winners)
        others = f" ({len(winners)} of {len(primary)} arms did)" if len(primary) > 1 else ""
        figures = _figures(best, correction, alpha)
        return f"{words.sentence(SOURCES[source])}, {best.arm} beat control on {metric}{others}: {figures}{worse}."
    if worse:
        return f"No treatment beat control on {metric}, {SOURCES[source]}{worse}."
    return f"Inconclusive: {SOURCES[source]}, no treatment arm was shown to beat control on {metric}."


def _figures(finding: Finding, correction: Correction, alpha: float) -> str:
    comparison = finding.comparison
    p_value = f"{P_NAMES[correction]} = {finding.p_adjusted:.2g}"
    if comparison.lift_percent is None or comparison.lift_ci_percent is None:
        return f"{p_value}, the lift being undefined because no control customer did"
    low, high = comparison.lift_ci_percent
    level = f"{100 * (1 - alpha):.3g}% interval for this comparison alone:"
    return f"lift {comparison.lift_percent:+.1f}% ({level} {low:+.1f}% to {high:+.1f}%, {p_value})"
