"""Codes of six digits that change every half minute (RFC 6238, SHA-1, as authenticator apps expect them)."""

import hashlib
import hmac
import secrets
from base64 import b32decode, b32encode
from urllib.parse import quote

STEP = 30_000
"""Milliseconds that one code stands."""
SLACK = 1
"""Steps by which a phone's clock may be wrong, either way."""
DIGITS = 6


def make_secret() -> str:
    """A new secret of 160 bits in base32, as people type it into an app when they can't read the picture."""
    return b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one step since 1970."""
    digest = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def find_step(secret: str, code: str, now: int, after: int = 0) -> int | None:
    """The step whose code this is at Unix milliseconds `now`, later than `after`, so that no code is good twice; else None."""
    current = now // STEP
    for step in range(max(current - SLACK, after + 1), current + SLACK + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode("utf-8", "replace")):
            return step
    return None


def address_of(secret: str, issuer: str, account: str) -> str:
    """The `otpauth:` address that an authenticator app reads from a picture."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"
