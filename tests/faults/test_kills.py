"""The product, or the database under it, is killed again and again in the middle of everything."""

import random

import pytest

from tests.counterparts.postgres import Cluster
from tests.faults.rig import Scene, is_sound, times

ENGINES = pytest.mark.parametrize("scene", ["sqlite", "postgresql"], indirect=True)
KILLS = times(20, 300)
STOPS = times(4, 60)


@ENGINES
def test_killing_the_product_loses_doubles_and_reorders_nothing(scene: Scene) -> None:
    dice = random.Random(1)
    for _ in range(KILLS):
        scene.wait_for_acks(dice.randrange(5, 80))
        scene.running.kill()
        scene.running.start()
    scene.verify()
    assert scene.watcher.connected > KILLS / 2, "the screen came back after most kills"
    if not scene.database:
        assert is_sound(scene.folder / "data" / "lyhord.db")


@pytest.mark.parametrize("scene", ["postgresql"], indirect=True)
def test_a_crash_of_postgresql_is_lived_through_without_a_restart(scene: Scene, durable: Cluster) -> None:
    dice = random.Random(2)
    pid = scene.running.pid
    for _ in range(STOPS):
        scene.wait_for_acks(dice.randrange(5, 80))
        durable.stop("immediate")
        durable.start()
    scene.wait_for_acks(20)
    scene.verify()
    assert scene.running.pid == pid
    assert scene.crowd.answers[503]
