"""Retrieval: what to look for on behalf of a segment, and which passage of each document found to hand on.

Pure functions. Must not search: the index behind ``ports.SearchIndex`` does.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise

from shared.contracts import ContentDocument, Passage, SearchHit, SearchQuery, Segment, SegmentFeatures
from shared.domain.citations import comparable, format_citation
from shared.domain.instructions import find_instructions
from shared.domain.markdown import Paragraph, clip, numbered, paragraphs, sections, sentences, word_count
from shared.run_config import RetrievalSettings

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a about after all also am an and any are as at be because been before being both but by can could did do
        does doing don during each either else ever every for from get gets got had has have having he her hers him his
        how i if in into is isn it its itself just ll m may me might mine must my of on or our ours please s shall she
        should so some such t than that the their theirs them then there these they this those through to too ve very
        was we were what when where whether which while who whom whose why will with would you your yours""",
    )
)
"""English words that say nothing about what is looked for, contractions' halves included. ``new``, ``back``, ``first``,
``no`` and ``not`` are not among them: here they carry meaning."""

ANY_AUDIENCE = "All"
NAME_BOOST = 2.0
"""Words of the segment's own name count twice: they are what the segment was named for."""
MIN_PARAGRAPH_WORDS = 8
"""A paragraph below this is a label or a caption rather than material, unless the document has nothing longer."""
LONGEST_CITATION_WORDS = 20
"""Where title and heading together are longer, ``Paragraph N`` is cited: two citations must leave room for words."""


# --- what to look for -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Signal:
    """Terms a feature calls for, the audience it implies, and its strength: 0 absent, just above 0 weak, 1 strong."""

    strength: float
    terms: str
    audience: str = ""


def _rise(value: float, low: float, high: float) -> float:
    """0 at or below ``low``, 1 at or above ``high``, linear in between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _signals(features: SegmentFeatures) -> Iterator[_Signal]:
    """The scales are money per order, orders a year, days since the last engagement, and engagement from 0 to 1."""
    value, frequency = features.avg_order_value, features.avg_purchase_frequency
    days, engagement = features.avg_last_engagement_days, features.engagement_score
    if frequency > 6:
        yield _Signal(_rise(days, 30, 180), "valued customer we miss you", "At-Risk")
    yield _Signal(_rise(value, 200, 600), "premium exclusive luxury collection early access", "High-Value")
    yield _Signal(_rise(3 - frequency, 0, 3), "welcome getting started first order guide", "New Customer")
    yield _Signal(_rise(days, 60, 240), "win back miss you come back reminder", "At-Risk")
    yield _Signal(_rise(frequency, 6, 24), "loyalty rewards points member benefits", "Loyal" if days <= 60 else "")
    yield _Signal(_rise(engagement, 0.75, 1.0), "new arrivals latest launch preview")
    yield _Signal(_rise(60 - value, 0, 60), "savings everyday essentials affordable")


_EVERYDAY = _Signal(0.5, "popular favourites tips best sellers", "Standard")
"""For a segment whose features speak of no audience in particular."""

_AUDIENCE_TERMS = {
    "High-Value": "premium exclusive early access",
    "At-Risk": "win back miss you come back reminder",
    "New Customer": "welcome getting started first order guide",
    "Loyal": "loyalty rewards points member benefits",
    "Standard": "popular favourites everyday seasonal tips",
}
"""What to look for when a segment's very name says which audience it is."""

_NAMED_AUDIENCES = (
    ("High-Value", r"\bhigh value\b|\bpremium\b|\bvip\b|\b(?:big|high) spend"),
    ("At-Risk", r"\bat risk\b|\blaps|\bdormant\b|\binactive\b|\bchurn|\bdeclining\b|\bslipping\b"),
    ("New Customer", r"\bnew\b|\bfirst time\b|\brecently joined\b"),
    ("Loyal", r"\bloyal|\bfrequent\b|\bchampion|\bregulars?\b"),
    ("Standard", r"\bstandard\b"),
)


def construct_query(segment: Segment, settings: RetrievalSettings, as_of: date | None = None) -> SearchQuery:
    """The search on behalf of ``segment``: the words of its name, then terms for each feature that stands out.

    A name's words are boosted by ``NAME_BOOST``, a feature's terms by 1 to 2 with its strength, so segments that differ
    in a feature that stands out differ in their query. A name that says which audience it is comes before features that
    speak to another. ``audiences`` holds the segment's name, the audiences its name and its features speak of, and
    ``All`` last. Documents must be valid on ``as_of``, where it is given, and in the settings' region.
    """
    named = _named_audiences(segment.name)
    signals = [_Signal(1.0, _AUDIENCE_TERMS[audience], audience) for audience in named]
    signals += [_beside(signal, named) for signal in _signals(segment.features) if signal.strength > 0]
    signals += [] if any(signal.audience for signal in signals) else [_EVERYDAY]
    weakest_first = sorted(signals, key=lambda signal: signal.strength)
    boosts = {word: round(1 + signal.strength, 2) for signal in weakest_first for word in _telling_words(signal.terms)}
    boosts |= dict.fromkeys(_telling_words(segment.name.replace("-", " ")), NAME_BOOST)
    text = " ".join(dict.fromkeys([*segment.name.split(), *" ".join(signal.terms for signal in signals).split()]))
    return SearchQuery(
        text=text,
        boosts={word: factor for word, factor in boosts.items() if factor > 1},
        audiences=tuple(dict.fromkeys([segment.name, *(s.audience for s in signals if s.audience), ANY_AUDIENCE])),
        region=settings.region,
        as_of=as_of,
        top_k=settings.top_k,
    )


def _named_audiences(name: str) -> list[str]:
    words = " ".join(_words(name.replace("-", " ")))
    return [audience for audience, pattern in _NAMED_AUDIENCES if re.search(pattern, words)]


def _beside(signal: _Signal, named: Sequence[str]) -> _Signal:
    """``signal`` beside what the name says: one that speaks to another audience keeps the first word of its terms.

    Where everybody spends much, say, the new customers are still welcomed first.
    """
    if not named or not signal.audience or signal.audience in named:
        return signal
    return _Signal(0.01, signal.terms.split()[0])


# --- which passages to hand on ----------------------------------------------------------------------------------------


def select_passages(
    hits: Sequence[SearchHit],
    documents: Mapping[str, ContentDocument],
    query: SearchQuery,
    *,
    top_k: int,
    max_words: int,
    fewest: int = 1,
) -> tuple[Passage, ...]:
    """One passage of at most ``max_words`` words from each of the best ``top_k`` documents, best first.

    ``documents`` is the whole library by document id. A document's passage starts at the paragraph that shares most
    with the query (the earlier of equals). Named by its heading it goes on with whole sentences to the end of its
    section or the word limit; named ``Paragraph N`` it stands alone. Hits on documents that are unknown, repeated or
    without a paragraph that only one citation of the library fits are passed over. Where fewer than ``fewest``
    documents are left, each gives several passages of one paragraph, up to ``top_k`` in all.
    """
    weights = _query_weights(query)
    ranked = sorted(hits, key=lambda hit: (-hit.score, hit.document_id if hit.score else ""))
    scores: dict[str, float] = {}
    for hit in ranked:
        if hit.document_id in documents:
            scores.setdefault(hit.document_id, hit.score)
    found = list(islice(_citable((documents[one] for one in scores), documents.values()), top_k))
    if len(found) < fewest:
        return tuple(_several_passages(found, scores, weights, top_k, max_words))
    chosen = [(document, _by_worth(citable, weights)[0]) for document, citable in found]
    return tuple(
        _passage(document, best, scores[document.document_id], _snippet(best, document, weights, max_words))
        for document, best in chosen
    )


def _several_passages(
    found: Sequence[tuple[ContentDocument, list[Paragraph]]],
    scores: Mapping[str, float],
    weights: dict[str, float],
    top_k: int,
    max_words: int,
) -> list[Passage]:
    """The best paragraphs of each document, in turns, the documents in their order."""
    by_worth = [(document, _by_worth(citable, weights)) for document, citable in found]
    most = max((len(ranked) for _, ranked in by_worth), default=0)
    turns = [(document, ranked[turn]) for turn in range(most) for document, ranked in by_worth if turn < len(ranked)]
    return [
        _passage(document, one, scores[document.document_id], _best_window(one.text, weights, max_words))
        for document, one in turns[:top_k]
    ]


def _passage(document: ContentDocument, start: Paragraph, score: float, snippet: str) -> Passage:
    return Passage(
        document_id=document.document_id,
        version=document.version,
        title=document.title,
        category=document.category,
        section=start.section,
        snippet=snippet,
        relevance_score=score,
        paragraph_index=start.index,
    )


def _citable(
    wanted: Iterable[ContentDocument], library: Iterable[ContentDocument]
) -> Iterator[tuple[ContentDocument, list[Paragraph]]]:
    """Those of the documents wanted that can be cited without doubt, each with its paragraphs that can."""
    namesakes: dict[str, list[ContentDocument]] = {}
    for document in library:
        namesakes.setdefault(comparable(document.title), []).append(document)
    uses: dict[str, Counter[str]] = {}
    for document in wanted:
        title = comparable(document.title)
        if title not in uses:
            uses[title] = Counter(name for one in namesakes[title] for name in _places(one))
        citable = _citable_paragraphs(document, uses[title])
        if citable:
            yield document, citable


def _places(document: ContentDocument) -> dict[str, int]:
    """Section name, in the form in which names compare, -> index of the paragraph that a citation of it stands for."""
    places: dict[str, int] = {}
    for name, index in sections(document).items():
        places.setdefault(comparable(name), index)
    return places


def _citable_paragraphs(document: ContentDocument, uses: Mapping[str, int]) -> list[Paragraph]:
    """The paragraphs with a name that stands for exactly them; ``section`` becomes that name.

    ``uses`` says how many documents of this title have a section of that name.
    """
    places = _places(document)
    found = []
    for paragraph in _quotable(document):
        for name in _names(document, paragraph):
            if places.get(comparable(name)) == paragraph.index and uses[comparable(name)] == 1:
                found.append(replace(paragraph, section=name))
                break
    return found


def _quotable(document: ContentDocument) -> list[Paragraph]:
    """The document's paragraphs without the sentences that read like instructions to a model.

    A paragraph of nothing else is left out, and so is all that stands below a heading, or a title, that reads like one.
    """
    if find_instructions(document.title):
        return []
    readable = (one for one in paragraphs(document.content) if not find_instructions(one.section))
    return [replace(one, text=text) for one in readable if (text := _without_instructions(one.text))]


def _without_instructions(text: str) -> str:
    """``text`` as it is, or those of its sentences that do not read like instructions; empty if even these do."""
    if not find_instructions(text):
        return text
    kept = " ".join(sentence for sentence in sentences(text) if not find_instructions(sentence))
    return "" if find_instructions(kept) else kept


def _names(document: ContentDocument, paragraph: Paragraph) -> Sequence[str]:
    """What the paragraph may be called, the best first: by its heading unless that is too long, or by its number."""
    names = (paragraph.section, numbered(paragraph.index))
    is_long = word_count(format_citation(document.title, paragraph.section)) > LONGEST_CITATION_WORDS
    return names[::-1] if is_long else names


def _by_worth(citable: Sequence[Paragraph], weights: dict[str, float]) -> list[Paragraph]:
    """The best first. The section's name counts with the paragraph: it often says what the text below leaves out."""
    return sorted(
        citable,
        key=lambda one: (
            word_count(one.text) < MIN_PARAGRAPH_WORDS,
            -_overlap(f"{one.section} {one.text}", weights),
            one.index,
        ),
    )


def _snippet(best: Paragraph, document: ContentDocument, weights: dict[str, float], max_words: int) -> str:
    if best.section == numbered(best.index) or word_count(best.text) > max_words:
        return _best_window(best.text, weights, max_words)
    following = [best.text]
    for paragraph in _quotable(document):
        if paragraph.index <= best.index:
            continue
        if paragraph.section != best.section:
            break
        following.append(paragraph.text)
        if sum(map(word_count, following)) > max_words:
            break
    joined = clip(" ".join(following), max_words)
    return clip(best.text, max_words) if find_instructions(joined) else joined


def _best_window(text: str, weights: dict[str, float], max_words: int) -> str:
    """The paragraph; beyond the limit, its whole sentences that share most with the query, the first of equals."""
    if word_count(text) <= max_words:
        return text
    parts = sentences(text)
    sizes = list(map(word_count, parts))
    terms = [[term for term in dict.fromkeys(_terms(part)) if term in weights] for part in parts]
    inside: Counter[str] = Counter()
    best, best_shared, words, end = 0, -1.0, 0, 0
    for first in range(len(parts)):
        while end < len(parts) and (end == first or words + sizes[end] <= max_words):
            inside.update(terms[end])
            words += sizes[end]
            end += 1
        shared = sum(factor for term, factor in weights.items() if inside[term])
        if shared > best_shared:
            best, best_shared = first, shared
        inside.subtract(terms[first])
        words -= sizes[first]
    return clip(" ".join(parts[best:]), max_words)


def _query_weights(query: SearchQuery) -> dict[str, float]:
    weights = dict.fromkeys(_terms(query.text), 1.0)
    for word, factor in query.boosts.items():
        for term in _terms(word):
            weights[term] = max(weights.get(term, 0.0), factor)
    return weights


def _overlap(text: str, weights: dict[str, float]) -> float:
    return sum(weights.get(term, 0.0) for term in dict.fromkeys(_terms(text)))


# --- words and terms --------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[^\W_]+")
_SECOND_HALF = re.compile(r"-(?<=[^\W_]-)([^\W_]+)")
_LAST_WORD = re.compile(r"[^\W_]+$")
_UNSPACED_RUN = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_ENDINGS = (
    ("sses", "ss"),
    ("ies", "y"),
    ("ings", ""),
    ("ing", ""),
    ("ed", ""),
    ("es", ""),
    ("s", ""),
    ("ly", ""),
    ("e", ""),
)


def searchable(text: str) -> str:
    """``text`` as both sides of a search see it: compatibility forms folded, lower case, unsegmented scripts cut up.

    A hyphenated word is there in its parts and joined (``e-mail email``). Runs of scripts written without spaces, and
    of Hangul, whose particles cling to words, become their single signs and overlapping pairs: no dictionary is needed,
    and the pairs do what words do elsewhere.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("‐", "-")
    joined = _SECOND_HALF.sub(_with_joined, folded)
    return joined if joined.isascii() else _UNSPACED_RUN.sub(_signs_and_pairs, joined)


def _with_joined(match: re.Match[str]) -> str:
    first_half = _LAST_WORD.search(match.string[max(0, match.start() - 30) : match.start()])
    return f"{match[0]} {first_half[0] if first_half else ''}{match[1]}"


def _signs_and_pairs(match: re.Match[str]) -> str:
    run = match[0]
    return f" {' '.join(run)} {' '.join(map(''.join, pairwise(run)))} "


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", searchable(text))
    return _TOKEN.findall("".join(sign for sign in decomposed if not unicodedata.combining(sign)))


def _telling_words(text: str) -> list[str]:
    """Without stop words, unless there is nothing else."""
    words = _words(text)
    return [word for word in words if word not in STOP_WORDS] or words


def _terms(text: str) -> list[str]:
    return list(map(_stem, _telling_words(text)))


def _stem(word: str) -> str:
    """A light stem of an English word: enough for ``returns``, ``returned`` and ``returning`` to be one term."""
    for ending, instead in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) >= 3 and not (ending == "s" and base[-1] in "su"):
            undoubled = base[:-1] if ending in {"ing", "ings", "ed"} and base[-1] == base[-2] not in "ls" else base
            return (undoubled + instead).removesuffix("e")
    return word
