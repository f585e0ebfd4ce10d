"""A series of backups in one folder, `backup_dir`: each a folder of its own, named by its time; the oldest go."""

import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from lyhord.app.backup import How, Manifest, make_backup, read_manifest
from lyhord.app.folder import DataFolder
from lyhord.app.refusals import BackupRefused
from lyhord.kit.database.engine import Engine
from lyhord.kit.files import sync

_NAME = re.compile(r"\d{8}T\d{6}Z")
ARRIVING = "arriving-"


class Snapshot(Struct, frozen=True):
    """One of the series."""

    path: Path
    manifest: Manifest


def make_snapshot(folder: DataFolder, series: Path, engines: Mapping[str, Engine], *, keep: int) -> Snapshot:
    """Add a backup to the series, whole or not at all, and remove what is older than the newest `keep`.

    Files are shared with the backup before it, so that each costs only what is new. Raises `BackupRefused`, OSError.
    """
    series.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = list_snapshots(series)
    for left in series.glob(f"{ARRIVING}*"):
        shutil.rmtree(left, ignore_errors=True)
    name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    arriving = series / f"{ARRIVING}{name}"
    manifest = make_backup(folder, arriving, How(before=before[0] if before else None), engines=engines)
    made = series / name
    if made.exists():
        shutil.rmtree(arriving)
        raise BackupRefused(f"{made} exists already: another backup was made in this second.")
    arriving.rename(made)
    sync(series)
    for old in list_snapshots(series)[keep:]:
        shutil.rmtree(old, ignore_errors=True)
    return Snapshot(made, manifest)


def list_snapshots(series: Path) -> list[Path]:
    """The whole backups of the series, newest first."""
    if not series.is_dir():
        return []
    found = [path for path in series.iterdir() if _NAME.fullmatch(path.name) and (path / "manifest.json").is_file()]
    return sorted(found, reverse=True)


def get_newest(series: Path) -> Snapshot:
    """The newest backup; raises `BackupRefused` where there is none."""
    found = list_snapshots(series)
    if not found:
        raise BackupRefused(f"There is no backup in {series}. Set backup_dir, or make one with `lyhord backup`.")
    return Snapshot(found[0], read_manifest(found[0]))
