"""Citations: found wherever they are, well-formed or not, and held to documents that exist."""

import random

import pytest

from shared.domain.citations import (
    CitableDocument,
    extract_citations,
    format_citation,
    one_line,
    resolve_citations,
    visible_text,
    without_citations,
)
from shared.run_config import MessageLimits

LIMITS = MessageLimits()
ANY_NUMBER = MessageLimits(citations_min=1, citations_max=10)


def a_document(document_id, title, sections, paragraphs=0):
    return CitableDocument(document_id, "0" * 64, title, sections, paragraphs)


CARE = a_document("d1", "Cast Iron Care", {"Seasoning": 0, "Washing, drying and storage": 2})
CARE_WARRANTY = a_document("d2", "Cast Iron Care, Warranty", {"Terms": 1, "Seasoning": 3})
PLAIN = a_document("d3", "Delivery and Returns", {"Paragraph 1": 0, "Paragraph 2": 1})
LIBRARY = {document.document_id: document for document in (CARE, CARE_WARRANTY, PLAIN)}


def resolve(body, known=LIBRARY, limits=ANY_NUMBER):
    return resolve_citations(body, known, limits)


def details(body, known=LIBRARY, limits=ANY_NUMBER):
    return [finding.detail for finding in resolve(body, known, limits)[1]]


# --- finding ----------------------------------------------------------------------------------------------------------


def test_citations_are_found_in_order_with_their_spans():
    """Each mark's span is the citation's place in the body; commas and balanced brackets belong to it."""
    body = "One. [Source: A, B] Two [Source: Care, Washing, drying] end [Source: Guide [2025], Part [a]]."
    marks = extract_citations(body)
    assert [mark.text for mark in marks] == ["A, B", "Care, Washing, drying", "Guide [2025], Part [a]"]
    assert [body[m.start : m.end] for m in marks] == [f"[Source: {m.text}]" for m in marks]
    assert not any(mark.problem for mark in marks)


@pytest.mark.parametrize(
    "written",
    [
        "[Source Title]",
        "[source: x]",
        "[source: Cast Iron Care, Seasoning]",
        "[SOURCE: Cast Iron Care, Seasoning]",
        "[Source:Cast Iron Care, Seasoning]",
        "[Source: Cast Iron Care]",
        "[Source: , Seasoning]",
        "[Source: Cast Iron Care, ]",
        "[Sources: Cast Iron Care, Seasoning]",
        "[ **Source**: Cast Iron Care, Seasoning]",
        "(Source: Cast Iron Care, Seasoning)",
        "【Source: Cast Iron Care, Seasoning】",
        "[Source: Cast Iron Care, Seasoning",
        "[Source: Cast Iron Care,\n\nSeasoning]",
        "[Source: " + "x" * 2000 + ", y]",
    ],
)
def test_malformed_citations_are_reported(written):
    """What opens like a citation and is not one is a finding, never ignored."""
    marks = extract_citations(f"A fact. {written} More text.")
    assert len(marks) == 1
    assert marks[0].problem
    assert resolve(f"A fact. {written}")[0] == ()
    assert "citation 1" in details(f"A fact. {written}")[0]


@pytest.mark.parametrize(
    "text", ["", "The source of the river [2].", "(a source of joy)", "[resource: x]", "[1] [sic]"]
)
def test_other_brackets_are_no_citations(text):
    """Brackets and the word source on their own mean nothing."""
    assert extract_citations(text) == []


def test_an_unclosed_citation_does_not_swallow_the_next():
    """The second of two citations is found although the first is never closed."""
    marks = extract_citations("[Source: A, B and [Source: C, D] x")
    assert [(bool(mark.problem), mark.text) for mark in marks] == [(True, "[Source"), (False, "C, D")]


def test_text_without_citations_keeps_its_words_apart():
    """Removing a citation never joins the words around it."""
    assert without_citations("one[Source: A, B]two (Source: C) three").split() == ["one", "two", "three"]


def test_a_formatted_citation_is_found_again():
    """Formatting and extracting are inverse for titles and sections on one line."""
    rng = random.Random(7)
    letters = "abc XYZ,.;:'\"-–é漢字(){}/&%  "
    for _ in range(300):
        title, section = ("t" + "".join(rng.choices(letters, k=rng.randrange(1, 40))) for _ in range(2))
        body = f"Before. {format_citation(title, section)} After."
        document = a_document("x", title, {section: 4})
        citations, findings = resolve_citations(body, {"x": document}, ANY_NUMBER)
        assert (findings, [c.paragraph_index for c in citations]) == ((), [4])


def test_hostile_bodies_are_read_in_bounded_time():
    """Long runs of brackets, spaces and openings give marks, not a hang."""
    for body in (
        "[Source:" * 20_000,
        "[" * 200_000,
        "[" + " " * 200_000,
        "[Source: " + "," * 200_000,
        "(source" * 20_000,
    ):
        assert isinstance(resolve(body)[1], tuple)


# --- resolving --------------------------------------------------------------------------------------------------------


def test_a_citation_names_document_version_and_paragraph():
    """A resolved citation carries the document's identity and its own spelling of title and section."""
    (citation,), findings = resolve("[Source: cast  iron CARE, washing, DRYING and\nstorage]")
    assert findings == ()
    assert (citation.document_id, citation.version, citation.paragraph_index) == ("d1", "0" * 64, 2)
    assert (citation.title, citation.section) == ("Cast Iron Care", "Washing, drying and storage")


def test_the_longest_title_that_fits_wins():
    """A title that is the beginning of another one does not catch the other's citations."""
    (citation,), _ = resolve("[Source: Cast Iron Care, Warranty, Terms]")
    assert citation.document_id == "d2"
    (citation,), _ = resolve("[Source: Cast Iron Care, Seasoning]")
    assert citation.document_id == "d1"


@pytest.mark.parametrize(
    "written", ["Ｃast Iron Care, Seasoning", "Cast\u00a0Iron Care, Seasoning\u200b", "CAST IRON CARE,SEASONING"]
)
def test_compatible_spellings_are_the_same(written):
    """Width, kind of space, invisible characters and case do not matter."""
    assert resolve(f"[Source: {written}]")[1] == ()


def test_typographic_quotes_and_dashes_are_the_same():
    """A model's curly quotes and long dashes still name the document."""
    known = {"q": a_document("q", "The Cook's Guide – Basics", {'What "done" means': 1})}
    assert resolve("[Source: The Cook’s Guide - Basics, What “done” means]", known)[1] == ()


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Invented Guide, Seasoning", "names no known document"),
        ("Cast Iron Care, Invented", "names no section of that document"),
        ("Cast Iron Care, Terms", "names no section of that document"),
        ("Delivery and Returns, Paragraph 3", "names no section of that document"),
        ("Delivery and Returns, Paragraph 0", "names no section of that document"),
    ],
)
def test_what_does_not_resolve_is_a_finding(written, reason):
    """Invented documents and sections are named as such."""
    citations, findings = resolve(f"[Source: {written}]")
    assert citations == ()
    assert [finding.check for finding in findings] == ["citation"]
    assert reason in findings[0].detail


def test_numbered_paragraphs_count_from_one():
    """``Paragraph N`` resolves to index N - 1, from the sections or from the number of paragraphs."""
    (citation,), _ = resolve("[Source: Delivery and Returns, paragraph 2]")
    assert citation.paragraph_index == 1
    known = {"h": a_document("h", "Guide", {"Heading": 0}, paragraphs=3)}
    (citation,), _ = resolve("[Source: Guide, Paragraph 3]", known)
    assert (citation.section, citation.paragraph_index) == ("Paragraph 3", 2)
    assert details("[Source: Guide, Paragraph 4]", known)


def test_documents_with_one_title_are_told_apart_by_section():
    """A section that one of two namesakes has decides; one that both have is ambiguous."""
    twins = {
        "a": a_document("a", "Care", {"Oil": 0, "Start": 1}),
        "b": a_document("b", "CARE", {"Wax": 0, "Start": 1}),
    }
    (citation,), _ = resolve("[Source: Care, Wax]", twins)
    assert citation.document_id == "b"
    assert "several documents" in details("[Source: Care, Start]", twins)[0]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ("no source", 1),
        ("[Source: Cast Iron Care, Seasoning]", 1),
        ("[Source: Cast Iron Care, Seasoning] [Source: cast iron care, seasoning]", 1),
        ("[Source: Cast Iron Care, Seasoning] [Source: Delivery and Returns, Paragraph 1]", 0),
        ("[Source: Cast Iron Care, Seasoning] [Source: Delivery and Returns, Paragraph 1]" * 2, 1),
    ],
)
def test_the_number_of_citations_is_held_to_the_limits(body, faults):
    """At least two different ones, at most three in all."""
    assert len(details(body, limits=LIMITS)) == faults


def test_repeated_citations_are_listed_once():
    """The record holds distinct citations in order of first use."""
    body = "[Source: Delivery and Returns, Paragraph 1] [Source: Cast Iron Care, Seasoning] " * 2
    assert [c.document_id for c in resolve(body)[0]] == ["d3", "d1"]


def test_long_citations_are_shortened_in_findings():
    """A finding's detail is one short line."""
    (detail,) = details("[Source: " + "long\n" * 150 + ", x]")
    assert len(detail) < 160
    assert "\n" not in detail


def test_plain_text_drops_what_cannot_be_seen():
    """Control, zero-width and direction characters go; letters of every script stay."""
    assert visible_text("a\u200bb\x00c\u202ed\ufeff\tे\n漢\ud800") == "abcd\tे\n漢"
    assert one_line(" a\r\n b\u2028c\u00a0\x1fd ") == "a b c d"
