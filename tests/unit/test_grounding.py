"""Grounding: statements held to the sections they cite, and the claims of a writer to both."""

from datetime import date

import pytest

from shared.contracts import Claim, ContentDocument
from shared.domain.citations import resolve_marks
from shared.domain.drafts import check_drafted
from shared.domain.grounding import LEAST_OVERLAP, MOST_FINDINGS, ground
from shared.domain.sources import Sources
from shared.domain.statements import statements_of


def a_document(title, content, document_id=None):
    return ContentDocument(
        document_id=document_id or title,
        title=title,
        category="",
        content=content,
        approval_date=date(2024, 1, 1),
        version="0" * 64,
    )


GUIDE = a_document("Care Guide", "## Oil\n\nA pan needs oil.\n\n## Years\n\nIt lasts for “years”.")


# --- a writer's claims ------------------------------------------------------------------------------------------------

CLAIMED = "A pan needs oil [Source: Care Guide, Oil]. It lasts\nfor “years”. [Source: Care Guide, Years]"


def drafted(claims):
    sources = Sources([GUIDE])
    return check_drafted(claims, CLAIMED, resolve_marks(CLAIMED, sources.citable), sources.section)


def a_claim(statement="A pan needs oil.", citation="[Source: Care Guide, Oil]", quote="needs oil"):
    return Claim(statement=statement, citation=citation, quote=quote)


@pytest.mark.parametrize(
    "claim",
    [
        a_claim(),
        a_claim("A pan needs oil [Source: Care Guide, Oil]."),
        a_claim('it lasts  for "years"', "[Source: care guide,  Years]", "IT lasts"),
    ],
)
def test_claims_that_stand_in_the_body_pass(claim):
    """Citations within a statement, white space, case and typographic signs do not matter."""
    assert drafted([claim]) == ()


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        (a_claim("A pan needs butter."), "statement"),
        (a_claim(" \u200b"), "statement"),
        (a_claim("[Source: Care Guide, Oil]"), "statement"),
        (a_claim(citation="[Source: Care Guide, Butter]"), "citation"),
        (a_claim(citation="Care Guide, Oil"), "citation"),
        (a_claim(citation=""), "citation"),
        (a_claim(citation="[Source: Care Guide, Oil] [Source: Care Guide, Years]"), "citation"),
        (a_claim(quote=" \u200b\n"), "quotes nothing"),
        (a_claim(quote="needs butter"), "quote does not stand in Care Guide, Oil"),
        (a_claim(quote="It lasts"), "quote does not stand in Care Guide, Oil"),
    ],
)
def test_a_claim_that_does_not_is_a_finding(claim, fault):
    """The finding tells the claim by its number and repeats none of its text."""
    (finding,) = drafted([a_claim(), claim])
    assert finding.check == "citation"
    assert finding.detail.startswith("claim 2")
    assert fault in finding.detail
    assert "pan" not in finding.detail.lower()


def test_findings_on_claims_are_bounded():
    """Many bad claims give a handful of short findings; none at all gives none."""
    findings = drafted([a_claim("x" * 5000, "y" * 5000, "")] * 200)
    assert 0 < len(findings) <= MOST_FINDINGS
    assert max(len(finding.detail) for finding in findings) < 100
    assert drafted([]) == ()


# --- statements -------------------------------------------------------------------------------------------------------


def test_each_sentence_has_the_citations_in_it_or_right_after_it():
    """A citation after the full stop belongs to the sentence before it; the uncited ones above it stand under it."""
    body = "Hello,\n\nOne pan. Two pans. [Source: A, B] Three pans [Source: C, D].\n\nBest,\nThe team"
    assert [(one.text, one.citations, one.below) for one in statements_of(body)] == [
        ("Hello,", (), ()),
        ("One pan.", (), (0,)),
        ("Two pans.", (0,), ()),
        ("Three pans.", (1,), ()),
        ("Best,", (), ()),
        ("The team", (), ()),
    ]


def test_a_sentence_with_two_citations_is_a_statement_up_to_each():
    """Citations side by side stand for the same words; what follows the last one belongs to it."""
    body = "A pan costs £9 [Source: A, B] and a lid £3 [Source: C, D] [Source: E, F] for members."
    assert [(one.text, one.citations) for one in statements_of(body)] == [
        ("A pan costs £9", (0,)),
        ("and a lid £3 for members.", (1, 2)),
    ]


def test_wrapped_lines_are_one_sentence():
    """A long line that breaks goes on in the next one; a short line stands for itself."""
    body = "A pan that is used every day needs a thin coat of oil\nnow and then [Source: A, B].\nBest wishes,\nMaya"
    assert [one.text for one in statements_of(body)] == [
        "A pan that is used every day needs a thin coat of oil now and then.",
        "Best wishes,",
        "Maya",
    ]


# --- support ----------------------------------------------------------------------------------------------------------

SHOP = [
    a_document(
        "Delivery",
        "## Costs\n\nDelivery costs £4.50, and orders over £60 are delivered free. Parcels leave our Kendal workshop "
        "within two working days.\n\n## Exceptions\n\nPersonalised goods cannot be returned. Gift cards are not sent "
        "by post.\n\n## Reviews\n\n“It arrived before I had put the kettle on,” wrote Zoë of Leith. “A lovely box,” "
        "wrote Tom of York.",
    ),
    a_document("Care", "Wash the blanket at 30 degrees. It is woven from Shetland wool."),
]


def grounded(text, citation="[Source: Delivery, Costs]"):
    sources = Sources(SHOP)
    body = f"{text} {citation}"
    return ground(body, resolve_marks(body, sources.citable), sources.section, ("Harbour & Pine",))


def test_a_quotation_is_a_claim_with_its_exact_span():
    """The claim names the document, its version, section and paragraph, and the span holds the quoted words."""
    (claim,) = grounded("orders over £60 are delivered free.").claims
    assert (claim.document_id, claim.section, claim.paragraph_index) == ("Delivery", "Costs", 0)
    assert claim.version == "0" * 64
    assert (claim.exact, claim.overlap) == (True, 1.0)
    assert claim.quote == "orders over £60 are delivered free"


@pytest.mark.parametrize(
    "text",
    [
        "Spend more than £60 and we will ship your order at no cost, free of any charge.",
        "Your parcel leaves the workshop in Kendal within two working days.",
        "Did you know that parcels leave within 2 working days?",
        "Lovely as it is, delivery of smaller orders costs £4.50.",
    ],
)
def test_a_paraphrase_with_enough_of_the_words_is_a_claim(text):
    """Synonyms, spelled numbers and another order are fine; the overlap is stated."""
    claims, findings, _ = grounded(text)
    assert findings == ()
    assert claims[0].overlap >= LEAST_OVERLAP
    assert claims[0].quote == SHOP[0].content[claims[0].start + 10 :][: len(claims[0].quote)]


@pytest.mark.parametrize(
    ("text", "citation", "problem"),
    [
        ("Every candle is poured by hand in our workshop.", "[Source: Delivery, Costs]", "is not what"),
        ("Delivery of linen costs £4.50.", "[Source: Delivery, Costs]", "names linen"),
        ("Parcels leave our Norwich workshop within two working days.", "[Source: Delivery, Costs]", "names Norwich"),
        ("Personalised goods can be returned.", "[Source: Delivery, Exceptions]", "turns round"),
        ("Gift cards are sent by post.", "[Source: Delivery, Exceptions]", "turns round"),
        ("Wash the blanket at 30 degrees.", "[Source: Delivery, Costs]", "is not what"),
        ("“It arrived before I had even ordered it,” wrote Zoë.", "[Source: Delivery, Reviews]", "quotes"),
        ("“It arrived before I had put the kettle on,” wrote Tom of York.", "[Source: Delivery, Reviews]", "quotes"),
    ],
)
def test_what_the_section_does_not_say_is_a_finding(text, citation, problem):
    """Other facts, foreign names, turned negations and quotations that nobody spoke are named with the section."""
    claims, findings, _ = grounded(text, citation)
    assert claims == ()
    (finding,) = findings
    assert finding.check == "citation"
    assert problem in finding.detail


def test_a_sentence_of_another_document_is_named_with_it():
    """A sentence that its own section hardly says and another document says is cited wrongly."""
    documents = [
        a_document("Gift Cards", "## Using A Card\n\nEnter the number of the gift card at the till of the order."),
        a_document("Card Terms", "## Limits\n\nA lost card is replaced only if you still have the order number."),
    ]
    sources = Sources(documents)
    body = "A lost card is replaced only if you still have the order number. [Source: Gift Cards, Using A Card]"
    marks = resolve_marks(body, sources.citable)
    (finding,) = ground(body, marks, sources.section, (), sources.vocabulary).findings
    assert "Card Terms, Limits says it" in finding.detail


def test_a_clause_that_adds_a_thing_is_a_finding():
    """What the section says nothing of may not ride on what it says; a remark on the reader may."""
    (finding,) = grounded("Delivery costs £4.50, and every parcel contains a bar of chocolate.").findings
    assert "adds 'every parcel contains a bar of chocolate.'" in finding.detail
    assert grounded("Delivery costs £4.50, and your neighbours will wave hello.").findings == ()


def test_a_sentence_under_no_citation_may_not_contradict():
    """Wherever in the message it stands; one that tells of the brand names nobody whom the sections do not."""
    sources = Sources(SHOP)
    body = "Gift cards are not sent by post. [Source: Delivery, Exceptions]\n\n{}"
    for told, found in (
        ("Personalised goods can be returned.", "turns round"),
        ("Our founder learned her trade from Madame Dubois.", "names Madame, Dubois"),
        ("See you soon.", ""),
    ):
        text = body.format(told)
        findings = ground(text, resolve_marks(text, sources.citable), sources.section, ()).findings
        assert [found in finding.detail for finding in findings] == ([True] if found else [])


def test_a_remark_above_a_citation_is_told_apart():
    """It speaks of something else, so that its figures are not held to the section below it."""
    passing = grounded("We have all waited in for a plumber. Delivery costs £4.50.").passing
    assert [statement.text for statement in passing] == ["We have all waited in for a plumber."]


def test_a_sentence_that_states_nothing_needs_no_support():
    """An invitation beside a citation is no claim."""
    assert grounded("We would love to welcome you.")[:2] == ((), ())


def test_a_sentence_above_a_citation_is_held_to_it_where_it_speaks_of_it():
    """Facts of the section that are told before the citation may not be changed either; remarks may stand there."""
    assert grounded("Winter is long. Parcels leave within two working days.").findings == ()
    (finding,) = grounded("Parcels leave our Bristol workshop. Delivery costs £4.50.").findings
    assert "Bristol" in finding.detail


def test_what_follows_the_heading_under_a_sub_heading_belongs_to_it():
    """A heading stands for everything down to the next one of its level."""
    document = a_document("Guide", "# All\n\nFirst.\n\n## Part\n\nPans are made of iron.")
    sources = Sources([document])
    body = "Pans are made of iron [Source: Guide, All]."
    assert ground(body, resolve_marks(body, sources.citable), sources.section, ()).claims[0].paragraph_index == 1


def test_findings_on_statements_are_bounded_and_time_is_linear():
    """Hundreds of unsupported sentences give a few findings."""
    findings = grounded(" ".join(["Every candle is poured from beeswax [Source: Delivery, Costs]."] * 300)).findings
    assert len(findings) == MOST_FINDINGS


def test_signs_of_templates_are_text_like_any_other():
    """Braces in a quotation or a name are told as they stand."""
    (finding,) = grounded("“Say {} and {name} to %s and {0!r}.” wrote Zoë, and delivery costs £4.50.").findings
    assert "{name}" in finding.detail


def test_a_remark_may_end_in_the_citation_of_what_was_told_above():
    """Where a sentence above tells what the section says, the cited one need not say it again."""
    assert (
        grounded("Parcels leave our Kendal workshop within two working days. A kettle takes rather less.").findings
        == ()
    )
    (finding,) = grounded("Winter is long. A kettle takes rather less.").findings
    assert "is not what" in finding.detail


def test_the_brands_own_names_need_no_source():
    """What the signature says, and words that always have a capital in several documents, are no foreign names."""
    body = (
        "Parcels of Fennick leave within two working days [Source: Delivery, Costs].\n\nBest wishes,\nThe Fennick team"
    )
    sources = Sources(SHOP)
    assert ground(body, resolve_marks(body, sources.citable), sources.section, ()).findings == ()
    pair = [a_document("One", "Ask at Harrow. Or ask us."), a_document("Two", "Write to Harrow. Or come.")]
    assert "Harrow" in Sources(pair).house_names
    assert "Ask" not in Sources(pair).house_names
