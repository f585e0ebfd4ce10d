"""Secrets at rest: sealed with AES-256-GCM under a key that isn't in the database; each text names its key."""

import hashlib
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_LEAST_CHARACTERS = 32


class Unreadable(Exception):
    """The text was sealed with a key that we don't have, or was changed. Set the right secret key."""


class Sealer:
    """Seals with `key` (32 bytes) and opens what was sealed with it or with one of `older`."""

    def __init__(self, key: bytes, *older: bytes) -> None:
        self._keys = {_key_id(each): each for each in (key, *older)}
        self._key_id = _key_id(key)

    def seal(self, values: Mapping[str, str]) -> str:
        """The values as text that only the key's owner can read; the same values never give the same text twice."""
        nonce = os.urandom(_NONCE_BYTES)
        content = msgspec.json.encode(dict(values))
        sealed = _box(self._keys[self._key_id]).encrypt(nonce, content, self._key_id.encode())
        return f"{self._key_id}.{b64encode(nonce + sealed).decode()}"

    def open(self, text: str) -> dict[str, str]:
        """The values of a sealed text; raises `Unreadable`."""
        key_id, _, encoded = text.partition(".")
        key = self._keys.get(key_id)
        if key is None:
            raise Unreadable(f"sealed with key {key_id}, which isn't ours")
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as in `_box`

        try:
            data = b64decode(encoded, validate=True)
            content = _box(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], key_id.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable("the sealed text was changed") from error
        return msgspec.json.decode(content, type=dict[str, str])


def _box(key: bytes) -> "AESGCM":
    """What seals and opens with a key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 6 MB that an idle server spares

    return AESGCM(key)


def load_key(configured: str, path: Path) -> bytes:
    """The key of 32 bytes: from `configured` (at least 32 characters), else from the file, made with mode 0600 at first.

    Raises ValueError for a configured key or a file that is too short to be one.
    """
    if not configured:
        configured = _read_or_make(path)
    if len(configured) < _LEAST_CHARACTERS:
        raise ValueError(f"a secret key needs at least {_LEAST_CHARACTERS} characters")
    return hashlib.sha256(b"seal:" + configured.encode()).digest()


def _read_or_make(path: Path) -> str:
    """The text of the key file. Of two processes that start together, one makes it and both read it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = mkstemp(
            prefix=f"{path.name}.", dir=path.parent
        )  # containers that share a folder may share ids, too
        fresh = Path(name)
        with os.fdopen(descriptor, "w") as file:
            file.write(b64encode(os.urandom(32)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"id:" + key).hexdigest()[:12]
