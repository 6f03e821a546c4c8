"""Runs as far as their experiment: who is held out, who is in which arm, what is exported, and how it is asked for."""

import asyncio
import csv
import io
import json
from functools import partial
from itertools import pairwise

import azure.functions as func
import numpy as np
import pandas as pd
import pytest

from shared import bootstrap
from shared.audit_trail import AuditRecord, AuditTrail
from shared.contracts import ApprovalsDocument, ResultDocument, RunRequest, Seal, SegmentsDocument
from shared.domain.frames import from_parquet
from shared.domain.holdout import held_out
from shared.experiment_contracts import ExperimentDocument, Holdout, PartitionOutcomes, PlanDocument
from shared.run_folder import (
    APPROVALS,
    AUDIT,
    EXPERIMENT,
    PLAN,
    RESULT,
    RUNS,
    SEAL,
    SEGMENTS,
    SUPPRESSION,
    UPLOADS,
    RunFolder,
    amendments_chain,
    encode,
)
from tests.app_fixture import App, RecordingClient
from tests.customer_lists import HEADER
from tests.list_formats import as_gzip, converted
from triggers.erasures import erase_customer
from triggers.http import Environment, get_assignments, respond
from triggers.runs import start_run

KEY_TEXT = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
SIZE = 300
ARMS = ["control", "treatment_1", "treatment_2", "treatment_3"]
COLUMNS = ["customer_id", "segment", "arm", "variant_id"]


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("PSEUDONYM_KEY", KEY_TEXT)
    app = App(tmp_path, monkeypatch)
    app.fill()
    app.blobs.create(UPLOADS, "customers.csv", listing(range(SIZE)))
    return app


def listing(numbers):
    """Customers of several segments; ids that a spreadsheet would run, and ids in need of quotes."""
    rng = np.random.default_rng(3)
    amounts = rng.uniform(0, 20, (SIZE, 3)).round(2)
    rates = rng.uniform(0, 0.4, SIZE).round(4)
    starts = ["c-", "=c", "ü,", '"q']
    ids = ['"' + (starts[number % 4] + str(number)).replace('"', '""') + '"' for number in range(SIZE)]
    lines = [f"{ids[at]},{amounts[at, 0]},{10 * amounts[at, 1]},{5 * amounts[at, 2]},{rates[at]}" for at in numbers]
    return "\n".join([HEADER.decode() + ",historical_click_rate", *lines, ""]).encode()


def ids_by_number():
    return [row[0] for row in csv.reader(io.StringIO(listing(range(SIZE)).decode()))][1:]


def carry_out(app, run_id, customers="customers.csv", partitions=1, *, seed="one", **experiment):
    """A run up to its experiment, in which nothing was approved unless it is an A/A test."""
    settings = {"experiment": {"seed": seed, "design": {"a_a_test": True}, **experiment}}
    config = {"segmentation": {"partitions": {"count": partitions}}, "experiment_config": settings}
    wanted = RunRequest(customers=customers, run_id=run_id, config=config)
    asyncio.run(start_run(wanted, bootstrap.services(), bootstrap.base_config, RecordingClient()))
    count = activity(app, "plan_run", run_id)["partitions"]
    each(app, "segment_partition", run_id, count)
    activity(app, "merge_segments", run_id)
    nobody = ApprovalsDocument(input_digest="0" * 64, mode="auto", approvals=())
    folder(app, run_id).keep(APPROVALS, encode(nobody))
    planned = activity(app, "plan_experiment", run_id)
    assigned = each(app, "assign_partition", run_id, count)
    assert sum(one["assigned"] for one in assigned) == planned["customers"]
    activity(app, "analyse_experiment", run_id)
    return folder(app, run_id)


def each(app, name, run_id, count):
    return [activity(app, name, run_id, partition=index) for index in range(count)]


def activity(app, name, run_id, **more):
    answer = app.activities[name]({"run_id": run_id, **more})
    assert answer["ok"], answer
    return answer["value"]


def folder(app, run_id):
    return RunFolder(app.blobs, run_id)


def assignments(app, run_id):
    parts = [from_parquet(data) for data in app.files(run_id, "assignments/").values()]
    return pd.concat(parts).set_index("customer_id").sort_index()


def without_origin(document):
    return document.model_copy(update={"input_digest": "", "experiment_id": "", "plan_digest": ""}).model_dump_json()


# --- the list's format ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [as_gzip, partial(converted, group_rows=50)], ids=["gzip", "parquet"])
def test_format_of_the_list_changes_nothing(app, write):
    """The same list in another format has the same segments, rejects, arms and exports."""
    plain = app.blobs.read(UPLOADS, "list.csv")
    app.blobs.create(UPLOADS, "other", write(plain.decode("utf-8", "replace").encode()))
    app.blobs.create(UPLOADS, "plain.csv", plain.decode("utf-8", "replace").encode())
    made = [carry_out(app, run_id, name, 3).run_id for run_id, name in [("one", "plain.csv"), ("two", "other")]]
    segments = [folder(app, run_id).read(SEGMENTS, SegmentsDocument) for run_id in made]
    assert without_digest(segments[0]) == without_digest(segments[1])
    pd.testing.assert_frame_equal(*(assignments(app, run_id) for run_id in made))
    for below in ("rejects/", "suppressed/", "exports/"):
        assert lines_below(app, made[0], below) == lines_below(app, made[1], below)


def without_digest(document):
    return document.model_copy(update={"input_digest": ""})


def lines_below(app, run_id, prefix):
    """The lines of all parts, whichever part has them."""
    return sorted(line for data in app.files(run_id, prefix).values() for line in set(data.splitlines()[1:]))


# --- the holdout ------------------------------------------------------------------------------------------------------


def test_who_is_held_out_follows_from_the_id_and_the_salt_alone(app):
    """Another seed, order, partitioning, or a part of the list: the same customers are held out."""
    numbers = np.random.default_rng(1).permutation(SIZE)[:200]
    app.blobs.create(UPLOADS, "part.csv", listing(numbers))
    first = carry_out(app, "first", holdout={"percent": 20}).run_id
    second = carry_out(app, "second", "part.csv", 4, seed="two", holdout={"percent": 20}).run_id
    arms, again = assignments(app, first)["arm"], assignments(app, second)["arm"]
    assert ((again == "holdout") == (arms[again.index] == "holdout")).all()
    assert 40 <= (arms == "holdout").sum() <= 80
    other = carry_out(app, "other", holdout={"percent": 20, "salt": "another"}).run_id
    assert set(arms.index[arms == "holdout"]) != set(assignments(app, other).query("arm == 'holdout'").index)


def test_a_greater_percentage_keeps_those_held_out():
    """Raising it holds out more, and lets nobody go; the share is as it says."""
    ids = [f"customer-{number}" for number in range(20_000)]
    held = [held_out(ids, Holdout(percent=percent, salt="s")) for percent in (0.01, 1, 5, 5.5, 50)]
    for fewer, more in pairwise(held):
        assert not (fewer & ~more).any()
    assert [round(float(one.mean()), 2) for one in held] == [0, 0.01, 0.05, 0.06, 0.5]
    assert not held_out(ids, None).any()


def test_every_accepted_customer_is_in_an_arm_or_held_out(app):
    """The funnel adds up, by segment and altogether; those held out have no variant, no outcomes and no test."""
    run = carry_out(app, "held", partitions=3, holdout={"percent": 30})
    segments, planned = run.read(SEGMENTS, SegmentsDocument), run.read(PLAN, PlanDocument)
    assert planned.holdout == Holdout(percent=30, salt="global-holdout")
    assert [one.size + one.held_out for one in planned.segments] == [one.size for one in segments.segments]
    assert [sum(arm.size for arm in one.arms) for one in planned.segments] == [one.size for one in planned.segments]
    found = assignments(app, "held")
    counted = found.groupby(["segment", "arm"]).size().to_dict()
    assert counted == {
        (one.segment, arm): size
        for one in planned.segments
        for arm, size in [*((arm.arm, arm.size) for arm in one.arms), ("holdout", one.held_out)]
        if size
    }
    assert set(found.loc[found["arm"] == "holdout", "variant_id"]) == {"none"}
    parts = [run.read(name, PartitionOutcomes).strata for name in run.names("outcomes/")]
    held = [counts for part in parts for arms in part.values() for arm, counts in arms.items() if arm == "holdout"]
    assert sum(one.n for one in held) == (found["arm"] == "holdout").sum()
    assert not any(one.opened or one.clicked or one.converted for one in held)


def test_suppression_comes_first(app):
    """Whoever may not be written to is neither in an arm nor held out."""
    everybody = ids_by_number()
    wanted = held_out(everybody, Holdout(percent=50, salt="global-holdout"))
    gone = [*np.array(everybody)[wanted][:5], *np.array(everybody)[~wanted][:5]]
    table = "\n".join(["customer_id", *('"' + name.replace('"', '""') + '"' for name in gone), ""])
    app.blobs.create(SUPPRESSION, "standing.csv", table.encode())
    carry_out(app, "held", holdout={"percent": 50})
    found = assignments(app, "held")
    assert len(found) == SIZE - 10
    assert not set(gone) & set(found.index)


def test_a_segment_whose_customers_are_all_held_out_has_nobody_in_its_arms(app):
    """It keeps its place in the plan, with arms of size 0, and the analysis goes on."""
    everybody = ids_by_number()
    wanted = held_out(everybody, Holdout(percent=50, salt="global-holdout"))
    app.blobs.create(UPLOADS, "all-held.csv", listing(np.flatnonzero(wanted)))
    run = carry_out(app, "held", "all-held.csv", holdout={"percent": 50})
    planned = run.read(PLAN, PlanDocument)
    assert {one.size for one in planned.segments} == {0}
    assert sum(one.held_out for one in planned.segments) == int(wanted.sum())
    assert {arm.size for one in planned.segments for arm in one.arms} == {0}
    assert set(assignments(app, "held")["arm"]) == {"holdout"}
    assert list(run.names("exports/")) == []
    document = run.read(EXPERIMENT, ExperimentDocument)
    assert not any(row.significant for row in document.lift_analysis)


# --- partitions and order ---------------------------------------------------------------------------------------------


def test_order_and_partitions_change_neither_assignments_nor_results(app):
    """The list shuffled and cut into seven: the same plan, arm for every customer, counts and results, to the byte."""
    app.blobs.create(UPLOADS, "shuffled.csv", listing(np.random.default_rng(9).permutation(SIZE)))
    whole = carry_out(app, "whole", holdout={"percent": 10})
    cut = carry_out(app, "cut", "shuffled.csv", 7, holdout={"percent": 10})
    pd.testing.assert_frame_equal(assignments(app, "cut"), assignments(app, "whole"))
    assert without_origin(cut.read(PLAN, PlanDocument)) == without_origin(whole.read(PLAN, PlanDocument))
    results = [run.read(EXPERIMENT, ExperimentDocument) for run in (whole, cut)]
    assert without_origin(results[0]) == without_origin(results[1])


# --- an A/A test ------------------------------------------------------------------------------------------------------


def test_in_an_a_a_test_every_arm_gets_the_control_message_and_no_uplift(app):
    """All four arms are there whatever is approved, under the configured shares; the power notes still speak."""
    run = carry_out(app, "same", sample_allocation={"control_percent": 40, "treatment_percent": 60})
    planned = run.read(PLAN, PlanDocument)
    assert planned.a_a_test
    assert (planned.simulation["expected_uplift"], planned.simulation["uplift_std"]) == (0, 0)
    for one in planned.segments:
        assert [(arm.arm, arm.variant_id, arm.tone) for arm in one.arms] == [(arm, "control", None) for arm in ARMS]
        assert [arm.share for arm in one.arms] == pytest.approx([0.4, 0.2, 0.2, 0.2])
    assert [note.expected_lift_percent for note in planned.power] == [10, 10, 10]
    assert set(assignments(app, "same")["variant_id"]) == {"control"}


def test_without_an_a_a_test_and_without_approval_all_get_control(app):
    """One arm, the uplift that was configured, and no power to speak of."""
    planned = carry_out(app, "plain", design={"a_a_test": False}).read(PLAN, PlanDocument)
    assert {arm.arm for one in planned.segments for arm in one.arms} == {"control"}
    assert (planned.a_a_test, planned.holdout, planned.simulation["expected_uplift"]) == (False, None, 0.1)


# --- what was known before --------------------------------------------------------------------------------------------


def test_covariates_are_planned_where_the_list_has_them(app):
    """Only a rate that somebody has, only where it is asked for; each segment's mean is its typical rate."""
    run = carry_out(app, "known")
    planned = run.read(PLAN, PlanDocument)
    click = "historical_click_rate"
    assert planned.covariates == {"click_rate": click, "conversion_rate": click}
    segments = run.read(SEGMENTS, SegmentsDocument).segments
    assert [one.typical for one in planned.segments] == [
        {click: one.features.avg_historical_click_rate} for one in segments
    ]
    outcomes = run.read("outcomes/part-00000.json", PartitionOutcomes)
    sums = [one.covariates["click_rate"] for arms in outcomes.strata.values() for one in arms.values()]
    assert 0.15 < sum(one.total for one in sums) / SIZE / 10_000 < 0.25
    unused = carry_out(app, "unused", statistical_testing={"covariates": False}).read(PLAN, PlanDocument)
    assert (unused.covariates, [one.typical for one in unused.segments]) == ({}, [{}] * len(unused.segments))


# --- exports ----------------------------------------------------------------------------------------------------------


def rows_of(data):
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode(), newline=""))]


def test_each_arm_is_exported_by_itself_and_the_holdout_not_at_all(app):
    """A file per arm and partition with a header each; together they are the assignments, ids exactly as given."""
    carry_out(app, "out", partitions=2, holdout={"percent": 20})
    files = app.files("out", "exports/")
    assert sorted(files) == [f"exports/{arm}/part-0000{index}.csv" for arm in ARMS for index in range(2)]
    exported = []
    for name, data in files.items():
        head, *rows = rows_of(data)
        assert list(head) == COLUMNS
        assert {row[2] for row in rows} == {name.split("/")[1]}
        exported += rows
    found = assignments(app, "out").query("arm != 'holdout'").reset_index()
    assert sorted(exported) == sorted(found[COLUMNS].itertuples(index=False, name=None))


def test_exports_that_a_crash_cut_short_are_finished_and_stay_the_same(app):
    """Exported again after the mark of completion was lost, every file is as it was."""
    run = carry_out(app, "out")
    before = app.files("out")
    for name in ("outcomes/part-00000.json", "exports/control/part-00000.csv"):
        app.blobs.delete(RUNS, run.path(name))
    activity(app, "assign_partition", "out", partition=0)
    assert app.files("out") == before


def seal(app, run):
    """End the run; what its result says does not matter here."""
    now, counts = bootstrap.services().now(), run.read(SEGMENTS, SegmentsDocument).customers
    variants = {"generated": 0, "approved": 0, "blocked": 0}
    result = {"run_id": run.run_id, "status": "completed", "customers": counts, "segments": [], "variants": variants}
    blank = {"cost_usd": 0, "experiment": None, "report": None, "audit": "", "seconds": {}}
    run.keep(RESULT, encode(ResultDocument.model_validate({**result, **blank})))
    chain = AuditTrail(app.blobs, run.run_id, lambda: now).record([AuditRecord("closed", "run_closed", {})])
    ended = Seal(run_id=run.run_id, sealed_at=now, audit_head=chain.head, audit_length=chain.entries, files={})
    run.keep(SEAL, encode(ended))


def erase(customer_id):
    return asyncio.run(erase_customer(customer_id, bootstrap.services(), RecordingClient()))


def test_erasure_reaches_the_exports(app):
    """A customer's row leaves the arm's file, quotes and all, and the amendments say so; no other export changes."""
    seal(app, carry_out(app, "out"))
    before = app.files("out", "exports/")
    gone = next(name for name in ids_by_number() if name.startswith('"'))
    (name,) = [name for name, data in before.items() if gone in {row[0] for row in rows_of(data)}]
    assert erase(gone).files[f"runs/out/{name}"] == 1
    after = app.files("out", "exports/")
    assert rows_of(after.pop(name)) == [row for row in rows_of(before.pop(name)) if row[0] != gone]
    assert after == before
    amendments = app.blobs.read(AUDIT, amendments_chain("out")).decode()
    assert [exported in amendments for exported in [name, *before]] == [True, *[False] * len(before)]
    assert erase(gone).rows == 0


def test_a_damaged_export_is_named_and_not_guessed_at(app):
    """A file of exports that has lost its header is reported as one that could not be read."""
    run = carry_out(app, "out")
    seal(app, run)
    name = "exports/control/part-00000.csv"
    app.blobs.delete(RUNS, run.path(name))
    app.blobs.create(RUNS, run.path(name), b'"c-0","Standard","control","control"\n')
    assert erase("c-0").unreadable == (f"runs/out/{name}",)


# --- the route --------------------------------------------------------------------------------------------------------


def ask(run_id, **query):
    request = func.HttpRequest(
        method="GET",
        url=f"/api/runs/{run_id}/assignments.csv",
        params=query,
        route_params={"run_id": run_id},
        body=b"",
    )
    environment = Environment(bootstrap.services, bootstrap.base_config, bootstrap.settings)
    return asyncio.run(respond(get_assignments, request, RecordingClient(), environment))


def test_the_route_gives_those_who_are_mailed_or_one_arm(app):
    """By default nobody held out; an arm's rows are that arm's, and those held out are given when asked for."""
    carry_out(app, "out", partitions=2, holdout={"percent": 20})
    found = assignments(app, "out").reset_index()[COLUMNS]
    for query, chosen in [({}, found["arm"] != "holdout")] + [
        ({"arm": arm}, found["arm"] == arm) for arm in [*ARMS, "holdout"]
    ]:
        reply = ask("out", **query)
        head, *rows = rows_of(reply.get_body())
        assert list(head) == COLUMNS
        assert sorted(rows) == sorted(found[chosen].itertuples(index=False, name=None))
        assert chosen.any()
        assert reply.headers["Content-Disposition"].endswith(f'"out-{query.get("arm", "assignments")}.csv"')


def test_an_arm_without_customers_is_a_header(app):
    """An arm that the plan does not have, or that is empty, has no rows; that is no fault."""
    carry_out(app, "plain", design={"a_a_test": False})
    for arm in ("treatment_2", "holdout"):
        assert rows_of(ask("plain", arm=arm).get_body()) == [tuple(COLUMNS)]


@pytest.mark.parametrize("arm", ["Control", "treatment_4", "", "control,holdout", "x" * 5000])
def test_a_name_that_is_no_arms_is_refused(app, arm):
    """The problem names what is allowed, and does not repeat what was given."""
    carry_out(app, "plain")
    reply = ask("plain", arm=arm)
    problem = json.loads(reply.get_body())
    assert (reply.status_code, problem["code"]) == (400, "invalid_input")
    assert problem["detail"] == "arm: must be one of control, treatment_1, treatment_2, treatment_3, holdout"
