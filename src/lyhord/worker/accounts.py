"""The adapters of inboxes, opened when they are needed and kept until the inbox changes, in whatever process that happens."""

import asyncio
from collections.abc import Container, Mapping
from typing import NamedTuple, Protocol

import msgspec
from typing_extensions import override

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Adapter
from lyhord.kit.database import Database
from lyhord.workspaces.actions.inboxes import StoredInbox, get_inbox

CHECK_SECONDS = 5.0
"""How long an adapter is trusted before its inbox is read again: another process may have changed it."""


class Channels(Protocol):
    """The channels of the product, as `app` names them."""

    def open(self, channel: str, account: Account) -> Adapter:
        """The adapter of an inbox."""

    def tells_duplicates(self, channel: str) -> bool:
        """Whether a channel tells duplicates by the key of a sending; False for one that isn't there."""


class Unseal(Protocol):
    """Opens what `kit.secrets` sealed."""

    def open(self, text: str) -> Mapping[str, str]:
        """The secrets inside."""


class _Kept(NamedTuple):
    adapter: Adapter
    mark: bytes
    checked_at: float


class _Native(Container[str]):
    """See `Accounts.native`."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    @override
    def __contains__(self, channel: object) -> bool:
        return self._channels.tells_duplicates(str(channel))


class Accounts:
    """Finds the adapter of an inbox."""

    def __init__(self, database: Database, sealer: Unseal, channels: Channels) -> None:
        self._database = database
        self._sealer = sealer
        self._channels = channels
        self._open: dict[tuple[str, str], _Kept] = {}

    def native(self) -> Container[str]:
        """The channels that tell duplicates by the key of a sending. Asks only those that it is asked for: no other is loaded."""
        return _Native(self._channels)

    async def adapter(self, workspace_id: str, inbox_id: str) -> Adapter:
        """The inbox's adapter. Raises `NotFound` for a removed inbox, and what opening raises: unreadable secrets, bad settings."""
        key, now = (workspace_id, inbox_id), asyncio.get_running_loop().time()
        kept = self._open.get(key)
        if kept is not None and now - kept.checked_at < CHECK_SECONDS:
            return kept.adapter
        self._open.pop(key, None)
        stored = await self._database.read(workspace_id, get_inbox, inbox_id)
        mark = mark_of(stored)
        adapter = kept.adapter if kept is not None and kept.mark == mark else self.make(workspace_id, stored)
        self._open[key] = _Kept(adapter, mark, now)
        return adapter

    def make(self, workspace_id: str, stored: StoredInbox) -> Adapter:
        """A fresh adapter for an inbox as it is stored; raises as `adapter` does."""
        secrets = self._sealer.open(stored.secrets) if stored.secrets else {}
        account = Account(workspace_id, stored.id, stored.key, stored.name, stored.settings, secrets)
        return self._channels.open(stored.channel, account)

    def forget(self, workspace_id: str, inbox_id: str | None = None) -> None:
        """The inbox changed, or with None any inbox of the workspace."""
        for key in [key for key in self._open if key[0] == workspace_id and inbox_id in (None, key[1])]:
            del self._open[key]

    def forget_all(self) -> None:
        """Any inbox may have changed."""
        self._open.clear()


def mark_of(inbox: StoredInbox) -> bytes:
    """What makes it another account when it changes: not how it feels."""
    return msgspec.json.encode((inbox.key, inbox.channel, inbox.name, inbox.settings, inbox.secrets))
