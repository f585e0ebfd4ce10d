"""`GET /api/v1/stream`: the agents' live stream, Server-Sent Events over raw ASGI, resumed with Last-Event-ID."""

import asyncio
from collections.abc import Collection, Mapping
from contextvars import Context
from typing import Any, cast

import msgspec
from litestar.connection import ASGIConnection

from lyhord import __version__
from lyhord.kit.bus import Bus
from lyhord.kit.database import Database
from lyhord.kit.events import Catalogue
from lyhord.kit.http import Gate, Principal, authenticate
from lyhord.kit.measures import measured
from lyhord.kit.problems import Problem
from lyhord.kit.together import Together
from lyhord.web.asgi import Receive, Scope, Send, answer, header
from lyhord.web.fanout import Fanout
from lyhord.web.frames import Place, Stretch, read_stretches
from lyhord.web.readers import POWER, Fetch, Reader, read_place

MOST_STRETCHES = 8
"""Places in the log from which one reading reads on; more would hold up others who wait for a reader."""
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Streams:
    """The ASGI app of the stream, and all readers of this process."""

    def __init__(self, *, database: Database, catalogue: Catalogue, bus: Bus, gate: Gate, api: Any) -> None:
        self._database = database
        self._catalogue = catalogue
        self._bus = bus
        self._gate = gate
        self._api = api
        self._stretches = Together(self._read, most=MOST_STRETCHES)
        self._fanouts: dict[str, Fanout] = {}
        self._sweep: asyncio.Task[None] | None = None

    @property
    def readers(self) -> int:
        """How many are connected."""
        return sum(len(fanout.readers) for fanout in self._fanouts.values())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one reader until it leaves."""
        if scope["method"] != "GET":
            await answer(send, 405, headers=[(b"allow", b"GET")])
            return
        try:
            principal = await authenticate(self._connection(scope))
            principal.check(POWER)
        except Problem as problem:
            await _refuse(send, problem)
            return
        await self._serve(principal, scope, receive, send)

    def stop(self) -> None:
        """End every stream: the server stops, and clients come back to the next one."""
        for fanout in tuple(self._fanouts.values()):
            for reader in tuple(fanout.readers):
                reader.leave()

    async def _serve(self, principal: Principal, scope: Scope, receive: Receive, send: Send) -> None:
        workspace_id = principal.workspace_id
        server_send = scope["state"].get("server_send", send)
        reader = Reader(principal, send=server_send, fetch=self._fetcher(workspace_id), renew=self._renew)
        fanout = self._join(workspace_id, reader)
        leave = self._bus.enter(workspace_id, principal.subject) if principal.agent_id else None
        gone = asyncio.create_task(_watch(receive, reader))
        last = (header(scope, b"last-event-id") or b"").decode("latin-1")
        place = read_place(last) if last else None
        if last and place is None:
            place = Place(-1, 0)
        measured.streams["agents"] += 1
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await reader.serve(place, lambda here: self._hello(fanout, here))
            if not reader.dropped:
                await send({"type": "http.response.body", "body": b""})
        finally:
            measured.streams["agents"] -= 1
            gone.cancel()
            fanout.leave(reader)
            if leave is not None:
                leave()

    def _join(self, workspace_id: str, reader: Reader) -> Fanout:
        fanout = self._fanouts.get(workspace_id)
        if fanout is None:
            fanout = self._fanouts[workspace_id] = Fanout(
                workspace_id, bus=self._bus, database=self._database, gate=self._gate, empty=self._forget
            )
        fanout.join(reader)
        if self._sweep is None:
            self._sweep = asyncio.create_task(self._look_after(), name="streams", context=Context())
        return fanout

    def _forget(self, workspace_id: str) -> None:
        self._fanouts.pop(workspace_id, None)

    async def _look_after(self) -> None:
        """Once a second: drop who is stuck, greet who is idle, and have grants checked. Ends with the last reader."""
        while self._fanouts:
            await asyncio.sleep(1)
            for fanout in tuple(self._fanouts.values()):
                await fanout.look_after()
            await asyncio.gather(*(fanout.keep_grants() for fanout in tuple(self._fanouts.values())))
        self._sweep = None

    def _fetcher(self, workspace_id: str) -> Fetch:
        async def fetch(after: int, most: int) -> Stretch:
            found = await self._stretches.ask(workspace_id, (after, most))
            assert found is not None
            return found

        return fetch

    async def _read(self, workspace_id: str, wanted: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], Stretch]:
        return await self._database.read(workspace_id, read_stretches, self._catalogue, wanted)

    async def _renew(self, principal: Principal) -> Principal | None:
        return await self._gate.find_principal(principal.workspace_id, principal.credential)

    def _hello(self, fanout: Fanout, place: Place) -> bytes:
        facts = {"epoch": place.epoch, "seq": place.seq, "version": __version__, "present": fanout.list_present()}
        return b"id: %s\nevent: hello\ndata: %s\n\n" % (place.wire(), msgspec.json.encode(facts))

    def _connection(self, scope: Scope) -> ASGIConnection[Any, Any, Any, Any]:
        """The request as the one sign-in function wants it."""
        return ASGIConnection(cast("Any", {**scope, "litestar_app": self._api}))


async def _watch(receive: Receive, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.leave()


async def _refuse(send: Send, problem: Problem) -> None:
    facts = {"type": "about:blank", "status": problem.status, "key": problem.key, "detail": problem.detail}
    body = msgspec.json.encode(facts)
    await answer(send, problem.status, body, content_type=b"application/problem+json")
