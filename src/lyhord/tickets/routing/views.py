"""What routing knows at a moment: its settings, who is there and what they have, and what it decided."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import id_time
from lyhord.tickets.filters import Filter
from lyhord.tickets.model import FAR, Ticket
from lyhord.tickets.routing import store
from lyhord.tickets.routing.deciding import decide, due_of, find_route
from lyhord.tickets.routing.model import (
    LIVE_WEIGHT,
    WEIGHT,
    Decision,
    Intake,
    Member,
    Queued,
    Route,
    RouteWords,
    Working,
    World,
)
from lyhord.tickets.routing.presence import Presence, list_presence
from lyhord.tickets.views import get_row, open_list, rows_by_id
from lyhord.workspaces.reach import EVERYTHING, Reach
from lyhord.workspaces.views import WORK, list_reaches, list_teams

TALKING_WITHIN = 10 * MINUTE
"""How long after the last words a conversation on a live channel still takes somebody's attention."""
MOST_DECISIONS = 20

_words = msgspec.json.Decoder(RouteWords)
_working = msgspec.json.Decoder(Working)
_decision = msgspec.json.Decoder(Decision)

Live = frozenset[str]
"""Channels on which customers are seen typing. `app` names them."""


class Decided(Decision, frozen=True, kw_only=True):
    """A decision, when it was made (Unix milliseconds), and what its route is called; "" where that is gone."""

    at: int
    route: str


class Settings(Struct, frozen=True):
    """All of routing's settings: routes in order, agents and inboxes for which something was said, each by id."""

    routes: list[Route]
    agents: dict[str, Working]
    inboxes: dict[str, Intake]


def show_settings(tx: ReadTx) -> Settings:
    """What a screen edits."""
    agents = {agent_id: working for agent_id, (working, _) in list_working(tx).items()}
    return Settings(list_routes(tx), agents, list_intakes(tx))


def list_routes(tx: ReadTx) -> list[Route]:
    """In the order in which they are tried."""
    return [_read_route(*row) for row in tx.all(store.list_routes)]


def list_active_routes(tx: ReadTx) -> list[Route]:
    """Those whose team is still there."""
    routes = list_routes(tx)
    standing = {team.id for team in list_teams(tx)} if routes else set()
    return [one for one in routes if one.team_id in standing]


def _read_route(route_id: str, stored: str) -> Route:
    words = _words.decode(stored)
    return Route(id=route_id, **{name: getattr(words, name) for name in words.__struct_fields__})


def list_working(tx: ReadTx) -> dict[str, tuple[Working, int]]:
    """How agents take tickets, and when they were given one last; by id, those for whom something is stored."""
    return {row[0]: (_working.decode(row[1]), row[2]) for row in tx.all(store.list_working)}


def list_intakes(tx: ReadTx) -> dict[str, Intake]:
    """How inboxes hand tickets out; by id, those for which something is stored."""
    return {row[0]: Intake(team_id=row[1], weight=row[2]) for row in tx.all(store.list_intakes)}


def read_world(tx: ReadTx, routes: Iterable[Route], presence: dict[str, Presence], live: Live) -> World:
    """Routes, teams, and agents with what they have now."""
    working, intakes, reaches = list_working(tx), list_intakes(tx), list_reaches(tx, WORK)
    loads = _loads(tx, sorted(reaches), intakes, live)
    members = {}
    for agent_id, reach in reaches.items():
        how, given_at = working.get(agent_id, (Working(), 0))
        load = sum(min(weight, how.capacity) * count for weight, count in loads.get(agent_id, ()))
        members[agent_id] = Member(
            id=agent_id,
            present=agent_id in presence and presence[agent_id].present,
            capacity=how.capacity,
            load=load,
            skills=frozenset(how.skills),
            languages=frozenset(how.languages),
            given_at=given_at,
            inbox_ids=reach.inbox_ids,
        )
    teams = {team.id: tuple(team.agent_ids) for team in list_teams(tx)}
    return World({one.id: one for one in routes}, members, teams)


def _loads(
    tx: ReadTx, agent_ids: list[str], intakes: dict[str, Intake], live: Live
) -> dict[str, list[tuple[int, int]]]:
    """By agent: what tickets weigh that they have in hand, and how many do."""
    found: dict[str, list[tuple[int, int]]] = {}
    waiting = tx.all(store.list_waiting, agents=agent_ids)
    talking = tx.all(store.list_talking, agents=agent_ids, since=FAR - (tx.now - TALKING_WITHIN))
    for agent_id, inbox_id, channel, count in (*waiting, *(row for row in talking if row[2] in live)):
        found.setdefault(agent_id, []).append((weight_of(inbox_id, channel, intakes, live), count))
    return found


def weight_of(inbox_id: str | None, channel: str, intakes: dict[str, Intake], live: Live) -> int:
    """What a ticket of an inbox weighs."""
    said = intakes[inbox_id].weight if inbox_id in intakes else None
    return said or (LIVE_WEIGHT if channel in live else WEIGHT)


def match_tickets(tx: ReadTx, routes: Sequence[Route], tickets: Sequence[Ticket]) -> dict[str, Route]:
    """The route of each ticket that fits one, by the ticket's id."""
    if not tickets:
        return {}
    ids = [one.id for one in tickets]
    filtered = {one.id: _fitting(tx, one.filter, ids) for one in routes}
    said = _first_words(tx, tickets) if any(one.words for one in routes) else {}
    found = {one: find_route(routes, one, filtered, said.get(one, "")) for one in ids}
    return {ticket_id: one for ticket_id, one in found.items() if one is not None}


def _fitting(tx: ReadTx, wanted: Filter, ids: list[str]) -> set[str]:
    if not wanted.conditions:
        return set(ids)
    return {row.id for row in open_list(tx, EVERYTHING, None, wanted).named(tx, ids)}


def _first_words(tx: ReadTx, tickets: Sequence[Ticket]) -> dict[str, str]:
    """What each ticket begins with, subject and text."""
    first = {one.id: one.begins_id or one.last_message_id for one in tickets}
    rows = tx.all(store.first_words, ids=sorted(set(first.values())))
    said = {row[0]: f"{row[1] or ''}\n{row[2] or ''}" for row in rows}
    return {ticket_id: said.get(message_id, "") for ticket_id, message_id in first.items()}


def queue_tickets(tx: ReadTx, tickets: Sequence[Ticket], routes: dict[str, Route]) -> list[Queued]:
    """Tickets as they enter the queue of their route, due as `deciding.due_of` says. Their weight is told later, by their inbox."""
    had = tx.all(store.list_known, ids=sorted({one.conversation_id for one in tickets}))
    contacts = sorted({one.contact_id for one in tickets if one.contact_id})
    languages = {row[0]: row[1] for row in tx.all(store.languages_of, ids=contacts)} if contacts else {}
    return [
        Queued(
            ticket_id=one.id,
            route_id=routes[one.id].id,
            due_at=due_of(one.waiting_since or tx.now, routes[one.id].promise_minutes, one.due_at),
            queued_at=tx.now,
            inbox_id=one.inbox_id,
            language=(languages.get(one.contact_id or "") or "").split("-")[0] or None,
            known_id=next(
                (who for ticket_id, talk, who in had if talk == one.conversation_id and ticket_id != one.id), None
            ),
        )
        for one in tickets
    ]


def list_decisions(tx: ReadTx, reach: Reach, agent_id: str | None, ticket_id: str) -> list[Decided]:
    """Why a ticket is where it is: what routing decided of it in the last 90 days, the latest first. Raises `NotFound`."""
    get_row(tx, reach, agent_id, ticket_id)
    rows = tx.all(store.decisions_of, of=ticket_id, most=MOST_DECISIONS)
    names = {one.id: one.name for one in list_routes(tx)} if rows else {}
    return [_decided(_decision.decode(stored), id_time(row_id), names) for row_id, stored in rows]


def _decided(decision: Decision, at: int, names: dict[str, str]) -> Decided:
    told = {name: getattr(decision, name) for name in decision.__struct_fields__}
    return Decided(at=at, route=names.get(decision.route_id, ""), **told)


def try_ticket(tx: ReadTx, reach: Reach, agent_id: str | None, ticket_id: str, live: Live) -> Decided | None:
    """Where a ticket would go if nobody had it; None where no route is for it. Changes nothing. Raises `NotFound`."""
    get_row(tx, reach, agent_id, ticket_id)
    [ticket], routes = rows_by_id(tx, [ticket_id]), list_active_routes(tx)
    found = match_tickets(tx, routes, [ticket])
    if not found:
        return None
    [queued] = queue_tickets(tx, [ticket], found)
    weighed = msgspec.structs.replace(queued, weight=weight_of(ticket.inbox_id, ticket.channel, list_intakes(tx), live))
    decision = decide(read_world(tx, routes, list_presence(tx), live), weighed, tx.now)
    return _decided(decision, tx.now, {one.id: one.name for one in routes})


def read_queue(tx: ReadTx, route_ids: Collection[str], live: Live, most: int) -> list[Queued]:
    """The heads of queues: of each route as many tickets as `most`, those that nobody took meanwhile."""
    intakes = list_intakes(tx)
    return [
        Queued(
            ticket_id=ticket_id,
            route_id=one,
            due_at=due_at,
            queued_at=queued_at,
            weight=weight_of(inbox_id, channel, intakes, live),
            inbox_id=inbox_id,
            language=language,
            known_id=known_id,
        )
        for one in route_ids
        for ticket_id, due_at, queued_at, inbox_id, channel, language, known_id in _heads(tx, one, most)
    ]


def _heads(tx: ReadTx, route_id: str, most: int) -> Sequence[tuple[Any, ...]]:
    return tx.all(store.queue_of, route=route_id, most=most)


def default_team(tx: ReadTx, routes: Sequence[Route], intakes: dict[str, Intake], inbox_id: str | None) -> str | None:
    """Whose tickets of an inbox are until routing has looked: its own team, the first that has it, or the last route's."""
    teams = list_teams(tx)
    standing = {team.id for team in teams}
    said = intakes[inbox_id].team_id if inbox_id in intakes else None
    having = sorted(team.id for team in teams if inbox_id in team.inbox_ids)
    wanted = [said, *having, *(one.team_id for one in reversed(routes) if not one.passing)]
    return next((one for one in wanted if one in standing), None)
