"""The documents that messages are held to: which of their sections can be cited, and what stands in each.

Pure functions over documents. Whether a sentence says what its section says is not decided here.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from shared.contracts import Citation, ContentDocument, ContentLibrary, LeftOut, RetrievalDocument
from shared.domain.citations import CitableDocument, comparable
from shared.domain.instructions import find_instructions
from shared.domain.markdown import Paragraph, section_paragraphs, sentence_spans
from shared.domain.words import roots_of

_WORD = re.compile(r"[^\W\d_]{3,20}")


class CitedSection(NamedTuple):
    """A citation and the paragraphs that it stands for, as plain text."""

    citation: Citation
    paragraphs: tuple[Paragraph, ...]

    @property
    def citation_texts(self) -> tuple[str, str]:
        """The title of the document and the name of the section."""
        return self.citation.title, self.citation.section

    @property
    def roots(self) -> frozenset[str]:
        """The roots of everything that the section says, its titles included."""
        texts = (*self.citation_texts, *(paragraph.text for paragraph in self.paragraphs))
        return frozenset(root for text in texts for root in roots_of(text))

    @property
    def label(self) -> str:
        """As a reader knows it."""
        return f"{self.citation.title}, {self.citation.section}"


class Sources:
    """Documents that may be cited, and those of which is known only why they may not be."""

    def __init__(self, documents: Iterable[ContentDocument], left_out: Iterable[LeftOut] = ()) -> None:
        self._documents = {document.document_id: document for document in documents}
        self._left_out = [item for item in left_out if item.title and item.document_id]
        self._sections: dict[str, dict[str, tuple[Paragraph, ...]]] = {}

    @cached_property
    def citable(self) -> tuple[CitableDocument, ...]:
        """Every document, usable or not, with the names of its sections."""
        usable = [
            CitableDocument(
                document_id=document.document_id,
                version=document.version,
                title=document.title,
                sections={name: found[0].index for name, found in self._sections_of(document.document_id).items()},
            )
            for document in self._documents.values()
        ]
        lapsed = [
            CitableDocument(item.document_id or "", "", item.title, {}, lapse=item.reason) for item in self._left_out
        ]
        return (*usable, *lapsed)

    @cached_property
    def vocabulary(self) -> tuple[tuple[CitedSection, frozenset[str]], ...]:
        """Every section of the documents that may be cited, with the roots of its words."""
        sections = (
            CitedSection(_citation_of(document, name, found), found)
            for document in self._documents.values()
            for name, found in self._sections_of(document.document_id).items()
        )
        return tuple((section, section.roots) for section in sections)

    @cached_property
    def house_names(self) -> tuple[str, ...]:
        """Words that always have a capital, in two documents or more: the brand's names."""
        texts = [f"{document.title}\n{document.content}" for document in self._documents.values()]
        written = [frozenset(_WORD.findall(text)) for text in texts]
        small = frozenset(word.casefold() for words in written for word in words if word.islower())
        found = Counter(word for words in written for word in words if word.istitle() and word.casefold() not in small)
        return tuple(name for name, count in found.items() if count > 1)

    def titled(self, titles: Iterable[str]) -> "Sources":
        """These sources with the documents of these titles alone."""
        wanted = {comparable(title) for title in titles}
        return Sources(
            [document for document in self._documents.values() if comparable(document.title) in wanted],
            [item for item in self._left_out if comparable(item.title) in wanted],
        )

    def section(self, citation: Citation) -> CitedSection:
        """What stands in the section of a resolved ``citation``."""
        sections = self._sections_of(citation.document_id)
        wanted = comparable(citation.section)
        return CitedSection(citation, next(found for name, found in sections.items() if comparable(name) == wanted))

    def _sections_of(self, document_id: str) -> dict[str, tuple[Paragraph, ...]]:
        if document_id not in self._sections:
            found = section_paragraphs(self._documents[document_id].content)
            self._sections[document_id] = {name: tuple(map(_without_orders, told)) for name, told in found.items()}
        return self._sections[document_id]


def _citation_of(document: ContentDocument, section: str, paragraphs: tuple[Paragraph, ...]) -> Citation:
    return Citation(
        document_id=document.document_id,
        version=document.version,
        title=document.title,
        section=section,
        paragraph_index=paragraphs[0].index,
    )


def sources_of(library: ContentLibrary, retrieved: RetrievalDocument) -> Sources:
    """What a variant of a segment may cite: the documents retrieved for it and their namesakes in the library.

    A citation that fits a namesake too is ambiguous.
    """
    return Sources(library.documents, library.left_out).titled(passage.title for passage in retrieved.results)


def _without_orders(paragraph: Paragraph) -> Paragraph:
    """The paragraph with blanks for sentences that read like an instruction to a model: they support nothing."""
    text = paragraph.text
    if not find_instructions(text):
        return paragraph
    told = (
        " " * (end - start) if find_instructions(text[start:end]) else text[start:end]
        for start, end in sentence_spans(text)
    )
    return replace(paragraph, text="".join(told))
