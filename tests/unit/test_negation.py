"""Negation: what a text denies, and the words that a restatement turns into their opposite."""

import pytest

from shared.domain.negation import affirms_denied, denials_in, turned_words


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Sale items are included.", "Sale items are not included."),
        ("Returns are not accepted.", "Returns are accepted within 30 days."),
        ("The offer applies to gift cards.", "The offer applies to everything except gift cards."),
        ("Clearance lines are part of it.", "No clearance lines are part of it."),
        ("It covers drones.", "It covers everything other than drones."),
        ("You can reply before Monday.", "You can reply after Monday."),
        ("Batteries are included.", "Batteries are excluded."),
        ("The fund pays for salaries.", "It does not pay for salaries."),
        ("The workshop is open on Sunday.", "The workshop is closed on Sunday."),
        ("Food can be returned even if it is not faulty.", "Food cannot be returned unless it is faulty."),
        ("Steel wool will not scratch the enamel.", "Steel wool will scratch the enamel."),
        ("It is sealed against dust, and it is waterproof.", "It is sealed against dust, but it is not waterproof."),
    ],
)
def test_a_word_that_loses_or_gains_its_denial_is_turned(statement, source):
    """What the source denies may not be affirmed, nor the reverse, nor may an opposite stand in its place."""
    assert turned_words(statement, source)


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Sale items are excluded.", "Sale items are not included."),
        ("Returns are free.", "Returns never cost you anything."),
        ("Plastic cards are mailed at no cost.", "Plastic cards are mailed free of charge."),
        ("You pay nothing for delivery.", "There is no delivery charge."),
        ("Not only pans but also pots are reduced.", "Pans and pots are reduced."),
        ("Painted surfaces, wheels and damage by water are not covered.", "It covers all except painted surfaces."),
        (
            "It runs from 6 to 18 March, but not on Fridays or Sundays.",
            "It runs in March, except on Fridays and Sundays.",
        ),
        ("Don't worry: a digital card is there in an hour.", "A digital card is sent within an hour."),
        ("No later than Friday, book your place.", "Book your place by Friday."),
        ("If you avoid caffeine, take the Evening blend.", "The Evening blend has no caffeine."),
        ("Travel on any day but a Friday.", "Travel is possible except on Fridays."),
        ("Saver tickets are the exception: they cannot be changed.", "Saver tickets cannot be changed."),
        ("", ""),
    ],
)
def test_a_denial_in_other_words_is_not_turned(statement, source):
    """The same thing said with another negation, or with none, contradicts nothing."""
    assert turned_words(statement, source) == ()


def test_negations_are_counted_and_what_only_looks_like_one_is_not():
    """``not only``, ``no later than`` and ``at no charge`` deny nothing."""
    assert denials_in("No claim can be accepted without an order number.") == 2
    assert denials_in("Not only that: at no charge, and no later than Friday, whether or not it rains.") == 0


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Avoid steel wool, which will scratch the enamel.", "Steel wool will scratch the enamel."),
        ("We repair pans, and it does not matter who sold them.", "We repair pans, whether or not we sold them."),
        ("Refunds are given only if the child is ill.", "No refunds are given unless the child is ill."),
        ("All rooms are step-free, with one exception: the Loft.", "All rooms are step-free except the Loft."),
        (
            "It closes at 4:30 p.m., except on Thursdays, at 8 p.m.",
            "It closes at 4:30 p.m., and at 8 p.m. on Thursdays.",
        ),
        ("Use your passes before the year ends.", "Passes that are not used expire at the end of the year."),
        ("Lunch is up to you.", "The fee covers a snack, but not lunch."),
        ("Keep it in the dark, not in the refrigerator.", "Keep it in the dark and out of the refrigerator."),
        (
            "Tickets come back as credit, except for Saver tickets.",
            "Tickets come back as credit. Saver tickets do not qualify.",
        ),
        ("You can skip the break-in, since none is needed.", "No break-in is needed."),
        ("Boots come in a cotton bag in place of paper.", "Boots come in a cotton bag instead of paper."),
        ("It does not work for tickets bought online.", "Show a streetcar ticket and save $3. It is not valid online."),
    ],
)
def test_the_same_in_other_words_is_not_turned(statement, source):
    """Advice, conditions, exceptions and what is left to the reader deny nothing that the source says."""
    assert turned_words(statement, source, beside=source) == ()


def test_long_text_takes_time_in_proportion():
    """Text that repeats what the patterns look for is read to its end."""
    assert turned_words("except " * 20_000, "any but " * 20_000) == ()


def test_a_list_of_what_is_left_out_cannot_be_told_as_one_of_what_is_not():
    """Whatever the verb; told as left out in other words it is fine."""
    source = "Final sale styles, gift cards and camel coats are not included."
    assert affirms_denied("It also applies to final sale styles, gift cards and camel coats.", source)
    assert affirms_denied("Take 15% off coats, boots and harnesses.", "Boots and harnesses are not part of it.")
    assert not affirms_denied("Final sale styles, gift cards and camel coats are left out.", source)
