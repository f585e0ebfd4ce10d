"""Reading once for all who ask at one moment: thousands of streams come back together, and a reading costs more than many answers."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextvars import Context
from itertools import islice
from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")
Asked = dict[Key, list[asyncio.Future[Answer | None]]]


class Together(Generic[Key, Answer]):
    """Answers questions about workspaces. For each workspace one reading is under way, and who asks meanwhile waits for the next.

    Reading begins after each has asked, so that an answer is as new as if they had asked alone.
    """

    def __init__(self, read: Callable[[str, Collection[Key]], Awaitable[Mapping[Key, Answer]]], *, most: int) -> None:
        """`read(workspace_id, keys)` answers at most so many questions at a time; what it leaves out has no answer."""
        self._read = read
        self._most = most
        self._asked: dict[str, Asked[Key, Answer]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, workspace_id: str, key: Key) -> Answer | None:
        """The answer to one question, or None. Raises what reading raises."""
        asked = self._asked.get(workspace_id)
        if asked is None:
            asked = self._asked[workspace_id] = {}
            task = asyncio.create_task(self._answer_all(workspace_id, asked), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        asked.setdefault(key, []).append(answer)
        return await answer

    async def _answer_all(self, workspace_id: str, asked: Asked[Key, Answer]) -> None:
        while asked:
            await self._answer(workspace_id, {key: asked.pop(key) for key in list(islice(asked, self._most))})
        del self._asked[workspace_id]

    async def _answer(self, workspace_id: str, asked: Asked[Key, Answer]) -> None:
        try:
            found = await self._read(workspace_id, list(asked))
        except Exception as error:  # noqa: BLE001 - everybody who asked hears about it
            for answer in _open(asked):
                answer.set_exception(error)
            return
        for key, answers in asked.items():
            for answer in _open({key: answers}):
                answer.set_result(found.get(key))


def _open(asked: Asked[Key, Answer]) -> list[asyncio.Future[Answer | None]]:
    """Those that somebody still waits for."""
    return [answer for answers in asked.values() for answer in answers if not answer.done()]
