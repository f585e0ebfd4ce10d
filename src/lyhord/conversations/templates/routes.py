"""The REST routes of templates."""

from litestar import get, post

from lyhord.conversations import store as conversations
from lyhord.conversations.templates import actions, views
from lyhord.conversations.templates.model import TemplateList
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal, requires
from lyhord.kit.problems import NotFound
from lyhord.workspaces.reach import Reach


@get(
    "/api/v1/inboxes/{inbox_id:str}/templates",
    guards=[requires("conversations.read")],
    summary="The templates of an inbox",
)
async def list_templates(database: Database, principal: Principal, inbox_id: str) -> TemplateList:
    """As they came last from the channel's owner, those that aren't approved included."""
    return await database.read(principal.workspace_id, _look, principal, inbox_id)


@post(
    "/api/v1/inboxes/{inbox_id:str}/templates/fetch",
    guards=[requires("inboxes.manage")],
    status_code=202,
    summary="Fetch the templates of an inbox again",
)
async def fetch_templates(database: Database, principal: Principal, inbox_id: str) -> TemplateList:
    """By a job; the stream tells when they have come. It happens daily by itself, and when an inbox is connected."""
    await database.read(principal.workspace_id, _look, principal, inbox_id)
    await database.write(principal.workspace_id, actions.ask_for_templates, inbox_id, actor=principal.subject)
    return await database.read(principal.workspace_id, _look, principal, inbox_id)


def _look(tx: ReadTx, principal: Principal, inbox_id: str) -> TemplateList:
    if tx.one(conversations.active_inbox, id=inbox_id) is None or not Reach(principal.inbox_ids).covers(inbox_id):
        raise NotFound("There is no such inbox.")
    return views.list_templates(tx, inbox_id)


routes = [list_templates, fetch_templates]
