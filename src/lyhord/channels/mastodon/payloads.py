"""What a Mastodon server tells, as far as we read it (docs.joinmastodon.org/entities); every other field is left aside."""

from msgspec import Struct


class Person(Struct, frozen=True):
    """An account. `acct` has a host only where it is another server's."""

    id: str
    acct: str
    display_name: str = ""
    url: str = ""
    bot: bool = False


class Attachment(Struct, frozen=True):
    """A file of a post; `url` is None while the server still works on it."""

    id: str
    type: str = "unknown"
    url: str | None = None
    remote_url: str | None = None
    description: str | None = None


class Status(Struct, frozen=True, kw_only=True):
    """A post. `content` is HTML; `spoiler_text` a content warning."""

    id: str
    account: Person
    visibility: str = "public"
    content: str = ""
    spoiler_text: str = ""
    url: str | None = None
    created_at: str = ""
    edited_at: str | None = None
    in_reply_to_id: str | None = None
    media_attachments: tuple[Attachment, ...] = ()


class Notification(Struct, frozen=True, kw_only=True):
    """Something that happened to us."""

    id: str
    type: str
    account: Person
    status: Status | None = None


class Told(Struct, frozen=True, kw_only=True):
    """What is kept as it came: one notification, with the post that its own answers; or a post that was looked at again.

    `gone` is the id of a post that isn't there any more.
    """

    notification: Notification | None = None
    under: Status | None = None
    again: Status | None = None
    gone: str | None = None
