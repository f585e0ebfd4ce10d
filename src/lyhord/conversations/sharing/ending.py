"""How a shared draft ends: it is sent, scheduled, discarded or its writer's alone again."""

from typing import Any

from lyhord.conversations import store as conversations
from lyhord.conversations.sharing import store
from lyhord.conversations.sharing.events import DraftShared
from lyhord.conversations.sharing.model import owner_of_files
from lyhord.kit.database import Tx
from lyhord.kit.problems import Taken

Row = tuple[Any, ...]


def end_shared(tx: Tx, draft_id: str | None, files: tuple[str, ...]) -> None:
    """Its words leave in another shape, and `files` (of those it has) go with whoever acts. One that is gone already is no hindrance.

    Raises `Taken` where somebody else writes it now.
    """
    row = tx.one(store.by_id, id=draft_id) if draft_id else None
    if row is None:
        return
    if f"agent:{row[3]}" != tx.actor:
        raise Taken("A colleague went on with this draft.", key="problem.draft_taken")
    drop_shared(tx, row, files)


def drop_shared(tx: Tx, row: Row, files: tuple[str, ...]) -> None:
    """Let go of a draft (a row of `store.by_id`), and give its files to whoever acts."""
    if files:
        tx.all(conversations.own_attachments, ids=files, owners=[owner_of_files(row[0])], owner=tx.actor)
    tx.run(store.drop, key=row[0])
    tx.emit(DraftShared(conversation_id=row[1], draft_id=row[0]))
