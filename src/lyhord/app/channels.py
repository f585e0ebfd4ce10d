"""Every channel by name: those on offer, opened when they are needed, and those that can't be had, with why.

A channel is one line here; its folder, module and message keys follow from the name.
"""

import importlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple, cast

from msgspec import structs

from lyhord.conversations.channel import Account, Adapter, Descriptor, Health
from lyhord.workspaces.doors import InboxAccount

CHANNELS = {
    "mail": "Mail",
    "webchat": "WebChat",
    "sandbox": "Sandbox",
}
"""The name of a channel and the class of its adapter, in the order of the page that connects inboxes."""


class NotOffered(NamedTuple):
    """A channel that companies ask for and nobody can build. `until` is when it ended; "" where it never began."""

    channel: str
    name: str
    until: str
    why: str


NOT_OFFERED = (
    NotOffered(
        "google_business_messages",
        "Google Business Messages",
        "2024-07-31",
        "Google closed the service on 31 July 2024; no new or old account works.",
    ),
    NotOffered(
        "snapchat",
        "Snapchat messages",
        "",
        "Snap has no interface by which a company's software may read or answer chats.",
    ),
)


class UnknownChannel(Exception):
    """No channel has this name: the inbox was connected by another version of Lyhord."""


class Channels:
    """Opens adapters and tells descriptors; loads a channel's code when it is first asked for."""

    def open(self, channel: str, account: Account) -> Adapter:
        """The adapter of one inbox. Raises `UnknownChannel`, and what the adapter raises for settings that it can't use."""
        return _adapter_class(channel)(account)

    def descriptor(self, channel: str) -> Descriptor:
        """What a channel can do; raises `UnknownChannel`."""
        module = importlib.import_module(_adapter_class(channel).__module__)
        return cast("Descriptor", module.DESCRIPTOR)

    def list_descriptors(self) -> Sequence[Descriptor]:
        """The descriptors of all channels on offer."""
        return [self.descriptor(channel) for channel in CHANNELS]

    async def check(self, channel: str, account: InboxAccount) -> Health:
        """Try an account for real before it is saved. Bad credentials are a `Health`, not an exception."""
        return await self.open(channel, Account(**structs.asdict(account))).health()


@cache
def _adapter_class(channel: str) -> Callable[[Account], Adapter]:
    if channel not in CHANNELS:
        raise UnknownChannel(channel)
    module = importlib.import_module(f"lyhord.channels.{channel}.adapter")
    return cast("Callable[[Account], Adapter]", getattr(module, CHANNELS[channel]))
