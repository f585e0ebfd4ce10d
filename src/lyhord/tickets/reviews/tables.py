"""Rows of score cards and reviews."""

from sqlalchemy import Column, Index, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

score_card = Table(
    "score_card",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("body", Json, nullable=False, comment="model.CardWords"),
    Column("removed_at", Millis),
    sqlite_with_rowid=False,
)

review = Table(
    "review",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("card_id", Id, nullable=False),
    Column("ticket_id", Id, nullable=False),
    Column("conversation_id", Id, nullable=False, comment="the ticket's: reach"),
    Column("agent_id", Id, nullable=False, comment="whose work it was"),
    Column("reviewer_id", Id, nullable=False),
    Column("scores", Json, nullable=False, comment="by criterion; null: doesn't apply"),
    Column("words", Text, nullable=False),
    Column("card", Json, nullable=False, comment="model.CardWords as it was: what the scores mean"),
    Column("answer", Text, nullable=False, comment="what the agent says to it"),
    Column("answered_at", Millis),
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("uq_review_once", review.c.workspace_id, review.c.ticket_id, review.c.card_id, review.c.reviewer_id, unique=True)
Index("ix_review_agent", review.c.workspace_id, review.c.agent_id, review.c.id)
Index("ix_review_card", review.c.workspace_id, review.c.card_id, review.c.id)
Index("ix_review_conversation", review.c.workspace_id, review.c.conversation_id)
