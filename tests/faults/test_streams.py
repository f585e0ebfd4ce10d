"""Thousands of agents' screens lose the server in the same moment: all come back, and nobody misses a thing."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.checker import STORED, STREAMED, Journal
from tests.faults.rig import Scene, cpu_seconds, times
from tests.journeys.running import eventually

READERS = times(1_000, 10_000)
PROCESSES = 2
KILLS = times(1, 3)
SOON = 30.0
"""Seconds of the server's CPU from its start until the last reader has what it missed: what it takes on a machine of its own."""
PATIENCE = 600


class Readers:
    """One process full of readers."""

    def __init__(self, scene: Scene, name: str, count: int, journal: Journal) -> None:
        command = [sys.executable, "-m", "tests.faults.stream_readers"]
        told = [str(scene.running.port), scene.watcher.cookie, str(count), name]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([*command, *told], stdin=pipe, stdout=pipe, text=True, env=environment)
        self.fare: dict[str, Any] = {"connected": 0, "lowest": -1, "tries": 0}
        self._journal = journal
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Let them tell the rest, and go."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self._thread.join()
        self.process.stdout.close()
        self.process.wait()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            facts = json.loads(line)
            if facts["op"] == "fare":
                self.fare = facts
            else:
                self._journal.note(facts.pop("op"), **facts)


@pytest.fixture(params=["sqlite"])
def quiet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    """A product in which somebody says something now and then: each event is told thousands of times."""
    scene = Scene(tmp_path / "scene")
    try:
        scene.prepare(threads=1, pause=4.0)
        yield scene
    finally:
        scene.close()


@pytest.mark.long
def test_all_readers_come_back_and_miss_nothing(quiet: Scene, record_property: Callable[[str, object], None]) -> None:
    several = [Readers(quiet, f"p{number}-", READERS // PROCESSES, quiet.journal) for number in range(PROCESSES)]

    def all_there(head: int) -> bool:
        there = sum(one.fare["connected"] for one in several)
        return bool(there == READERS and min(one.fare["lowest"] for one in several) >= head)

    try:
        eventually(lambda: all_there(0), seconds=PATIENCE)
        dearest = 0.0
        for _ in range(KILLS):
            quiet.wait_for_acks(2, seconds=PATIENCE)
            tries = sum(one.fare["tries"] for one in several)
            head = quiet.holdings().last
            began = time.monotonic()
            quiet.running.kill()
            eventually(lambda: not any(one.fare["connected"] for one in several))
            quiet.running.start(PATIENCE)
            eventually(lambda head=head: all_there(head), seconds=PATIENCE)
            took, cpu = time.monotonic() - began, cpu_seconds(quiet.running.pid)
            dearest = max(dearest, cpu)
            tries = sum(one.fare["tries"] for one in several) - tries
            memory = quiet.running.memory_megabytes()
            figures = (
                f"{READERS} readers {took:.1f} s after the kill, {cpu:.1f} s of CPU, {tries} tries, {memory:.0f} MB"
            )
            record_property("back", figures)
        quiet.crowd.abandon()
        quiet.crowd.finish()
        eventually(lambda: all_there(quiet.holdings().last), seconds=PATIENCE)
    finally:
        for one in several:
            one.end()
    quiet.verify((*STORED, *STREAMED))
    record_property("scene", quiet.figures())
    assert dearest < SOON
