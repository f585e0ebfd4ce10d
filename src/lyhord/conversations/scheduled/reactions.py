"""What must be true at once when the customer writes: what was to leave later may be beside the point now."""

from collections.abc import Sequence

from lyhord.conversations.events import MessageReceived
from lyhord.conversations.scheduled import store
from lyhord.conversations.scheduled.actions import set_state, tell
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged


def hold_scheduled(tx: Tx, logged: Sequence[Logged]) -> None:
    """Hold or drop the scheduled replies of those who wrote, as was chosen. History and machines hold up nothing."""
    live = [one.event for one in logged if isinstance(one.event, MessageReceived) and not one.event.imported]
    said = {event.conversation_id for event in live if not _is_quiet(tx, event.message_id)}
    for row in tx.all(store.of_conversations, ids=sorted(filter(None, said))) if said else ():
        if row[6] != "waiting" or row[7] == "send":
            continue
        if row[7] == "hold":
            set_state(tx, row, "held")
        else:
            tx.run(store.drop, key=row[0])
            tell(tx, row[1], row[2], row[0])


def _is_quiet(tx: Tx, message_id: str) -> bool:
    said = tx.carried.get(message_id)
    return said is not None and said.quiet
