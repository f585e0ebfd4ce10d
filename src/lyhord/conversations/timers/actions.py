"""Keep what channels tell of timers, and give words their life."""

from collections.abc import Sequence

from msgspec.structs import replace

from lyhord.contacts.actions import find_or_make_contacts
from lyhord.conversations.actions.vanish import ask_to_vanish
from lyhord.conversations.amending import Row, find_row, keep_more, tell_change
from lyhord.conversations.amending_store import how_it_left
from lyhord.conversations.beginning import conversation_with
from lyhord.conversations.exchange import Address, InboundMessage, InboundTimer
from lyhord.conversations.groups.joining import open_groups
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.groups.store import add_change
from lyhord.conversations.model import Received
from lyhord.conversations.timers import store
from lyhord.conversations.timers.events import TimerChanged
from lyhord.conversations.timers.model import (
    GROUP,
    MOST_SECONDS,
    Chat,
    Timer,
    Timers,
    Untimed,
    end_of,
    heard,
    key_of,
    read_timers,
    write_timers,
)
from lyhord.conversations.timers.views import timer_of
from lyhord.kit.database import ReadTx, Tx

LEFT = frozenset({"unknown", "sent", "delivered", "read"})
"""States of deliveries that left, or may have."""


def hear_timers(tx: Tx, items: Sequence[Received]) -> None:
    """Do in order what channels tell of timers. What is told twice, or was overtaken, is no news."""
    for item in items:
        for one in item.inbounds:
            if isinstance(one, InboundTimer):
                _hear(tx, item.inbox_id, one)


def _hear(tx: Tx, inbox_id: str, one: InboundTimer) -> None:
    if one.group_id is not None:
        group = (inbox_id, one.group_id)
        chat = Chat(open_groups(tx, {group: one.group_name})[group][0], inbox_id)
    else:
        found = find_or_make_contacts(tx, [one.sender])[0]
        chat = Chat(conversation_with(tx, found.contact_id), inbox_id, one.sender[0].scheme, found.value)
    timer = heard(timers_of(tx, chat).get(chat.key), one.seconds, min(one.at or tx.now, tx.now))
    if timer is not None:
        keep_timer(tx, chat, timer)
        _tell(tx, chat, timer.seconds)


def timers_of(tx: ReadTx, chat: Chat) -> Timers:
    """All timers of the chat's conversation."""
    return read_timers(tx.value(store.timers_of, id=chat.conversation_id))


def keep_timer(tx: Tx, chat: Chat, timer: Timer) -> None:
    """Note the timer of a chat."""
    timers = {**timers_of(tx, chat), chat.key: timer}
    tx.run(store.set_timers, key=chat.conversation_id, timers=write_timers(timers))


def _tell(tx: Tx, chat: Chat, seconds: int) -> None:
    tx.run(
        add_change,
        conversation_id=chat.conversation_id,
        id=tx.new_id(),
        change="timer",
        scheme=chat.scheme,
        value=chat.value,
        name=str(seconds),
    )
    tx.emit(TimerChanged(conversation_id=chat.conversation_id, inbox_id=chat.inbox_id, seconds=seconds))


def learn_timer(tx: Tx, untimed: Untimed, seconds: int) -> None:
    """It was asked how long words live in a chat of which nothing was told: so do those that have come and gone since it was asked.

    What the channel told meanwhile by itself stands.
    """
    row = find_row(tx, untimed.message_id)
    if row is None:
        return
    group = untimed.group_id is not None
    whom = (None, None) if group else (untimed.scheme, untimed.value)
    chat = Chat(row.facts["conversation_id"], untimed.inbox_id, *whom)
    if chat.key in timers_of(tx, chat):
        return
    timer = Timer(min(max(seconds, 0), MOST_SECONDS), 0)
    keep_timer(tx, chat, timer)
    if not timer.seconds:
        return
    _tell(tx, chat, timer.seconds)
    where = {"conversation": chat.conversation_id, "inbox": chat.inbox_id, "since": untimed.message_id}
    since = [one[0] for one in tx.all(store.said_since, **where)]
    tx.run(store.drop_raw, ids=since)
    for one in filter(None, (find_row(tx, message_id) for message_id in since)):
        if group or (one.facts["scheme"], one.facts["value"]) == whom:
            _live(tx, one, timer)


def _live(tx: Tx, row: Row, timer: Timer) -> None:
    """Give words that are there their life: theirs since they said it, ours if they have left."""
    delivery = tx.one(how_it_left, of=row.id)
    if row.more.expires_at is not None or row.facts["removed_at"] is not None or (delivery and delivery[0] not in LEFT):
        return
    said_at = tx.now if delivery else row.facts["claimed_at"] or row.facts["created_at"]
    _end(tx, row, end_of(timer, said_at, tx.now))
    tell_change(tx, row, "timed")


def _end(tx: Tx, row: Row, end: int | None) -> None:
    if end is not None:
        keep_more(tx, row, replace(row.more, expires_at=end))
        ask_to_vanish(tx, {row.id: end})


def find_timer(inbound: InboundMessage, timers: Timers, inbox_id: str, value: str) -> Timer | None:
    """The timer of the chat in which something was said; `value` is that of its sender, folded. None: nobody knows of any."""
    return timers.get(GROUP if inbound.group_id is not None else key_of(inbox_id, inbound.sender[0].scheme, value))


def give_life(inbound: InboundMessage, timer: Timer, now: int) -> InboundMessage:
    """The same with the end that its chat's timer gives it, where its sender gave it no nearer one."""
    end = end_of(timer, now if inbound.at is None else inbound.at, now)
    if end is None or (inbound.expires_at is not None and inbound.expires_at <= end):
        return inbound
    return replace(inbound, expires_at=end)


def begin_life(tx: Tx, message_id: str) -> None:
    """Words of ours have left, or may have: from now on they live as long as their chat's timer says. Said twice it counts once."""
    row = find_row(tx, message_id)
    if row is None or row.more.expires_at is not None or row.facts["removed_at"] is not None:
        return
    conversation_id = row.facts["conversation_id"]
    to = Address(row.facts["scheme"] or "", row.facts["value"] or "")
    group = group_of(tx, conversation_id)
    timer = timer_of(tx, conversation_id, row.facts["inbox_id"], to, in_group=group is not None)
    _end(tx, row, end_of(timer, tx.now, tx.now) if timer else None)
