"""What a value is, the form in which text is read for values, and the numbers in it, in digits or spelled.

The ground the finders stand on: knows nothing of money, dates or conditions, and changes no text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from shared.domain.citations import visible_text
from shared.domain.words import root

Kind = Literal["money", "percent", "date", "time", "quantity", "multiple", "number", "code", "condition"]
DateReading = tuple[int | None, int | None, int | None]
"""Year, month and day; what is not said is None."""
Amount = Decimal | str | tuple[Decimal, Decimal] | tuple[DateReading, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value as written: ``text`` is ``given[start:end]``.

    ``amount``: a Decimal; two for a range; for a date its readings; for a time its readings in minutes of the day; for
    a condition its family; for a code the code in capitals. ``unit``: ISO currency, unit of measure, a date's weekday
    or ``relative``, the stem of the noun that is counted, or "". ``qualifier``: "", ``up_to``, ``from``, ``at_least``
    or ``over``. ``role``: what the value does where that is clear (``off``, ``threshold``, ``price``, ``start``,
    ``end``...), else "". ``per``: the period or thing a price is for, else "".
    """

    kind: Kind
    amount: Amount
    unit: str
    qualifier: str
    text: str
    start: int
    end: int
    role: str = ""
    per: str = ""


# --- text as it is read -----------------------------------------------------------------------------------------------

_SIGNS = str.maketrans(
    {"‘": "'", "’": "'", "´": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-"}
    | {"⁄": "/", "×": "x", "٫": ".", "٬": ",", "₤": "£", "٪": "%"}
)
_LOOKALIKES = str.maketrans("АВЕКМНОРСТХаеорсухіјѕԁΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαν", "ABEKMHOPCTXaeopcyxijsdABEZHIKMNOPTYXoav")
_MIXED_WORD = re.compile(r"(?<![^\W_])[A-Za-z\u0370-\u03ff\u0400-\u052f]{1,200}(?![^\W_])")
_NOT_COPY = (
    re.compile(r"\{\{[^{}]{0,100}\}\}"),
    re.compile(r"(?:https?://|www\.)[^\s<>]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}", re.IGNORECASE),
    re.compile(r"(?:©|\(c\)|\bcopyright)\s{0,3}(?:19|20)\d\d(?:\s?-\s?(?:19|20)\d\d)?", re.IGNORECASE),
    re.compile(r"^[ \t]{0,8}(?:step )?\d{1,2}[.):][ \t]", re.IGNORECASE | re.MULTILINE),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` is ``given`` made plain; sign ``n`` of ``text`` comes from ``given[origins[n]]``.

    Compatibility forms and digits of every script become ordinary ones, invisible and combining signs are gone, and
    letters of another alphabet in a Latin word are the Latin ones they pass for. Addresses, merge fields, copyright
    years and the numbers of a list are blanks: they say nothing about an offer.
    """

    given: str
    text: str
    origins: tuple[int, ...]

    def value(self, found: Value) -> Value:
        """``found``, whose span is one of ``text``, with the span and the words of ``given``."""
        start, end = self.origins[found.start], self.origins[found.end - 1] + 1
        return replace(found, text=self.given[start:end], start=start, end=end)


def read(text: str) -> Reading:
    """``text`` as values are looked for in it."""
    if text.isascii():
        return Reading(text, _copy_alone(text), tuple(range(len(text))))
    signs, origins = [], []
    for position, sign in enumerate(text):
        plain = sign if sign.isascii() else _plain_sign(sign)
        if "/" in plain and sign != "/" and text[position + 1 : position + 2].isdecimal():
            plain += " "
        signs.append(plain)
        origins.extend([position] * len(plain))
    plain_text = "".join(signs)
    if not plain_text.isascii():
        plain_text = _MIXED_WORD.sub(_latin, plain_text)
    return Reading(text, _copy_alone(plain_text), tuple(origins))


def _copy_alone(plain_text: str) -> str:
    """The text with blanks in the place of what is no copy."""
    for pattern in _NOT_COPY:
        plain_text = pattern.sub(lambda match: " " * len(match[0]), plain_text)
    return plain_text


def _plain_sign(sign: str) -> str:
    if not visible_text(sign) or unicodedata.combining(sign) or unicodedata.category(sign) in {"Mn", "Me"}:
        return ""
    folded = unicodedata.normalize("NFKC", sign).translate(_SIGNS)
    vulgar = len(folded) > 1 and unicodedata.numeric(sign, None) is not None and "/" in folded
    digits = [str(unicodedata.decimal(part)) if part.isdecimal() else part for part in folded]
    return (" " if vulgar else "") + "".join(digits)


def _latin(match: re.Match[str]) -> str:
    word = match[0]
    return word.translate(_LOOKALIKES) if any(sign.isascii() for sign in word) else word


# --- numbers ----------------------------------------------------------------------------------------------------------

_UNITS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_SMALL = {word: number for number, word in enumerate(_UNITS)} | _TENS | {"dozen": 12}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_TENS_WORD = "(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)"
_SMALL_WORD = rf"(?:{_TENS_WORD}(?:[ -](?:one|two|three|four|five|six|seven|eight|nine)\b)?|{'|'.join(_UNITS[::-1])})"
_HUNDREDS = rf"(?:(?:(?:an?|{_SMALL_WORD})[ -])?hundred\b(?:[ -](?:and[ -])?{_SMALL_WORD}\b)?|{_SMALL_WORD}\b)"
SPELLED = (
    rf"(?:(?:(?:an?|{_HUNDREDS})[ -])?(?:thousand|million|billion)\b(?:,? (?:and )?{_HUNDREDS})?|{_HUNDREDS}"
    r"|(?:a )?dozen\b)"
)
_FRACTIONS = {
    "1/2": "0.5",
    "1/4": "0.25",
    "3/4": "0.75",
    "half": "0.5",
    "a half": "0.5",
    "a quarter": "0.25",
    "three quarters": "0.75",
}
_FRACTION = r"(?: and (?P<fraction>a half|a quarter|three quarters))?"
_DIGITS = (
    r"\d{1,3}(?:(?P<sign>[,.'])\d{3}(?:(?P=sign)\d{3}){0,4})(?![\d]|[.,]\d{3})(?:[.,]\d{1,2}(?!\d))?"
    r"|\d{1,3}(?: \d{3}){1,3}(?=,\d\d(?!\d)|\s?(?:€|euros?\b|EUR|kr\b|zł))(?:,\d\d)?"
    r"|\d{1,15}(?:[.,]\d{1,9})?(?!\d)|\d+"
)
_NUMBER = re.compile(
    r"(?<![^\W_])(?<!\d[.,])(?:(?P<alone>1/2|[13]/4)(?![\d/])"
    rf"|(?P<digits>{_DIGITS})(?: (?P<part>1/2|[13]/4)(?![\d/]))?|(?P<spelled>{SPELLED}){_FRACTION})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text that was read: its span, its amount, and whether it is written in digits."""

    start: int
    end: int
    amount: Decimal
    in_digits: bool


def numbers(text: str) -> Iterator[Number]:
    """Every number of ``text``, in digits or words, in order: ``1,299.00``, ``1.299,00``, ``two and a half``."""
    for match in _NUMBER.finditer(text):
        if match["spelled"]:
            amount = _spelled_amount(match["spelled"]) + _fraction(match["fraction"])
        else:
            whole = _digits_amount(match["digits"], match["sign"]) if match["digits"] else Decimal(0)
            amount = whole + _fraction(match["alone"] or match["part"])
        yield Number(match.start(), match.end(), amount, in_digits=not match["spelled"])


def _fraction(text: str | None) -> Decimal:
    return Decimal(_FRACTIONS[text.lower()] if text else "0")


def _digits_amount(digits: str, sign: str | None) -> Decimal:
    if sign:
        whole, parts = digits, ""
        tail = max(digits.rfind(","), digits.rfind("."))
        if len(digits) - tail - 1 < 3:
            whole, parts = digits[:tail], digits[tail + 1 :]
        only_group = sign == "." and whole.count(".") == 1 and not parts
        return Decimal(whole) if only_group else Decimal(whole.replace(sign, "") + (f".{parts}" if parts else ""))
    return Decimal(digits.replace(" ", "").replace(",", "."))


def _spelled_amount(text: str) -> Decimal:
    total = group = 0
    for word in _WORD.findall(text.lower()):
        if word in _SMALL:
            group += _SMALL[word]
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in _SCALES:
            total += (group or 1) * _SCALES[word]
            group = 0
    return Decimal(total + group)


# --- words ------------------------------------------------------------------------------------------------------------


def stem(word: str) -> str:
    """The root of an English word: one for all words that mean the same in a shop."""
    return root(word.casefold().removesuffix("'s"))
