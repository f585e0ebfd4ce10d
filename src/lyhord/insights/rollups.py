"""Keeping the roll-ups: a follower that counts what happened, by hour, inbox and team, once for each event.

The team is the one that answers for the ticket as it is counted, else the one team of the agent who does.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied
from lyhord.insights import store
from lyhord.insights.model import COUNTS, NO_TEAM, hour_of, wait_class
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import LOWEST_ID, id_time
from lyhord.tickets.events import TicketChanged, TicketReopened

Place = tuple[int, str, str]
"""An hour, an inbox and a team."""


def count_events(tx: Tx, logged: Sequence[Logged]) -> None:
    """Add a batch to the roll-ups. History that was imported counts nowhere."""
    tallies: dict[Place, Counter[str]] = {}
    _count_inbound(tx, logged, tallies)
    _count_answers(tx, logged, tallies)
    _count_tickets(tx, logged, tallies)
    rows = [
        {"hour": hour, "inbox_id": inbox_id, "team_id": team_id, **{name: counts[name] for name in COUNTS}}
        for (hour, inbox_id, team_id), counts in tallies.items()
    ]
    tx.run_many(store.add_tally, rows)


def _count_inbound(tx: Tx, logged: Sequence[Logged], tallies: dict[Place, Counter[str]]) -> None:
    writers: set[tuple[int, str, str, str]] = set()
    said = [
        (hour_of(one.at), one.event)
        for one in logged
        if isinstance(one.event, MessageReceived) and not one.event.imported and one.event.inbox_id
    ]
    teams = _teams_of(tx, {str(event.conversation_id) for _, event in said})
    for hour, event in said:
        place = hour, str(event.inbox_id), teams.get(str(event.conversation_id), NO_TEAM)
        _at(tallies, place)["messages_in"] += 1
        if event.contact_id:
            writers.add((*place, event.contact_id))
    rows = [dict(zip(("hour", "inbox_id", "team_id", "contact_id"), one, strict=True)) for one in sorted(writers)]
    tx.run_many(store.add_writer, rows)


def _count_answers(tx: Tx, logged: Sequence[Logged], tallies: dict[Place, Counter[str]]) -> None:
    """An answer that was taken back is taken off again, and with it the waiting that it ended."""
    changes: Counter[str] = Counter()
    for one in logged:
        if isinstance(one.event, MessageReplied) and not (one.event.imported or one.event.automatic):
            changes[one.event.message_id] += 1
        elif isinstance(one.event, MessageRemoved):
            changes[one.event.message_id] -= 1
        elif isinstance(one.event, MessageChanged) and one.event.change == "restored":
            changes[one.event.message_id] += 1
    answers = _rows(tx, store.directions, changes)
    teams = _teams_of(tx, {conversation_id for _, _, conversation_id, _ in answers})
    for message_id, direction, conversation_id, inbox_id in answers:
        change = changes[message_id]
        if direction != "out" or inbox_id is None or not change:
            continue
        counts = _at(tallies, (hour_of(id_time(message_id)), inbox_id, teams.get(conversation_id, NO_TEAM)))
        counts["messages_out"] += change
        waited = _waited(tx, conversation_id, message_id)
        if waited is not None:
            counts[f"waited_{wait_class(waited)}"] += change


def _waited(tx: Tx, conversation_id: str, message_id: str) -> int | None:
    """How long the customer had waited for this answer, in milliseconds; None where nobody did."""
    last = tx.value(store.last_answer, of=conversation_id, before=message_id)
    asked = tx.value(store.first_asked, of=conversation_id, before=message_id, after=last or LOWEST_ID)
    return id_time(message_id) - id_time(asked) if asked else None


def _count_tickets(tx: Tx, logged: Sequence[Logged], tallies: dict[Place, Counter[str]]) -> None:
    found = [
        (one.event.ticket_id, "reopened" if isinstance(one.event, TicketReopened) else "resolved", hour_of(one.at))
        for one in logged
        if isinstance(one.event, TicketReopened)
        or (isinstance(one.event, TicketChanged) and one.event.status == "resolved")
    ]
    tickets = _rows(tx, store.tickets, {ticket_id for ticket_id, _, _ in found})
    teams = _teams(tx, [row[:3] for row in tickets])
    inboxes = {ticket_id: inbox_id for _, _, ticket_id, inbox_id in tickets}
    for ticket_id, what, hour in found:
        if inboxes.get(ticket_id):
            _at(tallies, (hour, inboxes[ticket_id], teams[ticket_id]))[what] += 1


def _teams_of(tx: Tx, conversation_ids: Iterable[str]) -> dict[str, str]:
    """The team that has each conversation's work."""
    return _teams(tx, _rows(tx, store.newest_of, conversation_ids))


def _teams(tx: Tx, owned: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """The team of each row of (owner team, owner agent, id), by id: where an agent alone owns it, the only one that the agent is in."""
    memberships = _rows(tx, store.teams_of_agents, {agent_id for _, agent_id, _ in owned if agent_id})
    often = Counter(agent_id for agent_id, _ in memberships)
    own = {agent_id: team_id for agent_id, team_id in memberships if often[agent_id] == 1}
    return {one_id: team_id or own.get(agent_id, NO_TEAM) for team_id, agent_id, one_id in owned}


def _rows(tx: Tx, statement: Any, ids: Iterable[str]) -> list[tuple[Any, ...]]:
    wanted = sorted(ids)
    return tx.all(statement, ids=wanted) if wanted else []


def _at(tallies: dict[Place, Counter[str]], place: Place) -> Counter[str]:
    return tallies.setdefault(place, Counter())


FOLLOWER = Follower(
    name="numbers",
    kinds=(MessageReceived, MessageReplied, MessageRemoved, MessageChanged, TicketChanged, TicketReopened),
    handle=count_events,
)
