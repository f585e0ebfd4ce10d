"""The way back from a backup. Everything in it is checked before anything is touched."""

import shutil
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from lyhord.app.backup import How, Manifest, check_whole, copy_files, file_of
from lyhord.app.folder import DataFolder
from lyhord.app.invariants import list_broken
from lyhord.app.moments import check_integrity
from lyhord.app.refusals import BackupRefused
from lyhord.kit.database.database import HOME
from lyhord.kit.database.directory import settle_doubles
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite


def restore_backup(
    folder: DataFolder,
    source: Path,
    *,
    engines: Mapping[str, Engine] | None = None,
    replace: bool = False,
    how: How | None = None,
) -> Manifest:
    """Put a backup in place. What is there is kept aside under another name, and only with `replace` at all.

    Followers and open pages have numbers of the log that the restored one may give again, so its epoch rises: they start afresh. A
    workspace that moved while the backup was made is where the later move brought it. Raises `BackupRefused`; where that happens
    after the first database was touched, the same again with `replace` begins anew.
    """
    engines = engines or {HOME: Sqlite(folder.database)}
    manifest = check_whole(source)
    _check_same(manifest, engines)
    for name, engine in engines.items():
        _check_room(engine, source / file_of(name, engine.dialect), replace=replace)
    dict(copy_files(source / "files", folder.files, how or How()))
    for name, engine in engines.items():
        _put(engine, source / file_of(name, engine.dialect))
    settle_doubles(engines)
    key = source / folder.secret_key.name
    if key.exists() and not folder.secret_key.exists():
        shutil.copy2(key, folder.secret_key)
    return manifest


def take_over(folder: DataFolder, engines: Mapping[str, Engine]) -> list[str]:
    """Make databases that other means brought back (Litestream, an archive of PostgreSQL's log) ready for use.

    They must be sound; then the epoch rises, as after any restore. Returns what isn't
    whole, in words (files that weren't brought back, say). Raises `BackupRefused`.
    """
    for engine in engines.values():
        _take_over(engine)
    return list_amiss(engines, folder.files)


def list_amiss(engines: Mapping[str, Engine], files: Path) -> list[str]:
    """What isn't whole in databases that just came back, in words. Nobody may use them meanwhile."""
    lost = [f"Workspace {one} is in no database any more." for one in settle_doubles(engines)]
    return lost + [line for engine in engines.values() for line in list_broken(engine, files)]


def _check_same(manifest: Manifest, engines: Mapping[str, Engine]) -> None:
    """A backup goes back to databases of the same names and kinds."""
    held = {name: part.engine for name, part in manifest.databases.items()}
    named = {name: engine.dialect for name, engine in engines.items()}
    if held != named:
        raise BackupRefused(f"This backup is of {_spell(held)}, and the settings name {_spell(named)}.")


def _spell(kinds: Mapping[str, str]) -> str:
    return " and ".join(f"{name} ({kind})" for name, kind in sorted(kinds.items()))


def _check_room(engine: Engine, copy: Path, *, replace: bool) -> None:
    if isinstance(engine, Sqlite):
        check_integrity(copy)
        if engine.path.exists() and not replace:
            raise BackupRefused(f"{engine.path} exists already. To put it aside and restore, add --replace.")
    else:
        from lyhord.app.dumps import check_unused

        check_unused(engine, empty=not replace)


def _put(engine: Engine, copy: Path) -> None:
    if isinstance(engine, Sqlite):
        engine.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        arriving = engine.path.with_name("arriving.db")
        shutil.copyfile(copy, arriving)
        raise_epochs(arriving)
        _put_aside(engine.path)
        arriving.replace(engine.path)
    else:
        from lyhord.app import dumps

        dumps.load(engine, copy)
        dumps.raise_epochs(engine)


def _take_over(engine: Engine) -> None:
    if isinstance(engine, Sqlite):
        if not engine.path.exists():
            raise BackupRefused(f"There is no database at {engine.path}. Bring it back first.")
        check_integrity(engine.path)
        raise_epochs(engine.path)
    else:
        from lyhord.app import dumps

        dumps.check_unused(engine)
        dumps.raise_epochs(engine)


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
