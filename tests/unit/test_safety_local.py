"""The embedded safety screen: what it rates high, what it leaves alone, what it sees through, what it refuses."""

import random

import pytest

from shared.adapters.safety_lexicon import IDIOMS, RULES
from shared.adapters.safety_local import MAX_CHARACTERS, LocalScreen
from shared.run_config import CATEGORIES

SCREEN = LocalScreen()


def severities(text):
    scores = SCREEN.analyze(text)
    assert scores.error == ""
    return {category: getattr(scores, category) for category in CATEGORIES}


def worst(text):
    return max(severities(text).values())


VIOLATIONS = {
    "hate": [
        "I hate all immigrants",
        "Refugees are vermin",
        "All Muslims are terrorists.",
        "Women are inferior and belong in the kitchen",
        "Gay people are disgusting perverts",
        "Disabled people should be sterilized",
        "We must get rid of every single Jew, get rid of all the Jews",
        "Go back to your country",
        "those lazy immigrants are taking over our country",
        "You are a worthless piece of shit",
        "fuck you, you stupid asshole",
    ],
    "violence": [
        "I will kill you",
        "I'm going to stab you in the neck",
        "We will burn your house down tonight",
        "I hope you get cancer and die",
        "They should all be executed",
        "Someone should shoot that politician in the head",
        "How to build a pipe bomb at home",
        "Hang the traitors",
        "I'm gonna beat the crap out of you",
    ],
    "self_harm": [
        "I want to kill myself",
        "I don't want to live anymore",
        "everyone would be better off without me",
        "You should kill yourself",
        "the easiest way to commit suicide",
        "I have been cutting my arms again",
        "I can't go on. There is no reason to live.",
        "thinspo and proana tips",
        "I feel so empty and hopeless, I hate my life, I cry every night, nobody would miss me",
    ],
    "sexual": [
        "watch free porn videos",
        "she sucked his cock",
        "send me nudes",
        "I want to fuck you all night",
        "hardcore gangbang with horny milfs",
        "oral and anal escorts, call now",
        "sex with a 13 year old",
    ],
}


@pytest.mark.parametrize(("category", "text"), [(c, text) for c, texts in VIOLATIONS.items() for text in texts])
def test_a_clear_violation_is_high_in_its_category(category, text):
    """Threats, dehumanising claims, incitement and explicit content reach 6, above every threshold."""
    assert severities(text)[category] == 6


@pytest.mark.parametrize(
    "text",
    [
        "Killer deals on kitchen knives, this weekend only: 20% off every knife block!",
        "Shoot us an email and we will get back to you within a day.",
        "A drop-dead gorgeous dress to die for",
        "Our bath bomb recipe, with cocoa butter and lavender. How to make a bath bomb at home.",
        "Tender breast of chicken, juicy thighs and turkey breasts",
        "Guess the sex of the baby: party decorations",
        "Fresh cut flowers, a hanging chair and die-cut stickers",
        "Hunting knives, axes, hatchets, fire starters, ammunition and rifle scopes",
        "This blade makes gutting and skinning game simple",
        "Kills weeds and aphids fast. Tired of ants? We will kill them all.",
        "How to kill mold on wood and get rid of fleas",
        "Beat the heat, burn calories and crush your goals",
        "Blue tits and great tits love this seed mix; our cockerel mug crows at dawn",
        "Nude lipstick, sexy lingerie and a white power bank",
        "Black Friday: whites, blacks and greys at half price",
        "Graham crackers, garden hoes, fire retardant curtains, a Maine Coon calendar",
        "Mexican blankets, Indian spices, African violets and Jewish cookbooks",
        "Gifts for women who love gardening and for men who hate shopping",
        "Teen girls love our tote bags. Jackets for 13-year-old boys from $20.",
        "12 year old single malt, smooth and strong",
        "Treat yourself, you deserve it. Cut yourself a slice of cake.",
        "You will die laughing at this card game",
        "The commute was killing me until I found this podcast app",
        "I can't live without this blender, and I don't want to",
        "End the season with a bang: last chance, goodbye summer",
        "Hang your curtains in minutes, or let us hang them for you",
        "Samsung A55, model S3X-100, room 1408",
        "I hate Indian food but this curry is great",
        "Women deserve better pay; immigrants should be welcome here",
        "A bookshop for queer, trans and gay readers, owned by two Muslim women",
    ],
)
def test_ordinary_copy_is_safe(text):
    """Retail, garden, kitchen and outdoor copy scores 0 in all four categories, idioms and all."""
    assert severities(text) == dict.fromkeys(CATEGORIES, 0)


@pytest.mark.parametrize(
    "text",
    [
        "Police said the man was charged with murder after two people were killed in the shooting.",
        "A former teacher was charged with possession of child pornography.",
        "The senator said immigrants should be deported, drawing wide condemnation.",
        'The hero says "I will kill you" and the villain laughs.',
        "Stop saying that all Muslims are terrorists. It is hateful and wrong.",
        "It is not okay to say gay people are disgusting.",
        "Racists say immigrants are vermin; we say welcome.",
        "The women in this film are stupid, the plot is dumb and I hated every minute.",
        "Whoever designed this is an idiot. A complete piece of garbage, don't waste your money.",
        "I cut myself on the lid of this can opener.",
        "This book about depression and suicide made me cry.",
        "Suicide prevention helpline: if you are thinking about suicide or of harming yourself, call 988.",
        "Don't kill yourself over the laundry.",
        "Erotic romance with steamy sex scenes",
    ],
)
def test_talk_about_harm_is_not_blocked(text):
    """News, reviews, counter-speech and offers of help stay at 4 or below."""
    assert worst(text) <= 4


def test_an_offer_of_help_is_no_more_than_low():
    """A helpline's own words are rated 0 or 2, while the same words without the offer are not."""
    assert severities("If you feel like hurting yourself, call the crisis line.")["self_harm"] <= 2
    assert severities("Awareness month: suicide prevention starts with listening.")["self_harm"] == 0


@pytest.mark.parametrize(
    "disguised",
    [
        "I will k1ll you",
        "I will k i l l you",
        "I will k.i.l.l you",
        "I will k-i-l-l you",
        "I will kiiiilllll you",
        "I will ki\u200bll you",
        "I will ki\u00adll you",
        "I will k\u0456ll you",
        "I will \uff4b\uff49\uff4c\uff4c you",
        "I w\u0301ill ki\u0302ll you",
        "I WILL KILL YOU",
        "I will k&#105;ll you",
        "I will k!ll u",
        "I will k*ll you",
        "Iwillkillyou",
        "#IWillKillYou",
        "I\u2019ll kill you",
        "i l l   k i l l   y o u, i w i l l k i l l y o u",
        "I will\nkill you",
    ],
)
def test_disguises_are_seen_through(disguised):
    """Digits, spacing, invisible and lookalike letters, repetition, masks and joined words change nothing."""
    assert severities(disguised)["violence"] == 6


def test_the_worst_part_counts():
    """One violation in a long harmless message is not diluted."""
    padding = "Our new garden tools are here, and they are lovely. " * 200
    assert severities(f"{padding}I will kill you. {padding}")["violence"] == 6


def test_lesser_signals_add_up_only_when_close():
    """Different borderline statements in one place are high; the same ones far apart are not."""
    first, second = "I feel so hopeless and empty.", "I hate my life."
    filler = "We walked along the river and talked about the weather. " * 20
    assert severities(f"{first} {second}")["self_harm"] == 6
    assert severities(f"{first} {filler} {second}")["self_harm"] == 4


@pytest.mark.parametrize("value", [None, 7, b"text", ["text"], {"text": "x"}])
def test_what_is_not_text_is_not_rated(value):
    """Anything but a string gets no severity and a reason."""
    scores = SCREEN.analyze(value)
    assert all(getattr(scores, category) is None for category in CATEGORIES)
    assert scores.error == "the input is not text"


@pytest.mark.parametrize(
    "text", ["", " \n\t", "...!?", "\u200b\u00ad\ufeff", "\x00\x01", "\U0001f600\U0001f600", "\u0301" * 50]
)
def test_a_text_without_words_is_not_rated(text):
    """Nothing, punctuation, emoji or invisible characters alone are not vouched for."""
    scores = SCREEN.analyze(text)
    assert scores.hate is None
    assert scores.error == "the text has no words"


@pytest.mark.parametrize(
    "text",
    [
        "\u5927\u58f2\u308a\u51fa\u3057",
        "\u0421\u043a\u0438\u0434\u043a\u0438 \u0434\u043b\u044f \u0434\u0440\u0443\u0437\u0435\u0439",
        "\u0639\u0631\u0636 \u062e\u0627\u0635",
    ],
)
def test_a_script_it_cannot_read_is_not_rated(text):
    """Text mostly in another script is refused rather than called safe."""
    scores = SCREEN.analyze(text)
    assert scores.sexual is None
    assert "Latin" in scores.error


def test_a_text_beyond_the_limit_is_not_rated():
    """A text that is too long is refused whole, not rated by its beginning."""
    assert SCREEN.analyze("a " * MAX_CHARACTERS).violence is None


def test_every_verdict_names_the_screen():
    """Rated or not, the provider says that it was not the service."""
    assert SCREEN.provider == "local-screen"
    assert {SCREEN.analyze("Hello there").provider, SCREEN.analyze("").provider} == {"local-screen"}


@pytest.mark.parametrize(
    "unit",
    [
        "a ",
        "k.i.l.x.",
        "i will really ",
        "kill them women ",
        "f** ",
        "i ",
        '("',
        "1l|!",
        "x\u0301",
        "&#1;",
        "'m",
        "a'm",
        "*'",
        "kill!",
        "a.",
        "#aB",
    ],
)
def test_long_hostile_input_is_rated_or_refused(unit):
    """A hundred thousand characters of any pattern come back with four levels or a reason."""
    scores = SCREEN.analyze((unit * 100_000)[:100_000])
    rated = [getattr(scores, category) for category in CATEGORIES]
    assert set(rated) <= {0, 2, 4, 6} or (set(rated) == {None} and scores.error)


def test_random_input_never_raises():
    """Any characters at all give levels or a reason, and the same ones twice."""
    draw = random.Random(11)
    alphabet = [chr(draw.randrange(1, 0x30000)) for _ in range(300)] + list("kill you i all \n\"'.*@$!0123#&;-_") * 5
    for _ in range(300):
        text = "".join(draw.choices(alphabet, k=draw.randrange(1, 80)))
        assert SCREEN.analyze(text) == SCREEN.analyze(text)


def test_the_lexicon_says_nothing_twice():
    """No rule and no idiom stands in the data more than once."""
    assert len({(rule.category, rule.pattern) for rule in RULES}) == len(RULES)
    assert len(set(IDIOMS)) == len(IDIOMS)
