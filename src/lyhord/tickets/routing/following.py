"""The follower that routes, and what it does because time has passed. It runs behind the log: nobody who writes waits for it.

Whatever happens, the same three steps: what is open and nobody's enters a queue, the heads of the queues are dealt out, and what was
decided is written down. So whoever gets free gets the head of the queue, and nobody new passes somebody who waits.
Complaints have owners by a ladder of their own (`complaints.keeping`): they are taken from nobody here.
"""

from collections.abc import Collection, Sequence
from functools import partial

import msgspec
from msgspec import structs

from lyhord.hearing.events import MessageHeard
from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import first_id_at
from lyhord.tickets.actions import write_changes
from lyhord.tickets.events import (
    TicketAssigned,
    TicketChanged,
    TicketKindChanged,
    TicketOpened,
    TicketReopened,
    TicketTagged,
)
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.levels.events import DueChanged
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons.events import TicketReasonsChanged, TicketSignsChanged
from lyhord.tickets.routing import store
from lyhord.tickets.routing.deciding import deal, due_of, is_left
from lyhord.tickets.routing.events import RoutingChanged
from lyhord.tickets.routing.model import Decision, Route, Working
from lyhord.tickets.routing.presence import Presence, list_presence
from lyhord.tickets.routing.views import (
    Live,
    default_team,
    list_active_routes,
    list_intakes,
    match_tickets,
    queue_tickets,
    read_queue,
    read_world,
)
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.events import AgentChanged, TeamChanged

HEADS = 500
"""Tickets of one route's queue that are dealt at once."""
LOOKED_AT = 500
"""Tickets that one look round takes up."""
KEPT = 90 * DAY
KEPT_REPLAYS = 30 * DAY
SWEPT = 1_000

_WORKING = msgspec.json.encode(Working()).decode()


def make_follower(live: Live) -> Follower:
    """Follows what makes work or sets somebody free. `live` as in `views.Live`."""
    kinds = (
        TicketOpened,
        TicketReopened,
        TicketChanged,
        TicketAssigned,
        TicketTagged,
        TicketKindChanged,
        DueChanged,
        AgentChanged,
        TeamChanged,
        RoutingChanged,
        MessageHeard,
        TicketReasonsChanged,
        TicketSignsChanged,
    )
    return Follower("routing", kinds, partial(_follow, live=live), batch=200, start="head")


def _follow(tx: Tx, events: Sequence[Logged], live: Live) -> None:
    routes = list_active_routes(tx)
    if routes:
        ids = {ticket_id for one in events if (ticket_id := getattr(one.event, "ticket_id", None))}
        if any(isinstance(one.event, RoutingChanged) for one in events):
            ids.update(row[0] for row in tx.all(store.list_free, most=LOOKED_AT))
        again = _told_languages(tx, events) | {
            one.event.ticket_id for one in events if isinstance(one.event, TicketReasonsChanged | TicketSignsChanged)
        }
        _route(tx, routes, rows_by_id(tx, sorted(ids | again)), live, again)


def _told_languages(tx: Tx, events: Sequence[Logged]) -> set[str]:
    """The tickets without an agent whose customer's language has just been heard."""
    heard = [one.event for one in events if isinstance(one.event, MessageHeard) and one.event.told_contact]
    told = {one.conversation_id for one in heard if one.conversation_id}
    return {row[0] for row in tx.all(store.free_of_conversations, ids=sorted(told))} if told else set()


def look_round(tx: Tx, live: Live) -> int:
    """What no event tells of: who isn't there any more, who came, and what has waited for too long. How many went back to a queue."""
    routes = list_active_routes(tx)
    if not routes:
        return 0
    presence = list_presence(tx)
    back = _take_back(tx, routes, presence)
    free = [row[0] for row in tx.all(store.list_free, most=LOOKED_AT)]
    standing = {one.id for one in routes}
    queued = {row[0] for row in tx.all(store.list_queued, ids=free) if row[1] in standing} if free else set()
    _route(tx, routes, rows_by_id(tx, [one for one in free if one not in queued]), live)
    return back


def forget_old(tx: Tx) -> int:
    """Remove decisions that are older than 90 days, how many, and replays that are older than 30."""
    rows = tx.all(store.list_old_decisions, before=first_id_at(tx.now - KEPT), most=SWEPT)
    if rows:
        tx.run(store.delete_decisions, ids=[row[0] for row in rows])
    tx.run(store.delete_old_replays, before=first_id_at(tx.now - KEPT_REPLAYS))
    return len(rows)


def _route(tx: Tx, routes: Sequence[Route], tickets: Sequence[Ticket], live: Live, again: Collection[str] = ()) -> None:
    """Let tickets enter or leave queues, and deal out whatever can be; of those `again` more is known than when they entered."""
    fresh = _enter(tx, routes, tickets, again)
    queue = read_queue(tx, [one.id for one in routes], live, HEADS)
    if not queue:
        return
    world = read_world(tx, routes, list_presence(tx), live)
    dealt = deal(world, queue, tx.now)
    _write(tx, [one for one in dealt if one.agent_id is not None or one.ticket_id in fresh])
    turns = {one.agent_id: place for place, one in enumerate(dealt) if one.agent_id is not None}
    rows = [{"agent_id": one, "working": _WORKING, "given_at": tx.now + place} for one, place in turns.items()]
    tx.run_many(store.write_given, rows)


def _enter(tx: Tx, routes: Sequence[Route], tickets: Sequence[Ticket], again: Collection[str]) -> set[str]:
    """Put what is open and nobody's into the queue of its route, take out what isn't any more; those that are new there."""
    if not tickets:
        return set()
    rows = tx.all(store.list_queued, ids=[one.id for one in tickets])
    before = {row[0]: row[1] for row in rows}
    since = {row[0]: (row[2], row[3]) for row in rows}
    free = [one for one in tickets if one.status == "open" and one.owner_agent_id is None]
    found = _match(tx, routes, free, before)
    gone = [ticket_id for ticket_id in before if ticket_id not in found]
    if gone:
        tx.run(store.leave_queue, ids=gone)
    moved = [one for one in free if one.id in found and (before.get(one.id) != found[one.id].id or one.id in again)]
    queued = queue_tickets(tx, moved, found) if moved else []
    gone_on = [one for one in free if one.id in found and before.get(one.id) == found[one.id].id]
    _set_due(tx, gone_on, found, since)
    names = ("ticket_id", "route_id", "due_at", "queued_at", "language", "known_id")
    tx.run_many(store.enter_queue, [{name: getattr(one, name) for name in names} for one in queued])
    return {one.id for one in moved}


def _set_due(tx: Tx, staying: Sequence[Ticket], found: dict[str, Route], since: dict[str, tuple[int, int]]) -> None:
    """Let what stays in its queue have another place there where something else was promised meanwhile."""
    rows = []
    for one in staying:
        stored, queued_at = since[one.id]
        due = due_of(one.waiting_since or queued_at, found[one.id].promise_minutes, one.due_at)
        if due != stored:
            rows.append({"key": one.id, "due_at": due})
    tx.run_many(store.set_queue_due, rows)


def _match(tx: Tx, routes: Sequence[Route], free: Sequence[Ticket], before: dict[str, str]) -> dict[str, Route]:
    """The route of each. What somebody handed to a team takes only routes to that team.

    Nobody handed it over if its team is the usual one, or that of the route by which it waits, also of one that is gone.
    """
    if not free:
        return {}
    intakes, by_id = list_intakes(tx), {one.id: one for one in routes}
    usual = {inbox_id: default_team(tx, routes, intakes, inbox_id) for inbox_id in {one.inbox_id for one in free}}
    teams: dict[str | None, list[Ticket]] = {}
    for one in free:
        routed = before.get(one.id)
        ours = {None, usual[one.inbox_id], by_id[routed].team_id if routed in by_id else None}
        by_hand = one.owner_team_id not in ours and (routed is None or routed in by_id)
        teams.setdefault(one.owner_team_id if by_hand else None, []).append(one)
    found: dict[str, Route] = {}
    for team_id, tickets in teams.items():
        fitting = [one for one in routes if team_id in (None, one.team_id)]
        found |= match_tickets(tx, fitting, tickets) if fitting else {}
    return found


def _take_back(tx: Tx, routes: Sequence[Route], presence: dict[str, Presence]) -> int:
    """Take tickets from who isn't there and whose customers have waited; how many. `_route` gives them to others."""
    absent = sorted(agent_id for agent_id, one in presence.items() if not one.present)
    patience = [one.return_minutes for one in routes if one.return_minutes is not None]
    if not absent or not patience:
        return 0
    before = tx.now - min(patience) * MINUTE + 1
    ids = [row[0] for row in tx.all(store.list_left, agents=absent, before=before, most=LOOKED_AT)]
    ours = (one for one in rows_by_id(tx, ids) if one.status == "open" and one.kind != COMPLAINT)
    tickets = sorted(ours, key=lambda one: one.id)
    found = match_tickets(tx, routes, tickets)
    left = [one for one in tickets if one.id in found and _is_left(tx.now, one, presence, found[one.id])]
    write_changes(tx, left, [structs.replace(one, owner_agent_id=None) for one in left])
    return len(left)


def _is_left(now: int, ticket: Ticket, presence: dict[str, Presence], route: Route) -> bool:
    owner = presence[ticket.owner_agent_id or ""]
    return is_left(ticket.waiting_since, owner.absent_since, owner.back_at, now, route)


def _write(tx: Tx, decisions: Sequence[Decision]) -> None:
    """Make those the owners who were chosen, keep why, and let the tickets leave their queues."""
    tickets = {one.id: one for one in rows_by_id(tx, sorted(one.ticket_id for one in decisions))}
    before = [tickets[one.ticket_id] for one in decisions]
    after = [
        structs.replace(ticket, owner_agent_id=one.agent_id, owner_team_id=one.team_id)
        for ticket, one in zip(before, decisions, strict=True)
    ]
    write_changes(tx, before, after)
    rows = [
        {"id": tx.new_id(), "ticket_id": one.ticket_id, "decision": msgspec.json.encode(one).decode()}
        for one in decisions
    ]
    tx.run_many(store.insert_decision, rows)
    given = [one.ticket_id for one in decisions if one.agent_id is not None]
    if given:
        tx.run(store.leave_queue, ids=given)
