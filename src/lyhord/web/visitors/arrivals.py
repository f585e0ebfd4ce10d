"""What a visitor's page has taken or shown becomes known to the deliveries."""

from typing import Literal

from lyhord.conversations.visitor_views import list_unsettled
from lyhord.conversations.visitors import Visitor, note_arrived
from lyhord.kit.database import Database

_BEFORE = {"delivered": ("sent", "unknown"), "read": ("sent", "delivered", "unknown")}


async def settle(database: Database, who: Visitor, until: str, state: Literal["delivered", "read"]) -> None:
    """Note that the visitor's page has everything up to message `until` that left through its own inbox. Writes only what is new."""
    ids = await database.read(who.workspace_id, list_unsettled, who, until, _BEFORE[state])
    if ids:
        await database.write(who.workspace_id, note_arrived, who, ids, state)
