"""Before anybody is signed in: the first workspace, the first administrator's link, and what an operator may ask at the machine."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from lyhord.app.engines import prepare_all
from lyhord.app.folder import data_folder, prepare_folder
from lyhord.app.refusals import CommandRefused
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product, build_product, open_product
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.ids import new_id
from lyhord.kit.text import fold_email
from lyhord.kit.turns import Turns
from lyhord.workspaces.actions.factors import drop_factors
from lyhord.workspaces.actions.links import make_link, open_setup
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import ADMINISTRATOR, WorkspaceSettings
from lyhord.workspaces.views import list_agents, list_inboxes, list_workspace_ids

FIRST_NAME = "My company"
"""What the workspace is called until the guided first run asks."""

FIRST_TURN = "first workspace"
FIRST_SECONDS = 30.0

T = TypeVar("T")


async def find_setup_link(product: Product) -> str | None:
    """A one-time link for the first administrator, or None once there is one. Makes the first workspace where there is none."""
    workspace_id = await _first_workspace(product)
    token = await product.database.write(workspace_id, open_setup)
    return link_to(product.base_address, "setup", token) if token else None


async def _first_workspace(product: Product) -> str:
    """The first workspace's id. Of processes that start together one makes it, the others wait."""
    turns = Turns(product.database)
    while True:
        mine = await turns.take((FIRST_TURN,), FIRST_SECONDS)
        ids = await list_ids(product.database)
        workspace_id = ids[0] if ids else new_id()
        if mine and not ids:
            await product.database.place(workspace_id)
            await product.database.write(workspace_id, create_workspace, FIRST_NAME, WorkspaceSettings())
        if mine:
            await turns.give_back((FIRST_TURN,))
        if mine or ids:
            return workspace_id
        await asyncio.sleep(0.1)


def make_sign_in_link(settings: Settings, email: str) -> str:
    """A one-time link that lets an administrator choose a new password; their second factors are removed.

    Without an address there must be only one.
    """

    async def make(product: Product) -> str:
        link = await find_setup_link(product)
        if link:
            return link
        found = []
        for workspace_id in await list_ids(product.database):
            agents = await product.database.read(workspace_id, list_agents)
            found += [(workspace_id, one) for one in agents if one.role == ADMINISTRATOR and not one.disabled]
        chosen = [pair for pair in found if not email or pair[1].email == fold_email(email)]
        if len(chosen) != 1:
            known = ", ".join(agent.email for _, agent in found)
            raise CommandRefused(f"Say whose link it is; the administrators are: {known}.")
        workspace_id, agent = chosen[0]
        if agent.protected:
            await product.database.write(workspace_id, drop_factors, agent.id, actor="operator")
        token = await product.database.write(workspace_id, make_link, agent.id, "reset", actor="operator")
        return link_to(product.base_address, "reset", token)

    return with_product(settings, make)


def list_inbox_lines(settings: Settings, workspace: str | None) -> list[str]:
    """One line per inbox: id, channel, name."""

    async def read(product: Product) -> list[str]:
        lines = []
        for workspace_id in await list_workspaces(product, workspace):
            inboxes = await product.database.read(workspace_id, _inboxes)
            lines += [f"{inbox_id}  {channel:10}  {name}" for inbox_id, channel, name in inboxes]
        return lines or ["No inbox is connected yet."]

    return with_product(settings, read)


async def list_ids(database: Database) -> list[str]:
    """Every workspace of the installation, oldest first."""
    return sorted({one for each in await database.read_each(list_workspace_ids) for one in each})


async def list_workspaces(product: Product, chosen: str | None) -> list[str]:
    """The ids of all workspaces, or of the chosen one; raises `CommandRefused` for one that isn't there."""
    ids = await list_ids(product.database)
    if chosen is not None and chosen not in ids:
        raise CommandRefused(f"There is no workspace {chosen}. There are: {', '.join(ids) or 'none'}.")
    return [chosen] if chosen else ids


def with_product(settings: Settings, use: Callable[[Product], Awaitable[T]]) -> T:
    """What `use` makes of an opened product. The product may be running meanwhile: both use one database."""

    async def run() -> T:
        folder = data_folder(settings)
        prepare_folder(folder)
        prepare_all(settings, folder)
        base_address = settings.base_address or f"http://localhost:{settings.port}"
        product = build_product(settings, folder, base_address)
        async with open_product(product):
            return await use(product)

    return asyncio.run(run())


def link_to(base_address: str, purpose: str, token: str) -> str:
    """The address of a one-time link. The secret stands behind the #, which browsers keep to themselves."""
    return f"{base_address}/app/#/{purpose}?token={token}"


def _inboxes(tx: ReadTx) -> list[tuple[str, str, str]]:
    return [(inbox.id, inbox.channel, inbox.name) for inbox in list_inboxes(tx, None, whole=False)]
