"""What screens and callers read of a workspace, and today's grants of whoever calls."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from lyhord import __version__
from lyhord.kit.database import ReadTx
from lyhord.kit.database.log import read_head
from lyhord.kit.http.principal import Principal, Way
from lyhord.kit.problems import Gone, NotFound
from lyhord.workspaces import store
from lyhord.workspaces.actions.agents import StoredAgent, read_agent
from lyhord.workspaces.actions.inboxes import StoredInbox, read_inbox
from lyhord.workspaces.actions.sessions import IDLE
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.model import (
    ADMINISTRATOR,
    POWERS,
    Agent,
    AgentSettings,
    ApiToken,
    Inbox,
    Purpose,
    Team,
    Workspace,
    WorkspaceSettings,
    powers_of,
)
from lyhord.workspaces.reach import Reach

HIGHEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
DEFAULTS = WorkspaceSettings()


class Seen(Struct, frozen=True):
    """A caller with today's grants, and when their session or token was last noted as in use (Unix milliseconds)."""

    principal: Principal
    seen_at: int


class Candidate(Struct, frozen=True):
    """One agent who might be signing in, in one of the workspaces that know the address. Holds a password's hash."""

    workspace_id: str
    workspace: str
    agent_id: str
    password_hash: str | None
    disabled_at: int | None


class Session(Struct, frozen=True):
    """A place where an agent is signed in. `id` is the beginning of a hash and opens nothing."""

    id: str
    created_at: int
    seen_at: int
    expires_at: int
    address: str
    client: str
    current: bool


class LinkFacts(Struct, frozen=True):
    """Whom a one-time link is for; `email` is "" for set-up, where nobody is known yet."""

    email: str
    name: str
    workspace: str
    locale: str


class Stream(Struct, frozen=True):
    """Where the workspace's log stands: follow it from here."""

    epoch: int
    seq: int


class Me(Struct, frozen=True):
    """Who is signed in, where, what they may do (`inbox_ids` None: all inboxes), and from where to follow the log."""

    agent: Agent | None
    workspace: Workspace
    powers: list[str]
    team_ids: list[str]
    inbox_ids: list[str] | None
    version: str
    stream: Stream


class AuditEntry(Struct, frozen=True):
    """Who (`actor`) did what (`action`) to what (`target`), and when (Unix milliseconds)."""

    id: str
    at: int
    actor: str
    action: str
    target: str
    detail: dict[str, Any]


def settings_of(tx: ReadTx) -> WorkspaceSettings:
    """The workspace's settings; those built in before it has been made."""
    row = tx.one(store.find_workspace)
    return _decode_settings(row[2]) if row else DEFAULTS


def find_session(tx: ReadTx, token_hash: str) -> Seen | None:
    """The agent behind a session, or None once it ended, ran out, lay idle too long, or its agent was disabled."""
    row = tx.one(store.find_session, token_hash=token_hash)
    if row is None:
        return None
    agent_id, seen_at, expires_at, role, settings, workspace = row
    if tx.now >= expires_at or tx.now >= seen_at + IDLE:
        return None
    principal = Principal(
        workspace_id=tx.workspace_id,
        subject=f"agent:{agent_id}",
        agent_id=agent_id,
        powers=powers_of(role),
        inbox_ids=_reach(tx, agent_id, role, _decode_settings(workspace)),
        locale=_decode_agent(settings).locale,
        way="session",
        credential=token_hash,
    )
    return Seen(principal, seen_at)


def find_token(tx: ReadTx, token_hash: str) -> Seen | None:
    """The program behind a token, or None once it was revoked."""
    row = tx.one(store.find_token_by_hash, token_hash=token_hash)
    if row is None:
        return None
    token_id, _, powers, _, _, used_at, workspace = row
    principal = Principal(
        workspace_id=tx.workspace_id,
        subject=f"token:{token_id}",
        agent_id=None,
        powers=POWERS & frozenset(msgspec.json.decode(powers, type=list[str])),
        inbox_ids=None,
        locale=_decode_settings(workspace).locale,
        way="token",
        credential=token_hash,
    )
    return Seen(principal, used_at or 0)


def list_seen(tx: ReadTx, asked: Collection[tuple[str, Way]]) -> dict[tuple[str, Way], Seen | None]:
    """Today's grants behind each of these sessions and tokens (hash, way), or None."""
    return {
        (token_hash, way): find_session(tx, token_hash) if way == "session" else find_token(tx, token_hash)
        for token_hash, way in asked
    }


def list_workspaces_of(tx: ReadTx, email: str, most: int) -> list[str]:
    """Workspaces in which somebody has this address, or had it. Looks across workspaces."""
    return [row[0] for row in tx.all(store.list_workspaces_of_anywhere, email=email, most=most)]


def find_candidate(tx: ReadTx, email: str) -> Candidate | None:
    """The agent with this address."""
    row = tx.one(store.find_candidate, email=email)
    return Candidate(*row) if row else None


def list_workspace_ids(tx: ReadTx) -> list[str]:
    """Every workspace of this database, oldest first. Looks across workspaces."""
    return [row[0] for row in tx.all(store.list_workspaces_anywhere)]


def show_workspace(tx: ReadTx, base_address: str) -> Workspace:
    """The workspace as screens see it; its address is the installation's where it has none of its own."""
    workspace = get_workspace(tx)
    settings = workspace.settings
    if not settings.base_address:
        settings = msgspec.structs.replace(settings, base_address=base_address)
    return msgspec.structs.replace(workspace, settings=settings, demo=bool(tx.value(store.count_demo)))


def list_agents(tx: ReadTx) -> list[Agent]:
    """Everybody who works here, by name, the invited and disabled included."""
    teams = _grouped(tx.all(store.list_team_agents), key=1, value=0)
    rows = [read_agent(row) for row in tx.all(store.list_agents)]
    return [show_agent(agent, teams.get(agent.id, [])) for agent in rows if agent.email]


def list_reaches(tx: ReadTx) -> dict[str, Reach]:
    """Everybody who works here now and may read conversations, with their reach."""
    agents = [read_agent(row) for row in tx.all(store.list_agents)]
    everyone, limited = Reach(), settings_of(tx).restricted_reach
    mine = _inboxes_of_agents(tx) if limited else {}
    return {
        agent.id: everyone if not limited or agent.role == ADMINISTRATOR else Reach(frozenset(mine.get(agent.id, ())))
        for agent in agents
        if agent.joined_at is not None and agent.disabled_at is None and "conversations.read" in powers_of(agent.role)
    }


def get_agent(tx: ReadTx, agent_id: str) -> Agent:
    """One agent; raises `NotFound`."""
    row = tx.one(store.find_agent, id=agent_id)
    if row is None:
        raise NotFound("There is no such agent.")
    return show_agent(read_agent(row), list_team_ids(tx, agent_id))


def get_password_hash(tx: ReadTx, agent_id: str) -> tuple[str, str | None]:
    """An agent's address and the hash of their password; neither is answered to anybody."""
    row = tx.one(store.find_agent, id=agent_id)
    if row is None:
        raise NotFound("There is no such agent.")
    agent = read_agent(row)
    return agent.email, agent.password_hash


def show_agent(agent: StoredAgent, team_ids: list[str]) -> Agent:
    """An agent's row as others may see it."""
    return Agent(
        id=agent.id,
        email=agent.email,
        name=agent.name,
        role=agent.role,
        locale=agent.settings.locale,
        theme=agent.settings.theme,
        signature=agent.settings.signature,
        keys=agent.settings.keys,
        invited=agent.joined_at is None,
        disabled=agent.disabled_at is not None,
        team_ids=team_ids,
    )


def list_team_ids(tx: ReadTx, agent_id: str) -> list[str]:
    """The teams of one agent."""
    return [row[0] for row in tx.all(store.list_teams_of_agent, agent_id=agent_id)]


def list_teams(tx: ReadTx) -> list[Team]:
    """All teams by name, each with its agents and inboxes."""
    agents = _grouped(tx.all(store.list_team_agents), key=0, value=1)
    inboxes = _grouped(tx.all(store.list_team_inboxes), key=0, value=1)
    return [Team(row[0], row[1], agents.get(row[0], []), inboxes.get(row[0], [])) for row in tx.all(store.list_teams)]


def get_team(tx: ReadTx, team_id: str) -> Team:
    """One team; raises `NotFound`."""
    for team in list_teams(tx):
        if team.id == team_id:
            return team
    raise NotFound("There is no such team.")


def list_stored_inboxes(tx: ReadTx) -> list[StoredInbox]:
    """Every inbox that isn't removed, oldest first, with sealed secrets; for the worker, never for an answer."""
    return [read_inbox(row) for row in tx.all(store.list_inboxes)]


def list_inboxes(tx: ReadTx, reach: Collection[str] | None, *, whole: bool) -> list[Inbox]:
    """The inboxes within reach (None: all); without `whole` only what somebody who answers needs to know."""
    rows = list_stored_inboxes(tx)
    return [show_inbox(row, whole=whole) for row in rows if reach is None or row.id in reach]


def show_inbox(inbox: StoredInbox, *, whole: bool = True) -> Inbox:
    """An inbox without its secrets."""
    return Inbox(
        id=inbox.id,
        key=inbox.key,
        channel=inbox.channel,
        name=inbox.name,
        settings=inbox.settings if whole else {},
        has_secrets=inbox.secrets is not None,
        health=inbox.health if whole else None,
        paused_at=inbox.paused_at,
        created_at=inbox.created_at,
    )


def list_tokens(tx: ReadTx) -> list[ApiToken]:
    """The tokens that work, newest first."""
    return [ApiToken(*(*row[:2], msgspec.json.decode(row[2]), *row[3:])) for row in tx.all(store.list_tokens)]


def list_sessions(tx: ReadTx, agent_id: str, current: str) -> list[Session]:
    """Where an agent is signed in, most recently used first; `current` is the hash of the session that asks."""
    return [
        Session(*(row[0][:24], *row[1:], row[0] == current))
        for row in tx.all(store.list_sessions, agent_id=agent_id)
        if tx.now < row[3] and tx.now < row[2] + IDLE
    ]


def list_audit(tx: ReadTx, before: str | None, most: int) -> list[AuditEntry]:
    """The newest entries, or those older than the entry `before`."""
    rows = tx.all(store.list_audit, before=before or HIGHEST_ID, most=most)
    return [AuditEntry(*(*row[:5], msgspec.json.decode(row[5]))) for row in rows]


def get_link_facts(tx: ReadTx, purpose: Purpose, token_hash: str) -> LinkFacts:
    """Whom a one-time link is for; raises `Gone` for one that was used, ran out or never was."""
    agent_id = tx.value(store.find_link, token_hash=token_hash, purpose=purpose, now=tx.now)
    row = tx.one(store.find_agent, id=agent_id) if agent_id else None
    if row is None:
        raise Gone("This link was used already, or its time is over.", key="problem.link_over")
    agent = read_agent(row)
    return LinkFacts(agent.email, agent.name, get_workspace(tx).name, agent.settings.locale)


def show_me(tx: ReadTx, principal: Principal, base_address: str) -> Me:
    """What the app must know first about whoever signed in; without an agent for a token."""
    agent = get_agent(tx, principal.agent_id) if principal.agent_id else None
    return Me(
        agent,
        show_workspace(tx, base_address),
        sorted(principal.powers),
        agent.team_ids if agent else [],
        None if principal.inbox_ids is None else sorted(principal.inbox_ids),
        __version__,
        get_stream(tx),
    )


def get_stream(tx: ReadTx) -> Stream:
    """Where the log stands."""
    row = tx.one(read_head)
    return Stream(row[1], row[0]) if row else Stream(1, 0)


def _reach(tx: ReadTx, agent_id: str, role: str, settings: WorkspaceSettings) -> frozenset[str] | None:
    """All inboxes, or in a workspace that restricts reach those of the agent's teams; administrators always all."""
    if not settings.restricted_reach or role == ADMINISTRATOR:
        return None
    return frozenset(row[0] for row in tx.all(store.list_inboxes_of_agent, agent_id=agent_id))


def _inboxes_of_agents(tx: ReadTx) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for team in list_teams(tx):
        for agent_id in team.agent_ids:
            found.setdefault(agent_id, set()).update(team.inbox_ids)
    return found


def _grouped(rows: list[tuple[Any, ...]], *, key: int, value: int) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row[value])
    return groups


@lru_cache(maxsize=1024)
def _decode_settings(text: str) -> WorkspaceSettings:
    return msgspec.json.decode(text, type=WorkspaceSettings)


@lru_cache(maxsize=1024)
def _decode_agent(text: str) -> AgentSettings:
    return msgspec.json.decode(text, type=AgentSettings)
