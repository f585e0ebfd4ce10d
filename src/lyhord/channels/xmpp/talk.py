"""What a component does with what comes: answers programs, keeps its places in rooms, and brings what people say to the door."""

import asyncio
import time
from collections.abc import Sequence
from uuid import uuid4

import structlog

from lyhord.channels.xmpp.options import Options, bare_of
from lyhord.channels.xmpp.outgoing import to_receipt
from lyhord.channels.xmpp.reading import ERRORS, MARKERS, RECEIPTS, STATES, Names, read_message, with_note
from lyhord.channels.xmpp.stanzas import COMPONENT, Element, element, write
from lyhord.channels.xmpp.streams import Lost, NotOpen, Stream
from lyhord.conversations.account import Door
from lyhord.conversations.exchange import Inbound, InboundGroup, Raw
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Busy, StorageFull

INFO, VCARD, PING = "http://jabber.org/protocol/disco#info", "vcard-temp", "urn:xmpp:ping"
VCARD_NAME = "vCard"
MUC, MUC_USER = "http://jabber.org/protocol/muc", "http://jabber.org/protocol/muc#user"
FULL_SECONDS = 5.0
NAME_SECONDS = 3.0
MOST_NAMES = 5_000
MOST_HISTORY = 50
"""What a room says again of what we missed, once we had been in it."""
_FEATURES = (
    INFO,
    PING,
    VCARD,
    RECEIPTS,
    MARKERS,
    STATES,
    "jabber:x:oob",
    "urn:xmpp:message-correct:0",
    "urn:xmpp:message-retract:1",
    "urn:xmpp:reactions:0",
    "urn:xmpp:reply:0",
    "urn:xmpp:sid:0",
)
_REMOVED = frozenset({"301", "307", "321", "322"})
_log = structlog.get_logger()


class Talk:
    """One inbox's part of a stream. `attach` it before anything comes."""

    def __init__(self, options: Options, name: str, door: Door) -> None:
        self._options = options
        self._name = name
        self._door = door
        self._names = Names()
        self._inside: set[str] = set()
        self._been: set[str] = set()
        self._stream: Stream | None = None

    async def begin(self, stream: Stream) -> None:
        """Say that we are there, and go into the rooms; what was said there since we left is told again."""
        self._stream = stream
        state = await self._door.recall()
        rooms = state.get("rooms")
        self._been = {str(one) for one in rooms} if isinstance(rooms, list) else set()
        self._inside.clear()
        self._names.rooms.clear()
        for room in self._options.rooms:
            await self._enter(room)

    async def take(self, stanza: Element) -> None:
        """Deal with one stanza. A message is stored before its sender is told that it has arrived."""
        if stanza.name == "iq":
            await self._answer(stanza)
        elif stanza.name == "presence":
            await self._see(stanza)
        elif stanza.name == "message":
            await self._hear(stanza)

    async def _hear(self, stanza: Element) -> None:
        options, sender = self._options, stanza.get("from")
        room = bare_of(sender) in options.rooms
        if not room and bare_of(stanza.get("to")) not in {options.address, options.domain}:
            await self._refuse(stanza, "item-not-found")
            return
        if not room and stanza.get("type") != "error" and stanza.find("body", COMPONENT) is not None:
            await self._meet(bare_of(sender))
        found = read_message(stanza, options, self._names, int(time.time() * SECOND))
        if found:
            await self._store(stanza, found)
        wanted = stanza.find("request", RECEIPTS) is not None and stanza.get("id") and not room
        if wanted and found:
            await self._send(to_receipt(stanza, options))

    async def _store(self, stanza: Element, found: Sequence[Inbound]) -> None:
        """However long our own storage makes it wait: nobody else has it."""
        raw = Raw(write(with_note(stanza, self._names)).encode())
        while True:
            try:
                await self._door.receive(raw, found)
                return
            except (Busy, StorageFull) as error:
                _log.warning("xmpp.put_off", reason=type(error).__name__)
                await asyncio.sleep(FULL_SECONDS)

    async def _meet(self, person: str) -> None:
        """Find out what somebody is called, once; where nobody says it, their address does."""
        if person in self._names.people or self._stream is None:
            return
        if len(self._names.people) >= MOST_NAMES:
            self._names.people.clear()
        ask = self._own("iq", element(VCARD_NAME, VCARD), to=person, type="get", id=uuid4().hex)
        try:
            answer = await self._stream.ask(ask, seconds=NAME_SECONDS)
        except (NotOpen, Lost):
            return
        card = answer.find(VCARD_NAME, VCARD)
        name = card.words("FN", VCARD) or card.words("NICKNAME", VCARD) if card is not None else ""
        self._names.people[person] = name.strip()[:200]

    async def _answer(self, stanza: Element) -> None:
        """What programs ask: what we can, whether we are there, who we are. All else isn't for us."""
        ours = bare_of(stanza.get("to")) in {self._options.address, self._options.domain}
        asked = stanza.children[0] if stanza.children else None
        kind = (asked.name, asked.namespace) if asked is not None and stanza.get("type") == "get" and ours else ("", "")
        if kind == ("ping", PING):
            await self._reply(stanza)
        elif kind == ("query", INFO):
            category = ("client", "bot") if "@" in stanza.get("to") else ("gateway", "lyhord")
            identity = element("identity", "", category=category[0], type=category[1], name=self._name)
            features = [element("feature", "", var=one) for one in _FEATURES]
            await self._reply(stanza, element("query", INFO, identity, *features))
        elif kind == (VCARD_NAME, VCARD):
            await self._reply(stanza, element(VCARD_NAME, VCARD, element("FN", "", self._name)))
        elif stanza.get("type") in {"get", "set"}:
            await self._refuse(stanza, "service-unavailable")

    async def _see(self, stanza: Element) -> None:
        kind, sender = stanza.get("type"), stanza.get("from")
        if bare_of(sender) in self._options.rooms:
            await self._see_in_room(stanza, bare_of(sender), sender.partition("/")[2])
        elif kind == "subscribe":
            await self._send(self._own("presence", to=bare_of(sender), type="subscribed"))
            await self._send(self._own("presence", to=bare_of(sender)))
        elif kind == "probe":
            await self._send(self._own("presence", to=sender))

    async def _see_in_room(self, stanza: Element, room: str, nick: str) -> None:
        """Who comes is told, and who was sent away; that somebody goes offline isn't leaving."""
        user = stanza.find("x", MUC_USER)
        item = user.find("item", MUC_USER) if user is not None else None
        codes = {one.get("code") for one in user.each(MUC_USER)} if user is not None else set[str]()
        mine = "110" in codes or nick == self._options.nick
        people = self._names.rooms.setdefault(room, {})
        if stanza.get("type") == "error":
            _log.warning("a room doesn't let us in", room=room)
        elif stanza.get("type") == "unavailable":
            address = self._names.occupant(room, nick)
            people.pop(nick, None)
            if mine and _REMOVED & codes:
                self._inside.discard(room)
                await self._store(stanza, [InboundGroup(group_id=room, ended=True)])
            elif not mine and room in self._inside and _REMOVED & codes:
                await self._store(stanza, [InboundGroup(group_id=room, left=(address,))])
        elif not stanza.get("type"):
            if not mine:
                people[nick] = bare_of(item.get("jid")) if item is not None else ""
            if mine:
                await self._arrive(stanza, room)
            elif room in self._inside:
                joined = (self._names.occupant(room, nick),)
                await self._store(stanza, [InboundGroup(group_id=room, joined=joined)])

    async def _enter(self, room: str) -> None:
        history = element("history", "", maxstanzas=str(MOST_HISTORY) if room in self._been else "0")
        made = element("presence", "", element("x", MUC, history))
        made.attributes |= {"from": f"{self._options.address}/lyhord", "to": f"{room}/{self._options.nick}"}
        await self._send(made)

    async def _arrive(self, stanza: Element, room: str) -> None:
        """We are in: the presence of everybody who is there came before our own."""
        if room in self._inside:
            return
        self._inside.add(room)
        title = await self._title(room)
        self._names.titles[room] = title
        people = tuple(self._names.occupant(room, nick) for nick in self._names.rooms.get(room, {}))
        await self._store(stanza, [InboundGroup(group_id=room, name=title, joined=people)])
        if room not in self._been:
            self._been.add(room)
            await self._door.remember({"rooms": sorted(self._been)})

    async def _title(self, room: str) -> str:
        ask = self._own("iq", element("query", INFO), to=room, type="get", id=uuid4().hex)
        name = ""
        if self._stream is not None:
            try:
                query = (await self._stream.ask(ask, seconds=NAME_SECONDS)).find("query", INFO)
                identity = query.find("identity", INFO) if query is not None else None
                name = identity.get("name") if identity is not None else ""
            except (NotOpen, Lost):
                name = ""
        return name or room.partition("@")[0]

    def _own(self, name: str, *children: Element, **attributes: str) -> Element:
        made = element(name, "", *children, **attributes)
        made.attributes["from"] = self._options.address
        return made

    async def _reply(self, stanza: Element, *children: Element) -> None:
        made = element("iq", "", *children, type="result", id=stanza.get("id"))
        made.attributes |= {"from": stanza.get("to"), "to": stanza.get("from")}
        await self._send(made)

    async def _refuse(self, stanza: Element, condition: str) -> None:
        """An error, unless it would answer one."""
        if stanza.get("type") in {"error", "result"} or (
            stanza.name == "message" and not stanza.words("body", COMPONENT)
        ):
            return
        error = element("error", "", element(condition, ERRORS), type="cancel")
        made = element(stanza.name, "", error, type="error", id=stanza.get("id"))
        made.attributes |= {"from": stanza.get("to"), "to": stanza.get("from")}
        await self._send(made)

    async def _send(self, stanza: Element) -> None:
        if self._stream is not None:
            await self._stream.send(stanza)
