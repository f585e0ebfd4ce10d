"""Sessions: every way in ends in `start_session`; changing a password ends the others."""

from collections.abc import Collection

from msgspec import Struct, structs

from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.http import Credential
from lyhord.kit.problems import NotFound, NotSignedIn, Taken
from lyhord.kit.text import clean_name
from lyhord.kit.tokens import make_token
from lyhord.workspaces.actions.agents import end_all_sessions, get_agent, store_agent
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.actions.proving import Owner, Shown, check_fresh, prove
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.events import AgentChanged
from lyhord.workspaces.factor_store import delete_spent
from lyhord.workspaces.letters import Letter, Mailroom
from lyhord.workspaces.model import check_email
from lyhord.workspaces.store import (
    delete_links_of_agent,
    delete_old_links,
    delete_old_sessions,
    delete_session,
    find_agent_by_email,
    insert_session,
    list_sessions,
    touch_session,
    touch_token,
)

ABSOLUTE = 90 * DAY
IDLE = 14 * DAY


class Client(Struct, frozen=True):
    """Where somebody signs in from: IP address, and what the browser calls itself."""

    address: str
    name: str


def start_session(tx: Tx, agent_id: str, client: Client, shown: Shown | None = None) -> str:
    """Sign an agent in; the session's text for the cookie. The one way in, by whatever door.

    It refuses who was disabled or never joined, and asks for a second factor where the agent has one: see `prove`. Without
    `shown` somebody who has one doesn't come in.
    """
    agent = get_agent(tx, agent_id)
    if agent.disabled_at is not None or agent.joined_at is None:
        raise NotSignedIn("E-mail address or password is wrong.", key="problem.wrong_password")
    if agent.protected_at is not None or (shown is not None and shown.alone):
        prove(tx, agent_id, shown)
    text, token_hash = make_token(tx.workspace_id)
    tx.run(
        insert_session,
        token_hash=token_hash,
        agent_id=agent_id,
        created_at=tx.now,
        seen_at=tx.now,
        confirmed_at=tx.now,
        expires_at=tx.now + ABSOLUTE,
        address=client.address,
        client=clean_name(client.name, 200),
    )
    return text


def see_credentials(tx: Tx, credentials: Collection[Credential]) -> None:
    """Note that sessions and tokens are in use; the idle limit counts from here."""
    for way, touch, column in (("session", touch_session, "seen_at"), ("token", touch_token, "used_at")):
        used = sorted(one.token_hash for one in credentials if one.way == way)
        tx.run_many(touch, [{"this": token_hash, column: tx.now} for token_hash in used])


def end_session(tx: Tx, agent_id: str, begins: str) -> None:
    """End the agent's own session whose hash begins so; raises `NotFound`."""
    hashes = [row[0] for row in tx.all(list_sessions, agent_id=agent_id) if begins and row[0].startswith(begins)]
    if len(hashes) != 1:
        raise NotFound("There is no such session.")
    tx.run(delete_session, this=hashes[0], agent_id=agent_id)
    tx.emit(AgentChanged(agent_id=agent_id))


def end_other_sessions(tx: Tx, agent_id: str, token_hash: str) -> None:
    """Sign the agent out everywhere but in the session with this hash."""
    end_all_sessions(tx, agent_id, besides=token_hash)
    tx.emit(AgentChanged(agent_id=agent_id))


def sweep_sign_in(tx: Tx) -> None:
    """Delete sessions and links whose time is over."""
    tx.run(delete_old_sessions, now=tx.now, idle=tx.now - IDLE)
    tx.run(delete_old_links, now=tx.now)
    tx.run(delete_spent, now=tx.now)


def change_email(tx: Tx, mailroom: Mailroom, owner: Owner, email: str) -> None:
    """Sign in under another address from now on; a letter tells the one before. Raises `Invalid`, `Taken`, and `Forbidden` as below."""
    check_fresh(tx, owner.session)
    agent = get_agent(tx, owner.agent_id)
    folded = check_email(email)
    if folded == agent.email:
        return
    if tx.one(find_agent_by_email, email=folded):
        raise Taken("Somebody here has this address already.", fields={"email": "field.taken"})
    store_agent(tx, structs.replace(agent, email=folded))
    tx.run(delete_links_of_agent, agent_id=agent.id)
    record(tx, "agent.changed", f"agent:{agent.id}", email=[agent.email, folded])
    tx.emit(AgentChanged(agent_id=agent.id))
    if mailroom.mails:
        link = f"{mailroom.base_address}/app/"
        name = get_workspace(tx).name
        mailroom.post(tx, Letter("email_changed", agent.email, agent.settings.locale, link, folded, name))


def change_password(tx: Tx, agent_id: str, password_hash: str, token_hash: str) -> None:
    """Set a new password; every session but the one with `token_hash` ends, and so do open links.

    Raises `Forbidden` where the session's agent showed who they are too long ago.
    """
    check_fresh(tx, token_hash)
    store_agent(tx, structs.replace(get_agent(tx, agent_id), password_hash=password_hash))
    end_all_sessions(tx, agent_id, besides=token_hash)
    tx.run(delete_links_of_agent, agent_id=agent_id)
    record(tx, "agent.password_changed", f"agent:{agent_id}")
    tx.emit(AgentChanged(agent_id=agent_id))
