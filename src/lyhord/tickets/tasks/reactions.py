"""A ticket that is dropped leaves its tasks to the one that its conversation is about now."""

from collections.abc import Sequence

from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.tickets.events import TicketDropped
from lyhord.tickets.store import current_of
from lyhord.tickets.tasks import store


def hand_tasks_on(tx: Tx, logged: Sequence[Logged]) -> None:
    """Give them to the conversation's current ticket."""
    for event in (one.event for one in logged):
        if isinstance(event, TicketDropped):
            for row in tx.all(current_of, ids=[event.conversation_id]):
                tx.run(store.hand_on, of=event.conversation_id, ticket=event.ticket_id, to=row[0])
