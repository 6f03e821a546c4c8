"""What a comparison of two runs is made of: the documents of each side, and everything that differs.

Frozen models, no behaviour beyond validation. ``shared.domain.comparison`` fills them.
"""

from collections import Counter
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from shared.contracts import (
    Citation,
    ContentLibrary,
    Count,
    Finding,
    Manifest,
    MetricsDocument,
    RetrievalDocument,
    SegmentsDocument,
    Slug,
    Variant,
    Verdict,
)
from shared.run_config import Frozen, SafetyCategory, Severity, Tone

MessageField = Literal["subject", "preheader", "body", "call_to_action"]
InputName = Literal["customers", "content", "segments"]
Where = Literal["only_first", "only_second", "both"]


# --- what is compared -------------------------------------------------------------------------------------------------


class RunSide(Frozen):
    """The documents of one run; None where the run has not come that far."""

    manifest: Manifest
    variants: tuple[Variant, ...]
    verdicts: tuple[Verdict, ...]
    metrics: MetricsDocument | None
    retrievals: tuple[RetrievalDocument, ...]
    segments: SegmentsDocument | None = None
    library: ContentLibrary | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        keys = Counter((variant.segment_id, variant.tone) for variant in self.variants)
        twice = [f"{segment_id}, {tone}" for (segment_id, tone), times in keys.items() if times > 1]
        if twice:
            raise ValueError(f"more than one variant of {twice[0]}")
        return self


# --- the comparison ---------------------------------------------------------------------------------------------------


class RunLabel(Frozen):
    run_id: str
    created_at: datetime
    as_of: date = Field(description="the run's day, on which content had to be valid")
    replay_of: str | None


class SettingChange(Frozen):
    """A setting with two values. Lines of ``diff`` begin with '-' (first run), '+' (second) or a space."""

    key: str = Field(description="dotted path, for example azure_config.azure_openai.deployment_name")
    first: Any = Field(description="plain JSON; long values are shortened")
    second: Any
    diff: tuple[str, ...] = Field(default=(), description="unified diff, for texts and lists")
    note: str = ""


class InputComparison(Frozen):
    """Whether both runs were given the same; None where that cannot be told, and ``reason`` says why."""

    name: InputName
    differs: bool | None
    first: str | None = Field(description="version mark or digest")
    second: str | None
    reason: str = ""
    details: tuple[str, ...] = ()


class RetrievalComparison(Frozen):
    """The passages of one segment. Scores do not count: a service may weigh the same passages anew."""

    segment_id: Slug
    where: Where
    providers: tuple[str | None, str | None]
    query_changed: bool | None = Field(description="None where only one run has the segment")
    order_changed: bool | None
    appeared: tuple[str, ...] = Field(default=(), description="document and section that only the second run was given")
    disappeared: tuple[str, ...] = ()
    errors: tuple[str, str] = ("", "")
    changed: bool


class FieldDiff(Frozen):
    """One field of a message in two wordings: a unified diff, by sentence and line."""

    field: MessageField
    diff: tuple[str, ...]
    look_alike: bool = Field(description="whether the difference cannot be seen: spaces, invisible or composed signs")
    note: str = ""


class VariantSide(Frozen):
    """One message of one run, in figures; ``milliseconds`` sums its calls, None where it was made without any."""

    variant_id: Slug
    provider: str
    model: str
    safety_provider: str | None
    status: Literal["pass", "block"] | None = Field(description="None without a verdict on exactly this text")
    block_reason: str
    repaired: bool
    tokens: Count
    cost_usd: float
    milliseconds: float | None
    reason: str = Field(default="", description="why a figure is None")


class SeverityChange(Frozen):
    """None where the checker did not vouch for the category."""

    category: SafetyCategory
    first: Severity | None
    second: Severity | None


class VariantComparison(Frozen):
    """One message, segment by tone, of both runs. Where only one run has it, there is nothing to compare."""

    segment_id: Slug
    segment: str
    tone: Tone
    where: Where
    first: VariantSide | None
    second: VariantSide | None
    text_changed: bool | None = Field(description="None where only one run has the message")
    text: tuple[FieldDiff, ...] = ()
    status_changed: bool | None = Field(description="None where only one run has the message")
    findings_appeared: tuple[Finding, ...] = ()
    findings_disappeared: tuple[Finding, ...] = ()
    citations_appeared: tuple[Citation, ...] = ()
    citations_disappeared: tuple[Citation, ...] = ()
    severities: tuple[SeverityChange, ...] = Field(default=(), description="those that changed, both being rated")
    changed: bool = Field(description="whether anything but tokens, cost and time differs")


class Figure(Frozen):
    """A figure of both runs; ``change`` is second minus first. None where it is undefined, with the reason."""

    first: int | float | None
    second: int | float | None
    change: int | float | None
    reason: str = ""


class Comparison(Frozen):
    """Everything that differs between two runs. ``same`` leaves figures aside: equal work may cost less when reused."""

    first: RunLabel
    second: RunLabel
    same: bool
    summary: str
    configuration: tuple[SettingChange, ...]
    inputs: tuple[InputComparison, ...]
    retrievals: tuple[RetrievalComparison, ...]
    variants: tuple[VariantComparison, ...]
    totals: dict[str, Figure]
