"""What an identity can be sent, as it was told last."""

import msgspec

from lyhord.conversations.exchange import Address, Context, Peer
from lyhord.conversations.peers import store
from lyhord.conversations.plan import is_out_of_reach
from lyhord.kit.database import ReadTx
from lyhord.kit.text import fold

_peer = msgspec.json.Decoder(Peer)


def find_peer(tx: ReadTx, inbox_id: str, to: Address) -> Peer | None:
    """What `to` can be sent through an inbox; None where that was never told."""
    row = tx.one(store.find, inbox=inbox_id, scheme_of=to.scheme, value_of=fold(to.scheme, to.value))
    return _peer.decode(row[0]) if row and row[0] is not None else None


def is_out(tx: ReadTx, inbox_id: str, to: Address, heard_at: int | None) -> bool:
    """Whether nothing arrives at `to` through an inbox, where they wrote last at `heard_at` (Unix milliseconds)."""
    return is_out_of_reach(Context(tx.now, heard_at, peer=find_peer(tx, inbox_id, to)))
