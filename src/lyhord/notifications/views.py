"""What screens and jobs read of notifications. Asked with today's reach: what an agent may no longer see isn't there."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from lyhord.conversations.model import gist
from lyhord.conversations.views import carriers_of_conversations, conversations_by_id, messages_by_id
from lyhord.conversations.visibility import may_see_message
from lyhord.kit.database import ReadTx
from lyhord.kit.ids import HIGHEST_ID, id_time
from lyhord.kit.text import preview
from lyhord.notifications import store
from lyhord.notifications.actions import read_preferences
from lyhord.notifications.model import DEFAULTS, Device, Notification, Preferences, quiet_until
from lyhord.tickets.surges.reading import get_surge
from lyhord.tickets.views import current_of_conversations
from lyhord.workspaces.reach import Reach

MOST_COUNTED = 100
WORDS = 140


class Summary(Struct, frozen=True):
    """How many notifications an agent hasn't read (up to `MOST_COUNTED`), in which conversations, and until when they want quiet."""

    unread: int
    conversation_ids: list[str]
    quiet_until: int | None
    newest: str | None
    preferences: Preferences


def list_notifications(
    tx: ReadTx, reach: Reach, agent_id: str, *, before: str | None = None, most: int = 50
) -> list[Notification]:
    """An agent's notifications, newest first, or those older than the one `before`."""
    limited = reach.inbox_ids is not None
    rows = tx.all(
        store.pages[limited], agent=agent_id, before=before or HIGHEST_ID, most=most, reach=reach.inbox_ids or ()
    )
    return _show(tx, reach, rows)


def list_unread(tx: ReadTx, reach: Reach, agent_id: str, ids: Sequence[str]) -> list[Notification]:
    """Those of the named notifications that the agent hasn't read yet, newest first."""
    limited = reach.inbox_ids is not None
    rows = tx.all(store.by_ids[limited], agent=agent_id, ids=list(ids), reach=reach.inbox_ids or ())
    return _show(tx, reach, rows)


def get_summary(tx: ReadTx, reach: Reach, agent_id: str) -> Summary:
    """What the bell shows, and what the app must know to ring or not."""
    limited = reach.inbox_ids is not None
    rows = tx.all(store.unread[limited], agent=agent_id, most=MOST_COUNTED, reach=reach.inbox_ids or ())
    newest = tx.one(store.pages[False], agent=agent_id, before=HIGHEST_ID, most=1)
    preferences = get_preferences(tx, agent_id)
    return Summary(
        len(rows),
        sorted({row[0] for row in rows} - {None}),
        quiet_until(preferences, tx.now),
        newest[0] if newest else None,
        preferences,
    )


def get_preferences(tx: ReadTx, agent_id: str) -> Preferences:
    """How an agent wants to be told; as built in until they choose."""
    row = tx.one(store.find_preferences, agent=agent_id)
    return read_preferences(row[0]) if row else DEFAULTS


def list_devices(tx: ReadTx, agent_id: str) -> list[Device]:
    """The browsers in which an agent gets pushes, in the order in which they came."""
    return [Device(*row) for row in tx.all(store.list_devices, agent=agent_id)]


def _show(tx: ReadTx, reach: Reach, rows: Sequence[tuple[Any, ...]]) -> list[Notification]:
    talks = sorted({row[2] for row in rows} - {None})
    messages = {one.id: one for one in messages_by_id(tx, sorted({row[3] for row in rows} - {None}))}
    carriers = carriers_of_conversations(tx, talks)
    conversations = conversations_by_id(tx, talks)
    asides = {one.id for one in conversations if one.parent_id}
    titles = {one.id: one.title or one.value or "" for one in conversations}
    current = {ticket.conversation_id: ticket for ticket in current_of_conversations(tx, talks)}
    titles |= {conversation_id: ticket.title for conversation_id, ticket in current.items()}
    titles |= {surge_id: get_surge(tx, surge_id).name for surge_id in {row[7] for row in rows} - {None}}

    def words_of(message_id: str | None) -> str:
        message = messages.get(message_id or "")
        if message is None or message.removed_at is not None:
            return ""
        inbox_id = None if message.conversation_id in asides else message.inbox_id
        seen = may_see_message(reach, inbox_id, carriers.get(message.conversation_id, ()))
        return (
            preview(gist(message.direction, message.text, message.subject, message.call), WORDS)
            if seen and message.expires_at is None
            else ""
        )

    return [
        Notification(
            id=row[0],
            kind=row[1],
            conversation_id=row[2],
            message_id=row[3],
            title=titles.get(row[2] or row[7], ""),
            words=words_of(row[3]),
            agent_id=row[4],
            at=id_time(row[0]),
            read_at=row[5],
            ticket_id=row[6] if row[2] in current and row[6] != current[row[2]].id else None,
            surge_id=row[7],
        )
        for row in rows
    ]
