"""Safety: screens every variant, decides by policy, and records each decision in the audit."""

from shared.answers import Answers, Asked
from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import (
    AuditSummary,
    ContentLibrary,
    RunRef,
    SafetyScores,
    SegmentsDocument,
    Variant,
    VariantRef,
    Verdict,
    VerdictSummary,
)
from shared.domain.audit import SAFETY_DECISION, generate_audit_report, verdict_entry_data
from shared.domain.digests import digest
from shared.domain.safety import combine_scores, is_empty, judge, message_of, screened_texts, unrated
from shared.errors import BlobExists
from shared.ports import Services
from shared.run_config import BrandConfig
from shared.run_folder import AUDIT, LIBRARY, SEGMENTS, RunFolder, audit_csv, variant_file, verdict_file

from .generation import variant_id


def check_safety(request: VariantRef, services: Services) -> VerdictSummary:
    """Write ``verdicts/{variant_id}.json``. Whatever cannot be vouched for is blocked, with the reason."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    answers = Answers(services, manifest)
    policy, provider = manifest.config.safety_thresholds.safety_policy, answers.provider("safety")
    brand = manifest.config.brand
    variant = run.read(variant_file(variant_id(request)), Variant)
    screened = (brand.footer, brand.merge_fields)
    input_digest = digest("verdict", variant.content_hash, variant.findings, screened, policy, provider)

    def build() -> Verdict:
        asked = _screen(variant, brand, answers)
        scores = asked.answer or unrated(provider, asked.fault)
        verdict = judge(variant, scores, policy, services.now(), input_digest)
        return verdict.model_copy(update={"calls": asked.calls})

    verdict = run.once(verdict_file(variant.variant_id), Verdict, input_digest, build)
    return VerdictSummary(variant_id=verdict.variant_id, status=verdict.status)


def log_safety_decisions(request: RunRef, services: Services) -> AuditSummary:
    """Enter the run's inputs and every decision in the audit: the chain and the CSV."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    verdicts = run.verdicts()
    trail = AuditTrail(services.blobs, request.run_id, services.now)
    summary = trail.record(
        [
            AuditRecord(
                "run",
                "run_planned",
                {
                    "run_id": manifest.run_id,
                    "request_digest": manifest.request_digest,
                    "config_digest": manifest.config_digest,
                    "customers_etag": manifest.customers.etag,
                    "segments_digest": digest(run.read(SEGMENTS, SegmentsDocument)),
                    "content_digest": digest(run.read(LIBRARY, ContentLibrary)),
                },
            ),
            *(
                AuditRecord(f"verdict:{verdict.variant_id}", SAFETY_DECISION, verdict_entry_data(verdict))
                for verdict in verdicts
            ),
        ]
    )
    _keep_csv(services, request.run_id, verdicts)
    return summary


def _screen(variant: Variant, brand: BrandConfig, answers: Answers) -> Asked[SafetyScores]:
    """The worst severities of its renderings; without a message there is nothing to rate, and its findings block it."""
    message = message_of(variant)
    if is_empty(message):
        return Asked(None, (), "there is no text to rate")
    asked = [answers.rate(text) for text in screened_texts(message, brand)]
    rated = [one.answer or unrated(answers.provider("safety"), one.fault) for one in asked]
    return Asked(combine_scores(rated), tuple(call for one in asked for call in one.calls))


def _keep_csv(services: Services, run_id: str, verdicts: list[Verdict]) -> None:
    try:
        services.blobs.create(AUDIT, audit_csv(run_id), generate_audit_report(verdicts))
    except BlobExists:
        return  # the same verdicts always make the same file
