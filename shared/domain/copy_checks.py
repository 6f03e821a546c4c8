"""Every check that a message's text must pass, in one place: whoever wrote it, wherever it is asked for.

Pure. What a person or a service has to say of the text (approval, safety) is not decided here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shared.contracts import Citation, Claim, Finding, Message, SupportedClaim
from shared.domain.brand import check_brand
from shared.domain.citations import judge_marks, resolve_marks, without_citations
from shared.domain.drafts import check_drafted
from shared.domain.grounding import ground
from shared.domain.messages import validate_variant_format
from shared.domain.offers import CitedPassage, check_offers
from shared.domain.sources import CitedSection, Sources
from shared.domain.statements import Statement, statements_of
from shared.domain.substantiation import check_substantiation
from shared.domain.urgency import check_urgency
from shared.run_config import BrandConfig, Tone


class CheckedCopy(NamedTuple):
    """What a message stands on, what is wrong with it, and why its tone is lowered, where it is."""

    citations: tuple[Citation, ...]
    claims: tuple[SupportedClaim, ...]
    findings: tuple[Finding, ...]
    tone_lowered: str


class Standard(NamedTuple):
    """What messages are held to: the documents they may cite, the brand's rules, and the day."""

    sources: Sources
    brand: BrandConfig
    as_of: date
    call_to_action: bool = True
    """Whether a message must have one."""


def check_copy(message: Message, tone: Tone, standard: Standard, drafted: Sequence[Claim] = ()) -> CheckedCopy:
    """Hold ``message`` to the format, to its sources, to its tone and to the brand's rules.

    ``drafted`` are the claims that its writer made, if any. Any finding blocks the message.
    """
    sources, brand, as_of, needs_call = standard
    marks = resolve_marks(message.body, sources.citable)
    citations, unresolved = judge_marks(marks, brand.limits)
    cited = [sources.section(citation) for citation in citations]
    own_names = (brand.signature, brand.name)
    grounded = ground(message.body, marks, sources.section, (*own_names, *sources.house_names), sources.vocabulary)
    resolved = [outcome for _, outcome in marks]
    stated = [
        (one.text, None if one in grounded.passing else _passage(one, resolved, sources))
        for one in statements_of(message.body)
    ]
    told = told_fields(message)
    urgency = check_urgency(told, tone, cited, as_of)
    findings = (
        *validate_variant_format(message, brand.limits, brand.merge_fields, call_to_action=needs_call),
        *unresolved,
        *check_drafted(drafted, message.body, marks, sources.section),
        *grounded.findings,
        *check_substantiation(told, cited, own_names),
        *_offers(told, stated, cited, standard),
        *urgency.findings,
        *check_brand(message, brand),
    )
    return CheckedCopy(citations, grounded.claims, findings, urgency.tone_lowered)


def _offers(
    told: Mapping[str, str],
    stated: Sequence[tuple[str, CitedPassage | None]],
    cited: Sequence[CitedSection],
    standard: Standard,
) -> tuple[Finding, ...]:
    """The values of the message held to the passages they stand by; those of a sentence with none to all of them."""
    brand = standard.brand
    beside = {name: text for name, text in told.items() if name != "body"}
    return check_offers(
        beside,
        stated,
        [_as_passage([one]) for one in cited],
        as_of=standard.as_of,
        exempt=(brand.name, brand.signature),
    )


def _passage(statement: Statement, resolved: Sequence[Citation | str], sources: Sources) -> CitedPassage | None:
    """What the statement's own citations stand for together."""
    own = [resolved[number] for number in (statement.citations or statement.below)]
    sections = [sources.section(one) for one in own if isinstance(one, Citation)]
    return _as_passage(sections) if sections else None


def _as_passage(sections: Sequence[CitedSection]) -> CitedPassage:
    return CitedPassage(
        citation=" and ".join(section.label for section in sections),
        document_id=sections[0].citation.document_id,
        texts=tuple(paragraph.text for section in sections for paragraph in section.paragraphs),
    )


def told_fields(message: Message) -> dict[str, str]:
    """The fields as findings name them, each without citations."""
    return {name.replace("_", " "): without_citations(text) for name, text in message}
