"""Calls of Meta about one page or account, taken apart: what was said in private (`messaging`), and what happened in public (`changes`).

Each event is decoded by itself, so that one which nobody knows costs no other. Ids come as text or as numbers.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

Id = str | int | None
Kind = Literal["messaging", "standby", "changes"]
_KINDS: tuple[Kind, ...] = ("messaging", "standby", "changes")


class Entry(Struct, frozen=True):
    """What happened at one page or account; `time` is when Meta told, in seconds or in milliseconds."""

    id: Id = ""
    time: int = 0
    messaging: tuple[msgspec.Raw, ...] | None = None
    standby: tuple[msgspec.Raw, ...] | None = None
    changes: tuple[msgspec.Raw, ...] | None = None


class _Call(Struct, frozen=True):
    object: str = ""
    entry: tuple[Entry, ...] = ()


class Event(Struct, frozen=True):
    """One event: to which page or account it belongs, in which list it stood, its bytes, and when Meta told (Unix milliseconds)."""

    object: str
    owner: str
    kind: Kind
    body: bytes
    at: int | None = None

    @property
    def name(self) -> str:
        """An external id for what brings none."""
        return f"event:{hashlib.sha256(self.body).hexdigest()[:32]}"


class Person(Struct, frozen=True):
    """Who sent or got it; `user_ref` is all that is known of somebody who never wrote."""

    id: Id = ""
    user_ref: Id = ""


class Pressed(Struct, frozen=True):
    """What we called a quick reply or a button."""

    payload: str | None = ""


class Attachment(Struct, frozen=True):
    """A file, or something shared. `payload` is an object, or text that nobody can read."""

    type: str = ""
    payload: Any = None
    title: str | None = ""
    url: str | None = ""


class Story(Struct, frozen=True):
    """A story that is answered, for as long as it lives at its address."""

    url: str | None = ""
    id: Id = ""


class ReplyTo(Struct, frozen=True):
    """What is answered."""

    mid: str | None = ""
    story: Story | None = None


class Advert(Struct, frozen=True):
    """The advertisement by which somebody came."""

    ad_title: str | None = ""


class Referral(Struct, frozen=True):
    """How somebody came here: by a link, a code or an advertisement."""

    ref: str | None = ""
    source: str | None = ""
    ads_context_data: Advert | None = None

    @property
    def words(self) -> str:
        """What can be told about it."""
        title = self.ads_context_data.ad_title if self.ads_context_data else ""
        return " · ".join(dict.fromkeys(filter(None, (title, self.ref)))) or self.source or ""


class Message(Struct, frozen=True):
    """Something said, by the customer or (`is_echo`) by the company. `metadata` is what we gave along."""

    mid: str = ""
    text: str | None = ""
    quick_reply: Pressed | None = None
    attachments: tuple[Attachment, ...] | None = None
    reply_to: ReplyTo | None = None
    referral: Referral | None = None
    is_echo: bool = False
    is_deleted: bool = False
    is_unsupported: bool = False
    app_id: Id = ""
    metadata: str | None = ""


class Edited(Struct, frozen=True):
    """A message says something else now."""

    mid: str
    text: str | None = ""


class Postback(Struct, frozen=True):
    """A button was pressed that isn't a quick reply."""

    mid: str | None = ""
    title: str | None = ""
    payload: str | None = ""
    referral: Referral | None = None


class Reaction(Struct, frozen=True):
    """An emoji to a message."""

    mid: str
    action: str = "react"
    emoji: str | None = ""
    reaction: str | None = ""


class Read(Struct, frozen=True):
    """Seen: all until `watermark` (milliseconds), or `mid` and all before it."""

    watermark: int = 0
    mid: str | None = ""


class Delivered(Struct, frozen=True):
    """Arrived: these, and all until `watermark` (milliseconds)."""

    watermark: int = 0
    mids: tuple[str, ...] | None = ()


class Optin(Struct, frozen=True):
    """Somebody allowed messages, by a plug-in of the company's site."""

    ref: str | None = ""
    title: str | None = ""
    user_ref: Id = ""


class Passed(Struct, frozen=True):
    """Another app gave a conversation into somebody's hands."""

    new_owner_app_id: Id = ""
    metadata: str | None = ""


class Happening(Struct, frozen=True, kw_only=True):
    """One event of `messaging` or `standby`; one of the later fields is there."""

    sender: Person | None = None
    recipient: Person | None = None
    timestamp: int = 0
    message: Message | None = None
    message_edit: Edited | None = None
    postback: Postback | None = None
    reaction: Reaction | None = None
    read: Read | None = None
    delivery: Delivered | None = None
    referral: Referral | None = None
    optin: Optin | None = None
    pass_thread_control: Passed | None = None
    policy: dict[str, Any] | None = field(default=None, name="policy-enforcement")


class _Told(Struct, frozen=True):
    field: str = ""
    value: msgspec.Raw = msgspec.Raw(b"null")


_TALK = frozenset(
    {
        "messages", "message_echoes", "message_edits", "message_reactions", "message_reads", "message_deliveries",
        "messaging_seen", "messaging_postbacks", "messaging_referrals", "messaging_referral", "messaging_optins",
        "messaging_handovers", "messaging_handover",
    }
)  # fmt: skip
"""Fields of `messaging` that the test button of an app's dashboard tells as `changes`."""
_SECONDS = 100_000_000_000
"""Times below are in seconds."""
_calls = msgspec.json.Decoder(_Call)
_told = msgspec.json.Decoder(_Told)
_happenings = msgspec.json.Decoder(Happening)
_anything = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_events(body: bytes) -> Iterator[Event]:
    """The events of one call; raises `ValueError` or `RecursionError` for what is no call of Meta's."""
    call = _calls.decode(body)
    for entry in call.entry:
        for kind in _KINDS:
            for one in getattr(entry, kind) or ():
                at = entry.time * 1000 if 0 < entry.time < _SECONDS else entry.time or None
                yield _as_talk(Event(call.object, known(entry.id), kind, bytes(one), at))


def _as_talk(event: Event) -> Event:
    if event.kind != "changes":
        return event
    try:
        told = _told.decode(event.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return event
    return msgspec.structs.replace(event, kind="messaging", body=bytes(told.value)) if told.field in _TALK else event


def read_happening(event: Event) -> Happening:
    """An event of `messaging`; raises `ValueError`."""
    return _happenings.decode(event.body)


def fields_of(event: Event) -> frozenset[str]:
    """Which fields an event has; raises `ValueError`."""
    return frozenset(_anything.decode(event.body))


def known(name: Id) -> str:
    """An id as text."""
    return "" if name is None else str(name)
