"""The embedded search: what is found, in which order, whatever the query holds and however many threads ask."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from shared.adapters import search_sqlite
from shared.adapters.search_sqlite import SqliteSearch
from shared.contracts import ContentDocument, IndexOutcome, SearchQuery
from shared.domain.digests import digest


def document(document_id, title="", content="Nothing.", **fields):
    title = title or f"Document {document_id}"
    return ContentDocument(
        document_id=document_id,
        title=title,
        category=fields.pop("category", ""),
        content=content,
        approval_date=date(2024, 1, 1),
        version=digest(title, content),
        **fields,
    )


def ids(documents, text, *, top=10, **fields):
    return [hit.document_id for hit in SqliteSearch().rank(documents, text, top=top, **fields)]


# A small shop's help pages and questions in its customers' words. Several pages share each question's words, so that
# plain counting of matches does not suffice.
LIBRARY = (
    document(
        "gift-returns",
        "Returning a gift",
        "If someone gave you an item, you can send it back without the order number. We issue a voucher.\n\n"
        "The person who bought it is not told.",
    ),
    document(
        "returns",
        "Return policy",
        "You may return unworn items within 30 days of delivery. Pack them well and use the label in the parcel.\n\n"
        "Sale items can be exchanged only.",
    ),
    document(
        "refunds",
        "When you get your money back",
        "Refunds reach your card three to five days after we receive the returned parcel. Delivery fees stay with us.",
    ),
    document(
        "gift-cards",
        "Gift cards",
        "Gift cards come in any amount, by e-mail or in an envelope. They do not expire and cannot be paid out.",
        keywords=("voucher", "present"),
    ),
    document(
        "shipping",
        "Shipping times and costs",
        "Standard delivery takes two to four days and is free from $50. Express parcels arrive the next day.",
    ),
    document(
        "abroad",
        "Orders from other countries",
        "We ship to forty countries. Customs duties are paid on delivery. Shipping abroad takes up to two weeks.",
    ),
    document(
        "tracking",
        "Where is my parcel?",
        "The tracking number is in the e-mail you get when the parcel leaves us. Give the carrier a day to show it.",
    ),
    document(
        "sizes",
        "Size guide",
        "Measure your chest and waist and compare with the table. Between two sizes, order the larger one.",
    ),
    document(
        "care",
        "Washing wool",
        "Wash woollen sweaters by hand in cold water and dry them flat. Never put them into a dryer.",
    ),
    document(
        "points",
        "The points club",
        "Members collect a point for each dollar and trade a hundred for a $5 reward. Points lapse after a year.",
        keywords=("loyalty", "rewards"),
    ),
    document(
        "payment",
        "Ways to pay",
        "We take cards, bank transfers and payment on account. Cards are charged when the order leaves us.",
    ),
    document(
        "account",
        "Your account and password",
        "To change your password, open the account page. Orders, addresses and e-mail settings are there, too.",
    ),
    document(
        "newsletter",
        "Newsletter",
        "The newsletter brings new arrivals every Friday. Unsubscribe with the link at its end or in your account.",
    ),
    document(
        "warranty",
        "Faulty items",
        "Seams that break within two years are repaired free of charge. Send a photo and your order number.",
    ),
)
QUESTIONS = {
    "how do I return a gift": "gift-returns",
    "can I send back a present somebody gave me": "gift-returns",
    "how long do I have to return something": "returns",
    "when will I get my refund": "refunds",
    "do gift cards expire": "gift-cards",
    "how much does shipping cost": "shipping",
    "do you ship to other countries": "abroad",
    "customs and duties": "abroad",
    "where's my parcel?": "tracking",
    "tracking numbers": "tracking",
    "which size should I order": "sizes",
    "can I put a wool sweater in the dryer": "care",
    "what can I get for loyalty points": "points",
    "do points lapse": "points",
    "paying by bank transfer": "payment",
    "change my password": "account",
    "unsubscribe from the newsletter": "newsletter",
    "a seam broke, will it be repaired?": "warranty",
}


def reciprocal_rank():
    """Mean of 1 / rank of the page that answers, over all questions."""
    search = SqliteSearch()
    ranks = []
    for question, answer in QUESTIONS.items():
        found = [hit.document_id for hit in search.rank(LIBRARY, question, top=len(LIBRARY))]
        ranks.append(1 / (found.index(answer) + 1) if answer in found else 0)
    return sum(ranks) / len(ranks)


def test_questions_in_free_words_find_their_page():
    """Nearly every question has its answer first, and none has it far down."""
    assert reciprocal_rank() >= 0.95


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("COLUMN_WEIGHTS", dict.fromkeys(search_sqlite.COLUMN_WEIGHTS, 1.0)),
        ("PAIR_WEIGHT", 0.0),
        ("STOP_WORDS", frozenset()),
        ("_STEMMER", search_sqlite._TOKENIZER),
    ],
)
def test_the_settings_are_no_worse_than_doing_without(monkeypatch, setting, value):
    """Column weights, the bonus for pairs, stop words and stemming each earn their place, or at least do no harm."""
    chosen = reciprocal_rank()
    monkeypatch.setattr(search_sqlite, setting, value)
    assert chosen >= reciprocal_rank()


# --- order and scores -------------------------------------------------------------------------------------------------


def test_hits_are_positive_best_first_and_limited():
    """Scores fall, documents without any of the words are absent, and no more come than wanted."""
    hits = SqliteSearch().search(LIBRARY, SearchQuery(text="gift returns", top_k=3)).hits
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[-1].score > 0
    assert ids(LIBRARY, "submarine") == []
    assert ids((), "gift") == []
    assert ids(LIBRARY, "gift", top=0) == []


def test_equal_documents_are_ordered_by_id():
    """Ties never depend on the order the documents came in."""
    twins = [document(name, "Same", "Gift returns.") for name in ("b", "c", "a")]
    assert ids(twins, "gift") == ids(twins[::-1], "gift") == ["a", "b", "c"]


def test_the_result_does_not_depend_on_the_order_of_documents():
    """A library is a set: shuffled, it gives the same hits with the same scores."""
    shuffled = random.Random(7).sample(LIBRARY, len(LIBRARY))
    query = SearchQuery(text="return a parcel with the order number", top_k=10)
    assert SqliteSearch().search(shuffled, query) == SqliteSearch().search(LIBRARY, query)


def test_titles_and_keywords_count_more_than_the_text():
    """A word in the title or among the keywords says more of a document than the same word in its text."""
    documents = [
        document("text", "Other", "gift and nothing else"),
        document("keyword", "Other", "and nothing else at all", keywords=("gift",)),
        document("title", "Gift", "and nothing else at all"),
    ]
    assert ids(documents, "gift")[-1] == "text"


def test_a_word_that_most_documents_share_still_counts():
    """In a small library a word that more than half of it holds keeps telling documents apart."""
    documents = [document(f"gift-{n}", "About", "gift " * (n + 1) + "and other words") for n in range(4)]
    hits = SqliteSearch().rank([*documents, document("none")], "gift", top=5)
    assert [hit.document_id for hit in hits] == ["gift-3", "gift-2", "gift-1", "gift-0"]
    assert hits[0].score > 0.1


def test_words_that_stand_together_count_more():
    """Of two documents with the same words the one on the phrase comes first, stop words between them aside."""
    documents = [
        document("apart", "One", "points are kept here and elsewhere you may find the club"),
        document("phrase", "Two", "elsewhere you may find the points of the club and here are kept"),
    ]
    assert ids(documents, "points club") == ["phrase", "apart"]


def test_boosted_words_count_more():
    """A boost lifts documents with its word, in any of the word's forms."""
    documents = [document("a", "Wool", "Sweaters of wool."), document("b", "Silk", "Sweaters of silk.")]
    assert ids(documents, "wool silk", boosts={"wools": 3.0}) == ["a", "b"]
    assert ids(documents, "wool silk", boosts={"Silk": 3.0}) == ["b", "a"]


def test_audiences_are_preferred_in_their_order():
    """Between documents that match alike, the first audience wanted comes first, other people's last."""
    documents = [
        document(name, "Same", "A gift.", audience=audience)
        for name, audience in [("1", "Loyal"), ("2", ""), ("3", "At-Risk, high value"), ("4", "New Customers")]
    ]
    assert ids(documents, "gift", audiences=("High-Value", "New Customer", "All")) == ["3", "4", "2", "1"]


def test_relevance_outweighs_the_audience():
    """A document on the subject beats one that merely is for the right people."""
    documents = [
        document("subject", "Gift returns", "How gift returns work.", audience="Loyal"),
        document("people", "Other", "A gift among much else.", audience="High-Value"),
    ]
    assert ids(documents, "gift returns", audiences=("High-Value", "All"))[0] == "subject"


def test_queries_that_match_nothing_are_filled_differently():
    """Where no document shares a word with them, queries get other documents from each other, and always the same."""
    documents = [document(f"{n}", "Geschenke", "Alles für Ihre Lieben.") for n in range(9)]
    found = [ids(documents, text, top=4, audiences=("All",)) for text in ("gift", "card", "gift")]
    assert found[0] == found[2]
    assert set(found[0]) != set(found[1])


def test_too_few_matches_are_filled_with_the_audiences_documents():
    """A library in another language still serves a segment: documents for its audiences follow with score 0."""
    documents = [
        document("a", "Geschenke", "Alles für Ihre Lieben.", audience="Loyal"),
        document("b", "Geschenke", "Alles für Ihre Lieben.", audience="New Customer"),
        document("c", "Rückgabe", "Alles geht zurück."),
        document("d", "Gift", "A gift."),
    ]
    hits = SqliteSearch().search(documents, SearchQuery(text="gift", audiences=("New Customer", "All"), top_k=3)).hits
    assert [(hit.document_id, hit.score > 0) for hit in hits] == [("d", True), ("b", False), ("c", False)]


def test_only_what_is_valid_on_the_day_and_in_the_region_is_found():
    """Documents not approved yet, not in effect, expired or for another region are not found, whatever their words."""
    day = date(2024, 6, 1)
    documents = [
        document("always", content="A gift."),
        document("later", content="A gift.", effective_date=date(2024, 6, 2)),
        document("expired", content="A gift.", expiry_date=date(2024, 5, 31)),
        document("last-day", content="A gift.", expiry_date=day),
        document("here", content="A gift.", region="Côte d'Ivoire, EU"),
        document("elsewhere", content="A gift.", region="US"),
    ]
    answer = SqliteSearch().search(documents, SearchQuery(text="gift", as_of=day, region="eu", top_k=10))
    assert {hit.document_id for hit in answer.hits} == {"always", "last-day", "here"}
    assert answer.provider == "sqlite-fts5"
    assert answer.notice == ""


def test_a_library_without_a_valid_document_is_said_to_be_so():
    """Where the day or the region leaves nothing, the answer says it."""
    answer = SqliteSearch().search([document("a", region="US")], SearchQuery(text="document", region="EU"))
    assert answer.hits == ()
    assert "region" in answer.notice


def test_an_embedded_index_is_always_up_to_date():
    """It holds nothing between calls, so there is nothing to upload and nothing to remove."""
    outcome = SqliteSearch().synchronise(LIBRARY, remove_others=True)
    assert outcome == IndexOutcome(uploaded=0, unchanged=len(LIBRARY), removed=0)


# --- any text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        '"',
        "' OR 1=1 --",
        "NEAR(gift, 2)",
        "gift AND (",
        "title:gift",
        "gift*",
        "^gift -card",
        "{a b}:x",
        "\x00gift\x00",
        "🎁 gift",
        "\ud83d gift",
        "!!!",
        "%_;\\",
        "gift " * 10_000,
        " ".join(f"word{n}" for n in range(10_000)),
        "x" * 100_000,
        "\u0301",
    ],
)
def test_no_text_is_query_syntax(text):
    """Quotes, operators, wildcards, NUL, emoji and endless queries are words or nothing, never an error."""
    hits = SqliteSearch().rank(LIBRARY, text, top=3)
    assert (len(hits) > 0) == ("gift" in text)
    assert all(hit.score > 0 for hit in hits)


def test_a_query_of_stop_words_is_still_a_query():
    """Where nothing else is asked, the small words are looked for."""
    assert ids([document("band", "The Who", "Loud."), document("other", "Quiet", "Soft.")], "the who") == ["band"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("creme brulee", "french"),
        ("CRÈME", "french"),
        ("strasse", "german"),
        ("退货", "chinese"),
        ("怎么退货？", "chinese"),
        ("返品方法", "japanese"),
        ("반품", "korean"),
        ("คืนสินค้า", "thai"),
        ("वापसी", "hindi"),
        ("доставка", "russian"),
        ("email", "hyphen"),
        ("e-mail", "hyphen"),
        ("ＥＭＡＩＬ", "hyphen"),
    ],
)
def test_every_language_is_found(text, found):
    """Accents, case and width do not matter; scripts without spaces are found by their signs and pairs of signs."""
    documents = [
        document("french", "Desserts", "Une cre\u0300me brûlée."),
        document("german", "Straße", "In unserer Straße."),
        document("chinese", "退货政策", "您可以在30天内退货。"),
        document("japanese", "返品について", "返品の方法はこちら。"),
        document("korean", "안내", "반품은 30일 이내에 가능합니다."),
        document("thai", "สวัสดี", "นโยบายการคืนสินค้า"),
        document("hindi", "नीति", "हिन्दी में वापसी नीति"),
        document("russian", "Покупателям", "Доставка за два дня."),
        document("hyphen", "Contact", "Send an e-mail."),
    ]
    assert ids(documents, text)[0] == found


def test_what_no_reader_sees_is_not_found():
    """Comments, code and the addresses behind links are not content."""
    content = (
        "Visible.\n\n<!-- secret -->\n\n```\nhidden\n```\n\n[text](https://example.com/target) <b class='tagged'>x</b>"
    )
    documents = [document("a", "Title", content)]
    assert [ids(documents, word) for word in ("secret", "hidden", "target", "tagged")] == [[], [], [], []]
    assert ids(documents, "visible text") == ["a"]


# --- the kept indexes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("container", [tuple, list])
def test_changed_documents_are_indexed_anew(container):
    """An index is kept for exactly the documents it was built from: new text or new keywords make another one."""
    search = SqliteSearch(kept_indexes=2)
    for fields in ({"content": "gift"}, {"content": "card"}, {"keywords": ("gift",)}, {"audience": "gift"}, {}):
        hits = search.rank(container([document("a", "Title", **fields)]), "gift", top=1)
        assert bool(hits) == ("gift" in str(fields))


def test_an_index_is_built_once_per_library(monkeypatch):
    """Asking again, with the same or an equal library, builds nothing; only the last few libraries are kept."""
    built = []
    plain = search_sqlite._Index
    monkeypatch.setattr(search_sqlite, "_Index", lambda documents: built.append(1) or plain(documents))
    search = SqliteSearch(kept_indexes=1)
    for documents in (LIBRARY, LIBRARY, list(LIBRARY)):
        search.rank(documents, "gift", top=1)
    assert len(built) == 1
    search.rank(LIBRARY[:3], "gift", top=1)
    search.rank(LIBRARY, "gift", top=1)
    assert len(built) == 3


def test_threads_get_what_one_would():
    """Many threads asking several libraries at once get the answers a single one gets."""
    search = SqliteSearch(kept_indexes=2)
    libraries = [LIBRARY, LIBRARY[:7], LIBRARY[7:]]
    asked = [(library, question) for question in QUESTIONS for library in libraries] * 3

    def answer(pair):
        return search.rank(pair[0], pair[1], top=5)

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(answer, asked))
    assert together == [SqliteSearch().rank(library, question, top=5) for library, question in asked]


def test_ten_thousand_documents_are_searched():
    """A large library is indexed and searched whole, and its only match found."""
    words = [f"word{n}" for n in range(500)]
    draw = random.Random(3)
    documents = tuple(document(f"{n:05}", "Page", " ".join(draw.choices(words, k=30))) for n in range(9_999))
    assert ids((*documents, document("needle", "Page", "word1 word2 haystack")), "haystack word1", top=1) == ["needle"]
