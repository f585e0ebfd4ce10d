"""Oneself, the other agents, and teams."""

from typing import Annotated, Literal

from litestar import delete, get, patch, post, put
from msgspec import UNSET, Meta, Struct, UnsetType

from lyhord.kit.clock import HOUR
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires, signed_in
from lyhord.kit.passwords import MOST, check_password, hash_password
from lyhord.kit.rates import Rate
from lyhord.workspaces import views
from lyhord.workspaces.actions.agents import AgentChange, change_agent, change_own
from lyhord.workspaces.actions.away import MOST_NOTE, set_away
from lyhord.workspaces.actions.invitations import Invited, invite_agent, repeat_invitation
from lyhord.workspaces.actions.sessions import change_email, change_password
from lyhord.workspaces.actions.teams import change_team, create_team, remove_team
from lyhord.workspaces.doors import Office
from lyhord.workspaces.model import (
    MOST_EMAIL,
    Agent,
    AgentSettings,
    Home,
    Language,
    Locale,
    Order,
    Shortcuts,
    Team,
    TextSize,
)
from lyhord.workspaces.routes.factors import owner_of
from lyhord.workspaces.views import Me

RoleId = Annotated[str, Meta(max_length=40)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Ids = Annotated[list[Annotated[str, Meta(max_length=36)]], Meta(max_length=1_000)]
INVITE = Rate("invite", 100, HOUR)


class OwnChange(Struct, forbid_unknown_fields=True):
    """What to change about oneself; null stays. `email` and `password` need a session that showed lately who it is."""

    name: Name | None = None
    locale: Locale | None = None
    theme: Literal["system", "light", "dark"] | None = None
    keys: bool | None = None
    shortcuts: Shortcuts | None = None
    view_order: Order | None = None
    reads: Annotated[tuple[Language, ...], Meta(max_length=20)] | None = None
    time_zone: Annotated[str, Meta(max_length=60)] | None = None
    home: Home | None = None
    text_size: TextSize | None = None
    shown_name: Annotated[str, Meta(max_length=200)] | None = None
    email: Annotated[str, Meta(min_length=3, max_length=MOST_EMAIL)] | None = None
    password: Annotated[str, Meta(max_length=MOST)] | None = None


class Away(Struct, forbid_unknown_fields=True):
    """Until when (Unix milliseconds), null: back again; what colleagues should know; and from when on, null: now."""

    until: int | None
    begins: int | None = None
    note: Annotated[str, Meta(max_length=MOST_NOTE)] = ""


class NewAgent(Struct, forbid_unknown_fields=True):
    """Whom to invite."""

    email: Annotated[str, Meta(min_length=3, max_length=MOST_EMAIL)]
    role: RoleId = "agent"
    name: Annotated[str, Meta(max_length=200)] = ""


class AgentPatch(Struct, forbid_unknown_fields=True):
    """What to change; null stays."""

    name: Name | None = None
    role: RoleId | None = None
    disabled: bool | None = None


class InvitationSent(Struct):
    """Whether the invitation left by mail; where mail can't be sent, the address to hand over."""

    sent: bool
    link: str | None


class NewTeam(Struct, forbid_unknown_fields=True):
    """A team to make."""

    name: Name
    agent_ids: Ids = []
    inbox_ids: Ids = []
    owner_answers: bool | None = None
    schedule_id: str | None = None


class TeamPatch(Struct, forbid_unknown_fields=True):
    """What to change; null stays, a list replaces the whole. A null rule or schedule is the workspace's; left out it stays."""

    name: Name | None = None
    agent_ids: Ids | None = None
    inbox_ids: Ids | None = None
    owner_answers: bool | UnsetType | None = UNSET
    schedule_id: str | UnsetType | None = UNSET


@get("/api/v1/me", guards=[signed_in], summary="Who I am, what I may do, and where the log stands")
async def get_me(principal: Principal, database: Database, office: Office) -> Me:
    """The first thing that the app asks for. `agent` is null for a token."""
    return await database.read(principal.workspace_id, views.show_me, principal, office.mailroom.base_address)


@patch("/api/v1/me", guards=[signed_in], summary="Change my name, address, password, or how the app is for me")
async def change_me(data: OwnChange, principal: Principal, database: Database, office: Office) -> Me:
    """A new password ends every other session of the caller. 403 `problem.confirm` asks to show who one is first."""
    owner = owner_of(principal)
    if data.email is not None:
        await database.write(
            principal.workspace_id, change_email, office.mailroom, owner, data.email, actor=principal.subject
        )
    if data.password is not None:
        await _change_password(data.password, principal, database)
    given = {name: getattr(data, name) for name in AgentSettings.__struct_fields__}
    changes = {name: value for name, value in given.items() if value is not None}
    if changes or data.name is not None or data.shown_name is not None:
        await database.write(
            principal.workspace_id,
            change_own,
            owner.agent_id,
            data.name,
            data.shown_name,
            changes,
            actor=principal.subject,
        )
    return await database.read(principal.workspace_id, views.show_me, principal, office.mailroom.base_address)


@put("/api/v1/me/away", guards=[signed_in], status_code=204, summary="Be away until a moment, or be back")
async def set_own_away(data: Away, principal: Principal, database: Database) -> None:
    """Colleagues see it where they assign and mention. Tickets keep their owner."""
    agent_id = owner_of(principal).agent_id
    await database.write(
        principal.workspace_id, set_away, agent_id, data.until, data.note, data.begins, actor=principal.subject
    )


@get("/api/v1/agents", guards=[requires("conversations.read")], summary="Everybody who works here")
async def list_agents(principal: Principal, database: Database) -> list[Agent]:
    """The invited and the disabled included."""
    return await database.read(principal.workspace_id, views.list_agents)


@post("/api/v1/agents", guards=[requires("agents.manage")], summary="Invite an agent")
async def invite_one_agent(data: NewAgent, principal: Principal, database: Database, office: Office) -> Agent:
    """Sends the invitation where mail can be sent; else ask for its address under `/invitation`."""
    office.limiter.take(INVITE, principal.workspace_id)
    workspace_id = principal.workspace_id
    agent_id = await database.write(
        workspace_id,
        invite_agent,
        office.mailroom,
        Invited(data.email, data.name, data.role),
        principal.powers,
        actor=principal.subject,
    )
    return await database.read(workspace_id, views.get_agent, agent_id)


@patch("/api/v1/agents/{agent_id:str}", guards=[requires("agents.manage")], summary="Change an agent")
async def change_one_agent(agent_id: str, data: AgentPatch, principal: Principal, database: Database) -> Agent:
    """Another role, or being disabled, ends the agent's sessions at once. 409 for the last administrator."""
    change = AgentChange(name=data.name, role=data.role, disabled=data.disabled)
    await database.write(
        principal.workspace_id, change_agent, agent_id, change, principal.powers, actor=principal.subject
    )
    return await database.read(principal.workspace_id, views.get_agent, agent_id)


@post(
    "/api/v1/agents/{agent_id:str}/invitation",
    guards=[requires("agents.manage")],
    status_code=200,
    summary="Invite again",
)
async def invite_one_agent_again(
    agent_id: str, principal: Principal, database: Database, office: Office
) -> InvitationSent:
    """The invitation sent before no longer works."""
    office.limiter.take(INVITE, principal.workspace_id)
    link = await database.write(
        principal.workspace_id, repeat_invitation, office.mailroom, agent_id, actor=principal.subject
    )
    return InvitationSent(link is None, link)


@get("/api/v1/teams", guards=[requires("conversations.read")], summary="All teams")
async def list_teams(principal: Principal, database: Database) -> list[Team]:
    """Each with its agents and inboxes."""
    return await database.read(principal.workspace_id, views.list_teams)


@post("/api/v1/teams", guards=[requires("teams.manage")], summary="Make a team")
async def make_team(data: NewTeam, principal: Principal, database: Database) -> Team:
    """With its first members and inboxes."""
    team_id = await database.write(
        principal.workspace_id,
        create_team,
        data.name,
        data.agent_ids,
        data.inbox_ids,
        data.owner_answers,
        data.schedule_id,
        actor=principal.subject,
    )
    return await database.read(principal.workspace_id, views.get_team, team_id)


@patch("/api/v1/teams/{team_id:str}", guards=[requires("teams.manage")], summary="Change a team")
async def change_one_team(team_id: str, data: TeamPatch, principal: Principal, database: Database) -> Team:
    """Its name, its members, its inboxes."""
    await database.write(
        principal.workspace_id,
        change_team,
        team_id,
        data.name,
        data.agent_ids,
        data.inbox_ids,
        data.owner_answers,
        data.schedule_id,
        actor=principal.subject,
    )
    return await database.read(principal.workspace_id, views.get_team, team_id)


@delete("/api/v1/teams/{team_id:str}", guards=[requires("teams.manage")], summary="Remove a team")
async def remove_one_team(team_id: str, principal: Principal, database: Database) -> None:
    """Its tickets keep their history."""
    await database.write(principal.workspace_id, remove_team, team_id, actor=principal.subject)


async def _change_password(password: str, principal: Principal, database: Database) -> None:
    """Only who showed lately who they are sets a new one."""
    owner = owner_of(principal)
    email, _ = await database.read(principal.workspace_id, views.get_password_hash, owner.agent_id)
    check_password(password, email)
    hashed = await hash_password(password)
    await database.write(
        principal.workspace_id, change_password, owner.agent_id, hashed, owner.session, actor=principal.subject
    )


routes = [
    get_me,
    change_me,
    set_own_away,
    list_agents,
    invite_one_agent,
    change_one_agent,
    invite_one_agent_again,
    list_teams,
    make_team,
    change_one_team,
    remove_one_team,
]
