"""The analysis of counts against a plan: what decides, what is withheld, and what stands beside the planned tests."""

import numpy as np
import pytest

from shared.domain.analysis import analyse
from shared.domain.counts import analyse_counts
from shared.domain.exact import exact_total
from shared.domain.holdout import HOLDOUT
from shared.errors import InputError
from shared.experiment_contracts import (
    Arm,
    ArmCounts,
    CovariateSums,
    Holdout,
    PlanDocument,
    RevenueSums,
    SegmentPlan,
)

DIGEST = "0" * 64
SIZE = 20_000


def arm(name, size=SIZE, share=0.5):
    return Arm(arm=name, variant_id=name, tone=None, share=share, size=size, upper_key=1)


def plan(segments=("a",), *, arms=("control", "treatment_1"), held_out=0, **changes):
    fields = {
        "input_digest": DIGEST,
        "experiment_id": "r",
        "name": "test",
        "seed": "r",
        "engagement_source": "simulated",
        "primary": "click_rate",
        "secondary": ("conversion_rate",),
        "test_type": "z-test",
        "correction": "holm",
        "alpha": 0.05,
        "looks": "any",
        "simulation": {"expected_uplift": 0.1},
        "segments": tuple(
            SegmentPlan(
                segment_id=name,
                segment=name.upper(),
                size=SIZE * len(arms),
                held_out=held_out,
                arms=tuple(arm(one, share=1 / len(arms)) for one in arms),
            )
            for name in segments
        ),
        "power": (),
    }
    return PlanDocument(**fields | changes)


def counts(clicked, converted=0, n=SIZE, **more):
    return ArmCounts(n=n, opened=max(clicked, converted), clicked=clicked, converted=converted, **more)


def analysed(of_plan, strata, **more):
    return analyse(of_plan, strata, plan_digest=DIGEST, input_digest=DIGEST, **more)


def test_observed_outcomes_are_decided_by_the_test_that_may_be_looked_at_any_time():
    """What one look calls significant is not where any number of looks is allowed, and is where one was planned."""
    strata = {"a": {"control": counts(1000), "treatment_1": counts(1100)}}
    [any_look, _] = analysed(plan(), strata, engagement_source="observed").lift_analysis
    [one_look, _] = analysed(plan(looks="once"), strata, engagement_source="observed").lift_analysis
    [simulated, _] = analysed(plan(), strata).lift_analysis
    assert any_look.p_adjusted == one_look.p_adjusted < 0.05 < any_look.sequential.p_adjusted
    assert [any_look.significant, one_look.significant, simulated.significant] == [False, True, True]
    assert any_look.sequential.lift_ci_percent[0] < any_look.lift_ci_percent[0]


def test_the_conclusion_names_the_p_value_that_decided_and_the_customers():
    """An observed winner is told with its always-valid p-value and interval and with both sizes."""
    strata = {"a": {"control": counts(1000), "treatment_1": counts(1400)}}
    said = analysed(plan(), strata, engagement_source="observed").conclusion
    assert "always-valid adjusted p" in said
    assert "always-valid interval" in said
    assert "20,000 against 20,000 customers" in said


def test_every_lift_has_its_sizes_and_every_named_best_arm_its_interval():
    """No figure of a comparison comes without the customers behind it."""
    strata = {name: {"control": counts(1000), "treatment_1": counts(1400)} for name in "ab"}
    found = analysed(plan(("a", "b")), strata)
    assert {(lift.treatment_size, lift.control_size) for lift in found.lift_analysis} == {(2 * SIZE, 2 * SIZE)}
    for segment in found.segment_breakdown:
        assert (segment.treatment_size, segment.control_size) == (SIZE, SIZE)
        assert segment.lift_ci_percent[0] < segment.lift_percent < segment.lift_ci_percent[1]


def test_a_segment_whose_sizes_are_off_loses_its_own_verdict_only():
    """Below 0.001 in one of many segments withholds that segment; the others and the whole keep theirs."""
    names = [f"s{number}" for number in range(12)]
    strata = {name: {"control": counts(1000), "treatment_1": counts(1400)} for name in names}
    strata["s0"] = {"control": counts(970, n=19_402), "treatment_1": counts(1440, n=20_120)}
    found = analysed(plan(tuple(names)), strata)
    off = [segment.segment for segment in found.srm.segments if segment.mismatch]
    assert off == ["s0"]
    assert not found.srm.mismatch
    verdicts = [segment.best_performing_arm for segment in found.segment_breakdown]
    assert verdicts == [None] + ["treatment_1"] * 11
    assert found.segment_breakdown[0].verdict.startswith("withheld")


def test_simpsons_paradox_is_not_pooled_over():
    """Where all segments together would turn the sign round, the figures are those within segments, and it is said."""
    strata = {
        "mild": {"control": {"n": 270, "well": 234}, "open": {"n": 87, "well": 81}},
        "severe": {"control": {"n": 80, "well": 55}, "open": {"n": 263, "well": 192}},
    }
    more = {
        name: {side: {key: 10 * value for key, value in cell.items()} for side, cell in arms.items()}
        for name, arms in strata.items()
    }
    [found] = analyse_counts({"strata": more})["comparisons"]
    assert found["stratified"]["reversed"]
    assert found["abs_diff"] == pytest.approx(found["stratified"]["abs_diff"])
    assert found["abs_diff"] > 0
    assert "Simpson" in found["reason"]


def test_an_a_a_test_says_so_and_proposes_nothing():
    """The conclusion begins with what was tested, a difference is called a false alarm, and no shares are proposed."""
    quiet = analysed(plan(a_a_test=True), {"a": {"control": counts(1000), "treatment_1": counts(1001)}})
    loud = analysed(plan(a_a_test=True), {"a": {"control": counts(1000), "treatment_1": counts(1400)}})
    assert quiet.conclusion.startswith("A/A test, every arm has the same message: as it should be.")
    assert "false alarm" in loud.conclusion
    assert quiet.next_shares == loud.next_shares == {}


def revenue(values):
    return RevenueSums(total=exact_total(values), squares=exact_total(values**2))


def with_revenue(mean, seed):
    values = np.random.default_rng(seed).gamma(2.0, mean / 2, SIZE)
    return counts(1000, 100, revenue=revenue(values)), values


def test_revenue_that_was_not_planned_gets_figures_and_no_verdict():
    """Recorded revenue is compared by Welch's test, outside the family, and is never significant."""
    (control, before), (treated, after) = with_revenue(20, 1), with_revenue(30, 2)
    found = analysed(plan(), {"a": {"control": control, "treatment_1": treated}}, engagement_source="observed")
    [lift] = [lift for lift in found.lift_analysis if lift.metric == "revenue_per_customer"]
    assert lift.abs_diff == pytest.approx(after.mean() - before.mean())
    assert lift.p_value < 1e-9
    assert not lift.planned
    assert not lift.significant
    assert lift.p_adjusted is None
    assert lift.sequential.p_adjusted is None
    [first, second] = found.arms
    assert first.revenue_ci[0] < first.revenue_per_customer < first.revenue_ci[1] < second.revenue_ci[0]


def test_planned_revenue_nobody_recorded_is_undefined_with_its_reason():
    """It stays in the family, so the other tests are no easier for its absence."""
    of_plan = plan(secondary=("conversion_rate", "revenue_per_customer"))
    found = analysed(of_plan, {"a": {"control": counts(1000, 100), "treatment_1": counts(1400, 100)}})
    [click, _, lift] = found.lift_analysis
    assert (lift.p_value, lift.abs_diff, lift.reason) == (None, None, "nobody recorded this metric")
    assert click.p_adjusted == pytest.approx(3 * click.p_value)


def test_the_holdout_is_compared_with_everybody_who_was_mailed():
    """On conversions, within segments, without a verdict; simulated runs say that there is nothing to compare."""
    of_plan = plan(held_out=4000, holdout=Holdout(percent=10, salt="s"), cost_per_message_usd=0.01)
    strata = {
        "a": {
            "control": counts(1000, 300),
            "treatment_1": counts(1400, 400),
            HOLDOUT: ArmCounts(n=4000, converted=20),
        }
    }
    found = analysed(of_plan, strata, engagement_source="observed", cost_usd=100.0)
    lift = found.holdout.comparison
    assert (lift.treatment_size, lift.control_size) == (2 * SIZE, 4000)
    assert lift.abs_diff == pytest.approx(700 / 40_000 - 20 / 4000)
    assert not lift.significant
    [_, everybody] = found.conversion_costs
    assert everybody.cost_usd == pytest.approx(100 + 40_000 * 0.01)
    assert everybody.cost_per_conversion_usd == pytest.approx(500 / (40_000 * lift.abs_diff))
    assert analysed(of_plan, strata).holdout.comparison is None


def test_held_out_customers_are_in_no_arm():
    """They change neither rates nor sizes nor the sample ratio of the arms."""
    arms = {"control": counts(1000), "treatment_1": counts(1100)}
    with_them = analysed(
        plan(held_out=4000, holdout=Holdout(percent=10, salt="s")), {"a": {**arms, HOLDOUT: ArmCounts(n=4000)}}
    )
    without = analysed(plan(), {"a": arms})
    assert with_them.lift_analysis == without.lift_analysis
    assert (with_them.srm, with_them.arms) == (without.srm, without.arms)


def test_what_was_known_before_narrows_the_interval_and_decides_nothing():
    """With a covariate that tells of the outcome the adjusted interval is narrower, and the test stays as planned."""
    draw = np.random.default_rng(5)
    cells = {}
    for name in ("control", "treatment_1"):
        rates = np.round(draw.beta(0.5, 4.5, SIZE) * 10_000).astype(int)
        clicked = draw.random(SIZE) < rates / 10_000
        sums = CovariateSums(total=rates.sum(), squares=(rates**2).sum(), products=rates[clicked].sum())
        cells[name] = counts(int(clicked.sum()), covariates={"click_rate": sums})
    found = analysed(plan(covariates={"click_rate": "historical_click_rate"}), {"a": cells}).lift_analysis[0]
    plain = analysed(plan(), {"a": cells}).lift_analysis[0]
    assert found.adjusted.variance_reduction > 0.1
    assert np.diff(found.adjusted.abs_ci) < np.diff(found.abs_ci)
    assert plain.adjusted is None
    assert found.model_copy(update={"adjusted": None}) == plain


def test_counts_that_were_not_planned_are_refused():
    """A segment, an arm or a holdout that the plan does not have is no part of the experiment."""
    for strata in (
        {"b": {}} | {"b": {"control": ArmCounts()}},
        {"a": {"treatment_2": ArmCounts()}},
        {"a": {HOLDOUT: ArmCounts()}},
    ):
        with pytest.raises(InputError):
            analysed(plan(), strata)


def test_counts_from_elsewhere_may_bring_a_covariate():
    """A metric with its covariate's sums gets an adjusted difference; one that contradicts itself is refused."""
    known = {"sum": 50.0, "sum_squares": 40.0, "sum_products": 20.0}
    cell = {"n": 100, "click": {"count": 30, "covariate": known}, "spend": {"sum": 500, "sum_squares": 9000}}
    found = analyse_counts({"strata": {"all": {"control": cell, "t": cell}}})
    click, spend = found["comparisons"]
    assert click["adjusted"]["abs_diff"] == pytest.approx(0)
    assert click["adjusted"]["variance_reduction"] > 0
    assert spend["adjusted"] is None
    broken = {**cell, "click": {"count": 30, "covariate": known | {"sum_squares": 1.0}}}
    with pytest.raises(InputError):
        analyse_counts({"strata": {"all": {"control": cell, "t": broken}}})


@pytest.mark.parametrize("correction", ["holm", "benjamini-hochberg", "none"])
def test_the_chosen_correction_is_used_for_both_kinds_of_p_value(correction):
    """Adjusted p-values of the planned and of the always-valid tests follow the same rule."""
    arms = {"control": {"n": 5000, "m": 500}, "t": {"n": 5000, "m": 560}, "u": {"n": 5000, "m": 610}}
    found = analyse_counts({"correction": correction, "strata": {"all": arms}})["comparisons"]
    p = [row["p_value"] for row in found]
    expected = {"holm": [p[0], 2 * p[1]], "benjamini-hochberg": [p[0], 2 * p[1]], "none": p}[correction]
    assert [row["p_adjusted"] for row in found] == pytest.approx(expected)
    looked = [row["sequential"]["p_value"] for row in found]
    expected = {"none": looked}.get(correction, [looked[0], min(1, 2 * looked[1])])
    assert [row["sequential"]["p_adjusted"] for row in found] == pytest.approx(expected)


def test_shares_follow_the_odds_and_control_keeps_its_floor():
    """Proposed shares add up to one, favour what is likely best, and never drop control below its floor."""
    strata = {"a": {"control": counts(1000), "treatment_1": counts(1400)}}
    found = analysed(plan(control_floor=0.15), strata)
    assert found.next_shares == {"control": 0.15, "treatment_1": 0.85}
    assert sum(belief.probability_best for belief in found.beliefs) == pytest.approx(1)
    assert found.beliefs[1].expected_loss == pytest.approx(0, abs=1e-9)


def test_means_are_not_confounded_by_shares_that_differ_between_segments():
    """Where an arm's share differs between segments, revenue is compared within them, weighted as rates are."""
    shares = {"a": 0.9, "b": 0.1}  # of treatment_1, where customers spend much and where they spend little
    segments = tuple(
        SegmentPlan(
            segment_id=name,
            segment=name,
            size=SIZE,
            arms=(arm("control", round(SIZE * (1 - share)), 1 - share), arm("treatment_1", round(SIZE * share), share)),
        )
        for name, share in shares.items()
    )
    spent = {"a": np.linspace(40, 60, SIZE), "b": np.linspace(4, 6, SIZE)}
    strata = {
        segment.segment_id: {
            one.arm: counts(
                100, 10, n=one.size, revenue=revenue(spent[segment.segment_id][:: SIZE // one.size][: one.size])
            )
            for one in segment.arms
        }
        for segment in segments
    }
    found = analysed(
        plan(segments=(), secondary=("revenue_per_customer",)).model_copy(update={"segments": segments}), strata
    )
    lift = found.lift_analysis[1]
    assert abs(lift.abs_diff) < 1
    assert lift.treatment_rate == pytest.approx(27.5, rel=0.05)
    assert "standardised" in lift.reason


def test_a_great_effect_among_few_customers_is_found_at_any_look():
    """Always-valid tests are tuned to the planned sizes, so a short list can show an effect that leaps to the eye."""
    small = plan(arms=("control", "treatment_1")).model_copy(
        update={
            "simulation": {"baseline_click_rate": 0.05, "baseline_conversion_rate": 0.01, "baseline_open_rate": 0.25},
            "segments": (
                SegmentPlan(segment_id="a", segment="A", size=194, arms=(arm("control", 97), arm("treatment_1", 97))),
            ),
        }
    )
    strata = {"a": {"control": counts(17, n=97), "treatment_1": counts(58, n=97)}}
    lift = analysed(small, strata, engagement_source="observed").lift_analysis[0]
    assert lift.significant
    assert lift.sequential.p_adjusted < 1e-4
