"""Limits that a restatement may not drop: of whom, of how much, how often, on which days."""

import pytest

from shared.domain.limits import widens

REPAIRS = "Most repairs take two weeks."
COVER = "It covers everything except wheels."
CANCEL = "It is refunded if you cancel within 14 days."
COFFEES = "All our coffees are certified organic except Pine Espresso and Lantern Decaf."
WELCOME = "New subscribers get 15% off their first three parcels with the code MORNING15."
TIERS = "Same-day changes cost $35 and are free for Silver and Gold members."
LAMPS = "Table lamps and lanterns are 20% off. Floor lamps stay at their regular price."
PAUSE = "You can skip a month, pause for up to three months or cancel at any time."
ONCE = "The code can be used once per customer and cannot be combined with other offers."
FIRST = "New members save $25 on a first booking of $150 or more with the code HELLO25."
BEDS = "Members bring up to two plants a year."
NOTICE = "You may leave the plan with 14 days' notice."
DAYS = "Members save 10% on plants from Monday to Thursday."


@pytest.mark.parametrize(
    ("statement", "source", "said"),
    [
        ("All repairs are done in two weeks.", REPAIRS, "All repairs"),
        ("The guarantee covers everything.", COVER, "everything"),
        ("It is refunded whenever you cancel.", CANCEL, "whenever"),
        ("Every single one of our coffees is certified organic.", COFFEES, "Every single one of our coffees"),
        ("Everyone gets 15% off the first three parcels.", WELCOME, "Everyone"),
        ("New and present subscribers alike get 15% off three parcels.", WELCOME, "New and present"),
        ("They are free for all our members.", TIERS, "all our members"),
        ("Every lamp in the house is 20% off.", LAMPS, "Every lamp"),
        ("You can pause for as long as you like.", PAUSE, "as long as you"),
        ("The code can be used as often as you like.", ONCE, "as often as you"),
        ("You save $25 on a first booking of any amount.", FIRST, "of any amount"),
        ("Members bring as many plants a year as they like.", BEDS, "as many plants a year as they like"),
        ("You may leave the plan without notice.", NOTICE, "without notice"),
        ("Members save 10% on plants every day of the week.", DAYS, "every day of the week"),
    ],
)
def test_a_limit_may_not_be_widened(statement, source, said):
    """``Most``, ``except``, ``new``, ``once`` and ``within`` do not become ``all``, ``everyone`` and ``whenever``."""
    assert widens(statement, source, source) == said


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("All wheels are spoked.", REPAIRS),
        ("It covers everything but wheels, which are excepted.", COVER),
        ("Cancel whenever you like within 14 days.", CANCEL),
        ("All our coffees but Pine Espresso and Lantern Decaf are certified organic.", COFFEES),
        ("Everyone who subscribes gets 15% off three parcels.", WELCOME),
        ("They are free for all Silver and Gold members.", TIERS),
        ("Every table lamp is 20% off.", LAMPS),
        ("You can cancel whenever you like.", PAUSE),
        ("Use the code once, whenever you like.", ONCE),
        ("You save $25 on a first booking, of any length, of $150 or more.", FIRST),
        ("Members save 10% on plants any day from Monday to Thursday.", DAYS),
    ],
)
def test_a_limit_that_is_told_is_kept(statement, source):
    """In other words than the source's it is still the limit."""
    assert widens(statement, source, source) == ""


def test_an_exception_may_follow():
    """The next sentence may name what is left out."""
    following = "Pine Espresso and Lantern Decaf are the exceptions."
    assert widens("All our coffees are certified organic.", COFFEES, COFFEES) == "All our coffees"
    assert widens("All our coffees are certified organic.", COFFEES, COFFEES, following) == ""


def test_long_text_takes_time_in_proportion():
    """Text that repeats what the patterns look for is read to its end."""
    assert widens("every single one of our " * 5_000, "all the up to " * 5_000, "all the " * 5_000) == ""
