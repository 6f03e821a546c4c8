"""The embedded writer: e-mails composed by rule from approved passages, for runs without a language model.

Every fact is a sentence quoted whole from a passage and cited; the writer's own sentences greet, connect and close, and
claim nothing (no figure, date, offer or superlative). Same request, same text: choices hang on a hash of seed, segment
and tone. It never hands out a message that the format and citation checks would refuse.
"""

import hashlib
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Literal, TypeVar

from shared.adapters.writer_phrases import CALM, DEADLINE, FRIENDLY, INFORMATIONAL, SHORTEST_SUBJECT, STOCK, Kind, Voice
from shared.contracts import Message, ModelAnswer, ModelRequest, Passage, Segment
from shared.domain.citations import (
    CitableDocument,
    extract_citations,
    format_citation,
    one_line,
    resolve_citations,
    without_citations,
)
from shared.domain.deadlines import is_ahead, leans_on_context, past_sentences, states_stock
from shared.domain.markdown import sentences, word_count
from shared.domain.messages import count_words, find_leftovers, parse_message, validate_variant_format
from shared.run_config import MessageLimits, Tone

MODEL = "template-1"
LONGEST_SENTENCE = 60
"""Words; a longer sentence is not quoted."""

_LONGEST_SENTENCE_CHARACTERS = 600
_LONGEST_QUOTE = 50
_LONGEST_QUOTE_WITH_LIMITS = 80
_MOST_FILLING = 40
_NUMBER_NAMES = {1: "one", 2: "two", 3: "three"}

T = TypeVar("T")


# --- reading passages -------------------------------------------------------------------------------------------------

_OFFERED = re.compile(r"%|\bper ?cent\b|[£$€¥]|\b(?:free|complimentary|half price|codes?|vouchers?)\b", re.IGNORECASE)
LIMITS_AN_OFFER = re.compile(
    r"\b(?:only|except(?:ions?)?|exclud(?:es?|ed|ing)|exclusions?|left out|(?:do|does) not (?:apply|include)|unless|"
    r"cannot be|can't be|minimum|at least|once|one per|(?:per|each) (?:customer|order|household|person)|not (?:valid|"
    r"included)|gift cards?|subject to|up to|appl(?:y|ies) to|(?:orders?|spend) (?:over|above|of))\b",
    re.IGNORECASE,
)
_PRESSURE = re.compile(
    r"\b(?:hurry|rush|last chance|final (?:chance|call|days?|hours?)|act (?:now|fast)|don.?t (?:miss|wait)|"
    r"ends? (?:soon|today|tonight|tomorrow)|ending soon|limited|while (?:stocks?|supplies) lasts?|"
    r"selling fast|almost gone|deadline|expires?|today only|now or never)\b",
    re.IGNORECASE,
)
_UNLOVELY = re.compile(r"https?:|www\.|[*_`|#~\\<>=^\[\]@]|[A-Z]{4,} [A-Z]{4,}|^\W*[-•·–]\s")
_ENDED = re.compile(r"[.!?…。！？।۔؟][\"'”’)\]」』）]{0,3}$")


@dataclass(frozen=True)
class Source:
    """A passage that can be cited: its citation, and its sentences that can be quoted (None where one cannot).

    ``limiting`` holds the indices of sentences, quotable or not, without which an offer before them says too much.
    """

    title: str
    citation: str
    sentences: tuple[str | None, ...]
    limiting: frozenset[int]


@dataclass(frozen=True)
class Quote:
    """Adjacent sentences of one source."""

    source: Source
    sentences: tuple[str, ...]

    def text(self) -> str:
        """The sentences, their citation, and a full stop after it where the last sentence has none."""
        quoted = " ".join(self.sentences)
        return f"{quoted} {self.source.citation}{'' if _ENDED.search(quoted) else '.'}"


def _can_quote(sentence: str) -> bool:
    return (
        3 <= word_count(sentence) <= LONGEST_SENTENCE
        and len(sentence) <= _LONGEST_SENTENCE_CHARACTERS
        and not any(brace in sentence for brace in "{}")
        and not extract_citations(sentence)
        and not find_leftovers(sentence)
    )


def _sources(request: ModelRequest) -> list[Source]:
    """The passages that can be cited without ambiguity and quoted, one per section, in order of relevance."""
    known = _known(request.passages)
    sources: dict[tuple[str, str], Source] = {}
    for passage in request.passages:
        citation = format_citation(passage.title, passage.section)
        resolved, _ = resolve_citations(citation, known, request.limits)
        exact = len(extract_citations(citation)) == 1 and not without_citations(citation).strip()
        source = _source(passage, citation, request.as_of)
        if exact and [c.document_id for c in resolved] == [passage.document_id] and any(source.sentences):
            sources.setdefault((passage.document_id, resolved[0].section), source)
    return list(sources.values())


def _source(passage: Passage, citation: str, as_of: date) -> Source:
    stated = sentences(one_line(passage.snippet))
    past = past_sentences(stated, as_of)
    return Source(
        title=one_line(passage.title),
        citation=citation,
        sentences=tuple(
            sentence if _can_quote(sentence) and index not in past else None for index, sentence in enumerate(stated)
        ),
        limiting=past | {index for index, sentence in enumerate(stated) if LIMITS_AN_OFFER.search(sentence)},
    )


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
        + 2 * leans_on_context(sentence)
        + 2 * (not _ENDED.search(sentence) or sentence.endswith("…"))
        + sentence.rstrip("\"'”’)").endswith("?")
        + (not 5 <= count_words(sentence) <= 40)
    )


@dataclass(frozen=True)
class Stretch:
    """Adjacent sentences that must be quoted together: ``count`` of them from index ``start``."""

    start: int
    count: int


def _quote(
    source: Source, most_sentences: int, used: Collection[str] = (), stretch: Stretch | None = None
) -> Quote | None:
    """From the best unused sentence of ``source`` (or a whole ``stretch``) up to ``most_sentences`` in a row.

    Among equals the earliest is best: it stands on its own, and what follows it qualifies it. An offer that cannot be
    quoted with what limits it is passed over.
    """
    starts = sorted(_free(source, used), key=lambda index: (_faults(source.sentences[index] or ""), index))
    for start, least in ((index, 1) for index in starts) if stretch is None else ((stretch.start, stretch.count),):
        for most in range(max(least, most_sentences), least - 1, -1):
            quote = _limited(source, _grown(source, start, least, most, used), used)
            if quote:
                return quote
    return None


def _free(source: Source, used: Collection[str]) -> list[int]:
    return [index for index, sentence in enumerate(source.sentences) if sentence and sentence.casefold() not in used]


def _grown(source: Source, start: int, least: int, most: int, used: Collection[str]) -> range:
    """The sentences from ``start`` that read well together, ``least`` of them whatever they are."""
    free = _free(source, used)
    end = start + least
    while end < start + most and end in free and _faults(source.sentences[end] or "") <= 3:
        if count_words(_joined(source, range(start, end + 1))) > _LONGEST_QUOTE:
            break
        end += 1
    return range(start, end)


def _limited(source: Source, run: range, used: Collection[str]) -> Quote | None:
    """The sentences of ``run`` with those after it that limit their offers; None where that cannot be quoted.

    A single sentence between an offer and its limits is quoted with them.
    """
    end = run.stop
    offers = [index for index in run if _OFFERED.search(source.sentences[index] or "")]
    if offers:
        last = offers[0]
        while following := [index for index in (last + 1, last + 2) if index in source.limiting]:
            last = following[0]
        end = max(end, last + 1)
    whole = range(run.start, end)
    quoted = tuple(sentence for index in whole if (sentence := _sentence_at(source, index, used)))
    is_whole = len(quoted) == len(whole) == len({sentence.casefold() for sentence in quoted})
    fits = len(whole) == 1 or count_words(" ".join(quoted)) <= _LONGEST_QUOTE_WITH_LIMITS
    return Quote(source, quoted) if is_whole and fits else None


def _sentence_at(source: Source, index: int, used: Collection[str]) -> str | None:
    sentence = source.sentences[index] if index < len(source.sentences) else None
    return sentence if sentence and sentence.casefold() not in used else None


def _joined(source: Source, indices: range) -> str:
    return " ".join(source.sentences[index] or "" for index in indices)


def _shortest_quote(source: Source, used: Collection[str]) -> Quote | None:
    """The shortest sentence that stands on its own, else the shortest; with what limits it."""
    quotes = [_limited(source, range(index, index + 1), used) for index in _free(source, used)]
    return min(
        (quote for quote in quotes if quote),
        key=lambda quote: (leans_on_context(quote.sentences[0]), count_words(" ".join(quote.sentences))),
        default=None,
    )


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
    sources: Sequence[Source], tone: Tone, choices: Choices, limits: MessageLimits, as_of: date
) -> Iterator[tuple[Plan, ...]]:
    """Groups of ways to write the message: led by evidence, as the tone prefers, and as sparely as can be."""
    voice = {"urgent": CALM, "informational": INFORMATIONAL, "friendly": FRIENDLY}[tone]
    varied = [*choices.rotated("sources", sources[:3]), *sources[3:]]
    fewest = limits.citations_min
    counts = range(fewest, limits.citations_max + 1)
    shapes = [(count, most) for count, most in _SHAPES[tone] if count in counts] or [(fewest, 1)]
    evidence = _evidence(sources, as_of) if tone == "urgent" else None
    if evidence:
        timely, source, stretch = evidence
        led = [source, *(other for other in varied if other is not source)]
        yield (
            *(p for count, most in shapes for p in _plan(timely, _quotes(led, count, most, stretch), count)),
            *_plan(_spare(timely), _quotes(led, fewest, 1, stretch), fewest),
        )
    yield tuple(p for count, most in shapes for p in _plan(voice, _quotes(varied, count, most), count))
    yield tuple(
        p for chosen in combinations(varied, fewest) for p in _plan(_spare(voice), _short_quotes(chosen), fewest)
    )


def _spare(voice: Voice) -> Voice:
    """The voice at its briefest, to leave room for long quotations."""
    openings = {
        kind: (min((sentences(text)[0] for text in texts), key=count_words),) for kind, texts in voice.openings.items()
    }
    return replace(voice, openings=openings, invitations=(min(voice.invitations, key=count_words),))


def _plan(voice: Voice, quotes: Sequence[Quote], count: int) -> Iterator[Plan]:
    if len(quotes) == count:
        yield Plan(voice, tuple(quotes))


def _quotes(sources: Sequence[Source], count: int, most_sentences: int, stretch: Stretch | None = None) -> list[Quote]:
    """Up to ``count`` quotes from different sources, no sentence twice; ``stretch`` is what the first source tells."""
    quotes: list[Quote] = []
    used: set[str] = set()
    for number, source in enumerate(sources):
        quote = _quote(source, most_sentences, used, stretch if number == 0 else None)
        if stretch and not (quote or quotes):
            return []
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


def _evidence(sources: Sequence[Source], as_of: date) -> tuple[Voice, Source, Stretch] | None:
    """The first deadline still to come, else the first stock figure, that a source states; best on its own."""
    facts: tuple[tuple[Voice, Callable[[str], bool]], ...] = (
        (DEADLINE, lambda sentence: is_ahead(sentence, as_of)),
        (STOCK, states_stock),
    )
    for voice, states_it in facts:
        stated = [
            (stretch.count, number, stretch.start)
            for number, source in enumerate(sources)
            for index, sentence in enumerate(source.sentences)
            if sentence and states_it(sentence) and (stretch := _standing(source, index))
        ]
        if stated:
            count, number, start = min(stated)
            return voice, sources[number], Stretch(start, count)
    return None


def _standing(source: Source, index: int) -> Stretch | None:
    """The sentence, or where it leans on the one before it both; None where that cannot be quoted or leans as well."""
    if not leans_on_context(source.sentences[index] or ""):
        return Stretch(index, 1)
    before = source.sentences[index - 1] if index else None
    return Stretch(index - 1, 2) if before and not leans_on_context(before) else None


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
    """An own sentence that may be added to the opening, the closing or a quote; ``rank`` is its turn there."""

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
    return lettered, max(count_words(body), word_count(body), len(re.findall(r"\w+", body)))


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
    titled = [subject for subject in titled if not title.casefold().startswith(subject.split(":")[0].casefold())]
    plain = choices.rotated("subject", plan.voice.plain_subjects[kind])
    options = [*(subject.replace("~", title) for subject in titled), *plain, SHORTEST_SUBJECT]
    return next(option for option in options if len(option) <= limits.subject_max_characters)


# --- the adapter ------------------------------------------------------------------------------------------------------


class TemplateWriter:
    """``ChatModel`` without a model. Token figures are estimates (four characters each); the cost is nothing."""

    provider = "template"

    def write(self, request: ModelRequest) -> ModelAnswer:
        """One message in the output format; ``finish_reason`` is ``error`` where the passages do not allow one."""
        sources = _sources(request)
        needed = request.limits.citations_min
        if len(sources) < needed:
            usable = "" if len(request.passages) < needed else " that can be quoted and cited without doubt"
            return _answer(request, "", f"needs at least {_NUMBER_NAMES.get(needed, needed)} approved passages{usable}")
        message = self._compose(request, sources)
        if message is None:
            return _answer(request, "", "no choice of sentences from the approved passages fits the message limits")
        return _answer(request, _output(message))

    def _compose(self, request: ModelRequest, sources: Sequence[Source]) -> Message | None:
        """From the first group of plans in which one fits."""
        choices = Choices(f"{request.seed}\x1f{request.segment.segment_id}\x1f{request.tone}")
        for plans in _plans(sources, request.tone, choices, request.limits, request.as_of):
            for strict in (True, False):
                message = _best(self._write_out(plan, request, choices, strict=strict) for plan in plans)
                if message:
                    return message
        return None

    def _write_out(
        self, plan: Plan, request: ModelRequest, choices: Choices, *, strict: bool
    ) -> tuple[int, Message] | None:
        kind = _kind(request.segment)
        fitted = _fitted(_draft(plan, kind, choices, one_line(request.signature)), request.limits, strict=strict)
        if fitted is None:
            return None
        words, body = fitted
        message = Message(
            subject=_subject(plan, kind, choices, request.limits),
            preheader=choices.pick("preheader", plan.voice.preheaders[kind]),
            body=body,
            call_to_action=choices.pick("call to action", plan.voice.calls_to_action),
        )
        return (words, message) if _holds(message, request) else None


def _holds(message: Message, request: ModelRequest) -> bool:
    """Whether the message survives the reading and the checks it will be put through."""
    _, findings = resolve_citations(message.body, _known(request.passages), request.limits)
    return (
        parse_message(_output(message)) == message
        and not findings
        and not validate_variant_format(message, request.limits)
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
        finish_reason="refusal" if fault else "stop",
        detail=fault,
        prompt_tokens=math.ceil((len(request.system) + len(request.user)) / 4),
        completion_tokens=math.ceil(len(text) / 4),
    )
