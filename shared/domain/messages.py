"""Messages: reading a model's answer in the prompt's output format, and holding the result to the format's limits.

Repairs nothing but the wrapping (labels, code fences, invisible characters): text that breaks a limit is a finding.
"""

import html
import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from shared.contracts import Claim, Draft, Finding, Message
from shared.domain.citations import extract_citations, one_line, visible_text, without_citations
from shared.domain.disguises import compatible
from shared.domain.instructions import find_instructions
from shared.domain.merge_fields import NO_MERGE_FIELDS, fill_longest, fill_shortest, without_merge_fields
from shared.run_config import MergeField, MessageLimits

LONGEST_ANSWER = 100_000
"""Characters; a longer answer is not read."""

_DRAFT_FIELDS = {*Draft.model_fields, *Claim.model_fields}
_LABELS = {
    "subject": "subject",
    "subject line": "subject",
    "preheader": "preheader",
    "pre-header": "preheader",
    "preview": "preheader",
    "preview text": "preheader",
    "body": "body",
    "email body": "body",
    "e-mail body": "body",
    "call to action": "call_to_action",
    "call-to-action": "call_to_action",
    "cta": "call_to_action",
}
_NAMES = "|".join(sorted((re.escape(name) for name in _LABELS), key=len, reverse=True))
_LABEL = re.compile(
    rf"[ \t]*[#>*_\-\d.) \t]{{0,8}}({_NAMES})[*_ \t]{{0,8}}(?:\([^()]{{0,40}}\))?[*_ \t]{{0,4}}[:：]"
    r"[*_]{0,4}[ \t]*(.*)",
    re.IGNORECASE,
)
_HEADING = re.compile(rf"[ \t]*(?:#{{1,6}}[ \t]*|\*\*|__)({_NAMES})[*_ \t]{{0,8}}()", re.IGNORECASE)
_CODE_FENCE = re.compile(r"[ \t]*(?:```|~~~)[\w-]*[ \t]*")
_LINE_BREAK = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")

_PLACEHOLDERS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"\{[^{}]{0,100}\}|\{\{|\}\}|\$\{|\{\w", 0),
        (r"\[(?=[^\[\]\n]*[^\W\d_])[^\[\]\n]{1,80}\](?!\((?:https?://|mailto:))", 0),
        (r"(?<!<)<(?:[/!?]?[a-z]|!--|!\[|/)", re.IGNORECASE),
        (
            r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos|nbsp|[lr]dquo|[lr]squo|[mn]dash|hellip|copy|reg|trade);",
            re.IGNORECASE,
        ),
        (
            r"\bon(?:error|load|click|mouse\w{1,10}|focus\w{0,5}|blur|key\w{1,10}|submit|toggle|pointer\w{1,10})\s?=",
            re.IGNORECASE,
        ),
        (r"\b(?:href|src|srcset|style|action|formaction)\s?=\s?[\"'`]", re.IGNORECASE),
        (r"\]\((?![^()\s]{1,2000}+(?:\([^()\s]{0,2000}+\))?+[^()\s]{0,2000}+\))", 0),
        (r"\*\|[^|\n]{1,40}\|\*|%%[^%\n]{1,40}%%|%[A-Z_]{2,40}%|__[A-Z][A-Z_]+__", 0),
        (r"\bX{1,3}\s?%|[$€£]X{1,4}\b|\bX{4,}\b|\b(?:TBD|TBC)\b|(?i:\blorem ipsum\b)", 0),
    )
)
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_BOLD_OPENS = re.compile(r"(?<![\w*])\*\*(?=[^\s*])")
_BOLD_CLOSES = re.compile(r"(?<=[^\s*])\*\*(?![\w*])")
_BRACKET = re.compile(r"[\[\]]")
_FENCE = re.compile(r"<<<|>>>|```|~~~")


# --- reading ----------------------------------------------------------------------------------------------------------


def parse_message(text: str) -> Message | Finding:
    """The message in ``text``, or a ``format`` finding that says what is missing.

    Reads ``Subject:``, ``Preheader:``, ``Body:`` and ``Call to action:`` in any case, as Markdown bold or heading,
    after other text, in code fences, with any line ending; ``CTA`` and a few near synonyms count as labels. A label
    counts once, the first time it opens a line after the subject's. Invisible characters are dropped everywhere;
    subject, preheader and call to action are single lines.
    """
    if len(text) > LONGEST_ANSWER:
        return _finding(f"the answer has {len(text)} characters, at most {LONGEST_ANSWER} are read")
    fields = _fields(visible_text(_LINE_BREAK.sub("\n", text)).split("\n"))
    subject = _bare(" ".join(fields.get("subject", [])))
    body = _tidy_body(fields.get("body", []))
    for label, value in (("Subject", subject), ("Body", body)):
        if not value:
            return _finding(f"the answer has no {label}")
    return Message(
        subject=subject,
        preheader=_bare(_first_paragraph(fields.get("preheader", []))),
        body=body,
        call_to_action=_bare(_first_paragraph(fields.get("call_to_action", []))),
    )


def parse_draft(text: str) -> tuple[Message, tuple[Claim, ...]] | Finding:
    """The message and its claims in a structured answer, or a ``format`` finding that says what is wrong.

    The answer is one JSON object of exactly the fields of ``Draft``, all of them text, no key given twice. What is
    read is made plain as in ``parse_message``; the answer's text is never quoted.
    """
    if len(text) > LONGEST_ANSWER:
        return _finding(f"the answer has {len(text)} characters, at most {LONGEST_ANSWER} are read")
    try:
        draft = Draft.model_validate(_load_object(text), strict=True)
    except ValidationError as fault:
        problem = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"] if isinstance(part, int) or part in _DRAFT_FIELDS)
        return _finding(f"the answer is not of the form asked for: {where or 'a key'}: {problem['type']}")
    except (ValueError, TypeError, RecursionError):
        return _finding("the answer is not the JSON object asked for")
    message = plain_message(Message(**draft.model_dump(include=set(Message.model_fields))))
    missing = [label for label, value in (("subject", message.subject), ("body", message.body)) if not value]
    return _finding(f"the answer has no {missing[0]}") if missing else (message, tuple(map(_plain_claim, draft.claims)))


def plain_message(message: Message) -> Message:
    """The message as it is kept, whoever wrote it: single lines but for the body, and no invisible characters."""
    return Message(
        subject=_bare(message.subject),
        preheader=_bare(message.preheader),
        body=_tidy_body(visible_text(_LINE_BREAK.sub("\n", message.body)).split("\n")),
        call_to_action=_bare(message.call_to_action),
    )


def _plain_claim(claim: Claim) -> Claim:
    return Claim(statement=one_line(claim.statement), citation=one_line(claim.citation), quote=one_line(claim.quote))


def _load_object(text: str) -> dict[str, Any]:
    """A JSON object without repeated keys; ``ValueError`` for anything else."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key is given twice")
        return found

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is not JSON")

    loaded = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    if not isinstance(loaded, dict):
        raise TypeError("not an object")
    return {**loaded, "claims": tuple(loaded["claims"])} if isinstance(loaded.get("claims"), list) else loaded


def _fields(lines: Iterable[str]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        if _CODE_FENCE.fullmatch(line):
            continue
        label = _LABEL.fullmatch(line) or _HEADING.fullmatch(line)
        name = _LABELS[label[1].lower()] if label else ""
        if label and _opens(name, fields):
            current = fields[name] = [label[2]]
        else:
            current.append(line)
    return fields


def _opens(name: str, fields: dict[str, list[str]]) -> bool:
    """Whether a label starts a field here: the subject is first, and a preheader does not start within the body."""
    if name in fields:
        return False
    return name == "subject" or ("subject" in fields and not (name == "preheader" and "body" in fields))


def _first_paragraph(lines: list[str]) -> str:
    """What follows a single-line field (a model's notes, a second signature) is not part of it."""
    return one_line("\n".join(lines).strip().partition("\n\n")[0])


def _bare(line: str) -> str:
    """One line, without emphasis marks or quotation marks around the whole of it."""
    line = one_line(line)
    for opening, closing in (("**", "**"), ("__", "__"), ("*", "*"), ('"', '"'), ("“", "”")):
        inner = line[len(opening) : -len(closing)]
        if line.startswith(opening) and line.endswith(closing) and inner and opening not in inner:
            line = inner.strip()
    return line


def _tidy_body(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines).strip()
    return re.sub(r"\n{3,}", "\n\n", text)


# --- checking ---------------------------------------------------------------------------------------------------------


def count_words(text: str) -> int:
    """Words as white space separates them."""
    return len(text.split())


def find_leftovers(text: str, merge_fields: Collection[str] = ()) -> list[str]:
    """What copy must not hold: kinds, not the text.

    Citations and the marks of ``merge_fields`` are looked past; any other brace or bracketed word is not. Markup is
    found whether it is closed or not, also where it is written with character references or full-width signs.
    """
    copy = without_merge_fields(without_citations(text), merge_fields)
    kinds = []
    if _is_unfinished(copy):
        kinds.append("an unfilled placeholder or markup")
    if _FENCE.search(copy):
        kinds.append("a prompt or code fence")
    if _HIDDEN.search(text):
        kinds.append("a control or invisible character")
    if find_instructions(copy):
        kinds.append("text that reads like an instruction to a model")
    return kinds


def _is_unfinished(copy: str) -> bool:
    """Whether there is a placeholder or markup in what is left when every disguise of its signs is undone."""
    plain = compatible(visible_text(html.unescape(html.unescape(copy))))
    return any(pattern.search(view) for pattern in _PLACEHOLDERS for view in {copy, plain}) or _is_unclosed(plain)


def _is_unclosed(copy: str) -> bool:
    """Whether bold type or a square bracket is opened in a paragraph and not closed in it."""
    paragraphs = copy.split("\n\n")
    return any(_opens_bold(one) or _opens_bracket(one) for one in paragraphs)


def _opens_bold(text: str) -> bool:
    return len(_BOLD_OPENS.findall(text)) > len(_BOLD_CLOSES.findall(text))


def _opens_bracket(text: str) -> bool:
    depth = 0
    for sign in _BRACKET.findall(text):
        depth = depth + 1 if sign == "[" else max(depth - 1, 0)
    return depth > 0


def validate_variant_format(
    message: Message,
    limits: MessageLimits,
    merge_fields: Mapping[str, MergeField] = NO_MERGE_FIELDS,
    *,
    call_to_action: bool = True,
) -> list[Finding]:
    """Every way in which ``message`` breaks the format; all have check ``format``.

    A call to action may be left out only where ``call_to_action`` is false. The body's words are counted twice, by
    white space: without its citations they must reach ``body_min_words``, with them they may not exceed
    ``body_max_words``, so that the length is right whichever way a reader counts. Merge fields count with their
    fallbacks where something must be reached, and with their longest values where it may not be exceeded.
    """
    longest = Message(**{name: fill_longest(text, merge_fields) for name, text in message})
    fewest = count_words(without_citations(fill_shortest(message.body, merge_fields)))
    return [
        _finding(detail)
        for detail in (
            *_line_faults(longest, limits),
            *_body_faults(fewest, count_words(longest.body), limits),
            *([] if message.call_to_action.strip() or not call_to_action else ["call to action is missing"]),
            *_field_faults(message, merge_fields),
        )
    ]


def _line_faults(message: Message, limits: MessageLimits) -> list[str]:
    faults = [] if message.subject.strip() else ["subject is empty"]
    for name, text, allowed in (
        ("subject", message.subject, limits.subject_max_characters),
        ("preheader", message.preheader, limits.preheader_max_characters),
        ("call to action", message.call_to_action, limits.call_to_action_max_characters),
    ):
        if len(text) > allowed:
            faults.append(f"{name} has {len(text)} characters, at most {allowed} are allowed")
        if any(sign in text for sign in "\r\n"):
            faults.append(f"{name} holds a line break")
    return faults


def _body_faults(fewest: int, most: int, limits: MessageLimits) -> list[str]:
    faults = []
    if fewest < limits.body_min_words:
        faults.append(f"body has {fewest} words without citations, at least {limits.body_min_words} are needed")
    if most > limits.body_max_words:
        faults.append(f"body has {most} words with citations, at most {limits.body_max_words} are allowed")
    return faults


def _field_faults(message: Message, merge_fields: Collection[str]) -> list[str]:
    faults: list[str] = []
    for field, text in message:
        name = field.replace("_", " ")
        faults.extend(f"{name} holds {kind}" for kind in find_leftovers(text, merge_fields))
        if field != "body" and extract_citations(text):
            faults.append(f"{name} holds a citation; citations belong in the body")
    return faults


def _finding(detail: str) -> Finding:
    return Finding(check="format", detail=detail)
