"""The embedded safety check: a lexicon and rules, for development and for machines without the service.

It is not a substitute for Azure AI Content Safety. It knows English words and turns of phrase, through common
disguises; it does not understand a text. It misses what is only implied, what is said in another language, and what no
rule foresees, and it can mistake a quotation or a novel for a threat. Every verdict names it as its provider.

It reads no file and calls nothing. A text it cannot rate (no text, no words, mostly letters that are not Latin, beyond
its limit) gets no severities and a reason, which blocks.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, cast

from shared.adapters import safety_lexicon as lexicon
from shared.adapters import safety_rules
from shared.adapters.safety_patterns import UNKNOWN, Coder, Rule, coder
from shared.adapters.safety_text import END, QUOTE, clauses, foreign_share, visible, words
from shared.contracts import SafetyScores
from shared.run_config import CATEGORIES, SafetyCategory, Severity

PROVIDER = "local-screen"
MAX_CHARACTERS = 1_000_000
MAX_FOREIGN_SHARE = 0.25
_NEAR = 9
"""Words before and after a hit in which something said about it counts."""
_AROUND = 25
"""Words around a hit in which an offer of help, or a report of a crime, counts."""
_WINDOW = 60
"""Words within which several lesser hits add up."""
_POINTS = {0: 0, 2: 2, 4: 6, 6: 12}
_HINT, _MOST_HINTS = 2, 3
_MANY, _ENOUGH = 7, 12
"""Points from which several hits together are of severity 4, and 6."""
_ADD_UP: tuple[SafetyCategory, ...] = ("hate", "self_harm", "sexual")


class Hit(NamedTuple):
    """What a rule found: words ``start`` to ``end`` of the text, at a severity in context."""

    start: int
    end: int
    severity: Severity
    adds: bool
    """Whether it counts together with others: what its context softened does not."""


class _RuleSearch:
    """A rule, what a text must hold for it to be there, and its expression, compiled when a text first holds that."""

    def __init__(self, rule: Rule, code: Coder) -> None:
        self.rule = rule
        self.needs = code.needs(rule.pattern)
        self.knows_start = "^" in rule.pattern
        self._code = code

    @cached_property
    def expression(self) -> re.Pattern[str]:
        return self._code.compile(self.rule.pattern)


@dataclass(frozen=True)
class _Compiled:
    coder: Coder
    idioms: tuple[re.Pattern[str], ...]
    counter_before: tuple[re.Pattern[str], ...]
    counter_after: tuple[re.Pattern[str], ...]
    concern_before: tuple[re.Pattern[str], ...]
    contexts: dict[str, re.Pattern[str]]
    rules: tuple[_RuleSearch, ...]


class LocalScreen:
    """A ``SafetyChecker`` without a service: severities 0, 2, 4 and 6 in four categories, by rule."""

    provider = PROVIDER

    def analyze(self, text: str) -> SafetyScores:
        """Rate ``text``, in time proportional to its length; all severities are None, with the reason, if it cannot."""
        if not isinstance(text, str):
            return _unrated("the input is not text")
        if len(text) > MAX_CHARACTERS:
            return _unrated(f"the text is longer than {MAX_CHARACTERS} characters")
        seen = visible(text)
        foreign = foreign_share(seen)
        if foreign is None:
            return _unrated("the text has no words")
        if foreign > MAX_FOREIGN_SHARE:
            return _unrated("the text is not in the Latin script, the only one this screen reads")
        return SafetyScores(provider=PROVIDER, **_severities(seen))


def _unrated(reason: str) -> SafetyScores:
    return SafetyScores(provider=PROVIDER, hate=None, violence=None, self_harm=None, sexual=None, error=reason)


def _severities(seen: str) -> dict[SafetyCategory, Severity]:
    compiled = _compiled()
    tokens = words(seen, compiled.coder.vocabulary)
    reading = _Reading(compiled, tokens, compiled.coder.encode(tokens))
    apart = words(clauses(seen), compiled.coder.vocabulary)
    orders = _Reading(compiled, apart, compiled.coder.encode(apart))
    return {category: max(reading.severity(category), orders.worst_order(category)) for category in CATEGORIES}


class _Reading:
    """One text as words and as the characters that stand for them, and what the rules find in it."""

    def __init__(self, compiled: _Compiled, tokens: list[str], coded: str) -> None:
        self._compiled = compiled
        self._tokens = tokens
        self._coded = _without(compiled.idioms, coded)
        self._original = coded

    def severity(self, category: SafetyCategory) -> Severity:
        hits: list[Hit] = []
        for hit in self._hits(category):
            if hit.severity == 6:
                return 6
            hits.append(hit)
        together = self._together(hits) if category in _ADD_UP else 0
        severities: list[Severity] = [together, *(hit.severity for hit in hits)]
        return max(severities)

    def worst_order(self, category: SafetyCategory) -> Severity:
        """The worst that a clause opens with, where each clause is read as a sentence: a condition softens no order."""
        orders = (hit for hit in self._hits(category, orders=True) if self._opens(hit.start))
        return max((hit.severity for hit in orders), default=0)

    def _opens(self, start: int) -> bool:
        return start == 0 or self._original[start - 1] == END

    def _hits(self, category: SafetyCategory, *, orders: bool = False) -> Iterator[Hit]:
        """What the rules find; with ``orders``, only those do that know the start of a sentence."""
        present = frozenset(self._coded)
        for search in self._compiled.rules:
            rule = search.rule
            if (
                rule.category == category
                and (search.knows_start or not orders)
                and not any(map(present.isdisjoint, search.needs))
            ):
                for found in search.expression.finditer(self._coded):
                    start, end = found.span()
                    if not rule.unless or not self._is_around(self._compiled.contexts[rule.unless], start, end):
                        severity = self._in_context(rule, start, end)
                        yield Hit(start, end, severity, adds=severity == rule.severity)

    def _in_context(self, rule: Rule, start: int, end: int) -> Severity:
        """The rule's severity, or a lower one where the words around say that this is about it and not it."""
        if self._is_quoted(start, end):
            return _lower(rule.severity)
        if rule.firm:
            return rule.severity
        if rule.category == "self_harm":
            return self._self_harm_in_context(rule.severity, start, end)
        if rule.category == "sexual":
            return (
                _lower(rule.severity)
                if self._is_around(self._compiled.contexts["CRIME"], start, end)
                else rule.severity
            )
        return _lower(rule.severity) if self._is_countered(start, end) else rule.severity

    def _self_harm_in_context(self, severity: Severity, start: int, end: int) -> Severity:
        if self._is_around(self._compiled.contexts["HELP"], start, end):
            return 0 if severity <= 2 else 2
        before = self._before(start)
        concerned = any(pattern.search(before) for pattern in self._compiled.concern_before)
        return 2 if concerned and severity > 2 else severity

    def _is_quoted(self, start: int, end: int) -> bool:
        """Whether a quotation opens shortly before and closes shortly after, with a word of speech beside it."""
        before = self._original[max(0, start - _AROUND) : start]
        after = self._original[end : end + _AROUND]
        if QUOTE not in before or QUOTE not in after:
            return False
        outside = before[: before.rindex(QUOTE)][-_NEAR:] + END + after[after.index(QUOTE) + 1 :][:_NEAR]
        return self._compiled.contexts["SPOKE"].search(outside) is not None

    def _is_countered(self, start: int, end: int) -> bool:
        before, after = self._before(start), self._original[end : end + _NEAR].split(END)[0]
        return any(pattern.search(before) for pattern in self._compiled.counter_before) or any(
            pattern.search(after) for pattern in self._compiled.counter_after
        )

    def _is_around(self, pattern: re.Pattern[str], start: int, end: int) -> bool:
        return pattern.search(self._original, max(0, start - _AROUND), end + _AROUND) is not None

    def _before(self, start: int) -> str:
        return self._original[max(0, start - _NEAR) : start].rpartition(END)[2]

    def _together(self, hits: list[Hit]) -> Severity:
        """What lesser hits come to when several different ones stand close to each other."""
        separate = sorted(_separate(hit for hit in hits if hit.adds))
        best, first = 0, 0
        for last, hit in enumerate(separate):
            while hit.start - separate[first].start > _WINDOW:
                first += 1
            best = max(best, self._points(separate[max(first, last - _WINDOW // 2) : last + 1]))
        return 6 if best >= _ENOUGH else 4 if best >= _MANY else 0

    def _points(self, hits: list[Hit]) -> int:
        different = {tuple(self._tokens[hit.start : hit.end]): hit.severity for hit in hits}
        hints = _HINT * min(sum(severity == 0 for severity in different.values()), _MOST_HINTS)
        worst, points = max(different.values()), sum(_POINTS[severity] for severity in different.values())
        return points + hints if worst >= 4 else min(points + hints, _ENOUGH - 1) if worst == 2 else 0


def _lower(severity: Severity) -> Severity:
    return cast(Severity, max(severity - 2, 0))


def _without(idioms: Iterable[re.Pattern[str]], coded: str) -> str:
    for idiom in idioms:
        coded = idiom.sub(lambda found: UNKNOWN * len(found[0]), coded)
    return coded


def _separate(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that share no word with a worse or longer one."""
    taken: set[int] = set()
    kept = []
    for hit in sorted(hits, key=lambda hit: (-hit.severity, hit.start - hit.end, hit.start)):
        span = range(hit.start, hit.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(hit)
    return kept


@cache
def _compiled() -> _Compiled:
    """The lexicon, made ready once per process, on first use; a rule's expression waits until a text calls for it."""
    contexts = (safety_rules.COUNTER_BEFORE, safety_rules.COUNTER_AFTER, safety_rules.CONCERN_BEFORE)
    rules = [rule.pattern for rule in safety_rules.RULES]
    around = safety_rules.CONTEXTS.values()
    patterns = [*safety_rules.IDIOMS, *rules, *around, *(pattern for group in contexts for pattern in group)]
    code = coder(lexicon.CLASSES, lexicon.PARTS, patterns, lexicon.STRONG, lexicon.MASKED)
    before, after, concern = (tuple(map(code.compile, group)) for group in contexts)
    return _Compiled(
        coder=code,
        idioms=tuple(map(code.compile, safety_rules.IDIOMS)),
        counter_before=before,
        counter_after=after,
        concern_before=concern,
        contexts={name: code.compile(pattern) for name, pattern in safety_rules.CONTEXTS.items()},
        rules=tuple(_RuleSearch(rule, code) for rule in safety_rules.RULES),
    )
