"""Rows of tasks."""

from sqlalchemy import Column, Index, String, Table, Text, and_, literal_column

from lyhord.kit.database import Id, Millis, metadata, partial_index

task = Table(
    "task",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, nullable=False),
    Column("conversation_id", Id, nullable=False, comment="the ticket's: reach"),
    Column("asks", String(10), nullable=False, comment="do or approve"),
    Column("text", Text, nullable=False),
    Column("owner_agent_id", Id),
    Column("owner_team_id", Id),
    Column("due_at", Millis),
    Column("asked_by", Text, nullable=False, comment="agent:<id>, or who else"),
    Column("asked_at", Millis, nullable=False),
    Column("state", String(10), nullable=False, comment="open, done, withdrawn, approved or refused"),
    Column("answer", Text, nullable=False, comment="why it was approved or refused"),
    Column("ended_by", Text),
    Column("ended_at", Millis),
    Column("rule", Text, nullable=False, comment="what a rule was called that asked, else empty"),
    Column("stands_at", Millis, nullable=False, comment="the order of its list, ascending: see model.stands_at"),
    Column("reminded_at", Millis, comment="when its owner was told that it is due"),
    sqlite_with_rowid=False,
)
Index("ix_task_conversation", task.c.workspace_id, task.c.conversation_id)
IS_OPEN = task.c.state == literal_column("'open'")
"""In the words of the indexes: a bound value wouldn't be found in them."""
partial_index("ix_task_agent", task.c.workspace_id, task.c.owner_agent_id, task.c.stands_at, task.c.id, where=IS_OPEN)
partial_index("ix_task_team", task.c.workspace_id, task.c.owner_team_id, task.c.stands_at, task.c.id, where=IS_OPEN)
partial_index("ix_task_asked", task.c.workspace_id, task.c.asked_by, task.c.stands_at, task.c.id, where=IS_OPEN)
IS_TO_REMIND = and_(IS_OPEN, task.c.due_at.isnot(None), task.c.reminded_at.is_(None))
partial_index("ix_task_due", task.c.due_at, task.c.workspace_id, where=IS_TO_REMIND)
