"""Showing who one is: second factors at sign-in, and again before what matters."""

import hashlib
from typing import Any

from msgspec import Struct

from lyhord.kit import totp
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Forbidden, Invalid, Taken
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.factor_store import (
    confirm_session,
    find_confirmed,
    list_factors,
    spend,
    use_factor,
    use_recovery_code,
)
from lyhord.workspaces.passkeys import LIFE, Keyring, KnownKey, PasskeyAnswer, refused

FRESH = 10 * MINUTE
"""For so long after showing who they are somebody may change their password, address and factors."""
SIGN_IN = "sign in"
"""The purpose of challenges that prove something."""


class Shown(Struct, frozen=True, kw_only=True):
    """What somebody shows of their second factors. `alone`: a passkey, and no password before it."""

    keyring: Keyring
    code: str = ""
    credential: PasskeyAnswer | None = None
    alone: bool = False


class Owner(Struct, frozen=True):
    """An agent who changes what is theirs, and the hash of the session that they are at."""

    agent_id: str
    session: str


class StoredFactor(Struct, frozen=True):
    """A factor's row, in the order of `factor_store.FACTOR`. The secret is sealed."""

    id: str
    agent_id: str
    kind: str
    name: str
    secret: str | None
    credential_id: str | None
    public_key: str | None
    uses: int
    created_at: int
    used_at: int | None


def factors_of(tx: ReadTx, agent_id: str) -> list[StoredFactor]:
    """The factors of an agent, oldest first."""
    return [StoredFactor(*row) for row in tx.all(list_factors, agent_id=agent_id)]


def prove(tx: Tx, agent_id: str, shown: Shown | None) -> None:
    """Use a factor up to the moment, where the agent has any.

    Raises `Taken` with the key `problem.second_factor` and the agent's passkeys where nothing was shown, `Invalid` for what doesn't hold.
    """
    factors = factors_of(tx, agent_id)
    if shown and shown.credential is not None:
        _use_passkey(tx, factors, shown, shown.credential)
    elif shown and shown.alone:
        raise refused()
    elif factors and shown and shown.code:
        _use_code(tx, agent_id, factors, shown)
    elif factors:
        keys = " ".join(one.credential_id for one in factors if one.credential_id)
        raise Taken("A second factor is needed.", key="problem.second_factor", fields={"passkeys": keys})


def confirm(tx: Tx, agent_id: str, token_hash: str, shown: Shown) -> None:
    """Note in the session that its agent just showed who they are. Raises what `prove` raises."""
    prove(tx, agent_id, shown)
    tx.run(confirm_session, this=token_hash, confirmed_at=tx.now)


def check_fresh(tx: ReadTx, token_hash: str) -> None:
    """Raise `Forbidden` with the key `problem.confirm` where the session's agent showed who they are too long ago."""
    confirmed_at = tx.value(find_confirmed, token_hash=token_hash)
    if confirmed_at is None or tx.now - confirmed_at >= FRESH:
        raise Forbidden("Show that it is you first.", key="problem.confirm")


def spend_challenge(tx: Tx, challenge: bytes) -> None:
    """Use a passkey's challenge up. Raises `Invalid` the second time."""
    digest = hashlib.sha256(challenge).hexdigest()
    if not tx.run(spend, challenge_hash=digest, expires_at=tx.now + LIFE):
        raise refused()


def hash_code(agent_id: str, code: str) -> str:
    """What is kept of a recovery code, which has 80 random bits and so needs no slow hash."""
    return hashlib.sha256(f"{agent_id}:{code}".encode()).hexdigest()


def _use_passkey(tx: Tx, factors: list[StoredFactor], shown: Shown, credential: PasskeyAnswer) -> None:
    challenge = shown.keyring.check_challenge(credential, SIGN_IN, tx.now)
    one = next((each for each in factors if each.credential_id and each.credential_id == credential.get("id")), None)
    if one is None:
        raise refused()
    key = KnownKey(one.credential_id or "", one.public_key or "", one.uses)
    uses = shown.keyring.check_use(credential, challenge, key, alone=shown.alone)
    spend_challenge(tx, challenge)
    tx.run(use_factor, this=one.id, uses=uses, used_at=tx.now)


def _use_code(tx: Tx, agent_id: str, factors: list[StoredFactor], shown: Shown) -> None:
    code = "".join(shown.code.split()).replace("-", "").lower()
    for one in factors:
        step = _find_step(one, code, shown.keyring, tx.now)
        if step is not None:
            tx.run(use_factor, this=one.id, uses=step, used_at=tx.now)
            return
    if not tx.run(use_recovery_code, agent_id=agent_id, code_hash=hash_code(agent_id, code)):
        raise Invalid("That code isn't right, or was used already.", fields={"code": "factor.wrong"})
    record(tx, "factor.recovered", f"agent:{agent_id}")


def _find_step(one: StoredFactor, code: str, keyring: Keyring, now: int) -> int | None:
    if one.secret is None or len(code) != totp.DIGITS:
        return None
    values: dict[str, Any] = keyring.sealer.open(one.secret)
    return totp.find_step(values["secret"], code, now, after=one.uses)
