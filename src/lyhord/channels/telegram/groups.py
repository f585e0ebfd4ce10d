"""What Telegram tells of groups and supergroups: who came and went, a new name or id, whether the bot is still there, and topics."""

import msgspec

from lyhord.channels.telegram.payloads import GROUPS, Called, Chat, Member, Message
from lyhord.conversations.exchange import Address, InboundGroup, Topic

SCHEME = "telegram"
_GONE = frozenset({"left", "kicked"})
SERVICE = (
    *(
        "boost_added",
        "chat_",
        "delete_chat_photo",
        "forum_topic_",
        "general_forum_topic_",
        "giveaway",
        "new_chat_photo",
    ),
    *("pinned_message", "proximity_alert_triggered", "video_chat_"),
)
"""How fields of messages begin in which nobody says anything: Telegram tells what somebody did with the group."""


def is_group(chat: Chat) -> bool:
    """Whether several talk there."""
    return chat.type in GROUPS


def person_or_chat(sender: Called | None, chat: Chat | None = None) -> tuple[Address, ...]:
    """Who spoke: a person, or a chat where somebody speaks in its name, as anonymous administrators and channels do."""
    if chat is not None:
        return (Address(SCHEME, str(chat.id), chat.title or chat.username, verified=True),)
    return (Address(SCHEME, str(sender.id), sender.name, verified=True),) if sender else ()


def read_change(said: Message) -> InboundGroup | None:
    """What a message of a group tells of the group itself; None where it is somebody's words. Bots are nobody."""
    group, name = str(said.chat.id), said.chat.title or None
    at = said.date * 1000 or None
    if said.migrate_to_chat_id:
        return InboundGroup(group_id=group, name=name, moved_to=str(said.migrate_to_chat_id), at=at)
    if said.migrate_from_chat_id:
        return InboundGroup(group_id=str(said.migrate_from_chat_id), name=name, moved_to=group, at=at)
    if said.new_chat_title or said.group_chat_created:
        return InboundGroup(group_id=group, name=said.new_chat_title or name, at=at)
    if said.new_chat_members:
        joined = tuple(person_or_chat(one)[0] for one in said.new_chat_members if not one.is_bot)
        return InboundGroup(group_id=group, name=name, joined=joined, at=at)
    if said.left_chat_member is not None:
        gone = said.left_chat_member
        return InboundGroup(group_id=group, left=() if gone.is_bot else person_or_chat(gone), at=at)
    return None


def read_member(changed: Member) -> list[InboundGroup]:
    """Whether the bot is in a group now."""
    if not is_group(changed.chat):
        return []
    now = changed.new_chat_member
    ended = now.status in _GONE or (now.status == "restricted" and not now.is_member)
    name = None if ended else changed.chat.title or None
    return [InboundGroup(group_id=str(changed.chat.id), name=name, ended=ended, at=changed.date * 1000 or None)]


def topic_of(said: Message) -> Topic | None:
    """The topic of a forum in which something was said; its name comes along where nothing is answered there."""
    if not (said.is_topic_message and said.message_thread_id):
        return None
    begun = said.reply_to_message.forum_topic_created if said.reply_to_message else None
    return Topic(str(said.message_thread_id), begun.name if begun else "")


def is_service(body: bytes) -> bool:
    """Whether an update, which could be read, tells what somebody did with the group."""
    message = msgspec.json.decode(body).get("message")
    return isinstance(message, dict) and any(name.startswith(SERVICE) for name in message)
