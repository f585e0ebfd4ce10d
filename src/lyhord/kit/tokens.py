"""Secrets that callers carry. Each names its workspace, so that a look-up knows where to look; we keep only a hash."""

import hashlib
import secrets
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode

_SECRET_BYTES = 32
_KEY_BYTES = 10


def make_token(workspace_id: str) -> tuple[str, str]:
    """A new secret of 256 bits as (text for the caller, hash for the database)."""
    text = f"{_short(workspace_id)}.{_encode(secrets.token_bytes(_SECRET_BYTES))}"
    return text, _hash(text)


def read_token(text: str) -> tuple[str, str] | None:
    """(workspace id, hash) of a token's text, or None when it can't be one of ours."""
    head, dot, secret = text.partition(".")
    workspace_id = _long(head) if dot and len(secret) >= _SECRET_BYTES else None
    return (workspace_id, _hash(text)) if workspace_id else None


def make_key(workspace_id: str) -> str:
    """A new public key: it names its workspace and can't be guessed, but isn't secret."""
    return _short(workspace_id) + _encode(secrets.token_bytes(_KEY_BYTES))


def workspace_of_key(key: str) -> str | None:
    """The workspace that a key of `make_key` names, or None when it can't be one of ours."""
    return _long(key[:22]) if len(key) > 22 else None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _short(workspace_id: str) -> str:
    """The 22 characters of an id's 16 bytes."""
    return _encode(uuid.UUID(workspace_id).bytes)


def _long(short: str) -> str | None:
    if len(short) != 22 or not short.isascii():
        return None
    try:
        return str(uuid.UUID(bytes=urlsafe_b64decode(short + "==")))
    except ValueError:
        return None
