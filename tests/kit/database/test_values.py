"""Lists as one parameter: whatever is in a value, it is compared as it is."""

import pytest
from sqlalchemy import bindparam, insert, select, update

from lyhord.conversations.store import insert_raw, raw_by_id
from lyhord.kit.cursors import cursor
from lyhord.kit.database import Database, ReadTx, Statement, Tx, values_in
from lyhord.kit.ids import new_id
from tests.conftest import V, W

NAMES = [
    "plain",
    'a "quoted" one',
    "back\\slash",
    '\\"',
    "{curly,comma}",
    "NULL",
    "",
    " spaces ",
    "it's",
    "中文",
    "line\nend",
    "%(mark)s",
]
PUT = Statement(insert(cursor))
FIND = Statement(select(cursor.c.name).where(values_in(cursor.c.name, "names")))
ALL = Statement(
    select(cursor.c.name, cursor.c.seq, cursor.c.error)
    .where(cursor.c.workspace_id == bindparam("workspace_id"))
    .order_by(cursor.c.seq)
)
CHANGE = Statement(
    update(cursor)
    .where(cursor.c.workspace_id == bindparam("workspace_id"), cursor.c.name == bindparam("key"))
    .values(seq=bindparam("seq"), error=bindparam("error"))
)
NUMBERS = Statement(select(cursor.c.seq).where(values_in(cursor.c.seq, "numbers")))


def put(tx: Tx) -> None:
    for seq, name in enumerate(NAMES):
        tx.run(PUT, name=name, epoch=1, seq=seq, failures=0, error=None, changed_at=0)


def find(tx: ReadTx, names: list[str | None]) -> set[str]:
    return {row[0] for row in tx.all(FIND, names=names)}


async def test_every_text_finds_itself_alone(database: Database) -> None:
    await database.write(W, put)
    for name in NAMES:
        assert await database.read(W, find, [name]) == {name}
    assert await database.read(W, find, list(NAMES)) == set(NAMES)


async def test_nothing_and_null_find_nothing(database: Database) -> None:
    await database.write(W, put)
    assert await database.read(W, find, []) == set()
    assert await database.read(W, find, [None]) == set()


async def test_numbers_find_themselves(database: Database) -> None:
    await database.write(W, put)
    found = await database.read(W, lambda tx: tx.all(NUMBERS, numbers=[1, 3, 99]))
    assert sorted(row[0] for row in found) == [1, 3]


def put_at_once(tx: Tx, names: list[str]) -> None:
    tx.run_many(
        PUT,
        [
            {"name": name, "epoch": 1, "seq": seq, "failures": 0, "error": None, "changed_at": 2**53 + 1}
            for seq, name in enumerate(names)
        ],
    )


@pytest.mark.parametrize("names", [NAMES, NAMES[:1]], ids=["many rows", "one row"])
async def test_rows_that_are_put_at_once_are_as_they_were_given(database: Database, names: list[str]) -> None:
    await database.write(W, put_at_once, names)
    assert await database.read(W, lambda tx: tx.all(ALL)) == [(name, seq, None) for seq, name in enumerate(names)]


async def test_rows_that_are_changed_at_once_are_those_that_were_named(database: Database) -> None:
    for workspace_id in (V, W):
        await database.write(workspace_id, put_at_once, ["a", "b", "c"])
    changes = [
        {"key": "a", "seq": 10, "error": None},
        {"key": "b", "seq": 11, "error": "first"},
        {"key": "nobody", "seq": 12, "error": None},
        {"key": "b", "seq": 13, "error": "last"},
    ]
    await database.write(W, lambda tx: tx.run_many(CHANGE, changes))
    assert await database.read(W, lambda tx: tx.all(ALL)) == [("c", 2, None), ("a", 10, None), ("b", 13, "last")]
    assert await database.read(V, lambda tx: tx.all(ALL)) == [("a", 0, None), ("b", 1, None), ("c", 2, None)]


@pytest.mark.parametrize("count", [1, 2])
async def test_bytes_are_kept_as_they_are(database: Database, count: int) -> None:
    ids, body = [new_id() for _ in range(count)], bytes(range(256))
    rows = [{"id": one, "inbox_id": one, "body": body, "file": None, "headers": "{}", "problem": None} for one in ids]
    await database.write(W, lambda tx: tx.run_many(insert_raw, rows))
    assert await database.read(W, lambda tx: tx.one(raw_by_id, id=ids[-1])) == (body, None)
