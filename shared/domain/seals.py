"""Signed seals: what a signature covers, and whether it holds. Pure functions; whoever signs is elsewhere."""

import base64

from shared.contracts import Seal
from shared.domain.digests import canonical_json

_KEY_BYTES = 32
_SIGNATURE_BYTES = 64


def signed_payload(seal: Seal) -> bytes:
    """What is signed: the canonical JSON of every field but the signature, the public key included."""
    return canonical_json(seal.model_dump(mode="json", exclude={"signature"})).encode()


def signature_problem(seal: Seal, public_key: str | None = None) -> str:
    """Why the seal's signature does not hold; empty when it does, and for a seal that nobody signed.

    With ``public_key`` (base64 of 32 bytes) exactly that key must have signed.
    """
    if seal.signature is None and seal.public_key is None:
        return "" if public_key is None else "seal.json: not signed, though a signature is demanded"
    if seal.signature is None or seal.public_key is None:
        return "seal.json: half of its signature is missing"
    if public_key is not None and seal.public_key != public_key:
        return "seal.json: signed with another key than the one demanded"
    return "" if _verifies(seal, seal.public_key, seal.signature) else "seal.json: its signature does not hold"


def _verifies(seal: Seal, public_key: str, signature: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key, signed = _decoded(public_key, _KEY_BYTES), _decoded(signature, _SIGNATURE_BYTES)
    if key is None or signed is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signed, signed_payload(seal))
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(text: str, count: int) -> bytes | None:
    """The bytes that ``text`` is the base64 of, where they are ``count`` and ``text`` is the one form of them."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if len(data) == count and base64.b64encode(data).decode() == text else None
