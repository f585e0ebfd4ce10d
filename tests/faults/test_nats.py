"""The servers that join two webs are killed, come back empty and stand still, while messages come in and agents look on."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.counterparts.nats import NatsServer
from tests.counterparts.ports import free_port
from tests.counterparts.postgres import Cluster
from tests.faults.checker import Journal
from tests.faults.rig import Scene, times
from tests.faults.watcher import Watcher
from tests.journeys.running import Office, Running, eventually

ROUNDS = times(1, 10)
EXTRA = 2.0
"""Seconds by which news may come later without NATS than with it."""
SLACK = 1.0
"""How much more it may be on a busy machine."""
FROZEN = (2.0, 18.0)
"""Seconds for which a server stands still: before clients notice, and until after they have given it up."""


@pytest.fixture
def nodes() -> Iterator[list[NatsServer]]:
    """A cluster of two."""
    routes = [free_port(), free_port()]
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                NatsServer(
                    more=(
                        "--cluster_name=tests",
                        f"--cluster=nats://127.0.0.1:{own}",
                        f"--routes=nats://127.0.0.1:{other}",
                    )
                )
            )
            for own, other in (routes, routes[::-1])
        ]


@pytest.fixture
def scene(tmp_path: Path, durable: Cluster, nodes: list[NatsServer]) -> Iterator[Scene]:
    """The product and its crowd at one web, which is its worker too."""
    bus = ",".join(node.address for node in nodes)
    scene = Scene(tmp_path / "scene", durable.create(), bus=bus, base_address="http://localhost:1")
    try:
        scene.prepare(threads=2, pause=0.03)
        yield scene
    finally:
        scene.close()


@pytest.fixture
def elsewhere(tmp_path: Path, scene: Scene, nodes: list[NatsServer]) -> Iterator[Watcher]:
    """An agent's screen at another web."""
    bus = ",".join(node.address for node in nodes)
    shared = {"data_dir": str(scene.folder / "data"), "database": scene.database, "bus": bus}
    with Running(tmp_path / "other", "web", **shared) as web:
        office = Office(web)
        office.client.cookies = scene.office.client.cookies
        watcher = Watcher(office, scene.journal, "elsewhere")
        watcher.start()
        eventually(lambda: watcher.connected)
        yield watcher
        watcher.stop()
        office.client.close()


def killed(nodes: list[NatsServer], meanwhile: Callable[[], None]) -> None:
    """One of the two."""
    nodes[0].kill()
    meanwhile()
    nodes[0].start()


def wiped(nodes: list[NatsServer], meanwhile: Callable[[], None]) -> None:
    """Both at once; what they knew is gone."""
    for node in nodes:
        node.kill()
    meanwhile()
    for node in nodes:
        node.start()


def frozen(nodes: list[NatsServer], meanwhile: Callable[[], None]) -> None:
    """Both; connections stay open, and nothing comes."""
    for seconds in FROZEN:
        for node in nodes:
            node.freeze()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            meanwhile()
        for node in nodes:
            node.thaw()
        meanwhile()


def slowest(journal: Journal) -> float:
    """How many seconds later than the web that stored it the other one told of an event, at the most."""
    operations = journal.until_now().operations
    seen = {op["last"]: op["at"] for op in operations if op["op"] == "saw" and op["reader"] == "screen"}
    there = [(op["last"], op["at"]) for op in operations if op["op"] == "saw" and op["reader"] == "elsewhere"]
    return max(float(at - seen[last]) for last, at in there if last in seen)


@pytest.mark.long
@pytest.mark.parametrize("fault", [killed, wiped, frozen], ids=lambda fault: fault.__name__)
def test_whatever_befalls_nats_nothing_is_lost_and_news_comes_two_seconds_later_at_most(
    scene: Scene, elsewhere: Watcher, nodes: list[NatsServer], fault: Callable[..., None], record_property: Any
) -> None:
    scene.wait_for_acks(40)
    eventually(lambda: elsewhere.place[1] >= scene.watcher.place[1] - 20)
    calm = slowest(scene.journal)
    for _ in range(ROUNDS):
        fault(nodes, lambda: scene.wait_for_acks(30))
        scene.wait_for_acks(30)
    scene.crowd.finish()
    eventually(lambda: elsewhere.place[1] == scene.holdings().last)
    elsewhere.stop()
    scene.verify()
    later = slowest(scene.journal)
    record_property("seconds_later", round(later, 2))
    record_property("seconds_later_without_fault", round(calm, 2))
    assert later - calm < EXTRA + SLACK
    assert elsewhere.connected == 1, "no stream was broken"
