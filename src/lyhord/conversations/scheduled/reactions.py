"""What must be true at once when the customer writes: what was to leave later may be beside the point now."""

from collections.abc import Sequence

from lyhord.conversations.events import MessageReceived
from lyhord.conversations.scheduled import store
from lyhord.conversations.scheduled.actions import set_state, tell
from lyhord.conversations.sides.events import SideAnswered
from lyhord.kit.database import Tx
from lyhord.kit.events import Event, Logged


def hold_scheduled(tx: Tx, logged: Sequence[Logged]) -> None:
    """Hold or drop the scheduled replies to those who wrote, as was chosen. History and machines hold up nothing."""
    said = {one.event.conversation_id for one in logged if _is_live(tx, one.event)}
    for row in tx.all(store.of_conversations, ids=sorted(filter(None, said))) if said else ():
        if row[6] != "waiting" or row[7] == "send":
            continue
        if row[7] == "hold":
            set_state(tx, row, "held")
        else:
            tx.run(store.drop, key=row[0])
            tell(tx, row[1], row[2], row[0])


def _is_live(tx: Tx, event: Event) -> bool:
    if isinstance(event, SideAnswered):
        return not event.quiet
    said = tx.carried.get(event.message_id) if isinstance(event, MessageReceived) else None
    return isinstance(event, MessageReceived) and not event.imported and not (said is not None and said.quiet)
