"""The follower that keeps complaints, and the timer that looks at those whose time is up. Nobody who writes waits for them.

All times are those of the events, so that no lag falsifies a clock.
"""

from collections.abc import Sequence
from typing import Any

from lyhord.contacts.events import ContactMerged, ContactSeparated
from lyhord.conversations.events import MessageReceived, MessageRemoved, MessageReplied, MessagesMoved
from lyhord.conversations.model import QUIET
from lyhord.conversations.views import messages_by_id
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import LOWEST_ID
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.complaints import store
from lyhord.tickets.complaints.events import ComplaintsChanged
from lyhord.tickets.complaints.keeping import Heard, Keeping
from lyhord.tickets.complaints.reading import read_people
from lyhord.tickets.events import TicketAssigned, TicketChanged, TicketReopened, TicketRetold, TicketTakenUp
from lyhord.workspaces.events import AgentChanged, RoleChanged, TeamChanged, WorkspaceChanged
from lyhord.workspaces.schedules.events import ScheduleChanged

AT_ONCE = 200

_ANEW = (ComplaintsChanged, ScheduleChanged, WorkspaceChanged, RoleChanged, TeamChanged)
"""After these every open complaint is looked at: it may be due at another time, or its owner may be able to act no more."""
_SPOKEN = (MessageReceived, MessageReplied, MessageRemoved)
_TICKETS = (TicketAssigned, TicketChanged, TicketReopened, TicketRetold, TicketTakenUp)
_MOVED = (MessagesMoved, ContactMerged, ContactSeparated)


def follow(tx: Tx, logged: Sequence[Logged]) -> None:
    """Bring those into line that a batch of events concerns."""
    events: list[Any] = [one.event for one in logged]
    ids = _of_conversations(tx, events) | {one.ticket_id for one in events if isinstance(one, _TICKETS)}
    ids |= _of_agents(tx, {one.agent_id for one in events if isinstance(one, AgentChanged)})
    keeping = Keeping(tx)
    keeping.settle(ids, _hear(tx, logged, ids))
    keeping.count(_people_of(events))
    if any(isinstance(one, _ANEW) for one in events):
        _settle_all(tx)


FOLLOWER = Follower(
    "complaints", (*_SPOKEN, *_TICKETS, *_MOVED, AgentChanged, *_ANEW), follow, batch=AT_ONCE, start="head"
)


def ring_complaints(tx: Tx) -> int:
    """Look at the complaints of a workspace whose time is up, at most 200 of them; how many."""
    ids = [row[0] for row in tx.all(store.ringing, now=tx.now, most=AT_ONCE)]
    Keeping(tx).settle(ids)
    return len(ids)


def look_round(tx: Tx) -> int:
    """Find what no event told of: complaints whose owner can't act, and tickets of which nothing is kept; how many."""
    ids = {*_forsaken(tx), *(row[0] for row in tx.all(store.list_strays, most=AT_ONCE))}
    Keeping(tx).settle(ids)
    return len(ids)


def _of_conversations(tx: Tx, events: Sequence[Any]) -> set[str]:
    """The complaints of conversations in which something was said, or between which words moved."""
    talks = {one.conversation_id for one in events if isinstance(one, (*_SPOKEN, MessagesMoved))}
    talks |= {one.into_id for one in events if isinstance(one, MessagesMoved)}
    talks.discard(None)
    return {row[0] for row in tx.all(store.of_conversations, conversations=sorted(talks))} if talks else set()


def _of_agents(tx: Tx, agent_ids: set[str]) -> set[str]:
    """Those of agents who changed, and whatever somebody has who can't act."""
    if not agent_ids:
        return set()
    return {*(row[0] for row in tx.all(store.list_owned, agents=sorted(agent_ids), most=AT_ONCE)), *_forsaken(tx)}


def _people_of(events: Sequence[Any]) -> set[str]:
    """Customers who are one with another now, or not any more."""
    found = [one for one in events if isinstance(one, (ContactMerged, ContactSeparated))]
    return {
        value for one in found for name in ("contact_id", "into_id", "from_id") if (value := getattr(one, name, ""))
    }


def _hear(tx: Tx, logged: Sequence[Logged], ids: set[str]) -> dict[str, Heard]:
    """What each of these tickets was told, in order."""
    if not ids:
        return {}
    spoken = sorted({one.event.message_id for one in logged if isinstance(one.event, _SPOKEN)})
    about = ticket_ids_of(tx, spoken) if spoken else {}
    loud = {one.id for one in messages_by_id(tx, sorted(about)) if QUIET.isdisjoint(one.flags)} if about else set()
    heard: dict[str, Heard] = {}
    for one in logged:
        event: Any = one.event
        key = about.get(event.message_id) if isinstance(event, _SPOKEN) else getattr(event, "ticket_id", None)
        if isinstance(event, MessageRemoved) and not event.vanished:
            for ticket_id in ids:  # whose it was isn't known any more
                before = heard.get(ticket_id, Heard())
                heard[ticket_id] = before._replace(removed=(*before.removed, event.message_id))
        elif isinstance(key, str) and key in ids and (not isinstance(event, _SPOKEN) or event.message_id in loud):
            heard[key] = _take(heard.get(key, Heard()), one)
    return heard


def _take(before: Heard, logged: Logged) -> Heard:
    event: Any = logged.event
    told = before._replace(at=logged.at)
    if isinstance(event, MessageReplied) and not (event.imported or event.automatic):
        return told._replace(answers=(*before.answers, event.message_id))
    opens = isinstance(event, TicketReopened) or (isinstance(event, MessageReceived) and not event.imported)
    status = "open" if opens else getattr(event, "status", None)
    return told._replace(turns=(*before.turns, (logged.at, status))) if status else told


def _forsaken(tx: Tx) -> list[str]:
    """Open complaints whose owner can't act now, or has none."""
    people = read_people(tx)
    owners = {row[0] for row in tx.all(store.count_open)} - set(people.able)
    return [row[0] for row in tx.all(store.list_owned, agents=sorted(owners), most=AT_ONCE)]


def _settle_all(tx: Tx) -> None:
    """All open ones, in chunks; they are few beside the tickets of a workspace."""
    after = LOWEST_ID
    while after:
        ids = [row[0] for row in tx.all(store.list_open, after=after, most=AT_ONCE)]
        Keeping(tx).settle(ids)
        after = ids[-1] if len(ids) == AT_ONCE else ""
