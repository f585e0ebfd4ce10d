"""The page where a survey is answered with one click: its address names what was asked, under a signature of this installation.

Nothing is kept. Whoever has the address can answer that one question, until its time is over, and do nothing else.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from msgspec import Struct

from lyhord.kit.problems import NotFound

PLACE = "/rate"
LONGEST_TOKEN = 100
_MAC = 16


class Named(Struct, frozen=True):
    """What an address names."""

    workspace_id: str
    asking_id: str


class Links:
    """Makes and reads addresses below `base_address`. `key` is the installation's; the one that signs follows from it."""

    def __init__(self, key: bytes, base_address: str) -> None:
        self._key = hashlib.sha256(b"survey links:" + key).digest()
        self._base = base_address.rstrip("/")

    def address(self, workspace_id: str, asking_id: str) -> str:
        """Where a question is answered; `&score=` may follow. The token stands behind the path, since paths stand in logs."""
        content = UUID(workspace_id).bytes + UUID(asking_id).bytes
        token = urlsafe_b64encode(content + self._sign(content)).rstrip(b"=").decode()
        return f"{self._base}{PLACE}?of={token}"

    def read(self, token: str) -> Named:
        """What a token names. Raises `NotFound` for one that we didn't sign."""
        try:
            whole = urlsafe_b64decode(token + "=" * (-len(token) % 4)) if len(token) <= LONGEST_TOKEN else b""
        except ValueError:
            whole = b""
        content, mac = whole[:-_MAC], whole[-_MAC:]
        if len(content) != 32 or not hmac.compare_digest(self._sign(content), mac):
            raise NotFound("There is no such question.")
        return Named(str(UUID(bytes=content[:16])), str(UUID(bytes=content[16:])))

    def _sign(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()[:_MAC]
