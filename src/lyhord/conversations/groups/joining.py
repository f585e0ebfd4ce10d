"""What arrives about groups and in them, for a whole batch at once: which conversation it is, who is in it, what happened to it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from lyhord.contacts.actions import find_contacts, find_or_make_contacts
from lyhord.conversations import store as conversations
from lyhord.conversations.beginning import new_conversation
from lyhord.conversations.events import ConversationStarted
from lyhord.conversations.exchange import Inbound, InboundGroup
from lyhord.conversations.groups import store
from lyhord.conversations.groups.events import GroupChanged
from lyhord.conversations.groups.model import Change, takes_part
from lyhord.conversations.model import Received
from lyhord.kit.database import Tx
from lyhord.kit.text import clean_name

Row = tuple[Any, ...]
Key = tuple[str, str]
"""An inbox, and what its channel calls a group."""
_TITLE, _CLOSED = 3, 15
"""Places in `store.conversation_columns`."""


class Speaker(NamedTuple):
    """Who says something in a group, when (Unix milliseconds) as far as that is told, and what the group is called then ("": unknown)."""

    group: Key
    name: str
    scheme: str
    value: str
    at: int | None = None


class Seat(NamedTuple):
    """A place in a group's conversation."""

    conversation_id: str
    scheme: str
    value: str


class Gone(NamedTuple):
    """Who left in this batch, and the groups that we aren't in any more: what they said before, which comes with it, brings nobody back."""

    seats: frozenset[Seat] = frozenset()
    groups: frozenset[str] = frozenset()


class _Books:
    """The groups that a batch is about, and what becomes of them. Written once, at the end."""

    def __init__(self, tx: Tx, groups: dict[Key, Row], fresh: Collection[str], people: Iterable[str]) -> None:
        self._tx = tx
        self.groups = groups
        self._fresh = fresh
        ids = [row[0] for row in groups.values()]
        rows = tx.all(store.seats_of, conversation_ids=ids, people=sorted(set(people))) if ids else []
        self._left: dict[Seat, int | None] = {Seat(*row[:3]): row[3] for row in rows}
        self._seats: set[Seat] = set()
        self._touched: set[Key] = set()
        self._changes: list[dict[str, Any]] = []
        self._told: dict[Key, dict[str, None]] = {}

    def call(self, group: Key, name: str) -> None:
        """It has this name now."""
        name = clean_name(name, 200)
        before = self.groups[group][_TITLE]
        if name and name != before:
            self._set(group, _TITLE, name)
            self._note(group, "renamed", name=name, silently=not before)

    def be_in(self, group: Key, *, inside: bool) -> None:
        """We are in it, or not any more."""
        if (self.groups[group][_CLOSED] is None) != inside:
            self._set(group, _CLOSED, None if inside else self._tx.now)
            self._note(group, "back" if inside else "removed")

    def seat(self, group: Key, scheme: str, value: str, *, spoke: bool = False) -> None:
        """Somebody is in it; because of what they say no line in the timeline tells so."""
        seat = Seat(self.groups[group][0], scheme, value)
        if seat not in self._left or self._left[seat] is not None:
            self._left[seat] = None
            self._seats.add(seat)
            self._note(group, "joined", seat, silently=spoke)

    def leave(self, group: Key, scheme: str, value: str) -> None:
        """Somebody left; of whom nobody knew that they were there nothing is noted."""
        seat = Seat(self.groups[group][0], scheme, value)
        if self._left.get(seat, 0) is None:
            self._left[seat] = self._tx.now
            self._seats.add(seat)
            self._note(group, "left", seat)

    def write(self) -> Gone:
        """One statement for each table, one event for each group."""
        tx = self._tx
        rows = [self.groups[group] for group in sorted(self._touched)]
        tx.run_many(
            store.write_group,
            [{"key": row[0], "title": row[_TITLE], "closed_at": row[_CLOSED], "changed_at": tx.now} for row in rows],
        )
        tx.run_many(
            store.write_seat,
            [{**seat._asdict(), "joined_at": tx.now, "left_at": self._left[seat]} for seat in sorted(self._seats)],
        )
        tx.run_many(store.add_change, self._changes)
        shown = {one["conversation_id"] for one in self._changes}
        for group, told in self._told.items():
            conversation_id = self.groups[group][0]
            if conversation_id in shown or conversation_id not in self._fresh:
                tx.emit(GroupChanged(conversation_id=conversation_id, inbox_id=group[0], changes=tuple(told)))
        left = frozenset(seat for seat in self._seats if self._left[seat] is not None)
        return Gone(left, frozenset(row[0] for row in rows if row[_CLOSED] is not None))

    def _set(self, group: Key, column: int, value: object) -> None:
        row = self.groups[group]
        self.groups[group] = (*row[:column], value, *row[column + 1 :])
        self._touched.add(group)

    def _note(
        self, group: Key, change: Change, seat: Seat | None = None, *, name: str = "", silently: bool = False
    ) -> None:
        conversation_id = self.groups[group][0]
        if not silently:
            self._changes.append(
                {
                    "conversation_id": conversation_id,
                    "id": self._tx.new_id(),
                    "change": change,
                    "scheme": seat.scheme if seat else None,
                    "value": seat.value if seat else None,
                    "name": name,
                }
            )
        self._told.setdefault(group, {})["spoke" if silently and seat else change] = None


def drop_unwanted(tx: Tx, items: Sequence[Received]) -> list[Received]:
    """The same without what came from groups into inboxes that leave groups alone: not even that it came is kept.

    Nobody there speaks to the company, and what people say among themselves it has no reason to hold.
    """
    inbox_ids = {item.inbox_id for item in items if any(_group_of(one) for one in item.inbounds)}
    if not inbox_ids:
        return list(items)
    rows = tx.all(store.settings_of, inbox_ids=sorted(inbox_ids))
    closed = {inbox_id for inbox_id, settings in rows if not takes_part(msgspec.json.decode(settings))}
    return [_without_groups(item) if item.inbox_id in closed else item for item in items]


def _group_of(inbound: Inbound) -> str | None:
    group_id: str | None = getattr(inbound, "group_id", None)
    return group_id


def _without_groups(item: Received) -> Received:
    kept = tuple(one for one in item.inbounds if _group_of(one) is None)
    whole = len(kept) == len(item.inbounds)
    return item if whole else msgspec.structs.replace(item, inbounds=kept, raw=item.raw if kept else None)


def hear_groups(tx: Tx, items: Sequence[Received]) -> Gone:
    """Do in order what channels tell of groups. Told twice it is done once; of a group that we never knew its end is no news."""
    told = [(item.inbox_id, one) for item in items for one in item.inbounds if isinstance(one, InboundGroup)]
    if not told:
        return Gone()
    moves = [{"of": inbox_id, "before": one.group_id, "after": one.moved_to} for inbox_id, one in told if one.moved_to]
    tx.run_many(store.move_group, moves)
    joined = [address for _, one in told for address in one.joined]
    left = [address for _, one in told for address in one.left]
    contacts = find_or_make_contacts(tx, [(address,) for address in joined]) if joined else []
    names: dict[tuple[str, str], str] = {}
    for address, contact in zip(joined, contacts, strict=True):
        names[address.scheme, address.value] = contact.value
    for address, known in zip(left, find_contacts(tx, [(address,) for address in left]) if left else [], strict=True):
        names[address.scheme, address.value] = known.value if known else address.value
    wanted = {(inbox_id, one.moved_to or one.group_id): one.name or "" for inbox_id, one in told}
    begun = {(inbox_id, one.moved_to or one.group_id) for inbox_id, one in told if one.name or one.joined}
    groups, fresh = _open(tx, wanted, begun)
    books = _Books(tx, groups, fresh, names.values())
    for inbox_id, one in told:
        group = (inbox_id, one.moved_to or one.group_id)
        if group in groups:
            _hear(books, group, one, names)
    return books.write()


def _hear(books: _Books, group: Key, one: InboundGroup, names: Mapping[tuple[str, str], str]) -> None:
    if one.ended or one.joined or one.name:
        books.be_in(group, inside=not one.ended)
    books.call(group, one.name or "")
    for address in one.joined:
        books.seat(group, address.scheme, names[address.scheme, address.value])
    for address in one.left:
        books.leave(group, address.scheme, names[address.scheme, address.value])


def join_groups(tx: Tx, speakers: Sequence[Speaker], gone: Gone) -> list[Row]:
    """The conversation's row of each who speaks, the group made where it is new; who speaks in a group is in it, and so are we."""
    names: dict[Key, str] = {}
    for one in speakers:
        names[one.group] = one.name or names.get(one.group, "")
    groups, fresh = _open(tx, names, names.keys())
    books = _Books(tx, groups, fresh, [one.value for one in speakers])
    for one in speakers:
        books.call(one.group, one.name)
        conversation_id, closed_at = groups[one.group][0], groups[one.group][_CLOSED]
        late = closed_at is not None and one.at is not None and one.at < closed_at
        if conversation_id not in gone.groups and not late:
            books.be_in(one.group, inside=True)
        if Seat(conversation_id, one.scheme, one.value) not in gone.seats:
            books.seat(one.group, one.scheme, one.value, spoke=True)
    books.write()
    return [groups[one.group] for one in speakers]


def open_groups(tx: Tx, wanted: Mapping[Key, str]) -> dict[Key, Row]:
    """The row of each group of which something is told, with its name; made where it is new."""
    return _open(tx, wanted, wanted.keys())[0]


def _open(tx: Tx, wanted: Mapping[Key, str], begun: Collection[Key]) -> tuple[dict[Key, Row], set[str]]:
    """The row of each group, those in `begun` made with their names where they are new; and the ids of the new ones."""
    by_inbox: dict[str, list[str]] = {}
    for inbox_id, group_id in wanted:
        by_inbox.setdefault(inbox_id, []).append(group_id)
    found: dict[Key, Row] = {
        (inbox_id, row[-1]): row[:-1]
        for inbox_id, group_ids in by_inbox.items()
        for row in tx.all(store.groups_called, inbox_id=inbox_id, group_ids=sorted(group_ids))
    }
    fresh = {
        key: new_conversation(tx, inbox_id=key[0], group_id=key[1], title=clean_name(wanted[key], 200))
        for key in sorted(wanted.keys() - found.keys())
        if key in begun
    }
    tx.run_many(conversations.insert_conversation, list(fresh.values()))
    carriers = [{"conversation_id": row["id"], "inbox_id": row["inbox_id"]} for row in fresh.values()]
    tx.run_many(conversations.add_carrier, carriers)
    for key, row in fresh.items():
        found[key] = tuple(row[column.name] for column in conversations.receiving_columns)
        tx.emit(ConversationStarted(conversation_id=row["id"], inbox_id=key[0]))
    return found, {row["id"] for row in fresh.values()}
