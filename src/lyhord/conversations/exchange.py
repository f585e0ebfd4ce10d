"""The values that pass through a channel's door, in and out. Frozen, without behaviour, the same for every channel."""

import hashlib
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct


class Address(Struct, frozen=True):
    """An identity as it stood on the wire. `verified` is True only where the channel itself vouches for it."""

    scheme: str
    value: str
    name: str = ""
    verified: bool = False


class Media(Struct, frozen=True):
    """A file of a message: `content`, or `file` (its sha256 in the file store), or `url` to fetch. `size` in bytes."""

    name: str
    type: str
    size: int
    content: bytes | None = None
    file: str | None = None
    url: str | None = None
    inline_id: str | None = None


class Place(Struct, frozen=True):
    """Where everybody can read what is said: the channel's id of the post under which it stands, its address, how it begins."""

    id: str
    link: str = ""
    text: str = ""


class Topic(Struct, frozen=True):
    """A part of a group in which people keep to one matter: the channel's id of it, and what it is called where that is known."""

    id: str
    name: str = ""


class InboundMessage(Struct, frozen=True, kw_only=True, tag="message"):
    """What a participant said. `sender` is a set of identities of one person; `at` is Unix milliseconds as claimed by the sender.

    `answers` are external ids of earlier messages, nearest first; `thread` is a reply token that we signed, already checked.
    `flags` are plain words such as `auto_reply` (a machine answered), `automatic` (a machine wrote), `bulk`, `unverified_sender`,
    `loop`; `standby` where another app of the company answers at the moment, `arrival` where it only tells how somebody came; `opt_out`
    and `opt_in` where the sender asks for no more messages, or for messages again (`optouts.model.find_wish`), with `opt_confirmed`
    where the channel's owner has answered that. `quoted` is what stood below the new text.

    `ours`: the company said it to `sender`, elsewhere than here, in the app of the channel's owner; what left from here never comes so.
    Without a sender it is to whoever said what `answers` names first, and of nobody's conversation where that isn't known.
    `place`: it was said in public. `group_name` is what the group is called, where that came along, and `topic` the part of it.
    `chosen` says which button of `Outbound.buttons` was pressed: its number from 1 where the adapter named it, else its label. `text`
    is the label then, `answers` the message with the buttons. `expires_at` (Unix milliseconds): the sender lets it vanish then.
    `handle` is what the channel wants to hear, besides the id, when this message is quoted or shown as read; it is kept with it.
    """

    external_id: str
    sender: tuple[Address, ...]
    text: str = ""
    html: str | None = None
    quoted: str = ""
    subject: str | None = None
    at: int | None = None
    media: tuple[Media, ...] = ()
    recipients: tuple[Address, ...] = ()
    copies: tuple[Address, ...] = ()
    answers: tuple[str, ...] = ()
    thread: str | None = None
    group_id: str | None = None
    group_name: str = ""
    topic: Topic | None = None
    ours: bool = False
    place: Place | None = None
    chosen: str | None = None
    expires_at: int | None = None
    handle: str = ""
    flags: frozenset[str] = frozenset()


class InboundStatus(Struct, frozen=True, kw_only=True, tag="status"):
    """What became of something that we sent. `reference` is the key given to `send`, or the external id it answered with.

    With a `peer` it is about all that left for that identity until `at` (Unix milliseconds, by the channel's clock), and about
    `reference` where there is one.
    """

    reference: str
    state: Literal["sent", "delivered", "read", "failed"]
    external_id: str = ""
    at: int | None = None
    error: str = ""
    peer: Address | None = None


class InboundTyping(Struct, frozen=True, kw_only=True, tag="typing"):
    """Somebody writes now, in the group where one is named. It passes and is kept nowhere."""

    sender: tuple[Address, ...]
    group_id: str | None = None


class InboundEdit(Struct, frozen=True, kw_only=True, tag="edit"):
    """Whoever said a message says it otherwise now. `message` is its external id; nobody can edit somebody else's words.

    `ours`, here and in what follows: the company did it, in the app of the channel's owner; `sender` is then the customer. `group_id`: the
    message stands in that group.
    """

    message: str
    sender: tuple[Address, ...]
    text: str = ""
    html: str | None = None
    ours: bool = False
    group_id: str | None = None


class InboundRemoval(Struct, frozen=True, kw_only=True, tag="removal"):
    """A message, or a reaction that has an id of its own, was taken back. `message` is its external id.

    Without a `sender` the channel itself says so; with one it counts only for what that sender said.
    """

    message: str
    sender: tuple[Address, ...] = ()
    ours: bool = False
    group_id: str | None = None


class InboundReaction(Struct, frozen=True, kw_only=True, tag="reaction"):
    """Somebody answered a message (`message` is its external id) with an emoji, or took that back (`removed`).

    `alone`: a person has one reaction to a message there, so that a new one takes the place of theirs; an empty emoji takes back
    whatever there is. `external_id` is the channel's own id of the reaction, where a later `InboundRemoval` names it.
    """

    message: str
    sender: tuple[Address, ...]
    emoji: str = ""
    removed: bool = False
    alone: bool = True
    external_id: str | None = None
    ours: bool = False
    group_id: str | None = None


class InboundHiding(Struct, frozen=True, kw_only=True, tag="hiding"):
    """A public message was hidden by the company, elsewhere than here, or shown again. `message` is its external id."""

    message: str
    hidden: bool = True


class InboundGroup(Struct, frozen=True, kw_only=True, tag="group"):
    """A group changed: it is called `name` now (None: as before), these joined, those left. `ended`: we aren't in it any more.

    `moved_to`: the channel gave the group another id and calls it so from now on; told twice it is done once.
    """

    group_id: str
    name: str | None = None
    joined: tuple[Address, ...] = ()
    left: tuple[Address, ...] = ()
    ended: bool = False
    moved_to: str | None = None
    at: int | None = None


class InboundCall(Struct, frozen=True, kw_only=True, tag="call"):
    """A call over a messenger, told as an event; each further one of the same `external_id` says how far it has come.

    `ours`: the company called. `seconds` is how long they talked, once it has ended.
    """

    external_id: str
    sender: tuple[Address, ...]
    state: Literal["ringing", "answered", "ended", "missed", "refused"]
    ours: bool = False
    at: int | None = None
    seconds: int | None = None


class Peer(Struct, frozen=True, kw_only=True):
    """What an identity can be sent. `reachable`: whether anything arrives there; `features` is what its device can do, in the words of
    the channel, which alone reads them. `at`: when that was told (Unix milliseconds), which the core notes.
    """

    reachable: bool = True
    features: frozenset[str] = frozenset()
    at: int = 0


class InboundPeer(Struct, frozen=True, kw_only=True, tag="peer"):
    """It was told what somebody can be sent, with their words or alone. The latest counts; the descriptor says `peers`."""

    sender: Address
    peer: Peer


class InboundTimer(Struct, frozen=True, kw_only=True, tag="timer"):
    """What is said in the chat with `sender` from `at` on (Unix milliseconds, by the channel's clock), by either side, or in the group,
    vanishes `seconds` after it was said; 0: it stays. The latest counts; the descriptor says `expires`.
    """

    seconds: int
    sender: tuple[Address, ...] = ()
    group_id: str | None = None
    group_name: str = ""
    at: int | None = None


class Unsupported(Struct, frozen=True, kw_only=True, tag="unsupported"):
    """Something arrived that the adapter doesn't understand. It is stored and shown as such, with the raw bytes kept.

    `answers`, `thread` and `group_id` as in `InboundMessage`, where at least those could be read.
    """

    external_id: str
    reason: str
    sender: tuple[Address, ...] = ()
    answers: tuple[str, ...] = ()
    thread: str | None = None
    group_id: str | None = None


InboundAmendment = InboundEdit | InboundRemoval | InboundReaction | InboundHiding
Inbound = (
    InboundMessage
    | InboundStatus
    | InboundTyping
    | InboundAmendment
    | InboundGroup
    | InboundCall
    | InboundPeer
    | InboundTimer
    | Unsupported
)
Deed = Literal["edit", "remove", "react", "hide", "show"]
"""What can be done with a message that is there. Hidden is a customer's public one, so that others don't see it, and shown again."""


class Raw(Struct, frozen=True):
    """A payload as it came, before anybody understood it. Header names are lower case; `file` is set when the body is in the store."""

    body: bytes
    headers: Mapping[str, str] = {}
    query: str = ""
    file: str | None = None
    path: str = ""


def unread_id(body: bytes) -> str:
    """The external id of a payload that can't be read: the same bytes are the same message, whoever met them."""
    return f"raw:{hashlib.sha256(body).hexdigest()}"


class Verdict(Struct, frozen=True):
    """Whether a payload came from the channel's owner; `reason` is for the log, never for the caller."""

    ok: bool
    reason: str = ""


class Reply(Struct, frozen=True):
    """An answer to a webhook call."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


class Signature(Struct, frozen=True):
    """What stands below the words: as text, the same formatted where it is, and the pictures in that."""

    text: str
    html: str | None = None
    media: tuple[Media, ...] = ()


class Template(Struct, frozen=True, kw_only=True):
    """A message that the channel's owner approved. `text` has `{{1}}` or `{{name}}` where `values` stand, in that order; so has `header`.

    `header_kind` says what stands on top. A medium there is the one file of `Outbound.media`, and the value `header` is its name; of a
    place the value `header` is `latitude,longitude` and after a space what it is called. `buttons` are labels; those in `links` (button
    number from 1 to address, which may have one `{{1}}`, filled by the value `button <number>`) open a page. `values` names none of
    these. `state` is the owner's word: only `approved` ones leave.
    """

    id: str
    name: str
    language: str
    category: str = ""
    state: Literal["approved", "pending", "rejected", "paused"] = "approved"
    header_kind: Literal["", "text", "image", "video", "document", "location"] = ""
    header: str = ""
    text: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()
    links: Mapping[int, str] = {}
    values: tuple[str, ...] = ()


class FilledTemplate(Struct, frozen=True, kw_only=True):
    """A template with what stands in its places, by name: those in `Template.values`, and `header` and `button <number>` where it has
    such. `text` of the message is how it then reads.
    """

    template: Template
    values: Mapping[str, str]


class Outbound(Struct, frozen=True, kw_only=True):
    """What the company wants to say to one identity. `answers` and `references` are external ids of earlier messages.

    `quote` is what was said in `answers`, where somebody chose to answer that message in particular, and `handle` that which came with it.
    `group_id`: it goes to a group, into
    `topic` where it has such; `to` is then the participant whom somebody chose to answer, its value empty where nobody did. `place`:
    everybody will read it there; without one it is private, also where `answers` is a public message. `private_answer`: it is the private
    answer that `answers`, a public message, may have where nothing else private may be said; a plan says so. `template`: it leaves as that
    template, and `text` is only how it reads. `listed`: as it is planned, its buttons stand in a list that opens.
    """

    to: Address
    text: str = ""
    html: str | None = None
    subject: str | None = None
    media: tuple[Media, ...] = ()
    buttons: tuple[str, ...] = ()
    listed: bool = False
    copies: tuple[Address, ...] = ()
    blind_copies: tuple[Address, ...] = ()
    answers: str | None = None
    quote: str = ""
    handle: str = ""
    references: tuple[str, ...] = ()
    group_id: str | None = None
    topic: Topic | None = None
    place: Place | None = None
    private_answer: bool = False
    template: FilledTemplate | None = None
    sender_name: str = ""
    signature: Signature | None = None
    conversation_id: str = ""
    automatic: bool = False


class Amendment(Struct, frozen=True, kw_only=True):
    """What is to happen to a message that left earlier: `message` is the external id that the channel gave it.

    `edit` carries the new words as they are planned, `react` the emoji, which is empty where the company has none any more. A
    reaction may be to what the customer said. `group_id`: the message stands in that group.
    """

    deed: Deed
    message: str
    to: Address
    group_id: str | None = None
    outbound: Outbound | None = None
    emoji: str = ""
    ours: bool = True


class Published(Struct, frozen=True):
    """A public message that is answered: when it was said (Unix milliseconds), and how many private answers it has had."""

    at: int
    answers: int = 0


class Context(Struct, frozen=True):
    """What `plan` must know beyond the words: the time and when the customer last wrote here (Unix milliseconds), in private where the
    channel has both. `published`: what is answered is public, whether the answer is or not. `removed`: the words are for a group that we
    aren't in any more. `peer`: what whom they are for can be sent, as told last; None where nobody knows, or the descriptor has no `peers`.
    """

    now: int
    last_inbound_at: int | None = None
    opted_out: bool = False
    published: Published | None = None
    removed: bool = False
    peer: Peer | None = None


class Cost(Struct, frozen=True):
    """What the channel's owner takes for it: `micros` millionths of `currency` (ISO 4217)."""

    micros: int
    currency: str


class Plan(Struct, frozen=True):
    """The exact parts that will leave, in order. `changes` are message keys that say what was degraded.

    `segments` is how many SMS the parts are together, which is what they cost; 0 where nobody counts so. `cost`, where it is known.
    `until` (Unix milliseconds): not later than then. `readers`: a message key that says who can read it, where that isn't plain.
    """

    parts: tuple[Outbound, ...]
    changes: tuple[str, ...] = ()
    segments: int = 0
    cost: Cost | None = None
    until: int | None = None
    readers: str = ""


class Refusal(Struct, frozen=True):
    """Why nothing may leave, as a message key, and what would be allowed instead: `template`, `public` (an answer that all can read),
    `elsewhere` (another way to the customer, which the core adds).
    """

    rule: str
    allowed: tuple[str, ...] = ()


class Accepted(Struct, frozen=True, tag="accepted"):
    """The channel has it. `state` may already be better than sent."""

    external_id: str
    state: Literal["sent", "delivered"] = "sent"


class Retry(Struct, frozen=True, tag="retry"):
    """Nothing left; try again, not before `after_seconds` where the channel said so. `ours`: the channel wasn't even asked.

    `limit`: there were too many calls, of the whole `account`, or of this peer or group, where the owner doesn't say so: `either`. An
    account's other words wait, too.
    """

    reason: str
    after_seconds: float | None = None
    ours: bool = False
    limit: Literal["account", "either"] | None = None


class Failed(Struct, frozen=True, tag="failed"):
    """The channel refused for good. `peer`: what became known by that of whom it was for."""

    reason: str
    peer: Peer | None = None


class Unknown(Struct, frozen=True, tag="unknown"):
    """The request left and no answer came: it may have arrived. Resent only where the channel tells duplicates by key."""

    reason: str


Outcome = Accepted | Retry | Failed | Unknown
