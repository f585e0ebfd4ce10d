"""Ids of a workspace rise as its log does: whichever process gives them, after whatever restart, whatever its clock says."""

import random

import pytest

from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.writer import FAR_AHEAD
from lyhord.kit.ids import id_time
from tests.conftest import StoppedClock, V, W
from tests.kit.database.test_writer import Said, say

START = StoppedClock().now


def give(tx: Tx, count: int) -> list[str]:
    """Ids, for a row each, and an event or none."""
    if count % 2:
        tx.emit(Said(n=count))
    return [tx.new_id() for _ in range(count)]


def fail(tx: Tx) -> None:
    give(tx, 3)
    raise ValueError


async def opened(engine: Engine, clock: StoppedClock) -> Database:
    database = Database(engine, clock=clock)
    await database.open()
    return database


@pytest.mark.parametrize("seed", range(5))
async def test_ids_rise_over_processes_restarts_and_jumping_clocks(engine: Engine, seed: int) -> None:
    dice = random.Random(seed)
    clocks = [StoppedClock(), StoppedClock()]
    processes = [await opened(engine, clock) for clock in clocks]
    given: list[str] = []
    for _ in range(60):
        place = dice.randrange(2)
        clocks[place].now = START + dice.choice((0, 1, HOUR, DAY, 3 * DAY, -1, -HOUR, -3 * DAY))
        if dice.random() < 0.2:
            await processes[place].close()
            processes[place] = await opened(engine, clocks[place])
        if dice.random() < 0.2:
            with pytest.raises(ValueError):  # noqa: PT011 - our own
                await processes[place].write(W, fail)
        await processes[place].write(W, say, 1)
        given += await processes[place].write(W, give, dice.randrange(1, 5))
    for process in processes:
        await process.close()
    assert given == sorted(set(given))


async def test_one_workspace_that_is_ahead_takes_no_other_along(database: Database, clock: StoppedClock) -> None:
    clock.move(DAY)
    (ahead,) = await database.write(W, give, 1)
    clock.move(-DAY)
    (after,) = await database.write(W, give, 1)
    (other,) = await database.write(V, give, 1)
    assert id_time(after) == id_time(ahead)
    assert id_time(other) == clock.now


async def test_a_clock_that_was_wrong_by_years_is_not_followed_for_years(
    database: Database, clock: StoppedClock
) -> None:
    clock.move(FAR_AHEAD + HOUR)
    await database.write(W, give, 1)
    clock.move(-FAR_AHEAD - HOUR)
    first, second = [(await database.write(W, give, 1))[0] for _ in range(2)]
    assert id_time(first) == id_time(second) == clock.now
    assert first < second
