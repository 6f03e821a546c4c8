"""Merge fields: the ``{{name}}`` marks that the sender fills in, found, filled as a sender must, and at their worst.

Knows no customer: the values that a message is checked with are made here from the configuration.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from shared.contracts import Message
from shared.domain.citations import one_line
from shared.domain.links import find_links
from shared.run_config import UNSUBSCRIBE_MARK, MergeField

NO_MERGE_FIELDS: Mapping[str, MergeField] = MappingProxyType({})
HOSTILE_VALUE = "Anna\r\nBcc: <b onclick=x>{{name}}</b> https://phish.example"
"""What somebody may have given as a name: line breaks, markup, another field and a link."""

_MARK = re.compile(r"\{\{([a-z][a-z0-9_]{0,39})\}\}")
_ANY_MARK = re.compile(r"\{\{\s{0,5}([\w.-]{1,100})\s{0,5}\}\}")
_NOT_IN_A_VALUE = re.compile(r"[<>{}\[\]|\\/@#*_~^`=]")
_SAMPLE_NAME = "Wilhelmina Alexandrina Constantia "
_SAMPLE_LINK = "https://unsubscribe.example/"


def find_merge_fields(text: str) -> tuple[str, ...]:
    """The names that stand in double braces in ``text``, known or not, each once and in order."""
    return tuple(dict.fromkeys(match[1] for match in _ANY_MARK.finditer(text)))


def without_merge_fields(text: str, known: Collection[str]) -> str:
    """``text`` with a plain word in place of every ``{{name}}`` of ``known``; any other brace stays."""
    return _MARK.sub(lambda match: "name" if match[1] in known else match[0], text)


def fill(text: str, fields: Mapping[str, MergeField], values: Mapping[str, str]) -> str:
    """``text`` with every ``{{name}}`` of ``fields`` replaced by what may stand there for its value.

    White space is joined and invisible signs are dropped. A value that is then missing, too long, or holds markup, a
    brace or a link gives way to the field's fallback. A value is never read for marks itself. Names that are not in
    ``fields`` stay as they are.
    """
    return _MARK.sub(
        lambda match: _shown(fields[match[1]], values.get(match[1], "")) if match[1] in fields else match[0], text
    )


def may_stand(value: str) -> bool:
    """Whether a value can be shown as it is: one line of visible text without markup, braces or a link."""
    return bool(value) and value == one_line(value) and not _NOT_IN_A_VALUE.search(value) and not find_links(value)


def longest_value(field: MergeField) -> str:
    """A name of exactly as many characters as a value of ``field`` may have."""
    repeated = (_SAMPLE_NAME * (field.longest // len(_SAMPLE_NAME) + 1))[: field.longest]
    return f"{repeated[:-1]}a" if repeated.endswith(" ") else repeated


def fill_shortest(text: str, fields: Mapping[str, MergeField]) -> str:
    """``text`` as a customer gets it of whom nothing is known: every field's fallback."""
    return fill(text, fields, {})


def fill_longest(text: str, fields: Mapping[str, MergeField]) -> str:
    """``text`` with the longest values that its fields may have."""
    return fill(text, fields, {name: longest_value(field) for name, field in fields.items()})


def renderings(message: Message, footer: str, fields: Mapping[str, MergeField]) -> tuple[tuple[Message, str], ...]:
    """Message and footer as customers may get them: with the fallbacks, the longest, a hostile and the worst values.

    Those that come out the same are given once: a message without merge fields has one rendering. The link to
    unsubscribe is always the same.
    """
    return tuple(dict.fromkeys(_rendering(message, footer, fields, values) for values in _value_sets(fields)))


def _value_sets(fields: Mapping[str, MergeField]) -> Iterator[dict[str, str]]:
    yield {}
    yield {name: longest_value(field) for name, field in fields.items()}
    yield dict.fromkeys(fields, HOSTILE_VALUE)
    for name, field in fields.items():
        yield from ({name: value} for value in field.worst_cases)


def _rendering(
    message: Message, footer: str, fields: Mapping[str, MergeField], values: Mapping[str, str]
) -> tuple[Message, str]:
    filled = Message(**{name: fill(text, fields, values) for name, text in message})
    return filled, fill(footer, fields, values).replace(UNSUBSCRIBE_MARK, _SAMPLE_LINK)


def _shown(field: MergeField, value: str) -> str:
    line = one_line(value)
    return line if len(line) <= field.longest and may_stand(line) else field.fallback
