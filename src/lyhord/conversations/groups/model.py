"""Groups as values: who is in one, what happened to it, and whether an inbox takes part at all."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from lyhord.conversations.channel import Descriptor, Field

Change = Literal["renamed", "joined", "left", "removed", "back", "timer"]
"""`removed`: we aren't in it any more; `back`: we are again; `timer`: of any chat, what is said there vanishes after another time."""
SWITCH = Field("groups", "switch", required=False, default=True, more=True)
"""What an inbox is asked whose channel has groups: whether it takes part in them. Its words are `channel.groups`."""


class Participant(Struct, frozen=True):
    """Somebody who is or was in a group (`left_at`, Unix milliseconds). `name` is their contact's, else what the channel calls them."""

    scheme: str
    value: str
    name: str = ""
    contact_id: str | None = None
    left_at: int | None = None


class GroupChange(Struct, frozen=True):
    """What happened to a group, in its timeline, or to the timer of any chat. `name` is the group's new one, that of who joined or left, or
    the timer's seconds, 0 where it ended.
    """

    id: str
    change: str
    name: str
    at: int
    scheme: str | None = None
    value: str | None = None


def fields_of(descriptor: Descriptor) -> tuple[Field, ...]:
    """All that the page of an inbox asks: what the channel wants to know, and the switch for groups where it has them."""
    return (*descriptor.fields, SWITCH) if descriptor.groups else descriptor.fields


def takes_part(settings: Mapping[str, object]) -> bool:
    """Whether the inbox with these settings takes part in groups."""
    return settings.get(SWITCH.name) is not False
