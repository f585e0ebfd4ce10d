"""What customers do that passes: it is told to whoever looks, and kept nowhere."""

from collections.abc import Sequence

from lyhord.contacts.actions import find_contacts
from lyhord.conversations import store
from lyhord.conversations.exchange import Inbound, InboundTyping
from lyhord.kit.bus import Bus
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Database, ReadTx
from lyhord.workspaces.views import settings_of

LASTS = 6 * SECOND
"""For how long others may show that somebody writes, where it isn't repeated."""


async def tell_passing(
    database: Database, bus: Bus, workspace_id: str, inbox_id: str, inbounds: Sequence[Inbound]
) -> tuple[Inbound, ...]:
    """Tell agents that customers write, where the workspace shows it; what is left is to be stored. Raises `Busy`."""
    typing = [one for one in inbounds if isinstance(one, InboundTyping)]
    if not typing:
        return tuple(inbounds)
    until = database.clock() + LASTS
    for conversation_id in await database.read(workspace_id, _find_places, inbox_id, typing):
        facts = {"conversation_id": conversation_id, "contact": True, "until": until}
        bus.signal(workspace_id, "typing", facts)
    return tuple(one for one in inbounds if not isinstance(one, InboundTyping))


def _find_places(tx: ReadTx, inbox_id: str, typing: Sequence[InboundTyping]) -> list[str]:
    """The conversations in which somebody writes, as far as there are any."""
    if not settings_of(tx).typing_in:
        return []
    groups = {one.group_id for one in typing if one.group_id}
    found = [tx.value(store.conversation_of_group, inbox=inbox_id, group=group) for group in sorted(groups)]
    contacts = find_contacts(tx, [one.sender for one in typing if not one.group_id])
    ids = sorted({one.contact_id for one in contacts if one is not None and not one.blocked})
    direct = [row[1] for row in tx.all(store.conversation_ids_by_contacts, contact_ids=ids)] if ids else []
    return [str(one) for one in (*found, *direct) if one is not None]
