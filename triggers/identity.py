"""Who asks, as far as the platform vouches for it.

App Service Authentication puts who signed in into headers that nobody outside can set, where it is switched on; where
it is not, they may come from anybody and are not read. The Functions host knows which key let a request in, but does
not tell a Python app, so all that can be said of such a caller is that they held a key.
"""

import base64
import binascii
import json
from typing import Any

import azure.functions as func

from shared.domain.callers import FUNCTION_KEY, caller

LONGEST_PRINCIPAL = 64 * 1024
_XML_SOAP = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_NAMES = (
    "preferred_username",
    "upn",
    f"{_XML_SOAP}upn",
    "email",
    f"{_XML_SOAP}emailaddress",
    "name",
    f"{_XML_SOAP}name",
)
_IDENTIFIERS = (
    "oid",
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
    "sub",
    f"{_XML_SOAP}nameidentifier",
)
"""Claim types, the best first: of what a person is called, and of what tells them from everybody else."""


def caller_of(req: func.HttpRequest, *, trusted: bool) -> str:
    """Who asks: the name and identifier that the platform vouches for, where it is ``trusted``, else ``FUNCTION_KEY``.

    Claims that cannot be read vouch for nobody.
    """
    if not trusted:
        return FUNCTION_KEY
    name = req.headers.get("x-ms-client-principal-name") or ""
    identifier = req.headers.get("x-ms-client-principal-id") or ""
    principal = req.headers.get("x-ms-client-principal")
    if not principal:
        return caller(name, identifier)
    claims = _claims(principal)
    if claims is None:
        return FUNCTION_KEY
    return caller(_first(claims, _NAMES) or name, _first(claims, _IDENTIFIERS) or identifier)


def _first(claims: dict[str, str], types: tuple[str, ...]) -> str:
    return next((claims[kind] for kind in types if claims.get(kind, "").strip()), "")


def _claims(principal: str) -> dict[str, str] | None:
    """Claim type -> its first value, of the header's base64 JSON; None when it is not of the form it must have."""
    if len(principal) > LONGEST_PRINCIPAL:
        return None
    try:
        decoded = json.loads(base64.b64decode(principal, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    claims = decoded.get("claims") if isinstance(decoded, dict) else None
    if not isinstance(claims, list) or not all(map(_is_claim, claims)):
        return None
    return {claim["typ"]: claim["val"] for claim in reversed(claims)}


def _is_claim(claim: Any) -> bool:
    return isinstance(claim, dict) and isinstance(claim.get("typ"), str) and isinstance(claim.get("val"), str)
