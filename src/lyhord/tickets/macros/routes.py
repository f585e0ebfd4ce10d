"""The REST routes of macros. Shared ones are edited with the power `replies.manage`, one's own by whoever works on tickets."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from litestar import delete, get, post, put

from lyhord.conversations.answering import Answering
from lyhord.conversations.canned.model import Whose
from lyhord.conversations.canned.views import whose_are_seen
from lyhord.conversations.model import Reply
from lyhord.conversations.outgoing import Channels, Words, reply_of
from lyhord.conversations.views import get_message, get_visible
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
    signed_in,
)
from lyhord.tickets.about import find_worked
from lyhord.tickets.macros import actions, views
from lyhord.tickets.macros.model import Macro, MacroWords, Ran, Run, Saying
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import find_row, get_row
from lyhord.workspaces.reach import Reach

SHARE, OWN = "replies.manage", "tickets.work"


@get("/api/v1/macros", guards=[requires("conversations.read")], summary="Macros that I can run")
async def list_macros(
    database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[Macro]:
    """The most used first: everybody's, those of my teams, and my own."""
    start = {"before": decode_cursor(cursor, tuple[int, str])} if cursor else {}
    whose = await _whose(database, principal)
    page, place = await database.read(principal.workspace_id, views.list_macros, whose, most=limit, **start)
    return Page(page, encode_cursor(*place) if place else None)


@post("/api/v1/macros", guards=[signed_in], summary="Make a macro")
async def make_macro(data: MacroWords, database: Database, principal: Principal, key: IdempotencyKey = None) -> Macro:
    """A shared one needs `replies.manage`."""
    principal.check(OWN if data.mine else SHARE)
    whose = await _whose(database, principal)

    def create(tx: Tx) -> str:
        return actions.create_macro(tx, whose, data, may_share=principal.may(SHARE))

    macro_id = await database.write(principal.workspace_id, once(create, key, str), actor=principal.subject)
    return await database.read(principal.workspace_id, views.get_macro, whose, macro_id)


@put("/api/v1/macros/{macro_id:str}", guards=[signed_in], summary="Change a macro")
async def change_macro(macro_id: str, data: MacroWords, database: Database, principal: Principal) -> Macro:
    """Replaces the whole of it."""
    principal.check(OWN if data.mine else SHARE)
    whose = await _do(database, principal, actions.change_macro, macro_id, data)
    return await database.read(principal.workspace_id, views.get_macro, whose, macro_id)


@delete("/api/v1/macros/{macro_id:str}", guards=[signed_in], summary="Remove a macro")
async def remove_macro(macro_id: str, database: Database, principal: Principal) -> None:
    """It can be put back under `/restore`."""
    await _do(database, principal, actions.remove_macro, macro_id)


@post("/api/v1/macros/{macro_id:str}/restore", guards=[signed_in], status_code=200, summary="Put back a removed macro")
async def restore_macro(macro_id: str, database: Database, principal: Principal) -> Macro:
    """As it was."""
    whose = await _do(database, principal, actions.restore_macro, macro_id)
    return await database.read(principal.workspace_id, views.get_macro, whose, macro_id)


@post(
    "/api/v1/conversations/{conversation_id:str}/macros/{macro_id:str}",
    guards=[requires(OWN)],
    status_code=200,
    summary="Run a macro",
)
async def run_macro(
    conversation_id: str,
    macro_id: str,
    database: Database,
    principal: Principal,
    channels: Channels,
    answering: Answering,
    key: IdempotencyKey = None,
) -> Ran:
    """All of its steps at once, or none, on the conversation's current ticket.

    What it says leaves as every reply does; one that says something needs the power to answer.
    """
    return await _run(database, principal, channels, answering, Asked(conversation_id, macro_id, None, key))


@post(
    "/api/v1/tickets/{ticket_id:str}/macros/{macro_id:str}",
    guards=[requires(OWN)],
    status_code=200,
    summary="Run a macro on a ticket",
)
async def run_macro_on_ticket(
    ticket_id: str,
    macro_id: str,
    database: Database,
    principal: Principal,
    channels: Channels,
    answering: Answering,
    key: IdempotencyKey = None,
) -> Ran:
    """The same on one of several tickets; what it says is about that one."""
    row = await database.read(
        principal.workspace_id, get_row, Reach(principal.inbox_ids), principal.agent_id, ticket_id
    )
    asked = Asked(row.conversation_id, macro_id, ticket_id, key)
    return await _run(database, principal, channels, answering, asked)


class Asked(NamedTuple):
    """Which macro is to be run where."""

    conversation_id: str
    macro_id: str
    ticket_id: str | None
    key: str | None


async def _run(database: Database, principal: Principal, channels: Channels, answering: Answering, asked: Asked) -> Ran:
    workspace_id, reach = principal.workspace_id, Reach(principal.inbox_ids)
    whose = await _whose(database, principal)

    def look(tx: ReadTx) -> tuple[str, Saying, Ticket | None]:
        conversation_id = get_visible(tx, reach, asked.conversation_id).id
        saying = views.say_in(tx, whose, asked.macro_id, conversation_id, asked.ticket_id)
        return conversation_id, saying, find_worked(tx, conversation_id, asked.ticket_id)

    conversation_id, saying, before = await database.read(workspace_id, look)
    if saying.reply is not None or saying.note is not None:
        principal.check("conversations.reply")
    said = await _said(database, principal, channels, conversation_id, saying)
    run = once(actions.run_macro, asked.key, Run)
    ran = await database.write(
        workspace_id, run, whose, saying, conversation_id, said, answering, actor=principal.subject
    )

    def show(tx: ReadTx) -> Ran:
        message = partial(get_message, tx, Reach())
        worked = find_worked(tx, conversation_id, asked.ticket_id)
        return Ran(
            macro_id=asked.macro_id,
            reply=message(ran.reply_id) if ran.reply_id else None,
            note=message(ran.note_id) if ran.note_id else None,
            before=before,
            ticket=find_row(tx, reach, principal.agent_id, worked.id) if worked else None,
        )

    return await database.read(workspace_id, show)


async def _said(
    database: Database, principal: Principal, channels: Channels, conversation_id: str, saying: Saying
) -> Reply | None:
    """The reply to store, once the channel agrees to carry it; None where the macro says nothing. It is never public."""
    if saying.reply is None:
        return None
    words = Words(
        text=saying.reply,
        attachment_ids=saying.files,
        buttons=saying.buttons,
        public=False,
        ticket_id=saying.ticket_id,
    )
    return await reply_of(database, principal, channels, conversation_id, words)


async def _whose(database: Database, principal: Principal) -> Whose:
    return await database.read(
        principal.workspace_id, whose_are_seen, principal.agent_id, may_share=principal.may(SHARE)
    )


async def _do(database: Database, principal: Principal, action: Callable[..., Any], macro_id: str, *args: Any) -> Whose:
    """Run an action on a macro that the caller sees; who may not even write own ones may nothing."""
    if not principal.may(SHARE):
        principal.check(OWN)
    whose = await _whose(database, principal)

    def act(tx: Tx) -> None:
        action(tx, whose, macro_id, *args, may_share=principal.may(SHARE))

    await database.write(principal.workspace_id, act, actor=principal.subject)
    return whose


routes = [list_macros, make_macro, change_macro, remove_macro, restore_macro, run_macro, run_macro_on_ticket]
