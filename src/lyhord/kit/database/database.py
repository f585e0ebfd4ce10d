"""The database as everybody above sees it: `write` an action, `read` a view. It may be several databases, with a workspace in one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, overload

import structlog

from lyhord.kit.clock import Clock, system_clock
from lyhord.kit.database.directory import HOME, Directory, Found
from lyhord.kit.database.engine import Engine
from lyhord.kit.database.log import list_known
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.shard import Means, Shard
from lyhord.kit.database.tx import ListAction, ReadTx, Tx
from lyhord.kit.database.writer import Call
from lyhord.kit.events import Logged
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.storing import Busy, Elsewhere
from lyhord.kit.tracing import span

_log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")
Listener = Callable[[str, int, Sequence[Logged]], None]

NOWHERE = LOWEST_ID
"""The workspace of what belongs to the installation (turns, signs of life), and of views that look across workspaces."""
PAUSES = (0.0, 0.02, 0.1, 0.3, 1.0)
"""Seconds before a workspace that was found moved is looked for again."""


class Database:
    """All databases of the installation, each with its writers and its readers. Open it inside a running event loop.

    With `others`, by name, each workspace is in one of them or in the first. What looks across workspaces is asked of each, and
    only hints at a workspace: what counts is read and written in the workspace itself.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock = system_clock,
        reactions: Reactions | None = None,
        readers: int = 3,
        others: Mapping[str, Engine] | None = None,
    ) -> None:
        self.clock = clock
        self.engine = engine
        self.reactions = reactions or Reactions()
        self._listeners: list[Listener] = []
        means = Means(clock, self.reactions, self._publish, readers)
        self.shards = {name: Shard(name, each, means) for name, each in {HOME: engine, **(others or {})}.items()}
        self._home = self.shards[HOME]
        self.directory = Directory(self.shards)

    async def open(self) -> None:
        """Start the writers on the running event loop."""
        self._loop = asyncio.get_running_loop()
        for shard in self.shards.values():
            shard.open()

    async def close(self) -> None:
        """Finish what waits, then close every connection."""
        for shard in self.shards.values():
            await shard.close()

    @property
    def waiting(self) -> int:
        """How many actions wait for a writer."""
        return sum(writer.waiting for shard in self.shards.values() for writer in shard.writers)

    @property
    def load(self) -> float:
        """The share of the fullest writer's queue that is taken, 0 to 1."""
        return max(writer.waiting / writer.limit for shard in self.shards.values() for writer in shard.writers)

    def listen(self, listener: Listener) -> None:
        """Call `listener(workspace_id, epoch, events)` on the event loop after each commit."""
        self._listeners.append(listener)

    @overload
    async def write(
        self,
        workspace_id: str,
        action: ListAction[Item, T],
        item: Item,
        /,
        *,
        actor: str = "system",
        bulk: bool = False,
    ) -> T: ...

    @overload
    async def write(
        self, workspace_id: str, action: Callable[..., T], *args: Any, actor: str = "system", bulk: bool = False
    ) -> T: ...

    async def write(
        self, workspace_id: str, action: Callable[..., Any], *args: Any, actor: str = "system", bulk: bool = False
    ) -> Any:
        """Run `action(tx, *args)` and return its result once it is durable.

        A list action is passed one item here and returns that item's result. Raises what the action raised, with nothing of
        it stored; `Busy` when too much waits; `Conflict`; `StorageFull`.
        """
        with span("write") as mine:
            if mine.parent:
                mine.note(action=_name(action), workspace_id=workspace_id)

            def write(shard: Shard, *, new: bool) -> Awaitable[Any]:
                answer: asyncio.Future[Any] = self._loop.create_future()
                return shard.write(Call(workspace_id, action, args, actor, answer, new, mine), bulk=bulk)

            return await self._at_its_place(workspace_id, write)

    async def read(
        self, workspace_id: str, view: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `view(tx, *args)` on a consistent snapshot in a reader thread."""

        def read(shard: Shard, *, new: bool) -> Awaitable[T]:
            return shard.read(workspace_id, lambda tx: view(tx, *args, **kwargs), must_be_here=not new)

        return await self._at_its_place(workspace_id, read)

    async def read_each(
        self, view: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Sequence[T]:
        """What `view` says across the workspaces of each database. Raises `Busy` when one of them is away."""
        look = partial(Shard.read, workspace_id=NOWHERE, view=lambda tx: view(tx, *args, **kwargs))
        return await asyncio.gather(*map(look, self.shards.values()))

    async def read_reachable(
        self, view: Callable[Concatenate[ReadTx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Sequence[T]:
        """The same of those databases that answer: the workspaces of the others wait. Raises `Busy` when none does."""
        look = partial(Shard.read, workspace_id=NOWHERE, view=lambda tx: view(tx, *args, **kwargs))
        answers = await asyncio.gather(*map(look, self.shards.values()), return_exceptions=True)
        heard, failures = [], []
        for answer in answers:
            failures.append(answer) if isinstance(answer, BaseException) else heard.append(answer)
        if failures and not (heard and all(isinstance(one, Busy) for one in failures)):
            raise failures[0]
        return heard

    async def list_workspaces(self, *, reachable: bool = False) -> list[str]:
        """Every workspace that has a log, oldest first, also one that is being moved. Raises `Busy` as long as that isn't known.

        With `reachable` those of databases that are away may be left out.
        """
        read = self.read_reachable if reachable else self.read_each
        known = await read(lambda tx: [row[0] for row in tx.all(list_known)])
        return sorted({workspace_id for each in known for workspace_id in each if workspace_id != NOWHERE})

    async def list_away(self) -> list[str]:
        """The names of the other databases that don't answer: their workspaces wait, everybody else is served."""
        others = [shard for shard in self.shards.values() if shard is not self._home]
        answers = await asyncio.gather(*(each.read(NOWHERE, lambda _: None) for each in others), return_exceptions=True)
        return [each.name for each, answer in zip(others, answers, strict=True) if isinstance(answer, BaseException)]

    async def place(self, workspace_id: str) -> None:
        """Choose where a new workspace is to be, before the first thing is written there."""
        if len(self.shards) > 1:
            await self.directory.place(workspace_id)

    async def _at_its_place(self, workspace_id: str, do: Callable[..., Awaitable[T]]) -> T:
        """What `do` answers at the database that has the workspace, looked for again when it was moved meanwhile."""
        if len(self.shards) == 1 or workspace_id == NOWHERE:
            return await do(self._home, new=True)
        for pause in PAUSES:
            await asyncio.sleep(pause)
            try:
                found: Found = self.directory.recall(workspace_id) or await self.directory.find(workspace_id)
                return await do(found.shard, new=found.new)
            except Elsewhere:
                self.directory.forget(workspace_id)
        raise Busy("The workspace is being moved.")

    def _publish(self, workspace_id: str, epoch: int, logged: Sequence[Logged]) -> None:
        for listener in self._listeners:
            try:
                listener(workspace_id, epoch, logged)
            except Exception:  # noqa: BLE001 - the operator hears of it in the log; others still listen
                _log.exception("a listener failed", workspace_id=workspace_id)


def _name(action: Callable[..., Any]) -> str:
    """What a span calls an action: its function, wherever it is wrapped or made."""
    inner: Any = action.func if isinstance(action, partial) else action
    return str(getattr(inner, "__qualname__", type(inner).__qualname__))


__all__ = ["HOME", "NOWHERE", "Database", "Tx"]
