"""What a workspace is made of, and the pure rules about it: powers, roles, settings, agents, teams, inboxes."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, TypeVar, get_args

import msgspec
from msgspec import Meta, Struct

from lyhord.kit.clock import time_zones
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean_name, fold_email

Power = Literal[
    "workspace.manage",
    "workspace.erase",
    "agents.manage",
    "agents.coach",
    "teams.manage",
    "inboxes.manage",
    "roles.manage",
    "tokens.manage",
    "audit.read",
    "conversations.read",
    "conversations.reply",
    "conversations.answer_any",
    "contacts.edit",
    "contacts.import",
    "contacts.export",
    "contacts.erase",
    "tickets.work",
    "tickets.export",
    "complaints.read",
    "replies.manage",
    "routing.manage",
    "surges.lead",
    "wallboard.read",
    "numbers.read",
    "insights.ask",
]
Purpose = Literal["setup", "invitation", "reset"]
Locale = Literal["en", "sv", "nb", "fi", "zh-CN"]

POWERS: frozenset[str] = frozenset(get_args(Power))
ADMINISTRATOR = "administrator"
_AGENT = frozenset({"conversations.read", "conversations.reply", "contacts.edit", "tickets.work"})
ROLES: dict[str, frozenset[str]] = {
    "agent": _AGENT,
    "lead": _AGENT
    | {
        "conversations.answer_any",
        "wallboard.read",
        "numbers.read",
        "contacts.import",
        "contacts.export",
        "tickets.export",
        "complaints.read",
        "routing.manage",
        "agents.coach",
        "surges.lead",
    },
    "director": frozenset({"conversations.read", "wallboard.read", "numbers.read", "complaints.read"}),
    "analyst": frozenset({"conversations.read", "numbers.read", "insights.ask", "complaints.read"}),
    "editor": frozenset({"conversations.read", "replies.manage", "numbers.read"}),
    "moderator": frozenset({"conversations.read", "conversations.reply", "tickets.work"}),
    ADMINISTRATOR: POWERS,
}
"""The powers of the roles that are built in. A workspace's own roles are rows."""

MOST_EMAIL = 254
S = TypeVar("S", bound=Struct)

_EMAIL = re.compile(
    r"[^\s@<>,;:\"()\[\]\\\x00-\x1f]+@[^\s@.<>,;:\"()\[\]\\\x00-\x1f]+(\.[^\s@.<>,;:\"()\[\]\\\x00-\x1f]+)*"
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")

Language = Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
"""A language without region or script: `sv`, `zh`."""
Seconds = Annotated[int, Meta(ge=0, le=366 * 86_400)]


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """Hours of a day of the week (0 is Monday) in the time zone of their schedule, in minutes after midnight; 1440 is the day's end."""

    day: Annotated[int, Meta(ge=0, le=6)]
    opens: Annotated[int, Meta(ge=0, le=1_439)]
    closes: Annotated[int, Meta(ge=1, le=1_440)]


Countries = Annotated[tuple[Annotated[str, Meta(pattern="^[A-Z]{2}$")], ...], Meta(max_length=10)]
"""Codes of countries, as `SE`."""


class WorkspaceSettings(Struct, frozen=True, kw_only=True):
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
    owner_answers: bool = False
    """Whether only who owns a conversation answers it, as long as there is work to be done."""
    reply_promise_minutes: Annotated[int, Meta(ge=1, le=10_080)] | None = None
    reply_promise: Literal["computed", "fixed", "none"] = "fixed"
    """What customers are told about when an answer comes: what is reckoned from load and hours, else those minutes; those; or nothing."""
    hours: Annotated[tuple[Opening, ...], Meta(max_length=50)] = ()
    """When somebody is there to answer; none: always."""
    holidays: Annotated[tuple[Annotated[str, Meta(max_length=10)], ...], Meta(max_length=400)] = ()
    """Days on which nobody is, such as 2026-12-24."""
    holiday_countries: Countries = ()
    """Countries whose public holidays are days on which nobody is, too."""
    hour_cost: Annotated[int, Meta(ge=0, le=100_000_000)] | None = None
    """What an hour of an agent's work costs, in minor units of `currency`; None: figures say hours alone."""
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "EUR"
    base_address: str = ""
    two_factor_from: Annotated[int, Meta(ge=0)] | None = None
    """From when on everybody needs a second factor (Unix milliseconds); None: who likes to has one."""


Shortcuts = Annotated[
    dict[Annotated[str, Meta(max_length=60)], Annotated[str, Meta(max_length=40)]], Meta(max_length=200)
]
"""Keys by the command that they run; an empty one for a command without."""
Home = Literal["", "queue", "wallboard", "numbers", "administration", "replies", "moderation"]
"""Where somebody begins; "": where their role does."""
TextSize = Literal["small", "normal", "large"]
Order = Annotated[tuple[Annotated[str, Meta(max_length=36)], ...], Meta(max_length=1_000)]


class AgentSettings(Struct, frozen=True, kw_only=True):
    """What an agent chose for themselves. `shortcuts` are keys other than the usual ones.

    `view_order` are the saved views in the order in which they like them; those that it doesn't name come last.
    `reads` are the languages that they read, the one first into which others are translated; empty: that of the app.
    `time_zone` "": that of their browser.
    """

    locale: Locale = "en"
    theme: Literal["system", "light", "dark"] = "system"
    keys: bool = True
    shortcuts: Shortcuts = {}
    view_order: Order = ()
    reads: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    time_zone: str = ""
    home: Home = ""
    text_size: TextSize = "normal"


class Workspace(Struct, frozen=True):
    """One company. `ready_at` is null until the guided first run was finished or put aside; `ends_at` is when all of it is erased."""

    id: str
    name: str
    settings: WorkspaceSettings
    created_at: int
    ready_at: int | None
    ends_at: int | None = None
    demo: bool = False


class Agent(Struct, frozen=True, kw_only=True):
    """A person who works here, as other agents see them."""

    id: str
    email: str
    name: str
    role: str
    locale: str
    theme: str
    keys: bool
    invited: bool
    disabled: bool
    works: bool
    """Whether tickets can be theirs: they aren't disabled, and their role works on tickets."""
    protected: bool
    team_ids: list[str]
    shown_name: str = ""
    away_until: int | None = None
    away_from: int | None = None
    away_note: str = ""
    photo: str | None = None
    """The name of the picture, which changes with it."""


class Role(Struct, frozen=True):
    """A named set of powers, and how many agents have it. `name` is empty for those built in: screens say `role.<id>`."""

    id: str
    name: str
    powers: list[str]
    builtin: bool
    agents: int


class Team(Struct, frozen=True):
    """Agents who share work, and the inboxes that the team reads. `owner_answers` and `schedule_id` are the workspace's setting and its
    hours for what the team has; None: as there.
    """

    id: str
    name: str
    agent_ids: list[str]
    inbox_ids: list[str]
    owner_answers: bool | None = None
    schedule_id: str | None = None


def agent_named(actor: str) -> str | None:
    """The agent whom an actor such as `agent:<id>` names; None for a token, a rule, a contact or the system."""
    kind, _, agent_id = actor.partition(":")
    return agent_id if kind == "agent" else None


def members_of(named: Sequence[str], teams: Mapping[str, Sequence[str]]) -> list[str]:
    """The agents meant by ids of agents and teams, each once, in order. `teams`: their members by id."""
    return list(dict.fromkeys(agent for one in named for agent in teams.get(one, (one,))))


class Inbox(Struct, frozen=True, kw_only=True):
    """One account of a channel as screens see it: its secrets are never among it, only whether it has any.

    Nothing leaves before `held_until` (Unix milliseconds): the channel's owner had too many calls.
    """

    id: str
    key: str
    channel: str
    name: str
    settings: dict[str, object]
    has_secrets: bool
    health: dict[str, object] | None
    paused_at: int | None
    created_at: int
    held_until: int | None = None
    address: str = ""


FactorKind = Literal["app", "passkey"]


class Factor(Struct, frozen=True):
    """A second factor: an app that shows codes, or a passkey, which does without a password, too."""

    id: str
    kind: FactorKind
    name: str
    created_at: int
    used_at: int | None


class ApiToken(Struct, frozen=True):
    """A token that a company's own program signs in with. Its text was shown once and isn't kept."""

    id: str
    name: str
    powers: list[str]
    created_by: str
    created_at: int
    used_at: int | None


def changed(settings: S, changes: Mapping[str, object]) -> S:
    """`settings` with the named ones replaced; raises `Invalid` naming each that doesn't exist or doesn't fit."""
    kind = type(settings)
    values = msgspec.to_builtins(settings)
    fields = {name: "field.unknown" for name in changes if name not in kind.__struct_fields__}
    for name, value in changes.items():
        try:
            msgspec.convert({**values, name: value}, kind)
        except msgspec.ValidationError:
            fields.setdefault(name, "field.invalid")
    if fields:
        raise Invalid("These settings don't fit.", fields=fields)
    return msgspec.convert({**values, **changes}, kind)


def check_agent_settings(settings: AgentSettings) -> None:
    """Raise `Invalid` for a time zone that isn't there."""
    if settings.time_zone and settings.time_zone not in time_zones():
        raise Invalid("There is no such time zone.", fields={"time_zone": "field.time_zone"})


def base_language(tag: str) -> str:
    """A language without its region or script, as we call it: `zh-Hans` is `zh`, `no` is `nb`."""
    base = tag.replace("_", "-").split("-")[0].lower()
    return "nb" if base == "no" else base


def read_languages(settings: AgentSettings) -> tuple[str, ...]:
    """What somebody reads, the language first into which others are translated for them."""
    return settings.reads or (base_language(settings.locale),)


def check_workspace_settings(settings: WorkspaceSettings) -> None:
    """Raise `Invalid` for what a type can't say: an unknown time zone, an address that is no web address."""
    if settings.time_zone not in time_zones():
        raise Invalid("There is no such time zone.", fields={"time_zone": "field.time_zone"})
    if settings.base_address and not _ADDRESS.fullmatch(settings.base_address):
        raise Invalid("Write it as https://help.example.org.", fields={"base_address": "field.address"})


def check_email(text: str, field: str = "email") -> str:
    """The address in the form in which it is stored; raises `Invalid` for what can't be an e-mail address."""
    folded = fold_email(text)
    if not _EMAIL.fullmatch(folded) or len(folded) > MOST_EMAIL:
        raise Invalid("That isn't an e-mail address.", fields={field: "field.email"})
    return folded


def check_name(text: str, field: str = "name") -> str:
    """The name on one line, without invisible characters; raises `Invalid` when nothing is left."""
    name = clean_name(text)
    if not name:
        raise Invalid("A name is needed.", fields={field: "field.missing"})
    return name
