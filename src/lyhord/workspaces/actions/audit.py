"""Writing down who changed which setting."""

import msgspec

from lyhord.kit.database import Tx
from lyhord.workspaces.store import insert_audit


def record(tx: Tx, action: str, target: str, **detail: object) -> None:
    """Add an entry: `action` such as "inbox.changed", `target` such as "inbox:<id>". Callers keep secrets out of `detail`."""
    text = msgspec.json.encode(detail).decode()
    tx.run(insert_audit, id=tx.new_id(), at=tx.now, actor=tx.actor, action=action, target=target, detail=text)
