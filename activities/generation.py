"""Generation: one variant per tone, written from the segment's passages and held to the message rules."""

from shared.contracts import (
    ContentLibrary,
    Finding,
    Manifest,
    Message,
    ModelAnswer,
    ModelRequest,
    Passage,
    RetrievalDocument,
    Segment,
    Variant,
    VariantRef,
    VariantSummary,
)
from shared.domain.citations import CitableDocument, comparable, resolve_citations
from shared.domain.digests import digest, message_hash
from shared.domain.messages import parse_message, validate_variant_format
from shared.domain.prompts import build_prompt, load_prompt_template
from shared.ports import Services
from shared.run_config import MessageLimits, Tone
from shared.run_folder import LIBRARY, RunFolder, retrieval_file, variant_file
from shared.telemetry import service_fault, timed

from .retrieval import find_segment

NO_MESSAGE = Message(subject="", body="")


def generate_variant(request: VariantRef, services: Services) -> VariantSummary:
    """Write ``variants/{variant_id}.json``. What the model refuses or gets wrong is a variant with findings."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    segment = find_segment(run, request.segment_id)
    retrieved = run.read(retrieval_file(segment.segment_id), RetrievalDocument)
    library = run.read(LIBRARY, ContentLibrary)
    ask = _compose(segment, request.tone, retrieved.results, manifest)
    input_digest = digest("variant", ask, services.model.provider)

    def build() -> Variant:
        if retrieved.error:
            answer, milliseconds = _no_answer(services, f"the search failed: {retrieved.error}"), None
        else:
            answer, milliseconds = _ask(ask, services)
        message, findings = _read(answer, manifest.config.brand.limits)
        citations, unresolved = resolve_citations(
            message.body, citable(library, retrieved), manifest.config.brand.limits
        )
        return Variant(
            input_digest=input_digest,
            variant_id=variant_id(request),
            segment_id=segment.segment_id,
            segment=segment.name,
            tone=request.tone,
            **message.model_dump(),
            content_hash=message_hash(message),
            citations=citations,
            findings=findings if message == NO_MESSAGE else (*findings, *unresolved),
            provider=answer.provider,
            model=answer.model,
            generated_at=services.now(),
            tokens_used=answer.prompt_tokens + answer.completion_tokens,
            cost_usd=answer.cost_usd,
            service_ms=milliseconds,
        )

    variant = run.once(variant_file(variant_id(request)), Variant, input_digest, build)
    return VariantSummary(variant_id=variant.variant_id, findings=len(variant.findings), cost_usd=variant.cost_usd)


def variant_id(request: VariantRef) -> str:
    """One per segment and tone."""
    return f"{request.segment_id}-{request.tone}"


def citable(library: ContentLibrary, retrieved: RetrievalDocument) -> dict[str, CitableDocument]:
    """The documents that a variant of this segment may cite, with the names of their sections, by document id.

    Beside the retrieved documents their namesakes in the library: a citation that fits one of these too is ambiguous.
    """
    from shared.domain.markdown import sections

    titles = {comparable(passage.title) for passage in retrieved.results}
    return {
        document.document_id: CitableDocument(
            document.document_id, document.version, document.title, sections(document)
        )
        for document in library.documents
        if comparable(document.title) in titles
    }


def _compose(segment: Segment, tone: Tone, passages: tuple[Passage, ...], manifest: Manifest) -> ModelRequest:
    template = load_prompt_template(manifest.config.prompts, tone)
    system, user = build_prompt(segment, passages, tone, template, manifest.config.brand.limits)
    return ModelRequest(
        system=system,
        user=user,
        segment=segment,
        tone=tone,
        passages=passages,
        limits=manifest.config.brand.limits,
        signature=manifest.config.brand.signature,
        seed=manifest.seed,
        as_of=manifest.created_at.date(),
    )


def _ask(ask: ModelRequest, services: Services) -> tuple[ModelAnswer, float | None]:
    """The model's answer; when it fails, an answer that says so, because the run goes on without it."""
    try:
        return timed(lambda: services.model.write(ask))
    except Exception as fault:  # noqa: BLE001 - whatever went wrong, it costs this variant only
        return _no_answer(services, service_fault("model", fault)), None


def _no_answer(services: Services, detail: str) -> ModelAnswer:
    return ModelAnswer(provider=services.model.provider, model="", text="", finish_reason="error", detail=detail)


def _read(answer: ModelAnswer, limits: MessageLimits) -> tuple[Message, tuple[Finding, ...]]:
    """The message in the answer and what is wrong with it."""
    if answer.finish_reason != "stop":
        detail = f"{answer.finish_reason}: {answer.detail}".rstrip(": ")
        return NO_MESSAGE, (Finding(check="service", detail=detail),)
    parsed = parse_message(answer.text)
    if isinstance(parsed, Finding):
        return NO_MESSAGE, (parsed,)
    return parsed, tuple(validate_variant_format(parsed, limits))
