"""A run as a tracking server is told of it: settings, figures and where they are from. Pure functions.

Nothing of a customer and no text that a model was given goes in: of a prompt its digest, of a list its counts. Names
are words joined by slashes, none the beginning of another, because a server may keep them as folders and files. What
is undefined is left out.
"""

from collections.abc import Iterator, Mapping

from shared.contracts import LatencySummary, Manifest, MetricsDocument, SegmentsDocument, TrackedRun
from shared.domain.digests import digest
from shared.domain.report_experiment import MARKS
from shared.experiment_contracts import ArmResult, ExperimentDocument, LiftAnalysis, PlanDocument
from shared.run_config import RunConfig

Figures = Iterator[tuple[str, float | None]]
Setting = str | float | bool


def describe_run(
    manifest: Manifest,
    *,
    segments: SegmentsDocument,
    plan: PlanDocument,
    experiment: ExperimentDocument,
    metrics: MetricsDocument,
    files: Mapping[str, bytes],
) -> TrackedRun:
    """The run of these documents, with ``files`` (name -> content) to go along as they are."""
    figures = [
        ("segments", len(segments.segments)),
        *_work(metrics),
        *(figure for arm in experiment.arms for figure in _arm(arm)),
        *(figure for row in experiment.lift_analysis for figure in _lift(row)),
        ("sample_ratio/p_value", experiment.srm.p_value),
        ("comparisons/made", len(experiment.lift_analysis)),
        ("comparisons/significant", sum(row.significant for row in experiment.lift_analysis)),
    ]
    settings = {**_identity(manifest), **_experiment_settings(plan, manifest.config), **_services(manifest.config)}
    return TrackedRun(
        run_id=manifest.run_id,
        key=digest(manifest),
        started_at=manifest.created_at,
        note=MARKS[experiment.engagement_source],
        parameters={name: _text(value) for name, value in settings.items() if value is not None},
        metrics={name: float(value) for name, value in figures if value is not None},
        tags={
            "engagement_source": experiment.engagement_source,
            "a_a_test": _text(experiment.a_a_test),
            "sample_ratio_mismatch": _text(experiment.srm.mismatch),
        },
        files=dict(files),
    )


def _identity(manifest: Manifest) -> dict[str, Setting | None]:
    return {
        "config_digest": manifest.config_digest,
        "seed": manifest.seed,
        "as_of": manifest.as_of.isoformat(),
        "approval": manifest.approval,
        "replay_of": manifest.replay_of,
        "segmentation": manifest.config.segmentation.method,
        **{f"prompt/{tone}": digest(text) for tone, text in manifest.config.prompts.items()},
        **{f"version/{name}": version for name, version in manifest.versions.items()},
    }


def _experiment_settings(plan: PlanDocument, config: RunConfig) -> dict[str, Setting | None]:
    settings = config.experiment_config.experiment
    return {
        "experiment": plan.name,
        "a_a_test": plan.a_a_test,
        "primary_metric": plan.primary,
        "secondary_metrics": ", ".join(plan.secondary),
        "test": plan.test_type,
        "correction": plan.correction,
        "alpha": plan.alpha,
        "looks": plan.looks,
        "control_percent": settings.sample_allocation.control_percent,
        "treatment_percent": settings.sample_allocation.treatment_percent,
        "holdout_percent": settings.holdout.percent,
    }


def _services(config: RunConfig) -> dict[str, Setting | None]:
    azure = config.azure_config
    providers = azure.providers
    return {
        "provider/search": providers.search,
        "provider/generation": providers.generation,
        "provider/safety": providers.safety,
        "model": azure.azure_openai.deployment_name if providers.generation == "azure" else None,
    }


def _text(value: Setting) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:.12g}"


def _work(metrics: MetricsDocument) -> Figures:
    """What the run read and wrote, what that cost, and how long it took."""
    yield from ((f"customers/{name}", count) for name, count in metrics.customers.model_dump().items())
    yield from ((f"variants/{name}", count) for name, count in metrics.variants.model_dump().items())
    yield "pass_rate", metrics.pass_rate
    yield "cost_usd", metrics.cost_usd
    yield "tokens/all", metrics.tokens
    yield "tokens/prompt", metrics.prompt_tokens
    yield "tokens/cached", metrics.cached_tokens
    yield "tokens/completion", metrics.completion_tokens
    yield from ((f"seconds/{state}", seconds) for state, seconds in metrics.seconds.items())
    for service, summary in metrics.services.items():
        yield from _latency(service, summary)


def _latency(service: str, summary: LatencySummary) -> Figures:
    yield f"service/{service}/calls", summary.calls
    yield f"service/{service}/errors", summary.errors
    yield f"service/{service}/p50_ms", summary.p50_ms
    yield f"service/{service}/p95_ms", summary.p95_ms
    yield f"service/{service}/p99_ms", summary.p99_ms


def _arm(arm: ArmResult) -> Figures:
    """The arm's size, and by metric what was counted in it, per customer."""
    yield f"arm/{arm.arm_name}/n", arm.sample_size
    yield f"arm/{arm.arm_name}/open_rate/rate", arm.open_rate
    yield f"arm/{arm.arm_name}/click_rate/rate", arm.click_rate
    yield f"arm/{arm.arm_name}/conversion_rate/rate", arm.conversion_rate
    yield f"arm/{arm.arm_name}/revenue_per_customer/mean", arm.revenue_per_customer


def _lift(row: LiftAnalysis) -> Figures:
    """A treatment arm against control on one metric, with the bounds of its interval."""
    low, high = row.lift_ci_percent or (None, None)
    at = f"arm/{row.treatment_arm}/{row.metric}"
    yield f"{at}/lift_percent", row.lift_percent
    yield f"{at}/lift_percent_low", low
    yield f"{at}/lift_percent_high", high
    yield f"{at}/p_adjusted", row.p_adjusted
