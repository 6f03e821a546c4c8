"""The engines by themselves, on files and without a run: ``analyze``, ``search``, ``screen`` and ``check``."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from local.inputs import content_files
from shared.config import load_config
from shared.contracts import ContentLibrary, Message
from shared.domain.safety import apply_policy_threshold, block_reason, combine_scores, screened_texts
from shared.errors import InputError
from shared.run_config import CATEGORIES, TONES, SafetyPolicy, Tone

CONFIG = Path(__file__).resolve().parents[1] / "config"


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
    for where, query in _lines(queries, ("query_id", "text")):
        hits = index.rank(library.documents, _text(where, query, "text"), top=top)
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

    checker, wanted = LocalScreen(), {*map(str, CATEGORIES)}
    threshold = SafetyPolicy().threshold
    for where, line in _lines(texts, ("id", "text")):
        scores = checker.analyze(_text(where, line, "text"))
        yield {
            "id": line["id"],
            **scores.model_dump(include=wanted),
            "status": apply_policy_threshold(scores, threshold),
            "block_reason": block_reason(scores, threshold),
        }


def check(variants: Path, content: Path, as_of: date, config: Path = CONFIG) -> Iterator[dict[str, Any]]:
    """For each variant whether it passes every check that a run's own variants must pass, and each reason why not.

    A ``call_to_action`` that a variant does not have at all is not missed.
    """
    from shared.adapters.safety_local import LocalScreen
    from shared.domain.copy_checks import Standard, check_copy
    from shared.domain.sources import Sources

    rules = load_config(config)
    library = approved_library(content, as_of)
    standard = Standard(Sources(library.documents, library.left_out), rules.brand, as_of)
    checker, threshold = LocalScreen(), rules.safety_thresholds.safety_policy.threshold
    for where, fields in _lines(variants, ("id", "tone", "subject", "body")):
        message, tone = _message(where, fields)
        held_to = standard._replace(call_to_action=fields.get("call_to_action") is not None)
        reasons = [finding.model_dump() for finding in check_copy(message, tone, held_to).findings]
        rated = [checker.analyze(text) for text in screened_texts(message, rules.brand)]
        unsafe = block_reason(combine_scores(rated), threshold)
        reasons += [{"check": "safety", "detail": unsafe}] if unsafe else []
        yield {"id": fields["id"], "status": "block" if reasons else "pass", "reasons": reasons}


def _message(where: str, fields: dict[str, Any]) -> tuple[Message, Tone]:
    texts = {name: _text(where, fields, name) for name in Message.model_fields if fields.get(name) is not None}
    tone = next((tone for tone in TONES if tone == fields["tone"]), None)
    if tone is None:
        raise InputError(f"{where}: tone must be one of {', '.join(TONES)}")
    return Message(**texts), tone


def _lines(path: Path, fields: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a JSONL file, each with its place; ``InputError`` names a line that is not one."""
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if line.strip():
            where = f"{path}, line {number}"
            yield where, _parsed(where, line, fields)


def _parsed(where: str, line: str, fields: tuple[str, ...]) -> dict[str, Any]:
    try:
        value = _load(line)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not all(value.get(key) is not None for key in fields):
        raise InputError(f"{where}: must be a JSON object with {', '.join(fields[:-1])} and {fields[-1]}")
    return value


def _text(where: str, fields: dict[str, Any], name: str) -> str:
    if not isinstance(fields[name], str):
        raise InputError(f"{where}: {name} must be text")
    return str(fields[name])


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
