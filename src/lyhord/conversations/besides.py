"""What some adapters have besides the contract, each as a protocol of its own: the core asks whether it is there."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from lyhord.conversations.exchange import Address, Peer, Raw, Template


class Approving(Protocol):
    """What an adapter has besides where its descriptor has `templates`."""

    async def list_templates(self) -> Sequence[Template]:
        """All messages that the channel's owner knows of this account, approved or not. Raises what `fetch_media` may raise."""


@runtime_checkable
class Answering(Protocol):
    """What an adapter has besides where its descriptor has `typing_out` and somebody can only be shown to answer a message."""

    async def show_answering(self, to: Address, message: str) -> None:
        """Tell a customer that somebody answers `message`, the external id of their last one, for some seconds; may raise."""


@runtime_checkable
class Gathering(Protocol):
    """What an adapter has besides where its descriptor has `groups` and `typing_out`."""

    async def show_typing_in(self, group_id: str) -> None:
        """Tell a group that somebody writes, for some seconds; may raise."""


@runtime_checkable
class Asking(Protocol):
    """What an adapter has besides where it must ask the other side before `parse` can say what came."""

    async def look_up(self, raw: Raw) -> None:
        """Find out what `parse` will need of this genuine call. Raises where the other side is to call again later."""


@runtime_checkable
class Marking(Protocol):
    """What an adapter has besides where customers can be shown how far the company has read."""

    async def show_read(self, to: Address, message: str, group_id: str | None = None) -> None:
        """Tell a customer, or a group, that `message` (its external id) was read, if the inbox shows such; may raise."""


@runtime_checkable
class MarkingByHandle(Protocol):
    """The same where the channel wants to hear what came with the message (`InboundMessage.handle`)."""

    async def show_read_by(self, handle: str) -> None:
        """Tell a customer that the message to which `handle` belongs was read, if the inbox shows such; may raise."""


@runtime_checkable
class Probing(Protocol):
    """What an adapter has besides where its descriptor has `peers` and it can ask what somebody can be sent."""

    async def find_peer(self, to: Address) -> Peer:
        """What `to` can be sent now, within 10 s. Raises where nobody says: then what was known stands."""


@runtime_checkable
class Timing(Protocol):
    """What an adapter has besides where its descriptor has `expires` and a chat may have had its timer before we could hear of it;
    `app.channels.TIMED_ON_ASKING` lists those.
    """

    async def fetch_timer(self, to: Address, group_id: str | None) -> int:
        """After how many seconds what is said in the chat with `to`, or in the group, vanishes; 0: it stays, or nobody may know. Raises
        `NotFound` where there is no such chat, else it is tried again.
        """
