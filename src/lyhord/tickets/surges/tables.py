"""Rows of surges: what they are, what they said, who is in them, whom it was said to, and who was called in."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index

surge = Table(
    "surge",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("body", Json, nullable=False, comment="model.SurgeWords"),
    Column("tag", Text, nullable=False, comment="that its tickets carry"),
    Column("version", Integer, nullable=False, comment="of its public update; 0: none yet"),
    Column("begun_at", Millis, nullable=False),
    Column("begun_by", Text, nullable=False, comment="agent:<id>, or another who acted"),
    Column("ended_at", Millis),
    Column("own_team_id", Id, comment="of those called in"),
    Column("route_id", Id, comment="of its queue"),
    UniqueConstraint("workspace_id", "tag"),
    sqlite_with_rowid=False,
)
partial_index("ix_surge_running", surge.c.workspace_id, surge.c.id, where=surge.c.ended_at.is_(None))

surge_text = Table(
    "surge_text",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("surge_id", Id, nullable=False),
    Column("version", Integer, comment="of the public update; null: an answer to the group"),
    Column("texts", Json, nullable=False, comment="canned.model.Text, by language"),
    Column("after", String(10), nullable=False, comment="model.After: what becomes of the tickets"),
    Column("snooze_minutes", Integer),
    Column("by", Text, nullable=False, comment="agent:<id>, or another who acted"),
    Column("at", Millis, nullable=False),
    Column("sent_at", Millis, comment="since when it goes to all; null: to whoever writes"),
    Column("stopped_at", Millis),
    sqlite_with_rowid=False,
)
Index("ix_surge_text", surge_text.c.workspace_id, surge_text.c.surge_id, surge_text.c.id)

surge_member = Table(
    "surge_member",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("surge_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("ticket_id", Id, nullable=False),
    Column("message_id", Id, nullable=False, comment="the customer's, by which it came; it carries when"),
    Column("how", String(10), nullable=False, comment="model.How"),
    Column("joined_at", Millis, nullable=False),
    Column("out_at", Millis, comment="since when somebody has it out: it doesn't join again by itself"),
    sqlite_with_rowid=False,
)
Index("ix_surge_member_talk", surge_member.c.workspace_id, surge_member.c.conversation_id)
Index("ix_surge_member_came", surge_member.c.workspace_id, surge_member.c.surge_id, surge_member.c.message_id)

surge_saying = Table(
    "surge_saying",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("text_id", Id, primary_key=True, comment="surge_text: each member hears it once"),
    Column("conversation_id", Id, primary_key=True),
    Column("state", String(10), nullable=False, comment="model.State"),
    Column("why", Text, comment="a key: why it couldn't be said, or the ticket not be resolved"),
    Column("message_id", Id, comment="that says it"),
    Column("at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "ix_surge_saying_state",
    surge_saying.c.workspace_id,
    surge_saying.c.text_id,
    surge_saying.c.state,
    surge_saying.c.conversation_id,
)
Index("ix_surge_saying_talk", surge_saying.c.workspace_id, surge_saying.c.conversation_id)

surge_call = Table(
    "surge_call",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("surge_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
    Column("state", String(10), nullable=False, comment="model.Answered"),
    Column("at", Millis, nullable=False),
    Column("capacity_before", Integer, comment="what they took before theirs was raised"),
    Column("capacity_given", Integer),
    sqlite_with_rowid=False,
)
