"""Merge fields: found, filled as a sender must, and thought of at their worst."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Message
from shared.domain.merge_fields import (
    HOSTILE_VALUE,
    fill,
    fill_longest,
    fill_shortest,
    find_merge_fields,
    longest_value,
    may_stand,
    renderings,
    without_merge_fields,
)
from shared.run_config import MergeField

NAME = MergeField(fallback="there", longest=12)
FIELDS = {"first_name": NAME, "town": MergeField(fallback="your town", longest=20, worst_cases=("Ashford",))}
FOOTER = "Unsubscribe: {{unsubscribe_url}}"
PLAIN = Message(subject="News", body="Hello", call_to_action="Look")


def test_names_in_double_braces_are_found():
    """Known or not, with spaces or without, each once; single braces are no merge fields."""
    assert find_merge_fields("{{first_name}} {{ nick }} {x} {{first_name}} {{Order.Id}}") == (
        "first_name",
        "nick",
        "Order.Id",
    )


def test_only_known_marks_are_looked_past():
    """Another name, spaces inside or a third brace stay in the text."""
    assert without_merge_fields("{{first_name}} {{ first_name }} {{nick}}", FIELDS) == "name {{ first_name }} {{nick}}"
    assert without_merge_fields("{{{first_name}}}", FIELDS) == "{name}"


def test_values_are_filled_in():
    """Each field has its own value; a field without one has its fallback, an unknown one stays."""
    text = "Hello {{first_name}} of {{town}}, {{nick}}"
    assert fill(text, FIELDS, {"first_name": "Anna", "nick": "x"}) == "Hello Anna of your town, {{nick}}"


@pytest.mark.parametrize("value", ["Anna", "Anna-Maria", "O’Brien", "Zoë", "Ivan Jr.", "毛泽"])
def test_ordinary_names_are_shown(value):
    """Hyphens, apostrophes, accents and other alphabets are part of names."""
    assert fill("{{first_name}}", FIELDS, {"first_name": value}) == value


@pytest.mark.parametrize(
    "value",
    [
        "", "  ", "\u200b", "x" * 13, "<b>Anna</b>", "Anna {{town}}", "{{first_name}}", "[Anna]", "a@b.co", "evil.com",
        "a/b", "**A**", HOSTILE_VALUE,
    ],
)  # fmt: skip
def test_what_may_not_stand_gives_way_to_the_fallback(value):
    """Nothing, too much, markup, marks and links are never shown."""
    assert fill("{{first_name}}", FIELDS, {"first_name": value}) == "there"


def test_a_value_is_one_line():
    """Line breaks and invisible signs in a value cannot break a subject."""
    assert fill("{{first_name}}", FIELDS, {"first_name": "Anna\r\n Bo\u200b"}) == "Anna Bo"


@given(st.text(max_size=60))
def test_whatever_the_value_the_text_stays_clean(value):
    """A filled mark is one visible line within its length, without braces, markup or links."""
    shown = fill("{{first_name}}", FIELDS, {"first_name": value})
    assert may_stand(shown)
    assert len(shown) <= NAME.longest


@given(st.integers(1, 200))
def test_the_longest_value_fills_its_length(longest):
    """It has exactly as many characters as allowed, and can be shown."""
    field = MergeField(fallback="x", longest=longest)
    assert len(longest_value(field)) == longest
    assert fill_longest("{{name}}", {"name": field}) == longest_value(field)


def test_the_shortest_reading_has_the_fallbacks():
    """Of a customer of whom nothing is known."""
    assert fill_shortest("{{first_name}}, {{town}}", FIELDS) == "there, your town"


def test_a_message_without_merge_fields_has_one_rendering():
    """Whatever fields are configured, the footer's link included."""
    assert renderings(PLAIN, FOOTER, FIELDS) == ((PLAIN, "Unsubscribe: https://unsubscribe.example/"),)


def test_a_message_with_merge_fields_is_rendered_at_its_worst():
    """With the fallbacks, with the longest values, and with each worst case of a field that it holds."""
    message = PLAIN.model_copy(update={"subject": "For {{first_name}}", "body": "Hello {{town}}"})
    found = {(one.subject, one.body) for one, _ in renderings(message, FOOTER, FIELDS)}
    longest = (f"For {longest_value(NAME)}", f"Hello {longest_value(FIELDS['town'])}")
    assert found == {("For there", "Hello your town"), longest, ("For there", "Hello Ashford")}


def test_merge_fields_of_the_footer_are_rendered_too():
    """A footer that names the customer is screened with the longest name."""
    footers = [footer for _, footer in renderings(PLAIN, "For {{first_name}}. {{unsubscribe_url}}", FIELDS)]
    assert len(footers) == 2
    assert longest_value(NAME) in footers[1]
