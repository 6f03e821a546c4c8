"""Recalls: a withdrawn document is kept out of every new run, and blocks what cites it and is not approved yet.

A recall is one blob that is written once and stays. Whoever plans, decides or closes a gate reads it from there, so a
recall needs no run's engine. It changes no file of a run; what it meant for a run's messages is entered in its audit.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import (
    ApprovalsDocument,
    BlobRef,
    ContentLibrary,
    Manifest,
    Recall,
    RecalledVariant,
    RecallProblem,
    RecallReport,
    RecallRequest,
    Seal,
    Variant,
)
from shared.domain.content import parse_content
from shared.domain.recalls import cites, is_recall, recall_digest, recall_reason, recall_state, withdrawal
from shared.domain.revisions import decision_on
from shared.errors import BlobExists, BlobNotFound, Conflict, NotFound, OrchestratorError
from shared.ports import BlobStore, Services
from shared.run_folder import (
    APPROVALS,
    CONTENT,
    LIBRARY,
    RECALLS,
    RUNS,
    SEAL,
    RunFolder,
    encode,
    recall_blob,
)


class Recalled(NamedTuple):
    """What recalling a document came to; ``first`` when nobody had recalled it before."""

    report: RecallReport
    first: bool


class _Sighting(NamedTuple):
    """What one run has to do with a document: whether it had it, and the messages that cite it."""

    known: bool
    variants: list[RecalledVariant]


# --- recalling --------------------------------------------------------------------------------------------------------


def recall_document(request: RecallRequest, who: str, blobs: BlobStore, now: Callable[[], datetime]) -> Recalled:
    """Withdraw a document, list what cites it, and enter that in the audit of each run.

    Again is no fault: the first recall with its reason stands, and the list is made anew.
    """
    recall = Recall(**request.model_dump(), recalled_by=who, recalled_at=now())
    first = True
    try:
        blobs.create(RECALLS, _blob_name(request.document_id), encode(recall))
    except BlobExists:
        recall, first = find_recall(request.document_id, blobs), False
    report = survey(recall, blobs)
    unrecorded = _record(report, blobs, now)
    return Recalled(report.model_copy(update={"problems": (*report.problems, *unrecorded)}), first)


def recalled(blobs: BlobStore) -> dict[str, Recall]:
    """Every recall, by document id, ordered by it. ``Conflict`` names one that is damaged: what it says is unknown."""
    recalls = [_load(blobs, ref) for ref in blobs.list(RECALLS)]
    return {recall.document_id: recall for recall in sorted(recalls, key=lambda recall: recall.document_id)}


def find_recall(document_id: str, blobs: BlobStore) -> Recall:
    """The recall of that document; ``NotFound`` when it was not recalled."""
    try:
        return _load(blobs, BlobRef(container=RECALLS, name=_blob_name(document_id)))
    except BlobNotFound:
        raise NotFound("document_id: this document was not recalled") from None


def survey(recall: Recall, blobs: BlobStore) -> RecallReport:
    """Every message of every run that cites the document. A run that cannot be read is named and hides no other."""
    known, variants, problems = False, list[RecalledVariant](), list[RecallProblem]()
    for run_id in blobs.folders(RUNS):
        try:
            seen = _sighting(RunFolder(blobs, run_id), recall.document_id)
        except OrchestratorError as fault:
            problems.append(RecallProblem(run_id=run_id, reason=str(fault)))
            continue
        known = known or seen.known
        variants += seen.variants
    known = known or _is_in_content(recall.document_id, blobs)
    return RecallReport(recall=recall, known=known, variants=tuple(variants), problems=tuple(problems))


def _sighting(run: RunFolder, document_id: str) -> _Sighting:
    library = run.find(LIBRARY, ContentLibrary)
    citing = [variant for variant in run.variants() if cites(variant, document_id)]
    in_library = library is not None and any(document.document_id == document_id for document in library.documents)
    return _Sighting(in_library or bool(citing), _with_states(run, citing))


def _with_states(run: RunFolder, citing: list[Variant]) -> list[RecalledVariant]:
    closed = run.find(APPROVALS, ApprovalsDocument) if citing else None
    standing = {approval.variant_id: approval for approval in closed.approvals} if closed else {}

    def entry(variant: Variant) -> RecalledVariant:
        name = variant.variant_id
        verdict = run.verdict(name)
        decision = decision_on(variant, run.decisions(name))
        return RecalledVariant.model_validate(
            {
                "run_id": run.run_id,
                **variant.model_dump(include={"variant_id", "tone", "segment"}),
                "state": recall_state(standing.get(name), verdict, decision),
            }
        )

    return [entry(variant) for variant in citing]


def _is_in_content(document_id: str, blobs: BlobStore) -> bool:
    for ref in blobs.list(CONTENT):
        documents, left_out = parse_content(ref.name, blobs.read(CONTENT, ref.name))
        if document_id in {*(found.document_id for found in documents), *(item.document_id for item in left_out)}:
            return True
    return False


def _record(report: RecallReport, blobs: BlobStore, now: Callable[[], datetime]) -> list[RecallProblem]:
    """Enter each message's standing in its run's audit, once; the runs in which that could not be done."""
    problems = []
    for run_id in dict.fromkeys(variant.run_id for variant in report.variants):
        records = [_audit_record(report.recall, variant) for variant in report.variants if variant.run_id == run_id]
        try:
            seal = RunFolder(blobs, run_id).find(SEAL, Seal)
            AuditTrail(blobs, run_id, now, sealed=seal).record(records)
        except OrchestratorError as fault:
            problems.append(RecallProblem(run_id=run_id, reason=f"not entered in its audit; recall again: {fault}"))
    return problems


def _audit_record(recall: Recall, variant: RecalledVariant) -> AuditRecord:
    name = recall_digest(recall.document_id)
    data = {
        "document_id": recall.document_id,
        "variant_id": variant.variant_id,
        "state": variant.state,
        "recalled_by": recall.recalled_by,
        "recalled_at": recall.recalled_at.isoformat(),
    }
    return AuditRecord(f"recall:{name}:{variant.variant_id}", "document_recalled", data)


def _blob_name(document_id: str) -> str:
    return recall_blob(recall_digest(document_id))


def _load(blobs: BlobStore, ref: BlobRef) -> Recall:
    try:
        return Recall.model_validate_json(blobs.read(RECALLS, ref.name))
    except ValidationError:
        raise Conflict(f"{RECALLS}/{ref.name} does not hold a valid recall") from None


# --- what a recall means for a run ------------------------------------------------------------------------------------


def recall_reasons(blobs: BlobStore, manifest: Manifest) -> dict[str, str]:
    """Document id -> why the run's library leaves it out.

    A replay leaves out what the recorded run did: what was recalled since is stopped at its gate.
    """
    if manifest.replay_of is not None:
        recorded = RunFolder(blobs, manifest.replay_of).read(LIBRARY, ContentLibrary)
        return {item.document_id: item.reason for item in recorded.left_out if item.document_id and is_recall(item)}
    return {document_id: recall_reason(recall) for document_id, recall in recalled(blobs).items()}


def withdrawn_variants(
    variants: Iterable[Variant], run: RunFolder, manifest: Manifest, services: Services
) -> dict[str, str]:
    """Which of ``variants`` may not be approved today, because a document they cite was recalled or lapsed: id -> why.

    A replay stands on the recorded run's day.
    """
    library = {document.document_id: document for document in run.read(LIBRARY, ContentLibrary).documents}
    recalls = recalled(services.blobs)
    today = manifest.as_of if manifest.replay_of is not None else services.now().date()
    found = {variant.variant_id: withdrawal(variant, library, recalls, today) for variant in variants}
    return {variant_id: reason for variant_id, reason in found.items() if reason}
