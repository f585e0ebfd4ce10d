"""Who of the visitors must look again: one subscription a workspace, told apart by conversation. Holds nothing but ids."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextvars import Context
from typing import Any, Protocol

import structlog

from lyhord.contacts import store as contact_store
from lyhord.conversations.visitors import list_valid
from lyhord.kit.bus import Bus, Committed, Signal
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.events import Logged
from lyhord.kit.tracing import shared
from lyhord.web.readers import CHECK_SECONDS

BUFFER = 8_192
TALK = frozenset({"message.received", "message.replied", "message.changed", "message.removed", "delivery.changed"})
KINSHIP = frozenset({"contact.merged", "contact.separated", "conversation.moved"})
NEWS = frozenset({"surge.begun", "surge.changed", "surge.ended"})
"""After these the company may say something else to everybody."""
_log = structlog.get_logger()


class Listener(Protocol):
    """A visitor's stream as a room sees it. Every call returns at once."""

    token_hash: str
    identity: tuple[str, str]
    conversations: tuple[str, ...]

    def look_at(self, message_id: str, *, changed: bool) -> None:
        """Something happened to a message of one of its conversations; `changed`: it may say something else now."""

    def look_again(self) -> None:
        """Everything may be different: conversations and messages are to be read afresh from the cursor."""

    def look_up(self) -> None:
        """Somebody in the company has read on, or the token holds no longer."""

    def look_out(self) -> None:
        """The company may say something else to everybody."""

    def see_typing(self, agent_id: str, until: int) -> None:
        """An agent types."""

    def leave(self) -> None:
        """The server stops."""


class Rooms:
    """The rooms of all workspaces that have visitors connected to this process."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._rooms: dict[str, Room] = {}

    def enter(self, workspace_id: str, listener: Listener) -> Callable[[], None]:
        """From now on `listener` hears; the returned function ends that. Index it with `Room.place` once it knows its conversations."""
        room = self._rooms.get(workspace_id)
        if room is None:
            room = self._rooms[workspace_id] = Room(workspace_id, self._database, self._bus)
        room.add(listener)

        def leave() -> None:
            if room.remove(listener):
                self._rooms.pop(workspace_id, None)

        return leave

    def place(self, workspace_id: str, listener: Listener) -> None:
        """Note that the listener's conversations may have changed."""
        room = self._rooms.get(workspace_id)
        if room is not None:
            room.place(listener)

    def close(self) -> None:
        """End every stream."""
        for room in tuple(self._rooms.values()):
            room.close()


class Room:
    """The visitors of one workspace."""

    def __init__(self, workspace_id: str, database: Database, bus: Bus) -> None:
        self._workspace_id = workspace_id
        self._database = database
        self._bus = bus
        self._by_conversation: dict[str, set[Listener]] = defaultdict(set)
        self._waiting: dict[tuple[str, str], set[Listener]] = defaultdict(set)
        self._placed: dict[Listener, tuple[str, ...]] = {}
        self._subscription = bus.subscribe(workspace_id, cap=BUFFER)
        self._tasks = [
            asyncio.create_task(work, name=f"visitors {workspace_id}", context=Context())
            for work in (self._follow(), self._keep_tokens())
        ]

    def add(self, listener: Listener) -> None:
        """Take a listener in."""
        self._placed[listener] = ()
        self.place(listener)

    def place(self, listener: Listener) -> None:
        """Index a listener by its conversations, or as one who waits for the first."""
        self._lift(listener)
        self._placed[listener] = tuple(listener.conversations)
        for conversation_id in listener.conversations:
            self._by_conversation[conversation_id].add(listener)
        if not listener.conversations:
            self._waiting[listener.identity].add(listener)

    def remove(self, listener: Listener) -> bool:
        """Let a listener go; whether the room is empty now, and closed."""
        self._lift(listener)
        self._placed.pop(listener, None)
        if not self._placed:
            self._subscription.close()
            for task in self._tasks:
                task.cancel()
        return not self._placed

    def close(self) -> None:
        """Tell everybody to leave."""
        for listener in tuple(self._placed):
            listener.leave()

    def _lift(self, listener: Listener) -> None:
        for conversation_id in self._placed.get(listener, ()):
            _drop(self._by_conversation, conversation_id, listener)
        _drop(self._waiting, listener.identity, listener)

    async def _follow(self) -> None:
        while self._placed:
            begun = False
            async for item in self._subscription:
                if not begun and isinstance(item, Committed):
                    begun = True
                    self._all_again()  # the bus may begin behind what was committed while it found its place
                await self._tell(item)
            self._subscription = self._bus.subscribe(self._workspace_id, cap=BUFFER)
            self._all_again()

    async def _keep_tokens(self) -> None:
        """Read again and again, once for all, whose token still holds; the others find out by looking."""
        while self._placed:
            await asyncio.sleep(CHECK_SECONDS)
            listeners = tuple(self._placed)
            try:
                hashes = {listener.token_hash for listener in listeners}
                valid = await self._database.read(self._workspace_id, list_valid, hashes)
            except Exception:  # noqa: BLE001 - asked again in a moment; what is sent meanwhile is read with today's right to see it
                _log.warning("visitors' tokens couldn't be read", workspace_id=self._workspace_id, exc_info=True)
                continue
            for listener in listeners:
                if listener.token_hash not in valid:
                    listener.look_up()

    async def _tell(self, item: Committed | Signal) -> None:
        if isinstance(item, Signal):
            if item.name == "typing" and item.body.get("agent_id"):
                for listener in self._in(item.body.get("conversation_id")):
                    listener.see_typing(str(item.body["agent_id"]), int(item.body.get("until") or 0))
            return
        causes = (logged.trace for logged in item.events)
        with shared("visitors", causes, workspace_id=self._workspace_id, listeners=len(self._placed)):
            await self._tell_events(item.events)

    async def _tell_events(self, events: Sequence[Logged]) -> None:
        started = []
        for logged in events:
            if logged.kind == "conversation.started":
                started.append(logged)
            elif logged.kind in KINSHIP:
                self._all_again()
            elif logged.kind in NEWS:
                for listener in tuple(self._placed):
                    listener.look_out()
            else:
                self._tell_talk(logged)
        if started and self._waiting:
            await self._greet(started)

    def _tell_talk(self, logged: Logged) -> None:
        event: Any = logged.event
        if logged.kind in TALK:
            for listener in self._in(event.conversation_id):
                listener.look_at(event.message_id, changed=logged.kind == "message.changed")
        elif logged.kind == "conversation.seen":
            for listener in self._in(event.conversation_id):
                listener.look_up()

    async def _greet(self, started: list[Logged]) -> None:
        """Wake those who waited for their first conversation."""
        contacts = [contact_id for one in started if (contact_id := getattr(one.event, "contact_id", None))]
        try:
            keys = await self._database.read(self._workspace_id, _identities, contacts)
        except Exception:  # noqa: BLE001 - the log has it; the visitors read on from their cursors
            _log.exception("visitors couldn't be told apart", workspace_id=self._workspace_id)
            self._all_again()
            return
        for key in keys:
            for listener in tuple(self._waiting.get(key, ())):
                listener.look_again()

    def _in(self, conversation_id: str | None) -> tuple[Listener, ...]:
        return tuple(self._by_conversation.get(conversation_id or "", ()))

    def _all_again(self) -> None:
        for listener in tuple(self._placed):
            listener.look_again()


def _identities(tx: ReadTx, contact_ids: list[str]) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in tx.all(contact_store.identities_of, ids=contact_ids)] if contact_ids else []


def _drop(index: dict[Any, set[Listener]], key: Any, listener: Listener) -> None:
    held = index.get(key)
    if held is not None:
        held.discard(listener)
        if not held:
            del index[key]
