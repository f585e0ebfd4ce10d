"""What a workspace is made of, and the pure rules about it: powers, roles, settings, agents, teams, inboxes."""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

Power = Literal[
    "workspace.manage",
    "agents.manage",
    "teams.manage",
    "inboxes.manage",
    "tokens.manage",
    "audit.read",
    "conversations.read",
    "conversations.reply",
    "contacts.edit",
    "tickets.work",
]
Role = Literal["administrator", "agent"]
Purpose = Literal["setup", "invitation", "reset"]
Locale = Literal["en", "sv", "nb", "fi", "zh-CN"]

POWERS: frozenset[str] = frozenset(get_args(Power))
ADMINISTRATOR: Role = "administrator"
ROLES: dict[str, frozenset[str]] = {
    "administrator": POWERS,
    "agent": frozenset({"conversations.read", "conversations.reply", "contacts.edit", "tickets.work"}),
}
"""The powers of each role. A role that isn't here has none."""

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Seconds = Annotated[int, Meta(ge=0, le=366 * 86_400)]


def powers_of(role: str) -> frozenset[str]:
    """The powers of a role; none for a role that we don't know."""
    return ROLES.get(role, frozenset())


class WorkspaceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """How a workspace works. Switches named `…_in` speak of what customers do, `…_out` of what we show them."""

    locale: Locale = "en"
    time_zone: str = "UTC"
    reopen_seconds: Seconds = 7 * 86_400
    undo_seconds: Annotated[int, Meta(ge=0, le=60)] = 10
    read_marks_out: bool = True
    read_marks_in: bool = True
    typing_out: bool = True
    typing_in: bool = True
    restricted_reach: bool = False
    reply_promise_minutes: Annotated[int, Meta(ge=1, le=10_080)] | None = None
    base_address: str = ""


class AgentSettings(Struct, frozen=True, kw_only=True):
    """What an agent chose for themselves. `signature` stands below their mails."""

    locale: Locale = "en"
    theme: Literal["system", "light", "dark"] = "system"
    signature: Annotated[str, Meta(max_length=4_000)] = ""
    keys: bool = True


class Workspace(Struct, frozen=True):
    """One company. `ready_at` is null until the guided first run was finished or put aside."""

    id: str
    name: str
    settings: WorkspaceSettings
    created_at: int
    ready_at: int | None
    demo: bool = False


class Agent(Struct, frozen=True, kw_only=True):
    """A person who works here, as other agents see them."""

    id: str
    email: str
    name: str
    role: str
    locale: str
    theme: str
    signature: str
    invited: bool
    disabled: bool
    team_ids: list[str]


class Team(Struct, frozen=True):
    """Agents who share work, and the inboxes that the team reads."""

    id: str
    name: str
    agent_ids: list[str]
    inbox_ids: list[str]


class Inbox(Struct, frozen=True, kw_only=True):
    """One account of a channel as screens see it: its secrets are never among it, only whether it has any."""

    id: str
    key: str
    channel: str
    name: str
    settings: dict[str, object]
    has_secrets: bool
    health: dict[str, object] | None
    paused_at: int | None
    created_at: int
    address: str = ""


def fold_email(text: str) -> str:
    """An e-mail address in the one form in which we store and look for it."""
    return text.strip().lower()
