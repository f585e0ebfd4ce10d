"""What the company's site says about its visitor: a JWT of at most 15 minutes, HS256 and nothing else, one secret per inbox."""

import hashlib
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Address
from lyhord.kit.problems import NotSignedIn
from lyhord.kit.text import fold_email

SECRET_LENGTH = 32
_ALGORITHM = "HS256"
_LIFE = 15 * 60
_SKEW = 60
_LONGEST = 4_000


def read_statement(statement: str, account: Account, now: int) -> tuple[Address, ...]:
    """The visitor's identities, verified: one of scheme `webchat`, and their e-mail address where it is named.

    `now` is Unix milliseconds. Raises `NotSignedIn` when the statement is forged, too old, too long-lived, made for another
    inbox, or names nobody. An address that the site itself calls unverified is left out.
    """
    claims = _verified(statement, account.secrets.get("identity_secret", ""))
    _check_times(claims, now // 1000)
    if claims.get("aud") not in (None, account.key):
        raise _refused("made for another inbox")
    email = _email(claims)
    subject = _text(claims, "sub")
    if not (subject or email):
        raise _refused("names nobody: it needs sub or email")
    name = _text(claims, "name") or email or subject
    whom = _digest(f"sub:{subject}" if subject else f"email:{email}")
    addresses = [Address("webchat", f"{account.inbox_id}:{whom}", name, verified=True)]
    if email:
        addresses.append(Address("email", email, name, verified=True))
    return tuple(addresses)


def _verified(statement: str, secret: str) -> dict[str, Any]:
    if len(secret) < SECRET_LENGTH:
        raise NotSignedIn("Signed visitors aren't set up for this inbox.", key="chat.problem.signature")
    if len(statement) > _LONGEST:
        raise _refused("too long")
    try:
        token = jwt.decode(statement, OctKey.import_key(secret.encode()), algorithms=[_ALGORITHM])
    except (JoseError, ValueError) as error:
        raise _refused("not signed by this inbox's secret") from error
    if not isinstance(token.claims, dict):
        raise _refused("not an object")
    return token.claims


def _check_times(claims: dict[str, Any], now: int) -> None:
    issued, ends = _seconds(claims, "iat", now), _seconds(claims, "exp", None)
    if ends <= now:
        raise _refused("ended")
    if issued > now + _SKEW:
        raise _refused("issued in the future")
    if ends - issued > _LIFE:
        raise _refused("lives longer than 15 minutes")


def _seconds(claims: dict[str, Any], name: str, default: int | None) -> int:
    value = claims.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _refused("exp and iat are whole seconds, exp is required")
    return value


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip()[:320] if isinstance(value, str) else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _email(claims: dict[str, Any]) -> str:
    email = fold_email(_text(claims, "email"))
    local, at, domain = email.rpartition("@")
    usable = bool(at and local and "." in domain) and not any(character.isspace() for character in email)
    return email if usable and claims.get("email_verified", True) is True else ""


def _refused(why: str) -> NotSignedIn:
    return NotSignedIn(f"The statement about the visitor is refused: {why}.", key="chat.problem.signature")
