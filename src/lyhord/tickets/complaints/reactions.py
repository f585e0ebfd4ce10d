"""What must be true at once: from the instant at which a ticket becomes a complaint it has an owner who can act, and a clock."""

from collections.abc import Sequence

from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.tickets.complaints import store
from lyhord.tickets.complaints.keeping import Keeping
from lyhord.tickets.events import TicketAttributesChanged, TicketDropped, TicketKindChanged, TicketOpened
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.tasks.events import TaskChanged


def keep_complaints(tx: Tx, logged: Sequence[Logged]) -> None:
    """Give new ones an owner and a clock, and note what agents say of them. What a customer opens by writing is none yet: nothing is read."""
    ids: set[str] = set()
    for event in (one.event for one in logged):
        if isinstance(event, TicketKindChanged) and COMPLAINT in (event.ticket_kind, event.before):
            ids.add(event.ticket_id)
        elif isinstance(event, TicketOpened) and event.beside:
            ids.add(event.ticket_id)
        elif isinstance(event, TicketAttributesChanged) or (
            isinstance(event, TaskChanged) and event.ended in ("approved", "refused", "withdrawn")
        ):
            ids.add(event.ticket_id)
    Keeping(tx).settle(ids)


def drop_complaints(tx: Tx, logged: Sequence[Logged]) -> None:
    """A ticket that is taken away leaves nothing to keep."""
    ids = sorted({one.event.ticket_id for one in logged if isinstance(one.event, TicketDropped)})
    if ids:
        tx.run(store.drop, ids=ids)
