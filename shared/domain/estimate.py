"""What a run will take at most, worked out from its configuration alone, before anything is read or sent.

Pure. An upper estimate of an ordinary run, not a promise: words per token, latencies and the number of documents are
assumptions, stated here. The promise is the budget, which bounds every call by what was really put into it.
"""

from datetime import date

from shared.contracts import Estimate, Passage, Segment, SegmentFeatures, ServiceName
from shared.domain.brand import house_rules
from shared.domain.costs import ANSWER_FORM_TOKENS, MESSAGE_TOKENS, call_cost, embedding_cost, likely_tokens
from shared.domain.prompts import LONGEST_FINDING, build_prompt
from shared.run_config import TONES, RunConfig, SegmentationConfig, Tone

MOST_CLUSTERS = 5
"""Where k-means chooses the number of clusters itself."""

TYPICAL_SECONDS: dict[ServiceName, float] = {"search": 0.5, "embeddings": 0.3, "generation": 12.0, "safety": 0.4}
"""Of one call to the Azure service, by the clock, as commonly seen: a message is some 500 tokens at some 45 a second.
Embedded services take next to nothing beside these."""

QUERY_TOKENS = 150
"""At most: a query is a segment's name, of at most 200 characters, and a few dozen words."""

_WORD = "words "
"""An English word with its space has about six characters, so that the four characters of a token make it 1.5."""
_CITATION_WORDS = 10
"""In a document's title, and again in its section."""
_REPAIR_FINDINGS = 5
_LONGEST_CLUSTER_NAME = 60


def estimate_run(config: RunConfig) -> Estimate:
    """The estimate for a run with ``config``; ``ConfigError`` for a prompt template that is not valid.

    - ``segments``: the distinct names of the rules and of the rest; with k-means the clusters set, or the most it
      chooses.
    - ``calls``: per segment one search, with one embedding where the search uses one; per variant, of which a segment
      has three, one generation, or two where a model may be asked to mend its draft, and one safety check. Calls of
      embedded services count too. Bringing a search index up to date comes on top: it depends on the documents.
    - ``prompt_tokens``: the prompt as it is really built, with ``top_k`` passages of ``snippet_max_words`` words, at
      ``likely_tokens``; a repair adds the first draft and what was found. ``QUERY_TOKENS`` per embedding.
    - ``completion_tokens``: ``max_tokens`` for every generation.
    - ``cost_usd``: those tokens at the configured prices with nothing cached; 0 for embedded services.
    - ``minutes``: of the Azure calls at ``TYPICAL_SECONDS``, ``concurrent_calls`` at once.
    """
    segments = _segments(config.segmentation)
    calls = _calls(config, segments)
    generations = calls["generation"]
    prompt_tokens = segments * sum(_prompt_tokens(config, tone) for tone in TONES)
    query_tokens = calls.get("embeddings", 0) * QUERY_TOKENS
    completion_tokens = generations * config.azure_config.azure_openai.max_tokens
    return Estimate(
        segments=segments,
        calls=calls,
        prompt_tokens=prompt_tokens + query_tokens,
        completion_tokens=completion_tokens,
        minutes=_minutes(config, segments, calls),
        cost_usd=_cost(config, prompt_tokens, completion_tokens, query_tokens),
        max_cost_usd=config.azure_config.limits.max_cost_usd,
    )


def _segments(segmentation: SegmentationConfig) -> int:
    if segmentation.method == "kmeans":
        return segmentation.kmeans.clusters or MOST_CLUSTERS
    return len(_names(segmentation))


def _names(segmentation: SegmentationConfig) -> set[str]:
    return {*(rule.segment for rule in segmentation.rules), segmentation.otherwise}


def _calls(config: RunConfig, segments: int) -> dict[ServiceName, int]:
    variants = segments * len(TONES)
    calls: dict[ServiceName, int] = {"search": segments}
    if _embeds(config):
        calls["embeddings"] = segments
    calls |= {"generation": variants * (2 if _may_repair(config) else 1), "safety": variants}
    return calls


def _embeds(config: RunConfig) -> bool:
    azure = config.azure_config
    return azure.providers.search == "azure" and bool(azure.azure_openai.embedding_deployment)


def _may_repair(config: RunConfig) -> bool:
    return config.azure_config.providers.generation == "azure"


# --- tokens -----------------------------------------------------------------------------------------------------------


def _prompt_tokens(config: RunConfig, tone: Tone) -> int:
    """Of one variant: its first request and, where there may be one, its repair."""
    model = config.azure_config.azure_openai
    passages = (_passage(config.brand.retrieval.snippet_max_words),) * config.brand.retrieval.top_k
    texts = build_prompt(
        _segment(config),
        passages,
        tone,
        config.prompts[tone],
        config.brand.limits,
        as_of=date.max,
        signature=config.brand.signature,
        house_rules=house_rules(config.brand),
        structured=config.azure_config.structured,
    )
    form = ANSWER_FORM_TOKENS if config.azure_config.structured else 0
    first = form + sum(likely_tokens(text) + MESSAGE_TOKENS for text in texts)
    findings = likely_tokens(" " * LONGEST_FINDING * _REPAIR_FINDINGS)
    repair = first + model.max_tokens + findings + 2 * MESSAGE_TOKENS
    return first + repair if _may_repair(config) else first


def _segment(config: RunConfig) -> Segment:
    """One with the longest name and every feature known."""
    names = {"x" * _LONGEST_CLUSTER_NAME} if config.segmentation.method == "kmeans" else _names(config.segmentation)
    means = SegmentFeatures(
        avg_purchase_frequency=10.0,
        avg_order_value=1000.0,
        avg_last_engagement_days=100.0,
        engagement_score=0.5,
        avg_age=40.0,
        avg_historical_open_rate=0.25,
        avg_historical_click_rate=0.05,
    )
    return Segment(segment_id="any", name=max(names, key=len), size=1000, share=1.0, features=means)


def _passage(words: int) -> Passage:
    return Passage(
        document_id="any",
        version="0" * 64,
        title=_WORD * _CITATION_WORDS,
        category="",
        section=_WORD * _CITATION_WORDS,
        snippet=_WORD * words,
        relevance_score=1.0,
        paragraph_index=0,
    )


# --- money and time ---------------------------------------------------------------------------------------------------


def _cost(config: RunConfig, prompt_tokens: int, completion_tokens: int, query_tokens: int) -> float:
    prices = config.azure_config.azure_openai.prices_usd_per_million_tokens
    is_paid = config.azure_config.providers.generation == "azure"
    messages = call_cost(prices, prompt_tokens, 0, completion_tokens) if is_paid else 0.0
    return round(messages + embedding_cost(prices, query_tokens), 6)


def _minutes(config: RunConfig, segments: int, calls: dict[ServiceName, int]) -> float:
    """At most, for calls that never idle while one could start: work / m + (1 - 1 / m) * longest chain.

    Graham (1969), "Bounds on Multiprocessing Timing Anomalies", for m calls at once. The longest chain is that of
    one variant: search, its drafts, its check.
    """
    providers = config.azure_config.providers
    behind = {
        "search": providers.search,
        "embeddings": providers.search,
        "generation": providers.generation,
        "safety": providers.safety,
    }
    seconds = {name: TYPICAL_SECONDS[name] if behind[name] == "azure" else 0.0 for name in calls}
    work = sum(seconds[name] * count for name, count in calls.items())
    shared = {"generation": len(TONES), "safety": len(TONES)}
    chain = sum(seconds[name] * count / segments / shared.get(name, 1) for name, count in calls.items())
    at_once = config.azure_config.limits.concurrent_calls
    return round((work / at_once + (1 - 1 / at_once) * chain) / 60, 2)
