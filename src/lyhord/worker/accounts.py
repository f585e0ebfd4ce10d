"""The adapters of inboxes, opened when they are needed and kept until the inbox changes."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from lyhord.conversations.channel import Account, Adapter, Descriptor
from lyhord.kit.database import Database
from lyhord.workspaces.actions.inboxes import StoredInbox, get_inbox


class Channels(Protocol):
    """The channels of the product, as `app` names them."""

    def open(self, channel: str, account: Account) -> Adapter:
        """The adapter of an inbox."""

    def list_descriptors(self) -> Sequence[Descriptor]:
        """What each channel can do."""


class Unseal(Protocol):
    """Opens what `kit.secrets` sealed."""

    def open(self, text: str) -> Mapping[str, str]:
        """The secrets inside."""


class Accounts:
    """Finds the adapter of an inbox."""

    def __init__(self, database: Database, sealer: Unseal, channels: Channels) -> None:
        self._database = database
        self._sealer = sealer
        self._channels = channels
        self._open: dict[tuple[str, str], Adapter] = {}

    def native(self) -> list[str]:
        """The channels that tell duplicates by the key of a sending."""
        return [each.channel for each in self._channels.list_descriptors() if each.native_key]

    async def adapter(self, workspace_id: str, inbox_id: str) -> Adapter:
        """The inbox's adapter. Raises `NotFound` for a removed inbox, and what opening raises: unreadable secrets, bad settings."""
        kept = self._open.get((workspace_id, inbox_id))
        if kept is not None:
            return kept
        stored = await self._database.read(workspace_id, get_inbox, inbox_id)
        adapter = self._open[workspace_id, inbox_id] = self.make(workspace_id, stored)
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
