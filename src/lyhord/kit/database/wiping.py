"""Removing whole workspaces from the databases, whatever tables there are."""

from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import Table

from lyhord.kit.database.changes import note_no_more
from lyhord.kit.database.directory import ARRIVING, Whereabouts
from lyhord.kit.database.log import lock_log, log, mark_log
from lyhord.kit.database.moving import MoveLost, clear, later_moves
from lyhord.kit.database.rows import Rows
from lyhord.kit.database.session import Session
from lyhord.kit.database.shard import Shard
from lyhord.kit.database.tx import Tx


def wipe(workspace_id: str, shards: Iterable[Shard], tables: Iterable[Table], leave: Callable[[Tx], int]) -> int:
    """Remove every row of a workspace from every database; how many. `leave(tx)` is called as long as it found something to remove.

    It is marked as not here first, so that nobody writes to it while its rows go, page by page; the mark goes last. When we die
    between, the same call does the rest. Raises `Busy` when a database is away, and `MoveLost` when
    somebody else is at it.
    """
    rows = {table.name: Rows(table) for table in tables if table is not log}
    gone = 0
    for shard in shards:
        with Session(shard.engine, workspace_id) as session:
            check = partial(_check, said=_mark(session))
            note_no_more(session, [each.table for each in rows.values()], check)
            gone += clear(session, rows, leave, check)
            with session.transaction() as tx:
                check(tx)
                Rows(log).remove(tx, [[]])
    return gone


def _mark(session: Session) -> Whereabouts | None:
    """What the log says from now on; None where this database has none of the workspace."""
    with session.transaction() as tx:
        head = tx.one(lock_log)
        if head is None:
            return None
        gone = Whereabouts(ARRIVING, later_moves(tx, head[3])[0])
        tx.run(mark_log, elsewhere=gone.elsewhere, move=gone.move)
        return gone


def _check(tx: Tx, said: Whereabouts | None) -> None:
    head = tx.one(lock_log)
    if (Whereabouts(*head[2:4]) if head else None) != said:
        raise MoveLost("Somebody else moves or erases this workspace.")
