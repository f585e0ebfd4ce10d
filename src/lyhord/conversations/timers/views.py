"""What answering must know of timers."""

from lyhord.conversations.exchange import Address
from lyhord.conversations.timers import store
from lyhord.conversations.timers.model import GROUP, Timer, key_of, read_timers
from lyhord.kit.database import ReadTx
from lyhord.kit.text import fold


def timer_of(tx: ReadTx, conversation_id: str, inbox_id: str, to: Address, *, in_group: bool) -> Timer | None:
    """The timer of the chat in which words to `to` stand, or of the group; None where none was ever set."""
    timers = read_timers(tx.value(store.timers_of, id=conversation_id))
    return timers.get(GROUP if in_group else key_of(inbox_id, to.scheme, fold(to.scheme, to.value))) if timers else None
