"""Making a workspace and changing its settings."""

from collections.abc import Mapping

import msgspec

from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import NotFound, Taken
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.events import WorkspaceChanged
from lyhord.workspaces.hours import check_hours
from lyhord.workspaces.model import Workspace, WorkspaceSettings, changed, check_name, check_workspace_settings
from lyhord.workspaces.schedules.actions import ask_for_holidays
from lyhord.workspaces.store import find_workspace, insert_workspace, update_workspace


def create_workspace(tx: Tx, name: str, settings: WorkspaceSettings) -> Workspace:
    """The transaction's workspace, made; raises `Taken` when it exists already."""
    if tx.one(find_workspace):
        raise Taken("This workspace exists already.")
    check_workspace_settings(settings)
    made = Workspace(tx.workspace_id, check_name(name), settings, tx.now, None)
    tx.run(insert_workspace, name=made.name, settings=_encode(settings), created_at=tx.now, ready_at=None, ends_at=None)
    record(tx, "workspace.created", f"workspace:{made.id}", name=made.name)
    tx.emit(WorkspaceChanged())
    return made


def change_workspace(tx: Tx, name: str | None, changes: Mapping[str, object]) -> Workspace:
    """Rename it and replace the named settings; what is None or not named stays."""
    before = get_workspace(tx)
    after = msgspec.structs.replace(
        before,
        name=before.name if name is None else check_name(name),
        settings=changed(before.settings, changes),
    )
    check_workspace_settings(after.settings)
    check_hours(after.settings.hours, after.settings.holidays)
    if after != before:
        store_workspace(tx, after)
        old, new = _facts(before), _facts(after)
        record(
            tx,
            "workspace.changed",
            f"workspace:{after.id}",
            **{key: [old[key], new[key]] for key in new if old[key] != new[key]},
        )
        ask_for_holidays(tx, after.settings.holiday_countries)
        tx.emit(WorkspaceChanged())
    return after


def finish_first_run(tx: Tx) -> Workspace:
    """Note that the guided first run is over. Again: nothing changes."""
    before = get_workspace(tx)
    if before.ready_at is not None:
        return before
    after = msgspec.structs.replace(before, ready_at=tx.now)
    store_workspace(tx, after)
    tx.emit(WorkspaceChanged())
    return after


def get_workspace(tx: ReadTx) -> Workspace:
    """The transaction's workspace; raises `NotFound` when it hasn't been made."""
    row = tx.one(find_workspace)
    if row is None:
        raise NotFound("There is no such workspace.")
    workspace_id, name, settings, created_at, ready_at, ends_at = row
    read = msgspec.json.decode(settings, type=WorkspaceSettings)
    return Workspace(workspace_id, name, read, created_at, ready_at, ends_at)


def store_workspace(tx: Tx, workspace: Workspace) -> None:
    """Write its row; what may be changed is checked before."""
    tx.run(
        update_workspace,
        name=workspace.name,
        settings=_encode(workspace.settings),
        ready_at=workspace.ready_at,
        ends_at=workspace.ends_at,
    )


def _facts(workspace: Workspace) -> dict[str, object]:
    return {"name": workspace.name, **msgspec.to_builtins(workspace.settings)}


def _encode(settings: WorkspaceSettings) -> str:
    return msgspec.json.encode(settings).decode()
