"""Scheduled replies as the timeline shows them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from lyhord.conversations import store as conversations
from lyhord.conversations.model import Attachment, Reply, filling_of
from lyhord.conversations.scheduled import store
from lyhord.conversations.scheduled.model import Scheduled
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound
from lyhord.workspaces.reach import Reach

_reply = msgspec.json.Decoder(Reply)


def list_scheduled(tx: ReadTx, reach: Reach, conversation_ids: Sequence[str]) -> list[Scheduled]:
    """Those of a timeline within reach, the next first; they are few."""
    rows = tx.all(store.of_conversations, ids=list(conversation_ids))
    return [_shown(tx, row) for row in rows if reach.covers(row[2])]


def get_scheduled(tx: ReadTx, reach: Reach, scheduled_id: str) -> Scheduled:
    """One within reach; raises `NotFound`."""
    row = tx.one(store.by_id, id=scheduled_id)
    if row is None or not reach.covers(row[2]):
        raise NotFound("It has left, or was taken back.", key="problem.scheduled_gone")
    return _shown(tx, row)


def _shown(tx: ReadTx, row: tuple[Any, ...]) -> Scheduled:
    scheduled_id, conversation_id, inbox_id, agent_id, body, due_at, state, if_they_write, error = row
    words = _reply.decode(body)
    files = (tx.one(conversations.attachment_by_id, id=one) for one in words.attachment_ids)
    return Scheduled(
        id=scheduled_id,
        conversation_id=conversation_id,
        agent_id=agent_id,
        text=words.text,
        formatted=words.html,
        attachments=tuple(Attachment(file[0], file[2], file[3], file[4]) for file in files if file),
        inbox_id=inbox_id,
        value=words.value,
        due_at=due_at,
        state=state,
        if_they_write=if_they_write,
        error=error,
        buttons=words.buttons,
        template=words.template.template.name if words.template else None,
        filling=filling_of(words.template),
        place=words.place,
    )
