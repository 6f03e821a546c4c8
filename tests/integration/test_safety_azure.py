"""Azure AI Content Safety through the real SDK: right answers, wrong ones and none, and texts of any length."""

import logging
import random

import pytest
from azure.core.credentials import AzureKeyCredential

from local.emulators.safety import EmulatedSafety
from local.emulators.wire import FOREVER, EmulatorServer, Operation, Reply
from shared.adapters.safety_azure import LONGEST_TEXT, OVERLAP, AzureContentSafety, split_text
from shared.adapters.service_calls import ServiceGate, within
from shared.domain.safety import apply_policy_threshold, block_reason
from shared.errors import ServiceRefused, ServiceUnavailable
from shared.run_config import CATEGORIES, AzureContentSafetyConfig, ServiceLimits
from shared.telemetry import metered

pytestmark = pytest.mark.integration

KEY = "k3y-that-must-not-be-told"
LIMITS = ServiceLimits(attempts=3, attempt_seconds=1, connect_seconds=1, longest_wait_seconds=0.5)
QUICK = ServiceLimits(attempts=2, attempt_seconds=0.4, connect_seconds=0.4, longest_wait_seconds=0.1)
LISTS = {"rivals": ("Acme",), "house-words": ("cheapest", "guarantee")}
CLEAN = "Thank you for being with us. Your new offers are ready to be seen."
HARMFUL = "I will kill you and your whole family tonight."
FILLER = "The garden chairs come in green 🪑 and blue 𝒞𝑜𝓁𝑜𝓊𝓇𝓈, and they last for years. "


@pytest.fixture
def server():
    with EmulatorServer(EmulatedSafety(LISTS).operations()) as running:
        yield running


def checker(server, limits=LIMITS, blocklists=()):
    config = AzureContentSafetyConfig(endpoint=server.url, blocklists=blocklists)
    return AzureContentSafety(config, AzureKeyCredential(KEY), ServiceGate(limits))


def severities(scores):
    return tuple(getattr(scores, category) for category in CATEGORIES)


NOTHING = (None,) * 4
PATH = "/contentsafety/text:analyze"


# --- what is asked, and the answer as it should be


def test_a_clean_text_is_rated_in_all_four_categories(server):
    """Four zeros, by name, from one request that says exactly what is wanted."""
    scores = checker(server, blocklists=("rivals",)).analyze(CLEAN)
    assert (scores.provider, severities(scores), scores.error) == ("azure_content_safety", (0, 0, 0, 0), "")
    assert apply_policy_threshold(scores) == "pass"
    [call] = server.calls
    assert call.query["api-version"] == "2023-10-01"
    assert call.headers["ocp-apim-subscription-key"] == KEY
    assert call.body == {
        "text": CLEAN,
        "categories": ["Hate", "Violence", "SelfHarm", "Sexual"],
        "blocklistNames": ["rivals"],
        "haltOnBlocklistHit": False,
        "outputType": "FourSeverityLevels",
    }


def test_a_harmful_text_blocks(server):
    """The severity is its category's, not that of a place in the answer."""
    scores = checker(server).analyze(HARMFUL)
    assert (scores.violence, scores.hate, scores.sexual) == (6, 0, 0)
    assert block_reason(scores) == "Violence severity above threshold"


def test_the_order_of_an_answer_does_not_matter(server):
    """Shuffled, it says the same."""
    server.faults.add("safety", "shuffled")
    assert checker(server).analyze(HARMFUL) == checker(server).analyze(HARMFUL)


def test_each_blocklist_that_matches_is_named_once(server):
    """In the configured order, and each blocks a text of no severity."""
    scores = checker(server, blocklists=("house-words", "rivals")).analyze("ACME is not the cheapest, we guarantee.")
    assert scores.blocklist_matches == ("house-words", "rivals")
    assert severities(scores) == (0, 0, 0, 0)
    assert apply_policy_threshold(scores) == "block"


def test_a_blocklist_that_does_not_exist_is_a_refusal(server):
    """The service says so, and no text is rated without the list."""
    with pytest.raises(ServiceRefused, match=r"^content safety: the service answered 400 InvalidRequestBody$"):
        checker(server, blocklists=("missing",)).analyze(CLEAN)


@pytest.mark.parametrize("text", ["", " \n\t ", "\u00a0\u2003"])
def test_nothing_is_asked_about_an_empty_text(server, text):
    """It has no severities, and so it blocks."""
    scores = checker(server).analyze(text)
    assert (severities(scores), scores.error) == (NOTHING, "the text is empty")
    assert server.calls == []


# --- answers that are not what was asked

WHOLE = ("extra_category", "eight_levels", "no_categories", "unknown_blocklist", "wrong_schema")
PARTIAL = ("missing_category", "null_severity", "unknown_severity", "severity_text", "repeated_category")


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("text", [CLEAN, HARMFUL])
def test_an_answer_that_is_not_understood_vouches_for_nothing(server, kind, text):
    """All four severities stay unknown, with a reason that quotes nothing."""
    server.faults.add("safety", kind, times=FOREVER)
    scores = checker(server, blocklists=("rivals",)).analyze(text)
    assert severities(scores) == NOTHING
    assert scores.error.startswith("the answer ")
    assert apply_policy_threshold(scores) == "block"
    assert not any(word in scores.error for word in ("Profanity", "not-asked-for", text))


@pytest.mark.parametrize("kind", PARTIAL)
def test_a_category_that_is_not_rated_once_and_known_stays_unknown(server, kind):
    """The rest of the answer stands, and the text blocks."""
    server.faults.add("safety", kind, times=FOREVER)
    scores = checker(server).analyze(HARMFUL)
    assert (scores.violence, scores.hate, scores.sexual, scores.self_harm) == (None, 0, 0, 0)
    assert scores.error == "the answer has no single known severity for violence"
    assert apply_policy_threshold(scores) == "block"


def raw(server, answer):
    """What the checker makes of ``answer``."""
    server.answer = answer
    config = AzureContentSafetyConfig(endpoint=server.url, blocklists=("rivals",))
    return AzureContentSafety(config, AzureKeyCredential(KEY), ServiceGate(QUICK)).analyze(CLEAN)


@pytest.fixture
def parrot():
    """A server that answers what it was told to."""
    with EmulatorServer([Operation("safety", "POST", PATH, lambda *_: Reply(running.answer))]) as running:
        yield running


def analysis(**changes):
    levels = {"Hate": 0, "SelfHarm": 0, "Sexual": 0, "Violence": 0, **changes}
    return [{"category": name, "severity": level} for name, level in levels.items()]


UNKNOWN_LEVELS = (True, False, 0.0, 2.0, "0", "", [], {}, [0], 1, 3, 5, 7, 8, -2, 10**30)
GOOD = {"blocklistsMatch": [], "categoriesAnalysis": analysis()}


def test_an_answer_may_say_more_about_what_was_asked(parrot):
    """New members of the answer's objects change nothing."""
    more = [{**entry, "confidence": 0.9} for entry in analysis(Hate=2)]
    assert severities(raw(parrot, {**GOOD, "categoriesAnalysis": more, "model": "x"})) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [GOOD],
        "text",
        7,
        True,
        {},
        {**GOOD, "categoriesAnalysis": None},
        {**GOOD, "categoriesAnalysis": []},
        {**GOOD, "categoriesAnalysis": {}},
        {**GOOD, "categoriesAnalysis": {"Hate": 0, "SelfHarm": 0, "Sexual": 0, "Violence": 0}},
        {**GOOD, "categoriesAnalysis": "Hate"},
        {**GOOD, "categoriesAnalysis": [0, 0, 0, 0]},
        {**GOOD, "categoriesAnalysis": [None, *analysis()]},
        {**GOOD, "categoriesAnalysis": [[], *analysis()]},
        {**GOOD, "categoriesAnalysis": [{}, *analysis()]},
        {**GOOD, "categoriesAnalysis": [{"category": None, "severity": 0}, *analysis()]},
        {**GOOD, "categoriesAnalysis": [{"category": ["Hate"], "severity": 0}, *analysis()]},
        {**GOOD, "categoriesAnalysis": [{"category": "hate", "severity": 0}, *analysis()[1:]]},
        {**GOOD, "categoriesAnalysis": [{"category": "Hate ", "severity": 0}, *analysis()[1:]]},
        {**GOOD, "categoriesAnalysis": [{"category": "Hate"}, *analysis()[1:]]},
        {**GOOD, "categoriesAnalysis": [{"severity": 0}, *analysis()[1:]]},
        {**GOOD, "categoriesAnalysis": analysis()[1:]},
        {**GOOD, "categoriesAnalysis": analysis() * 2},
        {**GOOD, "categoriesAnalysis": analysis(Hate=None)},
        *(
            {**GOOD, "categoriesAnalysis": analysis(Hate=level)}
            for level in (True, False, 0.0, 2.0, "0", "", [], {}, [0])
        ),
        *({**GOOD, "categoriesAnalysis": analysis(Hate=level)} for level in (1, 3, 5, 7, 8, -2, 10**30)),
        {"categoriesAnalysis": analysis()},
        {**GOOD, "blocklistsMatch": None},
        {**GOOD, "blocklistsMatch": "rivals"},
        {**GOOD, "blocklistsMatch": {}},
        {**GOOD, "blocklistsMatch": ["rivals"]},
        {**GOOD, "blocklistsMatch": [{}]},
        {**GOOD, "blocklistsMatch": [{"blocklistName": None}]},
        {**GOOD, "blocklistsMatch": [{"blocklistName": "RIVALS"}]},
    ],
)
def test_no_other_answer_clears_a_text(parrot, answer):
    """Whatever is wrong with it, some severity stays unknown, and the text blocks."""
    scores = raw(parrot, answer)
    assert None in severities(scores)
    assert scores.error
    assert apply_policy_threshold(scores) == "block"


@pytest.mark.parametrize("answer", [{"categoriesAnalysis": analysis()}, {**GOOD, "blocklistsMatch": None}])
def test_without_a_blocklist_nothing_need_be_said_of_matches(parrot, answer):
    """The member is optional where no list was asked for."""
    parrot.answer = answer
    assert severities(checker(parrot).analyze(CLEAN)) == (0, 0, 0, 0)


def test_an_empty_body_rates_nothing(parrot):
    """Neither with a status that promises one nor with one that does not."""
    parrot.answer = None
    with pytest.raises(ServiceRefused):
        checker(parrot).analyze(CLEAN)
    parrot.faults.add("safety", "status", status=204)
    with pytest.raises(ServiceRefused, match="the service answered 204"):
        checker(parrot).analyze(CLEAN)


# --- a wire and a service that fail


def test_throttling_passes_and_every_request_is_counted(server):
    """Two refusals with a wait, then the answer: three requests on the meter."""
    server.faults.add("safety", "status", status=429, retry_after=0.1, times=2)
    with metered("safety") as meter:
        assert severities(checker(server).analyze(CLEAN)) == (0, 0, 0, 0)
    assert (server.count("safety"), meter.attempts) == (3, 3)


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "TooManyRequests"), (500, "InternalServerError"), (503, "ServiceUnavailable"), (502, "Error")],
)
def test_a_fault_that_lasts_is_an_outage(server, status, code):
    """After the tries that the limits allow."""
    server.faults.add("safety", "status", status=status, times=FOREVER)
    with pytest.raises(ServiceUnavailable, match=rf"^content safety: the service answered {status} {code}$"):
        checker(server, QUICK).analyze(CLEAN)
    assert server.count("safety") == QUICK.attempts


def test_a_service_that_asks_for_too_much_patience_is_given_up(server):
    """One request, and no wait."""
    server.faults.add("safety", "status", status=429, retry_after=60, times=FOREVER)
    with pytest.raises(ServiceUnavailable, match="429"):
        checker(server).analyze(CLEAN)
    assert server.count("safety") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_asked_once(server, status):
    """It would be the same again."""
    server.faults.add("safety", "status", status=status, times=FOREVER)
    with pytest.raises(ServiceRefused, match=f"the service answered {status}"):
        checker(server).analyze(CLEAN)
    assert server.count("safety") == 1


@pytest.mark.parametrize(("kind", "seconds"), [("hang", 0.8), ("slow_body", 0.2), ("reset", 0)])
def test_a_broken_wire_is_an_outage_in_time(server, kind, seconds):
    """However it breaks, the call ends at the worst case at the latest."""
    server.faults.add("safety", kind, seconds=seconds, times=FOREVER)
    with pytest.raises(ServiceUnavailable):
        within(QUICK.worst_case_seconds + 0.5, lambda: checker(server, QUICK).analyze(CLEAN))


@pytest.mark.parametrize("kind", ["hang", "reset"])
def test_a_wire_that_breaks_once_is_not_noticed(server, kind):
    """The SDK's own second try is enough."""
    server.faults.add("safety", kind, seconds=0.6)
    assert severities(checker(server, QUICK).analyze(CLEAN)) == (0, 0, 0, 0)
    assert server.count("safety") == 2


def test_an_answer_that_is_not_json_is_a_refusal(server):
    """Nothing can be read from it."""
    server.faults.add("safety", "invalid_json", times=FOREVER)
    with pytest.raises(ServiceRefused, match=r"^content safety: the answer is not valid JSON$"):
        checker(server).analyze(CLEAN)


def test_a_service_that_is_not_there_is_an_outage():
    """Nobody listens."""
    with EmulatorServer([]) as server:
        pass
    with pytest.raises(ServiceUnavailable, match="could not be reached"):
        checker(server, QUICK).analyze(CLEAN)


def test_a_redirection_is_not_followed(server, parrot):
    """Neither key nor text goes to an address that an answer names."""
    moved = Reply({}, 307, {"Location": f"{parrot.url}{PATH}"})
    away = Operation("safety", "POST", PATH, lambda *_: moved)
    with EmulatorServer([away]) as elsewhere, pytest.raises(ServiceRefused, match="the service answered 307"):
        checker(elsewhere).analyze(CLEAN)
    assert parrot.calls == []


def test_no_key_and_no_text_is_told(server, caplog):
    """Not in a representation, a log line or an error, at any level."""
    caplog.set_level(logging.DEBUG)
    asked = checker(server, QUICK)
    asked.analyze(CLEAN)
    told = [repr(asked), repr(vars(asked))]
    for kind in ("status", "invalid_json", "reset"):
        server.faults.add("safety", kind, times=2)
        with pytest.raises((ServiceUnavailable, ServiceRefused)) as caught:
            asked.analyze(CLEAN)
        told += [str(caught.value), repr(caught.value)]
        server.faults.clear()
    assert not any(secret in text for text in (*told, caplog.text) for secret in (KEY, CLEAN))
    assert not any(server.url in text for text in told)


# --- long texts


def long_text(length, at, harmful=HARMFUL):
    """Filler of ``length`` code points with ``harmful`` starting at ``at``, a sentence of its own."""
    filler = (FILLER * (length // len(FILLER) + 1))[:length]
    return f"{filler[:at]} {harmful} {filler[at:]}"[:length]


CUT = LONGEST_TEXT
PLACES = (0, 5_000, CUT - 60, CUT - 25, CUT - 1, CUT, CUT + 30, 2 * CUT - OVERLAP - 20, 2 * CUT, 24_900)


@pytest.mark.parametrize("place", PLACES)
def test_a_harmful_sentence_is_found_anywhere_in_a_long_text(server, place):
    """Across a cut too, in a text that counts more in UTF-16 than in code points."""
    text = long_text(25_000, place)
    scores = checker(server).analyze(text)
    assert scores.violence == 6
    assert 3 <= server.count("safety") <= 4
    assert all(len(call.body["text"]) <= LONGEST_TEXT for call in server.calls)


def test_the_matches_of_all_parts_are_told(server):
    """Each list once, in the configured order."""
    text = long_text(25_000, 100, "It is the cheapest.")[:20_000] + long_text(9_000, 8_000, "Acme has it.")
    scores = checker(server, blocklists=("rivals", "house-words")).analyze(text)
    assert (severities(scores), scores.blocklist_matches) == ((0, 0, 0, 0), ("rivals", "house-words"))


def test_one_part_without_a_rating_leaves_the_whole_without_one(server):
    """The other parts' ratings are of no use, and the reason says which part it was."""
    server.faults.add("safety", "null_severity", match="Mark the place")
    scores = checker(server).analyze(long_text(25_000, 12_000, "Mark the place."))
    assert severities(scores) == NOTHING
    assert scores.error.startswith("part 2 of 3: ")


def test_one_part_without_an_answer_leaves_no_scores(server):
    """A fault in the middle of a text is the whole text's."""
    server.faults.add("safety", "status", status=503, match="Mark the place", times=FOREVER)
    with pytest.raises(ServiceUnavailable):
        checker(server, QUICK).analyze(long_text(25_000, 12_000, "Mark the place."))


def test_parts_of_white_space_are_not_sent(server):
    """The rest of the text is rated as ever."""
    scores = checker(server).analyze(CLEAN + "\n" * 30_000 + HARMFUL)
    assert scores.violence == 6
    assert all(call.body["text"].strip() for call in server.calls)


@pytest.mark.parametrize("length", [LONGEST_TEXT - 1, LONGEST_TEXT])
def test_a_text_that_fits_is_one_part(server, length):
    """Counted in code points."""
    text = (FILLER * 200)[:length]
    checker(server).analyze(text)
    assert [call.body["text"] for call in server.calls] == [text]


@pytest.mark.parametrize("seed", range(20))
def test_every_passage_of_the_overlaps_length_is_whole_in_one_part(seed):
    """Whatever the text looks like, with or without places to cut at."""
    draw = random.Random(seed)
    alphabet = draw.choice(["a", "ab \n", "a. \n\n", "語。", "🪑 x", "\n "])
    text = "".join(draw.choices(alphabet, k=draw.randint(1, 3_000)))
    parts = list(split_text(text, longest=100, overlap=20))
    assert all(0 < len(part) <= 100 for part in parts)
    assert all(any(text[at : at + 20] in part for part in parts) for at in range(len(text)))
    assert text.startswith(parts[0])
    assert text.endswith(parts[-1])


def test_parts_are_cut_where_something_ends():
    """After a paragraph rather than a sentence, after a sentence rather than a word."""
    paragraphs = [*split_text("one two. three four\n\nfive six. seven " * 3, longest=100, overlap=30)]
    assert paragraphs[0].endswith("\n\n")
    sentences = [*split_text("one two three four. five six seven " * 4, longest=100, overlap=30)]
    assert sentences[0].endswith("four. ")
    words = [*split_text("one two three four five six seven " * 4, longest=100, overlap=30)]
    assert words[0].endswith(" ")
