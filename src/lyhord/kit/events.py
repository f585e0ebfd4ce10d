"""The log of a workspace: events numbered 1, 2, 3 … without gaps. Everything that follows, follows this."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """A fact that happened. It names things by id and carries small facts; words that people wrote live in their own rows.

    Subclasses set `tag="message.received"`: a noun and a past verb.
    """

    conversation_id: str | None = None
    inbox_id: str | None = None


class Unknown(Event, frozen=True, tag="unknown"):
    """An event of a kind that this version doesn't know: a later one, beside which it runs, wrote it. It is shown to nobody."""


class _Common(Struct):
    conversation_id: str | None = None
    inbox_id: str | None = None


class Logged(NamedTuple):
    """An event in the log. `at` is Unix milliseconds, `actor` as in `Tx.actor`, `trace` the span that caused it, where one was recorded."""

    seq: int
    kind: str
    at: int
    actor: str
    event: Event
    trace: str | None = None


def kind_of(value: Event | type[Event]) -> str:
    """The wire name of an event: its struct tag."""
    tag = value.__struct_config__.tag
    return str(tag)


class Catalogue:
    """All kinds of event of the product; any other is `Unknown`."""

    def __init__(self, kinds: Iterable[type[Event]]) -> None:
        self._decoders = {kind_of(kind): msgspec.json.Decoder(kind).decode for kind in kinds}

    def __contains__(self, kind: object) -> bool:
        return kind in self._decoders

    def decode(self, rows: Sequence[tuple[Any, ...]]) -> list[Logged]:
        """Events from rows of `read_events`. Raises `msgspec.MsgspecError` for a body that is none."""
        decoders = self._decoders
        return [
            Logged(seq, kind, at, actor, decoders.get(kind, _decode_unknown)(body), trace)
            for seq, kind, at, actor, body, trace in rows
        ]


def _decode_unknown(body: str | bytes) -> Unknown:
    common = msgspec.json.decode(body, type=_Common)
    return Unknown(conversation_id=common.conversation_id, inbox_id=common.inbox_id)
