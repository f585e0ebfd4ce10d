"""A copy of everything while the product runs.

A backup is a folder: a part for each database (`home.db`, or `home.dump` of PostgreSQL), `files/` as in the file store, and
`manifest.json` with every name, size and hash. Since files never change, a second backup into the same folder copies only what is new,
and a series of backups shares them.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from lyhord import __version__
from lyhord.app.folder import DataFolder
from lyhord.app.moments import Moment, hold
from lyhord.app.refusals import BackupRefused
from lyhord.kit.database.database import HOME
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import sync

MANIFEST = "manifest.json"
_SUFFIX = {"sqlite": "db", "postgresql": "dump"}
Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


class Part(Struct, frozen=True):
    """The copy of one database: its `engine`, the step of its tables, its SHA-256 and its size in bytes."""

    engine: str
    schema: str
    hash: str
    size: int


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup holds. `made_at` is Unix milliseconds; `databases` are by name; `files` maps each SHA-256 to its size in bytes."""

    lyhord: str
    made_at: int
    databases: dict[str, Part]
    files: dict[str, int]

    @property
    def size(self) -> int:
        """Of the databases in bytes."""
        return sum(part.size for part in self.databases.values())


class How(Struct, frozen=True):
    """`with_key` adds the key that opens credentials. `before` is an older backup whose files may be shared."""

    with_key: bool = False
    before: Path | None = None
    progress: Progress | None = None


ALONE = How()


def make_backup(
    folder: DataFolder, target: Path, how: How = ALONE, *, engines: Mapping[str, Engine] | None = None
) -> Manifest:
    """Copy each database as it is at one moment, check the copies, then copy every file that they may name.

    `engines` are the databases by name; the embedded one unless they are said. Files are durable before rows name them, so a file that
    a copied database names is there. The manifest is written last: a folder without it is no backup. Raises `BackupRefused`.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    (target / MANIFEST).unlink(missing_ok=True)
    with hold(engines or {HOME: Sqlite(folder.database)}) as moments:
        made_at = time.time_ns() // 1_000_000
        parts = {name: _copy(name, moment, target) for name, moment in moments.items()}
    files = dict(copy_files(folder.files, target / "files", how))
    if how.with_key and folder.secret_key.exists():
        shutil.copy2(folder.secret_key, target / folder.secret_key.name)
    manifest = Manifest(lyhord=__version__, made_at=made_at, databases=parts, files=files)
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
    for name, part in manifest.databases.items():
        copy = source / file_of(name, part.engine)
        if not copy.is_file() or hash_of(copy) != part.hash:
            raise BackupRefused(f"{copy} isn't what was backed up: its hash differs.")
    wrong = [name for name in manifest.files if not is_whole(place(source / "files", name), name)]
    if wrong:
        raise BackupRefused(f"{len(wrong)} files of the backup are missing or damaged, first {wrong[0]}.")
    return manifest


def file_of(name: str, dialect: str) -> str:
    """The file of a backup that holds the copy of a database."""
    return f"{name}.{_SUFFIX.get(dialect, dialect)}"


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


def _copy(name: str, moment: Moment, target: Path) -> Part:
    dialect = moment.engine.dialect
    copy = target / file_of(name, dialect)
    moment.copy(copy)
    return Part(dialect, moment.schema, hash_of(copy), copy.stat().st_size)


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
