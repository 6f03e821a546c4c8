"""The embedded writer: valid, grounded, varied and repeatable copy from any approved passages."""

import random
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from shared.adapters import writer_template
from shared.adapters.writer_phrases import CALM, DEADLINE, FRIENDLY, INFORMATIONAL, STOCK
from shared.adapters.writer_template import TemplateWriter
from shared.contracts import Message, ModelAnswer, ModelParameters, ModelRequest, Passage, Segment, SegmentFeatures
from shared.domain.citations import CitableDocument, extract_citations, one_line, resolve_citations, without_citations
from shared.domain.markdown import sentences
from shared.domain.messages import count_words, parse_message, validate_variant_format
from shared.run_config import TONES, MessageLimits, Tone

LIMITS = MessageLimits()
AS_OF = date(2026, 9, 1)
SIGNATURE = "The Harbour & Pine team"
SEGMENTS = ("High-Value Recent", "At-Risk", "New Customer", "Standard")
VOICES = (
    FRIENDLY,
    INFORMATIONAL,
    CALM,
    DEADLINE,
    STOCK,
)


def a_segment(name: str = "Standard", engagement: float = 0.6) -> Segment:
    features = SegmentFeatures(
        avg_purchase_frequency=4.0, avg_order_value=80.0, avg_last_engagement_days=30.0, engagement_score=engagement
    )
    return Segment(
        segment_id=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"),
        name=name,
        size=100,
        share=0.25,
        features=features,
    )


def a_passage(number: int, snippet: str, title: str | None = None, section: str = "Details") -> Passage:
    return Passage(
        document_id=f"doc-{number}",
        version="0" * 64,
        title=title or f"Guide {number}",
        category="Product",
        section=section,
        snippet=snippet,
        relevance_score=1.0 / (number + 1),
        paragraph_index=0,
    )


TENT = a_passage(
    1,
    "The Ridge tent weighs 1.9 kg and pitches in under five minutes. Its flysheet is made from recycled polyester. "
    "The inner tent sleeps two adults and leaves room for a pack at each end.",
    "Spring Tent Collection",
    "Ridge tent",
)
PAN = a_passage(
    2,
    "A well seasoned pan needs no coating. Rub a thin layer of oil over the surface and bake it for an hour at 230 °C. "
    "It will darken with every use.",
    "Cast Iron Care Guide",
    "Seasoning",
)
POINTS = a_passage(
    3,
    "Members collect 1 point for every £1 spent, in the shop and online. Points stay valid for 24 months after the "
    "last purchase.",
    "Harbour Rewards Programme",
    "How points work",
)
EVENT = a_passage(
    4,
    "Selected benches are reduced by 15% with the code PINE15. The Garden Event runs until 30 November 2026.",
    "Garden Event",
    "Dates",
)
PASSAGES = (TENT, PAN, POINTS)


def a_request(  # noqa: PLR0917 -- a test names what it varies, in the order it usually does
    passages: Sequence[Passage],
    tone: Tone = "friendly",
    segment: str = "Standard",
    seed: str = "run-1",
    limits: MessageLimits = LIMITS,
    signature: str = SIGNATURE,
) -> ModelRequest:
    return ModelRequest(
        system="s" * 10,
        user="u" * 11,
        parameters=ModelParameters(max_tokens=1000, temperature=None, top_p=None),
        segment=a_segment(segment),
        tone=tone,
        passages=tuple(passages),
        limits=limits,
        signature=signature,
        seed=seed,
        as_of=AS_OF,
    )


def write(passages: Sequence[Passage], *choices: Any, **named: Any) -> ModelAnswer:
    return TemplateWriter().write(a_request(passages, *choices, **named))


def message_of(answer: ModelAnswer) -> Message:
    message = parse_message(answer.text)
    assert isinstance(message, Message), (message, answer.detail)
    return message


def known(passages: Sequence[Passage]) -> dict[str, CitableDocument]:
    documents: dict[str, CitableDocument] = {}
    for p in passages:
        sections = dict(documents[p.document_id].sections) if p.document_id in documents else {}
        sections[p.section] = p.paragraph_index
        documents[p.document_id] = CitableDocument(p.document_id, p.version, p.title, sections)
    return documents


def assert_sendable(answer: ModelAnswer, passages: Sequence[Passage], limits: MessageLimits = LIMITS) -> Message:
    assert answer.finish_reason == "stop", answer.detail
    message = message_of(answer)
    citations, findings = resolve_citations(message.body, known(passages), limits)
    assert validate_variant_format(message, limits) == []
    assert findings == ()
    assert len(citations) == len(extract_citations(message.body))
    return message


def sentences_of(message: Message) -> list[str]:
    told = [s for paragraph in without_citations(message.body).split("\n") for s in sentences(paragraph)]
    return [s for s in told if s != "."]  # the full stop after a citation


# --- generated passages -----------------------------------------------------------------------------------------------

WORDS = {
    "latin": [
        "the",
        "pan",
        "oil",
        "tent",
        "garden",
        "£3.95",
        "1,299.00",
        "24-month",
        "don't",
        "café",
        "e.g.",
        "&",
        "—",
    ],
    "cyrillic": ["чай", "дом", "сад", "лампа", "плед", "12", "тёплый", "очень", "простой"],
    "arabic": ["بيت", "حديقة", "مصباح", "طاولة", "٢٤", "دافئ", "جميل", "بسيط"],
    "hindi": ["घर", "बगीचा", "दीपक", "मेज़", "चाय", "सरल", "गरम"],
    "odd": ["a/b", "c:d", "#1", "50%", "*x*", "<3", "R&D", "“q”", ";;", "...", "[2]", "[note]", "{name}", "\u200bzero"],
}
ENDS = (".", "!", "?", "…", ".”", ")", "", "。", "।", "؟")


def a_sentence(rng: random.Random, script: str) -> str:
    words = [rng.choice(WORDS[script]) for _ in range(rng.choice((3, 4, 5, 8, 12, 20, 35, 60)))]
    words[0] = words[0].capitalize()
    words[rng.randrange(len(words))] += rng.choice(("", ",", ";", ":", "\n"))
    return " ".join(words) + rng.choice(ENDS)


def a_snippet(rng: random.Random, script: str) -> str:
    if script == "chinese":
        return "".join("这是一个温暖而简单的花园" * rng.randrange(1, 4) + "。" for _ in range(rng.randrange(1, 5)))
    pieces: list[str] = []
    while not pieces or (rng.random() < 0.7 and sum(map(count_words, pieces)) < 140):
        pieces.append(a_sentence(rng, script))
    return rng.choice((" ", "\n", "  \n")).join(pieces)


def generated_passages(rng: random.Random) -> list[Passage]:
    passages = []
    for number in range(rng.randrange(2, 6)):
        script = rng.choice((*WORDS, "chinese"))
        title = " ".join(rng.choice(WORDS["latin"]) for _ in range(rng.randrange(1, 9))) + f", Nr {number}"
        section = rng.choice(("Care", "Care, use and storage", "Paragraph 3", "Größe [EU]", "什么"))
        passages.append(a_passage(number, a_snippet(rng, script), title, section))
    # Two that can always be quoted, as the least a retrieval gives.
    passages.insert(0, a_passage(90, f"A first plain sentence {rng.randrange(99)} here.", "Plain facts", "Start"))
    passages.insert(
        2, a_passage(91, "The pan weighs exactly nothing unusual. It is black.", "Plain facts, part two", "End")
    )
    rng.shuffle(passages)
    return passages[: rng.randrange(2, 6)] if rng.random() < 0.2 else passages[:6]


@pytest.mark.parametrize("seed", range(12))
def test_every_message_from_generated_passages_can_be_sent(seed):
    """Whatever the passages hold, a message either passes every check or says that too few can be cited."""
    rng = random.Random(seed)
    for _ in range(15):
        passages = generated_passages(rng)
        answer = write(passages, rng.choice(TONES), rng.choice(SEGMENTS), seed=str(rng.random()))
        if {"doc-90", "doc-91"} <= {p.document_id for p in passages}:
            message = assert_sendable(answer, passages)
            told = sentences_of(message)
            assert len(told) == len(set(told))
        elif answer.finish_reason == "stop":
            assert_sendable(answer, passages)
        else:
            assert answer.detail.startswith("needs at least two approved passages")


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("length", [3, 5, 10, 25, 45, 60])
def test_two_single_sentence_passages_suffice(tone, length):
    """Two passages of one sentence each, short or long, make a message of the right length in every segment."""
    passages = [
        a_passage(1, " ".join(["Alpha", *["word"] * (length - 2), "ends"]) + ".", "A title of quite ordinary length"),
        a_passage(
            2, " ".join(["Beta", *["word"] * (length - 2), "ends"]) + ".", "Another, with a comma in it", "Care, use"
        ),
    ]
    for segment in SEGMENTS:
        for seed in range(6):
            message = assert_sendable(write(passages, tone, segment, seed=str(seed)), passages)
            told = sentences_of(message)
            assert len(told) == len(set(told))


@pytest.mark.parametrize("tone", TONES)
def test_the_length_holds_however_words_are_counted(tone):
    """Counting letters-only words without citations or word characters with them stays within 150 to 200."""
    for segment in SEGMENTS:
        body = message_of(write(PASSAGES, tone, segment)).body
        assert len([w for w in without_citations(body).split() if any(map(str.isalpha, w))]) >= 150
        assert len(re.findall(r"\w+", body)) <= 200


def test_quoted_sentences_stand_verbatim_before_their_citation():
    """Each citation follows sentences that its passage holds word for word."""
    for tone in TONES:
        body = message_of(write(PASSAGES, tone)).body
        for mark in extract_citations(body):
            passage = next(p for p in PASSAGES if mark.text == f"{p.title}, {p.section}")
            paragraph = body[: mark.start].rsplit("\n\n", 1)[-1]
            last = sentences(paragraph)[-1]
            assert last in one_line(passage.snippet)


def test_only_quoted_sentences_hold_figures():
    """No digit, percentage or currency sign stands outside the quotations, in any field."""
    for tone in TONES:
        message = message_of(write(PASSAGES, tone))
        own = [s for s in sentences_of(message) if not any(s in one_line(p.snippet) for p in PASSAGES)]
        text = " ".join([*own, message.subject, message.preheader, message.call_to_action])
        assert not re.search(r"[\d%£$€]", text)


def test_the_same_request_gives_the_same_text():
    """The writer is deterministic."""
    assert write(PASSAGES, "urgent", "At-Risk") == write(PASSAGES, "urgent", "At-Risk")


def test_tones_segments_and_seeds_differ():
    """Every tone and segment has copy of its own, subject included; another seed varies it."""
    messages = {(t, s): message_of(write(PASSAGES, t, s)) for t in TONES for s in SEGMENTS}
    assert len({m.body for m in messages.values()}) == len(messages)
    assert len({m.subject for m in messages.values()}) == len(messages)
    assert len({write(PASSAGES, seed=str(n)).text for n in range(10)}) > 3


def test_urgent_copy_leads_with_a_stated_deadline():
    """With a dated deadline in any passage, the urgent message quotes it first and cites it there."""
    for segment in SEGMENTS:
        message = assert_sendable(write([TENT, PAN, EVENT], "urgent", segment), [TENT, PAN, EVENT])
        first = message.body.split("\n\n")[1]
        assert "The Garden Event runs until 30 November 2026." in first
        assert "[Source: Garden Event, Dates]" in first
        assert re.search(r"\bdate\b|in time|in good time", message.subject)


def test_urgent_copy_leads_with_a_stated_stock_figure():
    """A stock figure counts as evidence too."""
    stock = a_passage(7, "The bench is made of oak. We have 40 benches left.", "Oak Bench", "Stock")
    message = assert_sendable(write([TENT, stock], "urgent"), [TENT, stock])
    assert "We have 40 benches left." in message.body.split("\n\n")[1]


@pytest.mark.parametrize(
    ("sentence", "voice"),
    [
        ("Orders placed by 18 December 2026 arrive before the holidays.", DEADLINE),
        ("The sale ends on Sunday, November 30th, 2026.", DEADLINE),
        ("The voucher is valid to 2026-12-24 in every shop.", DEADLINE),
        ("The code expires at midnight on 24.12.2026.", DEADLINE),
        ("Booking closes at noon on 1 October 2026.", DEADLINE),
        ("Reservations for our tins close on 31 March 2030, or sooner if all 600 tins are taken.", DEADLINE),
        ("Please reply before 2 March 2027 to keep your place.", DEADLINE),
        ("The offer runs until 1 September 2026.", DEADLINE),
        ("There are 12 tents left.", STOCK),
        ("Only 12 tents are left in the shop.", STOCK),
        ("We have only 7 in stock.", STOCK),
        ("The sale ends on November 30th.", DEADLINE),
        ("The sale ended on August 1st.", None),
        ("The sale ends on August 1st.", None),
        ("The sale ended on 31 March 2024 and ends on 30 March 2025.", None),
        ("The offer runs until 31 August 2026.", None),
        ("The offer ends on 03/08/2026 in all shops.", None),
        ("The offer ends on 04/10/2026 in all shops.", None),
        ("The offer ends on 31 February 2027 in all shops.", None),
        ("The chairs are made by hand in Sheffield since 3 May 1950.", None),
        ("The shop was founded by Anna Reed in May 1921 with a single oven.", None),
        ("The mill was restored by hand in March 2019 and again by 3 May 2027.", None),
        ("Our shop stays closed until 3 May 2027 for repairs.", None),
        ("Of the mill hands, 12 of our weavers remain in the valley today.", None),
        ("Our 30 shops remain open all winter.", None),
        ("Turn at the mill, 200 metres left of the church.", None),
        ("Walk on past the church for 200 metres left.", None),
        ("Only 4 are made each day.", None),
        ("Delivery takes 2 to 4 working days.", None),
        ("Hurry while stocks last.", None),
    ],
)
def test_evidence_is_a_full_date_still_to_come_or_a_counted_stock(sentence, voice):
    """A date still to come (without a year the nearest is meant) or a count of goods left is evidence; nothing else."""
    sources = writer_template._sources(a_request([TENT, a_passage(9, sentence)]))
    evidence = writer_template._evidence(sources, AS_OF)
    assert (evidence and evidence[0]) is voice


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize(
    "ended",
    [
        "The spring sale ends on 31 March 2024, and free delivery ends with it.",
        "Orders placed before August 31, 2026 come with a mug.",
        "The voucher is valid through 24.12.25 in every shop.",
    ],
)
def test_what_has_ended_is_not_told(tone, ended):
    """No tone quotes a deadline before the run's day, nor what leans on it; a date that ended nothing may stand."""
    sale = a_passage(5, f"{ended} It takes in every shelf. The shop opened on 3 May 1950 in Leeds.", "Spring Fair")
    for seed in range(8):
        body = assert_sendable(write([sale, PAN], tone, seed=str(seed)), [sale, PAN]).body
        assert ended not in body
        assert "every shelf" not in body
        assert "opened on 3 May 1950" in body


def test_evidence_that_leans_is_told_with_what_it_leans_on():
    """A deadline that begins with a pronoun is quoted after the sentence before it, or is no evidence."""
    fair = "Our spring fair brings all the makers together under one roof."
    told = a_passage(5, f"{fair} It ends on 31 March 2027 and stalls open at noon.", "Spring Fair")
    body = assert_sendable(write([TENT, told], "urgent"), [TENT, told]).body
    assert f"{fair} It ends on 31 March 2027" in body.split("\n\n")[1]
    for before in ("", "They {all} meet. ", "This is the fair. "):
        passage = a_passage(5, f"{before}It ends on 31 March 2027 and stalls open at noon.", "Spring Fair")
        assert writer_template._evidence(writer_template._sources(a_request([passage])), AS_OF) is None


def test_the_shortest_quote_stands_on_its_own():
    """Where room is short, a longer sentence that stands alone is preferred to one that leans."""
    passage = a_passage(1, "The oak bench seats three adults. It is oiled by hand.")
    (source,) = writer_template._sources(a_request([passage]))
    quote = writer_template._shortest_quote(source, ())
    assert quote is not None
    assert quote.sentences == ("The oak bench seats three adults.",)


@pytest.mark.parametrize("tone", TONES)
def test_an_offer_is_quoted_with_its_limits(tone):
    """What limits an offer is told with it, across one sentence in between; else something else is quoted."""
    offer = "Members take 20% off every order."
    limits = "Postage is charged as usual. The code works once. Sale items and gift cards are left out of the saving."
    told = a_passage(5, f"{offer} {limits}", "Member Savings")
    too_long = a_passage(
        5, f"{offer} It excludes {'sale items and ' * 22}mugs. Our benches are made of oak.", "Benches"
    )
    unquotable = a_passage(5, f"{offer} It excludes {{these}} things. Our benches are made of oak.", "Benches")
    for seed in range(8):
        body = assert_sendable(write([told, PAN], tone, seed=str(seed)), [told, PAN]).body
        assert offer not in body or f"{offer} {limits}" in body
        for passage in (too_long, unquotable):
            body = assert_sendable(write([passage, PAN], tone, seed=str(seed)), [passage, PAN]).body
            assert offer not in body
            assert "Our benches are made of oak." in body


@pytest.mark.parametrize("tone", TONES)
def test_the_subject_does_not_stutter(tone):
    """A title that opens like the subject's own words is not put after them."""
    titles = ["Getting Started With Cast Iron", "Good to Know", "Start Here", "Before You Choose a Pan", "Welcome In"]
    for seed in range(6):
        for title in titles:
            passages = [a_passage(n, p.snippet, title, f"Part {n}") for n, p in enumerate((TENT, PAN))]
            first, *rest = message_of(write(passages, tone, "New Customer", seed=str(seed))).subject.split(": ")
            assert not any(part.casefold().startswith(first.casefold()) for part in rest)


def test_urgent_copy_stays_calm_without_evidence():
    """Without a deadline or stock fact nothing in the urgent message presses for time."""
    for segment in SEGMENTS:
        text = write(PASSAGES, "urgent", segment).text
        assert not re.search(
            r"hurry|last chance|ends? soon|today|\bnow\b|deadline|limited|\bdate\b|availab", text, re.IGNORECASE
        )


def test_pressing_sentences_are_not_chosen_while_others_exist():
    """A passage's own unsupported pressure is passed over."""
    pressing = a_passage(8, "Hurry, this is your last chance! The oak bench seats three adults.", "Oak Bench", "Seats")
    for tone in TONES:
        assert "Hurry" not in write([TENT, pressing], tone).text


def test_offers_in_titles_do_not_reach_the_subject():
    """A title that reads like an offer is cited, not turned into a subject."""
    offers = [a_passage(n, p.snippet, f"Save 50% with offer {n}") for n, p in enumerate((TENT, PAN))]
    for segment in SEGMENTS:
        assert "Save" not in message_of(write(offers, "friendly", segment)).subject


@pytest.mark.parametrize("passages", [(), (TENT,), (TENT, TENT)], ids=["none", "one", "one twice"])
def test_fewer_than_two_citable_passages_is_an_error(passages):
    """One source cannot make two citations: the answer says so and holds no text."""
    answer = write(passages)
    assert (answer.finish_reason, answer.text) == ("refusal", "")
    usable = " that can be quoted and cited without doubt" if len(passages) > 1 else ""
    assert answer.detail == f"needs at least two approved passages{usable}"


def test_two_sections_of_one_document_are_two_sources():
    """Passages of the same document count apart when their sections differ."""
    other = TENT.model_copy(
        update={"section": "Poles", "snippet": "The poles are made of aluminium.", "paragraph_index": 4}
    )
    assert_sendable(write([TENT, other]), [TENT, other])


def test_ambiguous_passages_are_not_cited():
    """Where two documents share title and section, neither can be cited."""
    twin = PAN.model_copy(update={"document_id": "doc-9", "title": TENT.title.upper(), "section": TENT.section})
    assert write([TENT, twin]).finish_reason == "refusal"
    message = assert_sendable(write([TENT, twin, PAN, POINTS]), [TENT, twin, PAN, POINTS])
    assert TENT.title not in message.body


@pytest.mark.parametrize(
    "sentence",
    [
        "Dear {first_name}, this bench is yours.",
        "See the guide [Source: Fake Guide, Part] for more.",
        "Ask for [insert product] at the counter.",
        "Write <insert link> on the card please.",
        "Here it begins <<<END and goes on.",
        "word " * 61 + "end.",
    ],
)
def test_sentences_that_cannot_be_quoted_are_passed_over(sentence):
    """Braces, citations, placeholders, fences and overlong sentences never reach the copy; their neighbours do."""
    passage = a_passage(5, f"{sentence} The oak bench seats three adults.", "Oak Bench", "Seats")
    message = assert_sendable(write([passage, PAN]), [passage, PAN])
    assert sentence not in message.body
    assert "The oak bench seats three adults." in message.body


def test_a_shared_sentence_is_quoted_once():
    """Two passages that open alike do not make the message repeat itself."""
    first = a_passage(1, "All our wood is oiled by hand. The bench seats three adults.", "Bench", "Wood")
    second = a_passage(2, "All our wood is oiled by hand. The table seats six adults.", "Table", "Wood")
    assert assert_sendable(write([first, second]), [first, second]).body.count("All our wood") == 1


def test_other_limits_are_kept_or_refused():
    """The writer keeps to configured limits, and says so where its sentences cannot reach them."""
    short = MessageLimits(subject_max_characters=10, body_min_words=90, body_max_words=120, citations_max=2)
    assert_sendable(write(PASSAGES, limits=short), PASSAGES, short)
    answer = write(PASSAGES, limits=MessageLimits(body_min_words=900, body_max_words=1000))
    assert (answer.finish_reason, answer.text) == ("refusal", "")
    assert "message limits" in answer.detail


def test_a_segment_of_any_name_is_addressed_by_its_engagement():
    """Names that say nothing are addressed by how engaged the segment is."""
    assert writer_template._kind(a_segment("Cluster 3", engagement=0.1)) == "lapsed"
    assert writer_template._kind(a_segment("Cluster 3", engagement=0.9)) == "general"
    kinds = [writer_template._kind(a_segment(name)) for name in SEGMENTS]
    assert kinds == ["loyal", "lapsed", "new", "general"]


def test_the_tokens_of_an_answer_are_estimates():
    """Tokens are a quarter of the characters, rounded up."""
    answer = write(PASSAGES)
    assert (answer.provider, answer.prompt_tokens) == ("template", 6)
    assert answer.completion_tokens == -(-len(answer.text) // 4)


def test_the_body_closes_with_the_signature():
    """Whoever the brand is signs, also with signs that mean something elsewhere."""
    assert message_of(write(PASSAGES)).body.endswith(f"\n{SIGNATURE}")
    assert write(PASSAGES, signature="CTA: {name}").finish_reason == "refusal"


def own_sentences(voice):
    yield from (*voice.greetings, *voice.asides, *voice.remarks, *voice.invitations, *voice.extras, *voice.sign_offs)
    yield from (*voice.calls_to_action, *(s for options in voice.lead_ins for s in options))
    for by_kind in (voice.openings, voice.titled_subjects, voice.plain_subjects, voice.preheaders):
        yield from (text for options in by_kind.values() for text in options)


def test_the_writers_own_sentences_claim_nothing():
    """No own sentence holds a figure, an offer, a superlative, pressure, or a word that counts as more than one."""
    claims = re.compile(
        r"\d|['’-]|\b(?:free|guarantee\w*|limited|only|best|most|least|sale|offer|discount|save|exclusive|hurry|now|today|"
        r"soon|never|always the|price|cheap\w*|last chance|approved|one|two|three)\b",
        re.IGNORECASE,
    )
    assert [s for voice in VOICES for s in own_sentences(voice) if claims.search(s)] == []


def test_no_voice_repeats_itself():
    """Within a voice no sentence that may stand in a body is listed twice, except between alternative openings."""
    for voice in VOICES:
        lists = [voice.asides, voice.remarks, voice.invitations, voice.extras, *voice.lead_ins]
        told = [sentence for texts in lists for text in texts for sentence in sentences(text)]
        opening = {s for texts in voice.openings.values() for text in texts for s in sentences(text)}
        assert len(told) == len(set(told))
        assert opening.isdisjoint(told)
