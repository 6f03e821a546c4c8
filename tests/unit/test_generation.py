"""Generation: what a variant may cite."""

from datetime import date

from activities.generation import sources_of
from shared.contracts import ContentDocument, ContentLibrary, Passage, RetrievalDocument
from shared.domain.citations import judge_marks, resolve_marks
from shared.run_config import MessageLimits

DIGEST = "0" * 64


def a_document(document_id: str, title: str, content: str) -> ContentDocument:
    return ContentDocument(
        document_id=document_id,
        title=title,
        category="",
        content=content,
        approval_date=date(2024, 1, 1),
        version=DIGEST,
    )


def test_a_citation_that_fits_a_document_not_retrieved_is_ambiguous():
    """Namesakes anywhere in the library count, whatever the case of their title; a section of one alone resolves."""
    documents = (
        a_document("a", "Guide", "# Care\n\nRub it.\n\n# Use\n\nUse it."),
        a_document("b", "GUIDE", "# Care\n\nLeave it."),
        a_document("c", "Other", "# Care\n\nOther."),
    )
    library = ContentLibrary(input_digest=DIGEST, as_of=date(2026, 1, 1), documents=documents, left_out=())
    passage = Passage(
        document_id="a",
        version=DIGEST,
        title="Guide",
        category="",
        section="Use",
        snippet="Use it.",
        relevance_score=1.0,
        paragraph_index=1,
    )
    retrieved = RetrievalDocument(input_digest=DIGEST, segment_id="s", provider="p", query="q", results=(passage,))
    known = sources_of(library, retrieved).citable
    assert [document.document_id for document in known] == ["a", "b"]
    body = "One [Source: Guide, Use] and two [Source: Guide, Care]."
    citations, findings = judge_marks(resolve_marks(body, known), MessageLimits(citations_min=1))
    assert [citation.section for citation in citations] == ["Use"]
    assert "fits several documents" in findings[0].detail
