"""Fills databases for the benchmarks, by the same action as in production."""

import asyncio
from collections.abc import Sequence

from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received
from lyhord.kit.database import Database

CHUNK = 500


def said(inbox_id: str, external_id: str, who: str, name: str, text: str) -> Received:
    """One message of one customer, as the sandbox's door brings it."""
    sender = (Address("sandbox", who, name, verified=True),)
    message = InboundMessage(external_id=external_id, sender=sender, text=text)
    return Received(inbox_id=inbox_id, channel="sandbox", inbounds=(message,))


async def store(database: Database, workspace_id: str, items: Sequence[Received]) -> None:
    """Receive all of them, in their order."""
    for start in range(0, len(items), CHUNK):
        part = items[start : start + CHUNK]
        await asyncio.gather(*(database.write(workspace_id, receive_messages, one) for one in part))
