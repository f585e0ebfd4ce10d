"""The drill: is the newest backup one that brings everything back? Restored to a scratch place, checked, and thrown away."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from lyhord.app.folder import DataFolder
from lyhord.app.restore import list_amiss, restore_backup
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


def drill(series: Path, engines: Mapping[str, Engine], *, scratch: Mapping[str, Engine] | None = None) -> Drill:
    """Restore the newest backup and check it. `engines` are the databases in use, on PostgreSQL the servers for scratch databases.

    `scratch` are empty databases of PostgreSQL to use instead, by name. Raises `BackupRefused` for a backup that can't be restored.
    """
    newest = get_newest(series)
    age = time.time() - newest.manifest.made_at / 1000
    with tempfile.TemporaryDirectory(prefix="lyhord-drill-") as made, ExitStack() as stack:
        folder = DataFolder(Path(made), Path(made) / "lyhord.db")
        empty = {
            name: (scratch or {}).get(name) or stack.enter_context(_scratch(folder, engine))
            for name, engine in engines.items()
        }
        began = time.monotonic()
        manifest = restore_backup(folder, newest.path, engines=empty)
        took = time.monotonic() - began
        broken = list_amiss(empty, folder.files)
    return Drill(source=newest.path, age=age, took=took, size=manifest.size, files=len(manifest.files), broken=broken)


@contextmanager
def _scratch(folder: DataFolder, engine: Engine) -> Iterator[Engine]:
    """An empty database of the same kind, for the time being."""
    if isinstance(engine, Sqlite):
        yield Sqlite(folder.database)
        return
    from lyhord.app.dumps import create_scratch, drop_scratch

    made = create_scratch(engine)
    try:
        yield made
    finally:
        drop_scratch(engine, made)
