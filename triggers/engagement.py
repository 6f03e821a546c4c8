"""Observed engagement of a run that has ended: each file that comes in leads to one analysis more.

The run's own folder stays as it was sealed, and every earlier analysis stays too. What is kept of a file is one row for
each customer of the run. Every file is written once, so that what was interrupted is finished when the same file comes
again, or the next one does.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import AuditSummary, Manifest, PartitionPlan, Seal
from shared.domain.amendments import ENGAGEMENT_ANALYSED
from shared.domain.digests import digest
from shared.engagement_folder import (
    ANALYSIS_REPORTS,
    MOST_ANALYSES,
    RECEIVED,
    REJECTED,
    ROWS,
    EngagementFolder,
)
from shared.erased_list import erased_now
from shared.errors import BlobExists, Conflict, InputError, ServiceUnavailable
from shared.experiment_contracts import (
    Analysis,
    AnalysisList,
    ArmCounts,
    EngagementFile,
    EngagementReply,
    ExperimentDocument,
    PlanDocument,
)
from shared.ports import BlobStore, OrchestrationClient, Services
from shared.run_folder import (
    ENGAGEMENT,
    EXPERIMENT,
    MANIFEST,
    PARTITIONS,
    PLAN,
    SEAL,
    RunFolder,
    assignments_part,
    customers_part,
)
from shared.run_report import render_report, report_documents
from shared.telemetry import log_structured

from .erasures import erase_engagement
from .replies import analysis_links
from .runs import view_run

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from shared.domain.engagement import Reactions, SortedRows
    from shared.domain.suppression import Bools

ANALYSED = {"completed", "completed_with_errors"}
_ATTEMPTS = 20


class Added(NamedTuple):
    """What a file led to; ``first`` when it had not come in before."""

    reply: EngagementReply
    first: bool


class _Files(NamedTuple):
    """Where everything about one run lies."""

    run: RunFolder
    seal: Seal
    observed: EngagementFolder
    services: Services

    @property
    def trail(self) -> AuditTrail:
        return AuditTrail(self.services.blobs, self.run.run_id, self.services.now, sealed=self.seal)


async def load_engagement(run_id: str, data: bytes, who: str, services: Services, client: OrchestrationClient) -> Added:
    """Load the CSV ``data`` and analyse the run by it and by all that was loaded before.

    The same bytes again are the same analysis. ``InputError`` for what is no such file or has no row that counts,
    ``Conflict`` for a run that has no seal.
    """
    view = await view_run(run_id, services, client)
    if view.progress.state not in ANALYSED:
        raise Conflict(f"run {run_id} is {view.progress.state}; engagement is loaded into runs that have ended well")
    return await asyncio.to_thread(_add, run_id, data, who, services)


def list_analyses(run_id: str, blobs: BlobStore) -> AnalysisList:
    """All analyses of the run that are complete, in order."""
    observed = EngagementFolder(blobs, run_id)
    own = _listed(RunFolder(blobs, run_id).read(EXPERIMENT, ExperimentDocument), None)
    numbers = range(1, observed.newest() + 1)
    later = (_listed(observed.experiment(number), observed.received(number).received_at) for number in numbers)
    return AnalysisList(run_id=run_id, analyses=(own, *later))


def _listed(experiment: ExperimentDocument, received_at: datetime | None) -> Analysis:
    fields = experiment.model_dump(include={"analysis", "engagement_source", "observation"})
    return Analysis(**fields, received_at=received_at)


def _add(run_id: str, data: bytes, who: str, services: Services) -> Added:
    run = RunFolder(services.blobs, run_id)
    files = _Files(run, run.read(SEAL, Seal), EngagementFolder(services.blobs, run_id), services)
    number, first = _take_in(files, data, who)
    for analysis in range(1, number + 1):
        if not files.observed.is_complete(analysis):
            _finish(files, analysis)
    received, experiment = files.observed.received(number), files.observed.experiment(number)
    if experiment.observation is None:
        raise Conflict(f"run {run_id}: analysis {number} does not say what was observed")
    if first:
        counts = received.model_dump(include={"rows", "counted", "duplicates", "unknown", "rejected"})
        log_structured("engagement_received", {"run_id": run_id, "analysis": number, **counts})
    reply = EngagementReply(
        run_id=run_id,
        analysis=number,
        observation=experiment.observation,
        conclusion=experiment.conclusion,
        links=analysis_links(run_id, number),
    )
    return Added(reply, first)


# --- the file ---------------------------------------------------------------------------------------------------------


def _take_in(files: _Files, data: bytes, who: str) -> tuple[int, bool]:
    """The number of the file, and whether this is the first time that it came."""
    sha256 = hashlib.sha256(data).hexdigest()
    for _ in range(_ATTEMPTS):
        number = _known(files.observed, sha256)
        if number is not None:
            _complete_intake(files, number, data)
            return number, False
        try:
            return _claim(files, data, sha256, who), True
        except BlobExists:
            continue
    raise ServiceUnavailable(f"run {files.run.run_id}: other files kept coming in")


def _known(observed: EngagementFolder, sha256: str) -> int | None:
    numbers = range(1, observed.claimed() + 1)
    return next((number for number in numbers if observed.received(number).sha256 == sha256), None)


def _claim(files: _Files, data: bytes, sha256: str, who: str) -> int:
    """Take the next number for the file; ``BlobExists`` where another file took it first."""
    from shared.domain.engagement import rows_parquet

    number = files.observed.claimed() + 1
    if number > MOST_ANALYSES:
        raise Conflict(f"run {files.run.run_id} has {MOST_ANALYSES} analyses; that is the limit")
    now = files.services.now()
    rows = _sorted(files, data, now)
    received = EngagementFile(
        run_id=files.run.run_id,
        analysis=number,
        sha256=sha256,
        received_at=now,
        received_by=who,
        rows=rows.rows,
        counted=rows.counted.num_rows,
        duplicates=rows.duplicates,
        unknown=rows.unknown,
        rejected=len(rows.left_out) - rows.duplicates - rows.unknown,
        reject_reasons=rows.reject_reasons,
    )
    _refuse_empty(received)
    files.observed.claim(number, rows_parquet(rows.counted, received))
    _keep_rejected(files, number, rows)
    return number


def _sorted(files: _Files, data: bytes, now: datetime) -> "SortedRows":
    from shared.domain.engagement import Window, sort_rows

    started = files.run.read(MANIFEST, Manifest).created_at
    return sort_rows(data, Window(started, now), assigned=partial(_assigned, files))


def _assigned(files: _Files, ids: "pa.Array") -> "Bools":
    """Which ids are of customers whom the run assigned and who were not erased."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found = np.zeros(len(ids), dtype=np.bool_)
    for part in _assignments(files.run, ["customer_id"]):
        own = pa.array(part["customer_id"], pa.string())
        found |= np.asarray(pc.is_in(ids, value_set=own), dtype=np.bool_)
    return found & ~erased_now(ids.to_numpy(zero_copy_only=False), files.services)


def _refuse_empty(received: EngagementFile) -> None:
    """A file of another run, say, is no observation that nobody did anything."""
    if received.counted:
        return
    reasons = [*received.reject_reasons.items(), ("not customers that this run assigned", received.unknown)]
    reason, rows = max(reasons, key=lambda item: item[1])
    raise InputError(f"none of the {received.rows:,} rows can be used; {rows:,} because: {reason}")


def _complete_intake(files: _Files, number: int, data: bytes) -> None:
    """What an interrupted post of the same file left unwritten."""
    if not files.observed.exists(number, REJECTED):
        _keep_rejected(files, number, _sorted(files, data, files.observed.received(number).received_at))


def _keep_rejected(files: _Files, number: int, rows: "SortedRows") -> None:
    from shared.domain.frames import rejects_csv

    files.observed.keep(number, REJECTED, rejects_csv(rows.left_out))


# --- its analysis -----------------------------------------------------------------------------------------------------


def _finish(files: _Files, number: int) -> None:
    """Write what the analysis lacks; the rows are there."""
    _drop_erased(files, number)
    files.observed.keep_document(number, RECEIVED, files.observed.received(number))
    if not files.observed.exists(number, EXPERIMENT):
        files.observed.keep_document(number, EXPERIMENT, _analyse(files, number))
    experiment = files.observed.experiment(number)
    files.trail.record([_record(files, number, experiment)])
    documents = report_documents(files.run, experiment, _sealed_audit(files.seal))
    for kind, rendered in render_report(documents):
        files.observed.keep(number, ANALYSIS_REPORTS[kind], rendered)


def _drop_erased(files: _Files, number: int) -> None:
    """Whoever was erased while the rows were on their way leaves them again."""
    from shared.domain.engagement import read_rows

    ids = read_rows(files.observed.read(number, ROWS))["customer_id"].to_numpy()
    for customer_id in ids[erased_now(ids, files.services)]:
        erase_engagement(customer_id, files.run.run_id, files.services)


def _analyse(files: _Files, number: int) -> ExperimentDocument:
    """The run's experiment by the rows of the files up to ``number``: a later row of a customer replaces an earlier."""
    from shared.domain.analysis import analyse
    from shared.domain.engagement import Reactions, latest_rows, observe, read_rows

    numbers = range(1, number + 1)
    plan = files.run.read(PLAN, PlanDocument)
    received = [files.observed.received(index) for index in numbers]
    rows = [read_rows(files.observed.read(index, ROWS)) for index in numbers]
    latest = latest_rows(rows)
    strata, held_out = _count(files.run, plan, Reactions(latest.rows))
    observation = observe(received, [part.num_rows for part in rows], latest, held_out)
    inputs = digest("observed", digest(plan), [file.sha256 for file in received])
    return analyse(
        plan,
        strata,
        plan_digest=digest(plan),
        input_digest=inputs,
        engagement_source="observed",
        analysis=number,
        observation=observation,
        cost_usd=sum(call.cost_usd for call in files.run.calls()),
    )


def _count(run: RunFolder, plan: PlanDocument, reactions: "Reactions") -> tuple[dict[str, dict[str, ArmCounts]], int]:
    """The counts of all partitions, and how many of those held out have a row."""
    from shared.domain.holdout import HOLDOUT
    from shared.domain.outcomes import count_outcomes, merge_counts

    parts, held_out = [], 0
    for assigned in _with_history(run, plan):
        parts.append(count_outcomes(reactions.outcomes(assigned), plan))
        held_out += reactions.known(assigned.loc[assigned["arm"] == HOLDOUT, "customer_id"])
    return merge_counts(parts), held_out


def _with_history(run: RunFolder, plan: PlanDocument) -> "Iterator[pd.DataFrame]":
    """The assigned customers of each partition, with those columns of the list that the plan adjusts by."""
    from shared.domain.frames import from_parquet

    history = sorted(set(plan.covariates.values()))
    for index, assigned in enumerate(_assignments(run, ["customer_id", "segment", "arm"])):
        if history:
            customers = from_parquet(run.open(customers_part(index)), ["customer_id", *history])
            yield assigned.merge(customers, on="customer_id", how="left", validate="one_to_one")
        else:
            yield assigned


def _assignments(run: RunFolder, columns: list[str]) -> "Iterator[pd.DataFrame]":
    from shared.domain.frames import from_parquet

    for index in range(len(run.read(PARTITIONS, PartitionPlan).partitions)):
        yield from_parquet(run.open(assignments_part(index)), columns)


def _record(files: _Files, number: int, experiment: ExperimentDocument) -> AuditRecord:
    data = {
        "analysis": number,
        "file": f"{ENGAGEMENT}/{files.observed.path(number, ROWS)}",
        "received_digest": files.observed.received(number).sha256,
        "rows_digest": hashlib.sha256(files.observed.read(number, ROWS)).hexdigest(),
        "experiment_digest": digest(json.loads(files.observed.read(number, EXPERIMENT))),
        "plan_digest": experiment.plan_digest,
    }
    return AuditRecord(f"engagement:{number}", ENGAGEMENT_ANALYSED, data)


def _sealed_audit(seal: Seal) -> AuditSummary:
    return AuditSummary(entries=seal.audit_length, head=seal.audit_head)
