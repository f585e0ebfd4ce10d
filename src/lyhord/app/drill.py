"""The drill: is the newest backup one that brings everything back? Restored to a scratch place, checked, and thrown away."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from lyhord.app.folder import DataFolder
from lyhord.app.invariants import list_broken
from lyhord.app.restore import restore_backup
from lyhord.app.snapshots import get_newest
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.sqlite import Sqlite


class Drill(Struct, frozen=True, kw_only=True):
    """What it found. `age` is how much would be lost now, `took` how long the way back is; seconds. `broken` says what is wrong."""

    source: Path
    age: float
    took: float
    size: int
    files: int
    broken: list[str]


def drill(series: Path, engine: Engine, *, scratch: Engine | None = None) -> Drill:
    """Restore the newest backup and check it. `engine` is the database in use, on PostgreSQL the server for the scratch database.

    `scratch` is an empty database of PostgreSQL to use instead. Raises `BackupRefused` for a backup that can't be restored.
    """
    newest = get_newest(series)
    age = time.time() - newest.manifest.made_at / 1000
    with tempfile.TemporaryDirectory(prefix="lyhord-drill-") as root, _place(Path(root), engine, scratch) as restored:
        folder = DataFolder(Path(root), Path(root) / "lyhord.db")
        began = time.monotonic()
        restore_backup(folder, newest.path, engine=restored)
        took = time.monotonic() - began
        broken = list_broken(restored, folder.files)
    return Drill(
        source=newest.path, age=age, took=took, size=newest.size, files=len(newest.manifest.files), broken=broken
    )


@contextmanager
def _place(root: Path, engine: Engine, scratch: Engine | None) -> Iterator[Engine]:
    if isinstance(engine, Sqlite):
        yield Sqlite(root / "lyhord.db")
    elif scratch is not None:
        yield scratch
    else:
        from lyhord.app.dumps import create_scratch, drop_scratch

        made = create_scratch(engine)
        try:
            yield made
        finally:
            drop_scratch(engine, made)
