"""The pipeline as plain generators: sequence, bounded fan-out, status. No I/O, no clock but the engine's.

Activities are called by name. They and the sub-orchestrations answer with an envelope, because the engines carry only
an exception's text: ``{"ok": true, "value": ...}`` or, for a fault that trying again cannot mend, ``{"ok": false,
"error": {"code", "message"}}``. Payloads are ids and counts.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import azure.durable_functions as df

from shared.contracts import (
    APPROVAL_EVENT,
    ApprovalProgress,
    CloseRequest,
    CloseSummary,
    Failure,
    FinalState,
    PartitionRange,
    PartitionRef,
    PartitionWork,
    PlanSummary,
    Progress,
    RunRef,
    SegmentRef,
    SegmentsSummary,
    State,
    StepTimes,
    VariantRef,
    partition_ranges,
)
from shared.errors import RunCancelled
from shared.run_config import TONES, Frozen

SEGMENT_PIPELINE = "personalise_segment"
PARTITION_PIPELINE = "process_partitions"
RANGES_AT_ONCE = 5
ATTEMPTS = 3
FIRST_RETRY_MILLISECONDS = 2000

Steps = Generator[Any, Any, Any]


class StepFailed(Exception):
    """A step ended in a fault that the run cannot go on from; ``failure`` is safe to show."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def personalise_customers(context: df.DurableOrchestrationContext) -> Steps:
    """One run, start to end. The instance id is the run id; returns a ``CloseSummary``."""
    run = _Run(context)
    failure = None
    try:
        yield from run.pipeline()
    except StepFailed as fault:
        if fault.failure.code == RunCancelled.code:
            run.report("cancelled")
            return CloseSummary(run_id=context.instance_id, status="cancelled").model_dump(mode="json")
        failure = fault.failure
    closed = yield from run.close(failure)
    run.report(closed.status)
    return closed.model_dump(mode="json")


def personalise_segment(context: df.DurableOrchestrationContext) -> Steps:
    """One segment: passages, then a variant per tone, then a verdict on each. Answers with counts."""
    return (yield from _enveloped(_personalise(context)))


def process_partitions(context: df.DurableOrchestrationContext) -> Steps:
    """One range of partitions through one activity, side by side, and its sum. Answers with the sum's counts."""
    return (yield from _enveloped(_process(context)))


def _personalise(context: df.DurableOrchestrationContext) -> Steps:
    """Each tone goes on by itself: a message is screened as soon as it is written."""
    segment = SegmentRef.model_validate(context.get_input())
    yield from _call(context, "retrieve_for_segment", segment)
    variants = [VariantRef(**segment.model_dump(), tone=tone) for tone in TONES]
    writing = {_start(context, "generate_variant", variant): variant for variant in variants}
    screening = []
    while writing:
        finished = yield context.task_any(list(writing))
        variant = writing.pop(finished)
        _unwrap((yield from _settled(finished, "generate_variant")))
        screening.append(_start(context, "check_safety", variant))
    answers = yield from _settled(context.task_all(screening), "check_safety")
    verdicts = [_unwrap(answer) for answer in answers]
    return {"passed": sum(verdict["status"] == "pass" for verdict in verdicts), "screened": len(verdicts)}


def _process(context: df.DurableOrchestrationContext) -> Steps:
    work = PartitionWork.model_validate(context.get_input())
    covered = range(work.partitions.first, work.partitions.end)
    partitions = [PartitionRef(run_id=work.partitions.run_id, partition=index) for index in covered]
    yield from _call_all(context, work.activity, partitions)
    return (yield from _call(context, work.then, work.partitions))


class _Run:
    """The steps of one run in order, with the state and counts that its status shows."""

    def __init__(self, context: df.DurableOrchestrationContext) -> None:
        self.context = context
        self.ref = RunRef(run_id=context.instance_id)
        self.counts: dict[str, int] = {}
        self.started: list[tuple[str, Any]] = []

    def pipeline(self) -> Steps:
        plan = yield from self.plan()
        segments = yield from self.segment(plan)
        yield from self.personalise(segments)
        yield from self.approve(plan)
        yield from self.experiment(plan)
        yield from self.write_report()

    def plan(self) -> Steps:
        self.report("planning")
        plan = PlanSummary.model_validate((yield from self.call("plan_run")))
        content = yield from self.call("index_content")
        self.counts |= {"partitions": plan.partitions, "rows": plan.rows, "documents": content["documents"]}
        return plan

    def segment(self, plan: PlanSummary) -> Steps:
        self.report("segmenting", total=plan.partitions)
        if plan.fit:
            yield from self.call("fit_segments")
        yield from self.fan_out("segmenting", plan.partitions, "segment_partition", then="sum_statistics")
        segments = SegmentsSummary.model_validate((yield from self.call("merge_segments")))
        self.counts |= segments.customers.model_dump() | {"segments": len(segments.segment_ids)}
        return segments

    def personalise(self, segments: SegmentsSummary) -> Steps:
        """Every segment runs on by itself; the status follows them as they finish."""
        waiting = [
            self.context.call_sub_orchestrator(
                SEGMENT_PIPELINE,
                SegmentRef(run_id=self.ref.run_id, segment_id=segment_id).model_dump(mode="json"),
                f"{self.ref.run_id}:s:{segment_id}",
            )
            for segment_id in segments.segment_ids
        ]
        total = len(waiting)
        while waiting:
            self.report("personalising", done=total - len(waiting), total=total)
            finished = yield self.context.task_any(waiting)
            waiting.remove(finished)
            result = _unwrap((yield from _settled(finished, SEGMENT_PIPELINE)))
            for name in ("screened", "passed"):
                self.counts[name] = self.counts.get(name, 0) + result[name]
        yield from self.call("log_safety_decisions")

    def approve(self, plan: PlanSummary) -> Steps:
        """With approval required, wait for decisions; what is undecided at the deadline is denied."""
        if plan.approval == "required":
            yield from self.await_decisions(plan.approval_timeout_hours)
        approvals = yield from self.call("close_approvals")
        self.counts["approved"] = approvals["approved"]

    def await_decisions(self, timeout_hours: float) -> Steps:
        """Wait until nothing waits for a person, or the time is up, at no cost but the engine's own.

        The event is listened for before the files are counted, so none that comes in between is missed.
        """
        timer = self.context.create_timer(self.context.current_utc_datetime + timedelta(hours=timeout_hours))
        while True:
            event = self.context.wait_for_external_event(APPROVAL_EVENT)
            progress = ApprovalProgress.model_validate((yield from self.call("count_decisions")))
            self.report("awaiting_approval", done=progress.decided, total=progress.decided + progress.waiting)
            if progress.waiting == 0:
                timer.cancel()
                return
            if (yield self.context.task_any([event, timer])) == timer:
                return

    def experiment(self, plan: PlanSummary) -> Steps:
        self.report("experimenting", total=plan.partitions)
        yield from self.call("plan_experiment")
        yield from self.fan_out("experimenting", plan.partitions, "assign_partition", then="sum_outcomes")
        yield from self.call("analyse_experiment")

    def write_report(self) -> Steps:
        self.report("reporting")
        times = StepTimes(run_id=self.ref.run_id, seconds=self.seconds())
        yield from _call(self.context, "summarise_run", times)
        yield from self.call("write_report")
        yield from self.call("track_run")

    def close(self, failure: Failure | None) -> Steps:
        """The run's end; when not even that can be written, the first reason is told all the same."""
        request = CloseRequest(run_id=self.ref.run_id, seconds=self.seconds(), failure=failure)
        try:
            return CloseSummary.model_validate((yield from _call(self.context, "close_run", request)))
        except StepFailed as fault:
            status: FinalState = "cancelled" if fault.failure.code == RunCancelled.code else "failed"
            error = None if status == "cancelled" else failure or fault.failure
            return CloseSummary(run_id=self.ref.run_id, status=status, error=error)

    def fan_out(self, state: State, partitions: int, activity: str, *, then: str) -> Steps:
        """All partitions through ``activity``, range by range: sub-orchestrations, a bounded number of them at once."""
        waiting = partition_ranges(self.ref.run_id, partitions)
        working: dict[Any, PartitionRange] = {}
        done = 0
        while waiting or working:
            while waiting and len(working) < RANGES_AT_ONCE:
                which = waiting.pop(0)
                work = PartitionWork(activity=activity, then=then, partitions=which).model_dump(mode="json")
                name = f"{self.ref.run_id}:{activity}:{which.first}"
                working[self.context.call_sub_orchestrator(PARTITION_PIPELINE, work, name)] = which
            finished = yield self.context.task_any(list(working))
            which = working.pop(finished)
            _unwrap((yield from _settled(finished, activity)))
            done += which.end - which.first
            self.report(state, done=done, total=partitions)

    def call(self, activity: str) -> Steps:
        return (yield from _call(self.context, activity, self.ref))

    def report(self, state: State, done: int = 0, total: int = 0) -> None:
        """Set the custom status and, when the state is new, start its clock."""
        if not self.started or self.started[-1][0] != state:
            self.started.append((state, self.context.current_utc_datetime))
        progress = Progress(state=state, done=done, total=total, counts=self.counts)
        self.context.set_custom_status(progress.model_dump(mode="json"))

    def seconds(self) -> dict[str, float]:
        """Wall-clock seconds per state so far, on the engine's replayed clock."""
        ends = [moment for _, moment in self.started[1:]] + [self.context.current_utc_datetime]
        pairs = zip(self.started, ends, strict=True)
        return {state: round((end - start).total_seconds(), 3) for (state, start), end in pairs}


def _call(context: df.DurableOrchestrationContext, activity: str, request: Frozen) -> Steps:
    """One activity's value; ``StepFailed`` when it says that it cannot be done or spent its attempts."""
    return (yield from _call_all(context, activity, [request]))[0]


def _call_all(context: df.DurableOrchestrationContext, activity: str, requests: list[Any]) -> Steps:
    """The same activity on each request, side by side; values in the order of the requests."""
    tasks = [_start(context, activity, request) for request in requests]
    answers = yield from _settled(context.task_all(tasks), activity)
    return [_unwrap(answer) for answer in answers]


def _start(context: df.DurableOrchestrationContext, activity: str, request: Frozen) -> Any:
    """The task of one activity, which the engine tries again when it crashes."""
    retry = df.RetryOptions(FIRST_RETRY_MILLISECONDS, ATTEMPTS)
    return context.call_activity_with_retry(activity, retry, request.model_dump(mode="json"))


def _settled(task: Any, what: str) -> Steps:
    """The result of ``task``. The engines raise plain exceptions without a type; the cause is in the log."""
    try:
        return (yield task)
    except Exception as fault:
        message = f"{what} did not succeed in {ATTEMPTS} attempts; the log has the cause"
        raise StepFailed(Failure(code="step_failed", message=message)) from fault


def _enveloped(steps: Steps) -> Steps:
    """What ``steps`` return, or why they could not, in an envelope."""
    try:
        return {"ok": True, "value": (yield from steps)}
    except StepFailed as fault:
        return {"ok": False, "error": fault.failure.model_dump()}


def _unwrap(answer: dict[str, Any]) -> Any:
    if answer["ok"]:
        return answer["value"]
    raise StepFailed(Failure.model_validate(answer["error"]))
