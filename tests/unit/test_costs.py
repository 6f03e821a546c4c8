"""What a call costs, and what it can cost at most, never falls below what is billed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import EarlierDraft, Finding
from shared.domain.costs import (
    call_cost,
    embedding_cost,
    likely_tokens,
    most_embedding_cost,
    most_request_cost,
    most_tokens,
)
from shared.domain.prompts import repair_text
from shared.run_config import ModelPrices
from tests.fakes import a_model_request

PRICES = ModelPrices(input=2.5, cached_input=1.25, output=10.0, embedding=0.02)
SCRIPTS = ("Free delivery", "送料無料です", "توصيل مجاني", "🎁👨\u200d👩\u200d👧", "\ud800", "\x00\n")


def test_cached_input_has_its_own_price():
    """Of a million tokens in, a quarter cached, and a tenth of a million out, each part is billed at its price."""
    assert call_cost(PRICES, 1_000_000, 250_000, 100_000) == pytest.approx(0.75 * 2.5 + 0.25 * 1.25 + 0.1 * 10)
    assert embedding_cost(PRICES, 1_000_000) == pytest.approx(0.02)


def test_without_prices_every_call_is_free():
    """Prices of 0, the default, cost nothing, before a call and after it."""
    assert call_cost(ModelPrices(), 5000, 1000, 900) == 0
    assert most_request_cost(ModelPrices(), a_model_request()) == 0
    assert most_embedding_cost(ModelPrices(), "text") == 0


@pytest.mark.parametrize("text", SCRIPTS)
def test_no_text_has_more_tokens_than_its_bound(text):
    """A tokenizer that knew nothing but single bytes would stay within the bound."""
    assert len(text.encode(errors="surrogatepass")) < most_tokens(text)


def test_likely_tokens_are_a_quarter_of_the_characters_rounded_up():
    """Nothing has none; a lone character has one."""
    assert [likely_tokens("x" * count) for count in (0, 1, 4, 5, 400)] == [0, 1, 1, 2, 100]


@given(cached=st.floats(0, 1), output=st.integers(0, 1000), prices=st.tuples(*[st.floats(0, 1000)] * 3), user=st.text())
def test_no_bill_is_above_the_most_a_request_can_cost(cached, output, prices, user):
    """However much is cached, at whatever prices, with one token a byte and an answer up to its limit."""
    configured = ModelPrices(input=prices[0], cached_input=prices[1], output=prices[2])
    tokens = len(user.encode(errors="surrogatepass")) + len("Write.")
    bill = call_cost(configured, tokens, int(tokens * cached), output)
    assert bill <= most_request_cost(configured, a_model_request(user=user)) * (1 + 1e-12)


def test_a_repair_pays_for_the_first_draft_and_the_findings_too():
    """What is sent again and what was found are part of the bound, byte for byte."""
    findings = (Finding(check="format", detail="too long " * 10),)
    once = most_request_cost(PRICES, a_model_request())
    again = most_request_cost(PRICES, a_model_request(earlier=EarlierDraft(text="Subject: ü" * 99, findings=findings)))
    sent = len(("Subject: ü" * 99).encode()) + len(repair_text(findings).encode())
    assert again - once >= sent * PRICES.input / 1_000_000


def test_an_embedding_costs_at_most_its_text():
    """The bound grows with the text and is above the price of one token a byte."""
    assert embedding_cost(PRICES, 4000) < most_embedding_cost(PRICES, "é" * 2000) < embedding_cost(PRICES, 4100)
