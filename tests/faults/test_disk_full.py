"""The disk fills up, log and all: channels are asked to come back, and once there is room the same process goes on."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.counterparts.postgres import Cluster
from tests.faults.disks import Disks, run
from tests.faults.rig import Scene, is_sound
from tests.journeys.running import eventually


@pytest.fixture
def small() -> Iterator[Path]:
    """A disk of 12 MB."""
    with Disks() as disks:
        yield disks.mount("tmpfs", "small", "-t", "tmpfs", "-o", "size=12m")


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


def ready(scene: Scene) -> int:
    """What the product says to whoever asks whether it can work."""
    return httpx.get(f"{scene.running.base}/ready", timeout=10).status_code


def unready(scene: Scene) -> set[str]:
    """Why the product says that it can't work; nothing when it says that it can."""
    answer = httpx.get(f"{scene.running.base}/ready", timeout=10)
    assert answer.status_code in {200, 503}
    return set(answer.json()["problems"])


def test_a_full_disk_puts_off_and_needs_no_restart(small: Path, tmp_path: Path) -> None:
    scene = Scene(small / "scene", journal=tmp_path / "journal.jsonl")
    try:
        scene.prepare()
        pid = scene.running.pid
        for number in range(3):
            scene.wait_for_acks(20)
            filler = fill(small)
            before = scene.crowd.answers[503]
            eventually(lambda before=before: scene.crowd.answers[503] > before + 20)
            told = httpx.get(f"{scene.running.base}/ready", timeout=10)
            assert (told.status_code, "ready.disk" in told.json()["problems"]) == (503, True)
            answer = eventually(lambda: refused(scene))
            assert answer.headers.get("retry-after", "").isdigit(), answer.text
            assert scene.office.get("/tickets", list="all")["items"], "reading goes on"
            filler.unlink()
            run("mount", "-o", f"remount,size={30 * (number + 1)}m", small)
            scene.wait_for_acks(50)
            assert ready(scene) == 200
        scene.verify()
        assert scene.running.pid == pid
        assert is_sound(scene.folder / "data" / "lyhord.db")
    finally:
        scene.close()


@pytest.fixture
def crowded() -> Iterator[Path]:
    """A disk that a small cluster nearly fills."""
    with Disks() as disks:
        yield disks.mount("tmpfs", "crowded", "-t", "tmpfs", "-o", "size=130m")


@pytest.mark.long
def test_a_full_disk_of_postgresql_is_lived_through_without_a_restart(crowded: Path, tmp_path: Path) -> None:
    small = ("min_wal_size=32MB", "max_wal_size=32MB", "wal_recycle=off")
    with Cluster(durable=True, folder=crowded, more=small) as cluster:
        scene = Scene(tmp_path / "scene", cluster.create())
        try:
            scene.prepare()
            pid = scene.running.pid
            for number in range(3):
                scene.wait_for_acks(20)
                filler = fill(crowded)
                before = scene.crowd.answers[503]
                eventually(lambda before=before: fill(crowded).exists() and scene.crowd.answers[503] > before + 20)
                answer = eventually(lambda: fill(crowded).exists() and refused(scene))
                assert answer.headers.get("retry-after", "").isdigit(), answer.text
                told = eventually(lambda: fill(crowded).exists() and unready(scene))
                assert told <= {"ready.storage", "ready.database"}, "that it is full, or that the server gave up"
                filler.unlink()
                run("mount", "-o", f"remount,size={130 + 60 * (number + 1)}m", crowded)
                if not cluster.runs:  # it gave up; whoever keeps services running starts it again
                    cluster.start()
                scene.wait_for_acks(50)
                eventually(lambda: ready(scene) == 200)
            scene.verify()
            assert scene.running.pid == pid
        finally:
            scene.close()
