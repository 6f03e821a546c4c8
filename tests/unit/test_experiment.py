"""The experiment from plan to conclusion: pre-registered, honest about what it cannot see, right about what it can."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from shared.contracts import CustomerCounts, Segment, SegmentFeatures, SegmentsDocument
from shared.domain.analysis import analyse, calculate_metrics
from shared.domain.assignment import assign_customers_to_arms
from shared.domain.counts import analyse_counts
from shared.domain.experiment import design_experiment
from shared.domain.outcomes import count_outcomes, merge_counts
from shared.domain.randomness import customer_keys
from shared.domain.simulation import simulate_engagement
from shared.domain.stats.sample_ratio import sample_ratio
from shared.domain.stats.samples import Proportion
from shared.domain.study import Study, segment_findings
from shared.domain.verdicts import Terms
from shared.errors import InputError
from shared.experiment_contracts import ArmCounts, ExperimentDocument, PlanDocument
from shared.rendering.notebook_cells import next_test
from shared.run_config import ApprovalConfig, ExperimentConfig, ExperimentSettings

ROOT = Path(__file__).parents[2]
ORACLE = ROOT.parent / "shared" / "data" / "hillstrom_counts.json"
DIGEST, PLAN_DIGEST = "0" * 64, "1" * 64
ALL_TONES = {"urgent": "v1", "informational": "v2", "friendly": "v3"}
ARMS = ("control", "treatment_1", "treatment_2", "treatment_3")


def segments_of(sizes, **history):
    features = SegmentFeatures(
        avg_purchase_frequency=1, avg_order_value=1, avg_last_engagement_days=1, engagement_score=0.5, **history
    )
    total = sum(sizes.values())
    return SegmentsDocument(
        input_digest=DIGEST,
        method="rules",
        customers=CustomerCounts(read=total, accepted=total, rejected=0),
        reject_reasons={},
        formula_like_ids=0,
        segments=tuple(
            Segment(segment_id=name.lower(), name=name, size=size, share=size / total, features=features)
            for name, size in sizes.items()
        ),
    )


def customers(sizes, seed="seed"):
    names = [name for name, size in sizes.items() for _ in range(size)]
    frame = pd.DataFrame({"customer_id": [f"c{number}" for number in range(len(names))], "segment": names})
    return frame.assign(
        key=customer_keys(frame["customer_id"], seed),
        historical_open_rate=float("nan"),
        historical_click_rate=float("nan"),
    )


def settings(**parts):
    return ExperimentSettings.model_validate(parts)


def plan_for(sizes, approved=None, config=None, seed="seed", **history):
    frame = customers(sizes, seed)
    keys = {name.lower(): frame.loc[frame["segment"] == name, "key"].to_numpy() for name in sizes}
    approved = {name.lower(): ALL_TONES for name in sizes} if approved is None else approved
    return design_experiment(
        segments_of(sizes, **history),
        approved,
        keys,
        config or settings(),
        seed=seed,
        experiment_id="run-1",
        input_digest=DIGEST,
    )


def outcomes_of(frame, plan):
    assigned = frame.assign(arm=assign_customers_to_arms(frame, plan)["arm"])
    return count_outcomes(assigned.join(simulate_engagement(assigned, plan)), plan)


def run(sizes, approved=None, config=None, seed="seed"):
    plan = plan_for(sizes, approved, config, seed)
    return results(plan, outcomes_of(customers(sizes, seed), plan))


def results(plan, strata, **more):
    return analyse(plan, strata, plan_digest=PLAN_DIGEST, input_digest=DIGEST, **more)


def counts_like(plan, rates, n=None):
    """Counts of the planned sizes at ``rates``: arm -> (open, click, conversion) rate."""
    return {
        segment.segment_id: {
            arm.arm: ArmCounts(
                n=arm.size,
                **{
                    name: round(arm.size * rate)
                    for name, rate in zip(("opened", "clicked", "converted"), rates[arm.arm], strict=True)
                },
            )
            for arm in segment.arms
        }
        for segment in plan.segments
    }


def flat(**clicks):
    return {arm: (0.25, clicks.get(arm, 0.05), 0.01) for arm in ARMS}


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_the_plan_is_complete_before_any_outcome():
    """Arms, sizes, metrics, test, model and power are all fixed by the plan, which survives a round trip as JSON."""
    plan = plan_for({"A": 1000, "B": 7})
    assert [[arm.size for arm in segment.arms] for segment in plan.segments] == [[250] * 4, [2, 2, 2, 1]]
    assert (plan.primary, plan.test_type, plan.correction) == ("click_rate", "z-test", "holm")
    assert [note.metric for note in plan.power] == ["click_rate", "open_rate", "conversion_rate"]
    assert PlanDocument.model_validate_json(plan.model_dump_json()) == plan


def test_the_plan_does_not_depend_on_the_order_of_customers():
    """Keys in any order give the same plan, byte for byte."""
    sizes = {"A": 501, "B": 99}
    shuffled = customers(sizes).sample(frac=1, random_state=2)
    keys = {name.lower(): shuffled.loc[shuffled["segment"] == name, "key"].to_numpy() for name in sizes}
    again = design_experiment(
        segments_of(sizes),
        {name.lower(): ALL_TONES for name in sizes},
        keys,
        settings(),
        seed="seed",
        experiment_id="run-1",
        input_digest=DIGEST,
    )
    assert again.model_dump_json() == plan_for(sizes).model_dump_json()


def test_power_is_told_in_plain_words():
    """The note names the sizes, what can be seen, what is expected and how many customers that would take."""
    note = plan_for({"A": 500}).power[0]
    assert (note.treatment_size, note.control_size) == (125, 125)
    assert note.detectable_lift_percent == pytest.approx(300.8, abs=0.1)
    assert note.size_needed_per_arm == 51_991
    assert note.note == (
        "With 125 customers per arm this test can detect a lift in click rate of about 300% or more (at 80% power and "
        "a Holm correction for 9 tests). It is too small for the expected 10% lift: that would be found in fewer than "
        "1 of 100 such tests, and needs about 52,000 customers per arm."
    )


def test_power_is_that_of_the_smallest_arm_against_its_own_control():
    """An arm that only one segment has is compared with that segment's control customers."""
    plan = plan_for({"A": 400, "B": 800}, {"a": ALL_TONES, "b": {"urgent": "v1", "friendly": "v3"}})
    assert (plan.power[0].treatment_size, plan.power[0].control_size) == (100, 100)


def test_power_says_when_the_sizes_are_large_enough():
    """With enough customers the note says so, and always-valid tests are told to need a greater lift."""
    note = plan_for({"A": 400_000}).power[0]
    assert note.power_at_expected_lift > 0.9
    assert "large enough for the expected 10% lift" in note.note
    assert note.detectable_lift_percent < note.detectable_lift_any_look_percent < 10


@pytest.mark.parametrize(
    ("uplift", "said"),
    [(0.0, "No lift is expected"), (10.0, "No number of customers would show the expected 1,000% lift")],
)
def test_power_admits_what_no_size_can_show(uplift, said):
    """Without an expected lift, or with an impossible one, no sample size is promised."""
    config = settings(simulation={"expected_uplift": uplift, "baseline_open_rate": 0.5})
    note = plan_for({"A": 8}, config=config).power[1]
    assert note.size_needed_per_arm is None
    assert note.detectable_lift_percent is None
    assert "cannot reliably detect" in note.note
    assert said in note.note


def test_keys_that_do_not_fit_the_segments_are_refused():
    """A plan needs every customer's key."""
    for keys in ({"a": customer_keys(["x"], "s")}, {}):
        with pytest.raises(InputError, match="has 10 customers but"):
            design_experiment(
                segments_of({"A": 10}), {}, keys, settings(), seed="s", experiment_id="r", input_digest=DIGEST
            )


# --- the analysis -----------------------------------------------------------------------------------------------------


def test_a_planted_effect_is_found():
    """A large uplift is significant in every arm, and each segment has its best arm."""
    document = run({"A": 40_000, "B": 20_000}, config=settings(simulation={"expected_uplift": 0.5}))
    assert all(lift.significant for lift in document.lift_analysis if lift.metric == "click_rate")
    assert all(30 < lift.lift_percent < 70 for lift in document.lift_analysis if lift.metric == "click_rate")
    assert all(segment.best_performing_arm for segment in document.segment_breakdown)
    assert document.conclusion.startswith("In simulated engagement (nobody was mailed")
    assert document.srm.statistic == 0.0


def test_no_effect_is_inconclusive():
    """An A/A run has no winner anywhere and says so."""
    document = run({"A": 4_000, "B": 2_000}, config=settings(simulation={"expected_uplift": 0.0, "uplift_std": 0.0}))
    assert not any(lift.significant for lift in document.lift_analysis)
    assert [segment.best_performing_arm for segment in document.segment_breakdown] == [None, None]
    assert all(segment.verdict.startswith("no clear winner") for segment in document.segment_breakdown)
    assert document.conclusion.startswith("Inconclusive")


def test_the_family_wide_error_rate_is_kept():
    """Among 150 A/A experiments of nine tests each, few find anything at all."""
    config = settings(simulation={"expected_uplift": 0.0, "uplift_std": 0.0})
    found = [
        any(x.significant for x in run({"A": 1_200}, config=config, seed=f"s{i}").lift_analysis) for i in range(150)
    ]
    assert sum(found) <= 15


def test_metrics_pool_the_segments_and_nobody_is_dropped():
    """Arms' sizes add up to all customers and rates are per customer."""
    document = run({"A": 1_001, "B": 502})
    assert [arm.arm_name for arm in document.arms] == list(ARMS)
    assert sum(arm.sample_size for arm in document.arms) == 1_503
    clicked = sum(arms["treatment_2"].clicked for arms in document.strata.values())
    assert document.arms[2].click_rate == clicked / document.arms[2].sample_size


def test_every_arm_is_compared_on_every_metric_primary_first():
    """The family of tests is the plan's, whatever came out."""
    document = run({"A": 400})
    assert [(x.metric, x.treatment_arm) for x in document.lift_analysis] == [
        (metric, arm) for metric in ("click_rate", "open_rate", "conversion_rate") for arm in ARMS[1:]
    ]


def test_partitions_do_not_matter():
    """One partition or seven give the same document, byte for byte."""
    sizes = {"A": 900, "B": 333}
    plan, frame = plan_for(sizes), customers(sizes)
    shuffled = frame.sample(frac=1, random_state=4)
    parts = merge_counts(outcomes_of(shuffled.iloc[start::7], plan) for start in range(7))
    assert results(plan, parts).model_dump_json() == results(plan, outcomes_of(frame, plan)).model_dump_json()


def test_an_arm_is_compared_only_where_it_exists():
    """Segments without the arm are left out of its comparison, on both sides, and the comparison says so."""
    plan = plan_for({"A": 4_000, "B": 4_000}, {"a": ALL_TONES})
    counts = counts_like(plan, flat())
    counts["b"]["control"] = ArmCounts(n=4_000, opened=4_000, clicked=3_000, converted=2_000)
    document = results(plan, counts)
    click = document.lift_analysis[0]
    assert (click.control_rate, click.treatment_rate, click.lift_percent) == (0.05, 0.05, 0.0)
    assert "1 of 2 segments" in click.reason
    assert document.segment_breakdown[1].verdict == "no treatment arm"
    assert document.arms[0].sample_size == 5_000


def test_shares_that_differ_between_segments_do_not_confound():
    """Where an arm's share differs between segments with different rates, equal messages still show no lift."""
    plan = plan_for({"A": 8_000, "B": 8_000}, {"a": ALL_TONES, "b": {"urgent": "v1"}})
    counts = counts_like(plan, flat())
    counts["b"] = {
        arm.arm: ArmCounts(n=arm.size, opened=arm.size, clicked=arm.size // 2) for arm in plan.segments[1].arms
    }
    click = results(plan, counts).lift_analysis[0]
    assert click.lift_percent == pytest.approx(0.0, abs=1e-9)
    assert click.test == "Cochran-Mantel-Haenszel"
    assert click.p_value == pytest.approx(1.0)
    assert "standardised" in click.reason


def test_the_best_arm_must_be_significant_and_better():
    """The best arm of a segment beats control; an arm that is only worse never wins."""
    plan = plan_for({"A": 40_000})
    better = results(plan, counts_like(plan, flat(treatment_2=0.07, treatment_3=0.06)))
    (segment,) = better.segment_breakdown
    assert segment.best_performing_arm == "treatment_2"
    assert segment.lift_percent == pytest.approx(40.0)
    assert segment.verdict == "treatment_2 beats control; 1 more does too, and arms are not tested against each other"
    assert (
        "treatment_2 beat control on click rate (2 of 3 arms did): lift +40.0% (95% interval for" in better.conclusion
    )
    worse = results(plan, counts_like(plan, flat(treatment_1=0.03, treatment_2=0.04, treatment_3=0.04)))
    assert worse.segment_breakdown[0].best_performing_arm is None
    assert worse.segment_breakdown[0].verdict == (
        "no arm beats control; worse than control: treatment_1, treatment_2, treatment_3"
    )
    assert worse.conclusion.startswith("No treatment beat control on click rate, in simulated engagement")
    assert worse.conclusion.endswith("significantly worse than control: treatment_1, treatment_2, treatment_3.")


def test_a_winner_does_not_hide_the_losers():
    """Arms significantly below control are named beside the one that won, in the segment and in the conclusion."""
    plan = plan_for({"A": 40_000})
    document = results(plan, counts_like(plan, flat(treatment_1=0.03, treatment_2=0.07)))
    assert document.segment_breakdown[0].verdict == "treatment_2 beats control; worse than control: treatment_1"
    assert "treatment_2 beat control on click rate" in document.conclusion
    assert document.conclusion.endswith("; significantly worse than control: treatment_1.")


def test_intervals_are_said_to_be_for_one_comparison():
    """The conclusion's interval is not adjusted, and says so."""
    plan = plan_for({"A": 40_000})
    document = results(plan, counts_like(plan, flat(treatment_2=0.07)))
    assert "(95% interval for this comparison alone: +" in document.conclusion


def test_segments_are_adjusted_over_all_of_their_arms():
    """A segment's p-values are Holm's over every segment's arms: four equal segments cost a factor of four."""
    rates = flat(treatment_1=0.06)
    one, four = (plan_for(dict.fromkeys(names, 40_000)) for names in ("A", "ABCD"))
    alone = results(one, counts_like(one, rates)).segment_breakdown[0]
    among = results(four, counts_like(four, rates)).segment_breakdown
    assert alone.best_performing_arm == "treatment_1"
    assert [segment.p_adjusted for segment in among] == pytest.approx([4 * alone.p_adjusted] * 4)


def test_segments_without_any_effect_seldom_have_a_best_or_a_worse_arm():
    """Among 200 A/A experiments of twelve segments, those with a verdict on any arm anywhere stay near alpha."""
    rng = np.random.default_rng(20)
    arms, names, size = ARMS, [f"s{number}" for number in range(12)], 400
    sizes = {name: dict.fromkeys(arms, size) for name in names}
    srm = sample_ratio(sizes, sizes)
    found = 0
    for _ in range(200):
        draws = rng.binomial(size, 0.2, (len(names), len(arms))).tolist()
        samples = {
            name: {arm: {"click_rate": Proportion(x, size)} for arm, x in zip(arms, row, strict=True)}
            for name, row in zip(names, draws, strict=True)
        }
        study = Study(
            "control",
            arms[1:],
            ("click_rate",),
            "z-test",
            Terms("observed", "holm", "once", 0.05),
            sizes,
            sizes,
            samples,
            sizes,
        )
        verdicts = segment_findings(study, "click_rate", srm).values()
        found += any(item.best is not None or "worse" in item.verdict for item in verdicts)
    assert found <= 19  # 200 * 0.05 and three standard errors


def test_the_notebooks_next_test_agrees_with_the_plan():
    """At the lift the plan expected, the notebook needs exactly the plan's customers per arm, corrected or not."""
    for correction, uplift in (("holm", 0.1), ("none", 0.1), ("holm", -0.07)):
        config = settings(statistical_testing={"correction": correction}, simulation={"expected_uplift": uplift})
        for approved in (None, {"a": {"urgent": "v1"}}):
            plan = plan_for({"A": 400, "B": 80}, approved, config)
            shown = next_test(json.loads(plan.model_dump_json()))
            needed = [note.size_needed_per_arm for note in plan.power]
            assert shown[f"{100 * uplift:.6g}% lift"].tolist() == needed


def test_tiny_segments_are_told_apart_from_undecided_ones():
    """Where no outcome at all could be significant the verdict is that there are too few customers."""
    document = run({"A": 8, "B": 1, "C": 400})
    assert [segment.verdict.split(":")[0] for segment in document.segment_breakdown] == [
        "too few customers",
        "too few customers",
        "no clear winner",
    ]


def test_a_sample_ratio_mismatch_withholds_every_verdict():
    """Sizes that contradict the plan leave the figures but no verdict, on any metric or segment."""
    plan = plan_for({"A": 40_000})
    counts = counts_like(plan, flat(treatment_2=0.09))
    lost = counts["a"]["treatment_2"]
    counts["a"]["treatment_2"] = lost.model_copy(update={"n": lost.n - 1_000})
    document = results(plan, counts, engagement_source="observed")
    assert document.srm.mismatch
    assert not any(lift.significant for lift in document.lift_analysis)
    assert all("sample ratio mismatch" in lift.reason for lift in document.lift_analysis)
    assert document.lift_analysis[1].p_value < 1e-9
    assert document.segment_breakdown[0].verdict == "withheld: sample ratio mismatch"
    assert document.conclusion.startswith("No verdict, in observed engagement")


def test_nothing_approved_is_a_result():
    """Without any treatment there is nothing to compare, no error and no lift."""
    document = run({"A": 100}, approved={})
    assert document.lift_analysis == ()
    assert [arm.arm_name for arm in document.arms] == ["control"]
    assert document.srm.p_value is None
    assert document.conclusion.startswith("No treatment arm was planned")


def test_nobody_reacting_is_a_result():
    """Zero outcomes everywhere give rates of 0, undefined lifts with reasons, and no winner."""
    plan = plan_for({"A": 400})
    document = results(plan, counts_like(plan, dict.fromkeys(ARMS, (0, 0, 0))))
    assert all(x.lift_percent is None and x.p_value is None and x.reason for x in document.lift_analysis)
    assert document.segment_breakdown[0].verdict.startswith("no clear winner: lift is undefined")
    assert ExperimentDocument.model_validate_json(document.model_dump_json()) == document


def test_missing_observations_are_empty_arms():
    """Planned arms nobody reported on have no rates and a reason, and unplanned ones are refused."""
    plan = plan_for({"A": 400})
    document = results(plan, {}, engagement_source="observed")
    assert all(arm.open_rate is None for arm in document.arms)
    assert all("no customers" in lift.reason for lift in document.lift_analysis)
    for strata in ({"z": {"control": ArmCounts(n=1)}}, {"a": {"treatment_9": ArmCounts(n=1)}}):
        with pytest.raises(InputError, match="not in the experiment's plan"):
            results(plan, strata)
    with pytest.raises(InputError, match="count"):
        results(plan, {"a": {"control": ArmCounts(n=1, opened=2)}})


def test_a_winner_without_any_control_reaction_has_no_lift():
    """Against a control rate of 0 an arm can win on the difference, and its lift stays undefined."""
    plan = plan_for({"A": 4_000})
    document = results(plan, counts_like(plan, flat(control=0.0, treatment_1=0.05)))
    (segment,) = document.segment_breakdown
    assert segment.best_performing_arm is not None
    assert segment.lift_percent is None
    assert "the lift being undefined" in document.conclusion


@pytest.mark.parametrize("test_type", ["z-test", "t-test", "chi-square"])
def test_the_configured_test_and_correction_are_used(test_type):
    """Each result names the configured test; without correction p-values stay as they are."""
    config = settings(statistical_testing={"test_type": test_type, "correction": "none"})
    plan = plan_for({"A": 40_000}, config=config)
    document = results(plan, counts_like(plan, flat(treatment_1=0.06)))
    assert {lift.test for lift in document.lift_analysis} == {"Welch's t-test" if test_type == "t-test" else test_type}
    assert all(lift.p_adjusted == lift.p_value for lift in document.lift_analysis)
    assert ", p = " in document.conclusion


def test_historical_engagement_is_said_to_be_simulated():
    """Rates from history are still a simulation, and the conclusion says so."""
    config = settings(simulation={"use_historical_data": True})
    plan = plan_for({"A": 400}, config=config, avg_historical_click_rate=0.03)
    document = results(plan, outcomes_of(customers({"A": 400}), plan))
    assert document.engagement_source == "historical"
    assert "simulated from historical rates" in document.conclusion


def test_history_nobody_has_is_not_claimed():
    """Where no accepted customer has a historical rate the engagement is simulated from the baselines and called so."""
    config = settings(simulation={"use_historical_data": True})
    assert plan_for({"A": 40}, config=config).engagement_source == "simulated"
    assert plan_for({"A": 40}, config=config, avg_historical_open_rate=0.0).engagement_source == "historical"
    assert plan_for({"A": 40}, avg_historical_open_rate=0.2).engagement_source == "simulated"


def test_huge_counts_are_analysed():
    """A trillion customers per arm neither overflow nor lose a small lift."""
    plan = plan_for({"A": 4})
    n = 10**12
    strata = {"a": {arm: ArmCounts(n=n, opened=n // 4, clicked=n // 20 + 10**7 * (arm != "control")) for arm in ARMS}}
    document = results(plan, strata)
    assert document.lift_analysis[0].lift_percent == pytest.approx(0.02)
    assert document.lift_analysis[0].significant


def test_metrics_of_an_empty_arm_are_none():
    """An arm without customers has no rates."""
    (control,) = calculate_metrics({"a": {"control": ArmCounts()}})
    assert (control.sample_size, control.open_rate, control.click_rate, control.conversion_rate) == (
        0,
        None,
        None,
        None,
    )


def test_the_shipped_configuration_is_valid_and_says_the_defaults():
    """config/experiment_config.yaml validates, chooses automatic approval and states the defaults otherwise."""
    config = ExperimentConfig.model_validate(yaml.safe_load((ROOT / "config/experiment_config.yaml").read_text()))
    described = config.experiment.model_copy(update={"description": ""})
    assert described == ExperimentSettings(approval=ApprovalConfig(mode="auto"))


# --- counts alone -----------------------------------------------------------------------------------------------------


def test_counts_alone_match_the_published_oracle():
    """A real three-arm experiment from its counts: lifts, adjusted p-values and the sample ratio are statsmodels'."""
    if not ORACLE.exists():
        pytest.skip("hillstrom_counts.json is not on this machine")
    oracle = json.loads(ORACLE.read_text())
    found = analyse_counts({"control": "No E-Mail", "strata": {"all": oracle["arms"]}})
    assert found["srm"]["p_value"] == pytest.approx(oracle["srm"]["p"], rel=1e-9)
    for comparison in found["comparisons"]:
        expected = oracle["comparisons"][f"{comparison['arm']} vs No E-Mail"][comparison["metric"]]
        assert comparison["lift_percent"] == pytest.approx(expected["relative_lift_percent"], rel=1e-9)
        assert comparison["p_adjusted"] == pytest.approx(expected["p_holm_over_these_4"], rel=1e-9)
        assert comparison["significant"]
    assert [(s["metric"], s["best_arm"]) for s in found["segments"]] == [
        ("visit", "Mens E-Mail"),
        ("conversion", "Mens E-Mail"),
    ]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_counts_alone_know_planned_shares_and_sums():
    """Unequal shares are no mismatch where they were planned, and continuous metrics are compared by their sums."""
    arms = {
        "control": {"n": 1000, "spend": {"sum": 5000.0, "sum_squares": 50_000.0}},
        "new": {"n": 3000, "spend": {"sum": 18_000.0, "sum_squares": 200_000.0}},
    }
    found = analyse_counts({"strata": {"all": arms}, "shares": {"control": 1, "new": 3}})
    assert not found["srm"]["mismatch"]
    assert found["comparisons"][0]["lift_percent"] == pytest.approx(20.0)
    assert found["comparisons"][0]["test"] == "Welch's t-test"
    assert found["segments"][0]["best_arm"] == "new"
    equal = analyse_counts({"strata": {"all": arms}})["srm"]
    assert equal["mismatch"]
    assert equal["reason"].endswith("against equal shares, as no shares were given")
    assert (
        "no shares"
        not in analyse_counts({"strata": {"all": arms}, "shares": {"control": 1, "new": 2}})["srm"]["reason"]
    )


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"strata": {}},
        {"strata": {"a": {}}},
        {"strata": {"a": {"control": {"n": 5, "x": 1}}}},
        {"strata": {"a": {"control": {"x": 1}, "b": {"n": 5, "x": 1}}}},
        {"strata": {"a": {"control": {"n": 5}, "b": {"n": 5}}}},
        {"strata": {"a": {"control": {"n": 5, "x": 1}, "b": {"n": 5, "y": 1}}}},
        {"strata": {"a": {"control": {"n": 5, "x": 6}, "b": {"n": 5, "x": 1}}}},
        {"strata": {"a": {"control": {"n": 5, "x": -1}, "b": {"n": 5, "x": 1}}}},
        {"strata": {"a": {"control": {"n": 5, "x": 1.5}, "b": {"n": 5, "x": 1}}}},
        {"strata": {"a": {"control": {"n": True, "x": 1}, "b": {"n": 5, "x": 1}}}},
        {"strata": {"a": {"control": {"n": 10**400, "x": 1}, "b": {"n": 5, "x": 1}}}},
        {"strata": {"a": {"control": {"n": 5, "x": 1}, "b": {"n": 5, "x": {"sum": 1, "sum_squares": 1}}}}},
        {"strata": {"a": {"control": {"n": 5, "x": 1}, "b": {"n": {"sum": 1, "sum_squares": 1}, "x": 1}}}},
        {"strata": {"a": {"control": {"n": 5, "x": {"sum": float("nan"), "sum_squares": 1}}}}},
        {"strata": {"a": {"control": {"n": 5, "x": {"sum": 10**400, "sum_squares": 1}}}}},
        {"control": "none", "strata": {"a": {"control": {"n": 5, "x": 1}, "b": {"n": 5, "x": 1}}}},
        {"alpha": 0, "strata": {"a": {"control": {"n": 5, "x": 1}, "b": {"n": 5, "x": 1}}}},
        {"shares": {"b": 1}, "strata": {"a": {"control": {"n": 5, "x": 1}, "b": {"n": 5, "x": 1}}}},
        {"surprise": 1, "strata": {"a": {"control": {"n": 5, "x": 1}, "b": {"n": 5, "x": 1}}}},
    ],
)
def test_counts_that_make_no_sense_are_refused(document):
    """Whatever is missing, impossible or contradictory is one clear input error."""
    with pytest.raises(InputError):
        analyse_counts(document)
