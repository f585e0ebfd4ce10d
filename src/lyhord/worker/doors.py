"""Keeps the doors of inboxes open: every active inbox's adapter fetches, is restarted when it falls, and stops when it should.

Of several processes one has the door of an inbox. When it dies, another has taken over within `LEASE_SECONDS` and `TAKE_SECONDS`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

import structlog

from lyhord.conversations.account import Health
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.conversations.intake import take_in
from lyhord.conversations.model import Received
from lyhord.conversations.passing import tell_passing
from lyhord.kit.bus import Bus
from lyhord.kit.clock import MINUTE, SECOND
from lyhord.kit.database import Busy, Database, StorageFull
from lyhord.kit.files import Files
from lyhord.kit.pacing import Pulse, full_jitter
from lyhord.kit.problems import NotFound
from lyhord.kit.turns import Turns
from lyhord.worker.accounts import Accounts, mark_of
from lyhord.workspaces.actions.inboxes import StoredInbox, recall_state, remember_state, report_health
from lyhord.workspaces.views import list_stored_inboxes

LONGEST_PAUSE = 5 * MINUTE
AWAY_SECONDS = 2.0
"""After this long it is looked again whether the database is back."""
STEADY_SECONDS = 60.0
"""An adapter that ran for so long before it fell is started again as if it had never fallen."""

LEASE_SECONDS = 20.0
TAKE_SECONDS = 5.0
"""How often we say that our doors are still ours, and try the others."""

FELL = "inbox.adapter_fell"

_log = structlog.get_logger()


class InboxDoor:
    """What an adapter is offered: see `conversations.account.Door`."""

    def __init__(self, database: Database, files: Files, bus: Bus, workspace_id: str, inbox: StoredInbox) -> None:
        self._database = database
        self._files = files
        self._bus = bus
        self._workspace_id = workspace_id
        self._inbox = inbox

    async def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> None:
        """See `Door.receive`. Files are stored before the row that names them."""
        lasting = await tell_passing(self._database, self._bus, self._workspace_id, self._inbox.id, inbounds)
        if inbounds and not lasting:
            return
        received = Received(inbox_id=self._inbox.id, channel=self._inbox.channel, inbounds=lasting, raw=raw)
        await take_in(self._database, self._files, self._workspace_id, received)

    async def recall(self) -> Mapping[str, object]:
        """See `Door.recall`."""
        return await self._database.read(self._workspace_id, recall_state, self._inbox.id)

    async def remember(self, state: Mapping[str, object]) -> None:
        """See `Door.remember`."""
        await self._database.write(self._workspace_id, remember_state, self._inbox.id, state)

    async def report(self, health: Health) -> None:
        """See `Door.report`. For an inbox that was removed meanwhile there is nothing to note."""
        try:
            await self._database.write(self._workspace_id, report_health, self._inbox.id, health.ok, health.problems)
        except NotFound:
            _log.info("health of a removed inbox", inbox_id=self._inbox.id)


class DoorKeeper:
    """Runs one task for each active inbox of every workspace, as far as no other process has it."""

    def __init__(
        self,
        database: Database,
        files: Files,
        bus: Bus,
        accounts: Accounts,
        turns: Turns,
        *,
        poll_seconds: float = 30.0,
    ) -> None:
        """`poll_seconds`: how soon a change that nobody told of is noticed."""
        self._database = database
        self._files = files
        self._bus = bus
        self._accounts = accounts
        self._turns = turns
        self._poll_seconds = poll_seconds
        self._pulse = Pulse()
        self._wanted: dict[tuple[str, str], StoredInbox] = {}
        self._open: dict[tuple[str, str], tuple[bytes, asyncio.Task[None]]] = {}
        self._lapse: asyncio.TimerHandle | None = None

    def poke(self) -> None:
        """An inbox was connected, changed, paused, resumed or removed."""
        self._pulse.poke()

    async def run(self) -> None:
        """Keep the doors until cancelled; all are shut then, and free for others."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                pause = self._poll_seconds if await self._reconciled() else AWAY_SECONDS
                read_at = loop.time() + pause
                while (left := read_at - loop.time()) > 0 and not await self._pulse.wait(min(left, TAKE_SECONDS)):
                    await self._take()
        finally:
            if self._lapse is not None:
                self._lapse.cancel()
            names = [_name(key) for key in self._open]
            await self._shut(list(self._open))
            with suppress(Busy, StorageFull, TimeoutError):
                async with asyncio.timeout(TAKE_SECONDS):
                    await self._turns.give_back(names)

    async def _reconciled(self) -> bool:
        try:
            await self.reconcile()
        except (
            Busy,
            TimeoutError,
        ) as error:  # the doors stay open while they are ours: their channels are not to blame
            _log.warning("doors wait for the database", error=repr(error))
            await self._take()
            return False
        return True

    async def reconcile(self) -> None:
        """Shut the doors of inboxes that changed or went, open those that are missing. Raises `Busy` and `TimeoutError`."""
        async with asyncio.timeout(TAKE_SECONDS):
            self._wanted = await self._read_wanted()
        marks = {key: mark_of(inbox) for key, inbox in self._wanted.items()}
        await self._shut([key for key, (mark, _) in self._open.items() if marks.get(key) != mark])
        await self._take()

    async def _take(self) -> None:
        """Keep our turns, try to have those of others, and open and shut doors accordingly."""
        await self._shut([key for key, (_, task) in self._open.items() if task.cancelling()])
        names = {_name(key): key for key in self._wanted if key not in self._open or not self._open[key][1].done()}
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                taken = await self._turns.take(names, LEASE_SECONDS)
        except (Busy, StorageFull, TimeoutError) as error:
            _log.warning("whose door an inbox is can't be written", error=repr(error))
            return
        if self._lapse is not None:
            self._lapse.cancel()
        self._lapse = loop.call_at(asked_at + LEASE_SECONDS - TAKE_SECONDS, self._let_go)
        mine = {names[name] for name in taken}
        await self._shut([key for name, key in names.items() if key in self._open and name not in taken])
        for key in mine - self._open.keys():
            inbox = self._wanted[key]
            self._open[key] = (mark_of(inbox), asyncio.ensure_future(self._keep(key[0], inbox)))

    async def _read_wanted(self) -> dict[tuple[str, str], StoredInbox]:
        """The active inboxes; those of a workspace whose database is away stay as they were."""
        found: dict[str, list[StoredInbox]] = {}
        for workspace_id in await self._database.list_workspaces(reachable=True):
            with suppress(Busy):
                found[workspace_id] = await self._database.read(workspace_id, list_stored_inboxes)
        before = {key: inbox for key, inbox in self._wanted.items() if key[0] not in found}
        active = [(key, inbox) for key, inboxes in found.items() for inbox in inboxes if inbox.paused_at is None]
        return before | {(workspace_id, inbox.id): inbox for workspace_id, inbox in active}

    def _let_go(self) -> None:
        """Our turns end soon and couldn't be taken again: shut the doors, whatever we wait for, before others open them."""
        for _, task in self._open.values():
            task.cancel()

    async def _shut(self, keys: list[tuple[str, str]]) -> None:
        tasks = [self._open.pop(key)[1] for key in keys]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, workspace_id: str, inbox: StoredInbox) -> None:
        """Run one adapter for as long as its inbox stays as it is. One that returns by itself has nothing to fetch."""
        door = InboxDoor(self._database, self._files, self._bus, workspace_id, inbox)
        falls = 0
        while True:
            begun = asyncio.get_running_loop().time()
            try:
                await self._accounts.make(workspace_id, inbox).run(door)
            except Exception as error:  # noqa: BLE001 - the inbox's page shows it, and it is tried again
                _log.exception("adapter fell", channel=inbox.channel, inbox_id=inbox.id)
                await self._tell(door, error)
            else:
                return
            steady = asyncio.get_running_loop().time() - begun >= STEADY_SECONDS
            falls = 1 if steady else falls + 1
            await asyncio.sleep(full_jitter(falls, cap=LONGEST_PAUSE) / SECOND)

    async def _tell(self, door: InboxDoor, error: Exception) -> None:
        try:
            await door.report(Health(ok=False, problems=(("", FELL, type(error).__name__),)))
        except Exception:  # noqa: BLE001 - the log has both; the next fall tells again
            _log.exception("an inbox's health couldn't be written")


def _name(key: tuple[str, str]) -> str:
    return f"door:{key[0]}:{key[1]}"
