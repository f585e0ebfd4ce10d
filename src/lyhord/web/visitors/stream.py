"""A visitor's live stream. It queues ids, never words: what is sent is read at that moment, with today's right to see it."""

import asyncio
from typing import Any, NamedTuple

import msgspec
from litestar.datastructures import State
from litestar.types import ASGIApp, Receive, Scope, Send

from lyhord.conversations.visitor_views import (
    Changes,
    VisitorMessage,
    find_visible,
    list_changes,
    list_removed,
    list_visible,
    seen_by_agents,
)
from lyhord.conversations.visitors import Visitor, find_conversation_ids, find_visitor
from lyhord.kit.bus import Bus
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.ids import LOWEST_ID, is_id
from lyhord.kit.measures import measured
from lyhord.tickets.surges.model import PublicText
from lyhord.tickets.surges.reading import list_updates
from lyhord.web.asgi import cut
from lyhord.web.readers import HEARTBEAT, SILENT_SECONDS, STUCK_SECONDS
from lyhord.web.visitors.access import AnyRequest
from lyhord.web.visitors.arrivals import settle
from lyhord.web.visitors.rooms import Rooms
from lyhord.workspaces import store as workspace_store
from lyhord.workspaces.views import settings_of

MOST_IDS = 200
"""Messages to look at that a stream remembers; with more it reads on from its cursor."""
_START: Any = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ],
}
_encode = msgspec.json.Encoder().encode


class Cursor(NamedTuple):
    """How far the page has come: the last message that it has, and when (Unix milliseconds). Written `id.at`; says nothing of others."""

    message_id: str
    at: int

    def text(self) -> str:
        """As it stands on the wire."""
        return f"{self.message_id}.{self.at}"


class Glance(NamedTuple):
    """What one look found. `who` is None when the token holds no longer."""

    who: Visitor | None
    conversations: tuple[str, ...] = ()
    changes: Changes | None = None
    messages: tuple[VisitorMessage, ...] = ()
    gone: tuple[str, ...] = ()
    seen_id: str | None = None
    head: str = LOWEST_ID
    typing: str | None = None
    updates: list[PublicText] | None = None
    now: int = 0


class Wanted(NamedTuple):
    """What to look at: single messages, everything after a cursor or only where the conversation ends, who types, what is said to all."""

    ids: tuple[str, ...] = ()
    after: Cursor | None = None
    head: bool = False
    agent_id: str | None = None
    updates: bool = False


def open_stream(request: AnyRequest, database: Database, bus: Bus, who: Visitor) -> ASGIApp:
    """The answer that stays open until the page leaves or its token ends."""
    state: State = request.app.state
    if "visitor_rooms" not in state:
        state.visitor_rooms = Rooms(database, bus)
    stream = VisitorStream(database, state.visitor_rooms, who, read_cursor(request.headers.get("last-event-id", "")))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await stream.serve(scope, receive, send)

    return serve


def end_visits(state: State) -> None:
    """End every visitor's stream of this process: the server stops, and pages come back to the next one."""
    rooms: Rooms | None = state.get("visitor_rooms")
    if rooms is not None:
        rooms.close()


def read_cursor(text: str) -> Cursor | None:
    """The cursor that a page sends back, or None for what we never wrote."""
    message_id, dot, at = text.partition(".")
    fits = bool(dot) and is_id(message_id) and at.isascii() and at.isdigit() and len(at) < 16
    return Cursor(message_id, int(at)) if fits else None


class VisitorStream:
    """One page's stream."""

    def __init__(self, database: Database, rooms: Rooms, who: Visitor, cursor: Cursor | None) -> None:
        self.token_hash = who.token_hash
        self.identity = (who.scheme, who.value)
        self.conversations: tuple[str, ...] = ()
        self._database = database
        self._rooms = rooms
        self._who = who
        self._cursor = cursor or Cursor(LOWEST_ID, database.clock())
        self._fresh = cursor is None
        self._ids: dict[str, None] = {}
        self._sent: dict[str, None] = {}
        self._seen_id: str | None = None
        self._again = True
        self._typing: tuple[str, int] | None = None
        self._updates = True
        self._told: list[PublicText] | None = None if cursor else []
        self._left = False
        self._stopped = False
        self._wake = asyncio.Event()
        self._wake.set()

    def look_at(self, message_id: str, *, changed: bool) -> None:
        """See `Listener`."""
        self._ids[message_id] = None
        if changed:
            self._sent.pop(message_id, None)
        if len(self._ids) > MOST_IDS:
            self._ids.clear()
            self._again = True
        self._wake.set()

    def look_again(self) -> None:
        """See `Listener`."""
        self._again = self._updates = True
        self._wake.set()

    def look_up(self) -> None:
        """See `Listener`."""
        self._wake.set()

    def look_out(self) -> None:
        """See `Listener`."""
        self._updates = True
        self._wake.set()

    def see_typing(self, agent_id: str, until: int) -> None:
        """See `Listener`."""
        self._typing = (agent_id, until)
        self._wake.set()

    def leave(self) -> None:
        """See `Listener`."""
        self._left = self._stopped = True
        self._wake.set()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what happens until the page leaves, doesn't read, or may see no more."""
        leave = self._rooms.enter(self._who.workspace_id, self)
        gone = asyncio.create_task(self._watch(receive))
        measured.streams["visitors"] += 1
        try:
            await send(_START)
            while not self._left and await self._step(scope, send):
                pass
            if self._stopped:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            elif not self._left:
                await send({"type": "http.response.body", "body": b"event: ended\ndata: {}\n\n", "more_body": False})
        finally:
            measured.streams["visitors"] -= 1
            gone.cancel()
            leave()

    async def _step(self, scope: Scope, send: Send) -> bool:
        """Wait for something, send it; False when the token holds no longer."""
        if not await self._woken():
            await self._write(scope, send, HEARTBEAT)
            return True
        if self._left:
            return True
        wanted, until = self._take()
        glance = await self._database.read(self._who.workspace_id, look, self._who, wanted)
        if glance.who is None:
            return False
        if glance.conversations != self.conversations:
            self.conversations = glance.conversations
            self._rooms.place(self._who.workspace_id, self)
        pieces = [*self._after_cursor(glance, wanted), *self._single(glance)]
        if glance.typing is not None:
            pieces.append(_event("typing", {"name": glance.typing, "until": until}))
        if glance.updates is not None and glance.updates != self._told:
            self._told = glance.updates
            pieces.append(_event("updates", glance.updates))
        if pieces or glance.seen_id != self._seen_id:
            self._seen_id = glance.seen_id
            pieces.append(_event("seen", {"message_id": glance.seen_id}, self._cursor.text()))
        await self._write(scope, send, b"".join(pieces))
        if any(message.direction == "out" for message in _all(glance)):
            await settle(self._database, self._who, self._cursor.message_id, "delivered")
        return True

    async def _woken(self) -> bool:
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True

    def _take(self) -> tuple[Wanted, int]:
        ids, again, typing, updates = tuple(self._ids), self._again, self._typing, self._updates
        self._ids.clear()
        self._again, self._typing, self._updates = False, None, False
        agent_id, until = typing or (None, 0)
        after = self._cursor if again and not self._fresh else None
        return Wanted(ids, after, self._fresh, agent_id, updates), until

    def _after_cursor(self, glance: Glance, wanted: Wanted) -> list[bytes]:
        """How the stream begins, or goes on after everything may have changed: with what was missed, or with a word to read afresh."""
        changes = glance.changes
        if wanted.head:
            self._fresh = False
            self._cursor = Cursor(glance.head, glance.now)
            return [_event("reset", {})]
        if changes is None:
            return []
        self._sent.clear()
        if not changes.complete:
            self._fresh = self._again = True
            self._wake.set()
            return []
        return [_event("removed", {"id": one}) for one in changes.removed]

    def _single(self, glance: Glance) -> list[bytes]:
        """The messages that the page doesn't have yet, and those that it must take out."""
        if self._fresh:
            return []
        found = [message for message in _all(glance) if message.id not in self._sent]
        self._sent.update((message.id, None) for message in found)
        while len(self._sent) > MOST_IDS:
            del self._sent[next(iter(self._sent))]
        self._cursor = Cursor(max([self._cursor.message_id, *(message.id for message in found)]), glance.now)
        messages = [_event("message", message) for message in found]
        return [*messages, *(_event("removed", {"id": one}) for one in glance.gone)]

    async def _write(self, scope: Scope, send: Send, data: bytes) -> None:
        if not data:
            return
        try:
            async with asyncio.timeout(STUCK_SECONDS):
                await send({"type": "http.response.body", "body": data, "more_body": True})
        except TimeoutError:
            self._left = True
            cut(scope.get("state", {}).get("server_send", send))

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._left = True
        self._wake.set()


def look(tx: ReadTx, who: Visitor, wanted: Wanted) -> Glance:
    """Whether the token still holds, and if so what is wanted."""
    now = find_visitor(tx, who.token_hash)
    if now is None:
        return Glance(None)
    settings = settings_of(tx)
    changes = list_changes(tx, now, wanted.after.message_id, wanted.after.at) if wanted.after else None
    messages = tuple(find_visible(tx, now, wanted.ids)) if wanted.ids else ()
    row = tx.one(workspace_store.find_agent, id=wanted.agent_id) if wanted.agent_id and settings.typing_out else None
    return Glance(
        who=now,
        conversations=tuple(find_conversation_ids(tx, now)),
        changes=changes,
        messages=messages,
        gone=tuple(list_removed(tx, now, wanted.ids)) if wanted.ids else (),
        head=_head(tx, now) if wanted.head else LOWEST_ID,
        seen_id=seen_by_agents(tx, now),
        typing=str(row[2]) if row else None,
        updates=list_updates(tx) if wanted.updates else None,
        now=tx.now,
    )


def _head(tx: ReadTx, who: Visitor) -> str:
    items = list_visible(tx, who, most=1).items
    return items[-1].id if items else LOWEST_ID


def _all(glance: Glance) -> list[VisitorMessage]:
    """Everything that the look found, each message once, in order."""
    items = [*(glance.changes.items if glance.changes else ()), *glance.messages]
    return sorted({message.id: message for message in items}.values(), key=lambda message: message.id)


def _event(name: str, facts: Any, number: str = "") -> bytes:
    head = f"id: {number}\nevent: {name}\n" if number else f"event: {name}\n"
    return head.encode() + b"data: " + _encode(facts) + b"\n\n"
