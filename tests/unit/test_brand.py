"""Brand rules: each breach is found and named, and plain copy has none."""

from pathlib import Path

import pytest

from shared.config import load_config
from shared.contracts import Message
from shared.domain.brand import MOST_FINDINGS, check_brand, check_brand_config, house_rules
from shared.run_config import BrandConfig, BrandRules, ControlMessage, MergeField

CONTROL = ControlMessage(subject="News", body="Hello and welcome.", call_to_action="Visit the shop")
RULES = {
    "banned_phrases": ("risk-free", "act now"),
    "allowed_link_domains": ("harbourandpine.example",),
    "acronyms": ("LOOM",),
}
PLAIN = "We have new rugs in the shop, and you may try them at home. "
HARD = (
    "Notwithstanding contractual considerations, promotional entitlements irrevocably terminate upon expiration of the "
    "applicable promotional period, subject to limitations enumerated in accompanying documentation and to the "
    "administrative requirements of the organisation with which the beneficiary is registered for participation "
)
MESSAGE = Message(subject="New rugs", preheader="A look inside", body=PLAIN * 8, call_to_action="See the rugs")


def a_brand(**changes):
    rules = BrandRules(**RULES | changes.pop("rules", {}))
    given = {"name": "HARBOUR Pine", "signature": "The team", "rules": rules, "control_message": CONTROL}
    return BrandConfig(**given | changes)


def details(brand=None, **fields):
    findings = check_brand(MESSAGE.model_copy(update=fields), brand or a_brand())
    assert all(finding.check == "brand" and "\n" not in finding.detail for finding in findings)
    return [finding.detail for finding in findings]


def with_words(words):
    return f"{PLAIN * 8}\n\n{words}"


def test_plain_copy_breaks_no_rule():
    """Nothing is found in a message that keeps to everything."""
    assert details() == []


@pytest.mark.parametrize("field", ["subject", "preheader", "body", "call_to_action"])
def test_a_banned_phrase_is_found_in_any_field(field):
    """The finding names the phrase and the field."""
    assert details(**{field: "A R1SK FREE try"}) == [
        f'the banned phrase "risk-free" stands in the {field.replace("_", " ")}'
    ]


def test_a_banned_phrase_is_found_within_a_citation():
    """A source's title is read by customers too, and so is a name that is filled in."""
    assert details(body=with_words("Try it [Source: Risk-Free Trial, Terms]."))
    brand = a_brand(merge_fields={"offer": MergeField(fallback="risk")})
    assert details(brand, subject="A {{offer}}-free try")


def test_a_required_phrase_must_stand_somewhere():
    """In the message or in the footer; where it is missing it is named."""
    rules = {"required_phrases": ("Terms apply",)}
    assert details(a_brand(rules=rules)) == ['the required phrase "Terms apply" is missing']
    assert details(a_brand(rules=rules), body=with_words("Terms apply.")) == []
    assert details(a_brand(rules=rules, footer="TERMS APPLY. {{unsubscribe_url}}")) == []


@pytest.mark.parametrize("field", ["subject", "preheader", "body", "call_to_action"])
def test_a_link_elsewhere_is_named(field):
    """The finding names the domain, the field and what is allowed; the brand's own domain is no finding."""
    assert details(**{field: "See https://harbourandpine.example@evil.example/x"})[-1] == (
        f"the {field.replace('_', ' ')} links to evil.example; domains allowed: harbourandpine.example"
    )
    assert details(**{field: "See www.harbourandpine.example"}) == []


def test_without_domains_no_link_is_allowed():
    """By default a message links nowhere, not even to the brand."""
    found = details(a_brand(rules={"allowed_link_domains": ()}), body=with_words("harbourandpine.example"))
    assert found == ["the body links to harbourandpine.example; domains allowed: none"]


def test_a_merge_field_cannot_complete_a_link():
    """The text is read with the fields filled in."""
    brand = a_brand(merge_fields={"first_name": MergeField(fallback="there")})
    assert details(brand, body=with_words("{{first_name}}.com")) == [
        "the body links to there.com; domains allowed: harbourandpine.example"
    ]


def test_an_unknown_merge_field_is_named_with_those_that_exist():
    """Also the link to unsubscribe, which is the footer's alone; a known field is no finding."""
    brand = a_brand(merge_fields={"first_name": MergeField(fallback="there")})
    assert details(brand, subject="Hello {{first_name}}") == []
    for name in ("nickname", "unsubscribe_url"):
        assert details(brand, subject=f"Hello {{{{{name}}}}}") == [
            f"the subject holds {{{{{name}}}}}, which is no merge field; there are: first_name"
        ]


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"subject": "New!", "call_to_action": "Look!"}, 0),
        ({"subject": "New!", "preheader": "Look!", "call_to_action": "Go!"}, 1),
        ({"subject": "New！", "preheader": "Look❗", "call_to_action": "Go!"}, 1),
        ({"subject": "New!!"}, 1),
        ({"subject": "New ‼"}, 1),
        ({"subject": "New!!!"}, 2),
    ],
)
def test_exclamation_marks_are_limited(fields, count):
    """Two in the whole message are allowed, in whatever form, and never side by side."""
    assert len(details(**fields)) == count


@pytest.mark.parametrize(
    "text",
    [
        "THIS WEEK ONLY in the shop",  # the run of three has words of two letters and more
        "LAST rugs, LAST chairs and LAST beds",
        "BUY NOW AND SAVE",
        "DON'T miss IT'S BEST",
        "ＴＨＥＳＥ ＡＲＥ ＮＥＷ",
        "ДЕШЕВЫЕ КОВРЫ СЕГОДНЯ",
    ],
)
def test_words_in_capitals_are_limited(text):
    """More than two words in capitals are shouting, in any alphabet and width."""
    (found,) = details(subject=text)
    assert "words in capitals" in found


@pytest.mark.parametrize(
    "text",
    [
        "Use WELCOME, or the code SPRING, or WELCOME again with SPRING",
        "COMEBACK20 WINTER15 AUTUMN10",
        "UNESCO, NASA and HDMI",
        "LOOM rugs on a LOOM by LOOM",
        "HARBOUR rugs, HARBOUR chairs, HARBOUR beds",
        "A USB lamp, an LED lamp and a UK plug",
        "LAST CHANCE for a rug",
        "SHOP NOW",
    ],
)
def test_codes_acronyms_and_names_may_stand_in_capitals(text):
    """So may two words."""
    assert details(subject=text) == []


def test_hard_prose_is_found():
    """The finding names the grade and the limit; other limits and null are honoured."""
    (found,) = details(body=HARD * 3)
    assert "at most 14 is allowed" in found
    assert details(a_brand(rules={"reading_grade_max": None}), body=HARD * 3) == []
    assert details(a_brand(rules={"reading_grade_max": 1})) == [
        "the body reads at grade 1.7, at most 1 is allowed: shorter sentences and words"
    ]


def test_citations_are_not_counted():
    """A title may hold marks, capitals, long words and an address that the copy may not."""
    title = "[Source: NEW RUGS NOW! Wow!! At evil.example, Part]"
    assert details(body=with_words(title)) == []


def test_findings_are_limited():
    """A hopeless message does not fill the record."""
    links = " ".join(f"site{number}.com" for number in range(100))
    assert len(details(body=links)) == MOST_FINDINGS


@pytest.mark.parametrize(
    "unit", ["{{", "<", "!", "AB ", "A", "code A ", "\u0301\u0323", "{{first_name}} ", "evil.com "]
)
def test_long_hostile_text_is_read(unit):
    """A hundred thousand characters come to an end."""
    check_brand(MESSAGE.model_copy(update={"body": unit * (100_000 // len(unit))}), a_brand())


# --- the configuration ------------------------------------------------------------------------------------------------


def test_the_shipped_configuration_keeps_its_own_rules():
    """What code sends has no fault, and there are rules to keep."""
    brand = load_config(Path(__file__).parents[2] / "config", {}).brand
    assert check_brand_config(brand) == ()
    assert brand.rules.banned_phrases
    assert brand.rules.allowed_link_domains


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"control_message": CONTROL.model_copy(update={"body": "Act now."})}, "control_message: the banned phrase"),
        ({"control_message": CONTROL.model_copy(update={"subject": "Hi [Name]"})}, "control_message.subject: holds an"),
        ({"footer": "At evil.com {{unsubscribe_url}}"}, "control_message: the footer links to evil.com"),
        ({"footer": "{{nick}} {{unsubscribe_url}}"}, "footer: holds an unfilled placeholder"),
        ({"footer": "<a href=x>{{unsubscribe_url}}</a>"}, "footer: holds an unfilled placeholder or markup"),
        ({"merge_fields": {"name": MergeField(fallback="<b>")}}, 'merge_fields.name.fallback: "<b>" would'),
        (
            {"merge_fields": {"name": MergeField(fallback="you", longest=5, worst_cases=("too long",))}},
            'merge_fields.name.worst_cases: "too long" would never be shown: at most 5 characters',
        ),
    ],
)
def test_what_code_sends_is_held_to_the_rules(changes, fault):
    """The control message, the footer and the values of merge fields, each named by its key."""
    assert check_brand_config(a_brand(**changes))[0].startswith(fault)


# --- the brief --------------------------------------------------------------------------------------------------------


def test_the_rules_are_told_to_the_writer():
    """Phrases stand in quotation marks, fields as they are written; what the footer says is not asked for."""
    rules = {"required_phrases": ("Terms apply", "A friendly shop")}
    brand = a_brand(
        rules=rules,
        merge_fields={"first_name": MergeField(fallback="there")},
        footer="Terms apply. {{unsubscribe_url}}",
    )
    text = "\n".join(house_rules(brand))
    for part in ('"risk-free", "act now"', '"A friendly shop"', "{{first_name}}", "grade 14", "2 exclamation marks"):
        assert part in text
    assert "Terms apply" not in text
