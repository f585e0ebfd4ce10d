"""The REST route by which somebody is forgotten."""

import asyncio
from typing import Any

from litestar import post

from lyhord.contacts.listing import Asker, Timelines
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.privacy.actions import erase_contact
from lyhord.privacy.holdings import Holdings
from lyhord.workspaces.reach import Reach


@post("/api/v1/contacts/{contact_id:str}/erase", status_code=204, guards=[requires("contacts.erase")])
async def erase(
    database: Database, principal: Principal, timelines: Timelines, holdings: Holdings, contact_id: str
) -> None:
    """Erase a contact with everything that is kept about them. Nobody can take it back, and a backup doesn't."""
    found = await database.read(
        principal.workspace_id, lambda tx: Asker(tx, Reach(principal.inbox_ids), timelines).one(contact_id)
    )
    await asyncio.to_thread(holdings.note, principal.workspace_id, found.id)
    await database.write(principal.workspace_id, erase_contact, found.id, holdings.others, actor=principal.subject)


routes: list[Any] = [erase]
