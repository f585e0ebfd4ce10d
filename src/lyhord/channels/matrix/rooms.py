"""What the homeserver knows of rooms: who is in one, whether it is a group, and in which one somebody talks with us alone."""

import hashlib
import time
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

import msgspec
import structlog

from lyhord.channels.matrix.homeserver import CLIENT, Homeserver, Trouble
from lyhord.channels.matrix.payloads import Event, Member, Room, dict_of, text_of

FRESH_SECONDS = 60.0
"""How long what is known of a room is trusted: what changed it may have been told to another process."""
MOST_ROOMS = 5_000
MOST_BEFORE = 50
"""Events that are read back in a room that we come to."""
JOIN_SECONDS = 15.0
_GROUP = "org.lyhord.group"
_log = structlog.get_logger()


def quoted(text: str) -> str:
    """A part of a path."""
    return quote(text, safe="")


class Rooms:
    """The rooms of one user. What is to last is kept by the homeserver, in that user's own data there."""

    def __init__(self, server: Homeserver, user: str) -> None:
        self._server = server
        self._user = user
        self._known: dict[str, tuple[Room, float]] = {}
        self._direct: dict[str, str] = {}
        self._before: dict[str, list[bytes]] = {}

    @property
    def before(self) -> dict[str, list[bytes]]:
        """What was said in rooms between the invitation and our coming, which nobody tells us; the oldest first."""
        return self._before

    @property
    def known(self) -> dict[str, Room]:
        """What was looked up."""
        return {name: room for name, (room, _) in self._known.items()}

    async def look_up(self, events: Collection[Event]) -> None:
        """Accept invitations, and find out about every room that something happened in. Raises `Trouble` for what may pass."""
        for event in events:
            if self._is_ours(event, "invite"):
                await self._join(event.room_id)
        changed = {event.room_id for event in events if event.type in ("m.room.member", "m.room.name")}
        for name in sorted({event.room_id for event in events if event.room_id}):
            await self.find(name, fresh=name in changed)
        self._before.clear()
        for event in events:
            if self._is_ours(event, "join"):
                self._before[event.room_id] = await self._read_back(event)
                for person in self.known[event.room_id].members:
                    await self._note_direct(event.room_id, person)
            elif event.type in ("m.room.message", "m.room.encrypted", "m.sticker") and event.sender != self._user:
                await self._note_direct(event.room_id, event.sender)

    async def find(self, name: str, *, fresh: bool = False) -> Room:
        """What is known of a room; of one that isn't ours, nothing. Raises `Trouble` for what may pass."""
        room, until = self._known.get(name, (Room(), 0.0))
        if not fresh and until > time.monotonic():
            return room
        try:
            room = await self._load(name)
        except Trouble as trouble:
            if not trouble.lasting:
                raise
        if len(self._known) >= MOST_ROOMS:
            self._known.clear()
        self._known[name] = (room, time.monotonic() + FRESH_SECONDS)
        return room

    async def open_direct(self, person: str) -> str:
        """The room in which a person talks with us alone; made, and the person invited, where there is none. Raises `Trouble`.

        A homeserver that made a room and couldn't say so leaves an invitation behind in which nothing is said.
        """
        name = self._direct.get(person) or text_of(await self._recall(self._key(person)), "room")
        if name:
            room = await self.find(name)
            if person in room.members and not room.group:
                return name
        made = await self._server.ask(
            "POST",
            f"{CLIENT}/createRoom",
            {"preset": "trusted_private_chat", "is_direct": True, "invite": [person]},
            seconds=60,
        )
        name = text_of(made, "room_id")
        await self._remember(self._key(person), {"room": name})
        self._direct[person] = name
        return name

    def _is_ours(self, event: Event, membership: str) -> bool:
        mine = event.type == "m.room.member" and event.state_key == self._user
        return mine and text_of(event.content, "membership") == membership

    async def _read_back(self, join: Event) -> list[bytes]:
        """What somebody said to us right after inviting us. Nothing where it was somebody else's group before: that was for others."""
        if self.known[join.room_id].group:
            return []
        path = f"{CLIENT}/rooms/{quoted(join.room_id)}/messages?dir=b&limit={MOST_BEFORE}"
        try:
            found = _list((await self._server.ask("GET", path)).get("chunk"))
        except Trouble as trouble:
            if trouble.lasting:
                return []
            raise
        said = [one for one in found if "state_key" not in one and one.get("sender") != self._user]
        return [msgspec.json.encode({"room_id": join.room_id, **one}) for one in reversed(said)]

    async def _join(self, name: str) -> None:
        try:
            await self._server.ask("POST", f"{CLIENT}/join/{quoted(name)}", {}, seconds=JOIN_SECONDS)
        except Trouble as trouble:
            if not (trouble.lasting or trouble.words == "no answer"):
                raise
            _log.warning("an invitation couldn't be accepted", room=name, reason=str(trouble))

    async def _note_direct(self, name: str, person: str) -> None:
        room, _ = self._known.get(name, (Room(), 0.0))
        if room.group or person not in room.members or self._direct.get(person) == name:
            return
        if len(self._direct) >= MOST_ROOMS:
            self._direct.clear()
        await self._remember(self._key(person), {"room": name})
        self._direct[person] = name

    async def _load(self, name: str) -> Room:
        """Once there were several, it stays a group, whoever leaves."""
        place = f"{CLIENT}/rooms/{quoted(name)}"
        found = await self._server.ask("GET", f"{place}/members?not_membership=leave")
        members = {
            who: Member(state, text_of(dict_of(one, "content"), "displayname"))
            for one in _list(found.get("chunk"))
            if (who := text_of(one, "state_key")) != self._user
            and (state := text_of(dict_of(one, "content"), "membership")) in {"join", "invite"}
        }
        several = len(members) > 1
        marked = bool(await self._recall(_GROUP, room=name))
        if several and not marked:
            await self._remember(_GROUP, {"group": True}, room=name)
        return Room(await self._name(place) if several or marked else "", members, several or marked)

    async def _name(self, place: str) -> str:
        try:
            return text_of(await self._server.ask("GET", f"{place}/state/m.room.name"), "name")
        except Trouble as trouble:
            if trouble.lasting:
                return ""
            raise

    def _key(self, person: str) -> str:
        return f"org.lyhord.direct.{hashlib.sha256(person.encode()).hexdigest()[:32]}"

    def _place(self, key: str, room: str) -> str:
        inside = f"/rooms/{quoted(room)}" if room else ""
        return f"{CLIENT}/user/{quoted(self._user)}{inside}/account_data/{key}"

    async def _recall(self, key: str, *, room: str = "") -> dict[str, Any]:
        try:
            return await self._server.ask("GET", self._place(key, room))
        except Trouble as trouble:
            if trouble.code == "M_NOT_FOUND":
                return {}
            raise

    async def _remember(self, key: str, value: dict[str, Any], *, room: str = "") -> None:
        await self._server.ask("PUT", self._place(key, room), value)


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
