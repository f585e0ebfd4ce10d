"""Keep what channels tell of timers, and give words their life."""

from collections.abc import Sequence

from msgspec.structs import replace

from lyhord.contacts.actions import find_or_make_contacts
from lyhord.conversations.actions.vanish import ask_to_vanish
from lyhord.conversations.amending import find_row, keep_more
from lyhord.conversations.beginning import find_or_begin
from lyhord.conversations.exchange import Address, InboundMessage, InboundTimer
from lyhord.conversations.groups.joining import open_groups
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.groups.store import add_change
from lyhord.conversations.model import Received
from lyhord.conversations.timers import store
from lyhord.conversations.timers.events import TimerChanged
from lyhord.conversations.timers.model import GROUP, Timers, end_of, heard, key_of, read_timers, write_timers
from lyhord.conversations.timers.views import timer_of
from lyhord.kit.database import Tx


def hear_timers(tx: Tx, items: Sequence[Received]) -> None:
    """Do in order what channels tell of timers. What is told twice, or was overtaken, is no news."""
    for item in items:
        for one in item.inbounds:
            if isinstance(one, InboundTimer):
                _hear(tx, item.inbox_id, one)


def _hear(tx: Tx, inbox_id: str, one: InboundTimer) -> None:
    if one.group_id is not None:
        group = (inbox_id, one.group_id)
        conversation_id, key, who = open_groups(tx, {group: one.group_name})[group][0], GROUP, None
    else:
        found = find_or_make_contacts(tx, [one.sender])[0]
        conversation_id, who = find_or_begin(tx, found.contact_id), (one.sender[0].scheme, found.value)
        key = key_of(inbox_id, *who)
    timers = read_timers(tx.value(store.timers_of, id=conversation_id))
    timer = heard(timers.get(key), one.seconds, min(one.at or tx.now, tx.now))
    if timer is None:
        return
    tx.run(store.set_timers, key=conversation_id, timers=write_timers({**timers, key: timer}))
    tx.run(
        add_change,
        conversation_id=conversation_id,
        id=tx.new_id(),
        change="timer",
        scheme=who[0] if who else None,
        value=who[1] if who else None,
        name=str(timer.seconds),
    )
    tx.emit(TimerChanged(conversation_id=conversation_id, inbox_id=inbox_id, seconds=timer.seconds))


def give_life(inbound: InboundMessage, timers: Timers, inbox_id: str, value: str, now: int) -> InboundMessage:
    """The same with the end that its chat's timer gives it, where its sender gave it no nearer one. `value` is folded."""
    group = inbound.group_id is not None
    timer = timers.get(GROUP if group else key_of(inbox_id, inbound.sender[0].scheme, value))
    end = end_of(timer, now if inbound.at is None else inbound.at, now) if timer else None
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
    end = end_of(timer, tx.now, tx.now) if timer else None
    if end is not None:
        keep_more(tx, row, replace(row.more, expires_at=end))
        ask_to_vanish(tx, {row.id: end})
