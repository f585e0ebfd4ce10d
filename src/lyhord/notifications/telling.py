"""The follower that tells agents what concerns them. It runs behind the log, in batches; nobody who writes waits for it.

What was told and not yet read of one conversation is told once: something newer of the same kind takes its place.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from lyhord.conversations.events import (
    ConversationSeen,
    DeliveryChanged,
    DraftChanged,
    MessageReceived,
    MessageReplied,
    NoteAdded,
)
from lyhord.conversations.model import QUIET, Conversation, Message
from lyhord.conversations.sharing.events import DraftTaken
from lyhord.conversations.sides.events import SideAnswered, SideAsked
from lyhord.conversations.views import carriers_of_conversations, conversations_by_id, messages_by_id
from lyhord.conversations.visibility import may_see_message
from lyhord.conversations.watching.events import ConversationWatched
from lyhord.conversations.watching.views import watchers_by_conversation
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.database.log import read_events
from lyhord.kit.events import Catalogue, Event, Logged
from lyhord.kit.followers import Follower
from lyhord.notifications import store
from lyhord.notifications.actions import read_preferences
from lyhord.notifications.events import NotificationChanged
from lyhord.notifications.model import DEFAULTS, Kind, Preferences, quiet_until
from lyhord.tickets.about import tickets_of_messages
from lyhord.tickets.coaching.events import CoachingNoteWritten
from lyhord.tickets.complaints.events import ComplaintMoved
from lyhord.tickets.events import TicketAssigned, TicketChanged, TicketOpened, TicketReopened
from lyhord.tickets.levels.events import ClockBroken, ClockWarned
from lyhord.tickets.model import Ticket
from lyhord.tickets.reviews.events import ReviewChanged
from lyhord.tickets.rules.events import RulePaused
from lyhord.tickets.surges.events import SurgeCalled, SurgeEnded
from lyhord.tickets.surges.reading import calls_of, list_running
from lyhord.tickets.tasks.events import TaskAsked, TaskChanged, TaskDue
from lyhord.tickets.views import current_of_conversations, rows_by_id
from lyhord.workspaces.model import Team, agent_named, members_of
from lyhord.workspaces.reach import Reach
from lyhord.workspaces.views import list_reaches, list_teams, list_who_may

PUSH_JOB = "push"
PUSH_AFTER = 4 * SECOND
"""So that what its reader sees at once in the app is pushed to none of their phones."""
BATCH = 200


class Told(Struct, frozen=True):
    """One agent is told one thing: of a conversation with what was said last there, or of a surge."""

    agent_id: str
    kind: Kind
    conversation_id: str | None
    message_id: str | None
    inbox_id: str | None
    by: str | None
    ticket_id: str | None = None
    surge_id: str | None = None


class _Waiting(NamedTuple):
    """What an agent was told of a conversation and hasn't read."""

    id: str
    mail_at: int | None


def tell_agents(tx: Tx, events: Sequence[Logged]) -> None:
    """Write what the agents concerned are told of these events, and take note of what they have read meanwhile."""
    _note_activity(tx, events)
    changed = {agent for logged in events for agent in _read_on(tx, logged.event)}
    called, answered = _called_in(tx, events)
    scene = _Scene(tx, events)
    told = {(one.agent_id, one.conversation_id, one.kind): one for logged in events for one in scene.tell(logged)}
    changed |= answered | _write(tx, [*_unseen(tx, list(told.values())), *called])
    if changed:
        tx.emit(NotificationChanged(agent_ids=tuple(sorted(changed))))


FOLLOWER = Follower(
    name="notifications",
    kinds=(
        MessageReceived,
        MessageReplied,
        NoteAdded,
        ConversationWatched,
        SideAsked,
        SideAnswered,
        DeliveryChanged,
        ConversationSeen,
        DraftChanged,
        DraftTaken,
        TicketOpened,
        TicketReopened,
        TicketAssigned,
        TicketChanged,
        RulePaused,
        TaskAsked,
        TaskChanged,
        TaskDue,
        ClockWarned,
        ClockBroken,
        CoachingNoteWritten,
        ReviewChanged,
        ComplaintMoved,
        SurgeCalled,
        SurgeEnded,
    ),
    handle=tell_agents,
    batch=BATCH,
    start="head",
)


class _Scene:
    """What a batch of events is about, read together: tickets and messages as they are now, and who works here."""

    def __init__(self, tx: Tx, events: Sequence[Logged]) -> None:
        said = [logged.event for logged in events if isinstance(logged.event, _SAYING)]
        self._watchers = watchers_by_conversation(tx, _named(said, "conversation_id"))
        about: list[Any] = [logged.event for logged in events if self._may_tell(logged.event)]
        talks = _named(about, "conversation_id")
        self._talks = _talks_of(tx, about)
        talks += sorted({one.parent_id for one in self._talks.values() if one.parent_id} - set(talks))
        self._tickets = {one.conversation_id: one for one in current_of_conversations(tx, talks)}
        named = _named(about, "message_id")
        self._about = tickets_of_messages(tx, _named([one for one in about if isinstance(one, _SAYING)], "message_id"))
        self._about |= {one.id: one for one in rows_by_id(tx, _named(about, "ticket_id"))}
        self._messages = {one.id: one for one in messages_by_id(tx, named) if one.removed_at is None}
        self._carriers = carriers_of_conversations(tx, talks)
        self._reaches: dict[str, Reach] = list_reaches(tx) if about else {}
        self._teams: list[Team] = list_teams(tx) if about else []
        paused = any(isinstance(one, RulePaused) for one in about)
        self._managers = list_who_may(tx, "workspace.manage") if paused else []
        self._members = {team.id: team.agent_ids for team in self._teams}
        later = tx.all(read_events, after=events[-1].seq, most=BATCH)  # which made tickets what they are now, too
        known = (*events, *_GIVEN.decode(later))
        self._given = {one.event.ticket_id: one.seq for one in known if isinstance(one.event, TicketAssigned)}
        self._begun = {
            (logged.event.conversation_id, logged.event.agent_id): logged.seq
            for logged in events
            if isinstance(logged.event, ConversationWatched)
        }

    def tell(self, logged: Logged) -> Iterator[Told]:
        """Who is told what of an event: nobody of their own doing, and nobody of what they may not see."""
        ticket = self._ticket_of(logged.event)
        if isinstance(logged.event, DeliveryChanged):
            concerned = list(self._undelivered(logged.event))
        elif ticket is None:
            concerned = list(self._told_aside(logged))
        else:
            concerned = list(self._concerned(logged, ticket))
            concerned += self._watching(logged, ticket, {one.agent_id for one in concerned})
        for one in concerned:
            reach = self._reaches.get(one.agent_id)
            carriers = self._carriers.get(one.conversation_id or "", ())
            if reach is not None and one.agent_id != one.by and may_see_message(reach, one.inbox_id, carriers):
                yield one

    def _ticket_of(self, event: Event) -> Ticket | None:
        """The one that an event names, that its message is about, or else the conversation's current one."""
        named = getattr(event, "message_id" if isinstance(event, _SAYING) else "ticket_id", None)
        return self._about.get(named or "") or self._tickets.get(event.conversation_id or "")

    def _concerned(self, logged: Logged, ticket: Ticket) -> Iterator[Told]:
        event, by = logged.event, agent_named(logged.actor)
        settled = logged.seq >= self._given.get(ticket.id, 0)  # before, it was another's, who is told no more
        message = self._message_of(event)
        if isinstance(event, NoteAdded) and message is not None:
            yield from (_told(agent, "mention", ticket, by, message) for agent in event.mentions)
            if settled and ticket.owner_agent_id and ticket.owner_agent_id not in event.mentions:
                yield _told(ticket.owner_agent_id, "message", ticket, by, message)
        elif isinstance(event, MessageReceived) and message is not None:
            if settled and ticket.owner_agent_id and not event.imported and QUIET.isdisjoint(message.flags):
                yield _told(ticket.owner_agent_id, "message", ticket, None, message)
        elif isinstance(event, _WANTING):
            yield from self._wanted(event, ticket, by)
        elif isinstance(event, DraftTaken):
            yield _told(event.from_id, "draft", ticket, by)
        elif isinstance(event, TicketAssigned) and ticket.owner_agent_id:
            if event.agent_id == ticket.owner_agent_id:
                yield _told(ticket.owner_agent_id, "assigned", ticket, by, message)
        elif isinstance(event, (TicketAssigned, TicketOpened, TicketReopened)) and settled and _is_free(ticket):
            yield from (_told(agent, "unassigned", ticket, by, message) for agent in self._readers_of(ticket))

    def _wanted(self, event: Any, ticket: Ticket, by: str | None) -> Iterator[Told]:
        """Of whom something is asked, whoever asked once it is done or decided, who keeps what was promised, and who keeps the rules."""
        if isinstance(event, RulePaused):
            yield from (_told(agent, "rule", ticket, None) for agent in self._managers)
        elif isinstance(event, (ClockWarned, ClockBroken, ComplaintMoved)):
            yield from (_told(agent, "due", ticket, None) for agent in event.agent_ids)
        elif isinstance(event, (CoachingNoteWritten, ReviewChanged)):
            if event.agent_id:
                yield _told(event.agent_id, "coached", ticket, by)
        elif not isinstance(event, TaskChanged):
            asked = members_of([event.agent_id or event.team_id or ""], self._members)
            yield from (_told(agent, "task", ticket, by) for agent in asked)
        elif event.agent_id and event.ended not in ("", "withdrawn"):
            yield _told(event.agent_id, "task_ended", ticket, by)

    def _watching(self, logged: Logged, ticket: Ticket, told: set[str]) -> Iterator[Told]:
        """Those who watch, of whatever a person said there, unless they are told of it anyway."""
        event = logged.event
        message = self._message_of(event)
        if not isinstance(event, _SAYING) or message is None:
            return
        if not getattr(event, "imported", 0) and QUIET.isdisjoint(message.flags):
            for agent in self._watchers.get(ticket.conversation_id, ()):
                begun = self._begun.get((ticket.conversation_id, agent), 0)
                if agent not in told and logged.seq > begun:
                    yield _told(agent, "watched", ticket, agent_named(logged.actor), message)

    def _may_tell(self, event: Event) -> bool:
        """A reply concerns nobody but those who watch."""
        if isinstance(event, _SAYING) and event.conversation_id in self._watchers:
            return True
        return isinstance(event, _TELLING) or (isinstance(event, DeliveryChanged) and event.state == "failed")

    def _message_of(self, event: Event) -> Message | None:
        return self._messages.get(getattr(event, "message_id", None) or "")

    def _told_aside(self, logged: Logged) -> Iterator[Told]:
        """Whoever asked last, and who answers for the ticket that it is about."""
        event = logged.event
        if not isinstance(event, SideAnswered) or event.quiet or event.message_id not in self._messages:
            return
        side = self._talks[event.conversation_id or ""]
        ticket = self._tickets.get(side.parent_id or "")
        for agent_id in {agent_named(side.responder), ticket.owner_agent_id if ticket else None} - {None}:
            yield Told(agent_id or "", "side", side.id, event.message_id, None, None)

    def _undelivered(self, event: DeliveryChanged) -> Iterator[Told]:
        """Whoever wrote it, to the customer or aside. Who reads a side conversation reads it through whatever inbox."""
        message = self._message_of(event) if self._may_tell(event) else None
        if message is not None and message.agent_id:
            inbox_id = None if self._talks[message.conversation_id].parent_id else message.inbox_id
            yield Told(message.agent_id, "failed", message.conversation_id, message.id, inbox_id, None)

    def _readers_of(self, ticket: Ticket) -> list[str]:
        """The team that owns the ticket, or else all whose teams read its inbox."""
        if ticket.owner_team_id:
            return list(self._members.get(ticket.owner_team_id, ()))
        teams = [team.id for team in self._teams if ticket.inbox_id in team.inbox_ids]
        return members_of(teams, self._members)


_GIVEN = Catalogue((TicketAssigned,))
_WANTING = (
    RulePaused,
    TaskAsked,
    TaskChanged,
    TaskDue,
    ClockWarned,
    ClockBroken,
    CoachingNoteWritten,
    ReviewChanged,
    ComplaintMoved,
)
_SAYING = (MessageReceived, MessageReplied, NoteAdded)
_TELLING = (
    MessageReceived,
    NoteAdded,
    SideAnswered,
    DraftTaken,
    TicketOpened,
    TicketReopened,
    TicketAssigned,
    *_WANTING,
)


def _talks_of(tx: Tx, about: Sequence[Any]) -> dict[str, Conversation]:
    """The conversations that are, or may be, side ones."""
    ids = sorted({event.conversation_id or "" for event in about if isinstance(event, (SideAnswered, DeliveryChanged))})
    return {one.id: one for one in conversations_by_id(tx, ids)}


def _named(events: Sequence[Any], field: str) -> list[str]:
    return sorted({value for event in events if (value := getattr(event, field, None))})


def _told(agent_id: str, kind: Kind, ticket: Ticket, by: str | None, message: Message | None = None) -> Told:
    message_id, inbox_id = (message.id, message.inbox_id) if message else (ticket.last_message_id, None)
    return Told(agent_id, kind, ticket.conversation_id, message_id, inbox_id, by, ticket.id)


def _is_free(ticket: Ticket) -> bool:
    return ticket.owner_agent_id is None and ticket.status in ("open", "pending")


def _called_in(tx: Tx, events: Sequence[Logged]) -> tuple[list[Told], set[str]]:
    """Whoever is called in to a surge and hasn't answered yet; and the agents to whom an earlier call says nothing any more."""
    about = [one for one in events if isinstance(one.event, (SurgeCalled, SurgeEnded))]
    lasting = {one.id for one in list_running(tx)} if about else set()
    told: dict[tuple[str, str], Told] = {}
    settled: set[str] = set()
    for logged in about:
        event: Any = logged.event
        calls = calls_of(tx, event.surge_id)
        named = sorted(getattr(event, "agent_ids", ()) or [one.agent_id for one in calls])
        settled |= {row[0] for row in tx.all(store.mark_surge, agents=named, surge=event.surge_id, now=tx.now)}
        waiting = {one.agent_id for one in calls if one.state == "called"} if event.surge_id in lasting else set()
        by = agent_named(logged.actor)
        for agent in waiting.intersection(named) - {by} if getattr(event, "asked", 0) else ():
            told[agent, event.surge_id] = Told(agent, "called_in", None, None, None, by, surge_id=event.surge_id)
    return list(told.values()), settled


def _note_activity(tx: Tx, events: Sequence[Logged]) -> None:
    """Who does something is here, and needs no mail."""
    seen: dict[str, int] = {}
    for logged in events:
        if agent_id := agent_named(logged.actor):
            seen[agent_id] = max(logged.at, seen.get(agent_id, 0))
    tx.run_many(
        store.write_active, [{"agent_id": agent, "settings": "{}", "active_at": at} for agent, at in seen.items()]
    )


def _read_on(tx: Tx, event: Any) -> list[str]:
    """The agent, if their reading on made notifications read."""
    if not isinstance(event, ConversationSeen):
        return []
    touched = tx.run(
        store.mark_seen,
        agent=event.agent_id,
        conversation=event.conversation_id,
        seen=event.message_id,
        now=tx.now,
    )
    return [event.agent_id] if touched else []


def _unseen(tx: Tx, told: Sequence[Told]) -> list[Told]:
    """Without what its reader has read already: their conversation was open before them."""
    if not told:
        return []
    read = {
        (agent, conversation): message
        for agent, conversation, message in tx.all(
            store.positions,
            agents=sorted({one.agent_id for one in told}),
            conversations=sorted({one.conversation_id or "" for one in told}),
        )
    }
    return [
        one
        for one in told
        if one.kind in ("assigned", "unassigned", "draft", "failed", "rule", "task", "task_ended", "due", "coached")
        or read.get((one.agent_id, one.conversation_id), "") < (one.message_id or "")
    ]


def _write(tx: Tx, told: Sequence[Told]) -> set[str]:
    """Write the rows and what follows from them; the agents who were told something."""
    agents = sorted({one.agent_id for one in told})
    if not agents:
        return set()
    chosen = {row[0]: read_preferences(row[1]) for row in tx.all(store.list_preferences)}
    waiting = _waiting(tx, agents, told)
    devices: dict[str, list[str]] = {}
    for agent_id, device_id in tx.all(store.list_subscriptions_of, agents=agents):
        devices.setdefault(agent_id, []).append(device_id)
    rows: list[dict[str, Any]] = []
    for one in told:
        preferences = chosen.get(one.agent_id, DEFAULTS)
        ways, quiet = preferences.ways(one.kind), quiet_until(preferences, tx.now)
        if not ways:
            continue
        before = waiting.get((one.agent_id, one.conversation_id, one.kind))
        rows.append(_row(tx.new_id(), one, _mail_at(tx.now, preferences, quiet, before) if "mail" in ways else None))
        if before is not None:
            tx.run(store.delete_notification, agent=one.agent_id, id=before.id)
        if "push" in ways and quiet is None:
            for device_id in devices.get(one.agent_id, ()):
                enqueue(tx, PUSH_JOB, {"device_id": device_id, "id": rows[-1]["id"]}, due_at=tx.now + PUSH_AFTER)
    tx.run_many(store.insert_notification, rows)
    return {row["agent_id"] for row in rows}


def _waiting(tx: Tx, agents: Sequence[str], told: Sequence[Told]) -> dict[tuple[str, str | None, str], _Waiting]:
    talks = sorted({one.conversation_id for one in told if one.conversation_id})
    rows = tx.all(store.list_unread_among, agents=agents, conversations=talks)
    return {(agent, talk, kind): _Waiting(key, mail_at) for agent, talk, kind, key, mail_at in rows}


def _row(notification_id: str, one: Told, mail_at: int | None) -> dict[str, Any]:
    return {
        "agent_id": one.agent_id,
        "id": notification_id,
        "kind": one.kind,
        "conversation_id": one.conversation_id,
        "message_id": one.message_id,
        "ticket_id": one.ticket_id,
        "surge_id": one.surge_id,
        "by_agent_id": one.by,
        "read_at": None,
        "mail_at": mail_at,
    }


def _mail_at(now: int, preferences: Preferences, quiet: int | None, before: _Waiting | None) -> int:
    """When to mail: not before quiet ends, and not later for something newer having come."""
    soonest = max(now + preferences.mail_after_minutes * MINUTE, quiet or 0)
    return min(soonest, before.mail_at) if before is not None and before.mail_at is not None else soonest
