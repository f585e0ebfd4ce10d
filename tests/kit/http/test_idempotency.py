"""Asked twice with one key, a thing happens once."""

import asyncio

import pytest
from msgspec import Struct

from lyhord.kit.clock import DAY
from lyhord.kit.database import Database, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.http.idempotency import forget_responses, once
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Invalid
from tests.conftest import StoppedClock

HERE = new_id()


class Made(Struct, frozen=True):
    """What an action answers."""

    id: str
    number: int


def make(tx: Tx, number: int) -> Made:
    """Does something that would show if it happened twice."""
    if number < 0:
        raise Invalid("too low")
    return Made(enqueue(tx, "made", {}), number)


def make_other(tx: Tx, number: int) -> Made:
    """Another action."""
    return make(tx, number)


async def ask(database: Database, key: str | None, *, actor: str = "agent:1", number: int = 1) -> Made:
    return await database.write(HERE, once(make, key, Made), number, actor=actor)


async def test_the_same_key_gets_the_first_answer_again(database: Database) -> None:
    first = await ask(database, "k", number=1)
    assert await ask(database, "k", number=2) == first


async def test_callers_that_ask_at_once_get_one_answer(database: Database) -> None:
    answers = await asyncio.gather(*(ask(database, "k") for _ in range(20)))
    assert len(set(map(str, answers))) == 1


async def test_another_key_caller_action_or_workspace_is_another_call(database: Database) -> None:
    answers = [
        await ask(database, "k"),
        await ask(database, "other"),
        await ask(database, "k", actor="agent:2"),
        await database.write(HERE, once(make_other, "k", Made), 1, actor="agent:1"),
        await database.write(new_id(), once(make, "k", Made), 1, actor="agent:1"),
    ]
    assert len({answer.id for answer in answers}) == len(answers)


async def test_without_a_key_every_call_counts(database: Database) -> None:
    assert (await ask(database, None)).id != (await ask(database, None)).id


async def test_a_refused_call_leaves_its_key_free(database: Database) -> None:
    with pytest.raises(Invalid):
        await ask(database, "k", number=-1)
    assert (await ask(database, "k", number=3)).number == 3


async def test_keys_are_forgotten_after_seven_days(database: Database, clock: StoppedClock) -> None:
    first = await ask(database, "k")
    clock.move(7 * DAY)
    assert await database.write(HERE, forget_responses) == 0
    assert await ask(database, "k") == first
    clock.move(1)
    assert await database.write(HERE, forget_responses) == 1
    assert await ask(database, "k") != first
