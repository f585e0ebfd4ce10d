"""A workspace moves between two databases while customers write, screens follow and the mover is killed again and again."""

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counterparts.postgres import Cluster
from tests.faults.rig import Scene, times
from tests.journeys.running import Office, Running, eventually

MOVES = times(2, 12)
KILLS = times(3, 30)
LONGEST = 2.0
"""Seconds that writers may wait."""


class Town:
    """The product in two processes on two databases, with a crowd at the first and a screen at each."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.addresses = {"home": cluster.create(), "annexe": cluster.create()}
        self.settings = {"databases": f"annexe={self.addresses['annexe']}"}
        self.scene = Scene(folder / "scene", self.addresses["home"], databases=self.settings["databases"])
        self.scene.prepare(pause=0.02)
        shared = {"data_dir": str(folder / "scene" / "data"), "database": self.addresses["home"], **self.settings}
        self.second = Running(folder / "second", "web", **shared)
        self.second.start()
        self.place = "home"
        self.workspace_id = self._command("workspace", "list").split()[0]

    def start_command(self, *words: str) -> "subprocess.Popen[str]":
        """`lyhord` with these words, as an operator calls it beside the running product."""
        folder = self.scene.folder
        environment = {**os.environ, "LYHORD_DATA_DIR": str(folder / "data"), "LYHORD_DATABASE": self.addresses["home"]}
        environment["LYHORD_DATABASES"] = self.settings["databases"]
        command = [str(Path(sys.executable).with_name("lyhord")), *words]
        return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def _command(self, *words: str) -> str:
        process = self.start_command(*words)
        output, _ = process.communicate(timeout=240)
        assert process.returncode == 0, output
        return output

    def start_move(self) -> "subprocess.Popen[str]":
        """Begin to move it to the other database."""
        return self.start_command("workspace", "move", self.workspace_id, self._other())

    def move(self) -> float:
        """Move it to the other database; for how many seconds its writers waited, by the mover's own account."""
        said = self._command("workspace", "move", self.workspace_id, self._other())
        self.place = self._other()
        self.scene.database = self.addresses[self.place]
        found = re.search(r"waited ([0-9.]+) s", said)
        return float(found[1]) if found else 0.0

    def _other(self) -> str:
        return "annexe" if self.place == "home" else "home"

    def close(self) -> None:
        """End everything."""
        self.second.stop()
        self.scene.close()


@pytest.fixture
def town(tmp_path: Path, durable: Cluster) -> Iterator[Town]:
    town = Town(tmp_path, durable)
    yield town
    town.close()


@pytest.mark.long
def test_a_workspace_moves_and_nobody_outside_notices(town: Town) -> None:
    scene = town.scene
    for _ in range(MOVES):
        scene.wait_for_acks(30)
        assert town.move() < LONGEST
        scene.wait_for_acks(30)
    _everything_works(town)
    connected = scene.watcher.connected
    scene.verify()
    assert connected == 1, "the stream went on"


@pytest.mark.long
def test_a_mover_that_is_killed_at_any_moment_costs_nothing(town: Town) -> None:
    dice = random.Random(11)
    for _ in range(KILLS):
        town.scene.wait_for_acks(10)
        mover = town.start_move()
        seconds = dice.uniform(1.0, 12.0)
        try:
            mover.wait(seconds)
        except subprocess.TimeoutExpired:
            mover.kill()
        mover.communicate()
        town.scene.wait_for_acks(10)
        town.move()  # finishes it, or does it anew
    _everything_works(town)
    town.scene.verify()


def _everything_works(town: Town) -> None:
    """At both processes: signing in, search over what was said before the move and after, an answer that is sent."""
    acked = [one["id"] for one in town.scene.journal.of("acked")]
    for running in (town.scene.running, town.second):
        office = Office(running)
        office.sign_in("boss@firm.example")
        for one in (acked[0], acked[-1]):
            eventually(lambda: office.get("/search", q=one)["messages"])  # noqa: B023
        ticket = office.get("/tickets", list="all", limit=10)["items"][0]
        body = {"text": "Thank you", "inbox_id": town.scene.inbox["id"]}
        address = f"/conversations/{ticket['conversation_id']}/messages"
        made = office.post(address, body, **{"idempotency-key": f"thanks {running.port}"})

        def is_sent() -> bool:
            found = [one for one in office.get(address, limit=100)["items"] if one["id"] == made["id"]]  # noqa: B023
            return bool(found) and found[0]["delivery"]["state"] in {"sent", "delivered", "read"}

        eventually(is_sent)
        office.client.close()
