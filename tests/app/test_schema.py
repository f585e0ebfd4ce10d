"""The tables of a database: made at first start, refused when unknown, and the same as the code's."""

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from lyhord.app import schema
from lyhord.app.migrations.env_filter import keep
from lyhord.app.schema import HEAD, VERSIONS, UnknownSchema, all_tables, connect, find_version, make_config, prepare
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.sqlite import Sqlite
from tests.app.expansion import list_breaks, upgrade
from tests.counterparts.postgres import Cluster

LATER = Path(__file__).parent / "later" / "steps"


def test_head_is_the_newest_step(tmp_path: Path) -> None:
    with connect(Sqlite(tmp_path / "x.db")) as connection:
        assert ScriptDirectory.from_config(make_config(connection)).get_heads() == [HEAD]


def list_steps(tmp_path: Path) -> list[str]:
    """Every step of the product, oldest first."""
    with connect(Sqlite(tmp_path / "none.db")) as connection:
        walk = ScriptDirectory.from_config(make_config(connection)).walk_revisions()
        return [script.revision for script in walk][::-1]


def test_every_step_says_which_code_may_run_beside_it(tmp_path: Path) -> None:
    """It contracts, or it lets code run that could run on the step before."""
    oldest = "0001"
    for number, step in enumerate(list_steps(tmp_path), start=1):
        own = f"{number:04}"
        oldest = oldest if step == f"{own}.{oldest}" and number > 1 else own
        assert step in (own, f"{own}.{oldest}")
        assert list(VERSIONS.glob(f"{own}_*.py"))


def test_a_step_that_says_so_takes_nothing_from_earlier_code(tmp_path: Path) -> None:
    engine = Sqlite(tmp_path / "lyhord.db")
    before = MetaData()
    for step in list_steps(tmp_path):
        after = upgrade(engine, step)
        assert "." not in step or list_breaks(before, after) == [], step
        before = after


BREAKS = {
    "DROP TABLE draft": "draft is gone",
    "ALTER TABLE ticket DROP COLUMN subject": "ticket.subject is gone",
    "ALTER TABLE ticket RENAME COLUMN subject TO topic": "ticket.subject is gone",
    "ALTER TABLE team ADD COLUMN a INTEGER NOT NULL": "team.a must be given",
    "CREATE UNIQUE INDEX x ON team (workspace_id, name)": "team: unique (name, workspace_id) is asked now",
    "ALTER TABLE team ALTER COLUMN name TYPE varchar(10)": "team.name is another: ('VARCHAR(10)', False), not ('TEXT', False)",
}


@pytest.mark.parametrize("statement", BREAKS)
def test_what_a_step_takes_is_found(cluster: Cluster, empty_template: str, statement: str) -> None:
    engine = Postgres(cluster.create(empty_template))
    before = upgrade(engine, HEAD)
    with connect(engine) as connection:
        connection.exec_driver_sql(statement)
    assert BREAKS[statement] in list_breaks(before, upgrade(engine, HEAD))
    cluster.drop(engine.address)


def test_the_step_with_which_upgrades_are_tested_takes_nothing(tmp_path: Path) -> None:
    engine = Sqlite(tmp_path / "lyhord.db")
    before = upgrade(engine, "0001")
    assert list_breaks(before, upgrade(engine, "0002.0001", [LATER])) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_code_starts_on_what_later_code_has_expanded_and_changes_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    engine: Engine = Sqlite(tmp_path / "lyhord.db")
    if kind == "postgresql":
        engine = Postgres(request.getfixturevalue("cluster").create())
    prepare(engine)
    upgrade(engine, "0002.0001", [LATER])
    assert prepare(engine) == prepare(engine) == ("0002.0001", "0002.0001")


@pytest.mark.parametrize(
    ("database", "ours", "starts"),
    [
        ("0003", "0003", True),
        ("0003.0001", "0001", True),
        ("0003.0001", "0002.0001", True),
        ("0004.0002", "0001", False),
        ("0004.0002", "0002", True),
        ("0004", "0003.0002", False),
        ("0010.0009", "0009", True),
        ("0010.0009", "0008", False),
    ],
)
def test_code_starts_where_its_own_step_is_not_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str, ours: str, starts: bool
) -> None:
    path = tmp_path / "lyhord.db"
    prepare(Sqlite(path))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [database])
    monkeypatch.setattr(schema, "HEAD", ours)
    if starts:
        assert prepare(Sqlite(path)) == (database, database)
    else:
        with pytest.raises(UnknownSchema, match=f"step {database}, and this version of Lyhord ends at {ours}"):
            prepare(Sqlite(path))


def test_steps_import_nothing_of_the_product() -> None:
    assert [
        path.name
        for path in VERSIONS.glob("0*.py")
        if re.search(r"^\s*(from|import) lyhord", path.read_text(), re.MULTILINE)
    ] == []


def test_a_new_database_gets_all_tables_and_is_then_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lyhord.db"
    assert prepare(Sqlite(path)) == (None, HEAD)
    assert find_version(Sqlite(path)) == HEAD
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO log (workspace_id, epoch, last_seq) VALUES ('w', 1, 0)")
    assert prepare(Sqlite(path)) == (HEAD, HEAD)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM log").fetchone() == (1,)


def test_the_steps_end_where_the_code_is(tmp_path: Path) -> None:
    path = tmp_path / "lyhord.db"
    prepare(Sqlite(path))
    with connect(Sqlite(path)) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": keep, "compare_type": True})
        assert compare_metadata(context, all_tables()) == []


def test_the_search_index_is_no_drift(tmp_path: Path) -> None:
    path = tmp_path / "lyhord.db"
    prepare(Sqlite(path))
    with connect(Sqlite(path)) as connection:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE search_words USING fts5(text)")
        context = MigrationContext.configure(connection, opts={"include_name": keep})
        assert compare_metadata(context, all_tables()) == []


def test_tables_without_rowid_stay_so(tmp_path: Path) -> None:
    path = tmp_path / "lyhord.db"
    prepare(Sqlite(path))
    with sqlite3.connect(path) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'message'").fetchone()
    assert "WITHOUT ROWID" in made


def test_a_database_of_a_newer_version_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "lyhord.db"
    prepare(Sqlite(path))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(UnknownSchema, match="step 9999"):
        prepare(Sqlite(path))
    assert path.read_bytes() == before


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    real = op.create_index

    def failing(name: str, table: str, *args: object, **kwargs: object) -> None:
        if table == "ticket":
            raise OSError("the disk went away")
        real(name, table, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_index", failing)
    path = tmp_path / "lyhord.db"
    with pytest.raises(OSError, match="went away"):
        prepare(Sqlite(path))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
