"""Scheduled replies as values."""

from typing import Literal

from msgspec import Struct

from lyhord.conversations.exchange import Place
from lyhord.conversations.model import Attachment, Filling

IfTheyWrite = Literal["hold", "send", "drop"]
"""What becomes of it when the customer writes first: it waits for a person to decide, leaves all the same, or is forgotten."""


class Scheduled(Struct, frozen=True, kw_only=True):
    """A reply that leaves at `due_at`, unless it is held or failed. `error` is a message key, `formatted` and `place` as in a message.

    `buttons` stand below it; with `filling` it leaves as that template, which is called `template`.
    """

    id: str
    conversation_id: str
    agent_id: str
    text: str
    formatted: str | None
    attachments: tuple[Attachment, ...]
    inbox_id: str
    value: str | None
    due_at: int
    state: Literal["waiting", "held", "failed"]
    if_they_write: IfTheyWrite
    error: str | None
    buttons: tuple[str, ...] = ()
    template: str | None = None
    filling: Filling | None = None
    place: Place | None = None
