"""The REST routes of shared drafts."""

import msgspec
from litestar import delete, get, post, put

from lyhord.conversations import views as conversations
from lyhord.conversations.formatting import as_written
from lyhord.conversations.model import Draft
from lyhord.conversations.sharing import actions, views
from lyhord.conversations.sharing.model import SharedDraft
from lyhord.kit.database import Database
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.kit.problems import Taken
from lyhord.workspaces.reach import Reach


@post(
    "/api/v1/conversations/{conversation_id:str}/shared-drafts",
    guards=[requires("conversations.reply")],
    summary="Share the draft of a reply",
)
async def share(
    database: Database, principal: Principal, conversation_id: str, data: Draft, key: IdempotencyKey = None
) -> SharedDraft:
    """Colleagues who may see the conversation see it in the thread, as it changes. It takes the place of the caller's own draft."""
    workspace_id, reach = principal.workspace_id, Reach(principal.inbox_ids)
    await database.read(workspace_id, conversations.get_visible, reach, conversation_id)
    share_once = once(actions.share_draft, key, str)
    draft_id = await database.write(workspace_id, share_once, conversation_id, _clean(data), actor=principal.subject)
    return await database.read(workspace_id, views.get_shared, Reach(), draft_id)


@put(
    "/api/v1/conversations/{conversation_id:str}/shared-drafts/{draft_id:str}",
    guards=[requires("conversations.reply")],
    summary="Keep what its writer wrote",
)
async def keep(
    database: Database, principal: Principal, conversation_id: str, draft_id: str, since: int, data: Draft
) -> SharedDraft:
    """`since` is the version that was written on. If it isn't the last any more, the words are kept as the caller's own draft (409)."""
    workspace_id, reach = principal.workspace_id, Reach(principal.inbox_ids)
    await database.read(workspace_id, conversations.get_visible, reach, conversation_id)
    kept = await database.write(
        workspace_id,
        actions.keep_shared,
        conversation_id,
        draft_id,
        since,
        _clean(data),
        actor=principal.subject,
    )
    if not kept:
        raise Taken("The draft went on without you; your words are a draft of your own.", key="problem.draft_went_on")
    return await database.read(workspace_id, views.get_shared, Reach(), draft_id)


@get("/api/v1/shared-drafts/{draft_id:str}", guards=[requires("conversations.read")], summary="One shared draft")
async def get_one(database: Database, principal: Principal, draft_id: str) -> SharedDraft:
    """As it is now."""
    return await _look(database, principal, draft_id)


@delete(
    "/api/v1/shared-drafts/{draft_id:str}", guards=[requires("conversations.reply")], summary="Discard a shared draft"
)
async def discard(database: Database, principal: Principal, draft_id: str) -> None:
    """The caller's own."""
    await _look(database, principal, draft_id)
    await database.write(principal.workspace_id, actions.discard_shared, draft_id, actor=principal.subject)


@post(
    "/api/v1/shared-drafts/{draft_id:str}/take",
    guards=[requires("conversations.reply")],
    status_code=200,
    summary="Go on with a shared draft",
)
async def take(database: Database, principal: Principal, draft_id: str) -> SharedDraft:
    """It is the caller's from now on, and whoever wrote it is told."""
    await _look(database, principal, draft_id)
    await database.write(principal.workspace_id, actions.take_shared, draft_id, actor=principal.subject)
    return await _look(database, principal, draft_id)


@post(
    "/api/v1/shared-drafts/{draft_id:str}/give-back",
    guards=[requires("conversations.reply")],
    status_code=200,
    summary="Give it back",
)
async def return_it(database: Database, principal: Principal, draft_id: str) -> SharedDraft:
    """To whom it was taken from."""
    await _look(database, principal, draft_id)
    await database.write(principal.workspace_id, actions.give_back, draft_id, actor=principal.subject)
    return await _look(database, principal, draft_id)


@post(
    "/api/v1/shared-drafts/{draft_id:str}/unshare",
    guards=[requires("conversations.reply")],
    status_code=200,
    summary="Share it no more",
)
async def unshare(database: Database, principal: Principal, draft_id: str) -> Draft:
    """Its words are the caller's draft, which nobody else sees."""
    shared = await _look(database, principal, draft_id)
    await database.write(principal.workspace_id, actions.unshare, draft_id, actor=principal.subject)
    return shared.words


async def _look(database: Database, principal: Principal, draft_id: str) -> SharedDraft:
    return await database.read(principal.workspace_id, views.get_shared, Reach(principal.inbox_ids), draft_id)


def _clean(data: Draft) -> Draft:
    text, html = as_written(data.text, data.html)
    return msgspec.structs.replace(data, text=text, html=html)


routes = [share, get_one, keep, discard, take, return_it, unshare]
