"""How WeChat proves its calls and seals them: SHA-1 over sorted words, AES-256-CBC with the account's id inside.

And its XML, read without what XML can do beyond that: no document types, so no entities that grow or read files.
"""

import hashlib
import hmac
import os
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

_KEY_CHARACTERS, _BLOCK = 43, 32
_RANDOM, _LENGTH = 16, struct.Struct(">I")
_DEEPEST = 8


class Unreadable(Exception):
    """Not what WeChat would send."""


def sign(*words: str) -> str:
    """The signature over these words, in hex."""
    return hashlib.sha1("".join(sorted(words)).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def fits(wanted: str, given: str) -> bool:
    """Whether they are the same, in constant time."""
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))


def read_xml(body: bytes) -> Mapping[str, str]:
    """The texts of a document by name, those further inside by `Name.Name`. Raises `Unreadable`.

    A document type is refused: WeChat sends none, and it is where entities that grow or read files are defined.
    """
    found: dict[str, str] = {}
    path: list[str] = []
    words: list[str] = []

    def refuse(*_: object) -> None:
        raise Unreadable("a document type")

    def begin(name: str, _: object) -> None:
        path.append(name)
        words.clear()
        if len(path) > _DEEPEST:
            raise Unreadable("too deep")

    def end(_: str) -> None:
        if len(path) > 1 and words:
            found.setdefault(".".join(path[1:]), "".join(words).strip())
        words.clear()
        path.pop()

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = words.append
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable(str(error)) from error
    return found


class Seal:
    """The key of one account. `key` are 43 characters, 32 bytes in base64 without its last sign."""

    def __init__(self, key: str, app_id: str) -> None:
        """Raises `Unreadable` for a key that is none."""
        try:
            self._key = b64decode(f"{key}=", validate=True) if len(key) == _KEY_CHARACTERS else b""
        except ValueError:
            self._key = b""
        if len(self._key) != _BLOCK:
            raise Unreadable("not a key")
        self._app_id = app_id.encode()

    def open(self, sealed: str) -> bytes:
        """What is inside; raises `Unreadable` for what wasn't sealed with this key for this account."""
        try:
            content = b64decode(sealed, validate=True)
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(content) + decryptor.finalize()
            plain = plain[: -plain[-1]] if 1 <= plain[-1] <= _BLOCK else b""
            (size,) = _LENGTH.unpack_from(plain, _RANDOM)
        except (ValueError, IndexError, struct.error) as error:
            raise Unreadable("not sealed with this key") from error
        start = _RANDOM + _LENGTH.size
        if not hmac.compare_digest(plain[start + size :], self._app_id):
            raise Unreadable("sealed for another account")
        return plain[start : start + size]

    def close(self, plain: bytes) -> str:
        """The same sealed."""
        whole = os.urandom(_RANDOM) + _LENGTH.pack(len(plain)) + plain + self._app_id
        padding = _BLOCK - len(whole) % _BLOCK
        encryptor = self._cipher().encryptor()
        return b64encode(encryptor.update(whole + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def _cipher(self) -> "Cipher[modes.CBC]":
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - few need it

        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
