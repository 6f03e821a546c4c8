"""Names of currencies and measures as copy writes them, and what each is called and worth here.

Tables and look-ups only: where a number meets its unit is decided in ``value_amounts``.
"""

import re
from decimal import Decimal

# --- money ------------------------------------------------------------------------------------------------------------

DOLLAR, CENT, KRONE = "$", "cent", "kr"
"""Currencies that a sign or a word leaves open."""
_DOLLARS = frozenset({DOLLAR, "USD", "AUD", "CAD", "NZD", "HKD", "SGD"})
_OPEN = {DOLLAR: _DOLLARS, KRONE: frozenset({KRONE, "SEK", "NOK", "DKK"}), CENT: _DOLLARS | {CENT, "EUR"}}
CURRENCY_SIGNS = {"£": "GBP", "€": "EUR", "$": DOLLAR, "¥": "JPY", "₹": "INR", "zł": "PLN"}
_PREFIXES = {"US": "USD", "AU": "AUD", "A": "AUD", "CA": "CAD", "C": "CAD", "NZ": "NZD", "HK": "HKD", "S": "SGD"}
ISO_CODES = "GBP|USD|EUR|CHF|SEK|NOK|DKK|PLN|CZK|JPY|INR|AUD|CAD|NZD|CNY|HKD|SGD|ZAR"
_MONEY_WORDS = {
    "pound": ("GBP", "1"),
    "quid": ("GBP", "1"),
    "sterling": ("GBP", "1"),
    "euro": ("EUR", "1"),
    "dollar": (DOLLAR, "1"),
    "buck": (DOLLAR, "1"),
    "krona": (KRONE, "1"),
    "krone": (KRONE, "1"),
    "kroner": (KRONE, "1"),
    "kronor": (KRONE, "1"),
    "kr": (KRONE, "1"),
    "franc": ("CHF", "1"),
    "rupee": ("INR", "1"),
    "yen": ("JPY", "1"),
    "pence": ("GBP", "0.01"),
    "penny": ("GBP", "0.01"),
    "p": ("GBP", "0.01"),
    "cent": (CENT, "0.01"),
}
_MAGNITUDES = {"k": 3, "grand": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9}

MONEY_BEFORE = re.compile(
    rf"(?:(?<![A-Za-z])(US|AU|A|CA|C|NZ|HK|S)(?=\$))?([£€$¥₹])\s?$|(?<![A-Za-z])({ISO_CODES}|(?i:gbp|usd|eur))\s?$"
)
MONEY_AFTER = re.compile(
    rf"(?:(?:\s?([£€¥₹]|\$(?!\d)|zł)(?!\d))|[\s-]?({ISO_CODES})(?![^\W_])"
    r"|(?:[\s-])?(?:(?:US|American|Canadian|Australian)\s+)?(pounds?|quid|sterling|euros?|dollars?|bucks?|kron(?:a|er?|or)"
    r"|kr|francs?|rupees?|yen|pence|penny|cents?)(?![^\W_])|(p)(?![^\W_]))",
    re.IGNORECASE,
)
MAGNITUDE = re.compile(r"(k|mn?|bn)(?![^\W_])|[ -]?(grand|thousand|million|billion)(?![^\W_])", re.IGNORECASE)


def currency(sign: str, prefix: str = "") -> tuple[str, Decimal]:
    """The currency a sign, ISO code or word stands for, and how much of it one is (a penny: 0.01 GBP)."""
    if prefix:
        return _PREFIXES[prefix.upper()], Decimal(1)
    if sign in CURRENCY_SIGNS:
        return CURRENCY_SIGNS[sign], Decimal(1)
    word = sign.lower()
    unit, worth = _MONEY_WORDS.get(word) or _MONEY_WORDS.get(word.removesuffix("s")) or (sign.upper(), "1")
    return unit, Decimal(worth)


def magnitude(word: str) -> Decimal:
    """What ``k``, ``m``, ``million``... multiply by."""
    return Decimal(10) ** _MAGNITUDES[word.lower()]


def same_currency(one: str, other: str) -> bool:
    """Whether both may be one currency: ``$`` may be any dollar, ``cent`` a euro's or a dollar's."""
    return one == other or other in _OPEN.get(one, ()) or one in _OPEN.get(other, ())


# --- measures ---------------------------------------------------------------------------------------------------------

AGE = "year of age"
"""How old somebody is: ``ages three to seven``."""
_WORDS = {
    "second": "second|sec",
    "minute": "minute|min",
    "hour": "hour|hr",
    "day": "day",
    "week": "week|wk",
    "fortnight": "fortnight",
    "month": "month|mth",
    "year": "year|yr",
    "decade": "decade",
    "working day": "working day|business day|working-day|business-day|weekday",
    "working hour": "working hour|business hour",
    "night": "night",
    "weekend": "weekend",
    "mg": "milligram|milligramme",
    "g": "gram|gramme",
    "kg": "kilogram|kilogramme|kilo",
    "tonne": "tonne",
    "lb": "lb|pound",
    "oz": "ounce|oz",
    "stone": "stone",
    "ml": "millilitre|milliliter",
    "cl": "centilitre|centiliter",
    "l": "litre|liter",
    "pint": "pint",
    "gallon": "gallon",
    "mm": "millimetre|millimeter",
    "cm": "centimetre|centimeter",
    "m": "metre|meter",
    "km": "kilometre|kilometer",
    "inch": "inch|inche",
    "foot": "foot|feet",
    "yard": "yard",
    "mile": "mile",
    "degree": "degree",
    "watt": "watt",
    "kilowatt": "kilowatt",
    "volt": "volt",
    "lumen": "lumen",
    "gsm": "gsm",
    "calorie": "calorie|kcal",
    "point": "point|pt",
    "percentage point": "percentage point",
}
_SIGNS = {
    "mg": "mg",
    "g": "g|gr",
    "kg": "kg|kgs|KG|Kg",
    "ml": "ml|mL|ML",
    "cl": "cl",
    "l": "l|L|ltr",
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "km": "km",
    "foot": "ft",
    "square metre": "m2|sqm",
    "hour": "h|hrs",
    "second": "s|secs",
    "minute": "mins",
    "watt": "W",
    "kilowatt": "kW",
    "volt": "V",
    "lumen": "lm",
    "hertz": "Hz",
    "kilohertz": "kHz",
    "milliamp hour": "mAh",
    "amp hour": "Ah",
    "megabyte": "MB",
    "gigabyte": "GB",
    "terabyte": "TB",
    "degree": "°C|ºC|°",
    "degree F": "°F",
}
_WORD_UNITS = {name: unit for unit, names in _WORDS.items() for name in names.split("|")}
_SIGN_UNITS = {name: unit for unit, names in _SIGNS.items() for name in names.split("|")}
_WORD_PATTERN = "|".join(re.escape(name).replace("\\ ", "[ -]") for name in sorted(_WORD_UNITS, key=len, reverse=True))
_SIGN_PATTERN = "|".join(re.escape(name) for name in sorted(_SIGN_UNITS, key=len, reverse=True))
_BETWEEN = r"(?:full|whole|long|extra|more|further|consecutive|straight|calendar|bonus|pine|reward|loyalty)"
UNIT_WORD = re.compile(rf"[ -]?(?:{_BETWEEN}[ -])?({_WORD_PATTERN})s?(?![^\W_])", re.IGNORECASE)
UNIT_SIGN = re.compile(rf" ?({_SIGN_PATTERN})(?![^\W_])")

_SCALES: dict[str, tuple[str, str]] = {
    "second": ("minute", "1/60"),
    "minute": ("minute", "1"),
    "hour": ("minute", "60"),
    "day": ("minute", "1440"),
    "night": ("minute", "1440"),
    "week": ("minute", "10080"),
    "fortnight": ("minute", "20160"),
    "month": ("month", "1"),
    "year": ("month", "12"),
    "decade": ("month", "120"),
    "mg": ("g", "0.001"),
    "g": ("g", "1"),
    "kg": ("g", "1000"),
    "tonne": ("g", "1000000"),
    "ml": ("ml", "1"),
    "cl": ("ml", "10"),
    "l": ("ml", "1000"),
    "mm": ("mm", "1"),
    "cm": ("mm", "10"),
    "m": ("mm", "1000"),
    "km": ("mm", "1000000"),
    "watt": ("watt", "1"),
    "kilowatt": ("watt", "1000"),
    "megabyte": ("megabyte", "1"),
    "gigabyte": ("megabyte", "1000"),
    "terabyte": ("megabyte", "1000000"),
}
_TIME = frozenset({"working day", "working hour", "night", "weekend", "second", "minute", "hour", "day", "week"}) | {
    "fortnight",
    "month",
    "year",
    "decade",
}


def unit_of_word(word: str) -> str:
    """The unit that ``UNIT_WORD`` found."""
    name = word.lower()
    return _WORD_UNITS.get(name) or _WORD_UNITS[name.replace("-", " ")]


def unit_of_sign(sign: str) -> str:
    """The unit that ``UNIT_SIGN`` found."""
    return _SIGN_UNITS[sign]


def is_time(unit: str) -> bool:
    """Whether ``unit`` measures time."""
    return unit in _TIME


def dimension(unit: str) -> str:
    """What ``unit`` measures: two units of one dimension may be mistaken for one another."""
    return "time" if unit in _TIME else _SCALES.get(unit, (unit, "1"))[0]


def in_base(amount: Decimal, unit: str) -> tuple[Decimal, str]:
    """``amount`` in the unit to which ``unit`` converts exactly; days and months, or days and working days, do not."""
    base, factor = _SCALES.get(unit, (unit, "1"))
    numerator, _, denominator = factor.partition("/")
    return amount * Decimal(numerator) / Decimal(denominator or 1), base
