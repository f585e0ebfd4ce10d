"""The REST routes of rules. Whoever manages the workspace writes them; what they did in a conversation is told to whoever reads it."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from litestar import delete, get, post, put
from msgspec import Meta, Struct

from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import (
    Cursor,
    IdempotencyKey,
    Limit,
    Page,
    Principal,
    decode_cursor,
    encode_cursor,
    once,
    requires,
)
from lyhord.kit.ids import HIGHEST_ID
from lyhord.tickets.rules import acknowledgement, actions, views
from lyhord.tickets.rules.jobs import make_secret
from lyhord.tickets.rules.model import Firing, Rule, RuleWords, Trial
from lyhord.workspaces.doors import Office
from lyhord.workspaces.reach import Reach

MANAGE = "workspace.manage"


class Order(Struct, frozen=True, forbid_unknown_fields=True):
    """All rules, in the order in which they are to be asked."""

    ids: Annotated[tuple[str, ...], Meta(max_length=500)]


class Switch(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether it is to work."""

    on: bool


class Trying(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as it might be, and how many days to look back."""

    rule: RuleWords
    days: Annotated[int, Meta(ge=1, le=30)] = 7


class Secret(Struct, frozen=True):
    """What signs a rule's webhooks."""

    secret: str


@get("/api/v1/rules", guards=[requires(MANAGE)], summary="Rules")
async def list_rules(database: Database, principal: Principal) -> list[Rule]:
    """All of them, in the order in which they are asked."""
    return await database.read(principal.workspace_id, views.list_rules)


@post("/api/v1/rules", guards=[requires(MANAGE)], summary="Make a rule")
async def make_rule(
    data: RuleWords, database: Database, principal: Principal, office: Office, key: IdempotencyKey = None
) -> Rule:
    """The last one, switched off."""
    secret = office.sealer.seal({"key": make_secret()})

    def create(tx: Tx) -> str:
        return actions.create_rule(tx, data, secret)

    rule_id = await database.write(principal.workspace_id, once(create, key, str), actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_rule, rule_id)


@post(
    "/api/v1/rules/acknowledgement",
    guards=[requires(MANAGE), requires("replies.manage")],
    summary="Prepare an acknowledgement",
)
async def prepare_acknowledgement(
    database: Database, principal: Principal, office: Office, key: IdempotencyKey = None
) -> Rule:
    """A rule, switched off, that tells who begins to wait by when they have an answer, and a canned reply with its words."""
    secret = office.sealer.seal({"key": make_secret()})

    def create(tx: Tx) -> str:
        return acknowledgement.prepare_acknowledgement(tx, secret)

    rule_id = await database.write(principal.workspace_id, once(create, key, str), actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_rule, rule_id)


@put("/api/v1/rules/order", guards=[requires(MANAGE)], summary="Order the rules")
async def order_rules(data: Order, database: Database, principal: Principal) -> list[Rule]:
    """Names all of them."""
    await database.write(principal.workspace_id, actions.order_rules, data.ids, actor=principal.subject)
    return await database.read(principal.workspace_id, views.list_rules)


@post("/api/v1/rules/try", guards=[requires(MANAGE)], status_code=200, summary="Try a rule on what happened")
async def try_rule(data: Trying, database: Database, principal: Principal) -> Trial:
    """What it would have done lately, by the log; tickets are looked at as they are now. Nothing is changed."""
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, views.try_rule, reach, data.rule, data.days)


@put("/api/v1/rules/{rule_id:str}", guards=[requires(MANAGE)], summary="Change a rule")
async def change_rule(rule_id: str, data: RuleWords, database: Database, principal: Principal) -> Rule:
    """Replaces the whole of it."""
    return await _do(database, principal, rule_id, partial(actions.change_rule, words=data))


@put("/api/v1/rules/{rule_id:str}/switch", guards=[requires(MANAGE)], summary="Switch a rule on or off")
async def switch_rule(rule_id: str, data: Switch, database: Database, principal: Principal) -> Rule:
    """Also one that was paused since it failed too often."""
    return await _do(database, principal, rule_id, partial(actions.switch_rule, on=data.on))


@delete("/api/v1/rules/{rule_id:str}", guards=[requires(MANAGE)], summary="Remove a rule")
async def remove_rule(rule_id: str, database: Database, principal: Principal) -> None:
    """It can be put back under `/restore`."""
    await database.write(principal.workspace_id, actions.remove_rule, rule_id, actor=principal.subject)


@post("/api/v1/rules/{rule_id:str}/restore", guards=[requires(MANAGE)], status_code=200, summary="Put back a rule")
async def restore_rule(rule_id: str, database: Database, principal: Principal) -> Rule:
    """As it was, switched off."""
    return await _do(database, principal, rule_id, actions.restore_rule)


@get("/api/v1/rules/{rule_id:str}/secret", guards=[requires(MANAGE)], summary="What signs a rule's webhooks")
async def get_secret(rule_id: str, database: Database, principal: Principal, office: Office) -> Secret:
    """For the system that is told: it checks `webhook-signature` with it, as Standard Webhooks say."""
    sealed = await database.read(principal.workspace_id, views.get_secret, rule_id)
    return Secret(office.sealer.open(sealed)["key"])


@get("/api/v1/rules/{rule_id:str}/firings", guards=[requires(MANAGE)], summary="What a rule did")
async def list_firings(
    rule_id: str, database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[Firing]:
    """Of the last 30 days, the latest first."""
    before = decode_cursor(cursor, tuple[str])[0] if cursor else HIGHEST_ID

    def view(tx: ReadTx) -> list[Firing]:
        views.get_rule(tx, rule_id)
        return views.list_firings(tx, rule_id, before=before, most=limit + 1)

    found = await database.read(principal.workspace_id, view)
    return Page(found[:limit], encode_cursor(found[limit - 1].id) if len(found) > limit else None)


@get(
    "/api/v1/conversations/{conversation_id:str}/firings",
    guards=[requires("conversations.read")],
    summary="What rules did in a conversation",
)
async def list_firings_in(conversation_id: str, database: Database, principal: Principal) -> list[Firing]:
    """The latest 50 of the last 30 days."""
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, views.list_firings_in, reach, conversation_id)


async def _do(database: Database, principal: Principal, rule_id: str, action: Callable[..., Any]) -> Rule:
    await database.write(principal.workspace_id, action, rule_id, actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_rule, rule_id)


routes = [
    list_rules,
    make_rule,
    prepare_acknowledgement,
    order_rules,
    try_rule,
    change_rule,
    switch_rule,
    remove_rule,
    restore_rule,
    get_secret,
    list_firings,
    list_firings_in,
]
