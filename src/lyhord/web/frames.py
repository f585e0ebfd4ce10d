"""Frames: an event of the log with the rows that it names, as the agents' app reads them. Read once per commit, encoded once.

A conversation in reach may go on through an inbox out of reach: its frames then come without the message and without its words.
The rows are those of the moment of reading, never older than the event: a client that puts each row in the place of the one it
has, by id, ends with what a fresh page would show.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.structs import replace

from lyhord.contacts.model import Contact
from lyhord.contacts.views import contacts_by_id
from lyhord.conversations.contact_timelines import carriers_of_contacts
from lyhord.conversations.model import Message
from lyhord.conversations.views import (
    carriers_of_conversations,
    conversation_of_contacts,
    conversations_by_id,
    messages_by_id,
)
from lyhord.conversations.visibility import PERSONAL, Viewer, may_see_event, may_see_message
from lyhord.hearing.events import MessageHeard
from lyhord.kit.database import ReadTx
from lyhord.kit.database.log import read_events, read_head
from lyhord.kit.events import Catalogue, Event, Logged, Unknown
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import current_of_conversations, hide_words, rows_by_id
from lyhord.workspaces.reach import Reach

SHOWN, MESSAGE, WORDS = 1, 2, 4
"""What a viewer may see of an event: that it happened, its message, the words on its ticket. Bits of one number; 0 is nothing."""
WHOLE = SHOWN | MESSAGE | WORDS
_TALK = ("message.", "note.", "delivery.", "conversation.", "side.", "group.")
_PEOPLE = ("contact.", "conversation.started")
"""Kinds that carry their contact. A message names one too, but what it changes about them is an event of its own."""
GRANTS = frozenset({"agent.changed", "role.changed", "team.changed", "inbox.changed", "workspace.changed"})
"""Kinds after which a reader's grants may differ."""
_encode = msgspec.json.Encoder().encode


class Place(NamedTuple):
    """A place in the log, written `epoch:seq`."""

    epoch: int
    seq: int

    def wire(self) -> bytes:
        """As clients read it and send it back."""
        return b"%d:%d" % self


class Frame(Struct, kw_only=True):
    """One event as it goes out. Rows are JSON already; what an event has none of is left out.

    `messages` are those of an event that is about several.
    """

    seq: int
    kind: str
    at: int
    actor: str
    conversation_id: str | None
    inbox_id: str | None
    facts: dict[str, Any]
    message: Raw | UnsetType = UNSET
    messages: tuple[Raw, ...] | UnsetType = UNSET
    ticket: Raw | UnsetType = UNSET
    contact: Raw | UnsetType = UNSET
    conversation: Raw | UnsetType = UNSET


class Framed:
    """Events of one commit with their frames. The same choice of what may be seen gives the same bytes to every reader."""

    def __init__(self, epoch: int, events: Sequence[Logged], rows: "_Rows") -> None:
        self.epoch = epoch
        self.first = events[0].seq
        self.last = events[-1].seq
        self.place = Place(epoch, self.last)
        kinds = {logged.kind for logged in events}
        self.changes_grants = not kinds.isdisjoint(GRANTS)
        self._events = events
        self._rows = rows
        self._encoded: dict[tuple[int, int], bytes] = {}
        self._joined: dict[bytes, bytes] = {}
        self._whole: dict[int, bytes] = {}
        special = any(isinstance(logged.event, Unknown) for logged in events)
        self._same_for_all = kinds.isdisjoint(PERSONAL) and not special
        """Whether everybody who reaches everything sees the same: then nothing has to be chosen for each of them."""

    def for_viewer(self, viewer: Viewer, after: int) -> bytes:
        """Everything past number `after` that `viewer` may see, and the ranges that they may not, ready for the wire."""
        if self._same_for_all and viewer.reach.inbox_ids is None:
            return self._whole.get(after) or self._join_whole(after)
        choice = bytes(self._choose(viewer, logged) for logged in self._events if logged.seq > after)
        joined = self._joined.get(choice)
        if joined is None:
            joined = self._joined[choice] = b"".join(self._render(choice))
        return joined

    def _join_whole(self, after: int) -> bytes:
        choice = bytes((WHOLE,)) * min(self.last - after, len(self._events))
        return self._whole.setdefault(after, b"".join(self._render(choice)))

    def _choose(self, viewer: Viewer, logged: Logged) -> int:
        if viewer.reach.inbox_ids is None or logged.kind in PERSONAL or isinstance(logged.event, Unknown):
            return WHOLE if may_see_event(viewer, logged, self._rows.carriers_of) else 0
        about = logged.event.conversation_id
        known = about is not None and viewer.reach.covers_any(self._rows.carriers_of(about))
        if known or may_see_event(viewer, logged, self._rows.carriers_of):
            return SHOWN | self._rows.choose(viewer.reach, logged)
        return 0

    def _render(self, choice: bytes) -> Iterable[bytes]:
        """The last `len(choice)` events; neighbours that are hidden become one `skip`."""
        hidden: list[int] = []
        for logged, how in zip(self._events[-len(choice) :], choice, strict=True):
            if not how:
                hidden.append(logged.seq)
                continue
            if hidden:
                yield skip(self.epoch, hidden[0], hidden[-1])
                hidden = []
            yield self._frame(logged, how)
        if hidden:
            yield skip(self.epoch, hidden[0], hidden[-1])

    def _frame(self, logged: Logged, how: int) -> bytes:
        key = (logged.seq, how)
        frame = self._encoded.get(key)
        if frame is None:
            body = _encode(self._rows.frame(logged, how))
            frame = self._encoded[key] = b"id: %d:%d\nevent: change\ndata: %s\n\n" % (self.epoch, logged.seq, body)
        return frame


class _Rows:
    """What the events of one commit name, read together and encoded once each."""

    def __init__(self, tx: ReadTx, events: Sequence[Logged]) -> None:
        talk = _ids((logged.event for logged in events if _is_talk(logged)), "conversation_id")
        people = _ids((logged.event for logged in events if logged.event.conversation_id is None), "contact_id")
        self._carriers = carriers_of_conversations(tx, _named(events, "conversation_id"))
        self._carriers |= carriers_of_contacts(tx, people) if people else {}
        several = {
            one for logged in events if isinstance(logged.event, MessageHeard) for one in logged.event.message_ids
        }
        named = sorted({*_named(events, "message_id"), *several})
        self._messages = {row.id: row for row in messages_by_id(tx, named)}
        self._tickets = {row.id: row for row in rows_by_id(tx, _named(events, "ticket_id"))}
        self._current = {row.conversation_id: row for row in current_of_conversations(tx, talk)}
        carried = _ids((logged.event for logged in events if logged.kind.startswith(_PEOPLE)), "contact_id")
        self._contacts = _with_conversations(tx, contacts_by_id(tx, carried)) if carried else {}
        self._conversations = {row.id: row for row in conversations_by_id(tx, talk)}
        self._encoded: dict[int, tuple[Any, Raw]] = {}

    def carriers_of(self, owner_id: str) -> frozenset[str]:
        """The inboxes that carried messages of a conversation, or of a contact."""
        return self._carriers.get(owner_id, frozenset())

    def choose(self, reach: Reach, logged: Logged) -> int:
        """Which of `MESSAGE` and `WORDS` somebody with a limited reach may see of a visible event."""
        message, ticket = self._message(logged.event), self._ticket(logged)
        about = logged.event.conversation_id or ""
        conversation = self._conversations.get(about)
        aside = conversation is not None and conversation.parent_id is not None
        inbox_id = None if message is None or aside else message.inbox_id
        seen = MESSAGE if message is None or may_see_message(reach, inbox_id, self.carriers_of(about)) else 0
        return seen | (WORDS if ticket is None or ticket.inbox_id is None or reach.covers(ticket.inbox_id) else 0)

    def frame(self, logged: Logged, how: int) -> Frame:
        """The event with those of its rows that `how` allows."""
        event: Any = logged.event
        ticket = self._ticket(logged)
        if ticket is not None and not how & WORDS:
            ticket = hide_words(ticket)
        return Frame(
            seq=logged.seq,
            kind=logged.kind,
            at=logged.at,
            actor=logged.actor,
            conversation_id=event.conversation_id,
            inbox_id=event.inbox_id,
            facts=_facts(event),
            message=self._raw(self._message(event)) if how & MESSAGE and not isinstance(event, MessageHeard) else UNSET,
            messages=self._heard(event) if how & MESSAGE and isinstance(event, MessageHeard) else UNSET,
            ticket=self._raw(ticket),
            contact=self._raw(self._contacts.get(event.contact_id) if logged.kind.startswith(_PEOPLE) else None),
            conversation=self._raw(self._conversations.get(event.conversation_id) if _is_talk(logged) else None),
        )

    def _message(self, event: Any) -> Message | None:
        """The message that the event is about, of several the first: those of one event came through one inbox."""
        several = event.message_ids if isinstance(event, MessageHeard) else ("",)
        return self._messages.get(getattr(event, "message_id", several[0]))

    def _heard(self, event: MessageHeard) -> tuple[Raw, ...]:
        raws = (self._raw(self._messages.get(one)) for one in event.message_ids)
        return tuple(one for one in raws if one is not UNSET)

    def _ticket(self, logged: Logged) -> Ticket | None:
        if _is_talk(logged):
            return self._current.get(logged.event.conversation_id or "")
        return self._tickets.get(getattr(logged.event, "ticket_id", ""))

    def _raw(self, row: Any) -> Raw | UnsetType:
        """The row as JSON; the same row is encoded once however many events of the commit carry it."""
        if row is None:
            return UNSET
        known = self._encoded.get(id(row))
        if known is None:
            known = self._encoded[id(row)] = (row, Raw(_encode(row)))
        return known[1]


def frame_events(tx: ReadTx, epoch: int, events: Sequence[Logged]) -> Framed:
    """Read what `events` (at least one, numbers without gaps) name and make their frames."""
    return Framed(epoch, events, _Rows(tx, events))


def skip(epoch: int, first: int, last: int) -> bytes:
    """Says that these numbers exist and are not for this reader."""
    return b'id: %d:%d\nevent: skip\ndata: {"from":%d,"to":%d}\n\n' % (epoch, last, first, last)


def _facts(event: Event) -> dict[str, Any]:
    return {
        name: getattr(event, name) for name in event.__struct_fields__ if name not in ("conversation_id", "inbox_id")
    }


def _with_conversations(tx: ReadTx, contacts: dict[str, Contact]) -> dict[str, Contact]:
    theirs = conversation_of_contacts(tx, list(contacts)) if contacts else {}
    return {key: replace(contact, conversation_id=theirs.get(key)) for key, contact in contacts.items()}


def _is_talk(logged: Logged) -> bool:
    """Whether the event carries its conversation and the conversation's current ticket."""
    return logged.kind.startswith(_TALK)


def _named(events: Sequence[Logged], field: str) -> list[str]:
    return _ids((logged.event for logged in events), field)


def _ids(events: Iterable[Any], field: str) -> list[str]:
    return sorted({value for event in events if (value := getattr(event, field, None)) is not None})


class Stretch(NamedTuple):
    """A part of the log. `framed` is None when nothing follows; `broken` when the numbers asked for are no longer kept."""

    epoch: int
    head: int
    framed: Framed | None
    broken: bool


def read_stretches(
    tx: ReadTx, catalogue: Catalogue, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Stretch]:
    """For each (after, most): at most `most` events past number `after`, framed, with the log's epoch and last number.

    All are of one moment.
    """
    head, epoch = tx.one(read_head) or (0, 1)
    return {(after, most): _read_stretch(tx, catalogue, Place(epoch, head), after, most) for after, most in wanted}


def _read_stretch(tx: ReadTx, catalogue: Catalogue, place: Place, after: int, most: int) -> Stretch:
    epoch, head = place
    events = catalogue.decode(tx.all(read_events, after=after, most=most)) if most and after < head else []
    broken = after > head or (bool(most) and after < head and (not events or events[0].seq != after + 1))
    framed = frame_events(tx, epoch, events) if events and not broken else None
    return Stretch(epoch, head, framed, broken)
