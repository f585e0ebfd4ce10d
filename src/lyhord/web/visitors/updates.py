"""What the company says to everybody now, for whatever shows it: a help centre, a status page, a banner on the site. Nobody signs in."""

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from lyhord.kit.database import Database
from lyhord.kit.problems import NotFound
from lyhord.tickets.surges.model import PublicText
from lyhord.tickets.surges.reading import list_updates
from lyhord.web.doors import Doors
from lyhord.web.visitors import access
from lyhord.web.visitors.access import AnyRequest

PATHS = ["/updates"]


@get("/updates")
async def list_public_updates(
    request: AnyRequest,
    database: Database,
    doors: Doors,
    inbox: Annotated[str, Parameter(max_length=200, description="the public key of a web chat's inbox")],
) -> list[PublicText]:
    """The public update of each surge that lasts, in all its languages, the latest surge first."""
    access.take(request, access.UPDATES)
    door = await doors.find(inbox)
    if door is None or door.adapter.descriptor.ingress != "visitor":
        raise NotFound("There is no such chat.")
    access.check_origin(request, door.account.settings, signed=False)
    return await database.read(door.account.workspace_id, list_updates)


handlers = [list_public_updates]
