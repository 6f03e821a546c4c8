"""Readability: the grade of English prose, and no grade where the formula does not apply."""

import pytest

from shared.domain.readability import count_syllables, reading_grade

EASY = "The cat sat on the mat and it was warm. We will give you a good rug for it. "


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("the", 1), ("make", 1), ("jumped", 1), ("cooked", 1), ("table", 2), ("wanted", 2), ("boxes", 2), ("we're", 1),
        ("churches", 2), ("apples", 2), ("coffee", 2), ("beautiful", 3), ("subscription", 3), ("rhythm", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_by_rule(word, syllables):
    """Silent endings do not count, sounded ones do."""
    assert count_syllables(word) == syllables


def test_the_grade_is_the_formulas():
    """Ten sentences of 10 and 9 words, one syllable each: 0.39 x 9.5 + 11.8 - 15.59."""
    assert reading_grade(EASY * 5) == pytest.approx(0.39 * 9.5 + 11.8 - 15.59)


def test_longer_sentences_and_words_read_harder():
    """The same words in one sentence, and long words in their place, raise the grade."""
    easy = reading_grade(EASY * 5)
    joined = reading_grade((EASY * 5).replace(".", ""))
    latinate = reading_grade(EASY.replace("mat", "accommodation").replace("rug", "documentation") * 5)
    assert easy < latinate < joined


def test_a_line_ends_a_sentence():
    """A greeting and a list without full stops are not one long sentence."""
    assert reading_grade("\n".join(["we will give you a good rug"] * 10)) < 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Too short to tell. " * 3,
        "Liebe Kundin, wir freuen uns, Ihnen heute unsere neue Kollektion vorstellen zu dürfen. " * 8,
        "Мы рады предложить вам новую коллекцию постельного белья для дома и сада. " * 8,
        "家と庭のための新しいコレクション。" * 30,
    ],
)
def test_other_texts_have_no_grade(text):
    """Short texts and other languages are not judged by a formula made for English."""
    assert reading_grade(text) is None
