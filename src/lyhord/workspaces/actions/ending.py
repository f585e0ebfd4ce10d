"""The end of a workspace: asked for, taken back, and the doors shut before its rows go. Those are erased by whoever knows all tables."""

import msgspec

from lyhord.kit.clock import DAY
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name
from lyhord.workspaces import store
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.actions.inboxes import remove_inbox
from lyhord.workspaces.actions.workspace import get_workspace, store_workspace
from lyhord.workspaces.events import WorkspaceChanged
from lyhord.workspaces.model import Workspace

GRACE = 14 * DAY
"""For so long the end of a workspace can be taken back."""


def end_workspace(tx: Tx, name: str) -> Workspace:
    """Have everything of the workspace erased in `GRACE`; `name` shows that it is meant. Again: the day stays.

    Raises `Invalid` for another name.
    """
    before = get_workspace(tx)
    if clean_name(name) != before.name:
        raise Invalid("That isn't the workspace's name.", fields={"name": "ending.other_name"})
    if before.ends_at is not None:
        return before
    return _store(tx, msgspec.structs.replace(before, ends_at=tx.now + GRACE), "workspace.ends")


def keep_workspace(tx: Tx) -> Workspace:
    """Take that back. Where it wasn't asked for nothing changes."""
    before = get_workspace(tx)
    if before.ends_at is None:
        return before
    return _store(tx, msgspec.structs.replace(before, ends_at=None), "workspace.stays")


def is_over(tx: ReadTx) -> bool:
    """Whether the time is up in which it could be taken back."""
    row = tx.one(store.find_workspace)
    return row is not None and row[5] is not None and row[5] <= tx.now


def shut_doors(tx: Tx) -> None:
    """Remove the inboxes, so that every process stops receiving and sending before the rows go."""
    for row in tx.all(store.list_inboxes):
        remove_inbox(tx, row[0])


def _store(tx: Tx, workspace: Workspace, deed: str) -> Workspace:
    store_workspace(tx, workspace)
    record(tx, deed, f"workspace:{workspace.id}", ends_at=workspace.ends_at)
    tx.emit(WorkspaceChanged())
    return workspace
