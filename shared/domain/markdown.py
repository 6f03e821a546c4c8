"""Markdown as people read it: numbered plain paragraphs, the names of sections, and the sentences and words of text.

Pure functions. Whatever the markup, every text is read, in time that grows with its length only.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from shared.contracts import ContentDocument

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
    """Every section name a citation of ``document`` may use, and the index of the first paragraph it stands for."""
    return {name: found[0].index for name, found in section_paragraphs(document.content).items()}


def section_paragraphs(content: str) -> dict[str, tuple[Paragraph, ...]]:
    """Every section name that a citation may use, and the paragraphs it stands for.

    A heading stands for all paragraphs below it up to the next heading of its level or above, so sub-headings are
    within it; several headings of one text stand for the paragraphs of all. One with no text below it cannot be cited.
    Besides, each paragraph has a number of its own.
    """
    headings: dict[str, list[Paragraph]] = {}
    numbers: dict[str, tuple[Paragraph, ...]] = {}
    above: list[tuple[int, str]] = []
    for level, text in _blocks(content):
        if level:
            above = [heading for heading in above if heading[0] < level] + [(level, text)]
        else:
            index = len(numbers)
            paragraph = Paragraph(index=index, section=above[-1][1] if above else numbered(index), text=text)
            numbers[numbered(index)] = (paragraph,)
            for name in dict.fromkeys(name for _, name in above):
                headings.setdefault(name, []).append(paragraph)
    return {name: tuple(found) for name, found in headings.items()} | numbers


def first_title(content: str) -> str:
    """The text of the first heading of level 1; empty without one."""
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
            yield level, text if level and is_balanced(text) else text.translate(_ROUNDED)


def is_balanced(text: str) -> bool:
    """Whether every square bracket of ``text`` has its partner, so that a citation can hold it as it is."""
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
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""The control characters that are no white space."""


def _plain(text: str, references: set[str]) -> str:
    text = text.translate(_DROPPED)
    text = _ESCAPE.sub(lambda match: match[1].translate(_SHELTER), text)
    text = _CODE.sub(lambda match: match[2].translate(_SHELTER), text)
    text = _AUTOLINK.sub(lambda match: match[1].translate(_SHELTER), text)
    text = _FOOTNOTE_MARK.sub("", _IMAGE.sub("", text))
    text = _REFERENCE_LINK.sub(lambda match: _link_text(match, references), _LINK.sub(r"\1", text))
    text = html.unescape(_without_emphasis(_TAG.sub("", _BREAK.sub(" ", text))))
    text = text.translate(_UNSHELTER)
    return " ".join(_CONTROLS.sub("", text).split())


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


# --- sentences --------------------------------------------------------------------------------------------------------

_NEVER_LAST = re.compile(r"mrs?|ms|mx|dr|prof|[sj]r|st|mt|vs|e\.g|i\.e|eg|ie|approx|ca|cf|bzw|z\.b|d\.h|resp|incl|excl")
_BEFORE_NUMBERS = re.compile(
    r"nos?|nr|pp?|vol|fig|sec|ch|art|min|max|jan|feb|mar|apr|june?|july?|aug|sept?|oct|nov|dec"
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LETTER = re.compile(r"[^\W\d_]")
_LAST_WORD = re.compile(r"[\"'“‘«(]*([^\s\"'“‘«(]+)$")
_CLOCK = frozenset({"a.m", "p.m"})
_TIME_ZONE = re.compile(
    r"(?:(?:Eastern|Central|Mountain|Pacific|Atlantic|Alaska|Hawaii|Greenwich|British|Irish)\b|[A-Z]{1,3}T\b|UTC\b)"
)
_SENTENCE_END = re.compile(r"(?<![.!?…؟।۔])(?P<mark>[.!?…؟।۔]++)[\"'”’»)\]]*+\s++|[。！？｡]+[」』”’）)]*\s*")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]{{1,100}}")


def sentences(text: str) -> list[str]:
    """The sentences of plain ``text``, in order, each with its closing marks.

    Abbreviations, initials, decimals, prices and addresses do not end one. Languages that write without spaces are
    split at their own full stops.
    """
    return [text[start:end].strip() for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of ``text`` starts and ends, the white space after it included."""
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
    if word is None or (word[1].casefold() in _CLOCK and _TIME_ZONE.match(text, match.end())):
        return word is None
    return not _is_abbreviation(word[1].casefold(), following)


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
    for start, stop in sentence_spans(text):
        used += word_count(text[start:stop])
        if used > max_words:
            break
        end = stop
    return text[:end].strip() or _cut_at_word(text, max_words)


def _cut_at_word(text: str, max_words: int) -> str:
    words = [match.end() for _, match in zip(range(max_words), _WORD.finditer(text), strict=False)]
    return text[: words[-1]].strip().rstrip(",;:-–—") + "…" if words else ""
