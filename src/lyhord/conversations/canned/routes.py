"""The REST routes of canned replies. Shared ones are edited with the power `replies.manage`, one's own by whoever answers."""

from collections.abc import Callable
from typing import Any

from litestar import delete, get, post, put

from lyhord.conversations.canned import actions, views
from lyhord.conversations.canned.model import CannedReply, CannedWords, Whose
from lyhord.conversations.model import Attachment
from lyhord.kit.database import Database, Tx
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
    signed_in,
)

SHARE = "replies.manage"


@get("/api/v1/canned-replies", guards=[requires("conversations.read")], summary="Canned replies that I can use")
async def list_canned_replies(
    database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[CannedReply]:
    """The most used first: everybody's, those of my teams, and my own."""
    start = {"before": decode_cursor(cursor, tuple[int, str])} if cursor else {}
    whose = await _whose(database, principal)
    page, place = await database.read(principal.workspace_id, views.list_canned_replies, whose, most=limit, **start)
    return Page(page, encode_cursor(*place) if place else None)


@post("/api/v1/canned-replies", guards=[signed_in], summary="Make a canned reply")
async def make_canned_reply(
    data: CannedWords, database: Database, principal: Principal, key: IdempotencyKey = None
) -> CannedReply:
    """A shared one needs `replies.manage`. Variables that nobody knows are refused, with the nearest that there is."""
    principal.check("conversations.reply" if data.mine else SHARE)

    def create(tx: Tx) -> str:
        return actions.create_canned_reply(tx, data, may_share=principal.may(SHARE))

    reply_id = await database.write(principal.workspace_id, once(create, key, str), actor=principal.subject)
    return await _get(database, principal, reply_id)


@put("/api/v1/canned-replies/{canned_reply_id:str}", guards=[signed_in], summary="Change a canned reply")
async def change_canned_reply(
    canned_reply_id: str, data: CannedWords, database: Database, principal: Principal
) -> CannedReply:
    """Replaces the whole of it."""
    principal.check("conversations.reply" if data.mine else SHARE)
    await _do(database, principal, actions.change_canned_reply, canned_reply_id, data)
    return await _get(database, principal, canned_reply_id)


@delete("/api/v1/canned-replies/{canned_reply_id:str}", guards=[signed_in], summary="Remove a canned reply")
async def remove_canned_reply(canned_reply_id: str, database: Database, principal: Principal) -> None:
    """It can be put back under `/restore`."""
    await _do(database, principal, actions.remove_canned_reply, canned_reply_id)


@post(
    "/api/v1/canned-replies/{canned_reply_id:str}/restore",
    guards=[signed_in],
    status_code=200,
    summary="Put back a removed canned reply",
)
async def restore_canned_reply(canned_reply_id: str, database: Database, principal: Principal) -> CannedReply:
    """As it was."""
    await _do(database, principal, actions.restore_canned_reply, canned_reply_id)
    return await _get(database, principal, canned_reply_id)


@post(
    "/api/v1/canned-replies/{canned_reply_id:str}/use",
    guards=[requires("conversations.reply")],
    status_code=200,
    summary="Put a canned reply into a message",
)
async def use_canned_reply(canned_reply_id: str, database: Database, principal: Principal) -> list[Attachment]:
    """Counts the use; copies of its files, to be sent by their ids."""
    whose = await _whose(database, principal)
    return await database.write(
        principal.workspace_id, actions.use_canned_reply, whose, canned_reply_id, actor=principal.subject
    )


async def _whose(database: Database, principal: Principal) -> Whose:
    return await database.read(
        principal.workspace_id, views.whose_are_seen, principal.agent_id, may_share=principal.may(SHARE)
    )


async def _get(database: Database, principal: Principal, reply_id: str) -> CannedReply:
    whose = await _whose(database, principal)
    return await database.read(principal.workspace_id, views.get_canned_reply, whose, reply_id)


async def _do(database: Database, principal: Principal, action: Callable[..., Any], reply_id: str, *args: Any) -> None:
    """Run an action on a canned reply that the caller sees; who may not even write own ones may nothing."""
    if not principal.may(SHARE):
        principal.check("conversations.reply")
    whose = await _whose(database, principal)

    def act(tx: Tx) -> None:
        action(tx, whose, reply_id, *args, may_share=principal.may(SHARE))

    await database.write(principal.workspace_id, act, actor=principal.subject)


routes = [
    list_canned_replies,
    make_canned_reply,
    change_canned_reply,
    remove_canned_reply,
    restore_canned_reply,
    use_canned_reply,
]
