"""What can happen to a workspace and its people."""

from typing import Literal

from lyhord.kit.events import Event
from lyhord.workspaces.schedules import events as schedules


class WorkspaceChanged(Event, frozen=True, kw_only=True, tag="workspace.changed"):
    """Its name or settings are other ones now."""


class AgentChanged(Event, frozen=True, kw_only=True, tag="agent.changed"):
    """An agent was invited, joined, changed or was disabled; also when their grants may be others now."""

    agent_id: str


class RoleChanged(Event, frozen=True, kw_only=True, tag="role.changed"):
    """A role of the workspace's own was made, changed or removed; whoever has it may do other things now."""

    role_id: str


class TeamChanged(Event, frozen=True, kw_only=True, tag="team.changed"):
    """A team was made, changed or removed, its members and inboxes included."""

    team_id: str


class InboxChanged(Event, frozen=True, kw_only=True, tag="inbox.changed"):
    """An inbox was connected, changed, paused, resumed or removed, or feels otherwise. `inbox_id` is always set."""

    change: Literal["connected", "changed", "paused", "resumed", "removed", "health"]


EVENTS = (WorkspaceChanged, AgentChanged, RoleChanged, TeamChanged, InboxChanged, *schedules.EVENTS)
