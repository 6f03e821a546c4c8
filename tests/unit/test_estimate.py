"""Before a run: how many calls, tokens, minutes and dollars it takes at most."""

import pytest

from shared.domain.costs import likely_tokens
from shared.domain.estimate import MOST_CLUSTERS, estimate_run
from shared.domain.prompts import build_prompt
from shared.errors import ConfigError
from shared.run_config import TONES, RunConfig
from tests.report_fixture import config, documents

TEMPLATE = "{segment_name} {segment_features} {retrieved_snippets} {tone}"
PRICES = {"input": 2.0, "cached_input": 1.0, "output": 10.0, "embedding": 0.1}
ALL_AZURE = {"search": "azure", "generation": "azure", "safety": "azure"}


def settings(
    segmentation: dict | None = None, limits: dict | None = None, retrieval: dict | None = None, **azure: object
) -> RunConfig:
    plain = config().model_dump(mode="json")
    plain["prompts"] = dict.fromkeys(TONES, TEMPLATE)
    plain["segmentation"] |= segmentation or {}
    plain["brand"]["retrieval"] |= retrieval or {}
    plain["azure_config"]["limits"] |= limits or {}
    plain["azure_config"]["providers"] |= azure.pop("providers", {})
    plain["azure_config"]["azure_openai"] |= {"prices_usd_per_million_tokens": PRICES} | azure
    return RunConfig.model_validate(plain)


def test_embedded_services_are_counted_and_cost_nothing():
    """Three rules and the rest are four segments of three variants; prices do not matter to what runs inside."""
    estimate = estimate_run(settings())
    assert estimate.segments == 4
    assert estimate.calls == {"search": 4, "generation": 12, "safety": 12}
    assert (estimate.cost_usd, estimate.minutes, estimate.max_cost_usd) == (0, 0, None)


def test_azure_may_repair_each_draft_and_embed_each_query():
    """A model that can mend its draft is asked twice at most; an embedding deployment embeds one query a segment."""
    estimate = estimate_run(settings(providers=ALL_AZURE, embedding_deployment="vectors"))
    assert estimate.calls == {"search": 4, "embeddings": 4, "generation": 24, "safety": 12}


def test_the_embedded_search_embeds_nothing():
    """An embedding deployment is of no use to it."""
    assert "embeddings" not in estimate_run(settings(embedding_deployment="vectors")).calls


def test_rules_of_one_name_are_one_segment():
    """Two rules that name the same segment, and a rest of that name, do not count twice."""
    rule = {"segment": "Regular", "when": {"avg_order_value": {"above": 1}}}
    assert estimate_run(settings({"rules": [rule, rule], "otherwise": "Regular"})).segments == 1


@pytest.mark.parametrize(("clusters", "expected"), [(None, MOST_CLUSTERS), (9, 9)])
def test_clusters_are_those_set_or_the_most_that_may_be_chosen(clusters, expected):
    """Without a number, k-means chooses five at most."""
    estimate = estimate_run(settings({"method": "kmeans", "kmeans": {"clusters": clusters}}))
    assert estimate.segments == expected


def test_the_prompt_that_is_really_built_has_no_more_tokens():
    """Passages of the configured number and length, in ordinary English, stay within the estimate."""
    run = documents(segments=4)
    chosen = settings(retrieval={"top_k": 3, "snippet_max_words": 60})
    real = sum(
        likely_tokens(text)
        for segment, found in zip(run.segments.segments, run.retrievals, strict=True)
        for tone in TONES
        for text in build_prompt(
            segment,
            found.results,
            tone,
            TEMPLATE,
            chosen.brand.limits,
            as_of=run.manifest.as_of,
            signature=chosen.brand.signature,
        )
    )
    assert real < estimate_run(chosen).prompt_tokens < 2 * real


def test_the_cost_is_that_of_the_tokens_with_nothing_cached():
    """Input at its price, output at its own, up to the limit of every answer."""
    estimate = estimate_run(settings(providers=ALL_AZURE, max_tokens=700))
    assert estimate.completion_tokens == 24 * 700
    dollars = estimate.prompt_tokens * 2 / 1e6 + estimate.completion_tokens * 10 / 1e6
    assert estimate.cost_usd == pytest.approx(dollars, abs=1e-6)


def test_query_vectors_are_paid_at_their_own_price():
    """With an embedded writer, embeddings are all that costs."""
    estimate = estimate_run(
        settings(providers={"search": "azure"}, embedding_deployment="vectors", embedding_dimensions=8)
    )
    assert 0 < estimate.cost_usd < 1e-3


def test_longer_passages_and_more_of_them_make_dearer_runs():
    """The estimate follows the configuration."""
    costs = [
        estimate_run(settings(providers=ALL_AZURE, retrieval={"top_k": top_k, "snippet_max_words": size})).cost_usd
        for top_k, size in ((3, 50), (3, 200), (5, 200))
    ]
    assert costs == sorted(set(costs))


def test_more_calls_at_once_take_less_time_but_no_less_than_one_chain():
    """One at a time takes the sum of all calls; any number at once takes the longest chain."""
    minutes = [
        estimate_run(settings(providers=ALL_AZURE, limits={"concurrent_calls": calls})).minutes
        for calls in (1, 4, 16, 256)
    ]
    assert minutes == sorted(minutes, reverse=True)
    assert minutes[0] == pytest.approx((4 * 0.5 + 24 * 12 + 12 * 0.4) / 60, abs=0.01)
    assert minutes[-1] >= round((0.5 + 2 * 12 + 0.4) / 60, 2)


def test_the_hard_limit_is_told_beside_the_estimate():
    """The limit stands for itself; the estimate is not cut down to it."""
    estimate = estimate_run(settings(providers=ALL_AZURE, limits={"max_cost_usd": 0.01}))
    assert estimate.max_cost_usd == 0.01
    assert estimate.cost_usd > 0.01


def test_a_template_that_is_not_valid_is_refused_here_already():
    """A run that could not be written is not estimated either."""
    broken = settings().model_copy(update={"prompts": dict.fromkeys(TONES, "no placeholder")})
    with pytest.raises(ConfigError, match="lacks the placeholder"):
        estimate_run(broken)
