"""The machine's clock is set forward and back while the product works: numbers order what happens, and nobody is thrown out or waits."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lyhord.kit.clock import DAY, HOUR, MINUTE, SECOND
from tests.counterparts.moved_clock import MovedClock
from tests.counterparts.postgres import Cluster
from tests.faults.rig import Scene
from tests.journeys.running import eventually

JUMPS = (2 * HOUR, -2 * HOUR, DAY, -DAY - HOUR, HOUR, -20 * MINUTE, 20 * MINUTE)


@pytest.fixture(autouse=True)
def clock() -> Iterator[MovedClock]:
    folder = Path(tempfile.mkdtemp(prefix="lyhord-clock-"))
    folder.chmod(0o755)  # PostgreSQL runs as a user of its own
    yield MovedClock(folder)
    shutil.rmtree(folder)


@pytest.fixture
def machine(clock: MovedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is started from here on lives by that clock."""
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def durable(clock: MovedClock) -> Iterator[Cluster]:
    """A PostgreSQL server that lives by that clock, also where the product doesn't."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in clock.environment.items():
            patch.setenv(name, value)
        cluster = Cluster(durable=True).__enter__()
    yield cluster
    cluster.__exit__()


def sees(scene: Scene, clock: MovedClock) -> bool:
    """Whether the newest event carries the time that the clock shows."""
    sql = "SELECT at FROM event ORDER BY seq DESC LIMIT 1"
    if scene.database:
        connection: Any = psycopg.connect(scene.database.replace("//lyhord@", "//postgres@"))
    else:
        connection = sqlite3.connect(scene.folder / "data" / "lyhord.db")
    with closing(connection):
        (at,) = connection.execute(sql).fetchone()
    return bool(abs(at - (time.time() * SECOND + clock.offset)) < MINUTE)


ENGINES = pytest.mark.parametrize("scene", ["sqlite", "postgresql"], indirect=True)


@pytest.mark.long
@ENGINES
@pytest.mark.usefixtures("machine")
def test_a_clock_that_jumps_disturbs_nothing(scene: Scene, clock: MovedClock) -> None:
    talk = talk_through_jumps(scene, clock)
    held = scene.verify()

    # and it starts again while the clock is behind what is stored
    clock.move(-3 * HOUR)
    scene.running.kill()
    scene.running.start()
    assert scene.holdings().numbers[: held.last] == held.numbers
    talk.say("late or early")
    talk.check_order()


@pytest.mark.long
@pytest.mark.parametrize("scene", ["postgresql"], indirect=True)
def test_a_databases_clock_that_jumps_alone_disturbs_nothing(scene: Scene, clock: MovedClock) -> None:
    """As when another machine leads whose clock is wrong."""
    talk_through_jumps(scene, clock)
    scene.verify()


class Talk:
    """What an agent says in the conversation that wrote first."""

    def __init__(self, scene: Scene) -> None:
        ticket = scene.office.get("/tickets", list="all")["items"][0]
        self._office = scene.office
        self._path = f"/conversations/{ticket['conversation_id']}/messages"
        self._said: list[str] = []

    def say(self, text: str) -> None:
        """It is delivered at once."""
        self._said.append(self._office.post(self._path, {"text": text})["id"])
        eventually(lambda: self._states()[self._said[-1]] in {"sent", "delivered"}, seconds=10)

    def check_order(self) -> None:
        """The timeline shows it in the order in which it was said."""
        assert list(self._states()) == self._said

    def _states(self) -> dict[str, str]:
        items = self._office.get(self._path, limit=200)["items"]
        return {one["id"]: one["delivery"]["state"] for one in items if one["direction"] == "out"}


def talk_through_jumps(scene: Scene, clock: MovedClock) -> Talk:
    """A talk in which something is said after each jump."""
    scene.wait_for_acks(20)
    talk = Talk(scene)
    pid = scene.running.pid
    for number, jump in enumerate(JUMPS):
        clock.move(jump)
        eventually(lambda: sees(scene, clock))
        talk.say(f"answer {number}")
        assert scene.office.get("/me"), "the agent is still signed in"
    talk.check_order()
    assert scene.running.pid == pid
    return talk
