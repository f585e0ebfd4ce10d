"""Whether somebody may be written to."""

from lyhord.conversations.exchange import Address
from lyhord.conversations.optouts import store
from lyhord.kit.database import ReadTx
from lyhord.kit.text import fold


def is_opted_out(tx: ReadTx, inbox_id: str, to: Address, message_id: str | None = None) -> bool:
    """Whether `to` asked not to be written to through an inbox. `message_id` says what is to leave: what confirms it may."""
    row = tx.one(store.find, inbox=inbox_id, scheme_of=to.scheme, value_of=fold(to.scheme, to.value))
    return row is not None and (message_id is None or row[1] != message_id)
