"""Every channel by name: those on offer, opened when they are needed, and those that can't be had, with why.

A channel is one line here; its folder, module and message keys follow from the name.
"""

import importlib
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import NamedTuple, Protocol, cast

from msgspec import structs

from lyhord.app import proofs
from lyhord.conversations.account import Account, HandingOut, Handout, Health, Means
from lyhord.conversations.channel import Adapter, Descriptor
from lyhord.conversations.groups.model import fields_of
from lyhord.workspaces.doors import InboxAccount, Proof

CHANNELS = {
    "mail": "Mail",
    "webchat": "WebChat",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "x": "X",
    "sms": "Sms",
    "apple": "Apple",
    "rcs": "Rcs",
    "line": "Line",
    "viber": "Viber",
    "wechat": "WeChat",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "matrix": "Matrix",
    "xmpp": "Xmpp",
    "sandbox": "Sandbox",
}
"""The name of a channel and the class of its adapter, in the order of the page that connects inboxes."""


NAMED_ON_ASKING = frozenset({"line", "messenger", "instagram"})
"""Channels that bring no names and tell them on asking: their adapters are `Naming`."""


TIMED_ON_ASKING = frozenset({"telegram"})
"""Channels whose chats may have had a timer before we could hear of it: their adapters are `Timing`."""


LIVE = frozenset({"webchat", "x", "apple", "rcs", "matrix", "xmpp"})
"""Channels on which customers are seen typing: whoever writes there sits and waits. A test holds it against their descriptors."""


NO_TIMERS = {
    "WhatsApp": "no recorded payload, nor what we hold of Meta's reference for webhooks, has a field for a chat's timer or a message's "
    "life (looked for last on 27 November 2026), so that what comes is kept as long as the workspace keeps messages."
}
"""Channels where people can let words vanish and nobody tells us, by name, with why."""


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


class Tools(Protocol):
    """What the inboxes of one channel share in a process, such as ports and children. Handed to its adapters beside the account."""

    @property
    def close(self) -> Callable[[], Awaitable[None]]:
        """What ends what it holds."""


class Channels:
    """Opens adapters and tells descriptors; loads a channel's code when it is first asked for."""

    def __init__(self, lend: Callable[[str], Means] | None = None) -> None:
        """`lend` gives what a channel makes its tools of, when its first inbox is opened. Without it adapters have none."""
        self._lend = lend
        self._tools: dict[str, Tools] = {}

    def open(self, channel: str, account: Account) -> Adapter:
        """The adapter of one inbox. Raises `UnknownChannel`, and what the adapter raises for settings that it can't use."""
        adapter = _adapter_class(channel)
        make_tools: Callable[[Means], Tools] | None = getattr(adapter, "make_tools", None)
        if make_tools is None or self._lend is None:
            return adapter(account)
        if channel not in self._tools:
            self._tools[channel] = make_tools(self._lend(channel))
        return adapter(account, self._tools[channel])

    def descriptor(self, channel: str) -> Descriptor:
        """What a channel can do; raises `UnknownChannel`."""
        module = importlib.import_module(_adapter_class(channel).__module__)
        return cast("Descriptor", module.DESCRIPTOR)

    def tells_duplicates(self, channel: str) -> bool:
        """Whether a channel tells duplicates by the key of a sending; False for one that isn't there."""
        return channel in CHANNELS and self.descriptor(channel).native_key

    def list_descriptors(self) -> Sequence[Descriptor]:
        """The descriptors of all channels on offer, with all that their inboxes' pages ask."""
        found = map(self.descriptor, CHANNELS)
        return [structs.replace(descriptor, fields=fields_of(descriptor)) for descriptor in found]

    def proof_of(self, channel: str) -> Proof:
        """What stands behind a channel."""
        return proofs.judge(channel, proofs.load())

    async def check(self, channel: str, account: InboxAccount) -> Health:
        """Try an account for real before it is saved. Bad credentials are a `Health`, not an exception."""
        return await self.open(channel, Account(**structs.asdict(account))).health()

    def hand_out(self, channel: str, account: InboxAccount) -> Handout | None:
        """The file that the other side needs of a connected inbox; None where it needs none."""
        adapter = self.open(channel, Account(**structs.asdict(account)))
        return adapter.hand_out() if isinstance(adapter, HandingOut) else None

    async def close(self) -> None:
        """End what the channels hold."""
        for tools in self._tools.values():
            await tools.close()
        self._tools.clear()


@cache
def _adapter_class(channel: str) -> Callable[..., Adapter]:
    if channel not in CHANNELS:
        raise UnknownChannel(channel)
    module = importlib.import_module(f"lyhord.channels.{channel}.adapter")
    return cast("Callable[..., Adapter]", getattr(module, CHANNELS[channel]))
