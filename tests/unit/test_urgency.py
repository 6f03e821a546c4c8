"""Urgency and deadlines: pressure needs a cited reason that still holds on the day."""

from datetime import date

import pytest

from shared.contracts import Citation
from shared.domain.deadlines import evidence_in, is_ahead, is_past, past_sentences, states_stock
from shared.domain.markdown import Paragraph
from shared.domain.sources import CitedSection
from shared.domain.urgency import MOST_FINDINGS, check_urgency

TODAY = date(2026, 11, 23)


def a_section(text):
    citation = Citation(document_id="d", version="0" * 64, title="Sale", section="Dates", paragraph_index=0)
    return CitedSection(citation, (Paragraph(index=0, section="Dates", text=text),))


def judged(text, source, tone="urgent"):
    return check_urgency({"subject": "News", "body": text}, tone, [a_section(source)], TODAY)


@pytest.mark.parametrize(
    "source",
    [
        "The sale ends on 30 November 2026.",
        "Order by December 1, 2026, to have it in time.",
        "The code is valid until 2026-11-23.",
        "Only 12 tents are left.",
        "There were 32 of these boxes left.",
        "The sale ends on 30 November.",
    ],
)
def test_pressure_with_a_cited_deadline_or_stock_figure_passes(source):
    """A deadline today or later, or a count of goods left, carries an urgent message."""
    assert judged("Hurry, this is your last chance.", source) == ((), "")


@pytest.mark.parametrize(
    "source",
    [
        "Our pans are made of iron.",
        "The sale ended on 1 November 2026.",
        "The sale ends on 1 November 2026.",
        "Prices hold until further notice.",
        "Our 30 shops remain open all winter.",
    ],
)
def test_pressure_without_evidence_is_named(source):
    """Without such a fact each pressing word is a finding that says what is missing."""
    (finding,) = judged("Hurry to the shop.", source).findings
    assert finding.check == "urgency"
    assert "'Hurry'" in finding.detail
    assert "2026-11-23" in finding.detail


def test_an_urgent_message_that_presses_nobody_is_lowered_instead():
    """The tone is lowered, and the reason is given; other tones have nothing to lower."""
    calm = "Have a look at the pans whenever it suits you."
    findings, lowered = judged(calm, "Our pans are made of iron.")
    assert findings == ()
    assert "no cited passage gives a deadline" in lowered
    assert judged(calm, "Our pans are made of iron.", "friendly") == ((), "")
    assert judged(calm, "The sale ends on 30 November 2026.") == ((), "")


@pytest.mark.parametrize("tone", ["urgent", "informational", "friendly"])
@pytest.mark.parametrize("press", ["last chance", "while stocks last", "ends tonight", "selling fast", "today only"])
def test_pressure_needs_a_reason_in_every_tone(tone, press):
    """A friendly message may not press either; the subject counts as the body does."""
    fields = {"subject": f"Pans: {press}", "body": "Have a look."}
    assert check_urgency(fields, tone, [a_section("Pans are made of iron.")], TODAY).findings


def test_scarcity_needs_a_stock_figure_or_its_own_words_in_the_source():
    """A deadline does not make goods scarce."""
    deadline = "The sale ends on 30 November 2026."
    assert judged("They are selling fast.", deadline).findings
    assert not judged("They are yours while stocks last.", f"{deadline} Yours while stocks last.").findings
    assert not judged("They are selling fast.", "We have 40 pans left.").findings
    assert not judged("Please don't wait.", "We counted 140 pans in our warehouse on 20 November 2026.").findings


def test_a_count_of_what_is_left_is_the_source_s():
    """In words as in digits; a weight is no count."""
    source = "A pan weighs 12 pounds. On 20 November 2026 there were 40 pans left."
    assert judged("Only a dozen pans are left.", source).findings
    assert not judged("Forty pans are left.", source).findings


@pytest.mark.parametrize(
    "text",
    [
        "How do you notice that you are running low?",
        "That last one is the hardest.",
        "If you miss out, come in spring.",
    ],
)
def test_what_is_said_of_the_reader_is_no_scarcity(text):
    """Goods run low, and so do readers."""
    assert judged(text, "Pans are made of iron.").findings == ()


def test_a_length_that_the_source_states_presses_nobody():
    """A table that is held for fifteen minutes only is no countdown."""
    assert judged("We hold your table for 15 minutes only.", "Tables are held for 15 minutes.").findings == ()
    assert judged("15 minutes only!", "Tables are held at the door.").findings


def test_a_span_of_days_ends():
    """An offer from one day to another gives its last day as a deadline."""
    source = "From 23 November to 30 November 2026 toys are 20% off."
    assert judged("The last chance is on 30 November 2026.", source).findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "There is no hurry and no last chance here.",
        "No need to hurry.",
        "In a hurry? It charges fast.",
        "You are never in a rush with us.",
    ],
)
def test_pressure_that_is_denied_presses_nobody(text):
    """Saying that there is no hurry is no hurry."""
    assert judged(text, "Pans are made of iron.", "friendly").findings == ()


def test_a_deadline_that_has_passed_is_never_told():
    """Whatever the tone, and even where the source states it."""
    source = "The sale ends on 1 November 2026."
    (finding,) = judged("The sale ends on 1 November 2026.", source, "informational").findings
    assert "deadline before 2026-11-23" in finding.detail


def test_findings_are_bounded():
    """Much pressure gives a handful of findings."""
    assert len(judged("Hurry! " * 500, "Pans.").findings) == MOST_FINDINGS


def test_a_date_without_a_year_is_the_nearest_one():
    """January is ahead in November, and October is past."""
    assert is_ahead("The sale ends on 15 January.", TODAY)
    assert is_past("The sale ends on 15 October.", TODAY)


def test_a_sentence_that_leans_on_a_past_one_is_past_too():
    """What continues an ended offer has ended with it, and is no evidence."""
    stated = ["The sale ended on 1 November 2026.", "It ends for members on 1 December 2026.", "Pans are iron."]
    stated[0] = "The sale ends on 1 November 2026."
    assert past_sentences(stated, TODAY) == {0, 1}
    assert evidence_in(" ".join(stated), TODAY) == ""


def test_days_that_do_not_exist_are_no_deadline():
    """The thirty-first of February ends nothing."""
    assert not is_ahead("The sale ends on 31 February 2027.", TODAY)
    assert not is_past("The sale ends on 31 February 2020.", TODAY)


def test_counts_of_other_things_are_no_stock():
    """Time, distance and people are not goods."""
    assert not states_stock("Only 3 days left.")
    assert not states_stock("There are 12 people left.")


def test_counts_and_deadlines_are_those_of_the_source():
    """Fewer pieces left than the source says, and a day that it does not name, are findings of their own."""
    source = "We have 46 pairs left. The sale ends on 30 November 2026."
    assert judged("We have 46 pairs left, and the sale ends on 30 November.", source).findings == ()
    (few,) = judged("We have 6 pairs left.", source).findings
    assert "6 are left" in few.detail
    (late,) = judged("The sale ends on 7 December 2026.", source).findings
    assert "2026-12-07" in late.detail
    (tonight,) = judged("The sale ends tonight.", source).findings
    assert "no cited deadline is on 2026-11-23" in tonight.detail
