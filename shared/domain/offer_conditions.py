"""Condition words of a copy: what is free, guaranteed, unlimited or for all, and whether the source says so of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.citations import shortened
from shared.domain.offer_sources import Said, Sources
from shared.domain.offer_words import Occurrence, stems, tells_apart, thing_claimed
from shared.domain.support import overlap_of
from shared.domain.value_conditions import grants
from shared.domain.value_text import Amount, Value, stem
from shared.domain.words import is_grammar, roots_of, telling_roots, words_of

_OF_A_THING = frozenset({"free", "lifetime", "unlimited", "organic"})
_SCOPES = frozenset({"all", "everywhere"})
_IN_PASSING = frozenset(
    {"handmade", "patented", "recycled", "organic", "vegan", "never", "always", "instant", "best", "exclusive"}
)
"""Words that say something of the brand's only in a sentence that cites."""
_LIMIT = re.compile(r"\s+(?:in|from|across|within)\s+(?:the |our |this |your )?((?:[a-z]+[ -]?){1,5})", re.IGNORECASE)
_BROAD = re.compile(r"everything|anything|(?:site|store|shop)|across|the|our", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b", re.IGNORECASE)
_EVERYBODY = re.compile(
    r"\bfor (?:everyone|everybody|anyone|anybody|(?:all|every|each)(?: \w+)? (?:customer|guest|visitor|order)s?)\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(r"\b(?:under|within|if|when|only|members?|new|first|over|at least|or more|with)\b", re.IGNORECASE)
_RESERVED = re.compile(
    r"(?:^|[.;]\s|,\s(?:and|but|while)\s)\W*(?P<group>(?:[\w-]+ ){0,3}?(?:customers?|members?|subscribers?|"
    r"students?|teachers?|nurses?|holders?|cardholders?|readers?|owners?|seniors?|pensioners?|residents?)\b[^.;]{0,80}?)\s"
    r"(?:pays?|(?:is|are) charged)\s(?:[a-z]+ )?$",
    re.IGNORECASE,
)
"""Before a price, those who pay it where others pay another."""
_ANYBODY = roots_of("customer customers shopper guest all every our who")
_PROMISE = roots_of("guarantee guaranteed")
_EACH = frozenset({"all", "any", "every", "each"})
_NOUN = re.compile(r"\s+(?:of (?:our|the) )?([a-z-]+(?: [a-z-]+)?)", re.IGNORECASE)
_ANYTHING = frozenset(map(stem, ("items", "products", "pieces", "things", "goods", "prices", "ranges")))
QUALIFIER_WORDS = {"up_to": "up to ", "from": "from ", "at_least": "at least ", "over": "over "}
LONGEST_SHOWN = 60
"""Characters of a value in a finding."""


@dataclass(frozen=True)
class Copy:
    """One text of the message: its field's name and words, the whole message's sums, periods and roots, and the day.

    ``cites`` says whether it is a sentence with a citation, which tells what its values are of.
    """

    field: str
    text: str
    cites: bool
    sums: frozenset[Amount]
    periods: frozenset[str]
    roots: frozenset[str]
    as_of: date


def shown(text: str) -> str:
    """``text`` as a finding shows it."""
    return shortened(text, LONGEST_SHOWN)


def missing_threshold(copy: Copy, thresholds: Sequence[Sequence[Value]], sources: Sources) -> str:
    """What is wrong where each of ``thresholds`` has a sum and the message names none of them, or ""."""
    if not thresholds or not all(thresholds):
        return ""
    if any(value.amount in copy.sums for values in thresholds for value in values):
        return ""
    limit = thresholds[0][0]
    return f"{sources.says()} so only with '{QUALIFIER_WORDS.get(limit.qualifier, '')}{shown(limit.text)}'"


def dropped_group(copy: Copy, equal: Sequence[Occurrence], sources: Sources) -> str:
    """What is wrong where each of ``equal`` is the price for a group that the message does not half name, or ""."""
    groups = [_RESERVED.search(found.sentence.partition(found.value.text)[0]) for found in equal]
    for group in groups:
        named = telling_roots(group["group"]) - _ANYBODY if group else frozenset()
        if not named or 2 * overlap_of(named, copy.roots) >= 1:
            return ""
    first = next(iter(groups), None)
    return f"{sources.says()} so of '{shown(first['group'].strip())}'" if first else ""


def condition_problem(copy: Copy, claim: Occurrence, sources: Sources) -> str:
    """What is wrong with a claimed condition word, or ""."""
    family = str(claim.value.amount)
    if (family in _SCOPES and not grants(claim.sentence)) or (family in _IN_PASSING and not copy.cites):
        return ""
    if family == "promised":
        return _promise_problem(claim, sources)
    said = sources.said(family, claim.value.unit)
    if not said:
        reserved = family == "exclusive" and any(map(_ONLY.search, sources.texts))
        return "" if reserved else sources.silent
    problem_of = _scope_problem if family in _SCOPES else _thing_problem if family in _OF_A_THING else None
    return problem_of(copy, claim, said, sources) if problem_of else ""


def _to_all(found: Said) -> bool:
    return not _LIMITED.search(found.sentence) or _EVERYBODY.search(found.sentence) is not None


def _promise_problem(claim: Occurrence, sources: Sources) -> str:
    """``Satisfaction guaranteed`` needs a source that guarantees just that."""
    words = (word for word in words_of(claim.value.text) if not is_grammar(word) and not word.folded.endswith("ly"))
    promised = frozenset(word.root for word in words) - _PROMISE
    said = sources.said("guarantee") + sources.said("promised")
    return "" if any(promised <= roots_of(found.sentence) for found in said) else sources.silent


def _thing_problem(copy: Copy, claim: Occurrence, said: Sequence[Said], sources: Sources) -> str:
    """``free delivery`` is not supported by ``free returns``."""
    claimed, written = thing_claimed(
        copy.text, claim.value.start, claim.value.end, sentence=copy.cites or copy.field != "body"
    )
    if "nothing" in claim.value.text.lower():
        return ""
    is_free, in_a_phrase = claim.value.amount == "free", written != claim.value.text
    fitting = []
    for found in said:
        stated = found.thing if is_free and in_a_phrase else stems(found.sentence) | sources.name_stems
        alike = not in_a_phrase and _figures(claim.sentence) & _figures(found.sentence)
        if alike or not tells_apart(claimed, stated, found.sentence, attributive=in_a_phrase):
            fitting.append(found)
    if not fitting:
        return f"{copy.field} says '{shown(written)}', {sources.says()} that of something else"
    if not is_free:
        return ""
    thresholds = [sources.thresholds(found.place, found.start) for found in fitting]
    return _unpaid_problem(copy, claim, claimed, fitting, sources) or missing_threshold(copy, thresholds, sources)


def _figures(sentence: str) -> frozenset[str]:
    """The small numbers by which rows of a table are told apart: ``5 and under``."""
    return frozenset(re.findall(r"(?<![\d.,£$€])\d{1,2}(?![\d.,%]|:\d)(?= (?:and|or) \w)", sentence))


def _unpaid_problem(
    copy: Copy, claim: Occurrence, claimed: frozenset[str], fitting: Sequence[Said], sources: Sources
) -> str:
    """What is wrong with ``free`` where the source has a price for the thing, or grants it to some alone."""
    text, value = copy.text, claim.value
    clause = re.split(r"[.;:!?]", text[: value.start])[-1] + " " + re.split(r"[.;:!?,]", text[value.end :])[0]
    paid_for = (sources.charged & stems(clause)) | (sources.priced & claimed)
    if word := next((word for word in re.findall(r"[a-z]{3,}", clause.lower()) if stem(word) in paid_for), ""):
        return f"but {sources.says()} that '{word}' is to be paid for"
    if _EVERYBODY.search(claim.sentence) and not any(map(_to_all, fitting)):
        return f"but {sources.says('limit', 'limits')} that"
    return ""


def _scope_problem(copy: Copy, claim: Occurrence, said: Sequence[Said], sources: Sources) -> str:
    """``15% off everything`` drops a limit if the source says ``everything in the new collection`` or ``all rugs``."""
    words = stems(copy.text)
    limits = []
    for found in said:
        if grants(found.sentence):
            limit = _scope(found, broad=_BROAD.match(claim.value.text) is not None)
            if not stems(limit) or stems(limit) & words:
                return ""
            limits.append(limit)
    return f"{sources.says('limit', 'limits')} that to '{shown(limits[0])}'" if limits else sources.silent


def _scope(found: Said, *, broad: bool) -> str:
    """What a stated ``everything`` or ``all`` is limited to; "" if it is not, or if the copy's own word says it."""
    match = _LIMIT.match(found.following)
    if not match and broad and found.word in _EACH:
        match = _NOUN.match(found.following)
        return match[1] if match and not stems(match[1]) & _ANYTHING else ""
    return match[1].strip() if match else ""
