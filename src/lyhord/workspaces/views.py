"""What screens and callers read of a workspace, and today's grants of whoever calls."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from lyhord import __version__
from lyhord.kit.database import ReadTx
from lyhord.kit.database.log import read_head
from lyhord.kit.http.principal import Credential, Principal
from lyhord.kit.problems import Gone, NotFound
from lyhord.workspaces import store
from lyhord.workspaces.actions.agents import StoredAgent, read_agent
from lyhord.workspaces.actions.factors import show_factor
from lyhord.workspaces.actions.inboxes import StoredInbox, read_inbox
from lyhord.workspaces.actions.proving import factors_of
from lyhord.workspaces.actions.roles import decode_powers
from lyhord.workspaces.actions.sessions import IDLE
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.factor_store import count_recovery_codes
from lyhord.workspaces.model import (
    ADMINISTRATOR,
    ROLES,
    Agent,
    AgentSettings,
    ApiToken,
    Factor,
    Home,
    Inbox,
    Power,
    Purpose,
    Role,
    Team,
    TextSize,
    Workspace,
    WorkspaceSettings,
    read_languages,
)
from lyhord.workspaces.reach import Reach

HIGHEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
DEFAULTS = WorkspaceSettings()
WORK: Power = "tickets.work"
LEADING = frozenset({"wallboard.read", WORK})
"""Who has these powers leads others."""


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


class Factors(Struct, frozen=True):
    """One's factors, and how many recovery codes are left."""

    factors: list[Factor]
    recovery_codes: int


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
    """Who is signed in, where, what they may do (`inbox_ids` None: all inboxes), and from where to follow the log.

    The rest as in `model.AgentSettings`: nobody else needs it. `reads` is never empty for an agent.
    """

    agent: Agent | None
    workspace: Workspace
    powers: list[str]
    team_ids: list[str]
    inbox_ids: list[str] | None
    version: str
    stream: Stream
    shortcuts: dict[str, str] = {}
    view_order: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    time_zone: str = ""
    home: Home = ""
    text_size: TextSize = "normal"


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


def list_seen(tx: ReadTx, asked: Collection[Credential]) -> dict[Credential, Seen]:
    """Today's grants behind sessions and tokens, in as many statements for one as for thousands.

    Left out is what nobody was given, what ended, ran out or lay idle too long, and whose agent was disabled.
    """
    settings = settings_of(tx)
    sessions = [credential.token_hash for credential in asked if credential.way == "session"]
    tokens = [credential.token_hash for credential in asked if credential.way == "token"]
    found = _list_sessions(tx, sessions, settings) if sessions else []
    found += _list_tokens(tx, tokens, settings.locale) if tokens else []
    return {seen.principal.credential: seen for seen in found}


def _list_sessions(tx: ReadTx, hashes: list[str], settings: WorkspaceSettings) -> list[Seen]:
    rows = tx.all(store.list_open_sessions, hashes=hashes, now=tx.now, idle=tx.now - IDLE)
    unprotected = _must_protect(settings, tx.now)
    reach = _limited_reach(tx, {row[2]: row[3] for row in rows}, settings)
    return [
        Seen(
            Principal(
                workspace_id=tx.workspace_id,
                subject=f"agent:{agent_id}",
                agent_id=agent_id,
                powers=frozenset() if unprotected and protected_at is None else _powers_of(role, own),
                inbox_ids=reach.get(agent_id),
                locale=_decode_agent(chosen).locale,
                credential=Credential(token_hash, "session"),
            ),
            seen_at,
        )
        for token_hash, seen_at, agent_id, role, chosen, protected_at, own in rows
    ]


def _limited_reach(tx: ReadTx, roles: Mapping[str, str], settings: WorkspaceSettings) -> dict[str, frozenset[str]]:
    """The inboxes of those of these agents (id: role) who don't read all: in a workspace that restricts reach all but administrators."""
    limited = [one for one, role in roles.items() if role != ADMINISTRATOR] if settings.restricted_reach else []
    inboxes = _grouped(tx.all(store.list_inboxes_of_agents, agent_ids=limited), key=0, value=1) if limited else {}
    return {agent_id: frozenset(inboxes.get(agent_id, ())) for agent_id in limited}


def _powers_of(role: str, own: str | None) -> frozenset[str]:
    return ROLES.get(role) or (decode_powers(own) if own else frozenset())


def _list_tokens(tx: ReadTx, hashes: list[str], locale: str) -> list[Seen]:
    return [
        Seen(
            Principal(
                workspace_id=tx.workspace_id,
                subject=f"token:{token_id}",
                agent_id=None,
                powers=decode_powers(powers),
                inbox_ids=None,
                locale=locale,
                credential=Credential(token_hash, "token"),
            ),
            used_at or 0,
        )
        for token_hash, used_at, token_id, powers in tx.all(store.list_valid_tokens, hashes=hashes)
    ]


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


def list_ending_ids(tx: ReadTx) -> list[str]:
    """The workspaces of this database that are to be erased by now. Looks across workspaces."""
    return [row[0] for row in tx.all(store.list_ending_anywhere, now=tx.now)]


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
    own = {role: powers for role, _, powers in tx.all(store.list_roles)}
    rows = [read_agent(row) for row in tx.all(store.list_agents)]
    return [
        show_agent(agent, teams.get(agent.id, []), _powers_of(agent.role, own.get(agent.role)))
        for agent in rows
        if agent.email
    ]


def list_reaches(tx: ReadTx, *powers: Power) -> dict[str, Reach]:
    """Everybody who works here now, may read conversations and has these powers, too, with their reach."""
    needed = {"conversations.read", *powers}
    agents = [read_agent(row) for row in tx.all(store.list_agents)]
    own = {role: powers for role, _, powers in tx.all(store.list_roles)}
    reach = _limited_reach(tx, {agent.id: agent.role for agent in agents}, settings_of(tx))
    return {
        agent.id: Reach(reach.get(agent.id))
        for agent in agents
        if agent.joined_at is not None
        and agent.disabled_at is None
        and needed <= _powers_of(agent.role, own.get(agent.role))
    }


def list_leads(tx: ReadTx) -> list[str]:
    """Those who work here and lead others: who answer customers, and see how everybody does."""
    own = {role: powers for role, _, powers in tx.all(store.list_roles)}
    agents = [read_agent(row) for row in tx.all(store.list_agents)]
    here = [one for one in agents if one.joined_at is not None and one.disabled_at is None]
    return [one.id for one in here if _powers_of(one.role, own.get(one.role)) >= LEADING]


def list_who_may(tx: ReadTx, power: Power) -> list[str]:
    """The ids of those who work here now and have a power."""
    own = {role: powers for role, _, powers in tx.all(store.list_roles)}
    agents = (read_agent(row) for row in tx.all(store.list_agents))
    return [
        one.id
        for one in agents
        if one.joined_at is not None and one.disabled_at is None and power in _powers_of(one.role, own.get(one.role))
    ]


def list_readings(tx: ReadTx) -> list[tuple[str, ...]]:
    """The languages that each agent reads who works here now."""
    agents = (read_agent(row) for row in tx.all(store.list_agents))
    return [read_languages(one.settings) for one in agents if one.joined_at is not None and one.disabled_at is None]


def get_agent(tx: ReadTx, agent_id: str) -> Agent:
    """One agent; raises `NotFound`."""
    return show_agent(_get_stored(tx, agent_id), list_team_ids(tx, agent_id), powers_of_agent(tx, agent_id))


def powers_of_agent(tx: ReadTx, agent_id: str) -> frozenset[str]:
    """What an agent may do today; raises `NotFound`."""
    role = _get_stored(tx, agent_id).role
    own = {one: powers for one, _, powers in tx.all(store.list_roles)} if role not in ROLES else {}
    return _powers_of(role, own.get(role))


def get_password_hash(tx: ReadTx, agent_id: str) -> tuple[str, str | None]:
    """An agent's address and the hash of their password; neither is answered to anybody."""
    agent = _get_stored(tx, agent_id)
    return agent.email, agent.password_hash


def _get_stored(tx: ReadTx, agent_id: str) -> StoredAgent:
    row = tx.one(store.find_agent, id=agent_id)
    if row is None:
        raise NotFound("There is no such agent.")
    return read_agent(row)


def show_agent(agent: StoredAgent, team_ids: list[str], powers: Collection[str]) -> Agent:
    """An agent's row as others may see it; `powers` are those of their role."""
    return Agent(
        id=agent.id,
        email=agent.email,
        name=agent.name,
        role=agent.role,
        locale=agent.settings.locale,
        theme=agent.settings.theme,
        keys=agent.settings.keys,
        invited=agent.joined_at is None,
        disabled=agent.disabled_at is not None,
        works=agent.disabled_at is None and WORK in powers,
        protected=agent.protected_at is not None,
        team_ids=team_ids,
        shown_name=agent.shown_name or "",
        away_until=agent.away_until,
        away_from=agent.away_from,
        away_note=agent.away_note or "",
        photo=agent.photo and agent.photo[:12],
    )


def find_photo(tx: ReadTx, agent_id: str) -> str | None:
    """The file of an agent's picture."""
    row = tx.one(store.find_agent, id=agent_id)
    return read_agent(row).photo if row else None


def list_team_ids(tx: ReadTx, agent_id: str) -> list[str]:
    """The teams of one agent."""
    return [row[0] for row in tx.all(store.list_teams_of_agent, agent_id=agent_id)]


def list_teams(tx: ReadTx) -> list[Team]:
    """All teams by name, each with its agents and inboxes."""
    agents = _grouped(tx.all(store.list_team_agents), key=0, value=1)
    inboxes = _grouped(tx.all(store.list_team_inboxes), key=0, value=1)
    return [
        Team(team_id, name, agents.get(team_id, []), inboxes.get(team_id, []), read_rule(rule), schedule_id)
        for team_id, name, rule, schedule_id in tx.all(store.list_teams)
    ]


def read_rule(stored: int | None) -> bool | None:
    """What a team's row says; None where the workspace decides."""
    return None if stored is None else bool(stored)


def does_owner_answer(tx: ReadTx, team_id: str | None) -> bool:
    """Whether only the owner answers what a team, or nobody's team, has."""
    row = tx.one(store.find_team, id=team_id) if team_id else None
    rule = read_rule(row[2]) if row else None
    return settings_of(tx).owner_answers if rule is None else rule


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
        held_until=inbox.held_until if whole else None,
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


def show_factors(tx: ReadTx, agent_id: str) -> Factors:
    """How an agent shows who they are, besides their password."""
    return Factors(
        [show_factor(one) for one in factors_of(tx, agent_id)],
        int(tx.value(count_recovery_codes, agent_id=agent_id)),
    )


def list_roles(tx: ReadTx) -> list[Role]:
    """The roles built in, then the workspace's own by name, each with how many agents have it."""
    agents: dict[str, int] = dict(tx.all(store.count_agents_by_role))
    built_in = [Role(one, "", sorted(ROLES[one]), True, agents.get(one, 0)) for one in ROLES]
    own = [
        Role(one, name, sorted(decode_powers(powers)), False, agents.get(one, 0))
        for one, name, powers in tx.all(store.list_roles)
    ]
    return built_in + own


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
    own = _get_stored(tx, principal.agent_id) if principal.agent_id else None
    agent = show_agent(own, list_team_ids(tx, own.id), principal.powers) if own else None
    return Me(
        agent,
        show_workspace(tx, base_address),
        sorted(principal.powers),
        agent.team_ids if agent else [],
        None if principal.inbox_ids is None else sorted(principal.inbox_ids),
        __version__,
        get_stream(tx),
        own.settings.shortcuts if own else {},
        own.settings.view_order if own else (),
        read_languages(own.settings) if own else (),
        own.settings.time_zone if own else "",
        own.settings.home if own else "",
        own.settings.text_size if own else "normal",
    )


def get_stream(tx: ReadTx) -> Stream:
    """Where the log stands."""
    row = tx.one(read_head)
    return Stream(row[1], row[0]) if row else Stream(1, 0)


def _must_protect(settings: WorkspaceSettings, now: int) -> bool:
    """Whether nobody may do anything here any more without a second factor, but add one."""
    return settings.two_factor_from is not None and now >= settings.two_factor_from


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
