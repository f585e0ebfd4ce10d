"""Shared drafts as values."""

from msgspec import Struct

from lyhord.conversations.model import Attachment, Draft

MOST_SHARED = 20
"""In one conversation."""


class SharedDraft(Struct, frozen=True, kw_only=True):
    """A draft that stands in the thread. `agent_id` writes it now; `taken_from` is who did before, where somebody went on with it.

    Whoever keeps other words names the `version` that they began with.
    """

    id: str
    conversation_id: str
    agent_id: str
    taken_from: str | None
    version: int
    changed_at: int
    words: Draft
    attachments: tuple[Attachment, ...]


def owner_of_files(draft_id: str) -> str:
    """Who has the files of a shared draft: nobody in particular, so that all who see it see them."""
    return f"shared:{draft_id}"


def draft_of_files(uploaded_by: str) -> str | None:
    """The shared draft that a file belongs to, if it is one's."""
    kind, _, draft_id = uploaded_by.partition(":")
    return draft_id if kind == "shared" else None
