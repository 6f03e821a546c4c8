"""A small run that waits for people at the approval gate, in memory, and what people do to it."""

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from activities.approval import close_approvals, count_decisions
from activities.generation import generate_variant
from activities.planning import plan_run
from activities.retrieval import index_content, retrieve_for_segment
from activities.safety import check_safety, log_safety_decisions
from activities.segmentation import merge_segments, segment_partition
from samples.generate_customers import generate
from shared import bootstrap
from shared.config import load_config
from shared.contracts import (
    ApprovalProgress,
    ApprovalsDocument,
    DecisionRequest,
    EditRequest,
    PartitionRef,
    RunRef,
    RunRequest,
    SegmentRef,
    Variant,
    VariantRef,
)
from shared.domain.audit import parse_chain
from shared.ports import Services
from shared.run_config import TONES
from shared.run_folder import APPROVALS, AUDIT, CONTENT, UPLOADS, RunFolder, audit_chain
from tests.app_fixture import ROOT, RecordingClient
from tests.fakes import MemoryBlobs
from triggers.decisions import record_decisions
from triggers.edits import edit_variant
from triggers.runs import start_run

RUN = "waits"
STARTED = datetime(2026, 4, 7, 9, 0, tzinfo=UTC)


@cache
def _base() -> Services:
    config = load_config(ROOT / "config", {}).azure_config
    settings = bootstrap.load_settings({})
    return Services(
        blobs=MemoryBlobs(),
        search=bootstrap.build_search_index(settings, config),
        model=bootstrap.build_model(settings, config),
        safety=bootstrap.build_safety_checker(settings, config),
        azure=config,
        now=lambda: STARTED,
    )


@cache
def _at_the_gate(approval: str | None) -> MemoryBlobs:
    """Every step up to the gate, once for each approval mode."""
    services = dataclasses.replace(_base(), blobs=MemoryBlobs())
    services.blobs.create(UPLOADS, "list.csv", generate(60, seed=3, bad_rows=0).encode())
    for path in sorted((ROOT / "samples" / "content").iterdir()):
        services.blobs.create(CONTENT, path.name, path.read_bytes())
    mode = {"experiment_config": {"experiment": {"approval": {"mode": approval}}}}
    wanted = RunRequest(customers="list.csv", run_id=RUN, config=mode)
    asyncio.run(start_run(wanted, services, lambda: load_config(ROOT / "config", {}), RecordingClient()))
    run = RunRef(run_id=RUN)
    plan_run(run, services)
    index_content(run, services)
    segment_partition(PartitionRef(run_id=RUN, partition=0), services)
    for segment_id in merge_segments(run, services).segment_ids:
        retrieve_for_segment(SegmentRef(run_id=RUN, segment_id=segment_id), services)
        for tone in TONES:
            variant = VariantRef(run_id=RUN, segment_id=segment_id, tone=tone)
            generate_variant(variant, services)
            check_safety(variant, services)
    log_safety_decisions(run, services)
    return services.blobs


class WaitingRun:
    """A run of its own at the gate, under a clock that stands still until ``later``."""

    def __init__(self, approval: str | None = "required") -> None:
        self.blobs = MemoryBlobs()
        self.blobs.data.update(_at_the_gate(approval).data)
        self.services = dataclasses.replace(_base(), blobs=self.blobs)
        self.folder = RunFolder(self.blobs, RUN)

    def later(self, **passed: float) -> None:
        moment = STARTED + timedelta(**passed)
        self.services = dataclasses.replace(self.services, now=lambda: moment)

    def variant(self, position: int = 0) -> Variant:
        return self.folder.variants()[position]

    def edit(self, who: str, variant: Variant | None = None, **changes: str) -> Variant:
        """``who`` changes some fields of the text; the variant as it then stands."""
        before = variant or self.variant()
        fields = before.model_dump(include={"content_hash", "subject", "preheader", "body", "call_to_action"})
        edit_variant(RUN, before.variant_id, EditRequest(**{**fields, **changes}), who, self.services)
        after = self.folder.variant(before.variant_id)
        assert after is not None
        return after

    def decide(self, who: str, variant: Variant | None = None, decision: str = "approve", **changes: Any) -> None:
        given = (variant or self.variant()).model_dump(include={"variant_id", "content_hash"})
        asked = DecisionRequest.model_validate({**given, "decision": decision, **changes})
        record_decisions(RUN, (asked,), who, self.services)

    def count(self) -> ApprovalProgress:
        return count_decisions(RunRef(run_id=RUN), self.services)

    def close(self) -> dict[str, tuple[str, str]]:
        """Close the gate: variant id -> standing and who decided."""
        close_approvals(RunRef(run_id=RUN), self.services)
        closed = self.folder.read(APPROVALS, ApprovalsDocument)
        return {one.variant_id: (one.status, one.decided_by) for one in closed.approvals}

    def audited(self, event: str) -> list[dict[str, Any]]:
        """What the audit holds of one event, in order."""
        chain = parse_chain(self.blobs.read(AUDIT, audit_chain(RUN)))
        return [entry.data for entry in chain if entry.event == event]

    def before_create(self, name: str, act: Callable[[], Any]) -> None:
        """Let ``act`` happen in the moment before the first blob whose name ends in ``name`` is written."""
        self._at_create(name, before=act)

    def after_create(self, name: str, act: Callable[[], Any]) -> None:
        """Let ``act`` happen in the moment after the first blob whose name ends in ``name`` was written."""
        self._at_create(name, after=act)

    def _at_create(
        self, name: str, before: Callable[[], Any] = lambda: None, after: Callable[[], Any] = lambda: None
    ) -> None:
        create, done = self.blobs.create, []

        def wrapped(container: str, blob: str, data: bytes) -> Any:
            if done or not blob.endswith(name):
                return create(container, blob, data)
            done.append(True)
            before()
            made = create(container, blob, data)
            after()
            return made

        self.blobs.create = wrapped
