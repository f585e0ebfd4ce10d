"""The tables of a database: made at first start, refused when unknown, and the same as the code's."""

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lyhord.app.migrations.env_filter import keep
from lyhord.app.schema import HEAD, UnknownSchema, all_tables, connect, find_version, make_config, prepare
from lyhord.kit.database.sqlite import Sqlite


def test_head_is_the_newest_step(tmp_path: Path) -> None:
    with connect(Sqlite(tmp_path / "x.db")) as connection:
        assert ScriptDirectory.from_config(make_config(connection)).get_heads() == [HEAD]


def test_steps_import_nothing_of_the_product() -> None:
    versions = Path(__file__).parents[2] / "src/lyhord/app/migrations/versions"
    assert [
        path.name
        for path in versions.glob("0*.py")
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
