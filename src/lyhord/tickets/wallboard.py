"""The wallboard: who waits, and who is on what. Each number is a short range of an index, as in the inbox lists."""

from msgspec import Struct

from lyhord.kit.database import ReadTx
from lyhord.tickets.views import count_list, list_tickets
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_agents


class Load(Struct, frozen=True):
    """What one agent has: open tickets, those with a customer who waits, and since when the first does (Unix milliseconds)."""

    agent_id: str
    open: int
    waiting: int
    oldest: int | None


class Wallboard(Struct, frozen=True):
    """How it stands now, as far as the viewer reaches. Numbers go up to 1,000."""

    waiting: int
    unassigned: int
    oldest: int | None
    agents: list[Load]


def show_wallboard(tx: ReadTx, reach: Reach) -> Wallboard:
    """Everybody who works here, who has most waiting first."""
    here = [one.id for one in list_agents(tx) if not one.disabled]
    agents = [_load(tx, reach, agent_id) for agent_id in here]
    return Wallboard(
        waiting=_count(tx, reach, "waiting"),
        unassigned=_count(tx, reach, "unassigned"),
        oldest=_oldest(tx, reach, "waiting"),
        agents=sorted(agents, key=lambda one: (-one.waiting, -one.open)),
    )


def _load(tx: ReadTx, reach: Reach, agent_id: str) -> Load:
    waiting = _count(tx, reach, f"agent_waiting:{agent_id}")
    oldest = _oldest(tx, reach, f"agent_waiting:{agent_id}") if waiting else None
    return Load(agent_id, _count(tx, reach, f"agent:{agent_id}"), waiting, oldest)


def _count(tx: ReadTx, reach: Reach, name: str) -> int:
    return count_list(tx, reach, None, name).count


def _oldest(tx: ReadTx, reach: Reach, name: str) -> int | None:
    rows, _ = list_tickets(tx, reach, None, name, most=1)
    return rows[0].waiting_since if rows else None
