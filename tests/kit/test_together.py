"""One reading for all who ask at one moment."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from lyhord.kit.together import Together
from tests.waiting import until


class Library:
    """Doubles numbers, one reading at a time, once it is let."""

    def __init__(self) -> None:
        self.readings: list[tuple[str, list[int]]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, workspace_id: str, keys: Collection[int]) -> Mapping[int, int]:
        self.readings.append((workspace_id, sorted(keys)))
        await self.open.wait()
        if 13 in keys:
            raise LookupError
        return {key: 2 * key for key in keys if key >= 0}


async def test_who_asks_at_one_moment_shares_a_reading() -> None:
    library = Library()
    together = Together(library.read, most=10)
    answers = await asyncio.gather(*(together.ask("a", key) for key in (1, 2, 1, -1)), together.ask("b", 3))
    assert answers == [2, 4, 2, None, 6]
    assert library.readings == [("a", [-1, 1, 2]), ("b", [3])]
    assert await together.ask("a", 1) == 2
    assert len(library.readings) == 3, "who asks later is read for anew"


async def test_who_asks_while_one_reading_is_under_way_shares_the_next() -> None:
    library = Library()
    together = Together(library.read, most=10)
    library.open.clear()
    asked = [asyncio.create_task(together.ask("a", 1))]
    await until(lambda: library.readings)
    asked += [asyncio.create_task(together.ask("a", key)) for key in (1, 2)]
    await asyncio.sleep(0)
    asked.append(asyncio.create_task(together.ask("a", 3)))
    await asyncio.sleep(0)
    library.open.set()
    assert await asyncio.gather(*asked) == [2, 2, 4, 6]
    assert [keys for _, keys in library.readings] == [[1], [1, 2, 3]]


async def test_more_than_one_reading_bears_are_read_for_in_parts() -> None:
    library = Library()
    together = Together(library.read, most=2)
    assert await asyncio.gather(*(together.ask("a", key) for key in range(5))) == [0, 2, 4, 6, 8]
    assert [keys for _, keys in library.readings] == [[0, 1], [2, 3], [4]]


async def test_what_goes_wrong_is_told_to_everybody_who_asked_and_to_nobody_else() -> None:
    library = Library()
    together = Together(library.read, most=2)
    found = await asyncio.gather(*(together.ask("a", key) for key in (1, 13, 2)), return_exceptions=True)
    assert [type(found[0]), type(found[1]), found[2]] == [LookupError, LookupError, 4]


async def test_who_waits_no_longer_is_in_nobodys_way() -> None:
    library = Library()
    together = Together(library.read, most=10)
    library.open.clear()
    leaves, stays = (asyncio.create_task(together.ask("a", 1)) for _ in range(2))
    await until(lambda: library.readings)
    leaves.cancel()
    library.open.set()
    assert await stays == 2
    with pytest.raises(asyncio.CancelledError):
        await leaves
