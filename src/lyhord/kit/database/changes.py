"""Which rows of a workspace changed while it is being copied: noted by triggers that are there for the time of the move alone.

No table has a version that would tell, and rows that went leave nothing to compare. A trigger sees every way in which rows change.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text, bindparam, delete, select, text

from lyhord.kit.database.columns import Id, metadata
from lyhord.kit.database.session import Session
from lyhord.kit.database.statement import Statement, values_in
from lyhord.kit.database.tx import Tx
from lyhord.kit.storing import Busy

Check = Callable[[Tx], None]
KEYS = 5
"""The longest key of a table, the workspace aside."""
LOCK_SECONDS = 60.0
"""How long a table's lock is asked for, again and again, each time so shortly that nobody queues behind us."""

changed_row = Table(
    "changed_row",
    metadata,
    Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("workspace_id", Id, nullable=False),
    Column("table_name", String(63), nullable=False),
    *(Column(f"key_{place}", Text) for place in range(KEYS)),
)

_here = changed_row.c.workspace_id == bindparam("workspace_id")
list_changes = Statement(
    select(changed_row.c.n, changed_row.c.table_name, *(changed_row.c[f"key_{place}"] for place in range(KEYS)))
    .where(_here, changed_row.c.n > bindparam("after"))
    .order_by(changed_row.c.n)
    .limit(bindparam("most"))
)
drop_changes = Statement(delete(changed_row).where(_here, values_in(changed_row.c.n, "numbers")))
drop_all_changes = Statement(delete(changed_row).where(_here))

_NOTE = "INSERT INTO changed_row (workspace_id, table_name, {names}) SELECT {row}.workspace_id, '{table}', {keys}"
_OTHER_KEY = " WHERE NOT ({same})"
_EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def note_changes(session: Session, tables: Sequence[Table], check: Check) -> None:
    """From now on note each change of the session's workspace, the transactions of others that are under way included.

    `check(tx)` raises where that is no more for us to say.
    """
    for table in tables:
        _patiently(session, _making[session.engine.dialect](session.workspace_id, table), check)


def note_no_more(session: Session, tables: Sequence[Table], check: Check) -> None:
    """Take away what `note_changes` made, as far as it is there, and what was noted."""
    for table in tables:
        _patiently(session, _unmaking[session.engine.dialect](session.workspace_id, table), check)
    with session.transaction() as tx:
        tx.run(drop_all_changes)
        check(tx)


def _patiently(session: Session, texts: Iterable[str], check: Check) -> None:
    """Run statements that need one table for themselves for a moment. Raises `Busy` where that can't be had for a minute."""
    statements = [Statement(text(sql.replace(":", "\\:"))) for sql in texts]
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        with suppress(Busy), session.transaction() as tx:
            if tx.dialect == "postgresql":
                tx.run(_hold_nobody_up)
            for statement in statements:
                tx.run(statement)
            check(tx)  # under the table's lock: whoever claims the move later comes to this table after us
            return
        if time.monotonic() > deadline:
            raise Busy("A table can't be had for a moment: does something read it for long, a backup perhaps?")
        time.sleep(0.3)


_hold_nobody_up = Statement(text("SET LOCAL lock_timeout = '100ms'"))


def _notes(table: Table, kind: str, text_of: Callable[[str], str]) -> Iterator[str]:
    """What a trigger does. A key that changes was one row's and becomes another's."""
    keys = [column.name for column in table.primary_key.columns if column.name != "workspace_id"]
    assert len(keys) <= KEYS, f"{table.name}: a longer key than changes can be noted of"
    names = ", ".join(f"key_{place}" for place in range(KEYS))

    def note(row: str) -> str:
        values = [text_of(f"{row}.{key}") for key in keys] + ["NULL"] * (KEYS - len(keys))
        return _NOTE.format(names=names, row=row, table=table.name, keys=", ".join(values))

    yield note(_EVENTS[kind])
    if kind == "UPDATE" and keys:
        yield note("OLD") + _OTHER_KEY.format(same=" AND ".join(f"OLD.{key} = NEW.{key}" for key in keys))


def _sqlite_name(workspace_id: str, table: Table, kind: str) -> str:
    return f"note_{workspace_id.replace('-', '')}_{table.name}_{kind}"


def _make_sqlite(workspace_id: str, table: Table) -> Iterator[str]:
    for kind, row in _EVENTS.items():
        body = "; ".join(_notes(table, kind, lambda value: value))
        name = _sqlite_name(workspace_id, table, kind)
        yield (
            f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {kind} ON {table.name} "
            f"WHEN {row}.workspace_id = '{workspace_id}' BEGIN {body}; END"
        )


def _unmake_sqlite(workspace_id: str, table: Table) -> Iterator[str]:
    for kind in _EVENTS:
        yield f"DROP TRIGGER IF EXISTS {_sqlite_name(workspace_id, table, kind)}"


def _postgres_name(workspace_id: str, kind: str) -> str:
    return f"note_{workspace_id.replace('-', '')}_{kind[0].lower()}"  # with a table's name within 63 letters


def _make_postgres(workspace_id: str, table: Table) -> Iterator[str]:
    for kind, row in _EVENTS.items():
        name = _postgres_name(workspace_id, kind)
        body = "; ".join(_notes(table, kind, lambda value: f"{value}::text"))
        yield (
            f"CREATE OR REPLACE FUNCTION {name}_{table.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body}; RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {name} AFTER {kind} ON {table.name} FOR EACH ROW "
            f"WHEN ({row}.workspace_id = '{workspace_id}') EXECUTE FUNCTION {name}_{table.name}()"
        )


def _unmake_postgres(workspace_id: str, table: Table) -> Iterator[str]:
    for kind in _EVENTS:
        name = _postgres_name(workspace_id, kind)
        yield f"DROP TRIGGER IF EXISTS {name} ON {table.name}"
        yield f"DROP FUNCTION IF EXISTS {name}_{table.name}()"


_making = {"sqlite": _make_sqlite, "postgresql": _make_postgres}
_unmaking = {"sqlite": _unmake_sqlite, "postgresql": _unmake_postgres}
