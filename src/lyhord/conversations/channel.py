"""What a channel is: a door between customers and the conversation.

A channel is one `Descriptor` (data) and one `Adapter` (code). The core reads the descriptor and calls the adapter; it never asks
which channel it has. Account and peer may narrow a descriptor, never widen it. `tests/contract/` runs over every adapter.
"""

from typing import Literal, Protocol

from msgspec import Struct

from lyhord.conversations.account import Door, Health
from lyhord.conversations.exchange import (
    Address,
    Amendment,
    Context,
    Inbound,
    Media,
    Outbound,
    Outcome,
    Plan,
    Raw,
    Refusal,
    Reply,
    Verdict,
)

Support = Literal["yes", "no", "partial"]


class Window(Struct, frozen=True):
    """When a company may write: from `opens_on`, for `seconds`, and what is still allowed after that."""

    opens_on: Literal["inbound"]
    seconds: int
    after: Literal["nothing", "template"] = "nothing"


class Within(Struct, frozen=True):
    """For how long after it was said a message can be changed, in seconds; None: always. `public`: only where everybody can read it."""

    seconds: int | None = None
    public: bool = False


class Rate(Struct, frozen=True):
    """At most `calls` in `seconds`, for the whole account or to each peer or group alone."""

    scope: Literal["account", "peer", "group"]
    calls: int
    seconds: float


class Field(Struct, frozen=True):
    """One question of the page that connects an inbox. Labels are message keys `channel.<channel>.<name>`.

    With `when` (another field's name, then answers) it is asked, and needed if `required`, only while that field has one of
    those answers. What is `more` stands under "More settings".
    """

    name: str
    kind: Literal["text", "secret", "number", "email", "switch", "choice", "lines"] = "text"
    required: bool = True
    default: str | int | bool | None = None
    choices: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    more: bool = False


class Descriptor(Struct, frozen=True, kw_only=True):
    """What one channel can do. `text_limit` counts `limit_unit`s of one outgoing part; None means no limit.

    `edit` and `delete` are how long our own messages can be changed there, None where they can't; `reactions`: both sides may answer
    with an emoji. `quotes`: it can say by itself which message is answered. `signatures`: one stands below what we write. `threads`: an
    answer says to which conversation it belongs, so that several can be led with one address. `payload_type` is the media type of what
    comes, as it came: the name of the file under which somebody saves it follows from it.

    `groups`: several contacts talk in one conversation, and answers go there; its inboxes have a switch for it. `public`: some or all
    of what is said there can be read by everybody; `private_answer` is how long a public message may be answered privately, `hide`:
    ours to hide. `echoes`: what the company says in the owner's own app comes here too. `hands_out`: the adapter is
    `account.HandingOut`. `expires`: some messages vanish, by their own `expires_at` or
    by an `InboundTimer` of their chat. `templates`: the owner approves messages beforehand, and the adapter is
    `besides.Approving`. `rates` are kept to by the core. `peers`: what can be sent depends on the customer's device; `InboundPeer` tells of
    it, or the adapter is `besides.Probing`.

    Up to `button_limit` buttons stand below a message, more (up to `list_limit`) in a list that opens. A label has at most
    `button_length` characters there, `row_length` here (None: no limit). `plan.show_as_list` says which of both it is.
    """

    channel: str
    ingress: Literal["webhook", "poll", "socket", "smtp", "visitor"]
    schemes: tuple[str, ...]
    kinds_in: frozenset[str]
    kinds_out: frozenset[str]
    text_limit: int | None = None
    limit_unit: Literal["characters", "bytes", "utf16", "graphemes"] = "characters"
    overflow: Literal["split", "refuse"] = "split"
    markup: Literal["none", "html", "markdown"] = "none"
    button_limit: int = 0
    button_length: int | None = None
    list_limit: int = 0
    row_length: int | None = None
    media_limit: int = 25_000_000
    sent: Support = "yes"
    delivered: Support = "no"
    read: Support = "no"
    read_model: Literal["message", "watermark", "none"] = "none"
    typing_in: bool = False
    typing_out: bool = False
    edit: Within | None = None
    delete: Within | None = None
    reactions: bool = False
    subject: bool = False
    copies: bool = False
    quotes: bool = False
    signatures: bool = False
    threads: bool = False
    window: Window | None = None
    may_initiate: bool = False
    opt_out: bool = False
    native_key: bool = False
    undo_seconds: int = 0
    groups: bool = False
    public: bool = False
    private_answer: Within | None = None
    hide: bool = False
    echoes: bool = False
    hands_out: bool = False
    expires: bool = False
    templates: bool = False
    peers: bool = False
    rates: tuple[Rate, ...] = ()
    ack_seconds: float = 10
    cost_known: bool = True
    payload_type: str = "application/json"
    fields: tuple[Field, ...] = ()


class Adapter(Protocol):
    """One inbox's way in and out. The pure half never raises and does no I/O; the other half names errors by what to do."""

    descriptor: Descriptor

    def verify(self, raw: Raw) -> Verdict:
        """Whether the channel's owner sent it. Over the raw bytes, in constant time."""

    def handshake(self, raw: Raw) -> Reply | None:
        """The answer to a set-up call of the channel's owner, or None when it is an ordinary call."""

    def parse(self, raw: Raw) -> list[Inbound]:
        """What came. What isn't understood becomes `Unsupported`."""

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """What the channel's owner expects to hear after we stored what came (or couldn't)."""

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """The exact form in which it will leave, or the rule that refuses."""

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """Send one part. `key` is unique per attempt history and the same on every retry."""

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Change what left earlier. Only called for what the descriptor allows; `key` as for `send`."""

    async def show_typing(self, to: Address) -> None:
        """Tell a customer that somebody writes, for some seconds. Only called where the descriptor has `typing_out`; may raise."""

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind `media.url`. Raises `NotFound`, its key saying why, where they can't be had; anything else is tried again."""

    async def run(self, door: Door) -> None:
        """Fetch for as long as the inbox is connected; returns at once for channels that are called."""

    async def health(self) -> Health:
        """Try the account's credentials for real, within 10 s."""
