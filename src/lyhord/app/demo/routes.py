"""`POST` and `DELETE /api/v1/demo`: the demo with one click, and gone with another."""

import asyncio
from typing import TYPE_CHECKING, Any

from litestar import delete, post
from msgspec import Struct

from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires

if TYPE_CHECKING:
    from lyhord.app.demo.actions import Cast
    from lyhord.app.demo.story import Story


class Loaded(Struct, frozen=True):
    """How many conversations the demo has."""

    conversations: int


@post("/api/v1/demo", guards=[requires("workspace.manage")], tags=["workspace"], summary="Load the demo")
async def load_demo(database: Database, principal: Principal) -> Loaded:
    """Fill the workspace with a fictional shop and its customers, in five languages. 409 when it is there already."""
    from lyhord.app.demo.actions import open_shop
    from lyhord.app.demo.story import read_shop, read_stories

    stories = await asyncio.to_thread(read_stories)
    cast = await database.write(principal.workspace_id, open_shop, read_shop(), actor=principal.subject)
    await asyncio.gather(*(_tell(database, principal, cast, story) for story in stories))
    return Loaded(len(stories))


@delete("/api/v1/demo", guards=[requires("workspace.manage")], tags=["workspace"], summary="Remove the demo")
async def unload_demo(database: Database, principal: Principal) -> None:
    """Take away exactly what loading brought, and what was said since in those conversations. 404 when there is no demo."""
    from lyhord.app.demo.actions import remove_demo

    await database.write(principal.workspace_id, remove_demo, actor=principal.subject)


async def _tell(database: Database, principal: Principal, cast: "Cast", story: "Story") -> None:
    """One conversation in order. All are told at once, so that their lines share commits."""
    from lyhord.app.demo.actions import settle_story, tell_line

    workspace_id = principal.workspace_id
    conversation_id = None
    for number in range(len(story.lines)):
        conversation_id = await database.write(workspace_id, tell_line, cast, story, number, conversation_id)
    await database.write(workspace_id, settle_story, cast, story, conversation_id, principal.agent_id)


routes: list[Any] = [load_demo, unload_demo]
