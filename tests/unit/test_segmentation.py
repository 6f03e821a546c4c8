"""Segments: the rules and clusters that name them, the statistics behind them, and their summary."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from shared.contracts import ClusterModel, PartitionStatistics
from shared.domain.clustering import cluster_names, fit_candidates, fit_clusters, merge_candidates
from shared.domain.csv_records import plan_partitions
from shared.domain.customers import DUPLICATE, parse_partition, repeated_rows
from shared.domain.digests import unique_names
from shared.domain.explanations import cluster_explanations, rule_explanations
from shared.domain.segmentation import (
    engagement_scores,
    generate_segment_summary,
    merge_statistics,
    partition_statistics,
    segment_customers,
    without,
    without_suppressed,
)
from shared.errors import ConfigError, InputError
from shared.run_config import KMeansSettings, PartitionSettings, SegmentationConfig
from tests.customer_lists import reader

CONFIG = SegmentationConfig.model_validate(
    yaml.safe_load((Path(__file__).parents[2] / "config" / "segmentation.yaml").read_text(encoding="utf-8"))
)
REAL_CUSTOMERS = Path(__file__).parents[2].parent / "shared" / "data" / "customers_real.csv"
DIGEST = "0" * 64
HALF_LIFE = 90.0
NO_REJECTS = pd.DataFrame({"row_number": pd.Series(dtype="int64"), "reason": pd.Series(dtype="str")})


def frame(*amounts, **columns):
    """Customers with these (purchase_frequency, avg_order_value, last_engagement_days)."""
    values = np.array(amounts, dtype=np.float64).reshape(-1, 3)
    size = len(values)
    made = {
        "row_number": np.arange(2, size + 2),
        "customer_id": pd.Series([f"c{i}" for i in range(size)], dtype="str"),
        "key": np.random.default_rng(3).integers(0, 2**64, size, dtype=np.uint64),
        "purchase_frequency": values[:, 0],
        "avg_order_value": values[:, 1],
        "last_engagement_days": values[:, 2],
        "age": np.full(size, np.nan),
        "historical_open_rate": np.full(size, np.nan),
        "historical_click_rate": np.full(size, np.nan),
    }
    return pd.DataFrame(made | columns)


def three_groups(size=300):
    """Customers around three well separated centres, the same number at each."""
    rng = np.random.default_rng(5)
    centres = np.array([[20, 500, 5], [2, 40, 300], [6, 40, 20]])
    return frame(*(np.tile(centres, (size // 3, 1)) * rng.lognormal(0, 0.1, (size, 3))))


def statistics(segmented, rejects=NO_REJECTS):
    return partition_statistics(
        segmented,
        rejects=rejects,
        suppressed=rejects.iloc[:0],
        input_digest=DIGEST,
        half_life=HALF_LIFE,
    )


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "segment"),
    [
        ((1, 200.01, 29), "High-Value Recent"),
        ((7, 500, 0), "High-Value Recent"),
        ((7, 200, 31), "At-Risk"),
        ((6.1, 900, 31), "At-Risk"),
        ((7, 200, 30), "Standard"),
        ((7, 201, 30), "Standard"),
        ((6, 10, 31), "Standard"),
        ((3, 200, 29), "Standard"),
        ((2.9, 200, 29), "New Customer"),
        ((0, 1e308, 30), "New Customer"),
        ((0, 0, 0), "New Customer"),
    ],
)
def test_shipped_rules_are_the_documents(amounts, segment):
    """High-value recent, then at-risk, then new, then standard, with strict bounds."""
    segmented = segment_customers(frame(amounts), config=CONFIG)
    assert segmented["segment"].tolist() == [segment]
    assert segmented["confidence"].isna().all()


def test_first_rule_that_holds_wins_and_every_kind_of_bound_counts():
    """Rules are tried in order; inclusive and exclusive bounds differ on their edge."""
    config = SegmentationConfig.model_validate(
        {
            "rules": [
                {"segment": "edge", "when": {"purchase_frequency": {"at_least": 5, "at_most": 5}}},
                {"segment": "low", "when": {"purchase_frequency": {"below": 5}}},
                {"segment": "never", "when": {"purchase_frequency": {"below": 4}}},
            ],
            "otherwise": "high",
        }
    )
    segmented = segment_customers(frame((5, 0, 0), (3, 0, 0), (5.5, 0, 0)), config=config)
    assert segmented["segment"].tolist() == ["edge", "low", "high"]


def test_every_customer_gets_one_segment():
    """Nobody is lost or doubled, the frame's other columns stay, and its own is not changed."""
    customers = three_groups()
    before = customers.copy()
    segmented = segment_customers(customers, config=CONFIG)
    pd.testing.assert_frame_equal(segmented[customers.columns], before)
    pd.testing.assert_frame_equal(customers, before)
    assert segmented["segment"].notna().all()


def test_no_customers_are_segmented_into_nothing():
    """An empty partition keeps its columns."""
    segmented = segment_customers(frame(), config=CONFIG)
    assert segmented.empty
    assert segmented["segment"].cat.categories.dtype == "str"


def test_unknown_method_and_missing_model_are_told():
    """A method that is not there, or k-means before its fit, is a fault of configuration."""
    with pytest.raises(ConfigError, match="Unknown segmentation method"):
        segment_customers(frame((1, 2, 3)), "magic", config=CONFIG)
    with pytest.raises(ConfigError, match="fitted model"):
        segment_customers(frame((1, 2, 3)), "kmeans", config=CONFIG)


# --- clusters ---------------------------------------------------------------------------------------------------------


def test_separated_groups_are_found():
    """Three plain groups give three clusters, chosen by silhouette, each holding one group."""
    customers = three_groups()
    model = fit_clusters(customers, KMeansSettings(), "seed", DIGEST)
    assert len(model.centres) == 3
    assert model.silhouette == max(model.silhouette_by_k.values())
    assert sorted(model.silhouette_by_k) == ["3", "4", "5"]
    segmented = segment_customers(customers, "kmeans", config=CONFIG, model=model)
    groups = segmented["segment"].to_numpy().reshape(-1, 3)
    assert all(len(set(groups[:, group])) == 1 for group in range(3))
    assert segmented["segment"].nunique() == 3
    assert segmented["confidence"].min() > 0.5


def test_fit_is_repeatable_and_follows_its_seed():
    """The same sample and seed give the same model to the byte."""
    customers = three_groups()
    fits = [fit_clusters(customers, KMeansSettings(clusters=4), "seed", DIGEST) for _ in range(2)]
    assert fits[0].model_dump_json() == fits[1].model_dump_json()
    assert len(fits[0].centres) == 4


def test_confidence_is_one_at_a_centre_and_zero_between_two():
    """The measure is (d2 - d1) / (d2 + d1)."""
    model = ClusterModel(
        input_digest=DIGEST,
        features=("purchase_frequency", "avg_order_value", "last_engagement_days"),
        means=(0.0, 0.0, 0.0),
        scales=(1.0, 1.0, 1.0),
        centres=((0.0, 0.0, 0.0), (0.0, 4.0, 0.0), (9.0, 9.0, 9.0)),
        names=("a", "b", "c"),
        silhouette=None,
        silhouette_by_k={},
        sample_size=3,
    )
    customers = frame(*((0, math.expm1(height), 0) for height in (0, 1, 2, 4)))
    segmented = segment_customers(customers, "kmeans", config=CONFIG, model=model)
    assert segmented["segment"].tolist()[:2] + segmented["segment"].tolist()[3:] == ["a", "a", "b"]
    assert segmented["confidence"].tolist() == pytest.approx([1, 0.5, 0, 1])


@pytest.mark.parametrize("distinct", [1, 2, 3, 4])
def test_fewer_distinct_customers_make_fewer_clusters(distinct):
    """There are never more clusters than distinct customers, and one cluster is sure of itself."""
    customers = frame(*((i % distinct, 10, 1e308) for i in range(20)))
    model = fit_clusters(customers, KMeansSettings(clusters=5), "seed", DIGEST)
    assert len(model.centres) == distinct
    segmented = segment_customers(customers, "kmeans", config=CONFIG, model=model)
    assert segmented["segment"].nunique() == distinct
    assert segmented["confidence"].min() > 0.999


def test_one_customer_is_one_cluster():
    """A single customer has a segment; what cannot be judged has no silhouette."""
    model = fit_clusters(frame((1, 2, 3)), KMeansSettings(), "seed", DIGEST)
    assert len(model.names) == 1
    assert model.silhouette is None


@pytest.mark.parametrize("seed", range(6))
def test_odd_amounts_give_a_sound_model(seed):
    """Huge, tiny, equal and all but equal amounts end in distinct, finite clusters and confidences from 0 to 1."""
    rng = np.random.default_rng(seed)
    amounts = rng.choice([0, 1e-300, 1e-17, 1, 1 + 1e-12, 1e300, 1e308], size=(30, 3))
    customers = frame(*amounts)
    model = fit_clusters(customers, KMeansSettings(clusters=7), "seed", DIGEST)
    assert len(set(model.centres)) == len(set(model.names)) == len(model.centres)
    segmented = segment_customers(customers, "kmeans", config=CONFIG, model=model)
    assert segmented["confidence"].between(0, 1).all()


def test_nobody_to_cluster_is_an_input_error():
    """Without an accepted customer there is no fit."""
    with pytest.raises(InputError, match="no customer was accepted"):
        fit_clusters(frame(), KMeansSettings(), "seed", DIGEST)


def test_names_tell_what_sets_a_cluster_apart():
    """The two farthest features name a cluster; near the mean there is nothing to tell."""
    centres = np.array([[1.5, 1.0, 0.1], [-0.3, -0.9, 1.2], [0.1, 0.0, -0.2], [0.9, 0.1, -1.0]])
    assert cluster_names(centres) == (
        "Frequent High Spenders",
        "Lapsed Low Spenders",
        "Average Customers",
        "Recent Frequent Customers",
    )


def test_names_are_unique():
    """Clusters of one description are told apart by the third feature, then by a number."""
    centres = np.array([[1.5, 1.0, 0.5], [1.4, 1.1, -0.5], [0.0, 0.0, 0.0], [0.1, 0.0, 0.0]])
    assert cluster_names(centres) == (
        "Lapsed Frequent High Spenders",
        "Recent Frequent High Spenders",
        "Average Customers",
        "Average Customers 2",
    )
    assert unique_names(["a", "a", "a 2", "a"], separator=" ") == ("a", "a 2", "a 2 2", "a 3")


def test_sample_is_a_random_part_that_ignores_the_partitions():
    """The sample is the same however customers are cut, even with rows repeated in a later partition."""
    customers = three_groups(900)
    settings = KMeansSettings(sample_size=100)
    whole = merge_candidates([fit_candidates(customers, settings)], settings)
    repeated = customers.iloc[:50].assign(row_number=lambda rows: rows["row_number"] + 10_000)
    parts = [customers.iloc[:10], customers.iloc[10:500], customers.iloc[500:], repeated]
    candidates = [fit_candidates(part, settings) for part in parts]
    assert max(map(len, candidates)) <= 100
    pd.testing.assert_frame_equal(merge_candidates(candidates, settings), whole)
    assert len(whole) == 100
    assert 350 < whole["row_number"].mean() < 550


# --- statistics and the summary ---------------------------------------------------------------------------------------


def test_summary_tells_sizes_shares_and_means():
    """Segments come by size, then name; means are over the customers that have a value."""
    customers = frame(
        (7, 10, 90), (9, 30, 180), (1, 5, 0), (2, 5, 0), (5, 1, 1), age=[40, np.nan, np.nan, np.nan, np.nan]
    )
    stats = statistics(segment_customers(customers, config=CONFIG))
    document = generate_segment_summary(stats, method="rules")
    assert [(s.name, s.segment_id, s.size, s.share) for s in document.segments] == [
        ("At-Risk", "at-risk", 2, 0.4),
        ("New Customer", "new-customer", 2, 0.4),
        ("Standard", "standard", 1, 0.2),
    ]
    at_risk = document.segments[0]
    assert at_risk.features.avg_purchase_frequency == 8
    assert at_risk.features.avg_order_value == 20
    assert at_risk.features.engagement_score == (0.5 + 0.25) / 2
    assert at_risk.features.avg_age == 40
    assert document.segments[1].features.avg_age is None
    assert at_risk.confidence is None


def test_cluster_summary_has_a_confidence():
    """Clusters carry the mean confidence of their customers."""
    customers = three_groups()
    model = fit_clusters(customers, KMeansSettings(), "seed", DIGEST)
    segmented = segment_customers(customers, "kmeans", config=CONFIG, model=model)
    document = generate_segment_summary(statistics(segmented), method="kmeans")
    for segment in document.segments:
        of_segment = segmented.loc[segmented["segment"] == segment.name, "confidence"]
        assert segment.confidence == pytest.approx(of_segment.mean())


def test_outliers_have_a_mean():
    """A segment whose total is beyond float64 still has its mean."""
    stats = statistics(segment_customers(frame((1, 1e308, 40), (1, 1e308, 40)), config=CONFIG))
    segment = generate_segment_summary(stats, method="rules").segments[0]
    assert segment.features.avg_order_value == 1e308


def test_engagement_halves_with_every_half_life():
    """Today is 1, one half-life ago a half; the far past is 0."""
    assert engagement_scores(np.array([0, 90, 180, 1e308]), 90).tolist() == [1, 0.5, 0.25, 0]
    assert engagement_scores(np.array([1e308]), 0.001).tolist() == [0]


def test_segments_of_one_slug_get_ids_of_their_own():
    """Names that differ only in signs do not share an id."""
    config = SegmentationConfig.model_validate(
        {"rules": [{"segment": "At Risk!", "when": {"purchase_frequency": {"above": 5}}}], "otherwise": "At-Risk"}
    )
    stats = statistics(segment_customers(frame((9, 1, 1), (9, 1, 1), (1, 1, 1)), config=config))
    document = generate_segment_summary(stats, method="rules")
    assert [segment.segment_id for segment in document.segments] == ["at-risk", "at-risk-2"]


def test_list_without_accepted_customers_has_no_segments():
    """Rejects alone make a document that counts them."""
    rejects = pd.DataFrame({"row_number": [2, 3], "reason": ["blank line", "blank line"]})
    stats = statistics(segment_customers(frame(), config=CONFIG), rejects)
    document = generate_segment_summary(merge_statistics([stats], input_digest=DIGEST), method="rules")
    assert document.segments == ()
    assert document.reject_reasons == {"blank line": 2}


def test_removing_rows_leaves_the_statistics_of_the_others():
    """Duplicates found later are taken out exactly and counted as rejects, whole segments included."""
    rng = np.random.default_rng(8)
    customers = frame(*rng.lognormal(1, 1.5, (400, 3)), age=rng.integers(18, 90, 400).astype(float))
    segmented = segment_customers(customers, config=CONFIG)
    gone = (rng.random(400) < 0.2) | (segmented["segment"] == "Standard")
    left = without(statistics(segmented), segmented[gone], half_life=HALF_LIFE)
    expected = statistics(
        segmented[~gone], pd.DataFrame({"row_number": segmented["row_number"][gone], "reason": DUPLICATE})
    )
    assert left == expected
    assert left.model_dump_json() == expected.model_dump_json()


def test_formula_like_ids_are_counted_over_partitions_without_those_taken_out():
    """The count adds up over partitions, and loses the rows that turn out to repeat an id or to be suppressed."""
    first = segment_customers(frame((7, 1, 90), (1, 1, 1), customer_id=["=1+1", "c"]), config=CONFIG)
    second = segment_customers(frame((7, 1, 90), (1, 1, 1), customer_id=["-2", "@x"]), config=CONFIG)
    stats = merge_statistics([statistics(first), statistics(second)], input_digest=DIGEST)
    assert generate_segment_summary(stats, method="rules").formula_like_ids == 3
    stats = without(stats, second.iloc[:1], half_life=HALF_LIFE)
    assert generate_segment_summary(stats, method="rules").formula_like_ids == 2
    stats = without_suppressed(stats, first, half_life=HALF_LIFE)
    assert generate_segment_summary(stats, method="rules").formula_like_ids == 1


def test_merging_nothing_is_nothing():
    """No partition, no customer."""
    assert merge_statistics([], input_digest=DIGEST) == PartitionStatistics(
        input_digest=DIGEST, read=0, accepted=0, rejected=0, reasons={}, segments={}
    )


# --- the whole of it, on any number of partitions ---------------------------------------------------------------------


def summary(data, method, count):
    """The segments of a list and the model behind them, by the steps of a run with ``count`` partitions."""
    planned = plan_partitions([data], size=len(data), settings=PartitionSettings(count=count), input_digest=DIGEST)
    parsed = [
        parse_partition(data[part.offset : part.offset + part.length], planned.columns, part, "seed")
        for part in planned.partitions
    ]
    settings = KMeansSettings(sample_size=150)
    model = None
    if method == "kmeans":
        sample = merge_candidates([fit_candidates(part.customers, settings) for part in parsed], settings)
        model = fit_clusters(sample, settings, "seed", DIGEST)
    frames = [segment_customers(part.customers, method, config=CONFIG, model=model) for part in parsed]
    repeated = repeated_rows(reader(frames), sum(map(len, frames)))
    items = [
        without(statistics(rows, part.rejects), rows[rows["row_number"].isin(repeated)], half_life=HALF_LIFE)
        for rows, part in zip(frames, parsed, strict=True)
    ]
    total = merge_statistics(items, input_digest=DIGEST)
    return generate_segment_summary(total, method=method).model_dump_json(), model


def random_list(seed, size=400):
    """Customers with skewed amounts, repeated ids, bad rows, quoted line ends and CR LF."""
    rng = np.random.default_rng(seed)
    lines = ["customer_id,location,purchase_frequency,avg_order_value,last_engagement_days,age"]
    for _ in range(size):
        place = rng.choice(["UK", '"Lyon,\r\nFrance"', '"a ""b"""', ""])
        frequency, value, days = rng.lognormal([1, 4, 3], [1, 1.5, 1.2]).round(3)
        age = rng.choice(["", "33", "60", "old"], p=[0.4, 0.3, 0.25, 0.05])
        lines.append(f"c{rng.integers(size)},{place},{frequency},{value},{days},{age}")
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("method", ["rules", "kmeans"])
@pytest.mark.parametrize("seed", range(3))
def test_partitions_change_no_segment(seed, method):
    """The summary and the model are the same to the byte on 1, 2, 7 and 50 partitions."""
    data = random_list(seed)
    whole = summary(data, method, 1)
    assert DUPLICATE in whole[0]
    for count in (2, 7, 50):
        assert summary(data, method, count) == whole


@pytest.mark.skipif(not REAL_CUSTOMERS.exists(), reason="the real customer list is not here")
def test_real_list_has_the_segments_of_its_rules():
    """Sizes on the real customers equal a plain count by the rules, on any number of partitions."""
    data = REAL_CUSTOMERS.read_bytes()
    raw = pd.read_csv(REAL_CUSTOMERS)
    recent = (raw["avg_order_value"] > 200) & (raw["last_engagement_days"] < 30)
    at_risk = ~recent & (raw["purchase_frequency"] > 6) & (raw["last_engagement_days"] > 30)
    whole, _ = summary(data, "rules", 1)
    assert f'"name":"High-Value Recent","size":{recent.sum()}' in whole
    assert f'"name":"At-Risk","size":{at_risk.sum()}' in whole
    assert summary(data, "rules", 7)[0] == whole


# --- explanations -----------------------------------------------------------------------------------------------------


def rules_of(*rules, otherwise="Rest"):
    listed = [{"segment": segment, "when": when} for segment, when in rules]
    return SegmentationConfig.model_validate({"rules": listed, "otherwise": otherwise})


def test_a_rule_explains_its_segment_with_its_bounds():
    """Every bound is told in plain words; a later rule fires only where no earlier one did, and the rest where none."""
    config = rules_of(
        ("Best", {"purchase_frequency": {"at_least": 12}, "avg_order_value": {"above": 1234567.5}}),
        ("Idle", {"last_engagement_days": {"above": 30, "at_most": 0.1 + 90}}),
    )
    assert rule_explanations(config) == {
        "Best": "purchase frequency at least 12 and average order value above 1,234,567.5",
        "Idle": "days since last engagement above 30 and at most 90.1; no earlier rule held",
        "Rest": "no rule held",
    }


def test_a_segment_of_several_rules_names_each():
    """Two rules and the rest may share a name; then each of them is a reason."""
    frequent, rare = {"purchase_frequency": {"above": 9}}, {"purchase_frequency": {"below": 1}}
    config = rules_of(("Odd", frequent), ("Odd", rare), otherwise="Odd")
    assert rule_explanations(config) == {
        "Odd": "purchase frequency above 9; or: purchase frequency below 1; no earlier rule held; or: no rule held"
    }


def model_of(*centres, means=(1.0, 4.0, 3.0), scales=(0.5, 1.0, 2.0)):
    return ClusterModel(
        input_digest=DIGEST,
        features=("purchase_frequency", "avg_order_value", "last_engagement_days"),
        means=means,
        scales=scales,
        centres=centres,
        names=tuple(f"Cluster {place}" for place in range(len(centres))),
        silhouette=None,
        silhouette_by_k={},
        sample_size=1,
    )


def test_a_cluster_is_explained_by_the_features_that_set_it_apart():
    """Farthest first, with direction and distance, and typical values; what is near the mean is left out."""
    found = cluster_explanations(model_of((0.3, -2.0, 0.2), (0.0, 0.1, -0.2)))
    value, frequency = math.expm1(4 - 2), math.expm1(1 + 0.5 * 0.3)
    assert found["Cluster 0"] == (
        "in standard deviations off all customers' mean, on logarithms: average order value 2.0 below (typically "
        f"{value:.1f} against {math.expm1(4):.1f}) and purchase frequency 0.3 above (typically {frequency:.1f} against "
        f"{math.expm1(1):.1f})"
    )
    assert found["Cluster 1"] == "within 0.25 standard deviations of all customers' mean in every feature"


def test_typical_values_beyond_all_bounds_are_still_told():
    """A centre at the end of the range of numbers, or below nothing, has a typical value all the same."""
    (text,) = cluster_explanations(model_of((9.0, -9.0, 0.0), means=(709.0, 0.0, 0.0), scales=(2.0, 1.0, 1.0))).values()
    assert "typically 8.22e+307 against 8.22e+307" in text
    assert "typically 0.0 against 0.0" in text


@pytest.mark.parametrize("method", ["rules", "kmeans"])
def test_every_segment_has_its_explanation(method):
    """Each name that customers can get is explained, and the summary carries it."""
    customers = three_groups()
    model = fit_clusters(customers, KMeansSettings(), "seed", DIGEST)
    explained = rule_explanations(CONFIG) if method == "rules" else cluster_explanations(model)
    stats = statistics(segment_customers(customers, method, config=CONFIG, model=model))
    document = generate_segment_summary(stats, method=method, explanations=explained)
    assert {segment.name: segment.explanation for segment in document.segments} == {
        segment.name: explained[segment.name] for segment in document.segments
    }
    assert all(segment.explanation for segment in document.segments)
