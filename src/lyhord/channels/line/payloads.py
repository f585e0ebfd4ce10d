"""What LINE tells, as far as we read it (webhook.yml of line-openapi), with every field that we don't use left aside."""

from msgspec import Struct


class Source(Struct, frozen=True, rename="camel"):
    """Where it happened: with a person, in a group, or in a room (a chat of several without a name)."""

    type: str = ""
    user_id: str = ""
    group_id: str = ""
    room_id: str = ""

    @property
    def several(self) -> str | None:
        """The id of the group or room; None with a person."""
        return self.group_id or self.room_id or None


class Provider(Struct, frozen=True, rename="camel"):
    """Who keeps a file: LINE, or whoever has the address."""

    type: str = "line"
    original_content_url: str = ""


class Content(Struct, frozen=True, rename="camel"):
    """A message. Which fields there are depends on its type; the tokens are what LINE wants to quote it, or mark it as read."""

    id: str
    type: str
    text: str = ""
    quoted_message_id: str = ""
    quote_token: str = ""
    mark_as_read_token: str = ""
    content_provider: Provider = Provider()
    file_name: str = ""
    file_size: int = 0
    title: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    keywords: tuple[str, ...] = ()


class Unsent(Struct, frozen=True, rename="camel"):
    """Which message was taken back."""

    message_id: str


class Pressed(Struct, frozen=True):
    """What a button of a menu stands for, and what was chosen in a calendar."""

    data: str
    params: dict[str, str] = {}


class Members(Struct, frozen=True):
    """Who joined or left."""

    members: tuple[Source, ...] = ()


class Delivered(Struct, frozen=True):
    """The tag of a message that was sent to a phone number."""

    data: str = ""


class Event(Struct, frozen=True, rename="camel"):
    """One thing that happened."""

    type: str
    webhook_event_id: str = ""
    timestamp: int | None = None
    source: Source = Source()
    message: Content | None = None
    unsend: Unsent | None = None
    postback: Pressed | None = None
    joined: Members = Members()
    left: Members = Members()
    delivery: Delivered = Delivered()
