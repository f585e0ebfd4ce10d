"""Who is at work now, as far as the app knows."""

from msgspec import Struct

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx
from lyhord.tickets.routing import store

SEEN_WITHIN = 11 * MINUTE
"""Who has the app open is noted every five minutes; whoever wasn't twice is gone."""


class Presence(Struct, frozen=True):
    """Whether somebody is at work now; else since when they aren't, as far as known, and when they said that they are back."""

    present: bool
    absent_since: int
    back_at: int | None


def list_presence(tx: ReadTx) -> dict[str, Presence]:
    """Everybody who works here or did, by id."""
    return {row[0]: _presence(tx.now, *row[1:]) for row in tx.all(store.list_presence)}


def _presence(
    now: int, disabled_at: int | None, away_from: int | None, away_until: int | None, seen_at: int | None
) -> Presence:
    away = away_until is not None and away_until > now and away_from is None
    connected = (seen_at or 0) >= now - SEEN_WITHIN
    return Presence(
        present=connected and not away and disabled_at is None,
        absent_since=0 if connected else seen_at or 0,
        back_at=away_until if away and disabled_at is None else None,
    )
