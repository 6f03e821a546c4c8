"""What a value is about: the words that belong to it, in the copy and in the source, and whether they agree.

Reads words only. Two values of one sentence are told apart by the words between them; shared words tell nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from shared.domain.value_text import Value, stem
from shared.domain.value_units import dimension, in_base
from shared.domain.values import find_values
from shared.domain.words import root

LONGEST_SENTENCE = 600
"""Characters of one sentence that are read together."""
MOST_TOGETHER = 30
"""Values of one sentence that are told apart by their words."""

_SENTENCE_END = re.compile(r"(?<!\b[ap]\.m)(?<!\bNo)(?<!\bapprox)[.!?]+[\"')\]”’]*(?=\s+[^a-z]|\s*$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SEPARATOR = re.compile(
    r",\s|\s(?:instead of|rather than|compared (?:to|with)|against)\s"
    r"|\s(?:and|or|but|while|plus|whereas|versus|vs)\s(?!(?:more|over|above|less|under|up)\b)|[;|()]|\s[-–—/]\s"
)
_PLACE_FIRST = re.compile(r"\s*(?:In|At|On|From|For|Within) (?:the )?(?:[A-Z][\w-]* )+")
"""The place that a sentence opens with: ``In the United Kingdom one bag costs ...``."""
_NAME_ENDS = re.compile(r"(?<=[A-Za-z] )(?<!\. )(Plus|Extra|Max|Pro)\b")
"""What ends the name of a thing and tells it from its plainer kind: ``Care Plus``."""
_TOGETHER = re.compile(r"\b(?:together|both|the (?:two|three|four|pair|set|lot))\b", re.IGNORECASE)
_STOP_WORDS = frozenset(
    re.findall(
        r"[\w']+",
        """a about above after again all already also am an and another any are as at away be because been before
        being below best between both bring but buy by call can choose code come cost costs could day days deal did
        discount do does down drop each earn end ends enjoy ever every extra few find first following for from full
        further gain get gets getting give go going got had half has have he her here here's him his hours how i if in
        into is it it's its just keep last left less let let's like little long look love made make many may me
        minutes month months more most much must my need next no not now of off offer on once one only or order other
        our out over own pay per plus pm am noon midnight prefer price priced prices put quite rather receive reduced
        round s sale same save saves saving savings see shop so some soon spend start still such t take takes than
        that that's the their them then there these they this those through time to today too total treat under until
        up us use value very voucher want was way we we're we've week weeks well were what when where whether which
        while who whole will with within without work worth would year years yes you you'll you're your yours""",
    )
)
_STOP_STEMS = frozenset(map(stem, _STOP_WORDS))
_NO_THING = frozenset(
    map(
        stem,
        (
            "bonus",
            "treat",
            "perk",
            "stuff",
            "goodie",
            "surprise",
            "benefit",
            "thing",
            "something",
            "everything",
            "travel",
        ),
    )
)

_BETTER = frozenset(map(stem, ("express", "overnight", "worldwide", "international", "premium")))
_GRADES = _BETTER | {stem("next"), stem("standard"), "gold", "silver"}
_THING_STOP = re.compile(
    r"(?:on|with|for|when|whenever|while|at|from|over|in|if|as|until|to|by|is|are|was|will|and|or|but|across|during|within|behind|beside|near|next|inside|outside|under|above|between|"
    r"before|after|until|through|throughout|since|you|we|they|it|that|because|so|every|all|any|each|per|including|plus|"
    r"of)$",
    re.IGNORECASE,
)
_JOINING = frozenset(map(stem, ("join", "joining", "member", "membership", "enrol", "sign")))
_ADJECTIVE = re.compile(r"f\W?r\W?e\W?e|complimentary|gratis", re.IGNORECASE)
_WORDS_OF_A_THING = 4
_AROUND = 160


Place = tuple[int, int]
"""A text among others, and a sentence of it, both counted from 0."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One value in its sentence, with the stems that are its own, its topic's and those of the sentence.

    The ``topic`` of a sentence with several values stands before them and is common to them: ``In Main Cabin, ...``.
    ``things`` are those that are listed before the value, where there are two or more.
    """

    value: Value
    own: frozenset[str]
    topic: frozenset[str]
    things: tuple[frozenset[str], ...]
    around: frozenset[str]
    sentence: str
    place: Place


def stems(text: str) -> frozenset[str]:
    """The stems of the words of ``text`` that tell something."""
    told = frozenset(stem(word) for word in _WORD.findall(text.lower()) if len(word) > 1) - _STOP_STEMS
    return told | frozenset(word.lower() for word in _NAME_ENDS.findall(text))


_CONDITION_WORDS = (
    "free complimentary gratis charge cost fee extra additional added payment us house guarantee guaranteed life "
    "lifetime forever unlimited limit organic organically lasts"
)
_OWN_STEMS = stems(_CONDITION_WORDS)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """The sentences and lines of ``text`` as spans; a longer one than people write is cut, so that none is costly."""
    start = 0
    for match in (*_SENTENCE_END.finditer(text), None):
        end = match.end() if match else len(text)
        while end - start > LONGEST_SENTENCE:
            yield start, start + LONGEST_SENTENCE
            start += LONGEST_SENTENCE
        if start < end:
            yield start, end
        start = end


def occurrences(text: str, place: int = 0) -> Iterator[Occurrence]:
    """Every value of ``text`` with its words; ``place`` numbers the text among others."""
    values = find_values(text)
    position = 0
    for number, (start, end) in enumerate(sentence_spans(text)):
        inside = []
        while position < len(values) and values[position].start < end:
            inside.append(values[position])
            position += 1
        if inside:
            around = stems(_without(text, start, end, inside))
            for value in inside:
                many = len(inside) > MOST_TOGETHER
                own, topic = (around, frozenset[str]()) if many else _own_words(text, start, end, value, inside)
                things = () if many or len(inside) > 1 else _things_before(text[start : value.start])
                yield Occurrence(value, own, topic, things, around, text[start:end], (place, number))


def _without(text: str, start: int, end: int, values: Sequence[Value]) -> str:
    """``text[start:end]`` with its numbers, dates and codes cut out; condition words stay."""
    pieces = []
    for value in values:
        if value.kind != "condition" and value.start < end and value.end > start:
            pieces.append(text[start : value.start])
            start = max(start, value.end)
    return " ".join([*pieces, text[start:end]])


def _own_words(
    text: str, start: int, end: int, value: Value, inside: Sequence[Value]
) -> tuple[frozenset[str], frozenset[str]]:
    """The words of the part of the sentence that is the value's, among those of its kind, and those of the topic.

    In a list they are its item's; a part that says nothing more than a measure (``and £29 for 1 kg``) speaks of what
    the first one does, and one that says ``together`` of what all do.
    """
    kin = [other for other in inside if other.kind == value.kind and same_dimension(other, value)]
    cuts = [cut for first, second in pairwise(kin) if (cut := _cut(text, first, second))]
    bounds = [(start, start), *cuts, (end, end)]
    parts = ((left, right[0]) for left, right in pairwise(bounds))
    cut, last = next((part for part in parts if part[0][1] <= value.start < part[1]), ((start, start), end))
    topic_end = _topic_end(text, start, kin[0].start) if cuts else start
    first = max(cut[1], topic_end)

    def words(begin: int, stop: int) -> frozenset[str]:
        return stems(_without(text, begin, stop, inside)) | _measures(begin, stop, value, inside)

    before, after = words(first, value.start), words(value.end, last)
    names_follow = bool(cuts) and not any(words(cut[1], _next_start(kin, cut[1])) for cut in cuts)
    names_precede = bool(cuts) and not any(words(_last_end(kin, cut[0]), cut[0]) for cut in cuts)
    if names_follow and cut[1] == start and after:
        own = after
    elif names_precede and not names_follow and last == end and before:
        own = before
    else:
        own = before | after or words(*cut)
    if _is_measure(own):
        own |= stems(_without(text, topic_end, kin[0].start, inside))
    if _TOGETHER.search(text, first, last):
        own |= words(start, end)
    return own, words(start, topic_end)


def _things_before(text: str) -> tuple[frozenset[str], ...]:
    listed = [words for part in _SEPARATOR.split(text) if (words := stems(part))]
    return tuple(listed) if len(listed) > 1 else ()


def _is_measure(words: frozenset[str]) -> bool:
    return bool(words) and all(word[0].isdigit() for word in words)


def _topic_end(text: str, start: int, first: int) -> int:
    """Where the part of the first value begins, after what the whole sentence is about."""
    place = _PLACE_FIRST.match(text, start, first)
    ends = (match.end() for match in _SEPARATOR.finditer(text, start, first))
    return max(ends, default=place.end() if place else start)


def _measures(start: int, end: int, value: Value, inside: Sequence[Value]) -> frozenset[str]:
    """The measures between ``start`` and ``end`` as words: ``1 kg`` tells one price from another."""
    if value.kind not in {"money", "percent"}:
        return frozenset()
    return frozenset(
        f"{amount.normalize()} {unit}"
        for other in inside
        if other.kind == "quantity" and start <= other.start < end
        for side in (other.amount if isinstance(other.amount, tuple) else (other.amount,))
        if isinstance(side, Decimal)
        for amount, unit in [in_base(side, other.unit)]
    )


def _cut(text: str, first: Value, second: Value) -> tuple[int, int] | None:
    """Where the words of two neighbouring values part: the first and the last separator between them."""
    found = list(_SEPARATOR.finditer(text, first.end, second.start))
    return (found[0].start(), found[-1].end()) if found else None


def _next_start(kin: Sequence[Value], position: int) -> int:
    return next((value.start for value in kin if value.start >= position), position)


def _last_end(kin: Sequence[Value], position: int) -> int:
    return max((value.end for value in kin if value.end <= position), default=position)


def same_dimension(one: Value, other: Value) -> bool:
    """Whether two values of a kind may be mistaken for one another: both times, both weights."""
    return one.kind != "quantity" or dimension(one.unit) == dimension(other.unit)


def belongs_to_another(claimed: Occurrence, equal: Sequence[Occurrence], others: Sequence[Occurrence]) -> bool:
    """Whether the words of a claimed value fit a different value of the source better than every equal one.

    ``equal`` are the occurrences of the same value, ``others`` those of other values with which it may be confused. A
    different value fits better when it has all the words that an equal one shares with the claim, and more of them.
    """
    return any(_fits_better(claimed, other, equal) or _takes_in(claimed, other, equal) for other in others)


def _is_most_of(some: frozenset[str], words: frozenset[str]) -> bool:
    return some == words or 2 * len(some) > len(words)


def _is_measured(words: frozenset[str]) -> bool:
    return any(word[0].isdigit() for word in words)


def _takes_in(claimed: Occurrence, other: Occurrence, equal: Sequence[Occurrence]) -> bool:
    """``Rugs and lamps are 20% off`` where one sentence says so of rugs and something else of lamps."""
    beside = [same for same in equal if same.place == other.place]
    if not beside or len(beside) < len(equal):
        return False
    granted = frozenset[str]().union(*(same.own | same.topic for same in beside))
    apart = other.own - granted
    return any(thing & granted for thing in claimed.things) and any(
        thing & apart and not thing & granted and 2 * len(thing & apart) >= len(apart) for thing in claimed.things
    )


def _fits_better(claimed: Occurrence, other: Occurrence, equal: Sequence[Occurrence]) -> bool:
    theirs = other.own | other.topic
    covered = (claimed.own | claimed.topic) & theirs
    named = len(claimed.own) > 1 and claimed.own <= other.own and all(claimed.own & same.own for same in equal)
    most = any(map(_is_most_of, (covered, covered & other.own), (theirs, other.own)))
    if not (named or most or _is_measured(covered)):
        return False
    shared = claimed.own & theirs
    for same in equal:
        mine = claimed.own & (same.own | (same.topic if same.place == other.place else same.topic | same.around))
        if not same.own or not mine < shared:
            return False
    return bool(shared)


# --- what is free -----------------------------------------------------------------------------------------------------


_NO_SUBJECT = re.compile(r"(?:^|,|\band|\bor|\bbut)\s+(?:is|are|comes?)\s+(?:\w+ly |also )?$", re.IGNORECASE)
_PRONOUN_BEFORE = re.compile(
    r"\b(?:it|they|this|that|these|those|both|all|which)(?:['’]?s|['’]?re| is| are| was| were| comes?)?(?: \w+)? $",
    re.IGNORECASE,
)


def thing_claimed(text: str, start: int, end: int, *, sentence: bool) -> tuple[frozenset[str], str]:
    """What the condition word ``text[start:end]`` is said of, as stems and as written; nothing if it does not say.

    What stands before it counts in a ``sentence`` alone, and not where a pronoun stands for it.
    """
    following, reach = _noun_phrase(text, end)
    inside = stems(text[start:end]) - _OWN_STEMS
    if inside or following:
        return (inside | following) - _NO_THING, text[start:reach]
    if not sentence or _PRONOUN_BEFORE.search(text[max(0, start - 40) : start]):
        return frozenset(), text[start:end]
    clause = _clause_before(text, start)
    if _NO_SUBJECT.search(clause):
        clause = re.split(r"[.!?]\s|[;\n]", text[max(0, start - _AROUND) : start])[-1]
    words = [word for word in _WORD.findall(clause.lower()) if stem(word) not in _STOP_STEMS][-6:]
    return frozenset(map(stem, words)) - _NO_THING, text[start:end]


def thing_stated(text: str, start: int, end: int) -> frozenset[str]:
    """What the source says the condition word ``text[start:end]`` of; nothing if it does not say."""
    inside = stems(text[start:end]) - _OWN_STEMS
    following, _ = _noun_phrase(text, end, joined=True)
    if following and _ADJECTIVE.fullmatch(text[start:end]):
        return following
    return inside | following | stems(_clause_before(text, start))


def _noun_phrase(text: str, end: int, *, joined: bool = False) -> tuple[frozenset[str], int]:
    """The words after ``end`` up to the next preposition, verb or mark, and where they end."""
    found: list[str] = []
    reach, limit = end, min(len(text), end + _AROUND)
    for match in _WORD.finditer(text, end, limit):
        gap = text[reach : match.start()]
        if not re.fullmatch(r"[\s\"'’“”-]*", gap) or (len(found) >= _WORDS_OF_A_THING and not joined):
            break
        if _THING_STOP.match(match[0]) and not (joined and found and match[0].lower() in {"and", "or"}):
            break
        reach = match.end()
        found.append(match[0].lower())
    return frozenset(map(stem, found)) - _STOP_STEMS, reach


def _clause_before(text: str, start: int) -> str:
    """The words of the sentence before ``start``, from its last amount of money or strong mark on."""
    before = text[max(0, start - _AROUND) : start]
    parts = re.split(
        r"[.!?]\s|[;:\n]|,\s(?:while|whereas|but)\s|[£$€]\s?[\d.,]+(?! (?:or|and) (?:more|over|above))|\d%|\bcosts?\b",
        before,
    )
    return parts[-1]


def grades(text: str) -> frozenset[str]:
    """The words of ``text`` that say which kind of a service is meant, as stems: ``express``, ``standard``..."""
    return frozenset(stem(word) for word in _WORD.findall(text.lower())) & _GRADES


def tells_apart(claimed: frozenset[str], stated: frozenset[str], sentence: str, *, attributive: bool) -> bool:
    """Whether what is claimed is not what is stated: another thing, or another kind of it (``express delivery``).

    In a phrase of its own (``free canvas bag``, ``attributive``) at least half of the thing's words are stated.
    """
    if not claimed or not stated:
        return False
    asked, given = claimed & _GRADES, grades(sentence)
    other_kind = bool((asked & _BETTER) - given) or bool(asked and given and not asked & given)
    known = sum(any(_one_thing(mine, theirs) for theirs in stated) for mine in claimed)
    return other_kind or not known or (attributive and 2 * known < len(claimed))


def _one_thing(mine: str, theirs: str) -> bool:
    """``wool`` and ``lambswool`` are one thing, and so are ``registering`` and ``registration``."""
    shortest = min(len(mine), len(theirs))
    inside = shortest >= 4 and (mine in theirs or theirs in mine)
    kin = root(mine) == root(theirs) or {mine, theirs} <= _JOINING
    return kin or mine == theirs or inside or (shortest >= 6 and mine[:6] == theirs[:6])
