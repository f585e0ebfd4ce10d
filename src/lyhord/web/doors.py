"""Inboxes by their public key, each with its opened adapter, kept until the inbox changes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from lyhord.conversations.channel import Account, Adapter
from lyhord.conversations.routes import Channels
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.events import Logged
from lyhord.kit.tokens import workspace_of_key
from lyhord.workspaces.store import find_inbox_by_key

MOST_OPEN = 10_000
"""Doors kept open; beyond that all are closed and opened again as they are called."""


class Unseal(Protocol):
    """Opens what `kit.secrets` sealed."""

    def open(self, sealed: str) -> Mapping[str, str]:
        """The secrets inside."""


class Door(NamedTuple):
    """An inbox that can be called, and its adapter."""

    account: Account
    channel: str
    adapter: Adapter


class Doors:
    """Finds the door behind a key."""

    def __init__(self, database: Database, sealer: Unseal, channels: Channels) -> None:
        self._database = database
        self._sealer = sealer
        self._channels = channels
        self._open: dict[str, Door] = {}
        database.listen(self._notice)

    async def find(self, key: str) -> Door | None:
        """The door of an inbox that isn't removed, or None. Raises what opening its adapter raises."""
        door = self._open.get(key)
        if door is not None:
            return door
        workspace_id = workspace_of_key(key)
        row = await self._database.read(workspace_id, _find_inbox, key) if workspace_id else None
        if row is None or workspace_id is None:
            return None
        inbox_id, channel, name, settings, secrets = row
        opened = self._sealer.open(secrets) if secrets else {}
        account = Account(workspace_id, inbox_id, key, name, msgspec.json.decode(settings), opened)
        if len(self._open) >= MOST_OPEN:
            self._open.clear()
        door = self._open[key] = Door(account, channel, self._channels.open(channel, account))
        return door

    def _notice(self, workspace_id: str, _epoch: int, events: Sequence[Logged]) -> None:
        for logged in events:
            if logged.kind == "inbox.changed" and getattr(logged.event, "change", "") != "health":
                changed = logged.event.inbox_id
                for key, door in list(self._open.items()):
                    account = door.account
                    if account.workspace_id == workspace_id and changed in (account.inbox_id, None):
                        del self._open[key]


def _find_inbox(tx: ReadTx, key: str) -> tuple[Any, ...] | None:
    return tx.one(find_inbox_by_key, key=key)
