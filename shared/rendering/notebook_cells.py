"""What the notebook's cells run, as ordinary functions: their source is pasted into the cells, word for word.

So they use nothing of this project, only pandas, matplotlib and pyarrow, and read plain JSON documents; and the
outputs embedded in the notebook come from the very same code that a reader runs again.
"""

import html
import io
import json
import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pandas as pd
import pyarrow.dataset
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Json = dict[str, Any]
METRICS = ("open_rate", "click_rate", "conversion_rate")


class Shown:
    """A table as the notebook shows it: HTML with a caption, and plain text."""

    def __init__(self, frame: pd.DataFrame, caption: str) -> None:
        self.frame, self.caption = frame, caption

    def _cells(self) -> list[list[str]]:
        return [[self._text(value) for value in row] for row in self.frame.itertuples(index=False)]

    @staticmethod
    def _text(value: object) -> str:
        if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
            return "–"
        if isinstance(value, float):
            return f"{value:,.0f}" if 1000 <= abs(value) < 1e12 else f"{value:,.4g}"
        return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in self.frame.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in self._cells()
        )
        caption = html.escape(self.caption)
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def __repr__(self) -> str:
        lines = [[str(name) for name in self.frame.columns], *self._cells()]
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        padded = ("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in lines)
        return "\n".join([self.caption, *(line.rstrip() for line in padded)])


class Picture:
    """A figure as the notebook shows it: a PNG, and its title as plain text."""

    def __init__(self, figure: Figure, title: str) -> None:
        self.figure, self.title = figure, title

    def _repr_png_(self) -> bytes:
        sink = io.BytesIO()
        FigureCanvasAgg(self.figure)
        self.figure.savefig(sink, format="png", dpi=100, metadata={"Software": None})
        return sink.getvalue()

    def __repr__(self) -> str:
        return f"Figure: {self.title}"


def read_json(path: Path) -> Json:
    """One document of the run."""
    document: Json = json.loads(path.read_text(encoding="utf-8"))
    return document


def read_folder(folder: Path) -> list[Json]:
    """All documents of a folder, by file name."""
    return [read_json(path) for path in sorted(folder.glob("*.json"))]


def count_assignments(folder: Path) -> pd.DataFrame:
    """Customers by segment and arm, counted batch by batch, so that a list of any length fits in memory."""
    counts: dict[tuple[str, str], int] = {}
    for part in sorted(folder.glob("part-*.parquet")):
        for batch in pyarrow.dataset.dataset(part, format="parquet").to_batches(columns=["segment", "arm"]):
            for key, customers in batch.to_pandas().value_counts().items():
                counts[key] = counts.get(key, 0) + int(customers)
    counts = {key: customers for key, customers in counts.items() if customers}
    return pd.DataFrame([(*key, counts[key]) for key in sorted(counts)], columns=["segment", "arm", "customers"])


def mark(experiment: Json) -> str:
    """What every engagement figure has to carry."""
    return {
        "simulated": "Simulated engagement: not observed behaviour",
        "historical": "Engagement modelled on historical rates: not observed behaviour",
        "observed": "Observed engagement",
    }[experiment["engagement_source"]]


def funnel_table(segments: Json) -> pd.DataFrame:
    """What became of the rows of the list: each was accepted, rejected or suppressed, for the reasons given."""
    counts = segments["customers"]
    rows = [("accepted", "", counts["accepted"])]
    for outcome, reasons in (("suppressed", "suppression_reasons"), ("rejected", "reject_reasons")):
        rows += [(outcome, reason, number) for reason, number in sorted(segments[reasons].items())]
    return pd.DataFrame([*rows, ("read", "", counts["read"])], columns=["outcome", "reason", "rows"])


def segments_table(segments: Json) -> pd.DataFrame:
    """One row per segment: size, share and averages."""
    rows = [
        {"segment": item["name"], "customers": item["size"], "share": item["share"], **item["features"]}
        for item in segments["segments"]
    ]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=["segment", "customers", "share"])


def arms_table(experiment: Json) -> pd.DataFrame:
    """One row per arm: customers and rates per assigned customer."""
    return pd.DataFrame(experiment["arms"], columns=["arm_name", "sample_size", *METRICS])


def lift_table(experiment: Json) -> pd.DataFrame:
    """One row per treatment and metric: rates, lift in percent with its interval, adjusted p-value."""
    rows = [
        {
            "arm": item["treatment_arm"],
            "metric": item["metric"],
            "control": item["control_rate"],
            "treatment": item["treatment_rate"],
            "lift_percent": item["lift_percent"],
            "low": (item["lift_ci_percent"] or [None, None])[0],
            "high": (item["lift_ci_percent"] or [None, None])[1],
            "p_adjusted": item["p_adjusted"],
            "significant": item["significant"],
            "reason": item["reason"],
        }
        for item in experiment["lift_analysis"]
    ]
    columns = ["arm", "metric", "control", "treatment", "lift_percent", "low", "high", "p_adjusted", "significant"]
    return pd.DataFrame(rows, columns=[*columns, "reason"])


def verdicts_table(variants: list[Json], verdicts: list[Json]) -> pd.DataFrame:
    """One row per message: verdict, severities and why it was blocked."""
    subjects = {item["variant_id"]: item["subject"] for item in variants}
    rows = [
        {
            "segment": item["segment"],
            "variant": item["variant_id"],
            "subject": subjects.get(item["variant_id"], ""),
            "status": item["status"],
            "hate": item["hate_severity"],
            "violence": item["violence_severity"],
            "self_harm": item["self_harm_severity"],
            "sexual": item["sexual_severity"],
            "block_reason": item["block_reason"],
        }
        for item in verdicts
    ]
    columns = ["segment", "variant", "subject", "status", "hate", "violence", "self_harm", "sexual", "block_reason"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def costs_table(metrics: Json) -> pd.DataFrame:
    """One row per step with its seconds; tokens by kind and cost, with what was estimated at most, at the end."""
    estimate = metrics["estimate"]
    rows = [(f"{step}, seconds", value, None) for step, value in metrics["seconds"].items()]
    rows += [
        ("input tokens", metrics["prompt_tokens"], estimate["prompt_tokens"]),
        ("input tokens from the service's cache", metrics["cached_tokens"], None),
        ("output tokens", metrics["completion_tokens"], estimate["completion_tokens"]),
        ("answers used again", metrics["answers_reused"], None),
        ("cost, US dollars", metrics["cost_usd"], estimate["cost_usd"]),
    ]
    return pd.DataFrame(rows, columns=["item", "value", "estimated_at_most"], dtype=object)


def services_table(metrics: Json) -> pd.DataFrame:
    """One row per service: calls, how many failed, requests sent, and milliseconds per call with all of its tries."""
    columns = ["service", "calls", "errors", "error_rate", "attempts", "p50_ms", "p95_ms", "p99_ms"]
    rows = [{"service": name, **summary} for name, summary in sorted(metrics["services"].items())]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def cut(experiment: Json, segment_ids: list[str]) -> pd.DataFrame:
    """Rates by arm over the segments of your choice, from the counts of each segment and arm."""
    rows: dict[str, dict[str, int]] = {}
    for segment_id in segment_ids:
        for arm, counts in experiment["strata"][segment_id].items():
            total = rows.setdefault(arm, {"n": 0, "opened": 0, "clicked": 0, "converted": 0})
            rows[arm] = {name: total[name] + counts[name] for name in total}
    frame = pd.DataFrame(
        [{"arm": arm, **counts} for arm, counts in sorted(rows.items())],
        columns=["arm", "n", "opened", "clicked", "converted"],
    )
    for rate, hits in zip(METRICS, ("opened", "clicked", "converted"), strict=True):
        frame[rate] = [hit / n if n else None for hit, n in zip(frame[hits].tolist(), frame["n"].tolist(), strict=True)]
    return frame


def first_step_alpha(plan: Json) -> float:
    """The alpha that the plan's sizes are worked out at: over the number of comparisons where these are adjusted."""
    arms = {arm["arm"] for segment in plan["segments"] for arm in segment["arms"]} - {"control"}
    comparisons = len(arms) * (1 + len(plan["secondary"]))
    alpha: float = plan["alpha"]
    return alpha if plan["correction"] == "none" else alpha / max(1, comparisons)


def size_per_arm(baseline: float, lift: float, alpha: float, power: float = 0.8) -> int | None:
    """Customers each arm needs to show a relative lift (0.1 is 10%) in a rate: two-sided z-test of two proportions.

    Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (2003), 4.2, without continuity correction.
    None where the baseline is not strictly between 0 and 1, the lifted rate is beyond them, or the lift is zero.
    """
    lifted = baseline * (1 + lift)
    if not 0 < baseline < 1 or not 0 <= lifted <= 1 or lifted == baseline:
        return None
    middle = (baseline + lifted) / 2
    z_alpha, z_power = NormalDist().inv_cdf(1 - alpha / 2), NormalDist().inv_cdf(power)
    null_spread = math.sqrt(2 * middle * (1 - middle))
    true_spread = math.sqrt(baseline * (1 - baseline) + lifted * (1 - lifted))
    return math.ceil(((z_alpha * null_spread + z_power * true_spread) / (lifted - baseline)) ** 2)


def next_test(plan: Json, lifts: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3)) -> pd.DataFrame:
    """Customers per arm the next test needs, by metric and lift, worked out as the plan did for the one it expected."""
    expected = {round(note["expected_lift_percent"] / 100, 12) for note in plan["power"]} - {0.0}
    names = {f"{100 * lift:.6g}% lift": lift for lift in sorted({*lifts, *expected})}
    alpha = first_step_alpha(plan)
    rows = [
        {
            "metric": note["metric"],
            "baseline": note["baseline_rate"],
            **{name: size_per_arm(note["baseline_rate"], lift, alpha) for name, lift in names.items()},
        }
        for note in plan["power"]
    ]
    return pd.DataFrame(rows, columns=["metric", "baseline", *names], dtype=object)


def segments_plot(segments: Json) -> Figure:
    """Customers by segment."""
    items = segments["segments"]
    figure = Figure(figsize=(7, 1 + 0.35 * max(1, len(items))), layout="constrained")
    axes = figure.subplots()
    names = [
        item["name"] if item["name"].isascii() and item["name"].isprintable() and len(item["name"]) < 40 else "Segment"
        for item in items
    ]
    axes.barh(range(len(items)), [item["size"] for item in items])
    axes.set_yticks(
        range(len(items)), [f"{position}. {name}" for position, name in enumerate(names, start=1)], parse_math=False
    )
    axes.invert_yaxis()
    axes.set_xlabel("customers (segments numbered as in the table)")
    return figure


def lift_plot(experiment: Json) -> Figure:
    """Lift with intervals, one panel per metric; what is undefined is left out."""
    lifts = lift_table(experiment).dropna(subset=["lift_percent", "low", "high"])
    figure = Figure(figsize=(8, 2.6), layout="constrained")
    for axes, metric in zip(figure.subplots(1, len(METRICS), sharey=True), METRICS, strict=True):
        rows = lifts[lifts["metric"] == metric]
        for row in rows.itertuples():
            axes.plot([row.low, row.high], [row.arm, row.arm], color="#0072B2")
            axes.plot([row.lift_percent], [row.arm], marker="D" if row.significant else "o", color="#D55E00")
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_title(metric.replace("_", " "), fontsize=9)
        axes.set_xlabel("lift, percent")
    figure.suptitle(mark(experiment), fontsize=9)
    return figure
