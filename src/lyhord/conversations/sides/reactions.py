"""What must be true of side conversations at once when messages go back to a contact who was separated."""

from collections.abc import Sequence

from lyhord.conversations.events import MessagesMoved
from lyhord.conversations.sides import store
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged


def move_sides(tx: Tx, logged: Sequence[Logged]) -> None:
    """A side conversation about a forwarded message goes where that message went."""
    for event in (one.event for one in logged):
        if isinstance(event, MessagesMoved) and event.into_id:
            tx.run(store.follow_forwarded, source=event.conversation_id, into=event.into_id)
