"""From an update of Telegram to what happened in the conversation. Never raises: what isn't understood becomes `Unsupported`."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from lyhord.channels.telegram.groups import (
    SCHEME,
    is_group,
    is_service,
    person_or_chat,
    read_change,
    read_member,
    topic_of,
)
from lyhord.channels.telegram.markup import to_html
from lyhord.channels.telegram.payloads import PRIVATE, Deleted, File, Life, Location, Message, Pressed, Reacted, Update
from lyhord.channels.telegram.payloads import Called as Person
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundTimer,
    Media,
    Unsupported,
    unread_id,
)

AUTOMATIC = "automatic"
UNSHOWN = "channel.telegram.unshown"
_OURS = frozenset({"auto_reply", AUTOMATIC})
"""What a machine says waits for nobody."""
_HEART, _PAID = "❤", "⭐"
_update = msgspec.json.Decoder(Update)
_OTHERS: tuple[tuple[str, str, str], ...] = (
    ("document", "file", ""),
    ("animation", "animation.mp4", "video/mp4"),
    ("audio", "audio.mp3", "audio/mpeg"),
    ("voice", "voice.ogg", "audio/ogg"),
    ("video", "video.mp4", "video/mp4"),
    ("video_note", "video.mp4", "video/mp4"),
    ("live_photo", "photo.mp4", "video/mp4"),
)
"""Field of a message, then name and type of its file where Telegram tells none."""


class Place(Struct, frozen=True):
    """Which message of which chat, as its external id names it; `connection` is that of a business account, or ""."""

    chat_id: int
    message_id: int
    connection: str = ""

    @property
    def name(self) -> str:
        """The external id: Telegram's own numbers begin anew in each chat."""
        return ":".join([*filter(None, [self.connection]), str(self.chat_id), str(self.message_id)])


def read_place(name: str) -> Place | None:
    """The place that an external id names; None where it names none, as that of a pressed button."""
    connection, _, rest = name.rpartition(":")
    connection, _, chat = connection.rpartition(":")
    digits = chat.removeprefix("-")
    return Place(int(chat), int(rest), connection) if digits.isdecimal() and rest.isdecimal() else None


def read_update(body: bytes) -> list[Inbound]:
    """What one update says: nothing, where it is of what left from here."""
    try:
        update = _update.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [Unsupported(external_id=unread_id(body), reason=UNSHOWN)]
    said = update.message or update.business_message
    edited = update.edited_message or update.edited_business_message
    if said is not None and said.message_auto_delete_timer_changed is not None:
        return list(_read_timer(said, said.message_auto_delete_timer_changed))
    if said is not None and is_group(said.chat):
        return _read_in_group(said, body)
    if said is not None:
        return _read_message(said)
    if edited is not None:
        return _read_edit(edited)
    if update.callback_query is not None:
        return _read_pressed(update.callback_query)
    if update.deleted_business_messages is not None:
        return _read_deleted(update.deleted_business_messages)
    if update.message_reaction is not None:
        return list(_read_reactions(update.message_reaction))
    if update.my_chat_member is not None:
        return list(read_member(update.my_chat_member))
    return [Unsupported(external_id=f"update:{update.update_id}", reason=UNSHOWN)]


def read_pressed(body: bytes) -> str | None:
    """The id of the button press that an update tells of, which Telegram wants answered; None where it tells of none."""
    try:
        pressed = _update.decode(body).callback_query
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return pressed.id if pressed else None


def _read_message(said: Message) -> list[Inbound]:
    place = Place(said.chat.id, said.message_id, said.business_connection_id)
    ours = _is_ours(said) if said.chat.type == PRIVATE else None
    if ours is None:
        return []
    sender = _sender(said.chat if ours else said.sender, said.business_connection_id)
    media, (text, html) = _media(said), _words(said)
    answers = said.reply_to_message
    named = (Place(said.chat.id, answers.message_id, place.connection).name,) if answers else ()
    flags = {AUTOMATIC} if said.is_from_offline else set[str]()
    if not (media or text) and ours:
        text, flags = UNSHOWN, flags | {"unsupported"}
    if not (media or text):
        return [Unsupported(external_id=place.name, reason=UNSHOWN, sender=sender, answers=named)]
    return [
        InboundMessage(
            external_id=place.name,
            sender=sender,
            text=text,
            html=html,
            at=said.date * 1000 or None,
            media=media,
            answers=named,
            ours=ours,
            flags=frozenset(flags),
        )
    ]


def _read_timer(said: Message, life: Life) -> Iterator[Inbound]:
    """The chat's timer, whoever set it. In channels nobody speaks to us."""
    group = is_group(said.chat)
    if group or said.chat.type == PRIVATE:
        yield InboundTimer(
            seconds=life.message_auto_delete_time,
            sender=() if group else _sender(said.chat, said.business_connection_id),
            group_id=str(said.chat.id) if group else None,
            group_name=said.chat.title if group else "",
            at=said.date * 1000 or None,
        )


def _is_ours(said: Message) -> bool | None:
    """Whether the owner of a business account said it themselves; None for what left from here, and for words of nobody here."""
    if said.sender is None or said.sender_business_bot is not None:
        return None
    if said.sender.id == said.chat.id:
        return False
    return True if said.business_connection_id else None


def _read_in_group(said: Message, body: bytes) -> list[Inbound]:
    """Words of somebody in a group, or what happened to it. What is told of its pictures, pins and calls is nobody's words."""
    change = read_change(said)
    if change is not None:
        return [change]
    place, group = Place(said.chat.id, said.message_id), str(said.chat.id)
    sender, topic = person_or_chat(said.sender, said.sender_chat), topic_of(said)
    media, (text, html) = _media(said), _words(said)
    answers = said.reply_to_message
    begins = answers is None or (topic is not None and str(answers.message_id) == topic.id)
    named = () if begins or answers is None else (Place(said.chat.id, answers.message_id).name,)
    if not sender or not (media or text):
        unread = Unsupported(external_id=place.name, reason=UNSHOWN, sender=sender, answers=named, group_id=group)
        return [] if not sender or is_service(body) else [unread]
    machine = said.is_automatic_forward or (said.sender_chat is None and said.sender is not None and said.sender.is_bot)
    return [
        InboundMessage(
            external_id=place.name,
            sender=sender,
            text=text,
            html=html,
            at=said.date * 1000 or None,
            media=media,
            answers=named,
            group_id=group,
            group_name=said.chat.title,
            topic=topic,
            flags=_OURS if machine else frozenset(),
        )
    ]


def _read_edit(said: Message) -> list[Inbound]:
    """Edits by others than the person and the owner of the account, ours among them, are told us too."""
    if is_group(said.chat):
        text, html = _words(said)
        sender = person_or_chat(said.sender, said.sender_chat)
        edited = Place(said.chat.id, said.message_id).name
        return (
            [InboundEdit(message=edited, sender=sender, text=text, html=html, group_id=str(said.chat.id))]
            if sender
            else []
        )
    ours = _is_ours(said) if said.chat.type == PRIVATE else None
    if ours is None:
        return []
    text, html = _words(said)
    place = Place(said.chat.id, said.message_id, said.business_connection_id)
    sender = _sender(said.chat if ours else said.sender, said.business_connection_id)
    return [InboundEdit(message=place.name, sender=sender, text=text, html=html, ours=ours)]


def _read_pressed(pressed: Pressed) -> list[Inbound]:
    """A button is an answer in the words that stood on it."""
    about = pressed.message
    group = about.chat if about is not None and is_group(about.chat) else None
    if about is not None and group is None and about.chat.type != PRIVATE:
        return []
    rows = about.reply_markup.inline_keyboard if about and about.reply_markup else ()
    labels = (button.text for row in rows for button in row if button.callback_data == pressed.data)
    return [
        InboundMessage(
            external_id=f"button:{pressed.id}",
            sender=_sender(pressed.sender),
            text=next(labels, "") or pressed.data,
            answers=(Place(about.chat.id, about.message_id).name,) if about else (),
            chosen=pressed.data or None,
            group_id=str(group.id) if group else None,
            group_name=group.title if group else "",
        )
    ]


def _read_deleted(gone: Deleted) -> list[Inbound]:
    places = (Place(gone.chat.id, number, gone.business_connection_id) for number in gone.message_ids)
    return [InboundRemoval(message=place.name) for place in places]


def _read_reactions(reacted: Reacted) -> Iterator[Inbound]:
    group = str(reacted.chat.id) if is_group(reacted.chat) else None
    sender = person_or_chat(reacted.user, reacted.actor_chat)
    if not sender or (group is None and reacted.chat.type != PRIVATE):
        return
    place = Place(reacted.chat.id, reacted.message_id)
    before, now = (_emojis(signs) for signs in (reacted.old_reaction, reacted.new_reaction))
    for emoji, gone in (
        *((one, True) for one in before if one not in now),
        *((one, False) for one in now if one not in before),
    ):
        yield InboundReaction(message=place.name, sender=sender, emoji=emoji, removed=gone, alone=False, group_id=group)


def _emojis(signs: tuple[object, ...]) -> list[str]:
    found = [getattr(sign, "emoji", "") or (_PAID if getattr(sign, "type", "") == "paid" else "") for sign in signs]
    return [f"{one}\ufe0f" if one == _HEART else one for one in found if one]


def _sender(person: Person | None, connection: str = "") -> tuple[Address, ...]:
    """Who wrote to a business account is the same person as who writes to the bot; the first identity says which way back."""
    known = person_or_chat(person)
    return (
        (msgspec.structs.replace(known[0], value=f"{known[0].value}@{connection}"), *known)
        if known and connection
        else known
    )


def _words(said: Message) -> tuple[str, str | None]:
    """Text and HTML: the words, or what stands for something that has none."""
    if said.text or said.caption:
        return to_html(said.text or said.caption, said.entities if said.text else said.caption_entities)
    return "\n".join(_described(said)), None


def _described(said: Message) -> Iterator[str]:
    if said.sticker:
        yield said.sticker.emoji
    if said.dice:
        yield f"{said.dice.emoji} {said.dice.value}"
    if said.venue:
        yield from filter(None, (said.venue.title, said.venue.address))
    place = said.venue.location if said.venue else said.location
    if place:
        yield f"📍 {_degrees(place)}"
        yield f"https://www.openstreetmap.org/?mlat={place.latitude:.5f}&mlon={place.longitude:.5f}"
    if said.contact:
        yield f"👤 {said.contact.first_name} {said.contact.last_name}".strip()
        yield said.contact.phone_number
    if said.poll:
        yield from (f"📊 {said.poll.question}", *(f"- {one.text}" for one in said.poll.options))
    if said.checklist:
        yield from (f"☑ {said.checklist.title}", *(f"- {one.text}" for one in said.checklist.tasks))


def _degrees(place: Location) -> str:
    return f"{place.latitude:.5f}, {place.longitude:.5f}"


def _media(said: Message) -> tuple[Media, ...]:
    """Its files, each with Telegram's id in the place of an address. An animation comes as a document too, a live photo as a photo."""
    found: list[Media] = []
    for name, shown, kind in _OTHERS:
        file: File | None = getattr(said, name)
        if file is not None and not (name == "document" and said.animation):
            found.append(_file(file, shown, kind))
    if said.photo and not said.live_photo:
        found.append(_file(said.photo[-1], "photo.jpg", "image/jpeg"))
    if said.sticker:
        moves = said.sticker.is_animated
        ending, kind = ("webm", "video/webm") if said.sticker.is_video else ("webp", "image/webp")
        found.append(
            _file(said.sticker, *(("sticker.tgs", "application/gzip") if moves else (f"sticker.{ending}", kind)))
        )
    return tuple(found)


def _file(file: File, name: str, kind: str) -> Media:
    kind = file.mime_type or kind or "application/octet-stream"
    return Media(file.file_name or name, kind, file.file_size, url=f"{SCHEME}:{file.file_id}")
