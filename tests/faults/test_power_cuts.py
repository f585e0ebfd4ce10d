"""The power goes. What was acknowledged before that instant is there when it comes back."""

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
import pytest

from tests.counterparts.postgres import Cluster
from tests.faults.checker import Holdings, check, nothing_doubled, nothing_lost, numbers_without_holes, one_event_each
from tests.faults.disks import CuttableDisk, Disks
from tests.faults.rig import Scene, holdings_of_postgres, holdings_of_sqlite, is_sound, missing_files, times
from tests.journeys.running import Running

AFTER_A_CUT = (nothing_lost, nothing_doubled, one_event_each, numbers_without_holes)
CUTS = times(10, 100)
WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = " + sys.argv[2])
connection.execute("CREATE TABLE IF NOT EXISTS row (n INTEGER PRIMARY KEY, filling BLOB)")
for n in range(1, 1_000_000):
    connection.execute("INSERT INTO row VALUES (?, zeroblob(600))", (n,))
    print(n, flush=True)
    time.sleep(0.001)
"""


@pytest.fixture
def disk() -> Iterator[CuttableDisk]:
    with Disks() as disks:
        yield CuttableDisk(disks)


class Machine:
    """One whose power goes: the product with everything that it keeps, its database too, on one disk."""

    def __init__(self, scene: Scene, disk: CuttableDisk, cluster: Cluster | None) -> None:
        self.scene, self.disk, self.cluster = scene, disk, cluster

    @contextmanager
    def power_is_back(self, copy: Path) -> Iterator[tuple[str, Holdings]]:
        """What a machine finds that starts with this copy of the disk: the database's address, and what it holds."""
        if self.cluster is None:
            path = copy / "scene" / "data" / "lyhord.db"
            yield "", holdings_of_sqlite(path)
            assert is_sound(path)
            return
        with Cluster(durable=True, found=copy / self.cluster.root.name) as again:
            address = self.scene.database.replace(f":{self.cluster.port}/", f":{again.port}/")
            yield address, holdings_of_postgres(address)


@pytest.fixture
def machine(request: pytest.FixtureRequest, disk: CuttableDisk, tmp_path: Path) -> Iterator[Machine]:
    """On the engine that the test names."""
    cluster = Cluster(durable=True, folder=disk.path) if request.param == "postgresql" else None
    with cluster or nullcontext():
        scene = Scene(disk.path / "scene", cluster.create() if cluster else "", journal=tmp_path / "journal.jsonl")
        try:
            scene.prepare()
            disk.settle()
            yield Machine(scene, disk, cluster)
        finally:
            scene.close()


@pytest.mark.parametrize("machine", ["sqlite", "postgresql"], indirect=True)
def test_power_cuts_lose_nothing_acknowledged(machine: Machine) -> None:
    scene, disk = machine.scene, machine.disk
    dice = random.Random(3)
    for number in range(CUTS):
        scene.wait_for_acks(dice.randrange(5, 60))
        before = scene.journal.until_now()
        copy = disk.cut()
        with machine.power_is_back(copy) as (address, held):
            assert check(before, held, AFTER_A_CUT) == []
            assert missing_files(copy / "scene", held.files) == []
            if number == CUTS - 1:
                settings = {"database": address} if address else {}
                with Running(copy / "scene", **settings) as again:
                    assert httpx.get(f"{again.base}/ready").status_code == 200
        disk.forget(copy)
    scene.verify()


def lost_by_a_writer(disk: CuttableDisk, synchronous: str) -> int:
    """How many commits that were told of are missing after a cut."""
    path = disk.path / f"{synchronous}.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), synchronous], stdout=subprocess.PIPE, text=True)
    told = [0]
    listener = threading.Thread(target=lambda: told.extend(int(line) for line in writer.stdout or ()))
    listener.start()
    time.sleep(1)
    last = told[-1]
    copy = disk.cut()
    writer.kill()
    writer.wait()
    listener.join()
    assert last > 20
    assert writer.stdout
    writer.stdout.close()
    try:
        connection = sqlite3.connect(copy / path.name)
        there: int = connection.execute("SELECT count(*) FROM row").fetchone()[0]
        connection.close()
    except sqlite3.Error:  # not even the table survived
        there = 0
    disk.forget(copy)
    return max(last - there, 0)


def test_the_method_sees_what_was_not_synced(disk: CuttableDisk) -> None:
    assert lost_by_a_writer(disk, "OFF") > 0
    assert lost_by_a_writer(disk, "NORMAL") > 0
    assert lost_by_a_writer(disk, "FULL") == 0


def lost_by_postgresql(disk: CuttableDisk, *settings: str) -> int:
    """How many commits that were told of are missing after a cut."""
    with Cluster(durable=True, folder=disk.path, more=settings) as cluster:
        with cluster.administer() as connection:
            connection.execute("CREATE TABLE row (n integer)")
            connection.execute("CHECKPOINT")
            disk.settle()
            told = 0
            until = time.monotonic() + 1
            while time.monotonic() < until:
                told += connection.execute("INSERT INTO row VALUES (1)").rowcount
            copy = disk.cut()
        with Cluster(durable=True, found=copy / cluster.root.name) as again, again.administer() as connection:
            found = connection.execute("SELECT count(*) FROM row").fetchone()
        disk.forget(copy)
    assert found
    assert told > 20
    return max(told - int(str(found[0])), 0)


def test_the_method_sees_what_postgresql_did_not_sync(disk: CuttableDisk) -> None:
    assert lost_by_postgresql(disk, "synchronous_commit=off", "wal_writer_delay=10s") > 0
    assert lost_by_postgresql(disk) == 0
