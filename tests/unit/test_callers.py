"""Who a request comes from: what the platform vouches for, what is not believed, and who is the same as whom."""

import base64
import json

import azure.functions as func
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.callers import FUNCTION_KEY, LONGEST, caller, is_among
from triggers.identity import LONGEST_PRINCIPAL, caller_of

OID = "http://schemas.microsoft.com/identity/claims/objectidentifier"


def asked_by(*, trusted: bool = True, **headers: str) -> str:
    named = {f"x-ms-client-principal{name}": value for name, value in headers.items()}
    return caller_of(func.HttpRequest("POST", "/", headers=named, body=b""), trusted=trusted)


def encoded(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def principal(**claims: str) -> str:
    return encoded({"auth_typ": "aad", "claims": [{"typ": kind, "val": value} for kind, value in claims.items()]})


@pytest.mark.parametrize(
    ("claims", "who"),
    [
        ({"preferred_username": "jo@brand.example", "name": "Jo", "oid": "7"}, "jo@brand.example (7)"),
        ({"upn": "jo@brand.example", "name": "Jo"}, "jo@brand.example"),
        ({"name": "Jo", OID: "7"}, "Jo (7)"),
        ({"oid": "7"}, "7"),
        ({"name": " ", "sub": "9"}, "9"),
        ({"roles": "admin"}, FUNCTION_KEY),
    ],
)
def test_caller_is_named_by_the_best_claim(claims, who):
    """A sign-in name goes before a display name, and the identifier stands beside it."""
    assert asked_by(**{"": principal(**claims)}) == who


def test_headers_name_the_caller_where_there_are_no_claims():
    """Name and identifier headers alone are enough, and fill in what the claims lack."""
    assert asked_by(**{"-name": "jo@brand.example", "-id": "7"}) == "jo@brand.example (7)"
    assert asked_by(**{"": principal(name="Jo"), "-id": "7"}) == "Jo (7)"


def test_headers_are_not_believed_where_the_platform_does_not_vouch_for_them():
    """Without App Service Authentication anybody can send them."""
    assert asked_by(trusted=False, **{"": principal(name="Jo"), "-name": "Jo", "-id": "7"}) == FUNCTION_KEY
    assert asked_by() == FUNCTION_KEY


@pytest.mark.parametrize(
    "value",
    [
        "not base64!",
        "aGVsbG8=",
        "é",
        base64.b64encode(b"\xff\xfe").decode(),
        encoded([]),
        encoded({"claims": {}}),
        encoded({"claims": ["oid"]}),
        encoded({"claims": [{"typ": "oid", "val": 7}]}),
        encoded({"claims": [{"typ": "oid"}]}),
        encoded({"userDetails": "jo"}),
        base64.b64encode(b"[" * 40_000).decode(),
        "A" * (LONGEST_PRINCIPAL + 4),
    ],
)
def test_claims_that_cannot_be_read_vouch_for_nobody(value):
    """A malformed principal is a caller without a name, whatever else the request says, and never a fault."""
    assert asked_by(**{"": value, "-name": "jo"}) == FUNCTION_KEY


def test_same_identifier_is_the_same_person_whatever_the_name():
    """A name can be changed; what tells people apart cannot."""
    assert is_among("Jo Field (7)", ["ann (3)", "jo@brand.example (7)"])
    assert not is_among("jo@brand.example (8)", ["jo@brand.example (7)"])
    assert is_among("JO@brand.example", ["jo@brand.example"])
    assert is_among(FUNCTION_KEY, [FUNCTION_KEY])
    assert not is_among("jo", [])


@given(st.text(max_size=300), st.text(max_size=300))
def test_caller_is_one_short_printable_line(name, identifier):
    """Whatever a claim holds, the record of it is printable, bounded and not empty."""
    who = caller(name, identifier)
    assert who.isprintable()
    assert 0 < len(who) <= LONGEST
    assert who == " ".join(who.split())


@given(st.text(max_size=60), st.text(min_size=1, max_size=60).filter(lambda text: caller("", text) != FUNCTION_KEY))
def test_no_name_passes_for_another_identifier(name, identifier):
    """Brackets in a name do not make it end in somebody else's identifier."""
    other = caller("", identifier)
    assert is_among(caller(name, identifier), [other])
    assert not is_among(caller(f"{name} ({identifier})", "somebody-else"), [other]) or other == "somebody-else"
