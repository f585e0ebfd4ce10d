"""How far each follower has come in each workspace's log, and which events it couldn't bear."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Column, Integer, String, Table, Text, bindparam, delete, func, select, update

from lyhord.kit.database import Id, Millis, ReadTx, Statement, Tx, metadata, upsert
from lyhord.kit.database.log import log, read_events, read_head
from lyhord.kit.events import Catalogue, Logged

cursor = Table(
    "cursor",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("name", String(80), primary_key=True, comment="of the follower"),
    Column("epoch", Integer, nullable=False),
    Column("seq", Millis, nullable=False, comment="the last event that was handled"),
    Column("failures", Integer, nullable=False, comment="attempts at the event after it"),
    Column("error", Text),
    Column("changed_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("follower", String(80), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Millis, primary_key=True, autoincrement=False),
    Column("error", Text, nullable=False),
    Column("at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

_read_cursor = Statement(
    select(cursor.c.epoch, cursor.c.seq, cursor.c.failures).where(
        cursor.c.workspace_id == bindparam("workspace_id"), cursor.c.name == bindparam("follower")
    )
)
_start_cursor = upsert(cursor, key=["workspace_id", "name"])
_move_cursor = Statement(
    update(cursor)
    .where(
        cursor.c.workspace_id == bindparam("workspace_id"),
        cursor.c.name == bindparam("follower"),
        cursor.c.epoch == bindparam("old_epoch"),
        cursor.c.seq == bindparam("old_seq"),
    )
    .values({name: bindparam(f"new_{name}") for name in ("epoch", "seq", "failures", "error", "changed_at")})
)
_drop_cursor = Statement(
    delete(cursor).where(cursor.c.workspace_id == bindparam("workspace_id"), cursor.c.name == bindparam("follower"))
)
_insert_set_aside = upsert(set_aside, key=["workspace_id", "follower", "epoch", "seq"], update=["error", "at"])
_list_set_aside = Statement(
    select(set_aside.c.follower, set_aside.c.epoch, set_aside.c.seq, set_aside.c.error, set_aside.c.at)
    .where(set_aside.c.workspace_id == bindparam("workspace_id"))
    .order_by(set_aside.c.at.desc(), set_aside.c.follower, set_aside.c.seq)
    .limit(bindparam("most"))
)


_distances = Statement(
    select(cursor.c.name, func.max(log.c.last_seq - cursor.c.seq))
    .select_from(cursor.join(log, cursor.c.workspace_id == log.c.workspace_id))
    .where(log.c.elsewhere.is_(None))
    .group_by(cursor.c.name)
)


class Moved(Exception):
    """Somebody else moved the cursor meanwhile. Nothing was done; read again."""


class Position(Struct, frozen=True):
    """A place in a log: the event `seq` of `epoch` and all before it are done."""

    epoch: int
    seq: int


class Pending(Struct, frozen=True):
    """What comes next for a follower: `count` events from behind `cursor` to `last`, those it follows decoded in `events`.

    `broken` says why the only event can't be read.
    """

    cursor: Position
    last: Position
    count: int
    events: Sequence[Logged]
    broken: str = ""


class SetAside(Struct, frozen=True):
    """An event that a follower failed on three times and went past."""

    follower: str
    epoch: int
    seq: int
    error: str
    at: int


def start(tx: Tx, follower: str, *, at_head: bool) -> None:
    """Give a new follower its cursor, before the first event or behind the last; an old one keeps its own."""
    head = tx.one(read_head)
    assert head is not None, "a writing transaction has a log"
    seq = tx.last_seq if at_head else 0
    tx.run(_start_cursor, name=follower, epoch=head[1], seq=seq, failures=0, error=None, changed_at=tx.now)


def start_over(tx: Tx, follower: str) -> None:
    """Let a follower begin again as a new one does, because what it had made of the log is gone."""
    tx.run(_drop_cursor, follower=follower)


def find_pending(
    tx: ReadTx, follower: str, *, catalogue: Catalogue, kinds: frozenset[str] | None, most: int, seen: Position | None
) -> Pending | None:
    """At most `most` events behind the cursor, or behind `seen` where that is further; None where there is no cursor yet.

    After a restore the log has a new epoch; cursor and effects were restored together, so the follower goes on where it was.
    """
    head, row = tx.one(read_head), tx.one(_read_cursor, follower=follower)
    if head is None or row is None:
        return None
    last, epoch = head
    at = Position(row[0], row[1])
    after = min(at.seq, last)
    if seen is not None and seen.epoch == epoch == at.epoch:
        after = max(after, seen.seq)
    rows = tx.all(read_events, after=after, most=most)
    wanted = [row for row in rows if kinds is None or row[1] in kinds]
    try:
        events, broken = catalogue.decode(wanted), ""
    except ValueError as error:
        events, broken = [], f"can't be read: {error!r}"
    return Pending(at, Position(epoch, rows[-1][0] if rows else after), len(rows), events, broken)


def move(tx: Tx, follower: str, pending: Pending) -> None:
    """Move the cursor behind `pending`; raises `Moved` where it isn't any more where it was when that was read."""
    _set(tx, follower, pending.cursor, pending.last)


def note_failure(tx: Tx, follower: str, pending: Pending, *, error: str, attempts: int) -> int:
    """Count a failure at the single event of `pending`; the number so far. At `attempts` it is set aside, and the cursor moves on."""
    row = tx.one(_read_cursor, follower=follower)
    failures = (row[2] if row else 0) + 1
    if failures < attempts:
        _set(tx, follower, pending.cursor, pending.cursor, failures, error)
        return failures
    _set(tx, follower, pending.cursor, pending.last)
    tx.run(
        _insert_set_aside,
        follower=follower,
        epoch=pending.last.epoch,
        seq=pending.last.seq,
        error=error,
        at=tx.now,
    )
    return failures


def list_set_aside(tx: ReadTx, most: int = 100) -> list[SetAside]:
    """What followers went past, newest first."""
    return [SetAside(*row) for row in tx.all(_list_set_aside, most=most)]


def _set(tx: Tx, follower: str, old: Position, new: Position, failures: int = 0, error: str | None = None) -> None:
    touched = tx.run(
        _move_cursor,
        follower=follower,
        old_epoch=old.epoch,
        old_seq=old.seq,
        new_epoch=new.epoch,
        new_seq=new.seq,
        new_failures=failures,
        new_error=error,
        new_changed_at=tx.now,
    )
    if not touched:
        raise Moved(follower)


def list_distances(tx: ReadTx) -> list[tuple[str, int]]:
    """Each follower with how many events it is behind in the workspace where that is most. Looks across workspaces."""
    return [(row[0], row[1]) for row in tx.all(_distances)]
