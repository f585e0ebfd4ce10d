"""What the next release may bring along with its step: an event that earlier code doesn't know, and rows that it doesn't read."""

from collections.abc import Sequence

from sqlalchemy import Column, Integer, MetaData, Table, bindparam, insert, update

from lyhord.conversations.events import MessageReceived
from lyhord.kit.database import Id, Millis, Statement, Tx
from lyhord.kit.events import Event, Logged

_tables = MetaData()
_weight = Table(
    "weight",
    _tables,
    Column("workspace_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("grams", Integer, nullable=False),
)
_message = Table(
    "message",
    _tables,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("weighed_at", Millis),
)
_insert = Statement(insert(_weight))
_note = Statement(
    update(_message)
    .where(_message.c.workspace_id == bindparam("workspace_id"), _message.c.id == bindparam("of"))
    .values(weighed_at=bindparam("now"))
)


class MessageWeighed(Event, frozen=True, tag="message.weighed"):
    """A message was weighed."""

    message_id: str


def weigh(tx: Tx, logged: Sequence[Logged]) -> None:
    """Weigh what was received."""
    for event in (one.event for one in logged):
        if isinstance(event, MessageReceived):
            tx.run(_insert, message_id=event.message_id, grams=1)
            assert tx.run(_note, of=event.message_id, now=tx.now) == 1
            tx.emit(MessageWeighed(conversation_id=event.conversation_id, message_id=event.message_id))
