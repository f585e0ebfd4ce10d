"""The statements of score cards and reviews."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from lyhord.kit.database import Statement, upsert, values_in
from lyhord.tickets.reviews.tables import review, score_card
from lyhord.tickets.tables import ticket

W: BindParameter[Any] = bindparam("workspace_id")

list_cards = Statement(
    select(score_card.c.id, score_card.c.body, score_card.c.removed_at)
    .where(score_card.c.workspace_id == W)
    .order_by(score_card.c.id)
)
write_card = upsert(score_card, key=("workspace_id", "id"), update=("body", "removed_at"))

COLUMNS = (
    "id",
    "card_id",
    "ticket_id",
    "conversation_id",
    "agent_id",
    "reviewer_id",
    "scores",
    "words",
    "card",
    "answer",
    "answered_at",
    "created_at",
    "changed_at",
)
_reviews = select(*(review.c[name] for name in COLUMNS)).where(review.c.workspace_id == W)
by_id = Statement(_reviews.where(review.c.id == bindparam("key")))
of_tickets = Statement(_reviews.where(values_in(review.c.ticket_id, "ids")))
of_agent = Statement(
    _reviews.where(review.c.agent_id == bindparam("agent"), review.c.id < bindparam("before"))
    .order_by(review.c.id.desc())
    .limit(bindparam("most"))
)
of_card = Statement(
    _reviews.where(review.c.card_id == bindparam("card"), review.c.id >= bindparam("first"))
    .order_by(review.c.id.desc())
    .limit(bindparam("most"))
)
insert_review = Statement(insert(review))
change_review = Statement(
    update(review)
    .where(review.c.workspace_id == W, review.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("scores", "words", "changed_at")})
)
answer_review = Statement(
    update(review)
    .where(review.c.workspace_id == W, review.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("answer", "answered_at")})
)
delete_review = Statement(delete(review).where(review.c.workspace_id == W, review.c.id == bindparam("key")))

resolved_of = Statement(
    select(ticket.c.id)
    .where(
        ticket.c.workspace_id == W,
        ticket.c.owner_agent_id == bindparam("agent"),
        ticket.c.shelf == "resolved",
        ticket.c.waits_at > bindparam("first"),
        ticket.c.waits_at <= bindparam("last"),
        ticket.c.spam_at.is_(None),
    )
    .order_by(ticket.c.waits_at, ticket.c.id)
    .limit(bindparam("most"))
)
"""What an agent finished in a stretch of time (see `tickets.model.waits_at`): one range of an index."""
