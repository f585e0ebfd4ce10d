"""Telling customers elsewhere that an agent writes: by the channel of their conversation, where it can and the workspace wants it."""

import asyncio

import structlog

from lyhord.conversations import store
from lyhord.conversations.besides import Answering, Gathering
from lyhord.conversations.exchange import Address
from lyhord.conversations.groups.placing import group_of
from lyhord.conversations.model import Conversation
from lyhord.kit.clock import SECOND
from lyhord.kit.database import Database, ReadTx
from lyhord.web.doors import Doors
from lyhord.workspaces.views import settings_of

EVERY = 4 * SECOND
"""Agents' apps repeat their signal; a channel hears of it no more often than this."""
PATIENCE_SECONDS = 5.0
MOST_KNOWN = 10_000

_log = structlog.get_logger()


class TypingOut:
    """Tells without keeping anybody waiting; what a channel doesn't take is noted in the log and that is all."""

    def __init__(self, database: Database, doors: Doors) -> None:
        self._database = database
        self._doors = doors
        self._told: dict[str, int] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, workspace_id: str, conversation: Conversation) -> None:
        """Somebody writes on the conversation now."""
        now = self._database.clock()
        if conversation.inbox_id is None or self._told.get(conversation.id, 0) + EVERY > now:
            return
        if len(self._told) >= MOST_KNOWN:
            self._told.clear()
        self._told[conversation.id] = now
        task = asyncio.create_task(self._tell(workspace_id, conversation, conversation.inbox_id))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, workspace_id: str, conversation: Conversation, inbox_id: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                key = await self._database.read(workspace_id, _key, inbox_id)
                door = await self._doors.find(key) if key else None
                if door is None or not door.adapter.descriptor.typing_out:
                    return
                if conversation.kind == "group":
                    group = await self._database.read(workspace_id, group_of, conversation.id)
                    if group is not None and group.removed_at is None and isinstance(door.adapter, Gathering):
                        await door.adapter.show_typing_in(group.group_id)
                    return
                to = Address(conversation.scheme or "", conversation.value or "")
                if not isinstance(door.adapter, Answering):
                    await door.adapter.show_typing(to)
                elif last := await self._database.read(
                    workspace_id, _last_here, inbox_id, conversation.last_inbound_id
                ):
                    await door.adapter.show_answering(to, last)
        except Exception as error:  # noqa: BLE001 - a courtesy: nobody misses it
            _log.info("typing wasn't shown", inbox_id=inbox_id, reason=type(error).__name__)


def _last_here(tx: ReadTx, inbox_id: str, message_id: str | None) -> str | None:
    """The channel's id of the customer's last message, where that came through this inbox."""
    row = tx.one(store.message_row, id=message_id) if message_id else None
    facts = dict(zip(store.message_names, row, strict=True)) if row else {}
    return facts["external_id"] if facts.get("inbox_id") == inbox_id else None


def _key(tx: ReadTx, inbox_id: str) -> str | None:
    """The key of the inbox, where the workspace shows customers that somebody writes."""
    row = tx.one(store.inbox_account, id=inbox_id) if settings_of(tx).typing_out else None
    return str(row[1]) if row else None
