"""Generation: one variant per tone, written from the segment's passages and held to the message rules.

A draft that breaks a rule is sent back once, with what was found; the better of the two is the variant.
"""

from typing import NamedTuple

from shared.answers import Answers, Asked
from shared.contracts import (
    Claim,
    ContentLibrary,
    EarlierDraft,
    Finding,
    Manifest,
    Message,
    ModelAnswer,
    ModelParameters,
    ModelRequest,
    Passage,
    RetrievalDocument,
    Segment,
    Variant,
    VariantRef,
    VariantSummary,
)
from shared.domain.brand import house_rules
from shared.domain.copy_checks import CheckedCopy, Standard, check_copy
from shared.domain.digests import digest, message_hash
from shared.domain.messages import parse_draft, parse_message
from shared.domain.prompts import build_prompt, load_prompt_template, prompt_notices
from shared.domain.sources import sources_of
from shared.ports import Services
from shared.run_config import Tone
from shared.run_folder import LIBRARY, RunFolder, retrieval_file, variant_file

from .retrieval import find_segment

NO_MESSAGE = Message(subject="", body="")
MENDABLE = {"format", "citation", "offer", "urgency", "brand"}


class Draft(NamedTuple):
    """One answer of the model, read and checked."""

    asked: Asked[ModelAnswer]
    message: Message
    checked: CheckedCopy

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.checked.findings


def generate_variant(request: VariantRef, services: Services) -> VariantSummary:
    """Write ``variants/{variant_id}.json``. What the model refuses or gets wrong is a variant with findings."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    answers = Answers(services, manifest)
    segment = find_segment(run, request.segment_id)
    retrieved = run.read(retrieval_file(segment.segment_id), RetrievalDocument)
    library = run.read(LIBRARY, ContentLibrary)
    ask = _compose(segment, request.tone, retrieved.results, manifest)
    input_digest = digest("variant", ask, retrieved.error)

    def build() -> Variant:
        drafts = _drafts(ask, retrieved, library, answers, manifest)
        best = min(reversed(drafts), key=lambda draft: (draft.message == NO_MESSAGE, len(draft.findings)))
        answer = best.asked.answer
        calls = tuple(call for draft in drafts for call in draft.asked.calls)
        given = [draft.asked.answer for draft in drafts if draft.asked.answer]
        return Variant(
            input_digest=input_digest,
            variant_id=variant_id(request),
            segment_id=segment.segment_id,
            segment=segment.name,
            tone=request.tone,
            **best.message.model_dump(),
            content_hash=message_hash(best.message),
            citations=best.checked.citations,
            claims=best.checked.claims,
            findings=best.checked.findings,
            tone_lowered=best.checked.tone_lowered,
            notices=prompt_notices(segment, request.tone, manifest.config.prompts[request.tone]),
            repaired=best is not drafts[0],
            answers_reused=sum(draft.asked.reused for draft in drafts),
            provider=answer.provider if answer else answers.provider("generation"),
            model=answer.model if answer else "",
            generated_at=services.now(),
            tokens_used=sum(one.prompt_tokens + one.completion_tokens for one in given),
            cost_usd=sum(call.cost_usd for call in calls),
            calls=calls,
        )

    variant = run.once(variant_file(variant_id(request)), Variant, input_digest, build)
    return VariantSummary(variant_id=variant.variant_id, findings=len(variant.findings), cost_usd=variant.cost_usd)


def variant_id(request: VariantRef) -> str:
    """One per segment and tone."""
    return f"{request.segment_id}-{request.tone}"


def _compose(segment: Segment, tone: Tone, passages: tuple[Passage, ...], manifest: Manifest) -> ModelRequest:
    config = manifest.config
    template = load_prompt_template(config.prompts, tone)
    system, user = build_prompt(
        segment,
        passages,
        tone,
        template,
        config.brand.limits,
        as_of=manifest.as_of,
        signature=config.brand.signature,
        house_rules=house_rules(config.brand),
        structured=config.azure_config.structured,
    )
    model = config.azure_config.azure_openai
    return ModelRequest(
        system=system,
        user=user,
        parameters=ModelParameters(max_tokens=model.max_tokens, temperature=model.temperature, top_p=model.top_p),
        segment=segment,
        tone=tone,
        passages=passages,
        limits=config.brand.limits,
        signature=config.brand.signature,
        seed=manifest.seed,
        as_of=manifest.as_of,
    )


def _drafts(
    ask: ModelRequest, retrieved: RetrievalDocument, library: ContentLibrary, answers: Answers, manifest: Manifest
) -> list[Draft]:
    """The first draft and, where it breaks rules that the model can mend, the second."""
    if retrieved.error:
        failed = Finding(check="service", detail=f"the search failed: {retrieved.error}")
        return [_empty(Asked(None, ()), failed)]
    if not retrieved.results:
        nothing = Finding(
            check="citation", detail="no approved passage was found for this segment: nothing can be cited"
        )
        return [_empty(Asked(None, ()), nothing)]
    standard = Standard(sources_of(library, retrieved), manifest.config.brand, manifest.as_of)
    first = _read(answers.write(ask), ask.tone, standard)
    text = first.asked.answer.text if first.asked.answer else ""
    can_mend = manifest.config.azure_config.providers.generation == "azure"
    if not (can_mend and text and first.findings and {finding.check for finding in first.findings} <= MENDABLE):
        return [first]
    earlier = EarlierDraft(text=text, findings=first.findings)
    second = _read(answers.write(ask.model_copy(update={"earlier": earlier})), ask.tone, standard)
    return [first, second]


def _read(asked: Asked[ModelAnswer], tone: Tone, standard: Standard) -> Draft:
    """The message in the answer and what is wrong with it."""
    answer = asked.answer
    if answer is None:
        return _empty(asked, Finding(check="service", detail=asked.fault))
    if answer.finish_reason == "length":
        return _empty(asked, Finding(check="format", detail="the answer was cut off at the limit of its tokens"))
    if answer.finish_reason != "stop":
        return _empty(asked, Finding(check="service", detail=f"{answer.finish_reason}: {answer.detail}".rstrip(": ")))
    parsed = _parse(answer)
    if isinstance(parsed, Finding):
        return _empty(asked, parsed)
    message, claims = parsed
    return Draft(asked, message, check_copy(message, tone, standard, claims))


def _parse(answer: ModelAnswer) -> tuple[Message, tuple[Claim, ...]] | Finding:
    if answer.format == "json":
        return parse_draft(answer.text)
    parsed = parse_message(answer.text)
    return parsed if isinstance(parsed, Finding) else (parsed, ())


def _empty(asked: Asked[ModelAnswer], finding: Finding) -> Draft:
    return Draft(asked, NO_MESSAGE, CheckedCopy((), (), (finding,), ""))
