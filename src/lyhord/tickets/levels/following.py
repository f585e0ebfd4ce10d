"""The follower that keeps the clocks. It runs moments behind the log; all times are those of the events, so that no lag falsifies one.

It asks of a message what the reactions that move tickets ask: whether anybody waits because of it, and whether a person answered.
"""

from collections.abc import Iterable, Sequence
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
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.events import Logged
from lyhord.kit.followers import Follower
from lyhord.kit.ids import LOWEST_ID, first_id_at, id_time
from lyhord.tickets.events import (
    TicketAssigned,
    TicketChanged,
    TicketKindChanged,
    TicketOpened,
    TicketReopened,
    TicketTagged,
)
from lyhord.tickets.levels import store
from lyhord.tickets.levels.book import Book, Entry, list_levels
from lyhord.tickets.levels.clocks import KINDS, Course, answer, end, hear, revive, turn
from lyhord.tickets.levels.events import LevelChanged
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.events import TeamChanged, WorkspaceChanged
from lyhord.workspaces.schedules.events import ScheduleChanged

RECKON_JOB = "reckon_clocks"
_ANEW = (LevelChanged, ScheduleChanged, TeamChanged, WorkspaceChanged)
"""After these every clock that runs is reckoned anew."""
_ABOUT = (TicketAssigned, TicketKindChanged, TicketTagged)
"""These may give a ticket another level."""
_PEOPLE = (ContactChanged, ContactMerged, ContactSeparated)
"""So may these all tickets of a contact."""


def keep_clocks(tx: Tx, logged: Sequence[Logged]) -> None:
    """Bring the clocks on by a batch of events."""
    if any(isinstance(one.event, _ANEW) for one in logged):
        enqueue(tx, RECKON_JOB, {})
    levels = list_levels(tx)
    if levels:
        scene = _Scene(tx, Book(tx, levels), logged)
        for one in logged:
            scene.take(one)
        scene.book.write()


class _Scene:
    """What a batch of events is about, read together."""

    def __init__(self, tx: Tx, book: Book, logged: Sequence[Logged]) -> None:
        self._tx = tx
        self.book = book
        events: list[Any] = [one.event for one in logged]
        spoken = _named((one for one in events if isinstance(one, _SPOKEN)), "message_id")
        self._said = {row[0]: row for row in tx.all(store.said, ids=spoken)} if spoken else {}
        self._heard: dict[str, list[int]] = {}
        self._answered: dict[str, tuple[int, str, bool]] = {}
        talks = {*_named(events, "conversation_id"), *_named(events, "into_id")}
        about = _named((one for one in events if isinstance(one, _PEOPLE)), "contact_id")
        self._talks_of = self._conversations({*about, *(row[4] for row in self._said.values() if row[4])})
        talks |= {talk for talks in self._talks_of.values() for talk in talks}
        book.load(conversation_ids=talks, ticket_ids=_named(events, "ticket_id"), answers=spoken)

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
            case _:
                self._touch(event)

    def _touch(self, event: Any) -> None:
        """What a ticket or its customer is decides its level."""
        if isinstance(event, _ABOUT):
            self.book.touch(event.ticket_id)
        elif isinstance(event, _PEOPLE):
            entries = (self.book.current(talk) for talk in self._talks_of.get(event.contact_id, ()))
            for entry in filter(None, entries):
                self.book.touch(entry.ticket_id)

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
        entry = self.book.current(talk)
        if entry is not None and entry.course.status != "resolved":
            self._step(entry, hear(entry.course, at), at)
        else:
            self._heard.setdefault(talk, []).append(at)

    def _answer(self, event: MessageReplied) -> None:
        row = self._said.get(event.message_id)
        if event.imported or event.automatic or row is None:
            return
        at, talk = id_time(event.message_id), event.conversation_id or ""
        entry = self.book.current(talk)
        if entry is not None and entry.course.status != "resolved":
            self._step(entry, answer(entry.course, at, resolve=bool(event.resolve)), at, event.message_id)
        elif not event.elsewhere:
            self._answered[talk] = at, event.message_id, bool(event.resolve)
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
        if talk in self._answered:
            when, by, resolve = self._answered.pop(talk)
            self.book.open(event.ticket_id, talk, answer(course, when, resolve=resolve), at, by)
            return
        for when in self._heard.pop(talk, []) or self._owed(talk, at):
            course = hear(course, when)
        course = course if course.waits is not None else turn(course, "pending", at)
        self.book.open(event.ticket_id, talk, course, at)

    def _turn(self, event: TicketReopened | TicketChanged, at: int) -> None:
        talk = event.conversation_id or ""
        entry = self.book.entries.get(event.ticket_id)
        if entry is None:
            rows = rows_by_id(self._tx, [event.ticket_id])
            if rows and rows[0].status != "resolved":
                self.book.adopt(rows[0], at)
            return
        entry.conversation_id = talk or entry.conversation_id
        course, by = entry.course, None
        if talk in self._answered:
            when, by, resolve = self._answered.pop(talk)
            course = answer(turn(course, "open", at), when, resolve=resolve)
        elif isinstance(event, TicketReopened):
            for when in self._heard.pop(talk, []) or self._owed(talk, at, course.resolved_at) or [at]:
                course = hear(course, when)
        else:
            opens = event.status == "open" and course.waits is None
            owed = self._owed(talk, at, course.opened_at) if opens else []
            course = turn(course, event.status, at, owed[0] if owed else None)
        self._step(entry, course, at, by)

    def _reword(self, event: MessageRemoved | MessageChanged, at: int) -> None:
        """What was taken back wasn't said, and what was brought back was."""
        row = self._said.get(event.message_id)
        entry = self.book.current(event.conversation_id)
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
            owed = self._owed(entry.conversation_id, at, entry.course.opened_at)
            waits = owed[0] if owed else None
            status = "open" if waits is not None else entry.course.status
            self._step(entry, replace(entry.course, status=status, waits=waits, heard_at=max(owed, default=0)), at)

    def _unanswer(self, entry: Entry, message_id: str, at: int) -> None:
        """An answer was taken back: who waited for it has waited all the time, unless another one came."""
        clocks = [one for one in entry.clocks if one.ended_by == message_id and KINDS[one.kind].ends == "answered"]
        if not clocks:
            return
        before = first_id_at(at + 1)
        other = self._tx.value(store.next_answer, of=entry.conversation_id, before=before, after=message_id)
        last = self._tx.value(store.last_answer, of=entry.conversation_id, before=message_id)
        answered = id_time(last) if last and id_time(last) >= entry.course.opened_at else None
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
            when = id_time(other)
            entry.clocks = [
                end(one, when, other) if one.ended_at is None and one.started_at == waits else one for one in revived
            ]
            self.book.touch(entry.ticket_id)
            return
        entry.clocks = revived
        self._step(entry, course, at)

    def _move(self, event: MessagesMoved) -> None:
        """Tickets may belong to another conversation now."""
        for entry in self.book.entries.values():
            if entry.conversation_id in (event.conversation_id, event.into_id):
                rows = rows_by_id(self._tx, [entry.ticket_id])
                entry.conversation_id = rows[0].conversation_id if rows else entry.conversation_id
                self.book.touch(entry.ticket_id)

    def _owed(self, conversation_id: str, at: int, since: int = 0) -> list[int]:
        """When the customer said what nobody had answered at a moment; nothing older than `since` counts."""
        before = first_id_at(at + 1)
        last = self._tx.value(store.last_answer, of=conversation_id, before=before) or LOWEST_ID
        after = max(last, first_id_at(since))
        rows = self._tx.all(store.heard_after, of=conversation_id, before=before, after=after)
        return [id_time(key) for key, more in rows if _is_waited_for(more)]


_SPOKEN = (MessageReceived, MessageReplied, MessageRemoved, MessageChanged)
_BY_ITSELF = frozenset({"automatic", "missed"})


def _is_waited_for(more: str) -> bool:
    flags = read_more(more).flags
    return QUIET.isdisjoint(flags) and "blocked" not in flags


def _named(events: Iterable[Any], field: str) -> list[str]:
    return sorted({value for event in events if (value := getattr(event, field, None))})


FOLLOWER = Follower(
    name="clocks",
    kinds=(*_SPOKEN, TicketOpened, TicketReopened, TicketChanged, MessagesMoved, *_ABOUT, *_PEOPLE, *_ANEW),
    handle=keep_clocks,
)
