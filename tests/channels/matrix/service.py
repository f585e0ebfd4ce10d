"""An application service as the homeserver calls it: the adapter behind a port, and what it read."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from lyhord.channels.matrix.adapter import Matrix
from lyhord.conversations.account import Account, Health, Means
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files


class RecordingDoor:
    """A door that keeps what an adapter says of itself."""

    def __init__(self) -> None:
        self.healths: list[Health] = []

    async def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> None:
        raise AssertionError("nothing is fetched")

    async def recall(self) -> Mapping[str, object]:
        return {}

    async def remember(self, state: Mapping[str, object]) -> None:
        raise AssertionError("nothing has to be remembered")

    async def report(self, health: Health) -> None:
        self.healths.append(health)


class Service:
    """The adapter, called by the homeserver; `inbounds` is what it read, `refused` how many calls it didn't believe."""

    def __init__(self, adapter: Matrix) -> None:
        self.adapter = adapter
        self.inbounds: list[Inbound] = []
        self.refused = 0
        self.away = False
        self.calls_while_away = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One call, taken as our own server does."""
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        raw = Raw(body, headers, path=scope["path"])
        reply = self.adapter.handshake(raw)
        if reply is None and not self.adapter.verify(raw).ok:
            self.refused += 1
            reply = self.adapter.ack(raw, ok=False)
        if reply is None:
            if not self.away:
                await self.adapter.look_up(raw)
                self.inbounds += self.adapter.parse(raw)
            self.calls_while_away += self.away
            reply = self.adapter.ack(raw, ok=not self.away)
        await send({"type": "http.response.start", "status": reply.status, "headers": []})
        await send({"type": "http.response.body", "body": reply.body})

    def found(self, kind: type[Any]) -> list[Any]:
        """What came of one kind."""
        return [one for one in self.inbounds if isinstance(one, kind)]


async def _keep(*_: Any) -> None:
    raise AssertionError("Matrix replaces no secrets")


def means(folder: Path, egress: Egress, base_address: str) -> Means:
    """What the process lends."""
    return Means(
        files=Files(folder),
        call=egress.call,
        base_address=base_address,
        key=b"k" * 32,
        keep_secrets=_keep,
        close=egress.close,
    )


def account(homeserver: str, key: str = "key", **settings: Any) -> Account:
    """The inbox."""
    given = {"homeserver": homeserver, "server_name": "matrix.test", "localpart": "support", **settings}
    return Account("workspace", "inbox", key, "Shop", given, {})


@asynccontextmanager
async def listening(service: Service, port: int) -> AsyncIterator[None]:
    """The service on a port of the loopback."""
    config = uvicorn.Config(service, host="127.0.0.1", port=port, lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task
