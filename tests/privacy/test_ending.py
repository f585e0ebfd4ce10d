"""A workspace that ends goes whole: a row is put into every table that there is, and each of them is looked at afterwards."""

from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, LargeBinary, Table, insert
from sqlalchemy.types import BigInteger

from lyhord.app.ending import tidy_up
from lyhord.app.erasures import JOURNAL, OTHERS, Erasures
from lyhord.app.folder import DataFolder
from lyhord.app.invariants import list_broken
from lyhord.app.schema import all_tables
from lyhord.conversations.actions.attach import attach_file
from lyhord.conversations.exchange import InboundMessage
from lyhord.conversations.retention import referenced_files
from lyhord.kit.database import Statement, Tx
from lyhord.kit.database.columns import Id
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.session import Session
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import Files
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid
from lyhord.privacy.actions import erase_contact
from lyhord.worker.timers import sweep_files
from lyhord.workspaces.actions.ending import GRACE, end_workspace, keep_workspace
from lyhord.workspaces.actions.workspace import get_workspace
from tests.conversations.desk import Desk
from tests.privacy.test_erasing import MARK, House, found_in_files, found_in_rows

numbers = count(7_000)


@pytest.fixture
def house(desk: Desk, tmp_path: Path) -> House:
    return House(desk, Files(tmp_path / "files"))


@pytest.fixture
def erasures(tmp_path: Path) -> Erasures:
    return Erasures(DataFolder(tmp_path, tmp_path / "lyhord.db"))


@pytest.fixture
async def other(desk: Desk) -> Desk:
    """Another company beside it."""
    return await Desk(desk.database, desk.clock).open()


def value(table: Table, name: str) -> Any:
    """Something that fits into a column, and is nowhere else."""
    kind, n = table.columns[name].type, next(numbers)
    if name == "elsewhere":
        return None
    if isinstance(kind, Id):
        return new_id()
    if isinstance(kind, (Integer, BigInteger)):
        return n
    if isinstance(kind, LargeBinary):
        return b"x"
    return str(n)[: getattr(kind, "length", None) or 40]


def plant(engine: Engine, workspace_id: str) -> None:
    """A row in every table, in those too that have none yet."""
    with Session(engine, workspace_id) as session, session.transaction() as tx:
        for table in all_tables().sorted_tables:
            names = [column.name for column in table.columns if column.name != "workspace_id"]
            if table.name not in {"log", "workspace"}:  # those have theirs
                row = {name: value(table, name) for name in names}
                tx.run(Statement(insert(table)), **row)


def rows_of(engine: Engine, workspace_id: str) -> dict[str, int]:
    """How many rows each table of the database has of a workspace, in which there are any."""
    find = {
        "sqlite": "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'workspace_id'",
        "postgresql": "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND column_name = 'workspace_id'",
    }
    found: dict[str, int] = {}
    with closing(engine.connect(write=False)) as connection:
        cursor = connection.cursor()
        engine.begin(cursor, workspace_id, write=False)
        tables = [row[0] for row in cursor.execute(find[engine.dialect]).fetchall()]
        for table in sorted(tables):
            ((n,),) = cursor.execute(
                f"SELECT count(*) FROM \"{table}\" WHERE workspace_id = '{workspace_id}'"
            ).fetchall()
            found |= {table: n} if n else {}
        engine.leave(cursor)
    return found


async def test_of_an_ended_workspace_no_table_has_a_row_and_of_others_all(
    desk: Desk, other: Desk, erasures: Erasures, engine: Engine
) -> None:
    for one in (desk, other):
        plant(engine, one.workspace_id)
    before = rows_of(engine, other.workspace_id)
    assert all_tables().tables.keys() - rows_of(engine, desk.workspace_id).keys() == set()
    await erasures.end(desk.database, desk.workspace_id)
    assert rows_of(engine, desk.workspace_id) == {}
    assert rows_of(engine, other.workspace_id) == before
    assert await desk.database.list_workspaces() == [other.workspace_id]


async def test_its_words_are_in_no_index_and_its_files_go_that_no_other_has(
    house: House, other: Desk, erasures: Erasures, engine: Engine
) -> None:
    desk = house.desk
    await house.everything()
    shared = await house.files.put(b"The same for both")
    for one in (desk, other):
        await one.write(_attach, shared.sha256)
    await erasures.end(desk.database, desk.workspace_id)
    assert found_in_rows(engine, other.workspace_id) == {}
    assert found_in_rows(engine, desk.workspace_id) == {}
    await sweep_files(desk.database, house.files, referenced_files, seconds=-1)
    assert found_in_files(house.files) == []
    assert house.files.path(shared.sha256).exists()
    assert list_broken(engine, house.files.root) == []


def _attach(tx: Tx, file: str) -> None:
    attach_file(tx, file, name="terms.txt", content_type="text/plain", size=17)


async def test_until_its_day_an_end_can_be_taken_back(desk: Desk, erasures: Erasures) -> None:
    with pytest.raises(Invalid):
        await desk.write(end_workspace, "Another firm")
    asked = await desk.write(end_workspace, " Firm ", actor=f"agent:{desk.agent}")
    assert asked.ends_at == desk.clock.now + GRACE
    desk.clock.move(GRACE - 1)
    assert (await desk.write(end_workspace, "Firm")).ends_at == asked.ends_at
    assert await erasures.end_due(desk.database) == 0
    await desk.write(keep_workspace)
    desk.clock.move(GRACE)
    assert await erasures.end_due(desk.database) == 0
    assert (await desk.read(get_workspace)).ends_at is None
    await desk.say("Still there?")


async def test_on_its_day_it_goes_and_stays_away_whatever_comes_back(
    desk: Desk, other: Desk, erasures: Erasures, engine: Engine, tmp_path: Path
) -> None:
    await desk.write(end_workspace, "Firm")
    desk.clock.move(GRACE)
    assert await erasures.end_due(desk.database) == 1
    assert await erasures.end_due(desk.database) == 0
    assert (tmp_path / JOURNAL).read_text().count(desk.workspace_id) == 1
    back = Desk(desk.database, desk.clock)
    back.workspace_id = desk.workspace_id
    await back.open()
    await back.say(f"My {MARK}")
    assert await erasures.repeat(desk.database) == 1
    assert await erasures.repeat(desk.database) == 0
    assert rows_of(engine, desk.workspace_id) == {}
    assert await other.read(get_workspace)


async def test_one_whose_rows_went_in_part_is_finished(
    desk: Desk, erasures: Erasures, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.receive(InboundMessage(external_id="1", sender=desk.words().sender, text=MARK))

    def dies(_: Tx) -> int:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr("lyhord.app.ending.clear_search", dies)
        with pytest.raises(RuntimeError):
            await erasures.end(desk.database, desk.workspace_id)
    assert rows_of(engine, desk.workspace_id) != {}
    assert await erasures.repeat(desk.database) == 1
    assert rows_of(engine, desk.workspace_id) == {}


async def test_erased_words_are_in_no_page_of_the_file(house: House, engine: Engine) -> None:
    if not isinstance(engine, Sqlite):
        pytest.skip("the pages of a server are its own")
    desk = house.desk
    for n in range(40):
        await house.come(desk.words(f"About {n} lamps", who=f"c{n}"))
    said = await house.come(house.words(text=f"My {MARK} is broken " * 400, subject=MARK), raw=MARK.encode())
    await house.followers.catch_up()
    contact = (await desk.ticket((await desk.message(str(said[0]))).conversation_id)).contact_id
    assert MARK.encode() in pages(engine)
    await desk.write(erase_contact, contact, OTHERS)
    await house.followers.catch_up()
    await tidy_up(desk.database)
    assert MARK[1:].encode() not in pages(engine)
    assert b"lamps" in pages(engine)


def pages(engine: Sqlite) -> bytes:
    """All bytes of the database's files."""
    return b"".join(one.read_bytes() for one in engine.path.parent.glob(f"{engine.path.name}*"))
