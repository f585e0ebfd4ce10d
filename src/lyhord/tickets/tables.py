"""Rows of tickets. The row carries what a list shows, so that each list is one range of one index."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, literal_column

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index
from lyhord.tickets.kinds.model import COMPLAINT

ticket = Table(
    "ticket",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, nullable=False),
    Column("contact_id", Id),
    Column("kind", String(20), nullable=False, comment="ticket_kind.id"),
    Column("status", String(10), nullable=False, comment="open, pending, snoozed or resolved"),
    Column("owner_agent_id", Id),
    Column("owner_team_id", Id),
    Column("title", Text, nullable=False, comment="who: the contact's name"),
    Column("preview", Text, nullable=False, comment="the last words"),
    Column("preview_by", String(4), nullable=False, comment="in or out"),
    Column("place", Text, comment="of the last words, where everybody can read them: how the post begins; else null"),
    Column("subject", Text),
    Column("channel", String(40), nullable=False),
    Column("inbox_id", Id, comment="that carried the last message"),
    Column("last_message_id", Id, nullable=False),
    Column("last_inbound_id", Id),
    Column("waiting_since", Millis, comment="since when the customer is owed an answer"),
    Column("waits_at", Millis, nullable=False, comment="the order of its shelf, ascending: see model.waits_at"),
    Column("last_activity_at", Millis, nullable=False),
    Column("snoozed_until", Millis),
    Column("opened_at", Millis, nullable=False),
    Column("resolved_at", Millis),
    Column("spam_at", Millis, comment="when it was resolved as spam"),
    Column("tags", Text, nullable=False, comment="words with a space between"),
    Column("due_at", Millis, comment="when the next of what was promised is due; kept by the follower of levels"),
    Column("risk_at", Millis, comment="from when on it is nearly due; kept likewise"),
    Column("shelf", String(10), nullable=False, comment="active (open or pending), snoozed or resolved"),
    Column("begins_id", Id, comment="the message from which on its conversation's words were about it first"),
    Column("matter", Text, comment="what it is about, as an agent put it; else the subject of the words says so"),
    Column("stage", String(20), comment="of its kind, that was chosen last: see kinds.model.stage_of"),
    Column("reason_id", String(40), comment="the first of its reasons: why the customer wrote"),
    Column("mood", String(10), comment="of what the customer said last: angry, unhappy, neutral, happy or delighted"),
    Column("signs", Text, nullable=False, server_default="", comment="reasons.signs.Sign, with a space between"),
    Column("rating", String(6), comment="what its customer said last who was asked about it: good, middle or bad"),
    Column("rating_score", Integer, comment="the score of that rating"),
    Column("rating_survey", String(10), comment="which kind of survey it answers: csat, nps or effort"),
    Column("attributes", Json, nullable=False, server_default="{}"),
    Column("current", Integer, comment="1 on the ticket that a conversation's next words are about, else null"),
    sqlite_with_rowid=False,
)
Index("uq_ticket_current", ticket.c.workspace_id, ticket.c.conversation_id, ticket.c.current, unique=True)
Index("ix_ticket_list", ticket.c.workspace_id, ticket.c.shelf, ticket.c.waits_at, ticket.c.id)
Index("ix_ticket_agent", ticket.c.workspace_id, ticket.c.owner_agent_id, ticket.c.shelf, ticket.c.waits_at, ticket.c.id)
Index("ix_ticket_team", ticket.c.workspace_id, ticket.c.owner_team_id, ticket.c.shelf, ticket.c.waits_at, ticket.c.id)
IS_COMPLAINT = ticket.c.kind == literal_column(f"'{COMPLAINT}'")
"""In the words of the index: a bound value wouldn't be found in it."""
partial_index(
    "ix_ticket_complaint",
    ticket.c.workspace_id,
    ticket.c.shelf,
    ticket.c.waits_at,
    ticket.c.id,
    where=IS_COMPLAINT,
)
partial_index(
    "ix_ticket_snoozed", ticket.c.snoozed_until, ticket.c.workspace_id, where=ticket.c.snoozed_until.isnot(None)
)
partial_index(
    "ix_ticket_due",
    ticket.c.workspace_id,
    ticket.c.shelf,
    ticket.c.due_at,
    ticket.c.id,
    where=ticket.c.due_at.isnot(None),
)

ticket_trait = Table(
    "ticket_trait",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("ticket_id", Id, primary_key=True),
    Column("key", Text, primary_key=True, comment="of an attribute"),
    Column("value", Text, nullable=False, comment="folded as search folds: what filters compare"),
    sqlite_with_rowid=False,
)

ticket_turn = Table(
    "ticket_turn",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("from_id", Id, primary_key=True, comment="the message from which on its words are about the ticket again"),
    Column("ticket_id", Id, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_ticket_turn", ticket_turn.c.workspace_id, ticket_turn.c.ticket_id)

ticket_message = Table(
    "ticket_message",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("message_id", Id, primary_key=True, comment="that isn't about the ticket whose turn it was"),
    Column("ticket_id", Id, nullable=False, comment="but about this one"),
    sqlite_with_rowid=False,
)
Index("ix_ticket_message", ticket_message.c.workspace_id, ticket_message.c.ticket_id, ticket_message.c.message_id)

saved_view = Table(
    "saved_view",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("agent_id", Id, nullable=False, comment="whose it is"),
    Column("name", Text, nullable=False),
    Column("filter", Json, nullable=False, comment="filters.Filter"),
    Column("audience", String(10), nullable=False, comment="me, team or everyone"),
    Column("team_id", Id, comment="that shares it"),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

bulk_step = Table(
    "bulk_step",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("run_id", Id, primary_key=True, comment="of the bulk run; kept for a day, so that it can be undone"),
    Column("ticket_id", Id, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("before", Json, nullable=False, comment="bulk.Traits"),
    Column("after", Json, nullable=False, comment="bulk.Traits"),
    Column("unread_id", Id, comment="the customer's last message, where the run marked it as read"),
    Column("note_id", Id, comment="the note that it left"),
    sqlite_with_rowid=False,
)
