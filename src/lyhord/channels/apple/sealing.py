"""How files lie at Apple: AES-256 in counter mode from zero, each under a key of its own that the message brings."""

import os

from lyhord.kit.problems import NotFound

_KEY, _BLOCK = 32, 16
_MARK = "00"
"""Begins every key as it is written in a message."""


def seal(plain: bytes) -> tuple[bytes, str]:
    """What is to be uploaded, and the key that opens it, as messages write it."""
    key = os.urandom(_KEY)
    return _turn(plain, key), _MARK + key.hex()


def unseal(sealed: bytes, written: str) -> bytes:
    """What was sealed under a key. Raises `NotFound` for what is no key: nobody can have the file then."""
    try:
        key = bytes.fromhex(written.removeprefix(_MARK) if len(written) > 2 * _KEY else written)
    except ValueError:
        key = b""
    if len(key) != _KEY:
        raise NotFound("the file came without its key")
    return _turn(sealed, key)


def _turn(content: bytes, key: bytes) -> bytes:
    """Counter mode is its own inverse. The counter may begin at zero, since no key is used twice."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - few need it

    turn = Cipher(algorithms.AES(key), modes.CTR(bytes(_BLOCK))).encryptor()
    return turn.update(content) + turn.finalize()
