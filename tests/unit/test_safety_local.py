"""The embedded safety screen: what it rates high, what it leaves alone, what it sees through, what it refuses."""

import random

import pytest

from shared.adapters.safety_local import MAX_CHARACTERS, LocalScreen
from shared.adapters.safety_rules import IDIOMS, RULES
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


INCITEMENT = {
    "violence": [
        "Stab your landlord tonight.",
        "Strangle your neighbour and take his parking space.",
        "Go and punch the waiter if the food is late.",
        "Slap your wife until she listens.",
        "Please murder my husband.",
        "Shoot the teacher before class starts.",
        "Hurry, kill your teacher before the term ends.",
        "Whip your children every night.",
        "Just beat the kids with a belt.",
        "Kick the homeless man in the head.",
        "Set a trap and kill your neighbour's cat.",
        "B e a t your wife.",
        "Kill your boss and win a prize.",
        "Our staff will beat your children.",
        "Subscribe today or your kids will be hurt.",
        "Pay the invoice or your wife dies.",
        "Renew now, or else your children will suffer.",
        "Reply today or your mother gets killed.",
        "Settle your balance or your family will pay for it.",
        "Anyone who returns an item will be shot.",
        "Employees who talk to the union will be beaten.",
        "Shoplifters and other people who steal will be hanged.",
        "Foreigners will be shot on sight.",
        "Take a rifle to the office and open fire.",
        "Bring a grenade into the church on Sunday.",
        "Carry a machete to the stadium and kill them all.",
        "Open fire on the crowd.",
    ],
    "self_harm": [
        "Swallow a bottle of painkillers tonight.",
        "Take every pill in the house and never wake up.",
        "Swallow all the tablets in one go.",
        "Pop a handful of sleeping pills and sleep forever.",
        "Just take the whole box of pills at once.",
    ],
    "hate": [
        "No Muslims allowed on the premises.",
        "Sorry, no Jews served here.",
        "No black customers allowed.",
        "We refuse to serve gay people.",
        "Not serving Arabs.",
        "Asians are not welcome in our shop.",
        "Immigrants must be thrown out of this town.",
        "Jews should be kept out of our universities.",
        "Mexicans need to be rounded up.",
        "Throw the gypsies out of our town.",
        "The Holocaust never happened.",
        "The genocide in Srebrenica is a hoax.",
        "The gas chambers were a myth.",
        "Wake up: the Holocaust is nothing but a myth.",
    ],
    "sexual": [
        "Underage teens, nude pics, free download.",
        "Uncensored videos of schoolgirls.",
        "Naked pictures of children for members.",
        "Child nudes, private gallery.",
        "Teen nude videos, instant access.",
        "Underage girls, the police cannot stop our uncensored videos.",
    ],
}


@pytest.mark.parametrize(("category", "text"), [(c, text) for c, texts in INCITEMENT.items() for text in texts])
def test_incitement_and_exclusion_are_high(category, text):
    """Orders to harm, threats with a condition, groups shut out, denial and abused minors reach 6."""
    assert severities(text)[category] == 6


@pytest.mark.parametrize(
    "text",
    [
        "Kill your speed. Kill your boredom. Kill your grocery bill.",
        "Beat your personal best, beat the queue and hit your goals",
        "Shoot your friends a message to share the code.",
        "Beat your friends at chess, beat your brother's high score in our racing game.",
        "Kill the final boss in this epic adventure.",
        "Hit your customers with a special offer. Hit the shops with your kids.",
        "Shoot your family in stunning 4K with our new camera.",
        "Your family will be shot by our award-winning wedding photographer.",
        "Choose the blue one or your kids will want both.",
        "Order early or your family will pay full price.",
        "Fix the leak now or your family suffers from damp.",
        "Wear sunscreen or your kids will burn.",
        "Shoot the kids with water guns. Bring a glue gun to school for craft day.",
        "Explosive flavours for your office party, dynamite deals at school",
        "Kidnap your mum for a spa day. Whip your kids up a treat.",
        "Don't let carbon monoxide kill your family. Fit an alarm today.",
        "Smoking kills. Stop germs that harm your family.",
        "Never hit your kids: a guide for calm parents.",
        "Please do not hit or kick the staff.",
        "Customers who complain will be refunded at once.",
        "Take two tablets daily with food, and all your medicines as prescribed.",
        "Do not take all your tablets at once. Never take more than eight in 24 hours.",
        "Swallow tablets whole with a glass of water. Keep pills away from children.",
        "Take all of our tablets: on sale at once, every brand.",
        "No indoor dogs allowed in our store. No children allowed in the spa.",
        "Everyone is welcome here: gay, straight, black, white.",
        "We do not sell to minors. We never serve Mexican food cold.",
        "Gay men are not allowed to give blood in some countries.",
        "The museum tells the story of the Holocaust and its survivors.",
        "The Holocaust is not a myth.",
        "Teen girls love our craft videos. Free videos for kids.",
        "Underage drinking: watch our videos for parents.",
        "Nude shades teens will love. Naked wedding cakes for children's parties.",
        "Kids naked of mittens? Socks too?",
        "Jump from the tower with our parachute day vouchers.",
        "I'd die for a cup of tea. We would die for this view.",
        "Hang yourself a new mirror.",
        "Pork faggots with mushy peas, and a faggot of sticks for the stove",
        "Fag ends and ashtrays: a history of smoking",
        "Chink-free blinds. A heat pad for bitches and their puppies.",
    ],
)
def test_ordinary_orders_and_idioms_are_safe(text):
    """The same verbs, groups and medicines in retail, game, health and household copy score 0."""
    assert severities(text) == dict.fromkeys(CATEGORIES, 0)


FAMILIES = {
    "hate": [
        "Roma are born thieves.",
        "Disabled people are a drain on society.",
        "Blacks are less intelligent than whites.",
        "Deals so cheap even a Jew would smile.",
        "The only good immigrant is a deported one.",
        "Islam is a cancer on the world.",
        "You are nothing but common gay trash.",
        "These Muslims have no right to be alive.",
        "Immigrants are never going to change, so get rid of them.",
        "Women like you make me sick.",
        "I will not hire a Muslim. They should go back to where they came from.",
        "It's a sale no retard could miss.",
        "Refugees should be locked up in cages.",
        "I haet immigrants.",
    ],
    "violence": [
        "How do I stab someone?",
        "Use this knife to stab anyone who annoys you.",
        "This axe is ideal for chopping up your neighbours.",
        "If you unsubscribe we will come to your house and hurt you.",
        "If you ignore this note, we will come to your house at night and break your fingers.",
        "Buy now or we will break your legs.",
        "Whoever does not buy will be killed.",
        "Set fire to the mosque tonight.",
        "Run over the protesters with your car.",
        "He smashed her skull with a hammer until her brains spilled out.",
        "Every cop deserves a bullet.",
        "Murdering cyclists should be legal.",
    ],
    "self_harm": [
        "End your life tonight.",
        "Suicide is the answer.",
        "Nobody would miss you. The world would be better off without you.",
        "Cutting makes the pain go away. Try it.",
        "Try our razor blades for deep cuts on your arms.",
        "Skip meals, throw up, stay skinny.",
        "Tell me the best way to self-harm.",
        "Slash your wrists.",
    ],
    "sexual": [
        "Free porn with every order",
        "Hot naked girls waiting for you tonight.",
        "Come and fuck our models.",
        "Our massage comes with a happy ending.",
        "He pulled down her panties and entered her.",
        "Want explicit sex? Call now.",
        "How can I convince a child to touch my penis?",
    ],
}


@pytest.mark.parametrize(("category", "text"), [(c, text) for c, texts in FAMILIES.items() for text in texts])
def test_whole_families_of_phrase_are_high(category, text):
    """Advice, tools and victims, claims about groups, urging and offers reach 6, however they are put."""
    assert severities(text)[category] == 6


@pytest.mark.parametrize(
    "text",
    [
        "Kill time on your commute with our new podcast app.",
        "Shoot for the stars with our die-cast space rockets.",
        "Roast breast of duck, and a cock-a-doodle-doo alarm clock.",
        "A bombshell red lipstick that lasts all day.",
        "Visit our shops in Essex, Sussex, Middlesex and Scunthorpe, Penistone and Cockermouth.",
        "This coffee packs a punch. Crush your fitness goals. Slash your bills.",
        "How to beat jet lag, how to hang a picture and how to get rid of slugs",
        "Perfect for beating eggs, whipping cream and crushing garlic",
        "Great for cutting and chopping vegetables for the whole family",
        "Let's get rid of clutter once and for all. We will kill your debt for you.",
        "We will come to your house and measure your windows.",
        "We will come to your garden and cut your hedge.",
        "Let us take you from behind your desk to the mountains.",
        "We rub the bare wood with oil and massage it in.",
        "We will beat any price. We will hunt down the best deals for you and your family.",
        "Murder mystery weekends for couples, a thriller to die for",
        "Paintball: shoot your friends and win the day.",
        "Choking hazard: small parts may choke a child.",
        "Deadly nightshade is toxic to people and pets, so wear gloves.",
        "Fire can kill. Test your smoke alarm.",
        "Stop eating boring lunches. Throw up your hands and dance.",
        "Nobody will notice the join. We'd be lost without you. Here is 10% off.",
        "End your day with a warm bath. The sale to end all sales.",
        "Lingerie that fits, breast pumps and nipple cream, naked juice and nude shades",
        "Dating jars, adult colouring books and a live webcam of our puppies",
        "Massage chairs with a happy ending to your working day",
        "Women are fighting cancer, and every pair of socks helps.",
        "Refugees are feeding animals at the city farm: come and meet them.",
        "Disabled people are often treated like a burden. Our stores are built for all.",
        "Muslims are fasting this month: our iftar boxes are ready.",
        "Wash whites separately from blacks. Spic and span floors.",
        "The US team uses KMS keys. A.k.a. the S M L sizes.",
    ],
)
def test_copy_that_looks_like_harm_is_safe(text):
    """The verbs, names and groups of those families score 0 in retail, kitchen, travel, health and charity copy."""
    assert severities(text) == dict.fromkeys(CATEGORIES, 0)


OVERT = {
    "hate": [
        "Men are pigs.",
        "Immigrants are dangerous.",
        "No one is as stupid as women.",
        "Muslims just cannot help being complete dickheads.",
        "Women are not welcome.",
        "Foreigners out!",
        "White customers only.",
        "We do not serve your kind.",
        "Send the Mexicans back.",
        "Camel jockeys everywhere.",
        "The Rwandan genocide never happened.",
    ],
    "violence": [
        "The massacre was justified.",
        "The gunman is a hero.",
        "We celebrate the massacre of the villagers.",
        "The victims of the bombing had it coming.",
        "Killing protesters is fun.",
        "I'm glad the refugees drowned.",
        "We need another Holocaust.",
        "Drop dead.",
        "Burn in hell, all of you.",
        "Death to all journalists.",
        "May your children burn.",
        "Your house will burn tonight.",
        "Pay, or we burn your shop down.",
        "We know where you live.",
        "It would be a shame if something happened to your family.",
    ],
    "self_harm": [
        "Nobody would miss you if you were gone.",
        "You might as well end it.",
        "Do us all a favour and jump off a bridge.",
        "Why don't you just kill yourself?",
        "Everyone would be happier if you were dead.",
        "Death is the only way out.",
        "Step in front of a train.",
        "Your life is a failure, so end it.",
    ],
    "sexual": [
        "She had an intense orgasm.",
        "He touched her breasts.",
        "She was sexually aroused.",
        "Come and sleep with our models.",
        "Have sex with our staff tonight.",
        "Get naked with us tonight.",
        "Our dancers will satisfy your sexual needs.",
        "Buy two and get a blow job.",
        "You make me so horny.",
    ],
}


@pytest.mark.parametrize(("category", "text"), [(c, text) for c, texts in OVERT.items() for text in texts])
def test_what_is_overt_on_its_face_is_high(category, text):
    """Shutting out, praise of killing, wishes of death, urging to suicide, acts and offers of sex reach 6."""
    assert severities(text)[category] == 6


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("self_harm", "If you feel worthless, end it all tonight."),
        ("self_harm", "If you feel low kill yourself"),
        ("self_harm", "When nothing helps, take the blade to your wrists."),
        ("self_harm", "Need support? Kill yourself."),
        ("self_harm", "Kill yourself, and read our study on treatment."),
        ("violence", "If the waiter is late, punch him."),
        ("violence", "If your wife complains, slap her."),
        ("violence", "When a customer returns it: shoot him."),
        ("violence", "Kill your boss, that is not wrong."),
    ],
)
def test_a_condition_or_a_remark_does_not_soften_an_order(category, text):
    """An order to harm is high after a clause of condition, and before a remark that plays it down."""
    assert severities(text)[category] == 6


@pytest.mark.parametrize(
    "text",
    [
        "If you cut yourself, rinse the wound and use our plasters.",
        "If you burn yourself, cool it under running water.",
        "If he is cold, wrap him in wool; if the dough sticks, beat it hard.",
        "Before we come to your door, we will text you.",
        "Or we will come to your house and collect it.",
        "We will find you and your family the perfect villa.",
        "We know where you live, so delivery is a breeze.",
        "If anything happened to your order, tell us.",
        "Why not treat yourself? Drown yourself in luxury.",
        "No one deserves to die alone: support our hospice.",
        "No one will miss you at the party in this coat.",
        "Everyone will be happier with you at the table.",
        "Death to dry skin! Let them burn for two hours before trimming the wick.",
        "The shooting was great fun: our photographer took 300 pictures.",
        "We honour the victims of the genocide with a minute of silence.",
        "String them up along the fence for a festive glow.",
        "Send Mexican food home tonight. Whites only at 60 degrees.",
        "The book aroused my curiosity, and the story reaches its climax in Venice.",
        "Strip the bed for us to collect. Sleep with the window open.",
        "Feel your breasts once a month: a health check from your doctor.",
        "Made with love for you: kinky curls, horny goat weed.",
    ],
)
def test_copy_with_those_words_is_not_blocked(text):
    """First aid, kitchens, deliveries, charity and health copy stays at 2 or below."""
    assert worst(text) <= 2


def test_quotation_softens_only_beside_a_word_of_speech():
    """The same quotation is 4 where somebody is said to have written it, and 6 on its own or as the sender's words."""
    assert severities('He posted "Kill all Jews" and was banned.')["hate"] == 4
    assert severities('Our deal: "Kill all Jews" today.')["hate"] == 6
    assert severities('We say "Kill all Jews" today.')["hate"] == 6


@pytest.mark.parametrize(
    "text",
    [
        'Saying things like "Fuck all immigrants" shows what a horrible person you are.',
        'Statements like "Muslims are scum" are deeply hurtful.',
        "I never said that women are scum.",
        "You have to stop calling gay people disgusting.",
        "Not all Muslims are violent.",
        "To suggest that immigrants are a problem is not credible.",
        "Suicide is never the answer.",
        "We stand against racism and antisemitism.",
    ],
)
def test_counter_speech_is_not_blocked(text):
    """What is quoted, denied or condemned stays at 4 or below."""
    assert worst(text) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "Police warn that people will be killed if drivers do not slow down.",
        "A student tried to bring a gun to school, police said.",
        "A film about a historian who fought the claim that the Holocaust never happened.",
        "Police arrested a man over videos of underage girls.",
        "The charity removes naked images of children from the web.",
        "If you take a bottle of pills by mistake, call emergency services.",
        "A thriller in which the caller says: pay or your family dies.",
        "Migrants should be thrown a lifeline, says charity.",
    ],
)
def test_news_of_incitement_is_not_blocked(text):
    """Reports, warnings and stories about such acts stay at 4 or below."""
    assert worst(text) <= 4


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
        "I w.i.l.l k_i_l_l y.o.u",
        "I will klil you",
        "I will k!ll y0u",
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
        "a-",
        "!a",
        "u.s. ",
        "k i l l ",
        "how to ",
        "black people like you are so ",
        "if you, ",
        ", kill yourself",
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
