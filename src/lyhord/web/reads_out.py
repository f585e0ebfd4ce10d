"""Telling customers elsewhere how far the company has read: by the channel of what was read, where it can and all concerned want it."""

import asyncio
from collections.abc import Sequence

import structlog

from lyhord.conversations import store
from lyhord.conversations.besides import Marking, MarkingByHandle
from lyhord.conversations.events import ConversationSeen
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import read_more
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.events import Logged
from lyhord.web.doors import Doors
from lyhord.workspaces.views import settings_of

PATIENCE_SECONDS = 10.0
MOST_KNOWN = 10_000

_log = structlog.get_logger()
_Mark = tuple[str, Address, str, str]


class ReadsOut:
    """Tells without keeping anybody waiting; what a channel doesn't take is noted in the log and that is all."""

    def __init__(self, database: Database, doors: Doors) -> None:
        self._database = database
        self._doors = doors
        self._told: dict[str, str] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def notice(self, workspace_id: str, _epoch: int, events: Sequence[Logged]) -> None:
        """An agent may have read up to a message; the customer hears of it once, whoever reads it too. Fits `Database.listen`."""
        for event in (logged.event for logged in events):
            if (
                isinstance(event, ConversationSeen)
                and self._told.get(event.conversation_id or "", "") < event.message_id
            ):
                if len(self._told) >= MOST_KNOWN:
                    self._told.clear()
                self._told[event.conversation_id or ""] = event.message_id
                task = asyncio.create_task(self._tell(workspace_id, event))
                self._telling.add(task)
                task.add_done_callback(self._telling.discard)

    async def _tell(self, workspace_id: str, seen: ConversationSeen) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                mark = await self._database.read(workspace_id, _find_mark, seen)
                door = await self._doors.find(mark[0]) if mark else None
                if mark is not None and door is not None and isinstance(door.adapter, Marking):
                    await door.adapter.show_read(mark[1], mark[2])
                elif mark is not None and mark[3] and door is not None and isinstance(door.adapter, MarkingByHandle):
                    await door.adapter.show_read_by(mark[3])
        except Exception as error:  # noqa: BLE001 - a courtesy: nobody misses it
            _log.info("a read mark wasn't shown", message_id=seen.message_id, reason=type(error).__name__)


def _find_mark(tx: ReadTx, seen: ConversationSeen) -> _Mark | None:
    """Of the customer's last words that were read: the key of the inbox, who wrote, the channel's id of it, and its handle.

    None where there are none, or the workspace shows no read marks.
    """
    if not settings_of(tx).read_marks_out:
        return None
    last = get_conversation(tx, seen.conversation_id or "").last_inbound_id
    row = tx.one(store.message_row, id=last if last and last <= seen.message_id else seen.message_id)
    facts = dict(zip(store.message_names, row, strict=True)) if row else {}
    if facts.get("conversation_id") != seen.conversation_id or facts["direction"] != "in" or not facts["inbox_id"]:
        return None
    account = tx.one(store.inbox_account, id=facts["inbox_id"])
    if account is None:
        return None
    who, handle = Address(facts["scheme"], facts["value"]), read_more(facts["more"]).handle
    return str(account[1]), who, str(facts["external_id"]), handle
