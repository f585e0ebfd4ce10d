"""The disk fills up, log and all: channels are asked to come back, and once there is room the same process goes on."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.counterparts.postgres import Cluster
from tests.faults.disks import Disks, run
from tests.faults.rig import Scene, is_sound
from tests.journeys.running import eventually


def memory(disks: Disks, megabytes: int) -> Path:
    """A disk of that size."""
    return disks.mount("tmpfs", "small", "-t", "tmpfs", "-o", f"size={megabytes}m")


def fill(disk: Path) -> Path:
    """Take all the room that there is; the file that has it."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(100_000))
    return filler


def refused(scene: Scene) -> httpx.Response | None:
    """The answer to an agent who wants to change something, if it is a 503."""
    answer = scene.office.client.patch("/workspace", json={"name": f"Full at {time.monotonic_ns()}"})
    assert answer.status_code in {200, 503}, answer.text
    return answer if answer.status_code == 503 else None


def unready(scene: Scene) -> set[str]:
    """Why the product says that it can't work; nothing when it says that it can."""
    answer = httpx.get(f"{scene.running.base}/ready", timeout=10)
    problems = set(answer.json()["problems"])
    assert answer.status_code == (503 if problems else 200)
    return problems


@contextmanager
def full(scene: Scene, disk: Path, *, then: int) -> Iterator[None]:
    """No room while it is open: channels and agents are put off. Afterwards the disk has `then` MB, and all is well again."""
    scene.wait_for_acks(20)
    before = scene.crowd.answers[503]
    filler = fill(disk)
    eventually(lambda: fill(disk).exists() and scene.crowd.answers[503] > before + 20)
    answer = eventually(lambda: fill(disk).exists() and refused(scene))
    assert answer.headers.get("retry-after", "").isdigit(), answer.text
    yield
    filler.unlink()
    run("mount", "-o", f"remount,size={then}m", disk)


def goes_on(scene: Scene) -> None:
    """Everybody is acknowledged again, and load balancers may send people here."""
    scene.wait_for_acks(50)
    eventually(lambda: not unready(scene))


def test_a_full_disk_puts_off_and_needs_no_restart(tmp_path: Path) -> None:
    with (
        Disks() as disks,
        closing(Scene(memory(disks, 12) / "scene", journal=tmp_path / "journal.jsonl")) as scene,
    ):
        scene.prepare()
        pid = scene.running.pid
        for number in range(3):
            with full(scene, scene.folder.parent, then=30 * (number + 1)):
                assert "ready.disk" in unready(scene)
                assert scene.office.get("/tickets", list="all")["items"], "reading goes on"
            goes_on(scene)
        scene.verify()
        assert scene.running.pid == pid
        assert is_sound(scene.folder / "data" / "lyhord.db")


@pytest.mark.long
def test_a_full_disk_of_postgresql_is_lived_through_without_a_restart(tmp_path: Path) -> None:
    small = ("min_wal_size=32MB", "max_wal_size=32MB", "wal_recycle=off")
    with (
        Disks() as disks,
        Cluster(durable=True, folder=memory(disks, 130), more=small) as cluster,
        closing(Scene(tmp_path / "scene", cluster.create())) as scene,
    ):
        scene.prepare()
        pid = scene.running.pid
        for number in range(3):
            disk = cluster.root.parent
            with full(scene, disk, then=130 + 60 * (number + 1)):
                told = eventually(lambda disk=disk: fill(disk).exists() and unready(scene))
                assert told <= {"ready.storage", "ready.database"}, "that it is full, or that the server gave up"
            if not cluster.runs:  # it gave up; whoever keeps services running starts it again
                cluster.start()
            goes_on(scene)
        scene.verify()
        assert scene.running.pid == pid
