"""Lists as one parameter: whatever is in a value, it is compared as it is."""

from sqlalchemy import insert, select

from lyhord.kit.cursors import cursor
from lyhord.kit.database import Database, ReadTx, Statement, Tx, values_in
from tests.conftest import W

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
