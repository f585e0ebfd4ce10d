"""Whom to ask about, and when."""

from msgspec import Struct

from lyhord.conversations.exchange import Peer
from lyhord.kit.clock import DAY, HOUR, MINUTE

JOB = "peer"
HOLDS = DAY
OUT_HOLDS = HOUR
"""Devices come and go: that nothing arrives somewhere is asked again sooner than what can be shown there (milliseconds)."""
PATIENCE = MINUTE
"""How long an answer is waited for before somebody is asked again."""


class Whom(Struct, frozen=True):
    """An identity, as an inbox reaches it."""

    inbox_id: str
    scheme: str
    value: str


def is_old(peer: Peer | None, now: int) -> bool:
    """Whether it should be asked again, or for the first time."""
    return peer is None or now >= peer.at + (HOLDS if peer.reachable else OUT_HOLDS)
