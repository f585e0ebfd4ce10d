"""Where the log lies: a row per workspace with its last number, and a row per event."""

from typing import Any

import msgspec
from sqlalchemy import Column, Integer, String, Table, Text, bindparam, insert, select, update

from lyhord.kit.database.columns import Id, Json, Millis, metadata
from lyhord.kit.database.statement import Statement, values_in
from lyhord.kit.events import Logged

log = Table(
    "log",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("last_seq", Millis, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("seq", Millis, primary_key=True, autoincrement=False),
    Column("kind", String(60), nullable=False),
    Column("at", Millis, nullable=False),
    Column("actor", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("trace", String(55), comment="traceparent of the span that caused it, where one was recorded"),
    sqlite_with_rowid=False,
)

lock_log = Statement(
    select(log.c.last_seq, log.c.epoch).where(log.c.workspace_id == bindparam("workspace_id")).with_for_update()
)
open_log = Statement(
    insert(log).values(workspace_id=bindparam("workspace_id"), epoch=bindparam("epoch"), last_seq=bindparam("last_seq"))
)
advance_log = Statement(
    update(log).where(log.c.workspace_id == bindparam("workspace_id")).values(last_seq=bindparam("last_seq"))
)
append_events = Statement(insert(event))
read_head = Statement(select(log.c.last_seq, log.c.epoch).where(log.c.workspace_id == bindparam("workspace_id")))
read_heads = Statement(select(log.c.workspace_id, log.c.last_seq, log.c.epoch))
read_heads_of = Statement(
    select(log.c.workspace_id, log.c.last_seq, log.c.epoch).where(values_in(log.c.workspace_id, "ids"))
)
read_events = Statement(
    select(event.c.seq, event.c.kind, event.c.at, event.c.actor, event.c.body, event.c.trace)
    .where(event.c.workspace_id == bindparam("workspace_id"), event.c.seq > bindparam("after"))
    .order_by(event.c.seq)
    .limit(bindparam("most"))
)

_encode = msgspec.json.Encoder().encode


def to_row(logged: Logged) -> dict[str, Any]:
    """The log row of an event."""
    return {
        "seq": logged.seq,
        "kind": logged.kind,
        "at": logged.at,
        "actor": logged.actor,
        "body": _encode(logged.event).decode(),
        "trace": logged.trace,
    }
