"""Adding second factors and taking them away, one's own and a colleague's who lost theirs."""

import secrets
from base64 import b32encode
from collections.abc import Sequence

from msgspec import Struct

from lyhord.kit import totp
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Forbidden, Invalid, NotFound, Taken
from lyhord.kit.secrets import Sealer, Unreadable
from lyhord.workspaces.actions.agents import end_all_sessions, get_agent
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.actions.proving import Owner, StoredFactor, check_fresh, factors_of, hash_code, spend_challenge
from lyhord.workspaces.actions.roles import get_powers
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.events import AgentChanged
from lyhord.workspaces.factor_store import (
    delete_factor,
    delete_factors,
    delete_recovery_codes,
    insert_factor,
    insert_recovery_codes,
    protect_agent,
)
from lyhord.workspaces.letters import Letter, Mailroom
from lyhord.workspaces.model import Factor, check_name
from lyhord.workspaces.passkeys import Keyring, PasskeyAnswer

MOST_FACTORS = 20
CODES = 10
OFFER_LIFE = 15 * MINUTE
"""How long somebody may take to read the picture with their app."""


class NewFactor(Struct, frozen=True, kw_only=True):
    """An app, with the sealed offer and a code that it shows, or a passkey's answer."""

    name: str
    offer: str = ""
    code: str = ""
    credential: PasskeyAnswer | None = None


def add_factor(tx: Tx, owner: Owner, keyring: Keyring, new: NewFactor) -> tuple[Factor, list[str]]:
    """The new factor, and for somebody's first one ten recovery codes, shown this once. Raises `Invalid`, `Taken`."""
    check_fresh(tx, owner.session)
    before = factors_of(tx, owner.agent_id)
    if len(before) >= MOST_FACTORS:
        raise Taken("Remove one first.", key="factor.too_many")
    made = _passkey(tx, owner, keyring, new, new.credential) if new.credential else _app(tx, owner, keyring, new)
    if any(one.credential_id and one.credential_id == made.credential_id for one in before):
        raise Taken("This passkey was added already.", key="factor.known")
    tx.run(insert_factor, **{name: getattr(made, name) for name in StoredFactor.__struct_fields__})
    record(tx, "factor.added", f"agent:{owner.agent_id}", kind=made.kind, name=made.name)
    if before:
        return show_factor(made), []
    tx.run(protect_agent, this=owner.agent_id, protected_at=tx.now)
    tx.emit(AgentChanged(agent_id=owner.agent_id))
    return show_factor(made), _make_codes(tx, owner.agent_id)


def remove_factor(tx: Tx, owner: Owner, factor_id: str) -> None:
    """Take one of one's own factors away; with the last one the recovery codes go. Raises `NotFound`."""
    check_fresh(tx, owner.session)
    before = factors_of(tx, owner.agent_id)
    gone = next((one for one in before if one.id == factor_id), None)
    if gone is None:
        raise NotFound("There is no such factor.")
    tx.run(delete_factor, this=factor_id)
    record(tx, "factor.removed", f"agent:{owner.agent_id}", kind=gone.kind, name=gone.name)
    if len(before) == 1:
        _unprotect(tx, owner.agent_id)


def renew_codes(tx: Tx, owner: Owner) -> list[str]:
    """Ten new recovery codes; those before are void. Raises `NotFound` for who has no factor."""
    check_fresh(tx, owner.session)
    if not factors_of(tx, owner.agent_id):
        raise NotFound("Add a factor first.", key="factor.none")
    record(tx, "factor.codes_renewed", f"agent:{owner.agent_id}")
    return _make_codes(tx, owner.agent_id)


class Rescue(Struct, frozen=True):
    """Who takes a colleague's factors away: their name for the letter, their session, their powers."""

    name: str
    session: str
    powers: frozenset[str]


def remove_all_factors(tx: Tx, mailroom: Mailroom, agent_id: str, by: Rescue) -> None:
    """Let a colleague who lost their factors in by password again. They are signed out everywhere and told by mail.

    Raises `Forbidden` for a colleague with powers that the caller lacks, `NotFound` where there is nothing to remove.
    """
    check_fresh(tx, by.session)
    agent = get_agent(tx, agent_id)
    if not get_powers(tx, agent.role) <= by.powers:
        raise Forbidden("They have powers that you don't have.")
    drop_factors(tx, agent_id)
    if mailroom.mails:
        name = get_workspace(tx).name
        link = f"{mailroom.base_address}/app/"
        mailroom.post(tx, Letter("factors_removed", agent.email, agent.settings.locale, link, by.name, name))


def drop_factors(tx: Tx, agent_id: str) -> None:
    """Remove every factor of an agent, and end their sessions. Raises `NotFound` where there is none."""
    agent = get_agent(tx, agent_id)
    if agent.protected_at is None:
        raise NotFound("They have no second factor.", key="factor.none")
    tx.run(delete_factors, agent_id=agent.id)
    _unprotect(tx, agent.id)
    end_all_sessions(tx, agent.id)
    record(tx, "factor.all_removed", f"agent:{agent.id}")


def offer_app(sealer: Sealer, agent_id: str, now: int) -> tuple[str, str]:
    """(secret, sealed offer) of an app that somebody may add now; nothing is stored before a code shows that it works."""
    secret = totp.make_secret()
    return secret, sealer.seal({"secret": secret, "agent": agent_id, "until": str(now + OFFER_LIFE)})


def show_factor(one: StoredFactor) -> Factor:
    """A factor without its secret."""
    return Factor(one.id, "passkey" if one.credential_id else "app", one.name, one.created_at, one.used_at)


def _app(tx: Tx, owner: Owner, keyring: Keyring, new: NewFactor) -> StoredFactor:
    try:
        values = keyring.sealer.open(new.offer)
    except Unreadable:
        values = {}
    if values.get("agent") != owner.agent_id or tx.now >= int(values.get("until", "0")):
        raise Invalid("That took too long.", fields={"code": "factor.late"})
    secret = values["secret"]
    step = totp.find_step(secret, "".join(new.code.split()), tx.now)
    if step is None:
        raise Invalid("That code isn't right.", fields={"code": "factor.wrong"})
    sealed = keyring.sealer.seal({"secret": secret})
    return StoredFactor(new_id(), owner.agent_id, "app", check_name(new.name), sealed, None, None, step, tx.now, None)


def _passkey(tx: Tx, owner: Owner, keyring: Keyring, new: NewFactor, credential: PasskeyAnswer) -> StoredFactor:
    challenge = keyring.check_challenge(credential, f"add:{owner.agent_id}", tx.now)
    key = keyring.check_new(credential, challenge)
    spend_challenge(tx, challenge)
    name = check_name(new.name)
    return StoredFactor(
        new_id(), owner.agent_id, "passkey", name, None, key.credential_id, key.public_key, key.uses, tx.now, None
    )


def _make_codes(tx: Tx, agent_id: str) -> list[str]:
    codes = [b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(CODES)]
    tx.run(delete_recovery_codes, agent_id=agent_id)
    tx.run_many(insert_recovery_codes, [{"agent_id": agent_id, "code_hash": hash_code(agent_id, one)} for one in codes])
    return [_spaced(one) for one in codes]


def _spaced(code: str) -> str:
    parts: Sequence[str] = [code[at : at + 4] for at in range(0, len(code), 4)]
    return "-".join(parts)


def _unprotect(tx: Tx, agent_id: str) -> None:
    tx.run(delete_recovery_codes, agent_id=agent_id)
    tx.run(protect_agent, this=agent_id, protected_at=None)
    tx.emit(AgentChanged(agent_id=agent_id))
