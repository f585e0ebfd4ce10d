"""A copy of everything while the product runs.

A backup is a folder: the database (`lyhord.db`, or `lyhord.dump` of PostgreSQL), `files/` as in the file store, and `manifest.json`
with every name, size and hash. Since files never change, a second backup into the same folder copies only what is new, and a series of
backups shares them.
"""

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Struct

from lyhord import __version__
from lyhord.app.folder import DataFolder
from lyhord.app.schema import find_version
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import sync

MANIFEST = "manifest.json"
DATABASE = {"sqlite": "lyhord.db", "postgresql": "lyhord.dump"}
Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup holds. `made_at` is Unix milliseconds; `database` is its hash; `files` maps each SHA-256 to its size in bytes."""

    lyhord: str
    schema: str
    made_at: int
    database: str
    files: dict[str, int]
    engine: str = "sqlite"


class BackupRefused(Exception):
    """The backup can't be made or used; the message says why and what to do."""


class How(Struct, frozen=True):
    """`with_key` adds the key that opens credentials. `before` is an older backup whose files may be shared."""

    with_key: bool = False
    before: Path | None = None
    progress: Progress | None = None


ALONE = How()


def make_backup(folder: DataFolder, target: Path, how: How = ALONE, *, engine: Engine | None = None) -> Manifest:
    """Copy the database as it is at one moment, check the copy, then copy every file that it may name.

    `engine` is the embedded database unless it is said. Files are durable before rows name them, so a file that the copied database
    names is there. The manifest is written last: a folder without it is no backup.
    """
    engine = engine or Sqlite(folder.database)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    (target / MANIFEST).unlink(missing_ok=True)
    made_at = time.time_ns() // 1_000_000
    copy = target / DATABASE[engine.dialect]
    if isinstance(engine, Sqlite):
        _copy_database(engine, copy)
    else:
        from lyhord.app.dumps import dump

        dump(engine, copy)
    files = dict(copy_files(folder.files, target / "files", how))
    if how.with_key and folder.secret_key.exists():
        shutil.copy2(folder.secret_key, target / folder.secret_key.name)
    manifest = Manifest(
        lyhord=__version__,
        schema=find_version(engine) or "",
        made_at=made_at,
        database=hash_of(copy),
        files=files,
        engine=engine.dialect,
    )
    arriving = target / f"{MANIFEST}.arriving"
    arriving.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    sync(arriving)
    arriving.replace(target / MANIFEST)
    sync(target)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup; raises `BackupRefused` for a folder that is none."""
    try:
        return msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupRefused(f"{source} holds no complete backup: there is no {MANIFEST}.") from None
    except msgspec.MsgspecError as error:
        raise BackupRefused(f"{source / MANIFEST} can't be read: {error}.") from None


def check_whole(source: Path) -> Manifest:
    """The manifest of a backup in which every hash was found right; raises `BackupRefused`."""
    manifest = read_manifest(source)
    database = source / DATABASE.get(manifest.engine, "")
    if not database.is_file() or hash_of(database) != manifest.database:
        raise BackupRefused(f"{database} isn't what was backed up: its hash differs.")
    wrong = [name for name in manifest.files if not is_whole(place(source / "files", name), name)]
    if wrong:
        raise BackupRefused(f"{len(wrong)} files of the backup are missing or damaged, first {wrong[0]}.")
    return manifest


def check_integrity(path: Path) -> None:
    """Raise `BackupRefused` where SQLite finds its file damaged."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    if said != ["ok"]:
        raise BackupRefused(f"{path} is damaged: {'; '.join(said)}.")


def hash_of(path: Path) -> str:
    """SHA-256 of a file in lower-case hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_files(source: Path, target: Path, how: How = ALONE) -> Iterator[tuple[str, int]]:
    """Bring every file of a store that isn't in `target` there; each with its size. One in `how.before` is shared, not copied."""
    found = [path for path in source.glob("??/*") if len(path.name) == 64] if source.exists() else []
    for done, path in enumerate(found, start=1):
        copy = place(target, path.name)
        size = path.stat().st_size
        if not copy.exists() or copy.stat().st_size != size:
            copy.parent.mkdir(parents=True, exist_ok=True)
            arriving = copy.with_suffix(".arriving")
            known = place(how.before / "files", path.name) if how.before else None
            _bring(path, arriving, known, size)
            arriving.replace(copy)
        if how.progress:
            how.progress(done, len(found))
        yield path.name, size


def place(root: Path, name: str) -> Path:
    """Where a file lies in a store."""
    return root / name[:2] / name


def is_whole(path: Path, name: str) -> bool:
    """Whether a file is there and is what its name says."""
    return path.is_file() and hash_of(path) == name


def _copy_database(engine: Sqlite, copy: Path) -> None:
    if not engine.path.exists():
        raise BackupRefused(f"There is no database at {engine.path}.")
    arriving = copy.with_name("arriving.db")
    arriving.unlink(missing_ok=True)
    with closing(sqlite3.connect(engine.path)) as source, closing(sqlite3.connect(arriving)) as target:
        source.backup(target, pages=4_096)
        target.execute("PRAGMA journal_mode = DELETE")
    check_integrity(arriving)
    sync(arriving)
    arriving.replace(copy)


def _bring(path: Path, arriving: Path, known: Path | None, size: int) -> None:
    """A second name for the file of an older backup where the disk knows such names, else a copy."""
    arriving.unlink(missing_ok=True)
    if known is not None and known.is_file() and known.stat().st_size == size:
        try:
            os.link(known, arriving)
        except OSError:
            pass
        else:
            return
    shutil.copyfile(path, arriving)
    sync(arriving)
