"""Moving a workspace from one database to another while it is in use (decision 11).

All of its rows are copied, in the order of keys and in pages, while changes are noted; what changed is copied again until little is
left. Then its writers wait for the rest, the old place gives it away, and the new place takes it. Giving away is one commit: before
it, the workspace is at the old place, whatever becomes of us; after it, whoever looks for the workspace finishes the move.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from msgspec import Struct
from sqlalchemy import Table, bindparam, text, update

from lyhord.kit.database.changes import drop_changes, list_changes, note_changes, note_no_more
from lyhord.kit.database.directory import ARRIVING, Directory, Whereabouts, read_whereabouts_of
from lyhord.kit.database.log import lock_log, log, mark_log, open_log
from lyhord.kit.database.rows import Rows
from lyhord.kit.database.session import Session
from lyhord.kit.database.shard import Shard
from lyhord.kit.database.statement import Statement
from lyhord.kit.database.tx import Row, Tx
from lyhord.kit.ids import LOWEST_ID, RisingIds
from lyhord.kit.storing import Busy

BATCH = 2_000
"""Changes that are copied in one step."""
FEW = 200
"""With so many changes left, the writers are made to wait for the rest."""
ATTEMPTS = 10
PAUSE_SECONDS = 1.0
"""How long they wait at most before they are let go and we catch up once more; a second more for a machine that freezes."""

_follow_log = Statement(
    update(log)
    .where(log.c.workspace_id == bindparam("workspace_id"))
    .values({name: bindparam(name) for name in ("epoch", "last_seq", "last_id")})
)
_let_go = {"postgresql": Statement(text("SET LOCAL idle_in_transaction_session_timeout = '1s'"))}
"""A mover that says nothing for so long while writers wait is dead or cut off: the server lets them go on."""


class MoveLost(Exception):
    """Somebody else began to move the workspace, or it is elsewhere already. Nothing was changed."""


class Work(Struct, frozen=True):
    """What moving asks of those who know the tables: which are moved, and what else is to be done at either end.

    `arrive(tx)` runs at the new place in the transaction that completes the copy, `leave(tx)` at the old one again and again, as
    long as it found something to remove.
    """

    tables: Sequence[Table]
    arrive: Callable[[Tx], object]
    leave: Callable[[Tx], int]
    say: Callable[[str], object] = lambda _: None


class Moved(Struct, frozen=True):
    """How it went: rows that were copied, changes that were caught up with, and for how many seconds writers waited."""

    rows: int
    changes: int
    pause: float


class Mover:
    """Moves one workspace once. For one thread; `close` it."""

    def __init__(self, workspace_id: str, source: Shard, target: Shard, directory: Directory, work: Work) -> None:
        self._directory = directory
        self._work = work
        self._names = (source.name, target.name)
        self._tables = {table.name: Rows(table) for table in work.tables}
        self._begun = self._move = LOWEST_ID
        self._source = Session(source.engine, workspace_id)
        self._target = Session(target.engine, workspace_id)
        self._rows = self._changes = 0

    def close(self) -> None:
        """Close the connections."""
        self._source.close()
        self._target.close()

    def run(self) -> Moved:
        """Move it. Raises `MoveLost`; after any other end the same command begins anew or finishes."""
        self._work.say("begin")
        self._claim()
        clear(self._target, self._tables, self._work.leave, self._check_target)
        self._work.say("copy")
        note_changes(self._source, self._work.tables, partial(_look, said=Whereabouts(None, self._begun)))
        for rows in self._tables.values():
            for page in rows.pages(partial(_read, self._source)):
                with self._arriving() as tx:
                    rows.put(tx, page)
                self._rows += len(page)
        self._work.say("catch up")
        while self._catch_up() > FEW:
            pass
        self._work.say("switch")
        pause = self._switch()
        self._work.say("take")
        self._directory.take(self._source.workspace_id, self._names[1], self._move)
        return Moved(self._rows, self._changes, pause)

    def _claim(self) -> None:
        """From here on we are the one who moves it: whoever was at it before notices, and stops.

        The old place is marked with an id below the move's: of two copies of the workspace, the one after the move counts.
        """
        with self._source.transaction() as tx:
            head = tx.one(lock_log)
            if head is None or head[2] is not None:
                raise MoveLost("The workspace isn't where it was a moment ago. Try again.")
            self._begun, self._move = later_moves(tx, head[3])
            tx.run(mark_log, elsewhere=None, move=self._begun)
        with self._target.transaction() as tx:
            there = tx.one(lock_log)
            if there is None:
                tx.run(open_log, epoch=head[1], last_seq=0, elsewhere=ARRIVING, move=self._move, last_id=None)
            elif there[2] is None:
                raise MoveLost("The workspace is in both databases. Restore one of them again, or mark it by hand.")
            tx.run(mark_log, elsewhere=ARRIVING, move=self._move)

    @contextmanager
    def _arriving(self) -> Iterator[Tx]:
        """A transaction at the new place, as long as the copy there is ours."""
        with self._target.transaction() as tx:
            self._check_target(tx)
            yield tx

    def _check_target(self, tx: Tx) -> None:
        _check(tx, Whereabouts(ARRIVING, self._move))

    def _catch_up(self) -> int:
        """Copy the oldest changes again, at most `BATCH`; how many there were."""
        with self._source.transaction(write=False) as tx:
            changes, fresh = self._read_changes(tx)
        if changes:
            self._copy_changes(changes, fresh)
            with self._source.transaction() as tx:
                tx.run(drop_changes, numbers=[change[0] for change in changes])
        return len(changes)

    def _read_changes(self, tx: Tx, after: int = 0) -> tuple[Sequence[Row], dict[str, Sequence[Row]]]:
        changes = tx.all(list_changes, after=after, most=BATCH)
        names = sorted({change[1] for change in changes})
        last = changes[-1][0] if changes else 0
        return changes, {name: self._tables[name].changed(tx, after, last) for name in names}

    def _copy_changes(self, changes: Sequence[Row], fresh: dict[str, Sequence[Row]]) -> None:
        """Replace what changed. What a unique key still forbids has a later change that brings it (see `Rows.put`)."""
        with self._arriving() as tx:
            for name in fresh:
                keys = {change[2:] for change in changes if change[1] == name}
                self._tables[name].remove(tx, sorted(keys, key=str))
            for name, rows in fresh.items():
                self._tables[name].put(tx, rows)
        self._changes += len(changes)

    def _switch(self) -> float:
        """Let the writers wait, copy the rest, give the workspace away; how many seconds they waited."""
        for attempt in range(ATTEMPTS):
            try:
                waited = self._try_to_switch()
            except Busy:  # the server let the writers go, or went away
                if attempt + 1 == ATTEMPTS:
                    raise
                time.sleep(attempt)
                continue
            if waited is not None:
                return waited
            while self._catch_up() > FEW:
                pass
        raise Busy("More is written than can be copied while writers wait. Try again at a quieter time.")

    def _try_to_switch(self) -> float | None:
        """None when it would have taken too long: then nothing has happened."""
        with self._source.transaction() as tx:
            head = tx.one(lock_log)
            began = time.monotonic()
            said = Whereabouts(*head[2:4]) if head else None
            if said == Whereabouts(self._names[1], self._move):  # the last commit counted, and we didn't hear of it
                return PAUSE_SECONDS
            if head is None or said != Whereabouts(None, self._begun):
                raise MoveLost("Somebody else moves this workspace.")
            if tx.dialect in _let_go:
                tx.run(_let_go[tx.dialect])
            after = 0
            while True:
                changes, fresh = self._read_changes(tx, after)
                if not changes:
                    break
                if time.monotonic() - began > PAUSE_SECONDS:
                    return None
                self._copy_changes(changes, fresh)
                after = changes[-1][0]
            with self._arriving() as there:
                there.run(_follow_log, epoch=head[1], last_seq=head[0], last_id=head[4])
                self._work.arrive(there)
            self._work.say("give away")
            tx.run(mark_log, elsewhere=self._names[1], move=self._move)
        return time.monotonic() - began


def clear(session: Session, tables: dict[str, Rows], leave: Callable[[Tx], int], check: Callable[[Tx], None]) -> int:
    """Remove what lies of a workspace in a database that doesn't have it; how many rows. `check(tx)` raises where it has."""
    gone = 0
    for rows in tables.values():
        for page in rows.pages(partial(_read, session)):
            with session.transaction() as tx:
                check(tx)
                rows.remove(tx, [rows.key_of(row) for row in page])
            gone += len(page)
    while True:
        with session.transaction() as tx:
            check(tx)
            if not leave(tx):
                return gone


def tidy(workspace_id: str, holder: Shard, others: Sequence[Shard], work: Work) -> int:
    """Remove what moves left of a workspace: rows in databases that don't have it, and the noting of changes; how many rows.

    Whoever moves it from `holder` meanwhile has lost, as the next mover would make it lose. Raises `MoveLost`.
    """
    gone = 0
    with Session(holder.engine, workspace_id) as session:
        with session.transaction() as tx:
            head = tx.one(lock_log)
            if head is None or head[2] is not None:
                raise MoveLost("The workspace isn't where it was a moment ago. Try again.")
            ours = Whereabouts(None, later_moves(tx, head[3])[0])
            tx.run(mark_log, elsewhere=None, move=ours.move)
        note_no_more(session, work.tables, partial(_look, said=ours))
    for shard in others:
        with Session(shard.engine, workspace_id) as session:
            with session.transaction() as tx:
                head = tx.one(lock_log)
            if head is None or head[2] is None:
                continue
            check = partial(_check, said=Whereabouts(*head[2:4]))
            note_no_more(session, work.tables, check)
            gone += clear(session, {table.name: Rows(table) for table in work.tables}, work.leave, check)
    return gone


def later_moves(tx: Tx, last: str | None) -> tuple[str, str]:
    """Two ids, the second above the first and both above the move that the log names, whatever the clock says."""
    ids = RisingIds()
    ids.exceed(last or LOWEST_ID)
    return ids.next(tx.now), ids.next(tx.now)


def _check(tx: Tx, said: Whereabouts) -> None:
    """Raise where the database says anything else, and keep others from changing that until the transaction ends."""
    head = tx.one(lock_log)
    if head is None or Whereabouts(*head[2:4]) != said:
        raise MoveLost("Somebody else moves this workspace.")


def _look(tx: Tx, said: Whereabouts) -> None:
    """The same without holding up the workspace's writers."""
    if read_whereabouts_of(tx) != said:
        raise MoveLost("Somebody else moves this workspace.")


def _read(session: Session, statement: Statement, **params: Any) -> Sequence[Row]:
    with session.transaction(write=False) as tx:
        return tx.all(statement, **params)
