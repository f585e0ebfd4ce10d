"""A copy of everything while the product runs, and the way back.

A backup is a folder: `lyhord.db`, `files/` as in the file store, and `manifest.json` with every name, size and hash. Since files
never change, a second backup into the same folder copies only what is new.
"""

import hashlib
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
from lyhord.kit.database.sqlite import Sqlite

MANIFEST = "manifest.json"
DATABASE = "lyhord.db"
CHUNK = 1 << 20
Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup holds. `made_at` is Unix milliseconds; `files` maps each SHA-256 to its size in bytes."""

    lyhord: str
    schema: str
    made_at: int
    database: str
    files: dict[str, int]


class BackupRefused(Exception):
    """The backup can't be made or used; the message says why and what to do."""


def make_backup(
    folder: DataFolder, target: Path, *, with_key: bool = False, progress: Progress | None = None
) -> Manifest:
    """Copy the database as it is at one moment, then every file that it may name. `with_key` adds the key that opens credentials.

    Files are durable before rows name them, so a file that the copied database names is there. The manifest is written last: a
    folder without it is no backup.
    """
    if not folder.database.exists():
        raise BackupRefused(f"There is no database at {folder.database}.")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    (target / MANIFEST).unlink(missing_ok=True)
    copy = target / DATABASE
    with (
        closing(sqlite3.connect(folder.database)) as source,
        closing(sqlite3.connect(target / "arriving.db")) as arriving,
    ):
        source.backup(arriving, pages=4_096)
    (target / "arriving.db").replace(copy)
    files = dict(_copy_files(folder.files, target / "files", progress))
    if with_key and folder.secret_key.exists():
        shutil.copy2(folder.secret_key, target / folder.secret_key.name)
    manifest = Manifest(
        lyhord=__version__,
        schema=find_version(Sqlite(copy)) or "",
        made_at=time.time_ns() // 1_000_000,
        database=hash_of(copy),
        files=files,
    )
    (target / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def restore_backup(
    folder: DataFolder, source: Path, *, replace: bool = False, progress: Progress | None = None
) -> Manifest:
    """Put a backup in place, after every hash in it was found right. An older database is kept beside it under another name.

    Followers and open pages have numbers of the log that the restored one may give again, so its epoch rises: they start afresh.
    """
    manifest = read_manifest(source)
    if folder.database.exists() and not replace:
        raise BackupRefused(f"{folder.database} exists already. To put it aside and restore, add --replace.")
    if hash_of(source / DATABASE) != manifest.database:
        raise BackupRefused(f"{source / DATABASE} isn't what was backed up: its hash differs.")
    wrong = [name for name in manifest.files if not _is_whole(_place(source / "files", name), name)]
    if wrong:
        raise BackupRefused(f"{len(wrong)} files of the backup are missing or damaged, first {wrong[0]}.")
    folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    dict(_copy_files(source / "files", folder.files, progress))
    arriving = folder.root / "arriving.db"
    shutil.copyfile(source / DATABASE, arriving)
    _raise_epochs(arriving)
    _put_aside(folder.database)
    arriving.replace(folder.database)
    key = source / folder.secret_key.name
    if key.exists() and not folder.secret_key.exists():
        shutil.copy2(key, folder.secret_key)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup; raises `BackupRefused` for a folder that is none."""
    try:
        return msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupRefused(f"{source} holds no complete backup: there is no {MANIFEST}.") from None
    except msgspec.MsgspecError as error:
        raise BackupRefused(f"{source / MANIFEST} can't be read: {error}.") from None


def hash_of(path: Path) -> str:
    """SHA-256 of a file in lower-case hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy_files(source: Path, target: Path, progress: Progress | None) -> Iterator[tuple[str, int]]:
    found = [path for path in source.glob("??/*") if len(path.name) == 64] if source.exists() else []
    for done, path in enumerate(found, start=1):
        copy = _place(target, path.name)
        size = path.stat().st_size
        if not copy.exists() or copy.stat().st_size != size:
            copy.parent.mkdir(parents=True, exist_ok=True)
            arriving = copy.with_suffix(".arriving")
            shutil.copyfile(path, arriving)
            arriving.replace(copy)
        if progress:
            progress(done, len(found))
        yield path.name, size


def _place(root: Path, name: str) -> Path:
    return root / name[:2] / name


def _is_whole(path: Path, name: str) -> bool:
    return path.is_file() and hash_of(path) == name


def _raise_epochs(path: Path) -> None:
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
