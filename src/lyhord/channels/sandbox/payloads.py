"""What the tab posts: `{"events": [...]}` of messages, receipts and whatever a test likes to send."""

import hashlib
from base64 import b64decode
from typing import Any, Literal

import msgspec
from msgspec import Struct

from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundCall,
    InboundEdit,
    InboundGroup,
    InboundHiding,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    InboundTimer,
    Media,
    Place,
    Topic,
    Unsupported,
)


class File(Struct, frozen=True):
    """A file as base64."""

    name: str
    type: str
    content: str


class Person(Struct, frozen=True):
    """A customer whom the tab plays."""

    id: str
    name: str = ""


class Post(Struct, frozen=True):
    """What everybody can read, with what is said below it."""

    id: str
    link: str = ""
    text: str = ""


class SandboxMessage(Struct, frozen=True, tag="message", tag_field="kind"):
    """What a customer says, or somebody in a `group`, there about a `topic`.

    `id` tells duplicates; `at` is Unix milliseconds; `answers` are the keys of what was said to them, and `chosen` is the number of the
    button of that which was pressed, from 1. `ours`: the company says it to them, in the sandbox. `expires_at`: when it vanishes (Unix
    milliseconds). With a `post` it is a comment below that.
    """

    id: str
    sender: Person
    text: str = ""
    files: tuple[File, ...] = ()
    at: int | None = None
    group: str | None = None
    group_name: str = ""
    topic: str | None = None
    answers: tuple[str, ...] = ()
    chosen: str | None = None
    ours: bool = False
    expires_at: int | None = None
    post: Post | None = None


class SandboxCall(Struct, frozen=True, tag="call", tag_field="kind"):
    """A customer calls, or the company calls them (`ours`); told again under the same `id` as the call goes on."""

    id: str
    sender: Person
    state: Literal["ringing", "answered", "ended", "missed", "refused"]
    ours: bool = False
    seconds: int | None = None
    at: int | None = None


class SandboxReceipt(Struct, frozen=True, tag="receipt", tag_field="kind"):
    """What became of something that we sent; `reference` is the key given to `send`."""

    reference: str
    state: Literal["sent", "delivered", "read", "failed"]
    error: str = ""
    at: int | None = None


class SandboxEdit(Struct, frozen=True, tag="edit", tag_field="kind"):
    """A customer says one of their messages otherwise, or the company one of its own (`ours`)."""

    message: str
    sender: Person
    text: str
    ours: bool = False


class SandboxRemoval(Struct, frozen=True, tag="removal", tag_field="kind"):
    """A customer takes one of their messages back, or the company one of its own (`ours`)."""

    message: str
    sender: Person
    ours: bool = False


class SandboxReaction(Struct, frozen=True, tag="reaction", tag_field="kind"):
    """A customer answers a message (theirs, or ours by the key given to `send`) with an emoji; an empty one takes it back."""

    message: str
    sender: Person
    emoji: str
    ours: bool = False


class SandboxHiding(Struct, frozen=True, tag="hiding", tag_field="kind"):
    """A comment was hidden by somebody of the company at the channel itself, or is shown again."""

    message: str
    hidden: bool = True


class SandboxGroup(Struct, frozen=True, tag="group", tag_field="kind"):
    """A group is called `name` now, some joined, some left, or we were removed from it; `moved_to` is its new id."""

    group: str
    name: str | None = None
    joined: tuple[Person, ...] = ()
    left: tuple[Person, ...] = ()
    removed: bool = False
    moved_to: str | None = None


class SandboxTimer(Struct, frozen=True, tag="timer", tag_field="kind"):
    """What is said in the chat with `sender`, or in the `group`, from `at` on vanishes after `seconds`; 0: it stays."""

    seconds: int
    sender: Person | None = None
    group: str | None = None
    at: int | None = None


Change = SandboxEdit | SandboxRemoval | SandboxReaction
Event = SandboxMessage | SandboxCall | SandboxReceipt | Change | SandboxHiding | SandboxGroup | SandboxTimer
_decoder = msgspec.json.Decoder(Event)


def read_payload(body: bytes) -> list[Inbound]:
    """The events of one call, in order. Never raises: what doesn't fit becomes `Unsupported` under a name made of its bytes."""
    try:
        payload = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [_unsupported(body, "not JSON")]
    events = payload.get("events") if isinstance(payload, dict) else None
    if not isinstance(events, list):
        return [_unsupported(body, "no events")]
    return [_read_event(event) for event in events]


def read_challenge(body: bytes) -> str | None:
    """The words of a set-up call, or None."""
    try:
        payload = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    challenge = payload.get("challenge") if isinstance(payload, dict) else None
    return challenge if isinstance(challenge, str) and len(challenge) <= 500 else None


def _read_event(event: Any) -> Inbound:
    raw = msgspec.json.encode(event)
    try:
        known = _decoder.decode(raw)
        if isinstance(known, SandboxReceipt):
            return InboundStatus(reference=known.reference, state=known.state, error=known.error, at=known.at)
        if isinstance(known, SandboxMessage):
            return _message(known)
        if isinstance(known, SandboxCall):
            return _call(known)
        if isinstance(known, SandboxHiding):
            return InboundHiding(message=known.message, hidden=known.hidden)
        if isinstance(known, SandboxGroup):
            return _group(known)
        if isinstance(known, SandboxTimer):
            return _timer(known)
        return _amendment(known)
    except (msgspec.MsgspecError, ValueError) as error:
        return _unsupported(raw, str(error)[:200])


def _amendment(event: SandboxEdit | SandboxRemoval | SandboxReaction) -> Inbound:
    if not (event.message and event.sender.id):
        raise ValueError("a change needs a message and a sender")
    sender = _address(event.sender)
    if isinstance(event, SandboxEdit):
        return InboundEdit(message=event.message, sender=sender, text=event.text, ours=event.ours)
    if isinstance(event, SandboxRemoval):
        return InboundRemoval(message=event.message, sender=sender, ours=event.ours)
    return InboundReaction(message=event.message, sender=sender, emoji=event.emoji, ours=event.ours)


def _call(event: SandboxCall) -> Inbound:
    if not (event.id and event.sender.id):
        raise ValueError("a call needs an id and a sender")
    return InboundCall(
        external_id=event.id,
        sender=_address(event.sender),
        state=event.state,
        ours=event.ours,
        seconds=event.seconds,
        at=event.at,
    )


def _group(event: SandboxGroup) -> Inbound:
    if not (event.group and all(one.id for one in (*event.joined, *event.left))):
        raise ValueError("a group and its people need ids")
    return InboundGroup(
        group_id=event.group,
        name=event.name,
        joined=tuple(_address(one)[0] for one in event.joined),
        left=tuple(_address(one)[0] for one in event.left),
        ended=event.removed,
        moved_to=event.moved_to,
    )


def _timer(event: SandboxTimer) -> Inbound:
    sender = _address(event.sender) if event.sender and event.sender.id else ()
    if not (sender or event.group):
        raise ValueError("a timer needs a sender or a group")
    return InboundTimer(seconds=event.seconds, sender=sender, group_id=event.group or None, at=event.at)


def _address(person: Person) -> tuple[Address, ...]:
    return (Address("sandbox", person.id, person.name, verified=True),)


def _message(event: SandboxMessage) -> Inbound:
    if not (event.id and event.sender.id):
        raise ValueError("a message needs an id and a sender")
    contents = [(file, b64decode(file.content, validate=True)) for file in event.files]
    return InboundMessage(
        external_id=event.id,
        sender=_address(event.sender),
        text=event.text,
        at=event.at,
        media=tuple(Media(file.name, file.type, len(content), content=content) for file, content in contents),
        group_id=event.group or None,
        group_name=event.group_name,
        topic=Topic(event.topic, event.topic) if event.topic else None,
        answers=event.answers,
        chosen=event.chosen,
        ours=event.ours,
        expires_at=event.expires_at,
        place=Place(event.post.id, event.post.link, event.post.text) if event.post else None,
    )


def _unsupported(raw: bytes, reason: str) -> Unsupported:
    return Unsupported(external_id=hashlib.sha256(raw).hexdigest(), reason=reason)
