"""From a call of Apple to what happened in the conversation. Never raises: what isn't understood becomes `Unsupported`."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
from msgspec import Struct

from lyhord.channels.apple.options import SCHEME
from lyhord.channels.apple.payloads import (
    Appointment,
    Content,
    Facts,
    Form,
    Interactive,
    Replies,
    Sections,
    Slot,
    Stored,
    Unreadable,
    features_of,
    is_fetchable,
    read_content,
    sender_of,
    to_place,
)
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundMessage,
    InboundTyping,
    Media,
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
_UNTITLED = "file"

_interactive = msgspec.json.Decoder(Interactive)


class Chosen(Struct, frozen=True):
    """What an interactive answer says: in words, as which button of ours, and to which request."""

    text: str
    chosen: str | None = None
    request: str = ""


def read_call(raw: Raw, fetched: Callable[[str], bytes | None]) -> list[Inbound]:
    """What one call says: nothing, where it only tells that somebody writes no more.

    `fetched` has the larger answers, by the id of their message, as far as they could be had.
    """
    try:
        content = read_content(raw.body)
    except Unreadable:
        return [Unsupported(external_id=unread_id(raw.body), reason=UNSHOWN)]
    value = sender_of(content, raw)
    sender = (Address(SCHEME, value, verified=True),) if value else ()
    if not (content.id and sender):
        return [Unsupported(external_id=content.id or unread_id(raw.body), reason=UNSHOWN, sender=sender)]
    if content.type == "typing_start":
        return [InboundTyping(sender=sender)]
    if content.type == "typing_end":
        return []
    said = _said(content, sender, raw, fetched)
    if said is None:
        return [Unsupported(external_id=content.id, reason=UNSHOWN, sender=sender)]
    return [*_arrival(content, sender), said]


def _said(
    content: Content, sender: tuple[Address, ...], raw: Raw, fetched: Callable[[str], bytes | None]
) -> InboundMessage | None:
    if content.type == "close":
        flags = frozenset({"opt_out", CONFIRMED, "auto_reply"})
        return InboundMessage(external_id=content.id, sender=sender, text=ENDED, flags=flags)
    chosen, media = None, ()
    if content.type == "interactive":
        chosen = read_interactive(fetched(content.id) or bytes(content.interactive_data))
        text = chosen.text if chosen else ""
    elif content.type == "text":
        text, media = (content.body or "").replace(PLACEHOLDER, "").strip(), tuple(_media(content))
    else:
        return None
    if not (text or media):
        return None
    wish = find_wish(text) if content.type == "text" else None
    return InboundMessage(
        external_id=content.id,
        sender=sender,
        text=text,
        media=media,
        answers=(chosen.request,) if chosen and chosen.request else (),
        chosen=chosen.chosen if chosen else None,
        features=features_of(raw.headers),
        flags=frozenset({wish or RETURNED}),
    )


def _media(content: Content) -> Iterator[Media]:
    for stored in content.attachments or ():
        if is_fetchable(stored):
            name, kind = stored.name or _UNTITLED, stored.mime_type or "application/octet-stream"
            yield Media(name, kind, stored.length, url=to_place(stored))


def _arrival(content: Content, sender: tuple[Address, ...]) -> Iterator[InboundMessage]:
    """By which link or button the customer came, as far as the company named it so. It is told once: each of their messages has it."""
    words = " · ".join(filter(None, (content.intent, content.group)))
    if words and content.type != "close":
        named = hashlib.sha256(f"{sender[0].value}\n{words}".encode("utf-8", "replace")).hexdigest()
        yield InboundMessage(
            external_id=f"arrival:{named[:32]}", sender=sender, text=f"↪ {words}", flags=frozenset({"arrival"})
        )


def read_interactive(body: bytes) -> Chosen | None:
    """What somebody chose, picked or filled in; None where that can't be told in words."""
    try:
        answer = _interactive.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    facts = answer.data
    number, text = _picked(facts)
    if not text:
        bubble = facts.reply_message or answer.reply_message
        text = "\n".join(filter(None, (bubble.title, bubble.subtitle))) if bubble else ""
    text = text or number
    if not text:
        return None
    pressed = number or (text if facts.replies or facts.list_picker else None)
    return Chosen(text.strip(), pressed, facts.request_identifier)


def _picked(facts: Facts) -> tuple[str, str]:
    """The number of a button of ours, "" for others, and the words for what was chosen."""
    if facts.replies:
        return _pressed(facts.replies)
    if facts.list_picker:
        return _listed(facts.list_picker)
    if facts.event:
        return "", "\n".join(_times(facts.event))
    if facts.dynamic:
        return "", "\n".join(_filled(facts.dynamic))
    return "", ""


def _pressed(replies: Replies) -> tuple[str, str]:
    found = next((one for one in replies.items if one.identifier == replies.selected_identifier), None)
    index = replies.selected_index
    if found is None and index is not None and 0 <= index < len(replies.items):
        found = replies.items[index]
    named = found.identifier if found else replies.selected_identifier
    return _number(named), found.title if found else ""


def _listed(picker: Sections) -> tuple[str, str]:
    items = [item for section in picker.sections for item in section.items]
    number = _number(items[0].identifier) if len(items) == 1 else ""
    return number, ", ".join(filter(None, (item.title for item in items)))


def _number(identifier: str) -> str:
    return identifier.removeprefix(OURS) if identifier.startswith(OURS) else ""


def _times(event: Appointment) -> Iterator[str]:
    if event.title:
        yield event.title
    for slot in event.timeslots:
        yield f"📅 {_moment(slot)}"


def _moment(slot: Slot) -> str:
    """When, as it was written, with the difference to universal time: what the customer calls it isn't told."""
    try:
        at = datetime.fromisoformat(slot.start_time)
    except ValueError:
        return slot.start_time
    length = f" ({round(slot.duration / 60)} min)" if slot.duration > 0 else ""
    return f"{at:%Y-%m-%d %H:%M} {at:%Z}".strip() + length


def _filled(form: Form) -> Iterator[str]:
    for page in form.selections:
        said = ", ".join(filter(None, (item.title or item.value for item in page.items)))
        yield ": ".join(filter(None, (page.title, said)))


def wanted_of(raw: Raw) -> tuple[str, Stored] | None:
    """The id of a message whose answer lies apart, because it is large, and where; None for all others."""
    try:
        content = read_content(raw.body)
    except Unreadable:
        return None
    stored = content.interactive_data_ref
    return (content.id, stored) if content.id and stored and is_fetchable(stored) else None
