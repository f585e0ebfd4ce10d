"""Thousands of agents' screens lose the server in the same moment: all come back, and nobody misses a thing."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lyhord.app.folder import data_folder
from lyhord.app.settings import Settings
from lyhord.app.wiring import build_product, open_product
from lyhord.kit.database import Tx
from lyhord.kit.ids import new_id
from lyhord.workspaces.actions.agents import add_agent, store_agent
from lyhord.workspaces.actions.sessions import Client, start_session
from tests.faults.checker import STORED, STREAMED, Journal
from tests.faults.rig import Scene, cpu_seconds, slowness, times
from tests.faults.stream_readers import SPREAD
from tests.journeys.running import eventually

READERS = times(2_000, 10_000)
PROCESSES = 2
KILLS = times(1, 3)
SOON = 30.0
"""Seconds from the kill until the last reader has what it missed, on a machine of its own."""
CHEAP = SOON - 2 * SPREAD
"""Seconds of the server's CPU for that: so much is left where who comes too early waits once more."""
LIGHT = 40.0
"""KiB that the server holds for a stream."""
PATIENCE = 600
AT_ONCE = 200


class Readers:
    """One process full of readers."""

    def __init__(self, scene: Scene, number: int, cookies: list[str], journal: Journal) -> None:
        command = [sys.executable, "-m", "tests.faults.stream_readers"]
        file = scene.folder / f"cookies{number}"
        file.write_text("\n".join(cookies))
        told = [str(scene.running.port), str(file), f"127.0.0.{2 + number}"]
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


async def hire(scene: Scene, count: int) -> list[str]:
    """So many agents, each signed in: their cookies. While the product doesn't run."""

    def hire_some(tx: Tx, some: int) -> list[str]:
        cookies = []
        for _ in range(some):
            agent = add_agent(tx, f"{new_id()}@firm.example", "Agent", "agent", "en")
            store_agent(tx, msgspec.structs.replace(agent, joined_at=tx.now))
            cookies.append("lyhord=" + start_session(tx, agent.id, Client("127.0.0.1", "a screen")))
        tx.logged.clear()  # so many events would have the screen that watches read everything afresh
        return cookies

    settings = Settings(data_dir=str(scene.folder / "data"), database=scene.database or Settings().database)
    product = build_product(settings, data_folder(settings), scene.running.base)
    async with open_product(product):
        (workspace_id,) = await product.database.list_workspaces()
        parts = [min(AT_ONCE, count - first) for first in range(0, count, AT_ONCE)]
        found = [await product.database.write(workspace_id, hire_some, some) for some in parts]
    return [cookie for some in found for cookie in some]


@pytest.fixture(params=["sqlite", "postgresql"])
def quiet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    """A product in which somebody says something now and then: each event is told thousands of times."""
    address = request.getfixturevalue("durable").create() if request.param == "postgresql" else ""
    scene = Scene(tmp_path / "scene", address)
    try:
        scene.prepare(threads=1, pause=4.0)
        yield scene
    finally:
        scene.close()


@pytest.mark.long
def test_all_readers_come_back_and_miss_nothing(quiet: Scene, record_property: Callable[[str, object], None]) -> None:
    quiet.running.stop()
    cookies = asyncio.run(hire(quiet, READERS))
    quiet.running.start()
    alone = cpu_seconds(quiet.running.pid)
    before = quiet.running.memory_megabytes()
    several = [Readers(quiet, number, cookies[number::PROCESSES], quiet.journal) for number in range(PROCESSES)]

    def all_there(head: int) -> bool:
        there = sum(one.fare["connected"] for one in several)
        return bool(there == READERS and min(one.fare["lowest"] for one in several) >= head)

    try:
        eventually(lambda: all_there(0), seconds=PATIENCE)
        each = (quiet.running.memory_megabytes() - before) * 1024 / READERS
        slowest = dearest = 0.0
        for _ in range(KILLS):
            quiet.wait_for_acks(2, seconds=PATIENCE)
            tries = sum(one.fare["tries"] for one in several)
            head = quiet.holdings().last
            slow = slowness()
            began = time.monotonic()
            quiet.running.kill()
            eventually(lambda: not any(one.fare["connected"] for one in several))
            quiet.running.start(PATIENCE)
            eventually(lambda head=head: all_there(head), seconds=PATIENCE)
            took, cpu = time.monotonic() - began, cpu_seconds(quiet.running.pid)
            dearest = max(dearest, cpu)
            slowest = max(slowest, took / max(slow, slowness()))
            tries = sum(one.fare["tries"] for one in several) - tries
            record_property(
                "back",
                f"{READERS} readers {took:.1f} s after the kill ({slow:.1f} times as slow as alone), {tries} tries, "
                f"{(cpu - alone) / READERS * 1e6:.0f} µs of CPU each, {each:.0f} KiB each",
            )
        quiet.crowd.abandon()
        quiet.crowd.finish()
        eventually(lambda: all_there(quiet.holdings().last), seconds=PATIENCE)
    finally:
        for one in several:
            one.end()
    quiet.verify((*STORED, *STREAMED))
    record_property("scene", quiet.figures())
    assert dearest < CHEAP
    assert slowest < SOON
    assert each < LIGHT
