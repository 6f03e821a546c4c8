"""Safety: screens every variant, decides by policy, and records each decision in the audit."""

from shared.answers import Answers
from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import (
    AuditSummary,
    ContentLibrary,
    RunRef,
    SegmentsDocument,
    Variant,
    VariantRef,
    Verdict,
    VerdictSummary,
)
from shared.domain.audit import SAFETY_DECISION, verdict_entry_data
from shared.domain.digests import digest
from shared.ports import Services
from shared.run_folder import LIBRARY, SEGMENTS, RunFolder, variant_file, verdict_file
from shared.screening import screen, verdict_digest, verdict_on

from .generation import variant_id


def check_safety(request: VariantRef, services: Services) -> VerdictSummary:
    """Write ``verdicts/{variant_id}.json``. Whatever cannot be vouched for is blocked, with the reason."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    answers = Answers(services, manifest)
    provider = answers.provider("safety")
    variant = run.read(variant_file(variant_id(request)), Variant)

    def build() -> Verdict:
        return verdict_on(variant, screen(variant, manifest.config.brand, answers), manifest, provider, services.now)

    input_digest = verdict_digest(variant, manifest, provider)
    verdict = run.once(verdict_file(variant.variant_id), Verdict, input_digest, build)
    return VerdictSummary(variant_id=verdict.variant_id, status=verdict.status)


def log_safety_decisions(request: RunRef, services: Services) -> AuditSummary:
    """Enter the run's inputs and every decision in the audit chain. The CSV follows when the gate has closed."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    trail = AuditTrail(services.blobs, request.run_id, services.now)
    return trail.record(
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
                for verdict in run.first_verdicts()
            ),
        ]
    )
