"""The data folder: where things lie in it, and who may use it at the same time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from msgspec import Struct

from lyhord.app.settings import Settings
from lyhord.insights.facts.folder import FOLDER


class FolderUnusable(Exception):
    """The data folder can't be used; the message says why and what to do."""


class DataFolder(Struct, frozen=True):
    """Paths in the data folder."""

    root: Path
    database: Path

    @property
    def files(self) -> Path:
        """The file store."""
        return self.root / "files"

    @property
    def insights(self) -> Path:
        """What is made of the database for questions about it; it can be thrown away."""
        return self.root / FOLDER

    @property
    def secret_key(self) -> Path:
        """The key that seals credentials, unless it is set."""
        return self.root / "secret.key"


def data_folder(settings: Settings) -> DataFolder:
    """The data folder of these settings; nothing is made."""
    root = Path(settings.data_dir).resolve()
    return DataFolder(root, root / settings.database.removeprefix("sqlite:"))


def prepare_folder(folder: DataFolder) -> None:
    """Make the folder, readable by its owner alone; raises `FolderUnusable` when nothing can be written there."""
    try:
        folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryFile(dir=folder.root):
            pass
    except OSError as error:
        raise FolderUnusable(
            f"The data folder {folder.root} can't be written: {error.strerror}. "
            "Give its owner the right to, or name another one with --data-dir or LYHORD_DATA_DIR."
        ) from None


@contextmanager
def held(folder: DataFolder, *, alone: bool) -> Iterator[None]:
    """Hold the data folder while the product runs. `alone` also keeps out those who would share it.

    Raises `FolderUnusable` when somebody else holds it. The hold ends with the process, however it ends.
    """
    import fcntl

    with (folder.root / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            raise FolderUnusable(
                f"Another Lyhord is running on {folder.root} (process {_holder(folder)}). Stop it first."
            ) from None
        if alone:
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
        yield


def _holder(folder: DataFolder) -> str:
    return (folder.root / "lock").read_text().strip() or "unknown"
