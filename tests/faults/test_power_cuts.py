"""The power goes. What was acknowledged before that instant is there when it comes back."""

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.checker import check, nothing_doubled, nothing_lost, numbers_without_holes, one_event_each
from tests.faults.disks import CuttableDisk, Disks
from tests.faults.rig import Scene, holdings_of_sqlite, is_sound, missing_files, times
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


def test_power_cuts_lose_nothing_acknowledged(disk: CuttableDisk, tmp_path: Path) -> None:
    scene = Scene(disk.path / "scene", journal=tmp_path / "journal.jsonl")
    dice = random.Random(3)
    try:
        scene.prepare()
        for number in range(CUTS):
            scene.wait_for_acks(dice.randrange(5, 60))
            before = scene.journal.until_now()
            copy = disk.cut()
            if number == CUTS - 1:
                with Running(copy / "scene") as again:
                    assert httpx.get(f"{again.base}/ready").status_code == 200
            held = holdings_of_sqlite(copy / "scene" / "data" / "lyhord.db")
            assert check(before, held, AFTER_A_CUT) == []
            assert missing_files(copy / "scene", held.files) == []
            assert is_sound(copy / "scene" / "data" / "lyhord.db")
            disk.forget(copy)
        scene.verify()
    finally:
        scene.close()


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
