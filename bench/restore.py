"""How long the way back from a backup takes, database and files, with all of its checks.

    python -m bench.restore [--messages 100000] [--files 200]

On each engine: a company with its messages, and files of a mebibyte each; a backup of it, and a restore into an empty place. The
ceiling is copying the same bytes to the same disk.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.filling import said, store
from bench.ingest import BODY
from bench.record import Row, record
from lyhord.app.backup import make_backup
from lyhord.app.folder import DataFolder
from lyhord.app.restore import restore_backup
from lyhord.app.schema import prepare
from lyhord.kit.database import Database
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.postgres import Postgres
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import Files
from lyhord.kit.ids import new_id
from lyhord.tickets.wiring import REACTIONS
from tests.counterparts.postgres import Cluster

CUSTOMERS = 10
"""Messages for each customer."""
FILE = 1 << 20
GB = 1e9
TARGET_SECONDS = 60
"""For the embedded database; a large installation doesn't rely on dumps."""


async def fill(engine: Engine, folder: DataFolder, messages: int, files: int) -> None:
    """A company with a history."""
    prepare(engine)
    database = Database(engine, reactions=Reactions(REACTIONS))
    await database.open()
    inbox_id = new_id()
    items = [
        said(inbox_id, f"m{number}", f"c{number // CUSTOMERS}", f"Customer {number // CUSTOMERS}", f"{BODY}{number}")
        for number in range(messages)
    ]
    await store(database, new_id(), items)
    await database.close()
    for _ in range(files):
        Files(folder.files).put_now(os.urandom(FILE))


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def copy(source: Path, target: Path) -> float:
    """Seconds for reading and writing what lies below `source`, each file made durable."""
    began = time.monotonic()
    target.mkdir()
    for number, path in enumerate(path for path in source.rglob("*") if path.is_file()):
        with path.open("rb") as reading, (target / str(number)).open("wb") as writing:
            while part := reading.read(FILE):
                writing.write(part)
            os.fsync(writing.fileno())
    return time.monotonic() - began


@contextmanager
def places(name: str, root: Path) -> Iterator[tuple[Engine, Engine]]:
    """A database to fill, and an empty one to restore into."""
    if name == "sqlite":
        yield Sqlite(root / "data" / "lyhord.db"), Sqlite(root / "back" / "lyhord.db")
    else:
        with Cluster(durable=True) as cluster:
            yield Postgres(cluster.create()), Postgres(cluster.create())


def measure(name: str, messages: int, files: int) -> Row:
    """One engine. The size that counts is that of the backup, on PostgreSQL a compressed one."""
    with tempfile.TemporaryDirectory() as made, places(name, Path(made)) as (engine, empty):
        root = Path(made)
        folder = DataFolder(root / "data", root / "data" / "lyhord.db")
        folder.root.mkdir()
        asyncio.run(fill(engine, folder, messages, files))
        began = time.monotonic()
        make_backup(folder, root / "backup", engines={"home": engine})
        backed_up = time.monotonic() - began
        size = size_of(root / "backup")
        bare = copy(root / "backup", root / "copy")
        began = time.monotonic()
        restore_backup(DataFolder(root / "back", root / "back" / "lyhord.db"), root / "backup", engines={"home": empty})
        took = time.monotonic() - began
    per = GB / size
    print(
        f"{name:10} backup of {size / 1e6:.0f} MB made in {backed_up:.1f} s, restored in {took:.1f} s: {took * per:.1f} s a GB; "
        f"copying alone {bare * per:.1f} s a GB",
        flush=True,
    )
    return Row(
        path="restore of a backup",
        engine=name,
        size=messages,
        figure=round(took * per, 1),
        unit="s/GB",
        ceiling=round(bare * per, 1),
        ratio=round(took / bare, 1),
        target=f"at most {TARGET_SECONDS} s a GB" if name == "sqlite" else None,
        met=took * per <= TARGET_SECONDS if name == "sqlite" else None,
    )


def main() -> None:
    """Both engines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=200)
    options = parser.parse_args()
    record(*(measure(name, options.messages, options.files) for name in ("sqlite", "postgresql")))


if __name__ == "__main__":
    main()
