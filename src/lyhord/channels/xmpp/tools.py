"""What the XMPP channel shares between the inboxes of one process: the way out, the files, and the open streams."""

from typing import TYPE_CHECKING, Self

from lyhord.conversations.account import Means

if TYPE_CHECKING:
    from lyhord.channels.xmpp.streams import Streams


MOST_ORIGINS = 5_000


class Tools:
    """Made once for a process."""

    def __init__(self, means: Means) -> None:
        self.means = means
        self._streams: Streams | None = None
        self.origins: dict[str, str] = {}
        """What we called messages that a room calls otherwise: a correction must name them so."""

    @classmethod
    def lent(cls, means: Means) -> Self:
        """Of what the process lends."""
        return cls(means)

    @property
    def streams(self) -> "Streams":
        """The open streams; loaded with the first."""
        if self._streams is None:
            from lyhord.channels.xmpp.streams import Streams  # noqa: PLC0415 - few have one

            self._streams = Streams()
        return self._streams

    def remember(self, external_id: str, origin: str) -> None:
        """Keep in mind what we called a message. Of old ones programs take no correction anyway."""
        if len(self.origins) >= MOST_ORIGINS:
            self.origins.clear()
        self.origins[external_id] = origin

    async def close(self) -> None:
        """Let go of connections; the streams end with the doors that opened them."""
        await self.means.close()
