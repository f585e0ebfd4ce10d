"""The machine's clock is set forward and back while the product works: numbers order what happens, and nobody is thrown out or waits."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lyhord.kit.clock import DAY, HOUR, MINUTE, SECOND
from tests.faults.rig import Scene
from tests.journeys.running import eventually

JUMPS = (2 * HOUR, -2 * HOUR, DAY, -DAY - HOUR, HOUR, -20 * MINUTE, 20 * MINUTE)


class MovedClock:
    """What the product takes for the time of day is this far from the truth. Its other clock, which only runs, is left alone."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        assert found, "these tests need Debian's package faketime: run tools/debian.sh"
        self._file = folder / "clock"
        self.offset = 0
        self.move(0)
        self.environment = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def move(self, milliseconds: int) -> None:
        """Set it forward, or back; the product sees it within a second."""
        self.offset += milliseconds
        aside = self._file.with_suffix(".new")
        aside.write_text(f"{self.offset / SECOND:+.3f}\n")
        aside.rename(self._file)


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    clock = MovedClock(tmp_path)
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    return clock


@pytest.fixture
def scene(clock: MovedClock, tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path / "scene")
    try:
        scene.prepare(pause=0.01)
        yield scene
    finally:
        scene.close()


def sees(scene: Scene, clock: MovedClock) -> bool:
    """Whether the newest event carries the time that the clock shows."""
    connection = sqlite3.connect(scene.folder / "data" / "lyhord.db")
    try:
        (at,) = connection.execute("SELECT at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    finally:
        connection.close()
    return bool(abs(at - (time.time() * SECOND + clock.offset)) < MINUTE)


@pytest.mark.long
def test_a_clock_that_jumps_disturbs_nothing(scene: Scene, clock: MovedClock) -> None:
    scene.wait_for_acks(20)
    ticket = scene.office.get("/tickets", list="all")["items"][0]
    path = f"/conversations/{ticket['conversation_id']}/messages"
    said: list[str] = []
    pid = scene.running.pid
    for number, jump in enumerate(JUMPS):
        clock.move(jump)
        eventually(lambda: sees(scene, clock))
        answer = scene.office.post(path, {"text": f"answer {number}"})
        said.append(answer["id"])
        eventually(lambda: state_of(scene, path, said[-1]) in {"sent", "delivered"}, seconds=10)
        assert scene.office.get("/me"), "the agent is still signed in"
    timeline = [one["id"] for one in scene.office.get(path, limit=200)["items"] if one["direction"] == "out"]
    assert timeline == said, "in the order in which it was said"
    held = scene.verify()
    assert scene.running.pid == pid

    # and it starts again while the clock is behind what is stored
    clock.move(-3 * HOUR)
    scene.running.kill()
    scene.running.start()
    assert scene.holdings().numbers[: held.last] == held.numbers
    answer = scene.office.post(path, {"text": "late or early"})
    eventually(lambda: state_of(scene, path, answer["id"]) in {"sent", "delivered"}, seconds=10)


def state_of(scene: Scene, path: str, message_id: str) -> str:
    """How far a reply of ours has come."""
    found = [one for one in scene.office.get(path, limit=200)["items"] if one["id"] == message_id]
    return str(found[0]["delivery"]["state"])
