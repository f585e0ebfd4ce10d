"""Who may see what, in one place: lists, search, counts, streams, exports and the visitor's page all ask here.

An agent sees a conversation with those of its messages whose inbox is within reach; notes, tickets and whatever has no inbox follow
the conversation. A side conversation follows its parent, as a note does, whatever inbox carries it. A visitor sees their own direct
conversation without notes, and nothing else.
"""

from collections.abc import Callable, Collection
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, exists, func, select

from lyhord.conversations.tables import conversation, conversation_inbox
from lyhord.kit.database import values_in
from lyhord.kit.events import Logged, Unknown
from lyhord.workspaces.reach import Reach

InboxesOf = Callable[[str], Collection[str]]
"""The inboxes that ever carried messages of a conversation, or of a contact, by its id."""

PERSONAL = frozenset(
    {
        "conversation.seen",
        "draft.changed",
        "notification.changed",
        "review.changed",
        "coaching.written",
        "coaching.changed",
    }
)
"""Events that are told to the agent or agents whom they name, and to nobody else."""


class Viewer(Struct, frozen=True):
    """Somebody inside who looks: an agent, or a token without one."""

    agent_id: str | None
    reach: Reach


def may_see_message(reach: Reach, inbox_id: str | None, conversation_inboxes: Collection[str]) -> bool:
    """Whether a message, note or ticket row of a conversation may be seen.

    `inbox_id` is None for what follows its conversation. `conversation_inboxes` are the parent's for what is said in a side conversation.
    """
    return reach.covers_any(conversation_inboxes) and (inbox_id is None or reach.covers(inbox_id))


def may_see_event(viewer: Viewer, logged: Logged, inboxes_of: InboxesOf) -> bool:
    """Whether an event may be told to `viewer` now."""
    event: Any = logged.event
    if isinstance(event, Unknown):
        return False
    if logged.kind in PERSONAL:
        named = getattr(event, "agent_ids", None) or (event.agent_id,)
        return bool(viewer.agent_id) and viewer.agent_id in named
    if viewer.reach.inbox_ids is None:
        return True
    about = event.conversation_id or getattr(event, "contact_id", None)
    if about is None:
        return event.inbox_id is None or viewer.reach.covers(event.inbox_id)
    return may_see_message(viewer.reach, event.inbox_id, inboxes_of(about))


def visitor_may_see(direction: str, removed_at: int | None) -> bool:
    """Whether a visitor may see a message of their own direct conversation."""
    return direction != "note" and removed_at is None


def conversation_within(workspace_id: ColumnElement[Any], conversation_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The same rule as a condition on rows that name a conversation. Bind `reach` to the inbox ids; leave out where reach is all."""
    carried = conversation_inbox.alias()
    carriers = select(carried.c.inbox_id).where(
        carried.c.workspace_id == workspace_id, carried.c.conversation_id == conversation_id
    )
    return exists(carriers.where(values_in(carried.c.inbox_id, "reach"))) | ~exists(carriers)


def parent_or_itself(workspace_id: ColumnElement[Any], conversation_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """The conversation whose readers read the named one, for `conversation_within`."""
    side = conversation.alias()
    parent = select(side.c.parent_id).where(side.c.workspace_id == workspace_id, side.c.id == conversation_id)
    return func.coalesce(parent.correlate_except(side).scalar_subquery(), conversation_id)
