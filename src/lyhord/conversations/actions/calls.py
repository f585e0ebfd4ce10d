"""Calls over a messenger: one entry in the timeline for each, which says how far the call has come.

While it rings it stands there and nothing else. Once it was taken, or wasn't, it is told like a message: whoever wasn't answered waits.
"""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from lyhord.conversations import amending_store, store
from lyhord.conversations.actions.elsewhere import tell_echo
from lyhord.conversations.amending import Row, find_row, get_row, keep_more, tell_change
from lyhord.conversations.events import MessageChanged, MessageReceived
from lyhord.conversations.exchange import InboundCall, InboundMessage
from lyhord.conversations.model import ANSWERED, CALL, MISSED, Call, Received
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue

RINGING = "ringing"
_RANK = {RINGING: 0, "answered": 1, "missed": 2, "refused": 2, "ended": 3}
"""How far along a call is: tidings that come late take it back to nowhere. That they talked proves that it wasn't missed."""
JOB = "call"
RINGS = 3 * MINUTE
"""After how long a call of which nothing more was told has been missed."""


def to_call(inbound: InboundCall) -> Call:
    """What the row of a call carries."""
    return Call(inbound.state, inbound.seconds)


def to_message(inbound: InboundCall) -> InboundMessage:
    """A call as the message without words that it is stored as."""
    return InboundMessage(
        external_id=inbound.external_id,
        sender=inbound.sender,
        at=inbound.at,
        ours=inbound.ours,
        flags=_flags(inbound.state),
    )


def tell_ringing(tx: Tx, conversation_id: str, inbox_id: str, message_id: str) -> None:
    """Let the timeline show a call to which nothing has happened yet, and look at it again when it can't ring any more."""
    enqueue(tx, JOB, {"id": message_id}, due_at=tx.now + RINGS)
    tx.emit(MessageChanged(conversation_id=conversation_id, inbox_id=inbox_id, message_id=message_id, change="call"))


def hear_calls(tx: Tx, received: Received, calls: Sequence[InboundCall]) -> None:
    """Bring the calls on that are there already, in order. What we know, or know better, changes nothing."""
    names = sorted({one.external_id for one in calls})
    known: dict[str, str] = dict(tx.all(amending_store.messages_called, inbox_id=received.inbox_id, external_ids=names))
    for one in calls:
        if one.external_id in known:
            _bring_on(tx, get_row(tx, known[one.external_id]), to_call(one), imported=received.imported)


def stop_ringing(tx: Tx, message_id: str) -> None:
    """Nobody told what became of a call: it was missed. One that went on stays as it is."""
    row = find_row(tx, message_id)
    if row is not None and row.more.call is not None and row.more.call.state == RINGING:
        _bring_on(tx, row, Call("missed"), imported=False)


def _bring_on(tx: Tx, row: Row, call: Call, *, imported: bool) -> None:
    before = row.more.call
    if before is None or row.facts["removed_at"] is not None or _RANK[call.state] <= _RANK[before.state]:
        return
    flags = (set(row.more.flags) - {ANSWERED, MISSED}) | _flags(call.state)
    keep_more(tx, row, replace(row.more, call=call, flags=tuple(sorted(flags))))
    if before.state != RINGING:
        tell_change(tx, row, "call")
    elif row.by_us:
        tell_echo(tx, row.facts["conversation_id"], row.facts["inbox_id"], row.id, flags, imported=imported)
    else:
        _tell_call(tx, row, flags, imported=imported)


def _tell_call(tx: Tx, row: Row, flags: Collection[str], *, imported: bool) -> None:
    conversation_id = row.facts["conversation_id"]
    conversation = tx.one(store.conversation_by_id, id=conversation_id)
    contact_id = conversation[2] if conversation else None
    tx.emit(
        MessageReceived(
            conversation_id=conversation_id,
            inbox_id=row.facts["inbox_id"],
            message_id=row.id,
            contact_id=contact_id,
            imported=1 if imported else 0,
            answered=1 if ANSWERED in flags else 0,
        ),
        actor=f"contact:{contact_id}" if contact_id else None,
    )


def _flags(state: str) -> frozenset[str]:
    if state == RINGING:
        return frozenset({CALL})
    return frozenset({CALL, ANSWERED if state in ("answered", "ended") else MISSED})
