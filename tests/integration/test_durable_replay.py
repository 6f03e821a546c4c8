"""The registered orchestrators in production's own replay engine (azure-functions-durable), over JSON history."""

import asyncio
import json
import random
from typing import Any

import pytest

from local.host import LocalHost
from shared.contracts import ResultDocument
from tests.app_fixture import App
from tests.integration.replay_host import ReplayHost

pytestmark = pytest.mark.integration
PIPELINE = "personalise_customers"
TIMED = {"manifest.json", "retrieval", "variants", "verdicts", "metrics.json", "result.json", "report", "seal.json"}
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
        with LocalHost(app.folder) as host:
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


def test_cancelled_run_begins_no_further_step(app):
    """A run cancelled before its engine is told ends as cancelled without writing anything more."""
    app.fill()
    app.start("r1")
    app.blobs.create("runs", "r1/cancelled.json", b'{"run_id": "r1", "cancelled_at": "2026-01-01T00:00:00Z"}')
    output, statuses, _ = run(app, "r1")
    assert output["status"] == "cancelled"
    assert statuses[-1]["state"] == "cancelled"
    assert set(app.files("r1")) == {"manifest.json", "cancelled.json"}


def test_messages_carry_no_customer_and_stay_small(app):
    """Nothing that passes through the task hub grows with the list or holds a customer's id."""
    app.fill(rows=2000)
    app.start("r1", config={"segmentation": {"partitions": {"count": 7}}})
    _, statuses, engine = run(app, "r1")
    assert engine.largest_payload < 4096
    assert max(len(json.dumps(status)) for status in statuses) < 1024
    assert "HP-" not in json.dumps(statuses)


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
