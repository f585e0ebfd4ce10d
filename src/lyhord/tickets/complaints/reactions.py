"""What must be true at once: from the instant at which a ticket becomes a complaint it has an owner who can act, and a clock."""

from collections.abc import Sequence

from lyhord.kit.database import Tx
from lyhord.kit.events import Event, Logged
from lyhord.tickets.complaints import store
from lyhord.tickets.complaints.keeping import Keeping
from lyhord.tickets.events import TicketAttributesChanged, TicketDropped, TicketKindChanged, TicketOpened
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.tasks.events import TaskChanged


def keep_complaints(tx: Tx, logged: Sequence[Logged]) -> None:
    """Give new ones an owner and a clock, and note what agents say of them. For what a customer opens by writing nothing is read."""
    Keeping(tx).settle({one.event.ticket_id for one in logged if _concerns(one.event)})  # type: ignore[attr-defined]


def _concerns(event: Event) -> bool:
    if isinstance(event, TicketKindChanged):
        return COMPLAINT in (event.ticket_kind, event.before)
    if isinstance(event, TicketOpened):
        return bool(event.beside)
    if isinstance(event, TaskChanged):
        return event.ended in ("approved", "refused", "withdrawn")
    return isinstance(event, TicketAttributesChanged)


def drop_complaints(tx: Tx, logged: Sequence[Logged]) -> None:
    """A ticket that is taken away leaves nothing to keep."""
    ids = sorted({one.event.ticket_id for one in logged if isinstance(one.event, TicketDropped)})
    if ids:
        tx.run(store.drop, ids=ids)
