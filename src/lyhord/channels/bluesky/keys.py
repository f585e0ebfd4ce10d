"""Names of records that we choose ourselves, so that the same message is written once however often it is tried."""

import hashlib
from datetime import UTC, datetime

from lyhord.kit.ids import id_time, is_id

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_BEGINNING, _YEAR = 1_735_689_600_000, 365 * 86_400_000


def moment_of(key: str) -> int:
    """When a delivery was made (Unix milliseconds), as its key says; the same for the same key."""
    own = key.partition(".")[0]
    return id_time(own) if is_id(own) else _BEGINNING + _hash(key) % _YEAR


def record_key(key: str) -> str:
    """A record key as the AT Protocol wants it (TID): microseconds and ten bits more, in letters that sort."""
    mark = _hash(key)
    number = ((moment_of(key) * 1_000 + mark % 1_000) << 10) | (mark >> 20 & 0x3FF)
    return "".join(_LETTERS[number >> 5 * place & 31] for place in range(_LENGTH - 1, -1, -1))


def said_at(key: str) -> str:
    """The same moment as records write it."""
    return datetime.fromtimestamp(moment_of(key) / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8], "big")
