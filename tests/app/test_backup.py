"""Backups: whole, incremental, checked before they replace anything; a restored log starts a new epoch."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lyhord.app.backup import How, hash_of, make_backup
from lyhord.app.folder import DataFolder
from lyhord.app.refusals import BackupRefused
from lyhord.app.restore import restore_backup
from lyhord.app.schema import HEAD, prepare
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import Files


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data", tmp_path / "data" / "lyhord.db")
    prepare(Sqlite(folder.database))
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO log (workspace_id, epoch, last_seq) VALUES ('w', 1, 41)")
    Files(folder.files).put_now(b"a picture")
    folder.secret_key.write_text("k" * 44)
    return folder


@pytest.fixture
def other(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "other", tmp_path / "other" / "lyhord.db")


def log_of(database: Path) -> list[tuple[str, int, int]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT workspace_id, epoch, last_seq FROM log").fetchall()


def test_a_backup_comes_back_whole_in_a_new_epoch(folder: DataFolder, other: DataFolder, tmp_path: Path) -> None:
    made = make_backup(folder, tmp_path / "backup")
    assert made.databases["home"].schema == HEAD
    assert list(made.files.values()) == [len(b"a picture")]
    restore_backup(other, tmp_path / "backup")
    ((workspace, epoch, seq),) = log_of(other.database)
    assert (workspace, seq) == ("w", 41)
    assert epoch > 1
    (name,) = made.files
    assert Files(other.files).path(name).read_bytes() == b"a picture"


def test_each_restore_gives_a_higher_epoch_than_the_backup_had(
    folder: DataFolder, other: DataFolder, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        connection.execute("UPDATE log SET epoch = 2000000000")
    make_backup(folder, tmp_path / "backup")
    restore_backup(other, tmp_path / "backup")
    assert log_of(other.database)[0][1] == 2_000_000_001


def test_what_is_being_written_meanwhile_is_in_or_out_as_a_whole(folder: DataFolder, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder.database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO log (workspace_id, epoch, last_seq) VALUES ('x', 1, 0)")
        make_backup(folder, tmp_path / "backup")
        writer.execute("COMMIT")
    assert [row[0] for row in log_of(tmp_path / "backup/home.db")] == ["w"]


def test_the_key_comes_along_only_when_asked(folder: DataFolder, other: DataFolder, tmp_path: Path) -> None:
    make_backup(folder, tmp_path / "backup")
    assert not (tmp_path / "backup/secret.key").exists()
    make_backup(folder, tmp_path / "backup", How(with_key=True))
    restore_backup(other, tmp_path / "backup")
    assert other.secret_key.read_text() == "k" * 44


def test_a_second_backup_copies_only_what_is_new(folder: DataFolder, tmp_path: Path) -> None:
    make_backup(folder, tmp_path / "backup")
    (first,) = (tmp_path / "backup/files").glob("??/*")
    before = first.stat().st_mtime_ns
    Files(folder.files).put_now(b"another")
    assert len(make_backup(folder, tmp_path / "backup").files) == 2
    assert first.stat().st_mtime_ns == before


def test_an_existing_database_is_only_replaced_when_told_and_kept_aside(folder: DataFolder, tmp_path: Path) -> None:
    make_backup(folder, tmp_path / "backup")
    with closing(sqlite3.connect(folder.database)) as connection, connection:
        connection.execute("UPDATE log SET last_seq = 99")
    with pytest.raises(BackupRefused, match="--replace"):
        restore_backup(folder, tmp_path / "backup")
    assert log_of(folder.database)[0][2] == 99
    restore_backup(folder, tmp_path / "backup", replace=True)
    assert log_of(folder.database)[0][2] == 41
    (aside,) = [path for path in folder.root.glob("lyhord.db.before-*") if path.suffix not in {"-wal", "-shm"}]
    assert log_of(aside)[0][2] == 99


@pytest.mark.parametrize("damage", ["database", "file", "missing", "manifest", "no manifest"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    folder: DataFolder, other: DataFolder, tmp_path: Path, damage: str
) -> None:
    backup = tmp_path / "backup"
    make_backup(folder, backup)
    (file,) = (backup / "files").glob("??/*")
    if damage == "database":
        with (backup / "home.db").open("ab") as stream:
            stream.write(b"x")
    elif damage == "file":
        file.write_bytes(b"b picture")
    elif damage == "missing":
        file.unlink()
    elif damage == "manifest":
        (backup / "manifest.json").write_text("{")
    else:
        (backup / "manifest.json").unlink()
    with pytest.raises(BackupRefused):
        restore_backup(other, backup)
    assert not other.database.exists()


def test_a_backup_that_stopped_half_way_is_none(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "backup"
    make_backup(folder, backup)

    def full(*_: object) -> None:
        raise OSError("no space left")

    Files(folder.files).put_now(b"another")
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="no space"):
        make_backup(folder, backup)
    assert not (backup / "manifest.json").exists()


def test_without_a_database_there_is_nothing_to_back_up(other: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="no database"):
        make_backup(other, tmp_path / "backup")


def test_the_manifest_names_the_hash_of_the_database(folder: DataFolder, tmp_path: Path) -> None:
    assert make_backup(folder, tmp_path / "backup").databases["home"].hash == hash_of(tmp_path / "backup/home.db")
