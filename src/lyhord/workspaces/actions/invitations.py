"""Letting people in by letter: invitations and password resets."""

from collections.abc import Collection
from typing import Literal

from msgspec import Struct

from lyhord.kit.database import Tx
from lyhord.kit.problems import Taken
from lyhord.workspaces.actions.agents import StoredAgent, add_agent, get_agent
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.actions.links import make_link
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.letters import Letter, Mailroom
from lyhord.workspaces.model import Purpose


class Invited(Struct, frozen=True):
    """Whom to invite, as what."""

    email: str
    name: str
    role: str


def invite_agent(tx: Tx, mailroom: Mailroom, wanted: Invited, own: Collection[str]) -> str:
    """Add an agent and send the invitation where mail can be sent; the agent's id. `own`: the powers of who invites."""
    locale = get_workspace(tx).settings.locale
    agent = add_agent(tx, wanted.email, wanted.name, wanted.role, locale, own)
    if mailroom.mails:
        _send(tx, mailroom, agent, "invitation")
    return agent.id


def repeat_invitation(tx: Tx, mailroom: Mailroom, agent_id: str) -> str | None:
    """A fresh invitation by mail (None), or its address to hand over where mail can't be sent. The one before is void."""
    agent = get_agent(tx, agent_id)
    if agent.joined_at is not None or agent.disabled_at is not None:
        raise Taken("This agent has joined already or was disabled.", key="problem.not_invited")
    record(tx, "agent.invited", f"agent:{agent_id}", email=agent.email, role=agent.role)
    if not mailroom.mails:
        return mailroom.address("invitation", make_link(tx, agent_id, "invitation"))
    _send(tx, mailroom, agent, "invitation")
    return None


def request_reset(tx: Tx, mailroom: Mailroom, agent_id: str) -> None:
    """Mail the agent a link that sets a new password; nothing happens for who never joined or was disabled."""
    agent = get_agent(tx, agent_id)
    if mailroom.mails and agent.joined_at is not None and agent.disabled_at is None:
        _send(tx, mailroom, agent, "reset")


def _send(tx: Tx, mailroom: Mailroom, agent: StoredAgent, purpose: Purpose) -> None:
    link = mailroom.address(purpose, make_link(tx, agent.id, purpose))
    workspace = get_workspace(tx)
    template: Literal["invitation", "reset"] = "reset" if purpose == "reset" else "invitation"
    mailroom.post(tx, Letter(template, agent.email, agent.settings.locale, link, agent.name, workspace.name))
