"""Disks that lose power or fill up: file systems of their own in image files, as root.

A power cut is a copy of the disk in one instant. The product runs on ext4 on a loop device whose image lies on btrfs; `cp --reflink`
takes the image's blocks as they are, in no time and without telling ext4. What a program has written and not synced is in ext4's page
cache and not in the copy. The copy is mounted (ext4 replays its journal) and looked at while the product runs on. This is a disk that
keeps everything it was sent, in the order in which it was sent: caches of the disk itself that lie about a flush aren't played.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

MEMORY = Path("/dev/shm")


def run(*command: str | Path) -> None:
    """Run a program that must succeed."""
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stderr}"


def require_disks() -> None:
    """Fail, and say what is needed, where no file systems can be mounted."""
    missing = [one for one in ("mkfs.btrfs", "mkfs.ext4") if not shutil.which(one)]
    if missing or os.geteuid() != 0:
        pytest.fail(
            f"These tests need root and btrfs-progs (tools/debian.sh). Missing: {missing or 'root'}", pytrace=False
        )


class Disks:
    """What is mounted below one temporary folder; unmounted again in reverse."""

    def __init__(self) -> None:
        require_disks()
        self.root = Path(tempfile.mkdtemp(prefix="lyhord-disks-", dir=MEMORY if MEMORY.exists() else None))
        self.root.chmod(0o755)  # PostgreSQL runs as a user of its own
        self._mounted: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._mounted:
            self.unmount(self._mounted[-1])
        shutil.rmtree(self.root, ignore_errors=True)

    def mount(self, source: Path | str, name: str, *options: str) -> Path:
        """Mount something at a folder of that name."""
        place = self.root / name
        place.mkdir(exist_ok=True)
        run("mount", *options, source, place)
        self._mounted.append(place)
        return place

    def unmount(self, place: Path) -> None:
        """Take it away; lazily, where somebody still looks at it."""
        self._mounted.remove(place)
        if subprocess.run(["umount", str(place)], capture_output=True, check=False).returncode:
            run("umount", "-l", place)

    def image(self, folder: Path, name: str, megabytes: int, kind: str) -> Path:
        """A file system in a file that takes only the room that it needs."""
        path = folder / name
        with path.open("wb") as file:
            file.truncate(megabytes * 1_000_000)
        run(f"mkfs.{kind}", "-q", path)
        return path


class CuttableDisk:
    """`path` is where to work. `cut` gives the disk as it would be found after a power cut at this instant."""

    def __init__(self, disks: Disks, *, megabytes: int = 1_000) -> None:
        self._disks = disks
        self._outer = disks.mount(disks.image(disks.root, "outer.img", megabytes * 4, "btrfs"), "outer", "-o", "loop")
        self._image = disks.image(self._outer, "disk.img", megabytes, "ext4")
        self.path = disks.mount(self._image, "disk", "-o", "loop")

    def settle(self) -> None:
        """Everything written until now is on the disk: what was there long before the power went."""
        run("sync", "-f", self.path)

    def cut(self) -> Path:
        """The copy, mounted; `forget` it before the next."""
        copy = self._outer / "cut.img"
        copy.unlink(missing_ok=True)
        run("cp", "--reflink=always", self._image, copy)
        return self._disks.mount(copy, "cut", "-o", "loop")

    def forget(self, copy: Path) -> None:
        """Done with looking at a copy."""
        self._disks.unmount(copy)
