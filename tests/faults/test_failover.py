"""The machine of the database falls. A standby that every commit waited for takes its place, and the product finds it by itself."""

import random
from pathlib import Path

from tests.counterparts.postgres import Cluster
from tests.faults.rig import Scene, times

FAILOVERS = times(2, 12)
LONGEST = 25.0
"""Seconds from the last acknowledgement before to the first after."""


def test_a_failover_loses_nothing_and_is_over_within_25_seconds(tmp_path: Path) -> None:
    dice = random.Random(4)
    primary = Cluster(durable=True).__enter__()
    database = primary.create().rpartition("/")[2]
    standby = primary.follow()
    servers = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
    scene = Scene(tmp_path / "scene", f"postgresql://lyhord@{servers}/{database}?target_session_attrs=read-write")
    try:
        scene.prepare()
        pid = scene.running.pid
        for _ in range(FAILOVERS):
            scene.wait_for_acks(dice.randrange(20, 120))
            primary.kill()
            standby.promote()
            scene.wait_for_acks(20, seconds=LONGEST + 5)
            fallen, primary = primary, standby
            fallen.remove()
            standby = primary.follow(port=fallen.port)
        scene.wait_for_acks(20)
        scene.verify()
        assert scene.running.pid == pid
        assert scene.crowd.slowest < LONGEST
    finally:
        scene.close()
        for server in (standby, primary):
            server.__exit__()
