"""Of several processes on one database one has a turn: for as long as it says so, and never two at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from lyhord.kit.clock import SECOND, system_clock
from lyhord.kit.database import Database
from lyhord.kit.database.engine import Engine
from lyhord.kit.turns import Turns
from tests.conftest import StoppedClock

TIMER, DOOR = "timer:one", "door:two"


@pytest.fixture
async def other(engine: Engine, clock: StoppedClock) -> AsyncIterator[Database]:
    """The same database as another process has it."""
    other = Database(engine, clock=clock)
    await other.open()
    yield other
    await other.close()


@pytest.fixture
def here(database: Database) -> Turns:
    return Turns(database)


@pytest.fixture
def there(other: Database) -> Turns:
    return Turns(other)


async def test_a_turn_that_one_has_taken_the_other_cannot_and_the_rest_it_can(here: Turns, there: Turns) -> None:
    assert await here.take([TIMER], 10) == {TIMER}
    assert await there.take([TIMER, DOOR], 10) == {DOOR}
    assert await here.take([TIMER, DOOR], 10) == {TIMER}
    assert await here.take([], 10) == frozenset()


async def test_who_takes_it_again_in_time_keeps_it(here: Turns, there: Turns, clock: StoppedClock) -> None:
    for _ in range(3):
        assert await here.take([TIMER], 10) == {TIMER}
        clock.move(10 * SECOND - 1)
        assert await there.take([TIMER], 10) == frozenset()


async def test_a_holder_that_stood_still_for_too_long_finds_that_it_has_lost_it(
    here: Turns, there: Turns, clock: StoppedClock
) -> None:
    await here.take([TIMER, DOOR], 10)
    clock.move(10 * SECOND)
    assert await there.take([TIMER], 10) == {TIMER}
    assert await here.take([TIMER, DOOR], 10) == {DOOR}
    await here.give_back([TIMER, DOOR])
    assert await here.take([TIMER], 10) == frozenset(), "what isn't ours can't be given back"


async def test_when_a_process_dies_its_turn_goes_on_elsewhere_and_only_when_it_ends(
    engine: Engine, there: Turns, clock: StoppedClock
) -> None:
    dying = Database(engine, clock=clock)
    await dying.open()
    await Turns(dying).take([TIMER], 10)
    await dying.close()
    assert await there.take([TIMER], 10) == frozenset()
    again = Database(engine, clock=clock)
    await again.open()
    assert await Turns(again).take([TIMER], 10) == frozenset(), "a process that starts again is another one"
    await again.close()
    clock.move(10 * SECOND)
    assert await there.take([TIMER], 10) == {TIMER}


async def test_what_is_given_back_another_has_at_once(here: Turns, there: Turns) -> None:
    await here.take([TIMER, DOOR], 10)
    await here.give_back([TIMER])
    assert await there.take([TIMER, DOOR], 10) == {TIMER}


async def test_of_many_who_try_at_once_one_has_it(engine: Engine) -> None:
    """On the database's own clock, and on a database where nobody ever had a turn."""
    databases = [Database(engine, clock=system_clock) for _ in range(4)]
    for database in databases:
        await database.open()
    turns = [Turns(database) for database in databases for _ in range(5)]
    for _ in range(3):
        taken = await asyncio.gather(*(one.take([TIMER], 10) for one in turns))
        assert sorted(map(len, taken)) == [0] * 19 + [1]
        await turns[[len(one) for one in taken].index(1)].give_back([TIMER])
    for database in databases:
        await database.close()
