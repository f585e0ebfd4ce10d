"""Pictures of agents. The app sends them small; nothing here decodes what a stranger drew."""

from typing import Any

from litestar import Request, delete, get, put
from litestar.response import Stream

from lyhord.kit.content import HEAD, may_inline, sniff
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.files import Files
from lyhord.kit.http import Principal, requires, signed_in
from lyhord.kit.problems import Invalid, NotFound
from lyhord.kit.whereabouts import without_place
from lyhord.web.attachments import Body
from lyhord.web.downloads import download
from lyhord.workspaces.actions.agents import set_photo
from lyhord.workspaces.routes.factors import owner_of
from lyhord.workspaces.views import find_photo

MOST = 300_000
"""Bytes of a picture: 512 pixels square are well below."""


@put("/api/v1/me/photo", guards=[signed_in], tags=["workspaces"], request_max_body_size=None, status_code=204)
async def set_own_photo(
    request: Request[Any, Any, Any], database: Database, files: Files, principal: Principal
) -> None:
    """The picture as the raw body: PNG, JPEG, WebP, GIF or AVIF. 413 past 300 kB, 422 for what is no picture."""
    agent_id = owner_of(principal).agent_id
    body = Body(request.stream())
    stored = await files.put(without_place(body.chunks(), MOST), MOST)
    if not may_inline(sniff(bytes(body.head[:HEAD]), "", "")):
        raise Invalid("That isn't a picture.", fields={"body": "field.picture"})
    await database.write(principal.workspace_id, set_photo, agent_id, stored.sha256, actor=principal.subject)


@delete("/api/v1/me/photo", guards=[signed_in], tags=["workspaces"])
async def remove_own_photo(database: Database, principal: Principal) -> None:
    """Initials stand in its place."""
    agent_id = owner_of(principal).agent_id
    await database.write(principal.workspace_id, set_photo, agent_id, None, actor=principal.subject)


@get("/api/v1/agents/{agent_id:str}/photo", guards=[requires("conversations.read")], tags=["workspaces"])
async def get_photo(agent_id: str, database: Database, files: Files, principal: Principal) -> Stream:
    """The picture of a colleague; 404 where there is none."""

    def find(tx: ReadTx) -> str:
        file = find_photo(tx, agent_id)
        if file is None:
            raise NotFound("There is no picture.")
        return file

    file = await database.read(principal.workspace_id, find)
    with files.open(file) as source:
        kind = sniff(source.read(HEAD), "", "")
    return download(files, file=file, name="photo", content_type=kind)


routes: list[Any] = [set_own_photo, remove_own_photo, get_photo]
