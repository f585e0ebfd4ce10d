"""The REST route of summaries."""

from litestar import get

from lyhord.kit.database import Database, ReadTx
from lyhord.kit.http import Principal, requires
from lyhord.tickets.summaries.model import Summary
from lyhord.tickets.summaries.views import read_summary
from lyhord.tickets.views import get_row
from lyhord.tickets.wordings.routes import order_of
from lyhord.workspaces.reach import Reach


@get(
    "/api/v1/tickets/{ticket_id:str}/summary",
    guards=[requires("conversations.read")],
    tags=["tickets"],
    summary="What whoever takes over a ticket has to know",
)
async def get_summary(ticket_id: str, database: Database, principal: Principal) -> Summary:
    """Sentences that were said, each with its message: what the customer wanted, what was promised or asked last, and what is open.

    `written` has better words, where a language model wrote them.
    """
    return await database.read(principal.workspace_id, _read, principal, ticket_id)


def _read(tx: ReadTx, principal: Principal, ticket_id: str) -> Summary:
    reach = Reach(principal.inbox_ids)
    ticket = get_row(tx, reach, principal.agent_id, ticket_id)
    return read_summary(tx, reach, ticket, order_of(principal, "summaries", ticket_id))


routes = [get_summary]
