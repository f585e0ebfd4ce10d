"""A door that writes down what comes through it, and the mailbox of the tests at the post office."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from lyhord.channels.mail.adapter import Mail
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account, Health
from lyhord.conversations.exchange import Inbound, InboundMessage, InboundStatus, Raw, Unsupported
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files
from tests.channels.mail.letters import KEY
from tests.counterparts.postoffice import PASSWORD, PostOffice

SECONDS = 120


class RecordingDoor:
    """Keeps everything, unless told to fail. `state` outlives a stopped adapter, as the database would."""

    def __init__(self) -> None:
        self.taken: list[tuple[Raw, tuple[Inbound, ...]]] = []
        self.reports: list[Health] = []
        self.state: Mapping[str, object] = {}
        self.refuse: Callable[[Sequence[Inbound]], Exception | None] = lambda _: None
        self._changed = asyncio.Condition()

    async def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> None:
        trouble = self.refuse(inbounds)
        if trouble is not None:
            raise trouble
        self.taken.append((raw, tuple(inbounds)))
        await self._tell()

    async def recall(self) -> Mapping[str, object]:
        return self.state

    async def remember(self, state: Mapping[str, object]) -> None:
        self.state = dict(state)

    async def report(self, health: Health) -> None:
        self.reports.append(health)
        await self._tell()

    @property
    def inbounds(self) -> list[Inbound]:
        return [inbound for _, inbounds in self.taken for inbound in inbounds]

    @property
    def messages(self) -> list[InboundMessage]:
        return [inbound for inbound in self.inbounds if isinstance(inbound, InboundMessage)]

    @property
    def statuses(self) -> list[InboundStatus]:
        return [inbound for inbound in self.inbounds if isinstance(inbound, InboundStatus)]

    @property
    def unsupported(self) -> list[Unsupported]:
        return [inbound for inbound in self.inbounds if isinstance(inbound, Unsupported)]

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something that the door has been told."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(holds), SECONDS)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def make_tools(folder: Path) -> Tools:
    """As `app` makes them; issuers of tokens may be on loopback."""
    return Tools(Files(folder / "files"), KEY, Egress(allow_private=["127.0.0.0/8"]).call)


def make_account(office: PostOffice, secrets: Mapping[str, str] | None = None, **settings: object) -> Account:
    """desk@support.test, by password unless told otherwise."""
    usual: dict[str, object] = {
        "address": "desk@support.test",
        "imap_host": "127.0.0.1",
        "imap_port": office.imap,
        "imap_security": "plain",
        "smtp_host": "127.0.0.1",
        "smtp_port": office.submission,
        "smtp_security": "plain",
    }
    known = {"password": PASSWORD} if secrets is None else secrets
    return Account("workspace", "inbox", "key", "Desk", {**usual, **settings}, known)


@asynccontextmanager
async def running(mail: Mail, door: RecordingDoor, *, ready: bool = True) -> AsyncIterator[None]:
    """The adapter at work; when the block begins it has connected and caught up."""
    task = asyncio.create_task(mail.run(door))
    before = len(door.reports)
    try:
        if ready:
            await door.until(lambda: any(health.ok for health in door.reports[before:]))
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
