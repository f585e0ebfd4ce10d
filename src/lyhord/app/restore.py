"""The way back from a backup. Everything in it is checked before anything is touched."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from lyhord.app.backup import DATABASE, BackupRefused, How, Manifest, check_integrity, check_whole, copy_files
from lyhord.app.erasures import check_journal
from lyhord.app.folder import DataFolder
from lyhord.app.invariants import list_broken
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite


def restore_backup(
    folder: DataFolder, source: Path, *, engine: Engine | None = None, replace: bool = False, how: How | None = None
) -> Manifest:
    """Put a backup in place. What is there is kept aside under another name, and only with `replace` at all.

    Followers and open pages have numbers of the log that the restored one may give again, so its epoch rises: they start afresh.
    Raises `BackupRefused`.
    """
    engine = engine or Sqlite(folder.database)
    manifest = check_whole(source)
    if manifest.engine != engine.dialect:
        raise BackupRefused(f"This backup is of {manifest.engine}, and the setting database names {engine.dialect}.")
    check_journal(folder)
    if isinstance(engine, Sqlite):
        check_integrity(source / DATABASE["sqlite"])
        if engine.path.exists() and not replace:
            raise BackupRefused(f"{engine.path} exists already. To put it aside and restore, add --replace.")
    folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    dict(copy_files(source / "files", folder.files, how or How()))
    if isinstance(engine, Sqlite):
        _put_file(folder, engine, source)
    else:
        from lyhord.app.dumps import load, raise_epochs

        load(engine, source / DATABASE[manifest.engine], replace=replace)
        raise_epochs(engine)
    key = source / folder.secret_key.name
    if key.exists() and not folder.secret_key.exists():
        shutil.copy2(key, folder.secret_key)
    return manifest


def take_over(folder: DataFolder, engine: Engine) -> list[str]:
    """Make a database that other means brought back (Litestream, an archive of PostgreSQL's log) ready for use.

    It must be sound, and those who were erased since stay so; then the epoch rises, as after any restore. Returns what isn't
    whole in it, in words (files that weren't brought back, say). Raises `BackupRefused`.
    """
    check_journal(folder)
    if isinstance(engine, Sqlite):
        if not engine.path.exists():
            raise BackupRefused(f"There is no database at {engine.path}. Bring it back first.")
        check_integrity(engine.path)
        raise_epochs(engine.path)
    else:
        from lyhord.app import dumps

        dumps.check_unused(engine)
        dumps.raise_epochs(engine)
    return list_broken(engine, folder.files)


def _put_file(folder: DataFolder, engine: Sqlite, source: Path) -> None:
    arriving = folder.root / "arriving.db"
    shutil.copyfile(source / DATABASE["sqlite"], arriving)
    raise_epochs(arriving)
    _put_aside(engine.path)
    arriving.replace(engine.path)


def raise_epochs(path: Path) -> None:
    """Let every follower and every open page of a database file start afresh."""
    minutes = int(time.time()) // 60
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE log SET epoch = max(epoch + 1, ?)", (minutes,))


def _put_aside(database: Path) -> None:
    """Keep a database that is being replaced, its write-ahead log included: together they are whole."""
    stamp = time.strftime("%Y%m%dT%H%M%S")
    for suffix in ("", "-wal", "-shm"):
        path = database.with_name(database.name + suffix)
        if path.exists():
            path.replace(database.with_name(f"{database.name}.before-{stamp}{suffix}"))
