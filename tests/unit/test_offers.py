"""The offer lock: what a message promises stands in what it cites, and honest paraphrase passes."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.content import parse_content
from shared.domain.markdown import paragraphs, sentences
from shared.domain.offers import MOST_FINDINGS, MOST_VALUES, CitedPassage, check_offers

SAMPLES = Path(__file__).parents[2] / "samples" / "content"
DAY = date(2026, 11, 23)

PANS = (
    "The Tarn pan costs £39 and the Beck kettle costs £49. Take 15% off your first order over £50 until 30 November "
    "2026. Standard delivery takes 3 to 5 working days and costs £3.95. Returns are free for 30 days."
)
COVER = "Every pan carries a ten-year warranty. Use the code AUTUMN15 at the checkout."
BENEFITS = (
    "Members earn two points for each £1 spent. Next-day delivery is free on every Gold order, with no minimum "
    "spend. Membership costs £5 a month, and you can cancel at any time."
)
EVENT = (
    "The lighting event takes up to 40% off lamps and 10% off bulbs from 1 to 14 December 2026. Only 200 lamps are "
    "left. Two free samples come with every order. Delivery to islands is not guaranteed."
)
PRICES = (
    "The Fell duvet costs £290 in double, £340 in king and £390 in super king. A 250 g bag of soap costs £9.50, and a "
    "1 kg bag costs £32. The complete set is £420, which is £75 less than buying the parts one by one. Returning "
    "members save 20% on everything in the new collection. The event ended on 3 May 2024. Bring it back by "
    "1 March 2024."
)
LOANS = (
    "A class costs £35. Customers who bought a camera from us in the past year pay £20. The loan of a lens costs £15, "
    "and we take it off the price if you buy the lens. The battery lasts up to 38 hours with the light on and up to "
    "52 hours with it off. Basic Care costs £4.50 a month and Basic Care Plus costs £7.25 a month. Returns are free. "
    "Use the code FIRSTBOWL."
)
TRAIL_PASS = (
    "The Trail Pass costs £60 a year or £6 a month and gives members 10% off full-price items, free standard delivery "
    "on orders above £30, and two guided walks each season. New members who join before 1 June 2026 receive a £15 "
    "voucher."
)
JACKET = (
    "At 420 g, the Summit jacket is made from 85% recycled nylon. The jacket costs £180; the matching trousers cost "
    "£95, and bought together they are £250. All rugs are 30% off. Orders of £75 or more are delivered free to the "
    "mainland. Exchanges are free. We plant one tree for every order."
)
TEAS = (
    "Blend: Breakfast; 250 g: £8.40; 1 kg: £29",
    "Blend: Evening; 250 g: £9.20; 1 kg: £32",
    "Tea lights come in boxes of 24 at £9.95 a box.",
    "Knitwear is reduced by 15% and blankets are reduced by 20%.",
    "The train set suits ages three to seven.",
    "The doors open at 8 a.m. and a bag may weigh up to 50 pounds.",
)
TRIPS = (
    "A dog travels for $175 each way. A mailed return costs $7.50, and returns at our shop are free.",
    "Every toy is guaranteed for ten years. Repairs under guarantee are made at no charge.",
    "Coffee and tea are complimentary, and beer and wine cost extra.",
    "Visitor: Child, 5 and under; Price per ticket: Free",
)
SHOP = CitedPassage("Autumn At The Shop, Offers", "shop", (PANS, COVER))
CLUB = CitedPassage("Club News, Benefits", "club", (BENEFITS, EVENT))
SIZES = CitedPassage("Fell Duvet, Prices", "sizes", (PRICES,))
LEAVES = CitedPassage("Tea And Toys, Prices", "teas", TEAS)
TRAVEL = CitedPassage("Travel, Terms", "trips", TRIPS)
LENDING = CitedPassage("Classes And Loans, Prices", "lending", (LOANS,))
TRAIL = CitedPassage("Trail Pass, Terms", "trail", (TRAIL_PASS, JACKET))


def details(text, passage=SHOP, day=DAY, **options):
    findings = check_offers({"body": text}, [(text, passage)], [passage], as_of=day, **options)
    assert {finding.check for finding in findings} <= {"offer"}
    return [finding.detail for finding in findings]


# --- honest copy ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        (SHOP, "The Tarn pan is £39."),
        (SHOP, "Yours for 39 pounds: the Tarn pan"),
        (SHOP, "Kettle £49, pan £39"),
        (SHOP, "Kettles from £49"),
        (SHOP, "Save 15% on a first order of £50 or more"),
        (SHOP, "Spend over £50 and we take fifteen per cent off your first order"),
        (SHOP, "15% off first orders over £50 ends Monday 30 November"),
        (SHOP, "Use AUTUMN15 by 30/11/2026 for 15% off orders over £50"),
        (SHOP, "Free returns for 30 days"),
        (SHOP, "Send it back within 30 days, free of charge"),
        (SHOP, "30-day returns, on us"),
        (SHOP, "Delivery is £3.95 and takes three to five working days"),
        (SHOP, "A 10-year guarantee on every pan"),
        (SHOP, "One week left to save"),
        (SHOP, "7 days left"),
        (SHOP, "Take two minutes to read on. Feel free to browse the shop today. All the best, the team"),
        (CLUB, "Earn 2 points per £1"),
        (CLUB, "Two points for every pound you spend"),
        (CLUB, "A further point of interest: the event runs until 14 December 2026."),
        (CLUB, "Free next-day delivery for Gold, no minimum order"),
        (CLUB, "£5 per month, cancel anytime"),
        (CLUB, "Save as much as 40% on lamps, and 10% on bulbs"),
        (CLUB, "Event runs 1-14 December"),
        (CLUB, "Lamps are reduced by up to 40% until 14 December"),
        (CLUB, "Just 200 lamps left"),
        (CLUB, "Free samples, too: two of them"),
        (CLUB, "Not only lamps, but bulbs as well. The only thing left is to choose."),
        (SIZES, "Double £290, king £340, super king £390"),
        (SIZES, "From £290 for a double to £390 for a super king"),
        (SIZES, "250g for £9.50, 1kg for £32"),
        (SIZES, "The set is £420: a saving of £75 on buying each part"),
        (SIZES, "20% off everything new"),
        (SIZES, "Our event ended on 3 May 2024."),
        (TRAIL, "£60/year. £6/month."),
        (TRAIL, "10% off all full-price items for members"),
        (TRAIL, "A £15 voucher for new members"),
        (TRAIL, "Jacket £180, trousers £95, both for £250"),
        (TRAIL, "Jacket and trousers together: £250"),
        (TRAIL, "Free mainland delivery when you spend £75+"),
        (TRAIL, "Swap your size for free"),
        (TRAIL, "Rugs: 30% off, every one"),
        (LEAVES, "Breakfast costs £8.40 for 250 g and £29 for 1 kg."),
        (LEAVES, "Tea lights are £9.95 for a box of 24."),
        (LEAVES, "Blankets cost 20% less, and knitwear 15% less."),
        (LEAVES, "For children from 3 to 7"),
        (LEAVES, "See you at 8?"),
        (LEAVES, "Bags up to 50 pounds in weight"),
        (TRAVEL, "Your dog can fly for $175 each way."),
        (TRAVEL, "Coffee and tea are on the house; beer and wine cost extra."),
        (TRAVEL, "Children of 5 and under come in free."),
        (TRAVEL, "Returns are free at our shop. By mail, a return costs $7.50."),
        (TRAVEL, "We leave the rest of the day free for walking."),
        (TRAVEL, "Until Sunday,"),
        (LENDING, "Have you bought a camera from us in the past year? Then you pay £20."),
        (LENDING, "The £15 comes off the price if you buy the lens."),
        (LENDING, "The battery lasts up to 38 hours with the light on, and with it off up to 52."),
        (LENDING, "The bag leaves both hands free for the map."),
        (LENDING, "The code is FIRSTBOWL."),
    ],
)
def test_honest_paraphrase_passes(passage, text):
    """The same facts in a copywriter's own words are no finding."""
    assert details(text, passage) == []


def sample_passages():
    for path in sorted(SAMPLES.iterdir()):
        for document in parse_content(path.name, path.read_bytes())[0]:
            for paragraph in paragraphs(document.content):
                citation = f"[Source: {document.title}, {paragraph.section}]"
                yield CitedPassage(citation, document.document_id, (paragraph.text,))


def test_every_sentence_of_the_library_is_supported_by_its_own_passage():
    """Approved words, quoted as they stand, pass unless they promise what is over or hangs on the day of reading."""
    over = {"end of the month", "31 January 2024"}
    for passage in sample_passages():
        statements = [(sentence, passage) for sentence in sentences(passage.texts[0])]
        found = check_offers({"subject": passage.citation}, statements, [passage], as_of=DAY)
        assert all(any(said in finding.detail for said in over) for finding in found), found


def test_copy_that_promises_nothing_needs_no_source():
    """Greetings, thanks and invitations hold no values."""
    text = (
        "Good morning! Whether you have five minutes or a whole weekend, put the kettle on. Second to none, in our "
        "humble opinion. You deserve the best of mornings. We promise not to fill your inbox. See you on Saturday?"
    )
    assert check_offers({"body": text}, [(text, None)], [], as_of=DAY) == ()


def test_exempt_words_claim_nothing():
    """The brand's own name may hold a number or a condition word."""
    assert details("From all of us at Free & Number 7", exempt=("Free & Number 7",)) == []
    assert details("From all of us at Free & Number 7", exempt=()) != []


# --- copy that is not so ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passage", "text", "named"),
    [
        (SHOP, "20% off your first order over £50", "'20%', the passage it cites says '15%'"),
        (SHOP, "£15 off your first order", "'£15'"),
        (SHOP, "£50 off your order", "'over £50 as a minimum'"),
        (SHOP, "The pan is £39.50", "'£39.50', the passage it cites says '£39'"),
        (SHOP, "€39 for the pan", "'€39'"),
        (SHOP, "The Tarn pan is £49.", "'£49', which the passage it cites states of something else"),
        (SHOP, "15% off your order", "only with 'over £50'"),
        (SHOP, "Free delivery", "'Free delivery', the passage it cites says that of something else"),
        (SHOP, "Returns are free for 60 days", "'60 days', the passage it cites says '30 days'"),
        (SHOP, "Delivery in 3 working days", "'3 to 5 working days'"),
        (SHOP, "Delivery in 3 to 5 days", "'3 to 5 days'"),
        (SHOP, "A ten-month warranty", "'ten-month', the passage it cites says 'ten-year'"),
        (SHOP, "Lifetime warranty", "'Lifetime'"),
        (SHOP, "Use AUTUMN20", "'AUTUMN20', the passage it cites says 'AUTUMN15'"),
        (SHOP, "Ends 31 December", "'31 December', the passage it cites says '30 November 2026'"),
        (SHOP, "Ends 30 November 2027", "'30 November 2027'"),
        (SHOP, "Ends Tuesday 30 November", "'Tuesday 30 November'"),
        (SHOP, "Ends tonight", "no cited date is that day"),
        (SHOP, "3 days left", "'3 days', but no cited date is that day"),
        (SHOP, "Ends Friday", "'Friday', but no cited date is that day"),
        (SHOP, "Half price pan", "'Half price'"),
        (SHOP, "Buy one get one free", "'Buy one get one free'"),
        (SHOP, "No minimum spend", "'No minimum spend'"),
        (SHOP, "Our lowest prices", "'lowest prices'"),
        (SHOP, "Unlimited returns", "'Unlimited'"),
        (SHOP, "100% cotton", "'100%'"),
        (SHOP, "２０％ off your first order over £50", "'20%'"),
        (CLUB, "40% off lamps", "'40%', the passage it cites says 'up to 40%'"),
        (CLUB, "Up to 10% off lamps", "'10%', which the passage it cites states of something else"),
        (CLUB, "£5 a year", "'£5 a month"),
        (CLUB, "Join for £5", "'£5 a month"),
        (CLUB, "Three free samples", "'Three', the passage it cites says 'Two'"),
        (CLUB, "Free express delivery", "'Free express delivery'"),
        (CLUB, "Only 20 lamps left", "'20', the passage it cites says '200'"),
        (CLUB, "Ends 1 December", "'1 December'"),
        (CLUB, "Guaranteed delivery to islands", "'Guaranteed delivery', which the passage it cites does not say"),
        (SIZES, "The king-size duvet is £290", "'£290'"),
        (SIZES, "Super king for £340", "'£340'"),
        (SIZES, "1 kg for £9.50", "'£9.50'"),
        (SIZES, "Save £420", "'£420 as a price'"),
        (SIZES, "20% off everything in the shop", "limits that to 'new collection'"),
        (TRAIL, "£60 a month", "'£60'"),
        (TRAIL, "Jacket £95", "'£95', which the passage it cites states of something else"),
        (TRAIL, "100% recycled nylon", "'100%', the passage it cites says '85%'"),
        (TRAIL, "Everything is 30% off", "'Everything', the passage it cites limits that"),
        (TRAIL, "Free worldwide delivery over £75", "'Free worldwide delivery'"),
        (TRAIL, "We plant three trees for every order", "'three', the passage it cites says 'one'"),
        (TRAIL, "Free returns", "'Free returns'"),
        (TRAIL, "Last day to join: today", "no cited date is that day"),
        (
            LEAVES,
            "The Breakfast blend costs £9.20 for 250 g.",
            "'£9.20', which the passage it cites states of something else",
        ),
        (
            LEAVES,
            "The Breakfast blend costs £8.40 for 1 kg.",
            "'£8.40', which the passage it cites states of something else",
        ),
        (LEAVES, "Tea lights cost £9.95 for each light.", "'£9.95 a box'"),
        (
            LEAVES,
            "Knitwear and blankets are reduced by 20%.",
            "'20%', which the passage it cites states of something else",
        ),
        (
            LEAVES,
            "The train set suits ages one to seven.",
            "'one to seven', the passage it cites says 'three to seven'",
        ),
        (LEAVES, "For children aged one and over", "'one', the passage it cites says 'three to seven'"),
        (TRAVEL, "Your dog can fly for $175 round trip.", "'$175', the passage it cites says '$175 a one way'"),
        (TRAVEL, "A mailed return is free.", "that 'mailed' is to be paid for"),
        (TRAVEL, "Coffee, tea, beer and wine are complimentary.", "is to be paid for"),
        (TRAVEL, "Satisfaction guaranteed", "'Satisfaction guaranteed', which the passage it cites does not say"),
        (TRAVEL, "Repairs are free for every customer.", "the passage it cites limits that"),
        (LENDING, "As our reader you pay £20.", "says so of 'Customers who bought a camera"),
        (
            LENDING,
            "Basic Care costs £7.25 a month, and Basic Care Plus costs £4.50.",
            "'£4.50', which the passage it cites states of something else",
        ),
        (LENDING, "The code is FIRSTBOX.", "'FIRSTBOX', the passage it cites says 'FIRSTBOWL'"),
        (SIZES, "Bring it back by 1 March 2024", "but the offer ended on 1 March 2024"),
    ],
)
def test_what_the_source_does_not_say_is_named(passage, text, named):
    """Another value, unit, limit, date or thing is a finding that names it and, where there is one, what is stated."""
    assert any(named in detail for detail in details(text, passage)), details(text, passage)


def test_each_field_is_checked_and_named():
    """Subject, preheader, body and call to action are held to the cited passages alike, in their order."""
    fields = {"subject": "20% off", "preheader": "Free gift", "body": "Hello", "call to action": "Save £9 now"}
    found = check_offers(fields, [], [SHOP], as_of=DAY)
    assert [finding.detail.split(" says ")[0] for finding in found] == ["subject", "preheader", "call to action"]
    assert found[0].detail == "subject says '20%', the cited passages say '15%'"


def test_a_sentence_is_held_to_the_passage_it_cites():
    """A value that stands in another cited passage does not support a sentence that cites its own."""
    sentence = "Membership costs £5 a month."
    assert check_offers({"body": sentence}, [(sentence, CLUB)], [SHOP, CLUB], as_of=DAY) == ()
    (finding,) = check_offers({"body": sentence}, [(sentence, SHOP)], [SHOP, CLUB], as_of=DAY)
    assert finding.detail.startswith("body says '£5', the passage it cites says")
    assert check_offers({"body": sentence}, [(sentence, None)], [SHOP, CLUB], as_of=DAY) == ()


def test_a_limit_may_stand_elsewhere_in_the_message():
    """A subject may be short if the message names the sum that the offer starts at."""
    fields = {"subject": "15% off your first order", "body": "It is yours on orders over £50."}
    assert check_offers(fields, [], [SHOP], as_of=DAY) == ()
    assert check_offers({**fields, "body": "It is yours."}, [], [SHOP], as_of=DAY) != ()


def test_the_name_of_a_section_states_too():
    """A section called Thirty Year Cover supports thirty years; the number of a paragraph supports nothing."""
    passage = CitedPassage("[Source: Pans, Thirty Year Cover]", "d", ("Every pan is covered.",))
    assert details("Covered for 30 years", passage) == []
    assert details("Try 4 pans", CitedPassage("Pans, Paragraph 4", "d", ("Pans.",))) != []


def test_findings_are_few_and_too_many_values_are_not_vouched_for():
    """At most twenty findings; a text that holds more values than are checked is one of them."""
    text = " ".join(f"£{number}.11 here." for number in range(1, MOST_VALUES + 50))
    found = details(text)
    assert len(found) == MOST_FINDINGS
    assert any("more than can be checked" in detail for detail in details("£39 pan. " * (MOST_VALUES + 1)))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_texts_are_checked(copy, source):
    """Nothing in a message or a passage makes the check fail, and findings are single lines."""
    passage = CitedPassage("T, S", "d", (source,))
    for finding in check_offers({"body": copy}, [(copy, passage)], [passage], as_of=DAY):
        assert len(finding.detail.splitlines()) == 1
