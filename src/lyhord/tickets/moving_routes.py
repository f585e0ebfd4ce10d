"""The REST routes of several tickets on one conversation: open a further one, move messages between them."""

from collections.abc import Callable
from typing import Any

from litestar import delete, post
from msgspec import Struct

from lyhord.conversations.views import check_seen, get_visible
from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import IdempotencyKey, Principal, once, requires
from lyhord.tickets.model import TicketRow
from lyhord.tickets.moving import MessageIds, Moved, NewTicket, drop_ticket, move_messages, open_ticket
from lyhord.tickets.views import get_row
from lyhord.workspaces.reach import Reach


class Moving(Struct, frozen=True, forbid_unknown_fields=True):
    """Messages that are about a ticket."""

    message_ids: MessageIds


class MovedTo(Struct, frozen=True):
    """The ticket as it is now, and which messages were about which ticket before, by its id ("": about none): what undoes it."""

    ticket: TicketRow
    before: dict[str, list[str]]


@post(
    "/api/v1/conversations/{conversation_id:str}/tickets",
    guards=[requires("tickets.work")],
    tags=["tickets"],
    summary="Open a further ticket",
)
async def open_further(
    database: Database, principal: Principal, conversation_id: str, data: NewTicket, key: IdempotencyKey = None
) -> MovedTo:
    """On the conversation's next matter. Messages that are about it can be named at once."""

    def look(tx: ReadTx) -> str:
        check_seen(tx, Reach(principal.inbox_ids), data.message_ids)
        return get_visible(tx, Reach(principal.inbox_ids), conversation_id).id

    own_id = await database.read(principal.workspace_id, look)
    return await _do(database, principal, once(open_ticket, key, Moved), own_id, data)


@post(
    "/api/v1/tickets/{ticket_id:str}/messages",
    status_code=200,
    guards=[requires("tickets.work")],
    tags=["tickets"],
    summary="Move messages to a ticket",
)
async def move_to_ticket(database: Database, principal: Principal, ticket_id: str, data: Moving) -> MovedTo:
    """Messages of the ticket's timeline, at most 200. Where the last words are among them, the next ones are about it, too."""
    await read_row(database, principal, ticket_id)
    await database.read(principal.workspace_id, check_seen, Reach(principal.inbox_ids), data.message_ids)
    return await _do(database, principal, move_messages, ticket_id, data.message_ids)


@delete("/api/v1/tickets/{ticket_id:str}", guards=[requires("tickets.work")], tags=["tickets"], summary="Drop a ticket")
async def drop_one(database: Database, principal: Principal, ticket_id: str) -> None:
    """One about which nothing was said: opened by mistake, or emptied by moving its messages."""
    await read_row(database, principal, ticket_id)
    await database.write(principal.workspace_id, drop_ticket, ticket_id, actor=principal.subject)


async def _do(database: Database, principal: Principal, action: Callable[..., Any], *args: Any) -> MovedTo:
    moved: Moved = await database.write(principal.workspace_id, action, *args, actor=principal.subject)
    return MovedTo(await read_row(database, principal, moved.ticket_id), moved.before)


async def read_row(database: Database, principal: Principal, ticket_id: str) -> TicketRow:
    """A ticket as the caller sees it now; raises `NotFound` where they don't."""
    reach = Reach(principal.inbox_ids)
    return await database.read(principal.workspace_id, get_row, reach, principal.agent_id, ticket_id)


routes = [open_further, move_to_ticket, drop_one]
