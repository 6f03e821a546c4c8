"""Brand rules: what every message must keep to beyond its form, from ``brand.yaml``. Each breach is one finding.

Pure functions over the message's text. They change nothing, and know nothing of what is true, safe or cited.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from shared.contracts import Finding, Message
from shared.domain.citations import shortened, without_citations
from shared.domain.disguises import compatible
from shared.domain.links import find_links, is_allowed
from shared.domain.merge_fields import (
    fill_shortest,
    find_merge_fields,
    may_stand,
    without_merge_fields,
)
from shared.domain.messages import find_leftovers
from shared.domain.phrases import says, states
from shared.domain.readability import reading_grade
from shared.run_config import UNSUBSCRIBE_FIELD, BrandConfig, BrandRules

MOST_FINDINGS = 20
"""Findings on one message."""

KNOWN_ACRONYMS = frozenset(
    [
        *("ASAP", "BOGO", "FAQS", "GDPR", "GMBH", "GOTS", "HDMI", "HEPA", "IBAN", "ISBN", "LEDS", "LGBTQ", "NASA"),
        *("OEKO", "PEFC", "PTFE", "RSPB", "RSPCA", "RSVP", "UKCA", "UNESCO", "UNICEF", "USDA", "WIFI"),
    ]
)
"""Words that are written in capitals by everyone."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CODE = re.compile(
    r"\b(?i:(?:codes?|vouchers?|coupons?)(?: is|:)?|use|enter|quote) [\"“‘']?([A-Z][A-Z0-9-]{2,30})(?![a-z])"
)
_NOT_LETTERS = re.compile(r"[^\w'’]|[\d_]")
_MARKS = re.compile(r"[!❗❕]")
_DOUBLED = re.compile(r"[!❗❕]\s?[!❗❕]")
_NO_SHOUTING = "No words in capitals except codes and acronyms."
_SHORTEST_SHOUT = 4
_LONGEST_QUIET_RUN = 2


# --- a message --------------------------------------------------------------------------------------------------------


def check_brand(message: Message, brand: BrandConfig) -> tuple[Finding, ...]:
    """Every way in which ``message``, with the footer below it, breaks the rules; at most ``MOST_FINDINGS``.

    All have check ``brand`` and name what is wrong and where. Phrases are looked for in all of the text, citations
    included; links, marks, capitals and the reading grade in what is left without them, with the merge fields'
    fallbacks. The grade is the body's alone, and only of English text (see ``reading_grade``).
    """
    fields = {name.replace("_", " "): text for name, text in message}
    texts = {name: fill_shortest(text, brand.merge_fields) for name, text in {**fields, "footer": brand.footer}.items()}
    copy = {name: without_citations(text) for name, text in texts.items()}
    written = [copy[name] for name in fields]
    details = (
        *_banned(texts, brand.rules),
        *_required(texts.values(), brand.rules),
        *_links(copy, brand.rules),
        *_unknown_fields({**fields, "footer": brand.footer}, brand),
        *_exclamations(written, brand.rules),
        *_shouting(written, brand),
        *_grade(copy["body"], brand.rules),
    )
    return tuple(Finding(check="brand", detail=detail) for detail in details[:MOST_FINDINGS])


def _banned(texts: dict[str, str], rules: BrandRules) -> Iterator[str]:
    for phrase in rules.banned_phrases:
        if places := [name for name, text in texts.items() if says(text, phrase)]:
            yield f"the banned phrase {_quoted(phrase)} stands in the {' and the '.join(places)}"


def _required(texts: Iterable[str], rules: BrandRules) -> Iterator[str]:
    whole = "\n\n".join(texts)
    for phrase in rules.required_phrases:
        if not states(whole, phrase):
            yield f"the required phrase {_quoted(phrase)} is missing"


def _links(texts: dict[str, str], rules: BrandRules) -> Iterator[str]:
    allowed = ", ".join(rules.allowed_link_domains) or "none"
    for name, text in texts.items():
        refused = (link for link in find_links(text) if not is_allowed(link, rules.allowed_link_domains))
        for shown in dict.fromkeys(link.host or link.text for link in refused):
            yield f"the {name} links to {shortened(shown, 100)}; domains allowed: {allowed}"


def _unknown_fields(texts: dict[str, str], brand: BrandConfig) -> Iterator[str]:
    for name, text in texts.items():
        known = [*brand.merge_fields, *([UNSUBSCRIBE_FIELD] if name == "footer" else [])]
        for field in find_merge_fields(without_merge_fields(text, known)):
            there_are = ", ".join(known) or "none"
            yield f"the {name} holds {{{{{shortened(field, 40)}}}}}, which is no merge field; there are: {there_are}"


def _exclamations(texts: Sequence[str], rules: BrandRules) -> Iterator[str]:
    plain = [compatible(text) for text in texts]
    count, most = sum(len(_MARKS.findall(text)) for text in plain), rules.exclamation_marks_max
    if count > most:
        yield f"{count} exclamation marks, at most {most} are allowed"
    if any(_DOUBLED.search(text) for text in plain):
        yield "exclamation marks stand side by side (!!)"


def _grade(body: str, rules: BrandRules) -> Iterator[str]:
    grade = reading_grade(body) if rules.reading_grade_max is not None else None
    if grade is not None and rules.reading_grade_max is not None and grade > rules.reading_grade_max:
        yield (
            f"the body reads at grade {grade:.1f}, at most {rules.reading_grade_max:g} is allowed: "
            "shorter sentences and words"
        )


# --- capitals ---------------------------------------------------------------------------------------------------------


def _shouting(texts: Sequence[str], brand: BrandConfig) -> Iterator[str]:
    plain = [compatible(text) for text in texts]
    quiet = {*KNOWN_ACRONYMS, *(code for text in plain for code in _CODE.findall(text))}
    quiet.update(word for name in (brand.name, brand.signature, *brand.rules.acronyms) for word in _WORD.findall(name))
    shouted = [word for text in plain for word in _shouted(text, quiet)]
    most = brand.rules.capital_words_max
    if len(shouted) > most:
        named = ", ".join(dict.fromkeys(shortened(word, 20) for word in shouted[:5]))
        yield f"{len(shouted)} words in capitals ({named}), at most {most} are allowed"


def _shouted(text: str, quiet: set[str]) -> Iterator[str]:
    """Words in capitals that are long enough to be no acronym, or stand in a run of more than two."""
    run: list[str] = []
    for word in [*_WORD.findall(text), ""]:
        if len(word) > 1 and word.isupper() and _NOT_LETTERS.search(word) is None and word not in quiet:
            run.append(word)
            continue
        yield from run if len(run) > _LONGEST_QUIET_RUN else (one for one in run if len(one) >= _SHORTEST_SHOUT)
        run = []


# --- the configuration ------------------------------------------------------------------------------------------------


def check_brand_config(brand: BrandConfig) -> tuple[str, ...]:
    """What is wrong with ``brand.yaml`` beyond its form, each with its key: what code sends keeps to the rules too."""
    control = Message(**brand.control_message.model_dump())
    return (
        *_values_that_may_not_stand(brand),
        *_own_leftovers(control, brand),
        *(f"control_message: {finding.detail}" for finding in check_brand(control, brand)),
    )


def _values_that_may_not_stand(brand: BrandConfig) -> Iterator[str]:
    for name, field in brand.merge_fields.items():
        for key, value in (("fallback", field.fallback), *(("worst_cases", value) for value in field.worst_cases)):
            if len(value) > field.longest or not may_stand(value):
                yield (
                    f"merge_fields.{name}.{key}: {_quoted(value)} would never be shown: at most {field.longest} "
                    "characters on one line, without markup and links"
                )


def _own_leftovers(control: Message, brand: BrandConfig) -> Iterator[str]:
    for name, text in control:
        for kind in find_leftovers(text, brand.merge_fields):
            yield f"control_message.{name}: holds {kind}"
    for kind in find_leftovers(brand.footer, [*brand.merge_fields, UNSUBSCRIBE_FIELD]):
        yield f"footer: holds {kind}"


# --- the brief --------------------------------------------------------------------------------------------------------


def house_rules(brand: BrandConfig) -> tuple[str, ...]:
    """The rules as lines for whoever writes a message; phrases stand in quotation marks, as data."""
    rules = brand.rules
    lines = [f"At most {rules.exclamation_marks_max} exclamation marks in all, never two side by side.", _NO_SHOUTING]
    if rules.reading_grade_max is not None:
        lines.append(f"Short sentences and plain words: school grade {rules.reading_grade_max:g} at most.")
    if rules.banned_phrases:
        lines.append(f"Never write, in any spelling: {_listed(rules.banned_phrases)}.")
    if missing := [phrase for phrase in rules.required_phrases if not states(brand.footer, phrase)]:
        lines.append(f"Write, word for word: {_listed(missing)}.")
    if brand.merge_fields:
        marks = ", ".join(f"{{{{{name}}}}}" for name in brand.merge_fields)
        lines.append(f"The only marks that may stand for a customer's data, if any: {marks}.")
    lines.append("The legal footer and the link to unsubscribe are added later: write neither.")
    return tuple(lines)


def _listed(phrases: Iterable[str]) -> str:
    return ", ".join(map(_quoted, phrases))


def _quoted(phrase: str) -> str:
    return json.dumps(shortened(phrase, 100), ensure_ascii=False)
