"""False alarms without any effect: of each test by itself, and of what is searched for in families of tests."""

from functools import partial

import numpy as np

from benchmarks.calibration.amounts import drawn_moments
from benchmarks.calibration.table import BESIDE, ERROR_RATE, OUTSIDE, Bounds, Row, Task, below, each, share, two_arms
from shared.domain.stats.lift import compare_means
from shared.domain.stats.sample_ratio import sample_ratio
from shared.domain.stats.samples import Proportion
from shared.domain.stats.significance import calculate_statistical_significance
from shared.domain.study import Study, calculate_lift_and_significance, segment_findings
from shared.domain.verdicts import Terms
from shared.run_config import Correction, TestType

TESTS = "False alarms of one test at 5%, no effect"
FAMILIES = "False alarms of a family of tests at 5%"
AT_MOST_ALPHA: Bounds = (0.0, 0.05)
ARMS = ("control", "treatment_1", "treatment_2", "treatment_3")
METRICS = ("click_rate", "open_rate", "conversion_rate")
SEGMENT_RATES = (0.02, 0.05, 0.10, 0.25)
SEGMENT_SIZES = ((800, 1_600), (1_200, 1_200), (2_000, 500), (400, 1_000))


def one_test(
    trials: int, rng: np.random.Generator, *, test_type: TestType, rate: float, n1: int, n0: int, bounds: Bounds | str
) -> list[Row]:
    """The configured test of two rates, Fisher's where that is what the product falls back on."""

    def measure(a: int, c: int) -> tuple[float, ...]:
        return (below(calculate_statistical_significance([two_arms(a, n1, c, n0)], test_type=test_type).p_value),)

    draws = np.column_stack([rng.binomial(n1, rate, trials), rng.binomial(n0, rate, trials)])
    (found,) = each(draws, measure)
    middle = calculate_statistical_significance(
        [two_arms(round(n1 * rate), n1, round(n0 * rate), n0)], test_type=test_type
    )
    return [share(TESTS, middle.name, f"{rate:.3g} of {n1:,} and {n0:,}", bounds, found)]


def stratified(trials: int, rng: np.random.Generator) -> list[Row]:
    """Cochran, Mantel and Haenszel's test where both rates and shares differ between segments."""
    draws = np.hstack(
        [rng.binomial(sizes, rate, (trials, 2)) for rate, sizes in zip(SEGMENT_RATES, SEGMENT_SIZES, strict=True)]
    )

    def measure(*cells: int) -> tuple[float, ...]:
        pairs = [
            two_arms(cells[2 * place], n1, cells[2 * place + 1], n0) for place, (n1, n0) in enumerate(SEGMENT_SIZES)
        ]
        return (below(calculate_statistical_significance(pairs, test_type="z-test").p_value),)

    (found,) = each(draws, measure)
    at = "4 segments of 1,400 to 2,500, rates 0.02 to 0.25, unequal shares"
    return [share(TESTS, "Cochran-Mantel-Haenszel", at, ERROR_RATE, found)]


def welch(trials: int, rng: np.random.Generator, *, n1: int, n0: int, bounds: Bounds | str) -> list[Row]:
    """Welch's test of revenue per customer."""
    samples = zip(drawn_moments(rng, trials, n1), drawn_moments(rng, trials, n0), strict=True)
    found = np.array([below(compare_means([(t, c)], alpha=0.05).test.p_value) for t, c in samples])
    return [share(TESTS, "Welch's t-test", f"skewed revenue of {n1:,} and {n0:,}, 5% buy", bounds, found)]


# --- families ---------------------------------------------------------------------------------------------------------


def study_of(draws: np.ndarray, sizes: tuple[int, ...], metrics: tuple[str, ...], correction: Correction) -> Study:
    """An experiment from successes by segment, arm and metric, in arms of planned ``sizes``."""
    names = [f"segment_{place}" for place in range(len(draws))]
    planned = {name: dict(zip(ARMS, sizes, strict=True)) for name in names}
    return Study(
        control=ARMS[0],
        treatments=ARMS[1:],
        metrics=metrics,
        test_type="z-test",
        terms=Terms("observed", correction, "once", 0.05),
        shares=planned,
        planned=planned,
        samples={
            name: {
                arm: {metric: Proportion(x, n) for metric, x in zip(metrics, of_arm, strict=True)}
                for arm, n, of_arm in zip(ARMS, sizes, of_segment, strict=True)
            }
            for name, of_segment in zip(names, draws.tolist(), strict=True)
        },
        sizes=planned,
    )


def nested_outcomes(rng: np.random.Generator, trials: int, n: int, lifted: tuple[float, ...]) -> np.ndarray:
    """Clicks, opens and conversions of four arms: clicks among opens, conversions among clicks; experiments first."""
    opened = rng.binomial(n, 0.25 * np.array(lifted), (trials, len(ARMS)))
    clicked = rng.binomial(opened, 0.2)
    return np.stack([clicked, opened, rng.binomial(clicked, 0.2)], axis=-1)[:, None]


def family(
    trials: int, rng: np.random.Generator, *, correction: Correction, bounds: Bounds | str, what: str
) -> list[Row]:
    """Whether any of nine comparisons that share a control is significant, none being real."""
    n = 4_000
    found = np.empty(trials)
    for place, draws in enumerate(nested_outcomes(rng, trials, n, (1.0,) * 4)):
        study = study_of(draws, (n,) * 4, METRICS, correction)
        srm = sample_ratio(study.sizes, study.planned)
        found[place] = any(one.significant for one in calculate_lift_and_significance(study, srm))
    return [share(FAMILIES, what, f"3 arms x 3 metrics, {n:,} customers an arm", bounds, found)]


def false_discoveries(trials: int, rng: np.random.Generator) -> list[Row]:
    """The share of false ones among what Benjamini and Hochberg's correction finds, one arm of three being better."""
    n = 4_000
    found = np.empty(trials)
    for place, draws in enumerate(nested_outcomes(rng, trials, n, (1.0, 1.2, 1.0, 1.0))):
        study = study_of(draws, (n,) * 4, METRICS, "benjamini-hochberg")
        findings = calculate_lift_and_significance(study, sample_ratio(study.sizes, study.planned))
        named = [one for one in findings if one.significant]
        found[place] = sum(one.arm != "treatment_1" for one in named) / max(len(named), 1)
    at = f"3 arms x 3 metrics, {n:,} customers an arm, one arm 20% better"
    return [share(FAMILIES, "false among what is found, Benjamini-Hochberg", at, AT_MOST_ALPHA, found)]


def best_arm(trials: int, rng: np.random.Generator) -> list[Row]:
    """Whether any arm of any segment is called better or worse than control, none being so."""
    n, metrics = 1_000, METRICS[:1]
    draws = rng.binomial(n, np.array(SEGMENT_RATES)[:, None, None], (trials, len(SEGMENT_RATES), len(ARMS), 1))
    best, named = np.empty(trials), np.empty(trials)
    for place, one in enumerate(draws):
        study = study_of(one, (n,) * 4, metrics, "holm")
        found = segment_findings(study, metrics[0], sample_ratio(study.sizes, study.planned)).values()
        best[place] = any(segment.best for segment in found)
        named[place] = any(segment.best or "worse" in segment.verdict for segment in found)
    at = f"4 segments x 3 arms, {n:,} customers an arm, rates 0.02 to 0.25"
    return [
        share(FAMILIES, "a best arm is named in any segment, Holm", at, AT_MOST_ALPHA, best),
        share(FAMILIES, "an arm is called better or worse in any segment, Holm", at, AT_MOST_ALPHA, named),
    ]


TASKS: list[Task] = [
    *(
        (
            f"one_test {test_type} {rate} {n1} {n0}",
            40_000,
            partial(one_test, test_type=test_type, rate=rate, n1=n1, n0=n0, bounds=ERROR_RATE),
        )
        for test_type in ("z-test", "chi-square", "t-test")
        for rate, n1, n0 in ((0.05, 2_000, 2_000), (0.25, 500, 1_500), (0.01, 20_000, 5_000))
    ),
    ("one_test fisher", 40_000, partial(one_test, test_type="z-test", rate=0.05, n1=40, n0=60, bounds=AT_MOST_ALPHA)),
    (
        "one_test rare",
        40_000,
        partial(one_test, test_type="z-test", rate=0.001, n1=2_000, n0=2_000, bounds=AT_MOST_ALPHA),
    ),
    ("one_test few", 40_000, partial(one_test, test_type="z-test", rate=0.05, n1=150, n0=150, bounds=OUTSIDE)),
    ("stratified", 40_000, stratified),
    ("welch", 40_000, partial(welch, n1=5_000, n0=5_000, bounds=ERROR_RATE)),
    ("welch unequal", 40_000, partial(welch, n1=10_000, n0=5_000, bounds=ERROR_RATE)),
    ("welch few", 40_000, partial(welch, n1=200, n0=200, bounds=OUTSIDE)),
    (
        "family none",
        4_000,
        partial(family, correction="none", bounds=BESIDE, what="any of nine, were nothing corrected"),
    ),
    ("family holm", 12_000, partial(family, correction="holm", bounds=AT_MOST_ALPHA, what="any of nine, Holm")),
    ("false discoveries", 12_000, false_discoveries),
    ("best arm", 12_000, best_arm),
]
