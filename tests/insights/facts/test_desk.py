"""DuckDB lives in processes that come when they are asked and go again; what takes too long is killed."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from lyhord.insights.facts.desk import AskedTooMuch, Desk, NoFigures
from lyhord.insights.facts.engine import Job, Run
from lyhord.kit.problems import Invalid
from tests.waiting import until

STOLEN = Path("/tmp/lyhord-stolen.csv")
FOR_EVER = "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range * b.range % 7 = 3"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, idle_seconds=0.05)
    yield desk
    await desk.close()


def ask(sql: str, **params: object) -> Job:
    return Job([Run(sql, params)])


async def test_a_question_is_answered_and_the_process_goes(desk: Desk) -> None:
    [answer] = await desk.ask(ask("SELECT $a + 1 AS next", a=41))
    assert (answer.columns, answer.rows, answer.more) == (["next"], [[42]], False)
    await until(lambda: not desk.pool.processes)


async def test_more_than_was_asked_for_is_cut(desk: Desk) -> None:
    [answer] = await desk.ask(Job([Run("SELECT * FROM range(10)", most=3)]))
    assert (len(answer.rows), answer.more) == (3, True)


async def test_what_takes_too_long_is_killed_and_the_next_is_answered(desk: Desk) -> None:
    with pytest.raises(AskedTooMuch):
        await desk.ask(ask(FOR_EVER), seconds=1.0)
    assert desk.pool.processes == []
    assert (await desk.ask(ask("SELECT 1")))[0].rows == [[1]]


async def test_a_fault_is_told_and_the_next_is_answered(desk: Desk) -> None:
    with pytest.raises(NoFigures):
        await desk.ask(ask("SELECT * FROM nowhere"))
    assert (await desk.ask(ask("SELECT 1")))[0].rows == [[1]]


def test_a_server_that_nobody_asks_has_no_duckdb() -> None:
    code = "import sys, lyhord.app.running, lyhord.web.server; print('duckdb' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def is_stolen() -> bool:
    return STOLEN.exists()


async def guarded(desk: Desk, sql: str) -> list[list[object]]:
    folder = desk.root / "mine"
    folder.mkdir(exist_ok=True)
    job = Job([Run("CREATE TABLE tickets AS SELECT 7 AS n", answers=False), Run(sql)], guarded=True)
    return (await desk.ask_guarded(folder, job, seconds=20, megabytes=200))[-1].rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; SELECT 2",
        "DROP TABLE tickets",
        "COPY tickets TO '/tmp/lyhord-stolen.csv'",
        "CREATE TABLE more AS SELECT 1",
        "INSTALL httpfs",
        "LOAD sqlite",
        "ATTACH '{outside}' AS other",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "SELECT * FROM read_text('{outside}')",
        "SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM '{outside}'",
        "SELECT * FROM read_text('{folder}/mine/../secret.key')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_csv('https://example.invalid/x.csv')",
        "SELECT getenv('PATH')",
        "",
    ],
)
async def test_a_persons_question_reads_its_tables_and_nothing_else(desk: Desk, sql: str) -> None:
    outside = desk.root / "secret.key"
    outside.write_text("key,value\n1,2\n")
    assert await guarded(desk, "SELECT n FROM tickets") == [[7]]
    with suppress(Invalid):
        assert await guarded(desk, sql.format(outside=outside, folder=desk.root)) == [], "nothing outside is to be seen"
    assert not is_stolen()


async def test_a_persons_question_ends_when_it_takes_too_much(desk: Desk) -> None:
    with pytest.raises(AskedTooMuch):
        await desk.ask_guarded(desk.root, Job([Run(FOR_EVER)], guarded=True), seconds=1.0, megabytes=100)
    hungry = "SELECT count(DISTINCT a.range::VARCHAR || b.range) FROM range(5000) a, range(5000) b"
    with pytest.raises(Invalid):
        await desk.ask_guarded(desk.root, Job([Run(hungry)], guarded=True), seconds=60.0, megabytes=50)


async def test_what_a_process_has_in_this_version_is_not_made_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, idle_seconds=30)

    async def look(version: str) -> object:
        made = Run(
            "CREATE OR REPLACE TEMP TABLE dice AS SELECT random() AS n", answers=False, makes="dice", version=version
        )
        return (await desk.ask(Job([made, Run("SELECT n FROM dice")])))[0].rows

    first = await look("1")
    assert await look("1") == first
    second = await look("2")
    assert second != first
    assert await look("2") == second
    with pytest.raises(NoFigures):
        await desk.ask(ask("SELECT * FROM nowhere"))
    assert await look("2") != second, "another process has nothing"
    await desk.close()
