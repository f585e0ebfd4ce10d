"""What the SMS channel shares between the inboxes of one process: the way out, where we are called, and links to SMS centres."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Self

from lyhord.conversations.account import Means, no_address
from lyhord.conversations.exchange import Media
from lyhord.kit.clock import Clock, system_clock
from lyhord.kit.egress import Answer, Call

if TYPE_CHECKING:
    from lyhord.channels.sms.links import Links


class Tools:
    """Made once for a process. `base_address` is the public origin of this installation."""

    def __init__(
        self,
        call: Callable[[Call], Awaitable[Answer]],
        base_address: str,
        clock: Clock = system_clock,
        let_go: Callable[[], Awaitable[None]] | None = None,
        address_of: Callable[[Media, int], str] = no_address,
    ) -> None:
        self.call = call
        self.base_address = base_address
        self.clock = clock
        self.address_of = address_of
        self._let_go = let_go
        self._links: Links | None = None

    @classmethod
    def lent(cls, means: Means) -> Self:
        """Of what the process lends."""
        return cls(means.call, means.base_address, let_go=means.close, address_of=means.address_of)

    @property
    def links(self) -> "Links":
        """The sessions with SMS centres; none is opened before the first is needed."""
        if self._links is None:
            from lyhord.channels.sms.links import Links  # noqa: PLC0415 - few have one

            self._links = Links()
        return self._links

    async def close(self) -> None:
        """End the sessions and let go of connections."""
        if self._links is not None:
            await self._links.close()
        if self._let_go is not None:
            await self._let_go()
