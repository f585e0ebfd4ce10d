"""The door of an inbox as an adapter has it: remembers what came in, and can be told that nothing can be stored."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from lyhord.conversations.account import Health
from lyhord.conversations.exchange import Inbound, InboundMessage, InboundStatus, Raw
from lyhord.kit.database import Busy


class OpenDoor:
    """What is stored survives whoever has the door: a state is kept as JSON, as the database does."""

    def __init__(self) -> None:
        self.received: list[Inbound] = []
        self.state = b"{}"
        self.reports: list[Health] = []
        self.full = False

    async def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> None:
        if self.full:
            raise Busy("full")
        self.received.extend(inbounds)

    async def recall(self) -> Mapping[str, object]:
        state: dict[str, Any] = msgspec.json.decode(self.state)
        return state

    async def remember(self, state: Mapping[str, object]) -> None:
        self.state = msgspec.json.encode(state)

    async def report(self, health: Health) -> None:
        self.reports.append(health)

    @property
    def messages(self) -> list[InboundMessage]:
        """The messages among what came."""
        return [one for one in self.received if isinstance(one, InboundMessage)]

    @property
    def statuses(self) -> list[InboundStatus]:
        """The receipts among what came."""
        return [one for one in self.received if isinstance(one, InboundStatus)]
