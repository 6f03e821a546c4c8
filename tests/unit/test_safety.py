"""The safety decision: what passes, what blocks, and the words it is told in."""

from datetime import UTC, datetime

import pytest

from shared.contracts import Finding, Message, SafetyScores, Variant
from shared.domain.digests import message_hash
from shared.domain.safety import apply_policy_threshold, combine_scores, judge, message_of, screened_texts
from shared.run_config import CATEGORIES, BrandConfig, ControlMessage, MergeField, SafetyPolicy

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MESSAGE = Message(subject="Subject", preheader="Preheader", body="Body", call_to_action="Act")

BRAND = BrandConfig(
    name="Harbour & Pine",
    signature="The team",
    merge_fields={"first_name": MergeField(fallback="you", longest=10, worst_cases=("Dick",))},
    control_message=ControlMessage(subject="News", body="Hello.", call_to_action="Look"),
)


def variant(message=MESSAGE, findings=()):
    return Variant(
        input_digest="1" * 64,
        variant_id="at-risk-urgent",
        segment_id="at-risk",
        segment="At-Risk",
        tone="urgent",
        **message.model_dump(),
        content_hash=message_hash(message),
        citations=(),
        findings=findings,
        provider="templates",
        model="templates-1",
        generated_at=NOW,
        tokens_used=0,
        cost_usd=0.0,
    )


def scores(error="", **changes):
    return SafetyScores(provider="fake", error=error, **{**dict.fromkeys(CATEGORIES, 0), **changes})


def verdict(rated, *, message=MESSAGE, findings=(), policy=None):
    return judge(variant(message, findings), rated, policy or SafetyPolicy(), NOW, "2" * 64)


def test_the_whole_message_is_screened():
    """Every field of the message and the footer are in the screened text, in reading order."""
    (text,) = screened_texts(MESSAGE, BRAND)
    assert text == "Subject\nPreheader\nBody\nAct\nUnsubscribe: https://unsubscribe.example/"


def test_a_message_with_merge_fields_is_screened_at_its_worst():
    """With the fallback, with the longest value and with the worst case, each time the whole message."""
    texts = screened_texts(MESSAGE.model_copy(update={"subject": "For {{first_name}}"}), BRAND)
    assert [text.split("\n")[0] for text in texts] == ["For you", "For Wilhelmina", "For Dick"]
    assert all(text.split("\n")[1:4] == ["Preheader", "Body", "Act"] for text in texts)


def test_the_worst_rendering_decides():
    """Of several ratings the highest severity of each category holds, and every list that matched."""
    rated = scores(hate=2, sexual=6).model_copy(update={"blocklist_matches": ("a",)})
    other = scores(hate=4).model_copy(update={"blocklist_matches": ("b", "a")})
    combined = combine_scores([rated, other])
    assert combined == scores(hate=4, sexual=6).model_copy(update={"blocklist_matches": ("a", "b")})
    assert combine_scores([scores(hate=4)]) == scores(hate=4)


@pytest.mark.parametrize("order", [1, -1])
def test_a_rendering_that_nobody_vouched_for_blocks(order):
    """A missing or unknown severity of one is missing of all, an error is kept, and nothing rated is nothing known."""
    unknown = scores().model_copy(update={"violence": 3})
    combined = combine_scores([scores(), scores(error="timed out", hate=None), unknown][::order])
    assert (combined.hate, combined.violence, combined.sexual, combined.error) == (None, None, 0, "timed out")
    assert apply_policy_threshold(combined) == "block"
    assert apply_policy_threshold(combine_scores([])) == "block"


def test_a_variant_gives_its_message_back():
    """The message of a variant has the hash the variant was given."""
    assert message_hash(message_of(variant())) == variant().content_hash


def test_a_clean_variant_passes():
    """Four zeros and no finding pass, with no reason and nobody to blame."""
    result = verdict(scores())
    assert (result.status, result.block_reason, result.blocked_by) == ("pass", "", ())
    assert (result.provider, result.checked_at, result.content_hash) == ("fake", NOW, variant().content_hash)


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize(("severity", "status"), [(0, "pass"), (2, "pass"), (4, "pass"), (6, "block")])
def test_only_severities_above_the_threshold_block(category, severity, status):
    """At the default threshold of 4, level 4 passes and level 6 blocks, in every category."""
    result = verdict(scores(**{category: severity}))
    assert result.status == status == apply_policy_threshold(scores(**{category: severity}))
    assert result.blocked_by == ((category,) if status == "block" else ())


@pytest.mark.parametrize(("threshold", "blocked"), [(0, [2, 4, 6]), (2, [4, 6]), (4, [6])])
def test_the_threshold_is_the_policys(threshold, blocked):
    """A lower threshold blocks lower levels."""
    policy = SafetyPolicy(threshold=threshold)
    statuses = {level: verdict(scores(hate=level), policy=policy).status for level in (0, 2, 4, 6)}
    assert [level for level, status in statuses.items() if status == "block"] == blocked


def test_reasons_are_in_the_documented_words():
    """One category gives the documented sentence; several are joined."""
    assert verdict(scores(hate=6)).block_reason == "Hate severity above threshold"
    both = verdict(scores(hate=6, self_harm=6))
    assert both.block_reason == "Hate severity above threshold; Self-harm severity above threshold"
    assert both.blocked_by == ("hate", "self_harm")


def test_a_missing_severity_blocks_with_the_checkers_error():
    """What the checker did not rate is blocked, and the reason says why it is missing."""
    result = verdict(scores(error="timed out\nafter 10 s", hate=None))
    assert result.status == "block"
    assert result.block_reason == "Hate severity missing: timed out after 10 s"
    assert result.hate_severity is None


def test_a_missing_severity_without_a_word_still_blocks():
    """A checker that explains nothing is not trusted either."""
    assert verdict(scores(sexual=None)).block_reason == "Sexual severity missing: the checker gave no known level"


@pytest.mark.parametrize("severity", [1, 3, 5, 7, -2, 8, 0.0, 6.0, "0", True, False])
def test_an_unknown_severity_blocks(severity):
    """A value that is not one of the four levels is nobody's clearance, and is not written into the verdict."""
    unknown = scores().model_copy(update={"violence": severity})
    result = verdict(unknown)
    assert (result.status, result.blocked_by, result.violence_severity) == ("block", ("violence",), None)
    assert apply_policy_threshold(unknown) == "block"


def test_scores_without_a_category_block():
    """An answer from which a category is absent altogether blocks."""
    partial = SafetyScores.model_construct(provider="fake", hate=0, violence=0, sexual=0, error="")
    assert verdict(partial).blocked_by == ("self_harm",)


def test_an_error_beside_four_zeros_blocks():
    """A checker that reports an error has vouched for nothing."""
    result = verdict(scores(error="partial answer"))
    assert (result.status, result.block_reason, result.blocked_by) == ("block", "safety: partial answer", ("safety",))


def test_each_blocklist_that_matched_blocks():
    """Whatever the severities, a match blocks, each list by its name on one line."""
    rated = scores(hate=6).model_copy(update={"blocklist_matches": ("rivals", "house\nwords")})
    result = verdict(rated)
    assert result.block_reason == (
        "Hate severity above threshold; safety: blocklist rivals matched; safety: blocklist house words matched"
    )
    assert result.blocked_by == ("hate", "safety")
    assert apply_policy_threshold(scores().model_copy(update={"blocklist_matches": ("rivals",)}), 4) == "block"


def test_findings_block_and_are_told_first():
    """Findings already on the variant block, each with its check, before the severities."""
    findings = (
        Finding(check="format", detail="body has 90 words"),
        Finding(check="citation", detail="no such section"),
        Finding(check="format", detail="no subject"),
    )
    result = verdict(scores(hate=6), findings=findings)
    assert result.block_reason == (
        "format: body has 90 words; citation: no such section; format: no subject; Hate severity above threshold"
    )
    assert result.blocked_by == ("format", "citation", "hate")


@pytest.mark.parametrize("blank", ["", "  ", "\n\t", "\u00a0"])
def test_an_empty_message_blocks(blank):
    """A message of nothing but white space is blocked however it was rated."""
    result = verdict(scores(), message=Message(subject=blank, body=blank))
    assert (result.status, result.block_reason) == ("block", "format: the message is empty")
