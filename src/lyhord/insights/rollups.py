"""Keeping the roll-ups: a follower that counts what happened, by hour, inbox, team and ticket, once for each event.

The team is the one that answers for the ticket as it is counted, else the one team of the agent who does. The kind is that which the
ticket has now: what it added goes along when it turns out to be of another.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from lyhord.conversations.events import MessageChanged, MessageReceived, MessageRemoved, MessageReplied
from lyhord.insights import store
from lyhord.insights.model import COUNTS, NO_TEAM, NOBODY, hour_of, wait_class
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import LOWEST_ID, id_time
from lyhord.tickets.about import ticket_ids_of
from lyhord.tickets.events import TicketChanged, TicketKindChanged, TicketReopened
from lyhord.workspaces.hours import open_between
from lyhord.workspaces.schedules.views import own_schedule


class _Work(NamedTuple):
    """Whose numbers something counts to."""

    ticket_id: str
    conversation_id: str
    contact_id: str
    kind: str
    inbox_id: str | None
    team_id: str


class _Place(NamedTuple):
    """The key of a share; its beginning is that of a tally."""

    hour: int
    inbox_id: str
    team_id: str
    ticket_id: str
    contact_id: str


class _Shares:
    """What a batch adds, and of which kind each ticket is."""

    def __init__(self) -> None:
        self.counts: dict[_Place, Counter[str]] = {}
        self.kinds: dict[str, str] = {}

    def at(self, hour: int, inbox_id: str, work: _Work, contact_id: str | None = None) -> Counter[str]:
        """The counts of a ticket in an hour, through an inbox; without `contact_id` with whom it is."""
        self.kinds[work.ticket_id] = work.kind
        place = _Place(hour, inbox_id, work.team_id, work.ticket_id, contact_id or work.contact_id)
        return self.counts.setdefault(place, Counter())

    def write(self, tx: Tx) -> None:
        """Add them to the roll-ups."""
        tallies: dict[tuple[int, str, str], Counter[str]] = {}
        for place, counts in self.counts.items():
            tallies.setdefault(place[:3], Counter()).update(counts)
        tx.run_many(
            store.add_share,
            [
                {**place._asdict(), "kind": self.kinds[place.ticket_id], **_whole(counts)}
                for place, counts in self.counts.items()
            ],
        )
        tx.run_many(
            store.add_tally,
            [
                {"hour": hour, "inbox_id": inbox_id, "team_id": team_id, **_whole(counts)}
                for (hour, inbox_id, team_id), counts in tallies.items()
            ],
        )


def count_events(tx: Tx, logged: Sequence[Logged]) -> None:
    """Add a batch to the roll-ups. History that was imported counts nowhere."""
    shares = _Shares()
    _count_inbound(tx, logged, shares)
    _count_answers(tx, logged, shares)
    _count_tickets(tx, logged, shares)
    shares.write(tx)
    sorted_anew = {one.event.ticket_id for one in logged if isinstance(one.event, TicketKindChanged)}
    tx.run_many(
        store.set_kind, [{"key": work.ticket_id, "to": work.kind} for work in _works(tx, store.tickets, sorted_anew)]
    )


def _count_inbound(tx: Tx, logged: Sequence[Logged], shares: _Shares) -> None:
    said = [
        (hour_of(one.at), one.event)
        for one in logged
        if isinstance(one.event, MessageReceived) and not one.event.imported and one.event.inbox_id
    ]
    works = _works_of(tx, {event.message_id: str(event.conversation_id) for _, event in said})
    for hour, event in said:
        work = works[event.message_id]
        shares.at(hour, str(event.inbox_id), work, event.contact_id or NOBODY)["messages_in"] += 1


def _count_answers(tx: Tx, logged: Sequence[Logged], shares: _Shares) -> None:
    """An answer that was taken back is taken off again, and with it the waiting that it ended. A call that was taken is one, too."""
    changes: Counter[str] = Counter()
    for one in logged:
        if isinstance(one.event, MessageReplied | MessageReceived) and _is_answer(one.event):
            changes[one.event.message_id] += 1
        elif isinstance(one.event, MessageRemoved) and not one.event.vanished:
            changes[one.event.message_id] -= 1
        elif isinstance(one.event, MessageChanged) and one.event.change == "restored":
            changes[one.event.message_id] += 1
    answers = _rows(tx, store.directions, changes)
    if not answers:
        return
    works = _works_of(tx, {message_id: conversation_id for message_id, _, conversation_id, *_ in answers})
    schedule = own_schedule(tx)
    for message_id, direction, _, inbox_id, taken in answers:
        change = changes[message_id]
        if not (direction == "out" or taken) or inbox_id is None or not change:
            continue
        answered = id_time(message_id)
        counts = shares.at(hour_of(answered), inbox_id, works[message_id])
        counts["messages_out"] += change if direction == "out" else 0
        asked = _asked(tx, works[message_id], message_id)
        if asked is not None:
            counts[f"waited_{wait_class(answered - asked)}"] += change
            counts[f"waited_open_{wait_class(open_between(schedule, asked, answered))}"] += change


def _is_answer(event: MessageReplied | MessageReceived) -> bool:
    """Whether somebody was answered by a person: with words, or by taking their call."""
    by_person = event.answered if isinstance(event, MessageReceived) else not event.automatic
    return bool(by_person and not event.imported)


def _asked(tx: Tx, work: _Work, message_id: str) -> int | None:
    """Since when the customer had waited for this answer (Unix milliseconds); None where nobody did."""
    of = {"of": work.conversation_id, "ticket": work.ticket_id, "before": message_id}
    last = tx.value(store.last_answer, **of)
    asked = tx.value(store.first_asked, after=last or LOWEST_ID, **of)
    return id_time(asked) if asked else None


def _count_tickets(tx: Tx, logged: Sequence[Logged], shares: _Shares) -> None:
    found = [
        (one.event.ticket_id, "reopened" if isinstance(one.event, TicketReopened) else "resolved", hour_of(one.at))
        for one in logged
        if isinstance(one.event, TicketReopened)
        or (isinstance(one.event, TicketChanged) and one.event.status == "resolved")
    ]
    works = {work.ticket_id: work for work in _works(tx, store.tickets, {ticket_id for ticket_id, _, _ in found})}
    for ticket_id, what, hour in found:
        work = works.get(ticket_id)
        if work is not None and work.inbox_id:
            shares.at(hour, work.inbox_id, work)[what] += 1


def _works_of(tx: Tx, said: dict[str, str]) -> dict[str, _Work]:
    """By message the work that it is about, whether there is a ticket or not; `said` tells in which conversation each is."""
    about = ticket_ids_of(tx, said)
    works = {work.ticket_id: work for work in _works(tx, store.tickets, set(about.values()))}
    nobodys = {one: _Work(talk, talk, NOBODY, "", None, NO_TEAM) for one, talk in said.items()}
    return {
        one: works.get(about.get(one, ""), nobodys[one])._replace(conversation_id=talk) for one, talk in said.items()
    }


def _works(tx: Tx, statement: Any, ids: Iterable[str]) -> list[_Work]:
    """Tickets with the team that has each: where an agent alone owns it, the only one that the agent is in."""
    rows = _rows(tx, statement, ids)
    memberships = _rows(tx, store.teams_of_agents, {row[6] for row in rows if row[6]})
    often = Counter(agent_id for agent_id, _ in memberships)
    own = {agent_id: team_id for agent_id, team_id in memberships if often[agent_id] == 1}
    return [
        _Work(ticket_id, conversation_id, contact_id or NOBODY, kind, inbox_id, team_id or own.get(agent_id, NO_TEAM))
        for ticket_id, conversation_id, contact_id, kind, inbox_id, team_id, agent_id in rows
    ]


def _rows(tx: Tx, statement: Any, ids: Iterable[str]) -> list[tuple[Any, ...]]:
    wanted = sorted(ids)
    return tx.all(statement, ids=wanted) if wanted else []


def _whole(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in COUNTS}


FOLLOWER = Follower(
    name="numbers",
    kinds=(
        MessageReceived,
        MessageReplied,
        MessageRemoved,
        MessageChanged,
        TicketChanged,
        TicketReopened,
        TicketKindChanged,
    ),
    handle=count_events,
)
