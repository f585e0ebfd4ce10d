"""The workspaces of an installation: which there are, in which database, and moving one to another."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing

from sqlalchemy import Table, bindparam, func, select

from lyhord.app.duties import FOLLOWERS, list_followers, make_ears
from lyhord.app.ending import clear_search
from lyhord.app.first_run import link_to, list_ids, with_product
from lyhord.app.refusals import CommandRefused
from lyhord.app.schema import HEAD, all_tables, find_version
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product
from lyhord.conversations.tables import message
from lyhord.hearing.actions import hear_again
from lyhord.hearing.thinkers import Thinkers
from lyhord.kit.cursors import start_over
from lyhord.kit.database import ReadTx, Statement, Tx
from lyhord.kit.database.moving import Moved, MoveLost, Mover, Work, tidy
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id
from lyhord.kit.storing import Busy, Elsewhere
from lyhord.workspaces.actions.links import open_setup
from lyhord.workspaces.actions.workspace import create_workspace, get_workspace
from lyhord.workspaces.model import WorkspaceSettings

STAY = {
    "changed_row": "notes of the move itself",
    "directory": "of the installation",
    "log": "moved in the one commit that ends the move",
    "turn": "of the installation",
    "vital": "of the installation",
}
"""Tables of which no row is moved, with why; all others are."""

Say = Callable[[str], None]
_STAGES = {
    "copy": "Copying its rows …",
    "catch up": "Copying what changed meanwhile …",
    "switch": "Its writers wait for the rest …",
}
_count = Statement(select(func.count()).where(message.c.workspace_id == bindparam("workspace_id")))


def list_workspace_lines(settings: Settings) -> list[str]:
    """One line per workspace: id, database, how many messages, name."""

    async def read(product: Product) -> list[str]:
        lines = []
        for workspace_id in await list_ids(product.database):
            name, messages = await product.database.read(workspace_id, _look)
            found = await _find(product, workspace_id)
            lines.append(f"{workspace_id}  {found:10}  {messages:9} messages  {name}")
        return lines or ["There is no workspace yet."]

    return with_product(settings, read)


def hear_all_again(settings: Settings) -> str:
    """Queue all messages of all workspaces to be heard again; a sentence about it."""

    async def ask(product: Product) -> str:
        ids = await list_ids(product.database)
        for workspace_id in ids:
            await product.database.write(workspace_id, hear_again, actor="operator")
        return (
            f"The messages of {len(ids)} workspaces are heard again by whoever runs the worker, behind what comes in."
        )

    return with_product(settings, ask)


def add_workspace(settings: Settings, name: str) -> str:
    """Make a workspace in the database with the fewest; the one-time link for its first administrator."""

    async def make(product: Product) -> str:
        workspace_id = new_id()
        await product.database.place(workspace_id)
        await product.database.write(workspace_id, create_workspace, name, WorkspaceSettings())
        token = await product.database.write(workspace_id, open_setup)
        return link_to(product.base_address, "setup", token or "")

    return with_product(settings, make)


def move_workspace(settings: Settings, workspace_id: str, name: str, say: Say) -> None:
    """Move a workspace to the database of this name, or finish or clear away what an interrupted move left. It may be in use."""

    async def move(product: Product) -> None:
        if workspace_id not in await list_ids(product.database):
            raise CommandRefused(
                f"There is no workspace {workspace_id}. `lyhord workspace list` shows those there are."
            )
        if name not in product.database.shards:
            raise CommandRefused(f"There is no database {name}. There are: {', '.join(product.database.shards)}.")
        late = [each for each, shard in product.database.shards.items() if find_version(shard.engine) != HEAD]
        if late:
            raise CommandRefused(
                f"The tables of {', '.join(late)} are of a later version, whose columns this one would leave behind. Upgrade first."
            )
        try:
            moved = await move_to(product, workspace_id, name, say)
        except MoveLost as error:
            raise CommandRefused(str(error)) from None
        except Busy as error:
            raise CommandRefused(f"{error} The workspace is served from one place; call this again.") from None
        if moved:
            say(f"Moved {moved.rows} rows and {moved.changes} changes; its writers waited {moved.pause:.2f} s.")
        say(f"The workspace is in {name}.")

    with_product(settings, move)


async def move_to(product: Product, workspace_id: str, name: str, say: Say) -> Moved | None:
    """See `move_workspace`; None when it was there already. Raises `MoveLost`, and `Busy` when a database is away."""
    database = product.database
    source = await _find(product, workspace_id)
    work = make_work(lambda stage: say(_STAGES[stage]) if stage in _STAGES else None)
    moved = None
    if source != name:
        shards = database.shards
        with closing(Mover(workspace_id, shards[source], shards[name], database.directory, work)) as mover:
            moved = await asyncio.to_thread(mover.run)
    say("Filling the search index, and removing what is left in other places …")
    thinkers = Thinkers(product.files)
    try:
        followers = list_followers(make_ears(thinkers))
        await FollowerRunner(database, product.catalogue, followers).catch_up(workspace_id)
    finally:
        await thinkers.close()
    others = [shard for shard in database.shards.values() if shard.name != name]
    await asyncio.to_thread(tidy, workspace_id, database.shards[name], others, work)
    return moved


def make_work(say: Callable[[str], object]) -> Work:
    """What moving a workspace of this product means."""
    return Work(tables=moved_tables(), arrive=_arrive, leave=clear_search, say=say)


def moved_tables() -> Sequence[Table]:
    """Every table of which a workspace's rows move with it."""
    return [table for table in all_tables().sorted_tables if table.name not in STAY]


def _arrive(tx: Tx) -> None:
    """Search is a cache of each database: at the new place its follower begins with the first event."""
    for follower in FOLLOWERS:
        start_over(tx, follower.name)


async def _find(product: Product, workspace_id: str) -> str:
    """The name of the database that has the workspace."""
    for _ in range(3):
        try:
            return (await product.database.directory.find(workspace_id)).shard.name
        except Elsewhere:
            continue
    raise CommandRefused("Somebody else moves this workspace. Try again.")


def _look(tx: ReadTx) -> tuple[str, int]:
    return get_workspace(tx).name, int(tx.value(_count))
