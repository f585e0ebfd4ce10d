"""What this process sends: X tells of that, too, without saying that it came from here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lyhord.conversations.account import Means
from lyhord.conversations.exchange import Inbound, InboundMessage

_MOST = 2_000
"""Ids that are remembered: an echo comes within seconds."""


@dataclass(frozen=True)
class Tools:
    """What the inboxes of a process share: the means, and what they have sent lately (inbox and external id) or are sending now (inbox
    and words).
    """

    means: Means
    ids: dict[tuple[str, str], None] = field(default_factory=dict)
    words: list[tuple[str, str]] = field(default_factory=list)

    async def close(self) -> None:
        """End what the means hold."""
        await self.means.close()

    @contextmanager
    def sending(self, inbox_id: str, text: str) -> Iterator[None]:
        """While words are on their way, an echo of them may come before X has answered."""
        entry = (inbox_id, " ".join(text.split()))
        self.words.append(entry)
        try:
            yield
        finally:
            self.words.remove(entry)

    def note(self, inbox_id: str, external_id: str) -> None:
        """It was sent."""
        self.ids[(inbox_id, external_id)] = None
        while len(self.ids) > _MOST:
            del self.ids[next(iter(self.ids))]

    def knows(self, inbox_id: str, inbound: Inbound) -> bool:
        """Whether it is an echo of what was sent from here."""
        if not (isinstance(inbound, InboundMessage) and inbound.ours):
            return False
        said = (inbox_id, " ".join(inbound.text.split()))
        return (inbox_id, inbound.external_id) in self.ids or said in self.words
