"""The registered orchestrators in production's own replay engine (azure-functions-durable), over JSON history."""

import asyncio
import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from benchmarks.orchestration import orchestrate
from local.host import LocalHost
from local.verify_command import verify
from shared import bootstrap
from shared.adapters.safety_local import LocalScreen
from shared.adapters.search_sqlite import SqliteSearch
from shared.contracts import DecisionRequest, Ending, ResultDocument
from shared.errors import Conflict, ServiceUnavailable
from shared.run_folder import RunFolder
from tests.app_fixture import App
from tests.integration.replay_host import ReplayHost
from triggers.decisions import record_decisions

pytestmark = pytest.mark.integration
PIPELINE = "personalise_customers"
TIMED = {
    *("manifest.json", "index.json", "ending.json", "gate.json", "metrics.json", "result.json", "seal.json"),
    *("answers", "retrieval", "variants", "verdicts", "report"),
}
"""Files that tell when something happened, or how long it took."""
RESULTS = ("segments.json", "experiment.json", "plan.json", "approvals.json")


def run(
    app: App, run_id: str, activities: dict[str, Any] | None = None, **host: Any
) -> tuple[Any, list[Any], ReplayHost]:
    engine = ReplayHost(app.orchestrators, activities or app.activities, **host)
    output, statuses = engine.run(PIPELINE, run_id)
    return output, statuses, engine


def failing(app: App, name: str, times: int) -> dict[str, Any]:
    """The app's activities, of which ``name`` crashes the first ``times`` times."""
    left = [times]

    def crash(request: dict[str, Any]) -> Any:
        if left[0] > 0:
            left[0] -= 1
            raise RuntimeError("the worker was lost")
        return app.activities[name](request)

    return {**app.activities, name: crash}


def test_whole_run_completes_with_a_replay_after_each_step(app):
    """A run through the production SDK ends sealed, having been replayed from the start for every event."""
    app.fill()
    app.start("r1")
    output, statuses, engine = run(app, "r1")
    assert output["status"] == "completed_with_errors"  # four rows of the list are bad on purpose
    assert engine.replays > 40
    states = list(dict.fromkeys(status["state"] for status in statuses))
    assert states == ["planning", "segmenting", "personalising", "experimenting", "reporting", output["status"]]
    result = ResultDocument.model_validate_json(app.files("r1")["result.json"])
    assert (result.customers.read, result.customers.rejected) == (240, 4)
    assert "seal.json" in app.files("r1")


def test_local_engine_gives_the_same_run(app):
    """Production's replay engine and the local one make the same files of the same run."""
    app.fill()
    app.start("same")
    run(app, "same")
    replayed = app.files("same")
    (app.folder / "runs" / "same").rename(app.folder / "replayed")
    (app.folder / "audit").rename(app.folder / "replayed-audit")

    async def locally() -> None:
        with LocalHost({"DATA_DIRECTORY": str(app.folder)}) as host:
            headers = {"content-type": "application/json"}
            body = b'{"customers": "list.csv", "run_id": "same"}'
            await host.request("create_run", "POST", headers=headers, body=body)
            for _ in range(600):
                reply = await host.request("get_run", route_params={"run_id": "same"})
                if json.loads(reply.get_body())["result"]:
                    return
                await asyncio.sleep(0.05)

    asyncio.run(locally())
    local = app.files("same")
    assert local.keys() == replayed.keys()
    same = [name for name in local if name.split("/")[0] not in TIMED]
    assert len(same) >= 12
    assert {name: local[name] for name in same} == {name: replayed[name] for name in same}
    assert messages(local) == messages(replayed)


def messages(files: dict[str, bytes]) -> dict[str, str]:
    """The hash of each variant's text, by file."""
    variants = {name: json.loads(data) for name, data in files.items() if name.startswith("variants/")}
    return {name: variant["content_hash"] for name, variant in variants.items()}


def test_completion_order_changes_nothing(app):
    """Activities that finish in another order give byte-identical results."""
    app.fill()
    app.start("same", config={"experiment_config": {"experiment": {"seed": "s"}}})
    run(app, "same")
    first = {name: app.files("same")[name] for name in RESULTS} | app.files("same", "assignments/")
    for path in (app.folder / "runs" / "same", app.folder / "audit"):
        path.rename(path.with_name(path.name + "-first"))
    app.start("same", config={"experiment_config": {"experiment": {"seed": "s"}}})
    chance = random.Random(5)
    run(app, "same", pick=chance.randrange)
    second = {name: app.files("same")[name] for name in RESULTS} | app.files("same", "assignments/")
    assert first == second


@pytest.mark.parametrize("activity", ["plan_run", "segment_partition", "check_safety", "write_report"])
def test_crashed_activity_is_retried(app, activity):
    """An activity whose worker is lost twice is run again and the run completes as if nothing had happened."""
    app.fill()
    app.start("r1")
    output, _, _ = run(app, "r1", failing(app, activity, times=2))
    assert output["status"] == "completed_with_errors"


def test_activity_that_never_succeeds_fails_the_run_and_it_can_go_on_later(app):
    """After three attempts the run is failed with a reason; started again it completes from what is there."""
    app.fill()
    app.start("r1")
    output, statuses, _ = run(app, "r1", failing(app, "merge_segments", times=3))
    assert output["status"] == "failed"
    assert output["error"]["code"] == "step_failed"
    assert statuses[-1]["state"] == "failed"
    parts = app.files("r1", "customers/")
    app.start("r1")
    output, _, _ = run(app, "r1")
    assert output["status"] == "completed_with_errors"
    assert app.files("r1", "customers/") == parts
    assert "failure.json" not in app.files("r1")


def test_segment_that_never_succeeds_fails_the_run(app):
    """A sub-orchestration that fails is told to the parent, which ends the run in order."""
    app.fill()
    app.start("r1")
    output, _, _ = run(app, "r1", failing(app, "retrieve_for_segment", times=99))
    assert output["status"] == "failed"
    assert "retrieve_for_segment" in output["error"]["message"]


def test_list_that_changes_under_a_run_fails_it_with_that_reason(app):
    """A fault inside a sub-orchestration that retrying cannot mend reaches the run's result as it is."""
    app.fill()
    app.start("r1")

    def change(request: dict[str, Any]) -> Any:
        answer = app.activities["plan_run"](request)
        app.blobs.delete("customers", "list.csv")
        app.blobs.create("customers", "list.csv", b"another list")
        return answer

    output, _, _ = run(app, "r1", {**app.activities, "plan_run": change})
    assert (output["status"], output["error"]["code"]) == ("failed", "blob_changed")


def test_fault_that_retrying_cannot_mend_is_not_retried(app):
    """A list without a usable row ends the run at once, and the reason is the input's."""
    app.fill()
    app.blobs.create(
        "customers", "bad.csv", b"customer_id,purchase_frequency,avg_order_value,last_engagement_days\nx,a,b,c\n"
    )
    app.start("r1")
    (app.folder / "runs" / "r1" / "manifest.json").unlink()
    app.blobs.delete("customers", "list.csv")
    app.blobs.create(
        "customers",
        "list.csv",
        b"customer_id,purchase_frequency,avg_order_value,last_engagement_days\nx,a,b,c\n",
    )
    app.start("r1")
    calls: list[str] = []
    counted = {
        name: (lambda request, name=name: (calls.append(name), app.activities[name](request))[1])
        for name in app.activities
    }
    output, _, _ = run(app, "r1", counted)
    assert output["error"]["code"] == "invalid_input"
    assert calls.count("merge_segments") == 1


def test_library_that_changes_before_it_is_read_fails_the_run(app):
    """A run cites the library it was started with or none."""
    app.fill()
    app.start("r1")
    app.blobs.create("content", "later.json", b"[]")
    output, _, _ = run(app, "r1")
    assert (output["status"], output["error"]["code"]) == ("failed", "blob_changed")


def test_required_approval_waits_for_the_event_and_denies_what_nobody_approved(app):
    """With approval required the run waits; when the time is up, undecided variants are denied and control is sent."""
    app.fill()
    app.start("r1", approval="required")
    output, statuses, _ = run(app, "r1")
    assert "awaiting_approval" in {status["state"] for status in statuses}
    approvals = json.loads(app.files("r1")["approvals.json"])["approvals"]
    assert {approval["status"] for approval in approvals} == {"timed_out"}
    experiment = json.loads(app.files("r1")["experiment.json"])
    assert [arm["arm_name"] for arm in experiment["arms"]] == ["control"]
    assert output["status"] == "completed_with_errors"


def test_rejection_counts_where_approval_is_automatic(app):
    """A variant that a person rejects in time is not sent, whatever the approval mode."""
    app.fill()
    app.start("r1")

    def reject(request: dict[str, Any]) -> Any:
        answer = app.activities["log_safety_decisions"](request)
        verdict = RunFolder(app.blobs, "r1").verdicts()[0]
        asked = DecisionRequest(variant_id=verdict.variant_id, content_hash=verdict.content_hash, decision="reject")
        record_decisions("r1", (asked,), "Jo", bootstrap.services())
        return answer

    run(app, "r1", {**app.activities, "log_safety_decisions": reject})
    [first, *others] = json.loads(app.files("r1")["approvals.json"])["approvals"]
    assert (first["status"], first["decided_by"]) == ("rejected", "Jo")
    assert {approval["status"] for approval in others} == {"approved"}


def test_approval_that_comes_as_the_gate_closes_is_refused_and_the_audit_says_so(app, monkeypatch):
    """Nobody is told that an approval counts when it does not."""
    app.fill()
    app.start("r1", approval="required")
    blobs = app.blobs

    def interrupt(request: dict[str, Any]) -> Any:
        verdict = RunFolder(blobs, "r1").verdicts()[0]
        asked = DecisionRequest(variant_id=verdict.variant_id, content_hash=verdict.content_hash, decision="approve")
        with monkeypatch.context() as patch:
            patch.setattr(blobs, "create", create_after_closing(app, blobs.create))
            with pytest.raises(Conflict, match="closed before"):
                record_decisions("r1", (asked,), "Jo", bootstrap.services())
        return app.activities["close_approvals"](request)

    run(app, "r1", {**app.activities, "close_approvals": interrupt})
    assert b"decision_too_late" in (app.folder / "audit" / "r1.jsonl").read_bytes()


def create_after_closing(app: App, create: Any) -> Any:
    """The store's ``create``, before whose first call the approval gate closes."""
    closed = []

    def wrapped(container: str, name: str, data: bytes) -> Any:
        if not closed:
            closed.append(True)
            app.activities["close_approvals"]({"run_id": "r1"})
        return create(container, name, data)

    return wrapped


def test_checker_that_fails_in_any_way_blocks_and_the_run_goes_on(app, monkeypatch):
    """An answer that the checker chokes on blocks that variant, is counted, and costs nothing else."""
    app.fill()
    app.start("r1")
    calls = []

    def choke(self, text: str) -> Any:
        calls.append(text)
        if len(calls) == 1:
            raise ValueError("unparseable answer")
        return analyze(self, text)

    analyze = LocalScreen.analyze
    monkeypatch.setattr(LocalScreen, "analyze", choke)
    output, _, _ = run(app, "r1")
    assert output["status"] == "completed_with_errors"
    verdicts = [json.loads(data) for data in app.files("r1", "verdicts/").values()]
    assert [verdict["status"] for verdict in verdicts].count("block") == 1


def test_search_that_fails_for_one_segment_costs_that_segment_only(app, monkeypatch):
    """Its customers get the control message, the reason is recorded, and the other segments are as ever."""
    app.fill()
    app.start("r1")
    calls = []

    def fail_first(self, documents: Any, query: Any) -> Any:
        calls.append(query)
        if len(calls) == 1:
            raise ServiceUnavailable("the index did not answer")
        return search(self, documents, query)

    search = SqliteSearch.search
    monkeypatch.setattr(SqliteSearch, "search", fail_first)
    output, _, _ = run(app, "r1")
    assert output["status"] == "completed_with_errors"
    arms = [set(arms) for arms in json.loads(app.files("r1")["experiment.json"])["strata"].values()]
    assert [len(names) for names in arms].count(1) == 1
    reasons = [json.loads(data)["block_reason"] for data in app.files("r1", "verdicts/").values()]
    assert sum("the index did not answer" in reason for reason in reasons) == 3


def test_cancelled_run_begins_no_further_step(app):
    """A run cancelled before its engine is told ends as cancelled without writing anything more."""
    app.fill()
    app.start("r1")
    cancel(app, "r1")
    output, statuses, _ = run(app, "r1")
    assert output["status"] == "cancelled"
    assert statuses[-1]["state"] == "cancelled"
    assert set(app.files("r1")) == {"manifest.json", "ending.json"}


def test_cancel_that_comes_while_the_run_is_closed_loses(app):
    """How a run ends is decided once: what is being closed is not cancelled, and its seal stays whole."""
    app.fill()
    app.start("r1")
    endings = []

    def close(request: dict[str, Any]) -> Any:
        answer = app.activities["close_run"](request)
        endings.append(cancel(app, "r1").outcome)
        return answer

    output, _, _ = run(app, "r1", {**app.activities, "close_run": close})
    assert endings == ["closed"]
    assert output["status"] == "completed_with_errors"


def test_run_that_is_sealed_is_not_failed_by_a_late_rival(app):
    """A second host that ends in a fault after the first has sealed the run writes nothing into it."""
    app.fill()
    app.start("r1")
    run(app, "r1")
    before = app.files("r1")
    failure = {"code": "step_failed", "message": "x"}
    answer = app.activities["close_run"]({"run_id": "r1", "seconds": {}, "failure": failure})
    assert answer["value"]["status"] == "completed_with_errors"
    assert app.files("r1") == before


@pytest.mark.parametrize("moment", ["failure.json", "seal.json"])
def test_rival_that_fails_while_the_run_is_sealed_leaves_nothing_in_it(app, moment):
    """Whichever of two hosts writes last, the one that seals or the one that fails, the record is whole."""
    app.fill()
    app.start("r1")
    blobs = bootstrap.services().blobs
    create, closing = blobs.create, {"run_id": "r1", "seconds": {}}
    failing_end = {**closing, "failure": {"code": "step_failed", "message": "x"}}
    other = closing if moment == "failure.json" else failing_end

    def interrupted(container: str, name: str, data: bytes) -> Any:
        if name == f"r1/{moment}":
            blobs.create = create
            assert app.activities["close_run"](other)["ok"]
        return create(container, name, data)

    def close(request: dict[str, Any]) -> Any:
        blobs.create = interrupted
        return app.activities["close_run"](failing_end if moment == "failure.json" else request)

    output, _, _ = run(app, "r1", {**app.activities, "close_run": close})
    assert output["status"] == "completed_with_errors"
    assert "failure.json" not in app.files("r1")
    assert verify("r1", app.folder).problems == []


def test_run_whose_end_cannot_be_written_still_says_why(app):
    """When closing fails too, the orchestration's output carries the first reason."""
    app.fill()
    app.start("r1")
    close = failing(app, "close_run", times=99)["close_run"]
    output, _, _ = run(app, "r1", {**failing(app, "merge_segments", times=99), "close_run": close})
    assert (output["status"], output["error"]["code"]) == ("failed", "step_failed")
    assert "merge_segments" in output["error"]["message"]


def cancel(app: App, run_id: str) -> Ending:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return RunFolder(app.blobs, run_id).end(Ending(run_id=run_id, outcome="cancelled", decided_at=now))


def test_messages_carry_no_customer_and_stay_small(app):
    """Nothing that passes through the task hub grows with the list or holds a customer's id."""
    app.fill(rows=2000)
    app.start("r1", config={"segmentation": {"partitions": {"count": 7}}})
    _, statuses, engine = run(app, "r1")
    assert engine.largest_payload < 4096
    assert max(len(json.dumps(status)) for status in statuses) < 1024
    assert "HP-" not in json.dumps(statuses)


@pytest.mark.usefixtures("app")
def test_history_and_messages_stay_small_however_long_the_list():
    """A hundred partitions make few events each, in histories of bounded length, and no longer messages than one."""
    one, many = orchestrate(1), orchestrate(100)
    assert many.largest_message <= one.largest_message + 16
    assert many.largest_message < 1024
    assert (many.events - one.events) / 99 < 8
    assert many.longest_history - one.longest_history < 40


def test_partitions_change_nothing(app):
    """One partition or seven give the same assignments and the same experiment."""
    app.fill(rows=600)
    outcomes = []
    for count in (1, 7):
        app.start("same", config={"segmentation": {"partitions": {"count": count}}})
        run(app, "same")
        outcomes.append((app.files("same")["segments.json"], app.files("same")["experiment.json"], assigned(app)))
        (app.folder / "runs" / "same").rename(app.folder / f"kept-{count}")
        (app.folder / "audit").rename(app.folder / f"audit-{count}")
    assert outcomes[0] == outcomes[1]


def assigned(app: App) -> bytes:
    from shared.domain.frames import assignments_csv

    return assignments_csv(app.files("same", "assignments/").values())


def test_every_activity_the_orchestrators_call_is_registered(app):
    """A misspelled activity name would leave a run hanging for ever, so every name is in the registry."""
    called: set[str] = set()
    app.fill()
    app.start("r1", config={"segmentation": {"method": "kmeans"}}, approval="required")
    noted = {
        name: (lambda request, name=name: (called.add(name), app.activities[name](request))[1])
        for name in app.activities
    }
    run(app, "r1", noted)
    assert called == set(app.activities)
