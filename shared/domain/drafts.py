"""The claims that a writer drafted for its body, held to the body and to the sections that they quote."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from shared.contracts import Citation, Claim, Finding
from shared.domain.citations import CitationMark, comparable, extract_citations, without_citations
from shared.domain.sources import CitedSection
from shared.domain.support import quotation
from shared.domain.words import words_of

MOST_FINDINGS = 10


def check_drafted(
    claims: Sequence[Claim],
    body: str,
    resolved: Sequence[tuple[CitationMark, Citation | str]],
    section_of: Callable[[Citation], CitedSection],
) -> tuple[Finding, ...]:
    """What is wrong with the claims that a writer made for ``body``; at most ``MOST_FINDINGS``.

    A claim's statement stands in the body, citations and white space aside, its citation is one of the body's, and its
    quote stands in the cited section word for word.
    """
    prose = _squeezed(without_citations(body))
    cited = {comparable(mark.text): outcome for mark, outcome in resolved}
    findings = (
        Finding(check="citation", detail=f"claim {number}: {problem}")
        for number, claim in enumerate(claims, start=1)
        for problem in _drafting_problems(claim, prose, cited, section_of)
    )
    return tuple(islice(findings, MOST_FINDINGS))


def _drafting_problems(
    claim: Claim, prose: str, cited: Mapping[str, Citation | str], section_of: Callable[[Citation], CitedSection]
) -> Iterator[str]:
    statement = _squeezed(without_citations(claim.statement))
    if not statement or statement not in prose:
        yield "its statement does not stand in the body"
    marks = extract_citations(claim.citation)
    outcome = cited.get(comparable(marks[0].text)) if len(marks) == 1 else None
    if outcome is None:
        yield "its citation does not stand in the body"
    quote = words_of(claim.quote)
    if not quote:
        yield "it quotes nothing of its source"
    elif isinstance(outcome, Citation) and not quotation(quote, [section_of(outcome)]):
        yield f"its quote does not stand in {outcome.title}, {outcome.section}"


def _squeezed(text: str) -> str:
    """``comparable`` without any white space: a citation taken out may leave a space before a full stop."""
    return "".join(comparable(text).split())
