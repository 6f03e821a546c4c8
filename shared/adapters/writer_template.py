"""The embedded writer: e-mails composed by rule from approved passages, for runs without a language model.

Every fact is a sentence quoted whole from a passage and cited; the writer's own sentences greet, connect and close, and
claim nothing (no figure, date, offer or superlative). Same request, same text: choices hang on a hash of seed, segment
and tone. It never hands out a message that the format and citation checks would refuse.
"""

import hashlib
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, TypeVar

from shared.contracts import Message, ModelAnswer, ModelRequest, Passage, Segment
from shared.domain.citations import (
    CitableDocument,
    extract_citations,
    format_citation,
    one_line,
    resolve_citations,
    without_citations,
)
from shared.domain.messages import count_words, find_leftovers, parse_message, validate_variant_format
from shared.run_config import MessageLimits, Tone

MODEL = "template-1"
LONGEST_SENTENCE = 60
"""Words; a longer sentence is not quoted."""

_LONGEST_SENTENCE_CHARACTERS = 600
_LONGEST_QUOTE = 50
_MOST_FILLING = 40
_NUMBER_NAMES = {1: "one", 2: "two", 3: "three"}

T = TypeVar("T")
Kind = Literal["loyal", "lapsed", "new", "general"]


# --- the writer's own sentences ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Voice:
    """How one tone sounds. Lists are alternatives, except ``asides``, ``remarks`` and ``extras``: those fill up.

    Own sentences hold no digits, hyphens or apostrophes, so that they have the same length however words are counted.
    In a titled subject ``~`` stands for the title of the passage that leads.
    """

    greetings: tuple[str, ...]
    openings: Mapping[Kind, tuple[str, ...]]
    asides: tuple[str, ...]
    lead_ins: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    invitations: tuple[str, ...]
    extras: tuple[str, ...]
    sign_offs: tuple[str, ...]
    titled_subjects: Mapping[Kind, tuple[str, ...]]
    plain_subjects: Mapping[Kind, tuple[str, ...]]
    preheaders: Mapping[Kind, tuple[str, ...]]
    calls_to_action: tuple[str, ...]
    leads_with_quote: bool = False


_FRIENDLY = Voice(
    greetings=("Hi there,", "Hello there,"),
    openings={
        "loyal": (
            (
                "It is always a pleasure to write to someone who knows us well. We went through our notes and"
                " picked out a few things we think you will enjoy."
            ),
            (
                "You have been such good company that we wanted to share something from our desk. No fuss, simply"
                " a few notes that made us think of you."
            ),
        ),
        "lapsed": (
            (
                "It has been a while, and we have missed you around here. So we put the kettle on and gathered a"
                " few notes for you to catch up with."
            ),
            (
                "We were thinking of the people we have not heard from in a while, and you came to mind. Here is"
                " a little of what has been on our desk."
            ),
        ),
        "new": (
            (
                "Welcome in, it is lovely to have you with us. To help you find your feet, we gathered a few"
                " notes that should make things easier."
            ),
            (
                "We are so pleased that you found us. Think of this as a friendly tour, with someone beside you"
                " to point things out."
            ),
        ),
        "general": (
            (
                "We hope this finds you well, and with something warm to drink nearby. We gathered a few notes"
                " that we thought you might like."
            ),
            ("Every so often we come across things worth passing on. Pull up a chair and have a read with us."),
        ),
    },
    asides=(
        "Take what is useful and leave the rest for another day.",
        "You will find where each note comes from right beside it.",
        "Skip ahead to whatever catches your eye.",
    ),
    lead_ins=(
        ("Let us begin with this.", "Here is what caught our eye.", "This is the part we kept coming back to."),
        (
            "And while we are at it, there is this too.",
            "Here is something else we liked.",
            "We liked this note as well.",
        ),
        (
            "Then, to round things off, a little more.",
            "And a closing thought from our shelves.",
            "And something to finish with.",
        ),
    ),
    remarks=(
        "We thought that was well worth passing on.",
        "It is the sort of thing we would tell a friend over the garden fence.",
        "Keep it in your back pocket for when you need it.",
        "It always helps to hear these things in plain words.",
        "See what you make of it.",
        "We thought you would like to hear it from us.",
        "Small details like this can make choosing a little easier.",
        "It stayed with us, so we wrote it down for you.",
    ),
    invitations=(
        "When you have a quiet moment, come and have a look around.",
        "If any of this speaks to you, come and see the rest.",
        "Have a wander through the details whenever you like.",
    ),
    extras=(
        "Take all the time you need, and read at your own pace.",
        "Share it with someone who would enjoy it too.",
        "And if it is not quite for you this time, that is perfectly fine.",
        "We would love for you to find something that feels right at home.",
        "Thank you for reading this far, it means a lot to all of us.",
        "We wish you a gentle week and good company.",
        "Put a favourite song on, get comfortable, and see where it takes you.",
    ),
    sign_offs=("Warmly,", "With warm wishes,"),
    titled_subjects={
        "loyal": ("Picked for you: ~", "We thought of you: ~"),
        "lapsed": ("It has been a while: ~", "We have missed you: ~"),
        "new": ("Welcome in: ~", "A warm welcome: ~"),
        "general": ("A friendly note: ~", "Over a cup of tea: ~"),
    },
    plain_subjects={
        "loyal": ("A few notes we picked for you", "Something from our desk to yours"),
        "lapsed": ("It has been a while, come on in", "We have missed you around here"),
        "new": ("Welcome in, make yourself at home", "A friendly tour to get you settled"),
        "general": ("A few notes we think you will like", "Pull up a chair and have a read"),
    },
    preheaders={
        "loyal": ("Good things are better shared, so here are a few.", "A small selection with you in mind."),
        "lapsed": ("The kettle is on, and we saved you a seat.", "A little reading to catch up with."),
        "new": ("A few notes to help you find your way around.", "Come in and have a look around."),
        "general": ("A little reading for a quiet moment.", "Notes from our desk, passed on with care."),
    },
    calls_to_action=("Come and have a look", "Take a look around", "See what you think"),
)

_INFORMATIONAL = Voice(
    greetings=("Hello,", "Good day,"),
    openings={
        "loyal": (
            (
                "You know our range well, so this message goes straight to the details. Each point below comes"
                " from our own notes and names its source."
            ),
            (
                "For someone who knows us well, facts serve better than a summary. Here is what our notes say,"
                " with the source beside each point."
            ),
        ),
        "lapsed": (
            (
                "It has been some time since we were last in touch, so here is a brief selection from our notes."
                " Each point names its source, so that you can read on."
            ),
            (
                "Since we last heard from you, some of our notes may have passed you by. The points below sum up"
                " what is useful to know, with sources."
            ),
        ),
        "new": (
            (
                "Welcome, and thank you for joining us. To help you find your bearings, here is what our notes"
                " say on the subjects that tend to come up at the start."
            ),
            (
                "Getting to know a shop takes a little reading. We have gathered the points that help at the"
                " beginning, each with its source."
            ),
        ),
        "general": (
            (
                "This message gathers a few points from our notes that may help you choose. Each of them names"
                " its source, so that you can read on."
            ),
            (
                "Good choices rest on good information. Below you will find some points from our notes, in their"
                " own words and with their sources."
            ),
        ),
    },
    asides=(
        "You can read them in any order.",
        "What follows is a selection, and the full text gives the context.",
        "Nothing needs to be decided as you read.",
    ),
    lead_ins=(
        ("The main point is this.", "We begin with the essentials.", "Here is a good place to begin."),
        (
            "Our notes also have this to say.",
            "The next point is worth knowing too.",
            "There is a further point to add.",
        ),
        (
            "Finally, there is this.",
            "To complete the picture, here is another detail.",
            "A closing point rounds this off.",
        ),
    ),
    remarks=(
        "This is useful to have at hand when you compare your options.",
        "Consider how it applies to your own plans before you decide.",
        "The source named here shows the passage in context.",
        "Knowing this beforehand makes the rest of the decision simpler.",
        "Details of this kind are easy to overlook and worth a moment of attention.",
        "Make a note of it if the question is likely to come up.",
        "It may matter more or less to you, depending on what you have in mind.",
        "We mention it here so that you have it from the source.",
    ),
    invitations=(
        "The complete details are set out on our pages.",
        "If you would like to read further, the full text is the place to go.",
        "For the wider context, turn to the sources themselves.",
    ),
    extras=(
        "Return to the points that matter to you and leave the others aside.",
        "Compare the notes above with what you know from experience.",
        "If a point does not concern you, leave it for another time.",
        "We hope that having the facts side by side makes for a clear choice.",
        "Thank you for taking the time to read this through.",
        "A careful reading often leads to a decision that lasts.",
        "Keep this message at hand for when the question comes up again.",
    ),
    sign_offs=("Kind regards,", "With kind regards,"),
    titled_subjects={
        "loyal": ("The details: ~", "In depth: ~"),
        "lapsed": ("Worth knowing again: ~", "From our notes: ~"),
        "new": ("Getting started: ~", "Good to know: ~"),
        "general": ("What to know: ~", "Explained: ~"),
    },
    plain_subjects={
        "loyal": ("The details, straight from our notes", "In depth: notes from our notes"),
        "lapsed": ("A brief selection from our notes", "What is useful to know, in brief"),
        "new": ("Getting started: notes from our notes", "Good to know as you settle in"),
        "general": ("Points from our notes to help you choose", "Good information for good choices"),
    },
    preheaders={
        "loyal": ("The facts in full, each with its source.", "Details first, summary second."),
        "lapsed": ("A short read, with the source beside each point.", "What our notes say, in brief."),
        "new": ("The points that help at the beginning, with sources.", "A little reading to find your bearings."),
        "general": ("A few points from our notes, with their sources.", "What our notes say, in their own words."),
    },
    calls_to_action=("Read the details", "See the details", "Learn more"),
)

_CALM = Voice(
    greetings=("Hello,",),
    openings={
        "loyal": (
            (
                "You know us well, so let us come straight to the point. Below is what matters for your next"
                " choice, with the source beside it."
            ),
            "You have no need of a long introduction from us. Here is what to know, and what you can do with it.",
        ),
        "lapsed": (
            (
                "It has been a while, so this message keeps to what matters. Please take a look and decide"
                " whether it is for you."
            ),
            (
                "We would like to have you back, and we will be direct about why. Here is what we think deserves"
                " your attention."
            ),
        ),
        "new": (
            "Welcome, and let us help you make a good start. Here is what to know before you choose, plainly put.",
            (
                "A good start is a matter of knowing a few things early. Here they are, so that you can act on"
                " them with confidence."
            ),
        ),
        "general": (
            "Let us come straight to the point. Here is what deserves your attention, with the source beside it.",
            (
                "This message has a plain purpose. It sets out what to know, so that you can decide and move on"
                " with your day."
            ),
        ),
    },
    asides=(
        "Read it through, then choose your next step.",
        "We have left out everything that can wait.",
        "Each point stands on its own.",
    ),
    lead_ins=(
        ("Start here.", "Here is the point to begin with.", "Please read this part with care."),
        ("Then consider this.", "Next, take this into account.", "There is something else to weigh."),
        ("And before you decide, this.", "To finish, please note this.", "Please bear this in mind as well."),
    ),
    remarks=(
        "If it applies to you, put it on your list.",
        "Consider what it means for your own plans.",
        "It is worth a note while you have it in front of you.",
        "Keep it in view when you make your choice.",
        "Check it against what you have in mind before you go on.",
        "That may be all you need to know to decide.",
        "We put it plainly, so that you can judge for yourself.",
        "If it is not for you, simply pass over it.",
    ),
    invitations=(
        "If this is for you, go ahead and take the next step.",
        "You have what you need to decide, so please take a look.",
        "Pick the point that concerns you and follow it up.",
    ),
    extras=(
        "A few minutes of your attention are all that we ask.",
        "Should you prefer to wait, nothing here obliges you to act.",
        "What you choose is up to you, and we will keep it simple.",
        "Thank you for giving this your attention.",
        "Set it aside if it does not concern you, with our thanks for reading.",
        "Clear decisions are easier to make when the facts are in view.",
        "We wrote this so that you can act on it without searching further.",
    ),
    sign_offs=("Kind regards,", "With regards,"),
    titled_subjects={
        "loyal": ("Straight to the point: ~", "Worth your attention: ~"),
        "lapsed": ("Please take a look: ~", "Worth coming back for: ~"),
        "new": ("Start here: ~", "Before you choose: ~"),
        "general": ("Please note: ~", "To the point: ~"),
    },
    plain_subjects={
        "loyal": ("Straight to the point, for your next choice", "Worth your attention"),
        "lapsed": ("Please take a look at this", "What deserves your attention"),
        "new": ("Start here, before you choose", "Make a good start with us"),
        "general": ("Please note what matters here", "Straight to the point"),
    },
    preheaders={
        "loyal": ("What matters for your next choice.", "No long introduction, simply the point."),
        "lapsed": ("What matters, plainly put.", "We will be direct about what you should know."),
        "new": ("What to know before you choose.", "A few things that help from the beginning."),
        "general": ("What to know, so that you can decide.", "A message with a plain purpose."),
    },
    calls_to_action=("Take the next step", "See what to do next", "Check the details"),
)

_DEADLINE = replace(
    _CALM,
    openings={
        "loyal": (
            "You know us well, so we put the timing at the top of this message. The rest will help you plan around it.",
            "We would rather tell you in good time than leave you to find out. What follows will help you plan.",
        ),
        "lapsed": (
            (
                "It has been a while, and we did not want this to pass you by. What follows will help you decide"
                " whether it is for you."
            ),
            "We would like to have you back, so we are telling you in good time. Here is what else to know.",
        ),
        "new": (
            "As you are settling in, we wanted you to have the timing in good time. The rest will help you plan.",
            "Welcome, and please forgive the direct beginning. We would rather you knew about the timing early.",
        ),
        "general": (
            "We put the timing at the top so that you can plan around it. The rest of this message helps with that.",
            "We are telling you in good time, so that the choice stays yours. Here is what else to know.",
        ),
    },
    lead_ins=(
        ("Please take note of this date.", "There is a date to keep in mind.", "Please plan with this date in view."),
        *_CALM.lead_ins[1:],
    ),
    titled_subjects={
        "loyal": ("Please note the date: ~", "In good time for you: ~"),
        "lapsed": ("Before the date passes: ~", "A date you should know: ~"),
        "new": ("A date for your calendar: ~", "Good to know in time: ~"),
        "general": ("Mind the date: ~", "A date to plan for: ~"),
    },
    plain_subjects={
        "loyal": ("Please note this date in good time", "A date to plan around"),
        "lapsed": ("A date you should know about", "Please take note of this date"),
        "new": ("A date for your calendar", "Good to know in time"),
        "general": ("Please mind this date", "A date to plan for"),
    },
    preheaders=dict.fromkeys(
        _CALM.preheaders, ("The timing comes first, the details follow.", "So that you can plan in good time.")
    ),
    leads_with_quote=True,
)

_STOCK = replace(
    _DEADLINE,
    openings={
        "loyal": (
            "You know us well, so we put availability at the top of this message. The rest will help you choose.",
            "We would rather tell you early than leave you to find out. What follows will help you choose.",
        ),
        "lapsed": (
            (
                "It has been a while, and we did not want this to pass you by. What follows will help you decide"
                " whether it is for you."
            ),
            "We would like to have you back, so we are telling you plainly. Here is what else to know.",
        ),
        "new": (
            "As you are settling in, we wanted you to know where things stand. The rest will help you choose.",
            "Welcome, and please forgive the direct beginning. We would rather you knew about availability early.",
        ),
        "general": (
            "We put availability at the top so that you can plan around it. The rest of this message helps with that.",
            "We are telling you plainly, so that the choice stays yours. Here is what else to know.",
        ),
    },
    lead_ins=(
        ("Please take note of what is in stock.", "There is a note on availability.", "This is where stock stands."),
        *_CALM.lead_ins[1:],
    ),
    titled_subjects=dict.fromkeys(_CALM.titled_subjects, ("On availability: ~", "A note on stock: ~")),
    plain_subjects={
        "loyal": ("A note on availability for you", "Please note what is in stock"),
        "lapsed": ("A note on availability", "Where our stock stands"),
        "new": ("Good to know: what is in stock", "A note on what is in stock"),
        "general": ("A note on what is available", "Please note what is in stock"),
    },
    preheaders=dict.fromkeys(
        _CALM.preheaders, ("Availability comes first, the details follow.", "So that you know where things stand.")
    ),
)

_SHORTEST_SUBJECT = "A note"


# --- reading passages -------------------------------------------------------------------------------------------------

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}\b|\b{_MONTHS}\.? (?:\d{{1,2}}(?:st|nd|rd|th)?|\d{{4}})\b|"
    rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b|\bend of {_MONTHS}\b)"
)
_END = r"\b(?:until|till|ends?|ending|closes?|closing|expires?|expiring|deadline|last day|last orders?|no later than)\b"
_UP_TO = r"\b(?:by|before|through|runs? to|valid to|up to)\b"
_DEADLINE_FACT = re.compile(
    rf"{_END}.{{0,60}}?{_DATE}|{_UP_TO} (?:[\w']+,? ){{0,3}}?{_DATE}|{_DATE}.{{0,40}}?\b(?:deadline|last day)\b",
    re.IGNORECASE,
)
_STOCK_FACT = re.compile(
    r"\b\d[\d,]*(?: \w+){0,3} (?:left|remaining|remain|in stock|are available|still available)\b"
    r"|\bstock (?:is )?(?:limited|down) to \d|\bonly \d[\d,]* (?:\w+ ){0,2}(?:made|produced)\b",
    re.IGNORECASE,
)
_PRESSURE = re.compile(
    r"\b(?:hurry|rush|last chance|final (?:chance|call|days?|hours?)|act (?:now|fast)|don.?t (?:miss|wait)|"
    r"ends? (?:soon|today|tonight|tomorrow)|ending soon|limited|while (?:stocks?|supplies) lasts?|"
    r"selling fast|almost gone|deadline|expires?|today only|now or never)\b",
    re.IGNORECASE,
)
_LEANS_ON_CONTEXT = re.compile(
    r"(?:it|its|they|their|them|this|that|these|those|he|she|however|but|and|or|so|also|then|therefore|instead|"
    r"otherwise|such|both|neither|for example|in addition|as a result|if so|if not)\b",
    re.IGNORECASE,
)
_UNLOVELY = re.compile(r"https?:|www\.|[*_`|#~\\<>=^\[\]@]|[A-Z]{4,} [A-Z]{4,}|^\W*[-•·–]\s")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|vs|no|nos|mr|mrs|ms|dr|st|inc|ltd|co|fig|cf|min|max|dept|est|ca|incl|excl)|"
    r"(?:^|[\s(.])[A-Za-z])\.$",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(r"(?<=[.!?…])[\"'”’)\]]{0,3}\s+|(?<=[。！？])[」』”’）]{0,2}\s*|(?<=[।۔؟።။])\s+")
_ENDED = re.compile(r"[.!?…。！？।۔؟።။][\"'”’)\]」』）]{0,3}$")


@dataclass(frozen=True)
class Source:
    """A passage that can be cited: its citation, and its sentences that can be quoted (None where one cannot)."""

    title: str
    citation: str
    sentences: tuple[str | None, ...]


@dataclass(frozen=True)
class Quote:
    """Adjacent sentences of one source."""

    source: Source
    sentences: tuple[str, ...]

    def text(self) -> str:
        """The sentences, their citation, and a full stop after it where the last sentence has none."""
        quoted = " ".join(self.sentences)
        return f"{quoted} {self.source.citation}{'' if _ENDED.search(quoted) else '.'}"


def split_sentences(text: str) -> list[str]:
    """The sentences of ``text``, each a contiguous part of its one-line form, in order."""
    line = one_line(text)
    sentences = []
    start = 0
    for boundary in _BOUNDARY.finditer(line):
        end = boundary.start() + len(boundary.group().rstrip())
        following = line[boundary.end() : boundary.end() + 1]
        if following.islower() or _ABBREVIATION.search(line[start:end]):
            continue
        sentences.append(line[start:end])
        start = boundary.end()
    return [sentence for sentence in (*sentences, line[start:]) if sentence]


def _can_quote(sentence: str) -> bool:
    unspaced = sum(1 for character in sentence if character.isalpha() and not character.isascii())
    long_enough = count_words(sentence) >= 3 or unspaced >= 8
    return (
        long_enough
        and count_words(sentence) <= LONGEST_SENTENCE
        and len(sentence) <= _LONGEST_SENTENCE_CHARACTERS
        and not any(brace in sentence for brace in "{}")
        and not extract_citations(sentence)
        and not find_leftovers(sentence)
    )


def _sources(passages: Sequence[Passage], limits: MessageLimits) -> list[Source]:
    """The passages that can be cited without ambiguity and quoted, one per section, in order of relevance."""
    known = _known(passages)
    sources: dict[tuple[str, str], Source] = {}
    for passage in passages:
        citation = format_citation(passage.title, passage.section)
        resolved, _ = resolve_citations(citation, known, limits)
        exact = len(extract_citations(citation)) == 1 and not without_citations(citation).strip()
        sentences = tuple(s if _can_quote(s) else None for s in split_sentences(passage.snippet))
        if exact and [c.document_id for c in resolved] == [passage.document_id] and any(sentences):
            key = (passage.document_id, resolved[0].section)
            sources.setdefault(key, Source(one_line(passage.title), citation, sentences))
    return list(sources.values())


def _known(passages: Sequence[Passage]) -> dict[str, CitableDocument]:
    known: dict[str, CitableDocument] = {}
    for passage in passages:
        before = known.get(passage.document_id)
        sections = {**(before.sections if before else {}), passage.section: passage.paragraph_index}
        known[passage.document_id] = CitableDocument(
            document_id=passage.document_id, version=passage.version, title=passage.title, sections=sections
        )
    return known


def _faults(sentence: str) -> int:
    """How much speaks against opening a quotation here; 0 is nothing."""
    return (
        3 * bool(_PRESSURE.search(sentence))
        + 2 * bool(_UNLOVELY.search(sentence))
        + 2 * bool(_LEANS_ON_CONTEXT.match(sentence))
        + 2 * (not _ENDED.search(sentence))
        + sentence.rstrip("\"'”’)").endswith("?")
        + (not 5 <= count_words(sentence) <= 40)
    )


def _quote(source: Source, most_sentences: int, used: Collection[str] = (), start: int | None = None) -> Quote | None:
    """From the best unused sentence of ``source`` (or the one at ``start``) up to ``most_sentences`` in a row.

    Among equals the earliest is best: it stands on its own, and what follows it qualifies it.
    """
    free = [index for index, sentence in enumerate(source.sentences) if sentence and sentence.casefold() not in used]
    if not free:
        return None
    start = min(free, key=lambda index: (_faults(source.sentences[index] or ""), index)) if start is None else start
    run: list[str] = []
    for index in range(start, min(start + most_sentences, len(source.sentences))):
        sentence = source.sentences[index]
        if index not in free or not sentence or sentence in run:
            break
        if run and (_faults(sentence) > 3 or count_words(f"{' '.join(run)} {sentence}") > _LONGEST_QUOTE):
            break
        run.append(sentence)
    return Quote(source, tuple(run))


def _shortest_quote(source: Source, used: Collection[str]) -> Quote | None:
    fresh = [sentence for sentence in source.sentences if sentence and sentence.casefold() not in used]
    return Quote(source, (min(fresh, key=count_words),)) if fresh else None


# --- choosing what to say ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choices:
    """Repeatable choices: each slot's index hangs on a hash of the key and the slot's name, on nothing else."""

    key: str

    def index(self, slot: str, options: int) -> int:
        """A number from 0 to ``options - 1``."""
        return int.from_bytes(hashlib.sha256(f"{self.key}\x1f{slot}".encode()).digest()[:8], "big") % options

    def pick(self, slot: str, options: Sequence[str]) -> str:
        return options[self.index(slot, len(options))]

    def rotated(self, slot: str, options: Sequence[T]) -> list[T]:
        """``options`` in their order, from another beginning."""
        first = self.index(slot, len(options)) if options else 0
        return [*options[first:], *options[:first]]


@dataclass(frozen=True)
class Plan:
    """What a message will quote, in which order and voice."""

    voice: Voice
    quotes: tuple[Quote, ...]


_SHAPES: Mapping[Tone, tuple[tuple[int, int], ...]] = {
    "urgent": ((2, 3), (3, 2), (2, 2), (3, 1), (2, 1)),
    "informational": ((3, 2), (2, 3), (3, 1), (2, 2), (2, 1)),
    "friendly": ((2, 3), (2, 2), (3, 2), (3, 1), (2, 1)),
}
"""Tone -> (sources, sentences from each), in order of preference."""


def _plans(
    sources: Sequence[Source], tone: Tone, choices: Choices, limits: MessageLimits
) -> Iterator[tuple[Plan, ...]]:
    """Groups of ways to write the message: led by evidence, as the tone prefers, and as sparely as can be."""
    voice = {"urgent": _CALM, "informational": _INFORMATIONAL, "friendly": _FRIENDLY}[tone]
    varied = [*choices.rotated("sources", sources[:3]), *sources[3:]]
    fewest = limits.citations_min
    counts = range(fewest, limits.citations_max + 1)
    shapes = [(count, most) for count, most in _SHAPES[tone] if count in counts] or [(fewest, 1)]
    evidence = _evidence(sources) if tone == "urgent" else None
    if evidence:
        timely, source, sentence = evidence
        led = [source, *(other for other in varied if other is not source)]
        yield (
            *(p for count, most in shapes for p in _plan(timely, _quotes(led, count, most, start=sentence), count)),
            *_plan(_spare(timely), _quotes(led, fewest, 1, start=sentence), fewest),
        )
    yield tuple(p for count, most in shapes for p in _plan(voice, _quotes(varied, count, most), count))
    yield tuple(
        p for chosen in combinations(varied, fewest) for p in _plan(_spare(voice), _short_quotes(chosen), fewest)
    )


def _spare(voice: Voice) -> Voice:
    """The voice at its briefest, to leave room for long quotations."""
    openings = {
        kind: (min((split_sentences(text)[0] for text in texts), key=count_words),)
        for kind, texts in voice.openings.items()
    }
    return replace(voice, openings=openings, invitations=(min(voice.invitations, key=count_words),))


def _plan(voice: Voice, quotes: Sequence[Quote], count: int) -> Iterator[Plan]:
    if len(quotes) == count:
        yield Plan(voice, tuple(quotes))


def _quotes(sources: Sequence[Source], count: int, most_sentences: int, start: int | None = None) -> list[Quote]:
    """Up to ``count`` quotes from different sources, no sentence twice; ``start`` is the first source's sentence."""
    quotes: list[Quote] = []
    used: set[str] = set()
    for source in sources:
        quote = _quote(source, most_sentences, used, start=None if quotes else start)
        if quote and len(quotes) < count:
            quotes.append(quote)
            used.update(sentence.casefold() for sentence in quote.sentences)
    return quotes


def _short_quotes(sources: Sequence[Source]) -> list[Quote]:
    """The shortest sentence of each; sources with fewer sentences choose first, so that none is left without."""
    quotes: list[Quote] = []
    used: set[str] = set()
    for source in sorted(sources, key=lambda source: len({s.casefold() for s in source.sentences if s})):
        quote = _shortest_quote(source, used)
        if quote:
            quotes.append(quote)
            used.update(sentence.casefold() for sentence in quote.sentences)
    return quotes


def _evidence(sources: Sequence[Source]) -> tuple[Voice, Source, int] | None:
    """The first dated deadline, else the first stock figure, that a source states; best where it stands on its own."""
    for fact, voice in ((_DEADLINE_FACT, _DEADLINE), (_STOCK_FACT, _STOCK)):
        stated = [
            (bool(_LEANS_ON_CONTEXT.match(sentence)), number, index)
            for number, source in enumerate(sources)
            for index, sentence in enumerate(source.sentences)
            if sentence and fact.search(sentence)
        ]
        if stated:
            _, number, index = min(stated)
            return voice, sources[number], index
    return None


_NAMES_OF_KIND: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("lapsed", re.compile(r"risk|lapsed|dormant|inactive|churn|lost|sleep|slipping|win.?back", re.IGNORECASE)),
    ("new", re.compile(r"\bnew\b|first|welcome|prospect|onboard", re.IGNORECASE)),
    ("general", re.compile(r"\b(?:standard|regular|other|general|average|occasional)\b", re.IGNORECASE)),
    ("loyal", re.compile(r"\bhigh\b|vip|loyal|premium|champion|\btop\b|frequent|\bgold\b|active", re.IGNORECASE)),
)


def _kind(segment: Segment) -> Kind:
    """How a segment is addressed: by what its name says, else by how engaged it is."""
    for kind, names in _NAMES_OF_KIND:
        if names.search(segment.name):
            return kind
    return "lapsed" if segment.features.engagement_score < 0.25 else "general"


# --- composing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filler:
    """An own sentence that may be added to the opening, the closing or a quote's paragraph; ``rank`` is its turn there."""

    place: Literal["opening", "closing"] | int
    rank: int
    text: str


@dataclass(frozen=True)
class Draft:
    """A message's paragraphs as lists of sentences, and the sentences that may still be added, by preference."""

    greeting: str
    opening: tuple[str, ...]
    quotes: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...]
    sign_off: str
    leads_with_quote: bool
    filling: tuple[Filler, ...]

    def body(self, chosen: Collection[int] = ()) -> str:
        """The body with the filling at the indices ``chosen``."""
        added = sorted((self.filling[index] for index in chosen), key=lambda filler: filler.rank)
        opening = [*self.opening, *(filler.text for filler in added if filler.place == "opening")]
        closing = [*self.closing, *(filler.text for filler in added if filler.place == "closing")]
        quotes = [
            [*quote, *(filler.text for filler in added if filler.place == number)]
            for number, quote in enumerate(self.quotes)
        ]
        ahead = quotes[:1] if self.leads_with_quote else []
        paragraphs = [*ahead, opening, *quotes[len(ahead) :], closing]
        return "\n\n".join([self.greeting, *(" ".join(paragraph) for paragraph in paragraphs), self.sign_off])


def _draft(plan: Plan, kind: Kind, choices: Choices, signature: str) -> Draft:
    voice = plan.voice
    return Draft(
        greeting=choices.pick("greeting", voice.greetings),
        opening=(choices.pick("opening", voice.openings[kind]),),
        quotes=tuple((_lead_in(voice, number, choices), quote.text()) for number, quote in enumerate(plan.quotes)),
        closing=(choices.pick("invitation", voice.invitations),),
        sign_off=f"{choices.pick('sign-off', voice.sign_offs)}\n{signature}",
        leads_with_quote=voice.leads_with_quote,
        filling=tuple(_filling(voice, len(plan.quotes), choices)),
    )


def _lead_in(voice: Voice, number: int, choices: Choices) -> str:
    place = min(number, len(voice.lead_ins) - 1)
    options = choices.rotated(f"lead-in {place}", voice.lead_ins[place])
    return options[(number - place) % len(options)]


def _filling(voice: Voice, quotes: int, choices: Choices) -> Iterator[Filler]:
    """In the order that makes a message grow evenly: a remark, an extra, a remark, an aside, and again."""
    remarks = [
        Filler(number % quotes, rank, text)
        for number, (rank, text) in enumerate(choices.rotated("remarks", [*enumerate(voice.remarks)]))
    ]
    extras = [Filler("closing", *ranked) for ranked in choices.rotated("extras", [*enumerate(voice.extras)])]
    asides = [Filler("opening", *ranked) for ranked in choices.rotated("asides", [*enumerate(voice.asides)])]
    for turn in range(max(len(remarks), len(extras), len(asides))):
        yield from (*remarks[2 * turn : 2 * turn + 1], *extras[turn : turn + 1])
        yield from (*remarks[2 * turn + 1 : 2 * turn + 2], *asides[turn : turn + 1])


def _choose_filling(sizes: Sequence[int], low: int, high: int) -> tuple[int, ...] | None:
    """Indices of sizes that add up to ``low`` .. ``high``, from as few of the first as reach a little above ``low``."""
    if low <= 0 <= high:
        return ()
    aim = low + min(6, max(0, high - low) // 2)
    reached: dict[int, tuple[int, ...]] = {0: ()}
    for index, size in enumerate(sizes):
        for total, chosen in sorted(reached.items()):
            if total + size <= high:
                reached.setdefault(total + size, (*chosen, index))
        if hits := [total for total in reached if aim <= total <= high]:
            return reached[min(hits)]
    hits = [total for total in reached if low <= total <= high]
    return reached[max(hits)] if hits else None


def _word_range(body: str, *, strict: bool) -> tuple[int, int]:
    """The fewest and the most words a reader may count; ``strict`` allows for readers who split or skip at signs."""
    without = without_citations(body)
    if not strict:
        return count_words(without), count_words(body)
    lettered = sum(1 for word in without.split() if any(character.isalpha() for character in word))
    return lettered, max(count_words(body), len(re.findall(r"\w+", body)))


def _fitted(draft: Draft, limits: MessageLimits, *, strict: bool) -> tuple[int, str] | None:
    """Words of filling, and the body with it; None where no filling brings the body within its limits."""
    fewest, most = _word_range(draft.body(), strict=strict)
    sizes = [count_words(filler.text) for filler in draft.filling]
    chosen = _choose_filling(sizes, limits.body_min_words - fewest, limits.body_max_words - most)
    return None if chosen is None else (sum(sizes[index] for index in chosen), draft.body(chosen))


# --- subject ----------------------------------------------------------------------------------------------------------

_NO_TOPIC = re.compile(
    r"[\d%$€£¥+!?\[\]{}<>|*_`#\\~]|\b(?:free|sales?|off|save|savings?|guaranteed?|exclusive|best|offers?|deals?|"
    r"discounts?|win|gifts?|limited|final|last|now|today|soon|only|approved|internal|draft|template)\b",
    re.IGNORECASE,
)


def _subject(plan: Plan, kind: Kind, choices: Choices, limits: MessageLimits) -> str:
    """Names the leading passage's title where that is a plain topic and fits; never promises anything."""
    title = plan.quotes[0].source.title
    titled = [] if _NO_TOPIC.search(title) else choices.rotated("subject", plan.voice.titled_subjects[kind])
    plain = choices.rotated("subject", plan.voice.plain_subjects[kind])
    options = [*(subject.replace("~", title) for subject in titled), *plain, _SHORTEST_SUBJECT]
    return next(option for option in options if len(option) <= limits.subject_max_characters)


# --- the adapter ------------------------------------------------------------------------------------------------------


class TemplateWriter:
    """``ChatModel`` without a model. Token figures are estimates (four characters each); the cost is nothing.

    ``signature`` closes every message; ``limits`` are those the run's messages are checked against.
    """

    provider = "template"

    def __init__(self, signature: str, limits: MessageLimits | None = None) -> None:
        self._signature = one_line(signature)
        self._limits = limits or MessageLimits()

    def write(self, request: ModelRequest) -> ModelAnswer:
        """One message in the output format; ``finish_reason`` is ``error`` where the passages do not allow one."""
        sources = _sources(request.passages, self._limits)
        needed = self._limits.citations_min
        if len(sources) < needed:
            return _answer(request, "", f"needs at least {_NUMBER_NAMES.get(needed, needed)} approved passages")
        message = self._compose(request, sources)
        if message is None:
            return _answer(request, "", "no choice of sentences from the approved passages fits the message limits")
        return _answer(request, _output(message))

    def _compose(self, request: ModelRequest, sources: Sequence[Source]) -> Message | None:
        """From the first group of plans in which one fits."""
        choices = Choices(f"{request.seed}\x1f{request.segment.segment_id}\x1f{request.tone}")
        for plans in _plans(sources, request.tone, choices, self._limits):
            for strict in (True, False):
                message = _best(self._write_out(plan, request, choices, strict=strict) for plan in plans)
                if message:
                    return message
        return None

    def _write_out(
        self, plan: Plan, request: ModelRequest, choices: Choices, *, strict: bool
    ) -> tuple[int, Message] | None:
        kind = _kind(request.segment)
        fitted = _fitted(_draft(plan, kind, choices, self._signature), self._limits, strict=strict)
        if fitted is None:
            return None
        words, body = fitted
        message = Message(
            subject=_subject(plan, kind, choices, self._limits),
            preheader=choices.pick("preheader", plan.voice.preheaders[kind]),
            body=body,
            call_to_action=choices.pick("call to action", plan.voice.calls_to_action),
        )
        return (words, message) if self._holds(message, request.passages) else None

    def _holds(self, message: Message, passages: Sequence[Passage]) -> bool:
        """Whether the message survives the reading and the checks it will be put through."""
        _, findings = resolve_citations(message.body, _known(passages), self._limits)
        return (
            parse_message(_output(message)) == message
            and not findings
            and not validate_variant_format(message, self._limits)
        )


def _best(attempts: Iterable[tuple[int, Message] | None]) -> Message | None:
    """The first message that needed little filling, else the one that needed least; None if there is none."""
    heavier: list[tuple[int, Message]] = []
    for attempt in attempts:
        if attempt and attempt[0] <= _MOST_FILLING:
            return attempt[1]
        heavier.extend([attempt] if attempt else [])
    return min(heavier, key=lambda attempt: attempt[0])[1] if heavier else None


def _output(message: Message) -> str:
    return (
        f"Subject: {message.subject}\nPreheader: {message.preheader}\nBody: {message.body}\n\n"
        f"Call to action: {message.call_to_action}"
    )


def _answer(request: ModelRequest, text: str, fault: str = "") -> ModelAnswer:
    return ModelAnswer(
        provider=TemplateWriter.provider,
        model=MODEL,
        text=text,
        finish_reason="error" if fault else "stop",
        detail=fault,
        prompt_tokens=math.ceil((len(request.system) + len(request.user)) / 4),
        completion_tokens=math.ceil(len(text) / 4),
    )
