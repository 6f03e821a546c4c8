"""The report's account of the messages: what was written, from which sources, and what was decided about it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shared.contracts import (
    Approval,
    ApprovalMode,
    Citation,
    ContentDocument,
    IndexDocument,
    LeftOut,
    Passage,
    RetrievalDocument,
    Variant,
    Verdict,
)
from shared.domain import report_words as words
from shared.domain.recalls import is_withdrawn
from shared.domain.report_model import (
    Block,
    Column,
    Fact,
    MessageCard,
    RunDocuments,
    Section,
    Series,
    SourceCard,
    SourceLink,
    StackedChart,
    Table,
    Text,
)
from shared.domain.revisions import denial
from shared.run_config import CATEGORIES, TONES, SafetyCategory, Severity

_SEVERITY_NAMES: dict[Severity | None, str] = {
    0: "safe (0)",
    2: "low (2)",
    4: "medium (4)",
    6: "high (6)",
    None: "not rated",
}
_APPROVAL_RULES: dict[ApprovalMode | None, str] = {
    "required": "A person had to approve what passed.",
    "auto": "What passed was approved automatically.",
    None: "No approval policy was set, so nothing could be approved.",
}
_SHOWN_ROWS = 50
_SHOWN_NOTICES = 20
_WEB_ADDRESS = re.compile(r"https?://[!#-;=?-~]{1,1000}")
CitedAt = tuple[str, str, int]


class Standing(NamedTuple):
    """A variant with the verdict and approval on exactly its text; None where there is none for that text."""

    variant: Variant
    verdict: Verdict | None
    approval: Approval | None


def standings(documents: RunDocuments) -> tuple[Standing, ...]:
    """Every variant, by segment in the run's order and then by tone."""
    order = {segment.segment_id: position for position, segment in enumerate(documents.segments.segments)}
    verdicts = {(verdict.variant_id, verdict.content_hash): verdict for verdict in documents.verdicts}
    approvals = {(item.variant_id, item.content_hash): item for item in documents.approvals.approvals}
    ordered = sorted(
        documents.variants,
        key=lambda item: (order.get(item.segment_id, len(order)), TONES.index(item.tone), item.variant_id),
    )
    return tuple(
        Standing(item, verdicts.get(key), approvals.get(key))
        for item in ordered
        for key in [(item.variant_id, item.content_hash)]
    )


def severity(verdict: Verdict, category: SafetyCategory) -> Severity | None:
    """The verdict's severity in one category."""
    severities: dict[SafetyCategory, Severity | None] = {
        "hate": verdict.hate_severity,
        "violence": verdict.violence_severity,
        "self_harm": verdict.self_harm_severity,
        "sexual": verdict.sexual_severity,
    }
    return severities[category]


def _name(variant: Variant) -> str:
    return f"{words.plain(variant.segment, 120)}, {variant.tone}"


def _at(citation: Citation) -> CitedAt:
    return citation.document_id, citation.version, citation.paragraph_index


def _numbered(all_standings: Iterable[Standing]) -> dict[CitedAt, tuple[int, Citation]]:
    cited: dict[CitedAt, Citation] = {}
    for citation in (citation for standing in all_standings for citation in standing.variant.citations):
        cited.setdefault(_at(citation), citation)
    return {key: (position, citation) for position, (key, citation) in enumerate(cited.items(), start=1)}


# --- messages ---------------------------------------------------------------------------------------------------------


def messages_section(documents: RunDocuments) -> Section:
    """The control message and every variant, approved or stopped."""
    all_standings = standings(documents)
    numbers = {key: number for key, (number, _) in _numbered(all_standings).items()}
    footer = words.copy_text(documents.manifest.config.brand.footer)
    cards = [_card(standing, numbers, footer) for standing in all_standings]
    nothing = [] if cards else [Text(text="No variants were generated.")]
    blocks: tuple[Block, ...] = (_control_card(documents, footer), *cards, *nothing)
    return Section(section_id="messages", title="Messages", blocks=blocks)


def _control_card(documents: RunDocuments, footer: str) -> MessageCard:
    message = documents.manifest.config.brand.control_message
    return MessageCard(
        heading="Control message, the same in every segment",
        status="control",
        status_text="Control",
        subject=words.plain(message.subject),
        preheader=words.plain(message.preheader),
        body=words.copy_text(message.body),
        call_to_action=words.plain(message.call_to_action),
        footer=footer,
        sources=(),
        findings=(),
        facts=(),
    )


def _card(standing: Standing, numbers: Mapping[CitedAt, int], footer: str) -> MessageCard:
    variant = standing.variant
    approved, decision = _decision(standing)
    return MessageCard(
        heading=_name(variant),
        status="approved" if approved else "stopped",
        status_text=decision,
        subject=words.plain(variant.subject),
        preheader=words.plain(variant.preheader),
        body=words.copy_text(variant.body),
        call_to_action=words.plain(variant.call_to_action),
        footer=footer,
        sources=tuple(
            SourceLink(number=numbers[_at(citation)], label=words.plain(f"{citation.title}, {citation.section}"))
            for citation in variant.citations
        ),
        findings=_findings(standing),
        notices=words.distinct(f"Note: {words.plain(notice, 500)}" for notice in _remarks(variant)[:_SHOWN_NOTICES]),
        facts=_facts(standing),
    )


def _remarks(variant: Variant) -> tuple[str, ...]:
    lowered = (f"written without urgency: {variant.tone_lowered}",) if variant.tone_lowered else ()
    return (*lowered, *variant.notices)


def _decision(standing: Standing) -> tuple[bool, str]:
    if standing.approval is None:
        return False, "Not decided"
    by = words.plain(standing.approval.decided_by, 80)
    decided = f" by {by}" if by else ""
    status = standing.approval.status
    phrases = {
        "approved": f"Approved{decided}",
        "rejected": f"Rejected{decided}",
        "blocked": "Blocked",
        "timed_out": "Not approved in time",
        "denied": "Denied: there is no approval policy",
    }
    return status == "approved", phrases[status]


def _findings(standing: Standing) -> tuple[str, ...]:
    found = [f"{words.sentence(item.check)}: {words.plain(item.detail, 500)}" for item in standing.variant.findings]
    if standing.approval is not None and is_withdrawn(standing.approval):
        found.append(words.sentence(words.plain(standing.approval.decided_by, 500)))
    if standing.verdict is None:
        return (*found, "Safety: no verdict is recorded for this text.")
    reason = words.plain(standing.verdict.block_reason, 500)
    told = any(item.detail in standing.verdict.block_reason for item in standing.variant.findings if item.detail)
    return words.distinct([*found, *([] if told else [reason])][:20])


def _facts(standing: Standing) -> tuple[Fact, ...]:
    variant, verdict = standing.variant, standing.verdict
    facts = [Fact(label="Message", value=variant.variant_id)]
    if verdict is not None:
        facts.append(Fact(label="Safety", value=f"{_verdict_text(verdict)}, by {words.plain(verdict.provider, 80)}"))
    facts += [
        Fact(label="Written by", value=words.plain(", ".join(filter(None, (variant.provider, variant.model))), 120)),
        *([Fact(label="Draft", value="the second, after a repair")] if variant.repaired else []),
        *_edits(variant),
        Fact(label="Cost", value=_cost(variant)),
        Fact(label="Content hash", value=variant.content_hash[:16]),
    ]
    return tuple(facts)


def _edits(variant: Variant) -> list[Fact]:
    if not variant.revision:
        return []
    authors = words.plain(", ".join(variant.authors), 300)
    return [Fact(label="Edited", value=f"{words.counted(variant.revision, 'time')}, by {authors}")]


def _cost(variant: Variant) -> str:
    reused = f", {words.counted(variant.answers_reused, 'answer')} used again" if variant.answers_reused else ""
    return f"{words.money(variant.cost_usd)}, {words.counted(variant.tokens_used, 'token')}{reused}"


def _verdict_text(verdict: Verdict) -> str:
    rated = (f"{words.readable(name)} {_severity_text(severity(verdict, name))}" for name in CATEGORIES)
    return f"{verdict.status} ({', '.join(rated)})"


def _severity_text(value: Severity | None) -> str:
    return "not rated" if value is None else str(value)


# --- safety -----------------------------------------------------------------------------------------------------------


def safety_section(documents: RunDocuments) -> Section:
    """Pass rate, severities, what blocked and why, and one line for every decision."""
    all_standings = standings(documents)
    blocks: list[Block] = [Text(text=_safety_summary(documents))]
    if documents.verdicts:
        blocks += [_severity_chart(documents.verdicts), _severity_table(documents.verdicts)]
    else:
        blocks.append(Text(text="Severities are not drawn: no message was screened."))
    metrics = documents.metrics
    blocks += _count_table("What blocked messages", "Check or category", metrics.blocked_by)
    blocks += _count_table("Reasons given", "Reason", metrics.block_reasons)
    blocks += _decision_table(all_standings)
    return Section(section_id="safety", title="Safety and approval", blocks=tuple(blocks))


def _safety_summary(documents: RunDocuments) -> str:
    metrics, policy = documents.metrics, documents.manifest.config.safety_thresholds.safety_policy
    rule = (
        f"A message is blocked when any category is rated above {policy.threshold}, when any category is not rated "
        "and when any other check fails."
    )
    approval = _APPROVAL_RULES[documents.approvals.mode] + _denial(documents)
    if metrics.pass_rate is None:
        return f"No message was screened, so there is no pass rate. {rule} {approval}"
    counts = metrics.variants
    blocked = f"blocked: {words.number(counts.blocked)} of {words.counted(counts.generated, 'message')}"
    return f"{words.percent(metrics.pass_rate, 1)} of messages passed every check; {blocked}. {rule} {approval}"


def _denial(documents: RunDocuments) -> str:
    """What a run means in which nothing was approved; empty for any other."""
    reasons = denial(documents.approvals.approvals)
    return f" {words.sentence(reasons)}." if reasons else ""


def _severity_counts(verdicts: Sequence[Verdict]) -> dict[Severity | None, tuple[int, ...]]:
    return {
        level: tuple(sum(severity(verdict, name) == level for verdict in verdicts) for name in CATEGORIES)
        for level in _SEVERITY_NAMES
    }


def _severity_chart(verdicts: Sequence[Verdict]) -> StackedChart:
    series = [
        Series(name=_SEVERITY_NAMES[level], values=values) for level, values in _severity_counts(verdicts).items()
    ]
    return StackedChart(
        title="Messages by severity rated in each category",
        axis="messages",
        labels=tuple(words.sentence(words.readable(name)) for name in CATEGORIES),
        series=tuple(item for item in series if any(item.values)),
    )


def _severity_table(verdicts: Sequence[Verdict]) -> Table:
    counts = _severity_counts(verdicts)
    rows = tuple(
        (words.sentence(words.readable(name)), *(words.number(values[position]) for values in counts.values()))
        for position, name in enumerate(CATEGORIES)
    )
    levels = (Column(name=words.sentence(label), numeric=True) for label in _SEVERITY_NAMES.values())
    return Table(caption="Messages by severity", columns=(Column(name="Category", width=1.4), *levels), rows=rows)


def _count_table(caption: str, first: str, counts: Mapping[str, int]) -> list[Table]:
    if not counts:
        return []
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = tuple(
        (words.sentence(words.plain(words.readable(name), 240)), words.number(count)) for name, count in ordered
    )
    more = len(rows) - _SHOWN_ROWS
    notes = (f"{words.number(more)} more in metrics.json.",) if more > 0 else ()
    columns = (Column(name=first, width=5.0), Column(name="Messages", numeric=True))
    return [Table(caption=caption, columns=columns, rows=rows[:_SHOWN_ROWS], notes=notes)]


def _decision_table(all_standings: Sequence[Standing]) -> list[Table]:
    if not all_standings:
        return []
    columns = (
        Column(name="Message", width=2.2),
        Column(name="Verdict", width=0.9),
        *(Column(name=words.sentence(words.readable(name)), numeric=True, width=0.85) for name in CATEGORIES),
        Column(name="Decision", width=1.8),
    )
    return [
        Table(
            caption="Severity and decision for every message",
            columns=columns,
            rows=tuple(_decision_row(standing) for standing in all_standings),
        )
    ]


def _decision_row(standing: Standing) -> tuple[str, ...]:
    verdict = standing.verdict
    severities = (
        (words.NOTHING,) * len(CATEGORIES)
        if verdict is None
        else tuple(_severity_text(severity(verdict, name)) for name in CATEGORIES)
    )
    status = "None" if verdict is None else words.sentence(verdict.status)
    return (_name(standing.variant), status, *severities, _decision(standing)[1])


# --- sources ----------------------------------------------------------------------------------------------------------


def sources_section(documents: RunDocuments) -> Section:
    """Every cited passage once, as it stood in the library, and the documents the run left out."""
    passages = {
        (passage.document_id, passage.version, passage.paragraph_index): passage
        for retrieval in documents.retrievals
        for passage in retrieval.results
    }
    library = {(item.document_id, item.version): item for item in documents.library.documents}
    cards = [
        _source_card(number, citation, passages.get(key), library.get(key[:2]))
        for key, (number, citation) in _numbered(standings(documents)).items()
    ]
    nothing = [] if cards else [Text(text="No message cites a source.")]
    blocks: tuple[Block, ...] = (
        Text(text=_library_summary(documents)),
        *cards,
        *nothing,
        *_notices(documents),
        *_left_out(documents.library.left_out),
    )
    return Section(section_id="sources", title="Sources", blocks=blocks)


def _library_summary(documents: RunDocuments) -> str:
    library = documents.library
    left_out = f"; {words.counted(len(library.left_out), 'entry', 'entries')} left out" if library.left_out else ""
    return (
        f"The library held {words.counted(len(library.documents), 'approved document')} in force on "
        f"{library.as_of.isoformat()}{left_out}. Each passage below is shown as the messages' authors were given it."
    )


def _source_card(
    number: int, citation: Citation, passage: Passage | None, document: ContentDocument | None
) -> SourceCard:
    return SourceCard(
        number=number,
        title=words.plain(citation.title),
        section=words.plain(citation.section),
        passage=words.copy_text(passage.snippet, 3000) if passage else "The passage is not among those retrieved.",
        facts=(
            Fact(label="Document", value=words.plain(citation.document_id)),
            Fact(label="Version", value=citation.version[:16]),
            *(_lifecycle(document) if document else ()),
        ),
        url=_web_address(document.source_url) if document else "",
    )


def _web_address(url: str) -> str:
    return url if _WEB_ADDRESS.fullmatch(url) else ""


def _lifecycle(document: ContentDocument) -> tuple[Fact, ...]:
    expires = document.expiry_date
    return (
        Fact(label="Approved", value=document.approval_date.isoformat()),
        *([Fact(label="Expires", value=expires.isoformat())] if expires else []),
    )


def _notices(documents: RunDocuments) -> list[Table]:
    """What a reader should know before trusting the sources: of the documents, the index and each search."""
    names = {segment.segment_id: words.plain(segment.name, 120) for segment in documents.segments.segments}
    told = [
        *(("Content", notice) for notice in documents.library.notices),
        *(("Search index", notice) for notice in _index_notices(documents.index)),
        *(
            (f"Search for {names.get(found.segment_id, found.segment_id)}", notice)
            for found in documents.retrievals
            for notice in _search_notices(found)
        ),
    ]
    if not told:
        return []
    more = len(told) - _SHOWN_ROWS
    return [
        Table(
            caption="What to know about the content and the searches",
            columns=(Column(name="Where", width=1.6), Column(name="Notice", width=4.2)),
            rows=tuple((where, words.sentence(words.plain(notice, 500))) for where, notice in told[:_SHOWN_ROWS]),
            notes=(f"{words.number(more)} more in content.json, index.json and retrieval.",) if more > 0 else (),
        )
    ]


def _index_notices(index: IndexDocument | None) -> list[str]:
    if index is None:
        return []
    failed = index.outcome.failed if index.outcome else {}
    missing = [f"{document_id} is not in the index: {reason}" for document_id, reason in sorted(failed.items())]
    return [*([f"not brought up to date: {index.error}"] if index.error else []), *missing]


def _search_notices(found: RetrievalDocument) -> list[str]:
    return [*found.notices, *([f"no passages: {found.error}"] if found.error else [])]


def _left_out(items: Sequence[LeftOut]) -> list[Table]:
    if not items:
        return []
    rows = tuple(
        (
            words.plain(item.source, 160),
            words.plain(item.document_id or "", 120) or words.NOTHING,
            words.plain(item.reason),
        )
        for item in items[:_SHOWN_ROWS]
    )
    more = len(items) - len(rows)
    return [
        Table(
            caption="Content the run did not use",
            columns=(
                Column(name="Where", width=1.6),
                Column(name="Document", width=1.2),
                Column(name="Why", width=3.0),
            ),
            rows=rows,
            notes=(f"{words.number(more)} more in content.json.",) if more else (),
        )
    ]
