"""``engagement``: loads a file of observed engagement into a run of a data folder, as the HTTP route does."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from local.host import LocalHost, host_settings
from shared.engagement_folder import ANALYSIS_REPORTS, analysis_file
from shared.errors import InputError
from shared.run_folder import ENGAGEMENT
from triggers.engagement import Added, load_engagement

WHO = "command line"


def engagement(run_id: str, file: Path, out: Path, config: Path) -> Added:
    """Load the CSV ``file`` into a run below ``out``; ``InputError`` where either is not there."""
    if not out.is_dir():
        raise InputError(f"{out}: there is no such data folder; name the one that holds the runs with --out")
    data = _read(file)
    with host_settings(out, config) as settings, LocalHost(settings) as host:
        return asyncio.run(load_engagement(run_id, data, WHO, host.services, host.client))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise InputError(f"{file}: {fault.strerror or 'cannot be read'}") from None


def render(added: Added, data_folder: Path) -> str:
    """What was loaded up to this analysis, and what it found, for a person."""
    return "\n".join(_lines(added, data_folder))


def _lines(added: Added, data_folder: Path) -> Iterator[str]:
    reply, seen = added.reply, added.reply.observation
    known = "" if added.first else " (this file was loaded before)"
    yield f"Run {reply.run_id}, analysis {reply.analysis}{known}"
    yield f"  Rows:       {seen.rows:,} in {seen.files:,} {'file' if seen.files == 1 else 'files'}"
    yield f"  Counted:    {seen.counted:,}, one for each customer; {seen.superseded:,} replaced by later files"
    yield f"  Duplicates: {seen.duplicates:,}"
    yield f"  Unknown:    {seen.unknown:,}"
    yield f"  Rejected:   {seen.rejected:,}"
    yield from (f"              {count:,}: {reason}" for reason, count in seen.reject_reasons.items())
    yield f"  Opened by a machine alone: {seen.machine_opens:,}"
    yield f"  Finding:    {reply.conclusion}"
    for position, name in enumerate(ANALYSIS_REPORTS.values()):
        path = data_folder / ENGAGEMENT / analysis_file(reply.run_id, reply.analysis, name)
        yield f"  {'' if position else 'Report:':11} {path}"
