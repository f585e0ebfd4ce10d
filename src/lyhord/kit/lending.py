"""Public addresses of single files, for channels whose owners fetch what we send: signed, and dead after a while.

Nothing is kept: the address itself says which file it is, what it is called and until when, under a signature that only this
installation can make. Whoever has the address has the file, and no other one.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
from msgspec import Struct

from lyhord.kit.clock import SECOND
from lyhord.kit.problems import NotFound

PLACE = "/file/"
LONGEST_NAME = 100
LONGEST_TOKEN = 1_000
LONGEST_ADDRESS = 1_000
"""Characters. LINE takes addresses of 1,000, the shortest of those who fetch from us; a name is cut so that it fits."""

_ENDING = re.compile(r"[a-z0-9]{1,10}")


class Lent(Struct, frozen=True, array_like=True):
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
        content, _, signature = token.partition(".")
        if len(token) > LONGEST_TOKEN or not hmac.compare_digest(
            self._sign(content.encode("utf-8", "replace")).encode(), signature.encode("utf-8", "replace")
        ):
            raise NotFound("There is no such file.")
        lent = msgspec.json.decode(urlsafe_b64decode(content + "=" * (-len(content) % 4)), type=Lent)
        if lent.until * SECOND <= now:
            raise NotFound("There is no such file.")
        return lent

    def _token(self, lent: Lent) -> str:
        content = _encode(msgspec.json.encode(lent))
        return f"{content}.{self._sign(content.encode())}"

    def _sign(self, content: bytes) -> str:
        return _encode(hmac.new(self._key, content, hashlib.sha256).digest())


def _ending(name: str) -> str:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return f".{ending}" if _ENDING.fullmatch(ending) else ""


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
