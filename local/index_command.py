"""Brings the search index up to date with a library of approved content, and removes what is not in it any more."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from local.tools import approved_library
from shared.contracts import IndexOutcome, LeftOut
from shared.errors import InputError
from shared.ports import SearchIndex


class Indexed(NamedTuple):
    """What became of the library: what was indexed, by whom, and what of the files was left out before."""

    provider: str
    outcome: IndexOutcome
    left_out: tuple[LeftOut, ...]


def bring_up_to_date(content: Path, config: Path) -> Indexed:
    """``index`` on the search service that the app settings and the configuration folder name."""
    os.environ["CONFIG_DIRECTORY"] = str(config.resolve())
    from shared import bootstrap

    search = bootstrap.build_search_index(bootstrap.settings(), bootstrap.base_config().azure_config)
    return index(content, search, datetime.now(UTC).date())


def index(content: Path, search: SearchIndex, today: date) -> Indexed:
    """Make exactly the documents at ``content``, a file or a folder, that may be used ``today`` findable.

    ``InputError`` when there is none, because an index is not emptied by mistake. A document that the index does not
    take is in ``outcome.failed`` and costs no other.
    """
    library = approved_library(content, today)
    if not library.documents:
        raise InputError(f"{content}: none of its documents may be used on {today}; the index was left as it was")
    outcome = search.synchronise(library.documents, remove_others=True)
    return Indexed(search.provider, outcome, library.left_out)


def summary(indexed: Indexed) -> Iterator[str]:
    """Lines to print: what was left out, each document that failed and why, and the counts."""
    outcome = indexed.outcome
    for one in indexed.left_out:
        yield f"left out: {one.document_id or one.source}: {one.reason}"
    for document_id, reason in sorted(outcome.failed.items()):
        yield f"failed: {document_id}: {reason}"
    yield (
        f"{indexed.provider}: {outcome.uploaded} uploaded, {outcome.unchanged} unchanged, {outcome.removed} removed, "
        f"{len(outcome.failed)} failed"
    )
