"""Embedded search: BM25 over SQLite's FTS5, in memory, for any list of documents.

FTS5 tokenises, stems and keeps the inverted index; the scores are summed here from its postings, because its own
``bm25()`` neither weighs query terms nor counts a term that more than half of a small library holds. Must not touch
files or the network. Text from outside never becomes FTS5 query syntax: words reach it as bound values, or quoted
after FTS5's own tokeniser has reduced them to letters and digits.
"""

import hashlib
import heapq
import math
import re
import sqlite3
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from threading import Lock

from shared.contracts import ContentDocument, IndexOutcome, SearchAnswer, SearchHit, SearchQuery
from shared.domain.eligibility import folded_audience, folded_audiences, is_in_place
from shared.domain.markdown import visible_markdown
from shared.domain.retrieval import STOP_WORDS, searchable

COLUMN_WEIGHTS = {"title": 2.0, "keywords": 2.0, "audience": 0.5, "category": 1.0, "content": 1.0}
"""How often a word counts that stands once in a column. Titles and keywords say what a document is about in few words,
so one there is worth two in the text; the audience is for the audience preference rather than for words."""

SATURATION = 1.2
LENGTH_NORMALISATION = 0.75
"""BM25's k1 and b at the values its authors recommend where there is nothing to tune on."""

PAIR_WEIGHT = 0.3
"""Two neighbouring query words that also stand close together in a document add this share of their mean rarity: enough
to lift a document on the phrase above one that only has the words apart, not enough to beat a further word."""
PAIR_DISTANCE = 2
MAX_TERMS = 512
MAX_PAIRS = 24
"""Beyond these, further words of a query are not looked up: they could only slow the search down."""

AUDIENCE_PREFERENCE = 1.0
"""A document for the first of the wanted audiences scores twice as much as one for other people; for later ones the
addition falls in equal steps. Content for other people (an offer they alone have, a greeting on their return) is seldom
right even where its words are, so only clearly better words overcome it."""

_TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
_STEMMER = f"porter {_TOKENIZER}"
_QUERY_STATEMENTS = (
    (
        "INSERT INTO words(words) VALUES ('delete-all')",
        "INSERT INTO words VALUES (?)",
        "SELECT term FROM words_found ORDER BY offset",
    ),
    (
        "INSERT INTO stems(stems) VALUES ('delete-all')",
        "INSERT INTO stems VALUES (?)",
        "SELECT term FROM stems_found ORDER BY offset",
    ),
)
_LINK_TARGET = re.compile(r"\]\([^()\s]*+[^()]*+\)|<[^<>\n]*+>")


class SqliteSearch:
    """``ports.SearchIndex`` on FTS5. Safe to call from several threads; keeps the last few libraries' indexes."""

    provider = "sqlite-fts5"

    def __init__(self, *, kept_indexes: int = 4) -> None:
        self._kept = kept_indexes
        self._indexes: OrderedDict[str, _Index] = OrderedDict()
        self._lock = Lock()

    def synchronise(self, documents: Sequence[ContentDocument], *, remove_others: bool) -> IndexOutcome:  # noqa: ARG002 - the port's signature
        """Nothing to do: each search is over the documents it is given, and nothing is kept beside them."""
        return IndexOutcome(uploaded=0, unchanged=len(documents), removed=0)

    def search(self, documents: Sequence[ContentDocument], query: SearchQuery) -> SearchAnswer:
        """The best documents for ``query``, best first, ties by document id, at most ``query.top_k``.

        Only documents that are valid on the query's day and for its region or none are looked at. When audiences are
        given and too few documents share a word with the query, those meant for these audiences follow with score 0, so
        that a library in another language still serves its segments. Of these, alike in audience, each query gets
        others first: their order hangs on a hash of its text and their id.
        """
        in_place = [document for document in documents if is_in_place(document, query)]
        searched = documents if len(in_place) == len(documents) else in_place
        hits = self.rank(searched, query.text, top=query.top_k, boosts=query.boosts, audiences=query.audiences)
        nothing_left = bool(documents) and not in_place
        notice = "no document is valid on the day and for the region of the query" if nothing_left else ""
        return SearchAnswer(provider=self.provider, hits=tuple(hits), notice=notice)

    def rank(
        self,
        documents: Sequence[ContentDocument],
        text: str,
        *,
        top: int,
        boosts: Mapping[str, float] | None = None,
        audiences: Sequence[str] = (),
    ) -> list[SearchHit]:
        """The hits of ``search``, for any ``top``. Document ids must be distinct; scores compare within a query."""
        if not documents:
            return []
        readable = text.encode(errors="replace").decode()
        scores = self._index(documents).scores(readable, boosts or {})
        ranks = _audience_ranks(documents, audiences)
        preferred = {one: score * _preference(ranks[one], len(audiences)) for one, score in scores.items()}
        best = heapq.nsmallest(top, preferred.items(), key=lambda item: (-item[1], item[0]))
        if len(best) < top:
            unmatched = {one: rank for one, rank in ranks.items() if rank < len(audiences) and one not in scores}
            best += [(one, 0.0) for one in _unmatched_in_order(unmatched, readable)[: top - len(best)]]
        return [SearchHit(document_id=document_id, score=round(score, 6)) for document_id, score in best]

    def _index(self, documents: Sequence[ContentDocument]) -> "_Index":
        """Built once per distinct set of documents; a tuple seen before is known without hashing it again."""
        with self._lock:
            key = next((key for key, index in self._indexes.items() if index.documents is documents), None)
            key = key or _library_key(documents)
            if key not in self._indexes:
                self._indexes[key] = _Index(documents)
            self._indexes.move_to_end(key)
            while len(self._indexes) > self._kept:
                self._indexes.popitem(last=False)
            return self._indexes[key]


# --- the index --------------------------------------------------------------------------------------------------------


class _Index:
    """One library in one in-memory database, whose lock keeps its connection to one thread at a time.

    The tables are contentless: they keep postings only. ``words`` and ``stems`` hold one query at a time, to have it
    tokenised exactly as the documents are.
    """

    def __init__(self, documents: Sequence[ContentDocument]) -> None:
        self.documents = documents if isinstance(documents, tuple) else None
        self._ids = [document.document_id for document in documents]
        self._lock = Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._create_tables()
        self._norms = _length_norms(self._fill(documents))

    def _create_tables(self) -> None:
        for table, columns, tokenizer in (
            ("library", ", ".join(COLUMN_WEIGHTS), _STEMMER),
            ("words", "text", _TOKENIZER),
            ("stems", "text", _STEMMER),
        ):
            options = f"content='', tokenize=\"{tokenizer}\""
            self._connection.execute(f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, {options})")
            self._connection.execute(f"CREATE VIRTUAL TABLE {table}_found USING fts5vocab({table}, instance)")

    def _fill(self, documents: Iterable[ContentDocument]) -> list[float]:
        """Indexes the documents in order, as rows 1, 2, ...; gives each one's length in words, weighted by column."""
        lengths: list[float] = []
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO library VALUES (?, ?, ?, ?, ?)", _rows(documents, lengths))
        self._connection.execute("COMMIT")
        return lengths

    def scores(self, text: str, boosts: Mapping[str, float]) -> dict[str, float]:
        """BM25 of every document that has a word of ``text``, over weighted columns (Robertson et al., 2004).

        score = sum over terms of weight * idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)), with
        idf = ln(1 + (N - n + 0.5) / (n + 0.5)), weight the term's count in the query times its boost, and tf and length
        summed over columns by ``COLUMN_WEIGHTS``; plus ``PAIR_WEIGHT`` for neighbouring words.
        """
        with self._lock:
            words = self._query_words(text)
            factors = self._boosts_by_stem(boosts)
            totals: defaultdict[int, float] = defaultdict(float)
            rarity = {}
            for stem, count in Counter(stem for _, stem in words).items():
                frequencies = self._frequencies(stem)
                rarity[stem] = self._idf(len(frequencies))
                weight = count * factors.get(stem, 1.0) * rarity[stem] * (SATURATION + 1)
                for row, frequency in frequencies.items():
                    totals[row] += weight * frequency / (frequency + self._norms[row - 1])
            for row, bonus in self._pair_bonuses(words, rarity):
                totals[row] += bonus
        return {self._ids[row - 1]: total for row, total in totals.items()}

    def _idf(self, holding: int) -> float:
        return math.log(1 + (len(self._ids) - holding + 0.5) / (holding + 0.5))

    def _frequencies(self, stem: str) -> dict[int, float]:
        frequencies: defaultdict[int, float] = defaultdict(float)
        found = self._connection.execute("SELECT doc, col FROM library_found WHERE term = ?", (stem,))
        for (row, column), count in Counter(found).items():
            frequencies[row] += count * COLUMN_WEIGHTS[column]
        return frequencies

    def _pair_bonuses(self, words: list[tuple[str, str]], rarity: Mapping[str, float]) -> Iterator[tuple[int, float]]:
        pairs = {(first, second): None for first, second in pairwise(words) if first[1] != second[1]}
        for (first, first_stem), (second, second_stem) in list(pairs)[:MAX_PAIRS]:
            bonus = PAIR_WEIGHT * (rarity[first_stem] + rarity[second_stem]) / 2
            near = f'NEAR("{first}" "{second}", {PAIR_DISTANCE})'
            for (row,) in self._connection.execute("SELECT rowid FROM library WHERE library MATCH ?", (near,)):
                yield row, bonus

    def _query_words(self, text: str) -> list[tuple[str, str]]:
        """(word, stem) of each word of a query in order, without stop words unless there is nothing else."""
        words = self._tokenised(text)
        return ([word for word in words if word[0] not in STOP_WORDS] or words)[:MAX_TERMS]

    def _boosts_by_stem(self, boosts: Mapping[str, float]) -> dict[str, float]:
        factors: dict[str, float] = {}
        for term, factor in boosts.items():
            for _, stem in self._tokenised(term):
                factors[stem] = max(factor, factors.get(stem, factor))
        return factors

    def _tokenised(self, text: str) -> list[tuple[str, str]]:
        """The words of ``text`` as FTS5 sees them, beside their stems: both tokenisers count the same positions."""
        columns = []
        for clear, insert, read in _QUERY_STATEMENTS:
            self._connection.execute(clear)
            self._connection.execute(insert, (searchable(text),))
            columns.append([term for (term,) in self._connection.execute(read)])
        return list(zip(*columns, strict=True))


def _rows(documents: Iterable[ContentDocument], lengths: list[float]) -> Iterator[tuple[str, ...]]:
    for document in documents:
        fields = {
            "title": document.title,
            "keywords": "\n".join(document.keywords),
            "audience": document.audience,
            "category": document.category,
            "content": _without_markup(document.content),
        }
        texts = {column: searchable(fields[column]) for column in COLUMN_WEIGHTS}
        lengths.append(sum(weight * len(texts[column].split()) for column, weight in COLUMN_WEIGHTS.items()))
        yield tuple(texts.values())


def _without_markup(content: str) -> str:
    """``content`` without what no reader sees; for speed, markup that cannot be there is not looked for."""
    text = visible_markdown(content)
    return _LINK_TARGET.sub(" ", text) if "](" in text or "<" in text else text


def _length_norms(lengths: Sequence[float]) -> list[float]:
    mean = math.fsum(lengths) / len(lengths) or 1.0
    return [SATURATION * (1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * length / mean) for length in lengths]


def _library_key(documents: Iterable[ContentDocument]) -> str:
    """``version`` stands for title and content; the other indexed fields can change without it."""
    hasher = hashlib.sha256()
    for one in documents:
        fields = (one.document_id, one.version, one.audience, one.category, *one.keywords)
        hasher.update(repr(fields).encode())
    return hasher.hexdigest()


# --- audiences --------------------------------------------------------------------------------------------------------


def _audience_ranks(documents: Iterable[ContentDocument], audiences: Sequence[str]) -> dict[str, int]:
    """Document id -> the place among ``audiences`` of the best one it is for; their number when it is for none."""
    ranks = {folded_audience(audience): rank for rank, audience in reversed(list(enumerate(audiences)))}
    return {one.document_id: _audience_rank(one, ranks, len(audiences)) for one in documents}


def _preference(rank: int, audiences: int) -> float:
    """The factor for a document whose audience is the ``rank``-th of so many that are wanted."""
    return 1 + AUDIENCE_PREFERENCE * (1 - rank / audiences) if audiences else 1.0


def _unmatched_in_order(ranks: Mapping[str, int], text: str) -> list[str]:
    """Documents without a word of the query ``text``: by audience, then by a hash that differs between queries."""
    return sorted(ranks, key=lambda one: (ranks[one], hashlib.sha256(f"{text}\x1f{one}".encode()).digest()))


def _audience_rank(document: ContentDocument, ranks: Mapping[str, int], none: int) -> int:
    """The place of the best of its audiences among those wanted; ``none`` when none of them is."""
    return min(ranks.get(audience, none) for audience in folded_audiences(document.audience))
