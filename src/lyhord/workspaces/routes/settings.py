"""The workspace's settings, tokens of its programs, and the audit."""

from typing import Annotated, Any

from litestar import delete, get, patch, post
from msgspec import Meta, Struct

from lyhord.kit.database import Database
from lyhord.kit.http import Cursor, Limit, Page, Principal, decode_cursor, page_of, requires, signed_in
from lyhord.kit.problems import Forbidden
from lyhord.workspaces import views
from lyhord.workspaces.actions.ending import end_workspace, keep_workspace
from lyhord.workspaces.actions.proving import check_fresh
from lyhord.workspaces.actions.tokens import create_token, end_token
from lyhord.workspaces.actions.workspace import change_workspace, finish_first_run
from lyhord.workspaces.doors import Office
from lyhord.workspaces.model import ApiToken, Power, Workspace
from lyhord.workspaces.routes.factors import owner_of
from lyhord.workspaces.views import AuditEntry

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class WorkspacePatch(Struct, forbid_unknown_fields=True):
    """What to change. Only the settings that are named are replaced."""

    name: Name | None = None
    settings: dict[str, Any] = {}


class Ending(Struct, forbid_unknown_fields=True):
    """Shows that the end is meant: the workspace's name."""

    name: Name


class NewToken(Struct, forbid_unknown_fields=True):
    """A token to make, with some of the maker's own powers."""

    name: Name
    powers: list[Power]


class MadeToken(Struct):
    """A new token. `text` is what the program sends as a bearer token; it is never shown again."""

    token: ApiToken
    text: str


@get("/api/v1/workspace", guards=[signed_in], summary="The workspace and its settings")
async def get_workspace(principal: Principal, database: Database, office: Office) -> Workspace:
    """With the address under which it is reached."""
    return await database.read(principal.workspace_id, views.show_workspace, office.mailroom.base_address)


@patch("/api/v1/workspace", guards=[requires("workspace.manage")], summary="Change the workspace's settings")
async def patch_workspace(data: WorkspacePatch, principal: Principal, database: Database, office: Office) -> Workspace:
    """422 names every setting that doesn't exist or doesn't fit; then nothing changes."""
    workspace_id = principal.workspace_id
    await database.write(workspace_id, change_workspace, data.name, data.settings, actor=principal.subject)
    return await database.read(workspace_id, views.show_workspace, office.mailroom.base_address)


@post(
    "/api/v1/workspace/ready",
    guards=[requires("workspace.manage")],
    status_code=200,
    summary="Finish the guided first run, or put it aside",
)
async def finish_first_run_once(principal: Principal, database: Database, office: Office) -> Workspace:
    """Again: nothing changes."""
    await database.write(principal.workspace_id, finish_first_run, actor=principal.subject)
    return await database.read(principal.workspace_id, views.show_workspace, office.mailroom.base_address)


@post("/api/v1/workspace/end", guards=[requires("workspace.erase")], status_code=200, summary="Erase the workspace")
async def end_whole(data: Ending, principal: Principal, database: Database, office: Office) -> Workspace:
    """In fourteen days, with everything in it; until then it can be taken back. 403 `problem.confirm` asks to show who one is first."""
    owner = owner_of(principal)
    await database.read(principal.workspace_id, check_fresh, owner.session)
    await database.write(principal.workspace_id, end_workspace, data.name, actor=principal.subject)
    return await database.read(principal.workspace_id, views.show_workspace, office.mailroom.base_address)


@delete(
    "/api/v1/workspace/end",
    guards=[requires("workspace.erase")],
    status_code=200,
    summary="Keep the workspace after all",
)
async def keep_whole(principal: Principal, database: Database, office: Office) -> Workspace:
    """Nothing was erased yet. Where no end was asked for nothing changes."""
    await database.write(principal.workspace_id, keep_workspace, actor=principal.subject)
    return await database.read(principal.workspace_id, views.show_workspace, office.mailroom.base_address)


@get("/api/v1/tokens", guards=[requires("tokens.manage")], summary="The tokens that work")
async def list_tokens(principal: Principal, database: Database) -> list[ApiToken]:
    """Newest first, without their texts."""
    return await database.read(principal.workspace_id, views.list_tokens)


@post("/api/v1/tokens", guards=[requires("tokens.manage")], summary="Make a token")
async def make_token(data: NewToken, principal: Principal, database: Database) -> MadeToken:
    """Its text is answered this once."""
    if principal.agent_id is None:
        raise Forbidden("A token can't make tokens.")
    token, text = await database.write(
        principal.workspace_id,
        create_token,
        principal.agent_id,
        data.name,
        data.powers,
        principal.powers,
        actor=principal.subject,
    )
    return MadeToken(token, text)


@delete("/api/v1/tokens/{token_id:str}", guards=[requires("tokens.manage")], summary="Revoke a token")
async def revoke_token(token_id: str, principal: Principal, database: Database) -> None:
    """It opens nothing from now on."""
    await database.write(principal.workspace_id, end_token, token_id, actor=principal.subject)


@get("/api/v1/audit", guards=[requires("audit.read")], summary="Who changed which setting")
async def list_audit(
    principal: Principal, database: Database, cursor: Cursor = None, limit: Limit = 50
) -> Page[AuditEntry]:
    """Newest first."""
    before = decode_cursor(cursor, tuple[str])[0] if cursor else None
    entries = await database.read(principal.workspace_id, views.list_audit, before, limit + 1)
    return page_of(entries, limit, lambda entry: (entry.id,))


routes = [
    get_workspace,
    patch_workspace,
    finish_first_run_once,
    end_whole,
    keep_whole,
    list_tokens,
    make_token,
    revoke_token,
    list_audit,
]
