"""Approved content: files into documents, and the documents a run may cite.

Pure functions. Must not read files, blobs or the clock, and never lets one bad document cost another: what cannot be
used is handed back as ``LeftOut`` with one reason.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, Never

import yaml

from shared.contracts import ContentDocument, ContentLibrary, LeftOut
from shared.domain.citations import can_be_cited, shortened
from shared.domain.digests import digest
from shared.domain.eligibility import is_for_region, lapse
from shared.domain.instructions import find_instructions, withheld_instructions
from shared.domain.markdown import clip, first_title, is_balanced, paragraphs
from shared.errors import InputError

Parsed = tuple[list[ContentDocument], list[LeftOut]]

MAX_CONTENT_BYTES = 1024 * 1024
MAX_FRONT_MATTER_BYTES = 64 * 1024
MAX_FIELD_CHARACTERS = 2000
MAX_TITLE_CHARACTERS = 300
MAX_ID_CHARACTERS = 200


# --- files into records -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Record:
    """One object found in a file, or the reason why there is none at that place."""

    where: str
    fields: dict[str, Any] | None = None
    problem: str = ""


def parse_content(source: str, data: bytes) -> Parsed:
    """The documents in the file called ``source``, and what of it cannot be used, each with one reason.

    The name's suffix says what it is: ``.json`` (an object, a list, or ``{"documents": [...]}``), ``.jsonl`` or
    ``.ndjson`` (one object a line) or ``.md``/``.markdown`` (YAML front matter between ``---`` lines, then the
    content). All are UTF-8. Never raises for what the file holds; fields that documents do not have are ignored.
    """
    documents: list[ContentDocument] = []
    left_out: list[LeftOut] = []
    for record in _records(source, data):
        if record.fields is None:
            left_out.append(LeftOut(source=record.where, document_id=None, reason=record.problem))
            continue
        try:
            documents.append(_document(record.fields))
        except InputError as problem:
            known = _known_id(record.fields)
            left_out.append(LeftOut(source=record.where, document_id=known, reason=str(problem)))
    return documents, left_out


def _records(source: str, data: bytes) -> list[_Record]:
    read = _READERS.get(PurePosixPath(source).suffix.lower())
    if read is None:
        return [_Record(source, problem=f"file type: not one of {', '.join(sorted(_READERS))}")]
    try:
        _refuse_other_encodings(data)
        return read(source, data) or [_Record(source, problem="file: holds no documents")]
    except InputError as problem:
        return [_Record(source, problem=str(problem))]


def _refuse_other_encodings(data: bytes) -> None:
    """UTF-16 and UTF-32 start with a byte order mark or have a zero byte among their first four."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or 0 in data[:4]:
        raise InputError("encoding: looks like UTF-16 or UTF-32; save the file as UTF-8")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InputError(f"encoding: not UTF-8 at byte {problem.start}; save the file as UTF-8") from None


def _json_records(source: str, data: bytes) -> list[_Record]:
    value = _json_value(data)
    if isinstance(value, dict) and isinstance(value.get("documents"), list):
        value = value["documents"]
    if isinstance(value, list):
        return [_record(f"{source}, document {position}", item) for position, item in enumerate(value, 1)]
    return [_record(source, value)]


def _json_line_records(source: str, data: bytes) -> list[_Record]:
    lines = enumerate(data.split(b"\n"), 1)
    return [_json_line_record(f"{source}, line {number}", line) for number, line in lines if line.strip()]


def _json_line_record(where: str, line: bytes) -> _Record:
    try:
        return _record(where, _json_value(line))
    except InputError as problem:
        return _Record(where, problem=str(problem))


def _record(where: str, value: Any) -> _Record:
    if isinstance(value, dict):
        return _Record(where, value)
    return _Record(where, problem=f"document: must be a JSON object, not {_kind(value)}")


def _json_value(data: bytes) -> Any:
    text = _decoded(data)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as problem:
        raise InputError(f"JSON: {problem.msg} at line {problem.lineno}, column {problem.colno}") from None
    except RecursionError:
        raise InputError("JSON: nested too deeply") from None
    except ValueError:
        raise InputError("JSON: holds a number that is too long to read") from None


def _refuse_constant(name: str) -> Never:
    raise InputError(f"JSON: {name} is not a JSON number")


def _markdown_records(source: str, data: bytes) -> list[_Record]:
    front, body = _split_front_matter(_decoded(data))
    fields: dict[str, Any] = {"document_id": PurePosixPath(source).stem, "title": first_title(body)}
    fields |= {key: value for key, value in _yaml_fields(front).items() if value is not None}
    fields["content"] = body
    return [_Record(source, fields)]


def _split_front_matter(text: str) -> tuple[str, str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != "---":
        raise InputError("front matter: missing; the first line must be '---', with approval_date and more below it")
    for position, line in enumerate(lines[1:], 1):
        if line.rstrip() in {"---", "..."}:
            return "\n".join(lines[1:position]), "\n".join(lines[position + 1 :]).strip("\n")
    raise InputError("front matter: not closed; end it with a line '---'")


class _FrontMatterLoader(yaml.SafeLoader):
    """Safe YAML in which every plain scalar but null stays text as written, so ``007`` and ``yes`` keep their form."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise InputError("front matter: YAML aliases (*name) are not allowed")
        return super().compose_node(parent, index)


def _yaml_fields(text: str) -> dict[str, Any]:
    if len(text.encode()) > MAX_FRONT_MATTER_BYTES:
        raise InputError(f"front matter: larger than {MAX_FRONT_MATTER_BYTES // 1024} KiB")
    try:
        value = _FrontMatterLoader(text).get_single_data()
    except (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError):  # explicit tags on unfit values
        raise InputError("front matter: not valid YAML") from None
    except RecursionError:
        raise InputError("front matter: nested too deeply") from None
    if not isinstance(value, dict):
        raise InputError("front matter: must be lines of 'field: value'")
    return value


_READERS: dict[str, Callable[[str, bytes], list[_Record]]] = {
    ".json": _json_records,
    ".jsonl": _json_line_records,
    ".ndjson": _json_line_records,
    ".md": _markdown_records,
    ".markdown": _markdown_records,
}


# --- records into documents -------------------------------------------------------------------------------------------


def _document(fields: Mapping[str, Any]) -> ContentDocument:
    title, content = _title(fields), _content(fields)
    return ContentDocument(
        document_id=_document_id(fields),
        title=title,
        category=_short_text(fields, "category"),
        content=content,
        audience=_short_text(fields, "audience"),
        keywords=_keywords(fields),
        approval_date=_approval_date(fields),
        source_url=_short_text(fields, "source_url"),
        effective_date=_date(fields, "effective_date"),
        expiry_date=_date(fields, "expiry_date"),
        region=_short_text(fields, "region"),
        channel=_short_text(fields, "channel"),
        version=digest(title, content),
    )


def _document_id(fields: Mapping[str, Any]) -> str:
    value = _required_text(fields, "document_id")
    if len(value) > MAX_ID_CHARACTERS or _has_controls(value):
        raise InputError(f"document_id: must be 1 to {MAX_ID_CHARACTERS} characters without control characters")
    return value


def _known_id(fields: Mapping[str, Any]) -> str | None:
    try:
        return _document_id(fields)
    except InputError:
        return None


def _title(fields: Mapping[str, Any]) -> str:
    value = _required_text(fields, "title").strip()
    if len(value) > MAX_TITLE_CHARACTERS or _has_controls(value) or not is_balanced(value) or not can_be_cited(value):
        raise InputError(
            f"title: must be 1 to {MAX_TITLE_CHARACTERS} characters without line breaks or lone square brackets, "
            "so it can be cited"
        )
    return value


def _content(fields: Mapping[str, Any]) -> str:
    value = _required_text(fields, "content")
    if len(value.encode()) > MAX_CONTENT_BYTES:
        raise InputError("content: larger than 1 MiB")
    return value


def _required_text(fields: Mapping[str, Any], name: str) -> str:
    value = _text(name, fields.get(name))
    if not value.strip():
        raise InputError(f"{name}: missing or empty; it must be text")
    return value


def _short_text(fields: Mapping[str, Any], name: str) -> str:
    """Text, or a list of texts joined by commas, as some systems keep audiences and channels."""
    return ", ".join(part.strip() for part in _texts(name, fields.get(name)))


def _keywords(fields: Mapping[str, Any]) -> tuple[str, ...]:
    value = fields.get("keywords")
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(word.strip() for word in _texts("keywords", parts) if word.strip())


def _texts(name: str, value: Any) -> list[str]:
    parts = [_text(name, part) for part in (value if isinstance(value, list) else [value])]
    if sum(map(len, parts)) > MAX_FIELD_CHARACTERS:
        raise InputError(f"{name}: longer than {MAX_FIELD_CHARACTERS} characters")
    return parts


def _text(name: str, value: Any) -> str:
    """``value`` as it is; empty when it is absent. Lone surrogates are refused: they cannot be stored as UTF-8."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{name}: must be text, not {_kind(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InputError(f"{name}: holds half of a surrogate pair, which is not a character") from None
    return value


def _approval_date(fields: Mapping[str, Any]) -> date:
    value = _date(fields, "approval_date")
    if value is None:
        raise InputError("approval_date: missing; only approved content may be used")
    return value


def _date(fields: Mapping[str, Any], name: str) -> date | None:
    """The calendar date as written, whatever the time and offset after it."""
    value = _text(name, fields.get(name)).strip()
    if not value:
        return None
    try:
        return datetime.fromisoformat(value.upper()).date()
    except ValueError:
        raise InputError(f"{name}: must be a date (YYYY-MM-DD) or an ISO 8601 date and time") from None


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text)


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return "null" if value is None else names.get(type(value), "text" if isinstance(value, str) else "another type")


# --- the library of a run ---------------------------------------------------------------------------------------------


def build_library(
    parsed: Mapping[str, Parsed],
    as_of: date,
    input_digest: str,
    *,
    region: str = "",
    recalled: Mapping[str, str] | None = None,
) -> ContentLibrary:
    """The documents a run of the day ``as_of`` may cite, by ``document_id``; and the others, with reasons.

    ``parsed`` is what ``parse_content`` gave for each source. A document is used when it is approved and in effect on
    that day, has not expired before it, and is meant for e-mail (channel empty, or with ``email`` or ``all`` in it) and
    for ``region`` (where one is given: of that region or of none). Of documents that share an id, the first by source
    name stays; identical copies are simply one document. A document whose title reads like an instruction to a model is
    left out; one whose text does so is noted, because such sentences are never quoted. ``recalled``
    maps the ids of documents that are left out whatever they hold to the reason.
    """
    chosen: dict[str, ContentDocument] = {}
    left_out: list[LeftOut] = []
    for source, (documents, problems) in sorted(parsed.items()):
        left_out.extend(problems)
        for document in documents:
            withdrawn = (recalled or {}).get(document.document_id, "")
            reason = withdrawn or lapse(document, as_of) or _unfit(document, region)
            if not reason and chosen.setdefault(document.document_id, document) != document:
                reason = "document_id: another document with this id comes first"
            if reason:
                left_out.append(
                    LeftOut(source=source, document_id=document.document_id, title=document.title, reason=reason)
                )
    ordered = tuple(chosen[document_id] for document_id in sorted(chosen))
    return ContentLibrary(
        input_digest=input_digest,
        as_of=as_of,
        documents=ordered,
        left_out=tuple(left_out),
        notices=tuple(notice for document in ordered if (notice := _notice(document))),
    )


def _unfit(document: ContentDocument, region: str) -> str:
    if not _is_for_email(document.channel):
        return "channel: is for other channels; it must be empty or contain 'email' or 'all'"
    if not is_for_region(document, region):
        return "region: is for another region than the run's"
    if find_instructions(document.title):
        return "title: reads like an instruction to a model"
    return ""


def _notice(document: ContentDocument) -> str:
    kinds = withheld_instructions(document)
    if not kinds:
        return ""
    name = shortened(document.document_id, 80)
    return (
        f"document {name} holds text that reads like an instruction to a model ({', '.join(kinds)}); it is not quoted"
    )


def _is_for_email(channel: str) -> bool:
    words = re.split(r"[^\w]+", channel.casefold().replace("e-mail", "email"))
    return not channel.strip() or not {"email", "all"}.isdisjoint(words)


# --- snippets ---------------------------------------------------------------------------------------------------------


def extract_snippet(document: str, max_length: int = 200) -> str:
    """The start of a document's Markdown as plain text: whole sentences, at most ``max_length`` words.

    Headings are not part of it. Raises ValueError for a ``max_length`` below 1.
    """
    if max_length < 1:
        raise ValueError("max_length must be at least 1 word")
    return clip(" ".join(paragraph.text for paragraph in paragraphs(document)), max_length)
