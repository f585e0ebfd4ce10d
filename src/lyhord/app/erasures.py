"""The journal of erasures: `erasures` in the data folder, outside every backup.

Whoever was erased must stay so when a backup from before comes back, by whichever means. So the journal is written before anybody is
erased, and whom it names is looked for whenever the product starts and every hour: those who are there again go again.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from lyhord.app.ending import wipe_workspace
from lyhord.app.folder import DataFolder, FolderUnusable
from lyhord.hearing.reasons.actions import forget_learned
from lyhord.hearing.themes.actions import forget_themes
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.database.moving import MoveLost
from lyhord.kit.files import sync
from lyhord.notifications.actions import forget_conversations
from lyhord.privacy.actions import erase_contact, is_there
from lyhord.privacy.holdings import Forget
from lyhord.surveys.actions import forget_conversations as forget_ratings
from lyhord.surveys.silent.looking import forget_silent
from lyhord.tickets.wordings.actions import forget_wordings
from lyhord.workspaces.actions.ending import is_over, shut_doors
from lyhord.workspaces.views import list_ending_ids

JOURNAL = "erasures"
OTHERS: Sequence[Forget] = (
    forget_conversations,
    forget_learned,
    forget_ratings,
    forget_silent,
    forget_themes,
    forget_wordings,
)
_log = structlog.get_logger()


class Erased(Struct, frozen=True):
    """One line: ids, which lead to nobody any more. Without a contact the whole workspace was erased."""

    workspace_id: str
    contact_id: str | None = None


_line = msgspec.json.Decoder(Erased)


class Erasures:
    """Implements `privacy.holdings.Holdings` over the journal of one data folder."""

    others = OTHERS

    def __init__(self, folder: DataFolder) -> None:
        self._path: Path = folder.root / JOURNAL

    def note(self, workspace_id: str, contact_id: str | None) -> None:
        """See `Holdings.note`; None for a whole workspace. Lines of several processes don't mix: each is one short write to the end."""
        with self._path.open("ab", buffering=0) as file:
            file.write(msgspec.json.encode(Erased(workspace_id, contact_id)) + b"\n")
            os.fsync(file.fileno())
        sync(self._path.parent)

    def read(self) -> list[Erased]:
        """Everybody who was erased; raises `FolderUnusable` for a line that says nothing, since those may be anybody."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        try:
            return [_line.decode(line) for line in lines if line]
        except msgspec.MsgspecError as error:
            raise FolderUnusable(
                f"{self._path} names people who were erased, and a line of it can't be read ({error}). Nobody is served before "
                "it can: they might be here again. Bring the file back from where it was kept, or take out what isn't a line of it."
            ) from error

    async def repeat(self, database: Database) -> int:
        """Erase those again who came back with a backup, workspaces too; how many. What is away now is looked at the next time."""
        again = 0
        for one in self.read():
            try:
                again += await _repeat(database, one)
            except (Busy, StorageFull, MoveLost) as error:
                _log.warning("an erasure waits for the database", error=repr(error))
        if again:
            _log.info("erased again", count=again)
        return again

    async def end(self, database: Database, workspace_id: str) -> int:
        """Erase a whole workspace: its rows in every database; how many. Its files go with the next sweep, as far as no other has them.

        Raises `Busy` and `MoveLost`; what is left then goes within the hour.
        """
        await database.write(workspace_id, shut_doors)
        await asyncio.to_thread(self.note, workspace_id, None)
        return await wipe_workspace(database, workspace_id)

    async def end_due(self, database: Database) -> int:
        """Erase the workspaces whose time is up; how many."""
        ended = 0
        for workspace_id in {one for each in await database.read_reachable(list_ending_ids) for one in each}:
            try:
                if await database.read(workspace_id, is_over):
                    rows = await self.end(database, workspace_id)
                    _log.info("erased a workspace", workspace_id=workspace_id, rows=rows)
                    ended += 1
            except (Busy, StorageFull, MoveLost) as error:
                _log.warning("the end of a workspace waits for the database", error=repr(error))
        return ended


async def _repeat(database: Database, one: Erased) -> bool:
    """Erase somebody, or a workspace, that is there again; whether there was anything."""
    if one.contact_id is None:
        there = one.workspace_id in await database.list_workspaces(reachable=True)
        if there:
            await wipe_workspace(database, one.workspace_id)
        return there
    there = await database.read(one.workspace_id, is_there, one.contact_id)
    if there:
        await database.write(one.workspace_id, erase_contact, one.contact_id, OTHERS)
    return there
