"""Keep what was told of customers' devices, and have it asked for."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from lyhord.conversations.exchange import Address, InboundPeer, Peer
from lyhord.conversations.model import Received
from lyhord.conversations.peers import store
from lyhord.conversations.peers.model import JOB, PATIENCE, Whom, is_old
from lyhord.conversations.peers.views import find_peer
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.text import fold


def keep_peers(tx: Tx, told: Iterable[tuple[str, Address, Peer]]) -> None:
    """Note what was told just now, as (inbox, identity, peer); of the same identity the last one stays."""
    rows = {}
    for inbox_id, who, peer in told:
        key = (inbox_id, who.scheme, fold(who.scheme, who.value))
        body = msgspec.json.encode(replace(peer, at=tx.now)).decode()
        rows[key] = {"inbox_id": key[0], "scheme": key[1], "value": key[2], "body": body, "asked_at": None}
    tx.run_many(store.keep, list(rows.values()))


def hear_peers(tx: Tx, items: Sequence[Received]) -> None:
    """What came with what was received. Not for what we have already: its device isn't the last one any more."""
    told = [
        (received.inbox_id, inbound.sender, inbound.peer)
        for received in items
        for inbound in received.inbounds
        if isinstance(inbound, InboundPeer)
    ]
    if told:
        keep_peers(tx, told)


def ask_for_peer(tx: Tx, inbox_id: str, who: Address) -> None:
    """Have it asked what `who` can be sent, unless that is known, or is being asked already."""
    value = fold(who.scheme, who.value)
    row = tx.one(store.find, inbox=inbox_id, scheme_of=who.scheme, value_of=value)
    asked = row is not None and row[1] is not None and tx.now < row[1] + PATIENCE
    if asked or not is_old(find_peer(tx, inbox_id, who), tx.now):
        return
    tx.run(store.set_asked, inbox_id=inbox_id, scheme=who.scheme, value=value, body=None, asked_at=tx.now)
    enqueue(tx, JOB, Whom(inbox_id, who.scheme, value))
