"""The safety decision: from a text's severities to a verdict. Closed-world: what nobody vouched for is blocked.

Pure functions. They rate no text themselves and know no service; a checker behind ``SafetyChecker`` does the rating.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from shared.contracts import Check, Message, SafetyScores, Variant, Verdict
from shared.domain.merge_fields import renderings
from shared.run_config import CATEGORIES, BrandConfig, SafetyCategory, SafetyPolicy, Severity

Status = Literal["pass", "block"]
Blocker = SafetyCategory | Check
Reason = tuple[Blocker, str]

LABELS: dict[SafetyCategory, str] = {
    "hate": "Hate",
    "violence": "Violence",
    "self_harm": "Self-harm",
    "sexual": "Sexual",
}
_LEVELS: tuple[Severity, ...] = (0, 2, 4, 6)


def message_of(variant: Variant) -> Message:
    """The four text fields of a variant: the whole of what a customer would read."""
    return Message(
        subject=variant.subject,
        preheader=variant.preheader,
        body=variant.body,
        call_to_action=variant.call_to_action,
    )


def is_empty(message: Message) -> bool:
    """Whether there is nothing in ``message`` but white space."""
    return not any(text.strip() for _, text in message)


def screened_texts(message: Message, brand: BrandConfig) -> tuple[str, ...]:
    """What a checker is given: the message as customers may get it, each time whole, never the body alone.

    Subject, preheader, body, call to action and footer, one below the other; once with the merge fields' fallbacks and,
    where that reads differently, once for each of their worst values. One text where there are no merge fields.
    """
    filled = renderings(message, brand.footer, brand.merge_fields)
    return tuple("\n".join((*(text for _, text in one), footer)) for one, footer in filled)


def combine_scores(rated: Sequence[SafetyScores]) -> SafetyScores:
    """One rating of a message from those of its renderings: in each category the highest severity.

    A severity that any of them lacks, or has at no known level, is missing; every list that matched and every error is
    kept. Nothing rated is a missing rating.
    """
    if not rated:
        return unrated("", "nothing was rated")
    every = [_known_severities(scores) for scores in rated]
    worst = {category: _worst([severities[category] for severities in every]) for category in CATEGORIES}
    return SafetyScores(
        provider=", ".join(dict.fromkeys(scores.provider for scores in rated)),
        **worst,
        blocklist_matches=tuple(dict.fromkeys(name for scores in rated for name in scores.blocklist_matches)),
        error="; ".join(dict.fromkeys(scores.error for scores in rated if scores.error)),
    )


def unrated(provider: str, error: str) -> SafetyScores:
    """What stands for the scores where no checker vouched for the text; it blocks, and ``error`` says why."""
    return SafetyScores(provider=provider, hate=None, violence=None, self_harm=None, sexual=None, error=error)


def apply_policy_threshold(scores: SafetyScores, threshold: int = 4) -> Status:
    """``pass`` only when all four severities are known and not above ``threshold``, no list matched, nothing erred."""
    return "block" if any(_score_reasons(scores, threshold)) else "pass"


def block_reason(scores: SafetyScores, threshold: int = 4) -> str:
    """Why ``apply_policy_threshold`` blocks, in one line; empty when it does not."""
    return "; ".join(reason for _, reason in _score_reasons(scores, threshold))


def judge(
    variant: Variant, scores: SafetyScores, policy: SafetyPolicy, checked_at: datetime, input_digest: str
) -> Verdict:
    """The verdict on ``variant``, rated with ``scores`` by a checker that was given all its ``screened_texts``.

    It blocks for a severity above the policy's threshold, a missing or unknown severity, a blocklist that matched, a
    checker's error, an empty message, and every finding the variant already carries. ``block_reason`` names all of
    them on one line.
    """
    severities = _known_severities(scores)
    reasons = list(_variant_reasons(variant))
    if not is_empty(message_of(variant)):  # an empty message blocks for being empty, not for being unrated
        reasons += _score_reasons(scores, policy.threshold)
    return Verdict(
        input_digest=input_digest,
        variant_id=variant.variant_id,
        segment_id=variant.segment_id,
        segment=variant.segment,
        content_hash=variant.content_hash,
        status="block" if reasons else "pass",
        hate_severity=severities["hate"],
        violence_severity=severities["violence"],
        self_harm_severity=severities["self_harm"],
        sexual_severity=severities["sexual"],
        block_reason="; ".join(reason for _, reason in reasons),
        blocked_by=tuple(dict.fromkeys(blocker for blocker, _ in reasons)),
        provider=scores.provider,
        checked_at=checked_at,
    )


def _known_severities(scores: SafetyScores) -> dict[SafetyCategory, Severity | None]:
    """Each category's severity when it is there and one of the four levels; a bool or a float is not a level."""
    return {category: _level(getattr(scores, category, None)) for category in CATEGORIES}


def _worst(severities: Sequence[Severity | None]) -> Severity | None:
    known = [severity for severity in severities if severity is not None]
    return max(known) if len(known) == len(severities) else None


def _level(value: object) -> Severity | None:
    return next((level for level in _LEVELS if type(value) is int and value == level), None)


def _variant_reasons(variant: Variant) -> Iterator[Reason]:
    for finding in variant.findings:
        yield finding.check, f"{finding.check}: {_one_line(finding.detail)}"
    if is_empty(message_of(variant)):
        yield "format", "format: the message is empty"


def _score_reasons(scores: SafetyScores, threshold: int) -> Iterator[Reason]:
    error = _one_line(scores.error)
    missing = False
    for category, severity in _known_severities(scores).items():
        if severity is None:
            missing = True
            yield category, f"{LABELS[category]} severity missing: {error or 'the checker gave no known level'}"
        elif severity > threshold:
            yield category, f"{LABELS[category]} severity above threshold"
    for name in scores.blocklist_matches:
        yield "safety", f"safety: blocklist {_one_line(name)} matched"
    if error and not missing:
        yield "safety", f"safety: {error}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
