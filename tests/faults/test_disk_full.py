"""The disk fills up, log and all: channels are asked to come back, and once there is room the same process goes on."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.disks import Disks, run
from tests.faults.rig import Scene, is_sound
from tests.journeys.running import eventually


@pytest.fixture
def small() -> Iterator[Path]:
    """A disk of 12 MB."""
    with Disks() as disks:
        yield disks.mount("tmpfs", "small", "-t", "tmpfs", "-o", "size=12m")


def test_a_full_disk_puts_off_and_needs_no_restart(small: Path, tmp_path: Path) -> None:
    scene = Scene(small / "scene", journal=tmp_path / "journal.jsonl")
    try:
        scene.prepare()
        pid = scene.running.pid
        for number in range(3):
            scene.wait_for_acks(20)
            filler = small / "filler"
            with filler.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(100_000))
                except OSError:
                    pass
            before = scene.crowd.answers[503]
            eventually(lambda before=before: scene.crowd.answers[503] > before + 20)
            ready = httpx.get(f"{scene.running.base}/ready", timeout=10)
            assert (ready.status_code, "ready.disk" in ready.json()["problems"]) == (503, True)
            answer = scene.office.client.patch("/workspace", json={"name": f"Full {number}"})
            assert (answer.status_code, answer.headers.get("retry-after", "").isdigit()) == (503, True), answer.text
            assert scene.office.get("/tickets", list="all")["items"], "reading goes on"
            filler.unlink()
            run("mount", "-o", f"remount,size={30 * (number + 1)}m", small)
            scene.wait_for_acks(50)
            assert httpx.get(f"{scene.running.base}/ready", timeout=10).status_code == 200
        scene.verify()
        assert scene.running.pid == pid
        assert is_sound(scene.folder / "data" / "lyhord.db")
    finally:
        scene.close()
