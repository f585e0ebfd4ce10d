"""Where the files of facts lie: `insights/<workspace>/<table>/<month>.parquet` in the data folder; a manifest says how far they go."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from lyhord.insights.facts.model import VERSION, Table
from lyhord.kit.ids import is_id

FOLDER = "insights"
_MANIFEST = "manifest.json"


class Manifest(Struct, frozen=True):
    """The files have everything up to event `seq` of `epoch`; what came after is read from the tables. `written_at` is Unix ms."""

    epoch: int
    seq: int
    written_at: int
    version: int = VERSION


NOTHING = Manifest(epoch=0, seq=0, written_at=0)


class FactFolder:
    """The files of one workspace. What can't be read counts as nothing: it is written anew."""

    def __init__(self, root: Path, workspace_id: str) -> None:
        self.path = root / workspace_id

    def manifest(self) -> Manifest:
        """How far the files go; `NOTHING` where there are none of this version."""
        try:
            found = msgspec.json.decode((self.path / _MANIFEST).read_bytes(), type=Manifest)
        except (OSError, msgspec.MsgspecError):
            return NOTHING
        return found if found.version == VERSION else NOTHING

    def write_manifest(self, manifest: Manifest) -> None:
        """Say how far the files go, once they do."""
        self.path.mkdir(parents=True, exist_ok=True)
        fresh = self.path / f"{_MANIFEST}.{os.getpid()}"
        fresh.write_bytes(msgspec.json.encode(manifest))
        fresh.replace(self.path / _MANIFEST)

    def file(self, table: Table, month: str) -> Path:
        """The file of a month, there or not."""
        return self.path / table.name / f"{month}.parquet"

    def files(self, table: Table, since: str = "", until: str = "~") -> list[Path]:
        """Those that are there, of the months from `since` to `until`, in their order."""
        found = sorted((self.path / table.name).glob("????-??.parquet"))
        return [one for one in found if since <= one.stem <= until]

    def spare(self, table: Table, month: str) -> Path:
        """A name beside a month's file that nobody reads."""
        folder = self.path / table.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{month}.{os.getpid()}"

    def take(self, table: Table, month: str) -> None:
        """Put the spare file of a month in the place of its file."""
        self.spare(table, month).replace(self.file(table, month))

    def spool(self, table: Table) -> Path:
        """A folder for lines that are to become files."""
        folder = self.path / "spool" / table.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def clear(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self.path, ignore_errors=True)


def clear_others(root: Path, workspace_ids: Iterable[str]) -> None:
    """Throw away what belongs to workspaces that are gone."""
    kept = set(workspace_ids)
    for path in root.iterdir() if root.is_dir() else ():
        if is_id(path.name) and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
