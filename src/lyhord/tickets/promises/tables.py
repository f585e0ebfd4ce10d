"""Rows of what is promised now, and of what customers were told."""

from sqlalchemy import Column, Index, Integer, String, Table

from lyhord.kit.database import Id, Millis, metadata, partial_index

reply_promise = Table(
    "reply_promise",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True),
    Column("length", Millis, comment="of open hours, within which an answer comes; null: not known"),
    Column("answers", Integer, nullable=False, comment="on how many it stands"),
    Column("waiting", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("free", Integer, nullable=False, comment="for how many more those people have room"),
    Column("reckoned_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

told_promise = Table(
    "told_promise",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="carries when it was told"),
    Column("ticket_id", Id, nullable=False),
    Column("inbox_id", Id),
    Column("way", String(10), nullable=False, comment="chat or reply"),
    Column("hour", Integer, nullable=False, comment="of the week, from Monday's first, in the workspace's time zone"),
    Column("waits", Millis, nullable=False, comment="since when the customer had waited then"),
    Column("due_at", Millis, nullable=False, comment="by when they were promised an answer"),
    Column("ended_at", Millis, comment="when nobody waited for it any more"),
    Column("ended_by", Id, comment="the answer"),
    Column("kept", Integer, comment="1 or 0 once it has ended by an answer"),
    sqlite_with_rowid=False,
)
Index("ix_told_promise_ticket", told_promise.c.workspace_id, told_promise.c.ticket_id)
partial_index(
    "ix_told_promise_answer",
    told_promise.c.workspace_id,
    told_promise.c.ended_by,
    where=told_promise.c.ended_by.isnot(None),
)
