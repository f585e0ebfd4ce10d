"""Conversations, messages and what stands beside them, as values; the rules that need no database."""

from typing import Literal

import msgspec
from msgspec import Struct

from lyhord.conversations.exchange import Address, Deed, FilledTemplate, Inbound, Place, Raw, Topic
from lyhord.kit.ids import id_time
from lyhord.kit.text import preview

Direction = Literal["in", "out", "note"]

CALL, ANSWERED, MISSED = "call", "answered", "missed"
"""Flags of a call, and of one to which somebody answered or nobody did."""
RATING = "rating"
"""Flag of an answer to a survey that wants no other answer."""
QUIET = frozenset({"auto_reply", "loop", "opt_out", "standby", "arrival", ANSWERED, RATING})
"""Flags of what nobody waits for an answer to: somebody's machine answered ours, our own words came back, they want no more, another
app of the company answers, it only tells how they came, it is a call that was answered, or it answers a survey."""
SETTLED = frozenset({"opt_out", ANSWERED, RATING})
"""Those among them that open no ticket either."""
ELSEWHERE = "elsewhere"
"""Flag of what the company said elsewhere, in the app of the channel's owner, and the name of whoever did something there."""
AUTOMATIC = "automatic"
"""Flag of words that a machine wrote, theirs or ours."""


class Conversation(Struct, frozen=True):
    """The timeline with one contact, or of one group of one channel, or beside one. In the order of `store.conversation_columns`.

    Only a side conversation has a parent. A group is closed where we aren't in it any more. The last message of a side conversation is
    the last that a person said; quiet ones change nothing.
    """

    id: str
    kind: str
    contact_id: str | None
    title: str
    inbox_id: str | None
    scheme: str | None
    value: str | None
    last_message_id: str | None
    last_inbound_id: str | None
    last_inbound_at: int | None
    contact_read_id: str | None
    responder: str
    language: str | None = None
    parent_id: str | None = None
    about_id: str | None = None
    closed_at: int | None = None


class Attached(Struct, frozen=True):
    """A file of a message, as the message row carries it. `size` in bytes; `file` is its hash in the store."""

    id: str
    file: str
    name: str
    type: str
    size: int
    inline_id: str | None = None


class Rendering(Struct, frozen=True, omit_defaults=True):
    """A message's words in another language (`sv`). `own`: the writer's words, and the message has what was sent instead."""

    language: str
    text: str
    own: bool = False


class Translation(Struct, frozen=True, omit_defaults=True):
    """In which language a message is written ("": nobody can tell), and its words in others. `problem` is a message key.

    `also` has the languages in which some of its sentences are.
    """

    language: str = ""
    texts: tuple[Rendering, ...] = ()
    problem: str = ""
    also: tuple[str, ...] = ()


class Reacted(Struct, frozen=True, omit_defaults=True):
    """An emoji with which somebody answered a message: `by` is agent:<id>, or <scheme>:<value> of an identity with its `name`."""

    by: str
    emoji: str
    name: str = ""


class Amending(Struct, frozen=True):
    """A change of a message on its way to the customer, or one that didn't get there. `id` is that of its delivery."""

    id: str
    deed: Deed
    state: str
    error: str | None = None


class Call(Struct, frozen=True, omit_defaults=True):
    """How far a call has come (as in `exchange.InboundCall`), and for how many seconds they talked, once it has ended."""

    state: str
    seconds: int | None = None


class More(Struct, frozen=True, omit_defaults=True):
    """What few messages have, kept as one JSON column."""

    attachments: tuple[Attached, ...] = ()
    recipients: tuple[Address, ...] = ()
    copies: tuple[Address, ...] = ()
    blind_copies: tuple[Address, ...] = ()
    mentions: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    answers: str | None = None
    sender: str = ""
    """The name that came with the identity, where it isn't the contact's."""
    translation: Translation | None = None
    edited_at: int | None = None
    removed_by: str = ""
    """agent:<id>, contact, channel, elsewhere (the company, not here) or time; empty where a reply was taken back before it left."""
    reactions: tuple[Reacted, ...] = ()
    amending: Amending | None = None
    missing: dict[str, str] = {}
    """By id of an attachment, the message key that says why its file isn't there (yet)."""
    buttons: tuple[str, ...] = ()
    numbered: bool = False
    """Its buttons left as numbered lines: a number that answers it is one of them."""
    template: FilledTemplate | None = None
    chosen: int | None = None
    """Which button of the message that it answers somebody pressed, or named by its number: from 1."""
    call: Call | None = None
    expires_at: int | None = None
    """When its words vanish (Unix milliseconds)."""
    place: Place | None = None
    """Where everybody can read it."""
    hidden_by: str = ""
    """agent:<id> or channel, where the company hid it there from everybody else."""
    topic: Topic | None = None
    handle: str = ""
    """What its channel wants to hear when it is quoted or shown as read."""


class Received(Struct, frozen=True, kw_only=True):
    """What one call of a channel brought. Media are in the file store already. `imported`: history, nobody waits for it."""

    inbox_id: str
    channel: str
    inbounds: tuple[Inbound, ...]
    raw: Raw | None = None
    imported: bool = False


class Receipt(Struct, frozen=True):
    """The messages that a `Received` became, in order; those that we had already are named as they are. None: not a message."""

    message_ids: tuple[str | None, ...]
    duplicates: int = 0


class Reply(Struct, frozen=True, kw_only=True):
    """What an agent says to the customer, or we by ourselves (`automatic`). Without an inbox it leaves where the customer wrote last.

    `translation` has what they wrote, where `text` was made of it; `shared_id` is the shared draft that ends with it. `place`: everybody
    will read it there, beside the public message that it answers. `numbered`: the buttons leave as lines. With a `template` the text is
    how that reads. `ticket_id`: the ticket that it is about, of those that go on; without it that of what it `answers`, or the current one.
    """

    conversation_id: str
    text: str
    html: str | None = None
    attachment_ids: tuple[str, ...] = ()
    inbox_id: str | None = None
    scheme: str | None = None
    value: str | None = None
    subject: str | None = None
    copies: tuple[Address, ...] = ()
    blind_copies: tuple[Address, ...] = ()
    answers: str | None = None
    buttons: tuple[str, ...] = ()
    numbered: bool = False
    template: FilledTemplate | None = None
    place: Place | None = None
    translation: Translation | None = None
    shared_id: str | None = None
    ticket_id: str | None = None
    resolve: bool = False
    undo_seconds: int = 0
    automatic: bool = False


class Note(Struct, frozen=True, kw_only=True):
    """What an agent says to colleagues. `mentions` are ids of agents and teams. `ticket_id`: the ticket that it is about, else the current
    one.
    """

    conversation_id: str
    text: str
    attachment_ids: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    ticket_id: str | None = None


class Said(Struct, frozen=True):
    """What a list shows of a message and of whom it is with. `contact_id` and `name` are None in a group, which has a `title`.

    Because of `quiet` words nobody waits. `blocked` ones make no work at all, `settled` ones none where there was none: they were
    answered by themselves. `place` (how the post begins) is of those that everybody can read. `speaker`: who said it, in a group.
    `answers`: our id of the message that it answers.
    `wishes`: its channel marked it with a wish to get messages or none. `timed`: what timer its chat has is known.
    """

    id: str
    conversation_id: str
    text: str
    subject: str | None
    inbox_id: str | None
    channel: str | None
    value: str | None
    contact_id: str | None
    name: str | None
    title: str
    quiet: bool = False
    blocked: bool = False
    settled: bool = False
    place: str | None = None
    speaker: str = ""
    answers: str | None = None
    wishes: bool = False
    timed: bool = False


class Filling(Struct, frozen=True, omit_defaults=True):
    """A template of an inbox by its id, and what is to stand in its places. The value `header` of a medium may be left out."""

    id: str
    values: dict[str, str] = {}


def filling_of(template: FilledTemplate | None) -> Filling | None:
    """How a template that was filled is chosen again."""
    return Filling(template.template.id, dict(template.values)) if template else None


class Draft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Unsent words of one agent on one conversation, as the composer holds them. `public`: as in `outgoing.Words`.

    With `template` it is that template, to be looked at once more, and has no text.
    """

    text: str = ""
    html: str | None = None
    kind: Literal["reply", "note"] = "reply"
    subject: str | None = None
    inbox_id: str | None = None
    scheme: str | None = None
    value: str | None = None
    attachment_ids: tuple[str, ...] = ()
    copies: tuple[Address, ...] = ()
    blind_copies: tuple[Address, ...] = ()
    mentions: tuple[str, ...] = ()
    answers: str | None = None
    buttons: tuple[str, ...] = ()
    public: bool | None = None
    template: Filling | None = None


class DeliveryState(Struct, frozen=True):
    """How far an outbound message has come. `due_at` is when the next attempt, or the first, will be made."""

    state: str
    due_at: int | None
    error: str | None
    attempts: int
    changed_at: int


class Attachment(Struct, frozen=True):
    """A file as screens see it. `missing` is a message key: why its bytes aren't here, or aren't here yet."""

    id: str
    name: str
    type: str
    size: int
    inline_id: str | None = None
    missing: str | None = None


class Message(Struct, frozen=True, kw_only=True):
    """A message as screens see it. `html` says whether there is a formatted form to fetch; `at` is when it was said.

    `formatted` is the formatted form of what we said, in the few elements that `formatting` knows. `place` is where everybody can read it,
    `hidden_by` (agent:<id> or channel) says that the company hid it there. `buttons` are those below it, `template` the name of the
    template that it is. `chosen` is which button of `answers` somebody pressed or named, from 1.
    """

    id: str
    conversation_id: str
    direction: str
    inbox_id: str | None
    channel: str | None
    scheme: str | None
    value: str | None
    agent_id: str | None
    text: str
    html: bool
    formatted: str | None = None
    quoted: str
    subject: str | None
    attachments: tuple[Attachment, ...] = ()
    recipients: tuple[Address, ...] = ()
    copies: tuple[Address, ...] = ()
    blind_copies: tuple[Address, ...] = ()
    mentions: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    sender: str = ""
    answers: str | None = None
    buttons: tuple[str, ...] = ()
    template: str | None = None
    chosen: int | None = None
    topic: Topic | None = None
    translation: Translation | None = None
    claimed_at: int | None = None
    removed_at: int | None = None
    removed_by: str = ""
    edited_at: int | None = None
    reactions: tuple[Reacted, ...] = ()
    amending: Amending | None = None
    call: Call | None = None
    expires_at: int | None = None
    place: Place | None = None
    hidden_by: str = ""
    at: int
    delivery: DeliveryState | None = None


class Earlier(Struct, frozen=True):
    """What a message said before somebody changed or removed it. `by` as in `More.removed_by`."""

    text: str
    attachments: tuple[Attachment, ...]
    at: int
    by: str


NOTHING_MORE = "{}"
POST_LENGTH = 80
_PLACE = '"place":{'
_more = msgspec.json.Decoder(More)
_encode = msgspec.json.Encoder().encode


def read_more(stored: str) -> More:
    """The `more` column as a value."""
    return _NO_MORE if stored == NOTHING_MORE else _more.decode(stored)


def is_public(stored: str) -> bool:
    """Whether a message with this `more` column can be read by everybody: quotes within texts are escaped there."""
    return _PLACE in stored


def write_more(more: More) -> str:
    """The value as the `more` column."""
    return _encode(more).decode()


def gist(direction: str, text: str, subject: str | None, call: Call | None) -> str:
    """What a list shows of a message: its words; of a call a message key, with how long they talked behind it (`call.ended: 1:05`)."""
    if call is None:
        return text or subject or ""
    reached = direction == "in" or call.state not in ("missed", "refused")
    key = f"call.{call.state}" if reached else "call.not_reached"
    return f"{key}: {call.seconds // 60}:{call.seconds % 60:02}" if call.seconds else key


def post_of(place: Place | None) -> str | None:
    """How the post begins under which something was said, "" where nobody knows; None where it was said in private."""
    return preview(place.text, POST_LENGTH) if place else None


def later(one: str | None, other: str | None) -> str | None:
    """The later of two message ids, either of which may be missing."""
    if one is None or other is None:
        return one or other
    return max(one, other)


def own_words(text: str, translation: Translation | None) -> str:
    """What the writer of a message wrote: not `text`, where that was translated before it was sent."""
    return next((one.text for one in translation.texts if one.own), text) if translation else text


def said_at(message_id: str) -> int:
    """When a message was said (Unix milliseconds): its id carries it."""
    return id_time(message_id)


_NO_MORE = More()
