"""Statements over workspaces, agents, teams, inboxes, sign-in and audit.

Those named `…_anywhere` look across workspaces, before it is known whose call it is; they are the only ones.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, or_, select, update

from lyhord.kit.database import Statement, values_in
from lyhord.workspaces.tables import (
    agent,
    api_token,
    audit,
    inbox,
    one_time_link,
    role,
    session,
    team,
    team_agent,
    team_inbox,
    workspace,
)


def here(table: Table) -> ColumnElement[bool]:
    """The condition that a row is of the transaction's workspace."""
    return table.c.workspace_id == bindparam("workspace_id")


def insert_row(table: Table) -> Statement:
    """An insert of one row with all of its columns."""
    return Statement(insert(table).values({column.name: bindparam(column.name) for column in table.columns}))


def _change(table: Table, key: str, *names: str) -> Statement:
    """An update of the named columns of the row whose `key` column is bound as `this`."""
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return Statement(update(table).where(here(table), table.c[key] == bindparam("this")).values(values))


# workspace

insert_workspace = insert_row(workspace)
find_workspace = Statement(
    select(
        *(workspace.c[name] for name in ("workspace_id", "name", "settings", "created_at", "ready_at", "ends_at"))
    ).where(here(workspace))
)
update_workspace = Statement(
    update(workspace)
    .where(here(workspace))
    .values({name: bindparam(name) for name in ("name", "settings", "ready_at", "ends_at")})
)
list_workspaces_anywhere = Statement(select(workspace.c.workspace_id).order_by(workspace.c.created_at))
list_ending_anywhere = Statement(select(workspace.c.workspace_id).where(workspace.c.ends_at <= bindparam("now")))
count_demo = Statement(select(func.count()).select_from(agent).where(here(agent), agent.c.demo == 1))

# agents

AGENT = (
    agent.c.id,
    agent.c.email,
    agent.c.name,
    agent.c.role,
    agent.c.settings,
    agent.c.password_hash,
    agent.c.created_at,
    agent.c.joined_at,
    agent.c.disabled_at,
    agent.c.protected_at,
    agent.c.away_until,
    agent.c.away_note,
    agent.c.photo,
    agent.c.shown_name,
    agent.c.away_from,
)
insert_agent = insert_row(agent)
find_agent = Statement(select(*AGENT).where(here(agent), agent.c.id == bindparam("id")))
find_agent_by_email = Statement(select(*AGENT).where(here(agent), agent.c.email == bindparam("email")))
list_agents = Statement(select(*AGENT).where(here(agent)).order_by(agent.c.name, agent.c.id))
update_agent = _change(
    agent,
    "id",
    "email",
    "name",
    "role",
    "settings",
    "password_hash",
    "joined_at",
    "disabled_at",
    "protected_at",
    "away_until",
    "away_note",
    "photo",
    "shown_name",
    "away_from",
)
count_agents_in_role = Statement(
    select(func.count())
    .select_from(agent)
    .where(
        here(agent),
        agent.c.role == bindparam("role"),
        agent.c.joined_at.isnot(None),
        agent.c.disabled_at.is_(None),
        agent.c.demo == 0,
        agent.c.id != bindparam("besides"),
    )
)
list_coming_and_going = Statement(
    select(*AGENT).where(
        here(agent),
        agent.c.away_until.isnot(None),
        or_(agent.c.away_until <= bindparam("now"), agent.c.away_from <= bindparam("now")),
    )
)
list_known_agents = Statement(select(agent.c.id).where(here(agent), values_in(agent.c.id, "ids")))
list_workspaces_of_anywhere = Statement(
    select(agent.c.workspace_id)
    .where(agent.c.email == bindparam("email"))
    .order_by(agent.c.workspace_id)
    .limit(bindparam("most"))
)
find_candidate = Statement(
    select(agent.c.workspace_id, workspace.c.name, agent.c.id, agent.c.password_hash, agent.c.disabled_at)
    .join(workspace, workspace.c.workspace_id == agent.c.workspace_id)
    .where(here(agent), agent.c.email == bindparam("email"))
)

# roles

ROLE = (role.c.id, role.c.name, role.c.powers)
insert_role = insert_row(role)
find_role = Statement(select(*ROLE).where(here(role), role.c.id == bindparam("id")))
list_roles = Statement(select(*ROLE).where(here(role)).order_by(role.c.name, role.c.id))
update_role = _change(role, "id", "name", "powers")
delete_role = Statement(delete(role).where(here(role), role.c.id == bindparam("this")))
count_agents_with_role = Statement(
    select(func.count()).select_from(agent).where(here(agent), agent.c.role == bindparam("role"))
)
count_agents_by_role = Statement(
    select(agent.c.role, func.count()).where(here(agent), agent.c.email != "").group_by(agent.c.role)
)

# teams

insert_team = insert_row(team)
list_teams = Statement(
    select(team.c.id, team.c.name, team.c.owner_answers, team.c.schedule_id)
    .where(here(team), team.c.removed_at.is_(None))
    .order_by(team.c.name, team.c.id)
)
find_team = Statement(
    select(team.c.id, team.c.name, team.c.owner_answers, team.c.schedule_id).where(
        here(team), team.c.id == bindparam("id"), team.c.removed_at.is_(None)
    )
)
update_team = _change(team, "id", "name", "owner_answers", "schedule_id", "removed_at")
list_team_agents = Statement(
    select(team_agent.c.team_id, team_agent.c.agent_id).where(here(team_agent)).order_by(team_agent.c.agent_id)
)
list_team_inboxes = Statement(
    select(team_inbox.c.team_id, team_inbox.c.inbox_id).where(here(team_inbox)).order_by(team_inbox.c.inbox_id)
)
insert_team_agents = insert_row(team_agent)
insert_team_inboxes = insert_row(team_inbox)
delete_team_agents = Statement(delete(team_agent).where(here(team_agent), team_agent.c.team_id == bindparam("this")))
delete_team_inboxes = Statement(delete(team_inbox).where(here(team_inbox), team_inbox.c.team_id == bindparam("this")))
forget_inbox_in_teams = Statement(
    delete(team_inbox).where(here(team_inbox), team_inbox.c.inbox_id == bindparam("this"))
)
list_teams_of_agent = Statement(
    select(team_agent.c.team_id)
    .where(here(team_agent), team_agent.c.agent_id == bindparam("agent_id"))
    .order_by(team_agent.c.team_id)
)
list_inboxes_of_agents = Statement(
    select(team_agent.c.agent_id, team_inbox.c.inbox_id)
    .distinct()
    .join(
        team_inbox,
        (team_inbox.c.workspace_id == team_agent.c.workspace_id) & (team_inbox.c.team_id == team_agent.c.team_id),
    )
    .where(here(team_agent), values_in(team_agent.c.agent_id, "agent_ids"))
)

# inboxes

INBOX = (
    inbox.c.id,
    inbox.c.key,
    inbox.c.channel,
    inbox.c.name,
    inbox.c.settings,
    inbox.c.secrets,
    inbox.c.health,
    inbox.c.paused_at,
    inbox.c.created_at,
    inbox.c.held_until,
)
_standing = (here(inbox), inbox.c.removed_at.is_(None))
insert_inbox = insert_row(inbox)
find_inbox = Statement(select(*INBOX).where(*_standing, inbox.c.id == bindparam("id")))
find_inbox_by_key = Statement(
    select(inbox.c.id, inbox.c.channel, inbox.c.name, inbox.c.settings, inbox.c.secrets).where(
        *_standing, inbox.c.key == bindparam("key")
    )
)
list_inboxes = Statement(select(*INBOX).where(*_standing).order_by(inbox.c.created_at, inbox.c.id))
list_known_inboxes = Statement(select(inbox.c.id).where(*_standing, values_in(inbox.c.id, "ids")))
update_inbox = _change(inbox, "id", "name", "settings", "secrets", "health", "paused_at", "removed_at")
update_inbox_health = _change(inbox, "id", "health")
update_inbox_held = _change(inbox, "id", "held_until")
update_inbox_state = _change(inbox, "id", "state")
find_inbox_state = Statement(select(inbox.c.state).where(*_standing, inbox.c.id == bindparam("id")))

# sign-in

insert_session = insert_row(session)
list_open_sessions = Statement(
    select(
        session.c.token_hash,
        session.c.seen_at,
        agent.c.id,
        agent.c.role,
        agent.c.settings,
        agent.c.protected_at,
        role.c.powers,
    )
    .join(agent, (agent.c.workspace_id == session.c.workspace_id) & (agent.c.id == session.c.agent_id))
    .outerjoin(role, (role.c.workspace_id == session.c.workspace_id) & (role.c.id == agent.c.role))
    .where(
        here(session),
        values_in(session.c.token_hash, "hashes"),
        session.c.expires_at > bindparam("now"),
        session.c.seen_at > bindparam("idle"),
        agent.c.disabled_at.is_(None),
    )
)
list_sessions = Statement(
    select(
        session.c.token_hash,
        session.c.created_at,
        session.c.seen_at,
        session.c.expires_at,
        session.c.address,
        session.c.client,
    )
    .where(here(session), session.c.agent_id == bindparam("agent_id"))
    .order_by(session.c.seen_at.desc(), session.c.token_hash)
)
touch_session = _change(session, "token_hash", "seen_at")
delete_session = Statement(
    delete(session).where(
        here(session), session.c.token_hash == bindparam("this"), session.c.agent_id == bindparam("agent_id")
    )
)
delete_sessions_of_agent = Statement(
    delete(session).where(
        here(session), session.c.agent_id == bindparam("agent_id"), session.c.token_hash != bindparam("besides")
    )
)
delete_old_sessions = Statement(
    delete(session).where(
        here(session), (session.c.expires_at <= bindparam("now")) | (session.c.seen_at <= bindparam("idle"))
    )
)

insert_link = insert_row(one_time_link)
find_link = Statement(
    select(one_time_link.c.agent_id)
    .join(agent, (agent.c.workspace_id == one_time_link.c.workspace_id) & (agent.c.id == one_time_link.c.agent_id))
    .where(
        here(one_time_link),
        one_time_link.c.token_hash == bindparam("token_hash"),
        one_time_link.c.purpose == bindparam("purpose"),
        one_time_link.c.used_at.is_(None),
        one_time_link.c.expires_at > bindparam("now"),
        agent.c.disabled_at.is_(None),
    )
)
use_link = _change(one_time_link, "token_hash", "used_at")
delete_links_of_agent = Statement(
    delete(one_time_link).where(
        here(one_time_link), one_time_link.c.agent_id == bindparam("agent_id"), one_time_link.c.used_at.is_(None)
    )
)
delete_old_links = Statement(
    delete(one_time_link).where(here(one_time_link), one_time_link.c.expires_at <= bindparam("now"))
)

TOKEN = (
    api_token.c.id,
    api_token.c.name,
    api_token.c.powers,
    api_token.c.created_by,
    api_token.c.created_at,
    api_token.c.used_at,
)
_valid = (here(api_token), api_token.c.revoked_at.is_(None))
insert_token = insert_row(api_token)
list_valid_tokens = Statement(
    select(api_token.c.token_hash, api_token.c.used_at, api_token.c.id, api_token.c.powers).where(
        *_valid, values_in(api_token.c.token_hash, "hashes")
    )
)
find_token = Statement(select(*TOKEN).where(*_valid, api_token.c.id == bindparam("id")))
list_tokens = Statement(select(*TOKEN).where(*_valid).order_by(api_token.c.created_at.desc(), api_token.c.id))
touch_token = _change(api_token, "token_hash", "used_at")
revoke_token = _change(api_token, "id", "revoked_at")

# audit

insert_audit = insert_row(audit)
list_audit = Statement(
    select(audit.c.id, audit.c.at, audit.c.actor, audit.c.action, audit.c.target, audit.c.detail)
    .where(here(audit), audit.c.id < bindparam("before"))
    .order_by(audit.c.id.desc())
    .limit(bindparam("most"))
)
