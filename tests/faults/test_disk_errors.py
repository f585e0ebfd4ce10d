"""Any write and any sync of the data folder may fail: what can't be stored is put off, what was acknowledged stays, and it goes on."""

import errno
import mmap
import struct
import subprocess
from pathlib import Path

import pytest

from tests.faults.checker import STORED, check
from tests.faults.rig import Scene, is_sound, times
from tests.journeys.running import eventually

WRITES, SYNCS, BOTH = 1, 2, 3
PLACES = times(15, 150)
"""The 1st, 2nd, 3rd … call from now fails."""


class FailingDisk:
    """Decides which calls of the product fail. `environment` is what the product is started with."""

    def __init__(self, folder: Path, data: Path) -> None:
        library, control = folder / "failing_disk.so", folder / "control"
        source = Path(__file__).with_name("failing_disk.c")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-o", library, source, "-ldl"], check=True)
        control.write_bytes(bytes(4096))
        with control.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 4096)
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAILING_CONTROL": str(control),
            "FAILING_FOLDER": str(data),
        }

    def fail(self, which: int, after: int, count: int, error: int) -> None:
        """Let `after` calls pass and `count` fail."""
        struct.pack_into("4q", self._shared, 0, which, after, count, error)

    @property
    def left(self) -> int:
        """How many are still to fail."""
        return max(int(struct.unpack_from("q", self._shared, 16)[0]), 0)

    def mend(self) -> None:
        """Nothing fails any more."""
        struct.pack_into("4q", self._shared, 0, 0, 0, 0, 0)


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FailingDisk:
    disk = FailingDisk(tmp_path, tmp_path / "scene" / "data")
    for name, value in disk.environment.items():
        monkeypatch.setenv(name, value)
    return disk


@pytest.mark.parametrize(
    ("which", "error"), [(WRITES, errno.EIO), (SYNCS, errno.EIO), (WRITES, errno.ENOSPC)], ids=["write", "sync", "full"]
)
def test_an_error_at_every_call_in_turn(scene: Scene, disk: FailingDisk, which: int, error: int) -> None:
    pid = scene.running.pid
    for place in range(PLACES):
        disk.fail(which, place, count=1 if place % 2 else 12, error=error)
        eventually(lambda: not disk.left)
        scene.wait_for_acks(3)
    disk.fail(which, 0, count=1_000_000, error=error)
    answer = scene.office.client.patch("/workspace", json={"name": "Not now"})
    assert (answer.status_code, answer.headers.get("retry-after", "").isdigit()) == (503, True), answer.text
    disk.mend()
    assert scene.running.pid == pid
    assert scene.crowd.answers[503]
    held = scene.verify()

    scene.running.kill()
    scene.running.start()
    again = scene.holdings()
    assert check(scene.journal, again, STORED) == []
    assert len(again.received) == len(held.received)
    assert is_sound(scene.folder / "data" / "lyhord.db")
