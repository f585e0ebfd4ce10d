"""The follower that keeps the clocks. It runs moments behind the log; all times are those of the events, so that no lag falsifies one.

It asks of a message what the reactions that move tickets ask: whether anybody waits because of it, and whether a person answered. Which
ticket it was about at that moment the events tell, too: messages may have been moved since.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from lyhord.contacts.events import ContactChanged, ContactMerged, ContactSeparated
from lyhord.contacts.lineage import members_of, survivors
from lyhord.conversations.events import (
    MessageChanged,
    MessageReceived,
    MessageRemoved,
    MessageReplied,
    MessagesMoved,
)
from lyhord.conversations.model import QUIET, read_more
from lyhord.kit.database import Statement, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import LOWEST_ID, first_id_at, id_time
from lyhord.tickets.about import places
from lyhord.tickets.events import (
    TicketAssigned,
    TicketChanged,
    TicketDropped,
    TicketKindChanged,
    TicketMessagesMoved,
    TicketOpened,
    TicketReopened,
    TicketRetold,
    TicketTagged,
    TicketTakenUp,
)
from lyhord.tickets.levels import store
from lyhord.tickets.levels.book import Book, Entry, list_promising
from lyhord.tickets.levels.clocks import KINDS, Course, answer, end, hear, revive, turn
from lyhord.tickets.levels.events import LevelChanged
from lyhord.tickets.levels.retelling import Answer, retell
from lyhord.tickets.reasons.events import TicketReasonsChanged, TicketSignsChanged
from lyhord.tickets.views import current_of_conversations, rows_by_id
from lyhord.workspaces.events import TeamChanged, WorkspaceChanged
from lyhord.workspaces.schedules.events import ScheduleChanged

RECKON_JOB = "reckon_clocks"
_ANEW = (LevelChanged, ScheduleChanged, TeamChanged, WorkspaceChanged)
"""After these every clock that runs is reckoned anew."""
_ABOUT = (TicketAssigned, TicketKindChanged, TicketTagged, TicketReasonsChanged, TicketSignsChanged)
"""These may give a ticket another level."""
_PEOPLE = (ContactChanged, ContactMerged, ContactSeparated)
"""So may these all tickets of a contact."""


def keep_clocks(tx: Tx, logged: Sequence[Logged]) -> None:
    """Bring the clocks on by a batch of events."""
    if any(isinstance(one.event, _ANEW) for one in logged):
        enqueue(tx, RECKON_JOB, {})
    levels = list_promising(tx)
    if levels:
        scene = _Scene(tx, Book(tx, levels), logged)
        for one in logged:
            scene.take(one)
        scene.settle()
        scene.book.write()


class _Scene:
    """What a batch of events is about, read together."""

    def __init__(self, tx: Tx, book: Book, logged: Sequence[Logged]) -> None:
        self._tx = tx
        self.book = book
        events: list[Any] = [one.event for one in logged]
        spoken = _named((one for one in events if isinstance(one, _SPOKEN)), "message_id")
        asked = sorted({*spoken, *_named(events, "from_id")})
        self._said = {row[0]: row for row in tx.all(store.said, ids=asked)} if asked else {}
        self._aside = {one: row[5] for one, row in self._said.items() if row[5] and read_more(row[3]).answers}
        self._aside.update(_told_aside(logged))
        self._heard: dict[tuple[str, str], list[int]] = {}
        self._answered: dict[str, tuple[int, str, bool]] = {}
        self._over: dict[str, Entry | None] = {}
        talks = {*_named(events, "conversation_id"), *_named(events, "into_id")}
        people = _named((one for one in events if isinstance(one, _PEOPLE)), "contact_id")
        self._talks_of = self._conversations({*people, *(row[4] for row in self._said.values() if row[4])})
        talks |= {talk for talks in self._talks_of.values() for talk in talks}
        about = {row[5] for row in self._said.values() if row[5]}
        known = {*_named(events, "ticket_id"), *_named(events, "current_id"), *self._aside.values(), *about}
        whole = any(isinstance(one, TicketRetold) and one.status for one in events)
        book.load(conversation_ids=talks, ticket_ids=known, answers=spoken, whole=whole)

    def _conversations(self, contact_ids: Iterable[str]) -> dict[str, set[str]]:
        """By contact, the conversations of everybody who is one with them."""
        alive = survivors(self._tx, contact_ids)
        belongs = members_of(self._tx, alive.values())
        talks: dict[str, set[str]] = {}
        if belongs:
            for talk, contact_id in self._tx.all(store.conversations_of, ids=sorted(belongs)):
                talks.setdefault(belongs[contact_id], set()).add(talk)
        return {contact_id: talks.get(survivor, set()) for contact_id, survivor in alive.items()}

    def take(self, logged: Logged) -> None:
        """One event after the other."""
        event: Any = logged.event
        self.settle(logged.at)
        match event:
            case MessageReceived():
                self._hear(event)
            case MessageReplied():
                self._answer(event)
            case TicketOpened():
                self._open(event, logged.at)
            case TicketReopened() | TicketChanged():
                self._turn(event, logged.at)
            case MessageRemoved() | MessageChanged():
                self._reword(event, logged.at)
            case MessagesMoved():
                self._move(event)
            case TicketTakenUp():
                self._take_up(event, logged.at)
            case TicketRetold():
                self._retell(event, logged.at)
            case TicketDropped():
                self._drop(event)
            case _:
                self._refit(event, logged.at)

    def _refit(self, event: Any, at: int) -> None:
        """What a ticket or its customer is decides its level."""
        if isinstance(event, _ABOUT):
            self.book.refit(event.ticket_id, at)
        elif isinstance(event, _PEOPLE):
            for talk in self._talks_of.get(event.contact_id, ()):
                for entry in self.book.of_conversation(talk):
                    self.book.refit(entry.ticket_id, at)

    def _step(self, entry: Entry, course: Course, at: int, by: str | None = None) -> None:
        entry.take(course, at, by)
        self.book.touch(entry.ticket_id)

    def _waits_for(self, message_id: str) -> bool:
        """Whether anybody waits because of a message that came in."""
        row = self._said.get(message_id)
        return row is not None and row[2] == "in" and _is_waited_for(row[3])

    def _hear(self, event: MessageReceived) -> None:
        if event.imported or not self._waits_for(event.message_id):
            return
        at, talk = id_time(event.message_id), event.conversation_id or ""
        entry = self._heard_by(event)
        if entry is not None and entry.course.status != "resolved":
            self._step(entry, hear(entry.course, at), at)
        else:
            self._heard.setdefault((talk, entry.ticket_id if entry else ""), []).append(at)

    def _heard_by(self, event: MessageReceived) -> Entry | None:
        """The current ticket, or the one of the message that these words answer."""
        aside = self.book.entries.get(self._aside.get(event.message_id, ""))
        return aside or self.book.current(event.conversation_id)

    def _unplaced(self, talk: str, entry: Entry | None) -> list[int]:
        """When that was said of which it wasn't known yet whether a ticket goes on because of it."""
        return self._heard.pop((talk, entry.ticket_id), []) if entry else self._heard.pop((talk, ""), [])

    def _just_answered(self, talk: str, at: int) -> tuple[int, str, bool] | None:
        """The answer of the same transaction of which it wasn't known yet which ticket it is about."""
        found = self._answered.get(talk)
        return self._answered.pop(talk) if found is not None and found[0] >= at else None

    def settle(self, at: int | None = None) -> None:
        """Who was told something in a ticket that was over and stays so was answered, before `at`."""
        for talk, (when, _, _) in list(self._answered.items()):
            if at is None or when < at:
                del self._answered[talk]
                entry = self._over.pop(talk, None)
                if entry is not None:
                    entry.course = replace(entry.course, answered_at=max(when, entry.course.answered_at or 0))
                    self.book.touch(entry.ticket_id)

    def _answer(self, event: MessageReplied) -> None:
        row = self._said.get(event.message_id)
        if event.imported or event.automatic or row is None:
            return
        at, talk = id_time(event.message_id), event.conversation_id or ""
        meant = event.ticket_id or self._aside.get(event.message_id, "")
        entry = (None if event.elsewhere else self.book.entries.get(meant)) or self.book.current(talk)
        if entry is not None and entry.course.status != "resolved":
            self._step(entry, answer(entry.course, at, resolve=bool(event.resolve)), at, event.message_id)
        elif not event.elsewhere:
            self._answered[talk] = at, event.message_id, bool(event.resolve)
            self._over[talk] = entry
        if event.ticket_id is not None:
            return
        for other in self._talks_of.get(row[4] or "", set()) - {talk}:
            merged = self.book.current(other)
            if merged is not None and merged.course.waits is not None:
                course = answer(merged.course, at, resolve=bool(event.resolve))
                self._step(merged, course, at, event.message_id)

    def _open(self, event: TicketOpened, at: int) -> None:
        talk = event.conversation_id or ""
        if event.ticket_id in self.book.entries:
            return  # known from its row already
        course = Course(status="open", opened_at=at)
        if event.beside:
            self.book.open(event.ticket_id, talk, course, at, current=False)
            return
        answered = self._just_answered(talk, at)
        if answered is not None:
            when, by, resolve = answered
            self.book.open(event.ticket_id, talk, answer(course, when, resolve=resolve), at, by, current=True)
            return
        for when in self._unplaced(talk, self.book.current(talk)) or self._owed(event.ticket_id, at):
            course = hear(course, when)
        course = course if course.waits is not None else turn(course, "pending", at)
        self.book.open(event.ticket_id, talk, course, at, current=True)

    def _turn(self, event: TicketReopened | TicketChanged, at: int) -> None:
        talk = event.conversation_id or ""
        entry = self.book.entries.get(event.ticket_id)
        if entry is None:
            self._adopt(event.ticket_id, at)
            return
        course, by = entry.course, None
        answered = self._just_answered(talk, at)
        if answered is not None:
            when, by, resolve = answered
            course = answer(turn(course, "open", at), when, resolve=resolve)
        elif isinstance(event, TicketReopened):
            for when in self._unplaced(talk, entry) or self._owed(entry.ticket_id, at, course.resolved_at) or [at]:
                course = hear(course, when)
        else:
            course = turn(course, event.status, at, event.waiting_since)
        self._step(entry, course, at, by)

    def _adopt(self, ticket_id: str, at: int) -> None:
        """Know a ticket from its row from now on, unless it is over."""
        self.book.adopt([one for one in rows_by_id(self._tx, [ticket_id]) if one.status != "resolved"], at)

    def _take_up(self, event: TicketTakenUp, at: int) -> None:
        """It is about this ticket, what was just said and goes to no other that is over."""
        talk, before = event.conversation_id or "", self.book.current(event.conversation_id)
        entry = self.book.entries.get(event.ticket_id)
        if entry is None:
            self._adopt(event.ticket_id, at)
            return
        self.book.make_current(event.ticket_id, talk)
        if entry.course.status == "resolved":
            return  # what becomes of it is told next
        answered = self._just_answered(talk, at)
        if answered is not None:
            when, by, resolve = answered
            self._step(entry, answer(entry.course, when, resolve=resolve), when, by)
        elif id_time(event.from_id) >= at and self._waits_for(event.from_id):
            for when in self._unplaced(talk, before) or [id_time(event.from_id)]:
                self._step(entry, hear(entry.course, when), when)

    def _retell(self, event: TicketRetold, at: int) -> None:
        """What is owed went where its words went."""
        entry = self.book.entries.get(event.ticket_id)
        if event.status is None:
            return
        if entry is None:
            self._adopt(event.ticket_id, at)
            return
        answered_at = id_time(event.answered_id) if event.answered_id else None
        heard_at = max(entry.course.heard_at, event.waiting_since or 0)
        course = replace(entry.course, waits=event.waiting_since, heard_at=heard_at, answered_at=answered_at)
        entry.keep(retell(entry.clocks, course, event.lost_ids, partial(self._next_answer, entry.ticket_id, at)))
        self._step(entry, replace(course, status=event.status), at)

    def _next_answer(self, ticket_id: str, at: int, after: int) -> Answer | None:
        """The first answer about a ticket after a moment, and before the one of the event."""
        before, later = first_id_at(at + 1), first_id_at(after + 1)
        found = self._about(store.next_answer, ticket_id, before=before, after=later)
        first = min((row[0] for row in found), default=None)
        return (first, id_time(first)) if first else None

    def _about(self, statement: Statement, ticket_id: str, **asked: str) -> list[tuple[Any, ...]]:
        """Rows of what was said about a ticket, wherever that was."""
        return [
            row
            for place in places(self._tx, ticket_id)
            for row in self._tx.all(statement, ticket=ticket_id, **place, **asked)
        ]

    def _drop(self, event: TicketDropped) -> None:
        self.book.drop(event.ticket_id)
        if event.current_id is not None and event.conversation_id is not None:
            self.book.make_current(event.current_id, event.conversation_id)

    def _reword(self, event: MessageRemoved | MessageChanged, at: int) -> None:
        """What was taken back wasn't said, and what was brought back was."""
        row = self._said.get(event.message_id)
        entry = self.book.entries.get(row[5] or "") if row else None
        if row is None or entry is None or (isinstance(event, MessageRemoved) and event.vanished):
            return
        restored = isinstance(event, MessageChanged) and event.change == "restored"
        if isinstance(event, MessageChanged) and not restored:
            return
        said_at = id_time(event.message_id)
        if row[2] == "out" and restored and _BY_ITSELF.isdisjoint(read_more(row[3]).flags):
            if entry.course.waits is not None and entry.course.status != "resolved":
                self._step(entry, answer(entry.course, said_at, resolve=False), said_at, event.message_id)
        elif row[2] == "out":
            self._unanswer(entry, event.message_id, at)
        elif row[2] == "in" and entry.course.status != "resolved":
            since = said_at if entry.course.waits is None else min(said_at, entry.course.waits)
            owed = self._owed(entry.ticket_id, at, since)
            waits = owed[0] if owed else None
            status = "open" if waits is not None else entry.course.status
            self._step(entry, replace(entry.course, status=status, waits=waits, heard_at=max(owed, default=0)), at)

    def _unanswer(self, entry: Entry, message_id: str, at: int) -> None:
        """An answer was taken back: who waited for it has waited all the time, unless another one came."""
        clocks = [one for one in entry.clocks if one.ended_by == message_id and KINDS[one.kind].ends == "answered"]
        if not clocks:
            return
        other = self._next_answer(entry.ticket_id, at, id_time(message_id))
        last = max((row[0] for row in self._about(store.last_answer, entry.ticket_id, before=message_id)), default=None)
        answered = id_time(last) if last else None
        if entry.course.status == "resolved":  # whoever opens it again finds who waits
            entry.gone += [one.id for one in clocks if one.id]
            entry.clocks = [one for one in entry.clocks if one not in clocks]
            self._step(entry, replace(entry.course, answered_at=answered), at)
            return
        waits = min(one.started_at for one in clocks)
        later = [one for one in entry.clocks if KINDS[one.kind].starts == "waits" and one.ended_at is None]
        if other is None:
            entry.gone += [one.id for one in later if one.id]
        revived = [revive(one) if one in clocks else one for one in entry.clocks if other or one not in later]
        heard = max(entry.course.heard_at, waits)
        course = replace(entry.course, status="open", waits=waits, heard_at=heard, answered_at=answered)
        if other is not None:
            entry.clocks = [
                end(one, other[1], other[0]) if one.ended_at is None and one.started_at == waits else one
                for one in revived
            ]
            self.book.touch(entry.ticket_id)
            return
        entry.clocks = revived
        self._step(entry, course, at)

    def _move(self, event: MessagesMoved) -> None:
        """Tickets may belong to another conversation now."""
        talks = [one for one in (event.conversation_id, event.into_id) if one]
        moved = {entry.ticket_id: entry for talk in talks for entry in self.book.of_conversation(talk)}
        for ticket in rows_by_id(self._tx, sorted(moved)):
            moved[ticket.id].conversation_id = ticket.conversation_id
            self.book.touch(ticket.id)
        for ticket in current_of_conversations(self._tx, talks):
            self.book.make_current(ticket.id, ticket.conversation_id)

    def _owed(self, ticket_id: str, at: int, since: int = 0) -> list[int]:
        """When the customer said about a ticket what nobody had answered at a moment; nothing older than `since` counts."""
        before = first_id_at(at + 1)
        last = max((row[0] for row in self._about(store.last_answer, ticket_id, before=before)), default=LOWEST_ID)
        after = max(last, first_id_at(since))
        rows = self._about(store.heard_after, ticket_id, before=before, after=after)
        return sorted(id_time(key) for key, more in rows if _is_waited_for(more))


_SPOKEN = (MessageReceived, MessageReplied, MessageRemoved, MessageChanged)
_COURSE = (
    TicketOpened,
    TicketReopened,
    TicketChanged,
    TicketTakenUp,
    TicketMessagesMoved,
    TicketRetold,
    TicketDropped,
    MessagesMoved,
)
_BY_ITSELF = frozenset({"automatic", "missed"})


def _is_waited_for(more: str) -> bool:
    flags = read_more(more).flags
    return QUIET.isdisjoint(flags) and "blocked" not in flags


def _told_aside(logged: Sequence[Logged]) -> dict[str, str]:
    """By message the ticket that it is about because it answers another one, as the transaction tells that stored it."""
    found: dict[str, str] = {}
    for one in logged:
        event = one.event
        if isinstance(event, TicketMessagesMoved):
            found.update((key, event.ticket_id) for key in event.message_ids if id_time(key) >= one.at)
        elif isinstance(event, TicketTakenUp) and id_time(event.from_id) >= one.at:
            found[event.from_id] = event.ticket_id
    return found


def _named(events: Iterable[Any], field: str) -> list[str]:
    return sorted({value for event in events if (value := getattr(event, field, None))})


FOLLOWER = Follower(
    name="clocks",
    kinds=(*_SPOKEN, *_COURSE, *_ABOUT, *_PEOPLE, *_ANEW),
    handle=keep_clocks,
)
