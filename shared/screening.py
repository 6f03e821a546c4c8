"""Screening: a text to the safety checker, and its answer to a verdict. Generated and edited texts go the same way."""

from collections.abc import Callable
from datetime import datetime

from shared.answers import Answers, Asked
from shared.contracts import Manifest, SafetyScores, Variant, Verdict
from shared.domain.digests import digest
from shared.domain.safety import combine_scores, is_empty, judge, message_of, screened_texts, unrated
from shared.run_config import BrandConfig


def verdict_digest(variant: Variant, manifest: Manifest, provider: str) -> str:
    """What a verdict on ``variant`` is made from."""
    policy, brand = manifest.config.safety_thresholds.safety_policy, manifest.config.brand
    screened = (brand.footer, brand.merge_fields)
    return digest("verdict", variant.content_hash, variant.findings, screened, policy, provider)


def screen(variant: Variant, brand: BrandConfig, answers: Answers) -> Asked[SafetyScores]:
    """The worst severities of its renderings; without a message there is nothing to rate, and its findings block it."""
    message = message_of(variant)
    if is_empty(message):
        return Asked(None, (), "there is no text to rate")
    asked = [answers.rate(text) for text in screened_texts(message, brand)]
    rated = [one.answer or unrated(answers.provider("safety"), one.fault) for one in asked]
    return Asked(combine_scores(rated), tuple(call for one in asked for call in one.calls))


def verdict_on(
    variant: Variant, asked: Asked[SafetyScores], manifest: Manifest, provider: str, now: Callable[[], datetime]
) -> Verdict:
    """The verdict by the run's policy on ``variant``, as it was rated. What nobody vouched for is blocked."""
    policy = manifest.config.safety_thresholds.safety_policy
    scores = asked.answer or unrated(provider, asked.fault)
    verdict = judge(variant, scores, policy, now(), verdict_digest(variant, manifest, provider))
    return verdict.model_copy(update={"calls": asked.calls})
