"""Screening: a text to the safety checker, and its answer to a verdict. Generated and edited texts go the same way."""

from collections.abc import Callable
from datetime import datetime

from shared.answers import Answers, Asked
from shared.contracts import Manifest, SafetyScores, Variant, Verdict
from shared.domain.digests import digest
from shared.domain.safety import judge, message_of, screened_text, unrated


def verdict_digest(variant: Variant, manifest: Manifest, provider: str) -> str:
    """What a verdict on ``variant`` is made from."""
    policy = manifest.config.safety_thresholds.safety_policy
    return digest("verdict", variant.content_hash, variant.findings, policy, provider)


def screen(variant: Variant, answers: Answers) -> Asked[SafetyScores]:
    """The checker's severities; a variant without a message has nothing to rate, and its findings block it."""
    text = screened_text(message_of(variant))
    return answers.rate(text) if text.strip() else Asked(None, (), "there is no text to rate")


def verdict_on(
    variant: Variant, asked: Asked[SafetyScores], manifest: Manifest, provider: str, now: Callable[[], datetime]
) -> Verdict:
    """The verdict by the run's policy on ``variant``, as it was rated. What nobody vouched for is blocked."""
    policy = manifest.config.safety_thresholds.safety_policy
    scores = asked.answer or unrated(provider, asked.fault)
    verdict = judge(variant, scores, policy, now(), verdict_digest(variant, manifest, provider))
    return verdict.model_copy(update={"calls": asked.calls})
