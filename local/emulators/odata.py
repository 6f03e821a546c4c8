"""OData filters, as far as Azure AI Search's REST API has them: a filter's text becomes a test of one document.

Operators ``and``, ``or``, ``not``, ``eq``, ``ne``, ``gt``, ``ge``, ``lt``, ``le``; ``search.in``; ``any`` and ``all``
over collections; constants are null, true, false, numbers, quoted text and dates with a time zone. Knows no index and
no ranking. What is not such a filter, or names a field that is not known, is a ``FilterError``.
"""

import operator
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

Test = Callable[[Mapping[str, Any]], bool]
Value = Callable[[Mapping[str, Any]], Any]

DEEPEST = 50
"""Parentheses and ``not`` within one another, beyond which a filter is refused."""
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_COMPARISONS = {"eq", "ne", *_ORDERS}
_KEYWORDS = {"and", "or", "not", "null", "true", "false", *_COMPARISONS}
_TOKENS = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^']|'')*')
    | (?P<date>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))
    | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.:-]))
    | (?P<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)
    | (?P<sign>[(),/:])
    )""",
    re.VERBOSE,
)


class FilterError(ValueError):
    """The text is no filter; the message says where it stops being one."""


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def compile_filter(text: str, fields: Collection[str]) -> Test:
    """The test that ``text`` stands for, on documents as dictionaries; ``fields`` may be named in it.

    Dates in documents are text in ISO 8601 and are compared as instants with dates of the filter. A field that is null
    or missing equals null only and is neither above nor below anything.
    """
    parser = _Parser(_tokens(text), fields)
    test = parser.disjunction()
    parser.end()
    return test


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKENS.match(text, position)
        if match is None or match.lastgroup is None:
            raise FilterError(f"a character at {position} belongs to nothing that a filter may hold")
        tokens.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        position = match.end()
    return [*tokens, _Token("end", "", len(text))]


class _Parser:
    """Recursive descent over the tokens, one method a rule of the grammar."""

    def __init__(self, tokens: list[_Token], fields: Collection[str]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._variables: list[str] = []
        self._depth = 0

    def disjunction(self) -> Test:
        tests = [self._conjunction()]
        while self._takes("or"):
            tests.append(self._conjunction())
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def end(self) -> None:
        if self._next.kind != "end":
            raise self._unexpected()

    def _conjunction(self) -> Test:
        tests = [self._negation()]
        while self._takes("and"):
            tests.append(self._negation())
        return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)

    def _negation(self) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FilterError(f"nested deeper than {DEEPEST}")
        try:
            if self._takes("not"):
                test = self._negation()
                return lambda document: not test(document)
            return self._primary()
        finally:
            self._depth -= 1

    def _primary(self) -> Test:
        if self._takes("("):
            test = self.disjunction()
            self._expect(")")
            return test
        if self._next.text == "search.in":
            return self._search_in()
        left, is_name = self._operand()
        if is_name and self._takes("/"):
            return self._lambda(left)
        if self._next.kind == "name" and self._next.text in _COMPARISONS:
            comparison = self._advance().text
            right, _ = self._operand()
            return lambda document: _compare(comparison, left(document), right(document))
        if is_name:
            return lambda document: left(document) is True
        raise self._unexpected()

    def _search_in(self) -> Test:
        """``search.in(field, 'a|b', '|')``: each character of the last text parts values; a comma or space without."""
        self._advance()
        self._expect("(")
        value = self._name()
        self._expect(",")
        values, delimiters = self._text(), ", "
        if self._takes(","):
            delimiters = self._text()
        self._expect(")")
        parted = re.split(f"[{re.escape(delimiters)}]", values) if delimiters else [values]
        wanted = frozenset(parted) - {""}
        return lambda document: value(document) in wanted

    def _lambda(self, collection: Value) -> Test:
        """``any()``, ``any(x: test)`` or ``all(x: test)`` behind a field that holds several values."""
        quantifier = self._advance()
        if quantifier.text not in {"any", "all"}:
            raise self._unexpected(quantifier)
        self._expect("(")
        if quantifier.text == "any" and self._takes(")"):
            return lambda document: bool(collection(document))
        variable = self._advance()
        if variable.kind != "name" or variable.text in _KEYWORDS:
            raise self._unexpected(variable)
        self._expect(":")
        self._variables.append(variable.text)
        test = self.disjunction()
        self._variables.pop()
        self._expect(")")
        combine = any if quantifier.text == "any" else all
        return lambda document: combine(
            test({**document, variable.text: value}) for value in collection(document) or ()
        )

    def _operand(self) -> tuple[Value, bool]:
        """A constant or a field, and whether it is a field."""
        token = self._next
        if token.kind == "name" and token.text not in _KEYWORDS:
            return self._name(), True
        constant = _constant(self._advance())
        if constant is _NONE_SUCH:
            raise self._unexpected(token)
        return lambda _document: constant, False

    def _name(self) -> Value:
        token = self._advance()
        if token.kind != "name" or token.text in _KEYWORDS:
            raise self._unexpected(token)
        if token.text not in self._fields and token.text not in self._variables:
            raise FilterError(f"the name at {token.position} is no field that may be filtered")
        return lambda document: document.get(token.text)

    def _text(self) -> str:
        token = self._advance()
        if token.kind != "text":
            raise self._unexpected(token)
        return _unquoted(token.text)

    @property
    def _next(self) -> _Token:
        return self._tokens[0]

    def _advance(self) -> _Token:
        return self._tokens.pop(0) if self._next.kind != "end" else self._next

    def _takes(self, text: str) -> bool:
        found = self._next.kind in {"name", "sign"} and self._next.text == text
        if found:
            self._advance()
        return found

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise self._unexpected()

    def _unexpected(self, token: _Token | None = None) -> FilterError:
        found = token or self._next
        return FilterError(
            f"the filter ends too early, at {found.position}"
            if found.kind == "end"
            else f"what stands at {found.position} does not belong there"
        )


_NONE_SUCH = object()
_WORDS = {"null": None, "true": True, "false": False}


def _constant(token: _Token) -> Any:
    if token.kind == "text":
        return _unquoted(token.text)
    if token.kind == "number":
        return float(token.text)
    if token.kind == "date":
        return _instant(token.text)
    return _WORDS.get(token.text, _NONE_SUCH)


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'")


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise FilterError("a date is none of the calendar") from None


def _compare(comparison: str, left: Any, right: Any) -> bool:
    left, right = _alike(left, right), _alike(right, left)
    if comparison in {"eq", "ne"}:
        return bool(left == right) == (comparison == "eq")
    if left is None or right is None:
        return False
    try:
        return _ORDERS[comparison](left, right)
    except TypeError:
        raise FilterError("values of different types are compared") from None


def _alike(value: Any, other: Any) -> Any:
    """A document's date as an instant where it meets one."""
    return _instant(value) if isinstance(value, str) and isinstance(other, datetime) else value
