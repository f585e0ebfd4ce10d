"""Where the log lies: a row per workspace with its last number, and a row per event.

The row of a workspace also says whether it is in this database at all: one that was moved away leaves its row behind (decision 11).
"""

from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Integer, String, Table, Text, bindparam, func, insert, select, update

from lyhord.kit.database.columns import Id, Json, Millis, metadata
from lyhord.kit.database.statement import SharedClock, Statement, upsert, values_in
from lyhord.kit.events import Logged

log = Table(
    "log",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("last_seq", Millis, nullable=False),
    Column("elsewhere", Text, comment="null: it is here; else the database that has it; empty: it arrives"),
    Column("move", Id, comment="the last move that came here, left or began"),
    Column("last_id", Id, comment="that a transaction gave: the next one is higher, whatever the clock says"),
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

_locked = (
    select(log.c.last_seq, log.c.epoch, log.c.elsewhere, log.c.move, log.c.last_id)
    .where(log.c.workspace_id == bindparam("workspace_id"))
    .with_for_update()
    .cte("locked")
)
lock_log = Statement(select(*_locked.c, SharedClock()))
"""The clock is read once the row is locked, so that times don't run against numbers."""
read_clock = Statement(select(SharedClock()))
open_log = upsert(log, key=["workspace_id"])
"""Leaves a log that is there already as it is, and waits for another process that is just opening it."""
advance_log = Statement(
    update(log)
    .where(log.c.workspace_id == bindparam("workspace_id"))
    .values(last_seq=bindparam("last_seq"), last_id=func.coalesce(bindparam("last_id"), log.c.last_id))
)
append_events = Statement(insert(event))
read_head = Statement(select(log.c.last_seq, log.c.epoch).where(log.c.workspace_id == bindparam("workspace_id")))
_heads = select(log.c.workspace_id, log.c.last_seq, log.c.epoch).where(log.c.elsewhere.is_(None))
read_heads = Statement(_heads)
read_heads_of = Statement(_heads.where(values_in(log.c.workspace_id, "ids")))
read_whereabouts = Statement(select(log.c.elsewhere, log.c.move).where(log.c.workspace_id == bindparam("workspace_id")))
list_known = Statement(select(log.c.workspace_id, log.c.elsewhere, log.c.move))
mark_log = Statement(
    update(log)
    .where(log.c.workspace_id == bindparam("workspace_id"))
    .values(elsewhere=bindparam("elsewhere"), move=bindparam("move"))
)
read_events = Statement(
    select(event.c.seq, event.c.kind, event.c.at, event.c.actor, event.c.body, event.c.trace)
    .where(event.c.workspace_id == bindparam("workspace_id"), event.c.seq > bindparam("after"))
    .order_by(event.c.seq)
    .limit(bindparam("most"))
)

_encode = msgspec.json.Encoder().encode


def is_here(workspace_id: ColumnElement[str]) -> ColumnElement[bool]:
    """True for rows of workspaces that are in this database: copies that arrive and leavings aren't to be worked on."""
    return workspace_id.not_in(select(log.c.workspace_id).where(log.c.elsewhere.isnot(None)))


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
