"""The REST routes of watching."""

from collections.abc import Callable

from litestar import delete, put

from lyhord.conversations.views import get_visible
from lyhord.conversations.watching import actions
from lyhord.kit.database import Database, Tx
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import Forbidden
from lyhord.workspaces.reach import Reach


@put(
    "/api/v1/conversations/{conversation_id:str}/watch",
    guards=[requires("conversations.read")],
    status_code=204,
    summary="Follow a conversation",
)
async def watch_conversation(database: Database, principal: Principal, conversation_id: str) -> None:
    """I am told what is said there, as I chose for it."""
    await _do(database, principal, actions.watch, conversation_id)


@delete(
    "/api/v1/conversations/{conversation_id:str}/watch",
    guards=[requires("conversations.read")],
    summary="Follow a conversation no more",
)
async def unwatch_conversation(database: Database, principal: Principal, conversation_id: str) -> None:
    """Again: nothing changes."""
    await _do(database, principal, actions.unwatch, conversation_id)


async def _do(
    database: Database, principal: Principal, action: Callable[[Tx, str, str], None], conversation_id: str
) -> None:
    if principal.agent_id is None:
        raise Forbidden("Only agents who signed in follow conversations.")
    await database.read(principal.workspace_id, get_visible, Reach(principal.inbox_ids), conversation_id)
    await database.write(principal.workspace_id, action, principal.agent_id, conversation_id, actor=principal.subject)


routes = [watch_conversation, unwatch_conversation]
