"""Public addresses of single files, for channels whose owners fetch what we send: signed, and dead after a while.

Nothing is kept: the address itself says which file it is, what it is called and until when, under a signature that only this
installation can make. Whoever has the address has the file, and no other one.
"""

import hashlib
import hmac
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

from msgspec import Struct

from lyhord.kit.clock import SECOND
from lyhord.kit.problems import NotFound

PLACE = "/file/"
LONGEST_NAME = 100
LONGEST_TOKEN = 1_000
LONGEST_ADDRESS = 1_000
"""Characters. LINE takes addresses of 1,000, the shortest of those who fetch from us; a name is cut so that it fits."""

_HEAD = struct.Struct(">I32s")
"""Until when, in Unix seconds, and the bytes of the SHA-256; type, zero and name follow. Few bytes: an address may stand in an SMS."""
_MAC = 16
_ENDING = re.compile(r"[a-z0-9]{1,10}")


class Lent(Struct, frozen=True):
    """A file that may be fetched: its SHA-256, and as what. `until` in Unix seconds."""

    file: str
    type: str
    name: str
    until: int


class Lending:
    """Makes and reads addresses below `base_address`. `key` is the installation's; the one that signs follows from it."""

    def __init__(self, key: bytes, base_address: str) -> None:
        self._key = hashlib.sha256(b"lent files:" + key).digest()
        self._base = base_address.rstrip("/")

    def address(self, file: str, *, name: str, type: str, until: int) -> str:  # noqa: A002 - as in `Media`
        """Where that file of the store can be fetched until then (Unix milliseconds). The same for the same.

        The path ends like the file's name, since some who fetch go by that, and says nothing else of it: paths stand in logs.
        """
        shown = name
        while True:
            lent = Lent(file, type, shown[:LONGEST_NAME], until // SECOND)
            address = f"{self._base}{PLACE}file{_ending(name)}?lent={self._token(lent)}"
            if len(address) <= LONGEST_ADDRESS or not shown:
                return address
            shown = shown[: min(len(shown), LONGEST_NAME) // 2]

    def read(self, token: str, now: int) -> Lent:
        """What a token lends at `now` (Unix milliseconds). Raises `NotFound` for one that we didn't sign, and once it is over."""
        whole = _decode(token) if len(token) <= LONGEST_TOKEN else b""
        content, mac = whole[:-_MAC], whole[-_MAC:]
        if len(content) < _HEAD.size or not hmac.compare_digest(self._sign(content), mac):
            raise NotFound("There is no such file.")
        until, digest = _HEAD.unpack_from(content)
        kind, _, name = content[_HEAD.size :].decode().partition("\0")
        if until * SECOND <= now:
            raise NotFound("There is no such file.")
        return Lent(digest.hex(), kind, name, until)

    def _token(self, lent: Lent) -> str:
        words = f"{lent.type}\0{lent.name}".encode("utf-8", "replace")
        content = _HEAD.pack(lent.until, bytes.fromhex(lent.file)) + words
        return urlsafe_b64encode(content + self._sign(content)).rstrip(b"=").decode()

    def _sign(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()[:_MAC]


def _ending(name: str) -> str:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return f".{ending}" if _ENDING.fullmatch(ending) else ""


def _decode(token: str) -> bytes:
    """The bytes of a token; none where it is no base64, or more than one spelling of the same."""
    try:
        data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return b""
    return data if urlsafe_b64encode(data).rstrip(b"=").decode() == token else b""
