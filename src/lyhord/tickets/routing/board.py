"""The queues as they stand now: how many wait in each, since when, what is due next, and who could take from it."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from lyhord.kit.database import ReadTx
from lyhord.tickets.filters import Filter
from lyhord.tickets.model import TicketRow
from lyhord.tickets.routing import store
from lyhord.tickets.routing.model import Member, Route, World
from lyhord.tickets.routing.presence import list_presence
from lyhord.tickets.routing.views import Live, list_active_routes, read_world
from lyhord.tickets.views import MOST_COUNTED, open_list
from lyhord.workspaces.reach import Reach

HEADS = 20
"""Tickets of each queue that are shown."""


class Taker(Struct, frozen=True):
    """An agent who takes from a queue, in the route's team or helping out: `load` of their `capacity` is taken.

    `no` says why they get nothing by themselves at the moment.
    """

    agent_id: str
    load: int
    capacity: int
    helps: bool
    no: Literal["", "absent", "full", "skills"]


class QueueShown(Struct, frozen=True, kw_only=True):
    """A route's queue. `oldest` is since when the first of its customers waits, `next_due` when the next should be answered (Unix ms).

    Both are of what the viewer reaches, like `waiting`, which goes up to 1,000: of more, the first 1,000 to be due. `room` is how much
    those who are there can take in all.
    """

    route_id: str
    name: str
    team_id: str
    overflow_team_id: str | None
    waiting: int
    oldest: int | None
    next_due: int | None
    room: int
    takers: list[Taker]
    tickets: list[TicketRow]


def list_queues(tx: ReadTx, reach: Reach, agent_id: str | None, live: Live) -> list[QueueShown]:
    """One for each route, in the order in which routes are tried. Each queue is one range of its index."""
    routes = list_active_routes(tx)
    if not routes:
        return []
    world = read_world(tx, routes, list_presence(tx), live)
    return [_shown(tx, reach, agent_id, world, one) for one in routes]


def _shown(tx: ReadTx, reach: Reach, agent_id: str | None, world: World, route: Route) -> QueueShown:
    limited = reach.inbox_ids is not None
    rows = tx.all(store.waiting_in[limited], route=route.id, most=MOST_COUNTED, reach=reach.inbox_ids or ())
    ids = [row[0] for row in rows[:HEADS]]
    named = {one.id: one for one in open_list(tx, reach, agent_id, Filter()).named(tx, ids)} if ids else {}
    takers = _takers(route, world.teams, world.members)
    return QueueShown(
        route_id=route.id,
        name=route.name,
        team_id=route.team_id,
        overflow_team_id=route.overflow_team_id,
        waiting=len(rows),
        oldest=min((row[2] for row in rows if row[2] is not None), default=None),
        next_due=rows[0][1] if rows else None,
        room=sum(one.capacity - one.load for one in takers if not one.no),
        takers=takers,
        tickets=[named[one] for one in ids if one in named],
    )


def _takers(route: Route, teams: Mapping[str, tuple[str, ...]], members: Mapping[str, Member]) -> list[Taker]:
    """Those with most room first, then those who can't take anything now; each once, as a member before as a helper."""
    own = teams.get(route.team_id, ())
    helping = [one for one in teams.get(route.overflow_team_id or "", ()) if one not in own]
    found = [
        Taker(one, members[one].load, members[one].capacity, helps, _why_not(route, members[one]))
        for group, helps in ((own, False), (helping, True))
        for one in group
        if one in members
    ]
    return sorted(found, key=lambda one: (one.no != "", one.helps, one.no, one.load - one.capacity, one.agent_id))


def _why_not(route: Route, member: Member) -> Literal["", "absent", "full", "skills"]:
    """As `deciding.why_not`, as far as it can be told without a ticket."""
    if not member.skills.issuperset(route.skills):
        return "skills"
    if not member.present:
        return "absent"
    return "full" if member.load >= member.capacity else ""
