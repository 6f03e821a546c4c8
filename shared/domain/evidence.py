"""A run's record as a whole: chain, seal, amendments and files, checked against one another and against what is kept.

Pure functions over bytes and digests; nothing they are given makes them raise.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import ValidationError

from shared.contracts import Seal
from shared.domain.amendments import amendment_notes, engagement_problems
from shared.domain.audit import amendments_of, verify_chain, verify_seal, verify_table
from shared.domain.digests import canonical_json
from shared.domain.report_words import counted
from shared.domain.seals import signature_problem

_PERSONAL = ("customers/", "rejects/", "assignments/", "exports/", "input/")
_NOT_PERSONAL = "input/content/"
_SHOWN_WITHHELD = 20


class RunRecord(NamedTuple):
    """What there is of one run: the record's own files as bytes, all others by digest."""

    run_id: str
    chain: bytes
    seal: bytes | None
    amendments: bytes
    digests: Mapping[str, str]
    """File name, as in the seal -> SHA-256; the seal itself is not among them."""
    withheld: frozenset[str] = frozenset()
    """Files that may be absent."""
    observed: Mapping[str, str] | None = None
    """Files of observed engagement, as ``engagement_problems`` takes them; None where none are at hand."""


class Kept(NamedTuple):
    """What the reader kept elsewhere, and holds the record against."""

    head: str | None = None
    amendments_head: str | None = None
    public_key: str | None = None


class Checked(NamedTuple):
    """What a check came to."""

    problems: list[str]
    """One line each; none when the record is intact."""
    notes: list[str]
    """What a reader should know that is no problem."""
    summary: str


NOTHING_KEPT = Kept()


def is_personal(name: str) -> bool:
    """Whether a run's file is about single customers: a pack holds those only where that is asked for."""
    return name.startswith(_PERSONAL) and not name.startswith(_NOT_PERSONAL)


def verify_run(record: RunRecord, kept: Kept = NOTHING_KEPT) -> Checked:
    """Whether the record of a run that has ended is intact."""
    lines = counted(record.chain.count(b"\n"), "entry", "entries")
    seal = _read_seal(record.seal)
    if isinstance(seal, str):
        chain = verify_chain(record.chain, head=kept.head)
        problems = [] if chain.intact else [f"audit chain, line {chain.line}: {chain.problem}"]
        return Checked([*problems, seal], [], f"broken: {lines} in the chain")
    problems = _seal_problems(record, seal, kept)
    summary = f"{state(problems)}: {lines} in the chain, {counted(len(seal.files), 'sealed file')}"
    return Checked(problems, _notes(record, seal), summary)


def verify_lone_chain(name: str, chain: bytes, table: bytes | None, kept: Kept = NOTHING_KEPT) -> Checked:
    """Whether a chain without its run is whole, from its first entry to the one that closes the run.

    ``table`` is the CSV beside it, which is held against the chain's decisions.
    """
    report = verify_chain(chain, head=kept.head, finished=True)
    problems = [] if report.intact else [f"{name}, line {report.line}: {report.problem}"]
    if report.intact and table is not None and (wrong := verify_table(table, chain)):
        problems.append(f"the CSV beside {name}: {wrong}")
    beside = "no run and no CSV beside it" if table is None else "the CSV beside it checked, no run"
    summary = f"{state(problems)}: {counted(report.entries, 'entry', 'entries')} in the chain; {beside}"
    return Checked(problems, [f"head of the chain: {report.head}"] if report.head else [], summary)


def state(problems: list[str]) -> str:
    return "broken" if problems else "intact"


def _read_seal(data: bytes | None) -> Seal | str:
    """The seal, or why there is none."""
    if data is None:
        return "seal.json is missing: the run has not ended, or its seal was removed"
    try:
        seal = Seal.model_validate_json(data)
    except ValidationError:
        return "seal.json cannot be read as a seal"
    written = canonical_json(json.loads(data)) == canonical_json(seal.model_dump(mode="json", exclude_unset=True))
    return seal if written else "seal.json cannot be read as a seal"


def _seal_problems(record: RunRecord, seal: Seal, kept: Kept) -> list[str]:
    another = ["seal.json is the seal of another run"] if seal.run_id != record.run_id else []
    unsigned = signature_problem(seal, kept.public_key)
    odd = sorted(name for name in record.withheld if name not in seal.files or not is_personal(name))
    return [
        *another,
        *([unsigned] if unsigned else []),
        *(f"pack.json: {name} may not be withheld" for name in odd),
        *verify_seal(
            seal,
            record.chain,
            record.digests,
            head=kept.head,
            amendments=record.amendments,
            amendments_head=kept.amendments_head,
            withheld=record.withheld - set(odd),
        ),
        *_observed_problems(record, seal),
    ]


def _observed_problems(record: RunRecord, seal: Seal) -> list[str]:
    if record.observed is None:
        return []
    return engagement_problems(amendments_of(seal, record.amendments), record.observed)


def _notes(record: RunRecord, seal: Seal) -> list[str]:
    amended = amendments_of(seal, record.amendments)
    report = verify_chain(record.amendments, origin=seal.audit_head) if record.amendments else None
    absent = sorted(record.withheld - record.digests.keys())
    return [
        f"head of the chain: {seal.audit_head}",
        *([f"{counted(report.entries, 'amendment')}, head {report.head}"] if report else []),
        f"signed by {seal.public_key}" if seal.public_key else "not signed",
        *amendment_notes(amended),
        *(["observed engagement: not here, not checked"] if amended.analyses and record.observed is None else []),
        *_withheld_notes(absent),
    ]


def _withheld_notes(names: list[str]) -> list[str]:
    more = len(names) - _SHOWN_WITHHELD
    notes = [f"{name}: withheld, not checked" for name in names[:_SHOWN_WITHHELD]]
    return [*notes, f"and {counted(more, 'file')} more withheld; pack.json names them"] if more > 0 else notes
