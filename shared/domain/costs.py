"""What calls of a model cost: from the tokens that were billed, and at most, before anything is sent.

Pure arithmetic over the configured prices. It knows no tokenizer, because a model's own is not part of its service:
what cannot be counted before a call is bounded.
"""

import json

from shared.contracts import Draft, ModelRequest
from shared.domain.prompts import repair_text
from shared.run_config import ModelPrices

MESSAGE_TOKENS = 16
"""At most, for what stands around one message: its role, its delimiters, its share of the reply's opening.

OpenAI's cookbook ("How to count tokens with tiktoken") finds 3 for a message, 1 for a name and 3 for the reply."""

ANSWER_FORM_TOKENS = len(json.dumps(Draft.model_json_schema()).encode())
"""At most, for the schema of the answer, which is billed as input where the answer is structured."""

_PER_PRICED = 1_000_000


def call_cost(prices: ModelPrices, prompt_tokens: int, cached_tokens: int, completion_tokens: int) -> float:
    """US dollars for one answer: (prompt - cached) at the input price, cached and completion at theirs.

    Tokens are those the service counted; ``cached_tokens`` is a part of ``prompt_tokens``.
    """
    fresh = prompt_tokens - cached_tokens
    dollars = fresh * prices.input + cached_tokens * _cached_price(prices) + completion_tokens * prices.output
    return dollars / _PER_PRICED


def _cached_price(prices: ModelPrices) -> float:
    return prices.input if prices.cached_input is None else prices.cached_input


def embedding_cost(prices: ModelPrices, prompt_tokens: int) -> float:
    """US dollars for the vectors of texts of so many tokens."""
    return prompt_tokens * prices.embedding / _PER_PRICED


# --- before a call ----------------------------------------------------------------------------------------------------


def most_tokens(text: str) -> int:
    """An upper bound of the tokens of one message that holds ``text``: its UTF-8 bytes and ``MESSAGE_TOKENS``.

    Byte-level byte-pair encoding (Radford et al., 2019, "Language Models are Unsupervised Multitask Learners", 2.2)
    starts from single bytes and only ever joins them, so that no token is shorter than a byte.
    """
    return len(text.encode(errors="surrogatepass")) + MESSAGE_TOKENS


def likely_tokens(text: str) -> int:
    """About how many tokens ``text`` has: one for every four characters, OpenAI's rule of thumb for English.

    Other scripts have more, up to one and a half a character in Chinese or Japanese.
    """
    return -(-len(text) // 4)


def most_request_cost(prices: ModelPrices, request: ModelRequest) -> float:
    """US dollars that one try of ``request`` can cost at most, whatever is cached and however long the answer is.

    Every text that is sent, at ``most_tokens``, and the answer's form, at the dearer of the two input prices; and
    ``max_tokens`` of output, which bound what a model writes and thinks.
    """
    texts = [request.system, request.user]
    if request.earlier is not None:
        texts += [request.earlier.text, repair_text(request.earlier.findings)]
    prompt_tokens = ANSWER_FORM_TOKENS + sum(map(most_tokens, texts))
    dearer = prices.model_copy(update={"input": max(prices.input, _cached_price(prices))})
    return call_cost(dearer, prompt_tokens, 0, request.parameters.max_tokens)


def most_embedding_cost(prices: ModelPrices, text: str) -> float:
    """US dollars that the vector of ``text`` can cost at most."""
    return embedding_cost(prices, most_tokens(text))
