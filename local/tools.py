"""The engines by themselves, on files and without a run: ``analyze``, ``search`` and ``screen``."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from local.inputs import content_files
from shared.contracts import ContentLibrary
from shared.errors import InputError
from shared.run_config import CATEGORIES, SafetyPolicy


def analyze(counts: Path) -> dict[str, Any]:
    """The analysis of counts per segment and arm; ``InputError`` names the first thing that is wrong with them."""
    from shared.domain.counts import analyse_counts

    try:
        document = _load(_read(counts))
    except ValueError:
        raise InputError(f"{counts}: is not valid JSON") from None
    return analyse_counts(document)


def search(queries: Path, content: Path, top: int) -> Iterator[dict[str, Any]]:
    """For each query the documents that fit best, best first."""
    from shared.adapters.search_sqlite import SqliteSearch

    if top < 1:
        raise InputError("--top: must be at least 1")
    library = approved_library(content, datetime.now(UTC).date())
    index = SqliteSearch()
    for query in _lines(queries, ("query_id", "text")):
        hits = index.rank(library.documents, query["text"], top=top)
        results = [{"document_id": hit.document_id, "score": hit.score} for hit in hits]
        yield {"query_id": query["query_id"], "results": results}


def approved_library(content: Path, today: date) -> ContentLibrary:
    """The documents at ``content``, a file or a folder, that may be used ``today``, and why the others may not."""
    from shared.domain.content import build_library, parse_content

    parsed = {file.name: parse_content(file.name, file.path.read_bytes()) for file in content_files(content)}
    return build_library(parsed, today, input_digest="0" * 64)


def screen(texts: Path) -> Iterator[dict[str, Any]]:
    """For each text its four severities and whether the default policy blocks it, and why."""
    from shared.adapters.safety_local import LocalScreen
    from shared.domain.safety import apply_policy_threshold, block_reason

    checker, wanted = LocalScreen(), {*map(str, CATEGORIES)}
    threshold = SafetyPolicy().threshold
    for line in _lines(texts, ("id", "text")):
        scores = checker.analyze(line["text"])
        yield {
            "id": line["id"],
            **scores.model_dump(include=wanted),
            "status": apply_policy_threshold(scores, threshold),
            "block_reason": block_reason(scores, threshold),
        }


def _lines(path: Path, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file; ``InputError`` names the line that is not one with these fields as text."""
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if line.strip():
            yield _parsed(path, number, line, fields)


def _parsed(path: Path, number: int, line: str, fields: tuple[str, ...]) -> dict[str, Any]:
    try:
        value = _load(line)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str) or not all(key in value for key in fields):
        raise InputError(f"{path}, line {number}: must be a JSON object with {' and '.join(fields)}")
    return value


def _load(text: str) -> Any:
    """JSON as its standard has it; ``ValueError`` for anything else, NaN and bottomless nesting included."""

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is not JSON")

    try:
        return json.loads(text, parse_constant=refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or 'cannot be read'}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text") from None
