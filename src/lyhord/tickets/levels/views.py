"""Levels and clocks as screens read them."""

from collections.abc import Sequence

from msgspec import Struct

from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound
from lyhord.tickets.levels import store
from lyhord.tickets.levels.book import list_levels
from lyhord.tickets.levels.clocks import KINDS
from lyhord.tickets.levels.model import Level


class ClockShown(Struct, frozen=True):
    """A clock of a ticket. It waits for an answer or for the work to be done (`ends`), started then, is due, and has ended or not.

    `paused`: it stands still. `kept`: whether the promise was; None while that is open, or nobody waits for it any more.
    """

    id: str
    kind: str
    ends: str
    level_id: str
    minutes: int
    started_at: int
    due_at: int | None
    warn_at: int | None
    paused: bool
    ended_at: int | None
    kept: bool | None


def get_level(tx: ReadTx, level_id: str) -> Level:
    """Raises `NotFound`."""
    found = next((one for one in list_levels(tx) if one.id == level_id), None)
    if found is None:
        raise NotFound("There is no such service level.")
    return found


def clocks_of(tx: ReadTx, ticket_ids: Sequence[str]) -> list[ClockShown]:
    """Every clock of these tickets, in the order in which they started."""
    rows = [dict(zip(store.CLOCK, row, strict=True)) for row in tx.all(store.clocks_of, ids=ticket_ids)]
    return [
        ClockShown(
            id=row["id"],
            kind=row["kind"],
            ends=KINDS[row["kind"]].ends,
            level_id=row["level_id"],
            minutes=row["minutes"],
            started_at=row["started_at"],
            due_at=row["due_at"],
            warn_at=row["warn_at"],
            paused=row["ended_at"] is None and row["running_since"] is None,
            ended_at=row["ended_at"],
            kept=None if row["kept"] is None else bool(row["kept"]),
        )
        for row in sorted(rows, key=lambda row: (row["started_at"], row["id"]))
    ]
