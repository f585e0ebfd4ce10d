"""From a call of Apple to what happened in the conversation. Never raises: what isn't understood becomes `Unsupported`."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from lyhord.channels.apple.options import SCHEME
from lyhord.channels.apple.payloads import (
    Content,
    Facts,
    Interactive,
    Item,
    Picked,
    Stored,
    Unreadable,
    read_content,
    to_place,
)
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundMessage,
    InboundPeer,
    InboundTyping,
    Media,
    Peer,
    Raw,
    Unsupported,
    unread_id,
)
from lyhord.conversations.optouts.model import CONFIRMED, RETURNED, find_wish

UNSHOWN = "channel.apple.unshown"
ENDED = "🔕"
"""What stands for the customer's ending the conversation."""
PLACEHOLDER = "\ufffc"
"""Stands in the words where a file belongs."""
OURS = "lyhord:"
"""Begins the name of a button of ours; its number follows."""
QUICK, LIST = "QUICK", "LIST"
"""What Apple calls a device's being able to show quick replies, and lists that open."""
_END_FLAGS = frozenset({"opt_out", CONFIRMED, "auto_reply"})
_interactive = msgspec.json.Decoder(Interactive)
Fetched = Callable[[str], bytes | None]
"""The larger answers, by the id of their message, as far as they could be had."""


class Chosen(Struct, frozen=True):
    """What an interactive answer says: in words, as which button, and to which request."""

    text: str
    chosen: str | None = None
    request: str = ""


def read_call(raw: Raw, fetched: Fetched) -> list[Inbound]:
    """What one call says: nothing, where it only tells that somebody writes no more."""
    try:
        content = read_content(raw.body)
    except Unreadable:
        return [Unsupported(external_id=unread_id(raw.body), reason=UNSHOWN)]
    value = content.source_id or raw.headers.get("source-id", "")
    sender = (Address(SCHEME, value, verified=True),) if value else ()
    if content.type == "typing_end":
        return []
    if content.type == "typing_start" and sender:
        return [InboundTyping(sender=sender)]
    said = _said(content, sender, fetched) if content.id and sender else None
    if said is None:
        return [Unsupported(external_id=content.id or unread_id(raw.body), reason=UNSHOWN, sender=sender)]
    return [*_arrival(content, sender), said, *_device(raw.headers, sender)]


def wanted_of(raw: Raw) -> tuple[str, Stored] | None:
    """The id of a message whose answer lies apart, because it is large, and where; None for all others."""
    try:
        content = read_content(raw.body)
    except Unreadable:
        return None
    stored = content.interactive_data_ref
    return (content.id, stored) if content.id and stored and stored.complete else None


def _device(headers: Mapping[str, str], sender: tuple[Address, ...]) -> Iterator[InboundPeer]:
    """What the device can show from which the customer wrote, in Apple's words, where that is told."""
    told = headers.get("capability-list")
    if told is not None:
        names = frozenset(name.strip().upper() for name in told.replace("%2C", ",").split(","))
        yield from (InboundPeer(sender=one, peer=Peer(features=names - {""})) for one in sender)


def _said(content: Content, sender: tuple[Address, ...], fetched: Fetched) -> InboundMessage | None:
    if content.type == "close":
        return InboundMessage(external_id=content.id, sender=sender, text=ENDED, flags=_END_FLAGS)
    answer = Chosen("")
    media: tuple[Media, ...] = ()
    if content.type == "interactive":
        answer = read_interactive(fetched(content.id) or bytes(content.interactive_data))
    elif content.type == "text":
        answer, media = Chosen((content.body or "").replace(PLACEHOLDER, "").strip()), tuple(_media(content))
    if not (answer.text or media):
        return None
    wish = find_wish(answer.text) if content.type == "text" else None
    return InboundMessage(
        external_id=content.id,
        sender=sender,
        text=answer.text,
        media=media,
        answers=(answer.request,) if answer.request else (),
        chosen=answer.chosen,
        flags=frozenset({wish or RETURNED}),
    )


def _media(content: Content) -> Iterator[Media]:
    for stored in content.attachments or ():
        if stored.complete:
            kind = stored.mime_type or "application/octet-stream"
            yield Media(stored.name or "file", kind, stored.length, url=to_place(stored))


def _arrival(content: Content, sender: tuple[Address, ...]) -> Iterator[InboundMessage]:
    """By which link or button the customer came, as far as the company named it so. It is told once: each of their messages has it."""
    words = " · ".join(filter(None, (content.intent, content.group)))
    if words and content.type != "close":
        named = hashlib.sha256(f"{sender[0].value}\n{words}".encode("utf-8", "replace")).hexdigest()
        flags = frozenset({"arrival"})
        yield InboundMessage(external_id=f"arrival:{named[:32]}", sender=sender, text=f"↪ {words}", flags=flags)


def read_interactive(body: bytes) -> Chosen:
    """What somebody chose, picked or filled in; without words where that can't be told in any."""
    try:
        answer = _interactive.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Chosen("")
    facts = answer.data
    number, text = _picked(facts)
    bubble = facts.reply_message or answer.reply_message
    if not text and bubble:
        text = "\n".join(filter(None, (bubble.title, bubble.subtitle)))
    text = text.strip() or number
    pressed = number or (text if facts.replies or facts.list_picker else None)
    return Chosen(text, pressed, facts.request_identifier)


def _picked(facts: Facts) -> tuple[str, str]:
    """The number of a button of ours, "" for others, and the words for what was chosen."""
    if facts.replies:
        return _pressed(facts.replies)
    if facts.list_picker:
        items = [item for section in facts.list_picker.sections for item in section.items]
        return _number(items[0].identifier) if len(items) == 1 else "", _titles(items)
    if facts.event:
        return "", "\n".join([facts.event.title, *(f"📅 {_moment(slot)}" for slot in facts.event.timeslots)])
    pages = facts.dynamic.selections if facts.dynamic else ()
    return "", "\n".join(": ".join(filter(None, (page.title, _titles(page.items)))) for page in pages)


def _pressed(replies: Picked) -> tuple[str, str]:
    found = next((one for one in replies.items if one.identifier == replies.selected_identifier), None)
    index = replies.selected_index
    if found is None and index is not None and 0 <= index < len(replies.items):
        found = replies.items[index]
    return (_number(found.identifier), found.title) if found else (_number(replies.selected_identifier), "")


def _number(identifier: str) -> str:
    return identifier.removeprefix(OURS) if identifier.startswith(OURS) else ""


def _titles(items: "list[Item] | tuple[Item, ...]") -> str:
    return ", ".join(filter(None, (item.title or item.value for item in items)))


def _moment(slot: Item) -> str:
    """When, with the difference to universal time that it was written with: what the customer calls it isn't told."""
    try:
        return f"{datetime.fromisoformat(slot.start_time):%Y-%m-%d %H:%M %Z}".strip()
    except ValueError:
        return slot.start_time
