"""Databases as they stood at one moment, to be copied in peace while everybody works on.

With several, a workspace may be on its way from one to another. A copy in which each of them says that it is elsewhere would lose it,
so the moments are chosen such that one of them has it. Two may have it: then the later move counts, after a restore as ever.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import cast

from lyhord.app.refusals import BackupRefused
from lyhord.app.schema import find_version
from lyhord.kit.database.database import NOWHERE
from lyhord.kit.database.directory import Places, Whereabouts, list_homeless, list_places
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import sync
from lyhord.kit.storing import Busy

_PAGES = 4_096
_SAID = "SELECT workspace_id, elsewhere, move FROM log"


class Moment:
    """A database as it stands when this is opened; as long as it is open, it can be copied so. Raises `BackupRefused`."""

    def __init__(self, name: str, engine: Engine) -> None:
        self.engine = engine
        try:
            self._open(name)
        except Exception as error:
            meaning = engine.meaning(error)
            if isinstance(meaning, Busy | sqlite3.DatabaseError):
                raise BackupRefused(f"The database {name} can't be copied now: {meaning}") from error
            raise

    def _open(self, name: str) -> None:
        self.schema = find_version(self.engine) or ""
        if not self.schema:
            raise BackupRefused(f"There is no database at {_place(name, self.engine)}.")
        self._connection = self.engine.connect(write=False)
        cursor = self._connection.cursor()
        shared = self.engine.dialect == "postgresql"
        if shared:
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
        self.engine.begin(cursor, NOWHERE, write=False)
        self.said = {row[0]: Whereabouts(*row[1:]) for row in cursor.execute(_SAID).fetchall()}
        if shared:
            self._snapshot = str(cursor.execute("SELECT pg_export_snapshot()").fetchall()[0][0])

    def close(self) -> None:
        """Let it go on."""
        self._connection.close()

    def copy(self, target: Path) -> None:
        """Write it into one file, whole or not at all. Raises `BackupRefused`."""
        arriving = target.with_name(f"arriving-{target.name}")
        arriving.unlink(missing_ok=True)
        if isinstance(self.engine, Sqlite):
            source = cast("sqlite3.Connection", self._connection)
            with closing(sqlite3.connect(arriving)) as copy:
                source.backup(copy, pages=_PAGES)
                copy.execute("PRAGMA journal_mode = DELETE")
            check_integrity(arriving)
        else:
            from lyhord.app.dumps import dump

            dump(self.engine, arriving, self._snapshot)
        sync(arriving)
        arriving.replace(target)


@contextmanager
def hold(engines: Mapping[str, Engine]) -> Iterator[dict[str, Moment]]:
    """A moment of each database, the first database first, in one of which each workspace is.

    Where none has it, it left one after we looked at the other, or between the two commits that end a move. So we look again, until
    one has it, or until all say what they said before: then it stands so, the copy that arrived is whole, and whoever looks for the
    workspace takes it up as ever.
    """
    before: dict[str, Places] = {}
    while True:
        with ExitStack() as stack:
            moments = {name: stack.enter_context(closing(Moment(name, engine))) for name, engine in engines.items()}
            homeless = list_homeless(list_places({name: moment.said for name, moment in moments.items()}))
            if all(before.get(workspace_id) == places for workspace_id, places in homeless.items()):
                yield moments
                return
            before = homeless


def check_integrity(path: Path) -> None:
    """Raise `BackupRefused` where SQLite finds its file damaged."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    if said != ["ok"]:
        raise BackupRefused(f"{path} is damaged: {'; '.join(said)}.")


def _place(name: str, engine: Engine) -> str:
    return str(engine.path) if isinstance(engine, Sqlite) else f"the address of {name}"
