"""Lapses: which messages of a run cite a document that was in force when the run started and may not be used today."""

from collections.abc import Iterable, Mapping
from datetime import date

from shared.contracts import ContentDocument, ContentLibrary, Manifest, Variant
from shared.domain.eligibility import lapse
from shared.ports import Services
from shared.run_folder import LIBRARY, RunFolder


def lapsed_variants(
    variants: Iterable[Variant], run: RunFolder, manifest: Manifest, services: Services
) -> dict[str, str]:
    """Which of ``variants`` may not be approved today: variant id -> why. A replay stands on the recorded run's day."""
    library = {document.document_id: document for document in run.read(LIBRARY, ContentLibrary).documents}
    today = manifest.as_of if manifest.replay_of is not None else services.now().date()
    found = {variant.variant_id: _lapse(variant, library, today) for variant in variants}
    return {variant_id: reason for variant_id, reason in found.items() if reason}


def _lapse(variant: Variant, library: Mapping[str, ContentDocument], today: date) -> str:
    """Why the first such document that the variant cites may not be used; empty when all may."""
    for document_id in dict.fromkeys(citation.document_id for citation in variant.citations):
        if document_id not in library:
            return f"document {document_id} is not in the run's library"
        if reason := lapse(library[document_id], today):
            return f"document {document_id}: {reason}"
    return ""
