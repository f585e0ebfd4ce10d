"""One-time links: set-up, invitation, reset. Only a hash is kept; the secret stands in the mail (or on the console) alone."""

from msgspec import Struct, structs

from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.database import Tx
from lyhord.kit.problems import Gone, Taken
from lyhord.kit.tokens import make_token
from lyhord.workspaces.actions.agents import NOBODY, StoredAgent, add_agent, end_all_sessions, get_agent, store_agent
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.actions.proving import Shown
from lyhord.workspaces.actions.sessions import Client, start_session
from lyhord.workspaces.actions.workspace import change_workspace
from lyhord.workspaces.events import AgentChanged
from lyhord.workspaces.model import ADMINISTRATOR, AgentSettings, Purpose, changed, check_email, check_name
from lyhord.workspaces.store import (
    count_agents_in_role,
    delete_links_of_agent,
    find_agent_by_email,
    find_link,
    insert_link,
    use_link,
)

LINK_LIFE: dict[Purpose, int] = {"setup": DAY, "invitation": 72 * HOUR, "reset": HOUR}


def make_link(tx: Tx, agent_id: str, purpose: Purpose) -> str:
    """A secret that lets the agent in once; what was made for them before no longer works."""
    tx.run(delete_links_of_agent, agent_id=agent_id)
    text, token_hash = make_token(tx.workspace_id)
    expires_at = tx.now + LINK_LIFE[purpose]
    tx.run(insert_link, token_hash=token_hash, purpose=purpose, agent_id=agent_id, expires_at=expires_at, used_at=None)
    return text


def open_setup(tx: Tx, locale: str = "en") -> str | None:
    """A fresh set-up secret for the first administrator, or None once an administrator has joined."""
    if tx.value(count_agents_in_role, role=ADMINISTRATOR, besides=NOBODY):
        return None
    row = tx.one(find_agent_by_email, email="")
    agent_id = row[0] if row else add_agent(tx, "", "", ADMINISTRATOR, locale).id
    return make_link(tx, agent_id, "setup")


class Followed(Struct, frozen=True, kw_only=True):
    """A one-time link and what its page asked for. `email` counts only for set-up, where we know none yet."""

    purpose: Purpose
    token_hash: str
    password_hash: str
    client: Client
    name: str | None = None
    email: str | None = None
    locale: str | None = None
    shown: Shown | None = None


def follow_link(tx: Tx, followed: Followed) -> str:
    """Use up a one-time link: set the password, end every old session, and sign the agent in. Raises `Gone`.

    An agent with a second factor must show it, too: else nothing is set and nothing used up.
    """
    agent_id = tx.value(find_link, token_hash=followed.token_hash, purpose=followed.purpose, now=tx.now)
    if agent_id is None:
        raise Gone("This link was used already, or its time is over.", key="problem.link_over")
    tx.run(use_link, this=followed.token_hash, used_at=tx.now)
    tx.run(delete_links_of_agent, agent_id=agent_id)
    end_all_sessions(tx, agent_id)
    agent = get_agent(tx, agent_id)
    email = agent.email or check_email(followed.email or "")
    if email != agent.email and tx.one(find_agent_by_email, email=email):
        raise Taken("Somebody here has this address already.", fields={"email": "field.taken"})
    name = check_name(followed.name) if followed.name and followed.purpose != "reset" else agent.name
    store_agent(
        tx,
        structs.replace(
            agent,
            email=email,
            name=name or email.partition("@")[0],
            settings=_spoken(agent, followed),
            password_hash=followed.password_hash,
            joined_at=agent.joined_at or tx.now,
        ),
    )
    if followed.purpose == "setup" and followed.locale:
        change_workspace(tx, None, {"locale": followed.locale})
    record(tx, f"agent.{'reset' if followed.purpose == 'reset' else 'joined'}", f"agent:{agent_id}")
    tx.emit(AgentChanged(agent_id=agent_id))
    return start_session(tx, agent_id, followed.client, followed.shown)


def _spoken(agent: StoredAgent, followed: Followed) -> AgentSettings:
    """Their settings in the language of the page on which they chose the password; a reset changes nothing."""
    if followed.locale is None or followed.purpose == "reset":
        return agent.settings
    return changed(agent.settings, {"locale": followed.locale})
