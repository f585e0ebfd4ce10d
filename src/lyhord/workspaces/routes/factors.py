"""Second factors: one's own, a colleague's lost ones, and showing again that it is oneself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from litestar import delete, get, post
from msgspec import Meta, Struct

from lyhord.kit import totp
from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal, requires, signed_in
from lyhord.kit.passwords import MOST, verify_password
from lyhord.kit.problems import Forbidden, Invalid, Taken
from lyhord.kit.rates import Rate
from lyhord.workspaces import views
from lyhord.workspaces.actions.factors import (
    NewFactor,
    Rescue,
    add_factor,
    offer_app,
    remove_all_factors,
    remove_factor,
    renew_codes,
)
from lyhord.workspaces.actions.proving import SIGN_IN, Owner, Shown, check_fresh, confirm, factors_of
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.doors import Office
from lyhord.workspaces.model import Agent, Factor
from lyhord.workspaces.passkeys import ALGORITHMS, user_handle
from lyhord.workspaces.views import Factors

FACTOR = Rate("factor", 5, 5 * MINUTE)
"""Guesses at what an agent has and knows, once the password was right or they are signed in."""

PasskeyAnswer = dict[str, Any]
Code = Annotated[str, Meta(max_length=60)]


class Confirmation(Struct, forbid_unknown_fields=True):
    """Who has a second factor shows that, too; a passkey that knows its owner does without the password."""

    password: Annotated[str, Meta(max_length=MOST)] = ""
    code: Code = ""
    credential: PasskeyAnswer | None = None


class AppOffer(Struct):
    """What an authenticator app is to know, as text and as the address in its picture. Send `offer` back with a code."""

    secret: str
    address: str
    offer: str


class PasskeyOffer(Struct):
    """For `navigator.credentials.create`; bytes as base64url."""

    challenge: str
    host: str
    user_id: str
    user_name: str
    shown_name: str
    algorithms: list[int]
    known: list[str]


class Offer(Struct):
    """What to add: one of the two."""

    app: AppOffer | None = None
    passkey: PasskeyOffer | None = None


class WantedOffer(Struct, forbid_unknown_fields=True):
    """Which kind to add."""

    kind: Literal["app", "passkey"]


class FactorToAdd(Struct, forbid_unknown_fields=True):
    """An app's `offer` with a `code` that it shows, or what the browser made of a passkey."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    offer: Annotated[str, Meta(max_length=2_000)] = ""
    code: Code = ""
    credential: PasskeyAnswer | None = None


class AddedFactor(Struct):
    """With the first factor come ten recovery codes, shown this once."""

    factor: Factor
    recovery_codes: list[str]


class PasskeyChallenge(Struct):
    """For `navigator.credentials.get`; bytes as base64url."""

    challenge: str
    host: str


@contextmanager
def guess(office: Office, whose: str) -> Iterator[None]:
    """Counts what is shown inside as a guess, unless it turns out to be right or to lack something. Raises `TooMany`."""
    office.limiter.take(FACTOR, whose)
    try:
        yield
    except Taken:
        office.limiter.give_back(FACTOR, whose)
        raise
    office.limiter.give_back(FACTOR, whose)


def owner_of(principal: Principal) -> Owner:
    """The agent who calls, at their session; raises `Forbidden` for a token, which has neither."""
    if principal.agent_id is None or principal.credential.way != "session":
        raise Forbidden("Only for agents who signed in.")
    return Owner(principal.agent_id, principal.credential.token_hash)


@get("/api/v1/factors", guards=[signed_in], summary="My second factors")
async def list_factors(principal: Principal, database: Database) -> Factors:
    """Without their secrets, and how many recovery codes are left."""
    return await database.read(principal.workspace_id, views.show_factors, owner_of(principal).agent_id)


@post("/api/v1/factors/offer", guards=[signed_in], status_code=200, summary="Begin to add a second factor")
async def offer_factor(data: WantedOffer, principal: Principal, database: Database, office: Office) -> Offer:
    """Nothing is stored before the factor was seen to work. 403 `problem.confirm` asks to show who one is first."""
    owner = owner_of(principal)
    agent, workspace, known = await database.read(principal.workspace_id, _about, owner)
    now = database.clock()
    if data.kind == "app":
        secret, offer = offer_app(office.sealer, owner.agent_id, now)
        return Offer(app=AppOffer(secret, totp.address_of(secret, workspace, agent.email), offer))
    challenge = office.keyring.make_challenge(f"add:{owner.agent_id}", now)
    handle = user_handle(principal.workspace_id, owner.agent_id)
    host = office.keyring.host
    return Offer(passkey=PasskeyOffer(challenge, host, handle, agent.email, agent.name, list(ALGORITHMS), known))


@post("/api/v1/factors", guards=[signed_in], summary="Add a second factor")
async def add_one_factor(data: FactorToAdd, principal: Principal, database: Database, office: Office) -> AddedFactor:
    """The offer's end. From now on signing in asks for one of one's factors."""
    owner = owner_of(principal)
    new = NewFactor(name=data.name, offer=data.offer, code=data.code, credential=data.credential)
    factor, codes = await database.write(
        principal.workspace_id, add_factor, owner, office.keyring, new, actor=principal.subject
    )
    return AddedFactor(factor, codes)


@delete("/api/v1/factors/{factor_id:str}", guards=[signed_in], summary="Remove one of my second factors")
async def remove_one_factor(factor_id: str, principal: Principal, database: Database) -> None:
    """With the last one the recovery codes go, too."""
    await database.write(principal.workspace_id, remove_factor, owner_of(principal), factor_id, actor=principal.subject)


@post("/api/v1/recovery-codes", guards=[signed_in], summary="Make new recovery codes")
async def make_recovery_codes(principal: Principal, database: Database) -> list[str]:
    """Ten, each good once, shown this once. Those before are void."""
    return await database.write(principal.workspace_id, renew_codes, owner_of(principal), actor=principal.subject)


@delete(
    "/api/v1/agents/{agent_id:str}/factors",
    guards=[requires("agents.manage")],
    summary="Remove a colleague's lost second factors",
)
async def remove_factors_of(agent_id: str, principal: Principal, database: Database, office: Office) -> None:
    """They are signed out everywhere, told by mail, and may sign in by password alone."""
    owner = owner_of(principal)
    me = await database.read(principal.workspace_id, views.get_agent, owner.agent_id)
    rescue = Rescue(me.name, owner.session, principal.powers)
    await database.write(
        principal.workspace_id, remove_all_factors, office.mailroom, agent_id, rescue, actor=principal.subject
    )


@post("/api/v1/passkey", status_code=200, summary="What to ask a passkey to sign")
async def challenge_passkey(database: Database, office: Office) -> PasskeyChallenge:
    """For signing in by passkey, alone or after the password, and for showing again that it is oneself."""
    return PasskeyChallenge(office.keyring.make_challenge(SIGN_IN, database.clock()), office.keyring.host)


@post("/api/v1/confirm", guards=[signed_in], status_code=204, summary="Show again that it is me")
async def confirm_self(data: Confirmation, principal: Principal, database: Database, office: Office) -> None:
    """Good for ten minutes. 422 names what is wrong; 409 `problem.second_factor` asks for it besides the password."""
    owner = owner_of(principal)
    alone = data.credential is not None and not data.password
    shown = Shown(keyring=office.keyring, code=data.code, credential=data.credential, alone=alone)
    with guess(office, owner.agent_id):
        if not alone:
            _, stored = await database.read(principal.workspace_id, views.get_password_hash, owner.agent_id)
            if not await verify_password(stored, data.password):
                raise Invalid("The password is wrong.", fields={"password": "password.wrong"})
        await database.write(
            principal.workspace_id, confirm, owner.agent_id, owner.session, shown, actor=principal.subject
        )


def _about(tx: ReadTx, owner: Owner) -> tuple[Agent, str, list[str]]:
    """Who adds a factor, where, and the passkeys that they have already."""
    check_fresh(tx, owner.session)
    known = [one.credential_id for one in factors_of(tx, owner.agent_id) if one.credential_id]
    return views.get_agent(tx, owner.agent_id), get_workspace(tx).name, known


routes = [
    list_factors,
    offer_factor,
    add_one_factor,
    remove_one_factor,
    make_recovery_codes,
    remove_factors_of,
    challenge_passkey,
    confirm_self,
]
