"""Rows of complaints: the settings, and what is kept of each."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index

complaint_settings = Table(
    "complaint_settings",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("body", Json, nullable=False, comment="model.ComplaintSettings"),
    sqlite_with_rowid=False,
)

complaint = Table(
    "complaint",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("ticket_id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False, comment="the ticket's: reach"),
    Column("contact_id", Id),
    Column("channel", String(40), nullable=False, comment="through which the customer had written when it began"),
    Column("began_at", Millis, nullable=False),
    Column("began_by", Text, nullable=False, comment="agent:<id>, or who else"),
    Column("step", Integer, nullable=False, comment="of the ladder, from 0"),
    Column("step_from", Millis, nullable=False, comment="milliseconds of its clock that had passed then"),
    Column("climbed", Integer, nullable=False, comment="how often it went up since time was up"),
    Column("runs", Json, nullable=False, comment="from when until when its clock ran"),
    Column("running_since", Millis, comment="null: it stands still, or has ended"),
    Column("ended_at", Millis),
    Column("due_at", Millis, comment="when it goes one step up"),
    Column("promised_at", Millis, nullable=False, comment="by when the customer is told"),
    Column("told_at", Millis),
    Column("told_by", Id, comment="the message"),
    Column("untold", Text, comment="why we couldn't tell them ourselves: a key"),
    Column("missed_at", Millis, comment="when it was noticed that they weren't told in time"),
    Column("alarm_at", Millis, comment="when to look at it next"),
    Column("severity", String(40), nullable=False),
    Column("cause", String(200), nullable=False),
    Column("cost", Millis, nullable=False, comment="of the remedy, in minor units"),
    Column("approved", Millis, nullable=False, comment="the highest cost that was approved"),
    Column("asked", Millis, nullable=False, comment="the cost of which the task asks"),
    Column("task_id", Id),
    Column("cost_by", Id, comment="the agent who wrote the cost, who may not approve it"),
    Column("earlier", Integer, nullable=False, comment="complaints of the same customer before"),
    Column("alike", Integer, nullable=False, comment="and of the same cause among them"),
    Column("left_at", Millis, comment="since when it isn't a complaint any more"),
    Column("moves", Json, nullable=False, comment="model.Move, the latest last"),
    sqlite_with_rowid=False,
)
Index("ix_complaint_register", complaint.c.workspace_id, complaint.c.began_at, complaint.c.ticket_id)
Index(
    "ix_complaint_severity",
    complaint.c.workspace_id,
    complaint.c.severity,
    complaint.c.began_at,
    complaint.c.ticket_id,
)
Index("ix_complaint_contact", complaint.c.workspace_id, complaint.c.contact_id, complaint.c.began_at)
Index("ix_complaint_conversation", complaint.c.workspace_id, complaint.c.conversation_id)
partial_index(
    "ix_complaint_open", complaint.c.workspace_id, complaint.c.ticket_id, where=complaint.c.ended_at.is_(None)
)
partial_index(
    "ix_complaint_alarm", complaint.c.alarm_at, complaint.c.workspace_id, where=complaint.c.alarm_at.isnot(None)
)
