"""Approved content: files into documents, the documents a run may cite, and their text as numbered plain paragraphs.

Pure functions. Must not read files, blobs or the clock, and never lets one bad document cost another: what cannot be
used is handed back as ``LeftOut`` with one reason.
"""

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, Never

import yaml

from shared.contracts import ContentDocument, ContentLibrary, LeftOut
from shared.domain.digests import digest
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
    fields: dict[str, Any] = {"document_id": PurePosixPath(source).stem, "title": _first_title(body)}
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
    if len(value) > MAX_TITLE_CHARACTERS or _has_controls(value) or "[" in value or "]" in value:
        raise InputError(
            f"title: must be 1 to {MAX_TITLE_CHARACTERS} characters without '[', ']' or line breaks, so it can be cited"
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


def build_library(parsed: Mapping[str, Parsed], as_of: date, input_digest: str) -> ContentLibrary:
    """The documents a run of the day ``as_of`` may cite, by ``document_id``; and the others, with reasons.

    ``parsed`` is what ``parse_content`` gave for each source. A document is used when it is approved and in effect on
    that day, has not expired before it, and is meant for e-mail (channel empty, or with ``email`` or ``all`` in it). Of
    documents that share an id, the first by source name stays; identical copies are simply one document.
    """
    chosen: dict[str, ContentDocument] = {}
    left_out: list[LeftOut] = []
    for source, (documents, problems) in sorted(parsed.items()):
        left_out.extend(problems)
        for document in documents:
            reason = _unusable(document, as_of)
            if not reason and chosen.setdefault(document.document_id, document) != document:
                reason = "document_id: another document with this id comes first"
            if reason:
                left_out.append(LeftOut(source=source, document_id=document.document_id, reason=reason))
    ordered = tuple(chosen[document_id] for document_id in sorted(chosen))
    return ContentLibrary(input_digest=input_digest, as_of=as_of, documents=ordered, left_out=tuple(left_out))


def _unusable(document: ContentDocument, as_of: date) -> str:
    if document.approval_date > as_of:
        return f"approval_date: {document.approval_date} is after {as_of}, so it is not approved yet"
    if document.effective_date is not None and document.effective_date > as_of:
        return f"effective_date: {document.effective_date} is after {as_of}, so it is not in effect yet"
    if document.expiry_date is not None and document.expiry_date < as_of:
        return f"expiry_date: {document.expiry_date} is before {as_of}, so it has expired"
    if not _is_for_email(document.channel):
        return "channel: is for other channels; it must be empty or contain 'email' or 'all'"
    return ""


def _is_for_email(channel: str) -> bool:
    words = re.split(r"[^\w]+", channel.casefold().replace("e-mail", "email"))
    return not channel.strip() or not {"email", "all"}.isdisjoint(words)


# --- Markdown into paragraphs -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One citable paragraph as plain text. ``index`` counts from 0; ``section`` is the name a citation may use."""

    index: int
    section: str
    text: str


def paragraphs(content: str) -> tuple[Paragraph, ...]:
    """The paragraphs of Markdown ``content`` as plain text fit for an e-mail.

    Blocks are separated by blank lines and headings. A heading is no paragraph: it names the ``section`` of those below
    it; above the first heading the section is ``Paragraph N``, N counting from 1. List items and table rows become
    sentences of one paragraph. Links keep their text; code fences, comments, images and tags go; square brackets become
    round ones, because in a message they mark citations.
    """
    found: list[Paragraph] = []
    section = ""
    for level, text in _blocks(content):
        if level:
            section = text
        else:
            index = len(found)
            found.append(Paragraph(index=index, section=section or numbered(index), text=text))
    return tuple(found)


def numbered(index: int) -> str:
    """The name every paragraph has besides its heading: ``Paragraph N``, N counting from 1."""
    return f"Paragraph {index + 1}"


def sections(document: ContentDocument) -> dict[str, int]:
    """Every section name a citation of ``document`` may use, and the index of the first paragraph it stands for.

    A heading stands for the first paragraph below it, sub-headings included; one with no text below it cannot be cited.
    """
    headings: dict[str, int] = {}
    numbers: dict[str, int] = {}
    open_headings: list[tuple[int, str]] = []
    for level, text in _blocks(document.content):
        if level:
            open_headings = [heading for heading in open_headings if heading[0] < level] + [(level, text)]
        else:
            for _, heading_text in open_headings:
                headings.setdefault(heading_text, len(numbers))
            open_headings = []
            numbers[numbered(len(numbers))] = len(numbers)
    return headings | numbers


def _first_title(content: str) -> str:
    return next((text for level, text in _blocks(content) if level == 1), "")


def visible_markdown(content: str) -> str:
    """``content`` without code fences, HTML comments, scripts and styles: what a reader of the document may see."""
    text = content.replace("\r\n", "\n").replace("\r", "\n")
    if not any(sign in text for sign in ("```", "~~~", "<")):
        return text
    return _HIDDEN.sub(lambda match: "\n\n" if match["fence"] else "", text)


_HIDDEN = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n`]*(?:\n(?s:.*?)(?:^[ \t]*(?P=fence)[`~]*[ \t]*$|\Z)|\Z)"
    r"|<!--(?s:.*?)(?:-->|\Z)"
    r"|<(?P<tag>script|style)\b(?s:.*?)(?:</(?P=tag)\s*>|\Z)",
    re.MULTILINE | re.IGNORECASE,
)
_BLOCK_END = re.compile(r"</(?:p|div|li|ul|ol|tr|table|section|article|blockquote|h[1-6])\s*>", re.IGNORECASE)
_ROUNDED = str.maketrans("[]", "()")
_QUOTE = re.compile(r"^(?: {0,3}>[ \t]?)+")
_HEADING = re.compile(r"^ {0,3}(#{1,6})([ \t].*|)$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|(\d{1,9})[.)])[ \t]+(.*)$")
_TASK = re.compile(r"^\[[ xX]\][ \t]+")
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)([^\[\]]+)\]:[ \t]*\S")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\[\]\s]+\]:[ \t]*")


def _blocks(content: str) -> Iterator[tuple[int, str]]:
    """(heading level, plain text) of every heading, (0, plain text) of every paragraph, in order; none is empty."""
    lines = _BLOCK_END.sub("\n\n", visible_markdown(content)).split("\n")
    references = {_reference(match[1]) for match in map(_DEFINITION.match, lines) if match}
    for level, block in _raw_blocks(lines):
        text = _plain(block[0], references) if level else _paragraph_text(block, references)
        if text:
            yield level, text if level and _is_balanced(text) else text.translate(_ROUNDED)


def _is_balanced(text: str) -> bool:
    """Whether every square bracket has its partner, so that a citation can hold ``text`` as it is."""
    depth = 0
    for sign in text:
        depth += (sign == "[") - (sign == "]")
        if depth < 0:
            return False
    return depth == 0


def _raw_blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines of one block each; a rule and a link definition belong to none."""
    block: list[str] = []
    for line in (_QUOTE.sub("", line) for line in lines):
        heading = _HEADING.match(line)
        if underline := _underlined(block, line):
            yield underline, block
            block = []
        elif heading or not line.strip() or _is_rule(line) or _DEFINITION.match(line):
            if block:
                yield 0, block
            block = []
            if heading:
                yield len(heading[1]), [_heading_text(heading[2])]
        else:
            block.append(line)
    if block:
        yield 0, block


def _underlined(block: list[str], line: str) -> int:
    """The level of a heading written as one line with ``===`` or ``---`` below it; 0 if this is none."""
    match = _UNDERLINE.match(line)
    if not match or len(block) != 1 or _ITEM.match(block[0]):
        return 0
    return 1 if match[1].startswith("=") else 2


def _is_rule(line: str) -> bool:
    marks = "".join(line.split())
    return len(marks) >= 3 and len(set(marks)) == 1 and marks[0] in "-*_"


def _heading_text(text: str) -> str:
    """Without closing hashes and without an anchor such as ``{#returns}``."""
    text = text.strip()
    bare = text.rstrip("#")
    text = bare.rstrip() if not bare or bare[-1].isspace() else text
    start = text.rfind("{#")
    return text[:start].rstrip() if start >= 0 and text.endswith("}") else text


def _paragraph_text(block: list[str], references: set[str]) -> str:
    parts = _table_rows(block) if _is_table(block) else _items(block)
    plain = [text for text in (_plain(part, references) for part in parts) if text]
    closed = [_closed(text, following) for text, following in pairwise([*plain, ""])]
    return plain[0] if len(plain) == 1 and len(parts) == 1 and not _ITEM.match(block[0]) else " ".join(closed)


def _closed(text: str, following: str) -> str:
    """``text`` with a mark at its end, so that joined items read as sentences."""
    if text.rstrip("\"'”’»)")[-1:] in ".!?:;,…。！？：；،؟।":
        return text
    return text + (";" if following[:1].islower() else ".")


def _items(block: list[str]) -> list[str]:
    """The text before the first list item, then each item; one part if there is no list."""
    parts: list[list[str]] = []
    in_list = False
    for line in block:
        match = _ITEM.match(line)
        starts = match is not None and (in_list or not parts or match[1] in {None, "1"})
        if match and starts:
            in_list = True
            parts.append([_TASK.sub("", match[2])])
        elif parts:
            parts[-1].append(line)
        else:
            parts.append([_FOOTNOTE.sub("", line)])
    return [" ".join(line.strip().removesuffix("\\") for line in part) for part in parts]


def _is_table(block: list[str]) -> bool:
    marks = set(block[1].strip()) if len(block) > 1 else set()
    return {"-", "|"} <= marks <= set("|:- \t") and "|" in block[0]


def _table_rows(block: list[str]) -> list[str]:
    """Each row as ``Heading: cell; Heading: cell``."""
    heads, _, *rows = (_cells(line) for line in block)
    return ["; ".join(_labelled(heads, row)) for row in rows]


def _labelled(heads: list[str], row: list[str]) -> list[str]:
    labels = heads + [""] * (len(row) - len(heads))
    return [f"{label}: {cell}" if label else cell for label, cell in zip(labels, row, strict=False) if cell]


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


# --- inline Markdown into plain text ----------------------------------------------------------------------------------

# Escaped punctuation waits as one of Unicode's 32 noncharacters, one per ASCII sign, until the markup is gone.
_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SHELTER = {ord(sign): chr(0xFDD0 + position) for position, sign in enumerate(_SIGNS)}
_UNSHELTER = {0xFDD0 + position: sign for position, sign in enumerate(_SIGNS)}
_DROPPED = dict.fromkeys([*_UNSHELTER, 0xFEFF, 0x200B])
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"(?<!`)(`++)([^`]+)\1(?!`)")
_AUTOLINK = re.compile(r"<((?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+))>")
_TARGET = r"\((?:[^()\n]|\([^()\n]*+\))*+\)"
_IMAGE = re.compile(r"!\[[^\[\]]*+\](?:" + _TARGET + r"|\[[^\[\]]*+\])?")
_LINK = re.compile(r"\[([^\[\]]*+)\]" + _TARGET)
_REFERENCE_LINK = re.compile(r"\[([^\[\]]++)\](?:\[([^\[\]]*+)\])?")
_FOOTNOTE_MARK = re.compile(r"[ \t]?\[\^[^\[\]\s]++\]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")
_DELIMITERS = re.compile(r"\*+|_+|~~+")


def _plain(text: str, references: set[str]) -> str:
    text = text.translate(_DROPPED)
    text = _ESCAPE.sub(lambda match: match[1].translate(_SHELTER), text)
    text = _CODE.sub(lambda match: match[2].translate(_SHELTER), text)
    text = _AUTOLINK.sub(lambda match: match[1].translate(_SHELTER), text)
    text = _FOOTNOTE_MARK.sub("", _IMAGE.sub("", text))
    text = _REFERENCE_LINK.sub(lambda match: _link_text(match, references), _LINK.sub(r"\1", text))
    text = html.unescape(_without_emphasis(_TAG.sub("", _BREAK.sub(" ", text))))
    text = text.translate(_UNSHELTER)
    return " ".join("".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) != "Cc").split())


def _reference(label: str) -> str:
    return " ".join(label.casefold().split())


def _link_text(match: re.Match[str], references: set[str]) -> str:
    """The text of a link written by reference, or what stood there if nothing defines it."""
    return match[1] if _reference(match[2] or match[1]) in references else match[0]


def _without_emphasis(text: str) -> str:
    """Removes paired ``*``, ``_`` and ``~~`` by CommonMark's flanking rules; lone ones, as in ``5 * 3``, stay."""
    runs = [match.span() for match in _DELIMITERS.finditer(text)]
    keep = [end - start for start, end in runs]
    waiting: dict[str, list[int]] = {"*": [], "_": [], "~": []}
    for position, (start, end) in enumerate(runs):
        before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
        opener, closer = _flanks(text[start], before, after)
        partners = waiting[text[start]]
        while closer and partners and keep[position]:
            paired = min(keep[position], keep[partners[-1]])
            keep[position] -= paired
            keep[partners[-1]] -= paired
            if not keep[partners[-1]]:
                partners.pop()
        if opener and keep[position]:
            partners.append(position)
    return _cut_runs(text, runs, keep)


def _flanks(sign: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether a run may open and may close emphasis, given the characters around it."""
    if before.isdigit() and after.isdigit():
        return False, False
    opener = not after.isspace() and (after.isalnum() or not before.isalnum())
    closer = not before.isspace() and (before.isalnum() or not after.isalnum())
    if sign == "_":
        return opener and not before.isalnum(), closer and not after.isalnum()
    return opener, closer


def _cut_runs(text: str, runs: list[tuple[int, int]], keep: list[int]) -> str:
    pieces = []
    position = 0
    for (start, end), kept in zip(runs, keep, strict=True):
        pieces.append(text[position : start + kept])
        position = end
    return "".join([*pieces, text[position:]])


# --- sentences and snippets -------------------------------------------------------------------------------------------

_NEVER_LAST = re.compile(r"mrs?|ms|mx|dr|prof|[sj]r|st|mt|vs|e\.g|i\.e|eg|ie|approx|ca|cf|bzw|z\.b|d\.h|resp|incl|excl")
_BEFORE_NUMBERS = re.compile(
    r"nos?|nr|pp?|vol|fig|sec|ch|art|min|max|jan|feb|mar|apr|june?|july?|aug|sept?|oct|nov|dec"
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LETTER = re.compile(r"[^\W\d_]")
_LAST_WORD = re.compile(r"[\"'“‘«(]*([^\s\"'“‘«(]+)$")
_CLOCK = frozenset({"a.m", "p.m"})
_SENTENCE_END = re.compile(r"(?<![.!?…؟।۔])(?P<mark>[.!?…؟।۔]++)[\"'”’»)\]]*+\s++|[。！？｡]+[」』”’）)]*\s*")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]{{1,100}}")


def sentences(text: str) -> list[str]:
    """The sentences of plain ``text``, in order, each with its closing marks.

    Abbreviations, initials, decimals, prices and addresses do not end one. Languages that write without spaces are
    split at their own full stops.
    """
    return [text[start:end].strip() for start, end in _sentence_spans(text)]


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ends_sentence(text, start, match):
            yield start, match.end()
            start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if match["mark"] is None:
        return True
    following = text[match.end() : match.end() + 1]
    if not following or following.islower():
        return not following
    has_words = _LETTER.search(text, max(start, match.start() - 200), match.start()) is not None
    if match["mark"] != "." or not has_words:
        return has_words
    word = _LAST_WORD.search(text[max(start, match.start() - 30) : match.start()])
    return word is None or not _is_abbreviation(word[1].casefold(), following)


def _is_abbreviation(word: str, following: str) -> bool:
    if _NEVER_LAST.fullmatch(word) or (_BEFORE_NUMBERS.fullmatch(word) and following.isdigit()):
        return True
    return word not in _CLOCK and word != "i" and _INITIALS.fullmatch(word) is not None


def word_count(text: str) -> int:
    """Words of ``text``: its runs without spaces; a sign of a script written without spaces counts as one word.

    A longer run counts as one word for every 100 signs, so a limit in words bounds the length.
    """
    return sum(1 for _ in _WORD.finditer(text))


def clip(text: str, max_words: int) -> str:
    """The start of plain ``text`` up to the last sentence that ends within ``max_words`` words.

    A first sentence that is longer by itself is cut at a word and ends in an ellipsis.
    """
    end = used = 0
    for start, stop in _sentence_spans(text):
        used += word_count(text[start:stop])
        if used > max_words:
            break
        end = stop
    return text[:end].strip() or _cut_at_word(text, max_words)


def _cut_at_word(text: str, max_words: int) -> str:
    words = [match.end() for _, match in zip(range(max_words), _WORD.finditer(text), strict=False)]
    return text[: words[-1]].strip().rstrip(",;:-–—") + "…" if words else ""


def extract_snippet(document: str, max_length: int = 200) -> str:
    """The start of a document's Markdown as plain text: whole sentences, at most ``max_length`` words.

    Headings are not part of it. Raises ValueError for a ``max_length`` below 1.
    """
    if max_length < 1:
        raise ValueError("max_length must be at least 1 word")
    return clip(" ".join(paragraph.text for paragraph in paragraphs(document)), max_length)
