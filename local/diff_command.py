"""``diff``: two runs of the data folder side by side. Reads files only, changes nothing, and needs no service."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from rich.cells import cell_len, chop_cells

from shared.contracts import (
    ApprovalsDocument,
    Citation,
    ContentLibrary,
    Finding,
    Manifest,
    MetricsDocument,
    RetrievalDocument,
    Revision,
    RunId,
    SegmentsDocument,
    Variant,
    Verdict,
)
from shared.domain import report_words as words
from shared.domain.comparison import compare_runs, is_digest
from shared.domain.comparison_model import (
    Comparison,
    FieldDiff,
    Figure,
    InputComparison,
    RetrievalComparison,
    RunLabel,
    RunSide,
    SettingChange,
    VariantComparison,
    VariantSide,
)
from shared.domain.digests import canonical_json
from shared.domain.revisions import standing_revisions
from shared.errors import InputError
from shared.run_config import TONES, Frozen
from shared.run_folder import (
    APPROVALS,
    LIBRARY,
    MANIFEST,
    METRICS,
    RUNS,
    SEGMENTS,
    retrieval_file,
    revision_file,
    variant_file,
    verdict_file,
)

WIDTH = 100
"""Columns; signs that fill two count as two."""
_SHOWN_DETAILS = 20
_DIFF_HEAD = 2
_LOST_SPACE = re.compile(r"^ | (?= |$)")
_JOINERS = {"\u200c", "\u200d"}
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}

Document = TypeVar("Document", bound=Frozen)
Lines = Iterator[str]


def diff(first: str, second: str, out: Path) -> Comparison:
    """The comparison of two runs below ``out``; ``InputError`` names what of a run is missing or damaged."""
    return compare_runs(_read_run(first, out), _read_run(second, out))


def render(comparison: Comparison) -> str:
    """The comparison for a person: plain lines of at most ``WIDTH`` columns, invisible signs as escapes."""
    return "\n".join(_page(comparison))


# --- reading ----------------------------------------------------------------------------------------------------------


def _read_run(run_id: str, out: Path) -> RunSide:
    """All of a run that is compared. It must have come as far as a verdict on every message."""
    folder = out / RUNS / _checked(run_id)
    if not folder.is_dir():
        raise InputError(f"run {run_id}: there is no such run in {out}")
    manifest = _required(folder, MANIFEST, Manifest, "run_id", run_id)
    segments = _required(folder, SEGMENTS, SegmentsDocument)
    segment_ids = [segment.segment_id for segment in segments.segments]
    variant_ids = [f"{segment_id}-{tone}" for segment_id in segment_ids for tone in TONES]

    def each(ids: Sequence[str], file: Callable[[str], str], kind: type[Document], key: str) -> tuple[Document, ...]:
        return tuple(_required(folder, file(item), kind, key, item) for item in ids)

    revised = _revised(folder)
    try:
        return RunSide(
            manifest=_with_digest(manifest, out),
            variants=tuple(
                revised[one.variant_id].variant if one.variant_id in revised else one
                for one in each(variant_ids, variant_file, Variant, "variant_id")
            ),
            verdicts=tuple(
                revised[one.variant_id].verdict if one.variant_id in revised else one
                for one in each(variant_ids, verdict_file, Verdict, "variant_id")
            ),
            metrics=_found(folder, METRICS, MetricsDocument),
            retrievals=each(segment_ids, retrieval_file, RetrievalDocument, "segment_id"),
            segments=segments,
            library=_required(folder, LIBRARY, ContentLibrary),
        )
    except ValidationError as fault:
        raise InputError(f"run {run_id} is damaged: {fault.errors()[0]['msg']}") from None


def _revised(folder: Path) -> dict[str, Revision]:
    """The last edit that counts of each variant that was edited, by variant id."""
    names = [path.relative_to(folder).as_posix() for path in folder.glob("revisions/*/*.json")]
    numbers = standing_revisions(names, _found(folder, APPROVALS, ApprovalsDocument))
    return {name: _required(folder, revision_file(name, number), Revision) for name, number in numbers.items()}


def _with_digest(manifest: Manifest, out: Path) -> Manifest:
    """The list's SHA-256 for its version mark, where a store gave another mark and the run's own copy lies here."""
    customers = manifest.customers
    path = out / customers.container / customers.name
    own = customers.container == RUNS and path.resolve().is_relative_to((out / RUNS / manifest.run_id).resolve())
    if not own or is_digest(customers.etag) or not path.is_file():
        return manifest
    try:
        with path.open("rb") as file:
            etag = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise InputError(f"run {manifest.run_id}: {path.name}: {fault.strerror or 'cannot be read'}") from None
    return manifest.model_copy(update={"customers": customers.model_copy(update={"etag": etag})})


def _checked(run_id: str) -> str:
    try:
        return TypeAdapter(RunId).validate_python(run_id)
    except ValidationError:
        allowed = "1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first and last"
        raise InputError(f"{_visible(run_id)[:80]}: is no run id; one has {allowed}") from None


def _required(folder: Path, name: str, kind: type[Document], key: str = "", value: str = "") -> Document:
    """The document ``name``, whose field ``key`` must hold ``value``: a file that was swapped is found out."""
    document = _found(folder, name, kind)
    if document is None:
        raise InputError(f"run {folder.name} is incomplete: {name} is missing; only a run that was screened compares")
    if key and getattr(document, key) != value:
        raise InputError(f"run {folder.name} is damaged: {name} is of another run, segment or message")
    return document


def _found(folder: Path, name: str, kind: type[Document]) -> Document | None:
    try:
        return kind.model_validate_json((folder / name).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise InputError(f"run {folder.name}: {name}: {fault.strerror or 'cannot be read'}") from None
    except ValidationError:
        raise InputError(f"run {folder.name} is damaged: {name} does not hold a valid {kind.__name__}") from None


# --- the page ---------------------------------------------------------------------------------------------------------


def _page(comparison: Comparison) -> Lines:
    yield from _wrapped(f"First:  {_run(comparison.first)}", rest="        ")
    yield from _wrapped(f"Second: {_run(comparison.second)}", rest="        ")
    yield ""
    yield from _wrapped(comparison.summary)
    sections: tuple[tuple[str, Iterable[str]], ...] = (
        ("Settings", (line for change in comparison.configuration for line in _setting(change))),
        ("Inputs", (line for item in comparison.inputs for line in _input(item))),
        ("Passages", (line for item in comparison.retrievals if item.changed for line in _retrieval(item))),
        ("Messages", _messages(comparison.variants)),
        ("Totals", _totals(comparison.totals)),
    )
    for title, lines in sections:
        found = list(lines)
        if found:
            yield from ("", title, *found)


def _run(label: RunLabel) -> str:
    replay = f", a replay of {label.replay_of}" if label.replay_of else ""
    return f"{label.run_id}, started {label.created_at:%Y-%m-%d %H:%M} for {label.as_of}{replay}"


def _setting(change: SettingChange) -> Lines:
    if not change.diff:
        yield from _item(f"{change.key}: {_value(change.first)} -> {_value(change.second)}")
    else:
        yield from _item(f"{change.key}:")
    yield from _diff(change.diff, "    ")
    yield from _note(change.note)


def _value(value: Any) -> str:
    if value is None or value == "":
        return "(empty)"
    return value if isinstance(value, str) else canonical_json(value)


def _input(item: InputComparison) -> Lines:
    state = {True: "not the same", False: "the same", None: f"cannot be compared: {item.reason}"}[item.differs]
    yield from _item(f"{item.name}: {state}")
    for detail in item.details[:_SHOWN_DETAILS]:
        yield from _wrapped(detail, "    ", "      ")
    if len(item.details) > _SHOWN_DETAILS:
        yield f"    and {words.number(len(item.details) - _SHOWN_DETAILS)} more"


def _retrieval(item: RetrievalComparison) -> Lines:
    query = "asked with other words" if item.query_changed else ""
    order = "the same passages in another order" if item.order_changed else ""
    yield from _item("; ".join([f"{item.segment_id}: {_where(item.where)}", *words.distinct([query, order])]))
    yield from _moved(item.appeared, item.disappeared)
    if item.errors[0] != item.errors[1]:
        yield from _wrapped(f"search failed: {_change(*map(_value, item.errors))}", "    ", "      ")


def _where(where: str) -> str:
    return {"both": "in both runs", "only_first": "only in the first run", "only_second": "only in the second run"}[
        where
    ]


# --- messages ---------------------------------------------------------------------------------------------------------


def _messages(variants: Sequence[VariantComparison]) -> Lines:
    for item in variants:
        if item.changed:
            yield from _message(item)
    alike = [f"{item.segment} ({item.tone})" for item in variants if not item.changed]
    if alike:
        yield from _item(f"The same in both: {', '.join(alike)}")


def _message(item: VariantComparison) -> Lines:
    yield from _item(f"{item.segment}, {item.tone}: {_standing(item)}")
    for fact in _facts(item):
        yield from _wrapped(fact, "    ", "      ")
    for severity in item.severities:
        yield f"    {words.readable(severity.category)}: {_change(_rated(severity.first), _rated(severity.second))}"
    yield from _titled("findings", map(_finding, item.findings_appeared), map(_finding, item.findings_disappeared))
    yield from _titled("citations", map(_citation, item.citations_appeared), map(_citation, item.citations_disappeared))
    for field in item.text:
        yield from _field(field)


def _standing(item: VariantComparison) -> str:
    if item.first is None or item.second is None:
        side = item.first or item.second
        return f"{_where(item.where)}, {_status(side)}"
    if item.status_changed:
        return _change(_status(item.first), _status(item.second))
    return f"{_status(item.first)} in both runs"


def _status(side: VariantSide | None) -> str:
    return (side.status if side else None) or "not screened"


def _facts(item: VariantComparison) -> Lines:
    """What both sides say of the message where it differs, and its figures."""
    sides = [side for side in (item.first, item.second) if side is not None]
    for title, tell in _FACTS:
        told = [tell(side) for side in sides]
        if len(set(told)) > 1:
            yield f"{title}: {_change(*told)}"
    figures = (
        ("tokens", [words.number(side.tokens) for side in sides]),
        ("cost", [words.money(side.cost_usd) for side in sides]),
        ("milliseconds", [words.milliseconds(side.milliseconds) for side in sides]),
    )
    yield "; ".join(f"{name} {' -> '.join(values)}" for name, values in figures)


_FACTS: tuple[tuple[str, Callable[[VariantSide], str]], ...] = (
    ("written by", lambda side: f"{side.provider}, {side.model}"),
    ("screened by", lambda side: side.safety_provider or "nobody"),
    ("draft", lambda side: "second" if side.repaired else "first"),
    ("blocked because", lambda side: side.block_reason or "(not blocked)"),
)


def _rated(severity: int | None) -> str:
    return "not rated" if severity is None else str(severity)


def _finding(finding: Finding) -> str:
    return f"{finding.check}: {finding.detail}"


def _citation(citation: Citation) -> str:
    return f"{citation.title}, {citation.section} ({citation.document_id}, version {citation.version[:8]})"


def _field(field: FieldDiff) -> Lines:
    look_alike = " (the difference cannot be seen, so signs beyond ASCII are written out)" if field.look_alike else ""
    yield f"    {words.readable(field.field)}{look_alike}"
    yield from _diff([_spelled_line(line) for line in field.diff] if field.look_alike else field.diff, "      ")
    yield from _note(field.note)


# --- totals -----------------------------------------------------------------------------------------------------------


def _totals(totals: dict[str, Figure]) -> Lines:
    yield _row("", "first", "second", "change")
    for name, figure in totals.items():
        yield _row(
            words.readable(name.replace(".", " ")),
            _amount(name, figure.first),
            _amount(name, figure.second),
            _amount(name, figure.change, sign="+").replace("%", " points"),
        )
    for reason in words.distinct(figure.reason for figure in totals.values()):
        yield from _item(f"{words.NOTHING} {reason}")


def _row(name: str, first: str, second: str, change: str) -> str:
    return f"  {name:<34}{first:>18}{second:>18}{change:>18}".rstrip()


def _amount(name: str, value: float | None, sign: str = "") -> str:
    if value is None:
        return words.NOTHING
    plus = "-" if value < 0 else sign if value > 0 else ""
    if name == "cost_usd":
        return f"{plus}{words.money(abs(value))}"
    if name == "pass_rate":
        return f"{plus}{100 * abs(value):.1f}%"
    return f"{plus}{abs(value):,.1f}" if name.endswith("_ms") else f"{plus}{abs(value):,.0f}"


# --- lines ------------------------------------------------------------------------------------------------------------


def _item(text: str) -> Lines:
    return _wrapped(text, "  ", "    ")


def _note(note: str) -> Lines:
    if note:
        yield f"      ({note})"


def _change(first: str, second: str) -> str:
    return f"{first} -> {second}"


def _titled(title: str, appeared: Iterable[str], disappeared: Iterable[str]) -> Lines:
    lines = list(_moved(appeared, disappeared))
    if lines:
        yield f"    {title}"
        yield from lines


def _moved(appeared: Iterable[str], disappeared: Iterable[str]) -> Lines:
    for sign, texts in (("-", disappeared), ("+", appeared)):
        for text in texts:
            yield from _wrapped(text, f"      {sign} ", "        ")


def _diff(lines: Sequence[str], indent: str) -> Lines:
    """A unified diff without its head; what lies between two hunks becomes three dots."""
    for position, line in enumerate(lines[_DIFF_HEAD:]):
        if line.startswith("@@"):
            yield from [f"{indent}..."] if position else []
        else:
            yield from _wrapped(line[1:], f"{indent}{line[0]} ", f"{indent}  ")


def _wrapped(text: str, first: str = "", rest: str = "") -> Lines:
    """``text`` cut at spaces, and within words that fill a line; ``first`` and ``rest`` open the lines."""
    room = WIDTH - max(cell_len(first), cell_len(rest))
    opening, line = first, None
    for word in _visible(text).split(" "):
        joined = word if line is None else f"{line} {word}"
        if cell_len(joined) <= room:
            line = joined
            continue
        if line is not None:
            yield f"{opening}{line}".rstrip()
            opening = rest
        *full, line = chop_cells(word, room) or [""]
        for piece in full:
            yield f"{opening}{piece}"
            opening = rest
    yield f"{opening}{line or ''}".rstrip()


def _visible(text: str) -> str:
    """``text`` with every sign a terminal would obey or hide written out, joiners within words and emoji excepted."""
    return "".join(
        _spelled(sign) if unicodedata.category(sign) in _UNSEEN and sign not in _JOINERS else sign for sign in text
    )


def _spelled_line(line: str) -> str:
    """A line of a diff whose signs beyond ASCII, and spaces at an end or in a row, are written out."""
    return line[0] + _LOST_SPACE.sub(r"\\x20", _spelled(line[1:]))


def _spelled(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode().translate(_CONTROLS)


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
