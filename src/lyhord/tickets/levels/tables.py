"""Rows of service levels, of the course of tickets, and of clocks."""

from sqlalchemy import Column, Index, Integer, String, Table

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index

service_level = Table(
    "service_level",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("place", Integer, nullable=False, comment="in the order in which they are tried"),
    Column("body", Json, nullable=False, comment="model.LevelWords"),
    Column("removed_at", Millis),
    Column("rests_for", Id, comment="a surge, as long as which no ticket has it"),
)

ticket_course = Table(
    "ticket_course",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("ticket_id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False),
    Column("level_id", Id, comment="the ticket's; null: none fits it"),
    Column(
        "current",
        Integer,
        comment="1 on the one that the conversation's next words are about, as far as the log was followed",
    ),
    Column("status", String(10), nullable=False),
    Column("opened_at", Millis, nullable=False),
    Column("waits", Millis, comment="since when the customer is owed an answer"),
    Column("heard_at", Millis, nullable=False),
    Column("answered_at", Millis),
    Column("resolved_at", Millis, nullable=False, comment="0: never"),
    sqlite_with_rowid=False,
)
Index(
    "ix_ticket_course_conversation",
    ticket_course.c.workspace_id,
    ticket_course.c.conversation_id,
    ticket_course.c.ticket_id,
)

clock = Table(
    "clock",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, nullable=False),
    Column("kind", String(20), nullable=False, comment="one of clocks.KINDS"),
    Column("level_id", Id, nullable=False, comment="that promised it, as of now or as of its end; so the rest"),
    Column("inbox_id", Id),
    Column("team_id", Id),
    Column("agent_id", Id, comment="who gave the answer that ended it, else the ticket's owner"),
    Column("minutes", Integer, nullable=False, comment="that were promised"),
    Column("started_at", Millis, nullable=False),
    Column("runs", Json, nullable=False, comment="from when until when it ran"),
    Column("running_since", Millis, comment="null: it stands still, or has ended"),
    Column("due_at", Millis, comment="when its time is up; null: never, as things are"),
    Column("warn_at", Millis),
    Column("alarm_at", Millis, comment="when something is to be told next: the warning, then that it is broken"),
    Column("warned_at", Millis),
    Column("broken_at", Millis, comment="when it was told"),
    Column("ended_at", Millis),
    Column("ended_by", Id, comment="the answer"),
    Column("used", Millis, comment="how long it had run within its hours when it ended"),
    Column("dropped", Integer, nullable=False, comment="1: nobody waits for it any more"),
    Column("kept", Integer, comment="1 or 0 once that is certain"),
    sqlite_with_rowid=False,
)
Index("ix_clock_ticket", clock.c.workspace_id, clock.c.ticket_id)
partial_index("ix_clock_alarm", clock.c.alarm_at, clock.c.workspace_id, where=clock.c.alarm_at.isnot(None))
Index("ix_clock_began", clock.c.workspace_id, clock.c.kind, clock.c.started_at)
partial_index(
    "ix_clock_running", clock.c.workspace_id, clock.c.kind, clock.c.started_at, where=clock.c.ended_at.is_(None)
)
