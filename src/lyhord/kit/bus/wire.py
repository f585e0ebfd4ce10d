"""What processes tell each other, as bytes."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from lyhord.kit.bus.subscriptions import Committed
from lyhord.kit.events import Catalogue, Logged

MOST_BYTES = 900_000
"""What NATS carries in one message, as servers are set up, and a little less."""

Row = tuple[str, int, str, bytes, str | None]


class Told(Struct, frozen=True, array_like=True, tag="events"):
    """Events of one commit from number `first` on: kind, at, actor, body and trace of each. Without rows: the log has reached `first`."""

    epoch: int
    first: int
    rows: list[Row]


class Passed(Struct, frozen=True, array_like=True, tag="signal"):
    """A signal."""

    name: str
    body: dict[str, Any]


class Here(Struct, frozen=True, array_like=True, tag="here"):
    """Everybody of the workspace who is connected to a process. Said again and again; who says nothing is gone."""

    process: str
    who: list[str]


class Ask(Struct, frozen=True, array_like=True, tag="ask"):
    """Asks the others to say `Here` at once."""


Message = Told | Passed | Here | Ask
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)
_body = msgspec.json.Encoder().encode


class Link(Protocol):
    """Carries bytes between the processes of one installation, maybe. Losing them is allowed, mixing them up isn't."""

    @property
    def up(self) -> bool:
        """Whether it carries anything now."""

    def start(self, listener: "Listener") -> None:
        """Connect, and again whenever that is lost; returns at once."""

    async def stop(self) -> None:
        """Send what waits, and leave."""

    def send(self, workspace_id: str, data: bytes) -> None:
        """Tell the other processes. Never waits, never raises."""

    def follow(self, workspaces: frozenset[str | None]) -> None:
        """Hear of these from now on, and of no others; None is all of them."""


class Listener(Protocol):
    """Who hears what a link carries."""

    def hear(self, workspace_id: str, data: bytes) -> None:
        """Another process sent this."""

    def come_up(self) -> None:
        """The link carries again; what was sent meanwhile is lost."""

    def catch_up(self) -> None:
        """From now on all that is followed is heard of; what was sent just before may have passed by."""


def encode(message: Message) -> bytes:
    """As it goes out."""
    return _encoder.encode(message)


def decode(data: bytes) -> Message:
    """What came in; raises `msgspec.MsgspecError` for anything else."""
    return _decoder.decode(data)


def encode_events(committed: Committed) -> bytes:
    """A commit as it goes out. One that is too large says only how far the log has come: others read it there."""
    events = committed.events
    rows = [(one.kind, one.at, one.actor, _body(one.event), one.trace) for one in events]
    data = encode(Told(committed.epoch, events[0].seq, rows))
    return data if len(data) <= MOST_BYTES else encode(Told(committed.epoch, events[-1].seq, []))


def decode_events(told: Told, catalogue: Catalogue) -> Sequence[Logged]:
    """The events of a message; raises `msgspec.MsgspecError` for bodies that are none."""
    return catalogue.decode([(told.first + number, *row) for number, row in enumerate(told.rows)])


def encode_signal(name: str, body: Mapping[str, Any]) -> bytes:
    """A signal as it goes out."""
    return encode(Passed(name, dict(body)))
