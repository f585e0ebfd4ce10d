"""What Telegram tells, as far as we read it: updates of the Bot API, with every field that we don't use left aside."""

from msgspec import Struct, field

PRIVATE = "private"
GROUPS = frozenset({"group", "supergroup"})


class Called(Struct, frozen=True):
    """Somebody or something that has an id and a name."""

    id: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""

    @property
    def name(self) -> str:
        """The name that Telegram shows."""
        return f"{self.first_name} {self.last_name}".strip() or self.username


class User(Called, frozen=True):
    """A person or bot."""

    is_bot: bool = False


class Chat(Called, frozen=True):
    """Where something was said. A private chat has the id of its person, and is called as they are."""

    type: str = PRIVATE
    title: str = ""


class Entity(Struct, frozen=True):
    """Formatting of a stretch of text; `offset` and `length` count units of UTF-16."""

    type: str
    offset: int
    length: int
    url: str = ""


class File(Struct, frozen=True):
    """A photo, document, sound, video or sticker. `file_size` in bytes, where it is told."""

    file_id: str
    file_name: str = ""
    mime_type: str = ""
    file_size: int = 0
    emoji: str = ""
    is_animated: bool = False
    is_video: bool = False


class Location(Struct, frozen=True):
    """A place in degrees."""

    latitude: float
    longitude: float


class Venue(Struct, frozen=True):
    """A place that has a name."""

    location: Location
    title: str = ""
    address: str = ""


class Contact(Struct, frozen=True):
    """Somebody's card."""

    phone_number: str
    first_name: str = ""
    last_name: str = ""


class Choice(Struct, frozen=True):
    """One line of a poll or checklist."""

    text: str


class Poll(Struct, frozen=True):
    """A question with answers."""

    question: str
    options: tuple[Choice, ...] = ()


class Checklist(Struct, frozen=True):
    """A title with tasks."""

    title: str
    tasks: tuple[Choice, ...] = ()


class Dice(Struct, frozen=True):
    """A sign and what it came to."""

    emoji: str
    value: int


class Button(Struct, frozen=True):
    """One button below a message."""

    text: str = ""
    callback_data: str = ""


class Keyboard(Struct, frozen=True):
    """The buttons below a message, row by row."""

    inline_keyboard: tuple[tuple[Button, ...], ...] = ()


class Forum(Struct, frozen=True):
    """A topic of a forum that somebody began."""

    name: str = ""


class Life(Struct, frozen=True):
    """What is said in the chat is deleted after so many seconds; 0: never."""

    message_auto_delete_time: int = 0


class Named(Struct, frozen=True):
    """A message that something else is about."""

    message_id: int
    chat: Chat
    reply_markup: Keyboard | None = None
    forum_topic_created: Forum | None = None


class Message(Struct, frozen=True, kw_only=True):
    """A message. `message_id` is unique within its chat, and within its business connection, only.

    `sender_business_bot`: what we said for a business account. `is_from_offline`: a greeting, or that nobody is there.
    """

    message_id: int
    chat: Chat
    date: int = 0
    sender: User | None = field(default=None, name="from")
    sender_chat: Chat | None = None
    business_connection_id: str = ""
    sender_business_bot: User | None = None
    is_from_offline: bool = False
    message_thread_id: int = 0
    is_topic_message: bool = False
    is_automatic_forward: bool = False
    reply_to_message: Named | None = None
    text: str = ""
    entities: tuple[Entity, ...] = ()
    caption: str = ""
    caption_entities: tuple[Entity, ...] = ()
    photo: tuple[File, ...] = ()
    document: File | None = None
    animation: File | None = None
    audio: File | None = None
    voice: File | None = None
    video: File | None = None
    video_note: File | None = None
    live_photo: File | None = None
    sticker: File | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: Contact | None = None
    poll: Poll | None = None
    checklist: Checklist | None = None
    dice: Dice | None = None
    new_chat_members: tuple[User, ...] = ()
    left_chat_member: User | None = None
    new_chat_title: str = ""
    group_chat_created: bool = False
    migrate_to_chat_id: int = 0
    migrate_from_chat_id: int = 0
    message_auto_delete_timer_changed: Life | None = None


class Standing(Struct, frozen=True):
    """What somebody is in a chat: `member`, `left`, `kicked` and others; `is_member` is told of those who are `restricted`."""

    status: str
    is_member: bool = False


class Member(Struct, frozen=True):
    """The bot is something else in a chat now."""

    chat: Chat
    new_chat_member: Standing
    date: int = 0


class Deleted(Struct, frozen=True):
    """Messages that were deleted in a chat of a business account."""

    business_connection_id: str
    chat: Chat
    message_ids: tuple[int, ...]


class Sign(Struct, frozen=True):
    """One reaction; `emoji` is empty for those that are pictures of somebody's own."""

    type: str
    emoji: str = ""


class Reacted(Struct, frozen=True):
    """Somebody's reactions to a message, before and now."""

    chat: Chat
    message_id: int
    user: User | None = None
    actor_chat: Chat | None = None
    old_reaction: tuple[Sign, ...] = ()
    new_reaction: tuple[Sign, ...] = ()


class Pressed(Struct, frozen=True):
    """A button was pressed. `data` is what we gave it."""

    id: str
    sender: User = field(name="from")
    message: Named | None = None
    data: str = ""


class Update(Struct, frozen=True, kw_only=True):
    """One thing that happened; exactly one of the rest is there."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    business_message: Message | None = None
    edited_business_message: Message | None = None
    deleted_business_messages: Deleted | None = None
    message_reaction: Reacted | None = None
    my_chat_member: Member | None = None
    callback_query: Pressed | None = None


KINDS = tuple(name for name in Update.__struct_fields__ if name != "update_id")
"""What we ask Telegram to tell."""
