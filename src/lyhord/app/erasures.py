"""The journal of erasures: `erasures` in the data folder, outside every backup.

Whoever was erased must stay so when a backup from before comes back, by whichever means. So the journal is written before anybody is
erased, and whom it names is looked for whenever the product starts and every hour: those who are there again go again.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from lyhord.app.folder import DataFolder, FolderUnusable
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.files import sync
from lyhord.notifications.actions import forget_conversations
from lyhord.privacy.actions import erase_contact, is_there
from lyhord.privacy.holdings import Forget

JOURNAL = "erasures"
OTHERS: Sequence[Forget] = (forget_conversations,)
_log = structlog.get_logger()


class Erased(Struct, frozen=True):
    """One line: ids, which lead to nobody any more."""

    workspace_id: str
    contact_id: str


_line = msgspec.json.Decoder(Erased)


class Erasures:
    """Implements `privacy.holdings.Holdings` over the journal of one data folder."""

    others = OTHERS

    def __init__(self, folder: DataFolder) -> None:
        self._path: Path = folder.root / JOURNAL

    def note(self, workspace_id: str, contact_id: str) -> None:
        """See `Holdings.note`. Lines of several processes don't mix: each is one short write to the end."""
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
        """Erase those again who came back with a backup; how many. A workspace that is away now is looked at the next time."""
        again = 0
        for one in self.read():
            try:
                if await database.read(one.workspace_id, is_there, one.contact_id):
                    await database.write(one.workspace_id, erase_contact, one.contact_id, OTHERS)
                    again += 1
            except (Busy, StorageFull) as error:
                _log.warning("an erasure waits for the database", error=repr(error))
        if again:
            _log.info("erased again", count=again)
        return again
