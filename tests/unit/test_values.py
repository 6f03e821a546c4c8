"""Values: found in every notation that copy uses, equal by meaning, and never seen in idioms."""

import random
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.values import find_values, same_value


def kinds(text):
    return [(value.kind, value.text) for value in find_values(text)]


def only(text):
    (value,) = find_values(text)
    return value


def agree(claimed, stated):
    """Whether some value of the one text is the same as some value of the other."""
    return any(same_value(mine, theirs) for mine in find_values(claimed) for theirs in find_values(stated))


# --- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("£1,299.00", "1299", "GBP"),
        ("£1299", "1299", "GBP"),
        ("1.299,00 €", "1299", "EUR"),
        ("1 299,00 €", "1299", "EUR"),
        ("EUR 20", "20", "EUR"),
        ("20 euros", "20", "EUR"),
        ("US$20", "20", "USD"),
        ("20 USD", "20", "USD"),
        ("twenty pounds", "20", "GBP"),
        ("20p", "0.20", "GBP"),
        ("50 pence", "0.50", "GBP"),
        ("£5k", "5000", "GBP"),
        ("£1.2m", "1200000", "GBP"),
        ("a tenner", "10", "GBP"),
        ("￡２０", "20", "GBP"),
    ],
)
def test_money_is_read_in_any_notation(text, amount, unit):
    """Signs, codes, words, magnitudes and foreign separators come to one amount in one currency."""
    value = only(text)
    assert (value.kind, value.amount, value.unit) == ("money", Decimal(amount), unit)


@pytest.mark.parametrize(
    "text",
    ["15%", "15 %", "15 percent", "15 per cent", "fifteen percent", "15pc", "１５％", "١٥٪", "1\u200b5%", "15-percent"],
)
def test_percentages_are_read_in_any_notation(text):
    """Words, other scripts' digits and hidden signs hide no percentage; what is quoted is what was written."""
    value = only(text)
    assert (value.kind, value.amount, value.text) == ("percent", 15, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Take 20% off your next order of £40 or more", [("20%", "off", ""), ("£40", "threshold", "at_least")]),
        ("spend £50 and save £10", [("£50", "threshold", ""), ("£10", "off", "")]),
        ("£50 off orders over £100", [("£50", "off", ""), ("£100", "threshold", "over")]),
        ("free delivery over £50", [("free", "", ""), ("£50", "threshold", "over")]),
        ("a canopy worth £110", [("£110", "worth", "")]),
        ("costs £420, which is £75 less than before", [("£420", "price", ""), ("£75", "off", "")]),
        ("up to 40% off", [("40%", "off", "up_to")]),
        ("prices start at £20", [("£20", "price", "from")]),
        ("was £50, now £39", [("£50", "was", ""), ("£39", "price", "")]),
    ],
)
def test_limits_and_parts_are_told_from_the_words_around(text, found):
    """A discount, a threshold, a price and a worth are told apart, and so are up to, from and over."""
    assert [(value.text, value.role, value.qualifier) for value in find_values(text)] == found


@pytest.mark.parametrize(
    ("text", "kind", "amount", "unit"),
    [
        ("10-year", "quantity", 10, "year"),
        ("two and a half litres", "quantity", Decimal("2.5"), "l"),
        ("12 working days", "quantity", 12, "working day"),
        ("93 °C", "quantity", 93, "degree"),
        ("half an hour", "quantity", Decimal("0.5"), "hour"),
        ("3-5 working days", "quantity", (3, 5), "working day"),
        ("half price", "percent", 50, ""),
        ("10-15%", "percent", (10, 15), ""),
        ("500 customers", "number", 500, "custom"),
        ("2x", "multiple", 2, "times"),
        ("buy one get one free", "multiple", (2, 1), "for"),
        ("two for the price of one", "multiple", (2, 1), "for"),
        ("3 for 2", "multiple", (3, 2), "for"),
        ("SAVE-20", "code", "SAVE-20", ""),
        ("24/7", "condition", "round_the_clock", ""),
        ("gluten-free", "condition", "without", "gluten"),
    ],
)
def test_other_values_are_named_for_what_they_are(text, kind, amount, unit):
    """Measures, counts, multiples, codes and conditions each have their kind, amount and unit."""
    value = only(text)
    assert (value.kind, value.amount, value.unit) == (kind, amount, unit)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Use SPRING at the checkout", "SPRING"),
        ("Quote AUTUMN15 when you call", "AUTUMN15"),
        ("with the code 'Bloom'", "BLOOM"),
        ("Enter the code bloom at checkout", "BLOOM"),
    ],
)
def test_codes_are_found(text, code):
    """A code is a code in capitals, in quotes or before the checkout."""
    assert [value.amount for value in find_values(text) if value.kind == "code"] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "30 November 2026",
        "30th of November 2026",
        "Nov 30, 2026",
        "November 30th, 2026",
        "30/11/2026",
        "11/30/2026",
        "2026-11-30",
        "30.11.26",
        "Monday 30 November 2026",
        "the thirtieth of November 2026",
        "end of November 2026",
        "30-Nov-2026",
    ],
)
def test_dates_are_read_in_any_notation(text):
    """Every notation of a day, American and ISO among them, is that day."""
    assert agree(text, "30 November 2026")


@pytest.mark.parametrize("text", ["5pm", "5 p.m.", "5.00 pm", "17:00", "17.00 hrs", "5 o'clock"])
def test_times_are_read_in_any_notation(text):
    """Twelve and twenty-four hours, points and colons say the same time."""
    assert agree(text, "until 5 pm")


@pytest.mark.parametrize(
    "text",
    [
        "ends today",
        "today only",
        "3 days left",
        "ends in 48 hours",
        "only until tomorrow",
        "ends this weekend",
        "last day: today",
        "this week only",
        "the final hours",
        "offer ends Friday",
        "until Sunday",
    ],
)
def test_deadlines_told_from_today_are_values(text):
    """A word that closes something is a date."""
    assert [value.kind for value in find_values(text)] == ["date"]


@pytest.mark.parametrize(
    "text",
    [
        "Feel free to browse the shop today.",
        "In your free time, on a free evening",
        "free-range and hassle-free",
        "You are free to choose.",
        "Call on us, or count on us.",
        "Start today, pop by today.",
        "All the best, and best wishes",
        "We are always happy to help.",
        "A lifetime of memories, once in a lifetime",
        "Not only that, if only, only natural",
        "Here are three ways to cook, and 5 simple tips",
        "A five-minute read. Got two minutes?",
        "Everything you need for a quiet Sunday",
        "It may rain; March on.",
        "Thanks a million times over",
        "© 2025 and https://shop.example/20off?x=15",
        "{{first_name_2}}, hello",
        "1. Rinse\n2. Dry",
        "VIP, UK, FAQ, RSVP, LED",
    ],
)
def test_idioms_and_structure_are_no_values(text):
    """Manners of speaking, lists, addresses and merge fields claim nothing."""
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("complimentary", "free"),
        ("at no extra cost", "free"),
        ("this one is on us!", "free"),
        ("frее delivery", "free"),
        ("f.r.e.e", "free"),
        ("guaranteed", "guarantee"),
        ("no limit", "unlimited"),
        ("lifetime warranty", "lifetime"),
        ("no minimum spend", "no_minimum"),
        ("no strings attached", "no_obligation"),
        ("cancel anytime", "cancel_anytime"),
        ("risk-free", "risk_free"),
        ("members only", "exclusive"),
        ("lowest prices", "best_price"),
        ("award-winning", "award"),
        ("number one", "number_one"),
        ("points never expire", "never"),
        ("sitewide saving", "everywhere"),
        ("20% off everything", "all"),
    ],
)
def test_condition_words_are_found_by_family(text, family):
    """Synonyms are of one family, lookalike letters and dots do not hide a word."""
    assert family in [value.amount for value in find_values(text) if value.kind == "condition"]


@pytest.mark.parametrize("text", ["delivery is not free", "isn't guaranteed", "no longer free", "cannot be guaranteed"])
def test_what_is_denied_is_not_claimed(text):
    """A denied condition is none."""
    assert kinds(text) == []


# --- equality ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claimed", "stated"),
    [
        ("£1,299.00", "1299 pounds"),
        ("half price", "50% off"),
        ("a third off", "33% off"),
        ("two weeks", "14 days"),
        ("48 hours", "two days"),
        ("2 years", "24 months"),
        ("1 kg", "1000 g"),
        ("ten-year", "10 years"),
        ("twice the points", "double points"),
        ("bogof", "2-for-1"),
        ("up to 20% off", "20% off"),
        ("as much as 40%", "up to 40%"),
        ("up to 15%", "10-15%"),
        ("spend £50 or more", "orders over £50"),
        ("minimum spend £50", "orders of at least £50"),
        ("from £20", "prices start at £20"),
        ("£5 per month", "£5 a month"),
        ("within 30 days", "30-day returns"),
        ("30 November", "30 November 2026"),
        ("Monday 30 November", "30 November 2026"),
        ("in November 2026", "30 November 2026"),
        ("ends 14 December", "from 1 to 14 December 2026"),
        ("midnight", "23:59"),
        ("code save10", "code SAVE10"),
        ("20p", "£0.20"),
        ("complimentary", "free"),
    ],
)
def test_the_same_value_in_other_words_is_the_same(claimed, stated):
    """Equality is of meaning, and a copy may say less."""
    assert agree(claimed, stated)


@pytest.mark.parametrize(
    ("claimed", "stated"),
    [
        ("£20 off", "20% off"),
        ("€20", "£20"),
        ("30 days", "30 hours"),
        ("12 days", "12 working days"),
        ("10 points", "10%"),
        ("20 percentage points", "20%"),
        ("40% off", "up to 40% off"),
        ("15%", "10-15%"),
        ("£20", "from £20"),
        ("over 40% off", "40% off"),
        ("£50 off", "orders over £50"),
        ("orders over £50", "orders up to £50"),
        ("£5", "£5 a month"),
        ("£5 a week", "£5 a month"),
        ("30 November 2026", "30 November"),
        ("30 November 2027", "30 November 2026"),
        ("Tuesday 30 November", "30 November 2026"),
        ("ends 1 December", "from 1 to 14 December"),
        ("triple points", "double points"),
        ("code SAVE15", "code SAVE10"),
        ("dairy-free", "gluten-free"),
    ],
)
def test_other_units_limits_and_parts_are_not_the_same(claimed, stated):
    """A change of unit, a dropped limit and a swapped part are other values."""
    assert not agree(claimed, stated)


@given(st.decimals(min_value=1, max_value=99_999, places=2), st.sampled_from(["£{}", "{} pounds", "GBP {}", "£{:,}"]))
def test_a_sum_equals_itself_however_it_is_written(amount, form):
    """Any sum in any notation is the same sum, and not the next one."""
    assert agree(form.format(amount), f"£{amount}")
    assert not agree(form.format(amount + 1), f"£{amount}")


# --- any text ---------------------------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    """Values lie in order, do not overlap, and their words are the text's."""
    values = find_values(text)
    assert all(value.text == text[value.start : value.end] for value in values)
    assert all(first.end <= second.start for first, second in pairwise(values))


def test_texts_made_of_the_parts_of_values_are_read():
    """However the parts of values are put together, a value that depends on no day equals itself."""
    numbers = ["£", "1", ",", "299", ".", "%", "31", "2026", "½", "२", "five ", " hundred ", "half ", "x", "k"]
    words = [
        " February ",
        " to ",
        " and ",
        " off ",
        "ends ",
        "pm",
        "free ",
        "only ",
        "not ",
        "code ",
        "SAVE",
        "days left",
    ]
    parts = [*numbers, *words, "/", "-", ":", "\n"]
    rng = random.Random(7)
    for _ in range(300):
        text = "".join(rng.choices(parts, k=20))
        assert all(same_value(value, value) for value in find_values(text) if value.kind not in {"date", "money"}), text
