"""Connecting inboxes: each account is tried for real before it is saved, and its secrets are never shown again."""

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from msgspec import Meta, Struct

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database
from lyhord.kit.http import Principal, requires
from lyhord.kit.ids import new_id
from lyhord.kit.problems import NotFound
from lyhord.kit.rates import Rate
from lyhord.kit.tokens import make_key
from lyhord.workspaces import views
from lyhord.workspaces.accounts import (
    Checked,
    check_account,
    fit_values,
    get_descriptor,
    load_descriptors,
    refuse_unless,
)
from lyhord.workspaces.actions.inboxes import (
    InboxChange,
    StoredInbox,
    change_inbox,
    connect_inbox,
    get_inbox,
    remove_inbox,
)
from lyhord.workspaces.doors import InboxAccount, Office, Proof
from lyhord.workspaces.model import Inbox

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Secrets = dict[str, Annotated[str, Meta(max_length=20_000)]]
CHECK = Rate("inbox check", 30, 5 * MINUTE)
"""Live checks call servers that the caller names: enough for a person who tries, too few for a scanner."""


class ChannelOffer(Struct):
    """A channel that inboxes can be made of, with what to ask for. Labels are message keys."""

    channel: str
    name_key: str
    fields: list[Any]
    descriptor: dict[str, Any]
    proof: Proof


class NewInbox(Struct, forbid_unknown_fields=True):
    """An inbox to connect: values for the channel's fields, its secret ones apart."""

    channel: Annotated[str, Meta(max_length=40)]
    name: Name
    settings: dict[str, Any] = {}
    secrets: Secrets = {}


class InboxPatch(Struct, forbid_unknown_fields=True):
    """What to change; null stays. `settings` replaces all; a secret that isn't named stays, one given as "" goes."""

    name: Name | None = None
    settings: dict[str, Any] | None = None
    secrets: Secrets | None = None
    paused: bool | None = None


@get("/api/v1/channels", guards=[requires("conversations.read")], summary="The channels that are offered")
async def list_channels(office: Office) -> list[ChannelOffer]:
    """What each can do, and the fields of the page that connects an inbox."""
    offers = []
    for descriptor in await load_descriptors(office.doors):
        facts = msgspec.to_builtins(descriptor)
        name_key = f"channel.{descriptor.channel}.name"
        proof = office.doors.proof_of(descriptor.channel)
        offers.append(ChannelOffer(descriptor.channel, name_key, facts.get("fields", []), facts, proof))
    return offers


@get("/api/v1/inboxes", guards=[requires("conversations.read")], summary="The inboxes within my reach")
async def list_inboxes(principal: Principal, database: Database, office: Office) -> list[Inbox]:
    """Settings and health only for those who manage inboxes."""
    whole = principal.may("inboxes.manage")
    inboxes = await database.read(principal.workspace_id, views.list_inboxes, principal.inbox_ids, whole=whole)
    return [await _addressed(office, inbox) for inbox in inboxes] if whole else inboxes


@post("/api/v1/inboxes", guards=[requires("inboxes.manage")], summary="Connect an inbox")
async def connect_one_inbox(data: NewInbox, principal: Principal, database: Database, office: Office) -> Inbox:
    """The account is tried first; 422 says what is wrong with it, and nothing is saved."""
    account = await _account(principal, office, data)
    office.limiter.take(CHECK, principal.subject)
    checked = await check_account(office.doors, data.channel, account)
    refuse_unless(checked)
    waits = [(problem.field, problem.key, problem.detail) for problem in checked.problems if not checked.ok]
    inbox = StoredInbox(
        id=account.inbox_id,
        key=account.key,
        channel=data.channel,
        name=data.name,
        settings=dict(account.settings),
        secrets=office.sealer.seal(account.secrets) if account.secrets else None,
        health=None,
        paused_at=None,
        created_at=0,
    )
    made = await database.write(principal.workspace_id, connect_inbox, inbox, waits, actor=principal.subject)
    return await _addressed(office, views.show_inbox(made))


@post("/api/v1/inboxes/check", guards=[requires("inboxes.manage")], status_code=200, summary="Try an account")
async def check_new_inbox(data: NewInbox, principal: Principal, office: Office) -> Checked:
    """Like connecting, but nothing is saved."""
    account = await _account(principal, office, data)
    office.limiter.take(CHECK, principal.subject)
    return await check_account(office.doors, data.channel, account)


@post(
    "/api/v1/inboxes/{inbox_id:str}/check",
    guards=[requires("inboxes.manage")],
    status_code=200,
    operation_id="post_inboxes_check_by_id",
    summary="Try a connected inbox",
)
async def check_one_inbox(inbox_id: str, principal: Principal, database: Database, office: Office) -> Checked:
    """With the stored secrets."""
    office.limiter.take(CHECK, principal.subject)
    inbox = await database.read(principal.workspace_id, get_inbox, inbox_id)
    return await check_account(office.doors, inbox.channel, _stored_account(principal, office, inbox))


@get(
    "/api/v1/inboxes/{inbox_id:str}/handout",
    guards=[requires("inboxes.manage")],
    summary="The file that an inbox's other side needs",
)
async def get_handout(inbox_id: str, principal: Principal, database: Database, office: Office) -> Response[str]:
    """As a download. There are secrets in it, which the other side is to know; 404 where the channel has none."""
    inbox = await database.read(principal.workspace_id, get_inbox, inbox_id)
    await load_descriptors(office.doors)
    handout = office.doors.hand_out(inbox.channel, _stored_account(principal, office, inbox))
    if handout is None:
        raise NotFound("This channel needs no file.")
    headers = {"content-disposition": f'attachment; filename="{handout.name}"'}
    return Response(handout.text, media_type=handout.type, headers=headers)


@patch("/api/v1/inboxes/{inbox_id:str}", guards=[requires("inboxes.manage")], summary="Change an inbox")
async def change_one_inbox(
    inbox_id: str, data: InboxPatch, principal: Principal, database: Database, office: Office
) -> Inbox:
    """Other settings or secrets are tried first; 422 says what is wrong with them, and nothing is saved."""
    workspace_id = principal.workspace_id
    inbox = await database.read(workspace_id, get_inbox, inbox_id)
    wanted = InboxChange(name=data.name, paused=data.paused)
    if data.settings is not None or data.secrets is not None:
        wanted = await _try_change(data, inbox, principal, office)
    changed = await database.write(workspace_id, change_inbox, inbox_id, wanted, actor=principal.subject)
    return await _addressed(office, views.show_inbox(changed))


@delete("/api/v1/inboxes/{inbox_id:str}", guards=[requires("inboxes.manage")], summary="Remove an inbox")
async def remove_one_inbox(inbox_id: str, principal: Principal, database: Database) -> None:
    """Its secrets are deleted; the messages that came through it stay."""
    await database.write(principal.workspace_id, remove_inbox, inbox_id, actor=principal.subject)


async def _account(principal: Principal, office: Office, data: NewInbox) -> InboxAccount:
    descriptor = await get_descriptor(office.doors, data.channel)
    settings, secrets = fit_values(descriptor, data.settings, data.secrets, {})
    key = make_key(principal.workspace_id)
    return InboxAccount(principal.workspace_id, new_id(), key, data.name, settings, secrets)


def _stored_account(principal: Principal, office: Office, inbox: StoredInbox) -> InboxAccount:
    secrets = office.sealer.open(inbox.secrets) if inbox.secrets else {}
    return InboxAccount(principal.workspace_id, inbox.id, inbox.key, inbox.name, inbox.settings, secrets)


async def _try_change(data: InboxPatch, inbox: StoredInbox, principal: Principal, office: Office) -> InboxChange:
    """The change to store, once the account was found to work with it."""
    descriptor = await get_descriptor(office.doors, inbox.channel)
    before = _stored_account(principal, office, inbox)
    wanted = inbox.settings if data.settings is None else data.settings
    settings, secrets = fit_values(descriptor, wanted, data.secrets or {}, before.secrets)
    account = msgspec.structs.replace(before, name=data.name or inbox.name, settings=settings, secrets=secrets)
    office.limiter.take(CHECK, principal.subject)
    checked = await check_account(office.doors, inbox.channel, account)
    refuse_unless(checked)
    return InboxChange(
        name=data.name,
        settings=settings,
        secrets=None if secrets == before.secrets else office.sealer.seal(secrets),
        new_secrets=tuple(
            sorted(name for name in {*secrets, *before.secrets} if secrets.get(name) != before.secrets.get(name))
        ),
        paused=data.paused,
        checked=checked.ok,
    )


async def _addressed(office: Office, inbox: Inbox) -> Inbox:
    """With the address to give to the channel's owner, or the snippet for the company's site."""
    ingress = {each.channel: each.ingress for each in await load_descriptors(office.doors)}.get(inbox.channel)
    base = office.mailroom.base_address
    address = ""
    if ingress == "webhook":
        address = f"{base}/in/{inbox.key}"
    elif ingress == "visitor":
        address = f'<script async src="{base}/chat.js" data-inbox="{inbox.key}"></script>'
    return msgspec.structs.replace(inbox, address=address)


routes = [
    list_channels,
    list_inboxes,
    connect_one_inbox,
    check_new_inbox,
    check_one_inbox,
    get_handout,
    change_one_inbox,
    remove_one_inbox,
]
