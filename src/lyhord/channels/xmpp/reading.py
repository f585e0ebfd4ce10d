"""From a stanza to what happened. Never raises: what isn't understood becomes `Unsupported`, or is for programs alone."""

import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal
from urllib.parse import unquote, urlsplit

from lyhord.channels.xmpp.options import SCHEME, Options, bare_of
from lyhord.channels.xmpp.stanzas import COMPONENT, Element, element
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    InboundTyping,
    Media,
    Unsupported,
)
from lyhord.kit.clock import SECOND

ENCRYPTED, UNSHOWN = "channel.xmpp.encrypted", "channel.xmpp.unshown"
RECEIPTS, MARKERS, STATES = "urn:xmpp:receipts", "urn:xmpp:chat-markers:0", "http://jabber.org/protocol/chatstates"
CORRECT, REACTIONS, REPLY, OOB = (
    "urn:xmpp:message-correct:0",
    "urn:xmpp:reactions:0",
    "urn:xmpp:reply:0",
    "jabber:x:oob",
)
RETRACT, RETRACT_0, FASTEN = "urn:xmpp:message-retract:1", "urn:xmpp:message-retract:0", "urn:xmpp:fasten:0"
IDS, FALLBACK, DELAY, OCCUPANT = "urn:xmpp:sid:0", "urn:xmpp:fallback:0", "urn:xmpp:delay", "urn:xmpp:occupant-id:0"
MOST_GIVEN = 5_000
NOTE = "urn:lyhord:note"
NICK, ERRORS = "http://jabber.org/protocol/nick", "urn:ietf:params:xml:ns:xmpp-stanzas"
_SECRET = (
    "eu.siacs.conversations.axolotl",
    "urn:xmpp:omemo:2",
    "urn:xmpp:omemo:1",
    "urn:xmpp:openpgp:0",
    "jabber:x:encrypted",
)
_HUMAN: Mapping[str, str] = {
    "item-not-found": "channel.xmpp.nobody",
    "service-unavailable": "channel.xmpp.not_there",
    "recipient-unavailable": "channel.xmpp.not_there",
    "remote-server-not-found": "channel.xmpp.no_server",
    "remote-server-timeout": "channel.xmpp.no_server",
    "gone": "channel.xmpp.nobody",
    "jid-malformed": "channel.xmpp.bad_address",
    "forbidden": "channel.xmpp.refused",
    "not-allowed": "channel.xmpp.refused",
    "not-acceptable": "channel.xmpp.refused",
    "policy-violation": "channel.xmpp.refused",
    "blocked": "channel.xmpp.refused",
    "registration-required": "channel.xmpp.refused",
    "resource-constraint": "channel.xmpp.full",
}
"""Conditions of errors, and the message keys that say the same to agents."""


class Names:
    """What is known beside a stanza: people's names, and who sits behind a nick in a room."""

    def __init__(self) -> None:
        self.people: dict[str, str] = {}
        self.rooms: dict[str, dict[str, str]] = {}
        self.titles: dict[str, str] = {}
        self.given: dict[str, str] = {}

    def learn(self, stanza: Element) -> None:
        """Keep in mind what a room calls a message to which its sender gave another name: corrections know it by that alone."""
        if len(self.given) >= MOST_GIVEN:
            self.given.clear()
        self.given[name_of(stanza.get("from"), stanza.get("id"))] = stanza_id(stanza, room=True)

    def address(self, sender: str, nick: str = "") -> Address:
        """The identity of a person's own address."""
        bare = bare_of(sender)
        return Address(SCHEME, bare, self.people.get(bare) or nick or bare.partition("@")[0], verified=True)

    def occupant(self, room: str, nick: str) -> Address:
        """The identity of somebody in a room: their own address where the room shows it, else the one that they have there."""
        real = self.rooms.get(room, {}).get(nick, "")
        return Address(SCHEME, real or f"{room}/{nick}", nick, verified=bool(real))


def with_note(stanza: Element, names: Names) -> Element:
    """The same as it is kept: with a note of who said it and what the room is called, where it was said in a room.

    What the sender wrote as such a note is left out.
    """
    kept = Element(stanza.name, stanza.namespace, stanza.attributes)
    kept.children = [one for one in stanza.children if one.namespace != NOTE]
    kept.text = stanza.text
    room, _, nick = stanza.get("from").partition("/")
    if stanza.get("type") == "groupchat" and nick:
        real, title = names.rooms.get(bare_of(room), {}).get(nick, ""), names.titles.get(bare_of(room), "")
        kept.children.append(element("note", NOTE, by=real, room=title))
    return kept


def read_note(stanza: Element) -> Names:
    """What was noted with a stanza that we kept."""
    names, note = Names(), stanza.find("note", NOTE)
    if note is not None:
        room, _, nick = stanza.get("from").partition("/")
        names.rooms[bare_of(room)] = {nick: note.get("by")}
        names.titles[bare_of(room)] = note.get("room")
    return names


def name_of(peer: str, stanza_id: str) -> str:
    """The external id of a message: ids are unique only between two, or within a room."""
    return f"{peer} {stanza_id}"


def id_of(external_id: str) -> str:
    """The id that a stanza names a message by."""
    return external_id.partition(" ")[2]


def stanza_id(stanza: Element, *, room: bool = False) -> str:
    """What a message is called: in a room by the room, else by who sent it; "" where it has no name at all."""
    by = bare_of(stanza.get("from"))
    given = (
        one.get("id") for one in stanza.each(IDS) if room and one.name == "stanza-id" and bare_of(one.get("by")) == by
    )
    return next(given, "") or stanza.get("id")


def read_message(stanza: Element, options: Options, names: Names, now: int) -> list[Inbound]:
    """What one message says."""
    kind, sender = stanza.get("type") or "normal", stanza.get("from")
    room = bare_of(sender)
    if kind == "error":
        return _read_error(stanza)
    if kind == "groupchat":
        nick = sender.partition("/")[2]
        if room not in options.rooms or not nick or nick == options.nick:
            return []
        reader = _Reader(stanza, room, names.occupant(room, nick), now, group=room, given=names.given)
        found = list(reader.read(names.titles.get(room, "")))
        names.learn(stanza)
        return found
    if kind == "headline" or not room:
        return []
    nick = stanza.words("nick", NICK)
    if room in options.rooms:
        return []
    return list(_Reader(stanza, room, names.address(sender, nick), now).read())


def condition_of(stanza: Element) -> str:
    """The condition of an error stanza."""
    error = stanza.find("error", COMPONENT)
    found = (one.name for one in (error.children if error is not None else ()) if one.name != "text")
    return next(found, "undefined-condition")


def reason_of(stanza: Element) -> str:
    """Why something was refused, as agents read it."""
    condition = condition_of(stanza)
    return _HUMAN.get(condition, condition)


def passes(stanza: Element) -> bool:
    """Whether an error says only that it can't be had now: trying again may help."""
    error = stanza.find("error", COMPONENT)
    return error is not None and error.get("type") == "wait" and condition_of(stanza) != "remote-server-timeout"


def _read_error(stanza: Element) -> list[Inbound]:
    """What we sent came back, some time after the server took it."""
    if not stanza.get("id"):
        return []
    reference = name_of(bare_of(stanza.get("from")), stanza.get("id"))
    return [InboundStatus(reference=reference, state="failed", error=reason_of(stanza))]


class _Reader:
    """Reads one message of one sender, said to us or to a group."""

    def __init__(
        self,
        stanza: Element,
        peer: str,
        sender: Address,
        now: int,
        group: str | None = None,
        given: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._given = given
        self._stanza = stanza
        self._peer = peer
        self._sender = (sender,)
        self._now = now
        self._group = group

    def read(self, title: str = "") -> Iterator[Inbound]:
        """What it says: the first that fits, and beside nothing else that somebody types or has read."""
        stanza = self._stanza
        text, named = stanza.words("body", COMPONENT), stanza_id(stanza, room=self._group is not None)
        if any(next(stanza.each(space), None) is not None for space in _SECRET):
            if named:
                yield Unsupported(
                    external_id=self._name(named), reason=ENCRYPTED, sender=self._sender, group_id=self._group
                )
            return
        change = self._change(text)
        if change is not None:
            yield change
        elif (reactions := stanza.find("reactions", REACTIONS)) is not None:
            yield from self._react(reactions)
        elif text or stanza.find("x", OOB) is not None:
            yield self._said(text, named or _hash(stanza), title)
        else:
            yield from self._passing()

    def _said(self, text: str, named: str, title: str) -> Inbound:
        media = _media(self._stanza)
        if media and text.strip() == media[0].url:
            text = ""
        reply = self._stanza.find("reply", REPLY)
        answers = (self._name(reply.get("id")),) if reply is not None and reply.get("id") else ()
        return InboundMessage(
            external_id=self._name(named),
            sender=self._sender,
            text=_without_fallback(self._stanza, text) if reply is not None else text,
            at=_at(self._stanza),
            media=media,
            answers=answers,
            group_id=self._group,
            group_name=title,
        )

    def _change(self, text: str) -> Inbound | None:
        """A correction, or that something is taken back."""
        stanza = self._stanza
        replace = stanza.find("replace", CORRECT)
        if replace is not None and replace.get("id") and text:
            about = replace.get("id")
            name = self._name(self._given.get(name_of(stanza.get("from"), about), about))
            return InboundEdit(message=name, sender=self._sender, text=text, group_id=self._group)
        retract = stanza.find("retract", RETRACT)
        older = stanza.find("apply-to", FASTEN)
        if retract is None and older is not None and older.find("retract", RETRACT_0) is not None:
            retract = older
        if retract is None or not retract.get("id"):
            return None
        return InboundRemoval(message=self._name(retract.get("id")), sender=self._sender, group_id=self._group)

    def _react(self, reactions: Element) -> Iterator[Inbound]:
        """All that somebody answers a message with, each time: the first takes the place of what there was."""
        about = self._name(reactions.get("id"))
        emojis = list(dict.fromkeys(one.text.strip() for one in reactions.each(REACTIONS) if one.text.strip()))
        if not emojis:
            yield InboundReaction(message=about, sender=self._sender, removed=True, group_id=self._group)
        for number, emoji in enumerate(emojis):
            yield InboundReaction(
                message=about, sender=self._sender, emoji=emoji, alone=number == 0, group_id=self._group
            )

    def _passing(self) -> Iterator[Inbound]:
        """Receipts and read marks; in a group one who has it says nothing of the others."""
        stanza = self._stanza
        if stanza.find("composing", STATES) is not None:
            yield InboundTyping(sender=self._sender, group_id=self._group)
        if self._group is not None:
            return
        receipt, marks = stanza.find("received", RECEIPTS), list(stanza.each(MARKERS))
        if receipt is not None and receipt.get("id"):
            yield InboundStatus(reference=self._name(receipt.get("id")), state="delivered")
        for mark in marks:
            states: Mapping[str, Literal["delivered", "read"]] = {
                "received": "delivered",
                "displayed": "read",
                "acknowledged": "read",
            }
            if mark.name in states and mark.get("id"):
                yield InboundStatus(
                    reference=self._name(mark.get("id")),
                    state=states[mark.name],
                    peer=self._sender[0],
                    at=self._now,
                )

    def _name(self, named: str) -> str:
        return name_of(self._peer, named)


def _hash(stanza: Element) -> str:
    """For messages without a name: the same words again are another message only where something about them differs."""
    facts = "\0".join([*sorted(stanza.attributes.values()), *(one.text for one in stanza.children)])
    return f"sha256:{hashlib.sha256(facts.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _at(stanza: Element) -> int | None:
    delay = stanza.find("delay", DELAY)
    if delay is None:
        return None
    try:
        found = datetime.fromisoformat(delay.get("stamp"))
    except ValueError:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * SECOND)


def _media(stanza: Element) -> tuple[Media, ...]:
    """Files as addresses. Their type is looked at again once they are here."""
    urls = [one.words("url", OOB).strip() for one in stanza.each(OOB) if one.name == "x"]
    return tuple(_file(url) for url in dict.fromkeys(urls) if url.startswith(("https://", "http://")))


def _file(url: str) -> Media:
    name = unquote(urlsplit(url).path.rpartition("/")[2])[:200] or "file"
    return Media(name, mimetypes.guess_type(name)[0] or "application/octet-stream", 0, url=url)


def _without_fallback(stanza: Element, text: str) -> str:
    """The words without what stands there for programs that know no answers: it is told from where to where, in code points."""
    for one in stanza.each(FALLBACK):
        part = one.find("body", FALLBACK)
        if one.get("for") == REPLY and part is not None:
            start, end = part.get("start"), part.get("end")
            if start.isdecimal() and end.isdecimal() and int(start) <= int(end) <= len(text):
                return text[: int(start)] + text[int(end) :]
    return text
