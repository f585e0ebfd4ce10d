"""A connection of its own beside the writer and the readers, for work on whole workspaces that nobody waits for."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from lyhord.kit.clock import system_clock
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.tx import Tx
from lyhord.kit.ids import RisingIds


class Session:
    """One connection to one database, for one thread and one workspace. What it writes has no numbers: it must not emit events."""

    def __init__(self, engine: Engine, workspace_id: str) -> None:
        self.engine = engine
        self.workspace_id = workspace_id
        self._connection = engine.connect(write=True)
        self._ids = RisingIds()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; what isn't committed hasn't happened."""
        self._connection.close()

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Tx]:
        """A transaction that commits at the end; raises with nothing stored. Without `write` it is one snapshot.

        Raises `Busy` when the database went away, also in the commit, of which then nobody knows; the next one connects anew.
        """
        if not self.engine.usable(self._connection):
            self._connection.close()
            self._connection = self.engine.connect(write=True)
        cursor = self._connection.cursor()
        try:
            self.engine.begin(cursor, self.workspace_id, write=write)
            yield Tx(cursor, self.engine, self.workspace_id, system_clock(), self._ids)
            cursor.execute("COMMIT")
        except BaseException as error:
            with suppress(Exception):
                self.engine.leave(cursor)
            meaning = self.engine.meaning(error) if isinstance(error, Exception) else error
            if meaning is error:
                raise
            raise meaning from error
