"""The wallboard: who waits, and who is on what. Each number is a short range of an index, as in the inbox lists."""

from collections import Counter

from msgspec import Struct

from lyhord.kit.database import ReadTx
from lyhord.tickets import list_store
from lyhord.tickets.levels.book import list_levels
from lyhord.tickets.views import MOST_COUNTED, count_list, list_tickets
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_agents, list_teams


class Load(Struct, frozen=True):
    """What one agent or team has: open tickets, those with a customer who waits, since when the first does (Unix milliseconds), and how
    many are late: something promised is due.
    """

    id: str
    open: int
    waiting: int
    oldest: int | None
    late: int


class Wallboard(Struct, frozen=True):
    """How it stands now, as far as the viewer reaches. Numbers go up to 1,000.

    Late and at risk are tickets with a promise that is due, or nearly; None where no service level promises anything.
    """

    waiting: int
    unassigned: int
    oldest: int | None
    late: int | None
    at_risk: int | None
    agents: list[Load]
    teams: list[Load]


def show_wallboard(tx: ReadTx, reach: Reach) -> Wallboard:
    """Everybody who works on tickets, or still has some, and every team; who has most waiting first."""
    promised = bool(list_levels(tx))
    late = _late(tx, reach) if promised else Counter[str | None]()
    agents = [(_load(tx, reach, "agent", one.id, late), one.works) for one in list_agents(tx) if not one.disabled]
    teams = [_load(tx, reach, "team", one.id, late) for one in list_teams(tx)]
    return Wallboard(
        waiting=_count(tx, reach, "waiting"),
        unassigned=_count(tx, reach, "unassigned"),
        oldest=_oldest(tx, reach, "waiting"),
        late=late[None] if promised else None,
        at_risk=_count(tx, reach, "at_risk") if promised else None,
        agents=_busiest([load for load, works in agents if works or load.open]),
        teams=_busiest(teams),
    )


def _busiest(loads: list[Load]) -> list[Load]:
    return sorted(loads, key=lambda one: (-one.waiting, -one.open))


def _load(tx: ReadTx, reach: Reach, whose: str, one_id: str, late: Counter[str | None]) -> Load:
    waiting = _count(tx, reach, f"{whose}_waiting:{one_id}")
    oldest = _oldest(tx, reach, f"{whose}_waiting:{one_id}") if waiting else None
    return Load(one_id, _count(tx, reach, f"{whose}:{one_id}"), waiting, oldest, late[one_id])


def _late(tx: ReadTx, reach: Reach) -> Counter[str | None]:
    """How many tickets are late, by whoever owns them; None for all of them."""
    limited = reach.inbox_ids is not None
    rows = tx.all(list_store.late_owners[limited], now=tx.now, most=MOST_COUNTED, reach=reach.inbox_ids or ())
    return Counter(owner for row in rows for owner in (None, *filter(None, row)))


def _count(tx: ReadTx, reach: Reach, name: str) -> int:
    return count_list(tx, reach, None, name).count


def _oldest(tx: ReadTx, reach: Reach, name: str) -> int | None:
    rows, _ = list_tickets(tx, reach, None, name, most=1)
    return rows[0].waiting_since if rows else None
