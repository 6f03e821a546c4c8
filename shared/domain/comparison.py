"""Two runs side by side: what was set differently, what was written differently, what was decided and what it cost.

Pure functions over the documents of both runs. Judges nothing: neither run is called the better one.
"""

import difflib
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeVar

from shared.contracts import (
    BlobRef,
    ContentDocument,
    LatencySummary,
    Manifest,
    MetricsDocument,
    Passage,
    RetrievalDocument,
    Segment,
    Variant,
    Verdict,
)
from shared.domain import report_words as words
from shared.domain.comparison_model import (
    Comparison,
    FieldDiff,
    Figure,
    InputComparison,
    InputName,
    MessageField,
    RetrievalComparison,
    RunLabel,
    RunSide,
    SettingChange,
    SeverityChange,
    VariantComparison,
    VariantSide,
    Where,
)
from shared.domain.digests import canonical_json, digest
from shared.domain.markdown import sentences
from shared.run_config import CATEGORIES, TONES, Tone

SHORT = 200
"""Characters of a setting's value that are shown; a longer one is shown by its differing lines."""
LONGEST_DIFF = 1000
"""Lines or sentences; two longer texts are not compared line by line."""
_CONTEXT = 1
_NAMED_SETTINGS = 3
_SHA256_CHARACTERS = 64
_FIELDS: tuple[MessageField, ...] = ("subject", "preheader", "body", "call_to_action")
_SERVICES = ("search", "embeddings", "generation", "safety")
_SERVICE_FIELDS = ("calls", "errors", "attempts", "p50_ms", "p95_ms")
_METRIC_FIELDS = {
    "tokens.total": "tokens",
    "tokens.prompt": "prompt_tokens",
    "tokens.cached": "cached_tokens",
    "tokens.completion": "completion_tokens",
    "answers_reused": "answers_reused",
    "cost_usd": "cost_usd",
}
_INPUT_NAMES: dict[InputName, str] = {
    "customers": "the customer list",
    "content": "the content library",
    "segments": "the segments",
}

Item = TypeVar("Item", bound=Hashable)
Keyed = TypeVar("Keyed")


def compare_runs(first: RunSide, second: RunSide) -> Comparison:
    """What differs between two runs. Messages are paired by segment id and tone, and ordered by both."""
    configuration = _configuration(first.manifest, second.manifest)
    inputs = (_customers(first, second), _content(first, second), _segments(first, second))
    retrievals = _retrievals(first, second)
    variants = _variants(first, second)
    totals = _totals(first, second)
    same = not (
        configuration
        or any(item.differs for item in inputs)
        or any(item.changed for item in retrievals)
        or any(item.changed for item in variants)
    )
    return Comparison(
        first=_label(first.manifest),
        second=_label(second.manifest),
        same=same,
        summary=_summary(configuration, inputs, retrievals, variants, totals["cost_usd"], same=same),
        configuration=configuration,
        inputs=inputs,
        retrievals=retrievals,
        variants=variants,
        totals=totals,
    )


def _label(manifest: Manifest) -> RunLabel:
    return RunLabel(
        run_id=manifest.run_id,
        created_at=manifest.created_at,
        as_of=manifest.as_of,
        replay_of=manifest.replay_of,
    )


# --- configuration ----------------------------------------------------------------------------------------------------


def _configuration(first: Manifest, second: Manifest) -> tuple[SettingChange, ...]:
    """Settings that differ, ordered by key. The seed that a run takes from its own id is not one."""
    settings = [dict(_flat(_settings(manifest))) for manifest in (first, second)]
    keys = sorted(settings[0].keys() | settings[1].keys())
    pairs = [(key, settings[0].get(key), settings[1].get(key)) for key in keys]
    return tuple(_setting(key, before, after) for key, before, after in pairs if not _equal(before, after))


def _settings(manifest: Manifest) -> dict[str, Any]:
    return {
        **manifest.config.model_dump(mode="json"),
        "approval": manifest.approval,
        "versions": manifest.versions,
    }


def _flat(settings: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is not a section itself, by its dotted path; a list is one value."""
    for name, value in settings.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _equal(first: Any, second: Any) -> bool:
    """Whether two plain JSON values are the same; a truth value is no number."""
    return canonical_json(first) == canonical_json(second)


def _setting(key: str, first: Any, second: Any) -> SettingChange:
    texts = [_lines_of(value) for value in (first, second)]
    shown = [_short(value) for value in (first, second)]
    by_line = any(len(lines) > 1 for lines in texts) or shown != [first, second]
    diff, note = _unified(*texts) if by_line else ((), "")
    return SettingChange(key=key, first=shown[0], second=shown[1], diff=diff, note=note)


def _lines_of(value: Any) -> list[str]:
    if isinstance(value, list):
        return [canonical_json(item) for item in value]
    return value.split("\n") if isinstance(value, str) else [canonical_json(value)]


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else canonical_json(value)
    if len(text) <= SHORT:
        return value
    return f"{text[:SHORT]}… ({words.number(len(text) - SHORT)} more characters)"


# --- texts ------------------------------------------------------------------------------------------------------------


def _unified(first: Sequence[str], second: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The unified diff, or none and why not."""
    longest = max(len(first), len(second))
    if longest > LONGEST_DIFF:
        return (), f"not compared line by line: {words.number(longest)} lines, at most {words.number(LONGEST_DIFF)} are"
    return tuple(difflib.unified_diff(first, second, "first", "second", lineterm="", n=_CONTEXT)), ""


def _field_diff(field: MessageField, first: str, second: str) -> FieldDiff:
    look_alike = _seen(first) == _seen(second)
    units = _units(first), _units(second)
    if look_alike or units[0] == units[1]:  # sentences leave out the spaces around them, which are all that differs
        units = first.split("\n"), second.split("\n")
    diff, note = _unified(*units)
    return FieldDiff(field=field, diff=diff, look_alike=look_alike, note=note)


def _units(text: str) -> list[str]:
    """The sentences of each line, an empty one for a line without any."""
    if not text:
        return []
    return [unit for line in text.split("\n") for unit in sentences(line) or [""]]


def _seen(text: str) -> str:
    """What a reader sees: letters in their composed form, without invisible signs, one space for several."""
    visible = " ".join(text.split())
    return "".join(
        sign for sign in unicodedata.normalize("NFC", visible) if unicodedata.category(sign) not in {"Cc", "Cf"}
    )


# --- inputs -----------------------------------------------------------------------------------------------------------


def _customers(first: RunSide, second: RunSide) -> InputComparison:
    refs = first.manifest.customers, second.manifest.customers
    differs, reason = _other_blob(*refs)
    return InputComparison(
        name="customers", differs=differs, first=refs[0].etag, second=refs[1].etag, reason=reason, details=_sizes(*refs)
    )


def _other_blob(first: BlobRef, second: BlobRef) -> tuple[bool | None, str]:
    """Whether two blobs hold other bytes. Equal marks and other sizes say so surely; other marks only as digests."""
    if first.size is not None and second.size is not None and first.size != second.size:
        return True, ""
    if first.etag is None or second.etag is None:
        return None, "a run did not note the version of its customer list"
    both_digests = is_digest(first.etag) and is_digest(second.etag)
    same_place = (first.container, first.name) == (second.container, second.name)
    if first.etag == second.etag and (both_digests or same_place):
        return False, ""
    if both_digests or same_place:
        return True, ""
    return None, "the store's version marks are no digests, so those of two blobs cannot be compared"


def is_digest(etag: str | None) -> bool:
    """Whether a version mark is a SHA-256 in hex, which two blobs share only if they hold the same bytes."""
    return etag is not None and len(etag) == _SHA256_CHARACTERS and set(etag) <= set("0123456789abcdef")


def _sizes(first: BlobRef, second: BlobRef) -> tuple[str, ...]:
    if first.size is None or second.size is None or first.size == second.size:
        return ()
    return (f"{words.number(first.size)} bytes in the first run, {words.number(second.size)} in the second",)


def _content(first: RunSide, second: RunSide) -> InputComparison:
    """The documents that could be cited, by what they say; where they lay and what was left out does not matter."""
    if first.library is None or second.library is None:
        etags = first.manifest.content.etag, second.manifest.content.etag
        return _unknown_unless_equal("content", "a run's content library is not at hand", *etags)
    documents = [{item.document_id: item for item in side.documents} for side in (first.library, second.library)]
    marks = [digest(found) for found in documents]
    return InputComparison(
        name="content",
        differs=marks[0] != marks[1],
        first=marks[0],
        second=marks[1],
        details=_each_change(documents[0], documents[1], _document_change),
    )


def _document_change(first: ContentDocument, second: ContentDocument) -> str:
    if first.version != second.version:
        return "has another text"
    before, after = first.model_dump(mode="json"), second.model_dump(mode="json")
    return f"has another {words.listed([words.readable(name) for name in before if before[name] != after[name]])}"


def _segments(first: RunSide, second: RunSide) -> InputComparison:
    if first.segments is None or second.segments is None:
        return _unknown_unless_equal("segments", "a run's segments are not at hand", None, None)
    marks = [
        digest(side.model_dump(mode="json", exclude={"input_digest"})) for side in (first.segments, second.segments)
    ]
    named = [{item.segment_id: item for item in side.segments} for side in (first.segments, second.segments)]
    return InputComparison(
        name="segments",
        differs=marks[0] != marks[1],
        first=marks[0],
        second=marks[1],
        details=_each_change(named[0], named[1], _segment_change),
    )


def _segment_change(first: Segment, second: Segment) -> str:
    if first.size == second.size:
        return "has the same size and another profile"
    return f"has {words.number(first.size)} customers in the first run, {words.number(second.size)} in the second"


def _unknown_unless_equal(name: InputName, reason: str, first: str | None, second: str | None) -> InputComparison:
    if first is not None and first == second:
        return InputComparison(name=name, differs=False, first=first, second=second)
    return InputComparison(name=name, differs=None, first=first, second=second, reason=reason)


def _each_change(
    first: Mapping[str, Keyed], second: Mapping[str, Keyed], explain: Callable[[Keyed, Keyed], str]
) -> tuple[str, ...]:
    """One line for every id whose item is not the same in both, ordered by id."""
    return tuple(
        f"{key} {explain(first[key], second[key])}"
        if key in first and key in second
        else f"{key} is only in the {'first' if key in first else 'second'} run"
        for key in sorted(first.keys() | second.keys())
        if first.get(key) != second.get(key)
    )


# --- passages ---------------------------------------------------------------------------------------------------------


def _retrievals(first: RunSide, second: RunSide) -> tuple[RetrievalComparison, ...]:
    found = [{item.segment_id: item for item in side.retrievals} for side in (first, second)]
    segment_ids = sorted(found[0].keys() | found[1].keys())
    return tuple(_retrieval(key, found[0].get(key), found[1].get(key)) for key in segment_ids)


def _retrieval(
    segment_id: str, first: RetrievalDocument | None, second: RetrievalDocument | None
) -> RetrievalComparison:
    if first is None or second is None:
        return RetrievalComparison(
            segment_id=segment_id,
            where=_where(first, second),
            providers=(first and first.provider, second and second.provider),
            query_changed=None,
            order_changed=None,
            changed=True,
        )
    passages = [_place(passage) for passage in first.results], [_place(passage) for passage in second.results]
    appeared, disappeared = _moved(*passages)
    return RetrievalComparison(
        segment_id=segment_id,
        where="both",
        providers=(first.provider, second.provider),
        query_changed=first.query != second.query,
        order_changed=not appeared and not disappeared and passages[0] != passages[1],
        appeared=tuple(_place_in_words(place) for place in appeared),
        disappeared=tuple(_place_in_words(place) for place in disappeared),
        errors=(first.error, second.error),
        changed=(passages[0], first.query, first.error) != (passages[1], second.query, second.error),
    )


def _place(passage: Passage) -> Passage:
    """The passage without its score."""
    return passage.model_copy(update={"relevance_score": 0.0})


def _place_in_words(passage: Passage) -> str:
    return f"{passage.document_id}: {passage.title}, {passage.section}"


def _where(first: object | None, second: object | None) -> Where:
    if first is not None and second is not None:
        return "both"
    return "only_second" if first is None else "only_first"


def _moved(first: Sequence[Item], second: Sequence[Item]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What only ``second`` has and what only ``first`` has, repetitions counted, in their order."""
    appeared = Counter(second) - Counter(first)
    disappeared = Counter(first) - Counter(second)
    return tuple(appeared.elements()), tuple(disappeared.elements())


# --- messages ---------------------------------------------------------------------------------------------------------


_Key = tuple[str, Tone]


class _Judged(NamedTuple):
    """A variant and the verdict on exactly its text, if there is one."""

    variant: Variant
    verdict: Verdict | None

    @property
    def status(self) -> Literal["pass", "block"] | None:
        return self.verdict.status if self.verdict else None

    @property
    def block_reason(self) -> str:
        return self.verdict.block_reason if self.verdict else ""


def _variants(first: RunSide, second: RunSide) -> tuple[VariantComparison, ...]:
    found = _judged(first), _judged(second)
    keys = sorted(found[0].keys() | found[1].keys(), key=lambda key: (key[0], TONES.index(key[1])))
    return tuple(_variant(key, *found) for key in keys)


def _judged(side: RunSide) -> dict[_Key, _Judged]:
    verdicts = {(verdict.variant_id, verdict.content_hash): verdict for verdict in side.verdicts}
    return {
        (variant.segment_id, variant.tone): _Judged(variant, verdicts.get((variant.variant_id, variant.content_hash)))
        for variant in side.variants
    }


def _variant(key: _Key, first: Mapping[_Key, _Judged], second: Mapping[_Key, _Judged]) -> VariantComparison:
    if key not in second:
        return _lone(first[key], "only_first")
    if key not in first:
        return _lone(second[key], "only_second")
    return _pair(first[key], second[key])


def _lone(judged: _Judged, where: Where) -> VariantComparison:
    """A message that only one run has."""
    side = _side(judged)
    return VariantComparison(
        segment_id=judged.variant.segment_id,
        segment=judged.variant.segment,
        tone=judged.variant.tone,
        where=where,
        first=side if where == "only_first" else None,
        second=side if where == "only_second" else None,
        text_changed=None,
        status_changed=None,
        changed=True,
    )


def _pair(first: _Judged, second: _Judged) -> VariantComparison:
    before, after = first.variant, second.variant
    sides = _side(first), _side(second)
    text = tuple(_field_diffs(before, after))
    findings = _moved(before.findings, after.findings)
    citations = _moved(before.citations, after.citations)
    severities = tuple(_severity_changes(first.verdict, second.verdict))
    made_alike = _made(sides[0]) == _made(sides[1])
    return VariantComparison(
        segment_id=after.segment_id,
        segment=after.segment,
        tone=after.tone,
        where="both",
        first=sides[0],
        second=sides[1],
        text_changed=bool(text),
        text=text,
        status_changed=first.status != second.status,
        findings_appeared=findings[0],
        findings_disappeared=findings[1],
        citations_appeared=citations[0],
        citations_disappeared=citations[1],
        severities=severities,
        changed=bool(text or any(findings) or any(citations) or severities) or not made_alike,
    )


def _made(side: VariantSide) -> dict[str, Any]:
    """What a message's figures say of how it was made and judged, apart from what that cost."""
    return side.model_dump(exclude={"variant_id", "tokens", "cost_usd", "milliseconds", "reason"})


def _side(judged: _Judged) -> VariantSide:
    variant, verdict = judged
    calls = (*variant.calls, *(verdict.calls if verdict else ()))
    reasons = words.distinct(
        ["" if verdict else "there is no verdict on this text", "" if calls else "no service was called for it"]
    )
    return VariantSide(
        variant_id=variant.variant_id,
        provider=variant.provider,
        model=variant.model,
        safety_provider=verdict.provider if verdict else None,
        status=judged.status,
        block_reason=judged.block_reason,
        repaired=variant.repaired,
        tokens=variant.tokens_used,
        cost_usd=variant.cost_usd,
        milliseconds=round(math.fsum(call.milliseconds for call in calls), 3) if calls else None,
        reason="; ".join(reasons),
    )


def _field_diffs(first: Variant, second: Variant) -> Iterator[FieldDiff]:
    for field in _FIELDS:
        before, after = getattr(first, field), getattr(second, field)
        if before != after:
            yield _field_diff(field, before, after)


def _severity_changes(first: Verdict | None, second: Verdict | None) -> Iterator[SeverityChange]:
    if first is None or second is None:
        return
    for category in CATEGORIES:
        before, after = getattr(first, f"{category}_severity"), getattr(second, f"{category}_severity")
        if before != after:
            yield SeverityChange(category=category, first=before, second=after)


# --- totals -----------------------------------------------------------------------------------------------------------


def _totals(first: RunSide, second: RunSide) -> dict[str, Figure]:
    """Figures by name: of the messages, by the verdicts; of tokens, cost and latency, by each run's metrics."""
    counted = _counts(first), _counts(second)
    figures = {name: _figure(counted[0][name], counted[1][name]) for name in ("generated", "passed", "blocked")}
    return {
        **{f"variants.{name}": figure for name, figure in figures.items()},
        "pass_rate": _figure(_pass_rate(counted[0]), _pass_rate(counted[1]), "a run has no messages"),
        **_metric_figures(first.metrics, second.metrics),
    }


def _counts(side: RunSide) -> dict[str, int]:
    statuses = Counter(judged.status for judged in _judged(side).values())
    return {"generated": len(side.variants), "passed": statuses["pass"], "blocked": statuses["block"]}


def _pass_rate(counts: Mapping[str, int]) -> float | None:
    return counts["passed"] / counts["generated"] if counts["generated"] else None


def _metric_figures(first: MetricsDocument | None, second: MetricsDocument | None) -> dict[str, Figure]:
    missing = [name for name, metrics in (("first", first), ("second", second)) if metrics is None]
    reason = f"there are no metrics of the {words.listed(missing)} run" if missing else ""
    figures = {
        name: _figure(getattr(first, field, None), getattr(second, field, None), reason)
        for name, field in _METRIC_FIELDS.items()
    }
    services = [metrics.services if metrics else {} for metrics in (first, second)]
    for service in _service_names(*services):
        pair = services[0].get(service), services[1].get(service)
        for field in _SERVICE_FIELDS:
            before, after = (getattr(summary, field, None) for summary in pair)
            figures[f"services.{service}.{field}"] = _figure(before, after, reason or f"a run made no {service} call")
    return figures


def _service_names(first: Mapping[str, LatencySummary], second: Mapping[str, LatencySummary]) -> list[str]:
    """Every service that either run knows, in the order of the pipeline."""
    known = first.keys() | second.keys()
    return [*(name for name in _SERVICES if name in known), *sorted(known - set(_SERVICES))]


def _figure(first: float | None, second: float | None, reason: str = "") -> Figure:
    if first is None or second is None:
        return Figure(first=first, second=second, change=None, reason=reason)
    return Figure(first=first, second=second, change=round(second - first, 9))


# --- in words ---------------------------------------------------------------------------------------------------------


def _summary(
    configuration: Sequence[SettingChange],
    inputs: Sequence[InputComparison],
    retrievals: Sequence[RetrievalComparison],
    variants: Sequence[VariantComparison],
    cost: Figure,
    *,
    same: bool,
) -> str:
    """One paragraph: what was given, what came of it, what it cost; 'no difference' only where there is none."""
    unknown = _of_inputs(inputs, None, "it cannot be told whether {} {} the same")
    if same:
        clauses = ["there is no difference between the runs in settings, inputs, passages, messages or verdicts"]
    else:
        clauses = [
            _settings_in_words(configuration),
            _of_inputs(inputs, True, "{} {} not the same"),
            _passages_in_words(retrievals),
            _messages_in_words(variants),
            _verdicts_in_words(variants),
        ]
    told = words.distinct([*clauses, unknown, _cost_in_words(cost)])
    return " ".join(f"{words.sentence(clause)}." for clause in told)


def _settings_in_words(configuration: Sequence[SettingChange]) -> str:
    if not configuration:
        return "the settings are the same"
    keys = [change.key for change in configuration[:_NAMED_SETTINGS]]
    rest = len(configuration) - len(keys)
    named = words.listed([*keys, *([f"{rest} more"] if rest else [])])
    return f"{words.counted(len(configuration), 'setting differs', 'settings differ')}: {named}"


def _of_inputs(inputs: Sequence[InputComparison], differs: bool | None, clause: str) -> str:
    named = [_INPUT_NAMES[item.name] for item in inputs if item.differs is differs]
    plural = len(named) > 1 or named == [_INPUT_NAMES["segments"]]
    return clause.format(words.listed(named), "are" if plural else "is") if named else ""


def _passages_in_words(retrievals: Sequence[RetrievalComparison]) -> str:
    both = [item for item in retrievals if item.where == "both"]
    changed = sum(item.changed for item in both)
    return f"the passages of {changed} of {words.counted(len(both), 'segment')} differ" if changed else ""


def _messages_in_words(variants: Sequence[VariantComparison]) -> str:
    where = Counter(item.where for item in variants)
    changed = sum(bool(item.text_changed) for item in variants)
    clauses = []
    if where["both"]:
        clauses.append(f"{changed or 'none'} of {words.counted(where['both'], 'message')} {_verb(changed, 'differ')}")
    for count, name in ((where["only_first"], "first"), (where["only_second"], "second")):
        if count:
            clauses.append(f"{words.counted(count, 'message')} {_verb(count, 'exist')} only in the {name} run")
    return "; ".join(clauses) or "neither run has a message"


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


def _verdicts_in_words(variants: Sequence[VariantComparison]) -> str:
    pairs = [item for item in variants if item.first is not None and item.second is not None]
    passed = Counter(
        name
        for item in pairs
        if item.status_changed
        for name, side in (("first", item.first), ("second", item.second))
        if side is not None and side.status == "pass"
    )
    clauses = [f"{passed[name]} passed only in the {name} run" for name in ("first", "second") if passed[name]]
    return "; ".join(clauses) or ("no verdict on a message of both runs changed" if pairs else "")


def _cost_in_words(cost: Figure) -> str:
    if cost.change is None:
        return f"the costs cannot be compared: {cost.reason}"
    if not cost.change:
        return "both runs cost the same"
    return f"the second run cost {words.money(abs(cost.change))} {'more' if cost.change > 0 else 'less'}"
