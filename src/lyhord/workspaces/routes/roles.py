"""Roles: what there is, and a workspace's own."""

from typing import Annotated

from litestar import delete, get, patch, post
from msgspec import Meta, Struct

from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.workspaces import views
from lyhord.workspaces.actions.roles import change_role, create_role, remove_role
from lyhord.workspaces.model import Power, Role

Name = Annotated[str, Meta(min_length=1, max_length=100)]


class NewRole(Struct, forbid_unknown_fields=True):
    """A role to make, of powers that the maker has."""

    name: Name
    powers: list[Power]


class RolePatch(Struct, forbid_unknown_fields=True):
    """What to change; null stays, a list replaces the whole."""

    name: Name | None = None
    powers: list[Power] | None = None


@get("/api/v1/roles", guards=[requires("conversations.read")], summary="The roles that agents can have")
async def list_roles(principal: Principal, database: Database) -> list[Role]:
    """Those built in first, then the workspace's own by name."""
    return await database.read(principal.workspace_id, views.list_roles)


@post("/api/v1/roles", guards=[requires("roles.manage")], summary="Make a role")
async def make_role(data: NewRole, principal: Principal, database: Database) -> Role:
    """403 for powers that the caller lacks."""
    return await database.write(
        principal.workspace_id, create_role, data.name, data.powers, principal.powers, actor=principal.subject
    )


@patch("/api/v1/roles/{role_id:str}", guards=[requires("roles.manage")], status_code=204, summary="Change a role")
async def change_one_role(role_id: str, data: RolePatch, principal: Principal, database: Database) -> None:
    """It counts at once for everybody who has it. The roles built in stay as they are."""
    await database.write(
        principal.workspace_id,
        change_role,
        role_id,
        data.name,
        data.powers,
        principal.powers,
        actor=principal.subject,
    )


@delete("/api/v1/roles/{role_id:str}", guards=[requires("roles.manage")], summary="Remove a role")
async def remove_one_role(role_id: str, principal: Principal, database: Database) -> None:
    """409 while somebody has it."""
    await database.write(principal.workspace_id, remove_role, role_id, actor=principal.subject)


routes = [list_roles, make_role, change_one_role, remove_one_role]
