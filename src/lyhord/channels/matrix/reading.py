"""From a transaction of the homeserver to what happened. Never raises: what isn't understood becomes `Unsupported`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from lyhord.channels.matrix.options import SCHEME
from lyhord.channels.matrix.payloads import Event, Place, Room, Transaction, dict_of, text_of
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundCall,
    InboundEdit,
    InboundGroup,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    InboundTyping,
    Media,
    Topic,
    Unsupported,
    unread_id,
)
from lyhord.kit.markup import is_plain, sanitise

UNSHOWN, ENCRYPTED = "channel.matrix.unshown", "channel.matrix.encrypted"
_UNKNOWN = Room()
_transaction = msgspec.json.Decoder(Transaction)
_event = msgspec.json.Decoder(Event)
_QUOTE = re.compile(r"<mx-reply>.*?</mx-reply>", re.DOTALL | re.IGNORECASE)
_PLACE = re.compile(r"geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)", re.ASCII)
_FILES = {
    "m.image": ("image.jpg", "image/jpeg"),
    "m.audio": ("audio.mp3", "audio/mpeg"),
    "m.video": ("video.mp4", "video/mp4"),
    "m.file": ("file", "application/octet-stream"),
    "m.sticker": ("sticker.png", "image/png"),
}
"""Name and type of a file for which nobody told any."""


def read_transaction(
    body: bytes, rooms: Mapping[str, Room], user: str, before: Mapping[str, Sequence[bytes]] = MappingProxyType({})
) -> list[Inbound]:
    """What one transaction says. `rooms` are those that are known; in one that isn't somebody talks with us alone. `user` is ours.

    `before` is what was said in rooms that we come to with this transaction.
    """
    try:
        told = _transaction.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [Unsupported(external_id=unread_id(body), reason=UNSHOWN)]
    reader = _Reader(rooms, user)
    earlier = [inbound for room in before for raw in before[room] for inbound in reader.read(raw)]
    found = [inbound for raw in told.events for inbound in reader.read(bytes(raw))]
    passing = [one for event in told.ephemeral or told.passing for one in reader.read_passing(event)]
    return [*earlier, *found, *passing]


def events_of(body: bytes) -> list[Event]:
    """All that a transaction tells of, as far as it can be read; nothing of what can't be."""
    try:
        told = _transaction.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return []
    return [*(event for raw in told.events if (event := _decoded(bytes(raw)))), *(told.ephemeral or told.passing)]


def _decoded(raw: bytes) -> Event | None:
    try:
        return _event.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


class _Reader:
    """Reads events of rooms that are known."""

    def __init__(self, rooms: Mapping[str, Room], user: str) -> None:
        self._rooms = rooms
        self._user = user

    def read(self, raw: bytes) -> Iterator[Inbound]:
        """What one event says: nothing, where it is our own or only for other programs."""
        event = _decoded(raw)
        if event is None or not event.event_id:
            yield Unsupported(external_id=unread_id(raw), reason=UNSHOWN)
        elif event.type == "m.room.member":
            yield from self._read_member(event)
        elif event.sender == self._user:
            return
        elif event.type == "m.room.name" and self._room(event).group:
            yield InboundGroup(group_id=event.room_id, name=text_of(event.content, "name"), at=_at(event))
        elif event.state_key is None:
            yield from _READERS.get(event.type, _Reader._read_other)(self, event)

    def read_passing(self, event: Event) -> Iterator[Inbound]:
        """Who types, and what somebody has read: in a group one who did says nothing of the others."""
        group = event.room_id if self._room(event).group else None
        if event.type == "m.typing":
            users = event.content.get("user_ids")
            for user in users if isinstance(users, list) else ():
                if isinstance(user, str) and user != self._user:
                    yield InboundTyping(sender=(self._address(user, event),), group_id=group)
        elif event.type == "m.receipt" and group is None:
            for name in event.content:
                readers = dict_of(dict_of(event.content, name), "m.read")
                for user in readers:
                    if user != self._user:
                        at = dict_of(readers, user).get("ts")
                        yield InboundStatus(
                            reference=Place(event.room_id, name).id,
                            state="read",
                            at=at if isinstance(at, int) else None,
                            peer=self._address(user, event),
                        )

    def _read_message(self, event: Event) -> Iterator[Inbound]:
        content = event.content
        relation = dict_of(content, "m.relates_to")
        if relation.get("rel_type") == "m.replace":
            yield self._edit(event, text_of(relation, "event_id"))
            return
        if not content:
            return
        text, html = self._words(event)
        media = _media(event)
        if not (text or media):
            yield self._unsupported(event, ENCRYPTED if "file" in content else UNSHOWN)
            return
        yield InboundMessage(
            external_id=_place(event).id,
            sender=self._sender(event),
            text=text,
            html=html,
            at=_at(event),
            media=media,
            answers=_answers(event),
            group_id=self._group(event),
            group_name=self._room(event).name,
            topic=self._topic(event),
        )

    def _edit(self, event: Event, of: str) -> Inbound:
        new = msgspec.structs.replace(event, content=dict_of(event.content, "m.new_content"))
        text, html = self._words(new)
        name, group = Place(event.room_id, of).id, self._group(event)
        return InboundEdit(message=name, sender=self._sender(event), text=text, html=html, group_id=group)

    def _read_encrypted(self, event: Event) -> Iterator[Inbound]:
        yield self._unsupported(event, ENCRYPTED)

    def _read_redaction(self, event: Event) -> Iterator[Inbound]:
        """Told as its author's, and as the channel's own: a moderator may take back what somebody else said, us included."""
        gone = event.redacts or text_of(event.content, "redacts")
        if gone:
            name, group = Place(event.room_id, gone).id, self._group(event)
            yield InboundRemoval(message=name, sender=self._sender(event), group_id=group)
            yield InboundRemoval(message=name, group_id=group)

    def _read_reaction(self, event: Event) -> Iterator[Inbound]:
        relation = dict_of(event.content, "m.relates_to")
        emoji, about = text_of(relation, "key"), text_of(relation, "event_id")
        if emoji and about:
            yield InboundReaction(
                message=Place(event.room_id, about).id,
                sender=self._sender(event),
                emoji=emoji,
                alone=False,
                external_id=_place(event).id,
                group_id=self._group(event),
            )

    def _read_call(self, event: Event) -> Iterator[Inbound]:
        """We never answer: a call that is given up was missed."""
        name = text_of(event.content, "call_id")
        if name and not self._room(event).group:
            yield InboundCall(
                external_id=f"{event.room_id}:{name}",
                sender=self._sender(event),
                state="ringing" if event.type == "m.call.invite" else "missed",
                at=_at(event),
            )

    def _read_other(self, event: Event) -> Iterator[Inbound]:
        """What has words for programs that don't know it is shown in these; the rest as not understood."""
        if not event.type.startswith(_SILENT) and event.content:
            yield self._unsupported(event, UNSHOWN)

    def _read_member(self, event: Event) -> Iterator[Inbound]:
        """Who comes and goes in a group; that only a name or picture changed is no news."""
        room, state = self._room(event), text_of(event.content, "membership")
        before = text_of(dict_of(event.unsigned, "prev_content"), "membership")
        who = event.state_key or ""
        if not room.group or state == before or not who:
            return
        told = InboundGroup(group_id=event.room_id, name=room.name or None, at=_at(event))
        address = (self._address(who, event),)
        if who == self._user:
            if state == "join":
                everybody = tuple(self._address(user, event) for user in room.members)
                yield msgspec.structs.replace(told, joined=everybody)
            elif state in _AWAY:
                yield msgspec.structs.replace(told, ended=True)
        elif state == "join":
            yield msgspec.structs.replace(told, joined=address)
        elif state in _AWAY and before in {"join", ""}:
            yield msgspec.structs.replace(told, left=address)

    def _words(self, event: Event) -> tuple[str, str | None]:
        """Text and HTML of a message; "" for a file that has no words beside it."""
        content = event.content
        kind, body = text_of(content, "msgtype"), text_of(content, "body")
        if event.type == "m.sticker":
            return "", None
        if kind in _FILES:
            named = text_of(content, "filename")
            return (body, _html(content)) if named and named != body else ("", None)
        if kind == "m.location":
            return _where(body, text_of(content, "geo_uri")), None
        if kind == "m.emote":
            return f"* {self._address(event.sender, event).name} {body}", None
        return (_unquoted(body) if _replied(event) else body), _html(content)

    def _unsupported(self, event: Event, reason: str) -> Unsupported:
        return Unsupported(
            external_id=_place(event).id,
            reason=reason,
            sender=self._sender(event),
            answers=_answers(event),
            group_id=self._group(event),
        )

    def _room(self, event: Event) -> Room:
        return self._rooms.get(event.room_id, _UNKNOWN)

    def _group(self, event: Event) -> str | None:
        return event.room_id if self._room(event).group else None

    def _topic(self, event: Event) -> Topic | None:
        """The thread in which it was said to a group. Threads have no names."""
        root = _thread(event) if self._room(event).group else ""
        return Topic(root) if root else None

    def _sender(self, event: Event) -> tuple[Address, ...]:
        return (self._address(event.sender, event),)

    def _address(self, user: str, event: Event) -> Address:
        member = self._room(event).members.get(user)
        name = member.name if member else ""
        return Address(SCHEME, user, name or user[1:].partition(":")[0], verified=True)


_READERS: Mapping[str, Callable[[_Reader, Event], Iterator[Inbound]]] = {
    "m.room.message": _Reader._read_message,  # noqa: SLF001 - a table of this class's own methods
    "m.sticker": _Reader._read_message,  # noqa: SLF001
    "m.room.encrypted": _Reader._read_encrypted,  # noqa: SLF001
    "m.room.redaction": _Reader._read_redaction,  # noqa: SLF001
    "m.reaction": _Reader._read_reaction,  # noqa: SLF001
    "m.call.invite": _Reader._read_call,  # noqa: SLF001
    "m.call.hangup": _Reader._read_call,  # noqa: SLF001
}
_SILENT = ("m.call.", "m.key.", "m.room.", "org.matrix.call.")
"""Kinds that are for programs, not for people."""
_AWAY = frozenset({"leave", "ban"})


def _place(event: Event) -> Place:
    return Place(event.room_id, event.event_id)


def _at(event: Event) -> int | None:
    return event.origin_server_ts or None


def _replied(event: Event) -> str:
    return text_of(dict_of(dict_of(event.content, "m.relates_to"), "m.in_reply_to"), "event_id")


def _thread(event: Event) -> str:
    """The event with which its thread began; "" where it is in none."""
    relation = dict_of(event.content, "m.relates_to")
    return text_of(relation, "event_id") if relation.get("rel_type") == "m.thread" else ""


def _answers(event: Event) -> tuple[str, ...]:
    """What it answers, then the message with which its thread began."""
    root = _thread(event)
    fallback = dict_of(event.content, "m.relates_to").get("is_falling_back") is True
    named = [root, _replied(event)] if fallback else [_replied(event), root]
    return tuple(Place(event.room_id, name).id for name in dict.fromkeys(filter(None, named)))


def _html(content: dict[str, Any]) -> str | None:
    if content.get("format") != "org.matrix.custom.html":
        return None
    clean = sanitise(_QUOTE.sub("", text_of(content, "formatted_body")))
    return clean if clean and not is_plain(clean) else None


def _unquoted(body: str) -> str:
    """The words without what older programs put before an answer: the lines that it quotes, and a blank one."""
    lines = body.split("\n")
    kept = next((at for at, line in enumerate(lines) if not line.startswith("> ") and line != ">"), len(lines))
    if kept and kept < len(lines) and not lines[kept].strip():
        kept += 1
    return "\n".join(lines[kept:])


def _where(body: str, address: str) -> str:
    place = _PLACE.match(address)
    if place is None:
        return body or address
    latitude, longitude = float(place[1]), float(place[2])
    shown = f"📍 {latitude:.5f}, {longitude:.5f}"
    link = f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}"
    return "\n".join(filter(None, ["" if "geo:" in body else body, shown, link]))


def _media(event: Event) -> tuple[Media, ...]:
    content = event.content
    kind = "m.sticker" if event.type == "m.sticker" else text_of(content, "msgtype")
    address = text_of(content, "url")
    if kind not in _FILES or not address.startswith("mxc://"):
        return ()
    name, media_type = _FILES[kind]
    info = dict_of(content, "info")
    size = info.get("size")
    voice = "org.matrix.msc3245.voice" in content
    given = "" if kind == "m.sticker" else text_of(content, "filename") or text_of(content, "body")
    return (
        Media(
            "voice.ogg" if voice else given or name,
            text_of(info, "mimetype") or ("audio/ogg" if voice else media_type),
            size if isinstance(size, int) and size > 0 else 0,
            url=address,
        ),
    )
