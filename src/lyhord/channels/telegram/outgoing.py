"""What leaves: the parts that Telegram takes, and the calls of its Bot API that carry them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from lyhord.channels.telegram.markup import measure, to_entities
from lyhord.channels.telegram.reading import Place, read_place
from lyhord.conversations.channel import Descriptor
from lyhord.conversations.exchange import Address, Amendment, Context, Media, Outbound, Plan, Refusal
from lyhord.conversations.plan import plan_by_descriptor

CAPTION = 1024
"""The longest text below a file, in units of UTF-16."""
_METHODS = {
    "image/jpeg": ("sendPhoto", "photo"),
    "image/png": ("sendPhoto", "photo"),
    "image/webp": ("sendPhoto", "photo"),
    "image/gif": ("sendAnimation", "animation"),
    "video/mp4": ("sendVideo", "video"),
    "audio/ogg": ("sendVoice", "voice"),
    "audio/mpeg": ("sendAudio", "audio"),
    "audio/mp4": ("sendAudio", "audio"),
}
_PHOTO = 10_000_000
_DOCUMENT = ("sendDocument", "document")


class Request(NamedTuple):
    """One call of the Bot API; `field` names the one that is to carry the file `media`."""

    method: str
    body: Mapping[str, Any]
    field: str = ""
    media: Media | None = None


def plan_parts(descriptor: Descriptor, outbound: Outbound, context: Context) -> Plan | Refusal:
    """As the descriptor says, then each file in a message of its own, the first below the words where these are short enough."""
    planned = plan_by_descriptor(descriptor, outbound, context)
    if isinstance(planned, Refusal):
        return planned
    last = planned.parts[-1]
    changes = planned.changes
    if last.html is not None and measure(to_entities(last.html)[0]) > (descriptor.text_limit or 0):
        planned = plan_by_descriptor(descriptor, replace(outbound, html=None), context)
        assert isinstance(planned, Plan)
        last, changes = planned.parts[-1], (*planned.changes, "plan.formatting_dropped")
    parts = [*planned.parts[:-1], *_apart(last)]
    if not (outbound.quote or (outbound.group_id and outbound.to.value)):
        parts[0] = replace(parts[0], answers=None)
    return Plan((parts[0], *(replace(part, answers=None) for part in parts[1:])), changes)


def _apart(part: Outbound) -> list[Outbound]:
    if not part.media:
        return [part]
    bare = replace(part, text="", html=None, buttons=())
    words = to_entities(part.html)[0] if part.html else part.text
    if measure(words) > CAPTION:
        return [replace(part, media=()), *(replace(bare, media=(file,)) for file in part.media)]
    return [replace(part, media=part.media[:1]), *(replace(bare, media=(file,)) for file in part.media[1:])]


def to_request(part: Outbound) -> Request:
    """The call that sends one planned part."""
    body = {**_where(part), **_reply(part), **_keyboard(part)}
    if not part.media:
        return Request("sendMessage", {**body, **_words(part, "text", "entities")})
    media = part.media[0]
    large = media.type.startswith("image/") and media.size > _PHOTO
    method, field = _DOCUMENT if large else _METHODS.get(media.type, _DOCUMENT)
    return Request(method, {**body, **_words(part, "caption", "caption_entities")}, field, media)


def to_amending(amendment: Amendment) -> Request | None:
    """The call that changes what left earlier; None where Telegram has none for it."""
    place = read_place(amendment.message)
    if place is None:
        return None
    at: dict[str, Any] = {"chat_id": place.chat_id, "message_id": place.message_id}
    if amendment.deed == "react":
        signs = [{"type": "emoji", "emoji": amendment.emoji.replace("\ufe0f", "")}] if amendment.emoji else []
        return None if place.connection else Request("setMessageReaction", {**at, "reaction": signs})
    business = {"business_connection_id": place.connection} if place.connection else {}
    if amendment.deed == "edit" and amendment.outbound is not None:
        part = amendment.outbound
        names = ("caption", "caption_entities") if part.media else ("text", "entities")
        method = "editMessageCaption" if part.media else "editMessageText"
        return Request(method, {**business, **at, **_words(part, *names), **_keyboard(part)})
    if place.connection:
        return Request("deleteBusinessMessages", {**business, "message_ids": [place.message_id]})
    return Request("deleteMessage", at)


def to_typing(to: Address) -> Request:
    """The call that shows for some seconds that somebody writes."""
    return Request("sendChatAction", {**_chat(to), "action": "typing"})


def to_typing_in(group_id: str) -> Request:
    """The same for a group."""
    return Request("sendChatAction", {"chat_id": int(group_id), "action": "typing"})


def sent_place(answer: msgspec.Raw, to: Address) -> str:
    """The external id of what was sent, from what Telegram answered."""
    sent = msgspec.json.decode(answer, type=_Sent)
    return Place(sent.chat.id, sent.message_id, to.value.partition("@")[2]).name


class _Where(msgspec.Struct):
    id: int


class _Sent(msgspec.Struct):
    message_id: int
    chat: _Where


def _chat(to: Address) -> dict[str, Any]:
    chat, _, connection = to.value.partition("@")
    business = {"business_connection_id": connection} if connection else {}
    return {**business, "chat_id": int(chat) if chat.isdecimal() else chat}


def _where(part: Outbound) -> dict[str, Any]:
    """The chat of a person, or a group and in a forum its topic."""
    if part.group_id is None:
        return _chat(part.to)
    topic = {"message_thread_id": int(part.topic.id)} if part.topic else {}
    return {"chat_id": int(part.group_id), **topic}


def _reply(part: Outbound) -> dict[str, Any]:
    place = read_place(part.answers) if part.answers else None
    if place is None or (part.group_id is not None and place.chat_id != int(part.group_id)):
        return {}  # what was said before a group became a supergroup has a number of another chat
    return {"reply_parameters": {"message_id": place.message_id, "allow_sending_without_reply": True}}


def _keyboard(part: Outbound) -> dict[str, Any]:
    rows = [[{"text": label, "callback_data": str(number)}] for number, label in enumerate(part.buttons, 1)]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _words(part: Outbound, name: str, entities: str) -> dict[str, Any]:
    text, found = to_entities(part.html) if part.html else (part.text, [])
    return {name: text, **({entities: found} if found else {})} if text or name == "text" else {}
