"""Tracking: tells a tracking server of the run, where the app has one. The run's result never depends on it."""

from pathlib import PurePosixPath

from shared.contracts import Manifest, MetricsDocument, RunRef, SegmentsDocument, TrackingDocument, TrackingSummary
from shared.domain.digests import digest
from shared.domain.tracking import describe_run
from shared.experiment_contracts import ExperimentDocument, PlanDocument
from shared.ports import RunTracker, Services
from shared.run_folder import EXPERIMENT, METRICS, PLAN, REPORTS, SEGMENTS, TRACKING, RunFolder
from shared.telemetry import log_structured, told_fault

TRACKED_FILES = (*REPORTS.values(), EXPERIMENT, METRICS)


def track_run(request: RunRef, services: Services) -> TrackingSummary:
    """Track the run and write ``tracking.json``; nothing at all without a tracker.

    A server that cannot be told is asked once for a run: the file says why it was not, and the run goes on.
    """
    tracker = services.tracker
    if tracker is None:
        return TrackingSummary(tracked=False)
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    input_digest = digest("tracking", manifest.request_digest)
    tracking = run.once(TRACKING, TrackingDocument, input_digest, lambda: _track(run, manifest, tracker, input_digest))
    return TrackingSummary(tracked=tracking.tracking_id is not None)


def _track(run: RunFolder, manifest: Manifest, tracker: RunTracker, input_digest: str) -> TrackingDocument:
    record = describe_run(
        manifest,
        segments=run.read(SEGMENTS, SegmentsDocument),
        plan=run.read(PLAN, PlanDocument),
        experiment=run.read(EXPERIMENT, ExperimentDocument),
        metrics=run.read(METRICS, MetricsDocument),
        files={PurePosixPath(name).name: run.read_bytes(name) for name in TRACKED_FILES},
    )
    tracking_id, error = None, ""
    try:
        tracking_id = tracker.track(record)
    except Exception as fault:  # noqa: BLE001 - whatever went wrong, it costs the tracking only
        error = told_fault(fault)
        log_structured("tracking_failed", {"run_id": run.run_id, "fault": error})
    return TrackingDocument(input_digest=input_digest, tracker=tracker.provider, tracking_id=tracking_id, error=error)
