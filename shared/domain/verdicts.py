"""What comparisons came to, in words: the verdict on a segment and the experiment's conclusion.

Words what the analysis found and never computes a figure. Losses are told as plainly as wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain import report_words as words
from shared.domain.stats.lift import Comparison
from shared.domain.stats.samples import Interval
from shared.experiment_contracts import CovariateAdjusted, EngagementSource, SampleRatio, Sequential, Stratified
from shared.run_config import Correction, Looks

WITHHELD = "withheld: sample ratio mismatch"
SOURCES: dict[EngagementSource, str] = {
    "simulated": "in simulated engagement (nobody was mailed; the uplift is an assumption)",
    "historical": "in engagement simulated from historical rates (nobody was mailed; the uplift is an assumption)",
    "observed": "in observed engagement",
}


@dataclass(frozen=True)
class Finding:
    """One comparison of the family, adjusted; ``reason`` says what is undefined, withheld or restricted.

    ``decided_by`` any means that the always-valid p-value decides, once that the planned test's does.
    """

    arm: str
    metric: str
    treatment_size: int
    control_size: int
    comparison: Comparison
    p_adjusted: float | None
    significant: bool
    reason: str
    sequential: Sequential
    decided_by: Looks
    stratified: Stratified | None = None
    adjusted: CovariateAdjusted | None = None
    planned: bool = True

    @property
    def difference(self) -> float:
        return self.comparison.abs_diff or 0.0

    @property
    def better(self) -> bool:
        return self.significant and self.difference > 0

    @property
    def worse(self) -> bool:
        return self.significant and self.difference < 0

    @property
    def deciding_lift_ci(self) -> Interval | None:
        return self.sequential.lift_ci_percent if self.decided_by == "any" else self.comparison.lift_ci_percent

    @property
    def deciding_p(self) -> float | None:
        return self.sequential.p_adjusted if self.decided_by == "any" else self.p_adjusted


@dataclass(frozen=True)
class Terms:
    """Under which terms an experiment is read: where its outcomes are from, and how they were tested."""

    source: EngagementSource
    correction: Correction
    looks: Looks
    alpha: float
    a_a_test: bool = False

    @property
    def p_name(self) -> str:
        """What the p-value that decides is called."""
        return ("always-valid " if self.looks == "any" else "") + ("p" if self.correction == "none" else "adjusted p")


@dataclass(frozen=True)
class SegmentFinding:
    """The arm that does best in one segment on one metric, with its figures; None where none clearly does."""

    best: Finding | None
    verdict: str


def leading(findings: Sequence[Finding]) -> Finding:
    """The first of those furthest above control; there must be one."""
    return max(findings, key=lambda finding: finding.difference)


# --- one segment ------------------------------------------------------------------------------------------------------


def segment_verdict(findings: Sequence[Finding], p_name: str, *, withheld: bool, too_few: bool) -> SegmentFinding:
    """The verdict on one segment, given its comparisons; ``too_few``: no outcome at all could have been significant."""
    winners = [finding for finding in findings if finding.better]
    if winners:
        best = leading(winners)
        return SegmentFinding(
            best, _winning_words(best, len(winners)) + _losing_words(findings, "; worse than control")
        )
    return SegmentFinding(None, _no_winner_words(findings, p_name, withheld=withheld, too_few=too_few))


def _winning_words(best: Finding, winners: int) -> str:
    others = winners - 1
    rest = f"; {others} more {'does' if others == 1 else 'do'} too, and arms are not tested against each other"
    return f"{best.arm} beats control" + (rest if others else "")


def _losing_words(findings: Sequence[Finding], opening: str) -> str:
    """All significant losers after ``opening``; nothing where there are none."""
    losers = [finding.arm for finding in findings if finding.worse]
    return f"{opening}: {', '.join(losers)}" if losers else ""


def _no_winner_words(findings: Sequence[Finding], p_name: str, *, withheld: bool, too_few: bool) -> str:
    if not findings:
        return "no treatment arm"
    if withheld:
        return WITHHELD
    worse = _losing_words(findings, "no arm beats control; worse than control")
    return worse or ("too few customers" if too_few else f"no clear winner: {_undecided_words(findings, p_name)}")


def _undecided_words(findings: Sequence[Finding], p_name: str) -> str:
    tested = [finding for finding in findings if finding.deciding_p is not None]
    if not tested:
        return findings[0].reason or findings[0].sequential.reason
    leader = leading(tested)
    if leader.difference <= 0:
        return "no arm did better than control"
    return f"{leader.arm} leads, {p_name} = {leader.deciding_p:.2g}"


# --- the experiment ---------------------------------------------------------------------------------------------------


def conclusion(primary: Sequence[Finding], srm: SampleRatio, terms: Terms) -> str:
    """What the primary metric's comparisons came to; that nothing could be shown is an answer too."""
    if not primary:
        return "No treatment arm was planned, so nothing was compared: every customer got the control message."
    said = _conclusion(primary, srm, terms)
    if not terms.a_a_test:
        return said
    alarmed = not srm.mismatch and any(finding.significant for finding in primary)
    meaning = "any difference is a false alarm or a fault of assignment or counting" if alarmed else "as it should be"
    return f"A/A test, every arm has the same message: {meaning}. {said}"


def _conclusion(primary: Sequence[Finding], srm: SampleRatio, terms: Terms) -> str:
    place = SOURCES[terms.source]
    if srm.mismatch:
        return f"No verdict, {place}: {srm.reason}."
    metric = words.readable(primary[0].metric)
    worse = _losing_words(primary, "; significantly worse than control")
    winners = [finding for finding in primary if finding.better]
    if winners:
        best = leading(winners)
        others = f" ({len(winners)} of {len(primary)} arms did)" if len(primary) > 1 else ""
        return f"{words.sentence(place)}, {best.arm} beat control on {metric}{others}: {_figures(best, terms)}{worse}."
    if worse:
        return f"No treatment beat control on {metric}, {place}{worse}."
    return f"Inconclusive: {place}, no treatment arm was shown to beat control on {metric}."


def _figures(finding: Finding, terms: Terms) -> str:
    comparison = finding.comparison
    p_value = f"{terms.p_name} = {finding.deciding_p:.2g}, {finding.treatment_size:,} against {finding.control_size:,}"
    interval = finding.deciding_lift_ci
    if comparison.lift_percent is None or interval is None:
        return f"{p_value} customers, the lift being undefined because no control customer did"
    level = f"{100 * (1 - terms.alpha):.3g}% {'always-valid ' if finding.decided_by == 'any' else ''}interval"
    range_ = f"{interval[0]:+.1f}% to {interval[1]:+.1f}%"
    return f"lift {comparison.lift_percent:+.1f}% ({level} for this comparison alone: {range_}, {p_value} customers)"
