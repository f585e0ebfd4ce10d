"""Inboxes by their public key, each with its opened adapter, kept until the inbox changes, in whatever process that happens."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from lyhord.conversations.account import Account
from lyhord.conversations.besides import Asking
from lyhord.conversations.channel import Adapter
from lyhord.conversations.outgoing import Channels
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.events import Logged
from lyhord.kit.tokens import workspace_of_key
from lyhord.workspaces.store import find_inbox_by_key

MOST_OPEN = 10_000
"""Doors kept open; beyond that all are closed and opened again as they are called."""

CHECK_SECONDS = 5.0
"""How long a door is trusted before its inbox is read again: another process may have changed it."""


class Unseal(Protocol):
    """Opens what `kit.secrets` sealed."""

    def open(self, sealed: str) -> Mapping[str, str]:
        """The secrets inside."""


class Door(NamedTuple):
    """An inbox that can be called, and its adapter, which is `asking` where it must ask the other side before it can understand.

    What an adapter is able to is found out when the door is opened: to look at each call would take an eighth of receiving it.
    """

    account: Account
    channel: str
    adapter: Adapter
    asking: Asking | None


class _Kept(NamedTuple):
    door: Door
    row: tuple[Any, ...]
    checked_at: float


class Doors:
    """Finds the door behind a key."""

    def __init__(self, database: Database, sealer: Unseal, channels: Channels) -> None:
        self._database = database
        self._sealer = sealer
        self._channels = channels
        self._open: dict[str, _Kept] = {}
        database.listen(self._notice)

    async def find(self, key: str) -> Door | None:
        """The door of an inbox that isn't removed, or None. Raises what opening its adapter raises."""
        now = asyncio.get_running_loop().time()
        kept = self._open.get(key)
        if kept is not None and now - kept.checked_at < CHECK_SECONDS:
            return kept.door
        self._open.pop(key, None)
        workspace_id = workspace_of_key(key)
        row = await self._database.read(workspace_id, _find_inbox, key) if workspace_id else None
        if row is None or workspace_id is None:
            return None
        door = kept.door if kept is not None and kept.row == row else self._make(workspace_id, key, row)
        if len(self._open) >= MOST_OPEN:
            self._open.clear()
        self._open[key] = _Kept(door, row, now)
        return door

    def _make(self, workspace_id: str, key: str, row: tuple[Any, ...]) -> Door:
        inbox_id, channel, name, settings, secrets = row
        opened = self._sealer.open(secrets) if secrets else {}
        account = Account(workspace_id, inbox_id, key, name, msgspec.json.decode(settings), opened)
        adapter = self._channels.open(channel, account)
        return Door(account, channel, adapter, adapter if isinstance(adapter, Asking) else None)

    def _notice(self, workspace_id: str, _epoch: int, events: Sequence[Logged]) -> None:
        for logged in events:
            if logged.kind == "inbox.changed" and getattr(logged.event, "change", "") != "health":
                changed = logged.event.inbox_id
                for key, kept in list(self._open.items()):
                    account = kept.door.account
                    if account.workspace_id == workspace_id and changed in (account.inbox_id, None):
                        del self._open[key]


def _find_inbox(tx: ReadTx, key: str) -> tuple[Any, ...] | None:
    return tx.one(find_inbox_by_key, key=key)
