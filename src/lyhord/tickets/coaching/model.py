"""Coaching notes as values."""

from typing import Annotated

from msgspec import Meta, Struct

TEXT_LIMIT = 5_000
MOST_SHOWN = 100

Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]


class CoachingWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A coaching note to write: to which agent, what, and about which message, if about one."""

    agent_id: Annotated[str, Meta(min_length=1, max_length=36)]
    text: Text
    message_id: Annotated[str, Meta(max_length=36)] | None = None


class CoachingNote(Struct, frozen=True, kw_only=True):
    """What `author_id` wrote to `agent_id` about a conversation, when they read it, and what they answered. Times are Unix ms."""

    id: str
    conversation_id: str
    message_id: str | None
    agent_id: str
    author_id: str
    text: str
    answer: str
    answered_at: int | None
    read_at: int | None
    created_at: int
