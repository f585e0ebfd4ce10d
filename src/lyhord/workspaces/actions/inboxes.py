"""Connecting, changing, pausing and removing inboxes. Secrets arrive here sealed."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct, structs

from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import NotFound
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.events import InboxChanged
from lyhord.workspaces.model import check_name
from lyhord.workspaces.store import (
    find_inbox,
    find_inbox_state,
    forget_inbox_in_teams,
    insert_inbox,
    update_inbox,
    update_inbox_health,
    update_inbox_held,
    update_inbox_state,
)

Problems = Sequence[tuple[str, str, str]]


class StoredInbox(Struct, frozen=True):
    """An inbox's row. `secrets` are sealed; the row never leaves the process."""

    id: str
    key: str
    channel: str
    name: str
    settings: dict[str, object]
    secrets: str | None
    health: dict[str, object] | None
    paused_at: int | None
    created_at: int
    held_until: int | None = None


def read_inbox(row: tuple[Any, ...]) -> StoredInbox:
    """A row of `store.INBOX`."""
    health = msgspec.json.decode(row[6]) if row[6] else None
    return StoredInbox(*(*row[:4], msgspec.json.decode(row[4]), row[5], health, *row[7:]))


def get_inbox(tx: ReadTx, inbox_id: str) -> StoredInbox:
    """The inbox with this id; raises `NotFound` for one that isn't there or was removed."""
    row = tx.one(find_inbox, id=inbox_id)
    if row is None:
        raise NotFound("There is no such inbox.")
    return read_inbox(row)


def connect_inbox(tx: Tx, inbox: StoredInbox, problems: Sequence[tuple[str, str, str]] = ()) -> StoredInbox:
    """Store a new inbox whose account was just found to work, but for `problems` that can only be solved once it is connected."""
    health = _health(tx, not problems, problems)
    made = structs.replace(inbox, name=check_name(inbox.name), created_at=tx.now, health=health)
    values = {**_columns(made), "state": None, "held_until": None, "removed_at": None, "demo": 0}
    tx.run(insert_inbox, id=made.id, key=made.key, channel=made.channel, created_at=tx.now, **values)
    record(tx, "inbox.connected", f"inbox:{made.id}", channel=made.channel, name=made.name, settings=made.settings)
    tx.emit(InboxChanged(inbox_id=made.id, change="connected"))
    return made


class InboxChange(Struct, frozen=True, kw_only=True):
    """What to change about an inbox; None stays. `secrets` are sealed, `new_secrets` names those that were given anew."""

    name: str | None = None
    settings: dict[str, object] | None = None
    secrets: str | None = None
    new_secrets: tuple[str, ...] = ()
    paused: bool | None = None
    checked: bool = False


def change_inbox(tx: Tx, inbox_id: str, change: InboxChange) -> StoredInbox:
    """Change an inbox; the audit entry names changed secrets and holds none."""
    before = get_inbox(tx, inbox_id)
    paused_at = before.paused_at
    if change.paused is not None:
        paused_at = (before.paused_at or tx.now) if change.paused else None
    after = structs.replace(
        before,
        name=before.name if change.name is None else check_name(change.name),
        settings=before.settings if change.settings is None else change.settings,
        secrets=before.secrets if change.secrets is None else change.secrets,
        health=_health(tx, True, ()) if change.checked else before.health,
        paused_at=paused_at,
    )
    if after == before:
        return before
    tx.run(update_inbox, this=inbox_id, removed_at=None, **_columns(after))
    record(tx, "inbox.changed", f"inbox:{inbox_id}", **_differences(before, after, change.new_secrets))
    if (after.paused_at is None) != (before.paused_at is None):
        tx.emit(InboxChanged(inbox_id=inbox_id, change="resumed" if after.paused_at is None else "paused"))
    if structs.replace(after, paused_at=before.paused_at) != before:
        tx.emit(InboxChanged(inbox_id=inbox_id, change="changed"))
    return after


def remove_inbox(tx: Tx, inbox_id: str) -> None:
    """Remove an inbox and its secrets; the row stays for the messages that came through it."""
    before = get_inbox(tx, inbox_id)
    bare = structs.replace(before, secrets=None, health=None)
    tx.run(update_inbox, this=inbox_id, removed_at=tx.now, **_columns(bare))
    tx.run(forget_inbox_in_teams, this=inbox_id)
    record(tx, "inbox.removed", f"inbox:{inbox_id}", channel=before.channel, name=before.name)
    tx.emit(InboxChanged(inbox_id=inbox_id, change="removed"))


def report_health(tx: Tx, inbox_id: str, ok: bool, problems: Problems) -> None:
    """Note how an inbox's account is doing; said aloud only when it feels otherwise than before."""
    before = get_inbox(tx, inbox_id).health or {}
    after = _health(tx, ok, problems)
    tx.run(update_inbox_health, this=inbox_id, health=_json(after))
    if (before.get("ok"), before.get("problems")) != (after["ok"], after["problems"]):
        tx.emit(InboxChanged(inbox_id=inbox_id, change="health"))


def hold_inbox(tx: Tx, inbox_id: str, until: int) -> None:
    """Send nothing through an inbox until then (Unix milliseconds), or later where that was asked for already: its owner had too much."""
    row = tx.one(find_inbox, id=inbox_id)
    before = (read_inbox(row).held_until or 0) if row else until
    if until > before:
        tx.run(update_inbox_held, this=inbox_id, held_until=until)
        if before <= tx.now:
            tx.emit(InboxChanged(inbox_id=inbox_id, change="health"))


def remember_state(tx: Tx, inbox_id: str, state: Mapping[str, object]) -> None:
    """Keep a small state of the inbox's adapter, such as the last mail fetched."""
    tx.run(update_inbox_state, this=inbox_id, state=_json(dict(state)))


def recall_state(tx: ReadTx, inbox_id: str) -> dict[str, object]:
    """What `remember_state` kept last, or an empty mapping."""
    text = tx.value(find_inbox_state, id=inbox_id)
    return msgspec.json.decode(text, type=dict[str, object]) if text else {}


def _health(tx: Tx, ok: bool, problems: Problems) -> dict[str, object]:
    named = [{"field": field, "key": key, "detail": detail} for field, key, detail in problems]
    return {"ok": ok, "problems": named, "at": tx.now}


def _columns(inbox: StoredInbox) -> dict[str, object]:
    return {
        "name": inbox.name,
        "settings": _json(inbox.settings),
        "secrets": inbox.secrets,
        "health": _json(inbox.health) if inbox.health else None,
        "paused_at": inbox.paused_at,
    }


def _differences(before: StoredInbox, after: StoredInbox, new_secrets: tuple[str, ...]) -> dict[str, object]:
    detail: dict[str, object] = {}
    if after.name != before.name:
        detail["name"] = [before.name, after.name]
    if (after.paused_at is None) != (before.paused_at is None):
        detail["paused"] = after.paused_at is not None
    names = sorted({*before.settings, *after.settings})
    settings = {
        name: [before.settings.get(name), after.settings.get(name)]
        for name in names
        if before.settings.get(name) != after.settings.get(name)
    }
    if settings:
        detail["settings"] = settings
    if new_secrets:
        detail["secrets"] = list(new_secrets)
    return detail


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
