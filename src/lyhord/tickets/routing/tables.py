"""Rows of routing: its settings, the queue, and what it decided."""

from sqlalchemy import Column, Index, Integer, String, Table

from lyhord.kit.database import Id, Json, Millis, metadata

route = Table(
    "route",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("place", Integer, nullable=False, comment="in the list, ascending: the first that fits takes a ticket"),
    Column("words", Json, nullable=False, comment="model.RouteWords"),
    sqlite_with_rowid=False,
)

routing_agent = Table(
    "routing_agent",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("agent_id", Id, primary_key=True),
    Column("working", Json, nullable=False, comment="model.Working"),
    Column("given_at", Millis, nullable=False, comment="when routing gave them a ticket last: the order of turns"),
    sqlite_with_rowid=False,
)

routing_inbox = Table(
    "routing_inbox",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("inbox_id", Id, primary_key=True),
    Column("team_id", Id, comment="whose its tickets are from the first moment on; null: the first team that has it"),
    Column("weight", Integer, comment="what each of its tickets weighs; null: as usual"),
    sqlite_with_rowid=False,
)

queued_ticket = Table(
    "queued_ticket",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("ticket_id", Id, primary_key=True),
    Column("route_id", Id, nullable=False),
    Column(
        "due_at",
        Millis,
        nullable=False,
        comment="when the customer should be answered: the order of the queue, see deciding",
    ),
    Column("queued_at", Millis, nullable=False),
    Column("language", String(16), comment="the customer's"),
    Column("known_id", Id, comment="who had the customer last"),
    sqlite_with_rowid=False,
)
Index(
    "ix_queued_ticket_due",
    queued_ticket.c.workspace_id,
    queued_ticket.c.route_id,
    queued_ticket.c.due_at,
    queued_ticket.c.ticket_id,
)

routing_decision = Table(
    "routing_decision",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="carries when; kept for 90 days"),
    Column("ticket_id", Id, nullable=False),
    Column("decision", Json, nullable=False, comment="model.Decision"),
    sqlite_with_rowid=False,
)
Index(
    "ix_routing_decision_ticket", routing_decision.c.workspace_id, routing_decision.c.ticket_id, routing_decision.c.id
)

replay = Table(
    "replay",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True, comment="carries when it was asked for; kept for 30 days"),
    Column("agent_id", Id, comment="who asked"),
    Column("draft", Json, nullable=False, comment="comparing.Draft"),
    Column("done_at", Millis),
    Column("result", Json, comment="comparing.Comparison; ids and figures, no words"),
    sqlite_with_rowid=False,
)
