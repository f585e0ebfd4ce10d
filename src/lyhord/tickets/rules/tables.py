"""Rows of rules, and the log of what they did."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

rule = Table(
    "rule",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("starts", String(20), nullable=False, comment="model.When"),
    Column("body", Json, nullable=False, comment="model.RuleWords"),
    Column("place", Integer, nullable=False, comment="in the order in which they are asked, ascending"),
    Column("secret", Text, nullable=False, comment="sealed: what its webhooks are signed with"),
    Column("on_at", Millis, comment="since when it is switched on; null: off"),
    Column("paused_at", Millis, comment="since when it rests because it failed too often"),
    Column("paused_why", Text, comment="a key"),
    Column("failures", Integer, nullable=False, comment="one after another"),
    Column(
        "seen_waits_at", Millis, nullable=False, comment="nobody_answered: so far it has looked, by ticket.waits_at"
    ),
    Column("seen_id", Id, nullable=False, comment="and by ticket.id"),
    Column("changed_at", Millis, nullable=False),
    Column("removed_at", Millis, comment="it can be put back"),
    Column("rests_for", Id, comment="a surge, as long as which it rests although it is switched on"),
    sqlite_with_rowid=False,
)

rule_firing = Table(
    "rule_firing",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="kept for 30 days"),
    Column("rule_id", Id, nullable=False),
    Column("ticket_id", Id, nullable=False),
    Column("conversation_id", Id, nullable=False),
    Column("message_id", Id),
    Column("starts", String(20), nullable=False, comment="model.When"),
    Column("event", Millis, comment="event.seq; null: time had passed"),
    Column("outcome", String(10), nullable=False, comment="model.Outcome"),
    Column("why", Text, comment="a key"),
    Column("steps", Json, nullable=False, comment="model.RuleStep, as they were then"),
    Column("depth", Integer, nullable=False, comment="its place in a chain of rules"),
    Column("from_seq", Millis, nullable=False, comment="the first event that it caused"),
    Column("to_seq", Millis, nullable=False, comment="the last; before from_seq where there is none"),
    sqlite_with_rowid=False,
)
Index("ix_rule_firing_rule", rule_firing.c.workspace_id, rule_firing.c.rule_id, rule_firing.c.id)
Index("ix_rule_firing_talk", rule_firing.c.workspace_id, rule_firing.c.conversation_id, rule_firing.c.id)
Index(
    "ix_rule_firing_ticket",
    rule_firing.c.workspace_id,
    rule_firing.c.ticket_id,
    rule_firing.c.rule_id,
    rule_firing.c.id,
)
Index("ix_rule_firing_cause", rule_firing.c.workspace_id, rule_firing.c.from_seq)
