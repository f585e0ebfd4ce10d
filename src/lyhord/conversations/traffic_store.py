"""What came and went through each inbox lately, for those who look after it. Times and counts, no words."""

from msgspec import Struct
from sqlalchemy import BindParameter, String, bindparam, func, select

from lyhord.conversations.tables import delivery, message
from lyhord.kit.database import ReadTx, Statement
from lyhord.kit.ids import id_time

LATELY = 10_000
"""So many messages back is looked; an inbox that isn't among them has been quiet."""

W: BindParameter[str] = bindparam("workspace_id")
_latest = (
    select(message.c.inbox_id, message.c.direction, message.c.id)
    .where(message.c.workspace_id == W)
    .order_by(message.c.id.desc())
    .limit(LATELY)
    .subquery()
)
# An id as text has a maximum in both databases; as UUID it has none in PostgreSQL 15.
_last = Statement(
    select(_latest.c.inbox_id, _latest.c.direction, func.max(_latest.c.id.cast(String)))
    .where(_latest.c.inbox_id.isnot(None))
    .group_by(_latest.c.inbox_id, _latest.c.direction)
)
_waiting = Statement(
    select(delivery.c.inbox_id, delivery.c.queued_at, delivery.c.error, delivery.c.changed_at)
    .where(delivery.c.workspace_id == W, delivery.c.due_at.isnot(None))
    .order_by(delivery.c.changed_at)
    .limit(LATELY)
)


class Traffic(Struct):
    """One inbox: when the last message came and the last was written, how many wait to be sent, since when, and what is in their way."""

    last_in: int | None = None
    last_out: int | None = None
    waiting: int = 0
    waiting_since: int | None = None
    error: str | None = None
    error_at: int | None = None


def list_traffic(tx: ReadTx) -> dict[str, Traffic]:
    """By inbox. Times are Unix milliseconds."""
    found: dict[str, Traffic] = {}
    for inbox_id, direction, message_id in tx.all(_last):
        traffic = found.setdefault(inbox_id, Traffic())
        if direction == "in":
            traffic.last_in = id_time(message_id)
        else:
            traffic.last_out = id_time(message_id)
    for inbox_id, queued_at, error, changed_at in tx.all(_waiting):
        traffic = found.setdefault(inbox_id, Traffic())
        traffic.waiting += 1
        traffic.waiting_since = min(queued_at, traffic.waiting_since or queued_at)
        if error:
            traffic.error, traffic.error_at = error, changed_at
    return found
