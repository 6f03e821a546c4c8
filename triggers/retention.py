"""Purges runs that ended long ago: files, lists and observed engagement go; chain, seal and amendments stay.

That it was purged is recorded before the first file goes, so a purge that was interrupted shows, and the next one
finishes it.
"""

import asyncio
from datetime import datetime, timedelta

from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import BlobRef, Manifest, PurgeReport, Seal
from shared.engagement_folder import EngagementFolder
from shared.errors import BlobNotFound, OrchestratorError
from shared.ports import BlobStore, OrchestrationClient, Services
from shared.run_folder import AUDIT, MANIFEST, RUNS, SEAL, UPLOADS, RunFolder, audit_csv
from shared.telemetry import log_structured

from .erasures import made_by_erasure
from .runs import view_run


async def purge_runs(days: int, services: Services, client: OrchestrationClient) -> PurgeReport:
    """Purge every run that ended more than ``days`` ago; one that failed or was cancelled counts from its start."""
    cutoff = services.now() - timedelta(days=days)
    names = list(services.blobs.folders(RUNS))
    over = [run_id for run_id in names if await _is_over(run_id, cutoff, services, client)]
    in_use = await asyncio.to_thread(_lists_of, services.blobs, set(names) - set(over))
    purged = {run_id: await asyncio.to_thread(_purge, run_id, in_use, services) for run_id in over}
    files = {run_id: count for run_id, count in purged.items() if count}
    report = PurgeReport(runs=tuple(files), files=sum(files.values()))
    log_structured("runs_purged", {"runs": len(report.runs), "files": report.files})
    return report


async def _is_over(run_id: str, cutoff: datetime, services: Services, client: OrchestrationClient) -> bool:
    folder = RunFolder(services.blobs, run_id)
    seal = await asyncio.to_thread(folder.find, SEAL, Seal)
    if seal is not None:
        return seal.sealed_at < cutoff
    try:
        view = await view_run(run_id, services, client)
    except OrchestratorError:
        return False
    return view.progress.state in {"failed", "cancelled"} and view.manifest.created_at < cutoff


def _lists_of(blobs: BlobStore, run_ids: set[str]) -> set[str]:
    """The uploads that these runs were made from."""
    manifests = (RunFolder(blobs, run_id).find(MANIFEST, Manifest) for run_id in run_ids)
    return {one.customers.name for one in manifests if one and one.customers.container == UPLOADS}


def _purge(run_id: str, in_use: set[str], services: Services) -> int:
    """How many files went. A sealed run's manifest goes first, another's last: until then the purge is not done."""
    folder, blobs = RunFolder(services.blobs, run_id), services.blobs
    seal, manifest = folder.find(SEAL, Seal), folder.find(MANIFEST, Manifest)
    names = sorted((name for name in folder.names() if name != SEAL), key=lambda name: (name == MANIFEST) != bool(seal))
    observed = EngagementFolder(blobs, run_id).blobs()
    if not names and not observed:
        return 0
    trail = AuditTrail(blobs, run_id, services.now, sealed=seal)
    trail.record([AuditRecord("purged", "run_purged", {"files": len(names) + len(observed)})])
    if manifest is not None:
        _delete_list(blobs, manifest, in_use)
    for ref in (*(BlobRef(container=RUNS, name=folder.path(name)) for name in names), *observed):
        blobs.delete(ref.container, ref.name)
    blobs.delete(AUDIT, audit_csv(run_id))
    return len(names) + len(observed)


def _delete_list(blobs: BlobStore, manifest: Manifest, in_use: set[str]) -> None:
    """The run's upload goes, unless another run has it or something else was put there since."""
    wanted = manifest.customers
    if wanted.container != UPLOADS or wanted.name in in_use:
        return
    try:
        present = blobs.stat(UPLOADS, wanted.name)
        if present.etag == wanted.etag or made_by_erasure(blobs, wanted.name):
            blobs.delete(UPLOADS, wanted.name)
    except BlobNotFound:
        return
