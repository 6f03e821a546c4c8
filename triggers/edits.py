"""People's edits of variants: checked and screened like what a model wrote, before one is kept, and kept once."""

from typing import NamedTuple

from shared.answers import NOT_ASKED, Answers, Asked
from shared.audit_trail import AuditRecord, AuditTrail, edit_record
from shared.contracts import (
    ContentLibrary,
    EditRequest,
    Manifest,
    Message,
    RetrievalDocument,
    Revision,
    SafetyScores,
    Variant,
    Verdict,
)
from shared.domain.copy_checks import CheckedCopy, Standard, check_copy
from shared.domain.digests import digest, message_hash
from shared.domain.messages import plain_message
from shared.domain.sources import sources_of
from shared.errors import (
    BlobExists,
    Conflict,
    GateClosed,
    InputError,
    NotEditable,
    NotFound,
    ServiceUnavailable,
    VariantChanged,
)
from shared.ports import Services
from shared.run_config import BrandConfig
from shared.run_folder import LIBRARY, RunFolder, retrieval_file, revision_file, verdict_file
from shared.screening import screen, verdict_on

from .gate import closed_gate, refuse_closed

MOST_REVISIONS = 999


class _Edit(NamedTuple):
    """Who wants which text in place of the one with ``based_on``."""

    folder: RunFolder
    variant_id: str
    based_on: str
    message: Message
    who: str

    @property
    def content_hash(self) -> str:
        return message_hash(self.message)


def edit_variant(run_id: str, variant_id: str, request: EditRequest, who: str, services: Services) -> None:
    """Keep the edited text as the variant's next revision, with the verdict on it, and enter it in the audit.

    The same edit again, or the text as it stands, changes nothing. ``InputError`` for a text that is no message,
    ``NotFound``, and a ``Conflict`` where it is not the text that stands that is edited, or where nothing is edited any
    more. What cannot be screened is not kept, and may be tried again.
    """
    folder = RunFolder(services.blobs, run_id)
    manifest = folder.manifest()
    if manifest.approval != "required":
        raise NotEditable(f"run {run_id} waits for nobody's approval, so its messages cannot be edited")
    refuse_closed(folder)
    edit = _Edit(folder, variant_id, request.content_hash, _parse(request), who)
    present = _find(edit)
    if not _is_made(edit, present):
        _check_based_on(edit, present)
        _keep(edit, _revise(edit, present, manifest, services))
    _finish(edit, services)


def _parse(request: EditRequest) -> Message:
    message = plain_message(Message(**request.model_dump(exclude={"content_hash"})))
    for name in ("subject", "body"):
        if not getattr(message, name):
            raise InputError(f"{name}: must hold text")
    return message


def _find(edit: _Edit) -> Variant:
    """The variant as it stands."""
    variant = edit.folder.variant(edit.variant_id)
    if variant is None or edit.folder.verdict(edit.variant_id) is None:
        raise NotFound(f"variant {edit.variant_id} does not exist or is not screened yet")
    return variant


def _is_made(edit: _Edit, present: Variant) -> bool:
    """Whether the text stands already: unchanged, or because the same caller made this very edit before."""
    if present.content_hash != edit.content_hash:
        return False
    last = edit.folder.revision(edit.variant_id)
    repeated = last is not None and (last.based_on, last.edited_by) == (edit.based_on, edit.who)
    return repeated or present.content_hash == edit.based_on


def _check_based_on(edit: _Edit, present: Variant) -> None:
    if present.content_hash != edit.based_on:
        raise VariantChanged(
            f"variant {edit.variant_id}: content_hash is of another text than the one that stands; read it again"
        )
    if present.revision == MOST_REVISIONS:
        raise Conflict(f"variant {edit.variant_id} was edited {MOST_REVISIONS} times; that is the limit")


def _revise(edit: _Edit, present: Variant, manifest: Manifest, services: Services) -> Revision:
    """The next revision: the message with what it stands on, what is wrong with it, and the verdict."""
    answers = Answers(services, manifest)
    variant = _revised(edit, present, _checked(edit, present, manifest))
    asked = _screened(variant, manifest.config.brand, answers)
    verdict = verdict_on(variant, asked, manifest, answers.provider("safety"), services.now)
    return Revision(
        revision=variant.revision,
        based_on=edit.based_on,
        edited_by=edit.who,
        edited_at=services.now(),
        variant=variant,
        verdict=_counted_once(edit, verdict),
    )


def _checked(edit: _Edit, present: Variant, manifest: Manifest) -> CheckedCopy:
    """The message held to what it was held to when it was written: the same sources, rules and day."""
    retrieved = edit.folder.read(retrieval_file(present.segment_id), RetrievalDocument)
    sources = sources_of(edit.folder.read(LIBRARY, ContentLibrary), retrieved)
    return check_copy(edit.message, present.tone, Standard(sources, manifest.config.brand, manifest.as_of))


def _revised(edit: _Edit, present: Variant, checked: CheckedCopy) -> Variant:
    changed = {
        **edit.message.model_dump(),
        **checked._asdict(),
        "input_digest": digest("revision", edit.based_on, edit.message),
        "content_hash": edit.content_hash,
        "revision": present.revision + 1,
        "authors": tuple(dict.fromkeys([*present.authors, edit.who])),
    }
    return present.model_copy(update=changed)


def _screened(variant: Variant, brand: BrandConfig, answers: Answers) -> Asked[SafetyScores]:
    """The severities of the text. One that nobody vouched for is not kept: screened again, it may pass."""
    asked = screen(variant, brand, answers)
    fault = asked.answer.error if asked.answer else asked.fault
    if not fault:
        return asked
    kind = Conflict if any(call.outcome in NOT_ASKED for call in asked.calls) else ServiceUnavailable
    raise kind(f"variant {variant.variant_id}: the edited text could not be screened, so it was not kept: {fault}")


def _counted_once(edit: _Edit, verdict: Verdict) -> Verdict:
    """Without the calls, where an earlier verdict has them: a text that comes back is not screened again."""
    edits = edit.folder.revisions(edit.variant_id)
    earlier = [edit.folder.read(verdict_file(edit.variant_id), Verdict), *(one.verdict for one in edits)]
    known = {one.content_hash for one in earlier}
    return verdict.model_copy(update={"calls": ()}) if verdict.content_hash in known else verdict


def _keep(edit: _Edit, revision: Revision) -> None:
    """Write the revision, unless the same caller made the same edit in the same moment."""
    try:
        edit.folder.create(revision_file(edit.variant_id, revision.revision), revision)
    except BlobExists:
        if not _is_made(edit, _find(edit)):
            raise VariantChanged(
                f"variant {edit.variant_id} was edited by somebody else in the same moment; read it again"
            ) from None


def _finish(edit: _Edit, services: Services) -> None:
    """Enter the edit in the audit; tell whose edit came as the gate closed, and the audit too, that it was late."""
    trail = AuditTrail(services.blobs, edit.folder.run_id, services.now)
    revision = edit.folder.revision(edit.variant_id)
    if revision is not None:
        trail.record([edit_record(revision)])
    closed = closed_gate(edit.folder)
    counted = {approval.variant_id: approval.content_hash for approval in closed.approvals} if closed else {}
    if closed is None or counted.get(edit.variant_id) == edit.content_hash:
        return
    data = {"variant_id": edit.variant_id, "content_hash": edit.content_hash}
    trail.record([AuditRecord(f"late-edit:{edit.variant_id}:{edit.content_hash}", "edit_too_late", data)])
    raise GateClosed(f"run {edit.folder.run_id}: the approval gate closed before this edit of {edit.variant_id}")
