"""Rows of hints, and of the weekly looks at what wasn't heard as a complaint."""

from sqlalchemy import Column, Index, Integer, String, Table

from lyhord.kit.database import Id, Millis, metadata, partial_index

complaint_hint = Table(
    "complaint_hint",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("ticket_id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False, comment="the ticket's: reach"),
    Column("message_id", Id, nullable=False, comment="in which it was heard"),
    Column("hinted_at", Millis, nullable=False),
    Column("opened_at", Millis, comment="when the ticket became a complaint by itself, as the workspace has it"),
    Column("answered_at", Millis),
    Column("answered_by", Id),
    Column("answer", String(3), comment="yes or no"),
    sqlite_with_rowid=False,
)
Index("ix_complaint_hint_conversation", complaint_hint.c.workspace_id, complaint_hint.c.conversation_id)

complaint_week = Table(
    "complaint_week",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("since", Millis, primary_key=True, comment="a Monday in UTC"),
    Column("said", Integer, nullable=False, comment="messages of customers in which we listened"),
    Column("heard", Integer, nullable=False, comment="those of them that were heard as complaints"),
    Column("drawn_at", Millis, comment="null: the job hasn't drawn yet"),
    sqlite_with_rowid=False,
)

complaint_look = Table(
    "complaint_look",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True),
    Column("since", Millis, nullable=False, comment="complaint_week.since"),
    Column("conversation_id", Id, nullable=False, comment="reach"),
    Column("looked_at", Millis),
    Column("looked_by", Id),
    Column("missed_at", Millis, comment="when somebody said that it is a complaint"),
    sqlite_with_rowid=False,
)
Index("ix_complaint_look_week", complaint_look.c.workspace_id, complaint_look.c.since)
Index("ix_complaint_look_conversation", complaint_look.c.workspace_id, complaint_look.c.conversation_id)
partial_index(
    "ix_complaint_look_open",
    complaint_look.c.workspace_id,
    complaint_look.c.message_id,
    where=complaint_look.c.looked_at.is_(None),
)
