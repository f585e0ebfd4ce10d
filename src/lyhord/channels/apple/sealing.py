"""How files lie at Apple: AES-256 in counter mode from zero, each under a key of its own that the message brings."""

import os
from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

_KEY, _BLOCK = 32, 16
_MARK = "00"
"""Begins every key as it is written in a message."""


class NoKey(ValueError):
    """Not a key, or not a checksum, as messages have them."""


def seal(plain: bytes) -> tuple[bytes, str]:
    """What is to be uploaded, and the key that opens it, as messages write it."""
    key = os.urandom(_KEY)
    return _turn(plain, key), _MARK + key.hex()


def unseal(sealed: bytes, written: str) -> bytes:
    """What was sealed under a key; raises `NoKey`."""
    return _turn(sealed, _key_of(written))


def checksum_of(signature: str) -> str:
    """A checksum in base64, of the same in hexadecimal signs. Raises `NoKey`."""
    try:
        return b64encode(bytes.fromhex(signature)).decode()
    except ValueError:
        raise NoKey("not a checksum") from None


def _key_of(written: str) -> bytes:
    try:
        key = bytes.fromhex(written.removeprefix(_MARK) if len(written) > 2 * _KEY else written)
    except ValueError:
        raise NoKey("not a key") from None
    if len(key) != _KEY:
        raise NoKey("not a key")
    return key


def _turn(content: bytes, key: bytes) -> bytes:
    """Counter mode is its own inverse. The counter may begin at zero, since no key is used twice."""
    turn = _cipher(key).encryptor()
    return turn.update(content) + turn.finalize()


def _cipher(key: bytes) -> "Cipher[modes.CTR]":
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - few need it

    return Cipher(algorithms.AES(key), modes.CTR(bytes(_BLOCK)))
