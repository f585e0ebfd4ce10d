"""What a homeserver tells an application service, as far as we read it."""

from typing import Any

import msgspec
from msgspec import Struct, field


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened in a room. One with a `state_key` says what is so from now on."""

    type: str
    room_id: str = ""
    event_id: str = ""
    sender: str = ""
    origin_server_ts: int = 0
    state_key: str | None = None
    redacts: str = ""
    content: dict[str, Any] = {}
    unsigned: dict[str, Any] = {}


class Transaction(Struct, frozen=True, kw_only=True):
    """What happened since the last one. `ephemeral` passes: typing, receipts; older homeservers have another name for it."""

    events: tuple[msgspec.Raw, ...] = ()
    ephemeral: tuple[Event, ...] = ()
    passing: tuple[Event, ...] = field(default=(), name="de.sorunome.msc2409.ephemeral")


class Member(Struct, frozen=True):
    """Somebody in a room: `join` or `invite`, and the name that they have there."""

    state: str
    name: str = ""


class Room(Struct, frozen=True):
    """A room as we know it: what it is called, who is in it, ourselves left out, and whether several ever were."""

    name: str = ""
    members: dict[str, Member] = {}
    group: bool = False


class Place(Struct, frozen=True):
    """Which event of which room, as its external id names it."""

    room: str
    event: str

    @property
    def id(self) -> str:
        """The external id: what changes a message must name its room, too."""
        return self.room + self.event


def read_place(external_id: str) -> Place | None:
    """The place that an external id names; event ids begin with a dollar sign and have no other one."""
    room, dollar, event = external_id.rpartition("$")
    return Place(room, dollar + event) if room.startswith("!") and event else None


def text_of(content: dict[str, Any], name: str) -> str:
    """A field that should be text, and is "" where it isn't."""
    value = content.get(name)
    return value if isinstance(value, str) else ""


def dict_of(content: dict[str, Any], name: str) -> dict[str, Any]:
    """A field that should be an object, and is empty where it isn't."""
    value = content.get(name)
    return value if isinstance(value, dict) else {}
