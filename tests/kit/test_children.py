"""Children come when something is asked and go when nothing is; one that dies or is too slow costs whoever asked it, and nobody else."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from lyhord.kit.children import ChildDied, Pool
from lyhord.kit.pipes import frame
from tests.waiting import until

ANSWERING = "tests.kit.answering"


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    made = Pool(ANSWERING, processes=1, together=4)
    yield made
    await made.close()


async def ask(pool: Pool, said: str, seconds: float = 30.0) -> tuple[str, int]:
    """What was said, and which process answered."""
    words, pid = (await pool.ask(frame(said.encode()), seconds=seconds)).split()
    return words.decode(), int(pid)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_one_process_answers_in_order_whatever_is_asked_at_once(pool: Pool) -> None:
    assert pool.processes == []
    answers = await asyncio.gather(*(ask(pool, str(number)) for number in range(20)))
    assert [words for words, _ in answers] == [str(number) for number in range(20)]
    assert {pid for _, pid in answers} == set(pool.processes)


async def test_a_process_ends_when_nothing_was_asked_for_a_while_and_another_comes() -> None:
    pool = Pool(ANSWERING, processes=2, idle_seconds=0.05)
    _, pid = await ask(pool, "one")
    await until(lambda: not pool.processes)
    await until(lambda: not is_alive(pid))
    assert (await ask(pool, "two"))[1] != pid
    await pool.close()


async def test_who_is_not_needed_ends_while_others_work() -> None:
    pool = Pool(ANSWERING, processes=2, idle_seconds=0.3)
    await asyncio.gather(ask(pool, "one"), ask(pool, "two"))
    assert len(pool.processes) == 2

    async def is_one() -> bool:
        await ask(pool, "three")
        return len(pool.processes) == 1

    await until(is_one)
    await pool.close()


async def test_a_process_that_dies_costs_the_one_who_asked_it(pool: Pool) -> None:
    asked = [ask(pool, said) for said in ("one", "die", "two", "three")]
    one, died, two, three = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(died, ChildDied)
    assert not isinstance(one, BaseException)
    assert not isinstance(two, BaseException)
    assert not isinstance(three, BaseException)
    assert (one[0], two[0], three[0]) == ("one", "two", "three")
    assert one[1] != two[1] == three[1]


async def test_one_that_takes_too_long_is_killed(pool: Pool) -> None:
    _, pid = await ask(pool, "one")
    with pytest.raises(TimeoutError):
        await ask(pool, "sleep", seconds=0.05)
    assert not is_alive(pid)
    assert (await ask(pool, "two"))[0] == "two"


async def test_a_question_that_nobody_waits_for_any_longer_holds_up_no_other(pool: Pool) -> None:
    _, pid = await ask(pool, "one")
    asking = asyncio.create_task(ask(pool, "sleep", seconds=600))
    await until(lambda: not pool.processes)
    asking.cancel()
    assert (await ask(pool, "two"))[0] == "two"
    assert not is_alive(pid)


async def test_one_that_died_while_nobody_asked_costs_nothing(pool: Pool) -> None:
    _, pid = await ask(pool, "one")
    os.kill(pid, 9)
    await until(lambda: not is_alive(pid))
    assert (await ask(pool, "two"))[0] == "two"


async def test_one_that_does_not_start_is_nobody_s_question_s_fault() -> None:
    pool = Pool(ANSWERING, "broken", processes=1)
    with pytest.raises(OSError, match="doesn't start"):
        await ask(pool, "one")
    await pool.close()


async def test_closing_leaves_no_process(pool: Pool) -> None:
    _, pid = await ask(pool, "one")
    asking = asyncio.create_task(ask(pool, "sleep"))
    await until(lambda: not pool.processes)
    await pool.close()
    asking.cancel()
    assert not is_alive(pid)
