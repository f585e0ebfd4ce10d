"""The statements of peers."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from lyhord.conversations.peers.tables import peer
from lyhord.kit.database import Statement, upsert

W: BindParameter[Any] = bindparam("workspace_id")
_key = ("workspace_id", "inbox_id", "scheme", "value")

find = Statement(
    select(peer.c.body, peer.c.asked_at).where(
        peer.c.workspace_id == W,
        peer.c.inbox_id == bindparam("inbox"),
        peer.c.scheme == bindparam("scheme_of"),
        peer.c.value == bindparam("value_of"),
    )
)
keep = upsert(peer, key=_key, update=("body",))
set_asked = upsert(peer, key=_key, update=("asked_at",))
