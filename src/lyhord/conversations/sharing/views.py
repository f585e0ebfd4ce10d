"""Shared drafts as the thread shows them."""

from collections.abc import Sequence

import msgspec

from lyhord.conversations import store as conversations
from lyhord.conversations.model import Attachment, Draft
from lyhord.conversations.sharing import store
from lyhord.conversations.sharing.ending import Row
from lyhord.conversations.sharing.model import SharedDraft
from lyhord.conversations.timeline import carriers_of, find_timeline
from lyhord.conversations.visibility import may_see_message
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound
from lyhord.workspaces.reach import Reach

_draft = msgspec.json.Decoder(Draft)


def list_shared(tx: ReadTx, reach: Reach, conversation_ids: Sequence[str]) -> list[SharedDraft]:
    """Those of a timeline within reach, the oldest first; they are few."""
    rows = sorted(tx.all(store.of_conversations, ids=list(conversation_ids)))
    return [_shown(tx, row) for row in rows if row[2] is None or reach.covers(row[2])]


def get_shared(tx: ReadTx, reach: Reach, draft_id: str) -> SharedDraft:
    """One that may be seen; raises `NotFound`."""
    row = tx.one(store.by_id, id=draft_id)
    found = find_timeline(tx, row[1]) if row else None
    if row is None or found is None or not may_see_message(reach, row[2], carriers_of(tx, found[1])):
        raise NotFound("It was sent, or is shared no more.", key="problem.draft_gone")
    return _shown(tx, row)


def _shown(tx: ReadTx, row: Row) -> SharedDraft:
    draft_id, conversation_id, _, agent_id, taken_from, version, changed_at, body = row
    words = _draft.decode(body)
    files = (tx.one(conversations.attachment_by_id, id=one) for one in words.attachment_ids)
    return SharedDraft(
        id=draft_id,
        conversation_id=conversation_id,
        agent_id=agent_id,
        taken_from=taken_from,
        version=version,
        changed_at=changed_at,
        words=words,
        attachments=tuple(Attachment(file[0], file[2], file[3], file[4]) for file in files if file),
    )
