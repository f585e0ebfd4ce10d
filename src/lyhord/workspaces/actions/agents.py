"""Inviting agents, changing what they are and may, and never losing the last administrator."""

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Struct, structs

from lyhord.kit.database import Tx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import NotFound, Taken
from lyhord.kit.text import clean_name
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.actions.roles import check_own, check_role, get_powers
from lyhord.workspaces.events import AgentChanged
from lyhord.workspaces.model import (
    ADMINISTRATOR,
    POWERS,
    AgentSettings,
    changed,
    check_agent_settings,
    check_email,
    check_name,
)
from lyhord.workspaces.store import (
    count_agents_in_role,
    delete_links_of_agent,
    delete_sessions_of_agent,
    find_agent,
    find_agent_by_email,
    insert_agent,
    update_agent,
)

NOBODY = "00000000-0000-0000-0000-000000000000"
"""An id that no agent has."""


class StoredAgent(Struct, frozen=True):
    """An agent's row. It holds the password's hash, so it never leaves this package."""

    id: str
    email: str
    name: str
    role: str
    settings: AgentSettings
    password_hash: str | None
    created_at: int
    joined_at: int | None
    disabled_at: int | None
    protected_at: int | None = None
    away_until: int | None = None
    away_note: str | None = None
    photo: str | None = None
    shown_name: str | None = None
    away_from: int | None = None


def read_agent(row: tuple[Any, ...]) -> StoredAgent:
    """A row of `store.AGENT`."""
    settings = msgspec.json.decode(row[4], type=AgentSettings)
    return StoredAgent(*(*row[:4], settings, *row[5:]))


def get_agent(tx: Tx, agent_id: str) -> StoredAgent:
    """The agent with this id; raises `NotFound`."""
    row = tx.one(find_agent, id=agent_id)
    if row is None:
        raise NotFound("There is no such agent.")
    return read_agent(row)


def store_agent(tx: Tx, agent: StoredAgent) -> None:
    """Write an agent's changed row back."""
    values = structs.asdict(agent)
    del values["id"], values["created_at"]
    values["settings"] = msgspec.json.encode(agent.settings).decode()
    tx.run(update_agent, this=agent.id, **values)


def add_agent(tx: Tx, email: str, name: str, role: str, locale: str, own: Collection[str] = POWERS) -> StoredAgent:
    """An agent who hasn't joined yet and can't sign in; raises `Taken` for an address that somebody has.

    `own` are the powers of who adds them: `Forbidden` for a role beyond.
    """
    check_role(tx, role, own)
    folded = check_email(email) if email else ""
    if tx.one(find_agent_by_email, email=folded):
        raise Taken("Somebody here has this address already.", fields={"email": "field.taken"})
    shown = check_name(name or folded.partition("@")[0]) if name or folded else ""
    settings = changed(AgentSettings(), {"locale": locale})
    agent = StoredAgent(new_id(), folded, shown, role, settings, None, tx.now, None, None)
    values = {**structs.asdict(agent), "settings": msgspec.json.encode(settings).decode(), "demo": 0}
    tx.run(insert_agent, **values)
    record(tx, "agent.invited", f"agent:{agent.id}", email=folded, role=role)
    tx.emit(AgentChanged(agent_id=agent.id))
    return agent


class AgentChange(Struct, frozen=True, kw_only=True):
    """What an administrator changes about an agent; None stays."""

    name: str | None = None
    role: str | None = None
    disabled: bool | None = None


def change_agent(tx: Tx, agent_id: str, change: AgentChange, own: Collection[str] = POWERS) -> StoredAgent:
    """Change an agent; another role or being disabled ends their sessions at once. Raises `Taken` for the last administrator.

    `own` are the powers of who changes them: `Forbidden` for somebody, or a role, with powers beyond.
    """
    before = get_agent(tx, agent_id)
    if change.role is not None:
        check_role(tx, change.role, own)
    after = _apply(tx, before, change)
    if after == before:
        return before
    check_own(get_powers(tx, before.role), own)
    lost = after.role != before.role or (after.disabled_at is not None and before.disabled_at is None)
    if lost:
        if before.role == ADMINISTRATOR:
            _check_other_administrator(tx, before)
        end_all_sessions(tx, agent_id)
    if after.disabled_at is not None:
        tx.run(delete_links_of_agent, agent_id=agent_id)
    store_agent(tx, after)
    old, new = _facts(before), _facts(after)
    detail = {key: [old[key], new[key]] for key in new if old[key] != new[key]}
    record(tx, "agent.changed", f"agent:{agent_id}", **detail)
    tx.emit(AgentChanged(agent_id=agent_id))
    return after


def change_own(
    tx: Tx, agent_id: str, name: str | None, shown_name: str | None, changes: dict[str, object]
) -> StoredAgent:
    """What agents change about themselves: their name, the one that customers see ("": the same), how the app looks for them."""
    before = get_agent(tx, agent_id)
    after = structs.replace(
        before,
        name=before.name if name is None else check_name(name),
        shown_name=before.shown_name if shown_name is None else clean_name(shown_name) or None,
        settings=changed(before.settings, changes),
    )
    check_agent_settings(after.settings)
    if after != before:
        store_agent(tx, after)
        if after.name != before.name:
            record(tx, "agent.changed", f"agent:{agent_id}", name=[before.name, after.name])
        tx.emit(AgentChanged(agent_id=agent_id))
    return after


def set_photo(tx: Tx, agent_id: str, photo: str | None) -> None:
    """Show colleagues this file of the store as the agent's picture, or none."""
    before = get_agent(tx, agent_id)
    if before.photo != photo:
        store_agent(tx, structs.replace(before, photo=photo))
        tx.emit(AgentChanged(agent_id=agent_id))


def end_all_sessions(tx: Tx, agent_id: str, *, besides: str = "") -> None:
    """Sign the agent out everywhere, except in the session with the hash `besides`."""
    tx.run(delete_sessions_of_agent, agent_id=agent_id, besides=besides)


def _apply(tx: Tx, agent: StoredAgent, change: AgentChange) -> StoredAgent:
    disabled_at = agent.disabled_at
    if change.disabled is not None:
        disabled_at = (agent.disabled_at or tx.now) if change.disabled else None
    return structs.replace(
        agent,
        name=agent.name if change.name is None else check_name(change.name),
        role=change.role or agent.role,
        disabled_at=disabled_at,
    )


def _check_other_administrator(tx: Tx, agent: StoredAgent) -> None:
    if agent.joined_at is None or agent.disabled_at is not None:
        return
    if tx.value(count_agents_in_role, role=ADMINISTRATOR, besides=agent.id) == 0:
        raise Taken("Make somebody else administrator first.", key="problem.last_administrator")


def _facts(agent: StoredAgent) -> dict[str, object]:
    return {"name": agent.name, "role": agent.role, "disabled": agent.disabled_at is not None}
